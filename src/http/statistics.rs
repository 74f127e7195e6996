//! `GET /api/v1/statistics`: an indicator by unit and period, what moved since it was reported,
//! who has not filed, and what the indicators count.

mod figure;
mod missing;

use std::sync::Arc;

use axum::Json;
use axum::http::HeaderMap;
use axum::response::Response;
use phusong_atlas::atlas::{Atlas, PeriodKind, SeriesQuery, content_hash};
use phusong_atlas::domain::{Day, IndicatorFact, UnitFact, UnitLevel};
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::actor::Caller;
use super::params::doc::Paging;
use super::params::{Params, Rows, doc};
use super::problem::Problem;
use super::question::{as_of, atlas_at, atlas_of, carriers, known_at};
use super::table::{self, Column, Headings, column, maybe};
pub use missing::{MissingList, missing_list};

pub use figure::{
    Figure, FigureNote, Indicator, NotReported, StatisticPoint, UnitRef, days,
    missing as not_reported, notes, points, standing, unit_ref,
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(indicators)).merge(missing::routes())
}

/// Which cut of the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cut {
    Today(UnitLevel),
    Before(UnitLevel),
}

pub const CUTS: [(&str, Cut); 5] = [
    ("province", Cut::Today(UnitLevel::Province)),
    ("commune", Cut::Today(UnitLevel::Commune)),
    ("province_old", Cut::Before(UnitLevel::Province)),
    ("district_old", Cut::Before(UnitLevel::District)),
    ("commune_old", Cut::Before(UnitLevel::Commune)),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Month {
    Calendar,
    Report,
}

const MONTHS: [(&str, Month); 2] = [("month", Month::Calendar), ("report", Month::Report)];
/// From the 15th to the 14th (NĐ 09/2019), unless asked otherwise.
const REPORT_DAY: i8 = 15;

/// Which periods: shared by everything that reads figures.
#[derive(Debug)]
pub struct Periods;

impl IntoParams for Periods {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let period = "tháng dương lịch, hay kỳ báo cáo / calendar months, or reporting periods";
        let day = "ngày đầu kỳ báo cáo, 1–28, mặc định 15 / first day of a reporting period";
        vec![
            doc::word("period", &MONTHS, period),
            doc::integer("period_day", 1, day),
            doc::as_of(),
            doc::known_at(),
        ]
    }
}

pub fn period_kind(params: &Params) -> Result<PeriodKind, Problem> {
    let day = params.parse::<i8>("period_day")?.unwrap_or(REPORT_DAY);
    if !(1..=28).contains(&day) {
        return Err(params.bad("period_day", "cần 1 đến 28", "1 to 28 is needed"));
    }
    Ok(match params.word("period", &MONTHS)?.unwrap_or(Month::Calendar) {
        Month::Calendar => PeriodKind::Month,
        Month::Report => PeriodKind::From(day),
    })
}

/// The units of a cut, by code; of one code alone where it is asked.
pub fn units_of<'a>(
    atlas: &'a Atlas,
    cut: Cut,
    params: &Params,
) -> Result<Vec<&'a UnitFact>, Problem> {
    let code = params.parse::<u32>("unit")?;
    let (level, today) = match cut {
        Cut::Today(level) => (level, true),
        Cut::Before(level) => (level, false),
    };
    // An old district without communes is its own lowest unit: no cut leaves ground out.
    let is_lowest = |unit: &UnitFact| {
        level == UnitLevel::Commune && atlas.common.units.children(unit.id).is_empty()
    };
    let suits = |unit: &&UnitFact| {
        (unit.level == level || is_lowest(unit))
            && unit.valid_to.is_none() == today
            && code.is_none_or(|code| unit.id.code.0 == code)
    };
    let units: Vec<&UnitFact> = atlas.common.units.iter().filter(suits).collect();
    if code.is_some() && units.is_empty() {
        return Err(params.bad("unit", "không có đơn vị này", "there is no such unit"));
    }
    Ok(units)
}

pub fn indicator_of(params: &Params, atlas: &Atlas) -> Result<Option<IndicatorFact>, Problem> {
    let Some(name) = params.text("indicator") else { return Ok(None) };
    let known = atlas.order.indicator(name).cloned();
    known.map(Some).ok_or_else(|| {
        params.bad("indicator", "không có chỉ tiêu này", "there is no such indicator")
    })
}

