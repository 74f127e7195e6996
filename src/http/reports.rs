//! What was filed and its life: list, page, publish, return, withdraw.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use phusong_atlas::atlas::{Atlas, content_hash};
use phusong_atlas::domain::{
    CarrierId, ClusterId, Day, Fact, FilingKind, Party, PersonId, ReportId, RowNumber, UnitCode,
};
use phusong_atlas::history::ClusterKey;
use serde::{Deserialize, Deserializer};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{self, Received};
use super::params::doc::Paging;
use super::params::{Params, Rows, doc};
use super::problem::{Problem, Rendered};
use super::question::atlas_now;
use super::wire::{
    Acted, ActsOn, Person, ReportDocument, ReportList, ReportPage, ReportRow, ReportSummary, acts,
    codes,
};
use super::{App, blocking};
use crate::ledger;
use crate::service::{Decision, Lines, ReportLine, RowState, Service, ShownRow, Written};
use phusong_intake::{measurement, observation, report, told};

/// Which reports.
#[derive(Debug)]
struct Listed;

impl IntoParams for Listed {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::word("state", &STATES, "tình trạng / state"),
            doc::text("carrier", "của doanh nghiệp / whose"),
            doc::word("kind", &KINDS, "loại; mặc định: mọi loại trừ decision / all but decisions"),
        ]
    }
}

const STATES: [(&str, RowState); 6] = [
    ("filed", RowState::Filed),
    ("awaits_second", RowState::AwaitsSecond),
    ("published", RowState::Published),
    ("returned", RowState::Returned),
    ("withdrawn", RowState::Withdrawn),
    ("replaced", RowState::Replaced),
];

const KINDS: [(&str, FilingKind); 7] = [
    ("report", FilingKind::Report),
    ("observation", FilingKind::Observation),
    ("measurement", FilingKind::Measurement),
    ("places", FilingKind::Places),
    ("progress", FilingKind::Progress),
    ("figures", FilingKind::Figures),
    ("decision", FilingKind::Decision),
];

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(page))
        .routes(routes!(publish))
        .routes(routes!(give_back))
        .routes(routes!(withdraw))
}

/// 201, or 200 when it had been filed before: the answer to every act with a key of its own.
pub fn answered((written, receipt): &(Written, ledger::Receipt)) -> (StatusCode, Json<Acted>) {
    let status = if written.repeated { StatusCode::OK } else { StatusCode::CREATED };
    (status, Json(acted(written, receipt)))
}

pub fn acted(written: &Written, receipt: &ledger::Receipt) -> Acted {
    Acted {
        report: written.id.to_string(),
        recorded_at: written.recorded_at.to_string(),
        moved: written.moved.iter().map(Into::into).collect(),
        awaits_second: written.awaits_second,
        receipt: receipt.into(),
        version: written.version.to_string(),
    }
}

/// `carrier:viettel`, `department`, `commune:21520`.
pub fn party(party: &Party) -> String {
    match party {
        Party::Department => "department".to_owned(),
        Party::Carrier(carrier) => carrier.to_string(),
        Party::Commune(unit) => format!("commune:{}", unit.code.0),
    }
}

/// Các lần gửi được biết, mới nhất trước / Reports this actor may know of, newest first
#[utoipa::path(
    get, path = "/api/v1/reports", tag = "reports", params(Listed, Paging),
    responses((status = 200, body = ReportList))
)]
async fn list(caller: Caller, params: Params) -> Result<Json<ReportList>, Problem> {
    blocking(move || report_list(&caller, &params).map(Json)).await
}

fn report_list(caller: &Caller, params: &Params) -> Result<ReportList, Problem> {
    let (wanted, carrier) = (params.word("state", &STATES)?, whose(caller, params)?);
    let which = params.word("kind", &KINDS)?.map_or(Lines::Statements, Lines::Of);
    let mut lines = caller.service.report_lines(&caller.actor, which);
    lines.retain(|line| {
        wanted.is_none_or(|wanted| line.state == wanted)
            && carrier.is_none_or(|carrier| party(&line.owner) == carrier)
    });
    // Bound to what is listed: when that changes, pages would not fit together.
    let ids: Vec<ReportId> = lines.iter().map(|line| line.report).collect();
    let page = Rows::Page.of(params, content_hash(&ids))?;
    let items = page.of(&lines).map(|line| summary(&caller.service, line));
    Ok(ReportList { items: items.collect::<Result<_, _>>()?, next: page.next(lines.len()) })
}

