//! What stands beside the verdicts, as a scope may count it: promises, blockers, outages, figures
//! and outlines over time.

use std::collections::BTreeMap;

use super::{History, Row, RowIndex};
use crate::domain::{
    BlockerFact, BoundaryFact, CarrierId, CommitmentFact, Day, Fact, FigureStanding, OutageFact,
    Period, Scope, Slug, StatisticFact, Timestamp, UnitId, VillageId,
};

/// An outage as it was last told.
#[derive(Debug, Clone)]
pub struct ToldOutage<'a> {
    pub row: Row<'a>,
    pub fact: &'a OutageFact,
    pub last_heard: Timestamp,
}

impl History {
    fn standing_rows<'a>(
        &'a self,
        rows: Option<&'a Vec<RowIndex>>,
        scope: &'a Scope,
    ) -> impl Iterator<Item = Row<'a>> {
        let rows = rows.into_iter().flatten();
        rows.filter(|row| self.counts(**row, scope)).map(|row| self.row(*row))
    }

    fn standing_facts<'a>(
        &'a self,
        rows: Option<&'a Vec<RowIndex>>,
        scope: &'a Scope,
    ) -> impl Iterator<Item = &'a Fact> {
        self.standing_rows(rows, scope).filter_map(Row::kept)
    }

    /// Every promise for a village, by carrier and then by the day it was made: a later one does
    /// not undo an earlier one.
    pub fn commitments<'a>(
        &'a self,
        village: &VillageId,
        scope: &'a Scope,
    ) -> Vec<&'a CommitmentFact> {
        self.told_commitments(village, scope).into_iter().map(|(_, fact)| fact).collect()
    }

    /// The same with the row behind each.
    pub fn told_commitments<'a>(
        &'a self,
        village: &VillageId,
        scope: &'a Scope,
    ) -> Vec<(Row<'a>, &'a CommitmentFact)> {
        let rows = self.standing_rows(self.index().commitments.get(village), scope);
        let mut made: Vec<_> = rows
            .filter_map(|row| match row.kept()? {
                Fact::Commitment(fact) => Some((row, fact)),
                _ => None,
            })
            .collect();
        made.sort_by_key(|(row, fact)| {
            (&fact.carrier, fact.said, fact.promised, *fact, row.report, row.at.row)
        });
        made.dedup_by(|(_, one), (_, other)| one == other);
        made
    }

    /// Blockers of a village since the first: each once, lifted where any fact of it says so.
    pub fn blockers<'a>(&'a self, village: &VillageId, scope: &'a Scope) -> Vec<&'a BlockerFact> {
        self.told_blockers(village, scope).into_iter().map(|(_, fact)| fact).collect()
    }

    /// The same with the row behind each.
    pub fn told_blockers<'a>(
        &'a self,
        village: &VillageId,
        scope: &'a Scope,
    ) -> Vec<(Row<'a>, &'a BlockerFact)> {
        let mut known: BTreeMap<_, (Row<'_>, &BlockerFact)> = BTreeMap::new();
        for row in self.standing_rows(self.index().blockers.get(village), scope) {
            let Some(Fact::Blocker(fact)) = row.kept() else { continue };
            let key = (fact.since, &fact.carrier, fact.kind);
            let last = known.entry(key).or_insert((row, fact));
            let weight =
                |(row, fact): (Row<'_>, &BlockerFact)| (fact.lifted, fact.clone(), row.report);
            if weight((row, fact)) > weight(*last) {
                *last = (row, fact);
            }
        }
        known.into_values().collect()
    }

    /// Outages of a carrier, by start: each once, with the end that was told last in time.
    pub fn outages<'a>(&'a self, carrier: &CarrierId, scope: &'a Scope) -> Vec<&'a OutageFact> {
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

    /// Every outage once, with the end that was told last in time and when it was last heard of.
    pub fn told_outages<'a>(&'a self, scope: &'a Scope) -> Vec<ToldOutage<'a>> {
        let mut known: BTreeMap<_, ToldOutage<'a>> = BTreeMap::new();
        for rows in self.index().outages.values() {
            for row in self.standing_rows(Some(rows), scope) {
                let Some(Fact::Outage(fact)) = row.kept() else { continue };
                let places = (&fact.places.villages, &fact.places.clusters, &fact.units);
                let told = ToldOutage { row, fact, last_heard: row.recorded_at };
                let last = known
                    .entry((&fact.carrier, fact.start, &fact.site, places))
                    .or_insert_with(|| told.clone());
                let heard = last.last_heard.max(row.recorded_at);
                let weight = |told: &ToldOutage<'_>| {
                    (
                        told.fact.end,
                        told.fact.cause.clone(),
                        told.fact.technologies,
                        told.row.report,
                    )
                };
                if weight(&told) > weight(last) {
                    *last = told;
                }
                last.last_heard = heard;
            }
        }
        known.into_values().collect()
    }

    /// The figures of an indicator in a unit, by period and carrier: each once, a final one
    /// before a provisional one, then the later; of one day the greater content.
    pub fn statistics<'a>(
        &'a self,
        indicator: &Slug,
        unit: UnitId,
        scope: &'a Scope,
    ) -> Vec<&'a StatisticFact> {
        type Weight<'a> = (bool, Day, &'a StatisticFact);
        let mut known: BTreeMap<(Period, &Option<CarrierId>), Weight<'_>> = BTreeMap::new();
        let rows = self.index().statistics.get(&(indicator.clone(), unit)).into_iter().flatten();
        for row in rows.filter(|row| self.counts(**row, scope)).map(|row| self.row(*row)) {
            let Some(Fact::Statistic(fact)) = row.kept() else { continue };
            let weight = (fact.standing == FigureStanding::Final, row.recorded_day, fact);
            let last = known.entry((fact.period, &fact.carrier)).or_insert(weight);
            *last = (*last).max(weight);
        }
        known.into_values().map(|(_, _, fact)| fact).collect()
    }

    /// The outline of every unit that has one on the day, by unit.
    pub fn boundaries<'a>(&'a self, day: Day, scope: &'a Scope) -> Vec<&'a BoundaryFact> {
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
