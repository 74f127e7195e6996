//! Text that was encoded once too often: HTML entities, and UTF-8 read as Windows-1252.

use html_escape::decode_html_entities;
use smallvec::SmallVec;

use super::legacy::western_byte;
use super::syllable::{Class, classify, is_strict, letter};

/// `&#7853;`, `&agrave;`, also when they were escaped more than once.
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
    for _ in 0..8 {
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
        let next = letters.peek().filter(|_| lead);
        let torn = next.and_then(|next| western_byte(*next));
        if torn.is_some_and(|byte| (0x80..0xc0).contains(&byte)) {
            return true;
        }
    }
    false
}

/// Undoes it, up to three times over.
pub fn mend_torn(text: &str) -> Option<Torn> {
    if !looks_torn(text) {
        return None;
    }
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
    /// The byte became a plain space, or is gone before one.
    LostAtSpace(SmallVec<[char; 6]>),
}

fn once(text: &str) -> Option<Vec<String>> {
    let letters: Vec<char> = text.chars().collect();
    let mut pieces = Vec::with_capacity(letters.len());
    let (mut at, mut is_torn) = (0, false);
    while at < letters.len() {
        if let Some((c, used)) = sequence(&letters[at..]) {
            pieces.push(Piece::Letter(c));
            at += used;
            is_torn = true;
        } else if let Some((piece, used)) = torn_sequence(&letters[at..]) {
            // Two bytes of three are a trace of their own; a lone Ã may be itself.
            is_torn |= letters[at] == 'á';
            pieces.push(piece);
            at += used;
        } else {
            pieces.push(Piece::Letter(letters[at]));
            at += 1;
        }
    }
    is_torn.then(|| readings(&pieces)).filter(|found| !found.is_empty())
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
fn torn_sequence(letters: &[char]) -> Option<(Piece, usize)> {
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
    let at_space = matches!(next, Some(' ') | None);
    let lost = LOSABLE.iter().chain(at_space.then_some(&0xa0));
    let fits: SmallVec<[char; 6]> = lost
        .filter_map(|byte| {
            let mut whole = bytes.clone();
            whole.push(*byte);
            let c = std::str::from_utf8(&whole).ok()?.chars().next()?;
            letter(c).map(|_| c)
        })
        .collect();
    if fits.is_empty() {
        return None;
    }
    Some(match next {
        // A no-break space made plain, and the space of the text behind it.
        Some(' ') if letters.get(length) == Some(&' ') => (Piece::Lost(fits), length),
        Some(' ') => (Piece::LostAtSpace(fits), length),
        Some('\u{fffd}') => (Piece::Lost(fits), length),
        _ => (Piece::Lost(fits), length - 1),
    })
}

/// A text on its way, with its last word, and how many words came out badly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Way {
    bad: u32,
    text: String,
    word: String,
}

impl Way {
    fn with(&self, c: char) -> Self {
        let mut way = self.clone();
        way.word.push(c);
        way
    }

    fn close(&mut self) {
        self.bad += match classify(self.word.chars()) {
            Class::Strict => 0,
            Class::Plain if self.word.is_empty() || is_strict(self.word.chars()) => 0,
            Class::Loose | Class::Plain => 1,
            Class::Broken => 4,
        };
        self.text.push_str(&self.word);
        self.word.clear();
    }

    fn gap(mut self, c: char) -> Self {
        self.close();
        self.text.push(c);
        self
    }
}

/// The texts whose words are the best Vietnamese; one, when nothing was lost.
fn readings(pieces: &[Piece]) -> Vec<String> {
    /// Ways that are followed at once.
    const MOST_WAYS: usize = 48;
    let mut ways = vec![Way::default()];
    for piece in pieces {
        ways = match piece {
            Piece::Letter(c) if c.is_alphabetic() => ways.iter().map(|way| way.with(*c)).collect(),
            Piece::Letter(c) => ways.into_iter().map(|way| way.gap(*c)).collect(),
            Piece::Lost(fits) => {
                ways.iter().flat_map(|way| fits.iter().map(|c| way.with(*c))).collect()
            }
            Piece::LostAtSpace(fits) => ways
                .iter()
                .flat_map(|way| fits.iter().map(|c| way.with(*c)))
                .flat_map(|way| [way.clone(), way.gap(' ')])
                .collect(),
        };
        if ways.len() > MOST_WAYS {
            ways.sort_by_key(|way| way.bad);
            ways.truncate(MOST_WAYS);
        }
    }
    for way in &mut ways {
        way.close();
    }
    let best = ways.iter().map(|way| way.bad).min().unwrap_or(0);
    ways.retain(|way| way.bad == best);
    ways.dedup();
    ways.truncate(MOST_READINGS);
    ways.into_iter().map(|way| way.text).collect()
}
