//! Exported tables as workbooks: what our own reader finds in them.

use phusong_sheets::{ExportCell, ExportSheet, workbook};

use crate::{make, read, shown};

fn book(cells: Vec<ExportCell>, made: (u16, u8, u8)) -> Vec<u8> {
    let headings = (0..cells.len()).map(|number| format!("Cột {number}")).collect();
    let sheet = ExportSheet {
        name: "Dữ liệu".to_owned(),
        headings,
        widths: vec![12; cells.len()],
        rows: vec![cells],
    };
    workbook("Bảng", made, &[sheet]).expect("written")
}

fn second_row(bytes: &[u8]) -> String {
    let read = read(bytes).expect("read");
    shown(&read.sheets[0]).lines().nth(1).expect("a row").to_owned()
}

#[test]
fn a_day_before_the_workbooks_calendar_is_text_and_fails_nothing() {
    let days = vec![ExportCell::Day(1862, 6, 5), ExportCell::Day(1899, 12, 31)];
    let told = second_row(&book(days, (1862, 6, 5)));
    assert_eq!(told, "2: A “05/06/1862” | B “31/12/1899”");
}

#[test]
fn whatever_a_text_begins_with_it_is_no_formula() {
    let texts = ["=1+1", "+84 912", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\")"];
    let bytes = book(texts.map(|text| ExportCell::Text(text.to_owned())).into(), (2026, 11, 26));
    assert_eq!(
        second_row(&bytes),
        "2: A “=1+1” | B “+84 912” | C “-1” | D “@SUM(A1)” | E “=HYPERLINK(\"http://x\")”"
    );
    for (name, part) in make::parts(&bytes) {
        let text = String::from_utf8_lossy(&part);
        assert!(!text.contains("<f>") && !text.contains("<hyperlink"), "{name}");
    }
}

#[test]
fn characters_that_no_xml_may_hold_and_texts_longer_than_a_cell_are_cut() {
    let texts = ["a\u{0}b\u{b}c\u{fffe}d\u{ffff}".to_owned(), "x".repeat(40_000)];
    let bytes = book(texts.map(ExportCell::Text).into(), (2026, 11, 26));
    let told = second_row(&bytes);
    assert!(told.starts_with("2: A “abcd” | B “xxx"), "{}", &told[..40]);
    assert_eq!(told.matches('x').count(), 32_000);
}
