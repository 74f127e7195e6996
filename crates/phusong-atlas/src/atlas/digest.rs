//! Content hashes: SHA-256 over what `Hash` feeds, with every number little-endian, so that two
//! machines agree.

use std::hash::{Hash, Hasher};

use sha2::{Digest as _, Sha256};

/// The hash of what a scope sees: of a shard, of an Atlas.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ContentHash(pub [u8; 16]);

impl std::fmt::Display for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// The first half of the SHA-256 of a value's content.
pub fn content_hash(value: &impl Hash) -> ContentHash {
    let mut hasher = ContentHasher(Sha256::new());
    value.hash(&mut hasher);
    let digest = hasher.0.finalize();
    let mut hash = [0; 16];
    hash.copy_from_slice(&digest[..16]);
    ContentHash(hash)
}

struct ContentHasher(Sha256);

macro_rules! little_endian {
    ($($name:ident: $number:ty),*) => {$(
        fn $name(&mut self, number: $number) {
            self.0.update(number.to_le_bytes());
        }
    )*};
}

impl Hasher for ContentHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    little_endian! {
        write_u8: u8, write_u16: u16, write_u32: u32, write_u64: u64, write_u128: u128,
        write_i8: i8, write_i16: i16, write_i32: i32, write_i64: i64, write_i128: i128
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_i64(number as i64);
    }

    /// Never asked for: only [`content_hash`] uses this hasher.
    fn finish(&self) -> u64 {
        0
    }
}
