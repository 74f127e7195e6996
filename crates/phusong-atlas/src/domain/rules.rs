//! Grades of evidence, and the rule set: every number of an assessment, with id and version.

use super::{Day, Slug, Technology};

/// Evidence grade (*mức xác minh*), DOMAIN §4 axis 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Nothing.
    E0,
    /// A carrier's statement.
    E1,
    /// An authority's list, an on-air log, or a prediction with its parameters.
    E2,
    /// Confirmed by the commune.
    E3,
    /// A field measurement by protocol.
    E4,
    /// Two independent of E3/E4.
    E5,
}

impl Grade {
    pub const ALL: [Self; 6] = [Self::E0, Self::E1, Self::E2, Self::E3, Self::E4, Self::E5];
    /// The grades that can be asked for.
    pub const ASKABLE: [Self; 5] = [Self::E1, Self::E2, Self::E3, Self::E4, Self::E5];

    pub const fn index(self) -> usize {
        self as usize
    }

    pub const fn as_str(self) -> &'static str {
        ["E0", "E1", "E2", "E3", "E4", "E5"][self as usize]
    }

    /// One grade less for each full period, never below E1 (DOMAIN §4 step 4).
    #[must_use]
    pub fn aged(self, full_periods: u32) -> Self {
        let steps = usize::try_from(full_periods).unwrap_or(usize::MAX);
        if self < Self::E3 {
            return self;
        }
        Self::ALL[self.index().saturating_sub(steps).max(1)]
    }
}

impl std::fmt::Display for Grade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Grade {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|g| g.as_str() == text).ok_or(())
    }
}

/// Which rule set: its id and version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleSetId {
    pub id: Slug,
    pub version: u32,
}

/// *Bộ tiêu chí*: thresholds and roll-up. All numbers of DOMAIN §4 that are not words live here.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleSet {
    pub id: RuleSetId,
    pub title_vi: String,
    pub title_en: String,
    pub valid_from: Day,
    /// The least technology that counts as "any mobile", from each day on; the first entry
    /// holds from the start.
    pub base: Vec<(Day, Technology)>,
    /// An opposition (and an inventory) older than this is flagged *cần xác nhận lại*.
    pub shelf_life_months: u32,
    /// A support of E3–E5 loses one grade for each full period of this length.
    pub ageing_months: u32,
    /// Two oppositions pair to E5 only this near to each other.
    pub pair_window_months: u32,
    pub measurement: MeasurementRule,
    /// A site's reach by technology in metres, if the rule set states one.
    pub reach_m: [Option<u32>; 4],
    /// An outage of which nothing more was heard for so long is *quá hạn cập nhật*.
    pub outage_stale_hours: Option<u32>,
    /// When two sources of one mind are two.
    pub independence: Independence,
    pub source: String,
}

/// When two statements of one mind are independent, and so count together as E5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Independence {
    /// Other parties say it, in whatever way.
    #[default]
    Source,
    /// Other parties, and in other ways: a commune's word and a measurement.
    SourceAndKind,
}

/// When samples confirm, oppose, or leave open (DOMAIN §4, *Measurement*).
#[derive(Debug, Clone, PartialEq)]
pub struct MeasurementRule {
    /// Samples up to this many days after the first are one set.
    pub span_days: i32,
    /// A sample counts within this distance of the cluster's uncertainty disc.
    pub radius_m: f64,
    /// One median per square cell of this side, in the rule set's grid, per local day.
    pub cell_m: u32,
    /// The rule set's grid: EPSG code of a projected system in metres.
    pub grid_epsg: u32,
    /// Normal quantile of the Wilson interval.
    pub wilson_z: f64,
    /// The Wilson lower limit that confirms, and the share that stays possible.
    pub good_share: f64,
    /// One-sided level of the exact binomial test of "good ≥ good_share" that opposes.
    pub oppose_p: f64,
    pub oppose_failures: u32,
    pub oppose_failure_days: u32,
    /// Weakest good level by technology, in tenths of a dBm; `None`: no measured verdict.
    pub good_level_ddbm: [Option<i16>; 4],
}

impl RuleSet {
    /// Of rule sets written before they named one.
    const OUTAGE_STALE_HOURS: u32 = 24;

    pub fn outage_stale_hours(&self) -> u32 {
        self.outage_stale_hours.unwrap_or(Self::OUTAGE_STALE_HOURS)
    }

    /// The base technology of a day.
    pub fn base_on(&self, day: Day) -> Technology {
        self.base
            .iter()
            .rev()
            .find(|(from, _)| *from <= day)
            .map_or(Technology::G2, |(_, technology)| *technology)
    }
}
