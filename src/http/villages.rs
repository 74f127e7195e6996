//! Villages: found by name, and each on its own page.

mod columns;
mod past;
mod story;
mod summary;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use phusong_atlas::atlas::{Atlas, Question, content_hash};
use phusong_atlas::domain::{Day, VillageId};
use phusong_atlas::gazetteer::HitTarget;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::answers::{self, Answers, JSON, List, ListRow};
use super::params::{Params, doc};
use super::problem::{Problem, Rendered};
use super::question::Asked;
use super::wire::{VillageList, VillagePage};
use super::{App, blocking, question};
pub use columns::village_csv;
pub use past::card_on;
pub use story::story;
pub use summary::{summary, summary_seeing, with_nearest_site};

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
async fn list(State(app): State<App>, caller: Caller, params: Params) -> Result<Response, Problem> {
    let day = question::as_of(&params)?;
    let atlas = question::atlas_now(&caller).await?;
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
    let asked = content_hash(&("villages", day, &ids));
    let (answers, view) = (Arc::clone(&app.answers), Arc::clone(&atlas));
    let make = move || named(&answers, &view, &ids, day);
    app.answers.get(&atlas, &asked, JSON, make).await
}

/// Those of the named that exist on the day, in the order in which they are named.
fn named(
    answers: &Answers,
    atlas: &Atlas,
    ids: &[VillageId],
    day: Day,
) -> Result<Vec<u8>, Problem> {
    let question = Question::default_on(day);
    let found = ids.iter().filter_map(|id| {
        let shard = atlas.shard_of_village(id)?;
        let place = shard.place_of(id)?;
        let card = &shard.villages[place];
        let answer = card.exists_on(day).then(|| card.verdict(&question, &atlas.common))?;
        Some(ListRow { shard, place, answer })
    });
    let head = VillageList { version: atlas.version.to_string(), items: Vec::new(), next: None };
    // The distance rests on sites of other communes: not kept with the village's own.
    if atlas.sees_sites() {
        let items = found.map(|row| {
            let card = &row.shard.villages[row.place];
            with_nearest_site(atlas, card, day, summary(atlas, card, &question, row.answer))
        });
        let list = VillageList { items: items.collect(), ..head };
        return serde_json::to_vec(&list).map_err(|error| Problem::internal(&error));
    }
    let list = List::new(atlas, &question, false);
    answers::listed(&head, found, |row, out| answers.row(&list, &row, out))
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
    blocking(move || {
        let asked = question::question(&params, &atlas)?;
        let id = VillageId::new(&id).map_err(|_no_id| Problem::not_found())?;
        let card = card_on(&atlas, &id, asked.day)?;
        let known_at = question::known_at(&params)?;
        let mentions = caller.service.mentions(&caller.actor, &card.id, Some(known_at));
        let mentions = mentions.map_err(|error| Problem::internal(&error))?;
        Ok(Json(story::story(mentions, &atlas, card, &asked, known_at)))
    })
    .await
}
