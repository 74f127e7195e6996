//! `/api/v1/disputes`: somebody says that a verdict is wrong; an officer opens it, the carrier
//! answers, somebody checks, an officer closes.

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use phusong_atlas::atlas::{Atlas, DisputeCard, DisputeStage, VillageCard, content_hash};
use phusong_atlas::domain::{Day, VillageId};
use serde::{Deserialize, Serialize};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{JsonBody, idempotency_key};
use super::duties::{named, unit};
use super::params::doc::{self, Paging};
use super::params::{Params, Rows};
use super::problem::{Problem, Rendered};
use super::question::{as_of, atlas_of, carriers};
use super::reports::{answered, party};
use super::table::{self, Column, Tabled, column, joined, maybe};
use super::wire::Acted;
use super::wire::contested::{
    Cause, Dispute, DisputeAnswer, DisputeCheck, DisputeEnd, DisputeFinding, DisputeList,
};
use super::{App, blocking};
use crate::report::words;
use crate::service::{Challenge, Challenged};

const STAGES: [(&str, DisputeStage); 4] = [
    ("opened", DisputeStage::Opened),
    ("answered", DisputeStage::Answered),
    ("checked", DisputeStage::Checked),
    ("closed", DisputeStage::Closed),
];

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, challenge))
        .routes(routes!(waiting))
        .routes(routes!(settle))
        .routes(routes!(answer))
        .routes(routes!(check))
        .routes(routes!(close))
}

#[derive(Debug)]
struct Filters;

impl IntoParams for Filters {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::words("stage", &STAGES, "giai đoạn / stage"),
            doc::text("village", "mã thôn / village id"),
            doc::texts("carrier", "mã doanh nghiệp / carrier ids"),
            doc::as_of(),
            doc::known_at(),
        ]
    }
}

/// Phản ánh đã được mở / Disputes that an officer has opened, oldest open first
#[utoipa::path(
    get, path = "/api/v1/disputes", tag = "disputes", params(Filters, Tabled, Paging),
    responses((status = 200, content((DisputeList = "application/json"), (String = "text/csv"))))
)]
async fn list(caller: Caller, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let atlas = atlas_of(&caller, &params).await?;
    let make = move |params: &Params| dispute_list(&atlas, params, Rows::Page);
    table::listed(params, &headers, (&COLUMNS, |list: DisputeList| (list.items, list.next)), make)
        .await
}

const COLUMNS: [Column<Dispute>; 15] = [
    column("id", "Mã phản ánh", |one| one.id.clone()),
    column("village", "Mã thôn", |one| one.village.id.clone()),
    column("name", "Thôn", |one| one.village.name.clone()),
    column("commune", "Xã", |one| maybe(one.commune.as_ref().map(|unit| &unit.name))),
    column("carrier", "Mã doanh nghiệp", |one| maybe(one.carrier.as_ref())),
    column("stage", "Mã giai đoạn", |one| one.stage.to_owned()),
    column("stage_vi", "Giai đoạn", |one| one.stage_vi.to_owned()),
    column("raised", "Ngày phản ánh", |one| one.raised.clone()),
    column("opened", "Ngày mở", |one| one.opened.clone()),
    column("days", "Số ngày", |one| one.days.to_string()),
    column("by", "Người phản ánh", |one| maybe(one.by.as_ref())),
    column("text", "Nội dung", |one| one.text.clone()),
    column("answers", "Giải trình", |one| {
        joined(one.answers.iter().map(|answer| {
            let DisputeAnswer { day, carrier, cause_vi, text, .. } = answer;
            format!("{day} {carrier}: {cause_vi}, {text}")
        }))
    }),
    column("checks", "Kiểm tra", |one| {
        joined(one.checks.iter().map(|check| format!("{}: {}", check.day, check.text)))
    }),
    column("end", "Khép lại", |one| {
        maybe(one.end.as_ref().map(|end| format!("{}: {}", end.day, end.reason)))
    }),
];

pub fn dispute_list(atlas: &Atlas, params: &Params, rows: Rows) -> Result<DisputeList, Problem> {
    let (day, stages) = (as_of(params)?, params.words("stage", &STAGES)?);
    let (village, carriers) = (params.text("village"), carriers(params, atlas)?);
    let is_known = |id: &str| VillageId::new(id).is_ok_and(|id| atlas.village(&id).is_some());
    if village.is_some_and(|id| !is_known(id)) {
        return Err(params.bad("village", "không có thôn này", "there is no such village"));
    }
    let asked = ("disputes", day, params.text("stage"), village, &carriers);
    let page = rows.of(params, content_hash(&(atlas.version, asked)))?;
    let suits = |card: &VillageCard, dispute: &DisputeCard| {
        dispute
            .stage_on(day)
            .is_some_and(|stage| stages.as_ref().is_none_or(|wanted| wanted.contains(&stage)))
            && village.is_none_or(|id| card.id.as_str() == id)
            && (carriers.is_empty()
                || dispute.carrier.as_ref().is_none_or(|about| carriers.contains(about)))
    };
    let mut items: Vec<Dispute> = Vec::new();
    for shard in atlas.shards() {
        for card in &shard.villages {
            let of = card.disputes.iter().filter(|dispute| suits(card, dispute));
            items.extend(of.filter_map(|dispute| item(atlas, card, dispute, day)));
        }
    }
    items.sort_by_cached_key(|one| (one.end.is_some(), one.raised.clone(), one.id.clone()));
    Ok(DisputeList {
        version: atlas.version.to_string(),
        as_of: day.to_string(),
        next: page.next(items.len()),
        items: page.of(items).collect(),
    })
}

