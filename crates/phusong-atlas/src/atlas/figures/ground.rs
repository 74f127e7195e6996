//! The ground under all units: pieces that no succession divides further, so that any unit of any
//! time is a set of them, and counts can be carried from one cut to another without loss.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{UnitCountFact, UnitId};
use crate::gazetteer::Units;

/// A piece of ground, by its place in [`Territory`].
pub type Piece = u32;

/// A household in the small coin in which splits are weighed.
const HOUSEHOLD: u64 = 1_000_000;
/// More successions one after another than any register holds.
const MOST_PIECES: usize = 256;

/// Pieces and the units that hold them.
#[derive(Debug, Clone, Default)]
pub struct Territory {
    /// Every chain of lowest units, oldest first: one chain, one piece.
    chains: Vec<Vec<UnitId>>,
    /// Sorted.
    by_unit: BTreeMap<UnitId, Vec<Piece>>,
}

impl Territory {
    pub fn of(units: &Units) -> Self {
        let mut chains = Vec::new();
        for fact in units.iter() {
            let is_lowest = units.children(fact.id).is_empty();
            if is_lowest && units.predecessors(fact.id).is_empty() {
                follow(units, vec![fact.id], &mut chains);
            }
        }
        let mut by_unit: BTreeMap<UnitId, BTreeSet<Piece>> = BTreeMap::new();
        for (piece, chain) in (0..).zip(&chains) {
            for unit in chain {
                by_unit.entry(*unit).or_default().insert(piece);
                for above in units.ancestors(*unit) {
                    by_unit.entry(above).or_default().insert(piece);
                }
            }
        }
        let by_unit =
            by_unit.into_iter().map(|(unit, pieces)| (unit, pieces.into_iter().collect()));
        Self { by_unit: by_unit.collect(), chains }
    }

    /// The ground of a unit, sorted; empty for one of which nothing is known.
    pub fn pieces(&self, unit: UnitId) -> &[Piece] {
        self.by_unit.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// The oldest unit that a piece was of.
    pub fn root(&self, piece: Piece) -> UnitId {
        self.chains[piece as usize][0]
    }

    pub fn overlap(&self, one: UnitId, other: UnitId) -> bool {
        let other = self.pieces(other);
        self.pieces(one).iter().any(|piece| other.binary_search(piece).is_ok())
    }
}

fn follow(units: &Units, chain: Vec<UnitId>, chains: &mut Vec<Vec<UnitId>>) {
    let Some(last) = chain.last() else { return };
    let next: BTreeSet<UnitId> = units
        .successors(*last)
        .iter()
        .map(|step| step.unit)
        .filter(|unit| !chain.contains(unit))
        .collect();
    if next.is_empty() || chain.len() > MOST_PIECES {
        chains.push(chain);
        return;
    }
    for unit in next {
        let mut longer = chain.clone();
        longer.push(unit);
        follow(units, longer, chains);
    }
}

/// Households of every piece, where somebody counted them.
#[derive(Debug, Clone, Default)]
pub struct Weights {
    pieces: Vec<Option<u64>>,
    root_of: Vec<UnitId>,
    roots: BTreeMap<UnitId, Root>,
}

#[derive(Debug, Clone, Default)]
struct Root {
    pieces: Vec<Piece>,
    weight: Option<u64>,
}

/// How the households of a unit fall on what became of it, one cut after another.
struct Spread<'a, F: Fn(UnitId, &[UnitId]) -> Option<BTreeMap<UnitId, u64>>> {
    territory: &'a Territory,
    split: &'a F,
}

impl<F: Fn(UnitId, &[UnitId]) -> Option<BTreeMap<UnitId, u64>>> Spread<'_, F> {
    /// `pieces` were one unit at `level - 1` of their chains; returns what they weigh together,
    /// `None` where nobody counted it.
    fn over(
        &self,
        pieces: &[Piece],
        level: usize,
        weight: Option<u64>,
        weights: &mut [Option<u64>],
    ) -> Option<u64> {
        let chain = |piece: &Piece| &self.territory.chains[*piece as usize];
        if let [piece] = pieces {
            weights[*piece as usize] = weight;
            return weight;
        }
        let mut parts: BTreeMap<UnitId, Vec<Piece>> = BTreeMap::new();
        for piece in pieces {
            // Chains that are alike up to here differ further on, and so have a next unit.
            let next = chain(piece).get(level).or_else(|| chain(piece).last());
            parts.entry(*next?).or_default().push(*piece);
        }
        if parts.len() == 1 && pieces.iter().any(|piece| level + 1 < chain(piece).len()) {
            return self.over(pieces, level + 1, weight, weights);
        }
        let unit = *chain(pieces.first()?).get(level.checked_sub(1)?)?;
        let named: Vec<UnitId> = parts.keys().copied().collect();
        let Some(split) = (self.split)(unit, &named) else { return weight };
        let sum: u64 = split.values().sum();
        let whole = weight.filter(|weight| *weight > 0).unwrap_or(sum * HOUSEHOLD);
        for (part, own) in parts {
            let count = split.get(&part).copied().unwrap_or(0);
            let share = (u128::from(whole) * u128::from(count)).checked_div(u128::from(sum));
            let share = share.and_then(|share| u64::try_from(share).ok());
            self.over(&own, level + 1, share, weights);
        }
        Some(whole)
    }
}

