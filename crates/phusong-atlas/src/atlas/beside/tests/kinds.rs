//! Every kind that stands beside the verdicts, filed, published and taken back: kept up entry by
//! entry it is what is made at once, for every scope.

use super::*;

fn site(code: &str) -> SiteId {
    SiteId { carrier: carrier("viettel"), code: SiteCode::new(code).expect("a code") }
}

fn here() -> Places {
    Places { villages: vec![village()], clusters: Vec::new() }
}

fn on_air(code: &str) -> Fact {
    Fact::SiteEvent(SiteEventFact {
        site: site(code),
        site_name: None,
        event: SiteEventKind::OnAir,
        day: day("2024-03-01"),
        technologies: TechSet::from_iter([Technology::G4]),
        bands: Vec::new(),
        position: None,
        position_operation: None,
        unit: None,
        antenna_height_agl_m: None,
        serves: here(),
        area: None,
        households_estimate: None,
        environment: None,
        service: None,
        feeds: None,
        basis: ClaimBasis::Statement,
    })
}

fn lacks() -> Fact {
    Fact::Observation(ObservationFact {
        kind: ObservationKind::CommuneConfirmation,
        says: Says::Lacks,
        carrier: None,
        technologies: TechSet::NONE,
        places: here(),
        day: day("2024-04-01"),
        environment: None,
        service: None,
        source_word: None,
        source: String::new(),
    })
}

const fn at(entry: u64) -> RowRef {
    RowRef { entry: EntrySeq(entry), row: 0 }
}

fn all_of(entry: u64) -> Target {
    Target { entry: EntrySeq(entry), rows: Vec::new() }
}

fn cause(claim: u64, against: u64) -> Fact {
    Fact::NamedCause(NamedCauseFact {
        claim: at(claim),
        against: at(against),
        carrier: carrier("viettel"),
        cause: Cause::Terrain,
        text: "núi che".to_owned(),
    })
}

fn certificate() -> Fact {
    Fact::Certificate(CertificateFact {
        carrier: carrier("viettel"),
        number: "01/KĐ".to_owned(),
        issued: day("2024-03-10"),
        expires: Some(day("2029-03-10")),
        site: Some(site("A")),
        places: here(),
        technologies: TechSet::NONE,
        source: String::new(),
    })
}

fn funding() -> Fact {
    Fact::Funding(FundingFact {
        day: day("2024-01-15"),
        duty: duty(),
        funds: "vốn doanh nghiệp".to_owned(),
        estimate_vnd: Some(1_200_000_000),
        source: String::new(),
    })
}

fn fixed() -> Fact {
    Fact::VillageService(VillageServiceFact {
        day: day("2024-01-15"),
        village: village(),
        fixed_telephone: Some(true),
        fixed_internet: None,
        source: String::new(),
    })
}

fn figure() -> Fact {
    Fact::Statistic(StatisticFact {
        indicator: Slug::new("fibre").expect("a slug"),
        unit: UnitId { code: UnitCode(21_520), valid_from: Day::EARLIEST },
        period: Period { from: day("2024-05-01"), to: day("2024-06-01") },
        carrier: Some(carrier("viettel")),
        numerator: Some(10),
        denominator: Some(50),
        stated_share_milli: None,
        standing: FigureStanding::Provisional,
        source: String::new(),
    })
}

const CLAIM: u64 = 2;
const AGAINST: u64 = 4;

/// Entry 2 and on.
fn filed() -> Vec<(Party, Vec<Fact>)> {
    let own = || Party::Carrier(carrier("viettel"));
    let department = || Party::Department;
    vec![
        (own(), vec![on_air("A")]),
        (own(), vec![on_air("B")]),
        (department(), vec![lacks()]),
        (own(), vec![cause(CLAIM, AGAINST)]),
        (own(), vec![certificate()]),
        (
            department(),
            vec![Fact::Structure(StructureFact {
                sites: vec![site("A"), site("B")],
                source: String::new(),
            })],
        ),
        (own(), vec![funding()]),
        (department(), vec![fixed()]),
        (own(), vec![figure()]),
        (department(), vec![Fact::Publish(all_of(5))]),
        (department(), vec![Fact::Publish(all_of(CLAIM))]),
        (department(), vec![Fact::Publish(all_of(6))]),
        (department(), vec![Fact::Publish(all_of(8))]),
        (department(), vec![Fact::Publish(all_of(10))]),
        (department(), vec![Fact::RestrictSite { site: site("A") }]),
        (own(), vec![Fact::Withdraw { target: all_of(CLAIM), reason: "nhầm".to_owned() }]),
        (own(), vec![Fact::Withdraw { target: all_of(10), reason: "nhầm".to_owned() }]),
        (department(), vec![Fact::Withdraw { target: all_of(7), reason: "nhầm".to_owned() }]),
        (department(), vec![Fact::Withdraw { target: all_of(9), reason: "nhầm".to_owned() }]),
        (own(), vec![Fact::Withdraw { target: all_of(6), reason: "nhầm".to_owned() }]),
        (own(), vec![Fact::Withdraw { target: all_of(8), reason: "nhầm".to_owned() }]),
    ]
}

