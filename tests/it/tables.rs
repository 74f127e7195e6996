//! Lists that offices keep in spreadsheets: what JSON says of each row, CSV says too.

use serde_json::{Value, json};

use crate::edge;
use crate::house::House;

/// The cells below the headings, and the headings.
fn csv(house: &House, path: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let accept = "accept: text/csv\r\n";
    let answer = house.ask("GET", path, &house.officer, accept, "");
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    let text = answer.text();
    let text = text.strip_prefix('\u{feff}').expect("the mark of UTF-8").to_owned();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let headings = cells(reader.headers().expect("headings"));
    (headings, reader.records().map(|row| cells(&row.expect("a row"))).collect())
}

/// The cell of a row by the code of its column.
fn cell<'a>(headings: &[String], row: &'a [String], code: &str) -> &'a str {
    let at = headings.iter().position(|heading| heading == code);
    &row[at.unwrap_or_else(|| panic!("no column {code} in {headings:?}"))]
}

#[test]
fn what_is_listed_can_be_had_as_a_table() {
    let house = House::new();
    let post = |path: &str, key: &str, body: &Value, status: u16| {
        let (found, answer) = house.post(path, key, body);
        assert_eq!(found, status, "{path}: {answer}");
        answer
    };
    let mut report = edge::on_air("QNI1", "kon-doc", "2024-05-01");
    report["rows"][0]["cong_nghe"] = json!("3G");
    post("/api/v1/reports", &house.viettel, &report, 201);
    let outage = json!({ "rows": [
        { "village": "kon-doc", "start": "20/11/2024 06:00", "end": "20/11/2024 08:00", "cause": "bão" },
    ] });
    post("/api/v1/outages", &house.viettel, &outage, 201);
    let dispute = json!({ "village": "kon-doc", "carrier": "viettel", "text": "=không có sóng" });
    post("/api/v1/disputes", &house.officer, &dispute, 201);

    let outages = "/api/v1/outages?state=ended";
    let (headings, rows) = csv(&house, outages);
    assert_eq!(rows.len(), 1, "{rows:?}");
    let told = house.get(outages, &house.officer).1;
    for code in ["carrier", "carrier_name", "start", "end", "state", "state_vi", "cause"] {
        assert_eq!(cell(&headings, &rows[0], code), told["items"][0][code], "{code}");
    }
    assert_eq!(cell(&headings, &rows[0], "villages"), "kon-doc");

    let (headings, rows) = csv(&house, "/api/v1/disputes");
    assert_eq!((rows.len(), cell(&headings, &rows[0], "stage_vi")), (1, "đã mở"), "{rows:?}");
    assert_eq!(cell(&headings, &rows[0], "text"), "'=không có sóng", "no formula");

    let diff = "/api/v1/rules/diff?a=mac-dinh:1&b=vi-du-nghiem:1&as_of=2026-10-31&carrier=vnpt";
    let (headings, rows) = csv(&house, diff);
    let told = house.get(diff, &house.officer).1;
    let items = told["items"].as_array().expect("items");
    assert!(!items.is_empty(), "{told}");
    let villages: Vec<&str> = rows.iter().map(|row| cell(&headings, row, "village")).collect();
    let expected: Vec<&str> = items.iter().filter_map(|item| item["village"].as_str()).collect();
    assert_eq!(villages, expected);
    assert_eq!(cell(&headings, &rows[0], "under_b"), items[0]["under_b"]);

    let (headings, rows) = csv(&house, "/api/v1/planning/single-points");
    assert_eq!(cell(&headings, &rows[0], "sites"), "viettel QNI1", "{rows:?}");
    let (headings, rows) = csv(&house, "/api/v1/planning/ranking?format=csv");
    assert_eq!((rows.len(), cell(&headings, &rows[0], "rank")), (8, "1"), "{rows:?}");
    let (headings, rows) = csv(&house, "/api/v1/planning/then-and-now?known_at=2020-01-01");
    assert_eq!(cell(&headings, &rows[0], "then"), "", "nothing was known: {rows:?}");

    // What is no statement of what is says so in every row.
    let (headings, rows) = csv(&house, "/api/v1/duties/scenario?on=2999-12-31");
    assert_eq!((rows.len(), cell(&headings, &rows[0], "assumed_vi")), (8, "giả định"), "{rows:?}");
    let (headings, rows) = csv(&house, "/api/v1/planning/sites?reach_m=3000&sites=2");
    assert_eq!((rows.len(), cell(&headings, &rows[1], "rank")), (2, "2"), "{rows:?}");
    assert!(cell(&headings, &rows[0], "note_vi").contains("Chỉ xét hình học"), "{rows:?}");
    let (headings, _) = csv(&house, "/api/v1/planning/ranking?format=csv&headings=vi&limit=3");
    assert_eq!(headings[..3], ["Thứ tự", "Điểm", "Mã thôn"]);
}
