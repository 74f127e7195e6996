//! Reading: entries in order, each proven while it passes; look-ups by idempotency key.
//!
//! Needs no lock and works while the service writes. Finding *all* that is wrong is `verify`.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::checkpoint::{Checkpoint, Signers};
use super::error::{Damage, Fault, LedgerError};
use super::leaf::{Bytes, Entry};
use super::store;
use super::tree::{Frontier, Hash};
use super::verify;
use crate::vault::keys::{KeyId, PublicKey};
use crate::vault::{from_micros, to_micros};

/// Leaves read ahead at once, in bytes (at least one leaf).
const READ_AHEAD_BYTES: usize = 1 << 20;

/// A ledger opened for reading. `Send`, not `Sync`: one per thread.
#[derive(Debug)]
pub struct LedgerReader {
    conn: Connection,
}

/// What was filed under an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyRecord {
    pub seq: u64,
    /// SHA-256 of what was sent.
    pub content: Hash,
}

impl LedgerReader {
    /// Opens `ledger.db` in the data directory, whoever else has it open. Damage does not keep it
    /// from opening; it shows when entries are read.
    ///
    /// # Errors
    /// `Absent`; `Migrate` when a newer release wrote it; `Read`.
    pub fn open(dir: &Path) -> Result<Self, LedgerError> {
        Ok(Self { conn: store::open_reader(dir)? })
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.conn
    }

    /// The newest checkpoint. A ledger has one from its first moment.
    ///
    /// # Errors
    /// `Damaged` when there is none, or no signer named in the ledger made its signature.
    pub fn checkpoint(&self) -> Result<Checkpoint, LedgerError> {
        proven_head(&self.conn).map(|head| head.checkpoint)
    }

    /// Public keys that the ledger names as its signers.
    pub fn signers(&self) -> Result<Signers, LedgerError> {
        signers(&self.conn)
    }

    /// Every entry up to the newest checkpoint, oldest first.
    pub fn entries(&self) -> Result<Entries<'_>, LedgerError> {
        self.read_from(1)
    }

    /// Entries from `seq` on, each proven by its hash; after the last one the whole is held
    /// against the signed root, and a difference is the last item. Entries before `seq` take part
    /// by the checkpoint before it, and those after that by their stored hashes.
    ///
    /// # Errors
    /// `Damaged` from here when the checkpoint itself is not sound.
    pub fn read_from(&self, seq: u64) -> Result<Entries<'_>, LedgerError> {
        Entries::new(&self.conn, seq.max(1))
    }

    /// The root over the first `size` entries, if it was ever signed: it is for every batch.
    ///
    /// # Errors
    /// `Read`.
    pub fn root_at(&self, size: u64) -> Result<Option<Hash>, LedgerError> {
        let signed = signed_at_most(&self.conn, size)?;
        Ok(signed.filter(|(frontier, _)| frontier.size() == size).map(|(_, root)| root))
    }

    /// One entry, proven by its hash (not against the root; that takes them all, or an
    /// inclusion proof). `None` past the end.
    pub fn entry(&self, seq: u64) -> Result<Option<Entry>, LedgerError> {
        let Some(before) = seq.checked_sub(1) else { return Ok(None) };
        let mut found = VecDeque::new();
        fetch(&self.conn, before, seq, &mut found).map_err(LedgerError::Read)?;
        let Some(raw) = found.pop_front() else { return Ok(None) };
        raw.check(seq, i64::MIN).map(Some).map_err(|what| Fault { seq, what }.into())
    }

    /// What this actor filed under this key, if anything.
    pub fn lookup_idempotency(
        &self,
        actor: &str,
        key: &str,
    ) -> Result<Option<IdempotencyRecord>, LedgerError> {
        lookup(&self.conn, actor, key).map_err(LedgerError::Read)
    }

    /// The first entry in which this actor filed exactly this content, under whichever key.
    pub fn find_by_content(&self, actor: &str, content: &Hash) -> Result<Option<u64>, LedgerError> {
        self.conn
            .prepare_cached("SELECT min(seq) FROM idempotency WHERE actor = ?1 AND content = ?2")
            .and_then(|mut found| found.query_row(params![actor, content], |row| row.get(0)))
            .map_err(LedgerError::Read)
    }
}

