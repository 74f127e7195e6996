//! The fold put by in a file beside the ledger, so that a start of millions of entries goes on
//! where the last one stood.
//!
//! It follows from the ledger and may be deleted at any time. Only the very program that wrote it
//! takes it up, and only for a ledger in which so many entries have the root that was signed over
//! them; whatever is wrong with it, the fold begins at the first entry instead.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use phusong_atlas::cores::side_by_side;
use phusong_atlas::domain::{EntrySeq, Fact, FiledRow, Filing};
use phusong_atlas::history::{History, Restoring, Still};
use sha2::{Digest, Sha256};

use super::super::disk::Room;
use super::super::open::Shared;
use crate::ledger::{LedgerError, LedgerReader, format};
use crate::vault::keys::private_file;

const FILE: &str = "fold.bin";
/// Renamed once it is whole and durable.
const BEGUN: &str = "fold.bin.begun";
/// A start folds so many in a fifth of a second: of less it is not worth the while.
const DUE: u64 = 50_000;
/// Of a longer ledger the whole is written again only for a fortieth more.
const SHARE: u64 = 40;
/// Entries whose heads are written at once, while nobody may file.
const HEADS: usize = 16_384;
/// Kept facts in one block.
const FACTS: usize = 512;
/// Blocks that are read before the last ones are taken in.
const BLOCKS_AHEAD: usize = 4;
/// What a block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What it is of: program, root, entries, rows.
    Beginning,
    Head,
    Slot,
    Packed,
    More,
    Lists,
    /// Places of entries in the order of their ids.
    ById,
    Filing,
    Kept,
    End,
}

impl Part {
    const ALL: [Self; 10] = [
        Self::Beginning,
        Self::Head,
        Self::Slot,
        Self::Packed,
        Self::More,
        Self::Lists,
        Self::ById,
        Self::Filing,
        Self::Kept,
        Self::End,
    ];
}

#[derive(Debug, thiserror::Error)]
pub(super) enum PutByError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Ledger(#[from] LedgerError),
    #[error("it is not whole: {0}")]
    Broken(&'static str),
}

/// The bytes of this program: what one build wrote no other has to understand.
static PROGRAM: LazyLock<Option<[u8; 32]>> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    let mut own = File::open(std::env::current_exe().ok()?).ok()?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        match own.read(&mut buffer).ok()? {
            0 => return Some(hash.finalize().into()),
            read => hash.update(&buffer[..read]),
        }
    }
});

/// Blocks, each with a sum over it: against a disk that errs. Whoever may write here may write the
/// program too.
struct Blocks<W>(W);

/// Bytes of a block before its own: part, length, sum.
const BEFORE: usize = 1 + 8 + 4;

fn sum_of(part_and_length: &[u8], bytes: &[u8]) -> [u8; 4] {
    let mut sum = crc32fast::Hasher::new();
    sum.update(part_and_length);
    sum.update(bytes);
    sum.finalize().to_le_bytes()
}

impl<W: Write> Blocks<W> {
    fn put(&mut self, part: Part, bytes: &[u8]) -> io::Result<()> {
        let mut before = vec![part as u8];
        before.extend((bytes.len() as u64).to_le_bytes());
        let sum = sum_of(&before, bytes);
        before.extend(sum);
        self.0.write_all(&before)?;
        self.0.write_all(bytes)
    }
}

impl<R: Read> Blocks<R> {
    /// `left`: so many bytes there are at most.
    fn next(&mut self, left: &mut u64) -> Result<(Part, Vec<u8>), PutByError> {
        let mut before = [0; BEFORE];
        self.0.read_exact(&mut before)?;
        let (part_and_length, sum) = before.split_at(BEFORE - 4);
        let length = part_and_length[1..].try_into().map_or(u64::MAX, u64::from_le_bytes);
        *left = left.checked_sub(length).ok_or(PutByError::Broken("a length"))?;
        let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
        self.0.read_exact(&mut bytes)?;
        if sum_of(part_and_length, &bytes) != sum {
            return Err(PutByError::Broken("a block"));
        }
        let part = Part::ALL.get(usize::from(before[0])).ok_or(PutByError::Broken("a part"))?;
        Ok((*part, bytes))
    }
}

