//! The life of a site: when it was operational, by technology (DOMAIN §4 step 2).

use super::{History, RowIndex};
use crate::domain::{
    Day, Position, Scope, SiteEventFact, SiteEventKind, SiteId, TechSet, Technology,
};

impl SiteEventKind {
    /// Rows that start a technology: they answer oppositions and split measurement sets.
    pub const fn starts(self) -> bool {
        matches!(self, Self::OnAir | Self::Changed)
    }

    /// Within one day: off_air < on_air < changed < decommissioned.
    const fn rank(self) -> u8 {
        match self {
            Self::Planned | Self::Built => 0,
            Self::OffAir => 1,
            Self::OnAir => 2,
            Self::Changed => 3,
            Self::Decommissioned => 4,
        }
    }
}

/// What a site row says of its site's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteStep {
    pub event: SiteEventKind,
    pub day: Day,
    /// Empty: the row names none.
    pub technologies: TechSet,
    pub position: Option<Position>,
}

impl SiteStep {
    /// An on_air dated after the day it was recorded is planned. Every other event holds from its
    /// day.
    pub fn is_plan(self, recorded_day: Day) -> bool {
        self.event == SiteEventKind::OnAir && self.day > recorded_day
    }
}

impl From<&SiteEventFact> for SiteStep {
    fn from(fact: &SiteEventFact) -> Self {
        let SiteEventFact { event, day, technologies, position, .. } = *fact;
        Self { event, day, technologies, position }
    }
}

/// One technology's `[from, to)` on air.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operation {
    pub technology: Technology,
    pub from: Day,
    pub to: Day,
}

/// What the events that count in a scope make of a site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SiteLife {
    operations: Vec<Operation>,
}

impl SiteLife {
    /// `steps` in any order, each with the local day it was recorded.
    pub fn of(steps: impl IntoIterator<Item = (SiteStep, Day)>) -> Self {
        let mut events: Vec<(Day, u8, SiteEventKind, TechSet)> = steps
            .into_iter()
            .filter(|(step, recorded)| !step.is_plan(*recorded))
            .filter(|(step, _)| step.event.rank() > 0)
            .map(|(step, _)| (step.day, step.event.rank(), step.event, step.technologies))
            .collect();
        events.sort_unstable_by_key(|(day, rank, _, technologies)| (*day, *rank, *technologies));

        let mut since: [Option<Day>; 4] = [None; 4];
        let mut operations = Vec::new();
        for (day, _, kind, named) in events {
            let working = since.iter().any(Option::is_some);
            for technology in Technology::ALL {
                let slot = &mut since[technology.index()];
                let starts = match kind {
                    SiteEventKind::OnAir => named.speaks_of(technology),
                    SiteEventKind::Changed => working && named.contains(technology),
                    _ => false,
                };
                if starts {
                    slot.get_or_insert(day);
                } else if matches!(kind, SiteEventKind::OffAir | SiteEventKind::Decommissioned)
                    && named.speaks_of(technology)
                    && let Some(from) = slot.take()
                    && from < day
                {
                    operations.push(Operation { technology, from, to: day });
                }
            }
        }
        for technology in Technology::ALL {
            if let Some(from) = since[technology.index()] {
                operations.push(Operation { technology, from, to: Day::NEVER });
            }
        }
        operations.sort_unstable_by_key(|op| (op.technology, op.from));
        Self { operations }
    }

    pub fn operational(&self, technology: Technology, day: Day) -> bool {
        self.operations
            .iter()
            .any(|op| op.technology == technology && op.from <= day && day < op.to)
    }

    /// Technologies on air that day.
    pub fn technologies_on(&self, day: Day) -> TechSet {
        Technology::ALL.into_iter().filter(|t| self.operational(*t, day)).collect()
    }

    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Days on which something changes.
    pub fn days(&self) -> impl Iterator<Item = Day> {
        self.operations.iter().flat_map(|op| [op.from, op.to])
    }
}

impl History {
    /// The rows of a site that count in the scope, in order of arrival, as far as they tell of its
    /// life.
    pub fn site_steps<'a>(
        &'a self,
        site: &SiteId,
        scope: &'a Scope,
    ) -> impl Iterator<Item = (RowIndex, SiteStep)> + use<'a> {
        let rows = self.index.site_rows.get(site).map_or(&[][..], Vec::as_slice);
        let counting = rows.iter().filter(|row| self.counts(**row, scope));
        counting.filter_map(|row| self.row(*row).site_step().map(|step| (*row, step)))
    }

    pub fn site_life(&self, site: &SiteId, scope: &Scope) -> SiteLife {
        let steps = self.site_steps(site, scope);
        SiteLife::of(steps.map(|(row, step)| (step, self.row(row).recorded_day)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: SiteEventKind, day: &str, technologies: &[Technology]) -> (SiteStep, Day) {
        let step = SiteStep {
            event: kind,
            day: day.parse().unwrap(),
            technologies: technologies.iter().copied().collect(),
            position: None,
        };
        (step, "2024-12-31".parse().unwrap())
    }

    fn days_on_air(events: &[(SiteStep, Day)], technology: Technology) -> Vec<String> {
        let life = SiteLife::of(events.iter().copied());
        life.operations()
            .iter()
            .filter(|op| op.technology == technology)
            .map(|op| format!("{}..{}", op.from, op.to))
            .collect()
    }

    #[test]
    fn off_air_and_on_air_of_one_day_leave_it_on_air() {
        use SiteEventKind::{OffAir, OnAir};
        let events = [
            event(OnAir, "2024-01-01", &[Technology::G4]),
            event(OnAir, "2024-03-01", &[Technology::G4]),
            event(OffAir, "2024-03-01", &[]),
        ];
        assert_eq!(
            days_on_air(&events, Technology::G4),
            ["2024-01-01..2024-03-01", "2024-03-01..9999-12-31"]
        );
    }

    #[test]
    fn changed_starts_a_technology_only_at_a_working_site() {
        use SiteEventKind::{Changed, Decommissioned, OnAir};
        let events = [
            event(Changed, "2023-01-01", &[Technology::G4]),
            event(OnAir, "2024-01-01", &[Technology::G2]),
            event(Changed, "2024-02-01", &[Technology::G4]),
            event(Decommissioned, "2024-06-01", &[]),
            event(Changed, "2024-07-01", &[Technology::G5]),
        ];
        assert_eq!(days_on_air(&events, Technology::G4), ["2024-02-01..2024-06-01"]);
        assert!(days_on_air(&events, Technology::G5).is_empty());
    }

    /// DOMAIN §4 step 2 plans on_air alone.
    #[test]
    fn whatever_else_is_dated_after_its_recording_holds_from_its_day() {
        use SiteEventKind::{Changed, OffAir, OnAir};
        let events = [
            event(OnAir, "2024-01-01", &[Technology::G2]),
            event(Changed, "2025-01-01", &[Technology::G4]),
            event(OffAir, "2025-06-01", &[]),
        ];
        assert_eq!(days_on_air(&events, Technology::G4), ["2025-01-01..2025-06-01"]);
    }

    #[test]
    fn an_on_air_dated_after_its_recording_is_a_plan() {
        let events = [event(SiteEventKind::OnAir, "2025-01-01", &[Technology::G4])];
        assert!(days_on_air(&events, Technology::G4).is_empty());
    }
}
