//! Two rule sets over one history: which villages would be another class, and which statements
//! weigh differently there.

use std::collections::BTreeMap;

use super::super::Atlas;
use super::super::card::{ClusterCard, VillageCard};
use super::super::changes::Held;
use super::super::explain::{Reason, ReasonRole, Step, explain};
use super::super::question::Question;
use super::super::said::{Evidence, Rows, Said};
use crate::domain::{Grade, Says, SiteId, Technology, VillageId};
use crate::history::ClusterKey;

/// What a statement does under one of the rule sets, in its best part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Standing {
    pub role: ReasonRole,
    pub step: Step,
    pub grade: Grade,
    /// Past its shelf life.
    pub stale: bool,
}

/// A statement that weighs differently; `None`: it plays no part there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub cluster: ClusterKey,
    pub evidence: Evidence,
    /// Every row that it rests on, that one among them.
    pub rows: Vec<Rows>,
    pub under_a: Option<Standing>,
    pub under_b: Option<Standing>,
}

/// A village whose answer differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleMove {
    pub village: VillageId,
    pub under_a: Held,
    pub under_b: Held,
    /// The base technology of the day, where these differ: what the question counts from when it
    /// names none, and what every roll-up compares with.
    pub base: Option<(Technology, Technology)>,
    pub parts: Vec<Part>,
}

impl RuleMove {
    /// Another class, not only other flags beside it.
    pub fn moves(&self) -> bool {
        self.under_a.map(|held| held.verdict) != self.under_b.map(|held| held.verdict)
    }
}

/// Villages whose answer to the question differs between two Atlases of one history and scope, by
/// id.
pub fn rule_moves(a: &Atlas, b: &Atlas, question: &Question) -> Vec<RuleMove> {
    let base = [a, b].map(|atlas| atlas.common.rules.base_on(question.day));
    a.village_ids()
        .filter_map(|id| {
            let ((_, of_a), (_, of_b)) = (a.village(id)?, b.village(id)?);
            let held = |atlas: &Atlas, card: &VillageCard| -> Held {
                card.exists_on(question.day).then(|| card.verdict(question, &atlas.common))
            };
            let (under_a, under_b) = (held(a, of_a), held(b, of_b));
            (under_a != under_b).then(|| RuleMove {
                village: id.clone(),
                under_a,
                under_b,
                base: (base[0] != base[1]).then(|| base.into()),
                parts: parts((a, of_a), (b, of_b), question),
            })
        })
        .collect()
}

fn parts(
    (a, of_a): (&Atlas, &VillageCard),
    (b, of_b): (&Atlas, &VillageCard),
    question: &Question,
) -> Vec<Part> {
    let mut parts = Vec::new();
    for cluster in of_a.clusters_on(question.day) {
        let Some(other) = of_b.clusters.iter().find(|other| other.key == cluster.key) else {
            continue;
        };
        // Of every technology that either asks for: what one leaves out is a reason too.
        let under_a = standings(a, cluster, question);
        let under_b = standings(b, other, question);
        let rows: std::collections::BTreeSet<Evidence> =
            under_a.keys().chain(under_b.keys()).copied().collect();
        for evidence in rows {
            let (x, y) = (under_a.get(&evidence).copied(), under_b.get(&evidence).copied());
            if x != y {
                let said = [cluster, other].into_iter().flat_map(|card| &card.world.said);
                let rows = Rows::joined(
                    said.filter(|said| said.evidence == evidence && said.seen_on(question.day))
                        .flat_map(Said::rows),
                );
                let cluster = cluster.key.clone();
                parts.push(Part { cluster, evidence, rows, under_a: x, under_b: y });
            }
        }
    }
    parts
}

fn standings(
    atlas: &Atlas,
    cluster: &ClusterCard,
    question: &Question,
) -> BTreeMap<Evidence, Standing> {
    let nobodys = |_: &SiteId| false;
    let mut standings: BTreeMap<Evidence, Standing> = BTreeMap::new();
    let base = question.base();
    let reasons = [question, &base].into_iter().flat_map(|asked| {
        let least = asked.least_technology(&atlas.common);
        explain(cluster, asked, &atlas.common, least, nobodys)
    });
    for reason in reasons {
        let Reason { role, step, grade, evidence, .. } = reason;
        let mut said = cluster.world.said.iter();
        let said = said.find(|said| said.evidence == evidence && said.seen_on(question.day));
        let ages = |said: &&Said| said.says != Says::Has || said.inventory;
        let shelf_life = atlas.common.rules.shelf_life_months;
        let stale =
            said.filter(ages).is_some_and(|said| said.stale_from(shelf_life) <= question.day);
        let best = Standing { role, step, grade, stale };
        let known = standings.entry(evidence).or_insert(best);
        *known = best.min(*known);
    }
    standings
}