pub(super) fn lookup(
    conn: &Connection,
    actor: &str,
    key: &str,
) -> rusqlite::Result<Option<IdempotencyRecord>> {
    conn.prepare_cached("SELECT seq, content FROM idempotency WHERE actor = ?1 AND key = ?2")?
        .query_row([actor, key], |row| {
            Ok(IdempotencyRecord { seq: row.get(0)?, content: row.get(1)? })
        })
        .optional()
}

/// Entries in order, each checked; see [`LedgerReader::read_from`].
#[derive(Debug)]
pub struct Entries<'r> {
    conn: &'r Connection,
    head: Head,
    frontier: Frontier,
    next: u64,
    last_recorded_at: i64,
    ahead: VecDeque<Raw>,
    done: bool,
}

impl<'r> Entries<'r> {
    fn new(conn: &'r Connection, from: u64) -> Result<Self, LedgerError> {
        let head = proven_head(conn)?;
        let before = (from - 1).min(head.checkpoint.size);
        let mut frontier = signed_at_most(conn, before)?.unwrap_or_default().0;
        frontier.extend(leaf_hashes(conn, frontier.size(), before)?);
        let done = from > head.checkpoint.size + 1;
        Ok(Self {
            conn,
            head,
            frontier,
            next: from,
            last_recorded_at: i64::MIN,
            ahead: VecDeque::new(),
            done,
        })
    }

    /// The checkpoint that these entries are held against.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.head.checkpoint
    }

    fn step(&mut self) -> Result<Option<Entry>, LedgerError> {
        if self.ahead.is_empty() {
            self.read_ahead()?;
        }
        let Some(raw) = self.ahead.pop_front() else { return self.finish().map(|()| None) };
        let seq = self.next;
        let entry = raw.check(seq, self.last_recorded_at).map_err(|what| Fault { seq, what })?;
        self.last_recorded_at = to_micros(entry.recorded_at);
        self.frontier.push(entry.leaf_hash);
        self.next += 1;
        Ok(Some(entry))
    }

    /// Reads on, unless all that is signed has been read.
    fn read_ahead(&mut self) -> Result<(), LedgerError> {
        let (seq, signed) = (self.next, self.head.checkpoint.size);
        if seq > signed {
            return Ok(());
        }
        fetch(self.conn, seq - 1, signed, &mut self.ahead).map_err(|error| Fault {
            seq,
            what: Damage::Unreadable { detail: error.to_string() },
        })?;
        if self.ahead.is_empty() {
            return Err(Fault { seq, what: Damage::Truncated { signed } }.into());
        }
        Ok(())
    }

    /// The next entries as the file holds them, for whoever proves them on another core and
    /// brings their hashes to [`Self::proven`], piece by piece in this order. `None`: no more;
    /// once all are brought, [`Self::finish`] holds the whole against its signature.
    pub fn next_unproven(&mut self) -> Result<Option<Unproven>, LedgerError> {
        self.read_ahead()?;
        let rows = std::mem::take(&mut self.ahead);
        let Some(last) = rows.back() else { return Ok(None) };
        let piece_ends_at = last.recorded_at.unwrap_or(i64::MAX);
        let (first, after) = (self.next, self.last_recorded_at);
        self.next += rows.len() as u64;
        // What the column says is held against the leaf where the piece is proven.
        self.last_recorded_at = piece_ends_at;
        Ok(Some(Unproven { first, after, rows }))
    }

    /// Hashes of the leaves of the next piece.
    pub fn proven(&mut self, hashes: impl IntoIterator<Item = Hash>) {
        self.frontier.extend(hashes);
    }

    /// Is the whole, up to what was read, as it was signed?
    ///
    /// # Errors
    /// `Damaged`, with the first place that differs.
    pub fn finish(&self) -> Result<(), LedgerError> {
        let Head { checkpoint, last_seq, .. } = &self.head;
        let signed = checkpoint.size;
        if self.frontier.root() != checkpoint.root {
            // Somewhere in the whole; the earlier checkpoints tell where.
            let report = verify::verify_connection(self.conn, &verify::Held::default())?;
            let first = report.faults.into_iter().next();
            let somewhere = Fault { seq: 1, what: Damage::Replaced { to: signed } };
            return Err(first.unwrap_or(somewhere).into());
        }
        if *last_seq > signed {
            return Err(Fault { seq: signed + 1, what: Damage::Unsigned { signed } }.into());
        }
        Ok(())
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, LedgerError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let item = self.step().transpose();
        self.done = !matches!(item, Some(Ok(_)));
        item
    }
}