fn ledger() -> Vec<Entry> {
    let mut entries = vec![entry(1, Party::Department, register())];
    entries.extend((2_u64..).zip(filed()).map(|(seq, (owner, facts))| entry(seq, owner, facts)));
    entries
}

#[test]
fn each_kind_is_kept_up_as_if_it_were_made_at_once() {
    let ground = ground();
    let scopes = [
        Scope::Public,
        Scope::Carrier(carrier("viettel")),
        Scope::Carrier(carrier("vnpt")),
        Scope::Officer,
        Scope::Approver,
    ];
    let entries = ledger();
    for scope in scopes {
        let mut history = History::default();
        let mut kept = Atlas::build(&history, scope.clone(), &ground);
        for (number, next) in entries.iter().enumerate() {
            let touched = history.apply(next);
            kept = kept.after(&history, &touched);
            let whole = History::fold(&entries[..=number]);
            let at_once = Atlas::build(&whole, scope.clone(), &ground);
            let act = &next.rows[0].fact;
            assert_eq!(kept.version, at_once.version, "{scope:?} after {act:?}");
            assert_eq!(kept.inner, at_once.inner, "{scope:?} after {act:?}");
            assert_eq!(kept.beside, at_once.beside, "{scope:?} after {act:?}");
        }
    }
}

#[test]
fn a_cause_is_shown_where_both_things_that_it_stands_between_count() {
    let causes = |entries: usize, scope: Scope| {
        let history = History::fold(&ledger()[..entries]);
        Atlas::build(&history, scope, &ground()).beside.causes.len()
    };
    assert_eq!(causes(10, Scope::Officer), 1);
    assert_eq!(causes(10, Scope::Public), 0, "nothing is published");
    assert_eq!(causes(11, Scope::Public), 0, "the cause is, the claim is not");
    assert_eq!(causes(12, Scope::Public), 1);
    assert_eq!(causes(17, Scope::Officer), 0, "the claim is withdrawn");
}

#[test]
fn an_unpublished_first_figure_moves_nobody_elses_version() {
    let version = |entries: usize, scope: Scope| {
        let mut history = History::default();
        let mut atlas = Atlas::build(&history, scope, &ground());
        for next in &ledger()[..entries] {
            let touched = history.apply(next);
            atlas = atlas.after(&history, &touched);
        }
        atlas.version
    };
    for scope in [Scope::Public, Scope::Carrier(carrier("vnpt"))] {
        assert_eq!(version(9, scope.clone()), version(10, scope.clone()), "{scope:?}");
    }
    let own = Scope::Carrier(carrier("viettel"));
    assert_ne!(version(9, own.clone()), version(10, own));
}

#[test]
fn a_promise_whose_day_has_passed_over_a_gap_is_not_assumed_kept() {
    let own = || Party::Carrier(carrier("viettel"));
    let entries = [
        entry(1, Party::Department, register()),
        entry(2, Party::Department, vec![lacks()]),
        entry(3, own(), vec![promise("2024-04-10", "2024-06-30")]),
    ];
    let atlas = Atlas::build(&History::fold(&entries), Scope::Officer, &ground());
    let kept = |today: &str| {
        let assumed = atlas.if_promises_are_kept(day(today), day("2024-12-31"));
        assumed.into_iter().map(|one| one.kept.len()).collect::<Vec<_>>()
    };
    assert_eq!(kept("2024-05-01"), [1]);
    assert_eq!(kept("2024-06-30"), [1], "on its day it may still be kept");
    assert_eq!(kept("2024-07-01"), [0], "broken");
}
