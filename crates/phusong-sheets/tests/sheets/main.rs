//! Workbooks and documents as people send them, and as they should not: read, refused by name,
//! answered. Every file is made here.

mod answer;
mod bad;
mod export;
mod make;
mod mutants;
mod other_kinds;
mod template;
mod xlsx;

use std::fmt::Write as _;
use std::io::Cursor;
use std::sync::Arc;

use phusong_sheets::{Book, BookBuilder, BookError, BookLimits, Cell, Sheet, read_book};

/// Reads bytes as a file of that name.
pub fn read_named(name: &str, bytes: &[u8], limits: &BookLimits) -> Result<Book, BookError> {
    let source = Cursor::new(Arc::<[u8]>::from(bytes));
    let mut builder = BookBuilder::new(limits);
    read_book(source, name, limits, &mut |piece| builder.add(piece))?;
    Ok(builder.finish().expect("a book that was read was begun"))
}

pub fn read(bytes: &[u8]) -> Result<Book, BookError> {
    read_named("thu", bytes, &BookLimits::default())
}

/// A sheet as text: one line a row, `*` for hidden, `=` for computed.
pub fn shown(sheet: &Sheet) -> String {
    let mut text = String::new();
    for row in &sheet.rows {
        let cells: Vec<String> = row
            .cells
            .iter()
            .map(|(column, cell)| {
                let computed = if row.computed.contains(column) { "=" } else { "" };
                let letters = phusong_sheets::column_letters(*column);
                format!("{letters}{computed} {}", cell_shown(cell))
            })
            .collect();
        let hidden = if row.hidden { "*" } else { "" };
        writeln!(text, "{}{hidden}: {}", row.number, cells.join(" | ")).expect("written");
    }
    text
}

fn cell_shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => format!("“{}”", text.replace('\n', "⏎")),
        Cell::Number(number) => number.to_string(),
        Cell::Percent(share) => format!("{}%", share * 100.0),
        Cell::Bool(is) => is.to_string(),
        Cell::Day(day) => {
            let date = day.date().expect("a day that is");
            if day.seconds == 0 { date.to_string() } else { format!("{date}+{}s", day.seconds) }
        }
        Cell::Time { seconds } => format!("{seconds}s"),
        Cell::Error(error) => format!("!{error}"),
        Cell::FormulaWithoutValue => "?".to_owned(),
    }
}
