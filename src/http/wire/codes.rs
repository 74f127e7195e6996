//! Codes on the wire, each with the word of the domain it stands for.

use phusong_atlas::{atlas, domain};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::report::words;

/// A village's class: đã phủ sóng, có sóng chưa đáp ứng yêu cầu, trắng sóng, lõm sóng, chưa đủ dữ
/// liệu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Covered,
    NotAsAsked,
    NoSignal,
    PartialHole,
    Insufficient,
}

impl From<atlas::VillageVerdict> for Verdict {
    fn from(verdict: atlas::VillageVerdict) -> Self {
        match verdict {
            atlas::VillageVerdict::Covered => Self::Covered,
            atlas::VillageVerdict::NotAsAsked => Self::NotAsAsked,
            atlas::VillageVerdict::NoSignal => Self::NoSignal,
            atlas::VillageVerdict::PartialHole => Self::PartialHole,
            atlas::VillageVerdict::Insufficient => Self::Insufficient,
        }
    }
}

impl Verdict {
    /// The code, as JSON has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::NotAsAsked => "not_as_asked",
            Self::NoSignal => "no_signal",
            Self::PartialHole => "partial_hole",
            Self::Insufficient => "insufficient",
        }
    }

    /// (Vietnamese, English) on screen.
    pub const fn words(self) -> (&'static str, &'static str) {
        words::verdict(match self {
            Self::Covered => atlas::VillageVerdict::Covered,
            Self::NotAsAsked => atlas::VillageVerdict::NotAsAsked,
            Self::NoSignal => atlas::VillageVerdict::NoSignal,
            Self::PartialHole => atlas::VillageVerdict::PartialHole,
            Self::Insufficient => atlas::VillageVerdict::Insufficient,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClusterVerdict {
    Covered,
    NotCovered,
    Insufficient,
}

impl From<atlas::ClusterVerdict> for ClusterVerdict {
    fn from(verdict: atlas::ClusterVerdict) -> Self {
        match verdict {
            atlas::ClusterVerdict::Covered => Self::Covered,
            atlas::ClusterVerdict::NotCovered => Self::NotCovered,
            atlas::ClusterVerdict::Insufficient => Self::Insufficient,
        }
    }
}

/// What is known of one carrier and technology at one cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Covered,
    Open,
    Not,
    Silent,
}

impl From<atlas::State> for State {
    fn from(state: atlas::State) -> Self {
        match state {
            atlas::State::Covered => Self::Covered,
            atlas::State::Open => Self::Open,
            atlas::State::Not => Self::Not,
            atlas::State::Silent => Self::Silent,
        }
    }
}

/// Beside a verdict: chờ xác nhận, cần xác nhận lại, đang có phản ánh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    Pending,
    Recheck,
    Disputed,
}

impl Flag {
    pub fn of(flags: atlas::Flags, is_disputed: bool) -> Vec<Self> {
        let named = [
            (flags.pending, Self::Pending),
            (flags.recheck, Self::Recheck),
            (is_disputed, Self::Disputed),
        ];
        named.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag).collect()
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Recheck => "recheck",
            Self::Disputed => "disputed",
        }
    }

    /// On screen.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Pending => "chờ xác nhận",
            Self::Recheck => "cần xác nhận lại",
            Self::Disputed => "đang có phản ánh",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Technology {
    #[serde(rename = "2G")]
    G2,
    #[serde(rename = "3G")]
    G3,
    #[serde(rename = "4G")]
    G4,
    #[serde(rename = "5G")]
    G5,
}

impl Technology {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::G2 => "2G",
            Self::G3 => "3G",
            Self::G4 => "4G",
            Self::G5 => "5G",
        }
    }
}

impl From<domain::Technology> for Technology {
    fn from(technology: domain::Technology) -> Self {
        match technology {
            domain::Technology::G2 => Self::G2,
            domain::Technology::G3 => Self::G3,
            domain::Technology::G4 => Self::G4,
            domain::Technology::G5 => Self::G5,
        }
    }
}

impl From<Technology> for domain::Technology {
    fn from(technology: Technology) -> Self {
        match technology {
            Technology::G2 => Self::G2,
            Technology::G3 => Self::G3,
            Technology::G4 => Self::G4,
            Technology::G5 => Self::G5,
        }
    }
}

/// Whose word a statement is, and of what sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A carrier's report of a site.
    Site,
    /// A carrier's claim of coverage.
    Claim,
    /// A carrier's word on its own signal.
    Carrier,
    /// An authority's list.
    List,
    Commune,
    Measured,
}

impl From<atlas::SaidKind> for Source {
    fn from(kind: atlas::SaidKind) -> Self {
        match kind {
            atlas::SaidKind::SiteRow(_) => Self::Site,
            atlas::SaidKind::Claim => Self::Claim,
            atlas::SaidKind::CarrierWord => Self::Carrier,
            atlas::SaidKind::List => Self::List,
            atlas::SaidKind::Commune => Self::Commune,
            atlas::SaidKind::Measured => Self::Measured,
        }
    }
}

