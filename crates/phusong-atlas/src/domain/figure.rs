//! Figures by unit and period (DOMAIN §7). A ratio is made of sums of counts, never of shares.

use super::{CarrierId, Day, Slug, UnitId, VillageId};

/// The days of a figure: a calendar month, or a reporting period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    pub from: Day,
    /// First day after it.
    pub to: Day,
}

impl Period {
    /// From the first of a month to the first of the next.
    pub fn is_calendar_month(self) -> bool {
        self.is_month_from(1)
    }

    /// One month from this day of the month on: 15 for the 15th to the 14th.
    pub fn is_month_from(self, day_of_month: i8) -> bool {
        self.from.date().day() == day_of_month && self.to == self.from.plus_months(1)
    }

    /// Months since the year 0 of the month in which it begins.
    pub fn month_number(self) -> i32 {
        let date = self.from.date();
        i32::from(date.year()) * 12 + i32::from(date.month()) - 1
    }
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

/// How an indicator reads its two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndicatorKind {
    /// A part of a whole, in percent: above 100 there is a fault.
    Share,
    /// So many for each hundred: may exceed 100.
    PerHundred,
}

/// Whose the denominator is: the two kinds are summed differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DenominatorOf {
    /// Each carrier's own (subscribers): summed over carriers.
    Carrier,
    /// The place's (households, people): the same for every carrier.
    Place,
}

/// *Chỉ tiêu*: what a figure counts, and against what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndicatorFact {
    pub id: Slug,
    pub name_vi: String,
    pub name_en: String,
    pub kind: IndicatorKind,
    pub denominator_of: DenominatorOf,
    pub numerator_vi: String,
    pub numerator_en: String,
    pub denominator_vi: String,
    pub denominator_en: String,
    /// Other names by which goals and files call it.
    pub aliases: Vec<String>,
    /// Who is to file it; empty: every terrestrial network of the period.
    pub carriers: Vec<CarrierId>,
    pub source: String,
    pub inferred: Option<String>,
}

/// What a source counts of a unit: its villages, or the households of it that went to a successor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitCountFact {
    pub unit: UnitId,
    pub day: Day,
    /// How many villages it has: a list is known to be whole only against this.
    pub villages: Option<u32>,
    /// The answer to the question how a unit was divided.
    pub to: Option<UnitId>,
    pub households: Option<u32>,
    pub source: String,
}

/// Fixed service of a village, as a source says it for a day; what it leaves out stays open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VillageServiceFact {
    pub day: Day,
    pub village: VillageId,
    pub fixed_telephone: Option<bool>,
    pub fixed_internet: Option<bool>,
    pub source: String,
}

/// What a content of a commune's criterion asks of it, where software can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CriterionAsks {
    /// Of every village: fixed or mobile telephone, and fixed or mobile internet.
    FixedOrMobileInEveryVillage,
    /// Something of which nothing is filed here.
    NotHeld,
    /// The text of this edition is not loaded.
    NotLoaded,
}

/// A content of a criterion in one edition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CriterionFact {
    /// As goals name it: `ict-criterion-ntm`.
    pub indicator: String,
    /// `2021–2025`.
    pub edition: String,
    pub content: String,
    pub valid_from: Day,
    /// First day of the next edition.
    pub valid_to: Option<Day>,
    pub asks: CriterionAsks,
    pub text_vi: String,
    pub text_en: String,
    pub source: String,
    pub inferred: Option<String>,
}
