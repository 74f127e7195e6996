//! Why a verdict is what it is, which entries it rests on, and what would change it. Typed;
//! the words stand at the edge.

use std::collections::BTreeSet;

use super::card::{ClusterCard, VillageCard};
use super::combine::{ClusterVerdict, Flagged, VillageVerdict};
use super::meet::{Effect, Hold, State};
use super::question::Question;
use super::said::{CarrierIndex, Evidence, Rows, SaidKind};
use super::view::Common;
use super::world::World;
use crate::domain::{
    CarrierId, CarrierKind, Day, DutyId, Grade, Says, SiteId, TechSet, Technology, VillageId,
};
use crate::history::ClusterKey;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReasonRole {
    Support,
    Opposition,
}

/// What a statement does in a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Binds the place and stands.
    Covers,
    /// Stands, and answers an opposition of higher grade: *chờ xác nhận*.
    CoversAwaiting,
    /// Only possible: a part of the place, or no carrier or technology named.
    Possible,
    Contested,
    Defeated,
    /// Opposes, fresh.
    Stands,
    /// Opposes, past its shelf life: *cần xác nhận lại*.
    StandsStale,
    /// Opposes weakly (*yếu*).
    Weak,
}

/// One statement's part in a verdict, over the carriers and technologies it bears on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    pub role: ReasonRole,
    pub step: Step,
    pub day: Day,
    pub kind: SaidKind,
    pub says: Says,
    pub evidence: Evidence,
    /// Every row that it rests on, that one among them.
    pub rows: Vec<Rows>,
    pub grade: Grade,
    /// Empty: names none.
    pub carriers: BTreeSet<CarrierIndex>,
    pub technologies: TechSet,
    /// What it was met for, named or not, with this outcome: of a statement that names none another
    /// part may come to another end.
    pub met_for: BTreeSet<(CarrierIndex, Technology)>,
    /// Only where the scope may see it (the caller leaves others out).
    pub site: Option<SiteId>,
    /// The opposition that contests or defeats it.
    pub by: Option<Evidence>,
}

impl Reason {
    /// Has it this outcome for a technology?
    pub fn is_met_for(&self, technology: Technology) -> bool {
        self.met_for.iter().any(|(_, met)| *met == technology)
    }

    /// What it was met for in so many words.
    fn name_what_it_was_met_for(&mut self) {
        self.carriers = self.met_for.iter().map(|(carrier, _)| *carrier).collect();
        let technologies = self.met_for.iter().map(|(_, technology)| *technology);
        self.technologies = technologies.collect();
    }

    /// The same statement for another carrier or technology.
    fn join(&mut self, other: Self) {
        self.carriers.extend(other.carriers);
        self.technologies = self.technologies.iter().chain(other.technologies.iter()).collect();
        self.met_for.extend(other.met_for);
        self.grade = self.grade.max(other.grade);
        self.rows = Rows::joined(self.rows.drain(..).chain(other.rows));
    }
}

