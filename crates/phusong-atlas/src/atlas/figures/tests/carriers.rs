//! Sums, never means; whose figures are missing; which of several is in force.

use super::*;
use crate::atlas::RevisionState;
use crate::domain::Comparator;

#[test]
fn a_ratio_of_a_province_is_of_sums_and_not_the_mean_of_its_districts() {
    let atlas = with(
        vec![],
        vec![
            figure("fibre", old(1), "2026-01", (90, 100)),
            figure("fibre", old(2), "2026-01", (100, 1_000)),
        ],
    );
    for province in [old(PROVINCE), new(PROVINCE)] {
        // The mean of 90 % and 10 % would be 50 %.
        assert_eq!(told(&atlas, "fibre", province, "2026-01"), "190/1100");
    }
}

#[test]
fn strictly_above_is_not_reached_at_the_figure_and_at_least_is() {
    let cases = [
        ((80, 100), Comparator::Above, 80_000, false, 1),
        ((81, 100), Comparator::Above, 80_000, true, 0),
        ((76, 100), Comparator::AtLeast, 76_000, true, 0),
        ((75, 100), Comparator::AtLeast, 76_000, false, 1),
        // 79.9999 % reads as 80.000 %, and is below it all the same.
        ((799_999, 1_000_000), Comparator::AtLeast, 80_000, false, 1),
        ((90, 100), Comparator::AtLeast, 90_000, true, 0),
        ((105, 100), Comparator::Above, 100_000, true, 0),
    ];
    for (counts, comparator, threshold, met, lacking) in cases {
        let atlas = with(vec![], vec![figure("fibre", old(1), "2026-01", counts)]);
        let weights = atlas.weights();
        let indicator = atlas.order.indicator("fibre-share").unwrap();
        let filings = atlas.filings(indicator, &weights, PeriodKind::Month, &[]);
        let value = filings.value(old(1), month("2026-01")).unwrap();
        assert_eq!(value.meets(comparator, threshold), Some(met), "{counts:?}");
        assert_eq!(value.lacking(comparator, threshold), Some(lacking), "{counts:?}");
    }
}

#[test]
fn subscribers_are_each_carriers_own_and_households_are_the_places() {
    let both = |indicator: &str| {
        let of = |name, counts| by(name, figure(indicator, old(1), "2026-01", counts));
        let atlas = with(vec![], vec![of("viettel", (30, 100)), of("vnpt", (20, 100))]);
        told(&atlas, indicator, old(1), "2026-01")
    };
    assert_eq!(both("phones"), "50/200");
    assert_eq!(both("fibre"), "50/100");
}

#[test]
fn a_partial_figure_says_who_is_missing_and_how_much_reported() {
    let viettel = |unit, counts| by("viettel", figure("phones", unit, "2026-01", counts));
    let filed = vec![
        viettel(old(1), (30, 100)),
        viettel(old(2), (10, 20)),
        by("vnpt", figure("phones", old(2), "2026-01", (5, 10))),
    ];
    let atlas = with(vec![], filed);
    // District 1 has 450 of 520 households: (520 + 70) of 2 × 520.
    let expected = "45/130, 56.730 % reported, without vnpt in 1";
    assert_eq!(told(&atlas, "phones", old(PROVINCE), "2026-01"), expected);
    assert_eq!(told(&atlas, "phones", old(2), "2026-01"), "15/30");
    assert_eq!(told(&atlas, "phones", old(2), "2026-02"), "nothing");
}

#[test]
fn the_figure_of_all_carriers_stands_for_each() {
    let filed = vec![
        figure("phones", old(1), "2026-01", (60, 200)),
        by("viettel", figure("phones", old(1), "2026-01", (30, 100))),
        by("viettel", figure("phones", old(2), "2026-01", (10, 20))),
        by("vnpt", figure("phones", old(2), "2026-01", (5, 10))),
    ];
    let atlas = with(vec![], filed);
    assert_eq!(told(&atlas, "phones", old(PROVINCE), "2026-01"), "75/230");
}

#[test]
fn a_share_without_counts_enters_no_ratio() {
    let share = StatisticFact {
        numerator: None,
        denominator: None,
        stated_share_milli: Some(82_300),
        ..figure("phones", old(1), "2026-01", (0, 0))
    };
    let atlas = with(vec![], vec![share, figure("phones", old(2), "2026-01", (5, 10))]);
    assert_eq!(told(&atlas, "phones", old(1), "2026-01"), "nothing");
    let province = told(&atlas, "phones", old(PROVINCE), "2026-01");
    assert!(province.starts_with("5/10, 13.461 % reported"), "{province}");
}

