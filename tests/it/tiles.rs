//! Tiles over HTTP: who is shown what, what changes with a report, and every address that is
//! wrong.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Barrier};

use phusong::http::{self, tiles::TileCache};
use phusong::service::Service;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::edge;
use crate::mvt::{self, Geometry};
use crate::served::{Served, key};

/// The whole answer: status, headers, body.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn tag(&self) -> &str {
        let tag = self.header("etag");
        assert!(tag.starts_with('"') && tag.len() > 30, "a strong tag: {tag:?}");
        tag
    }

    /// Without what is the exchange's own.
    fn lasting(mut self) -> Self {
        for own in ["date", "x-request-id"] {
            self.headers.remove(own);
        }
        self
    }
}

/// One request on a connection of its own.
fn ask(address: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let mut request = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        request.push_str("host: phusong.example\r\n");
    }
    for (name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(answer[..end].to_vec()).expect("text");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Answer { status: status.parse().expect("a number"), headers, body: answer[end + 4..].to_vec() }
}

struct House {
    _data: TempDir,
    served: Served,
    viettel: String,
    vnpt: String,
    officer: String,
}

impl House {
    fn new() -> Self {
        let data = TempDir::new().expect("a directory");
        let viettel = key(data.path(), &["carrier", "--carrier", "viettel"]);
        let vnpt = key(data.path(), &["carrier", "--carrier", "vnpt"]);
        let officer = key(data.path(), &["officer"]);
        let served = Served::start(data.path());
        Self { _data: data, served, viettel, vnpt, officer }
    }

    fn get(&self, path: &str, key: &str) -> Answer {
        self.get_with(path, key, &[])
    }

    fn get_with(&self, path: &str, key: &str, headers: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {key}");
        let mut all = headers.to_vec();
        if !key.is_empty() {
            all.push(("authorization", &bearer));
        }
        ask(self.served.address(), "GET", path, &all)
    }

    /// Viettel files that a site serving Kon Dóc is on air; the report's address.
    fn report(&self) -> String {
        let body = edge::report("QNI001", "Kon Dóc", "2026-11-01");
        let (status, filed) = self.served.ask("POST", "/api/v1/reports", &self.viettel, &body);
        assert_eq!(status, 201, "{filed}");
        format!("/api/v1/reports/{}", filed["report"].as_str().expect("an id"))
    }
}

/// The tile of zoom 8 around the nine villages, and the one of zoom 12 around Kon Dóc.
const PROVINCE: &str = "8/205/117.mvt";
const KON_DOC: &str = "12/3286/1878.mvt";

fn villages(tile: &Answer, layer: &str) -> Vec<mvt::Feature> {
    assert_eq!(tile.status, 200);
    assert_eq!(tile.header("content-type"), "application/vnd.mapbox-vector-tile");
    mvt::read(&tile.body).remove(layer).map(|layer| layer.features).unwrap_or_default()
}

fn kon_doc(tile: &Answer) -> (String, String) {
    let villages = villages(tile, "villages");
    let found = villages.iter().find(|village| village.text("id") == "kon-doc").expect("there");
    (found.text("verdict").to_owned(), found.text("flags").to_owned())
}

