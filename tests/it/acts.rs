//! Publish, return, withdraw: on the rows that are named, once, and never on what was taken back.

use phusong::service::Service;
use serde_json::{Value, json};

use crate::edge::{Answer, Ask, House, report};

fn entries(service: &Service) -> usize {
    service.with_history(|history| history.entries().len())
}

/// A report of Viettel's own; its address.
fn filed(house: &House, code: &str) -> String {
    let done = house.post("/api/v1/reports", "viettel", &report(code, "kon-doc", "2026-11-01"));
    assert_eq!(done.status, 201, "{}", done.text());
    format!("/api/v1/reports/{}", done.json()["report"].as_str().expect("an id"))
}

fn state(house: &House, page: &str, role: &str) -> Value {
    house.get(page, role).json()["rows"][0]["state"].clone()
}

fn with_key(house: &House, path: &str, role: &str, key: &str, body: &str) -> Answer {
    let token = house.key(role);
    let headers = [("idempotency-key", key), ("content-type", "application/json")];
    house.ask(&Ask { method: "POST", path, key: token, headers: &headers, body: body.as_bytes() })
}

#[test]
fn an_empty_list_of_rows_is_no_row_and_not_all_of_them() {
    let house = House::open();
    let page = filed(&house, "A1");
    for (act, role) in [("publish", "officer"), ("return", "officer"), ("withdraw", "viettel")] {
        let path = format!("{page}/{act}");
        for rows in ["[]", "null"] {
            let body = format!(r#"{{"rows":{rows},"reason":"nhầm"}}"#);
            let done = house.post(&path, role, &body);
            assert_eq!(done.status, 422, "{act} {rows}: {}", done.text());
            assert_eq!(done.json()["errors"][0]["pointer"], "/rows", "{act} {rows}");
        }
        assert_eq!(state(&house, &page, "viettel"), "filed", "{act}");
    }
    assert_eq!(house.post(&format!("{page}/publish"), "officer", "{}").status, 200);
    assert_eq!(state(&house, &page, "viettel"), "published", "none named: all");
}

#[test]
fn the_same_act_again_is_the_same_act_with_and_without_a_key() {
    let house = House::open();
    let reason = r#"{"reason":"nhầm thôn"}"#;
    for (code, key) in [("A1", None), ("A2", Some("once"))] {
        let page = filed(&house, code);
        for (act, role, body) in [
            ("return", "officer", reason),
            ("publish", "officer", "{}"),
            ("withdraw", "viettel", reason),
        ] {
            let path = format!("{page}/{act}");
            let once = || match key {
                Some(key) => with_key(&house, &path, role, &format!("{key}-{act}"), body),
                None => house.post(&path, role, body),
            };
            let first = once();
            assert_eq!(first.status, 200, "{act}: {}", first.text());
            let count = entries(&house.service);
            let (version, again) =
                (house.get("/api/v1/gaps", "public").header("etag").to_owned(), once());
            assert_eq!(again.status, 200, "{act}: {}", again.text());
            assert_eq!(again.json()["receipt"], first.json()["receipt"], "{act}");
            assert_eq!(entries(&house.service), count, "{act}: no entry, so no event");
            assert_eq!(house.get("/api/v1/gaps", "public").header("etag"), version);
        }
    }
    // Another reason for returning is another thing to say; another account did not do it.
    let page = filed(&house, "A3");
    let give_back = format!("{page}/return");
    for reason in ["thiếu nhật ký", "thiếu ảnh"] {
        let body = json!({ "reason": reason }).to_string();
        assert_eq!(house.post(&give_back, "officer", &body).status, 200);
        assert_eq!(house.get(&page, "viettel").json()["rows"][0]["reason"], reason);
    }
}

#[test]
fn a_key_used_again_for_another_act_is_refused() {
    let house = House::open();
    let (one, other) = (filed(&house, "A1"), filed(&house, "A2"));
    let act = |page: &str, act: &str, body: &str| {
        with_key(&house, &format!("{page}/{act}"), "officer", "key", body)
    };
    assert_eq!(act(&one, "publish", "{}").status, 200);
    let count = entries(&house.service);
    let others = [
        (&other, "publish", "{}"),
        (&one, "publish", r#"{"rows":[1]}"#),
        (&one, "return", r#"{"reason":"thiếu ảnh"}"#),
    ];
    for (page, what, body) in others {
        let done = act(page, what, body);
        assert_eq!(done.status, 422, "{what} {body}: {}", done.text());
        assert_eq!(done.json()["code"], "idempotency-key-reused", "{what} {body}");
    }
    assert_eq!(entries(&house.service), count);
    assert_eq!(state(&house, &other, "viettel"), "filed");
}

#[test]
fn what_was_withdrawn_is_neither_published_nor_returned_nor_shown_to_others() {
    let house = House::open();
    let page = filed(&house, "A1");
    let reason = r#"{"reason":"nhầm thôn"}"#;
    assert_eq!(house.post(&format!("{page}/withdraw"), "viettel", reason).status, 200);
    let count = entries(&house.service);
    for act in ["publish", "return"] {
        let done = house.post(&format!("{page}/{act}"), "officer", reason);
        assert_eq!(done.status, 409, "{act}: {}", done.text());
        assert_eq!(done.json()["code"], "already-withdrawn", "{act}");
    }
    let other = house.post(&format!("{page}/withdraw"), "viettel", r#"{"reason":"khác"}"#);
    assert_eq!((other.status, &other.json()["code"]), (409, &json!("already-so")));
    assert_eq!(entries(&house.service), count);
    assert_eq!(house.get(&page, "public").status, 404);
}

#[test]
fn a_report_of_which_a_row_was_withdrawn_is_published_without_it() {
    let house = House::open();
    let row = |code: &str| {
        let one: Value =
            serde_json::from_str(&report(code, "kon-doc", "2026-11-01")).expect("JSON");
        one["rows"][0].clone()
    };
    let body = json!({ "rows": [row("A1"), row("A2")] }).to_string();
    let done = house.post("/api/v1/reports", "viettel", &body).json();
    let page = format!("/api/v1/reports/{}", done["report"].as_str().expect("an id"));
    let withdraw =
        house.post(&format!("{page}/withdraw"), "viettel", r#"{"rows":[1],"reason":"nhầm"}"#);
    assert_eq!(withdraw.status, 200);
    let publish = format!("{page}/publish");
    assert_eq!(house.post(&publish, "officer", r#"{"rows":[1]}"#).status, 409);
    assert_eq!(house.post(&publish, "officer", "{}").status, 200);
    let shown = house.get(&page, "public").json();
    let rows: Vec<&Value> =
        shown["rows"].as_array().expect("rows").iter().map(|row| &row["row"]).collect();
    assert_eq!(rows, [&json!(2)], "the public never knew of the first");
}
