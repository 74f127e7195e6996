//! Files beside the ledger: letters, annexes, photos, encrypted, addressed by the SHA-256 of
//! their plain content.
//!
//! `blobs/ab/ab12….blob` = magic, then the content in pieces of 64 KiB, each sealed with
//! XChaCha20-Poly1305 in the STREAM construction under a key of this file alone, so that pieces
//! cannot be cut, swapped or moved between files, and a large file never sits whole in memory.
//! `vault.db` holds each file key, wrapped under the master key; what is shorter than one piece
//! lies there too, sealed alike, so that keeping it is one transaction. Destroying that row's key
//! makes the content unreadable wherever copies lie. Not here: what is in a file, and who may see
//! it.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Cursor, Read, Write};
use std::path::{Path, PathBuf};

use aead_stream::{DecryptorBE32, EncryptorBE32};
use chacha20poly1305::XChaCha20Poly1305;
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::keys::{BlobMasterKey, NewKey, private_dir, private_file};
use super::{Vault, VaultError, to_micros};

/// Where the files lie in the data directory.
const FOLDER: &str = "blobs";

const MAGIC: &[u8; 8] = b"PSBLOB1\n";
/// Plain bytes of a piece. Changing it needs another magic.
const PIECE: usize = 64 * 1024;
/// What sealing adds to a piece.
const TAG: usize = 16;

/// Address of a stored file: SHA-256 of the plain content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobId(pub [u8; 32]);

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// Random bytes for one file that may have to be stored.
#[derive(Debug, Clone)]
pub struct FreshBlob {
    pub key: NewKey,
    pub wrap_nonce: [u8; 24],
}

/// What `put` did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    pub id: BlobId,
    /// Plain bytes.
    pub size: u64,
    /// The same content was there already; nothing was written.
    pub existed: bool,
}

/// The files of a vault, with the master key that opens them.
#[derive(Debug)]
pub struct Blobs<'v> {
    pub(super) vault: &'v Vault,
    pub(super) master: BlobMasterKey,
}

impl Vault {
    /// # Errors
    /// `WrongMasterKey` when files were stored under another master key.
    pub fn blobs(&self, master: BlobMasterKey) -> Result<Blobs<'_>, VaultError> {
        let read = || {
            self.conn
                .query_row("SELECT id FROM blob_master", [], |row| row.get::<_, Vec<u8>>(0))
                .optional()
        };
        let record = || {
            self.conn.execute(
                "INSERT INTO blob_master VALUES (1, ?1) ON CONFLICT DO NOTHING",
                params![master.id()],
            )
        };
        let known = match read() {
            Ok(None) => record().and_then(|_| read()),
            found => found,
        };
        let known = known.map_err(VaultError::Store)?.unwrap_or_default();
        if known != master.id() {
            return Err(VaultError::WrongMasterKey);
        }
        Ok(Blobs { vault: self, master })
    }
}

