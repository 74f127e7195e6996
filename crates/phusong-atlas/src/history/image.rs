//! The fold as bytes, and taken out of them: to begin from where it stood, not from the ledger's
//! first entry.
//!
//! The form is that of one build of this program: whoever keeps the bytes says of which, and sees
//! to it that they come back as they went. Bytes that hang together wrongly are refused; that they
//! are the fold of a ledger is for the keeper to know.

use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;

use super::ids::Ids;
use super::packed::{Packed, Reading, number, site_to, text_to};
use super::rows::{Head, More, NONE, Reserved, Rows, Slot, Standing};
use super::{ByHash, History, Index, RowIndex, row_index};
use crate::cores::both;
use crate::domain::{
    CarrierId, ClusterId, EntrySeq, Fact, Filing, ReportId, RowRef, SiteId, Timestamp, VillageId,
};

/// A history at one moment: of what later entries may change, a copy; how far the rest reaches.
#[derive(Debug)]
pub struct Still {
    /// Heads of so many entries ([`History::heads`]) belong to it.
    pub entries: usize,
    pub rows: usize,
    pub slots: Vec<u8>,
    pub more: Vec<u8>,
    /// Rows by what they name.
    pub lists: Vec<u8>,
    pub packed: Vec<Arc<Vec<u8>>>,
    pub kept: Vec<Arc<Fact>>,
    pub filings: Vec<Arc<Filing>>,
}

/// Room is made for so many at once, whatever the bytes say.
const MOST_AT_ONCE: usize = 1 << 20;

/// Bytes of a head, of a slot.
const HEAD: usize = 8 + 4 + 10 + 4 + 4 + 4;
const SLOT: usize = 4 + 4 + 4;

impl History {
    /// Everything but the heads, which do not change any more.
    pub fn still(&self) -> Still {
        let rows = &self.rows;
        let mut slots = Vec::with_capacity(rows.slots.len() * SLOT);
        for Slot { fact, published_by, more, entry: _ } in &rows.slots {
            for number in [fact, published_by, more] {
                slots.extend(number.to_le_bytes());
            }
        }
        let mut more = Vec::new();
        for record in &rows.more {
            more_to(record, &mut more);
        }
        Still {
            entries: rows.heads.len(),
            rows: rows.slots.len(),
            slots,
            more,
            lists: lists(&self.index),
            packed: rows.packed.pieces().to_vec(),
            kept: rows.kept.clone(),
            filings: rows.filings.clone(),
        }
    }

    /// The ids of entries by their places; `None` for places that there are not.
    pub fn ids(&self, places: Range<usize>) -> Option<impl Iterator<Item = ReportId>> {
        self.rows.heads.get(places).map(|heads| heads.iter().map(|head| head.id))
    }

    /// The heads of entries by their places, as bytes; `None` for places that there are not, and
    /// for an instant finer than the ledger's microseconds.
    pub fn heads(&self, places: Range<usize>) -> Option<Vec<u8>> {
        let heads = self.rows.heads.get(places)?;
        let mut bytes = Vec::with_capacity(heads.len() * HEAD);
        for head in heads {
            let micros = head.recorded_at.as_microsecond();
            if Timestamp::from_microsecond(micros).ok() != Some(head.recorded_at) {
                return None;
            }
            bytes.extend(micros.to_le_bytes());
            bytes.extend(head.recorded_day.number().to_le_bytes());
            bytes.extend(head.id.0);
            for number in [head.seq, head.filing, head.row_count] {
                bytes.extend(number.to_le_bytes());
            }
        }
        Some(bytes)
    }
}

/// A history on its way out of bytes: first every head, then every slot, and packed facts in
/// between or after, each in order.
#[derive(Debug, Default)]
pub struct Restoring {
    rows: Rows,
    /// Where slots have come to.
    entry: usize,
    of_entry: u32,
}

impl Restoring {
    pub fn with_room(entries: usize, rows: usize) -> Self {
        let mut restoring = Self::default();
        restoring.rows.heads.reserve_exact(entries);
        restoring.rows.slots.reserve_exact(rows);
        restoring
    }

    /// Heads, whole ones.
    #[must_use]
    pub fn heads(&mut self, bytes: &[u8]) -> Option<()> {
        let (heads, rest) = bytes.as_chunks::<HEAD>();
        let mut first_row: RowIndex = match self.rows.heads.last() {
            Some(last) => last.first_row.checked_add(last.row_count)?,
            None => 0,
        };
        for head in heads {
            let mut from = Reading(head);
            let recorded_at =
                Timestamp::from_microsecond(i64::from_le_bytes(from.array()?)).ok()?;
            let recorded_day = from.day()?;
            let id = ReportId(from.array()?);
            let (seq, filing, row_count) = (from.word()?, from.word()?, from.word()?);
            let head = Head { recorded_at, recorded_day, id, seq, filing, first_row, row_count };
            self.rows.heads.push(head);
            first_row = first_row.checked_add(row_count)?;
        }
        rest.is_empty().then_some(())
    }

