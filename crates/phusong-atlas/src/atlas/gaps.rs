//! Which villages are without coverage: one query over an Atlas, in a stable order.

use std::collections::BTreeMap;
use std::sync::Arc;

use geo::{BoundingRect, Intersects};

use super::Atlas;
use super::VillageUnits;
use super::card::VillageCard;
use super::combine::{Flagged, VillageVerdict};
use super::duty::OpenDuty;
use super::question::Question;
use super::shard::Shard;
use super::shard_day::VillageDay;
use crate::cores::side_by_side;
use crate::domain::{Area, Day, Position, UnitId, distance_m};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DutyFilter {
    /// Nobody owes it.
    None,
    /// Somebody does, overdue or not, also what a village that went into it was owed.
    Open,
    Overdue,
}

impl DutyFilter {
    fn suits(self, owed: Option<&OpenDuty>) -> bool {
        match self {
            Self::None => owed.is_none(),
            Self::Open => owed.is_some(),
            Self::Overdue => owed.is_some_and(|owed| owed.is_overdue),
        }
    }
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
    pub commune_old: Option<UnitId>,
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
    /// To the nearest operational site, where the order rests on it: [`Atlas::nearest_site_m`]
    /// tells it of any row.
    pub nearest_site_m: Option<f64>,
    /// As [`VillageCard::stand_on`] has it.
    pub position: Option<Position>,
    pub households: Option<u32>,
}

impl GapRow {
    pub fn card(&self) -> &VillageCard {
        &self.shard.villages[self.place]
    }
}

/// Counts by class, in the order of [`VillageVerdict::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals(pub [(VillageVerdict, Households); 5]);

impl Default for Totals {
    fn default() -> Self {
        Self(VillageVerdict::ALL.map(|verdict| (verdict, Households::default())))
    }
}

impl Totals {
    pub(super) fn add(&mut self, verdict: VillageVerdict, households: Option<u32>) {
        for (_, total) in self.0.iter_mut().filter(|(class, _)| *class == verdict) {
            total.count(households);
        }
    }

    pub fn of(&self, verdict: VillageVerdict) -> Households {
        self.0
            .iter()
            .find(|(class, _)| *class == verdict)
            .map(|(_, total)| *total)
            .unwrap_or_default()
    }

    /// All classes together.
    pub fn all(&self) -> Households {
        let mut all = Households::default();
        for (_, part) in &self.0 {
            all.villages += part.villages;
            all.households += part.households;
            all.villages_households_unknown += part.villages_households_unknown;
        }
        all
    }
}

