//! Reading a portable file back: everything is checked before the directory holds a ledger.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::super::checkpoint::{Checkpoint, Signers};
use super::super::error::LedgerError;
use super::super::leaf::{Entry, LEAF_HEADER_BYTES, MAX_BODY_BYTES};
use super::super::store::{self, FILE, io};
use super::super::tree::{Frontier, Hash};
use super::super::verify::Held;
use super::super::write::{self, Appended, IdempotencyClaim};
use super::{CHECKPOINT, END, ENTRY, MAGIC, Progress, RETRY_KEY, SIGNER, STEP, Summary, VERSION};
use crate::vault::keys::{KeyId, PublicKey};
use crate::vault::{from_micros, to_micros};

/// Longest record: an entry.
const MAX_RECORD: usize = LEAF_HEADER_BYTES + MAX_BODY_BYTES;

/// Makes a ledger in `dir` (which must hold none) out of a portable file. Its root, checkpoints
/// and retry keys are those of the exported one; all are checked, and also against what the
/// operator holds from elsewhere. Until all is well and on the disk, `dir` holds no ledger.
///
/// # Errors
/// `BadFile` names the byte at which the file stops making sense; `NotEmpty`; `InUse`;
/// `Cancelled`; `Full`; `Io`.
pub fn import(
    file: &Path,
    dir: &Path,
    held: &Held,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Summary, LedgerError> {
    let source = File::open(file).map_err(io(file))?;
    let of = source.metadata().map_err(io(file))?.len();
    let _lock = store::lock(dir)?;
    let live = dir.join(FILE);
    if live.exists() {
        return Err(LedgerError::NotEmpty { dir: dir.into() });
    }
    let building = dir.join(format!("{FILE}.importing"));
    discard(&building); // of an import that was killed
    let done = (|| {
        let conn = store::open_writer(&building)?;
        let mut input = In { path: file, file: BufReader::new(source), hash: Sha256::new(), at: 0 };
        let summary = build(&conn, &mut input, of, held, progress)?;
        conn.close().map_err(|(_, error)| store::failed(error, store::Phase::BeforeCommit))?;
        File::open(&building).and_then(|file| file.sync_all()).map_err(io(&building))?;
        fs::rename(&building, &live).map_err(io(&live))?;
        File::open(dir).and_then(|dir| dir.sync_all()).map_err(io(dir))?;
        Ok(summary)
    })();
    if done.is_err() {
        discard(&building);
    }
    done
}

fn discard(database: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = database.as_os_str().to_owned();
        name.push(suffix);
        let _ = fs::remove_file(name); // absent as a rule; in the way of nothing but an import
    }
}

