//! One portable file, `*.phusong`: backup, move to another machine, and what recovery leaves.
//!
//! Layout (integers big-endian), version 1:
//! ```text
//! "PHUSONG\n" version:u16
//! record*          kind:u8 length:u32 payload
//!   1 signer       public key (32)
//!   2 entry        leaf, in order from entry 1
//!   3 retry key    seq:u64 content:32 actor-length:u32 actor key
//!   4 checkpoint   size:u64 root:32 recorded_at:i64 signer:8 signature:64
//!   5 end          size:u64 root:32 sha256:32 (of every byte before this record)
//! ```
//! Signers come first, a checkpoint directly after the last entry it covers, retry keys after all
//! entries. The same ledger gives the same bytes, and a longer one repeats the entries of a
//! shorter one. Not in it: the vault, the service's keys, and `blobs/` (encrypted as they lie;
//! copy that folder and `vault.db` apart, the folder `keys/` somewhere else).

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::checkpoint::Checkpoint;
use super::error::{Damage, Fault, LedgerError};
use super::read::{self, LedgerReader, StoredCheckpoint, fetch, read_checkpoint};
use super::store::io;
use super::tree::{Frontier, Hash};
use super::verify::{Held, verify_connection};
use crate::vault::to_micros;

mod import;
#[cfg(test)]
mod tests;

pub use import::import;

const MAGIC: &[u8; 8] = b"PHUSONG\n";
const VERSION: u16 = 1;

const SIGNER: u8 = 1;
const ENTRY: u8 = 2;
const RETRY_KEY: u8 = 3;
const CHECKPOINT: u8 = 4;
const END: u8 = 5;

/// Entries between two reports of progress.
const STEP: u64 = 1_000;

/// How far a long piece of work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Entries (export) or bytes (import).
    pub done: u64,
    pub of: u64,
}

/// What was written to, or read from, a portable file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Entries.
    pub size: u64,
    pub root: Hash,
    /// Length of the file in bytes.
    pub bytes: u64,
}

