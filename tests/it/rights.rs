//! Who may do what over HTTP: every operation × every role has its status here. An operation that
//! is not listed fails the test.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use phusong::vault::Vault;
use phusong::vault::api_keys::{Holder, NewApiKey};
use phusong::vault::keys::NewKey;

use crate::edge::{Answer, Ask, COMMUNE, House, report};

/// The columns below: public, planner, commune, viettel (reporter, manager), vnpt, officer,
/// approver, auditor, admin.
const COLUMNS: [&str; 10] = [
    "public",
    "planner",
    "commune",
    "viettel",
    "viettel-manager",
    "vnpt",
    "officer",
    "approver",
    "auditor",
    "admin",
];

const ALL: [u16; 10] = [200; 10];
/// Sites are for the carriers (their own) and the department.
const SITES: [u16; 10] = [404, 404, 404, 200, 200, 200, 200, 200, 200, 404];
/// The *what-if tower*: planners, carriers beside their own masts, the department.
const PLANS: [u16; 10] = [403, 200, 403, 200, 200, 200, 200, 200, 403, 403];
/// For those who hold a key that may file.
/// An officer has to say on whose behalf.
const WRITES: [u16; 10] = [403, 403, 403, 422, 422, 422, 422, 422, 403, 403];
/// Carriers tell of their own, the department of all.
const PROGRESS: [u16; 10] = [403, 403, 403, 422, 422, 422, 422, 422, 403, 403];
/// Drafts are for those who may file something.
const FILERS: [u16; 10] = [403, 403, 200, 200, 200, 200, 200, 200, 403, 403];
/// Decisions are the department's.
const ACTS: [u16; 10] = [403, 403, 403, 403, 403, 403, 201, 201, 403, 403];
/// Names are between a sender and the department.
const NAMES: [u16; 10] = [403, 403, 200, 200, 200, 200, 200, 200, 200, 403];
const MEASURES: [u16; 10] = [403, 403, 403, 403, 403, 403, 422, 422, 403, 403];
/// An unpublished report of Viettel, acted upon by the department.
const DECIDES: [u16; 10] = [404, 404, 404, 403, 403, 404, 200, 200, 403, 404];

