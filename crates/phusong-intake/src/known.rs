//! What tables beside reports are read against, and what their rows ask alike: a village, a unit,
//! a carrier, days. A name becomes a place only when one alone fits; the rest is asked.

pub(crate) mod moment;
pub(crate) mod namesakes;
pub(crate) mod several;

use std::mem::discriminant;

use phusong_atlas::atlas::Areas;
use phusong_atlas::domain::{
    AgencyFact, CarrierId, ClusterFact, ClusterId, CommitmentFact, Day, DutyFact, DutyId, Fact,
    FiledRow, IndicatorFact, MeasurementRule, MilestoneFact, Party, SiteId, Slug, StatisticFact,
    TechSet, UnitId, UnitLevel, VillageFact, VillageId, VillageSuccessionFact,
};
use phusong_atlas::gazetteer::{Now, Resolution, VillageQuery, fold_for_search};

use crate::alike;
use crate::evidence::{Ended, EvidenceContext, KnownCluster, NamedRow};
use crate::finding::{Candidate, Finding, Severity};
use crate::report::{Cells, Column, DraftRow, candidate};
use crate::table::layout::unit_of_group;
use crate::values::carriers::{Named, carriers};
use crate::values::number::{Expected, Mark, Quantity, Reading, quantity};
use crate::values::radio::radio;
use namesakes::{BY_HEADING, by_its_day, by_its_heading, namesakes};

/// A village on the day before something became of it.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// Its listed clusters.
    pub clusters: Vec<KnownCluster>,
    pub households: Option<u32>,
    /// What is known to have become of it, whenever.
    pub went: Vec<VillageSuccessionFact>,
}

/// What a sender may know of places, duties and figures.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "holds functions")]
pub struct Known<'a> {
    pub evidence: EvidenceContext<'a>,
    pub areas: &'a Areas,
    /// Whose word the rows will be.
    pub owner: &'a Party,
    pub rule: &'a MeasurementRule,
    /// The latest fact of a village, from which a newer one goes on.
    pub village: &'a (dyn Fn(&VillageId) -> Option<VillageFact> + Sync),
    /// A village that is no more: since when, and what followed it.
    pub ended: &'a (dyn Fn(&VillageId) -> Option<Ended> + Sync),
    /// A village before a day.
    pub before: &'a (dyn Fn(&VillageId, Day) -> Before + Sync),
    pub cluster: &'a (dyn Fn(&ClusterId) -> Option<ClusterFact> + Sync),
    /// All clusters of today.
    pub clusters: &'a (dyn Fn() -> Vec<KnownCluster> + Sync),
    pub agencies: &'a [AgencyFact],
    pub duties: &'a (dyn Fn(&VillageId) -> Vec<DutyFact> + Sync),
    pub milestones: &'a (dyn Fn(&DutyId) -> Vec<MilestoneFact> + Sync),
    pub promises: &'a (dyn Fn(&VillageId) -> Vec<CommitmentFact> + Sync),
    pub has_site: &'a (dyn Fn(&SiteId) -> bool + Sync),
    pub figures: &'a (dyn Fn(&Slug, UnitId) -> Vec<StatisticFact> + Sync),
    /// Those of the tables, and any that an officer defined.
    pub indicators: &'a [IndicatorFact],
}

impl Known<'_> {
    /// A commune speaks of its own territory only; others of any.
    pub fn is_own(&self, unit: UnitId) -> bool {
        let Party::Commune(own) = self.owner else { return true };
        let units = self.evidence.gazetteer.units();
        unit == *own || units.on_day(unit, self.evidence.today) == Now::One(*own)
    }

    pub const fn today(&self) -> Day {
        self.evidence.today
    }
}

/// One row of a table on its way to what it says.
pub(crate) struct Asked<'a, 'k> {
    pub cells: Cells,
    pub known: &'a Known<'k>,
}

impl<'a, 'k> Asked<'a, 'k> {
    pub const fn new(cells: Cells, known: &'a Known<'k>) -> Self {
        Self { cells, known }
    }

    pub fn find(
        &mut self,
        severity: Severity,
        code: &'static str,
        column: Column,
        message: (&str, &str),
        remedy: (&str, &str),
    ) -> &mut Finding {
        self.tell(Finding::new(code, severity, message, remedy), column);
        let last = self.cells.findings.len() - 1;
        &mut self.cells.findings[last]
    }

    /// What was found of a cell.
    pub fn tell(&mut self, found: Finding, column: Column) {
        let value = self.cells.text(column).to_owned();
        self.cells.find(found, column.as_str(), &value);
    }

