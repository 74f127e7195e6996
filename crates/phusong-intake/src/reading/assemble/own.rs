//! What a cell says by itself, whatever stands above it and whatever its sender answered: through
//! repair, merge and the kind of its column.

use std::borrow::Cow;
use std::collections::HashMap;

use phusong_atlas::gazetteer::fold_for_search;

use super::{Assembled, Assembling, Filled, Piece, Reads, Step, names_a_place};
use crate::doctor;
use crate::known::counted_in;
use crate::reading::How;
use crate::repair::text::Doubt;
use crate::report::Column;
use crate::statistic;
use crate::table::{Cell, Merge, TableRow};
use crate::template::{Holds, Kind};
use crate::values::carriers::otherwise_named;
use crate::values::day::{DayReading, Written, of_serial};
use crate::values::number::{self, Expected};
use crate::values::radio::radio;
use crate::values::words::is_ditto;

const FROM_1900_TO_1904: i32 = 1_462;
/// So many different cells are kept in mind.
const KEPT_CELLS: usize = 10_000;

/// Cells of columns that repeat themselves, as they were read before, by column.
#[derive(Default)]
pub struct Seen<'a>(HashMap<(u16, &'a str), Own<'a>>);

/// What a cell says by itself, and how that came about: before, after, how.
#[derive(Clone, Default)]
pub struct Own<'a> {
    pub text: Cow<'a, str>,
    pub steps: Vec<(String, String, How)>,
    pub doubts: Vec<Doubt>,
    /// The cell holds an error in place of a value.
    pub error: Option<String>,
}

impl Own<'_> {
    pub(super) fn change(&mut self, after: String, how: How) {
        let before = std::mem::replace(&mut self.text, Cow::Owned(after.clone()));
        self.steps.push((before.into_owned(), after, how));
    }

    /// Says how the rules of its column read the text, which stays as it is written.
    fn name(&mut self, how: &'static str, read: String) {
        self.steps.push((self.text.clone().into_owned(), read, How::Understood(how)));
    }
}

/// A count is of its own row, whatever it is merged with.
fn is_counted(reads: &Reads<'_>) -> bool {
    matches!(reads.holds, Some(Holds::Count)) || reads.column == Column::EstimateVnd
}

impl<'a> Assembling<'a> {
    /// What a cell says by itself: through repair, merge and its kind.
    pub(super) fn own(&self, row: &'a TableRow, reads: &Reads<'_>, seen: &mut Seen<'a>) -> Own<'a> {
        let mut own = self.unscaled(row, reads, seen);
        if let Some(scale) = reads.scale {
            scale.apply(reads.column, &mut own);
        }
        if reads.column == Column::Share
            && let Some(answer) = self.answers.word(Column::Share, &reads.mapped.heading)
            && let Some(told) = statistic::share_told(&own.text, answer)
        {
            own.change(told, How::Answered);
        }
        if let Some(ticked) = reads.ticked {
            self.tick(ticked, &mut own);
        }
        own
    }

    fn unscaled(&self, row: &'a TableRow, reads: &Reads<'_>, seen: &mut Seen<'a>) -> Own<'a> {
        let error = |error: &str| Own { error: Some(error.to_owned()), ..Own::default() };
        match row.cell(reads.mapped.at).filter(|cell| !cell.is_blank()) {
            Some(Cell::Error(text)) => error(text),
            Some(Cell::NoValue) => error("=…"),
            Some(Cell::Text(text)) if reads.repeats => {
                let key = (reads.mapped.at, text.as_str());
                if let Some(known) = seen.0.get(&key) {
                    return known.clone();
                }
                let own = self.text(text, reads);
                if seen.0.len() < KEPT_CELLS {
                    seen.0.insert(key, own.clone());
                }
                own
            }
            Some(Cell::Text(text)) => self.text(text, reads),
            Some(cell) => self.value(cell, reads),
            None if is_counted(reads) => Own::default(),
            None => self.merged(row.number, reads.mapped.at),
        }
    }

    /// A cell of text, by what its column holds.
    fn text(&self, before: &'a str, reads: &Reads<'_>) -> Own<'a> {
        let mut repaired = self.repairs.habit.repair(reads.mapped.at, before);
        if names_a_place(reads.column) {
            repaired = repaired.settle(self.known.is_place);
        }
        let steps = repaired.steps.iter().map(|fix| {
            let after = repaired.text.clone().into_owned();
            (before.to_owned(), after, How::Repaired(fix.code()))
        });
        let steps = steps.collect();
        let doubts = repaired.doubt.into_iter().collect();
        let mut own = Own { text: repaired.text, steps, doubts, error: None };
        match reads.holds {
            Some(Holds::Word(_)) => self.settle_word(&mut own, reads.column),
            Some(Holds::List) if reads.column == Column::Technologies => {
                let upper = own.text.to_uppercase();
                if let Some(words) = radio(&own.text).canonical(&upper) {
                    own.name("technology-words", words);
                } else if upper != own.text {
                    own.change(upper, How::Understood("upper-case"));
                }
            }
            _ if matches!(reads.column, Column::Carrier | Column::OperatorName) => {
                if let Some(name) = otherwise_named(&own.text, self.known.carriers) {
                    own.name("carrier-name", name);
                }
            }
            Some(Holds::Coordinate) => {
                if let Some((how, read)) = doctor::otherwise_written(&own.text) {
                    own.name(how, read);
                }
            }
            Some(Holds::Count) => self.name_number(&mut own, &counted_in(reads.column)),
            Some(Holds::Number { .. }) if reads.column == Column::AntennaHeight => {
                self.name_number(&mut own, &Expected::antenna_height());
            }
            Some(Holds::Day) => match self.repairs.days.read(&own.text) {
                DayReading::Is(day, Written::MonthFirst) => {
                    own.change(day.to_string(), How::Understood("month-first"));
                }
                DayReading::Is(day, Written::Serial) => {
                    let day = day.plus_days(self.days_late());
                    own.change(day.to_string(), How::Understood("serial-day"));
                }
                _ => {}
            },
            _ => {}
        }
        own
    }

    /// By how many days a number is later that counts from 1904.
    fn days_late(&self) -> i32 {
        if self.table.from_1904 { FROM_1900_TO_1904 } else { 0 }
    }

    fn name_number(&self, own: &mut Own<'_>, expected: &Expected) {
        if self.layout.has(Column::EstimateVnd) {
            return; // Its table's own habit is told by itself.
        }
        if let Some((how, read)) = number::otherwise_written(&own.text, expected) {
            own.name(how, read);
        }
    }

    /// A cell of another kind, by what its column holds.
    fn value(&self, cell: &'a Cell, reads: &Reads<'_>) -> Own<'a> {
        let mut own = Own { text: cell.text(), ..Own::default() };
        match (reads.holds, cell) {
            (Some(Holds::Word(_)), _) => self.settle_word(&mut own, reads.column),
            (Some(Holds::Day), Cell::Number(serial)) => {
                if let Some(day) = of_serial(*serial + f64::from(self.days_late())) {
                    own.change(day.to_string(), How::Understood("serial-day"));
                }
            }
            (Some(Holds::Moment), Cell::Number(serial)) if self.table.from_1904 => {
                let turned = Cell::Number(*serial + f64::from(self.days_late()));
                own.change(turned.text().into_owned(), How::Understood("serial-day"));
            }
            // A cell of the workbook's own kind, whatever it shows.
            (Some(Holds::Day), Cell::Day(day)) => {
                own.change(day.to_string(), How::Understood("day-cell"));
            }
            _ => {}
        }
        own
    }

