//! What a file is, by its first bytes. Its name plays no part.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::error::{Damage, ReadError, Refused};

/// How much is looked at: enough for an SQLite header and for white space before a brace.
const LOOK_BYTES: u64 = 4_096;

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Magic {
    GeoJson,
    GeoPackage,
    Xml,
    Zip,
    Tiff,
    AsciiGrid,
    /// One part of a set.
    Shp,
    Tab,
    Mif,
}

/// Says what the file is, or why it may not be read. For a GeoPackage the header's own size is
/// compared with the file's.
pub(crate) fn of_file(file: &mut File, file_bytes: u64) -> Result<Magic, ReadError> {
    let mut head = Vec::new();
    file.by_ref()
        .take(LOOK_BYTES)
        .read_to_end(&mut head)
        .and_then(|_| file.seek(SeekFrom::Start(0)))
        .map_err(|error| ReadError::io(&error))?;
    match of_head(&head) {
        Some(Magic::GeoPackage) => geopackage(&head, file_bytes),
        Some(magic) => Ok(magic),
        None => Err(refused(Refused::Content { looks_like: looks_like(&head).to_owned() })),
    }
}

/// What the first bytes of a file or of a member of a ZIP say.
pub(crate) fn of_head(head: &[u8]) -> Option<Magic> {
    const TIFF: [&[u8]; 4] = [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"];
    if head.starts_with(b"SQLite format 3\0") {
        return Some(Magic::GeoPackage);
    }
    if head.starts_with(b"PK\x03\x04") {
        return Some(Magic::Zip);
    }
    if TIFF.iter().any(|start| head.starts_with(start)) {
        return Some(Magic::Tiff);
    }
    if head.starts_with(SHP) {
        return Some(Magic::Shp);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let start = text.get(..16.min(text.len())).unwrap_or_default().to_ascii_lowercase();
    match text.first() {
        Some(b'{') => Some(Magic::GeoJson),
        Some(b'<') if !is_foreign_xml(text) => Some(Magic::Xml),
        Some(b'!') if start.starts_with(b"!table") => Some(Magic::Tab),
        _ if is_grid(text) => Some(Magic::AsciiGrid),
        _ if start.starts_with(b"version ") => Some(Magic::Mif),
        _ => None,
    }
}

const SHP: &[u8] = b"\x00\x00\x27\x0a";

/// Virtual data sets and the like lead to other files: not even handed on to be parsed.
pub(crate) fn is_foreign_xml(text: &[u8]) -> bool {
    const ROOTS: [&[u8]; 5] =
        [b"<OGRVRT", b"<VRTDataset", b"<GDALTileIndex", b"<GDAL_WMS", b"<WMS"];
    ROOTS.iter().any(|root| text.windows(root.len()).any(|window| window == *root))
}

/// A word of the header of an ASCII grid, and a number.
fn is_grid(text: &[u8]) -> bool {
    const WORDS: [&str; 7] =
        ["ncols", "nrows", "xllcorner", "xllcenter", "yllcorner", "yllcenter", "cellsize"];
    let line = text.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_ascii_whitespace();
    let word = words.next().unwrap_or_default().to_ascii_lowercase();
    WORDS.contains(&&*word) && words.next().is_some_and(|number| number.parse::<f64>().is_ok())
}

fn refused(what: Refused) -> ReadError {
    ReadError::NotAllowed { what }
}

/// Source: SQLite file format §1.3 (page size at 16, page count at 28, change counters at 24 and
/// 92, application id at 68); OGC 12-128 for the ids `GPKG`, `GP10`, `GP11`.
fn geopackage(head: &[u8], file_bytes: u64) -> Result<Magic, ReadError> {
    let number = |at: usize| {
        head.get(at..at + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
    };
    let application_id = number(68);
    if ![*b"GPKG", *b"GP10", *b"GP11"].map(u32::from_be_bytes).contains(&application_id) {
        return Err(refused(Refused::ApplicationId { found: application_id }));
    }
    let page_bytes = match number(14) & 0xffff {
        1 => 65_536,
        other => u64::from(other),
    };
    let expected_bytes = page_bytes * u64::from(number(28));
    // The count holds only if it was written together with the last change.
    if number(24) == number(92) && expected_bytes > file_bytes {
        let what = Damage::Truncated { expected_bytes, found_bytes: file_bytes };
        return Err(ReadError::BrokenFile { what });
    }
    Ok(Magic::GeoPackage)
}

fn looks_like(head: &[u8]) -> &'static str {
    const KNOWN: [(&[u8], &str); 10] = [
        (b"%PDF", "PDF"),
        (b"\xd0\xcf\x11\xe0", "XLS, DOC"),
        (b"Rar!", "RAR"),
        (b"7z\xbc\xaf", "7z"),
        (b"\x89PNG", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"PK\x05\x06", "an empty ZIP"),
        (b"\xff\xfe", "text in UTF-16"),
        (b"\xfe\xff", "text in UTF-16"),
        (b"[", "JSON"),
    ];
    let text = head.trim_ascii_start();
    let found = KNOWN.iter().find(|(start, _)| head.starts_with(start) || text.starts_with(start));
    match found {
        Some((_, name)) => name,
        None if is_foreign_xml(head) => "VRT",
        None if head.is_empty() => "an empty file",
        None => "something else",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell() {
        for (head, expected) in [
            (&b"ncols 4\nnrows 3\n"[..], Some(Magic::AsciiGrid)),
            (b"NCOLS\t4\r\n", Some(Magic::AsciiGrid)),
            (b"ncols of a table\n", None),
            (b"\xef\xbb\xbf <?xml version=\"1.0\"?><kml>", Some(Magic::Xml)),
            (b"<?xml version=\"1.0\"?><OGRVRTDataSource>", None),
            (b"<VRTDataset rasterXSize=\"1\">", None),
            (b"<GDALTileIndexDataset>", None),
            (b"Version 300\nCharset", Some(Magic::Mif)),
            (b"!table\n!version 300", Some(Magic::Tab)),
            (b"MM\0*", Some(Magic::Tiff)),
            (b"II+\0\x08\0\0\0", Some(Magic::Tiff)),
            (b"\x00\x00\x27\x0a", Some(Magic::Shp)),
            (b" {", Some(Magic::GeoJson)),
            (b"", None),
        ] {
            assert_eq!(of_head(head), expected, "{:?}", String::from_utf8_lossy(head));
        }
    }
}
