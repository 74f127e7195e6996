//! The fold of the ledger up to a point: every row with its standing, and indexes to find it.
//!
//! *Known time* is how far the fold went. What a scope may count is decided in [`visibility`], what
//! waits for a second person in [`second`]; what it means is the business of [`crate::atlas`].

mod ids;
mod image;
mod index;
mod kept;
mod naming;
mod packed;
mod places;
mod prepared;
mod rows;
mod second;
mod site;
mod touched;
mod visibility;

use std::collections::HashMap;

pub use image::{Restoring, Still};
pub use index::Index;
pub use kept::ToldOutage;
pub use places::{ClusterKey, Membership, Presence, Stay, fact_on};
pub use prepared::Prepared;
pub use rows::{EntryHead, FactRef, Row, Standing};
pub use second::Accounts;
pub use site::{Operation, SiteLife, SiteStep};
pub use touched::Touched;

use crate::domain::{Entry, EntrySeq, Fact, Filing, ReportId, RowRef};
use ids::Ids;
use prepared::{PreparedFact, PreparedRow};
use rows::{Reserved, Rows};

/// Never walked in order; the library's own hash costs a start a twentieth of its time.
type ByHash<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Index of a row in the fold's order.
pub type RowIndex = u32;

impl Reserved {
    fn of(accounts: &Accounts, filing: &Filing, fact: &Fact) -> Option<Self> {
        match fact {
            Fact::Account(_) => Some(Self::Owner),
            Fact::RestrictSite { .. } => accounts.bind(filing, fact).then_some(Self::Nobody),
            _ => accounts.bind(filing, fact).then_some(Self::Department),
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct History {
    rows: Rows,
    ids: Ids,
    /// Entries by the content hash of their raw files.
    by_file: ByHash<[u8; 32], Vec<u32>>,
    index: Index,
    accounts: Accounts,
    /// Rows that need a second person, in order of arrival.
    second: Vec<RowIndex>,
}

impl History {
    /// Makes room for so many entries more, of a row or more.
    pub fn reserve(&mut self, entries: usize) {
        self.rows.reserve(entries);
    }

    /// After much was absorbed: entries are found by their ids at once again.
    pub fn catch_up(&mut self) {
        self.ids.catch_up(&self.rows);
    }

    /// The state after `entries`.
    pub fn fold<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut history = Self::default();
        for entry in entries {
            history.absorb(entry.clone());
        }
        history.catch_up();
        history
    }

    /// One entry more; says what may look different from now on.
    ///
    /// Acts on rows that do not exist (yet) do nothing: the service refuses them before they
    /// are filed, and a fold never fails.
    pub fn apply(&mut self, entry: &Entry) -> Touched {
        let mut touched = Touched::default();
        self.take(entry.clone().into(), &mut touched);
        self.catch_up();
        touched
    }

    /// The same for whoever will assess everything anyway: nothing is looked for.
    pub fn absorb(&mut self, entries: impl Into<Prepared>) {
        self.take(entries.into(), &mut Touched { everything: true, ..Touched::default() });
    }

    fn take(&mut self, entries: Prepared, touched: &mut Touched) {
        let Prepared { entries, rows, bytes } = entries;
        let (mut rows, mut bytes) = (rows.into_iter(), &bytes[..]);
        for entry in entries {
            let place = row_index(self.rows.entry_count());
            for file in &entry.filing.files {
                self.by_file.entry(*file).or_default().push(place);
            }
            self.rows.begin(&entry);
            for row in rows.by_ref().take(entry.row_count as usize) {
                let length = match &row.fact {
                    PreparedFact::Packed(length) => *length as usize,
                    PreparedFact::Kept(_) => 0,
                };
                let (own, rest) = bytes.split_at(length);
                bytes = rest;
                self.take_row(row, own, touched);
            }
            for account in &entry.accounts {
                self.accounts.learn(&entry.filing, account);
            }
        }
    }

    fn take_row(&mut self, row: PreparedRow, bytes: &[u8], touched: &mut Touched) {
        let this = row_index(self.rows.row_count());
        let replaces = row.replaces;
        let is_act = match &row.fact {
            PreparedFact::Kept(fact) => {
                self.index.insert(this, fact);
                let filing = self.rows.last_filing();
                let reserved = Reserved::of(&self.accounts, filing, fact);
                let is_act = is_act(fact);
                self.rows.push(row, bytes);
                if let Some(reserved) = reserved {
                    self.set_apart(this, reserved);
                }
                is_act
            }
            // Nothing that is packed needs a second person.
            PreparedFact::Packed(_) => {
                self.index.insert_packed(this, bytes);
                self.rows.push(row, bytes);
                packed::is_publication(bytes)
            }
        };
        touched.by_row(self, this);
        if let Some(replaced) = replaces.and_then(|at| self.find(at))
            && replaced < this
        {
            self.rows.more(replaced).corrected_by.push(this);
            touched.by_chain(self, replaced);
        }
        if is_act {
            self.decide(this, touched);
        }
    }

    fn set_apart(&mut self, this: RowIndex, reserved: Reserved) {
        self.rows.more(this).reserved = Some(reserved);
        if self.row(this).needs_second() {
            self.second.push(this);
        }
    }

    /// A decision acts on rows of earlier entries.
    fn decide(&mut self, decision: RowIndex, touched: &mut Touched) {
        for row in self.decided_rows(decision) {
            if self.is_void(decision, row) {
                continue;
            }
            if self.rows.publish_simply(row, decision) {
                self.moved(row, touched);
            } else {
                self.rows.more(row).decided_by.push(decision);
                self.settle(row, touched);
            }
        }
    }

    /// A publication of what waits for a second person by anybody else.
    fn is_void(&self, decision: RowIndex, row: RowIndex) -> bool {
        let (decision, row) = (self.row(decision), self.row(row));
        row.needs_second()
            && matches!(*decision.fact(), Fact::Publish(_))
            && !self.accounts.second(row.filing, &row.fact(), decision.filing)
    }

    fn decided_rows(&self, decision: RowIndex) -> Vec<RowIndex> {
        let row = self.row(decision);
        let fact = row.fact();
        let (Fact::Publish(target) | Fact::Return { target, .. } | Fact::Withdraw { target, .. }) =
            &*fact
        else {
            return Vec::new();
        };
        let Some(head) = self.entry(target.entry).filter(|head| head.seq < row.at.entry) else {
            return Vec::new();
        };
        let rows = head.first_row..head.first_row + head.row_count;
        rows.filter(|row| target.names(self.row(*row).at)).collect()
    }

    /// What the decisions that stand make of a row; a decision that falls takes back what it did.
    fn settle(&mut self, row: RowIndex, touched: &mut Touched) {
        let mut standing = Standing::default();
        for decision in self.row(row).decided_by() {
            let decision = self.row(*decision);
            if decision.is_returned() || decision.is_withdrawn() {
                continue;
            }
            match &*decision.fact() {
                // What was taken back does not become public by a word that came too late.
                Fact::Publish(_) if standing.withdrawn.is_none() => {
                    standing.published_at = Some(decision.recorded_at);
                    standing.returned = None;
                }
                Fact::Return { reason, .. } => standing.returned = Some(reason.clone()),
                Fact::Withdraw { reason, .. } => standing.withdrawn = Some(reason.clone()),
                _ => {}
            }
        }
        let more = self.rows.more(row);
        if standing != more.standing {
            more.standing = standing;
            self.moved(row, touched);
        }
    }

    /// Something else is to be made of a row, and of what it decided.
    fn moved(&mut self, row: RowIndex, touched: &mut Touched) {
        touched.by_chain(self, row);
        for decided in self.decided_rows(row) {
            self.settle(decided, touched);
        }
    }

    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Rows that need a second person and have none yet, in order of arrival.
    pub fn awaiting_second(&self) -> impl Iterator<Item = Row<'_>> {
        self.second.iter().map(|row| self.row(*row)).filter(|row| row.awaits_second())
    }

    /// The act by which a row is public.
    pub fn publication(&self, row: Row<'_>) -> Option<Row<'_>> {
        row.published_at()?;
        self.act_on(row, |fact| matches!(fact, Fact::Publish(_)))
    }

    /// The last act of a kind on a row that stands.
    pub fn act_on(&self, row: Row<'_>, is_of_kind: impl Fn(&Fact) -> bool) -> Option<Row<'_>> {
        let acts = row.decided_by().iter().rev().map(|act| self.row(*act));
        acts.filter(|act| !act.is_withdrawn() && !act.is_returned())
            .find(|act| is_of_kind(&act.fact()))
    }

    /// The named accounts so far.
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    pub fn entry(&self, seq: EntrySeq) -> Option<EntryHead<'_>> {
        self.rows.place_of(seq).map(|place| self.head(place))
    }

    pub fn entry_by_id(&self, id: ReportId) -> Option<EntryHead<'_>> {
        self.ids.place_of(&self.rows, id).map(|place| self.head(place as usize))
    }

    /// Entries that came with this very file, in order.
    pub fn entries_with_file(
        &self,
        hash: &[u8; 32],
    ) -> impl DoubleEndedIterator<Item = EntryHead<'_>> {
        let places = self.by_file.get(hash).map_or(&[][..], Vec::as_slice);
        places.iter().map(|place| self.head(*place as usize))
    }

    pub fn find(&self, at: RowRef) -> Option<RowIndex> {
        let head = self.entry(at.entry)?;
        (at.row < head.row_count).then(|| head.first_row + at.row)
    }
}

const fn is_act(fact: &Fact) -> bool {
    matches!(fact, Fact::Publish(_) | Fact::Return { .. } | Fact::Withdraw { .. })
}

fn row_index(number: usize) -> RowIndex {
    RowIndex::try_from(number).unwrap_or(RowIndex::MAX)
}
