//! RELIABILITY's bad workbooks, each refused by its name and told in two languages.

use std::fmt::Write as _;
use std::time::Instant;

use phusong_sheets::{Bomb, BookError, BookLimits, BookNote, RefusedBook};

use crate::{make, read, read_named, shown};

fn refusal(bytes: &[u8]) -> (&'static str, BookError) {
    let error = read(bytes).expect_err("refused");
    assert!(!error.to_string().is_empty() && error.message_vi().ends_with('.'), "{error:?}");
    told_once(&error);
    (error.code(), error)
}

/// What to do is said once, beside the sentence; what a library says of it is in no sentence.
fn told_once(error: &BookError) {
    let (vi, en) = error.remedy();
    assert!(!vi.is_empty() && !en.is_empty(), "{error:?}");
    let (sentence_vi, sentence_en) = (error.message_vi(), error.to_string());
    assert!(!sentence_vi.contains("Hãy") && !sentence_vi.contains("lưu lại"), "{sentence_vi}");
    assert!(!sentence_en.contains("save it") && !sentence_en.contains(';'), "{sentence_en}");
    if let BookError::Broken { detail, .. } = error {
        assert!(!sentence_vi.contains(&**detail) && !sentence_en.contains(&**detail), "{error:?}");
    }
}

fn refused(bytes: &[u8]) -> RefusedBook {
    match refusal(bytes).1 {
        BookError::Refused { what } => what,
        other => panic!("{other:?}"),
    }
}

/// 1: half a megabyte that unpacks to 512 MiB.
#[test]
fn a_bomb_is_refused_by_the_bytes_that_come_out() {
    let bomb = make::bomb("xl/worksheets/sheet1.xml", 512 << 20);
    assert!(bomb.len() < 600_000, "{} bytes", bomb.len());
    let small = BookLimits { part_bytes: 20 << 20, ..BookLimits::default() };
    let error = read_named("x.xlsx", &bomb, &small).expect_err("refused");
    assert_eq!(error.code(), "archive-bomb");
    let name = "xl/worksheets/sheet1.xml".to_owned();
    assert_eq!(error, BookError::Bomb { what: Bomb::Entry { name, max: 20 << 20 } });
    // It truly unpacks: under the limits it is no bomb, only no workbook.
    let harmless = make::bomb("xl/worksheets/sheet1.xml", 1 << 20);
    assert_eq!(refusal(&harmless).0, "broken-file", "its checksum is wrong");
    let start = Instant::now();
    assert_eq!(refusal(&bomb).0, "archive-bomb");
    println!("{} bytes that unpack to 512 MiB: {:?}", bomb.len(), start.elapsed());

    let limits = BookLimits { unpacked_bytes: 5_000, ..BookLimits::default() };
    let error = read_named("x", &make::office_report(), &limits).expect_err("refused");
    assert_eq!(error, BookError::Bomb { what: Bomb::Total { max: 5_000 } });
    let limits = BookLimits { entries: 5, ..BookLimits::default() };
    let error = read_named("x", &make::office_report(), &limits).expect_err("refused");
    assert_eq!(error, BookError::Bomb { what: Bomb::Entries { max: 5 } });
    let limits = BookLimits { kept_part_bytes: 100, ..BookLimits::default() };
    let error = read_named("x", &make::office_report(), &limits).expect_err("refused");
    assert!(matches!(error, BookError::Bomb { what: Bomb::Entry { .. } }), "{error:?}");
}

