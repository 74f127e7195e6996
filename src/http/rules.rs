//! `/api/v1/rules`: rule sets on file, what another would move, and loading one.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use phusong_atlas::atlas::{
    Atlas, Held, Households, Question, ReasonRole, RuleMove, RulePart, RuleStanding, VillageCard,
    content_hash, rule_moves,
};
use phusong_atlas::domain::{
    Day, Independence, MeasurementRule, RuleSet, RuleSetId, Slug, Technology,
};
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{Received, idempotency_key, media_type};
use super::communes::unit_wire;
use super::params::doc::Paging;
use super::params::{self, Params, doc};
use super::problem::{Kind, Problem, Rendered};
use super::question::{Asked, atlas_now, question, question_wire};
use super::reports::answered;
use super::table::{self, Column, Tabled, column, joined, maybe};
use super::wire::codes::{Flag, Verdict};
use super::wire::{self, Acted, EntryRef, Finding, Reason, Unit};
use super::{App, blocking};
use crate::report::words;
use crate::service::KnownRules;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, load)).routes(routes!(preview)).routes(routes!(diff))
}

/// One number or word of a rule set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Setting {
    pub key: String,
    pub text_vi: &'static str,
    pub text_en: &'static str,
    pub value: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RuleSetOnFile {
    pub entry: EntryRef,
    #[serde(flatten)]
    pub rule_set: wire::RuleSet,
    /// Null: since before our records.
    #[schema(format = Date)]
    pub valid_from: Option<String>,
    pub source: String,
    /// This actor's verdicts follow it.
    pub in_force: bool,
    pub settings: Vec<Setting>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RuleSets {
    pub version: String,
    pub items: Vec<RuleSetOnFile>,
}

/// Các bộ tiêu chí trong sổ / Rule sets on file
#[utoipa::path(
    get, path = "/api/v1/rules", tag = "rules", responses((status = 200, body = RuleSets))
)]
async fn list(caller: Caller) -> Result<Json<RuleSets>, Problem> {
    let atlas = atlas_now(&caller).await?;
    blocking(move || {
        let known = caller.service.rule_sets(&caller.actor.scope());
        Ok(Json(on_file(&atlas, &known)))
    })
    .await
}

pub fn on_file(atlas: &Atlas, known: &[KnownRules]) -> RuleSets {
    let items = known.iter().map(RuleSetOnFile::from).collect();
    RuleSets { version: atlas.version.to_string(), items }
}

impl From<&KnownRules> for RuleSetOnFile {
    fn from(known: &KnownRules) -> Self {
        let rules = &known.rules;
        Self {
            entry: EntryRef { report: known.report.to_string(), row: known.row.get() },
            rule_set: rules.into(),
            valid_from: (rules.valid_from > Day::EARLIEST).then(|| rules.valid_from.to_string()),
            source: rules.source.clone(),
            in_force: known.in_force,
            settings: settings(rules),
        }
    }
}

/// Every number of a rule set, in the order of its file.
pub fn settings(rules: &RuleSet) -> Vec<Setting> {
    let mut all = Vec::new();
    let mut add = |key: &str, (text_vi, text_en): (&'static str, &'static str), value: String| {
        all.push(Setting { key: key.to_owned(), text_vi, text_en, value });
    };
    let base = rules.base.iter().map(|(from, technology)| {
        let from = if *from > Day::EARLIEST { from.to_string() } else { "…".to_owned() };
        format!("{from}: {technology}")
    });
    let base = base.collect::<Vec<_>>().join("; ");
    add("base", ("công nghệ tối thiểu từ ngày", "base technology from"), base);
    for (key, text, months) in periods(rules) {
        add(key, text, months.to_string());
    }
    if let Some(hours) = rules.outage_stale_hours {
        let text = ("mất liên lạc quá hạn cập nhật sau (giờ)", "an outage is stale after, hours");
        add("outage_stale_hours", text, hours.to_string());
    }
    let independence = match rules.independence {
        Independence::Source => "source",
        Independence::SourceAndKind => "source_and_kind",
    };
    let text = ("hai nguồn độc lập khi khác", "two are independent that differ in");
    add("independence", text, independence.to_owned());
    for (key, text, value) in measured(&rules.measurement) {
        add(key, text, value);
    }
    let rule = &rules.measurement;
    for technology in Technology::ALL {
        let level = rule.good_level_ddbm[technology.index()];
        if let Some(ddbm) = level {
            let key = format!("good_level.{technology}");
            add(
                &key,
                ("mức tốt ngoài trời (dBm)", "good outdoors, dBm"),
                (f64::from(ddbm) / 10.0).to_string(),
            );
        }
        if let Some(reach_m) = rules.reach_m[technology.index()] {
            let key = format!("reach_m.{technology}");
            add(&key, ("tầm phủ của trạm (m)", "reach of a site, m"), reach_m.to_string());
        }
    }
    all
}

