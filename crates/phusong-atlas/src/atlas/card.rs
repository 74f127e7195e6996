//! A cluster and a village as one scope sees them, with all that is needed to answer for any
//! day without going back to the history.

use std::hash::{Hash, Hasher};

use super::combine::{self, CarrierStates, ClusterVerdict, Flagged, Part, VillageVerdict};
use super::commune_now;
use super::dispute::{DisputeCard, disputes};
use super::duty::{DutyCard, Former, Gathered, OpenDuty, Told};
use super::fit::Place;
use super::meet::Asked;
use super::question::Question;
use super::said::{CarrierIndex, Signal};
use super::steps::Steps;
use super::view::{Common, View};
use super::world::World;
use crate::domain::{
    BlockerFact, ClusterFact, CommitmentFact, Day, Fact, Grade, Located, Position, PositionGrade,
    Says, Shape, Technology, UnitId, UnitLevel, VillageFact, VillageId, VillageServiceFact,
    VillageSuccessionFact,
};
use crate::gazetteer::fold_for_search;
use crate::history::{ClusterKey, Membership, Presence, fact_on};

/// Where a village is taken to lie on a day.
#[derive(Debug, Clone, Copy)]
pub struct Stand<'a> {
    pub located: Located,
    /// The cluster that stands for it; `None`: the place is its own.
    pub of: Option<&'a ClusterCard>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ClusterCard {
    pub key: ClusterKey,
    /// Sorted by day; empty for an implied cluster.
    pub facts: Vec<ClusterFact>,
    pub stays: Membership,
    pub presence: Presence,
    /// Of an implied cluster that followed succession whole: its village's households then.
    pub carried: Option<u32>,
    /// The best known place from each day on; the first is from [`Day::EARLIEST`].
    pub places: Vec<(Day, Option<Place>)>,
    pub world: World,
    pub steps: Steps,
}

impl Hash for ClusterCard {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.key, &self.facts, &self.stays, &self.presence, &self.steps).hash(state);
        self.carried.hash(state);
        (&self.places, &self.world.said, &self.world.sundowns).hash(state);
    }
}

impl ClusterCard {
    pub fn of(view: &View<'_>, key: ClusterKey) -> Self {
        let stays = view.history.membership(&key, view.scope);
        let (facts, places) = match &key {
            ClusterKey::Known(id) => {
                let facts = view.history.cluster_facts(id, view.scope);
                let places: Vec<_> =
                    facts.iter().map(|fact| (fact.day, Some(Place::of(&fact.shape)))).collect();
                (facts.into_iter().cloned().collect(), places)
            }
            ClusterKey::Implied(village) => {
                let facts = view.history.village_facts(village, view.scope);
                let place = |fact: &&VillageFact| (fact.day, fact.located.map(Place::disc));
                (Vec::new(), facts.iter().map(place).collect())
            }
        };
        let mut places = places_over_time(places);
        places.dedup_by(|next, last| next.1 == last.1);
        let presence = view.history.presence(&key, view.scope);
        let world = World::gather(view, &key, &stays, &places);
        let steps = Steps::of(&world, view.common.carriers.len(), view.rules);
        let carried = carried(view, &key, &stays);
        Self { key, facts, stays, presence, carried, places, world, steps }
    }

    /// Is it there, and in this village?
    pub fn is_in(&self, village: &VillageId, day: Day) -> bool {
        self.presence.on(day) && self.stays.village_on(day) == Some(village)
    }

    pub fn place_on(&self, day: Day) -> Option<&Place> {
        self.places.iter().rev().find(|(from, _)| *from <= day)?.1.as_ref()
    }

    pub fn fact_on(&self, day: Day) -> Option<&ClusterFact> {
        fact_on(&self.facts, day, |fact| fact.day)
    }

    /// Marked as its village's centre; an implied cluster is.
    pub fn is_centre_on(&self, day: Day) -> bool {
        self.facts.is_empty() || self.fact_on(day).is_some_and(|fact| fact.centre)
    }

