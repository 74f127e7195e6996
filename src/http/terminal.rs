//! The answers of the API for the command line: the same parameters, the same shapes, without a
//! server.

use std::path::Path;
use std::sync::Arc;

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::VillageId;
use phusong_atlas::history::History;

pub use super::changes::ChangeList;
use super::changes::between;
pub use super::coordinates::Coordinates;
pub use super::criteria::CriterionList;
use super::disputes::dispute_list;
use super::outages::outage_list;
use super::params::{Params, Rows};
pub use super::planning::ClusterTotal;
pub use super::planning::clusters::ClusterGapList;
pub use super::planning::side_by_side::SideBySide;
use super::planning::side_by_side::beside;
pub use super::planning::single_points::HangingList;
use super::planning::single_points::hanging;
pub use super::planning::then_and_now::ThenNow;
use super::planning::{clusters, over_time, ranking as ranks, sites, then_and_now as then_now};
use super::problem::Problem;
use super::statistics;
pub use super::statistics::{MissingList, StatisticList};
use super::table::Headings;
pub use super::targets::TargetList;
pub use super::wire::codes::Verdict;
pub use super::wire::contested::{ContradictionList, DisputeList, OutageList};
pub use super::wire::duty::{BoardCounts, DutyBoard, DutyList, Scenario};
pub use super::wire::{GapList, NearSite, Total, Totals, VillagePage, VillageSummary};
use super::{contradictions, criteria, duties, exports, gaps, question, rules, targets, villages};
use crate::report::BundleOf;
use crate::service::{KnownRules, mentions, moves_beside, then_and_now_in};
use over_time::CoverageSeries;
use ranks::Ranking;
pub use rules::settings;
use rules::{RuleSets, RulesDiff};
use sites::SitePlan;

/// What is wrong, in Vietnamese and English.
pub type Told = (String, String);

fn told(problem: &Problem) -> Told {
    problem.texts()
}

/// Every row of `GET /api/v1/gaps?QUERY`.
pub fn gap_list(atlas: &Atlas, query: &str) -> Result<GapList, Told> {
    let params = Params::read(query).map_err(|problem| told(&problem))?;
    gaps::whole(atlas, &params).map_err(|problem| told(&problem))
}

/// Every line of `GET /api/v1/duties?QUERY`.
pub fn duty_list(atlas: &Atlas, query: &str) -> Result<DutyList, Told> {
    let list = Params::read(query).and_then(|params| duties::duty_list(atlas, &params, Rows::All));
    list.map_err(|problem| told(&problem))
}

/// Every unit of `GET /api/v1/statistics?QUERY`; `then`: as known at `reported_at`.
pub fn statistic_list(
    atlas: &Arc<Atlas>,
    then: Option<&Arc<Atlas>>,
    query: &str,
) -> Result<StatisticList, Told> {
    let list = Params::read(query)
        .and_then(|params| statistics::statistic_list(atlas, then, &params, Rows::All));
    list.map_err(|problem| told(&problem))
}

/// Every row of `GET /api/v1/statistics/missing?QUERY`.
pub fn missing_list(atlas: &Atlas, query: &str) -> Result<MissingList, Told> {
    let list =
        Params::read(query).and_then(|params| statistics::missing_list(atlas, &params, Rows::All));
    list.map_err(|problem| told(&problem))
}

/// `GET /api/v1/criteria?QUERY`.
pub fn criterion_list(atlas: &Atlas, query: &str) -> Result<CriterionList, Told> {
    let list = Params::read(query).and_then(|params| criteria::criterion_list(atlas, &params));
    list.map_err(|problem| told(&problem))
}

/// `GET /api/v1/targets?QUERY`.
pub fn target_list(atlas: &Atlas, query: &str) -> Result<TargetList, Told> {
    let list = Params::read(query).and_then(|params| targets::target_list(atlas, &params));
    list.map_err(|problem| told(&problem))
}

/// Every one of `GET /api/v1/contradictions?QUERY`.
pub fn contradiction_list(atlas: &Atlas, query: &str) -> Result<ContradictionList, Told> {
    let list = Params::read(query)
        .and_then(|params| contradictions::contradiction_list(atlas, &params, Rows::All));
    list.map_err(|problem| told(&problem))
}

/// `GET /api/v1/villages/ID?QUERY`; the inner error: there is none that day, and why.
pub fn village_page(
    atlas: &Atlas,
    history: &History,
    id: &VillageId,
    query: &str,
) -> Result<Result<VillagePage, Told>, Told> {
    let page = || -> Result<Result<VillagePage, Told>, Problem> {
        let params = Params::read(query)?;
        let asked = question::question(&params, atlas)?;
        let known_at = question::known_at(&params)?;
        let mentions = mentions(history, &atlas.scope, id);
        let card = villages::card_on(atlas, id, asked.day).map_err(|problem| told(&problem));
        Ok(card.map(|card| villages::story(mentions, atlas, card, &asked, known_at)))
    };
    page().map_err(|problem| told(&problem))
}

/// `GET /api/v1/planning/sites?QUERY`.
pub fn site_plan(atlas: &Atlas, query: &str) -> Result<SitePlan, Told> {
    Params::read(query).and_then(|params| sites::plan(atlas, &params)).map_err(|p| told(&p))
}

/// The first page of `GET /api/v1/planning/ranking?QUERY`.
pub fn ranking(atlas: &Atlas, query: &str) -> Result<Ranking, Told> {
    Params::read(query).and_then(|params| ranks::ranked(atlas, &params)).map_err(|p| told(&p))
}

