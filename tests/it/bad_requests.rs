//! Requests that no client should send, of RELIABILITY's list (55–86), where no other test has them:
//! each has its status and says why, and leaves nothing behind. `docs/bad-inputs.md` names for each
//! row the test that holds it.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::edge::{Answer, Ask, House, on_air, report};

const JSON: (&str, &str) = ("content-type", "application/json");

fn code(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text());
    (answer.status, answer.json()["code"].as_str().unwrap_or("").to_owned())
}

fn told(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// The head of the answer to these very bytes; empty when the connection was closed.
fn raw(house: &House, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(house.address).expect("a connection");
    stream.write_all(bytes).expect("sent");
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer);
    let head = answer.split(|byte| *byte == b'\n').take_while(|line| line.len() > 1);
    head.map(|line| String::from_utf8_lossy(line).into_owned() + "\n").collect()
}

fn status(head: &str) -> u16 {
    head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

/// Row 55: Of a report too: the member by its pointer, beside row and column.
#[test]
fn a_wrong_or_unknown_member_of_a_report_is_told_by_its_pointer() {
    let house = House::open();
    let with = |name: &str, value: Value| {
        let mut body = on_air("Q1", "kon-doc", "2026-11-01");
        body["rows"][0][name] = value;
        body
    };
    for (body, pointer) in [
        (with("kinh_do", json!([1])), "/rows/0/kinh_do"),
        (with("la/lung", json!(1)), "/rows/0/la~1lung"),
        (json!({"rows": [7]}), "/rows/0"),
        (json!({"rows": {}}), "/rows"),
        (json!({"rows": [], "extra": 1}), "/extra"),
        (json!({"rows": [], "document": {"day": "31/02/2026"}}), "/document/day"),
    ] {
        let answer = house.post("/api/v1/reports", "viettel", &body.to_string());
        assert_eq!(code(&answer), told(422, "refused"), "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{}", answer.text());
    }
    // A file has rows and columns, and no pointers.
    let csv =
        Ask { method: "POST", path: "/api/v1/reports", body: b"ma_tram\nQ1\n", ..Ask::default() };
    let csv = csv.with(&[("content-type", "text/csv")]).by(house.key("viettel"));
    let answer = house.ask(&csv);
    assert_eq!((answer.status, &answer.json()["errors"][0]["pointer"]), (422, &Value::Null));
}

/// Row 61: What somebody did or saw cannot lie ahead; an on-air day that does is a plan (DOMAIN §6).
#[test]
fn nothing_is_done_seen_or_issued_in_the_future_and_a_site_that_will_be_is_a_plan() {
    let house = House::open();
    let ahead = "2999-01-01";
    let cases = [
        (
            "observations",
            "officer",
            json!({"rows": [{"village": "kon-doc", "says": "has", "day": ahead}]}),
        ),
        ("certificates", "viettel", json!({"number": "x", "issued": ahead, "source": "x"})),
        (
            "progress",
            "viettel",
            json!({"rows": [{"village": "kon-doc", "step": "surveyed", "step_day": ahead}]}),
        ),
    ];
    for (path, role, body) in cases {
        let answer = house.post(&format!("/api/v1/{path}"), role, &body.to_string());
        assert_eq!(answer.status, 422, "{path}: {}", answer.text());
        assert_eq!(answer.json()["errors"][0]["code"], "future-day", "{path}: {}", answer.text());
    }
    // Nor is what will be done to a site an event of it: a plan is offered, an end is told when it
    // has come. Both keep the report from being filed.
    for (event, code, offered) in [
        ("built", "future-event", json!("planned")),
        ("changed", "future-event", json!("planned")),
        ("off_air", "future-end", Value::Null),
        ("decommissioned", "future-end", Value::Null),
    ] {
        let mut body =
            serde_json::from_str::<Value>(&report("Q1", "kon-doc", ahead)).expect("JSON");
        body["rows"][0]["loai_su_kien"] = json!(event);
        let answer = house.post("/api/v1/reports", "viettel", &body.to_string());
        let found = &answer.json()["errors"][0];
        assert_eq!((answer.status, &found["code"]), (422, &json!(code)), "{}", answer.text());
        assert_eq!(found["candidates"][0]["id"], offered, "{event}");
        body["rows"][0]["loai_su_kien"] = json!("planned");
        let plan = house.post("/api/v1/reports/preview", "viettel", &body.to_string());
        assert_eq!(plan.json()["counts"]["refuse"], 0, "{event}: {}", plan.text());
    }
    // Nor was a letter signed on a day to come, whichever way it is told.
    let mut told =
        serde_json::from_str::<Value>(&report("Q2", "kon-doc", "2026-11-01")).expect("JSON");
    told["document"] = json!({ "number": "1/BC", "day": ahead });
    let (csv, form) = (
        "Mã trạm;Sự kiện;Ngày\nQ2;on_air;01/11/2026\n",
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"document_day\"\r\n\r\n{ahead}\r\n--x--\r\n"
        ),
    );
    let beside = format!("/api/v1/reports?document_day={ahead}");
    for (path, kind, body) in [
        ("/api/v1/reports", "application/json", &*told.to_string()),
        (&*beside, "text/csv", csv),
        ("/api/v1/filings", "multipart/form-data; boundary=x", &*form),
    ] {
        let headers = [("content-type", kind)];
        let ask = Ask { method: "POST", path, body: body.as_bytes(), ..Ask::default() };
        let answer = house.ask(&ask.by(house.key("viettel")).with(&headers));
        assert_eq!(answer.status, 422, "{kind}: {}", answer.text());
        assert_eq!(answer.json()["errors"][0]["code"], "future-day", "{kind}: {}", answer.text());
    }
    let verdict = || house.get("/api/v1/villages/kon-doc", "viettel").json()["verdict"].clone();
    let before = verdict();
    let planned = house.post("/api/v1/reports", "viettel", &report("Q1", "kon-doc", ahead)).json();
    let finding = &planned["findings"][0];
    assert_eq!(
        (&finding["code"], &finding["candidates"][0]["id"]),
        (&json!("future-on-air"), &json!("planned"))
    );
    assert_eq!((&planned["moved"], verdict()), (&json!([]), before), "it covers nothing");
}

