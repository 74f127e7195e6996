//! One walk over the records of a BIFF stream. Source: [MS-XLS] 2.1.4 (records), 2.4 (their
//! fields).

use std::collections::{HashMap, HashSet};

use crate::book::Comment;
use crate::error::{BookError, BookMeasure, RefusedBook};
use crate::format::shows_percent;
use crate::limits::BookLimits;

/// A grid of this many cells takes calamine about 200 MB.
const GRID_CELLS_MAX: u64 = 3_000_000;

#[derive(Debug, Default)]
pub(super) struct Walk {
    /// In the order of the workbook's list.
    pub sheets: Vec<SheetWalk>,
}

#[derive(Debug, Default)]
pub(super) struct SheetWalk {
    /// Counted from 1.
    pub hidden_rows: HashSet<u32>,
    pub hidden_columns: Vec<(u16, u16)>,
    pub percent: HashSet<(u32, u16)>,
    pub computed: HashSet<(u32, u16)>,
    pub comments: Vec<Comment>,
    pub pictures: u32,
    grid: Extent,
}

/// The span of filled cells.
#[derive(Debug, Default)]
struct Extent {
    rows: Option<(u32, u32)>,
    columns: Option<(u32, u32)>,
}

impl Extent {
    fn add(&mut self, row: u32, column: u32) {
        let widen = |span: Option<(u32, u32)>, at: u32| match span {
            Some((first, last)) => Some((first.min(at), last.max(at))),
            None => Some((at, at)),
        };
        self.rows = widen(self.rows, row);
        self.columns = widen(self.columns, column);
    }

    fn cells(&self) -> u64 {
        let length =
            |span: Option<(u32, u32)>| span.map_or(0, |(first, last)| u64::from(last - first) + 1);
        length(self.rows) * length(self.columns)
    }
}

fn too_wide() -> BookError {
    BookError::TooLarge { what: BookMeasure::Cells, max: GRID_CELLS_MAX }
}

/// Records of a stream from a place on; a length that leads out of it ends them.
struct Records<'s> {
    rest: &'s [u8],
}

