//! The answered file: ours beside the sender's, and nothing of the sender's lost.

use std::io::Cursor;
use std::sync::Arc;

use phusong_sheets::{
    Answered, Answers, Because, BookError, BookLimits, Made, Outcome, RowAnswer, SheetAnswers,
    Total, answer_book, answers_as_csv,
};

use crate::{make, read, shown};

fn answer(bytes: &[u8], answers: &Answers) -> Result<Answered, BookError> {
    let source = Cursor::new(Arc::<[u8]>::from(bytes));
    answer_book(source, "b.xlsx", answers, &BookLimits::default())
}

fn row(
    number: u32,
    outcome: Outcome,
    finding: &str,
    understood: &str,
    marked: &[u16],
) -> RowAnswer {
    RowAnswer {
        row: number,
        outcome,
        findings: finding.split('|').map(str::to_owned).filter(|f| !f.is_empty()).collect(),
        understood: vec![understood.to_owned()],
        marked: marked.to_vec(),
    }
}

fn answers(sheet: &str) -> Answers {
    Answers {
        titles: vec!["Kết quả đọc tệp bao-cao.xlsx".to_owned(), "=người gửi".to_owned()],
        totals: vec![Total {
            code: "no-place".to_owned(),
            severity: "không nhận".to_owned(),
            count: 1,
            message: "thiếu tọa độ".to_owned(),
        }],
        notes: vec!["Có dòng ẩn".to_owned()],
        sheets: vec![SheetAnswers {
            sheet: sheet.to_owned(),
            heading_row: 4,
            understood: vec!["Vị trí hiểu là".to_owned()],
            rows: vec![
                row(1, Outcome::Ignored, "", "", &[]),
                row(5, Outcome::Taken, "=cmd|'/c calc'!A1", "14,79 & <108>", &[1]),
                row(6, Outcome::Refused, "thiếu tọa độ|xem lại", "", &[1, 3, 5]),
                row(7, Outcome::Asked, "dòng trống", "", &[]),
            ],
        }],
    }
}

#[test]
fn our_columns_stand_beside_the_senders_rows() {
    let original = make::office_report();
    let answered = answer(&original, &answers("Báo cáo")).expect("answered");
    assert_eq!(answered.made, Made::Edited);
    let book = read(&answered.bytes).expect("read again");
    let names: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["Tóm tắt (Phủ Sóng)", "Báo cáo", "Nháp"]);
    let expected = "\
1: A “BÁO CÁO HOÀN THÀNH TRẠM” | I “Bỏ qua”
3: A “STT” | C “Tọa độ”
4: B “Mã trạm” | C “X” | D “Y” | E “Ngày” | F “Tỷ lệ” | G “Ghi chú” | I “Kết quả (Phủ Sóng)” | J “Phát hiện (Phủ Sóng)” | K “Vị trí hiểu là”
5: A 1 | B “00536” | C 1639487.1 | D “575950,32” | E 2024-05-31 | F 85% | G “dòng một⏎dòng hai” | I “Nhận” | J “=cmd” | K “14,79 & <108>”
6*: A= 2 | B “QNI-002” | C= !#N/A | E 2024-05-31+30600s | G true | I “Không nhận” | J “thiếu tọa độ⏎xem lại”
7: I “Cần trả lời” | J “dòng trống”
8: B “31/02/2024” | E 129600s
";
    // `=cmd|…` is split into two findings by this test's own mark.
    let shown = shown(&book.sheets[1]).replace("“=cmd⏎'/c calc'!A1”", "“=cmd”");
    assert_eq!(shown, expected);
    let before = read(&original).expect("read");
    let (old, new) = (&before.sheets[0], &book.sheets[1]);
    assert_eq!(
        (&old.merges, &old.comments, &old.pictures),
        (&new.merges, &new.comments, &new.pictures)
    );
    assert_eq!(old.hidden_columns, new.hidden_columns);
    assert_eq!(before.sheets[1], book.sheets[2]);
}

