//! The past as it was known: *theo dữ liệu nhận đến hết ngày*.

use std::sync::Arc;

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{Day, Scope};
use phusong_atlas::history::History;
use quick_cache::sync::Cache;

use super::open::{FoldError, Service, fold, today};
use crate::ledger::{LedgerError, LedgerReader};

#[derive(Debug, thiserror::Error)]
#[error("the ledger could not be read again")]
pub struct KnownError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl From<FoldError> for KnownError {
    fn from(error: FoldError) -> Self {
        Self(Box::new(error))
    }
}

impl From<LedgerError> for KnownError {
    fn from(error: LedgerError) -> Self {
        Self(Box::new(error))
    }
}

/// Atlases of the past that are kept. What was recorded up to the end of a day that is over never
/// grows, so a kept one never goes stale; the key names the scope, so that nobody gets another's.
#[derive(Debug)]
pub(super) struct PastViews(Cache<(Scope, Day), Arc<Atlas>>);

/// A slider moves over few days; each kept Atlas shares most shards with today's.
const KEPT: usize = 8;

impl Default for PastViews {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl Service {
    /// The scope's Atlas from what was recorded to the end of `known_at`. Blocks at the first ask
    /// for a past day: it folds again; one fold, however many ask at once.
    pub fn atlas_known(
        &self,
        scope: &Scope,
        known_at: Option<Day>,
    ) -> Result<Arc<Atlas>, KnownError> {
        let Some(day) = known_at.filter(|day| *day < today()) else {
            return Ok(self.atlas(scope));
        };
        self.shared.past.0.get_or_insert_with(&(scope.clone(), day), || {
            let history = self.history_known(day)?;
            let atlas = Atlas::build(&history, scope.clone(), &self.shared.ground);
            Ok(Arc::new(atlas.sharing(&self.atlas(scope))))
        })
    }

    /// Everything recorded to the end of a day.
    pub(super) fn history_known(&self, day: Day) -> Result<History, KnownError> {
        let reader = LedgerReader::open(&self.shared.dir)?;
        Ok(fold(&reader, Some(day.plus_days(1).start()))?)
    }

    /// Is the past view kept already, so that asking for it does not block?
    pub fn keeps_known(&self, scope: &Scope, known_at: Option<Day>) -> bool {
        known_at
            .filter(|day| *day < today())
            .is_none_or(|day| self.shared.past.0.get(&(scope.clone(), day)).is_some())
    }
}
