//! Words of a sender for places, as they were decided on before. A decision speaks of one word
//! beside one other: it is never stretched to a word that is only like it.

use std::collections::HashMap;

use phusong_atlas::domain::{PlaceKind, RowRef};
use phusong_atlas::gazetteer::normalise;

use crate::finding::{Finding, Severity};
use crate::report::{Cells, Column};

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

/// Of what kind of place a finding asks which one is meant.
pub fn asks_name(code: &str) -> Option<PlaceKind> {
    match code {
        "ambiguous-village" | "unknown-village" => Some(PlaceKind::Village),
        "unit" => Some(PlaceKind::Unit),
        _ => None,
    }
}

/// What a row tells of names beside what it says: what stood beside them, for whoever decides on
/// one that is left open, and the decisions that it was read by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    pub beside: Beside,
    pub decided: Vec<RowRef>,
}

/// A row of a report reads its names by what was decided on them, and says so.
pub fn read_by(cells: &mut Cells, decided: &ByWord<'_>) {
    if decided.is_empty() {
        return;
    }
    let text =
        |cells: &Cells, column| Some(cells.text(column).to_owned()).filter(|text| !text.is_empty());
    let beside =
        Beside { commune: text(cells, Column::Commune), district: text(cells, Column::District) };
    let mut read = Vec::new();
    if let Some(commune) = &beside.commune
        && let Some(one) = decided.find(PlaceKind::Unit, commune, beside.of(PlaceKind::Unit))
    {
        cells.set(Column::Commune, &one.means);
        read.push((Column::Commune, commune.clone(), one));
    }
    for item in cells.list(Column::Villages, &[';', ',', '\n']) {
        let within = beside.of(PlaceKind::Village);
        if let Some(one) = decided.find(PlaceKind::Village, &item, within) {
            cells.meant.push((item.clone(), one.means.clone()));
            read.push((Column::Villages, item, one));
        }
    }
    if read.is_empty() {
        return;
    }
    for (column, word, one) in &read {
        let message = (
            format!("“{word}” được đọc là {} theo quyết định đã có", one.means),
            format!("“{word}” is read as {}, as it was decided", one.means),
        );
        let remedy = (
            "nếu không đúng, thu hồi quyết định về tên đó",
            "if that is wrong, withdraw the decision on the name",
        );
        let note = Finding::new("name-decided", Severity::Note, message, remedy);
        cells.findings.push(note.at(cells.row, column.as_str(), word));
    }
    let decided = read.into_iter().map(|(_, _, one)| one.decision).collect();
    cells.names = Some(Box::new(Names { beside, decided }));
}
