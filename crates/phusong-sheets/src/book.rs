//! What a workbook holds, once read: sheets of sparse rows, numbered as the sender sees them.
//! Nothing here is a value of the field; a number is a number, a text is a text.

use serde::{Deserialize, Serialize};

/// A whole workbook, or all tables of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Book {
    pub kind: BookKind,
    /// How the file counts days.
    pub date_system: DateSystem,
    /// In the file's order; those without a filled cell too.
    pub sheets: Vec<Sheet>,
    pub warnings: Vec<BookNote>,
}

impl Book {
    /// The sheet of that name.
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }
}

/// What the file is by its content; its name plays no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BookKind {
    Xlsx,
    Xls,
    Ods,
    Docx,
}

impl BookKind {
    /// A name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "XLSX",
            Self::Xls => "XLS",
            Self::Ods => "ODS",
            Self::Docx => "DOCX",
        }
    }

    /// The ending that such a file should have.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Docx => "docx",
        }
    }
}

/// Day 0 of serial dates. ODS and DOCX write dates out, so there it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum DateSystem {
    /// 1 is 1 January 1900, and a 29 February 1900 is counted that never was.
    #[default]
    From1900,
    /// 0 is 1 January 1904 (old Excel on a Mac).
    From1904,
}

/// One sheet, or one table of a document.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sheet {
    /// For a table in a document: the heading before it, or "Bảng 1".
    pub name: String,
    pub hidden: bool,
    /// Rows with at least one filled cell, ascending.
    pub rows: Vec<Row>,
    /// Spans; the value stands in the upper left cell, the others are not filled.
    pub merges: Vec<Merge>,
    /// Ascending, counted from 0. Only up to the last filled column.
    pub hidden_columns: Vec<u16>,
    pub comments: Vec<Comment>,
    pub pictures: Vec<Picture>,
}

impl Sheet {
    /// The row with the sender's number.
    pub fn row(&self, number: u32) -> Option<&Row> {
        self.rows.binary_search_by_key(&number, |row| row.number).ok().map(|at| &self.rows[at])
    }

    /// The value at a place; of a merged span, the value of its upper left cell.
    pub fn value(&self, row: u32, column: u16) -> Option<&Cell> {
        self.row(row).and_then(|row| row.cell(column)).or_else(|| {
            let merge = self.merges.iter().find(|merge| merge.contains(row, column))?;
            self.row(merge.first_row)?.cell(merge.first_column)
        })
    }

    /// One more than the last filled column.
    pub fn width(&self) -> u16 {
        let last = |row: &Row| row.cells.last().map_or(0, |(column, _)| column.saturating_add(1));
        self.rows.iter().map(last).max().unwrap_or(0)
    }
}

/// One row that holds something.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Row {
    /// Counted from 1, as the sender sees it. In a document: the row of the table.
    pub number: u32,
    pub hidden: bool,
    /// Filled cells only, by ascending column; columns count from 0 (A = 0).
    pub cells: Vec<(u16, Cell)>,
    /// Columns whose value was computed by a formula when the file was last saved; ascending.
    pub computed: Vec<u16>,
}

impl Row {
    /// The value in a column counted from 0, if filled.
    pub fn cell(&self, column: u16) -> Option<&Cell> {
        self.cells.binary_search_by_key(&column, |(at, _)| *at).ok().map(|at| &self.cells[at].1)
    }
}

/// A filled cell. A date typed as text stays text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// As it stands, line breaks included; never only white space.
    Text(String),
    Number(f64),
    /// A number shown with a percent sign: 0.85 is shown as 85 %.
    Percent(f64),
    Bool(bool),
    /// A day, or a day with a time.
    Day(Day),
    /// A time of day, or a length of time (over 24 hours), without a day.
    Time {
        seconds: u32,
    },
    /// `#N/A`, `#REF!` and their like, as shown.
    Error(String),
    /// A formula whose result the file does not hold: saved by a program that computes nothing.
    FormulaWithoutValue,
}

