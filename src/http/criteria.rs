//! `GET /api/v1/criteria`: the ICT criterion of new-countryside for the units that the order names,
//! and for any other.

use axum::http::HeaderMap;
use axum::response::Response;
use phusong_atlas::atlas::{
    Atlas, ContentCard, CriterionCard, CriterionVerdict, Open, Served, ServedVillage,
};
use phusong_atlas::domain::{Day, GoalFact, UnitCode, UnitLevel};
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
use super::statistics::{UnitRef, unit_ref};
use super::table::{self, Column, Headings, column};
use super::wire::codes::Verdict;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Which set of the criterion.
const SETS: [(&str, &str); 2] =
    [("ntm", "ict-criterion-ntm"), ("ntm-nang-cao", "ict-criterion-ntm-nang-cao")];

#[derive(Debug)]
struct Which;

impl IntoParams for Which {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let set = "bộ tiêu chí; mặc định cả hai / set; default both";
        vec![
            doc::integer("unit", 1, "mã xã hiện nay; mặc định các xã được nêu tên / of today"),
            doc::integer("commune_old", 1, "mã xã cũ / code of a commune before 2025"),
            doc::word("set", &SETS, set),
            doc::as_of(),
            doc::known_at(),
            doc::word("format", &table::FORMATS, "thay cho Accept / instead of Accept"),
            Headings::parameter(),
        ]
    }
}

/// Fixed or mobile.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ServedBy {
    /// Null: nobody has said.
    pub fixed: Option<bool>,
    pub mobile: Verdict,
    pub mobile_vi: &'static str,
    /// Null: insufficient data.
    pub answer: Option<bool>,
}

impl From<Served> for ServedBy {
    fn from(served: Served) -> Self {
        let mobile = Verdict::from(served.class);
        Self { fixed: served.fixed, mobile, mobile_vi: mobile.words().0, answer: served.answer() }
    }
}

/// A village that decides, or keeps from deciding.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DecidingVillage {
    pub id: String,
    pub name: String,
    pub telephone: ServedBy,
    pub internet: ServedBy,
    /// That it lies in this unit is *suy luận*.
    pub inferred: bool,
}

impl From<&ServedVillage> for DecidingVillage {
    fn from(village: &ServedVillage) -> Self {
        Self {
            id: village.id.to_string(),
            name: village.name.clone(),
            telephone: village.telephone.into(),
            internet: village.internet.into(),
            inferred: village.inferred,
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CriterionContent {
    pub content: String,
    pub text_vi: String,
    pub text_en: String,
    pub source: String,
    pub inferred: Option<String>,
    /// `passes`, `fails`, `insufficient`.
    pub verdict: &'static str,
    pub verdict_vi: &'static str,
    /// Why it is open: `not_loaded`, `not_held`, `villages`, `list_not_whole`.
    pub open: Vec<&'static str>,
    pub why_vi: String,
    pub why_en: String,
    /// Villages without, or else those of which it is not known.
    pub deciding: Vec<DecidingVillage>,
    pub villages: usize,
    /// As a source counted them; null: nobody has.
    pub villages_stated: Option<u32>,
}

/// The criterion of one unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitCriterion {
    /// Id of the goal that names it; null: asked for.
    pub goal: Option<String>,
    pub clause: Option<String>,
    /// As the order has it.
    pub named: Option<String>,
    pub set: String,
    pub unit: UnitRef,
    /// The units of today that hold its ground.
    pub today: Vec<UnitRef>,
    #[schema(format = Date)]
    pub due: Option<String>,
    /// Null: no edition is known for the day.
    pub edition: Option<String>,
    /// `passes`, `fails`, `insufficient`.
    pub verdict: &'static str,
    pub verdict_vi: &'static str,
    pub verdict_en: &'static str,
    pub contents: Vec<CriterionContent>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CriterionCounts {
    pub passes: usize,
    pub fails: usize,
    pub insufficient: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CriterionList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub totals: CriterionCounts,
    pub items: Vec<UnitCriterion>,
}

/// Tiêu chí thông tin và truyền thông của nông thôn mới / The ICT criterion of new-countryside
///
/// By content and by the edition valid on the day; a part without data is *chưa đủ dữ liệu*. Content
/// 8.2 of 2021–2025 asks of every village fixed or mobile telephone, and fixed or mobile internet.
#[utoipa::path(
    get, path = "/api/v1/criteria", tag = "statistics", params(Which),
    responses((status = 200, content((CriterionList = "application/json"), (String = "text/csv"))))
)]
async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let make = move |params: &Params| criterion_list(&atlas, params);
    table::listed(params, &headers, (&COLUMNS, |list: CriterionList| (list.items, None)), make)
        .await
}

