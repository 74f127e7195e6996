//! The words of the field as types: what can be said, by whom, of which place, for which day.
//!
//! Nothing here reads, writes, waits or knows a wire format; ledger decoders and HTTP shapes
//! stand at their own edges and convert into these.

mod dispute;
mod entry;
mod fact;
mod figure;
mod geodesy;
mod id;
mod naming;
mod network;
mod paper;
mod party;
mod place;
mod progress;
mod rules;
mod time;

pub use dispute::{
    Cause, CertificateFact, DisputeAnswerFact, DisputeCheckFact, DisputeEndFact, DisputeFact,
    DisputeFinding, NamedCauseFact, StructureFact,
};
pub use entry::{
    DocumentRef, Entry, EntrySeq, FiledRow, Filing, FilingKind, RowNumber, RowRef, Timestamp,
};
pub use fact::{
    AgencyFact, AgencySuccessionFact, BoundaryFact, CarrierFact, ClaimBasis, ClaimFact,
    ClusterFact, Comparator, DutyFact, Fact, Feeds, GoalFact, GoalKind, MilestoneFact,
    MilestoneStep, ObservationFact, ObservationKind, OrderClauseFact, Places, PublicStatementFact,
    Sample, SampleFact, Says, Shape, SiteEventFact, SunsetFact, Target, UnitFact, UnitRelation,
    UnitSuccessionFact, VillageFact, VillageRelation, VillageSuccessionFact,
};
pub use figure::{
    CriterionAsks, CriterionFact, DenominatorOf, FigureStanding, IndicatorFact, IndicatorKind,
    Period, StatisticFact, UnitCountFact, VillageServiceFact,
};
pub use geodesy::{distance_m, ecef_m};
pub use id::{
    CarrierId, ClusterId, DutyId, GoalId, IdError, PersonId, ReportId, SiteCode, SiteId, Slug,
    VillageId,
};
pub use naming::{NameDecisionFact, NameQuestionFact, NameUseFact, NamedPlace, PlaceKind};
pub use network::{CarrierKind, Environment, Service, SiteEventKind, TechSet, Technology};
pub use paper::SignedPaperFact;
pub use party::{AccountFact, Party, Role, Scope};
pub use place::{
    Area, Located, OutOfRange, Position, PositionGrade, UnitCode, UnitId, UnitLevel, VillageKind,
};
pub use progress::{BlockerFact, BlockerKind, CommitmentFact, FundingFact, OutageFact};
pub use rules::{Grade, Independence, MeasurementRule, RuleSet, RuleSetId};
pub use time::{Day, DayError};
