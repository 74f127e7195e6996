//! Vietnamese text of before Unicode, seen through a Western or a Vietnamese code page: which
//! bytes its letters were, and what they meant.
//!
//! Own tables only for TCVN3 (ABC) and VNI, which no library holds; the code pages are the
//! Encoding Standard's.

use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::{WINDOWS_1252, WINDOWS_1258};
use smallvec::SmallVec;
use unicode_normalization::UnicodeNormalization;

/// A word, letter by letter.
pub type Word = SmallVec<[char; 16]>;

/// An encoding that a text was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// TCVN 5712 VN3, fonts `.Vn…`.
    Tcvn3,
    /// VNI for Windows, fonts `VNI-…`.
    Vni,
    /// Base letters with combining tones, one byte each.
    Windows1258,
}

/// Through which code page the bytes came to be letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// Windows-1252, or Latin-1.
    Western,
    /// Windows-1258: a Vietnamese Windows opened the file.
    Vietnamese,
}

/// Old text as it stands in a Unicode cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Legacy {
    pub script: Script,
    pub view: View,
}

impl Legacy {
    pub const ALL: [Self; 5] = [
        Self { script: Script::Tcvn3, view: View::Western },
        Self { script: Script::Vni, view: View::Western },
        Self { script: Script::Windows1258, view: View::Western },
        Self { script: Script::Tcvn3, view: View::Vietnamese },
        Self { script: Script::Vni, view: View::Vietnamese },
    ];

    /// Position in [`Self::ALL`].
    pub fn index(self) -> usize {
        Self::ALL.iter().position(|own| *own == self).unwrap_or(0)
    }

    /// What the letters of a word meant; `None` when they were never this.
    pub fn read(self, word: impl Iterator<Item = char>) -> Option<Word> {
        let bytes: Option<SmallVec<[u8; 16]>> = word.map(|c| byte_of(c, self)).collect();
        self.script.read(&bytes?)
    }
}

impl Script {
    /// What the bytes of a word mean; `None` when one of them is no letter of the encoding.
    pub fn read(self, bytes: &[u8]) -> Option<Word> {
        match self {
            Self::Tcvn3 => bytes.iter().map(|byte| tcvn3(*byte)).collect(),
            Self::Vni => vni(bytes),
            Self::Windows1258 => {
                let (text, _, _) = WINDOWS_1258.decode(bytes);
                Some(text.nfc().collect())
            }
        }
    }
}

/// No letter.
const NO: char = '\0';

/// TCVN 5712 VN3 from 0xA0. Capitals with a tone have no byte: fonts whose names end in H draw
/// small letters as capitals. Checked against `encodings/letters.csv`.
#[rustfmt::skip]
const TCVN3: [char; 96] = [
    NO, 'Ă', 'Â', 'Ê', 'Ô', 'Ơ', 'Ư', 'Đ', 'ă', 'â', 'ê', 'ô', 'ơ', 'ư', 'đ', NO,
    NO, NO, NO, NO, NO, 'à', 'ả', 'ã', 'á', 'ạ', NO, 'ằ', 'ẳ', 'ẵ', 'ắ', NO,
    NO, NO, NO, NO, NO, NO, 'ặ', 'ầ', 'ẩ', 'ẫ', 'ấ', 'ậ', 'è', NO, 'ẻ', 'ẽ',
    'é', 'ẹ', 'ề', 'ể', 'ễ', 'ế', 'ệ', 'ì', 'ỉ', NO, NO, NO, 'ĩ', 'í', 'ị', 'ò',
    NO, 'ỏ', 'õ', 'ó', 'ọ', 'ồ', 'ổ', 'ỗ', 'ố', 'ộ', 'ờ', 'ở', 'ỡ', 'ớ', 'ợ', 'ù',
    NO, 'ủ', 'ũ', 'ú', 'ụ', 'ừ', 'ử', 'ữ', 'ứ', 'ự', 'ỳ', 'ỷ', 'ỹ', 'ý', 'ỵ', NO,
];

fn tcvn3(byte: u8) -> Option<char> {
    match byte {
        0..0x80 => Some(char::from(byte)),
        0x80..0xa0 => None,
        _ => Some(TCVN3[usize::from(byte) - 0xa0]).filter(|letter| *letter != NO),
    }
}

