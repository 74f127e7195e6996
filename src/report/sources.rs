//! The numbered list of what a paper rests on.

use phusong_atlas::atlas::Evidence;
use phusong_atlas::domain::RowNumber;
use phusong_typeset::{Align, Block, Cell, Column, Sentence, Table};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Row(Evidence),
    Named(String),
}

/// In the order in which they are first named.
#[derive(Debug, Default)]
pub(super) struct Sources(Vec<Source>);

impl Sources {
    /// A row of the ledger.
    pub fn row(&mut self, evidence: Evidence) -> Option<u32> {
        self.number(Source::Row(evidence))
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
                Source::Row(evidence) => {
                    let row = RowNumber::of_index(evidence.row).get();
                    format!("Sổ Phủ Sóng, lần gửi {}, dòng {row}", evidence.report)
                }
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