/// Writes the ledger to `to`, proving every entry on the way; the service may go on writing
/// meanwhile. A file already there is replaced only when the new one is whole and on the disk.
///
/// # Errors
/// `Damaged`: a ledger that is not whole is not exported, [`recover`] is for that. `Cancelled`
/// when `progress` breaks off; `Io`.
pub fn export(
    reader: &LedgerReader,
    to: &Path,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Summary, LedgerError> {
    let conn = reader.connection();
    let _snapshot = conn.unchecked_transaction().map_err(LedgerError::Read)?;
    let head = read::proven_head(conn)?;
    let signed = head.checkpoint.size;
    if head.last_seq > signed {
        return Err(Fault { seq: signed + 1, what: Damage::Unsigned { signed } }.into());
    }
    write_file(conn, &head.checkpoint, Strictness::All, to, progress)
}

/// Writes the longest prefix of the ledger that a sound checkpoint proves.
///
/// # Errors
/// `Damaged` when nothing is proven, not even the empty ledger.
pub fn recover(
    reader: &LedgerReader,
    to: &Path,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Summary, LedgerError> {
    let conn = reader.connection();
    let _snapshot = conn.unchecked_transaction().map_err(LedgerError::Read)?;
    let report = verify_connection(conn, &Held::default())?;
    let Some(proven) = report.proven else {
        let nothing = Fault { seq: 0, what: Damage::NoCheckpoint };
        return Err(report.faults.into_iter().next().unwrap_or(nothing).into());
    };
    write_file(conn, &proven, Strictness::SoundCheckpoints, to, progress)
}

/// What to do about an earlier checkpoint that is not sound.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    /// Refuse the whole.
    All,
    /// Leave it out; the newest one covers its entries.
    SoundCheckpoints,
}

fn write_file(
    conn: &Connection,
    upto: &Checkpoint,
    strictness: Strictness,
    to: &Path,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Summary, LedgerError> {
    let mut temporary = to.as_os_str().to_owned();
    temporary.push(format!(".{}.tmp", std::process::id()));
    let temporary = Path::new(&temporary);
    let done = (|| {
        let file = File::create(temporary).map_err(io(temporary))?;
        let mut out = Out { file: BufWriter::new(file), hash: Sha256::new(), bytes: 0 };
        write_records(conn, upto, strictness, &mut out, temporary, progress)?;
        let bytes = out.bytes;
        let file = out.file.into_inner().map_err(|error| io(temporary)(error.into_error()))?;
        file.sync_all().map_err(io(temporary))?;
        fs::rename(temporary, to).map_err(io(to))?;
        let folder = to.parent().filter(|dir| !dir.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        File::open(folder).and_then(|dir| dir.sync_all()).map_err(io(folder))?;
        Ok(Summary { size: upto.size, root: upto.root, bytes })
    })();
    if done.is_err() {
        let _ = fs::remove_file(temporary); // the error above says why
    }
    done
}

fn write_records(
    conn: &Connection,
    upto: &Checkpoint,
    strictness: Strictness,
    out: &mut Out,
    path: &Path,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<(), LedgerError> {
    let io = io(path);
    out.raw(MAGIC).and_then(|()| out.raw(&VERSION.to_be_bytes())).map_err(&io)?;
    let signers = read::signers(conn)?;
    for key in signers.iter() {
        out.record(SIGNER, &[&key.to_bytes()]).map_err(&io)?;
    }
    let mut frontier = Frontier::new();
    let mut last = i64::MIN;
    let mut ahead = std::collections::VecDeque::new();
    for seq in 0..=upto.size {
        if seq > 0 {
            if ahead.is_empty() {
                let unreadable = |error: rusqlite::Error| Fault {
                    seq,
                    what: Damage::Unreadable { detail: error.to_string() },
                };
                fetch(conn, seq - 1, upto.size, &mut ahead).map_err(unreadable)?;
            }
            let truncated = Fault { seq, what: Damage::Truncated { signed: upto.size } };
            let raw = ahead.pop_front().ok_or(truncated)?;
            let entry = raw.check(seq, last).map_err(|what| Fault { seq, what })?;
            last = to_micros(entry.recorded_at);
            out.record(ENTRY, &[entry.leaf()]).map_err(&io)?;
            frontier.push(entry.leaf_hash);
        }
        // The last one is at hand: in a damaged file a look-up may miss what a search has found.
        let found = if seq == upto.size {
            Some(Some(upto.clone()))
        } else {
            checkpoint_at(conn, seq)?.map(|found| found.checkpoint)
        };
        if let Some(found) = found {
            let sound =
                found.filter(|found| found.root == frontier.root() && signers.vouch_for(found));
            match sound {
                Some(found) => out.record(CHECKPOINT, &[&checkpoint_bytes(&found)]).map_err(&io)?,
                None if strictness == Strictness::SoundCheckpoints => {}
                None => return Err(first_fault(conn, seq)),
            }
        }
        if seq % STEP == 0 && progress(Progress { done: seq, of: upto.size }).is_break() {
            return Err(LedgerError::Cancelled);
        }
    }
    if frontier.root() != upto.root {
        return Err(first_fault(conn, upto.size));
    }
    write_retry_keys(conn, upto.size, out, &io)?;
    let checksum: Hash = out.hash.clone().finalize().into();
    out.record(END, &[&upto.size.to_be_bytes(), &upto.root, &checksum]).map_err(&io)
}

fn write_retry_keys(
    conn: &Connection,
    upto: u64,
    out: &mut Out,
    io: &impl Fn(std::io::Error) -> LedgerError,
) -> Result<(), LedgerError> {
    let mut statement = conn
        .prepare(
            "SELECT seq, content, actor, key FROM idempotency WHERE seq <= ?1
             ORDER BY seq, actor, key",
        )
        .map_err(LedgerError::Read)?;
    let mut rows = statement.query(params![upto]).map_err(LedgerError::Read)?;
    while let Some(row) = rows.next().map_err(LedgerError::Read)? {
        let (seq, content, actor, key) = (|| {
            let seq: u64 = row.get(0)?;
            let content: Hash = row.get(1)?;
            let actor: String = row.get(2)?;
            let key: String = row.get(3)?;
            Ok((seq, content, actor, key))
        })()
        .map_err(LedgerError::Read)?;
        // Both are bounded far below this by SQLite's own limit on a row.
        let length = u32::try_from(actor.len()).unwrap_or(u32::MAX).to_be_bytes();
        out.record(
            RETRY_KEY,
            &[&seq.to_be_bytes(), &content, &length, actor.as_bytes(), key.as_bytes()],
        )
        .map_err(io)?;
    }
    Ok(())
}

/// Names the damage that made writing stop.
fn first_fault(conn: &Connection, seq: u64) -> LedgerError {
    match verify_connection(conn, &Held::default()) {
        Ok(report) => {
            let here = Fault { seq, what: Damage::Checkpoint };
            report.faults.into_iter().next().unwrap_or(here).into()
        }
        Err(error) => error,
    }
}

fn checkpoint_at(conn: &Connection, size: u64) -> Result<Option<StoredCheckpoint>, LedgerError> {
    conn.prepare_cached(
        "SELECT size, root, recorded_at, signer, signature, frontier
         FROM checkpoint WHERE size = ?1",
    )
    .and_then(|mut statement| statement.query_row(params![size], read_checkpoint).optional())
    .map_err(LedgerError::Read)
}

fn checkpoint_bytes(checkpoint: &Checkpoint) -> Vec<u8> {
    let mut bytes = checkpoint.size.to_be_bytes().to_vec();
    bytes.extend(checkpoint.root);
    bytes.extend(to_micros(checkpoint.recorded_at).to_be_bytes());
    bytes.extend(checkpoint.signer.0);
    bytes.extend(checkpoint.signature);
    bytes
}

/// The file being written, with the hash of all that went into it.
struct Out {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Out {
    fn raw(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    fn record(&mut self, kind: u8, parts: &[&[u8]]) -> std::io::Result<()> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        let length = u32::try_from(length).map_err(std::io::Error::other)?;
        self.raw(&[kind])?;
        self.raw(&length.to_be_bytes())?;
        parts.iter().try_for_each(|part| self.raw(part))
    }
}
