//! Names and units over time: a name in, places with candidates and reasons out.
//!
//! Nothing here guesses. A name that fits one place is *found*, with the reason; one that fits
//! several is *ambiguous*; one that fits none comes back with what it might have meant.
//! Folding accents away is for searching and suggesting, never for identity.

mod names;
mod resolve;
mod search;
mod suggest;
mod unit_text;
mod units;

#[cfg(test)]
mod tests;

pub use names::{NameKey, fold_for_search, normalise};
pub use resolve::{
    Candidate, Context, Gazetteer, How, KnownVillage, MatchReason, Resolution, VillageQuery,
};
pub use search::{Hit, HitTarget};
pub use units::{Now, UnitSuccessor, Units, kind_vi};
