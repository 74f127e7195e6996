//! Who has not filed: carrier × period × unit.

use super::PeriodKind;
use super::series::Filings;
use crate::atlas::Atlas;
use crate::domain::{CarrierId, Day, IndicatorFact, Period, UnitId};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NotFiledQuery {
    pub kind: PeriodKind,
    pub from: Day,
    /// Periods that were over by then.
    pub to: Day,
    /// `None`: those that ever reported.
    pub units: Option<Vec<UnitId>>,
}

/// A figure that is to be there and is not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotFiled {
    pub period: Period,
    pub unit: UnitId,
    pub carrier: CarrierId,
}

impl Atlas {
    /// Every period that is over, every unit that reports, every carrier that is to file; but for
    /// what is there, or stands in the figure of all carriers.
    pub fn not_filed(
        &self,
        indicator: &IndicatorFact,
        filings: &Filings<'_>,
        query: &NotFiledQuery,
    ) -> Vec<NotFiled> {
        let units: Vec<UnitId> = query.units.clone().unwrap_or_else(|| self.asked_units(filings));
        let mut missing = Vec::new();
        for period in periods(query) {
            let expected = self.expected_carriers(indicator, period);
            for unit in &units {
                let value = filings.value(*unit, period);
                let lacks = value.as_ref().map(|value| &value.missing);
                let who = expected.iter().filter(|carrier| {
                    lacks.is_none_or(|lacks| lacks.iter().any(|(lacking, _)| lacking == *carrier))
                });
                missing.extend(who.map(|carrier| NotFiled {
                    period,
                    unit: *unit,
                    carrier: carrier.clone(),
                }));
            }
        }
        missing
    }

    /// The smallest units that ever reported; where none did, those that goals speak of.
    fn asked_units(&self, filings: &Filings<'_>) -> Vec<UnitId> {
        let territory = &self.common.territory;
        let size = |unit: &UnitId| territory.pieces(*unit).len();
        let mut units: Vec<UnitId> = filings.reporting().iter().copied().collect();
        units.sort_by_key(|unit| (size(unit), *unit));
        let mut smallest: Vec<UnitId> = Vec::new();
        for unit in units {
            if !smallest.iter().any(|small| territory.overlap(*small, unit)) {
                smallest.push(unit);
            }
        }
        if smallest.is_empty() {
            let own = self.order.goals.iter().filter(|goal| {
                self.order
                    .indicator(&goal.indicator)
                    .is_some_and(|indicator| indicator.id == filings.indicator.id)
            });
            smallest.extend(own.filter_map(|goal| goal.scope));
        }
        smallest.sort_unstable();
        smallest.dedup();
        smallest
    }
}

/// The last period that is over by the end of a day.
pub fn last_period(kind: PeriodKind, to: Day) -> Option<Period> {
    let from = to.plus_days(-62);
    periods(&NotFiledQuery { kind, from, to, units: None }).pop()
}

/// The periods of the kind that begin and end within the days.
fn periods(query: &NotFiledQuery) -> Vec<Period> {
    /// Ten years of months.
    const MOST: usize = 120;
    let day = match query.kind {
        PeriodKind::Month => 1,
        PeriodKind::From(day) => day,
    };
    let date = query.from.date();
    let Ok(mut from) = Day::new(date.year(), date.month(), day) else { return Vec::new() };
    if from < query.from {
        from = from.plus_months(1);
    }
    let mut periods = Vec::new();
    while periods.len() < MOST {
        let period = Period { from, to: from.plus_months(1) };
        if period.to > query.to.plus_days(1) {
            break;
        }
        periods.push(period);
        from = period.to;
    }
    periods
}
