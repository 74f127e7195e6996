//! `GET /events`: server-sent events, each scope its own.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use serde::Serialize;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actor::Caller;
use super::problem::Problem;
use super::{App, question};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(events))
}

/// The data of a `changed` event; empty lists: anything may have changed.
#[derive(Debug, Serialize, ToSchema)]
struct Changed {
    /// Also the event's `id`.
    version: String,
    villages: Vec<String>,
    reports: Vec<String>,
}

/// Điều gì vừa đổi trong phần của người nghe / What has just changed in the listener's own view
#[utoipa::path(
    get, path = "/events", tag = "events",
    responses((status = 200, body = Changed, content_type = "text/event-stream"))
)]
async fn events(
    caller: Caller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let scope = caller.actor.scope();
    // Only of a view that is there can a change be told.
    question::atlas_now(&caller).await?;
    let service = caller.service;
    let changes = BroadcastStream::new(service.listen(&scope)).filter_map(move |change| {
        let changed = match change {
            Ok(change) if change.scope == scope => Changed {
                version: change.version.to_string(),
                villages: change.villages.iter().map(ToString::to_string).collect(),
                reports: change.reports.iter().map(ToString::to_string).collect(),
            },
            Ok(_) => return None,
            // Too slow for what happened meanwhile: where things stand now, to ask anew.
            Err(_lagged) => Changed {
                version: service.atlas(&scope).version.to_string(),
                villages: Vec::new(),
                reports: Vec::new(),
            },
        };
        let event = Event::default().event("changed").id(&changed.version);
        event.json_data(&changed).ok().map(Ok)
    });
    Ok(Sse::new(changes).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}
