//! Targets of the order (DOMAIN §4, *goal*): met or not by whose figures, how far off, and when at
//! the present pace.

mod trend;

pub use trend::{Pace, Trend};

use super::figures::{PeriodKind, SeriesQuery, Value, Weights};
use super::{Atlas, FigureFinding};
use crate::domain::{
    CarrierId, Comparator, Day, FigureStanding, GoalFact, GoalKind, IndicatorFact, Period, UnitId,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetVerdict {
    Met,
    NotMet,
    /// No complete figure: neither met nor missed, in every total.
    Insufficient,
}

/// A target against the figure of one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedTarget {
    pub period: Period,
    pub numerator: u64,
    pub denominator: Option<u64>,
    pub ratio_milli: Option<i64>,
    pub standing: FigureStanding,
    pub estimated: bool,
    pub reported_milli: u32,
    pub complete: bool,
    /// By what was reported: of a part alone where it is not complete.
    pub meets: Option<bool>,
    /// Below the threshold (above: negative), in thousandths of a point.
    pub distance_milli: Option<i64>,
    /// So many more of the numerator would meet it.
    pub lacking: Option<u64>,
    pub missing: Vec<(CarrierId, Vec<UnitId>)>,
}

#[derive(Debug, Clone)]
pub struct TargetCard<'a> {
    pub goal: &'a GoalFact,
    /// `None`: nobody has said what it counts.
    pub indicator: Option<&'a IndicatorFact>,
    pub verdict: TargetVerdict,
    /// The last period of which everybody filed.
    pub judged: Option<JudgedTarget>,
    /// A later period of which some have.
    pub latest: Option<JudgedTarget>,
    /// As it stood on the due day, once that has passed.
    pub at_due: Option<JudgedTarget>,
    /// Only while it is not met.
    pub trend: Option<Trend>,
    /// Every period with a ratio, for a chart: (period, ratio, complete).
    pub points: Vec<(Period, i64, bool)>,
    pub findings: Vec<FigureFinding>,
}

impl Atlas {
    /// Every target of the order, as it stands on a day, by clause: by periods that had ended.
    pub fn targets(&self, day: Day, kind: PeriodKind) -> Vec<TargetCard<'_>> {
        self.targets_by(day, &[kind])
    }

    /// The same by whichever kind of period was filed; of several the one that ended last.
    pub fn targets_by(&self, day: Day, kinds: &[PeriodKind]) -> Vec<TargetCard<'_>> {
        let goals = self.order.goals.iter().filter(|goal| goal.kind == GoalKind::Target);
        let weights = self.weights();
        let ended = |one: &Option<JudgedTarget>| one.as_ref().map(|one| one.period.to);
        let mut cards: Vec<TargetCard<'_>> = goals
            .filter_map(|goal| {
                let each = kinds.iter().map(|kind| self.target(goal, day, *kind, &weights));
                each.max_by_key(|card| (ended(&card.judged), ended(&card.latest)))
            })
            .collect();
        cards.sort_by_key(|card| clause_key(&card.goal.clause));
        cards
    }

    fn target<'a>(
        &'a self,
        goal: &'a GoalFact,
        day: Day,
        kind: PeriodKind,
        weights: &Weights,
    ) -> TargetCard<'a> {
        let indicator = self.order.indicator(&goal.indicator);
        let mut card = TargetCard {
            goal,
            indicator,
            verdict: TargetVerdict::Insufficient,
            judged: None,
            latest: None,
            at_due: None,
            trend: None,
            points: Vec::new(),
            findings: Vec::new(),
        };
        if let (Some(indicator), Some(unit)) = (indicator, goal.scope) {
            let filings = self.filings(indicator, weights, kind, &[]);
            let query = SeriesQuery { unit, kind, from: None, to: day, carriers: Vec::new() };
            card.judge(&filings.series(&query), day);
        }
        card
    }
}

impl TargetCard<'_> {
    fn judge(&mut self, series: &super::Series<'_>, day: Day) {
        // What a period brought is known when it is over.
        let is_over = |period: Period| period.to <= day.plus_days(1);
        let bar = self.goal.comparator.zip(self.goal.threshold_milli);
        let judged: Vec<JudgedTarget> = series
            .points
            .iter()
            .filter(|point| is_over(point.period))
            .filter_map(|point| judged(point.period, point.value.as_ref()?, bar))
            .collect();
        let usable = |one: &&JudgedTarget| one.complete && one.ratio_milli.is_some();
        self.judged = judged.iter().rev().find(usable).cloned();
        let last = judged.last().filter(|last| !usable(last));
        self.latest = last.cloned();
        self.at_due = self.goal.due.filter(|due| *due <= day).and_then(|due| {
            let over = judged.iter().rev().filter(|one| one.period.to <= due.plus_days(1));
            over.clone().find(usable).or_else(|| over.clone().next()).cloned()
        });
        self.verdict = match self.judged.as_ref().and_then(|judged| judged.meets) {
            Some(true) => TargetVerdict::Met,
            Some(false) => TargetVerdict::NotMet,
            None => TargetVerdict::Insufficient,
        };
        self.points = judged
            .iter()
            .filter_map(|one| Some((one.period, one.ratio_milli?, one.complete)))
            .collect();
        if self.verdict == TargetVerdict::NotMet
            && let Some((comparator, threshold)) = bar
        {
            let complete = self.points.iter().filter(|(_, _, complete)| *complete);
            let points: Vec<(Period, i64)> =
                complete.map(|(period, ratio, _)| (*period, *ratio)).collect();
            self.trend = Trend::of(&points, comparator, threshold);
        }
        let findings = series.findings.iter().filter(|found| is_over(found.period));
        self.findings = findings.cloned().collect();
    }
}

/// `None`: nothing is known of the unit before what the figure asks is answered.
fn judged(
    period: Period,
    value: &Value<'_>,
    bar: Option<(Comparator, i64)>,
) -> Option<JudgedTarget> {
    let ratio_milli = value.ratio_milli();
    Some(JudgedTarget {
        period,
        numerator: value.numerator?,
        denominator: value.denominator,
        ratio_milli,
        standing: value.standing,
        estimated: value.estimated,
        reported_milli: value.reported_milli,
        complete: value.is_complete(),
        meets: bar.and_then(|(comparator, threshold)| value.meets(comparator, threshold)),
        distance_milli: bar.zip(ratio_milli).map(|((_, threshold), ratio)| threshold - ratio),
        lacking: bar.and_then(|(comparator, threshold)| value.lacking(comparator, threshold)),
        missing: value.missing.clone(),
    })
}

/// `VI.9` before `VI.12`.
fn clause_key(clause: &str) -> Vec<(String, u32, String)> {
    clause
        .split('.')
        .map(|part| {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            let rest = part[digits.len()..].to_owned();
            let number = digits.parse().unwrap_or(0);
            if digits.is_empty() { (rest, 0, String::new()) } else { (String::new(), number, rest) }
        })
        .collect()
}

#[cfg(test)]
mod tests;
