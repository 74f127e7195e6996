//! Files in several requests: continued where they stopped, over lost connections and a killed
//! service; nothing of them in plain on the disk; nobody learns of anybody else's.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use phusong::service::{Space, World};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::edge::{Answer, Ask, House};
use crate::served::{Served, key};

const PIECES: &str = "application/partial-upload";
/// Stands in every row of [`large_csv`].
const MARK: &str = "dấu hiệu của tệp lớn";

/// A report of 150 sites with a column that nobody reads: a megabyte.
fn large_csv(code: &str) -> Vec<u8> {
    let mut text = String::from(
        "ma_tram,loai_su_kien,ngay_su_kien,cong_nghe,kinh_do,vi_do,cac_thon_phuc_vu,Nội bộ\n",
    );
    for number in 0..150 {
        let line = format!(
            "{code}{number:03},on_air,2026-11-01,4G,108.{:03},14.704,Kon Dóc,{}\n",
            700 + number,
            format!("{MARK} ").repeat(300)
        );
        text.push_str(&line);
    }
    text.into_bytes()
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

fn promise(bytes: &[u8], name: &str) -> String {
    json!({ "sha256": hex(bytes), "size": bytes.len(), "name": name }).to_string()
}

fn begin(house: &House, role: &str, bytes: &[u8]) -> Answer {
    house.post("/api/v1/uploads", role, &promise(bytes, "bao-cao.csv"))
}

fn piece(house: &House, role: &str, at: &str, offset: usize, bytes: &[u8]) -> Answer {
    let offset = offset.to_string();
    let headers = [("content-type", PIECES), ("upload-offset", offset.as_str())];
    let ask = Ask { method: "PATCH", path: at, body: bytes, ..Ask::default() };
    house.ask(&ask.with(&headers).by(house.key(role)))
}

/// Sends a few bytes of a file, whose length is another each time.
pub fn half(house: &House, role: &str, number: usize, content: &str) {
    let body = json!({ "sha256": "7".repeat(64), "size": 1_000 + number, "name": content });
    let begun = house.post("/api/v1/uploads", role, &body.to_string());
    let sent = piece(house, role, &place(&begun), 0, content.as_bytes());
    assert!(matches!(sent.status, 200 | 409), "{}", sent.text());
}

fn place(answer: &Answer) -> String {
    assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
    answer.header("location").to_owned()
}

fn by_hash(house: &House, role: &str, sha256: &str) -> Answer {
    let body = format!(
        "------x\r\ncontent-disposition: form-data; name=\"upload\"\r\n\r\n{sha256}\r\n------x--\r\n"
    );
    let form = [("content-type", "multipart/form-data; boundary=----x")];
    let path = "/api/v1/filings";
    let ask = Ask { method: "POST", path, body: body.as_bytes(), ..Ask::default() };
    house.ask(&ask.with(&form).by(house.key(role)))
}

/// Every file below a folder.
fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        match std::fs::read(&path) {
            Ok(bytes) => all.push((path.display().to_string(), bytes)),
            Err(_folder) => all.extend(files(&path)),
        }
    }
    all
}

