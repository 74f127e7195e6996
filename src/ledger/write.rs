//! Writing: batches of entries, each batch one transaction made durable by one fsync.
//!
//! Called by one thread of the service, which batches what waits. Not here: the queue, the clock.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};

use super::checkpoint::Checkpoint;
use super::error::{Damage, Fault, LedgerError};
use super::leaf::{self, MAX_BODY_BYTES};
use super::read::{self, LedgerReader};
use super::store::{self, FILE, Phase, failed};
use super::tree::{Frontier, Hash, leaf_hash};
use super::verify::{Held, verify_connection};
use crate::vault::keys::SigningKey;
use crate::vault::{from_micros, to_micros};

/// Written bytes after which the write-ahead log is copied into the database.
const WAL_BYTES: u64 = 4 << 20;
/// What a batch costs in the write-ahead log beyond its leaves: pages of the trees, checkpoint.
const BATCH_OVERHEAD_BYTES: u64 = 32 << 10;

/// An entry to be appended.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// Which decoder reads the body.
    pub format: u8,
    /// 16 random bytes.
    pub salt: [u8; 16],
    pub body: Vec<u8>,
    pub idempotency: Option<IdempotencyClaim>,
}

/// By what a retry is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyClaim {
    pub actor: String,
    pub key: String,
    /// SHA-256 of what was sent.
    pub content: Hash,
}

/// Where an entry came to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    pub seq: u64,
    pub recorded_at: Timestamp,
    pub leaf_hash: Hash,
}

/// What became of one entry of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Appended(Appended),
    /// The same actor filed the same content under the same key before; nothing was added.
    Repeated(Appended),
    /// The key stands for other content, in entry `seq`; nothing was added.
    KeyReused {
        seq: u64,
    },
}

/// A ledger opened for writing; at most one in the world.
#[derive(Debug)]
pub struct Ledger {
    dir: PathBuf,
    /// `None` once a write failed: the connections that saw it fail are never asked again.
    files: Option<Files>,
    _lock: File,
    key: SigningKey,
    frontier: Frontier,
    /// The newest checkpoint that was acknowledged.
    acknowledged: Checkpoint,
    last: Timestamp,
    wal_bytes: u64,
    #[cfg(test)]
    pub(crate) fails_next: std::cell::Cell<Option<Fails>>,
}

/// The connections of an open ledger.
#[derive(Debug)]
struct Files {
    // Before `conn`: the last connection to close is then the one that may tidy the log away.
    reader: LedgerReader,
    conn: Connection,
}

impl Files {
    fn open(dir: &Path) -> Result<Self, LedgerError> {
        let conn = store::open_writer(&dir.join(FILE))?;
        Ok(Self { conn, reader: LedgerReader::open(dir)? })
    }

    /// Closes without a last write: what comes next decides what is worth writing.
    fn abandon(self) {
        let _not_even_that =
            self.conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    }
}

/// Where a test lets the disk fail.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fails {
    /// Nothing of the batch is stored.
    BeforeCommit,
    /// All of it is, and nobody can say so.
    AfterCommit,
}

impl Ledger {
    /// Opens the ledger in the data directory `dir`, or makes an empty one there, and keeps every
    /// other process from writing it. `now` dates the first checkpoint of a new ledger.
    ///
    /// Reads the newest checkpoint, not the entries: read them once through
    /// [`LedgerReader::entries`] to know that they are whole. A key that the ledger does not know
    /// yet is recorded as a further signer.
    ///
    /// # Errors
    /// `InUse`; `Migrate` for a file of a newer release (left untouched); `Damaged` when the
    /// newest checkpoint is not sound or does not fit the number of entries.
    pub fn open(dir: &Path, key: SigningKey, now: Timestamp) -> Result<Self, LedgerError> {
        let lock = store::lock(dir)?;
        let files = Files::open(dir)?;
        record_signer(&files.conn, &key, now)?;
        let (acknowledged, frontier) = whole_head(&files.conn)?;
        Ok(Self {
            dir: dir.to_owned(),
            files: Some(files),
            _lock: lock,
            key,
            frontier,
            last: acknowledged.recorded_at,
            acknowledged,
            wal_bytes: 0,
            #[cfg(test)]
            fails_next: std::cell::Cell::new(None),
        })
    }

