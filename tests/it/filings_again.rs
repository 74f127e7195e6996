//! A file that comes again: the very same, one that mends it, one that leaves rows out.

use serde_json::{Value, json};

use crate::edge::House;
use crate::filings::{Part, begin};

const HEAD: &str =
    "Mã trạm,Loại sự kiện,Ngày sự kiện,Kinh độ,Vĩ độ,Công nghệ,Thôn phục vụ,Ghi chú\n";

fn site(code: &str, day: &str, note: &str) -> String {
    let near = code.trim_start_matches("QNI");
    format!("{code},on_air,{day},108.{near},14.704,4G,Kon Dóc,{note}\n")
}

fn file(rows: &[String]) -> String {
    format!("{HEAD}{}", rows.concat())
}

fn first() -> Vec<String> {
    vec![
        site("QNI822", "01/11/2026", ""),
        site("QNI823", "01/11/2026", ""),
        site("QNI824", "02/11/2026", ""),
    ]
}

fn send(house: &House, role: &str, csv: &str, number: Option<&str>) -> (String, Value) {
    let mut parts: Vec<Part<'_>> = vec![("file", Some("bc.csv"), csv)];
    parts.extend(number.map(|number| ("document_number", None, number)));
    let (status, draft) = begin(house, role, &parts);
    assert_eq!(status, 201, "{draft}");
    (format!("/api/v1/filings/{}", draft["id"].as_str().expect("an id")), draft)
}

fn filed(house: &House, at: &str, role: &str) -> (u16, Value) {
    let answer = house.post(&format!("{at}/file"), role, "");
    (answer.status, answer.json())
}

fn counts(draft: &Value) -> [u64; 4] {
    let held = &draft["held"];
    ["new", "changed", "unchanged", "gone_total"].map(|name| held[name].as_u64().unwrap_or(99))
}

fn codes(draft: &Value) -> String {
    draft["codes"].to_string()
}

#[test]
fn the_same_file_again_is_recognised_and_nothing_is_new() {
    let house = House::open();
    let csv = file(&first());
    let (at, draft) = send(&house, "viettel", &csv, None);
    assert_eq!((&draft["held"]["basis"], &draft["fileable"]), (&json!(null), &json!(3)), "{draft}");
    let (status, entry) = filed(&house, &at, "viettel");
    assert_eq!(status, 201, "{entry}");

    let (again, draft) = send(&house, "viettel", &csv, Some("9/BC"));
    assert_eq!(counts(&draft), [0, 0, 3, 0], "{draft}");
    assert_eq!(draft["held"]["basis"], "same_file");
    assert_eq!(draft["held"]["filings"][0]["report"], entry["report"]);
    assert_eq!((&draft["fileable"], &draft["can_file"]), (&json!(0), &json!(false)));
    assert!(codes(&draft).contains("filed-before"), "{}", codes(&draft));
    let (status, receipt) = filed(&house, &again, "viettel");
    assert_eq!((status, &receipt["report"]), (200, &entry["report"]), "{receipt}");
    assert_eq!(house.get(&again, "viettel").status, 404, "nothing is left to do in it");
    let listed = house.get("/api/v1/reports", "viettel").json();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
    // Another sender's file of the same bytes is its own.
    let (_, others) = send(&house, "vnpt", &csv, None);
    assert_eq!((&others["held"]["basis"], &others["fileable"]), (&json!(null), &json!(3)));
}