impl Blobs<'_> {
    /// Stores what `content` yields, at most `limit_bytes` of it. On return it is on the disk.
    ///
    /// # Errors
    /// `TooLarge` past the limit and `Content` when the source fails: nothing is kept then.
    pub fn put(
        &self,
        now: Timestamp,
        content: impl Read,
        limit_bytes: u64,
        fresh: &FreshBlob,
    ) -> Result<Stored, VaultError> {
        self.keep(now, &seal(&self.vault.dir, content, limit_bytes, fresh)?)
    }

    /// Gives sealed content its place, once. On return it is on the disk.
    pub fn keep(&self, now: Timestamp, sealed: &Sealed) -> Result<Stored, VaultError> {
        let (id, size) = (sealed.id, sealed.size);
        let path = self.path(id);
        let there = || {
            Ok::<_, VaultError>(self.row(id)?.is_some_and(|row| {
                row.wrapped_key.is_some() && (row.content.is_some() || path.exists())
            }))
        };
        if there()? {
            return Ok(Stored { id, size, existed: true });
        }
        let wrapped = self.wrap(id, &sealed.fresh)?;
        // The row and the file must tell of the same key even when two processes store the same
        // content: the database's write lock covers the rename.
        let conn = &self.vault.conn;
        conn.execute_batch("BEGIN IMMEDIATE").map_err(VaultError::Store)?;
        let done = (|| {
            if there()? {
                return Ok(true);
            }
            let content = match &sealed.place {
                Place::Memory(content) => Some(content),
                Place::File(temporary) => {
                    self.rename(temporary, &path)?;
                    None
                }
            };
            conn.execute(
                "INSERT INTO blob (sha256, size, wrapped_key, created, content)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (sha256) DO UPDATE
                 SET wrapped_key = excluded.wrapped_key, destroyed = NULL,
                     content = excluded.content",
                params![id.0, size, wrapped, to_micros(now), content],
            )
            .map_err(VaultError::Store)?;
            conn.execute_batch("COMMIT").map_err(VaultError::Store)?;
            Ok(false)
        })();
        if !conn.is_autocommit() {
            let _ = conn.execute_batch("ROLLBACK"); // what went wrong, if anything, is in `done`
        }
        Ok(Stored { id, size, existed: done? })
    }

    /// Into its place, with the folders that lead to it. On return it is on the disk.
    fn rename(&self, temporary: &Path, path: &Path) -> Result<(), VaultError> {
        let folder = path.parent().unwrap_or(path);
        let new_folder = !folder.exists();
        private_dir(folder).map_err(at(folder))?;
        fs::rename(temporary, path).map_err(at(path))?;
        sync_dir(folder)?;
        if new_folder { sync_dir(&self.root()) } else { Ok(()) }
    }

    /// Removes what a process that died left half-written. Only while no other one stores files.
    pub fn sweep(&self) -> Result<u32, VaultError> {
        let root = self.root();
        let entries = match fs::read_dir(&root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            entries => entries.map_err(at(&root))?,
        };
        let mut swept = 0;
        for entry in entries {
            let path = entry.map_err(at(&root))?.path();
            if path.extension().is_some_and(|ending| ending == "tmp") {
                fs::remove_file(&path).map_err(at(&path))?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    /// Opens a file for reading; every piece is checked before any byte of it is given out.
    ///
    /// # Errors
    /// `NotFound`; `Destroyed` when its key is gone; `DamagedBlob`. While reading, damage comes as
    /// `io::ErrorKind::InvalidData`.
    pub fn get(&self, id: BlobId) -> Result<BlobReader, VaultError> {
        let row = self.row(id)?.ok_or(VaultError::NotFound)?;
        let wrapped = row.wrapped_key.ok_or(VaultError::Destroyed)?;
        let path = match &row.content {
            Some(_) => self.vault.dir.join(super::FILE),
            None => self.path(id),
        };
        let damaged = || VaultError::DamagedBlob { path: path.clone() };
        let key = self.master.unwrap(&id.0, &wrapped).ok_or_else(damaged)?;
        let mut file: Box<dyn BufRead + Send> = match row.content {
            Some(content) => Box::new(Cursor::new(content)),
            None => Box::new(BufReader::new(File::open(&path).map_err(at(&path))?)),
        };
        let mut magic = [0; MAGIC.len()];
        if file.read_exact(&mut magic).is_err() || &magic != MAGIC {
            return Err(damaged());
        }
        let stream = DecryptorBE32::new((&key).into(), &[0; 19].into());
        Ok(BlobReader { file, stream: Some(stream), plain: Vec::new(), given: 0 })
    }

    /// Erases a file: its key first, which already makes every copy unreadable, then the file.
    /// Doing it again is harmless.
    ///
    /// # Errors
    /// `ErasurePending` while another process reads the old pages of the database: call again.
    pub fn destroy(&self, now: Timestamp, id: BlobId) -> Result<(), VaultError> {
        let found = self
            .vault
            .conn
            .execute(
                "UPDATE blob SET wrapped_key = NULL, content = NULL,
                     destroyed = coalesce(destroyed, ?2)
                 WHERE sha256 = ?1",
                params![id.0, to_micros(now)],
            )
            .map_err(VaultError::Store)?;
        if found == 0 {
            return Err(VaultError::NotFound);
        }
        let path = self.path(id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&path)(error)),
            _ => {}
        }
        self.vault.scrub()
    }

    /// Plain bytes of a stored file; `None` when it is unknown or destroyed.
    pub fn size(&self, id: BlobId) -> Result<Option<u64>, VaultError> {
        self.vault
            .conn
            .query_row(
                "SELECT size FROM blob WHERE sha256 = ?1 AND wrapped_key IS NOT NULL",
                params![id.0],
                |row| row.get(0),
            )
            .optional()
            .map_err(VaultError::Store)
    }

    fn row(&self, id: BlobId) -> Result<Option<BlobRow>, VaultError> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok(BlobRow { wrapped_key: row.get(0)?, content: row.get(1)? })
        };
        self.vault
            .conn
            .prepare_cached("SELECT wrapped_key, content FROM blob WHERE sha256 = ?1")
            .and_then(|mut found| found.query_row(params![id.0], read).optional())
            .map_err(VaultError::Store)
    }

    fn wrap(&self, id: BlobId, fresh: &FreshBlob) -> Result<Vec<u8>, VaultError> {
        let wrapped = self.master.wrap(&id.0, &fresh.key, fresh.wrap_nonce);
        wrapped.ok_or_else(|| VaultError::DamagedBlob { path: self.path(id) })
    }

    fn root(&self) -> PathBuf {
        self.vault.dir.join(FOLDER)
    }

    fn path(&self, id: BlobId) -> PathBuf {
        let name = id.to_string();
        self.root().join(&name[..2]).join(format!("{name}.blob"))
    }
}

