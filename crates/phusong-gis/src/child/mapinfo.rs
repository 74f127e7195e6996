//! MapInfo's two sets. TAB: .tab, .dat, .map, .id; MIF: .mif, .mid. The library would turn texts
//! into UTF-8 by the declared character set, and drop what it does not know: so the declaration
//! is told as it stands and replaced by one under which every byte comes out as itself.

use super::plan::{Plan, Source};
use super::shapefile::Dbf;
use crate::archive::{Archive, Member};
use crate::error::{Damage, ReadError, Refused, clip};
use crate::geofile::Driver;
use crate::text::{DeclaredEncoding, TextEncoding, of_bytes};

/// The library maps this one byte to one character.
const BYTE_FOR_BYTE: &[u8] = b"ISO8859_1";

pub(super) fn take_tab(
    plan: &mut Plan,
    archive: &mut Archive,
    tab: &Member,
    read: &mut Vec<usize>,
) -> Result<(), ReadError> {
    let text = archive.unpack(tab)?;
    let kind = of_bytes(&text)
        .lines()
        .find_map(|line| Some(line.trim().to_lowercase().strip_prefix("type ")?.trim().to_owned()));
    let kind = kind.as_deref().and_then(|kind| kind.split_ascii_whitespace().next()).unwrap_or("");
    if kind != "native" {
        let looks_like = clip(format!("a MapInfo table of type {kind:?}, which leads elsewhere"));
        return Err(ReadError::NotAllowed { what: Refused::Content { looks_like } });
    }
    let path = plan.next_name("tab");
    let mut rows = None;
    for ending in ["dat", "map", "id"] {
        let Some(part) = archive.beside(tab, ending) else {
            return Err(incomplete(tab, ending));
        };
        read.push(part.index);
        let bytes = archive.unpack(&part)?;
        if ending == "dat" {
            rows = Some(Dbf::of(&bytes)?);
        }
        plan.files.push((path.with_extension(ending), bytes));
    }
    let mut source = Source::new(Driver::MapInfoTab, path.clone());
    if let Some(rows) = rows {
        rows.note_deleted(&tab.title(), plan);
        source.expected_rows = Some(rows.records - rows.deleted);
    }
    let (text, declared) = with_bytes_as_they_are(&text);
    source.title = Some(tab.title());
    source.encoding = TextEncoding::Bytes { declared };
    plan.files.push((path, text));
    plan.sources.push(source);
    Ok(())
}

pub(super) fn take_mif(
    plan: &mut Plan,
    archive: &mut Archive,
    mif: &Member,
    read: &mut Vec<usize>,
) -> Result<(), ReadError> {
    let Some(mid) = archive.beside(mif, "mid") else { return Err(incomplete(mif, "mid")) };
    read.push(mid.index);
    let path = plan.next_name("mif");
    let drawing = archive.unpack(mif)?;
    let table = archive.unpack(&mid)?;
    let mut source = Source::new(Driver::MapInfoMif, path.clone());
    let (drawing, declared) = with_bytes_as_they_are(&drawing);
    let (shapes, rows) = (shapes(&drawing)?, lines(&table));
    if shapes != rows {
        return Err(ReadError::BrokenFile { what: Damage::PartsDisagree { shapes, rows } });
    }
    source.title = Some(mif.title());
    source.encoding = TextEncoding::Bytes { declared };
    source.expected_rows = Some(rows);
    plan.files.push((path.with_extension("mid"), table));
    plan.files.push((path, drawing));
    plan.sources.push(source);
    Ok(())
}

fn incomplete(main: &Member, ending: &str) -> ReadError {
    let (name, missing) = (clip(main.name.clone()), format!(".{ending}"));
    ReadError::NotAllowed { what: Refused::Incomplete { name, missing } }
}

/// The text with its character set replaced, and the one it declared.
fn with_bytes_as_they_are(text: &[u8]) -> (Vec<u8>, Option<DeclaredEncoding>) {
    /// The declaration stands in the first lines, before columns and data.
    const HEADER_LINES: usize = 12;
    let mut out = Vec::with_capacity(text.len() + 64);
    let mut declared = None;
    let is_mif = !text.trim_ascii_start().starts_with(b"!");
    for (number, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let at = (number < HEADER_LINES).then(|| charset_at(line)).flatten();
        let Some((start, end)) = at else {
            out.extend_from_slice(line);
            if number == 0 && is_mif && charset_line(text).is_none() {
                out.extend_from_slice(b"Charset \"ISO8859_1\"\n");
            }
            continue;
        };
        declared =
            declared.or_else(|| Some(DeclaredEncoding::of_mapinfo(&of_bytes(&line[start..end]))));
        out.extend_from_slice(&line[..start]);
        out.extend_from_slice(BYTE_FOR_BYTE);
        out.extend_from_slice(&line[end..]);
    }
    (out, declared)
}

fn charset_line(text: &[u8]) -> Option<usize> {
    text.split(|byte| *byte == b'\n').take(12).position(|line| charset_at(line).is_some())
}

