//! Non-interference (R4): two ledgers that differ only in what one carrier, or one commune, keeps
//! to itself give everybody else the same bytes: bodies, headers, tags, counts, errors, order,
//! tiles and events.
//!
//! Both houses live in a world of the test's making: the same clock, the same salt for the same
//! act, the same keys. So nothing is normalised but `date` and `x-request-id`.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use phusong::service::{Actor, Ruling, World, now};
use phusong_atlas::domain::Role;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::edge::{Answer, Ask, House};

/// Who must not notice anything. (Of the admin only the view is that of the public: it reads /metrics.)
const OTHERS: [&str; 3] = ["public", "vnpt", "planner"];

const VILLAGES: [&str; 9] = [
    "dak-pao",
    "ca-xen",
    "go-tranh",
    "kon-doc",
    "lang-mam",
    "nuoc-giap",
    "cay-muoi",
    "thon-son",
    "thon-ca",
];

/// What the writer takes from the world for the next act.
#[derive(Debug)]
struct Next {
    at: Timestamp,
    name: String,
}

/// A house and the world it lives in.
pub struct Twin {
    pub house: House,
    next: Arc<Mutex<Next>>,
}

impl Twin {
    pub fn open(begun: Timestamp) -> Self {
        let next = Arc::new(Mutex::new(Next { at: begun, name: "geodata".to_owned() }));
        let (clock, salt) = (Arc::clone(&next), Arc::clone(&next));
        let world = World::of(
            move || clock.lock().expect("a clock").at,
            move |_body| {
                let name = salt.lock().expect("a name").name.clone();
                let digest = Sha256::digest(name.as_bytes());
                digest[..16].try_into().ok()
            },
        );
        Self { house: House::open_in(world), next }
    }

    /// The next act is this one, at this time.
    pub fn call(&self, name: &str, at: Timestamp) {
        *self.next.lock().expect("a name") = Next { at, name: name.to_owned() };
    }
}

/// Numbers that look thrown, the same for the same seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn throw(&mut self, sides: usize) -> usize {
        // SplitMix64: https://prng.di.unimi.it/splitmix64.c
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap_or(0)
    }

    pub fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.throw(all.len())]
    }
}

pub fn row(dice: &mut Dice, code: &str) -> Value {
    let village = dice.one_of(&VILLAGES);
    let event = dice.one_of(&["on_air", "on_air", "on_air", "planned", "built", "changed"]);
    let month = 1 + dice.throw(10);
    json!({
        "ma_tram": code, "loai_su_kien": event, "ngay_su_kien": format!("2026-{month:02}-01"),
        "cong_nghe": dice.one_of(&["2G", "3G", "4G", "5G"]),
        "kinh_do": 108.6 + f64::from(u32::try_from(dice.throw(400)).unwrap_or(0)) / 1000.0,
        "vi_do": 14.6 + f64::from(u32::try_from(dice.throw(600)).unwrap_or(0)) / 1000.0,
        "cac_thon_phuc_vu": village,
    })
}

/// Files a report and gives its id; it must be taken.
pub fn file(twin: &Twin, role: &str, rows: &[Value]) -> String {
    let body = json!({ "rows": rows }).to_string();
    let filed = twin.house.post("/api/v1/reports", role, &body);
    assert_eq!(filed.status, 201, "{}", filed.text());
    filed.json()["report"].as_str().expect("an id").to_owned()
}

pub fn act(twin: &Twin, role: &str, id: &str, act: &str, rows: &[usize]) -> Answer {
    let mut body = json!({});
    if !rows.is_empty() {
        body["rows"] = json!(rows);
    }
    if act != "publish" {
        body["reason"] = json!("lý do");
    }
    let body = body.to_string();
    twin.house.post(&format!("/api/v1/reports/{id}/{act}"), role, &body)
}

