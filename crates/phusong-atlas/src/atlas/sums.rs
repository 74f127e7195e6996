//! The hashes of an Atlas's shards as a small tree: after an entry only the branches that hold
//! its shards are hashed again, and what two Atlases share is passed over.

use std::sync::Arc;

use super::{ContentHash, Home, Shard, content_hash};

/// Branches: a nation's 3,320 shards are some fifty on each.
const BRANCHES: u32 = 64;

#[derive(Debug, Clone)]
pub struct Sums {
    branches: Vec<Arc<Branch>>,
}

#[derive(Debug, Clone, Default)]
struct Branch {
    /// In order of home.
    leaves: Vec<Leaf>,
    /// Of what the scope is shown.
    shown: ContentHash,
    /// Of everything.
    inner: ContentHash,
    /// Since the hashes of the branch were taken.
    has_changed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Leaf {
    home: Home,
    shown: ContentHash,
    inner: ContentHash,
}

impl Default for Sums {
    fn default() -> Self {
        Self { branches: (0..BRANCHES).map(|_| Arc::default()).collect() }
    }
}

impl Branch {
    /// Of one that holds nothing the same, whether it ever held anything or not.
    fn hash_of(&self, part: impl Fn(&Leaf) -> ContentHash) -> ContentHash {
        let parts: Vec<_> = self.leaves.iter().map(|leaf| (leaf.home, part(leaf))).collect();
        if parts.is_empty() { ContentHash::default() } else { content_hash(&parts) }
    }
}

/// The same for the same home in every Atlas.
fn branch_of(home: Home) -> usize {
    home.map_or(0, |unit| (unit.code.0 % BRANCHES) as usize)
}

impl Sums {
    /// `None`: there is no such shard any more. The hashes of the whole come with
    /// [`Self::seal`].
    pub fn set(&mut self, home: Home, shard: Option<&Shard>) {
        self.put(home, shard.map(|shard| (shard.hash, shard.inner)));
    }

    fn put(&mut self, home: Home, hashes: Option<(ContentHash, ContentHash)>) {
        let branch = Arc::make_mut(&mut self.branches[branch_of(home)]);
        let place = branch.leaves.binary_search_by_key(&home, |leaf| leaf.home);
        let leaf = hashes.map(|(shown, inner)| Leaf { home, shown, inner });
        match (place, leaf) {
            (Ok(at), Some(leaf)) => branch.leaves[at] = leaf,
            (Err(at), Some(leaf)) => branch.leaves.insert(at, leaf),
            (Ok(at), None) => drop(branch.leaves.remove(at)),
            (Err(_), None) => {}
        }
        branch.has_changed = true;
    }

    /// The hashes of all shards: of what the scope is shown, and of everything.
    pub fn seal(&mut self) -> (ContentHash, ContentHash) {
        for branch in self.branches.iter_mut().filter(|branch| branch.has_changed) {
            let branch = Arc::make_mut(branch);
            branch.shown = branch.hash_of(|leaf| leaf.shown);
            branch.inner = branch.hash_of(|leaf| leaf.inner);
            branch.has_changed = false;
        }
        let all = |of: fn(&Branch) -> ContentHash| {
            content_hash(&self.branches.iter().map(|branch| of(branch)).collect::<Vec<_>>())
        };
        (all(|branch| branch.shown), all(|branch| branch.inner))
    }

    /// Does each of these shards have its hashes here, and nothing else any?
    pub fn are_of<'a>(
        &self,
        shards: impl ExactSizeIterator<Item = (&'a Home, &'a Arc<Shard>)>,
    ) -> bool {
        let leaves: usize = self.branches.iter().map(|branch| branch.leaves.len()).sum();
        shards.len() == leaves
            && shards.into_iter().all(|(home, shard)| {
                self.leaf(*home)
                    .is_some_and(|leaf| (leaf.shown, leaf.inner) == (shard.hash, shard.inner))
            })
    }

    fn leaf(&self, home: Home) -> Option<&Leaf> {
        let leaves = &self.branches[branch_of(home)].leaves;
        let place = leaves.binary_search_by_key(&home, |leaf| leaf.home).ok()?;
        leaves.get(place)
    }

    /// Where something is that was not so in `before`. Of sealed sums.
    pub fn since(&self, before: &Self) -> impl Iterator<Item = Home> {
        let branches = self.branches.iter().zip(&before.branches);
        let differing = branches.filter(|(own, was)| own.inner != was.inner);
        differing.flat_map(|(own, _)| &own.leaves).filter_map(|leaf| {
            let was = before.leaf(leaf.home);
            was.is_none_or(|was| was.inner != leaf.inner).then_some(leaf.home)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Day, UnitCode, UnitId};

    fn unit(code: u32) -> UnitId {
        UnitId { code: UnitCode(code), valid_from: Day::EARLIEST }
    }

    fn sums(of: &[(Home, u8)]) -> Sums {
        let hash = |byte: u8| ContentHash([byte; 16]);
        let mut sums = Sums::default();
        for (home, byte) in of {
            sums.put(*home, Some((hash(*byte), hash(*byte))));
        }
        sums.seal();
        sums
    }

    #[test]
    fn what_came_or_changed_is_told_and_what_went_is_not() {
        let before = sums(&[(None, 1), (Some(unit(1)), 1), (Some(unit(3)), 1), (Some(unit(4)), 1)]);
        let after =
            sums(&[(Some(unit(1)), 1), (Some(unit(2)), 1), (Some(unit(3)), 2), (Some(unit(5)), 1)]);
        let told: Vec<Home> = after.since(&before).collect();
        assert_eq!(told, [Some(unit(2)), Some(unit(3)), Some(unit(5))]);
        assert_eq!(before.since(&before).count(), 0);
        assert_eq!(after.since(&Sums::default()).count(), 4);
    }

    #[test]
    fn the_hash_of_the_whole_does_not_tell_in_which_order_it_came_about() {
        let all: Vec<(Home, u8)> =
            (1..40).map(|code| (Some(unit(code)), u8::try_from(code).unwrap_or(0))).collect();
        let mut backwards = all.clone();
        backwards.reverse();
        let mut by_detours = sums(&backwards);
        // One beside others, one on a branch of its own.
        for gone in [unit(65), unit(50)] {
            by_detours.put(Some(gone), Some((ContentHash([9; 16]), ContentHash([9; 16]))));
            assert_ne!(sums(&all).seal(), by_detours.seal());
            by_detours.put(Some(gone), None);
        }
        assert_eq!(sums(&all).seal(), by_detours.seal());
        assert_ne!(sums(&all).seal(), sums(&all[1..]).seal());
    }
}