/// Where the word after `charset` stands in a line, without its quotes.
fn charset_at(line: &[u8]) -> Option<(usize, usize)> {
    const WORD: &[u8] = b"charset";
    let at = line.windows(WORD.len()).position(|window| window.eq_ignore_ascii_case(WORD))?;
    let is_part_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let after = at + WORD.len();
    let start = after + line[after..].iter().position(is_part_of_name)?;
    let end = line[start..].iter().position(|byte| !is_part_of_name(byte));
    Some((start, end.map_or(line.len(), |length| start + length)))
}

/// Objects of a MIF: each begins with its own word at the start of a line, below `Data`. A line
/// that begins with no word of MapInfo's holds numbers only: the library takes `108,7` for 108.
fn shapes(mif: &[u8]) -> Result<u64, ReadError> {
    const OBJECTS: [&str; 12] = [
        "none",
        "point",
        "line",
        "pline",
        "region",
        "arc",
        "text",
        "rect",
        "roundrect",
        "ellipse",
        "multipoint",
        "collection",
    ];
    const STYLES: [&str; 10] = [
        "symbol", "pen", "brush", "smooth", "center", "font", "spacing", "justify", "angle",
        "label",
    ];
    let mut lines = mif.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let _header = lines.by_ref().take_while(|line| !line.eq_ignore_ascii_case(b"data")).count();
    let mut parts_left: u64 = 0;
    let mut count = 0;
    for line in lines {
        let text = of_bytes(line);
        let mut words = text.split_ascii_whitespace();
        let first = words.next().unwrap_or_default().to_ascii_lowercase();
        let is_object = OBJECTS.contains(&&*first);
        if is_object && parts_left > 0 {
            parts_left -= 1;
        } else if is_object {
            count += 1;
            if first == "collection" {
                parts_left = words.clone().next().and_then(|n| n.parse().ok()).unwrap_or(0);
            }
        }
        let has_numbers = match first.as_str() {
            "point" | "line" | "rect" | "roundrect" | "ellipse" | "arc" => true,
            word => !is_object && !STYLES.contains(&word) && !word.starts_with('"'),
        };
        let start = usize::from(is_object);
        let mut numbers = text.split_ascii_whitespace().skip(start);
        if has_numbers && numbers.any(|number| number.parse::<f64>().is_err()) {
            let what = Damage::NotANumber { place: count, text: clip(text) };
            return Err(ReadError::BrokenFile { what });
        }
    }
    Ok(count)
}

/// Lines of a MID that hold something; a line break in quotes ends none.
fn lines(mid: &[u8]) -> u64 {
    let (mut count, mut quoted, mut filled) = (0, false, false);
    for byte in mid {
        match byte {
            b'"' => {
                quoted = !quoted;
                filled = true;
            }
            b'\n' if !quoted => {
                count += u64::from(filled);
                filled = false;
            }
            b'\r' | b'\0' | 0x1a => {}
            _ => filled = true,
        }
    }
    count + u64::from(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_set_is_told_and_replaced() {
        let (text, declared) =
            with_bytes_as_they_are(b"Version 300\nCharset \"WindowsVietnamese\"\nX");
        assert_eq!(text, b"Version 300\nCharset \"ISO8859_1\"\nX");
        assert_eq!(declared.and_then(|found| found.code_page), Some(1258));
        let (text, declared) = with_bytes_as_they_are(b"Version 300\r\nDelimiter \",\"\r\n");
        assert_eq!(text, b"Version 300\r\nCharset \"ISO8859_1\"\nDelimiter \",\"\r\n");
        assert_eq!(declared, None);
        let tab = b"!table\n!charset Neutral\n\nDefinition Table\n  Type NATIVE Charset \"WindowsLatin1\"\n";
        let (text, declared) = with_bytes_as_they_are(tab);
        assert_eq!(
            text,
            b"!table\n!charset ISO8859_1\n\nDefinition Table\n  Type NATIVE Charset \"ISO8859_1\"\n"
        );
        assert_eq!(declared.map(|found| found.words), Some("Neutral".to_owned()));
    }

    #[test]
    fn objects_and_lines_are_counted() {
        let mif = b"Version 300\nColumns 1\n  point Integer\nData\n\nPoint 1 2\n    Symbol (35,0,12)\nnone\nRegion 1\n  4\n1 2\n";
        assert_eq!(shapes(mif), Ok(3));
        for place in ["108,7 15,1", "abc def", "108.7 15.1 x"] {
            let mif = format!("Data\nPoint {place}\n");
            assert!(shapes(mif.as_bytes()).is_err(), "{place}");
            let mif = format!("Data\nRegion 1\n  1\n{place}\n");
            assert!(shapes(mif.as_bytes()).is_err(), "{place}");
        }
        assert_eq!(lines(b"\"a\",1\r\n\"b\nc\",2\n\n\"d\",3"), 3);
    }
}