    /// A word of a closed list: misread letters are mended, and what is stored of it is taken.
    pub(super) fn settle_word(&self, own: &mut Own<'_>, column: Column) {
        if let Some(mended) = self.repairs.words.mend(&own.text) {
            own.change(mended, How::Repaired("misread"));
        }
        let folded = fold_for_search(&own.text);
        let mut words = self.words.get(&column).into_iter().flatten();
        if let Some((_, stored)) = words.find(|(word, _)| *word == folded) {
            own.text = Cow::Borrowed(stored);
        } else if matches!(column, Column::Environment | Column::Service)
            && let Some(both) = self.both_words(&own.text, &folded, column)
        {
            own.change(both, How::Understood("both-words"));
        }
    }

    /// `trong nhà, ngoài trời`, `cả hai`: two words of a list of two.
    fn both_words(&self, text: &str, folded: &str, column: Column) -> Option<String> {
        let words = self.words.get(&column)?;
        let mut stored: Vec<&str> = if ["ca hai", "ca 2"].contains(&folded) {
            words.iter().map(|(_, stored)| *stored).collect()
        } else {
            let text = text.replace(" và ", ",");
            let parts = text.split([',', ';', '/', '+', '&']).map(fold_for_search);
            let named = parts.map(|part| words.iter().find(|(word, _)| *word == part));
            named.map(|found| Some(found?.1)).collect::<Option<Vec<&str>>>()?
        };
        stored.sort_unstable();
        stored.dedup();
        (stored.len() == 2).then(|| stored.join("; "))
    }

    fn merge_over(&self, row: u32, at: u16) -> Option<&Merge> {
        self.table.merges.iter().find(|merge| {
            merge.rows.0 < row
                && (merge.rows.0..=merge.rows.1).contains(&row)
                && (merge.columns.0..=merge.columns.1).contains(&at)
        })
    }

    /// A count that is drawn as one with the row above: it is told there, and is not counted twice.
    pub(super) fn counts_together(&self, row: u32, reads: &Reads<'_>) -> bool {
        is_counted(reads) && self.merge_over(row, reads.mapped.at).is_some()
    }

