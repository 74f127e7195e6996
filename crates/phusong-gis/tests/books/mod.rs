//! Workbooks through the child: what comes out is what the reader gives, and what should not get
//! through does not.

#[expect(dead_code, reason = "shared with the reader's own tests, which use all of it")]
#[path = "../../../phusong-sheets/tests/sheets/make.rs"]
mod make;

use std::io::Cursor;
use std::sync::Arc;

use phusong_gis::{Limits, ReadError};
use phusong_sheets::{
    Answers, Book, BookBuilder, BookLimits, Cell, Made, Outcome, RowAnswer, SheetAnswers, read_book,
};

pub const TESTS: &[(&str, fn())] = &[
    ("a_workbook_comes_out_of_the_child_as_it_is", a_workbook_comes_out_of_the_child_as_it_is),
    ("a_photo_is_fetched_by_its_name", a_photo_is_fetched_by_its_name),
    ("a_bomb_ends_within_the_walls", a_bomb_ends_within_the_walls),
    ("refusals_keep_their_words", refusals_keep_their_words),
    ("a_large_workbook_is_counted_as_it_arrives", a_large_workbook_is_counted_as_it_arrives),
    ("an_answered_file_comes_back_whole", an_answered_file_comes_back_whole),
    ("what_cannot_be_edited_is_answered_beside_it", what_cannot_be_edited_is_answered_beside_it),
];

fn in_child(name: &str, bytes: &[u8], limits: &BookLimits) -> Result<Book, ReadError> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(name), bytes).expect("a file");
    crate::reader().read_book(folder.path(), name, &Limits::default(), limits)
}

fn a_workbook_comes_out_of_the_child_as_it_is() {
    let limits = BookLimits::default();
    let bytes = make::office_report();
    let mut builder = BookBuilder::new(&limits);
    let source = Cursor::new(Arc::<[u8]>::from(bytes.as_slice()));
    read_book(source, "b.xlsx", &limits, &mut |piece| builder.add(piece)).expect("read");
    let directly = builder.finish().expect("a book");
    assert_eq!(in_child("b.xlsx", &bytes, &limits).expect("read"), directly);
}

fn a_photo_is_fetched_by_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("b.xlsx"), make::office_report()).expect("a file");
    let (limits, book_limits) = (Limits::default(), BookLimits::default());
    let fetch = |name: &str| {
        crate::reader().read_picture(folder.path(), "b.xlsx", name, &limits, &book_limits)
    };
    assert_eq!(fetch("xl/media/image1.png").expect("there"), make::PNG);
    assert_eq!(fetch("xl/media/none.png").expect_err("not there").code(), "broken-file");
}

fn a_bomb_ends_within_the_walls() {
    let bomb = make::bomb("xl/worksheets/sheet1.xml", 512 << 20);
    let start = std::time::Instant::now();
    let error = in_child("b.xlsx", &bomb, &BookLimits::default()).expect_err("refused");
    assert_eq!(error.code(), "archive-bomb");
    assert!(!error.message_vi().is_empty());
    println!("  a bomb of 512 MiB: {:?}", start.elapsed());
}

fn refusals_keep_their_words() {
    let limits = BookLimits::default();
    let cases: [(&[u8], &str); 4] = [
        (b"Rar!\x1a\x07\x01\x00", "not-a-workbook"),
        (b"<html><table>", "not-a-workbook"),
        (b"PK\x03\x04", "broken-file"),
        (b"", "not-a-workbook"),
    ];
    for (bytes, code) in cases {
        assert_eq!(in_child("b.xlsx", bytes, &limits).expect_err("refused").code(), code);
    }
    let empty = make::with_rows("<sheetData/>");
    assert_eq!(in_child("b.xlsx", &empty, &limits).expect_err("refused").code(), "no-data");
}

fn a_large_workbook_is_counted_as_it_arrives() {
    let rows: Vec<String> = (1..=20_000)
        .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\"><v>{row}</v></c></row>"))
        .collect();
    let bytes = make::with_rows(&format!("<sheetData>{}</sheetData>", rows.concat()));
    let book = in_child("b.xlsx", &bytes, &BookLimits::default()).expect("read");
    let rows = &book.sheets[0].rows;
    assert_eq!(rows.len(), 20_000);
    assert_eq!(rows[19_999].cells, [(0, Cell::Number(20_000.0))]);
    let limits = BookLimits { contents_bytes: 1 << 20, ..BookLimits::default() };
    assert_eq!(in_child("b.xlsx", &bytes, &limits).expect_err("refused").code(), "too-large");
}

