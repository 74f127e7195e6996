//! Measurement sets: samples of one source for one cluster × carrier × technology, and what they
//! say by the statistics of the rule set (DOMAIN §4, *Measurement*).

mod foreseen;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Day, MeasurementRule, Sample, Says};
use crate::history::RowIndex;

pub use foreseen::{CellTally, ForeseenSet, SetKey};

/// What a set says on the day of its last sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    pub says: Says,
    /// Not merely possible.
    pub sure: bool,
}

/// A sample as it was filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taken {
    pub sample: Sample,
    pub recorded: Day,
    /// Close enough to the cluster to speak of it; one that is not still belongs to its set.
    pub near: bool,
    pub row: RowIndex,
}

/// A set of samples with its state from each sample day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleSet {
    /// In order of days.
    pub states: Vec<SetState>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetState {
    /// Of the last sample so far.
    pub day: Day,
    /// What the samples up to it say.
    pub finding: Option<Finding>,
    /// Dated after the last recording of any of them.
    pub plan: bool,
    /// Of the samples so far.
    pub rows: BTreeSet<RowIndex>,
    /// Of those that say something.
    pub near: BTreeSet<RowIndex>,
}

/// Groups samples into sets: up to `span_days` after the first, with no start of the technology
/// between. `starts` are the days of on_air and changed events of the carrier for it.
pub fn sets(
    mut samples: Vec<Taken>,
    starts: &[Day],
    good_level_ddbm: i16,
    rule: &MeasurementRule,
) -> Vec<SampleSet> {
    samples.sort_unstable();
    grouped(samples, |taken| taken.sample.day, starts, rule)
        .into_iter()
        .map(|group| {
            let mut days: Vec<Day> = group.iter().map(|taken| taken.sample.day).collect();
            days.dedup();
            let states = days.into_iter().map(|day| {
                let so_far = || group.iter().filter(move |taken| taken.sample.day <= day);
                let near = so_far().filter(|taken| taken.near).map(|taken| &taken.sample);
                SetState {
                    day,
                    finding: tally(near, good_level_ddbm, rule).finding,
                    plan: so_far().all(|taken| day > taken.recorded),
                    rows: so_far().map(|taken| taken.row).collect(),
                    near: so_far().filter(|taken| taken.near).map(|taken| taken.row).collect(),
                }
            });
            SampleSet { states: states.collect() }
        })
        .collect()
}

/// What is sorted by day, set by set.
fn grouped<T>(
    sorted: Vec<T>,
    day_of: impl Fn(&T) -> Day,
    starts: &[Day],
    rule: &MeasurementRule,
) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = Vec::new();
    for sample in sorted {
        let day = day_of(&sample);
        let joins = groups.last().and_then(|group| group.first()).is_some_and(|first| {
            let first = day_of(first);
            day <= first.plus_days(rule.span_days)
                && !starts.iter().any(|start| first < *start && *start <= day)
        });
        if !joins {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.last_mut() {
            group.push(sample);
        }
    }
    groups
}

/// Samples counted: one median per grid cell and local day is good or bad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tally {
    /// Cells × local days.
    pub cells: u32,
    pub good: u32,
    pub failures: u32,
    pub failure_days: u32,
    /// Limits of the good share; 0 and 1 of no cell.
    pub wilson_lower: f64,
    pub wilson_upper: f64,
    /// P(so few good or fewer), were the good share the rule's.
    pub p_at_most: f64,
    /// What they say together.
    pub finding: Option<Finding>,
}

