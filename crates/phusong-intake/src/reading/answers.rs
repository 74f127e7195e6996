//! What the sender said a cell, a word or a row means. Laid over the file's own words; the file
//! itself is never touched.

use std::collections::{BTreeSet, HashMap};

use phusong_atlas::gazetteer::normalise;

use crate::report::Column;

/// What is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// This stands there.
    Text(String),
    /// The row is not filed.
    LeaveOut,
}

/// One answer: to a cell (row and column), to a word wherever it stands in a column (column and
/// value), to a whole column (column alone), or to a row (row alone).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The sheet or layer; `None`: every table of the filing.
    pub table: Option<String>,
    pub row: Option<u32>,
    pub column: Option<Column>,
    pub value: Option<String>,
    pub means: Means,
}

/// All answers given so far; a later one goes before an earlier one of the same place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers(pub Vec<Answer>);

impl Answers {
    /// Adds an answer, in place of an earlier one to the same question.
    pub fn give(&mut self, answer: Answer) {
        self.0.retain(|known| {
            (&known.table, known.row, known.column, &known.value)
                != (&answer.table, answer.row, answer.column, &answer.value)
        });
        self.0.push(answer);
    }

    /// Those that speak of this table, laid out to be asked for every cell of it.
    pub fn of_table(&self, table: &str) -> TableAnswers<'_> {
        self.of_tables(&[table])
    }

    /// The same of a table that is called in several ways.
    pub fn of_tables(&self, names: &[&str]) -> TableAnswers<'_> {
        self.of(&|own| names.contains(&own))
    }

    /// Of a wide table and of every part of it (`Trang 1 › cột C`).
    pub fn of_parts(&self, table: &str) -> TableAnswers<'_> {
        self.of(&|own| {
            let part = own.strip_prefix(table).map(|rest| rest.trim_start_matches(" › "));
            part.is_some_and(|part| part.is_empty() || part.starts_with("cột "))
        })
    }

    fn of(&self, is_called: &dyn Fn(&str) -> bool) -> TableAnswers<'_> {
        let mut found = TableAnswers::default();
        let is_ours = |answer: &&Answer| answer.table.as_deref().is_none_or(is_called);
        // The latest first: an earlier one of the same place is not asked.
        for answer in self.0.iter().rev().filter(is_ours) {
            found.take(answer);
        }
        found
    }
}

/// The answers of one table, by place.
#[derive(Debug, Clone, Default)]
pub struct TableAnswers<'a> {
    left_out: BTreeSet<u32>,
    cells: HashMap<(u32, Column), Option<&'a str>>,
    words: HashMap<(Column, String), Vec<&'a Answer>>,
    by_column: HashMap<Column, Vec<&'a Answer>>,
}

impl<'a> TableAnswers<'a> {
    fn take(&mut self, answer: &'a Answer) {
        if let (Some(row), Means::LeaveOut) = (answer.row, &answer.means) {
            self.left_out.insert(row);
        }
        let Some(column) = answer.column else { return };
        self.by_column.entry(column).or_default().push(answer);
        match (answer.row, &answer.value) {
            (Some(row), None) => {
                self.cells.entry((row, column)).or_insert_with(|| text(answer));
            }
            (_, Some(value)) => {
                self.words.entry((column, normalise(value))).or_default().push(answer);
            }
            (None, None) => {}
        }
    }

    pub fn leaves_out(&self, row: u32) -> bool {
        self.left_out.contains(&row)
    }

    /// What a cell means: the answer to this very cell before one to its word.
    pub fn cell(&self, row: u32, column: Column, said: &str) -> Option<&'a str> {
        if let Some(own) = self.cells.get(&(row, column)) {
            return *own;
        }
        if self.words.is_empty() {
            return None;
        }
        let same = self.words.get(&(column, normalise(said)))?;
        text(same.iter().find(|answer| answer.row.is_none_or(|own| own == row))?)
    }

    /// What a word of a column means, whatever the row.
    pub fn word(&self, column: Column, said: &str) -> Option<&'a str> {
        text(self.words.get(&(column, normalise(said)))?.first()?)
    }

    /// Words of a column with what they mean in a row, the latest answer first.
    pub fn items(&self, row: u32, column: Column) -> impl Iterator<Item = (&'a str, &'a str)> {
        let all = self.by_column.get(&column).into_iter().flatten();
        all.filter(move |answer| answer.row.is_none_or(|own| own == row))
            .filter_map(|answer| Some((answer.value.as_deref()?, text(answer)?)))
    }

    /// What was said of a whole column or of the file (`he_toa_do`).
    pub fn column(&self, column: Column) -> Option<&'a str> {
        let mut all = self.by_column.get(&column).into_iter().flatten();
        text(all.find(|answer| answer.row.is_none() && answer.value.is_none())?)
    }
}

fn text(answer: &Answer) -> Option<&str> {
    match &answer.means {
        Means::Text(text) => Some(text),
        Means::LeaveOut => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(row: Option<u32>, value: Option<&str>, means: &str) -> Answer {
        Answer {
            table: None,
            row,
            column: Some(Column::Event),
            value: value.map(str::to_owned),
            means: Means::Text(means.to_owned()),
        }
    }

    #[test]
    fn a_cell_goes_before_a_word_and_a_word_before_nothing() {
        let mut answers = Answers::default();
        answers.give(answer(None, Some("Đã hoàn thành"), "on_air"));
        answers.give(answer(Some(7), None, "built"));
        let table = answers.of_table("");
        let cell = |row, text| table.cell(row, Column::Event, text);
        assert_eq!(cell(7, "Đã hoàn thành"), Some("built"));
        assert_eq!(cell(8, "đã  hoàn thành"), Some("on_air"));
        assert_eq!(cell(8, "Đang triển khai"), None);
    }

    #[test]
    fn the_last_answer_to_a_question_stands() {
        let mut answers = Answers::default();
        answers.give(answer(Some(7), None, "built"));
        answers.give(answer(Some(7), None, "on_air"));
        assert_eq!(answers.0.len(), 1);
        assert_eq!(answers.of_table("").cell(7, Column::Event, ""), Some("on_air"));
    }
}
