//! Bad and odd requests: each gets its status, its code and a place, in the asker's language, and
//! leaves nothing behind. What every answer has: id, safety headers, ETag, encodings.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Barrier;

use serde_json::Value;

use crate::edge::{Answer, Ask, House, report};

const JSON: (&str, &str) = ("content-type", "application/json");

/// Status and code of a problem, and that it is one.
fn problem(answer: &Answer) -> (u16, String) {
    let body = answer.json();
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text());
    assert_eq!(body["status"], answer.status, "{body}");
    for name in ["type", "title", "code"] {
        assert!(body[name].as_str().is_some_and(|text| !text.is_empty()), "{name}: {body}");
    }
    assert!(body["errors"].is_array(), "{body}");
    assert_eq!(answer.header("cache-control"), "no-store");
    (answer.status, body["code"].as_str().unwrap_or("").to_owned())
}

#[test]
fn a_bad_query_is_400_with_the_parameter_named() {
    let house = House::open();
    let cases = [
        ("gaps?bbox=1,2,3", "bbox"),
        ("gaps?bbox=1,2,3,4,5", "bbox"),
        ("gaps?bbox=NaN,14,109,15", "bbox"),
        ("gaps?bbox=inf,14,109,15", "bbox"),
        ("gaps?bbox=109,14,108,15", "bbox"),
        ("gaps?bbox=179,14,-179,15", "bbox"),
        ("gaps?bbox=108,15,109,14", "bbox"),
        ("gaps?bbox=108,14,109,91", "bbox"),
        ("gaps?bbox=a,b,c,d", "bbox"),
        ("gaps?bbox=108,,109,15", "bbox"),
        ("gaps?near=108.8,14.7", "near"),
        ("gaps?near=108.8&radius_m=10", "near"),
        ("gaps?near=200,14.7&radius_m=10", "near"),
        ("gaps?near=108.8,14.7&radius_m=-1", "near"),
        ("gaps?near=108.8,14.7&radius_m=0", "near"),
        ("gaps?radius_m=10", "near"),
        ("gaps?limit=0", "limit"),
        ("gaps?limit=-1", "limit"),
        ("gaps?limit=ten", "limit"),
        ("gaps?limit=1e3", "limit"),
        ("gaps?cursor=x.1", "cursor"),
        ("gaps?cursor=100", "cursor"),
        ("gaps?cursor=0.00000000000000000000000000000000", "cursor"),
        ("gaps?cursor=99999999999999999999999.x", "cursor"),
        ("gaps?as_of=2999-01-01", "as_of"),
        ("gaps?as_of=2026-02-31", "as_of"),
        ("gaps?as_of=yesterday", "as_of"),
        ("gaps?known_at=2999-01-01", "known_at"),
        ("gaps?wat=1", "wat"),
        ("gaps?technology=4G&technology=4G", "technology"),
        ("gaps?technology=6G", "technology"),
        ("gaps?technology=4g", "technology"),
        ("gaps?carrier=nobody", "carrier"),
        ("gaps?carrier=viettel,nobody", "carrier"),
        ("gaps?mode=some", "mode"),
        ("gaps?grade=E0", "grade"),
        ("gaps?grade=E9", "grade"),
        ("gaps?environment=attic", "environment"),
        ("gaps?service=fax", "service"),
        ("gaps?verdict=covered,nonsense", "verdict"),
        ("gaps?verdict=,", "verdict"),
        ("gaps?duty=late", "duty"),
        ("gaps?unit=1", "unit"),
        ("gaps?unit=x", "unit"),
        ("gaps?district=21520", "district"),
        ("gaps?grid_power=maybe", "grid_power"),
        ("gaps?sort=beauty", "sort"),
        ("gaps?sort=distance", "sort"),
        ("gaps?format=pdf", "format"),
        ("gaps?crs=EPSG:3405", "crs"),
        ("gaps?%ff=1", "�"),
        ("villages?limit=0", "limit"),
        ("villages?q=a&q=b", "q"),
        ("villages/kon-doc?as_of=2999-01-01", "as_of"),
        ("villages/kon-doc?wat=1", "wat"),
        ("me?wat=1", "wat"),
        ("carriers?wat=1", "wat"),
        ("reports?state=lost", "state"),
        ("reports?cursor=r.1", "cursor"),
    ];
    for (path, parameter) in cases {
        let answer = house.get(&format!("/api/v1/{path}"), "public");
        assert_eq!(problem(&answer), (400, "bad-query".to_owned()), "{path}: {}", answer.text());
        assert_eq!(answer.json()["errors"][0]["column"], parameter, "{path}: {}", answer.text());
    }
    // More than a page holds is a whole page, not an error.
    assert_eq!(house.get("/api/v1/gaps?limit=999999999999", "public").status, 200);
    let sites = "/api/v1/sites/nearest?lon=108.8";
    for path in [sites, &format!("{sites}&lat=91"), &format!("{sites}&lat=x")] {
        assert_eq!(problem(&house.get(path, "officer")).0, 400, "{path}");
    }
}

