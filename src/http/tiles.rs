//! `GET /tiles/…`: vector tiles and their TileJSON, from the asker's own Atlas.
//!
//! A kept tile is found, compared and sent here; everything that computes is [`cache`]'s.

mod address;
mod cache;
mod public_url;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::Day;
use phusong_tiles::{Layer, LayerSet, tilejson};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::front::encoding::{self, Encoding};
use super::front::{is_known, quality};
use super::params::{Params, doc};
use super::problem::{Kind, Problem, Rendered};
use super::{App, question};
use crate::service::today;
use cache::{Kept, Wanted};
pub use cache::{TileCache, TileStats};
pub use public_url::PublicUrl;

const TILE_TYPE: &str = "application/vnd.mapbox-vector-tile";
const TILE: HeaderValue = HeaderValue::from_static(TILE_TYPE);
/// Asked again each time; what did not change is a 304.
const OF_ALL: HeaderValue = HeaderValue::from_static("public, no-cache");
const OF_ONE: HeaderValue = HeaderValue::from_static("private, no-cache");
const VARY: HeaderValue = HeaderValue::from_static("authorization, accept, accept-encoding");

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(tile)).routes(routes!(description))
}

/// As the router knows it.
pub const ROUTE: &str = "/tiles/{layers}/{z}/{x}/{y}";

/// The day that is shown.
#[derive(Debug)]
struct OnDay;

impl IntoParams for OnDay {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![doc::day("as_of", "tính đến hết ngày, mặc định hôm nay / default today")]
    }
}

/// Một ô bản đồ / One vector tile (MVT 2.1)
///
/// `layers`: `communes`, `villages`, `gaps`, `clusters`, `sites`, with commas between them.
#[utoipa::path(
    get, path = "/tiles/{layers}/{z}/{x}/{y}", tag = "tiles",
    params(
        ("layers" = String, Path, description = "lớp, cách nhau bằng dấu phẩy / layers, with commas"),
        ("z" = String, Path, description = "0–14"),
        ("x" = String, Path, description = "cột từ tây / column from the west"),
        ("y" = String, Path, description = "hàng từ bắc, rồi .mvt / row from the north, then .mvt"),
        OnDay,
    ),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/vnd.mapbox-vector-tile"),
        (status = 204, description = "Ô trống / an empty tile"),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn tile(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _none) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &app).await?;
    let atlas = question::atlas_now(&caller).await?;
    from_atlas(&app.tiles, &atlas, &parts).await
}

/// The tile that the address names, of this Atlas.
pub async fn from_atlas(
    tiles: &Arc<TileCache>,
    atlas: &Arc<Atlas>,
    parts: &Parts,
) -> Result<Response, Problem> {
    let (wanted, encoding) = wanted(atlas, &parts.uri, &parts.headers)?;
    let kept = tiles.get(atlas, wanted, encoding).await?;
    Ok(answer(&parts.headers, &kept))
}

/// The same, if the tile of today is kept and no more than that is asked.
pub fn from_kept(
    tiles: &TileCache,
    atlas: &Atlas,
    uri: &Uri,
    headers: &HeaderMap,
) -> Option<Response> {
    let is_plain = uri.query().is_none()
        && quality(headers, TILE_TYPE) > 0.0
        && !headers.contains_key(header::RANGE);
    let (wanted, encoding) = is_plain.then(|| wanted(atlas, uri, headers).ok())??;
    Some(answer(headers, &*tiles.kept(wanted, encoding)?))
}

fn wanted(atlas: &Atlas, uri: &Uri, headers: &HeaderMap) -> Result<(Wanted, Encoding), Problem> {
    let (layers, tile) = address::tile(uri.path(), |layers| is_shown(atlas, layers))?;
    let day = day(uri)?;
    let encoding = encoding::best(headers).ok_or_else(|| Problem::new(Kind::NotAcceptable))?;
    Ok((Wanted { version: atlas.version, day, layers, tile }, encoding))
}

/// Các lớp của ô bản đồ / What the tiles hold (TileJSON 3.0)
#[utoipa::path(
    get, path = "/tiles/{file}", tag = "tiles",
    params(
        ("file" = String, Path, description = "các lớp, rồi .json / the layers, then .json"), OnDay,
    ),
    responses((status = 200, body = Object), (status = 404, body = Rendered, content_type = "application/problem+json"))
)]
async fn description(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _none) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &app).await?;
    let atlas = question::atlas_now(&caller).await?;
    let layers = address::description(parts.uri.path(), |layers| is_shown(&atlas, layers))?;
    let asked = Params::read(parts.uri.query().unwrap_or(""))?.past_day("as_of")?;
    let base = base_of(&app, &parts)?;
    let on_day = asked.map(|day| format!("?as_of={day}")).unwrap_or_default();
    let tiles = format!("{base}/tiles/{layers}/{{z}}/{{x}}/{{y}}.mvt{on_day}");
    let view = app.tiles.view(&atlas, asked.unwrap_or_else(today)).await?;
    Ok(axum::Json(tilejson(&view, &atlas, layers, &tiles)).into_response())
}

/// Under which address others reach the service: as it says itself, else as it was asked.
pub fn base_of(app: &App, parts: &Parts) -> Result<String, Problem> {
    Ok(match &app.public_url {
        Some(url) => url.to_string(),
        None => format!("http://{}", address::host(parts)?),
    })
}

/// Who sees no sites has no such layer.
fn is_shown(atlas: &Atlas, layers: LayerSet) -> bool {
    atlas.sees_sites() || !layers.contains(Layer::Sites)
}

fn day(uri: &Uri) -> Result<Day, Problem> {
    let Some(query) = uri.query() else { return Ok(today()) };
    Ok(Params::read(query)?.past_day("as_of")?.unwrap_or_else(today))
}

fn answer(asked: &HeaderMap, kept: &Kept) -> Response {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.reserve(12);
    headers.insert(header::ETAG, kept.etag.clone());
    let scoped = asked.contains_key(header::AUTHORIZATION);
    headers.insert(header::CACHE_CONTROL, if scoped { OF_ONE } else { OF_ALL });
    headers.insert(header::VARY, VARY);
    if is_known(asked, &kept.etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else if kept.bytes.is_empty() {
        *response.status_mut() = StatusCode::NO_CONTENT;
    } else {
        headers.insert(header::CONTENT_TYPE, TILE);
        if let Some(name) = kept.encoding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        *response.body_mut() = Body::from(kept.bytes.clone());
    }
    response
}
