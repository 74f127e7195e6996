//! Villages: found by name, and each on its own page.

mod columns;
mod past;
mod story;
mod summary;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use phusong_atlas::atlas::{
    AreaFilter, Atlas, GapQuery, Question, Sort, VillageVerdict, content_hash,
};
use phusong_atlas::domain::{Day, VillageId};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::answers::{self, Answers, JSON, List, ListRow};
use super::gaps::{area_of, area_parameters};
use super::params::doc::Paging;
use super::params::{Params, Rows, doc};
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
        let mut all = vec![doc::text("q", "tên, không cần dấu / name, accents or not")];
        all.extend(area_parameters());
        all.push(doc::day("as_of", "tính đến hết ngày / on which day"));
        all
    }
}

/// Tìm thôn, không cần dấu / Villages by name, accents or not
#[utoipa::path(
    get, path = "/api/v1/villages", tag = "villages", params(Search, Paging),
    responses((status = 200, body = VillageList))
)]
async fn list(State(app): State<App>, caller: Caller, params: Params) -> Result<Response, Problem> {
    let day = question::as_of(&params)?;
    let atlas = question::atlas_now(&caller).await?;
    let area = area_of(&params, &atlas, None)?;
    let text = params.text("q").map(str::to_owned);
    let page = Rows::Page
        .of(&params, content_hash(&("villages", atlas.version, day, &text, format!("{area:?}"))))?;
    let view = Arc::clone(&atlas);
    let (ids, count) = blocking(move || {
        let all: Vec<VillageId> = match text {
            // Units take no place of villages that are called alike.
            Some(text) => caller.service.gazetteer().search_villages(&text),
            None => view.village_ids().cloned().collect(),
        };
        let found = there(&view, all, area, day);
        let count = found.len();
        Ok((page.of(found).collect::<Vec<_>>(), count))
    })
    .await?;
    let next = page.next(count);
    let asked = content_hash(&("villages", day, &ids, count, &next));
    let (answers, view) = (Arc::clone(&app.answers), Arc::clone(&atlas));
    let make = move || named(&answers, &view, &ids, day, (count, next));
    app.answers.get(&atlas, &asked, JSON, make).await
}

/// Those that exist on the day and lie in the area, in their order.
fn there(atlas: &Atlas, ids: Vec<VillageId>, area: AreaFilter, day: Day) -> Vec<VillageId> {
    let inside = (area != AreaFilter::default()).then(|| {
        let query = GapQuery {
            question: Question::default_on(day),
            verdicts: VillageVerdict::ALL.to_vec(),
            area,
            duty: None,
            grid_power: None,
            especially_hard: None,
            sort: Sort::Name,
        };
        let found = atlas.gaps(&query);
        found.rows.iter().map(|row| row.card().id.clone()).collect::<BTreeSet<_>>()
    });
    let exists = |id: &VillageId| atlas.village(id).is_some_and(|(_, card)| card.exists_on(day));
    let is_there = |id: &VillageId| match &inside {
        Some(inside) => inside.contains(id),
        None => exists(id),
    };
    ids.into_iter().filter(is_there).collect()
}

/// Those of the named that exist on the day, in the order in which they are named.
fn named(
    answers: &Answers,
    atlas: &Atlas,
    ids: &[VillageId],
    day: Day,
    (count, next): (usize, Option<String>),
) -> Result<Vec<u8>, Problem> {
    let question = Question::default_on(day);
    let found = ids.iter().filter_map(|id| {
        let shard = atlas.shard_of_village(id)?;
        let place = shard.place_of(id)?;
        let card = &shard.villages[place];
        let answer = card.exists_on(day).then(|| card.verdict(&question, &atlas.common))?;
        Some(ListRow { shard, place, answer })
    });
    let head = VillageList { version: atlas.version.to_string(), count, items: Vec::new(), next };
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