    /// The text of the cell that this one is merged with, further up.
    fn merged(&self, row: u32, at: u16) -> Own<'a> {
        let merge = self.merge_over(row, at);
        let first = merge.and_then(|merge| {
            let rows = &self.table.rows;
            let own = rows.binary_search_by_key(&merge.rows.0, |own| own.number).ok()?;
            Some(self.repairs.text(at, &rows[own].text(merge.columns.0)).into_owned())
        });
        let mut own = Own::default();
        if let Some(text) = first.filter(|text| !text.trim().is_empty()) {
            own.change(text, How::Merged);
        }
        own
    }
}

impl<'a> Piece<'_, 'a> {
    /// What its row says against a claim, unless its sender has said what it is all the same.
    pub(super) fn see_denied(
        &self,
        row: &TableRow,
        filled: &mut Filled<'a>,
        found: &mut Assembled,
    ) {
        let Some(text) = self.with.denied(row) else { return };
        let answers = &self.with.answers;
        let own = answers.cell(row.number, Column::Basis, &text);
        match own.or_else(|| answers.column(Column::Basis)) {
            Some(answer) => {
                let (before, after) = (text.into_string(), answer.to_owned());
                let how = How::Answered;
                found.steps.push(Step {
                    column: Column::Basis,
                    before,
                    after: after.clone(),
                    how,
                    decision: None,
                });
                filled.insert(Column::Basis, after.into());
            }
            None => found.cells.denied = Some(text),
        }
    }
}

impl Assembling<'_> {
    /// What a cell that nobody reads says of signal: `chưa phủ sóng`, `Trạng thái: dự kiến`.
    pub(super) fn denied(&self, row: &TableRow) -> Option<Box<str>> {
        const NONE: [&str; 23] = [
            "chua phu",
            "chua duoc phu",
            "chua co song",
            "chua co tin hieu",
            "chua co 2g",
            "chua co 3g",
            "chua co 4g",
            "chua co 5g",
            "chua lap",
            "khong co song",
            "khong co tin hieu",
            "khong phu",
            "chua phat song",
            "lom song",
            "trang song",
            "mat song",
            "vung lom",
            "song yeu",
            "chap chon",
            "du kien p",
            "se phu",
            "se phat",
            "cho phat song",
        ];
        // What was, and is over.
        const NO_MORE: [&str; 5] = ["khong con", "nay da", "da xoa", "truoc day", "truoc kia"];
        const LATER: [&str; 15] = [
            "chua",
            "khong",
            "du kien",
            "ke hoach",
            "theo ke hoach",
            "de nghi",
            "sap",
            "cho",
            "se",
            "tam ngung",
            "dang trien khai",
            "dang xay",
            "dang lap",
            "dang thi cong",
            "dang khao sat",
        ];
        const NO_HINDRANCE: [&str; 3] = ["khong vuong", "khong co vuong", "khong co kho khan"];
        const STATES: [&str; 5] = ["trang thai", "tinh trang", "hien trang", "status", "ket qua"];
        let is_report = self.layout.kind == Kind::SiteReport;
        row.cells.iter().find_map(|(at, cell)| {
            let own = self.layout.columns.iter().find(|mapped| mapped.at == *at)?;
            if !matches!(own.means, None | Some(Column::Note)) {
                return None;
            }
            let text = self.repairs.text(*at, &cell.text()).trim().to_owned();
            let folded = fold_for_search(&text);
            let heading = fold_for_search(&own.heading);
            let is_state = STATES.iter().any(|word| heading.contains(word));
            if is_report {
                return denies_on_air(&text).then(|| text.into());
            }
            let has = |words: &[&str]| words.iter().any(|words| folded.contains(words));
            let is_later = || {
                let spaced = format!("{folded} ");
                LATER.iter().any(|words| spaced.starts_with(&format!("{words} ")))
            };
            let is = has(&NONE) || is_state && is_later() && !has(&NO_HINDRANCE);
            (is && !has(&NO_MORE)).then(|| text.into())
        })
    }
}

/// `chưa phát sóng`, `đã tháo dỡ`, `dự kiến`: beside an event of a site that says otherwise.
pub fn denies_on_air(text: &str) -> bool {
    const OTHERWISE: [&str; 13] = [
        "chua phat song",
        "chua hoat dong",
        "chua on air",
        "chua xay",
        "chua trien khai",
        "cho phat song",
        "du kien",
        "da thao do",
        "da tat",
        "tam dung",
        "tam ngung",
        "ngung hoat dong",
        "huy bo",
    ];
    let folded = fold_for_search(text);
    OTHERWISE.iter().any(|words| folded.contains(words)) || folded == "huy"
}

/// In a second column: a dash, or a mark for the row above.
pub fn says_nothing_other(text: &str) -> bool {
    text.trim_matches(['-', '–', '—', ' ']).is_empty() || is_ditto(text)
}

/// `0`, `0,000`: as a place, none.
pub fn is_zero(text: &str) -> bool {
    text.trim_matches(['0', '.', ',']).is_empty()
}

impl Filled<'_> {
    /// Nothing is filled in beside the name of a village.
    pub(super) fn names_alone(&self) -> bool {
        let is_aside = |column| matches!(column, Column::Village | Column::Ordinal | Column::Note);
        self.0.iter().all(|(column, _)| is_aside(*column))
    }
}
