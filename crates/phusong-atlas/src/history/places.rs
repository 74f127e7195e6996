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

impl ClusterKey {
    /// The id on the wire; an implied one's is that of the village it stood for from the start,
    /// whichever village it belongs to now.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(id) => id.as_str(),
            Self::Implied(village) => village.as_str(),
        }
    }
}

/// From a day on, a cluster belongs to a village; the first stay begins at [`Day::EARLIEST`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stay {
    pub from: Day,
    pub village: VillageId,
}

/// A cluster's villages over time, in order of days.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Membership(pub Vec<Stay>);

impl Membership {
    pub fn village_on(&self, day: Day) -> Option<&VillageId> {
        self.0.iter().rev().find(|stay| stay.from <= day).map(|stay| &stay.village)
    }

    /// The last day up to `day` on which it was in the village; `None`: never so far.
    fn last_in(&self, village: &VillageId, day: Day) -> Option<Day> {
        let mut until = day;
        for stay in self.0.iter().rev().filter(|stay| stay.from <= day) {
            if stay.village == *village {
                return Some(until);
            }
            until = stay.from.plus_days(-1);
        }
        None
    }
}

/// The days on which a cluster is there at all: `[from, to)`, in order. One that somebody listed
/// always is; an implied one only while its village has none of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Presence(pub Vec<(Day, Day)>);

impl Presence {
    pub fn on(&self, day: Day) -> bool {
        self.0.iter().any(|(from, to)| *from <= day && day < *to)
    }
}