/// As [`party`] writes it: a carrier, the department, or a commune that there is.
fn whose<'a>(caller: &Caller, params: &'a Params) -> Result<Option<&'a str>, Problem> {
    let Some(text) = params.text("carrier") else { return Ok(None) };
    let atlas = caller.service.atlas(&caller.actor.scope());
    let is_known = match text.strip_prefix("commune:") {
        Some(code) => code
            .parse()
            .is_ok_and(|code| atlas.common.units.with_code(UnitCode(code)).next().is_some()),
        None => {
            text == "department"
                || CarrierId::new(text).is_ok_and(|id| atlas.common.carrier(&id).is_some())
        }
    };
    let unknown = || params.bad("carrier", "không có doanh nghiệp này", "there is no such carrier");
    is_known.then_some(Some(text)).ok_or_else(unknown)
}

/// A name for an account that the asker was given.
pub fn person(service: &Service, account: Option<&PersonId>) -> Result<Option<Person>, Problem> {
    account.map(|account| Ok(service.who(account)?.into())).transpose()
}

fn summary(service: &Service, line: &ReportLine) -> Result<ReportSummary, Problem> {
    Ok(ReportSummary {
        report: line.report.to_string(),
        kind: line.kind.into(),
        recorded_at: line.recorded_at.to_string(),
        owner: party(&line.owner),
        filed_by: party(&line.filed_by),
        by: person(service, line.person.as_ref())?,
        on_behalf: line.owner != line.filed_by,
        state: line.state.into(),
        rows: line.rows,
    })
}

impl From<RowState> for codes::RowState {
    fn from(state: RowState) -> Self {
        match state {
            RowState::Filed => Self::Filed,
            RowState::AwaitsSecond => Self::AwaitsSecond,
            RowState::Published => Self::Published,
            RowState::Returned => Self::Returned,
            RowState::Withdrawn => Self::Withdrawn,
            RowState::Replaced => Self::Replaced,
        }
    }
}

