//! How duties go on: what was promised, what stands in the way, what is out of touch meanwhile.
//! None of it is a verdict.

use super::{
    CarrierId, Day, DutyId, Places, SiteId, Slug, TechSet, Technology, Timestamp, UnitId, VillageId,
};

/// *Cam kết*: the day an enterprise itself promised for a village. A later promise does not
/// undo an earlier one: the slip is what both together tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitmentFact {
    pub village: VillageId,
    pub carrier: CarrierId,
    /// The day on which it was promised.
    pub said: Day,
    pub promised: Day,
    /// The duty that it answers; `None`: promised without an order.
    pub duty: Option<DutyId>,
    pub technology: Option<Technology>,
    pub source: String,
}

/// What keeps a mast from being built or switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlockerKind {
    /// *Đất, mặt bằng*.
    Land,
    /// *Điện lưới*.
    GridPower,
    /// *Đường*.
    Road,
    /// *Truyền dẫn*.
    Backhaul,
    /// *Giấy phép*.
    Permit,
    Other,
}

/// *Vướng mắc*. One blocker is (village, carrier, kind, since); that it is lifted is said by a
/// fact of the same four with the day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockerFact {
    pub village: VillageId,
    pub carrier: CarrierId,
    pub kind: BlockerKind,
    pub since: Day,
    /// The first day without it.
    pub lifted: Option<Day>,
    pub duty: Option<DutyId>,
    /// Whose it is to clear, as of `since`: an agency of the register. `None`: nobody said.
    pub responsible: Option<Slug>,
    /// In the sender's own words.
    pub text: String,
    pub source: String,
}

/// Where the money of a duty comes from, and how much is reckoned with, as told on a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FundingFact {
    pub day: Day,
    pub duty: DutyId,
    /// The source of funds, in the sender's own words (*quỹ VTCI, vốn doanh nghiệp*).
    pub funds: String,
    pub estimate_vnd: Option<u64>,
    pub source: String,
}

/// *Mất liên lạc*: a site, villages or communes out of touch. One outage is (carrier, site,
/// places, units, start); that it ended is said by a fact of the same with its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageFact {
    pub carrier: CarrierId,
    pub site: Option<SiteId>,
    pub places: Places,
    /// Communes as a whole.
    pub units: Vec<UnitId>,
    /// Empty: names none.
    pub technologies: TechSet,
    pub start: Timestamp,
    /// `None`: it lasts.
    pub end: Option<Timestamp>,
    /// In the sender's own words.
    pub cause: Option<String>,
    pub source: String,
}
