//! Today's communes: what they were made of, how their villages stand, and which criteria the
//! order names them for.

use std::collections::BTreeSet;

use super::Atlas;
use super::gaps::{AreaFilter, GapQuery, Groups, Sort, Totals};
use super::question::Question;
use crate::domain::{GoalFact, GoalKind, UnitFact, UnitId, UnitLevel};
use crate::gazetteer::Now;

#[derive(Debug, Clone)]
pub struct CommuneCard<'a> {
    pub unit: &'a UnitFact,
    pub totals: Totals,
    /// The communes before 2025 whose ground it holds, whole or in part.
    pub former: Vec<&'a UnitFact>,
    /// Criteria of the order that name it, a commune it was made of, or their district.
    pub criteria: Vec<&'a GoalFact>,
    /// Computed cell, no surveyed boundary.
    pub approximate: bool,
}

#[derive(Debug, Clone)]
pub struct Communes<'a> {
    /// By code.
    pub items: Vec<CommuneCard<'a>>,
    /// All villages, those that no commune holds too.
    pub groups: Groups,
}

impl Atlas {
    /// Every commune of today, with its villages' answers to the question.
    pub fn communes(&self, question: &Question) -> Communes<'_> {
        let groups = self.gap_groups(&GapQuery {
            question: question.clone(),
            verdicts: Vec::new(),
            area: AreaFilter::default(),
            duty: None,
            grid_power: None,
            especially_hard: None,
            sort: Sort::Name,
        });
        let current = self
            .common
            .units
            .iter()
            .filter(|unit| unit.level == UnitLevel::Commune && unit.valid_to.is_none());
        let items = current
            .map(|unit| {
                let former = self.former_communes(unit.id);
                CommuneCard {
                    unit,
                    totals: groups.by_commune.get(&Some(unit.id)).copied().unwrap_or_default(),
                    criteria: self.criteria_of(unit.id, &former),
                    former,
                    approximate: self.areas.get(unit.id).is_none_or(|area| area.approximate),
                }
            })
            .collect();
        Communes { items, groups }
    }

    /// What the commune was on the day before it began, by code.
    pub fn former_communes(&self, unit: UnitId) -> Vec<&UnitFact> {
        let units = &self.common.units;
        let before = match units.on_day(unit, unit.valid_from.plus_days(-1)) {
            Now::One(one) if one != unit => vec![one],
            Now::Several(several) => several,
            _ => Vec::new(),
        };
        let communes = before.into_iter().filter_map(|id| units.get(id));
        communes.filter(|fact| fact.level == UnitLevel::Commune).collect()
    }

    fn criteria_of(&self, unit: UnitId, former: &[&UnitFact]) -> Vec<&GoalFact> {
        let units = &self.common.units;
        let mut own: BTreeSet<UnitId> = former.iter().map(|fact| fact.id).collect();
        let districts: BTreeSet<UnitId> = own
            .iter()
            .flat_map(|id| units.ancestors(*id))
            .filter(|up| units.get(*up).is_some_and(|fact| fact.level == UnitLevel::District))
            .collect();
        own.extend(districts);
        own.insert(unit);
        let named = |goal: &&GoalFact| {
            goal.kind == GoalKind::CommuneCriterion
                && goal.scope.is_some_and(|scope| own.contains(&scope))
        };
        self.order.goals.iter().filter(named).collect()
    }
}
