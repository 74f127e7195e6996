//! What rows of a list of villages say of each other, and of villages that are no more.

use std::fmt::Write as _;

use phusong_atlas::domain::{ClusterId, Fact, Party};

use super::beside::reading;
use crate::reading::Reading;
use crate::report::tests::told;
use crate::template::Kind;

fn rows(reading: &Reading) -> Vec<String> {
    (0..reading.draft.rows.len()).map(|at| told(&reading.draft, at)).collect()
}

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

/// A row of a cluster under its new village answers to which half of the former one it belongs.
#[test]
fn a_cluster_of_a_divided_village_goes_where_its_own_row_stands() {
    let csv = "Thôn;Xã;Cụm dân cư;Thôn cũ;Quan hệ với thôn cũ;Từ ngày;Kinh độ;Vĩ độ;Số hộ\n\
        Làng Xà Nu;21520;;kon-doc;chia tách;01/10/2026;108.8216;14.703;20\n\
        Làng Pơ Lang;21520;;kon-doc;chia tách;01/10/2026;108.8216;14.703;40\n\
        Làng Pơ Lang;21520;Nóc ông Út;;;01/10/2026;108.8216;14.703;40\n";
    let read = reading(Kind::Villages, &Party::Department, csv);
    let went: Vec<Vec<&str>> = read
        .draft
        .to_file()
        .filter_map(|filed| match &filed.fact {
            Fact::VillageSuccession(fact) => Some(&fact.clusters),
            _ => None,
        })
        .map(|clusters| clusters.iter().map(ClusterId::as_str).collect())
        .collect();
    assert_eq!(went, [vec![], vec!["kon-doc-1"]], "{:?}", rows(&read));
}

/// What the first of them says of the village makes it no other row.
#[test]
fn a_row_of_a_cluster_that_comes_twice_counts_once() {
    let row = "Kon Dóc;21520;Nóc ông Út;có;108.8216;14.703\n";
    let csv = format!("Thôn;Xã;Cụm dân cư;Điện lưới;Kinh độ;Vĩ độ\n{row}{row}");
    let read = reading(Kind::Villages, &Party::Department, &csv);
    assert_eq!(
        rows(&read),
        ["✓ accuracy-unstated cluster-rows-taken", "= accuracy-unstated duplicate-row"],
        "{:#?}",
        read.draft
    );
}

/// What is said of a village on a day when it was no more is asked; of the day before it is taken.
#[test]
fn a_confirmation_of_a_village_that_is_no_more_is_asked() {
    for (day, expected) in [("31/12/2025", "✓"), ("01/01/2026", "✗ village-ended?")] {
        let csv =
            format!("Thôn;Có sóng;Ngày quan sát;Công nghệ;Nhà mạng\nThôn Cà;có;{day};4G;Viettel\n");
        let read = reading(Kind::Confirmation, &Party::Department, &csv);
        assert_eq!(rows(&read), [expected], "{day}");
    }
}