/// How long what is said counts.
const fn periods(rules: &RuleSet) -> [(&'static str, (&'static str, &'static str), u32); 4] {
    [
        (
            "shelf_life_months",
            ("hạn dùng của phản đối (tháng)", "shelf life, months"),
            rules.shelf_life_months,
        ),
        // A file whose inventories keep otherwise than oppositions is not taken.
        (
            "attestation_months",
            (
                "bản kê quá hạn nếu không được xác nhận lại sau (tháng)",
                "an inventory not attested for so long is flagged, months",
            ),
            rules.shelf_life_months,
        ),
        (
            "ageing_months",
            ("giảm một bậc sau (tháng)", "one grade less after, months"),
            rules.ageing_months,
        ),
        (
            "pair_window_months",
            ("hai phản đối cách nhau (tháng)", "two oppositions pair within, months"),
            rules.pair_window_months,
        ),
    ]
}

/// The numbers of a measurement, in the order of the file.
fn measured(rule: &MeasurementRule) -> [(&'static str, (&'static str, &'static str), String); 8] {
    [
        (
            "span_days",
            ("một bộ đo kéo dài (ngày)", "a set spans, days"),
            rule.span_days.to_string(),
        ),
        (
            "radius_m",
            ("bán kính quanh cụm (m)", "radius around the cluster, m"),
            rule.radius_m.to_string(),
        ),
        ("cell_m", ("ô lưới (m)", "grid cell, m"), rule.cell_m.to_string()),
        (
            "wilson_z",
            ("z của khoảng Wilson", "z of the Wilson interval"),
            rule.wilson_z.to_string(),
        ),
        ("good_share", ("tỷ lệ tốt cần đạt", "good share"), rule.good_share.to_string()),
        ("oppose_p", ("mức ý nghĩa để phản đối", "level to oppose"), rule.oppose_p.to_string()),
        (
            "oppose_failures",
            ("số lần hỏng để phản đối", "failures to oppose"),
            rule.oppose_failures.to_string(),
        ),
        (
            "oppose_failure_days",
            ("… trong số ngày", "… on days"),
            rule.oppose_failure_days.to_string(),
        ),
    ]
}

/// One number in which the two differ.
#[derive(Debug, Serialize, ToSchema)]
pub struct Difference {
    pub key: String,
    pub text_vi: &'static str,
    pub text_en: &'static str,
    /// Null: not stated.
    pub a: Option<String>,
    pub b: Option<String>,
}

fn differences(a: &RuleSet, b: &RuleSet) -> Vec<Difference> {
    let (of_a, of_b) = (settings(a), settings(b));
    let keys: BTreeSet<&str> =
        of_a.iter().chain(&of_b).map(|setting| setting.key.as_str()).collect();
    let mut all: Vec<Difference> = Vec::new();
    for setting in of_a.iter().chain(&of_b) {
        if !keys.contains(setting.key.as_str()) || all.iter().any(|known| known.key == setting.key)
        {
            continue;
        }
        let value = |settings: &[Setting]| {
            let found = settings.iter().find(|other| other.key == setting.key);
            found.map(|found| found.value.clone())
        };
        let (a, b) = (value(&of_a), value(&of_b));
        if a != b {
            let Setting { key, text_vi, text_en, .. } = setting.clone();
            all.push(Difference { key, text_vi, text_en, a, b });
        }
    }
    all
}

/// Which two.
#[derive(Debug)]
struct Pair;

impl IntoParams for Pair {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::text(
                "a",
                "MÃ:PHIÊN-BẢN / ID:VERSION; mặc định bộ đang áp dụng / default the one in force",
            ),
            doc::needed(doc::text("b", "MÃ:PHIÊN-BẢN / ID:VERSION")),
        ]
    }
}

