//! Figures by unit and period (DOMAIN §7): what was filed, what it makes of any unit of any time,
//! and what is missing. Counts are summed, shares never.

mod cover;
mod find;
mod ground;
mod not_filed;
mod series;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rpds::RedBlackTreeMapSync;

pub use cover::{Carried, Value};
pub use find::{FigureFinding, Found};
pub use ground::{Territory, Weights};
pub use not_filed::{NotFiled, NotFiledQuery, last_period};
pub use series::{Filings, PeriodKind, Point, Series, SeriesQuery};

use super::digest::{ContentHash, content_hash};
use super::said::Evidence;
use super::{Atlas, OrderFacts, VillageCard, VillageUnits};
use crate::domain::{
    CarrierId, Day, DenominatorOf, Fact, FigureStanding, IndicatorFact, Period, Scope, Slug,
    StatisticFact, UnitCode, UnitId,
};
use crate::history::{History, RowIndex};

/// What became of a filed figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RevisionState {
    InForce,
    /// A later figure that names no row, or a final one, stands in its place.
    Superseded,
    /// A correction names it.
    Replaced,
    /// Final too, and with other counts: which one holds is to be asked.
    Rival,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Revision {
    pub fact: StatisticFact,
    pub evidence: Evidence,
    pub recorded: Day,
    pub state: RevisionState,
}

/// One figure: indicator × unit × period × carrier, with all that was filed of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filed {
    /// In order of the day of filing; one is in force.
    pub revisions: Vec<Revision>,
    in_force: usize,
}

impl Filed {
    pub fn now(&self) -> &Revision {
        &self.revisions[self.in_force]
    }

    pub fn fact(&self) -> &StatisticFact {
        &self.now().fact
    }

    /// `None` where every row of it was taken back or replaced by nothing that counts.
    fn of(rows: &[(RowIndex, &StatisticFact)], history: &History, scope: &Scope) -> Option<Self> {
        let counts: BTreeSet<RowIndex> =
            rows.iter().map(|(row, _)| *row).filter(|row| history.counts(*row, scope)).collect();
        let mut revisions: Vec<(bool, Revision)> = rows
            .iter()
            .map(|(row, fact)| {
                let filed = history.row(*row);
                let revision = Revision {
                    fact: (*fact).clone(),
                    evidence: Evidence::of(filed),
                    recorded: filed.recorded_day,
                    state: RevisionState::Replaced,
                };
                (counts.contains(row), revision)
            })
            .collect();
        revisions.sort_by(|(_, a), (_, b)| {
            (a.recorded, &a.fact, a.evidence).cmp(&(b.recorded, &b.fact, b.evidence))
        });
        let is_final = |one: &Revision| one.fact.standing == FigureStanding::Final;
        let standing = (0..revisions.len()).filter(|at| revisions[*at].0);
        // Of one day and standing the greater content, which sorts last.
        let in_force = standing.max_by_key(|at| {
            let one = &revisions[*at].1;
            (is_final(one), one.recorded, *at)
        })?;
        let held = revisions[in_force].1.clone();
        let both = |one: &StatisticFact| (one.numerator, one.denominator);
        for (at, (counts, one)) in revisions.iter_mut().enumerate() {
            let rivals = is_final(one) && is_final(&held) && both(&one.fact) != both(&held.fact);
            one.state = match (*counts, at == in_force) {
                (false, _) => RevisionState::Replaced,
                (true, true) => RevisionState::InForce,
                (true, false) if rivals => RevisionState::Rival,
                (true, false) => RevisionState::Superseded,
            };
        }
        Some(Self { revisions: revisions.into_iter().map(|(_, one)| one).collect(), in_force })
    }
}

type Key = (Slug, UnitId);

/// Every figure that a scope counts. Successive Atlases share what was not touched.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    by: RedBlackTreeMapSync<Key, Arc<Kept>>,
    pub hash: ContentHash,
}

/// The figures of one indicator in one unit.
#[derive(Debug)]
struct Kept {
    /// By period, then carrier.
    filed: Vec<Filed>,
    hash: ContentHash,
}

impl Hash for Kept {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}

impl Figures {
    pub fn of(history: &History, scope: &Scope) -> Self {
        let keys: BTreeSet<Key> = history.index().statistics.keys().cloned().collect();
        Self::default().after(history, scope, &keys)
    }

    /// With these looked up anew.
    #[must_use]
    pub fn after(&self, history: &History, scope: &Scope, touched: &BTreeSet<Key>) -> Self {
        let mut figures = self.clone();
        if touched.is_empty() {
            return figures;
        }
        for key in touched {
            let filed = filed_of(history, scope, key);
            if filed.is_empty() {
                figures.by.remove_mut(key);
            } else {
                let hash = content_hash(&filed);
                figures.by.insert_mut(key.clone(), Arc::new(Kept { filed, hash }));
            }
        }
        let all: Vec<_> = figures.by.iter().map(|(key, kept)| (key, kept.hash)).collect();
        // What a scope may not count yet must not move its version: nothing is nothing.
        figures.hash = if all.is_empty() { ContentHash::default() } else { content_hash(&all) };
        figures
    }

