//! The hashes of an Atlas's shards, side by side: thousands are gone through for every entry and
//! every scope, and the shards themselves lie all over the memory.

use std::sync::Arc;

use super::{ContentHash, Home, Shard};

/// In order of home, one for each shard.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    /// Of what the scope is shown.
    pub shown: Vec<(Home, ContentHash)>,
    /// Of everything: as [`Self::shown`].
    pub inner: Vec<ContentHash>,
}

impl Sums {
    /// `None`: there is no such shard any more.
    pub fn set(&mut self, home: Home, shard: Option<&Shard>) {
        match (self.place_of(home), shard) {
            (Ok(at), Some(shard)) => {
                self.shown[at].1 = shard.hash;
                self.inner[at] = shard.inner;
            }
            (Err(at), Some(shard)) => {
                self.shown.insert(at, (home, shard.hash));
                self.inner.insert(at, shard.inner);
            }
            (Ok(at), None) => {
                self.shown.remove(at);
                self.inner.remove(at);
            }
            (Err(_), None) => {}
        }
    }

    pub fn are_of<'a>(
        &self,
        shards: impl ExactSizeIterator<Item = (&'a Home, &'a Arc<Shard>)>,
    ) -> bool {
        shards.len() == self.inner.len()
            && shards
                .zip(self.shown.iter().zip(&self.inner))
                .all(|((home, shard), sums)| sums == (&(*home, shard.hash), &shard.inner))
    }

    fn place_of(&self, home: Home) -> Result<usize, usize> {
        self.shown.binary_search_by_key(&home, |(home, _)| *home)
    }

    /// Where something is that was not so in `before`.
    pub fn since(&self, before: &Self) -> impl Iterator<Item = Home> {
        let mut earlier = before.all().peekable();
        self.all().filter_map(move |(home, inner)| {
            while earlier.next_if(|(next, _)| *next < home).is_some() {}
            let was = earlier.next_if(|(next, _)| *next == home);
            was.is_none_or(|(_, was)| was != inner).then_some(home)
        })
    }

    fn all(&self) -> impl Iterator<Item = (Home, &ContentHash)> {
        self.shown.iter().map(|(home, _)| *home).zip(&self.inner)
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
        let hash = |byte: &u8| ContentHash([*byte; 16]);
        Sums {
            shown: of.iter().map(|(home, byte)| (*home, hash(byte))).collect(),
            inner: of.iter().map(|(_, byte)| hash(byte)).collect(),
        }
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
}
