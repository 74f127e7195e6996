//! The sites a scope may see: one query in a stable order, and the life of one site (DOMAIN §4,
//! axis 1) with the rows behind each state.

use std::sync::Arc;

use super::Atlas;
use super::said::Evidence;
use super::shard::{Shard, SiteCard, SiteEvent, SiteState};
use crate::domain::{CarrierId, Day, Position, SiteEventKind, TechSet, Technology, distance_m};

/// All that is stated must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteQuery {
    pub day: Day,
    pub carrier: Option<CarrierId>,
    pub state: Option<SiteState>,
    /// On air that day with this technology or a later one.
    pub technology: Option<Technology>,
    /// South-west and north-east corners, degrees.
    pub bounds: Option<([f64; 2], [f64; 2])>,
    /// Centre and metres; sorts by distance.
    pub near: Option<(Position, f64)>,
}

/// One site of an answer.
#[derive(Debug, Clone)]
pub struct SiteRow {
    pub shard: Arc<Shard>,
    /// Index into [`Shard::sites`].
    pub place: usize,
    /// From the centre asked, rounded to 1 m.
    pub distance_m: Option<f64>,
}

impl SiteRow {
    pub fn card(&self) -> &SiteCard {
        &self.shard.sites[self.place]
    }
}

/// From a day on, what a site is, with the rows of that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteTurn {
    pub from: Day,
    pub state: SiteState,
    /// On air from that day.
    pub technologies: TechSet,
    pub because: Vec<Evidence>,
}

/// Something announced for a day later than its recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePlan {
    pub day: Day,
    pub kind: SiteEventKind,
    pub technologies: TechSet,
    pub evidence: Evidence,
}

impl Atlas {
    /// By site id; by distance first when a centre is asked. Empty for scopes without sites.
    pub fn sites(&self, query: &SiteQuery) -> Vec<SiteRow> {
        let mut rows = Vec::new();
        for shard in self.shards() {
            if let Some((low, high)) = query.bounds
                && !shard.site_bounds().is_some_and(|(south_west, north_east)| {
                    (0..2)
                        .all(|axis| south_west[axis] <= high[axis] && low[axis] <= north_east[axis])
                })
            {
                continue;
            }
            let places = match query.bounds {
                Some(window) => shard.sites_within(window),
                None => (0..).take(shard.sites.len()).collect(),
            };
            for place in places.into_iter().map(|place| place as usize) {
                let Some(distance_m) = query.suits(&shard.sites[place]) else { continue };
                rows.push(SiteRow { shard: Arc::clone(shard), place, distance_m });
            }
        }
        rows.sort_by(|a, b| {
            let (near, far) = (a.distance_m.unwrap_or(0.0), b.distance_m.unwrap_or(0.0));
            near.total_cmp(&far).then_with(|| a.card().id.cmp(&b.card().id))
        });
        rows
    }
}

impl SiteQuery {
    /// `None`: not asked for; else the distance from the centre, if there is one.
    #[expect(clippy::option_option, reason = "the outer says whether, the inner how far")]
    fn suits(&self, card: &SiteCard) -> Option<Option<f64>> {
        let carrier = self.carrier.as_ref().is_none_or(|carrier| card.id.carrier == *carrier);
        let state = self.state.is_none_or(|state| card.state_on(self.day) == state);
        let technology = self.technology.is_none_or(|least| {
            card.life.technologies_on(self.day).iter().any(|technology| technology >= least)
        });
        let known = card.known_on(self.day);
        if !(carrier && state && technology && known) {
            return None;
        }
        if self.bounds.is_some() || self.near.is_some() {
            let at = card.position?;
            let (lon, lat) = (at.lon_deg(), at.lat_deg());
            let inside = self.bounds.is_none_or(|(low, high)| {
                low[0] <= lon && lon <= high[0] && low[1] <= lat && lat <= high[1]
            });
            let distance_m = self.near.map(|(centre, _)| distance_m(centre, at));
            let near =
                self.near.zip(distance_m).is_none_or(|((_, radius_m), away)| away <= radius_m);
            return (inside && near).then_some(distance_m);
        }
        Some(None)
    }
}

impl SiteCard {
    /// Something had happened to it, or was announced, by the day.
    pub fn known_on(&self, day: Day) -> bool {
        let announced = |event: &SiteEvent| event.planned || event.kind == SiteEventKind::Planned;
        self.events.iter().any(|event| event.day <= day || announced(event))
    }

    /// The states it went through, each from its first day; what is announced stands apart.
    pub fn timeline(&self) -> Vec<SiteTurn> {
        let mut days: Vec<Day> = self
            .events
            .iter()
            .filter(|event| !event.planned)
            .map(|event| event.day)
            .chain(self.life.days().filter(|day| *day < Day::NEVER))
            .collect();
        days.sort_unstable();
        days.dedup();
        let mut turns: Vec<SiteTurn> = Vec::new();
        for day in days {
            let (state, technologies) = (self.state_on(day), self.life.technologies_on(day));
            if turns
                .last()
                .is_some_and(|last| (last.state, last.technologies) == (state, technologies))
            {
                continue;
            }
            let rows = self.events.iter().filter(|event| event.day == day && !event.planned);
            let because = rows.map(|event| event.evidence).collect();
            turns.push(SiteTurn { from: day, state, technologies, because });
        }
        turns
    }

    /// What was announced for a day later than its recording.
    pub fn plans(&self) -> Vec<SitePlan> {
        let announced = self
            .events
            .iter()
            .filter(|event| event.planned || event.kind == SiteEventKind::Planned);
        announced
            .map(|event| SitePlan {
                day: event.day,
                kind: event.kind,
                technologies: event.technologies,
                evidence: event.evidence,
            })
            .collect()
    }

    /// The first day of what it is on `day`.
    pub fn since(&self, day: Day) -> Option<Day> {
        let state = self.state_on(day);
        let turns = self.timeline();
        let past: Vec<&SiteTurn> = turns.iter().filter(|turn| turn.from <= day).collect();
        past.iter().rev().take_while(|turn| turn.state == state).last().map(|turn| turn.from)
    }
}
