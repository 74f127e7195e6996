//! `GET /api/v1/communes`: today's communes with what they were made of, how their villages
//! stand, and the criteria that the order names them for.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use phusong_atlas::atlas::{
    AreaFilter, Atlas, CommuneCard, CriterionVerdict, GapQuery, GapRow, Question, Sort,
    Totals as GroupTotals, VillageVerdict,
};
use phusong_atlas::domain::{Day, GoalFact, UnitCode, UnitFact, UnitId, UnitLevel};
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::criteria::verdict_words;
use super::params::{Params, doc};
use super::problem::{Problem, Rendered};
use super::question::{Asked, atlas_of, known_at, question, question_wire};
use super::table::{self, Column, Headings, column, maybe};
use super::wire::codes::Boundaries;
use super::wire::{self, Totals, Unit, VillageSummary};
use super::{App, villages};
use crate::report::words;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(page))
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

#[derive(Debug, Serialize, ToSchema)]
pub struct Centre {
    pub lon: f64,
    pub lat: f64,
}

/// A commune before 2025.
#[derive(Debug, Serialize, ToSchema)]
pub struct Former {
    pub code: u32,
    pub name: String,
    pub kind: String,
    pub district: Option<Unit>,
}

/// A criterion that the order names a commune for; by content at `/api/v1/criteria`. A part
/// without data is *chưa đủ dữ liệu*, never "blocked".
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Criterion {
    pub id: String,
    pub clause: String,
    pub indicator: String,
    /// As the order says it: a commune, or a whole district, of then.
    pub named: String,
    pub text_vi: String,
    pub text_en: String,
    #[schema(format = Date)]
    pub due: Option<String>,
    pub due_inferred: bool,
    /// `passes`, `fails`, `insufficient`.
    pub verdict: &'static str,
    pub verdict_vi: &'static str,
    pub verdict_en: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Commune {
    pub code: u32,
    pub name: String,
    pub kind: String,
    /// Since when it stands: codes were used again. Null: older than our records.
    #[schema(format = Date)]
    pub valid_from: Option<String>,
    pub centre: Option<Centre>,
    /// Kind of boundary that places villages without a stated commune.
    pub boundary: Boundaries,
    pub villages: u32,
    /// Villages without coverage as asked.
    pub gaps: u32,
    pub totals: Totals,
    /// ≥ this many households, with so many villages unknown, in words.
    pub households_vi: String,
    pub households_en: String,
    pub former: Vec<Former>,
    pub criteria: Vec<Criterion>,
}

/// A sum over villages: by an old district, or of those that stand nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct Group {
    /// Null: not known, or not one alone.
    pub unit: Option<Unit>,
    pub totals: Totals,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CommuneList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub question: wire::Question,
    pub boundaries: Boundaries,
    /// Whose communes they are.
    pub province: Option<Unit>,
    /// All villages: the sum of `items` and `unplaced`, of `communes_old`, of `districts_old`.
    pub totals: Totals,
    pub items: Vec<Commune>,
    /// Villages that no commune of today holds for certain.
    pub unplaced: Totals,
    /// The same villages by the districts before 2025.
    pub districts_old: Vec<Group>,
    /// The same villages by the communes before 2025.
    pub communes_old: Vec<Group>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CommunePage {
    #[serde(flatten)]
    pub commune: Commune,
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub question: wire::Question,
    /// Every village, those without coverage first.
    pub items: Vec<VillageSummary>,
}

/// Các xã hiện nay / Today's communes with their villages' verdicts
#[utoipa::path(
    get, path = "/api/v1/communes", tag = "communes", params(Asked, Forms),
    responses((status = 200, content((CommuneList = "application/json"), (String = "text/csv"))))
)]
async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let asked = question(&params, &atlas)?;
    if table::wants_csv(&params, &headers)? {
        let items = commune_list(&atlas, &asked).items;
        return Ok(table::response(table::csv(&COLUMNS, Headings::of(&params)?, items)));
    }
    let known_at = known_at(&params)?.to_string();
    Ok(Json(CommuneList { known_at, ..commune_list(&atlas, &asked) }).into_response())
}

