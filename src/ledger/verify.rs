//! The search for damage: every fault of a ledger, by entry, not only the first.
//!
//! Each checkpoint carries the frontier of the tree under it. So every batch is held against its
//! own signed root, and behind a damaged one the search goes on from sound ground.

use std::collections::{BTreeSet, HashMap, VecDeque};

use rusqlite::{Connection, OptionalExtension};

use super::checkpoint::{Checkpoint, Signers};
use super::error::{Damage, Fault, LedgerError};
use super::read::{self, LedgerReader, StoredCheckpoint, fetch, read_checkpoint};
use super::tree::{Frontier, Hash};
use crate::vault::keys::PublicKey;
use crate::vault::to_micros;

/// Faults after which the search ends: nobody reads a longer list.
const MAX_FAULTS: usize = 10_000;
/// Entries in a row that the disk does not give back, after which the file counts as torn.
const MAX_UNREADABLE: u64 = 1_000;

/// What the checker holds that does not come from the ledger itself.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// A checkpoint kept elsewhere: shows a cut tail and a rewritten ledger.
    pub checkpoint: Option<Checkpoint>,
    /// The service's key as learnt elsewhere: it must have signed the newest checkpoint, which
    /// vouches for all entries. Earlier ones may be of earlier keys.
    pub public_key: Option<PublicKey>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    /// Entries looked at.
    pub entries: u64,
    /// Root over them, if all were there.
    pub root: Hash,
    /// In order of entries.
    pub faults: Vec<Fault>,
    /// The newest checkpoint up to which nothing at all is wrong.
    pub proven: Option<Checkpoint>,
    /// There were more than 10,000 faults, or the file is torn: the search ended early.
    pub cut_short: bool,
}

impl VerifyReport {
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Checks every entry, every checkpoint and what the checker holds. One signature check (about
/// 30 µs) a checkpoint, one hash a leaf.
pub fn verify(reader: &LedgerReader, held: &Held) -> Result<VerifyReport, LedgerError> {
    verify_connection(reader.connection(), held)
}

pub(super) fn verify_connection(
    conn: &Connection,
    held: &Held,
) -> Result<VerifyReport, LedgerError> {
    // One snapshot, while the service goes on writing.
    let snapshot = conn.is_autocommit().then(|| conn.unchecked_transaction()).transpose();
    let _snapshot = snapshot.map_err(LedgerError::Read)?;
    let mut search = Search {
        conn,
        held,
        signers: read::signers(conn)?,
        frontier: Frontier::new(),
        next: 1,
        last_recorded_at: i64::MIN,
        intact: true,
        ahead: VecDeque::new(),
        unreadable: 0,
        report: VerifyReport {
            entries: 0,
            root: [0; 32],
            faults: Vec::new(),
            proven: None,
            cut_short: false,
        },
    };
    search.run()?;
    search.name_copies();
    let mut report = search.report;
    report.root = search.frontier.root();
    report.faults.sort_by_key(|fault| fault.seq);
    report.faults.dedup();
    Ok(report)
}

struct Search<'s> {
    conn: &'s Connection,
    held: &'s Held,
    signers: Signers,
    frontier: Frontier,
    /// The entry expected next.
    next: u64,
    last_recorded_at: i64,
    /// Nothing was wrong so far.
    intact: bool,
    ahead: VecDeque<read::Raw>,
    unreadable: u64,
    report: VerifyReport,
}

/// How a batch came out.
enum Batch {
    Clean {
        /// Entries whose time is not the batch's: if the root differs, these were moved.
        strangers: Vec<u64>,
    },
    Damaged,
    /// The ledger ends within it.
    Ended,
}

impl Search<'_> {
    fn run(&mut self) -> Result<(), LedgerError> {
        let (entries, signed) = self.extent()?;
        let Some(signed) = signed else {
            self.fault(0, Damage::NoCheckpoint);
            return Ok(());
        };
        let mut after = -1;
        while let Some(StoredCheckpoint { size, checkpoint, frontier }) =
            self.checkpoint_after(after)?
        {
            if self.report.cut_short {
                return Ok(());
            }
            after = i64::try_from(size).unwrap_or(i64::MAX);
            let Some(checkpoint) = checkpoint else {
                self.fault(size, Damage::Checkpoint);
                continue;
            };
            if !self.is_signed(&checkpoint, size == signed) {
                self.fault(size, Damage::Signature);
                continue;
            }
            if frontier.is_none() {
                self.fault(size, Damage::Checkpoint);
            }
            let first = self.next;
            let batch = self.batch(&checkpoint, entries);
            if matches!(batch, Batch::Ended) {
                self.fault(self.next, Damage::Truncated { signed });
                return Ok(());
            }
            self.settle(batch, first, &checkpoint, frontier);
        }
        if entries > signed {
            self.report.entries += entries - signed;
            self.fault(signed + 1, Damage::Unsigned { signed });
        }
        if let Some(kept) = self.held.checkpoint.as_ref().filter(|kept| kept.size > signed) {
            self.fault(signed + 1, Damage::Truncated { signed: kept.size });
        }
        Ok(())
    }

