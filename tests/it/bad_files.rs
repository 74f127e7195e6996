//! Every bad file of RELIABILITY's list through the whole service, one after the other: each is
//! told by its name, the service answers its health check after each, and its memory is back.
//!
//! `docs/bad-inputs.md` says for each row, of requests too, which test holds it; here is that each
//! test is there.

mod drawings;
mod packages;
mod photos;
mod tables;
mod workbooks;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::served::{Served, key};

/// A file, and what its sender must be told of it.
struct Bad {
    /// Of RELIABILITY's list.
    row: u32,
    name: &'static str,
    bytes: Vec<u8>,
    /// The code of a finding of its draft; empty: nothing need be said.
    told: &'static str,
    /// Something in it can be filed all the same.
    can_file: bool,
}

fn refused(row: u32, name: &'static str, bytes: impl Into<Vec<u8>>, told: &'static str) -> Bad {
    Bad { row, name, bytes: bytes.into(), told, can_file: false }
}

fn taken(row: u32, name: &'static str, bytes: impl Into<Vec<u8>>, told: &'static str) -> Bad {
    Bad { row, name, bytes: bytes.into(), told, can_file: true }
}

/// Resident memory of a process, in MB.
fn resident_mb(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
    let kb: u64 = line.trim().split(' ').next().and_then(|kb| kb.parse().ok()).expect("a number");
    kb / 1_024
}

#[test]
fn after_each_bad_file_the_service_is_well_and_its_memory_is_back() {
    /// RELIABILITY, R9.
    const GROWTH_MB: u64 = 64;
    let data = tempfile::TempDir::new().expect("a directory");
    let viettel = key(data.path(), &["carrier", "--carrier", "viettel"]);
    let served = Served::start(data.path());
    // What the first files of each kind make ready stays: that is no leak.
    for (name, bytes) in [("a.xlsx", workbooks::good()), ("a.geojson", drawings::good())] {
        let (status, draft) = served.send_file(&viettel, name, &bytes);
        assert_eq!((status, &draft["can_file"]), (201, &Value::Bool(true)), "{draft}");
    }
    let before_mb = resident_mb(served.pid());
    let files = [
        workbooks::bad(),
        tables::bad(),
        drawings::bad(),
        packages::bad(data.path()),
        photos::bad(),
    ];
    let mut faults = Vec::new();
    for Bad { row, name, bytes, told, can_file } in files.into_iter().flatten() {
        let (status, draft) = served.send_file(&viettel, name, &bytes);
        let codes = codes_of(&draft);
        let is_told = told.is_empty() || codes.contains(told);
        if status != 201 || !is_told || draft["can_file"] != can_file {
            let can_file = &draft["can_file"];
            faults.push(format!("row {row}, {name}: {status}, {told:?} of {codes:?}, {can_file}"));
        }
        assert_eq!(served.get("/healthz", "").0, 200, "after row {row}, {name}");
    }
    assert!(faults.is_empty(), "{faults:#?}");
    let after_mb = resident_mb(served.pid());
    println!("{before_mb} MB before, {after_mb} MB after");
    assert!(after_mb <= before_mb + GROWTH_MB, "{before_mb} MB before, {after_mb} MB after");
    assert_eq!(std::fs::read_dir(data.path().join("uploads")).expect("a folder").count(), 0);
    // 18: a gigabyte is refused before it is read.
    for (path, kind) in [
        ("/api/v1/reports", "text/csv"),
        ("/api/v1/filings", "multipart/form-data; boundary=ranh-gioi"),
    ] {
        assert_eq!(served.announce(path, &viettel, kind, 1_000_000_000), 413, "{path}");
    }
    assert_eq!(served.get("/healthz", "").0, 200);
}

/// Every finding and every kind of change anywhere in a draft.
fn codes_of(draft: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![draft];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                let named =
                    ["code", "how"].into_iter().filter_map(|name| members.get(name)?.as_str());
                found.extend(named.map(str::to_owned));
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    found
}

/// Rows of what is wrong in what is said.
const SAID: u32 = 17;

/// Rows of RELIABILITY's list, and which of them are requests rather than files.
const ROWS: u32 = 89;
const REQUESTS: std::ops::RangeInclusive<u32> = 55..=86;

/// Of each row of a list the tests that it names last, if any:
/// `| 7 | a filled cell at the end | 422 | crates/…/bad.rs `a_test`; tests/it/… `another` |`
pub fn listed(file: &str) -> Vec<(String, Vec<(String, String)>)> {
    let text = std::fs::read_to_string(root().join(file)).expect("the list");
    let lines = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [row, .., tests] = cells[..] else { return None };
        let number = row.strip_prefix(['R', 'T']).unwrap_or(row);
        number.parse::<u32>().ok().map(|_is_a_row| (row.to_owned(), tests))
    });
    lines
        .map(|(row, tests)| {
            let named = tests.split("; ").filter(|one| one.contains('`')).map(|one| {
                let (file, test) = one.split_once(" `").expect("a file and a test");
                (file.to_owned(), test.trim_end_matches('`').to_owned())
            });
            (row, named.collect())
        })
        .collect()
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_bad_input_has_a_test_that_is_there() {
    let listed = listed("docs/bad-inputs.md");
    let rows: BTreeSet<&str> = listed.iter().map(|(row, _)| row.as_str()).collect();
    let listed_rows = (1..=ROWS).map(|row| row.to_string());
    let said: Vec<String> = (1..=SAID).map(|row| format!("T{row}")).chain(listed_rows).collect();
    let expected: BTreeSet<&str> = said.iter().map(String::as_str).collect();
    assert_eq!(rows, expected, "docs/bad-inputs.md lists other rows than there are");
    for (row, tests) in listed {
        assert!(!tests.is_empty(), "row {row} has no test");
        let through_http = tests.iter().any(|(file, _)| file.starts_with("tests/it/"));
        let is_file = row.parse().is_ok_and(|row: u32| !REQUESTS.contains(&row));
        assert!(is_file || through_http, "row {row} has no test through HTTP");
        for (file, test) in tests {
            let text = std::fs::read_to_string(root().join(&file));
            let text = text.unwrap_or_else(|_| panic!("row {row}: there is no {file}"));
            assert!(text.contains(&format!("fn {test}(")), "row {row}: no test {test} in {file}");
        }
    }
}