#[test]
fn a_page_follows_a_page_and_its_cursor_fits_no_other_question() {
    let house = House::open();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/gaps?sort=name&limit=4{cursor}");
        let page = house.get(&path, "public").json();
        let items = page["items"].as_array().expect("items");
        seen.extend(items.iter().map(|item| item["id"].as_str().unwrap_or("").to_owned()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 9);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 9);
    let page = house.get("/api/v1/gaps?sort=name&limit=4", "public").json();
    let next = page["next"].as_str().expect("a second page");
    let forged = next.replacen('4', "5", 1);
    for path in [
        format!("/api/v1/gaps?sort=households&limit=4&cursor={next}"),
        format!("/api/v1/gaps?sort=name&duty=open&cursor={next}"),
        format!("/api/v1/gaps?sort=name&limit=4&cursor={forged}"),
    ] {
        assert_eq!(problem(&house.get(&path, "public")).0, 400, "{path}");
    }
}

/// The address of the page behind an answer (RFC 8288), as it is resolved against its own.
fn next_page(answer: &Answer, path: &str) -> Option<String> {
    let link = answer.header("link");
    let target = link.strip_prefix('<')?.strip_suffix(">; rel=\"next\"");
    let query = target.unwrap_or_else(|| panic!("a link to what comes next: {link}"));
    Some(format!("{}{query}", path.split('?').next().unwrap_or_default()))
}

#[test]
fn a_table_or_features_in_pages_lead_from_one_to_the_next() {
    let house = House::open();
    for (of, whole, form) in [
        ("gaps?sort=name", 9, "csv"),
        ("gaps?sort=name", 9, "geojson"),
        ("duties", 9, "csv"),
        ("planning/clusters", 9, "csv"),
        ("changes?from=2023-01-01", 9, "csv"),
    ] {
        let joined = if of.contains('?') { '&' } else { '?' };
        let mut path = format!("/api/v1/{of}{joined}format={form}&limit=4");
        let (mut seen, mut pages) = (0, 0);
        loop {
            let page = house.get(&path, "officer");
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            pages += 1;
            seen += match form {
                "csv" => page.text().trim_end().lines().count() - 1,
                _ => page.json()["features"].as_array().expect("features").len(),
            };
            // The same bytes from the room of kept answers lead on as well.
            assert_eq!(next_page(&house.get(&path, "officer"), &path), next_page(&page, &path));
            let Some(next) = next_page(&page, &path) else { break };
            assert_ne!(next, path);
            path = next;
        }
        assert_eq!((seen, pages), (whole, 3), "{of} as {form}");
    }
}

