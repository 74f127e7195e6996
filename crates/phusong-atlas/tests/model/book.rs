//! A ledger written as lines, so that a case reads like the rule it tests.
//!
//! `2024-01-10 viettel: on_air S1 4G @v1` is an entry recorded at noon of that day, filed by
//! Viettel, with one row; the row's own day is the recorded one unless `on DAY` says another.
//! `viettel via dept:` is filed on behalf. Several rows stand apart by `;`. Places: `@v1` a
//! village, `@k1` a cluster, `area LON,LAT,SIDE_M` a square about a point.

use geo::{MultiPolygon, Polygon};
use phusong_atlas::domain::{
    Area, CarrierFact, CarrierId, CarrierKind, ClaimBasis, ClaimFact, ClusterFact, ClusterId, Day,
    DocumentRef, Entry, EntrySeq, Environment, Fact, FiledRow, Filing, FilingKind, Grade,
    Independence, Located, MeasurementRule, ObservationFact, ObservationKind, Party, Places,
    Position, PositionGrade, ReportId, RowRef, RuleSet, RuleSetId, Sample, SampleFact, Says,
    Service, Shape, SiteCode, SiteEventFact, SiteEventKind, SiteId, Slug, SunsetFact, Target,
    TechSet, Technology, UnitCode, UnitFact, UnitId, UnitLevel, VillageFact, VillageId,
    VillageKind, VillageRelation, VillageSuccessionFact,
};

/// The default rule set of DOMAIN §4.
pub fn rules() -> RuleSet {
    RuleSet {
        id: RuleSetId { id: Slug::new("mac-dinh").expect("a slug"), version: 1 },
        title_vi: String::new(),
        title_en: String::new(),
        valid_from: Day::EARLIEST,
        base: vec![(Day::EARLIEST, Technology::G2), (day("2026-09-16"), Technology::G3)],
        shelf_life_months: 12,
        ageing_months: 12,
        pair_window_months: 12,
        measurement: MeasurementRule {
            span_days: 31,
            radius_m: 500.0,
            cell_m: 50,
            grid_epsg: 5898,
            wilson_z: 1.959_964,
            good_share: 0.9,
            oppose_p: 0.05,
            oppose_failures: 5,
            oppose_failure_days: 2,
            good_level_ddbm: [None, None, Some(-1100), None],
        },
        reach_m: [None; 4],
        outage_stale_hours: None,
        independence: Independence::Source,
        source: String::new(),
    }
}

/// The ledger of these lines. Entry 1 names the carriers and one commune, `xa`.
pub fn book(lines: &str) -> Vec<Entry> {
    let mut entries = vec![entry(1, "2020-01-01", &Party::Department, false, first_rows())];
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (head, rows) = line.split_once(": ").expect("`DAY WHO: ROW`");
        let mut head = head.split_whitespace();
        let recorded = head.next().expect("a day");
        let owner = party(head.next().expect("who"));
        let behalf = head.next() == Some("via");
        let seq = entries.len() as u64 + 1;
        let rows = rows.split(';').map(|row| filed(row.trim(), day(recorded), &owner)).collect();
        entries.push(entry(seq, recorded, &owner, behalf, rows));
    }
    entries
}

fn entry(seq: u64, recorded: &str, owner: &Party, behalf: bool, rows: Vec<FiledRow>) -> Entry {
    let filed_by = if behalf { Party::Department } else { owner.clone() };
    Entry {
        seq: EntrySeq(seq),
        id: report_id(seq),
        recorded_at: format!("{recorded}T05:00:00Z").parse().expect("noon in Viet Nam"),
        filing: filing(FilingKind::Report, owner.clone(), filed_by),
        rows,
    }
}

