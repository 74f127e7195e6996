//! Templates as workbooks: the columns that intake declares, with the names of today in the
//! drop-downs, as far as whoever fills it in may know them.

mod example;

use std::collections::BTreeMap;

use phusong_atlas::atlas::{Atlas, VillageCard};
use phusong_atlas::domain::{
    CarrierFact, CarrierId, Day, DutyFact, IndicatorFact, Role, UnitId, UnitLevel, VillageFact,
    VillageId,
};
use phusong_atlas::gazetteer::{Now, Units, fold_for_search};
use phusong_sheets::{ColumnHolds, ColumnSpec, TemplateSpec, Within, WriteError};

use phusong_intake::report::Column;
use phusong_intake::template::{Holds, Kind, Need, Spec, Template};

use example::{Candidate, Example};

/// Names for the drop-downs, each once, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offered {
    carriers: Vec<String>,
    communes: Vec<String>,
    /// Those before 2025: they tell old communes apart.
    districts: Vec<String>,
    villages: Vec<String>,
    /// The same with the communes in which they lie today, those of one together.
    by_commune: Vec<(String, String)>,
    /// A name of today, and what was called otherwise before.
    former: Vec<(String, String)>,
    /// Those that officers defined beside the template's own, by name.
    indicators: Vec<IndicatorFact>,
    example: Example,
}

impl Offered {
    /// As an actor sees the register. A commune speaks of its own villages only, and is offered
    /// no others.
    pub fn of(atlas: &Atlas, role: &Role, day: Day) -> Self {
        let within = match role {
            Role::Commune(unit) => Some(*unit),
            _ => None,
        };
        let shards = atlas.shards().filter(|shard| within.is_none_or(|unit| shard.may_hold(unit)));
        let cards = shards
            .flat_map(|shard| &shard.villages)
            .filter(|card| card.exists_on(day))
            .map(|card| (&**card, atlas.units_of(card, day).commune))
            .filter(|(_, commune)| within.is_none() || *commune == within);
        let cards: Vec<(&VillageCard, Option<UnitId>)> = cards.collect();
        let villages = cards.iter().filter_map(|(card, home)| {
            Some((card.fact_on(day)?, card.facts.iter().collect(), *home))
        });
        let (carriers, units) = (&atlas.common.carriers, &atlas.common.units);
        let own = match role {
            Role::CarrierReporter(own) | Role::CarrierManager(own) => Some(own),
            _ => None,
        };
        let candidates = cards.iter().filter_map(|(card, home)| candidate(card, *home, own, day));
        Self {
            indicators: atlas.order.indicators.clone(),
            example: Example::of(candidates, carriers, (units, day), own),
            ..Self::new(carriers.iter(), units, villages, within, day)
        }
    }

    /// As this release knows it, without a ledger.
    pub fn of_tables(
        carriers: &[CarrierFact],
        units: &Units,
        (villages, duties): (&[VillageFact], &[DutyFact]),
        day: Day,
    ) -> Self {
        let mut by_id: BTreeMap<&VillageId, Vec<&VillageFact>> = BTreeMap::new();
        for fact in villages {
            by_id.entry(&fact.id).or_default().push(fact);
        }
        let villages = by_id.into_values().filter_map(|facts| {
            let last = facts.iter().max_by_key(|fact| fact.day).copied()?;
            let of_today = |unit: &UnitId| match units.on_day(*unit, day) {
                Now::One(unit) => units.get(unit).filter(|fact| fact.level == UnitLevel::Commune),
                _ => None,
            };
            Some((last, facts, last.units.iter().find_map(of_today).map(|fact| fact.id)))
        });
        let villages: Vec<(&VillageFact, Vec<&VillageFact>, Option<UnitId>)> = villages.collect();
        let candidates = villages.iter().filter_map(|(fact, _, home)| {
            Some(Candidate {
                fact,
                commune: (*home)?,
                located: fact.located?,
                households: fact.households,
                duty: duties.iter().find(|duty| duty.village == fact.id),
            })
        });
        Self {
            example: Example::of(candidates, carriers, (units, day), None),
            ..Self::new(carriers.iter(), units, villages.into_iter(), None, day)
        }
    }

    /// What the example row says in a column.
    pub fn example(&self, spec: &Spec) -> String {
        self.example.text(spec)
    }

    fn new<'a>(
        carriers: impl Iterator<Item = &'a CarrierFact>,
        units: &Units,
        villages: impl Iterator<Item = (&'a VillageFact, Vec<&'a VillageFact>, Option<UnitId>)>,
        within: Option<UnitId>,
        day: Day,
    ) -> Self {
        let mut offered = Self {
            carriers: carriers.map(|carrier| carrier.name.clone()).collect(),
            ..Self::default()
        };
        let of_today = units.valid_on(day).filter(|fact| fact.level == UnitLevel::Commune);
        for fact in of_today.filter(|fact| within.is_none_or(|unit| unit == fact.id)) {
            let name = said(units, fact.id);
            let before = units.predecessors(fact.id).iter().map(|step| units.label(step.unit));
            offered.remember(&name, before);
            offered.communes.push(name);
        }
        let old = |fact: &&phusong_atlas::domain::UnitFact| match within {
            Some(unit) => units.districts_of(unit).contains(&fact.id),
            None => fact.level == UnitLevel::District,
        };
        offered.districts = units.iter().filter(old).map(|fact| said(units, fact.id)).collect();
        for (fact, facts, home) in villages {
            let names = facts.iter().flat_map(|one| [&one.name].into_iter().chain(&one.aliases));
            let others = names.filter(|name| **name != fact.name).cloned();
            offered.remember(&fact.name, others);
            offered.villages.push(fact.name.clone());
            offered.by_commune.extend(home.map(|unit| (said(units, unit), fact.name.clone())));
        }
        offered.by_commune.sort_by_cached_key(|(commune, name)| {
            (fold_for_search(commune), commune.clone(), fold_for_search(name), name.clone())
        });
        offered.by_commune.dedup();
        for names in [&mut offered.communes, &mut offered.districts, &mut offered.villages] {
            in_order(names);
        }
        offered.former.sort_by_cached_key(|(name, _)| fold_for_search(name));
        offered.former.dedup();
        offered
    }

    fn remember(&mut self, name: &str, before: impl Iterator<Item = String>) {
        let mut before: Vec<String> = before.collect();
        in_order(&mut before);
        if !before.is_empty() {
            self.former.push((name.to_owned(), before.join("; ")));
        }
    }

    /// What a column of names offers; nothing: any text.
    fn names(&self, column: Column) -> Vec<&str> {
        match column {
            Column::Commune => texts(&self.communes),
            Column::District => texts(&self.districts),
            Column::Unit => [texts(&self.communes), texts(&self.districts)].concat(),
            Column::Village | Column::Villages => texts(&self.villages),
            _ => Vec::new(),
        }
    }
}

