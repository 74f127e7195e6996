//! The places a row names: its commune and its villages. A name becomes a place only when one
//! alone fits; the rest is asked, with candidates, and binds nothing.

use phusong_atlas::domain::{Day, Places, Position, UnitId, VillageId, distance_m};
use phusong_atlas::gazetteer::{Candidate as Place, How, Resolution, VillageQuery};

use super::columns::Column;
use super::row::Row;
use crate::finding::{Candidate, Severity};

/// No mast serves farther: the longest cell of LTE and of extended GSM is shorter than this.
const REACH_M: f64 = 35_000.0;

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
    /// `at`: where the site stands, if it is known. A village beyond the reach of any mast is
    /// another one of that name.
    pub fn villages(&mut self, day: Option<Day>, at: Option<Position>) -> Places {
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
                Resolution::Found { id, reason } => {
                    if let Some(km) = at.and_then(|at| self.beyond_reach_km(&id, at)) {
                        self.ask_far_village(&id, &name, km, reason.how);
                        if reason.how != How::Code {
                            continue;
                        }
                    }
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

impl Row<'_, '_> {
    /// How far the village lies from the site, when no mast reaches that far.
    fn beyond_reach_km(&self, id: &VillageId, at: Position) -> Option<f64> {
        let located = self.context.gazetteer.village(id)?.located?;
        let metres = distance_m(located.position, at);
        (metres > REACH_M + f64::from(located.uncertainty_m)).then(|| (metres / 1000.0).round())
    }

    /// A name may be another village's; an id is certain, so that only the coordinates are wrong.
    fn ask_far_village(&mut self, id: &VillageId, name: &str, km: f64, how: How) {
        let (bound_vi, bound_en) = match how {
            How::Code => ("vẫn gắn theo mã", "bound by its id all the same"),
            _ => ("chưa gắn với thôn nào", "bound to none"),
        };
        let vi = format!("thôn “{name}” mà chúng tôi biết cách trạm {km} km: {bound_vi}");
        let en =
            format!("the village “{name}” that we know lies {km} km from the site: {bound_en}");
        let known = self.context.gazetteer.village(id).map_or_else(String::new, |village| {
            let units =
                village.units.iter().map(|unit| self.context.gazetteer.units().label(*unit));
            format!("{} ({})", village.name, units.collect::<Vec<_>>().join(", "))
        });
        let remedy = (
            "kiểm tra tên thôn, xã và tọa độ trạm",
            "check the village's name, the commune and the site's coordinates",
        );
        let finding = self.find(Severity::Ask, "far-village", Column::Villages, (&vi, &en), remedy);
        finding.value = Some(name.to_owned());
        finding.candidates.push(Candidate {
            id: id.to_string(),
            name: known,
            reason_vi: format!("cách trạm {km} km"),
            reason_en: format!("{km} km from the site"),
            score: 20,
        });
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
