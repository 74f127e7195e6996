//! A filing packed in one ZIP: a signed letter, its annex, photos. Told apart from the archives
//! that are one data set (a workbook, a shapefile, a KMZ), and handed out member by member.
//!
//! Unpacked in the child, so the parent never inflates hostile bytes; what comes out is counted
//! on both sides.

use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use crate::archive::{Archive, Inside, Member};
use crate::child::send;
use crate::error::{Bomb, ReadError};
use crate::geofile::Limits;
use crate::reader::{SandboxedReader, checked_folder};
use crate::wire::Frame;
use crate::workbook::{BookFrame, BookWork, send_bytes};

/// What comes out of a bundle, in its order: a name, then its bytes.
#[derive(Debug)]
pub enum Unpacked<'a> {
    /// Without folders.
    Member(&'a str),
    Bytes(&'a [u8]),
}

impl SandboxedReader {
    /// Hands out the members of a ZIP that is a bundle of documents; nothing when it is one data
    /// set. True when it is a bundle and all of it was taken.
    ///
    /// # Errors
    /// See [`ReadError`]; what was handed out stands only if the end is `Ok`.
    pub fn unpack(
        &self,
        folder: &Path,
        file_name: &str,
        limits: &Limits,
        mut take: impl FnMut(Unpacked<'_>) -> ControlFlow<()>,
    ) -> Result<bool, ReadError> {
        let mut left = limits.unpacked_bytes;
        let mut is_bundle = false;
        self.run_book(folder, file_name, limits, BookWork::Unpack, |next| {
            loop {
                let given = match next()? {
                    Frame::Book(BookFrame::Member(name)) => {
                        is_bundle = true;
                        take(Unpacked::Member(&name))
                    }
                    Frame::Book(BookFrame::Bytes(bytes)) if is_bundle => {
                        left = left.checked_sub(bytes.len() as u64).ok_or_else(|| {
                            let what = Bomb::Unpacked { max: limits.unpacked_bytes };
                            ReadError::ArchiveBomb { what }
                        })?;
                        take(Unpacked::Bytes(&bytes))
                    }
                    Frame::Done { .. } => return Ok(is_bundle),
                    _ => return Err(ReadError::protocol()),
                };
                if given.is_break() {
                    return Ok(false);
                }
            }
        })
    }
}

/// The child's part, inside the walls.
pub(crate) fn work(
    out: &mut impl Write,
    folder: &Path,
    file_name: &str,
    limits: &Limits,
) -> Result<(), ReadError> {
    let folder = checked_folder(folder, file_name, limits)?;
    let file = File::open(folder.join(file_name)).map_err(|error| ReadError::io(&error))?;
    let mut archive = Archive::open_with(file, limits, Inside::Documents)?;
    if !is_bundle(&archive.members) {
        return Ok(());
    }
    for member in archive.members.clone() {
        let name = member.name.rsplit('/').next().unwrap_or_default().to_owned();
        send(out, &Frame::Book(BookFrame::Member(name)))?;
        let bytes = archive.unpack(&member)?;
        send_bytes(out, &bytes)?;
    }
    Ok(())
}

/// Some document of its own, and no part of a set that only hangs together.
fn is_bundle(members: &[Member]) -> bool {
    const DOCUMENTS: [&str; 13] = [
        "xlsx", "xls", "ods", "docx", "csv", "tsv", "pdf", "jpg", "jpeg", "png", "geojson", "gpkg",
        "kmz",
    ];
    const SETS: [&str; 5] = ["shp", "dbf", "tab", "mif", "kml"];
    let is_package = members
        .iter()
        .any(|member| ["[Content_Types].xml", "mimetype", "doc.kml"].contains(&&*member.name));
    let has =
        |endings: &[&str]| members.iter().any(|member| endings.contains(&member.ending.as_str()));
    !is_package && has(&DOCUMENTS) && !has(&SETS)
}
