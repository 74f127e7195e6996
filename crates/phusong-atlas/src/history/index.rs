//! Where to look: rows by village, cluster, site, area and kind. Only grows.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

use geo::BoundingRect;
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

use super::{ByHash, RowIndex, packed};
use crate::domain::{
    Area, CarrierId, ClaimFact, ClusterId, DisputeAnswerFact, DisputeCheckFact, DisputeEndFact,
    DisputeFact, DutyId, Fact, Places, RowRef, SiteEventFact, SiteEventKind, SiteId, Slug, UnitId,
    VillageId,
};

type AreaEntry = GeomWithData<Rectangle<[f64; 2]>, RowIndex>;

#[derive(Debug, Clone, Default)]
pub struct Index {
    pub villages: ByHash<VillageId, Vec<RowIndex>>,
    pub clusters: ByHash<ClusterId, Vec<RowIndex>>,
    pub clusters_by_first_village: ByHash<VillageId, BTreeSet<ClusterId>>,
    pub successions_from: ByHash<VillageId, Vec<RowIndex>>,
    pub successions_to: ByHash<VillageId, Vec<RowIndex>>,
    /// Statements that name the village, or one of its clusters.
    pub naming_village: ByHash<VillageId, Vec<RowIndex>>,
    pub naming_cluster: ByHash<ClusterId, Vec<RowIndex>>,
    pub site_rows: ByHash<SiteId, Vec<RowIndex>>,
    /// Claims (not site rows) that rest on a site.
    pub claims_on_site: ByHash<SiteId, Vec<RowIndex>>,
    pub samples: ByHash<ClusterId, Vec<RowIndex>>,
    pub sampled_by_carrier: BTreeMap<CarrierId, BTreeSet<ClusterId>>,
    /// on_air and changed rows by carrier: they split measurement sets.
    pub starts: BTreeMap<CarrierId, Vec<RowIndex>>,
    pub set_asides: ByHash<RowRef, Vec<RowIndex>>,
    pub duties: ByHash<VillageId, Vec<RowIndex>>,
    pub duty_village: BTreeMap<DutyId, VillageId>,
    pub milestones: ByHash<DutyId, Vec<RowIndex>>,
    pub commitments: ByHash<VillageId, Vec<RowIndex>>,
    pub blockers: ByHash<VillageId, Vec<RowIndex>>,
    pub outages: BTreeMap<CarrierId, Vec<RowIndex>>,
    pub statistics: BTreeMap<(Slug, UnitId), Vec<RowIndex>>,
    pub village_services: ByHash<VillageId, Vec<RowIndex>>,
    pub boundaries: BTreeMap<UnitId, Vec<RowIndex>>,
    pub name_questions: Vec<RowIndex>,
    pub name_decisions: Vec<RowIndex>,
    pub name_uses: BTreeMap<RowRef, Vec<RowIndex>>,
    pub signed_papers: Vec<RowIndex>,
    pub disputes: ByHash<VillageId, Vec<RowIndex>>,
    /// Answers to, checks of and ends of a dispute, by its row.
    pub dispute_acts: ByHash<RowRef, Vec<RowIndex>>,
    pub funding: ByHash<DutyId, Vec<RowIndex>>,
    pub named_causes: Vec<RowIndex>,
    /// Rows that a named cause stands between.
    pub explained: BTreeSet<RowRef>,
    pub certificates: Vec<RowIndex>,
    pub structures: Vec<RowIndex>,
    pub sunsets: Vec<RowIndex>,
    pub sunset_confirmations: BTreeMap<RowRef, Vec<RowIndex>>,
    pub restrictions: ByHash<SiteId, Vec<RowIndex>>,
    pub rule_sets: Vec<RowIndex>,
    pub adoptions: Vec<RowIndex>,
    pub carriers: Vec<RowIndex>,
    pub units: Vec<RowIndex>,
    pub unit_successions: Vec<RowIndex>,
    /// Goals, clauses, public statements, agencies; indicators, criteria, counts of units.
    pub order: Vec<RowIndex>,
    pub(super) areas: RTree<AreaEntry>,
}

