//! An upper bound by Lagrangian relaxation, in whole numbers.
//!
//! The rule "a demand is served only where a chosen candidate serves it" is taken out and paid
//! for: a price of 0 to its weight on each demand. Then every demand is worth its weight less its
//! price, whoever serves it, and a candidate is worth the prices of what it serves; the best that
//! so many candidates can do is read off. For *any* prices that is no less than the true optimum,
//! so the prices may be sought by a rough descent and the bound holds all the same.
//! Source: Galvão and ReVelle (1996), "A Lagrangean heuristic for the maximal covering location
//! problem", European Journal of Operational Research 88.

use crate::instance::Instance;

/// Prices are counted in such parts of a household.
const PARTS: u64 = 1 << 12;

/// The prices so far, and the best bound they gave.
#[derive(Debug)]
pub struct Prices<'a> {
    instance: &'a Instance,
    sites: usize,
    /// Of each demand, in parts.
    of: Vec<u64>,
    /// How far the next step goes.
    pace: f64,
    rounds_in_vain: u32,
    /// In parts.
    best: u64,
}

impl<'a> Prices<'a> {
    pub fn new(instance: &'a Instance, sites: usize) -> Self {
        let mut serving = vec![0_u64; instance.weights().len()];
        for candidate in 0..instance.candidates() {
            for demand in instance.served_by(candidate) {
                serving[*demand as usize] += 1;
            }
        }
        // What few can serve costs more.
        let weights = instance.weights().iter().zip(serving);
        let prices = weights.map(|(weight, serving)| weight * PARTS / (1 + serving).min(4));
        Self { instance, sites, of: prices.collect(), pace: 1.5, rounds_in_vain: 0, best: u64::MAX }
    }

    /// No choice weighs more than this.
    pub fn bound(&self) -> u64 {
        self.best / PARTS
    }

    /// One round: what the prices choose, the bound they give, and better prices. `reached`: what
    /// a true choice has reached.
    pub fn round(&mut self, reached: u64) -> Vec<usize> {
        let worth: Vec<u64> = (0..self.instance.candidates())
            .map(|candidate| {
                let served = self.instance.served_by(candidate).iter();
                served.map(|demand| self.of[*demand as usize]).sum()
            })
            .collect();
        let mut order: Vec<usize> = (0..worth.len()).collect();
        let by_worth = |candidate: &usize| (std::cmp::Reverse(worth[*candidate]), *candidate);
        if self.sites < order.len() {
            order.select_nth_unstable_by_key(self.sites, by_worth);
            order.truncate(self.sites);
        }
        order.sort_unstable_by_key(by_worth);
        let chosen: u64 = order.iter().map(|candidate| worth[*candidate]).sum();
        let weights = self.instance.weights().iter().zip(&self.of);
        let left: u64 = weights.map(|(weight, price)| weight * PARTS - price).sum();
        let value = chosen + left;
        if value < self.best {
            self.best = value;
            self.rounds_in_vain = 0;
        } else {
            self.rounds_in_vain += 1;
            if self.rounds_in_vain == ROUNDS_IN_VAIN {
                self.rounds_in_vain = 0;
                self.pace *= 0.7;
            }
        }
        self.descend(&order, value.saturating_sub(reached * PARTS));
        order
    }

    /// Cheaper where too many serve, dearer where none does.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "how far a step goes only has to be about right: any prices give a true bound"
    )]
    fn descend(&mut self, chosen: &[usize], gap: u64) {
        let mut slope = vec![-1_i64; self.of.len()];
        for candidate in chosen {
            for demand in self.instance.served_by(*candidate) {
                slope[*demand as usize] += 1;
            }
        }
        // Of no use where the price can go no further.
        for ((slope, price), weight) in slope.iter_mut().zip(&self.of).zip(self.instance.weights())
        {
            let at_end = (*slope > 0 && *price == 0) || (*slope < 0 && *price == weight * PARTS);
            if at_end {
                *slope = 0;
            }
        }
        let length: i64 = slope.iter().map(|slope| slope * slope).sum();
        if length == 0 {
            return;
        }
        let step = self.pace * gap as f64 / length as f64;
        for ((price, slope), weight) in self.of.iter_mut().zip(slope).zip(self.instance.weights()) {
            let by = (step * slope as f64).round() as i64;
            *price = price.saturating_add_signed(-by).min(weight * PARTS);
        }
    }
}

/// After so many rounds without a better bound the steps become shorter.
const ROUNDS_IN_VAIN: u32 = 12;
