//! A small province over a reform: four old communes in two districts, two communes of today; one
//! old commune was divided between them.

mod carriers;
mod laws;
mod reform;
mod targets;

use std::sync::Arc;

use super::*;
use crate::atlas::{Areas, Ground};
use crate::domain::{
    CarrierFact, CarrierKind, DenominatorOf, DocumentRef, Entry, EntrySeq, FiledRow, Filing,
    FilingKind, IndicatorKind, MeasurementRule, Party, ReportId, RowRef, RuleSet, RuleSetId,
    UnitCountFact, UnitFact, UnitLevel, UnitRelation, UnitSuccessionFact,
};

const REFORM: &str = "2025-07-01";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn slug(text: &str) -> Slug {
    Slug::new(text).unwrap()
}

fn carrier(text: &str) -> CarrierId {
    CarrierId::new(text).unwrap()
}

/// `old(11)`: before the reform.
fn old(code: u32) -> UnitId {
    UnitId { code: UnitCode(code), valid_from: Day::EARLIEST }
}

fn new(code: u32) -> UnitId {
    UnitId { code: UnitCode(code), valid_from: day(REFORM) }
}

/// The province before and after.
const PROVINCE: u32 = 51;
/// Divided between both communes of today.
const DIVIDED: u32 = 13;

fn unit(id: UnitId, level: UnitLevel, parent: Option<UnitId>, households: Option<u32>) -> Fact {
    Fact::Unit(UnitFact {
        id,
        name: id.code.0.to_string(),
        kind: String::new(),
        level,
        parent,
        valid_to: (id.valid_from == Day::EARLIEST).then(|| day(REFORM)),
        centre: None,
        households,
        people: None,
        source: String::new(),
        inferred: None,
    })
}

fn became(from: u32, to: UnitId, relation: UnitRelation) -> Fact {
    let source = String::new();
    Fact::UnitSuccession(UnitSuccessionFact {
        from: old(from),
        to,
        day: day(REFORM),
        relation,
        source,
    })
}

fn indicator(id: &str, denominator_of: DenominatorOf) -> Fact {
    Fact::Indicator(Box::new(IndicatorFact {
        id: slug(id),
        name_vi: id.to_owned(),
        name_en: id.to_owned(),
        kind: IndicatorKind::Share,
        denominator_of,
        numerator_vi: String::new(),
        numerator_en: String::new(),
        denominator_vi: String::new(),
        denominator_en: String::new(),
        aliases: vec![format!("{id}-share")],
        carriers: Vec::new(),
        source: String::new(),
        inferred: None,
    }))
}

/// Districts 1 (communes 11, 12, 13) and 2 (21); today 11 (of old 11 and a part of 13) and 12 (of
/// old 12, 21 and the other part).
fn register() -> Vec<Fact> {
    use UnitLevel::{Commune, District, Province};
    let operator = |id: &str| {
        Fact::Carrier(CarrierFact {
            id: carrier(id),
            name: id.to_owned(),
            kind: CarrierKind::Mno,
            aliases: Vec::new(),
            valid_from: None,
            valid_to: None,
            source: String::new(),
        })
    };
    vec![
        operator("viettel"),
        operator("vnpt"),
        unit(old(PROVINCE), Province, None, None),
        unit(new(PROVINCE), Province, None, None),
        unit(old(1), District, Some(old(PROVINCE)), None),
        unit(old(2), District, Some(old(PROVINCE)), None),
        unit(old(11), Commune, Some(old(1)), Some(300)),
        unit(old(12), Commune, Some(old(1)), Some(100)),
        unit(old(DIVIDED), Commune, Some(old(1)), Some(50)),
        unit(old(21), Commune, Some(old(2)), Some(70)),
        unit(new(11), Commune, Some(new(PROVINCE)), None),
        unit(new(12), Commune, Some(new(PROVINCE)), None),
        became(PROVINCE, new(PROVINCE), UnitRelation::Whole),
        became(11, new(11), UnitRelation::Whole),
        became(12, new(12), UnitRelation::Whole),
        became(21, new(12), UnitRelation::Whole),
        became(DIVIDED, new(11), UnitRelation::Part),
        became(DIVIDED, new(12), UnitRelation::Part),
        indicator("fibre", DenominatorOf::Place),
        indicator("phones", DenominatorOf::Carrier),
    ]
}

