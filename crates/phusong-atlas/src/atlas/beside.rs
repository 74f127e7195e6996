//! What stands beside the verdicts and never enters them: outages as an overlay, causes that
//! carriers name for a disagreement, certificates of inspection.

use std::collections::{BTreeMap, BTreeSet};

use super::said::{Evidence, Rows};
use super::view::View;
use super::{Atlas, VillageCard};
use crate::domain::{
    CarrierId, Cause, ClusterId, Day, Fact, Places, Scope, SiteId, TechSet, Timestamp, UnitId,
    VillageId,
};
use crate::history::ClusterKey;

/// *Mất liên lạc*, as far as the scope may know of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OutageCard {
    pub carrier: CarrierId,
    /// Only where the scope may see it.
    pub site: Option<SiteId>,
    pub villages: Vec<VillageId>,
    pub clusters: Vec<ClusterId>,
    pub units: Vec<UnitId>,
    pub technologies: TechSet,
    pub start: Timestamp,
    /// `None`: it lasts, as far as anybody told.
    pub end: Option<Timestamp>,
    pub cause: Option<String>,
    /// When it was last heard of.
    pub told_at: Timestamp,
    pub evidence: Evidence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutageState {
    Ongoing,
    /// *Quá hạn cập nhật*: nothing was heard for too long. Never taken for restored.
    Stale,
    Ended,
}

/// What an hour looked like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HourState {
    Clear,
    Stale,
    Out,
}

/// A cause that a carrier named for a disagreement.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CauseCard {
    pub claim: Evidence,
    pub against: Evidence,
    pub carrier: CarrierId,
    pub cause: Cause,
    pub text: String,
    pub recorded: Day,
    /// Of one day the later word holds.
    pub recorded_at: Timestamp,
    pub evidence: Evidence,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CertificateCard {
    pub carrier: CarrierId,
    pub number: String,
    pub issued: Day,
    pub expires: Option<Day>,
    /// Only where the scope may see it.
    pub site: Option<SiteId>,
    pub villages: Vec<VillageId>,
    pub clusters: Vec<ClusterId>,
    pub technologies: TechSet,
    pub source: String,
    pub evidence: Evidence,
}

impl CertificateCard {
    pub fn is_expired_on(&self, day: Day) -> bool {
        self.expires.is_some_and(|expires| expires < day)
    }
}

/// Everything of that kind, as one scope may count it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Beside {
    /// By carrier and start.
    pub outages: Vec<OutageCard>,
    /// By the claim that they explain.
    pub causes: Vec<CauseCard>,
    /// By carrier and number.
    pub certificates: Vec<CertificateCard>,
    /// Sites that share a mast, each group sorted: only those of which the scope sees every site.
    pub structures: Vec<Vec<SiteId>>,
}

impl OutageCard {
    /// When its silence becomes too long.
    fn stale_from(&self, stale_hours: u32) -> Timestamp {
        let hours = jiff::SignedDuration::from_hours(i64::from(stale_hours));
        self.told_at.checked_add(hours).unwrap_or(Timestamp::MAX)
    }

    /// `None` before it began.
    pub fn state_at(&self, at: Timestamp, stale_hours: u32) -> Option<OutageState> {
        if at < self.start {
            return None;
        }
        Some(if self.end.is_some_and(|end| end <= at) {
            OutageState::Ended
        } else if self.end.is_none() && self.stale_from(stale_hours) <= at {
            OutageState::Stale
        } else {
            OutageState::Ongoing
        })
    }

    /// What it makes of the hours `[from, to)`, looked at from `now`.
    pub fn within(
        &self,
        (from, to): (Timestamp, Timestamp),
        now: Timestamp,
        stale_hours: u32,
    ) -> HourState {
        let to = to.min(now);
        if to <= from || self.start >= to || self.end.is_some_and(|end| end <= from) {
            HourState::Clear
        } else if self.end.is_none() && self.stale_from(stale_hours) <= from {
            HourState::Stale
        } else {
            HourState::Out
        }
    }
}

/// The site, if the scope may see it; `None`: the thing is only about a site that it may not see.
#[expect(clippy::option_option, reason = "not shown, no site and a site are three things")]
fn shown_site(
    view: &View<'_>,
    site: Option<&SiteId>,
    places: &Places,
    units: &[UnitId],
) -> Option<Option<SiteId>> {
    let Some(site) = site else { return Some(None) };
    if view.may_see(site) {
        return Some(Some(site.clone()));
    }
    (!places.is_empty() || !units.is_empty()).then_some(None)
}

