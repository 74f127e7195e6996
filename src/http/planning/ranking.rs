//! `GET /api/v1/planning/ranking`: gaps by a score whose weights are in the query and whose parts
//! are in the answer.

use axum::http::HeaderMap;
use axum::response::Response;
use phusong_atlas::atlas::{Atlas, Factor, RankWeights, Ranked, content_hash};
use phusong_atlas::domain::Slug;
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::actor::Caller;
use crate::http::gaps::{VERDICTS, Where, left_by};
use crate::http::params::doc::Paging;
use crate::http::params::{self, Params, doc};
use crate::http::problem::Problem;
use crate::http::question::{Asked, atlas_of, known_at, question, question_wire};
use crate::http::table::{self, Column, Tabled, column, joined, maybe};
use crate::http::wire::{self, VillageSummary};
use crate::http::{App, villages};

/// Indicators of which the share of a commune enters a score, where somebody has filed them.
const POOR: &str = "ho-ngheo";
const MINORITY: &str = "ho-dan-toc-thieu-so";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ranking))
}

#[derive(Debug)]
struct Weighed;

impl IntoParams for Weighed {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let verdicts = "mặc định / default: no_signal,partial_hole,not_as_asked";
        let weights = "TÊN:SỐ / NAME:NUMBER, e.g. households:40,waiting:20; names: households, \
                       waiting, no_signal, partial_hole, overdue, especially_hard, \
                       no_grid_power, poor, minority; what is not named weighs nothing";
        vec![doc::words("verdict", &VERDICTS, verdicts), doc::texts("weights", weights)]
    }
}

/// What one thing is worth in this list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Weight {
    pub factor: &'static str,
    #[serde(rename = "weight")]
    pub weighs: f64,
    pub text_vi: &'static str,
    pub text_en: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ScorePart {
    pub factor: &'static str,
    /// Households, days, a share from 0 to 1; 1 or 0. Null: not known, and worth nothing.
    pub raw: Option<f64>,
    /// 0 to 1: yes or no, or the share of the largest in the list.
    pub value: f64,
    /// Of 100 in all.
    pub points: f64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RankedVillage {
    /// From 1.
    pub rank: usize,
    /// 0 to 100: the sum of the points.
    pub score: f64,
    pub parts: Vec<ScorePart>,
    pub village: VillageSummary,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Ranking {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub question: wire::Question,
    pub weights: Vec<Weight>,
    /// Points = 100 × weight × value ÷ sum of the weights.
    pub formula: &'static str,
    pub count: usize,
    pub items: Vec<RankedVillage>,
    pub next: Option<String>,
}

/// Xếp thứ tự ưu tiên, điểm giải thích được / Gaps ranked by an explained score
#[utoipa::path(
    get, path = "/api/v1/planning/ranking", tag = "planning", params(Asked, Where, Weighed, Tabled, Paging),
    responses((status = 200, content((Ranking = "application/json"), (String = "text/csv"))))
)]
async fn ranking(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let make = move |params: &Params| ranked(&atlas, params);
    table::listed(params, &headers, (&COLUMNS, |list: Ranking| (list.items, list.next)), make).await
}

const COLUMNS: [Column<RankedVillage>; 10] = [
    column("rank", "Thứ tự", |row| row.rank.to_string()),
    column("score", "Điểm", |row| row.score.to_string()),
    column("village", "Mã thôn", |row| row.village.id.clone()),
    column("name", "Thôn", |row| maybe(row.village.name.as_ref())),
    column("commune", "Xã", |row| maybe(row.village.commune.name.as_ref())),
    column("verdict_vi", "Đánh giá", |row| row.village.verdict_vi.to_owned()),
    column("flags_vi", "Lưu ý", |row| joined(row.village.flags.iter().map(|flag| flag.vi()))),
    column("households", "Số hộ", |row| maybe(row.village.households)),
    column("waiting_days", "Số ngày chờ", |row| maybe(row.village.waiting_days)),
    column("parts", "Điểm thành phần", |row| {
        joined(row.parts.iter().map(|part| format!("{} {}", part.factor, part.points)))
    }),
];

