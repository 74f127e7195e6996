//! Makes files: workbooks by a library, then changed part by part where no library would write
//! what people's programs do.

use std::io::{Cursor, Read, Write};

use rust_xlsxwriter::{Format, Formula, Image, Note, Workbook};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The smallest picture there is (1 × 1, PNG).
pub const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0, 1, 0, 0, 5, 0, 1, 0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, b'I', b'E', b'N',
    b'D', 0xae, 0x42, 0x60, 0x82,
];

/// A report as an office makes it: title rows, a heading over two rows with merged cells, a
/// hidden row and column, a second, hidden sheet, a comment, a photo, formulas, an error.
pub fn office_report() -> Vec<u8> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let moment = Format::new().set_num_format("dd/mm/yyyy hh:mm");
    let percent = Format::new().set_num_format("0.0%");
    let clock = Format::new().set_num_format("[h]:mm");
    let written = (|| {
        let sheet = book.add_worksheet();
        sheet.set_name("Báo cáo")?;
        sheet.merge_range(0, 0, 0, 6, "BÁO CÁO HOÀN THÀNH TRẠM", &bold)?;
        sheet.merge_range(2, 2, 2, 3, "Tọa độ", &bold)?;
        sheet.merge_range(2, 0, 3, 0, "STT", &bold)?;
        sheet.write(3, 1, "Mã trạm")?.write(3, 2, "X")?.write(3, 3, "Y")?;
        sheet.write(3, 4, "Ngày")?.write(3, 5, "Tỷ lệ")?.write(3, 6, "Ghi chú")?;
        sheet.write(4, 0, 1)?.write(4, 1, "00536")?.write(4, 2, 1_639_487.1)?;
        sheet.write(4, 3, "575950,32")?;
        sheet.write_with_format(4, 4, 45_443, &day)?;
        sheet.write_with_format(4, 5, 0.85, &percent)?;
        sheet.write(4, 6, "dòng một\ndòng hai")?;
        sheet.write_formula(5, 0, Formula::new("A5+1").set_result("2"))?;
        sheet.write(5, 1, "QNI-002")?;
        sheet.write_formula(5, 2, Formula::new("NA()").set_result("#N/A"))?;
        sheet.write_with_format(5, 4, 45_443.354_166_666_664, &moment)?;
        sheet.write(5, 6, true)?;
        sheet.write(7, 1, "31/02/2024")?;
        sheet.write_with_format(7, 4, 1.5, &clock)?;
        sheet.write(7, 5, "  ")?;
        sheet.set_row_hidden(5)?;
        sheet.set_column_hidden(3)?;
        sheet.insert_note(4, 1, &Note::new("hỏi lại mã này").add_author_prefix(false))?;
        sheet.insert_image(4, 6, &Image::new_from_buffer(PNG)?)?;
        let second = book.add_worksheet();
        second.set_name("Nháp")?.set_hidden(true).write(0, 0, "giấu")?;
        Ok::<_, rust_xlsxwriter::XlsxError>(())
    })();
    written.expect("a report");
    book.save_to_buffer().expect("saved")
}

/// One sheet with the given rows of text.
pub fn plain(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*cells) {
            sheet.write(row, column, *text).expect("written");
        }
    }
    book.save_to_buffer().expect("saved")
}

/// A workbook whose only sheet has this `sheetData` (and what follows it).
pub fn with_rows(sheet_data: &str) -> Vec<u8> {
    let sheet = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         {sheet_data}</worksheet>"
    );
    replaced(&plain(&[&["x"]]), &[("xl/worksheets/sheet1.xml", sheet.as_bytes())])
}

/// All parts of a ZIP.
pub fn parts(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).expect("a ZIP");
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).expect("an entry");
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("read");
            (entry.name().expect("a name").into_owned(), bytes)
        })
        .collect()
}

pub fn zipped<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(name, options).expect("begun");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

