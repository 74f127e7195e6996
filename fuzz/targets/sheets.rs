//! XLSX, XLS, ODS and DOCX: any bytes are a book or refused by name.
//!
//! The first byte says what the rest is: a whole file, or one part of a package that is otherwise
//! whole, so that what lies behind the ZIP and its checksums is reached too.
//!
//! The library's own panics on a broken XLS end the sandboxed child and are told to the sender:
//! they count as refused here. No other kind may panic.
#![no_main]

use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, take_hook};
use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use phusong_sheets::{BookBuilder, BookLimits, read_book};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// The fuzzer's own hook ends the process at once; a panic that is not caught still does.
static HOOK: Once = Once::new();

type Parts = [(&'static str, &'static str)];

const XLSX: &Parts = &[
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="1"/><sheets><sheet name="Trạm" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#,
    ),
    (
        "xl/worksheets/sheet1.xml",
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols><col min="2" max="2" hidden="1"/></cols><sheetData><row r="1" hidden="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Xã</t></is></c></row><row r="2"><c r="A2" s="1"><v>45443.5</v></c><c r="B2" t="str"><f>A1</f><v>x</v></c><c r="C2" t="e"><v>#N/A</v></c><c r="D2" t="b"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>"#,
    ),
    (
        "xl/styles.xml",
        r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#,
    ),
    (
        "xl/sharedStrings.xml",
        r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Mã trạm</t></si><si><r><t>a</t></r><r><t>b</t></r></si></sst>"#,
    ),
];

const ODS: &Parts = &[
    ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
    (
        "content.xml",
        r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="T"><table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3" office:value-type="date" office:date-value="2026-11-01"><text:p>x</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#,
    ),
    (
        "META-INF/manifest.xml",
        r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"#,
    ),
];

const DOCX: &Parts = &[
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#,
    ),
    (
        "word/document.xml",
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>Mã</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"#,
    ),
];

fuzz_target!(|bytes: &[u8]| {
    HOOK.call_once(|| drop(take_hook()));
    let Some((which, rest)) = bytes.split_first() else { return };
    let all: Vec<(&Parts, usize)> = [XLSX, ODS, DOCX]
        .into_iter()
        .flat_map(|parts| (0..parts.len()).map(move |part| (parts, part)))
        .collect();
    match all.get(usize::from(*which).wrapping_sub(1)) {
        Some((parts, part)) => read(&packed(parts, *part, rest)),
        None if rest.starts_with(COMPOUND_FILE) => {
            let _told = catch_unwind(AssertUnwindSafe(|| read(rest)));
        }
        None => read(rest),
    }
});

/// The package with one part in the place of its own.
fn packed(parts: &Parts, replaced: usize, with: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (at, (name, own)) in parts.iter().enumerate() {
        let content = if at == replaced { with } else { own.as_bytes() };
        zip.start_file(*name, stored).and_then(|()| Ok(zip.write_all(content)?)).expect("in memory");
    }
    zip.finish().expect("in memory").into_inner()
}

fn read(bytes: &[u8]) {
    let limits = BookLimits { unpacked_bytes: 16 << 20, ..BookLimits::default() };
    let mut book = BookBuilder::new(&limits);
    let mut emit = |piece| book.add(piece);
    if read_book(Cursor::new(bytes), "a.xlsx", &limits, &mut emit).is_ok() {
        assert!(book.finish().is_some(), "a book that was read has begun");
    }
}
