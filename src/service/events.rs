//! What has just changed, for those who listen: each scope hears only of its own view.

use phusong_atlas::atlas::ContentHash;
use phusong_atlas::domain::{Day, ReportId, Scope, VillageId};

use super::open::Views;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub scope: Scope,
    pub version: ContentHash,
    pub villages: Vec<VillageId>,
    /// Reports this scope may see that were filed or acted upon.
    pub reports: Vec<ReportId>,
}

impl Change {
    /// What the step from one day to the next turns in each scope; nothing for the others.
    pub(super) fn of_midnight(views: &Views, day: Day, next: Day) -> Vec<Self> {
        let change = |(scope, atlas): (&Scope, &std::sync::Arc<phusong_atlas::atlas::Atlas>)| {
            let villages = atlas.turned(day, next);
            (!villages.is_empty()).then(|| Self {
                scope: scope.clone(),
                version: atlas.version,
                villages,
                reports: Vec::new(),
            })
        };
        views.atlases.iter().filter_map(change).collect()
    }
}
