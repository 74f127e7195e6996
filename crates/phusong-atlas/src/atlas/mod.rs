//! A history assessed for one scope: verdicts over days, R-trees, and the answers to questions.
//!
//! Rights are compiled in: what a scope may not count or see is not in its Atlas. An Atlas never
//! changes; a new entry makes a new one that shares every shard it did not touch.

mod areas;
mod beside;
mod card;
mod changes;
mod combine;
mod communes;
mod contradictions;
mod criteria;
mod digest;
mod dispute;
mod duties;
mod duty;
mod explain;
mod figures;
mod fit;
mod gaps;
mod measured;
mod meet;
mod nearest;
mod planning;
mod question;
mod said;
mod shard;
mod shard_day;
mod sites;
mod steps;
mod sums;
mod targets;
mod view;
mod whatif;
mod world;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rpds::RedBlackTreeMapSync;

pub use areas::{Areas, CommuneArea};
pub use beside::{Beside, CauseCard, CertificateCard, HourState, OutageCard, OutageState};
pub use card::{ClusterCard, Stand, VillageCard};
pub use changes::{Held, VillageChange};
pub use combine::{CarrierStates, ClusterVerdict, Flagged, Mode, Part, VillageVerdict};
pub use communes::{CommuneCard, Communes};
pub use contradictions::{Against, Contradiction, Side, Standing, severity};
pub use criteria::{
    ContentCard, CriterionCard, CriterionVerdict, NamedCriterion, Open, Served, ServedVillage,
};
pub use digest::{ContentHash, content_hash};
pub use dispute::{DisputeAnswer, DisputeCard, DisputeCheck, DisputeEnd, DisputeStage};
pub use duties::{Assumed, Board, BoardCell, DutyQuery, DutyRow, Owed, Quarter};
pub use duty::{
    DutyCard, DutyFinding, DutyState, Former, OpenDuty, Promises, Told, WaitsFor, standing,
};
pub use explain::{
    Cause, Missing, NextGrade, Reason, ReasonRole, Step, Turn, explain, missing, next_grade,
    timeline,
};
pub use figures::{
    Carried, FigureFinding, Figures, Filed, Filings, Found, NotFiled, NotFiledQuery, PeriodKind,
    Point, Revision, RevisionState, Series, SeriesQuery, Territory, Value, Weights, last_period,
};
pub use fit::Place;
pub use gaps::{
    AreaFilter, DutyFilter, GapQuery, GapRow, Gaps, Groups, Households, Sort, Totals, Tri,
};
pub use measured::{CellTally, Finding as MeasuredFinding, ForeseenSet, SetKey, Tally, tally};
pub use meet::{Effect, Fate, Flags, Hold, Judged, Meeting, State};
pub use nearest::NearSite;
pub use planning::{
    Candidate, ClusterCount, ClusterGaps, ClusterRow, ClusterTotals, Counted, DayPoint, Factor,
    HangingCluster, HangingVillage, HangsOn, RankWeights, Ranked, RecordedLines, RuleMove,
    RulePart, RuleStanding, Score, Shares, SiteDemand, SiteSearch, TooManyCandidates, rule_moves,
};
pub use question::{Carriers, Question};
pub use said::{CarrierIndex, Evidence, Rows, Said, SaidKind, Signal};
pub use shard::{LineKind, Shard, SiteCard, SiteEvent, SiteState};
pub use shard_day::{ClusterDay, Letters, ShardDay, VillageDay, letter_carriers};
pub use sites::{SitePlan, SiteQuery, SiteRow, SiteTurn};
pub use targets::{JudgedTarget, Pace, TargetCard, TargetVerdict, Trend};
pub use view::Common;
pub use whatif::{Deed, Turned, WhatIf, what_if, what_if_of};

use crate::cores::side_by_side;
use crate::domain::{
    AgencyFact, AgencySuccessionFact, BoundaryFact, CarrierFact, CriterionFact, Day, Fact,
    GoalFact, IndicatorFact, OrderClauseFact, PublicStatementFact, RuleSet, Scope, SiteId,
    UnitCountFact, UnitId, UnitLevel, VillageId,
};
use crate::gazetteer::{Now, Units};
use crate::history::{History, Touched};
use shard::{Anew, Touching};
use sums::Sums;
use view::View;

/// What every Atlas of a service shares: where communes are, and the rules that hold until
/// others are adopted.
#[derive(Debug, Clone)]
pub struct Ground {
    pub areas: Arc<Areas>,
    pub rules: Arc<RuleSet>,
}