impl Beside {
    pub(super) fn of(view: &View<'_>) -> Self {
        let mut causes = causes(view);
        let mut certificates = certificates(view);
        causes.sort_by(|a, b| {
            (a.claim, a.against, a.recorded_at, a.evidence).cmp(&(
                b.claim,
                b.against,
                b.recorded_at,
                b.evidence,
            ))
        });
        certificates.sort_by(|a, b| {
            (&a.carrier, &a.number, a.evidence).cmp(&(&b.carrier, &b.number, b.evidence))
        });
        Self { outages: outages(view), causes, certificates, structures: structures(view) }
    }

    /// The last cause named for a claim against something, each by any of its rows.
    pub fn cause(&self, claim: &[Rows], against: &[Rows]) -> Option<&CauseCard> {
        let of_claim = claim.iter().flat_map(|rows| {
            let before =
                |card: &CauseCard| (card.claim.report, card.claim.row) < (rows.report, rows.first);
            let first = self.causes.partition_point(before);
            self.causes[first..].iter().take_while(|card| rows.hold(card.claim))
        });
        of_claim
            .filter(|card| against.iter().any(|rows| rows.hold(card.against)))
            .max_by_key(|card| (card.recorded_at, card.evidence))
    }
}

fn outages(view: &View<'_>) -> Vec<OutageCard> {
    let told = view.history.told_outages(view.scope).into_iter();
    let cards = told.filter_map(|told| {
        let fact = told.fact;
        Some(OutageCard {
            carrier: fact.carrier.clone(),
            site: shown_site(view, fact.site.as_ref(), &fact.places, &fact.units)?,
            villages: fact.places.villages.clone(),
            clusters: fact.places.clusters.clone(),
            units: fact.units.clone(),
            technologies: fact.technologies,
            start: fact.start,
            end: fact.end,
            cause: fact.cause.clone(),
            told_at: told.last_heard,
            evidence: Evidence::of(told.row),
        })
    });
    let mut cards: Vec<_> = cards.collect();
    cards.sort_by(|a, b| (&a.carrier, a.start, a.evidence).cmp(&(&b.carrier, b.start, b.evidence)));
    cards
}

fn causes(view: &View<'_>) -> Vec<CauseCard> {
    let history = view.history;
    // A cause between things of which one does not count (any more) explains nothing.
    let evidence = |at| {
        let found = history.find(at).filter(|row| history.counts(*row, view.scope))?;
        Some(Evidence::of(history.row(found)))
    };
    let rows = history.index().named_causes.iter();
    let counting = rows.filter(|row| history.counts(**row, view.scope));
    let cards = counting.filter_map(|row| {
        let row = history.row(*row);
        let Some(Fact::NamedCause(fact)) = row.kept() else { return None };
        // A carrier sees its own explanations only.
        if matches!(view.scope, Scope::Carrier(own) if *own != fact.carrier) {
            return None;
        }
        Some(CauseCard {
            claim: evidence(fact.claim)?,
            against: evidence(fact.against)?,
            carrier: fact.carrier.clone(),
            cause: fact.cause,
            text: fact.text.clone(),
            recorded: row.recorded_day,
            recorded_at: row.recorded_at,
            evidence: Evidence::of(row),
        })
    });
    cards.collect()
}

fn certificates(view: &View<'_>) -> Vec<CertificateCard> {
    let history = view.history;
    let rows = history.index().certificates.iter();
    let counting = rows.filter(|row| history.counts(**row, view.scope));
    let cards = counting.filter_map(|row| {
        let row = history.row(*row);
        let Some(Fact::Certificate(fact)) = row.kept() else { return None };
        Some(CertificateCard {
            carrier: fact.carrier.clone(),
            number: fact.number.clone(),
            issued: fact.issued,
            expires: fact.expires,
            site: shown_site(view, fact.site.as_ref(), &fact.places, &[])?,
            villages: fact.places.villages.clone(),
            clusters: fact.places.clusters.clone(),
            technologies: fact.technologies,
            source: fact.source.clone(),
            evidence: Evidence::of(row),
        })
    });
    cards.collect()
}

/// Groups that name a common site are one.
fn structures(view: &View<'_>) -> Vec<Vec<SiteId>> {
    let history = view.history;
    let mut groups: Vec<BTreeSet<SiteId>> = Vec::new();
    let rows = history.index().structures.iter();
    for row in rows.filter(|row| history.counts(**row, view.scope)) {
        let Some(Fact::Structure(fact)) = history.row(*row).kept() else { continue };
        if !fact.sites.iter().all(|site| view.may_see(site)) {
            continue;
        }
        let mut group: BTreeSet<SiteId> = fact.sites.iter().cloned().collect();
        let (meeting, apart) = groups.into_iter().partition(|other| !other.is_disjoint(&group));
        groups = apart;
        let meeting: Vec<BTreeSet<SiteId>> = meeting;
        group.extend(meeting.into_iter().flatten());
        groups.push(group);
    }
    let mut groups: Vec<Vec<SiteId>> =
        groups.into_iter().map(|group| group.into_iter().collect()).collect();
    groups.sort_unstable();
    groups
}