/// Row 62: A word on a village that is not known for sure is refused; a site that serves such a one is
/// taken, bound to none (DOMAIN §6). Either way those that may be meant are offered.
#[test]
fn an_unknown_village_is_bound_to_none_and_comes_back_with_candidates() {
    let house = House::open();
    let offered = |errors: &Value| {
        let error =
            errors.as_array().into_iter().flatten().find(|e| e["code"] == "unknown-village");
        error.map(|error| error["candidates"][0]["id"].clone())
    };
    let seen = json!({"rows": [{"village": "Kon Doc", "says": "has", "day": "2026-11-01"}]});
    let disputed = json!({"village": "Kon Doc", "text": "x"});
    for (path, body) in [("observations", seen), ("disputes", disputed)] {
        let answer = house.post(&format!("/api/v1/{path}"), "officer", &body.to_string());
        assert_eq!(answer.status, 422, "{path}: {}", answer.text());
        assert_eq!(offered(&answer.json()["errors"]), Some(json!("kon-doc")), "{path}");
    }
    let body = on_air("Q1", "Kon Doc", "2026-11-01");
    let preview = house.post("/api/v1/reports/preview", "viettel", &body.to_string()).json();
    let row = &preview["rows"][0];
    assert_eq!(row["understood"]["cac_thon_phuc_vu"], json!([]), "{row}");
    assert_eq!(offered(&row["findings"]), Some(json!("kon-doc")), "{row}");
    let filed = house.post("/api/v1/reports", "viettel", &body.to_string()).json();
    assert_eq!(filed["moved"], json!([]), "{filed}");
}

/// Rows 65, 68: where nothing lies there is nothing to send. Tiles have no version in their address,
/// each is asked for again by its tag, so an invented one leads nowhere.
#[test]
fn an_empty_tile_is_204_and_a_version_in_its_address_leads_nowhere() {
    let house = House::open();
    let tile = |path: &str| house.get(&format!("/tiles/{path}"), "public");
    let empty = tile("villages/8/0/0.mvt");
    assert_eq!((empty.status, empty.body.len()), (204, 0));
    for path in
        ["v1/villages/8/205/117.mvt", "villages@1/8/205/117.mvt", "1/villages/8/205/117.mvt"]
    {
        assert_eq!(code(&tile(path)), told(404, "not-found"), "{path}");
    }
    assert_eq!(code(&tile("villages/8/205/117.mvt?version=1")), told(400, "bad-query"));
}

