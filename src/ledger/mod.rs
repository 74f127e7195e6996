//! The append-only store of everything anyone filed: bytes, in order, with proof.
//!
//! One act is one entry; its leaf is stored once and never written again. The leaves form an
//! RFC 6962 Merkle tree whose root is signed with every batch ([`Checkpoint`]). Here too:
//! receipts, proofs, the search for damage, and the portable file that is backup and move in one.
//!
//! Not here: what an entry means (`ledger::format` encodes acts on top of the domain types), who
//! may file, the clock, randomness (salts come in), and anything that can be erased (the vault).
//!
//! Threads and processes: one [`Ledger`] writes, guarded by a lock on the data directory; any
//! number of [`LedgerReader`]s read beside it, also from other processes.

mod checkpoint;
mod error;
pub mod format;
mod leaf;
mod portable;
mod proof;
mod read;
mod receipt;
mod store;
mod tree;
mod verify;
mod write;

pub use checkpoint::{Checkpoint, Signers};
pub use error::{Damage, Fault, LedgerError};
pub use leaf::{Entry, LEAF_HEADER_BYTES, MAX_BODY_BYTES};
pub use portable::{Progress, Summary, export, import, recover};
pub use proof::{ConsistencyProof, InclusionProof};
pub use read::{Entries, IdempotencyRecord, LedgerReader, Unproven};
pub use receipt::{Receipt, ReceiptError, Trust};
pub use store::FILE;
pub use tree::{Frontier, Hash, leaf_hash};
pub use verify::{Held, VerifyReport, verify};
#[cfg(test)]
pub(crate) use write::Fails;
pub use write::{Appended, IdempotencyClaim, Ledger, NewEntry, Outcome};

#[cfg(test)]
mod tests;
