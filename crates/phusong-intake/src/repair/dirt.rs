//! Clean truth in, one of many kinds of dirt applied, seeded: what the repairs are measured with.

use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::{WINDOWS_1252, WINDOWS_1258};
use unicode_normalization::UnicodeNormalization;

use super::text::Script;

/// A generator that gives the same numbers everywhere (xorshift64*).
#[derive(Debug, Clone)]
pub struct Seeded(u64);

impl Seeded {
    pub const fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub const fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        number as usize % end
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// One way in which text is spoilt.
#[derive(Debug)]
pub struct Dirt {
    pub name: &'static str,
    pub apply: fn(&str, &mut Seeded) -> String,
    /// Whether anything but the name itself tells of it.
    pub leaves_trace: bool,
}

const fn dirt(name: &'static str, apply: fn(&str, &mut Seeded) -> String) -> Dirt {
    Dirt { name, apply, leaves_trace: true }
}

pub const DIRTS: [Dirt; 23] = [
    dirt("TCVN3", |text, _| western(&tcvn3(text))),
    dirt("VNI", |text, _| western(&vni(text))),
    dirt("Windows-1258", |text, _| misread(&windows1258(text))),
    dirt("TCVN3 qua 1258", |text, _| vietnamese(&tcvn3(text))),
    dirt("VNI qua 1258", |text, _| vietnamese(&vni(text))),
    dirt("NFD", |text, _| text.nfd().collect()),
    dirt("thứ tự dấu đảo", |text, _| marks_reversed(text)),
    dirt("UTF-8 đọc sai 1 lần", |text, _| misread(text.as_bytes())),
    dirt("UTF-8 đọc sai 2 lần", |text, _| misread(misread(text.as_bytes()).as_bytes())),
    dirt("UTF-8 đọc sai, mất byte", |text, _| {
        misread(text.as_bytes()).chars().filter(|c| !('\u{80}'..='\u{9f}').contains(c)).collect()
    }),
    dirt("UTF-8 đọc sai, mất NBSP", |text, _| {
        misread(text.as_bytes()).replace('\u{a0}', " ").trim().to_owned()
    }),
    dirt("HTML số", |text, _| escaped(text, false)),
    dirt("HTML tên", |text, _| escaped(text, true)),
    dirt("VIQR", |text, _| viqr(text)),
    dirt("Ð thay Đ", |text, _| text.replace('Đ', "Ð").replace('đ', "ð")),
    dirt("chữ Kirin", cyrillic),
    dirt("NBSP", |text, _| text.replace(' ', "\u{a0}")),
    dirt("ký tự ẩn", hidden),
    dirt("chữ toàn khổ", |text, _| full_width(text)),
    dirt("TCVN3 mất ư", |text, _| western(&tcvn3(text)).replace('\u{ad}', "")),
    dirt("chữ thành ?", |text, _| {
        text.chars().map(|c| if c > '\u{ff}' { '?' } else { c }).collect()
    }),
    Dirt { name: "mất dấu", apply: |text, _| stripped(text), leaves_trace: false },
    Dirt {
        name: "sai một dấu", apply: |text, dice| other_tone(text, dice), leaves_trace: false
    },
];

/// Every letter that a script can write, with its bytes: the decoding tables, turned round.
fn encoder(script: Script) -> HashMap<char, Vec<u8>> {
    let mut letters = HashMap::new();
    let mut add = |bytes: &[u8]| {
        if let Some(word) = script.read(bytes)
            && let [letter] = word[..]
        {
            letters.entry(letter).or_insert_with(|| bytes.to_vec());
        }
    };
    for first in 1..=255_u8 {
        add(&[first]);
    }
    for first in 1..=255_u8 {
        for second in 128..=255_u8 {
            add(&[first, second]);
        }
    }
    letters
}

static TCVN3: LazyLock<HashMap<char, Vec<u8>>> = LazyLock::new(|| encoder(Script::Tcvn3));
static VNI: LazyLock<HashMap<char, Vec<u8>>> = LazyLock::new(|| encoder(Script::Vni));

fn encoded(text: &str, table: &HashMap<char, Vec<u8>>) -> Vec<u8> {
    let bytes = |c: char| {
        let small = c.to_lowercase().next().unwrap_or(c);
        table.get(&c).or_else(|| table.get(&small)).cloned().unwrap_or_else(|| vec![b'?'])
    };
    text.chars().flat_map(bytes).collect()
}

pub fn tcvn3(text: &str) -> Vec<u8> {
    encoded(text, &TCVN3)
}

pub fn vni(text: &str) -> Vec<u8> {
    encoded(text, &VNI)
}

/// Base letters with their quality, and the tone behind them.
pub fn windows1258(text: &str) -> Vec<u8> {
    let tone = |c: &char| "\u{300}\u{301}\u{303}\u{309}\u{323}".contains(*c);
    let mut out = String::new();
    for c in text.chars() {
        let parts: Vec<char> = c.nfd().collect();
        out.extend(parts.iter().copied().filter(|c| !tone(c)).nfc());
        out.extend(parts.iter().copied().filter(tone));
    }
    WINDOWS_1258.encode(&out).0.into_owned()
}

pub fn western(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

pub fn vietnamese(bytes: &[u8]) -> String {
    WINDOWS_1258.decode(bytes).0.into_owned()
}

pub fn misread(bytes: &[u8]) -> String {
    WINDOWS_1252.decode(bytes).0.into_owned()
}

fn marks_reversed(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let mut parts: Vec<char> = c.nfd().collect();
        parts[1..].reverse();
        out.extend(parts);
    }
    out
}

fn escaped(text: &str, by_name: bool) -> String {
    const NAMES: [(char, &str); 10] = [
        ('à', "agrave"),
        ('á', "aacute"),
        ('â', "acirc"),
        ('ã', "atilde"),
        ('é', "eacute"),
        ('ê', "ecirc"),
        ('ì', "igrave"),
        ('ô', "ocirc"),
        ('ú', "uacute"),
        ('ý', "yacute"),
    ];
    let mut out = String::new();
    for c in text.chars() {
        match NAMES.iter().find(|(letter, _)| by_name && *letter == c) {
            Some((_, name)) => out.extend(["&", name, ";"]),
            None if c.is_ascii() => out.push(c),
            None => out.extend(["&#", &u32::from(c).to_string(), ";"]),
        }
    }
    out
}

fn viqr(text: &str) -> String {
    let sign = |c: char| match c {
        '\u{300}' => '`',
        '\u{301}' => '\'',
        '\u{303}' => '~',
        '\u{309}' => '?',
        '\u{323}' => '.',
        '\u{302}' => '^',
        '\u{306}' => '(',
        '\u{31b}' => '+',
        other => other,
    };
    let mut out = String::new();
    for c in text.chars() {
        match c {
            'đ' => out.push_str("dd"),
            'Đ' => out.push_str("DD"),
            // The quality before the tone, whatever the canonical order says.
            _ => {
                let mut parts: Vec<char> = c.nfd().collect();
                parts[1..].sort_by_key(|c| !"\u{302}\u{306}\u{31b}".contains(*c));
                out.extend(parts.into_iter().map(sign));
            }
        }
    }
    out
}

fn cyrillic(text: &str, dice: &mut Seeded) -> String {
    const ALIKE: [(char, char); 8] = [
        ('a', 'а'),
        ('o', 'о'),
        ('e', 'е'),
        ('c', 'с'),
        ('T', 'Т'),
        ('B', 'В'),
        ('H', 'Н'),
        ('K', 'К'),
    ];
    let every = dice.below(2) == 0;
    let mut first = true;
    let alike = |c: char| {
        let found = ALIKE.iter().find(|(latin, _)| *latin == c).filter(|_| every || first);
        first &= found.is_none();
        found.map_or(c, |(_, own)| *own)
    };
    text.chars().map(alike).collect()
}

fn hidden(text: &str, dice: &mut Seeded) -> String {
    let letters: Vec<char> = text.chars().collect();
    let at = dice.below(letters.len() + 1);
    let sign = *dice.pick(&['\u{200b}', '\u{feff}', '\u{200d}', '\u{200e}', '\u{2060}']);
    letters[..at].iter().copied().chain([sign]).chain(letters[at..].iter().copied()).collect()
}

fn full_width(text: &str) -> String {
    let wide =
        |c: char| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xfee0) } else { None };
    text.chars().map(|c| wide(c).unwrap_or(c)).collect()
}

fn stripped(text: &str) -> String {
    let plain = text.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    plain
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            other => other,
        })
        .collect()
}

fn other_tone(text: &str, dice: &mut Seeded) -> String {
    let tones = ['\u{300}', '\u{301}', '\u{323}'];
    let mut letters: Vec<char> = text.nfd().collect();
    let toned: Vec<usize> = (0..letters.len()).filter(|at| tones.contains(&letters[*at])).collect();
    if toned.is_empty() {
        return text.to_owned();
    }
    let at = *dice.pick(&toned);
    letters[at] = *dice.pick(&tones);
    letters.into_iter().nfc().collect()
}
