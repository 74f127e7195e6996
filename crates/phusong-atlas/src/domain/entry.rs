//! One act is one entry, however many rows it carries; a fact is addressed (entry, row).

use std::num::NonZeroU32;

pub use jiff::Timestamp;

use super::{Day, Fact, Party, PersonId, ReportId};

/// Place in the ledger, from 1, without gaps. Never shown to carriers or the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntrySeq(pub u64);

/// A fact's address. Rows count from 0 here, and only here: whoever reads or writes a row's
/// number outside the ledger does it through [`RowNumber`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowRef {
    pub entry: EntrySeq,
    pub row: u32,
}

impl RowRef {
    pub const fn number(self) -> RowNumber {
        RowNumber::of_index(self.row)
    }
}

/// A row as people and programs name it: from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowNumber(NonZeroU32);

impl RowNumber {
    /// `None` for 0: there is no such row.
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// Of the row that the ledger counts from 0.
    pub const fn of_index(index: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(index))
    }

    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// As the ledger counts it.
    pub const fn index(self) -> u32 {
        self.0.get() - 1
    }
}

impl From<NonZeroU32> for RowNumber {
    fn from(number: NonZeroU32) -> Self {
        Self(number)
    }
}

impl std::fmt::Display for RowNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for RowNumber {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// The official letter a filing came with; number and date may follow later.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentRef {
    pub number: Option<String>,
    pub day: Option<Day>,
    pub title: Option<String>,
}

/// What sort of act it was, for lists and rights; the rows say what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FilingKind {
    /// Facts typed in from their sources (`geodata/`).
    Register,
    /// A carrier's report.
    Report,
    /// Observations of a commune, the department or a list.
    Observation,
    /// Field measurements.
    Measurement,
    /// Villages, clusters and outlines of units, sent as files.
    Places,
    /// Steps of duties, promises, blockers, outages.
    Progress,
    /// Counts by unit and period.
    Figures,
    /// An officer's (or owner's) act on earlier rows: publish, return, withdraw, set aside …
    Decision,
}

/// What an entry says about itself, beside its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    pub kind: FilingKind,
    /// Whose statement it is.
    pub owner: Party,
    /// Who filed it; differs from `owner` when filed on behalf (*nhập thay*).
    pub filed_by: Party,
    pub person: Option<PersonId>,
    pub document: DocumentRef,
    /// Content hashes of the raw files, in order.
    pub files: Vec<[u8; 32]>,
}

impl Filing {
    /// For visibility, an entry on behalf counts as the department's.
    pub fn counts_as(&self) -> &Party {
        &self.filed_by
    }

    pub fn on_behalf(&self) -> bool {
        self.owner != self.filed_by
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct FiledRow {
    pub fact: Fact,
    /// The row that this one corrects.
    pub replaces: Option<RowRef>,
    /// The sender's note, shown as written.
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub seq: EntrySeq,
    /// What people call it.
    pub id: ReportId,
    pub recorded_at: Timestamp,
    pub filing: Filing,
    pub rows: Vec<FiledRow>,
}

impl Entry {
    /// The local day on which it was recorded.
    pub fn recorded_day(&self) -> Day {
        Day::of(self.recorded_at)
    }
}
