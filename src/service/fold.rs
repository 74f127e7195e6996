//! The History of a ledger: from its first entry, or from where the fold was put by.

mod put_by;

use jiff::Timestamp;
use phusong_atlas::domain::{Entry, EntrySeq, ReportId};
use phusong_atlas::history::{History, Prepared};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{channel, sync_channel};
use std::thread::ScopedJoinHandle;
use std::time::Duration;

pub(super) use put_by::put_by_if_due;

use super::open::{OpenError, Shared};
use crate::ledger::{
    Entries, Entry as StoredEntry, Fault, LedgerError, LedgerReader, Unproven, format,
};

/// Why a ledger could not be folded.
#[derive(Debug, thiserror::Error)]
pub(super) enum FoldError {
    #[error("{0}")]
    Ledger(#[source] LedgerError),
    #[error("{0}")]
    Format(#[source] format::FormatError),
}

impl FoldError {
    pub(super) fn into_open(self) -> OpenError {
        match self {
            Self::Ledger(error) => OpenError::Ledger(error),
            Self::Format(error) => OpenError::Format(error),
        }
    }
}

/// A fold, and how much of it was taken from the file where it was put by: that much is of a
/// ledger with the root that was signed, and nobody has looked at its leaves.
pub(super) struct Folded {
    pub history: History,
    pub put_by: u64,
}

/// The history of a ledger in a directory that this process holds.
pub(super) fn fold(dir: &Path, reader: &LedgerReader) -> Result<Folded, FoldError> {
    let taken_up = put_by::take_up(dir, reader).unwrap_or_else(|error| {
        tracing::warn!(%error, "the fold that was put by is of no use: beginning at the first entry");
        None
    });
    let (history, put_by) = taken_up.unwrap_or_default();
    let entries = reader.read_from(put_by + 1).map_err(FoldError::Ledger)?;
    let history = fold_on(history, entries, None)?;
    Ok(Folded { history, put_by })
}

/// The history of a ledger of which every entry is proven: for whoever reads it once and goes.
pub(super) fn fold_proven(reader: &LedgerReader) -> Result<History, FoldError> {
    let entries = reader.entries().map_err(FoldError::Ledger)?;
    fold_on(History::default(), entries, None)
}

/// Proves the entries that a start did not read: it began with the fold as it was put by, over
/// the root that was signed. Once something is wrong nothing more is filed, and the next start
/// reads everything again.
pub(super) fn prove_behind(shared: &Arc<Shared>) -> Result<(), std::io::Error> {
    const AGAIN: Duration = Duration::from_secs(1);
    let weak = Arc::downgrade(shared);
    std::thread::Builder::new().name("proof".to_owned()).spawn(move || {
        while let Some(shared) = weak.upgrade() {
            let (dir, closings) = (shared.dir.clone(), shared.closings.load(Ordering::Relaxed));
            drop(shared);
            let goes_on =
                || weak.upgrade().is_some_and(|it| it.closings.load(Ordering::Relaxed) == closings);
            let proven = prove(&dir, goes_on);
            let Some(shared) = weak.upgrade() else { return };
            match proven {
                Ok(true) => {
                    tracing::info!("the entries of earlier starts are proven");
                    shared.is_proven.store(true, Ordering::Relaxed);
                    return;
                }
                Err(LedgerError::Damaged { seq, what }) => {
                    let error = LedgerError::Damaged { seq, what: what.clone() };
                    tracing::error!(%error, "the ledger is damaged: nothing more is filed");
                    let _first = shared.damage.set(Fault { seq, what });
                    put_by::forget(&shared.dir);
                    return;
                }
                // It was opened anew meanwhile.
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "entries cannot be proven yet: tried again"),
            }
            drop(shared);
            std::thread::sleep(AGAIN);
        }
    })?;
    Ok(())
}

/// Proves every entry; `false`: broken off.
fn prove(dir: &Path, goes_on: impl Fn() -> bool) -> Result<bool, LedgerError> {
    let reader = LedgerReader::open(dir)?;
    let mut entries = reader.entries()?;
    while let Some(piece) = entries.next_unproven()? {
        if !goes_on() {
            return Ok(false);
        }
        let hashes: Vec<_> = piece
            .prove()
            .map(|entry| entry.map(|entry| entry.leaf_hash))
            .collect::<Result<_, _>>()?;
        entries.proven(hashes);
    }
    entries.finish().map(|()| true)
}

/// The history of what was recorded before an instant.
pub(super) fn fold_before(reader: &LedgerReader, before: Timestamp) -> Result<History, FoldError> {
    let entries = reader.entries().map_err(FoldError::Ledger)?;
    fold_on(History::default(), entries, Some(before))
}

fn fold_on(
    mut history: History,
    mut entries: Entries<'_>,
    before: Option<Timestamp>,
) -> Result<History, FoldError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if before.is_none() {
        let many = usize::try_from(entries.checkpoint().size).unwrap_or_default();
        let known = history.entries().len();
        history.reserve(many.saturating_sub(known));
    }
    // Read here, proven and decoded beside, folded beside in their order.
    std::thread::scope(|threads| {
        let (to_fold, ready) = sync_channel::<ScopedJoinHandle<'_, _>>(4 * cores);
        let (proven, hashes) = channel();
        let folding = threads.spawn(move || {
            for preparing in ready {
                let (hashes, made) = joined(preparing)?;
                history.absorb(made);
                let Some(hashes) = hashes else { return Ok((history, false)) };
                // Nobody minds only where the reading has failed.
                let _kept = proven.send(hashes);
            }
            Ok((history, true))
        });
        let read = loop {
            let piece = match entries.next_unproven() {
                Ok(Some(piece)) => piece,
                ended => break ended,
            };
            let preparing = threads.spawn(move || prepared(piece, before));
            if to_fold.send(preparing).is_err() {
                break Ok(None);
            }
            for hashes in hashes.try_iter() {
                entries.proven(hashes);
            }
        };
        drop(to_fold);
        // What is wrong with an earlier entry is told first; behind the end nobody looks.
        let (mut history, is_all) = joined(folding)?;
        if is_all {
            let _ended = read.map_err(FoldError::Ledger)?;
            for hashes in &hashes {
                entries.proven(hashes);
            }
            entries.finish().map_err(FoldError::Ledger)?;
        }
        history.catch_up();
        Ok(history)
    })
}

fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    match thread.join() {
        Ok(made) => made,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Of leaves, in their order.
type Hashes = Vec<[u8; 32]>;

/// Entries made ready for the fold, with the hashes of their leaves; without them where one was
/// recorded too late: that one, and what follows, is left out.
fn prepared(
    piece: Unproven,
    before: Option<Timestamp>,
) -> Result<(Option<Hashes>, Prepared), FoldError> {
    let (mut decoder, mut made) = (format::Decoder::default(), Prepared::default());
    let mut hashes = Vec::new();
    for entry in piece.prove() {
        let entry = entry.map_err(FoldError::Ledger)?;
        if before.is_some_and(|end| entry.recorded_at >= end) {
            return Ok((None, made));
        }
        let seq = EntrySeq(entry.seq);
        let (filing, rows) =
            decoder.decode(entry.format, seq, entry.body()).map_err(FoldError::Format)?;
        made.push((seq, ReportId::of_leaf(&entry.leaf_hash), entry.recorded_at), filing, rows);
        hashes.push(entry.leaf_hash);
    }
    Ok((Some(hashes), made))
}

/// An entry as the fold reads it.
pub(super) fn decoded(entry: &StoredEntry) -> Result<Entry, FoldError> {
    let seq = EntrySeq(entry.seq);
    format::decode(entry.format, seq, entry.recorded_at, &entry.leaf_hash, entry.body())
        .map_err(FoldError::Format)
}