    pub fn refuse(&mut self, code: &'static str, column: Column, message: (&str, &str)) {
        let remedy = ("sửa giá trị này rồi gửi lại", "mend this value and send again");
        self.find(Severity::Refuse, code, column, message, remedy);
    }

    /// Without this cell the row says nothing: an empty one is told as missing.
    pub fn needs(&mut self, column: Column, code: &'static str, message: (&str, &str)) {
        if !self.cells.has(column) {
            let remedy = ("điền ô này rồi gửi lại", "fill this cell in and send again");
            self.find(Severity::Refuse, code, column, message, remedy);
        }
    }

    /// The cell, when it is filled.
    pub fn said(&self, column: Column) -> Option<String> {
        Some(self.cells.text(column).to_owned()).filter(|text| !text.is_empty())
    }

    /// Nothing refused and nothing left to ask.
    pub fn is_clear(&self) -> bool {
        self.cells.findings.iter().all(|found| found.severity > Severity::Ask)
    }

    /// All that the row says, or nothing while something is open. The note goes with the first.
    pub fn done(
        self,
        facts: Vec<Fact>,
        replaces: Option<phusong_atlas::domain::RowRef>,
    ) -> DraftRow {
        let told = crate::told::together(&facts);
        let note = self.said(Column::Note);
        let clear = self.is_clear();
        let mut rows: Vec<FiledRow> = facts
            .into_iter()
            .filter(|_| clear)
            .map(|fact| FiledRow { fact, replaces: None, note: None })
            .collect();
        if let Some(first) = rows.first_mut() {
            (first.replaces, first.note) = (replaces, note);
        }
        DraftRow::of_several(self.cells.row, rows, told, self.cells.findings)
    }

    /// The village of the row, by its id or by its name with the commune and district beside it.
    pub fn village(&mut self, column: Column, day: Option<Day>) -> Option<VillageId> {
        let name = self.said(column)?;
        let (commune, district) = (self.said(Column::Commune), self.said(Column::District));
        let query = VillageQuery {
            name: &name,
            commune: commune.as_deref(),
            district: district.as_deref(),
            day,
        };
        let (code, places) = match self.known.evidence.gazetteer.resolve_village(&query) {
            Resolution::Found { id, .. } => return Some(id),
            Resolution::Ambiguous(places) => ("ambiguous-village", places),
            Resolution::Unknown(places) => ("unknown-village", places),
        };
        let candidates: Vec<Candidate> =
            places.iter().map(|place| candidate(place, place.id.to_string())).collect();
        let (vi, en) = (format!("không rõ thôn “{name}”"), format!("which village is “{name}”?"));
        let remedy = (
            "chọn một thôn trong danh sách, hoặc ghi mã thôn",
            "choose from the list, or write the village's id",
        );
        self.find(Severity::Ask, code, column, (&vi, &en), remedy).candidates = candidates;
        None
    }

    /// The unit that a cell names: in a column of communes a commune before others, in one of
    /// units of any level, only what no unit of another level is called too.
    pub fn unit(&mut self, column: Column, day: Option<Day>) -> Option<UnitId> {
        let name = self.said(column)?;
        let district = self.said(Column::District);
        let (gazetteer, beside) = (self.known.evidence.gazetteer, district.as_deref());
        let found = match column {
            Column::Commune => gazetteer.resolve_unit(&name, beside, day),
            _ if self.cells.unit_level() == Some(UnitLevel::Commune) => {
                gazetteer.resolve_unit(&name, beside, day)
            }
            _ => gazetteer.resolve_unit_of_any_level(&name, beside, day),
        };
        if column == Column::Unit
            && self.cells.unit_level() == Some(UnitLevel::District)
            && let Some(district) = self.district(&name)
        {
            return Some(district);
        }
        let by_heading =
            column == Column::Commune || self.cells.unit_level() == Some(UnitLevel::Commune);
        let places = match found {
            Resolution::Found { id, .. } if beside.is_some() => return Some(id),
            Resolution::Found { id, .. } if by_heading => {
                if namesakes(gazetteer, &name, id, BY_HEADING).is_some() {
                    let found = by_its_heading(gazetteer, &name, id);
                    self.tell(found, column);
                }
                return Some(id);
            }
            Resolution::Found { id, .. } => {
                let Some(places) = namesakes(gazetteer, &name, id, BY_HEADING) else {
                    if namesakes(gazetteer, &name, id, &[UnitLevel::District]).is_some() {
                        let found = by_its_day(gazetteer, &name, id);
                        self.tell(found, column);
                    }
                    return Some(id);
                };
                places
            }
            Resolution::Ambiguous(places) | Resolution::Unknown(places) => places,
        };
        let mut candidates: Vec<Candidate> =
            places.iter().map(|place| candidate(place, place.id.code.0.to_string())).collect();
        if ["toan tinh", "tinh"].contains(&&*fold_for_search(&name)) {
            candidates.extend(self.provinces(day.unwrap_or(self.known.today())));
        }
        let (vi, en) = (format!("không rõ đơn vị “{name}”"), format!("which unit is “{name}”?"));
        let remedy = (
            "ghi rõ xã, thị trấn, huyện hay tỉnh, thêm huyện cũ, hoặc ghi mã đơn vị",
            "say whether commune, town, district or province, add the old district, or write \
             the unit's code",
        );
        self.find(Severity::Ask, "unit", column, (&vi, &en), remedy).candidates = candidates;
        None
    }

