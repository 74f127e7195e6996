//! Phủ Sóng: the telecom coverage and infrastructure map of a province.
//!
//! The rooms and their arrows are drawn in `docs/architecture.md`; `tests/it/tidy.rs` holds them.

pub mod cli;
pub mod http;
pub mod ledger;
pub mod report;
pub mod service;
pub mod vault;
