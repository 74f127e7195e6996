//! Targets: when they are met at the present pace, and in which order they stand.

use super::*;
use crate::domain::Comparator::{Above, AtLeast};

fn months(ratios_milli: &[i64]) -> Vec<(Period, i64)> {
    let start: Day = "2026-01-01".parse().unwrap();
    let month = |at: u32| Period { from: start.plus_months(at), to: start.plus_months(at + 1) };
    (0..).zip(ratios_milli).map(|(at, ratio)| (month(at), *ratio)).collect()
}

fn told(trend: Option<Trend>) -> String {
    let date = |month: i32| format!("{}/{}", month.rem_euclid(12) + 1, month.div_euclid(12));
    match trend.map(|trend| trend.pace) {
        None => "nothing".to_owned(),
        Some(Pace::Never) => "never".to_owned(),
        Some(Pace::Meets { month, earliest, latest }) => {
            let latest = latest.map_or_else(|| "?".to_owned(), date);
            format!("{} ({} to {latest})", date(month), date(earliest))
        }
    }
}

#[test]
fn at_the_present_pace() {
    // One point a month from 70 %: 80 % is reached in the eleventh month, and above in the twelfth.
    let even = [70_000, 71_000, 72_000, 73_000, 74_000, 75_000];
    let uneven = [70_000, 72_000, 71_500, 73_800, 73_500, 75_600];
    let cases: [(&[i64], Comparator, &str); 7] = [
        (&even, AtLeast, "11/2026 (11/2026 to 11/2026)"),
        (&even, Above, "12/2026 (12/2026 to 12/2026)"),
        (&even[..5], AtLeast, "nothing"),
        (&uneven, AtLeast, "11/2026 (8/2026 to 7/2027)"),
        (&[70_000; 6], AtLeast, "never"),
        (&[75_000, 74_000, 73_000, 72_000, 71_000, 70_000], AtLeast, "never"),
        // So uneven that the lower bound never gets there within what can be foretold.
        (&[70_000, 75_000, 69_000, 76_000, 68_000, 77_000], AtLeast, "4/2027 (7/2026 to ?)"),
    ];
    for (ratios, comparator, expected) in cases {
        let found = told(Trend::of(&months(ratios), comparator, 80_000));
        assert_eq!(found, expected, "{ratios:?}");
    }
}

#[test]
fn clauses_stand_in_the_order_of_their_numbers() {
    let mut clauses = ["VI.12", "VI.9", "II.5d", "II.4b", "VI.1", "II.5c", "II.4a", "II.2h"];
    clauses.sort_by_key(|clause| clause_key(clause));
    assert_eq!(clauses, ["II.2h", "II.4a", "II.4b", "II.5c", "II.5d", "VI.1", "VI.9", "VI.12"]);
}
