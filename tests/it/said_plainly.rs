//! Small promises of the edges: what is unknown is said to be, what is inferred is marked, what is
//! filed for another shows what it rests on.

use phusong::ledger::Receipt;
use phusong::vault::keys::{NewKey, SigningKey};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::edge::{Ask, House, report};
use crate::filings::begin;
use crate::served::{Served, key, phusong};

/// A value that names nothing is refused with the parameter's name; one that names something of
/// which there is nothing is an empty list.
#[test]
fn a_filter_that_names_nothing_is_refused() {
    let house = House::open();
    let cases = [
        ("sites?carrier=nope", "officer"),
        ("sites?carrier=nope", "viettel"),
        ("sites/nearest?lon=108.8&lat=14.7&carrier=nope", "officer"),
        ("reports?carrier=nope", "officer"),
        ("reports?carrier=commune:99999", "officer"),
        ("disputes?village=nope", "public"),
        ("criteria?set=x", "public"),
        ("criteria?set=x&unit=21520", "public"),
    ];
    for (path, role) in cases {
        let answer = house.get(&format!("/api/v1/{path}"), role);
        assert_eq!(answer.status, 400, "{path}: {}", answer.text());
        let name = path.split(['?', '&']).find(|part| part.contains("nope") || part.contains('x'));
        let name = name.and_then(|part| part.split('=').next()).unwrap_or("carrier");
        let told = answer.json()["errors"].to_string();
        assert!(told.contains(name), "{path} names {name}: {told}");
    }
    for (path, role) in [
        ("sites?carrier=vnpt", "viettel"),
        ("reports?carrier=department", "officer"),
        ("reports?carrier=commune:21520", "officer"),
        ("reports?carrier=vnpt", "viettel"),
        ("disputes?village=kon-doc", "public"),
    ] {
        let answer = house.get(&format!("/api/v1/{path}"), role);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.json()["items"], json!([]), "{path}");
    }
    let sets = |query: &str| -> Vec<Value> {
        let list = house.get(&format!("/api/v1/criteria{query}"), "public").json();
        let items = list["items"].as_array().expect("items").iter();
        items.map(|item| item["set"].clone()).collect()
    };
    let (all, one) = (sets(""), sets("?set=ntm"));
    assert!(one.iter().all(|set| set == "ict-criterion-ntm") && !one.is_empty(), "{one:?}");
    assert!(one.len() < all.len());
}

