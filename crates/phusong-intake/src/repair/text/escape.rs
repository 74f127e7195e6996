//! Text that was encoded once too often: HTML entities, and UTF-8 read as Windows-1252.

use html_escape::decode_html_entities;
use smallvec::SmallVec;

use super::legacy::western_byte;
use super::syllable::{Class, classify, letter};

/// `&#7853;`, `&agrave;`, also when they were escaped twice.
pub fn entities(text: &str) -> Option<String> {
    let looks = |text: &str| {
        text.split('&').skip(1).any(|rest| {
            let end = rest.bytes().take(10).position(|byte| byte == b';');
            end.is_some_and(|end| {
                end > 1
                    && rest.as_bytes()[..end]
                        .iter()
                        .all(|b| b.is_ascii_alphanumeric() || *b == b'#')
            })
        })
    };
    let mut out: Option<String> = None;
    for _ in 0..2 {
        let now = out.as_deref().unwrap_or(text);
        if !looks(now) {
            break;
        }
        let next = decode_html_entities(now).into_owned();
        if next == now {
            break;
        }
        out = Some(next);
    }
    out
}

/// What a torn text became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Torn {
    /// How often it had been encoded too often.
    Mended { text: String, times: u8 },
    /// Bytes were lost on the way, and more than one letter fits.
    Unsure(Vec<String>),
}

/// Bytes that Windows-1252 has no letter for: careless tools drop them.
const LOSABLE: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
/// Readings of one cell that are worth asking about.
const MOST_READINGS: usize = 6;

/// Letters of a torn text: a lead byte of UTF-8 as a letter of its own.
pub fn looks_torn(text: &str) -> bool {
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let lead = matches!(c, 'Â' | 'Ã' | 'Ä' | 'Å' | 'Æ' | 'Ì' | 'á' | 'â' | 'Ê' | 'Ë' | 'ï');
        let torn = letters
            .peek()
            .and_then(|next| western_byte(*next))
            .is_some_and(|byte| (0x80..0xc0).contains(&byte));
        if lead && torn {
            return true;
        }
    }
    false
}

/// Undoes it, up to three times over.
pub fn mend_torn(text: &str) -> Option<Torn> {
    let mut now = text.to_owned();
    let mut times = 0;
    while times < 3 && looks_torn(&now) {
        match once(&now) {
            None => break,
            Some(readings) if readings.len() == 1 => now = readings.into_iter().next()?,
            Some(readings) => return Some(Torn::Unsure(readings)),
        }
        times += 1;
    }
    (times > 0).then_some(Torn::Mended { text: now, times })
}

/// One piece of a text on its way back.
enum Piece {
    Letter(char),
    /// One byte is gone: these letters fit.
    Lost(SmallVec<[char; 6]>),
}

fn once(text: &str) -> Option<Vec<String>> {
    let letters: Vec<char> = text.chars().collect();
    let mut pieces = Vec::with_capacity(letters.len());
    let (mut at, mut whole) = (0, 0_usize);
    while at < letters.len() {
        if let Some((c, used)) = sequence(&letters[at..]) {
            pieces.push(Piece::Letter(c));
            at += used;
            whole += 1;
        } else if let Some((fits, used)) = torn_sequence(&letters[at..]) {
            pieces.push(Piece::Lost(fits));
            at += used;
        } else {
            pieces.push(Piece::Letter(letters[at]));
            at += 1;
        }
    }
    // A lone Ã before a space may be itself: only what is torn elsewhere speaks for a lost byte.
    (whole > 0).then(|| readings(&pieces)).filter(|found| !found.is_empty())
}

/// A whole sequence of UTF-8, byte by byte, and how many letters it took.
fn sequence(letters: &[char]) -> Option<(char, usize)> {
    let lead = western_byte(*letters.first()?)?;
    let length = length_of(lead)?;
    let bytes: Option<SmallVec<[u8; 4]>> =
        letters.get(..length)?.iter().map(|c| western_byte(*c)).collect();
    let text = std::str::from_utf8(bytes.as_deref()?).ok()?;
    Some((text.chars().next()?, length))
}

const fn length_of(lead: u8) -> Option<usize> {
    match lead {
        0xc2..=0xdf => Some(2),
        0xe0..=0xef => Some(3),
        _ => None,
    }
}

/// A sequence whose last byte is gone, or became a space (à is C3 A0, and A0 is a space).
fn torn_sequence(letters: &[char]) -> Option<(SmallVec<[char; 6]>, usize)> {
    let lead = western_byte(*letters.first()?).filter(|lead| matches!(lead, 0xc3..=0xc6 | 0xe1))?;
    let length = length_of(lead)?;
    let mut bytes: SmallVec<[u8; 4]> = SmallVec::from_slice(&[lead]);
    for c in letters.get(1..length - 1)? {
        bytes.push(western_byte(*c).filter(|byte| (0x80..0xc0).contains(byte))?);
    }
    let next = letters.get(length - 1).copied();
    if next.and_then(western_byte).is_some_and(|byte| (0x80..0xc0).contains(&byte)) {
        return None;
    }
    let mut used = length - 1;
    let mut lost: SmallVec<[u8; 6]> = SmallVec::from_slice(&LOSABLE);
    match next {
        Some('\u{fffd}') => used += 1,
        Some(' ') | None => {
            lost.push(0xa0);
            // A no-break space made plain, and the space of the text behind it.
            used += usize::from(letters.get(length) == Some(&' '));
        }
        _ => {}
    }
    let fits: SmallVec<[char; 6]> = lost
        .iter()
        .filter_map(|byte| {
            let mut whole = bytes.clone();
            whole.push(*byte);
            let c = std::str::from_utf8(&whole).ok()?.chars().next()?;
            letter(c).map(|_| c)
        })
        .collect();
    (!fits.is_empty()).then_some((fits, used))
}

/// Every text whose words are Vietnamese; one, when nothing was lost.
fn readings(pieces: &[Piece]) -> Vec<String> {
    let mut found = vec![(String::new(), String::new())];
    let close = |found: &mut Vec<(String, String)>| {
        let class = |word: &str| classify(word.chars());
        let best = found.iter().map(|(_, word)| class(word)).max().unwrap_or(Class::Broken);
        if found.len() > 1 {
            found.retain(|(_, word)| class(word) == best);
        }
        for (text, word) in found.iter_mut() {
            text.push_str(word);
            word.clear();
        }
        found.dedup();
        found.truncate(MOST_READINGS);
    };
    for piece in pieces {
        match piece {
            Piece::Letter(c) if c.is_alphabetic() => {
                for (_, word) in &mut found {
                    word.push(*c);
                }
            }
            Piece::Letter(c) => {
                close(&mut found);
                for (text, _) in &mut found {
                    text.push(*c);
                }
            }
            Piece::Lost(fits) => {
                let each = std::mem::take(&mut found);
                for (text, word) in each.into_iter().take(MOST_READINGS) {
                    found.extend(fits.iter().map(|c| (text.clone(), format!("{word}{c}"))));
                }
            }
        }
    }
    close(&mut found);
    found.into_iter().map(|(text, _)| text).collect()
}
