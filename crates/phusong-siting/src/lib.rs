//! Where at most so many more sites would serve most households: *maximal covering location*.
//!
//! Pure and deterministic: whole numbers only, no clock, no randomness. What a candidate covers
//! is the caller's business; here a candidate is the list of the demands it would serve. The
//! answer comes with an upper bound that no choice can exceed, so that its worst error is known.

mod bound;
mod exchange;
mod instance;
mod search;

pub use instance::{Instance, NoSuchDemand};
pub use search::{Pick, Solution, solve};
