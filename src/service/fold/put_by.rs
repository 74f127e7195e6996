//! The fold put by in a file beside the ledger, so that a start of millions of entries goes on
//! where the last one stood.
//!
//! It follows from the ledger and may be deleted at any time. Only the very program that wrote it
//! takes it up, and only for a ledger in which so many entries have the root that was signed over
//! them; whatever is wrong with it, the fold begins at the first entry instead.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, sync_channel};
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
const MAGIC: &[u8; 8] = b"PSFOLD1\n";
/// A start folds so many in a fifth of a second: of less it is not worth the while.
const DUE: u64 = 50_000;
/// Entries whose heads are written at once, while nobody may file.
const HEADS: usize = 16_384;
/// Kept facts in one block.
const FACTS: usize = 512;
/// Longest block that is believed.
const MOST: u64 = 4 << 30;

/// What a block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Head,
    Slot,
    Packed,
    More,
    Lists,
    Filing,
    Kept,
    End,
}

impl Part {
    const ALL: [Self; 8] = [
        Self::Head,
        Self::Slot,
        Self::Packed,
        Self::More,
        Self::Lists,
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

/// Hashes what goes through it.
struct Hashing<W> {
    to: W,
    hash: Sha256,
}

impl<W: Write> Hashing<W> {
    fn block(&mut self, part: Part, bytes: &[u8]) -> io::Result<()> {
        self.put(&[part as u8])?;
        self.put(&(bytes.len() as u64).to_le_bytes())?;
        self.put(bytes)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.to.write_all(bytes)
    }
}

/// Puts the fold by where many entries came since it last was. Takes seconds of a core, and at
/// once holds the fold for a few milliseconds.
pub fn put_by_if_due(shared: &Shared) {
    let entries = read(&shared.history).entries().len() as u64;
    if entries < shared.put_by.load(Ordering::Relaxed) + DUE {
        return;
    }
    if Room::of(shared.world.space(&shared.dir)) < Room::Low {
        return;
    }
    // Tried again when as many have come once more.
    shared.put_by.store(entries, Ordering::Relaxed);
    match put_by(&shared.dir, &shared.history) {
        Ok(true) => tracing::info!(entries, "the fold was put by for the next start"),
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "the fold could not be put by for the next start"),
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
    let mut to = Hashing { to: BufWriter::with_capacity(1 << 20, file), hash: Sha256::new() };
    to.put(MAGIC)?;
    to.put(&program)?;
    to.put(&root)?;
    to.put(&size.to_le_bytes())?;
    to.put(&(still.rows as u64).to_le_bytes())?;
    for first in (0..still.entries).step_by(HEADS) {
        let places = first..still.entries.min(first + HEADS);
        let heads = read(history).heads(places).ok_or(PutByError::Broken("heads"))?;
        to.block(Part::Head, &heads)?;
    }
    blocks(&still, &mut to)?;
    to.block(Part::End, &[])?;
    let hash: [u8; 32] = to.hash.finalize().into();
    to.to.write_all(&hash)?;
    let file = to.to.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    std::fs::rename(&begun, dir.join(FILE))?;
    Ok(true)
}

fn blocks<W: Write>(still: &Still, to: &mut Hashing<W>) -> io::Result<()> {
    to.block(Part::Slot, &still.slots)?;
    for piece in &still.packed {
        to.block(Part::Packed, piece)?;
    }
    to.block(Part::More, &still.more)?;
    to.block(Part::Lists, &still.lists)?;
    for filing in &still.filings {
        to.block(Part::Filing, &format::encode(filing, &[]))?;
    }
    // Facts are written as the ledger writes them, under some filing.
    let Some(filing) = still.filings.first() else { return Ok(()) };
    for facts in still.kept.chunks(FACTS) {
        let row =
            |fact: &Arc<Fact>| FiledRow { fact: Fact::clone(fact), replaces: None, note: None };
        let rows: Vec<FiledRow> = facts.iter().map(row).collect();
        to.block(Part::Kept, &format::encode(filing, &rows))?;
    }
    Ok(())
}

/// The fold as it was put by, and of how many entries; `None`: there is none, or it is another
/// program's or another ledger's.
pub fn take_up(dir: &Path, ledger: &LedgerReader) -> Result<Option<(History, u64)>, PutByError> {
    let file = match File::open(dir.join(FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut from = BufReader::with_capacity(1 << 20, file);
    let mut beginning = vec![0; MAGIC.len() + 32 + 32 + 8 + 8];
    from.read_exact(&mut beginning)?;
    let (magic, rest) = beginning.split_at(MAGIC.len());
    let (program, rest) = rest.split_at(32);
    let (root, rest) = rest.split_at(32);
    let (Ok(size), Ok(rows)) = (rest[..8].try_into(), rest[8..].try_into()) else {
        return Err(PutByError::Broken("its beginning"));
    };
    let (size, rows) = (u64::from_le_bytes(size), u64::from_le_bytes(rows));
    let is_ours = magic == MAGIC && PROGRAM.is_some_and(|own| own == program);
    if !is_ours || ledger.root_at(size)?.is_none_or(|signed| signed != root) {
        return Ok(None);
    }
    let counted = |number: u64| usize::try_from(number).map_err(|_| PutByError::Broken("counts"));
    let restoring = Restoring::with_room(counted(size)?, counted(rows)?);
    let history = std::thread::scope(|threads| {
        // Hashed on another core while it is read here.
        let (to_hash, hashed) = sync_channel::<Arc<Vec<u8>>>(8);
        let hash = threads.spawn(move || {
            let mut hash = Sha256::new();
            for bytes in hashed {
                hash.update(&bytes[..]);
            }
            hash.finalize()
        });
        send(&to_hash, &Arc::new(beginning));
        let parts = Parts::read(&mut from, restoring, &to_hash)?;
        drop(to_hash);
        let mut said = [0; 32];
        from.read_exact(&mut said)?;
        let hash = hash.join().map_err(|_| PutByError::Broken("its hash"))?;
        if hash[..] != said {
            return Err(PutByError::Broken("its hash"));
        }
        parts.history().ok_or(PutByError::Broken("it does not hang together"))
    })?;
    Ok(Some((history, size)))
}

fn send(to_hash: &SyncSender<Arc<Vec<u8>>>, bytes: &Arc<Vec<u8>>) {
    // The other side ends only once this one does.
    let _goes_on = to_hash.send(Arc::clone(bytes));
}

/// What is made use of once all has been read and found whole.
struct Parts {
    restoring: Restoring,
    more: Arc<Vec<u8>>,
    lists: Arc<Vec<u8>>,
    filings: Vec<Arc<Vec<u8>>>,
    kept: Vec<Arc<Vec<u8>>>,
}

impl Parts {
    fn read(
        from: &mut impl Read,
        restoring: Restoring,
        to_hash: &SyncSender<Arc<Vec<u8>>>,
    ) -> Result<Self, PutByError> {
        let mut parts = Self {
            restoring,
            more: Arc::default(),
            lists: Arc::default(),
            filings: Vec::new(),
            kept: Vec::new(),
        };
        loop {
            let mut head = vec![0; 9];
            from.read_exact(&mut head)?;
            let part = Part::ALL.get(usize::from(head[0])).ok_or(PutByError::Broken("a part"))?;
            let length = head[1..].try_into().map_or(u64::MAX, u64::from_le_bytes);
            if length > MOST {
                return Err(PutByError::Broken("a length"));
            }
            let mut bytes = Vec::new();
            from.by_ref().take(length).read_to_end(&mut bytes)?;
            if bytes.len() as u64 != length {
                return Err(PutByError::Broken("its end"));
            }
            let bytes = Arc::new(bytes);
            send(to_hash, &Arc::new(head));
            send(to_hash, &bytes);
            let is_whole = match part {
                Part::Head => parts.restoring.heads(&bytes).is_some(),
                Part::Slot => parts.restoring.slots(&bytes).is_some(),
                Part::Packed => {
                    parts.restoring.packed(bytes);
                    true
                }
                Part::More => {
                    parts.more = bytes;
                    true
                }
                Part::Lists => {
                    parts.lists = bytes;
                    true
                }
                Part::Filing => {
                    parts.filings.push(bytes);
                    true
                }
                Part::Kept => {
                    parts.kept.push(bytes);
                    true
                }
                Part::End => return Ok(parts),
            };
            if !is_whole {
                return Err(PutByError::Broken("heads or slots"));
            }
        }
    }

    /// `None`: it does not hang together.
    fn history(self) -> Option<History> {
        let decoded = |body: &Arc<Vec<u8>>| {
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
        self.restoring.finish(&self.more, &self.lists, kept, filings)
    }
}

#[cfg(test)]
mod tests;