    /// Whom *toàn tỉnh* may mean on a day.
    fn provinces(&self, day: Day) -> Vec<Candidate> {
        let units = self.known.evidence.gazetteer.units();
        let all = units.valid_on(day).filter(|unit| unit.level == UnitLevel::Province);
        let of = |unit: &phusong_atlas::domain::UnitFact| Candidate {
            id: unit.id.code.0.to_string(),
            name: units.label(unit.id),
            reason_vi: "tỉnh vào ngày của số liệu".to_owned(),
            reason_en: "a province on the day of the figures".to_owned(),
            score: 40,
        };
        all.map(of).collect()
    }

    /// The district that a bare name is under a heading of districts, whatever its day: a commune of
    /// that name may be the only one of today.
    fn district(&self, name: &str) -> Option<UnitId> {
        if unit_of_group(name).is_some() {
            return None;
        }
        let gazetteer = self.known.evidence.gazetteer;
        let is_district = |id: &UnitId| {
            gazetteer.units().get(*id).is_some_and(|unit| unit.level == UnitLevel::District)
        };
        let named = ["huyện", "thị xã", "thành phố"].into_iter().filter_map(|kind| match gazetteer
            .resolve_unit_of_any_level(&format!("{kind} {name}"), None, None)
        {
            Resolution::Found { id, .. } => Some(id).filter(is_district),
            _ => None,
        });
        let mut found: Vec<UnitId> = named.collect();
        found.sort();
        found.dedup();
        if let [one] = found[..] { Some(one) } else { None }
    }

    /// A unit used on a day when it was none: taken, and said.
    pub fn warn_unit_day(&mut self, column: Column, unit: UnitId, day: Day) {
        let units = self.known.evidence.gazetteer.units();
        if units.is_valid(unit, day) {
            return;
        }
        let label = units.label(unit);
        let vi = format!("{label} không phải đơn vị hành chính vào ngày {day}");
        let en = format!("{label} was no unit on {day}");
        let remedy = ("kiểm tra tên đơn vị và kỳ số liệu", "check the unit and the period");
        self.find(Severity::Warn, "unit-not-of-day", column, (&vi, &en), remedy);
    }

    /// The carrier of the row. A carrier speaks of itself only, named or not; `Some(None)`: the
    /// department names none.
    #[expect(clippy::option_option, reason = "refused, silent and named are three things")]
    pub fn carrier(&mut self, column: Column) -> Option<Option<CarrierId>> {
        let own = match self.known.owner {
            Party::Carrier(own) => Some(own.clone()),
            _ => None,
        };
        if self.cells.asks_once(column) {
            return None;
        }
        let Some(text) = self.said(column) else { return Some(own) };
        let is_all = ["tat ca", "tat ca doanh nghiep"].contains(&&*fold_for_search(&text));
        if own.is_none() && is_all {
            return Some(None);
        }
        let all = self.known.evidence.carriers;
        let named = match carriers(&text, all) {
            Named::One(named) => Some(named.clone()),
            Named::Several(several) => return self.of_several_carriers(column, own, &several),
            Named::Unknown(_) => None,
        };
        let Some(named) = named else {
            let candidates = self.known.evidence.carriers.iter().map(|carrier| Candidate {
                id: carrier.id.to_string(),
                name: carrier.name.clone(),
                reason_vi: String::new(),
                reason_en: String::new(),
                score: 10,
            });
            let candidates: Vec<Candidate> = candidates.collect();
            let message = ("không có doanh nghiệp này", "there is no such carrier");
            let remedy = ("chọn trong danh sách", "choose from the list");
            self.find(Severity::Ask, "unknown-carrier", column, message, remedy).candidates =
                candidates;
            return None;
        };
        if own.is_some_and(|own| own != named) {
            let message = ("dòng của doanh nghiệp khác", "a row of another carrier");
            self.refuse("other-carrier", column, message);
            return None;
        }
        Some(Some(named))
    }

