//! Villages: found by name, and each on its own page.

mod columns;
mod past;
mod story;
mod summary;

use axum::Json;
use axum::extract::Path;
use phusong_atlas::atlas::Question;
use phusong_atlas::domain::VillageId;
use phusong_atlas::gazetteer::HitTarget;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::params::{Params, doc};
use super::problem::{Problem, Rendered};
use super::question::Asked;
use super::wire::{VillageList, VillagePage};
use super::{App, question};
use crate::service::today;
pub use columns::village_csv;
pub use story::story;
pub use summary::summary;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(page))
}

/// How villages are looked for.
#[derive(Debug)]
struct Search;

impl IntoParams for Search {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::text("q", "tên, không cần dấu / name, accents or not"),
            doc::limit(),
            doc::day("as_of", "tính đến hết ngày / on which day"),
        ]
    }
}

/// Tìm thôn, không cần dấu / Villages by name, accents or not
#[utoipa::path(
    get, path = "/api/v1/villages", tag = "villages", params(Search),
    responses((status = 200, body = VillageList))
)]
async fn list(caller: Caller, params: Params) -> Result<Json<VillageList>, Problem> {
    let day = params.past_day("as_of")?.unwrap_or_else(today);
    let atlas = caller.service.atlas(&caller.actor.scope());
    let limit = params.limit()?;
    let ids: Vec<VillageId> = match params.text("q") {
        Some(text) => caller
            .service
            .gazetteer()
            .search(text, limit)
            .into_iter()
            .filter_map(|hit| match hit.target {
                HitTarget::Village(id) => Some(id),
                HitTarget::Unit(_) => None,
            })
            .collect(),
        None => atlas.village_ids().take(limit).cloned().collect(),
    };
    let question = Question::default_on(day);
    let items = ids
        .iter()
        .filter_map(|id| atlas.village(id))
        .filter(|(_, card)| card.exists_on(day))
        .map(|(_, card)| summary(&atlas, card, &question, card.verdict(&question, &atlas.common)))
        .collect();
    Ok(Json(VillageList { version: atlas.version.to_string(), items, next: None }))
}

/// Trang của một thôn / A village's own page
#[utoipa::path(
    get, path = "/api/v1/villages/{id}", tag = "villages", params(("id" = String, Path), Asked),
    responses(
        (status = 200, body = VillagePage),
        (status = 404, body = Rendered, content_type = "application/problem+json"),
    )
)]
async fn page(
    caller: Caller,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<VillagePage>, Problem> {
    let atlas = question::atlas_of(&caller, &params).await?;
    let asked = question::question(&params, &atlas)?;
    let id = VillageId::new(&id).map_err(|_no_id| Problem::not_found())?;
    let found = atlas.village(&id).filter(|(_, card)| card.exists_on(asked.day));
    let (_, card) = found.ok_or_else(Problem::not_found)?;
    let known_at = question::known_at(&params)?;
    let mentions = caller.service.mentions(&caller.actor, &card.id);
    Ok(Json(story::story(mentions, &atlas, card, &asked, known_at)))
}
