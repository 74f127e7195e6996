//! `GET /api/v1/planning/side-by-side`: any, each and every single operator, from each
//! technology, on several days: before and after a sunset at one glance.

use axum::Json;
use phusong_atlas::atlas::{Atlas, Carriers, GapQuery, Mode, Question};
use phusong_atlas::domain::{Day, Technology};
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
use crate::http::question::{AskedOfDays, atlas_of, known_at, question};
use crate::http::wire::codes;
use crate::http::{App, blocking};
use crate::service::today;

/// More columns than this no screen holds.
const MOST_DAYS: usize = 6;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(side_by_side))
}

#[derive(Debug)]
struct Days;

impl IntoParams for Days {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![doc::texts(
            "days",
            "YYYY-MM-DD, 1–6 ngày; mặc định hôm nay / 1 to 6 days; default today",
        )]
    }
}

/// One question on each of the days.
#[derive(Debug, Serialize, ToSchema)]
pub struct SideRow {
    /// `any`, `each`, or a carrier's id.
    pub carrier: String,
    /// At least; null: the base technology of each day.
    pub technology: Option<codes::Technology>,
    /// In the order of `days`.
    pub cells: Vec<Counted>,
}

/// A day worth a look from both sides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct Turning {
    /// The last day before.
    #[schema(format = Date)]
    pub before: String,
    #[schema(format = Date)]
    pub after: String,
    pub text_vi: String,
    pub text_en: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SideBySide {
    pub version: String,
    #[schema(format = Date)]
    pub known_at: String,
    #[schema(value_type = Vec<String>)]
    pub days: Vec<String>,
    pub rows: Vec<SideRow>,
    /// Sunsets that count, and days on which the base technology changes.
    pub turnings: Vec<Turning>,
}

/// Các câu hỏi đặt cạnh nhau: bất kỳ, từng nhà mạng; từ 2G, 3G, 4G, 5G; trước và sau một ngày / Questions side by side
///
/// `carrier` is left out of account: any, each and every operator stand beside each other.
#[utoipa::path(
    get, path = "/api/v1/planning/side-by-side", tag = "planning", params(AskedOfDays, Where, Days),
    responses((status = 200, body = SideBySide))
)]
async fn side_by_side(caller: Caller, params: Params) -> Result<Json<SideBySide>, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    blocking(move || beside(&atlas, &params).map(Json)).await
}

pub fn beside(atlas: &Atlas, params: &Params) -> Result<SideBySide, Problem> {
    let days = days(params)?;
    let query = left_by(params, atlas, question(params, atlas)?)?;
    Ok(SideBySide {
        version: atlas.version.to_string(),
        known_at: known_at(params)?.to_string(),
        days: days.iter().map(ToString::to_string).collect(),
        rows: rows(atlas, &query, &days),
        turnings: turnings(atlas),
    })
}

fn days(params: &Params) -> Result<Vec<Day>, Problem> {
    let Some(text) = params.text("days") else { return Ok(vec![today()]) };
    let bad = |vi, en| params.bad("days", vi, en);
    let days: Vec<Day> = text
        .split(',')
        .map(|day| day.trim().parse())
        .collect::<Result<_, _>>()
        .map_err(|_no_day| bad("cần các ngày YYYY-MM-DD", "days YYYY-MM-DD are needed"))?;
    if days.len() > MOST_DAYS {
        return Err(bad("nhiều nhất 6 ngày", "at most 6 days"));
    }
    if days.iter().any(|day| *day > today()) {
        return Err(bad("ngày ở tương lai", "a day is in the future"));
    }
    Ok(days)
}

fn rows(atlas: &Atlas, query: &GapQuery, days: &[Day]) -> Vec<SideRow> {
    let latest = days.iter().max().copied().unwrap_or(query.question.day);
    let operators = atlas.common.operators_on(latest);
    let named = operators.map(|index| {
        (atlas.carrier(index).id.to_string(), Carriers::Named(vec![index]), Mode::Any)
    });
    let together = [("any", Mode::Any), ("each", Mode::Each)]
        .map(|(word, mode)| (word.to_owned(), Carriers::Operators, mode));
    let asked = together.into_iter().chain(named);
    asked
        .flat_map(|(carrier, carriers, mode)| {
            let least = std::iter::once(None).chain(Technology::ALL.map(Some));
            least.map(move |technology| {
                let of = Question {
                    carriers: carriers.clone(),
                    mode,
                    technology,
                    ..query.question.clone()
                };
                let points = atlas.series(&GapQuery { question: of, ..query.clone() }, days);
                SideRow {
                    carrier: carrier.clone(),
                    technology: technology.map(Into::into),
                    cells: points.iter().map(|point| (&point.counted).into()).collect(),
                }
            })
        })
        .collect()
}

fn turnings(atlas: &Atlas) -> Vec<Turning> {
    let at = |day: Day, text_vi, text_en| Turning {
        before: day.plus_days(-1).to_string(),
        after: day.to_string(),
        text_vi,
        text_en,
    };
    let sunsets = atlas.common.sunsets.iter().map(|sunset| {
        let who = sunset.carrier.as_ref().map_or_else(
            || ("mọi nhà mạng".to_owned(), "every carrier".to_owned()),
            |carrier| (carrier.to_string(), carrier.to_string()),
        );
        let technology = sunset.technology;
        (
            sunset.first_day_without,
            format!("Ngừng {technology} ({})", who.0),
            format!("{technology} ends ({})", who.1),
        )
    });
    let base = atlas.common.rules.base.iter().skip(1).map(|(day, technology)| {
        let en = format!("The rule set counts from {technology} on");
        (*day, format!("Bộ tiêu chí tính từ {technology}"), en)
    });
    let past = sunsets.chain(base).filter(|(day, ..)| *day <= today());
    let mut turnings: Vec<Turning> = past.map(|(day, vi, en)| at(day, vi, en)).collect();
    turnings.sort();
    turnings.dedup();
    turnings
}