struct BlobRow {
    /// `None` once destroyed.
    wrapped_key: Option<Vec<u8>>,
    /// Sealed; `None` when it has a file of its own.
    content: Option<Vec<u8>>,
}

/// Plain bytes of a stored file, piece by piece.
pub struct BlobReader {
    file: Box<dyn BufRead + Send>,
    /// `None` once the last piece was opened.
    stream: Option<DecryptorBE32<XChaCha20Poly1305>>,
    plain: Vec<u8>,
    given: usize,
}

impl fmt::Debug for BlobReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlobReader(…)")
    }
}

impl Read for BlobReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.plain.len() {
            let Some(mut stream) = self.stream.take() else { return Ok(0) };
            self.plain.clear();
            self.given = 0;
            let damaged = || io::Error::new(io::ErrorKind::InvalidData, "stored file is damaged");
            (&mut self.file).take((PIECE + TAG) as u64).read_to_end(&mut self.plain)?;
            if self.file.fill_buf()?.is_empty() {
                stream.decrypt_last_in_place(&[], &mut self.plain).map_err(|_opening| damaged())?;
            } else {
                stream.decrypt_next_in_place(&[], &mut self.plain).map_err(|_opening| damaged())?;
                self.stream = Some(stream);
            }
        }
        let many = out.len().min(self.plain.len() - self.given);
        out[..many].copy_from_slice(&self.plain[self.given..self.given + many]);
        self.given += many;
        Ok(many)
    }
}

/// Encrypted content without a place yet. Gone when dropped.
#[derive(Debug)]
pub struct Sealed {
    id: BlobId,
    size: u64,
    fresh: FreshBlob,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// Less than a piece.
    Memory(Vec<u8>),
    /// A file of its own, fsynced.
    File(PathBuf),
}

