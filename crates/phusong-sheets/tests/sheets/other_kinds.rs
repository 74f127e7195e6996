//! ODS, DOCX and XLS as offices send them, and what each must not be.

use phusong_sheets::{
    BookError, BookKind, BookLimits, BookNote, Cell, DateSystem, Merge, RefusedBook,
};

use crate::{make, read, read_named, shown};

fn merge(rows: (u32, u32), columns: (u16, u16)) -> Merge {
    let ((first_row, last_row), (first_column, last_column)) = (rows, columns);
    Merge { first_row, last_row, first_column, last_column }
}

fn refused(bytes: &[u8]) -> RefusedBook {
    match read(bytes) {
        Err(BookError::Refused { what }) => what,
        other => panic!("{other:?}"),
    }
}

pub const ODS_REPORT: &str = r#"
  <table:calculation-settings/>
  <table:tracked-changes><table:table-cell office:value-type="string"><text:p>cũ</text:p>
  </table:table-cell></table:tracked-changes>
  <table:table table:name="Báo cáo">
   <table:table-column table:number-columns-repeated="2"/>
   <table:table-column table:visibility="collapse"/>
   <table:table-column table:number-columns-repeated="16381"/>
   <table:table-header-rows><table:table-row>
    <table:table-cell office:value-type="string" table:number-columns-spanned="2"
     table:number-rows-spanned="2"><text:p>Mã<text:s text:c="2"/>trạm</text:p><text:p>(cũ)</text:p></table:table-cell>
    <table:covered-table-cell/>
    <table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>=x</text:p></table:table-cell>
   </table:table-row></table:table-header-rows>
   <table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>
   <table:table-row table:visibility="filter">
    <table:table-cell office:value-type="float" office:value="12.5"><text:p>12,5</text:p></table:table-cell>
    <table:table-cell office:value-type="percentage" office:value="0.85"><text:p>85%</text:p></table:table-cell>
    <table:table-cell office:value-type="date" office:date-value="2024-05-31"><text:p>31/05/24</text:p></table:table-cell>
    <table:table-cell office:value-type="date" office:date-value="2024-05-31T08:30:00"><text:p>x</text:p></table:table-cell>
    <table:table-cell office:value-type="time" office:time-value="PT36H00M00S"><text:p>36:00</text:p></table:table-cell>
    <table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>ĐÚNG</text:p></table:table-cell>
    <table:table-cell table:formula="of:=NA()" office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>
    <table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>
    <table:table-cell table:formula="of:=1+1"/>
    <table:table-cell office:value-type="string"><office:annotation><dc:creator>An</dc:creator>
      <dc:date>2024</dc:date><text:p>hỏi lại</text:p></office:annotation><text:p>ghi chú</text:p>
      <draw:frame><draw:image xlink:href="Pictures/anh.png"/></draw:frame></table:table-cell>
   </table:table-row>
   <table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="string"><text:p>hai lần</text:p></table:table-cell></table:table-row>
   <table:table-row table:number-rows-repeated="1048568"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
  </table:table>
  <table:table table:name="Nháp" table:style-name="ta2"><table:table-row>
   <table:table-cell office:value-type="string"><text:p>giấu</text:p></table:table-cell></table:table-row></table:table>"#;

#[test]
fn an_ods_is_read_as_its_sender_sees_it() {
    let book = read_named("b.ods", &make::ods(ODS_REPORT), &BookLimits::default()).expect("read");
    assert_eq!(book.kind, BookKind::Ods);
    let [report, draft] = &book.sheets[..] else { panic!("two sheets") };
    let expected = "\
1: A “Mã  trạm⏎(cũ)” | C “=x” | D “=x”
5*: A 12.5 | B 85% | C 2024-05-31 | D 2024-05-31+30600s | E 129600s | F true | G= !#N/A | H= 2 | I= ? | J “ghi chú”
6: A “hai lần”
7: A “hai lần”
";
    assert_eq!(shown(report), expected);
    assert_eq!(report.merges, [merge((1, 2), (0, 1))]);
    assert_eq!(report.hidden_columns, [2]);
    assert_eq!(report.comments[0].text, "hỏi lại");
    let [photo] = &report.pictures[..] else { panic!("one photo") };
    assert_eq!((photo.row, photo.column, photo.length), (5, 9, make::PNG.len() as u64));
    assert!(draft.hidden);
    assert!(book.warnings.contains(&BookNote::HiddenSheet { sheet: "Nháp".to_owned() }));
}

