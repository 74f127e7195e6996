//! Single points of failure: clusters whose signal rests on one site alone, or on several that all
//! live on one backhaul or one power feed, as far as those are recorded. Only for scopes that may
//! see sites.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::Atlas;
use super::super::card::{ClusterCard, VillageCard};
use super::super::combine::{ClusterVerdict, VillageVerdict};
use super::super::gaps::GapQuery;
use super::super::meet::{Effect, Hold};
use super::super::question::Question;
use super::super::said::CarrierIndex;
use super::super::shard::{LineKind, Shard, SiteState};
use crate::domain::{Day, SiteId, TechSet, Technology};
use crate::history::ClusterKey;

/// What would take a cluster's signal away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HangsOn {
    /// The one site behind it; `None`: one that this scope may not see.
    Site(Option<SiteId>),
    /// The one line on which all sites behind it live, each with no other of the kind.
    Line { kind: LineKind, name: String, sites: Vec<SiteId> },
}

/// A cluster that one failure would leave without signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HangingCluster {
    pub key: ClusterKey,
    pub on: HangsOn,
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
    /// One for each thing that a cluster hangs on.
    pub clusters: Vec<HangingCluster>,
    /// Of those clusters, each once, as far as known.
    pub households: u64,
}

impl HangingVillage {
    pub fn card(&self) -> &VillageCard {
        &self.shard.villages[self.place]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecordedLines {
    /// On air that day.
    pub sites: usize,
    /// Of those, with a backhaul on record.
    pub backhaul: usize,
    pub power: usize,
}

/// The sites behind a cluster's signal, each with what it carries.
#[derive(Debug, Default)]
struct Behind<'a> {
    sites: BTreeMap<&'a SiteId, (BTreeSet<CarrierIndex>, TechSet)>,
    unnamed: bool,
}

impl Atlas {
    /// Villages that the filters leave and of which a covered cluster hangs on one thing; most
    /// households first.
    pub fn hanging(&self, query: &GapQuery) -> Vec<HangingVillage> {
        let day = query.question.day;
        let mut found: Vec<HangingVillage> = Vec::new();
        for (shard, place, _) in self.left_by(query) {
            let card = &shard.villages[place];
            let clusters: Vec<_> = card
                .clusters_on(day)
                .flat_map(|cluster| self.hanging_cluster(cluster, card, &query.question))
                .collect();
            if !clusters.is_empty() {
                let households = clusters
                    .chunk_by(|one, next| one.key == next.key)
                    .filter_map(|same| same.first()?.households.map(u64::from))
                    .sum();
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

    /// A covered cluster, once for each thing that it hangs on.
    fn hanging_cluster(
        &self,
        cluster: &ClusterCard,
        card: &VillageCard,
        question: &Question,
    ) -> Vec<HangingCluster> {
        if cluster.verdict(question, &self.common).verdict != ClusterVerdict::Covered {
            return Vec::new();
        }
        let behind = behind(cluster, question, self);
        let sites: Vec<&SiteId> = behind.sites.keys().copied().collect();
        let found = match sites[..] {
            [] => Vec::new(),
            [site] => vec![HangsOn::Site(self.site(site).is_some().then(|| site.clone()))],
            _ => [LineKind::Backhaul, LineKind::Power]
                .into_iter()
                .filter_map(|kind| {
                    let name = self.shared_line(kind, &sites, question.day)?.to_owned();
                    let sites = sites.iter().copied().cloned().collect();
                    Some(HangsOn::Line { kind, name, sites })
                })
                .collect(),
        };
        let carriers: BTreeSet<_> =
            behind.sites.values().flat_map(|(carriers, _)| carriers.iter().copied()).collect();
        let technologies = behind.sites.values().flat_map(|(_, carried)| carried.iter()).collect();
        let hanging = |on| HangingCluster {
            key: cluster.key.clone(),
            on,
            carriers: carriers.clone(),
            technologies,
            households: cluster.households_on(card, question.day),
            unnamed: behind.unnamed,
        };
        found.into_iter().map(hanging).collect()
    }

    /// The line on which every one of the sites lives alone; `None` also where of one it is not
    /// recorded. Backhauls have names of their carriers' own; feeders of the grid are everybody's.
    fn shared_line(&self, kind: LineKind, sites: &[&SiteId], day: Day) -> Option<&str> {
        let lone = |site: &SiteId| match self.site(site)?.1.lines_on(kind, day) {
            [name] => Some(name.as_str()),
            _ => None,
        };
        let (first, others) = sites.split_first()?;
        let alike = |site: &SiteId| kind == LineKind::Power || site.carrier == first.carrier;
        let name = lone(first)?;
        others.iter().all(|site| alike(site) && lone(site) == Some(name)).then_some(name)
    }

    /// How far lines are recorded: sites on air that this scope sees, and of how many of them the
    /// backhaul and the power feed are known.
    pub fn recorded_lines(&self, day: Day) -> RecordedLines {
        let mut recorded = RecordedLines::default();
        let cards = self.shards().flat_map(|shard| &shard.sites);
        for card in cards.filter(|card| card.state_on(day) == SiteState::Operational) {
            let has = |kind| usize::from(!card.lines_on(kind, day).is_empty());
            recorded.sites += 1;
            recorded.backhaul += has(LineKind::Backhaul);
            recorded.power += has(LineKind::Power);
        }
        recorded
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
