//! Is this a Vietnamese syllable? Onset × rhyme × tone, with the tone mark where it may stand.
//!
//! Names of the highlands (Đăk, Kon, Krông, Xiêr) follow no such table; they are [`Class::Loose`]:
//! letters of Vietnamese in an order that a mouth can say. Only what is [`Class::Broken`] speaks
//! for a damaged text.

use std::sync::LazyLock;

use smallvec::SmallVec;
use unicode_normalization::UnicodeNormalization;

/// What a word is as Vietnamese, best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// No language of the province is spelt like this.
    Broken,
    /// ASCII letters only: it reads the same in every encoding.
    Plain,
    /// A name of the highlands, say.
    Loose,
    /// In the table.
    Strict,
}

/// A letter taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    /// Without tone and case; đ and the vowels with a quality have codes of their own.
    code: u8,
    /// 0 is level.
    tone: u8,
    upper: bool,
}

const BREVE_A: u8 = b'A';
const CIRCUMFLEX_A: u8 = b'B';
const STROKE_D: u8 = b'D';
const CIRCUMFLEX_E: u8 = b'E';
const CIRCUMFLEX_O: u8 = b'O';
const HORN_O: u8 = b'P';
const HORN_U: u8 = b'U';

/// Grave, acute, tilde, hook above, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
/// What syllables on a stop may carry: sharp or heavy.
const STOP_TONES: [u8; 2] = [2, 5];

/// Nucleus (with its glide) and what may close it; `-` is nothing.
const RHYMES: [(&str, &str); 50] = [
    ("a", "- c ch m n ng nh p t k"),
    ("ai", "-"),
    ("ao", "-"),
    ("au", "-"),
    ("ay", "-"),
    ("ă", "c m n ng p t k"),
    ("â", "c m n ng p t k"),
    ("âu", "-"),
    ("ây", "-"),
    ("e", "- c m n ng p t k"),
    ("eo", "-"),
    ("ê", "- ch m n nh p t"),
    ("êu", "-"),
    ("i", "- ch m n nh p t"),
    ("ia", "-"),
    ("iu", "-"),
    ("iê", "c m n ng p t k"),
    ("iêu", "-"),
    ("o", "- c m n ng p t k"),
    ("oi", "-"),
    ("oo", "c n ng"),
    ("ô", "- c m n ng p t k"),
    ("ôi", "-"),
    ("ơ", "- m n p t"),
    ("ơi", "-"),
    ("u", "- c m n ng p t k"),
    ("ua", "-"),
    ("ui", "-"),
    ("uy", "- ch n nh p t"),
    ("uyu", "-"),
    ("uô", "c m n ng p t"),
    ("uôi", "-"),
    ("ư", "- c m n ng t"),
    ("ưa", "-"),
    ("ưi", "-"),
    ("ưu", "-"),
    ("ươ", "c m n ng p t"),
    ("ươi", "-"),
    ("ươu", "-"),
    ("y", "- ch n nh t"),
    ("yê", "m n ng t"),
    ("yêu", "-"),
    ("oa", "- c ch m n ng nh p t"),
    ("oai", "-"),
    ("oay", "-"),
    ("oe", "- n t"),
    ("oă", "c m n ng t"),
    ("uâ", "n ng t"),
    ("uê", "- ch n nh"),
    ("uyê", "n t"),
];
/// Rarer ones, and vowels that only names have.
const MORE_RHYMES: [&str; 7] = ["oao", "oeo", "uây", "uơ", "uya", "uêu", "uao"];

const ONSETS: [&str; 28] = [
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh",
    "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x",
];

/// Up to eight codes in one number, so that tables are searched without strings.
type Packed = u64;

fn pack(codes: &[u8]) -> Option<Packed> {
    (codes.len() <= 8).then(|| codes.iter().fold(0, |sum, code| sum << 8 | Packed::from(*code)))
}

