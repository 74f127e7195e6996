//! “Publish at once”: a setting of the operator, an entry of the system each time.

use phusong::service::{Service, now};
use phusong::vault::Vault;
use serde_json::json;

use crate::edge::{House, report};

fn state(house: &House, id: &str) -> String {
    let page = house.get(&format!("/api/v1/reports/{id}"), "viettel").json();
    page["rows"][0]["state"].as_str().expect("a state").to_owned()
}

fn entries(service: &Service) -> usize {
    service.with_history(|history| history.entries().len())
}

#[test]
fn from_the_setting_on_a_carriers_own_filing_is_public_right_after() {
    let house = House::open();
    let vault = Vault::open(house.dir.path()).expect("a vault");
    let file = |role: &str, code: &str, more: &str| {
        let body = report(code, "kon-doc", "2026-11-01");
        let body = body.replacen('{', &format!("{{{more}"), 1);
        let filed = house.post("/api/v1/reports", role, &body);
        assert!(matches!(filed.status, 200 | 201), "{}", filed.text());
        filed.json()["report"].as_str().expect("an id").to_owned()
    };
    let public = || house.get("/api/v1/villages/kon-doc", "public").json()["verdict"].clone();
    let before = file("viettel", "TRUOC", "");
    vault.publish_at_once(now(), "viettel").expect("set");
    assert_eq!((state(&house, &before), public()), ("filed".to_owned(), json!("no_signal")));
    file("viettel", "TRUOC", "");
    assert_eq!(state(&house, &before), "filed", "what was filed before goes on waiting");

    let count = entries(&house.service);
    let own = file("viettel", "SAU", "");
    assert_eq!((state(&house, &own), public()), ("published".to_owned(), json!("covered")));
    assert_eq!(entries(&house.service), count + 2, "the filing, and an entry that publishes it");
    file("viettel", "SAU", "");
    assert_eq!(entries(&house.service), count + 2, "once, however often it is sent");
    let other = file("vnpt", "KHAC", "");
    let page = house.get(&format!("/api/v1/reports/{other}"), "vnpt").json();
    assert_eq!(page["rows"][0]["state"], "filed", "another carrier waits for an officer");

    vault.publish_by_officer("viettel").expect("set");
    assert_eq!(state(&house, &file("viettel", "NUA", "")), "filed", "and so does it again");
}

#[test]
fn acts_are_listed_apart_in_words_with_what_they_were_about() {
    let house = House::open();
    let filed = |role: &str, path: &str, body: &str| {
        let done = house.post(path, role, body);
        assert!(matches!(done.status, 200 | 201), "{path}: {}", done.text());
        done.json()["report"].as_str().expect("an id").to_owned()
    };
    let one = filed("viettel", "/api/v1/reports", &report("A1", "kon-doc", "2026-11-01"));
    let other = filed("viettel", "/api/v1/reports", &report("A2", "lang-mam", "2026-11-01"));
    filed("officer", &format!("/api/v1/reports/{one}/publish"), "{}");
    filed("officer", &format!("/api/v1/reports/{other}/return"), r#"{"reason":"thiếu nhật ký"}"#);
    let adopted = r#"{"adopt_rule_set":{"id":"vi-du-nghiem","version":1,"from":"2026-11-02"}}"#;
    filed("officer", "/api/v1/decisions", adopted);

    let acts = |role: &str| -> Vec<serde_json::Value> {
        let list = house.get("/api/v1/reports?kind=decision", role).json();
        let ids = list["items"].as_array().expect("items").iter();
        let page = |id: &serde_json::Value| {
            let id = id["report"].as_str().expect("an id");
            house.get(&format!("/api/v1/reports/{id}"), role).json()["rows"][0].clone()
        };
        ids.map(page).collect()
    };
    let names = |rows: &[serde_json::Value]| -> Vec<String> {
        rows.iter().map(|row| row["act"].as_str().unwrap_or("–").to_owned()).collect()
    };
    let own = acts("officer");
    assert_eq!(names(&own), ["adopt_rule_set", "return", "publish"], "the newest first");
    assert_eq!(own[0]["understood"]["bo_tieu_chi"], "vi-du-nghiem:1");
    assert_eq!(own[0]["understood"]["tu_ngay"], "2026-11-02");
    assert_eq!(own[1]["understood"]["ly_do"], "thiếu nhật ký");
    let about = json!({ "report": other, "rows": [], "villages": ["lang-mam"] });
    assert_eq!(own[1]["acts_on"], about);
    assert_eq!(own[2]["acts_on"]["report"], one.as_str());

    // A rival learns of no act on what it may not know.
    assert_eq!(names(&acts("vnpt")), ["adopt_rule_set", "publish"]);
    assert_eq!(names(&acts("public")), ["adopt_rule_set", "publish"]);

    // Of an act on what has become public the words stay between its owner and the department.
    filed("officer", &format!("/api/v1/reports/{other}/publish"), "{}");
    filed("viettel", &format!("/api/v1/reports/{one}/withdraw"), r#"{"reason":"chưa đấu nối"}"#);
    for role in ["vnpt", "public"] {
        let seen = acts(role);
        assert_eq!(names(&seen), ["withdraw", "publish", "adopt_rule_set", "return", "publish"]);
        assert!(seen.iter().all(|row| row["understood"]["ly_do"].is_null()), "{role}: {seen:?}");
    }
    assert_eq!(acts("viettel")[0]["understood"]["ly_do"], "chưa đấu nối");
    let stated = house.get("/api/v1/reports", "officer").json();
    let kinds = stated["items"].as_array().expect("items").iter();
    assert!(kinds.clone().count() == 2 && kinds.clone().all(|line| line["kind"] == "report"));
    assert_eq!(house.get("/api/v1/reports?kind=register", "officer").status, 400);
}