/// The reasons of a cluster's answer, supports first, newest first.
pub fn explain(
    card: &ClusterCard,
    question: &Question,
    common: &Common,
    least: Technology,
    may_see: impl Fn(&SiteId) -> bool,
) -> Vec<Reason> {
    let world = &card.world;
    let mut reasons: Vec<Reason> = Vec::new();
    let mut add = |reason: Reason| {
        let same = reasons.iter_mut().find(|known| {
            known.evidence == reason.evidence
                && known.role == reason.role
                && known.step == reason.step
        });
        match same {
            Some(known) => known.join(reason),
            None => reasons.push(reason),
        }
    };
    for carrier in question.carriers_in(common) {
        for technology in Technology::ALL.into_iter().filter(|technology| *technology >= least) {
            let asked = card.asked(question, common, carrier, technology);
            let meeting = asked.meet();
            let reason = |index: usize, role, step, grade| {
                let said = &world.said[index];
                Reason {
                    role,
                    step,
                    day: said.from,
                    kind: said.kind,
                    says: said.says,
                    evidence: said.evidence,
                    rows: said.rows(),
                    grade,
                    carriers: said.carrier.map(|_| carrier).into_iter().collect(),
                    technologies: if said.technologies.is_empty() {
                        TechSet::NONE
                    } else {
                        TechSet::NONE.with(technology)
                    },
                    met_for: BTreeSet::from([(carrier, technology)]),
                    site: said
                        .site
                        .map(|site| world.sites[site].clone())
                        .filter(|site| may_see(site)),
                    by: None,
                }
            };
            for fate in &meeting.supports {
                let step = match (fate.worst, fate.hold) {
                    (Effect::Defeats, _) => Step::Defeated,
                    (Effect::Contests, _) => Step::Contested,
                    (_, Hold::Possible) => Step::Possible,
                    (Effect::AnsweredHigher, Hold::Binding) => Step::CoversAwaiting,
                    (Effect::Nothing, Hold::Binding) => Step::Covers,
                };
                let by = fate.by.filter(|_| fate.worst >= Effect::Contests);
                add(Reason {
                    by: by.map(|index| world.said[index].evidence),
                    ..reason(fate.said, ReasonRole::Support, step, fate.grade)
                });
            }
            for (index, grade) in &meeting.oppositions {
                let said = &world.said[*index];
                let stale = said.stale_from(common.rules.shelf_life_months) <= question.day;
                let step = match (said.says, stale) {
                    (Says::Weak, _) => Step::Weak,
                    (_, true) => Step::StandsStale,
                    (_, false) => Step::Stands,
                };
                add(reason(*index, ReasonRole::Opposition, step, *grade));
            }
        }
    }
    tell_parts_apart(&mut reasons);
    reasons.sort_by(|a, b| {
        (a.role, a.step, std::cmp::Reverse(a.day), a.evidence).cmp(&(
            b.role,
            b.step,
            std::cmp::Reverse(b.day),
            b.evidence,
        ))
    });
    reasons
}

/// A statement that names no carrier or technology speaks of all, and may be defeated for one of them
/// alone: the smaller parts say which.
fn tell_parts_apart(reasons: &mut [Reason]) {
    let is_smaller = |reason: &Reason, other: &Reason| {
        (other.evidence, other.role) == (reason.evidence, reason.role)
            && other.step != reason.step
            && other.met_for.len() > reason.met_for.len()
    };
    let smaller: Vec<bool> = reasons
        .iter()
        .map(|reason| reasons.iter().any(|other| is_smaller(reason, other)))
        .collect();
    for (reason, _) in reasons.iter_mut().zip(smaller).filter(|(_, smaller)| *smaller) {
        reason.name_what_it_was_met_for();
    }
}

/// Why an answer may be another one from a day on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The statement speaks from this day.
    Begins(Evidence),
    /// It holds no longer.
    Ends(Evidence),
    /// The site it rests on goes on or off the air.
    SiteTurns(Evidence),
    /// Past its shelf life: *cần xác nhận lại*.
    GoesStale(Evidence),
    /// Its grade is one less.
    Ages(Evidence),
    /// *Sunset*: from here on this technology says nothing.
    Sunset { carrier: Option<CarrierIndex>, technology: Technology },
    /// The rule set's base technology is another one.
    Base(Technology),
    /// A carrier enters or leaves the list of operators.
    Operators(CarrierIndex),
    /// A cluster comes from, or goes to, another village.
    Cluster(ClusterKey),
    /// The village is made from, or becomes, others.
    Succession(VillageId),
}

impl Cause {
    /// The row it rests on, if it rests on one.
    pub const fn evidence(&self) -> Option<Evidence> {
        match self {
            Self::Begins(row)
            | Self::Ends(row)
            | Self::SiteTurns(row)
            | Self::GoesStale(row)
            | Self::Ages(row) => Some(*row),
            _ => None,
        }
    }
}

/// From a day on, the village's answer to a question, and what brought it about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub from: Day,
    pub answer: Flagged<VillageVerdict>,
    /// Statements whose own day it is, or that the answer newly rests on.
    pub because: Vec<Evidence>,
    /// The same, and what is no statement, each said as what it is.
    pub causes: Vec<Cause>,
}

/// The history of a village's verdict for a question, up to and including `until`.
pub fn timeline(card: &VillageCard, question: &Question, common: &Common, until: Day) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let on = |day| Question { day, ..question.clone() };
    let days: Vec<Day> = step_days(card, common).filter(|day| *day <= until).collect();
    for day in days {
        let answer = card.verdict(&on(day), common);
        if turns.last().is_some_and(|last| last.answer == answer) {
            continue;
        }
        let causes = causes(card, day, common);
        let because: BTreeSet<Evidence> = causes.iter().filter_map(Cause::evidence).collect();
        turns.push(Turn { from: day, answer, because: because.into_iter().collect(), causes });
    }
    turns
}

