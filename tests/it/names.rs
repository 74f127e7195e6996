//! Names that one sender alone uses: asked by a filing, decided once, used the next time, revoked.

use serde_json::{Value, json};

use crate::edge::{Ask, House};
use crate::filings::begin;

fn file(village: &str, code: &str) -> String {
    format!(
        "Mã trạm,Loại sự kiện,Ngày sự kiện,Kinh độ,Vĩ độ,Công nghệ,Xã,Thôn phục vụ\n\
         {code},on_air,01/11/2026,108.822,14.704,4G,Ba Trang,{village}\n"
    )
}

fn draft_of(house: &House, role: &str, csv: &str) -> (String, Value) {
    let (status, draft) = begin(house, role, &[("file", Some("a.csv"), csv)]);
    assert_eq!(status, 201, "{draft}");
    (format!("/api/v1/filings/{}", draft["id"].as_str().expect("an id")), draft)
}

fn list(house: &House, what: &str, role: &str) -> Vec<Value> {
    let answer = house.get(&format!("/api/v1/names/{what}"), role);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()[what].as_array().expect("a list").clone()
}

fn ruling(text: &str, means: &str, sender: Option<&str>) -> String {
    json!({
        "of": "village", "text": text, "beside": "Ba Trang", "means": means,
        "reason": "biên bản làm việc với xã ngày 02/11/2026", "sender": sender,
    })
    .to_string()
}

fn served(draft: &Value) -> Value {
    draft["rows"][0]["understood"]["cac_thon_phuc_vu"].clone()
}

