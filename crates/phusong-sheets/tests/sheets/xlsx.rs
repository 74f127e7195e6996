//! XLSX as offices send it.

use phusong_sheets::{BookKind, BookLimits, BookNote, Cell, DateSystem, Merge, read_picture};

use crate::{make, read, read_named, shown};

#[test]
fn an_office_report_is_read_as_its_sender_sees_it() {
    let book = read_named("bao-cao.xlsx", &make::office_report(), &BookLimits::default());
    let book = book.expect("read");
    assert_eq!((book.kind, book.date_system), (BookKind::Xlsx, DateSystem::From1900));
    let [report, draft] = &book.sheets[..] else { panic!("two sheets") };
    let expected = "\
1: A “BÁO CÁO HOÀN THÀNH TRẠM”
3: A “STT” | C “Tọa độ”
4: B “Mã trạm” | C “X” | D “Y” | E “Ngày” | F “Tỷ lệ” | G “Ghi chú”
5: A 1 | B “00536” | C 1639487.1 | D “575950,32” | E 2024-05-31 | F 85% | G “dòng một⏎dòng hai”
6*: A= 2 | B “QNI-002” | C= !#N/A | E 2024-05-31+30600s | G true
8: B “31/02/2024” | E 129600s
";
    assert_eq!(shown(report), expected);
    assert_eq!(report.value(3, 3), Some(&Cell::Text("Tọa độ".into())), "a merged heading");
    let stt = Merge { first_row: 3, last_row: 4, first_column: 0, last_column: 0 };
    assert!(report.merges.contains(&stt), "{:?}", report.merges);
    assert_eq!(report.hidden_columns, [3]);
    let comment = &report.comments[0];
    assert_eq!((comment.row, comment.column, &*comment.text), (5, 1, "hỏi lại mã này"));
    assert_eq!((report.hidden, draft.hidden), (false, true));
    assert_eq!(shown(draft), "1: A “giấu”\n");
    let sheet = || "Báo cáo".to_owned();
    let expected = [
        BookNote::HiddenRows { sheet: sheet(), rows: 1 },
        BookNote::HiddenColumns { sheet: sheet(), columns: 1 },
        BookNote::ComputedCells { sheet: sheet(), cells: 2 },
        BookNote::ErrorCells { sheet: sheet(), cells: 1 },
        BookNote::Comments { sheet: sheet(), comments: 1 },
        BookNote::HiddenSheet { sheet: "Nháp".to_owned() },
    ];
    assert_eq!(book.warnings, expected);
}

#[test]
fn a_pasted_photo_is_found_at_its_cell_and_handed_out() {
    let bytes = make::office_report();
    let book = read(&bytes).expect("read");
    let [photo] = &book.sheets[0].pictures[..] else { panic!("one photo") };
    assert_eq!((photo.row, photo.column, photo.length), (5, 6, make::PNG.len() as u64));
    let source = || std::io::Cursor::new(bytes.as_slice());
    let limits = BookLimits::default();
    assert_eq!(read_picture(source(), &photo.name, &limits).expect("there"), make::PNG);
    for other in ["xl/workbook.xml", "xl/media/none.png", "../../etc/x.png"] {
        assert!(read_picture(source(), other, &limits).is_err(), "{other}");
    }
}

/// "Place in Cell" of Excel, and DISPIMG of WPS: an error and a formula to programs that do not
/// know them.
#[test]
fn a_picture_that_is_a_cell_is_no_value() {
    const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image";
    let sheet = make::with_rows(
        "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\" t=\"e\" vm=\"1\"><v>#VALUE!</v>\
         </c><c r=\"C1\" t=\"str\"><f>_xlfn.DISPIMG(\"ID_A\",1)</f><v>=DISPIMG(\"ID_A\",1)</v></c>\
         <c r=\"D1\" t=\"e\"><v>#VALUE!</v></c></row></sheetData>",
    );
    let relations = format!(
        "<Relationships><Relationship Id=\"r9\" Type=\"{KIND}\" Target=\"../media/o.png\"/>\
         </Relationships>"
    );
    let of_wps = relations.replace("../media", "media");
    let bytes = make::replaced(
        &sheet,
        &[
            (
                "xl/metadata.xml",
                b"<metadata><futureMetadata><bk><rvb i=\"0\"/></bk></futureMetadata>\
                  <valueMetadata><bk><rc t=\"1\" v=\"0\"/></bk></valueMetadata></metadata>",
            ),
            ("xl/richData/rdrichvalue.xml", b"<rvData><rv s=\"0\"><v>5</v><v>0</v></rv></rvData>"),
            (
                "xl/richData/rdrichvaluestructure.xml",
                b"<rvStructures><s><k n=\"CalcOrigin\"/>\
                  <k n=\"_rvRel:LocalImageIdentifier\"/></s></rvStructures>",
            ),
            ("xl/richData/richValueRel.xml", b"<richValueRels><rel id=\"r9\"/></richValueRels>"),
            ("xl/richData/_rels/richValueRel.xml.rels", relations.as_bytes()),
            (
                "xl/cellimages.xml",
                b"<cellImages><pic><cNvPr name=\"ID_A\"/><blip embed=\"r9\"/></pic></cellImages>",
            ),
            ("xl/_rels/cellimages.xml.rels", of_wps.as_bytes()),
            ("xl/media/o.png", make::PNG),
            // Excel's queries write their own parts in UTF-16.
            ("customXml/item1.xml", b"\xff\xfe<\0a\0/\0>\0"),
        ],
    );
    let book = read(&bytes).expect("read");
    assert_eq!(shown(&book.sheets[0]), "1: A 1 | D !#VALUE!\n");
    let places: Vec<_> = book.sheets[0].pictures.iter().map(|p| (p.row, p.column)).collect();
    assert_eq!(places, [(1, 1), (1, 2)]);
}

