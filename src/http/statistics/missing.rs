//! `GET /api/v1/statistics/missing`: who has not filed, by carrier, period and unit.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use axum::response::Response;
use phusong_atlas::atlas::{Atlas, NotFiledQuery, content_hash, last_period};
use phusong_atlas::domain::{CarrierId, Day, IndicatorFact};
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::figure::{UnitRef, days, unit_ref};
use super::{CUTS, Periods, indicator_of, period_kind, units_of};
use crate::http::App;
use crate::http::actor::Caller;
use crate::http::params::doc::Paging;
use crate::http::params::{Params, Rows, doc};
use crate::http::problem::Problem;
use crate::http::question::{as_of, atlas_of, carriers, known_at};
use crate::http::table::{self, Column, Headings, column};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Debug)]
struct Which;

impl IntoParams for Which {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let from = "kỳ bắt đầu từ ngày; mặc định kỳ vừa hết / periods from; default the last";
        vec![
            doc::text("indicator", "mã chỉ tiêu; mặc định mọi chỉ tiêu / default every indicator"),
            doc::word(
                "by",
                &CUTS,
                "mặc định các đơn vị từng báo cáo / default units that reported",
            ),
            doc::integer("unit", 1, "mã đơn vị trong cách chia / code of one unit of that cut"),
            doc::texts("carrier", "chỉ của các doanh nghiệp này / of these carriers alone"),
            doc::day("from", from),
            doc::word("format", &table::FORMATS, "thay cho Accept / instead of Accept"),
            Headings::parameter(),
        ]
    }
}

/// A figure that is to be there and is not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MissingFigure {
    pub indicator: String,
    #[schema(format = Date)]
    pub from: String,
    #[schema(format = Date)]
    pub to: String,
    pub unit: UnitRef,
    pub carrier: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MissingCount {
    pub carrier: String,
    pub missing: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MissingList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub count: usize,
    /// Of everything that is missing, not of this page alone.
    pub by_carrier: Vec<MissingCount>,
    pub items: Vec<MissingFigure>,
    pub next: Option<String>,
}

/// Ai chưa gửi số liệu / Who has not filed: carrier × period × unit
#[utoipa::path(
    get, path = "/api/v1/statistics/missing", tag = "statistics", params(Which, Periods, Paging),
    responses((status = 200, content((MissingList = "application/json"), (String = "text/csv"))))
)]
async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let make = move |params: &Params| missing_list(&atlas, params, Rows::Page);
    table::listed(params, &headers, (&COLUMNS, |list: MissingList| (list.items, list.next)), make)
        .await
}

pub fn missing_list(atlas: &Atlas, params: &Params, rows: Rows) -> Result<MissingList, Problem> {
    let day = as_of(params)?;
    let carriers = carriers(params, atlas)?;
    let asked = query(atlas, params, day)?;
    let indicators = match indicator_of(params, atlas)? {
        Some(one) => vec![one],
        None => atlas.order.indicators.clone(),
    };
    let names: Vec<_> = indicators.iter().map(|fact| &fact.id).collect();
    let bound = content_hash(&(atlas.version, &asked, names, &carriers));
    let page = rows.of(params, bound)?;
    let missing: Vec<MissingFigure> = indicators
        .iter()
        .flat_map(|indicator| missing_of(atlas, indicator, &asked, &carriers))
        .collect();
    let mut by_carrier: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &missing {
        *by_carrier.entry(&one.carrier).or_default() += 1;
    }
    let counts = by_carrier.into_iter();
    Ok(MissingList {
        version: atlas.version.to_string(),
        as_of: day.to_string(),
        known_at: known_at(params)?.to_string(),
        count: missing.len(),
        by_carrier: counts
            .map(|(carrier, missing)| MissingCount { carrier: carrier.to_owned(), missing })
            .collect(),
        next: page.next(missing.len()),
        items: page.of(missing).collect(),
    })
}

fn query(atlas: &Atlas, params: &Params, to: Day) -> Result<NotFiledQuery, Problem> {
    let units = match params.word("by", &CUTS)? {
        None if params.text("unit").is_some() => {
            let (vi, en) = ("chỉ cùng by", "only together with by");
            return Err(params.bad("unit", vi, en));
        }
        None => None,
        Some(cut) => Some(units_of(atlas, cut, params)?.iter().map(|unit| unit.id).collect()),
    };
    let kind = period_kind(params)?;
    let from = params.past_day("from")?.or_else(|| Some(last_period(kind, to)?.from));
    Ok(NotFiledQuery { kind, from: from.unwrap_or(to), to, units })
}

fn missing_of(
    atlas: &Atlas,
    indicator: &IndicatorFact,
    asked: &NotFiledQuery,
    carriers: &[CarrierId],
) -> Vec<MissingFigure> {
    let weights = atlas.weights();
    let filings = atlas.filings(indicator, &weights, asked.kind, &[]);
    let found = atlas.not_filed(indicator, &filings, asked).into_iter();
    found
        .filter(|one| carriers.is_empty() || carriers.contains(&one.carrier))
        .map(|one| {
            let (from, to) = days(one.period);
            MissingFigure {
                indicator: indicator.id.as_str().to_owned(),
                from,
                to,
                unit: unit_ref(&atlas.common.units, one.unit),
                carrier: one.carrier.to_string(),
            }
        })
        .collect()
}

const COLUMNS: [Column<MissingFigure>; 6] = [
    column("indicator", "Chỉ tiêu", |one| one.indicator.clone()),
    column("from", "Từ ngày", |one| one.from.clone()),
    column("to", "Đến hết ngày", |one| one.to.clone()),
    column("unit_code", "Mã đơn vị", |one| one.unit.code.to_string()),
    column("unit", "Đơn vị", |one| one.unit.label.clone()),
    column("carrier", "Doanh nghiệp", |one| one.carrier.clone()),
];
