//! The tables of `geodata/` as facts. Every fault is told, by file, row and column.
//!
//! Nothing is filed here: [`difference`] says what a newer `geodata/` adds, corrects and takes
//! back against what the ledger holds, and the service files that as one act of the department.

mod cells;
mod check;
mod difference;
mod tables;

use std::collections::HashMap;

use phusong_atlas::domain::{Day, DocumentRef, Fact, FiledRow};
use serde::Deserialize;

use super::finding::{Finding, Severity};
use super::rule_set;
use cells::{Cells, Fault};
pub use difference::{Difference, OnFile, difference, key};

macro_rules! tables {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../geodata/", $name)))),*]
    };
}

/// In the order in which they are filed.
const EMBEDDED: &[(&str, &str)] = tables![
    "carriers.csv",
    "technologies.csv",
    "units.csv",
    "unit_successions.csv",
    "villages.csv",
    "listings.csv",
    "duties.csv",
    "goals.csv",
    "indicators.csv",
    "criteria.csv",
    "order.csv",
    "statements.csv",
    "agencies.csv",
    "agency_successions.csv",
    "letterhead.csv",
    "sunsets.csv",
    "rules/default.toml",
    "rules/strict-example.toml",
];

/// The document with which the tables are filed.
const REGISTER: &str = include_str!("../../../geodata/register.toml");

/// By this title the ledger knows which rows came from here.
pub const TITLE: &str = "geodata";

/// A fact with the place it was read at.
#[derive(Debug, Clone)]
struct Placed {
    file: String,
    row: u32,
    fact: Fact,
}

/// What this release brings along.
pub fn embedded() -> Result<Vec<FiledRow>, Vec<Finding>> {
    load(EMBEDDED)
}

/// Tables and the document that they are filed with.
#[derive(Debug, Clone)]
pub struct Tables {
    /// Number and day of the order.
    pub document: DocumentRef,
    pub rows: Vec<FiledRow>,
}

impl Tables {
    /// What this release brings along.
    pub fn embedded() -> Result<Self, Vec<Finding>> {
        Self::read(EMBEDDED, REGISTER)
    }

    /// Reads (name, text) pairs; all faults, not the first.
    pub fn read(files: &[(&str, &str)], register_toml: &str) -> Result<Self, Vec<Finding>> {
        match (load(files), register(register_toml)) {
            (Ok(rows), Ok(document)) => Ok(Self { document, rows }),
            (rows, document) => {
                Err([rows.err().unwrap_or_default(), document.err().unwrap_or_default()].concat())
            }
        }
    }
}

/// The names of all files, in the order in which they are read.
pub fn file_names() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().map(|(name, _)| *name).chain([REGISTER_FILE])
}

/// The file that says with which document the tables are filed.
pub const REGISTER_FILE: &str = "register.toml";

/// Reads (name, text) pairs and checks them against each other; all faults, not the first.
pub fn load(files: &[(&str, &str)]) -> Result<Vec<FiledRow>, Vec<Finding>> {
    let mut placed = Vec::new();
    let mut faults = Vec::new();
    for (name, text) in files {
        faults.extend(check::text(name, text));
        if name.starts_with("rules/") {
            match rule_set::read(text) {
                Ok(rules) => placed.push(Placed {
                    file: (*name).to_owned(),
                    row: 1,
                    fact: Fact::RuleSet(Box::new(rules)),
                }),
                Err(wrong) => faults.extend(wrong.into_iter().map(|finding| {
                    let told = Fault::new("", finding.message_vi, finding.message_en);
                    fault(name, finding.row.unwrap_or(1), &told)
                })),
            }
        } else {
            table(name, text, &mut placed, &mut faults);
        }
    }
    faults.extend(check::together(&placed));
    if faults.is_empty() {
        let row = |placed: Placed| FiledRow { fact: placed.fact, replaces: None, note: None };
        Ok(placed.into_iter().map(row).collect())
    } else {
        Err(faults)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RegisterText {
    number: String,
    day: String,
}

fn register(text: &str) -> Result<DocumentRef, Vec<Finding>> {
    let wrong =
        |column, why: String| vec![fault(REGISTER_FILE, 1, &Fault::new(column, why.clone(), why))];
    let read: RegisterText = toml::from_str(text).map_err(|error| wrong("", error.to_string()))?;
    let day: Day = read.day.parse().map_err(|_no_day| wrong("day", format!("{:?}", read.day)))?;
    Ok(DocumentRef { number: Some(read.number), day: Some(day), title: Some(TITLE.to_owned()) })
}

fn fault(file: &str, row: u32, Fault { column, vi, en }: &Fault) -> Finding {
    let (cot, at) = match *column {
        "" => (String::new(), String::new()),
        named => (format!(", cột {named}"), format!(", column {named}")),
    };
    Finding::new(
        "geodata",
        Severity::Refuse,
        (format!("{file}, dòng {row}{cot}: {vi}"), format!("{file}, row {row}{at}: {en}")),
        ("sửa bảng rồi chạy lại", "mend the table and run again"),
    )
    .at(row, column, "")
}

fn table(name: &str, text: &str, placed: &mut Vec<Placed>, faults: &mut Vec<Finding>) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            let why = error.to_string();
            faults.push(fault(name, 1, &Fault::new("", why.clone(), why)));
            return;
        }
    };
    let wrong = check::header(name, &header);
    if !wrong.is_empty() {
        faults.extend(wrong);
        return;
    }
    let columns: HashMap<String, usize> = header.iter().map(str::to_owned).zip(0..).collect();
    for (record, row) in reader.records().zip(2_u32..) {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let why = error.to_string();
                faults.push(fault(name, row, &Fault::new("", why.clone(), why)));
                continue;
            }
        };
        faults.extend(check::edges(name, &record).iter().map(|wrong| fault(name, row, wrong)));
        match tables::fact(name, &Cells { columns: &columns, record: &record }) {
            Ok(Some(fact)) => placed.push(Placed { file: name.to_owned(), row, fact }),
            Ok(None) => {}
            Err(wrong) => faults.push(fault(name, row, &wrong)),
        }
    }
}

#[cfg(test)]
mod tests;
