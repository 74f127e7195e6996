//! Files inside files: the members of a ZIP that is a whole filing, and pictures pasted into the
//! cells of a workbook.

use std::ops::ControlFlow;

use phusong_gis::{Limits, Unpacked};
use phusong_sheets::BookLimits;

use super::{DraftError, Drafting};
use crate::service::filing::FileError;
use crate::service::open::Service;
use crate::service::uploads::{ContentHash, FILE_NAME, Receiving, Upload};

/// Files of one filing, with those that lay packed in a ZIP.
const MOST_MEMBERS: usize = 200;
/// Pictures of one filing that are kept by themselves.
const MOST_PICTURES: usize = 200;
/// Endings of archives that are one document.
const DOCUMENTS: [&str; 6] = ["xlsx", "xlsm", "ods", "docx", "kmz", "odt"];

/// What may still be unpacked for one filing, however many ZIPs it brings.
#[derive(Debug)]
struct Room {
    bytes: u64,
    members: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { bytes: Limits::default().unpacked_bytes, members: MOST_MEMBERS }
    }
}

impl Room {
    fn member(&mut self) -> Result<(), DraftError> {
        self.members = self.members.checked_sub(1).ok_or(DraftError::TooMany)?;
        Ok(())
    }

    fn bytes(&mut self, count: u64) -> Result<(), FileError> {
        let limit_bytes = Limits::default().unpacked_bytes;
        self.bytes = self.bytes.checked_sub(count).ok_or(FileError::TooLarge { limit_bytes })?;
        Ok(())
    }
}

impl Service {
    /// A ZIP of documents becomes its documents; every other file stays what it is. A ZIP that
    /// cannot be unpacked stays too: reading it says why.
    pub(super) fn unpacked(
        &self,
        files: Vec<(String, Upload)>,
    ) -> Result<Vec<(String, Upload)>, DraftError> {
        let mut found = Vec::with_capacity(files.len());
        let mut room = Room::default();
        for (name, upload) in files {
            let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
            let is_document = ending.is_some_and(|own| DOCUMENTS.contains(&own.as_str()));
            let is_zip = super::read::is_zip(&upload).map_err(FileError::of_io)?;
            let members =
                if is_zip && !is_document { self.members(&upload, &mut room)? } else { None };
            match members {
                Some(members) => found.extend(members),
                None => found.push((name, upload)),
            }
            if found.len() > MOST_MEMBERS {
                return Err(DraftError::TooMany);
            }
        }
        Ok(found)
    }

    /// `None`: it is no bundle, or it is broken.
    fn members(
        &self,
        upload: &Upload,
        room: &mut Room,
    ) -> Result<Option<Vec<(String, Upload)>>, DraftError> {
        let Some(folder) = upload.folder() else { return Ok(None) };
        let _turn = self.shared.readers.enter().ok_or(FileError::Busy)?;
        let mut done: Vec<(String, Upload)> = Vec::new();
        let mut open: Option<(String, Receiving)> = None;
        let mut failed: Option<DraftError> = None;
        let mut take = |part: Unpacked<'_>| -> Result<(), DraftError> {
            match part {
                Unpacked::Member(name) => {
                    room.member()?;
                    let next = (name.chars().take(200).collect(), self.receiving()?);
                    if let Some((name, whole)) = open.replace(next) {
                        done.push((name, whole.finish()));
                    }
                    Ok(())
                }
                Unpacked::Bytes(bytes) => {
                    room.bytes(bytes.len() as u64)?;
                    if let Some((_, receiving)) = &mut open {
                        receiving.write(bytes)?;
                    }
                    Ok(())
                }
            }
        };
        let read =
            self.shared.geo_reader.unpack(
                folder,
                FILE_NAME,
                &Limits::default(),
                |part| match take(part) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => {
                        failed = Some(error);
                        ControlFlow::Break(())
                    }
                },
            );
        if let Some(error) = failed {
            return Err(error);
        }
        if let Some((name, whole)) = open {
            done.push((name, whole.finish()));
        }
        Ok(matches!(read, Ok(true)).then_some(done))
    }

    /// Keeps the pictures of the draft's workbooks, each once, and gives their hashes.
    pub(super) fn pictures_of(&self, drafting: &Drafting) -> Result<Vec<ContentHash>, DraftError> {
        let mut kept: Vec<ContentHash> = Vec::new();
        for file in &drafting.state.files {
            let source = self.source(file)?;
            let mut names: Vec<&str> = source
                .tables
                .iter()
                .flat_map(|table| &table.pictures)
                .map(|(_, _, name)| name.as_str())
                .collect();
            names.sort_unstable();
            names.dedup();
            if names.is_empty() {
                continue;
            }
            let upload = self.lay_out(file.sha256)?;
            let Some(folder) = upload.folder() else { continue };
            for name in names {
                if kept.len() == MOST_PICTURES {
                    return Ok(kept);
                }
                let _turn = self.shared.readers.enter().ok_or(FileError::Busy)?;
                let (limits, book_limits) = (Limits::default(), BookLimits::default());
                let read = self.shared.geo_reader.read_picture(
                    folder,
                    FILE_NAME,
                    name,
                    &limits,
                    &book_limits,
                );
                // One that cannot be taken out stays where it is: in the workbook, which is kept.
                let Ok(bytes) = read else { continue };
                let mut receiving = self.receiving()?;
                receiving.write(&bytes)?;
                let hash = self.keep(&receiving.finish())?;
                if !kept.contains(&hash) {
                    kept.push(hash);
                }
            }
        }
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_zips_of_one_filing_have_the_room_of_one() {
        let mut room = Room::default();
        let half = Limits::default().unpacked_bytes / 2;
        assert!(room.bytes(half).is_ok() && room.bytes(half).is_ok());
        assert!(matches!(room.bytes(1), Err(FileError::TooLarge { .. })));
        let taken = (0..=MOST_MEMBERS).take_while(|_| room.member().is_ok()).count();
        assert_eq!(taken, MOST_MEMBERS);
    }
}