/// A shard's key: one of today's communes, or nowhere.
pub type Home = Option<UnitId>;

/// Facts of the order and its surroundings that are shown, never assessed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct OrderFacts {
    pub clauses: Vec<OrderClauseFact>,
    pub goals: Vec<GoalFact>,
    pub statements: Vec<PublicStatementFact>,
    pub agencies: Vec<AgencyFact>,
    pub agency_successions: Vec<AgencySuccessionFact>,
    /// By id; of two of one id the greater content.
    pub indicators: Vec<IndicatorFact>,
    pub criteria: Vec<CriterionFact>,
    pub unit_counts: Vec<UnitCountFact>,
}

#[derive(Debug, Clone)]
pub struct Atlas {
    pub scope: Scope,
    /// The hash of everything this scope sees.
    pub version: ContentHash,
    /// Of that and of everything that is counted and not shown: two Atlases of which it is the
    /// same give the same answers.
    pub inner: ContentHash,
    pub common: Arc<Common>,
    pub ground: Ground,
    /// Where communes are for this scope: filed outlines, and the ground's cells for the rest.
    pub areas: Arc<Areas>,
    pub order: Arc<OrderFacts>,
    pub figures: Figures,
    pub beside: Arc<Beside>,
    order_hash: ContentHash,
    beside_hash: ContentHash,
    shards: RedBlackTreeMapSync<Home, Arc<Shard>>,
    sums: Sums,
    villages: RedBlackTreeMapSync<VillageId, Home>,
    sites: RedBlackTreeMapSync<SiteId, Home>,
    /// Made when somebody first asks for what is near; anew once a shard's sites have another box.
    site_boxes: OnceLock<Arc<nearest::SiteBoxes>>,
}

/// Filed outlines in the place of computed cells.
fn areas_of(history: &History, scope: &Scope, ground: &Ground) -> Arc<Areas> {
    let filed = history.boundaries(Day::NEVER, scope);
    if filed.is_empty() {
        return Arc::clone(&ground.areas);
    }
    let filed: BTreeMap<UnitId, &BoundaryFact> =
        filed.into_iter().map(|fact| (fact.unit, fact)).collect();
    let area = |known: &CommuneArea| match filed.get(&known.unit) {
        Some(fact) => CommuneArea { area: fact.area.clone(), approximate: false, ..known.clone() },
        None => known.clone(),
    };
    Arc::new(Areas::of(ground.areas.all().iter().map(area).collect()))
}

impl Atlas {
    /// Everything assessed from the history.
    pub fn build(history: &History, scope: Scope, ground: &Ground) -> Self {
        let common = Common::of(history, &scope, &ground.rules);
        Self::assessed(history, scope, ground, common)
    }

    /// The same by another rule set than the adopted one, to compare with: never shown as what
    /// is, and never carried on with [`Self::after`].
    pub fn build_under(
        history: &History,
        scope: Scope,
        ground: &Ground,
        rules: Arc<RuleSet>,
    ) -> Self {
        let common = Common { rules, ..Common::of(history, &scope, &ground.rules) };
        Self::assessed(history, scope, ground, common)
    }

    fn assessed(history: &History, scope: Scope, ground: &Ground, common: Common) -> Self {
        let common = Arc::new(common);
        let mut atlas = Self {
            version: ContentHash::default(),
            inner: ContentHash::default(),
            order: Arc::new(OrderFacts::of(history, &scope)),
            figures: Figures::of(history, &scope),
            beside: Arc::new(Beside::of(&View::new(history, &scope, &common))),
            order_hash: ContentHash::default(),
            beside_hash: ContentHash::default(),
            common,
            areas: areas_of(history, &scope, ground),
            ground: ground.clone(),
            scope,
            shards: RedBlackTreeMapSync::default(),
            sums: Sums::default(),
            villages: RedBlackTreeMapSync::default(),
            sites: RedBlackTreeMapSync::default(),
            site_boxes: OnceLock::new(),
        };
        atlas.order_hash = content_hash(&*atlas.order);
        atlas.beside_hash = content_hash(&*atlas.beside);
        let index = history.index();
        let villages = index.villages.keys().cloned();
        // Every one of the nation would be sorted only to be left out.
        let sites = index.site_rows.keys().filter(|_| atlas.sees_sites()).cloned();
        let sites: Vec<SiteId> = sites.collect();
        atlas.assess(history, villages, sites.into_iter());
        atlas
    }