/// (operation, what is asked, body, status by role). `{report}` is an unpublished report of
/// Viettel, `{dispute}` an open one about it, `{complaint}` one that waits: made anew for every act.
#[rustfmt::skip]
const GOLDEN: &[(&str, &str, &str, [u16; 10])] = &[
    ("get /healthz", "/healthz", "", ALL),
    ("get /readyz", "/readyz", "", ALL),
    ("get /metrics", "/metrics", "", [200, 404, 404, 404, 404, 404, 200, 200, 200, 200]),
    ("get /openapi.json", "/openapi.json", "", ALL),
    ("get /docs", "/docs", "", [308; 10]),
    ("get /docs/", "/docs/", "", ALL),
    ("get /docs/{file}", "/docs/swagger-ui.css", "", ALL),
    ("get /events", "", "", ALL),
    ("get /api/v1/me", "/api/v1/me", "", ALL),
    ("post /api/v1/public-view", "/api/v1/public-view", r#"{"open":true}"#, [403, 403, 403, 403, 403, 403, 403, 200, 403, 403]),
    ("get /api/v1/carriers", "/api/v1/carriers", "", ALL),
    ("get /api/v1/order", "/api/v1/order", "", ALL),
    ("get /api/v1/villages", "/api/v1/villages", "", ALL),
    ("get /api/v1/villages/{id}", "/api/v1/villages/kon-doc", "", ALL),
    ("get /api/v1/villages/{id}/{file}", "/api/v1/villages/kon-doc/dossier.pdf", "", ALL),
    ("get /api/v1/period-reports/{file}", "/api/v1/period-reports/2026-10.docx", "", ALL),
    ("get /api/v1/bundles/{file}", "/api/v1/bundles/commune-21343.docx", "", ALL),
    ("get /api/v1/exports/{file}", "/api/v1/exports/duties.geojson", "", ALL),
    ("get /api/v1/gaps", "/api/v1/gaps", "", ALL),
    ("get /api/v1/duties", "/api/v1/duties", "", ALL),
    ("get /api/v1/duties/board", "/api/v1/duties/board", "", ALL),
    ("get /api/v1/duties/scenario", "/api/v1/duties/scenario?on=2027-12-31", "", ALL),
    ("get /api/v1/duties/{id}", "/api/v1/duties/duty-iv16-kon-doc", "", ALL),
    ("post /api/v1/progress", "/api/v1/progress", r#"{"rows":[]}"#, PROGRESS),
    ("post /api/v1/progress/preview", "/api/v1/progress/preview", r#"{"rows":[]}"#, [403, 403, 403, 200, 200, 200, 200, 200, 403, 403]),
    ("get /api/v1/villages/{id}/slip", "/api/v1/villages/kon-doc/slip", "", ALL),
    ("get /api/v1/contradictions", "/api/v1/contradictions", "", ALL),
    ("post /api/v1/contradictions/cause", "/api/v1/contradictions/cause", CAUSE, WRITES),
    ("get /api/v1/disputes", "/api/v1/disputes", "", ALL),
    ("post /api/v1/disputes", "/api/v1/disputes", r#"{"village":"kon-doc","text":"x"}"#, [202, 202, 202, 422, 422, 202, 201, 201, 403, 403]),
    ("get /api/v1/disputes/waiting", "/api/v1/disputes/waiting", "", [403, 403, 403, 403, 403, 403, 200, 200, 403, 403]),
    ("post /api/v1/disputes/waiting/{reference}", "/api/v1/disputes/waiting/{complaint}", r#"{"dismiss":{}}"#, [403, 403, 403, 403, 403, 403, 204, 204, 403, 403]),
    ("post /api/v1/disputes/{id}/answer", "/api/v1/disputes/{dispute}/answer", r#"{"cause":"fault","text":"x"}"#, [403, 403, 403, 201, 201, 422, 422, 422, 403, 403]),
    ("post /api/v1/disputes/{id}/check", "/api/v1/disputes/{dispute}/check", r#"{"day":"{today}","finding":"upheld","text":"x"}"#, ACTS),
    ("post /api/v1/disputes/{id}/close", "/api/v1/disputes/{dispute}/close", r#"{"finding":"upheld","reason":"x"}"#, ACTS),
    ("get /api/v1/outages", "/api/v1/outages", "", ALL),
    ("post /api/v1/outages", "/api/v1/outages", r#"{"rows":[]}"#, PROGRESS),
    ("post /api/v1/certificates", "/api/v1/certificates", r#"{"number":"x","issued":"2026-01-01","source":"x"}"#, WRITES),
    ("post /api/v1/gaps", "/api/v1/gaps", POLYGON, ALL),
    ("get /api/v1/changes", "/api/v1/changes?from=2023-01-01&to=2026-01-01", "", ALL),
    ("get /api/v1/communes", "/api/v1/communes", "", ALL),
    ("get /api/v1/communes/{code}", "/api/v1/communes/21520", "", ALL),
    ("get /api/v1/indicators", "/api/v1/indicators", "", ALL),
    ("get /api/v1/statistics", "/api/v1/statistics?indicator=fibre_households", "", ALL),
    ("get /api/v1/statistics/missing", "/api/v1/statistics/missing", "", ALL),
    ("get /api/v1/criteria", "/api/v1/criteria", "", ALL),
    ("get /api/v1/targets", "/api/v1/targets", "", ALL),
    ("get /api/v1/planning/clusters", "/api/v1/planning/clusters", "", ALL),
    ("get /api/v1/planning/side-by-side", "/api/v1/planning/side-by-side", "", ALL),
    ("get /api/v1/planning/series", "/api/v1/planning/series?from=2026-01-01", "", ALL),
    ("get /api/v1/planning/ranking", "/api/v1/planning/ranking", "", ALL),
    ("get /api/v1/planning/single-points", "/api/v1/planning/single-points", "", SITES),
    ("get /api/v1/planning/then-and-now", "/api/v1/planning/then-and-now?known_at=2026-01-01", "", ALL),
    ("get /api/v1/planning/sites", "/api/v1/planning/sites?reach_m=3000", "", PLANS),
    ("get /api/v1/rules", "/api/v1/rules", "", ALL),
    ("get /api/v1/rules/diff", "/api/v1/rules/diff?b=vi-du-nghiem:1", "", ALL),
    ("post /api/v1/rules", "/api/v1/rules", "{}", [403, 403, 403, 403, 403, 403, 415, 415, 403, 403]),
    ("post /api/v1/rules/preview", "/api/v1/rules/preview", "{}", [403, 403, 403, 403, 403, 403, 415, 415, 403, 403]),
    ("get /api/v1/decisions", "/api/v1/decisions", "", ALL),
    ("post /api/v1/decisions", "/api/v1/decisions", r#"{"count_unit":{"code":21520,"valid_from":"2025-07-01","day":"2026-01-01","villages":9,"source":"x"}}"#, ACTS),
    ("get /api/v1/papers", "/api/v1/papers", "", [403, 403, 403, 403, 403, 403, 200, 200, 200, 403]),
    ("post /api/v1/papers", "/api/v1/papers", "{}", [403, 403, 403, 403, 403, 403, 415, 415, 403, 403]),
    ("post /api/v1/papers/check", "/api/v1/papers/check", "{}", [415; 10]),
    ("get /api/v1/findings", "/api/v1/findings", "", ALL),
    ("get /api/v1/names/questions", "/api/v1/names/questions", "", NAMES),
    ("get /api/v1/names/decisions", "/api/v1/names/decisions", "", NAMES),
    ("post /api/v1/names/decisions", "/api/v1/names/decisions", r#"{"of":"village","text":"Thôn Lạ","means":"kon-doc","reason":"theo bản đồ xã"}"#, [403, 403, 201, 201, 201, 201, 201, 201, 403, 403]),
    ("post /api/v1/measurements", "/api/v1/measurements", r#"{"rows":[]}"#, MEASURES),
    ("post /api/v1/measurements/preview", "/api/v1/measurements/preview", r#"{"rows":[]}"#, [403, 403, 403, 403, 403, 403, 200, 200, 403, 403]),
    ("post /api/v1/observations/preview", "/api/v1/observations/preview", OBSERVED, [403, 403, 200, 403, 403, 403, 200, 200, 403, 403]),
    ("get /api/v1/reports/{id}/files/{sha256}", "/api/v1/reports/{report}/files/00", "", [404; 10]),
    ("post /api/v1/tools/coordinates", "/api/v1/tools/coordinates", r#"{"points":[{"east":"108.8","north":"14.7"}]}"#, ALL),
    ("get /api/v1/sites", "/api/v1/sites", "", SITES),
    ("get /api/v1/sites/{carrier}/{code}", "/api/v1/sites/viettel/NONE", "", [404; 10]),
    ("get /api/v1/sites/nearest", "/api/v1/sites/nearest?lon=108.8&lat=14.7", "", SITES),
    ("get /tiles/{layers}/{z}/{x}/{y}", "/tiles/villages/0/0/0.mvt", "", ALL),
    ("get /tiles/{file}", "/tiles/villages.json", "", ALL),
    ("get /api/v1/reports", "/api/v1/reports", "", ALL),
    ("get /api/v1/reports/{id}", "/api/v1/reports/{report}", "", [404, 404, 404, 200, 200, 404, 200, 200, 200, 404]),
    ("post /api/v1/reports", "/api/v1/reports", r#"{"rows":[]}"#, WRITES),
    ("post /api/v1/reports/preview", "/api/v1/reports/preview", r#"{"rows":[]}"#, [403, 403, 403, 200, 200, 200, 422, 422, 403, 403]),
    ("post /api/v1/reports/{id}/publish", "/api/v1/reports/{report}/publish", "{}", DECIDES),
    ("post /api/v1/reports/{id}/return", "/api/v1/reports/{report}/return", REASON, DECIDES),
    ("post /api/v1/reports/{id}/withdraw", "/api/v1/reports/{report}/withdraw", REASON, [404, 404, 404, 200, 200, 404, 403, 403, 403, 404]),
    ("post /api/v1/observations", "/api/v1/observations", OBSERVED, [403, 403, 201, 403, 403, 403, 201, 200, 403, 403]),
    ("get /api/v1/uploads", "/api/v1/uploads", "", FILERS),
    ("post /api/v1/uploads", "/api/v1/uploads", PROMISE, [403, 403, 201, 201, 200, 201, 201, 200, 403, 403]),
    ("get /api/v1/uploads/{id}", "/api/v1/uploads/none", "", [404; 10]),
    ("patch /api/v1/uploads/{id}", "/api/v1/uploads/none", "{}", [404; 10]),
    ("delete /api/v1/uploads/{id}", "/api/v1/uploads/none", "", [404; 10]),
    ("get /api/v1/filings", "/api/v1/filings", "", FILERS),
    ("post /api/v1/filings", "/api/v1/filings", "{}", [415; 10]),
    ("get /api/v1/filings/{id}", "/api/v1/filings/none", "", [404; 10]),
    ("get /api/v1/filings/{id}/rows", "/api/v1/filings/none/rows", "", [404; 10]),
    ("post /api/v1/filings/{id}/answers", "/api/v1/filings/none/answers", "{}", [404; 10]),
    ("post /api/v1/filings/{id}/file", "/api/v1/filings/none/file", "", [404; 10]),
    ("get /api/v1/filings/{id}/answered", "/api/v1/filings/none/answered", "", [404; 10]),
    ("get /api/v1/templates", "/api/v1/templates", "", ALL),
    ("get /api/v1/templates/{file}", "/api/v1/templates/villages.xlsx", "", ALL),
    ("delete /api/v1/filings/{id}", "/api/v1/filings/none", "", [404; 10]),
    ("post /api/v1/session", "/api/v1/session", r#"{"token":7}"#, [422; 10]),
    ("delete /api/v1/session", "/api/v1/session", "", [401, 204, 204, 204, 204, 204, 204, 204, 204, 204]),
];

const CAUSE: &str = r#"{"claim":{"report":"x","row":1},"against":{"report":"x","row":1},"cause":"fault","text":"x"}"#;
const POLYGON: &str =
    r#"{"type":"Polygon","coordinates":[[[108,14],[110,14],[110,16],[108,16],[108,14]]]}"#;
/// The same of every side: two of one side are one upload.
const PROMISE: &str = r#"{"sha256":"0000000000000000000000000000000000000000000000000000000000000000","size":1,"name":"x"}"#;
const REASON: &str = r#"{"reason":"nhầm thôn"}"#;
const OBSERVED: &str = r#"{"rows":[{"village":"kon-doc","says":"has","day":"2026-11-01"}]}"#;

/// A report of Viettel that nobody has acted upon yet.
fn fresh_report(house: &House, number: &mut u32) -> String {
    *number += 1;
    let body = report(&format!("QNI{number:03}"), "kon-doc", "2026-11-01");
    let filed = house.post("/api/v1/reports", "viettel", &body);
    assert_eq!(filed.status, 201, "{}", filed.text());
    filed.json()["report"].as_str().expect("an id").to_owned()
}

/// Makes something anew and gives its name.
type Fresh = fn(&House, &mut u32) -> String;

/// A dispute about Viettel's signal that an officer has opened.
fn fresh_dispute(house: &House, number: &mut u32) -> String {
    *number += 1;
    let body = format!(r#"{{"village":"kon-doc","carrier":"viettel","text":"{number}"}}"#);
    let opened = house.post("/api/v1/disputes", "officer", &body);
    assert_eq!(opened.status, 201, "{}", opened.text());
    opened.json()["report"].as_str().expect("an id").to_owned()
}

/// A complaint that waits for an officer.
fn fresh_complaint(house: &House, number: &mut u32) -> String {
    *number += 1;
    let body = format!(r#"{{"village":"kon-doc","text":"{number}"}}"#);
    let waits = house.post("/api/v1/disputes", "public", &body);
    assert_eq!(waits.status, 202, "{}", waits.text());
    waits.json()["reference"].as_str().expect("a name").to_owned()
}

#[test]
fn every_operation_has_its_status_for_every_role() {
    let house = House::open();
    let document = house.get("/openapi.json", "public").json();
    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("an item").keys();
            methods.map(move |method| format!("{method} {path}")).collect::<Vec<_>>()
        })
        .collect();
    let listed: BTreeSet<String> = GOLDEN.iter().map(|line| line.0.to_owned()).collect();
    assert_eq!(listed, described, "list every operation with its roles here");

    let mut number = 0;
    let mut differences = String::new();
    for (operation, path, body, expected) in GOLDEN {
        if path.is_empty() {
            continue; // a stream: who hears what is another test's
        }
        for (role, expected) in COLUMNS.iter().zip(expected) {
            // Who has no key at all is asked for one.
            let expected = if (*role, *expected) == ("public", 403) { &401 } else { expected };
            // Signing out ends the key: a key of its own.
            if *operation == "delete /api/v1/session" {
                continue;
            }
            let mut path = (*path).to_owned();
            for (what, fresh) in [
                ("{report}", fresh_report as Fresh),
                ("{dispute}", fresh_dispute),
                ("{complaint}", fresh_complaint),
            ] {
                if path.contains(what) {
                    path = path.replace(what, &fresh(&house, &mut number));
                }
            }
            let body = body.replace("{today}", &phusong::service::today().to_string());
            let method = operation.split(' ').next().unwrap_or("").to_ascii_uppercase();
            let ask = if body.is_empty() {
                Ask { method: &method, path: &path, ..Ask::default() }
            } else {
                Ask::json(&method, &path, &body)
            };
            let answer = house.ask(&ask.by(house.key(role)));
            if answer.status != *expected {
                let _never_fails = writeln!(
                    differences,
                    "{operation} as {role}: {} instead of {expected}: {}",
                    answer.status,
                    answer.text()
                );
            }
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

#[test]
fn anothers_report_is_as_if_it_were_not() {
    let house = House::open();
    let mut number = 0;
    let id = fresh_report(&house, &mut number);
    for role in ["public", "vnpt", "commune", "planner", "admin"] {
        for (method, end, body) in [
            ("GET", "", ""),
            ("HEAD", "", ""),
            ("POST", "/publish", "{}"),
            ("POST", "/return", REASON),
            ("POST", "/withdraw", REASON),
        ] {
            let answer = |id: &str| -> Answer {
                let path = format!("/api/v1/reports/{id}{end}");
                house.ask(&Ask::json(method, &path, body).by(house.key(role))).lasting()
            };
            let absent = answer("0000000000000000");
            assert_eq!(absent.status, 404);
            assert_eq!(answer(&id), absent, "{role} {method} {end}");
            assert_eq!(answer("no-id-at-all"), absent, "{role} {method} {end}");
        }
    }
}

#[test]
fn nobody_files_for_another() {
    let house = House::open();
    let mut body = serde_json::from_str::<serde_json::Value>(&report("Q", "kon-doc", "2026-11-01"))
        .expect("a report");
    let mut file = |role: &str, owner: &str| {
        body["on_behalf_of"] = owner.into();
        house.post("/api/v1/reports", role, &body.to_string()).status
    };
    assert_eq!(file("viettel", "vnpt"), 403);
    assert_eq!(file("viettel", "nobody"), 403);
    assert_eq!(file("commune", "viettel"), 403);
    assert_eq!(file("auditor", "viettel"), 403);
    assert_eq!(file("officer", "nobody"), 422);
    assert_eq!(file("viettel", "viettel"), 201);
    assert_eq!(file("officer", "vnpt"), 201);
    // A code that another carrier uses is simply a code of one's own.
    let own = report("Q", "kon-doc", "2026-11-01");
    assert_eq!(house.post("/api/v1/reports", "vnpt", &own).status, 201);
}

#[test]
fn a_commune_speaks_of_its_own_villages_only() {
    let house = House::open();
    let confirm = |village: &str| {
        let body =
            format!(r#"{{"rows":[{{"village":"{village}","says":"has","day":"2026-11-01"}}]}}"#);
        house.post("/api/v1/observations", "commune", &body).status
    };
    assert_eq!(confirm("kon-doc"), 201);
    assert!(matches!(confirm("thon-ca"), 403 | 404 | 422));
    let elsewhere = house.get("/api/v1/villages/thon-ca", "public").json();
    assert_ne!(elsewhere["commune"]["code"].to_string(), COMMUNE);
}

#[test]
fn a_key_opens_until_it_ends() {
    let house = House::open();
    let vault = Vault::open(house.dir.path()).expect("a vault");
    let now = phusong::service::now();
    let mut made = BTreeMap::new();
    for (number, hours) in [(101_u8, Some(-1)), (102, Some(1)), (103, None)] {
        let expires = hours.map(|hours| {
            now.checked_add(jiff::SignedDuration::from_hours(hours)).expect("an instant")
        });
        let (holder, label) = (Holder::Officer, String::new());
        let secret = NewKey { secret: [number; 32] };
        let new = NewApiKey { holder, label, expires, person: None, secret };
        let (key, token) = vault.create_api_key(now, &new).expect("a key");
        made.insert(number, (key.id, token.reveal().to_owned()));
    }
    let status = |token: &str| house.ask(&Ask::get("/api/v1/me").by(token)).status;
    let until = |token: &str, wanted: u16| {
        // The table of keys is read anew within a second.
        let begun = std::time::Instant::now();
        while status(token) != wanted {
            assert!(begun.elapsed().as_secs() < 10, "the key did not become {wanted}");
            std::thread::yield_now();
        }
    };
    until(&made[&103].1, 200);
    assert_eq!(status(&made[&102].1), 200);
    assert_eq!(status(&made[&101].1), 401, "an expired key opens nothing");
    // Its holder is told until when it is good.
    let told = |token: &str| house.ask(&Ask::get("/api/v1/me").by(token)).json()["key"].clone();
    let end: jiff::Timestamp =
        told(&made[&102].1)["expires"].as_str().expect("an end").parse().expect("an instant");
    // The vault keeps microseconds.
    assert_eq!(end.as_microsecond() - now.as_microsecond(), 3_600_000_000);
    assert_eq!(told(&made[&103].1), serde_json::json!({ "label": "", "expires": null }));
    let nobody = house.ask(&Ask::get("/api/v1/me")).json();
    assert_eq!(nobody.get("key"), None, "the public has none");
    vault.revoke_api_key(phusong::service::now(), &made[&103].0).expect("revoked");
    until(&made[&103].1, 401);
    assert!(made[&102].1.starts_with("ps_officer_") && house.key("vnpt").starts_with("ps_vnpt_"));
}

#[test]
fn a_link_signs_in_once_and_guessing_has_to_wait() {
    let house = House::open();
    let link = |holder: Holder| {
        let token =
            phusong::service::sign_in_token(house.dir.path(), &holder, None).expect("a link");
        token.reveal().to_owned()
    };
    let sign_in = |token: &str| {
        let body = serde_json::json!({ "token": token }).to_string();
        house.ask(&Ask::json("POST", "/api/v1/session", &body))
    };
    let token = link(Holder::Approver);
    let session = sign_in(&token);
    assert_eq!(session.status, 201, "{}", session.text());
    assert_eq!(session.header("cache-control"), "no-store");
    let key = session.json()["key"].as_str().expect("a key").to_owned();
    let me = || house.ask(&Ask::get("/api/v1/me").by(&key));
    assert_eq!(me().json()["role"], "approver");
    assert_eq!(sign_in(&token).status, 401, "a link is used once");
    // The vault holds neither the link nor the key.
    for name in ["vault.db", "vault.db-wal"] {
        let bytes = std::fs::read(house.dir.path().join(name)).unwrap_or_default();
        for secret in [&token, &key] {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{name} holds a secret");
        }
    }
    let out = Ask { method: "DELETE", path: "/api/v1/session", ..Ask::default() };
    assert_eq!(house.ask(&out.clone().by(&key)).status, 204);
    assert_eq!(me().status, 401, "signed out");
    assert_eq!(house.ask(&out).status, 401);

    let statuses: Vec<u16> = (0..6).map(|_| sign_in("wrong").status).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 429, 429], "with the used link, the sixth waits");
    let late = sign_in(&link(Holder::Officer));
    assert_eq!((late.status, late.header("retry-after")), (429, "60"));
}
