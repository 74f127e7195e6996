//! The shapes on the wire: what `docs/api.md` names, as types that write themselves as JSON and
//! as the OpenAPI document. No rule here, no text but codes.

pub mod acts;
pub mod codes;
pub mod contested;
pub mod drafting;
pub mod duty;
mod finding;
pub mod measured;
mod report;
mod village;

pub use finding::{Candidate, Finding};
pub use report::{
    Acted, ActsOn, Filed, Person, Preview, PreviewRow, RawFile, ReportDocument, ReportList,
    ReportPage, ReportRow, ReportSummary, SeverityCounts,
};
pub use village::{
    ByTechnology, CarrierStates, Cluster, CommuneOf, Duty, EntryRef, EntryRows, GapList,
    HistoryRow, Known, MatrixRow, NearSite, NextGrade, Point, Position, Question, Reason,
    ReasonRole, RuleSet, Statement, Succession, TechnologyState, Total, Totals, Turn, Unit,
    UnitThen, VillageFeature, VillageFeatures, VillageList, VillagePage, VillageSummary, WhatIf,
    WouldChange,
};
