//! The figures of a period report as they stand on a day in one view.

use phusong_atlas::atlas::{
    AreaFilter, Atlas, DutyState, GapQuery, Households, Question, Sort, VillageVerdict,
};
use phusong_atlas::domain::Day;

use crate::report::words;

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    pub name: String,
    pub value: u64,
    pub plan: Option<u64>,
    /// A class of villages without signal.
    pub is_gap: bool,
}

fn figure(name: impl Into<String>, value: u64, plan: Option<u64>) -> Figure {
    Figure { name: name.into(), value, plan, is_gap: false }
}

const CLASSES: [VillageVerdict; 5] = [
    VillageVerdict::Covered,
    VillageVerdict::NotAsAsked,
    VillageVerdict::NoSignal,
    VillageVerdict::PartialHole,
    VillageVerdict::Insufficient,
];

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
        let is_gap = matches!(class, VillageVerdict::NoSignal | VillageVerdict::PartialHole);
        let plan = (class == VillageVerdict::Covered).then_some(villages);
        let name = format!("Thôn {}", words::verdict(class));
        all.push(Figure { is_gap, ..figure(name, total(class).villages.into(), plan) });
    }
    let without = [VillageVerdict::NoSignal, VillageVerdict::PartialHole].map(total);
    let households = without.iter().map(|total| total.households).sum();
    let unknown: u64 =
        without.iter().map(|total| u64::from(total.villages_households_unknown)).sum();
    let name = if unknown == 0 {
        "Hộ ở thôn chưa có sóng"
    } else {
        "Hộ ở thôn chưa có sóng (ít nhất; có thôn chưa rõ số hộ)"
    };
    all.push(figure(name, households, None));
    all
}

/// Villages that somebody was ordered to cover, in all and by carrier.
fn duties(atlas: &Atlas, day: Day) -> Vec<Figure> {
    let question = Question::default_on(day);
    let mut ordered = Vec::new();
    for card in atlas.shards().flat_map(|shard| &shard.villages).filter(|card| card.exists_on(day))
    {
        let given = card.duties.iter().filter(|duty| duty.state_on(day) != DutyState::NotYetGiven);
        let covered = card.verdict(&question, &atlas.common).verdict == VillageVerdict::Covered;
        ordered.extend(given.map(|duty| (&duty.fact.carrier, duty.state_on(day), covered)));
    }
    let count = |suits: &dyn Fn(&DutyState, bool) -> bool| {
        ordered.iter().filter(|(_, state, covered)| suits(state, *covered)).count() as u64
    };
    let plan = Some(ordered.len() as u64);
    let confirmed = count(&|state, _| *state == DutyState::Confirmed);
    let covered = count(&|_, covered| covered);
    let overdue = count(&|state, _| *state == DutyState::Overdue);
    let mut all = vec![
        figure("Nhiệm vụ phủ sóng thôn đã xác nhận hoàn thành", confirmed, plan),
        figure("Thôn được giao phủ sóng nay có sóng (theo đánh giá)", covered, plan),
        figure("Nhiệm vụ quá hạn", overdue, None),
    ];
    for carrier in &atlas.common.carriers {
        let own: Vec<_> = ordered.iter().filter(|(id, ..)| **id == carrier.id).collect();
        if own.is_empty() {
            continue;
        }
        let done = own.iter().filter(|(_, state, _)| *state == DutyState::Confirmed).count();
        let name = format!("Trong đó {}: đã xác nhận hoàn thành", carrier.name);
        all.push(figure(name, done as u64, Some(own.len() as u64)));
    }
    all
}