/// Something that both ledgers hold. `ids`: the carriers' reports so far, the same in both.
fn common(twins: &[&Twin; 2], dice: &mut Dice, number: usize, ids: &mut Vec<String>) {
    let seed = dice.0;
    let mut made = BTreeSet::new();
    for twin in twins {
        // The same throws for both.
        let mut dice = Dice(seed);
        match dice.throw(6) {
            5 => {
                let village = dice.one_of(&VILLAGES);
                let body = json!({
                    "village": village, "carrier": "viettel", "text": number.to_string(),
                });
                let done = twin.house.post("/api/v1/disputes", "officer", &body.to_string());
                assert_eq!(done.status, 201, "{}", done.text());
            }
            0 => {
                made.insert(file(twin, "vnpt", &[row(&mut dice, &format!("VNP{number}"))]));
            }
            1 | 2 => {
                let code = format!("QNI{number}");
                let rows = [row(&mut dice, &code), row(&mut dice, &format!("{code}B"))];
                let id = file(twin, "viettel", &rows);
                let done = act(twin, "officer", &id, "publish", &[]);
                assert_eq!(done.status, 200, "{}", done.text());
                made.insert(id);
            }
            3 if !ids.is_empty() => {
                let id = ids[dice.throw(ids.len())].clone();
                let rows: &[usize] = if dice.throw(2) == 0 { &[1] } else { &[] };
                let done = act(twin, "officer", &id, "publish", rows);
                assert_eq!(done.status, 200, "{}", done.text());
            }
            _ => {
                let village = dice.one_of(&VILLAGES);
                let says = dice.one_of(&["has", "lacks", "weak"]);
                let body = json!({ "rows": [
                    { "village": village, "says": says, "day": "2026-10-01", "note": number.to_string() },
                ] });
                let done = twin.house.post("/api/v1/observations", "officer", &body.to_string());
                assert!(matches!(done.status, 200 | 201), "{}", done.text());
            }
        }
    }
    assert!(made.len() <= 1, "the twins name the same act differently: {made:?}");
    ids.extend(made);
    dice.throw(1);
}

/// A draft of Viettel's that stays one, or is filed with a name that nobody knows: the report.
fn filing(twin: &Twin, dice: &mut Dice, code: &str) -> Option<String> {
    let village = dice.one_of(&["Làng Lạ", "Kon Dóc"]);
    let csv = format!(
        "Mã trạm,Loại sự kiện,Ngày sự kiện,Kinh độ,Vĩ độ,Công nghệ,Xã,Thôn phục vụ\n\
         {code},on_air,01/10/2026,108.822,14.704,4G,Ba Trang,{village}\n"
    );
    let (status, draft) =
        crate::filings::begin(&twin.house, "viettel", &[("file", Some("a.csv"), &csv)]);
    assert_eq!(status, 201, "{draft}");
    if dice.throw(3) == 0 {
        return None;
    }
    let path = format!("/api/v1/filings/{}/file", draft["id"].as_str().expect("an id"));
    let filed = twin.house.post(&path, "viettel", "");
    assert_eq!(filed.status, 201, "{}", filed.text());
    filed.json()["report"].as_str().map(str::to_owned)
}

