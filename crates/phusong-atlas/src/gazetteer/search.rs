//! What the search box of the page finds: villages and units by any part of a name, accents or
//! not.

use super::names::{fold_for_search, normalise, without_kind};
use super::resolve::Gazetteer;
use crate::domain::{UnitId, VillageId};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HitTarget {
    Village(VillageId),
    Unit(UnitId),
}

/// A place found, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub target: HitTarget,
    pub name: String,
    /// The units that hold it (or it itself), as people say them.
    pub units: Vec<String>,
    /// 0 to 100.
    pub score: u8,
}

impl Gazetteer {
    /// At most `limit` places, ranked: the name itself, then without accents, then its
    /// beginning, then a word's beginning, then any part. Accents typed must be right to rank
    /// high, and are never needed.
    pub fn search(&self, text: &str, limit: usize) -> Vec<Hit> {
        let Some(asked) = Asked::of(text) else { return Vec::new() };
        let mut found: Vec<(u8, usize, HitTarget)> = self.villages_scored(&asked);
        for unit in self.units().iter() {
            let score = asked.score(&unit.name);
            if score > 0 {
                // Of one name, today's unit before yesterday's.
                let score = score - u8::from(unit.valid_to.is_some());
                found.push((score, unit.name.len(), HitTarget::Unit(unit.id)));
            }
        }
        best_first(&mut found);
        found.truncate(limit);
        found.into_iter().map(|(score, _, target)| self.hit(target, score)).collect()
    }

    /// The villages alone, every one, ranked in the same way.
    pub fn search_villages(&self, text: &str) -> Vec<VillageId> {
        let Some(asked) = Asked::of(text) else { return Vec::new() };
        let mut found = self.villages_scored(&asked);
        best_first(&mut found);
        let villages = found.into_iter().filter_map(|(_, _, target)| match target {
            HitTarget::Village(id) => Some(id),
            HitTarget::Unit(_) => None,
        });
        villages.collect()
    }

    fn villages_scored(&self, asked: &Asked) -> Vec<(u8, usize, HitTarget)> {
        let scored = self.villages.iter().filter_map(|village| {
            let names = std::iter::once(&village.name).chain(&village.aliases);
            let score = names.map(|name| asked.score(name)).max().filter(|score| *score > 0)?;
            Some((score, village.name.len(), HitTarget::Village(village.id.clone())))
        });
        scored.collect()
    }

    fn hit(&self, target: HitTarget, score: u8) -> Hit {
        let (name, units) = match &target {
            HitTarget::Village(id) => self.village(id).map_or_else(Default::default, |village| {
                let units = village.units.iter().map(|unit| self.units().label(*unit)).collect();
                (village.name.clone(), units)
            }),
            HitTarget::Unit(id) => {
                let name = self.units().get(*id).map_or_else(String::new, |unit| unit.name.clone());
                (name, vec![self.units().label(*id)])
            }
        };
        Hit { target, name, units, score }
    }
}

fn best_first(found: &mut [(u8, usize, HitTarget)]) {
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, &a.2).cmp(&(b.1, &b.2))));
}

struct Asked {
    key: String,
    folded: String,
    /// Without the words that say what kind of place it is, accents or not.
    bare: String,
}

impl Asked {
    /// `None` when nothing is asked.
    fn of(text: &str) -> Option<Self> {
        let key = normalise(text);
        let bare = without_kind(&fold_for_search(&key)).to_owned();
        let folded = fold_for_search(text);
        (!folded.is_empty()).then_some(Self { key, folded, bare })
    }

    fn score(&self, name: &str) -> u8 {
        let folded = fold_for_search(name);
        if !folded.contains(&self.bare) {
            return 0;
        }
        let key = normalise(name);
        let accents = if key.contains(&self.key) { 5 } else { 0 };
        let shape = if key == self.key {
            90
        } else if folded == self.folded || folded == self.bare {
            80
        } else if folded.starts_with(&self.folded) || folded.starts_with(&self.bare) {
            60
        } else if folded.split(' ').any(|word| word.starts_with(&self.bare))
            || folded.contains(&format!(" {}", self.bare))
        {
            40
        } else {
            20
        };
        shape + accents
    }
}