/// Entries one after another, believed in nothing yet.
#[derive(Debug)]
pub struct Unproven {
    first: u64,
    after: i64,
    rows: VecDeque<Raw>,
}

impl Unproven {
    /// Each in its order, proven by its hash.
    pub fn prove(self) -> impl Iterator<Item = Result<Entry, LedgerError>> {
        let mut last_recorded_at = self.after;
        (self.first..).zip(self.rows).map(move |(seq, raw)| {
            let entry = raw.check(seq, last_recorded_at).map_err(|what| Fault { seq, what })?;
            last_recorded_at = to_micros(entry.recorded_at);
            Ok(entry)
        })
    }
}

/// A row as the file holds it, believed in nothing.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) seq: u64,
    recorded_at: Option<i64>,
    format: Option<i64>,
    leaf_hash: Option<Hash>,
    leaf: Option<Bytes>,
}

impl Raw {
    /// The entry, if the row is the one expected and agrees with itself.
    pub(super) fn check(self, expected: u64, last_recorded_at: i64) -> Result<Entry, Damage> {
        if self.seq != expected {
            return Err(Damage::Missing { to: self.seq.saturating_sub(1) });
        }
        let leaf = self.leaf.ok_or(Damage::Changed)?;
        let entry = Entry::new(self.seq, leaf).ok_or(Damage::Changed)?;
        let recorded_at = to_micros(entry.recorded_at);
        if self.leaf_hash != Some(entry.leaf_hash)
            || self.recorded_at != Some(recorded_at)
            || self.format != Some(i64::from(entry.format))
        {
            return Err(Damage::Changed);
        }
        if recorded_at < last_recorded_at {
            return Err(Damage::Reordered);
        }
        Ok(entry)
    }
}

/// Reads rows with `after < seq ≤ upto`, as many as fit into the read-ahead.
pub(super) fn fetch(
    conn: &Connection,
    after: u64,
    upto: u64,
    into: &mut VecDeque<Raw>,
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached(
        "SELECT seq, recorded_at, format, leaf_hash, leaf FROM entry
         WHERE seq > ?1 AND seq <= ?2 ORDER BY seq",
    )?;
    let mut rows = statement.query(params![after, upto])?;
    // One store of memory for all of them: a start reads millions.
    let (mut buffer, mut read) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let begins = buffer.len();
        if let ValueRef::Blob(bytes) = row.get_ref(4)? {
            if buffer.is_empty() && upto > after + 1 {
                buffer.reserve(READ_AHEAD_BYTES + bytes.len());
            }
            buffer.extend_from_slice(bytes);
        } // else no leaf is that short, so it is found as changed
        read.push((read_raw(row)?, begins..buffer.len()));
        if buffer.len() + read.len() * size_of::<Raw>() >= READ_AHEAD_BYTES {
            break;
        }
    }
    let buffer = Arc::new(buffer);
    into.extend(
        read.into_iter().map(|(raw, range)| Raw { leaf: Bytes::of(&buffer, range), ..raw }),
    );
    Ok(())
}

/// All but the leaf.
fn read_raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok(Raw {
        seq: row.get(0)?,
        recorded_at: row.get_ref(1)?.as_i64().ok(),
        format: row.get_ref(2)?.as_i64().ok(),
        leaf_hash: row.get_ref(3)?.as_blob().ok().and_then(|bytes| bytes.try_into().ok()),
        leaf: None,
    })
}

/// Stored hashes of the leaves `after+1 ..= upto`.
pub(super) fn leaf_hashes(
    conn: &Connection,
    after: u64,
    upto: u64,
) -> Result<Vec<Hash>, LedgerError> {
    let mut statement = conn
        .prepare_cached("SELECT leaf_hash FROM entry WHERE seq > ?1 AND seq <= ?2 ORDER BY seq")
        .map_err(LedgerError::Read)?;
    let hashes =
        statement.query_map(params![after, upto], |row| row.get(0)).map_err(LedgerError::Read)?;
    hashes.collect::<Result<_, _>>().map_err(LedgerError::Read)
}

/// The newest checkpoint, and how far the entries reach, of one moment.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) checkpoint: Checkpoint,
    /// As stored; `None` when it contradicts size or root.
    pub(super) frontier: Option<Frontier>,
    pub(super) last_seq: u64,
}

