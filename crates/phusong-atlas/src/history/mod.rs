//! The fold of the ledger up to a point: every row with its standing, and indexes to find it.
//!
//! *Known time* is how far the fold went. What a scope may count is decided in [`visibility`], what
//! waits for a second person in [`second`]; what it means is the business of [`crate::atlas`].

mod index;
mod kept;
mod naming;
mod places;
mod second;
mod site;
mod touched;
mod visibility;

use std::collections::HashMap;
use std::sync::Arc;

pub use index::Index;
pub use kept::ToldOutage;
pub use places::{ClusterKey, Membership, Presence, Stay, fact_on};
pub use second::Accounts;
pub use site::{Operation, SiteLife, is_plan};
pub use touched::Touched;

use crate::domain::{
    AccountFact, Day, Entry, EntrySeq, Fact, FiledRow, Filing, ReportId, RowRef, Timestamp,
};

/// Never walked in order; the library's own hash costs a start a twentieth of its time.
type ByHash<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Index of a row in the fold's order.
pub type RowIndex = u32;

/// One filed row with what the ledger has said about it since.
#[derive(Debug, Clone)]
pub struct Row {
    pub at: RowRef,
    pub report: ReportId,
    pub recorded_at: Timestamp,
    pub recorded_day: Day,
    pub filing: Arc<Filing>,
    fact: Arc<Fact>,
    /// Of most rows nothing more is ever said.
    more: Option<Box<More>>,
}

/// What few rows say beside their fact, and what rows that came after one say of it.
#[derive(Debug, Clone, Default)]
struct More {
    replaces: Option<RowRef>,
    note: Option<String>,
    standing: Standing,
    /// Rows that name it as corrected, in order of arrival.
    corrected_by: Vec<RowIndex>,
    /// Rows that publish, return or withdraw it, in order of arrival.
    decided_by: Vec<RowIndex>,
    reserved: Option<Reserved>,
}

/// For whom a row that nobody has published counts, where that does not follow from who filed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reserved {
    /// The department: it waits for a second person.
    Department,
    /// Nobody: it waits for a second person.
    Nobody,
    /// The department and its owner, published or not.
    Owner,
}

impl Reserved {
    fn of(accounts: &Accounts, filing: &Filing, fact: &Fact) -> Option<Self> {
        match fact {
            Fact::Account(_) => Some(Self::Owner),
            Fact::RestrictSite { .. } => accounts.bind(filing, fact).then_some(Self::Nobody),
            _ => accounts.bind(filing, fact).then_some(Self::Department),
        }
    }
}

static UNTOUCHED: Standing = Standing { published_at: None, returned: None, withdrawn: None };

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

impl Row {
    pub fn fact(&self) -> &Fact {
        &self.fact
    }

    /// The row that it corrects.
    pub fn replaces(&self) -> Option<RowRef> {
        self.more.as_ref().and_then(|more| more.replaces)
    }

    /// The sender's note, as written.
    pub fn note(&self) -> Option<&str> {
        self.more.as_ref().and_then(|more| more.note.as_deref())
    }

    /// The row as it was filed.
    pub fn as_filed(&self) -> FiledRow {
        FiledRow {
            fact: self.fact().clone(),
            replaces: self.replaces(),
            note: self.note().map(str::to_owned),
        }
    }

    pub fn standing(&self) -> &Standing {
        self.more.as_ref().map_or(&UNTOUCHED, |more| &more.standing)
    }

    /// Rows that name this one as corrected, in order of arrival.
    pub fn corrected_by(&self) -> &[RowIndex] {
        self.more.as_ref().map_or(&[], |more| &more.corrected_by)
    }

    fn decided_by(&self) -> &[RowIndex] {
        self.more.as_ref().map_or(&[], |more| &more.decided_by)
    }

    fn reserved(&self) -> Option<Reserved> {
        self.more.as_ref().and_then(|more| more.reserved)
    }

    /// It counts for others only once another account publishes it.
    pub fn needs_second(&self) -> bool {
        matches!(self.reserved(), Some(Reserved::Department | Reserved::Nobody))
    }