    pub fn position_on(&self, day: Day) -> Option<Position> {
        self.place_on(day)?.centre()
    }

    /// The middle of an outline, whose grade nobody has said.
    pub fn located_on(&self, day: Day) -> Option<Located> {
        let (position, uncertainty_m) = match self.place_on(day)? {
            Place::Disc { centre, uncertainty_m } => (*centre, *uncertainty_m),
            area @ Place::Outline { uncertainty_m, .. } => (area.centre()?, *uncertainty_m),
        };
        let graded = self.facts.iter().find_map(|fact| match fact.shape {
            Shape::Point(at) if (at.position, at.uncertainty_m) == (position, uncertainty_m) => {
                Some(at.grade)
            }
            _ => None,
        });
        Some(Located { position, uncertainty_m, grade: graded.unwrap_or(PositionGrade::Unknown) })
    }

    pub fn is_implied_of(&self, village: &VillageId) -> bool {
        matches!(&self.key, ClusterKey::Implied(own) if own == village)
    }

    /// Counted of it alone; of an implied one, what it took along.
    pub fn own_households(&self, day: Day) -> Option<u32> {
        match self.key {
            ClusterKey::Known(_) => self.fact_on(day)?.households,
            ClusterKey::Implied(_) => self.carried,
        }
    }

    /// The states of one carrier, all technologies.
    pub fn states(
        &self,
        question: &Question,
        common: &Common,
        carrier: CarrierIndex,
    ) -> CarrierStates {
        let judged = Technology::ALL.map(|technology| {
            if question.signal == Signal::DEFAULT {
                self.steps.at(question.day, carrier, technology, question.grade)
            } else {
                self.asked(question, common, carrier, technology).meet().judged
            }
        });
        let ended =
            Technology::ALL.map(|technology| self.world.sunset(carrier, technology, question.day));
        CarrierStates { carrier, judged, ended }
    }

    /// The question put to one carrier and technology here, for explanations.
    pub fn asked<'a>(
        &'a self,
        question: &Question,
        common: &'a Common,
        carrier: CarrierIndex,
        technology: Technology,
    ) -> Asked<'a> {
        Asked {
            world: &self.world,
            rules: &common.rules,
            carrier,
            technology,
            signal: question.signal,
            day: question.day,
            grade: question.grade,
        }
    }

    pub fn verdict(&self, question: &Question, common: &Common) -> Flagged<ClusterVerdict> {
        let states: Vec<_> = question
            .carriers_in(common)
            .into_iter()
            .map(|carrier| self.states(question, common, carrier))
            .collect();
        combine::cluster(&states, question.mode, question.least_technology(common))
    }
}

/// *Households follow the clusters*: what an implied one's village counted on its last day. Of a
/// village that was divided nobody knows how many went where.
fn carried(view: &View<'_>, key: &ClusterKey, stays: &Membership) -> Option<u32> {
    let (ClusterKey::Implied(own), [_, next, ..]) = (key, &stays.0[..]) else { return None };
    let steps = view.history.successions_from(own, view.scope);
    let divided =
        |step: &VillageSuccessionFact| step.day == next.from && step.relation.names_clusters();
    if steps.iter().any(divided) {
        return None;
    }
    let facts = view.history.village_facts(own, view.scope);
    fact_on(&facts, next.from.plus_days(-1), |fact| fact.day)?.households
}

fn services_of(view: &View<'_>, id: &VillageId) -> Vec<VillageServiceFact> {
    let rows = view.history.index().village_services.get(id).into_iter().flatten();
    let counting = rows.filter(|row| view.history.counts(**row, view.scope));
    let mut services: Vec<VillageServiceFact> = counting
        .filter_map(|row| match view.history.row(*row).kept()? {
            Fact::VillageService(fact) => Some(fact.clone()),
            _ => None,
        })
        .collect();
    services.sort_unstable();
    services
}