impl Drop for Sealed {
    fn drop(&mut self) {
        if let Place::File(temporary) = &self.place {
            let _ = fs::remove_file(temporary); // renamed when it was kept
        }
    }
}

/// Encrypts `content` for the vault in `dir`: the long part of storing it, which needs no
/// connection.
///
/// # Errors
/// `TooLarge` past the limit and `Content` when the source fails: nothing is kept then.
pub fn seal(
    dir: &Path,
    mut content: impl Read,
    limit_bytes: u64,
    fresh: &FreshBlob,
) -> Result<Sealed, VaultError> {
    let first = read_piece(&mut content)?;
    if first.len() < PIECE {
        let mut sealed = Vec::with_capacity(MAGIC.len() + first.len() + TAG);
        let (id, size) =
            encrypt(first, content, limit_bytes, &fresh.key, &mut sealed, &dir.join(FOLDER))?;
        return Ok(Sealed { id, size, fresh: fresh.clone(), place: Place::Memory(sealed) });
    }
    let root = dir.join(FOLDER);
    private_dir(&root).map_err(at(&root))?;
    // Under the random wrap nonce's name: two writers never share a temporary file.
    let temporary = root.join(format!("{}.tmp", HEXLOWER.encode(&fresh.wrap_nonce)));
    let mut file = BufWriter::new(private_file(&temporary).map_err(at(&temporary))?);
    // From here on the file goes when this goes.
    let place = Place::File(temporary.clone());
    let mut sealed = Sealed { id: BlobId([0; 32]), size: 0, fresh: fresh.clone(), place };
    (sealed.id, sealed.size) =
        encrypt(first, content, limit_bytes, &fresh.key, &mut file, &temporary)?;
    let file = file.into_inner().map_err(|error| at(&temporary)(error.into_error()))?;
    file.sync_all().map_err(at(&temporary))?;
    Ok(sealed)
}

/// `piece` is the first of the content. A key is used for one file only, so the stream's nonce can
/// be zero.
fn encrypt(
    mut piece: Vec<u8>,
    mut content: impl Read,
    limit_bytes: u64,
    key: &NewKey,
    file: &mut impl Write,
    temporary: &Path,
) -> Result<(BlobId, u64), VaultError> {
    file.write_all(MAGIC).map_err(at(temporary))?;
    let mut stream = EncryptorBE32::<XChaCha20Poly1305>::new((&key.secret).into(), &[0; 19].into());
    let mut hash = Sha256::new();
    let mut size = 0;
    loop {
        size += piece.len() as u64;
        if size > limit_bytes {
            return Err(VaultError::TooLarge { limit_bytes });
        }
        hash.update(&piece);
        let next = if piece.len() == PIECE { read_piece(&mut content)? } else { Vec::new() };
        // Only 2^32 pieces (256 TiB) make sealing fail.
        let too_large = |_sealing| VaultError::TooLarge { limit_bytes: (PIECE as u64) << 32 };
        if next.is_empty() {
            stream.encrypt_last_in_place(&[], &mut piece).map_err(too_large)?;
            file.write_all(&piece).map_err(at(temporary))?;
            break;
        }
        stream.encrypt_next_in_place(&[], &mut piece).map_err(too_large)?;
        file.write_all(&piece).map_err(at(temporary))?;
        piece = next;
    }
    Ok((BlobId(hash.finalize().into()), size))
}

fn sync_dir(path: &Path) -> Result<(), VaultError> {
    File::open(path).and_then(|dir| dir.sync_all()).map_err(at(path))
}

/// A whole piece, or what is left.
fn read_piece(content: &mut impl Read) -> Result<Vec<u8>, VaultError> {
    let mut piece = Vec::with_capacity(PIECE + TAG);
    content.take(PIECE as u64).read_to_end(&mut piece).map_err(VaultError::Content)?;
    Ok(piece)
}

pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> VaultError {
    move |source| VaultError::Io { path: path.into(), source }
}
