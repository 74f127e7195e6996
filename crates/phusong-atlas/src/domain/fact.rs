//! The kinds of fact a row can hold. Each says what its source said, no more: what a source
//! left open stays `None` or empty.

use super::dispute::{
    CertificateFact, DisputeAnswerFact, DisputeCheckFact, DisputeEndFact, DisputeFact,
    NamedCauseFact, StructureFact,
};
use super::figure::{
    CriterionFact, IndicatorFact, StatisticFact, UnitCountFact, VillageServiceFact,
};
use super::naming::{NameDecisionFact, NameQuestionFact, NameUseFact};
use super::paper::SignedPaperFact;
use super::progress::{BlockerFact, CommitmentFact, FundingFact, OutageFact};
use super::{
    AccountFact, Area, CarrierId, CarrierKind, ClusterId, Day, DutyId, EntrySeq, Environment,
    GoalId, Grade, Located, Position, RowRef, RuleSet, RuleSetId, Service, SiteEventKind, SiteId,
    Slug, TechSet, Technology, UnitId, UnitLevel, VillageId, VillageKind,
};

/// Every row of the ledger holds one in memory: what is larger than a site's event is boxed.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    Carrier(CarrierFact),
    Unit(UnitFact),
    UnitSuccession(UnitSuccessionFact),
    Village(VillageFact),
    VillageSuccession(VillageSuccessionFact),
    Cluster(ClusterFact),

    SiteEvent(SiteEventFact),
    Claim(ClaimFact),
    Observation(ObservationFact),
    Sample(SampleFact),

    Duty(DutyFact),
    Milestone(MilestoneFact),
    Goal(Box<GoalFact>),
    OrderClause(OrderClauseFact),
    PublicStatement(PublicStatementFact),
    Agency(AgencyFact),
    AgencySuccession(AgencySuccessionFact),

    /// What an enterprise promised; each change of the day is a fact of its own.
    Commitment(CommitmentFact),
    /// What keeps a duty from going on.
    Blocker(BlockerFact),
    /// Where the money of a duty comes from.
    Funding(FundingFact),
    /// Beside the evidence: never a verdict.
    Certificate(CertificateFact),
    /// Several sites on one mast, as an officer says.
    Structure(StructureFact),
    /// Why a claim and what speaks against it differ.
    NamedCause(NamedCauseFact),
    /// A dispute that an officer opens, with who raised it and against whom.
    Dispute(DisputeFact),
    DisputeAnswer(DisputeAnswerFact),
    DisputeCheck(DisputeCheckFact),
    DisputeEnd(DisputeEndFact),
    /// An overlay: never a verdict.
    Outage(OutageFact),
    /// A count by unit and period: shown and summed, never a verdict.
    Statistic(StatisticFact),
    /// What figures count.
    Indicator(Box<IndicatorFact>),
    /// Villages or households of a unit, as counted by a source.
    UnitCount(UnitCountFact),
    /// Fixed telephone and internet of a village: beside coverage, never part of it.
    VillageService(VillageServiceFact),
    /// What a commune's criterion asks, by edition.
    Criterion(CriterionFact),
    /// Where a unit truly lies: takes the place of the computed cell.
    Boundary(BoundaryFact),

    /// A word of a sender that names no place for sure.
    NameQuestion(NameQuestionFact),
    /// What a sender's word for a place means (*quyết định tên*).
    NameDecision(NameDecisionFact),
    /// Rows of the same entry that rest on such a decision.
    NameUse(NameUseFact),
    /// Between the department and itself: what it signed.
    SignedPaper(SignedPaperFact),

    /// Who there is; seen by the department, and by the account's own side.
    Account(AccountFact),

    /// Counts once an officer confirms it ([`Fact::ConfirmSunset`]).
    Sunset(SunsetFact),
    RuleSet(Box<RuleSet>),

    /// *Công bố*: from here on these rows count for every scope.
    Publish(Target),
    /// *Trả lại để bổ sung*: these rows count for nobody until published.
    Return {
        target: Target,
        reason: String,
    },
    /// *Thu hồi*: these rows count for nobody, wherever they counted.
    Withdraw {
        target: Target,
        reason: String,
    },
    /// An opposition is answered for a carrier, with the cause an officer accepted.
    SetAside {
        opposition: RowRef,
        carrier: CarrierId,
        cause: String,
    },
    ConfirmSunset {
        sunset: RowRef,
    },
    AdoptRuleSet {
        rule_set: RuleSetId,
        from: Day,
    },
    /// From here on only its owner, approvers and auditors see this site.
    RestrictSite {
        site: SiteId,
    },
    /// An officer opens a public dispute on a village: it is flagged *đang có phản ánh*. The short
    /// form; [`Fact::Dispute`] says more.
    OpenDispute {
        village: VillageId,
        text: String,
    },
    CloseDispute {
        village: VillageId,
        reason: String,
    },
}

