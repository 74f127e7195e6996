//! XLSX: values by calamine's streaming reader, everything else a row carries (hidden, merged,
//! shown as a percentage) by one own pass over the sheet's XML before it. Rows are handed on as
//! they are read; an empty row or a generous dimension costs nothing.

mod in_cell;
mod parts;
mod scan;

use std::collections::HashSet;
use std::io::{Read, Seek};

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use quick_xml::events::Event;

use crate::book::{BookKind, BookNote, Cell, DateSystem, Piece, Row, column_letters};
use crate::error::{BookError, BookMeasure, RefusedBook};
use crate::limits::{BookLimits, COLUMNS};
use crate::out::{Out, SheetTally};
use crate::package::Package;
use crate::serial;
use crate::xml::{attribute, is_set};
use in_cell::InCell;
use parts::Styles;
use scan::SheetScan;

pub(crate) use scan::place;

/// A sheet as the workbook lists it.
pub(crate) struct Listed {
    pub name: String,
    hidden: bool,
    pub part: String,
    /// `worksheet`, `chartsheet` …
    pub kind: String,
}

pub(crate) fn read<R: Read + Seek + Clone>(
    source: R,
    package: &mut Package<R>,
    workbook_part: &str,
    limits: &BookLimits,
    out: &mut Out<'_>,
) -> Result<(), BookError> {
    let (system, sheets) = workbook(package, workbook_part, limits)?;
    check_text_count(package)?;
    let styles = Styles::read(package)?;
    let in_cell = InCell::read(package)?;
    let scans: Vec<Option<SheetScan>> = sheets
        .iter()
        .map(|sheet| match sheet.kind.as_str() {
            "worksheet" => SheetScan::read(package, &sheet.part, &styles, limits).map(Some),
            _ => Ok(None),
        })
        .collect::<Result<_, _>>()?;
    let mut values = Xlsx::new(source).map_err(|error| of_calamine(workbook_part, error))?;

    out.send(Piece::Begin { kind: BookKind::Xlsx, date_system: system })?;
    if system == DateSystem::From1904 {
        out.note(BookNote::DatesFrom1904);
    }
    if package.has("xl/externalLinks/externalLink1.xml") {
        out.note(BookNote::LinkedWorkbooks);
    }
    for (sheet, scan) in sheets.into_iter().zip(scans) {
        let Some(scan) = scan else {
            out.note(BookNote::NotRead { sheet: sheet.name, what: sheet.kind });
            continue;
        };
        out.send(Piece::Sheet { name: sheet.name.clone(), hidden: sheet.hidden })?;
        let mut tally = SheetTally::default();
        let beside = Beside { scan: &scan, in_cell: &in_cell, system };
        for (place, picture) in rows(&mut values, &sheet, &beside, &mut tally, out)? {
            parts::send_picture(package, place, picture, out)?;
        }
        parts::attached(package, &sheet.part, &mut tally, out)?;
        scan.send_spans(&mut tally, out)?;
        tally.tell(&sheet.name, sheet.hidden, out);
    }
    Ok(())
}

fn of_calamine(part: &str, error: XlsxError) -> BookError {
    match error {
        XlsxError::Password => BookError::refused(RefusedBook::Encrypted),
        error => BookError::broken(part, error),
    }
}

pub(crate) fn workbook<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
    limits: &BookLimits,
) -> Result<(DateSystem, Vec<Listed>), BookError> {
    let relations = package.relations(part)?;
    let (mut system, mut sheets) = (DateSystem::From1900, Vec::<Listed>::new());
    let mut names = HashSet::new();
    let mut xml = package.xml(part)?;
    loop {
        match xml.next()? {
            Event::Start(start)
                if start.local_name().as_ref() == "workbookPr" && is_set(&start, "date1904") =>
            {
                system = DateSystem::From1904;
            }
            Event::Start(start) if start.local_name().as_ref() == "sheet" => {
                let name = attribute(&start, "name").unwrap_or_default();
                let id = attribute(&start, "id").unwrap_or_default();
                let relation = relations.iter().find(|relation| relation.id == id);
                let target =
                    relation.and_then(|relation| Some((relation, relation.target.clone()?)));
                let (relation, target) = target
                    .ok_or_else(|| BookError::broken(part, format!("no part for sheet {name}")))?;
                if !names.insert(name.clone()) {
                    return Err(BookError::broken(part, format!("two sheets are called {name}")));
                }
                if sheets.len() >= limits.sheets as usize {
                    let (what, max) = (BookMeasure::Sheets, limits.sheets.into());
                    return Err(BookError::TooLarge { what, max });
                }
                let state = attribute(&start, "state").unwrap_or_default();
                let hidden = matches!(state.as_str(), "hidden" | "veryHidden");
                sheets.push(Listed { name, hidden, part: target, kind: relation.kind.clone() });
            }
            Event::Eof => return Ok((system, sheets)),
            _ => {}
        }
    }
}

