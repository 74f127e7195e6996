//! Rows of one filing that speak of the same thing.

use crate::finding::{Finding, Severity};
use crate::report::{DraftRow, Outcome};

/// A row as another one names it: with its sheet, where that is not its own.
pub fn named(row: &DraftRow, beside: &DraftRow) -> String {
    match row.table.as_deref().filter(|_| row.table != beside.table) {
        Some(table) => format!("{} (“{table}”)", row.row),
        None => row.row.to_string(),
    }
}

/// Of a row that says what an earlier one says.
pub fn repeats(row: u32, first: &str, column: &str) -> Finding {
    let message = (
        format!("trùng với dòng {first}: chỉ tính một lần"),
        format!("the same as row {first}: counted once"),
    );
    let remedy = ("không cần làm gì", "nothing to do");
    Finding::new("duplicate-row", Severity::Note, message, remedy).at(row, column, "")
}

/// Of two rows that say different things of one: neither is filed until one is left out.
pub fn conflicting(message: (String, String)) -> Finding {
    let remedy = ("giữ lại dòng đúng, bỏ dòng kia", "keep the row that is right");
    Finding::new("conflicting-rows", Severity::Ask, message, remedy)
}

/// What becomes of the later of two rows of one thing: the same counts once, of other values both
/// are asked.
pub fn settle(rows: &mut [DraftRow], (first, later): (usize, usize), is_same: bool) {
    if is_same {
        let named = named(&rows[first], &rows[later]);
        let row = &mut rows[later];
        row.outcome = Outcome::Repeated;
        row.findings.push(repeats(row.row, &named, ""));
        return;
    }
    for (at, other) in [(first, later), (later, first)] {
        let against = named(&rows[other], &rows[at]);
        let message = (
            format!("cùng nội dung với dòng {against} nhưng số liệu khác"),
            format!("of the same thing as row {against}, with other values"),
        );
        let row = &mut rows[at];
        row.outcome = Outcome::Blocked;
        row.findings.push(conflicting(message).at(row.row, "", ""));
    }
}