impl Index {
    pub(super) fn insert(&mut self, this: RowIndex, fact: &Fact) {
        self.insert_in_lists(this, fact);
        self.insert_beside(this, fact);
    }

    /// What packed facts are found by too: sites, villages, clusters, starts.
    fn insert_in_lists(&mut self, this: RowIndex, fact: &Fact) {
        match fact {
            Fact::SiteEvent(fact) => {
                self.site_row(this, &fact.site, fact.event);
                self.name(&fact.serves, this);
            }
            Fact::Claim(fact) => {
                if let Some(site) = &fact.site {
                    push(&mut self.claims_on_site, site, this);
                }
                self.name(&fact.serves, this);
            }
            Fact::Observation(fact) => self.name(&fact.places, this),
            _ => {}
        }
    }

    /// The same of a packed one.
    pub(super) fn insert_packed(&mut self, this: RowIndex, bytes: &[u8]) {
        let Some(found_by) = packed::found_by(bytes) else { return };
        if let Some((site, event)) = &found_by.site_row {
            self.site_row(this, site, *event);
        }
        if let Some(site) = &found_by.site {
            push(&mut self.claims_on_site, site, this);
        }
        self.name(&found_by.places, this);
    }

    fn site_row(&mut self, this: RowIndex, site: &SiteId, event: SiteEventKind) {
        push(&mut self.site_rows, site, this);
        if event.starts() {
            push_in_order(&mut self.starts, &site.carrier, this);
        }
    }

    /// Everything else: what is packed is found by nothing of it.
    pub(super) fn insert_beside(&mut self, this: RowIndex, fact: &Fact) {
        match fact {
            Fact::Carrier(_) => self.carriers.push(this),
            Fact::Unit(_) => self.units.push(this),
            Fact::UnitSuccession(_) => self.unit_successions.push(this),
            Fact::Village(fact) => push(&mut self.villages, &fact.id, this),
            Fact::VillageSuccession(fact) => {
                push(&mut self.successions_from, &fact.from, this);
                push(&mut self.successions_to, &fact.to, this);
            }
            Fact::Cluster(fact) => {
                push(&mut self.clusters, &fact.id, this);
                let of_village = self.clusters_by_first_village.entry(fact.village.clone());
                of_village.or_default().insert(fact.id.clone());
            }
            Fact::SiteEvent(SiteEventFact { serves, area, .. })
            | Fact::Claim(ClaimFact { serves, area, .. }) => {
                self.cover(area.as_ref().filter(|_| serves.is_empty()), this);
            }
            Fact::Sample(fact) => {
                push(&mut self.samples, &fact.cluster, this);
                let of_carrier = self.sampled_by_carrier.entry(fact.carrier.clone());
                of_carrier.or_default().insert(fact.cluster.clone());
            }
            Fact::Duty(fact) => {
                push(&mut self.duties, &fact.village, this);
                self.duty_village.insert(fact.id.clone(), fact.village.clone());
            }
            Fact::Milestone(fact) => push(&mut self.milestones, &fact.duty, this),
            Fact::Commitment(fact) => push(&mut self.commitments, &fact.village, this),
            Fact::Blocker(fact) => push(&mut self.blockers, &fact.village, this),
            Fact::Outage(fact) => push_in_order(&mut self.outages, &fact.carrier, this),
            Fact::Statistic(fact) => {
                push_in_order(&mut self.statistics, &(fact.indicator.clone(), fact.unit), this);
            }
            Fact::NameQuestion(_) => self.name_questions.push(this),
            Fact::NameDecision(_) => self.name_decisions.push(this),
            Fact::SignedPaper(_) => self.signed_papers.push(this),
            Fact::NameUse(fact) => push_in_order(&mut self.name_uses, &fact.decision, this),
            Fact::Boundary(fact) => push_in_order(&mut self.boundaries, &fact.unit, this),
            Fact::VillageService(fact) => push(&mut self.village_services, &fact.village, this),
            Fact::Goal(_)
            | Fact::Indicator(_)
            | Fact::UnitCount(_)
            | Fact::Criterion(_)
            | Fact::OrderClause(_)
            | Fact::PublicStatement(_)
            | Fact::Agency(_)
            | Fact::AgencySuccession(_) => self.order.push(this),
            Fact::Sunset(_) => self.sunsets.push(this),
            Fact::ConfirmSunset { sunset } => {
                push_in_order(&mut self.sunset_confirmations, sunset, this);
            }
            Fact::RuleSet(_) => self.rule_sets.push(this),
            Fact::AdoptRuleSet { .. } => self.adoptions.push(this),
            Fact::SetAside { opposition, .. } => push(&mut self.set_asides, opposition, this),
            Fact::RestrictSite { site } => push(&mut self.restrictions, site, this),
            Fact::OpenDispute { village, .. }
            | Fact::CloseDispute { village, .. }
            | Fact::Dispute(DisputeFact { village, .. }) => {
                push(&mut self.disputes, village, this);
            }
            Fact::DisputeAnswer(DisputeAnswerFact { dispute, .. })
            | Fact::DisputeCheck(DisputeCheckFact { dispute, .. })
            | Fact::DisputeEnd(DisputeEndFact { dispute, .. }) => {
                push(&mut self.dispute_acts, dispute, this);
            }
            Fact::Funding(fact) => push(&mut self.funding, &fact.duty, this),
            Fact::NamedCause(fact) => {
                self.named_causes.push(this);
                self.explained.extend([fact.claim, fact.against]);
            }
            Fact::Certificate(_) => self.certificates.push(this),
            Fact::Structure(_) => self.structures.push(this),
            // Accounts are kept by role beside this; what names places is in the lists.
            Fact::Observation(_)
            | Fact::Account(_)
            | Fact::Publish(_)
            | Fact::Return { .. }
            | Fact::Withdraw { .. } => {}
        }
    }

