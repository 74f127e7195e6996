//! What the headings of groups say of the rows below them: a carrier, a district, a commune.

use phusong_atlas::domain::CarrierFact;
use phusong_atlas::gazetteer::fold_for_search;

use super::wide;
use crate::report::Column;
use crate::table::layout::unit_of_group;
use crate::values::carriers::{Named, carriers};
use crate::values::period::months;

/// What the heading of a group says of the rows below it.
#[derive(Debug, Clone, Default)]
pub struct Heads {
    /// As it is written.
    pub text: String,
    pub told: Vec<(Column, String)>,
    /// Carriers that it names among other words.
    pub names: Option<String>,
    /// It speaks of plans, of what was added, or of a part.
    pub narrows: bool,
}

/// Headings so far, those within others kept with them.
pub struct Groups<'a> {
    carriers: &'a [CarrierFact],
    now: Vec<(Column, String)>,
    /// Communes stand under carriers, not carriers under communes: by the first two that come.
    carriers_first: Option<bool>,
}

impl<'a> Groups<'a> {
    pub const fn new(carriers: &'a [CarrierFact]) -> Self {
        Self { carriers, now: Vec::new(), carriers_first: None }
    }

    /// What the rows below this heading are of. One that names neither ends them all: what it means
    /// nobody knows.
    pub fn under(&mut self, text: &str) -> Heads {
        let told = self.told_by(text);
        let mut named = wide::carriers_in(text, self.carriers).into_keys();
        let is_open = told.iter().all(|(column, _)| *column != Column::Carrier);
        let all: Vec<String> = named.by_ref().filter(|_| is_open).collect();
        let names = (!all.is_empty()).then(|| all.join(", "));
        Heads { text: text.to_owned(), told, names, narrows: wide::narrows(text) }
    }

    fn told_by(&mut self, text: &str) -> Vec<(Column, String)> {
        if let Some(months) = months(text) {
            self.now.clear();
            self.now.push((Column::Period, months.shown()));
            return self.now.clone();
        }
        let carrier = || self.carrier(text).map(|name| (Column::Carrier, name));
        let Some((column, name)) = unit_of_group(text).or_else(carrier) else {
            self.now.clear();
            return Vec::new();
        };
        let is_carrier = column == Column::Carrier;
        let carriers_first = *self.carriers_first.get_or_insert(is_carrier);
        self.now.retain(|(own, _)| match own {
            Column::Carrier => !is_carrier && carriers_first,
            Column::Period => true,
            Column::District => column == Column::Commune || is_carrier && !carriers_first,
            _ => is_carrier && !carriers_first,
        });
        self.now.push((column, name));
        self.now.clone()
    }

    /// The carrier that the heading names and says nothing else.
    fn carrier(&self, text: &str) -> Option<String> {
        const BEFORE: [&str; 5] = ["doanh nghiep ", "nha mang ", "mang ", "cong ty ", "don vi "];
        let text = text.trim();
        let counted = text.split_once(['.', ')']).filter(|(number, _)| number.chars().count() <= 4);
        let folded = fold_for_search(counted.map_or(text, |(_, rest)| rest));
        let bare = BEFORE.iter().find_map(|word| folded.strip_prefix(word)).unwrap_or(&folded);
        let bare = bare.strip_suffix(" quang ngai").unwrap_or(bare);
        let Named::One(id) = carriers(bare, self.carriers) else { return None };
        let carrier = self.carriers.iter().find(|one| one.id == *id)?;
        Some(carrier.name.clone())
    }
}