#[test]
fn a_name_is_asked_once_decided_once_used_next_time_and_revoked() {
    let house = House::open();
    let (at, draft) = draft_of(&house, "viettel", &file("Thôn Bản Lạ", "QNI001"));
    assert_eq!(served(&draft), json!([]), "{draft}");
    assert_eq!(list(&house, "questions", "officer"), Vec::<Value>::new(), "a draft asks nobody");
    let filed = house.post(&format!("{at}/file"), "viettel", "");
    assert_eq!(filed.status, 201, "{}", filed.text());

    let asked = list(&house, "questions", "officer");
    let told = (&asked[0]["text"], &asked[0]["beside"], &asked[0]["sender"]);
    assert_eq!(told, (&json!("Thôn Bản Lạ"), &json!("Ba Trang"), &json!("viettel")));
    assert_eq!(list(&house, "questions", "viettel").len(), 1);
    assert_eq!(list(&house, "questions", "vnpt").len(), 0, "another's names are its own");

    let body = ruling("Thôn Bản Lạ", "kon-doc", Some("viettel"));
    let decided = house.post("/api/v1/names/decisions", "officer", &body);
    assert_eq!(decided.status, 201, "{}", decided.text());
    assert_eq!(list(&house, "questions", "officer").len(), 0);
    let known = list(&house, "decisions", "viettel");
    assert_eq!((&known[0]["means"], &known[0]["by"]), (&json!("kon-doc"), &json!("department")));
    assert_eq!(known[0]["rests_total"], 0, "nothing was read by it yet");
    for other in ["vnpt", "commune"] {
        assert_eq!(list(&house, "decisions", other).len(), 0);
    }
    // Nor is the entry itself shown to anyone else.
    let entry = known[0]["entry"]["report"].as_str().expect("an entry");
    for (role, status) in [("vnpt", 404), ("public", 404), ("viettel", 200), ("officer", 200)] {
        assert_eq!(house.get(&format!("/api/v1/reports/{entry}"), role).status, status, "{role}");
    }

    // The next file of this sender is read by it, and says so; another sender's is not.
    let (at, draft) = draft_of(&house, "viettel", &file("thôn bản lạ", "QNI002"));
    assert_eq!(served(&draft), json!(["kon-doc"]), "{draft}");
    let changes = draft["tables"][0]["changes"].to_string();
    assert!(changes.contains("\"decided\""), "{changes}");
    let (_, others) = draft_of(&house, "vnpt", &file("Thôn Bản Lạ", "QNI002"));
    assert_eq!(served(&others), json!([]));
    // Beside another commune it is another word.
    let elsewhere = file("Thôn Bản Lạ", "QNI003").replace("Ba Trang", "Ba Khâm");
    assert_eq!(served(&draft_of(&house, "viettel", &elsewhere).1), json!([]));

    let filed = house.post(&format!("{at}/file"), "viettel", "").json();
    let rests = list(&house, "decisions", "viettel")[0]["rests"].clone();
    assert_eq!(rests, json!([{"report": filed["report"], "row": 1}]));

    // Revoked: what rested on it stays, the next file asks again.
    let undo = format!("/api/v1/reports/{entry}/withdraw");
    let undone = house.post(&undo, "officer", r#"{"reason": "nhầm thôn"}"#);
    assert!(undone.status < 300, "{}", undone.text());
    assert_eq!(list(&house, "decisions", "viettel").len(), 0);
    let revoked = |role: &str| {
        house.get("/api/v1/names/decisions", role).json()["revoked"].as_array().cloned()
    };
    for role in ["viettel", "officer"] {
        let told = revoked(role).expect("a list");
        assert_eq!((told.len(), &told[0]["rests"]), (1, &rests), "{role}: what rested on it");
    }
    assert_eq!(revoked("vnpt"), Some(Vec::new()), "another's names are its own");
    assert_eq!(served(&draft_of(&house, "viettel", &file("Thôn Bản Lạ", "QNI004")).1), json!([]));
    let page =
        house.get(&format!("/api/v1/reports/{}", filed["report"].as_str().unwrap()), "viettel");
    assert_eq!(page.json()["rows"][0]["state"], "filed");
}

#[test]
fn a_sender_decides_on_its_own_names_and_on_nobody_elses() {
    let house = House::open();
    let own = ruling("Xóm Cũ", "lang-mam", None);
    assert_eq!(house.post("/api/v1/names/decisions", "viettel", &own).status, 201);
    assert_eq!(list(&house, "decisions", "viettel")[0]["by"], "viettel");
    let anothers = ruling("Xóm Cũ", "lang-mam", Some("vnpt"));
    assert_eq!(house.post("/api/v1/names/decisions", "viettel", &anothers).status, 403);
    let none = ruling("Xóm Cũ", "lang-mam", Some("nobody"));
    assert_eq!(house.post("/api/v1/names/decisions", "officer", &none).status, 403);
}

#[test]
fn names_of_other_places_are_never_made_to_mean_another() {
    let house = House::open();
    // A village of that name stands in that commune: the word is taken.
    let taken = ruling("Kon Dóc", "lang-mam", None);
    let answer = house.post("/api/v1/names/decisions", "viettel", &taken);
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert!(answer.text().contains("Kon Dóc"));
    for traps in [("Sơn Tịnh", "Sơn Tinh"), ("Ba Tô", "Ba Tơ"), ("Sơn Hạ", "Sơn Hà")] {
        let unit = |text: &str| {
            let (_, draft) =
                draft_of(&house, "viettel", &file("", "QNI009").replace("Ba Trang", text));
            draft["rows"][0]["understood"]["xa"].clone()
        };
        let (one, other) = (unit(traps.0), unit(traps.1));
        assert!(one == Value::Null || one != other, "{traps:?}: {one} {other}");
    }
    let unknown = ruling("Xóm Cũ", "no-such-village", None);
    assert_eq!(house.post("/api/v1/names/decisions", "viettel", &unknown).status, 422);
    let unsaid = ruling("Xóm Cũ", "lang-mam", None)
        .replace("biên bản", "")
        .replace(" làm việc với xã ngày 02/11/2026", "");
    assert_eq!(house.post("/api/v1/names/decisions", "viettel", &unsaid).status, 422);
}

/// The other door: what a carrier's system sends is asked, decided and read like a file.
#[test]
fn a_name_that_the_api_leaves_open_is_asked_and_read_by_what_was_decided() {
    let house = House::open();
    let json = |code: &str| {
        json!({ "rows": [{
            "ma_tram": code, "loai_su_kien": "on_air", "ngay_su_kien": "2026-11-01",
            "cong_nghe": "4G", "kinh_do": 108.822, "vi_do": 14.704, "xa": "Ba Trang",
            "cac_thon_phuc_vu": "Thôn Bản Lạ",
        }] })
        .to_string()
    };
    let csv = |code: &str| {
        format!(
            "ma_tram,loai_su_kien,ngay_su_kien,kinh_do,vi_do,cong_nghe,xa,cac_thon_phuc_vu\n\
             {code},on_air,01/11/2026,108.822,14.704,4G,Ba Trang,Xóm Chưa Ai Biết\n"
        )
    };
    let send = |kind: &str, body: &str, key: &str| {
        let mut headers = vec![("content-type", kind)];
        if !key.is_empty() {
            headers.push(("idempotency-key", key));
        }
        let ask = Ask {
            method: "POST",
            path: "/api/v1/reports",
            key: house.key("viettel"),
            headers: &headers,
            body: body.as_bytes(),
        };
        house.ask(&ask)
    };
    let preview = house.post("/api/v1/reports/preview", "viettel", &json("QNI001"));
    assert_eq!(preview.status, 200, "{}", preview.text());
    assert_eq!(list(&house, "questions", "officer"), Vec::<Value>::new(), "a preview asks nobody");
    let filed = send("application/json", &json("QNI001"), "one");
    assert_eq!(filed.status, 201, "{}", filed.text());
    assert_eq!(send("text/csv", &csv("QNI002"), "").status, 201);
    // The same once more, in whatever way, is the same, and asks nothing anew.
    let spaced = json("QNI001").replace(',', ", ");
    for (body, key) in [(&json("QNI001"), "one"), (&json("QNI001"), ""), (&spaced, "one")] {
        let again = send("application/json", body, key);
        assert_eq!(again.status, 200, "{key}: {}", again.text());
        assert_eq!(again.json()["receipt"], filed.json()["receipt"]);
    }
    let asked: Vec<Value> = list(&house, "questions", "viettel")
        .iter()
        .map(|one| json!([one["text"], one["beside"], one["sender"]]))
        .collect();
    let expected = [
        json!(["Thôn Bản Lạ", "Ba Trang", "viettel"]),
        json!(["Xóm Chưa Ai Biết", "Ba Trang", "viettel"]),
    ];
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(expected.iter().all(|one| asked.contains(one)), "{asked:?}");
    assert_eq!(list(&house, "questions", "officer").len(), 2);
    assert_eq!(list(&house, "questions", "vnpt").len(), 0);

    let body = ruling("Thôn Bản Lạ", "kon-doc", Some("viettel"));
    assert_eq!(house.post("/api/v1/names/decisions", "officer", &body).status, 201);
    let read = house.post("/api/v1/reports/preview", "viettel", &json("QNI003"));
    let row = &read.json()["rows"][0];
    assert_eq!(row["understood"]["cac_thon_phuc_vu"], json!(["kon-doc"]), "{row}");
    let findings = row["findings"].as_array().expect("findings").iter();
    assert!(findings.clone().any(|one| one["code"] == "name-decided"), "{row}");
    let third = send("application/json", &json("QNI003"), "").json();
    let rests = list(&house, "decisions", "viettel")[0]["rests"].clone();
    assert_eq!(rests, json!([{"report": third["report"], "row": 1}]));
    // What others see of the report and of its publication is not changed by it.
    let page = format!("/api/v1/reports/{}", third["report"].as_str().expect("an id"));
    assert_eq!(house.post(&format!("{page}/publish"), "officer", "{}").status, 200);
    let shown = house.get(&page, "public").json();
    assert_eq!(shown["rows"].as_array().map(Vec::len), Some(1), "{shown}");
    let acts = house.get("/api/v1/reports?kind=decision", "public").json();
    assert_eq!(acts["items"].as_array().map(Vec::len), Some(1), "{acts}");
}