    /// Slots, whole ones.
    #[must_use]
    pub fn slots(&mut self, bytes: &[u8]) -> Option<()> {
        let (slots, rest) = bytes.as_chunks::<SLOT>();
        for slot in slots {
            while self.rows.heads.get(self.entry)?.row_count == self.of_entry {
                (self.entry, self.of_entry) = (self.entry + 1, 0);
            }
            self.of_entry += 1;
            let mut from = Reading(slot);
            let (fact, published_by, more) = (from.word()?, from.word()?, from.word()?);
            let entry = row_index(self.entry);
            self.rows.slots.push(Slot { entry, fact, published_by, more });
        }
        rest.is_empty().then_some(())
    }

    /// The next piece of packed facts.
    pub fn packed(&mut self, piece: Arc<Vec<u8>>) {
        self.rows.packed.push_piece(piece);
    }

    /// The history, once all is there. `None`: it does not hang together.
    ///
    /// `by_id`: the places of all entries in the order of their ids.
    pub fn finish(
        mut self,
        (more, lists): (&[u8], &[u8]),
        by_id: Vec<u32>,
        kept: Vec<Arc<Fact>>,
        filings: Vec<Arc<Filing>>,
    ) -> Option<History> {
        let are_places = by_id.iter().all(|place| (*place as usize) < self.rows.heads.len());
        (are_places && by_id.len() == self.rows.heads.len()).then_some(())?;
        (self.rows.kept, self.rows.filings) = (kept, filings);
        let end = row_index(self.rows.slots.len());
        let (index, rows) = both(|| read_lists(lists, end), || self.whole_rows(more));
        let mut history = History { rows: rows?, index: index?, ..History::default() };
        history.ids = Ids::sorted(by_id);
        history.index_again();
        history.note_again();
        Some(history)
    }

    fn whole_rows(mut self, more: &[u8]) -> Option<Rows> {
        let mut from = Reading(more);
        while !from.0.is_empty() {
            self.rows.more.push(read_more(&mut from)?);
        }
        self.hangs_together().then_some(self.rows)
    }

    fn hangs_together(&self) -> bool {
        let rows = &self.rows;
        let rows_of_heads =
            rows.heads.last().map_or(0, |last| last.first_row as usize + last.row_count as usize);
        let is_row = |row: RowIndex| row == NONE || (row as usize) < rows.slots.len();
        rows.slots.len() == rows_of_heads
            && rows.heads.iter().all(|head| (head.filing as usize) < rows.filings.len())
            && rows.slots.iter().all(|slot| {
                let known = match slot.fact.checked_sub(Packed::END) {
                    Some(place) => (place as usize) < rows.kept.len(),
                    None => rows.packed.holds(slot.fact),
                };
                let has_more = slot.more == NONE || (slot.more as usize) < rows.more.len();
                known && has_more && is_row(slot.published_by)
            })
            && rows.more.iter().all(|more| {
                let rows_of = more.corrected_by.iter().chain(&more.decided_by);
                rows_of.into_iter().all(|row| (*row as usize) < rows.slots.len())
            })
    }
}

impl History {
    /// What kept facts are found by beside the lists.
    fn index_again(&mut self) {
        for (row, slot) in (0..).zip(&self.rows.slots) {
            if let Some(place) = slot.fact.checked_sub(Packed::END)
                && let Some(fact) = self.rows.kept.get(place as usize)
            {
                self.index.insert_beside(row, fact);
            }
        }
    }

    /// What was learnt on the way: files, accounts, rows that need a second person.
    fn note_again(&mut self) {
        for place in 0..self.rows.heads.len() {
            let filing = Arc::clone(&self.rows.filings[self.rows.heads[place].filing as usize]);
            for file in &filing.files {
                self.by_file.entry(*file).or_default().push(row_index(place));
            }
        }
        for row in 0..row_index(self.rows.slots.len()) {
            let slot = self.rows.slots[row as usize];
            if slot.more != NONE && self.row(row).needs_second() {
                self.second.push(row);
            }
            let Some(place) = slot.fact.checked_sub(Packed::END) else { continue };
            if let Fact::Account(account) = &*self.rows.kept[place as usize] {
                let head = self.rows.heads[slot.entry as usize];
                self.accounts.learn(&self.rows.filings[head.filing as usize], account);
            }
        }
    }
}

fn rows_to(rows: &[RowIndex], to: &mut Vec<u8>) {
    number(rows.len() as u64, to);
    let mut last = 0;
    for row in rows {
        // In order, so that steps are small.
        number(u64::from(row.wrapping_sub(last)), to);
        last = *row;
    }
}

