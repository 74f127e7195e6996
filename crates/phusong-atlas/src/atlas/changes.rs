//! What changed between two days: which village moved on which day, from what to what, because
//! of which rows.

use super::Atlas;
use super::card::VillageCard;
use super::combine::{Flagged, VillageVerdict};
use super::explain::{Cause, causes, step_days};
use super::question::Question;
use super::view::Common;
use crate::domain::{Day, VillageId};

/// What a village was on one side of a day; not there at all when made or ended that day.
pub type Held = Option<Flagged<VillageVerdict>>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VillageChange {
    pub village: VillageId,
    /// The first day of what it is after.
    pub day: Day,
    pub before: Held,
    pub after: Held,
    pub because: Vec<Cause>,
}

impl VillageChange {
    /// Another class, not only other flags beside it.
    pub fn moves(&self) -> bool {
        self.before.map(|held| held.verdict) != self.after.map(|held| held.verdict)
    }
}

impl Atlas {
    /// Changes on the days after `after` up to and including `until`, by day, then by village.
    /// The question's own day plays no part.
    pub fn changes(&self, question: &Question, after: Day, until: Day) -> Vec<VillageChange> {
        let mut found: Vec<VillageChange> = self
            .shards()
            .flat_map(|shard| &shard.villages)
            .flat_map(|card| changes_of(card, question, &self.common, after, until))
            .collect();
        found.sort_by(|a, b| (a.day, &a.village).cmp(&(b.day, &b.village)));
        found
    }
}

fn changes_of(
    card: &VillageCard,
    question: &Question,
    common: &Common,
    after: Day,
    until: Day,
) -> Vec<VillageChange> {
    let on = |day: Day| -> Held {
        let asked = Question { day, ..question.clone() };
        card.exists_on(day).then(|| card.verdict(&asked, common))
    };
    let mut changes = Vec::new();
    let mut held = on(after);
    let steps = step_days(card, common).chain((card.end < Day::NEVER).then_some(card.end));
    for day in steps.filter(|day| after < *day && *day <= until) {
        let now = on(day);
        if now != held {
            let because = causes(card, day, common);
            let village = card.id.clone();
            changes.push(VillageChange { village, day, before: held, after: now, because });
            held = now;
        }
    }
    changes
}
