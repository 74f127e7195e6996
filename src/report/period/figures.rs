//! The figures of a period report as they stand on a day in one view, each known by its key.

use phusong_atlas::atlas::{
    AreaFilter, Atlas, DutyQuery, DutyRow, DutyState, GapQuery, Households, Question, Sort,
    VillageVerdict,
};
use phusong_atlas::domain::{CarrierId, Day};

use crate::report::words;

/// Which figure: by this one day is held against another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    DutiesConfirmed,
    DutiesOf(CarrierId),
    /// Duties whose village has signal, whoever's.
    DutiesCovered,
    DutiesOverdue,
    Villages(VillageVerdict),
    GapHouseholds,
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    pub key: Key,
    pub name: String,
    pub value: u64,
    pub plan: Option<u64>,
    /// Villages of which the number of households is unknown: the value is the least it can be.
    pub unknown: u64,
}

impl Figure {
    fn new(key: Key, name: impl Into<String>, value: u64, plan: Option<u64>) -> Self {
        Self { key, name: name.into(), value, plan, unknown: 0 }
    }

    /// `1.234`, `≥ 120`, or that nobody knows.
    pub fn told(&self) -> String {
        match (self.unknown, self.value) {
            (0, value) => words::number(value),
            (_, 0) => "chưa rõ".to_owned(),
            (_, value) => format!("≥ {}", words::number(value)),
        }
    }

    /// `None`: not known to the last household, so that no difference can be told.
    pub fn exact(&self) -> Option<u64> {
        (self.unknown == 0).then_some(self.value)
    }
}

const CLASSES: [VillageVerdict; 5] = [
    VillageVerdict::Covered,
    VillageVerdict::NotAsAsked,
    VillageVerdict::NoSignal,
    VillageVerdict::PartialHole,
    VillageVerdict::Insufficient,
];

/// *Trắng sóng* and *lõm sóng*.
pub const GAPS: [VillageVerdict; 2] = [VillageVerdict::NoSignal, VillageVerdict::PartialHole];

pub fn figures(atlas: &Atlas, day: Day) -> Vec<Figure> {
    let mut all = duties(atlas, day);
    let found = atlas.gaps(&GapQuery {
        question: Question::default_on(day),
        verdicts: Vec::new(),
        area: AreaFilter::default(),
        duty: None,
        grid_power: None,
        especially_hard: None,
        sort: Sort::Name,
    });
    let total = |class: VillageVerdict| -> Households {
        let known = found.totals.iter().find(|(one, _)| *one == class);
        known.map(|(_, total)| *total).unwrap_or_default()
    };
    let villages: u64 = CLASSES.iter().map(|class| u64::from(total(*class).villages)).sum();
    for class in CLASSES {
        let plan = (class == VillageVerdict::Covered).then_some(villages);
        let name = format!("Thôn {}", words::verdict(class).0);
        all.push(Figure::new(Key::Villages(class), name, total(class).villages.into(), plan));
    }
    let without = GAPS.map(total);
    let households = without.iter().map(|total| total.households).sum();
    let unknown = without.iter().map(|total| u64::from(total.villages_households_unknown)).sum();
    let name = if unknown == 0 {
        "Hộ ở thôn trắng sóng hoặc lõm sóng".to_owned()
    } else {
        let unknown = words::number(unknown);
        format!("Hộ ở thôn trắng sóng hoặc lõm sóng ({unknown} thôn chưa rõ số hộ)")
    };
    all.push(Figure { unknown, ..Figure::new(Key::GapHouseholds, name, households, None) });
    all
}

/// Duties of the register, in all and by carrier.
fn duties(atlas: &Atlas, day: Day) -> Vec<Figure> {
    let rows = atlas.duties(&DutyQuery::default(), day);
    // Carriers of duties that are still to come stand in the table with nothing.
    let mut carriers: Vec<&CarrierId> =
        rows.iter().filter(|row| row.duty().is_some()).map(|row| &row.carrier).collect();
    carriers.sort();
    carriers.dedup();
    let given: Vec<&DutyRow> = rows
        .iter()
        .filter(|row| row.duty().is_some() && row.state != DutyState::NotYetGiven)
        .collect();
    let count =
        |suits: &dyn Fn(&DutyRow) -> bool| given.iter().filter(|row| suits(row)).count() as u64;
    let plan = Some(given.len() as u64);
    let confirmed = |row: &DutyRow| row.state == DutyState::Confirmed;
    let overdue = |row: &DutyRow| row.state == DutyState::Overdue;
    let mut all = vec![Figure::new(
        Key::DutiesConfirmed,
        "Nhiệm vụ phủ sóng đã xác nhận hoàn thành",
        count(&confirmed),
        plan,
    )];
    for carrier in carriers {
        let done = count(&|row| row.carrier == *carrier && confirmed(row));
        let own = count(&|row| row.carrier == *carrier);
        let name = format!("Trong đó {}", words::carrier_name(atlas, carrier));
        all.push(Figure::new(Key::DutiesOf(carrier.clone()), name, done, Some(own)));
    }
    let covered = count(&|row| is_covered(atlas, row, day));
    let name = "Nhiệm vụ ở thôn nay đã phủ sóng (sóng của bất kỳ doanh nghiệp, theo đánh giá)";
    all.push(Figure::new(Key::DutiesCovered, name, covered, plan));
    all.push(Figure::new(Key::DutiesOverdue, "Nhiệm vụ quá hạn", count(&overdue), None));
    all
}

/// The village, or everything that it has become.
fn is_covered(atlas: &Atlas, row: &DutyRow, day: Day) -> bool {
    let question = Question::default_on(day);
    let covered = |card: &phusong_atlas::atlas::VillageCard| {
        card.verdict(&question, &atlas.common).verdict == VillageVerdict::Covered
    };
    if row.card().exists_on(day) {
        return covered(row.card());
    }
    let mut now = row.village_now.iter().map(|id| atlas.village(id).map(|(_, card)| card));
    !row.village_now.is_empty() && now.all(|card| card.is_some_and(covered))
}
