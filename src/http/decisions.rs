//! `/api/v1/decisions`: what an officer decides, and what there is to decide on.

use std::num::NonZeroU32;

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{Comparator, DenominatorOf, IndicatorKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{JsonBody, idempotency_key};
use super::communes::unit_wire;
use super::problem::Problem;
use super::question::atlas_now;
use super::reports::{answered, party, person};
use super::wire::codes::Technology;
use super::wire::{Acted, EntryRef, Person, RuleSet, Unit};
use super::{App, blocking};
use crate::service::{
    Awaited, KnownRules, KnownSunset, NewIndicator, NewTarget, Ruling, Service, UnitCounted,
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(docket, decide))
}

/// A row of the ledger.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RowBody {
    report: String,
    /// From 1.
    #[schema(value_type = u32, minimum = 1)]
    row: NonZeroU32,
}

/// An opposition is answered for one carrier, with the cause accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetAside {
    report: String,
    /// From 1.
    #[schema(value_type = u32, minimum = 1)]
    row: NonZeroU32,
    carrier: String,
    cause: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdoptRuleSet {
    id: String,
    version: u32,
    /// A day that has come.
    #[schema(format = Date)]
    from: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RestrictSite {
    carrier: String,
    code: String,
}

/// Several sites on one mast.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShareStructure {
    sites: Vec<RestrictSite>,
    /// The document it stands on.
    source: String,
}

/// What an indicator of the department's own counts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DefineIndicator {
    id: String,
    name_vi: String,
    name_en: String,
    kind: IndicatorKindCode,
    denominator_of: DenominatorOfCode,
    numerator_vi: String,
    numerator_en: String,
    denominator_vi: String,
    denominator_en: String,
    /// Who is to file it; none: every terrestrial network.
    #[serde(default)]
    carriers: Vec<String>,
    source: String,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum IndicatorKindCode {
    Share,
    PerHundred,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DenominatorOfCode {
    Carrier,
    Place,
}

/// A target of the department's own: a figure of a unit, against a bar.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetTarget {
    id: String,
    /// Of the plan or document that sets it.
    clause: String,
    /// Of `GET /api/v1/indicators`.
    indicator: String,
    comparator: ComparatorCode,
    threshold: f64,
    /// With `valid_from`, since codes were reused; null: older than our records.
    code: u32,
    #[schema(format = Date)]
    valid_from: Option<String>,
    #[schema(format = Date)]
    due: Option<String>,
    owner: String,
    text_vi: String,
    text_en: String,
    source: String,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ComparatorCode {
    /// `>`: exactly the threshold has not met it.
    Above,
    AtLeast,
}

/// The villages of a commune, or the households of a unit that went to a successor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CountUnit {
    /// With `valid_from`, since codes were reused; null: older than our records.
    code: u32,
    #[schema(format = Date)]
    valid_from: Option<String>,
    #[schema(format = Date)]
    day: String,
    villages: Option<u32>,
    /// Code of the successor on `day`.
    to: Option<u32>,
    households: Option<u32>,
    source: String,
}

/// Exactly one of these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DecisionBody {
    /// Bác một ý kiến phản đối cho một nhà mạng.
    SetAside(SetAside),
    /// Xác nhận một lần ngừng công nghệ.
    ConfirmSunset(RowBody),
    /// Áp dụng bộ tiêu chí.
    AdoptRuleSet(AdoptRuleSet),
    /// Hạn chế xem một trạm (người duyệt; quản lý của doanh nghiệp có trạm).
    RestrictSite(RestrictSite),
    /// Các trạm dùng chung một vị trí cột.
    ShareStructure(ShareStructure),
    /// Định nghĩa một chỉ tiêu.
    DefineIndicator(DefineIndicator),
    /// Đặt một chỉ tiêu phải đạt.
    SetTarget(SetTarget),
    /// Số thôn của một xã; số hộ của một đơn vị đã chia.
    CountUnit(CountUnit),
}

