//! Villages and clusters over time: what they are on a day, and who belongs to whom.

use std::collections::BTreeSet;

use super::{History, Row, RowIndex};
use crate::domain::{
    ClusterFact, ClusterId, Day, Fact, Scope, VillageFact, VillageId, VillageRelation,
    VillageSuccessionFact,
};

/// A unit of coverage truth: a cluster somebody listed, or the one a village without any has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClusterKey {
    Known(ClusterId),
    /// The centre of a village with no known cluster of its own.
    Implied(VillageId),
}

/// From a day on, a cluster belongs to a village; the first stay begins at [`Day::EARLIEST`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stay {
    pub from: Day,
    pub village: VillageId,
}

/// A cluster's villages over time, in order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Membership(pub Vec<Stay>);

impl Membership {
    pub fn village_on(&self, day: Day) -> Option<&VillageId> {
        self.0.iter().rev().find(|stay| stay.from <= day).map(|stay| &stay.village)
    }
}

/// Successions longer than this are a mistake going in circles.
const LONGEST_CHAIN: usize = 64;

impl History {
    fn counting<'a>(
        &'a self,
        rows: Option<&'a Vec<RowIndex>>,
        scope: &'a Scope,
    ) -> impl Iterator<Item = &'a Row> {
        rows.into_iter().flatten().filter(|row| self.counts(**row, scope)).map(|row| self.row(*row))
    }

    /// What sources say of a village, earliest day first; of one day, in order of content.
    pub fn village_facts<'a>(
        &'a self,
        village: &VillageId,
        scope: &'a Scope,
    ) -> Vec<&'a VillageFact> {
        let rows = self.index().villages.get(village);
        let mut facts: Vec<_> = self
            .counting(rows, scope)
            .filter_map(|row| match row.fact() {
                Fact::Village(fact) => Some(fact),
                _ => None,
            })
            .collect();
        facts.sort_unstable();
        facts
    }

    pub fn cluster_facts<'a>(
        &'a self,
        cluster: &ClusterId,
        scope: &'a Scope,
    ) -> Vec<&'a ClusterFact> {
        let rows = self.index().clusters.get(cluster);
        let mut facts: Vec<_> = self
            .counting(rows, scope)
            .filter_map(|row| match row.fact() {
                Fact::Cluster(fact) => Some(fact),
                _ => None,
            })
            .collect();
        facts.sort_unstable();
        facts
    }

    fn successions<'a>(
        &'a self,
        rows: Option<&'a Vec<RowIndex>>,
        scope: &'a Scope,
    ) -> Vec<&'a VillageSuccessionFact> {
        let mut facts: Vec<_> = self
            .counting(rows, scope)
            .filter_map(|row| match row.fact() {
                Fact::VillageSuccession(fact) => Some(fact),
                _ => None,
            })
            .collect();
        facts.sort_unstable_by_key(|fact| (fact.day, *fact));
        facts
    }

    /// What became of a village, in order of days.
    pub fn successions_from(
        &self,
        village: &VillageId,
        scope: &Scope,
    ) -> Vec<VillageSuccessionFact> {
        let rows = self.index().successions_from.get(village);
        self.successions(rows, scope).into_iter().cloned().collect()
    }

    /// What a village came from, in order of days.
    pub fn successions_to(&self, village: &VillageId, scope: &Scope) -> Vec<VillageSuccessionFact> {
        let rows = self.index().successions_to.get(village);
        self.successions(rows, scope).into_iter().cloned().collect()
    }

    /// First day of the village: the day it was made from others, else since before records.
    pub fn village_start(&self, village: &VillageId, scope: &Scope) -> Day {
        let made = self
            .successions_to(village, scope)
            .into_iter()
            .filter(|succession| succession.relation != VillageRelation::Part)
            .map(|succession| succession.day)
            .min();
        match (made, self.village_facts(village, scope).first()) {
            (Some(made), Some(first)) if first.day.is_some_and(|day| day >= made) => made,
            _ => Day::EARLIEST,
        }
    }

    /// First day without the village, [`Day::NEVER`] while it stands.
    pub fn village_end(&self, village: &VillageId, scope: &Scope) -> Day {
        self.successions_from(village, scope)
            .into_iter()
            .filter(|succession| succession.relation != VillageRelation::Part)
            .map(|succession| succession.day)
            .min()
            .unwrap_or(Day::NEVER)
    }

    fn first_village(&self, key: &ClusterKey, scope: &Scope) -> Option<VillageId> {
        match key {
            ClusterKey::Implied(village) => Some(village.clone()),
            ClusterKey::Known(cluster) => {
                self.cluster_facts(cluster, scope).first().map(|fact| fact.village.clone())
            }
        }
    }

    /// A cluster belongs to its first village from the start, and follows its successions.
    pub fn membership(&self, key: &ClusterKey, scope: &Scope) -> Membership {
        let Some(first) = self.first_village(key, scope) else { return Membership(Vec::new()) };
        let mut stays = vec![Stay { from: Day::EARLIEST, village: first }];
        while stays.len() < LONGEST_CHAIN {
            let Some(last) = stays.last() else { break };
            let next = self.successions_from(&last.village, scope).into_iter().find(|succession| {
                succession.day > last.from
                    && match (succession.relation, key) {
                        (VillageRelation::Merged | VillageRelation::Renamed, _) => true,
                        (VillageRelation::Part, ClusterKey::Known(id)) => {
                            succession.clusters.contains(id)
                        }
                        (VillageRelation::Part, ClusterKey::Implied(_)) => false,
                    }
            });
            match next {
                Some(succession) => {
                    stays.push(Stay { from: succession.day, village: succession.to });
                }
                None => break,
            }
        }
        Membership(stays)
    }

    /// Clusters whose first village this is; the implied one if there are none.
    ///
    /// `asking`: the villages whose own clusters hang on this answer; successions that go in
    /// circles end there.
    fn own_clusters(
        &self,
        village: &VillageId,
        scope: &Scope,
        asking: &BTreeSet<VillageId>,
    ) -> Vec<ClusterKey> {
        let listed = self.index().clusters_by_first_village.get(village);
        let known: Vec<_> = listed
            .into_iter()
            .flatten()
            .map(|id| ClusterKey::Known(id.clone()))
            .filter(|key| self.first_village(key, scope).as_ref() == Some(village))
            .collect();
        if !known.is_empty() || self.village_facts(village, scope).is_empty() {
            return known;
        }
        if self.implied_by_others(village, scope, asking) {
            return Vec::new();
        }
        vec![ClusterKey::Implied(village.clone())]
    }

    /// A village made from others on its first day inherits their implied clusters and needs
    /// none of its own.
    fn implied_by_others(
        &self,
        village: &VillageId,
        scope: &Scope,
        asking: &BTreeSet<VillageId>,
    ) -> bool {
        let start = self.village_start(village, scope);
        let mut asking = asking.clone();
        if !asking.insert(village.clone()) {
            return false;
        }
        start > Day::EARLIEST
            && self.successions_to(village, scope).iter().any(|succession| {
                succession.day == start
                    && succession.relation != VillageRelation::Part
                    && self.clusters_asked(&succession.from, scope, &asking).iter().any(|key| {
                        matches!(key, ClusterKey::Implied(own) if own != village)
                            && self.membership(key, scope).village_on(start) == Some(village)
                    })
            })
    }

    /// Every cluster that belonged to the village on some day, in order of key.
    pub fn clusters_ever_in(&self, village: &VillageId, scope: &Scope) -> BTreeSet<ClusterKey> {
        self.clusters_asked(village, scope, &BTreeSet::new())
    }

    fn clusters_asked(
        &self,
        village: &VillageId,
        scope: &Scope,
        asking: &BTreeSet<VillageId>,
    ) -> BTreeSet<ClusterKey> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::from([village.clone()]);
        let mut waiting = vec![village.clone()];
        while let Some(next) = waiting.pop() {
            found.extend(self.own_clusters(&next, scope, asking));
            for succession in self.successions_to(&next, scope) {
                if seen.insert(succession.from.clone()) {
                    waiting.push(succession.from);
                }
            }
        }
        found.retain(|key| self.membership(key, scope).0.iter().any(|s| &s.village == village));
        found
    }

    /// The village, all it came from and all it became, over any number of steps.
    pub fn family(&self, village: &VillageId) -> BTreeSet<VillageId> {
        let mut family = BTreeSet::from([village.clone()]);
        let mut waiting = vec![village.clone()];
        while let Some(next) = waiting.pop() {
            let index = self.index();
            let linked = [index.successions_from.get(&next), index.successions_to.get(&next)];
            for row in linked.into_iter().flatten().flatten() {
                if let Fact::VillageSuccession(succession) = self.row(*row).fact() {
                    for other in [&succession.from, &succession.to] {
                        if family.insert(other.clone()) {
                            waiting.push(other.clone());
                        }
                    }
                }
            }
        }
        family
    }
}

/// The fact that holds on a day among facts sorted by day: the last not after it, else the first.
pub fn fact_on<T>(facts: &[T], day: Day, day_of: impl Fn(&T) -> Option<Day>) -> Option<&T> {
    facts
        .iter()
        .rev()
        .find(|fact| day_of(fact).is_none_or(|from| from <= day))
        .or_else(|| facts.first())
}