/// calamine reserves room for as many texts as the list promises: believe it only as far as its
/// own length allows.
fn check_text_count<R: Read + Seek>(package: &mut Package<R>) -> Result<(), BookError> {
    const PART: &str = "xl/sharedStrings.xml";
    /// `<si/>`
    const SHORTEST_BYTES: u64 = 5;
    if !package.has(PART) {
        return Ok(());
    }
    let mut counted = 0_u64;
    let mut promised = 0_u64;
    let mut xml = package.xml(PART)?;
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == "sst" => {
                promised =
                    attribute(&start, "uniqueCount").and_then(|n| n.parse().ok()).unwrap_or(0);
            }
            Event::Start(start) if start.local_name().as_ref() == "si" => counted += 1,
            Event::Eof => break,
            _ => {}
        }
    }
    if promised > counted.saturating_mul(SHORTEST_BYTES) + 10_000 {
        let detail = format!("it promises {promised} texts and holds {counted}");
        return Err(BookError::broken(PART, detail));
    }
    Ok(())
}

/// What calamine does not know of a sheet's cells.
struct Beside<'b> {
    scan: &'b SheetScan,
    in_cell: &'b InCell,
    system: DateSystem,
}

impl Beside<'_> {
    /// The part of the picture that a cell is.
    fn picture(&self, number: u32, column: u16, cell: &Cell) -> Option<&str> {
        match cell {
            Cell::Error(_) => self.in_cell.of_metadata(self.scan.metadata(number, column)?),
            Cell::Text(text) if text.contains("DISPIMG(") => self.in_cell.of_text(text),
            _ => None,
        }
    }
}

/// A place (row from 1, column from 0), and the part of the picture in it.
type PictureCell = ((u32, u16), String);

/// Sends the rows; what it gives back are cells that are pictures.
fn rows<R: Read + Seek>(
    values: &mut Xlsx<R>,
    sheet: &Listed,
    beside: &Beside<'_>,
    tally: &mut SheetTally,
    out: &mut Out<'_>,
) -> Result<Vec<PictureCell>, BookError> {
    let broken = |error| of_calamine(&sheet.part, error);
    let scan = beside.scan;
    let mut pictures = Vec::new();
    let mut cells = match values.worksheet_cells_reader(&sheet.name) {
        Ok(cells) => cells,
        // A sheet without `sheetData`, as some programs write an empty one.
        Err(XlsxError::NotAWorksheet(_) | XlsxError::XmlEof(_)) if scan.is_empty() => {
            return Ok(pictures);
        }
        Err(error) => return Err(broken(error)),
    };
    let mut row = Row::default();
    while let Some(record) = cells.next_cell_with_formula_metadata().map_err(broken)? {
        let (number, column) = (record.pos.0.saturating_add(1), record.pos.1);
        let is_computed = record.formula.is_some();
        let cell = cell_of(record.value, is_computed, beside.system);
        let Some(cell) = cell else { continue };
        let column = u16::try_from(column).ok().filter(|&at| u32::from(at) < COLUMNS);
        let column = column.ok_or_else(|| BookError::broken(&sheet.part, "a cell right of XFD"))?;
        if let Some(picture) = beside.picture(number, column, &cell) {
            pictures.push(((number, column), picture.to_owned()));
            continue;
        }
        if number != row.number {
            out.row(std::mem::take(&mut row), &sheet.name, tally)?;
            row.number = number;
            row.hidden = scan.is_hidden_row(number);
        }
        let cell = match cell {
            Cell::Number(share) if scan.is_percent(number, column) => Cell::Percent(share),
            cell => cell,
        };
        if row.cells.last().is_some_and(|(last, _)| *last >= column) {
            let place = format!("{}{number}", column_letters(column));
            return Err(BookError::broken(&sheet.part, format!("cell {place} is out of order")));
        }
        if is_computed {
            row.computed.push(column);
        }
        row.cells.push((column, cell));
    }
    out.row(row, &sheet.name, tally)?;
    Ok(pictures)
}

/// `None` for a cell with nothing in it.
fn cell_of(value: DataRef<'_>, is_computed: bool, system: DateSystem) -> Option<Cell> {
    let text = |text: &str| (!text.trim().is_empty()).then(|| Cell::Text(text.to_owned()));
    match value {
        DataRef::Empty if is_computed => Some(Cell::FormulaWithoutValue),
        DataRef::Empty => None,
        #[expect(clippy::cast_precision_loss, reason = "as Excel itself keeps it")]
        DataRef::Int(number) => Some(Cell::Number(number as f64)),
        DataRef::Float(number) => Some(Cell::Number(number)),
        DataRef::Bool(is) => Some(Cell::Bool(is)),
        DataRef::String(own) => text(&own),
        DataRef::SharedString(shared) => text(shared),
        DataRef::DateTime(serial) if serial.is_duration() => {
            Some(serial::length_of_time(serial.as_f64()))
        }
        DataRef::DateTime(serial) => Some(serial::day_or_time(serial.as_f64(), system)),
        DataRef::DateTimeIso(iso) => serial::iso_day(&iso).or_else(|| text(&iso)),
        DataRef::DurationIso(iso) => serial::iso_length(&iso).or_else(|| text(&iso)),
        DataRef::Error(error) => Some(Cell::Error(error.to_string())),
    }
}