/// Any name will do, as long as no two entries share it.
pub fn report_id(seq: u64) -> ReportId {
    let mut id = [0; 10];
    id[..8].copy_from_slice(&seq.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    ReportId(id)
}

pub fn filing(kind: FilingKind, owner: Party, filed_by: Party) -> Filing {
    Filing { kind, owner, filed_by, person: None, document: DocumentRef::default(), files: vec![] }
}

pub fn plain_row(fact: Fact) -> FiledRow {
    FiledRow { fact, replaces: None, note: None }
}

fn first_rows() -> Vec<FiledRow> {
    let mut rows: Vec<FiledRow> = ["viettel", "vnpt"]
        .into_iter()
        .map(|name| plain_row(Fact::Carrier(carrier_fact(name, CarrierKind::Mno))))
        .collect();
    rows.push(plain_row(Fact::Carrier(carrier_fact("sao", CarrierKind::Satellite))));
    rows.push(plain_row(Fact::Unit(unit_fact(1, UnitLevel::Province, None))));
    rows.push(plain_row(Fact::Unit(unit_fact(2, UnitLevel::Commune, Some(unit(1))))));
    rows
}

pub fn carrier_fact(name: &str, kind: CarrierKind) -> CarrierFact {
    CarrierFact {
        id: carrier(name),
        name: name.to_owned(),
        kind,
        aliases: vec![],
        valid_from: None,
        valid_to: None,
        source: String::new(),
    }
}

/// The unit of this code since before our records.
pub fn unit(code: u32) -> UnitId {
    UnitId { code: UnitCode(code), valid_from: Day::EARLIEST }
}

pub fn unit_fact(code: u32, level: UnitLevel, parent: Option<UnitId>) -> UnitFact {
    UnitFact {
        id: unit(code),
        name: String::new(),
        kind: String::new(),
        level,
        parent,
        valid_to: None,
        centre: None,
        households: None,
        people: None,
        source: String::new(),
        inferred: None,
    }
}

pub fn village_fact(id: &str, day: Option<Day>, located: Option<Located>) -> VillageFact {
    VillageFact {
        day,
        id: village(id),
        name: id.to_owned(),
        aliases: vec![],
        kind: VillageKind::Thon,
        units: vec![unit(2)],
        unit_inferred: None,
        located,
        position_basis: None,
        households: None,
        people: None,
        grid_power: None,
        especially_hard: None,
        source: String::new(),
    }
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no day"))
}

pub fn carrier(text: &str) -> CarrierId {
    CarrierId::new(text).expect("a carrier's id")
}

pub fn village(text: &str) -> VillageId {
    VillageId::new(text).expect("a village's id")
}

pub fn cluster(text: &str) -> ClusterId {
    ClusterId::new(text).expect("a cluster's id")
}

pub fn located(lon: f64, lat: f64, uncertainty_m: u32) -> Located {
    Located {
        position: Position::new(lon, lat).expect("on the globe"),
        uncertainty_m,
        grade: PositionGrade::Gazetteer,
    }
}

/// A square of this side about a point, edges along the meridians and parallels.
pub fn square(lon: f64, lat: f64, side_m: f64) -> Area {
    let (dx, dy) = (side_m / 2.0 / 107_650.0, side_m / 2.0 / 110_650.0);
    let ring = [(-dx, -dy), (dx, -dy), (dx, dy), (-dx, dy), (-dx, -dy)];
    let ring: Vec<(f64, f64)> = ring.iter().map(|(x, y)| (lon + x, lat + y)).collect();
    Area::new(MultiPolygon::new(vec![Polygon::new(ring.into(), vec![])]))
}

pub fn party(text: &str) -> Party {
    match text {
        "dept" => Party::Department,
        "xa" => Party::Commune(unit(2)),
        other => Party::Carrier(carrier(other)),
    }
}

pub fn technology(text: &str) -> Option<Technology> {
    text.parse().ok()
}

/// What the words of a row say, whatever its kind.
struct Words<'a>(Vec<&'a str>);

