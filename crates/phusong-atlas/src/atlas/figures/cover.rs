//! What the figures of one period make of one unit: its own where it has them, else the sum of
//! disjoint parts, else what households say of figures that reach beyond it.

use std::collections::{BTreeMap, BTreeSet};

use super::Filed;
use super::ground::{Piece, Territory, Weights};
use crate::domain::{CarrierId, Comparator, DenominatorOf, FigureStanding, IndicatorFact, UnitId};

/// What one carrier's figures (or those of all together) come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    pub carrier: Option<CarrierId>,
    pub numerator: u64,
    pub denominator: Option<u64>,
}

/// A figure of a unit, with what it rests on.
#[derive(Debug, Clone)]
pub struct Value<'a> {
    /// `None`: all that was filed of this ground waits for what `asks` names.
    pub numerator: Option<u64>,
    /// `None`: nobody filed one for this ground.
    pub denominator: Option<u64>,
    pub standing: FigureStanding,
    /// *Ước tính*: some part of it was divided by households.
    pub estimated: bool,
    /// Of the ground and the carriers, how much reported, in thousandths of a percent; by
    /// households where they are counted, else by pieces of ground.
    pub reported_milli: u32,
    pub carriers: Vec<Carried>,
    /// Who has not filed, with the units that are missing.
    pub missing: Vec<(CarrierId, Vec<UnitId>)>,
    /// Units of which somebody has to say how they were divided, or how many households they had.
    pub asks: BTreeSet<UnitId>,
    /// The figures that it is made of, in order of unit.
    pub behind: Vec<&'a Filed>,
}

const WHOLE_MILLI: u32 = 100_000;

impl Value<'_> {
    /// Everybody who is to file has.
    pub const fn is_complete(&self) -> bool {
        self.reported_milli == WHOLE_MILLI
    }

    /// In thousandths of a percent (or of a subscription per 100), rounded half up.
    pub fn ratio_milli(&self) -> Option<i64> {
        let (numerator, denominator) = self.counts()?;
        let twice = 2 * numerator * i128::from(WHOLE_MILLI) + denominator;
        i64::try_from(twice / (2 * denominator)).ok()
    }

    fn counts(&self) -> Option<(i128, i128)> {
        let denominator = self.denominator.filter(|count| *count > 0)?;
        Some((i128::from(self.numerator?), i128::from(denominator)))
    }

    /// By the counts, never by a rounded ratio: exactly 80 % is not above 80 %, and is at least.
    pub fn meets(&self, comparator: Comparator, threshold_milli: i64) -> Option<bool> {
        let (numerator, denominator) = self.counts()?;
        let (own, bar) =
            (numerator * i128::from(WHOLE_MILLI), i128::from(threshold_milli) * denominator);
        Some(match comparator {
            Comparator::Above => own > bar,
            Comparator::AtLeast => own >= bar,
        })
    }

    /// How many more of the numerator would meet it; 0 where it is met.
    pub fn lacking(&self, comparator: Comparator, threshold_milli: i64) -> Option<u64> {
        let (numerator, denominator) = self.counts()?;
        let bar = i128::from(threshold_milli) * denominator;
        let whole = i128::from(WHOLE_MILLI);
        let needed = match comparator {
            Comparator::Above => bar.div_euclid(whole) + 1,
            Comparator::AtLeast => (bar + whole - 1).div_euclid(whole),
        };
        u64::try_from((needed - numerator).max(0)).ok()
    }
}

/// A figure and the pieces of it that are taken.
struct Taken<'a> {
    filed: &'a Filed,
    /// Sorted.
    pieces: Vec<Piece>,
    numerator: u64,
    whole: bool,
}

/// What could not be divided: to be asked, and nobody's omission.
#[derive(Debug, Default)]
struct Asks {
    units: BTreeSet<UnitId>,
    pieces: BTreeSet<Piece>,
}

