//! The second look: every cell mended by what its column and its file are known to hold.

use std::borrow::Cow;
use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::escape::{self, Torn};
use super::judged::{Judged, judge};
use super::legacy::{Legacy, Script, View};
use super::survey::{has_vowel, pieces};
use super::syllable::{Class, classify};
use super::{Doubt, Fix, Repaired, Steps, Unsure, letters, viqr};

/// What a full stop or question mark at the end of a word of VIQR is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    Tones,
    Unclear,
}

/// What one column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ColumnHabit {
    pub legacy: Option<Legacy>,
    /// No word of the column is sure to be Unicode.
    pub is_sole: bool,
    /// Words that are valid both ways are asked.
    pub is_doubtful: bool,
    pub has_broken: bool,
    pub viqr: Option<Ends>,
    /// Words that speak for `legacy`.
    pub votes: u32,
}

/// What the columns of a table hold: made by [`super::Survey::decide`].
#[derive(Debug, Clone, Default)]
pub struct Habit {
    pub(super) columns: BTreeMap<u16, ColumnHabit>,
    /// Old scripts that the file is sure to hold somewhere.
    pub(super) present: Vec<Legacy>,
    /// Soft hyphens were dropped on the way: ư of TCVN3 is gone.
    pub(super) u_is_lost: bool,
    pub(super) is_viqr: bool,
    /// Somewhere letters were turned into question marks.
    pub(super) is_lossy: bool,
}

impl Habit {
    /// What a column was found to be written in, and how many words say so.
    pub fn legacy(&self, column: u16) -> Option<(Legacy, u32)> {
        let own = self.columns.get(&column)?;
        own.legacy.map(|legacy| (legacy, own.votes))
    }

