//! `GET /api/v1/planning/clusters`: the households of uncovered clusters, not of whole villages.

use axum::Json;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use phusong_atlas::atlas::{self, Atlas, ClusterRow, content_hash};
use phusong_atlas::domain::Day;
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ClusterTotals, cluster_name, commune, village_name};
use crate::http::App;
use crate::http::actor::Caller;
use crate::http::gaps::{Where, left_by};
use crate::http::params::doc::Paging;
use crate::http::params::{Params, Rows, doc};
use crate::http::problem::Problem;
use crate::http::question::{Asked, atlas_of, known_at, question, question_wire};
use crate::http::table::{self, Column, Headings, column, maybe};
use crate::http::wire::codes::{ClusterVerdict, Flag};
use crate::http::wire::{self, Unit};

pub const VERDICTS: [(&str, atlas::ClusterVerdict); 3] = [
    ("covered", atlas::ClusterVerdict::Covered),
    ("not_covered", atlas::ClusterVerdict::NotCovered),
    ("insufficient", atlas::ClusterVerdict::Insufficient),
];

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Debug)]
struct Wanted;

impl IntoParams for Wanted {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::words("verdict", &VERDICTS, "mặc định / default: not_covered"),
            doc::word("format", &table::FORMATS, "thay cho Accept / instead of Accept"),
            Headings::parameter(),
        ]
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Spot {
    pub lon: f64,
    pub lat: f64,
    pub uncertainty_m: u32,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClusterGap {
    pub id: String,
    pub name: Option<String>,
    /// No cluster of its own is known: the village's centre stands for it.
    pub implied: bool,
    pub centre: bool,
    pub village: String,
    pub village_name: Option<String>,
    pub commune: Option<Unit>,
    pub verdict: ClusterVerdict,
    pub flags: Vec<Flag>,
    /// Null: not known, and nothing is guessed from its village.
    pub households: Option<u32>,
    pub position: Option<Spot>,
}

/// The clusters of one commune of today.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommuneClusters {
    /// Null: no commune holds them for certain.
    pub unit: Option<Unit>,
    pub totals: ClusterTotals,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ClusterGapList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub question: wire::Question,
    /// The sum of `communes`.
    pub totals: ClusterTotals,
    pub communes: Vec<CommuneClusters>,
    pub items: Vec<ClusterGap>,
    pub next: Option<String>,
}

/// Các cụm dân cư chưa có sóng, nhiều hộ trước / Clusters without coverage, most households first
#[utoipa::path(
    get, path = "/api/v1/planning/clusters", tag = "planning", params(Asked, Where, Wanted, Paging),
    responses((status = 200, content((ClusterGapList = "application/json"), (String = "text/csv"))))
)]
async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let list = cluster_gaps(&atlas, &params, Rows::Page)?;
    if table::wants_csv(&params, &headers)? {
        let csv = table::csv(&COLUMNS, Headings::of(&params)?, list.items);
        return Ok(table::page(&params, csv, list.next.as_deref()));
    }
    Ok(Json(list).into_response())
}

pub fn cluster_gaps(atlas: &Atlas, params: &Params, rows: Rows) -> Result<ClusterGapList, Problem> {
    let query = left_by(params, atlas, question(params, atlas)?)?;
    let wanted = params.words("verdict", &VERDICTS)?;
    let wanted = wanted.unwrap_or_else(|| vec![atlas::ClusterVerdict::NotCovered]);
    let bound = content_hash(&(atlas.version, format!("{query:?}{wanted:?}")));
    let page = rows.of(params, bound)?;
    let (found, day) = (atlas.cluster_gaps(&query, &wanted), query.question.day);
    let communes = found.by_commune.iter().map(|(home, totals)| CommuneClusters {
        unit: commune(atlas, *home),
        totals: totals.into(),
    });
    Ok(ClusterGapList {
        version: atlas.version.to_string(),
        as_of: day.to_string(),
        known_at: known_at(params)?.to_string(),
        question: question_wire(atlas, &query.question),
        totals: (&found.totals).into(),
        communes: communes.collect(),
        items: page.of(&found.rows).map(|row| item(atlas, row, day)).collect(),
        next: page.next(found.rows.len()),
    })
}

pub fn item(atlas: &Atlas, row: &ClusterRow, day: Day) -> ClusterGap {
    let (card, village) = (row.card(), row.village());
    let uncertainty_m = card.place_on(day).map_or(0, atlas::Place::uncertainty_m);
    ClusterGap {
        id: card.key.as_str().to_owned(),
        name: cluster_name(card, village, day),
        implied: card.facts.is_empty(),
        centre: card.is_centre_on(day),
        village: village.id.to_string(),
        village_name: village_name(village, day),
        commune: commune(atlas, atlas.units_of(village, day).commune),
        verdict: row.answer.verdict.into(),
        flags: Flag::of(row.answer.flags, false),
        households: row.households,
        position: row.position.map(|at| Spot {
            lon: at.lon_deg(),
            lat: at.lat_deg(),
            uncertainty_m,
        }),
    }
}

const COLUMNS: [Column<ClusterGap>; 10] = [
    column("id", "Mã cụm", |cluster| cluster.id.clone()),
    column("name", "Cụm dân cư", |cluster| maybe(cluster.name.as_ref())),
    column("village", "Mã thôn", |cluster| cluster.village.clone()),
    column("village_name", "Thôn", |cluster| maybe(cluster.village_name.as_ref())),
    column("commune", "Xã", |cluster| maybe(cluster.commune.as_ref().map(|unit| &unit.name))),
    column("verdict_vi", "Đánh giá", |cluster| {
        match cluster.verdict {
            ClusterVerdict::Covered => "có sóng",
            ClusterVerdict::NotCovered => "chưa có sóng",
            ClusterVerdict::Insufficient => "chưa đủ dữ liệu",
        }
        .to_owned()
    }),
    column("households", "Số hộ", |cluster| maybe(cluster.households)),
    column("lon", "Kinh độ", |cluster| maybe(cluster.position.as_ref().map(|at| at.lon))),
    column("lat", "Vĩ độ", |cluster| maybe(cluster.position.as_ref().map(|at| at.lat))),
    column("uncertainty_m", "Sai số vị trí (m)", |cluster| {
        maybe(cluster.position.as_ref().map(|at| at.uncertainty_m))
    }),
];
