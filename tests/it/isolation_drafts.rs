//! What a sender prepares is nobody else's to notice: drafts, uploads, rasters, answered files,
//! learnt headings and decided names. Others ask everything before and after, of the real binary
//! (it reads the files), and get the same bytes; and what is there is as what is not.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::served::{Served, key};

const FORM: &str = "multipart/form-data; boundary=----x";

/// Status, lasting headers, body.
type Raw = (u16, BTreeMap<String, String>, Vec<u8>);

struct Desk {
    served: Served,
    viettel: String,
    /// Others, by their name.
    others: Vec<(&'static str, String)>,
    data: TempDir,
}

impl Desk {
    fn open() -> Self {
        let data = TempDir::new().expect("a directory");
        let made = |role: &[&str]| key(data.path(), role);
        let viettel = made(&["carrier", "--carrier", "viettel"]);
        let others = vec![
            ("vnpt", made(&["carrier", "--carrier", "vnpt"])),
            ("planner", made(&["planner"])),
            ("public", String::new()),
        ];
        let served = Served::start(data.path());
        Self { served, viettel, others, data }
    }

    fn raw(&self, method: &str, path: &str, key: &str, kind: &str, body: &[u8]) -> Raw {
        let mut stream = TcpStream::connect(self.served.address()).expect("connects");
        let bearer =
            if key.is_empty() { String::new() } else { format!("authorization: Bearer {key}\r\n") };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{bearer}content-type: {kind}\r\n\
             upload-offset: 0\r\nif-match: *\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(body).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        let headers = head.lines().filter_map(|line| line.split_once(": "));
        let lasting = |name: &str| !matches!(name, "date" | "x-request-id");
        let headers = headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .filter(|(name, _)| lasting(name))
            .collect();
        (status, headers, answer[end + 4..].to_vec())
    }

