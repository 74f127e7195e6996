//! `GET /api/v1/sites/nearest`: the operational sites around a point.

use axum::Json;
use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{CarrierId, Day, Position, Technology};
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::params::{Params, doc};
use super::problem::{Problem, Rendered};
use super::question::{TECHNOLOGIES, technology};
use super::wire::NearSite;
use super::{App, question};

/// More than this is a list, not a neighbourhood.
const MOST: usize = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(nearest))
}

/// Where from, and which sites.
#[derive(Debug)]
struct Around;

impl IntoParams for Around {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::needed(doc::numbers("lon", 1, "độ / degrees, WGS 84")),
            doc::needed(doc::numbers("lat", 1, "độ / degrees, WGS 84")),
            doc::text("carrier", "mã doanh nghiệp / carrier id"),
            doc::word("technology", &TECHNOLOGIES, "công nghệ / technology"),
            doc::day("as_of", "tính đến hết ngày / on which day"),
            doc::limit(),
        ]
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct NearList {
    version: String,
    items: Vec<NearSite>,
}

/// Trạm gần nhất (404 khi không được xem trạm) / Nearest sites (404 for those who see none)
#[utoipa::path(
    get, path = "/api/v1/sites/nearest", tag = "sites", params(Around),
    responses(
        (status = 200, body = NearList),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn nearest(caller: Caller, params: Params) -> Result<Json<NearList>, Problem> {
    let atlas = question::atlas_now(&caller).await?;
    if !atlas.sees_sites() {
        return Err(Problem::not_found());
    }
    let number = |name| -> Result<f64, Problem> {
        let [number] =
            params.numbers::<1>(name)?.ok_or_else(|| params.bad(name, "thiếu", "is missing"))?;
        Ok(number)
    };
    let from = Position::new(number("lon")?, number("lat")?)
        .map_err(|_off| params.bad("lon", "ngoài Trái Đất", "off the globe"))?;
    let day = question::as_of(&params)?;
    let carrier = question::carrier(&params, &atlas)?;
    let limit = params.limit()?.min(MOST);
    let items = sites(&atlas, from, day, carrier.as_ref(), technology(&params)?, limit);
    Ok(Json(NearList { version: atlas.version.to_string(), items }))
}

pub fn sites(
    atlas: &Atlas,
    from: Position,
    day: Day,
    carrier: Option<&CarrierId>,
    technology: Option<Technology>,
    limit: usize,
) -> Vec<NearSite> {
    atlas
        .nearest_sites(from, day, carrier, technology, limit)
        .iter()
        .map(|near| {
            let site = near.site();
            NearSite {
                carrier: site.id.carrier.to_string(),
                code: site.id.code.as_str().to_owned(),
                name: site.name.clone(),
                distance_m: near.distance_m,
                state: site.state_on(day).as_str().to_owned(),
                technologies: site.life.technologies_on(day).iter().map(Into::into).collect(),
            }
        })
        .collect()
}