impl<'a> Words<'a> {
    fn after(&self, word: &str) -> Option<&'a str> {
        let at = self.0.iter().position(|w| *w == word)?;
        self.0.get(at + 1).copied()
    }

    fn has(&self, word: &str) -> bool {
        self.0.contains(&word)
    }

    fn day(&self, word: &str) -> Option<Day> {
        self.after(word).map(day)
    }

    fn technologies(&self) -> TechSet {
        self.0.iter().filter_map(|w| technology(w)).collect()
    }

    fn carrier(&self) -> Option<CarrierId> {
        self.0.iter().find(|w| ["viettel", "vnpt", "sao"].contains(w)).map(|w| carrier(w))
    }

    fn places(&self) -> Places {
        let named = |prefix: &str| -> Vec<&str> {
            self.0
                .iter()
                .filter(|w| w.strip_prefix('@').is_some_and(|id| id.starts_with(prefix)))
                .map(|w| &w[1..])
                .collect()
        };
        Places {
            villages: named("v").into_iter().map(village).collect(),
            clusters: named("k").into_iter().map(cluster).collect(),
        }
    }

    fn numbers(&self, word: &str) -> Option<Vec<f64>> {
        let text = self.after(word)?;
        Some(text.split(',').map(|n| n.parse().expect("a number")).collect())
    }

    fn area(&self) -> Option<Area> {
        self.numbers("area").map(|n| square(n[0], n[1], n[2]))
    }

    fn located(&self) -> Option<Located> {
        let n = self.numbers("at")?;
        let metres: f64 = n[2];
        Some(located(n[0], n[1], format!("{metres:.0}").parse().expect("metres")))
    }

    fn environment(&self) -> Option<Environment> {
        [("outdoor", Environment::Outdoor), ("indoor", Environment::Indoor)]
            .into_iter()
            .find_map(|(word, value)| self.has(word).then_some(value))
    }

    fn service(&self) -> Option<Service> {
        [("voice", Service::Voice), ("data", Service::Data)]
            .into_iter()
            .find_map(|(word, value)| self.has(word).then_some(value))
    }

    fn basis(&self) -> ClaimBasis {
        if self.has("log") {
            ClaimBasis::OnAirLog
        } else if self.has("inventory") {
            ClaimBasis::Inventory
        } else if self.has("prediction") {
            ClaimBasis::Prediction { parameters: String::new() }
        } else {
            ClaimBasis::Statement
        }
    }

    fn site(&self, owner: &Party) -> Option<SiteId> {
        let code = self.0.iter().find(|w| w.starts_with('S'))?;
        let Party::Carrier(owner) = owner else { panic!("a site is a carrier's") };
        Some(SiteId { carrier: owner.clone(), code: SiteCode::new(code).expect("a code") })
    }

    fn row_ref(&self, word: &str) -> Option<RowRef> {
        let (entry, row) = self.after(word)?.split_once('.').expect("ENTRY.ROW");
        Some(RowRef {
            entry: EntrySeq(entry.parse().expect("an entry")),
            row: row.parse().expect("a row"),
        })
    }

    /// `publish 3` is the whole entry, `publish 3.1` one row.
    fn target(&self) -> Target {
        let (entry, row) = self.0[1].split_once('.').unwrap_or((self.0[1], ""));
        Target {
            entry: EntrySeq(entry.parse().expect("an entry")),
            rows: row.parse().into_iter().collect(),
        }
    }
}

fn filed(text: &str, recorded: Day, owner: &Party) -> FiledRow {
    let words = Words(text.split_whitespace().collect());
    let on = words.day("on").unwrap_or(recorded);
    let fact = match words.0[0] {
        "village" | "cluster" | "merge" | "rename" | "part" | "split" => place_fact(&words, on),
        "list" | "commune" | "says" => observation(&words, on),
        "samples" => samples(&words, on),
        "claim" => claim(&words, on, owner),
        "sunset" => sunset(&words, on),
        "confirm" => Fact::ConfirmSunset { sunset: words.row_ref("confirm").expect("a row") },
        "publish" => Fact::Publish(words.target()),
        "return" => Fact::Return { target: words.target(), reason: String::new() },
        "withdraw" => Fact::Withdraw { target: words.target(), reason: String::new() },
        "set-aside" => Fact::SetAside {
            opposition: words.row_ref("set-aside").expect("a row"),
            carrier: words.carrier().expect("a carrier"),
            cause: String::new(),
        },
        event => site_event(&words, event, on, owner),
    };
    FiledRow { fact, replaces: words.row_ref("replaces"), note: None }
}

