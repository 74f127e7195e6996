//! `GET /api/v1/sites`: the sites an actor may see, and the life of one of them. Whoever sees
//! none gets 404, as for what does not exist.

use axum::Json;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use phusong_atlas::atlas::{
    Atlas, LineKind, SiteCard, SitePlan, SiteQuery, SiteRow, SiteState, SiteTurn, content_hash,
};
use phusong_atlas::domain::{CarrierId, Day, SiteCode, SiteId};
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::actor::Caller;
use super::area::{bounds, near};
use super::params::doc::Paging;
use super::params::{Params, Rows, doc};
use super::problem::{Problem, Rendered};
use super::question::{TECHNOLOGIES, as_of, atlas_now, atlas_of, carrier, known_at, technology};
use super::table::{self, Column, Headings, column, maybe};
use super::wire::codes::Technology;
use super::wire::{EntryRef, Unit};

const STATES: [(&str, SiteState); 5] = [
    ("planned", SiteState::Planned),
    ("built", SiteState::Built),
    ("operational", SiteState::Operational),
    ("off_air", SiteState::OffAir),
    ("decommissioned", SiteState::Decommissioned),
];

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(page))
}

/// Which sites.
#[derive(Debug)]
struct Filters;

impl IntoParams for Filters {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::text("carrier", "mã doanh nghiệp / carrier id"),
            doc::word("state", &STATES, "tình trạng / state"),
            doc::word("technology", &TECHNOLOGIES, "đang phát sóng, tối thiểu / on air, at least"),
            doc::numbers("bbox", 4, "west,south,east,north"),
            doc::numbers("near", 2, "lon,lat; cùng radius_m / with radius_m; nearest first"),
            doc::numbers("radius_m", 1, "mét / metres"),
            doc::as_of(),
            doc::known_at(),
            doc::word("format", &table::FORMATS, "thay cho Accept / instead of Accept"),
            Headings::parameter(),
        ]
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SitePosition {
    pub lon: f64,
    pub lat: f64,
}

/// A site as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Site {
    pub carrier: String,
    pub code: String,
    pub name: Option<String>,
    pub position: Option<SitePosition>,
    /// `planned`, `built`, `operational`, `off_air`, `decommissioned`.
    pub state: &'static str,
    pub state_vi: &'static str,
    pub state_en: &'static str,
    /// On air that day.
    pub technologies: Vec<Technology>,
    /// First day of this state.
    #[schema(format = Date)]
    pub since: Option<String>,
    /// As declared.
    pub unit: Option<Unit>,
    pub antenna_height_agl_m: Option<f64>,
    /// Lines on which it lives that day, by the carrier's names; empty: not said.
    pub backhaul: Vec<String>,
    pub power_feeds: Vec<String>,
    /// Only its owner, approvers and auditors see it.
    pub restricted: bool,
    /// Other sites on the same mast (`carrier/code`), once an officer has said so.
    pub shares_with: Vec<String>,
    /// From the point asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SiteList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    /// All that the filters leave, over all pages.
    pub count: usize,
    /// Masts they stand on (*vị trí cột*): sites are one only where an officer said so.
    pub structures: usize,
    pub items: Vec<Site>,
    pub next: Option<String>,
}

/// From a day on, what the site is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SiteTurn)]
pub struct Turn {
    #[schema(format = Date)]
    pub from: String,
    pub state: &'static str,
    pub state_vi: &'static str,
    pub state_en: &'static str,
    pub technologies: Vec<Technology>,
    /// The rows of that day.
    pub entries: Vec<EntryRef>,
}

/// Announced for a day later than its recording.
#[derive(Debug, Serialize, ToSchema)]
pub struct Plan {
    #[schema(format = Date)]
    pub day: String,
    /// Kind of event, as in a report.
    pub event: &'static str,
    pub technologies: Vec<Technology>,
    pub entry: EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SitePage {
    #[serde(flatten)]
    pub site: Site,
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    pub timeline: Vec<Turn>,
    pub plans: Vec<Plan>,
}

/// Các trạm được xem / The sites this actor may see (404 for those who see none)
///
/// A carrier sees its own; restricted sites are for their owner, approvers and auditors.
#[utoipa::path(
    get, path = "/api/v1/sites", tag = "sites", params(Filters, Paging),
    responses(
        (status = 200, content((SiteList = "application/json"), (String = "text/csv"))),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    if !atlas_now(&caller).await?.sees_sites() {
        return Err(Problem::not_found());
    }
    let atlas = atlas_of(&caller, &params).await?;
    let make = move |params: &Params| site_list(&atlas, params);
    table::listed(params, &headers, (&COLUMNS, |list: SiteList| (list.items, list.next)), make)
        .await
}

fn site_list(atlas: &Atlas, params: &Params) -> Result<SiteList, Problem> {
    let query = query(params, atlas)?;
    let page = Rows::Page.of(params, content_hash(&(atlas.version, format!("{query:?}"))))?;
    let rows = atlas.sites(&query);
    Ok(SiteList {
        version: atlas.version.to_string(),
        as_of: query.day.to_string(),
        known_at: known_at(params)?.to_string(),
        count: rows.len(),
        structures: atlas.structures_of(rows.iter().map(|row| &row.card().id)),
        items: page.of(&rows).map(|row| site_row(atlas, row, query.day)).collect(),
        next: page.next(rows.len()),
    })
}

fn query(params: &Params, atlas: &Atlas) -> Result<SiteQuery, Problem> {
    Ok(SiteQuery {
        day: as_of(params)?,
        carrier: carrier(params, atlas)?,
        state: params.word("state", &STATES)?,
        technology: technology(params)?,
        bounds: bounds(params)?,
        near: near(params)?,
    })
}

/// Một trạm và các mốc của nó / One site and its life (404 for those who may not see it)
#[utoipa::path(
    get, path = "/api/v1/sites/{carrier}/{code}", tag = "sites",
    params(("carrier" = String, Path), ("code" = String, Path), AsOf),
    responses(
        (status = 200, body = SitePage),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn page(
    caller: Caller,
    Path((carrier, code)): Path<(String, String)>,
    params: Params,
) -> Result<Json<SitePage>, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let day = as_of(&params)?;
    let id = CarrierId::new(&carrier)
        .and_then(|carrier| Ok(SiteId { carrier, code: SiteCode::new(&code)? }))
        .map_err(|_no_id| Problem::not_found())?;
    // Before anything was done or announced it was no site.
    let found = atlas.site(&id).filter(|(_, card)| card.known_on(day));
    let (_, card) = found.ok_or_else(Problem::not_found)?;
    Ok(Json(SitePage {
        site: site(&atlas, card, day, None),
        version: atlas.version.to_string(),
        as_of: day.to_string(),
        timeline: card.timeline().into_iter().map(Turn::from).collect(),
        plans: card.plans().into_iter().map(Plan::from).collect(),
    }))
}

/// On which day, as known when.
#[derive(Debug)]
struct AsOf;

impl IntoParams for AsOf {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![doc::as_of(), doc::known_at()]
    }
}