/// As it was on the day; `None` before it was opened.
pub fn item(atlas: &Atlas, card: &VillageCard, dispute: &DisputeCard, day: Day) -> Option<Dispute> {
    let stage = dispute.stage_on(day)?;
    let end = dispute.end.as_ref().filter(|end| end.day <= day);
    let last = end.map_or(day, |end| end.day);
    Some(Dispute {
        id: dispute.evidence.report.to_string(),
        village: named(atlas, &card.id, day),
        commune: unit(atlas, atlas.units_of(card, day).commune),
        carrier: dispute.carrier.as_ref().map(ToString::to_string),
        stage: STAGES.iter().find(|(_, own)| *own == stage).map_or("", |(code, _)| *code),
        stage_vi: words::stage(stage).0,
        raised: dispute.raised.to_string(),
        opened: dispute.opened.to_string(),
        days: last.number() - dispute.raised.number(),
        by: dispute.by.as_ref().map(party),
        text: dispute.text.clone(),
        answers: dispute.answers.iter().filter(|one| one.day <= day).map(answer_wire).collect(),
        checks: dispute
            .checks
            .iter()
            .filter(|one| one.day <= day)
            .map(|one| DisputeCheck {
                day: one.day.to_string(),
                finding: one.finding.into(),
                text: one.text.clone(),
                entry: (&one.evidence).into(),
            })
            .collect(),
        end: end.map(|end| DisputeEnd {
            day: end.day.to_string(),
            finding: end.finding.map(Into::into),
            reason: end.reason.clone(),
            entry: (&end.evidence).into(),
        }),
    })
}

fn answer_wire(one: &phusong_atlas::atlas::DisputeAnswer) -> DisputeAnswer {
    let cause = Cause::from(one.cause);
    DisputeAnswer {
        day: one.day.to_string(),
        carrier: one.carrier.to_string(),
        cause,
        cause_vi: cause.words().0,
        cause_en: cause.words().1,
        text: one.text.clone(),
        entry: (&one.evidence).into(),
    }
}

/// What is wrong, in one's own words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChallengeBody {
    /// Id or name.
    village: String,
    /// Whose signal; none: every carrier's.
    carrier: Option<String>,
    text: String,
    /// How to reach you; only officers see it, and it is erased with the complaint.
    contact: Option<String>,
}

/// It waits for an officer; nobody else sees it.
#[derive(Debug, Serialize, ToSchema)]
struct Waiting {
    waits: bool,
    /// To name it by when asking about it.
    reference: String,
    text_vi: &'static str,
    text_en: &'static str,
}

