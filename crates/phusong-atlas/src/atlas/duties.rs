//! The register of duties: what was ordered and what was promised, village by village, as a scope
//! sees it on a day; the board by carrier and by period; and what would be left if every promise
//! were kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::card::VillageCard;
use super::combine::{Flagged, VillageVerdict};
use super::duty::{DutyCard, DutyFinding, DutyState, Promises, WaitsFor, standing};
use super::gaps::Households;
use super::question::{Carriers, Question};
use super::said::{Evidence, SaidKind};
use super::shard::Shard;
use super::whatif::Kept;
use super::{AreaFilter, Atlas, VillageUnits};
use crate::domain::{
    AgencyFact, CarrierId, Day, DutyId, Grade, MilestoneStep, SiteEventKind, Slug, Technology,
    VillageId,
};

/// What a row of the register is: a duty of an order, or promises that answer none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owed {
    /// Index into [`VillageCard::duties`].
    Duty(usize),
    Promise(CarrierId),
}

/// Which part of the register.
#[derive(Debug, Clone, Default)]
pub struct DutyQuery {
    /// Empty: all.
    pub carriers: Vec<CarrierId>,
    /// Empty: all.
    pub states: Vec<DutyState>,
    /// Due (or, without a due day, promised) from and to, both inclusive.
    pub due_from: Option<Day>,
    pub due_to: Option<Day>,
    pub area: AreaFilter,
}

/// One line of the register, with what the day makes of it.
#[derive(Debug, Clone)]
pub struct DutyRow {
    pub shard: Arc<Shard>,
    /// Index into [`Shard::villages`].
    pub place: usize,
    pub owed: Owed,
    pub carrier: CarrierId,
    pub state: DutyState,
    pub stage: MilestoneStep,
    pub given: Day,
    pub due: Option<Day>,
    /// The last promised day.
    pub promised: Option<Day>,
    pub waits_for: WaitsFor,
    /// Since it was given, while it is open.
    pub waiting_days: Option<i32>,
    /// Past the due day, while it is open.
    pub late_days: Option<i32>,
    pub findings: Vec<DutyFinding>,
    /// The carrier's own signal in the village; another's closes no duty.
    pub own_signal: Flagged<VillageVerdict>,
    pub households: Option<u32>,
    pub units: VillageUnits,
    /// What the village has become, where it is no more.
    pub village_now: Vec<VillageId>,
    /// A site of the carrier reported on air there, by day.
    pub on_air: Vec<(Day, Evidence)>,
}

impl DutyRow {
    pub fn card(&self) -> &VillageCard {
        &self.shard.villages[self.place]
    }

    pub fn duty(&self) -> Option<&DutyCard> {
        match &self.owed {
            Owed::Duty(place) => self.card().duties.get(*place),
            Owed::Promise(_) => None,
        }
    }

    /// Its name in addresses: the duty's, or one that says carrier and village.
    pub fn id(&self) -> String {
        self.duty().map_or_else(
            || format!("cam-ket.{}.{}", self.carrier, self.card().id),
            |duty| duty.fact.id.to_string(),
        )
    }

    pub fn promises(&self, day: Day) -> Promises<'_> {
        let duty = self.duty().map(|duty| &duty.fact.id);
        Promises::of(&self.card().promises, &self.carrier, duty, day)
    }

    /// The day by which it should be done: due, else promised.
    pub fn deadline(&self) -> Option<Day> {
        self.due.or(self.promised)
    }
}

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    pub year: i16,
    /// 1 to 4.
    pub quarter: i8,
}

impl Quarter {
    pub fn of(day: Day) -> Self {
        let date = day.date();
        Self { year: date.year(), quarter: (date.month() - 1) / 3 + 1 }
    }
}

/// Counts of one cell of the board.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoardCell {
    pub by_state: BTreeMap<DutyState, Households>,
    pub by_wait: BTreeMap<WaitsFor, Households>,
    /// Of the open ones, those with a promised day that has passed.
    pub broken: Households,
}

/// By carrier, and within it by the quarter of the deadline (`None`: no day was ever named).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Board {
    pub whole: BoardCell,
    pub carriers: BTreeMap<CarrierId, BTreeMap<Option<Quarter>, BoardCell>>,
}

