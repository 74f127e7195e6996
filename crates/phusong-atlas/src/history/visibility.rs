//! Which rows a scope may count: V of DOMAIN §4 step 1.

use super::rows::Reserved;
use super::{History, Row, RowIndex};
use crate::domain::{Party, Scope};

impl History {
    /// Visible to the scope, not withdrawn, not returned, and not replaced where it is.
    pub fn counts(&self, row: RowIndex, scope: &Scope) -> bool {
        if let Some(is_published) = self.rows.plainly(row) {
            // Of most rows nothing more is said, and most who ask look at millions.
            return is_published
                || matches!(scope, Scope::Officer | Scope::Approver)
                || scope.counts_unpublished_of(self.row(row).filing.counts_as());
        }
        let row = self.row(row);
        stands_for(row, scope) && !self.is_replaced(row, scope)
    }

    /// The same, replaced or not: what revisions show.
    pub fn stands(&self, row: RowIndex, scope: &Scope) -> bool {
        stands_for(self.row(row), scope)
    }

    /// Some correction in the chain below counts in this scope. The chain is by naming: a
    /// correction replaces what it names and what that one named, whatever became of the middle.
    pub fn is_replaced(&self, row: Row<'_>, scope: &Scope) -> bool {
        row.corrected_by().iter().any(|by| {
            let correction = self.row(*by);
            stands_for(correction, scope) || self.is_replaced(correction, scope)
        })
    }
}

impl Row<'_> {
    /// The table over who filed: the department's count for all at once; others' for themselves
    /// and the department, for everyone from publication; on behalf counts as the department's.
    /// What waits for a second person counts for the department alone, a restriction for nobody.
    pub fn is_told_to(self, scope: &Scope) -> bool {
        let is_published = self.published_at().is_some();
        let is_department = matches!(scope, Scope::Officer | Scope::Approver);
        let owner = &self.filing.owner;
        match self.reserved() {
            None => is_published || scope.counts_unpublished_of(self.filing.counts_as()),
            Some(Reserved::Department) => is_published || is_department,
            Some(Reserved::Nobody) => is_published,
            Some(Reserved::Owner) if *owner == Party::Department => is_department,
            Some(Reserved::Owner) => scope.counts_unpublished_of(owner),
        }
    }
}

fn stands_for(row: Row<'_>, scope: &Scope) -> bool {
    !row.is_withdrawn() && !row.is_returned() && row.is_told_to(scope)
}
