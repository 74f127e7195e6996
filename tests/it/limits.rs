//! Budgets of requests, and the address that others use.

use std::convert::Infallible;

use axum::body::Body;
use axum::http::Request;
use phusong::http::{Edge, RateLimit};
use phusong::service::World;
use serde_json::json;
use tower::ServiceExt;

use crate::edge::{Ask, House, report};

fn limited(rate_limit: RateLimit) -> House {
    House::open_at(World::real(), Edge { rate_limit, public_url: None })
}

/// Asks until it is turned away; how often it was answered, and the refusal.
fn until_refused(house: &House, ask: &Ask<'_>) -> (usize, crate::edge::Answer) {
    for asked in 0..20_000 {
        let answer = house.ask(ask);
        if answer.status == 429 {
            return (asked, answer);
        }
        assert!(answer.status < 500, "{}", answer.text());
    }
    panic!("never refused");
}

#[test]
fn an_address_without_a_key_has_a_budget_and_is_told_when_to_come_again() {
    let house = limited(RateLimit::On);
    let (answered, refused) = until_refused(&house, &Ask::get("/api/v1/me"));
    assert!(answered >= 300, "a burst of 300 is allowed: {answered}");
    assert_eq!(refused.json()["code"], "too-many-requests");
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.header("cache-control"), "no-store");
    let seconds: u64 = refused.header("retry-after").parse().expect("whole seconds");
    assert!((1..=5).contains(&seconds), "{seconds}");

    let forged = [("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=198.51.100.2")];
    let (answered, _) = until_refused(&house, &Ask::get("/api/v1/me").with(&forged));
    assert!(answered < 100, "a forged header gives no new budget: {answered}");
    let (answered, _) = until_refused(&house, &Ask::get("/api/v1/me").by("ps_guess"));
    assert!(answered < 100, "nor does a wrong key: {answered}");
    assert_eq!(house.get("/api/v1/me", "viettel").status, 200, "a key has a budget of its own");
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_ne!(house.get(path, "public").status, 429, "{path} is for those who watch");
    }
}

#[test]
fn behind_a_proxy_each_address_that_it_saw_has_its_own_budget() {
    let house = limited(RateLimit::Proxy);
    let from =
        |header: &'static [(&'static str, &'static str)]| Ask::get("/api/v1/me").with(header);
    let (answered, _) = until_refused(&house, &from(&[("x-forwarded-for", "203.0.113.7")]));
    assert!(answered >= 300, "{answered}");
    let other = house.ask(&from(&[("x-forwarded-for", "203.0.113.8")]));
    assert_eq!(other.status, 200);
    let forged = from(&[("x-forwarded-for", "198.51.100.9, 203.0.113.7")]);
    let (answered, _) = until_refused(&house, &forged);
    assert!(answered < 100, "what stands before the proxy's own word counts for nothing");
}

#[test]
fn a_key_that_has_read_too_much_may_still_file() {
    let house = limited(RateLimit::On);
    let key = house.key("viettel");
    let (read, _) = until_refused(&house, &Ask::get("/api/v1/me").by(key));
    assert!(read >= 480, "{read}");
    let body = report("QNI001", "kon-doc", "2026-11-01");
    let filed = house.ask(&Ask::json("POST", "/api/v1/reports", &body).by(key));
    assert_eq!(filed.status, 201, "a fifth of the budget is for writing: {}", filed.text());
    let preview = Ask::json("POST", "/api/v1/session", "{}").by(key);
    let (written, _) = until_refused(&house, &preview);
    assert!(written > 0, "and it ends too");
    assert_eq!(house.get("/api/v1/me", "vnpt").status, 200, "another key is another budget");
}

#[test]
fn the_address_of_tiles_is_the_one_that_the_operator_says_and_no_header() {
    let tiles = |house: &House, headers: &[(&str, &str)]| {
        let answer = house.ask(&Ask::get("/tiles/villages.json").with(headers));
        answer.json()["tiles"].clone()
    };
    let path = "/tiles/villages/{z}/{x}/{y}.mvt";
    let forged = [
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "proto=https;host=evil.example"),
    ];
    let plain = House::open();
    assert_eq!(tiles(&plain, &forged), json!([format!("http://phusong.example{path}")]));
    let public_url = Some("https://bando.example/phusong/".parse().expect("an address"));
    let told = House::open_at(World::real(), Edge { public_url, ..Edge::default() });
    let expected = json!([format!("https://bando.example/phusong{path}")]);
    assert_eq!(tiles(&told, &[]), expected);
    assert_eq!(tiles(&told, &forged), expected);
}

fn request(house: &House, method: &str, path: &str, body: Body) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {}", house.key("viettel")))
        .header("content-type", "application/json")
        .body(body)
        .expect("a request")
}

#[test]
fn who_sends_slowly_takes_no_place_of_readers_nor_of_others_who_write() {
    const WRITERS: usize = 150;
    const WITHOUT_KEY: usize = 50;
    let house = House::open();
    let router = phusong::http::router(house.service.clone());
    let asked = |by: Option<&str>, method: &str, path: &str, body| {
        let mut request = request(&house, method, path, body);
        let key = by.map(|key| format!("Bearer {key}").parse().expect("a header"));
        match key {
            Some(key) => request.headers_mut().insert("authorization", key),
            None => request.headers_mut().remove("authorization"),
        };
        request
    };
    let (viettel, vnpt) = (Some(house.key("viettel")), Some(house.key("vnpt")));
    let status = async |request: Request<Body>| {
        let answer = router.clone().oneshot(request).await.expect("an answer");
        (answer.status().as_u16(), answer.headers().contains_key("retry-after"))
    };
    let complaint = || Body::from(json!({"village": "kon-doc", "text": "x"}).to_string());
    let filed = |code: &str| Body::from(report(code, "Kon Dóc", "2026-11-01"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let mut slow = tokio::task::JoinSet::new();
        let mut crowd = async |by: Option<&str>, path: &str, many: usize| {
            for _ in 0..many {
                // Its body never comes.
                let never =
                    Body::from_stream(tokio_stream::pending::<Result<Vec<u8>, Infallible>>());
                slow.spawn(router.clone().oneshot(asked(by, "POST", path, never)));
            }
            for _ in 0..=many {
                tokio::task::yield_now().await;
            }
        };
        // Whoever has no key, or one that nobody gave out, keeps nobody with a key from filing.
        crowd(None, "/api/v1/disputes", WITHOUT_KEY).await;
        for by in [None, Some("ps_viettel_guessed")] {
            let refused = status(asked(by, "POST", "/api/v1/disputes", complaint())).await;
            assert_eq!(refused, (503, true), "{by:?}");
        }
        let report = asked(vnpt, "POST", "/api/v1/reports", filed("QNI001"));
        assert_eq!(status(report).await.0, 201, "with a key there is room");
        crowd(viettel, "/api/v1/reports", WRITERS).await;
        let report = asked(vnpt, "POST", "/api/v1/reports", filed("QNI002"));
        assert_eq!(status(report).await, (503, true));
        for by in [None, vnpt] {
            let read = asked(by, "GET", "/api/v1/me", Body::empty());
            assert_eq!(status(read).await.0, 200, "reading goes on");
        }
        let watch = asked(None, "GET", "/healthz", Body::empty());
        assert_eq!(status(watch).await.0, 200, "those who watch are let in");
        slow.shutdown().await;
        let report = asked(vnpt, "POST", "/api/v1/reports", filed("QNI002"));
        assert_eq!(status(report).await.0, 201, "calm again");
    });
}
