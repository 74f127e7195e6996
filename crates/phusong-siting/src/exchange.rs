//! A choice of candidates that can be changed one by one, and made better until no exchange of
//! one chosen for one not chosen helps.

use crate::instance::Instance;

/// So many candidates in so many places, with who serves what.
#[derive(Debug, Clone)]
pub struct Choice<'a> {
    instance: &'a Instance,
    /// The candidate in each place.
    pub places: Vec<Option<usize>>,
    is_chosen: Vec<bool>,
    /// How many of the chosen serve each demand.
    served: Vec<u32>,
    /// The sum of the places that serve each demand: the one place where only one does.
    owner: Vec<usize>,
    /// What only this place serves.
    alone: Vec<u64>,
    pub total: u64,
}

impl<'a> Choice<'a> {
    pub fn empty(instance: &'a Instance, places: usize) -> Self {
        let demands = instance.weights().len();
        Self {
            instance,
            places: vec![None; places],
            is_chosen: vec![false; instance.candidates()],
            served: vec![0; demands],
            owner: vec![0; demands],
            alone: vec![0; places],
            total: 0,
        }
    }

    /// Each of the candidates in a place of its own; more than there are places are left out.
    pub fn of(instance: &'a Instance, places: usize, candidates: &[usize]) -> Self {
        let mut choice = Self::empty(instance, places);
        for (place, candidate) in candidates.iter().take(places).enumerate() {
            choice.put(place, *candidate);
        }
        choice
    }

    pub fn chosen(&self) -> Vec<usize> {
        self.places.iter().flatten().copied().collect()
    }

    /// What a candidate would add to the chosen.
    pub fn gain(&self, candidate: usize) -> u64 {
        let served = self.instance.served_by(candidate).iter();
        let new = served.filter(|demand| self.served[**demand as usize] == 0);
        new.map(|demand| self.instance.weight(*demand)).sum()
    }

    /// Into a place that is empty.
    pub fn put(&mut self, place: usize, candidate: usize) {
        for demand in self.instance.served_by(candidate) {
            let (at, weight) = (*demand as usize, self.instance.weight(*demand));
            match self.served[at] {
                0 => {
                    self.alone[place] += weight;
                    self.total += weight;
                }
                1 => self.alone[self.owner[at]] -= weight,
                _ => {}
            }
            self.served[at] += 1;
            self.owner[at] += place;
        }
        self.places[place] = Some(candidate);
        self.is_chosen[candidate] = true;
    }

    fn clear(&mut self, place: usize) {
        let Some(candidate) = self.places[place].take() else { return };
        for demand in self.instance.served_by(candidate) {
            let (at, weight) = (*demand as usize, self.instance.weight(*demand));
            self.served[at] -= 1;
            self.owner[at] -= place;
            match self.served[at] {
                0 => {
                    self.alone[place] -= weight;
                    self.total -= weight;
                }
                1 => self.alone[self.owner[at]] += weight,
                _ => {}
            }
        }
        self.is_chosen[candidate] = false;
    }

    /// Passes over all candidates, each put in the place where it helps most, until a whole pass
    /// changes nothing. Every exchange makes the total greater, so it ends.
    pub fn improve(&mut self) {
        let mut shared = vec![0_u64; self.places.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for candidate in 0..self.instance.candidates() {
                changed |= !self.is_chosen[candidate] && self.exchange_for(candidate, &mut shared);
            }
        }
    }

    /// `shared` is room to count in: zero before and after.
    fn exchange_for(&mut self, candidate: usize, shared: &mut [u64]) -> bool {
        let mut gain = 0;
        for demand in self.instance.served_by(candidate) {
            let at = *demand as usize;
            match self.served[at] {
                0 => gain += self.instance.weight(*demand),
                // Not lost when the one place that serves it is taken by this candidate.
                1 => shared[self.owner[at]] += self.instance.weight(*demand),
                _ => {}
            }
        }
        let lost = |place: &usize| self.alone[*place] - shared[*place];
        let least = (0..self.places.len()).min_by_key(lost);
        let better = least.filter(|place| gain > lost(place));
        shared.fill(0);
        let Some(place) = better else { return false };
        self.clear(place);
        self.put(place, candidate);
        true
    }
}
