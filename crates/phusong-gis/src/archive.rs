//! A ZIP, inside the walls: its list of members is checked whole before a byte is unpacked, and
//! what is unpacked is counted as it comes out.
//!
//! Members are taken into memory, in the child, and given to the library there under names of
//! our own. So the parent never inflates hostile bytes, nothing is written to a disk (the walls
//! forbid it) or left behind on one, no member's name ever is a path, and the library sees only
//! the members that were chosen. The price: a set must fit into the child's memory.

use std::fs::File;
use std::io::Read;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{Bomb, Damage, ReadError, Refused, clip};
use crate::geofile::Limits;

/// First bytes of a member that tell what it is.
pub(crate) const LOOK_BYTES: u64 = 4_096;

/// One file in the ZIP.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub index: usize,
    /// As the ZIP spells it, with plain slashes.
    pub name: String,
    /// The name up to its ending, in lower case, with its folders: what ties a set together.
    pub stem: String,
    /// In lower case, without the dot.
    pub ending: String,
    /// Its first bytes.
    pub head: Vec<u8>,
}

impl Member {
    /// The name without folders and ending, in its own spelling.
    pub(crate) fn title(&self) -> String {
        let file = self.name.rsplit('/').next().unwrap_or(&self.name);
        clip(file.rsplit_once('.').map_or(file, |(title, _)| title).to_owned())
    }
}

/// What may be packed in members of a ZIP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inside {
    /// No archive in an archive.
    Plain,
    /// Documents that are archives themselves: each is opened later, as a file of its own.
    Documents,
}

pub(crate) struct Archive {
    zip: ZipArchive<File>,
    inside: Inside,
    pub members: Vec<Member>,
    left_bytes: u64,
    max_bytes: u64,
}

impl Archive {
    /// Checks names, links, locks, overlaps and archives inside; looks at every member's start.
    pub(crate) fn open(file: File, limits: &Limits) -> Result<Self, ReadError> {
        Self::open_with(file, limits, Inside::Plain)
    }

    /// The same, with documents inside.
    pub(crate) fn open_with(
        file: File,
        limits: &Limits,
        inside: Inside,
    ) -> Result<Self, ReadError> {
        let mut zip = ZipArchive::new(file).map_err(|error| broken(&error))?;
        if zip.len() > limits.entries as usize {
            return Err(bomb(Bomb::Entries { max: limits.entries }));
        }
        if zip.has_duplicate_names() {
            return Err(damage("a name stands twice"));
        }
        if zip.has_overlapping_entries().map_err(|error| broken(&error))? {
            return Err(bomb(Bomb::Overlap));
        }
        let max_bytes = limits.unpacked_bytes.min(limits.memory_bytes / 4 * 3);
        let mut archive =
            Self { zip, inside, members: Vec::new(), left_bytes: max_bytes, max_bytes };
        for index in 0..archive.zip.len() {
            if let Some(member) = archive.look(index)? {
                archive.members.push(member);
            }
        }
        Ok(archive)
    }

    /// `None`: a folder, or what macOS puts beside each file.
    fn look(&mut self, index: usize) -> Result<Option<Member>, ReadError> {
        let entry = self.zip.by_index_data(index).map_err(|error| broken(&error))?;
        let name = match std::str::from_utf8(entry.name_raw()) {
            Ok(name) => name.to_owned(),
            Err(_) => entry.name().map_err(|error| broken(&error))?.into_owned(),
        };
        let name = name.replace('\\', "/");
        let shown = || clip(name.clone());
        let leads_out = name.starts_with('/')
            || name.contains(['\0', ':'])
            || name.split('/').any(|step| step == ".." || step == ".");
        if leads_out || name.is_empty() {
            return Err(refused(Refused::MemberName { name: shown() }));
        }
        if entry.is_symlink() {
            return Err(refused(Refused::MemberLink { name: shown() }));
        }
        if entry.encrypted() {
            return Err(refused(Refused::Encrypted { name: shown() }));
        }
        if name.ends_with('/') || name.starts_with("__MACOSX/") {
            return Ok(None);
        }
        let mut head = Vec::new();
        let unpacking = self.zip.by_index(index).map_err(|error| broken(&error))?;
        unpacking.take(LOOK_BYTES).read_to_end(&mut head).map_err(|error| damage(&error))?;
        let lower = name.to_lowercase();
        let (stem, ending) = match lower.rsplit_once('.') {
            Some((stem, ending)) if !ending.contains('/') => (stem.to_owned(), ending.to_owned()),
            _ => (lower.clone(), String::new()),
        };
        let is_document = self.inside == Inside::Documents
            && ["xlsx", "ods", "docx", "kmz"].contains(&ending.as_str());
        if is_archive(&head) && !is_document {
            return Err(refused(Refused::NestedArchive { name: shown() }));
        }
        Ok(Some(Member { index, name, stem, ending, head }))
    }

    /// The member of the same set with this ending.
    pub(crate) fn beside(&self, main: &Member, ending: &str) -> Option<Member> {
        self.members.iter().find(|m| m.stem == main.stem && m.ending == ending).cloned()
    }

    /// All bytes of a member, counted.
    pub(crate) fn unpack(&mut self, member: &Member) -> Result<Vec<u8>, ReadError> {
        /// Room is made step by step: what the ZIP says of the size need not be true.
        const STEP_BYTES: usize = 8 << 20;
        let too_much = || bomb(Bomb::Unpacked { max: self.max_bytes });
        let mut entry = self.zip.by_index(member.index).map_err(|error| broken(&error))?;
        let hint = entry.size().min(self.left_bytes);
        let mut bytes = Vec::new();
        let mut room = usize::try_from(hint).unwrap_or(0) + 1;
        loop {
            bytes.try_reserve_exact(room).map_err(|_no_memory| too_much())?;
            let read = entry.by_ref().take(room as u64).read_to_end(&mut bytes);
            let read = read.map_err(|error| damage(&error))?;
            if bytes.len() as u64 > self.left_bytes {
                return Err(too_much());
            }
            if read < room {
                break;
            }
            room = STEP_BYTES;
        }
        self.left_bytes -= bytes.len() as u64;
        Ok(bytes)
    }
}

fn is_archive(head: &[u8]) -> bool {
    const STARTS: [&[u8]; 6] = [
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"Rar!\x1a\x07",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b\x08",
        b"BZh",
    ];
    STARTS.iter().any(|start| head.starts_with(start))
}

fn bomb(what: Bomb) -> ReadError {
    ReadError::ArchiveBomb { what }
}

fn refused(what: Refused) -> ReadError {
    ReadError::NotAllowed { what }
}

fn broken(error: &ZipError) -> ReadError {
    damage(error)
}

fn damage(detail: impl std::fmt::Display) -> ReadError {
    ReadError::BrokenFile { what: Damage::Archive { detail: clip(detail.to_string()) } }
}
