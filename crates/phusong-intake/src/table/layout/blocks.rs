//! Rows that may be headings, several lines deep, with the texts above each column.

use super::{DEEPEST, Grid, HEADING_ROWS, Repair, is_numbering};
use crate::table::{Merge, Table};

/// Some rows in a row, read as headings.
#[derive(Debug, Clone)]
pub struct Block {
    /// First and last, as the sender counts.
    pub rows: (u32, u32),
    /// Where the first one stands among the rows, and how many they are.
    place: (usize, usize),
    /// For each column the texts above it, outermost first, each once.
    pub headings: Vec<Vec<String>>,
}

/// Every block from the top of a table, the shallower first.
pub fn blocks(table: &Table, read: &Repair<'_>) -> Vec<Block> {
    let grid = Grid { table, read };
    let mut found = Vec::new();
    for (at, first) in table.rows.iter().enumerate().take(HEADING_ROWS) {
        if first.is_blank() {
            continue;
        }
        for depth in 1..=(MOST_LINES as usize).min(table.rows.len() - at) {
            let last = &table.rows[at + depth - 1];
            let is_next = usize::try_from(last.number - first.number).is_ok_and(|n| n + 1 == depth);
            if !is_next || depth > 1 && is_numbering(&grid.filled(last)) {
                break;
            }
            let headings = grid.spread(at, depth);
            found.push(Block { rows: (first.number, last.number), place: (at, depth), headings });
        }
    }
    found
}

/// A wide sheet may name carrier, period and measure, each on its own line.
const MOST_LINES: u32 = DEEPEST + 1;

impl Block {
    /// Do the headings go on in the row below? `names`: columns that name the rows.
    pub fn goes_on(&self, table: &Table, names: &[u16], read: &Repair<'_>) -> bool {
        let (at, depth) = self.place;
        Grid { table, read }.goes_on_below((at, depth, MOST_LINES), names, true)
    }
}

/// Everything above the headings.
pub fn title(table: &Table, rows: (u32, u32), read: &Repair<'_>) -> Vec<String> {
    Grid { table, read }.title(Some(rows))
}

impl Grid<'_> {
    /// For each column the texts above it, outermost first, each once. A text over filled cells stands
    /// over its right neighbours too where their own line is empty and nothing says how far it
    /// reaches: a CSV knows no merged cells.
    pub(super) fn spread(&self, at: usize, depth: usize) -> Vec<Vec<String>> {
        let rows = &self.table.rows[at..at + depth];
        let width = rows.iter().filter_map(|row| row.cells.last()).map(|(c, _)| c + 1).max();
        let width = width.unwrap_or(0);
        let numbers = (rows[0].number, rows[depth - 1].number);
        let within = |merge: &&Merge| merge.rows.1 >= numbers.0 && merge.rows.0 <= numbers.1;
        let merges: Vec<&Merge> = self.table.merges.iter().filter(within).collect();
        let line = |row| (0..width).map(|column| self.text_in(row, column, &merges)).collect();
        let mut lines: Vec<Vec<String>> = rows.iter().map(line).collect();
        for (line, row) in rows.iter().enumerate().take(depth - 1) {
            // One text alone is a title.
            if row.cells.iter().filter(|(_, cell)| !cell.is_blank()).count() < 2 {
                continue;
            }
            for column in 1..usize::from(width) {
                let is_drawn = merges.iter().any(|merge| {
                    (merge.rows.0..=merge.rows.1).contains(&row.number)
                        && (usize::from(merge.columns.0)..=usize::from(merge.columns.1))
                            .contains(&(column - 1))
                });
                let heads = |at: usize| !lines[line + 1][at].is_empty();
                let is_free = lines[line][column].is_empty() && !is_drawn;
                if is_free && heads(column) && heads(column - 1) {
                    let (before, after) = lines[line].split_at_mut(column);
                    after[0].clone_from(&before[column - 1]);
                }
            }
        }
        let texts = |column: usize| {
            let own = lines.iter().map(|line| line[column].clone()).filter(|text| !text.is_empty());
            let mut texts: Vec<String> = own.collect();
            texts.dedup();
            texts
        };
        (0..usize::from(width)).map(texts).collect()
    }
}
