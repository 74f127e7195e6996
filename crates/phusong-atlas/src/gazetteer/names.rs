//! Two readings of a Vietnamese name: folded (for searching) and normalised (for comparing).
//!
//! Normalising undoes only what spells the *same* name: Unicode form, case, where the tone mark
//! sits (Thùy/Thuỳ), prefixes (`xã`, `H.`, `thôn` …) and three spellings of the highlands
//! (Đắk/Đăk, Ngọc/Ngọk, Kon/Con). Sơn Tinh and Sơn Tịnh stay apart.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// Tone marks: grave, acute, tilde, hook above, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
/// Marks that make another letter: circumflex, breve, horn.
const QUALITIES: [char; 3] = ['\u{302}', '\u{306}', '\u{31b}'];

/// Words that say what a place is, not what it is called. Longer ones first.
const KINDS: [(&[&str], &str); 21] = [
    (&["tổ", "dân", "phố"], "tổ dân phố"),
    (&["khu", "dân", "cư"], "khu dân cư"),
    (&["thành", "phố"], "thành phố"),
    (&["thị", "trấn"], "thị trấn"),
    (&["đặc", "khu"], "đặc khu"),
    (&["thị", "xã"], "thị xã"),
    (&["phường"], "phường"),
    (&["huyện"], "huyện"),
    (&["tỉnh"], "tỉnh"),
    (&["thôn"], "thôn"),
    (&["làng"], "làng"),
    (&["xã"], "xã"),
    (&["tdp"], "tổ dân phố"),
    (&["kdc"], "khu dân cư"),
    (&["tp"], "thành phố"),
    (&["tt"], "thị trấn"),
    (&["tx"], "thị xã"),
    (&["th."], "thôn"),
    (&["h."], "huyện"),
    (&["p."], "phường"),
    (&["x."], "xã"),
];

/// A name ready to be compared: what it is called, and what kind of place it says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameKey {
    /// Equal keys spell the same name. For comparing only, never for showing.
    pub key: String,
    /// The prefix that was there: `xã`, `huyện`, `thôn` …
    pub kind: Option<&'static str>,
}

impl NameKey {
    /// Reads a name as people write it.
    pub fn of(text: &str) -> Self {
        let all = syllables(text);
        let mut words = all.as_slice();
        let mut kind = None;
        while let Some((length, word)) = prefix(words) {
            words = &words[length..];
            kind = kind.or(Some(word));
        }
        if let [so, number, ..] = words
            && so.base == "so\u{302}"
            && so.tone == Some('\u{301}')
            && number.base.starts_with(|c: char| c.is_ascii_digit())
        {
            words = &words[1..];
        }
        let last = words.len().saturating_sub(1);
        let keys: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(at, syllable)| {
                if at == 0 && last > 0 && syllable.is("con") {
                    "kon".into()
                } else {
                    syllable.key()
                }
            })
            .collect();
        Self { key: keys.join(" "), kind }
    }
}

/// The key by which two spellings of one name are equal. Different names stay different.
pub fn normalise(text: &str) -> String {
    NameKey::of(text).key
}

/// Lower case, no accents, `đ` as `d`, punctuation as single spaces: what a hurried person types.
///
/// For searching only: Ba Tơ and Ba Tô fold to the same text.
pub fn fold_for_search(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.is_ascii() {
        fold(text.chars(), &mut out);
    } else {
        fold(text.nfd(), &mut out);
    }
    out.truncate(out.trim_end().len());
    out
}

fn fold(letters: impl Iterator<Item = char>, out: &mut String) {
    for c in letters {
        if is_mark(c) || is_apostrophe(c) {
            continue;
        }
        if !c.is_alphanumeric() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            continue;
        }
        for lower in c.to_lowercase() {
            out.push(if is_d_with_stroke(lower) { 'd' } else { lower });
        }
    }
}

