//! Acts into a ledger that the service could have written.

use std::mem::discriminant;

use geo::{LineString, MultiPolygon, Polygon};
use phusong_atlas::domain::{
    AccountFact, Area, CarrierFact, CarrierKind, ClaimFact, ClusterFact, Day, Entry, EntrySeq,
    Fact, Feeds, FiledRow, FilingKind, ObservationFact, Party, PersonId, Places, Role, RowRef,
    Sample, SampleFact, Says, Shape, SiteCode, SiteEventFact, SiteId, SunsetFact, Target, TechSet,
    Technology, UnitFact, UnitId, UnitLevel, VillageFact, VillageSuccessionFact,
};
use proptest::prelude::*;

use super::acts::{Act, Decision, Named, Patch, Pick, Row, Said, Statement, Tense, Who};
use super::{CARRIERS, CLUSTERS, COMMUNES, VILLAGES, masked};
use crate::book::{
    carrier, carrier_fact, cluster, day, filing, located, plain_row, report_id, square, unit,
    unit_fact, village, village_fact,
};

/// What every history starts from, apart from the fixed cast.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// Which of the clusters 1–3 are there from the start, by mask.
    clusters: u8,
    /// Which of them are centres.
    centres: u8,
    /// Does the third village begin with the new commune, or is it as old as the others?
    third_is_new: bool,
    /// When the third carrier ended, and what it was.
    third_carrier: (Option<Day>, CarrierKind),
}

pub fn beginning() -> impl Strategy<Value = Beginning> {
    let kind = prop_oneof![Just(CarrierKind::Mno), Just(CarrierKind::Satellite)];
    let ended = proptest::option::of(super::near_focus());
    (0..8_u8, 0..8_u8, any::<bool>(), ended, kind).prop_map(
        |(clusters, centres, third_is_new, ended, kind)| Beginning {
            clusters,
            centres,
            third_is_new,
            third_carrier: (ended, kind),
        },
    )
}

/// The order of recording, then each act's references resolved among the rows before it.
pub fn ledger(beginning: &Beginning, mut acts: Vec<Act>) -> Vec<Entry> {
    acts.sort_by_key(Act::recorded);
    let mut entries = vec![entry(
        1,
        day("2020-01-01"),
        FilingKind::Register,
        (Party::Department, Party::Department),
        cast(beginning),
    )];
    for act in acts {
        let seq = entries.len() as u64 + 1;
        let (kind, person, parties, rows) = match &act {
            Act::Statements { recorded, who, rows } => (
                FilingKind::Report,
                who.person,
                parties(*who),
                rows.iter().filter_map(|row| statement(&entries, row, *recorded)).collect(),
            ),
            Act::Decision { person, what, .. } => {
                let Some((by, fact)) = decision(&entries, *what) else { continue };
                (FilingKind::Decision, *person, (by.clone(), by), vec![plain_row(fact)])
            }
            Act::Account { person, role, .. } => {
                let fact = account(*person, *role);
                let owner = fact.role.party().unwrap_or(Party::Department);
                let rows = vec![plain_row(Fact::Account(fact))];
                (FilingKind::Register, 0, (owner, Party::Department), rows)
            }
        };
        if !rows.is_empty() {
            let mut next = entry(seq, act.recorded(), kind, parties, distinct_days(&entries, rows));
            next.filing.person = (person > 0).then(|| someone(person));
            entries.push(next);
        }
    }
    entries.retain(|entry| !entry.rows.is_empty());
    entries
}

/// Leaves out successions that meet another of the same day: the text does not order them. Parts of
/// one village that take different clusters need no order.
fn distinct_days(entries: &[Entry], rows: Vec<FiledRow>) -> Vec<FiledRow> {
    let mut kept: Vec<FiledRow> = Vec::new();
    for row in rows {
        let meets = |other: &FiledRow| match (&row.fact, &other.fact) {
            (Fact::VillageSuccession(a), Fact::VillageSuccession(b)) => {
                let parts = a.from == b.from
                    && a.to != b.to
                    && a.relation.names_clusters()
                    && b.relation.names_clusters()
                    && a.clusters.iter().all(|cluster| !b.clusters.contains(cluster));
                a.day == b.day
                    && !parts
                    && [&a.from, &a.to].iter().any(|id| **id == b.from || **id == b.to)
            }
            _ => false,
        };
        let clash = kept.iter().chain(entries.iter().flat_map(|e| &e.rows)).any(meets);
        if !clash {
            kept.push(row);
        } else if kept.is_empty() {
            // An entry keeps at least one row, so that the numbering holds.
            kept.push(plain_row(Fact::OpenDispute { village: village("v1"), text: String::new() }));
        }
    }
    kept
}

