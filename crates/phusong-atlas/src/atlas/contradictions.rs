//! Where statements are of other minds: a claim against a measurement, a commune against a claim, a
//! list against a later claim, one carrier against another. Worst first, by households.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::beside::CauseCard;
use super::card::{ClusterCard, VillageCard};
use super::meet::{Disagreement, Effect};
use super::question::{Carriers, Question};
use super::said::{CarrierIndex, Evidence, Rows, Said, SaidKind};
use super::shard::Shard;
use super::{Atlas, VillageUnits};
use crate::domain::{CarrierId, Day, Grade, Party, Says, Scope, SiteId, TechSet, Technology};

/// Whose word speaks against the claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Against {
    Measurement,
    Commune,
    /// An authority's list.
    List,
    /// Another carrier, or the same one later.
    Carrier,
}

/// What became of the claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// What speaks against it is stronger.
    Refuted,
    /// Both are of one grade, or the opposition says *weak*: neither outweighs the other.
    Contested,
    /// It is later and of lower grade: *chờ xác nhận*.
    Awaiting,
    /// It is stronger: the other stays on file.
    Outweighs,
}

/// One side of a contradiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    pub evidence: Evidence,
    /// Every row that it rests on, that one among them.
    pub rows: Vec<Rows>,
    pub kind: SaidKind,
    pub says: Says,
    pub by: Party,
    pub day: Day,
    pub grade: Grade,
    /// Only where the scope may see it.
    pub site: Option<SiteId>,
}

#[derive(Debug, Clone)]
pub struct Contradiction {
    pub shard: Arc<Shard>,
    /// Index into [`Shard::villages`].
    pub place: usize,
    pub units: VillageUnits,
    pub carrier: CarrierIndex,
    pub technologies: TechSet,
    /// Indexes into the card's clusters.
    pub clusters: Vec<usize>,
    pub against: Against,
    pub standing: Standing,
    pub claim: Side,
    pub opposition: Side,
    /// Of the clusters; `None`: of none of them is the number known.
    pub households: Option<u32>,
    pub cause: Option<CauseCard>,
    /// [`severity`] × households (unknown counts as one).
    pub weight: u64,
}

impl Contradiction {
    pub fn card(&self) -> &VillageCard {
        &self.shard.villages[self.place]
    }
}

/// How bad, without the households: whose word it is, by what it does to the claim.
pub const fn severity(against: Against, standing: Standing) -> u64 {
    let word = match against {
        Against::Measurement => 4,
        Against::Commune => 3,
        Against::List => 2,
        Against::Carrier => 1,
    };
    let effect = match standing {
        Standing::Refuted => 3,
        Standing::Contested => 2,
        Standing::Awaiting | Standing::Outweighs => 1,
    };
    word * effect
}

/// What is gathered of one pair of rows before it is weighed.
struct Pair {
    claim: Side,
    opposition: Side,
    standing: Standing,
    technologies: TechSet,
    clusters: BTreeSet<usize>,
}

impl Atlas {
    /// Every contradiction of a day that this scope may know, worst first. A carrier is shown those
    /// about its own claims only.
    pub fn contradictions(&self, day: Day) -> Vec<Contradiction> {
        let mut found = Vec::new();
        let own = match &self.scope {
            Scope::Carrier(own) => Some(own),
            _ => None,
        };
        for shard in self.shards() {
            for (place, card) in shard.villages.iter().enumerate() {
                if card.exists_on(day) {
                    self.contradictions_of((shard, place), card, own, day, &mut found);
                }
            }
        }
        found.sort_by_cached_key(|one| {
            let id = one.card().id.clone();
            (
                std::cmp::Reverse(one.weight),
                id,
                one.carrier,
                one.claim.evidence,
                one.opposition.evidence,
            )
        });
        found
    }