/// A body of which only a part is sent, on a connection that stays open.
fn half_sent(
    served: &Served,
    key: &str,
    at: &str,
    offset: usize,
    whole: usize,
    sent: &[u8],
) -> TcpStream {
    let mut stream = TcpStream::connect(served.address()).expect("connects");
    let head = format!(
        "PATCH {at} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-type: {PIECES}\r\n\
         upload-offset: {offset}\r\ncontent-length: {whole}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream.write_all(sent).expect("sent");
    stream
}

fn until_offset(served: &Served, key: &str, at: &str, least: usize) -> usize {
    let begun = std::time::Instant::now();
    loop {
        let (_, page) = served.get(at, key);
        let offset = page["offset"].as_u64().and_then(|offset| usize::try_from(offset).ok());
        let offset = offset.unwrap_or_else(|| panic!("{page}"));
        if offset >= least {
            return offset;
        }
        assert!(begun.elapsed().as_secs() < 20, "it stands at {offset}");
        std::thread::yield_now();
    }
}

#[test]
fn a_file_goes_on_where_it_stood_when_the_service_was_killed() {
    let data = TempDir::new().expect("a directory");
    let viettel = key(data.path(), &["carrier", "--carrier", "viettel"]);
    let file = large_csv("QNI");
    let (first, second) = (file.len() / 3, 2 * file.len() / 3);
    let mut served = Served::start(data.path());
    let ask = |served: &Served, body: &str| served.ask("POST", "/api/v1/uploads", &viettel, body);
    let (status, begun) = ask(&served, &promise(&file, "bao-cao.csv"));
    assert_eq!((status, &begun["offset"], &begun["complete"]), (201, &json!(0), &json!(false)));
    let at = format!("/api/v1/uploads/{}", begun["id"].as_str().expect("an id"));
    let mut offset = 0;
    for end in [first, second] {
        let open =
            half_sent(&served, &viettel, &at, offset, file.len() - offset, &file[offset..end]);
        // Less than a piece may be on its way still.
        let stood = until_offset(&served, &viettel, &at, end - (64 << 10));
        drop(served); // by SIGKILL
        drop(open);
        for (path, bytes) in files(data.path()) {
            let is_plain = bytes.windows(MARK.len()).any(|part| part == MARK.as_bytes());
            assert!(!is_plain, "{path} holds what is on its way in plain");
        }
        served = Served::start(data.path());
        offset = until_offset(&served, &viettel, &at, stood);
        assert!(offset <= end);
        let (status, again) = ask(&served, &promise(&file, "bao-cao.csv"));
        assert_eq!((status, &again["id"], &again["offset"]), (200, &begun["id"], &json!(offset)));
    }
    let mut stream =
        half_sent(&served, &viettel, &at, offset, file.len() - offset, &file[offset..]);
    let mut head = [0; 12];
    stream.read_exact(&mut head).expect("an answer");
    assert_eq!(&head, b"HTTP/1.1 200");
    let (_, whole) = served.get(&at, &viettel);
    assert_eq!((&whole["offset"], &whole["complete"]), (&json!(file.len()), &json!(true)));

    let form = format!(
        "------x\r\ncontent-disposition: form-data; name=\"upload\"\r\n\r\n{}\r\n------x--\r\n",
        hex(&file)
    );
    let kind = "multipart/form-data; boundary=----x";
    let (status, draft) = served.send("/api/v1/filings", &viettel, kind, form.as_bytes());
    assert_eq!((status, &draft["rows_total"]), (201, &json!(150)), "{draft}");
    let sent = json!([{ "name": "bao-cao.csv", "sha256": hex(&file), "bytes": file.len() }]);
    assert_eq!(draft["files"], sent);
    assert_eq!(served.get(&at, &viettel).0, 404, "it is the draft's file now");
    assert_eq!(files(&data.path().join("partials")), []);
    let (status, here) = ask(&served, &promise(&file, "bao-cao.csv"));
    assert_eq!((status, &here["id"], &here["complete"]), (200, &Value::Null, &json!(true)));
    let (status, again) = served.send("/api/v1/filings", &viettel, kind, form.as_bytes());
    assert_eq!((status, &again["rows_total"]), (201, &json!(150)), "{again}");
}

#[test]
fn each_piece_begins_where_the_last_one_ended() {
    let house = House::open();
    let file = large_csv("QNI");
    let begun = begin(&house, "viettel", &file);
    assert_eq!((begun.status, begun.header("upload-offset")), (201, "0"));
    assert_eq!(begun.header("cache-control"), "no-store");
    let at = place(&begun);
    let stands = || house.get(&at, "viettel").header("upload-offset").to_owned();
    let added = piece(&house, "viettel", &at, 0, &file[..100_000]);
    assert_eq!((added.status, added.header("upload-offset")), (200, "100000"), "{}", added.text());
    for wrong in [0, 99_999, 100_001] {
        let refused = piece(&house, "viettel", &at, wrong, &file[wrong..wrong + 1_000]);
        assert_eq!((refused.status, refused.header("upload-offset")), (409, "100000"));
        assert_eq!(refused.json()["code"], "upload-offset");
    }
    let head = Ask { method: "HEAD", path: &at, ..Ask::default() };
    let head = house.ask(&head.by(house.key("viettel")));
    assert_eq!((head.header("upload-offset"), head.header("upload-complete")), ("100000", "?0"));
    // Neither a number nor the right type.
    let ask = Ask { method: "PATCH", path: &at, body: b"x", ..Ask::default() };
    for (headers, status) in [
        (&[("content-type", PIECES)][..], 400),
        (&[("content-type", PIECES), ("upload-offset", "-1")], 400),
        (&[("content-type", "text/csv"), ("upload-offset", "100000")], 415),
    ] {
        let refused = house.ask(&ask.clone().with(headers).by(house.key("viettel")));
        assert_eq!(refused.status, status, "{}", refused.text());
    }
    // More than was promised: what fits is kept as far as its pieces went.
    let longer = [&file[100_000..], b"zu viel"].concat();
    assert_eq!(piece(&house, "viettel", &at, 100_000, &longer).status, 422);
    let offset: usize = stands().parse().expect("a number");
    assert!((100_000..file.len()).contains(&offset), "{offset}");
    let early = by_hash(&house, "viettel", &hex(&file));
    assert_eq!((early.status, early.json()["code"].as_str()), (409, Some("upload-offset")));
    let last = piece(&house, "viettel", &at, offset, &file[offset..]);
    assert_eq!((last.status, last.header("upload-complete")), (200, "?1"), "{}", last.text());
    assert_eq!(by_hash(&house, "viettel", &hex(&file)).status, 201);
}

#[test]
fn other_content_than_was_promised_is_told_and_dropped() {
    let house = House::open();
    let (file, other) = (large_csv("QNI"), large_csv("XXX"));
    let at = place(&begin(&house, "viettel", &file));
    let told = piece(&house, "viettel", &at, 0, &other);
    assert_eq!((told.status, told.json()["code"].as_str()), (422, Some("other-content")));
    assert_eq!(house.get(&at, "viettel").status, 404);
    assert_eq!(files(&house.dir.path().join("partials")), []);
    assert_eq!(by_hash(&house, "viettel", &hex(&file)).status, 422);
    // Damage on the disk is seen when the file is used.
    let at = place(&begin(&house, "viettel", &file));
    assert_eq!(piece(&house, "viettel", &at, 0, &file).status, 200);
    let (path, mut bytes) = files(&house.dir.path().join("partials")).pop().expect("one");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).expect("written");
    let told = by_hash(&house, "viettel", &hex(&file));
    assert_eq!((told.status, told.json()["code"].as_str()), (422, Some("other-content")));
    assert_eq!(house.get(&at, "viettel").status, 404);
}