/// Rows of an earlier entry; no rows means all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub entry: EntrySeq,
    pub rows: Vec<u32>,
}

impl Target {
    pub fn names(&self, row: RowRef) -> bool {
        self.entry == row.entry && (self.rows.is_empty() || self.rows.contains(&row.row))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CarrierFact {
    pub id: CarrierId,
    pub name: String,
    pub kind: CarrierKind,
    pub aliases: Vec<String>,
    pub valid_from: Option<Day>,
    /// First day it was no carrier any more.
    pub valid_to: Option<Day>,
    pub source: String,
}

/// An administrative unit, identified by (code, valid_from).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitFact {
    pub id: UnitId,
    pub name: String,
    /// The kind as written: `xã`, `phường`, `thị trấn`, `đặc khu`, `huyện` …
    pub kind: String,
    pub level: UnitLevel,
    pub parent: Option<UnitId>,
    /// First day it was no unit any more.
    pub valid_to: Option<Day>,
    pub centre: Option<Position>,
    pub households: Option<u32>,
    pub people: Option<u32>,
    pub source: String,
    /// Why something here is *suy luận*.
    pub inferred: Option<String>,
}

/// The outline of a unit from a day on. Of several, the latest that has begun holds; of one day,
/// the greater content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoundaryFact {
    pub unit: UnitId,
    pub from: Day,
    pub area: Area,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitRelation {
    /// The whole of `from` went into `to`.
    Whole,
    /// A part did: `from` alone cannot decide.
    Part,
    Renamed,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitSuccessionFact {
    pub from: UnitId,
    pub to: UnitId,
    pub day: Day,
    pub relation: UnitRelation,
    pub source: String,
}

/// What a source says of a village on a day. Later days win; of one day, the greater content,
/// so that the order of arrival plays no part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VillageFact {
    /// The day of which this speaks; `None`: since before our records.
    pub day: Option<Day>,
    pub id: VillageId,
    pub name: String,
    pub aliases: Vec<String>,
    pub kind: VillageKind,
    /// Every unit known to hold it, at whatever time; the one valid on a day is its unit then.
    pub units: Vec<UnitId>,
    /// Why its commune is *suy luận*.
    pub unit_inferred: Option<String>,
    pub located: Option<Located>,
    pub position_basis: Option<String>,
    pub households: Option<u32>,
    pub people: Option<u32>,
    /// *Điện lưới*.
    pub grid_power: Option<bool>,
    /// *Đặc biệt khó khăn*.
    pub especially_hard: Option<bool>,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VillageRelation {
    /// All clusters go over; the old village ends.
    Merged,
    /// Only the named clusters go over; the old village goes on.
    Part,
    Renamed,
    /// The old village ends, divided: only the named clusters go over.
    Split,
}

impl VillageRelation {
    /// Which clusters go over is said one by one.
    pub const fn names_clusters(self) -> bool {
        matches!(self, Self::Part | Self::Split)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VillageSuccessionFact {
    pub from: VillageId,
    pub to: VillageId,
    /// First day under `to`.
    pub day: Day,
    pub relation: VillageRelation,
    /// Where the relation names clusters: which. The id of a village stands for its implied one.
    pub clusters: Vec<ClusterId>,
    pub source: String,
}

impl VillageSuccessionFact {
    pub fn names_implied_of(&self, village: &VillageId) -> bool {
        self.clusters.iter().any(|cluster| cluster.as_str() == village.as_str())
    }
}

/// Where people live: a point with uncertainty, or an outline with uncertainty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    Point(Located),
    Outline { area: Area, uncertainty_m: u32 },
}

/// *Cụm dân cư*: belongs to its first village from the start.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterFact {
    pub day: Option<Day>,
    pub id: ClusterId,
    /// Its first village.
    pub village: VillageId,
    pub name: String,
    pub shape: Shape,
    pub households: Option<u32>,
    /// Trung tâm thôn, nhà văn hóa.
    pub centre: bool,
    pub source: String,
}

/// The places a statement names. Naming a village and none of its clusters means all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    pub villages: Vec<VillageId>,
    pub clusters: Vec<ClusterId>,
}

impl Places {
    pub fn is_empty(&self) -> bool {
        self.villages.is_empty() && self.clusters.is_empty()
    }
}

/// One row of a completion report (DOMAIN §6).
#[derive(Debug, Clone, PartialEq)]
pub struct SiteEventFact {
    pub site: SiteId,
    pub site_name: Option<String>,
    pub event: SiteEventKind,
    pub day: Day,
    /// Empty: the row names none.
    pub technologies: TechSet,
    pub bands: Vec<String>,
    pub position: Option<Position>,
    /// How the position was read: CRS and datum operation, as named by PROJ.
    pub position_operation: Option<String>,
    pub unit: Option<UnitId>,
    pub antenna_height_agl_m: Option<f64>,
    pub serves: Places,
    pub area: Option<Area>,
    pub households_estimate: Option<u32>,
    pub environment: Option<Environment>,
    pub service: Option<Service>,
    /// From its day on; a row that says nothing of them leaves them as they were.
    pub feeds: Option<Box<Feeds>>,
    pub basis: ClaimBasis,
}

/// What a site lives on, by the carrier's own names, each once and sorted: it falls silent when
/// all that it has of one kind fail. Empty: not said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Feeds {
    /// *Tuyến truyền dẫn*.
    pub backhaul: Vec<String>,
    /// *Nguồn điện*: lines of the grid.
    pub power: Vec<String>,
}

