//! Where readers put what they find: pieces go out at once, notes are kept to the end, and what
//! the limits allow is counted here for every format alike.

use std::collections::HashMap;

use crate::book::{BookNote, Cell, Piece, Row, column_letters};
use crate::error::{BookError, BookMeasure};
use crate::limits::BookLimits;

/// Takes pieces; an error from it ends the reading.
pub type Emit<'e> = dyn FnMut(Piece) -> Result<(), BookError> + 'e;

pub(crate) struct Out<'e> {
    emit: &'e mut Emit<'e>,
    notes: Vec<BookNote>,
    rows: u32,
    cells: u64,
    /// Merges, comments, pictures.
    parts: HashMap<&'static str, u32>,
    limits: &'e BookLimits,
}

/// What an officer is told about one sheet.
#[derive(Debug, Default)]
pub(crate) struct SheetTally {
    last_row: u32,
    pub width: u16,
    hidden_rows: u32,
    pub hidden_columns: u32,
    computed: u32,
    without_value: u32,
    errors: u32,
    pub comments: u32,
}

impl<'e> Out<'e> {
    pub(crate) fn new(emit: &'e mut Emit<'e>, limits: &'e BookLimits) -> Self {
        Self { emit, notes: Vec::new(), rows: 0, cells: 0, parts: HashMap::new(), limits }
    }

    pub(crate) fn note(&mut self, note: BookNote) {
        self.notes.push(note);
    }

    pub(crate) fn send(&mut self, piece: Piece) -> Result<(), BookError> {
        let kind = match piece {
            Piece::Merge(_) => "merges",
            Piece::Comment(_) => "comments",
            Piece::Picture(_) => "pictures",
            _ => return (self.emit)(piece),
        };
        let count = self.parts.entry(kind).or_default();
        *count += 1;
        if *count > self.limits.parts {
            let max = self.limits.parts.into();
            return Err(BookError::TooLarge { what: BookMeasure::Merges, max });
        }
        (self.emit)(piece)
    }

    /// Sends a row on, if a cell of it is filled. Rows come in ascending order.
    pub(crate) fn row(
        &mut self,
        row: Row,
        sheet: &str,
        tally: &mut SheetTally,
    ) -> Result<(), BookError> {
        let Some((last_column, _)) = row.cells.last() else { return Ok(()) };
        if row.number <= tally.last_row {
            return Err(BookError::broken(sheet, format!("row {} is out of order", row.number)));
        }
        if row.number > self.limits.rows {
            let (sheet, max) = (sheet.to_owned(), self.limits.rows);
            let cell = format!("{}{}", column_letters(*last_column), row.number);
            return Err(BookError::FarCell { sheet, cell, max });
        }
        self.rows += 1;
        self.cells += row.cells.len() as u64;
        if self.rows > self.limits.rows {
            let max = self.limits.rows.into();
            return Err(BookError::TooLarge { what: BookMeasure::Rows, max });
        }
        if self.cells > self.limits.cells {
            let max = self.limits.cells;
            return Err(BookError::TooLarge { what: BookMeasure::Cells, max });
        }
        tally.last_row = row.number;
        tally.width = tally.width.max(last_column.saturating_add(1));
        tally.hidden_rows += u32::from(row.hidden);
        tally.computed += u32::try_from(row.computed.len()).unwrap_or(u32::MAX);
        for (_, cell) in &row.cells {
            tally.without_value += u32::from(*cell == Cell::FormulaWithoutValue);
            tally.errors += u32::from(matches!(cell, Cell::Error(_)));
        }
        (self.emit)(Piece::Row(row))
    }

    /// The end of the book.
    pub(crate) fn finish(mut self) -> Result<(), BookError> {
        if self.rows == 0 {
            return Err(BookError::NoData);
        }
        for note in std::mem::take(&mut self.notes) {
            (self.emit)(Piece::Note(note))?;
        }
        Ok(())
    }
}

impl SheetTally {
    pub(crate) fn tell(&self, sheet: &str, hidden: bool, out: &mut Out<'_>) {
        let own = || sheet.to_owned();
        if hidden && self.last_row > 0 {
            out.note(BookNote::HiddenSheet { sheet: own() });
        }
        if self.hidden_rows > 0 {
            out.note(BookNote::HiddenRows { sheet: own(), rows: self.hidden_rows });
        }
        if self.hidden_columns > 0 {
            out.note(BookNote::HiddenColumns { sheet: own(), columns: self.hidden_columns });
        }
        let computed = self.computed.saturating_sub(self.without_value);
        if computed > 0 {
            out.note(BookNote::ComputedCells { sheet: own(), cells: computed });
        }
        if self.without_value > 0 {
            out.note(BookNote::FormulasWithoutValue { sheet: own(), cells: self.without_value });
        }
        if self.errors > 0 {
            out.note(BookNote::ErrorCells { sheet: own(), cells: self.errors });
        }
        if self.comments > 0 {
            out.note(BookNote::Comments { sheet: own(), comments: self.comments });
        }
    }
}