    /// A cell of this column, mended.
    pub fn repair<'t>(&self, column: u16, text: &'t str) -> Repaired<'t> {
        let own = self.columns.get(&column).copied().unwrap_or_default();
        if text.is_ascii() && self.is_settled_ascii(text, own) {
            return Repaired::untouched(text);
        }
        let mut steps = Steps::new();
        let mut now: Cow<'t, str> = Cow::Borrowed(text);
        if let Some(mended) = escape::entities(&now) {
            steps.push(Fix::Entities);
            now = Cow::Owned(mended);
        }
        match escape::mend_torn(&now) {
            Some(Torn::Mended { text, times }) => {
                steps.push(Fix::Utf8(times));
                now = Cow::Owned(text);
            }
            Some(Torn::Unsure(readings)) => return asked(text, Unsure::LettersLost, readings),
            None => {}
        }
        match self.legacy_meant(own, &now) {
            Outcome::Same => {}
            Outcome::Mended(mended, did) => {
                steps.extend(did);
                now = Cow::Owned(mended);
            }
            Outcome::Asked(why, readings) => return asked(text, why, readings),
        }
        match self.viqr_meant(own, &now) {
            Outcome::Same => {}
            Outcome::Mended(mended, did) => {
                steps.extend(did);
                now = Cow::Owned(mended);
            }
            Outcome::Asked(why, readings) => return asked(text, why, readings),
        }
        if let Some(mended) = letters::mend(&now, &mut steps) {
            now = Cow::Owned(mended);
        }
        if now.contains('\u{ad}') {
            steps.push(Fix::Hidden);
            now = Cow::Owned(now.replace('\u{ad}', ""));
        }
        let doubt = is_lossy(&now, self.is_lossy)
            .then(|| Doubt { why: Unsure::LettersLost, readings: Vec::new() });
        Repaired { text: now, steps, doubt }
    }

    fn is_settled_ascii(&self, text: &str, own: ColumnHabit) -> bool {
        let odd = |byte: u8| byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t') || byte == 0x7f;
        let loses = self.u_is_lost && own.legacy.is_some();
        !loses
            && !text.bytes().any(|byte| matches!(byte, b'&' | b'?') || odd(byte))
            && own.viqr.is_none()
            && !viqr::may_be(text)
    }

    fn legacy_meant(&self, own: ColumnHabit, text: &str) -> Outcome {
        if self.present.is_empty() && !own.has_broken {
            return Outcome::Same;
        }
        let mut judged: SmallVec<[Judged<'_>; 3]> = SmallVec::new();
        judged.extend(own.legacy.map(|legacy| judge(text, legacy, self.u_is_lost)));
        let fits = judged.first().is_some_and(|one| one.neither == 0);
        if !fits {
            let others = self.present.iter().filter(|legacy| own.legacy != Some(**legacy));
            judged.extend(others.map(|legacy| judge(text, *legacy, self.u_is_lost)));
        }
        let Some(best) = judged.iter().map(Judged::merit).max() else {
            return unexplained(text, own);
        };
        let mut best = judged.iter().filter(|one| one.merit() == best);
        let (Some(first), second) = (best.next(), best.next()) else { return Outcome::Same };
        if first.sure == 0 && first.lost == 0 && first.neither > 0 {
            return unexplained(text, own);
        }
        if first.sure == 0 && first.lost == 0 {
            return valid_both_ways(own, first);
        }
        if let Some(second) = second
            && second.text() != first.text()
        {
            let readings = vec![first.text(), second.text()];
            return Outcome::Asked(Unsure::UnknownEncoding, readings);
        }
        if first.certain > 0 && first.legacy.view == View::Western {
            // Perhaps the sound words are old ones too, seen through a Vietnamese page.
            let other =
                judge(text, Legacy { view: View::Vietnamese, ..first.legacy }, self.u_is_lost);
            if other.certain < first.certain && other.neither <= first.neither {
                let readings = vec![first.text(), other.text()];
                return Outcome::Asked(Unsure::UnknownEncoding, readings);
            }
        }
        taken(first)
    }

    fn viqr_meant(&self, own: ColumnHabit, text: &str) -> Outcome {
        if !text.is_ascii() || own.viqr.is_none() && !viqr::may_be(text) {
            return Outcome::Same;
        }
        let Some(read) = viqr::read(text, true).filter(|read| read.text != text) else {
            return Outcome::Same;
        };
        if !self.is_viqr {
            // One word is no habit.
            return if read.sure > 0 {
                Outcome::Asked(Unsure::UnknownEncoding, vec![text.to_owned(), read.text])
            } else {
                Outcome::Same
            };
        }
        if read.sure == 0 && !own.is_sole {
            // Lao' beside Xa~: a sign of its column's habit, or a sign.
            return match own.viqr {
                Some(_) => Outcome::Asked(Unsure::TwoReadings, vec![text.to_owned(), read.text]),
                None => Outcome::Same,
            };
        }
        if read.open_end && own.viqr != Some(Ends::Tones) {
            let plain = viqr::read(text, false).map(|read| read.text);
            let readings = std::iter::once(read.text).chain(plain).collect();
            return Outcome::Asked(Unsure::TwoReadings, readings);
        }
        Outcome::Mended(read.text, std::iter::once(Fix::Viqr).collect())
    }
}

enum Outcome {
    Same,
    Mended(String, Steps),
    Asked(Unsure, Vec<String>),
}

fn asked(text: &str, why: Unsure, mut readings: Vec<String>) -> Repaired<'_> {
    let mut seen: Vec<String> = Vec::new();
    readings.retain(|reading| {
        let is_new = !seen.contains(reading);
        seen.push(reading.clone());
        is_new
    });
    let mut asked = Repaired::untouched(text);
    asked.doubt = Some(Doubt { why, readings });
    asked
}

/// Broken words that no script of the file explains: asked when an old script would read them.
fn unexplained(text: &str, own: ColumnHabit) -> Outcome {
    if !own.has_broken {
        return Outcome::Same;
    }
    let mut readings: Vec<String> = Vec::new();
    for legacy in Legacy::ALL {
        let judged = judge(text, legacy, false);
        if judged.sure > 0 && judged.neither == 0 && judged.strict > 0 {
            readings.push(judged.text());
        }
    }
    if readings.is_empty() {
        Outcome::Same
    } else {
        Outcome::Asked(Unsure::UnknownEncoding, readings)
    }
}