#[test]
fn an_ods_that_repeats_itself_is_bounded() {
    let repeated = |rows: u32, columns: u32| {
        make::ods(&format!(
            "<table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"{rows}\">\
             <table:table-cell table:number-columns-repeated=\"{columns}\" \
             office:value-type=\"float\" office:value=\"1\"/></table:table-row></table:table>"
        ))
    };
    let code = |bytes: &[u8]| read(bytes).expect_err("refused").code();
    assert_eq!(code(&repeated(1_048_576, 1)), "far-cell");
    assert_eq!(code(&repeated(100_000, 16_384)), "too-large");
    assert_eq!(code(&repeated(1, 16_385)), "broken-file");
    assert_eq!(read(&repeated(1, 16_384)).expect("read").sheets[0].width(), 16_384);
}

#[test]
fn an_ods_with_a_password_says_so() {
    let manifest =
        b"<m:manifest xmlns:m=\"m\"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>";
    let locked = make::replaced(&make::ods(ODS_REPORT), &[("META-INF/manifest.xml", manifest)]);
    assert_eq!(refused(&locked), RefusedBook::Encrypted);
}

pub const DOCX_TABLE: &str = "<w:p><w:r><w:t>Phụ lục</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:tcPr>\
    <w:gridSpan w:val=\"2\"/><w:vMerge w:val=\"restart\"/></w:tcPr><w:p><w:r><w:t>Mã</w:t></w:r></w:p>\
    </w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p><w:r><w:t>1</w:t><w:br/>\
    <w:commentReference w:id=\"7\"/></w:r></w:p></w:tc><w:tc><w:p><w:r><a:blip r:embed=\"r2\"/></w:r>\
    </w:p></w:tc></w:tr></w:tbl>";

fn docx_cell(properties: &str, text: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
}

#[test]
fn tables_of_a_document_are_called_by_the_line_before_them() {
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let first = [
        row(&[
            docx_cell("<w:vMerge w:val=\"restart\"/>", "STT"),
            docx_cell("<w:gridSpan w:val=\"2\"/>", "Tọa độ"),
        ]),
        row(&[docx_cell("<w:vMerge/>", ""), docx_cell("", "X"), docx_cell("", "Y")]),
        "<w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p><w:del><w:r><w:delText>\
         cũ</w:delText></w:r></w:del><w:ins><w:r><w:t>15,12</w:t></w:r></w:ins><w:r>\
         <w:commentReference w:id=\"7\"/></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>a</w:t><w:br/>\
         <w:t>b</w:t></w:r></w:p><w:p><w:r><w:drawing><a:blip r:embed=\"r2\"/></w:drawing></w:r>\
         </w:p><w:tbl><w:tr><w:tc/></w:tr></w:tbl></w:tc></w:tr>"
            .to_owned(),
    ];
    let second = row(&[docx_cell("", "thôn Cà")]);
    let bytes = make::docx(&format!(
        "<w:p><w:r><w:t>Phụ lục </w:t></w:r><w:r><w:t>1</w:t></w:r></w:p><w:p/>\
         <w:tbl>{}</w:tbl><w:tbl>{second}</w:tbl>",
        first.concat()
    ));
    let book = read_named("b.docx", &bytes, &BookLimits::default()).expect("read");
    assert_eq!(book.kind, BookKind::Docx);
    let names: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["Phụ lục 1", "Bảng 2"]);
    let table = &book.sheets[0];
    let expected = "1: A “STT” | B “Tọa độ”\n2: B “X” | C “Y”\n3: A “1” | B “15,12” | C “a⏎b”\n";
    assert_eq!(shown(table), expected);
    assert_eq!(table.merges, [merge((1, 2), (0, 0)), merge((1, 1), (1, 2))]);
    assert_eq!(table.value(2, 0), Some(&Cell::Text("STT".into())));
    assert_eq!((table.comments[0].row, table.comments[0].text.as_str()), (3, "xem lại"));
    assert_eq!((table.pictures[0].row, table.pictures[0].column), (3, 2));
    assert!(matches!(&book.warnings[..], [BookNote::NotRead { .. }, BookNote::Comments { .. }]));
    assert_eq!(read(&make::docx("<w:p/>")).expect_err("refused").code(), "no-data");
}

