//! What is told of duties, disputes and outages, entry by entry: the Atlas that follows is the one
//! that is made at once, its version tells every change of what is shown, and nobody else's moves.

use std::sync::Arc;

use crate::atlas::{
    Areas, Atlas, DisputeStage, DutyFinding, DutyQuery, DutyState, Ground, WaitsFor,
};
use crate::domain::*;
use crate::history::History;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn carrier(id: &str) -> CarrierId {
    CarrierId::new(id).expect("an id")
}

fn village() -> VillageId {
    VillageId::new("kon-doc").expect("an id")
}

fn duty() -> DutyId {
    DutyId::new("d-1").expect("an id")
}

fn rules() -> RuleSet {
    let slug = Slug::new("mac-dinh").expect("a slug");
    RuleSet {
        id: RuleSetId { id: slug, version: 1 },
        title_vi: String::new(),
        title_en: String::new(),
        valid_from: Day::EARLIEST,
        base: Vec::new(),
        shelf_life_months: 12,
        ageing_months: 12,
        pair_window_months: 12,
        measurement: MeasurementRule {
            span_days: 31,
            radius_m: 500.0,
            cell_m: 50,
            grid_epsg: 5898,
            wilson_z: 1.96,
            good_share: 0.9,
            oppose_p: 0.05,
            oppose_failures: 5,
            oppose_failure_days: 2,
            good_level_ddbm: [None; 4],
        },
        reach_m: [None; 4],
        outage_stale_hours: Some(6),
        independence: Independence::Source,
        source: String::new(),
    }
}

fn register() -> Vec<Fact> {
    let mno = |id: &str| {
        Fact::Carrier(CarrierFact {
            id: carrier(id),
            name: id.to_owned(),
            kind: CarrierKind::Mno,
            aliases: Vec::new(),
            valid_from: None,
            valid_to: None,
            source: String::new(),
        })
    };
    let fact = VillageFact {
        day: None,
        id: village(),
        name: "Kon Dóc".to_owned(),
        aliases: Vec::new(),
        kind: VillageKind::Thon,
        units: Vec::new(),
        unit_inferred: None,
        located: None,
        position_basis: None,
        households: Some(50),
        people: None,
        grid_power: None,
        especially_hard: None,
        source: String::new(),
    };
    let duty = DutyFact {
        id: duty(),
        clause: "IV.16".to_owned(),
        cite: String::new(),
        village: village(),
        carrier: carrier("viettel"),
        technology: None,
        given: day("2023-06-07"),
        due: Some(day("2023-12-31")),
        due_inferred: None,
        source: String::new(),
    };
    vec![mno("viettel"), mno("vnpt"), Fact::Village(fact), Fact::Duty(duty)]
}

fn step(step: MilestoneStep, on: &str) -> Fact {
    Fact::Milestone(MilestoneFact { day: day(on), duty: duty(), step, source: String::new() })
}

fn promise(said: &str, promised: &str) -> Fact {
    Fact::Commitment(CommitmentFact {
        village: village(),
        carrier: carrier("viettel"),
        said: day(said),
        promised: day(promised),
        duty: Some(duty()),
        technology: None,
        source: String::new(),
    })
}

fn blocker(lifted: Option<&str>) -> Fact {
    Fact::Blocker(BlockerFact {
        village: village(),
        carrier: carrier("viettel"),
        kind: BlockerKind::Land,
        since: day("2024-03-01"),
        lifted: lifted.map(day),
        duty: Some(duty()),
        responsible: None,
        text: "chưa có đất".to_owned(),
        source: String::new(),
    })
}

fn outage(end: Option<&str>) -> Fact {
    Fact::Outage(OutageFact {
        carrier: carrier("viettel"),
        site: None,
        places: Places { villages: vec![village()], clusters: Vec::new() },
        units: Vec::new(),
        technologies: TechSet::NONE,
        start: day("2024-05-01").start(),
        end: end.map(|end| day(end).start()),
        cause: None,
        source: String::new(),
    })
}

fn dispute() -> Fact {
    Fact::Dispute(DisputeFact {
        village: village(),
        raised: day("2024-06-01"),
        text: "không có sóng".to_owned(),
        by: None,
        carrier: None,
    })
}