/// What a carrier's statement rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimBasis {
    /// E1.
    Statement,
    /// E1; flagged when not attested for the shelf life.
    Inventory,
    /// E2.
    OnAirLog,
    /// E2, with its parameters as written.
    Prediction { parameters: String },
}

impl ClaimBasis {
    pub fn grade(&self) -> Grade {
        match self {
            Self::Statement | Self::Inventory => Grade::E1,
            Self::OnAirLog | Self::Prediction { .. } => Grade::E2,
        }
    }
}

/// *Khai báo vùng phủ*: coverage of named places or an area, without a site event.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimFact {
    pub carrier: CarrierId,
    pub technologies: TechSet,
    pub environment: Option<Environment>,
    pub service: Option<Service>,
    pub from: Day,
    /// First day it no longer holds.
    pub to: Option<Day>,
    pub basis: ClaimBasis,
    pub site: Option<SiteId>,
    pub serves: Places,
    pub area: Option<Area>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Says {
    Has,
    Lacks,
    /// *Yếu*: an opposition that at most contests.
    Weak,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObservationKind {
    /// An authority's list: E2.
    AuthorityList,
    /// A commune's confirmation, cluster by cluster: E3.
    CommuneConfirmation,
    /// A carrier's own word on its signal: E1.
    CarrierStatement,
}

impl ObservationKind {
    pub const fn grade(self) -> Grade {
        match self {
            Self::AuthorityList => Grade::E2,
            Self::CommuneConfirmation => Grade::E3,
            Self::CarrierStatement => Grade::E1,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservationFact {
    pub kind: ObservationKind,
    pub says: Says,
    /// The source's own word, kept beside ours (*lõm sóng*).
    pub source_word: Option<String>,
    /// `None`: names no carrier.
    pub carrier: Option<CarrierId>,
    /// Empty: names no technology.
    pub technologies: TechSet,
    pub environment: Option<Environment>,
    pub service: Option<Service>,
    pub places: Places,
    pub day: Day,
    /// The clause or document it stands on.
    pub source: String,
}

/// One reading of a handset outdoors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sample {
    pub day: Day,
    pub position: Position,
    /// In the rule set's grid (EPSG:5898), centimetres.
    pub easting_cm: i32,
    pub northing_cm: i32,
    /// RSRP in tenths of a dBm.
    pub level_ddbm: i16,
}

/// Samples of one cluster × carrier × technology; the fold groups them into sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleFact {
    pub cluster: ClusterId,
    pub carrier: CarrierId,
    pub technology: Technology,
    pub samples: Vec<Sample>,
}

/// *Nhiệm vụ được giao*. The order names no technology and no date.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DutyFact {
    pub id: DutyId,
    pub clause: String,
    pub cite: String,
    pub village: VillageId,
    pub carrier: CarrierId,
    pub technology: Option<Technology>,
    pub given: Day,
    pub due: Option<Day>,
    /// Why the due day is *suy luận*; `None`: stated.
    pub due_inferred: Option<String>,
    pub source: String,
}

/// The steps of a duty (DOMAIN §4 axis 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MilestoneStep {
    Given,
    Surveyed,
    PlaceChosen,
    UnderConstruction,
    Installed,
    AwaitingOnAir,
    OnAir,
    AwaitingInspection,
    Passed,
    Failed,
    ConfirmedComplete,
    Reopened,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MilestoneFact {
    pub day: Day,
    pub duty: DutyId,
    pub step: MilestoneStep,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GoalKind {
    Target,
    CommuneCriterion,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparator {
    /// `>`: exactly the threshold has not met it.
    Above,
    /// `≥`.
    AtLeast,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoalFact {
    pub id: GoalId,
    pub clause: String,
    pub kind: GoalKind,
    pub indicator: String,
    pub comparator: Option<Comparator>,
    /// In thousandths of `unit`, so that 76 % is 76_000.
    pub threshold_milli: Option<i64>,
    pub unit: Option<String>,
    pub scope: Option<UnitId>,
    pub scope_name: String,
    pub due: Option<Day>,
    pub due_inferred: Option<String>,
    pub owner: String,
    pub text_vi: String,
    pub text_en: String,
    pub source: String,
    pub inferred: Option<String>,
}

/// A clause of the order that names no village and no figure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderClauseFact {
    pub clause: String,
    pub text_vi: String,
    pub text_en: String,
    pub who: String,
    pub source: String,
}

/// What has been said in public. Binds no village; shown beside them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicStatementFact {
    pub id: Slug,
    pub publication: String,
    pub title: Option<String>,
    /// As written: a year, or a day.
    pub said_when: String,
    pub text_vi: String,
    pub text_en: String,
    /// Villages it names, as text.
    pub names: Option<String>,
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgencyFact {
    pub id: Slug,
    pub name_vi: String,
    pub name_en: String,
    /// As people shorten it: `Sở KH&CN`.
    pub aliases: Vec<String>,
    pub valid_from: Option<Day>,
    pub valid_to: Option<Day>,
    pub source: String,
    pub inferred: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgencySuccessionFact {
    pub from: Slug,
    pub to: Slug,
    pub day: Day,
    pub part: Option<String>,
    pub source: String,
    pub inferred: Option<String>,
}

/// (carrier, technology, set of units, first day without, source).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SunsetFact {
    /// `None`: every carrier.
    pub carrier: Option<CarrierId>,
    pub technology: Technology,
    /// The units within which it ends; none means everywhere.
    pub units: Vec<UnitId>,
    /// Units left out (islands, say).
    pub except: Vec<UnitId>,
    pub first_day_without: Day,
    pub source: String,
}