/// The cell holds words that only the old script explains.
fn taken(judged: &Judged<'_>) -> Outcome {
    if judged.certain > 0 && judged.both > 0 {
        return Outcome::Asked(
            Unsure::TwoReadings,
            vec![judged.text(), judged.text_of_sure_only()],
        );
    }
    if judged.is_open {
        return Outcome::Asked(Unsure::LettersLost, judged.readings());
    }
    let (text, capitals) = match judged.legacy.script {
        Script::Tcvn3 => capitals(&judged.text()),
        _ => (judged.text(), false),
    };
    let mut steps = Steps::new();
    steps.push(Fix::Legacy(judged.legacy));
    if judged.lost > 0 {
        steps.push(Fix::SoftHyphen);
    }
    if capitals {
        steps.push(Fix::SmallCapitals);
    }
    Outcome::Mended(text, steps)
}

/// Every word of the cell is valid as it stands, and some are valid in the old script too.
fn valid_both_ways(own: ColumnHabit, judged: &Judged<'_>) -> Outcome {
    if judged.is_open {
        return Outcome::Asked(Unsure::LettersLost, judged.readings());
    }
    if judged.both == 0 || judged.certain > 0 || judged.neither > 0 {
        return Outcome::Same;
    }
    if own.legacy == Some(judged.legacy) && own.is_sole {
        return taken(judged);
    }
    let beside = own.legacy.is_none() && own.is_sole && !own.has_broken;
    if own.legacy.is_some() && own.is_doubtful || beside {
        return Outcome::Asked(Unsure::TwoReadings, vec![judged.original(), judged.text()]);
    }
    Outcome::Same
}

/// Puts capitals back where the whole word or cell is in capitals; says when others may be lost.
fn capitals(text: &str) -> (String, bool) {
    let has_lost = |word: &str| {
        word.chars().any(|c| !c.is_ascii() && c.is_lowercase())
            && word.chars().filter(char::is_ascii_alphabetic).all(|c| c.is_ascii_uppercase())
    };
    let many = |word: &str| word.chars().filter(char::is_ascii_uppercase).count() >= 2;
    let cell_is_capital = !text.chars().any(|c| c.is_ascii_lowercase())
        && pieces(text).any(|(is_word, word)| is_word && many(word));
    let mut out = String::with_capacity(text.len());
    let mut lost = false;
    for (is_word, word) in pieces(text) {
        let first_is_lost = word.chars().next().is_some_and(|c| !c.is_ascii() && c.is_lowercase());
        if is_word && has_lost(word) && (cell_is_capital || many(word)) {
            out.push_str(&word.to_uppercase());
            lost = true;
        } else {
            lost |= is_word
                && (has_lost(word) || first_is_lost && classify(word.chars()) > Class::Plain);
            out.push_str(word);
        }
    }
    (out, lost)
}

/// Letters that a careless tool wrote as question marks or replacement signs. In a file that has
/// such letters, every question mark beside a letter is one.
pub fn is_lossy(text: &str, in_lossy_file: bool) -> bool {
    // Asked of every cell: most have no such sign.
    if !text.contains(['?', '\u{fffd}']) || text.contains("://") {
        return false;
    }
    let mut before = ' ';
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let next = letters.peek().map_or(' ', |(_, next)| *next);
        let within = before.is_alphabetic() && next.is_alphabetic();
        let beside = before.is_alphabetic() || next.is_alphabetic();
        // “T?” is no question.
        let word = || text[..at].rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        let bare = || before.is_alphabetic() && !has_vowel(word());
        if c == '?' && (within || in_lossy_file || beside && bare()) || c == '\u{fffd}' && beside {
            return true;
        }
        before = c;
    }
    false
}

/// Entities and torn encodings undone; `None` when there were none.
pub fn unpacked(text: &str) -> Option<String> {
    let plain = escape::entities(text);
    let torn = match escape::mend_torn(plain.as_deref().unwrap_or(text)) {
        Some(Torn::Mended { text, .. }) => Some(text),
        _ => None,
    };
    torn.or(plain)
}