fn entry(
    seq: u64,
    recorded: Day,
    kind: FilingKind,
    (owner, filed_by): (Party, Party),
    rows: Vec<FiledRow>,
) -> Entry {
    Entry {
        seq: EntrySeq(seq),
        id: report_id(seq),
        recorded_at: recorded.start(),
        filing: filing(kind, owner, filed_by),
        rows,
    }
}

/// Entry 1: carriers, a province with an old and a new commune, three villages, some clusters.
fn cast(beginning: &Beginning) -> Vec<FiledRow> {
    let (valid_to, kind) = beginning.third_carrier;
    let mut facts: Vec<Fact> = CARRIERS[..2]
        .iter()
        .map(|name| Fact::Carrier(carrier_fact(name, CarrierKind::Mno)))
        .collect();
    facts.push(Fact::Carrier(CarrierFact { valid_to, ..carrier_fact(CARRIERS[2], kind) }));
    let province = unit(1);
    facts.push(Fact::Unit(unit_fact(1, UnitLevel::Province, None)));
    facts.push(Fact::Unit(UnitFact {
        valid_to: Some(new_commune().valid_from),
        ..unit_fact(COMMUNES[0], UnitLevel::Commune, Some(province))
    }));
    facts.push(Fact::Unit(UnitFact {
        id: new_commune(),
        ..unit_fact(COMMUNES[1], UnitLevel::Commune, Some(province))
    }));
    facts.push(Fact::Unit(UnitFact {
        id: neighbour(),
        ..unit_fact(COMMUNES[2], UnitLevel::Commune, Some(province))
    }));
    for (n, id) in (0..).zip(VILLAGES) {
        let since = (n == 2 && beginning.third_is_new).then(|| new_commune().valid_from);
        facts.push(Fact::Village(VillageFact {
            units: units(1 + n),
            ..village_fact(id, since, Some(spot(n, 300)))
        }));
    }
    for n in masked(&[0_u8, 1, 2], beginning.clusters) {
        let centre = beginning.centres >> n & 1 == 1;
        let shape = Shape::Point(spot(n, 100));
        facts.push(Fact::Cluster(cluster_fact(n, n / 2, None, shape, centre)));
    }
    facts.into_iter().map(plain_row).collect()
}

fn someone(n: u8) -> PersonId {
    PersonId::new(&format!("p{n}")).expect("an id")
}

fn account(person: u8, role: u8) -> AccountFact {
    let role = match role {
        0 | 1 => Role::Officer,
        2 => Role::Approver,
        _ => Role::CarrierManager(carrier(CARRIERS[0])),
    };
    AccountFact { person: someone(person), role }
}

fn new_commune() -> UnitId {
    UnitId { valid_from: day("2025-07-01"), ..unit(COMMUNES[1]) }
}

fn neighbour() -> UnitId {
    UnitId { valid_from: day("2025-07-01"), ..unit(COMMUNES[2]) }
}

/// 1 the old commune, 2 the new one, 3 both; 4 the province; 8 the neighbour.
fn units(mask: u8) -> Vec<UnitId> {
    masked(&[unit(COMMUNES[0]), new_commune(), unit(1), neighbour()], mask)
}

/// Clusters 1 and 2 are the first village's, 3 and 4 the second's.
fn cluster_fact(n: u8, home: u8, on: Option<Day>, shape: Shape, centre: bool) -> ClusterFact {
    ClusterFact {
        day: on,
        id: cluster(CLUSTERS[usize::from(n)]),
        village: village(VILLAGES[usize::from(home)]),
        name: String::new(),
        shape,
        households: None,
        centre,
        source: String::new(),
    }
}

/// Four spots, 0, 420, 650 and 2 500 m east of the first.
fn spot(n: u8, uncertainty_m: u32) -> phusong_atlas::domain::Located {
    let east_m = [0.0, 420.0, 650.0, 2_500.0][usize::from(n % 4)];
    located(108.5 + east_m / 107_700.0, 14.8, uncertainty_m)
}

