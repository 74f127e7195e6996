//! Which rows a scope may count: V of DOMAIN §4 step 1.

use super::{History, Row, RowIndex};
use crate::domain::Scope;

impl History {
    /// Visible to the scope, not withdrawn, not returned, and not replaced where it is.
    pub fn counts(&self, row: RowIndex, scope: &Scope) -> bool {
        let row = self.row(row);
        stands_for(row, scope) && !self.is_replaced(row, scope)
    }

    /// The same, replaced or not: what revisions show.
    pub fn stands(&self, row: RowIndex, scope: &Scope) -> bool {
        stands_for(self.row(row), scope)
    }

    /// Some correction in the chain below counts in this scope. The chain is by naming: a
    /// correction replaces what it names and what that one named, whatever became of the middle.
    pub fn is_replaced(&self, row: &Row, scope: &Scope) -> bool {
        row.corrected_by().iter().any(|by| {
            let correction = self.row(*by);
            stands_for(correction, scope) || self.is_replaced(correction, scope)
        })
    }
}

/// The table over who filed: the department's count for all at once; others' for themselves
/// and the department, for everyone from publication; on behalf counts as the department's.
fn stands_for(row: &Row, scope: &Scope) -> bool {
    row.standing().withdrawn.is_none()
        && row.standing().returned.is_none()
        && (row.standing().published_at.is_some()
            || scope.counts_unpublished_of(row.filing.counts_as()))
}
