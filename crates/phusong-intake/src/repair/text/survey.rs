//! The first look: what the words of each column speak for.

use std::collections::{BTreeMap, HashMap};

use super::habit::{ColumnHabit, Ends, Habit};
use super::legacy::{Legacy, Script, View, Word};
use super::syllable::{Class, classify, letter};
use super::{letters, viqr};

/// The scripts, in the order of votes.
pub const SCRIPTS: [Script; 3] = [Script::Tcvn3, Script::Vni, Script::Windows1258];

/// The share of a column's broken words that its script must explain, in per cent.
const EXPLAINS_PERCENT: u32 = 90;
/// A few old words among many sound ones do not make the sound ones doubtful.
const SOUND_TIMES: u32 = 4;

/// What the words of one column speak for.
#[derive(Debug, Clone, Default)]
struct Votes {
    /// Broken as they stand, and a syllable in this script.
    sure: [u32; 3],
    /// The same, and in no other script.
    only: [u32; 3],
    /// Names of the highlands in this script.
    loose: [u32; 3],
    /// Among `only`: with a sign that is no letter (`T¬`).
    signs: [u32; 3],
    /// Read only through a Vietnamese view.
    vietnamese: [u32; 3],
    /// Broken, with at least one reading.
    readable: u32,
    /// Broken, whatever they are.
    broken: u32,
    /// Sound, with letters that no Western view makes.
    sound: u32,
    /// Sound, with letters that no view of old text makes.
    sound_anyhow: u32,
    /// Soft hyphens: ư of TCVN3.
    soft_hyphens: u32,
    /// Words of TCVN3 that become syllables when one ư is put back.
    lost_u: u32,
    viqr: u32,
    /// Question marks between letters: a tool had no better sign for what it lost.
    lossy: u32,
    /// Cells that end in a consonant and a full stop or question mark.
    stops: u32,
}

/// Collects evidence, cell by cell, in any order.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    columns: BTreeMap<u16, Votes>,
    /// What cells and words speak for, once looked at: a file repeats them.
    cells: HashMap<String, Votes>,
    words: HashMap<String, Votes>,
}

/// What the words of several sheets speak for together.
#[derive(Debug, Clone, Default)]
pub struct Evidence(Votes);

impl Evidence {
    pub fn add(&mut self, other: &Self) {
        self.0.add(&other.0);
    }
}

/// So many different words are kept in mind.
const KEPT_WORDS: usize = 50_000;
/// Fewer cells: in most columns each is another one.
const KEPT_CELLS: usize = 2_000;

impl Survey {
    /// One cell that holds text.
    pub fn see(&mut self, column: u16, text: &str) {
        let votes = self.columns.entry(column).or_default();
        votes.lossy += u32::from(text.contains('?') && super::habit::is_lossy(text, false));
        if text.is_ascii() && !text.contains('&') {
            see_ascii(votes, text);
            return;
        }
        if let Some(known) = self.cells.get(text) {
            votes.add(known);
            return;
        }
        let mut found = Votes::default();
        // What was escaped or torn says nothing of fonts before it is mended.
        match super::habit::unpacked(text) {
            Some(unpacked) => see_words(&mut found, &mut self.words, &unpacked),
            None => see_words(&mut found, &mut self.words, text),
        }
        votes.add(&found);
        if self.cells.len() < KEPT_CELLS {
            self.cells.insert(text.to_owned(), found);
        }
    }

    /// What another core saw of the same table.
    pub fn add(&mut self, other: Self) {
        for (column, votes) in other.columns {
            self.columns.entry(column).or_default().add(&votes);
        }
    }

    /// The habit of every column, and of the file as a whole.
    pub fn decide(&self) -> Habit {
        self.decide_within(&self.evidence())
    }

    /// What all columns speak for together.
    pub fn evidence(&self) -> Evidence {
        let mut all = Votes::default();
        for votes in self.columns.values() {
            all.add(votes);
        }
        Evidence(all)
    }

    /// The habit of every column of one sheet, in the light of its whole workbook: one office types
    /// all sheets of it.
    pub fn decide_within(&self, workbook: &Evidence) -> Habit {
        let file = &workbook.0;
        let present: Vec<Legacy> = SCRIPTS
            .into_iter()
            .enumerate()
            .filter(|(at, _)| file.only[*at] >= 2 || file.signs[*at] > 0)
            .map(|(at, script)| Legacy { script, view: file.view(at) })
            .collect();
        let is_viqr = file.viqr >= 2;
        let columns = self
            .columns
            .iter()
            .map(|(column, votes)| (*column, votes.habit(&present, file, is_viqr)))
            .collect();
        Habit {
            columns,
            present,
            u_is_lost: file.lost_u > 0 && file.soft_hyphens == 0,
            is_viqr,
            is_lossy: file.lossy > 0,
        }
    }
}

