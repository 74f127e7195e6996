//! The strict look at an ASCII grid before the library sees it, which takes a word among the
//! numbers for zero: every cell is a number, and there are as many as the header says.

use std::io::BufRead;

use crate::error::{Damage, ReadError, clip};

/// Words of a header, each with one number behind it.
const HEADER: [&str; 10] = [
    "ncols",
    "nrows",
    "xllcorner",
    "xllcenter",
    "yllcorner",
    "yllcenter",
    "cellsize",
    "dx",
    "dy",
    "nodata_value",
];
/// No number is longer.
const LONGEST_WORD: usize = 64;

#[derive(Default)]
struct Words {
    /// The header word before, whose number comes next.
    key: Option<usize>,
    columns: Option<u64>,
    rows: Option<u64>,
    cells: u64,
    line: u64,
    seen: Seen,
}

/// What a sound grid holds that has to be seen to, or said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Where the first cell begins, when it begins with a letter (`nan`): the library would take it
    /// for a word of the header, unless a space stands before it.
    pub lettered: Option<usize>,
    /// Numbers with a decimal comma.
    pub commas: u64,
}

/// Reads to the end.
///
/// # Errors
/// `BrokenFile` naming the line.
pub(crate) fn check(mut from: impl BufRead) -> Result<Seen, ReadError> {
    let mut words = Words { line: 1, ..Words::default() };
    let mut word = Vec::with_capacity(LONGEST_WORD);
    let mut at = 0_usize;
    loop {
        let piece = from.fill_buf().map_err(|error| ReadError::io(&error))?;
        if piece.is_empty() {
            break;
        }
        for byte in piece {
            at += 1;
            if !byte.is_ascii_whitespace() {
                word.push(*byte);
                if word.len() > LONGEST_WORD {
                    return Err(words.not_a_number(&word));
                }
                continue;
            }
            words.take(&word, at - 1)?;
            word.clear();
            words.line += u64::from(*byte == b'\n');
        }
        let length = piece.len();
        from.consume(length);
    }
    words.take(&word, at)?;
    words.finish()
}

/// The text with a space before the cell at `place`.
pub(crate) fn set_apart(mut text: Vec<u8>, place: usize) -> Vec<u8> {
    text.insert(place.min(text.len()), b' ');
    text
}

impl Words {
    /// A word that ends before the byte `end`.
    fn take(&mut self, word: &[u8], end: usize) -> Result<(), ReadError> {
        if word.is_empty() {
            return Ok(());
        }
        let text = std::str::from_utf8(word).map_err(|_not_text| self.not_a_number(word))?;
        self.seen.commas += u64::from(text.contains(','));
        if let Some(key) = self.key.take() {
            let number = number(text).ok_or_else(|| self.not_a_number(word))?;
            let count = text.parse().ok();
            match HEADER[key] {
                "ncols" => self.columns = count,
                "nrows" => self.rows = count,
                _ if !number.is_finite() && HEADER[key] != "nodata_value" => {
                    return Err(self.not_a_number(word));
                }
                _ => {}
            }
            return Ok(());
        }
        let lower = text.to_ascii_lowercase();
        let key = HEADER.iter().position(|key| *key == lower);
        if self.cells == 0 && key.is_some() {
            self.key = key;
            return Ok(());
        }
        number(text).ok_or_else(|| self.not_a_number(word))?;
        if self.cells == 0 && word[0].is_ascii_alphabetic() {
            self.seen.lettered = Some(end - word.len());
        }
        self.cells += 1;
        Ok(())
    }

    fn not_a_number(&self, word: &[u8]) -> ReadError {
        let text = clip(String::from_utf8_lossy(word).into_owned());
        ReadError::BrokenFile { what: Damage::NotANumber { place: self.line, text } }
    }

    fn finish(self) -> Result<Seen, ReadError> {
        let (Some(columns), Some(rows)) = (self.columns, self.rows) else {
            return Err(ReadError::library("the grid's header lacks ncols or nrows"));
        };
        let expected = columns.saturating_mul(rows);
        if expected == self.cells {
            return Ok(self.seen);
        }
        Err(ReadError::BrokenFile { what: Damage::GridCells { expected, found: self.cells } })
    }
}

/// A decimal comma is one: the library reads it so too. `nan` and `inf` stand for themselves.
fn number(text: &str) -> Option<f64> {
    text.parse().ok().or_else(|| text.replacen(',', ".", 1).parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(cells: &str) -> String {
        let text = format!("NCOLS 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 50\n{cells}");
        check(text.as_bytes()).map_or_else(|error| error.to_string(), |_seen| "read".to_owned())
    }

    #[test]
    fn a_first_cell_that_looks_like_a_word_is_set_apart() {
        let text = |cells: &str| format!("ncols 1\nnrows 2\nnodata_value nan\n{cells}\n");
        let read = |cells: &str| check(text(cells).as_bytes()).expect("a grid");
        assert_eq!((read("1\nnan"), read("-90\nNaN")), (Seen::default(), Seen::default()));
        assert_eq!(read("-90,5\n-1"), Seen { lettered: None, commas: 1 });
        for cells in ["nan\n-90", "NaN -90"] {
            let place = read(cells).lettered.expect("its place");
            let apart = set_apart(text(cells).into_bytes(), place);
            assert_eq!(String::from_utf8_lossy(&apart), text(&format!(" {cells}")));
        }
    }

    #[test]
    fn cells_are_numbers_and_all_there() {
        for (cells, expected) in [
            ("1 2\n3 4\n", "read"),
            ("1 2 3 4", "read"),
            ("-95,5 1e2\nnan -.5", "read"),
            ("NODATA_value -9999\n1 2\n3 4", "read"),
            ("1 2\ntốt 4", "the file is damaged: 7: \"tốt\" is not a number"),
            ("1 2\n3", "the file is damaged: 3 cells, where the header says 4"),
            ("1 2 3 4 5", "the file is damaged: 5 cells, where the header says 4"),
            ("1 2\n3 -95dBm", "the file is damaged: 7: \"-95dBm\" is not a number"),
        ] {
            assert_eq!(answer(cells), expected, "{cells:?}");
        }
    }
}
