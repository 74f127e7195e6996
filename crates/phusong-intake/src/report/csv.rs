//! A report as CSV: a look over the whole file first, then its rows one by one.
//!
//! Comma, semicolon or tab; UTF-8 with or without a mark, or UTF-16; columns in any order. A text
//! stays a text: a cell that begins with `=` is no formula here.

use std::io::{self, Read};

use super::cells::Cells;
use super::columns::Column;
use crate::Unreadable;
use crate::finding::{Finding, Severity};
use crate::repair::bytes::{Encoding, NoText, Utf8, fault_in, single_bytes_named};
use crate::table::{Cell, Table, TableRow};

/// Bytes that are looked at at once.
const PIECE: usize = 64 * 1024;
/// No honest cell is longer.
const LONGEST_CELL_BYTES: usize = 64 * 1024;
/// The first line decides the delimiter; it is no longer than this.
const LONGEST_HEADER_BYTES: usize = 64 * 1024;

/// What the first look tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    delimiter: u8,
    encoding: Encoding,
}

/// Hands the rows to `each`, in order, from 1, until it says enough. `open` gives the file from
/// its beginning.
///
/// # Errors
/// Every fault that keeps the whole file from being read: no row was handed out then.
pub fn read<R: Read>(
    open: &dyn Fn() -> io::Result<R>,
    each: &mut dyn FnMut(Cells) -> Go,
) -> Result<Vec<Finding>, Unreadable> {
    let look = look(Utf8::new(open().map_err(|error| disk(&error))?))?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(look.delimiter)
        .flexible(true)
        .from_reader(Utf8::new(open().map_err(|error| disk(&error))?));
    let header = reader.headers().map_err(unexpected)?;
    let columns = Columns::of(header)?;
    let mut record = csv::StringRecord::new();
    let mut row = 0_u32;
    let mut empty = 0_u32;
    while reader.read_record(&mut record).map_err(unexpected)? {
        row += 1;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            empty += 1;
            continue;
        }
        if each(columns.cells(&record, row)) == Go::Enough {
            break;
        }
    }
    Ok(notes(look, empty))
}

