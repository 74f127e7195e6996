//! A duty with everything that has been told of it, and what a day makes of that: state, stage,
//! steps that nobody told, days that go backwards, who is waited for. States are computed.

use std::collections::BTreeMap;

use super::said::Evidence;
use super::view::View;
use crate::domain::{
    BlockerFact, CarrierId, CommitmentFact, Day, DutyFact, DutyId, Fact, FundingFact,
    MilestoneFact, MilestoneStep, Party, VillageId,
};
use crate::history::{Row, RowIndex};

/// A fact with the row behind it and whose word it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Told<F> {
    pub fact: F,
    pub evidence: Evidence,
    pub by: Party,
    pub recorded: Day,
}

impl<F> Told<F> {
    fn of(row: Row<'_>, fact: F) -> Self {
        Self {
            fact,
            evidence: Evidence::of(row),
            by: row.filing.owner.clone(),
            recorded: row.recorded_day,
        }
    }
}

/// A duty with what has been reported of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DutyCard {
    pub fact: DutyFact,
    /// Sorted by day and step.
    pub steps: Vec<Told<MilestoneFact>>,
    /// Sorted by day: the latest holds.
    pub funding: Vec<Told<FundingFact>>,
    pub evidence: Evidence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DutyState {
    NotYetGiven,
    Open,
    Overdue,
    Confirmed,
}

impl DutyState {
    pub const ALL: [Self; 4] = [Self::Overdue, Self::Open, Self::NotYetGiven, Self::Confirmed];

    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Overdue)
    }
}

/// Whose move it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaitsFor {
    /// Something stands in the way that others have to clear.
    Agency,
    /// It is on air: somebody has to look.
    Department,
    Carrier,
    /// It is done, or not yet given.
    Nobody,
}

/// A step of the present round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DutyFinding {
    /// Later steps were told, this one never.
    Missing { step: MilestoneStep },
    /// The day of a later step is before that of an earlier one.
    Backward { earlier: MilestoneStep, later: MilestoneStep, days: (Day, Day) },
    /// A step dated before the duty was given.
    BeforeGiven { step: MilestoneStep, day: Day },
    /// The last promised day has passed.
    PromiseBroken { promised: Day },
    /// A site of the carrier is reported on air there, and no step says so.
    OnAirUntold { day: Day },
}

impl MilestoneStep {
    /// In the order of DOMAIN §4.
    pub const ALL: [Self; 12] = [
        Self::Given,
        Self::Surveyed,
        Self::PlaceChosen,
        Self::UnderConstruction,
        Self::Installed,
        Self::AwaitingOnAir,
        Self::OnAir,
        Self::AwaitingInspection,
        Self::Passed,
        Self::Failed,
        Self::ConfirmedComplete,
        Self::Reopened,
    ];
}

impl DutyCard {
    pub fn state_on(&self, day: Day) -> DutyState {
        let closing = self.steps.iter().rev().map(|told| &told.fact).find(|milestone| {
            milestone.day <= day
                && matches!(
                    milestone.step,
                    MilestoneStep::ConfirmedComplete | MilestoneStep::Reopened
                )
        });
        if day < self.fact.given {
            DutyState::NotYetGiven
        } else if closing.is_some_and(|last| last.step == MilestoneStep::ConfirmedComplete) {
            DutyState::Confirmed
        } else if self.fact.due.is_some_and(|due| due < day) {
            DutyState::Overdue
        } else {
            DutyState::Open
        }
    }

    /// The steps up to a day since the duty was last reopened; all before stays in
    /// [`Self::steps`].
    pub fn round_on(&self, day: Day) -> &[Told<MilestoneFact>] {
        let until = &self.steps[..self.steps.partition_point(|told| told.fact.day <= day)];
        let since = until.iter().rposition(|told| told.fact.step == MilestoneStep::Reopened);
        &until[since.unwrap_or(0)..]
    }

    /// How often it was reopened up to a day.
    pub fn reopened_on(&self, day: Day) -> usize {
        let until = self.steps.iter().filter(|told| told.fact.day <= day);
        until.filter(|told| told.fact.step == MilestoneStep::Reopened).count()
    }

    /// The latest step of the round; of one day, the furthest. `Given` when nothing was told.
    pub fn stage_on(&self, day: Day) -> MilestoneStep {
        self.round_on(day).last().map_or(MilestoneStep::Given, |told| told.fact.step)
    }

