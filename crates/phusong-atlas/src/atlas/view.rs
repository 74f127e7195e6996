//! What every assessment of a scope needs beside the cluster itself: carriers, units, sunsets
//! and the rule set, as that scope counts them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::digest::{ContentHash, content_hash};
use super::figures::Territory;
use super::said::CarrierIndex;
use crate::domain::{
    CarrierFact, CarrierId, CarrierKind, Day, Fact, Position, RuleSet, Scope, SiteId, SunsetFact,
    Technology, UnitFact, UnitId, UnitSuccessionFact, VillageId,
};
use crate::gazetteer::Units;
use crate::history::{History, Row};

/// The part that changes only when units, carriers, sunsets or rules do.
#[derive(Debug, Clone)]
pub struct Common {
    /// Sorted by id; [`CarrierIndex`] points here.
    pub carriers: Vec<CarrierFact>,
    pub units: Arc<Units>,
    /// Of every unit and succession, in order: what is kept with a shard rests on them.
    pub units_hash: ContentHash,
    /// The same ground under every cut of it.
    pub territory: Arc<Territory>,
    /// Confirmed ones only.
    pub sunsets: Vec<SunsetFact>,
    pub rules: Arc<RuleSet>,
}

/// A scope's view of a history.
#[derive(Debug, Clone)]
pub struct View<'a> {
    pub history: &'a History,
    pub scope: &'a Scope,
    pub common: &'a Common,
    pub rules: &'a RuleSet,
    pub sunsets: &'a [SunsetFact],
}

impl Common {
    /// `rules` when no rule set has been adopted.
    pub fn of(history: &History, scope: &Scope, rules: &Arc<RuleSet>) -> Self {
        let index = history.index();
        let counting = |rows: &'_ [u32]| -> Vec<Row<'_>> {
            rows.iter()
                .filter(|row| history.counts(**row, scope))
                .map(|row| history.row(*row))
                .collect()
        };

        let mut carriers: BTreeMap<CarrierId, CarrierFact> = BTreeMap::new();
        for row in counting(&index.carriers) {
            if let Some(Fact::Carrier(fact)) = row.kept() {
                let known = carriers.entry(fact.id.clone()).or_insert_with(|| fact.clone());
                if *known < *fact {
                    *known = fact.clone();
                }
            }
        }
        let mut units: Vec<UnitFact> = counting(&index.units)
            .into_iter()
            .filter_map(|row| match row.kept()? {
                Fact::Unit(fact) => Some(fact.clone()),
                _ => None,
            })
            .collect();
        let mut successions: Vec<UnitSuccessionFact> = counting(&index.unit_successions)
            .into_iter()
            .filter_map(|row| match row.kept()? {
                Fact::UnitSuccession(fact) => Some(fact.clone()),
                _ => None,
            })
            .collect();
        units.sort_unstable();
        successions.sort_unstable();
        let confirmed = |row: &Row| {
            let acts = index.sunset_confirmations.get(&row.at);
            acts.into_iter().flatten().any(|act| history.counts(*act, scope))
        };
        let sunsets = counting(&index.sunsets)
            .into_iter()
            .filter(|row| confirmed(row))
            .filter_map(|row| match row.kept()? {
                Fact::Sunset(fact) => Some(fact.clone()),
                _ => None,
            })
            .collect();
        let units_hash = content_hash(&(&units, &successions));
        let units = Units::new(&units, &successions);
        Self {
            carriers: carriers.into_values().collect(),
            territory: Arc::new(Territory::of(&units)),
            units: Arc::new(units),
            units_hash,
            sunsets,
            rules: adopted(history, scope).unwrap_or_else(|| Arc::clone(rules)),
        }
    }

    pub fn carrier(&self, id: &CarrierId) -> Option<CarrierIndex> {
        let place = self.carriers.binary_search_by(|carrier| carrier.id.cmp(id)).ok()?;
        u8::try_from(place).ok().map(CarrierIndex)
    }

    /// Terrestrial mobile network operators of a day, in order.
    pub fn operators_on(&self, day: Day) -> impl Iterator<Item = CarrierIndex> {
        self.carriers.iter().zip(0_u8..).filter_map(move |(carrier, index)| {
            let valid = carrier.valid_from.is_none_or(|from| from <= day)
                && carrier.valid_to.is_none_or(|to| day < to);
            (carrier.kind == CarrierKind::Mno && valid).then_some(CarrierIndex(index))
        })
    }

