//! Ranges of bytes: none are served, the whole is sent instead (RFC 9110 §14.2). Who asks for what
//! lies beyond the end, or for more by several ranges than there is, is told so: 416.

use axum::body::HttpBody;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::super::problem::{Kind, Problem};
use super::Asked;

/// The answer, or 416. A stream has no length that a range could lie beyond.
pub fn admitted(asked: &Asked, answer: Response) -> Response {
    let asks = asked.method == Method::GET && answer.status() == StatusCode::OK;
    match answer.body().size_hint().exact() {
        Some(length) if asks && are_beyond(&asked.headers, length) => {
            let mut refused = Problem::new(Kind::RangeNotSatisfiable).into_response();
            if let Ok(whole) = HeaderValue::from_str(&format!("bytes */{length}")) {
                refused.headers_mut().insert(header::CONTENT_RANGE, whole);
            }
            refused
        }
        _ => answer,
    }
}

fn are_beyond(headers: &HeaderMap, length: u64) -> bool {
    let Some(asked) = headers.get(header::RANGE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    // A condition makes it a wish: it may as well be the whole.
    if headers.contains_key(header::IF_RANGE) {
        return false;
    }
    let Some(list) = asked.strip_prefix("bytes=") else { return false };
    let ranges: Option<Vec<u64>> =
        list.split(',').map(|one| bytes_of(one.trim(), length)).collect();
    // What is no range is passed over, as one of another unit is.
    let Some(ranges) = ranges else { return false };
    let total = ranges.iter().fold(0_u64, |sum, bytes| sum.saturating_add(*bytes));
    ranges.contains(&0) || total > length
}

/// How many bytes of the content a range holds; `None` when it is no range.
fn bytes_of(range: &str, length: u64) -> Option<u64> {
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| -> Option<u64> {
        let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // A number too large for us is beyond any end.
        is_plain.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match (first, last) {
        ("", last) => Some(number(last)?.min(length)),
        (first, "") => Some(length.saturating_sub(number(first)?)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then(|| last.saturating_add(1).min(length).saturating_sub(first))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_asks_beyond_the_end_or_for_more_than_all_is_refused() {
        let cases = [
            ("bytes=0-99", false),
            ("bytes=0-", false),
            ("bytes=-100", false),
            ("bytes=-5000", false),
            ("bytes=90-5000", false),
            ("bytes=0-9,20-29", false),
            ("bytes=0-49, 50-99", false),
            ("bytes=100-", true),
            ("bytes=100-200", true),
            ("bytes=-0", true),
            ("bytes=99999999999999999999-", true),
            ("bytes=0-9,100-", true),
            ("bytes=0-,0-", true),
            ("bytes=0-,1-,2-,3-,4-", true),
            ("bytes=0-60,40-99", true),
            // No ranges at all.
            ("bytes=9-0", false),
            ("bytes=a-b", false),
            ("bytes=-", false),
            ("bytes=", false),
            ("lines=500-", false),
        ];
        for (asked, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, asked.parse().unwrap());
            assert_eq!(are_beyond(&headers, 100), expected, "{asked}");
            headers.insert(header::IF_RANGE, "\"x\"".parse().unwrap());
            assert!(!are_beyond(&headers, 100), "{asked} upon a condition");
        }
        assert!(!are_beyond(&HeaderMap::new(), 100));
    }
}