fn answer(entry: u64) -> Fact {
    Fact::DisputeAnswer(DisputeAnswerFact {
        dispute: RowRef { entry: EntrySeq(entry), row: 0 },
        carrier: carrier("viettel"),
        cause: Cause::Terrain,
        text: "núi che".to_owned(),
    })
}

fn entry(seq: u64, owner: Party, fact: Vec<Fact>) -> Entry {
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
        recorded_at: day("2024-07-01").start(),
        filing,
        rows: fact.into_iter().map(row).collect(),
    }
}

/// (who says it, what): each is an entry of its own, from number 2 on.
fn told() -> Vec<(Party, Fact)> {
    let own = || Party::Carrier(carrier("viettel"));
    vec![
        (own(), step(MilestoneStep::Surveyed, "2024-01-10")),
        (own(), promise("2024-01-10", "2024-06-30")),
        (own(), promise("2024-02-10", "2024-09-30")),
        (own(), blocker(None)),
        (own(), outage(None)),
        (Party::Department, dispute()),
        (own(), answer(7)),
        (own(), blocker(Some("2024-06-01"))),
        (own(), outage(Some("2024-05-02"))),
        (Party::Department, step(MilestoneStep::ConfirmedComplete, "2024-06-20")),
        (Party::Department, step(MilestoneStep::Reopened, "2024-06-25")),
    ]
}

fn ground() -> Ground {
    Ground { areas: Arc::new(Areas::default()), rules: Arc::new(rules()) }
}

#[test]
fn entry_by_entry_and_at_once_are_one_atlas_and_only_whose_it_is_notices() {
    let ground = ground();
    let scopes = [
        Scope::Public,
        Scope::Carrier(carrier("viettel")),
        Scope::Carrier(carrier("vnpt")),
        Scope::Officer,
    ];
    let mut entries = vec![entry(1, Party::Department, register())];
    let mut history = History::fold(&entries);
    let mut kept: Vec<Atlas> =
        scopes.iter().map(|scope| Atlas::build(&history, scope.clone(), &ground)).collect();
    for (seq, (owner, fact)) in (2_u64..).zip(told()) {
        let next = entry(seq, owner.clone(), vec![fact.clone()]);
        entries.push(next.clone());
        let touched = history.apply(&next);
        for (atlas, scope) in kept.iter_mut().zip(&scopes) {
            let after = atlas.after(&history, &touched);
            let at_once = Atlas::build(&History::fold(&entries), scope.clone(), &ground);
            assert_eq!(after.version, at_once.version, "{scope:?} after {fact:?}");
            let notices = scope.counts_unpublished_of(&owner);
            assert_eq!(after.version != atlas.version, notices, "{scope:?} after {fact:?}");
            *atlas = after;
        }
    }
}

#[test]
fn what_a_village_owed_goes_on_with_what_it_went_into_entry_by_entry() {
    let id = |text: &str| VillageId::new(text).expect("an id");
    let into = |from: &str, to: &str, on: &str| {
        Fact::VillageSuccession(VillageSuccessionFact {
            from: id(from),
            to: id(to),
            day: day(on),
            relation: VillageRelation::Merged,
            clusters: Vec::new(),
            source: String::new(),
        })
    };
    let mut first = register();
    for name in ["kon-moi", "kon-lon"] {
        let Fact::Village(known) = &first[2] else { panic!("a village") };
        first.push(Fact::Village(VillageFact { id: id(name), ..known.clone() }));
    }
    let told = [
        into("kon-moi", "kon-lon", "2024-02-01"),
        into("kon-doc", "kon-moi", "2024-03-01"),
        step(MilestoneStep::ConfirmedComplete, "2024-06-20"),
        into("kon-lon", "kon-doc", "2024-07-01"),
    ];
    let mut entries = vec![entry(1, Party::Department, first)];
    let mut history = History::fold(&entries);
    let mut atlas = Atlas::build(&history, Scope::Public, &ground());
    let owed = |atlas: &Atlas, village: &str, on: &str| {
        let (_, card) = atlas.village(&id(village)).expect("a card");
        card.open_duty(day(on)).map(|open| (open.is_overdue, open.since))
    };
    let open = Some((true, day("2023-06-07")));
    let mut seen = Vec::new();
    for (seq, fact) in (2_u64..).zip(told) {
        let next = entry(seq, Party::Department, vec![fact]);
        entries.push(next.clone());
        let touched = history.apply(&next);
        atlas = atlas.after(&history, &touched);
        let at_once = Atlas::build(&History::fold(&entries), Scope::Public, &ground());
        assert_eq!(atlas.version, at_once.version, "after entry {seq}");
        let days = ["2024-02-29", "2024-03-01", "2024-06-20"];
        seen.push(days.map(|on| owed(&atlas, "kon-lon", on)));
    }
    assert_eq!(seen[0], [None; 3], "nothing of it has come yet");
    assert_eq!(seen[1], [None, open, open], "over two successions, from the day of the later");
    assert_eq!(seen[2], [None, open, None], "it is confirmed");
    assert_eq!(seen[3], seen[2], "what goes round comes to an end");
    assert_eq!(owed(&atlas, "kon-doc", "2024-03-01"), open, "its own stays its own");
}

