//! A file that comes piece by piece, over days and restarts, encrypted from its first byte.
//!
//! `partials/ID.part` = magic, then a record for each piece: length (4 bytes), random nonce (24),
//! the piece sealed with XChaCha20-Poly1305 under a key of this file alone. A record is bound to
//! the file's name and to where its piece begins, so that records cannot be moved, left out or
//! brought in from elsewhere. A record that a dying process left half-written is cut off; its piece
//! is asked for again. A nonce is never used twice, also not after such a cut.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::VaultError;
use super::blobs::at;
use super::keys::{private_dir, private_file};

/// Where they lie in the data directory.
const FOLDER: &str = "partials";

const MAGIC: &[u8; 8] = b"PSPART1\n";
/// Longest plain piece of a record, in bytes.
pub const PIECE: usize = 64 * 1024;
/// Bytes of XChaCha20-Poly1305's nonce and tag.
const NONCE: usize = 24;
const TAG: usize = 16;

/// One of them, with its key.
pub struct Partial {
    path: PathBuf,
    name: String,
    key: [u8; 32],
}

/// How much of it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ends {
    /// Plain bytes.
    pub plain: u64,
    /// Bytes of whole records, with the magic.
    stored: u64,
}

impl fmt::Debug for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Partial({})", self.name)
    }
}

impl Partial {
    pub(super) fn new(dir: &Path, name: &str, key: [u8; 32]) -> Self {
        Self { path: path_of(dir, name), name: name.to_owned(), key }
    }

    /// How far it has come: whole records in their order. Nothing is opened; a damaged piece is
    /// told by [`Self::read`].
    pub fn ends(&self) -> Result<Ends, VaultError> {
        let file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ends::default()),
            opened => opened.map_err(at(&self.path))?,
        };
        let length = file.metadata().map_err(at(&self.path))?.len();
        let mut file = BufReader::new(file);
        let mut magic = [0; MAGIC.len()];
        if file.read_exact(&mut magic).is_err() || &magic != MAGIC {
            return Ok(Ends::default());
        }
        let mut ends = Ends { plain: 0, stored: MAGIC.len() as u64 };
        let mut head = [0; 4];
        while file.read_exact(&mut head).is_ok() {
            let Some(piece) = piece_length(head) else { break };
            let sealed = (NONCE + piece + TAG) as u64;
            if ends.stored + 4 + sealed > length {
                break;
            }
            file.seek_relative(i64::try_from(sealed).unwrap_or(i64::MAX))
                .map_err(at(&self.path))?;
            ends.stored += 4 + sealed;
            ends.plain += piece as u64;
        }
        Ok(ends)
    }

    /// Adds a piece after what has come; on failure what had come is as it was.
    pub fn append(&self, from: Ends, piece: &[u8], nonce: [u8; NONCE]) -> Result<Ends, VaultError> {
        let at = at(&self.path);
        if from.stored == 0 {
            private_dir(self.path.parent().unwrap_or(&self.path)).map_err(&at)?;
            private_file(&self.path).map_err(&at)?;
        }
        let mut record = Vec::with_capacity(MAGIC.len() + 4 + NONCE + piece.len() + TAG);
        if from.stored == 0 {
            record.extend_from_slice(MAGIC);
        }
        let length = u32::try_from(piece.len()).unwrap_or(u32::MAX);
        record.extend_from_slice(&length.to_be_bytes());
        record.extend_from_slice(&nonce);
        let mut sealed = piece.to_vec();
        XChaCha20Poly1305::new((&self.key).into())
            .encrypt_in_place(&XNonce::from(nonce), &self.about(from.plain), &mut sealed)
            .map_err(|_sealing| VaultError::DamagedBlob { path: self.path.clone() })?;
        record.extend_from_slice(&sealed);
        let mut file = OpenOptions::new().write(true).open(&self.path).map_err(&at)?;
        let written = file
            .set_len(from.stored)
            .and_then(|()| file.seek(SeekFrom::Start(from.stored)))
            .and_then(|_| file.write_all(&record));
        if let Err(error) = written {
            let _ = file.set_len(from.stored); // half a record is cut off at the next look anyway
            return Err(at(error));
        }
        let plain = from.plain + piece.len() as u64;
        Ok(Ends { plain, stored: from.stored + record.len() as u64 })
    }

    /// What was appended is on the disk when this returns.
    pub fn sync(&self) -> Result<(), VaultError> {
        let synced = File::open(&self.path).and_then(|file| file.sync_all());
        let folder = self.path.parent().unwrap_or(&self.path);
        synced.and_then(|()| File::open(folder)?.sync_all()).map_err(at(&self.path))
    }

    /// The plain bytes from the first; damage comes as `io::ErrorKind::InvalidData`.
    pub fn read(&self) -> Result<PartialReader<'_>, VaultError> {
        let mut file = BufReader::new(File::open(&self.path).map_err(at(&self.path))?);
        let mut magic = [0; MAGIC.len()];
        if file.read_exact(&mut magic).is_err() || &magic != MAGIC {
            return Err(VaultError::DamagedBlob { path: self.path.clone() });
        }
        Ok(PartialReader { of: self, file, opened: 0, plain: Vec::new(), given: 0 })
    }

    fn about(&self, plain: u64) -> Vec<u8> {
        [self.name.as_bytes(), &plain.to_be_bytes()].concat()
    }
}