impl History {
    fn counting<'a>(
        &'a self,
        rows: Option<&'a Vec<RowIndex>>,
        scope: &'a Scope,
    ) -> impl Iterator<Item = Row<'a>> {
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
            .filter_map(|row| match row.kept()? {
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
            .filter_map(|row| match row.kept()? {
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
            .filter_map(|row| match row.kept()? {
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
        let made =
            self.successions_to(village, scope).into_iter().map(|succession| succession.day).min();
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
    ///
    /// Of several successions of one day each acts at most once, one that names the cluster
    /// before the rest, and a village that ends that day hands on what it received.
    pub fn membership(&self, key: &ClusterKey, scope: &Scope) -> Membership {
        let Some(first) = self.first_village(key, scope) else { return Membership(Vec::new()) };
        let mut stays = vec![Stay { from: Day::EARLIEST, village: first }];
        let mut acted: Vec<VillageSuccessionFact> = Vec::new();
        while let Some(last) = stays.last_mut() {
            let next = self
                .successions_from(&last.village, scope)
                .into_iter()
                .filter(|succession| succession.day >= last.from && !acted.contains(succession))
                .filter(|succession| moves(succession, key))
                .min_by_key(|fact| (fact.day, !fact.relation.names_clusters(), fact.clone()));
            let Some(succession) = next else { break };
            if succession.day == last.from {
                last.village = succession.to.clone();
            } else {
                stays.push(Stay { from: succession.day, village: succession.to.clone() });
            }
            acted.push(succession);
        }
        Membership(stays)
    }

    /// The village and every one from which something may have come to it.
    fn forebears(&self, village: &VillageId, scope: &Scope) -> BTreeSet<VillageId> {
        let mut found = BTreeSet::from([village.clone()]);
        let mut waiting = vec![village.clone()];
        while let Some(next) = waiting.pop() {
            for succession in self.successions_to(&next, scope) {
                if found.insert(succession.from.clone()) {
                    waiting.push(succession.from);
                }
            }
        }
        found
    }

    /// Clusters that somebody listed and that were in the village on some day.
    fn known_in(&self, village: &VillageId, scope: &Scope) -> Vec<(ClusterId, Membership)> {
        let forebears = self.forebears(village, scope);
        let listed = forebears
            .iter()
            .filter_map(|first| self.index().clusters_by_first_village.get(first))
            .flatten();
        let ids: BTreeSet<&ClusterId> = listed.collect();
        ids.into_iter()
            .map(|id| (id.clone(), self.membership(&ClusterKey::Known(id.clone()), scope)))
            .filter(|(_, stays)| stays.0.iter().any(|stay| stay.village == *village))
            .collect()
    }

    /// First day of a village that was made from others; `None`: since before our records.
    fn began(&self, village: &VillageId, scope: &Scope) -> Option<Day> {
        Some(self.village_start(village, scope)).filter(|start| *start > Day::EARLIEST)
    }

    /// *A village with no known cluster of its own on D has one implied … it follows
    /// succession*: once its village has gone into another, what held on the last day before.
    ///
    /// A village that began by succession has none while it holds an implied one that came with
    /// it, and none before it began.
    fn has_implied(&self, village: &VillageId, scope: &Scope, day: Day) -> bool {
        let own = self.membership(&ClusterKey::Implied(village.clone()), scope);
        let Some(day) = own.last_in(village, day) else { return false };
        let began = self.began(village, scope);
        if self.village_facts(village, scope).is_empty() || began.is_some_and(|began| day < began) {
            return false;
        }
        let is_in = |stays: &Membership| stays.village_on(day) == Some(village);
        let inherits = |began: Day| {
            let before = began.plus_days(-1);
            self.forebears(village, scope).iter().filter(|other| *other != village).any(|other| {
                let stays = self.membership(&ClusterKey::Implied(other.clone()), scope);
                stays.village_on(began) == Some(village)
                    && stays.village_on(before) != Some(village)
                    && is_in(&stays)
                    && self.has_implied(other, scope, before)
            })
        };
        !self.known_in(village, scope).iter().any(|(_, stays)| is_in(stays))
            && !began.is_some_and(inherits)
    }

    /// On which days a cluster is there.
    pub fn presence(&self, key: &ClusterKey, scope: &Scope) -> Presence {
        let ClusterKey::Implied(village) = key else {
            return Presence(vec![(Day::EARLIEST, Day::NEVER)]);
        };
        let known = self.known_in(village, scope);
        let comings = known.iter().flat_map(|(_, stays)| stays.0.iter().map(|stay| stay.from));
        let mut days: BTreeSet<Day> = comings.collect();
        days.extend(self.began(village, scope));
        for forebear in self.forebears(village, scope) {
            let stays = self.membership(&ClusterKey::Implied(forebear), scope);
            days.extend(stays.0.iter().map(|stay| stay.from));
        }
        days.insert(Day::EARLIEST);
        let mut spans: Vec<(Day, Day)> = Vec::new();
        let mut ends = days.iter().skip(1).copied().chain([Day::NEVER]);
        for from in &days {
            let Some(to) = ends.next() else { break };
            if !self.has_implied(village, scope, *from) {
                continue;
            }
            match spans.last_mut() {
                Some(last) if last.1 == *from => last.1 = to,
                _ => spans.push((*from, to)),
            }
        }
        Presence(spans)
    }

    /// Every cluster that was there and belonged to the village on some day, in order of key.
    pub fn clusters_ever_in(&self, village: &VillageId, scope: &Scope) -> BTreeSet<ClusterKey> {
        let known = self.known_in(village, scope).into_iter().map(|(id, _)| ClusterKey::Known(id));
        let implied = self
            .forebears(village, scope)
            .into_iter()
            .map(ClusterKey::Implied)
            .filter(|key| self.was_in(key, village, scope));
        known.chain(implied).collect()
    }

    fn was_in(&self, key: &ClusterKey, village: &VillageId, scope: &Scope) -> bool {
        let presence = self.presence(key, scope);
        let stays = self.membership(key, scope);
        let ends = stays.0.iter().skip(1).map(|stay| stay.from).chain([Day::NEVER]);
        stays.0.iter().zip(ends).any(|(stay, end)| {
            stay.village == *village
                && presence.0.iter().any(|(from, to)| *from < end && stay.from < *to)
        })
    }

    /// The village, all it came from and all it became, over any number of steps.
    pub fn family(&self, village: &VillageId) -> BTreeSet<VillageId> {
        let mut family = BTreeSet::from([village.clone()]);
        let mut waiting = vec![village.clone()];
        while let Some(next) = waiting.pop() {
            let index = self.index();
            let linked = [index.successions_from.get(&next), index.successions_to.get(&next)];
            for row in linked.into_iter().flatten().flatten() {
                if let Some(Fact::VillageSuccession(succession)) = self.row(*row).kept() {
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

/// Merged and renamed villages hand on everything, a part and a half only the clusters they name.
fn moves(succession: &VillageSuccessionFact, key: &ClusterKey) -> bool {
    match (succession.relation, key) {
        (VillageRelation::Merged | VillageRelation::Renamed, _) => true,
        (_, ClusterKey::Known(id)) => succession.clusters.contains(id),
        // Of a village that goes on the implied one is its own centre.
        (VillageRelation::Part, ClusterKey::Implied(_)) => false,
        (VillageRelation::Split, ClusterKey::Implied(own)) => succession.names_implied_of(own),
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