/// The head, its signature checked against the signers that the ledger names.
pub(super) fn proven_head(conn: &Connection) -> Result<Head, LedgerError> {
    let found = conn
        .prepare_cached(
            "SELECT size, root, recorded_at, signer, signature, frontier,
                    (SELECT coalesce(max(seq), 0) FROM entry)
             FROM checkpoint ORDER BY size DESC LIMIT 1",
        )
        .and_then(|mut statement| {
            statement
                .query_row([], |row| Ok((read_checkpoint(row)?, row.get::<_, u64>(6)?)))
                .optional()
        })
        .map_err(LedgerError::Read)?;
    let Some((StoredCheckpoint { size, checkpoint, frontier }, last_seq)) = found else {
        return Err(Fault { seq: 0, what: Damage::NoCheckpoint }.into());
    };
    let Some(checkpoint) = checkpoint else {
        return Err(Fault { seq: size, what: Damage::Checkpoint }.into());
    };
    if !signers(conn)?.vouch_for(&checkpoint) {
        return Err(Fault { seq: size, what: Damage::Signature }.into());
    }
    Ok(Head { checkpoint, frontier, last_seq })
}

/// The tree under the largest checkpoint of at most so many entries, with its root; `None` where
/// that is not sound: then leaves have to tell.
fn signed_at_most(conn: &Connection, size: u64) -> Result<Option<(Frontier, Hash)>, LedgerError> {
    let found = conn
        .prepare_cached(
            "SELECT size, root, recorded_at, signer, signature, frontier
             FROM checkpoint WHERE size <= ?1 ORDER BY size DESC LIMIT 1",
        )
        .and_then(|mut statement| statement.query_row([size], read_checkpoint).optional())
        .map_err(LedgerError::Read)?;
    let signers = signers(conn)?;
    Ok(found.and_then(|StoredCheckpoint { checkpoint, frontier, .. }| {
        let checkpoint = checkpoint.filter(|checkpoint| signers.vouch_for(checkpoint))?;
        Some((frontier?, checkpoint.root))
    }))
}

/// A checkpoint as far as it can be read.
#[derive(Debug)]
pub(super) struct StoredCheckpoint {
    pub(super) size: u64,
    pub(super) checkpoint: Option<Checkpoint>,
    /// `None` also when it contradicts size or root.
    pub(super) frontier: Option<Frontier>,
}

/// From the columns `size, root, recorded_at, signer, signature, frontier`.
pub(super) fn read_checkpoint(row: &Row<'_>) -> rusqlite::Result<StoredCheckpoint> {
    let size = row.get(0)?;
    let blob = |at| row.get_ref(at).ok().and_then(|value| value.as_blob().ok());
    let checkpoint = (|| {
        Some(Checkpoint {
            size,
            root: blob(1)?.try_into().ok()?,
            recorded_at: from_micros(row.get_ref(2).ok()?.as_i64().ok()?)?,
            signer: KeyId(blob(3)?.try_into().ok()?),
            signature: blob(4)?.try_into().ok()?,
        })
    })();
    let frontier = blob(5)
        .and_then(|bytes| Frontier::from_bytes(size, bytes))
        .filter(|frontier| checkpoint.as_ref().is_some_and(|c| c.root == frontier.root()));
    Ok(StoredCheckpoint { size, checkpoint, frontier })
}

/// Keys whose stored id is really theirs.
pub(super) fn signers(conn: &Connection) -> Result<Signers, LedgerError> {
    let mut statement = conn
        .prepare_cached("SELECT id, public_key FROM signer ORDER BY id")
        .map_err(LedgerError::Read)?;
    let mut rows = statement.query([]).map_err(LedgerError::Read)?;
    let mut signers = Signers::default();
    while let Some(row) = rows.next().map_err(LedgerError::Read)? {
        let id: Vec<u8> = row.get(0).map_err(LedgerError::Read)?;
        let key: Vec<u8> = row.get(1).map_err(LedgerError::Read)?;
        let key = key.try_into().ok().and_then(|bytes| PublicKey::from_bytes(&bytes));
        if let Some(key) = key.filter(|key| key.id().0[..] == id[..]) {
            signers.insert(key);
        }
    }
    Ok(signers)
}