    /// What is odd in the steps told up to a day.
    pub fn findings_on(&self, day: Day) -> Vec<DutyFinding> {
        let mut found = Vec::new();
        // The first day of each step: a second inspection is no step back.
        let mut first: Vec<(MilestoneStep, Day)> = Vec::new();
        for told in self.round_on(day).iter().map(|told| &told.fact) {
            let is_step = !matches!(told.step, MilestoneStep::Given | MilestoneStep::Reopened);
            if is_step && !first.iter().any(|(step, _)| *step == told.step) {
                first.push((told.step, told.day));
            }
        }
        first.sort_unstable();
        let furthest = first.iter().map(|(step, _)| *step).max();
        let building = MilestoneStep::ALL.into_iter().filter(|step| {
            (MilestoneStep::Surveyed..=MilestoneStep::OnAir).contains(step)
                && furthest.is_some_and(|furthest| *step < furthest)
        });
        for step in building.filter(|step| !first.iter().any(|(told, _)| told == step)) {
            found.push(DutyFinding::Missing { step });
        }
        for pair in first.windows(2) {
            let [(earlier, before), (later, after)] = pair else { continue };
            // Passed and failed may come in either order.
            let verdicts = *earlier == MilestoneStep::Passed && *later == MilestoneStep::Failed;
            if after < before && !verdicts {
                let (earlier, later) = (*earlier, *later);
                found.push(DutyFinding::Backward { earlier, later, days: (*before, *after) });
            }
        }
        for (step, day) in first.iter().filter(|(_, day)| *day < self.fact.given) {
            found.push(DutyFinding::BeforeGiven { step: *step, day: *day });
        }
        found
    }

    /// What was last told of its money up to a day.
    pub fn funding_on(&self, day: Day) -> Option<&Told<FundingFact>> {
        self.funding.iter().rev().find(|told| told.fact.day <= day)
    }
}

/// Every slip of what a carrier promised for one thing, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promises<'a>(pub Vec<&'a Told<CommitmentFact>>);

impl<'a> Promises<'a> {
    /// Those made up to a day by a carrier for a duty (`None`: without an order).
    pub fn of(
        told: &'a [Told<CommitmentFact>],
        carrier: &CarrierId,
        duty: Option<&DutyId>,
        day: Day,
    ) -> Self {
        let own = told.iter().filter(|told| {
            told.fact.carrier == *carrier
                && told.fact.duty.as_ref() == duty
                && told.fact.said <= day
        });
        Self(own.collect())
    }

    pub fn last(&self) -> Option<&'a CommitmentFact> {
        self.0.last().map(|told| &told.fact)
    }

    /// Days between the first promised day and the last.
    pub fn slipped_days(&self) -> Option<i32> {
        let (first, last) = (self.0.first()?, self.last()?);
        Some(last.promised.number() - first.fact.promised.number())
    }

    pub fn broken_on(&self, day: Day) -> Option<Day> {
        self.last().map(|last| last.promised).filter(|promised| *promised < day)
    }
}

/// Blockers of a carrier that stand on a day.
pub fn standing<'a>(
    blockers: &'a [Told<BlockerFact>],
    carrier: &'a CarrierId,
    day: Day,
) -> impl Iterator<Item = &'a Told<BlockerFact>> {
    blockers.iter().filter(move |told| {
        told.fact.carrier == *carrier
            && told.fact.since <= day
            && told.fact.lifted.is_none_or(|lifted| day < lifted)
    })
}

/// A village that went into this one, with the duties that it brought along.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Former {
    pub village: VillageId,
    pub name: String,
    /// The day from which all of it has come here, over however many successions.
    pub since: Day,
    pub duties: Vec<DutyCard>,
}

impl Former {
    /// Everything from which something came to a village, as far as the scope knows of it.
    pub(super) fn of(view: &View<'_>, id: &VillageId) -> Vec<Self> {
        let (history, scope) = (view.history, view.scope);
        let mut since: BTreeMap<VillageId, Day> = BTreeMap::new();
        let mut names: BTreeMap<VillageId, String> = BTreeMap::new();
        let mut next = vec![(id.clone(), Day::EARLIEST)];
        while let Some((village, from)) = next.pop() {
            for step in history.successions_to(&village, scope) {
                let day = from.max(step.day);
                if step.from == *id || since.get(&step.from).is_some_and(|known| *known <= day) {
                    continue;
                }
                let Some(last) = history.village_facts(&step.from, scope).pop() else { continue };
                names.insert(step.from.clone(), last.name.clone());
                since.insert(step.from.clone(), day);
                next.push((step.from, day));
            }
        }
        let formers = since.into_iter().zip(names.into_values());
        formers
            .map(|((village, since), name)| Self {
                duties: duties(view, &village),
                village,
                name,
                since,
            })
            .collect()
    }
}