/// From facts sorted by day to what holds from which day on; the first holds from the start.
fn places_over_time(places: Vec<(Option<Day>, Option<Place>)>) -> Vec<(Day, Option<Place>)> {
    let mut versions: Vec<(Day, Option<Place>)> = Vec::new();
    for (day, place) in places {
        let from = if versions.is_empty() { Day::EARLIEST } else { day.unwrap_or(Day::EARLIEST) };
        let first_alone = versions.len() == 1 && day.is_some();
        match versions.last_mut() {
            Some(last) if last.0 == from && !first_alone => last.1 = place,
            _ => versions.push((from, place)),
        }
    }
    if versions.is_empty() {
        versions.push((Day::EARLIEST, None));
    }
    versions
}

#[derive(Debug, Clone, PartialEq, Hash)]
pub struct VillageCard {
    pub id: VillageId,
    /// Sorted by day.
    pub facts: Vec<VillageFact>,
    /// What each fact's name sorts by.
    name_keys: Vec<Box<str>>,
    pub start: Day,
    pub end: Day,
    /// Every cluster that ever was in it.
    pub clusters: Vec<ClusterCard>,
    pub duties: Vec<DutyCard>,
    /// What went into it, by id: a village merged into another keeps its duties in sight.
    pub former: Vec<Former>,
    /// Every promise, by carrier and then by the day it was made.
    pub promises: Vec<Told<CommitmentFact>>,
    /// By the day since which they stand.
    pub blockers: Vec<Told<BlockerFact>>,
    /// In the order in which they were opened.
    pub disputes: Vec<DisputeCard>,
    pub from: Vec<VillageSuccessionFact>,
    pub to: Vec<VillageSuccessionFact>,
    /// Fixed service as sources say it, by day.
    pub services: Vec<VillageServiceFact>,
}

impl VillageCard {
    /// `None` when the scope knows nothing of it.
    pub fn of(view: &View<'_>, id: &VillageId) -> Option<Self> {
        let (history, scope) = (view.history, view.scope);
        let facts: Vec<_> = history.village_facts(id, scope).into_iter().cloned().collect();
        if facts.is_empty() {
            return None;
        }
        let clusters = history.clusters_ever_in(id, scope);
        let Gathered { duties, promises, blockers } = Gathered::of(view, id);
        Some(Self {
            id: id.clone(),
            name_keys: facts.iter().map(|fact| fold_for_search(&fact.name).into()).collect(),
            facts,
            start: history.village_start(id, scope),
            end: history.village_end(id, scope),
            clusters: clusters.into_iter().map(|key| ClusterCard::of(view, key)).collect(),
            duties,
            former: Former::of(view, id),
            promises,
            blockers,
            disputes: disputes(view, id),
            from: history.successions_to(id, scope),
            to: history.successions_from(id, scope),
            services: services_of(view, id),
        })
    }

    pub fn exists_on(&self, day: Day) -> bool {
        self.start <= day && day < self.end
    }

    pub fn fact_on(&self, day: Day) -> Option<&VillageFact> {
        self.facts.get(self.place_of_fact_on(day))
    }

    /// Index into [`Self::facts`]: the latest that has begun; before all of them, the first.
    pub fn place_of_fact_on(&self, day: Day) -> usize {
        let has_begun = |fact: &VillageFact| fact.day.is_none_or(|from| from <= day);
        self.facts.iter().rposition(has_begun).unwrap_or(0)
    }

    /// The commune that speaks for it on a day: of those that hold it the one of then, else the
    /// one of today.
    pub fn commune_on(&self, common: &Common, day: Day) -> Option<UnitId> {
        let named = &self.fact_on(day)?.units;
        let of_then = |unit: &&UnitId| {
            common.units.get(**unit).is_some_and(|fact| {
                fact.level == UnitLevel::Commune
                    && fact.id.valid_from <= day
                    && fact.valid_to.is_none_or(|end| day < end)
            })
        };
        named.iter().find(of_then).copied().or_else(|| commune_now(&common.units, named))
    }

    /// What its name of the day sorts by.
    pub fn name_key_on(&self, day: Day) -> &str {
        self.name_keys.get(self.place_of_fact_on(day)).map_or("", |key| key)
    }

