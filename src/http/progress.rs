//! `POST /api/v1/progress`: how duties go on, row by row, with a preview that files nothing.

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use phusong_atlas::domain::DocumentRef;
use phusong_intake::report::{Cells, Column};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::{JsonBody, idempotency_key};
use super::filing::{filed_wire, preview_of, status_of};
use super::letter::LetterBody;
use super::problem::Problem;
use super::wire::{self, Preview};
use super::{App, blocking};
use crate::service::Going;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(go_on)).routes(routes!(preview))
}

/// What has happened to a duty, what was promised, what stands in the way: any of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProgressRow {
    /// Id or name.
    village: String,
    /// A carrier's own without saying so; officers name it.
    carrier: Option<String>,
    /// Where the village has several duties of the carrier.
    clause: Option<String>,
    /// `surveyed` … `on_air`, `awaiting_inspection`; the department also `passed`, `failed`,
    /// `confirmed_complete`, `reopened`.
    step: Option<String>,
    #[schema(format = Date)]
    step_day: Option<String>,
    #[schema(format = Date)]
    promised: Option<String>,
    technology: Option<String>,
    /// In words: land, grid power, road, backhaul, permit are known.
    blocker: Option<String>,
    #[schema(format = Date)]
    blocked_since: Option<String>,
    #[schema(format = Date)]
    lifted: Option<String>,
    /// Id or name of the agency that has to clear it.
    responsible: Option<String>,
    /// Where the money comes from.
    funds: Option<String>,
    estimate_vnd: Option<u64>,
    /// The document it rests on.
    evidence: Option<String>,
    note: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProgressBody {
    rows: Vec<ProgressRow>,
    /// A carrier's id; officers only.
    on_behalf_of: Option<String>,
    document: Option<LetterBody>,
}

impl ProgressRow {
    fn cells(self, number: u32) -> Cells {
        let mut cells = Cells::new(number);
        let said = [
            (Column::Village, Some(self.village)),
            (Column::Carrier, self.carrier),
            (Column::Clause, self.clause),
            (Column::Step, self.step),
            (Column::StepDay, self.step_day),
            (Column::PromisedDay, self.promised),
            (Column::Technologies, self.technology),
            (Column::Blocker, self.blocker),
            (Column::BlockerSince, self.blocked_since),
            (Column::BlockerLifted, self.lifted),
            (Column::Responsible, self.responsible),
            (Column::Funds, self.funds),
            (Column::EstimateVnd, self.estimate_vnd.map(|vnd| vnd.to_string())),
            (Column::Evidence, self.evidence),
            (Column::Note, self.note),
        ];
        for (column, text) in said {
            cells.push(column, text.as_deref().unwrap_or_default());
        }
        cells
    }
}

fn read(body: ProgressBody) -> Result<(Going, Option<String>, DocumentRef), Problem> {
    let document = LetterBody::read(body.document)?;
    let rows = (1..).zip(body.rows).map(|(number, row)| row.cells(number)).collect();
    Ok((Going::Duties(rows), body.on_behalf_of, document))
}

/// Mốc tiến độ, cam kết, vướng mắc, nguồn vốn / Steps, promises, blockers, funding
#[utoipa::path(
    post, path = "/api/v1/progress", tag = "duties", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "một lần gửi, một khóa / one act, one key")),
    request_body(content = ProgressBody),
    responses((status = 201, body = wire::Filed), (status = 200, body = wire::Filed, description = "đã gửi trước đó / filed before"))
)]
async fn go_on(
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<ProgressBody>,
) -> Result<(StatusCode, Json<wire::Filed>), Problem> {
    let key = idempotency_key(&headers)?;
    let (sent, behalf, document) = read(body)?;
    blocking(move || {
        let (service, actor) = (&caller.service, &caller.actor);
        let filed = service.file_going(actor, behalf.as_deref(), document, key.as_deref(), sent)?;
        Ok((status_of(&filed), Json(filed_wire(&caller, &filed))))
    })
    .await
}

/// Kiểm tra thử, không ghi gì / Preview of progress; files nothing
#[utoipa::path(
    post, path = "/api/v1/progress/preview", tag = "duties", security(("key" = [])),
    request_body(content = ProgressBody), responses((status = 200, body = Preview))
)]
async fn preview(
    caller: Caller,
    JsonBody(body): JsonBody<ProgressBody>,
) -> Result<Json<Preview>, Problem> {
    let (sent, behalf, document) = read(body)?;
    let draft = blocking(move || {
        let (service, actor) = (&caller.service, &caller.actor);
        Ok(service.preview_going(actor, behalf.as_deref(), &document, sent)?)
    })
    .await?;
    Ok(Json(preview_of(&draft, &[])))
}