    /// It needs a second person, and none has come yet; nobody has taken it back either.
    pub fn awaits_second(&self) -> bool {
        let Standing { published_at, returned, withdrawn } = self.standing();
        self.needs_second() && published_at.is_none() && returned.is_none() && withdrawn.is_none()
    }

    fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }
}

/// An entry as lists show it.
#[derive(Debug, Clone)]
pub struct EntryHead {
    pub seq: EntrySeq,
    pub id: ReportId,
    pub recorded_at: Timestamp,
    pub filing: Arc<Filing>,
    /// Its rows are `first_row..first_row + row_count`.
    pub first_row: RowIndex,
    pub row_count: u32,
}

#[derive(Debug, Clone, Default)]
pub struct History {
    rows: Vec<Row>,
    entries: Vec<EntryHead>,
    by_id: ByHash<ReportId, u32>,
    /// Entries by the content hash of their raw files.
    by_file: ByHash<[u8; 32], Vec<u32>>,
    index: Index,
    accounts: Accounts,
    /// Rows that need a second person, in order of arrival.
    second: Vec<RowIndex>,
}

impl History {
    /// Nothing folded yet, with room for so many entries of a row or more.
    pub fn with_room(entries: usize) -> Self {
        Self {
            rows: Vec::with_capacity(entries),
            entries: Vec::with_capacity(entries),
            by_id: ByHash::with_capacity_and_hasher(
                entries,
                foldhash::fast::RandomState::default(),
            ),
            ..Self::default()
        }
    }

