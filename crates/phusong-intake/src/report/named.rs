//! The places a row names: its commune and its villages. A name becomes a place only when one
//! alone fits; the rest is asked, with candidates, and binds nothing.

use phusong_atlas::domain::{Day, Places, Position, UnitId, VillageId, distance_m};
use phusong_atlas::gazetteer::{Candidate as Place, How, Resolution, VillageQuery, normalise};

use super::columns::Column;
use super::row::Row;
use crate::evidence::{no_more, not_yet};
use crate::finding::{Candidate, Severity};
use crate::known::namesakes::{BY_HEADING, by_its_heading, namesakes};
use crate::values::villages::{Item, split};

/// No mast serves farther: the longest cell of LTE and of extended GSM is shorter than this.
const REACH_M: f64 = 35_000.0;

impl Row<'_, '_> {
    pub fn unit(&mut self, day: Option<Day>) -> Option<UnitId> {
        let name = self.cells.text(Column::Commune);
        if name.is_empty() {
            return None;
        }
        // The whole file was looked at before, and it repeats its names.
        if let Some((unit, own)) = self.diagnosed.unit
            && own == day
        {
            self.warn_before_unit(unit, day);
            self.note_namesakes(unit);
            return Some(unit);
        }
        let district = Some(self.cells.text(Column::District)).filter(|text| !text.is_empty());
        match self.context.gazetteer.resolve_unit(name, district, day) {
            Resolution::Found { id, .. } => {
                self.warn_before_unit(id, day);
                self.note_namesakes(id);
                Some(id)
            }
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

    /// A city and a province bore its name too, and its heading decides.
    fn note_namesakes(&mut self, unit: UnitId) {
        let gazetteer = self.context.gazetteer;
        let name = self.cells.text(Column::Commune).to_owned();
        if !self.cells.has(Column::District)
            && namesakes(gazetteer, &name, unit, BY_HEADING).is_some()
        {
            let note = by_its_heading(gazetteer, &name, unit);
            self.cells.find(note, Column::Commune.as_str(), &name);
        }
    }

    /// A name used before its day is taken, and said. Old names stay in use for years after theirs.
    fn warn_before_unit(&mut self, unit: UnitId, day: Option<Day>) {
        let Some(day) = day.filter(|day| *day < unit.valid_from) else { return };
        let label = self.context.gazetteer.units().label(unit);
        let vi = format!("{label} không phải đơn vị hành chính vào ngày {day}");
        let en = format!("{label} was no unit on {day}");
        let remedy = ("kiểm tra tên đơn vị và ngày", "check the unit and the day");
        self.find(Severity::Warn, "unit-not-of-day", Column::Commune, (&vi, &en), remedy);
    }

    /// The commune of today around the place of a site of which no commune is named.
    pub fn unit_around(&mut self, at: Option<Position>) -> Option<UnitId> {
        if self.cells.has(Column::Commune) {
            return None;
        }
        let unit = self.context.areas.holding(at?)?;
        let label = self.context.gazetteer.units().label(unit);
        let vi = format!("chưa nêu xã: {label}, suy luận từ vị trí");
        let en = format!("no commune is named: {label}, inferred from the place");
        let remedy = ("ghi tên xã nếu khác", "write the commune if it is another one");
        self.find(Severity::Note, "commune-inferred", Column::Commune, (&vi, &en), remedy);
        Some(unit)
    }

    /// Names become villages only when one alone fits; the rest is asked and binds nothing.
    /// `at`: where the site stands, if it is known. A village beyond the reach of any mast is
    /// another one of that name.
    pub fn villages(&mut self, day: Option<Day>, at: Option<Position>) -> Places {
        if !self.cells.has(Column::Villages) {
            return Places::default();
        }
        let text =
            |column| Some(self.cells.text(column).to_owned()).filter(|text| !text.is_empty());
        let within =
            Within { commune: text(Column::Commune), district: text(Column::District), day, at };
        let gazetteer = self.context.gazetteer;
        let exists = |name: &str| {
            let found = gazetteer.resolve_village(&within.query(name));
            !matches!(found, Resolution::Unknown(_))
        };
        let items: Vec<Item> =
            self.cells.texts(Column::Villages).flat_map(|text| split(text, exists)).collect();
        let mut serves = Places::default();
        for item in items {
            let said = match &item {
                Item::Name(text) | Item::Unsplit { text, .. } | Item::Vague(_, text) => text,
                Item::Split { from, .. } => from,
            };
            if let Some(means) = self.meant(said) {
                for item in split(&means, exists) {
                    self.bind(item, &within, &mut serves);
                }
            } else {
                self.bind(item, &within, &mut serves);
            }
        }
        serves
    }

    /// What the sender said that an item means.
    fn meant(&self, item: &str) -> Option<String> {
        let key = normalise(item);
        let found = self.cells.meant.iter().find(|(said, _)| normalise(said) == key);
        found.map(|(_, means)| means.clone())
    }

    /// An item of a list binds the villages that it names; what names none for sure is asked.
    fn bind(&mut self, item: Item, within: &Within, serves: &mut Places) {
        match item {
            Item::Name(name) => self.bind_name(&name, within, serves),
            Item::Split { from, names } => {
                let shown = names.join("; ");
                let vi = format!("“{from}” được tách thành: {shown}");
                let en = format!("“{from}” is read as: {shown}");
                let remedy = ("kiểm tra các thôn", "check the villages");
                let finding = self.find(
                    Severity::Note,
                    "villages-split",
                    Column::Villages,
                    (&vi, &en),
                    remedy,
                );
                finding.value = Some(from);
                for name in names {
                    self.bind_name(&name, within, serves);
                }
            }
            Item::Unsplit { text, .. } => self.ask_item(
                "village-list",
                text,
                (
                    "có thể là nhiều thôn, nhưng không phải tên nào cũng có",
                    "may be several villages, but not every name exists",
                ),
            ),
            Item::Vague(_, text) => self.ask_item(
                "vague-villages",
                text,
                (
                    "không nêu thôn nào: chưa gắn với thôn nào",
                    "names no village: it is bound to none",
                ),
            ),
        }
    }

    fn ask_item(&mut self, code: &'static str, text: String, (vi, en): (&str, &str)) {
        let (vi, en) = (format!("“{text}” {vi}"), format!("“{text}” {en}"));
        let remedy = ("nêu tên từng thôn", "name each village");
        self.find(Severity::Ask, code, Column::Villages, (&vi, &en), remedy).value = Some(text);
    }

    fn bind_name(&mut self, name: &str, within: &Within, serves: &mut Places) {
        let (code, places) = match self.context.gazetteer.resolve_village(&within.query(name)) {
            Resolution::Found { id, reason } => {
                if let Some(km) = within.at.and_then(|at| self.beyond_reach_km(&id, at)) {
                    self.ask_far_village(&id, name, km, reason.how);
                    if reason.how != How::Code {
                        return;
                    }
                }
                if self.is_no_more(&id, name, within.day) {
                    return;
                }
                if !serves.villages.contains(&id) {
                    self.warn_not_yet(&id, name, within.day);
                    serves.villages.push(id);
                }
                return;
            }
            Resolution::Ambiguous(places) => ("ambiguous-village", places),
            Resolution::Unknown(places) => ("unknown-village", places),
        };
        let candidates =
            places.iter().map(|place| candidate(place, place.id.to_string())).collect();
        let vi = format!("không rõ thôn “{name}”: chưa gắn với thôn nào");
        let en = format!("which village is “{name}”? It is bound to none");
        let remedy = (
            "chọn một thôn trong danh sách, hoặc ghi mã thôn",
            "choose from the list, or write the village's id",
        );
        let finding = self.find(Severity::Ask, code, Column::Villages, (&vi, &en), remedy);
        finding.candidates = candidates;
        finding.value = Some(name.to_owned());
    }
}

/// Where the villages of a row are looked for.
struct Within {
    commune: Option<String>,
    district: Option<String>,
    day: Option<Day>,
    /// Where the site stands, if it is known.
    at: Option<Position>,
}

impl Within {
    fn query<'a>(&'a self, name: &'a str) -> VillageQuery<'a> {
        VillageQuery {
            name,
            commune: self.commune.as_deref(),
            district: self.district.as_deref(),
            day: self.day,
        }
    }
}

impl Row<'_, '_> {
    /// A village named for a day on which it was no more is asked, and bound to none.
    fn is_no_more(&mut self, id: &VillageId, name: &str, day: Option<Day>) -> bool {
        let Some(ended) = self.context.ended.and_then(|ended| ended(id)) else { return false };
        let is_over = day.is_some_and(|day| ended.0 <= day);
        if is_over {
            let found = no_more(&ended, self.context.gazetteer);
            self.findings.push(found.at(self.cells.row, Column::Villages.as_str(), name));
        }
        is_over
    }

    /// A village named for a day on which it was none yet: taken, and said.
    fn warn_not_yet(&mut self, id: &VillageId, name: &str, day: Option<Day>) {
        let Some(began) = self.context.began.and_then(|began| began(id)) else { return };
        if day.is_some_and(|day| day < began.since) {
            let found = not_yet(id, &began, self.context.gazetteer);
            self.findings.push(found.at(self.cells.row, Column::Villages.as_str(), name));
        }
    }

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
        let severity = if how == How::Code { Severity::Warn } else { Severity::Ask };
        let finding = self.find(severity, "far-village", Column::Villages, (&vi, &en), remedy);
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