/// How the divided commune was divided: 20 of its households here, 30 there.
fn counted() -> Vec<Fact> {
    [(new(11), 20), (new(12), 30)]
        .map(|(to, households)| {
            Fact::UnitCount(UnitCountFact {
                unit: old(DIVIDED),
                day: day(REFORM),
                villages: None,
                to: Some(to),
                households: Some(households),
                source: String::new(),
            })
        })
        .to_vec()
}

fn month(text: &str) -> Period {
    let from = day(&format!("{text}-01"));
    Period { from, to: from.plus_months(1) }
}

/// A figure of all carriers, provisional.
fn figure(indicator: &str, unit: UnitId, text: &str, counts: (u64, u64)) -> StatisticFact {
    StatisticFact {
        indicator: slug(indicator),
        unit,
        period: month(text),
        carrier: None,
        standing: FigureStanding::Provisional,
        numerator: Some(counts.0),
        denominator: Some(counts.1),
        stated_share_milli: None,
        source: String::new(),
    }
}

fn by(name: &str, fact: StatisticFact) -> StatisticFact {
    StatisticFact { carrier: Some(carrier(name)), ..fact }
}

fn is_final(fact: StatisticFact) -> StatisticFact {
    StatisticFact { standing: FigureStanding::Final, ..fact }
}

fn entry(seq: u64, on: &str, rows: Vec<FiledRow>) -> Entry {
    let filing = Filing {
        kind: FilingKind::Figures,
        owner: Party::Department,
        filed_by: Party::Department,
        person: None,
        document: DocumentRef::default(),
        files: Vec::new(),
    };
    let id = ReportId([u8::try_from(seq).unwrap(); 10]);
    Entry { seq: EntrySeq(seq), id, recorded_at: day(on).start(), filing, rows }
}

fn rows(facts: Vec<Fact>) -> Vec<FiledRow> {
    facts.into_iter().map(|fact| FiledRow { fact, replaces: None, note: None }).collect()
}

fn ground() -> Ground {
    let rules = RuleSet {
        id: RuleSetId { id: slug("default"), version: 1 },
        title_vi: String::new(),
        title_en: String::new(),
        valid_from: Day::EARLIEST,
        base: Vec::new(),
        shelf_life_months: 12,
        ageing_months: 12,
        pair_window_months: 12,
        measurement: MeasurementRule {
            span_days: 31,
            radius_m: 500.0,
            cell_m: 50,
            grid_epsg: 5898,
            wilson_z: 1.96,
            good_share: 0.9,
            oppose_p: 0.05,
            oppose_failures: 5,
            oppose_failure_days: 2,
            good_level_ddbm: [None; 4],
        },
        reach_m: [None; 4],
        outage_stale_hours: None,
        independence: crate::domain::Independence::Source,
        source: String::new(),
    };
    Ground { areas: Arc::new(Areas::default()), rules: Arc::new(rules) }
}

fn atlas(entries: &[Entry]) -> Atlas {
    Atlas::build(&History::fold(entries), Scope::Officer, &ground())
}

/// The register, and figures filed on one later day.
fn with(more: Vec<Fact>, figures: Vec<StatisticFact>) -> Atlas {
    let figures = figures.into_iter().map(Fact::Statistic).collect();
    atlas(&[
        entry(1, "2025-08-01", rows([register(), more].concat())),
        entry(2, "2026-08-01", rows(figures)),
    ])
}

/// `12/40 30 % 66.6 % reported estimated`: what the figures make of a unit.
fn told(atlas: &Atlas, indicator: &str, unit: UnitId, text: &str) -> String {
    let weights = atlas.weights();
    let indicator = atlas.order.indicator(indicator).unwrap();
    let filings = atlas.filings(indicator, &weights, PeriodKind::Month, &[]);
    let Some(value) = filings.value(unit, month(text)) else { return "nothing".to_owned() };
    let known = |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |n| n.to_string());
    let mut words = vec![format!("{}/{}", known(value.numerator), known(value.denominator))];
    if !value.is_complete() {
        words.push(format!(
            "{}.{} % reported",
            value.reported_milli / 1_000,
            value.reported_milli % 1_000
        ));
    }
    if value.estimated {
        words.push("estimated".to_owned());
    }
    for (carrier, units) in &value.missing {
        let codes: Vec<String> = units.iter().map(|unit| unit.code.0.to_string()).collect();
        words.push(format!("without {carrier} in {}", codes.join("+")));
    }
    for unit in &value.asks {
        words.push(format!("how was {} divided?", unit.code.0));
    }
    words.join(", ")
}