/// A village of which the example may speak: it lies somewhere, in a commune.
fn candidate<'a>(
    card: &'a VillageCard,
    home: Option<UnitId>,
    own: Option<&CarrierId>,
    day: Day,
) -> Option<Candidate<'a>> {
    let mut owed = card.duties.iter().filter(|duty| duty.state_on(day).is_open());
    Some(Candidate {
        fact: card.fact_on(day)?,
        commune: home?,
        located: card.stand_on(day)?.located,
        households: card.households_on(day),
        duty: owed
            .find(|duty| own.is_none_or(|own| duty.fact.carrier == *own))
            .map(|duty| &duty.fact),
    })
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// `Xã Ba Tơ`, `Huyện Sơn Hà`.
fn said(units: &Units, id: UnitId) -> String {
    let label = units.label(id);
    let label = label.strip_suffix(" (cũ)").unwrap_or(&label);
    let mut letters = label.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn in_order(names: &mut Vec<String>) {
    names.sort_by_cached_key(|name| (fold_for_search(name), name.clone()));
    names.dedup();
}

/// The workbook of one kind.
///
/// # Errors
/// When the workbook cannot be written.
pub fn template_xlsx(kind: Kind, offered: &Offered) -> Result<Vec<u8>, WriteError> {
    let template = kind.template();
    let examples: Vec<String> = template.columns.iter().map(|spec| offered.example(spec)).collect();
    let columns = template.columns.iter().zip(&examples);
    let columns: Vec<ColumnSpec<'_>> =
        columns.map(|(spec, example)| column_of(spec, example, &template, offered)).collect();
    let offers = columns
        .iter()
        .any(|column| matches!(column.holds, ColumnHolds::Offered(_) | ColumnHolds::Within(_)));
    let former = offered.former.iter().map(|(name, before)| (&**name, &**before));
    let spec = TemplateSpec {
        kind: kind.as_str(),
        title_vi: template.title_vi,
        title_en: template.title_en,
        columns,
        former: former.filter(|_| offers).collect(),
    };
    spec.to_xlsx()
}

fn column_of<'a>(
    spec: &Spec,
    example: &'a str,
    template: &Template,
    offered: &'a Offered,
) -> ColumnSpec<'a> {
    ColumnSpec {
        key: spec.column.as_str(),
        heading_vi: spec.heading_vi,
        heading_en: spec.heading_en,
        needed: spec.need != Need::Free,
        holds: holds(spec, template, offered),
        note_vi: spec.note_vi,
        note_en: spec.note_en,
        example,
    }
}

fn holds<'a>(spec: &Spec, template: &Template, offered: &'a Offered) -> ColumnHolds<'a> {
    let is_of_villages = matches!(spec.column, Column::Village | Column::Villages);
    if is_of_villages && !offered.villages.is_empty() && template.spec(Column::Commune).is_some() {
        let words = offered.by_commune.iter().map(|(commune, name)| (&**commune, &**name));
        return ColumnHolds::Within(Within {
            key: Column::Commune.as_str(),
            words: words.collect(),
            all: offered.names(spec.column),
            several: spec.holds == Holds::List,
        });
    }
    match spec.holds {
        Holds::Code => ColumnHolds::Code,
        Holds::Day => ColumnHolds::Day,
        Holds::Moment => ColumnHolds::Moment,
        Holds::Count => ColumnHolds::Count,
        Holds::Number { unit } => ColumnHolds::Number { unit },
        Holds::Coordinate => ColumnHolds::Coordinate,
        Holds::Word(words) => {
            let mut shown: Vec<&str> = words.iter().map(|(_, shown)| *shown).collect();
            if spec.column == Column::Indicator {
                let is_ours = |one: &&IndicatorFact| {
                    words.iter().all(|(stored, _)| *stored != one.id.as_str())
                };
                let theirs = offered.indicators.iter().filter(is_ours);
                shown.extend(theirs.map(|one| one.name_vi.as_str()));
            }
            ColumnHolds::Choice(shown)
        }
        Holds::List if spec.column == Column::Technologies => {
            ColumnHolds::Several(vec!["2G", "3G", "4G", "5G"])
        }
        Holds::List => ColumnHolds::Several(Vec::new()),
        Holds::Register if matches!(spec.column, Column::Carrier | Column::OperatorName) => {
            ColumnHolds::Choice(offered.carriers.iter().map(String::as_str).collect())
        }
        Holds::Register => match offered.names(spec.column) {
            names if names.is_empty() => ColumnHolds::Text,
            names => ColumnHolds::Offered(names),
        },
        Holds::Text => ColumnHolds::Text,
    }
}
