//! Rows in, a draft with findings out; facts of `geodata/` in, rows to file out.
//!
//! Files nothing. Knows no HTTP, no SQL and no clock: the day and the world come in as arguments.

pub mod demo;
pub mod evidence;
mod finding;
pub mod geodata;
pub mod measurement;
pub mod observation;
pub mod report;

pub use finding::{Candidate, Finding, Severity};