/// Counts samples of one set by the rule.
pub fn tally<'a>(
    samples: impl IntoIterator<Item = &'a Sample>,
    good_level_ddbm: i16,
    rule: &MeasurementRule,
) -> Tally {
    let cells = cells(samples, rule);
    let total = u32::try_from(cells.len()).unwrap_or(u32::MAX);
    let mut failure_days = Vec::new();
    for ((day, ..), levels) in &cells {
        if twice_median(levels) < 2 * i32::from(good_level_ddbm) {
            failure_days.push(*day);
        }
    }
    let failures = u32::try_from(failure_days.len()).unwrap_or(u32::MAX);
    failure_days.dedup();
    let days = u32::try_from(failure_days.len()).unwrap_or(u32::MAX);
    let good = total - failures;
    let (wilson_lower, wilson_upper) = wilson(good, total, rule.wilson_z);
    let p_at_most = binomial_at_most(good, total, rule.good_share);

    let finding = if wilson_lower >= rule.good_share {
        Some(Finding { says: Says::Has, sure: true })
    } else if failures >= rule.oppose_failures
        && days >= rule.oppose_failure_days
        && p_at_most < rule.oppose_p
    {
        Some(Finding { says: Says::Lacks, sure: true })
    } else if total > 0 && f64::from(good) / f64::from(total) >= rule.good_share {
        Some(Finding { says: Says::Has, sure: false })
    } else {
        None
    };
    Tally {
        cells: total,
        good,
        failures,
        failure_days: days,
        wilson_lower,
        wilson_upper,
        p_at_most,
        finding,
    }
}

/// A cell of the grid on a local day, and the levels in it in order.
type Cells = BTreeMap<(Day, i32, i32), Vec<i16>>;

fn cells<'a>(samples: impl IntoIterator<Item = &'a Sample>, rule: &MeasurementRule) -> Cells {
    let cell_cm = i32::try_from(rule.cell_m.saturating_mul(100)).unwrap_or(i32::MAX).max(1);
    let mut cells = Cells::new();
    for sample in samples {
        let cell = (sample.easting_cm.div_euclid(cell_cm), sample.northing_cm.div_euclid(cell_cm));
        cells.entry((sample.day, cell.0, cell.1)).or_default().push(sample.level_ddbm);
    }
    for levels in cells.values_mut() {
        levels.sort_unstable();
    }
    cells
}

/// Twice the median of sorted levels, so that the mean of the middle two stays exact.
fn twice_median(levels: &[i16]) -> i32 {
    i32::from(levels[(levels.len() - 1) / 2]) + i32::from(levels[levels.len() / 2])
}

/// The Wilson score interval of `good` out of `total`; all of it of none.
///
/// Source: Wilson (1927).
fn wilson(good: u32, total: u32, z: f64) -> (f64, f64) {
    if total == 0 {
        return (0.0, 1.0);
    }
    let (n, z2) = (f64::from(total), z * z);
    let share = f64::from(good) / n;
    let centre = share + z2 / (2.0 * n);
    let spread = z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    ((centre - spread) / (1.0 + z2 / n), (centre + spread) / (1.0 + z2 / n))
}