struct Tables {
    onsets: Vec<Packed>,
    rhymes: Vec<Packed>,
    /// Vowels in a row, whatever closes them.
    vowels: Vec<Packed>,
    western: Vec<Option<Letter>>,
    extended: Vec<Option<Letter>>,
}

const WESTERN: std::ops::Range<u32> = 0xc0..0x1b1;
const EXTENDED: std::ops::Range<u32> = 0x1ea0..0x1efa;

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let codes =
        |text: &str| -> Vec<u8> { text.chars().filter_map(taken_apart).map(|l| l.code).collect() };
    let sorted = |mut all: Vec<Packed>| {
        all.sort_unstable();
        all.dedup();
        all
    };
    let mut rhymes = Vec::new();
    let mut vowels = Vec::new();
    for (nucleus, codas) in RHYMES {
        vowels.extend(pack(&codes(nucleus)));
        for coda in codas.split(' ') {
            rhymes.extend(pack(&codes(&format!("{nucleus}{}", coda.trim_matches('-')))));
        }
    }
    for rhyme in MORE_RHYMES {
        vowels.extend(pack(&codes(rhyme)));
        rhymes.extend(pack(&codes(rhyme)));
    }
    let letters = |range: std::ops::Range<u32>| -> Vec<Option<Letter>> {
        range.map(|point| char::from_u32(point).and_then(taken_apart)).collect()
    };
    Tables {
        onsets: sorted(ONSETS.iter().filter_map(|onset| pack(&codes(onset))).collect()),
        rhymes: sorted(rhymes),
        vowels: sorted(vowels),
        western: letters(WESTERN),
        extended: letters(EXTENDED),
    }
});

/// A letter of Vietnamese (with f, j, w and z, which names have).
pub fn letter(c: char) -> Option<Letter> {
    if c.is_ascii_alphabetic() {
        return Some(Letter {
            code: c.to_ascii_lowercase() as u8,
            tone: 0,
            upper: c.is_ascii_uppercase(),
        });
    }
    let at = |range: std::ops::Range<u32>, table: &[Option<Letter>]| {
        table.get(usize::try_from(u32::from(c) - range.start).ok()?).copied().flatten()
    };
    match u32::from(c) {
        point if WESTERN.contains(&point) => at(WESTERN, &TABLES.western),
        point if EXTENDED.contains(&point) => at(EXTENDED, &TABLES.extended),
        _ => None,
    }
}

fn taken_apart(c: char) -> Option<Letter> {
    if matches!(c, 'đ' | 'Đ') {
        return Some(Letter { code: STROKE_D, tone: 0, upper: c == 'Đ' });
    }
    let mut parts = c.nfd();
    let base = parts.next().filter(char::is_ascii_alphabetic)?;
    let (mut code, mut tone) = (base.to_ascii_lowercase() as u8, 0);
    for mark in parts {
        if let Some(at) = TONES.iter().position(|own| *own == mark) {
            tone = u8::try_from(at + 1).ok()?;
            continue;
        }
        code = match (code, mark) {
            (b'a', '\u{306}') => BREVE_A,
            (b'a', '\u{302}') => CIRCUMFLEX_A,
            (b'e', '\u{302}') => CIRCUMFLEX_E,
            (b'o', '\u{302}') => CIRCUMFLEX_O,
            (b'o', '\u{31b}') => HORN_O,
            (b'u', '\u{31b}') => HORN_U,
            _ => return None,
        };
    }
    let carries = tone == 0 || is_vowel(code);
    carries.then_some(Letter { code, tone, upper: base.is_ascii_uppercase() })
}

const fn is_vowel(code: u8) -> bool {
    matches!(code, b'a' | b'e' | b'i' | b'o' | b'u' | b'y') || is_quality(code)
}

const fn is_quality(code: u8) -> bool {
    matches!(code, BREVE_A | CIRCUMFLEX_A | CIRCUMFLEX_E | CIRCUMFLEX_O | HORN_O | HORN_U)
}