impl Board {
    pub fn of(rows: &[DutyRow]) -> Self {
        let mut board = Self::default();
        for row in rows {
            let period = row.deadline().map(Quarter::of);
            let own = board.carriers.entry(row.carrier.clone()).or_default();
            own.entry(period).or_default().add(row);
            board.whole.add(row);
        }
        board
    }
}

impl BoardCell {
    fn add(&mut self, row: &DutyRow) {
        self.by_state.entry(row.state).or_default().count(row.households);
        self.by_wait.entry(row.waits_for).or_default().count(row.households);
        if row.findings.iter().any(|found| matches!(found, DutyFinding::PromiseBroken { .. })) {
            self.broken.count(row.households);
        }
    }
}

/// What the scenario makes of one village that has a gap today.
#[derive(Debug, Clone)]
pub struct Assumed {
    pub shard: Arc<Shard>,
    pub place: usize,
    pub today: Flagged<VillageVerdict>,
    /// On the asked day, with every promise up to it kept.
    pub then: Flagged<VillageVerdict>,
    /// The promises that count: (carrier, promised day).
    pub kept: Vec<(CarrierId, Day)>,
    /// Promised for later, or never.
    pub next_promise: Option<Day>,
    pub households: Option<u32>,
}

impl Atlas {
    /// The register on a day, worst first: overdue by days late, then open by deadline.
    pub fn duties(&self, query: &DutyQuery, day: Day) -> Vec<DutyRow> {
        let mut rows = Vec::new();
        for shard in self.shards() {
            for place in 0..shard.villages.len() {
                self.owed_by(shard, place, day, &mut rows);
            }
        }
        rows.retain(|row| query.suits(row, day));
        rows.sort_by_cached_key(|row| {
            let urgency = DutyState::ALL.iter().position(|state| *state == row.state);
            (urgency, row.deadline().unwrap_or(Day::NEVER), row.id())
        });
        rows
    }

    /// Everything owed to one village, and to those that went into it.
    pub fn duties_of(&self, card: &VillageCard, day: Day) -> Vec<DutyRow> {
        let mut rows = Vec::new();
        let former = card.former_on(day).map(|former| &former.village);
        for id in std::iter::once(&card.id).chain(former) {
            let Some(shard) = self.shard_of_village(id) else { continue };
            let Some(place) = shard.place_of(id) else { continue };
            self.owed_by(shard, place, day, &mut rows);
        }
        rows.sort_by_cached_key(DutyRow::id);
        rows
    }

    /// One line by its name.
    pub fn duty(&self, id: &str, day: Day) -> Option<DutyRow> {
        self.shards().find_map(|shard| {
            let cards = shard.villages.iter().enumerate();
            let owing = cards.filter(|(_, card)| {
                card.duties.iter().any(|duty| duty.fact.id.as_str() == id)
                    || (!card.promises.is_empty() && id.ends_with(card.id.as_str()))
            });
            let mut rows = owing.map(|(place, _)| {
                let mut rows = Vec::new();
                self.owed_by(shard, place, day, &mut rows);
                rows
            });
            rows.find_map(|rows| rows.into_iter().find(|row| row.id() == id))
        })
    }

    fn owed_by(&self, shard: &Arc<Shard>, place: usize, day: Day, rows: &mut Vec<DutyRow>) {
        let card = &shard.villages[place];
        for (number, duty) in card.duties.iter().enumerate() {
            let owed = (Owed::Duty(number), duty.fact.carrier.clone());
            rows.push(self.duty_row((shard, place), owed, Some(duty), day));
        }
        let unordered = card.promises.iter().filter(|told| told.fact.duty.is_none());
        let carriers: BTreeSet<&CarrierId> =
            unordered.filter(|told| told.fact.said <= day).map(|told| &told.fact.carrier).collect();
        for carrier in carriers {
            let owed = (Owed::Promise(carrier.clone()), carrier.clone());
            rows.push(self.duty_row((shard, place), owed, None, day));
        }
    }