fn area(patch: Patch) -> Area {
    let at = spot(patch.spot, 0).position;
    let outer = square(at.lon_deg(), at.lat_deg(), f64::from(patch.side_m));
    let ring = outer.polygons().0[0].exterior().clone();
    let (low, high, centre) = (ring.0[0], ring.0[2], at.point().0);
    match patch.form {
        // An L: the north-eastern quarter is missing.
        1 => {
            let corners = [
                (low.x, low.y),
                (high.x, low.y),
                (high.x, centre.y),
                (centre.x, centre.y),
                (centre.x, high.y),
                (low.x, high.y),
                (low.x, low.y),
            ];
            let ring: Vec<(f64, f64)> = corners.to_vec();
            Area::new(MultiPolygon::new(vec![Polygon::new(ring.into(), vec![])]))
        }
        // A frame: a fifth of it is missing, off the middle.
        2 => {
            let hole = square(
                centre.x + (high.x - centre.x) / 2.0,
                at.lat_deg(),
                f64::from(patch.side_m) / 5.0,
            );
            let hole: LineString<f64> = hole.polygons().0[0].exterior().clone();
            Area::new(MultiPolygon::new(vec![Polygon::new(ring, vec![hole])]))
        }
        // Two halves, the edge between them through the middle; the eastern one of two pieces.
        3 | 4 => {
            let half = |west: f64, south: f64, east: f64, north: f64| {
                geo::Rect::new((west, south), (east, north)).to_polygon()
            };
            let mut halves = vec![half(low.x, low.y, centre.x, high.y)];
            if patch.form == 3 {
                halves.push(half(centre.x, low.y, high.x, high.y));
            } else {
                halves.push(half(centre.x, low.y, high.x, centre.y));
                halves.push(half(centre.x, centre.y, high.x, high.y));
            }
            Area::new(MultiPolygon::new(halves))
        }
        _ => outer,
    }
}

fn party(owner: u8) -> Party {
    match owner {
        0..=2 => Party::Carrier(carrier(CARRIERS[usize::from(owner)])),
        3 => Party::Commune(unit(COMMUNES[0])),
        4 => Party::Commune(new_commune()),
        _ => Party::Department,
    }
}

fn parties(who: Who) -> (Party, Party) {
    let owner = party(who.owner);
    let filed_by = if who.on_behalf { Party::Department } else { owner.clone() };
    (owner, filed_by)
}

fn statement(entries: &[Entry], row: &Row, recorded: Day) -> Option<FiledRow> {
    let mut fact = fact(&row.says)?;
    if row.tense == Tense::Past {
        match &mut fact {
            Fact::SiteEvent(f) => f.day = f.day.min(recorded),
            Fact::Claim(f) => f.from = f.from.min(recorded),
            Fact::Observation(f) => f.day = f.day.min(recorded),
            Fact::Sample(f) => f.samples.iter_mut().for_each(|s| s.day = s.day.min(recorded)),
            _ => {}
        }
    }
    let mut replaces = row.corrects.and_then(|back| {
        earlier(entries, back, |other| {
            discriminant(other) == discriminant(&fact) && !matches!(other, Fact::Carrier(_))
        })
    });
    if let Fact::Cluster(new) = &mut fact {
        // Whoever describes a cluster again agrees on its first village; only a correction of
        // a cluster's only description may say another.
        let described: Vec<(RowRef, &ClusterFact)> = all_rows(entries)
            .filter_map(|(at, other)| match other {
                Fact::Cluster(old) if old.id == new.id => Some((at, old)),
                _ => None,
            })
            .collect();
        replaces = replaces.filter(|at| described.iter().any(|(other, _)| other == at));
        match described.as_slice() {
            [] => {}
            [_] if replaces.is_some() => new.village = village(VILLAGES[2]),
            [(_, first), ..] => new.village = first.village.clone(),
        }
    }
    Some(FiledRow { fact, replaces, note: None })
}