    /// The state after `entries`.
    pub fn fold<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut history = Self::default();
        for entry in entries {
            history.absorb(entry.clone());
        }
        history
    }

    /// One entry more; says what may look different from now on.
    ///
    /// Acts on rows that do not exist (yet) do nothing: the service refuses them before they
    /// are filed, and a fold never fails.
    pub fn apply(&mut self, entry: &Entry) -> Touched {
        let mut touched = Touched::default();
        self.take(entry.clone(), &mut touched);
        touched
    }

    /// The same for whoever will assess everything anyway: nothing is looked for.
    pub fn absorb(&mut self, entry: Entry) {
        self.take(entry, &mut Touched { everything: true, ..Touched::default() });
    }

    fn take(&mut self, entry: Entry, touched: &mut Touched) {
        let recorded_day = entry.recorded_day();
        let filing = self.filing_like(&entry.filing);
        let first_row = row_index(self.rows.len());
        let head = EntryHead {
            seq: entry.seq,
            id: entry.id,
            recorded_at: entry.recorded_at,
            filing: Arc::clone(&filing),
            first_row,
            row_count: row_index(entry.rows.len()),
        };
        let place = row_index(self.entries.len());
        self.by_id.insert(entry.id, place);
        for file in &entry.filing.files {
            self.by_file.entry(*file).or_default().push(place);
        }
        self.entries.push(head);
        let told: Vec<AccountFact> = second::told_in(&entry).cloned().collect();

        for (number, filed) in entry.rows.into_iter().enumerate() {
            let FiledRow { fact, replaces, note } = filed;
            let says_more = replaces.is_some() || note.is_some();
            let at = RowRef { entry: entry.seq, row: row_index(number) };
            let this = row_index(self.rows.len());
            self.rows.push(Row {
                at,
                report: entry.id,
                recorded_at: entry.recorded_at,
                recorded_day,
                filing: Arc::clone(&filing),
                fact: Arc::new(fact),
                more: says_more.then(|| Box::new(More { replaces, note, ..More::default() })),
            });
            self.reserve(this);
            self.index.insert(this, &self.rows[this as usize]);
            touched.by_row(self, this);
            if let Some(replaced) = replaces.and_then(|at| self.find(at))
                && replaced < this
            {
                self.rows[replaced as usize].more().corrected_by.push(this);
                touched.by_chain(self, replaced);
            }
            self.decide(this, touched);
        }
        for account in &told {
            self.accounts.learn(&filing, account);
        }
    }

    fn reserve(&mut self, this: RowIndex) {
        let row = self.row(this);
        if let Some(reserved) = Reserved::of(&self.accounts, &row.filing, row.fact()) {
            self.rows[this as usize].more().reserved = Some(reserved);
            if self.row(this).needs_second() {
                self.second.push(this);
            }
        }
    }

    /// Most entries are filed in the same way as one of the last few: those share it.
    fn filing_like(&self, filing: &Filing) -> Arc<Filing> {
        const LOOKED_BACK: usize = 8;
        let alike =
            self.entries.iter().rev().take(LOOKED_BACK).find(|head| *head.filing == *filing);
        alike.map_or_else(|| Arc::new(filing.clone()), |head| Arc::clone(&head.filing))
    }

    /// A decision acts on rows of earlier entries.
    fn decide(&mut self, decision: RowIndex, touched: &mut Touched) {
        for row in self.decided_rows(decision) {
            if self.is_void(decision, row) {
                continue;
            }
            self.rows[row as usize].more().decided_by.push(decision);
            self.settle(row, touched);
        }
    }

    /// A publication of what waits for a second person by anybody else.
    fn is_void(&self, decision: RowIndex, row: RowIndex) -> bool {
        let (decision, row) = (self.row(decision), self.row(row));
        matches!(decision.fact(), Fact::Publish(_))
            && row.needs_second()
            && !self.accounts.second(&row.filing, row.fact(), &decision.filing)
    }

    fn decided_rows(&self, decision: RowIndex) -> Vec<RowIndex> {
        let row = self.row(decision);
        let (Fact::Publish(target) | Fact::Return { target, .. } | Fact::Withdraw { target, .. }) =
            row.fact()
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
            let Standing { returned, withdrawn, .. } = decision.standing();
            if returned.is_some() || withdrawn.is_some() {
                continue;
            }
            match decision.fact() {
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
        if standing == *self.row(row).standing() {
            return;
        }
        self.rows[row as usize].more().standing = standing;
        touched.by_chain(self, row);
        for decided in self.decided_rows(row) {
            self.settle(decided, touched);
        }
    }

    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub fn row(&self, row: RowIndex) -> &Row {
        &self.rows[row as usize]
    }

    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Rows that need a second person and have none yet, in order of arrival.
    pub fn awaiting_second(&self) -> impl Iterator<Item = &Row> {
        self.second.iter().map(|row| self.row(*row)).filter(|row| row.awaits_second())
    }

    /// The act by which a row is public.
    pub fn publication(&self, row: &Row) -> Option<&Row> {
        row.standing().published_at?;
        self.act_on(row, |fact| matches!(fact, Fact::Publish(_)))
    }

    /// The last act of a kind on a row that stands.
    pub fn act_on(&self, row: &Row, is_of_kind: impl Fn(&Fact) -> bool) -> Option<&Row> {
        let acts = row.decided_by().iter().rev().map(|act| self.row(*act));
        acts.filter(|act| act.standing().withdrawn.is_none() && act.standing().returned.is_none())
            .find(|act| is_of_kind(act.fact()))
    }

    /// The named accounts so far.
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// All entries in order.
    pub fn entries(&self) -> &[EntryHead] {
        &self.entries
    }

    pub fn entry(&self, seq: EntrySeq) -> Option<&EntryHead> {
        let place = self.entries.binary_search_by_key(&seq, |head| head.seq).ok()?;
        Some(&self.entries[place])
    }

    pub fn entry_by_id(&self, id: ReportId) -> Option<&EntryHead> {
        self.by_id.get(&id).map(|place| &self.entries[*place as usize])
    }

    /// Entries that came with this very file, in order.
    pub fn entries_with_file(
        &self,
        hash: &[u8; 32],
    ) -> impl DoubleEndedIterator<Item = &EntryHead> {
        let places = self.by_file.get(hash).map_or(&[][..], Vec::as_slice);
        places.iter().map(|place| &self.entries[*place as usize])
    }

    pub fn rows_of(&self, head: &EntryHead) -> &[Row] {
        let first = head.first_row as usize;
        &self.rows[first..first + head.row_count as usize]
    }

    pub fn find(&self, at: RowRef) -> Option<RowIndex> {
        let head = self.entry(at.entry)?;
        (at.row < head.row_count).then(|| head.first_row + at.row)
    }
}

fn row_index(number: usize) -> RowIndex {
    RowIndex::try_from(number).unwrap_or(RowIndex::MAX)
}