    /// Days on which the list of operators changes.
    pub fn operator_days(&self) -> impl Iterator<Item = Day> {
        let operators = self.carriers.iter().filter(|carrier| carrier.kind == CarrierKind::Mno);
        operators.flat_map(|carrier| [carrier.valid_from, carrier.valid_to]).flatten()
    }
}

/// The rule set of the latest adoption (by its day, then by id and version).
fn adopted(history: &History, scope: &Scope) -> Option<Arc<RuleSet>> {
    let index = history.index();
    let counts = |row: &&u32| history.counts(**row, scope);
    let (_, chosen) = index
        .adoptions
        .iter()
        .filter(counts)
        .filter_map(|row| match history.row(*row).kept()? {
            Fact::AdoptRuleSet { rule_set, from } => Some((*from, rule_set)),
            _ => None,
        })
        .max()?;
    index.rule_sets.iter().rev().filter(counts).find_map(|row| match history.row(*row).kept()? {
        Fact::RuleSet(rules) if rules.id == *chosen => Some(Arc::new(rules.as_ref().clone())),
        _ => None,
    })
}

impl<'a> View<'a> {
    pub fn new(history: &'a History, scope: &'a Scope, common: &'a Common) -> Self {
        Self { history, scope, common, rules: &common.rules, sunsets: &common.sunsets }
    }

    pub fn carrier(&self, id: &CarrierId) -> Option<CarrierIndex> {
        self.common.carrier(id)
    }

    /// From day to day, the units that the village's fact of then names, with all above them.
    pub fn units_over_time(&self, village: &VillageId) -> Vec<(Day, Day, BTreeSet<UnitId>)> {
        let mut spans: Vec<(Day, Day, BTreeSet<UnitId>)> = Vec::new();
        for fact in self.history.village_facts(village, self.scope) {
            let mut units = BTreeSet::new();
            for unit in &fact.units {
                units.insert(*unit);
                units.extend(self.common.units.ancestors(*unit));
            }
            let from = match (spans.is_empty(), fact.day) {
                (false, Some(day)) => day,
                _ => Day::EARLIEST,
            };
            if let Some(last) = spans.last_mut() {
                last.1 = from;
            }
            spans.push((from, Day::NEVER, units));
        }
        spans
    }

    /// Days on which a counted on_air or changed of the carrier started the technology.
    pub fn starts(&self, carrier: CarrierIndex, technology: Technology) -> Vec<Day> {
        let id = &self.common.carriers[usize::from(carrier.0)].id;
        let rows = self.history.index().starts.get(id);
        let mut days: Vec<Day> = rows
            .into_iter()
            .flatten()
            .filter(|row| self.history.counts(**row, self.scope))
            .filter_map(|row| {
                let row = self.history.row(*row);
                let step = row.site_step()?;
                let starts = step.technologies.speaks_of(technology);
                (starts && !step.is_plan(row.recorded_day)).then_some(step.day)
            })
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// Where the site was said to be, from each day on; the first from the start. Of one day,
    /// the greatest.
    pub fn site_positions(&self, site: &SiteId) -> Vec<(Day, Position)> {
        let steps = self.history.site_steps(site, self.scope);
        let mut said: Vec<(Day, Position)> =
            steps.filter_map(|(_, step)| Some((step.day, step.position?))).collect();
        said.sort_unstable();
        // Before the first day that anybody names, the least of what is named for it.
        let mut positions: Vec<_> =
            said.first().map(|(_, at)| (Day::EARLIEST, *at)).into_iter().collect();
        for (day, at) in said {
            match positions.last_mut() {
                Some(last) if last.0 == day => last.1 = at,
                _ => positions.push((day, at)),
            }
        }
        positions
    }

    /// Where the site was last said to be.
    pub fn site_position(&self, site: &SiteId) -> Option<Position> {
        let steps = self.history.site_steps(site, self.scope);
        let said = steps.filter_map(|(_, step)| Some((step.day, step.position?)));
        said.max().map(|(_, position)| position)
    }

    /// Where this scope may see sites at all: its own, or the department's.
    pub fn may_see(&self, site: &SiteId) -> bool {
        match self.scope {
            Scope::Public | Scope::Commune(_) => false,
            Scope::Carrier(own) => *own == site.carrier,
            Scope::Approver => true,
            Scope::Officer => !self.is_restricted(site),
        }
    }

    /// An approver's mark on the site counts.
    pub fn is_restricted(&self, site: &SiteId) -> bool {
        let acts = self.history.index().restrictions.get(site);
        acts.into_iter().flatten().any(|act| self.history.counts(*act, self.scope))
    }
}
