//! Papers that come back: anybody may ask whether one is ours, the department keeps the signed ones.

use serde_json::Value;

use crate::edge::{Answer, Ask, House, on_air};
use crate::papers::{PDF, signed, unchunked};

const AS_PDF: &[(&str, &str)] = &[("content-type", "application/pdf")];

fn sent(house: &House, path: &str, role: &str, body: &[u8]) -> Answer {
    let ask = Ask { method: "POST", path, body, ..Ask::default() };
    house.ask(&ask.with(AS_PDF).by(house.key(role)))
}

fn checked(house: &House, role: &str, body: &[u8]) -> Value {
    let answer = sent(house, "/api/v1/papers/check", role, body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// A report of Viettel's that Kon Dóc rests on.
fn reported(house: &House) -> String {
    let body = on_air("QNI61", "kon-doc", "2026-10-01").to_string();
    let filed = house.post("/api/v1/reports", "viettel", &body).json();
    filed["report"].as_str().expect("an id").to_owned()
}

#[test]
fn anybody_can_ask_whether_a_paper_is_ours_and_what_stands_behind_it() {
    let house = House::open();
    let pdf = house.get(PDF, "officer").body;
    let mut changed = pdf.clone();
    changed[pdf.len() / 2] ^= 1;
    let longer = [signed(&pdf).as_slice(), b"\n7 0 obj (another figure) endobj"].concat();
    for (file, origin, behind) in [
        (pdf.clone(), "ours", "nothing"),
        (signed(&pdf), "ours", "signature"),
        (longer, "ours", "unsigned"),
        (changed, "changed", "nothing"),
        (b"%PDF-1.7 nothing of ours".to_vec(), "no_seal", "nothing"),
        (House::open().get(PDF, "officer").body, "ours", "nothing"),
    ] {
        let told = checked(&house, "public", &file);
        assert_eq!((&told["origin"], &told["behind"]), (&origin.into(), &behind.into()), "{told}");
        assert!(told.get("standing").is_none(), "grounds are the department's to know: {told}");
        if origin == "ours" {
            assert_eq!(told["says"]["paper"], "dossier");
            assert_eq!(told["says"]["subject"], "kon-doc");
        }
    }
    let json = house.post("/api/v1/papers/check", "public", "{}");
    assert_eq!(json.status, 415, "{}", json.text());
    let large = vec![b' '; (32 << 20) + 1];
    assert_eq!(sent(&house, "/api/v1/papers/check", "public", &large).status, 413);
}

#[test]
fn the_department_is_told_when_what_a_paper_rests_on_was_taken_back() {
    let house = House::open();
    let report = reported(&house);
    let pdf = house.get(PDF, "officer").body;
    assert_eq!(checked(&house, "officer", &pdf)["standing"], "stands");
    let act = format!("/api/v1/reports/{report}/withdraw");
    assert_eq!(house.post(&act, "viettel", r#"{"reason":"nhầm"}"#).status, 200);
    for role in ["officer", "approver", "auditor"] {
        let told = checked(&house, role, &pdf);
        assert_eq!(told["origin"], "ours");
        assert_eq!(told["standing"], "superseded", "{told}");
        assert_eq!(told["taken_back"][0]["report"], report.as_str(), "{told}");
    }
    assert!(checked(&house, "viettel", &pdf).get("standing").is_none());
}

#[test]
fn a_promise_and_a_figure_taken_back_supersede_the_papers_that_print_them_alone() {
    let house = House::open();
    let promised = house.post(
        "/api/v1/progress",
        "viettel",
        r#"{"rows":[{"village":"kon-doc","promised":"2026-12-31"}]}"#,
    );
    assert_eq!(promised.status, 201, "{}", promised.text());
    let headings = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số;Chính thức\n";
    let figure = "internet_users;Huyện Minh Long;09/2026;76;100;chính thức\n";
    let counted =
        crate::acceptance_figures::file(&house, "officer", &format!("{headings}{figure}"));
    let papers =
        [PDF, "/api/v1/villages/thon-ca/dossier.pdf", "/api/v1/period-reports/2026-10.pdf"]
            .map(|path| house.get(path, "officer").body);
    let standing = || {
        let of = |pdf: &Vec<u8>| checked(&house, "officer", pdf)["standing"].clone();
        papers.iter().map(of).collect::<Vec<_>>()
    };
    let withdraw = |report: &Value, role: &str| {
        let act = format!("/api/v1/reports/{}/withdraw", report.as_str().expect("an id"));
        assert_eq!(house.post(&act, role, r#"{"reason":"nhầm"}"#).status, 200);
    };
    assert_eq!(standing(), ["stands"; 3]);
    withdraw(&counted["report"], "officer");
    assert_eq!(standing(), ["stands", "stands", "superseded"]);
    withdraw(&promised.json()["report"], "viettel");
    assert_eq!(standing(), ["superseded", "stands", "superseded"]);
}

#[test]
fn a_signed_paper_is_kept_given_back_as_it_came_and_shown_to_nobody_else() {
    let house = House::open();
    let seen = |role: &str| {
        let paths = ["/api/v1/gaps", "/api/v1/reports", "/api/v1/decisions", "/api/v1/changes"];
        paths.map(|path| house.get(path, role).lasting())
    };
    let pdf = house.get(PDF, "officer").body;
    let paper = signed(&pdf);
    let before = ["public", "viettel", "commune"].map(seen);
    let path = "/api/v1/papers?document_number=12/BC-SKHCN&document_day=2026-11-20";

    for (file, why) in [(pdf.as_slice(), "nobody signed it"), (b"%PDF-1.7", "not ours")] {
        let refused = sent(&house, path, "approver", file);
        assert_eq!(refused.status, 422, "{why}: {}", refused.text());
    }
    for (role, status) in [("public", 401), ("viettel", 403), ("commune", 403), ("auditor", 403)] {
        assert_eq!(sent(&house, path, role, &paper).status, status, "{role}");
    }
    let kept = sent(&house, path, "approver", &paper);
    assert_eq!(kept.status, 201, "{}", kept.text());
    let report = kept.json()["report"].as_str().expect("an id").to_owned();
    let again = sent(&house, path, "approver", &paper);
    assert_eq!((again.status, again.json()["report"].as_str()), (200, Some(report.as_str())));

    for role in ["officer", "approver", "auditor"] {
        let list = house.get("/api/v1/papers", role).json();
        let item = &list["items"][0];
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
        assert_eq!(item["says"]["subject"], "kon-doc");
        assert_eq!(item["document_number"], "12/BC-SKHCN");
        let sha256 = item["sha256"].as_str().expect("a hash");
        let file = house.get(&format!("/api/v1/reports/{report}/files/{sha256}"), role);
        assert!(unchunked(&file.body) == paper, "{role}: as it came");
    }
    for (role, status) in [("public", 401), ("viettel", 403), ("commune", 403)] {
        assert_eq!(house.get("/api/v1/papers", role).status, status);
        assert_eq!(house.get(&format!("/api/v1/reports/{report}"), role).status, 404);
    }
    assert_eq!(["public", "viettel", "commune"].map(seen), before, "nobody else can tell");

    let act = format!("/api/v1/reports/{report}/withdraw");
    let done = house.post(&act, "officer", r#"{"reason":"gửi nhầm bản"}"#);
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(
        house.get("/api/v1/papers", "officer").json()["items"].as_array().map(Vec::len),
        Some(0)
    );
}

#[test]
fn a_kept_paper_is_marked_once_what_it_rests_on_was_taken_back() {
    let house = House::open();
    let report = reported(&house);
    let file = signed(&house.get(PDF, "officer").body);
    assert_eq!(sent(&house, "/api/v1/papers", "officer", &file).status, 201);
    let kept = || house.get("/api/v1/papers", "officer").json()["items"][0].clone();
    assert_eq!(kept()["standing"], "stands", "{}", kept());
    let act = format!("/api/v1/reports/{report}/withdraw");
    assert_eq!(house.post(&act, "viettel", r#"{"reason":"nhầm"}"#).status, 200);
    for _ in 0..2 {
        let paper = kept();
        assert_eq!(paper["standing"], "superseded", "{paper}");
        assert_eq!(paper["taken_back"][0]["report"], report.as_str(), "{paper}");
    }
}
