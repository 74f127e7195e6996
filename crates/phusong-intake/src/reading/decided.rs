//! Words of a sender for places, as they were decided on before. A decision speaks of one word
//! beside one other: it is never stretched to a word that is only like it.

use std::collections::HashMap;

use phusong_atlas::domain::{PlaceKind, RowRef};
use phusong_atlas::gazetteer::normalise;

use crate::report::Column;

/// Columns that hold one name of a place.
pub const COLUMNS: [(Column, PlaceKind); 3] = [
    (Column::Village, PlaceKind::Village),
    (Column::Commune, PlaceKind::Unit),
    (Column::Unit, PlaceKind::Unit),
];

/// What a word means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub kind: PlaceKind,
    pub text: String,
    /// The commune (of a village) or district (of a unit) that stood beside it.
    pub beside: Option<String>,
    /// A village's id or a unit's code.
    pub means: String,
    pub decision: RowRef,
}

/// All of a sender's decisions, by what they are of.
#[derive(Debug, Clone, Default)]
pub struct ByWord<'a>(HashMap<(PlaceKind, String, Option<String>), &'a Decided>);

impl<'a> ByWord<'a> {
    /// Of two on the same word, the first.
    pub fn of(all: &'a [Decided]) -> Self {
        let mut found = HashMap::new();
        for one in all {
            let beside = one.beside.as_deref().map(normalise);
            found.entry((one.kind, normalise(&one.text), beside)).or_insert(one);
        }
        Self(found)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn find(&self, kind: PlaceKind, text: &str, beside: Option<&str>) -> Option<&'a Decided> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&(kind, normalise(text), beside.map(normalise))).copied()
    }
}

/// What stood beside the names of a row, as its sender wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    pub commune: Option<String>,
    pub district: Option<String>,
}

impl Beside {
    /// What a name of this kind is read with.
    pub fn of(&self, kind: PlaceKind) -> Option<&str> {
        match kind {
            PlaceKind::Village => self.commune.as_deref(),
            PlaceKind::Unit => self.district.as_deref(),
        }
    }
}
