//! The RFC 6962 Merkle tree as its frontier: the roots of the full subtrees on its right edge.
//!
//! `ct-merkle`, which checks and lays out our proofs, keeps every node in memory; a ledger of
//! millions needs only these few hashes to append and to know its root.

use sha2::{Digest, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// Hash of a leaf: SHA-256(0x00 ‖ leaf). RFC 6962 §2.1.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    let mut hash = Sha256::new_with_prefix([0]);
    hash.update(leaf);
    hash.finalize().into()
}

/// Hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new_with_prefix([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// A tree of `size` leaves, reduced to what appending needs: one hash per set bit of `size`,
/// largest subtree first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf by its hash. At most 64 node hashes, two on average.
    pub fn push(&mut self, leaf_hash: Hash) {
        let mut right = leaf_hash;
        let mut rest = self.size;
        while rest & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            right = node_hash(&left, &right);
            rest >>= 1;
        }
        self.peaks.push(right);
        self.size += 1;
    }

    /// Root of the tree; of an empty one, the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return Sha256::digest([]).into() };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.peaks.concat()
    }

    /// `None` when the number of hashes does not fit the size.
    pub(super) fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let (peaks, rest) = bytes.as_chunks::<32>();
        let fits = rest.is_empty() && peaks.len() == size.count_ones() as usize;
        fits.then(|| Self { size, peaks: peaks.to_vec() })
    }
}

impl Extend<Hash> for Frontier {
    fn extend<T: IntoIterator<Item = Hash>>(&mut self, hashes: T) {
        for hash in hashes {
            self.push(hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    use super::*;

    /// The definition in RFC 6962 §2.1, word for word.
    fn plain_root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [only] => *only,
            _ => {
                let k = leaves.len().next_power_of_two() / 2;
                node_hash(&plain_root(&leaves[..k]), &plain_root(&leaves[k..]))
            }
        }
    }

    /// Leaves and roots of the Certificate Transparency reference implementation.
    #[test]
    fn roots_are_those_of_certificate_transparency() {
        let leaves = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut frontier = Frontier::new();
        assert_eq!(HEXLOWER.encode(&frontier.root()), roots[0]);
        for (leaf, root) in leaves.iter().zip(&roots[1..]) {
            frontier.push(leaf_hash(&HEXLOWER.decode(leaf.as_bytes()).unwrap()));
            assert_eq!(HEXLOWER.encode(&frontier.root()), *root);
        }
    }

    proptest! {
        /// The frontier may be clever; the root must be the one of the definition.
        #[test]
        fn frontier_root_equals_the_recursive_definition(leaves in prop::collection::vec(any::<[u8; 32]>(), 0..300)) {
            let mut frontier = Frontier::new();
            frontier.extend(leaves.iter().copied());
            prop_assert_eq!(frontier.root(), plain_root(&leaves));
            let back = Frontier::from_bytes(frontier.size(), &frontier.to_bytes());
            prop_assert_eq!(back, Some(frontier));
        }
    }
}