#[test]
fn the_summary_is_on_top_and_in_front() {
    let answered = answer(&make::office_report(), &answers("Báo cáo")).expect("answered");
    let book = read(&answered.bytes).expect("read again");
    let expected = "\
1: A “Kết quả đọc tệp bao-cao.xlsx”
2: A “=người gửi”
3: A “Có dòng ẩn”
5: A “Kết quả” | C “Số dòng”
6: A “Nhận” | C “1”
7: A “Cần trả lời” | C “1”
8: A “Không nhận” | C “1”
9: A “Bỏ qua” | C “1”
11: A “Phát hiện” | B “Mức” | C “Số lần” | D “Nội dung”
12: A “no-place” | B “không nhận” | C “1” | D “thiếu tọa độ”
";
    assert_eq!(shown(&book.sheets[0]), expected);
    let selected = make::parts(&answered.bytes)
        .iter()
        .filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains("tabSelected=\"1\""))
        .map(|(name, _)| name.clone())
        .collect::<Vec<_>>();
    assert_eq!(selected, ["xl/worksheets/phu-song-1.xml"], "one sheet is in front, not a group");
}

#[test]
fn every_part_that_is_not_ours_is_the_senders_byte_for_byte() {
    let chart: &[u8] = b"<c:chartSpace xmlns:c='c'>never looked into</c:chartSpace>";
    let original = make::replaced(
        &make::office_report(),
        &[
            ("xl/charts/chart1.xml", chart),
            ("customXml/item1.xml", b"\xff\xfe<\0"),
            ("x.bin", b"\0"),
        ],
    );
    let answered = answer(&original, &answers("Báo cáo")).expect("answered");
    let new = make::parts(&answered.bytes);
    let touched = [
        "xl/worksheets/sheet1.xml",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
    ];
    for (name, bytes) in make::parts(&original) {
        let kept = new.iter().find(|(new, _)| *new == name).expect(&name);
        assert_eq!(kept.1 == bytes, !touched.contains(&name.as_str()), "{name}");
    }
    assert_eq!(new.len(), make::parts(&original).len() + 1);
}

/// What is not a cell passes through the answered sheet too.
#[test]
fn rules_filters_and_controls_of_the_sheet_stay() {
    let rest = "<sheetProtection sheet=\"1\"/><autoFilter ref=\"A1:B9\"/>\
        <conditionalFormatting sqref=\"A1\"><cfRule type=\"expression\" priority=\"1\">\
        <formula>A1&gt;\"x\"</formula></cfRule></conditionalFormatting>\
        <dataValidations count=\"1\"><dataValidation type=\"list\" sqref=\"B2\"><formula1>\"a,b\"\
        </formula1></dataValidation></dataValidations><controls><anchor><from><xdr:col>9</xdr:col>\
        <xdr:row>0</xdr:row></from></anchor></controls><extLst><ext uri=\"{1}\"><x/></ext></extLst>";
    let original = make::with_rows(&format!(
        "<dimension ref=\"A1\"/><cols><col min=\"1\" max=\"16384\" width='9' hidden=\"1\"/></cols>\
         <sheetData><row r=\"5\" spans=\"1:1\" ht=\"30\"><c r=\"A5\" t=\"inlineStr\"><is><t>a&amp;b\
         </t></is></c></row></sheetData>{rest}"
    ));
    let answered = answer(&original, &answers("Sheet1")).expect("answered");
    assert_eq!(answered.made, Made::Edited);
    let parts = make::parts(&answered.bytes);
    let sheet = parts.iter().find(|(name, _)| name == "xl/worksheets/sheet1.xml").expect("there");
    let sheet = String::from_utf8(sheet.1.clone()).expect("text");
    assert!(sheet.contains(rest), "{sheet}");
    assert!(sheet.contains("<row r=\"5\" ht=\"30\">"), "{sheet}");
    assert!(
        sheet.contains("width=\"9\" hidden=\"1\" min=\"1\" max=\"2\"/><col min=\"3\""),
        "{sheet}"
    );
    let book = read(&answered.bytes).expect("read again");
    let rows: Vec<u32> = book.sheets[1].rows.iter().map(|row| row.number).collect();
    assert_eq!(rows, [1, 4, 5, 6, 7]);
}

