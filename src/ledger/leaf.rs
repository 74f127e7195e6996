//! The bytes of an entry: `[format: 1][salt: 16][recorded_at: 8, i64 µs, big-endian][body …]`.
//!
//! The salt keeps a sibling hash in somebody's proof from confirming a guess of the content. What
//! the body says is the business of the decoder that `format` names.

use jiff::Timestamp;

use super::tree::{Hash, leaf_hash};
use crate::vault::{from_micros, to_micros};

/// Bytes before the body.
pub const LEAF_HEADER_BYTES: usize = 1 + 16 + 8;

/// Longest body. Files do not go into the ledger, so this is far above any report (20 MB of JSON).
pub const MAX_BODY_BYTES: usize = 64 << 20;

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
    leaf: Vec<u8>,
}

impl Entry {
    /// Hashes the leaf. `None` when it is too short or its time is no time.
    pub(super) fn new(seq: u64, leaf: Vec<u8>) -> Option<Self> {
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
