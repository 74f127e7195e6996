//! Everything that bears on one cluster in one scope: statements, the lives of the sites they
//! rest on, and the sunsets that hold there.

use std::collections::{BTreeMap, BTreeSet};

use super::fit::{Fit, Place};
use super::measured::{self, Taken};
use super::said::{CarrierIndex, Evidence, Rows, Said, SaidKind};
use super::view::View;
use crate::domain::{
    Area, ClaimBasis, ClaimFact, Day, Fact, Grade, ObservationFact, ObservationKind, Places, Says,
    SiteEventFact, SiteEventKind, SiteId, TechSet, Technology, VillageId,
};
use crate::history::{ClusterKey, Membership, Row, RowIndex, SiteLife, SiteStep};

/// Days without (carrier, technology) at this place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sundown {
    pub carrier: Option<CarrierIndex>,
    pub technology: Technology,
    pub from: Day,
    pub to: Day,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct World {
    /// Sorted by day and evidence, so that the order of arrival plays no part.
    pub said: Vec<Said>,
    pub lives: Vec<SiteLife>,
    pub sites: Vec<SiteId>,
    pub sundowns: Vec<Sundown>,
}

impl World {
    /// Is (carrier, technology) ended here on that day?
    pub fn sunset(&self, carrier: CarrierIndex, technology: Technology, day: Day) -> bool {
        self.sundowns.iter().any(|down| {
            down.technology == technology
                && down.carrier.is_none_or(|named| named == carrier)
                && down.from <= day
                && day < down.to
        })
    }

    /// The technologies and carriers of which anything at all is said.
    pub fn pairs(&self, carriers: usize) -> Vec<(CarrierIndex, Technology)> {
        let mut pairs = Vec::new();
        for carrier in (0..carriers).filter_map(|index| u8::try_from(index).ok()).map(CarrierIndex)
        {
            for technology in Technology::ALL {
                if self.said.iter().any(|said| said.speaks_of(carrier, technology)) {
                    pairs.push((carrier, technology));
                }
            }
        }
        pairs
    }

    /// Every day on which a verdict may step, in order.
    pub fn days(&self, rules: &crate::domain::RuleSet) -> BTreeSet<Day> {
        let mut days = BTreeSet::new();
        for said in &self.said {
            days.extend([said.from, said.to, said.asked_from, said.asked_to]);
            days.insert(said.stale_from(rules.shelf_life_months));
            if said.says == Says::Has && said.grade >= Grade::E3 {
                let steps = 1..=u32::try_from(Grade::ALL.len()).unwrap_or(6);
                days.extend(steps.map(|step| said.from.plus_months(step * rules.ageing_months)));
            }
        }
        days.extend(self.lives.iter().flat_map(SiteLife::days));
        days.extend(self.sundowns.iter().flat_map(|down| [down.from, down.to]));
        days.remove(&Day::EARLIEST);
        days.remove(&Day::NEVER);
        days
    }

    /// Gathers what the view holds about a cluster whose best known place is as `places` says
    /// from each day on (`None`: nowhere known), the first from [`Day::EARLIEST`].
    pub fn gather(
        view: &View<'_>,
        key: &ClusterKey,
        stays: &Membership,
        places: &[(Day, Option<Place>)],
    ) -> Self {
        let mut gathering = Gathering {
            view,
            key,
            stays,
            place: None,
            window: (Day::EARLIEST, Day::NEVER),
            world: Self::default(),
            lives: BTreeMap::new(),
        };
        let ends = places.iter().skip(1).map(|(from, _)| *from).chain([Day::NEVER]);
        for ((from, place), until) in places.iter().zip(ends) {
            gathering.window = (*from, until);
            gathering.place = place.as_ref();
            gathering.statements();
            gathering.samples();
        }
        gathering.sundowns();
        let mut world = gathering.world;
        world.said = merged(world.said);
        world
    }
}

/// Forms of one statement that follow each other and do not differ are one; sorted by day and
/// evidence, so that the order of arrival plays no part.
fn merged(mut said: Vec<Said>) -> Vec<Said> {
    said.sort_by_key(|said| {
        // Of those that are hidden, what is shown decides, and the order of arrival last.
        let shown = (!said.evidence.is_hidden()).then_some(said.evidence);
        let beside = (said.to, said.carrier, said.kind, said.environment, said.service);
        let own = (said.technologies, said.says, said.asked_from);
        (said.from, shown, own, beside, said.evidence)
    });
    said.dedup_by(|next, last| {
        let follows = last.asked_to == next.asked_from
            && Said { asked_from: last.asked_from, asked_to: last.asked_to, ..next.clone() }
                == *last;
        if follows {
            last.asked_to = next.asked_to;
        }
        follows
    });
    said
}

