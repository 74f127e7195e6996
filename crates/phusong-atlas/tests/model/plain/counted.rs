//! Step 1, *What counts.*

use phusong_atlas::domain::{Entry, Fact, FiledRow, RowRef, Scope};

use super::Counted;
use super::second::{counts_for_nobody_yet, is_second_person, needs_second};

/// *V = the rows visible to the scope, less those withdrawn, returned (until published) or
/// replaced.*
pub fn counted_rows<'a>(entries: &'a [Entry], scope: &Scope) -> Vec<Counted<'a>> {
    all_rows(entries)
        .filter(|(entry, at, _)| {
            visible(entries, scope, entry, *at)
                && stands(entries, *at)
                && !replaced(entries, scope, *at)
        })
        .map(|(entry, at, row)| Counted {
            at,
            fact: &row.fact,
            source: &entry.filing.owner,
            recorded: entry.recorded_day(),
        })
        .collect()
}

/// Every row with its entry and address, in the order of the ledger.
fn all_rows(entries: &[Entry]) -> impl Iterator<Item = (&Entry, RowRef, &FiledRow)> {
    entries.iter().flat_map(|entry| {
        (0..)
            .zip(&entry.rows)
            .map(move |(row, filed)| (entry, RowRef { entry: entry.seq, row }, filed))
    })
}

/// *The department's entries count for all at once; a carrier's for itself and the department,
/// a commune's for itself and the department; for others from publication. An entry on behalf
/// counts as the department's.* What needs a second person counts for the department alone until
/// that one publishes it, a restriction for nobody.
fn visible(entries: &[Entry], scope: &Scope, entry: &Entry, at: RowRef) -> bool {
    if last_decision(entries, at) == Some(Decision::Published) {
        return true;
    }
    if needs_second(entries, at) {
        return !counts_for_nobody_yet(entries, at)
            && matches!(scope, Scope::Officer | Scope::Approver);
    }
    scope.counts_unpublished_of(entry.filing.counts_as())
}

/// Neither withdrawn nor returned.
fn stands(entries: &[Entry], at: RowRef) -> bool {
    !withdrawn(entries, at) && last_decision(entries, at) != Some(Decision::Returned)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    Published,
    Returned,
}

/// *Returned (until published)*: the last word of the two decides.
fn last_decision(entries: &[Entry], at: RowRef) -> Option<Decision> {
    later_rows(entries, at)
        .filter_map(|(decided_at, row)| {
            let (target, decision) = match &row.fact {
                Fact::Publish(target) => (target, Decision::Published),
                Fact::Return { target, .. } => (target, Decision::Returned),
                _ => return None,
            };
            let acts = decision == Decision::Returned
                || !needs_second(entries, at)
                || is_second_person(entries, decided_at, at);
            (target.names(at) && acts && stands(entries, decided_at)).then_some(decision)
        })
        .last()
}

/// *A withdrawal acts wherever the original was*: in every scope, whoever may see the
/// withdrawal. A withdrawal that is itself withdrawn does nothing.
fn withdrawn(entries: &[Entry], at: RowRef) -> bool {
    later_rows(entries, at).any(|(decided_at, row)| match &row.fact {
        Fact::Withdraw { target, .. } => target.names(at) && stands(entries, decided_at),
        _ => false,
    })
}

/// Rows of later entries; a decision names earlier ones only.
fn later_rows(entries: &[Entry], at: RowRef) -> impl Iterator<Item = (RowRef, &FiledRow)> {
    all_rows(entries)
        .filter(move |(_, other, _)| other.entry > at.entry)
        .map(|(_, other, row)| (other, row))
}

/// *A correction replaces the row it names and every row that one replaced, where it is itself
/// visible; a withdrawn correction replaces nothing.*
///
/// The chain goes by naming alone: a link that is withdrawn, returned or invisible still names
/// what it replaced. A correction that was returned does not count, so it replaces nothing.
fn replaced(entries: &[Entry], scope: &Scope, at: RowRef) -> bool {
    all_rows(entries).any(|(entry, correction, _)| {
        correction != at
            && chain(entries, correction).contains(&at)
            && visible(entries, scope, entry, correction)
            && stands(entries, correction)
    })
}

/// The row that `from` names, the row that one names, and so on.
fn chain(entries: &[Entry], from: RowRef) -> Vec<RowRef> {
    let mut named = Vec::new();
    let mut at = from;
    while let Some(next) = row_at(entries, at).and_then(|row| row.replaces) {
        if next == from || named.contains(&next) {
            break;
        }
        named.push(next);
        at = next;
    }
    named
}

fn row_at(entries: &[Entry], at: RowRef) -> Option<&FiledRow> {
    all_rows(entries).find(|(_, here, _)| *here == at).map(|(_, _, row)| row)
}
