//! Bad workbooks: rows 1 to 15.

use std::io::{Cursor, Read, Write};

use phusong_sheets::{ExportCell, ExportSheet};

use super::{Bad, refused, taken};

const HEADINGS: [&str; 7] =
    ["Mã trạm", "Loại sự kiện", "Ngày sự kiện", "Công nghệ", "Kinh độ", "Vĩ độ", "Thôn phục vụ"];
const SITE: [&str; 7] = ["QNI1", "phát sóng", "01/11/2026", "4G", "108,8221", "14,7041", "Kon Dóc"];

fn made(rows: &[[&str; 7]]) -> Vec<u8> {
    let cells = |row: &[&str; 7]| row.map(|text| ExportCell::Text(text.to_owned())).to_vec();
    let sheet = ExportSheet {
        name: "Trạm".to_owned(),
        headings: HEADINGS.map(ToOwned::to_owned).to_vec(),
        rows: rows.iter().map(cells).collect(),
        widths: vec![12; 7],
    };
    phusong_sheets::workbook("Báo cáo", (2026, 11, 26), &[sheet]).expect("a workbook")
}

pub fn good() -> Vec<u8> {
    made(&[SITE])
}

/// The good one with parts of it as `edit` leaves them.
fn edited(edit: impl Fn(&str, String) -> String) -> Vec<u8> {
    let mut good = zip::ZipArchive::new(Cursor::new(good())).expect("a ZIP");
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..good.len() {
        let mut part = good.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).expect("XML");
        made.start_file(&*name, zip::write::SimpleFileOptions::default()).expect("a part");
        made.write_all(edit(&name, text).as_bytes()).expect("a part");
    }
    made.finish().expect("a ZIP").into_inner()
}

/// One part in place of the good one's.
fn replaced(which: &str, with: &str) -> Vec<u8> {
    edited(|name, text| if name == which { with.to_owned() } else { text })
}

/// The same change in one part.
fn changed(which: &str, from: &str, to: &str) -> Vec<u8> {
    edited(|name, text| {
        assert!(name != which || text.contains(from), "{from} stands in {which}");
        if name == which { text.replacen(from, to, 1) } else { text }
    })
}

/// A sheet of spaces, half a gigabyte once unpacked.
fn bomb() -> Vec<u8> {
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let mut good = zip::ZipArchive::new(Cursor::new(good())).expect("a ZIP");
    for at in 0..good.len() {
        let mut part = good.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        made.start_file(&*name, options).expect("a part");
        if name == SHEET {
            let spaces = vec![b' '; 1 << 20];
            (0..300).for_each(|_| made.write_all(&spaces).expect("packed"));
        } else {
            std::io::copy(&mut part, &mut made).expect("a part");
        }
    }
    made.finish().expect("a ZIP").into_inner()
}

/// What Excel writes when a workbook has a password.
fn locked() -> Vec<u8> {
    let mut made = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a compound file");
    for stream in ["EncryptionInfo", "EncryptedPackage"] {
        made.create_stream(stream).expect("a stream").write_all(&[4, 0, 4, 0]).expect("written");
    }
    made.into_inner().into_inner()
}

const SHEET: &str = "xl/worksheets/sheet1.xml";
const TEXTS: &str = "xl/sharedStrings.xml";
const GROWS: &str = r#"<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b
    "&a;&a;&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>"#;
const OUTSIDE: &str = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>
    <worksheet><sheetData><row><c t="inlineStr"><is><t>&x;</t></is></c></row></sheetData></worksheet>"#;
const EMPTY: &str = r#"<?xml version="1.0"?><worksheet
    xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>"#;

pub fn bad() -> Vec<Bad> {
    let macros = changed(
        "[Content_Types].xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    );
    let either = made(&[["QNI9", "phát sóng", "01/11/2026", "4G", "108,822", "15,12", ""]]);
    // “Kon Dóc”, “Làng Mâm” and “Cây Muối” in a font of the ABC family.
    let abc = [("QNI6", "Kon Dãc"), ("QNI7", "Lµng M©m"), ("QNI8", "C©y Muèi")];
    let site =
        |(code, village)| [code, "phát sóng", "01/11/2026", "4G", "108,8221", "14,7041", village];
    let old_font = made(&abc.map(site));
    vec![
        refused(1, "bom.xlsx", bomb(), "archive-bomb"),
        refused(2, "thuc-the.xlsx", replaced(TEXTS, GROWS), "entities"),
        refused(3, "ben-ngoai.xlsx", replaced(SHEET, OUTSIDE), "entities"),
        refused(4, "khoa.xlsx", locked(), "encrypted"),
        taken(5, "bao-cao.xls", good(), "wrong-extension"),
        refused(6, "macro.xlsm", macros, "macros"),
        refused(7, "xa.xlsx", changed(SHEET, "r=\"G2\"", "r=\"XFD1048576\""), "far-cell"),
        taken(9, "dau.xlsx", either, "serves-none"),
        refused(11, "ham.xlsx", formula(), "error-cell"),
        taken(
            12,
            "an.xlsx",
            changed("xl/workbook.xml", "sheetId=\"1\"", "sheetId=\"1\" state=\"hidden\""),
            "hidden-sheet",
        ),
        refused(13, "trong.xlsx", replaced(SHEET, EMPTY), "no-data"),
        taken(14, "abc.xlsx", old_font, "tcvn3"),
    ]
}

/// The event's cell is a formula whose value was never computed.
fn formula() -> Vec<u8> {
    edited(|name, text| {
        if name != SHEET {
            return text;
        }
        let start = text.find("<c r=\"B2\"").expect("the cell");
        let end = start + text[start..].find("</c>").expect("its end");
        format!("{}<c r=\"B2\"><f>A1&amp;A2</f>{}", &text[..start], &text[end..])
    })
}