struct Gathering<'a, 'v> {
    view: &'a View<'v>,
    key: &'a ClusterKey,
    stays: &'a Membership,
    place: Option<&'a Place>,
    /// The days `[from, to)` on which the place is that.
    window: (Day, Day),
    world: World,
    lives: BTreeMap<SiteId, usize>,
}

/// How a statement reaches the place, whole or in part.
struct Bound {
    sure: bool,
}

/// A claim as it reaches the place, for technologies and on days `[from, until)`.
struct Reached {
    named: TechSet,
    bound: Bound,
    from: Day,
    until: Day,
}

impl Gathering<'_, '_> {
    fn statements(&mut self) {
        let index = self.view.history.index();
        let mut rows: BTreeSet<RowIndex> = BTreeSet::new();
        for stay in &self.stays.0 {
            rows.extend(index.naming_village.get(&stay.village).into_iter().flatten());
        }
        if let ClusterKey::Known(cluster) = self.key {
            rows.extend(index.naming_cluster.get(cluster).into_iter().flatten());
        }
        if let Some((south_west, north_east)) = self.place.and_then(Place::bounds) {
            rows.extend(index.areas_meeting(south_west, north_east));
        }
        if self.view.rules.reach_m.iter().any(Option::is_some) {
            rows.extend(index.claims_on_site.values().flatten());
        }
        for row in rows {
            if self.view.history.counts(row, self.view.scope) {
                self.statement(row);
            }
        }
    }

    fn statement(&mut self, index: RowIndex) {
        let row = self.view.history.row(index);
        match &*row.fact() {
            Fact::SiteEvent(event) => self.site_event(index, row, event),
            Fact::Claim(claim) => self.claim(index, row, claim),
            Fact::Observation(seen) => self.observation(index, row, seen),
            _ => {}
        }
    }

    fn site_event(&mut self, index: RowIndex, row: Row<'_>, event: &SiteEventFact) {
        if matches!(event.event, SiteEventKind::OffAir | SiteEventKind::Decommissioned) {
            return;
        }
        let Some(carrier) = self.view.carrier(&event.site.carrier) else { return };
        // A site row that names neither village nor area supports nothing.
        let Some(bound) = self.binds(&event.serves, event.area.as_ref(), event.day) else {
            return;
        };
        let site = self.life(&event.site);
        self.say(Said {
            kind: SaidKind::SiteRow(event.event),
            grade: event.basis.grade(),
            carrier: Some(carrier),
            technologies: event.technologies,
            environment: event.environment,
            service: event.service,
            from: event.day,
            plan: SiteStep::from(event).is_plan(row.recorded_day),
            inventory: event.basis == ClaimBasis::Inventory,
            site: Some(site),
            sure: bound.sure,
            ..blank(self.view, index, row, Some(&event.site))
        });
    }

    fn claim(&mut self, index: RowIndex, row: Row<'_>, claim: &ClaimFact) {
        let Some(carrier) = self.view.carrier(&claim.carrier) else { return };
        for Reached { named, bound, from, until } in self.claim_bounds(claim) {
            let site = claim.site.as_ref().map(|site| self.life(site));
            self.say(Said {
                asked_from: from,
                asked_to: until,
                kind: SaidKind::Claim,
                inventory: claim.basis == ClaimBasis::Inventory,
                grade: claim.basis.grade(),
                carrier: Some(carrier),
                technologies: named,
                environment: claim.environment,
                service: claim.service,
                from: claim.from,
                to: claim.to.unwrap_or(Day::NEVER),
                plan: claim.from > row.recorded_day,
                site,
                sure: bound.sure,
                ..blank(self.view, index, row, claim.site.as_ref())
            });
        }
    }

    fn observation(&mut self, index: RowIndex, row: Row<'_>, seen: &ObservationFact) {
        let carrier = match seen.carrier.as_ref().map(|named| self.view.carrier(named)) {
            Some(None) => return,
            Some(known) => known,
            None => None,
        };
        let Some(bound) = self.binds(&seen.places, None, seen.day) else { return };
        self.say(Said {
            kind: match seen.kind {
                ObservationKind::AuthorityList => SaidKind::List,
                ObservationKind::CommuneConfirmation => SaidKind::Commune,
                ObservationKind::CarrierStatement => SaidKind::CarrierWord,
            },
            says: seen.says,
            source_word: seen.source_word.as_deref().map(Into::into),
            grade: seen.kind.grade(),
            carrier,
            technologies: seen.technologies,
            environment: seen.environment,
            service: seen.service,
            from: seen.day,
            plan: seen.says == Says::Has && seen.day > row.recorded_day,
            sure: bound.sure,
            set_aside: self.set_aside(std::iter::once(row)),
            ..blank(self.view, index, row, None)
        });
    }

