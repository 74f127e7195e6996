//! The ICT criterion of new-countryside for a unit: by content, and by the edition valid on the day.
//! A content of which nothing is known is open, never failed.

use std::collections::{BTreeMap, BTreeSet};

use super::card::VillageCard;
use super::combine::{ClusterVerdict, Part, VillageVerdict, village};
use super::question::Question;
use super::said::Signal;
use super::{Atlas, VillageUnits};
use crate::domain::{
    CriterionAsks, CriterionFact, Day, Environment, GoalFact, GoalKind, Service, Technology,
    UnitCountFact, UnitId, UnitLevel, VillageId,
};
use crate::gazetteer::Now;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CriterionVerdict {
    Passes,
    Fails,
    Insufficient,
}

/// Fixed or mobile: yes where either is known to be there, no where both are known not to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Served {
    pub fixed: Option<bool>,
    /// The village's class, to be shown.
    pub class: VillageVerdict,
    /// Yes where every cluster is covered, no where one is certainly not. A village that has a
    /// signal *chưa đáp ứng yêu cầu* may still lack data on what was asked.
    pub mobile: Option<bool>,
}

impl Served {
    fn of(fixed: Option<bool>, parts: &[Part]) -> Self {
        let mut asked = parts.iter().map(|part| part.asked.verdict);
        let mobile = if asked.clone().any(|verdict| verdict == ClusterVerdict::NotCovered) {
            Some(false)
        } else {
            let everywhere = asked.all(|verdict| verdict == ClusterVerdict::Covered);
            (everywhere && !parts.is_empty()).then_some(true)
        };
        Self { fixed, class: village(parts).verdict, mobile }
    }

    pub fn answer(self) -> Option<bool> {
        match (self.fixed, self.mobile) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }
    }
}

/// A village under content 8.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedVillage {
    pub id: VillageId,
    pub name: String,
    pub telephone: Served,
    pub internet: Served,
    /// That it lies in the unit is *suy luận*.
    pub inferred: bool,
}

impl ServedVillage {
    pub fn answer(&self) -> Option<bool> {
        match (self.telephone.answer(), self.internet.answer()) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }
}

/// Why a content is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Open {
    /// Its text is not loaded.
    NotLoaded,
    /// Nothing of it is filed here.
    NotHeld,
    /// Villages of which something is not known.
    Villages,
    /// How many villages the unit has is not known, or more than are listed.
    ListNotWhole,
}

/// One content of the criterion.
#[derive(Debug, Clone)]
pub struct ContentCard<'a> {
    pub fact: &'a CriterionFact,
    pub verdict: CriterionVerdict,
    pub open: BTreeSet<Open>,
    /// What decides it: villages without, or else those of which it is not known.
    pub deciding: Vec<ServedVillage>,
    pub villages: usize,
    /// As a source counted them.
    pub villages_stated: Option<u32>,
}

/// The criterion of a unit on a day.
#[derive(Debug, Clone)]
pub struct CriterionCard<'a> {
    pub unit: UnitId,
    /// `None`: no edition is known for the day.
    pub edition: Option<&'a str>,
    pub verdict: CriterionVerdict,
    pub contents: Vec<ContentCard<'a>>,
}

/// A unit that the order names, with what it is today.
#[derive(Debug, Clone)]
pub struct NamedCriterion<'a> {
    pub goal: &'a GoalFact,
    pub today: Vec<UnitId>,
    pub card: CriterionCard<'a>,
}

