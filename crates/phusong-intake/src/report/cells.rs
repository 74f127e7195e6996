//! The cells of one row as text, and the geometry that came with it, whatever file they are from.

use std::sync::Arc;

use phusong_atlas::domain::UnitLevel;
use phusong_atlas::gazetteer::fold_for_search;
use phusong_gis::Crs;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::columns::Column;
use super::decimals::Decimals;
use crate::area::Outline;
use crate::finding::{Finding, Severity};
use crate::reading::Names;
use crate::values::day::DayHabit;

/// The name of the geometry in findings.
pub const GEOMETRY: &str = "hinh_hoc";

/// A place that is not written in cells but drawn.
#[derive(Debug, Clone)]
pub enum Drawn {
    /// East and north as the file's own system counts them.
    Point { first: f64, second: f64 },
    /// Shared: a file of outlines is as large as they are.
    Area(Arc<Outline>),
}

impl Drawn {
    pub fn area(outline: Outline) -> Self {
        Self::Area(Arc::new(outline))
    }
}

/// Whose the one day of two hours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneDay {
    /// It stands beside the hour at which it began.
    OfStart,
    /// It stands behind both.
    OfEither,
}

/// What a table says of all of its rows.
#[derive(Debug, Clone, Default)]
pub struct OfTable {
    /// Columns that it does not have, and what is asked once for all rows.
    pub once: Vec<(Column, Finding)>,
    /// Of which level its units are, as the heading above them says.
    pub unit_level: Option<UnitLevel>,
    /// What stands above its shares.
    pub share_heading: Option<String>,
    /// A tick may say yes or no.
    pub marks_are_open: bool,
    /// How its rows call it; empty: it has no name.
    pub label: String,
}

#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one row")]
pub struct Cells {
    pub row: u32,
    /// Filled cells, each with where its text ends; a list has several entries of one column.
    filled: Vec<(Column, usize)>,
    /// Their texts, one behind the other: a file has a million of them.
    text: String,
    pub drawn: Option<Drawn>,
    /// The coordinates stood under X and Y.
    pub axes_by_letter: bool,
    /// Words above the coordinates that say in which system they are.
    pub crs_heading: Option<Arc<str>>,
    /// What stands for the system is the sender's answer to a question, not the file's word.
    pub crs_answered: bool,
    /// In which system the geometry is drawn, when the row's table tells.
    pub drawn_crs: Option<Crs>,
    /// What its sender said that items of its list of villages mean; of a list of villages, to which
    /// of them clusters of a former one belong.
    pub meant: Vec<(String, String)>,
    /// What was decided on its names before.
    pub names: Option<Box<Names>>,
    /// Coverage claimed without an event of a site, though nothing is drawn.
    pub is_claim: bool,
    /// Its table has no column for what happened: it lists sites as they stand.
    pub lists_sites: bool,
    /// Its table has no column for the day.
    pub lacks_days: bool,
    /// A second pair of coordinates that the row states: east and north, in whatever system.
    pub second_place: Option<Box<(String, String)>>,
    /// Its table tells how long outages were in a column that nobody reads, and not their ends.
    pub lacks_end: bool,
    /// What a column of hours that nobody reads says in its row.
    pub hours_unread: Option<Box<str>>,
    /// Start and end of an outage share the one day that is written.
    pub one_day: Option<OneDay>,
    /// What another cell of its row says against it: that an outage is over, where nothing says since
    /// when; that a place which is claimed has no signal, or not yet.
    pub denied: Option<Box<str>>,
    /// Its row fills in the name of a village, where more is asked for, and nothing else.
    pub names_alone: bool,
    /// Which of two cells is meant is asked.
    pub is_open: bool,
    /// Its area waits for an answer, and its findings say for which.
    pub waits: bool,
    /// In which system its geometry is drawn is still asked: it has a place, nobody knows where.
    pub place_waits: bool,
    /// What its table says, or asks, of all of its rows.
    pub of_table: Option<Arc<OfTable>>,
    /// How the row's table writes its days.
    pub days: DayHabit,
    /// How it writes its fractions, where one of its columns may need to know.
    pub decimals: Option<Arc<Decimals>>,
    pub findings: Vec<Finding>,
}

impl Cells {
    pub fn new(row: u32) -> Self {
        Self { row, ..Self::default() }
    }

