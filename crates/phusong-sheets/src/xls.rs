//! XLS (Excel 97–2003): values by calamine, which unpacks each sheet into a full grid; so one
//! walk over the records first counts how large that grid would be, and tells what calamine does
//! not: hidden rows and columns, percentages, comments.

mod walk;

use std::io::{Read, Seek};

use calamine::{Data, Reader, SheetType, SheetVisible, Xls, XlsError};

use crate::book::{BookKind, BookNote, Cell, DateSystem, Merge, Piece, Row};
use crate::error::{BookError, BookMeasure, RefusedBook};
use crate::limits::BookLimits;
use crate::out::{Out, SheetTally};
use crate::serial;
use walk::{SheetWalk, Walk};

const PART: &str = "Workbook";

/// Whether a compound file is a workbook that may be read.
pub(crate) fn check<R: Read + Seek>(source: R) -> Result<(), BookError> {
    let file = cfb::CompoundFile::open(source).map_err(|error| BookError::broken("OLE", error))?;
    let has = |name: &str| file.exists(name);
    let refused = if has("/EncryptedPackage") {
        RefusedBook::Encrypted
    } else if has("/_VBA_PROJECT_CUR") {
        RefusedBook::Macros
    } else if has("/Workbook") || has("/Book") {
        return Ok(());
    } else if has("/WordDocument") {
        RefusedBook::Doc
    } else if has("/PowerPoint Document") {
        RefusedBook::Ppt
    } else {
        RefusedBook::Unknown
    };
    Err(BookError::refused(refused))
}

fn stream<R: Read + Seek>(source: R, max: u64) -> Result<Vec<u8>, BookError> {
    let broken = |error: std::io::Error| BookError::broken("OLE", error);
    let mut file = cfb::CompoundFile::open(source).map_err(broken)?;
    let name = if file.exists("/Workbook") { "/Workbook" } else { "/Book" };
    let mut bytes = Vec::new();
    let stream = file.open_stream(name).map_err(broken)?;
    stream.take(max + 1).read_to_end(&mut bytes).map_err(broken)?;
    if bytes.len() as u64 > max {
        return Err(BookError::TooLarge { what: BookMeasure::Bytes, max });
    }
    Ok(bytes)
}

pub(crate) fn read<R: Read + Seek + Clone>(
    source: R,
    limits: &BookLimits,
    out: &mut Out<'_>,
) -> Result<(), BookError> {
    let walk = Walk::over(&stream(source.clone(), limits.part_bytes)?, limits)?;
    let mut values = Xls::new(source).map_err(|error| match error {
        XlsError::Password => BookError::refused(RefusedBook::Encrypted),
        error => BookError::broken(PART, error),
    })?;
    let system = if values.has_1904_epoch() { DateSystem::From1904 } else { DateSystem::From1900 };
    out.send(Piece::Begin { kind: BookKind::Xls, date_system: system })?;
    if system == DateSystem::From1904 {
        out.note(BookNote::DatesFrom1904);
    }
    let listed = values.sheets_metadata().to_vec();
    if listed.len() != walk.sheets.len() {
        return Err(BookError::broken(PART, "the list of sheets does not hold"));
    }
    for (sheet, walked) in listed.into_iter().zip(&walk.sheets) {
        if sheet.typ != SheetType::WorkSheet {
            out.note(BookNote::NotRead { sheet: sheet.name, what: format!("{:?}", sheet.typ) });
            continue;
        }
        let hidden = sheet.visible != SheetVisible::Visible;
        out.send(Piece::Sheet { name: sheet.name.clone(), hidden })?;
        let mut tally = SheetTally::default();
        rows(&mut values, &sheet.name, walked, system, &mut tally, out)?;
        spans(&values, &sheet.name, walked, &mut tally, out)?;
        tally.tell(&sheet.name, hidden, out);
        if walked.pictures > 0 {
            let what = format!("{} ảnh", walked.pictures);
            out.note(BookNote::NotRead { sheet: sheet.name, what });
        }
    }
    Ok(())
}

fn rows<R: Read + Seek>(
    values: &mut Xls<R>,
    name: &str,
    walked: &SheetWalk,
    system: DateSystem,
    tally: &mut SheetTally,
    out: &mut Out<'_>,
) -> Result<(), BookError> {
    let range = values.worksheet_range(name).map_err(|error| BookError::broken(name, error))?;
    let Some((first_row, first_column)) = range.start() else { return Ok(()) };
    for (number, cells) in (first_row.saturating_add(1)..).zip(range.rows()) {
        let hidden = walked.hidden_rows.contains(&number);
        let mut row = Row { number, hidden, ..Row::default() };
        for (column, value) in (first_column..).zip(cells) {
            let Ok(column) = u16::try_from(column) else { break };
            let at = (number, column);
            let is_computed = walked.computed.contains(&at);
            let cell = match cell_of(value, is_computed, system) {
                Some(Cell::Number(share)) if walked.percent.contains(&at) => Cell::Percent(share),
                Some(cell) => cell,
                None => continue,
            };
            if is_computed {
                row.computed.push(column);
            }
            row.cells.push((column, cell));
        }
        out.row(row, name, tally)?;
    }
    Ok(())
}

fn cell_of(value: &Data, is_computed: bool, system: DateSystem) -> Option<Cell> {
    let text = |text: &str| (!text.trim().is_empty()).then(|| Cell::Text(text.to_owned()));
    match value {
        Data::Empty if is_computed => Some(Cell::FormulaWithoutValue),
        Data::Empty => None,
        #[expect(clippy::cast_precision_loss, reason = "as Excel itself keeps it")]
        Data::Int(number) => Some(Cell::Number(*number as f64)),
        Data::Float(number) => Some(Cell::Number(*number)),
        Data::Bool(is) => Some(Cell::Bool(*is)),
        Data::String(own) | Data::DateTimeIso(own) | Data::DurationIso(own) => text(own),
        Data::DateTime(serial) if serial.is_duration() => {
            Some(serial::length_of_time(serial.as_f64()))
        }
        Data::DateTime(serial) => Some(serial::day_or_time(serial.as_f64(), system)),
        Data::Error(error) => Some(Cell::Error(error.to_string())),
    }
}

/// Merged cells, hidden columns, comments.
fn spans<R: Read + Seek>(
    values: &Xls<R>,
    name: &str,
    walked: &SheetWalk,
    tally: &mut SheetTally,
    out: &mut Out<'_>,
) -> Result<(), BookError> {
    for merged in values.merge_cells_by_sheet_name(name).unwrap_or_default() {
        let columns = (u16::try_from(merged.start.1), u16::try_from(merged.end.1));
        if let (Ok(first_column), Ok(last_column)) = columns {
            let (first_row, last_row) =
                (merged.start.0.saturating_add(1), merged.end.0.saturating_add(1));
            out.send(Piece::Merge(Merge { first_row, last_row, first_column, last_column }))?;
        }
    }
    for &(first, last) in &walked.hidden_columns {
        let last = last.min(tally.width.saturating_sub(1));
        if first <= last && tally.width > 0 {
            tally.hidden_columns += u32::from(last - first) + 1;
            out.send(Piece::HiddenColumns { first, last })?;
        }
    }
    for comment in &walked.comments {
        tally.comments += 1;
        out.send(Piece::Comment(comment.clone()))?;
    }
    Ok(())
}