#[test]
fn what_is_no_promise_is_told_so() {
    let house = House::open();
    let sha256 = "0".repeat(64);
    let cases = [
        (json!({ "sha256": "abc", "size": 1, "name": "x" }), 422, "/sha256"),
        (json!({ "sha256": sha256, "size": 0, "name": "x" }), 422, "/size"),
        (json!({ "sha256": sha256, "size": 1, "name": " " }), 422, "/name"),
        (json!({ "sha256": sha256, "size": 1 }), 422, ""),
        (json!({ "sha256": sha256, "size": 200_000_001, "name": "x" }), 413, ""),
    ];
    for (body, status, pointer) in cases {
        let refused = house.post("/api/v1/uploads", "viettel", &body.to_string());
        assert_eq!(refused.status, status, "{}", refused.text());
        assert!(refused.text().contains(pointer), "{}", refused.text());
    }
    let refused = by_hash(&house, "viettel", "no hash");
    assert!(refused.status == 422 && refused.text().contains("/upload"), "{}", refused.text());
}

#[test]
fn each_sender_has_room_for_so_much_at_a_time() {
    let house = House::open();
    let one = |number: u64, size: u64| {
        let sha256 = hex(&number.to_be_bytes());
        let body = json!({ "sha256": sha256, "size": size, "name": "x" }).to_string();
        house.post("/api/v1/uploads", "viettel", &body)
    };
    let two = [one(0, 200_000_000), one(1, 200_000_000)];
    assert!(two.iter().all(|begun| begun.status == 201));
    let full = one(2, 100_000_001);
    assert_eq!((full.status, full.json()["code"].as_str()), (429, Some("too-many-requests")));
    assert_eq!(one(0, 200_000_000).status, 200, "what was begun goes on");
    for begun in &two {
        let path = place(begun);
        let ask = Ask { method: "DELETE", path: &path, ..Ask::default() };
        assert_eq!(house.ask(&ask.by(house.key("viettel"))).status, 204);
    }
    let many: Vec<u16> = (10..31).map(|number| one(number, 10).status).collect();
    assert_eq!((many[19], many[20]), (201, 429));
    let listed = house.get("/api/v1/uploads", "viettel").json();
    assert_eq!(listed["uploads"].as_array().map(Vec::len), Some(20));
    assert_eq!(house.get("/api/v1/uploads", "vnpt").json()["uploads"], json!([]));
    assert_eq!(begin(&house, "vnpt", b"x").status, 201, "one sender's room is its own");
}

