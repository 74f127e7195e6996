//! Which mark a table writes before its fractions: one table has one habit. A cell that may be read
//! in two ways (`1,200 tỷ`) follows the cells that leave no choice (`1.234,5`), and says which.

use std::collections::BTreeMap;

use super::columns::Column;
use crate::finding::{Finding, Severity};
use crate::values::number::{Mark, Marks};

/// A cell that leaves no choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    pub mark: Mark,
    pub row: u32,
    pub text: String,
}

#[derive(Debug, Clone, Default)]
struct Seen {
    marks: Marks,
    comma: Option<Proof>,
    dot: Option<Proof>,
}

#[derive(Debug, Clone, Default)]
pub struct Decimals {
    columns: BTreeMap<Column, Seen>,
    table: Seen,
}

impl Decimals {
    pub fn see(&mut self, column: Column, row: u32, text: &str) {
        let mut own = Marks::default();
        own.see(text);
        for seen in [self.columns.entry(column).or_default(), &mut self.table] {
            seen.marks.add(own);
            let Some(mark) = own.decimal() else { continue };
            let first = match mark {
                Mark::Comma => &mut seen.comma,
                Mark::Dot => &mut seen.dot,
            };
            first.get_or_insert_with(|| Proof { mark, row, text: text.to_owned() });
        }
    }

    /// The column's own habit, else the table's; `None`: nothing tells, or both marks are used.
    pub fn proof(&self, column: Column) -> Option<&Proof> {
        let own = self.columns.get(&column).filter(|seen| seen.marks != Marks::default());
        let seen = own.unwrap_or(&self.table);
        match seen.marks.decimal()? {
            Mark::Comma => seen.comma.as_ref(),
            Mark::Dot => seen.dot.as_ref(),
        }
    }
}

impl Proof {
    /// What is said of a cell that followed it.
    pub fn note(&self) -> Finding {
        let (text, row) = (&self.text, self.row);
        let (vi, en) = match self.mark {
            Mark::Comma => ("dấu phẩy", "a comma"),
            Mark::Dot => ("dấu chấm", "a full stop"),
        };
        let message = (
            format!("{vi} là dấu thập phân, như “{text}” ở dòng {row}"),
            format!("{en} is read as the decimal mark, as in {text:?} of row {row}"),
        );
        let remedy = ("kiểm tra con số đã hiểu", "check the number as it was understood");
        Finding::new("decimal-by-habit", Severity::Note, message, remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_goes_before_its_table_and_two_habits_are_none() {
        let mut decimals = Decimals::default();
        assert_eq!(decimals.proof(Column::EstimateVnd), None);
        decimals.see(Column::Longitude, 7, "108,763902");
        decimals.see(Column::EstimateVnd, 8, "1,200");
        let mark = |decimals: &Decimals| {
            decimals.proof(Column::EstimateVnd).map(|proof| (proof.mark, proof.row))
        };
        assert_eq!(mark(&decimals), Some((Mark::Comma, 7)), "1,200 itself proves nothing");
        decimals.see(Column::EstimateVnd, 9, "1,234.5");
        assert_eq!(mark(&decimals), Some((Mark::Dot, 9)));
        decimals.see(Column::EstimateVnd, 10, "1.234,5");
        assert_eq!(mark(&decimals), None);
    }
}
