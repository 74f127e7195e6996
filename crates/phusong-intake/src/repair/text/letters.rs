//! Letters that are drawn alike and are not the same: Ð for Đ, Cyrillic and Greek in names and
//! codes, full-width forms, spaces of every width, marks that nobody sees, and letters in pieces.

use smallvec::SmallVec;
use unicode_normalization::UnicodeNormalization;

use super::syllable::{Class, classify};
use super::{Fix, Steps};

/// Drawn alike: Cyrillic and Greek, and the Latin letter that was meant.
const ALIKE: [(&str, &str); 2] = [
    ("АВЕЅКМНОРСТУХІЈԌԚԜаеорсухіјѕԛԝһ", "ABESKMHOPCTYXIJGQWaeopcyxijsqwh"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανικρυχ", "ABEZHIKMNOPTYXoavikpyx"),
];
/// Marks that make another letter come before the tone.
const QUALITIES: [char; 3] = ['\u{302}', '\u{306}', '\u{31b}'];

/// The text with every letter as it was meant; `None` when nothing was to do. Soft hyphens stay:
/// in an old font they are a letter.
pub fn mend(text: &str, steps: &mut Steps) -> Option<String> {
    if text.chars().all(is_settled) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let (mut hidden, mut spaces, mut wide) = (false, false, false);
    for c in text.chars() {
        match c {
            _ if is_hidden(c) => hidden = true,
            _ if is_odd_space(c) => {
                spaces = true;
                out.push(' ');
            }
            '\u{ff01}'..='\u{ff5e}' => {
                wide = true;
                out.extend(char::from_u32(u32::from(c) - 0xfee0));
            }
            _ => out.push(c),
        }
    }
    let mut note = |did: bool, fix| {
        if did {
            steps.push(fix);
        }
    };
    note(hidden, Fix::Hidden);
    note(spaces, Fix::Spaces);
    note(wide, Fix::FullWidth);
    let alike = lookalikes(&out);
    note(alike.is_some(), Fix::Lookalikes);
    let out = alike.unwrap_or(out);
    let composed = compose(&out);
    note(composed != out, Fix::Composed);
    let strokes = strokes(&composed);
    note(strokes.is_some(), Fix::Stroke);
    let out = strokes.unwrap_or(composed);
    (out != text).then_some(out)
}

/// Letters that need no second look.
fn is_settled(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\n' | '\r' | '\t'
        | '\u{a1}'..='\u{cf}' | '\u{d1}'..='\u{ef}' | '\u{f1}'..='\u{17f}'
        | '\u{1a0}' | '\u{1a1}' | '\u{1af}' | '\u{1b0}'
        | '\u{1ea0}'..='\u{1ef9}'
        | '\u{2010}'..='\u{2027}' | '\u{2032}' | '\u{2033}' | '\u{2264}' | '\u{2265}' | '\u{20ab}')
}

/// Takes no room and says nothing.
pub const fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fe0e}' | '\u{fe0f}' | '\u{180e}')
}

const fn is_odd_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}'
                | '\u{202f}'
                | '\u{205f}'
                | '\u{3000}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{85}'
    )
}

/// A word that holds a foreign letter becomes Latin when every one of them has a double, and it
/// or its cell is otherwise Latin or a number. A word of another language stays.
fn lookalikes(text: &str) -> Option<String> {
    let double = |c: char| {
        ALIKE.iter().find_map(|(foreign, latin)| {
            let at = foreign.chars().position(|own| own == c)?;
            latin.chars().nth(at)
        })
    };
    if !text.chars().any(|c| double(c).is_some()) {
        return None;
    }
    let is_foreign = |c: char| c.is_alphabetic() && matches!(c, '\u{370}'..='\u{52f}');
    let is_latin = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1ea0}'..='\u{1ef9}')
    };
    let cell_is_latin = text.chars().any(is_latin);
    let mut out = String::with_capacity(text.len());
    let mut changed = false;
    for word in words_and_gaps(text) {
        let foreign = word.chars().filter(|c| is_foreign(*c)).count();
        let doubles = word.chars().filter(|c| double(*c).is_some()).count();
        if foreign > 0 && foreign == doubles && (cell_is_latin || word.chars().any(is_latin)) {
            out.extend(word.chars().map(|c| double(c).unwrap_or(c)));
            changed = true;
        } else {
            out.push_str(word);
        }
    }
    changed.then_some(out)
}

/// Runs of letters, marks and digits, and what stands between them.
fn words_and_gaps(text: &str) -> impl Iterator<Item = &str> {
    let is_word =
        |c: char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|c| is_word(c) != is_word(first)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

/// Composed, whatever the order in which the marks were typed; a mark typed twice counts once.
fn compose(text: &str) -> String {
    let is_mark = unicode_normalization::char::is_combining_mark;
    if !text.chars().any(is_mark) {
        return text.nfc().collect();
    }
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    let mut marks: SmallVec<[char; 4]> = SmallVec::new();
    let flush = |marks: &mut SmallVec<[char; 4]>, out: &mut Vec<char>| {
        marks.sort_by_key(|mark| !QUALITIES.contains(mark));
        marks.dedup();
        out.extend(marks.drain(..));
    };
    for c in text.nfd() {
        if is_mark(c) {
            marks.push(c);
        } else {
            flush(&mut marks, &mut out);
            out.push(c);
        }
    }
    flush(&mut marks, &mut out);
    out.into_iter().nfc().collect()
}

/// Ð, Ɖ for Đ, and a caron for a breve, where the word is spelt so in Vietnamese.
fn strokes(text: &str) -> Option<String> {
    let meant = |c: char| match c {
        'Ð' | 'Ɖ' => 'Đ',
        'ð' | 'ɖ' => 'đ',
        'Ǎ' => 'Ă',
        'ǎ' => 'ă',
        other => other,
    };
    if text.chars().all(|c| meant(c) == c) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for word in words_and_gaps(text) {
        let letters = || word.chars().filter(|c| !c.is_numeric()).map(meant);
        let fits =
            classify(letters()) > Class::Broken || letters().all(|c| c.is_ascii() || c == 'Đ');
        if fits { out.extend(word.chars().map(meant)) } else { out.push_str(word) }
    }
    (out != text).then_some(out)
}
