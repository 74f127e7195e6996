//! The service itself: is it alive, who am I, which carriers are there.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use super::actor::Caller;
use super::words;
use crate::service::Action;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(me))
        .routes(routes!(carriers))
}

/// Còn sống / Alive
#[utoipa::path(get, path = "/healthz", tag = "system", responses((status = 200, body = String)))]
async fn healthz() -> &'static str {
    "ok\n"
}

/// Sẵn sàng phục vụ / Ready to serve
#[utoipa::path(get, path = "/readyz", tag = "system", responses((status = 200, body = String)))]
async fn readyz() -> &'static str {
    "ok\n"
}

/// What this key is and may do.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    role: &'static str,
    /// Of a carrier's key.
    carrier: Option<String>,
    /// Code of a commune's key.
    commune: Option<u32>,
    may: Vec<&'static str>,
    /// Hash of everything this actor sees.
    version: String,
}

/// Tôi là ai, được làm gì / Who am I and what may I do
#[utoipa::path(get, path = "/api/v1/me", tag = "system", responses((status = 200, body = Me)))]
async fn me(caller: Caller) -> Json<Me> {
    let may = Action::ALL.into_iter().filter(|action| caller.actor.may(*action));
    let atlas = caller.service.atlas(&caller.actor.scope());
    let (role, carrier, commune) = words::role(&caller.actor.role);
    Json(Me {
        role,
        carrier,
        commune,
        may: may.map(Action::as_str).collect(),
        version: atlas.version.to_string(),
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct Carrier {
    id: String,
    name: String,
    /// `mno`, `mvno`, `tower` or `satellite`.
    kind: &'static str,
    aliases: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct CarrierList {
    items: Vec<Carrier>,
}

/// Doanh nghiệp viễn thông / Carriers
#[utoipa::path(
    get, path = "/api/v1/carriers", tag = "system", responses((status = 200, body = CarrierList))
)]
async fn carriers(caller: Caller) -> Json<CarrierList> {
    let atlas = caller.service.atlas(&caller.actor.scope());
    let items = atlas.common.carriers.iter().map(|carrier| Carrier {
        id: carrier.id.to_string(),
        name: carrier.name.clone(),
        kind: words::carrier_kind(carrier.kind),
        aliases: carrier.aliases.clone(),
    });
    Json(CarrierList { items: items.collect() })
}
