//! VIQR: Vietnamese in ASCII, its marks as signs behind the vowel (`Pho` + `+` …, `Ba To+`).

use unicode_normalization::UnicodeNormalization;

use super::syllable::{Class, classify};

/// A text as VIQR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viqr {
    pub text: String,
    /// Words that no other habit of writing explains.
    pub sure: u32,
    /// A full stop or question mark behind the last vowel: a tone, or the end of a sentence.
    pub open_end: bool,
}

/// Signs that hardly stand behind a vowel otherwise.
const SURE: [char; 5] = ['^', '+', '(', '`', '~'];

/// May a text be VIQR at all? Cheap.
pub fn may_be(text: &str) -> bool {
    text.is_ascii()
        && text
            .as_bytes()
            .windows(2)
            .any(|pair| is_vowel(char::from(pair[0])) && SURE.contains(&char::from(pair[1])))
}

const fn is_vowel(c: char) -> bool {
    matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// Reads all words; `None` when one of them comes out broken. `ends_are_tones`: what a sign at the
/// end of a word is.
pub fn read(text: &str, ends_are_tones: bool) -> Option<Viqr> {
    let mut found = Viqr { text: String::with_capacity(text.len()), sure: 0, open_end: false };
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let (letters, sure, open) = word_of(word, ends_are_tones);
        found.text.push_str(&letters);
        found.text.push_str(&piece[word.len()..]);
        found.open_end |= open;
        for part in letters.split(|c: char| !c.is_alphabetic()).filter(|part| !part.is_empty()) {
            match classify(part.chars()) {
                Class::Broken => return None,
                Class::Strict if sure => found.sure += 1,
                _ => {}
            }
        }
    }
    Some(found)
}

fn word_of(word: &str, ends_are_tones: bool) -> (String, bool, bool) {
    let mut out = String::new();
    let (mut sure, mut open) = (false, false);
    let letters: Vec<char> = word.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        let c = letters[at];
        let next = letters.get(at + 1).copied();
        at += 1;
        if c == '\\' && next.is_some() {
            continue;
        }
        if matches!(c, 'd' | 'D') && matches!(next, Some('d' | 'D')) {
            out.push(if c == 'd' { 'đ' } else { 'Đ' });
            at += 1;
            continue;
        }
        if !is_vowel(c) {
            out.push(c);
            continue;
        }
        let mut marks = String::from(c);
        if let Some(quality) = next.and_then(|sign| quality(c, sign)) {
            // (a) is no ă when the bracket is closed behind it.
            marks.push(quality);
            sure = true;
            at += 1;
        }
        if let Some(tone) = letters.get(at).and_then(|sign| tone(*sign)) {
            let sign = letters[at];
            let ends = letters[at + 1..].iter().all(|c| !c.is_alphabetic());
            let is_stop = matches!(sign, '.' | '?') && ends;
            open |= is_stop;
            if !is_stop || ends_are_tones {
                sure |= matches!(sign, '`' | '~');
                marks.push(tone);
                at += 1;
            }
        }
        out.extend(marks.nfc());
    }
    (out, sure, open)
}

const fn quality(vowel: char, sign: char) -> Option<char> {
    match (vowel.to_ascii_lowercase(), sign) {
        ('a' | 'e' | 'o', '^') => Some('\u{302}'),
        ('a', '(') => Some('\u{306}'),
        ('o' | 'u', '+' | '*') => Some('\u{31b}'),
        _ => None,
    }
}

const fn tone(sign: char) -> Option<char> {
    match sign {
        '`' => Some('\u{300}'),
        '\'' => Some('\u{301}'),
        '~' => Some('\u{303}'),
        '?' => Some('\u{309}'),
        '.' => Some('\u{323}'),
        _ => None,
    }
}