fn build(
    conn: &Connection,
    input: &mut In<'_>,
    of: u64,
    held: &Held,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Summary, LedgerError> {
    let failed = |error| store::failed(error, store::Phase::BeforeCommit);
    // Nobody sees this file before it is whole and synced: no journal needed until then.
    conn.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
        .map_err(failed)?;
    if input.take::<8>()? != *MAGIC {
        return Err(input.bad("this is not a ledger export"));
    }
    if u16::from_be_bytes(input.take()?) != VERSION {
        return Err(input.bad("a newer program wrote this export"));
    }
    let mut state = State::default();
    loop {
        let before = input.hash.clone();
        let [kind, length @ ..] = input.take::<5>()?;
        let payload = input.payload(u32::from_be_bytes(length) as usize)?;
        if kind == END {
            state.end(input, &payload, before.finalize().into(), held)?;
            break;
        }
        state.record(conn, input, kind, &payload, held)?;
        if state.frontier.size().is_multiple_of(STEP)
            && kind == ENTRY
            && progress(Progress { done: input.at, of }).is_break()
        {
            return Err(LedgerError::Cancelled);
        }
    }
    if input.file.read(&mut [0]).map_err(io(input.path))? != 0 {
        return Err(input.bad("something follows the end of the export"));
    }
    conn.execute_batch("COMMIT; PRAGMA journal_mode = WAL;").map_err(failed)?;
    Ok(Summary { size: state.frontier.size(), root: state.frontier.root(), bytes: input.at })
}

/// What was read so far.
#[derive(Default)]
struct State {
    signers: Signers,
    frontier: Frontier,
    newest: Option<Checkpoint>,
    last_recorded_at: Option<i64>,
}

impl State {
    fn record(
        &mut self,
        conn: &Connection,
        input: &In<'_>,
        kind: u8,
        payload: &[u8],
        held: &Held,
    ) -> Result<(), LedgerError> {
        let failed = |error| store::failed(error, store::Phase::BeforeCommit);
        match kind {
            SIGNER => {
                let key = payload
                    .try_into()
                    .ok()
                    .and_then(PublicKey::from_bytes)
                    .ok_or_else(|| input.bad("no public key"))?;
                self.signers.insert(key);
                conn.execute(
                    "INSERT INTO signer VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    params![key.id().0, key.to_bytes()],
                )
                .map_err(failed)?;
                Ok(())
            }
            ENTRY => {
                let seq = self.frontier.size() + 1;
                let entry = Entry::new(seq, payload.to_vec())
                    .filter(|entry| self.last_recorded_at <= Some(to_micros(entry.recorded_at)))
                    .ok_or_else(|| input.bad("no entry that could stand here"))?;
                self.last_recorded_at = Some(to_micros(entry.recorded_at));
                self.frontier.push(entry.leaf_hash);
                if let Some(kept) = held.checkpoint.as_ref().filter(|kept| kept.size == seq)
                    && kept.root != self.frontier.root()
                {
                    return Err(input.bad("this ledger does not continue the checkpoint held"));
                }
                let Entry { recorded_at, leaf_hash, format, .. } = entry;
                let appended = Appended { seq, recorded_at, leaf_hash };
                write::insert(conn, appended, format, payload, None).map_err(failed)
            }
            RETRY_KEY => self.retry_key(conn, input, payload),
            CHECKPOINT => self.checkpoint(conn, input, payload),
            _ => Err(input.bad("a record of unknown kind")),
        }
    }

    fn retry_key(
        &self,
        conn: &Connection,
        input: &In<'_>,
        payload: &[u8],
    ) -> Result<(), LedgerError> {
        let (seq, claim) = read_retry_key(payload)
            .filter(|(seq, _)| (1..=self.frontier.size()).contains(seq))
            .ok_or_else(|| input.bad("no retry key that could stand here"))?;
        write::insert_claim(conn, seq, &claim).map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::ConstraintViolation) => input.bad("a retry key comes twice"),
            _ => store::failed(error, store::Phase::BeforeCommit),
        })
    }

    fn checkpoint(
        &mut self,
        conn: &Connection,
        input: &In<'_>,
        payload: &[u8],
    ) -> Result<(), LedgerError> {
        let checkpoint = read_checkpoint(payload)
            .filter(|checkpoint| {
                checkpoint.size == self.frontier.size()
                    && checkpoint.root == self.frontier.root()
                    && self.newest.as_ref().is_none_or(|newest| newest.size < checkpoint.size)
            })
            .ok_or_else(|| input.bad("the entries do not give the signed root"))?;
        if !self.signers.vouch_for(&checkpoint) {
            return Err(input.bad("a checkpoint is not signed by a known key"));
        }
        write::insert_checkpoint(conn, &checkpoint, &self.frontier)
            .map_err(|error| store::failed(error, store::Phase::BeforeCommit))?;
        self.newest = Some(checkpoint);
        Ok(())
    }

    fn end(
        &self,
        input: &In<'_>,
        payload: &[u8],
        checksum: Hash,
        held: &Held,
    ) -> Result<(), LedgerError> {
        let (size, root) = (self.frontier.size(), self.frontier.root());
        if payload != [&size.to_be_bytes()[..], &root, &checksum].concat() {
            return Err(input.bad("the end does not fit what comes before it"));
        }
        let newest = self
            .newest
            .as_ref()
            .filter(|newest| newest.size == size)
            .ok_or_else(|| input.bad("the last entries are not covered by a checkpoint"))?;
        if held.public_key.is_some_and(|key| !newest.is_signed_by(key)) {
            return Err(input.bad("the newest checkpoint is signed by another key"));
        }
        if held.checkpoint.as_ref().is_some_and(|kept| kept.size > size) {
            return Err(input.bad("the ledger is shorter than the checkpoint held"));
        }
        Ok(())
    }
}

fn read_retry_key(payload: &[u8]) -> Option<(u64, IdempotencyClaim)> {
    let (seq, rest) = payload.split_first_chunk::<8>()?;
    let (content, rest) = rest.split_first_chunk::<32>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (actor, key) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    let actor = std::str::from_utf8(actor).ok()?.to_owned();
    let key = std::str::from_utf8(key).ok()?.to_owned();
    Some((u64::from_be_bytes(*seq), IdempotencyClaim { actor, key, content: *content }))
}

fn read_checkpoint(payload: &[u8]) -> Option<Checkpoint> {
    let (size, rest) = payload.split_first_chunk::<8>()?;
    let (root, rest) = rest.split_first_chunk::<32>()?;
    let (recorded_at, rest) = rest.split_first_chunk::<8>()?;
    let (signer, signature) = rest.split_first_chunk::<8>()?;
    Some(Checkpoint {
        size: u64::from_be_bytes(*size),
        root: *root,
        recorded_at: from_micros(i64::from_be_bytes(*recorded_at))?,
        signer: KeyId(*signer),
        signature: signature.try_into().ok()?,
    })
}

/// The file being read, with the hash of all that came out of it.
struct In<'f> {
    path: &'f Path,
    file: BufReader<File>,
    hash: Sha256,
    at: u64,
}

impl In<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], LedgerError> {
        self.payload(N)?.try_into().map_err(|_short: Vec<u8>| self.bad("the file ends too early"))
    }

    /// Memory grows with what is truly there, not with what a length claims.
    fn payload(&mut self, length: usize) -> Result<Vec<u8>, LedgerError> {
        if length > MAX_RECORD {
            return Err(self.bad("a record is longer than any entry can be"));
        }
        let mut bytes = Vec::new();
        let got = (&mut self.file).take(length as u64).read_to_end(&mut bytes);
        if got.map_err(io(self.path))? < length {
            return Err(self.bad("the file ends too early"));
        }
        self.hash.update(&bytes);
        self.at += length as u64;
        Ok(bytes)
    }

    fn bad(&self, what: &'static str) -> LedgerError {
        LedgerError::BadFile { path: self.path.into(), at: self.at, what }
    }
}