/// Rows 72, 73: No filter language and no system of coordinates is read from an address: what is not
/// known is refused before anything of it is looked into.
#[test]
fn filter_languages_and_coordinate_systems_are_unknown_parameters() {
    let house = House::open();
    let deep = format!("filter={}a=1{}", "(".repeat(1_600), ")".repeat(1_600));
    let slow = format!("filter=name%20LIKE%20%27{}%27", "%25a".repeat(500));
    for query in [
        &*deep,
        &slow,
        "filter-lang=cql2-text",
        "filter-lang=cql2-json&filter=%7B%7D",
        "crs=EPSG:3405",
        "bbox-crs=http://www.opengis.net/def/crs/EPSG/0/99999",
    ] {
        for path in ["gaps", "villages", "sites", "communes"] {
            let answer = house.get(&format!("/api/v1/{path}?{query}"), "officer");
            assert_eq!(code(&answer), told(400, "bad-query"), "{path}?{}", &query[..20]);
        }
    }
    // A search is for text, whatever signs stand in it.
    let signs = format!("/api/v1/villages?q={}", "%25_a*".repeat(300));
    assert_eq!(house.get(&signs, "public").json()["items"], json!([]));
}

/// 74–76, put together with each other: the first fault is told, and none is passed over.
#[test]
fn several_faults_at_once_are_still_one_refusal() {
    let house = House::open();
    for query in [
        "as_of=2999-01-01&limit=0",
        "limit=-1&wat=1",
        "limit=1&limit=0",
        "as_of=2026-11-01&as_of=2999-01-01",
        "as_of=2026-11-01T00:00:00Z",
        "as_of=%D9%A3",
        "limit=%D9%A3",
        "limit=1e3",
        "limit=%2B1",
        "LIMIT=1",
        "limit[]=1",
        "limit=10;bbox=1",
        "=1",
        "bbox=108,14,109,15&bbox=108,14,109,15",
        "cursor=%00",
    ] {
        let answer = house.get(&format!("/api/v1/gaps?{query}"), "public");
        assert_eq!(code(&answer), told(400, "bad-query"), "{query}");
    }
    let long = format!("/api/v1/gaps?as_of=2999-01-01&wat={}", "a".repeat(8 << 10));
    let accepting = Ask::get(&long).with(&[("accept", "image/png")]).by("ps_wrong");
    assert_eq!(code(&house.ask(&accepting)).0, 414, "before anything else is looked at");
    // Beyond what a connection takes of a head it is ended at once.
    let endless = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(600_000));
    let mut stream = TcpStream::connect(house.address).expect("a connection");
    let _refused_early = stream.write_all(endless.as_bytes());
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer);
    let head = String::from_utf8_lossy(&answer[..answer.len().min(12)]).into_owned();
    assert!(answer.is_empty() || matches!(status(&head), 414 | 431), "{head}");
    assert_eq!(house.get("/healthz", "public").status, 200);
}

/// Row 78: No ranges are served; asking for more by ranges than there is, is refused.
#[test]
fn ranges_beyond_the_content_are_416_and_others_get_the_whole() {
    let house = House::open();
    for path in ["/api/v1/gaps", "/tiles/villages/0/0/0.mvt", "/docs/swagger-ui.css"] {
        let whole = house.get(path, "public");
        let length = whole.body.len();
        let with = |range: &str| house.ask(&Ask::get(path).with(&[("range", range)]));
        for range in ["bytes=0-9", "bytes=0-4,10-14", "lines=1-2", "bytes=x"] {
            let answer = with(range);
            assert_eq!((answer.status, &answer.body), (200, &whole.body), "{path} {range}");
        }
        let beyond = format!("bytes=0-9,{length}-");
        for range in [&*beyond, "bytes=0-,0-,0-,0-,0-", "bytes=99999999999-"] {
            let answer = with(range);
            assert_eq!(code(&answer), told(416, "range"), "{path} {range}");
            assert_eq!(answer.header("content-range"), format!("bytes */{length}"));
        }
    }
}

/// Rows 79, 83: without a key what needs one is 401; with one that may not do it, 403.
#[test]
fn who_has_no_key_is_asked_for_one_and_whose_key_may_not_is_told_so() {
    let house = House::open();
    let body = report("Q1", "kon-doc", "2026-11-01");
    let ask = |role: &str| house.post("/api/v1/reports", role, &body);
    let keyless = ask("public");
    assert_eq!(code(&keyless), told(401, "key-needed"));
    assert_eq!(keyless.header("www-authenticate"), "Bearer realm=\"phusong\"");
    assert_eq!(code(&ask("auditor")), told(403, "forbidden"));
    // A thing of somebody else is as if it were not, with a key or without.
    let own = ask("viettel").json();
    let page = format!("/api/v1/reports/{}", own["report"].as_str().expect("an id"));
    for role in ["public", "vnpt", "planner"] {
        assert_eq!(code(&house.get(&page, role)), told(404, "not-found"), "{role}");
    }
}