#[test]
fn the_orders_nine_villages_are_in_the_tile_as_gaps_to_be_confirmed_again() {
    let house = House::new();
    let tile = house.get(&format!("/tiles/communes,villages,gaps/{PROVINCE}"), "");
    let found = villages(&tile, "villages");
    let ids: Vec<&str> = found.iter().map(|village| village.text("id")).collect();
    let mut nine = [
        "ca-xen",
        "cay-muoi",
        "dak-pao",
        "go-tranh",
        "kon-doc",
        "lang-mam",
        "nuoc-giap",
        "thon-ca",
        "thon-son",
    ];
    nine.sort_unstable();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, nine);
    for village in &found {
        assert_eq!(village.text("verdict"), "no_signal");
        assert_eq!(village.text("flags"), "recheck");
        assert_eq!(village.text("grade"), "E2");
        assert!(["viettel", "vnpt"].contains(&village.text("duty")));
        assert!(village.number("commune") > 20_000.0);
        assert!(village.number("uncertainty_m") > 0.0);
        assert!(matches!(village.geometry, Geometry::Points(_)));
    }
    let gaps: Vec<String> =
        villages(&tile, "gaps").iter().map(|village| village.text("id").to_owned()).collect();
    assert_eq!(gaps, ids, "all nine are gaps, in the same order");
    let communes = villages(&tile, "communes");
    assert!(communes.len() > 50, "{}", communes.len());
    let gaps: f64 = communes.iter().map(|commune| commune.number("gaps")).sum();
    assert!((gaps - 9.0).abs() < 0.5, "{gaps}");
    assert!(communes.iter().all(|it| it.tags["approximate"] == mvt::Value::Bool(true)));
    let carriers = house.served.get("/tiles/villages.json", "").1["phusong"]["carriers"].clone();
    let sets = 1 + carriers.as_array().expect("a list").len();
    assert!(found.iter().all(|village| village.text("q").len() == sets * 4));
}

#[test]
fn a_report_changes_its_carriers_tile_and_the_publics_when_it_is_published() {
    let house = House::new();
    let path = format!("/tiles/villages/{KON_DOC}");
    let keys = ["", &house.viettel, &house.vnpt, &house.officer];
    let before = keys.map(|key| house.get(&path, key));
    for tile in &before {
        assert_eq!(kon_doc(tile), ("no_signal".to_owned(), "recheck".to_owned()));
        assert_eq!(tile.tag(), before[0].tag(), "all see the same, so they share it");
    }
    let report = house.report();
    let after = keys.map(|key| house.get(&path, key));
    let changed: Vec<bool> =
        before.iter().zip(&after).map(|(old, new)| old.tag() != new.tag()).collect();
    assert_eq!(changed, [false, true, false, true]);
    assert_eq!(kon_doc(&after[1]), ("covered".to_owned(), "pending".to_owned()));
    let known = house.get_with(&path, &house.viettel, &[("if-none-match", before[1].tag())]);
    assert_eq!(known.status, 200, "the old tag is not the new tile's");
    assert_eq!(house.served.ask("POST", &format!("{report}/publish"), &house.officer, "").0, 200);
    let public = house.get(&path, "");
    assert_ne!(public.tag(), before[0].tag());
    assert_eq!(kon_doc(&public), ("covered".to_owned(), "pending".to_owned()));
    let far = "/tiles/villages/12/3283/1868.mvt";
    let elsewhere = house.get(far, "");
    assert_eq!(elsewhere.tag(), house.get(far, &house.officer).tag(), "untouched, so shared");
}

#[test]
fn what_viettel_has_not_published_is_in_no_answer_to_others() {
    let house = House::new();
    let paths: Vec<String> = ["communes,villages,gaps,clusters", "villages", "sites", "communes"]
        .into_iter()
        .flat_map(|layers| {
            ["0/0/0.mvt", PROVINCE, KON_DOC, "14/13144/7513.mvt", "8/0/0.mvt"]
                .map(|tile| format!("/tiles/{layers}/{tile}"))
        })
        .chain(["/tiles/villages.json".to_owned(), "/tiles/villages,sites.json".to_owned()])
        .collect();
    let look = |key: &str| -> Vec<Answer> {
        paths.iter().map(|path| house.get(path, key).lasting()).collect()
    };
    let before = [look(""), look(&house.vnpt)];
    house.report();
    let own = house.get(&format!("/tiles/sites/{KON_DOC}"), &house.viettel);
    assert_eq!(villages(&own, "sites")[0].text("code"), "QNI001");
    assert_eq!(before, [look(""), look(&house.vnpt)]);
}