#[test]
fn the_register_of_a_day_is_what_had_been_told_by_then() {
    let mut entries = vec![entry(1, Party::Department, register())];
    let later = (2_u64..).zip(told());
    entries.extend(later.map(|(seq, (owner, fact))| entry(seq, owner, vec![fact])));
    let atlas = Atlas::build(&History::fold(&entries), Scope::Officer, &ground());
    let line = |on: &str| {
        let rows = atlas.duties(&DutyQuery::default(), day(on));
        assert_eq!(rows.len(), 1);
        rows.into_iter().next().expect("a line")
    };
    assert_eq!(line("2023-06-06").state, DutyState::NotYetGiven);
    assert_eq!(line("2023-12-31").state, DutyState::Open, "the due day itself");
    assert_eq!(line("2024-01-01").late_days, Some(1));
    let blocked = line("2024-04-01");
    assert_eq!((blocked.waits_for, blocked.promised), (WaitsFor::Agency, Some(day("2024-09-30"))));
    assert_eq!(blocked.promises(day("2024-04-01")).slipped_days(), Some(92));
    assert_eq!(line("2024-02-09").promised, Some(day("2024-06-30")));
    let confirmed = line("2024-06-20");
    assert_eq!((confirmed.state, confirmed.waits_for), (DutyState::Confirmed, WaitsFor::Nobody));
    assert_eq!(confirmed.waiting_days, None);
    let missing = confirmed.findings.iter().filter(|f| matches!(f, DutyFinding::Missing { .. }));
    assert_eq!(missing.count(), 5, "all that was built in between is not told: {confirmed:?}");
    let reopened = line("2024-06-25");
    assert_eq!(reopened.state, DutyState::Overdue);
    assert!(reopened.findings.is_empty(), "a new round begins: {:?}", reopened.findings);
    let (_, card) = atlas.village(&village()).expect("a card");
    let stage = card.disputes[0].stage_on(day("2024-07-01"));
    assert_eq!(stage, Some(DisputeStage::Answered));
}

#[test]
fn an_outage_is_stale_when_nobody_renews_it_and_ends_only_when_told() {
    use crate::atlas::OutageState::{Ended, Ongoing, Stale};
    let state = |facts: Vec<Fact>, hours: i64| {
        let entries = [
            entry(1, Party::Department, register()),
            entry(2, Party::Carrier(carrier("viettel")), facts),
        ];
        let atlas = Atlas::build(&History::fold(&entries), Scope::Officer, &ground());
        let told = day("2024-07-01").start();
        let at = told.checked_add(jiff::SignedDuration::from_hours(hours)).expect("an instant");
        assert_eq!(atlas.beside.outages.len(), 1, "each once");
        atlas.beside.outages[0].state_at(at, atlas.common.rules.outage_stale_hours())
    };
    assert_eq!(state(vec![outage(None)], 5), Some(Ongoing));
    assert_eq!(state(vec![outage(None)], 6), Some(Stale), "on the hour");
    assert_eq!(state(vec![outage(None)], 24 * 365), Some(Stale), "never restored by itself");
    assert_eq!(state(vec![outage(None), outage(Some("2024-05-02"))], 5), Some(Ended));
    assert_eq!(state(vec![outage(None)], -24 * 90), None, "before it began");
}

mod kinds;
