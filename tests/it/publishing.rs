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
