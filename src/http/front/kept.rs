//! The short way for tiles that are kept: the same rights, budget, headers and counts as the long
//! way, without the router and its layers between. Whatever is not such a tile goes the long way.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use futures_util::future::Either;
use tower::Service;

use super::request_id::RequestId;
use super::{App, REQUEST_ID, protect};
use crate::http::actor::credential;
use crate::http::tiles;
use crate::service::Actor;

/// The whole house behind its kept tiles.
#[derive(Debug, Clone)]
pub struct KeptFirst {
    pub app: App,
    pub house: Router,
}

impl Service<Request> for KeptFirst {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, RouteFuture<Infallible>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // A router is always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match kept(&self.app, &request) {
            Some(answer) => Either::Left(ready(Ok(answer))),
            None => Either::Right(self.house.call(request)),
        }
    }
}

/// The answer of the long way, when it would be a tile that is kept.
fn kept(app: &App, request: &Request) -> Option<Response> {
    let begun = Instant::now();
    if request.method() != Method::GET || !request.uri().path().starts_with("/tiles/") {
        return None;
    }
    let headers = request.headers();
    let actor = match credential(headers).ok()? {
        None => Actor::PUBLIC,
        Some(token) => app.service.actor(token).ok()?,
    };
    let atlas = app.service.atlas_kept(&actor.scope())?;
    let mut answer = tiles::from_kept(&app.tiles, &atlas, request.uri(), headers)?;
    if app.limits.over(actor.key.as_ref(), request).is_some() {
        return None;
    }
    protect(true, actor.key.is_some(), &mut answer);
    answer.headers_mut().insert(REQUEST_ID, RequestId::of(headers, &app.ids).header());
    app.metrics.count_kept_tile(answer.status(), begun.elapsed());
    Some(answer)
}
