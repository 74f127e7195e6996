//! What a set of samples will say once more of them are filed: for whoever is about to file.

use super::{Tally, cells, grouped, tally, twice_median};
use crate::atlas::view::View;
use crate::atlas::{Atlas, Place};
use crate::domain::{CarrierId, ClusterId, Day, Fact, Party, RowRef, Sample, Technology};
use crate::history::{ClusterKey, History};

/// Whose samples, of what, where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SetKey {
    pub source: Party,
    pub cluster: ClusterId,
    pub carrier: CarrierId,
    pub technology: Technology,
}

/// One cell of the grid on one local day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellTally {
    pub day: Day,
    /// South-west corner in the rule set's grid.
    pub east_m: i64,
    pub north_m: i64,
    pub samples: usize,
    pub median_dbm: f64,
    pub good: bool,
}

/// A set as it would count, with what is on file of its source.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeseenSet {
    pub first: Day,
    pub last: Day,
    /// Samples in it, those that lie near enough to speak, and those that were filed before.
    pub samples: usize,
    pub near: usize,
    pub on_file: usize,
    pub good_level_ddbm: i16,
    pub tally: Tally,
    /// Those that fail first, then by day and place.
    pub cells: Vec<CellTally>,
}

impl Atlas {
    /// The sets that `more` samples would join or make, in order of days; none where the rules
    /// state no level for the technology. `replaced` rows count no more.
    pub fn foreseen_sets(
        &self,
        history: &History,
        key: &SetKey,
        more: &[Sample],
        replaced: &[RowRef],
    ) -> Vec<ForeseenSet> {
        let rule = &self.common.rules.measurement;
        let (Some(good_level_ddbm), Some(carrier), Some(last)) = (
            rule.good_level_ddbm[key.technology.index()],
            self.common.carrier(&key.carrier),
            more.iter().map(|sample| sample.day).max(),
        ) else {
            return Vec::new();
        };
        let place = self.place_of(history, &key.cluster, last);
        let is_near = |sample: &Sample| {
            place.is_some_and(|place| {
                let limit_m = f64::from(place.uncertainty_m()) + rule.radius_m;
                place.distance_m(sample.position) <= limit_m
            })
        };
        let mut all: Vec<(Sample, bool)> = more.iter().map(|sample| (*sample, false)).collect();
        let rows = history.index().samples.get(&key.cluster).into_iter().flatten();
        for row in rows.filter(|row| history.counts(**row, &self.scope)) {
            let row = history.row(*row);
            let Some(Fact::Sample(fact)) = row.kept() else { continue };
            let is_of = row.filing.owner == key.source
                && (&fact.carrier, fact.technology) == (&key.carrier, key.technology);
            if is_of && !replaced.contains(&row.at) {
                all.extend(fact.samples.iter().map(|sample| (*sample, true)));
            }
        }
        all.sort_unstable();
        let starts = View::new(history, &self.scope, &self.common).starts(carrier, key.technology);
        let sets = grouped(all, |(sample, _)| sample.day, &starts, rule).into_iter();
        let of_more = sets.filter(|set| set.iter().any(|(_, on_file)| !on_file));
        let foreseen = of_more.map(|set| {
            let near: Vec<&Sample> =
                set.iter().map(|(sample, _)| sample).filter(|sample| is_near(sample)).collect();
            let day = |at: Option<&(Sample, bool)>| at.map_or(last, |(sample, _)| sample.day);
            let side_m = i64::from(rule.cell_m);
            let each = cells(near.iter().copied(), rule).into_iter();
            let mut cells: Vec<CellTally> = each
                .map(|((day, east, north), levels)| CellTally {
                    day,
                    east_m: i64::from(east) * side_m,
                    north_m: i64::from(north) * side_m,
                    samples: levels.len(),
                    median_dbm: f64::from(twice_median(&levels)) / 20.0,
                    good: twice_median(&levels) >= 2 * i32::from(good_level_ddbm),
                })
                .collect();
            cells.sort_by_key(|cell| cell.good);
            ForeseenSet {
                first: day(set.first()),
                last: day(set.last()),
                samples: set.len(),
                near: near.len(),
                on_file: set.iter().filter(|(_, on_file)| *on_file).count(),
                good_level_ddbm,
                tally: tally(near, good_level_ddbm, rule),
                cells,
            }
        });
        foreseen.collect()
    }

    fn place_of(&self, history: &History, cluster: &ClusterId, day: Day) -> Option<&Place> {
        let key = ClusterKey::Known(cluster.clone());
        let stays = history.membership(&key, &self.scope);
        let (_, village) = self.village(stays.village_on(day)?)?;
        village.clusters_on(day).find(|card| card.key == key)?.place_on(day)
    }
}
