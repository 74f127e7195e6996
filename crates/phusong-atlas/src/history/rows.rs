//! Rows and entries as the fold keeps them, and as everybody else sees them.
//!
//! A row takes sixteen bytes here and what its fact takes; the few of which more is said have a
//! record beside. [`Row`] and [`EntryHead`] are looks at one, made when asked for.

use std::ops::Deref;
use std::sync::Arc;

use super::packed::{self, Packed};
use super::prepared::{PreparedEntry, PreparedFact, PreparedRow};
use super::site::SiteStep;
use super::{History, RowIndex};
use crate::domain::{Day, EntrySeq, Fact, FiledRow, Filing, ReportId, RowRef, Target, Timestamp};

/// One filed row with what the ledger has said about it since.
#[derive(Debug, Clone, Copy)]
pub struct Row<'h> {
    pub at: RowRef,
    pub report: ReportId,
    pub recorded_at: Timestamp,
    pub recorded_day: Day,
    pub filing: &'h Filing,
    history: &'h History,
    index: RowIndex,
}

/// An entry as lists show it.
#[derive(Debug, Clone, Copy)]
pub struct EntryHead<'h> {
    pub seq: EntrySeq,
    pub id: ReportId,
    pub recorded_at: Timestamp,
    pub filing: &'h Filing,
    /// Its rows are `first_row..first_row + row_count`.
    pub first_row: RowIndex,
    pub row_count: u32,
}

/// A row's fact: as it is kept, or unpacked for whoever asks.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "looked at and dropped: a box would be allocated")]
pub enum FactRef<'h> {
    Kept(&'h Fact),
    Unpacked(Fact),
}

impl Deref for FactRef<'_> {
    type Target = Fact;

    fn deref(&self) -> &Fact {
        match self {
            Self::Kept(fact) => fact,
            Self::Unpacked(fact) => fact,
        }
    }
}

impl FactRef<'_> {
    pub fn into_fact(self) -> Fact {
        match self {
            Self::Kept(fact) => fact.clone(),
            Self::Unpacked(fact) => fact,
        }
    }
}

/// What has happened to a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// When it was (last) published.
    pub published_at: Option<Timestamp>,
    /// Returned and not published since: the reason.
    pub returned: Option<String>,
    /// Withdrawn: the reason.
    pub withdrawn: Option<String>,
}

/// For whom a row that nobody has published counts, where that does not follow from who filed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reserved {
    /// The department: it waits for a second person.
    Department,
    /// Nobody: it waits for a second person.
    Nobody,
    /// The department and its owner, published or not.
    Owner,
}

/// What few rows say beside their fact, and what rows that came after one say of it.
#[derive(Debug, Clone, Default)]
pub(super) struct More {
    pub replaces: Option<RowRef>,
    pub note: Option<String>,
    pub standing: Standing,
    /// Rows that name it as corrected, in order of arrival.
    pub corrected_by: Vec<RowIndex>,
    /// Rows that publish, return or withdraw it, in order of arrival.
    pub decided_by: Vec<RowIndex>,
    pub reserved: Option<Reserved>,
}

/// A row as it is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// Place of its entry.
    pub entry: u32,
    /// From [`Packed::END`] on a place among the kept facts, else an address of a packed one.
    pub fact: u32,
    /// The one act upon it so far, a publication. [`NONE`]: none, or all acts are in its [`More`].
    pub published_by: RowIndex,
    /// Place of its [`More`], or [`NONE`].
    pub more: u32,
}

pub(super) const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub recorded_at: Timestamp,
    pub recorded_day: Day,
    pub id: ReportId,
    pub seq: u32,
    pub filing: u32,
    pub first_row: RowIndex,
    pub row_count: u32,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    pub slots: Vec<Slot>,
    pub heads: Vec<Head>,
    pub filings: Vec<Arc<Filing>>,
    pub packed: Packed,
    pub kept: Vec<Arc<Fact>>,
    pub more: Vec<More>,
}

/// What says nothing of anything: no entry has this number.
pub(super) const fn nothing() -> Fact {
    Fact::Publish(Target { entry: EntrySeq(0), rows: Vec::new() })
}

static NOTHING: Fact = nothing();

impl Rows {
    pub fn reserve(&mut self, entries: usize) {
        self.slots.reserve_exact(entries);
        self.heads.reserve_exact(entries);
    }

    pub fn row_count(&self) -> usize {
        self.slots.len()
    }

    pub fn entry_count(&self) -> usize {
        self.heads.len()
    }

    /// How the last entry was filed.
    pub fn last_filing(&self) -> &Filing {
        let last = self.heads.last().map_or(0, |head| head.filing as usize);
        &self.filings[last]
    }

