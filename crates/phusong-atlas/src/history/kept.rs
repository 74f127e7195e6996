//! What stands beside the verdicts, as a scope may count it: promises, blockers, outages, figures
//! and outlines over time.

use std::collections::BTreeMap;

use super::{History, RowIndex};
use crate::domain::{
    BlockerFact, BoundaryFact, CarrierId, CommitmentFact, Day, Fact, FigureStanding, OutageFact,
    Period, Scope, Slug, StatisticFact, UnitId, VillageId,
};

impl History {
    fn standing_facts<'a>(
        &'a self,
        rows: Option<&'a Vec<RowIndex>>,
        scope: &Scope,
    ) -> impl Iterator<Item = &'a Fact> {
        let rows = rows.into_iter().flatten();
        rows.filter(|row| self.counts(**row, scope)).map(|row| self.row(*row).fact())
    }

    /// Every promise for a village, by carrier and then by the day it was made: a later one does
    /// not undo an earlier one.
    pub fn commitments(&self, village: &VillageId, scope: &Scope) -> Vec<&CommitmentFact> {
        let rows = self.standing_facts(self.index().commitments.get(village), scope);
        let mut made: Vec<_> = rows
            .filter_map(|fact| match fact {
                Fact::Commitment(fact) => Some(fact),
                _ => None,
            })
            .collect();
        made.sort_by_key(|fact| (&fact.carrier, fact.said, fact.promised));
        made.dedup();
        made
    }

    /// Blockers of a village since the first: each once, lifted where any fact of it says so.
    pub fn blockers(&self, village: &VillageId, scope: &Scope) -> Vec<&BlockerFact> {
        let mut known: BTreeMap<_, &BlockerFact> = BTreeMap::new();
        for fact in self.standing_facts(self.index().blockers.get(village), scope) {
            let Fact::Blocker(fact) = fact else { continue };
            let key = (fact.since, &fact.carrier, fact.kind);
            let last = known.entry(key).or_insert(fact);
            if (fact.lifted, fact) > (last.lifted, *last) {
                *last = fact;
            }
        }
        known.into_values().collect()
    }

    /// Outages of a carrier, by start: each once, with the end that was told last in time.
    pub fn outages(&self, carrier: &CarrierId, scope: &Scope) -> Vec<&OutageFact> {
        let mut known: BTreeMap<_, &OutageFact> = BTreeMap::new();
        for fact in self.standing_facts(self.index().outages.get(carrier), scope) {
            let Fact::Outage(fact) = fact else { continue };
            let places = (&fact.places.villages, &fact.places.clusters, &fact.units);
            let last = known.entry((fact.start, &fact.site, places)).or_insert(fact);
            let weight = |fact: &OutageFact| (fact.end, fact.cause.clone(), fact.technologies);
            if weight(fact) > weight(last) {
                *last = fact;
            }
        }
        known.into_values().collect()
    }

    /// The figures of an indicator in a unit, by period and carrier: each once, a final one
    /// before a provisional one, then the later; of one day the greater content.
    pub fn statistics(&self, indicator: &Slug, unit: UnitId, scope: &Scope) -> Vec<&StatisticFact> {
        type Weight<'a> = (bool, Day, &'a StatisticFact);
        let mut known: BTreeMap<(Period, &Option<CarrierId>), Weight<'_>> = BTreeMap::new();
        let rows = self.index().statistics.get(&(indicator.clone(), unit)).into_iter().flatten();
        for row in rows.filter(|row| self.counts(**row, scope)).map(|row| self.row(*row)) {
            let Fact::Statistic(fact) = row.fact() else { continue };
            let weight = (fact.standing == FigureStanding::Final, row.recorded_day, fact);
            let last = known.entry((fact.period, &fact.carrier)).or_insert(weight);
            *last = (*last).max(weight);
        }
        known.into_values().map(|(_, _, fact)| fact).collect()
    }

    /// The outline of every unit that has one on the day, by unit.
    pub fn boundaries(&self, day: Day, scope: &Scope) -> Vec<&BoundaryFact> {
        let mut held = Vec::new();
        for rows in self.index().boundaries.values() {
            let facts = self.standing_facts(Some(rows), scope).filter_map(|fact| match fact {
                Fact::Boundary(fact) if fact.from <= day => Some(fact),
                _ => None,
            });
            held.extend(facts.max_by_key(|fact| (fact.from, *fact)));
        }
        held
    }
}

#[cfg(test)]
mod tests;