    /// Its own, and what has come and gone since they were counted; where nobody counted them,
    /// those of its clusters of the day if all have been.
    pub fn households_on(&self, day: Day) -> Option<u32> {
        let at = self.place_of_fact_on(day);
        let Some(counted) = self.facts.get(at)?.households else {
            return self.households_of_clusters(day);
        };
        // A number that is only said again was counted when it was first said.
        let same = self.facts[..=at].iter().rev().take_while(|it| it.households == Some(counted));
        let on = same.last().and_then(|fact| fact.day).unwrap_or(Day::EARLIEST);
        let mut steps = self.from.iter().chain(&self.to);
        if !steps.any(|step| on < step.day && step.day <= day) {
            return Some(counted);
        }
        // Its own implied cluster is what was counted, whoever lives beside it now.
        let mut others = self.clusters.iter().filter(|cluster| !cluster.is_implied_of(&self.id));
        others.try_fold(counted, |sum, cluster| {
            match (cluster.is_in(&self.id, on), cluster.is_in(&self.id, day)) {
                (false, true) => sum.checked_add(cluster.own_households(day)?),
                (true, false) => sum.checked_sub(cluster.own_households(day)?),
                _ => Some(sum),
            }
        })
    }

    /// Does the number rest on its clusters alone?
    pub fn households_are_of_clusters(&self, day: Day) -> bool {
        self.fact_on(day).is_some_and(|fact| fact.households.is_none())
            && self.households_of_clusters(day).is_some()
    }

    fn households_of_clusters(&self, day: Day) -> Option<u32> {
        let each = self.clusters_on(day).map(|cluster| cluster.own_households(day));
        each.reduce(|sum, own| sum?.checked_add(own?)).flatten()
    }

    /// Fixed telephone and internet: the last that a source said of each; of one day, the greater.
    pub fn fixed_on(&self, day: Day) -> (Option<bool>, Option<bool>) {
        let said = || self.services.iter().rev().filter(|fact| fact.day <= day);
        (said().find_map(|fact| fact.fixed_telephone), said().find_map(|fact| fact.fixed_internet))
    }

    /// What it was ordered, then what those that had gone into it by a day were, each with the
    /// village that it was ordered for.
    pub fn owed_on(&self, day: Day) -> impl Iterator<Item = (Option<&Former>, &DutyCard)> {
        let former = self.former_on(day);
        let brought =
            former.flat_map(|former| former.duties.iter().map(move |duty| (Some(former), duty)));
        self.duties.iter().map(|duty| (None, duty)).chain(brought)
    }

    /// What had gone into it by a day.
    pub fn former_on(&self, day: Day) -> impl Iterator<Item = &Former> {
        self.former.iter().filter(move |former| former.since <= day)
    }

    /// What is open of all that it is owed.
    pub fn open_duty(&self, day: Day) -> Option<OpenDuty> {
        OpenDuty::of(self.owed_on(day).map(|(_, duty)| duty), day)
    }

    /// Where it is taken to lie: as [`Self::stand_on`].
    pub fn position_on(&self, day: Day) -> Option<Position> {
        self.stand_on(day).map(|stand| stand.located.position)
    }

