//! Which period judges a target on a day.

use super::*;
use crate::atlas::TargetVerdict;
use crate::domain::{Comparator, GoalFact, GoalId, GoalKind};

fn goal() -> Fact {
    Fact::Goal(Box::new(GoalFact {
        id: GoalId::new("t-phones").unwrap(),
        clause: "II.4a".to_owned(),
        kind: GoalKind::Target,
        indicator: "fibre".to_owned(),
        comparator: Some(Comparator::Above),
        threshold_milli: Some(80_000),
        unit: Some("%".to_owned()),
        scope: Some(new(11)),
        scope_name: String::new(),
        due: None,
        due_inferred: None,
        owner: String::new(),
        text_vi: String::new(),
        text_en: String::new(),
        source: String::new(),
        inferred: None,
    }))
}

const REPORTING: PeriodKind = PeriodKind::From(15);

#[test]
fn a_target_is_judged_by_the_last_period_that_was_over_on_the_day() {
    let spans = |from: &str, to: &str, counts| StatisticFact {
        period: Period { from: day(from), to: day(to) },
        ..figure("fibre", new(11), "2026-01", counts)
    };
    let atlas = with(
        vec![goal()],
        vec![
            figure("fibre", new(11), "2026-03", (70, 100)),
            figure("fibre", new(11), "2026-04", (81, 100)),
            figure("fibre", new(11), "2026-05", (60, 100)),
            spans("2026-02-15", "2026-03-15", (50, 100)),
            spans("2026-04-15", "2026-05-15", (90, 100)),
        ],
    );
    let told = |on: &str, kinds: &[PeriodKind]| {
        let cards = atlas.targets_by(day(on), kinds);
        let card = &cards[0];
        let judged = card.judged.as_ref().map(|one| one.numerator);
        (card.verdict, judged, card.points.len())
    };
    let (month, both) = (&[PeriodKind::Month][..], &[PeriodKind::Month, REPORTING][..]);
    let cases = [
        ("2026-03-30", month, (TargetVerdict::Insufficient, None, 0)),
        ("2026-03-31", month, (TargetVerdict::NotMet, Some(70), 1)),
        ("2026-05-01", month, (TargetVerdict::Met, Some(81), 2)),
        ("2026-05-10", month, (TargetVerdict::Met, Some(81), 2)),
        ("2026-05-31", month, (TargetVerdict::NotMet, Some(60), 3)),
        // Whichever was filed: the one that ended last, never one that is not over.
        ("2026-03-30", both, (TargetVerdict::NotMet, Some(50), 1)),
        ("2026-04-14", both, (TargetVerdict::NotMet, Some(70), 1)),
        ("2026-05-13", both, (TargetVerdict::Met, Some(81), 2)),
        ("2026-05-14", both, (TargetVerdict::Met, Some(90), 2)),
        ("2026-06-01", both, (TargetVerdict::NotMet, Some(60), 3)),
    ];
    for (on, kinds, expected) in cases {
        assert_eq!(told(on, kinds), expected, "{on} {kinds:?}");
    }
}
