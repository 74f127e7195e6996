//! Signing in with the link from the terminal, and out again.

use std::net::{IpAddr, Ipv4Addr};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::body::JsonBody;
use super::limits::Asker;
use super::problem::{Problem, Rendered};
use super::{App, blocking};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_in, sign_out))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// What stands after `#signin=` in the link.
    token: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct Session {
    /// For `Authorization: Bearer`.
    key: String,
    #[schema(format = DateTime)]
    expires: String,
}

/// Đổi liên kết đăng nhập lấy khóa một ngày / Exchange a sign-in link for a key that holds a day
///
/// Once, within the hour. After five wrong tries in a minute: 429.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "session", request_body = SignIn,
    responses(
        (status = 201, body = Session),
        (status = 429, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn sign_in(
    State(app): State<App>,
    Asker(asker): Asker,
    JsonBody(asked): JsonBody<SignIn>,
) -> Result<(StatusCode, Json<Session>), Problem> {
    let from = asker.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let session = blocking(move || Ok(app.service.sign_in(&asked.token, from)?)).await?;
    let expires = session.expires.to_string();
    Ok((StatusCode::CREATED, Json(Session { key: session.token.reveal().to_owned(), expires })))
}

/// Kết thúc khóa đang dùng / End the key that this request carries
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "session", security(("key" = [])),
    responses((status = 204))
)]
async fn sign_out(caller: Caller) -> Result<StatusCode, Problem> {
    if caller.actor.key.is_none() {
        return Err(Problem::new(super::problem::Kind::Unauthorized));
    }
    blocking(move || Ok(caller.service.sign_out(&caller.actor)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}