    /// Every figure of an indicator, by unit, then period and carrier.
    pub fn of_indicator(&self, indicator: &Slug) -> impl Iterator<Item = &Filed> {
        let end =
            |number, day| (indicator.clone(), UnitId { code: UnitCode(number), valid_from: day });
        let range = end(0, Day::EARLIEST)..=end(u32::MAX, Day::NEVER);
        self.by.range(range).flat_map(|(_, kept)| &kept.filed)
    }

    pub fn is_empty(&self) -> bool {
        self.by.is_empty()
    }
}

fn filed_of(history: &History, scope: &Scope, (indicator, unit): &Key) -> Vec<Filed> {
    type Slot = (Period, Option<CarrierId>);
    let rows = history.index().statistics.get(&(indicator.clone(), *unit));
    let mut slots: BTreeMap<Slot, Vec<(RowIndex, &StatisticFact)>> = BTreeMap::new();
    for row in rows.into_iter().flatten().filter(|row| history.stands(**row, scope)) {
        if let Some(Fact::Statistic(fact)) = history.row(*row).kept() {
            let slot = (fact.period, fact.carrier.clone());
            slots.entry(slot).or_default().push((*row, fact));
        }
    }
    slots.values().filter_map(|rows| Filed::of(rows, history, scope)).collect()
}

impl OrderFacts {
    /// By id or another name.
    pub fn indicator(&self, name: &str) -> Option<&IndicatorFact> {
        let by_id = self.indicators.iter().find(|fact| fact.id.as_str() == name);
        by_id.or_else(|| {
            self.indicators.iter().find(|fact| fact.aliases.iter().any(|alias| alias == name))
        })
    }
}

impl Atlas {
    /// Who is to file an indicator for a period.
    pub fn expected_carriers(&self, indicator: &IndicatorFact, period: Period) -> Vec<CarrierId> {
        if !indicator.carriers.is_empty() {
            let mut carriers = indicator.carriers.clone();
            carriers.sort_unstable();
            carriers.dedup();
            return carriers;
        }
        let operators = self.common.operators_on(period.from);
        operators.map(|index| self.carrier(index).id.clone()).collect()
    }

    /// What households weigh in every piece of the ground, as far as anybody has counted them.
    pub fn weights(&self) -> Weights {
        let common = &self.common;
        Weights::of(&common.territory, &common.units, &self.order.unit_counts, |unit, parts| {
            self.village_households(unit, parts)
        })
    }

    /// What figures in force count last as the households of a unit; where some count people, the
    /// fewer are the households.
    fn households_filed(&self, unit: UnitId) -> Option<u64> {
        let of_places = self.order.indicators.iter();
        of_places
            .filter(|indicator| indicator.denominator_of == DenominatorOf::Place)
            .filter_map(|indicator| self.figures.by.get(&(indicator.id.clone(), unit)))
            .filter_map(|kept| kept.filed.iter().rev().find_map(|one| one.fact().denominator))
            .min()
    }

    /// Households of the villages of an old unit on its last day, by the unit of today that holds
    /// them: only where the list is whole, every one is counted and placed, and no part is
    /// without any.
    fn village_households(&self, unit: UnitId, parts: &[UnitId]) -> Option<BTreeMap<UnitId, u64>> {
        let common = &*self.common;
        let known = common.units.get(unit)?;
        let last = known.valid_to.map_or(Day::NEVER, |end| end).plus_days(-1);
        let mut households: BTreeMap<UnitId, u64> = BTreeMap::new();
        let mut listed = 0;
        for shard in self.shards() {
            let here = shard.villages.iter().filter(|card| card.exists_on(last));
            let named = |card: &VillageCard| {
                card.fact_on(last).is_some_and(|fact| fact.units.contains(&unit))
            };
            for card in here.filter(|card| named(card)) {
                // Where it may have gone since is another change.
                let next = last.plus_days(1);
                let home = VillageUnits::commune_of(card, shard.unit, common, next);
                let home = home.filter(|home| parts.contains(home))?;
                *households.entry(home).or_default() += u64::from(card.households_on(last)?);
                listed += 1;
            }
        }
        // Of two villages on a list of ten nobody knows how the other eight were divided.
        let every_village = self.villages_stated(unit, last).is_some_and(|all| all <= listed);
        let counted: u64 = households.values().sum();
        let stated = known.households.map(u64::from).or_else(|| self.households_filed(unit));
        let every_household = stated.is_some_and(|all| all <= counted);
        (households.len() == parts.len() && (every_village || every_household))
            .then_some(households)
    }
}

#[cfg(test)]
mod tests;