/// A village that is another class under the other rule set, or has other flags.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleMoveItem {
    pub village: String,
    pub name: Option<String>,
    pub commune: Option<Unit>,
    pub households: Option<u32>,
    /// Null: not there that day.
    pub under_a: Option<Verdict>,
    pub under_b: Option<Verdict>,
    pub flags_a: Vec<Flag>,
    pub flags_b: Vec<Flag>,
    /// Another class, not only other flags.
    pub moves: bool,
    pub because: Vec<Reason>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RulesDiff {
    pub version: String,
    pub a: wire::RuleSet,
    pub b: wire::RuleSet,
    #[schema(format = Date)]
    pub as_of: String,
    pub question: wire::Question,
    pub settings: Vec<Difference>,
    /// Villages that are another class.
    pub moves: usize,
    /// Villages with only other flags.
    pub flags_only: usize,
    /// Of those that move, as far as known.
    pub households: u64,
    /// Of those that move, villages of which the households are unknown.
    pub villages_households_unknown: u32,
    pub items: Vec<RuleMoveItem>,
    pub next: Option<String>,
}

/// Thôn nào đổi đánh giá dưới bộ tiêu chí khác, và vì sao / Which villages another rule set would move, and why
#[utoipa::path(
    get, path = "/api/v1/rules/diff", tag = "rules", params(Pair, AskedNow, Tabled, Paging),
    responses(
        (status = 200, content((RulesDiff = "application/json"), (String = "text/csv"))),
        (status = 404, body = Rendered, content_type = "application/problem+json", description = "không có bộ tiêu chí này / no such rule set"),
    )
)]
async fn diff(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let now = atlas_now(&caller).await?;
    let asked = question(&params, &now)?;
    let a = rule_set_id(&params, "a")?.unwrap_or_else(|| now.common.rules.id.clone());
    let needed =
        || params.bad("b", "cần bộ tiêu chí để so", "the rule set to compare with is needed");
    let b = rule_set_id(&params, "b")?.ok_or_else(needed)?;
    let make = move |params: &Params| {
        let under = |id: &RuleSetId| {
            let atlas = caller.service.atlas_under(&caller.actor.scope(), id);
            atlas.ok_or_else(Problem::not_found)
        };
        compared(params, &now, (&under(&a)?, &under(&b)?), &asked)
    };
    table::listed(params, &headers, (&COLUMNS, |found: RulesDiff| (found.items, found.next)), make)
        .await
}

const COLUMNS: [Column<RuleMoveItem>; 11] = [
    column("village", "Mã thôn", |item| item.village.clone()),
    column("name", "Thôn", |item| maybe(item.name.as_ref())),
    column("commune", "Xã", |item| maybe(item.commune.as_ref().map(|unit| &unit.name))),
    column("households", "Số hộ", |item| maybe(item.households)),
    column("under_a", "Mã theo bộ a", |item| maybe(item.under_a.map(Verdict::as_str))),
    column("under_b", "Mã theo bộ b", |item| maybe(item.under_b.map(Verdict::as_str))),
    column("under_a_vi", "Theo bộ a", |item| maybe(item.under_a.map(|one| one.words().0))),
    column("under_b_vi", "Theo bộ b", |item| maybe(item.under_b.map(|one| one.words().0))),
    column("flags_a_vi", "Lưu ý theo bộ a", |item| {
        joined(item.flags_a.iter().map(|one| one.vi()))
    }),
    column("flags_b_vi", "Lưu ý theo bộ b", |item| {
        joined(item.flags_b.iter().map(|one| one.vi()))
    }),
    column("because_vi", "Vì", |item| joined(item.because.iter().map(|reason| &*reason.text_vi))),
];

/// [`Asked`] of what is known now: a rule set is compared before it is adopted.
#[derive(Debug)]
struct AskedNow;