fn place_fact(words: &Words, on: Day) -> Fact {
    let places = words.places();
    let relation = match words.0[0] {
        "village" => {
            let id = places.villages[0].as_str();
            return Fact::Village(village_fact(id, words.day("on"), words.located()));
        }
        "cluster" => {
            return Fact::Cluster(ClusterFact {
                day: words.day("on"),
                id: places.clusters[0].clone(),
                village: places.villages[0].clone(),
                name: String::new(),
                shape: Shape::Point(words.located().unwrap_or(located(108.5, 14.8, 100))),
                households: None,
                centre: words.has("centre"),
                source: String::new(),
            });
        }
        "merge" => VillageRelation::Merged,
        "rename" => VillageRelation::Renamed,
        "split" => VillageRelation::Split,
        _ => VillageRelation::Part,
    };
    let mut clusters = places.clusters;
    if words.has("centre") {
        clusters.push(cluster(places.villages[0].as_str()));
    }
    Fact::VillageSuccession(VillageSuccessionFact {
        from: places.villages[0].clone(),
        to: places.villages[1].clone(),
        day: on,
        relation,
        clusters,
        source: String::new(),
    })
}

fn observation(words: &Words, on: Day) -> Fact {
    let says = if words.has("has") {
        Says::Has
    } else if words.has("weak") {
        Says::Weak
    } else {
        Says::Lacks
    };
    Fact::Observation(ObservationFact {
        kind: match words.0[0] {
            "list" => ObservationKind::AuthorityList,
            "commune" => ObservationKind::CommuneConfirmation,
            _ => ObservationKind::CarrierStatement,
        },
        says,
        source_word: None,
        carrier: words.carrier(),
        technologies: words.technologies(),
        environment: words.environment(),
        service: words.service(),
        places: words.places(),
        day: on,
        source: String::new(),
    })
}

/// `samples @k1 viettel 4G good 30 bad 5 on DAY and DAY`: the bad ones alternate between the
/// two days, each in a cell of its own; `at` moves them, `level` sets the bad ones' dBm × 10.
fn samples(words: &Words, on: Day) -> Fact {
    let count = |word| words.after(word).map_or(0, |n| n.parse::<i32>().expect("a count"));
    let (good, bad) = (count("good"), count("bad"));
    let second = words.day("and").unwrap_or(on);
    let position = words.located().unwrap_or(located(108.5, 14.8, 0)).position;
    let sample = |i: i32, level_ddbm, day| Sample {
        day,
        position,
        easting_cm: 60_000_000 + 5_000 * i,
        northing_cm: 163_000_000,
        level_ddbm,
    };
    let goods = (0..good).map(|i| sample(i, -1100, on));
    let bads = (0..bad).map(|i| sample(good + i, -1101, if i % 2 == 0 { second } else { on }));
    Fact::Sample(SampleFact {
        cluster: words.places().clusters[0].clone(),
        carrier: words.carrier().expect("a carrier"),
        technology: words.technologies().iter().next().expect("a technology"),
        samples: goods.chain(bads).collect(),
    })
}

fn claim(words: &Words, on: Day, owner: &Party) -> Fact {
    let Party::Carrier(own) = owner else { panic!("a claim is a carrier's") };
    Fact::Claim(ClaimFact {
        carrier: own.clone(),
        technologies: words.technologies(),
        environment: words.environment(),
        service: words.service(),
        from: words.day("from").unwrap_or(on),
        to: words.day("to"),
        basis: words.basis(),
        site: words.site(owner),
        serves: words.places(),
        area: words.area(),
    })
}

fn sunset(words: &Words, on: Day) -> Fact {
    let unit_after = |word| {
        words
            .after(word)
            .map(|code: &str| unit(code.parse().expect("a code")))
            .into_iter()
            .collect()
    };
    Fact::Sunset(SunsetFact {
        carrier: words.carrier(),
        technology: words.technologies().iter().next().expect("a technology"),
        units: unit_after("in"),
        except: unit_after("except"),
        first_day_without: on,
        source: String::new(),
    })
}

fn site_event(words: &Words, event: &str, on: Day, owner: &Party) -> Fact {
    Fact::SiteEvent(SiteEventFact {
        site: words.site(owner).expect("a site"),
        site_name: None,
        event: SiteEventKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == event)
            .unwrap_or_else(|| panic!("{event:?} is no kind of row")),
        day: on,
        technologies: words.technologies(),
        bands: vec![],
        position: words.located().map(|l| l.position),
        position_operation: None,
        unit: None,
        antenna_height_agl_m: None,
        serves: words.places(),
        area: words.area(),
        households_estimate: None,
        environment: words.environment(),
        service: words.service(),
        feeds: None,
        basis: words.basis(),
    })
}

/// `E3` and the like.
pub fn grade(text: &str) -> Option<Grade> {
    text.parse().ok()
}