#[test]
fn who_may_see_no_sites_finds_no_such_layer() {
    let house = House::new();
    for (sites, unknown) in [
        (format!("/tiles/sites/{PROVINCE}"), format!("/tiles/roads/{PROVINCE}")),
        (format!("/tiles/villages,sites/{PROVINCE}"), format!("/tiles/villages,roads/{PROVINCE}")),
        ("/tiles/sites.json".to_owned(), "/tiles/roads.json".to_owned()),
        ("/tiles/sites/-1/0/0.mvt".to_owned(), "/tiles/roads/-1/0/0.mvt".to_owned()),
        ("/tiles/sites/0/0/0.mvt?wat=1".to_owned(), "/tiles/roads/0/0/0.mvt?wat=1".to_owned()),
    ] {
        let (sites, unknown) = (house.get(&sites, ""), house.get(&unknown, ""));
        assert!(matches!(sites.status, 400 | 404));
        assert_eq!(sites.lasting(), unknown.lasting());
    }
    assert_eq!(house.get(&format!("/tiles/sites/{PROVINCE}"), &house.vnpt).status, 204);
}

#[test]
fn a_tile_is_kept_by_the_asker_until_it_changes() {
    let house = House::new();
    let path = format!("/tiles/communes,villages/{PROVINCE}");
    let public = house.get(&path, "");
    assert_eq!(public.header("cache-control"), "public, no-cache");
    assert_eq!(public.header("vary"), "authorization, accept, accept-encoding");
    let scoped = house.get(&path, &house.viettel);
    assert_eq!(scoped.header("cache-control"), "private, no-cache");
    assert_eq!(public.body, scoped.body);
    for known in [
        public.tag().to_owned(),
        format!("W/{}", public.tag()),
        format!("\"other\", {}", public.tag()),
        "*".to_owned(),
    ] {
        let unchanged = house.get_with(&path, "", &[("if-none-match", &known)]);
        assert_eq!((unchanged.status, unchanged.body.len()), (304, 0), "{known}");
        assert_eq!(unchanged.tag(), public.tag());
        assert_eq!(unchanged.header("cache-control"), "public, no-cache");
    }
    let other = house.get_with(&path, "", &[("if-none-match", "\"other\"")]);
    assert_eq!(other.status, 200);
    let head = ask(house.served.address(), "HEAD", &path, &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), public.body.len().to_string());
    assert_eq!(head.tag(), public.tag());
    let empty = house.get("/tiles/villages/8/0/0.mvt", "");
    assert_eq!((empty.status, empty.body.len()), (204, 0));
    let again = house.get_with("/tiles/villages/8/0/0.mvt", "", &[("if-none-match", empty.tag())]);
    assert_eq!(again.status, 304);
}

#[test]
fn a_kept_tile_is_answered_like_one_just_made_to_the_last_header() {
    let house = House::new();
    let path = format!("/tiles/communes,villages/{PROVINCE}");
    // What has a query goes the long way, kept or not.
    let long = format!("{path}?as_of={}", phusong::service::today());
    let tag = house.get(&path, "").tag().to_owned();
    for key in ["", &house.viettel] {
        let cases: [&[(&str, &str)]; 6] = [
            &[],
            &[("accept-encoding", "gzip, br")],
            &[("if-none-match", &tag)],
            &[("accept", "*/*"), ("accept-language", "en")],
            &[("accept", "text/html")],
            &[("authorization", "Bearer ps_guess")],
        ];
        for headers in cases {
            let _made = house.get_with(&path, key, headers);
            let kept = house.get_with(&path, key, headers);
            let by_the_long_way = house.get_with(&long, key, headers);
            assert_eq!(kept.lasting(), by_the_long_way.lasting(), "{key:?} {headers:?}");
        }
    }
    let named = house.get_with(&path, "", &[("x-request-id", "mine-1")]);
    assert_eq!(named.header("x-request-id"), "mine-1");
}

