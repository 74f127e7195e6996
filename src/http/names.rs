//! `/api/v1/names`: words of a sender that name no place for sure, and what was decided on them.

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use phusong_atlas::atlas::content_hash;
use phusong_atlas::domain::PlaceKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{JsonBody, idempotency_key};
use super::params::doc::Paging;
use super::params::{Params, Rows};
use super::problem::{Problem, Rendered};
use super::reports::{answered, party, person};
use super::wire::{Acted, Candidate, EntryRef, Person};
use super::{App, blocking};
use crate::service::{AskedName, DecidedName, NameRuling, Service};
use phusong_intake::told;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(questions)).routes(routes!(decisions, decide))
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum OfPlace {
    Village,
    Unit,
}

impl From<PlaceKind> for OfPlace {
    fn from(kind: PlaceKind) -> Self {
        match kind {
            PlaceKind::Village => Self::Village,
            PlaceKind::Unit => Self::Unit,
        }
    }
}

impl From<OfPlace> for PlaceKind {
    fn from(kind: OfPlace) -> Self {
        match kind {
            OfPlace::Village => Self::Village,
            OfPlace::Unit => Self::Unit,
        }
    }
}

/// A word that binds nothing until somebody decides what it means.
#[derive(Debug, Serialize, ToSchema)]
struct NameQuestion {
    entry: EntryRef,
    #[schema(format = DateTime)]
    asked_at: String,
    /// A carrier's id, `commune:CODE` or `department`.
    sender: String,
    of: OfPlace,
    /// As its sender wrote it.
    text: String,
    /// The commune (of a village) or district (of a unit) beside it.
    beside: Option<String>,
    candidates: Vec<Candidate>,
}

#[derive(Debug, Serialize, ToSchema)]
struct NameQuestions {
    questions: Vec<NameQuestion>,
    next: Option<String>,
}

/// What a word of a sender means, from its decision on. Withdrawing the entry revokes it.
#[derive(Debug, Serialize, ToSchema)]
struct NameDecision {
    entry: EntryRef,
    #[schema(format = DateTime)]
    decided_at: String,
    by: String,
    /// Who it was, for those who may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<Person>,
    sender: String,
    of: OfPlace,
    text: String,
    beside: Option<String>,
    /// A village's id or a unit's code.
    means: String,
    name: String,
    reason: String,
    /// Rows that were read by it; they stay when it is revoked. The first 200.
    rests: Vec<EntryRef>,
    rests_total: usize,
}

const MOST_REVOKED: usize = 200;

#[derive(Debug, Serialize, ToSchema)]
struct NameDecisions {
    decisions: Vec<NameDecision>,
    /// Taken back, while rows that still stand were read by them: look at those again.
    revoked: Vec<NameDecision>,
    next: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NameRulingBody {
    /// Whose word it is; left out: one's own.
    sender: Option<String>,
    of: OfPlace,
    text: String,
    beside: Option<String>,
    means: String,
    reason: String,
}

impl NameQuestion {
    fn of(asked: AskedName, candidates: Vec<phusong_intake::Candidate>) -> Self {
        Self {
            entry: EntryRef { report: asked.report.to_string(), row: asked.row.get() },
            asked_at: asked.recorded_at.to_string(),
            sender: party(&asked.fact.sender),
            of: asked.fact.kind.into(),
            text: asked.fact.text,
            beside: asked.fact.beside,
            candidates: candidates.into_iter().map(Into::into).collect(),
        }
    }
}

impl NameDecision {
    fn of(decided: DecidedName, service: &Service) -> Result<Self, Problem> {
        const SHOWN: usize = 200;
        let rests = decided.rests.iter().take(SHOWN);
        Ok(Self {
            entry: EntryRef { report: decided.report.to_string(), row: decided.row.get() },
            decided_at: decided.recorded_at.to_string(),
            by: party(&decided.by),
            person: person(service, decided.person.as_ref())?,
            sender: party(&decided.fact.sender),
            of: decided.fact.means.kind().into(),
            means: told::means(&decided.fact.means),
            text: decided.fact.text,
            beside: decided.fact.beside,
            name: decided.name,
            reason: decided.fact.reason,
            rests: rests
                .map(|(report, row)| EntryRef { report: report.to_string(), row: row.get() })
                .collect(),
            rests_total: decided.rests.len(),
        })
    }
}

/// Tên chưa rõ chờ quyết định / Names that wait for a decision (a sender's own; officers: all)
#[utoipa::path(
    get, path = "/api/v1/names/questions", tag = "names", security(("key" = [])), params(Paging),
    responses((status = 200, body = NameQuestions), (status = 403, body = Rendered, content_type = "application/problem+json"))
)]
async fn questions(caller: Caller, params: Params) -> Result<Json<NameQuestions>, Problem> {
    blocking(move || {
        let asked = caller.service.asked_names(&caller.actor)?;
        let ids: Vec<_> = asked.iter().map(|one| (one.report, one.row.get())).collect();
        let page = Rows::Page.of(&params, content_hash(&ids))?;
        let next = page.next(asked.len());
        // What a word may mean is looked for only where it is shown.
        let shown = page.of(asked).map(|one| {
            let candidates = caller.service.places_meant(&one.fact);
            NameQuestion::of(one, candidates)
        });
        Ok(Json(NameQuestions { questions: shown.collect(), next }))
    })
    .await
}

/// Quyết định về tên, và những dòng dựa vào đó / Decisions on names, and the rows that rest on them
#[utoipa::path(
    get, path = "/api/v1/names/decisions", tag = "names", security(("key" = [])), params(Paging),
    responses((status = 200, body = NameDecisions), (status = 403, body = Rendered, content_type = "application/problem+json"))
)]
async fn decisions(caller: Caller, params: Params) -> Result<Json<NameDecisions>, Problem> {
    blocking(move || {
        let decided = caller.service.decided_names(&caller.actor)?;
        let ids: Vec<_> = decided.iter().map(|one| (one.report, one.row.get())).collect();
        let page = Rows::Page.of(&params, content_hash(&ids))?;
        let next = page.next(decided.len());
        let decisions = page.of(decided).map(|one| NameDecision::of(one, &caller.service));
        let decisions = decisions.collect::<Result<_, Problem>>()?;
        let revoked = caller.service.revoked_names(&caller.actor)?.into_iter();
        let revoked = revoked.take(MOST_REVOKED).map(|one| NameDecision::of(one, &caller.service));
        let revoked = revoked.collect::<Result<_, Problem>>()?;
        Ok(Json(NameDecisions { decisions, revoked, next }))
    })
    .await
}

/// Quyết định một tên là nơi nào / Decide which place a name means (its sender, or an officer)
///
/// Used for that sender from then on. Withdrawing its entry (`/reports/{id}/withdraw`) revokes it.
#[utoipa::path(
    post, path = "/api/v1/names/decisions", tag = "names", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "một quyết định, một khóa / one act, one key")),
    request_body(content = NameRulingBody), responses((status = 201, body = Acted), (status = 200, body = Acted, description = "đã gửi trước đó / filed before"))
)]
async fn decide(
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NameRulingBody>,
) -> Result<(StatusCode, Json<Acted>), Problem> {
    let key = idempotency_key(&headers)?;
    let NameRulingBody { sender, of, text, beside, means, reason } = body;
    let ruling = NameRuling { sender, kind: of.into(), text, beside, means, reason };
    blocking(move || {
        Ok(answered(&caller.service.decide_name(&caller.actor, &ruling, key.as_deref())?))
    })
    .await
}