#[test]
fn a_polygon_that_is_none_is_refused() {
    let house = House::open();
    let ask = |body: &str| house.ask(&Ask::json("POST", "/api/v1/gaps", body));
    let whole =
        r#"{"type":"Polygon","coordinates":[[[108,14],[110,14],[110,16],[108,16],[108,14]]]}"#;
    let found = ask(whole);
    assert_eq!(found.status, 200, "{}", found.text());
    assert_eq!(found.json()["items"].as_array().map(Vec::len), Some(9));
    for (body, status) in [
        (r#"{"type":"Polygon","coordinates":[]}"#, 422),
        (r#"{"type":"MultiPolygon","coordinates":[]}"#, 422),
        (r#"{"type":"Polygon","coordinates":[[[108,14],[110,14]]]}"#, 422),
        (r#"{"type":"Polygon","coordinates":[[[1080,14],[110,14],[110,16],[1080,14]]]}"#, 422),
        (r#"{"type":"Point","coordinates":[108,14]}"#, 422),
        (r#"{"type":"Polygon","coordinates":[[[1e400,14]]]}"#, 400),
        (r#"{"type":"Polygon"}"#, 422),
        ("[]", 422),
        ("", 400),
    ] {
        assert_eq!(problem(&ask(body)).0, status, "{body}");
    }
}

#[test]
fn a_body_that_cannot_be_read_or_taken_is_told_with_its_place() {
    let house = House::open();
    let by = |body: &[u8], kind: &str| {
        let headers = [("content-type", kind)];
        let ask = Ask { method: "POST", path: "/api/v1/reports", body, ..Ask::default() };
        house.ask(&ask.by(house.key("viettel")).with(&headers))
    };
    let json = "application/json";
    let deep = "[".repeat(10_000);
    let cases: [(&[u8], &str, u16, &str); 13] = [
        (b"{", json, 400, "bad-json"),
        (b"", json, 400, "bad-json"),
        (b"{\"rows\":[NaN]}", json, 400, "bad-json"),
        (b"{\"rows\":[1e309]}", json, 422, "refused"),
        (b"{\"rows\":[],\"rows\":[]}", json, 400, "bad-json"),
        (b"{\"rows\":[\"\xff\"]}", json, 400, "bad-json"),
        (deep.as_bytes(), json, 400, "bad-json"),
        (b"{\"rows\":{}}", json, 422, "refused"),
        (b"{\"rows\":[],\"extra\":1}", json, 422, "refused"),
        (b"{\"rows\":[],\"document\":{\"day\":\"31/02/2026\"}}", json, 422, "refused"),
        (b"{\"rows\":[]}", json, 422, "refused"),
        (b"{\"rows\":[]}", "text/plain", 415, "content-type"),
        (b"{\"rows\":[]}", "", 415, "content-type"),
    ];
    let mut differences = String::new();
    for (body, kind, status, code) in cases {
        let answer = by(body, kind);
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]);
        let found = problem(&answer);
        if found != (status, code.to_owned()) {
            writeln!(differences, "{shown} {kind}: {found:?}: {}", answer.text()).expect("told");
        }
    }
    assert!(differences.is_empty(), "{differences}");
    for (body, pointer) in
        [(r#"{"token":7}"#, "/token"), (r#"{"token":"x","extra":1}"#, "/extra"), ("[]", "")]
    {
        let answer = house.ask(&Ask::json("POST", "/api/v1/session", body));
        assert_eq!(problem(&answer), (422, "bad-body".to_owned()), "{}", answer.text());
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{}", answer.text());
    }
    let large = vec![b' '; (20 << 20) + 1];
    assert_eq!(problem(&by(&large, json)), (413, "too-large".to_owned()));
    let large = vec![b' '; (1 << 20) + 1];
    let ask = Ask { method: "POST", path: "/api/v1/session", body: &large, ..Ask::default() };
    assert_eq!(problem(&house.ask(&ask.with(&[JSON]))).0, 413);
    assert_eq!(house.get("/api/v1/reports", "viettel").json()["items"], Value::Array(Vec::new()));
}

#[test]
fn addresses_methods_and_accepts_that_lead_nowhere() {
    let house = House::open();
    let long = format!("/api/v1/gaps?carrier={}", "a".repeat(8 << 10));
    assert_eq!(problem(&house.get(&long, "public")), (414, "address-too-long".to_owned()));
    for path in ["/nowhere", "/api/v1/", "/api/v1/reports/x/y/z", "/..%2f..%2fetc", "/api/v2/me"] {
        assert_eq!(problem(&house.get(path, "public")), (404, "not-found".to_owned()), "{path}");
    }
    let answer = house.ask(&Ask { method: "DELETE", path: "/api/v1/gaps", ..Ask::default() });
    assert_eq!(problem(&answer), (405, "method-not-allowed".to_owned()));
    let allowed: BTreeSet<&str> = answer.header("allow").split(',').map(str::trim).collect();
    assert_eq!(allowed, ["GET", "HEAD", "POST"].into());
    let accept = |path, accept| house.ask(&Ask::get(path).with(&[("accept", accept)]));
    for (path, wanted, status) in [
        ("/api/v1/gaps", "image/png", 406),
        ("/api/v1/gaps", "application/json;q=0", 406),
        ("/api/v1/gaps", "text/csv;q=0.5, application/geo+json", 200),
        ("/api/v1/gaps", "text/*", 200),
        ("/api/v1/me", "text/csv", 406),
        ("/api/v1/me", "*/*", 200),
        ("/api/v1/me", "application/*", 200),
    ] {
        assert_eq!(accept(path, wanted).status, status, "{path} {wanted}");
    }
    let kind = |wanted| accept("/api/v1/gaps", wanted).header("content-type").to_owned();
    assert_eq!(kind("text/csv;q=0.5, application/geo+json"), "application/geo+json");
    assert_eq!(kind("text/csv, application/json;q=0.9"), "text/csv; charset=utf-8");
    assert_eq!(kind("*/*"), "application/json");
    // Before anything is done, not after.
    let body = report("QNI1", "kon-doc", "2026-11-01");
    let headers = [JSON, ("accept", "text/csv")];
    let ask = Ask::json("POST", "/api/v1/reports", &body).by(house.key("viettel")).with(&headers);
    assert_eq!(problem(&house.ask(&ask)), (406, "not-acceptable".to_owned()));
    assert_eq!(house.get("/api/v1/reports", "viettel").json()["items"], Value::Array(Vec::new()));
}

#[test]
fn a_problem_speaks_the_askers_language() {
    let house = House::open();
    let title = |language| {
        let answer = house.ask(&Ask::get("/nowhere").with(&[("accept-language", language)]));
        let said = answer.header("content-language").to_owned();
        (said, answer.json()["title"].as_str().unwrap_or("").to_owned())
    };
    let vi = ("vi".to_owned(), "Không có mục này".to_owned());
    let en = ("en".to_owned(), "There is no such thing".to_owned());
    for (language, expected) in [
        ("", &vi),
        ("en", &en),
        ("en-GB,en;q=0.9,vi;q=0.8", &en),
        ("vi-VN,vi;q=0.9,en;q=0.8", &vi),
        ("fr, en;q=0.2, vi;q=0.3", &vi),
        ("fr", &vi),
    ] {
        assert_eq!(title(language), *expected, "{language:?}");
    }
}

#[test]
fn credentials_that_open_nothing() {
    let house = House::open();
    let with = |headers: &[(&str, &str)]| house.ask(&Ask::get("/api/v1/me").with(headers));
    for value in ["Bearer ps_wrong", "Bearer ", "Basic dXNlcjpwYXNz", "ps_wrong", "Bearer a b"] {
        let answer = with(&[("authorization", value)]);
        assert_eq!(problem(&answer), (401, "unauthorized".to_owned()), "{value}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{value}");
    }
    let jwt = "Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4ifQ.";
    assert_eq!(with(&[("authorization", jwt)]).status, 401);
    let key = format!("Bearer {}", house.key("officer"));
    let two = [("authorization", key.as_str()), ("authorization", key.as_str())];
    assert_eq!(problem(&with(&two)), (400, "two-credentials".to_owned()));
    assert_eq!(with(&[("authorization", &key.replace("Bearer", "bearer"))]).status, 200);
    // Wherever it is presented, also where nothing is.
    assert_eq!(house.ask(&Ask::get("/nowhere").by("ps_wrong")).status, 401);
    let filed = house.post("/api/v1/reports", "public", &report("Q", "kon-doc", "2026-11-01"));
    assert_eq!(problem(&filed), (401, "key-needed".to_owned()));
    assert_eq!(filed.header("www-authenticate"), "Bearer realm=\"phusong\"");
}

#[test]
fn every_answer_has_an_id_and_the_safety_headers() {
    let house = House::open();
    let body = "{}";
    let asks = [
        Ask::get("/api/v1/gaps"),
        Ask::get("/nowhere"),
        Ask::get("/healthz"),
        Ask::get("/docs/"),
        Ask::get("/"),
        Ask::get("/tiles/villages/0/0/0.mvt"),
        Ask::get("/api/v1/me").by("ps_wrong"),
        Ask::json("POST", "/api/v1/reports", body),
    ];
    let mut ids = BTreeSet::new();
    for ask in asks {
        let answer = house.ask(&ask);
        let id = answer.header("x-request-id").to_owned();
        assert!(!id.is_empty() && ids.insert(id), "{}", ask.path);
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{}", ask.path);
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{}", ask.path);
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{}: {policy}", ask.path);
        assert!(policy.contains("frame-ancestors 'none'"), "{}: {policy}", ask.path);
    }
    let named = |id| {
        let answer = house.ask(&Ask::get("/healthz").with(&[("x-request-id", id)]));
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(named("trace-1.A_b"), "trace-1.A_b");
    let long = "a".repeat(65);
    for odd in ["a b", "ps_viettel_secret", "x\"y", "ké", &long] {
        assert_ne!(named(odd), odd, "an id that is not plain is not taken over");
    }
}

#[test]
fn what_is_public_may_be_read_by_any_page_and_nothing_else() {
    let house = House::open();
    let origin = [("origin", "https://elsewhere.example")];
    let header = "access-control-allow-origin";
    assert_eq!(house.ask(&Ask::get("/api/v1/gaps").with(&origin)).header(header), "*");
    let scoped = Ask::get("/api/v1/gaps").by(house.key("officer")).with(&origin);
    assert_eq!(house.ask(&scoped).header(header), "");
    let headers = [JSON, origin[0]];
    let writing = Ask::json("POST", "/api/v1/reports", "{}").with(&headers);
    assert_eq!(house.ask(&writing).header(header), "");
}

#[test]
fn an_answer_that_is_known_is_not_sent_again() {
    let house = House::open();
    for path in ["/api/v1/gaps", "/api/v1/villages/kon-doc", "/openapi.json", "/docs/"] {
        let full = house.get(path, "public");
        let tag = full.header("etag").to_owned();
        assert!(tag.starts_with('"'), "{path}: a strong tag: {tag}");
        assert_eq!(full.header("cache-control"), "public, no-cache", "{path}");
        let list = format!("\"x\", W/{tag}");
        for known in [tag.as_str(), list.as_str(), "*"] {
            let again = house.ask(&Ask::get(path).with(&[("if-none-match", known)]));
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {known}");
            assert_eq!(again.header("etag"), tag);
            assert_eq!(again.header("vary"), full.header("vary"));
        }
        let other = house.ask(&Ask::get(path).with(&[("if-none-match", "\"x\"")]));
        assert_eq!(other.status, 200);
        let head = house.ask(&Ask { method: "HEAD", path, ..Ask::default() });
        assert_eq!(head.status, 200);
        assert!(head.body.is_empty());
        assert_eq!(head.lasting().headers, full.lasting().headers, "{path}");
    }
    let scoped = house.get("/api/v1/gaps", "viettel");
    assert_eq!(scoped.header("cache-control"), "private, no-cache");
    assert!(scoped.header("vary").contains("authorization"));
}

#[test]
fn long_answers_are_packed_as_the_asker_reads_and_events_never() {
    let house = House::open();
    let plain = house.get("/api/v1/gaps", "public");
    let mut tags = BTreeSet::from([plain.header("etag").to_owned()]);
    for (accept, expected) in [
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip;q=0.2, br;q=0.9", "br"),
        ("gzip;q=0", ""),
        ("identity", ""),
    ] {
        let headers = [("accept-encoding", accept)];
        let packed = house.ask(&Ask::get("/api/v1/gaps").with(&headers));
        assert_eq!(packed.header("content-encoding"), expected, "{accept}");
        let unpacked = unpack(&packed);
        assert_eq!(unpacked, plain.body, "{accept}");
        tags.insert(packed.header("etag").to_owned());
    }
    assert_eq!(tags.len(), 4, "each form has its own strong tag");
    let headers = [("accept-encoding", "gzip")];
    let short = house.ask(&Ask::get("/api/v1/me").with(&headers));
    assert_eq!(short.header("content-encoding"), "", "a short answer stays as it is");
}

fn unpack(answer: &Answer) -> Vec<u8> {
    use std::io::Read;
    let mut plain = Vec::new();
    match answer.header("content-encoding") {
        "gzip" => {
            flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut plain).expect("gzip");
        }
        "br" => {
            brotli::BrotliDecompress(&mut &answer.body[..], &mut plain).expect("br");
        }
        "zstd" => plain = zstd::decode_all(&answer.body[..]).expect("zstd"),
        _ => plain.clone_from(&answer.body),
    }
    plain
}

#[test]
fn one_key_is_one_entry_however_many_ask_at_once() {
    let house = House::open();
    let body = report("QNI001", "kon-doc", "2026-11-01");
    let ask = || {
        let headers = [JSON, ("idempotency-key", "one")];
        let ask = Ask::json("POST", "/api/v1/reports", &body).by(house.key("viettel"));
        house.ask(&ask.with(&headers))
    };
    let together = Barrier::new(64);
    let (ask, together) = (&ask, &together);
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..64)
            .map(|_| {
                scope.spawn(move || {
                    together.wait();
                    ask()
                })
            })
            .collect();
        asking.into_iter().map(|asking| asking.join().expect("an answer")).collect()
    });
    let mut receipts = BTreeSet::new();
    let mut told = String::new();
    for answer in &answers {
        match answer.status {
            200 | 201 => {
                receipts.insert(answer.json()["receipt"].to_string());
            }
            409 => assert_eq!(problem(answer).1, "in-progress"),
            _ => writeln!(told, "{}: {}", answer.status, answer.text()).expect("told"),
        }
    }
    assert!(told.is_empty(), "{told}");
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(receipts.len(), 1, "one receipt");
    let again = ask();
    assert_eq!(again.status, 200);
    assert!(receipts.contains(&again.json()["receipt"].to_string()));
    let items = house.get("/api/v1/reports", "viettel").json()["items"].clone();
    assert_eq!(items.as_array().map(Vec::len), Some(1));
    // The same key for something else.
    let other = report("QNI002", "kon-doc", "2026-11-01");
    let headers = [JSON, ("idempotency-key", "one")];
    let ask = Ask::json("POST", "/api/v1/reports", &other).by(house.key("viettel")).with(&headers);
    assert_eq!(problem(&house.ask(&ask)), (422, "idempotency-key-reused".to_owned()));
}

#[test]
fn a_machine_can_see_how_the_house_is() {
    let house = House::open();
    assert_eq!(house.get("/healthz", "public").text(), "ok\n");
    let ready = house.get("/readyz", "public");
    let body = ready.json();
    let checks = if ready.status == 200 { &body["checks"] } else { &body["errors"] };
    for check in checks.as_array().expect("checks") {
        // What this machine lacks is named; what the house itself does must hold.
        let name = check["name"].as_str().or(check["column"].as_str()).unwrap_or("?");
        let is_good = check["ok"] == true;
        assert!(is_good || matches!(name, "disk" | "sandbox"), "{check}");
    }
    house.get("/api/v1/gaps", "public");
    house.get("/api/v1/villages/kon-doc", "viettel");
    house.post("/api/v1/reports", "viettel", &report("Q1", "kon-doc", "2026-11-01"));
    let metrics = house.get("/metrics", "officer");
    assert_eq!(metrics.status, 200);
    let text = metrics.text();
    for line in [
        r#"phusong_http_requests_total{method="GET",route="/api/v1/gaps",status="200"} 1"#,
        r#"phusong_http_requests_total{method="POST",route="/api/v1/reports",status="201"} 1"#,
        "phusong_ledger_append_seconds_count",
        "phusong_ledger_entries_total",
        "phusong_fold_seconds_count",
        "phusong_atlas_build_seconds_count",
        "phusong_atlas_age_seconds",
        "phusong_event_listeners 0",
        "phusong_tile_hits_total",
        "phusong_process_resident_bytes",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line}:\n{text}");
    }
    for name in ["viettel", "vnpt", "kon-doc", "ps_"] {
        assert!(!text.contains(name), "{name} stands in the metrics");
    }
    // From the machine itself without a key; with another's key, or through a proxy, not.
    assert_eq!(house.get("/metrics", "public").status, 200);
    let forwarded = [("x-forwarded-for", "127.0.0.1")];
    let nowhere = house.get("/nowhere", "viettel").lasting();
    assert_eq!(house.get("/metrics", "viettel").lasting(), nowhere, "as if it were not");
    assert_eq!(house.ask(&Ask::get("/metrics").with(&forwarded)).status, 404);
}