#[test]
fn a_mended_file_of_the_same_letter_becomes_corrections_and_what_is_gone_stays_until_said() {
    let house = House::open();
    let (at, _) = send(&house, "viettel", &file(&first()), Some("112/BC-VT"));
    let (_, entry) = filed(&house, &at, "viettel");
    let report = entry["report"].as_str().expect("a report").to_owned();

    // The first as it was, the second on another day, the third gone, a fourth new.
    let mended = file(&[
        site("QNI822", "01/11/2026", ""),
        site("QNI823", "03/11/2026", ""),
        site("QNI825", "04/11/2026", "mới"),
    ]);
    let (at, draft) = send(&house, "viettel", &mended, Some(" 112/BC-vt"));
    assert_eq!(draft["held"]["basis"], "same_document", "{draft}");
    assert_eq!(counts(&draft), [1, 1, 1, 1], "{draft}");
    assert_eq!(draft["fileable"], 2);
    assert_eq!(draft["held"]["gone"][0]["row"], format!("{report}/3"));
    assert_eq!(draft["held"]["gone"][0]["becomes"], json!(null));
    assert!(codes(&draft).contains("rows-gone"));
    let rows = draft["rows"].as_array().expect("rows");
    assert_eq!(rows[1]["against"]["is"], "changed");
    assert_eq!(rows[1]["against"]["earlier"], format!("{report}/2"));
    let changed = &rows[1]["against"]["differences"];
    assert_eq!(
        *changed,
        json!([{"column": "ngay_su_kien", "before": "2026-11-01", "after": "2026-11-03"}])
    );

    // Unsaid, the gone row stays as it was.
    let (status, second) = filed(&house, &at, "viettel");
    assert_eq!((status, &second["rows"]), (201, &json!(2)), "{second}");
    let states = |report: &str| -> Vec<String> {
        let page = house.get(&format!("/api/v1/reports/{report}"), "viettel").json();
        let rows = page["rows"].as_array().expect("rows").iter();
        rows.map(|row| row["state"].as_str().unwrap_or("?").to_owned()).collect()
    };
    assert_eq!(states(&report), ["filed", "replaced", "filed"]);

    // A third file of the letter leaves it out too: now it is said.
    let third = file(&[
        site("QNI822", "01/11/2026", ""),
        site("QNI823", "03/11/2026", ""),
        site("QNI825", "04/11/2026", "mới"),
        site("QNI826", "05/11/2026", ""),
    ]);
    let (at, draft) = send(&house, "viettel", &third, Some("112/BC-VT"));
    assert_eq!(counts(&draft), [1, 0, 3, 1], "{draft}");
    let said = json!({"gone": {"all": "withdraw"}}).to_string();
    let draft = house.post(&format!("{at}/answers"), "viettel", &said).json();
    assert_eq!(draft["held"]["gone"][0]["becomes"], "withdraw", "{draft}");
    assert!(!codes(&draft).contains("rows-gone"));
    assert_eq!(filed(&house, &at, "viettel").0, 201);
    assert_eq!(states(&report), ["filed", "replaced", "withdrawn"]);
}

#[test]
fn files_without_a_number_that_speak_of_the_same_are_asked() {
    let house = House::open();
    let (at, _) = send(&house, "viettel", &file(&first()), None);
    let (_, entry) = filed(&house, &at, "viettel");
    let mut rows = first();
    rows.push(site("QNI827", "06/11/2026", ""));
    let (at, draft) = send(&house, "viettel", &file(&rows), None);
    assert_eq!(draft["held"]["likely"][0]["report"], entry["report"], "{draft}");
    assert_eq!(draft["fileable"], 4, "nothing is taken for the same unasked");
    assert!(codes(&draft).contains("earlier-filing"));
    let answer = |with: &Value| {
        let body = json!({"compare_with": with}).to_string();
        house.post(&format!("{at}/answers"), "viettel", &body).json()
    };
    let none = answer(&json!("none"));
    assert_eq!((&none["fileable"], &none["held"]["likely"]), (&json!(4), &json!([])));
    let chosen = answer(&entry["report"]);
    assert_eq!(chosen["held"]["basis"], "chosen", "{chosen}");
    assert_eq!(counts(&chosen), [1, 0, 3, 0]);
    // Nobody is compared with what another one filed.
    let (at, _) = send(&house, "vnpt", &file(&rows), None);
    let body = json!({"compare_with": entry["report"]}).to_string();
    let draft = house.post(&format!("{at}/answers"), "vnpt", &body).json();
    assert_eq!(draft["held"]["filings"], json!([]), "{draft}");
}

#[test]
fn a_returned_row_that_comes_again_goes_in_again() {
    let house = House::open();
    let csv = file(&first());
    let (at, _) = send(&house, "viettel", &csv, Some("5/BC"));
    let (_, entry) = filed(&house, &at, "viettel");
    let report = entry["report"].as_str().expect("a report");
    let body = json!({"rows": [1], "reason": "thiếu ảnh"}).to_string();
    let path = format!("/api/v1/reports/{report}/return");
    assert!(house.post(&path, "officer", &body).status < 300);
    let (_, draft) = send(&house, "viettel", &csv, Some("5/BC"));
    assert_eq!(counts(&draft), [0, 1, 2, 0], "{draft}");
}