    pub fn id_of(&self, place: u32) -> Option<ReportId> {
        self.heads.get(place as usize).map(|head| head.id)
    }

    /// The place of an entry.
    pub fn place_of(&self, seq: EntrySeq) -> Option<usize> {
        // Without gaps from 1 on, mostly.
        let guess = usize::try_from(seq.0.checked_sub(1)?).ok()?;
        let is_it = |head: &Head| u64::from(head.seq) == seq.0;
        if self.heads.get(guess).is_some_and(is_it) {
            return Some(guess);
        }
        self.heads.binary_search_by_key(&seq.0, |head| u64::from(head.seq)).ok()
    }

    /// An entry more, whose rows follow.
    pub fn begin(&mut self, entry: &PreparedEntry) {
        let filing = self.filing_like(&entry.filing);
        self.heads.push(Head {
            recorded_at: entry.recorded_at,
            recorded_day: entry.recorded_day,
            id: entry.id,
            seq: u32::try_from(entry.seq.0).unwrap_or(NONE),
            filing,
            first_row: super::row_index(self.slots.len()),
            row_count: entry.row_count,
        });
    }

    /// Most entries are filed in the same way as one of the last few: those share it.
    fn filing_like(&mut self, filing: &Arc<Filing>) -> u32 {
        const LOOKED_BACK: usize = 8;
        let last = self.heads.iter().rev().take(LOOKED_BACK).map(|head| head.filing);
        let alike = last.into_iter().find(|place| {
            let known = &self.filings[*place as usize];
            Arc::ptr_eq(known, filing) || known == filing
        });
        alike.unwrap_or_else(|| {
            self.filings.push(Arc::clone(filing));
            super::row_index(self.filings.len() - 1)
        })
    }

    fn keep(&mut self, fact: Arc<Fact>) -> u32 {
        self.kept.push(fact);
        Packed::END + super::row_index(self.kept.len() - 1)
    }

    /// A row more of the last entry. `bytes`: those of its packed fact.
    pub fn push(&mut self, row: PreparedRow, bytes: &[u8]) {
        let PreparedRow { fact, replaces, note } = row;
        let fact = match fact {
            PreparedFact::Kept(fact) => self.keep(fact),
            PreparedFact::Packed(_) => self.packed.put(bytes).unwrap_or_else(|| {
                let fact = packed::unpack(bytes).unwrap_or_else(nothing);
                self.keep(Arc::new(fact))
            }),
        };
        let entry = super::row_index(self.heads.len() - 1);
        self.slots.push(Slot { entry, fact, published_by: NONE, more: NONE });
        if replaces.is_some() || note.is_some() {
            let more = self.more(super::row_index(self.slots.len() - 1));
            *more = More { replaces, note, ..More::default() };
        }
    }

    /// What more is said of a row; from here on it has such a record.
    pub fn more(&mut self, row: RowIndex) -> &mut More {
        let slot = self.slots[row as usize];
        if slot.more == NONE {
            let mut more = More::default();
            if slot.published_by != NONE {
                more.decided_by.push(slot.published_by);
                let publication = self.slots[slot.published_by as usize];
                let recorded_at = self.heads[publication.entry as usize].recorded_at;
                more.standing.published_at = Some(recorded_at);
            }
            let slot = &mut self.slots[row as usize];
            slot.published_by = NONE;
            slot.more = super::row_index(self.more.len());
            self.more.push(more);
        }
        &mut self.more[self.slots[row as usize].more as usize]
    }

    /// Whether it is published, where nothing else is said of it: nobody took it back or corrected
    /// it, and it waits for nobody.
    pub fn plainly(&self, row: RowIndex) -> Option<bool> {
        let slot = self.slots[row as usize];
        (slot.more == NONE).then_some(slot.published_by != NONE)
    }

    /// A publication as the first act upon a row of which nothing more is said: that is most of
    /// what is ever said of rows. `false`: more is said, or it is another act.
    pub fn publish_simply(&mut self, row: RowIndex, by: RowIndex) -> bool {
        let is_publication = match self.slots[by as usize] {
            Slot { fact, more: NONE, published_by: NONE, .. } if fact < Packed::END => {
                self.packed.is_publication(fact)
            }
            _ => false,
        };
        let slot = &mut self.slots[row as usize];
        let is_first = is_publication && slot.more == NONE && slot.published_by == NONE;
        if is_first {
            slot.published_by = by;
        }
        is_first
    }
}