/// P(X ≤ good) for X ~ Binomial(total, share), summed exactly from the larger terms down.
fn binomial_at_most(good: u32, total: u32, share: f64) -> f64 {
    let n = f64::from(total);
    // ln of the term at k = 0, then each next by its ratio.
    let mut ln_term = n * (1.0 - share).ln();
    let mut sum = ln_term.exp();
    for k in 1..=good {
        let k = f64::from(k);
        ln_term += ((n - k + 1.0) / k).ln() + (share / (1.0 - share)).ln();
        sum += ln_term.exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Position;

    fn rule() -> MeasurementRule {
        MeasurementRule {
            span_days: 31,
            radius_m: 500.0,
            cell_m: 50,
            grid_epsg: 5898,
            wilson_z: 1.959_964,
            good_share: 0.9,
            oppose_p: 0.05,
            oppose_failures: 5,
            oppose_failure_days: 2,
            good_level_ddbm: [None, None, Some(-1100), None],
        }
    }

    /// `good` then `bad` cells, the bad ones on `bad_days` days in turn.
    fn samples(good: i32, bad: i32, bad_days: i32) -> Vec<Sample> {
        let first: Day = "2024-03-01".parse().unwrap();
        (0..good + bad)
            .map(|cell| Sample {
                day: if cell < good { first } else { first.plus_days(cell % bad_days) },
                position: Position::new(108.8, 14.7).unwrap(),
                easting_cm: cell * 5_000,
                northing_cm: 0,
                level_ddbm: if cell < good { -1000 } else { -1200 },
            })
            .collect()
    }

    /// Near, and recorded long after.
    fn taken(samples: Vec<Sample>) -> Vec<Taken> {
        let recorded = "2025-01-01".parse().unwrap();
        samples.into_iter().map(|sample| Taken { sample, recorded, near: true, row: 0 }).collect()
    }

    fn says(samples: Vec<Sample>) -> Option<(Says, bool)> {
        let sets = sets(taken(samples), &[], -1100, &rule());
        sets[0].states.last().unwrap().finding.map(|finding| (finding.says, finding.sure))
    }

    #[test]
    fn thirty_five_of_thirty_five_confirm_and_thirty_four_do_not() {
        assert_eq!(says(samples(35, 0, 1)), Some((Says::Has, true)));
        assert_eq!(says(samples(34, 0, 1)), Some((Says::Has, false)));
        assert_eq!(says(samples(34, 1, 1)), Some((Says::Has, false)));
    }

    #[test]
    fn five_failures_oppose_only_on_two_days() {
        assert_eq!(says(samples(5, 5, 1)), None);
        assert_eq!(says(samples(5, 5, 2)), Some((Says::Lacks, true)));
    }

    #[test]
    fn an_even_count_takes_the_mean_of_the_middle_two() {
        let mut two = samples(2, 0, 1);
        two[1].easting_cm = two[0].easting_cm;
        (two[0].level_ddbm, two[1].level_ddbm) = (-1090, -1110);
        assert_eq!(says(two.clone()), Some((Says::Has, false)), "−110.0 dBm is good");
        two[1].level_ddbm = -1111;
        assert_eq!(says(two), None);
    }

    #[test]
    fn the_thirty_second_day_and_a_new_site_begin_a_new_set() {
        let first: Day = "2024-03-01".parse().unwrap();
        let mut spread = samples(3, 0, 1);
        spread[1].day = first.plus_days(31);
        spread[2].day = first.plus_days(32);
        assert_eq!(sets(taken(spread.clone()), &[], -1100, &rule()).len(), 2);
        assert_eq!(sets(taken(spread), &[first.plus_days(5)], -1100, &rule()).len(), 2);
    }

    #[test]
    fn each_set_is_as_old_as_its_own_recordings() {
        let mut two = taken(samples(2, 0, 1));
        two[1].sample.day = two[0].sample.day.plus_days(60);
        two[1].recorded = two[0].sample.day;
        let sets = sets(two, &[], -1100, &rule());
        let plans: Vec<bool> = sets.iter().map(|set| set.states[0].plan).collect();
        assert_eq!(plans, [false, true], "what another set was recorded plays no part");
    }

    #[test]
    fn a_sample_too_far_away_is_of_the_set_and_says_nothing() {
        let mut two = taken(samples(2, 0, 1));
        two[0].near = false;
        two[1].sample.day = two[0].sample.day.plus_days(31);
        let sets = sets(two, &[], -1100, &rule());
        assert_eq!(sets.len(), 1);
        let says: Vec<bool> = sets[0].states.iter().map(|state| state.finding.is_some()).collect();
        assert_eq!(says, [false, true]);
    }

    #[test]
    fn the_binomial_tail_agrees_with_a_table() {
        // Binomial(10, 0.9): P(X ≤ 5) = 0.0016349374.
        assert!((binomial_at_most(5, 10, 0.9) - 0.001_634_937_4).abs() < 1e-12);
        assert!((binomial_at_most(10, 10, 0.9) - 1.0).abs() < 1e-12);
    }
}
