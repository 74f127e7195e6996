//! One letter off: an index that finds names at edit distance one without scanning them all.
//!
//! Every name is filed under itself and under itself less one letter, by hash; a query looks up
//! the same. A false meeting only makes a suggestion worse, never an answer.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Names shorter than this are one letter off from too much.
const SHORTEST: usize = 4;

#[derive(Debug, Clone, Default)]
pub struct NearIndex {
    entries: Vec<(u64, u32)>,
    /// Letters of the longest name.
    longest: usize,
}

impl NearIndex {
    /// From folded names and what each stands for.
    pub fn new(names: impl Iterator<Item = (String, u32)>) -> Self {
        let (mut entries, mut longest) = (Vec::new(), 0);
        for (name, target) in names {
            longest = longest.max(name.chars().count());
            each_variant(&name, |hash| entries.push((hash, target)));
        }
        entries.sort_unstable();
        entries.dedup();
        entries.shrink_to_fit();
        Self { entries, longest }
    }

    /// Targets at most about one letter from the folded `name`, in order, each once.
    pub fn near(&self, name: &str) -> Vec<u32> {
        let mut found = Vec::new();
        // Two letters longer than any is near to none; there are as many variants as letters, and
        // what stands in a cell may be a whole book.
        if name.chars().nth(self.longest + 1).is_some() {
            return found;
        }
        each_variant(name, |hash| {
            let start = self.entries.partition_point(|(h, _)| *h < hash);
            let same = self.entries[start..].iter().take_while(|(h, _)| *h == hash);
            found.extend(same.map(|(_, target)| *target));
        });
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn each_variant(name: &str, mut visit: impl FnMut(u64)) {
    visit(hash(name.chars()));
    if name.chars().count() < SHORTEST {
        return;
    }
    for skip in 0..name.chars().count() {
        visit(hash(name.chars().enumerate().filter(|(at, _)| *at != skip).map(|(_, c)| c)));
    }
}

/// The same on every run and machine: `DefaultHasher::new` has fixed keys.
fn hash(letters: impl Iterator<Item = char>) -> u64 {
    let mut hasher = DefaultHasher::new();
    letters.for_each(|letter| letter.hash(&mut hasher));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_off_is_near_and_a_whole_book_is_near_to_nothing_at_once() {
        let index =
            NearIndex::new([("kon doc".to_owned(), 1), ("lang mam".to_owned(), 2)].into_iter());
        for (name, expected) in [
            ("kon doc", vec![1]),
            ("kon do", vec![1]),
            ("kon dox", vec![1]),
            ("kon docc", vec![1]),
            ("lang mamm", vec![2]),
            ("lang mammm", vec![]),
            ("kon", vec![]),
        ] {
            assert_eq!(index.near(name), expected, "{name}");
        }
        // Found by the fuzzer: this took as long as the square of its letters.
        assert_eq!(index.near(&"a".repeat(10_000_000)), Vec::<u32>::new());
    }
}