impl From<DecisionBody> for Ruling {
    fn from(body: DecisionBody) -> Self {
        match body {
            DecisionBody::SetAside(SetAside { report, row, carrier, cause }) => {
                Self::SetAside { report, row: row.into(), carrier, cause }
            }
            DecisionBody::ConfirmSunset(RowBody { report, row }) => {
                Self::ConfirmSunset { report, row: row.into() }
            }
            DecisionBody::AdoptRuleSet(AdoptRuleSet { id, version, from }) => {
                Self::AdoptRuleSet { id, version, from }
            }
            DecisionBody::RestrictSite(RestrictSite { carrier, code }) => {
                Self::RestrictSite { carrier, code }
            }
            DecisionBody::DefineIndicator(body) => Self::DefineIndicator(Box::new(body.into())),
            DecisionBody::SetTarget(body) => Self::SetTarget(Box::new(body.into())),
            DecisionBody::CountUnit(body) => Self::CountUnit(UnitCounted {
                code: body.code,
                valid_from: body.valid_from,
                day: body.day,
                villages: body.villages,
                to: body.to,
                households: body.households,
                source: body.source,
            }),
            DecisionBody::ShareStructure(ShareStructure { sites, source }) => {
                let sites = sites.into_iter().map(|site| (site.carrier, site.code)).collect();
                Self::ShareStructure { sites, source }
            }
        }
    }
}

impl From<DefineIndicator> for NewIndicator {
    fn from(body: DefineIndicator) -> Self {
        Self {
            id: body.id,
            names: (body.name_vi, body.name_en),
            kind: match body.kind {
                IndicatorKindCode::Share => IndicatorKind::Share,
                IndicatorKindCode::PerHundred => IndicatorKind::PerHundred,
            },
            denominator_of: match body.denominator_of {
                DenominatorOfCode::Carrier => DenominatorOf::Carrier,
                DenominatorOfCode::Place => DenominatorOf::Place,
            },
            numerator: (body.numerator_vi, body.numerator_en),
            denominator: (body.denominator_vi, body.denominator_en),
            carriers: body.carriers,
            source: body.source,
        }
    }
}

impl From<SetTarget> for NewTarget {
    fn from(body: SetTarget) -> Self {
        Self {
            id: body.id,
            clause: body.clause,
            indicator: body.indicator,
            comparator: match body.comparator {
                ComparatorCode::Above => Comparator::Above,
                ComparatorCode::AtLeast => Comparator::AtLeast,
            },
            threshold: body.threshold,
            unit: (body.code, body.valid_from),
            due: body.due,
            owner: body.owner,
            texts: (body.text_vi, body.text_en),
            source: body.source,
        }
    }
}

/// An announced end of a technology: it counts once an officer confirms it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sunset {
    pub entry: EntryRef,
    /// Null: every carrier.
    pub carrier: Option<String>,
    pub technology: Technology,
    /// Empty: everywhere.
    pub units: Vec<Unit>,
    #[schema(format = Date)]
    pub first_day_without: String,
    pub source: String,
    pub confirmed: bool,
    /// Who confirmed it, for those who may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<Person>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RulesOnFile {
    pub entry: EntryRef,
    #[serde(flatten)]
    pub rule_set: RuleSet,
    pub source: String,
    pub in_force: bool,
    /// Who filed it, for those who may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Person>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RestrictedSite {
    pub carrier: String,
    pub code: String,
    /// Who restricted it, for those who may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Person>,
}

/// What needs a second person.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AwaitedCode {
    Villages,
    Goal,
    Restriction,
}

/// *Chờ người thứ hai*: others count it only once another account publishes it
/// (`/reports/{id}/publish`).
#[derive(Debug, Serialize, ToSchema)]
pub struct AwaitingSecond {
    pub report: String,
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// A carrier's id, `department` or `commune:CODE`.
    pub owner: String,
    pub filed_by: String,
    /// Who filed it.
    pub by: Option<Person>,
    pub what: AwaitedCode,
    pub rows: usize,
    /// The asker may be the second.
    pub may_publish: bool,
}

/// What there is to decide on, in this actor's view.
#[derive(Debug, Serialize, ToSchema)]
pub struct Docket {
    pub sunsets: Vec<Sunset>,
    pub rule_sets: Vec<RulesOnFile>,
    /// Villages with an open dispute.
    pub disputed: Vec<String>,
    /// Only for those who may see them.
    pub restricted: Vec<RestrictedSite>,
    /// Only for those who may know of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awaiting_second: Vec<AwaitingSecond>,
}