/// Days on which an answer to any question may step, within the village's life.
///
/// Statements step at their own days also where every outdoor × data state stays as it was:
/// other environments and services may see it.
pub(super) fn step_days<'a>(
    card: &'a VillageCard,
    common: &'a Common,
) -> impl Iterator<Item = Day> + use<'a> {
    let mut days: BTreeSet<Day> = card.step_days(common).into_iter().collect();
    for cluster in &card.clusters {
        days.extend(cluster.world.days(&common.rules));
    }
    days.into_iter().filter(|day| card.start <= *day && *day < card.end)
}

/// Everything whose own day this is, in order.
pub(super) fn causes(card: &VillageCard, day: Day, common: &Common) -> Vec<Cause> {
    let mut causes = BTreeSet::new();
    for cluster in &card.clusters {
        let here = cluster.is_in(&card.id, day);
        if cluster.is_in(&card.id, day.plus_days(-1)) != here {
            causes.insert(Cause::Cluster(cluster.key.clone()));
        }
        if here {
            said_causes(&cluster.world, day, common, &mut causes);
        }
    }
    if common.rules.base.iter().any(|(from, _)| *from == day && day > Day::EARLIEST) {
        causes.insert(Cause::Base(common.rules.base_on(day)));
    }
    for (carrier, place) in common.carriers.iter().zip(0_u8..) {
        if carrier.kind == CarrierKind::Mno
            && [carrier.valid_from, carrier.valid_to].contains(&Some(day))
        {
            causes.insert(Cause::Operators(CarrierIndex(place)));
        }
    }
    let made = card.from.iter().filter(|step| step.day == day).map(|step| &step.from);
    let became = card.to.iter().filter(|step| step.day == day).map(|step| &step.to);
    causes.extend(made.chain(became).cloned().map(Cause::Succession));
    causes.into_iter().collect()
}

fn said_causes(world: &World, day: Day, common: &Common, causes: &mut BTreeSet<Cause>) {
    let rules = &common.rules;
    for said in world.said.iter().filter(|said| said.seen_on(day)) {
        let row = said.evidence;
        let site_turns =
            said.site.is_some_and(|site| world.lives[site].days().any(|step| step == day));
        let ageing = said.says == Says::Has
            && said.grade >= Grade::E3
            && (1..=u32::try_from(Grade::ALL.len()).unwrap_or(6))
                .any(|step| said.from.plus_months(step * rules.ageing_months) == day);
        let stales = (said.says != Says::Has || said.inventory)
            && said.stale_from(rules.shelf_life_months) == day;
        // What it says on the day stands before what time does to it.
        // A form that is seen since before our records begins with its own day.
        if said.from == day || (said.asked_from == day && day > Day::EARLIEST) {
            causes.insert(Cause::Begins(row));
        } else if said.to == day {
            causes.insert(Cause::Ends(row));
        } else if site_turns {
            causes.insert(Cause::SiteTurns(row));
        } else if stales {
            causes.insert(Cause::GoesStale(row));
        } else if ageing {
            causes.insert(Cause::Ages(row));
        }
    }
    for down in &world.sundowns {
        if down.from == day {
            causes.insert(Cause::Sunset { carrier: down.carrier, technology: down.technology });
        }
    }
}

/// What would bring a village further.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// A report that a site serving it is on air, after the opposition's day.
    OnAirReport {
        carrier: Option<CarrierId>,
        duty: Option<DutyId>,
        after: Option<Day>,
    },
    /// The commune's word, cluster by cluster: E3.
    CommuneConfirmation,
    /// A measurement by protocol: E4.
    Measurement,
    /// A position better than this uncertainty.
    BetterPosition {
        uncertainty_m: Option<u32>,
    },
    /// Which commune it lies in is *suy luận*.
    CommuneOfVillage,
    Households,
    /// Its clusters have never been listed.
    Clusters,
    /// A log of the site, or a prediction with its parameters: E2.
    Log,
    /// A second source of E3 or E4, independent of the first: E5.
    SecondSource,
}

/// What is missing to reach the next grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextGrade {
    pub grade: Grade,
    pub missing: Vec<Missing>,
    /// The day from which the present grade holds no longer, if nothing is filed until then.
    pub falls_on: Option<Day>,
}

