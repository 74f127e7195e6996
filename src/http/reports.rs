//! Reports in and their life: preview, file, list, publish, return, withdraw; observations.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use phusong_atlas::domain::{
    CarrierId, ClusterId, Day, DocumentRef, Fact, Party, Places, ReportId, Says, Technology,
    UnitCode, VillageId,
};
use phusong_atlas::history::Row;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{self, JsonBody, media_type, value};
use super::params::doc::Paging;
use super::params::{Params, doc};
use super::problem::{Kind, Problem, Rendered};
use super::{App, answer, blocking};
use crate::intake::report::{Draft, understood};
use crate::ledger::Receipt;
use crate::service::{
    Action, Body, Decision, Filed, Moved, Observed, Written, may_see_entry, today,
};

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

const STATES: [(&str, &str); 5] = [
    ("filed", "filed"),
    ("published", "published"),
    ("returned", "returned"),
    ("withdrawn", "withdrawn"),
    ("replaced", "replaced"),
];

/// A report's body, told from its Content-Type.
enum Sent {
    Json(Value),
    Csv(Bytes),
}

impl Sent {
    fn read(headers: &HeaderMap, bytes: Bytes) -> Result<Self, Problem> {
        match media_type(headers).as_str() {
            "text/csv" => Ok(Self::Csv(bytes)),
            "application/json" => value(&bytes).map(Self::Json),
            _ => Err(Problem::new(Kind::ContentType).because(
                "Cần application/json hoặc text/csv",
                "application/json or text/csv is needed",
            )),
        }
    }

    fn body(&self) -> Body<'_> {
        match self {
            Self::Json(value) => Body::Json(value),
            Self::Csv(bytes) => Body::Csv(bytes),
        }
    }

    fn member(&self, name: &str) -> Option<String> {
        match self {
            Self::Json(value) => value.get(name)?.as_str().map(str::to_owned),
            Self::Csv(_) => None,
        }
    }

    fn document(&self) -> DocumentRef {
        let Self::Json(value) = self else { return DocumentRef::default() };
        let text = |name: &str| value["document"][name].as_str().map(str::to_owned);
        DocumentRef {
            number: text("number"),
            day: text("day").and_then(|day| day.parse().ok()),
            title: text("title"),
        }
    }
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, file))
        .routes(routes!(preview))
        .routes(routes!(page))
        .routes(routes!(publish))
        .routes(routes!(give_back))
        .routes(routes!(withdraw))
        .routes(routes!(observe))
}

/// Kiểm tra thử, không ghi gì / Preview: what would be understood; files nothing
#[utoipa::path(
    post, path = "/api/v1/reports/preview", tag = "reports", security(("key" = [])),
    request_body(content((Object = "application/json"), (String = "text/csv"))),
    responses((status = 200, body = Object))
)]
async fn preview(caller: Caller, headers: HeaderMap, bytes: Bytes) -> Result<Response, Problem> {
    let sent = Sent::read(&headers, bytes)?;
    let (draft, moved) = blocking(move || {
        let (service, actor) = (&caller.service, &caller.actor);
        let behalf = sent.member("on_behalf_of");
        let draft =
            service.preview_report(actor, behalf.as_deref(), sent.body()).map_err(Problem::from)?;
        let moved = service.would_move(actor, behalf.as_deref(), &draft);
        Ok((draft, moved))
    })
    .await?;
    Ok(answer(draft_json(&draft, &moved)))
}

fn draft_json(draft: &Draft, would_move: &[Moved]) -> Value {
    let count = |severity: &str| {
        draft.all_findings().filter(|finding| json!(finding.severity) == json!(severity)).count()
    };
    let rows: Vec<Value> = draft
        .rows
        .iter()
        .map(
            |row| json!({ "row": row.row, "understood": row.understood, "findings": row.findings }),
        )
        .collect();
    json!({
        "rows": rows, "findings": draft.findings, "would_move": would_move.iter().map(moved).collect::<Vec<_>>(), "can_file": draft.can_file(),
        "counts": {
            "refuse": count("refuse"), "ask": count("ask"), "warn": count("warn"), "note": count("note"),
        },
    })
}