fn site_row(atlas: &Atlas, row: &SiteRow, day: Day) -> Site {
    site(atlas, row.card(), day, row.distance_m)
}

fn site(atlas: &Atlas, card: &SiteCard, day: Day, distance_m: Option<f64>) -> Site {
    let state = card.state_on(day);
    let (state_vi, state_en) = state_words(state);
    let unit = card.unit.and_then(|unit| atlas.common.units.get(unit));
    Site {
        carrier: card.id.carrier.to_string(),
        code: card.id.code.as_str().to_owned(),
        name: card.name.clone(),
        position: card.position.map(|at| SitePosition { lon: at.lon_deg(), lat: at.lat_deg() }),
        state: state.as_str(),
        state_vi,
        state_en,
        technologies: card.life.technologies_on(day).iter().map(Into::into).collect(),
        since: card.since(day).map(|day| day.to_string()),
        unit: unit.map(|fact| Unit {
            code: fact.id.code.0,
            name: fact.name.clone(),
            kind: fact.kind.clone(),
        }),
        antenna_height_agl_m: card.antenna_height_agl_dm.map(|dm| f64::from(dm) / 10.0),
        backhaul: card.lines_on(LineKind::Backhaul, day).to_vec(),
        power_feeds: card.lines_on(LineKind::Power, day).to_vec(),
        restricted: card.restricted,
        shares_with: atlas
            .shares_mast_with(&card.id)
            .into_iter()
            .map(|site| format!("{}/{}", site.carrier, site.code.as_str()))
            .collect(),
        distance_m,
    }
}

/// (Vietnamese, English) on screen.
pub const fn state_words(state: SiteState) -> (&'static str, &'static str) {
    match state {
        SiteState::Planned => ("kế hoạch", "planned"),
        SiteState::Built => ("đã xây, chưa phát sóng", "built, not on air"),
        SiteState::Operational => ("đang phát sóng", "operational"),
        SiteState::OffAir => ("tạm ngừng phát sóng", "off air"),
        SiteState::Decommissioned => ("đã tháo dỡ", "decommissioned"),
    }
}

impl From<SiteTurn> for Turn {
    fn from(turn: SiteTurn) -> Self {
        let (state_vi, state_en) = state_words(turn.state);
        Self {
            from: turn.from.to_string(),
            state: turn.state.as_str(),
            state_vi,
            state_en,
            technologies: turn.technologies.iter().map(Into::into).collect(),
            entries: turn.because.iter().map(Into::into).collect(),
        }
    }
}

impl From<SitePlan> for Plan {
    fn from(plan: SitePlan) -> Self {
        Self {
            day: plan.day.to_string(),
            event: plan.kind.as_str(),
            technologies: plan.technologies.iter().map(Into::into).collect(),
            entry: (&plan.evidence).into(),
        }
    }
}

const COLUMNS: [Column<Site>; 14] = [
    column("carrier", "Doanh nghiệp", |site| site.carrier.clone()),
    column("code", "Mã trạm", |site| site.code.clone()),
    column("name", "Tên trạm", |site| maybe(site.name.as_ref())),
    column("state", "Mã tình trạng", |site| site.state.to_owned()),
    column("state_vi", "Tình trạng", |site| site.state_vi.to_owned()),
    column("technologies", "Công nghệ", |site| {
        let words: Vec<&str> = site.technologies.iter().map(|t| t.as_str()).collect();
        words.join("+")
    }),
    column("since", "Từ ngày", |site| maybe(site.since.as_ref())),
    column("lon", "Kinh độ", |site| maybe(site.position.as_ref().map(|at| at.lon))),
    column("lat", "Vĩ độ", |site| maybe(site.position.as_ref().map(|at| at.lat))),
    column("unit", "Đơn vị khai báo", |site| maybe(site.unit.as_ref().map(|unit| &unit.name))),
    column("antenna_height_agl_m", "Độ cao anten (m)", |site| maybe(site.antenna_height_agl_m)),
    column("backhaul", "Tuyến truyền dẫn", |site| site.backhaul.join("; ")),
    column("power_feeds", "Nguồn điện", |site| site.power_feeds.join("; ")),
    column("distance_m", "Khoảng cách (m)", |site| maybe(site.distance_m)),
];
