//! What no single cell shows: headers, letters, doubles, and ids that stand in no other table.

use std::collections::{BTreeSet, HashMap};

use phusong_atlas::domain::{
    CarrierId, Day, Fact, GoalFact, GoalKind, Slug, UnitFact, UnitId, UnitLevel,
    UnitSuccessionFact, VillageFact, VillageId,
};
use unicode_normalization::is_nfc;

use super::cells::Fault;
use super::difference::key;
use super::tables::COLUMNS;
use super::{Finding, Placed, fault};

/// The letters of a file: NFC, LF.
pub fn text(name: &str, text: &str) -> Vec<Finding> {
    let mut faults = Vec::new();
    for (line, row) in text.split('\n').zip(1_u32..) {
        let mut wrong = |vi: &str, en: &str| faults.push(fault(name, row, &Fault::new("", vi, en)));
        if !is_nfc(line) {
            wrong("chữ không ở dạng NFC", "letters are not in NFC");
        }
        if line.contains('\r') {
            wrong("xuống dòng phải là LF", "lines end with LF alone");
        }
    }
    faults
}

/// Cells that begin or end with a space: it would make two of one name.
pub fn edges(name: &str, record: &csv::StringRecord) -> Vec<Fault> {
    let columns = columns_of(name).unwrap_or_default();
    let spaced = columns.split(',').zip(record).filter(|(_, cell)| cell.trim() != *cell);
    spaced
        .map(|(column, _)| {
            Fault::new(column, "có khoảng trắng ở đầu hay cuối", "begins or ends with a space")
        })
        .collect()
}

fn columns_of(name: &str) -> Option<&'static str> {
    COLUMNS.iter().find(|(table, _)| *table == name).map(|(_, columns)| *columns)
}

/// The header of a table: every column once, in order, and no other.
pub fn header(name: &str, found: &csv::StringRecord) -> Vec<Finding> {
    let Some(columns) = columns_of(name) else {
        return vec![fault(name, 1, &Fault::new("", "không có bảng này", "no such table"))];
    };
    let columns: Vec<&'static str> = columns.split(',').collect();
    let mut faults = Vec::new();
    for column in &columns {
        match found.iter().filter(|text| text == column).count() {
            0 => faults.push(fault(name, 1, &Fault::new(column, "thiếu cột", "is missing"))),
            1 => {}
            _ => faults.push(fault(name, 1, &Fault::new(column, "lặp lại", "stands twice"))),
        }
    }
    for text in found.iter().filter(|text| !columns.contains(text)) {
        let (vi, en) = (format!("{text:?}: cột lạ"), format!("{text:?}: unknown column"));
        faults.push(fault(name, 1, &Fault::new("", vi, en)));
    }
    if faults.is_empty() && !found.iter().eq(columns.iter().copied()) {
        faults.push(fault(name, 1, &Fault::new("", "sai thứ tự cột", "columns are out of order")));
    }
    faults
}

/// Every id that a row may name. A kind that no table was given for is not checked.
struct Known<'a> {
    units: HashMap<UnitId, &'a UnitFact>,
    villages: BTreeSet<&'a VillageId>,
    carriers: BTreeSet<&'a CarrierId>,
    agencies: BTreeSet<&'a Slug>,
}

impl<'a> Known<'a> {
    fn of(placed: &'a [Placed]) -> Self {
        let mut known = Self {
            units: HashMap::new(),
            villages: BTreeSet::new(),
            carriers: BTreeSet::new(),
            agencies: BTreeSet::new(),
        };
        for Placed { fact, .. } in placed {
            match fact {
                Fact::Unit(unit) => drop(known.units.insert(unit.id, unit)),
                Fact::Village(village) => drop(known.villages.insert(&village.id)),
                Fact::Carrier(carrier) => drop(known.carriers.insert(&carrier.id)),
                Fact::Agency(agency) => drop(known.agencies.insert(&agency.id)),
                _ => {}
            }
        }
        known
    }

    fn unit(&self, column: &'static str, id: UnitId) -> Option<Fault> {
        let missing = !self.units.is_empty() && !self.units.contains_key(&id);
        missing.then(|| unknown(column, &format!("{} ({})", id.code.0, id.valid_from)))
    }

    fn village(&self, column: &'static str, id: &VillageId) -> Option<Fault> {
        let missing = !self.villages.is_empty() && !self.villages.contains(id);
        missing.then(|| unknown(column, id.as_str()))
    }

    fn carrier(&self, column: &'static str, id: &CarrierId) -> Option<Fault> {
        let missing = !self.carriers.is_empty() && !self.carriers.contains(id);
        missing.then(|| unknown(column, id.as_str()))
    }

    fn agency(&self, column: &'static str, id: &Slug) -> Option<Fault> {
        let missing = !self.agencies.is_empty() && !self.agencies.contains(id);
        missing.then(|| unknown(column, id.as_str()))
    }
}

fn unknown(column: &'static str, id: &str) -> Fault {
    Fault::new(column, format!("{id} không có trong bảng nào"), format!("{id} is in no table"))
}

