//! `/openapi.json`, and `/docs`: the page to try the API. Everything comes from inside the binary.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::Config;

use super::App;
use super::problem::{Problem, Rendered};

/// Swagger UI sets style attributes and draws its icons from data URLs; scripts are files only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(document))
        .routes(routes!(to_page))
        .routes(routes!(page))
        .routes(routes!(file))
}

/// Tài liệu OpenAPI này / This OpenAPI document
#[utoipa::path(get, path = "/openapi.json", tag = "system", responses((status = 200, body = Object)))]
async fn document(State(app): State<App>) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    ([kind], app.contract.document.clone()).into_response()
}

/// Trang thử API / The page to try the API
#[utoipa::path(get, path = "/docs", tag = "system", responses((status = 308)))]
async fn to_page() -> Redirect {
    Redirect::permanent("/docs/")
}

/// Trang thử API / The page to try the API
#[utoipa::path(
    get, path = "/docs/", tag = "system",
    responses((status = 200, body = String, content_type = "text/html"))
)]
async fn page() -> Result<Response, Problem> {
    serve("index.html")
}

/// Tệp của trang thử / Files of that page
#[utoipa::path(
    get, path = "/docs/{file}", tag = "system", params(("file" = String, Path)),
    responses(
        (status = 200, body = String),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn file(Path(file): Path<String>) -> Result<Response, Problem> {
    serve(&file)
}

fn serve(file: &str) -> Result<Response, Problem> {
    let config = Arc::new(Config::from("/openapi.json").try_it_out_enabled(true));
    let found = utoipa_swagger_ui::serve(file, config)
        .map_err(|error| Problem::internal(error.as_ref()))?
        .ok_or_else(Problem::not_found)?;
    let mut response =
        ([(header::CONTENT_TYPE, found.content_type)], found.bytes.into_owned()).into_response();
    let policy = HeaderValue::from_static(POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}
