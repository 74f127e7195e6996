//! A shard: one of today's communes with its villages, clusters and sites, as one scope sees
//! them. Immutable; scopes and successive Atlases share every shard in which they do not differ.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, RwLock};

use rstar::{AABB, RTree};

use super::areas::Pin;
use super::card::VillageCard;
use super::commune_now;
use super::digest::{ContentHash, content_hash};
use super::said::Evidence;
use super::shard_day::ShardDay;
use super::view::{Common, View};
use crate::domain::{
    Day, Fact, Feeds, Position, SiteEventKind, SiteId, TechSet, UnitId, VillageId,
};
use crate::history::{RowIndex, SiteLife};

/// A site as the scope may see it.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct SiteCard {
    pub id: SiteId,
    pub name: Option<String>,
    pub position: Option<Position>,
    pub unit: Option<UnitId>,
    /// In tenths of a metre.
    pub antenna_height_agl_dm: Option<u32>,
    pub life: SiteLife,
    /// Every counted event, sorted.
    pub events: Vec<SiteEvent>,
    /// Marked so that only its owner, approvers and auditors see it.
    pub restricted: bool,
    /// What it lives on, as said by rows of that day, sorted.
    pub feeds: Vec<(Day, Feeds)>,
}

/// Of what a site lives on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// *Truyền dẫn*.
    Backhaul,
    /// *Nguồn điện*.
    Power,
}

/// One counted row of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteEvent {
    pub day: Day,
    pub kind: SiteEventKind,
    pub technologies: TechSet,
    /// An on_air or changed dated after the day it was recorded: a plan until said again.
    pub planned: bool,
    pub evidence: Evidence,
}

/// What a site is on a day (DOMAIN §4 axis 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SiteState {
    Planned,
    Built,
    Operational,
    OffAir,
    Decommissioned,
}

impl SiteState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Built => "built",
            Self::Operational => "operational",
            Self::OffAir => "off_air",
            Self::Decommissioned => "decommissioned",
        }
    }
}

impl SiteCard {
    pub fn of(view: &View<'_>, id: &SiteId) -> Option<Self> {
        if !view.may_see(id) {
            return None;
        }
        let history = view.history;
        let mut steps: Vec<_> = history.site_steps(id, view.scope).collect();
        steps.sort_by_key(|(row, step)| (step.day, *row));
        if steps.is_empty() {
            return None;
        }
        let told = |row: RowIndex| history.row(row);
        let life = SiteLife::of(steps.iter().map(|(row, step)| (*step, told(*row).recorded_day)));
        let mut events: Vec<_> = steps
            .iter()
            .map(|(row, step)| SiteEvent {
                day: step.day,
                kind: step.event,
                technologies: step.technologies,
                planned: step.is_plan(told(*row).recorded_day),
                evidence: Evidence::of(told(*row)),
            })
            .collect();
        events.sort_unstable();
        let (mut name, mut unit, mut height_m, mut feeds) = (None, None, None, Vec::new());
        // The last word of each first; one row at a time is unpacked.
        for (row, step) in steps.iter().rev() {
            let Fact::SiteEvent(event) = told(*row).fact().into_fact() else { continue };
            name = name.or(event.site_name);
            unit = unit.or(event.unit);
            height_m = height_m.or(event.antenna_height_agl_m);
            feeds.extend(event.feeds.map(|feeds| (step.day, *feeds)));
        }
        feeds.sort_unstable();
        let placed = steps.iter().filter_map(|(_, step)| Some((step.day, step.position?)));
        Some(Self {
            id: id.clone(),
            name,
            position: placed.max().map(|(_, position)| position),
            unit,
            antenna_height_agl_dm: height_m.and_then(decimetres),
            life,
            events,
            restricted: view.is_restricted(id),
            feeds,
        })
    }

    /// The lines on which it lives that day, as was said last; empty: nobody has said.
    pub fn lines_on(&self, kind: LineKind, day: Day) -> &[String] {
        let said = self.feeds.iter().rev().filter(|(from, _)| *from <= day);
        let lines = said.map(|(_, feeds)| match kind {
            LineKind::Backhaul => &feeds.backhaul[..],
            LineKind::Power => &feeds.power,
        });
        lines.into_iter().find(|names| !names.is_empty()).unwrap_or_default()
    }

