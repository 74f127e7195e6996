//! Around every request, in this order: an id, the length of the address, the handler (a panic in
//! it is a 500), problems in the asker's language, ETag and encoding, safety headers, a log line.

pub mod encoding;
mod finish;
mod request_id;

use std::any::Any;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;
use super::problem::{Kind, Language, Problem};
pub use finish::{is_known, quality};
pub use request_id::Ids;
use request_id::RequestId;

/// Longest path and query.
const ADDRESS_BYTES: usize = 8 << 10;

/// What a page of ours may load: itself, and nothing from elsewhere. Resources that need another
/// policy set their own.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// What the answer depends on besides the address.
const VARY: &str = "authorization, accept, accept-language, accept-encoding";

/// What is needed of a request after its handler has taken it.
struct Asked {
    method: Method,
    headers: HeaderMap,
    route: Option<MatchedPath>,
}

pub async fn front(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = RequestId::of(request.headers(), &app.ids);
    let asked = Asked {
        method: request.method().clone(),
        headers: request.headers().clone(),
        route: request.extensions().get::<MatchedPath>().cloned(),
    };
    request.extensions_mut().insert(id.clone());
    let length = request.uri().path_and_query().map_or(0, |both| both.as_str().len());
    let answer = if length > ADDRESS_BYTES {
        Problem::new(Kind::AddressTooLong).into_response()
    } else if !finish::admits_written(&asked) {
        Problem::new(Kind::NotAcceptable).into_response()
    } else {
        next.run(request).await
    };
    let answer = finish::acceptable(&asked, answer);
    let (problem, answer) = tell(&asked, &id, answer);
    let mut answer = finish::finish(&asked, answer).await;
    protect(&asked, &mut answer);
    answer.headers_mut().insert(HeaderName::from_static("x-request-id"), id.header());
    note(&asked, &id, &answer, problem.as_ref(), begun);
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
fn tell(asked: &Asked, id: &RequestId, answer: Response) -> (Option<Problem>, Response) {
    let status = answer.status();
    if status.as_u16() < 400 {
        return (None, answer);
    }
    let (mut parts, body) = answer.into_parts();
    let known = parts.extensions.remove::<Problem>();
    let ours = known.is_some();
    let problem = known.unwrap_or_else(|| Problem::new(Kind::of_status(status.as_u16())));
    if !ours && parts.headers.get(header::CONTENT_TYPE).is_some_and(is_problem) {
        return (None, Response::from_parts(parts, body));
    }
    let language = Language::asked(&asked.headers);
    let rendered = problem.render(language, Some(id.as_str()));
    let body = serde_json::to_vec(&rendered).unwrap_or_default();
    let kind = HeaderValue::from_static("application/problem+json");
    parts.headers.insert(header::CONTENT_TYPE, kind);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(match language {
            Language::Vi => "vi",
            Language::En => "en",
        }),
    );
    (Some(problem), Response::from_parts(parts, body.into()))
}

fn is_problem(value: &HeaderValue) -> bool {
    value.as_bytes().starts_with(b"application/problem+json")
}

/// Headers that every answer has.
fn protect(asked: &Asked, answer: &mut Response) {
    let status = answer.status();
    let headers = answer.headers_mut();
    let mut unless_set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    let scoped = asked.headers.contains_key(header::AUTHORIZATION);
    let reads = matches!(asked.method, Method::GET | Method::HEAD);
    unless_set(
        header::CACHE_CONTROL,
        match (reads && (status.is_success() || status == StatusCode::NOT_MODIFIED), scoped) {
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
    if reads && !scoped {
        unless_set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    }
}

/// One line a request: never a key, a query or a body.
fn note(
    asked: &Asked,
    id: &RequestId,
    answer: &Response,
    problem: Option<&Problem>,
    begun: Instant,
) {
    let route = asked.route.as_ref().map_or("-", MatchedPath::as_str);
    let status = answer.status().as_u16();
    let elapsed_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let (id, method) = (id.as_str(), asked.method.as_str());
    match problem.and_then(Problem::cause) {
        Some(cause) if status >= 500 => {
            tracing::error!(id, method, route, status, elapsed_us, cause, "request failed");
        }
        _ if status >= 500 => tracing::warn!(id, method, route, status, elapsed_us, "request"),
        _ => tracing::info!(id, method, route, status, elapsed_us, "request"),
    }
}
