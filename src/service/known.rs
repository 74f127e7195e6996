//! The past as it was known: *theo dữ liệu nhận đến hết ngày*.

use std::collections::HashMap;
use std::sync::Arc;

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{Day, Scope, VillageId};
use phusong_atlas::history::{History, RowIndex};
use quick_cache::sync::Cache;

use super::actor::Actor;
use super::fold::{FoldError, fold_before};
use super::open::{OpenError, Service, today};
use super::shown::{Mention, RowState, mentioning, mentions, row_state};
use crate::ledger::{LedgerError, LedgerReader};

#[derive(Debug, thiserror::Error)]
#[error("the ledger could not be read again")]
pub struct KnownError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl From<FoldError> for KnownError {
    fn from(error: FoldError) -> Self {
        Self(Box::new(error))
    }
}

impl From<OpenError> for KnownError {
    fn from(error: OpenError) -> Self {
        Self(Box::new(error))
    }
}

impl From<LedgerError> for KnownError {
    fn from(error: LedgerError) -> Self {
        Self(Box::new(error))
    }
}

/// What a scope knew at the end of a day.
#[derive(Debug)]
struct PastView {
    atlas: Arc<Atlas>,
    /// Rows that name a village and were shown, with what had become of each by then. Rows keep
    /// their places: the rest of each is told by what is known now.
    mentions: HashMap<VillageId, Box<[(RowIndex, RowState)]>>,
}

impl PastView {
    fn mentions_of(
        history: &History,
        scope: &Scope,
    ) -> HashMap<VillageId, Box<[(RowIndex, RowState)]>> {
        let villages = history.index().naming_village.keys();
        let told = villages.map(|village| {
            let rows = mentioning(history, scope, village);
            let rows = rows.map(|at| (at, row_state(history, history.row(at), scope)));
            (village.clone(), rows.collect())
        });
        told.collect()
    }
}

/// Views of the past that are kept. What was recorded up to the end of a day that is over never
/// grows, so a kept one never goes stale; the key names the scope, so that nobody gets another's.
#[derive(Debug)]
pub(super) struct PastViews(Cache<(Scope, Day), Arc<PastView>>);

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
        Ok(Arc::clone(&self.past_view(scope, day)?.atlas))
    }

    fn past_view(&self, scope: &Scope, day: Day) -> Result<Arc<PastView>, KnownError> {
        self.shared.past.0.get_or_insert_with(&(scope.clone(), day), || {
            let history = self.history_known(day)?;
            let atlas = Atlas::build(&history, scope.clone(), &self.shared.ground);
            let atlas = Arc::new(atlas.sharing(&self.atlas(scope)));
            let mentions = PastView::mentions_of(&history, scope);
            Ok(Arc::new(PastView { atlas, mentions }))
        })
    }

    /// The filings that name a village, as the actor knew them at the end of `known_at`, oldest
    /// first. Blocks as [`Self::atlas_known`] does.
    pub fn mentions(
        &self,
        actor: &Actor,
        village: &VillageId,
        known_at: Option<Day>,
    ) -> Result<Vec<Mention>, KnownError> {
        let scope = actor.scope();
        let Some(day) = known_at.filter(|day| *day < today()) else {
            return Ok(self.with_history(|history| mentions(history, &scope, village)));
        };
        let view = self.past_view(&scope, day)?;
        let told = view.mentions.get(village).into_iter().flatten();
        Ok(self.with_history(|history| {
            told.map(|(at, state)| Mention::of(history.row(*at), *state)).collect()
        }))
    }

    /// Everything recorded to the end of a day.
    pub(super) fn history_known(&self, day: Day) -> Result<History, KnownError> {
        let reader = LedgerReader::open(&self.shared.dir)?;
        Ok(fold_before(&reader, day.plus_days(1).start())?)
    }

    /// Is the past view kept already, so that asking for it does not block?
    pub fn keeps_known(&self, scope: &Scope, known_at: Option<Day>) -> bool {
        known_at
            .filter(|day| *day < today())
            .is_none_or(|day| self.shared.past.0.get(&(scope.clone(), day)).is_some())
    }
}