/// The same ZIP with some parts replaced, or added.
pub fn replaced(zip: &[u8], with: &[(&str, &[u8])]) -> Vec<u8> {
    let old = parts(zip);
    let kept = old.iter().filter(|(name, _)| with.iter().all(|(new, _)| new != name));
    let kept = kept.map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    zipped(kept.chain(with.iter().copied()))
}

/// The same ZIP with words replaced in one part.
pub fn edited(zip: &[u8], part: &str, from: &str, to: &str) -> Vec<u8> {
    let old = parts(zip).into_iter().find(|(name, _)| name == part).expect("the part").1;
    let text = String::from_utf8(old).expect("text");
    assert!(text.contains(from), "{part} has no {from}:\n{text}");
    replaced(zip, &[(part, text.replace(from, to).as_bytes())])
}

/// A ZIP of one entry of spaces that unpacks about 1,000 times its size: written bit by bit,
/// because compressing half a gigabyte takes a test too long.
pub fn bomb(name: &str, unpacked_bytes: u64) -> Vec<u8> {
    let packed = packed_spaces(unpacked_bytes);
    let length = |bytes: usize| u32::try_from(bytes).expect("small").to_le_bytes();
    let unpacked = u32::try_from(unpacked_bytes).expect("under 4 GiB").to_le_bytes();
    let name_length = u16::try_from(name.len()).expect("short").to_le_bytes();
    let common = [
        // version 2.0, no flags, deflated, no time, no checksum: it is never read to its end.
        &[20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0, 0, 0, 0, 0][..],
        &length(packed.len()),
        &unpacked,
        &name_length,
        &[0, 0],
    ]
    .concat();
    let entry = [b"PK\x03\x04", &common[..], name.as_bytes(), &packed].concat();
    let listed = [&b"PK\x01\x02\x14\x00"[..], &common, &[0; 14], name.as_bytes()].concat();
    let end = [
        &b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..],
        &length(listed.len()),
        &length(entry.len()),
        &[0, 0],
    ];
    [entry, listed, end.concat()].concat()
}

/// One deflate block (RFC 1951 §3.2.7) in which "258 more of the same" takes two bits.
fn packed_spaces(count: u64) -> Vec<u8> {
    let (mut bytes, mut filled) = (vec![0_u8], 0);
    let mut push = |value: u32, width: u32| {
        for bit in 0..width {
            if filled == 8 {
                bytes.push(0);
                filled = 0;
            }
            *bytes.last_mut().expect("begun") |= u8::from(value >> bit & 1 == 1) << filled;
            filled += 1;
        }
    };
    // The last block, with codes of its own: 286 lengths, 1 distance, 18 code lengths.
    for (value, width) in [(1, 1), (2, 2), (29, 5), (0, 5), (14, 4)] {
        push(value, width);
    }
    // In the order 16, 17, 18 … 2, 14, 1: 18 takes one bit, 2 and 1 take two.
    for width in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] {
        push(width, 3);
    }
    let zeros = |push: &mut dyn FnMut(u32, u32), count: u32| {
        push(0, 1);
        push(count - 11, 7);
    };
    // A space takes two bits, the end two, length 258 one; the only distance one.
    zeros(&mut push, 32);
    push(0b11, 2);
    zeros(&mut push, 138);
    zeros(&mut push, 85);
    push(0b11, 2);
    zeros(&mut push, 28);
    push(0b01, 2);
    push(0b01, 2);
    // One space, then copies of it.
    push(0b01, 2);
    for _ in 0..count / 258 {
        push(0, 2);
    }
    push(0b11, 2);
    bytes
}

/// An ODS with this inside `office:spreadsheet`.
pub fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content
        xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
        xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
        xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
        xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
        xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
        xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">
        <office:automatic-styles><style:style style:name="ta2" style:family="table">
        <style:table-properties table:display="false"/></style:style></office:automatic-styles>
        <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>
        </office:document-content>"#
    );
    zipped([
        ("mimetype", &b"application/vnd.oasis.opendocument.spreadsheet"[..]),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", &b"<manifest:manifest xmlns:manifest=\"m\"/>"[..]),
        ("Pictures/anh.png", PNG),
    ])
}