    /// Room for so many more cells and bytes of text.
    pub fn reserve(&mut self, cells: usize, bytes: usize) {
        self.filled.reserve_exact(cells);
        self.text.reserve_exact(bytes);
    }

    /// Adds a text, trimmed and in Unicode NFC; nothing when it is empty.
    pub fn push(&mut self, column: Column, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
            self.text.push_str(text);
        } else {
            self.text.extend(text.nfc());
        }
        self.filled.push((column, self.text.len()));
    }

    /// In place of whatever stands there.
    pub fn set(&mut self, column: Column, text: &str) {
        let mut kept = Self::default();
        for (own, text) in self.values().filter(|(own, _)| *own != column) {
            kept.push(own, text);
        }
        kept.push(column, text);
        (self.filled, self.text) = (kept.filled, kept.text);
    }

    /// Every filled cell.
    fn values(&self) -> impl Iterator<Item = (Column, &str)> {
        let mut begin = 0;
        self.filled.iter().map(move |(column, end)| {
            let text = &self.text[begin..*end];
            begin = *end;
            (*column, text)
        })
    }

    pub fn find(&mut self, finding: Finding, column: &str, value: &str) {
        self.findings.push(finding.at(self.row, column, value));
    }

    /// Asks what one answer tells for the whole table; `false`: this column is no such.
    pub fn asks_once(&mut self, column: Column) -> bool {
        let found = self.once(column).cloned();
        let is_asked = found.is_some() && !self.has(column);
        if let Some(found) = found.filter(|_| is_asked) {
            let about = found.value.clone().unwrap_or_default();
            self.find(found, column.as_str(), &about);
        }
        is_asked
    }

    pub fn is_asked_once(&self, column: Column) -> bool {
        self.once(column).is_some() && !self.has(column)
    }

    fn once(&self, column: Column) -> Option<&Finding> {
        let mut once = self.of_table.iter().flat_map(|table| &table.once);
        once.find(|(own, _)| *own == column).map(|(_, found)| found)
    }

    pub fn unit_level(&self) -> Option<UnitLevel> {
        self.of_table.as_ref()?.unit_level
    }

    pub fn share_heading(&self) -> Option<&str> {
        self.of_table.as_ref()?.share_heading.as_deref()
    }

    pub fn marks_are_open(&self) -> bool {
        self.of_table.as_ref().is_some_and(|table| table.marks_are_open)
    }

    /// The sheet or layer that it stands in, where that has a name.
    pub fn table(&self) -> Option<String> {
        let label = &self.of_table.as_ref()?.label;
        (!label.is_empty()).then(|| label.clone())
    }

    pub fn refuse(&mut self, code: &'static str, column: &str, value: &str, message: (&str, &str)) {
        let remedy = ("sửa theo mẫu báo cáo", "follow the report template");
        self.find(Finding::new(code, Severity::Refuse, message, remedy), column, value);
    }

    /// Its geometry was drawn and cannot be taken, and a finding says why.
    pub fn geometry_is_told(&self) -> bool {
        self.findings.iter().any(|found| found.column.as_deref() == Some(GEOMETRY))
    }

    pub fn is_empty(&self) -> bool {
        self.filled.is_empty() && self.drawn.is_none() && self.findings.is_empty()
    }

    /// Empty when the cell is.
    pub fn text(&self, column: Column) -> &str {
        self.texts(column).next().unwrap_or("")
    }

    /// For comparing with words of a closed list.
    pub fn word(&self, column: Column) -> String {
        fold_for_search(self.text(column))
    }

    /// All that it says but its running number, to tell rows that say the same.
    pub fn words(&self) -> String {
        let mut words = String::new();
        for (column, text) in self.values().filter(|(own, _)| *own != Column::Ordinal) {
            words.extend([column.as_str(), "=", text, "\n"]);
        }
        words
    }

    /// Every text of a column as it stands.
    pub fn texts(&self, column: Column) -> impl Iterator<Item = &str> {
        self.values().filter(move |(own, _)| *own == column).map(|(_, text)| text)
    }

    pub fn has(&self, column: Column) -> bool {
        self.filled.iter().any(|(own, _)| *own == column)
    }

    /// Every text of a list cell, split at the separators.
    pub fn list(&self, column: Column, separators: &[char]) -> Vec<String> {
        self.texts(column)
            .flat_map(|text| text.split(separators))
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect()
    }
}
