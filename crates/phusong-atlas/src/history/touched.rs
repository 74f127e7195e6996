//! What an entry may change for someone: the villages and sites to assess anew.

use std::collections::BTreeSet;

use geo::BoundingRect;

use super::{History, RowIndex};
use crate::domain::{
    Area, ClaimFact, ClusterId, DisputeAnswerFact, DisputeCheckFact, DisputeEndFact, Fact, Places,
    RowRef, Shape, SiteId, Slug, UnitId, VillageId,
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of an Atlas of its own")]
pub struct Touched {
    /// Units, carriers, rule sets, sunsets: everything is assessed anew.
    pub everything: bool,
    pub villages: BTreeSet<VillageId>,
    pub sites: BTreeSet<SiteId>,
    /// Statements that bind by a site's reach alone: any place may be near enough, where the
    /// rules state a reach.
    pub by_reach: bool,
    /// Goals, clauses, statements, agencies: shown, never assessed.
    pub order: bool,
    /// Figures, by indicator and unit: counted and summed, never assessed.
    pub figures: BTreeSet<(Slug, UnitId)>,
    /// Outages, named causes, certificates: shown beside, never assessed.
    pub beside: bool,
}

impl Touched {
    pub fn merge(&mut self, other: Self) {
        self.everything |= other.everything;
        self.order |= other.order;
        self.figures.extend(other.figures);
        self.beside |= other.beside;
        self.by_reach |= other.by_reach;
        self.villages.extend(other.villages);
        self.sites.extend(other.sites);
    }

    /// Villages that are not named here may have changed too.
    pub const fn is_anywhere(&self) -> bool {
        self.everything || self.by_reach
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The row and everything it corrected: their standing hangs together.
    pub(super) fn by_chain(&mut self, history: &History, row: RowIndex) {
        let mut next = Some(row);
        while let Some(this) = next {
            self.by_row(history, this);
            let replaces = history.row(this).replaces();
            next = replaces.and_then(|at| history.find(at)).filter(|before| *before < this);
        }
    }

    pub(super) fn by_row(&mut self, history: &History, row: RowIndex) {
        if self.everything {
            return;
        }
        // A cause is shown where both things that it stands between count.
        self.beside |= history.index().explained.contains(&history.row(row).at);
        match &*history.row(row).fact() {
            Fact::Carrier(_)
            | Fact::Boundary(_)
            | Fact::Unit(_)
            | Fact::UnitSuccession(_)
            | Fact::Sunset(_)
            | Fact::ConfirmSunset { .. }
            | Fact::RuleSet(_)
            | Fact::AdoptRuleSet { .. } => self.everything = true,
            Fact::Goal(_)
            | Fact::Indicator(_)
            | Fact::UnitCount(_)
            | Fact::Criterion(_)
            | Fact::OrderClause(_)
            | Fact::PublicStatement(_)
            | Fact::Agency(_)
            | Fact::AgencySuccession(_) => self.order = true,
            Fact::Village(fact) => self.village(history, &fact.id),
            Fact::VillageSuccession(fact) => {
                self.village(history, &fact.from);
                self.village(history, &fact.to);
            }
            Fact::Cluster(fact) => {
                self.village(history, &fact.village);
                self.cluster(history, &fact.id);
            }
            Fact::SiteEvent(fact) => {
                // Its own places first: the site may have been walked for an earlier row.
                self.bound(history, &fact.serves, fact.area.as_ref());
                self.site(history, &fact.site);
                if fact.event.starts() {
                    for cluster in history
                        .index()
                        .sampled_by_carrier
                        .get(&fact.site.carrier)
                        .into_iter()
                        .flatten()
                    {
                        self.cluster(history, cluster);
                    }
                }
            }
            Fact::Claim(fact) => self.claim(history, fact),
            Fact::Observation(fact) => self.bound(history, &fact.places, None),
            Fact::Sample(fact) => self.cluster(history, &fact.cluster),
            Fact::Duty(fact) => self.village(history, &fact.village),
            Fact::Milestone(fact) => {
                if let Some(village) = history.index().duty_village.get(&fact.duty) {
                    self.village(history, village);
                }
            }
            Fact::Commitment(fact) => self.village(history, &fact.village),
            Fact::Blocker(fact) => self.village(history, &fact.village),
            Fact::VillageService(fact) => self.village(history, &fact.village),
            Fact::Statistic(fact) => {
                self.figures.insert((fact.indicator.clone(), fact.unit));
            }
            Fact::Funding(fact) => {
                if let Some(village) = history.index().duty_village.get(&fact.duty) {
                    self.village(history, village);
                }
            }
            // How a sender's words are read the next time, papers, and who there is: no Atlas holds
            // them.
            Fact::NameQuestion(_)
            | Fact::NameDecision(_)
            | Fact::NameUse(_)
            | Fact::SignedPaper(_)
            | Fact::Account(_) => {}
            Fact::Outage(_) | Fact::NamedCause(_) | Fact::Certificate(_) | Fact::Structure(_) => {
                self.beside = true;
            }
            Fact::Dispute(fact) => self.village(history, &fact.village),
            Fact::DisputeAnswer(DisputeAnswerFact { dispute, .. })
            | Fact::DisputeCheck(DisputeCheckFact { dispute, .. })
            | Fact::DisputeEnd(DisputeEndFact { dispute, .. }) => self.by_ref(history, *dispute),
            Fact::SetAside { opposition, .. } => self.by_ref(history, *opposition),
            Fact::RestrictSite { site } => {
                self.beside = true;
                self.site(history, site);
            }
            Fact::OpenDispute { village, .. } | Fact::CloseDispute { village, .. } => {
                self.village(history, village);
            }
            // Their targets are walked when they act.
            Fact::Publish(target) | Fact::Return { target, .. } | Fact::Withdraw { target, .. } => {
                if let Some(head) = history.entry(target.entry) {
                    for row in head.first_row..head.first_row + head.row_count {
                        let acts = matches!(
                            *history.row(row).fact(),
                            Fact::Publish(_) | Fact::Return { .. } | Fact::Withdraw { .. }
                        );
                        if !acts && target.names(history.row(row).at) {
                            self.by_row(history, row);
                        }
                    }
                }
            }
        }
    }

    fn by_ref(&mut self, history: &History, at: RowRef) {
        if let Some(row) = history.find(at) {
            self.by_row(history, row);
        }
    }

    fn village(&mut self, history: &History, village: &VillageId) {
        if !self.villages.contains(village) {
            self.villages.extend(history.family(village));
        }
    }

    fn cluster(&mut self, history: &History, cluster: &ClusterId) {
        for row in history.index().clusters.get(cluster).into_iter().flatten() {
            if let Some(Fact::Cluster(fact)) = history.row(*row).kept() {
                self.village(history, &fact.village);
            }
        }
    }

    fn bound(&mut self, history: &History, places: &Places, area: Option<&Area>) {
        for village in &places.villages {
            self.village(history, village);
        }
        for cluster in &places.clusters {
            self.cluster(history, cluster);
        }
        if let Some(area) = area {
            self.area(history, area);
        }
    }

    fn claim(&mut self, history: &History, claim: &ClaimFact) {
        self.bound(history, &claim.serves, claim.area.as_ref());
        self.by_reach |= claim.site.is_some() && claim.serves.is_empty() && claim.area.is_none();
    }

    /// All rows of the site, since any may make it (not) operational.
    fn site(&mut self, history: &History, site: &SiteId) {
        if !self.sites.insert(site.clone()) {
            return;
        }
        let index = history.index();
        let rows = [index.site_rows.get(site), index.claims_on_site.get(site)];
        for row in rows.into_iter().flatten().flatten() {
            match &*history.row(*row).fact() {
                Fact::SiteEvent(fact) => {
                    self.bound(history, &fact.serves, fact.area.as_ref());
                }
                Fact::Claim(fact) => self.claim(history, fact),
                _ => {}
            }
        }
    }

    /// Villages with a place near the area: a generous box, since too many costs only time.
    fn area(&mut self, history: &History, area: &Area) {
        const MARGIN_DEG: f64 = 0.5;
        let Some(rect) = area.polygons().bounding_rect() else { return };
        let near = |lon: f64, lat: f64| {
            lon >= rect.min().x - MARGIN_DEG
                && lon <= rect.max().x + MARGIN_DEG
                && lat >= rect.min().y - MARGIN_DEG
                && lat <= rect.max().y + MARGIN_DEG
        };
        for (village, rows) in &history.index().villages {
            let placed = rows.iter().any(|row| match history.row(*row).kept() {
                Some(Fact::Village(fact)) => fact
                    .located
                    .is_some_and(|at| near(at.position.lon_deg(), at.position.lat_deg())),
                _ => false,
            });
            if placed {
                self.village(history, village);
            }
        }
        for (cluster, rows) in &history.index().clusters {
            let placed = rows.iter().any(|row| match history.row(*row).kept() {
                Some(Fact::Cluster(fact)) => match &fact.shape {
                    Shape::Point(at) => near(at.position.lon_deg(), at.position.lat_deg()),
                    Shape::Outline { area, .. } => area
                        .polygons()
                        .bounding_rect()
                        .is_some_and(|r| near(r.min().x, r.min().y) || near(r.max().x, r.max().y)),
                },
                _ => false,
            });
            if placed {
                self.cluster(history, cluster);
            }
        }
    }
}
