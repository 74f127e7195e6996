//! Bodies on their way in: counted and hashed while they arrive, on the disk when they are
//! files, gone again when nobody holds them; and the raw files that were filed.
//!
//! Not here: what is in a body (intake), and whether it may be filed.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use phusong_atlas::domain::{Party, ReportId, Scope};
use phusong_gis::{GeoFile, Limits};
use sha2::{Digest, Sha256};

use super::actor::{Action, Actor, Object, can};
use super::bare::{bare, is_photo};
use super::filing::FileError;
use super::open::{Service, Shared, fresh_bytes, now};
use crate::vault::blobs::{self, BlobId, Blobs, FreshBlob};
use crate::vault::keys::{BlobMasterKey, NewKey, private_dir, private_file};
use crate::vault::{Vault, VaultError, is_full};
use phusong_intake::Format;
use phusong_intake::report::unreadable;

/// Where bodies wait in the data directory: a folder each, with one file in it.
const FOLDER: &str = "uploads";
/// The one file's name.
pub const FILE_NAME: &str = "body";

/// The content of a file, by SHA-256.
pub type ContentHash = [u8; 32];

/// A body that is arriving.
#[derive(Debug)]
pub struct Receiving {
    place: Place,
    format: Format,
    bytes: u64,
    hash: Sha256,
}

#[derive(Debug)]
enum Place {
    Memory(Vec<u8>),
    Disk { folder: Folder, file: File },
}

/// Removed with what is in it.
#[derive(Debug)]
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0); // swept at the next start at the latest
    }
}

/// A body that has arrived.
#[derive(Debug)]
pub struct Upload {
    pub format: Format,
    pub bytes: u64,
    pub sha256: ContentHash,
    place: Arrived,
}

#[derive(Debug)]
enum Arrived {
    Memory(Vec<u8>),
    Disk(Folder),
}

impl Receiving {
    /// # Errors
    /// `TooLarge` past the format's limit; `Full` when the disk is.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), FileError> {
        self.bytes += piece.len() as u64;
        let limit_bytes = self.format.limit_bytes();
        if self.bytes > limit_bytes {
            return Err(FileError::TooLarge { limit_bytes });
        }
        self.hash.update(piece);
        match &mut self.place {
            Place::Memory(bytes) => {
                bytes.extend_from_slice(piece);
                Ok(())
            }
            Place::Disk { file, .. } => file.write_all(piece).map_err(FileError::of_io),
        }
    }

    /// The body is whole.
    pub fn finish(self) -> Upload {
        let place = match self.place {
            Place::Memory(bytes) => Arrived::Memory(bytes),
            Place::Disk { folder, .. } => Arrived::Disk(folder),
        };
        let sha256 = self.hash.finalize().into();
        Upload { format: self.format, bytes: self.bytes, sha256, place }
    }
}

impl Upload {
    /// From its first byte.
    pub fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(match &self.place {
            Arrived::Memory(bytes) => Box::new(bytes.as_slice()),
            Arrived::Disk(folder) => Box::new(File::open(folder.0.join(FILE_NAME))?),
        })
    }

    /// The bytes, when they are in memory.
    pub fn in_memory(&self) -> Option<&[u8]> {
        match &self.place {
            Arrived::Memory(bytes) => Some(bytes),
            Arrived::Disk(_) => None,
        }
    }

    /// The folder that holds this body alone, as [`FILE_NAME`], when it is on the disk.
    pub fn folder(&self) -> Option<&Path> {
        match &self.place {
            Arrived::Memory(_) => None,
            Arrived::Disk(folder) => Some(&folder.0),
        }
    }
}

impl FileError {
    pub(super) fn of_io(error: io::Error) -> Self {
        if is_full(&error) { Self::DiskFull } else { Self::Io(error) }
    }

    pub(super) fn of_vault(error: VaultError) -> Self {
        if error.is_disk_full() { Self::DiskFull } else { Self::Vault(error) }
    }
}

/// How many children read at once, and how many wait (RELIABILITY, “Running it”).
const CHILDREN: usize = 2;
const QUEUE: usize = 20;

/// Turns at the reading children.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Reading, waiting.
    state: Mutex<(usize, usize)>,
    freed: Condvar,
}

/// A turn; over when dropped.
pub(super) struct Turn<'t>(&'t Turns);

impl Turns {
    fn lock(&self) -> MutexGuard<'_, (usize, usize)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn; `None` when too many wait already.
    pub(super) fn enter(&self) -> Option<Turn<'_>> {
        let mut state = self.lock();
        if state.0 >= CHILDREN && state.1 >= QUEUE {
            return None;
        }
        state.1 += 1;
        while state.0 >= CHILDREN {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        *state = (state.0 + 1, state.1 - 1);
        Some(Turn(self))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().0 -= 1;
        self.0.freed.notify_one();
    }
}

