//! Whatever a file holds, as tables: a sheet, a CSV, a layer. Cells keep what kind they were, rows
//! the number by which their sender counts them.
//!
//! Not here: what a column means ([`layout`]) and what a row says.

pub mod from_book;
pub mod from_geo;
pub mod layout;

use std::borrow::Cow;

use phusong_atlas::domain::Day;

use phusong_gis::DeclaredCrs;
use smol_str::SmolStr;

use crate::finding::Finding;
use crate::report::Drawn;

/// So many rows are handed to a core at a time. Few in tests: there every file is in pieces.
pub const PIECE_ROWS: usize = if cfg!(test) { 3 } else { 128 };

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Most are short: those stand in the cell itself.
    Text(SmolStr),
    Number(f64),
    Bool(bool),
    /// A cell of the workbook's own kind for days.
    Day(Day),
    /// `#N/A`, `#REF!` and the like.
    Error(String),
    /// A formula whose value the file does not hold.
    NoValue,
}

impl Cell {
    /// As its sender reads it. Numbers in full, days as ISO.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Error(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(plain(*number)),
            Self::Bool(is) => Cow::Borrowed(if *is { "có" } else { "không" }),
            Self::Day(day) => Cow::Owned(day.to_string()),
            Self::NoValue => Cow::Borrowed(""),
        }
    }

    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim_start().is_empty())
    }
}

/// Without an exponent and without the dust of binary fractions.
fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let text = format!("{number:.9}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// One row as its sender counts it, from 1. Only filled cells, by column from 0.
#[derive(Debug, Clone, Default)]
pub struct TableRow {
    pub number: u32,
    pub hidden: bool,
    pub cells: Vec<(u16, Cell)>,
    /// Its geometry, when the table is a layer.
    pub drawn: Option<Drawn>,
    /// Its geometry waits for an answer, and its findings say for which.
    pub waits: bool,
    /// Of the reader, on its geometry.
    pub findings: Vec<Finding>,
}

impl TableRow {
    pub fn cell(&self, column: u16) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |(own, _)| *own).ok()?;
        Some(&self.cells[at].1)
    }

    pub fn text(&self, column: u16) -> Cow<'_, str> {
        self.cell(column).map(Cell::text).unwrap_or_default()
    }

    pub fn is_blank(&self) -> bool {
        self.drawn.is_none() && self.cells.iter().all(|(_, cell)| cell.is_blank())
    }
}

/// Cells drawn as one; the first has the text. Inclusive, rows from 1, columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    pub rows: (u32, u32),
    pub columns: (u16, u16),
}

/// A remark pinned to a cell: kept and shown, never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub row: u32,
    pub column: u16,
    pub text: String,
}

/// How a layer is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    pub declared: Option<DeclaredCrs>,
    /// Without a word it is WGS 84 (RFC 7946).
    pub is_geojson: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The sheet's or layer's name; empty for a CSV.
    pub name: String,
    pub hidden: bool,
    pub rows: Vec<TableRow>,
    pub merges: Vec<Merge>,
    pub hidden_columns: Vec<u16>,
    pub comments: Vec<Comment>,
    /// Pictures pasted into cells: row, column, name.
    pub pictures: Vec<(u32, u16, String)>,
    /// A layer: what its file says of its coordinates.
    pub layer: Option<Drawing>,
    /// Its workbook counts days from 1904, also where a cell shows the bare number.
    pub from_1904: bool,
    /// Headings that stand apart from the rows: the fields of a layer.
    pub fields: Option<Vec<String>>,
}

impl Table {
    /// `A`, `B` … `AA`; the field's own name in a layer.
    pub fn column_name(&self, column: u16) -> String {
        match self.fields.as_ref().and_then(|fields| fields.get(usize::from(column))) {
            Some(field) => field.clone(),
            None => phusong_sheets::column_letters(column),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_seen() {
        let cases = [
            (45.0, "45"),
            (575_950.32, "575950.32"),
            (108.763_902, "108.763902"),
            (1_639_487.1, "1639487.1"),
            (-0.5, "-0.5"),
        ];
        for (number, text) in cases {
            assert_eq!(Cell::Number(number).text(), text);
        }
    }
}