/// Một lần gửi / One report
#[utoipa::path(
    get, path = "/api/v1/reports/{id}", tag = "reports", params(("id" = String, Path)),
    responses(
        (status = 200, body = ReportPage),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn page(caller: Caller, Path(id): Path<String>) -> Result<Json<ReportPage>, Problem> {
    let id: ReportId = id.parse().map_err(|_no_id| Problem::not_found())?;
    let atlas = atlas_now(&caller).await?;
    blocking(move || report_page(&caller, &atlas, id).map(Json)).await
}

fn report_page(caller: &Caller, atlas: &Atlas, id: ReportId) -> Result<ReportPage, Problem> {
    let (service, actor) = (&caller.service, &caller.actor);
    let view = service.report_view(actor, id).ok_or_else(Problem::not_found)?;
    let files = service.report_files(actor, id);
    let line = summary(service, &view.line)?;
    let places = clusters_of(atlas, &view.rows);
    let rows = view.rows.into_iter().map(|row| {
        let published_by = person(service, row.published_by.as_ref())?;
        let mut shown: ReportRow = row.into();
        name_cluster(&mut shown.understood, &places);
        Ok(ReportRow { published_by, ..shown })
    });
    Ok(ReportPage {
        report: line.report,
        kind: line.kind,
        recorded_at: line.recorded_at,
        owner: line.owner,
        filed_by: line.filed_by,
        by: line.by,
        on_behalf: line.on_behalf,
        document: ReportDocument {
            number: view.document.number,
            day: view.document.day.map(|day| day.to_string()),
            title: view.document.title,
        },
        rows: rows.collect::<Result<_, Problem>>()?,
        files: files.into_iter().flatten().map(Into::into).collect(),
    })
}

/// Where a cluster lies and what it is called, by its id: nobody knows those by heart.
type ClusterPlaces = BTreeMap<String, (String, String)>;

/// Of the clusters that observations and samples name, as far as this view knows them: in which
/// village each was on that day.
fn clusters_of(atlas: &Atlas, rows: &[ShownRow]) -> ClusterPlaces {
    let mut named: BTreeMap<&ClusterId, Day> = BTreeMap::new();
    for row in rows {
        match &row.fact {
            Fact::Observation(fact) => {
                named.extend(fact.places.clusters.iter().map(|id| (id, fact.day)));
            }
            Fact::Sample(fact) => {
                named.extend(fact.samples.first().map(|sample| (&fact.cluster, sample.day)));
            }
            _ => {}
        }
    }
    if named.is_empty() {
        return ClusterPlaces::new();
    }
    let cards = atlas.village_ids().filter_map(|id| atlas.village(id));
    let clusters = cards.flat_map(|(_, village)| {
        village.clusters.iter().filter_map(|cluster| {
            let ClusterKey::Known(id) = &cluster.key else { return None };
            let day = *named.get(id)?;
            let fact = cluster.is_in(&village.id, day).then(|| cluster.fact_on(day))?;
            let name = fact.or(cluster.facts.last()).map(|fact| fact.name.clone());
            Some((id.to_string(), (village.id.to_string(), name.unwrap_or_default())))
        })
    });
    clusters.collect()
}

fn name_cluster(understood: &mut serde_json::Value, places: &ClusterPlaces) {
    let of = |id: &serde_json::Value| places.get(id.as_str()?).cloned();
    if let Some((village, name)) = understood.get("cluster").and_then(of) {
        understood["cluster_village"] = village.into();
        understood["cluster_name"] = name.into();
    }
}

impl From<ShownRow> for ReportRow {
    /// Without names of people: those stand in the vault.
    fn from(row: ShownRow) -> Self {
        let understood = match &row.fact {
            Fact::Observation(fact) => observation::understood(fact),
            Fact::Sample(fact) => measurement::understood(fact),
            fact @ (Fact::SiteEvent(_) | Fact::Claim(_)) if row.tells_site => {
                report::understood(fact)
            }
            fact if row.tells_site => {
                acts::understood(fact, row.tells_why).unwrap_or_else(|| told::understood(fact))
            }
            _ => serde_json::Value::Object(serde_json::Map::new()),
        };
        Self {
            row: row.row.get(),
            state: row.state.into(),
            understood,
            act: acts::code(&row.fact),
            acts_on: row.acts_on.map(|on| ActsOn {
                report: on.report.to_string(),
                rows: on.rows.iter().map(|row| row.get()).collect(),
                villages: on.villages.iter().map(ToString::to_string).collect(),
            }),
            reason: row.reason,
            note: row.note,
            published_by: None,
        }
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ActBody {
    /// From 1, one at least; without this member: all.
    #[schema(value_type = Vec<u32>, min_items = 1)]
    #[serde(default, deserialize_with = "named")]
    rows: Option<Vec<NonZeroU32>>,
    #[serde(default)]
    reason: String,
}

/// Rows that are named, be it none: only the member's absence means all.
fn named<'de, D: Deserializer<'de>>(rows: D) -> Result<Option<Vec<NonZeroU32>>, D::Error> {
    Vec::deserialize(rows).map(Some)
}

impl ActBody {
    /// No body at all is every row, without a reason.
    fn read(headers: &HeaderMap, bytes: &[u8]) -> Result<Self, Problem> {
        if bytes.is_empty() { Ok(Self::default()) } else { body::json(headers, bytes) }
    }
}

/// Công bố / Publish (officers)
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/publish", tag = "reports", security(("key" = [])),
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header, description = "một việc, một khóa / one act, one key")), request_body(content = Option<ActBody>),
    responses((status = 200, body = Acted), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn publish(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Received(bytes): Received,
) -> Result<Json<Acted>, Problem> {
    let body = ActBody::read(&headers, &bytes)?;
    act(caller, &id, &headers, body.rows, Decision::Publish).await
}

/// Trả lại để bổ sung, kèm lý do / Return, with a reason (officers)
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/return", tag = "reports", security(("key" = [])),
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header, description = "một việc, một khóa / one act, one key")), request_body(content = ActBody),
    responses((status = 200, body = Acted), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn give_back(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Received(bytes): Received,
) -> Result<Json<Acted>, Problem> {
    let body = ActBody::read(&headers, &bytes)?;
    act(caller, &id, &headers, body.rows, Decision::Return { reason: body.reason }).await
}

/// Thu hồi / Withdraw (the owner)
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/withdraw", tag = "reports", security(("key" = [])),
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header, description = "một việc, một khóa / one act, one key")), request_body(content = Option<ActBody>),
    responses((status = 200, body = Acted), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn withdraw(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Received(bytes): Received,
) -> Result<Json<Acted>, Problem> {
    let body = ActBody::read(&headers, &bytes)?;
    act(caller, &id, &headers, body.rows, Decision::Withdraw { reason: body.reason }).await
}

async fn act(
    caller: Caller,
    id: &str,
    headers: &HeaderMap,
    rows: Option<Vec<NonZeroU32>>,
    decision: Decision,
) -> Result<Json<Acted>, Problem> {
    let id: ReportId = id.parse().map_err(|_no_id| Problem::not_found())?;
    let key = body::idempotency_key(headers)?;
    let rows = rows.map(|rows| rows.into_iter().map(RowNumber::from).collect());
    let (written, receipt) = blocking(move || {
        let (service, actor) = (&caller.service, &caller.actor);
        service.decide(actor, id, rows, decision, key.as_deref()).map_err(Problem::from)
    })
    .await?;
    Ok(Json(acted(&written, &receipt)))
}