/// Rows 80, 82, 84: A key comes in one header and nowhere else: cookies, addresses and signed tokens of
/// others open nothing, so that no page elsewhere can write in somebody's name.
#[test]
fn a_key_comes_in_its_header_alone() {
    let house = House::open();
    let key = house.key("viettel").to_owned();
    let body = report("Q1", "kon-doc", "2026-11-01");
    let cookie = format!("session={key}; __Host-key={key}");
    for headers in [
        vec![JSON, ("cookie", &*cookie)],
        vec![JSON, ("cookie", &cookie), ("origin", "https://elsewhere.example")],
        vec![JSON, ("x-api-key", &key)],
        vec![JSON, ("proxy-authorization", &key)],
    ] {
        let answer = house.ask(&Ask::json("POST", "/api/v1/reports", &body).with(&headers));
        assert_eq!(code(&answer), told(401, "key-needed"), "{headers:?}");
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{headers:?}");
        assert!(!answer.headers.contains_key("set-cookie"), "{headers:?}");
    }
    for name in ["key", "access_token", "token"] {
        let answer = house.get(&format!("/api/v1/me?{name}={key}"), "public");
        assert_eq!(code(&answer), told(400, "bad-query"), "{name}");
        assert!(!answer.text().contains(&key), "what was sent is not told again");
    }
    let none = "eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4ifQ.";
    let other = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJhbm90aGVyIiwicm9sZSI6ImFkbWluIn0.c2lnbmVk";
    let two = format!("Bearer {key}, Bearer {key}");
    for bearer in [none, other, "null", "undefined"] {
        assert_eq!(code(&house.ask(&Ask::get("/api/v1/me").by(bearer))), told(401, "unauthorized"));
    }
    let both = house.ask(&Ask::get("/api/v1/me").with(&[("authorization", &two)]));
    assert_eq!(code(&both), told(401, "unauthorized"), "two in one header are none");
    let both = [("authorization", &*format!("Bearer {key}"))];
    let both = house.ask(&Ask::get("/api/v1/me").by("ps_wrong").with(&both));
    assert_eq!(code(&both), told(400, "two-credentials"));
    assert_eq!(house.get("/api/v1/reports", "viettel").json()["items"], json!([]));
}

/// Row 85: A line break never gets into a header, neither on the way in nor on the way out.
#[test]
fn line_breaks_end_no_header() {
    let house = House::open();
    for bytes in [
        &b"GET /api/v1/me HTTP/1.1\r\nhost: x\r\nx-a: b\rc\r\n\r\n"[..],
        b"GET /api/v1/me HTTP/1.1\r\nhost: x\r\nx-a: b\0c\r\n\r\n",
        b"GET /api/v1/me HTTP/1.1\r\nhost: x\r\nx-a : b\r\n\r\n",
        b"GET /api/v1/me HTTP/1.1\r\nhost: x\r\n\x01: b\r\n\r\n",
        b"POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
        b"POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n{}",
    ] {
        assert_eq!(status(&raw(&house, bytes)), 400, "{}", String::from_utf8_lossy(bytes));
    }
    let host =
        b"GET /tiles/villages.json HTTP/1.1\r\nhost: x\r\nhost: y\r\nconnection: close\r\n\r\n";
    assert_eq!(status(&raw(&house, host)), 400, "two hosts");
    // As texts they stay texts.
    let hidden = "%0d%0aset-cookie:%20a=b";
    for path in [format!("/api/v1/villages/kon{hidden}"), format!("/api/v1/gaps?carrier={hidden}")]
    {
        let answer = house.get(&path, "public");
        assert!(matches!(answer.status, 400 | 404), "{path}");
        assert!(!answer.headers.contains_key("set-cookie"), "{path}");
    }
    let body = "------x\r\ncontent-disposition: form-data; name=\"file\"; \
         filename*=UTF-8''a%0d%0aset-cookie:%20a=b.csv\r\n\r\nma_tram\r\nQ1\r\n------x--\r\n";
    let form = [("content-type", "multipart/form-data; boundary=----x")];
    let begin =
        Ask { method: "POST", path: "/api/v1/filings", body: body.as_bytes(), ..Ask::default() };
    let draft = house.ask(&begin.with(&form).by(house.key("viettel"))).json();
    let at = format!("/api/v1/filings/{}/answered", draft["id"].as_str().expect("an id"));
    let file = house.get(&at, "viettel");
    assert_eq!(file.status, 200);
    assert!(!file.headers.contains_key("set-cookie"), "{:?}", file.headers);
}