#[derive(Debug)]
struct Which;

impl IntoParams for Which {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let reported = "so với điều đã biết hết ngày này / against what was known on this day";
        vec![
            doc::needed(doc::text("indicator", "mã chỉ tiêu / id of an indicator")),
            doc::word("by", &CUTS, "cách chia đơn vị / cut of the ground; default province"),
            doc::integer("unit", 1, "mã đơn vị trong cách chia / code of one unit of that cut"),
            doc::texts("carrier", "chỉ của các doanh nghiệp này / of these carriers alone"),
            doc::day("from", "từ kỳ bắt đầu ngày / periods that begin on or after"),
            doc::day("reported_at", reported),
            doc::word("format", &table::FORMATS, "thay cho Accept / instead of Accept"),
            Headings::parameter(),
        ]
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct UnitSeries {
    pub unit: UnitRef,
    pub points: Vec<StatisticPoint>,
    pub findings: Vec<FigureNote>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StatisticList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    #[schema(format = Date)]
    pub reported_at: Option<String>,
    pub indicator: Indicator,
    /// Units of the cut of which there is no figure are left out.
    pub items: Vec<UnitSeries>,
    pub next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorList {
    pub version: String,
    pub items: Vec<Indicator>,
    /// How a threshold reads.
    pub comparators: Vec<ComparatorWords>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ComparatorWords {
    /// `above`: strictly; `at_least`: met at the figure.
    pub comparator: &'static str,
    pub sign: &'static str,
    pub vi: &'static str,
    pub en: &'static str,
}

/// Các chỉ tiêu: tử số, mẫu số, cách tính / What each indicator counts
#[utoipa::path(
    get, path = "/api/v1/indicators", tag = "statistics",
    responses((status = 200, body = IndicatorList))
)]
async fn indicators(caller: Caller) -> Result<Json<IndicatorList>, Problem> {
    let atlas = super::question::atlas_now(&caller).await?;
    let words = |comparator, sign, vi, en| ComparatorWords { comparator, sign, vi, en };
    Ok(Json(IndicatorList {
        version: atlas.version.to_string(),
        items: atlas.order.indicators.iter().map(Indicator::from).collect(),
        comparators: vec![
            words("above", ">", "trên (đúng bằng là chưa đạt)", "above: not met at the figure"),
            words("at_least", "≥", "đạt (đúng bằng là đạt)", "at least: met at the figure"),
        ],
    }))
}

/// Số liệu theo đơn vị và kỳ / An indicator by unit and period
///
/// Ratios are of sums. A figure of which some carriers have not filed says what share reported; one
/// that was divided by households is *ước tính*. With `reported_at`: what was known then, what is
/// computed now, what moved.
#[utoipa::path(
    get, path = "/api/v1/statistics", tag = "statistics", params(Which, Periods, Paging),
    responses((status = 200, content((StatisticList = "application/json"), (String = "text/csv"))))
)]
async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let then = match params.past_day("reported_at")? {
        Some(day) => Some(atlas_at(&caller, Some(day)).await?),
        None => None,
    };
    let make = move |params: &Params| statistic_list(&atlas, then.as_ref(), params, Rows::Page);
    table::listed(params, &headers, (&COLUMNS, rows), make).await
}

