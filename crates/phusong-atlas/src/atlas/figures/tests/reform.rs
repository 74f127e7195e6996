//! One total under two cuts of the ground.

use super::*;

#[test]
fn an_undivided_part_is_exact_and_a_divided_one_is_estimated_by_households() {
    let filed = vec![
        figure("fibre", old(11), "2026-01", (100, 300)),
        figure("fibre", old(12), "2026-01", (40, 100)),
        figure("fibre", old(DIVIDED), "2026-01", (7, 50)),
        figure("fibre", old(21), "2026-01", (10, 70)),
    ];
    let atlas = with(counted(), filed);
    // 7 of 50 divide as 20 to 30: 2.8 and 4.2.
    let cases = [
        (old(1), "147/450"),
        (old(2), "10/70"),
        (new(11), "103/320, estimated"),
        (new(12), "54/200, estimated"),
        (new(PROVINCE), "157/520"),
        (old(PROVINCE), "157/520"),
    ];
    for (unit, expected) in cases {
        assert_eq!(told(&atlas, "fibre", unit, "2026-01"), expected, "{unit:?}");
    }
}

#[test]
fn how_a_unit_was_divided_is_asked_and_never_guessed() {
    let filed = vec![
        figure("fibre", old(11), "2026-01", (100, 300)),
        figure("fibre", old(DIVIDED), "2026-01", (7, 50)),
    ];
    let atlas = with(vec![], filed.clone());
    let today = told(&atlas, "fibre", new(11), "2026-01");
    assert_eq!(today, "100/300, 50.0 % reported, how was 13 divided?");
    assert!(told(&with(counted(), filed), "fibre", new(11), "2026-01").starts_with("103/320"));
    // Where there is nothing else, the question is what there is.
    let only = vec![figure("fibre", old(DIVIDED), "2026-01", (7, 50))];
    let atlas = with(vec![], only.clone());
    for unit in [new(11), new(12)] {
        let today = told(&atlas, "fibre", unit, "2026-01");
        assert!(today.starts_with("?/?, 0.0 % reported, "), "{today}");
        assert!(today.ends_with("how was 13 divided?"), "{today}");
        let weights = atlas.weights();
        let indicator = atlas.order.indicator("fibre").unwrap();
        let filings = atlas.filings(indicator, &weights, PeriodKind::Month, &[]);
        let (kind, to) = (PeriodKind::Month, day("2026-02-01"));
        let query = SeriesQuery { unit, kind, from: None, to, carriers: Vec::new() };
        let series = filings.series(&query);
        let found: Vec<_> = series.findings.iter().map(|one| (one.found, one.unit)).collect();
        assert_eq!(found, [(Found::SplitUnknown, old(DIVIDED))]);
    }
    assert_eq!(
        told(&atlas, "fibre", old(DIVIDED), "2026-01"),
        told(&with(counted(), only), "fibre", old(DIVIDED), "2026-01")
    );
}

#[test]
fn figures_of_today_read_back_on_the_old_districts() {
    let filed = vec![
        figure("fibre", new(11), "2026-01", (160, 320)),
        figure("fibre", new(12), "2026-01", (100, 200)),
    ];
    let atlas = with(counted(), filed);
    // Commune 12 lies with 130 of its 200 households in district 1.
    assert_eq!(told(&atlas, "fibre", old(1), "2026-01"), "225/450, estimated");
    assert_eq!(told(&atlas, "fibre", old(2), "2026-01"), "35/70, estimated");
    assert_eq!(told(&atlas, "fibre", old(PROVINCE), "2026-01"), "260/520");
}

#[test]
fn one_code_before_and_after_is_two_units() {
    let filed = vec![figure("fibre", old(11), "2025-06", (1, 10))];
    let atlas = with(counted(), filed);
    assert_eq!(told(&atlas, "fibre", old(11), "2025-06"), "1/10");
    let today = told(&atlas, "fibre", new(11), "2025-06");
    assert!(today.starts_with("1/10, 93.750 % reported"), "{today}");
}

#[test]
fn what_lacks_of_a_divided_unit_is_never_weighed_as_nothing() {
    let filed = vec![figure("fibre", new(11), "2026-01", (160, 320))];
    // Nobody counted the parts of 13: two pieces of four, not all but nothing.
    let district = told(&with(vec![], filed.clone()), "fibre", old(1), "2026-01");
    assert!(district.starts_with("160/320, 50.0 % reported"), "{district}");
    // 12 and 30 of 13 lack: 130 of 450 households.
    let district = told(&with(counted(), filed), "fibre", old(1), "2026-01");
    assert!(district.starts_with("160/320, 71.111 % reported"), "{district}");
}

#[test]
fn a_unit_that_had_another_name_before_it_was_divided_is_divided_once() {
    let renamed = UnitId { code: UnitCode(14), valid_from: day("2024-01-01") };
    let Fact::Unit(first) = unit(old(14), UnitLevel::Commune, Some(old(1)), Some(60)) else {
        unreachable!("a unit")
    };
    let first = UnitFact { valid_to: Some(renamed.valid_from), ..first };
    let second = UnitFact { id: renamed, valid_to: Some(day(REFORM)), ..first.clone() };
    let became = |from, to, on, relation| {
        let source = String::new();
        Fact::UnitSuccession(UnitSuccessionFact { from, to, day: on, relation, source })
    };
    let part = |to, households| {
        Fact::UnitCount(UnitCountFact {
            unit: renamed,
            day: day(REFORM),
            villages: None,
            to: Some(to),
            households: Some(households),
            source: String::new(),
        })
    };
    let more = vec![
        Fact::Unit(first),
        Fact::Unit(second),
        became(old(14), renamed, renamed.valid_from, UnitRelation::Whole),
        became(renamed, new(11), day(REFORM), UnitRelation::Part),
        became(renamed, new(12), day(REFORM), UnitRelation::Part),
        part(new(11), 20),
        part(new(12), 40),
    ];
    let filed = vec![figure("fibre", old(14), "2026-01", (6, 60))];
    let atlas = with([counted(), more].concat(), filed);
    for (commune, expected) in [(new(11), "2/20"), (new(12), "4/40")] {
        let today = told(&atlas, "fibre", commune, "2026-01");
        assert!(today.starts_with(expected), "{commune:?}: {today}");
    }
    let province = told(&atlas, "fibre", new(PROVINCE), "2026-01");
    assert!(province.starts_with("6/60, 10.344 % reported"), "{province}");
}
