//! Reports in and their life: preview, file, list, publish, return, withdraw; observations.

use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::HeaderMap;
use phusong_atlas::atlas::content_hash;
use phusong_atlas::domain::{
    CarrierId, ClusterId, Day, Party, Places, ReportId, Says, Technology, UnitCode, VillageId,
};
use serde::Deserialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{self, JsonBody};
use super::params::doc::Paging;
use super::params::{self, Params, doc};
use super::problem::{Problem, Rendered};
use super::wire::{Acted, ReportDocument, ReportList, ReportPage, ReportRow, ReportSummary, codes};
use super::{App, blocking};
use crate::intake::report::understood;
use crate::ledger;
use crate::service::{Decision, Observed, ReportLine, RowState, ShownRow, Written, today};

/// Which reports.
#[derive(Debug)]
struct Listed;

impl IntoParams for Listed {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::word("state", &STATES, "tình trạng / state"),
            doc::text("carrier", "của doanh nghiệp / whose"),
        ]
    }
}

const STATES: [(&str, RowState); 5] = [
    ("filed", RowState::Filed),
    ("published", RowState::Published),
    ("returned", RowState::Returned),
    ("withdrawn", RowState::Withdrawn),
    ("replaced", RowState::Replaced),
];

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(page))
        .routes(routes!(publish))
        .routes(routes!(give_back))
        .routes(routes!(withdraw))
        .routes(routes!(observe))
}