/// 2 and 3: entities that grow, entities that reach out.
#[test]
fn entities_are_refused_wherever_they_are_declared() {
    let grows = r#"<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b
        "&a;&a;&a;&a;&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>"#;
    let outside = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>
        <worksheet><sheetData><row><c t="inlineStr"><is><t>&x;</t></is></c></row></sheetData>
        </worksheet>"#;
    let in_utf_16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(outside.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let good = make::office_report();
    for (part, text) in [
        ("xl/sharedStrings.xml", grows.as_bytes()),
        ("xl/worksheets/sheet1.xml", outside.as_bytes()),
        ("xl/worksheets/sheet1.xml", &in_utf_16),
        ("[Content_Types].xml", outside.as_bytes()),
        ("xl/comments1.xml", outside.as_bytes()),
    ] {
        assert_eq!(
            refused(&make::replaced(&good, &[(part, text)])),
            RefusedBook::Entities,
            "{part}"
        );
    }
    let undeclared = make::with_rows(
        "<sheetData><row><c t=\"inlineStr\"><is><t>&x;</t></is></c></row></sheetData>",
    );
    assert_eq!(refusal(&undeclared).0, "broken-file");
}

/// 6, and what else must be converted first.
#[test]
fn what_must_be_converted_says_so() {
    const MAIN: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
    let good = make::office_report();
    let typed = |to: &str| make::edited(&good, "[Content_Types].xml", MAIN, to);
    let cases: [(&str, Vec<u8>, RefusedBook); 10] = [
        (
            "macros",
            typed("application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
            RefusedBook::Macros,
        ),
        (
            "xlsb",
            typed("application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
            RefusedBook::Xlsb,
        ),
        (
            "pptx",
            typed("application/vnd.openxmlformats-officedocument.presentationml.main+xml"),
            RefusedBook::Ppt,
        ),
        ("rar", b"Rar!\x1a\x07\x01\x00".to_vec(), RefusedBook::Rar),
        ("7z", b"7z\xbc\xaf\x27\x1c".to_vec(), RefusedBook::SevenZip),
        ("pdf", b"%PDF-1.7".to_vec(), RefusedBook::Pdf),
        ("html", b"\xef\xbb\xbf <html><table>".to_vec(), RefusedBook::WebPage),
        ("zip", make::zipped([("a.txt", &b"x"[..])]), RefusedBook::Zip),
        ("nothing", Vec::new(), RefusedBook::Unknown),
        (
            "odt",
            make::zipped([("mimetype", &b"application/vnd.oasis.opendocument.text"[..])]),
            RefusedBook::OpenDocument,
        ),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(refused(&bytes), expected, "{name}");
    }
}

/// 5: the name lies, the content is read.
#[test]
fn a_wrong_ending_is_told_and_read_all_the_same() {
    let bytes = make::plain(&[&["Mã trạm"]]);
    let limits = BookLimits::default();
    let book = read_named("bao-cao.xls", &bytes, &limits).expect("read");
    let wrong = BookNote::WrongExtension { named: "xls".to_owned(), kind: book.kind };
    assert_eq!(book.warnings, [wrong]);
    let book = read_named("BAO-CAO.XLSX", &bytes, &limits).expect("read");
    assert_eq!(book.warnings, []);
}

/// 7: a cell at the very end is refused by its name; a format or a dimension there costs nothing.
#[test]
fn a_filled_cell_at_the_end_of_the_sheet_is_named() {
    let far = |cell: &str| {
        make::with_rows(&format!(
            "<dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c>\
             </row><row r=\"1048576\"><c r=\"XFD1048576\" s=\"1\">{cell}</c></row></sheetData>"
        ))
    };
    let (code, error) = refusal(&far("<v>1</v>"));
    assert_eq!(code, "far-cell");
    assert!(error.message_vi().contains("XFD1048576"), "{}", error.message_vi());
    let book = read(&far("")).expect("read");
    assert_eq!(shown(&book.sheets[0]), "1: A 1\n");
    let beyond = make::with_rows("<sheetData><row><c r=\"XFE1\"><v>1</v></c></row></sheetData>");
    assert_eq!(refusal(&beyond).0, "broken-file");
}

/// Found by the fuzzer: letters and digits that the library adds up until they come to lie on the
/// sheet again, somewhere else.
#[test]
fn a_place_beyond_every_sheet_is_no_place_on_it() {
    let places =
        ["Bapplication2", "FXSHRXXA1", "A5000000001", "A4294967297", "AAAAAAAAAAAAAAAAAAAA1"];
    for place in places {
        let cell = format!("<c r=\"{place}\"><v>1</v></c>");
        for cell in [cell.clone(), cell.replace(" r=", " x:r=\"A1\" r=")] {
            let rows = format!("<sheetData><row r=\"1\">{cell}</row></sheetData>");
            let (code, error) = refusal(&make::with_rows(&rows));
            assert_eq!(code, "broken-file", "{place}: {error}");
        }
        for dimension in [format!("A1:{place}"), format!("{place}:B2"), place.to_owned()] {
            let row = "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>";
            let sheet = format!("<dimension ref=\"{dimension}\"/>{row}");
            assert_eq!(refusal(&make::with_rows(&sheet)).0, "broken-file", "{dimension}");
        }
    }
}

#[test]
fn a_million_empty_rows_and_all_columns_cost_nothing() {
    let mut rows = String::from("<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
    for row in 2..=1_000_000 {
        write!(rows, "<row r=\"{row}\" s=\"1\"/>").expect("written");
    }
    let start = Instant::now();
    let book = read(&make::with_rows(&(rows + "</sheetData>"))).expect("read");
    assert_eq!(book.sheets[0].rows.len(), 1);
    println!("a million empty rows: {:?}", start.elapsed());

    let cells: Vec<String> =
        (0..16_384).map(|at| format!("<c r=\"{}1\"><v>{at}</v></c>", letters(at))).collect();
    let cells = cells.concat();
    let wide = make::with_rows(&format!("<sheetData><row r=\"1\">{cells}</row></sheetData>"));
    let book = read(&wide).expect("read");
    assert_eq!(book.sheets[0].width(), 16_384);
}

fn letters(column: u16) -> String {
    phusong_sheets::column_letters(column)
}

#[test]
fn too_many_rows_cells_and_sheets_are_refused() {
    let limits = BookLimits { rows: 3, ..BookLimits::default() };
    let report = make::office_report();
    let code =
        |limits: &BookLimits| read_named("x.xlsx", &report, limits).expect_err("refused").code();
    assert_eq!(code(&limits), "far-cell");
    assert_eq!(code(&BookLimits { cells: 5, ..BookLimits::default() }), "too-large");
    assert_eq!(code(&BookLimits { sheets: 1, ..BookLimits::default() }), "too-large");
    assert_eq!(code(&BookLimits { parts: 1, ..BookLimits::default() }), "too-large");
    assert_eq!(code(&BookLimits { contents_bytes: 900, ..BookLimits::default() }), "too-large");
    let two_sheets = BookLimits { rows: 6, ..BookLimits::default() };
    let rows = make::with_rows("<sheetData><row r=\"7\"><c><v>1</v></c></row></sheetData>");
    assert_eq!(read_named("x", &rows, &two_sheets).expect_err("refused").code(), "far-cell");
}

/// A list of shared texts that promises more than its length allows.
#[test]
fn promises_in_headers_are_not_believed() {
    let report = make::office_report();
    let lying = make::edited(
        &report,
        "xl/sharedStrings.xml",
        " uniqueCount=\"",
        " uniqueCount=\"9999999999",
    );
    assert_eq!(refusal(&lying).0, "broken-file");
}

/// 13: nothing in it.
#[test]
fn a_workbook_without_a_filled_cell_says_so() {
    assert_eq!(refusal(&make::with_rows("<sheetData/>")).0, "no-data");
    assert_eq!(refusal(&make::plain(&[&["  "]])).0, "no-data");
}

#[test]
fn rows_out_of_order_are_no_workbook() {
    for rows in [
        "<row r=\"2\"><c><v>1</v></c></row><row r=\"1\"><c><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>",
        "<row r=\"0\"><c><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>99</v></c></row>",
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c>",
    ] {
        let file = make::with_rows(&format!("<sheetData>{rows}</sheetData>"));
        assert_eq!(refusal(&file).0, "broken-file", "{rows}");
    }
}

/// 35, for workbooks: two entries over the same bytes, a name twice, a name that leads out.
#[test]
fn entries_that_overlap_or_lead_out_are_refused() {
    let good = make::plain(&[&["x"]]);
    let climbing = make::replaced(&good, &[("../../x.xml", b"<x/>")]);
    assert_eq!(refusal(&climbing).0, "broken-file");
    let twice = make::replaced(&good, &[("XL/Workbook.xml", b"<x/>")]);
    assert_eq!(refusal(&twice).0, "broken-file");

    // Points one entry of the directory at another entry's bytes.
    let mut overlapping = good.clone();
    let places: Vec<usize> =
        (0..good.len() - 4).filter(|&at| good[at..].starts_with(b"PK\x01\x02")).collect();
    let (first, second) = (places[0], places[1]);
    let kept: Vec<u8> = good[first + 42..first + 46].to_vec();
    overlapping[second + 42..second + 46].copy_from_slice(&kept);
    assert_eq!(refusal(&overlapping).0, "archive-bomb");
}

#[test]
fn a_torn_file_is_named() {
    let good = make::office_report();
    for length in [10, 100, good.len() / 2, good.len() - 30] {
        assert_eq!(refusal(&good[..length]).0, "broken-file", "{length} bytes");
    }
}