/// Những việc để quyết định / What there is to decide on
#[utoipa::path(
    get, path = "/api/v1/decisions", tag = "decisions", responses((status = 200, body = Docket))
)]
async fn docket(caller: Caller) -> Result<Json<Docket>, Problem> {
    let atlas = atlas_now(&caller).await?;
    blocking(move || told(&atlas, &caller).map(Json)).await
}

fn told(atlas: &Atlas, caller: &Caller) -> Result<Docket, Problem> {
    let service = &caller.service;
    let docket = service.docket(&caller.actor.scope());
    let sunsets = docket.sunsets.iter().map(|known| sunset_wire(atlas, service, known));
    let rule_sets = docket.rule_sets.iter().map(|known| {
        let by = person(service, known.filed_by.as_ref())?;
        Ok(RulesOnFile { by, ..known.into() })
    });
    let restricted = docket.restricted.iter().map(|(site, by)| {
        Ok(RestrictedSite {
            carrier: site.carrier.to_string(),
            code: site.code.as_str().to_owned(),
            by: person(service, by.as_ref())?,
        })
    });
    let awaiting = service.awaiting_second(&caller.actor);
    let awaiting = awaiting.into_iter().map(|one| {
        Ok(AwaitingSecond {
            report: one.report.to_string(),
            recorded_at: one.recorded_at.to_string(),
            owner: party(&one.owner),
            filed_by: party(&one.filed_by),
            by: person(service, one.person.as_ref())?,
            what: match one.what {
                Awaited::Villages => AwaitedCode::Villages,
                Awaited::Goal => AwaitedCode::Goal,
                Awaited::Restriction => AwaitedCode::Restriction,
            },
            rows: one.rows,
            may_publish: one.is_mine_to_publish,
        })
    });
    Ok(Docket {
        sunsets: sunsets.collect::<Result<_, Problem>>()?,
        rule_sets: rule_sets.collect::<Result<_, Problem>>()?,
        disputed: docket.disputed.iter().map(ToString::to_string).collect(),
        restricted: restricted.collect::<Result<_, Problem>>()?,
        awaiting_second: awaiting.collect::<Result<_, Problem>>()?,
    })
}

fn sunset_wire(atlas: &Atlas, service: &Service, known: &KnownSunset) -> Result<Sunset, Problem> {
    Ok(Sunset {
        entry: EntryRef { report: known.report.to_string(), row: known.row.get() },
        carrier: known.fact.carrier.as_ref().map(ToString::to_string),
        technology: known.fact.technology.into(),
        units: known.fact.units.iter().filter_map(|unit| unit_wire(atlas, *unit)).collect(),
        first_day_without: known.fact.first_day_without.to_string(),
        source: known.fact.source.clone(),
        confirmed: known.confirmed,
        confirmed_by: person(service, known.confirmed_by.as_ref())?,
    })
}

impl From<&KnownRules> for RulesOnFile {
    fn from(known: &KnownRules) -> Self {
        Self {
            entry: EntryRef { report: known.report.to_string(), row: known.row.get() },
            rule_set: (&known.rules).into(),
            source: known.rules.source.clone(),
            in_force: known.in_force,
            by: None,
        }
    }
}

/// Quyết định của cán bộ / A decision (officers; a restriction: approvers, or the carrier's manager)
///
/// Withdrawing its entry (`/reports/{id}/withdraw`) undoes it.
#[utoipa::path(
    post, path = "/api/v1/decisions", tag = "decisions", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "một quyết định, một khóa / one act, one key")),
    request_body(content = DecisionBody), responses((status = 201, body = Acted), (status = 200, body = Acted, description = "đã gửi trước đó / filed before"))
)]
async fn decide(
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<DecisionBody>,
) -> Result<(StatusCode, Json<Acted>), Problem> {
    let key = idempotency_key(&headers)?;
    let ruling = Ruling::from(body);
    blocking(move || Ok(answered(&caller.service.rule(&caller.actor, &ruling, key.as_deref())?)))
        .await
}
