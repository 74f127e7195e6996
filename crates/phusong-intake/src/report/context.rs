//! What a report is read against: places, the carrier, and what was filed before.

use geo::MultiPolygon;
use phusong_atlas::atlas::Areas;
use phusong_atlas::domain::{Area, CarrierFact, Day, Position, RowRef, SiteCode, VillageId};
use phusong_atlas::gazetteer::Gazetteer;
use phusong_gis::Crs;

use crate::evidence::{Began, Ended};
use crate::reading::ByWord;
use crate::values::carriers::{Named, carriers};

/// What was filed of a site before, as far as the sender may know it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KnownSite {
    pub position: Option<Position>,
    pub built: Option<Day>,
    pub on_air: Option<Day>,
}

/// A row filed before, as `thay_the` names it.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierRow {
    pub at: RowRef,
    /// Of which site it speaks.
    pub site: Option<SiteCode>,
    /// What was drawn for it.
    pub area: Option<Area>,
}

/// How many households a village has, where that is known.
type Households<'a> = dyn Fn(&VillageId) -> Option<u32> + Sync + 'a;

/// Since when a village made from others is one.
type BeganOf<'a> = dyn Fn(&VillageId) -> Option<Began> + Sync + 'a;

/// Since when a village is no more.
type EndedOf<'a> = dyn Fn(&VillageId) -> Option<Ended> + Sync + 'a;

/// What a report is read against.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "holds functions")]
pub struct Context<'a> {
    pub gazetteer: &'a Gazetteer,
    /// Communes of today: computed cells until real boundaries are filed.
    pub areas: &'a Areas,
    /// Whose report it is.
    pub carrier: &'a CarrierFact,
    pub today: Day,
    pub site: &'a (dyn Fn(&SiteCode) -> Option<KnownSite> + Sync),
    /// `REPORT/ROW` of an earlier row of the same carrier.
    pub row_ref: &'a (dyn Fn(&str) -> Option<EarlierRow> + Sync),
    /// Households of a village, as far as the sender may know them.
    pub(super) households: Option<&'a Households<'a>>,
    pub(super) began: Option<&'a BeganOf<'a>>,
    pub(super) ended: Option<&'a EndedOf<'a>>,
    /// To tell the sea by.
    pub(super) land: Option<&'a MultiPolygon<f64>>,
    /// The sender's own sites on exactly this point.
    pub(super) sites_at: Option<&'a (dyn Fn(Position) -> Vec<SiteCode> + Sync)>,
    /// What the sender's words for places mean, where nothing else has read them yet.
    pub(super) decided: Option<&'a ByWord<'a>>,
    /// In which system a file's geometry is drawn.
    pub(super) drawn_crs: Crs,
    /// No outline reaches beyond it.
    pub(super) window: geo::Rect<f64>,
}

impl<'a> Context<'a> {
    pub fn new(
        (gazetteer, areas): (&'a Gazetteer, &'a Areas),
        carrier: &'a CarrierFact,
        today: Day,
        site: &'a (dyn Fn(&SiteCode) -> Option<KnownSite> + Sync),
        row_ref: &'a (dyn Fn(&str) -> Option<EarlierRow> + Sync),
    ) -> Self {
        /// How far an outline may reach beyond the province, in degrees.
        const BEYOND_DEG: f64 = 0.6;
        let (low, high) = areas.bounds().unwrap_or(([-180.0, -90.0], [180.0, 90.0]));
        let window = geo::Rect::new(
            (low[0] - BEYOND_DEG, low[1] - BEYOND_DEG),
            (high[0] + BEYOND_DEG, high[1] + BEYOND_DEG),
        );
        Self {
            gazetteer,
            areas,
            carrier,
            today,
            site,
            row_ref,
            households: None,
            began: None,
            ended: None,
            land: None,
            sites_at: None,
            decided: None,
            drawn_crs: Crs::Wgs84,
            window,
        }
    }

    /// Points at sea and points where another own site stands are told too.
    #[must_use]
    pub fn among(
        self,
        land: &'a MultiPolygon<f64>,
        sites_at: &'a (dyn Fn(Position) -> Vec<SiteCode> + Sync),
    ) -> Self {
        Self { land: Some(land), sites_at: Some(sites_at), ..self }
    }

    /// More households than live there are told.
    #[must_use]
    pub fn counting(self, of: &'a Households<'a>) -> Self {
        Self { households: Some(of), ..self }
    }

    /// Villages named before they were any are told, those that were no more are asked.
    #[must_use]
    pub fn dating(self, began: &'a BeganOf<'a>, ended: &'a EndedOf<'a>) -> Self {
        Self { began: Some(began), ended: Some(ended), ..self }
    }

    /// Words that were decided on before are read as they were.
    #[must_use]
    pub const fn naming(self, decided: &'a ByWord<'a>) -> Self {
        Self { decided: Some(decided), ..self }
    }

    /// Its id, its name or another name of it.
    pub(super) fn is_own_carrier(&self, said: &str) -> bool {
        let own = std::slice::from_ref(self.carrier);
        matches!(carriers(said, own), Named::One(_))
    }

    /// `Viettel, VNPT`: its own name beside short ones of others, and nothing else.
    pub(super) fn shares_with_others(&self, said: &str) -> bool {
        const MOST_WORDS: usize = 2;
        let parts = said.split([',', ';', '/', '+', '&', '\n']).flat_map(|part| part.split(" và "));
        let parts: Vec<&str> = parts.map(str::trim).filter(|part| !part.is_empty()).collect();
        let is_name = |part: &&str| {
            part.split_whitespace().count() <= MOST_WORDS && part.starts_with(char::is_uppercase)
        };
        parts.len() > 1
            && parts.iter().any(|part| self.is_own_carrier(part))
            && parts.iter().all(|part| self.is_own_carrier(part) || is_name(part))
    }
}