/// Puts the fold by where many entries came since it last was. Takes a core for a second a million,
/// and at first holds the fold, so that nobody files, for a fiftieth of that.
pub fn put_by_if_due(shared: &Shared) {
    let entries = read(&shared.history).entries().len() as u64;
    let last = shared.put_by.load(Ordering::Relaxed);
    if entries < last + DUE.max(last / SHARE) {
        return;
    }
    if Room::of(shared.world.space(&shared.dir)) < Room::Low {
        return;
    }
    // Not of a ledger that turned out to be damaged.
    if shared.damage.get().is_some() {
        return;
    }
    match put_by(&shared.dir, &shared.history) {
        Ok(true) => {
            shared.put_by.store(entries, Ordering::Relaxed);
            tracing::info!(entries, "the fold was put by for the next start");
        }
        Ok(false) => {}
        Err(error) => {
            let _gone = std::fs::remove_file(shared.dir.join(BEGUN));
            tracing::warn!(%error, "the fold could not be put by for the next start");
        }
    }
}

/// The next start begins at the first entry.
pub fn forget(dir: &Path) {
    if let Err(error) = std::fs::remove_file(dir.join(FILE)) {
        tracing::warn!(%error, "the fold that was put by could not be removed");
    }
}

fn read(history: &RwLock<History>) -> std::sync::RwLockReadGuard<'_, History> {
    history.read().unwrap_or_else(PoisonError::into_inner)
}

/// `false`: its last entry is not signed yet.
fn put_by(dir: &Path, history: &RwLock<History>) -> Result<bool, PutByError> {
    let still = read(history).still();
    let size = still.entries as u64;
    let Some(root) = LedgerReader::open(dir)?.root_at(size)? else { return Ok(false) };
    let program = PROGRAM.ok_or(PutByError::Broken("this program cannot read itself"))?;
    let begun = dir.join(BEGUN);
    let file = private_file(&begun)?;
    file.set_len(0)?;
    let mut to = Blocks(BufWriter::with_capacity(1 << 20, file));
    let mut beginning = [program, root].concat();
    beginning.extend(size.to_le_bytes());
    beginning.extend((still.rows as u64).to_le_bytes());
    to.put(Part::Beginning, &beginning)?;
    let mut by_id = Vec::with_capacity(still.entries);
    for first in (0..still.entries).step_by(HEADS) {
        let places = first..still.entries.min(first + HEADS);
        let history = read(history);
        let heads = history.heads(places.clone()).ok_or(PutByError::Broken("heads"))?;
        by_id.extend(history.ids(places.clone()).into_iter().flatten().zip(places));
        drop(history);
        to.put(Part::Head, &heads)?;
    }
    by_id.sort_unstable();
    let by_id = by_id.into_iter().map(|(_, place)| u32::try_from(place).unwrap_or(u32::MAX));
    let by_id: Vec<u8> = by_id.flat_map(u32::to_le_bytes).collect();
    to.put(Part::ById, &by_id)?;
    blocks(&still, &mut to)?;
    to.put(Part::End, &[])?;
    let file = to.0.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    std::fs::rename(&begun, dir.join(FILE))?;
    Ok(true)
}

fn blocks<W: Write>(still: &Still, to: &mut Blocks<W>) -> io::Result<()> {
    to.put(Part::Slot, &still.slots)?;
    for piece in &still.packed {
        to.put(Part::Packed, piece)?;
    }
    to.put(Part::More, &still.more)?;
    to.put(Part::Lists, &still.lists)?;
    for filing in &still.filings {
        to.put(Part::Filing, &format::encode(filing, &[]))?;
    }
    // Facts are written as the ledger writes them, under some filing.
    let Some(filing) = still.filings.first() else { return Ok(()) };
    for facts in still.kept.chunks(FACTS) {
        let row =
            |fact: &Arc<Fact>| FiledRow { fact: Fact::clone(fact), replaces: None, note: None };
        let rows: Vec<FiledRow> = facts.iter().map(row).collect();
        to.put(Part::Kept, &format::encode(filing, &rows))?;
    }
    Ok(())
}

