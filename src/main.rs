//! The binary `phusong`.

use std::process::ExitCode;

fn main() -> ExitCode {
    // The reading child shuts itself in before there is a second thread: nothing comes before it.
    if std::env::args_os().nth(1).is_some_and(|command| command == phusong::service::READER_COMMAND)
    {
        return phusong_gis::run_child();
    }
    phusong::cli::run()
}
