//! An indicator of one unit over time: each period against the one before and the same of the
//! year before.

use std::collections::{BTreeMap, BTreeSet};

use super::cover::{Table, Value};
use super::find::{self, FigureFinding, Found};
use super::{Filed, Territory, Weights};
use crate::atlas::Atlas;
use crate::domain::{CarrierId, Day, IndicatorFact, Period, UnitId};

/// Points by which a ratio may move within a month without a finding, in thousandths.
const JUMP_MILLI: i64 = 25_000;
/// A gap longer than this between two periods is no longer filled month by month.
const LONGEST_GAP_MONTHS: i32 = 36;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeriodKind {
    Month,
    /// From this day of a month to the day before it in the next.
    From(i8),
}

impl PeriodKind {
    pub fn suits(self, period: Period) -> bool {
        match self {
            Self::Month => period.is_calendar_month(),
            Self::From(day) => period.is_month_from(day),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SeriesQuery {
    pub unit: UnitId,
    pub kind: PeriodKind,
    /// Periods that began on it or later; they are compared with earlier ones all the same.
    pub from: Option<Day>,
    /// Periods that had begun by then.
    pub to: Day,
    /// Of these alone; empty: of all together.
    pub carriers: Vec<CarrierId>,
}

/// One period.
#[derive(Debug, Clone)]
pub struct Point<'a> {
    pub period: Period,
    /// `None`: nothing was filed for it.
    pub value: Option<Value<'a>>,
    /// Against the period before, and the same of the year before, in thousandths of a point.
    pub from_previous_milli: Option<i64>,
    pub from_last_year_milli: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct Series<'a> {
    pub points: Vec<Point<'a>>,
    /// In order of period.
    pub findings: Vec<FigureFinding>,
}

/// What a series is put together with; made once for many units.
#[derive(Debug)]
pub struct Filings<'a> {
    pub indicator: &'a IndicatorFact,
    pub territory: &'a Territory,
    pub weights: &'a Weights,
    by_period: BTreeMap<Period, (Vec<CarrierId>, Vec<&'a Filed>)>,
    reporting: BTreeSet<UnitId>,
}

impl Atlas {
    /// The figures of an indicator, ready for any unit.
    pub fn filings<'a>(
        &'a self,
        indicator: &'a IndicatorFact,
        weights: &'a Weights,
        kind: PeriodKind,
        carriers: &[CarrierId],
    ) -> Filings<'a> {
        let mut by_period: BTreeMap<Period, (Vec<CarrierId>, Vec<&'a Filed>)> = BTreeMap::new();
        let mut reporting = BTreeSet::new();
        for filed in self.figures.of_indicator(&indicator.id) {
            let fact = filed.fact();
            let asked = carriers.is_empty()
                || fact.carrier.as_ref().is_some_and(|carrier| carriers.contains(carrier));
            if !kind.suits(fact.period) || !asked {
                continue;
            }
            reporting.insert(fact.unit);
            let entry = by_period.entry(fact.period);
            let (_, all) = entry.or_insert_with(|| {
                let mut expected = self.expected_carriers(indicator, fact.period);
                if !carriers.is_empty() {
                    expected = carriers.to_vec();
                }
                (expected, Vec::new())
            });
            all.push(filed);
        }
        Filings { indicator, territory: &self.common.territory, weights, by_period, reporting }
    }
}

impl<'a> Filings<'a> {
    fn table<'b>(&'b self, period: Period) -> Option<Table<'b>>
    where
        'a: 'b,
    {
        let (expected, filed) = self.by_period.get(&period)?;
        Some(Table {
            territory: self.territory,
            weights: self.weights,
            indicator: self.indicator,
            expected,
            filed,
            reporting: &self.reporting,
        })
    }

    /// The periods of which anything was filed.
    pub fn periods(&self) -> impl DoubleEndedIterator<Item = Period> {
        self.by_period.keys().copied()
    }

    /// Units that ever reported.
    pub const fn reporting(&self) -> &BTreeSet<UnitId> {
        &self.reporting
    }

    pub fn value(&self, unit: UnitId, period: Period) -> Option<Value<'_>> {
        self.table(period)?.value(unit)
    }

    pub fn series(&self, query: &SeriesQuery) -> Series<'_> {
        let here = self.by_period.keys().copied().filter(|period| period.from <= query.to);
        let mut points: Vec<Point<'_>> = Vec::new();
        let mut findings = Vec::new();
        for period in here {
            let Some(table) = self.table(period) else { continue };
            let Some(value) = table.value(query.unit) else { continue };
            fill(&mut points, period, query.unit, &mut findings);
            find::of_filed(&table, query.unit, &mut findings);
            for unit in &value.asks {
                findings.push(FigureFinding {
                    period,
                    found: Found::SplitUnknown,
                    unit: *unit,
                    carrier: None,
                    first: None,
                    second: None,
                });
            }
            points.push(Point {
                period,
                value: Some(value),
                from_previous_milli: None,
                from_last_year_milli: None,
            });
        }
        compare(&mut points, query.unit, &mut findings);
        // Only now: the first of these is compared with what came before it.
        if let Some(from) = query.from {
            points.retain(|point| from <= point.period.from);
            findings.retain(|one| from <= one.period.from);
        }
        findings.sort_unstable();
        findings.dedup();
        Series { points, findings }
    }
}

/// Periods between the last and this of which nothing was filed.
fn fill(
    points: &mut Vec<Point<'_>>,
    period: Period,
    unit: UnitId,
    findings: &mut Vec<FigureFinding>,
) {
    let Some(last) = points.last().map(|point| point.period) else { return };
    let filled = period.month_number() - last.month_number() <= LONGEST_GAP_MONTHS;
    let mut next = last.to;
    while filled && next < period.from {
        let gap = Period { from: next, to: next.plus_months(1) };
        points.push(Point {
            period: gap,
            value: None,
            from_previous_milli: None,
            from_last_year_milli: None,
        });
        findings.push(FigureFinding {
            period: gap,
            found: Found::MissingPeriod,
            unit,
            carrier: None,
            first: None,
            second: None,
        });
        next = gap.to;
    }
}

/// Differences, and those that are too great to be true.
fn compare(points: &mut [Point<'_>], unit: UnitId, findings: &mut Vec<FigureFinding>) {
    let ratios: BTreeMap<i32, i64> = points
        .iter()
        .filter_map(|point| {
            // A part of the carriers against all of them would be no movement.
            let value = point.value.as_ref().filter(|value| value.is_complete())?;
            Some((point.period.month_number(), value.ratio_milli()?))
        })
        .collect();
    for point in points {
        let month = point.period.month_number();
        let Some(now) = ratios.get(&month) else { continue };
        let against = |then: i32| ratios.get(&then).map(|before| now - before);
        point.from_previous_milli = against(month - 1);
        point.from_last_year_milli = against(month - 12);
        let Some((then, before)) = ratios.range(..month).next_back() else { continue };
        if (now - before).abs() > JUMP_MILLI * i64::from(month - then) {
            findings.push(FigureFinding {
                period: point.period,
                found: Found::Jump,
                unit,
                carrier: None,
                first: Some(*before),
                second: Some(*now),
            });
        }
    }
}