/// Removes those that nobody knows any more. Only while no other process takes files.
pub(super) fn sweep(dir: &Path, known: &[String]) -> Result<(), VaultError> {
    let folder = dir.join(FOLDER);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(at(&folder))?,
    };
    for entry in entries {
        let path = entry.map_err(at(&folder))?.path();
        if known.iter().all(|name| path_of(dir, name) != path) {
            fs::remove_file(&path).map_err(at(&path))?;
        }
    }
    Ok(())
}

/// One that never came, or went before, is gone too.
pub(super) fn remove(dir: &Path, name: &str) -> Result<(), VaultError> {
    let path = path_of(dir, name);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&path)(error)),
        _ => Ok(()),
    }
}

fn path_of(dir: &Path, name: &str) -> PathBuf {
    dir.join(FOLDER).join(format!("{name}.part"))
}

/// `None`: no record of ours begins so.
fn piece_length(head: [u8; 4]) -> Option<usize> {
    let length = usize::try_from(u32::from_be_bytes(head)).ok()?;
    (1..=PIECE).contains(&length).then_some(length)
}

/// Plain bytes of a partial file, record by record.
#[derive(Debug)]
pub struct PartialReader<'p> {
    of: &'p Partial,
    file: BufReader<File>,
    /// Plain bytes before the records still to be opened.
    opened: u64,
    plain: Vec<u8>,
    given: usize,
}

impl PartialReader<'_> {
    /// `false` at the end.
    fn next(&mut self) -> io::Result<bool> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "partial file is damaged");
        let mut head = [0; 4];
        match self.file.read_exact(&mut head) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            read => read?,
        }
        let length = piece_length(head).ok_or_else(damaged)?;
        let mut nonce = [0; NONCE];
        self.file.read_exact(&mut nonce)?;
        self.plain.resize(length + TAG, 0);
        self.given = 0;
        self.file.read_exact(&mut self.plain)?;
        XChaCha20Poly1305::new((&self.of.key).into())
            .decrypt_in_place(&XNonce::from(nonce), &self.of.about(self.opened), &mut self.plain)
            .map_err(|_opening| damaged())?;
        self.opened += self.plain.len() as u64;
        Ok(true)
    }
}

impl Read for PartialReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.plain.len() {
            if !self.next()? {
                return Ok(0);
            }
        }
        let many = out.len().min(self.plain.len() - self.given);
        out[..many].copy_from_slice(&self.plain[self.given..self.given + many]);
        self.given += many;
        Ok(many)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(partial: &Partial) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        partial.read().expect("opens").read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn pieces_come_back_in_their_order_and_half_a_record_is_cut_off() {
        let dir = tempfile::tempdir().expect("a directory");
        let partial = Partial::new(dir.path(), "one", [7; 32]);
        assert_eq!(partial.ends().expect("nothing yet"), Ends::default());
        let long = vec![1; PIECE];
        let first = partial.append(Ends::default(), &long, [1; NONCE]).expect("taken");
        let second = partial.append(first, b"hai", [2; NONCE]).expect("taken");
        assert_eq!((second.plain, partial.ends().expect("told")), (PIECE as u64 + 3, second));
        assert_eq!(whole(&partial).expect("read"), [&long[..], b"hai"].concat());

        // Cut anywhere within the second record: the first stands, and the next piece follows it.
        let bytes = fs::read(&partial.path).expect("a file");
        let begin = usize::try_from(first.stored).expect("small");
        for cut in begin..bytes.len() {
            fs::write(&partial.path, &bytes[..cut]).expect("written");
            assert_eq!(partial.ends().expect("told"), first, "cut at {cut}");
            let other = partial.append(first, b"ba", [3; NONCE]).expect("taken");
            assert_eq!(partial.ends().expect("told"), other);
            assert_eq!(whole(&partial).expect("read")[PIECE..], *b"ba");
        }
        // What a power cut may leave: a length, and nothing behind it but zeros.
        fs::write(&partial.path, [&bytes[..begin], &[0; 100]].concat()).expect("written");
        assert_eq!(partial.ends().expect("told"), first);
    }

    #[test]
    fn a_piece_that_was_changed_or_moved_is_damage() {
        let dir = tempfile::tempdir().expect("a directory");
        let partial = Partial::new(dir.path(), "one", [7; 32]);
        let first = partial.append(Ends::default(), b"mot", [1; NONCE]).expect("taken");
        partial.append(first, b"hai", [2; NONCE]).expect("taken");
        let bytes = fs::read(&partial.path).expect("a file");
        assert!(!bytes.windows(3).any(|part| part == b"mot"), "nothing lies there in plain");
        let (head, records) = bytes.split_at(MAGIC.len());
        let (one, two) = records.split_at(records.len() / 2);
        let turned: Vec<u8> = bytes.iter().map(|byte| byte ^ 1).collect();
        let last = [&bytes[..bytes.len() - 1], &turned[bytes.len() - 1..]].concat();
        for damaged in [[head, two, one].concat(), [head, two].concat(), last] {
            fs::write(&partial.path, damaged).expect("written");
            assert_eq!(whole(&partial).expect_err("damage").kind(), io::ErrorKind::InvalidData);
        }
        let other = Partial { name: "two".to_owned(), ..Partial::new(dir.path(), "one", [7; 32]) };
        fs::write(&partial.path, bytes).expect("written");
        assert!(whole(&other).is_err(), "a record belongs to its own file");
    }
}
