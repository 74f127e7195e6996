//! `GET /api/v1/planning/series`: villages and households by verdict, month by month.

use axum::Json;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use phusong_atlas::atlas::{Atlas, DayPoint};
use phusong_atlas::domain::Day;
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Counted;
use crate::http::actor::Caller;
use crate::http::gaps::{Where, left_by};
use crate::http::params::{Params, doc};
use crate::http::problem::Problem;
use crate::http::question::{AskedOfDays, atlas_of, known_at, question, question_wire};
use crate::http::table::{self, Column, Headings, column};
use crate::http::{App, blocking, wire};
use crate::service::today;

/// Twenty years of months.
const MOST_POINTS: usize = 240;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(series))
}

#[derive(Debug)]
struct Stretch;

impl IntoParams for Stretch {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::needed(doc::day("from", "từ hết ngày / from the end of")),
            doc::day("to", "đến hết ngày; mặc định hôm nay / to the end of; default today"),
            doc::word("format", &table::FORMATS, "thay cho Accept / instead of Accept"),
            Headings::parameter(),
        ]
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesPoint {
    #[schema(format = Date)]
    pub day: String,
    #[serde(flatten)]
    pub counted: Counted,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageSeries {
    pub version: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub question: wire::Question,
    /// `from`, the last day of each month between, `to`.
    pub points: Vec<SeriesPoint>,
}

/// Số thôn, số hộ theo đánh giá qua từng tháng / Villages and households by verdict, month by month
#[utoipa::path(
    get, path = "/api/v1/planning/series", tag = "planning", params(AskedOfDays, Where, Stretch),
    responses((status = 200, content((CoverageSeries = "application/json"), (String = "text/csv"))))
)]
async fn series(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let (csv, headings) = (table::wants_csv(&params, &headers)?, Headings::of(&params)?);
    let atlas = atlas_of(&caller, &params).await?;
    let series = blocking(move || over(&atlas, &params)).await?;
    if csv {
        return Ok(table::response(table::csv(&COLUMNS, headings, series.points)));
    }
    Ok(Json(series).into_response())
}

/// The whole answer: for the command line too.
pub fn over(atlas: &Atlas, params: &Params) -> Result<CoverageSeries, Problem> {
    let days = month_ends(params)?;
    let query = left_by(params, atlas, question(params, atlas)?)?;
    let points = atlas.series(&query, &days);
    let point = |point: &DayPoint| SeriesPoint {
        day: point.day.to_string(),
        counted: (&point.counted).into(),
    };
    Ok(CoverageSeries {
        version: atlas.version.to_string(),
        known_at: known_at(params)?.to_string(),
        question: question_wire(atlas, &query.question),
        points: points.iter().map(point).collect(),
    })
}

fn month_ends(params: &Params) -> Result<Vec<Day>, Problem> {
    let missing = || params.bad("from", "cần ngày bắt đầu", "the first day is needed");
    let from = params.past_day("from")?.ok_or_else(missing)?;
    let to = params.past_day("to")?.unwrap_or_else(today);
    if to < from {
        let (vi, en) = ("ngày đầu phải không sau ngày cuối", "must not be after the last day");
        return Err(params.bad("from", vi, en));
    }
    let mut days = vec![from];
    let mut first_of_month = from.date().first_of_month();
    while let Ok(next) = first_of_month.checked_add(jiff::Span::new().months(1)) {
        let Ok(day) = Day::new(next.year(), next.month(), 1) else { break };
        let end = day.plus_days(-1);
        if end >= to {
            break;
        }
        if end > from {
            days.push(end);
        }
        if days.len() > MOST_POINTS {
            return Err(params.bad("from", "nhiều nhất 20 năm", "at most 20 years"));
        }
        first_of_month = next;
    }
    if to > from {
        days.push(to);
    }
    Ok(days)
}

const COLUMNS: [Column<SeriesPoint>; 11] = [
    column("day", "Ngày", |point| point.day.clone()),
    column("covered", "Thôn đã phủ sóng", |p| {
        p.counted.villages.covered.villages.to_string()
    }),
    column("not_as_asked", "Thôn chưa đáp ứng yêu cầu", |p| {
        p.counted.villages.not_as_asked.villages.to_string()
    }),
    column("no_signal", "Thôn trắng sóng", |p| {
        p.counted.villages.no_signal.villages.to_string()
    }),
    column("partial_hole", "Thôn lõm sóng", |p| {
        p.counted.villages.partial_hole.villages.to_string()
    }),
    column("insufficient", "Thôn chưa đủ dữ liệu", |p| {
        p.counted.villages.insufficient.villages.to_string()
    }),
    column("households_covered", "Hộ ở cụm có sóng", |p| {
        p.counted.clusters.covered.households.to_string()
    }),
    column("households_not_covered", "Hộ ở cụm chưa có sóng", |p| {
        p.counted.clusters.not_covered.households.to_string()
    }),
    column("households_insufficient", "Hộ ở cụm chưa đủ dữ liệu", |p| {
        p.counted.clusters.insufficient.households.to_string()
    }),
    column("clusters_not_covered", "Cụm chưa có sóng", |p| {
        p.counted.clusters.not_covered.clusters.to_string()
    }),
    column("clusters_households_unknown", "Cụm chưa rõ số hộ", |p| {
        let clusters = &p.counted.clusters;
        [clusters.covered, clusters.not_covered, clusters.insufficient]
            .iter()
            .map(|total| total.clusters_households_unknown)
            .sum::<u32>()
            .to_string()
    }),
];
