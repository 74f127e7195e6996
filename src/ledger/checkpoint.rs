//! Signed tree heads: "these entries, in this order, and no others, by then".
//!
//! For department and auditor; a copy held elsewhere is what shows a cut tail or a ledger
//! rewritten by an insider. Not for carriers as they come: the size is the one declared leak.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::tree::Hash;
use crate::vault::keys::{KeyId, PublicKey, SigningKey};
use crate::vault::to_micros;

/// A signed statement about the first `size` entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Number of entries vouched for.
    pub size: u64,
    /// RFC 6962 root over their leaves.
    pub root: Hash,
    /// Of the newest of them; for an empty ledger, when it was made.
    pub recorded_at: Timestamp,
    /// Which key signed.
    pub signer: KeyId,
    pub signature: [u8; 64],
}

impl Checkpoint {
    pub(super) fn sign(size: u64, root: Hash, recorded_at: Timestamp, key: &SigningKey) -> Self {
        let signer = key.public().id();
        let signature = key.sign(&signed_bytes(size, &root, recorded_at, signer));
        Self { size, root, recorded_at, signer, signature }
    }

    /// Whether this key made the signature over exactly these values.
    pub fn is_signed_by(&self, key: PublicKey) -> bool {
        let message = signed_bytes(self.size, &self.root, self.recorded_at, self.signer);
        key.id() == self.signer && key.verifies(&message, &self.signature)
    }
}

/// `"phusong checkpoint 1\0"`, size (u64), root (32), recorded_at (i64 µs), key id (8); big-endian.
fn signed_bytes(size: u64, root: &Hash, recorded_at: Timestamp, signer: KeyId) -> Vec<u8> {
    let mut bytes = b"phusong checkpoint 1\0".to_vec();
    bytes.extend(size.to_be_bytes());
    bytes.extend(root);
    bytes.extend(to_micros(recorded_at).to_be_bytes());
    bytes.extend(signer.0);
    bytes
}

/// The public keys that a ledger names as its signers.
///
/// They come from the ledger itself, so they prove only that it agrees with itself; trust comes
/// from a key learnt elsewhere ([`super::Held::public_key`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signers(BTreeMap<KeyId, PublicKey>);

impl Signers {
    pub(super) fn insert(&mut self, key: PublicKey) {
        self.0.insert(key.id(), key);
    }

    /// The keys, by id.
    pub fn iter(&self) -> impl Iterator<Item = PublicKey> {
        self.0.values().copied()
    }

    pub(super) fn vouch_for(&self, checkpoint: &Checkpoint) -> bool {
        self.0.get(&checkpoint.signer).is_some_and(|key| checkpoint.is_signed_by(*key))
    }
}