/// A DOCX with this inside `w:body`.
pub fn docx(body: &str) -> Vec<u8> {
    const MAIN: &str =
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let types = format!(
        "<Types><Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/word/document.xml\" ContentType=\"{MAIN}\"/></Types>"
    );
    let own = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{KIND}/officeDocument\" \
         Target=\"word/document.xml\"/></Relationships>"
    );
    let beside = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{KIND}/comments\" Target=\"comments.xml\"/>\
         <Relationship Id=\"r2\" Type=\"{KIND}/image\" Target=\"media/anh.png\"/></Relationships>"
    );
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\" xmlns:r=\"r\" xmlns:a=\"a\">\
         <w:body>{body}</w:body></w:document>"
    );
    let comments = "<w:comments xmlns:w=\"w\"><w:comment w:id=\"7\"><w:p><w:r>\
                    <w:t>xem lại</w:t></w:r></w:p></w:comment></w:comments>";
    zipped([
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", own.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", beside.as_bytes()),
        ("word/comments.xml", comments.as_bytes()),
        ("word/media/anh.png", PNG),
    ])
}

/// A record of a BIFF stream.
pub fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("short");
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

/// Numbers of two bytes each.
pub fn shorts(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// A compound file of these streams.
pub fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))
            .expect("begun");
    for (name, bytes) in streams {
        file.create_stream(name).expect("a stream").write_all(bytes).expect("written");
    }
    file.flush().expect("flushed");
    file.into_inner().into_inner()
}

/// An XLS (BIFF8): styles 0 plain, 1 a day, 2 a percentage; each sheet its name, whether it is
/// hidden, and its records.
pub fn xls(globals: &[Vec<u8>], sheets: &[(&str, u8, Vec<Vec<u8>>)]) -> Vec<u8> {
    let bof = |kind: u16| record(0x0809, &[shorts(&[0x0600, kind, 0, 0]), vec![0; 8]].concat());
    let style = |format: u16| record(0x00e0, &[shorts(&[0, format]), vec![0; 16]].concat());
    let own_format = [shorts(&[164, 4]), vec![0], b"0.0%".to_vec()].concat();
    let mut head = [bof(5), record(0x0042, &shorts(&[1200]))].concat();
    for one in globals {
        head.extend_from_slice(one);
    }
    head.extend(record(0x041e, &own_format));
    for format in [0, 14, 164] {
        head.extend(style(format));
    }
    let listed: usize = sheets.iter().map(|(name, ..)| 4 + 8 + 2 * name.chars().count()).sum();
    let mut place = head.len() + listed + 4;
    let (mut list, mut bodies) = (Vec::new(), Vec::new());
    for (name, hidden, records) in sheets {
        let units: Vec<u16> = name.encode_utf16().collect();
        let count = u8::try_from(units.len()).expect("short");
        let at = u32::try_from(place).expect("small").to_le_bytes();
        list.extend(record(0x0085, &[&at[..], &[*hidden, 0, count, 1], &shorts(&units)].concat()));
        let body = [bof(0x10), records.concat(), record(0x000a, &[])].concat();
        place += body.len();
        bodies.extend(body);
    }
    // Short streams live elsewhere in a compound file; this one is made long enough.
    let workbook = [head, list, record(0x000a, &[]), bodies, vec![0; 5_000]].concat();
    compound(&[("Workbook", &workbook)])
}

/// A text in a cell of an XLS.
pub fn xls_text(row: u16, column: u16, text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let count = u16::try_from(units.len()).expect("short");
    record(0x0204, &[shorts(&[row, column, 0, count]), vec![1], shorts(&units)].concat())
}

/// A number in a cell of an XLS.
pub fn xls_number(row: u16, column: u16, style: u16, number: f64) -> Vec<u8> {
    record(0x0203, &[shorts(&[row, column, style]), number.to_le_bytes().to_vec()].concat())
}