/// A civil day as the file means it, with the number it came from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Day {
    pub year: i16,
    pub month: i8,
    pub day: i8,
    /// Seconds after midnight; 0 where the cell holds no time.
    pub seconds: u32,
    /// Days since the file's day 0. `None` where the file wrote the date out.
    pub serial: Option<f64>,
}

impl Day {
    /// The civil date; `None` if there is no such day.
    pub fn date(&self) -> Option<jiff::civil::Date> {
        jiff::civil::Date::new(self.year, self.month, self.day).ok()
    }
}

/// A merged span, borders included. Rows count from 1, columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    pub first_row: u32,
    pub last_row: u32,
    pub first_column: u16,
    pub last_column: u16,
}

impl Merge {
    pub fn contains(&self, row: u32, column: u16) -> bool {
        (self.first_row..=self.last_row).contains(&row)
            && (self.first_column..=self.last_column).contains(&column)
    }
}

/// A comment or note at a cell. Kept for people; never a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    pub row: u32,
    pub column: u16,
    pub text: String,
}

/// A picture pasted over a cell: its upper left corner lies in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub row: u32,
    pub column: u16,
    /// Its name inside the file, by which its bytes are asked for.
    pub name: String,
    /// In bytes, as it lies in the file: not yet looked at, not yet decoded.
    pub length: u64,
    pub sha256: [u8; 32],
}

/// What an officer should know about the file as a whole. Read all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BookNote {
    /// The name says one kind, the content is another: read by content.
    WrongExtension {
        named: String,
        kind: BookKind,
    },
    HiddenSheet {
        sheet: String,
    },
    HiddenRows {
        sheet: String,
        rows: u32,
    },
    HiddenColumns {
        sheet: String,
        columns: u32,
    },
    /// Values computed by formulas, as they were when the file was last saved.
    ComputedCells {
        sheet: String,
        cells: u32,
    },
    FormulasWithoutValue {
        sheet: String,
        cells: u32,
    },
    ErrorCells {
        sheet: String,
        cells: u32,
    },
    /// Days count from 1904.
    DatesFrom1904,
    Comments {
        sheet: String,
        comments: u32,
    },
    /// Pictures that are not handed out, because together they are too large.
    PicturesLeftOut {
        sheet: String,
        pictures: u32,
    },
    /// Values linked from another workbook, as they were when the file was last saved.
    LinkedWorkbooks,
    /// Something that this reader cannot show: a chart sheet, a table inside a table.
    NotRead {
        sheet: String,
        what: String,
    },
}

/// One piece of a book on its way out of the sandbox. Order: `Begin`, then for each sheet
/// `Sheet` followed by its parts, then `Note`s.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Piece {
    Begin { kind: BookKind, date_system: DateSystem },
    Sheet { name: String, hidden: bool },
    Row(Row),
    Merge(Merge),
    HiddenColumns { first: u16, last: u16 },
    Comment(Comment),
    Picture(Picture),
    Note(BookNote),
}

/// The letters over a column counted from 0: `A`, `Z`, `AA`, `XFD`.
pub fn column_letters(column: u16) -> String {
    let mut letters = Vec::new();
    let mut rest = u32::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_that_people_see() {
        let cases = [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")];
        for (column, letters) in cases {
            assert_eq!(column_letters(column), letters);
        }
    }

    #[test]
    fn a_merged_span_has_the_value_of_its_first_cell() {
        let row = |number, cells| Row { number, cells, ..Row::default() };
        let sheet = Sheet {
            rows: vec![
                row(8, vec![(1, Cell::Text("Tọa độ".into()))]),
                row(9, vec![(1, Cell::Text("X".into())), (2, Cell::Text("Y".into()))]),
            ],
            merges: vec![Merge { first_row: 8, last_row: 8, first_column: 1, last_column: 2 }],
            ..Sheet::default()
        };
        assert_eq!(sheet.value(8, 2), Some(&Cell::Text("Tọa độ".into())));
        assert_eq!(sheet.value(9, 2), Some(&Cell::Text("Y".into())));
        assert_eq!(sheet.value(8, 3), None);
        assert_eq!(sheet.width(), 3);
    }
}