    /// Its own place; else that of its one marked centre; else that of its largest cluster, of
    /// several the first.
    pub fn stand_on(&self, day: Day) -> Option<Stand<'_>> {
        if let Some(located) = self.fact_on(day).and_then(|fact| fact.located) {
            return Some(Stand { located, of: None });
        }
        let clusters = || self.clusters_on(day);
        let mut centres = clusters().filter(|cluster| cluster.is_centre_on(day));
        let centre = centres.next().filter(|_| centres.next().is_none());
        let stand = |of| Some(Stand { located: ClusterCard::located_on(of, day)?, of: Some(of) });
        let size = |stand: &Stand<'_>| stand.of.and_then(|of| of.own_households(day));
        let largest = || clusters().rev().filter_map(stand).max_by_key(size);
        centre.and_then(stand).or_else(largest)
    }

    /// The clusters that belong to it on a day.
    pub fn clusters_on(&self, day: Day) -> impl DoubleEndedIterator<Item = &ClusterCard> {
        self.clusters.iter().filter(move |card| card.is_in(&self.id, day))
    }

    /// The roll-up of DOMAIN §4 for a question.
    pub fn verdict(&self, question: &Question, common: &Common) -> Flagged<VillageVerdict> {
        let parts: Vec<Part> =
            self.parts(question, common).into_iter().map(|(_, part)| part).collect();
        combine::village(&parts)
    }

    /// Its clusters with their parts in the roll-up.
    pub fn parts(&self, question: &Question, common: &Common) -> Vec<(&ClusterCard, Part)> {
        let base = question.base();
        self.clusters_on(question.day)
            .map(|card| {
                let asked = card.verdict(question, common);
                let part = Part {
                    centre: card.is_centre_on(question.day),
                    asked,
                    base: if *question == base { asked } else { card.verdict(&base, common) },
                };
                (card, part)
            })
            .collect()
    }

    /// The word of the latest list or observation up to the day that says what is lacking.
    pub fn source_word_on(&self, day: Day) -> Option<&str> {
        self.clusters_on(day)
            .flat_map(|cluster| &cluster.world.said)
            .filter(|said| said.seen_on(day) && said.from <= day && said.says != Says::Has)
            .filter_map(|said| Some((said.from, said.source_word.as_deref()?)))
            .max()
            .map(|(_, word)| word)
    }

    /// The best grade behind the verdict: asked from the question's grade upwards, the last at
    /// which the same verdict comes out. `None` where the verdict is that data lack.
    pub fn grade_behind(&self, question: &Question, common: &Common) -> Option<Grade> {
        let asked = |grade| self.verdict(&Question { grade, ..question.clone() }, common).verdict;
        let verdict = asked(question.grade);
        if verdict == VillageVerdict::Insufficient {
            return None;
        }
        let grades = Grade::ASKABLE.into_iter().filter(|grade| *grade >= question.grade);
        grades.take_while(|grade| asked(*grade) == verdict).last()
    }

    /// An officer has opened a dispute that nobody has closed.
    pub fn disputed_on(&self, day: Day) -> bool {
        self.disputes.iter().any(|dispute| dispute.is_open_on(day))
    }

    /// The default question has the same answer at every cluster, and each lies where it lay, on
    /// both days and between, as far as that rests on the village: nothing in it turns.
    pub fn is_still_between(&self, one: Day, other: Day) -> bool {
        let (after, until) = (one.min(other), one.max(other));
        let turns = |day: Day| after < day && day <= until;
        let is_still = |cluster: &ClusterCard| {
            let days = cluster.steps.days();
            let steps = |day| days.partition_point(|from| *from <= day);
            steps(after) == steps(until)
                && !cluster.world.sundowns.iter().any(|down| turns(down.from) || turns(down.to))
                && !cluster.stays.0.iter().any(|stay| turns(stay.from))
                && !cluster.presence.0.iter().any(|(from, to)| turns(*from) || turns(*to))
                && !cluster.facts.iter().any(|fact| fact.day.is_some_and(turns))
                && !cluster.places.iter().any(|(from, _)| turns(*from))
        };
        self.clusters.iter().all(is_still)
    }

    /// Days on which a verdict may step, within its life.
    pub fn step_days(&self, common: &Common) -> Vec<Day> {
        let mut days: Vec<Day> = self
            .clusters
            .iter()
            .flat_map(|card| {
                let stays = card.stays.0.iter().map(|stay| stay.from);
                let moves = stays.chain(card.presence.0.iter().flat_map(|(from, to)| [*from, *to]));
                let facts = card.facts.iter().filter_map(|fact| fact.day);
                card.steps.days().iter().copied().chain(moves).chain(facts)
            })
            .chain(common.operator_days())
            .chain(common.rules.base.iter().map(|(day, _)| *day))
            .filter(|day| self.start < *day && *day < self.end)
            .collect();
        days.push(self.start);
        days.sort_unstable();
        days.dedup();
        days
    }
}
