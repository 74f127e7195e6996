//! Planners' questions that need more than one Atlas: where sites would serve most, and what we
//! reported then against what we compute now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use phusong_atlas::atlas::{
    Atlas, Candidate, Flagged, GapQuery, SiteDemand, SiteSearch, TooManyCandidates, Totals,
    VillageVerdict,
};
use phusong_atlas::domain::{Day, ReportId, Scope, VillageId};
use phusong_siting::{Instance, NoSuchDemand, solve};

use super::known::KnownError;
use super::moves::{EntryMoves, moves_beside};
use super::open::{Service, today};

/// A place for one more site.
#[derive(Debug, Clone)]
pub struct ProposedSite {
    pub candidate: Candidate,
    /// Clusters that none of the sites before it serves, by index into the demand.
    pub adds: Vec<usize>,
    /// Of those, as far as known.
    pub adds_households: u64,
    /// Of everything it reaches.
    pub reaches_households: u64,
}

#[derive(Debug)]
pub struct Proposed {
    pub demand: SiteDemand,
    /// The one that adds most first.
    pub sites: Vec<ProposedSite>,
    /// What the sites serve together, and what no choice of so many can exceed, both with
    /// unknown households counted as stated.
    pub weight: u64,
    pub weight_bound: u64,
    /// At most so far below the best, as a share of the bound.
    pub gap: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SitesError {
    #[error(transparent)]
    TooMany(#[from] TooManyCandidates),
    #[error(transparent)]
    Demand(#[from] NoSuchDemand),
}

/// Where at most so many more sites would serve most households without coverage. `unknown_as`:
/// what a cluster weighs of which the households are not known.
pub fn propose(
    atlas: &Atlas,
    search: &SiteSearch,
    sites: usize,
    unknown_as: u32,
) -> Result<Proposed, SitesError> {
    let demand = atlas.site_demand(search)?;
    let weights = demand.clusters.iter().map(|row| row.households.unwrap_or(unknown_as).into());
    let instance = Instance::new(weights.collect(), &demand.serves)?;
    let solution = solve(&instance, sites);
    let mut served = BTreeSet::new();
    let proposed = solution.picks.iter().map(|pick| {
        let reaches = demand.serves[pick.candidate].iter().map(|at| *at as usize);
        let households = |at: usize| u64::from(demand.clusters[at].households.unwrap_or(0));
        let adds: Vec<usize> = reaches.clone().filter(|at| served.insert(*at)).collect();
        ProposedSite {
            candidate: demand.candidates[pick.candidate].clone(),
            adds_households: adds.iter().copied().map(households).sum(),
            reaches_households: reaches.map(households).sum(),
            adds,
        }
    });
    Ok(Proposed {
        sites: proposed.collect(),
        weight: solution.total,
        weight_bound: solution.bound,
        gap: solution.gap(),
        demand,
    })
}

/// A village on one side of the comparison; `None`: it was not there, or nobody knew of it.
pub type Answered = Option<Flagged<VillageVerdict>>;

/// When a filing was recorded, it and what it acts upon, and what the village was after it.
pub type MovedBy = (Timestamp, Vec<ReportId>, VillageVerdict);

/// A village of which we say something else today, with the filings that moved it, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VillageMoved {
    pub village: VillageId,
    pub then: Answered,
    pub now: Answered,
    pub moved_by: Vec<MovedBy>,
}

/// What was known at the end of a day about the question's day, and what is known now.
#[derive(Debug)]
pub struct ThenAndNow {
    pub then: Arc<Atlas>,
    pub now: Arc<Atlas>,
    pub totals_then: Totals,
    pub totals_now: Totals,
    /// By village id.
    pub moved: Vec<VillageMoved>,
}

impl Service {
    /// *First what was reported, then what we compute now, then what moved.* Blocks: it folds
    /// again.
    pub fn then_and_now(
        &self,
        scope: &Scope,
        known_at: Day,
        query: &GapQuery,
    ) -> Result<ThenAndNow, KnownError> {
        let views = (self.atlas_known(scope, Some(known_at))?, self.atlas(scope));
        compared(views, query, |villages| {
            self.moves_among(scope, (known_at, today()), &query.question, villages)
        })
    }
}

/// The same of a data directory, whether or not a service runs on it; `views`: as known then, and
/// as known now, of one scope.
pub fn then_and_now_in(
    dir: &Path,
    views: (Arc<Atlas>, Arc<Atlas>),
    known_at: Day,
    query: &GapQuery,
) -> Result<ThenAndNow, KnownError> {
    let scope = views.1.scope.clone();
    compared(views, query, |villages| {
        let stretch = (known_at, today());
        moves_beside(dir, &scope, stretch, &query.question, Some(villages))
    })
}

/// `moves`: the entries since then that moved one of these villages.
fn compared(
    (then, now): (Arc<Atlas>, Arc<Atlas>),
    query: &GapQuery,
    moves: impl FnOnce(&BTreeSet<VillageId>) -> Result<Vec<EntryMoves>, KnownError>,
) -> Result<ThenAndNow, KnownError> {
    let question = &query.question;
    let ids: BTreeSet<&VillageId> = then.village_ids().chain(now.village_ids()).collect();
    let held = |atlas: &Atlas, id: &VillageId| -> Answered {
        let (_, card) = atlas.village(id)?;
        card.exists_on(question.day).then(|| card.verdict(question, &atlas.common))
    };
    let differs = |id: &&VillageId| {
        let verdict = |answered: Answered| answered.map(|held| held.verdict);
        verdict(held(&then, id)) != verdict(held(&now, id))
    };
    let moved: BTreeSet<VillageId> = ids.into_iter().filter(differs).cloned().collect();
    let mut by: BTreeMap<VillageId, Vec<MovedBy>> = BTreeMap::new();
    let entries = if moved.is_empty() { Vec::new() } else { moves(&moved)? };
    for entry in entries {
        for one in entry.moved {
            let told = (entry.recorded_at, entry.reports.clone(), one.to);
            by.entry(one.village).or_default().push(told);
        }
    }
    let moved = moved.into_iter().map(|village| VillageMoved {
        then: held(&then, &village),
        now: held(&now, &village),
        moved_by: by.remove(&village).unwrap_or_default(),
        village,
    });
    let moved = moved.collect();
    let (totals_then, totals_now) = (then.counted(query).villages, now.counted(query).villages);
    Ok(ThenAndNow { then, now, totals_then, totals_now, moved })
}