pub fn criterion_list(atlas: &Atlas, params: &Params) -> Result<CriterionList, Problem> {
    let day = as_of(params)?;
    let asked = match (params.text("unit"), params.text("commune_old")) {
        (None, None) => None,
        (Some(_), None) => Some(("unit", true)),
        (None, Some(_)) => Some(("commune_old", false)),
        _ => return Err(params.bad("unit", "không cùng commune_old", "not with commune_old")),
    };
    let set = params.word("set", &SETS)?;
    let items: Vec<UnitCriterion> = match asked {
        None => atlas
            .named_criteria(day)
            .iter()
            .filter(|named| set.is_none_or(|set| named.goal.indicator == set))
            .map(|named| {
                unit_criterion(atlas, Some(named.goal), &named.goal.indicator, &named.card)
            })
            .collect(),
        Some((name, today)) => one(atlas, params, name, today, day)?,
    };
    let count = |verdict: &str| items.iter().filter(|item| item.verdict == verdict).count();
    Ok(CriterionList {
        version: atlas.version.to_string(),
        as_of: day.to_string(),
        known_at: known_at(params)?.to_string(),
        totals: CriterionCounts {
            passes: count("passes"),
            fails: count("fails"),
            insufficient: count("insufficient"),
        },
        items,
    })
}

fn one(
    atlas: &Atlas,
    params: &Params,
    name: &str,
    today: bool,
    day: Day,
) -> Result<Vec<UnitCriterion>, Problem> {
    let code = params.parse::<u32>(name)?.map(UnitCode);
    let mut units = code.into_iter().flat_map(|code| atlas.common.units.with_code(code));
    let unit = units
        .find(|unit| unit.level == UnitLevel::Commune && unit.valid_to.is_none() == today)
        .ok_or_else(|| params.bad(name, "không có xã này", "there is no such commune"))?;
    let sets = match params.word("set", &SETS)? {
        Some(set) => vec![set],
        None => SETS.map(|(_, set)| set).to_vec(),
    };
    let cards = sets.into_iter().map(|set| (set, atlas.criterion(unit.id, set, day)));
    Ok(cards.map(|(set, card)| unit_criterion(atlas, None, set, &card)).collect())
}

pub const fn verdict_words(
    verdict: CriterionVerdict,
) -> (&'static str, &'static str, &'static str) {
    match verdict {
        CriterionVerdict::Passes => ("passes", "đạt", "passes"),
        CriterionVerdict::Fails => ("fails", "chưa đạt", "fails"),
        CriterionVerdict::Insufficient => ("insufficient", "chưa đủ dữ liệu", "insufficient data"),
    }
}

