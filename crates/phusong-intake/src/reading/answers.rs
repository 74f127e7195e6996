//! What the sender said a cell, a word or a row means. Laid over the file's own words; the file
//! itself is never touched.

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

    pub fn leaves_out(&self, table: &str, row: u32) -> bool {
        self.about(table).any(|answer| answer.row == Some(row) && answer.means == Means::LeaveOut)
    }

    /// What a cell means: the answer to this very cell before one to its word, that before one
    /// to the whole column.
    pub fn cell(&self, table: &str, row: u32, column: Column, text: &str) -> Option<&str> {
        let of_column = || self.about(table).filter(move |answer| answer.column == Some(column));
        let word = normalise(text);
        of_column()
            .find(|answer| answer.row == Some(row) && answer.value.is_none())
            .or_else(|| {
                of_column().find(|answer| {
                    let same = answer.value.as_ref().is_some_and(|value| normalise(value) == word);
                    same && answer.row.is_none_or(|own| own == row)
                })
            })
            .and_then(Self::text)
    }

    /// Words of a column with what they mean in a row, the latest answer first.
    pub fn items(
        &self,
        table: &str,
        row: u32,
        column: Column,
    ) -> impl Iterator<Item = (&str, &str)> {
        self.about(table)
            .filter(move |answer| {
                answer.column == Some(column) && answer.row.is_none_or(|own| own == row)
            })
            .filter_map(|answer| Some((answer.value.as_deref()?, Self::text(answer)?)))
    }

    /// What was said of a whole column or of the file (`he_toa_do`).
    pub fn column(&self, table: &str, column: Column) -> Option<&str> {
        self.about(table)
            .find(|answer| {
                answer.column == Some(column) && answer.row.is_none() && answer.value.is_none()
            })
            .and_then(Self::text)
    }

    fn about(&self, table: &str) -> impl Iterator<Item = &Answer> {
        self.0
            .iter()
            .rev()
            .filter(move |answer| answer.table.as_deref().is_none_or(|own| own == table))
    }

    fn text(answer: &Answer) -> Option<&str> {
        match &answer.means {
            Means::Text(text) => Some(text),
            Means::LeaveOut => None,
        }
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
        let cell = |row, text| answers.cell("", row, Column::Event, text);
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
        assert_eq!(answers.cell("", 7, Column::Event, ""), Some("on_air"));
    }
}