/// The list as known at the Atlas's own time.
pub fn commune_list(atlas: &Atlas, asked: &Question) -> CommuneList {
    let communes = atlas.communes(asked);
    let groups = |by: &BTreeMap<Option<UnitId>, GroupTotals>| -> Vec<Group> {
        by.iter()
            .map(|(unit, totals)| Group {
                unit: unit.and_then(|unit| unit_wire(atlas, unit)),
                totals: (&totals.0).into(),
            })
            .collect()
    };
    CommuneList {
        version: atlas.version.to_string(),
        as_of: asked.day.to_string(),
        known_at: crate::service::today().to_string(),
        question: question_wire(atlas, asked),
        boundaries: boundaries(atlas.areas.any_approximate()),
        province: province(atlas),
        totals: (&communes.groups.whole.0).into(),
        items: communes.items.iter().map(|card| commune(atlas, card, asked.day)).collect(),
        unplaced: (&communes.groups.by_commune.get(&None).copied().unwrap_or_default().0).into(),
        districts_old: groups(&communes.groups.by_district_old),
        communes_old: groups(&communes.groups.by_commune_old),
    }
}

/// Một xã và các thôn của nó / One commune and its villages
#[utoipa::path(
    get, path = "/api/v1/communes/{code}", tag = "communes", params(("code" = u32, Path), Asked),
    responses(
        (status = 200, body = CommunePage),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn page(
    caller: Caller,
    Path(code): Path<String>,
    params: Params,
) -> Result<Json<CommunePage>, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let asked = question(&params, &atlas)?;
    let code: u32 = code.parse().map_err(|_no_code| Problem::not_found())?;
    let communes = atlas.communes(&asked);
    let card = communes.items.iter().find(|card| card.unit.id.code == UnitCode(code));
    let card = card.ok_or_else(Problem::not_found)?;
    Ok(Json(CommunePage {
        version: atlas.version.to_string(),
        as_of: asked.day.to_string(),
        known_at: known_at(&params)?.to_string(),
        question: question_wire(&atlas, &asked),
        items: villages_of(&atlas, card.unit.id, &asked),
        commune: commune(&atlas, card, asked.day),
    }))
}

/// Its villages, worst class first, then by name.
fn villages_of(atlas: &Atlas, unit: UnitId, asked: &Question) -> Vec<VillageSummary> {
    let found = atlas.gaps(&GapQuery {
        question: asked.clone(),
        verdicts: VillageVerdict::ALL.to_vec(),
        area: AreaFilter { commune: Some(unit), ..AreaFilter::default() },
        duty: None,
        grid_power: None,
        especially_hard: None,
        sort: Sort::Name,
    });
    let rank = |verdict| VillageVerdict::ALL.iter().position(|class| *class == verdict);
    let mut rows = found.rows;
    rows.sort_by_key(|row| rank(row.answer.verdict));
    let item = |row: &GapRow| {
        let item = villages::summary(atlas, row.card(), asked, row.answer);
        villages::with_nearest_site(atlas, row.card(), asked.day, item)
    };
    rows.iter().map(item).collect()
}

pub const fn boundaries(approximate: bool) -> Boundaries {
    if approximate { Boundaries::Approximate } else { Boundaries::Official }
}

pub fn unit_wire(atlas: &Atlas, unit: UnitId) -> Option<Unit> {
    atlas.common.units.get(unit).map(unit_of)
}

/// The province of today.
fn province(atlas: &Atlas) -> Option<Unit> {
    let of_today = |unit: &&UnitFact| unit.level == UnitLevel::Province && unit.valid_to.is_none();
    atlas.common.units.iter().find(of_today).map(unit_of)
}

fn unit_of(fact: &UnitFact) -> Unit {
    Unit { code: fact.id.code.0, name: fact.name.clone(), kind: fact.kind.clone() }
}

