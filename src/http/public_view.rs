//! `POST /api/v1/public-view`: an approver opens the public view that the operator keeps closed.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::JsonBody;
use super::problem::{Kind, Problem, Rendered};
use super::wire::Finding;
use super::{App, blocking};
use crate::service::OpeningError;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Opening {
    /// Only `true`: what is open stays open.
    open: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct Opened {
    #[schema(format = DateTime)]
    opened_at: String,
}

/// Mở trang cho công chúng (lãnh đạo) / Open the public view (approvers)
#[utoipa::path(
    post, path = "/api/v1/public-view", tag = "system", request_body = Opening,
    security(("key" = [])),
    responses(
        (status = 200, body = Opened),
        (status = 403, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn open(caller: Caller, JsonBody(asked): JsonBody<Opening>) -> Result<Json<Opened>, Problem> {
    if !asked.open {
        let finding = Finding::refuse(
            "not-closed-again",
            "trang đã mở thì không đóng lại được; người vận hành đóng bằng --public closed trước khi mở",
            "what is open is not closed again; the operator keeps it closed by --public closed before",
        );
        return Err(Problem::new(Kind::BadBody).naming([finding.of_column("/open")]));
    }
    let opened = blocking(move || match caller.service.open_public(&caller.actor) {
        Ok(opened) => Ok(opened),
        Err(OpeningError::NotAllowed) => Err(Problem::new(Kind::Forbidden)),
        Err(error) => Err(Problem::internal(&error)),
    })
    .await?;
    Ok(Json(Opened { opened_at: opened.to_string() }))
}