    fn duty_row(
        &self,
        (shard, place): (&Arc<Shard>, usize),
        (owed, carrier): (Owed, CarrierId),
        duty: Option<&DutyCard>,
        day: Day,
    ) -> DutyRow {
        let card = &shard.villages[place];
        let promises = Promises::of(&card.promises, &carrier, duty.map(|duty| &duty.fact.id), day);
        let promised = promises.last().map(|last| last.promised);
        let own_signal = self.own_signal(card, &carrier, day, Grade::E1);
        let confirmed = || {
            let known = self.own_signal(card, &carrier, day, Grade::E3);
            known.verdict == VillageVerdict::Covered
        };
        let state = match duty {
            Some(duty) => duty.state_on(day),
            // Nobody closes a promise: it is kept when evidence of E3 says so.
            None if confirmed() => DutyState::Confirmed,
            None if promised.is_some_and(|promised| promised < day) => DutyState::Overdue,
            None => DutyState::Open,
        };
        let given = duty.map_or_else(
            || promises.0.first().map_or(day, |told| told.fact.said),
            |duty| duty.fact.given,
        );
        let due = duty.and_then(|duty| duty.fact.due);
        let stage = duty.map_or(MilestoneStep::Given, |duty| duty.stage_on(day));
        let on_air = on_air(self, card, &carrier, day);
        let is_open = state.is_open();
        let mut findings = duty.map(|duty| duty.findings_on(day)).unwrap_or_default();
        if let Some(promised) = promises.broken_on(day).filter(|_| is_open) {
            findings.push(DutyFinding::PromiseBroken { promised });
        }
        if let (true, Some((day, _))) = (is_open && stage < MilestoneStep::OnAir, on_air.last()) {
            findings.push(DutyFinding::OnAirUntold { day: *day });
        }
        let blocked = standing(&card.blockers, &carrier, day).next().is_some();
        DutyRow {
            shard: Arc::clone(shard),
            place,
            waits_for: waits_for(state, stage, blocked),
            waiting_days: is_open.then(|| day.number() - given.number()),
            late_days: due
                .or(promised)
                .filter(|deadline| is_open && *deadline < day)
                .map(|deadline| day.number() - deadline.number()),
            households: households(card, day),
            units: self.units_of(card, card.end.plus_days(-1).min(day)),
            village_now: self.villages_now(card, day),
            owed,
            carrier,
            state,
            stage,
            given,
            due,
            promised,
            findings,
            own_signal,
            on_air,
        }
    }

    /// The carrier's own signal; of a village that is no more, on its last day.
    fn own_signal(
        &self,
        card: &VillageCard,
        carrier: &CarrierId,
        day: Day,
        grade: Grade,
    ) -> Flagged<VillageVerdict> {
        let day = day.min(card.end.plus_days(-1));
        let named = self.common.carrier(carrier).into_iter().collect();
        let carriers = Carriers::Named(named);
        card.verdict(&Question { carriers, grade, ..Question::default_on(day) }, &self.common)
    }

    /// What a village that has ended has become, as far as its successions go.
    fn villages_now(&self, card: &VillageCard, day: Day) -> Vec<VillageId> {
        if day < card.end {
            return Vec::new();
        }
        let (mut now, mut seen) = (BTreeSet::new(), BTreeSet::from([card.id.clone()]));
        let mut next: Vec<VillageId> = card.to.iter().map(|step| step.to.clone()).collect();
        while let Some(id) = next.pop() {
            if !seen.insert(id.clone()) {
                continue;
            }
            match self.village(&id) {
                Some((_, card)) if day < card.end => {
                    now.insert(id);
                }
                Some((_, card)) => next.extend(card.to.iter().map(|step| step.to.clone())),
                None => {}
            }
        }
        now.into_iter().collect()
    }

    /// An agency as it is on a day: what its duties became, where it is no more.
    pub fn agencies_on(&self, id: &Slug, day: Day) -> Vec<&AgencyFact> {
        let (mut now, mut seen, mut next) = (Vec::new(), BTreeSet::new(), vec![id.clone()]);
        while let Some(id) = next.pop() {
            if !seen.insert(id.clone()) {
                continue;
            }
            let Some(agency) = self.order.agencies.iter().find(|agency| agency.id == id) else {
                continue;
            };
            if agency.valid_to.is_none_or(|end| day < end) {
                now.push(agency);
                continue;
            }
            let steps = self.order.agency_successions.iter();
            let after = steps.filter(|step| step.from == id && step.day <= day);
            next.extend(after.map(|step| step.to.clone()));
        }
        now.sort_unstable();
        now
    }

