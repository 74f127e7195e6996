//! A file in, a draft with findings out; facts of `geodata/` in, rows to file out.
//!
//! Files nothing. Knows no HTTP, no SQL and no clock: the day and the world come in as arguments.

pub mod against;
mod alike;
mod amount;
mod area;
pub mod behalf;
mod boundary;
pub mod catalogue;
pub mod demo;
pub mod doctor;
mod drive_test;
pub mod evidence;
mod finding;
pub mod geodata;
pub mod known;
pub mod measurement;
pub mod observation;
pub mod outage;
pub mod progress;
pub mod raster;
pub mod reading;
pub mod repair;
pub mod report;
pub mod rule_set;
pub mod shape;
mod statistic;
pub mod table;
pub mod template;
pub mod told;
mod twins;
pub mod values;
mod village_list;

pub use finding::{Candidate, Finding, Severity};

/// What a body is, as its sender said. What a file truly is, its content tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    Csv,
    GeoJson,
    GeoPackage,
    /// Whatever its content tells.
    Any,
}

impl Format {
    /// Larger bodies are refused before they are read (RELIABILITY, “Running it”).
    pub const fn limit_bytes(self) -> u64 {
        match self {
            Self::Json => 20_000_000,
            Self::Csv | Self::GeoJson | Self::GeoPackage | Self::Any => 200_000_000,
        }
    }

    /// By the ending of its name.
    pub fn of_file_name(name: &std::path::Path) -> Option<Self> {
        match name.extension()?.to_str()?.to_lowercase().as_str() {
            "json" => Some(Self::Json),
            "csv" | "txt" => Some(Self::Csv),
            "geojson" => Some(Self::GeoJson),
            "gpkg" => Some(Self::GeoPackage),
            _ => None,
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::GeoJson => "application/geo+json",
            Self::GeoPackage => "application/geopackage+sqlite3",
            Self::Any => "application/octet-stream",
        }
    }
}

/// A file that gives no rows at all, and why. Faults of single rows are in the draft.
#[derive(Debug, Clone)]
pub struct Unreadable {
    pub because: Because,
    pub findings: Vec<Finding>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Its syntax is broken.
    Malformed,
    /// It has the form, and cannot be read all the same.
    Damaged,
    TooLarge,
    /// It is something else than it was said to be.
    OtherKind,
    /// The reader is switched off or could not start; the file may be good.
    NoReader,
}

impl Unreadable {
    pub fn malformed(finding: Finding) -> Self {
        Self { because: Because::Malformed, findings: vec![finding] }
    }

    pub fn damaged(finding: Finding) -> Self {
        Self { because: Because::Damaged, findings: vec![finding] }
    }
}
