//! The binary `phusong`.

use std::process::ExitCode;

fn main() -> ExitCode {
    phusong::cli::run()
}
