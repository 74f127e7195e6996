//! A name for every request, so that an answer and a log line find each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderValue};

/// Makes ids that no other run of the service makes: a random start and a count.
#[derive(Debug, Clone)]
pub struct Ids {
    start: u64,
    next: Arc<AtomicU64>,
}

impl Ids {
    pub fn from_random(start: u64) -> Self {
        Self { start, next: Arc::new(AtomicU64::new(0)) }
    }

    fn fresh(&self) -> String {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{:012x}{count:08x}", self.start & 0xffff_ffff_ffff)
    }
}

#[derive(Debug, Clone)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The asker's own, when it is a plain word of at most 64 characters; else a fresh one.
    pub fn of(headers: &HeaderMap, ids: &Ids) -> Self {
        let plain = |text: &&str| {
            (1..=64).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
                // What looks like one of our keys is not written into logs.
                && !text.starts_with("ps_")
        };
        let given = headers.get("x-request-id").and_then(|value| value.to_str().ok());
        Self(given.filter(plain).map_or_else(|| ids.fresh().into(), Arc::from))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or_else(|_bad| HeaderValue::from_static("-"))
    }
}
