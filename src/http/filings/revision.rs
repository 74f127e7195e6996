//! `ETag` and `If-Match` of a draft.
//!
//! A draft's tag begins with the hash of what it rests on, to the point; what follows is of the
//! bytes of one answer, as of every answer, so that a 304 never lies. Writing looks at the first
//! part alone: what others file meanwhile may change what is understood of a draft, and makes it no
//! other draft.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::http::front::TagBegins;
use crate::service::{Meant, Revision};

/// Which states of the draft `If-Match` names. A weak tag names none (RFC 9110 §13.1.1).
pub fn meant(headers: &HeaderMap) -> Meant {
    let mut given = headers.get_all(header::IF_MATCH).iter().peekable();
    if given.peek().is_none() {
        return Meant::Unsaid;
    }
    let tags: Vec<&str> = given
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(',').map(str::trim))
        .collect();
    if tags.contains(&"*") {
        return Meant::Any;
    }
    let of_tag = |tag: &str| {
        let inside = tag.strip_prefix('"')?.strip_suffix('"')?;
        Some(inside.split('.').next().unwrap_or(inside).to_owned())
    };
    Meant::OneOf(tags.into_iter().filter_map(of_tag).collect())
}

/// An answer that is read: the front adds the part of its own bytes.
pub fn read(revision: Revision, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    response.extensions_mut().insert(TagBegins(revision.hex()));
    response
}

/// An answer to writing.
pub fn written(revision: Revision, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", revision.hex())) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> Meant {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::IF_MATCH, value.parse().unwrap());
        }
        meant(&headers)
    }

    #[test]
    fn if_match_as_clients_write_it() {
        let one = |tags: &[&str]| Meant::OneOf(tags.iter().map(|&tag| tag.to_owned()).collect());
        assert_eq!(of(&[]), Meant::Unsaid);
        assert_eq!(of(&["*"]), Meant::Any);
        assert_eq!(of(&["\"ab\""]), one(&["ab"]));
        assert_eq!(of(&["\"ab.cd-br\""]), one(&["ab"]));
        assert_eq!(of(&["\"ab.cd\", \"ef\"", "\"gh\""]), one(&["ab", "ef", "gh"]));
        assert_eq!(of(&["W/\"ab\"", "ab", ""]), one(&[]));
    }
}