/// `GET /api/v1/planning/series?QUERY`.
pub fn series(atlas: &Atlas, query: &str) -> Result<CoverageSeries, Told> {
    Params::read(query).and_then(|params| over_time::over(atlas, &params)).map_err(|p| told(&p))
}

/// All of `GET /api/v1/planning/single-points?QUERY`; `None`: the view sees no sites.
pub fn single_points(atlas: &Atlas, query: &str) -> Result<Option<HangingList>, Told> {
    if !atlas.sees_sites() {
        return Ok(None);
    }
    let list = Params::read(query).and_then(|params| hanging(atlas, &params, Rows::All));
    list.map(Some).map_err(|problem| told(&problem))
}

/// All of `GET /api/v1/planning/clusters?QUERY`.
pub fn cluster_gaps(atlas: &Atlas, query: &str) -> Result<ClusterGapList, Told> {
    let list =
        Params::read(query).and_then(|params| clusters::cluster_gaps(atlas, &params, Rows::All));
    list.map_err(|problem| told(&problem))
}

/// All of `GET /api/v1/planning/then-and-now?QUERY`, of a data directory and two views of it: as
/// known then, and as known now.
pub fn then_and_now(dir: &Path, (then, now): (Atlas, Atlas), query: &str) -> Result<ThenNow, Told> {
    let (then, now) = (Arc::new(then), Arc::new(now));
    let views = (then, Arc::clone(&now));
    let list = Params::read(query).and_then(|params| {
        let compare = |day, query: &_| then_and_now_in(dir, views, day, query);
        then_now::told(&now, &params, Rows::All, compare)
    });
    list.map_err(|problem| told(&problem))
}

/// Two counts side by side, worst first.
pub fn beside_by_verdict<'a>(
    then: &'a Totals,
    now: &'a Totals,
) -> [(Verdict, &'a Total, &'a Total); 5] {
    [
        (Verdict::NoSignal, &then.no_signal, &now.no_signal),
        (Verdict::PartialHole, &then.partial_hole, &now.partial_hole),
        (Verdict::NotAsAsked, &then.not_as_asked, &now.not_as_asked),
        (Verdict::Insufficient, &then.insufficient, &now.insufficient),
        (Verdict::Covered, &then.covered, &now.covered),
    ]
}

/// `commune-21520`, `carrier-viettel`, `province`: of which villages a bundle is.
pub fn bundle_of(atlas: &Atlas, name: &str) -> Option<BundleOf> {
    super::bundles::named(atlas, name)
}

/// `GET /api/v1/planning/side-by-side?QUERY`.
pub fn side_by_side(atlas: &Atlas, query: &str) -> Result<SideBySide, Told> {
    Params::read(query).and_then(|params| beside(atlas, &params)).map_err(|p| told(&p))
}

/// All of `GET /api/v1/changes?QUERY`.
pub fn changes(dir: &Path, atlas: &Atlas, query: &str) -> Result<ChangeList, Told> {
    let moves = |stretch, asked: &_| moves_beside(dir, &atlas.scope, stretch, asked, None);
    Params::read(query).and_then(|params| between(atlas, &params, moves)).map_err(|p| told(&p))
}

/// All of `GET /api/v1/outages?QUERY`.
pub fn outages(atlas: &Atlas, query: &str) -> Result<OutageList, Told> {
    let list = Params::read(query).and_then(|params| outage_list(atlas, &params, Rows::All));
    list.map_err(|problem| told(&problem))
}

/// All of `GET /api/v1/disputes?QUERY`.
pub fn disputes(atlas: &Atlas, query: &str) -> Result<DisputeList, Told> {
    let list = Params::read(query).and_then(|params| dispute_list(atlas, &params, Rows::All));
    list.map_err(|problem| told(&problem))
}

/// `GET /api/v1/duties/board?QUERY`.
pub fn duty_board(atlas: &Atlas, query: &str) -> Result<DutyBoard, Told> {
    Params::read(query).and_then(|params| duties::boarded(atlas, &params)).map_err(|p| told(&p))
}

/// `GET /api/v1/duties/scenario?QUERY`.
pub fn scenario(atlas: &Atlas, query: &str) -> Result<Scenario, Told> {
    Params::read(query).and_then(|params| duties::if_kept(atlas, &params)).map_err(|p| told(&p))
}

/// `GET /api/v1/rules`.
pub fn rule_sets(atlas: &Atlas, known: &[KnownRules]) -> RuleSets {
    rules::on_file(atlas, known)
}

/// `GET /api/v1/rules/diff?QUERY` of two views of one history.
pub fn rules_diff(
    now: &Atlas,
    pair: (&Arc<Atlas>, &Arc<Atlas>),
    query: &str,
) -> Result<RulesDiff, Told> {
    let answer = || {
        let params = Params::read(query)?;
        let asked = question::question(&params, now)?;
        rules::compared(&params, now, pair, &asked)
    };
    answer().map_err(|problem| told(&problem))
}

pub fn verdict_vi(verdict: Verdict) -> &'static str {
    verdict.words().0
}

/// Each of `GET /api/v1/exports/FILE?QUERY`, by its name.
pub fn exports(atlas: &Atlas, query: &str, demo: bool) -> Result<Vec<(String, Vec<u8>)>, Told> {
    let files = Params::read(query).and_then(|params| exports::all(atlas, &params, demo));
    files.map_err(|problem| told(&problem))
}

/// Villages as a table that a spreadsheet opens in Vietnamese.
pub fn csv(list: GapList, sees_sites: bool) -> Vec<u8> {
    villages::village_csv(Headings::Vi, sees_sites, list.items.into_iter())
}
