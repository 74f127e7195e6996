//! `GET /api/v1/targets`: the order's targets, met or not, how far off, and when at this pace.

use axum::http::HeaderMap;
use axum::response::Response;
use phusong_atlas::atlas::{Atlas, JudgedTarget, Pace, TargetCard, TargetVerdict, Trend};
use phusong_atlas::domain::Comparator;
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::actor::Caller;
use super::params::{Params, doc};
use super::problem::Problem;
use super::question::{as_of, atlas_of, known_at};
use super::statistics::{
    FigureNote, Indicator, NotReported, Periods, UnitRef, days, not_reported, notes, period_kind,
    points, standing, unit_ref,
};
use super::table::{self, Column, Headings, column, maybe};
use crate::report::words::why_due;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Debug)]
struct Forms;

impl IntoParams for Forms {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::word("format", &table::FORMATS, "thay cho Accept / instead of Accept"),
            Headings::parameter(),
        ]
    }
}

/// A target against the figure of one period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TargetFigure {
    #[schema(format = Date)]
    pub from: String,
    #[schema(format = Date)]
    pub to: String,
    pub numerator: u64,
    pub denominator: Option<u64>,
    pub ratio: Option<f64>,
    pub standing: &'static str,
    pub estimated: bool,
    pub complete: bool,
    /// Percent of the ground and the carriers that reported.
    pub reported: f64,
    /// By the counts that were reported: of a part alone where it is not complete.
    pub meets: Option<bool>,
    /// Points below the threshold; negative above it.
    pub distance: Option<f64>,
    /// So many more of the numerator would meet it.
    pub lacking: Option<u64>,
    pub missing: Vec<NotReported>,
}

/// When it is met at the present pace: a straight line by least squares through the complete
/// figures of the last twelve periods, with the 95 % prediction interval.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TargetTrend {
    /// `least-squares-95`.
    pub method: &'static str,
    pub points: usize,
    #[schema(format = Date)]
    pub from: String,
    #[schema(format = Date)]
    pub to: String,
    pub points_per_month: f64,
    /// `2027-03`; null: not at this pace.
    pub month: Option<String>,
    pub earliest: Option<String>,
    /// Null beside a month: the interval never gets there, within twenty years.
    pub latest: Option<String>,
    pub text_vi: String,
    pub text_en: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TargetPoint {
    #[schema(format = Date)]
    pub from: String,
    pub ratio: f64,
    pub complete: bool,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Target {
    pub id: String,
    pub clause: String,
    pub cite: String,
    pub text_vi: String,
    pub text_en: String,
    /// As the order has it.
    pub scope_name: String,
    pub unit: Option<UnitRef>,
    pub owner: String,
    #[schema(format = Date)]
    pub due: Option<String>,
    /// Why `due` is *suy luận*.
    pub due_inferred: Option<String>,
    /// `above`, `at_least`.
    pub comparator: Option<&'static str>,
    pub sign: Option<&'static str>,
    pub threshold: Option<f64>,
    pub threshold_unit: Option<String>,
    /// Null: nobody has said what it counts.
    pub indicator: Option<Indicator>,
    /// `met`, `not_met`, `insufficient`: by the last period of which everybody filed.
    pub verdict: &'static str,
    pub verdict_vi: &'static str,
    pub verdict_en: &'static str,
    pub judged: Option<TargetFigure>,
    /// A later period of which a part was filed.
    pub latest: Option<TargetFigure>,
    /// As it stood on the due day.
    pub at_due: Option<TargetFigure>,
    /// Null: met, or fewer than six complete figures.
    pub trend: Option<TargetTrend>,
    pub series: Vec<TargetPoint>,
    pub findings: Vec<FigureNote>,
}

#[derive(Debug, Default, Serialize, ToSchema)]
pub struct TargetCounts {
    pub met: usize,
    pub not_met: usize,
    pub insufficient: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TargetList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub totals: TargetCounts,
    pub items: Vec<Target>,
}

/// Chỉ tiêu: đạt hay chưa, còn bao xa / Targets: met or not, how far, when at this pace
#[utoipa::path(
    get, path = "/api/v1/targets", tag = "statistics", params(Periods, Forms),
    responses((status = 200, content((TargetList = "application/json"), (String = "text/csv"))))
)]
async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let make = move |params: &Params| target_list(&atlas, params);
    table::listed(params, &headers, (&COLUMNS, |list: TargetList| (list.items, None)), make).await
}

pub fn target_list(atlas: &Atlas, params: &Params) -> Result<TargetList, Problem> {
    let day = as_of(params)?;
    let cards = atlas.targets(day, period_kind(params)?);
    let count = |verdict| cards.iter().filter(|card| card.verdict == verdict).count();
    Ok(TargetList {
        version: atlas.version.to_string(),
        as_of: day.to_string(),
        known_at: known_at(params)?.to_string(),
        totals: TargetCounts {
            met: count(TargetVerdict::Met),
            not_met: count(TargetVerdict::NotMet),
            insufficient: count(TargetVerdict::Insufficient),
        },
        items: cards.iter().map(|card| target(atlas, card)).collect(),
    })
}