    /// Opens the files anew after a failed write; the directory stayed ours meanwhile.
    ///
    /// A failed fsync is never asked again: after it the page cache may hold what the disk does
    /// not. So everything is proven as it reads now, what was acknowledged must be in it, and
    /// all that the write-ahead log holds is written once more, into the database itself.
    ///
    /// # Errors
    /// The ledger stays stopped; try again later. `Damaged` when something acknowledged is gone.
    pub fn reopen(&mut self) -> Result<(), LedgerError> {
        if let Some(files) = self.files.take() {
            files.abandon();
        }
        let files = Files::open(&self.dir)?;
        let held = Held {
            checkpoint: Some(self.acknowledged.clone()),
            public_key: Some(self.key.public()),
        };
        if let Some(fault) = verify_connection(&files.conn, &held)?.faults.into_iter().next() {
            return Err(fault.into());
        }
        let (acknowledged, frontier) = whole_head(&files.conn)?;
        let is_busy = files
            .conn
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0))
            .map_err(|error| failed(error, Phase::BeforeCommit))?;
        if is_busy {
            return Err(LedgerError::Busy);
        }
        self.last = acknowledged.recorded_at.max(self.last);
        (self.acknowledged, self.frontier, self.wal_bytes) = (acknowledged, frontier, 0);
        self.files = Some(files);
        Ok(())
    }

    /// Has a failed write stopped it?
    pub fn is_stopped(&self) -> bool {
        self.files.is_none()
    }

    /// The same ledger for reading. For another thread, open a [`LedgerReader`] of its own.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn reader(&self) -> Result<&LedgerReader, LedgerError> {
        self.files.as_ref().map(|files| &files.reader).ok_or(LedgerError::Stopped)
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Appends in order, all or nothing, durable on return. All get the same `recorded_at`: `now`
    /// in whole microseconds, or that of the last entry if the clock stands before it.
    ///
    /// Repeats and reused keys are told apart per entry and do not hold up the others.
    ///
    /// # Errors
    /// Nothing was filed: `TooLarge`, `Full`, `Busy` (later appends may succeed), `Failed` and
    /// `Stopped` ([`Self::reopen`] it). `Unknown`: reopen it and ask by idempotency key.
    pub fn append_batch(
        &mut self,
        now: Timestamp,
        new: Vec<NewEntry>,
    ) -> Result<Vec<Outcome>, LedgerError> {
        let Some(Files { conn, .. }) = &self.files else { return Err(LedgerError::Stopped) };
        if let Some(entry) = new.iter().find(|entry| entry.body.len() > MAX_BODY_BYTES) {
            return Err(LedgerError::TooLarge { found: entry.body.len(), limit: MAX_BODY_BYTES });
        }
        let recorded_at = now.max(self.last);
        let recorded_at = from_micros(to_micros(recorded_at)).unwrap_or(recorded_at);
        let mut frontier = self.frontier.clone();
        let mut bytes = BATCH_OVERHEAD_BYTES;
        let mut signed = None;
        let commit = |conn: &Connection| {
            conn.execute_batch("COMMIT")?;
            #[cfg(test)]
            self.may_fail(conn)?;
            Ok(())
        };
        let written = conn.execute_batch("BEGIN IMMEDIATE").and_then(|()| {
            let outcomes = write(conn, recorded_at, &mut frontier, new, &mut bytes)?;
            if frontier.size() > self.frontier.size() {
                signed = Some(sign(conn, &frontier, recorded_at, &self.key)?);
            }
            #[cfg(test)]
            self.may_fail(conn)?;
            Ok(outcomes)
        });
        let done = match written {
            Ok(outcomes) => {
                commit(conn).map(|()| outcomes).map_err(|error| failed(error, Phase::Commit))
            }
            Err(error) => Err(failed(error, Phase::BeforeCommit)),
        };
        match done {
            Ok(outcomes) => {
                if let Some(signed) = signed {
                    self.acknowledged = signed;
                }
                self.last = recorded_at.max(self.last);
                self.frontier = frontier;
                self.settle(bytes);
                Ok(outcomes)
            }
            Err(error) => {
                let undone = conn.is_autocommit() || conn.execute_batch("ROLLBACK").is_ok();
                if !undone || stops(&error) {
                    self.stop();
                }
                Err(error)
            }
        }
    }

    fn stop(&mut self) {
        if let Some(files) = self.files.take() {
            files.abandon();
        }
    }

    /// Fails where a test wants it.
    #[cfg(test)]
    fn may_fail(&self, conn: &Connection) -> rusqlite::Result<()> {
        let here = if conn.is_autocommit() { Fails::AfterCommit } else { Fails::BeforeCommit };
        if self.fails_next.get() != Some(here) {
            return Ok(());
        }
        self.fails_next.set(None);
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC);
        Err(rusqlite::Error::SqliteFailure(code, None))
    }

    /// Copies the write-ahead log into the database now and then. What was appended is durable
    /// already, so an error here stops only what comes next.
    fn settle(&mut self, bytes: u64) {
        self.wal_bytes += bytes;
        if self.wal_bytes < WAL_BYTES {
            return;
        }
        self.wal_bytes = 0;
        let Some(Files { conn, .. }) = &self.files else { return };
        let copied = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = copied
            && stops(&failed(error, Phase::BeforeCommit))
        {
            self.stop();
        }
    }

    #[cfg(test)]
    pub(super) fn connection(&self) -> &Connection {
        &self.files.as_ref().expect("open").conn
    }
}

/// After these the connection is not to be trusted; after the others SQLite took all back.
fn stops(error: &LedgerError) -> bool {
    !matches!(error, LedgerError::Full | LedgerError::Busy)
}