/// What was filed: facts from their sources, a carrier's report, observations, measurements,
/// places (villages, outlines), progress (duties, outages), figures, or an act on earlier rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilingKind {
    Register,
    Report,
    Observation,
    Measurement,
    Places,
    Progress,
    Figures,
    Decision,
}

impl From<domain::FilingKind> for FilingKind {
    fn from(kind: domain::FilingKind) -> Self {
        match kind {
            domain::FilingKind::Register => Self::Register,
            domain::FilingKind::Report => Self::Report,
            domain::FilingKind::Observation => Self::Observation,
            domain::FilingKind::Measurement => Self::Measurement,
            domain::FilingKind::Places => Self::Places,
            domain::FilingKind::Progress => Self::Progress,
            domain::FilingKind::Figures => Self::Figures,
            domain::FilingKind::Decision => Self::Decision,
        }
    }
}

/// Mức xác minh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub enum Grade {
    E0,
    E1,
    E2,
    E3,
    E4,
    E5,
}

impl From<domain::Grade> for Grade {
    fn from(grade: domain::Grade) -> Self {
        match grade {
            domain::Grade::E0 => Self::E0,
            domain::Grade::E1 => Self::E1,
            domain::Grade::E2 => Self::E2,
            domain::Grade::E3 => Self::E3,
            domain::Grade::E4 => Self::E4,
            domain::Grade::E5 => Self::E5,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DutyState {
    NotYetGiven,
    Open,
    Overdue,
    Confirmed,
}

impl From<atlas::DutyState> for DutyState {
    fn from(state: atlas::DutyState) -> Self {
        match state {
            atlas::DutyState::NotYetGiven => Self::NotYetGiven,
            atlas::DutyState::Open => Self::Open,
            atlas::DutyState::Overdue => Self::Overdue,
            atlas::DutyState::Confirmed => Self::Confirmed,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PositionGrade {
    Surveyed,
    CommuneConfirmed,
    Gazetteer,
    CommuneCentre,
    Unknown,
}

impl From<domain::PositionGrade> for PositionGrade {
    fn from(grade: domain::PositionGrade) -> Self {
        match grade {
            domain::PositionGrade::Surveyed => Self::Surveyed,
            domain::PositionGrade::CommuneConfirmed => Self::CommuneConfirmed,
            domain::PositionGrade::Gazetteer => Self::Gazetteer,
            domain::PositionGrade::CommuneCentre => Self::CommuneCentre,
            domain::PositionGrade::Unknown => Self::Unknown,
        }
    }
}

impl PositionGrade {
    /// On screen.
    pub const fn vi(self) -> &'static str {
        words::position_grade(match self {
            Self::Surveyed => domain::PositionGrade::Surveyed,
            Self::CommuneConfirmed => domain::PositionGrade::CommuneConfirmed,
            Self::Gazetteer => domain::PositionGrade::Gazetteer,
            Self::CommuneCentre => domain::PositionGrade::CommuneCentre,
            Self::Unknown => domain::PositionGrade::Unknown,
        })
    }
}

/// Thôn, tổ dân phố, làng.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VillageKind {
    Thon,
    ToDanPho,
    Lang,
}

impl From<domain::VillageKind> for VillageKind {
    fn from(kind: domain::VillageKind) -> Self {
        match kind {
            domain::VillageKind::Thon => Self::Thon,
            domain::VillageKind::ToDanPho => Self::ToDanPho,
            domain::VillageKind::Lang => Self::Lang,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    Yes,
    No,
    Unknown,
}

impl From<Option<bool>> for Known {
    fn from(known: Option<bool>) -> Self {
        match known {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Any,
    Each,
}

impl From<atlas::Mode> for Mode {
    fn from(mode: atlas::Mode) -> Self {
        match mode {
            atlas::Mode::Any => Self::Any,
            atlas::Mode::Each => Self::Each,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    Outdoor,
    Indoor,
}

impl From<domain::Environment> for Environment {
    fn from(environment: domain::Environment) -> Self {
        match environment {
            domain::Environment::Outdoor => Self::Outdoor,
            domain::Environment::Indoor => Self::Indoor,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    Data,
    Voice,
}

impl From<domain::Service> for Service {
    fn from(service: domain::Service) -> Self {
        match service {
            domain::Service::Data => Self::Data,
            domain::Service::Voice => Self::Voice,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Boundaries {
    Approximate,
    Official,
}

/// What has become of a filed row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    Filed,
    /// *Chờ người thứ hai*.
    AwaitsSecond,
    Published,
    Returned,
    Withdrawn,
    Replaced,
}
