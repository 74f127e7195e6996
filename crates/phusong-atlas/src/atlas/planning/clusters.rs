//! Gaps by cluster: the households of uncovered clusters, not of whole villages.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::card::{ClusterCard, VillageCard};
use super::super::combine::{ClusterVerdict, Flagged};
use super::super::gaps::GapQuery;
use super::super::shard::Shard;
use super::super::{Atlas, Home, VillageUnits};
use crate::domain::{Day, Position};
use crate::history::ClusterKey;

/// One cluster of an answer.
#[derive(Debug, Clone)]
pub struct ClusterRow {
    pub shard: Arc<Shard>,
    /// Index into [`Shard::villages`].
    pub village: usize,
    /// Index into the card's clusters.
    pub cluster: usize,
    pub answer: Flagged<ClusterVerdict>,
    pub households: Option<u32>,
    pub position: Option<Position>,
}

impl ClusterRow {
    pub fn village(&self) -> &VillageCard {
        &self.shard.villages[self.village]
    }

    pub fn card(&self) -> &ClusterCard {
        &self.village().clusters[self.cluster]
    }
}

/// A count that says what it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClusterCount {
    pub clusters: u32,
    pub households: u64,
    pub clusters_households_unknown: u32,
}

impl ClusterCount {
    fn add(&mut self, households: Option<u32>) {
        self.clusters += 1;
        match households {
            Some(known) => self.households += u64::from(known),
            None => self.clusters_households_unknown += 1,
        }
    }
}

/// Counts by verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClusterTotals {
    pub covered: ClusterCount,
    pub not_covered: ClusterCount,
    pub insufficient: ClusterCount,
}

impl ClusterTotals {
    pub fn add(&mut self, verdict: ClusterVerdict, households: Option<u32>) {
        let count = match verdict {
            ClusterVerdict::Covered => &mut self.covered,
            ClusterVerdict::NotCovered => &mut self.not_covered,
            ClusterVerdict::Insufficient => &mut self.insufficient,
        };
        count.add(households);
    }

    /// All verdicts together.
    pub fn all(&self) -> ClusterCount {
        let parts = [self.covered, self.not_covered, self.insufficient];
        parts.into_iter().fold(ClusterCount::default(), |all, part| ClusterCount {
            clusters: all.clusters + part.clusters,
            households: all.households + part.households,
            clusters_households_unknown: all.clusters_households_unknown
                + part.clusters_households_unknown,
        })
    }
}

#[derive(Debug, Clone, Default)]
pub struct ClusterGaps {
    /// Everything the filters leave, before the filter on verdicts.
    pub totals: ClusterTotals,
    /// The same by today's communes, as the villages lie on the day; under `None` what no commune
    /// holds.
    pub by_commune: BTreeMap<Home, ClusterTotals>,
    /// Most households first, unknown last; then by village and cluster.
    pub rows: Vec<ClusterRow>,
}

impl ClusterCard {
    /// Its own; an implied cluster's are its village's, beside others what is left for it. Of a
    /// village whose clusters are listed without households nothing is guessed.
    pub fn households_on(&self, village: &VillageCard, day: Day) -> Option<u32> {
        if matches!(self.key, ClusterKey::Known(_)) {
            return self.own_households(day);
        }
        let mut others = village.clusters_on(day).filter(|other| other.key != self.key).peekable();
        if others.peek().is_some() && !self.is_implied_of(&village.id) {
            return self.own_households(day);
        }
        let all = village.households_on(day)?;
        others.try_fold(all, |left, other| left.checked_sub(other.own_households(day)?))
    }
}

impl Atlas {
    /// Clusters of the villages that the filters leave, with the verdicts wanted. The query's own
    /// verdicts and order, which are of villages, play no part.
    pub fn cluster_gaps(&self, query: &GapQuery, wanted: &[ClusterVerdict]) -> ClusterGaps {
        let day = query.question.day;
        let mut gaps = ClusterGaps::default();
        for (shard, village, _) in self.left_by(query) {
            let card = &shard.villages[village];
            let commune = VillageUnits::commune_of(card, shard.unit, &self.common, day);
            for (cluster, of) in card.clusters.iter().enumerate() {
                if !of.is_in(&card.id, day) {
                    continue;
                }
                let answer = of.verdict(&query.question, &self.common);
                let households = of.households_on(card, day);
                gaps.totals.add(answer.verdict, households);
                gaps.by_commune.entry(commune).or_default().add(answer.verdict, households);
                if wanted.contains(&answer.verdict) {
                    let (shard, position) = (Arc::clone(shard), of.position_on(day));
                    let row = ClusterRow { shard, village, cluster, answer, households, position };
                    gaps.rows.push(row);
                }
            }
        }
        gaps.rows.sort_by(|a, b| {
            let key = |row: &ClusterRow| std::cmp::Reverse(row.households);
            let ids = |row: &ClusterRow| (row.village().id.clone(), row.card().key.clone());
            key(a).cmp(&key(b)).then_with(|| ids(a).cmp(&ids(b)))
        });
        gaps
    }
}
