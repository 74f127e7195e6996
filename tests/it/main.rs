//! The whole service: the real binary, a real data directory, HTTP over loopback.

mod acceptance;
mod acceptance_figures;
mod acceptance_rules;
mod cli;
mod contested;
mod demo;
mod disk;
mod duties;
mod edge;
mod files;
mod filings;
mod filings_again;
mod filings_kinds;
mod filings_packed;
mod geodata;
mod house;
mod isolation;
mod kept;
mod limits;
#[path = "../../crates/phusong-tiles/tests/tiles/mvt.rs"]
mod mvt;
mod names;
mod nearest;
mod openapi;
mod papers;
mod planning;
mod platform;
mod publishing;
mod questions;
mod rights;
mod rows;
mod served;
mod stopping;
mod tidy;
mod tiles;
mod walk;
