//! A shapefile is a set: .shp and .dbf must be there, .shx may be rebuilt, .prj and .cpg may be
//! missing. Whether the parts agree is found out here, before the library joins them.

use super::plan::{Plan, Source};
use crate::archive::{Archive, Member};
use crate::error::{Damage, ReadError, Refused, clip};
use crate::geofile::Driver;
use crate::note::Note;
use crate::text::{DeclaredEncoding, TextEncoding};

pub(super) fn take(
    plan: &mut Plan,
    archive: &mut Archive,
    shp: &Member,
    read: &mut Vec<usize>,
) -> Result<(), ReadError> {
    let path = plan.next_name("shp");
    let Some(dbf) = archive.beside(shp, "dbf") else {
        let what = Refused::Incomplete { name: clip(shp.name.clone()), missing: ".dbf".to_owned() };
        return Err(ReadError::NotAllowed { what });
    };
    let part = |ending: &str| archive.beside(shp, ending);
    let (shx, prj, cpg) = (part("shx"), part("prj"), part("cpg"));
    read.push(dbf.index);
    read.extend([&shx, &prj, &cpg].into_iter().flatten().map(|member| member.index));

    let shapes = archive.unpack(shp)?;
    let table = archive.unpack(&dbf)?;
    let rows = Dbf::of(&table)?;
    let count = if let Some(shx) = &shx {
        let index = archive.unpack(shx)?;
        let count = (index.len() as u64).saturating_sub(HEADER_BYTES) / 8;
        plan.files.push((path.with_extension("shx"), index));
        check_length(&shapes)?;
        count
    } else {
        plan.notes.push(Note::IndexRebuilt { layer: shp.title() });
        walk(&shapes)?
    };
    if count != rows.records {
        let what = Damage::PartsDisagree { shapes: count, rows: rows.records };
        return Err(ReadError::BrokenFile { what });
    }
    rows.note_deleted(&shp.title(), plan);

    let declared = match &cpg {
        Some(cpg) => DeclaredEncoding::of_cpg(&String::from_utf8_lossy(&archive.unpack(cpg)?)),
        None => None,
    };
    if let Some(prj) = &prj {
        plan.files.push((path.with_extension("prj"), archive.unpack(prj)?));
    }
    let mut source = Source::new(Driver::Shapefile, path.clone());
    source.title = Some(shp.title());
    source.encoding = TextEncoding::Bytes {
        declared: declared.or_else(|| DeclaredEncoding::of_ldid(rows.language)),
    };
    source.expected_rows = Some(rows.records - rows.deleted);
    plan.files.push((path.with_extension("dbf"), table));
    plan.files.push((path, shapes));
    plan.sources.push(source);
    Ok(())
}

/// Source: ESRI shapefile technical description (July 1998): lengths in 16-bit words, big-endian.
const HEADER_BYTES: u64 = 100;

fn big_endian(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]).into())
}

fn check_length(shp: &[u8]) -> Result<(), ReadError> {
    truncated_if_less(big_endian(shp, 24) * 2, shp.len() as u64)
}

fn truncated_if_less(expected_bytes: u64, found_bytes: u64) -> Result<(), ReadError> {
    if expected_bytes <= found_bytes {
        return Ok(());
    }
    Err(ReadError::BrokenFile { what: Damage::Truncated { expected_bytes, found_bytes } })
}

/// Records of a .shp, one after the other; how many.
fn walk(shp: &[u8]) -> Result<u64, ReadError> {
    check_length(shp)?;
    let end = big_endian(shp, 24) * 2;
    let (mut at, mut records) = (HEADER_BYTES, 0);
    while at + 8 <= end {
        let length_at = usize::try_from(at).map_or(usize::MAX - 8, |at| at + 4);
        at += 8 + big_endian(shp, length_at) * 2;
        truncated_if_less(at, end)?;
        records += 1;
    }
    Ok(records)
}

/// What a DBF (and MapInfo's .dat) says of itself. Source: dBASE III: count of records at 4,
/// length of the header at 8, of a record at 10, language driver at 29, little-endian; a record
/// begins with `*` when it is deleted.
pub(super) struct Dbf {
    pub records: u64,
    pub deleted: u64,
    pub language: u8,
}

impl Dbf {
    pub(super) fn of(bytes: &[u8]) -> Result<Self, ReadError> {
        let byte = |at: usize| bytes.get(at).copied().map_or(0_usize, usize::from);
        let records = byte(4) | byte(5) << 8 | byte(6) << 16 | byte(7) << 24;
        let (header, record) = (byte(8) | byte(9) << 8, byte(10) | byte(11) << 8);
        if header < 32 || record == 0 {
            return Err(ReadError::library("the table (.dbf, .dat) has no header"));
        }
        let expected = header as u64 + records as u64 * record as u64;
        truncated_if_less(expected, bytes.len() as u64)?;
        let marks = (0..records).map(|number| byte(header + number * record));
        let deleted = marks.filter(|mark| *mark == usize::from(b'*')).count() as u64;
        let language = bytes.get(29).copied().unwrap_or(0);
        Ok(Self { records: records as u64, deleted, language })
    }

    pub(super) fn note_deleted(&self, layer: &str, plan: &mut Plan) {
        if self.deleted > 0 {
            let layer = layer.to_owned();
            plan.notes.push(Note::DeletedRecords { layer, count: self.deleted });
        }
    }
}
