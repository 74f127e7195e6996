//! The places a row names: its commune and its villages. A name becomes a place only when one
//! alone fits; the rest is asked, with candidates, and binds nothing.

use phusong_atlas::domain::{Day, Places, UnitId};
use phusong_atlas::gazetteer::{Candidate as Place, Resolution, VillageQuery};

use super::columns::Column;
use super::row::Row;
use crate::intake::finding::{Candidate, Severity};

impl Row<'_, '_> {
    pub fn unit(&mut self, day: Option<Day>) -> Option<UnitId> {
        let name = self.cells.text(Column::Commune).to_owned();
        if name.is_empty() {
            return None;
        }
        let district =
            Some(self.cells.text(Column::District).to_owned()).filter(|text| !text.is_empty());
        match self.context.gazetteer.resolve_unit(&name, district.as_deref(), day) {
            Resolution::Found { id, .. } => Some(id),
            Resolution::Ambiguous(places) | Resolution::Unknown(places) => {
                let candidates = places
                    .iter()
                    .map(|place| candidate(place, place.id.code.0.to_string()))
                    .collect();
                let finding = self.find(
                    Severity::Ask,
                    "unit",
                    Column::Commune,
                    ("không rõ xã nào", "which commune is meant?"),
                    ("ghi thêm huyện cũ hoặc mã xã", "add the old district, or the commune's code"),
                );
                finding.candidates = candidates;
                None
            }
        }
    }

    /// Names become villages only when one alone fits; the rest is asked and binds nothing.
    pub fn villages(&mut self, day: Option<Day>) -> Places {
        let (commune, district) = (
            self.cells.text(Column::Commune).to_owned(),
            self.cells.text(Column::District).to_owned(),
        );
        let mut serves = Places::default();
        for name in self.cells.list(Column::Villages, &[';', ',', '\n']) {
            let query = VillageQuery {
                name: &name,
                commune: Some(commune.as_str()).filter(|text| !text.is_empty()),
                district: Some(district.as_str()).filter(|text| !text.is_empty()),
                day,
            };
            let (code, places) = match self.context.gazetteer.resolve_village(&query) {
                Resolution::Found { id, .. } => {
                    if !serves.villages.contains(&id) {
                        serves.villages.push(id);
                    }
                    continue;
                }
                Resolution::Ambiguous(places) => ("ambiguous-village", places),
                Resolution::Unknown(places) => ("unknown-village", places),
            };
            let candidates =
                places.iter().map(|place| candidate(place, place.id.to_string())).collect();
            let vi = format!("không rõ thôn “{name}”: chưa gắn với thôn nào");
            let en = format!("which village is “{name}”? It is bound to none");
            let finding = self.find(
                Severity::Ask,
                code,
                Column::Villages,
                (&vi, &en),
                (
                    "chọn một thôn trong danh sách, hoặc ghi mã thôn",
                    "choose from the list, or write the village's id",
                ),
            );
            finding.candidates = candidates;
            finding.value = Some(name);
        }
        serves
    }
}

pub fn candidate<Id>(place: &Place<Id>, id: String) -> Candidate {
    let units = place.units.join(", ");
    Candidate {
        id,
        name: if units.is_empty() {
            place.name.clone()
        } else {
            format!("{} ({units})", place.name)
        },
        reason_vi: place.reason.vi(),
        reason_en: place.reason.en(),
        score: place.score,
    }
}