/// Something that only one ledger holds, and nobody of [`OTHERS`] may know of.
fn private(twin: &Twin, dice: &mut Dice, number: usize, public: &[String], own: &mut Vec<String>) {
    let code = format!("PRIV{number}");
    match dice.throw(20) {
        18 | 19 => own.extend(crate::accounts::waits(&twin.house, &code, number)),
        17 => crate::uploads::half(&twin.house, "viettel", number, &code),
        13 => {
            let certificate = json!({
                "number": code, "issued": "2026-01-10", "villages": ["kon-doc"],
                "technologies": ["4G"], "source": "Trung tâm kiểm định",
            });
            let filed =
                twin.house.post("/api/v1/certificates", "viettel", &certificate.to_string());
            assert_eq!(filed.status, 201, "{}", filed.text());
        }
        14 | 15 => {
            // What a carrier answers is between it and the department until that publishes it.
            let open = "/api/v1/disputes?stage=opened,answered&carrier=viettel";
            let open = twin.house.get(open, "viettel").json();
            let Some(dispute) = open["items"][0]["id"].as_str() else { return };
            let answer = json!({ "cause": "planned_outage", "text": code }).to_string();
            let path = format!("/api/v1/disputes/{dispute}/answer");
            let filed = twin.house.post(&path, "viettel", &answer);
            assert_eq!(filed.status, 201, "{}", filed.text());
        }
        16 => {
            let found = twin.house.get("/api/v1/contradictions", "viettel").json();
            let pair = &found["items"][0];
            if pair.is_null() {
                return;
            }
            let cause = json!({
                "claim": pair["claim"]["entry"], "against": pair["opposition"]["entry"],
                "cause": "terrain", "text": code,
            });
            let filed =
                twin.house.post("/api/v1/contradictions/cause", "viettel", &cause.to_string());
            assert_eq!(filed.status, 201, "{}", filed.text());
        }
        9 => {
            let row = json!({
                "village": "kon-doc", "start": format!("2026-10-{:02} 06:00", 1 + number % 28),
            });
            let body = json!({ "rows": [row] }).to_string();
            let filed = twin.house.post("/api/v1/outages", "viettel", &body);
            assert_eq!(filed.status, 201, "{}", filed.text());
        }
        7 | 8 => {
            let village = dice.one_of(&["kon-doc", "thon-ca"]);
            let row = json!({
                "village": village, "promised": format!("2027-01-{:02}", 1 + number % 28),
                "blocker": "điện lưới", "blocked_since": "2026-09-01",
            });
            let body = json!({ "rows": [row] }).to_string();
            let filed = twin.house.post("/api/v1/progress", "viettel", &body);
            assert!(matches!(filed.status, 200 | 201), "{}", filed.text());
        }
        0 if !public.is_empty() => {
            // A correction of a published row, which nobody has published.
            let id = &public[dice.throw(public.len())];
            let mut row = row(dice, &code);
            row["thay_the"] = json!(format!("{id}/1"));
            let body = json!({ "rows": [row] }).to_string();
            let filed = twin.house.post("/api/v1/reports", "viettel", &body);
            // Another carrier's row cannot be corrected: that is an answer to Viettel alone.
            assert!(matches!(filed.status, 201 | 422), "{}", filed.text());
        }
        1 if !own.is_empty() => {
            let id = &own[dice.throw(own.len())];
            act(twin, "viettel", id, "withdraw", &[]);
        }
        2 if !own.is_empty() => {
            let id = &own[dice.throw(own.len())];
            act(twin, "officer", id, "return", &[0]);
        }
        3 if !own.is_empty() => {
            let actor = Actor { role: Role::Approver, key: None, person: None };
            let site = format!("PRIV{}", dice.throw(number + 1));
            let ruling = Ruling::RestrictSite { carrier: "viettel".to_owned(), code: site };
            let _no_such_site = twin.house.service.rule(&actor, &ruling, None);
        }
        10 | 11 => own.extend(filing(twin, dice, &code)),
        12 => {
            let ruling = json!({
                "sender": "viettel", "of": "village", "text": "Làng Lạ", "beside": "Ba Trang",
                "means": dice.one_of(&VILLAGES), "reason": "theo xã",
            });
            let decided =
                twin.house.post("/api/v1/names/decisions", "officer", &ruling.to_string());
            assert!(matches!(decided.status, 200 | 201), "{}", decided.text());
        }
        4 => {
            let says = dice.one_of(&["has", "lacks"]);
            let body = json!({ "rows": [
                { "village": "kon-doc", "says": says, "day": "2026-10-02", "note": number.to_string() },
            ] });
            let done = twin.house.post("/api/v1/observations", "commune", &body.to_string());
            assert!(matches!(done.status, 200 | 201), "{}", done.text());
        }
        _ => {
            let rows = [row(dice, &code), row(dice, &format!("{code}B"))];
            own.push(file(twin, "viettel", &rows));
        }
    }
}

