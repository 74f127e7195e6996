//! A filed row has one number, from 1: in the preview, on the report's page, in reasons, in
//! corrections and in acts on rows.

use serde_json::{Value, json};

use crate::edge::House;

fn two_sites() -> Value {
    let row = |code: &str, lat: f64, village: &str| {
        json!({
            "ma_tram": code, "loai_su_kien": "on_air", "ngay_su_kien": "2026-11-01",
            "cong_nghe": "4G", "kinh_do": 108.822, "vi_do": lat, "cac_thon_phuc_vu": village,
        })
    };
    json!({ "rows": [row("QNI001", 14.704, "kon-doc"), row("QNI002", 14.706, "lang-mam")] })
}

fn numbers(rows: &Value) -> Vec<u64> {
    let rows = rows.as_array().expect("rows").iter();
    rows.map(|row| row["row"].as_u64().expect("a number")).collect()
}

fn states(house: &House, page: &str) -> Vec<Value> {
    let shown = house.get(page, "viettel").json();
    shown["rows"].as_array().expect("rows").iter().map(|row| row["state"].clone()).collect()
}

#[test]
fn a_row_has_the_same_number_in_preview_page_reason_correction_and_act() {
    let house = House::open();
    let body = two_sites().to_string();
    let preview = house.post("/api/v1/reports/preview", "viettel", &body).json();
    assert_eq!(numbers(&preview["rows"]), [1, 2]);
    let filed = house.post("/api/v1/reports", "viettel", &body).json();
    let report = filed["report"].as_str().expect("an id");
    let page = format!("/api/v1/reports/{report}");
    let shown = house.get(&page, "viettel").json();
    assert_eq!(numbers(&shown["rows"]), [1, 2]);
    assert_eq!(shown["rows"][1]["understood"]["ma_tram"], "QNI002");

    let village = house.get("/api/v1/villages/lang-mam", "viettel").json();
    let named = json!({ "report": report, "row": 2 });
    let reasons = village["reasons"].as_array().expect("reasons");
    let entries: Vec<&Value> =
        reasons.iter().flat_map(|reason| reason["entries"].as_array().expect("entries")).collect();
    assert!(entries.contains(&&named), "the reason is the second row: {entries:?}");
    let history = village["history"].as_array().expect("a history");
    assert!(history.iter().any(|line| line["report"] == report && line["row"] == 2), "{history:?}");
    let site = house.get("/api/v1/sites/viettel/QNI002", "viettel").json();
    assert_eq!(site["timeline"][0]["entries"][0], named);

    let publish = format!("{page}/publish");
    assert_eq!(house.post(&publish, "officer", r#"{"rows":[2]}"#).status, 200);
    assert_eq!(states(&house, &page), ["filed", "published"]);

    let correction = |row: &str| {
        let mut body = two_sites();
        body["rows"].as_array_mut().expect("rows").remove(0);
        body["rows"][0]["thay_the"] = json!(format!("{report}/{row}"));
        house.post("/api/v1/reports/preview", "viettel", &body.to_string()).json()
    };
    assert_eq!(correction("2")["counts"]["refuse"], 0);
    let other = correction("1");
    assert_eq!(other["rows"][0]["findings"][0]["code"], "replaces-other-site", "{other}");
}

#[test]
fn row_0_names_nothing_and_no_row_stands_behind_the_last() {
    let house = House::open();
    let filed = house.post("/api/v1/reports", "viettel", &two_sites().to_string()).json();
    let report = filed["report"].as_str().expect("an id");
    for act in ["publish", "return", "withdraw"] {
        let path = format!("/api/v1/reports/{report}/{act}");
        let role = if act == "withdraw" { "viettel" } else { "officer" };
        let zero = house.post(&path, role, r#"{"rows":[0],"reason":"nhầm"}"#);
        assert_eq!((zero.status, zero.json()["code"].clone()), (422, json!("bad-body")), "{act}");
        assert_eq!(zero.json()["errors"][0]["pointer"], "/rows/0");
        assert_eq!(house.post(&path, role, r#"{"rows":[3],"reason":"nhầm"}"#).status, 404);
    }
    assert_eq!(states(&house, &format!("/api/v1/reports/{report}")), ["filed", "filed"]);
    for row in ["0", "3", "-1", "x", ""] {
        let mut body = two_sites();
        body["rows"][0]["thay_the"] = json!(format!("{report}/{row}"));
        let preview = house.post("/api/v1/reports/preview", "viettel", &body.to_string()).json();
        assert_eq!(preview["rows"][0]["findings"][0]["code"], "unknown-row", "{row}: {preview}");
    }
}