/// Gửi báo cáo / File a report
#[utoipa::path(
    post, path = "/api/v1/reports", tag = "reports", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content((Object = "application/json"), (String = "text/csv"))),
    responses((status = 201, body = Object), (status = 200, body = Object, description = "đã gửi trước đó / filed before"))
)]
async fn file(caller: Caller, headers: HeaderMap, bytes: Bytes) -> Result<Response, Problem> {
    let sent = Sent::read(&headers, bytes)?;
    let key = match headers.get("idempotency-key").map(|value| value.to_str()) {
        Some(Ok(key)) if !key.is_empty() && key.len() <= 200 => Some(key.to_owned()),
        None => None,
        Some(_) => {
            return Err(Problem::body("Idempotency-Key sai", "A bad Idempotency-Key"));
        }
    };
    let filed = blocking(move || {
        let behalf = sent.member("on_behalf_of");
        caller
            .service
            .file_report(
                &caller.actor,
                behalf.as_deref(),
                sent.document(),
                key.as_deref(),
                sent.body(),
            )
            .map_err(Problem::from)
    })
    .await?;
    let status = if filed.written.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let mut response = answer(filed_json(&filed));
    *response.status_mut() = status;
    Ok(response)
}

fn filed_json(filed: &Filed) -> Value {
    let findings: Vec<_> = filed.draft.all_findings().collect();
    let mut body = acted(&filed.written, &filed.receipt);
    if let Some(body) = body.as_object_mut() {
        body.insert("state".to_owned(), json!("filed"));
        body.insert(
            "rows".to_owned(),
            json!(filed.draft.rows.iter().filter(|row| row.filed.is_some()).count()),
        );
        body.insert("findings".to_owned(), json!(findings));
    }
    body
}

fn acted(written: &Written, receipt: &Receipt) -> Value {
    json!({
        "report": written.id.to_string(),
        "recorded_at": written.recorded_at.to_string(),
        "moved": written.moved.iter().map(moved).collect::<Vec<_>>(),
        "receipt": receipt,
        "version": written.version.to_string(),
    })
}

fn moved(moved: &Moved) -> Value {
    json!({
        "village": moved.village.as_str(), "name": moved.name,
        "from": moved.from.as_str(), "to": moved.to.as_str(),
    })
}

/// `carrier:viettel`, `department`, `commune:21520`.
pub fn party(party: &Party) -> String {
    match party {
        Party::Department => "department".to_owned(),
        Party::Carrier(carrier) => carrier.to_string(),
        Party::Commune(unit) => format!("commune:{}", unit.code.0),
    }
}

/// What has become of a row.
pub fn row_state(row: &Row) -> &'static str {
    if row.standing.withdrawn.is_some() {
        "withdrawn"
    } else if row.standing.returned.is_some() {
        "returned"
    } else if !row.corrected_by.is_empty() {
        "replaced"
    } else if row.standing.published_at.is_some() {
        "published"
    } else {
        "filed"
    }
}