fn decision(entries: &[Entry], what: Decision) -> Option<(Party, Fact)> {
    let officer = |fact| Some((Party::Department, fact));
    let reason = String::new;
    match what {
        Decision::Publish(pick) => officer(Fact::Publish(target(entries, pick, Targets::Filings)?)),
        Decision::Return(pick) => {
            let target = target(entries, pick, Targets::Filings)?;
            officer(Fact::Return { target, reason: reason() })
        }
        Decision::Withdraw(pick) => {
            let target = target(entries, pick, Targets::All)?;
            let by = entries.iter().find(|e| e.seq == target.entry)?.filing.filed_by.clone();
            Some((by, Fact::Withdraw { target, reason: reason() }))
        }
        Decision::SetAside { opposition, carrier: of } => {
            let opposition = earlier(
                entries,
                opposition,
                |fact| matches!(fact, Fact::Observation(o) if o.says != Says::Has),
            )?;
            let carrier = carrier(CARRIERS[usize::from(of)]);
            officer(Fact::SetAside { opposition, carrier, cause: reason() })
        }
        Decision::ConfirmSunset(back) => {
            let sunset = earlier(entries, back, |fact| matches!(fact, Fact::Sunset(_)))?;
            officer(Fact::ConfirmSunset { sunset })
        }
        Decision::RestrictSite(n, is_own) => {
            let site = site(n);
            let own = Party::Carrier(site.carrier.clone());
            let by = if is_own { own } else { Party::Department };
            Some((by, Fact::RestrictSite { site }))
        }
        Decision::OpenDispute(n) => officer(Fact::OpenDispute {
            village: village(VILLAGES[usize::from(n)]),
            text: reason(),
        }),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Targets {
    /// Statements only.
    Filings,
    /// Decisions too.
    All,
}

/// Entry 1, the cast, is never undone.
fn target(entries: &[Entry], pick: Pick, among: Targets) -> Option<Target> {
    let possible: Vec<&Entry> = entries[1..]
        .iter()
        .filter(|e| among == Targets::All || e.filing.kind != FilingKind::Decision)
        .collect();
    let entry = possible.iter().rev().nth(usize::from(pick.entry) % possible.len().max(1))?;
    let count = u32::try_from(entry.rows.len()).unwrap_or(u32::MAX);
    Some(Target {
        entry: entry.seq,
        rows: pick.row.map(|row| u32::from(row) % count).into_iter().collect(),
    })
}

fn all_rows(entries: &[Entry]) -> impl Iterator<Item = (RowRef, &Fact)> {
    entries.iter().flat_map(|entry| {
        (0..).zip(&entry.rows).map(|(row, filed)| (RowRef { entry: entry.seq, row }, &filed.fact))
    })
}

/// The row of this kind so many back, round and round; never one of the cast.
fn earlier(entries: &[Entry], back: u8, kind: impl Fn(&Fact) -> bool) -> Option<RowRef> {
    let rows: Vec<RowRef> =
        all_rows(&entries[1..]).filter(|(_, fact)| kind(fact)).map(|(at, _)| at).collect();
    rows.iter().rev().nth(usize::from(back) % rows.len().max(1)).copied()
}

/// Two sites of the first carrier, one of each other.
fn site(n: u8) -> SiteId {
    let (owner, code) = [(0, "S1"), (0, "S2"), (1, "S3"), (2, "S4")][usize::from(n % 4)];
    SiteId { carrier: carrier(CARRIERS[owner]), code: SiteCode::new(code).expect("a code") }
}

fn technologies(mask: u8) -> TechSet {
    masked(&Technology::ALL, mask).into_iter().collect()
}

fn places(named: Named) -> Places {
    Places {
        villages: masked(&VILLAGES, named.villages).into_iter().map(village).collect(),
        clusters: masked(&CLUSTERS, named.clusters).into_iter().map(cluster).collect(),
    }
}

fn fact(statement: &Statement) -> Option<Fact> {
    Some(match statement.clone() {
        Statement::Village { village, day, spot: at, uncertainty_m, units: mask } => {
            let located = at.map(|n| spot(n, uncertainty_m));
            let id = VILLAGES[usize::from(village)];
            Fact::Village(VillageFact { units: units(mask), ..village_fact(id, day, located) })
        }
        Statement::Cluster { cluster, day, patch, uncertainty_m, kind } => {
            let shape = if kind == 0 {
                Shape::Outline { area: area(Patch { form: 0, ..patch }), uncertainty_m }
            } else {
                Shape::Point(spot(patch.spot, uncertainty_m))
            };
            Fact::Cluster(cluster_fact(cluster, cluster / 2, day, shape, kind % 2 == 1))
        }
        Statement::Succession { from, to, day, relation, clusters } => {
            if from == to {
                return None;
            }
            // The implied one goes by its village's name.
            let named = masked(&CLUSTERS, clusters % 16).into_iter();
            let implied = (clusters >= 16).then_some(VILLAGES[usize::from(from)]);
            Fact::VillageSuccession(VillageSuccessionFact {
                from: village(VILLAGES[usize::from(from)]),
                to: village(VILLAGES[usize::from(to)]),
                day,
                relation,
                clusters: named.chain(implied).map(cluster).collect(),
                source: String::new(),
            })
        }
        Statement::Site { .. } | Statement::Claim { .. } => carriers_fact(statement)?,
        Statement::Observation {
            kind,
            says,
            carrier: of,
            technologies: mask,
            named,
            day,
            said,
        } => Fact::Observation(ObservationFact {
            kind,
            says,
            source_word: None,
            carrier: of.map(|n| carrier(CARRIERS[usize::from(n)])),
            technologies: technologies(mask),
            environment: said.environment,
            service: said.service,
            places: places(named),
            day,
            source: String::new(),
        }),
        Statement::Samples { .. } => samples(statement)?,
        Statement::Sunset { carrier: of, technology, units: mask, except, day } => {
            Fact::Sunset(SunsetFact {
                carrier: of.map(|n| carrier(CARRIERS[usize::from(n)])),
                technology: Technology::ALL[usize::from(technology)],
                units: units(mask),
                except: units(except),
                first_day_without: day,
                source: String::new(),
            })
        }
    })
}

/// All live on one backhaul, one of them on a spare too; every second on the same power.
fn lines(site: u8) -> Feeds {
    let spare = (site % 4 == 2).then(|| "spare".to_owned());
    Feeds {
        backhaul: ["L".to_owned()].into_iter().chain(spare).collect(),
        power: vec![format!("P{}", site % 2)],
    }
}

fn carriers_fact(statement: &Statement) -> Option<Fact> {
    match statement.clone() {
        Statement::Site {
            site: n,
            event,
            day,
            technologies: mask,
            named,
            patch,
            position,
            said: Said { environment, service },
            basis,
        } => Some(Fact::SiteEvent(SiteEventFact {
            site: site(n),
            site_name: None,
            event,
            day,
            technologies: technologies(mask),
            bands: vec![],
            position: position.map(|at| spot(at, 0).position),
            position_operation: None,
            unit: None,
            antenna_height_agl_m: None,
            serves: places(named),
            area: patch.map(area),
            households_estimate: None,
            environment,
            service,
            feeds: Some(Box::new(lines(n))),
            basis,
        })),
        Statement::Claim {
            carrier: of,
            site: at,
            from,
            to,
            technologies: mask,
            named,
            patch,
            said: Said { environment, service },
            basis,
        } => {
            // A carrier claims on its own sites.
            let site = at.map(site);
            let own = carrier(CARRIERS[usize::from(of)]);
            Some(Fact::Claim(ClaimFact {
                carrier: site.as_ref().map_or(own, |site| site.carrier.clone()),
                technologies: technologies(mask),
                environment,
                service,
                from,
                to,
                basis,
                site,
                serves: places(named),
                area: patch.map(area),
            }))
        }
        _ => None,
    }
}

/// Good and bad samples, each in a cell of its own; the later half on the later day.
fn samples(statement: &Statement) -> Option<Fact> {
    let Statement::Samples {
        cluster: k,
        carrier: of,
        technology,
        good,
        bad,
        day,
        later_days,
        spot: at,
        doubled,
    } = *statement
    else {
        return None;
    };
    let threshold = [0, -950, -1100, 0][usize::from(technology)];
    let mut samples = Vec::new();
    for i in 0..good + bad {
        let level = if i < good { threshold } else { threshold - 1 };
        let mut take = |level_ddbm| {
            samples.push(Sample {
                day: if i % 2 == 0 { day } else { day.plus_days(later_days) },
                position: spot(at, 0).position,
                easting_cm: -12_500 + 5_000 * i32::from(i),
                northing_cm: 163_000_000,
                level_ddbm,
            });
        };
        take(level);
        if doubled {
            // A hair above for the good, above the threshold but not enough for the bad.
            take(if i < good { level + 1 } else { threshold });
        }
    }
    (!samples.is_empty()).then(|| {
        Fact::Sample(SampleFact {
            cluster: cluster(CLUSTERS[usize::from(k)]),
            carrier: carrier(CARRIERS[usize::from(of)]),
            technology: Technology::ALL[usize::from(technology)],
            samples,
        })
    })
}
