//! Two people with one key, or two windows of one: nobody changes a draft that another has changed
//! meanwhile, and who did not hear of a receipt gets it again.

use std::sync::Barrier;

use serde_json::{Value, json};

use crate::edge::{Answer, Ask, House};
use crate::filings::begin;

const CSV: &str = "ma_tram,loai_su_kien,ngay_su_kien,cong_nghe,kinh_do,vi_do,cac_thon_phuc_vu\n\
    QNI001,on_air,2026-11-01,4G,108.822,14.704,Kon Dóc\n\
    QNI002,Đã hoàn thành,2026-11-01,4G,108.823,14.705,Kon Dóc\n";

struct Desk {
    house: House,
    /// The draft's address.
    at: String,
}

impl Desk {
    fn open() -> Self {
        let house = House::open();
        let (status, draft) = begin(&house, "viettel", &[("file", Some("a.csv"), CSV)]);
        assert_eq!(status, 201, "{draft}");
        let at = format!("/api/v1/filings/{}", draft["id"].as_str().expect("an id"));
        Self { house, at }
    }

    /// The tag of the draft as it is now.
    fn tag(&self) -> String {
        let tag = self.house.get(&self.at, "viettel").header("etag").to_owned();
        assert!(tag.starts_with('"'), "{tag}");
        tag
    }

    fn send(&self, method: &str, end: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let path = format!("{}{end}", self.at);
        let all = [&[("content-type", "application/json")], headers].concat();
        let ask = Ask::json(method, &path, body).with(&all);
        self.house.ask(&ask.by(self.house.key("viettel")))
    }

    fn answer(&self, means: &str, tag: &str) -> Answer {
        let body = json!({"answers": [
            {"column": "loai_su_kien", "value": "Đã hoàn thành", "means": means},
        ]});
        self.send("POST", "/answers", &body.to_string(), &[("if-match", tag)])
    }

    fn file(&self, tag: &str, key: &str) -> Answer {
        self.send("POST", "/file", "", &[("if-match", tag), ("idempotency-key", key)])
    }

    fn reports(&self) -> usize {
        let listed = self.house.get("/api/v1/reports", "viettel").json();
        listed["items"].as_array().map_or(0, Vec::len)
    }
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["code"].as_str().unwrap_or("").to_owned())
}

#[test]
fn what_another_has_changed_meanwhile_is_not_changed_nor_filed_nor_thrown_away() {
    let desk = Desk::open();
    let seen = desk.tag();
    // The other window answers first.
    let first = desk.answer("built", &seen);
    assert_eq!(first.status, 200, "{}", first.text());
    let stale = || (412, "changed".to_owned());
    assert_eq!(code(&desk.answer("on_air", &seen)), stale());
    assert_eq!(code(&desk.file(&seen, "one")), stale());
    assert_eq!(code(&desk.send("DELETE", "", "", &[("if-match", &seen)])), stale());
    let draft = desk.house.get(&desk.at, "viettel").json();
    assert_eq!(draft["rows"][1]["understood"]["loai_su_kien"], "built", "{draft}");
    assert_eq!(desk.reports(), 0);
    // In both languages, and what to do.
    let told = |language| {
        let headers = [("if-match", &*seen), ("accept-language", language)];
        desk.send("POST", "/file", "", &headers).json()["title"].clone()
    };
    assert!(told("vi").as_str().is_some_and(|title| title.contains("tải lại")));
    assert!(told("en").as_str().is_some_and(|title| title.contains("fetch it again")));
    // With the tag that the answer brought, or that of a new look, it goes on.
    let written = first.header("etag").to_owned();
    assert_eq!(desk.answer("on_air", &written).status, 200);
    assert_eq!(desk.file(&desk.tag(), "one").status, 201);
    assert_eq!(desk.reports(), 1);
}

