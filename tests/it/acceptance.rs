//! The acceptance table of duties, evidence and verdicts, each line through HTTP against a real
//! service and a real ledger. The clock at which entries are recorded is the test's; days of
//! questions are real days before today.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

use jiff::{SignedDuration, Timestamp};
use phusong::service::{World, now, today};
use phusong_atlas::domain::{
    ClusterFact, ClusterId, Day, DocumentRef, Fact, FiledRow, Filing, FilingKind, Located, Party,
    Position, PositionGrade, Scope, Shape, VillageFact, VillageId, VillageKind, VillageRelation,
    VillageSuccessionFact,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::edge::{self, House};

/// One moment for all houses of this run, so that the same act is the same entry in each.
static BEGUN: LazyLock<Timestamp> = LazyLock::new(now);

/// A house whose entries are recorded when the test says.
struct Dated {
    house: House,
    /// Hours from now.
    shift_h: Arc<AtomicI64>,
}

impl Dated {
    fn open() -> Self {
        let shift_h = Arc::new(AtomicI64::new(-24 * 40));
        let (begun, shifted) = (*BEGUN, Arc::clone(&shift_h));
        let clock = move || -> Timestamp {
            let shift = SignedDuration::from_hours(shifted.load(Ordering::SeqCst));
            begun.checked_add(shift).expect("an instant")
        };
        // The same act has the same name, in whatever order it comes.
        let world = World::of(clock, |body| Sha256::digest(body)[..16].try_into().ok());
        let house = House::open_in(world);
        shift_h.store(0, Ordering::SeqCst);
        Self { house, shift_h }
    }

    /// From here on entries are recorded so many days ago.
    fn days_ago(&self, days: i64) {
        self.shift_h.store(-24 * days, Ordering::SeqCst);
    }

    fn get(&self, path: &str, role: &str) -> Value {
        let answer = self.house.get(path, role);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    fn post(&self, path: &str, role: &str, body: &Value) -> Value {
        let answer = self.house.post(path, role, &body.to_string());
        assert!(matches!(answer.status, 200 | 201), "{path} {body}: {}", answer.text());
        answer.json()
    }

    fn verdict(&self, village: &str, role: &str, query: &str) -> String {
        let page = self.get(&format!("/api/v1/villages/{village}?{query}"), role);
        page["verdict"].as_str().expect("a verdict").to_owned()
    }

    /// Viettel reports a site on air that serves a village; its name.
    fn on_air(&self, code: &str, village: &str, day: Day) -> String {
        self.report("viettel", code, village, day)
    }

    fn report(&self, carrier: &str, code: &str, village: &str, day: Day) -> String {
        let body = edge::on_air(code, village, &day.to_string());
        let filed = self.post("/api/v1/reports", carrier, &body);
        filed["report"].as_str().expect("an id").to_owned()
    }

    fn act(&self, report: &str, act: &str, role: &str) {
        self.post(&format!("/api/v1/reports/{report}/{act}"), role, &json!({ "reason": "nhầm" }));
    }

    /// An officer's word about one cluster, of Viettel's 4G.
    fn commune(&self, cluster: &str, says: &str, day: Day) {
        let body = json!({
            "on_behalf_of": "21520",
            "rows": [{
                "cluster": cluster, "says": says, "day": day.to_string(),
                "carrier": "viettel", "technology": "4G",
            }],
        });
        self.post("/api/v1/observations", "officer", &body);
    }

    /// Samples of Viettel's 4G at Kon Dóc's cluster, each in a grid cell of its own: good ones and
    /// failing ones, the latter over so many days up to `last`.
    fn measure(&self, good: usize, failing: usize, failing_days: usize, last: &str) {
        let at = |number: usize, level: f64, day: Day| {
            let (east, north) = (number % 8, number / 8);
            json!({
                "at": format!("{day}T09:00:00+07:00"),
                "lon": 108.8215 + 0.0006 * f64::from(u32::try_from(east).expect("few")),
                "lat": 14.7030 + 0.0006 * f64::from(u32::try_from(north).expect("few")),
                "rsrp_dbm": level,
            })
        };
        let last: Day = last.parse().expect("a day");
        let mut samples: Vec<Value> = (0..good).map(|number| at(number, -95.0, last)).collect();
        samples.extend((0..failing).map(|number| {
            let back = number % failing_days.max(1);
            at(good + number, -125.0, last.plus_days(-i32::try_from(back).expect("few")))
        }));
        let body = json!({ "rows": [{
            "cluster": "kd-1", "carrier": "viettel", "technology": "4G", "samples": samples,
        }] });
        self.post("/api/v1/measurements", "officer", &body);
    }

    /// Files facts as the department's register does.
    fn register(&self, facts: Vec<Fact>) {
        let filing = Filing {
            kind: FilingKind::Register,
            owner: Party::Department,
            filed_by: Party::Department,
            person: None,
            document: DocumentRef::default(),
            files: Vec::new(),
        };
        let rows = facts.into_iter().map(|fact| FiledRow { fact, replaces: None, note: None });
        let rows = rows.collect();
        self.house.service.write(filing, rows, None, Scope::Officer).expect("filed");
    }

    fn with_clusters(&self) {
        self.register(vec![cluster("kd-1", true), cluster("kd-2", false)]);
    }
}

fn cluster(id: &str, centre: bool) -> Fact {
    let at = if centre { (108.823, 14.705) } else { (108.84, 14.72) };
    Fact::Cluster(ClusterFact {
        day: None,
        id: ClusterId::new(id).expect("an id"),
        village: VillageId::new("kon-doc").expect("an id"),
        name: format!("Cụm {id}"),
        shape: Shape::Point(Located {
            position: Position::new(at.0, at.1).expect("on the globe"),
            uncertainty_m: 100,
            grade: PositionGrade::Surveyed,
        }),
        households: Some(30),
        centre,
        source: "thử nghiệm".to_owned(),
    })
}

fn village(id: &str, name: &str) -> Fact {
    Fact::Village(VillageFact {
        day: None,
        id: VillageId::new(id).expect("an id"),
        name: name.to_owned(),
        aliases: Vec::new(),
        kind: VillageKind::Thon,
        units: Vec::new(),
        unit_inferred: None,
        located: None,
        position_basis: None,
        households: Some(40),
        people: None,
        grid_power: None,
        especially_hard: None,
        source: "thử nghiệm".to_owned(),
    })
}

fn back(days: i32) -> Day {
    today().plus_days(-days)
}

const VIETTEL_4G: &str = "carrier=viettel&technology=4G";

#[test]
fn a01_a_late_report_about_the_past_changes_as_of_and_not_what_was_known() {
    let dated = Dated::open();
    dated.on_air("QNI1", "kon-doc", back(20));
    let (yesterday, before) = (back(1), back(2));
    let as_of = format!("as_of={yesterday}");
    assert_eq!(dated.verdict("kon-doc", "officer", &as_of), "covered", "as known now");
    let then = format!("as_of={yesterday}&known_at={yesterday}");
    assert_eq!(dated.verdict("kon-doc", "officer", &then), "no_signal", "as known yesterday");
    let earlier = format!("as_of={before}&known_at={yesterday}");
    assert_eq!(dated.verdict("kon-doc", "officer", &earlier), "no_signal");
    assert_eq!(dated.verdict("kon-doc", "officer", &format!("as_of={}", back(21))), "no_signal");
}

#[test]
fn a02_a_withdrawn_report_leaves_no_trace_in_the_verdict_and_all_of_it_in_the_history() {
    let dated = Dated::open();
    let before = dated.get("/api/v1/villages/kon-doc", "officer");
    let report = dated.on_air("QNI1", "kon-doc", back(60));
    assert_eq!(dated.verdict("kon-doc", "officer", ""), "covered");
    dated.act(&report, "withdraw", "viettel");
    let after = dated.get("/api/v1/villages/kon-doc", "officer");
    for member in ["verdict", "flags", "grade", "reasons", "matrix", "clusters", "timeline"] {
        assert_eq!(after[member], before[member], "{member}");
    }
    let history = after["history"].as_array().expect("rows");
    let row = history.iter().find(|row| row["report"] == report.as_str()).expect("its row");
    assert_eq!(row["state"], "withdrawn");
    let page = dated.get(&format!("/api/v1/reports/{report}"), "viettel");
    assert_eq!(page["rows"][0]["understood"]["ma_tram"], "QNI1");
    assert_eq!(page["rows"][0]["reason"], "nhầm");
}

#[test]
fn a03_thirty_four_of_thirty_five_good_cells_do_not_confirm_and_thirty_five_do() {
    for (good, failing, expected) in [(34, 1, "insufficient"), (35, 0, "covered")] {
        let dated = Dated::open();
        dated.register(vec![cluster("kd-1", true)]);
        dated.measure(good, failing, 1, "2026-10-20");
        let query = format!("{VIETTEL_4G}&grade=E4");
        assert_eq!(dated.verdict("kon-doc", "officer", &query), expected, "{good} of 35");
    }
}

#[test]
fn a04_five_failures_on_one_day_do_not_contradict_and_on_two_days_do() {
    for (days, expected) in [(1, "insufficient"), (2, "not_covered")] {
        let dated = Dated::open();
        dated.register(vec![cluster("kd-1", true)]);
        dated.measure(0, 5, days, "2026-10-20");
        let path = format!("/api/v1/villages/kon-doc?{VIETTEL_4G}&grade=E4");
        let page = dated.get(&path, "officer");
        assert_eq!(page["clusters"][0]["verdict"], expected, "over {days} day(s)");
    }
}

#[test]
fn a09_insufficient_data_is_neither_gap_nor_covered_in_every_total() {
    let dated = Dated::open();
    let totals = |path: &str| dated.get(path, "public")["totals"].clone();
    let of = |totals: &Value, verdict: &str| totals[verdict]["villages"].as_i64().expect("a count");
    let paths = ["/api/v1/gaps", "/api/v1/communes"];
    let before: Vec<Value> = paths.iter().map(|path| totals(path)).collect();
    dated.register(vec![village("thon-la", "Thôn Lạ Thử")]);
    assert_eq!(dated.verdict("thon-la", "public", ""), "insufficient");
    for (path, before) in paths.iter().zip(&before) {
        let after = totals(path);
        for verdict in ["covered", "not_as_asked", "no_signal", "partial_hole"] {
            assert_eq!(of(&after, verdict), of(before, verdict), "{path} {verdict}");
        }
        assert_eq!(of(&after, "insufficient"), of(before, "insufficient") + 1, "{path}");
    }
    let listed = dated.get("/api/v1/gaps", "public")["items"].to_string();
    assert!(!listed.contains("thon-la"), "no gap without saying so");
    let scenario = dated.get("/api/v1/duties/scenario?on=2030-01-01", "public");
    assert_eq!(scenario["gaps_today"]["villages"], 9);
}

#[test]
fn a10_one_mast_of_two_carriers_is_two_sites_and_one_structure_once_an_officer_says_so() {
    let dated = Dated::open();
    dated.report("viettel", "QNI1", "kon-doc", back(90));
    dated.report("vnpt", "VNP1", "kon-doc", back(80));
    let counts = |role: &str| {
        let list = dated.get("/api/v1/sites", role);
        (list["count"].as_u64(), list["structures"].as_u64())
    };
    assert_eq!(counts("officer"), (Some(2), Some(2)), "nobody merges by position");
    let shared = json!({ "share_structure": { "sites": [
        { "carrier": "viettel", "code": "QNI1" }, { "carrier": "vnpt", "code": "VNP1" },
    ], "source": "biên bản dùng chung cột" } });
    for (role, status) in [("viettel", 403), ("commune", 403), ("public", 401)] {
        let refused = dated.house.post("/api/v1/decisions", role, &shared.to_string());
        assert_eq!(refused.status, status, "{role}");
    }
    dated.post("/api/v1/decisions", "officer", &shared);
    assert_eq!(counts("officer"), (Some(2), Some(1)));
    let list = dated.get("/api/v1/sites", "officer");
    assert_eq!(list["items"][0]["shares_with"], json!(["vnpt/VNP1"]));
    // A carrier is told nothing of what stands on its mast beside it.
    let own = dated.get("/api/v1/sites", "viettel");
    assert_eq!(
        (own["structures"].as_u64(), &own["items"][0]["shares_with"]),
        (Some(1), &json!([]))
    );
    let wrong = json!({ "share_structure": { "sites": [
        { "carrier": "viettel", "code": "QNI1" }, { "carrier": "vnpt", "code": "NONE" },
    ], "source": "x" } });
    let refused = dated.house.post("/api/v1/decisions", "officer", &wrong.to_string());
    assert_eq!(refused.status, 422, "{}", refused.text());
}

#[test]
fn a11_an_outage_does_not_turn_a_village_into_a_gap() {
    let dated = Dated::open();
    // What is recorded never goes back in time.
    dated.days_ago(35);
    let report = dated.on_air("QNI1", "kon-doc", back(200));
    dated.days_ago(29);
    dated.act(&report, "publish", "officer");
    let row = |place: Value| {
        let mut row = json!({ "start": format!("{} 01:00", back(30)) });
        for (name, value) in place.as_object().expect("members") {
            row[name] = value.clone();
        }
        json!({ "rows": [row] })
    };
    for place in
        [json!({ "village": "kon-doc" }), json!({ "site": "QNI1" }), json!({ "commune": "21520" })]
    {
        let told = dated.post("/api/v1/outages", "viettel", &row(place));
        dated.act(told["report"].as_str().expect("an id"), "publish", "officer");
    }
    for role in ["public", "viettel", "officer"] {
        assert_eq!(dated.verdict("kon-doc", role, ""), "covered", "{role}");
        let gaps = dated.get("/api/v1/gaps", role);
        assert!(!gaps["items"].to_string().contains("\"kon-doc\""), "{role}");
    }
    let list = dated.get("/api/v1/outages", "public");
    assert_eq!(list["items"][0]["state"], "stale", "told long ago, never restored silently");
    let sites: Vec<&Value> = list["items"].as_array().expect("items").iter().collect();
    assert_eq!(sites.len(), 2, "what only names a site is not told in public: {list}");
    assert!(!list.to_string().contains("QNI1"));
}

#[test]
fn a12_a_confirmed_duty_that_is_reopened_is_open_again_with_all_its_history() {
    let dated = Dated::open();
    let step = |step: &str, day: Day| {
        let row = json!({
            "village": "kon-doc", "carrier": "viettel", "step": step, "step_day": day.to_string(),
        });
        dated.post("/api/v1/progress", "officer", &json!({ "rows": [row] }));
    };
    step("on_air", back(60));
    step("passed", back(50));
    step("confirmed_complete", back(40));
    let duty =
        |query: &str| dated.get(&format!("/api/v1/duties/duty-iv16-kon-doc?{query}"), "public");
    assert_eq!(
        (&duty("")["state"], &duty("")["waits_for"]),
        (&json!("confirmed"), &json!("nobody"))
    );
    step("reopened", back(10));
    let now = duty("");
    assert_eq!((&now["state"], &now["reopened"]), (&json!("overdue"), &json!(1)));
    assert_eq!(now["waits_for"], "carrier");
    let steps = now["steps"].as_array().expect("steps");
    let confirmed = steps.iter().find(|one| one["step"] == "confirmed_complete").expect("a step");
    assert_eq!(confirmed["told"][0]["day"], back(40).to_string());
    assert_eq!(confirmed["told"][0]["earlier_round"], true);
    assert_eq!(duty(&format!("as_of={}", back(11)))["state"], "confirmed", "as it was");
    let open = dated.get("/api/v1/gaps?duty=open", "public")["items"].to_string();
    assert!(open.contains("\"kon-doc\""), "it is owed again");
}

#[test]
fn a13_evidence_ages_on_the_exact_day_in_local_time() {
    let dated = Dated::open();
    dated.register(vec![cluster("kd-1", true)]);
    dated.commune("kd-1", "has", "2025-03-02".parse().expect("a day"));
    let at = |day: &str, grade: &str| {
        dated.verdict("kon-doc", "officer", &format!("{VIETTEL_4G}&as_of={day}&grade={grade}"))
    };
    assert_eq!(at("2026-03-01", "E3"), "covered", "a day short of twelve months");
    assert_ne!(at("2026-03-02", "E3"), "covered", "twelve months on it is one grade less");
    assert_eq!(at("2026-03-02", "E2"), "covered");

    // 17:30 in Greenwich is past midnight in Viet Nam.
    let dated = Dated::open();
    dated.register(vec![cluster("kd-1", true)]);
    let sample = |number: u32| {
        json!({
            "at": "2025-03-01T17:30:00Z", "rsrp_dbm": -90.0,
            "lon": 108.8215 + 0.0006 * f64::from(number % 8),
            "lat": 14.703 + 0.0006 * f64::from(number / 8),
        })
    };
    let samples: Vec<Value> = (0..36).map(sample).collect();
    let body = json!({ "rows": [
        { "cluster": "kd-1", "carrier": "viettel", "technology": "4G", "samples": samples },
    ] });
    dated.post("/api/v1/measurements", "officer", &body);
    let at = |day: &str, grade: &str| {
        dated.verdict("kon-doc", "officer", &format!("{VIETTEL_4G}&as_of={day}&grade={grade}"))
    };
    assert_ne!(at("2025-03-01", "E4"), "covered", "it was the second of March already");
    assert_eq!(at("2025-03-02", "E4"), "covered");
    assert_eq!(at("2026-03-01", "E4"), "covered");
    assert_ne!(at("2026-03-02", "E4"), "covered");
}

#[test]
fn a14_the_order_of_arrival_of_entries_of_one_valid_time_does_not_change_the_atlas() {
    let acts: [&dyn Fn(&Dated); 4] = [
        &|dated| drop(dated.on_air("QNI1", "kon-doc", back(60))),
        &|dated| dated.commune("kd-1", "lacks", back(60)),
        &|dated| drop(dated.report("vnpt", "VNP1", "kon-doc", back(60))),
        &|dated| dated.commune("kd-2", "has", back(60)),
    ];
    let views = |order: [usize; 4]| {
        let dated = Dated::open();
        dated.with_clusters();
        for number in order {
            acts[number](&dated);
        }
        ["officer", "viettel", "public"].map(|role| {
            let me = dated.get("/api/v1/me", role);
            let page = dated.get("/api/v1/villages/kon-doc", role);
            (me["version"].clone(), page["verdict"].clone(), page["reasons"].clone())
        })
    };
    let first = views([0, 1, 2, 3]);
    for order in [[3, 2, 1, 0], [1, 3, 0, 2]] {
        assert_eq!(views(order), first, "{order:?}");
    }
}

#[test]
fn a16_publishing_an_old_report_changes_what_the_public_knows_from_that_day_on() {
    let dated = Dated::open();
    dated.days_ago(20);
    let report = dated.on_air("QNI1", "kon-doc", back(30));
    dated.days_ago(3);
    dated.act(&report, "publish", "officer");
    let at = |role: &str, as_of: i32, known_at: i32| {
        let query = format!("as_of={}&known_at={}", back(as_of), back(known_at));
        dated.verdict("kon-doc", role, &query)
    };
    assert_eq!(at("officer", 10, 10), "covered", "the department knew");
    assert_eq!(at("public", 10, 10), "no_signal");
    assert_eq!(at("public", 10, 4), "no_signal", "the day before it was published");
    assert_eq!(at("public", 10, 3), "covered", "from that day on, also of the past");
    assert_eq!(dated.verdict("kon-doc", "public", ""), "covered");
}

#[test]
fn a17_an_outlying_cluster_without_signal_is_lom_song_and_a_centre_without_is_trang_song() {
    for (with, without, expected) in
        [("kd-1", "kd-2", "partial_hole"), ("kd-2", "kd-1", "no_signal")]
    {
        let dated = Dated::open();
        dated.with_clusters();
        for (cluster, says) in [(with, "has"), (without, "lacks")] {
            let carriers = ["viettel", "vnpt", "mobifone", "vietnamobile"];
            let rows: Vec<Value> = if says == "has" {
                vec![json!({
                    "cluster": cluster, "says": says, "day": back(20).to_string(),
                    "carrier": carriers[0], "technology": "4G",
                })]
            } else {
                vec![json!({ "cluster": cluster, "says": says, "day": back(20).to_string() })]
            };
            let body = json!({ "on_behalf_of": "21520", "rows": rows });
            dated.post("/api/v1/observations", "officer", &body);
        }
        let page = dated.get("/api/v1/villages/kon-doc", "officer");
        assert_eq!(page["verdict"], expected, "{}", page["clusters"]);
        let words = if expected == "partial_hole" { "lõm sóng" } else { "trắng sóng" };
        assert_eq!(page["verdict_vi"], words);
    }
}

#[test]
fn a18_a_village_merged_into_another_keeps_its_former_duty_in_sight() {
    let dated = Dated::open();
    let id = |text: &str| VillageId::new(text).expect("an id");
    dated.register(vec![
        village("kon-moi", "Kon Mới Thử"),
        Fact::VillageSuccession(VillageSuccessionFact {
            from: id("kon-doc"),
            to: id("kon-moi"),
            day: back(30),
            relation: VillageRelation::Merged,
            clusters: Vec::new(),
            source: "thử nghiệm".to_owned(),
        }),
    ]);
    let page = dated.get("/api/v1/villages/kon-moi", "public");
    let register = page["register"].as_array().expect("lines");
    assert_eq!(register.len(), 1, "{register:?}");
    assert_eq!(register[0]["id"], "duty-iv16-kon-doc");
    assert_eq!(register[0]["village"]["id"], "kon-doc");
    let line = dated.get("/api/v1/duties/duty-iv16-kon-doc", "public");
    assert_eq!(
        (&line["state"], &line["village_now"][0]["id"]),
        (&json!("overdue"), &json!("kon-moi"))
    );
    let list = dated.get("/api/v1/duties", "public");
    assert_eq!(list["items"].as_array().map(Vec::len), Some(9), "none is lost and none is new");
    let before = dated.get(&format!("/api/v1/villages/kon-doc?as_of={}", back(31)), "public");
    assert_eq!(before["register"][0]["village_now"], json!([]));
}