fn read_rows(from: &mut Reading<'_>) -> Option<Vec<RowIndex>> {
    let mut last: RowIndex = 0;
    from.many(|from| {
        last = last.wrapping_add(from.small()?);
        Some(last)
    })
}

fn map_to<K>(map: &ByHash<K, Vec<RowIndex>>, key: impl Fn(&K, &mut Vec<u8>), to: &mut Vec<u8>) {
    number(map.len() as u64, to);
    for (own, rows) in map {
        key(own, to);
        rows_to(rows, to);
    }
}

fn read_map<K: Hash + Eq>(
    from: &mut Reading<'_>,
    key: impl Fn(&mut Reading<'_>) -> Option<K>,
    end: RowIndex,
) -> Option<ByHash<K, Vec<RowIndex>>> {
    let many = usize::try_from(from.number()?).ok()?;
    let mut map = ByHash::with_capacity_and_hasher(
        many.min(MOST_AT_ONCE),
        foldhash::fast::RandomState::default(),
    );
    for _ in 0..many {
        let (own, rows) = (key(from)?, read_rows(from)?);
        rows.iter().all(|row| *row < end).then_some(())?;
        map.insert(own, rows);
    }
    Some(map)
}

fn read_site(from: &mut Reading<'_>) -> Option<SiteId> {
    from.site()
}

fn read_carrier(from: &mut Reading<'_>) -> Option<CarrierId> {
    from.carrier()
}

/// Those that packed facts are found by; the rest is made again of the facts that are kept.
fn lists(index: &Index) -> Vec<u8> {
    let mut to = Vec::new();
    map_to(&index.site_rows, site_to, &mut to);
    map_to(&index.claims_on_site, site_to, &mut to);
    map_to(&index.naming_village, |village, to| text_to(village.as_str(), to), &mut to);
    map_to(&index.naming_cluster, |cluster, to| text_to(cluster.as_str(), to), &mut to);
    number(index.starts.len() as u64, &mut to);
    for (carrier, rows) in &index.starts {
        text_to(carrier.as_str(), &mut to);
        rows_to(rows, &mut to);
    }
    to
}

fn read_lists(bytes: &[u8], end: RowIndex) -> Option<Index> {
    let from = &mut Reading(bytes);
    let mut index = Index {
        site_rows: read_map(from, read_site, end)?,
        claims_on_site: read_map(from, read_site, end)?,
        naming_village: read_map(from, |from| VillageId::new(from.text()?).ok(), end)?,
        naming_cluster: read_map(from, |from| ClusterId::new(from.text()?).ok(), end)?,
        ..Index::default()
    };
    let starts: ByHash<CarrierId, _> = read_map(from, read_carrier, end)?;
    index.starts.extend(starts);
    from.0.is_empty().then_some(index)
}

fn at_to(at: RowRef, to: &mut Vec<u8>) {
    number(at.entry.0, to);
    number(u64::from(at.row), to);
}

fn more_to(more: &More, to: &mut Vec<u8>) {
    let More { replaces, note, standing, corrected_by, decided_by, reserved } = more;
    let Standing { published_at, returned, withdrawn } = standing;
    to.push(match reserved {
        None => 0,
        Some(Reserved::Department) => 1,
        Some(Reserved::Nobody) => 2,
        Some(Reserved::Owner) => 3,
    });
    to.push(u8::from(replaces.is_some()));
    if let Some(at) = replaces {
        at_to(*at, to);
    }
    to.push(u8::from(published_at.is_some()));
    if let Some(instant) = published_at {
        to.extend(instant.as_microsecond().to_le_bytes());
    }
    for text in [note, returned, withdrawn] {
        to.push(u8::from(text.is_some()));
        if let Some(text) = text {
            text_to(text, to);
        }
    }
    rows_to(corrected_by, to);
    rows_to(decided_by, to);
}

fn read_more(from: &mut Reading<'_>) -> Option<More> {
    let reserved = match from.byte()? {
        0 => None,
        1 => Some(Reserved::Department),
        2 => Some(Reserved::Nobody),
        3 => Some(Reserved::Owner),
        _ => return None,
    };
    let is_there = |from: &mut Reading<'_>| from.byte().map(|byte| byte == 1);
    let replaces = is_there(from)?;
    let replaces = from.when(replaces, |from| {
        Some(RowRef { entry: EntrySeq(from.number()?), row: from.small()? })
    })?;
    let published = is_there(from)?;
    let published_at = from.when(published, |from| {
        Timestamp::from_microsecond(i64::from_le_bytes(from.array()?)).ok()
    })?;
    let mut text = || {
        let there = is_there(from)?;
        from.when(there, |from| from.text().map(str::to_owned))
    };
    let (note, returned, withdrawn) = (text()?, text()?, text()?);
    Some(More {
        replaces,
        note,
        standing: Standing { published_at, returned, withdrawn },
        corrected_by: read_rows(from)?,
        decided_by: read_rows(from)?,
        reserved,
    })
}