    /// Notes a statement in the form that it has while the place is what it is.
    fn say(&mut self, said: Said) {
        let asked_from = said.asked_from.max(self.window.0);
        let asked_to = said.asked_to.min(self.window.1);
        if asked_from < asked_to {
            self.world.said.push(Said { asked_from, asked_to, ..said });
        }
    }

    /// Carriers for which officers set a statement of these rows aside, in order.
    fn set_aside<'r>(&self, rows: impl Iterator<Item = Row<'r>>) -> Vec<CarrierIndex> {
        let history = self.view.history;
        let mut carriers: Vec<_> = rows
            .filter_map(|row| history.index().set_asides.get(&row.at))
            .flatten()
            .filter(|act| history.counts(**act, self.view.scope))
            .filter_map(|act| match history.row(*act).kept()? {
                Fact::SetAside { carrier, .. } => self.view.carrier(carrier),
                _ => None,
            })
            .collect();
        carriers.sort_unstable();
        carriers.dedup();
        carriers
    }

    fn life(&mut self, site: &SiteId) -> usize {
        if let Some(known) = self.lives.get(site) {
            return *known;
        }
        let index = self.world.lives.len();
        self.world.lives.push(self.view.history.site_life(site, self.view.scope));
        self.world.sites.push(site.clone());
        self.lives.insert(site.clone(), index);
        index
    }

    /// A row binds by its first stated basis only: names, then area.
    fn binds(&self, names: &Places, area: Option<&Area>, own_day: Day) -> Option<Bound> {
        if !names.is_empty() {
            return self.is_named(names, own_day).then_some(Bound { sure: true });
        }
        match self.place?.fit_in(area?) {
            Fit::Whole => Some(Bound { sure: true }),
            Fit::Part => Some(Bound { sure: false }),
            Fit::Apart => None,
        }
    }

    /// A claim by names or area; else by its site's reach, which differs by technology and moves
    /// with the site, so that such a claim becomes one statement for each.
    fn claim_bounds(&self, claim: &ClaimFact) -> Vec<Reached> {
        if !claim.serves.is_empty() || claim.area.is_some() {
            let bound = self.binds(&claim.serves, claim.area.as_ref(), claim.from);
            let always = |bound| Reached {
                named: claim.technologies,
                bound,
                from: Day::EARLIEST,
                until: Day::NEVER,
            };
            return bound.map(always).into_iter().collect();
        }
        let (Some(site), Some(place)) = (&claim.site, self.place) else { return Vec::new() };
        let positions = self.view.site_positions(site);
        let ends = positions.iter().skip(1).map(|(from, _)| *from).chain([Day::NEVER]);
        let mut reached = Vec::new();
        for ((from, at), until) in positions.iter().zip(ends) {
            for technology in
                Technology::ALL.into_iter().filter(|t| claim.technologies.speaks_of(*t))
            {
                let Some(reach_m) = self.view.rules.reach_m[technology.index()] else { continue };
                let sure = match place.fit_in_reach(*at, reach_m) {
                    Fit::Whole => !claim.technologies.is_empty(),
                    Fit::Part => false,
                    Fit::Apart => continue,
                };
                let named = TechSet::NONE.with(technology);
                reached.push(Reached { named, bound: Bound { sure }, from: *from, until });
            }
        }
        reached
    }

    /// Named itself, or its village (as on the statement's own day) with none of its clusters.
    fn is_named(&self, names: &Places, own_day: Day) -> bool {
        if let ClusterKey::Known(own) = self.key
            && names.clusters.contains(own)
        {
            return true;
        }
        let Some(village) = self.stays.village_on(own_day) else { return false };
        names.villages.contains(village) && !self.names_cluster_of(names, village, own_day)
    }

    fn names_cluster_of(&self, names: &Places, village: &VillageId, day: Day) -> bool {
        names.clusters.iter().any(|cluster| {
            let key = ClusterKey::Known(cluster.clone());
            let stays = self.view.history.membership(&key, self.view.scope);
            stays.village_on(day) == Some(village)
        })
    }

    fn samples(&mut self) {
        let ClusterKey::Known(cluster) = self.key else { return };
        let Some(place) = self.place else { return };
        let (view, history) = (self.view, self.view.history);
        let mut groups: BTreeMap<_, Vec<Taken>> = BTreeMap::new();
        let rows = history.index().samples.get(cluster);
        for index in rows.into_iter().flatten().copied() {
            let row = history.row(index);
            let Some(Fact::Sample(fact)) = row.kept() else { continue };
            let Some(carrier) = view.carrier(&fact.carrier) else { continue };
            if !history.counts(index, view.scope) {
                continue;
            }
            let key = (row.filing.owner.clone(), carrier, fact.technology);
            let samples = groups.entry(key).or_default();
            let limit = f64::from(place.uncertainty_m()) + view.rules.measurement.radius_m;
            samples.extend(fact.samples.iter().map(|sample| Taken {
                sample: *sample,
                recorded: row.recorded_day,
                near: place.distance_m(sample.position) <= limit,
                row: index,
            }));
        }
        for ((_, carrier, technology), samples) in groups {
            self.sample_sets((carrier, technology), samples);
        }
    }

    fn sample_sets(
        &mut self,
        (carrier, technology): (CarrierIndex, Technology),
        samples: Vec<Taken>,
    ) {
        let history = self.view.history;
        let rule = &self.view.rules.measurement;
        let Some(good_level_ddbm) = rule.good_level_ddbm[technology.index()] else { return };
        let starts = self.view.starts(carrier, technology);
        for set in measured::sets(samples, &starts, good_level_ddbm, rule) {
            let ends = set.states.iter().skip(1).map(|state| state.day).chain([Day::NEVER]);
            for (state, asked_to) in set.states.iter().zip(ends) {
                let Some(finding) = state.finding else { continue };
                let least = state.near.iter().min_by_key(|row| Evidence::of(history.row(**row)));
                let Some(index) = least.copied() else { continue };
                let row = history.row(index);
                let behind = || state.near.iter().map(|row| Evidence::of(history.row(*row)));
                self.say(Said {
                    kind: SaidKind::Measured,
                    says: finding.says,
                    grade: Grade::E4,
                    carrier: Some(carrier),
                    technologies: TechSet::NONE.with(technology),
                    environment: Some(crate::domain::Environment::Outdoor),
                    from: state.day,
                    asked_from: state.day,
                    asked_to,
                    plan: state.plan,
                    sure: finding.sure,
                    behind: if state.near.len() > 1 { Rows::of(behind()) } else { Vec::new() }
                        .into(),
                    // It is set aside when one of its rows is.
                    set_aside: self.set_aside(state.rows.iter().map(|row| history.row(*row))),
                    ..blank(self.view, index, row, None)
                });
            }
        }
    }

    /// Confirmed sunsets whose units hold the cluster's village, for as long as it stays there.
    fn sundowns(&mut self) {
        let view = self.view;
        for (place, stay) in self.stays.0.iter().enumerate() {
            let until = self.stays.0.get(place + 1).map_or(Day::NEVER, |next| next.from);
            for (since, before, units) in view.units_over_time(&stay.village) {
                let (since, before) = (since.max(stay.from), before.min(until));
                for sunset in view.sunsets {
                    let named = sunset.units.is_empty()
                        || sunset.units.iter().any(|unit| units.contains(unit));
                    let spared = sunset.except.iter().any(|unit| units.contains(unit));
                    let carrier = sunset.carrier.as_ref().map(|carrier| view.carrier(carrier));
                    let from = sunset.first_day_without.max(since);
                    if named && !spared && carrier != Some(None) && from < before {
                        self.world.sundowns.push(Sundown {
                            carrier: carrier.flatten(),
                            technology: sunset.technology,
                            from,
                            to: before,
                        });
                    }
                }
            }
        }
    }
}

/// What every statement of a row has in common.
///
/// `on`: the site that it names.
fn blank(view: &View<'_>, index: RowIndex, row: Row<'_>, on: Option<&SiteId>) -> Said {
    let hides = |site: &SiteId| view.is_restricted(site) && !view.may_see(site);
    Said {
        evidence: if on.is_some_and(hides) { Evidence::hidden(index) } else { Evidence::of(row) },
        behind: Box::default(),
        row: index,
        source: row.filing.owner.clone(),
        kind: SaidKind::Claim,
        says: Says::Has,
        source_word: None,
        grade: Grade::E0,
        carrier: None,
        technologies: TechSet::NONE,
        environment: None,
        service: None,
        from: Day::EARLIEST,
        to: Day::NEVER,
        asked_from: Day::EARLIEST,
        asked_to: Day::NEVER,
        plan: false,
        inventory: false,
        site: None,
        sure: true,
        set_aside: Vec::new(),
    }
}