impl IntoParams for AskedNow {
    fn into_params(inside: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Asked::into_params(inside).into_iter().filter(|asked| asked.name != "known_at").collect()
    }
}

fn rule_set_id(params: &Params, name: &str) -> Result<Option<RuleSetId>, Problem> {
    let Some(text) = params.text(name) else { return Ok(None) };
    let id = text.split_once(':').and_then(|(id, version)| {
        Some(RuleSetId { id: Slug::new(id).ok()?, version: version.parse().ok()? })
    });
    id.map(Some).ok_or_else(|| params.bad(name, "cần MÃ:PHIÊN-BẢN", "ID:VERSION is needed"))
}

/// The comparison of two views: for the command line too.
pub fn compared(
    params: &Params,
    now: &Atlas,
    (a, b): (&Arc<Atlas>, &Arc<Atlas>),
    asked: &Question,
) -> Result<RulesDiff, Problem> {
    let found = rule_moves(a, b, asked);
    let ids = (&a.common.rules.id, &b.common.rules.id);
    let bound = content_hash(&(now.version, ids, format!("{asked:?}")));
    let (limit, offset) = (params.limit()?, params.offset(bound)?);
    let moves = found.iter().filter(|moved| moved.moves()).count();
    let mut counted = Households::default();
    for moved in found.iter().filter(|moved| moved.moves()) {
        let card = a.village(&moved.village).map(|(_, card)| card);
        counted.count(card.and_then(|card| card.households_on(asked.day)));
    }
    Ok(RulesDiff {
        version: now.version.to_string(),
        a: (&*a.common.rules).into(),
        b: (&*b.common.rules).into(),
        as_of: asked.day.to_string(),
        question: question_wire(now, asked),
        settings: differences(&a.common.rules, &b.common.rules),
        moves,
        flags_only: found.len() - moves,
        households: counted.households,
        villages_households_unknown: counted.villages_households_unknown,
        items: found
            .iter()
            .skip(offset)
            .take(limit)
            .map(|moved| item((a, b), moved, asked.day))
            .collect(),
        next: params::next(bound, offset + limit, found.len()),
    })
}

fn item((a, b): (&Atlas, &Atlas), moved: &RuleMove, day: Day) -> RuleMoveItem {
    let of = |atlas| Atlas::village(atlas, &moved.village).map(|(_, card)| card);
    let card = of(a);
    let home = card.and_then(|card| a.units_of(card, day).commune);
    let fact = card.and_then(|card| card.fact_on(day));
    let verdict = |held: Held| held.map(|held| Verdict::from(held.verdict));
    let flags = |held: Held| held.map(|held| Flag::of(held.flags, false)).unwrap_or_default();
    let base = moved.base.map(|(from, to)| Reason {
        text_vi: format!("Công nghệ tối thiểu của ngày: {from} so với {to}."),
        text_en: format!("Base technology of the day: {from} against {to}."),
        role: wire::ReasonRole::Note,
        source: None,
        entries: Vec::new(),
        grade: None,
        day: None,
        site: None,
    });
    let other = of(b);
    let parts = moved.parts.iter().map(|part| because(a, (card, other), part));
    RuleMoveItem {
        village: moved.village.to_string(),
        name: fact.map(|fact| fact.name.clone()),
        commune: home.and_then(|unit| unit_wire(a, unit)),
        households: card.and_then(|card| card.households_on(day)),
        under_a: verdict(moved.under_a),
        under_b: verdict(moved.under_b),
        flags_a: flags(moved.under_a),
        flags_b: flags(moved.under_b),
        moves: moved.moves(),
        because: base.into_iter().chain(parts).collect(),
    }
}