fn unit_criterion(
    atlas: &Atlas,
    goal: Option<&GoalFact>,
    set: &str,
    card: &CriterionCard<'_>,
) -> UnitCriterion {
    let units = &atlas.common.units;
    let (verdict, verdict_vi, verdict_en) = verdict_words(card.verdict);
    UnitCriterion {
        goal: goal.map(|goal| goal.id.to_string()),
        clause: goal.map(|goal| goal.clause.clone()),
        named: goal.map(|goal| goal.scope_name.clone()),
        set: set.to_owned(),
        unit: unit_ref(units, card.unit),
        today: atlas.today_of(card.unit).into_iter().map(|unit| unit_ref(units, unit)).collect(),
        due: goal.and_then(|goal| goal.due).map(|day| day.to_string()),
        edition: card.edition.map(str::to_owned),
        verdict,
        verdict_vi,
        verdict_en,
        contents: card.contents.iter().map(content).collect(),
    }
}

fn content(card: &ContentCard<'_>) -> CriterionContent {
    let (verdict, verdict_vi, _) = verdict_words(card.verdict);
    let (why_vi, why_en) = why(card);
    CriterionContent {
        content: card.fact.content.clone(),
        text_vi: card.fact.text_vi.clone(),
        text_en: card.fact.text_en.clone(),
        source: card.fact.source.clone(),
        inferred: card.fact.inferred.clone(),
        verdict,
        verdict_vi,
        open: card.open.iter().map(|open| open_word(*open)).collect(),
        why_vi,
        why_en,
        deciding: card.deciding.iter().map(DecidingVillage::from).collect(),
        villages: card.villages,
        villages_stated: card.villages_stated,
    }
}

const fn open_word(open: Open) -> &'static str {
    match open {
        Open::NotLoaded => "not_loaded",
        Open::NotHeld => "not_held",
        Open::Villages => "villages",
        Open::ListNotWhole => "list_not_whole",
    }
}

/// What decides it, as a sentence.
fn why(card: &ContentCard<'_>) -> (String, String) {
    let names: Vec<&str> = card.deciding.iter().map(|village| village.name.as_str()).collect();
    let names = names.join(", ");
    if card.verdict == CriterionVerdict::Fails {
        return (format!("thiếu dịch vụ: {names}"), format!("without service: {names}"));
    }
    let mut vi = Vec::new();
    let mut en = Vec::new();
    for open in &card.open {
        let (one_vi, one_en) = match open {
            Open::NotLoaded => ("nội dung chưa được nạp".into(), "its text is not loaded".into()),
            Open::NotHeld => ("hệ thống không có số liệu này".into(), "nothing is filed".into()),
            Open::Villages => (format!("chưa rõ ở: {names}"), format!("not known of: {names}")),
            Open::ListNotWhole => match card.villages_stated {
                Some(stated) => (
                    format!("mới biết {} trong {stated} thôn", card.villages),
                    format!("{} of {stated} villages are listed", card.villages),
                ),
                None => (
                    "chưa rõ đơn vị có bao nhiêu thôn".into(),
                    "how many villages it has is not known".into(),
                ),
            },
        };
        vi.push(one_vi);
        en.push(one_en);
    }
    (vi.join("; "), en.join("; "))
}

const COLUMNS: [Column<UnitCriterion>; 9] = [
    column("unit_code", "Mã đơn vị", |item| item.unit.code.to_string()),
    column("unit", "Đơn vị", |item| item.unit.label.clone()),
    column("today", "Xã hiện nay", |item| {
        item.today.iter().map(|unit| unit.label.clone()).collect::<Vec<_>>().join("; ")
    }),
    column("named", "Tên trong kế hoạch", |item| item.named.clone().unwrap_or_default()),
    column("set", "Bộ tiêu chí", |item| item.set.clone()),
    column("edition", "Giai đoạn", |item| item.edition.clone().unwrap_or_default()),
    column("verdict_vi", "Đánh giá", |item| item.verdict_vi.to_owned()),
    column("due", "Hạn", |item| item.due.clone().unwrap_or_default()),
    column("why_vi", "Vì sao", |item| {
        let why = item.contents.iter().filter(|content| !content.why_vi.is_empty());
        why.map(|content| format!("{}: {}", content.content, content.why_vi))
            .collect::<Vec<_>>()
            .join("; ")
    }),
];
