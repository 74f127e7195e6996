//! Writing: batches of entries, each batch one transaction made durable by one fsync.
//!
//! Called by one thread of the service, which batches what waits. Not here: the queue, the clock.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::checkpoint::Checkpoint;
use super::error::{Damage, Fault, LedgerError};
use super::leaf::{self, MAX_BODY_BYTES};
use super::read::{self, LedgerReader};
use super::store::{self, FILE, Phase, failed};
use super::tree::{Frontier, Hash, leaf_hash};
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
    // Before `conn`: the last connection to close is then the one that may tidy the log away.
    reader: LedgerReader,
    conn: Connection,
    _lock: File,
    key: SigningKey,
    frontier: Frontier,
    last: Timestamp,
    stopped: bool,
    wal_bytes: u64,
    #[cfg(test)]
    pub(super) fail_next_commit: bool,
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
        let conn = store::open_writer(&dir.join(FILE))?;
        record_signer(&conn, &key, now)?;
        let head = read::proven_head(&conn)?;
        let signed = head.checkpoint.size;
        if head.last_seq < signed {
            let seq = head.last_seq + 1;
            return Err(Fault { seq, what: Damage::Truncated { signed } }.into());
        }
        if head.last_seq > signed {
            return Err(Fault { seq: signed + 1, what: Damage::Unsigned { signed } }.into());
        }
        let frontier = head.frontier.ok_or(Fault { seq: signed, what: Damage::Checkpoint })?;
        Ok(Self {
            conn,
            reader: LedgerReader::open(dir)?,
            _lock: lock,
            key,
            frontier,
            last: head.checkpoint.recorded_at,
            stopped: false,
            wal_bytes: 0,
            #[cfg(test)]
            fail_next_commit: false,
        })
    }

    /// The same ledger for reading. For another thread, open a [`LedgerReader`] of its own.
    pub fn reader(&self) -> &LedgerReader {
        &self.reader
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
    /// `Stopped` (open the ledger again). `Unknown`: open it again and ask by idempotency key.
    pub fn append_batch(
        &mut self,
        now: Timestamp,
        new: Vec<NewEntry>,
    ) -> Result<Vec<Outcome>, LedgerError> {
        if self.stopped {
            return Err(LedgerError::Stopped);
        }
        if let Some(entry) = new.iter().find(|entry| entry.body.len() > MAX_BODY_BYTES) {
            return Err(LedgerError::TooLarge { found: entry.body.len(), limit: MAX_BODY_BYTES });
        }
        let recorded_at = now.max(self.last);
        let recorded_at = from_micros(to_micros(recorded_at)).unwrap_or(recorded_at);
        let mut frontier = self.frontier.clone();
        let mut bytes = BATCH_OVERHEAD_BYTES;
        let written = self.begin().and_then(|()| {
            let outcomes = write(&self.conn, recorded_at, &mut frontier, new, &mut bytes)?;
            if frontier.size() > self.frontier.size() {
                sign(&self.conn, &frontier, recorded_at, &self.key)?;
            }
            Ok(outcomes)
        });
        let done = match written {
            Ok(outcomes) => {
                self.commit().map(|()| outcomes).map_err(|error| failed(error, Phase::Commit))
            }
            Err(error) => Err(failed(error, Phase::BeforeCommit)),
        };
        match done {
            Ok(outcomes) => {
                self.last = recorded_at.max(self.last);
                self.frontier = frontier;
                self.settle(bytes);
                Ok(outcomes)
            }
            Err(error) => {
                let undone =
                    self.conn.is_autocommit() || self.conn.execute_batch("ROLLBACK").is_ok();
                let goes_on = matches!(error, LedgerError::Full | LedgerError::Busy);
                self.stopped = !(undone && goes_on);
                Err(error)
            }
        }
    }

    fn begin(&self) -> rusqlite::Result<()> {
        self.conn.execute_batch("BEGIN IMMEDIATE")
    }

    fn commit(&mut self) -> rusqlite::Result<()> {
        self.conn.execute_batch("COMMIT")?;
        #[cfg(test)]
        if std::mem::take(&mut self.fail_next_commit) {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC);
            return Err(rusqlite::Error::SqliteFailure(code, None));
        }
        Ok(())
    }

    /// Copies the write-ahead log into the database now and then. What was appended is durable
    /// already, so an error here stops only what comes next.
    fn settle(&mut self, bytes: u64) {
        self.wal_bytes += bytes;
        if self.wal_bytes < WAL_BYTES {
            return;
        }
        self.wal_bytes = 0;
        let copied = self.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = copied {
            let error = failed(error, Phase::BeforeCommit);
            self.stopped = !matches!(error, LedgerError::Full | LedgerError::Busy);
        }
    }

    #[cfg(test)]
    pub(super) fn connection(&self) -> &Connection {
        &self.conn
    }
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
) -> rusqlite::Result<()> {
    let checkpoint = Checkpoint::sign(frontier.size(), frontier.root(), recorded_at, key);
    insert_checkpoint(conn, &checkpoint, frontier)
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