/// The whole answer: for the command line too.
pub fn ranked(atlas: &Atlas, params: &Params) -> Result<Ranking, Problem> {
    let weights = weights(params)?;
    let mut query = left_by(params, atlas, question(params, atlas)?)?;
    query.verdicts = params.words("verdict", &VERDICTS)?.unwrap_or_else(|| {
        VERDICTS.iter().map(|(_, verdict)| *verdict).filter(|verdict| verdict.is_gap()).collect()
    });
    let bound = content_hash(&(atlas.version, format!("{query:?}{weights:?}")));
    let (limit, offset) = (params.limit()?, params.offset(bound)?);
    let shares = |name| {
        let indicator = Slug::new(name).ok();
        indicator.map(|indicator| atlas.shares(&indicator, query.question.day)).unwrap_or_default()
    };
    let ranked = atlas.ranking(&query, &weights, &shares(POOR), &shares(MINORITY));
    let items = (1..).zip(&ranked).skip(offset).take(limit);
    Ok(Ranking {
        version: atlas.version.to_string(),
        as_of: query.question.day.to_string(),
        known_at: known_at(params)?.to_string(),
        question: question_wire(atlas, &query.question),
        weights: weighed(&weights),
        formula: "100 × weight × value ÷ Σ weight",
        count: ranked.len(),
        items: items.map(|(rank, row)| item(atlas, rank, row, &query.question)).collect(),
        next: params::next(bound, offset + limit, ranked.len()),
    })
}

fn item(
    atlas: &Atlas,
    rank: usize,
    ranked: &Ranked,
    question: &phusong_atlas::atlas::Question,
) -> RankedVillage {
    let parts = ranked.parts.iter().map(|part| ScorePart {
        factor: part.factor.as_str(),
        raw: part.raw,
        value: rounded(part.value, 1e4),
        points: rounded(part.points, 1e2),
    });
    RankedVillage {
        rank,
        score: rounded(ranked.score, 1e2),
        parts: parts.collect(),
        village: villages::summary(atlas, ranked.row.card(), question, ranked.row.answer),
    }
}

fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}

/// `NAME:NUMBER` with commas between; the usual ones when none is said.
fn weights(params: &Params) -> Result<RankWeights, Problem> {
    let Some(text) = params.text("weights") else { return Ok(RankWeights::default()) };
    let wrong = || {
        let (vi, en) = ("cần TÊN:SỐ, số từ 0", "NAME:NUMBER is needed, a number from 0");
        params.bad("weights", vi, en)
    };
    let mut weights = RankWeights([0.0; 9]);
    for pair in text.split(',') {
        let (name, number) = pair.trim().split_once(':').ok_or_else(wrong)?;
        let at = Factor::ALL.iter().position(|factor| factor.as_str() == name);
        let number = number.parse::<f64>().ok().filter(|number| (0.0..=1e6).contains(number));
        weights.0[at.ok_or_else(wrong)?] = number.ok_or_else(wrong)?;
    }
    if weights.0.iter().sum::<f64>() > 0.0 { Ok(weights) } else { Err(wrong()) }
}

fn weighed(weights: &RankWeights) -> Vec<Weight> {
    let all = Factor::ALL.into_iter().zip(weights.0);
    all.map(|(factor, weighs)| {
        let (text_vi, text_en) = words(factor);
        Weight { factor: factor.as_str(), weighs, text_vi, text_en }
    })
    .collect()
}

const fn words(factor: Factor) -> (&'static str, &'static str) {
    match factor {
        Factor::Households => ("số hộ, so với thôn đông nhất", "households, of the largest"),
        Factor::Waiting => ("số ngày chờ, so với lâu nhất", "days waiting, of the longest"),
        Factor::NoSignal => ("trắng sóng", "no signal"),
        Factor::PartialHole => ("lõm sóng", "a hole"),
        Factor::Overdue => ("nhiệm vụ quá hạn", "a duty is overdue"),
        Factor::EspeciallyHard => ("đặc biệt khó khăn", "especially hard"),
        Factor::NoGridPower => ("chưa có điện lưới", "no grid power"),
        Factor::Poor => ("tỷ lệ hộ nghèo của xã", "poor households of the commune"),
        Factor::Minority => {
            ("tỷ lệ hộ dân tộc thiểu số của xã", "ethnic-minority households of the commune")
        }
    }
}