#[test]
fn names_that_belong_to_a_sheet_still_do() {
    let original = make::edited(
        &make::office_report(),
        "xl/workbook.xml",
        "</sheets>",
        "</sheets><definedNames><definedName name=\"_xlnm.Print_Area\" localSheetId=\"1\">\
         'Nháp'!$A$1</definedName><definedName name=\"all\">'Nháp'!$A$1</definedName></definedNames>",
    );
    let answered = answer(&original, &answers("Báo cáo")).expect("answered");
    let parts = make::parts(&answered.bytes);
    let list = parts.iter().find(|(name, _)| name == "xl/workbook.xml").expect("there");
    let list = String::from_utf8(list.1.clone()).expect("text");
    assert!(list.contains("name=\"_xlnm.Print_Area\" localSheetId=\"2\""), "{list}");
    assert!(list.contains("<definedName name=\"all\">"), "{list}");
    // Answered once more, the second summary has a name of its own.
    let again = answer(&answered.bytes, &answers("Báo cáo")).expect("answered");
    let names: Vec<String> =
        read(&again.bytes).expect("read").sheets.into_iter().map(|sheet| sheet.name).collect();
    assert_eq!(names[..2], ["Tóm tắt (Phủ Sóng) 2", "Tóm tắt (Phủ Sóng)"]);
}

/// Some programs bind the prefix of relations at each sheet, not at the root.
#[test]
fn a_prefix_bound_at_each_sheet_is_not_leaned_on() {
    const SPACE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let report = make::office_report();
    let parts = make::parts(&report);
    let list = &parts.iter().find(|(name, _)| name == "xl/workbook.xml").expect("there").1;
    let list = String::from_utf8(list.clone()).expect("text");
    let bound = list
        .replace(&format!(" xmlns:r=\"{SPACE}\""), "")
        .replace(" r:id=", &format!(" xmlns:d4p1=\"{SPACE}\" d4p1:id="));
    let original = make::replaced(&report, &[("xl/workbook.xml", bound.as_bytes())]);
    let answered = answer(&original, &answers("Báo cáo")).expect("answered");
    let parts = make::parts(&answered.bytes);
    let list = &parts.iter().find(|(name, _)| name == "xl/workbook.xml").expect("there").1;
    let list = String::from_utf8(list.clone()).expect("text");
    assert!(list.contains(&format!("xmlns:psr=\"{SPACE}\" psr:id=\"rIdPhuSong\"")), "{list}");
    assert_eq!(read(&answered.bytes).expect("read again").sheets.len(), 3);
}

/// The sender's cells take the colour of their row's outcome and keep all else of their look.
#[test]
fn marked_cells_are_coloured_and_keep_their_format() {
    let answered = answer(&make::office_report(), &answers("Báo cáo")).expect("answered");
    let parts = make::parts(&answered.bytes);
    let text = |part: &str| {
        let found = parts.iter().find(|(name, _)| name == part).expect(part);
        String::from_utf8(found.1.clone()).expect("text")
    };
    let (sheet, styles) = (text("xl/worksheets/sheet1.xml"), text("xl/styles.xml"));
    // D6 was not there: an empty cell is made to be coloured.
    assert!(sheet.contains("<c r=\"D6\" s="), "{sheet}");
    assert!(styles.contains("FFF8CBAD") && styles.contains("quotePrefix=\"1\""), "{styles}");
    let count = |list: &str, element: &str| {
        let (start, end) = (format!("<{list} count=\""), format!("</{list}>"));
        let from = styles.find(&start).expect(list) + start.len();
        let promised: usize = styles[from..].split('"').next().expect("n").parse().expect("n");
        let body = &styles[from..styles.find(&end).expect(list)];
        assert_eq!(
            body.matches(&format!("<{element} ")).count()
                + body.matches(&format!("<{element}>")).count(),
            promised,
            "{list}"
        );
    };
    count("fills", "fill");
    count("cellXfs", "xf");
    let book = read(&answered.bytes).expect("read again");
    assert!(book.sheets[1].row(6).and_then(|row| row.cell(4)).is_some(), "still a day");
}

