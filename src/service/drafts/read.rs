//! The files of a draft, read: bytes through the sandboxed readers into tables, tables with
//! answers into a reading.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;

use geo::CoordsIter;
use phusong_atlas::domain::{Party, Scope};
use phusong_gis::{Limits, Raster, ReadError};
use phusong_sheets::{BookError, BookLimits, BookNote, RefusedBook};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::{DraftError, Drafting, Owner, State, photos};
use crate::service::actor::Actor;
use crate::service::filing::{FileError, without_letter};
use crate::service::open::{Service, now, today};
use crate::service::uploads::{ContentHash, FILE_NAME, Upload};
use phusong_intake::reading::{self, Ground, Reading, Said, Source};
use phusong_intake::report::{Drawn, Outcome, csv_table, unreadable};
use phusong_intake::table::layout::Learnt;
use phusong_intake::table::{Table, TableRow, from_book, from_geo};
use phusong_intake::{Because, Finding, Severity, Unreadable};

/// Rows of one file.
const MOST_ROWS: usize = 200_000;

/// Memory for tables of drafts that are being worked on.
const KEPT_BYTES: u64 = 128 << 20;
/// What a cell takes in memory, rather too much.
const CELL_BYTES: u64 = 64;
const VERTEX_BYTES: u64 = 16;

/// By content and name (the name tells a wrong ending).
pub type Sources = Cache<(ContentHash, String), Arc<Source>, ByCells>;

#[derive(Debug, Clone)]
pub struct ByCells;

impl Weighter<(ContentHash, String), Arc<Source>> for ByCells {
    fn weight(&self, _key: &(ContentHash, String), source: &Arc<Source>) -> u64 {
        let rows = source.tables.iter().flat_map(|table| &table.rows);
        let outline = |drawn: &Drawn| match drawn {
            Drawn::Area(outline) => VERTEX_BYTES * outline.coords_count() as u64,
            Drawn::Point { .. } => 0,
        };
        let row = |row: &TableRow| {
            CELL_BYTES * (2 + row.cells.len() as u64) + row.drawn.as_ref().map_or(0, outline)
        };
        1 + rows.map(row).sum::<u64>()
    }
}

pub fn sources() -> Sources {
    const TYPICAL: usize = 64;
    Cache::with_weighter(TYPICAL, KEPT_BYTES, ByCells)
}

/// Tables, findings on the whole, bands of a raster.
type Contents = (Vec<Table>, Vec<Finding>, Vec<Raster>);

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// ZIP, OLE, RAR: a workbook or a document, or something refused with its reason.
    Package,
    Vector,
    Text,
    Pdf,
    Image,
}

impl Service {
    pub(super) fn read_draft(
        &self,
        actor: &Actor,
        owner: &Owner,
        state: &State,
    ) -> Result<Reading, DraftError> {
        let mut learnt = self.headings_of(&owner.party)?;
        learnt.extend(state.headings.clone());
        let said = Said {
            kind: state.kind,
            crs: state.crs.clone(),
            answers: state.answers.clone(),
            learnt,
            decided: self.decided_for(&owner.party),
            document_day: state.document.day,
        };
        let mut sources = Vec::with_capacity(state.files.len());
        for file in &state.files {
            sources.push(self.with_rasters(owner, file, &self.source(file)?, &said)?);
        }
        let mut reading =
            self.with_ground(actor, owner, |ground| reading::read(&sources, &said, ground))?;
        mark_filed(&mut reading, state);
        let is_letter = |found: &Finding| found.code == "document-kept";
        if !sources.iter().any(|source| source.findings.iter().any(is_letter)) {
            let unproven = without_letter(actor, &owner.party, &state.document);
            reading.draft.findings.extend(unproven);
        }
        Ok(reading)
    }

