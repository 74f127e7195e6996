//! Rows that take the place of an earlier one: steps, promises, villages, coverage, measurements.

use phusong_atlas::domain::{EntrySeq, Fact, FiledRow, Party, RowRef, SampleFact, Technology};

use super::Said;
use super::beside::{FACTS, check, cluster, day, milestones, promises, read_of, reading, viettel};
use crate::evidence::NamedRow;
use crate::report::csv_table;
use crate::template::Kind;

const REPORT: &str = "0000000000000001";

/// Rows filed before, from 1: a step, a promise, a village, samples.
pub fn named_row(text: &str) -> Option<NamedRow> {
    let (report, row) = text.split_once('/')?;
    let says = match row {
        "1" => Fact::Milestone(milestones().remove(0)),
        "2" => Fact::Commitment(promises().remove(0)),
        "3" => FACTS
            .villages
            .iter()
            .find(|one| one.id.as_str() == "kon-doc")
            .cloned()
            .map(Fact::Village)?,
        "4" => Fact::Sample(SampleFact {
            cluster: cluster().id,
            carrier: viettel(),
            technology: Technology::G4,
            samples: Vec::new(),
        }),
        _ => return None,
    };
    let at = RowRef { entry: EntrySeq(7), row: row.parse().ok()? };
    (report == REPORT).then_some(NamedRow { at, says })
}

/// What each filed row says, and which earlier row it takes the place of.
fn filed(kind: Kind, owner: &Party, csv: &str) -> Vec<(&'static str, Option<u32>)> {
    let reading = reading(kind, owner, csv);
    let told = |filed: &FiledRow| {
        let what = match &filed.fact {
            Fact::Milestone(_) => "step",
            Fact::Commitment(_) => "promise",
            Fact::Blocker(_) => "blocker",
            Fact::Village(_) => "village",
            Fact::Sample(_) => "samples",
            _ => "other",
        };
        (what, filed.replaces.map(|at| at.row))
    };
    reading.draft.to_file().map(told).collect()
}

#[test]
fn of_all_that_a_row_says_its_sort_takes_the_place() {
    let own = Party::Carrier(viettel());
    let heading = "Thôn;Mốc tiến độ;Ngày đạt;Ngày cam kết;Vướng mắc;Vướng mắc từ;Thay thế";
    let file = |row: &str| filed(Kind::Duties, &own, &format!("{heading}\n{row}\n"));
    let all = "Kon Dóc;khảo sát;11/03/2026;30/11/2026;đường truyền;01/05/2026;";
    assert_eq!(
        file(&format!("{all}{REPORT}/1")),
        [("step", Some(1)), ("promise", None), ("blocker", None)]
    );
    assert_eq!(
        file(&format!("{all}{REPORT}/2")),
        [("promise", Some(2)), ("step", None), ("blocker", None)]
    );
    check(
        Kind::Duties,
        &own,
        heading,
        &[
            ("Kon Dóc;;;;đất;01/05/2026;0000000000000001/1", "✗ replaces-other-sort?"),
            ("Kon Dóc;khảo sát;11/03/2026;;;;0000000000000009/1", "✗ unknown-row!"),
            // What is mended has not moved: the promise of before is not kept beside it.
            ("Kon Dóc;;;31/12/2026;;;0000000000000001/2", "✓ after-due"),
            ("Kon Dóc;;;31/12/2026;;;", "✓ promise-moved after-due"),
        ],
    );
}

/// A mended promise was promised on the day on which it was, where no letter says another.
#[test]
fn a_mended_promise_keeps_its_day() {
    let csv = format!("Thôn;Ngày cam kết;Thay thế\nKon Dóc;31/12/2026;{REPORT}/2\n");
    let own = Party::Carrier(viettel());
    let said = |document_day| {
        let (table, _) = csv_table(&|| Ok(csv.as_bytes()), 10).expect("a table");
        let said = Said { document_day, ..Said::default() };
        let reading = read_of(&[Kind::Duties], &own, vec![table], &said);
        let filed = reading.draft.to_file().next().map(|filed| filed.fact.clone());
        let Some(Fact::Commitment(fact)) = filed else { panic!("{:#?}", reading.draft) };
        fact.said
    };
    assert_eq!(said(None), promises().remove(0).said);
    assert_eq!(said(Some(day("2026-11-20"))), day("2026-11-20"));
}

#[test]
fn a_village_of_a_list_is_filed_in_the_place_of_an_earlier_row() {
    let heading = "Thôn;Xã;Số hộ;Thay thế";
    let file =
        |row: &str| filed(Kind::Villages, &Party::Department, &format!("{heading}\n{row}\n"));
    assert_eq!(file("Kon Dóc;21520;41;0000000000000001/3"), [("village", Some(3))]);
    assert_eq!(file("Kon Dóc;21520;41;"), [("village", None)]);
    let case = ("Kon Dóc;21520;41;0000000000000001/1", "✗ replaces-other-sort?");
    check(Kind::Villages, &Party::Department, heading, &[case]);
}

/// Samples of one cluster that take the place of different rows are different rows.
#[test]
fn samples_name_the_measurement_whose_place_they_take() {
    let heading = "Timestamp,Longitude,Latitude,Operatorname,NetworkMode,RSRP,Thay thế";
    let sample = |second: u32, replaces: &str| {
        format!("2026.11.20_08.00.{second},108.8216,14.703,Viettel,LTE,-98,{replaces}\n")
    };
    let named = "0000000000000001/4";
    let csv = [heading, "\n", &sample(10, named), &sample(11, named), &sample(12, "")].concat();
    let named = filed(Kind::Measurement, &Party::Department, &csv);
    assert_eq!(named, [("samples", None), ("samples", Some(4))]);
    let unknown = csv.replace("0000000000000001/4", "0000000000000001/9");
    let reading = reading(Kind::Measurement, &Party::Department, &unknown);
    let found: Vec<_> = reading.draft.rows.iter().flat_map(|row| &row.findings).collect();
    let told =
        found.iter().find(|found| found.code == "unknown-row").map(|found| found.column.as_deref());
    assert_eq!(told, Some(Some("thay_the")), "{found:#?}");
}