/// Every address of the contract that is asked of both, with its parameters filled in. A route
/// that is not named here fails the test.
fn addresses(house: &House, reports: &[String]) -> Vec<String> {
    let day = phusong::service::today();
    let days: Vec<String> = [0, -1, -2, -60].map(|n| day.plus_days(n).to_string()).into();
    let document = house.get("/openapi.json", "public").json();
    let paths = document["paths"].as_object().expect("paths");
    let mut all = Vec::new();
    for (path, _) in paths.iter().filter(|(_, item)| item.get("get").is_some()) {
        match path.as_str() {
            "/events" => {}
            "/healthz"
            | "/readyz"
            | "/metrics"
            | "/openapi.json"
            | "/docs"
            | "/docs/"
            | "/api/v1/me"
            | "/api/v1/carriers"
            | "/api/v1/order"
            | "/api/v1/communes"
            | "/api/v1/indicators"
            | "/api/v1/targets"
            | "/api/v1/criteria"
            | "/api/v1/names/questions"
            | "/api/v1/names/decisions"
            | "/api/v1/decisions"
            | "/api/v1/sites"
            | "/api/v1/filings"
            | "/api/v1/uploads"
            | "/api/v1/templates" => {
                all.push(path.clone());
            }
            "/api/v1/findings" => all.push(path.clone()),
            "/docs/{file}" => all.push("/docs/index.html".to_owned()),
            "/tiles/{file}" => {
                for layers in ["villages", "gaps,communes", "clusters", "sites", "nothing"] {
                    all.push(format!("/tiles/{layers}.json"));
                }
            }
            "/tiles/{layers}/{z}/{x}/{y}" => all.extend(tiles(&days)),
            "/api/v1/sites/nearest" => {
                all.push(format!("{path}?lon=108.8&lat=14.7"));
                all.push(format!("{path}?lon=108.8&lat=14.7&carrier=viettel"));
                all.push(format!("{path}?lon=108.8"));
            }
            "/api/v1/gaps" => all.extend(gaps(&days)),
            "/api/v1/villages" => {
                for query in ["", "?q=kon", "?q=Th%C3%B4n&limit=1", "?limit=2", "?q=", "?wat=1"] {
                    all.push(format!("{path}{query}"));
                }
            }
            "/api/v1/villages/{id}" => {
                for village in VILLAGES {
                    all.push(format!("/api/v1/villages/{village}"));
                }
                for day in &days {
                    all.push(format!("/api/v1/villages/kon-doc?as_of={day}&known_at={day}"));
                    all.push(format!("/api/v1/villages/thon-ca?known_at={day}&technology=4G"));
                }
                all.push("/api/v1/villages/nowhere".to_owned());
            }
            "/api/v1/reports" => {
                for query in
                    ["", "?limit=2", "?state=published", "?carrier=viettel", "?state=returned"]
                {
                    all.push(format!("{path}{query}"));
                }
            }
            "/api/v1/reports/{id}" => {
                all.extend(reports.iter().map(|id| format!("/api/v1/reports/{id}")));
                all.push("/api/v1/reports/0000000000000000".to_owned());
            }
            "/api/v1/changes" => {
                all.push(format!("{path}?from=2023-01-01&to={}", days[0]));
                all.push(format!("{path}?from={}&to={}", days[3], days[0]));
            }
            "/api/v1/statistics" => {
                for by in ["province", "province_old", "district_old", "commune"] {
                    all.push(format!("{path}?indicator=fibre_households&by={by}"));
                }
                let then = &days[3];
                all.push(format!("{path}?indicator=smartphone_share&reported_at={then}"));
                all.push(format!("{path}?indicator=none"));
            }
            "/api/v1/statistics/missing" => {
                all.push(path.clone());
                all.push(format!("{path}?from=2025-09-01&by=district_old&format=csv"));
            }
            "/api/v1/communes/{code}" => all.push("/api/v1/communes/21520".to_owned()),
            "/api/v1/sites/{carrier}/{code}" => all.push("/api/v1/sites/viettel/PRIV0".to_owned()),
            "/api/v1/reports/{id}/files/{sha256}" => all.extend(
                reports.iter().map(|id| format!("/api/v1/reports/{id}/files/{}", "0".repeat(64))),
            ),
            other
                if planning(other, &days, &mut all)
                    || prepared(other, &mut all)
                    || beside(other, &days, &mut all) => {}
            other => panic!("{other}: say here how it is asked of both ledgers"),
        }
    }
    all.push("/nowhere".to_owned());
    all
}

/// What is prepared and not filed yet, and what it is prepared with; `false`: none of these.
fn prepared(path: &str, all: &mut Vec<String>) -> bool {
    match path {
        "/api/v1/templates/{file}" => all.push("/api/v1/templates/site-report.xlsx".to_owned()),
        "/api/v1/papers" => all.push(path.to_owned()),
        _ if path.starts_with("/api/v1/filings/{id}") || path == "/api/v1/uploads/{id}" => {
            all.push(path.replace("{id}", "none"));
        }
        _ => return false,
    }
    true
}