pub fn acted(written: &Written, receipt: &ledger::Receipt) -> Acted {
    Acted {
        report: written.id.to_string(),
        recorded_at: written.recorded_at.to_string(),
        moved: written.moved.iter().map(Into::into).collect(),
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
    let (wanted, carrier) = (params.word("state", &STATES)?, params.text("carrier"));
    let mut lines = caller.service.report_lines(&caller.actor);
    lines.retain(|line| {
        wanted.is_none_or(|wanted| line.state == wanted)
            && carrier.is_none_or(|carrier| party(&line.owner) == carrier)
    });
    // Bound to what is listed: when that changes, pages would not fit together.
    let ids: Vec<ReportId> = lines.iter().map(|line| line.report).collect();
    let bound = content_hash(&ids);
    let (limit, offset) = (params.limit()?, params.offset(bound)?);
    let items = lines.iter().skip(offset).take(limit).map(Into::into).collect();
    Ok(Json(ReportList { items, next: params::next(bound, offset + limit, lines.len()) }))
}

impl From<&ReportLine> for ReportSummary {
    fn from(line: &ReportLine) -> Self {
        Self {
            report: line.report.to_string(),
            recorded_at: line.recorded_at.to_string(),
            owner: party(&line.owner),
            filed_by: party(&line.filed_by),
            on_behalf: line.owner != line.filed_by,
            state: line.state.into(),
            rows: line.rows,
        }
    }
}

impl From<RowState> for codes::RowState {
    fn from(state: RowState) -> Self {
        match state {
            RowState::Filed => Self::Filed,
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
    let view = caller.service.report_view(&caller.actor, id).ok_or_else(Problem::not_found)?;
    let files = blocking(move || Ok(caller.service.report_files(&caller.actor, id))).await?;
    let line = ReportSummary::from(&view.line);
    Ok(Json(ReportPage {
        report: line.report,
        recorded_at: line.recorded_at,
        owner: line.owner,
        filed_by: line.filed_by,
        on_behalf: line.on_behalf,
        document: ReportDocument { number: view.document.number, title: view.document.title },
        rows: view.rows.into_iter().map(Into::into).collect(),
        files: files.into_iter().flatten().map(Into::into).collect(),
    }))
}

impl From<ShownRow> for ReportRow {
    fn from(row: ShownRow) -> Self {
        let understood = match &row.fact {
            fact if row.tells_site => understood(fact),
            _ => serde_json::Value::Object(serde_json::Map::new()),
        };
        Self { row: row.row, state: row.state.into(), understood, reason: row.reason }
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct ActBody {
    /// From 0; none named: all.
    rows: Vec<u32>,
    reason: String,
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
    params(("id" = String, Path)), request_body(content = Option<ActBody>),
    responses((status = 200, body = Acted), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn publish(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Json<Acted>, Problem> {
    let body = ActBody::read(&headers, &bytes)?;
    act(caller, &id, body.rows, Decision::Publish).await
}

/// Trả lại để bổ sung, kèm lý do / Return, with a reason (officers)
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/return", tag = "reports", security(("key" = [])),
    params(("id" = String, Path)), request_body(content = ActBody),
    responses((status = 200, body = Acted), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn give_back(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Json<Acted>, Problem> {
    let body = ActBody::read(&headers, &bytes)?;
    act(caller, &id, body.rows, Decision::Return { reason: body.reason }).await
}

/// Thu hồi / Withdraw (the owner)
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/withdraw", tag = "reports", security(("key" = [])),
    params(("id" = String, Path)), request_body(content = Option<ActBody>),
    responses((status = 200, body = Acted), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn withdraw(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Json<Acted>, Problem> {
    let body = ActBody::read(&headers, &bytes)?;
    act(caller, &id, body.rows, Decision::Withdraw { reason: body.reason }).await
}

async fn act(
    caller: Caller,
    id: &str,
    rows: Vec<u32>,
    decision: Decision,
) -> Result<Json<Acted>, Problem> {
    let id: ReportId = id.parse().map_err(|_no_id| Problem::not_found())?;
    let (written, receipt) = blocking(move || {
        caller.service.decide(&caller.actor, id, rows, decision).map_err(Problem::from)
    })
    .await?;
    Ok(Json(acted(&written, &receipt)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ObservationsBody {
    rows: Vec<ObservationBody>,
    on_behalf_of: Option<u32>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ObservationBody {
    village: Option<String>,
    cluster: Option<String>,
    says: String,
    day: String,
    carrier: Option<String>,
    technology: Option<String>,
    note: Option<String>,
}

/// Xã xác nhận, chuyên viên nhập thay / A commune confirms, an officer on behalf or as authority
#[utoipa::path(
    post, path = "/api/v1/observations", tag = "reports", security(("key" = [])),
    request_body(content = ObservationsBody), responses((status = 200, body = Acted))
)]
async fn observe(
    caller: Caller,
    JsonBody(body): JsonBody<ObservationsBody>,
) -> Result<Json<Acted>, Problem> {
    let mut observed = Vec::new();
    for (row, number) in body.rows.iter().zip(1..) {
        let fault = |what: &str| {
            Problem::body(
                &format!("Dòng {number}: sai {what}"),
                &format!("Row {number}: bad {what}"),
            )
        };
        observed.push(observed_of(&caller, row).map_err(fault)?);
    }
    if observed.is_empty() {
        return Err(Problem::body("Không có dòng nào", "There are no rows"));
    }
    let units = caller.service.gazetteer();
    let commune = match body.on_behalf_of {
        None => None,
        Some(code) => Some(
            units
                .units()
                .at(UnitCode(code), today())
                .map(|unit| unit.id)
                .ok_or_else(|| Problem::body("Không có xã này", "No such commune"))?,
        ),
    };
    let (written, receipt) = blocking(move || {
        caller.service.observe(&caller.actor, commune, observed, None).map_err(Problem::from)
    })
    .await?;
    Ok(Json(acted(&written, &receipt)))
}

fn observed_of(caller: &Caller, row: &ObservationBody) -> Result<Observed, &'static str> {
    let atlas = caller.service.atlas(&caller.actor.scope());
    let mut places = Places::default();
    if let Some(village) = &row.village {
        let id = VillageId::new(village).map_err(|_no_id| "village")?;
        atlas.village(&id).ok_or("village")?;
        places.villages.push(id);
    }
    if let Some(cluster) = &row.cluster {
        places.clusters.push(ClusterId::new(cluster).map_err(|_no_id| "cluster")?);
    }
    if places.is_empty() {
        return Err("village");
    }
    let day: Day = row.day.parse().map_err(|_no_day| "day")?;
    if day > today() {
        return Err("day");
    }
    let technology = row.technology.as_deref().map(str::parse::<Technology>).transpose();
    let carrier =
        row.carrier.as_deref().map(CarrierId::new).transpose().map_err(|_no_id| "carrier")?;
    if carrier.as_ref().is_some_and(|carrier| atlas.common.carrier(carrier).is_none()) {
        return Err("carrier");
    }
    Ok(Observed {
        places,
        says: match row.says.as_str() {
            "has" => Says::Has,
            "lacks" => Says::Lacks,
            "weak" => Says::Weak,
            _ => return Err("says"),
        },
        day,
        carrier,
        technologies: technology.map_err(|()| "technology")?.into_iter().collect(),
        environment: None,
        service: None,
        note: row.note.clone(),
    })
}