#[test]
fn who_does_not_say_which_draft_is_meant_changes_none() {
    let desk = Desk::open();
    let tag = desk.tag();
    for (method, end, body) in
        [("POST", "/answers", r#"{"crs":"EPSG:4326"}"#), ("POST", "/file", ""), ("DELETE", "", "")]
    {
        let unsaid = desk.send(method, end, body, &[]);
        assert_eq!(code(&unsaid), (428, "if-match-missing".to_owned()), "{method} {end}");
        assert_eq!(unsaid.header("content-type"), "application/problem+json");
        // Neither a weak tag nor a word without quotes names a state.
        for no_tag in [format!("W/{tag}"), tag.trim_matches('"').to_owned(), "\"\"".to_owned()] {
            let refused = desk.send(method, end, body, &[("if-match", &no_tag)]);
            assert_eq!(refused.status, 412, "{method} {end} {no_tag}");
        }
    }
    assert_eq!(desk.tag(), tag, "nothing was changed");
    let several = format!("\"other\", {tag}");
    assert_eq!(desk.send("DELETE", "", "", &[("if-match", &several)]).status, 204);
}

#[test]
fn a_draft_that_nobody_changed_is_the_same_however_it_is_read_and_whatever_others_file() {
    let desk = Desk::open();
    let begins = |tag: &str| tag.trim_matches('"').split(['.', '-']).next().map(str::to_owned);
    let first = desk.tag();
    assert_eq!(desk.tag(), first, "looked at twice");
    let packed = [("accept-encoding", "gzip")];
    let ask = Ask::get(&desk.at).with(&packed).by(desk.house.key("viettel"));
    let packed = desk.house.ask(&ask);
    assert_eq!(packed.header("content-encoding"), "gzip");
    let packed = packed.header("etag").to_owned();
    assert_ne!(packed, first, "other bytes have another tag");
    assert_eq!(begins(&packed), begins(&first));
    let again = [("if-none-match", &*first)];
    let ask = Ask::get(&desk.at).with(&again).by(desk.house.key("viettel"));
    assert_eq!(desk.house.ask(&ask).status, 304);

    // Somebody else's filing changes what this draft would move, and not the draft.
    let other = crate::edge::report("QNI900", "kon-doc", "2026-11-01");
    assert_eq!(desk.house.post("/api/v1/reports", "viettel-manager", &other).status, 201);
    let later = desk.tag();
    assert_ne!(later, first, "what is shown is another: no 304 for it");
    assert_eq!(desk.answer("on_air", &packed).status, 200, "but what was seen is still meant");
}

#[test]
fn who_did_not_hear_of_the_receipt_gets_it_again_and_nothing_is_filed_twice() {
    let desk = Desk::open();
    // Half of it is clear: the draft goes on with the other half.
    let tag = desk.tag();
    let filed = desk.file(&tag, "half");
    assert_eq!(filed.status, 201, "{}", filed.text());
    let receipt = |answer: &Answer| answer.json()["receipt"].clone();
    let again = desk.file(&tag, "half");
    assert_eq!((again.status, receipt(&again)), (200, receipt(&filed)));
    assert_eq!(desk.file(&tag, "another").status, 412, "of another act it is a stale draft");
    // The rest ends the draft; the same key still tells what came of it.
    assert_eq!(desk.answer("built", &desk.tag()).status, 200);
    let tag = desk.tag();
    let rest = desk.file(&tag, "rest");
    assert_eq!(rest.status, 201, "{}", rest.text());
    assert_eq!(desk.house.get(&desk.at, "viettel").status, 404);
    let again = desk.file(&tag, "rest");
    assert_eq!((again.status, receipt(&again)), (200, receipt(&rest)));
    assert_eq!(desk.file(&tag, "never").status, 404);
    assert_eq!(desk.reports(), 2);
}

#[test]
fn of_many_who_change_one_draft_at_once_one_does() {
    const MANY: usize = 16;
    let desk = Desk::open();
    let (tag, together) = (desk.tag(), Barrier::new(MANY));
    let (desk, tag, together) = (&desk, &tag, &together);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..MANY)
            .map(|_| {
                scope.spawn(move || {
                    together.wait();
                    desk.file(tag, "one").status
                })
            })
            .collect();
        asking.into_iter().map(|asking| asking.join().expect("an answer")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 201 | 409)), "{statuses:?}");
    assert_eq!(desk.reports(), 1);
    let draft: Value = desk.house.get(&desk.at, "viettel").json();
    assert_eq!(draft["filed"].as_array().map(Vec::len), Some(1), "{draft}");
}