/// Các lần gửi được biết, mới nhất trước / Reports this actor may know of, newest first
#[utoipa::path(
    get, path = "/api/v1/reports", tag = "reports", params(Listed, Paging),
    responses((status = 200, body = Object))
)]
async fn list(caller: Caller, params: Params) -> Result<Response, Problem> {
    let (limit, scope) = (params.limit()?, caller.actor.scope());
    let offset = params.offset("r")?;
    let (wanted, carrier) = (params.word("state", &STATES)?, params.text("carrier"));
    let items: Vec<Value> = caller.service.with_history(|history| {
        history
            .entries()
            .iter()
            .rev()
            .filter(|head| head.filing.kind == phusong_atlas::domain::FilingKind::Report)
            .filter(|head| may_see_entry(history, head, &scope))
            .filter(|head| carrier.is_none_or(|carrier| party(&head.filing.owner) == carrier))
            .map(|head| {
                let rows = history.rows_of(head);
                let state = rows.first().map_or("filed", row_state);
                json!({
                    "report": head.id.to_string(), "recorded_at": head.recorded_at.to_string(),
                    "owner": party(&head.filing.owner), "filed_by": party(&head.filing.filed_by),
                    "on_behalf": head.filing.on_behalf(), "state": state, "rows": rows.len(),
                })
            })
            .filter(|item| wanted.is_none_or(|wanted| item["state"] == wanted))
            .skip(offset)
            .take(limit)
            .collect()
    });
    let next = (items.len() == limit).then(|| format!("r.{}", offset + limit));
    Ok(answer(json!({ "items": items, "next": next })))
}

/// Một lần gửi / One report
#[utoipa::path(
    get, path = "/api/v1/reports/{id}", tag = "reports", params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn page(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let missing = || Problem::not_found();
    let id: ReportId = id.parse().map_err(|_no_id| missing())?;
    let scope = caller.actor.scope();
    let sees_rows = caller.actor.may(Action::SeeReports);
    let found = caller.service.with_history(|history| {
        let head = history.entry_by_id(id).filter(|head| may_see_entry(history, head, &scope))?;
        let rows: Vec<Value> = history
            .rows_of(head)
            .iter()
            .map(|row| {
                let meaning = match row.fact() {
                    Fact::SiteEvent(event) if sees_rows => understood(event),
                    _ => json!({}),
                };
                json!({
                    "row": row.at.row, "state": row_state(row), "understood": meaning,
                    "reason": row.standing.returned.as_ref().or(row.standing.withdrawn.as_ref()),
                })
            })
            .collect();
        Some(json!({
            "report": head.id.to_string(), "recorded_at": head.recorded_at.to_string(),
            "owner": party(&head.filing.owner), "filed_by": party(&head.filing.filed_by),
            "on_behalf": head.filing.on_behalf(),
            "document": { "number": head.filing.document.number, "title": head.filing.document.title },
            "rows": rows, "files": [],
        }))
    });
    found.map(answer).ok_or_else(missing)
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
    responses((status = 200, body = Object), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn publish(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let body = ActBody::read(&headers, &bytes)?;
    act(caller, &id, body.rows, Decision::Publish).await
}

/// Trả lại để bổ sung, kèm lý do / Return, with a reason (officers)
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/return", tag = "reports", security(("key" = [])),
    params(("id" = String, Path)), request_body(content = ActBody),
    responses((status = 200, body = Object), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn give_back(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let body = ActBody::read(&headers, &bytes)?;
    act(caller, &id, body.rows, Decision::Return { reason: body.reason }).await
}

/// Thu hồi / Withdraw (the owner)
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/withdraw", tag = "reports", security(("key" = [])),
    params(("id" = String, Path)), request_body(content = Option<ActBody>),
    responses((status = 200, body = Object), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn withdraw(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let body = ActBody::read(&headers, &bytes)?;
    act(caller, &id, body.rows, Decision::Withdraw { reason: body.reason }).await
}

async fn act(
    caller: Caller,
    id: &str,
    rows: Vec<u32>,
    decision: Decision,
) -> Result<Response, Problem> {
    let id: ReportId = id.parse().map_err(|_no_id| Problem::not_found())?;
    let (written, receipt) = blocking(move || {
        caller.service.decide(&caller.actor, id, rows, decision).map_err(Problem::from)
    })
    .await?;
    Ok(answer(acted(&written, &receipt)))
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
    request_body(content = ObservationsBody), responses((status = 200, body = Object))
)]
async fn observe(
    caller: Caller,
    JsonBody(body): JsonBody<ObservationsBody>,
) -> Result<Response, Problem> {
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
    Ok(answer(acted(&written, &receipt)))
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
