//! A dispute's life: opened by an officer, answered by the carrier with a cause, checked, closed
//! with a reason. A flag beside the verdict, never part of it.

use super::said::Evidence;
use super::view::View;
use crate::domain::{
    CarrierId, Cause, Day, DisputeAnswerFact, DisputeCheckFact, DisputeEndFact, DisputeFact,
    DisputeFinding, Fact, Party, Timestamp, VillageId,
};
use crate::history::Row;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DisputeCard {
    pub evidence: Evidence,
    /// The day on which an officer opened it.
    pub opened: Day,
    pub raised: Day,
    pub text: String,
    /// `None`: somebody of the public.
    pub by: Option<Party>,
    /// `None`: it is about every carrier.
    pub carrier: Option<CarrierId>,
    /// Sorted by day.
    pub answers: Vec<DisputeAnswer>,
    pub checks: Vec<DisputeCheck>,
    /// The first that was told.
    pub end: Option<DisputeEnd>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisputeAnswer {
    /// When it was told: answers are in this order, also those of one day.
    pub told_at: Timestamp,
    pub day: Day,
    pub carrier: CarrierId,
    pub cause: Cause,
    pub text: String,
    pub evidence: Evidence,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisputeCheck {
    pub day: Day,
    pub finding: DisputeFinding,
    pub text: String,
    pub evidence: Evidence,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisputeEnd {
    pub day: Day,
    /// `None`: closed in the short form, which says no finding.
    pub finding: Option<DisputeFinding>,
    pub reason: String,
    pub evidence: Evidence,
}

/// Where a dispute is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DisputeStage {
    Opened,
    Answered,
    Checked,
    Closed,
}

impl DisputeCard {
    /// `None` before it was opened.
    pub fn stage_on(&self, day: Day) -> Option<DisputeStage> {
        if day < self.opened {
            return None;
        }
        Some(if self.end.as_ref().is_some_and(|end| end.day <= day) {
            DisputeStage::Closed
        } else if self.checks.iter().any(|check| check.day <= day) {
            DisputeStage::Checked
        } else if self.answers.iter().any(|answer| answer.day <= day) {
            DisputeStage::Answered
        } else {
            DisputeStage::Opened
        })
    }

    pub fn is_open_on(&self, day: Day) -> bool {
        self.stage_on(day).is_some_and(|stage| stage != DisputeStage::Closed)
    }
}

/// The disputes of a village, in the order in which they were opened.
pub(super) fn disputes(view: &View<'_>, id: &VillageId) -> Vec<DisputeCard> {
    let mut cards: Vec<DisputeCard> = Vec::new();
    let rows = view.history.index().disputes.get(id).into_iter().flatten();
    for row in rows.filter(|row| view.history.counts(**row, view.scope)) {
        let row = view.history.row(*row);
        match &*row.fact() {
            Fact::Dispute(fact) => cards.push(opened(view, row, fact)),
            Fact::OpenDispute { village, text } => {
                let fact = DisputeFact {
                    village: village.clone(),
                    raised: row.recorded_day,
                    text: text.clone(),
                    by: Some(Party::Department),
                    carrier: None,
                };
                cards.push(opened(view, row, &fact));
            }
            // The short form names no dispute: it closes the last that is open.
            Fact::CloseDispute { reason, .. } => {
                if let Some(open) = cards.iter_mut().rev().find(|card| card.end.is_none()) {
                    open.end = Some(DisputeEnd {
                        day: row.recorded_day,
                        finding: None,
                        reason: reason.clone(),
                        evidence: Evidence::of(row),
                    });
                }
            }
            _ => {}
        }
    }
    cards
}

fn opened(view: &View<'_>, row: Row<'_>, fact: &DisputeFact) -> DisputeCard {
    let mut card = DisputeCard {
        evidence: Evidence::of(row),
        opened: row.recorded_day,
        raised: fact.raised,
        text: fact.text.clone(),
        by: fact.by.clone(),
        carrier: fact.carrier.clone(),
        answers: Vec::new(),
        checks: Vec::new(),
        end: None,
    };
    let acts = view.history.index().dispute_acts.get(&row.at).into_iter().flatten();
    for act in acts.filter(|act| view.history.counts(**act, view.scope)) {
        let act = view.history.row(*act);
        let (day, evidence) = (act.recorded_day, Evidence::of(act));
        match &*act.fact() {
            Fact::DisputeAnswer(DisputeAnswerFact { carrier, cause, text, .. }) => {
                let (carrier, text) = (carrier.clone(), text.clone());
                let (told_at, cause) = (act.recorded_at, *cause);
                let answer = DisputeAnswer { told_at, day, carrier, cause, text, evidence };
                card.answers.push(answer);
            }
            Fact::DisputeCheck(DisputeCheckFact { day, finding, text, .. }) => {
                let text = text.clone();
                card.checks.push(DisputeCheck { day: *day, finding: *finding, text, evidence });
            }
            Fact::DisputeEnd(DisputeEndFact { finding, reason, .. }) => {
                let (finding, reason) = (Some(*finding), reason.clone());
                card.end.get_or_insert(DisputeEnd { day, finding, reason, evidence });
            }
            _ => {}
        }
    }
    card.answers.sort_unstable();
    card.checks.sort_unstable();
    card
}
