//! What has just changed, for those who listen: each scope hears only of its own view.

use phusong_atlas::atlas::ContentHash;
use phusong_atlas::domain::{ReportId, Scope, VillageId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub scope: Scope,
    pub version: ContentHash,
    pub villages: Vec<VillageId>,
    /// Reports this scope may see that were filed or acted upon.
    pub reports: Vec<ReportId>,
}