fn commune(atlas: &Atlas, card: &CommuneCard<'_>, day: Day) -> Commune {
    let all = card.totals.all();
    let gap = [VillageVerdict::NoSignal, VillageVerdict::PartialHole, VillageVerdict::NotAsAsked];
    let (households, unknown) = (all.households, all.villages_households_unknown);
    let (vi, en) = (words::number(households), words::number_en(households));
    let unknown_vi = words::number(unknown.into());
    let unknown_en = words::number_en(unknown.into());
    Commune {
        code: card.unit.id.code.0,
        name: card.unit.name.clone(),
        kind: card.unit.kind.clone(),
        valid_from: Some(card.unit.id.valid_from)
            .filter(|day| *day > Day::EARLIEST)
            .map(|day| day.to_string()),
        centre: card.unit.centre.map(|at| Centre { lon: at.lon_deg(), lat: at.lat_deg() }),
        boundary: boundaries(card.approximate),
        villages: all.villages,
        gaps: gap.iter().map(|verdict| card.totals.of(*verdict).villages).sum(),
        totals: (&card.totals.0).into(),
        households_vi: match (households, unknown) {
            (_, 0) => format!("{vi} hộ"),
            (0, _) => format!("{unknown_vi} thôn chưa rõ số hộ"),
            _ => format!("≥ {vi} hộ, {unknown_vi} thôn chưa rõ số hộ"),
        },
        households_en: match (households, unknown) {
            (_, 0) => format!("{en} households"),
            (0, _) => format!("{unknown_en} villages unknown"),
            _ => format!("≥ {en} households, {unknown_en} villages unknown"),
        },
        former: card.former.iter().map(|fact| former(atlas, fact)).collect(),
        criteria: card.criteria.iter().map(|goal| criterion(atlas, goal, day)).collect(),
    }
}

fn former(atlas: &Atlas, fact: &UnitFact) -> Former {
    let units = &atlas.common.units;
    let mut above = units.ancestors(fact.id).into_iter().filter_map(|id| units.get(id));
    let district = above.find(|unit| unit.level == UnitLevel::District);
    Former {
        code: fact.id.code.0,
        name: fact.name.clone(),
        kind: fact.kind.clone(),
        district: district.map(unit_of),
    }
}

/// Of the unit that the order names, as it was.
fn criterion(atlas: &Atlas, goal: &GoalFact, day: Day) -> Criterion {
    let card = goal.scope.map(|unit| atlas.criterion(unit, &goal.indicator, day));
    let verdict = card.map_or(CriterionVerdict::Insufficient, |card| card.verdict);
    let (verdict, verdict_vi, verdict_en) = verdict_words(verdict);
    Criterion {
        id: goal.id.to_string(),
        clause: goal.clause.clone(),
        indicator: goal.indicator.clone(),
        named: goal.scope_name.clone(),
        text_vi: goal.text_vi.clone(),
        text_en: goal.text_en.clone(),
        due: goal.due.map(|day| day.to_string()),
        due_inferred: goal.due_inferred.is_some(),
        verdict,
        verdict_vi,
        verdict_en,
    }
}

pub const COLUMNS: [Column<Commune>; 14] = [
    column("code", "Mã xã", |commune| commune.code.to_string()),
    column("name", "Tên xã", |commune| commune.name.clone()),
    column("kind", "Loại", |commune| commune.kind.clone()),
    column("villages", "Số thôn", |commune| commune.villages.to_string()),
    column("gaps", "Thôn chưa có sóng", |commune| commune.gaps.to_string()),
    column("no_signal", "Trắng sóng", |commune| commune.totals.no_signal.villages.to_string()),
    column("partial_hole", "Lõm sóng", |commune| {
        commune.totals.partial_hole.villages.to_string()
    }),
    column("not_as_asked", "Có sóng, chưa đáp ứng yêu cầu", |commune| {
        commune.totals.not_as_asked.villages.to_string()
    }),
    column("insufficient", "Chưa đủ dữ liệu", |commune| {
        commune.totals.insufficient.villages.to_string()
    }),
    column("covered", "Đã phủ sóng", |commune| commune.totals.covered.villages.to_string()),
    column("households_vi", "Số hộ", |commune| commune.households_vi.clone()),
    column("former", "Các xã cũ", |commune| {
        let names: Vec<String> = commune
            .former
            .iter()
            .map(|former| match &former.district {
                Some(district) => format!("{} ({})", former.name, district.name),
                None => former.name.clone(),
            })
            .collect();
        names.join("; ")
    }),
    column("criteria", "Tiêu chí được nêu tên", |commune| {
        commune.criteria.iter().map(|c| c.named.clone()).collect::<Vec<_>>().join("; ")
    }),
    column("lon_lat", "Tâm xã", |commune| {
        maybe(commune.centre.as_ref().map(|at| format!("{},{}", at.lon, at.lat)))
    }),
];