#[test]
fn a_list_of_villages_sent_again_says_nothing_new() {
    let house = House::open();
    let csv = "Thôn,Xã,Cụm dân cư,Số hộ,Nhân khẩu,Điện lưới,Kinh độ,Vĩ độ,Tính đến ngày\n\
               Kon Dóc,Ba Trang,Xóm Trên,41,160,có,108.8221,14.7042,01/11/2026\n";
    let (at, draft) = send(&house, "officer", csv, None);
    assert_eq!(draft["kind"], "villages", "{draft}");
    let (status, entry) = filed(&house, &at, "officer");
    assert_eq!(status, 201, "{entry}");
    let (at, draft) = send(&house, "officer", csv, None);
    assert_eq!(counts(&draft), [0, 0, 1, 0], "{draft}");
    let (status, again) = filed(&house, &at, "officer");
    assert_eq!((status, &again["report"]), (200, &entry["report"]), "{again}");
}

#[test]
fn a_letter_that_comes_after_its_rows_is_kept_with_them() {
    let house = House::open();
    let csv = file(&first());
    let (at, _) = send(&house, "viettel", &csv, None);
    let (_, entry) = filed(&house, &at, "viettel");
    let report = entry["report"].as_str().expect("a report");
    let with_letter = |house: &House| {
        let parts: [Part<'_>; 2] =
            [("file", Some("bc.csv"), &csv), ("file", Some("Công văn 112.pdf"), "%PDF-1.7 signed")];
        let (status, draft) = begin(house, "viettel", &parts);
        assert_eq!(status, 201, "{draft}");
        (format!("/api/v1/filings/{}", draft["id"].as_str().expect("an id")), draft)
    };
    let (at, draft) = with_letter(&house);
    assert_eq!(counts(&draft), [0, 0, 3, 0], "{draft}");
    assert_eq!((&draft["fileable"], &draft["can_file"]), (&json!(0), &json!(true)), "{draft}");
    assert!(codes(&draft).contains("files-added") && !codes(&draft).contains("filed-before"));
    let (status, second) = filed(&house, &at, "viettel");
    assert_eq!(status, 201, "{second}");
    assert_ne!(second["report"], report);
    let page = |report: &Value| {
        let path = format!("/api/v1/reports/{}", report.as_str().expect("an id"));
        house.get(&path, "viettel").json()
    };
    let kept = page(&second["report"]);
    assert_eq!(kept["files"].as_array().map(Vec::len), Some(2), "{kept}");
    // The row that bears the letter says what it said; the others are not filed again.
    assert_eq!(kept["rows"].as_array().map(Vec::len), Some(1), "{kept}");
    assert_eq!(kept["rows"][0]["understood"], page(&entry["report"])["rows"][0]["understood"]);

    let (at, draft) = with_letter(&house);
    assert_eq!((counts(&draft), &draft["can_file"]), ([0, 0, 3, 0], &json!(false)), "{draft}");
    let (status, again) = filed(&house, &at, "viettel");
    assert_eq!((status, &again["report"]), (200, &second["report"]), "kept once: {again}");
}

#[test]
fn a_file_that_only_leaves_rows_out_waits_until_it_is_said_what_becomes_of_them() {
    let house = House::open();
    let (at, _) = send(&house, "viettel", &file(&first()), Some("7/BC"));
    let (_, entry) = filed(&house, &at, "viettel");
    let (at, draft) = send(&house, "viettel", &file(&first()[..2]), Some("7/BC"));
    assert_eq!(counts(&draft), [0, 0, 2, 1], "{draft}");
    let (status, refused) = filed(&house, &at, "viettel");
    assert_eq!(status, 422, "{refused}");
    assert!(refused["errors"].to_string().contains("rows-gone"), "{refused}");
    assert_eq!(house.get(&at, "viettel").status, 200, "the question is still there");
    let said = json!({"gone": {"all": "keep"}}).to_string();
    house.post(&format!("{at}/answers"), "viettel", &said);
    let (status, known) = filed(&house, &at, "viettel");
    assert_eq!((status, &known["report"]), (200, &entry["report"]), "{known}");
}
