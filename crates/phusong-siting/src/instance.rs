//! Candidates and demands, each way round, packed.

/// Which demands each candidate would serve, and what each demand weighs.
#[derive(Debug, Clone)]
pub struct Instance {
    weights: Vec<u64>,
    serves: Lists,
}

/// A candidate names a demand that has no weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("candidate {candidate} serves demand {demand}, of which no weight is known")]
pub struct NoSuchDemand {
    pub candidate: usize,
    pub demand: u32,
}

/// Lists of numbers, one after the other.
#[derive(Debug, Clone, Default)]
struct Lists {
    starts: Vec<usize>,
    items: Vec<u32>,
}

impl Lists {
    fn get(&self, list: usize) -> &[u32] {
        &self.items[self.starts[list]..self.starts[list + 1]]
    }

    fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }
}

impl Instance {
    /// `serves[candidate]` names demands by their index in `weights`; one named twice counts once.
    ///
    /// # Errors
    /// [`NoSuchDemand`] when an index is none.
    pub fn new(weights: Vec<u64>, serves: &[Vec<u32>]) -> Result<Self, NoSuchDemand> {
        let mut lists = Lists { starts: vec![0], items: Vec::new() };
        for (candidate, demands) in serves.iter().enumerate() {
            let mut demands = demands.clone();
            demands.sort_unstable();
            demands.dedup();
            if let Some(demand) = demands.last().filter(|last| **last as usize >= weights.len()) {
                return Err(NoSuchDemand { candidate, demand: *demand });
            }
            // What weighs nothing decides nothing.
            lists.items.extend(demands.iter().filter(|demand| weights[**demand as usize] > 0));
            lists.starts.push(lists.items.len());
        }
        Ok(Self { weights, serves: lists })
    }

    pub fn candidates(&self) -> usize {
        self.serves.len()
    }

    pub fn weights(&self) -> &[u64] {
        &self.weights
    }

    pub fn weight(&self, demand: u32) -> u64 {
        self.weights[demand as usize]
    }

    /// The demands of weight that a candidate would serve, in order.
    pub fn served_by(&self, candidate: usize) -> &[u32] {
        self.serves.get(candidate)
    }
}