impl Weights {
    /// A divided unit is weighed by what a source counted of its parts, or else by `villages`.
    pub fn of(
        territory: &Territory,
        units: &Units,
        counts: &[UnitCountFact],
        villages: impl Fn(UnitId, &[UnitId]) -> Option<BTreeMap<UnitId, u64>>,
    ) -> Self {
        let mut roots: BTreeMap<UnitId, Root> = BTreeMap::new();
        let root_of: Vec<UnitId> = territory.chains.iter().map(|chain| chain[0]).collect();
        for (piece, root) in (0..).zip(&root_of) {
            roots.entry(*root).or_default().pieces.push(piece);
        }
        let mut weights = vec![None; territory.chains.len()];
        for (unit, root) in &mut roots {
            let households = units.get(*unit).and_then(|fact| fact.households);
            root.weight = households.map(|count| u64::from(count) * HOUSEHOLD);
            let split = |unit: UnitId, parts: &[UnitId]| {
                stated(counts, unit, parts).or_else(|| villages(unit, parts))
            };
            let spread = Spread { territory, split: &split };
            root.weight = spread.over(&root.pieces, 1, root.weight, &mut weights);
        }
        Self { pieces: weights, root_of, roots }
    }

    /// Of some pieces together; `None` where one is not counted.
    pub fn sum(&self, pieces: &[Piece]) -> Option<u64> {
        let mut sum = 0;
        for (unit, own) in self.by_root(pieces) {
            let root = &self.roots[&unit];
            sum += if own.len() == root.pieces.len() {
                root.weight?
            } else {
                own.iter().map(|piece| self.pieces[*piece as usize]).sum::<Option<u64>>()?
            };
        }
        Some(sum)
    }

    fn by_root(&self, pieces: &[Piece]) -> BTreeMap<UnitId, Vec<Piece>> {
        let mut grouped: BTreeMap<UnitId, Vec<Piece>> = BTreeMap::new();
        for piece in pieces {
            grouped.entry(self.root_of[*piece as usize]).or_default().push(*piece);
        }
        grouped
    }

    /// A count of the whole ground `pieces`, divided by households: largest remainders, so that
    /// the parts of any cut sum to it.
    pub fn divide(&self, count: u64, pieces: &[Piece]) -> Division {
        let mut blocks: Vec<Block> = Vec::new();
        for (unit, own) in self.by_root(pieces) {
            let root = &self.roots[&unit];
            let known: Option<Vec<u64>> =
                own.iter().map(|piece| self.pieces[*piece as usize]).collect();
            match known {
                Some(known) if own.len() > 1 || root.pieces.len() > 1 => {
                    let each = own.into_iter().zip(known);
                    blocks.extend(each.map(|(piece, weight)| Block {
                        unit,
                        pieces: vec![piece],
                        weight: Some(weight),
                        count: None,
                    }));
                }
                _ => {
                    let whole = own.len() == root.pieces.len();
                    let weight = root.weight.filter(|_| whole);
                    blocks.push(Block { unit, pieces: own, weight, count: None });
                }
            }
        }
        if let [block] = &mut blocks[..] {
            block.count = Some(count);
        } else if let Some(weights) =
            blocks.iter().map(|block| block.weight).collect::<Option<Vec<u64>>>()
            && weights.iter().any(|weight| *weight > 0)
        {
            let counts = by_largest_remainder(count, &weights);
            for (block, count) in blocks.iter_mut().zip(counts) {
                block.count = Some(count);
            }
        }
        Division(blocks)
    }
}

/// What the households say of a part of a count.
#[derive(Debug, Clone)]
pub struct Division(Vec<Block>);

#[derive(Debug, Clone)]
struct Block {
    unit: UnitId,
    pieces: Vec<Piece>,
    weight: Option<u64>,
    count: Option<u64>,
}

impl Division {
    /// The part that lies on these pieces (sorted); else the unit whose households nobody has
    /// counted, or of which nobody has said how it was divided.
    pub fn part(&self, pieces: &[Piece]) -> Result<u64, UnitId> {
        let mut sum = 0;
        for block in &self.0 {
            let here =
                block.pieces.iter().filter(|piece| pieces.binary_search(piece).is_ok()).count();
            if here == 0 {
                continue;
            }
            let lacking = || self.0.iter().find(|block| block.weight.is_none());
            let count = block.count.ok_or_else(|| lacking().unwrap_or(block).unit)?;
            if here < block.pieces.len() {
                return Err(block.unit);
            }
            sum += count;
        }
        Ok(sum)
    }
}

/// The last count of each part, where there is one of every part.
fn stated(
    counts: &[UnitCountFact],
    unit: UnitId,
    parts: &[UnitId],
) -> Option<BTreeMap<UnitId, u64>> {
    let of = |part: &UnitId| {
        let own = counts.iter().filter(|fact| fact.unit == unit && fact.to == Some(*part));
        let last =
            own.filter(|fact| fact.households.is_some()).max_by_key(|fact| (fact.day, *fact));
        Some((*part, u64::from(last?.households?)))
    };
    let known: BTreeMap<UnitId, u64> = parts.iter().map(of).collect::<Option<_>>()?;
    (known.values().sum::<u64>() > 0).then_some(known)
}

fn by_largest_remainder(count: u64, weights: &[u64]) -> Vec<u64> {
    let whole: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    let share = |weight: &u64| u128::from(count) * u128::from(*weight);
    let mut counts: Vec<u64> =
        weights.iter().map(|w| u64::try_from(share(w) / whole).unwrap_or(u64::MAX)).collect();
    let left = count - counts.iter().sum::<u64>();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|at| (std::cmp::Reverse(share(&weights[*at]) % whole), *at));
    for at in by_remainder.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
        counts[at] += 1;
    }
    counts
}