    fn with_ground<T>(
        &self,
        actor: &Actor,
        owner: &Owner,
        read: impl FnOnce(&Ground<'_>) -> T,
    ) -> Result<T, FileError> {
        let (kinds, observation) = (owner.kinds(actor), owner.observation());
        self.with_known(actor, &owner.party, |known| {
            let Some(carrier) = &owner.carrier else {
                return Ok(read(&Ground {
                    kinds,
                    report: None,
                    evidence: Some(known.evidence),
                    known: Some(*known),
                    observation,
                }));
            };
            self.against_what_is_known(carrier, |context| {
                Ok(read(&Ground {
                    kinds,
                    report: Some(*context),
                    evidence: None,
                    known: Some(*known),
                    observation,
                }))
            })
        })
    }

    /// A file's tables; kept in memory, because the same bytes are read after every answer.
    pub(super) fn source(&self, file: &super::SentFile) -> Result<Arc<Source>, DraftError> {
        let key = (file.sha256, file.name.clone());
        if let Some(known) = self.shared.sources.get(&key) {
            return Ok(known);
        }
        let upload = self.lay_out(file.sha256)?;
        let source = Arc::new(match self.tables_of(&file.name, &upload) {
            Ok((tables, findings, rasters)) => {
                Source { name: file.name.clone(), tables, rasters, findings }
            }
            Err(FileError::Unreadable(why)) => {
                Source { name: file.name.clone(), findings: why.findings, ..Source::default() }
            }
            Err(other) => return Err(other.into()),
        });
        self.shared.sources.insert(key, Arc::clone(&source));
        Ok(source)
    }

    fn tables_of(&self, name: &str, upload: &Upload) -> Result<Contents, FileError> {
        match content_of(upload).map_err(FileError::of_io)? {
            Content::Text => {
                let table = csv_table(&|| upload.open(), MOST_ROWS);
                let is_no_text =
                    |why: &Unreadable| why.findings.iter().any(|found| found.code == "nul");
                let (table, mut findings) = match table {
                    Err(why) if is_named_otherwise(name) && is_no_text(&why) => {
                        return Err(damaged(name).into());
                    }
                    read => read?,
                };
                findings.extend(is_named_otherwise(name).then(|| wrong_ending(name, "CSV")));
                Ok((vec![table], findings, Vec::new()))
            }
            Content::Vector => self.layers_of(name, upload),
            Content::Package => {
                let folder = upload.folder().ok_or(FileError::NotAllowed)?;
                let turn = self.shared.readers.enter().ok_or(FileError::Busy)?;
                let (limits, book_limits) = (Limits::default(), BookLimits::default());
                let read =
                    self.shared.geo_reader.read_book(folder, FILE_NAME, &limits, &book_limits);
                // A ZIP without a workbook may hold a shapefile, a MapInfo set or a KML.
                if matches!(
                    &read,
                    Err(ReadError::Workbook(BookError::Refused { what: RefusedBook::Zip }))
                ) {
                    drop(turn);
                    return self.layers_of(name, upload);
                }
                let mut book = read.map_err(|error| FileError::from(unreadable(&error)))?;
                let ending = name.rsplit_once('.').map(|(_, ending)| ending);
                if let Some(named) = ending
                    && !named.eq_ignore_ascii_case(book.kind.extension())
                {
                    let (named, kind) = (named.chars().take(10).collect(), book.kind);
                    book.warnings.push(BookNote::WrongExtension { named, kind });
                }
                let (tables, findings) = from_book::tables(book);
                Ok((tables, findings, Vec::new()))
            }
            // A signed letter or a photo: kept beside the rows, not read.
            Content::Pdf => Ok((Vec::new(), vec![kept_only()], Vec::new())),
            Content::Image => {
                let (head, tail) = ends_of(upload).map_err(FileError::of_io)?;
                if let Some(refused) = photos::refusal(&head, &tail) {
                    return Ok((Vec::new(), vec![refused], Vec::new()));
                }
                let (gazetteer, public) = (self.gazetteer(), self.atlas(&Scope::Public));
                let mut findings = vec![kept_only()];
                findings.extend(photos::told(&head, &public.areas, gazetteer.units(), today()));
                Ok((Vec::new(), findings, Vec::new()))
            }
        }
    }

    fn layers_of(&self, name: &str, upload: &Upload) -> Result<Contents, FileError> {
        let file = self.read_geo_file(upload)?;
        let named_otherwise =
            (!file.fits_name(name)).then(|| wrong_ending(name, file.driver.name()));
        let (tables, mut findings, rasters) = from_geo::tables(file);
        findings.extend(named_otherwise);
        Ok((tables, findings, rasters))
    }

    /// What this sender's headings meant, as confirmed before.
    fn headings_of(&self, owner: &Party) -> Result<Learnt, DraftError> {
        let kept = self.with_vault(|vault| vault.headings(&label_of(owner)));
        let kept = kept.map_err(FileError::of_vault)?;
        let column =
            |name: Option<String>| name.as_deref().and_then(phusong_intake::report::Column::of_any);
        Ok(kept.into_iter().map(|(heading, name)| (heading, column(name))).collect())
    }

    /// What was confirmed by filing is known the next time.
    pub(super) fn keep_headings(
        &self,
        _actor: &Actor,
        drafting: &Drafting,
    ) -> Result<(), DraftError> {
        let label = label_of(&drafting.owner);
        self.with_vault(|vault| {
            drafting.state.headings.iter().try_for_each(|(heading, column)| {
                let name = column.map(phusong_intake::report::Column::as_str);
                vault.keep_heading(now(), &label, heading, name)
            })
        })
        .map_err(|error| FileError::of_vault(error).into())
    }
}

fn label_of(party: &Party) -> String {
    match party {
        Party::Department => "department".to_owned(),
        Party::Carrier(carrier) => format!("carrier:{carrier}"),
        Party::Commune(unit) => format!("commune:{}", unit.code.0),
    }
}

/// Rows that were filed before are not filed again.
fn mark_filed(reading: &mut Reading, state: &State) {
    let filed: BTreeSet<(&str, u32)> = state
        .filed
        .iter()
        .flat_map(|part| part.rows.iter().map(|(table, row)| (table.as_str(), *row)))
        .collect();
    for row in &mut reading.draft.rows {
        if filed.contains(&(row.table.as_deref().unwrap_or_default(), row.row)) {
            row.outcome = Outcome::Repeated;
        }
    }
}

/// A workbook or a document.
pub(super) fn is_package(upload: &Upload) -> std::io::Result<bool> {
    Ok(content_of(upload)? == Content::Package)
}

pub(super) fn is_zip(upload: &Upload) -> std::io::Result<bool> {
    let mut start = Vec::new();
    upload.open()?.take(4).read_to_end(&mut start)?;
    Ok(start == b"PK\x03\x04")
}

/// The beginning of a photo, and its end.
fn ends_of(upload: &Upload) -> std::io::Result<(Vec<u8>, Vec<u8>)> {
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    upload.open()?.take(photos::HEAD_BYTES).read_to_end(&mut head)?;
    let mut file = upload.open()?;
    let before = upload.bytes.saturating_sub(photos::TAIL_BYTES);
    std::io::copy(&mut file.by_ref().take(before), &mut std::io::sink())?;
    file.read_to_end(&mut tail)?;
    Ok((head, tail))
}

fn content_of(upload: &Upload) -> std::io::Result<Content> {
    const LOOKED_AT: u64 = 4096;
    let mut start = Vec::new();
    upload.open()?.take(LOOKED_AT).read_to_end(&mut start)?;
    let is = |magic: &[u8]| start.starts_with(magic);
    let text = String::from_utf8_lossy(&start);
    let first = text.trim_start_matches('\u{feff}').trim_start();
    let packed = [&b"PK\x03\x04"[..], b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf"];
    Ok(if packed.into_iter().any(is) {
        Content::Package
    } else if is(b"%PDF") {
        Content::Pdf
    } else if is(b"\xff\xd8\xff") || is(b"\x89PNG") {
        Content::Image
    } else if is(b"SQLite format 3")
        || is(b"II*\0")
        || is(b"MM\0*")
        || starts_with_word(first, "ncols")
        || starts_with_word(first, "version")
        || first.starts_with('{')
        || first.starts_with('<')
    {
        Content::Vector
    } else {
        Content::Text
    })
}

/// The first word of an ASCII grid, and of a MIF.
fn starts_with_word(text: &str, word: &str) -> bool {
    text.split_ascii_whitespace().next().is_some_and(|first| first.eq_ignore_ascii_case(word))
}

/// Does the name promise another kind of file than a table of text?
fn is_named_otherwise(name: &str) -> bool {
    const OTHERS: [&str; 26] = [
        "xlsx", "xlsm", "xls", "ods", "docx", "doc", "pdf", "kml", "kmz", "gpx", "geojson", "json",
        "gpkg", "shp", "dbf", "zip", "rar", "7z", "tab", "mif", "tif", "tiff", "asc", "jpg",
        "jpeg", "png",
    ];
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| OTHERS.contains(&&*ending))
}

/// Neither what its name says nor text.
fn damaged(name: &str) -> Unreadable {
    let message = (
        format!(
            "tệp “{name}” không đúng là loại ghi ở đuôi tệp, cũng không phải bảng chữ: có thể đã hỏng khi chép hoặc tải"
        ),
        format!(
            "the file {name:?} is neither what its ending says nor text: it may have been damaged on its way"
        ),
    );
    let remedy = (
        "mở tệp bằng chương trình đã làm ra nó, lưu lại rồi gửi",
        "open it in the program that made it, save it again and send that",
    );
    let finding = Finding::new("file-damaged", Severity::Refuse, message, remedy);
    Unreadable { because: Because::Damaged, findings: vec![finding] }
}

fn wrong_ending(name: &str, kind: &str) -> Finding {
    let message = (
        format!("tên tệp “{name}” không hợp với nội dung {kind}: đọc theo nội dung"),
        format!("the name {name:?} does not fit its content, {kind}: read by its content"),
    );
    let remedy = ("đặt lại đuôi tệp", "give the file its own ending");
    Finding::new("wrong-extension", Severity::Warn, message, remedy)
}

fn kept_only() -> Finding {
    let message = (
        "tệp được giữ làm văn bản kèm theo, không đọc số liệu",
        "the file is kept as a document; nothing in it is read",
    );
    Finding::new("document-kept", Severity::Note, message, ("không cần làm gì", "nothing to do"))
}

impl From<Unreadable> for DraftError {
    fn from(why: Unreadable) -> Self {
        Self::File(why.into())
    }
}