/// What planners ask, and rule sets; `false`: none of these.
fn planning(path: &str, days: &[String], all: &mut Vec<String>) -> bool {
    match path {
        "/api/v1/planning/clusters" => {
            all.push(format!("{path}?verdict=covered,not_covered,insufficient"));
            all.extend(days.iter().map(|day| format!("{path}?known_at={day}&format=csv")));
        }
        "/api/v1/planning/side-by-side" => {
            all.push(format!("{path}?days={},{}", days[0], days[3]));
        }
        "/api/v1/planning/series" => all.push(format!("{path}?from=2026-01-01")),
        "/api/v1/planning/ranking" => {
            all.push(path.to_owned());
            all.push(format!("{path}?weights=households:1,poor:2,no_signal:3"));
        }
        "/api/v1/planning/single-points" => {
            all.push(path.to_owned());
            all.push(format!("{path}?carrier=viettel&technology=4G"));
        }
        "/api/v1/planning/then-and-now" => {
            all.extend(days.iter().map(|day| format!("{path}?known_at={day}")));
            all.push(format!("{path}?known_at={}&as_of={}", days[3], days[0]));
        }
        "/api/v1/planning/sites" => {
            all.push(format!("{path}?reach_m=5000&demand=not_covered,insufficient"));
        }
        "/api/v1/rules" => all.push(path.to_owned()),
        "/api/v1/rules/diff" => all.push(format!("{path}?b=vi-du-nghiem:1&limit=1000")),
        _ => return false,
    }
    true
}

/// The register of duties, what is said against what, and papers; `false`: none of these.
fn beside(path: &str, days: &[String], all: &mut Vec<String>) -> bool {
    match path {
        "/api/v1/villages/{id}/slip" => all.push("/api/v1/villages/kon-doc/slip".to_owned()),
        "/api/v1/duties" => {
            for query in ["", "?format=csv", "?carrier=viettel&state=overdue", "?limit=2"] {
                all.push(format!("{path}{query}"));
            }
        }
        "/api/v1/duties/board" | "/api/v1/disputes/waiting" => all.push(path.to_owned()),
        "/api/v1/contradictions" | "/api/v1/disputes" | "/api/v1/outages" => {
            all.push(path.to_owned());
            all.push(format!("{path}?as_of={}&carrier=viettel", days[3]));
        }
        "/api/v1/duties/scenario" => all.push(format!("{path}?on=2030-01-01")),
        "/api/v1/duties/{id}" => {
            for id in ["duty-iv16-kon-doc", "cam-ket.viettel.thon-ca", "none"] {
                all.push(format!("/api/v1/duties/{id}"));
            }
        }
        "/api/v1/villages/{id}/{file}" => {
            all.push("/api/v1/villages/kon-doc/dossier.pdf".to_owned());
            all.push(format!("/api/v1/villages/thon-ca/dossier.docx?as_of={}", days[3]));
            all.push("/api/v1/villages/kon-doc/dossier.txt".to_owned());
            all.push("/api/v1/villages/nowhere/dossier.pdf".to_owned());
        }
        "/api/v1/period-reports/{file}" => {
            all.push("/api/v1/period-reports/2026-10.docx".to_owned());
            all.push("/api/v1/period-reports/9999-01.pdf".to_owned());
        }
        "/api/v1/bundles/{file}" => {
            all.push("/api/v1/bundles/commune-21520.docx".to_owned());
            all.push("/api/v1/bundles/carrier-nobody.pdf".to_owned());
        }
        "/api/v1/exports/{file}" => {
            for file in ["villages.xlsx", "villages.gpkg", "villages.geojson", "duties.xlsx"] {
                all.push(format!("/api/v1/exports/{file}"));
            }
        }
        _ => return false,
    }
    true
}

