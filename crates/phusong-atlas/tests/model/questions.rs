//! What can be asked of an Atlas, held against a scan that knows no shards, windows or indexes.

use std::fmt::Write as _;
use std::sync::Arc;

use geo::Intersects;
use phusong_atlas::atlas::{
    AreaFilter, Areas, Atlas, Carriers, Cause, DutyFilter, DutyState, GapQuery, Ground, Groups,
    Households, Mode, Question, Signal, SiteQuery, SiteState, Sort, Totals, Tri, VillageVerdict,
    timeline,
};
use phusong_atlas::domain::{
    Area, CarrierKind, Day, DutyFact, DutyId, Entry, EntrySeq, Environment, Fact, FilingKind,
    Grade, MilestoneFact, MilestoneStep, Party, Position, Scope, Service, Technology, UnitCode,
    UnitFact, UnitId, UnitLevel, UnitRelation, UnitSuccessionFact, VillageFact, VillageId,
    distance_m,
};
use phusong_atlas::gazetteer::fold_for_search;
use phusong_atlas::history::History;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::book::{
    book, carrier, carrier_fact, day, filing, located, plain_row, report_id, rules, square, unit,
    unit_fact, village, village_fact,
};

/// Two districts with two communes each, that became two communes; one of them of both.
const OLD_COMMUNES: [(u32, u32); 4] = [(21, 11), (22, 11), (23, 12), (24, 12)];
const TODAY: [(u32, &[u32]); 2] = [(31, &[21, 22]), (32, &[23, 24, 22])];

fn today(code: u32) -> UnitId {
    UnitId { code: UnitCode(code), valid_from: day("2025-07-01") }
}

fn ground() -> Ground {
    Ground { areas: Arc::new(Areas::default()), rules: Arc::new(rules()) }
}

