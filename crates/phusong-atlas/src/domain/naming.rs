//! What a sender's word for a place means: asked, decided once, and where it was used.

use super::{Party, RowRef, UnitId, VillageId};

/// What kind of place a word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    Village,
    Unit,
}

/// The place that a word means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamedPlace {
    Village(VillageId),
    Unit(UnitId),
}

impl NamedPlace {
    pub const fn kind(&self) -> PlaceKind {
        match self {
            Self::Village(_) => PlaceKind::Village,
            Self::Unit(_) => PlaceKind::Unit,
        }
    }
}

/// A word of a sender that names no place for sure. It binds nothing until somebody decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameQuestionFact {
    pub sender: Party,
    pub kind: PlaceKind,
    /// As the sender writes it.
    pub text: String,
    /// The commune (of a village) or district (of a unit) that stood beside it.
    pub beside: Option<String>,
}

/// From here on this word of this sender means this place. Of several that stand, the latest holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameDecisionFact {
    pub sender: Party,
    pub text: String,
    pub beside: Option<String>,
    pub means: NamedPlace,
    pub reason: String,
}

/// Rows of the same entry that were read by a decision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameUseFact {
    pub decision: RowRef,
    pub rows: Vec<u32>,
}