/// Phản ánh: ai cũng gửi được, cán bộ mở mới hiện / Say that a verdict is wrong: shown once an officer opens it
///
/// An officer's own is opened at once (201); all others wait (202). A carrier does not dispute its
/// own village.
#[utoipa::path(
    post, path = "/api/v1/disputes", tag = "disputes",
    params(("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content = ChallengeBody),
    responses(
        (status = 201, body = Acted), (status = 202, body = Waiting),
        (status = 200, body = Acted, description = "đã gửi trước đó / filed before"),
        (status = 429, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn challenge(
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<ChallengeBody>,
) -> Result<Response, Problem> {
    let key = idempotency_key(&headers)?;
    let ChallengeBody { village, carrier, text, contact } = body;
    let sent = Challenge { village, carrier, text, contact };
    let done =
        blocking(move || Ok(caller.service.challenge(&caller.actor, &sent, key.as_deref())?))
            .await?;
    Ok(match done {
        Challenged::Opened(done) => answered(&done).into_response(),
        Challenged::Waits(reference) => {
            let waiting = Waiting {
                waits: true,
                reference,
                text_vi: "Đã nhận. Phản ánh chỉ hiện sau khi cán bộ mở.",
                text_en: "Received. It shows once an officer has opened it.",
            };
            (StatusCode::ACCEPTED, Json(waiting)).into_response()
        }
    })
}

/// A complaint that waits.
#[derive(Debug, Serialize, ToSchema)]
struct Complaint {
    reference: String,
    #[schema(format = DateTime)]
    received: String,
    /// `public`, `carrier:…`, `commune:…`.
    sender: String,
    village: String,
    carrier: Option<String>,
    text: String,
    contact: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct ComplaintList {
    items: Vec<Complaint>,
}

/// Phản ánh đang chờ cán bộ / Complaints that wait for an officer
#[utoipa::path(
    get, path = "/api/v1/disputes/waiting", tag = "disputes", security(("key" = [])),
    responses(
        (status = 200, body = ComplaintList),
        (status = 403, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn waiting(caller: Caller) -> Result<Json<ComplaintList>, Problem> {
    let found = blocking(move || Ok(caller.service.waiting_complaints(&caller.actor)?)).await?;
    let items = found.into_iter().map(|one| Complaint {
        reference: one.id,
        received: one.received.to_string(),
        sender: one.sender,
        village: one.village,
        carrier: one.carrier,
        text: one.text,
        contact: one.contact,
    });
    Ok(Json(ComplaintList { items: items.collect() }))
}

/// What becomes of a complaint.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum SettleBody {
    /// In the officer's own words, without the name or number of a person: the sender's are erased.
    Open {
        text: String,
    },
    Dismiss {},
}

/// Mở hoặc bỏ một phản ánh đang chờ / Open a complaint, or dismiss it; either way it is erased from where it waited
#[utoipa::path(
    post, path = "/api/v1/disputes/waiting/{reference}", tag = "disputes", security(("key" = [])),
    params(("reference" = String, Path)), request_body(content = SettleBody),
    responses(
        (status = 201, body = Acted), (status = 204, description = "đã bỏ / dismissed"),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn settle(
    caller: Caller,
    Path(reference): Path<String>,
    JsonBody(body): JsonBody<SettleBody>,
) -> Result<Response, Problem> {
    blocking(move || {
        let (service, actor) = (&caller.service, &caller.actor);
        Ok(match body {
            SettleBody::Dismiss {} => {
                service.dismiss_complaint(actor, &reference)?;
                StatusCode::NO_CONTENT.into_response()
            }
            SettleBody::Open { text } => {
                answered(&service.open_complaint(actor, &reference, &text)?).into_response()
            }
        })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerBody {
    /// Officers name it; a carrier is itself.
    carrier: Option<String>,
    cause: Cause,
    text: String,
}

/// Giải trình của doanh nghiệp / The carrier answers with a cause
#[utoipa::path(
    post, path = "/api/v1/disputes/{id}/answer", tag = "disputes", security(("key" = [])),
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content = AnswerBody),
    responses(
        (status = 201, body = Acted), (status = 200, body = Acted, description = "đã gửi trước đó / filed before"),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn answer(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<AnswerBody>,
) -> Result<(StatusCode, Json<Acted>), Problem> {
    let key = idempotency_key(&headers)?;
    blocking(move || {
        let said = (body.carrier.as_deref(), body.cause.into(), body.text.as_str());
        let done = caller.service.answer_dispute(&caller.actor, &id, said, key.as_deref())?;
        Ok(answered(&done))
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CheckBody {
    #[schema(format = Date)]
    day: String,
    finding: DisputeFinding,
    text: String,
}

/// Kết quả kiểm tra phản ánh / Somebody went and looked (officers)
#[utoipa::path(
    post, path = "/api/v1/disputes/{id}/check", tag = "disputes", security(("key" = [])),
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content = CheckBody),
    responses(
        (status = 201, body = Acted), (status = 200, body = Acted, description = "đã gửi trước đó / filed before"),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn check(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CheckBody>,
) -> Result<(StatusCode, Json<Acted>), Problem> {
    let key = idempotency_key(&headers)?;
    blocking(move || {
        let found = (body.day.as_str(), body.finding.into(), body.text.as_str());
        let done = caller.service.check_dispute(&caller.actor, &id, found, key.as_deref())?;
        Ok(answered(&done))
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CloseBody {
    finding: DisputeFinding,
    reason: String,
}

/// Đóng phản ánh, kèm lý do / Close a dispute, with a reason (officers)
#[utoipa::path(
    post, path = "/api/v1/disputes/{id}/close", tag = "disputes", security(("key" = [])),
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content = CloseBody),
    responses(
        (status = 201, body = Acted), (status = 200, body = Acted, description = "đã gửi trước đó / filed before"),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn close(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CloseBody>,
) -> Result<(StatusCode, Json<Acted>), Problem> {
    let key = idempotency_key(&headers)?;
    blocking(move || {
        let end = (body.finding.into(), body.reason.as_str());
        let done = caller.service.close_dispute(&caller.actor, &id, end, key.as_deref())?;
        Ok(answered(&done))
    })
    .await
}
