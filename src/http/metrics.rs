//! `GET /metrics`: what is counted, in the text that Prometheus reads. Only for the machine itself
//! and for those who may know how much happens.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use phusong_atlas::domain::Role;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::problem::{Problem, Rendered};
use super::tiles::{self, TileCache};
use super::{App, blocking};
use crate::service::Service;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// A route's template, never an address: no id or name becomes a label.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

/// A tenth of a millisecond to ten seconds.
const SECONDS: [f64; 11] = [1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

/// What the edge counts, and the registry with everything else.
#[derive(Debug, Clone)]
pub struct Metrics {
    answered: Family<Answered, Counter>,
    took: Family<Route, Histogram, fn() -> Histogram>,
    kept_tiles: KeptTiles,
    registry: Arc<Registry>,
}

/// The rows of kept tiles, found once: nothing else is asked for as often.
#[derive(Debug, Clone)]
struct KeptTiles {
    answered: [(u16, Counter); 3],
    took: Histogram,
}

impl Metrics {
    pub fn new(service: &Service, tiles: &Arc<TileCache>) -> Self {
        let answered: Family<Answered, Counter> = Family::default();
        let histogram: fn() -> Histogram = || Histogram::new(SECONDS);
        let took: Family<Route, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(histogram);
        let mut registry = Registry::default();
        registry.register("phusong_http_requests", "Requests answered", answered.clone());
        registry.register_with_unit(
            "phusong_http_request",
            "From the first byte read to the answer",
            Unit::Seconds,
            took.clone(),
        );
        service.meters().register(&mut registry);
        registry.register_collector(Box::new(TileMeasures(Arc::clone(tiles))));
        let route = || tiles::ROUTE.to_owned();
        let row = |status| {
            let answer = Answered { method: "GET", route: route(), status };
            (status, answered.get_or_create(&answer).clone())
        };
        let tiles_took = took.get_or_create(&Route { method: "GET", route: route() }).clone();
        let kept_tiles = KeptTiles { answered: [200, 204, 304].map(row), took: tiles_took };
        Self { answered, took, kept_tiles, registry: Arc::new(registry) }
    }

    pub fn count_kept_tile(&self, status: StatusCode, took: Duration) {
        self.kept_tiles.took.observe(took.as_secs_f64());
        let status = status.as_u16();
        if let Some((_, count)) = self.kept_tiles.answered.iter().find(|row| row.0 == status) {
            count.inc();
        }
    }

    pub fn count(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let method = match *method {
            Method::GET => "GET",
            Method::HEAD => "HEAD",
            Method::POST => "POST",
            Method::DELETE => "DELETE",
            _ => "other",
        };
        let asked = Route { method, route: route.to_owned() };
        self.took.get_or_create(&asked).observe(took.as_secs_f64());
        let status = status.as_u16();
        self.answered.get_or_create(&Answered { method, route: asked.route, status }).inc();
    }
}

/// What the tile cache counts of itself.
#[derive(Debug)]
struct TileMeasures(Arc<TileCache>);

impl Collector for TileMeasures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let stats = self.0.stats();
        let counts = [
            ("phusong_tile_hits", "Tiles answered with what was kept", stats.hits),
            ("phusong_tile_misses", "Tiles that had to be waited for", stats.misses),
            ("phusong_tile_builds", "Tiles made, once however many wait", stats.builds),
        ];
        for (name, help, count) in counts {
            let counter = ConstCounter::new(count);
            let metric = encoder.encode_descriptor(name, help, None, counter.metric_type())?;
            counter.encode(metric)?;
        }
        let kept = ConstGauge::new(i64::try_from(stats.kept_bytes).unwrap_or(i64::MAX));
        let (name, help) = ("phusong_tile_kept", "Tiles kept");
        let metric =
            encoder.encode_descriptor(name, help, Some(&Unit::Bytes), kept.metric_type())?;
        kept.encode(metric)
    }
}

/// Số đo cho Prometheus (từ chính máy, hoặc khóa của cơ quan) / Measures for Prometheus
///
/// From this machine itself, or with a key of officer, approver, auditor or admin; others get 404.
#[utoipa::path(
    get, path = "/metrics", tag = "system",
    responses(
        (status = 200, body = String, content_type = "application/openmetrics-text"),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn metrics(
    State(app): State<App>,
    caller: Caller,
    Peer(peer): Peer,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let is_house =
        matches!(caller.actor.role, Role::Officer | Role::Approver | Role::Auditor | Role::Admin);
    // Behind a proxy on this machine everybody comes from this machine.
    let forwarded = [HeaderName::from_static("x-forwarded-for"), header::FORWARDED];
    let is_here = peer.is_some_and(|peer| peer.is_loopback())
        && !forwarded.iter().any(|name| headers.contains_key(name));
    if !(is_house || is_here && caller.actor.key.is_none()) {
        return Err(Problem::not_found());
    }
    let text = blocking(move || {
        app.service.take_measure();
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &app.metrics.registry)
            .map_err(|error| Problem::internal(&error))?;
        Ok(text)
    })
    .await?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

/// The address at the other end of the connection, when there is one. What a header says of it
/// is not believed.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub Option<IpAddr>);

impl FromRequestParts<App> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())))
    }
}