    fn name(&mut self, places: &Places, this: RowIndex) {
        for village in &places.villages {
            push(&mut self.naming_village, village, this);
        }
        for cluster in &places.clusters {
            push(&mut self.naming_cluster, cluster, this);
        }
    }

    fn cover(&mut self, area: Option<&Area>, this: RowIndex) {
        if let Some(rect) = area.and_then(|area| area.polygons().bounding_rect()) {
            let envelope = Rectangle::from_corners(rect.min().into(), rect.max().into());
            self.areas.insert(GeomWithData::new(envelope, this));
        }
    }

    /// Rows with an area whose bounding box meets the box, in order of arrival.
    pub fn areas_meeting(&self, south_west: [f64; 2], north_east: [f64; 2]) -> Vec<RowIndex> {
        let window = AABB::from_corners(south_west, north_east);
        let mut rows: Vec<_> =
            self.areas.locate_in_envelope_intersecting(window).map(|entry| entry.data).collect();
        rows.sort_unstable();
        rows
    }
}

/// By hash: looked up a dozen times for each place that is assessed, and never walked in order.
fn push<K: Hash + Eq + Clone>(map: &mut ByHash<K, Vec<RowIndex>>, key: &K, row: RowIndex) {
    match map.get_mut(key) {
        Some(rows) => rows.push(row),
        None => {
            map.insert(key.clone(), vec![row]);
        }
    }
}

fn push_in_order<K: Ord + Clone>(map: &mut BTreeMap<K, Vec<RowIndex>>, key: &K, row: RowIndex) {
    match map.get_mut(key) {
        Some(rows) => rows.push(row),
        None => {
            map.insert(key.clone(), vec![row]);
        }
    }
}
