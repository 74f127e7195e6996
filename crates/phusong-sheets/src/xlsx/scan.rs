//! One pass over a sheet's XML for what its rows carry beside values.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};

use quick_xml::events::{BytesStart, Event};

use super::parts::Styles;
use crate::book::{Merge, Piece};
use crate::error::{BookError, BookMeasure};
use crate::limits::{BookLimits, COLUMNS, ROWS};
use crate::out::{Out, SheetTally};
use crate::package::Package;
use crate::xml::{attribute, is_set, plain_attribute};

#[derive(Debug, Default)]
pub(super) struct SheetScan {
    /// Spans of hidden rows, ascending.
    hidden_rows: Vec<(u32, u32)>,
    hidden_columns: Vec<(u16, u16)>,
    percent: HashSet<(u32, u16)>,
    /// Number of the value metadata, where a cell has one.
    metadata: HashMap<(u32, u16), u32>,
    merges: Vec<Merge>,
    filled: u64,
    /// The last row's number, given or counted.
    row: u32,
    column: u32,
}

impl SheetScan {
    pub(super) fn read<R: Read + Seek>(
        package: &mut Package<R>,
        part: &str,
        styles: &Styles,
        limits: &BookLimits,
    ) -> Result<Self, BookError> {
        let mut scan = Self::default();
        let mut xml = package.xml(part)?;
        loop {
            match xml.next()? {
                Event::Start(start) => match start.local_name().as_ref() {
                    "row" => scan.row(&start, part)?,
                    "c" => scan.cell(&start, styles, part)?,
                    "v" | "is" | "f" => {
                        scan.filled += 1;
                        // A cell has at most three of these.
                        if scan.filled > limits.cells.saturating_mul(3) {
                            let (what, max) = (BookMeasure::Cells, limits.cells);
                            return Err(BookError::TooLarge { what, max });
                        }
                    }
                    // The library counts with what stands here, and does not look whether it can.
                    "dimension" => {
                        let given = plain_attribute(&start, "ref").unwrap_or_default();
                        let (first, last) = given.split_once(':').unwrap_or((&given, &given));
                        if !given.is_empty() && span_of(first, last).is_none() {
                            return Err(BookError::broken(part, format!("there is no {given}")));
                        }
                    }
                    "col" if is_set(&start, "hidden") => scan.hidden_column(&start),
                    "mergeCell" => {
                        scan.merges.extend(attribute(&start, "ref").as_deref().and_then(span));
                        if scan.merges.len() > limits.parts as usize {
                            let (what, max) = (BookMeasure::Merges, limits.parts.into());
                            return Err(BookError::TooLarge { what, max });
                        }
                    }
                    _ => {}
                },
                Event::Eof => return Ok(scan),
                _ => {}
            }
        }
    }

    fn row(&mut self, start: &BytesStart<'_>, part: &str) -> Result<(), BookError> {
        self.row = match plain_attribute(start, "r") {
            Some(given) => {
                let number = given.trim().parse().ok().filter(|number| (1..=ROWS).contains(number));
                number.ok_or_else(|| BookError::broken(part, format!("there is no row {given}")))?
            }
            None => self.row.saturating_add(1),
        };
        self.column = 0;
        if is_set(start, "hidden") {
            match self.hidden_rows.last_mut() {
                Some((_, last)) if *last + 1 == self.row => *last = self.row,
                Some((_, last)) if *last >= self.row => {
                    return Err(BookError::broken(
                        part,
                        format!("row {} is out of order", self.row),
                    ));
                }
                _ => self.hidden_rows.push((self.row, self.row)),
            }
        }
        Ok(())
    }

    fn cell(
        &mut self,
        start: &BytesStart<'_>,
        styles: &Styles,
        part: &str,
    ) -> Result<(), BookError> {
        let style = attribute(start, "s").and_then(|style| style.parse().ok());
        let is_percent = style.is_some_and(|style| styles.is_percent(style));
        let metadata = attribute(start, "vm").and_then(|number| number.parse().ok());
        // A place beyond every sheet would come to lie somewhere on it: the library adds up letters
        // and digits without end.
        let (row, column) = match plain_attribute(start, "r") {
            Some(given) => place(&given)
                .ok_or_else(|| BookError::broken(part, format!("there is no cell {given}")))?,
            None => (self.row, u16::try_from(self.column).unwrap_or(u16::MAX)),
        };
        self.column = u32::from(column) + 1;
        if is_percent {
            self.percent.insert((row, column));
        }
        self.metadata.extend(metadata.map(|number| ((row, column), number)));
        Ok(())
    }

    fn hidden_column(&mut self, start: &BytesStart<'_>) {
        let number = |name| attribute(start, name).and_then(|text| text.parse::<u32>().ok());
        let (Some(first), Some(last)) = (number("min"), number("max")) else { return };
        if (1..=COLUMNS).contains(&first) && first <= last {
            let at = |number: u32| u16::try_from(number.min(COLUMNS) - 1).unwrap_or(u16::MAX);
            self.hidden_columns.push((at(first), at(last)));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.filled == 0
    }

    pub(super) fn is_hidden_row(&self, number: u32) -> bool {
        let after = self.hidden_rows.partition_point(|(first, _)| *first <= number);
        after > 0 && self.hidden_rows[after - 1].1 >= number
    }

    pub(super) fn is_percent(&self, row: u32, column: u16) -> bool {
        self.percent.contains(&(row, column))
    }

    pub(super) fn metadata(&self, row: u32, column: u16) -> Option<u32> {
        self.metadata.get(&(row, column)).copied()
    }

    /// Merged spans, and hidden columns as far as the sheet is filled.
    pub(super) fn send_spans(
        &self,
        tally: &mut SheetTally,
        out: &mut Out<'_>,
    ) -> Result<(), BookError> {
        for merge in &self.merges {
            out.send(Piece::Merge(*merge))?;
        }
        for &(first, last) in &self.hidden_columns {
            let last = last.min(tally.width.saturating_sub(1));
            if first <= last && tally.width > 0 {
                tally.hidden_columns += u32::from(last - first) + 1;
                out.send(Piece::HiddenColumns { first, last })?;
            }
        }
        Ok(())
    }
}

/// `AB12` as its row from 1 and its column from 0.
pub(crate) fn place(text: &str) -> Option<(u32, u16)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = text.split_at_checked(letters)?;
    if letters.is_empty() || letters.len() > 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value = |letter: u8| u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = letters.bytes().fold(0, |sum, letter| sum * 26 + value(letter));
    let row = digits.parse().ok().filter(|row| (1..=ROWS).contains(row))?;
    (column <= COLUMNS).then_some((row, u16::try_from(column - 1).ok()?))
}

fn span(text: &str) -> Option<Merge> {
    let (first, last) = text.split_once(':')?;
    span_of(first, last)
}

fn span_of(first: &str, last: &str) -> Option<Merge> {
    let ((first_row, first_column), (last_row, last_column)) = (place(first)?, place(last)?);
    let is_span = first_row <= last_row && first_column <= last_column;
    is_span.then_some(Merge { first_row, last_row, first_column, last_column })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_excel_writes_them() {
        let cases = [
            ("A1", Some((1, 0))),
            ("XFD1048576", Some((1_048_576, 16_383))),
            ("ab12", Some((12, 27))),
            ("XFE1", None),
            ("A0", None),
            ("A", None),
            ("1", None),
            ("$A$1", None),
            ("A1048577", None),
            ("Đ1", None),
        ];
        for (text, expected) in cases {
            assert_eq!(place(text), expected, "{text}");
        }
        assert_eq!(span("B2:A1"), None);
    }
}