    /// What Viettel does, which must be taken.
    fn own(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Value {
        let (status, _, body) = self.raw(method, path, &self.viettel, kind, body);
        let told = String::from_utf8_lossy(&body).into_owned();
        assert!((200..300).contains(&status), "{method} {path}: {status} {told}");
        serde_json::from_slice(&body).unwrap_or(Value::Null)
    }

    /// Everything that somebody else may ask, with the answers.
    fn asked(&self, key: &str) -> Vec<(String, Raw)> {
        let mut all: Vec<(String, Raw)> = SCREENS
            .iter()
            .map(|path| ((*path).to_owned(), self.raw("GET", path, key, "", b"")))
            .collect();
        // Its own file, with the headings and the name that Viettel uses; thrown away after.
        let csv = csv("VNP001");
        let (status, headers, body) =
            self.raw("POST", "/api/v1/filings", key, FORM, &form("file", "a.csv", csv.as_bytes()));
        let told = self.without_its_name(&body, "/api/v1/filings", key);
        all.push(("own draft".to_owned(), (status, nameless(headers), told)));
        // The bytes that Viettel sends, promised by somebody else.
        let promise = json!({ "sha256": sha256(LARGE), "size": LARGE.len(), "name": "x.pdf" });
        let promise = promise.to_string();
        let (status, headers, body) =
            self.raw("POST", "/api/v1/uploads", key, "application/json", promise.as_bytes());
        let told = self.without_its_name(&body, "/api/v1/uploads", key);
        all.push(("own upload".to_owned(), (status, nameless(headers), told)));
        let form = form("upload", "x.pdf", sha256(LARGE).as_bytes());
        all.push(("by hash".to_owned(), self.raw("POST", "/api/v1/filings", key, FORM, &form)));
        all
    }

    /// The answer without what is this one's own; what it began is thrown away.
    fn without_its_name(&self, body: &[u8], place: &str, key: &str) -> Vec<u8> {
        let mut told: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        if let Some(id) = told["id"].as_str() {
            let gone = self.raw("DELETE", &format!("{place}/{id}"), key, "", b"");
            assert_eq!(gone.0, 204);
        }
        for own in ["id", "updated", "created", "expires"] {
            if let Some(told) = told.as_object_mut() {
                told.remove(own);
            }
        }
        told.to_string().into_bytes()
    }
}

/// Its place holds its name.
fn nameless(mut headers: BTreeMap<String, String>) -> BTreeMap<String, String> {
    headers.remove("location");
    headers.remove("content-length");
    headers
}

const SCREENS: &[&str] = &[
    "/api/v1/filings",
    "/api/v1/uploads",
    "/api/v1/names/questions",
    "/api/v1/names/decisions",
    "/api/v1/reports",
    "/api/v1/gaps?verdict=covered,insufficient,no_signal,partial_hole,not_as_asked",
    "/api/v1/villages",
    "/api/v1/villages/kon-doc",
    "/api/v1/changes?from=2026-01-01&to=2026-11-01",
    "/api/v1/contradictions",
    "/api/v1/sites",
    "/api/v1/communes",
    "/api/v1/templates",
    "/api/v1/findings",
    "/api/v1/me",
    "/tiles/villages,gaps,clusters/6/51/29.mvt",
    "/tiles/sites/6/51/29.mvt",
];

/// A letter that comes in pieces.
const LARGE: &[u8] = b"%PDF-1.7\nlarge enough";

fn sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

fn form(part: &str, name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "------x\r\ncontent-disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\n\r\n"
    );
    [head.as_bytes(), content, b"\r\n------x--\r\n"].concat()
}

/// Headings of a sender's own, and a name that no register knows.
fn csv(code: &str) -> String {
    format!(
        "Trạm số,Việc,Lúc,kinh độ,vĩ độ,công nghệ,Xã,thôn\n\
         {code},on_air,1/11/2026,108.822,14.704,4G,Ba Trang,Làng Lạ\n\
         {code}B,on_air,1/11/2026,108.823,14.705,4G,Ba Trang,Kon Dóc\n"
    )
}

/// Viettel prepares: addresses of what is there then.
fn prepare(desk: &Desk) -> Vec<String> {
    let json = "application/json";
    let post = |path: &str, body: &Value| desk.own("POST", path, json, body.to_string().as_bytes());
    let begin = |name: &str, content: &[u8]| {
        let draft = desk.own("POST", "/api/v1/filings", FORM, &form("file", name, content));
        format!("/api/v1/filings/{}", draft["id"].as_str().expect("an id"))
    };
    // Headings are learnt by filing them; a name is decided.
    let learnt = begin("hoc.csv", csv("QNI001").as_bytes());
    let named = json!({ "headings": {
        "Trạm số": "ma_tram", "Việc": "loai_su_kien", "Lúc": "ngay_su_kien", "thôn": "cac_thon_phuc_vu",
    } });
    post(&format!("{learnt}/answers"), &named);
    let decision = json!({
        "of": "village", "text": "Làng Lạ", "beside": "Ba Trang", "means": "kon-doc", "reason": "theo xã",
    });
    let decided = desk.raw(
        "POST",
        "/api/v1/names/decisions",
        &desk.viettel,
        json,
        decision.to_string().as_bytes(),
    );
    assert!(matches!(decided.0, 200 | 201), "{}", String::from_utf8_lossy(&decided.2));
    desk.own("POST", &format!("{learnt}/file"), json, b"");
    // A raster that is filed, and one that stays a draft.
    let tif = include_bytes!("../files/rasters/khai-du.tif");
    let raster = begin("phu.tif", tif);
    let answers: Vec<Value> =
        [("cong_nghe", "4G"), ("tu_ngay", "2026-10-01"), ("don_vi_gia_tri", "dBm")]
            .iter()
            .map(|(column, means)| json!({ "row": 1, "column": column, "means": means }))
            .collect();
    post(&format!("{raster}/answers"), &json!({ "answers": answers }));
    desk.own("POST", &format!("{raster}/file"), json, b"");
    let open = begin("phu-2.tif", include_bytes!("../files/rasters/khong-khai.tif"));
    // A draft that is open, with its answered file; an upload that is whole, one that is not.
    let draft = begin("mo.csv", csv("QNI003").as_bytes());
    assert_eq!(desk.raw("GET", &format!("{draft}/answered"), &desk.viettel, "", b"").0, 200);
    let mut uploads = Vec::new();
    for (content, sent) in [(LARGE, LARGE), (&b"another one"[..], &b"anoth"[..])] {
        let promise = json!({ "sha256": sha256(content), "size": content.len(), "name": "x.pdf" });
        let begun = post("/api/v1/uploads", &promise);
        let at = format!("/api/v1/uploads/{}", begun["id"].as_str().expect("an id"));
        desk.own("PATCH", &at, "application/partial-upload", sent);
        uploads.push(at);
    }
    [vec![draft, open], uploads].concat()
}

#[test]
fn what_one_prepares_nobody_else_can_tell() {
    let desk = Desk::open();
    let before: Vec<_> = desk.others.iter().map(|(_, key)| desk.asked(key)).collect();
    let prepared = prepare(&desk);
    for ((role, key), before) in desk.others.iter().zip(&before) {
        for ((what, one), (_, other)) in before.iter().zip(desk.asked(key)) {
            assert_eq!((one.0, &one.1), (other.0, &other.1), "{role}: {what}");
            let (one, other) = (String::from_utf8_lossy(&one.2), String::from_utf8_lossy(&other.2));
            assert_eq!(one, other, "{role}: {what}");
        }
    }
    // Their sender does tell: there was something to hide.
    let own = desk.served.get("/api/v1/filings", &desk.viettel).1;
    assert_eq!(own["drafts"].as_array().map(Vec::len), Some(2), "{own}");
    let own = desk.served.get("/api/v1/names/decisions", &desk.viettel).1;
    assert!(own.to_string().contains("Làng Lạ"), "{own}");
    let again =
        desk.own("POST", "/api/v1/filings", FORM, &form("file", "b.csv", csv("Q9").as_bytes()));
    assert_eq!((&again["fileable"], &again["open"]), (&json!(2), &json!(0)), "{again}");

    // By its name: as what never was. The department too sees nothing before it is filed.
    let data = desk.data.path();
    let department = [("officer", key(data, &["officer"])), ("auditor", key(data, &["auditor"]))];
    for (role, key) in desk.others.iter().chain(&department) {
        for at in &prepared {
            let (place, _) = at.rsplit_once('/').expect("a path");
            let absent = format!("{place}/aaaaaaaaaaaaaaaa");
            let all = ["", "/rows", "/answered", "/answered?file=0", "/answered?file=9"];
            let ends = if place.ends_with("filings") { &all[..] } else { &all[..1] };
            for end in ends {
                for method in ["GET", "HEAD", "DELETE", "PATCH"] {
                    let ask = |at: &str| {
                        let kind = "application/partial-upload";
                        desk.raw(method, &format!("{at}{end}"), key, kind, b"")
                    };
                    assert_eq!(ask(at), ask(&absent), "{role}: {method} {at}{end}");
                }
            }
            for end in ["/answers", "/file"] {
                let path = |at: &str| format!("{at}{end}");
                let ask = |at: &str| desk.raw("POST", &path(at), key, "application/json", b"{}");
                assert_eq!(ask(at), ask(&absent), "{role}: {at}{end}");
            }
        }
    }
    for at in &prepared {
        assert_eq!(desk.served.get(at, &desk.viettel).0, 200, "{at} is still its sender's");
    }
}
