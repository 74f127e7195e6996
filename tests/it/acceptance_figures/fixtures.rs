//! Files of figures, filed as an office does.

use serde_json::{Value, json};

use crate::edge::{Ask, House};

const FORM: &[(&str, &str)] = &[("content-type", "multipart/form-data; boundary=----x")];

pub fn begin(house: &House, role: &str, csv: &str) -> Value {
    begin_as(house, role, "statistics", csv)
}

pub fn begin_as(house: &House, role: &str, kind: &str, csv: &str) -> Value {
    let body = format!(
        "------x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"bang.csv\"\r\n\r\n{csv}\r\n------x\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n------x--\r\n"
    );
    let ask =
        Ask { method: "POST", path: "/api/v1/filings", body: body.as_bytes(), ..Ask::default() };
    let answer = house.ask(&ask.with(FORM).by(house.key(role)));
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

pub fn file(house: &House, role: &str, csv: &str) -> Value {
    file_as(house, role, "statistics", csv)
}

/// Every row of it is taken.
pub fn file_as(house: &House, role: &str, kind: &str, csv: &str) -> Value {
    let draft = begin_as(house, role, kind, csv);
    assert_eq!((&draft["can_file"], &draft["open"]), (&json!(true), &json!(0)), "{draft}");
    let at = format!("/api/v1/filings/{}/file", draft["id"].as_str().expect("an id"));
    let filed = house.post(&at, role, "");
    assert_eq!(filed.status, 201, "{}", filed.text());
    filed.json()
}

pub fn publish(house: &House, filed: &Value) {
    let at = format!("/api/v1/reports/{}/publish", filed["report"].as_str().expect("an id"));
    let done = house.post(&at, "officer", "{}");
    assert_eq!(done.status, 200, "{}", done.text());
}

/// A table of the shared data; `None`, and said, where it is not there.
pub fn shared(name: &str) -> Option<Vec<Vec<String>>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: there is no {name}");
        return None;
    };
    let lines = text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect());
    Some(lines.collect())
}