    fn contradictions_of(
        &self,
        (shard, place): (&Arc<Shard>, usize),
        card: &VillageCard,
        own: Option<&CarrierId>,
        day: Day,
        found: &mut Vec<Contradiction>,
    ) {
        let mut pairs: BTreeMap<(CarrierIndex, Evidence, Evidence), Pair> = BTreeMap::new();
        for (number, cluster) in card.clusters.iter().enumerate() {
            let differs = |says: fn(Says) -> bool| {
                cluster.world.said.iter().any(|said| said.seen_on(day) && says(said.says))
            };
            let is_worth_it = cluster.is_in(&card.id, day)
                && differs(|says| says == Says::Has)
                && differs(|says| says != Says::Has);
            if is_worth_it {
                self.gather(cluster, number, own, day, &mut pairs);
            }
        }
        let units = self.units_of(card, day);
        for ((carrier, ..), pair) in pairs {
            let households = households(card, &pair.clusters, day);
            let against = against(&pair.opposition);
            let weight =
                severity(against, pair.standing) * u64::from(households.unwrap_or(1).max(1));
            let cause = self.beside.cause(&pair.claim.rows, &pair.opposition.rows).cloned();
            found.push(Contradiction {
                shard: Arc::clone(shard),
                place,
                units,
                carrier,
                technologies: pair.technologies,
                clusters: pair.clusters.into_iter().collect(),
                against,
                standing: pair.standing,
                claim: pair.claim,
                opposition: pair.opposition,
                households,
                cause,
                weight,
            });
        }
    }

    fn gather(
        &self,
        cluster: &ClusterCard,
        number: usize,
        own: Option<&CarrierId>,
        day: Day,
        pairs: &mut BTreeMap<(CarrierIndex, Evidence, Evidence), Pair>,
    ) {
        let common = &self.common;
        for carrier in common.operators_on(day) {
            if own.is_some_and(|own| *own != common.carriers[usize::from(carrier.0)].id) {
                continue;
            }
            let question =
                Question { carriers: Carriers::Named(vec![carrier]), ..Question::default_on(day) };
            for technology in Technology::ALL {
                let asked = cluster.asked(&question, common, carrier, technology);
                for one in asked.disagreements() {
                    let said = &cluster.world.said;
                    let (claim, opposition) = (&said[one.support], &said[one.opposition]);
                    // What names no carrier is nobody's claim.
                    if claim.carrier.is_none() {
                        continue;
                    }
                    let key = (carrier, claim.evidence, opposition.evidence);
                    let pair = pairs.entry(key).or_insert_with(|| self.pair(cluster, &one));
                    pair.standing = pair.standing.min(standing(one.effect));
                    pair.technologies = pair.technologies.with(technology);
                    pair.clusters.insert(number);
                }
            }
        }
    }

    fn pair(&self, cluster: &ClusterCard, one: &Disagreement) -> Pair {
        let said = &cluster.world.said;
        let side = |said: &Said, grade| Side {
            evidence: said.evidence,
            rows: said.rows(),
            kind: said.kind,
            says: said.says,
            by: said.source.clone(),
            day: said.from,
            grade,
            site: said
                .site
                .map(|site| cluster.world.sites[site].clone())
                .filter(|site| self.site(site).is_some()),
        };
        Pair {
            claim: side(&said[one.support], one.grades.0),
            opposition: side(&said[one.opposition], one.grades.1),
            standing: standing(one.effect),
            technologies: TechSet::NONE,
            clusters: BTreeSet::new(),
        }
    }
}

const fn standing(effect: Effect) -> Standing {
    match effect {
        Effect::Defeats => Standing::Refuted,
        Effect::Contests => Standing::Contested,
        Effect::AnsweredHigher => Standing::Awaiting,
        Effect::Nothing => Standing::Outweighs,
    }
}

const fn against(opposition: &Side) -> Against {
    match opposition.kind {
        SaidKind::Measured => Against::Measurement,
        SaidKind::Commune => Against::Commune,
        SaidKind::List => Against::List,
        SaidKind::SiteRow(_) | SaidKind::Claim | SaidKind::CarrierWord => Against::Carrier,
    }
}

/// Of the clusters where they are known; of an implied cluster, the village's.
fn households(card: &VillageCard, clusters: &BTreeSet<usize>, day: Day) -> Option<u32> {
    let village = || card.fact_on(day).and_then(|fact| fact.households);
    let of = |number: &usize| match card.clusters[*number].fact_on(day) {
        Some(fact) => fact.households,
        None => village(),
    };
    clusters.iter().filter_map(of).reduce(u32::saturating_add)
}