impl Votes {
    fn add(&mut self, other: &Self) {
        let add = |own: &mut [u32; 3], theirs: &[u32; 3]| {
            for (own, theirs) in own.iter_mut().zip(theirs) {
                *own += theirs;
            }
        };
        add(&mut self.sure, &other.sure);
        add(&mut self.only, &other.only);
        add(&mut self.loose, &other.loose);
        add(&mut self.signs, &other.signs);
        add(&mut self.vietnamese, &other.vietnamese);
        for (own, theirs) in [
            (&mut self.readable, other.readable),
            (&mut self.broken, other.broken),
            (&mut self.sound, other.sound),
            (&mut self.sound_anyhow, other.sound_anyhow),
            (&mut self.soft_hyphens, other.soft_hyphens),
            (&mut self.lost_u, other.lost_u),
            (&mut self.viqr, other.viqr),
            (&mut self.stops, other.stops),
            (&mut self.lossy, other.lossy),
        ] {
            *own += theirs;
        }
    }

    fn view(&self, at: usize) -> View {
        if self.vietnamese[at] > 0 { View::Vietnamese } else { View::Western }
    }

    /// Sound words that this view could not have made.
    fn sound_beside(&self, view: View) -> u32 {
        match view {
            View::Western => self.sound,
            View::Vietnamese => self.sound_anyhow,
        }
    }

    fn habit(&self, present: &[Legacy], file: &Self, is_viqr: bool) -> ColumnHabit {
        let explained = |at: usize| self.sure[at] + self.loose[at];
        let own = present
            .iter()
            .copied()
            .map(|legacy| (legacy, script_index(legacy.script)))
            .filter(|(_, at)| {
                self.sure[*at] > 0 && explained(*at) * 100 >= self.readable * EXPLAINS_PERCENT
            })
            .max_by_key(|(_, at)| self.sure[*at]);
        // A column without a broken word goes with its file, when that speaks with one voice.
        let from_file = match present {
            [only] if self.readable == 0 && file.sound_beside(only.view) == 0 => Some(*only),
            _ => None,
        };
        let legacy = own.map(|(legacy, _)| legacy).or(from_file);
        let sound = legacy.map_or(self.sound, |legacy| self.sound_beside(legacy.view));
        let sure = own.map_or(0, |(_, at)| self.sure[at]);
        ColumnHabit {
            legacy,
            is_sole: sound == 0,
            is_doubtful: sound < SOUND_TIMES * sure.max(1) && !(sure == 0 && sound > 0),
            has_broken: self.broken > 0,
            viqr: (is_viqr && self.viqr > 0).then_some(if self.stops == 0 {
                Ends::Tones
            } else {
                Ends::Unclear
            }),
            votes: sure,
        }
    }
}

pub fn script_index(script: Script) -> usize {
    SCRIPTS.iter().position(|own| *own == script).unwrap_or(0)
}

