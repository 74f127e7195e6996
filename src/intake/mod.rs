//! Rows in, a draft with findings out; facts of `geodata/` in, rows to file out.
//!
//! Files nothing. Knows no HTTP, no SQL and no clock: the day and the world come in as arguments.

mod finding;
pub mod geodata;
pub mod report;

pub use finding::{Candidate, Finding, Severity};
