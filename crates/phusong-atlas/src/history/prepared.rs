//! Entries made ready for the fold on another core: what does not depend on what came before.

use std::sync::Arc;

use super::packed;
use super::rows::nothing;
use crate::domain::{
    AccountFact, Day, Entry, EntrySeq, Fact, FiledRow, Filing, FilingKind, ReportId, RowRef,
    Timestamp,
};

/// Some entries, one behind the other.
#[derive(Debug, Default)]
pub struct Prepared {
    pub(super) entries: Vec<PreparedEntry>,
    pub(super) rows: Vec<PreparedRow>,
    /// Packed facts, each as long as its row says.
    pub(super) bytes: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct PreparedEntry {
    pub seq: EntrySeq,
    pub id: ReportId,
    pub recorded_at: Timestamp,
    pub recorded_day: Day,
    pub filing: Arc<Filing>,
    pub row_count: u32,
    /// Who there is from its end on.
    pub accounts: Vec<AccountFact>,
}

#[derive(Debug)]
pub(super) struct PreparedRow {
    pub fact: PreparedFact,
    pub replaces: Option<RowRef>,
    pub note: Option<String>,
}

#[derive(Debug)]
pub(super) enum PreparedFact {
    /// So many of the bytes.
    Packed(u32),
    Kept(Arc<Fact>),
}

impl Prepared {
    /// One entry more.
    pub fn push(
        &mut self,
        (seq, id, recorded_at): (EntrySeq, ReportId, Timestamp),
        filing: Arc<Filing>,
        mut rows: Vec<FiledRow>,
    ) {
        // What the register says is compared with its tables at every start.
        let may_pack = filing.kind != FilingKind::Register;
        let mut accounts = Vec::new();
        let row_count = super::row_index(rows.len());
        self.rows.reserve(rows.len());
        for row in &mut rows {
            if let Fact::Account(account) = &row.fact {
                accounts.push(account.clone());
            }
            let packed = may_pack.then(|| packed::pack(&row.fact, &mut self.bytes)).flatten();
            // A packed one stays where it is: it is a third of a kilobyte to be moved about.
            let fact = match packed {
                Some(length) => PreparedFact::Packed(length),
                None => PreparedFact::Kept(Arc::new(std::mem::replace(&mut row.fact, nothing()))),
            };
            let (replaces, note) = (row.replaces, row.note.take());
            self.rows.push(PreparedRow { fact, replaces, note });
        }
        self.entries.push(PreparedEntry {
            seq,
            id,
            recorded_at,
            recorded_day: Day::of(recorded_at),
            filing,
            row_count,
            accounts,
        });
    }
}

impl From<Entry> for Prepared {
    fn from(Entry { seq, id, recorded_at, filing, rows }: Entry) -> Self {
        let mut prepared = Self::default();
        prepared.push((seq, id, recorded_at), Arc::new(filing), rows);
        prepared
    }
}
