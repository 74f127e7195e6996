//! The life of a site: when it was operational, by technology (DOMAIN §4 step 2).

use super::{History, RowIndex};
use crate::domain::{Day, Fact, Scope, SiteEventFact, SiteEventKind, SiteId, TechSet, Technology};

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

/// An on_air dated after the day it was recorded is planned. Every other event holds from its day.
pub fn is_plan(event: &SiteEventFact, recorded_day: Day) -> bool {
    event.event == SiteEventKind::OnAir && event.day > recorded_day
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
    /// `events` in any order, each with the local day it was recorded.
    pub fn of<'a>(events: impl IntoIterator<Item = (&'a SiteEventFact, Day)>) -> Self {
        let mut events: Vec<(Day, u8, SiteEventKind, TechSet)> = events
            .into_iter()
            .filter(|(event, recorded)| !is_plan(event, *recorded))
            .filter(|(event, _)| event.event.rank() > 0)
            .map(|(event, _)| (event.day, event.event.rank(), event.event, event.technologies))
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
    /// The rows of a site that count in the scope, in order of arrival.
    pub fn site_rows<'a>(
        &'a self,
        site: &SiteId,
        scope: &'a Scope,
    ) -> impl Iterator<Item = (RowIndex, &'a SiteEventFact)> {
        let rows = self.index.site_rows.get(site).map_or(&[][..], Vec::as_slice);
        rows.iter().filter(|row| self.counts(**row, scope)).filter_map(|row| {
            match self.row(*row).fact() {
                Fact::SiteEvent(event) => Some((*row, event)),
                _ => None,
            }
        })
    }

    pub fn site_life(&self, site: &SiteId, scope: &Scope) -> SiteLife {
        SiteLife::of(
            self.site_rows(site, scope).map(|(row, event)| (event, self.row(row).recorded_day)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CarrierId, ClaimBasis, Places, SiteCode};

    fn event(kind: SiteEventKind, day: &str, technologies: &[Technology]) -> (SiteEventFact, Day) {
        let site = SiteId {
            carrier: CarrierId::new("viettel").unwrap(),
            code: SiteCode::new("QNI001").unwrap(),
        };
        let fact = SiteEventFact {
            site,
            site_name: None,
            event: kind,
            day: day.parse().unwrap(),
            technologies: technologies.iter().copied().collect(),
            bands: Vec::new(),
            position: None,
            position_operation: None,
            unit: None,
            antenna_height_agl_m: None,
            serves: Places::default(),
            area: None,
            households_estimate: None,
            environment: None,
            service: None,
            feeds: None,
            basis: ClaimBasis::Statement,
        };
        (fact, "2024-12-31".parse().unwrap())
    }

    fn days_on_air(events: &[(SiteEventFact, Day)], technology: Technology) -> Vec<String> {
        let life = SiteLife::of(events.iter().map(|(fact, recorded)| (fact, *recorded)));
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