/// Small numbers that make a village and what is said of it.
#[derive(Debug, Clone)]
struct Seed {
    at: Option<(i32, i32)>,
    households: Option<u32>,
    grid_power: Option<bool>,
    especially_hard: Option<bool>,
    /// Index into the communes, old then new; others name none.
    unit: usize,
    name: u8,
    /// Given and due in days after 2023-06-07; confirmed on the due day.
    duty: Option<(i32, Option<i32>, bool)>,
    listed: bool,
    /// The day on which it goes over to another (or the same) commune of today.
    moved: Option<(&'static str, usize)>,
    /// (carrier, technology) on air since a day after 2024-01-01.
    served: Vec<(bool, usize, i32)>,
}

fn seed() -> impl Strategy<Value = Seed> {
    (
        (
            proptest::option::weighted(0.9, (-40..40, -40..40)),
            proptest::option::weighted(0.7, 0..6_u32),
            any::<Option<bool>>(),
            any::<Option<bool>>(),
            0..8_usize,
        ),
        (
            0..6_u8,
            proptest::option::of((0..9, proptest::option::of(0..900), any::<bool>())),
            any::<bool>(),
            vec((any::<bool>(), 0..4_usize, 0..500), 0..3),
            proptest::option::weighted(
                0.4,
                (select(&["2023-12-31", "2024-09-02", "2026-06-01"][..]), 0..2_usize),
            ),
        ),
    )
        .prop_map(|((at, households, grid_power, especially_hard, unit), rest)| Seed {
            at,
            households,
            grid_power,
            especially_hard,
            unit,
            name: rest.0,
            duty: rest.1,
            listed: rest.2,
            served: rest.3,
            moved: rest.4,
        })
}

fn units() -> Vec<Fact> {
    let district = |code| unit_fact(code, UnitLevel::District, Some(unit(1)));
    let mut facts = vec![
        Fact::Unit(unit_fact(1, UnitLevel::Province, None)),
        Fact::Unit(district(11)),
        Fact::Unit(district(12)),
    ];
    for (code, district) in OLD_COMMUNES {
        let ended = UnitFact {
            valid_to: Some(day("2025-07-01")),
            ..unit_fact(code, UnitLevel::Commune, Some(unit(district)))
        };
        facts.push(Fact::Unit(ended));
    }
    for (code, parts) in TODAY {
        let fact =
            UnitFact { id: today(code), ..unit_fact(code, UnitLevel::Commune, Some(unit(1))) };
        facts.push(Fact::Unit(fact));
        for part in parts {
            let relation = if *part == 22 { UnitRelation::Part } else { UnitRelation::Whole };
            facts.push(Fact::UnitSuccession(UnitSuccessionFact {
                from: unit(*part),
                to: today(code),
                day: day("2025-07-01"),
                relation,
                source: String::new(),
            }));
        }
    }
    facts
}

fn place((x, y): (i32, i32)) -> (f64, f64) {
    (108.5 + f64::from(x) / 100.0, 14.8 + f64::from(y) / 100.0)
}

fn id(number: usize) -> VillageId {
    village(&format!("v{number}"))
}

fn facts_of(number: usize, seed: &Seed) -> Vec<Fact> {
    let named = match seed.unit {
        old @ 0..4 => vec![unit(OLD_COMMUNES[old].0)],
        new @ 4..6 => vec![today(TODAY[new - 4].0)],
        _ => Vec::new(),
    };
    let at = seed.at.map(place).map(|(lon, lat)| located(lon, lat, 100));
    let mut facts = vec![Fact::Village(VillageFact {
        // Names repeat, so that ids must decide.
        name: ["Đăk Pao", "Cà Xen", "Thôn Cà", "thôn ca", "", "Nước Giáp"][usize::from(seed.name)]
            .to_owned(),
        units: named,
        households: seed.households,
        grid_power: seed.grid_power,
        especially_hard: seed.especially_hard,
        ..village_fact(id(number).as_str(), None, at)
    })];
    if let (Some((on, to)), Fact::Village(before)) = (seed.moved, facts[0].clone()) {
        let units = vec![today(TODAY[to].0)];
        facts.push(Fact::Village(VillageFact { day: Some(day(on)), units, ..before }));
    }
    if let Some((given, due, confirmed)) = seed.duty {
        let duty = DutyId::new(&format!("d{number}")).expect("an id");
        let due = due.map(|days| day("2023-06-07").plus_days(days));
        facts.push(Fact::Duty(DutyFact {
            id: duty.clone(),
            clause: "IV.16".to_owned(),
            cite: String::new(),
            village: id(number),
            carrier: carrier("viettel"),
            technology: None,
            given: day("2023-06-07").plus_days(given),
            due,
            due_inferred: None,
            source: String::new(),
        }));
        if confirmed {
            facts.push(Fact::Milestone(MilestoneFact {
                day: due.unwrap_or(day("2024-06-07")),
                duty,
                step: MilestoneStep::ConfirmedComplete,
                source: String::new(),
            }));
        }
    }
    facts
}

/// Everything the department's, so that one scope sees all.
fn history(seeds: &[Seed]) -> History {
    History::fold(&entries(seeds))
}

fn entries(seeds: &[Seed]) -> Vec<Entry> {
    let mut facts: Vec<Fact> =
        ["viettel", "vnpt"].map(|name| Fact::Carrier(carrier_fact(name, CarrierKind::Mno))).into();
    facts.extend(units());
    for (number, seed) in seeds.iter().enumerate() {
        facts.extend(facts_of(number, seed));
    }
    let mut lines = String::new();
    for (number, seed) in seeds.iter().enumerate() {
        if seed.listed {
            let _ = writeln!(lines, "2023-06-07 dept: list lacks @v{number}");
        }
        for (vnpt, technology, days) in &seed.served {
            let who = if *vnpt { "vnpt" } else { "viettel" };
            let technology = Technology::ALL[*technology];
            let on = day("2024-01-01").plus_days(*days);
            let at =
                seed.at.map(place).map_or(String::new(), |(lon, lat)| format!(" at {lon},{lat},0"));
            let _ = writeln!(lines, "{on} {who}: on_air S{number} {technology} @v{number}{at}");
        }
    }
    let register = Entry {
        seq: EntrySeq(1),
        id: report_id(1),
        recorded_at: "2020-01-01T05:00:00Z".parse().expect("an instant"),
        filing: filing(FilingKind::Register, Party::Department, Party::Department),
        rows: facts.into_iter().map(plain_row).collect(),
    };
    let said = book(&lines).into_iter().skip(1);
    std::iter::once(register).chain(said).collect()
}

fn asked() -> impl Strategy<Value = Question> {
    (
        select(&["2023-06-06", "2023-12-31", "2024-09-01", "2025-03-01", "2026-11-01"][..]),
        proptest::option::of(select(&Technology::ALL[..])),
        0..4_u8,
        any::<bool>(),
        select(&[Grade::E1, Grade::E1, Grade::E2][..]),
        any::<bool>(),
    )
        .prop_map(|(on, technology, carriers, each, grade, indoor)| {
            use phusong_atlas::atlas::CarrierIndex;
            Question {
                carriers: match carriers {
                    0 => Carriers::Named(vec![CarrierIndex(0)]),
                    1 => Carriers::Named(vec![CarrierIndex(0), CarrierIndex(1)]),
                    _ => Carriers::Operators,
                },
                mode: if each { Mode::Each } else { Mode::Any },
                technology,
                signal: Signal {
                    environment: if indoor { Environment::Indoor } else { Environment::Outdoor },
                    service: Service::Data,
                },
                grade,
                day: day(on),
            }
        })
}

fn area() -> impl Strategy<Value = AreaFilter> {
    use proptest::option::weighted as of;
    let corner = || (-40..40, -40..40);
    (
        of(0.2, select(&[31_u32, 32][..])),
        of(0.2, select(&[21_u32, 22, 23, 24][..])),
        of(0.2, select(&[11_u32, 12][..])),
        of(0.3, (corner(), 1..40, 1..40)),
        of(0.3, (corner(), 1_000.0..80_000.0)),
        of(0.3, (corner(), 1_000.0..40_000.0)),
    )
        .prop_map(|(commune, commune_old, district, bounds, polygon, near)| AreaFilter {
            commune: commune.map(today),
            commune_old: commune_old.map(unit),
            district_old: district.map(unit),
            bounds: bounds.map(|((x, y), dx, dy)| {
                let (low, high) = (place((x, y)), place((x + dx, y + dy)));
                ([low.0, low.1], [high.0, high.1])
            }),
            polygon: polygon.map(|(at, side_m): (_, f64)| {
                let (lon, lat) = place(at);
                square(lon, lat, side_m)
            }),
            near: near.map(|(at, radius_m): (_, f64)| {
                let (lon, lat) = place(at);
                (Position::new(lon, lat).expect("on the globe"), radius_m)
            }),
        })
}

fn query() -> impl Strategy<Value = GapQuery> {
    let tri = || proptest::option::weighted(0.3, select(&[Tri::Yes, Tri::No, Tri::Unknown][..]));
    let duties = [DutyFilter::None, DutyFilter::Open, DutyFilter::Overdue];
    (
        asked(),
        proptest::sample::subsequence(VillageVerdict::ALL.to_vec(), 1..=5),
        area(),
        proptest::option::weighted(0.4, select(duties.to_vec())),
        tri(),
        tri(),
        select(&[Sort::Households, Sort::Waiting, Sort::Distance, Sort::Name][..]),
    )
        .prop_map(|(question, verdicts, area, duty, grid_power, especially_hard, sort)| {
            GapQuery { question, verdicts, area, duty, grid_power, especially_hard, sort }
        })
}

/// What the dumb scan knows of a village that the filters leave.
struct Scanned {
    id: VillageId,
    verdict: VillageVerdict,
    households: Option<u32>,
    name: String,
    waiting: Option<i32>,
    nearest_m: Option<f64>,
    commune: Option<UnitId>,
    district_old: Option<UnitId>,
}

fn fits(wanted: Option<Tri>, known: Option<bool>) -> bool {
    let known = match known {
        Some(true) => Tri::Yes,
        Some(false) => Tri::No,
        None => Tri::Unknown,
    };
    wanted.is_none_or(|wanted| wanted == known)
}

fn lies(area: Option<&Area>, at: Position) -> bool {
    area.is_none_or(|area| area.polygons().intersects(&at.point()))
}

/// Where the seed says that the village lies on a day: (today's commune, old commune, old
/// district). Where nothing names its commune of then, it lay where it lies since.
fn home(seed: &Seed, on: Day) -> (Option<UnitId>, Option<UnitId>, Option<UnitId>) {
    let Some((from, to)) = seed.moved else { return home_at_first(seed) };
    if day(from) <= on {
        return home_at_first(&Seed { unit: 4 + to, ..seed.clone() });
    }
    let (commune, commune_old, district_old) = home_at_first(seed);
    if commune.is_some() {
        return (commune, commune_old, district_old);
    }
    let (since, _, district_since) = home_at_first(&Seed { unit: 4 + to, ..seed.clone() });
    (since, commune_old, district_old.or(district_since))
}

fn home_at_first(seed: &Seed) -> (Option<UnitId>, Option<UnitId>, Option<UnitId>) {
    match seed.unit {
        // A commune that was split leads to no single one of today, and no area tells here.
        1 => (None, Some(unit(22)), Some(unit(11))),
        0 => (Some(today(31)), Some(unit(21)), Some(unit(11))),
        old @ (2 | 3) => (Some(today(32)), Some(unit(OLD_COMMUNES[old].0)), Some(unit(12))),
        4 => (Some(today(31)), None, Some(unit(11))),
        // Made of communes of two districts: which one, nobody has said.
        5 => (Some(today(32)), None, None),
        _ => (None, None, None),
    }
}

fn scan(atlas: &Atlas, seeds: &[Seed], query: &GapQuery) -> Vec<Scanned> {
    let on = query.question.day;
    let nearest = |at: Option<Position>| {
        let at = at?;
        let sites = atlas.shards().flat_map(|shard| &shard.sites);
        let on_air = sites.filter(|site| !site.life.technologies_on(on).is_empty());
        let away = on_air.filter_map(|site| Some(distance_m(at, site.position?)));
        away.min_by(f64::total_cmp)
    };
    let mut found = Vec::new();
    for (number, seed) in seeds.iter().enumerate() {
        let (_, card) = atlas.village(&id(number)).expect("registered");
        let fact = card.fact_on(on).expect("one fact");
        let at = seed.at.map(place).map(|(lon, lat)| Position::new(lon, lat).expect("globe"));
        let owed: Vec<(DutyState, Day)> =
            card.duties.iter().map(|duty| (duty.state_on(on), duty.fact.given)).collect();
        let open = |state: DutyState| matches!(state, DutyState::Open | DutyState::Overdue);
        let duty = match query.duty {
            None => true,
            Some(DutyFilter::None) => owed.iter().all(|(state, _)| !open(*state)),
            Some(DutyFilter::Open) => owed.iter().any(|(state, _)| open(*state)),
            Some(DutyFilter::Overdue) => owed.iter().any(|(s, _)| *s == DutyState::Overdue),
        };
        let area = &query.area;
        let (commune, commune_old, district_old) = home(seed, on);
        let units = area.commune.is_none_or(|wanted| commune == Some(wanted))
            && area.commune_old.is_none_or(|wanted| commune_old == Some(wanted))
            && area.district_old.is_none_or(|wanted| district_old == Some(wanted));
        let spatial = area.bounds.is_some() || area.polygon.is_some() || area.near.is_some();
        let inside = match at {
            None => !spatial,
            Some(at) => {
                let (lon, lat) = (at.lon_deg(), at.lat_deg());
                area.bounds.is_none_or(|(l, h)| {
                    (l[0]..=h[0]).contains(&lon) && (l[1]..=h[1]).contains(&lat)
                }) && lies(area.polygon.as_ref(), at)
                    && area.near.is_none_or(|(centre, m)| distance_m(centre, at) <= m)
            }
        };
        let attributes = fits(query.grid_power, seed.grid_power)
            && fits(query.especially_hard, seed.especially_hard);
        if duty && units && inside && attributes {
            let waits = owed.iter().filter(|(state, _)| open(*state));
            found.push(Scanned {
                id: id(number),
                verdict: card.verdict(&query.question, &atlas.common).verdict,
                households: seed.households,
                name: fold_for_search(&fact.name),
                waiting: waits.map(|(_, given)| on.number() - given.number()).max(),
                nearest_m: nearest(at),
                commune,
                district_old,
            });
        }
    }
    found
}

fn order(sort: Sort, a: &Scanned, b: &Scanned) -> std::cmp::Ordering {
    let by_name = (&a.name, &a.id).cmp(&(&b.name, &b.id));
    match sort {
        // Unknown is less than any number, so it stands last.
        Sort::Households => b.households.cmp(&a.households).then(by_name),
        Sort::Waiting => b.waiting.cmp(&a.waiting).then(by_name),
        Sort::Name => by_name,
        Sort::Distance => {
            let far = |s: &Scanned| s.nearest_m.unwrap_or(f64::INFINITY);
            far(a).total_cmp(&far(b)).then_with(|| a.id.cmp(&b.id))
        }
    }
}

fn count<'a>(rows: impl Iterator<Item = &'a Scanned>) -> Households {
    rows.fold(Households::default(), |mut sum, row| {
        sum.villages += 1;
        sum.households += u64::from(row.households.unwrap_or(0));
        sum.villages_households_unknown += u32::from(row.households.is_none());
        sum
    })
}

fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: cases.unwrap_or(256), failure_persistence: None, ..Default::default() }
}

proptest! {
    #![proptest_config(cases())]

    /// Every filter and every order, against a full scan.
    #[test]
    fn a_gap_query_equals_a_full_scan(seeds in vec(seed(), 0..20), query in query()) {
        let atlas = Atlas::build(&history(&seeds), Scope::Officer, &ground());
        let found = atlas.gaps(&query);
        let mut expected = scan(&atlas, &seeds, &query);
        for (verdict, total) in found.totals {
            let counted = count(expected.iter().filter(|row| row.verdict == verdict));
            prop_assert_eq!(total, counted, "{:?}", verdict);
        }
        expected.retain(|row| query.verdicts.contains(&row.verdict));
        expected.sort_by(|a, b| order(query.sort, a, b));
        let ids: Vec<&VillageId> = found.rows.iter().map(|row| &row.card().id).collect();
        prop_assert_eq!(ids, expected.iter().map(|row| &row.id).collect::<Vec<_>>());
        let waiting: Vec<_> = found.rows.iter().map(|row| row.waiting_days).collect();
        prop_assert_eq!(waiting, expected.iter().map(|row| row.waiting).collect::<Vec<_>>());
    }

    /// The same total by old district and by new commune reconciles.
    #[test]
    fn every_grouping_sums_to_the_whole(seeds in vec(seed(), 0..20), query in query()) {
        let atlas = Atlas::build(&history(&seeds), Scope::Officer, &ground());
        let groups = atlas.gap_groups(&query);
        let Groups { whole, by_commune, by_commune_old, by_district_old } = groups;
        let scanned = scan(&atlas, &seeds, &query);
        let of = |unit: Option<UnitId>, key: &dyn Fn(&Scanned) -> Option<UnitId>| {
            count(scanned.iter().filter(|row| key(row) == unit))
        };
        for (unit, totals) in &by_commune {
            prop_assert_eq!(totals.all(), of(*unit, &|row| row.commune), "{:?}", unit);
        }
        for (unit, totals) in &by_district_old {
            prop_assert_eq!(totals.all(), of(*unit, &|row| row.district_old), "{:?}", unit);
        }
        for verdict in VillageVerdict::ALL {
            let sum = |groups: Vec<&Totals>| {
                groups.iter().map(|totals| totals.of(verdict)).fold((0, 0, 0), |sum, h| {
                    (sum.0 + h.villages, sum.1 + h.households, sum.2 + h.villages_households_unknown)
                })
            };
            let all = sum(vec![&whole]);
            prop_assert_eq!(sum(by_commune.values().collect()), all);
            prop_assert_eq!(sum(by_district_old.values().collect()), all);
            prop_assert_eq!(sum(by_commune_old.values().collect()), all);
        }
    }

    /// Every change lies between two different answers, and between changes nothing moves.
    #[test]
    fn changes_are_where_answers_differ(seeds in vec(seed(), 1..4), question in asked()) {
        let atlas = Atlas::build(&history(&seeds), Scope::Officer, &ground());
        let (after, until) = (day("2023-06-01"), day("2025-09-01"));
        let changes = atlas.changes(&question, after, until);
        for number in 0..seeds.len() {
            let (_, card) = atlas.village(&id(number)).expect("registered");
            let on = |day| card.verdict(&Question { day, ..question.clone() }, &atlas.common);
            let mut own = changes.iter().filter(|change| change.village == id(number));
            for step in after.number() + 1..=until.number() {
                let day = Day::from_number(step);
                if on(day) != on(day.plus_days(-1)) {
                    let change = own.next().expect("a change for every step");
                    prop_assert_eq!(change.day, day);
                    prop_assert_eq!(change.before, Some(on(day.plus_days(-1))));
                    prop_assert_eq!(change.after, Some(on(day)));
                    prop_assert!(!change.because.is_empty(), "{:?} has no cause", change);
                }
            }
            prop_assert!(own.next().is_none(), "a change where nothing moved");
        }
    }

    #[test]
    fn sites_and_the_nearest_equal_a_full_scan(
        seeds in vec(seed(), 0..20),
        at in (-40..40, -40..40),
        radius_m in 1_000.0..60_000.0,
        least in proptest::option::of(select(&Technology::ALL[..])),
        on in select(&["2024-02-01", "2024-12-01", "2026-11-01"][..]),
    ) {
        let (lon, lat) = place(at);
        let (centre, on) = (Position::new(lon, lat).expect("globe"), day(on));
        // Asked after every entry, so that nothing kept from before is told later.
        let mut history = History::default();
        let mut atlas = Atlas::build(&history, Scope::Officer, &ground());
        for entry in entries(&seeds) {
            let _what_was_near = atlas.nearest_sites(centre, on, None, None, 1);
            let touched = history.apply(&entry);
            atlas = atlas.after(&history, &touched);
        }
        let works = |site: &phusong_atlas::atlas::SiteCard| {
            site.life.technologies_on(on).iter().any(|t| least.is_none_or(|least| t >= least))
        };
        let mut scanned: Vec<_> = atlas
            .shards()
            .flat_map(|shard| &shard.sites)
            .filter(|site| works(site))
            .filter_map(|site| Some((distance_m(centre, site.position?), site.id.clone())))
            .collect();
        scanned.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        let near = atlas.nearest_sites(centre, on, None, least, 3);
        let near: Vec<_> = near.iter().map(|n| (n.distance_m, n.site().id.clone())).collect();
        prop_assert_eq!(near, scanned.iter().take(3).cloned().collect::<Vec<_>>());

        scanned.retain(|(away, _)| *away <= radius_m);
        let query = SiteQuery {
            day: on,
            carrier: None,
            state: Some(SiteState::Operational),
            technology: least,
            bounds: None,
            near: Some((centre, radius_m)),
        };
        let found: Vec<_> = atlas
            .sites(&query)
            .iter()
            .map(|row| (row.distance_m.unwrap_or(-1.0), row.card().id.clone()))
            .collect();
        prop_assert_eq!(found, scanned);
    }
}