#[test]
fn where_editing_would_lose_something_a_new_workbook_says_so() {
    let signed = make::replaced(&make::office_report(), &[("_xmlsignatures/origin.sigs", b"")]);
    let wide = make::with_rows(
        "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFA1\"><v>1</v></c></row></sheetData>",
    );
    let xls = make::xls(
        &[],
        &[("Báo cáo", 0, vec![make::xls_text(4, 1, "=QNI"), make::xls_number(5, 1, 1, 45_443.0)])],
    );
    for (bytes, sheet, because) in [
        (signed, "Báo cáo", Because::Signed),
        (wide, "Sheet1", Because::NoRoom { sheet: "Sheet1".to_owned() }),
        (xls, "Báo cáo", Because::OtherKind),
    ] {
        let answered = answer(&bytes, &answers(sheet)).expect("answered");
        assert_eq!(answered.made, Made::Beside { because: because.clone() });
        let book = read(&answered.bytes).expect("read again");
        let summary = shown(&book.sheets[0]);
        assert!(summary.contains(&because.message_vi()), "{summary}");
        let page = shown(&book.sheets[1]);
        assert!(page.contains("“Không nhận”") && page.contains("thiếu tọa độ⏎xem lại"), "{page}");
        if because == Because::OtherKind {
            assert!(page.contains("5: B “=QNI” | D “Nhận”"), "{page}");
            assert!(page.contains("6: B 2024-05-31 | D “Không nhận”"), "{page}");
        }
    }
}

#[test]
fn a_thousand_hostile_words_make_no_formula() {
    let mut hostile = answers("Báo cáo");
    let starts = ["=", "+", "-", "@", "\t=", "\r=", "\u{1}=", "<f>", "]]>", "&quot;="];
    hostile.sheets[0].rows = (5..1_005)
        .zip(starts.iter().cycle())
        .map(|(number, start)| {
            let word = format!("{start}HYPERLINK(\"http://x\")");
            RowAnswer {
                findings: vec![word.clone()],
                understood: vec![word],
                ..row(number, Outcome::Asked, "", "", &[])
            }
        })
        .collect();
    let answered = answer(
        &make::plain(&[&["a"]]),
        &Answers {
            sheets: vec![SheetAnswers { sheet: "Sheet1".to_owned(), ..hostile.sheets[0].clone() }],
            ..hostile.clone()
        },
    );
    let answered = answered.expect("answered");
    assert_eq!(answered.made, Made::Edited);
    for (name, bytes) in make::parts(&answered.bytes) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("<f>") && !text.contains("<f "), "{name}");
    }
    let book = read(&answered.bytes).expect("read again");
    assert_eq!(book.sheets[1].rows.len(), 1_002);
    assert!(book.sheets.iter().flat_map(|sheet| &sheet.rows).all(|row| row.computed.is_empty()));

    let csv = answers_as_csv(&hostile);
    for line in csv.trim_start_matches('\u{feff}').split("\r\n") {
        for cell in line.split(',') {
            let cell = cell.trim_start_matches('"');
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{line}");
        }
    }
}

#[test]
fn a_csv_of_answers_opens_in_excel_as_it_reads() {
    let csv = answers_as_csv(&answers("Báo, cáo"));
    let expected = "\u{feff}Trang,Dòng,Kết quả,Phát hiện,Vị trí hiểu là\r\n\
        \"Báo, cáo\",1,Bỏ qua,,\r\n\
        \"Báo, cáo\",5,Nhận,\"'=cmd\n'/c calc'!A1\",\"14,79 & <108>\"\r\n\
        \"Báo, cáo\",6,Không nhận,\"thiếu tọa độ\nxem lại\",\r\n\
        \"Báo, cáo\",7,Cần trả lời,dòng trống,\r\n";
    assert_eq!(csv, expected);
}