impl History {
    pub fn row(&self, index: RowIndex) -> Row<'_> {
        let slot = self.rows.slots[index as usize];
        let head = &self.rows.heads[slot.entry as usize];
        Row {
            at: RowRef { entry: EntrySeq(head.seq.into()), row: index - head.first_row },
            report: head.id,
            recorded_at: head.recorded_at,
            recorded_day: head.recorded_day,
            filing: &self.rows.filings[head.filing as usize],
            history: self,
            index,
        }
    }

    /// Every row in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> + DoubleEndedIterator {
        (0..self.rows.slots.len()).map(|index| self.row(super::row_index(index)))
    }

    pub(super) fn head(&self, place: usize) -> EntryHead<'_> {
        let head = &self.rows.heads[place];
        EntryHead {
            seq: EntrySeq(head.seq.into()),
            id: head.id,
            recorded_at: head.recorded_at,
            filing: &self.rows.filings[head.filing as usize],
            first_row: head.first_row,
            row_count: head.row_count,
        }
    }

    /// All entries in order.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = EntryHead<'_>> + DoubleEndedIterator {
        (0..self.rows.heads.len()).map(|place| self.head(place))
    }

    pub fn rows_of<'h>(
        &'h self,
        head: EntryHead<'_>,
    ) -> impl ExactSizeIterator<Item = Row<'h>> + DoubleEndedIterator + Clone + use<'h> {
        let first = head.first_row;
        (0..head.row_count as usize).map(move |row| self.row(first + super::row_index(row)))
    }
}

impl<'h> Row<'h> {
    fn slot(self) -> Slot {
        self.history.rows.slots[self.index as usize]
    }

    fn more(self) -> Option<&'h More> {
        self.history.rows.more.get(self.slot().more as usize)
    }

    pub fn fact(self) -> FactRef<'h> {
        let rows = &self.history.rows;
        match self.kept() {
            Some(fact) => FactRef::Kept(fact),
            // What was packed comes back: a property holds that.
            None => {
                rows.packed.get(self.slot().fact).map_or(FactRef::Kept(&NOTHING), FactRef::Unpacked)
            }
        }
    }

    /// The fact where it is kept as it is: always but for site rows, claims, observations and
    /// publications; of those, what the register says, what has an outline and what is long.
    pub fn kept(self) -> Option<&'h Fact> {
        let place = self.slot().fact.checked_sub(Packed::END)?;
        self.history.rows.kept.get(place as usize).map(AsRef::as_ref)
    }

    /// What a site row says of its site's life.
    pub fn site_step(self) -> Option<SiteStep> {
        match self.kept() {
            Some(Fact::SiteEvent(event)) => Some(event.into()),
            Some(_) => None,
            None => self.history.rows.packed.site_step(self.slot().fact),
        }
    }

    /// The row that it corrects.
    pub fn replaces(self) -> Option<RowRef> {
        self.more().and_then(|more| more.replaces)
    }

    /// The sender's note, as written.
    pub fn note(self) -> Option<&'h str> {
        self.more().and_then(|more| more.note.as_deref())
    }

    /// The row as it was filed.
    pub fn as_filed(self) -> FiledRow {
        FiledRow {
            fact: self.fact().into_fact(),
            replaces: self.replaces(),
            note: self.note().map(str::to_owned),
        }
    }

    pub fn standing(self) -> Standing {
        match self.more() {
            Some(more) => more.standing.clone(),
            None => Standing { published_at: self.published_at(), ..Standing::default() },
        }
    }

    /// When it was (last) published.
    pub fn published_at(self) -> Option<Timestamp> {
        let slot = self.slot();
        match self.more() {
            Some(more) => more.standing.published_at,
            None if slot.published_by == NONE => None,
            None => Some(self.history.row(slot.published_by).recorded_at),
        }
    }

    /// Returned and not published since.
    pub fn is_returned(self) -> bool {
        self.more().is_some_and(|more| more.standing.returned.is_some())
    }

    pub fn is_withdrawn(self) -> bool {
        self.more().is_some_and(|more| more.standing.withdrawn.is_some())
    }

    /// Rows that name this one as corrected, in order of arrival.
    pub fn corrected_by(self) -> &'h [RowIndex] {
        self.more().map_or(&[], |more| &more.corrected_by)
    }

    pub(super) fn decided_by(self) -> &'h [RowIndex] {
        let slot = &self.history.rows.slots[self.index as usize];
        match self.more() {
            Some(more) => &more.decided_by,
            None if slot.published_by == NONE => &[],
            None => std::slice::from_ref(&slot.published_by),
        }
    }

    pub(super) fn reserved(self) -> Option<Reserved> {
        self.more().and_then(|more| more.reserved)
    }

    /// It counts for others only once another account publishes it.
    pub fn needs_second(self) -> bool {
        matches!(self.reserved(), Some(Reserved::Department | Reserved::Nobody))
    }

    /// It needs a second person, and none has come yet; nobody has taken it back either.
    pub fn awaits_second(self) -> bool {
        self.needs_second()
            && self.published_at().is_none()
            && !self.is_returned()
            && !self.is_withdrawn()
    }
}