/// 20,000 answered rows: several megabytes each way, more than any pipe holds at once.
fn an_answered_file_comes_back_whole() {
    let rows: Vec<String> = (1..=20_000)
        .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\"><v>{row}</v></c></row>"))
        .collect();
    let bytes = make::with_rows(&format!("<sheetData>{}</sheetData>", rows.concat()));
    let answer = |row| RowAnswer {
        row,
        outcome: Outcome::Taken,
        findings: vec![format!("phát hiện của dòng {row}: {}", "x".repeat(200))],
        understood: Vec::new(),
        marked: vec![0],
    };
    let sheet = SheetAnswers {
        sheet: "Sheet1".to_owned(),
        heading_row: 1,
        understood: Vec::new(),
        rows: (2..=20_000).map(answer).collect(),
    };
    let answers = Answers { sheets: vec![sheet], ..Answers::default() };
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("b.xlsx"), &bytes).expect("a file");
    let (limits, book_limits) = (Limits::default(), BookLimits::default());
    let answered = crate::reader()
        .answer_book(folder.path(), "b.xlsx", &answers, &limits, &book_limits)
        .expect("answered");
    assert_eq!(answered.made, Made::Edited);
    let book = in_child("b.xlsx", &answered.bytes, &book_limits).expect("read again");
    let last = book.sheets[1].row(20_000).expect("the last row");
    assert!(
        matches!(last.cell(3), Some(Cell::Text(text)) if text.starts_with("phát hiện của dòng 20000"))
    );
    std::fs::write(folder.path().join("b.xlsx"), b"Rar!\x1a\x07").expect("a file");
    let refused =
        crate::reader().answer_book(folder.path(), "b.xlsx", &answers, &limits, &book_limits);
    assert_eq!(refused.expect_err("refused").code(), "not-a-workbook");
}

/// The writer of new workbooks starts threads, and the child may start none.
fn what_cannot_be_edited_is_answered_beside_it() {
    let whole = make::with_rows(
        "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>7</v></c></row></sheetData>",
    );
    let relations = make::parts(&whole)
        .into_iter()
        .find_map(|(name, bytes)| (name == "xl/_rels/workbook.xml.rels").then_some(bytes))
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .expect("relations");
    let styles = relations.split("<Relationship ").find(|one| one.contains("/styles\""));
    let unstyled = match styles {
        Some(styles) => {
            let entry = format!("<Relationship {}", styles.replace("</Relationships>", ""));
            make::edited(&whole, "xl/_rels/workbook.xml.rels", &entry, "")
        }
        None => whole,
    };
    let ods = make::ods(
        "<table:table table:name=\"Sheet1\"><table:table-row><table:table-cell office:value-type=\"float\" office:value=\"7\"/></table:table-row></table:table>",
    );
    let rows = vec![RowAnswer {
        row: 1,
        outcome: Outcome::Refused,
        findings: vec!["không nhận".to_owned()],
        understood: Vec::new(),
        marked: vec![0],
    }];
    let sheet =
        SheetAnswers { sheet: "Sheet1".to_owned(), heading_row: 1, understood: Vec::new(), rows };
    let answers = Answers { sheets: vec![sheet], ..Answers::default() };
    for (name, bytes) in [("b.xlsx", unstyled), ("b.ods", ods)] {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(name), &bytes).expect("a file");
        let (limits, book_limits) = (Limits::default(), BookLimits::default());
        let answered = crate::reader()
            .answer_book(folder.path(), name, &answers, &limits, &book_limits)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(matches!(answered.made, Made::Beside { .. }), "{name}: {:?}", answered.made);
        let book = in_child("again.xlsx", &answered.bytes, &book_limits).expect("read again");
        assert!(book.sheets.iter().any(|sheet| sheet.name == "Sheet1"), "{name}");
    }
}
