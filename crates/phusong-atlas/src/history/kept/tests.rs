//! What stands beside the verdicts: each thing once, every slip kept, and only for whom it counts.

use crate::domain::*;
use crate::history::{History, Touched};

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn viettel() -> CarrierId {
    CarrierId::new("viettel").expect("an id")
}

fn kon_doc() -> VillageId {
    VillageId::new("kon-doc").expect("an id")
}

fn entry(seq: u64, owner: Party, facts: Vec<Fact>) -> Entry {
    let filing = Filing {
        kind: FilingKind::Progress,
        owner: owner.clone(),
        filed_by: owner,
        person: None,
        document: DocumentRef::default(),
        files: Vec::new(),
    };
    let row = |fact| FiledRow { fact, replaces: None, note: None };
    Entry {
        seq: EntrySeq(seq),
        id: ReportId([u8::try_from(seq).expect("few"); 10]),
        recorded_at: day("2026-11-25").start(),
        filing,
        rows: facts.into_iter().map(row).collect(),
    }
}

fn promise(said: &str, promised: &str) -> Fact {
    Fact::Commitment(CommitmentFact {
        village: kon_doc(),
        carrier: viettel(),
        said: day(said),
        promised: day(promised),
        duty: None,
        technology: None,
        source: String::new(),
    })
}

fn blocked(lifted: Option<&str>) -> Fact {
    Fact::Blocker(BlockerFact {
        village: kon_doc(),
        carrier: viettel(),
        kind: BlockerKind::GridPower,
        since: day("2026-03-01"),
        lifted: lifted.map(day),
        duty: None,
        responsible: None,
        text: "chưa có điện".to_owned(),
        source: String::new(),
    })
}

fn outage(end: Option<&str>) -> Fact {
    Fact::Outage(OutageFact {
        carrier: viettel(),
        site: None,
        places: Places { villages: vec![kon_doc()], clusters: Vec::new() },
        units: Vec::new(),
        technologies: TechSet::NONE,
        start: day("2026-11-20").start(),
        end: end.map(|end| day(end).start()),
        cause: None,
        source: String::new(),
    })
}

fn figure(standing: FigureStanding, numerator: u64) -> Fact {
    Fact::Statistic(StatisticFact {
        indicator: Slug::new("fibre_households").expect("an id"),
        unit: UnitId { code: UnitCode(21_520), valid_from: Day::EARLIEST },
        period: Period { from: day("2026-10-01"), to: day("2026-11-01") },
        carrier: None,
        standing,
        numerator: Some(numerator),
        denominator: Some(100),
        stated_share_milli: None,
        source: String::new(),
    })
}

#[test]
fn every_slip_of_a_promise_is_kept_and_an_end_closes_what_it_ends() {
    let facts = vec![
        promise("2026-06-01", "2026-12-31"),
        promise("2026-01-10", "2026-06-30"),
        blocked(Some("2026-09-01")),
        blocked(None),
        outage(Some("2026-11-21")),
        outage(None),
    ];
    for order in [facts.clone(), facts.into_iter().rev().collect()] {
        let history = History::fold(&[entry(1, Party::Carrier(viettel()), order)]);
        let scope = Scope::Officer;
        let days: Vec<String> = history
            .commitments(&kon_doc(), &scope)
            .iter()
            .map(|fact| format!("{} → {}", fact.said, fact.promised))
            .collect();
        assert_eq!(days, ["2026-01-10 → 2026-06-30", "2026-06-01 → 2026-12-31"]);
        let lifted: Vec<_> =
            history.blockers(&kon_doc(), &scope).iter().map(|fact| fact.lifted).collect();
        assert_eq!(lifted, [Some(day("2026-09-01"))]);
        let ends: Vec<_> = history.outages(&viettel(), &scope).iter().map(|o| o.end).collect();
        assert_eq!(ends, [Some(day("2026-11-21").start())]);
    }
}

#[test]
fn what_a_carrier_said_counts_for_it_and_the_department_until_published() {
    let said = entry(1, Party::Carrier(viettel()), vec![promise("2026-01-10", "2026-06-30")]);
    let publish = Fact::Publish(Target { entry: EntrySeq(1), rows: Vec::new() });
    let published = entry(2, Party::Department, vec![publish]);
    let known = |entries: &[Entry], scope: &Scope| {
        History::fold(entries).commitments(&kon_doc(), scope).len()
    };
    let vnpt = Scope::Carrier(CarrierId::new("vnpt").expect("an id"));
    let own = Scope::Carrier(viettel());
    let both = [said.clone(), published];
    for (scope, before) in [(own, 1), (Scope::Officer, 1), (vnpt, 0), (Scope::Public, 0)] {
        assert_eq!(known(std::slice::from_ref(&said), &scope), before, "{scope:?}");
        assert_eq!(known(&both, &scope), 1, "{scope:?}");
    }
}

#[test]
fn a_final_figure_goes_before_a_provisional_one_and_figures_touch_no_verdict() {
    let facts = [figure(FigureStanding::Final, 40), figure(FigureStanding::Provisional, 90)];
    let indicator = Slug::new("fibre_households").expect("an id");
    let unit = UnitId { code: UnitCode(21_520), valid_from: Day::EARLIEST };
    for order in [[0, 1], [1, 0]] {
        let rows = order.map(|at| facts[at].clone()).to_vec();
        let mut history = History::default();
        let touched = history.apply(&entry(1, Party::Department, rows));
        let figures = [(indicator.clone(), unit)].into();
        assert_eq!(touched, Touched { figures, ..Touched::default() });
        let counts: Vec<_> = history
            .statistics(&indicator, unit, &Scope::Public)
            .iter()
            .map(|fact| fact.counts())
            .collect();
        assert_eq!(counts, [Some((40, 100))]);
    }
    let mut history = History::default();
    let touched = history.apply(&entry(1, Party::Carrier(viettel()), vec![outage(None)]));
    let beside = Touched { beside: true, ..Touched::default() };
    assert_eq!(touched, beside, "an outage is an overlay: it stands beside the villages");
}

#[test]
fn the_outline_of_a_day_is_the_latest_that_has_begun() {
    let unit = UnitId { code: UnitCode(21_520), valid_from: Day::EARLIEST };
    let square = |size: f64| {
        let rect = geo::Rect::new((108.0, 14.0), (108.0 + size, 14.0 + size));
        Area::new(geo::MultiPolygon::new(vec![rect.to_polygon()]))
    };
    let filed = |from: &str, size| {
        Fact::Boundary(BoundaryFact {
            unit,
            from: day(from),
            area: square(size),
            source: String::new(),
        })
    };
    let rows = vec![filed("2026-01-01", 0.2), filed("2025-07-01", 0.1)];
    let history = History::fold(&[entry(1, Party::Department, rows)]);
    let held = |on: &str| {
        let held = history.boundaries(day(on), &Scope::Public);
        held.first().map(|fact| fact.from)
    };
    assert_eq!(held("2025-06-30"), None);
    assert_eq!(held("2025-12-31"), Some(day("2025-07-01")));
    assert_eq!(held("2026-06-01"), Some(day("2026-01-01")));
}