/// What a statement weighs under each.
fn because(
    atlas: &Atlas,
    cards: (Option<&VillageCard>, Option<&VillageCard>),
    part: &RulePart,
) -> Reason {
    let clusters = [cards.0, cards.1].into_iter().flatten().flat_map(|card| &card.clusters);
    let mut said = clusters.flat_map(|cluster| &cluster.world.said);
    let said = said.find(|said| said.evidence == part.evidence);
    let (vi, en) = words::what(atlas, said);
    let (a_vi, a_en) = standing(part.under_a);
    let (b_vi, b_en) = standing(part.under_b);
    let role = part.under_a.or(part.under_b).map(|standing| standing.role);
    Reason {
        text_vi: format!("{vi}: {a_vi} → {b_vi}."),
        text_en: format!("{en}: {a_en} → {b_en}."),
        role: match role {
            Some(ReasonRole::Support) => wire::ReasonRole::Support,
            Some(ReasonRole::Opposition) => wire::ReasonRole::Opposition,
            None => wire::ReasonRole::Note,
        },
        source: said.map(|said| said.kind.into()),
        entries: part.rows.iter().map(Into::into).collect(),
        grade: part.under_b.map(|standing| standing.grade.into()),
        day: said.map(|said| said.from.to_string()),
        site: None,
    }
}

fn standing(standing: Option<RuleStanding>) -> (String, String) {
    let Some(RuleStanding { step, grade, stale, .. }) = standing else {
        return ("không tính".to_owned(), "plays no part".to_owned());
    };
    let (vi, en) = words::fate(step);
    let (late_vi, late_en) = if stale { (", quá hạn", ", stale") } else { ("", "") };
    (format!("{vi} ({grade}{late_vi})"), format!("{en} ({grade}{late_en})"))
}

/// What a file would be refused for, and what it says.
#[derive(Debug, Serialize, ToSchema)]
pub struct RulesPreview {
    /// Null: it would be refused.
    pub rule_set: Option<wire::RuleSet>,
    pub settings: Vec<Setting>,
    pub findings: Vec<Finding>,
}

/// Kiểm tra thử một bộ tiêu chí / What a rule set's file would be refused for
#[utoipa::path(
    post, path = "/api/v1/rules/preview", tag = "rules", security(("key" = [])),
    request_body(content = String, content_type = "application/toml", description = "như `geodata/rules/*.toml` / as those"),
    responses((status = 200, body = RulesPreview))
)]
async fn preview(
    caller: Caller,
    headers: HeaderMap,
    Received(bytes): Received,
) -> Result<Json<RulesPreview>, Problem> {
    if !caller.actor.may(crate::service::Action::Decide) {
        return Err(Problem::forbidden());
    }
    let text = toml_text(&headers, &bytes)?.to_owned();
    blocking(move || {
        Ok(Json(match caller.service.check_rules(&text) {
            Ok(rules) => RulesPreview {
                rule_set: Some((&rules).into()),
                settings: settings(&rules),
                findings: Vec::new(),
            },
            Err(findings) => RulesPreview {
                rule_set: None,
                settings: Vec::new(),
                findings: findings.into_iter().map(Into::into).collect(),
            },
        }))
    })
    .await
}

/// Nạp một bộ tiêu chí (cán bộ) / Files a rule set (officers)
///
/// From then on it can be compared and, by a decision, adopted; nothing follows it yet.
#[utoipa::path(
    post, path = "/api/v1/rules", tag = "rules", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content = String, content_type = "application/toml", description = "như `geodata/rules/*.toml` / as those"),
    responses((status = 201, body = Acted), (status = 200, body = Acted, description = "đã gửi trước đó / filed before"))
)]
async fn load(
    caller: Caller,
    headers: HeaderMap,
    Received(bytes): Received,
) -> Result<(StatusCode, Json<Acted>), Problem> {
    if !caller.actor.may(crate::service::Action::Decide) {
        return Err(Problem::forbidden());
    }
    let key = idempotency_key(&headers)?;
    let text = toml_text(&headers, &bytes)?.to_owned();
    blocking(move || {
        Ok(answered(&caller.service.load_rules(&caller.actor, &text, key.as_deref())?))
    })
    .await
}

fn toml_text<'a>(headers: &HeaderMap, bytes: &'a [u8]) -> Result<&'a str, Problem> {
    if media_type(headers) != "application/toml" {
        let (vi, en) = ("Cần application/toml", "application/toml is needed");
        return Err(Problem::new(Kind::ContentType).because(vi, en));
    }
    std::str::from_utf8(bytes)
        .map_err(|_not_utf8| Problem::body("Tệp không phải UTF-8", "The file is not UTF-8"))
}