/// What all figures of one indicator and period are put together with.
pub struct Table<'a> {
    pub territory: &'a Territory,
    pub weights: &'a Weights,
    pub indicator: &'a IndicatorFact,
    /// Who is to file.
    pub expected: &'a [CarrierId],
    /// In force, of this period.
    pub filed: &'a [&'a Filed],
    /// Units of which there ever was a figure: what is missing is named by them.
    pub reporting: &'a BTreeSet<UnitId>,
}

impl<'a> Table<'a> {
    /// `None` where no figure says anything of the unit.
    pub fn value(&self, unit: UnitId) -> Option<Value<'a>> {
        self.value_without(unit, None)
    }

    /// The same as if the figures of one unit had not been filed.
    pub fn value_without(&self, unit: UnitId, left_out: Option<UnitId>) -> Option<Value<'a>> {
        let ground = self.territory.pieces(unit);
        let mut asks = Asks::default();
        let together = self.cover(None, ground, left_out, &mut asks);
        let rest = without(ground, &covered(&together));
        let mut by_carrier: BTreeMap<&CarrierId, Vec<Taken<'a>>> = BTreeMap::new();
        let named: BTreeSet<&'a CarrierId> =
            self.filed.iter().filter_map(|filed| filed.fact().carrier.as_ref()).collect();
        for carrier in named {
            let taken = self.cover(Some(carrier), &rest, left_out, &mut asks);
            if !taken.is_empty() {
                by_carrier.insert(carrier, taken);
            }
        }
        // What cannot be divided yet is there all the same, and asked.
        if together.is_empty() && by_carrier.is_empty() && asks.units.is_empty() {
            return None;
        }
        Some(self.put_together(unit, ground, &rest, &together, &by_carrier, asks))
    }

    fn put_together(
        &self,
        unit: UnitId,
        ground: &[Piece],
        rest: &[Piece],
        together: &[Taken<'a>],
        by_carrier: &BTreeMap<&CarrierId, Vec<Taken<'a>>>,
        mut asks: Asks,
    ) -> Value<'a> {
        let slots = || {
            let own = by_carrier.iter().map(|(carrier, taken)| (Some(*carrier), &taken[..]));
            std::iter::once((None, together)).chain(own).filter(|(_, taken)| !taken.is_empty())
        };
        let carriers: Vec<Carried> = slots()
            .map(|(carrier, taken)| Carried {
                carrier: carrier.cloned(),
                numerator: taken.iter().map(|one| one.numerator).sum(),
                denominator: self.denominator(&[taken], &mut asks),
            })
            .collect();
        let denominator = match self.indicator.denominator_of {
            _ if carriers.is_empty() => None,
            DenominatorOf::Carrier => carriers.iter().map(|slot| slot.denominator).sum(),
            DenominatorOf::Place => {
                let mut all: Vec<&[Taken<'a>]> = slots().map(|(_, taken)| taken).collect();
                // The widest first: the others fill what it leaves.
                all.sort_by_key(|taken| std::cmp::Reverse(covered(taken).len()));
                self.denominator(&all, &mut asks)
            }
        };
        let all = || slots().flat_map(|(_, taken)| taken);
        let is_final = !carriers.is_empty()
            && all().all(|one| one.filed.fact().standing == FigureStanding::Final);
        let mut behind: Vec<&'a Filed> = all().map(|one| one.filed).collect();
        behind.sort_by_key(|filed| (filed.fact().unit, &filed.fact().carrier));
        let (reported_milli, missing) = self.lacking(unit, (ground, rest), by_carrier, &asks);
        Value {
            numerator: (!carriers.is_empty())
                .then(|| carriers.iter().map(|slot| slot.numerator).sum()),
            denominator,
            standing: if is_final { FigureStanding::Final } else { FigureStanding::Provisional },
            estimated: all().any(|one| !one.whole),
            reported_milli,
            carriers,
            missing,
            asks: asks.units,
            behind,
        }
    }

    /// The share that reported, and who did not.
    fn lacking(
        &self,
        unit: UnitId,
        (ground, rest): (&[Piece], &[Piece]),
        by_carrier: &BTreeMap<&CarrierId, Vec<Taken<'a>>>,
        asks: &Asks,
    ) -> (u32, Vec<(CarrierId, Vec<UnitId>)>) {
        if rest.is_empty() {
            return (WHOLE_MILLI, Vec::new());
        }
        let there = |carrier: &CarrierId| {
            by_carrier.get(carrier).map(|taken| covered(taken)).unwrap_or_default()
        };
        // Nobody in particular is to file: what the ground lacks is missing all the same.
        let lacks: Vec<(Option<&CarrierId>, Vec<Piece>)> = if self.expected.is_empty() {
            let all: Vec<Piece> = by_carrier.values().flat_map(|taken| covered(taken)).collect();
            vec![(None, without(rest, &all))]
        } else {
            let each = self.expected.iter();
            each.map(|carrier| (Some(carrier), without(rest, &there(carrier)))).collect()
        };
        let (whole, lacking) = self.weigh(ground, lacks.iter().map(|(_, pieces)| &pieces[..]));
        let everything = u128::from(whole) * lacks.len() as u128;
        let reported = everything.saturating_sub(lacking);
        let mut missing = Vec::new();
        for (carrier, pieces) in &lacks {
            let Some(carrier) = carrier else {
                return (share(reported, everything), missing);
            };
            let omitted: Vec<Piece> =
                pieces.iter().copied().filter(|piece| !asks.pieces.contains(piece)).collect();
            if !omitted.is_empty() {
                missing.push(((*carrier).clone(), self.units_on(unit, &omitted)));
            }
        }
        if missing.is_empty() && asks.pieces.is_empty() {
            return (WHOLE_MILLI, missing);
        }
        // Not everybody has: never shown as the whole, however little is missing.
        (share(reported, everything).min(WHOLE_MILLI - 1), missing)
    }

    /// The ground, and all that is lacking of it, in one measure: households where they are
    /// counted of every part that is asked, else pieces. Never the one against the other.
    fn weigh<'p>(
        &self,
        ground: &[Piece],
        lacks: impl Iterator<Item = &'p [Piece]> + Clone,
    ) -> (u64, u128) {
        let households: Option<u128> =
            lacks.clone().map(|pieces| self.weights.sum(pieces).map(u128::from)).sum();
        match (self.weights.sum(ground), households) {
            (Some(whole), Some(lacking)) if whole > 0 => (whole, lacking),
            _ => (ground.len() as u64, lacks.map(|pieces| pieces.len() as u128).sum()),
        }
    }

    /// The reporting units on some ground, the smallest; the unit itself where none ever reported.
    fn units_on(&self, unit: UnitId, pieces: &[Piece]) -> Vec<UnitId> {
        let meets = |own: &[Piece]| own.iter().any(|piece| pieces.binary_search(piece).is_ok());
        let here: Vec<UnitId> = self
            .reporting
            .iter()
            .copied()
            .filter(|unit| meets(self.territory.pieces(*unit)))
            .collect();
        let within = |small: UnitId, big: UnitId| {
            let (small, big) = (self.territory.pieces(small), self.territory.pieces(big));
            small.len() < big.len() && small.iter().all(|piece| big.binary_search(piece).is_ok())
        };
        let ground_holds = |other: UnitId| !within(unit, other);
        let smallest: Vec<UnitId> = here
            .iter()
            .copied()
            .filter(|big| !here.iter().any(|small| within(*small, *big)) && ground_holds(*big))
            .collect();
        if smallest.is_empty() { vec![unit] } else { smallest }
    }

    /// Disjoint figures of one carrier that lie on the ground: the largest first, then parts of
    /// those that reach beyond it, the smallest first.
    fn cover(
        &self,
        carrier: Option<&CarrierId>,
        ground: &[Piece],
        left_out: Option<UnitId>,
        asks: &mut Asks,
    ) -> Vec<Taken<'a>> {
        let mut here: Vec<(&'a Filed, &[Piece])> = self
            .filed
            .iter()
            .filter(|filed| {
                let fact = filed.fact();
                fact.carrier.as_ref() == carrier
                    && Some(fact.unit) != left_out
                    && self.may_enter(filed)
            })
            .map(|filed| (*filed, self.territory.pieces(filed.fact().unit)))
            .filter(|(_, pieces)| pieces.iter().any(|piece| ground.binary_search(piece).is_ok()))
            .collect();
        here.sort_by_key(|(filed, pieces)| (std::cmp::Reverse(pieces.len()), filed.fact().unit));
        let mut left: BTreeSet<Piece> = ground.iter().copied().collect();
        let mut taken = Vec::new();
        here.retain(|(filed, pieces)| {
            let fits = pieces.iter().all(|piece| left.contains(piece));
            if fits {
                left.retain(|piece| pieces.binary_search(piece).is_err());
                let numerator = filed.fact().numerator.unwrap_or(0);
                taken.push(Taken { filed, pieces: pieces.to_vec(), numerator, whole: true });
            }
            !fits
        });
        for (filed, pieces) in here.into_iter().rev() {
            let part: Vec<Piece> =
                pieces.iter().copied().filter(|piece| left.contains(piece)).collect();
            if part.is_empty() {
                continue;
            }
            let count = filed.fact().numerator.unwrap_or(0);
            match self.weights.divide(count, pieces).part(&part) {
                Ok(numerator) => {
                    left.retain(|piece| part.binary_search(piece).is_err());
                    taken.push(Taken { filed, pieces: part, numerator, whole: false });
                }
                Err(unit) => {
                    asks.units.insert(unit);
                    asks.pieces.extend(part);
                }
            }
        }
        taken
    }

    /// A share without counts never enters a ratio.
    fn may_enter(&self, filed: &Filed) -> bool {
        match self.indicator.denominator_of {
            DenominatorOf::Carrier => filed.fact().counts().is_some(),
            DenominatorOf::Place => filed.fact().numerator.is_some(),
        }
    }

    /// The denominators of disjoint ground: each list fills what those before it leave.
    fn denominator(&self, lists: &[&[Taken<'a>]], asks: &mut Asks) -> Option<u64> {
        let mut done: BTreeSet<Piece> = BTreeSet::new();
        let mut sum = None;
        for one in lists.iter().flat_map(|list| list.iter()) {
            let Some(count) = one.filed.fact().denominator else { continue };
            let part: Vec<Piece> =
                one.pieces.iter().copied().filter(|piece| !done.contains(piece)).collect();
            let whole = self.territory.pieces(one.filed.fact().unit);
            let count = if part.len() == whole.len() {
                Ok(count)
            } else {
                self.weights.divide(count, whole).part(&part)
            };
            match count {
                Ok(count) => {
                    done.extend(part);
                    sum = Some(sum.unwrap_or(0) + count);
                }
                Err(unit) => {
                    asks.units.insert(unit);
                }
            }
        }
        sum
    }
}

fn share(part: u128, whole: u128) -> u32 {
    let milli = (part * u128::from(WHOLE_MILLI)).checked_div(whole);
    milli.and_then(|milli| u32::try_from(milli).ok()).unwrap_or(0).min(WHOLE_MILLI)
}

/// The pieces of all of them, sorted.
fn covered(taken: &[Taken<'_>]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = taken.iter().flat_map(|one| one.pieces.iter().copied()).collect();
    pieces.sort_unstable();
    pieces
}

fn without(ground: &[Piece], pieces: &[Piece]) -> Vec<Piece> {
    let gone: BTreeSet<&Piece> = pieces.iter().collect();
    ground.iter().copied().filter(|piece| !gone.contains(piece)).collect()
}
