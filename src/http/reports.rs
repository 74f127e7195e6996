//! Reports in and their life: preview, file, list, publish, return, withdraw; observations.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use phusong_atlas::domain::{
    CarrierId, ClusterId, Day, DocumentRef, Fact, Party, Places, ReportId, Says, Technology,
    UnitCode, VillageId,
};
use phusong_atlas::history::Row;
use serde::Deserialize;
use serde_json::{Value, json};

use super::actor::Caller;
use super::answer;
use super::params::Params;
use super::problem::{Language, Problem};
use crate::intake::report::{Draft, understood};
use crate::ledger::Receipt;
use crate::service::{
    Action, Body, Decision, Filed, Moved, Observed, Written, may_see_entry, today,
};

/// A report's body, told from its Content-Type.
enum Sent {
    Json(Value),
    Csv(Bytes),
}

impl Sent {
    fn read(headers: &HeaderMap, bytes: Bytes, language: Language) -> Result<Self, Problem> {
        let kind =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        match kind.split(';').next().unwrap_or("").trim() {
            "text/csv" => Ok(Self::Csv(bytes)),
            "application/json" => json_of(&bytes, language).map(Self::Json),
            _ => Err(Problem::new(
                415,
                "content-type",
                language,
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

fn json_of(bytes: &[u8], language: Language) -> Result<Value, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let en = format!("The body is no JSON: line {}, column {}", error.line(), error.column());
        let vi = format!("Nội dung không phải JSON: dòng {}, cột {}", error.line(), error.column());
        Problem::new(400, "bad-json", language, &vi, &en)
    })
}

/// Blocking work of the service, off the async threads.
async fn blocking<T: Send + 'static>(
    language: Language,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_panicked) => {
            Err(Problem::new(500, "internal", language, "Lỗi bên trong", "Internal error"))
        }
    }
}

/// `POST /api/v1/reports/preview`: what would be understood; files nothing.
pub async fn preview(
    caller: Caller,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let language = caller.language;
    let sent = Sent::read(&headers, bytes, language)?;
    let (draft, moved) = blocking(language, move || {
        let (service, actor) = (&caller.service, &caller.actor);
        let behalf = sent.member("on_behalf_of");
        let draft = service
            .preview_report(actor, behalf.as_deref(), sent.body())
            .map_err(|error| Problem::of_filing(error, language))?;
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

/// `POST /api/v1/reports`: *gửi*.
pub async fn file(caller: Caller, headers: HeaderMap, bytes: Bytes) -> Result<Response, Problem> {
    let language = caller.language;
    let sent = Sent::read(&headers, bytes, language)?;
    let key = match headers.get("idempotency-key").map(|value| value.to_str()) {
        Some(Ok(key)) if !key.is_empty() && key.len() <= 200 => Some(key.to_owned()),
        None => None,
        Some(_) => {
            return Err(Problem::body(language, "Idempotency-Key sai", "A bad Idempotency-Key"));
        }
    };
    let filed = blocking(language, move || {
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
            .map_err(|error| Problem::of_filing(error, language))
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

/// `GET /api/v1/reports`: those this actor may know of, newest first.
pub async fn list(caller: Caller, params: Params) -> Result<Response, Problem> {
    params.only(&["state", "carrier", "limit", "cursor"])?;
    let (limit, scope) = (params.limit()?, caller.actor.scope());
    let offset = params.offset("r")?;
    let (wanted, carrier) = (params.text("state"), params.text("carrier"));
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

/// `GET /api/v1/reports/{id}`.
pub async fn page(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let missing = || Problem::not_found(caller.language);
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

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ActBody {
    rows: Vec<u32>,
    reason: String,
}

/// `POST /api/v1/reports/{id}/publish|return|withdraw`.
pub async fn act(
    caller: Caller,
    Path((id, act)): Path<(String, String)>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let language = caller.language;
    let id: ReportId = id.parse().map_err(|_no_id| Problem::not_found(language))?;
    let body: ActBody = if bytes.is_empty() {
        ActBody::default()
    } else {
        serde_json::from_slice(&bytes)
            .map_err(|error| Problem::body(language, "Nội dung sai", &error.to_string()))?
    };
    let decision = match act.as_str() {
        "publish" => Decision::Publish,
        "return" => Decision::Return { reason: body.reason },
        "withdraw" => Decision::Withdraw { reason: body.reason },
        _ => return Err(Problem::not_found(language)),
    };
    let (written, receipt) = blocking(language, move || {
        caller
            .service
            .decide(&caller.actor, id, body.rows, decision)
            .map_err(|error| Problem::of_act(error, language))
    })
    .await?;
    Ok(answer(acted(&written, &receipt)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ObservationsBody {
    rows: Vec<ObservationBody>,
    on_behalf_of: Option<u32>,
}

#[derive(Debug, Deserialize)]
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

/// `POST /api/v1/observations`: a commune confirms, an officer on behalf or as the authority.
pub async fn observe(caller: Caller, bytes: Bytes) -> Result<Response, Problem> {
    let language = caller.language;
    let body: ObservationsBody = serde_json::from_slice(&bytes)
        .map_err(|error| Problem::body(language, "Nội dung sai", &error.to_string()))?;
    let mut observed = Vec::new();
    for (row, number) in body.rows.iter().zip(1..) {
        let fault = |what: &str| {
            Problem::body(
                language,
                &format!("Dòng {number}: sai {what}"),
                &format!("Row {number}: bad {what}"),
            )
        };
        observed.push(observed_of(&caller, row).map_err(fault)?);
    }
    if observed.is_empty() {
        return Err(Problem::body(language, "Không có dòng nào", "There are no rows"));
    }
    let units = caller.service.gazetteer();
    let commune = match body.on_behalf_of {
        None => None,
        Some(code) => Some(
            units
                .units()
                .at(UnitCode(code), today())
                .map(|unit| unit.id)
                .ok_or_else(|| Problem::body(language, "Không có xã này", "No such commune"))?,
        ),
    };
    let (written, receipt) = blocking(language, move || {
        caller
            .service
            .observe(&caller.actor, commune, observed, None)
            .map_err(|error| Problem::of_act(error, language))
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