    /// The same where one is needed.
    pub fn needed_carrier(&mut self, column: Column) -> Option<CarrierId> {
        let carrier = self.carrier(column)?;
        if carrier.is_none() {
            let message = ("chưa nêu doanh nghiệp", "no carrier is named");
            let remedy = ("ghi tên doanh nghiệp", "name the carrier");
            self.find(Severity::Ask, "carrier-missing", column, message, remedy);
        }
        carrier
    }

    pub fn technologies(&mut self) -> TechSet {
        let texts: Vec<&str> = self.cells.texts(Column::Technologies).collect();
        let said = radio(&texts.join(";"));
        for found in alike::of_technologies(&said) {
            self.tell(found, Column::Technologies);
        }
        said.technologies
    }

    /// A day of the calendar; `None` when the cell is empty, or asked.
    pub fn day(&mut self, column: Column) -> Option<Day> {
        let text = self.said(column)?;
        let read = self.cells.days.read(&text);
        if let Some(open) = alike::open_day(&read) {
            self.tell(open, column);
            return None;
        }
        let day = read.day();
        if day.is_none() {
            let message = (
                "ngày không có trong lịch; viết 2026-11-20 hoặc 20/11/2026",
                "not a day of the calendar; write 2026-11-20 or 20/11/2026",
            );
            self.refuse("bad-day", column, message);
        }
        day
    }

    /// A day that has been or is.
    pub fn past_day(&mut self, column: Column) -> Option<Day> {
        let day = self.day(column)?;
        if day > self.known.today() {
            self.refuse(
                "future-day",
                column,
                (
                    "ngày ở tương lai: chưa thể xảy ra",
                    "the day is in the future: it cannot have been",
                ),
            );
            return None;
        }
        Some(day)
    }

    /// A whole number, with thousands marked or not. What is none is asked.
    pub fn count(&mut self, column: Column) -> Option<u64> {
        let text = self.said(column)?;
        if text.trim_start().starts_with(['-', '−']) && text.chars().any(|c| c.is_ascii_digit()) {
            self.refuse("negative", column, ("số đếm không thể âm", "a count cannot be negative"));
            return None;
        }
        let count = counted(&text, &counted_in(column));
        if count.is_none() {
            let message = ("không phải một số đếm", "not a count");
            let remedy = ("ghi một số nguyên", "write a whole number");
            self.find(Severity::Ask, "not-a-count", column, message, remedy);
        }
        count
    }

    /// The row that this one corrects.
    pub fn replaces(&mut self) -> Option<phusong_atlas::domain::RowRef> {
        self.named_row().map(|named| named.at)
    }

    /// The same, with what it says.
    pub fn named_row(&mut self) -> Option<NamedRow> {
        let text = self.said(Column::Replaces)?;
        let found = (self.known.evidence.row_ref)(&text);
        if found.is_none() {
            let message = (
                "không có dòng này trong các lần gửi của đơn vị; viết MÃ/DÒNG",
                "no such row of yours; write REPORT/ROW",
            );
            self.refuse("unknown-row", Column::Replaces, message);
        }
        found
    }

    /// Of what a row says, that which takes the place of the named row comes first; nothing of its
    /// sort is asked.
    pub fn put_first(&mut self, facts: &mut [Fact], named: Option<&NamedRow>) {
        let Some(named) = named else { return };
        let is_its_sort = |fact: &Fact| discriminant(fact) == discriminant(&named.says);
        facts.sort_by_key(|fact| !is_its_sort(fact));
        if facts.first().is_some_and(|first| !is_its_sort(first)) {
            let message = (
                "dòng được đính chính nói về việc khác, dòng này không thay được",
                "the row named says another thing: this one cannot take its place",
            );
            let remedy = (
                "kiểm tra số dòng; muốn bỏ dòng cũ thì thu hồi dòng đó",
                "check the row's number; to take it back, withdraw it",
            );
            self.find(Severity::Ask, "replaces-other-sort", Column::Replaces, message, remedy);
        }
    }
}

/// By id, name or another name.
pub(crate) fn carrier_called(text: &str, known: &Known<'_>) -> Option<CarrierId> {
    match carriers(text, known.evidence.carriers) {
        Named::One(carrier) => Some(carrier.clone()),
        Named::Several(_) | Named::Unknown(_) => None,
    }
}

