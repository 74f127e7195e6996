//! §4, *Measurement*: samples into sets, sets into a yes, a no, a perhaps or nothing.

use phusong_atlas::domain::{
    CarrierId, Day, Fact, MeasurementRule, Party, RowRef, Sample, SiteEventKind, Technology,
};

use super::{ClusterKey, Counted, View, ground, places, sites};

/// What a set says of (k, c, t), at E4, outdoors, for every service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetSays {
    Has,
    Possible,
    Lacks,
    Nothing,
}

/// *One set, dated by its last sample.*
#[derive(Debug, Clone)]
pub struct SampleSet<'a> {
    pub source: &'a Party,
    pub samples: Vec<Sample>,
    pub rows: Vec<RowRef>,
    /// The latest day on which one of its rows was recorded.
    pub recorded: Day,
}

impl SampleSet<'_> {
    pub fn day(&self) -> Day {
        self.samples.iter().map(|s| s.day).max().expect("a set starts with a sample")
    }
}

/// *The samples of one source for (k, c, t) up to 31 days after the first, with no on_air or
/// changed event of (c, t) between, are one set …; samples after D are left out.*
///
/// Reading: sets are made of all samples that name k; which of them lie near enough to speak is
/// asked afterwards.
pub fn sets<'a>(
    view: &View<'a>,
    key: &ClusterKey,
    carrier: &CarrierId,
    technology: Technology,
    day: Day,
) -> Vec<SampleSet<'a>> {
    let mut taken: Vec<(&'a Party, Sample, &Counted<'a>)> = Vec::new();
    for row in &view.rows {
        if let (Fact::Sample(fact), ClusterKey::Known(id)) = (row.fact, key)
            && (&fact.cluster, &fact.carrier, fact.technology) == (id, carrier, technology)
        {
            taken.extend(fact.samples.iter().map(|sample| (row.source, *sample, row)));
        }
    }
    taken.retain(|(_, sample, _)| sample.day <= day);
    taken.sort_by_key(|(source, sample, row)| (*source, *sample, row.at));

    let mut sets: Vec<SampleSet<'a>> = Vec::new();
    for (source, sample, row) in taken {
        match sets.last_mut() {
            Some(set)
                if set.source == source
                    && sample.day
                        <= set.samples[0].day.plus_days(view.rules.measurement.span_days)
                    && !event_between(
                        view,
                        carrier,
                        technology,
                        set.samples[0].day,
                        sample.day,
                    ) =>
            {
                set.samples.push(sample);
                set.rows.push(row.at);
                set.recorded = set.recorded.max(row.recorded);
            }
            _ => sets.push(SampleSet {
                source,
                samples: vec![sample],
                rows: vec![row.at],
                recorded: row.recorded,
            }),
        }
    }
    sets
}

/// "first.day < event.day ≤ sample.day", of any site of the carrier, naming t or none; no plans.
fn event_between(
    view: &View,
    carrier: &CarrierId,
    technology: Technology,
    first: Day,
    day: Day,
) -> bool {
    view.rows.iter().any(|row| {
        let Fact::SiteEvent(event) = row.fact else { return false };
        matches!(event.event, SiteEventKind::OnAir | SiteEventKind::Changed)
            && !sites::is_plan(row, event)
            && event.site.carrier == *carrier
            && event.technologies.speaks_of(technology)
            && first < event.day
            && event.day <= day
    })
}

/// *It binds the cluster it names with samples within R's radius (500 m) of k's uncertainty
/// disc.*
pub fn says(
    view: &View,
    set: &SampleSet,
    key: &ClusterKey,
    technology: Technology,
    day: Day,
) -> SetSays {
    let rule = &view.rules.measurement;
    let Some(shape) = places::shape(view, key, day) else { return SetSays::Nothing };
    let close: Vec<Sample> = set
        .samples
        .iter()
        .copied()
        .filter(|sample| ground::near(&shape, sample.position, rule.radius_m))
        .collect();
    judge(rule, technology, &close)
}

/// *The good share confirms (E4) when its Wilson lower limit ≥ 0.9 …; it opposes when the exact
/// one-sided binomial test of "good ≥ 0.9" gives p < 0.05 with ≥ 5 failures on ≥ 2 days;
/// between, a good share ≥ 0.9 is possible at E4. … a technology without a threshold gets no
/// measured verdict.*
pub fn judge(rule: &MeasurementRule, technology: Technology, samples: &[Sample]) -> SetSays {
    let Some(threshold) = rule.good_level_ddbm[technology.index()] else {
        return SetSays::Nothing;
    };
    let medians = medians(rule, samples);
    let n = medians.len();
    let bad: Vec<_> = medians.iter().filter(|(_, m)| *m < 2 * i32::from(threshold)).collect();
    let good = n - bad.len();
    let mut bad_days: Vec<Day> = bad.iter().map(|(day, _)| *day).collect();
    bad_days.sort();
    bad_days.dedup();
    if n == 0 {
        return SetSays::Nothing;
    }
    let enough_failures = bad.len() >= rule.oppose_failures as usize
        && bad_days.len() >= rule.oppose_failure_days as usize;
    if wilson_lower(good, n, rule.wilson_z) >= rule.good_share {
        SetSays::Has
    } else if enough_failures && at_most(good, n, rule.good_share) < rule.oppose_p {
        SetSays::Lacks
    } else if float(good) / float(n) >= rule.good_share {
        SetSays::Possible
    } else {
        SetSays::Nothing
    }
}

/// *One median per 50 m cell (floor(E/50), floor(N/50)) × local day; of an even count, the mean
/// of the middle two.* Twice the median, so that it stays whole, in tenths of a dBm.
fn medians(rule: &MeasurementRule, samples: &[Sample]) -> Vec<(Day, i32)> {
    let side_cm = i32::try_from(rule.cell_m * 100).expect("a cell is metres wide");
    let cell =
        |s: &Sample| (s.day, s.easting_cm.div_euclid(side_cm), s.northing_cm.div_euclid(side_cm));
    let mut cells: Vec<_> = samples.iter().map(cell).collect();
    cells.sort();
    cells.dedup();
    cells
        .into_iter()
        .map(|here| {
            let mut levels: Vec<i32> = samples
                .iter()
                .filter(|s| cell(s) == here)
                .map(|s| i32::from(s.level_ddbm))
                .collect();
            levels.sort_unstable();
            let n = levels.len();
            (here.0, levels[(n - 1) / 2] + levels[n / 2])
        })
        .collect()
}

/// The lower limit of Wilson's interval for `good` of `n`.
fn wilson_lower(good: usize, n: usize, z: f64) -> f64 {
    let (p, n) = (float(good) / float(n), float(n));
    let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    (p + z * z / (2.0 * n) - spread) / (1.0 + z * z / n)
}

/// P(X ≤ good) for X binomial (n, share): the p of "good ≥ share". Term by term, in logarithms.
fn at_most(good: usize, n: usize, share: f64) -> f64 {
    let mut ln_choose = 0.0;
    let mut sum = 0.0;
    for i in 0..=good {
        if i > 0 {
            ln_choose += float(n - i + 1).ln() - float(i).ln();
        }
        sum += (ln_choose + float(i) * share.ln() + float(n - i) * (1.0 - share).ln()).exp();
    }
    sum
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}
