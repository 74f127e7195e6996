//! The search for damage: every fault of a ledger, by entry, not only the first.

use std::collections::VecDeque;

use rusqlite::Connection;

use super::checkpoint::Checkpoint;
use super::error::{Damage, Fault, LedgerError};
use super::read::{self, LedgerReader, fetch, proven_head, read_checkpoint};
use super::tree::Frontier;
use crate::vault::keys::PublicKey;
use crate::vault::to_micros;

/// What the checker holds that does not come from the ledger itself.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// A checkpoint kept elsewhere: shows a cut tail and a rewritten ledger.
    pub checkpoint: Option<Checkpoint>,
    /// The service's key as learnt elsewhere.
    pub public_key: Option<PublicKey>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    /// Entries looked at.
    pub entries: u64,
    /// Root over them, if all were there.
    pub root: [u8; 32],
    /// In order of entries.
    pub faults: Vec<Fault>,
}

impl VerifyReport {
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Checks every entry, every checkpoint and what the checker holds.
pub fn verify(reader: &LedgerReader, held: &Held) -> Result<VerifyReport, LedgerError> {
    verify_connection(reader.connection(), held)
}

pub(super) fn verify_connection(
    conn: &Connection,
    held: &Held,
) -> Result<VerifyReport, LedgerError> {
    let mut report = VerifyReport { entries: 0, root: [0; 32], faults: Vec::new() };
    let fault = |seq, what| Fault { seq, what };
    if let Err(error) = proven_head(conn) {
        match error {
            LedgerError::Damaged { seq, what } => report.faults.push(fault(seq, what)),
            other => return Err(other),
        }
    }
    let signers = read::signers(conn)?;
    let checkpoints = checkpoints(conn)?;
    let signed = checkpoints.last().map_or(0, |(size, _)| *size);
    let mut due = checkpoints.into_iter().peekable();
    let mut frontier = Frontier::new();
    let mut last = i64::MIN;
    let mut ahead = VecDeque::new();
    let mut expected = 1_u64;
    let mut sound_so_far = true;
    loop {
        while let Some((size, checkpoint)) = due.next_if(|(size, _)| *size < expected) {
            let Some(checkpoint) = checkpoint else {
                report.faults.push(fault(size, Damage::Checkpoint));
                continue;
            };
            if !signers.vouch_for(&checkpoint)
                || held.public_key.is_some_and(|key| !checkpoint.is_signed_by(key))
            {
                report.faults.push(fault(size, Damage::Signature));
            } else if size == frontier.size()
                && checkpoint.root != frontier.root()
                && std::mem::take(&mut sound_so_far)
            {
                report.faults.push(fault(size, Damage::Replaced { to: size }));
            }
        }
        if let Some(kept) = held.checkpoint.as_ref().filter(|kept| kept.size == frontier.size())
            && kept.root != frontier.root()
        {
            report.faults.push(fault(kept.size, Damage::Forked));
        }
        if ahead.is_empty()
            && let Err(error) = fetch(conn, expected - 1, u64::from(u32::MAX), &mut ahead)
        {
            let what = Damage::Unreadable { detail: error.to_string() };
            report.faults.push(fault(expected, what));
            break;
        }
        let Some(raw) = ahead.pop_front() else { break };
        if raw.seq > expected {
            report.faults.push(fault(expected, Damage::Missing { to: raw.seq - 1 }));
            sound_so_far = false;
            expected = raw.seq;
        }
        match raw.check(expected, last) {
            Ok(entry) => {
                last = to_micros(entry.recorded_at);
                frontier.push(entry.leaf_hash);
            }
            Err(what) => {
                report.faults.push(fault(expected, what));
                sound_so_far = false;
                frontier.push([0; 32]);
            }
        }
        expected += 1;
        report.entries += 1;
    }
    if expected <= signed {
        report.faults.push(fault(expected, Damage::Truncated { signed }));
    } else if expected > signed + 1 {
        report.faults.push(fault(signed + 1, Damage::Unsigned { signed }));
    }
    if let Some(kept) = held.checkpoint.as_ref().filter(|kept| kept.size >= expected) {
        report.faults.push(fault(expected, Damage::Truncated { signed: kept.size }));
    }
    report.root = frontier.root();
    report.faults.sort_by_key(|fault| fault.seq);
    report.faults.dedup();
    Ok(report)
}

/// All checkpoints by size, as far as they can be read.
fn checkpoints(conn: &Connection) -> Result<Vec<(u64, Option<Checkpoint>)>, LedgerError> {
    let mut statement = conn
        .prepare_cached(
            "SELECT size, root, recorded_at, signer, signature, frontier
             FROM checkpoint ORDER BY size",
        )
        .map_err(LedgerError::Read)?;
    let found = statement
        .query_map([], |row| read_checkpoint(row).map(|(size, checkpoint, _)| (size, checkpoint)))
        .map_err(LedgerError::Read)?;
    found.collect::<Result<_, _>>().map_err(LedgerError::Read)
}
