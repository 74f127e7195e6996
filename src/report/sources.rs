//! The numbered list of what a paper rests on.

use phusong_atlas::atlas::{Evidence, Rows};
use phusong_atlas::domain::RowNumber;
use phusong_typeset::{Align, Block, Cell, Column, Sentence, Table};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// Of one report or several, in order.
    Rows(Vec<Rows>),
    Named(String),
}

/// In the order in which they are first named.
#[derive(Debug, Default)]
pub(super) struct Sources(Vec<Source>);

impl Sources {
    /// A row of the ledger.
    pub fn row(&mut self, evidence: Evidence) -> Option<u32> {
        self.rows(&[evidence.into()])
    }

    /// Every row that one statement rests on.
    pub fn rows(&mut self, rows: &[Rows]) -> Option<u32> {
        if rows.is_empty() { None } else { self.number(Source::Rows(rows.to_vec())) }
    }

    /// A document or work named in words; nothing for no words.
    pub fn named(&mut self, text: &str) -> Option<u32> {
        let text = text.trim();
        if text.is_empty() { None } else { self.number(Source::Named(text.to_owned())) }
    }

    fn number(&mut self, source: Source) -> Option<u32> {
        let place = self.0.iter().position(|known| *known == source).unwrap_or_else(|| {
            self.0.push(source);
            self.0.len() - 1
        });
        u32::try_from(place + 1).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn block(&self) -> Block {
        let column = |title: &str, share, align| Column { title: title.into(), share, align };
        let rows = (1..).zip(&self.0).map(|(number, source): (u32, _)| {
            let text = match source {
                Source::Rows(rows) => format!("Sổ Phủ Sóng, {}", rows_in_words(rows)),
                Source::Named(text) => text.clone(),
            };
            vec![Cell::from(number.to_string()), Cell::from(Sentence::new(text))]
        });
        Block::Table(Table {
            columns: vec![column("Số", 1, Align::Centre), column("Nguồn", 11, Align::Left)],
            rows: rows.collect(),
        })
    }
}

/// `lần gửi …, dòng 1–35, 40; lần gửi …, dòng 2`
pub fn rows_in_words(rows: &[Rows]) -> String {
    let of_report = |rows: &[Rows]| {
        let number = |row| RowNumber::of_index(row).get();
        let spans: Vec<String> = rows
            .iter()
            .map(|rows| match (number(rows.first), number(rows.last)) {
                (first, last) if first == last => first.to_string(),
                (first, last) => format!("{first}–{last}"),
            })
            .collect();
        format!("lần gửi {}, dòng {}", rows[0].report, spans.join(", "))
    };
    rows.chunk_by(|one, next| one.report == next.report)
        .map(of_report)
        .collect::<Vec<_>>()
        .join("; ")
}
