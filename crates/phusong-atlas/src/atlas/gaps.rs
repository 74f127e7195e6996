//! Which villages are without coverage: one query over an Atlas, in a stable order.

use std::sync::Arc;

use geo::{BoundingRect, Intersects};

use super::Atlas;
use super::card::{DutyState, VillageCard};
use super::combine::{Flagged, VillageVerdict};
use super::question::Question;
use super::shard::Shard;
use crate::domain::{Area, Day, Position, UnitId, distance_m};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DutyFilter {
    /// Nobody owes it.
    None,
    /// Somebody does, overdue or not.
    Open,
    Overdue,
}

/// Known to be so, known not to be, unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tri {
    Yes,
    No,
    Unknown,
}

impl Tri {
    fn suits(self, value: Option<bool>) -> bool {
        match self {
            Self::Yes => value == Some(true),
            Self::No => value == Some(false),
            Self::Unknown => value.is_none(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Most households first; unknown last.
    #[default]
    Households,
    /// Longest waiting first.
    Waiting,
    /// Nearest operational site first; only for scopes that may see sites.
    Distance,
    Name,
}

/// All that is stated must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AreaFilter {
    pub commune: Option<UnitId>,
    pub district_old: Option<UnitId>,
    /// South-west and north-east corners, degrees.
    pub bounds: Option<([f64; 2], [f64; 2])>,
    pub polygon: Option<Area>,
    /// Centre and metres.
    pub near: Option<(Position, f64)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct GapQuery {
    pub question: Question,
    pub verdicts: Vec<VillageVerdict>,
    pub area: AreaFilter,
    pub duty: Option<DutyFilter>,
    pub grid_power: Option<Tri>,
    pub especially_hard: Option<Tri>,
    pub sort: Sort,
}

/// One village of an answer.
#[derive(Debug, Clone)]
pub struct GapRow {
    pub shard: Arc<Shard>,
    /// Index into [`Shard::villages`].
    pub place: usize,
    pub answer: Flagged<VillageVerdict>,
    /// Days since its oldest open duty was given.
    pub waiting_days: Option<i32>,
    /// To the nearest operational site, when sorted by it.
    pub nearest_site_m: Option<f64>,
}

impl GapRow {
    pub fn card(&self) -> &VillageCard {
        &self.shard.villages[self.place]
    }
}

/// A count that says what it does not know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Households {
    pub villages: u32,
    pub households: u64,
    pub villages_households_unknown: u32,
}

#[derive(Debug, Clone)]
pub struct Gaps {
    /// Everything the filters leave, before the verdict filter; as [`VillageVerdict::ALL`].
    pub totals: [(VillageVerdict, Households); 5],
    pub rows: Vec<GapRow>,
}

impl Atlas {
    pub fn gaps(&self, query: &GapQuery) -> Gaps {
        let day = query.question.day;
        let is_default = query.question == Question::default_on(day);
        let mut totals = VillageVerdict::ALL.map(|verdict| (verdict, Households::default()));
        let mut rows = Vec::new();
        for shard in self.shards() {
            if query.area.commune.is_some_and(|unit| shard.unit != Some(unit)) {
                continue;
            }
            let today = shard.on_day(day, &self.common);
            if let Some(window) = query.area.window()
                && !today.bounds().is_some_and(|bounds| meet(bounds, window))
            {
                continue;
            }
            for (place, card) in shard.villages.iter().enumerate() {
                let Some(now) = &today.villages[place] else { continue };
                if !self.suits(query, card, now.position) {
                    continue;
                }
                let answer = if is_default {
                    now.answer
                } else {
                    card.verdict(&query.question, &self.common)
                };
                let households = card.fact_on(day).and_then(|fact| fact.households);
                for (_, total) in totals.iter_mut().filter(|(class, _)| *class == answer.verdict) {
                    total.add(households);
                }
                if query.verdicts.contains(&answer.verdict) {
                    rows.push(GapRow {
                        shard: Arc::clone(shard),
                        place,
                        answer,
                        waiting_days: waiting_days(card, day),
                        nearest_site_m: None,
                    });
                }
            }
        }
        self.sort(&mut rows, query);
        Gaps { totals, rows }
    }

    fn suits(&self, query: &GapQuery, card: &VillageCard, position: Option<Position>) -> bool {
        let day = query.question.day;
        let fact = card.fact_on(day);
        let duty = query.duty.is_none_or(|wanted| duty_suits(card, day, wanted));
        let power = query.grid_power.is_none_or(|t| t.suits(fact.and_then(|f| f.grid_power)));
        let hard = query
            .especially_hard
            .is_none_or(|tri| tri.suits(fact.and_then(|fact| fact.especially_hard)));
        let district = query
            .area
            .district_old
            .is_none_or(|unit| self.units_of(card, day).district_old == Some(unit));
        duty && power && hard && district && query.area.holds(position)
    }

    fn sort(&self, rows: &mut [GapRow], query: &GapQuery) {
        let day = query.question.day;
        let name = |row: &GapRow| {
            let name = row.card().fact_on(day).map(|fact| fact.name.clone()).unwrap_or_default();
            (crate::gazetteer::fold_for_search(&name), row.card().id.clone())
        };
        match query.sort {
            Sort::Households => rows.sort_by_cached_key(|row| {
                let households = row.card().fact_on(day).and_then(|fact| fact.households);
                (std::cmp::Reverse(households), name(row))
            }),
            Sort::Waiting => {
                rows.sort_by_cached_key(|row| (std::cmp::Reverse(row.waiting_days), name(row)));
            }
            Sort::Name => rows.sort_by_cached_key(name),
            Sort::Distance => {
                for row in rows.iter_mut() {
                    let from = row.card().fact_on(day).and_then(|fact| fact.located);
                    row.nearest_site_m = from.and_then(|located| {
                        let nearest = self.nearest_sites(located.position, day, None, None, 1);
                        nearest.first().map(|site| site.distance_m)
                    });
                }
                rows.sort_by(|a, b| {
                    let key = |row: &GapRow| row.nearest_site_m.unwrap_or(f64::INFINITY);
                    key(a).total_cmp(&key(b)).then_with(|| a.card().id.cmp(&b.card().id))
                });
            }
        }
    }
}

impl Households {
    fn add(&mut self, households: Option<u32>) {
        self.villages += 1;
        match households {
            Some(known) => self.households += u64::from(known),
            None => self.villages_households_unknown += 1,
        }
    }
}

impl AreaFilter {
    /// A box outside which nothing can suit.
    fn window(&self) -> Option<([f64; 2], [f64; 2])> {
        if let Some(bounds) = self.bounds {
            return Some(bounds);
        }
        if let Some(rect) = self.polygon.as_ref().and_then(|area| area.polygons().bounding_rect()) {
            return Some((rect.min().into(), rect.max().into()));
        }
        let (centre, radius_m) = self.near?;
        let lat = radius_m / 110_000.0;
        let lon = lat / (centre.lat_deg().abs() + lat).min(89.0).to_radians().cos();
        Some((
            [centre.lon_deg() - lon, centre.lat_deg() - lat],
            [centre.lon_deg() + lon, centre.lat_deg() + lat],
        ))
    }

    fn holds(&self, position: Option<Position>) -> bool {
        if self.bounds.is_none() && self.polygon.is_none() && self.near.is_none() {
            return true;
        }
        let Some(at) = position else { return false };
        let (lon, lat) = (at.lon_deg(), at.lat_deg());
        let in_bounds = self.bounds.is_none_or(|(low, high)| {
            low[0] <= lon && lon <= high[0] && low[1] <= lat && lat <= high[1]
        });
        let in_polygon =
            self.polygon.as_ref().is_none_or(|area| area.polygons().intersects(&at.point()));
        let near = self.near.is_none_or(|(centre, radius_m)| distance_m(centre, at) <= radius_m);
        in_bounds && in_polygon && near
    }
}

fn meet(a: ([f64; 2], [f64; 2]), b: ([f64; 2], [f64; 2])) -> bool {
    (0..2).all(|axis| a.0[axis] <= b.1[axis] && b.0[axis] <= a.1[axis])
}

fn duty_suits(card: &VillageCard, day: Day, wanted: DutyFilter) -> bool {
    let mut states = card.duties.iter().map(|duty| duty.state_on(day));
    match wanted {
        DutyFilter::None => {
            !states.any(|state| matches!(state, DutyState::Open | DutyState::Overdue))
        }
        DutyFilter::Open => {
            states.any(|state| matches!(state, DutyState::Open | DutyState::Overdue))
        }
        DutyFilter::Overdue => states.any(|state| state == DutyState::Overdue),
    }
}

/// Days since the oldest duty still open was given.
pub fn waiting_days(card: &VillageCard, day: Day) -> Option<i32> {
    card.duties
        .iter()
        .filter(|duty| matches!(duty.state_on(day), DutyState::Open | DutyState::Overdue))
        .map(|duty| day.number() - duty.fact.given.number())
        .max()
}