impl Atlas {
    /// Every unit that the order names for the criterion; a whole district by its communes.
    pub fn named_criteria(&self, day: Day) -> Vec<NamedCriterion<'_>> {
        let units = &self.common.units;
        let by_commune = |unit: UnitId| {
            let is_district = units.get(unit).is_some_and(|it| it.level == UnitLevel::District);
            if is_district { units.children(unit).to_vec() } else { vec![unit] }
        };
        let named: Vec<(&GoalFact, UnitId)> = self
            .order
            .goals
            .iter()
            .filter(|goal| goal.kind == GoalKind::CommuneCriterion)
            .flat_map(|goal| {
                let communes = goal.scope.into_iter().flat_map(by_commune);
                communes.map(move |unit| (goal, unit))
            })
            .collect();
        let served = self.served(&named.iter().map(|(_, unit)| *unit).collect(), day);
        let card = |(goal, unit): (&'_ GoalFact, UnitId)| {
            let villages = served.get(&unit).map(Vec::as_slice).unwrap_or_default();
            self.by_contents(unit, &goal.indicator, villages, day)
        };
        named
            .into_iter()
            .map(|(goal, unit)| NamedCriterion {
                goal,
                today: self.today_of(unit),
                card: card((goal, unit)),
            })
            .collect()
    }

    /// The units of today that hold its ground.
    pub fn today_of(&self, unit: UnitId) -> Vec<UnitId> {
        match self.common.units.on_day(unit, Day::NEVER) {
            Now::One(one) => vec![one],
            Now::Several(several) => several,
            Now::Unknown => self.heirs_of_children(unit),
        }
    }

    /// A district has no heir of its own: its communes have.
    fn heirs_of_children(&self, unit: UnitId) -> Vec<UnitId> {
        let units = &self.common.units;
        let heirs: BTreeSet<UnitId> = units
            .children(unit)
            .iter()
            .flat_map(|child| match units.on_day(*child, Day::NEVER) {
                Now::One(one) => vec![one],
                Now::Several(several) => several,
                Now::Unknown => Vec::new(),
            })
            .collect();
        heirs.into_iter().collect()
    }

    /// The criterion of any unit of any time, by the edition of the day.
    pub fn criterion(&self, unit: UnitId, indicator: &str, day: Day) -> CriterionCard<'_> {
        let served = self.served(&BTreeSet::from([unit]), day);
        let villages = served.get(&unit).map(Vec::as_slice).unwrap_or_default();
        self.by_contents(unit, indicator, villages, day)
    }

    fn by_contents(
        &self,
        unit: UnitId,
        indicator: &str,
        served: &[ServedVillage],
        day: Day,
    ) -> CriterionCard<'_> {
        let valid = |fact: &&CriterionFact| {
            fact.indicator == indicator
                && fact.valid_from <= day
                && fact.valid_to.is_none_or(|end| day < end)
        };
        let facts: Vec<&CriterionFact> = self.order.criteria.iter().filter(valid).collect();
        let contents: Vec<ContentCard<'_>> =
            facts.iter().map(|fact| self.content(fact, unit, served, day)).collect();
        CriterionCard {
            unit,
            edition: facts.first().map(|fact| fact.edition.as_str()),
            verdict: overall(&contents),
            contents,
        }
    }

    fn content<'a>(
        &'a self,
        fact: &'a CriterionFact,
        unit: UnitId,
        served: &[ServedVillage],
        day: Day,
    ) -> ContentCard<'a> {
        let open = |why| ContentCard {
            fact,
            verdict: CriterionVerdict::Insufficient,
            open: BTreeSet::from([why]),
            deciding: Vec::new(),
            villages: 0,
            villages_stated: None,
        };
        match fact.asks {
            CriterionAsks::NotHeld => open(Open::NotHeld),
            CriterionAsks::NotLoaded => open(Open::NotLoaded),
            CriterionAsks::FixedOrMobileInEveryVillage => {
                self.every_village(fact, unit, served, day)
            }
        }
    }

    fn every_village<'a>(
        &'a self,
        fact: &'a CriterionFact,
        unit: UnitId,
        served: &[ServedVillage],
        day: Day,
    ) -> ContentCard<'a> {
        let with = |answer| -> Vec<ServedVillage> {
            served.iter().filter(|village| village.answer() == answer).cloned().collect()
        };
        let (without, unknown) = (with(Some(false)), with(None));
        let stated = self.villages_stated(unit, day);
        let whole = stated.is_some_and(|count| count as usize <= served.len() && count > 0);
        let mut open = BTreeSet::new();
        let verdict = if without.is_empty() {
            open.extend((!unknown.is_empty()).then_some(Open::Villages));
            open.extend((!whole).then_some(Open::ListNotWhole));
            if open.is_empty() { CriterionVerdict::Passes } else { CriterionVerdict::Insufficient }
        } else {
            CriterionVerdict::Fails
        };
        ContentCard {
            fact,
            verdict,
            open,
            deciding: if without.is_empty() { unknown } else { without },
            villages: served.len(),
            villages_stated: stated,
        }
    }

    /// The last count of a unit's villages up to the day.
    pub(super) fn villages_stated(&self, unit: UnitId, day: Day) -> Option<u32> {
        let counts = self.order.unit_counts.iter();
        let own = counts.filter(|fact: &&UnitCountFact| {
            fact.unit == unit && fact.day <= day && fact.villages.is_some()
        });
        own.max_by_key(|fact| (fact.day, *fact))?.villages
    }

    /// The villages of each unit on a day, by id.
    fn served(&self, wanted: &BTreeSet<UnitId>, day: Day) -> BTreeMap<UnitId, Vec<ServedVillage>> {
        let mut served: BTreeMap<UnitId, Vec<ServedVillage>> = BTreeMap::new();
        for shard in self.shards() {
            for card in shard.villages.iter().filter(|card| card.exists_on(day)) {
                let units = VillageUnits::of(card, shard.unit, &self.common, day);
                let mut own = vec![units.commune, units.commune_old, units.district_old];
                own.dedup();
                for unit in own.into_iter().flatten().filter(|unit| wanted.contains(unit)) {
                    let villages = served.entry(unit).or_default();
                    villages.push(self.served_village(card, day));
                }
            }
        }
        for villages in served.values_mut() {
            villages.sort_by(|a, b| a.id.cmp(&b.id));
        }
        served
    }

    fn served_village(&self, card: &VillageCard, day: Day) -> ServedVillage {
        let (fixed_telephone, fixed_internet) = card.fixed_on(day);
        let base = Question::default_on(day);
        let voice = Signal { environment: Environment::Outdoor, service: Service::Voice };
        let least = self.common.rules.base_on(day).max(Technology::G3);
        let parts = |question: Question| -> Vec<Part> {
            card.parts(&question, &self.common).into_iter().map(|(_, part)| part).collect()
        };
        let fact = card.fact_on(day);
        ServedVillage {
            id: card.id.clone(),
            name: fact.map(|fact| fact.name.clone()).unwrap_or_default(),
            telephone: Served::of(
                fixed_telephone,
                &parts(Question { signal: voice, ..base.clone() }),
            ),
            // The internet is asked from 3G on.
            internet: Served::of(
                fixed_internet,
                &parts(Question { technology: Some(least), ..base }),
            ),
            inferred: fact.is_some_and(|fact| fact.unit_inferred.is_some()),
        }
    }
}

