//! Totals over any cut of the ground equal the whole.

use proptest::prelude::*;

use super::*;

/// Cuts that the figures may be filed by: each is the whole province, once.
fn cuts() -> Vec<Vec<UnitId>> {
    vec![
        vec![old(11), old(12), old(DIVIDED), old(21)],
        vec![old(1), old(2)],
        vec![old(1), old(21)],
        vec![old(11), old(12), old(DIVIDED), old(2)],
        vec![new(11), new(12)],
        vec![old(PROVINCE)],
        vec![new(PROVINCE)],
    ]
}

fn counts(atlas: &Atlas, indicator: &str, unit: UnitId) -> (u64, u64) {
    let weights = atlas.weights();
    let indicator = atlas.order.indicator(indicator).unwrap();
    let filings = atlas.filings(indicator, &weights, PeriodKind::Month, &[]);
    let value = filings.value(unit, month("2026-01")).unwrap();
    assert!(value.is_complete(), "{value:?}");
    (value.numerator.unwrap(), value.denominator.unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn totals_over_any_cut_equal_the_whole(
        filed_by in 0..cuts().len(),
        indicator in prop_oneof![Just("fibre"), Just("phones")],
        numbers in prop::collection::vec((0_u64..10_000, 1_u64..10_000), 8),
        each in any::<bool>(),
    ) {
        let cuts = cuts();
        let mut filed = Vec::new();
        for (unit, pair) in cuts[filed_by].iter().zip(numbers.chunks(2)) {
            let figure = |counts| figure(indicator, *unit, "2026-01", counts);
            if each {
                // The households of a place are the same for both.
                let place = if indicator == "fibre" { pair[0].1 } else { pair[1].1 };
                filed.push(by("viettel", figure(pair[0])));
                filed.push(by("vnpt", figure((pair[1].0, place))));
            } else {
                filed.push(figure(pair[0]));
            }
        }
        let atlas = with(counted(), filed);
        let whole = counts(&atlas, indicator, new(PROVINCE));
        for cut in cuts {
            let sum = cut.iter().map(|unit| counts(&atlas, indicator, *unit)).fold(
                (0, 0),
                |sum, one| (sum.0 + one.0, sum.1 + one.1),
            );
            prop_assert_eq!(sum, whole, "{:?}", cut);
        }
    }

    /// What was filed later, entry by entry, is what the whole history says at once.
    #[test]
    fn figures_kept_up_entry_by_entry_equal_those_made_at_once(
        numbers in prop::collection::vec((0_usize..4, 0_u64..100, any::<bool>()), 1..12),
    ) {
        let units = [old(1), old(2), new(11), old(PROVINCE)];
        let mut entries = vec![entry(1, "2025-08-01", rows(register()))];
        for (seq, (unit, count, last)) in (2..).zip(numbers) {
            let fact = figure("fibre", units[unit], "2026-01", (count, 100));
            let fact = if last { is_final(fact) } else { fact };
            entries.push(entry(seq, "2026-08-01", rows(vec![Fact::Statistic(fact)])));
        }
        let mut history = History::default();
        let mut kept = Atlas::build(&history, Scope::Officer, &ground());
        for entry in &entries {
            let touched = history.apply(entry);
            kept = kept.after(&history, &touched);
        }
        let whole = atlas(&entries);
        prop_assert_eq!(kept.version, whole.version);
        prop_assert_eq!(kept.figures.hash, whole.figures.hash);
    }
}