    /// The Atlas after entries that touched this much; `self` stays as it is.
    #[must_use]
    pub fn after(&self, history: &History, touched: &Touched) -> Self {
        let reaches = || self.common.rules.reach_m.iter().any(Option::is_some);
        if touched.everything || touched.by_reach && reaches() {
            return Self::build(history, self.scope.clone(), &self.ground).sharing(self);
        }
        let mut atlas = self.clone();
        if touched.order {
            atlas.order = Arc::new(OrderFacts::of(history, &self.scope));
            atlas.order_hash = content_hash(&*atlas.order);
        }
        atlas.figures = atlas.figures.after(history, &self.scope, &touched.figures);
        if touched.beside {
            let beside = Beside::of(&View::new(history, &self.scope, &self.common));
            if beside != *atlas.beside {
                atlas.beside_hash = content_hash(&beside);
                atlas.beside = Arc::new(beside);
            }
        }
        atlas.assess(history, touched.villages.iter().cloned(), touched.sites.iter().cloned());
        atlas
    }

    /// Takes over everything of another Atlas that has the same content.
    #[must_use]
    pub fn sharing(self, other: &Self) -> Self {
        let homes: Vec<Home> = self.shards.keys().copied().collect();
        self.sharing_at(homes, other)
    }

    /// The homes of shards in which something is that was not so in `before`.
    pub fn homes_since(&self, before: &Self) -> impl Iterator<Item = Home> {
        self.sums.since(&before.sums)
    }

    /// As [`Self::sharing`], of shards those at `homes` alone: the others are known to be shared
    /// as far as they can be.
    #[must_use]
    pub fn sharing_at(mut self, homes: impl IntoIterator<Item = Home>, other: &Self) -> Self {
        if self.order_hash == other.order_hash {
            self.order = Arc::clone(&other.order);
        }
        if self.beside_hash == other.beside_hash {
            self.beside = Arc::clone(&other.beside);
        }
        if self.areas.hash() == other.areas.hash() {
            self.areas = Arc::clone(&other.areas);
        }
        if self.figures.hash == other.figures.hash {
            self.figures = other.figures.clone();
        }
        if self.common.units_hash == other.common.units_hash
            && let Some(common) = Arc::get_mut(&mut self.common)
        {
            common.units = Arc::clone(&other.common.units);
            common.territory = Arc::clone(&other.common.territory);
        }
        for home in homes {
            if let (Some(own), Some(twin)) = (self.shards.get(&home), other.shards.get(&home))
                && !Arc::ptr_eq(own, twin)
                && own.inner == twin.inner
            {
                self.shards.insert_mut(home, Arc::clone(twin));
            }
        }
        self
    }

    /// The same, and of shards that differ, every card that does not. Only for an Atlas of
    /// which nobody holds a shard yet: what is held stays as it is.
    #[must_use]
    pub fn sharing_cards(self, other: &Self) -> Self {
        let mut shared = self.sharing(other);
        let homes: Vec<Home> = shared.shards.keys().copied().collect();
        for home in homes {
            if let Some(shard) = shared.shards.get_mut(&home)
                && let Some(twin) = other.shards.get(&home)
                && let Some(own) = Arc::get_mut(shard)
            {
                own.share_cards(twin);
            }
        }
        shared
    }

