//! A cell under one old script: which of its words are broken as they stand, which are valid both
//! ways, which are sound.

use smallvec::SmallVec;

use super::legacy::{Legacy, Script, Word};
use super::survey::{class_as_it_stands, is_abbreviation, pieces, with_u};
use super::syllable::{Class, classify};

/// Units of places as they stand in Latin-1: a prefix that was typed in Unicode before a name.
const SOUND_WORDS: [&str; 4] = ["xã", "thị", "làng", "là"];

/// `loses_u`: soft hyphens were dropped on the way.
pub fn judge(text: &str, legacy: Legacy, loses_u: bool) -> Judged<'_> {
    let mut judged = Judged::new(legacy);
    let loses = loses_u && legacy.script == Script::Tcvn3;
    for (is_word, word) in pieces(text) {
        if !is_word || word.is_ascii() && !loses {
            judged.words.push(Piece { was: word, meant: None, open: Vec::new(), is_sure: false });
        } else {
            judged.see(word, legacy, loses);
        }
    }
    judged
}

/// A word or gap, and what an old script makes of it.
struct Piece<'t> {
    was: &'t str,
    meant: Option<Word>,
    /// Other words that it may have been before its ư was lost.
    open: Vec<Word>,
    /// Broken as it stands.
    is_sure: bool,
}

/// A cell under one old script.
pub struct Judged<'t> {
    pub legacy: Legacy,
    words: SmallVec<[Piece<'t>; 12]>,
    /// Broken as they stand, words in the script.
    pub sure: u32,
    pub strict: u32,
    /// Valid both ways, and not the same.
    pub both: u32,
    /// Valid as they stand, and nothing in the script.
    pub certain: u32,
    pub neither: u32,
    /// A lost ư was put back.
    pub lost: u32,
    /// A lost ư may stand in more than one way.
    pub is_open: bool,
}

impl<'t> Judged<'t> {
    fn new(legacy: Legacy) -> Self {
        let words = SmallVec::new();
        Self {
            legacy,
            words,
            sure: 0,
            strict: 0,
            both: 0,
            certain: 0,
            neither: 0,
            lost: 0,
            is_open: false,
        }
    }

    fn see(&mut self, word: &'t str, legacy: Legacy, loses: bool) {
        let class = class_as_it_stands(word);
        let meant = legacy.read(word.chars());
        let mut piece = Piece { was: word, meant: None, open: Vec::new(), is_sure: false };
        if loses && let Some(read) = &meant {
            let with = with_u(read);
            let stands = super::syllable::is_strict(read.iter().copied());
            match (&with[..], stands) {
                ([one], false) if read.len() > 1 => {
                    self.lost += 1;
                    piece.meant = Some(one.clone());
                    self.words.push(piece);
                    return;
                }
                ([], _) => {}
                _ => {
                    self.is_open = true;
                    piece.open = with;
                }
            }
        }
        let means =
            meant.as_ref().map_or(Class::Broken, |read| match classify(read.iter().copied()) {
                Class::Broken if is_abbreviation(&read.iter().collect::<String>()) => Class::Plain,
                class => class,
            });
        let same = meant.as_ref().is_some_and(|read| read.iter().copied().eq(word.chars()));
        match (class, means) {
            _ if same || word.is_ascii() => {}
            (Class::Broken, Class::Broken) => self.neither += 1,
            (Class::Broken, _) => {
                self.sure += 1;
                piece.is_sure = true;
                piece.meant = meant;
            }
            (_, Class::Broken) => self.certain += 1,
            _ if SOUND_WORDS.contains(&word.to_lowercase().as_str()) => self.certain += 1,
            (Class::Plain, _) if matches!(word, "·" | "×" | "±" | "«" | "»") => {}
            _ => {
                self.both += 1;
                piece.meant = meant;
            }
        }
        self.strict += u32::from(piece.meant.is_some() && means == Class::Strict);
        self.words.push(piece);
    }

    /// The better, the fewer words are left unread and the more are in the table.
    pub fn merit(&self) -> (std::cmp::Reverse<u32>, u32, u32) {
        (std::cmp::Reverse(self.neither), self.sure + self.lost, self.strict)
    }

    fn written(&self, mut each: impl FnMut(&Piece<'_>, &mut String)) -> String {
        let mut out = String::new();
        for piece in &self.words {
            each(piece, &mut out);
        }
        out
    }

    pub fn original(&self) -> String {
        self.written(|piece, out| out.push_str(piece.was))
    }

    pub fn text(&self) -> String {
        self.written(|piece, out| match &piece.meant {
            Some(word) => out.extend(word.iter()),
            None => out.push_str(piece.was),
        })
    }

    pub fn text_of_sure_only(&self) -> String {
        self.written(|piece, out| match &piece.meant {
            Some(word) if piece.is_sure => out.extend(word.iter()),
            _ => out.push_str(piece.was),
        })
    }

    /// Every way to put lost letters back, up to a few.
    pub fn readings(&self) -> Vec<String> {
        const MOST: usize = 6;
        let mut found = vec![String::new()];
        for piece in &self.words {
            let own: String = match &piece.meant {
                Some(word) => word.iter().collect(),
                None => piece.was.to_owned(),
            };
            let others = piece.open.iter().map(|word| word.iter().collect::<String>());
            let ways: Vec<String> = std::iter::once(own).chain(others).collect();
            found = found
                .iter()
                .flat_map(|start| ways.iter().map(move |way| format!("{start}{way}")))
                .take(MOST)
                .collect();
        }
        found
    }
}
