//! What makes an answer cheap to ask for again: a strong ETag from its own content, 304, and an
//! encoding that the asker admits. Streams and answers with an ETag of their own pass through.

use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::super::actor::weighted;
use super::super::answers::{Answers, Kept, KeptKey};
use super::super::problem::{Kind, Problem};
use super::Asked;
use super::encoding::{Encoding, chosen};

/// Shorter bodies are not worth compressing.
const SHORT_BYTES: usize = 1 << 10;

/// What the tag of an answer begins with, for writing to refer to (`If-Match`); a point follows,
/// then the hash of the answer itself.
#[derive(Debug, Clone)]
pub struct TagBegins(pub String);

/// Asked by POST for want of room in an address, and answered in many forms.
const READS_BY_POST: &str = "/api/v1/gaps";

/// Writing routes answer in JSON: refuse before anything is done, not after.
pub fn admits_written(asked: &Asked) -> bool {
    asked.reads()
        || asked.method == Method::OPTIONS
        || asked.route.as_ref().is_some_and(|route| route.as_str() == READS_BY_POST)
        || admits(&asked.headers, "application/json")
}

/// 406 when `Accept` admits nothing of what this address has.
pub fn acceptable(asked: &Asked, answer: Response) -> Response {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    match kind {
        Some(kind) if answer.status().is_success() && !admits(&asked.headers, kind) => {
            Problem::new(Kind::NotAcceptable).into_response()
        }
        _ => answer,
    }
}

fn admits(headers: &HeaderMap, kind: &str) -> bool {
    quality(headers, kind) > 0.0
}

/// How much the asker wants this media type: 0 not at all, 1 most. No Accept admits all.
pub fn quality(headers: &HeaderMap, kind: &str) -> f32 {
    let kind = kind.split(';').next().unwrap_or("").trim();
    let family = kind.split('/').next().unwrap_or("");
    let mut best: Option<(u8, f32)> = None;
    for value in headers.get_all(header::ACCEPT) {
        for (range, quality) in weighted(value.to_str().unwrap_or("")) {
            let nearness = if range.eq_ignore_ascii_case(kind) {
                3
            } else if range.strip_suffix("/*").is_some_and(|f| f.eq_ignore_ascii_case(family)) {
                2
            } else {
                u8::from(range == "*/*")
            };
            if best.is_none_or(|(known, _)| nearness > known) {
                best = Some((nearness, if nearness == 0 { 0.0 } else { quality }));
            }
        }
    }
    best.map_or(1.0, |(_, quality)| quality)
}

/// ETag, 304 and encoding of a successful answer to GET or HEAD.
pub async fn finish(asked: &Asked, answers: &Answers, answer: Response) -> Response {
    let headers = answer.headers();
    let whole = answer.body().size_hint().exact().is_some();
    if !asked.reads()
        || answer.status() != StatusCode::OK
        || headers.contains_key(header::ETAG)
        || !whole
    {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return Problem::new(Kind::Internal).into_response();
    };
    let encoding = match body.len() {
        ..SHORT_BYTES => Encoding::Plain,
        _ if parts.headers.contains_key(header::CONTENT_ENCODING) => Encoding::Plain,
        _ => chosen(&asked.headers, &parts.headers),
    };
    let kept = if let Some(key) = parts.extensions.remove::<KeptKey>() {
        match answers.encoded(key, encoding, body).await {
            Ok(kept) => kept,
            Err(problem) => return problem.into_response(),
        }
    } else {
        let begins = parts.extensions.remove::<TagBegins>();
        let etag = etag_of(begins.as_ref(), &body, encoding);
        if is_known(&asked.headers, &etag) {
            return not_modified(parts, etag);
        }
        Arc::new(Kept::new(body, encoding, etag))
    };
    if is_known(&asked.headers, &kept.etag) {
        return not_modified(parts, kept.etag.clone());
    }
    parts.headers.insert(header::ETAG, kept.etag.clone());
    if let Some(name) = kept.encoding {
        parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(kept.bytes.len()));
    Response::from_parts(parts, Body::from(kept.bytes.clone()))
}

fn not_modified(mut parts: Parts, etag: HeaderValue) -> Response {
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.insert(header::ETAG, etag);
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

/// From the plain content alone, so that equal views have equal tags; each encoding its own.
pub fn etag(body: &[u8], encoding: Encoding) -> HeaderValue {
    etag_of(None, body, encoding)
}

fn etag_of(begins: Option<&TagBegins>, body: &[u8], encoding: Encoding) -> HeaderValue {
    let begins = begins.map(|TagBegins(own)| format!("{own}.")).unwrap_or_default();
    let digest = Sha256::digest(body);
    let hex = data_encoding::HEXLOWER.encode(&digest[..16]);
    let suffix = encoding.name().map(|name| format!("-{name}")).unwrap_or_default();
    HeaderValue::from_str(&format!("\"{begins}{hex}{suffix}\""))
        .unwrap_or_else(|_never| HeaderValue::from_static("\"\""))
}

/// Does `If-None-Match` name it (weakly compared, RFC 9110 §13.1.2)?
pub fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let tag = tag.to_str().unwrap_or("");
    headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(
        |list| {
            list.split(',')
                .map(str::trim)
                .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
        },
    )
}