    /// Rebuilds the shards in which the named villages and sites are or were.
    fn assess(
        &mut self,
        history: &History,
        villages: impl Iterator<Item = VillageId>,
        sites: impl Iterator<Item = SiteId>,
    ) {
        let common = Arc::clone(&self.common);
        let scope = self.scope.clone();
        let view = View::new(history, &scope, &common);
        let mut dirty: BTreeMap<Home, Anew<'_>> = BTreeMap::new();
        // In order: neighbours in a tree are put in one after another.
        let mut villages: Vec<VillageId> = villages.collect();
        villages.sort_unstable();
        let homes = side_by_side(&villages, |id| {
            let known = !history.village_facts(id, &scope).is_empty();
            known.then(|| self.home_of_village(&view, id))
        });
        for (id, home) in villages.iter().zip(homes) {
            if let Some(old) = self.villages.get(id) {
                dirty.entry(*old).or_default();
            }
            if let Some(home) = home {
                dirty.entry(home).or_default().villages.push(id);
                self.villages.insert_mut(id.clone(), home);
            } else {
                self.villages.remove_mut(id);
            }
        }
        let mut sites: Vec<SiteId> = sites.collect();
        sites.sort_unstable();
        // Cards are made by their shards, so that those of one lie together in memory.
        let homes = side_by_side(&sites, |id| {
            let seen = view.may_see(id) && history.site_steps(id, &scope).next().is_some();
            seen.then(|| view.site_position(id).and_then(|at| self.areas.home_of(at)))
        });
        for (id, home) in sites.iter().zip(homes) {
            if let Some(old) = self.sites.get(id) {
                dirty.entry(*old).or_default();
            }
            if let Some(home) = home {
                dirty.entry(home).or_default().sites.push(id);
                self.sites.insert_mut(id.clone(), home);
            } else {
                self.sites.remove_mut(id);
            }
        }
        let dirty: Vec<(Home, Anew<'_>)> = dirty.into_iter().collect();
        let touching = Touching { villages: &villages, sites: &sites };
        let built = side_by_side(&dirty, |(home, anew)| {
            let before = self.shards.get(home).map(AsRef::as_ref);
            (*home, Shard::build(&view, *home, anew, touching, before))
        });
        for (home, shard) in built {
            let box_before = self.shards.get(&home).and_then(|old| old.site_bounds());
            if box_before != shard.site_bounds() {
                self.site_boxes = OnceLock::new();
            }
            if shard.is_empty() {
                self.sums.set(home, None);
                self.shards.remove_mut(&home);
            } else if self.shards.get(&home).is_none_or(|old| old.inner != shard.inner) {
                self.sums.set(home, Some(&shard));
                self.shards.insert_mut(home, Arc::new(shard));
            }
        }
        self.seal();
    }

    fn seal(&mut self) {
        let (shown, inner) = self.sums.seal();
        debug_assert!(self.sums.are_of(self.shards.iter()), "each shard has its hashes beside it");
        self.version = content_hash(&(
            &self.common.carriers,
            self.common.units_hash,
            &self.common.rules.id,
            self.order_hash,
            self.figures.hash,
            self.beside_hash,
            shown,
            self.areas.hash(),
        ));
        self.inner = content_hash(&(self.version, &self.common.sunsets, inner));
    }

    /// The commune of today that holds a village.
    fn home_of_village(&self, view: &View<'_>, id: &VillageId) -> Home {
        let facts = view.history.village_facts(id, view.scope);
        let fact = facts.last()?;
        let units = &self.common.units;
        let by_unit = commune_now(units, &fact.units);
        by_unit.or_else(|| {
            let at = facts.iter().rev().find_map(|fact| fact.located)?;
            self.areas.home_of(at.position)
        })
    }

    pub fn shards(&self) -> impl Iterator<Item = &Arc<Shard>> {
        self.shards.values()
    }

    pub fn shard(&self, home: Home) -> Option<&Arc<Shard>> {
        self.shards.get(&home)
    }

    pub fn shard_of_village(&self, id: &VillageId) -> Option<&Arc<Shard>> {
        self.shards.get(self.villages.get(id)?)
    }

    pub fn village(&self, id: &VillageId) -> Option<(&Arc<Shard>, &VillageCard)> {
        let shard = self.shard_of_village(id)?;
        Some((shard, shard.village(id)?))
    }

    pub fn site(&self, id: &SiteId) -> Option<(&Arc<Shard>, &SiteCard)> {
        let shard = self.shards.get(self.sites.get(id)?)?;
        Some((shard, shard.site(id)?))
    }

    /// Villages whose default answer of one day is another on another day, by id.
    pub fn turned(&self, one: Day, other: Day) -> Vec<VillageId> {
        let mut turned: Vec<VillageId> = self
            .shards
            .values()
            .flat_map(|shard| {
                let (then, now) =
                    (shard.on_day(one, &self.common), shard.on_day(other, &self.common));
                let letters = |day: &ShardDay| day.letters(shard, &self.common);
                let (letters_then, letters_now) = (letters(&then), letters(&now));
                let answers = then.villages.iter().zip(&now.villages);
                let letters = letters_then.villages.iter().zip(&letters_now.villages);
                let differs: Vec<bool> = answers
                    .zip(letters)
                    .map(|((then, now), (before, after))| then != now || before != after)
                    .collect();
                shard
                    .villages
                    .iter()
                    .zip(differs)
                    .filter(|(_, differs)| *differs)
                    .map(|(card, _)| card.id.clone())
                    .collect::<Vec<_>>()
            })
            .collect();
        turned.sort_unstable();
        turned
    }

    /// All villages the scope knows, by id.
    pub fn village_ids(&self) -> impl Iterator<Item = &VillageId> {
        self.villages.keys()
    }

    /// May this scope see any site at all?
    pub fn sees_sites(&self) -> bool {
        !matches!(self.scope, Scope::Public | Scope::Commune(_))
    }

    pub fn carrier(&self, index: CarrierIndex) -> &CarrierFact {
        &self.common.carriers[usize::from(index.0)]
    }

    /// The commune, of those of today, that holds a village on a day, and its districts before
    /// 2025, as far as known.
    pub fn units_of(&self, card: &VillageCard, day: Day) -> VillageUnits {
        let home = self.villages.get(&card.id).copied().flatten();
        VillageUnits::of(card, home, &self.common, day)
    }
}

/// Where a village lies on a day, by the map of today and by that before 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VillageUnits {
    /// One of today's communes: before a village moved, the one that it left.
    pub commune: Option<UnitId>,
    pub commune_old: Option<UnitId>,
    pub district_old: Option<UnitId>,
}