#[test]
fn a_key_is_made_for_those_that_there_are() {
    let folder = TempDir::new().expect("a directory");
    let dir = folder.path().to_str().expect("utf-8");
    let create =
        |role: &[&str]| phusong(&[&["key", "create", "--data", dir, "--role"], role].concat()).0;
    // Before there is a ledger, and beside one.
    for _ in 0..2 {
        assert_eq!(create(&["carrier", "--carrier", "abc"]), 66);
        assert_eq!(create(&["commune", "--commune", "99999"]), 66);
        assert_eq!(create(&["commune", "--commune", "21487"]), 66, "no commune any more");
        assert_eq!(create(&["commune", "--carrier", "21520"]), 2);
        assert_eq!(create(&["carrier", "--carrier", "viettel"]), 0);
        assert_eq!(create(&["commune", "--commune", "21520"]), 0);
        drop(Served::start(folder.path()));
    }
    let set = |carrier: &str| {
        phusong(&["publishing", "--data", dir, "--carrier", carrier, "--when", "at-once"]).0
    };
    assert_eq!((set("nope"), set("vnpt")), (66, 0));
    let (code, told) = phusong(&["key", "list", "--data", dir, "--json"]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((code, &told["keys"][0]["role"]), (0, &json!("carrier")), "{told}");
    assert_eq!(told["keys"][0]["scope"], "viettel");
    let (code, told) = phusong(&["ledger", "verify", "--data", dir, "--json"]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((code, &told["sound"], &told["faults"]), (0, &json!(true), &json!([])), "{told}");
}

#[test]
fn a_receipt_counts_by_a_key_that_is_trusted_and_by_no_other() {
    let folder = TempDir::new().expect("a directory");
    let dir = folder.path().to_str().expect("utf-8");
    let viettel = key(folder.path(), &["carrier", "--carrier", "viettel"]);
    let served = Served::start(folder.path());
    let body = report("QNI001", "kon-doc", "2026-11-01");
    let (_, filed) = served.ask("POST", "/api/v1/reports", &viettel, &body);
    let place = |name: &str, content: &Value| {
        let path = folder.path().join(name);
        std::fs::write(&path, content.to_string()).expect("written");
        path.to_str().expect("utf-8").to_owned()
    };
    let (whole, alone) = (place("whole.json", &filed), place("alone.json", &filed["receipt"]));
    let anybodys = SigningKey::new(&NewKey { secret: [5; 32] });
    let at = phusong::service::now();
    let forged =
        Receipt::sign(&anybodys, "x".to_owned(), &[1; 32], "carrier:viettel".to_owned(), at);
    let forged = place("forged.json", &serde_json::to_value(forged).expect("JSON"));
    let hex = filed["receipt"]["public_key"].as_str().expect("a key");
    let mut changed = filed["receipt"].clone();
    changed["actor"] = json!("carrier:vnpt");
    let changed = place("changed.json", &changed);
    let cases: [(&str, &[&str], i32); 9] = [
        (&whole, &["--data", dir], 0),
        (&alone, &["--data", dir], 0),
        (&alone, &["--key", hex], 0),
        (&alone, &[], 65),
        (&forged, &[], 65),
        (&forged, &["--data", dir], 65),
        (&forged, &["--key", hex], 65),
        (&changed, &["--data", dir], 65),
        (&alone, &["--key", "zz"], 2),
    ];
    for (file, more, code) in cases {
        let (found, out) = phusong(&[&["receipt", "verify", file], more].concat());
        assert_eq!(found, code, "{file} {more:?}: {out}");
        assert!(!out.contains("SelfNamed") && !out.contains("Pinned"), "{out}");
        if more.is_empty() {
            assert!(out.contains("chưa kiểm chứng") && out.contains("unproven"), "{out}");
        }
    }
}

#[test]
fn what_is_filed_for_another_without_its_letter_says_so() {
    let house = House::open();
    let codes = |answer: &Value| answer["findings"].to_string();
    let is_told = |answer: &Value| codes(answer).contains("behalf-without-letter");
    let mut body: Value =
        serde_json::from_str(&report("QNI001", "kon-doc", "2026-11-01")).expect("JSON");
    let own = house.post("/api/v1/reports/preview", "viettel", &body.to_string()).json();
    assert!(!is_told(&own), "its own word: {own}");
    body["on_behalf_of"] = json!("viettel");
    let bare = house.post("/api/v1/reports/preview", "officer", &body.to_string()).json();
    assert!(is_told(&bare), "{bare}");
    let filed = house.post("/api/v1/reports", "officer", &body.to_string());
    assert_eq!(filed.status, 201, "taken all the same");
    assert!(is_told(&filed.json()), "{}", filed.text());
    body["document"] = json!({ "number": "12/BC-VT", "day": "2026-11-02" });
    let cited = house.post("/api/v1/reports/preview", "officer", &body.to_string()).json();
    assert!(!is_told(&cited), "{cited}");

    let mut seen = json!({
        "on_behalf_of": "commune:21520",
        "rows": [{ "village": "kon-doc", "says": "lacks", "day": "2026-11-01" }],
    });
    let bare = house.post("/api/v1/observations/preview", "officer", &seen.to_string()).json();
    assert!(is_told(&bare), "{bare}");
    seen["document"] = json!({ "number": "3/UBND" });
    let cited = house.post("/api/v1/observations/preview", "officer", &seen.to_string()).json();
    assert!(!is_told(&cited), "{cited}");

    let csv = "Mã trạm,Loại sự kiện,Ngày sự kiện,Kinh độ,Vĩ độ,Công nghệ,Thôn phục vụ\n\
               QNI009,on_air,01/11/2026,108.822,14.704,4G,Kon Dóc\n";
    let form = |more: &[(&str, Option<&str>, &str)]| {
        let fields = [&[("on_behalf_of", None, "viettel"), ("file", Some("a.csv"), csv)], more];
        let (status, draft) = begin(&house, "officer", &fields.concat());
        assert_eq!(status, 201, "{draft}");
        draft
    };
    assert!(is_told(&form(&[])));
    assert!(!is_told(&form(&[("file", Some("cong-van.pdf"), "%PDF-1.4\n%%EOF\n")])));
    assert!(!is_told(&form(&[("document_number", None, "12/BC-VT")])));
}

#[test]
fn an_inferred_due_day_is_marked_wherever_it_is_printed() {
    let house = House::open();
    for (path, heading, mark) in [
        ("gaps?format=csv", "duty_due_inferred", "suy từ năm của kế hoạch"),
        ("gaps?format=csv&headings=vi", "Hạn suy luận vì", "suy từ năm của kế hoạch"),
        ("exports/villages.geojson", "duty_due_inferred", "suy từ năm của kế hoạch"),
        ("exports/duties.geojson", "due_inferred", "suy từ năm của kế hoạch"),
        ("duties?format=csv", "due_inferred", "suy từ năm của kế hoạch"),
        ("duties", "due_inferred_why", "suy từ năm của kế hoạch"),
    ] {
        let answer = house.get(&format!("/api/v1/{path}"), "public");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let text = answer.text();
        assert!(text.contains(heading) && text.contains(mark), "{path}");
        assert!(!text.contains("due: suy"), "{path}: a column's name is no word for people");
    }
}

#[test]
fn open_means_the_same_of_duties_and_of_gaps() {
    let house = House::open();
    let count = |path: &str| {
        let list = house.get(&format!("/api/v1/{path}"), "public").json();
        list["items"].as_array().map(Vec::len)
    };
    assert_eq!(count("duties?state=open"), count("gaps?duty=open"));
    assert_eq!(count("duties?state=open"), Some(9), "overdue, and open still");
    assert_eq!(count("duties?state=overdue"), count("gaps?duty=overdue"));
}

#[test]
fn a_filing_that_is_no_form_is_of_another_type() {
    let house = House::open();
    for (kind, status) in
        [("text/plain", 415), ("application/json", 415), ("", 415), ("multipart/form-data", 400)]
    {
        let headers = [("content-type", kind)];
        let headers = if kind.is_empty() { &[][..] } else { &headers[..] };
        let ask = Ask {
            method: "POST",
            path: "/api/v1/filings",
            key: house.key("viettel"),
            headers,
            body: b"{}",
        };
        let answer = house.ask(&ask);
        assert_eq!(answer.status, status, "{kind:?}: {}", answer.text());
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said_and_every_exit_code_is_told() {
    let folder = TempDir::new().expect("a directory");
    let dir = folder.path().join("data");
    let dir = dir.to_str().expect("utf-8");
    for (name, content) in [("empty.csv", ""), ("plain.txt", "xin chào\nđây là thư\n")] {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_phusong"))
            .args(["import", path.to_str().expect("utf-8"), "--data", dir])
            .output()
            .expect("run");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(65), "{name}: {told}");
        assert!(!told.contains("còn điều cần làm rõ"), "{name}: {told}");
        assert!(told.contains("không nhận được") || told.contains(name), "{name}: {told}");
    }
    let (_, help) = phusong(&["--help"]);
    assert!(help.contains("77 denied"), "{help}");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_phusong"))
        .args(["village", "zzz", "--data", dir])
        .output()
        .expect("run");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(66), "{told}");
    assert!(!told.contains("có thể là") && told.contains("zzz"), "{told}");
}