/// Letters of VNI that are one byte, in Latin-1, small and capital.
const VNI_ALONE: [(char, char); 9] = [
    ('ñ', 'đ'),
    ('ô', 'ơ'),
    ('ö', 'ư'),
    ('ì', 'ì'),
    ('í', 'í'),
    ('æ', 'ỉ'),
    ('ó', 'ĩ'),
    ('ò', 'ị'),
    ('î', 'ỵ'),
];

/// What follows a vowel, in Latin-1, and the combining marks that it stands for.
const VNI_MARKS: [(char, &str); 17] = [
    ('ø', "\u{300}"),
    ('ù', "\u{301}"),
    ('õ', "\u{303}"),
    ('û', "\u{309}"),
    ('ï', "\u{323}"),
    ('â', "\u{302}"),
    ('à', "\u{302}\u{300}"),
    ('á', "\u{302}\u{301}"),
    ('ã', "\u{302}\u{303}"),
    ('å', "\u{302}\u{309}"),
    ('ä', "\u{302}\u{323}"),
    ('ê', "\u{306}"),
    ('è', "\u{306}\u{300}"),
    ('é', "\u{306}\u{301}"),
    ('ü', "\u{306}\u{303}"),
    ('ú', "\u{306}\u{309}"),
    ('ë', "\u{306}\u{323}"),
];

/// A vowel takes the mark behind it; a mark without its vowel was never VNI.
fn vni(bytes: &[u8]) -> Option<Word> {
    let mut out = Word::new();
    let mut letters = bytes.iter().map(|byte| char::from(*byte)).peekable();
    while let Some(c) = letters.next() {
        let lower = c.to_lowercase().next().unwrap_or(c);
        let base = if c.is_ascii() {
            c
        } else {
            let (_, meant) = VNI_ALONE.iter().find(|(byte, _)| *byte == lower)?;
            if c == lower { *meant } else { meant.to_uppercase().next()? }
        };
        let carries = matches!(base.to_ascii_lowercase(), 'a' | 'e' | 'o' | 'u' | 'y')
            || matches!(base, 'ơ' | 'ư' | 'Ơ' | 'Ư');
        let mark = letters.peek().filter(|_| carries).and_then(|next| {
            let next = next.to_lowercase().next()?;
            VNI_MARKS.iter().find(|(mark, _)| *mark == next)
        });
        match mark {
            Some((_, marks)) => {
                let mut composed = std::iter::once(base).chain(marks.chars()).nfc();
                let letter = composed.next()?;
                if composed.next().is_some() {
                    return None; // o with a breve
                }
                out.push(letter);
                letters.next();
            }
            None => out.push(base),
        }
    }
    Some(out)
}

struct Inverse {
    western: HashMap<char, u8>,
    vietnamese: HashMap<char, u8>,
}

static INVERSE: LazyLock<Inverse> = LazyLock::new(|| {
    let of = |encoding: &'static encoding_rs::Encoding| {
        let mut found = HashMap::new();
        for byte in 0x80_u8..=0xff {
            let (text, _, _) = encoding.decode(std::slice::from_ref(&byte));
            if let Some(c) = text.chars().next() {
                found.insert(c, byte);
            }
        }
        found
    };
    Inverse { western: of(WINDOWS_1252), vietnamese: of(WINDOWS_1258) }
});

/// The byte that a Western view made this letter of: Windows-1252, or Latin-1.
pub fn western_byte(c: char) -> Option<u8> {
    match c {
        '\0'..='\u{ff}' => u8::try_from(u32::from(c)).ok(),
        _ => INVERSE.western.get(&c).copied(),
    }
}

fn byte_of(c: char, legacy: Legacy) -> Option<u8> {
    match (legacy.view, c) {
        // Look alike in a list of symbols: what tools make of µ and · on their way.
        (_, '\u{3bc}') => Some(0xb5),
        (View::Western, '\u{2219}') => Some(0xb7),
        (View::Western, _) => western_byte(c),
        (View::Vietnamese, '\0'..='\x7f') => u8::try_from(u32::from(c)).ok(),
        (View::Vietnamese, _) => INVERSE.vietnamese.get(&c).copied(),
    }
}