#[test]
fn a_later_final_replaces_and_both_are_kept() {
    let counts = |numerator| figure("fibre", old(1), "2026-01", (numerator, 100));
    let one = |seq, on, fact, replaces| {
        entry(seq, on, vec![FiledRow { fact: Fact::Statistic(fact), replaces, note: None }])
    };
    let corrected = RowRef { entry: EntrySeq(4), row: 0 };
    let entries = [
        entry(1, "2026-01-01", rows(register())),
        one(2, "2026-02-01", counts(90), None),
        one(3, "2026-02-02", counts(91), None),
        one(4, "2026-02-10", is_final(counts(50)), None),
        // Late and provisional: kept, replaces nothing.
        one(5, "2026-02-20", counts(95), None),
        one(6, "2026-03-01", is_final(counts(51)), Some(corrected)),
    ];
    let states = |known: usize| {
        let atlas = atlas(&entries[..known]);
        let fibre = slug("fibre");
        let filed = atlas.figures.of_indicator(&fibre).next().unwrap();
        let state = |one: &Revision| format!("{} {:?}", one.fact.numerator.unwrap(), one.state);
        filed.revisions.iter().map(state).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(states(2), "90 InForce");
    assert_eq!(states(3), "90 Superseded, 91 InForce");
    assert_eq!(states(5), "90 Superseded, 91 Superseded, 50 InForce, 95 Superseded");
    assert_eq!(states(6), "90 Superseded, 91 Superseded, 50 Replaced, 95 Superseded, 51 InForce");
    // Two finals of which neither names the other: the later holds, and it is said.
    let rivals =
        [entries[0].clone(), entries[3].clone(), one(7, "2026-03-02", is_final(counts(70)), None)];
    let atlas = atlas(&rivals);
    let fibre = slug("fibre");
    let filed = atlas.figures.of_indicator(&fibre).next().unwrap();
    let shown: Vec<_> =
        filed.revisions.iter().map(|one| (one.fact.numerator.unwrap(), one.state)).collect();
    assert_eq!(shown, [(50, RevisionState::Rival), (70, RevisionState::InForce)]);
    assert_eq!(found(&atlas, "fibre", old(1)), ["2026-01 TwoFinals 1 Some(70) Some(50)"]);
}

fn found(atlas: &Atlas, indicator: &str, unit: UnitId) -> Vec<String> {
    let weights = atlas.weights();
    let indicator = atlas.order.indicator(indicator).unwrap();
    let filings = atlas.filings(indicator, &weights, PeriodKind::Month, &[]);
    let query = SeriesQuery {
        unit,
        kind: PeriodKind::Month,
        from: None,
        to: day("2026-12-31"),
        carriers: Vec::new(),
    };
    let told = |one: &FigureFinding| {
        let month = &one.period.from.to_string()[..7];
        format!("{month} {:?} {} {:?} {:?}", one.found, one.unit.code.0, one.first, one.second)
    };
    filings.series(&query).findings.iter().map(told).collect()
}

#[test]
fn a_series_that_begins_later_is_compared_with_what_came_before() {
    let filed = vec![
        figure("phones", old(1), "2025-03", (30, 100)),
        figure("phones", old(1), "2026-01", (40, 100)),
        figure("phones", old(1), "2026-03", (95, 100)),
        figure("phones", old(1), "2026-04", (60, 100)),
    ];
    let atlas = with(vec![], filed);
    let weights = atlas.weights();
    let indicator = atlas.order.indicator("phones").unwrap();
    let filings = atlas.filings(indicator, &weights, PeriodKind::Month, &[]);
    let series = |from: Option<&str>| {
        let series = filings.series(&SeriesQuery {
            unit: old(1),
            kind: PeriodKind::Month,
            from: from.map(day),
            to: day("2026-12-31"),
            carriers: Vec::new(),
        });
        let points = series.points.iter().map(|point| {
            let month = point.period.from.to_string()[..7].to_owned();
            (month, point.from_previous_milli, point.from_last_year_milli)
        });
        (points.collect::<Vec<_>>(), series.findings)
    };
    let (all, found_in_all) = series(None);
    for from in ["2025-03-01", "2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"] {
        let (points, findings) = series(Some(from));
        let whole = all.iter().filter(|(month, ..)| month.as_str() >= &from[..7]);
        assert_eq!(points, whole.cloned().collect::<Vec<_>>(), "{from}");
        let told = found_in_all.iter().filter(|one| one.period.from >= day(from));
        assert_eq!(findings, told.cloned().collect::<Vec<_>>(), "{from}");
    }
    let (points, _) = series(Some("2026-03-01"));
    assert_eq!(points[0], ("2026-03".to_owned(), None, Some(65_000)));
    assert_eq!(points[1], ("2026-04".to_owned(), Some(-35_000), None));
}

#[test]
fn what_is_odd_is_said() {
    let filed = vec![
        figure("phones", old(1), "2026-01", (40, 100)),
        figure("phones", old(2), "2026-01", (30, 100)),
        figure("phones", old(PROVINCE), "2026-01", (71, 200)),
        figure("phones", old(1), "2026-04", (120, 100)),
        by("viettel", figure("phones", old(1), "2026-04", (60, 50))),
        by("vnpt", figure("phones", old(1), "2026-04", (61, 50))),
    ];
    let atlas = with(vec![], filed);
    assert_eq!(
        found(&atlas, "phones", old(PROVINCE)),
        [
            "2026-01 TotalDiffers 51 Some(71) Some(70)",
            "2026-02 MissingPeriod 51 None None",
            "2026-03 MissingPeriod 51 None None",
            "2026-04 AboveDenominator 1 Some(120) Some(100)",
            "2026-04 AboveDenominator 1 Some(60) Some(50)",
            "2026-04 AboveDenominator 1 Some(61) Some(50)",
            "2026-04 CarriersDiffer 1 Some(120) Some(121)",
        ]
    );
    // From 40 % to 120 % in three months is over 25 points a month.
    let jump = "2026-04 Jump 1 Some(40000) Some(120000)".to_owned();
    assert!(found(&atlas, "phones", old(1)).contains(&jump));
    let of = |name, counts| by(name, figure("fibre", old(1), "2026-01", counts));
    let atlas = with(vec![], vec![of("viettel", (30, 100)), of("vnpt", (20, 110))]);
    assert_eq!(
        found(&atlas, "fibre", old(1)),
        ["2026-01 DenominatorsDiffer 1 Some(110) Some(100)"]
    );
    assert_eq!(found(&with(vec![], vec![]), "fibre", old(1)), [""; 0]);
}