/// The whole file as a table, whatever its columns are: its first line is row 1.
///
/// # Errors
/// Every fault that keeps the whole file from being read.
pub fn table<R: Read>(
    open: &dyn Fn() -> io::Result<R>,
    most_rows: usize,
) -> Result<(Table, Vec<Finding>), Unreadable> {
    let opened = || open().map_err(|error| disk(&error));
    // What is not UTF-8 is read byte by byte, and mended by column like a workbook.
    let (look, file) = match look(Utf8::new(opened()?)) {
        Err(fault) if fault.findings.iter().any(|found| found.code == "not-utf8") => {
            (look(Utf8::western(opened()?))?, Utf8::western(opened()?))
        }
        look => (look?, Utf8::new(opened()?)),
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(look.delimiter)
        .flexible(true)
        .has_headers(false)
        .buffer_capacity(PIECE)
        .from_reader(file.again());
    let mut table = Table::default();
    let mut record = csv::ByteRecord::new();
    let (mut number, mut empty, mut next_line) = (0_u32, 0_u32, 1_u64);
    while reader.read_byte_record(&mut record).map_err(unexpected)? {
        // Looked at already, and once more as a whole: cells are cut at its letters.
        let text = std::str::from_utf8(record.as_slice()).map_err(|fault| broken(&fault))?;
        let texts = (0..record.len())
            .map(|at| record.range(at).and_then(|place| text.get(place)).unwrap_or_default());
        // The reader steps over empty lines; a spreadsheet counts them.
        let line = record.position().map_or(next_line, csv::Position::line);
        number += 1 + u32::try_from(line.saturating_sub(next_line)).unwrap_or(0);
        let within = memchr::memchr_iter(b'\n', record.as_slice()).count();
        next_line = line + within as u64 + 1;
        let filled = (0_u16..).zip(texts).filter(|(_, text)| !text.trim_start().is_empty());
        let mut cells: Vec<(u16, Cell)> = Vec::with_capacity(record.len());
        cells.extend(filled.map(|(at, text)| (at, Cell::Text(text.into()))));
        if cells.is_empty() {
            empty += 1;
            continue;
        }
        if table.rows.len() == most_rows {
            return Err(fail(
                "too-many-rows",
                format!("quá {most_rows} dòng: chia thành nhiều tệp"),
                format!("over {most_rows} rows: split the file"),
            ));
        }
        table.rows.push(TableRow { number, cells, ..TableRow::default() });
    }
    let mut findings = notes(look, empty);
    if look.encoding == Encoding::SingleByte {
        findings.push(single_bytes(&table));
    }
    Ok((table, findings))
}

/// In which encoding a file is that is not UTF-8, as far as its words tell.
fn single_bytes(table: &Table) -> Finding {
    let texts = table.rows.iter().flat_map(|row| &row.cells).filter_map(|(_, cell)| match cell {
        Cell::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let (vi, en) = single_bytes_named(texts);
    let message = (
        format!("tệp không phải UTF-8; bảng mã: {vi}. Chữ được đổi sang Unicode theo từng cột"),
        format!("the file is not UTF-8; its encoding: {en}. Its letters are mended by column"),
    );
    let remedy = ("xem lại các chữ đã đổi", "look at the letters that were changed");
    Finding::new("encoding", Severity::Warn, message, remedy)
}

fn notes(look: Look, empty: u32) -> Vec<Finding> {
    let mut notes = Vec::new();
    let mut note = |code, vi: String, en: String| {
        let remedy = ("không cần làm gì", "nothing to do");
        notes.push(Finding::new(code, Severity::Note, (vi, en), remedy));
    };
    if look.delimiter != b',' {
        let (mark_vi, mark_en) = match look.delimiter {
            b'\t' => ("dấu tab", "a tab"),
            b';' => ("dấu chấm phẩy (;)", "a semicolon (;)"),
            b'|' => ("dấu gạch đứng (|)", "a bar (|)"),
            _ => ("dấu khác", "another mark"),
        };
        note(
            "delimiter",
            format!("dấu phân cách là {mark_vi}"),
            format!("the delimiter is {mark_en}"),
        );
    }
    if matches!(look.encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
        note("encoding", "tệp mã UTF-16".to_owned(), "the file is UTF-16".to_owned());
    }
    if empty > 0 {
        note("empty-rows", format!("bỏ qua {empty} dòng trống"), format!("{empty} empty rows"));
    }
    notes
}

/// Whether the reading goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    On,
    Enough,
}

fn fail(code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Unreadable {
    let remedy =
        ("lưu lại tệp dạng CSV UTF-8 theo mẫu", "save the file again as CSV UTF-8 by the template");
    Unreadable::damaged(Finding::new(code, Severity::Refuse, (vi, en), remedy))
}

fn disk(error: &io::Error) -> Unreadable {
    match fault_in(error) {
        Some(fault) => {
            let line = fault.line;
            match fault.what {
                NoText::NotUtf8 => fail(
                    "not-utf8",
                    format!("dòng {line}: tệp không phải UTF-8"),
                    format!("line {line}: not UTF-8"),
                ),
                NoText::NotUtf16 => fail(
                    "not-utf16",
                    format!("dòng {line}: tệp UTF-16 bị hỏng"),
                    format!("line {line}: broken UTF-16"),
                ),
                NoText::Nul => fail(
                    "nul",
                    format!("dòng {line}: tệp có ký tự NUL"),
                    format!("line {line}: the file holds a NUL"),
                ),
            }
        }
        None => fail("unreadable", "không đọc được tệp", format!("cannot be read: {error}")),
    }
}

fn unexpected(error: csv::Error) -> Unreadable {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => disk(&error),
        other => broken(&other),
    }
}

fn broken(other: &dyn std::fmt::Debug) -> Unreadable {
    fail("csv", "không đọc được CSV", format!("no CSV: {other:?}"))
}

/// Where the look stands within a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    CellStart,
    Plain,
    Quoted,
    /// After a quote inside a quoted cell: the end, or half of a doubled one.
    Quote,
}

/// Over the whole file: is it text, is every quote closed, is no cell endless?
fn look(mut text: Utf8<impl Read>) -> Result<Look, Unreadable> {
    let mut header = Vec::new();
    let mut piece = vec![0; PIECE];
    let mut walk = Walk { state: Within::CellStart, line: 1, opened: 1, length: 0 };
    let mut delimiter = None;
    loop {
        let many = text.read(&mut piece).map_err(|error| disk(&error))?;
        if many == 0 {
            break;
        }
        if delimiter.is_none() {
            header.extend_from_slice(&piece[..many]);
            if header.contains(&b'\n') || header.len() > LONGEST_HEADER_BYTES {
                delimiter = Some(delimiter_of(&header));
            }
        }
        walk.over(&piece[..many], delimiter.unwrap_or_else(|| delimiter_of(&header)))?;
    }
    if walk.state == Within::Quoted {
        let opened = walk.opened;
        return Err(fail(
            "open-quote",
            format!("dòng {opened}: dấu ngoặc kép không đóng"),
            format!("line {opened}: a quote is never closed"),
        ));
    }
    let delimiter = delimiter.unwrap_or_else(|| delimiter_of(&header));
    Ok(Look { delimiter, encoding: text.encoding() })
}

/// The look on its way, byte by byte.
struct Walk {
    state: Within,
    line: usize,
    /// On which line the last quote was opened.
    opened: usize,
    /// Of the cell so far, in bytes.
    length: usize,
}

impl Walk {
    fn over(&mut self, mut piece: &[u8], delimiter: u8) -> Result<(), Unreadable> {
        while !piece.is_empty() {
            // Within a cell nothing matters but what may end it.
            let plain = match self.state {
                Within::Plain => memchr::memchr3(delimiter, b'\n', b'\r', piece),
                Within::Quoted => memchr::memchr2(b'"', b'\n', piece),
                Within::CellStart | Within::Quote => Some(0),
            };
            let plain = plain.unwrap_or(piece.len());
            self.length += plain;
            self.check_length()?;
            if let Some(byte) = piece.get(plain) {
                self.step(*byte, delimiter);
                self.check_length()?;
            }
            piece = piece.get(plain + 1..).unwrap_or_default();
        }
        Ok(())
    }

    fn step(&mut self, byte: u8, delimiter: u8) {
        self.length += 1;
        self.line += usize::from(byte == b'\n');
        self.state = match (self.state, byte) {
            (Within::CellStart, b'"') => {
                self.opened = self.line;
                Within::Quoted
            }
            (Within::Quoted, b'"') => Within::Quote,
            (Within::Quote, b'"') | (Within::Quoted, _) => Within::Quoted,
            (_, b'\n' | b'\r') => Within::CellStart,
            (_, byte) if byte == delimiter => Within::CellStart,
            _ => Within::Plain,
        };
        if self.state == Within::CellStart {
            self.length = 0;
        }
    }

    fn check_length(&self) -> Result<(), Unreadable> {
        if self.length <= LONGEST_CELL_BYTES {
            return Ok(());
        }
        let line = self.line;
        Err(fail(
            "cell-too-long",
            format!("dòng {line}: một ô dài quá {LONGEST_CELL_BYTES} byte"),
            format!("line {line}: a cell of more than {LONGEST_CELL_BYTES} bytes"),
        ))
    }
}

/// The mark that the first lines have most of: a title may stand above the headings. A comma
/// between digits is a decimal one.
fn delimiter_of(text: &[u8]) -> u8 {
    let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    let count = |mark: u8| {
        let found = text.iter().enumerate().filter(|(_, byte)| **byte == mark);
        found
            .filter(|(at, _)| mark != b',' || !(digit(at.checked_sub(1)) && digit(Some(at + 1))))
            .count()
    };
    [b'\t', b';', b','].into_iter().rev().max_by_key(|mark| count(*mark)).unwrap_or(b',')
}

/// What each cell of a record is.
struct Columns {
    /// `None`: an unnamed column, which must stay empty.
    places: Vec<Option<Column>>,
    axes_by_letter: bool,
}

impl Columns {
    /// The order is free; unknown, repeated and missing columns are named, all of them.
    fn of(header: &csv::StringRecord) -> Result<Self, Unreadable> {
        let mut columns = Self { places: Vec::new(), axes_by_letter: false };
        let mut faults = Vec::new();
        let mut fault = |code, column: &str, vi: &str, en: &str| {
            let remedy = ("dùng đúng tên cột của mẫu", "use the template's column names");
            faults
                .push(Finding::new(code, Severity::Refuse, (vi, en), remedy).at(0, column, column));
        };
        for name in header {
            let shown: String = name.trim().chars().take(80).collect();
            match Column::headed(name) {
                None if name.trim().is_empty() => columns.places.push(None),
                None => fault(
                    "unknown-column",
                    &shown,
                    "không có cột này trong mẫu",
                    "the template has no such column",
                ),
                Some(heading) if columns.places.contains(&Some(heading.column)) => fault(
                    "duplicate-column",
                    &shown,
                    "cột này có hai lần",
                    "this column stands twice",
                ),
                Some(heading) => {
                    columns.axes_by_letter |= heading.axis_by_letter;
                    columns.places.push(Some(heading.column));
                }
            }
        }
        for column in [Column::SiteCode, Column::Event, Column::EventDay] {
            if !columns.places.contains(&Some(column)) {
                fault("missing-column", column.as_str(), "thiếu cột này", "this column is missing");
            }
        }
        if faults.is_empty() {
            Ok(columns)
        } else {
            Err(Unreadable { because: crate::Because::Damaged, findings: faults })
        }
    }

    fn cells(&self, record: &csv::StringRecord, row: u32) -> Cells {
        let mut cells = Cells::new(row);
        cells.axes_by_letter = self.axes_by_letter;
        for (column, value) in self.places.iter().zip(record) {
            match column {
                Some(column) => cells.push(*column, value),
                None if value.trim().is_empty() => {}
                None => cells.refuse(
                    "unnamed-column",
                    "",
                    value,
                    ("ô này thuộc cột không có tên", "this cell stands in a column without a name"),
                ),
            }
        }
        let (found, named) = (record.len(), self.places.len());
        let over = record.iter().skip(named).any(|cell| !cell.trim().is_empty());
        if found < named || over {
            let vi = format!("dòng có {found} ô, tiêu đề có {named} cột");
            let en = format!("the row has {found} cells, the header {named} columns");
            cells.refuse("row-length", "", "", (&vi, &en));
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::dirt;

    #[test]
    fn the_look_tells_where_a_cell_never_ends() {
        let told = |text: String| match table(&|| Ok(text.as_bytes()), 10) {
            Ok((table, _)) => format!("{} rows", table.rows.len()),
            Err(fault) => format!("{}: {}", fault.findings[0].code, fault.findings[0].message_en),
        };
        let long = |many: usize| "x".repeat(many);
        let most = LONGEST_CELL_BYTES;
        assert_eq!(told(format!("a,b\n{},1\n", long(most))), "2 rows");
        let over = "cell-too-long: line 2: a cell of more than 65536 bytes";
        assert_eq!(told(format!("a,b\n{},1\n", long(most + 1))), over);
        assert_eq!(told(format!("a,b\n\"{}\",1\n", long(most - 2))), "2 rows");
        assert_eq!(told(format!("a,b\n\"{}\",1\n", long(most))), over);
        let open = "open-quote: line 3: a quote is never closed";
        assert_eq!(told("a,b\n\"c\n\",\"d\n\n".to_owned()), open);
        assert_eq!(told("a,b\n\"say \"\"so\"\" \n,\",2\n".to_owned()), "2 rows");
    }

    #[test]
    fn a_table_in_an_old_encoding_is_read_and_its_encoding_named() {
        let text = "Mã trạm,Tên trạm\nQNI-1,Ba Tơ\nQNI-2,Nước Giáp\n";
        for (bytes, name) in [(dirt::tcvn3(text), "TCVN3"), (dirt::vni(text), "VNI")] {
            let (table, findings) = table(&|| Ok(&bytes[..]), 10).unwrap();
            assert_eq!(table.rows.len(), 3);
            let told = findings.iter().find(|found| found.code == "encoding").unwrap();
            assert!(told.message_en.contains(name), "{}", told.message_en);
        }
    }
}
