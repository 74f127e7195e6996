//! CSV and TSV in whatever encoding: any bytes are a table or refused with findings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phusong_intake::report::csv_table;

const MOST_ROWS: usize = 10_000;

fuzz_target!(|bytes: &[u8]| match csv_table(&|| Ok(bytes), MOST_ROWS) {
    Ok((table, _)) => assert!(table.rows.len() <= MOST_ROWS + 1),
    Err(why) => assert!(!why.findings.is_empty()),
});
