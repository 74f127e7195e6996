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
}

impl NearIndex {
    /// From folded names and what each stands for.
    pub fn new(names: impl Iterator<Item = (String, u32)>) -> Self {
        let mut entries = Vec::new();
        for (name, target) in names {
            each_variant(&name, |hash| entries.push((hash, target)));
        }
        entries.sort_unstable();
        entries.dedup();
        entries.shrink_to_fit();
        Self { entries }
    }

    /// Targets at most about one letter from the folded `name`, in order, each once.
    pub fn near(&self, name: &str) -> Vec<u32> {
        let mut found = Vec::new();
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
