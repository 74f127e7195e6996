//! HTTP: parse, call one service function, render. No rule, no SQL, no geometry.
//!
//! How a resource is added stands in `docs/adding-a-resource.md`.

mod actor;
mod answers;
mod area;
mod body;
mod bundles;
mod causes;
mod changes;
mod communes;
mod contradictions;
mod coordinates;
mod criteria;
mod decisions;
mod demo;
mod disputes;
mod docs_page;
mod duties;
mod events;
mod evidence;
mod exports;
mod filing;
mod filings;
mod findings;
mod front;
mod gaps;
mod letter;
mod limits;
mod metrics;
mod names;
mod nearest;
mod openapi;
mod order;
mod outages;
mod page;
mod papers;
mod params;
mod planning;
mod problem;
mod progress;
mod public_view;
mod question;
mod reports;
mod rules;
mod session;
mod signed;
mod sites;
mod slip;
mod statistics;
mod system;
mod table;
mod targets;
mod templates;
pub mod terminal;
pub mod tiles;
mod turns;
mod upload;
mod uploads;
mod villages;
mod wire;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::service::{Data, Service, fresh_key};
use actor::Caller;
pub use limits::RateLimit;
use limits::{Crowd, Limits};
use metrics::Metrics;
use openapi::Contract;
use problem::{Kind, Problem};
pub use tiles::PublicUrl;

/// Largest body, where a route says no other.
const BODY_BYTES: usize = 1 << 20;

/// What every handler can reach; a copy is one count.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

#[derive(Debug)]
pub struct Parts {
    pub service: Service,
    pub contract: Contract,
    pub ids: front::Ids,
    pub limits: Limits,
    pub crowd: Crowd,
    /// As others reach the service, when it says so.
    pub public_url: Option<PublicUrl>,
    /// Shared by all connections.
    pub tiles: Arc<tiles::TileCache>,
    pub answers: Arc<answers::Answers>,
    pub metrics: Metrics,
}

impl FromRef<App> for Service {
    fn from_ref(app: &App) -> Self {
        app.service.clone()
    }
}

/// Every resource brings its own routes, each with its line of the contract.
fn resources() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::base())
        .merge(system::routes())
        .merge(session::routes())
        .merge(metrics::routes())
        .merge(villages::routes())
        .merge(papers::routes())
        .merge(bundles::routes())
        .merge(exports::routes())
        .merge(nearest::routes())
        .merge(order::routes())
        .merge(public_view::routes())
        .merge(gaps::routes())
        .merge(duties::routes())
        .merge(progress::routes())
        .merge(contradictions::routes())
        .merge(disputes::routes())
        .merge(outages::routes())
        .merge(slip::routes())
        .merge(sites::routes())
        .merge(communes::routes())
        .merge(statistics::routes())
        .merge(targets::routes())
        .merge(criteria::routes())
        .merge(changes::routes())
        .merge(evidence::routes())
        .merge(planning::routes())
        .merge(rules::routes())
        .merge(decisions::routes())
        .merge(names::routes())
        .merge(signed::routes())
        .merge(reports::routes())
        .merge(filing::routes())
        .merge(coordinates::routes())
        .merge(uploads::routes())
        .merge(filings::routes())
        .merge(findings::routes())
        .merge(templates::routes())
        .merge(events::routes())
        .merge(tiles::routes())
        .merge(docs_page::routes())
}

/// How the service meets the network.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    pub rate_limit: RateLimit,
    pub public_url: Option<PublicUrl>,
}

/// Every route of the service, with no limits and under the address that each asker used.
pub fn router(service: Service) -> Router {
    routes(service, Edge::default(), Arc::default()).1
}

/// The service as it meets the network, with tiles kept where the caller can look.
pub fn router_at(service: Service, edge: Edge, tiles: Arc<tiles::TileCache>) -> Router {
    let data = service.data();
    let (app, house) = routes(service, edge, tiles);
    match data {
        Data::Real => Router::new().fallback_service(front::KeptFirst { app, house }),
        // Invented data are marked on the long way.
        Data::Demo => house,
    }
}

fn routes(service: Service, edge: Edge, tiles: Arc<tiles::TileCache>) -> (App, Router) {
    let (router, document) = resources().split_for_parts();
    // Without randomness ids only repeat between runs: a log is harder to read, nothing else.
    let random = fresh_key().map_or(0, |key| u64::from_le_bytes(first_eight(&key.secret)));
    let ids = front::Ids::from_random(random);
    let metrics = Metrics::new(&service, &tiles);
    let data = service.data();
    let Edge { rate_limit, public_url } = edge;
    let limits = Limits::new(rate_limit);
    let (contract, answers) = (Contract::of(document), Arc::default());
    let crowd = Crowd::default();
    let parts =
        Parts { service, contract, ids, limits, crowd, public_url, tiles, answers, metrics };
    let app = App(Arc::new(parts));
    let router = router
        .merge(page::routes())
        .fallback(async |_caller: Caller| Problem::not_found())
        .method_not_allowed_fallback(async || Problem::new(Kind::MethodNotAllowed));
    let router = match data {
        Data::Real => router,
        Data::Demo => router.layer(from_fn(demo::mark)),
    };
    let house = router
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(CatchPanicLayer::custom(front::panicked))
        .layer(from_fn_with_state(app.clone(), front::front))
        .with_state(app.clone());
    (app, house)
}

fn first_eight(bytes: &[u8; 32]) -> [u8; 8] {
    std::array::from_fn(|at| bytes[at])
}

/// Blocking work of the service, off the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Problem::internal(&error)),
    }
}