/// What an earlier process left behind when it died.
pub(super) fn sweep(dir: &Path, vault: &Vault, master: &BlobMasterKey) -> io::Result<()> {
    match fs::remove_dir_all(dir.join(FOLDER)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let tidied = vault.blobs(master.clone()).and_then(|blobs| {
        blobs.sweep()?;
        blobs.sweep_uploads()
    });
    tidied.map_err(io::Error::other)
}

/// The files of the vault, and what is on its way there.
pub(super) fn with_blobs<T>(
    shared: &Shared,
    ask: impl FnOnce(&Blobs<'_>) -> Result<T, VaultError>,
) -> Result<T, VaultError> {
    let vault = shared.vault.lock().unwrap_or_else(PoisonError::into_inner);
    ask(&vault.blobs(shared.blob_master.clone())?)
}

impl Service {
    /// Begins to take a body from somebody who may file one.
    ///
    /// # Errors
    /// `NotAllowed` before a byte is read; `DiskFull`, `Io`.
    pub fn receive(&self, actor: &Actor, format: Format) -> Result<Receiving, FileError> {
        if !actor.may(Action::FileOwnReport) && !actor.may(Action::FileOnBehalf) {
            return Err(FileError::NotAllowed);
        }
        let place =
            if format == Format::Json { Place::Memory(Vec::new()) } else { self.on_disk()? };
        Ok(Receiving { place, format, bytes: 0, hash: Sha256::new() })
    }

    /// Begins to take a file of any kind.
    ///
    /// # Errors
    /// `NotAllowed` before a byte is read; `DiskFull`, `Io`.
    pub fn receive_file(&self, actor: &Actor) -> Result<Receiving, FileError> {
        can(actor, Action::Prepare, Object::House)?;
        self.receiving()
    }

    /// A body that this process makes itself.
    pub(super) fn receiving(&self) -> Result<Receiving, FileError> {
        Ok(Receiving { place: self.on_disk()?, format: Format::Any, bytes: 0, hash: Sha256::new() })
    }

    fn on_disk(&self) -> Result<Place, FileError> {
        self.room_for_files()?;
        let name = data_encoding::HEXLOWER.encode(&fresh_bytes::<16>()?);
        let folder = Folder(self.shared.dir.join(FOLDER).join(name));
        private_dir(&folder.0).map_err(FileError::of_io)?;
        let file = private_file(&folder.0.join(FILE_NAME)).map_err(FileError::of_io)?;
        Ok(Place::Disk { folder, file })
    }

    /// A file of the vault, laid out for a reader; gone again when dropped.
    pub(super) fn lay_out(&self, id: ContentHash) -> Result<Upload, FileError> {
        let content = with_blobs(&self.shared, |blobs| blobs.get(BlobId(id)));
        self.laid_out(content.map_err(FileError::of_vault)?, FileError::of_io)
    }

    /// The same of any content; `told` says what its own errors mean.
    pub(super) fn laid_out<E: From<FileError>>(
        &self,
        mut content: impl Read,
        told: impl Fn(io::Error) -> E,
    ) -> Result<Upload, E> {
        let mut receiving = self.receiving()?;
        let mut piece = vec![0; 64 * 1024];
        loop {
            match content.read(&mut piece).map_err(&told)? {
                0 => return Ok(receiving.finish()),
                many => receiving.write(&piece[..many])?,
            }
        }
    }

    /// A vector file, read in the sandboxed child; at most two at once, and a short queue.
    pub(super) fn read_geo_file(&self, upload: &Upload) -> Result<GeoFile, FileError> {
        let folder = upload.folder().ok_or(FileError::NotAllowed)?;
        let _turn = self.shared.readers.enter().ok_or(FileError::Busy)?;
        let read = self.shared.geo_reader.read(folder, FILE_NAME, &Limits::default());
        read.map_err(|error| FileError::from(unreadable(&error)))
    }

    /// Keeps a body in the vault. On return it is on the disk, under its hash.
    pub(super) fn keep(&self, upload: &Upload) -> Result<ContentHash, FileError> {
        let fresh =
            FreshBlob { key: NewKey { secret: fresh_bytes()? }, wrap_nonce: fresh_bytes()? };
        let content = upload.open().map_err(FileError::of_io)?;
        let sealed = blobs::seal(&self.shared.dir, content, upload.bytes, &fresh)
            .map_err(FileError::of_vault)?;
        let stored = with_blobs(&self.shared, |blobs| blobs.keep(now(), &sealed))
            .map_err(FileError::of_vault)?;
        // What arrived is what was kept, or the disk lies.
        if stored.id.0 != upload.sha256 {
            return Err(FileError::Io(io::Error::other("the body changed on the disk")));
        }
        Ok(stored.id.0)
    }

    pub(super) fn with_vault<T>(&self, ask: impl FnOnce(&Vault) -> T) -> T {
        match self.shared.vault.lock() {
            Ok(vault) => ask(&vault),
            Err(poisoned) => ask(&poisoned.into_inner()),
        }
    }

    /// Raw files of a report with their sizes in bytes, for its owner and the department;
    /// `None` for everyone else, as for a report that is not there.
    pub fn report_files(
        &self,
        actor: &Actor,
        id: ReportId,
    ) -> Option<Vec<(ContentHash, Option<u64>)>> {
        let hashes = self.with_history(|history| {
            let head = history.entry_by_id(id)?;
            may_read_files(&actor.scope(), &head.filing.owner).then(|| head.filing.files.clone())
        })?;
        Some(self.with_vault(|vault| {
            let blobs = vault.blobs(self.shared.blob_master.clone()).ok();
            let size =
                |hash| blobs.as_ref().and_then(|blobs| blobs.size(BlobId(hash)).ok().flatten());
            hashes.into_iter().map(|hash| (hash, size(hash))).collect()
        }))
    }

    /// A raw file of a report, checked piece by piece while it is read: as it was sent, for its
    /// sender and the department; for an owner on whose behalf it was sent, a photo without what
    /// it says of who took it, where and when.
    ///
    /// # Errors
    /// `NotFound` also for those who may not read it, and for a photo of which nobody can tell
    /// what it says.
    pub fn raw_file(
        &self,
        actor: &Actor,
        id: ReportId,
        hash: ContentHash,
    ) -> Result<GivenFile, RawFileError> {
        let files = self.report_files(actor, id).ok_or(RawFileError::NotFound)?;
        if files.iter().all(|(own, _)| *own != hash) {
            return Err(RawFileError::NotFound);
        }
        let mut file = match with_blobs(&self.shared, |blobs| blobs.get(BlobId(hash))) {
            Ok(file) => file,
            Err(VaultError::NotFound) => return Err(RawFileError::NotFound),
            Err(VaultError::Destroyed) => return Err(RawFileError::Destroyed),
            Err(error) => return Err(RawFileError::Vault(error)),
        };
        let is_whole = self.with_history(|history| {
            let head = history.entry_by_id(id);
            head.is_some_and(|head| may_read_whole(actor, &head.filing.filed_by))
        });
        if is_whole {
            return Ok(GivenFile { content: Box::new(file), is_bare: false });
        }
        let damaged = RawFileError::Content;
        let mut head = Vec::new();
        (&mut file).take(8).read_to_end(&mut head).map_err(damaged)?;
        if !is_photo(&head) {
            let content = Box::new(io::Cursor::new(head).chain(file));
            return Ok(GivenFile { content, is_bare: false });
        }
        file.take(MOST_PHOTO_BYTES).read_to_end(&mut head).map_err(damaged)?;
        let bare = bare(head).ok_or(RawFileError::NotFound)?;
        Ok(GivenFile { content: Box::new(io::Cursor::new(bare)), is_bare: true })
    }
}

/// No camera makes larger ones; what is cut off here is no photo any more.
const MOST_PHOTO_BYTES: u64 = 64 << 20;

/// A file that is given back.
#[expect(missing_debug_implementations, reason = "holds a reader")]
pub struct GivenFile {
    pub content: Box<dyn Read + Send>,
    /// A photo without what it says of itself: other bytes than those of its hash.
    pub is_bare: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum RawFileError {
    #[error("there is no such file")]
    NotFound,
    /// Its key was destroyed: nobody can read it any more.
    #[error("the file was destroyed")]
    Destroyed,
    #[error("{0}")]
    Vault(#[source] VaultError),
    #[error("the file could not be read")]
    Content(#[source] io::Error),
}

/// Who took a photo, where and when, is its sender's and the department's to know.
fn may_read_whole(actor: &Actor, filed_by: &Party) -> bool {
    matches!(actor.scope(), Scope::Officer | Scope::Approver)
        || actor.party().as_ref() == Some(filed_by)
}

/// Raw files hold what their rows may not show: never published, whatever becomes of the rows.
fn may_read_files(scope: &Scope, owner: &Party) -> bool {
    match (scope, owner) {
        (Scope::Officer | Scope::Approver, _) => true,
        (Scope::Carrier(own), Party::Carrier(owner)) => own == owner,
        (Scope::Commune(own), Party::Commune(owner)) => own == owner,
        _ => false,
    }
}