    pub fn state_on(&self, day: Day) -> SiteState {
        if !self.life.technologies_on(day).is_empty() {
            return SiteState::Operational;
        }
        let mut past = self.events.iter().rev().filter(|event| event.day <= day && !event.planned);
        match past.find(|event| event.kind != SiteEventKind::Changed).map(|event| event.kind) {
            Some(SiteEventKind::Decommissioned) => SiteState::Decommissioned,
            Some(SiteEventKind::OffAir | SiteEventKind::OnAir) => SiteState::OffAir,
            Some(SiteEventKind::Built) => SiteState::Built,
            _ => SiteState::Planned,
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded before")]
fn decimetres(metres: f64) -> Option<u32> {
    (0.0..=10_000.0).contains(&metres).then(|| (metres * 10.0).round() as u32)
}

#[derive(Debug)]
pub struct Shard {
    /// `None`: villages and sites that no commune holds.
    pub unit: Option<UnitId>,
    /// Of what the scope is shown.
    pub hash: ContentHash,
    /// Of everything, with the lives of sites that are counted and not shown: shards may be
    /// shared only where this agrees.
    pub inner: ContentHash,
    /// Sorted by id. Cards too are shared, by successive shards of one commune and by scopes.
    pub villages: Vec<Arc<VillageCard>>,
    /// Sorted by id.
    pub sites: Vec<Arc<SiteCard>>,
    site_pins: RTree<Pin>,
    /// Every unit that any of its villages may stand under on some day.
    units: BTreeSet<UnitId>,
    /// The corners of the box that holds every place of its villages on any day.
    reach: Option<([f64; 2], [f64; 2])>,
    days: RwLock<Vec<Arc<ShardDay>>>,
}

/// How many days a shard keeps answers for: today, and what a slider is on.
const DAYS_KEPT: usize = 4;

/// What of a shard is made anew. Each sorted by id.
#[derive(Debug, Default)]
pub struct Anew<'a> {
    pub villages: Vec<&'a VillageId>,
    pub sites: Vec<&'a SiteId>,
}

/// What may have changed or moved, wherever it is: every other card stays as it was. Each sorted.
#[derive(Debug, Clone, Copy)]
pub struct Touching<'a> {
    pub villages: &'a [VillageId],
    pub sites: &'a [SiteId],
}

/// The cards that stay of those before, and those made anew, by id.
fn cards<C, Id: Ord>(
    before: Option<&[Arc<C>]>,
    id: impl Fn(&C) -> &Id,
    touching: &[Id],
    anew: impl Iterator<Item = C>,
) -> Vec<Arc<C>> {
    let stays = |card: &&Arc<C>| touching.binary_search(id(card)).is_err();
    let mut cards: Vec<_> = before.unwrap_or_default().iter().filter(stays).cloned().collect();
    cards.extend(anew.map(Arc::new));
    cards.sort_by(|one, other| id(one).cmp(id(other)));
    cards
}

impl Shard {
    /// `before`: the shard of the same scope that this one follows.
    pub fn build(
        view: &View<'_>,
        unit: Option<UnitId>,
        anew: &Anew<'_>,
        touching: Touching<'_>,
        before: Option<&Self>,
    ) -> Self {
        let villages = cards(
            before.map(|old| &*old.villages),
            |card| &card.id,
            touching.villages,
            anew.villages.iter().filter_map(|id| VillageCard::of(view, id)),
        );
        let sites = cards(
            before.map(|old| &*old.sites),
            |card| &card.id,
            touching.sites,
            anew.sites.iter().filter_map(|id| SiteCard::of(view, id)),
        );
        let pins = (0_u32..)
            .zip(&sites)
            .filter_map(|(place, site)| site.position.map(|at| Pin { at, place }));
        let site_pins = RTree::bulk_load(pins.collect());
        let mut shard = Self {
            unit,
            hash: ContentHash::default(),
            inner: ContentHash::default(),
            units: units_of(&villages, unit, view.common),
            reach: reach_of(&villages),
            sites,
            site_pins,
            days: RwLock::default(),
            villages,
        };
        shard.hash = content_hash(&shard);
        let worlds = shard.villages.iter().flat_map(|village| &village.clusters);
        let lives: Vec<_> =
            worlds.map(|cluster| (&cluster.world.lives, &cluster.world.sites)).collect();
        shard.inner = content_hash(&(
            shard.hash,
            lives,
            &view.common.carriers,
            view.common.units_hash,
            view.sunsets.len(),
            &view.rules.id,
        ));
        shard
    }

    pub fn is_empty(&self) -> bool {
        self.villages.is_empty() && self.sites.is_empty()
    }

    /// Can a village of it stand under the unit on some day?
    pub fn may_hold(&self, unit: UnitId) -> bool {
        self.units.contains(&unit)
    }

    /// Do all its villages that lie anywhere lie in the box, on every day?
    pub fn lies_in(&self, (south_west, north_east): ([f64; 2], [f64; 2])) -> bool {
        self.reach.is_none_or(|(low, high)| {
            (0..2).all(|axis| south_west[axis] <= low[axis] && high[axis] <= north_east[axis])
        })
    }

    /// Can a village of it lie in the box on some day?
    pub fn may_meet(&self, (south_west, north_east): ([f64; 2], [f64; 2])) -> bool {
        self.reach.is_some_and(|(low, high)| {
            (0..2).all(|axis| low[axis] <= north_east[axis] && south_west[axis] <= high[axis])
        })
    }

    pub fn village(&self, id: &VillageId) -> Option<&VillageCard> {
        self.place_of(id).map(|place| &*self.villages[place])
    }

    /// Index into [`Self::villages`].
    pub fn place_of(&self, id: &VillageId) -> Option<usize> {
        self.villages.binary_search_by(|card| card.id.cmp(id)).ok()
    }

    pub fn site(&self, id: &SiteId) -> Option<&SiteCard> {
        self.place_of_site(id).map(|place| &*self.sites[place])
    }

