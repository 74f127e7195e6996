//! `/api/v1/planning/…`: what planners ask next.

pub mod clusters;
pub mod over_time;
pub mod ranking;
pub mod side_by_side;
pub mod single_points;
pub mod sites;
pub mod then_and_now;

use phusong_atlas::atlas::{self, Atlas, ClusterCard, Home, VillageCard};
use phusong_atlas::domain::Day;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::App;
use super::communes::unit_wire;
use super::wire::{Totals, Unit};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(clusters::routes())
        .merge(side_by_side::routes())
        .merge(over_time::routes())
        .merge(ranking::routes())
        .merge(single_points::routes())
        .merge(then_and_now::routes())
        .merge(sites::routes())
}

/// A count of clusters that says what it does not know.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ClusterTotal {
    pub clusters: u32,
    pub households: u64,
    pub clusters_households_unknown: u32,
}

/// Everything the filters leave, before the filter on verdicts.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ClusterTotals {
    pub covered: ClusterTotal,
    pub not_covered: ClusterTotal,
    pub insufficient: ClusterTotal,
}

impl From<atlas::ClusterCount> for ClusterTotal {
    fn from(count: atlas::ClusterCount) -> Self {
        let atlas::ClusterCount { clusters, households, clusters_households_unknown } = count;
        Self { clusters, households, clusters_households_unknown }
    }
}

impl From<&atlas::ClusterTotals> for ClusterTotals {
    fn from(totals: &atlas::ClusterTotals) -> Self {
        Self {
            covered: totals.covered.into(),
            not_covered: totals.not_covered.into(),
            insufficient: totals.insufficient.into(),
        }
    }
}

/// The same villages counted as villages and by their clusters.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Counted {
    pub villages: Totals,
    pub clusters: ClusterTotals,
}

impl From<&atlas::Counted> for Counted {
    fn from(counted: &atlas::Counted) -> Self {
        Self { villages: (&counted.villages.0).into(), clusters: (&counted.clusters).into() }
    }
}

/// Its own name; an implied one's is its village's.
fn cluster_name(card: &ClusterCard, village: &VillageCard, day: Day) -> Option<String> {
    match card.fact_on(day) {
        Some(fact) => Some(fact.name.clone()).filter(|name| !name.is_empty()),
        None => village_name(village, day),
    }
}

fn village_name(card: &VillageCard, day: Day) -> Option<String> {
    card.fact_on(day).map(|fact| fact.name.clone())
}

fn commune(atlas: &Atlas, home: Home) -> Option<Unit> {
    home.and_then(|unit| unit_wire(atlas, unit))
}
