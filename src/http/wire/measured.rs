//! What sets of samples say, counted by the rule set: cells, limits, and what follows.

use phusong_atlas::atlas::{CellTally, Tally};
use phusong_atlas::domain::Says;
use serde::Serialize;
use utoipa::ToSchema;

use super::codes::Technology;
use crate::service::Foreseen;

/// Cells listed of one set, those that fail first.
const MOST_CELLS: usize = 500;
/// Sets listed of one filing.
const MOST_SETS: usize = 200;

/// `confirms`, `possible`, `opposes` or `nothing`.
fn reading(tally: &Tally) -> &'static str {
    match tally.finding.map(|finding| (finding.says, finding.sure)) {
        Some((Says::Has, true)) => "confirms",
        Some((Says::Has, false)) => "possible",
        Some((Says::Lacks, _)) => "opposes",
        _ => "nothing",
    }
}

fn reading_words(reading: &str) -> (&'static str, &'static str) {
    match reading {
        "confirms" => ("xác nhận có sóng (E4)", "confirms signal (E4)"),
        "possible" => ("có thể có sóng (E4), chưa đủ để xác nhận", "signal is possible (E4)"),
        "opposes" => ("không có sóng (E4)", "there is no signal (E4)"),
        _ => ("chưa nói được gì", "says nothing yet"),
    }
}

/// What samples come to by the rule set: one median per cell and local day.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleTally {
    /// Cells × local days.
    pub cells: u32,
    pub good: u32,
    pub failures: u32,
    pub failure_days: u32,
    /// Wilson limits of the good share.
    pub wilson_lower: f64,
    pub wilson_upper: f64,
    /// Exact one-sided binomial test of the rule's share.
    pub p_at_most: f64,
    /// `confirms`, `possible`, `opposes` or `nothing`.
    pub reading: &'static str,
}

impl From<&Tally> for SampleTally {
    fn from(tally: &Tally) -> Self {
        Self {
            cells: tally.cells,
            good: tally.good,
            failures: tally.failures,
            failure_days: tally.failure_days,
            wilson_lower: tally.wilson_lower,
            wilson_upper: tally.wilson_upper,
            p_at_most: tally.p_at_most,
            reading: reading(tally),
        }
    }
}

/// A cell of the rule set's grid on a local day: good or not by the median of its samples.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleCell {
    #[schema(format = Date)]
    pub day: String,
    /// South-west corner in the grid, metres.
    pub east_m: i64,
    pub north_m: i64,
    pub samples: usize,
    pub median_dbm: f64,
    pub good: bool,
}

impl From<&CellTally> for SampleCell {
    fn from(cell: &CellTally) -> Self {
        Self {
            day: cell.day.to_string(),
            east_m: cell.east_m,
            north_m: cell.north_m,
            samples: cell.samples,
            median_dbm: cell.median_dbm,
            good: cell.good,
        }
    }
}

/// A set of samples as it will count once they are filed, with what is on file of its source.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleSet {
    pub cluster: String,
    pub cluster_name: Option<String>,
    pub village: Option<String>,
    pub carrier: String,
    pub technology: Technology,
    /// Of its first and last sample.
    #[schema(format = Date)]
    pub first: String,
    #[schema(format = Date)]
    pub last: String,
    pub samples: usize,
    /// Samples near enough to the cluster to speak.
    pub near: usize,
    /// Samples that were filed before.
    pub on_file: usize,
    /// A cell is good from this median on.
    pub good_level_dbm: f64,
    #[serde(flatten)]
    pub tally: SampleTally,
    pub reading_vi: &'static str,
    pub reading_en: &'static str,
    /// At most 500, those that fail first.
    pub each_cell: Vec<SampleCell>,
}

impl From<&Foreseen> for SampleSet {
    fn from(foreseen: &Foreseen) -> Self {
        let Foreseen { key, set, cluster_name, village } = foreseen;
        let tally = SampleTally::from(&set.tally);
        let (reading_vi, reading_en) = reading_words(tally.reading);
        Self {
            cluster: key.cluster.to_string(),
            cluster_name: cluster_name.clone(),
            village: village.as_ref().map(ToString::to_string),
            carrier: key.carrier.to_string(),
            technology: key.technology.into(),
            first: set.first.to_string(),
            last: set.last.to_string(),
            samples: set.samples,
            near: set.near,
            on_file: set.on_file,
            good_level_dbm: f64::from(set.good_level_ddbm) / 10.0,
            tally,
            reading_vi,
            reading_en,
            each_cell: set.cells.iter().take(MOST_CELLS).map(Into::into).collect(),
        }
    }
}

pub fn sets(foreseen: &[Foreseen]) -> Vec<SampleSet> {
    foreseen.iter().take(MOST_SETS).map(Into::into).collect()
}