pub fn statistic_list(
    atlas: &Arc<Atlas>,
    then: Option<&Arc<Atlas>>,
    params: &Params,
    rows: Rows,
) -> Result<StatisticList, Problem> {
    let missing = || params.bad("indicator", "cần một chỉ tiêu", "an indicator is needed");
    let indicator = indicator_of(params, atlas)?.ok_or_else(missing)?;
    let cut = params.word("by", &CUTS)?.unwrap_or(Cut::Today(UnitLevel::Province));
    let (kind, carriers) = (period_kind(params)?, carriers(params, atlas)?);
    let day = as_of(params)?;
    let from: Option<Day> = params.past_day("from")?;
    let asked = (cut, params.text("unit"), &indicator.id, kind, from, day, &carriers);
    let bound = content_hash(&(atlas.version, asked));
    let page = rows.of(params, bound)?;
    let units = units_of(atlas, cut, params)?;
    let weights = atlas.weights();
    let filings = atlas.filings(&indicator, &weights, kind, &carriers);
    let before_weights = then.map(|then| then.weights());
    let before = then
        .zip(before_weights.as_ref())
        .map(|(then, weights)| then.filings(&indicator, weights, kind, &carriers));
    let here: Vec<&UnitFact> = units
        .into_iter()
        .filter(|unit| {
            let reporting = filings.reporting().iter();
            reporting.copied().any(|own| atlas.common.territory.overlap(own, unit.id))
        })
        .collect();
    let series = |unit: &&UnitFact| {
        let carriers = carriers.clone();
        let query = SeriesQuery { unit: unit.id, kind, from, to: day, carriers };
        let series = filings.series(&query);
        let before = before.as_ref();
        UnitSeries {
            unit: unit_ref(&atlas.common.units, unit.id),
            points: series
                .points
                .iter()
                .map(|point| {
                    let then = before.and_then(|before| before.value(unit.id, point.period));
                    StatisticPoint::of(atlas, point, then.as_ref())
                })
                .collect(),
            findings: notes(atlas, &series.findings),
        }
    };
    Ok(StatisticList {
        version: atlas.version.to_string(),
        as_of: day.to_string(),
        known_at: known_at(params)?.to_string(),
        reported_at: params.past_day("reported_at")?.map(|day| day.to_string()),
        indicator: Indicator::from(&indicator),
        items: page.of(&here).map(series).collect(),
        next: page.next(here.len()),
    })
}

/// A unit and one of its periods.
type Row = (UnitRef, StatisticPoint);

fn rows(list: StatisticList) -> (Vec<Row>, Option<String>) {
    let rows = list.items.into_iter().flat_map(|item| {
        let unit = item.unit;
        item.points.into_iter().map(move |point| (unit.clone(), point))
    });
    (rows.collect(), list.next)
}

fn of<T: ToString>(point: &StatisticPoint, pick: fn(&Figure) -> Option<T>) -> String {
    maybe(point.now.as_ref().and_then(pick))
}

const COLUMNS: [Column<Row>; 17] = [
    column("unit_code", "Mã đơn vị", |(unit, _)| unit.code.to_string()),
    column("unit", "Đơn vị", |(unit, _)| unit.label.clone()),
    column("from", "Từ ngày", |(_, point)| point.from.clone()),
    column("to", "Đến hết ngày", |(_, point)| point.to.clone()),
    column("numerator", "Tử số", |(_, point)| of(point, |now| now.numerator)),
    column("denominator", "Mẫu số", |(_, point)| of(point, |now| now.denominator)),
    column("ratio", "Tỷ lệ", |(_, point)| of(point, |now| now.ratio)),
    column("from_previous", "So kỳ trước", |(_, point)| maybe(point.from_previous)),
    column("from_last_year", "So cùng kỳ", |(_, point)| maybe(point.from_last_year)),
    column("standing", "Sơ bộ/chính thức", |(_, point)| {
        of(point, |now| Some(now.standing_vi))
    }),
    column("estimated", "Ước tính", |(_, point)| {
        of(point, |now| now.estimated.then_some("ước tính"))
    }),
    column("reported", "Đã báo cáo (%)", |(_, point)| of(point, |now| Some(now.reported))),
    column("missing", "Chưa báo cáo", |(_, point)| of(point, |now| Some(now.missing_text()))),
    column("then_numerator", "Tử số khi đó", |(_, point)| {
        maybe(point.then.as_ref().and_then(|then| then.numerator))
    }),
    column("then_denominator", "Mẫu số khi đó", |(_, point)| {
        maybe(point.then.as_ref().and_then(|then| then.denominator))
    }),
    column("then_ratio", "Tỷ lệ khi đó", |(_, point)| {
        maybe(point.then.as_ref().and_then(|then| then.ratio))
    }),
    column("moved", "Thay đổi (điểm)", |(_, point)| {
        maybe(point.moved.as_ref().and_then(|moved| moved.points))
    }),
];