/// Failed by one content, passed by all.
fn overall(contents: &[ContentCard<'_>]) -> CriterionVerdict {
    let mut verdicts = contents.iter().map(|content| content.verdict);
    if verdicts.clone().any(|verdict| verdict == CriterionVerdict::Fails) {
        CriterionVerdict::Fails
    } else if !contents.is_empty() && verdicts.all(|verdict| verdict == CriterionVerdict::Passes) {
        CriterionVerdict::Passes
    } else {
        CriterionVerdict::Insufficient
    }
}

#[cfg(test)]
mod tests {
    use super::ClusterVerdict::{Covered, Insufficient, NotCovered};
    use super::*;
    use crate::atlas::{Flagged, Flags};

    fn mobile(clusters: &[(ClusterVerdict, ClusterVerdict)]) -> Option<bool> {
        let plain = |verdict| Flagged { verdict, flags: Flags::default() };
        let parts: Vec<Part> = clusters
            .iter()
            .map(|(asked, base)| Part { centre: false, asked: plain(*asked), base: plain(*base) })
            .collect();
        Served::of(Some(false), &parts).answer()
    }

    #[test]
    fn mobile_of_which_nobody_knows_is_never_a_no() {
        assert_eq!(mobile(&[(Covered, Covered), (Covered, Covered)]), Some(true));
        assert_eq!(mobile(&[(NotCovered, Covered), (Covered, Covered)]), Some(false));
        // Calls go through; of the internet nothing is known: *chưa đủ dữ liệu*.
        assert_eq!(mobile(&[(Insufficient, Covered), (Covered, Covered)]), None);
        assert_eq!(mobile(&[(Insufficient, NotCovered)]), None);
        assert_eq!(mobile(&[]), None, "a village without a cluster says nothing");
    }
}