/// What is open of all that is owed to a village on a day, taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDuty {
    /// Of the first that is open.
    pub carrier: CarrierId,
    /// One of them is past its due day.
    pub is_overdue: bool,
    /// The day on which the oldest of them was given.
    pub since: Day,
}

impl OpenDuty {
    pub(super) fn of<'a>(owed: impl Iterator<Item = &'a DutyCard>, day: Day) -> Option<Self> {
        owed.filter_map(|duty| Some((duty, Some(duty.state_on(day)).filter(|it| it.is_open())?)))
            .fold(None, |open: Option<Self>, (duty, state)| {
                let is_overdue = state == DutyState::Overdue;
                Some(match open {
                    None => Self {
                        carrier: duty.fact.carrier.clone(),
                        is_overdue,
                        since: duty.fact.given,
                    },
                    Some(open) => Self {
                        is_overdue: open.is_overdue || is_overdue,
                        since: open.since.min(duty.fact.given),
                        ..open
                    },
                })
            })
    }

    pub fn waiting_days(&self, day: Day) -> i32 {
        day.number() - self.since.number()
    }
}

/// What the scope may count of a village's duties, promises and blockers.
pub(super) struct Gathered {
    pub duties: Vec<DutyCard>,
    pub promises: Vec<Told<CommitmentFact>>,
    pub blockers: Vec<Told<BlockerFact>>,
}

impl Gathered {
    pub fn of(view: &View<'_>, id: &VillageId) -> Self {
        let (history, scope) = (view.history, view.scope);
        let promises = history.told_commitments(id, scope).into_iter();
        let blockers = history.told_blockers(id, scope).into_iter();
        Self {
            duties: duties(view, id),
            promises: promises.map(|(row, fact)| Told::of(row, fact.clone())).collect(),
            blockers: blockers.map(|(row, fact)| Told::of(row, fact.clone())).collect(),
        }
    }
}

fn duties(view: &View<'_>, id: &VillageId) -> Vec<DutyCard> {
    let rows = counting(view, view.history.index().duties.get(id));
    let told = rows.filter_map(|row| match row.kept()? {
        Fact::Duty(fact) => Some((row, fact)),
        _ => None,
    });
    let mut duties: Vec<DutyCard> = told
        .map(|(row, fact)| DutyCard {
            steps: steps(view, &fact.id),
            funding: funding(view, &fact.id),
            evidence: Evidence::of(row),
            fact: fact.clone(),
        })
        .collect();
    duties.sort_by(|a, b| a.fact.cmp(&b.fact));
    duties
}

fn counting<'a>(
    view: &'a View<'_>,
    rows: Option<&'a Vec<RowIndex>>,
) -> impl Iterator<Item = Row<'a>> {
    let rows = rows.into_iter().flatten();
    rows.filter(|row| view.history.counts(**row, view.scope)).map(|row| view.history.row(*row))
}

fn steps(view: &View<'_>, duty: &DutyId) -> Vec<Told<MilestoneFact>> {
    let rows = counting(view, view.history.index().milestones.get(duty));
    let told = rows.filter_map(|row| match row.kept()? {
        Fact::Milestone(fact) => Some(Told::of(row, fact.clone())),
        _ => None,
    });
    let mut told: Vec<_> = told.collect();
    told.sort_by(|a, b| (&a.fact, a.evidence).cmp(&(&b.fact, b.evidence)));
    told
}

fn funding(view: &View<'_>, duty: &DutyId) -> Vec<Told<FundingFact>> {
    let rows = counting(view, view.history.index().funding.get(duty));
    let told = rows.filter_map(|row| match row.kept()? {
        Fact::Funding(fact) => Some(Told::of(row, fact.clone())),
        _ => None,
    });
    let mut told: Vec<_> = told.collect();
    told.sort_by(|a, b| (&a.fact, a.evidence).cmp(&(&b.fact, b.evidence)));
    told
}