impl<'s> Iterator for Records<'s> {
    type Item = (u16, &'s [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.rest.split_at_checked(4)?;
        let (data, rest) = rest.split_at_checked(usize::from(short(head, 2)?))?;
        self.rest = rest;
        Some((short(head, 0)?, data))
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;

impl Walk {
    pub(super) fn over(stream: &[u8], limits: &BookLimits) -> Result<Self, BookError> {
        let mut own_formats = HashMap::new();
        let mut percent_styles = Vec::new();
        let mut places = Vec::new();
        for (kind, data) in (Records { rest: stream }) {
            match kind {
                // FilePass.
                0x002f if short(data, 0) != Some(0) => {
                    return Err(BookError::refused(RefusedBook::Encrypted));
                }
                // Format.
                0x041e => {
                    own_formats.extend(short(data, 0).zip(text(data.get(2..).unwrap_or(&[]))));
                }
                // XF: the format's number.
                0x00e0 => percent_styles.push(short(data, 2).unwrap_or(0)),
                // BoundSheet8.
                0x0085 => places.push(long(data, 0).unwrap_or(u32::MAX)),
                EOF => break,
                _ => {}
            }
        }
        if places.len() > limits.sheets as usize {
            let (what, max) = (BookMeasure::Sheets, limits.sheets.into());
            return Err(BookError::TooLarge { what, max });
        }
        let percent_styles: Vec<bool> = percent_styles
            .into_iter()
            .map(|format| match own_formats.get(&format) {
                Some(code) => shows_percent(code),
                None => matches!(format, 9 | 10),
            })
            .collect();
        let sheets = places
            .into_iter()
            .map(|place| {
                let from = stream.get(place as usize..);
                let from =
                    from.ok_or_else(|| BookError::broken("Workbook", "a sheet is missing"))?;
                SheetWalk::over(from, &percent_styles, limits)
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { sheets })
    }
}

impl SheetWalk {
    fn over(from: &[u8], percent: &[bool], limits: &BookLimits) -> Result<Self, BookError> {
        let mut sheet = Self::default();
        let (mut depth, mut notes) = (0_u32, Notes::default());
        for (kind, data) in (Records { rest: from }) {
            match kind {
                BOF => depth += 1,
                EOF => depth = depth.saturating_sub(1),
                // Of an embedded chart.
                _ if depth > 1 => continue,
                _ => {
                    sheet.record(kind, data, percent)?;
                    notes.record(kind, data);
                }
            }
            if kind == EOF && depth == 0 {
                break;
            }
            if sheet.grid.cells() > GRID_CELLS_MAX {
                return Err(too_wide());
            }
            if notes.places.len() > limits.parts as usize {
                let (what, max) = (BookMeasure::Merges, limits.parts.into());
                return Err(BookError::TooLarge { what, max });
            }
        }
        sheet.pictures = notes.pictures;
        sheet.comments = notes.comments();
        Ok(sheet)
    }

    fn record(&mut self, kind: u16, data: &[u8], percent: &[bool]) -> Result<(), BookError> {
        match kind {
            // Dimensions: calamine reserves room for all of it.
            0x0200 if data.len() >= 12 => {
                let rows = long(data, 4).zip(long(data, 0));
                let columns = short(data, 10).zip(short(data, 8));
                let (Some((after, first)), Some((column_after, column_first))) = (rows, columns)
                else {
                    return Ok(());
                };
                let (Some(rows), Some(columns)) =
                    (after.checked_sub(first), column_after.checked_sub(column_first))
                else {
                    return Err(BookError::broken("Workbook", "dimensions that are none"));
                };
                if (u64::from(rows) + 1) * (u64::from(columns) + 1) > GRID_CELLS_MAX {
                    return Err(too_wide());
                }
            }
            // Row: fDyZero.
            0x0208 if short(data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                self.hidden_rows.extend(short(data, 0).map(|row| u32::from(row) + 1));
            }
            // ColInfo: fHidden.
            0x007d if short(data, 8).is_some_and(|flags| flags & 1 != 0) => {
                let span = short(data, 0).zip(short(data, 2));
                self.hidden_columns.extend(span.filter(|(first, last)| first <= last));
            }
            // Number, Rk, LabelSst, Label, BoolErr, RString, Formula.
            0x0203 | 0x027e | 0x00fd | 0x0204 | 0x0205 | 0x00d6 | 0x0006 => {
                self.cell(kind, short(data, 0), short(data, 2), short(data, 4), percent);
            }
            // MulRk: one row, several columns, each with its style.
            0x00bd => {
                for (column, one) in (0_u16..).zip(data.get(4..).unwrap_or(&[]).chunks_exact(6)) {
                    let column = short(data, 2).map(|first| first.saturating_add(column));
                    self.cell(kind, short(data, 0), column, short(one, 0), percent);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn cell(
        &mut self,
        kind: u16,
        row: Option<u16>,
        column: Option<u16>,
        style: Option<u16>,
        percent: &[bool],
    ) {
        let (Some(row), Some(column)) = (row, column) else { return };
        self.grid.add(row.into(), column.into());
        let at = (u32::from(row) + 1, column);
        if style.is_some_and(|style| percent.get(usize::from(style)) == Some(&true)) {
            self.percent.insert(at);
        }
        if kind == 0x0006 {
            self.computed.insert(at);
        }
    }
}

/// Comments: an object, its text, and the note that says where it hangs.
#[derive(Debug, Default)]
struct Notes {
    object: Option<u16>,
    awaits_text: bool,
    texts: HashMap<u16, String>,
    /// (row from 1, column, object).
    places: Vec<(u32, u16, u16)>,
    pictures: u32,
}

impl Notes {
    fn record(&mut self, kind: u16, data: &[u8]) {
        let awaited = std::mem::take(&mut self.awaits_text);
        match kind {
            // Obj: its common part comes first.
            0x005d if short(data, 0) == Some(0x15) => {
                self.object = short(data, 6);
                self.pictures += u32::from(short(data, 4) == Some(8));
            }
            // Txo, followed by its text in a Continue.
            0x01b6 => self.awaits_text = short(data, 10).is_some_and(|characters| characters > 0),
            0x003c if awaited => {
                let read = self.object.zip(data.split_first());
                self.texts
                    .extend(read.map(|(object, (flags, rest))| (object, characters(*flags, rest))));
            }
            // Note.
            0x001c => {
                if let (Some(row), Some(column), Some(object)) =
                    (short(data, 0), short(data, 2), short(data, 6))
                {
                    self.places.push((u32::from(row) + 1, column, object));
                }
            }
            _ => {}
        }
    }

    fn comments(mut self) -> Vec<Comment> {
        let comment = |(row, column, object)| {
            let text = self.texts.remove(&object)?;
            Some(Comment { row, column, text: text.trim().to_owned() })
        };
        self.places.into_iter().filter_map(comment).collect()
    }
}

/// A string with its length in front (XLUnicodeString).
fn text(bytes: &[u8]) -> Option<String> {
    let length = usize::from(short(bytes, 0)?);
    let (flags, rest) = bytes.get(2..)?.split_first()?;
    let width = if flags & 1 == 0 { 1 } else { 2 };
    Some(characters(*flags, rest.get(..length * width).unwrap_or(rest)))
}

/// Bit 0 of the flags: two bytes a character.
fn characters(flags: u8, bytes: &[u8]) -> String {
    if flags & 1 == 0 {
        return bytes.iter().map(|&byte| char::from(byte)).collect();
    }
    let units = bytes.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
