//! Words for places: what was decided, what is still asked, and what rests on a decision.
//!
//! Between a sender and the department. No verdict looks here.

use super::{History, Row};
use crate::domain::{Fact, NameDecisionFact, NameQuestionFact, Party, PlaceKind, RowRef};
use crate::gazetteer::normalise;

/// Words are the same when they name the same to a reader: never by folding accents.
fn is_same(one: Option<&str>, other: Option<&str>) -> bool {
    one.map(normalise) == other.map(normalise)
}

fn is_about(
    fact: &NameDecisionFact,
    (sender, kind, text, beside): (&Party, PlaceKind, &str, Option<&str>),
) -> bool {
    fact.sender == *sender
        && fact.means.kind() == kind
        && is_same(Some(&fact.text), Some(text))
        && is_same(fact.beside.as_deref(), beside)
}

impl History {
    /// Decisions that stand, latest first; an older one on the same word holds no more.
    pub fn name_decisions(&self, sender: Option<&Party>) -> Vec<(&Row, &NameDecisionFact)> {
        let rows = self.index().name_decisions.iter().rev().map(|row| self.row(*row));
        let mut found: Vec<(&Row, &NameDecisionFact)> = Vec::new();
        for row in rows.filter(|row| row.standing().withdrawn.is_none()) {
            let Fact::NameDecision(fact) = row.fact() else { continue };
            let word = (&fact.sender, fact.means.kind(), &*fact.text, fact.beside.as_deref());
            let is_asked = sender.is_none_or(|sender| fact.sender == *sender);
            if is_asked && !found.iter().any(|(_, later)| is_about(later, word)) {
                found.push((row, fact));
            }
        }
        found
    }

    /// Words that nobody has decided on yet, each once, oldest first.
    pub fn name_questions(&self, sender: Option<&Party>) -> Vec<(&Row, &NameQuestionFact)> {
        let decided = self.name_decisions(sender);
        let rows = self.index().name_questions.iter().map(|row| self.row(*row));
        let mut found: Vec<(&Row, &NameQuestionFact)> = Vec::new();
        for row in rows.filter(|row| row.standing().withdrawn.is_none()) {
            let Fact::NameQuestion(fact) = row.fact() else { continue };
            let word = (&fact.sender, fact.kind, &*fact.text, fact.beside.as_deref());
            let is_asked = sender.is_none_or(|sender| fact.sender == *sender);
            let is_known = |known: &NameQuestionFact| {
                known.sender == fact.sender
                    && known.kind == fact.kind
                    && is_same(Some(&known.text), Some(&fact.text))
                    && is_same(known.beside.as_deref(), fact.beside.as_deref())
            };
            if is_asked
                && !decided.iter().any(|(_, decision)| is_about(decision, word))
                && !found.iter().any(|(_, known)| is_known(known))
            {
                found.push((row, fact));
            }
        }
        found
    }

    /// Rows that were read by this decision, in order of filing.
    pub fn resting_on(&self, decision: RowRef) -> Vec<&Row> {
        let uses = self.index().name_uses.get(&decision).into_iter().flatten();
        let mut found = Vec::new();
        for used in uses.map(|row| self.row(*row)) {
            let Fact::NameUse(fact) = used.fact() else { continue };
            let at = |row: &u32| RowRef { entry: used.at.entry, row: *row };
            let rows = fact.rows.iter().filter_map(|row| self.find(at(row)));
            found.extend(rows.map(|row| self.row(row)));
        }
        found
    }
}