impl Atlas {
    /// The other sites on the same mast, as far as an officer has said so.
    pub fn shares_mast_with(&self, site: &SiteId) -> Vec<&SiteId> {
        let group = self.beside.structures.iter().find(|group| group.contains(site));
        group.into_iter().flatten().filter(|other| *other != site).collect()
    }

    /// How many masts so many sites stand on: those of one group are one.
    pub fn structures_of<'a>(&self, sites: impl Iterator<Item = &'a SiteId>) -> usize {
        let mut masts = BTreeSet::new();
        for site in sites {
            let group = self.beside.structures.iter().find(|group| group.contains(site));
            masts.insert(group.and_then(|group| group.first()).unwrap_or(site));
        }
        masts.len()
    }

    /// Outages that touch a village: by its name, a cluster, its commune, or a site that serves it.
    pub fn outages_of<'a>(
        &'a self,
        card: &'a VillageCard,
        day: Day,
    ) -> impl Iterator<Item = &'a OutageCard> {
        let commune = self.units_of(card, day).commune;
        self.beside.outages.iter().filter(move |outage| {
            outage.villages.contains(&card.id)
                || commune.is_some_and(|unit| outage.units.contains(&unit))
                || self.names_a_cluster(&outage.clusters, card, day)
                || outage.site.as_ref().is_some_and(|site| serves(card, site, day))
        })
    }

    /// Certificates of what serves a village.
    pub fn certificates_of<'a>(
        &'a self,
        card: &'a VillageCard,
        day: Day,
    ) -> impl Iterator<Item = &'a CertificateCard> {
        self.beside.certificates.iter().filter(move |certificate| {
            certificate.villages.contains(&card.id)
                || self.names_a_cluster(&certificate.clusters, card, day)
                || certificate.site.as_ref().is_some_and(|site| serves(card, site, day))
        })
    }

    #[expect(clippy::unused_self, reason = "reads as a question to the Atlas")]
    fn names_a_cluster(&self, named: &[ClusterId], card: &VillageCard, day: Day) -> bool {
        card.clusters_on(day).any(|cluster| match &cluster.key {
            ClusterKey::Known(id) => named.contains(id),
            ClusterKey::Implied(_) => false,
        })
    }

    /// The communes of today that each outage names, directly or through its villages, clusters
    /// and site; in the order of the outages.
    pub fn communes_of_outages(&self, outages: &[&OutageCard], day: Day) -> Vec<Vec<UnitId>> {
        let named: BTreeSet<&ClusterId> = outages.iter().flat_map(|it| &it.clusters).collect();
        let of_cluster = self.communes_of_clusters(&named, day);
        let of_village = |id: &VillageId| {
            let (_, card) = self.village(id)?;
            self.units_of(card, day).commune
        };
        let of_site = |site: &SiteId| self.site(site).and_then(|(shard, _)| shard.unit);
        let communes = |outage: &&OutageCard| -> Vec<UnitId> {
            let of_clusters = outage.clusters.iter().filter_map(|id| of_cluster.get(id).copied());
            let all: BTreeSet<UnitId> = outage
                .units
                .iter()
                .copied()
                .chain(outage.villages.iter().filter_map(of_village))
                .chain(of_clusters)
                .chain(outage.site.iter().filter_map(of_site))
                .collect();
            all.into_iter().collect()
        };
        outages.iter().map(communes).collect()
    }

    fn communes_of_clusters<'a>(
        &self,
        named: &BTreeSet<&'a ClusterId>,
        day: Day,
    ) -> BTreeMap<&'a ClusterId, UnitId> {
        let mut found = BTreeMap::new();
        if named.is_empty() {
            return found;
        }
        for card in self.shards().flat_map(|shard| &shard.villages) {
            let known = card.clusters_on(day).filter_map(|cluster| match &cluster.key {
                ClusterKey::Known(id) => named.get(id),
                ClusterKey::Implied(_) => None,
            });
            for id in known {
                found.extend(self.units_of(card, day).commune.map(|unit| (*id, unit)));
            }
        }
        found
    }
}

fn serves(card: &VillageCard, site: &SiteId, day: Day) -> bool {
    card.clusters_on(day).any(|cluster| cluster.world.sites.contains(site))
}

#[cfg(test)]
mod tests;
