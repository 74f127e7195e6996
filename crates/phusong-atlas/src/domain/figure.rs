//! Figures by unit and period (DOMAIN §7). A ratio is made of sums of counts, never of shares.

use super::{CarrierId, Day, Slug, UnitId};

/// The days of a figure: a calendar month, or a reporting period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    pub from: Day,
    /// First day after it.
    pub to: Day,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FigureStanding {
    /// *Sơ bộ*.
    Provisional,
    /// *Chính thức*.
    Final,
}

/// One figure as its source gave it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatisticFact {
    pub indicator: Slug,
    pub unit: UnitId,
    pub period: Period,
    /// `None`: of all carriers together.
    pub carrier: Option<CarrierId>,
    pub standing: FigureStanding,
    pub numerator: Option<u64>,
    pub denominator: Option<u64>,
    /// The share as written, in thousandths of a percent; to compare with only.
    pub stated_share_milli: Option<u32>,
    pub source: String,
}

impl StatisticFact {
    /// What may enter a ratio: both counts, or nothing. A share alone never does.
    pub fn counts(&self) -> Option<(u64, u64)> {
        Some((self.numerator?, self.denominator?))
    }
}