    fn place_of_site(&self, id: &SiteId) -> Option<usize> {
        self.sites.binary_search_by(|card| card.id.cmp(id)).ok()
    }

    /// Takes over every card of another scope's shard that says the same.
    pub fn share_cards(&mut self, other: &Self) {
        for card in &mut self.villages {
            if let Some(place) = other.place_of(&card.id)
                && !Arc::ptr_eq(card, &other.villages[place])
                && *card == other.villages[place]
            {
                *card = Arc::clone(&other.villages[place]);
            }
        }
        for card in &mut self.sites {
            if let Some(place) = other.place_of_site(&card.id)
                && !Arc::ptr_eq(card, &other.sites[place])
                && *card == other.sites[place]
            {
                *card = Arc::clone(&other.sites[place]);
            }
        }
    }

    /// Would [`Self::on_day`] have to compute?
    pub fn lacks_day(&self, day: Day) -> bool {
        self.days.read().is_ok_and(|kept| kept.iter().all(|kept| kept.day != day))
    }

    /// The default question's answers for a day, computed once.
    pub fn on_day(&self, day: Day, common: &Common) -> Arc<ShardDay> {
        if let Ok(kept) = self.days.read()
            && let Some(found) = kept.iter().find(|kept| kept.day == day)
        {
            return Arc::clone(found);
        }
        let last = self.days.read().ok().and_then(|kept| kept.first().cloned());
        let made = Arc::new(ShardDay::of(self, day, common, last.as_deref()));
        if let Ok(mut kept) = self.days.write() {
            kept.truncate(DAYS_KEPT - 1);
            kept.insert(0, Arc::clone(&made));
        }
        made
    }

    /// Places of [`Self::sites`] within a window of longitude and latitude, in order.
    pub fn sites_within(&self, window: ([f64; 2], [f64; 2])) -> Vec<u32> {
        within(&self.site_pins, window)
    }
}

impl Hash for Shard {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.unit, &self.villages, &self.sites).hash(state);
    }
}

impl Shard {
    /// The corners of the box that holds every site.
    pub fn site_bounds(&self) -> Option<([f64; 2], [f64; 2])> {
        bounds_of([&self.site_pins])
    }
}

/// What [`VillageUnits`] can name: the units of every fact, the communes that those became, and the
/// old districts of all.
fn units_of(
    villages: &[Arc<VillageCard>],
    home: Option<UnitId>,
    common: &Common,
) -> BTreeSet<UnitId> {
    let facts = villages.iter().flat_map(|card| &card.facts);
    let mut units: BTreeSet<UnitId> =
        facts.flat_map(|fact| fact.units.iter().copied()).chain(home).collect();
    let several = villages.iter().filter(|card| card.facts.len() > 1);
    let communes = several.flat_map(|card| &card.facts);
    units.extend(communes.filter_map(|fact| commune_now(&common.units, &fact.units)));
    let districts: Vec<UnitId> =
        units.iter().flat_map(|unit| common.units.districts_of(*unit)).collect();
    units.extend(districts);
    units
}

fn reach_of(villages: &[Arc<VillageCard>]) -> Option<([f64; 2], [f64; 2])> {
    let own = villages.iter().flat_map(|card| &card.facts).filter_map(|fact| fact.located);
    let clusters = villages.iter().flat_map(|card| &card.clusters);
    let days = clusters
        .flat_map(|cluster| cluster.places.iter().filter_map(|(day, _)| cluster.position_on(*day)));
    let corners = own.map(|located| located.position).chain(days);
    corners.map(|at| [at.lon_deg(), at.lat_deg()]).fold(None, |reach, at| {
        let (low, high) = reach.unwrap_or((at, at));
        Some(([low[0].min(at[0]), low[1].min(at[1])], [high[0].max(at[0]), high[1].max(at[1])]))
    })
}

fn bounds_of<const N: usize>(trees: [&RTree<Pin>; N]) -> Option<([f64; 2], [f64; 2])> {
    let boxes = trees.iter().filter(|tree| tree.size() > 0).map(|tree| tree.root().envelope());
    boxes
        .reduce(|a, b| {
            let (al, au, bl, bu) = (a.lower(), a.upper(), b.lower(), b.upper());
            AABB::from_corners(
                [al[0].min(bl[0]), al[1].min(bl[1])],
                [au[0].max(bu[0]), au[1].max(bu[1])],
            )
        })
        .map(|bounds| (bounds.lower(), bounds.upper()))
}

pub(super) fn pins(positions: impl Iterator<Item = Option<Position>>) -> RTree<Pin> {
    let pins = (0_u32..).zip(positions).filter_map(|(place, at)| at.map(|at| Pin { at, place }));
    RTree::bulk_load(pins.collect())
}

pub(super) fn within(
    tree: &RTree<Pin>,
    (south_west, north_east): ([f64; 2], [f64; 2]),
) -> Vec<u32> {
    let window = AABB::from_corners(south_west, north_east);
    let mut places: Vec<u32> = tree.locate_in_envelope(window).map(|pin| pin.place).collect();
    places.sort_unstable();
    places
}
