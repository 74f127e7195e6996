//! When a target is met at the present pace: a straight line through the last periods by least
//! squares, with the interval in which 19 of 20 further figures would lie.
//!
//! Source: the prediction interval of simple linear regression; two-sided 95 % points of Student's
//! t for 4 to 10 degrees of freedom.

use crate::domain::{Comparator, Period};

/// Fewer points than these say nothing.
pub const LEAST_POINTS: usize = 6;
/// The pace is that of the last year.
pub const MOST_POINTS: usize = 12;
const T_95: [f64; 7] =
    [2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004, 2.262_157, 2.228_139];
/// Beyond twenty years nothing is foretold.
const HORIZON_MONTHS: i32 = 240;

#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    pub points: usize,
    pub from: Period,
    pub to: Period,
    /// Points of a percent a month.
    pub slope_per_month: f64,
    pub pace: Pace,
}

/// Months are counted as [`Period::month_number`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Met by the line in this month; by the interval's bounds at the earliest and, unless it
    /// never gets there, at the latest.
    Meets { month: i32, earliest: i32, latest: Option<i32> },
    /// The line does not get there: it falls, stands, or takes longer than can be foretold.
    Never,
}

impl Trend {
    /// Complete figures, in order of period; `None` for fewer than six.
    pub fn of(
        points: &[(Period, i64)],
        comparator: Comparator,
        threshold_milli: i64,
    ) -> Option<Self> {
        let last = &points[points.len().saturating_sub(MOST_POINTS)..];
        let (Some(first), Some(end)) = (last.first(), last.last()) else { return None };
        if last.len() < LEAST_POINTS {
            return None;
        }
        let base = end.0.month_number();
        let line = Line::through(last.iter().map(|(period, ratio_milli)| {
            (f64::from(period.month_number() - base), percent(*ratio_milli))
        }));
        let bar = percent(threshold_milli);
        let meets = |value: f64| match comparator {
            Comparator::Above => value > bar,
            Comparator::AtLeast => value >= bar,
        };
        let first_month = |bound: &dyn Fn(f64) -> f64| {
            (1..=HORIZON_MONTHS).find(|month| meets(bound(f64::from(*month)))).map(|at| base + at)
        };
        let pace = match first_month(&|x| line.at(x)).filter(|_| line.slope > 0.0) {
            None => Pace::Never,
            Some(month) => Pace::Meets {
                month,
                earliest: first_month(&|x| line.at(x) + line.half_width(x)).unwrap_or(month),
                latest: first_month(&|x| line.at(x) - line.half_width(x)),
            },
        };
        Some(Self {
            points: last.len(),
            from: first.0,
            to: end.0,
            slope_per_month: line.slope,
            pace,
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "ratios in thousandths are far below 2^53")]
fn percent(milli: i64) -> f64 {
    milli as f64 / 1_000.0
}

struct Line {
    count: f64,
    mean_x: f64,
    mean_y: f64,
    slope: f64,
    spread_x: f64,
    /// Standard deviation of what is left.
    rest: f64,
    t: f64,
}

impl Line {
    #[expect(clippy::cast_precision_loss, reason = "at most twelve points")]
    fn through(points: impl Iterator<Item = (f64, f64)>) -> Self {
        let points: Vec<(f64, f64)> = points.collect();
        let count = points.len() as f64;
        let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
        let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
        let spread_x: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
        let joint: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
        let slope = if spread_x > 0.0 { joint / spread_x } else { 0.0 };
        let rest = |(x, y): &(f64, f64)| (y - mean_y - slope * (x - mean_x)).powi(2);
        let squares: f64 = points.iter().map(rest).sum();
        let freedom = points.len().saturating_sub(2).max(4);
        let t = T_95[(freedom - 4).min(T_95.len() - 1)];
        let rest = (squares / (count - 2.0)).sqrt();
        Self { count, mean_x, mean_y, slope, spread_x, rest, t }
    }

    fn at(&self, x: f64) -> f64 {
        self.mean_y + self.slope * (x - self.mean_x)
    }

    /// Of the prediction interval.
    fn half_width(&self, x: f64) -> f64 {
        let far = (x - self.mean_x).powi(2) / self.spread_x;
        self.t * self.rest * (1.0 + 1.0 / self.count + far).sqrt()
    }
}