/// The newest checkpoint with the tree under it, when all that is stored is signed for.
fn whole_head(conn: &Connection) -> Result<(Checkpoint, Frontier), LedgerError> {
    let head = read::proven_head(conn)?;
    let signed = head.checkpoint.size;
    if head.last_seq < signed {
        let seq = head.last_seq + 1;
        return Err(Fault { seq, what: Damage::Truncated { signed } }.into());
    }
    if head.last_seq > signed {
        return Err(Fault { seq: signed + 1, what: Damage::Unsigned { signed } }.into());
    }
    let frontier = head.frontier.ok_or(Fault { seq: signed, what: Damage::Checkpoint })?;
    Ok((head.checkpoint, frontier))
}

/// Makes the key known, and the checkpoint of nothing if the ledger is new.
fn record_signer(conn: &Connection, key: &SigningKey, now: Timestamp) -> Result<(), LedgerError> {
    let public = key.public();
    let done = (|| {
        conn.execute_batch("BEGIN IMMEDIATE")?;
        conn.execute(
            "INSERT INTO signer VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![public.id().0, public.to_bytes()],
        )?;
        let empty: bool = conn.query_row(
            "SELECT NOT EXISTS (SELECT 1 FROM checkpoint) AND NOT EXISTS (SELECT 1 FROM entry)",
            [],
            |row| row.get(0),
        )?;
        if empty {
            let now = from_micros(to_micros(now)).unwrap_or(now);
            sign(conn, &Frontier::new(), now, key)?;
        }
        conn.execute_batch("COMMIT")
    })();
    done.map_err(|error| failed(error, Phase::BeforeCommit))
}

fn write(
    conn: &Connection,
    recorded_at: Timestamp,
    frontier: &mut Frontier,
    new: Vec<NewEntry>,
    bytes: &mut u64,
) -> rusqlite::Result<Vec<Outcome>> {
    let mut outcomes = Vec::with_capacity(new.len());
    // Entries of this very batch, for a key that comes twice in it.
    let mut here: HashMap<u64, Appended> = HashMap::new();
    for entry in new {
        if let Some(claim) = &entry.idempotency
            && let Some(earlier) = read::lookup(conn, &claim.actor, &claim.key)?
        {
            let seq = earlier.seq;
            outcomes.push(if earlier.content != claim.content {
                Outcome::KeyReused { seq }
            } else if let Some(appended) = here.get(&seq) {
                Outcome::Repeated(*appended)
            } else {
                Outcome::Repeated(stored(conn, seq)?)
            });
            continue;
        }
        let leaf = leaf::encode(entry.format, entry.salt, recorded_at, &entry.body);
        let appended =
            Appended { seq: frontier.size() + 1, recorded_at, leaf_hash: leaf_hash(&leaf) };
        insert(conn, appended, entry.format, &leaf, entry.idempotency.as_ref())?;
        *bytes += leaf.len() as u64;
        frontier.push(appended.leaf_hash);
        if entry.idempotency.is_some() {
            here.insert(appended.seq, appended);
        }
        outcomes.push(Outcome::Appended(appended));
    }
    Ok(outcomes)
}

pub(super) fn insert(
    conn: &Connection,
    entry: Appended,
    format: u8,
    leaf: &[u8],
    claim: Option<&IdempotencyClaim>,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO entry (seq, recorded_at, format, leaf_hash, leaf) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        entry.seq,
        to_micros(entry.recorded_at),
        format,
        entry.leaf_hash,
        leaf
    ])?;
    claim.map_or(Ok(()), |claim| insert_claim(conn, entry.seq, claim))
}

pub(super) fn insert_claim(
    conn: &Connection,
    seq: u64,
    claim: &IdempotencyClaim,
) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO idempotency VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        claim.actor,
        claim.key,
        claim.content,
        seq
    ])?;
    Ok(())
}

fn stored(conn: &Connection, seq: u64) -> rusqlite::Result<Appended> {
    conn.prepare_cached("SELECT recorded_at, leaf_hash FROM entry WHERE seq = ?1")?.query_row(
        [seq],
        |row| {
            let micros: i64 = row.get(0)?;
            let recorded_at =
                from_micros(micros).ok_or(rusqlite::Error::IntegralValueOutOfRange(0, micros))?;
            Ok(Appended { seq, recorded_at, leaf_hash: row.get(1)? })
        },
    )
}

fn sign(
    conn: &Connection,
    frontier: &Frontier,
    recorded_at: Timestamp,
    key: &SigningKey,
) -> rusqlite::Result<Checkpoint> {
    let checkpoint = Checkpoint::sign(frontier.size(), frontier.root(), recorded_at, key);
    insert_checkpoint(conn, &checkpoint, frontier)?;
    Ok(checkpoint)
}

pub(super) fn insert_checkpoint(
    conn: &Connection,
    checkpoint: &Checkpoint,
    frontier: &Frontier,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO checkpoint (size, root, recorded_at, signer, signature, frontier)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        checkpoint.size,
        checkpoint.root,
        to_micros(checkpoint.recorded_at),
        checkpoint.signer.0,
        checkpoint.signature,
        frontier.to_bytes()
    ])?;
    Ok(())
}