fn gaps(days: &[String]) -> Vec<String> {
    let mut all: Vec<String> = [
        "",
        "?format=geojson",
        "?format=csv",
        "?format=xlsx&limit=1",
        "?format=gpkg",
        "?verdict=covered,insufficient,no_signal,partial_hole,not_as_asked&sort=name",
        "?technology=4G&mode=each",
        "?carrier=viettel&verdict=covered,insufficient,no_signal",
        "?carrier=viettel,vnpt&mode=each&technology=5G",
        "?grade=E3",
        "?duty=open&sort=waiting&limit=2",
        "?unit=21520",
        "?bbox=108.5,14.5,109,15",
        "?near=108.8,14.7&radius_m=20000",
        "?environment=indoor&service=voice",
        "?sort=distance",
        "?limit=0",
        "?cursor=1.x",
    ]
    .map(|query| format!("/api/v1/gaps{query}"))
    .into();
    for day in days {
        all.push(format!("/api/v1/gaps?as_of={day}&sort=name"));
        all.push(format!("/api/v1/gaps?known_at={day}&sort=name"));
        all.push(format!("/api/v1/gaps?as_of={day}&known_at={day}&format=csv"));
    }
    all
}

/// The tiles over the nine villages, near and far.
fn tiles(days: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    for (z, x, y) in [(0, 0, 0), (6, 51, 29), (8, 205, 117), (10, 821, 470), (12, 3285, 1880)] {
        for layers in ["villages,gaps,clusters,communes", "sites", "villages"] {
            all.push(format!("/tiles/{layers}/{z}/{x}/{y}.mvt"));
        }
    }
    all.extend(days.iter().map(|day| format!("/tiles/villages,gaps/6/51/29.mvt?as_of={day}")));
    all.push("/tiles/villages/30/0/0.mvt".to_owned());
    all
}

/// Every kind of answer to one address: whole, known, head only, packed, other forms.
fn answers(house: &House, role: &str, path: &str) -> Vec<(&'static str, Answer)> {
    let key = house.key(role);
    // What only this machine may read is asked for as if from elsewhere.
    let from = ("x-forwarded-for", "192.0.2.1");
    let plain = [from];
    let whole = house.ask(&Ask::get(path).by(key).with(&plain));
    let tag = whole.header("etag").to_owned();
    let known = [from, ("if-none-match", tag.as_str())];
    let packed = [from, ("accept-encoding", "br")];
    let english = [from, ("accept-language", "en"), ("accept", "application/geo+json")];
    let head = Ask { method: "HEAD", path, key, headers: &plain, body: b"" };
    let mut all = vec![("head", house.ask(&head))];
    if !tag.is_empty() {
        all.push(("known", house.ask(&Ask::get(path).by(key).with(&known))));
    }
    all.push(("packed", house.ask(&Ask::get(path).by(key).with(&packed))));
    all.push(("in English, as GeoJSON", house.ask(&Ask::get(path).by(key).with(&english))));
    all.push(("whole", whole));
    all.into_iter().map(|(name, answer)| (name, answer.lasting())).collect()
}

/// A stream of events from here on.
fn listen(house: &House, role: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(house.address).expect("a connection");
    let key = house.key(role);
    let bearer =
        if key.is_empty() { String::new() } else { format!("authorization: Bearer {key}\r\n") };
    let head = format!("GET /events HTTP/1.1\r\nhost: x\r\n{bearer}\r\n");
    stream.write_all(head.as_bytes()).expect("sent");
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line).expect("a head");
        assert!(!line.to_ascii_lowercase().starts_with("content-encoding"), "{line}");
    }
    reader
}

/// What was heard until the event that names `last`.
fn heard(mut stream: BufReader<TcpStream>, last: &str) -> String {
    let mut all = String::new();
    while !all.contains(last) {
        let mut line = String::new();
        let read = stream.read_line(&mut line).expect("an event");
        assert!(read > 0, "the stream ended before {last} was heard: {all}");
        // Comments keep the line open; lengths of chunks are the transport's.
        if line.starts_with("event:") || line.starts_with("id:") || line.starts_with("data:") {
            all.push_str(&line);
        }
    }
    all
}

/// How many pairs of ledgers: few in CI, many in `scripts/prove`.
fn seeds() -> u64 {
    if std::env::var_os("PHUSONG_PROVE").is_some() { 100 } else { 3 }
}

#[test]
fn what_one_keeps_to_itself_nobody_else_can_tell() {
    let mut compared = 0;
    for seed in 0..seeds() {
        compared += one_pair(seed);
    }
    assert!(compared > 1000);
}