/// What the filters leave, before the verdict filter, by unit. Villages of which the unit is not
/// known, or not one alone, stand under `None`, so that every grouping sums to the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    pub whole: Totals,
    pub by_commune: BTreeMap<Option<UnitId>, Totals>,
    pub by_commune_old: BTreeMap<Option<UnitId>, Totals>,
    pub by_district_old: BTreeMap<Option<UnitId>, Totals>,
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
        let mut totals = Totals::default();
        let mut rows = Vec::new();
        self.scan(query, |shard, place, now, answer| {
            totals.add(answer.verdict, now.households);
            if query.verdicts.contains(&answer.verdict) {
                rows.push(GapRow {
                    shard: Arc::clone(shard),
                    place,
                    answer,
                    waiting_days: now.owed.as_ref().map(|owed| owed.waiting_days(day)),
                    nearest_site_m: None,
                    position: now.position,
                    households: now.households,
                });
            }
        });
        self.sort(&mut rows, query);
        Gaps { totals: totals.0, rows }
    }

    /// The same filters, counted by today's communes as the villages lie on the day, and by the
    /// communes and districts before 2025.
    pub fn gap_groups(&self, query: &GapQuery) -> Groups {
        let mut groups = Groups::default();
        self.scan(query, |_, _, now, answer| {
            let (verdict, households) = (answer.verdict, now.households);
            groups.whole.add(verdict, households);
            groups.by_commune.entry(now.units.commune).or_default().add(verdict, households);
            let old = groups.by_commune_old.entry(now.units.commune_old);
            old.or_default().add(verdict, households);
            let district = groups.by_district_old.entry(now.units.district_old);
            district.or_default().add(verdict, households);
        });
        groups
    }

    /// Every village that the filters leave, before the verdict filter, in order of shard and id.
    fn scan(
        &self,
        query: &GapQuery,
        mut visit: impl FnMut(&Arc<Shard>, usize, &VillageDay, Flagged<VillageVerdict>),
    ) {
        let day = query.question.day;
        let is_default = query.question == Question::default_on(day);
        let window = query.area.window();
        let AreaFilter { commune, commune_old, district_old, .. } = query.area;
        let units = [commune, commune_old, district_old];
        let may_suit = |shard: &&Arc<Shard>| {
            units.into_iter().flatten().all(|unit| shard.may_hold(unit))
                && window.is_none_or(|window| shard.may_meet(window))
        };
        // A day that nobody asked for is worked out on every core.
        let cold: Vec<_> =
            self.shards().filter(may_suit).filter(|shard| shard.lacks_day(day)).collect();
        side_by_side(&cold, |shard| shard.on_day(day, &self.common));
        for shard in self.shards().filter(may_suit) {
            let today = shard.on_day(day, &self.common);
            let places = match window.filter(|window| !shard.lies_in(*window)) {
                Some(window) => today.villages_within(window),
                None => (0..).take(shard.villages.len()).collect(),
            };
            for place in places.into_iter().map(|place| place as usize) {
                let card = &shard.villages[place];
                let Some(now) = &today.villages[place] else { continue };
                if query.suits(card, &now.units, || now.owed.as_deref(), || now.position) {
                    let answer = if is_default {
                        now.answer
                    } else {
                        card.verdict(&query.question, &self.common)
                    };
                    visit(shard, place, now, answer);
                }
            }
        }
    }

    /// To the nearest site on air that day, of any carrier and technology.
    pub fn nearest_site_m(&self, from: Option<Position>, day: Day) -> Option<f64> {
        let nearest = self.nearest_sites(from?, day, None, None, 1);
        nearest.first().map(|site| site.distance_m)
    }

    fn sort(&self, rows: &mut [GapRow], query: &GapQuery) {
        let day = query.question.day;
        let by_name = |a: &GapRow, b: &GapRow| {
            let (a, b) = (a.card(), b.card());
            a.name_key_on(day).cmp(b.name_key_on(day)).then_with(|| a.id.cmp(&b.id))
        };
        match query.sort {
            Sort::Households => rows.sort_unstable_by(|a, b| {
                b.households.cmp(&a.households).then_with(|| by_name(a, b))
            }),
            Sort::Waiting => rows.sort_unstable_by(|a, b| {
                b.waiting_days.cmp(&a.waiting_days).then_with(|| by_name(a, b))
            }),
            Sort::Name => rows.sort_unstable_by(by_name),
            Sort::Distance => {
                for row in rows.iter_mut() {
                    row.nearest_site_m = self.nearest_site_m(row.position, day);
                }
                rows.sort_by(|a, b| {
                    let key = |row: &GapRow| row.nearest_site_m.unwrap_or(f64::INFINITY);
                    key(a).total_cmp(&key(b)).then_with(|| a.card().id.cmp(&b.card().id))
                });
            }
        }
    }
}

impl GapQuery {
    /// `units`, `owed` and `position`: of the question's day.
    pub(super) fn suits<O: std::borrow::Borrow<OpenDuty>>(
        &self,
        card: &VillageCard,
        units: &VillageUnits,
        owed: impl FnOnce() -> Option<O>,
        position: impl FnOnce() -> Option<Position>,
    ) -> bool {
        let (day, area) = (self.question.day, &self.area);
        let fact = card.fact_on(day);
        area.commune.is_none_or(|unit| units.commune == Some(unit))
            && area.district_old.is_none_or(|unit| units.district_old == Some(unit))
            && area.commune_old.is_none_or(|unit| units.commune_old == Some(unit))
            && self.duty.is_none_or(|wanted| wanted.suits(owed().as_ref().map(O::borrow)))
            && self.grid_power.is_none_or(|tri| tri.suits(fact.and_then(|f| f.grid_power)))
            && self
                .especially_hard
                .is_none_or(|tri| tri.suits(fact.and_then(|f| f.especially_hard)))
            && area.holds(position)
    }
}

impl Households {
    /// One village more.
    pub fn count(&mut self, households: Option<u32>) {
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

    pub(super) fn holds(&self, position: impl FnOnce() -> Option<Position>) -> bool {
        if self.bounds.is_none() && self.polygon.is_none() && self.near.is_none() {
            return true;
        }
        let Some(at) = position() else { return false };
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