pub fn told(lines: &str) -> Atlas {
    Atlas::build(&History::fold(&book(lines)), Scope::Officer, &ground())
}

fn on(atlas: &Atlas, who: &str, when: &str) -> VillageVerdict {
    let (_, card) = atlas.village(&village(who)).expect("registered");
    card.verdict(&Question::default_on(day(when)), &atlas.common).verdict
}

#[test]
fn after_a_sunset_a_2g_only_village_is_unknown_and_a_listed_one_a_gap_again() {
    use VillageVerdict::{Covered, Insufficient, NoSignal};
    let lines = "
        2020-01-02 dept: village @v1; village @v2; village @v3
        2023-06-07 dept: list lacks @v2
        2024-01-10 viettel: on_air S1 2G @v1; on_air S2 2G @v2; on_air S3 4G @v3
        2024-09-13 dept: sunset 2G on 2024-10-16
        2024-09-14 dept: sunset 2G on 2026-09-16";
    let announced = told(lines);
    let confirmed = told(&format!("{lines}\n2024-10-20 dept: confirm 5.0"));
    let later = told(&format!("{lines}\n2024-10-20 dept: confirm 6.0"));
    let at = |atlas: &Atlas, when: &str| ["v1", "v2", "v3"].map(|who| on(atlas, who, when));
    assert_eq!(at(&announced, "2024-10-16"), [Covered; 3], "announced is not confirmed");
    assert_eq!(at(&confirmed, "2024-10-15"), [Covered; 3]);
    assert_eq!(at(&confirmed, "2024-10-16"), [Insufficient, NoSignal, Covered]);
    assert_eq!(at(&later, "2026-09-15"), [Covered; 3]);
    assert_eq!(at(&later, "2026-09-16"), [Insufficient, NoSignal, Covered]);
    // Even unconfirmed, the base of the day asks from 3G.
    assert_eq!(at(&announced, "2026-09-16"), [Insufficient, NoSignal, Covered]);

    let (_, card) = confirmed.village(&village("v2")).expect("registered");
    let question = Question::default_on(day("2026-11-01"));
    let turns = timeline(card, &question, &confirmed.common, question.day);
    let sunset = Cause::Sunset { carrier: None, technology: Technology::G2 };
    let turn = turns.iter().find(|turn| turn.from == day("2024-10-16")).expect("a turn");
    assert_eq!(turn.causes, [sunset], "the timeline says what brought it about");
}