fn target(atlas: &Atlas, card: &TargetCard<'_>) -> Target {
    let goal = card.goal;
    let figure = |judged: &Option<JudgedTarget>| judged.as_ref().map(|one| figure(atlas, one));
    let (verdict, verdict_vi, verdict_en) = match card.verdict {
        TargetVerdict::Met => ("met", "đạt", "met"),
        TargetVerdict::NotMet => ("not_met", "chưa đạt", "not met"),
        TargetVerdict::Insufficient => ("insufficient", "chưa đủ dữ liệu", "insufficient data"),
    };
    let (comparator, sign) = match goal.comparator {
        Some(Comparator::Above) => (Some("above"), Some(">")),
        Some(Comparator::AtLeast) => (Some("at_least"), Some("≥")),
        None => (None, None),
    };
    Target {
        id: goal.id.to_string(),
        clause: goal.clause.clone(),
        cite: goal.source.clone(),
        text_vi: goal.text_vi.clone(),
        text_en: goal.text_en.clone(),
        scope_name: goal.scope_name.clone(),
        unit: goal.scope.map(|unit| unit_ref(&atlas.common.units, unit)),
        owner: goal.owner.clone(),
        due: goal.due.map(|day| day.to_string()),
        due_inferred: goal.due_inferred.as_deref().map(why_due).map(str::to_owned),
        comparator,
        sign,
        threshold: goal.threshold_milli.map(points),
        threshold_unit: goal.unit.clone(),
        indicator: card.indicator.map(Indicator::from),
        verdict,
        verdict_vi,
        verdict_en,
        judged: figure(&card.judged),
        latest: figure(&card.latest),
        at_due: figure(&card.at_due),
        trend: card.trend.as_ref().map(trend),
        series: card
            .points
            .iter()
            .map(|(period, ratio_milli, complete)| TargetPoint {
                from: period.from.to_string(),
                ratio: points(*ratio_milli),
                complete: *complete,
            })
            .collect(),
        findings: notes(atlas, &card.findings),
    }
}

fn figure(atlas: &Atlas, one: &JudgedTarget) -> TargetFigure {
    let (from, to) = days(one.period);
    TargetFigure {
        from,
        to,
        numerator: one.numerator,
        denominator: one.denominator,
        ratio: one.ratio_milli.map(points),
        standing: standing(one.standing),
        estimated: one.estimated,
        complete: one.complete,
        reported: f64::from(one.reported_milli) / 1_000.0,
        meets: one.meets,
        distance: one.distance_milli.map(points),
        lacking: one.lacking,
        missing: not_reported(&atlas.common.units, &one.missing),
    }
}

/// A month as [`phusong_atlas::domain::Period::month_number`] counts them.
fn month(number: i32) -> (i32, i32) {
    (number.div_euclid(12), number.rem_euclid(12) + 1)
}

fn iso(number: i32) -> String {
    let (year, month) = month(number);
    format!("{year:04}-{month:02}")
}

fn vi(number: i32) -> String {
    let (year, month) = month(number);
    format!("tháng {month}/{year}")
}

fn trend(trend: &Trend) -> TargetTrend {
    let (meets, earliest, latest) = match trend.pace {
        Pace::Never => (None, None, None),
        Pace::Meets { month, earliest, latest } => (Some(month), Some(earliest), latest),
    };
    let (text_vi, text_en) = match (meets, earliest) {
        (Some(at), Some(early)) => {
            let (until_vi, until_en) = latest.map_or_else(
                || ("không rõ khi nào".to_owned(), "nobody knows when".to_owned()),
                |late| (vi(late), iso(late)),
            );
            (
                format!("với đà hiện nay: {} (95 %: {} đến {until_vi})", vi(at), vi(early)),
                format!("at the present pace: {} (95 %: {} to {until_en})", iso(at), iso(early)),
            )
        }
        _ => ("với đà hiện nay: không đạt".to_owned(), "not at the present pace".to_owned()),
    };
    TargetTrend {
        method: "least-squares-95",
        points: trend.points,
        from: trend.from.from.to_string(),
        to: trend.to.to.plus_days(-1).to_string(),
        points_per_month: (trend.slope_per_month * 1_000.0).round() / 1_000.0,
        month: meets.map(iso),
        earliest: earliest.map(iso),
        latest: latest.map(iso),
        text_vi,
        text_en,
    }
}

const COLUMNS: [Column<Target>; 16] = [
    column("clause", "Điều khoản", |target| target.clause.clone()),
    column("text_vi", "Chỉ tiêu", |target| target.text_vi.clone()),
    column("scope_name", "Phạm vi", |target| target.scope_name.clone()),
    column("owner", "Chủ trì", |target| target.owner.clone()),
    column("due", "Hạn", |target| target.due.clone().unwrap_or_default()),
    column("sign", "Dấu", |target| target.sign.unwrap_or_default().to_owned()),
    column("threshold", "Kế hoạch", |target| maybe(target.threshold)),
    column("verdict_vi", "Đánh giá", |target| target.verdict_vi.to_owned()),
    column("period_to", "Kỳ đến hết ngày", |target| {
        maybe(target.judged.as_ref().map(|one| one.to.clone()))
    }),
    column("ratio", "Thực hiện", |target| {
        maybe(target.judged.as_ref().and_then(|one| one.ratio))
    }),
    column("of_plan", "% kế hoạch", |target| {
        let ratio = target.judged.as_ref().and_then(|one| one.ratio);
        maybe(
            ratio
                .zip(target.threshold)
                .map(|(ratio, plan)| (ratio / plan * 10_000.0).round() / 100.0),
        )
    }),
    column("distance", "Còn thiếu (điểm)", |target| {
        maybe(target.judged.as_ref().and_then(|one| one.distance))
    }),
    column("lacking", "Còn thiếu (tử số)", |target| {
        maybe(target.judged.as_ref().and_then(|one| one.lacking))
    }),
    column("latest_reported", "Kỳ mới nhất, đã báo cáo (%)", |target| {
        maybe(target.latest.as_ref().map(|one| one.reported))
    }),
    column("at_due", "Vào ngày hạn", |target| {
        maybe(target.at_due.as_ref().and_then(|one| one.ratio))
    }),
    column("trend", "Xu hướng", |target| {
        target.trend.as_ref().map(|trend| trend.text_vi.clone()).unwrap_or_default()
    }),
];