/// What would bring (cluster, carrier, technology) one grade further; `None` at the highest.
pub fn next_grade(
    card: &ClusterCard,
    question: &Question,
    common: &Common,
    (carrier, technology): (CarrierIndex, Technology),
) -> Option<NextGrade> {
    let best_on = |day: Day| {
        let on = Question { day, ..question.clone() };
        let covered = |grade: &Grade| {
            let asked = Question { grade: *grade, ..on.clone() };
            card.asked(&asked, common, carrier, technology).meet().judged.state == State::Covered
        };
        Grade::ASKABLE.into_iter().rev().find(covered)
    };
    let now = best_on(question.day);
    let falls_on = now.and_then(|now| {
        let mut later = card.world.days(&common.rules).into_iter();
        later.find(|day| *day > question.day && best_on(*day).is_none_or(|best| best < now))
    });
    let (grade, missing) = match now {
        None => {
            let lacks = card.world.said.iter().filter(|said| {
                said.seen_on(question.day)
                    && said.says != Says::Has
                    && said.from <= question.day
                    && said.speaks_of(carrier, technology)
            });
            let after = lacks.map(|said| said.from).max();
            let carrier = Some(common.carriers[usize::from(carrier.0)].id.clone());
            (Grade::E1, Missing::OnAirReport { carrier, duty: None, after })
        }
        Some(Grade::E0 | Grade::E1) => (Grade::E2, Missing::Log),
        Some(Grade::E2) => (Grade::E3, Missing::CommuneConfirmation),
        Some(Grade::E3) => (Grade::E4, Missing::Measurement),
        Some(Grade::E4) => (Grade::E5, Missing::SecondSource),
        Some(Grade::E5) => return None,
    };
    // What is worth more than the next grade is worth the next grade too.
    let mut missing = vec![missing];
    if grade == Grade::E2 {
        missing.push(Missing::CommuneConfirmation);
    }
    if grade <= Grade::E3 {
        missing.push(Missing::Measurement);
    }
    Some(NextGrade { grade, missing, falls_on })
}

/// A place known worse than this is worth asking for.
const GOOD_POSITION_M: u32 = 1_000;

pub fn missing(card: &VillageCard, question: &Question, common: &Common) -> Vec<Missing> {
    let day = question.day;
    let answer = card.verdict(question, common).verdict;
    let mut missing = Vec::new();
    let at_grade = |grade| {
        let asked = Question { grade, ..question.clone() };
        card.clusters_on(day)
            .all(|cluster| cluster.verdict(&asked, common).verdict == ClusterVerdict::Covered)
    };
    if answer != VillageVerdict::Covered {
        let mut owed = card.owed_on(day).map(|(_, duty)| duty);
        let owed = owed.find(|duty| duty.state_on(day).is_open());
        let by = owed.and_then(|duty| common.carrier(&duty.fact.carrier));
        // "Weak" contests what was said before it: only a later report answers it.
        let after = card
            .clusters_on(day)
            .flat_map(|cluster| &cluster.world.said)
            .filter(|said| said.seen_on(day) && said.says != Says::Has && said.from <= day)
            .filter(|said| by.is_none() || said.carrier.is_none() || said.carrier == by)
            .map(|said| said.from)
            .max();
        missing.push(Missing::OnAirReport {
            carrier: owed.map(|duty| duty.fact.carrier.clone()),
            duty: owed.map(|duty| duty.fact.id.clone()),
            after,
        });
    }
    if !at_grade(Grade::E3) {
        missing.push(Missing::CommuneConfirmation);
    }
    if !at_grade(Grade::E4) {
        missing.push(Missing::Measurement);
    }
    if let Some(fact) = card.fact_on(day) {
        let uncertainty_m = card.stand_on(day).map(|stand| stand.located.uncertainty_m);
        if uncertainty_m.is_none_or(|metres| metres > GOOD_POSITION_M) {
            missing.push(Missing::BetterPosition { uncertainty_m });
        }
        if fact.unit_inferred.is_some() {
            missing.push(Missing::CommuneOfVillage);
        }
        if card.households_on(day).is_none() {
            missing.push(Missing::Households);
        }
    }
    if card.clusters_on(day).all(|cluster| cluster.facts.is_empty()) {
        missing.push(Missing::Clusters);
    }
    missing
}