/// The class of one word: letters only, no spaces or marks between them.
pub fn classify(word: impl Iterator<Item = char>) -> Class {
    let mut letters: SmallVec<[Letter; 12]> = SmallVec::new();
    let mut plain = true;
    let (mut has_lower, mut inner_capital) = (false, false);
    for c in word {
        let Some(letter) = letter(c) else { return Class::Broken };
        inner_capital |= letter.upper && !letters.is_empty() && !c.is_ascii();
        has_lower |= !letter.upper;
        plain &= c.is_ascii();
        letters.push(letter);
    }
    // A capital in the midst of a word: trÊn. ASCII ones are names (PXi, HRing).
    if inner_capital && has_lower {
        return Class::Broken;
    }
    if plain { Class::Plain } else { spelt(&letters) }
}

/// As if it had letters beyond ASCII: for telling words from abbreviations.
pub fn is_strict(word: impl Iterator<Item = char>) -> bool {
    let letters: Option<SmallVec<[Letter; 12]>> = word.map(letter).collect();
    letters.is_some_and(|letters| !letters.is_empty() && spelt(&letters) == Class::Strict)
}

fn spelt(letters: &[Letter]) -> Class {
    let codes: SmallVec<[u8; 12]> = letters.iter().map(|letter| letter.code).collect();
    let mut toned = letters.iter().enumerate().filter(|(_, letter)| letter.tone > 0);
    let first = toned.next().map(|(at, letter)| (at, letter.tone));
    if toned.next().is_some() {
        return Class::Broken;
    }
    // gi and qu hold a vowel letter: try the longest onset first.
    let start = codes.iter().position(|code| is_vowel(*code)).unwrap_or(codes.len());
    let mut onsets: SmallVec<[usize; 2]> = SmallVec::new();
    let glides = matches!(codes[..start], [b'g']) && codes.get(start) == Some(&b'i')
        || matches!(codes[..start], [b'q']) && codes.get(start) == Some(&b'u');
    if glides && codes.len() > start + 1 {
        onsets.push(start + 1);
    }
    onsets.push(start);
    let class = onsets.into_iter().map(|split| split_at(&codes, split, first)).max();
    class.unwrap_or(Class::Broken)
}

/// The tone is given as its place and number.
fn split_at(codes: &[u8], split: usize, tone: Option<(usize, u8)>) -> Class {
    let (onset, rhyme) = codes.split_at(split);
    let many = rhyme.iter().take_while(|code| is_vowel(**code)).count();
    let (vowels, coda) = rhyme.split_at(many);
    if vowels.is_empty() || coda.iter().any(|code| is_vowel(*code)) {
        return Class::Broken;
    }
    if let Some((at, _)) = tone
        && !may_carry(vowels, coda, at.wrapping_sub(split))
    {
        return Class::Broken;
    }
    let is_front = matches!(rhyme[0], b'e' | b'i' | b'y' | CIRCUMFLEX_E);
    if matches!(onset, b"ngh" | b"gh") && !is_front || onset == b"q" {
        return Class::Broken;
    }
    let tables = &*TABLES;
    let holds = |table: &[Packed], codes: &[u8]| {
        pack(codes).is_some_and(|packed| table.binary_search(&packed).is_ok())
    };
    if !holds(&tables.vowels, vowels) {
        return Class::Broken;
    }
    let stop = matches!(coda, b"c" | b"ch" | b"p" | b"t" | b"k");
    if stop && tone.is_some_and(|(_, tone)| !STOP_TONES.contains(&tone)) {
        return Class::Broken;
    }
    // Level before a stop: in names of the highlands, with k.
    let tone_fits = !stop || tone.is_some() || coda == b"k";
    let onset_fits = match onset {
        b"k" => is_front,
        b"g" => !is_front || rhyme[0] == b'i',
        b"c" | b"ng" => !is_front,
        _ => true,
    };
    let table_fits = holds(&tables.onsets, onset) && holds(&tables.rhymes, rhyme);
    // Đăk, Đắk and Ngọk are written with k before and after every vowel.
    let highland = coda == b"k" && table_fits;
    if table_fits && (onset_fits || highland) && tone_fits && y_fits(onset, rhyme) {
        return Class::Strict;
    }
    let sayable = |part: &[u8]| {
        part.len() <= 3 && part.iter().all(|code| !matches!(code, b'f' | b'j' | b'z'))
    };
    if sayable(onset) && sayable(coda) && vowels != [HORN_U, b'i'] {
        Class::Loose
    } else {
        Class::Broken
    }
}