#[test]
fn many_promises_at_once_get_no_more_room_than_one_after_another() {
    let house = House::open();
    let begun: Vec<u16> = std::thread::scope(|scope| {
        let one = |number: u64| {
            let sha256 = hex(&number.to_be_bytes());
            let body = json!({ "sha256": sha256, "size": 200_000_000, "name": "x" }).to_string();
            let house = &house;
            scope.spawn(move || house.post("/api/v1/uploads", "viettel", &body).status)
        };
        let all: Vec<_> = (0..16).map(one).collect();
        all.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    let taken = begun.iter().filter(|status| **status == 201).count();
    assert_eq!(taken, 2, "500 MB a sender: {begun:?}");
    assert!(begun.iter().all(|status| matches!(status, 201 | 429)), "{begun:?}");
}

#[test]
fn a_day_after_its_last_piece_an_upload_is_gone() {
    let house = House::open();
    let file = large_csv("QNI");
    let at = place(&begin(&house, "viettel", &file));
    assert_eq!(piece(&house, "viettel", &at, 0, &file[..70_000]).status, 200);
    let vault = rusqlite::Connection::open(house.dir.path().join("vault.db")).expect("a vault");
    let back = |hours: i64| {
        let micros = hours * 3_600_000_000;
        vault.execute("UPDATE upload SET updated = updated - ?1", [micros]).expect("set back");
    };
    back(23);
    assert_eq!(begin(&house, "viettel", &file).header("upload-offset"), "70000");
    back(2);
    assert_eq!(house.get("/api/v1/uploads", "viettel").json()["uploads"], json!([]));
    assert_eq!(house.get(&at, "viettel").status, 404);
    assert_eq!(files(&house.dir.path().join("partials")), []);
}

#[test]
fn nobody_learns_what_another_has_sent() {
    let house = House::open();
    let file = large_csv("QNI");
    let sha256 = hex(&file);
    // As an upload, as a draft's file, and as a filed one.
    let at = place(&begin(&house, "viettel", &file));
    let unknown = |role: &str| {
        let answer = begin(&house, role, &file).lasting();
        let page = answer.json();
        assert_eq!(
            (answer.status, &page["offset"], &page["complete"]),
            (201, &json!(0), &json!(false))
        );
        let own = place(&answer);
        let names: Vec<&String> = answer.headers.keys().collect();
        let told = format!("{names:?}");
        let refused = by_hash(&house, role, &sha256);
        assert_eq!(refused.header("upload-offset"), "", "an offset of one's own is told in words");
        let ask = Ask { method: "DELETE", path: &own, ..Ask::default() };
        assert_eq!(house.ask(&ask.by(house.key(role))).status, 204);
        let absent = by_hash(&house, role, &sha256).lasting();
        assert_eq!(absent.status, 422, "{}", absent.text());
        (told, absent.text(), absent.headers)
    };
    let before = unknown("vnpt");
    assert_eq!(piece(&house, "viettel", &at, 0, &file).status, 200);
    assert_eq!(unknown("vnpt"), before);
    let draft = by_hash(&house, "viettel", &sha256);
    assert_eq!(draft.status, 201, "{}", draft.text());
    assert_eq!(unknown("vnpt"), before);
    let filed = format!("/api/v1/filings/{}/file", draft.json()["id"].as_str().expect("an id"));
    assert_eq!(house.post(&filed, "viettel", "").status, 201);
    assert_eq!(unknown("vnpt"), before);
    assert_eq!(begin(&house, "viettel", &file).json()["complete"], true);
    assert_eq!(begin(&house, "viettel-manager", &file).json()["complete"], true);

    // An upload by its name: as if it were not.
    let at = place(&begin(&house, "viettel", b"x"));
    for role in ["vnpt", "commune", "officer", "approver", "auditor", "planner", "admin", "public"]
    {
        for (method, body) in [("GET", ""), ("HEAD", ""), ("PATCH", "x"), ("DELETE", "")] {
            let ask = |path: &str| {
                let headers = [("content-type", PIECES), ("upload-offset", "0")];
                let ask = Ask { method, path, body: body.as_bytes(), ..Ask::default() };
                house.ask(&ask.with(&headers).by(house.key(role))).lasting()
            };
            let absent = ask("/api/v1/uploads/aaaaaaaaaaaaaaaa");
            assert_eq!((absent.status, ask(&at)), (404, absent.clone()), "{role} {method}");
        }
    }
}

#[test]
fn a_disk_that_fills_up_keeps_what_came_and_takes_no_more() {
    let free = Arc::new(AtomicU64::new(10_000));
    let told = Arc::clone(&free);
    let world = World::real().on_disk(move |_dir| {
        Some(Space { free_bytes: told.load(Ordering::Relaxed), total_bytes: 10_000 })
    });
    let house = House::open_in(world);
    let file = large_csv("QNI");
    let at = place(&begin(&house, "viettel", &file));
    assert_eq!(piece(&house, "viettel", &at, 0, &file[..70_000]).status, 200);
    free.store(999, Ordering::Relaxed);
    let full = piece(&house, "viettel", &at, 70_000, &file[70_000..]);
    assert_eq!((full.status, full.json()["code"].as_str()), (507, Some("disk-full")));
    assert_eq!(begin(&house, "viettel", b"other").status, 507);
    assert_eq!(house.get(&at, "viettel").header("upload-offset"), "70000");
    free.store(5_000, Ordering::Relaxed);
    assert_eq!(piece(&house, "viettel", &at, 70_000, &file[70_000..]).status, 200);
}

#[test]
fn a_newer_request_takes_over_from_a_connection_that_was_lost() {
    let data = TempDir::new().expect("a directory");
    let viettel = key(data.path(), &["carrier", "--carrier", "viettel"]);
    let served = Served::start(data.path());
    let file = large_csv("QNI");
    let body = promise(&file, "x.csv");
    let (_, begun) = served.ask("POST", "/api/v1/uploads", &viettel, &body);
    let at = format!("/api/v1/uploads/{}", begun["id"].as_str().expect("an id"));
    let mut old = half_sent(&served, &viettel, &at, 0, file.len(), &file[..200_000]);
    let mut head = [0; 12];
    // Until then it may still take in what the old one had sent.
    while &head != b"HTTP/1.1 200" {
        let offset = until_offset(&served, &viettel, &at, 200_000 - (64 << 10));
        let rest = &file[offset..];
        let mut new = half_sent(&served, &viettel, &at, offset, rest.len(), rest);
        new.read_exact(&mut head).expect("an answer");
        assert!([b"HTTP/1.1 200", b"HTTP/1.1 409"].contains(&&head), "{head:?}");
    }
    // The old one wakes up again: it is told, and nothing of it is written.
    old.write_all(&file[200_000..]).expect("sent");
    old.read_exact(&mut head).expect("an answer");
    assert_eq!(&head, b"HTTP/1.1 409");
    assert_eq!(served.get(&at, &viettel).1["complete"], true);
}
