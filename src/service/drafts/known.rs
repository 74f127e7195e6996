//! What a sender may know when its tables are read: villages, clusters, duties, figures.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use phusong_atlas::atlas::{Atlas, VillageCard};
use phusong_atlas::domain::{
    ClusterFact, ClusterId, CommitmentFact, Day, DutyFact, DutyId, Fact, MilestoneFact, Party,
    Scope, SiteId, Slug, StatisticFact, UnitId, VillageFact, VillageId,
};
use phusong_atlas::history::ClusterKey;
use phusong_intake::evidence::KnownCluster;
use phusong_intake::known::{Before, Known};

use crate::service::actor::Actor;
use crate::service::evidence::{ended, known_cluster};
use crate::service::open::{Service, today};

/// A village on the day before the one given, and what became of it.
fn before(atlas: &Atlas, id: &VillageId, day: Day) -> Before {
    let Some((_, card)) = atlas.village(id) else { return Before::default() };
    let last = day.plus_days(-1);
    let listed = card.clusters_on(last).filter_map(|cluster| known_cluster(id, cluster));
    Before {
        clusters: listed.collect(),
        households: card.households_on(last),
        went: card.to.clone(),
    }
}

/// Every listed cluster of today.
fn clusters(atlas: &Atlas, now: Day) -> Vec<KnownCluster> {
    let villages = atlas.shards().flat_map(|shard| &shard.villages);
    let listed = villages.flat_map(|village| {
        village.clusters_on(now).filter_map(|card| known_cluster(&village.id, card))
    });
    listed.collect()
}

/// The latest fact of every cluster: a list of villages asks for many.
fn latest_clusters(atlas: &Atlas) -> HashMap<&ClusterId, &ClusterFact> {
    let mut latest = HashMap::new();
    let villages = atlas.shards().flat_map(|shard| &shard.villages);
    for card in villages.flat_map(|village| &village.clusters) {
        if let (ClusterKey::Known(id), Some(fact)) = (&card.key, card.facts.last()) {
            latest.entry(id).or_insert(fact);
        }
    }
    latest
}

impl Service {
    /// Reads with what the owner of the rows may know; a carrier's word with the carrier's own
    /// view, whoever sends it.
    pub(in crate::service) fn with_known<T>(
        &self,
        actor: &Actor,
        owner: &Party,
        read: impl FnOnce(&Known<'_>) -> T,
    ) -> T {
        let scope = match owner {
            Party::Carrier(carrier) => Scope::Carrier(carrier.clone()),
            _ => actor.scope(),
        };
        let (atlas, now) = (self.atlas(&scope), today());
        // The department's word counts for all at once: it goes on from what all may know, so
        // that nobody's unpublished word comes out with it.
        let base = match actor.party() {
            Some(Party::Department) => self.atlas(&Scope::Public),
            _ => Arc::clone(&atlas),
        };
        let card = |id: &VillageId, of: fn(&VillageCard) -> Option<VillageFact>| {
            base.village(id).and_then(|(_, card)| of(card))
        };
        let village = |id: &VillageId| card(id, |card| card.facts.last().cloned());
        let ended = |id: &VillageId| ended(&atlas, id).filter(|(end, _)| *end <= now);
        let before = |id: &VillageId, day: Day| before(&atlas, id, day);
        let listed = OnceLock::new();
        let cluster = |id: &ClusterId| -> Option<ClusterFact> {
            listed.get_or_init(|| latest_clusters(&base)).get(id).map(|fact| (*fact).clone())
        };
        let clusters = || clusters(&atlas, now);
        let duties = |id: &VillageId| -> Vec<DutyFact> {
            let found = atlas.village(id);
            found.map_or_else(Vec::new, |(_, card)| {
                card.owed_on(now).map(|(_, duty)| duty.fact.clone()).collect()
            })
        };
        let milestones = |id: &DutyId| self.milestones(id, &scope);
        let promises = |id: &VillageId| -> Vec<CommitmentFact> {
            self.with_history(|history| {
                history.commitments(id, &scope).into_iter().cloned().collect()
            })
        };
        let has_site = |site: &SiteId| atlas.site(site).is_some();
        let figures = |indicator: &Slug, unit: UnitId| -> Vec<StatisticFact> {
            self.with_history(|history| {
                history.statistics(indicator, unit, &scope).into_iter().cloned().collect()
            })
        };
        let areas = Arc::clone(&base.areas);
        self.with_evidence(actor, owner, |evidence, rule| {
            read(&Known {
                evidence: *evidence,
                areas: &areas,
                owner,
                rule,
                village: &village,
                ended: &ended,
                before: &before,
                cluster: &cluster,
                clusters: &clusters,
                agencies: &atlas.order.agencies,
                duties: &duties,
                milestones: &milestones,
                promises: &promises,
                has_site: &has_site,
                figures: &figures,
                indicators: &base.order.indicators,
            })
        })
    }

    fn milestones(&self, duty: &DutyId, scope: &Scope) -> Vec<MilestoneFact> {
        self.with_history(|history| {
            let rows = history.index().milestones.get(duty).into_iter().flatten();
            let counting = rows.filter(|row| history.counts(**row, scope));
            counting
                .filter_map(|row| match history.row(*row).kept()? {
                    Fact::Milestone(fact) => Some(fact.clone()),
                    _ => None,
                })
                .collect()
        })
    }
}