/// yê opens a word; closed y follows qu and u only.
fn y_fits(onset: &[u8], rhyme: &[u8]) -> bool {
    match rhyme {
        [b'y', CIRCUMFLEX_E, ..] => onset.is_empty() || onset == b"qu",
        [b'y', _, ..] => onset == b"qu",
        [b'i', CIRCUMFLEX_E, ..] => !onset.is_empty(),
        _ => true,
    }
}

/// May the tone mark stand on this vowel? Hòa and hoà, thủy and thuỷ are both in use.
fn may_carry(vowels: &[u8], coda: &[u8], at: usize) -> bool {
    if at >= vowels.len() {
        return false;
    }
    if let Some(last) = vowels.iter().rposition(|code| is_quality(*code)) {
        return at == last;
    }
    match (vowels, coda.is_empty()) {
        ([_] | [b'o', b'o'], _) | ([b'o', b'a' | b'e'] | [b'u', b'y'], true) => true,
        ([b'o', b'a' | b'e'] | [b'u', b'y'], false)
        | ([b'u', b'y', b'a'] | [b'o' | b'u', b'a' | b'e' | b'y', _], _) => at == 1,
        _ => at == 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(word: &str) -> Class {
        classify(word.chars())
    }

    #[test]
    fn syllables_of_the_table() {
        let words = "Xã thôn phường Quảng Ngãi Nghĩa Hòa Hoà Thủy Thuỷ thuở giếng gì quý quyết \
            Quỳnh huyện Nguyễn ươm yên yếu khuỷu ngoằn nghiêng Đông Ấn ấn Ê ở hoàn loạt tuần Đắk \
            Đăk Ngọk lõm sóng trắng hưu rượu mười QUẢNG NGÃI Moóng già giữa cưới";
        for word in words.split_whitespace() {
            assert_eq!(class(word), Class::Strict, "{word}");
        }
    }

    #[test]
    fn names_of_the_highlands_are_loose_and_stay() {
        for word in "Níc Krông Brâu Xiêr Kơi Đal Pék Hmông Klơng Rơ Kà Ngìn Triêng".split(' ')
        {
            assert!(class(word) >= Class::Loose, "{word}: {:?}", class(word));
        }
        for word in ["Kon", "Rve", "HRing", "PXi", "Plei", "Wa"] {
            assert_eq!(class(word), Class::Plain, "{word}");
        }
    }

    #[test]
    fn what_old_fonts_leave_is_broken() {
        for word in [
            "Ph\u{ad}êng",
            "CÈm",
            "Thµnh",
            "Phöôøng",
            "Caåm",
            "Xaõ",
            "Phuù",
            "Nghóa",
            "T¬",
            "T«",
            "trÊn",
            "HiÕu",
            "NguyÔn",
            "BôÌng",
            "Chýa",
            "Phưá",
            "m²",
            "Müller",
        ] {
            assert_eq!(class(word), Class::Broken, "{word}");
        }
    }

    #[test]
    fn a_stop_takes_two_tones_only() {
        assert_eq!(class("Đặc"), Class::Strict);
        assert_eq!(class("đắc"), Class::Strict);
        assert_eq!(class("đằc"), Class::Broken);
        assert_eq!(class("Đãk"), Class::Broken);
        assert_eq!(class("đăc"), Class::Loose);
    }
}
