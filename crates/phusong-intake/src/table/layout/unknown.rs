//! A layout of which no template knows a word.

use super::super::Table;
use super::{Column, Grid, HEADING_ROWS, Kind, Layout, Learnt, Repair, match_columns};

/// Fewer filled cells in a line are a title.
const LEAST_HEADINGS: usize = 3;

/// The headings of a sender's own layout of which no template knows a word, for a kind that the sender
/// states: the first line of words that is followed by one as long. Its columns are shown, to be told.
pub fn lay_out_unknown(
    table: &Table,
    kind: Kind,
    learnt: &Learnt,
    read: &Repair<'_>,
) -> Option<Layout> {
    let grid = Grid { table, read };
    let rows = table.rows.iter().take(HEADING_ROWS);
    let at = rows.enumerate().position(|(at, row)| {
        let filled = grid.filled(row);
        let is_followed =
            table.rows.get(at + 1).is_some_and(|next| grid.filled(next).len() >= filled.len());
        filled.len() >= LEAST_HEADINGS
            && is_followed
            && filled.iter().all(|(_, text)| text.chars().any(char::is_alphabetic))
    })?;
    let headings = grid.spread(at, 1);
    let (_, mut layout) =
        match_columns(&kind.template(), (&headings, Column::headed_among), learnt);
    let number = table.rows[at].number;
    layout.heading_rows = Some((number, number));
    layout.title = grid.title(layout.heading_rows);
    for mapped in &mut layout.columns {
        mapped.name = table.column_name(mapped.at);
    }
    Some(layout)
}
