//! Words for places: what was decided, what is still asked, and what rests on a decision.
//!
//! Between a sender and the department. No verdict looks here.

use std::collections::BTreeSet;

use super::{History, Row, RowIndex};
use crate::domain::{Fact, NameDecisionFact, NameQuestionFact, Party, PlaceKind, RowRef, Scope};
use crate::gazetteer::normalise;

/// A word of a sender. Words are the same when they name the same to a reader: never by folding
/// accents.
type Word = (Party, PlaceKind, String, Option<String>);

fn word(sender: &Party, kind: PlaceKind, text: &str, beside: Option<&str>) -> Word {
    (sender.clone(), kind, normalise(text), beside.map(normalise))
}

impl History {
    /// Rows that nobody has taken back or corrected.
    fn naming_rows<'a>(
        &'a self,
        rows: &'a [RowIndex],
    ) -> impl DoubleEndedIterator<Item = Row<'a>> + 'a {
        let standing = rows.iter().filter(|row| self.counts(**row, &Scope::Approver));
        standing.map(|row| self.row(*row))
    }

    /// Decisions that stand, latest first; an older one on the same word holds no more.
    pub fn name_decisions(&self, sender: Option<&Party>) -> Vec<(Row<'_>, &NameDecisionFact)> {
        let mut decided = BTreeSet::new();
        let mut found = Vec::new();
        for row in self.naming_rows(&self.index().name_decisions).rev() {
            let Some(Fact::NameDecision(fact)) = row.kept() else { continue };
            let is_asked = sender.is_none_or(|sender| fact.sender == *sender);
            let (kind, beside) = (fact.means.kind(), fact.beside.as_deref());
            if is_asked && decided.insert(word(&fact.sender, kind, &fact.text, beside)) {
                found.push((row, fact));
            }
        }
        found
    }

    /// Decisions that were taken back, latest first, while a row that still stands was read by
    /// them.
    pub fn revoked_names(&self, sender: Option<&Party>) -> Vec<(Row<'_>, &NameDecisionFact)> {
        let rows = self.index().name_decisions.iter().rev().map(|row| self.row(*row));
        rows.filter(|row| row.is_withdrawn())
            .filter_map(|row| match row.kept()? {
                Fact::NameDecision(fact) => Some((row, fact)),
                _ => None,
            })
            .filter(|(_, fact)| sender.is_none_or(|sender| fact.sender == *sender))
            .filter(|(row, _)| self.resting_on(row.at).iter().any(|used| !used.is_withdrawn()))
            .collect()
    }

    /// Words that nobody has decided on yet, each once, oldest first.
    pub fn name_questions(&self, sender: Option<&Party>) -> Vec<(Row<'_>, &NameQuestionFact)> {
        let decided = self.name_decisions(sender).into_iter();
        let mut known: BTreeSet<Word> = decided
            .map(|(_, fact)| {
                word(&fact.sender, fact.means.kind(), &fact.text, fact.beside.as_deref())
            })
            .collect();
        let mut found = Vec::new();
        for row in self.naming_rows(&self.index().name_questions) {
            let Some(Fact::NameQuestion(fact)) = row.kept() else { continue };
            let is_asked = sender.is_none_or(|sender| fact.sender == *sender);
            let beside = fact.beside.as_deref();
            if is_asked && known.insert(word(&fact.sender, fact.kind, &fact.text, beside)) {
                found.push((row, fact));
            }
        }
        found
    }

    /// Rows that were read by this decision, in order of filing.
    pub fn resting_on(&self, decision: RowRef) -> Vec<Row<'_>> {
        let uses = self.index().name_uses.get(&decision).into_iter().flatten();
        let mut found = Vec::new();
        for used in uses.map(|row| self.row(*row)) {
            let Some(Fact::NameUse(fact)) = used.kept() else { continue };
            let at = |row: &u32| RowRef { entry: used.at.entry, row: *row };
            let rows = fact.rows.iter().filter_map(|row| self.find(at(row)));
            found.extend(rows.map(|row| self.row(row)));
        }
        found
    }
}