#[test]
fn a_site_goes_through_its_states_and_each_names_its_row() {
    let atlas = told(
        "
        2024-01-01 viettel: planned S1 4G on 2024-06-01
        2024-02-01 viettel: built S1
        2024-03-01 viettel: on_air S1 2G at 108.5,14.8,0
        2024-03-02 viettel: on_air S1 5G on 2030-01-01
        2024-04-01 viettel: changed S1 4G
        2024-05-01 viettel: off_air S1
        2024-05-09 viettel: on_air S1 2G; on_air S1 4G
        2025-01-01 viettel: decommissioned S1",
    );
    let query = SiteQuery {
        day: day("2024-04-15"),
        carrier: None,
        state: None,
        technology: None,
        bounds: None,
        near: None,
    };
    let rows = atlas.sites(&query);
    let site = rows[0].card();
    let mut table = String::new();
    for turn in site.timeline() {
        let on_air: Vec<_> = turn.technologies.iter().map(Technology::as_str).collect();
        let _ = writeln!(
            table,
            "{} {} {} ({} rows)",
            turn.from,
            turn.state.as_str(),
            on_air.join("+"),
            turn.because.len()
        );
    }
    let expected = "\
2024-02-01 built  (1 rows)
2024-03-01 operational 2G (1 rows)
2024-04-01 operational 2G+4G (1 rows)
2024-05-01 off_air  (1 rows)
2024-05-09 operational 2G+4G (2 rows)
2025-01-01 decommissioned  (1 rows)
";
    assert_eq!(table, expected);
    assert_eq!(site.since(day("2024-04-15")), Some(day("2024-03-01")));
    let plans: Vec<_> = site.plans().iter().map(|plan| plan.day).collect();
    assert_eq!(plans, [day("2024-06-01"), day("2030-01-01")]);
    assert_eq!(site.state_on(day("2023-01-01")), SiteState::Planned);
}