fn one_pair(seed: u64) -> usize {
    let begun = now().checked_sub(SignedDuration::from_hours(72)).expect("an instant");
    let (plain, mut secret) = (Twin::open(begun), Twin::open(begun));
    // Nobody else can tell that there are accounts, nor what waits for a second one.
    secret.call("accounts", begun);
    crate::accounts::name_four(&mut secret.house);
    let twins = [&plain, &secret];
    let streams: Vec<_> = OTHERS
        .iter()
        .map(|role| (role, listen(&plain.house, role), listen(&secret.house, role)))
        .collect();
    let mut dice = Dice(seed);
    let (mut ids, mut own) = (Vec::new(), Vec::new());
    let mut secrets = 0;
    for number in 0..14_usize {
        let latest = begun.checked_add(SignedDuration::from_hours(71)).expect("an instant");
        let at = begun
            .checked_add(SignedDuration::from_hours(i64::try_from(number * 6).unwrap_or(0)))
            .expect("an instant")
            .min(latest);
        for _ in 0..dice.throw(3) {
            secret.call(&format!("secret {secrets}"), at);
            private(&secret, &mut dice, secrets, &ids, &mut own);
            secrets += 1;
        }
        for twin in twins {
            twin.call(&format!("common {number}"), at);
        }
        common(&twins, &mut dice, number, &mut ids);
    }
    let (mut last, end) = (String::new(), now());
    for twin in twins {
        twin.call("the last", end);
        let id = file(twin, "viettel", &[row(&mut Dice(seed), "LAST")]);
        assert_eq!(act(twin, "officer", &id, "publish", &[]).status, 200);
        last = id;
    }
    assert!(!own.is_empty(), "seed {seed}: there was nothing to hide");
    let hidden = secret.house.get("/api/v1/reports", "viettel").json()["items"].clone();
    let open = plain.house.get("/api/v1/reports", "viettel").json()["items"].clone();
    assert_ne!(hidden, open, "seed {seed}: the ledgers do not differ");

    for (role, one, other) in streams {
        assert_eq!(heard(one, &last), heard(other, &last), "seed {seed}: events to {role}");
    }
    let reports: Vec<String> = ids.iter().chain(&own).cloned().collect();
    let mut compared = 0;
    for path in addresses(&plain.house, &reports) {
        for role in OTHERS {
            let (one, other) =
                (answers(&plain.house, role, &path), answers(&secret.house, role, &path));
            for ((kind, one), (_, other)) in one.iter().zip(&other) {
                assert_eq!(
                    (one.status, &one.headers, one.text()),
                    (other.status, &other.headers, other.text()),
                    "seed {seed}: {role} asks {path} ({kind})"
                );
                compared += 1;
            }
        }
    }
    compared + acts_compared(seed, &plain, &secret, &own)
}

/// What others may try to do tells them no more.
fn acts_compared(seed: u64, plain: &Twin, secret: &Twin, own: &[String]) -> usize {
    let rows = json!({ "rows": [{
        "ma_tram": "PRIV0", "loai_su_kien": "on_air", "ngay_su_kien": "2026-09-01",
        "cong_nghe": "4G", "kinh_do": 108.8, "vi_do": 14.7, "cac_thon_phuc_vu": "Kon Dóc",
        "thay_the": format!("{}/1", own[0]),
    }] })
    .to_string();
    let polygon =
        r#"{"type":"Polygon","coordinates":[[[108,14],[110,14],[110,16],[108,16],[108,14]]]}"#;
    let mut asks = vec![
        ("/api/v1/gaps".to_owned(), polygon.to_owned()),
        ("/api/v1/reports/preview".to_owned(), rows.clone()),
        ("/api/v1/reports".to_owned(), rows.replace("PRIV0", "")),
    ];
    for id in own {
        for act in ["publish", "return", "withdraw"] {
            asks.push((format!("/api/v1/reports/{id}/{act}"), r#"{"reason":"x"}"#.to_owned()));
        }
    }
    for role in OTHERS {
        for (path, body) in &asks {
            let body = if path.ends_with("publish") { "{}" } else { body };
            let one = plain.house.post(path, role, body).lasting();
            let other = secret.house.post(path, role, body).lasting();
            assert_eq!(one.text(), other.text(), "seed {seed}: {role} posts {path}");
            assert_eq!(one, other, "seed {seed}: {role} posts {path}");
        }
    }
    asks.len() * OTHERS.len()
}
