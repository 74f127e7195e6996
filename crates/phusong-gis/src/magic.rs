//! What a file is, by its first bytes. Its name plays no part.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::error::{Damage, ReadError, Refused};
use crate::geofile::Driver;

/// How much is looked at: enough for an SQLite header and for white space before a brace.
const LOOK_BYTES: u64 = 4_096;

/// Names the driver, or says why none may have the file. For a GeoPackage the header's own size
/// is compared with the file's.
pub(crate) fn driver_of(file: &mut File, file_bytes: u64) -> Result<Driver, ReadError> {
    let mut head = Vec::new();
    file.by_ref()
        .take(LOOK_BYTES)
        .read_to_end(&mut head)
        .and_then(|_| file.seek(SeekFrom::Start(0)))
        .map_err(|error| ReadError::io(&error))?;
    if head.starts_with(b"SQLite format 3\0") {
        return geopackage(&head, file_bytes);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    match text.trim_ascii_start().first() {
        Some(b'{') => Ok(Driver::GeoJson),
        _ => Err(refused(Refused::Content { looks_like: looks_like(&head).to_owned() })),
    }
}

fn refused(what: Refused) -> ReadError {
    ReadError::NotAllowed { what }
}

/// Source: SQLite file format §1.3 (page size at 16, page count at 28, change counters at 24 and
/// 92, application id at 68); OGC 12-128 for the ids `GPKG`, `GP10`, `GP11`.
fn geopackage(head: &[u8], file_bytes: u64) -> Result<Driver, ReadError> {
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
    Ok(Driver::GeoPackage)
}

fn looks_like(head: &[u8]) -> &'static str {
    const KNOWN: [(&[u8], &str); 10] = [
        (b"PK\x03\x04", "ZIP (XLSX, KMZ, shapefile?)"),
        (b"<OGRVRTDataSource", "VRT"),
        (b"<VRTDataset", "VRT"),
        (b"<", "XML (KML, GPX?)"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"%PDF", "PDF"),
        (b"\x00\x00\x27\x0a", "Shapefile (.shp)"),
        (b"\xd0\xcf\x11\xe0", "XLS, DOC"),
        (b"[", "JSON"),
    ];
    let text = head.trim_ascii_start();
    let found = KNOWN.iter().find(|(start, _)| head.starts_with(start) || text.starts_with(start));
    match found {
        Some((_, name)) => name,
        None if head.is_empty() => "an empty file",
        None => "something else",
    }
}
