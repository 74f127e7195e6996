//! The binary `phusong-reader`: the child in which files from outside are read, and nothing else.
//!
//! A program of its own, so that GDAL and the hundred libraries behind it are never in the address
//! space that holds the ledger and its keys.

use std::process::ExitCode;

// It shuts itself in before there is a second thread: nothing comes before it.
fn main() -> ExitCode {
    phusong_gis::run_child()
}
