//! `--demo`: a ledger of invented data, apart from every real one for its whole life.
//!
//! Its first entry says what it is, so that a copy, an export or a restored ledger says it too.

use std::path::Path;

use phusong_atlas::domain::{
    DocumentRef, Entry, EntrySeq, Fact, FiledRow, Filing, FilingKind, Party, Scope, Target,
};
use phusong_atlas::history::{FactRef, History, Row};

use super::open::{OpenError, Service};
use super::writer::{WriteError, Written};
use crate::ledger::{LedgerReader, format};
use phusong_intake::demo::{self, Act};

/// What the data of a directory are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    Real,
    /// *Dữ liệu minh hoạ*.
    Demo,
}

impl Data {
    pub(super) fn of(history: &History) -> Option<Self> {
        history.entries().next().map(|head| Self::of_filing(head.filing))
    }

    fn of_filing(filing: &Filing) -> Self {
        let is_demo = filing.document.title.as_deref() == Some(demo::TITLE);
        if is_demo { Self::Demo } else { Self::Real }
    }

    /// What a data directory holds; `None` while nothing was filed. Takes no lock.
    pub fn of_directory(dir: &Path) -> Result<Option<Self>, OpenError> {
        let reader = LedgerReader::open(dir).map_err(OpenError::Ledger)?;
        let first = reader.entries().map_err(OpenError::Ledger)?.next();
        let Some(entry) = first.transpose().map_err(OpenError::Ledger)? else { return Ok(None) };
        let seq = EntrySeq(entry.seq);
        let decoded: Entry =
            format::decode(entry.format, seq, entry.recorded_at, &entry.leaf_hash, entry.body())
                .map_err(OpenError::Format)?;
        Ok(Some(Self::of_filing(&decoded.filing)))
    }
}

impl Service {
    /// Is what this service shows invented?
    pub fn data(&self) -> Data {
        self.shared.data
    }

    /// The entry that makes a new ledger a demo.
    pub(super) fn mark_as_demo(&self) -> Result<(), WriteError> {
        let rows = demo::marker().into_iter().map(row).collect();
        self.write(filing(FilingKind::Register, Party::Department, "MH-00"), rows, None, VIEW)?;
        Ok(())
    }

    /// Files what a demo invents, once.
    pub(super) fn fill_demo(&self) -> Result<(), WriteError> {
        let (acts, filed) = self.with_history(|history| {
            let facts: Vec<FactRef<'_>> = history.rows().map(Row::fact).collect();
            let facts: Vec<&Fact> = facts.iter().map(|fact| &**fact).collect();
            let filed: Vec<String> = history
                .entries()
                .filter(|head| Data::of_filing(head.filing) == Data::Demo)
                .filter_map(|head| head.filing.document.number.clone())
                .collect();
            (demo::acts(&facts), filed)
        });
        // Broken off in the middle, it goes on where it stopped.
        for Act { kind, owner, number, published, facts } in acts {
            if filed.contains(&number) {
                continue;
            }
            let rows = facts.into_iter().map(row).collect();
            let Written { seq, .. } =
                self.write(filing(kind, owner.clone(), &number), rows, None, VIEW)?;
            if published && owner != Party::Department {
                let publish = Fact::Publish(Target { entry: seq, rows: Vec::new() });
                let decision =
                    filing(FilingKind::Decision, Party::Department, &format!("{number}-CB"));
                self.write(decision, vec![row(publish)], None, VIEW)?;
            }
        }
        Ok(())
    }
}

/// In whose view the consequences are told.
const VIEW: Scope = Scope::Officer;

fn row(fact: Fact) -> FiledRow {
    FiledRow { fact, replaces: None, note: None }
}

fn filing(kind: FilingKind, owner: Party, number: &str) -> Filing {
    Filing {
        kind,
        filed_by: owner.clone(),
        owner,
        person: None,
        document: DocumentRef {
            number: Some(number.to_owned()),
            day: None,
            title: Some(demo::TITLE.to_owned()),
        },
        files: Vec::new(),
    }
}
