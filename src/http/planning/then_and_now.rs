//! `GET /api/v1/planning/then-and-now`: what we said at the end of a day about a day, what we
//! compute now, and which filings moved what.

use axum::http::HeaderMap;
use axum::response::Response;
use phusong_atlas::atlas::{Atlas, GapQuery, content_hash};
use phusong_atlas::domain::Day;
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{commune, village_name};
use crate::http::App;
use crate::http::actor::Caller;
use crate::http::gaps::{Where, left_by};
use crate::http::params::doc::Paging;
use crate::http::params::{Params, Rows, doc};
use crate::http::problem::Problem;
use crate::http::question::{Asked, atlas_now, question, question_wire};
use crate::http::table::{self, Column, Tabled, column, joined, maybe};
use crate::http::wire::codes::Verdict;
use crate::http::wire::{self, Totals, Unit};
use crate::service::{Answered, KnownError, ThenAndNow, VillageMoved};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(then_and_now))
}

/// [`Asked`], of which the day known is needed.
#[derive(Debug)]
struct AskedThen;

impl IntoParams for AskedThen {
    fn into_params(inside: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let known = "đã biết đến hết ngày này / as known at the end of this day";
        let others = Asked::into_params(inside).into_iter();
        let known = doc::needed(doc::day("known_at", known));
        others.filter(|asked| asked.name != "known_at").chain([known]).collect()
    }
}

/// A filing after which the village was another class.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedBy {
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// It and those it acts upon, as far as this actor may know of them.
    pub reports: Vec<String>,
    pub to: Verdict,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MovedVillage {
    pub village: String,
    pub name: Option<String>,
    pub commune: Option<Unit>,
    /// Null: not there, or not known yet.
    pub then: Option<Verdict>,
    pub now: Option<Verdict>,
    /// Oldest first.
    pub moved_by: Vec<MovedBy>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ThenNow {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub question: wire::Question,
    /// As we reported then.
    pub then: Totals,
    /// As we compute now, for the same day.
    pub now: Totals,
    /// The rule set of each, where they differ.
    pub rules_then: wire::RuleSet,
    pub rules_now: wire::RuleSet,
    pub count: usize,
    pub moved: Vec<MovedVillage>,
    pub next: Option<String>,
}

/// Ta đã báo cáo gì, nay tính ra gì, điều gì làm thay đổi / What we reported then, what we compute now, what moved
#[utoipa::path(
    get, path = "/api/v1/planning/then-and-now", tag = "planning", params(AskedThen, Where, Tabled, Paging),
    responses((status = 200, content((ThenNow = "application/json"), (String = "text/csv"))))
)]
async fn then_and_now(
    caller: Caller,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let atlas = atlas_now(&caller).await?;
    let make = move |params: &Params| {
        let scope = caller.actor.scope();
        let compare =
            |known_at: Day, query: &GapQuery| caller.service.then_and_now(&scope, known_at, query);
        told(&atlas, params, Rows::Page, compare)
    };
    table::listed(params, &headers, (&COLUMNS, |list: ThenNow| (list.moved, list.next)), make).await
}

const COLUMNS: [Column<MovedVillage>; 8] =
    [
        column("village", "Mã thôn", |moved| moved.village.clone()),
        column("name", "Thôn", |moved| maybe(moved.name.as_ref())),
        column("commune", "Xã", |moved| maybe(moved.commune.as_ref().map(|unit| &unit.name))),
        column("then", "Mã khi ấy", |moved| maybe(moved.then.map(Verdict::as_str))),
        column("now", "Mã nay", |moved| maybe(moved.now.map(Verdict::as_str))),
        column("then_vi", "Khi ấy", |moved| maybe(moved.then.map(|one| one.words().0))),
        column("now_vi", "Nay", |moved| maybe(moved.now.map(|one| one.words().0))),
        column("moved_by", "Vì", |moved| {
            joined(moved.moved_by.iter().map(|by| {
                format!("{} {}: {}", by.recorded_at, by.reports.join(" "), by.to.words().0)
            }))
        }),
    ];

/// The day up to which was known what is held against today.
pub fn known_then(params: &Params) -> Result<Day, Problem> {
    let needed = || params.bad("known_at", "cần ngày đã biết", "the day known is needed");
    params.past_day("known_at")?.ok_or_else(needed)
}

pub fn told(
    atlas: &Atlas,
    params: &Params,
    rows: Rows,
    compare: impl FnOnce(Day, &GapQuery) -> Result<ThenAndNow, KnownError>,
) -> Result<ThenNow, Problem> {
    let known_at = known_then(params)?;
    let mut asked = question(params, atlas)?;
    if params.text("as_of").is_none() {
        asked.day = known_at;
    }
    let query = left_by(params, atlas, asked)?;
    let page = rows.of(params, content_hash(&(atlas.version, format!("{query:?}{known_at}"))))?;
    let compared = compare(known_at, &query).map_err(|error| Problem::internal(&error))?;
    let day = query.question.day;
    Ok(ThenNow {
        version: compared.now.version.to_string(),
        as_of: day.to_string(),
        known_at: known_at.to_string(),
        question: question_wire(&compared.now, &query.question),
        then: (&compared.totals_then.0).into(),
        now: (&compared.totals_now.0).into(),
        rules_then: (&*compared.then.common.rules).into(),
        rules_now: (&*compared.now.common.rules).into(),
        count: compared.moved.len(),
        moved: page.of(&compared.moved).map(|row| moved(&compared, row, day)).collect(),
        next: page.next(compared.moved.len()),
    })
}

fn moved(compared: &ThenAndNow, row: &VillageMoved, day: Day) -> MovedVillage {
    let verdict = |answered: Answered| answered.map(|held| Verdict::from(held.verdict));
    let (atlas, card) = match compared.now.village(&row.village) {
        Some((_, card)) => (&compared.now, Some(card)),
        None => (&compared.then, compared.then.village(&row.village).map(|(_, card)| card)),
    };
    let by = row.moved_by.iter().map(|(recorded_at, reports, to)| MovedBy {
        recorded_at: recorded_at.to_string(),
        reports: reports.iter().map(ToString::to_string).collect(),
        to: (*to).into(),
    });
    MovedVillage {
        village: row.village.to_string(),
        name: card.and_then(|card| village_name(card, day)),
        commune: card.and_then(|card| commune(atlas, atlas.units_of(card, day).commune)),
        then: verdict(row.then),
        now: verdict(row.now),
        moved_by: by.collect(),
    }
}
