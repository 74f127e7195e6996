//! The bytes of an entry: `[format: 1][salt: 16][recorded_at: 8, i64 µs, big-endian][body …]`.
//!
//! The salt keeps a sibling hash in somebody's proof from confirming a guess of the content. What
//! the body says is the business of the decoder that `format` names.

use std::ops::{Deref, Range};
use std::sync::Arc;

use jiff::Timestamp;

use super::tree::{Hash, leaf_hash};
use crate::vault::{from_micros, to_micros};

/// Bytes before the body.
pub const LEAF_HEADER_BYTES: usize = 1 + 16 + 8;

/// Longest body. Files do not go into the ledger, so this is far above any report (20 MB of JSON).
pub const MAX_BODY_BYTES: usize = 64 << 20;

/// A leaf in the memory that it was read into, with its neighbours or without.
#[derive(Debug, Clone)]
pub(super) struct Bytes {
    buffer: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl Bytes {
    /// `None` where the buffer is shorter.
    pub(super) fn of(buffer: &Arc<Vec<u8>>, range: Range<usize>) -> Option<Self> {
        buffer.get(range.clone())?;
        Some(Self { buffer: Arc::clone(buffer), range })
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self { range: 0..bytes.len(), buffer: Arc::new(bytes) }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.buffer[self.range.clone()]
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Bytes {}

/// A stored entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Place in the ledger, from 1, without gaps.
    pub seq: u64,
    /// When the ledger took it (µs); never before the entry ahead of it.
    pub recorded_at: Timestamp,
    /// Which decoder reads the body.
    pub format: u8,
    pub leaf_hash: Hash,
    leaf: Bytes,
}

impl Entry {
    /// Hashes the leaf. `None` when it is too short or its time is no time.
    pub(super) fn new(seq: u64, leaf: impl Into<Bytes>) -> Option<Self> {
        let leaf = leaf.into();
        let header = Header::read(&leaf)?;
        let recorded_at = from_micros(header.recorded_at)?;
        Some(Self { seq, recorded_at, format: header.format, leaf_hash: leaf_hash(&leaf), leaf })
    }

    /// The bytes that are hashed.
    pub fn leaf(&self) -> &[u8] {
        &self.leaf
    }

    /// The leaf without its header.
    pub fn body(&self) -> &[u8] {
        &self.leaf[LEAF_HEADER_BYTES..]
    }
}

pub(super) struct Header {
    pub(super) format: u8,
    pub(super) recorded_at: i64,
}

impl Header {
    pub(super) fn read(leaf: &[u8]) -> Option<Self> {
        let (&format, rest) = leaf.split_first()?;
        let micros = rest.get(16..24)?.try_into().ok()?;
        Some(Self { format, recorded_at: i64::from_be_bytes(micros) })
    }
}

/// Puts a leaf together.
pub(super) fn encode(format: u8, salt: [u8; 16], recorded_at: Timestamp, body: &[u8]) -> Vec<u8> {
    let mut leaf = Vec::with_capacity(LEAF_HEADER_BYTES + body.len());
    leaf.push(format);
    leaf.extend(salt);
    leaf.extend(to_micros(recorded_at).to_be_bytes());
    leaf.extend(body);
    leaf
}