/// Of several that a village is said to lie in, one of today before what an old one became: it
/// may have moved since.
fn commune_now(units: &Units, named: &[UnitId]) -> Option<UnitId> {
    let is_of_today = |unit: &&UnitId| commune_of_today(units, **unit) == Some(**unit);
    let first = named.iter().find(is_of_today).copied();
    first.or_else(|| named.iter().find_map(|unit| commune_of_today(units, *unit)))
}

/// The commune of today that a commune is, or became as a whole.
fn commune_of_today(units: &Units, unit: UnitId) -> Option<UnitId> {
    let is_commune =
        |unit: UnitId| units.get(unit).is_some_and(|fact| fact.level == UnitLevel::Commune);
    match units.on_day(unit, Day::NEVER) {
        Now::One(today) if is_commune(unit) && is_commune(today) => Some(today),
        _ => None,
    }
}

impl VillageUnits {
    /// `home`: the commune of today whose shard holds it.
    fn of(card: &VillageCard, home: Home, common: &Common, day: Day) -> Self {
        let Some(fact) = card.fact_on(day) else { return Self::default() };
        let units = &common.units;
        let commune = Self::commune_of(card, home, common, day);
        let level_of = |unit: &UnitId| units.get(*unit).map(|fact| fact.level);
        let named =
            |level| fact.units.iter().copied().filter(move |unit| level_of(unit) == Some(level));
        let commune_old = named(UnitLevel::Commune)
            .find(|unit| Some(*unit) != commune)
            .filter(|unit| units.get(*unit).is_some_and(|fact| fact.valid_to.is_some()));
        let district_old = named(UnitLevel::District).next().or_else(|| {
            let from = commune_old.or(commune)?;
            let districts = units.districts_of(from);
            (districts.len() == 1).then(|| districts[0])
        });
        Self { commune, commune_old, district_old }
    }

    /// What is said of the village for the day, where that names a commune; else its home: what
    /// only became known later is no move.
    fn commune_of(card: &VillageCard, home: Home, common: &Common, day: Day) -> Home {
        // Of most villages one thing is said, and that is where the home is from.
        let named = |card: &VillageCard| commune_now(&common.units, &card.fact_on(day)?.units);
        Some(card).filter(|card| card.facts.len() > 1).and_then(named).or(home)
    }
}

impl OrderFacts {
    fn of(history: &History, scope: &Scope) -> Self {
        let mut order = Self::default();
        for row in history.index().order.iter().filter(|row| history.counts(**row, scope)) {
            match &*history.row(*row).fact() {
                Fact::OrderClause(fact) => order.clauses.push(fact.clone()),
                Fact::Goal(fact) => order.goals.push(fact.as_ref().clone()),
                Fact::PublicStatement(fact) => order.statements.push(fact.clone()),
                Fact::Agency(fact) => order.agencies.push(fact.clone()),
                Fact::AgencySuccession(fact) => order.agency_successions.push(fact.clone()),
                Fact::Indicator(fact) => order.indicators.push(fact.as_ref().clone()),
                Fact::Criterion(fact) => order.criteria.push(fact.clone()),
                Fact::UnitCount(fact) => order.unit_counts.push(fact.clone()),
                _ => {}
            }
        }
        order.clauses.sort_unstable();
        order.goals.sort_unstable();
        order.statements.sort_unstable();
        order.agencies.sort_unstable();
        order.agency_successions.sort_unstable();
        order.criteria.sort_unstable();
        order.unit_counts.sort_unstable();
        order.indicators.sort_unstable_by(|a, b| b.cmp(a));
        order.indicators.dedup_by(|next, kept| next.id == kept.id);
        order.indicators.reverse();
        order
    }
}