    /// Reads the entries up to the checkpoint, each by itself.
    fn batch(&mut self, checkpoint: &Checkpoint, entries: u64) -> Batch {
        let size = checkpoint.size;
        let time = to_micros(checkpoint.recorded_at);
        let mut strangers = Vec::new();
        let mut clean = true;
        while self.next <= size {
            if self.report.cut_short {
                return Batch::Damaged;
            }
            let seq = self.next;
            if self.ahead.is_empty()
                && let Err(error) = fetch(self.conn, seq - 1, entries, &mut self.ahead)
                && self.ahead.is_empty()
            {
                self.fault(seq, Damage::Unreadable { detail: error.to_string() });
                self.unreadable += 1;
                self.report.cut_short |= self.unreadable >= MAX_UNREADABLE;
                self.next += 1;
                clean = false;
                continue;
            }
            let Some(row) = self.ahead.front().map(|raw| raw.seq) else { return Batch::Ended };
            if row > seq {
                let to = (row - 1).min(size);
                self.fault(seq, Damage::Missing { to });
                self.next = to + 1;
                clean = false;
                continue;
            }
            let Some(raw) = self.ahead.pop_front() else { return Batch::Ended };
            self.unreadable = 0;
            self.report.entries += 1;
            self.next += 1;
            match raw.check(seq, self.last_recorded_at) {
                Ok(entry) => {
                    self.last_recorded_at = to_micros(entry.recorded_at);
                    if self.last_recorded_at != time && strangers.len() < MAX_FAULTS {
                        strangers.push(seq);
                    }
                    self.frontier.push(entry.leaf_hash);
                    if clean {
                        self.compare_with_held();
                    }
                }
                Err(what) => {
                    self.fault(seq, what);
                    clean = false;
                }
            }
        }
        if clean { Batch::Clean { strangers } } else { Batch::Damaged }
    }

    /// Holds a batch against its signed root, and finds firm ground for the next.
    fn settle(
        &mut self,
        batch: Batch,
        first: u64,
        checkpoint: &Checkpoint,
        stored: Option<Frontier>,
    ) {
        if let Batch::Clean { strangers } = batch {
            if self.frontier.root() == checkpoint.root {
                if self.intact {
                    self.report.proven = Some(checkpoint.clone());
                }
                return;
            }
            if strangers.is_empty() {
                self.fault(first, Damage::Replaced { to: checkpoint.size });
            }
            for seq in strangers {
                self.fault(seq, Damage::Reordered);
            }
        }
        self.last_recorded_at = to_micros(checkpoint.recorded_at);
        if let Some(stored) = stored {
            self.frontier = stored;
        }
    }

    fn is_signed(&self, checkpoint: &Checkpoint, newest: bool) -> bool {
        let pinned = self.held.public_key.filter(|_| newest);
        self.signers.vouch_for(checkpoint) && pinned.is_none_or(|key| checkpoint.is_signed_by(key))
    }

    fn compare_with_held(&mut self) {
        if let Some(kept) = &self.held.checkpoint
            && kept.size == self.frontier.size()
            && kept.root != self.frontier.root()
        {
            self.fault(kept.size, Damage::Forked);
        }
    }

    fn fault(&mut self, seq: u64, what: Damage) {
        self.intact = false;
        self.report.faults.push(Fault { seq, what });
        self.report.cut_short |= self.report.faults.len() >= MAX_FAULTS;
    }

    /// Says of entries that do not belong whether they are copies of earlier ones.
    fn name_copies(&mut self) {
        let mut suspects = BTreeSet::new();
        for Fault { seq, what } in &self.report.faults {
            let to = match what {
                Damage::Replaced { to } => *to,
                Damage::Unsigned { .. } | Damage::Reordered => *seq,
                _ => continue,
            };
            suspects.extend((*seq..=to).take(MAX_FAULTS));
        }
        if suspects.is_empty() {
            return;
        }
        let mut first_seen: HashMap<Hash, u64> = HashMap::new();
        for &seq in &suspects {
            if let Ok(hashes) = read::leaf_hashes(self.conn, seq - 1, seq) {
                first_seen.extend(hashes.into_iter().map(|hash| (hash, u64::MAX)));
            }
        }
        let copies = self.copies(&suspects, &mut first_seen).unwrap_or_default();
        for (seq, of) in copies {
            let what = Damage::Duplicated { of };
            let moved = Fault { seq, what: Damage::Reordered };
            self.report.faults.retain(|fault| *fault != moved);
            self.report.faults.push(Fault { seq, what });
        }
    }

    fn copies(
        &self,
        suspects: &BTreeSet<u64>,
        first_seen: &mut HashMap<Hash, u64>,
    ) -> rusqlite::Result<Vec<(u64, u64)>> {
        let mut statement = self.conn.prepare("SELECT seq, leaf_hash FROM entry ORDER BY seq")?;
        let mut rows = statement.query([])?;
        let mut copies = Vec::new();
        while let Some(row) = rows.next()? {
            let (Ok(seq), Ok(hash)) = (row.get::<_, u64>(0), row.get::<_, Hash>(1)) else {
                continue;
            };
            let Some(first) = first_seen.get_mut(&hash) else { continue };
            if *first == u64::MAX {
                *first = seq;
            } else if suspects.contains(&seq) {
                copies.push((seq, *first));
            }
        }
        Ok(copies)
    }

    /// Newest entry, newest checkpoint.
    fn extent(&self) -> Result<(u64, Option<u64>), LedgerError> {
        self.conn
            .query_row(
                "SELECT (SELECT coalesce(max(seq), 0) FROM entry),
                        (SELECT max(size) FROM checkpoint)",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .map_err(LedgerError::Read)
    }

    fn checkpoint_after(&self, size: i64) -> Result<Option<StoredCheckpoint>, LedgerError> {
        self.conn
            .prepare_cached(
                "SELECT size, root, recorded_at, signer, signature, frontier
                 FROM checkpoint WHERE size > ?1 ORDER BY size LIMIT 1",
            )
            .and_then(|mut statement| statement.query_row([size], read_checkpoint).optional())
            .map_err(LedgerError::Read)
    }
}