#[test]
fn a_tile_comes_in_the_encoding_the_asker_wants_most() {
    let house = House::new();
    let path = format!("/tiles/communes,villages/{PROVINCE}");
    let plain = house.get(&path, "");
    assert_eq!(plain.header("content-encoding"), "");
    let mut tags = vec![plain.tag().to_owned()];
    for (accept, encoding) in [
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip;q=0.1, br;q=0.9, zstd;q=0.5", "br"),
        ("gzip, identity;q=0.5", "gzip"),
        ("deflate", ""),
    ] {
        // Twice: made, then kept.
        for _ in 0..2 {
            let tile = house.get_with(&path, "", &[("accept-encoding", accept)]);
            assert_eq!(tile.header("content-encoding"), encoding, "{accept}");
            assert_eq!(unpacked(encoding, &tile.body), plain.body, "{accept}");
            tags.push(tile.tag().to_owned());
        }
    }
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags.len(), 4, "one tag for each encoding");
    let none = house.get_with(&path, "", &[("accept-encoding", "identity;q=0")]);
    assert_eq!(none.status, 406);
    let empty = house.get_with("/tiles/villages/8/0/0.mvt", "", &[("accept-encoding", "gzip")]);
    assert_eq!((empty.status, empty.header("content-encoding")), (204, ""));
}

fn unpacked(encoding: &str, body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        "gzip" => {
            flate2::read::GzDecoder::new(body).read_to_end(&mut plain).expect("gzip");
        }
        "br" => {
            brotli::Decompressor::new(body, 4096).read_to_end(&mut plain).expect("br");
        }
        "zstd" => plain = zstd::stream::decode_all(body).expect("zstd"),
        _ => plain.extend_from_slice(body),
    }
    plain
}

#[test]
fn wrong_addresses_are_told_apart() {
    let house = House::new();
    for (path, status) in [
        ("villages/-1/0/0.mvt", 400),
        ("villages/1e3/0/0.mvt", 400),
        ("villages/%D9%A3/0/0.mvt", 400),
        ("villages/18446744073709551616/0/0.mvt", 400),
        ("villages/8/1.5/0.mvt", 400),
        ("villages/8/205/117.mvt?wat=1", 400),
        ("villages/8/205/117.mvt?as_of=2999-01-01", 400),
        ("villages/8/205/117.mvt?as_of=2026-02-31", 400),
        ("villages/8/205/117.mvt?as_of=2026-01-01&as_of=2026-01-02", 400),
        ("villages/30/0/0.mvt", 404),
        ("villages/15/0/0.mvt", 404),
        ("villages/8/256/0.mvt", 404),
        ("villages/8/0/256.mvt", 404),
        ("roads/8/0/0.mvt", 404),
        ("villages/8/..%2f..%2fetc/0.mvt", 404),
        ("villages/8/205/117", 404),
        ("villages/8/205/117.mvt/more", 404),
        ("villages.xml", 404),
        ("roads.json", 404),
        ("villages.json?wat=1", 400),
    ] {
        let answer = house.get(&format!("/tiles/{path}"), "");
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        let problem: Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert_eq!(problem["status"], status, "{path}");
    }
    assert_eq!(house.get(&format!("/tiles/villages/{PROVINCE}"), "ps_wrong").status, 401);
}

#[test]
fn a_tile_shows_the_day_that_is_asked() {
    let house = House::new();
    let on =
        |layers: &str, day: &str| house.get(&format!("/tiles/{layers}/{PROVINCE}?as_of={day}"), "");
    assert_eq!(on("gaps", "2023-06-06").status, 204, "before the order nobody had listed them");
    assert_eq!(kon_doc(&on("villages", "2023-06-06")).0, "insufficient");
    assert_eq!(kon_doc(&on("villages", "2023-06-07")), ("no_signal".to_owned(), String::new()));
    assert_eq!(kon_doc(&on("villages", "2024-06-07")).1, "recheck", "a year on");
    let (one, other) = (on("villages", "2024-07-01"), on("villages", "2024-07-02"));
    assert_eq!(one.tag(), other.tag(), "nothing stepped between");
}

