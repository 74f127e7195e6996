//! `GET /events`: server-sent events, each scope its own.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use serde_json::json;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt};

use super::actor::Caller;

pub async fn events(caller: Caller) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let scope = caller.actor.scope();
    let changes = BroadcastStream::new(caller.service.listen()).filter_map(move |change| {
        let change = change.ok().filter(|change| change.scope == scope)?;
        let villages: Vec<&str> =
            change.villages.iter().map(phusong_atlas::domain::VillageId::as_str).collect();
        let reports: Vec<String> = change.reports.iter().map(ToString::to_string).collect();
        let version = change.version.to_string();
        let data = json!({ "version": version, "villages": villages, "reports": reports });
        Some(Ok(Event::default().event("changed").id(version).data(data.to_string())))
    });
    Sse::new(changes).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
