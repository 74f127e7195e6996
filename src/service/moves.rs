//! *Which report moved which village*: the verdicts of one day, before and after each entry of a
//! stretch of known time, in one scope.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use phusong_atlas::atlas::{Atlas, Ground, Question};
use phusong_atlas::domain::{
    Day, Entry, EntrySeq, Fact, FilingKind, ReportId, RowRef, Scope, VillageId,
};
use phusong_atlas::history::History;

use super::filing::Moved;
use super::fold::decoded;
use super::known::KnownError;
use super::open::{Service, ground_on_file};
use super::shown::may_see_entry;
use crate::ledger::LedgerReader;

/// What one entry moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryMoves {
    pub recorded_at: Timestamp,
    /// The entry and what it acts upon, as far as the scope may know of them.
    pub reports: Vec<ReportId>,
    pub moved: Vec<Moved>,
}

impl Service {
    /// Of entries recorded after the end of `after` and up to the end of `until`: those that
    /// moved a village's answer to the question in this scope. Blocks: it folds again.
    pub fn moves(
        &self,
        scope: &Scope,
        after: Day,
        until: Day,
        question: &Question,
    ) -> Result<Vec<EntryMoves>, KnownError> {
        let (dir, ground) = (&self.shared.dir, &self.shared.ground);
        moves_in((dir, ground), scope, (after, until), question, None)
    }

    /// The same, of these villages alone: only they are assessed anew after each entry.
    pub(super) fn moves_among(
        &self,
        scope: &Scope,
        stretch: (Day, Day),
        question: &Question,
        villages: &BTreeSet<VillageId>,
    ) -> Result<Vec<EntryMoves>, KnownError> {
        let (dir, ground) = (&self.shared.dir, &self.shared.ground);
        moves_in((dir, ground), scope, stretch, question, Some(villages))
    }
}

/// The same of a data directory, whether or not a service runs on it; `only`: villages of which
/// alone it is asked.
pub fn moves_beside(
    dir: &Path,
    scope: &Scope,
    stretch: (Day, Day),
    question: &Question,
    only: Option<&BTreeSet<VillageId>>,
) -> Result<Vec<EntryMoves>, KnownError> {
    moves_in((dir, &ground_on_file()?), scope, stretch, question, only)
}

fn moves_in(
    (dir, ground): (&Path, &Ground),
    scope: &Scope,
    (after, until): (Day, Day),
    question: &Question,
    only: Option<&BTreeSet<VillageId>>,
) -> Result<Vec<EntryMoves>, KnownError> {
    let (start, end) = (after.plus_days(1).start(), until.plus_days(1).start());
    let mut history = History::default();
    let mut atlas: Option<Atlas> = None;
    let mut found = Vec::new();
    let reader = LedgerReader::open(dir)?;
    for entry in reader.entries()? {
        let entry = decoded(&entry?)?;
        if entry.recorded_at >= end {
            break;
        }
        if entry.recorded_at < start {
            history.apply(&entry);
            continue;
        }
        let before = atlas.take().unwrap_or_else(|| Atlas::build(&history, scope.clone(), ground));
        let targets = targets(&entry, &history);
        let mut touched = history.apply(&entry);
        if let Some(only) = only {
            touched.sites.clear();
            touched.villages.retain(|village| only.contains(village));
        }
        if !tells(&history, &entry, scope) || touched.is_empty() {
            atlas = Some(before);
            continue;
        }
        let next = before.after(&history, &touched);
        let moved = Moved::between(&before, &next, &touched, question);
        if !moved.is_empty() {
            // What acts on others is told by what it acts upon: its own name hangs on their
            // places in the whole ledger.
            let acts = entry.filing.kind == FilingKind::Decision && !targets.is_empty();
            let own = (!acts).then_some(entry.id);
            let named = own.into_iter().chain(targets);
            let seen = |id: &ReportId| {
                let head = history.entry_by_id(*id);
                head.is_some_and(|head| may_see_entry(&history, head, scope))
            };
            let mut reports: Vec<ReportId> = named.filter(seen).collect();
            reports.dedup();
            found.push(EntryMoves { recorded_at: entry.recorded_at, reports, moved });
        }
        atlas = Some(next);
    }
    Ok(found)
}

/// Could the entry change anything for the scope? It holds a row that counts there, corrects
/// one, or acts on others.
fn tells(history: &History, entry: &Entry, scope: &Scope) -> bool {
    (0_u32..).zip(&entry.rows).any(|(row, filed)| {
        let acts =
            matches!(filed.fact, Fact::Publish(_) | Fact::Return { .. } | Fact::Withdraw { .. });
        let index = history.find(RowRef { entry: entry.seq, row });
        acts || index.is_some_and(|index| history.counts(index, scope))
    })
}

/// Entries that this one acts upon, each once.
fn targets(entry: &Entry, history: &History) -> Vec<ReportId> {
    let named: BTreeSet<EntrySeq> = entry
        .rows
        .iter()
        .filter_map(|row| match &row.fact {
            Fact::Publish(target) | Fact::Return { target, .. } | Fact::Withdraw { target, .. } => {
                Some(target.entry)
            }
            Fact::SetAside { opposition, .. } => Some(opposition.entry),
            Fact::ConfirmSunset { sunset } => Some(sunset.entry),
            _ => row.replaces.map(|at| at.entry),
        })
        .collect();
    named.into_iter().filter_map(|seq| history.entry(seq).map(|head| head.id)).collect()
}
