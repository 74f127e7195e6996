//! HTTP: parse, call one service function, render. No rule, no SQL, no geometry.

mod actor;
mod events;
mod gaps;
mod page;
mod params;
mod problem;
mod reports;
mod villages;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::service::{Action, Service};
use actor::Caller;
use problem::Problem;
pub use villages::summary as village_json;

/// Largest report as JSON or CSV.
const REPORT_BYTES: usize = 20 << 20;

/// Every route of the service.
pub fn router(service: Service) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(healthz))
        .route("/events", get(events::events))
        .route("/api/v1/me", get(me))
        .route("/api/v1/carriers", get(carriers))
        .route("/api/v1/order", get(villages::order))
        .route("/api/v1/villages", get(villages::list))
        .route("/api/v1/villages/{id}", get(villages::page))
        .route("/api/v1/gaps", get(gaps::list).post(gaps::within))
        .route("/api/v1/sites/nearest", get(villages::nearest))
        .route("/api/v1/reports", get(reports::list).post(reports::file))
        .route("/api/v1/reports/preview", post(reports::preview))
        .route("/api/v1/reports/{id}", get(reports::page))
        .route("/api/v1/reports/{id}/{act}", post(reports::act))
        .route("/api/v1/observations", post(reports::observe))
        .merge(page::routes())
        .fallback(async |caller: Caller| Problem::not_found(caller.language))
        .layer(DefaultBodyLimit::max(REPORT_BYTES))
        .with_state(service)
}

async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /api/v1/me`: role and what it may do.
async fn me(caller: Caller) -> Response {
    let may: Vec<&str> = Action::ALL
        .into_iter()
        .filter(|action| caller.actor.may(*action))
        .map(Action::as_str)
        .collect();
    let atlas = caller.service.atlas(&caller.actor.scope());
    let (role, carrier, commune) = words::role(&caller.actor.role);
    answer(json!({
        "role": role, "carrier": carrier, "commune": commune, "may": may,
        "version": atlas.version.to_string(),
    }))
}

/// `GET /api/v1/carriers`.
async fn carriers(caller: Caller) -> Response {
    let atlas = caller.service.atlas(&caller.actor.scope());
    let items: Vec<Value> = atlas
        .common
        .carriers
        .iter()
        .map(|carrier| {
            json!({
                "id": carrier.id.as_str(), "name": carrier.name,
                "kind": words::carrier_kind(carrier.kind), "aliases": carrier.aliases,
            })
        })
        .collect();
    answer(json!({ "items": items }))
}

/// JSON that only its asker may keep.
fn answer(body: Value) -> Response {
    let mut response = axum::Json(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers
        .insert(header::VARY, HeaderValue::from_static("authorization, accept-language, accept"));
    response
}
