//! Which gap first: a score whose every part can be read, by weights that the asker sets.

use std::collections::BTreeMap;

use super::super::Atlas;
use super::super::combine::VillageVerdict;
use super::super::figures::Filed;
use super::super::gaps::{GapQuery, GapRow};
use crate::domain::{Day, Slug, UnitId};

/// What speaks for one village before another. Each is worth 0 to 1: a yes or no, or its share of
/// the largest in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    /// *Số hộ*.
    Households,
    /// *Thời gian chờ*.
    Waiting,
    /// *Trắng sóng*.
    NoSignal,
    /// *Lõm sóng*.
    PartialHole,
    /// A duty is overdue.
    Overdue,
    /// *Đặc biệt khó khăn*.
    EspeciallyHard,
    /// Without *điện lưới* a site needs power of its own: for or against, as the asker weighs.
    NoGridPower,
    /// Share of poor households in its commune, where loaded.
    Poor,
    /// Share of ethnic-minority households in its commune, where loaded.
    Minority,
}

impl Factor {
    pub const ALL: [Self; 9] = [
        Self::Households,
        Self::Waiting,
        Self::NoSignal,
        Self::PartialHole,
        Self::Overdue,
        Self::EspeciallyHard,
        Self::NoGridPower,
        Self::Poor,
        Self::Minority,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Households => "households",
            Self::Waiting => "waiting",
            Self::NoSignal => "no_signal",
            Self::PartialHole => "partial_hole",
            Self::Overdue => "overdue",
            Self::EspeciallyHard => "especially_hard",
            Self::NoGridPower => "no_grid_power",
            Self::Poor => "poor",
            Self::Minority => "minority",
        }
    }

    /// What it weighs when nobody says.
    pub const fn usual_weight(self) -> f64 {
        match self {
            Self::Households => 40.0,
            Self::Waiting | Self::NoSignal => 20.0,
            Self::PartialHole | Self::Overdue | Self::EspeciallyHard => 10.0,
            Self::NoGridPower | Self::Poor | Self::Minority => 0.0,
        }
    }
}

/// In the order of [`Factor::ALL`]; none is negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankWeights(pub [f64; 9]);

impl Default for RankWeights {
    fn default() -> Self {
        Self(Factor::ALL.map(Factor::usual_weight))
    }
}

/// One part of a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    pub factor: Factor,
    /// Households, days, a share; 1 or 0. `None`: not known, and worth nothing.
    pub raw: Option<f64>,
    /// 0 to 1.
    pub value: f64,
    /// Of 100 in all.
    pub points: f64,
}

#[derive(Debug, Clone)]
pub struct Ranked {
    pub row: GapRow,
    /// 0 to 100: the sum of the points.
    pub score: f64,
    /// Those of weight, in the order of [`Factor::ALL`].
    pub parts: Vec<Score>,
}

/// Shares of households by commune of today, 0 to 1, where somebody has loaded them.
pub type Shares = BTreeMap<UnitId, f64>;

impl Atlas {
    /// Of each unit the share that an indicator's latest figure gives, of all carriers together,
    /// up to a day; only where both counts are filed.
    pub fn shares(&self, indicator: &Slug, day: Day) -> Shares {
        let mut latest: BTreeMap<UnitId, (Day, f64)> = BTreeMap::new();
        for fact in self.figures.of_indicator(indicator).map(Filed::fact) {
            let Some((part, whole)) = fact.counts().filter(|(_, whole)| *whole > 0) else {
                continue;
            };
            if fact.carrier.is_some() || fact.period.from > day {
                continue;
            }
            #[expect(clippy::cast_precision_loss, reason = "counts of households are small")]
            let share = part as f64 / whole as f64;
            let known = latest.entry(fact.unit).or_insert((fact.period.to, share));
            if known.0 <= fact.period.to {
                *known = (fact.period.to, share);
            }
        }
        latest.into_iter().map(|(unit, (_, share))| (unit, share)).collect()
    }

    /// The rows of [`Atlas::gaps`], highest score first; ties by village id.
    ///
    /// Shape: query × weights → rows with the parts of their scores.
    /// Limits: a share of the largest depends on the list, so scores of two lists do not compare.
    pub fn ranking(
        &self,
        query: &GapQuery,
        weights: &RankWeights,
        poor: &Shares,
        minority: &Shares,
    ) -> Vec<Ranked> {
        let rows = self.gaps(query).rows;
        let raw: Vec<[Option<f64>; 9]> = rows
            .iter()
            .map(|row| {
                let commune = self.units_of(row.card(), query.question.day).commune;
                let share = |shares: &Shares| shares.get(&commune?).copied();
                raw_of(row, query, share(poor), share(minority))
            })
            .collect();
        let largest: [f64; 9] =
            std::array::from_fn(|at| raw.iter().filter_map(|raw| raw[at]).fold(0.0_f64, f64::max));
        let sum: f64 = weights.0.iter().sum();
        let mut ranked: Vec<Ranked> = rows
            .into_iter()
            .zip(raw)
            .map(|(row, raw)| {
                let part = |(at, factor): (usize, Factor)| {
                    let relative = matches!(factor, Factor::Households | Factor::Waiting);
                    let whole = if relative { largest[at].max(1.0) } else { 1.0 };
                    let value = (raw[at].unwrap_or(0.0) / whole).clamp(0.0, 1.0);
                    let points = if sum > 0.0 { 100.0 * weights.0[at] * value / sum } else { 0.0 };
                    Score { factor, raw: raw[at], value, points }
                };
                let parts: Vec<Score> = Factor::ALL
                    .into_iter()
                    .enumerate()
                    .filter(|(at, _)| weights.0[*at] > 0.0)
                    .map(part)
                    .collect();
                Ranked { row, score: parts.iter().map(|part| part.points).sum(), parts }
            })
            .collect();
        ranked.sort_by(|a, b| {
            b.score.total_cmp(&a.score).then_with(|| a.row.card().id.cmp(&b.row.card().id))
        });
        ranked
    }
}

fn raw_of(
    row: &GapRow,
    query: &GapQuery,
    poor: Option<f64>,
    minority: Option<f64>,
) -> [Option<f64>; 9] {
    let day = query.question.day;
    let (card, fact) = (row.card(), row.card().fact_on(day));
    let yes = |is: bool| f64::from(u8::from(is));
    let overdue = card.open_duty(day).is_some_and(|owed| owed.is_overdue);
    [
        card.households_on(day).map(f64::from),
        Some(row.waiting_days.map_or(0.0, f64::from)),
        Some(yes(row.answer.verdict == VillageVerdict::NoSignal)),
        Some(yes(row.answer.verdict == VillageVerdict::PartialHole)),
        Some(yes(overdue)),
        fact.and_then(|fact| fact.especially_hard).map(yes),
        fact.and_then(|fact| fact.grid_power).map(|power| yes(!power)),
        poor,
        minority,
    ]
}