fn see_ascii(votes: &mut Votes, text: &str) {
    let mut letters = text.trim_end().bytes().rev();
    if let (Some(b'.' | b'?'), Some(before)) = (letters.next(), letters.next())
        && before.is_ascii_alphabetic()
        && !matches!(before.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
    {
        votes.stops += 1;
    }
    if viqr::may_be(text)
        && let Some(read) = viqr::read(text, true)
    {
        votes.viqr += read.sure;
    }
}

/// Of one cell.
fn see_words(votes: &mut Votes, known: &mut HashMap<String, Votes>, text: &str) {
    let tcvn3 = script_index(Script::Tcvn3);
    for (is_word, word) in pieces(text) {
        if !is_word || word.is_ascii() {
            continue;
        }
        if let Some(found) = known.get(word) {
            votes.add(found);
            continue;
        }
        let mut found = Votes::default();
        see_word(&mut found, word);
        votes.add(&found);
        if known.len() < KEPT_WORDS {
            known.insert(word.to_owned(), found);
        }
    }
    if votes.sure[tcvn3] > 0 {
        // Hng beside words of TCVN3 was Hưng.
        let lost = |word: &str| {
            word.len() > 2
                && word.is_ascii()
                && !has_vowel(word)
                && with_u(&word.chars().collect()).len() == 1
        };
        votes.lost_u += u32::from(pieces(text).any(|(is_word, word)| is_word && lost(word)));
    }
}

pub fn has_vowel(word: &str) -> bool {
    word.chars().any(|c| !c.is_ascii() || is_plain_vowel(c))
}

const fn is_plain_vowel(c: char) -> bool {
    matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

fn see_word(votes: &mut Votes, word: &str) {
    let class = class_as_it_stands(word);
    votes.soft_hyphens += u32::from(word.contains('\u{ad}'));
    if class > Class::Broken {
        if word.chars().any(|c| c > '\u{ff}') {
            votes.sound += 1;
            let made = |c: char| {
                c <= '\u{ff}' || "ĂăĐđƠơƯư".contains(c) || ('\u{300}'..='\u{323}').contains(&c)
            };
            votes.sound_anyhow += u32::from(!word.chars().all(made));
        }
        if class == Class::Strict {
            return;
        }
    } else {
        votes.broken += 1;
    }
    let mut strict = None;
    let (mut many, mut readable) = (0, false);
    for (at, script) in SCRIPTS.into_iter().enumerate() {
        let Some((read, view)) = read(script, word) else { continue };
        let meant = classify(read.iter().copied());
        if script == Script::Tcvn3
            && meant < Class::Strict
            && !word.contains('\u{ad}')
            && with_u(&read).len() == 1
        {
            votes.lost_u += 1;
        }
        if class > Class::Broken || meant < Class::Loose {
            continue;
        }
        readable = true;
        votes.vietnamese[at] += u32::from(view == View::Vietnamese);
        if meant == Class::Strict {
            votes.sure[at] += 1;
            strict = Some(at);
            many += 1;
        } else {
            votes.loose[at] += 1;
        }
    }
    votes.readable += u32::from(readable);
    // Old text on a Vietnamese page has other letters too: these alone are how Unicode is typed.
    let is_typed_so = word.chars().all(|c| c.is_ascii() || "ĂăĐđƠơƯư".contains(c));
    if let (Some(at), 1, false) = (strict, many, is_typed_so) {
        votes.only[at] += 1;
        votes.signs[at] += u32::from(word.chars().any(|c| !c.is_alphabetic()));
    }
}

/// Through a Western view first.
fn read(script: Script, word: &str) -> Option<(Word, View)> {
    let through = |view| Some((Legacy { script, view }.read(word.chars())?, view));
    let western = through(View::Western);
    if western.is_some() || script == Script::Windows1258 {
        return western;
    }
    through(View::Vietnamese)
}

/// The class of a word when its lookalikes are mended. Lone signs (½, ·, º) are no words.
pub fn class_as_it_stands(word: &str) -> Class {
    let mut letters = word.chars();
    if let (Some(one), None) = (letters.next(), letters.next())
        && (!one.is_alphabetic() || matches!(one, 'ª' | 'º' | 'µ'))
    {
        return Class::Plain;
    }
    let mended = letters::mend(word, &mut super::Steps::new());
    let word = mended.as_deref().unwrap_or(word);
    match classify(word.chars()) {
        Class::Broken if is_abbreviation(word) => Class::Plain,
        class => class,
    }
}

/// `BĐVHX`, `HĐND`, `KĐ`, `SĐt`: Đ beside letters that make no syllable. All capitals, or a capital
/// first and no vowel at all; `bĐ` and `mĐp` are é of TCVN3 on a Vietnamese page.
pub fn is_abbreviation(word: &str) -> bool {
    let is_capital = |c: char| c.is_ascii_uppercase() || UNICODE_ONLY_CAPITALS.contains(c);
    let is_consonant =
        |c: char| matches!(c, 'Đ' | 'đ') || c.is_ascii_alphabetic() && !is_plain_vowel(c);
    let before_stroke = word.split('Đ').next().unwrap_or_default();
    word.contains('Đ')
        && (word.chars().all(is_capital)
            || word.chars().all(is_consonant) && before_stroke.chars().all(is_capital))
}

/// Capitals that no Western view of old text makes.
const UNICODE_ONLY_CAPITALS: &str = "ĐĂƠƯ";

/// Every word could be Vietnamese, or a name of the highlands, as it stands.
pub fn is_sound(text: &str) -> bool {
    pieces(text).all(|(is_word, word)| !is_word || class_as_it_stands(word) > Class::Broken)
}

/// Words, and what stands between them: spaces, digits, punctuation.
pub fn pieces(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let is_gap = |c: char| {
        c.is_whitespace()
            || c.is_ascii() && !c.is_ascii_alphabetic()
            || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{fffd}')
    };
    let mut rest = text;
    std::iter::from_fn(move || {
        let gap = is_gap(rest.chars().next()?);
        let end = rest.find(|c| is_gap(c) != gap).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some((!gap, piece))
    })
}

/// The syllables that a word becomes when one untoned ư is put back.
pub fn with_u(word: &Word) -> Vec<Word> {
    let mut found = Vec::new();
    for at in 0..=word.len() {
        let next_is_small = word.get(at).is_none_or(|c| c.is_lowercase());
        // Ư has a byte of its own, and is not lost.
        if !next_is_small && at == 0 || word.len() > 8 {
            continue;
        }
        let mut with = word.clone();
        with.insert(at, 'ư');
        if with.iter().all(|c| letter(*c).is_some())
            && classify(with.iter().copied()) == Class::Strict
            && !found.contains(&with)
        {
            found.push(with);
        }
    }
    found
}