/// What is counted in a column.
pub(crate) fn counted_in(column: Column) -> Expected {
    match column {
        Column::Households => Expected::households(),
        Column::People => Expected::people(),
        _ => Expected::count(),
    }
}

/// A whole number and nothing else: no bound, no range, no share.
pub(crate) fn counted(text: &str, expected: &Expected) -> Option<u64> {
    // As programs write counts.
    let text = text.trim().trim_end_matches(".0");
    let Reading::Is(Quantity::Exactly(count)) = quantity(text, expected) else {
        return None;
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and within the range of counts"
    )]
    Some(count as u64)
}

/// Words of money, longer ones first, and how many dong each is.
const DONG: [(&str, f64); 12] = [
    ("nghìn đồng", 1e3),
    ("triệu đồng", 1e6),
    ("tỷ đồng", 1e9),
    ("tỉ đồng", 1e9),
    ("triệu", 1e6),
    ("tỷ", 1e9),
    ("tỉ", 1e9),
    ("đồng", 1.0),
    ("vnđ", 1.0),
    ("vnd", 1.0),
    ("đ", 1.0),
    ("₫", 1.0),
];

fn unit_of(lower: &str) -> Option<&'static (&'static str, f64)> {
    DONG.iter().find(|(word, _)| lower.ends_with(word))
}

/// The number of a sum of money.
pub(crate) fn without_dong(text: &str) -> &str {
    let text = text.trim();
    let number = unit_of(&text.to_lowercase())
        .and_then(|(word, _)| text.get(..text.len().checked_sub(word.len())?));
    number.map_or(text, str::trim_end)
}

/// A sum of money in whole dong: `1.200.000.000`, `1,2 tỷ đồng`. `None`: another thing, or a number
/// that may be read in two ways where no `decimal` mark is known.
pub(crate) fn dong_of(text: &str, decimal: Option<Mark>) -> Option<u64> {
    let lower = text.trim().trim_end_matches(".0").to_lowercase();
    let unit = unit_of(&lower);
    let number = without_dong(&lower);
    let times = unit.map_or(1.0, |(_, times)| *times);
    if number.contains(char::is_alphabetic) {
        return None;
    }
    // A million milliards: more than the country has, less than a float tells apart.
    let range = 0.0..=1e15 / times;
    let expected = if times > 1.0 {
        Expected { decimal, ..Expected::measure(range) }
    } else {
        Expected { range, ..Expected::count() }
    };
    let Reading::Is(Quantity::Exactly(value)) = quantity(number, &expected) else { return None };
    let dong = value * times;
    let whole = dong.round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and within the range above"
    )]
    ((dong - whole).abs() < 1e-3).then_some(whole as u64)
}

#[cfg(test)]
mod tests {
    use super::{Expected, Mark, counted, dong_of};

    #[test]
    fn money_as_people_write_it() {
        let cases = [
            ("1200000000", Some(1_200_000_000)),
            ("1.200.000.000", Some(1_200_000_000)),
            ("1,200,000,000 đồng", Some(1_200_000_000)),
            ("1 200 000 000 VNĐ", Some(1_200_000_000)),
            ("1,2 tỷ", Some(1_200_000_000)),
            ("1.25 tỉ đồng", Some(1_250_000_000)),
            ("850 triệu đồng", Some(850_000_000)),
            ("1200000000.0", Some(1_200_000_000)),
            // No mark is thrown away: these are no whole numbers of dong.
            ("1,5", None),
            ("1200.50", None),
            ("12.34.56", None),
            // One milliard and a bit, or twelve hundred of them?
            ("1,200 tỷ", None),
            ("khoảng 2 tỷ", None),
            ("-5.000.000", None),
            ("12 hộ", None),
            ("nhiều", None),
        ];
        for (text, expected) in cases {
            assert_eq!(dong_of(text, None), expected, "{text:?}");
        }
        let by_habit = |mark| dong_of("1,200 tỷ", Some(mark));
        assert_eq!(by_habit(Mark::Comma), Some(1_200_000_000));
        assert_eq!(by_habit(Mark::Dot), Some(1_200_000_000_000));
    }

    #[test]
    fn counts_as_people_write_them() {
        let cases = [
            ("1234", Some(1234)),
            ("12.345", Some(12_345)),
            ("1 234 567", Some(1_234_567)),
            ("1,234", Some(1_234)),
            ("12345.0", Some(12_345)),
            ("12.3", None),
            ("1234.567", None),
            ("82,3%", None),
            ("80%", None),
            ("1.234 hộ", Some(1234)),
            ("khoảng 120", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(counted(text, &Expected::count()), expected, "{text:?}");
        }
    }
}
