//! The past as it was known: *theo dữ liệu nhận đến hết ngày*.

use std::sync::Arc;

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{Day, Scope};

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

impl Service {
    /// The scope's Atlas from what was recorded to the end of `known_at`. Blocks when that is
    /// past: it folds again.
    pub fn atlas_known(
        &self,
        scope: &Scope,
        known_at: Option<Day>,
    ) -> Result<Arc<Atlas>, KnownError> {
        let Some(day) = known_at.filter(|day| *day < today()) else {
            return Ok(self.atlas(scope));
        };
        let reader = LedgerReader::open(&self.shared.dir)?;
        let history = fold(&reader, Some(day.plus_days(1).start()))?;
        Ok(Arc::new(Atlas::build(&history, scope.clone(), &self.shared.ground)))
    }
}
