//! Single points of failure: clusters whose signal rests on one site alone, as far as sites are
//! recorded. Only for scopes that may see sites.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::Atlas;
use super::super::card::{ClusterCard, VillageCard};
use super::super::combine::{ClusterVerdict, VillageVerdict};
use super::super::gaps::GapQuery;
use super::super::meet::{Effect, Hold};
use super::super::question::Question;
use super::super::said::CarrierIndex;
use super::super::shard::Shard;
use crate::domain::{SiteId, TechSet, Technology};
use crate::history::ClusterKey;

/// A cluster behind which one site stands, and no second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HangingCluster {
    pub key: ClusterKey,
    /// `None`: one that this scope may not see.
    pub site: Option<SiteId>,
    pub carriers: BTreeSet<CarrierIndex>,
    pub technologies: TechSet,
    pub households: Option<u32>,
    /// Statements that name no site speak for it too: a commune's word, a claim by area.
    pub unnamed: bool,
}

/// A village with signal that has such a cluster.
#[derive(Debug, Clone)]
pub struct HangingVillage {
    pub shard: Arc<Shard>,
    /// Index into [`Shard::villages`].
    pub place: usize,
    pub answer: VillageVerdict,
    pub clusters: Vec<HangingCluster>,
    /// Of those clusters, as far as known.
    pub households: u64,
}

impl HangingVillage {
    pub fn card(&self) -> &VillageCard {
        &self.shard.villages[self.place]
    }
}

/// The sites behind a cluster's signal, each with what it carries.
#[derive(Debug, Default)]
struct Behind<'a> {
    sites: BTreeMap<&'a SiteId, (BTreeSet<CarrierIndex>, TechSet)>,
    unnamed: bool,
}

impl Atlas {
    /// Villages that the filters leave and of which a covered cluster hangs on one site; most
    /// households first.
    pub fn hanging(&self, query: &GapQuery) -> Vec<HangingVillage> {
        let day = query.question.day;
        let mut found: Vec<HangingVillage> = Vec::new();
        for (shard, place, _) in self.left_by(query) {
            let card = &shard.villages[place];
            let hangs = |cluster: &ClusterCard| {
                let answer = cluster.verdict(&query.question, &self.common).verdict;
                let behind = (answer == ClusterVerdict::Covered)
                    .then(|| behind(cluster, &query.question, self))?;
                let mut sites = behind.sites.into_iter();
                let (Some((site, (carriers, technologies))), None) = (sites.next(), sites.next())
                else {
                    return None;
                };
                Some(HangingCluster {
                    key: cluster.key.clone(),
                    site: self.site(site).is_some().then(|| site.clone()),
                    carriers,
                    technologies,
                    households: cluster.households_on(card, day),
                    unnamed: behind.unnamed,
                })
            };
            let clusters: Vec<_> = card.clusters_on(day).filter_map(hangs).collect();
            if !clusters.is_empty() {
                let households =
                    clusters.iter().filter_map(|cluster| cluster.households.map(u64::from)).sum();
                let answer = card.verdict(&query.question, &self.common).verdict;
                let shard = Arc::clone(shard);
                found.push(HangingVillage { shard, place, answer, clusters, households });
            }
        }
        found.sort_by(|a, b| {
            b.households.cmp(&a.households).then_with(|| a.card().id.cmp(&b.card().id))
        });
        found
    }
}

/// What stands behind a covered cluster: supports that bind and are neither contested nor
/// defeated.
fn behind<'a>(cluster: &'a ClusterCard, question: &Question, atlas: &Atlas) -> Behind<'a> {
    let common = &atlas.common;
    let least = question.least_technology(common);
    let mut behind = Behind::default();
    for carrier in question.carriers_in(common) {
        for technology in Technology::ALL.into_iter().filter(|technology| *technology >= least) {
            let meeting = cluster.asked(question, common, carrier, technology).meet();
            for fate in &meeting.supports {
                if fate.hold != Hold::Binding || fate.worst >= Effect::Contests {
                    continue;
                }
                match cluster.world.said[fate.said].site {
                    Some(site) => {
                        let (carriers, technologies) =
                            behind.sites.entry(&cluster.world.sites[site]).or_default();
                        carriers.insert(carrier);
                        *technologies = technologies.with(technology);
                    }
                    None => behind.unnamed = true,
                }
            }
        }
    }
    behind
}