#[test]
fn the_description_says_where_the_tiles_are_and_what_they_hold() {
    let house = House::new();
    let ask = |path: &str, host: &str| {
        let answer = house.get_with(path, "", &[("host", host)]);
        (answer.status, serde_json::from_slice::<Value>(&answer.body).expect("JSON"))
    };
    let (status, found) = ask("/tiles/villages,communes.json", "map.example:8080");
    assert_eq!(status, 200);
    assert_eq!(found["tilejson"], "3.0.0");
    let tiles = json!(["http://map.example:8080/tiles/communes,villages/{z}/{x}/{y}.mvt"]);
    assert_eq!(found["tiles"], tiles);
    assert_eq!((&found["minzoom"], &found["maxzoom"]), (&json!(0), &json!(14)));
    assert_eq!(found["vector_layers"][1]["fields"]["q"], "String");
    assert!(found["phusong"]["carriers"].as_array().expect("a list").contains(&json!("viettel")));
    assert!(found["attribution"].as_str().expect("text").contains("không có giá trị pháp lý"));
    let bounds: Vec<f64> = serde_json::from_value(found["bounds"].clone()).expect("numbers");
    assert!(bounds[0] < 108.0 && bounds[2] > 109.0 && bounds[1] < 14.6 && bounds[3] > 15.3);
    let (_, dated) = ask("/tiles/villages.json?as_of=2024-01-31", "map.example");
    let tiles = json!(["http://map.example/tiles/villages/{z}/{x}/{y}.mvt?as_of=2024-01-31"]);
    assert_eq!(dated["tiles"], tiles);
    assert_eq!(ask("/tiles/villages.json", "user@evil.example").0, 400);
}

/// Every field that a tile carries is described, and the other way round.
#[test]
fn the_description_names_the_fields_that_tiles_carry() {
    let house = House::new();
    house.report();
    let layers = "communes,villages,gaps,clusters,sites";
    let tile = house.get(&format!("/tiles/{layers}/{PROVINCE}"), &house.viettel);
    let (_, found) = house.served.get(&format!("/tiles/{layers}.json"), &house.viettel);
    let read = mvt::read(&tile.body);
    for described in found["vector_layers"].as_array().expect("a list") {
        let fields = described["fields"].as_object().expect("fields");
        let layer = &read[described["id"].as_str().expect("an id")];
        for feature in &layer.features {
            for (name, value) in &feature.tags {
                let kind = match value {
                    mvt::Value::Text(_) => "String",
                    mvt::Value::Number(_) => "Number",
                    mvt::Value::Bool(_) => "Boolean",
                };
                assert_eq!(fields.get(name), Some(&json!(kind)), "{name} of {}", layer.name);
            }
        }
    }
}

#[test]
fn a_hundred_who_ask_for_a_cold_tile_at_once_wait_for_one_build() {
    let data = TempDir::new().expect("a directory");
    let service = Service::open(data.path()).expect("opens");
    let tiles = Arc::new(TileCache::default());
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound").to_string();
    let router = http::router_at(service, http::Edge::default(), Arc::clone(&tiles));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _serving = runtime.spawn(async move {
        listener.set_nonblocking(true)?;
        axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await
    });
    let path = format!("/tiles/communes,villages,clusters/{PROVINCE}");
    let start = Barrier::new(100);
    let bodies: Vec<Answer> = std::thread::scope(|scope| {
        let one = || {
            start.wait();
            ask(&address, "GET", &path, &[])
        };
        let asking: Vec<_> = (0..100).map(|_| scope.spawn(one)).collect();
        asking.into_iter().map(|asked| asked.join().expect("an answer")).collect()
    });
    assert!(bodies.iter().all(|body| body.status == 200 && body.body == bodies[0].body));
    let stats = tiles.stats();
    assert_eq!((stats.builds, stats.hits + stats.misses), (1, 100));
    assert!(stats.misses >= 1 && stats.kept_bytes > 0);
    ask(&address, "GET", &path, &[]);
    assert_eq!((tiles.stats().builds, tiles.stats().hits), (1, stats.hits + 1));
}