fn xls_report() -> Vec<u8> {
    let flag_row =
        |row: u16, flags: u16| make::record(0x0208, &make::shorts(&[row, 0, 9, 0, 0, 0, flags, 0]));
    let formula = |row: u16, column: u16, value: [u8; 8]| {
        let tail = [vec![0; 6], make::shorts(&[3, 0x001e, 0])].concat();
        make::record(0x0006, &[make::shorts(&[row, column, 0]), value.to_vec(), tail].concat())
    };
    let comment = [
        make::record(0x005d, &make::shorts(&[0x15, 0x12, 0x19, 5, 0, 0, 0, 0, 0, 0, 0])),
        make::record(0x01b6, &make::shorts(&[0, 0, 0, 0, 0, 7, 0, 0, 0])),
        make::record(
            0x003c,
            &[vec![1], make::shorts(&"hỏi lại".encode_utf16().collect::<Vec<_>>())].concat(),
        ),
        make::record(0x001c, &make::shorts(&[4, 1, 0, 5, 0, 0])),
    ];
    let rows = vec![
        make::record(0x0200, &[0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 5, 0, 0, 0]),
        flag_row(5, 0x20),
        make::record(0x007d, &make::shorts(&[3, 3, 0, 0, 1, 0])),
        make::xls_text(2, 0, "Mã trạm"),
        make::xls_text(4, 0, "QNI-001"),
        make::xls_number(4, 1, 0, 575_950.32),
        make::xls_number(4, 2, 1, 45_443.0),
        make::xls_number(4, 3, 2, 0.85),
        make::record(0x0205, &[make::shorts(&[4, 4, 0]), vec![0x2a, 1]].concat()),
        formula(5, 0, 2.0_f64.to_le_bytes()),
        comment.concat(),
        make::record(0x00e5, &make::shorts(&[1, 2, 3, 0, 0])),
    ];
    make::xls(&[], &[("Báo cáo", 0, rows), ("Nháp", 1, vec![make::xls_text(0, 0, "giấu")])])
}

#[test]
fn an_xls_is_read_as_its_sender_sees_it() {
    let book = read_named("b.xls", &xls_report(), &BookLimits::default()).expect("read");
    assert_eq!((book.kind, book.date_system), (BookKind::Xls, DateSystem::From1900));
    let [report, draft] = &book.sheets[..] else { panic!("two sheets") };
    let expected = "\
3: A “Mã trạm”
5: A “QNI-001” | B 575950.32 | C 2024-05-31 | D 85% | E !#N/A
6*: A= 2
";
    assert_eq!(shown(report), expected);
    assert_eq!(report.merges, [merge((3, 4), (0, 0))]);
    assert_eq!(report.hidden_columns, [3]);
    let comment = &report.comments[0];
    assert_eq!((comment.row, comment.column, comment.text.as_str()), (5, 1, "hỏi lại"));
    assert!(draft.hidden && !report.hidden);
    let named = read_named("b.xlsx", &xls_report(), &BookLimits::default()).expect("read");
    let wrong = BookNote::WrongExtension { named: "xlsx".to_owned(), kind: BookKind::Xls };
    assert!(named.warnings.contains(&wrong));
}

#[test]
fn an_xls_from_1904_is_told() {
    let rows = vec![make::xls_number(0, 0, 1, 43_981.0)];
    let from_1904 = make::xls(&[make::record(0x0022, &make::shorts(&[1]))], &[("a", 0, rows)]);
    let book = read(&from_1904).expect("read");
    assert_eq!(book.date_system, DateSystem::From1904);
    assert_eq!(shown(&book.sheets[0]), "1: A 2024-05-31\n");
}

/// Two cells in opposite corners would make a grid of 16 million.
#[test]
fn an_xls_whose_grid_would_fill_the_memory_is_refused() {
    let corners = vec![make::xls_text(0, 0, "a"), make::xls_text(65_535, 255, "b")];
    let wide = make::record(0x0200, &[0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0, 0, 0]);
    for rows in [corners, vec![wide, make::xls_text(0, 0, "a")]] {
        let error = read(&make::xls(&[], &[("a", 0, rows)])).expect_err("refused");
        assert_eq!(error.code(), "too-large");
    }
}

#[test]
fn compound_files_are_told_apart() {
    let cases: [(&[&str], RefusedBook); 6] = [
        (&["EncryptedPackage", "EncryptionInfo"], RefusedBook::Encrypted),
        (&["WordDocument"], RefusedBook::Doc),
        (&["PowerPoint Document"], RefusedBook::Ppt),
        (&["Workbook", "_VBA_PROJECT_CUR"], RefusedBook::Macros),
        (&["Something"], RefusedBook::Unknown),
        (&["Workbook", "EncryptedPackage"], RefusedBook::Encrypted),
    ];
    for (names, expected) in cases {
        let streams: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, &b"x"[..])).collect();
        assert_eq!(refused(&make::compound(&streams)), expected, "{names:?}");
    }
    let locked = make::xls(&[make::record(0x002f, &make::shorts(&[1, 1]))], &[("a", 0, vec![])]);
    assert_eq!(refused(&locked), RefusedBook::Encrypted);
}
