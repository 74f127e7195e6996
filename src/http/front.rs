//! Around every request, in this order: an id, a place in the house, the length of the address,
//! the budget, the handler (a panic in it is a 500), ETag and encoding, problems in the asker's
//! language, safety headers, a measure and a log line.

pub mod encoding;
mod finish;
mod kept;
mod ranges;
mod request_id;

use std::any::Any;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;
use super::problem::{Kind, Language, Problem};
pub use finish::{TagBegins, etag, is_known, quality};
pub use kept::KeptFirst;
pub use request_id::Ids;
use request_id::RequestId;

/// Longest path and query.
const ADDRESS_BYTES: usize = 8 << 10;

/// What a page of ours may load: itself, and nothing from elsewhere. Resources that need another
/// policy set their own.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the answer depends on besides the address.
const VARY: &str = "authorization, accept, accept-language, accept-encoding";

/// The headers that decide over an answer after its handler is done.
const ANSWERING: [HeaderName; 6] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::ACCEPT_ENCODING,
    header::IF_NONE_MATCH,
    header::RANGE,
    header::IF_RANGE,
];

/// What is needed of a request after its handler has taken it.
struct Asked {
    method: Method,
    headers: HeaderMap,
    is_scoped: bool,
    route: Option<MatchedPath>,
    id: RequestId,
    role: RoleSeen,
    begun: Instant,
}

/// Where the extractor of the caller leaves the role for the log line.
#[derive(Debug, Clone, Default)]
pub struct RoleSeen(Arc<OnceLock<&'static str>>);

impl RoleSeen {
    pub fn set(&self, role: &'static str) {
        let _first_counts = self.0.set(role);
    }
}

impl Asked {
    fn of(request: &Request, app: &App) -> Self {
        let mut headers = HeaderMap::with_capacity(ANSWERING.len());
        for name in ANSWERING {
            for value in request.headers().get_all(&name) {
                headers.append(&name, value.clone());
            }
        }
        Self {
            method: request.method().clone(),
            headers,
            is_scoped: request.headers().contains_key(header::AUTHORIZATION),
            route: request.extensions().get::<MatchedPath>().cloned(),
            id: RequestId::of(request.headers(), &app.ids),
            role: RoleSeen::default(),
            begun: Instant::now(),
        }
    }

    fn reads(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD)
    }

    fn route(&self) -> &str {
        self.route.as_ref().map_or("-", MatchedPath::as_str)
    }
}

pub async fn front(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let asked = Asked::of(&request, &app);
    request.extensions_mut().insert(asked.role.clone());
    let place = app.crowd.enter(&app.service, &request);
    let length = request.uri().path_and_query().map_or(0, |both| both.as_str().len());
    let answer = if place.is_none() {
        Problem::new(Kind::Crowded).into_response()
    } else if length > ADDRESS_BYTES {
        Problem::new(Kind::AddressTooLong).into_response()
    } else if let Some(wait_s) = app.limits.check(&app.service, &request) {
        Problem::new(Kind::TooManyRequests).after_s(wait_s).into_response()
    } else if finish::admits_written(&asked) {
        next.run(request).await
    } else {
        Problem::new(Kind::NotAcceptable).into_response()
    };
    let answer = finish::acceptable(&asked, answer);
    let answer = finish::finish(&asked, &app.answers, answer).await;
    let answer = ranges::admitted(&asked, answer);
    let (problem, mut answer) = tell(&asked, answer);
    protect(asked.reads(), asked.is_scoped, &mut answer);
    answer.headers_mut().insert(REQUEST_ID, asked.id.header());
    app.metrics.count(&asked.method, asked.route(), answer.status(), asked.begun.elapsed());
    note(&asked, &answer, problem.as_ref());
    answer
}

/// A panic in a handler: a 500 for the asker, the message for the log.
#[expect(clippy::needless_pass_by_value, reason = "the shape that the layer calls")]
pub fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("?");
    Problem::panicked(message).into_response()
}

/// Every error is a problem, in the asker's language: also those that the router made itself.
fn tell(asked: &Asked, answer: Response) -> (Option<Problem>, Response) {
    let status = answer.status();
    if status.as_u16() < 400 {
        return (None, answer);
    }
    let (mut parts, body) = keyless(asked, answer).into_parts();
    let known = parts.extensions.remove::<Problem>();
    // Another shape that is meant: it says so itself (readiness, for one).
    if known.is_none() && parts.headers.get(header::CONTENT_TYPE).is_some_and(is_json) {
        return (None, Response::from_parts(parts, body));
    }
    let problem = known.unwrap_or_else(|| Problem::new(Kind::of_status(status.as_u16())));
    let language = Language::asked(&asked.headers);
    let rendered = problem.render(language, Some(asked.id.as_str()));
    let body = serde_json::to_vec(&rendered).unwrap_or_default();
    let headers = &mut parts.headers;
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let spoken = match language {
        Language::Vi => "vi",
        Language::En => "en",
    };
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(spoken));
    (Some(problem), Response::from_parts(parts, body.into()))
}

/// What a key would be needed for is 401 to who has none; 403 is for a key that may not.
fn keyless(asked: &Asked, answer: Response) -> Response {
    let is_forbidden = answer.extensions().get().is_some_and(Problem::is_forbidden);
    if is_forbidden && !asked.is_scoped {
        return Problem::new(Kind::KeyNeeded).into_response();
    }
    answer
}

fn is_json(value: &HeaderValue) -> bool {
    value.to_str().is_ok_and(|kind| kind.split(';').next().is_some_and(|k| k.ends_with("json")))
}

/// Headers that every answer has. `reads`: to GET or HEAD; `is_scoped`: to somebody with a key.
fn protect(reads: bool, is_scoped: bool, answer: &mut Response) {
    let status = answer.status();
    let keeps = reads && (status.is_success() || status == StatusCode::NOT_MODIFIED);
    let headers = answer.headers_mut();
    let mut unless_set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    unless_set(
        header::CACHE_CONTROL,
        match (keeps, is_scoped) {
            (false, _) => "no-store",
            (true, true) => "private, no-cache",
            (true, false) => "public, no-cache",
        },
    );
    unless_set(header::VARY, VARY);
    unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    unless_set(header::REFERRER_POLICY, "no-referrer");
    unless_set(header::CONTENT_SECURITY_POLICY, POLICY);
    // Anybody's page may read what is public anyway, without credentials.
    if reads && !is_scoped {
        unless_set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    }
}

/// One line a request: never a key, a query or a body. Tiles and files by the hundred are for
/// those who look closer.
fn note(asked: &Asked, answer: &Response, problem: Option<&Problem>) {
    let (id, method, route) = (asked.id.as_str(), asked.method.as_str(), asked.route());
    let status = answer.status().as_u16();
    let role = asked.role.0.get().copied().unwrap_or("-");
    let elapsed_us = u64::try_from(asked.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    match problem.and_then(Problem::cause) {
        Some(cause) if status >= 500 => {
            tracing::error!(id, method, route, status, role, elapsed_us, cause, "request failed");
        }
        _ if status >= 500 => {
            tracing::warn!(id, method, route, status, role, elapsed_us, "request");
        }
        _ if route.starts_with("/tiles/") || route.starts_with("/assets/") => {
            tracing::debug!(id, method, route, status, role, elapsed_us, "request");
        }
        _ => tracing::info!(id, method, route, status, role, elapsed_us, "request"),
    }
}
