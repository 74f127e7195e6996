//! What several rows of a list state of one village or cluster.

use std::collections::BTreeMap;

use phusong_atlas::domain::{ClusterFact, Fact, VillageId};

use crate::finding::{Finding, Severity};
use crate::report::{Column, DraftRow};
use crate::twins::{named, settle};

fn cluster_of(row: &DraftRow) -> Option<&ClusterFact> {
    row.facts().find_map(|filed| match &filed.fact {
        Fact::Cluster(fact) => Some(fact),
        _ => None,
    })
}

/// A village or cluster that two rows state, and a village with two centres.
pub(super) fn find_twins(rows: &mut [DraftRow]) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut centres: BTreeMap<VillageId, usize> = BTreeMap::new();
    for at in 0..rows.len() {
        let cluster = cluster_of(&rows[at]).cloned();
        let own = rows[at].facts().next().map(|filed| filed.fact.clone());
        let key = match (&cluster, &own) {
            (Some(fact), _) => format!("cluster {}", fact.id),
            (None, Some(Fact::Village(fact))) => format!("village {}", fact.id),
            _ => continue,
        };
        if let Some(fact) = &cluster
            && fact.centre
            && let Some(other) = centres.insert(fact.village.clone(), at)
        {
            let number = named(&rows[other], &rows[at]);
            let message = (
                format!("thôn có hai trung tâm, xem dòng {number}: coi như chưa rõ trung tâm"),
                format!("two centres in one village, see row {number}: as if none were marked"),
            );
            let remedy = ("chỉ đánh dấu một cụm", "mark one cluster only");
            let warning = Finding::new("two-centres", Severity::Warn, message, remedy);
            let row = &mut rows[at];
            row.findings.push(warning.at(row.row, Column::IsCentre.as_str(), ""));
        }
        let twin = *first.entry(key).or_insert(at);
        if twin == at {
            continue;
        }
        // The first row of a village's clusters also carries what they say of the village.
        let is_same = match &cluster {
            Some(cluster) => cluster_of(&rows[twin]) == Some(cluster),
            None => rows[twin].facts().eq(rows[at].facts()),
        };
        settle(rows, (twin, at), is_same);
    }
}