/// One syllable: its letters without tone, its tone, and whether a full stop follows it.
#[derive(Debug, Default)]
struct Syllable {
    base: String,
    tone: Option<char>,
    dot: bool,
}

impl Syllable {
    fn is(&self, plain: &str) -> bool {
        self.tone.is_none() && self.base == plain
    }

    /// The letters, then the tone: where the mark sat no longer matters.
    fn key(&self) -> String {
        const DAK: &str = "đa\u{306}k";
        if self.base == DAK {
            return DAK.into();
        }
        if matches!(self.base.as_str(), "ngok" | "ngoc")
            && matches!(self.tone, None | Some('\u{323}'))
        {
            return "ngoc\u{323}".into();
        }
        if self.base.bytes().all(|b| b.is_ascii_digit()) {
            let digits = self.base.trim_start_matches('0');
            return if digits.is_empty() { "0".into() } else { digits.into() };
        }
        let mut key = self.base.clone();
        key.extend(self.tone);
        key
    }
}

fn syllables(text: &str) -> Vec<Syllable> {
    // Most of what is compared is typed without marks, or is a number.
    if text.is_ascii() { parted(text.chars()) } else { parted(text.nfd()) }
}

fn parted(letters: impl Iterator<Item = char>) -> Vec<Syllable> {
    let mut all = Vec::new();
    let mut current = Syllable::default();
    for c in letters {
        if TONES.contains(&c) {
            current.tone = Some(c);
        } else if QUALITIES.contains(&c) || c.is_alphanumeric() {
            for lower in c.to_lowercase() {
                current.base.push(if is_d_with_stroke(lower) { 'đ' } else { lower });
            }
        } else if !is_mark(c) && !is_apostrophe(c) {
            current.dot = c == '.';
            close(&mut all, &mut current);
        }
    }
    close(&mut all, &mut current);
    all
}

fn close(all: &mut Vec<Syllable>, current: &mut Syllable) {
    let syllable = std::mem::take(current);
    if !syllable.base.is_empty() {
        all.push(syllable);
    }
}

/// How many syllables of a prefix stand in front, and the word it stands for. Something must
/// be left behind it.
fn prefix(words: &[Syllable]) -> Option<(usize, &'static str)> {
    PREFIXES.iter().find_map(|(parts, kind)| {
        let fits = words.len() > parts.len()
            && parts.iter().zip(words).all(|(part, word)| {
                part.base == word.base && part.tone == word.tone && (word.dot || !part.dot)
            });
        fits.then_some((parts.len(), *kind))
    })
}

/// Those words, taken apart like any other; a full stop means that one must be there.
static PREFIXES: LazyLock<Vec<(Vec<Syllable>, &str)>> = LazyLock::new(|| {
    let parted = |parts: &[&str]| parts.iter().flat_map(|part| syllables(part)).collect();
    KINDS.iter().map(|(parts, kind)| (parted(parts), *kind)).collect()
});

/// A folded name without the words in front that say what it is: `thon kon doc` is Kon Đốc. Not
/// `tinh`: places called Tịnh fold to it, and nobody looks for a province here.
pub fn without_kind(folded: &str) -> &str {
    static FOLDED: LazyLock<Vec<String>> = LazyLock::new(|| {
        let kinds = KINDS.iter().map(|(parts, _)| parts.join(" "));
        let plain = kinds.filter(|kind| !kind.contains('.') && kind != "tỉnh");
        plain.map(|kind| fold_for_search(&kind) + " ").collect()
    });
    let mut rest = folded;
    while let Some(name) = FOLDED.iter().find_map(|kind| rest.strip_prefix(kind.as_str())) {
        rest = name;
    }
    rest
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// K'Bang, K’Bang: the stroke is no letter and parts no words.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ')
}

/// Đ of Vietnamese, and the eth and African letters that old files hold in its place.
fn is_d_with_stroke(lower: char) -> bool {
    matches!(lower, 'đ' | 'ð' | 'ɖ')
}
