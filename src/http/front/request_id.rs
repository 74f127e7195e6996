//! A name for every request, so that an answer and a log line find each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderValue};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// Makes ids that no other run of the service makes, of a random start and a count. Hashed: the
/// count would tell every asker how much the others ask.
#[derive(Debug, Clone)]
pub struct Ids {
    start: u64,
    next: Arc<AtomicU64>,
}

impl Ids {
    pub fn from_random(start: u64) -> Self {
        Self { start, next: Arc::new(AtomicU64::new(0)) }
    }

    /// Twenty hex digits.
    fn fresh(&self) -> HeaderValue {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        let digest = Sha256::new()
            .chain_update(self.start.to_be_bytes())
            .chain_update(count.to_be_bytes())
            .finalize();
        let id = HEXLOWER.encode(&digest[..10]);
        HeaderValue::from_str(&id).unwrap_or_else(|_never| HeaderValue::from_static("-"))
    }
}

#[derive(Debug, Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The asker's own, when it is a plain word of at most 64 characters; else a fresh one.
    pub fn of(headers: &HeaderMap, ids: &Ids) -> Self {
        let is_plain = |value: &&HeaderValue| {
            let text = value.as_bytes();
            (1..=64).contains(&text.len())
                && text.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
                // What looks like one of our keys is not written into logs.
                && !text.starts_with(b"ps_")
        };
        let given = headers.get("x-request-id").filter(is_plain);
        Self(given.map_or_else(|| ids.fresh(), HeaderValue::clone))
    }

    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or("-")
    }

    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}