/// Rows against each other and against the tables they name.
pub fn together(placed: &[Placed]) -> Vec<Finding> {
    let known = Known::of(placed);
    let mut first: HashMap<String, &Placed> = HashMap::new();
    let mut faults = Vec::new();
    for row in placed {
        let place = first.entry(key(&row.fact)).or_insert(row);
        if !std::ptr::eq(*place, row) {
            let (vi, en) = (
                format!("trùng với dòng {} của {}", place.row, place.file),
                format!("the same as row {} of {}", place.row, place.file),
            );
            faults.push(fault(&row.file, row.row, &Fault::new("", vi, en)));
        }
        let wrong = names(&row.fact, &known);
        faults.extend(wrong.iter().map(|wrong| fault(&row.file, row.row, wrong)));
    }
    faults
}

/// What is wrong with one row, seen from the other tables.
fn names(fact: &Fact, known: &Known<'_>) -> Vec<Fault> {
    let found: Vec<Option<Fault>> = match fact {
        Fact::Carrier(fact) => vec![span(fact.valid_from, fact.valid_to)],
        Fact::Agency(fact) => vec![span(fact.valid_from, fact.valid_to)],
        Fact::Unit(fact) => unit(fact, known),
        Fact::UnitSuccession(fact) => succession(fact, known),
        Fact::Village(fact) => village(fact, known),
        Fact::Observation(fact) => {
            fact.places.villages.iter().map(|id| known.village("village", id)).collect()
        }
        Fact::Duty(fact) => vec![
            known.village("village", &fact.village),
            known.carrier("carrier", &fact.carrier),
            fact.due.filter(|due| *due < fact.given).map(|_| {
                Fault::new("due", "hạn trước ngày giao", "is before the day it was given")
            }),
        ],
        Fact::Goal(fact) => {
            vec![goal(fact), fact.scope.and_then(|scope| known.unit("scope_code", scope))]
        }
        Fact::AgencySuccession(fact) => {
            vec![known.agency("from_agency", &fact.from), known.agency("to_agency", &fact.to)]
        }
        Fact::Sunset(fact) => {
            let carrier = fact.carrier.as_ref();
            let units = fact.units.iter().map(|unit| known.unit("unit_codes", *unit));
            units.chain([carrier.and_then(|carrier| known.carrier("carrier", carrier))]).collect()
        }
        _ => Vec::new(),
    };
    found.into_iter().flatten().collect()
}

fn span(from: Option<Day>, to: Option<Day>) -> Option<Fault> {
    (from? >= to?)
        .then(|| Fault::new("valid_to", "không sau valid_from", "is not after valid_from"))
}

fn unit(fact: &UnitFact, known: &Known<'_>) -> Vec<Option<Fault>> {
    let today = fact.valid_to.is_none() && fact.level == UnitLevel::Commune;
    let parent = fact.parent.and_then(|parent| known.units.get(&parent));
    vec![
        span(Some(fact.id.valid_from), fact.valid_to),
        fact.parent.and_then(|parent| known.unit("parent_code", parent)),
        parent.filter(|parent| parent.level >= fact.level).map(|_| {
            Fault::new("parent_code", "không phải cấp trên", "is no unit of a higher level")
        }),
        (today && fact.centre.is_none()).then(|| {
            Fault::new("lon", "xã hiện nay thiếu tâm", "a commune of today has no centre")
        }),
        (fact.households > fact.people && fact.people.is_some()).then(|| {
            Fault::new("households_2019", "nhiều hộ hơn người", "more households than people")
        }),
    ]
}

fn succession(fact: &UnitSuccessionFact, known: &Known<'_>) -> Vec<Option<Fault>> {
    let ends = known.units.get(&fact.from).is_some_and(|from| from.valid_to != Some(fact.day));
    let begins = known.units.contains_key(&fact.to) && fact.to.valid_from != fact.day;
    vec![
        known.unit("from_code", fact.from),
        known.unit("to_code", fact.to),
        ends.then(|| {
            Fault::new("day", "đơn vị cũ không hết ngày này", "is not the old unit's end")
        }),
        begins.then(|| {
            Fault::new(
                "day",
                "đơn vị mới không bắt đầu ngày này",
                "is not the new unit's first day",
            )
        }),
    ]
}

fn village(fact: &VillageFact, known: &Known<'_>) -> Vec<Option<Fault>> {
    let column = |id: &UnitId| {
        let unit = known.units.get(id);
        match unit.map(|unit| unit.level) {
            Some(UnitLevel::District) => "old_district_code",
            _ if id.valid_from == Day::EARLIEST => "old_commune_code",
            _ => "commune_code",
        }
    };
    let mut faults: Vec<_> = fact.units.iter().map(|id| known.unit(column(id), *id)).collect();
    faults.push(fact.units.is_empty().then(|| {
        Fault::new("commune_code", "không thuộc đơn vị nào", "belongs to no unit at all")
    }));
    faults
}

fn goal(fact: &GoalFact) -> Option<Fault> {
    let figures = (fact.comparator.is_some(), fact.threshold_milli.is_some());
    match (fact.kind, figures) {
        (GoalKind::Target, (true, true)) | (GoalKind::CommuneCriterion, (false, false)) => None,
        (GoalKind::Target, _) => Some(Fault::new(
            "threshold",
            "chỉ tiêu cần dấu so sánh và ngưỡng",
            "a target needs a comparator and a threshold",
        )),
        (GoalKind::CommuneCriterion, _) => Some(Fault::new(
            "threshold",
            "tiêu chí xã không có ngưỡng riêng",
            "a commune's criterion has no threshold of its own",
        )),
    }
}
