//! The search: greedy, then exchanges, then what the prices of the bound choose, exchanged too.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::bound::Prices;
use crate::exchange::Choice;
use crate::instance::Instance;

/// Rounds of prices; each costs about one look at every pair of candidate and demand.
const ROUNDS: usize = 500;
/// Every so many rounds what the prices choose is tried.
const TRIED_EVERY: usize = 8;

/// A chosen candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    pub candidate: usize,
    /// What it adds to those before it.
    pub adds: u64,
    /// What it would serve if it were the only one.
    pub serves: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// The one that adds most first.
    pub picks: Vec<Pick>,
    /// What all of them serve together.
    pub total: u64,
    /// No choice of so many candidates serves more.
    pub bound: u64,
}

impl Solution {
    /// How far below the best the answer can be at most, as a share of the bound.
    #[expect(clippy::cast_precision_loss, reason = "a share to be read by people")]
    pub fn gap(&self) -> f64 {
        if self.bound == 0 { 0.0 } else { (self.bound - self.total) as f64 / self.bound as f64 }
    }
}

/// At most `sites` candidates that together serve as much as could be found.
///
/// Shape: instance × number → picks, total, bound. Same input, same answer.
/// Limits: the total is the optimum only where it meets the bound.
pub fn solve(instance: &Instance, sites: usize) -> Solution {
    let sites = sites.min(instance.candidates());
    let mut best = Choice::of(instance, sites, &greedy(instance, sites));
    best.improve();
    let mut prices = Prices::new(instance, sites);
    let mut tried: Vec<Vec<usize>> = Vec::new();
    for round in 0..ROUNDS {
        let chosen = prices.round(best.total);
        if prices.bound() <= best.total {
            break;
        }
        if round % TRIED_EVERY == TRIED_EVERY - 1 && !tried.contains(&chosen) {
            let mut choice = Choice::of(instance, sites, &chosen);
            choice.improve();
            if choice.total > best.total {
                best = choice;
            }
            tried.push(chosen);
        }
    }
    // Everything within reach of anybody is a bound too.
    let bound = prices.bound().min(reachable(instance)).max(best.total);
    Solution { picks: in_order(instance, &best.chosen()), total: best.total, bound }
}

/// Always the candidate that adds most; ties go to the first.
fn greedy(instance: &Instance, sites: usize) -> Vec<usize> {
    let mut choice = Choice::empty(instance, sites);
    // What a candidate adds never grows, so an old figure is a bound: most are never looked at.
    let mut heap: BinaryHeap<(u64, Reverse<usize>)> = (0..instance.candidates())
        .map(|candidate| (choice.gain(candidate), Reverse(candidate)))
        .collect();
    let mut place = 0;
    while place < sites
        && let Some((old, Reverse(candidate))) = heap.pop()
    {
        let gain = choice.gain(candidate);
        if gain < old {
            heap.push((gain, Reverse(candidate)));
        } else if gain > 0 {
            choice.put(place, candidate);
            place += 1;
        } else {
            break;
        }
    }
    choice.chosen()
}

fn reachable(instance: &Instance) -> u64 {
    let mut served = vec![false; instance.weights().len()];
    for candidate in 0..instance.candidates() {
        for demand in instance.served_by(candidate) {
            served[*demand as usize] = true;
        }
    }
    let weights = instance.weights().iter().zip(served);
    weights.filter(|(_, served)| *served).map(|(weight, _)| weight).sum()
}

/// The chosen by what each adds; those that add nothing are left out.
fn in_order(instance: &Instance, chosen: &[usize]) -> Vec<Pick> {
    let mut left = chosen.to_vec();
    left.sort_unstable();
    let mut choice = Choice::empty(instance, left.len());
    let mut picks = Vec::with_capacity(left.len());
    while let Some((at, adds)) = left
        .iter()
        .enumerate()
        .map(|(at, candidate)| (at, choice.gain(*candidate)))
        .max_by_key(|(at, gain)| (*gain, Reverse(*at)))
        .filter(|(_, gain)| *gain > 0)
    {
        let candidate = left.remove(at);
        choice.put(picks.len(), candidate);
        let serves = instance.served_by(candidate).iter().map(|d| instance.weight(*d)).sum();
        picks.push(Pick { candidate, adds, serves });
    }
    picks
}
