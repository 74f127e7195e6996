//! The answered file: what we say of a sender's rows, and the two shapes it goes back in: the
//! sender's own workbook with our columns beside it ([`edit`]), or a new workbook or a CSV beside
//! the original.
//!
//! All our cells are text and stay text: a sender's words may begin with `=`.

mod beside;
mod edit;
mod sheet_xml;
mod styles_xml;
mod summary;

use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};

use crate::book::{Book, BookKind};
use crate::error::BookError;
use crate::limits::BookLimits;
use crate::read::{BookBuilder, read_book};

/// What is said of a whole file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answers {
    /// Lines over the summary: file, sender, day of reading.
    pub titles: Vec<String>,
    pub totals: Vec<Total>,
    /// Remarks on the file as a whole.
    pub notes: Vec<String>,
    pub sheets: Vec<SheetAnswers>,
}

/// How often one finding was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    pub code: String,
    pub severity: String,
    pub count: u64,
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SheetAnswers {
    /// The sheet's name, as it was read.
    pub sheet: String,
    /// The row beside which our headings go, counted from 1: the last heading row.
    pub heading_row: u32,
    /// Headings of what we understood.
    pub understood: Vec<String>,
    /// Ascending.
    pub rows: Vec<RowAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowAnswer {
    /// The sender's number, counted from 1.
    pub row: u32,
    pub outcome: Outcome,
    pub findings: Vec<String>,
    /// In the order of [`SheetAnswers::understood`].
    pub understood: Vec<String>,
    /// The sender's cells to be coloured, counted from 0; empty ones too.
    pub marked: Vec<u16>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Outcome {
    Taken,
    Asked,
    Refused,
    /// A title, a group, a total: nothing to take.
    Ignored,
}

impl Outcome {
    pub const ALL: [Self; 4] = [Self::Taken, Self::Asked, Self::Refused, Self::Ignored];

    /// For the sender.
    pub fn word(self) -> &'static str {
        match self {
            Self::Taken => "Nhận",
            Self::Asked => "Cần trả lời",
            Self::Refused => "Không nhận",
            Self::Ignored => "Bỏ qua",
        }
    }

    /// Red, green, blue.
    pub(crate) fn colour(self) -> u32 {
        match self {
            Self::Taken => 0x00E2_EFDA,
            Self::Asked => 0x00FF_F2CC,
            Self::Refused => 0x00F8_CBAD,
            Self::Ignored => 0x00ED_EDED,
        }
    }
}

/// Our first two headings; those of what was understood follow.
pub const OUTCOME_HEADING: &str = "Kết quả (Phủ Sóng)";
pub const FINDINGS_HEADING: &str = "Phát hiện (Phủ Sóng)";
/// The summary's name; a number follows if the sender has such a sheet.
pub const SUMMARY_SHEET: &str = "Tóm tắt (Phủ Sóng)";

/// The file that goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// An XLSX.
    pub bytes: Vec<u8>,
    pub made: Made,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Made {
    /// The sender's own file, every part that we did not touch byte for byte.
    Edited,
    /// A new workbook with the sender's values; formats, photos and charts are in the original.
    Beside { because: Because },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Because {
    /// XLS, ODS or DOCX.
    OtherKind,
    /// Editing would break its digital signature.
    Signed,
    /// No columns are left beside the sender's.
    NoRoom { sheet: String },
    /// Its parts are not laid out as we know them.
    Layout { detail: String },
}

impl Because {
    pub fn message_vi(&self) -> String {
        match self {
            Self::OtherKind => "tệp gốc không phải XLSX".to_owned(),
            Self::Signed => "tệp gốc có chữ ký số, sửa vào sẽ làm hỏng chữ ký".to_owned(),
            Self::NoRoom { sheet } => format!("trang “{sheet}” không còn cột trống"),
            Self::Layout { .. } => "tệp gốc có cấu trúc khác thường".to_owned(),
        }
    }
}

/// Writes the answered file. Parses the sender's file, and may start threads: for neither the
/// sandboxed child nor its parent, which take a half each.
///
/// # Errors
/// If the file can be read no more, or the answers do not fit a workbook.
pub fn answer_book<R: Read + Seek + Clone>(
    source: R,
    name: &str,
    answers: &Answers,
    limits: &BookLimits,
) -> Result<Answered, BookError> {
    let because = match edit_book(source.clone(), name, answers, limits)? {
        Ok(bytes) => return Ok(Answered { bytes, made: Made::Edited }),
        Err(because) => because,
    };
    let mut builder = BookBuilder::new(limits);
    read_book(source, name, limits, &mut |piece| builder.add(piece))?;
    let book = builder.finish().ok_or(BookError::NoData)?;
    book_beside(&book, answers, because)
}

/// The sender's own file with the answers in it, or why that cannot be. Parses the file: belongs
/// in the sandboxed child.
///
/// # Errors
/// If the file can be read no more.
pub fn edit_book<R: Read + Seek + Clone>(
    source: R,
    name: &str,
    answers: &Answers,
    limits: &BookLimits,
) -> Result<Result<Vec<u8>, Because>, BookError> {
    let kind = read_book(source.clone(), name, limits, &mut |_piece| Ok(()))?;
    if kind != BookKind::Xlsx {
        return Ok(Err(Because::OtherKind));
    }
    match edit::edit(source, answers, limits) {
        Ok(bytes) => Ok(Ok(bytes)),
        Err(edit::NotEdited::Because(because)) => Ok(Err(because)),
        Err(edit::NotEdited::Failed(BookError::Broken { part, detail })) => {
            Ok(Err(Because::Layout { detail: format!("{part}: {detail}") }))
        }
        Err(edit::NotEdited::Failed(error)) => Err(error),
    }
}

/// A new workbook of what was read of the sender's, with the answers beside its rows. Its writer
/// starts threads, which a sandboxed child may not; it parses nothing.
///
/// # Errors
/// If the answers do not fit a workbook.
pub fn book_beside(
    book: &Book,
    answers: &Answers,
    because: Because,
) -> Result<Answered, BookError> {
    let written = beside::write(book, answers, &because);
    let bytes = written.map_err(|error| BookError::broken("answer", error))?;
    Ok(Answered { bytes, made: Made::Beside { because } })
}

/// The answers alone, as CSV: UTF-8 with its mark, so that Excel sees the letters; commas, CRLF. A
/// cell that a spreadsheet would compute begins with an apostrophe.
pub fn answers_as_csv(answers: &Answers) -> String {
    let mut headings: Vec<&str> = Vec::new();
    for sheet in &answers.sheets {
        for heading in &sheet.understood {
            if !headings.contains(&heading.as_str()) {
                headings.push(heading);
            }
        }
    }
    let mut text = String::from("\u{feff}");
    let fixed = ["Trang", "Dòng", "Kết quả", "Phát hiện"];
    push_line(&mut text, fixed.into_iter().chain(headings.iter().copied()));
    for sheet in &answers.sheets {
        for row in &sheet.rows {
            let number = row.row.to_string();
            let findings = row.findings.join("\n");
            let fixed = [sheet.sheet.as_str(), &number, row.outcome.word(), &findings];
            let understood = headings.iter().map(|heading| {
                let at = sheet.understood.iter().position(|own| own == heading);
                at.and_then(|at| row.understood.get(at)).map_or("", String::as_str)
            });
            push_line(&mut text, fixed.into_iter().chain(understood));
        }
    }
    text
}

fn push_line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(',');
        }
        let cell = inert(cell);
        if cell.contains([',', '"', '\n', '\r', '\'']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

/// A cell that no spreadsheet takes for a formula.
pub fn inert(cell: &str) -> std::borrow::Cow<'_, str> {
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}").into(),
        _ => cell.into(),
    }
}

/// Our cells of a row, beside the sender's.
fn our_cells(sheet: &SheetAnswers, row: &RowAnswer) -> Vec<String> {
    let understood = (0..sheet.understood.len()).map(|at| row.understood.get(at));
    [row.outcome.word().to_owned(), row.findings.join("\n")]
        .into_iter()
        .chain(understood.map(|text| text.cloned().unwrap_or_default()))
        .collect()
}

fn our_headings(sheet: &SheetAnswers) -> Vec<String> {
    [OUTCOME_HEADING, FINDINGS_HEADING]
        .into_iter()
        .map(str::to_owned)
        .chain(sheet.understood.iter().cloned())
        .collect()
}

/// A text as a cell may hold it: no characters that XML forbids, no more than Excel takes.
pub(crate) fn fit(text: &str) -> String {
    const LONGEST: usize = 32_000;
    let is_allowed = |letter: &char| {
        matches!(letter, '\t' | '\n')
            || !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}')
    };
    text.chars().filter(is_allowed).take(LONGEST).collect()
}