/// The fold as it was put by, and of how many entries; `None`: there is none, or it is another
/// program's or another ledger's. What was begun and not ended goes.
pub fn take_up(dir: &Path, ledger: &LedgerReader) -> Result<Option<(History, u64)>, PutByError> {
    let _mostly_none = std::fs::remove_file(dir.join(BEGUN));
    let file = match File::open(dir.join(FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut left = file.metadata()?.len();
    let mut from = Blocks(file);
    let (Part::Beginning, beginning) = from.next(&mut left)? else {
        return Err(PutByError::Broken("its beginning"));
    };
    let (program, rest) = beginning.split_at_checked(32).unwrap_or_default();
    let (root, rest) = rest.split_at_checked(32).unwrap_or_default();
    let (counts, []) = rest.as_chunks::<8>() else {
        return Err(PutByError::Broken("its beginning"));
    };
    let [size, rows] = *counts else { return Err(PutByError::Broken("its beginning")) };
    let (size, rows) = (u64::from_le_bytes(size), u64::from_le_bytes(rows));
    // Another build's blocks may mean something else.
    let is_ours = PROGRAM.is_some_and(|own| own == program);
    if !is_ours || ledger.root_at(size)?.is_none_or(|signed| signed != root) {
        return Ok(None);
    }
    if size.max(rows) > left {
        return Err(PutByError::Broken("its counts"));
    }
    let counted = |number: u64| usize::try_from(number).unwrap_or_default();
    let mut parts = Parts {
        restoring: Restoring::with_room(counted(size), counted(rows)),
        more: Vec::new(),
        lists: Vec::new(),
        by_id: Vec::new(),
        filings: Vec::new(),
        kept: Vec::new(),
        is_all: false,
    };
    std::thread::scope(|threads| {
        // Read and summed beside, taken in here.
        let (read, blocks) = sync_channel(BLOCKS_AHEAD);
        threads.spawn(move || {
            loop {
                let block = from.next(&mut left);
                let is_last = !matches!(&block, Ok((part, _)) if *part != Part::End);
                if read.send(block).is_err() || is_last {
                    return;
                }
            }
        });
        blocks.into_iter().try_for_each(|block| block.and_then(|block| parts.take(block)))
    })?;
    parts.is_all.then_some(()).ok_or(PutByError::Broken("its end"))?;
    let history = parts.history().ok_or(PutByError::Broken("it does not hang together"))?;
    Ok(Some((history, size)))
}

/// What is made use of once all has been read and found whole.
struct Parts {
    restoring: Restoring,
    more: Vec<u8>,
    lists: Vec<u8>,
    by_id: Vec<u8>,
    filings: Vec<Vec<u8>>,
    kept: Vec<Vec<u8>>,
    /// The last block has come.
    is_all: bool,
}

impl Parts {
    fn take(&mut self, (part, bytes): (Part, Vec<u8>)) -> Result<(), PutByError> {
        let is_good = match part {
            Part::Beginning => false,
            Part::Head => self.restoring.heads(&bytes).is_some(),
            Part::Slot => self.restoring.slots(&bytes).is_some(),
            _ => true,
        };
        match part {
            Part::Beginning | Part::Head | Part::Slot => {}
            Part::Packed => self.restoring.packed(Arc::new(bytes)),
            Part::More => self.more = bytes,
            Part::Lists => self.lists = bytes,
            Part::ById => self.by_id = bytes,
            Part::Filing => self.filings.push(bytes),
            Part::Kept => self.kept.push(bytes),
            Part::End => self.is_all = true,
        }
        is_good.then_some(()).ok_or(PutByError::Broken("heads or slots"))
    }

    /// `None`: it does not hang together.
    fn history(self) -> Option<History> {
        let decoded = |body: &Vec<u8>| {
            format::Decoder::default().decode(format::CURRENT, EntrySeq(0), body).ok()
        };
        let filings = side_by_side(&self.filings, |body| decoded(body).map(|(filing, _)| filing));
        let filings: Vec<Arc<Filing>> = filings.into_iter().collect::<Option<_>>()?;
        let kept = side_by_side(&self.kept, |body| {
            let rows = decoded(body)?.1;
            Some(rows.into_iter().map(|row| Arc::new(row.fact)).collect::<Vec<_>>())
        });
        let kept: Vec<Vec<Arc<Fact>>> = kept.into_iter().collect::<Option<_>>()?;
        let kept = kept.into_iter().flatten().collect();
        let (by_id, []) = self.by_id.as_chunks::<4>() else { return None };
        let by_id = by_id.iter().map(|place| u32::from_le_bytes(*place)).collect();
        self.restoring.finish((&self.more, &self.lists), by_id, kept, filings)
    }
}

#[cfg(test)]
mod tests;