#[test]
fn days_from_1904_are_the_days_that_are_shown() {
    let since_1900 = make::office_report();
    let since_1904 =
        make::edited(&since_1900, "xl/workbook.xml", "<workbookPr ", "<workbookPr date1904=\"1\" ");
    let book = read(&since_1904).expect("read");
    assert_eq!(book.date_system, DateSystem::From1904);
    assert!(book.warnings.contains(&BookNote::DatesFrom1904));
    let Some(Cell::Day(day)) = book.sheets[0].row(5).and_then(|row| row.cell(4)) else {
        panic!("a day")
    };
    assert_eq!(day.date().map(|date| date.to_string()).as_deref(), Some("2028-06-01"));
    assert_eq!(day.serial, Some(45_443.0));
}

#[test]
fn a_formula_whose_value_was_never_computed_is_told() {
    let book = read(&make::with_rows(
        "<sheetData><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>a</t></is></c>\
         <c r=\"B2\"><f>A1+1</f></c><c r=\"C2\"><f>A1+1</f><v/></c>\
         <c r=\"D2\" t=\"str\"><f>\"\"</f><v></v></c><c r=\"E2\"><f>1+1</f><v>2</v></c></row>\
         </sheetData>",
    ));
    let book = book.expect("read");
    assert_eq!(shown(&book.sheets[0]), "2: A “a” | B= ? | C= ? | E= 2\n");
    let sheet = || "Sheet1".to_owned();
    let expected = [
        BookNote::ComputedCells { sheet: sheet(), cells: 1 },
        BookNote::FormulasWithoutValue { sheet: sheet(), cells: 2 },
    ];
    assert_eq!(book.warnings, expected);
}

#[test]
fn rows_and_cells_without_an_address_are_counted() {
    let book = read(&make::with_rows(
        "<sheetData><row><c><v>1</v></c><c/><c><v>3</v></c></row><row/>\
         <row><c r=\"B3\"><v>2</v></c></row></sheetData>",
    ));
    assert_eq!(shown(&book.expect("read").sheets[0]), "1: A 1 | C 3\n3: B 2\n");
}

#[test]
fn an_inventory_of_fifty_thousand_rows_is_taken() {
    let row = |row| format!("<row r=\"{row}\"><c r=\"A{row}\"><v>{row}</v></c></row>");
    let rows = (1..=50_000).map(row).collect::<Vec<_>>().concat();
    let book = read(&make::with_rows(&format!("<sheetData>{rows}</sheetData>"))).expect("read");
    assert_eq!(book.sheets[0].rows.len(), 50_000);
}

/// The eight reports of the shared data, where they are.
#[test]
fn the_made_up_reports_are_read() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/synthetic");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("left out: {} is not here", folder.display());
        return;
    };
    let mut read_files = 0;
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "xlsx") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("readable");
        let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name");
        let book = read_named(name, &bytes, &BookLimits::default()).expect(name);
        let sheet = &book.sheets[0];
        assert!(sheet.rows.len() > 20, "{name}: {} rows", sheet.rows.len());
        let heading = sheet.value(8, 1).or_else(|| sheet.value(9, 1));
        assert!(matches!(heading, Some(Cell::Text(_))), "{name}: {heading:?}");
        read_files += 1;
    }
    assert_eq!(read_files, 8);
}
