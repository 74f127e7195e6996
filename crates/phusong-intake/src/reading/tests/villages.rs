//! What rows of a list of villages say of each other.

use std::fmt::Write as _;

use phusong_atlas::domain::Party;

use super::beside::reading;
use crate::template::Kind;

/// However many rows say the one before a row says the other.
#[test]
fn clusters_that_differ_are_told_by_a_row_of_each_answer() {
    let mut csv = "Thôn;Xã;Cụm dân cư;Điện lưới;Kinh độ;Vĩ độ\n".to_owned();
    for number in 1..=9 {
        let power = if number == 8 { "không" } else { "có" };
        writeln!(csv, "Làng Xà Nu;21520;Nóc {number};{power};108.8216;14.703").expect("written");
    }
    let read = reading(Kind::Villages, &Party::Department, &csv);
    let findings = read.draft.rows.iter().flat_map(|row| &row.findings);
    let found = findings.filter(|one| one.code == "cluster-row-column");
    let told: Vec<&str> = found.map(|one| one.message_vi.as_str()).collect();
    assert_eq!(told.len(), 9, "{:#?}", read.draft);
    assert!(told[0].contains("(dòng 2: có; dòng 9: không)"), "{}", told[0]);
}