    /// *Giả định*: every village with a gap today, and what it would be on `then` if each promise
    /// made so far were kept on its day.
    pub fn if_promises_are_kept(&self, today: Day, then: Day) -> Vec<Assumed> {
        let mut found = Vec::new();
        for shard in self.shards() {
            let now = shard.on_day(today, &self.common);
            for (place, card) in shard.villages.iter().enumerate() {
                let Some(village) = &now.villages[place] else { continue };
                let is_gap = matches!(
                    village.answer.verdict,
                    VillageVerdict::NoSignal | VillageVerdict::PartialHole
                );
                if !is_gap || then >= card.end {
                    continue;
                }
                let last = last_promises(card, today);
                // A day that has passed over a gap was not kept, and nothing assumes that it was.
                let to_come = last.iter().filter(|(_, day, _)| today <= *day && *day <= then);
                let kept: Vec<_> = to_come.cloned().collect();
                let question = Question::default_on(then);
                found.push(Assumed {
                    shard: Arc::clone(shard),
                    place,
                    today: village.answer,
                    then: Kept { promises: &kept }.answer(card, &question, &self.common),
                    kept: kept.into_iter().map(|(carrier, day, _)| (carrier, day)).collect(),
                    next_promise: last.iter().map(|(_, day, _)| *day).filter(|d| *d > then).min(),
                    households: village.households,
                });
            }
        }
        found.sort_by_key(|one| {
            let left = one.then.verdict != VillageVerdict::Covered;
            let id = one.shard.villages[one.place].id.clone();
            (!left, std::cmp::Reverse(one.households), id)
        });
        found
    }
}

/// The last word of each carrier: (carrier, promised day, technology).
fn last_promises(card: &VillageCard, today: Day) -> Vec<(CarrierId, Day, Option<Technology>)> {
    let mut last: BTreeMap<(&CarrierId, Option<&DutyId>), _> = BTreeMap::new();
    for told in card.promises.iter().filter(|told| told.fact.said <= today) {
        let fact = &told.fact;
        last.insert((&fact.carrier, fact.duty.as_ref()), (fact.promised, fact.technology));
    }
    let words = last.into_iter();
    words.map(|((carrier, _), (day, technology))| (carrier.clone(), day, technology)).collect()
}

fn waits_for(state: DutyState, stage: MilestoneStep, blocked: bool) -> WaitsFor {
    use MilestoneStep::{AwaitingInspection, OnAir, Passed};
    if !state.is_open() {
        WaitsFor::Nobody
    } else if matches!(stage, OnAir | AwaitingInspection | Passed) {
        WaitsFor::Department
    } else if blocked {
        WaitsFor::Agency
    } else {
        WaitsFor::Carrier
    }
}

/// Of a village that has ended: as on its last day.
fn households(card: &VillageCard, day: Day) -> Option<u32> {
    card.households_on(day.min(card.end.plus_days(-1)))
}

/// Reports of the carrier that a site serving the village went on air, by day.
fn on_air(
    atlas: &Atlas,
    card: &VillageCard,
    carrier: &CarrierId,
    day: Day,
) -> Vec<(Day, Evidence)> {
    let Some(own) = atlas.common.carrier(carrier) else { return Vec::new() };
    let last = day.min(card.end.plus_days(-1));
    let rows: BTreeSet<(Day, Evidence)> = card
        .clusters_on(last)
        .flat_map(|cluster| &cluster.world.said)
        .filter(|said| {
            said.kind == SaidKind::SiteRow(SiteEventKind::OnAir)
                && said.carrier == Some(own)
                && said.from <= last
                && !said.plan
                && said.seen_on(last)
        })
        .map(|said| (said.from, said.evidence))
        .collect();
    rows.into_iter().collect()
}

impl DutyQuery {
    fn suits(&self, row: &DutyRow, day: Day) -> bool {
        let area = &self.area;
        let position = row.card().position_on(day.min(row.card().end.plus_days(-1)));
        (self.carriers.is_empty() || self.carriers.contains(&row.carrier))
            && (self.states.is_empty() || self.states.contains(&row.state))
            && self.due_from.is_none_or(|from| row.deadline().is_some_and(|day| from <= day))
            && self.due_to.is_none_or(|to| row.deadline().is_some_and(|day| day <= to))
            && area.commune.is_none_or(|unit| row.units.commune == Some(unit))
            && area.commune_old.is_none_or(|unit| row.units.commune_old == Some(unit))
            && area.district_old.is_none_or(|unit| row.units.district_old == Some(unit))
            && area.holds(|| position)
    }
}
