//! `GET /api/v1/planning/sites`: where so many more sites would serve most households without
//! coverage, by geometry alone.

use axum::http::HeaderMap;
use axum::response::Response;
use phusong_atlas::atlas::{Atlas, ClusterVerdict, Question, SiteSearch};
use phusong_atlas::domain::Day;
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::clusters::{ClusterGap, VERDICTS, item};
use super::single_points::SiteRef;
use crate::http::actor::Caller;
use crate::http::gaps::{Where, left_by};
use crate::http::params::{Params, doc};
use crate::http::problem::{Problem, Rendered};
use crate::http::question::{Asked, atlas_of, known_at, question, question_wire};
use crate::http::table::{self, Column, Tabled, column, joined, maybe};
use crate::http::{App, wire};
use crate::service::{Action, Object, Proposed, ProposedSite, SitesError, can, propose};

/// A search for more is a plan for a decade.
const MOST_SITES: usize = 200;
const USUAL_SITES: usize = 10;
const REACH_M: std::ops::RangeInclusive<f64> = 100.0..=35_000.0;
/// No finer than this: a mast is moved by as much for a better footing.
const LEAST_STEP_M: f64 = 100.0;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sites))
}

#[derive(Debug)]
pub struct Sought;

impl IntoParams for Sought {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let unknown = "cụm chưa rõ số hộ tính bằng / what a cluster weighs whose households are \
                       unknown; default 1";
        vec![
            doc::needed(doc::numbers("reach_m", 1, "tầm phủ / reach, 100–35,000 m")),
            doc::integer("sites", 1, "1–200; mặc định / default 10"),
            doc::numbers("step_m", 1, "bước lưới / grid step; default half the reach"),
            doc::words(
                "demand",
                &VERDICTS,
                "cụm cần phục vụ / clusters to serve; default not_covered",
            ),
            doc::integer("unknown_as", 0, unknown),
        ]
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SiteProposal {
    /// From 1: the one that adds most first.
    pub rank: usize,
    pub lon: f64,
    pub lat: f64,
    /// A mast that stands there already; null: a point of the grid.
    pub existing: Option<SiteRef>,
    /// Households that none of the sites before it serves; of the clusters below, as far as known.
    pub adds_households: u64,
    pub adds_clusters: usize,
    pub adds_clusters_households_unknown: usize,
    /// Of everything within its reach.
    pub reaches_households: u64,
    pub clusters: Vec<ClusterGap>,
}

/// What there was to serve.
#[derive(Debug, Serialize, ToSchema)]
pub struct Demand {
    /// Of a known place.
    pub clusters: usize,
    pub households: u64,
    pub clusters_households_unknown: usize,
    /// Nowhere known: no search can serve them.
    pub clusters_unplaced: u32,
    /// Of `clusters`: the place is known worse than the reach.
    pub clusters_uncertain: u32,
    pub candidates: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SitePlan {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub question: wire::Question,
    pub reach_m: f64,
    pub step_m: f64,
    pub unknown_as: u32,
    pub note_vi: &'static str,
    pub note_en: &'static str,
    pub demand: Demand,
    /// Served by all the sites together, as far as known.
    pub households: u64,
    pub clusters: usize,
    /// The same with unknown households counted as `unknown_as`, and what no choice of so many of
    /// these candidates can exceed.
    pub weight: u64,
    pub weight_bound: u64,
    /// At most so far below the best: (bound − weight) ÷ bound.
    pub gap: f64,
    pub sites: Vec<SiteProposal>,
}

pub const NOTE_VI: &str = "Chỉ xét hình học, chưa xét địa hình.";
pub const NOTE_EN: &str = "Geometry only: terrain is not considered.";

/// Đặt thêm trạm ở đâu phục vụ nhiều hộ nhất / Where more sites would serve most households
///
/// Chỉ xét hình học, chưa xét địa hình. Places: a grid, and masts that stand where this key may
/// see them. A site serves a cluster whose centre lies within the reach (geodesic, to 1 m). For
/// planners, carriers (beside their own masts) and the department.
#[utoipa::path(
    get, path = "/api/v1/planning/sites", tag = "planning", params(Asked, Where, Sought, Tabled),
    responses(
        (status = 200, content((SitePlan = "application/json"), (String = "text/csv"))),
        (status = 403, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn sites(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    can(&caller.actor, Action::PlanSites, Object::House)
        .map_err(|_refusal| Problem::forbidden())?;
    let atlas = atlas_of(&caller, &params).await?;
    let make = move |params: &Params| plan(&atlas, params);
    table::listed(params, &headers, (&COLUMNS, |found: SitePlan| (lines(found), None)), make).await
}

/// A proposed site with what must be read beside it.
type Line = (SiteProposal, &'static str);

fn lines(found: SitePlan) -> Vec<Line> {
    let note = found.note_vi;
    found.sites.into_iter().map(|site| (site, note)).collect()
}

const COLUMNS: [Column<Line>; 11] = [
    column("rank", "Thứ tự", |(site, _)| site.rank.to_string()),
    column("lon", "Kinh độ", |(site, _)| site.lon.to_string()),
    column("lat", "Vĩ độ", |(site, _)| site.lat.to_string()),
    column("existing", "Cột có sẵn", |(site, _)| {
        maybe(site.existing.as_ref().map(|own| format!("{} {}", own.carrier, own.code)))
    }),
    column("adds_households", "Thêm hộ (biết được)", |(site, _)| {
        site.adds_households.to_string()
    }),
    column("adds_clusters", "Thêm cụm", |(site, _)| site.adds_clusters.to_string()),
    column("adds_clusters_households_unknown", "Thêm cụm chưa rõ số hộ", |(site, _)| {
        site.adds_clusters_households_unknown.to_string()
    }),
    column("reaches_households", "Hộ trong tầm", |(site, _)| {
        site.reaches_households.to_string()
    }),
    column("villages", "Mã thôn", |(site, _)| joined(of_villages(site, |own| &own.village))),
    column("village_names", "Thôn", |(site, _)| {
        joined(of_villages(site, |own| own.village_name.as_deref().unwrap_or(&own.village)))
    }),
    column("note_vi", "Lưu ý", |(_, note)| (*note).to_owned()),
];

/// Each once, in the order of its clusters.
fn of_villages<'s>(
    site: &'s SiteProposal,
    told: impl Fn(&'s ClusterGap) -> &'s str,
) -> impl Iterator<Item = &'s str> {
    let mut all: Vec<&str> = site.clusters.iter().map(told).collect();
    all.dedup();
    all.into_iter()
}

/// The whole answer: for the command line too.
pub fn plan(atlas: &Atlas, params: &Params) -> Result<SitePlan, Problem> {
    let query = left_by(params, atlas, question(params, atlas)?)?;
    let (search, sites, unknown_as) = sought(params, query)?;
    let proposed = propose(atlas, &search, sites, unknown_as).map_err(|error| match error {
        SitesError::TooMany(many) => {
            let (vi, en) = (
                format!("lưới quá mịn: hơn {} điểm; tăng step_m hoặc thu hẹp vùng", many.limit),
                format!(
                    "too fine a grid: over {} points; a larger step_m, or less ground",
                    many.limit
                ),
            );
            params.bad("step_m", &vi, &en)
        }
        error @ SitesError::Demand(_) => Problem::internal(&error),
    })?;
    let known_at = known_at(params)?;
    Ok(render(atlas, &search, (&proposed, unknown_as), known_at))
}

fn sought(
    params: &Params,
    query: phusong_atlas::atlas::GapQuery,
) -> Result<(SiteSearch, usize, u32), Problem> {
    let one = |name| params.numbers::<1>(name).map(|number| number.map(|[number]| number));
    let wrong = || params.bad("reach_m", "cần 100–35000 mét", "100 to 35000 metres are needed");
    let reach_m = one("reach_m")?.filter(|reach_m| REACH_M.contains(reach_m)).ok_or_else(wrong)?;
    let step_m = one("step_m")?.unwrap_or_else(|| (reach_m / 2.0).max(LEAST_STEP_M));
    if !(LEAST_STEP_M..=*REACH_M.end()).contains(&step_m) {
        return Err(params.bad("step_m", "cần từ 100 mét", "100 metres or more are needed"));
    }
    let sites = params.parse::<usize>("sites")?.unwrap_or(USUAL_SITES);
    if !(1..=MOST_SITES).contains(&sites) {
        return Err(params.bad("sites", "cần 1–200", "1 to 200 is needed"));
    }
    let wanted = params.words("demand", &VERDICTS)?;
    let wanted = wanted.unwrap_or_else(|| vec![ClusterVerdict::NotCovered]);
    let unknown_as = params.parse::<u32>("unknown_as")?.unwrap_or(1);
    Ok((SiteSearch { query, wanted, reach_m, step_m }, sites, unknown_as))
}

fn render(
    atlas: &Atlas,
    search: &SiteSearch,
    (proposed, unknown_as): (&Proposed, u32),
    known_at: Day,
) -> SitePlan {
    let demand = &proposed.demand;
    let question: &Question = &search.query.question;
    let known = |households: Option<u32>| u64::from(households.unwrap_or(0));
    SitePlan {
        version: atlas.version.to_string(),
        as_of: question.day.to_string(),
        known_at: known_at.to_string(),
        question: question_wire(atlas, question),
        reach_m: search.reach_m,
        step_m: search.step_m,
        unknown_as,
        note_vi: NOTE_VI,
        note_en: NOTE_EN,
        demand: Demand {
            clusters: demand.clusters.len(),
            households: demand.clusters.iter().map(|row| known(row.households)).sum(),
            clusters_households_unknown: unknown(demand.clusters.iter()),
            clusters_unplaced: demand.unplaced,
            clusters_uncertain: demand.uncertain,
            candidates: demand.candidates.len(),
        },
        households: proposed.sites.iter().map(|site| site.adds_households).sum(),
        clusters: proposed.sites.iter().map(|site| site.adds.len()).sum(),
        weight: proposed.weight,
        weight_bound: proposed.weight_bound,
        gap: (proposed.gap * 1e6).round() / 1e6,
        sites: (1..)
            .zip(&proposed.sites)
            .map(|(rank, site)| proposal(atlas, proposed, (rank, site), question.day))
            .collect(),
    }
}

fn unknown<'a>(rows: impl Iterator<Item = &'a phusong_atlas::atlas::ClusterRow>) -> usize {
    rows.filter(|row| row.households.is_none()).count()
}

fn proposal(
    atlas: &Atlas,
    proposed: &Proposed,
    (rank, site): (usize, &ProposedSite),
    day: Day,
) -> SiteProposal {
    let rows = || site.adds.iter().map(|at| &proposed.demand.clusters[*at]);
    SiteProposal {
        rank,
        lon: site.candidate.position.lon_deg(),
        lat: site.candidate.position.lat_deg(),
        existing: site.candidate.existing.as_ref().map(|id| SiteRef {
            carrier: id.carrier.to_string(),
            code: id.code.as_str().to_owned(),
        }),
        adds_households: site.adds_households,
        adds_clusters: site.adds.len(),
        adds_clusters_households_unknown: unknown(rows()),
        reaches_households: site.reaches_households,
        clusters: rows().map(|row| item(atlas, row, day)).collect(),
    }
}
