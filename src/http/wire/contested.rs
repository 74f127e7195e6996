//! What is said against what was said: contradictions, disputes, outages, certificates.

use phusong_atlas::domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::codes::{Grade, Source, Technology};
use super::duty::NamedVillage;
use super::{EntryRef, EntryRows, Unit};

/// Why a claim and what speaks against it differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    PlannedOutage,
    Fault,
    NotYetOnMap,
    Load,
    Terrain,
    WrongMap,
}

impl Cause {
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::PlannedOutage => ("ngừng có kế hoạch", "planned outage"),
            Self::Fault => ("sự cố", "fault"),
            Self::NotYetOnMap => ("chưa cập nhật lên bản đồ", "not yet on the map"),
            Self::Load => ("quá tải", "load"),
            Self::Terrain => ("địa hình", "terrain"),
            Self::WrongMap => ("bản đồ sai", "wrong map"),
        }
    }
}

impl From<domain::Cause> for Cause {
    fn from(cause: domain::Cause) -> Self {
        match cause {
            domain::Cause::PlannedOutage => Self::PlannedOutage,
            domain::Cause::Fault => Self::Fault,
            domain::Cause::NotYetOnMap => Self::NotYetOnMap,
            domain::Cause::Load => Self::Load,
            domain::Cause::Terrain => Self::Terrain,
            domain::Cause::WrongMap => Self::WrongMap,
        }
    }
}

impl From<Cause> for domain::Cause {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::PlannedOutage => Self::PlannedOutage,
            Cause::Fault => Self::Fault,
            Cause::NotYetOnMap => Self::NotYetOnMap,
            Cause::Load => Self::Load,
            Cause::Terrain => Self::Terrain,
            Cause::WrongMap => Self::WrongMap,
        }
    }
}

/// What looking at a dispute came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeFinding {
    /// The dispute is right.
    Upheld,
    NotUpheld,
    Unclear,
}

impl From<domain::DisputeFinding> for DisputeFinding {
    fn from(finding: domain::DisputeFinding) -> Self {
        match finding {
            domain::DisputeFinding::Upheld => Self::Upheld,
            domain::DisputeFinding::NotUpheld => Self::NotUpheld,
            domain::DisputeFinding::Unclear => Self::Unclear,
        }
    }
}

impl From<DisputeFinding> for domain::DisputeFinding {
    fn from(finding: DisputeFinding) -> Self {
        match finding {
            DisputeFinding::Upheld => Self::Upheld,
            DisputeFinding::NotUpheld => Self::NotUpheld,
            DisputeFinding::Unclear => Self::Unclear,
        }
    }
}

/// One side of a contradiction, with the row behind it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Side {
    pub source: Source,
    pub by: String,
    /// `has`, `lacks`, `weak`.
    pub says: &'static str,
    #[schema(format = Date)]
    pub day: String,
    pub grade: Grade,
    /// Code of the site it names, for those who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// What it is known by.
    /// Null: of a site that this key may not know of.
    pub entry: Option<EntryRef>,
    /// Every row that it rests on, that one among them.
    pub entries: Vec<EntryRows>,
}

/// A cause that the carrier named.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedCause {
    pub cause: Cause,
    pub cause_vi: &'static str,
    pub cause_en: &'static str,
    pub text: String,
    #[schema(format = Date)]
    pub recorded: String,
    pub entry: EntryRef,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Contradiction {
    pub village: NamedVillage,
    pub commune: Option<Unit>,
    pub district_old: Option<Unit>,
    pub carrier: String,
    pub carrier_name: String,
    pub technologies: Vec<Technology>,
    /// Those listed; empty where the village's centre stands for it.
    pub clusters: Vec<String>,
    /// `measurement`, `commune`, `list`, `carrier`: whose word speaks against the claim.
    pub against: &'static str,
    /// `refuted`, `contested`, `awaiting`, `outweighs`: what becomes of the claim.
    pub standing: &'static str,
    pub text_vi: String,
    pub text_en: String,
    pub claim: Side,
    pub opposition: Side,
    pub households: Option<u32>,
    /// Whose word (1–4) × what it does (1–3).
    pub severity: u64,
    /// `severity` × households; unknown counts as one.
    pub weight: u64,
    pub cause: Option<NamedCause>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ContradictionList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    /// How the order comes about.
    pub note_vi: &'static str,
    pub note_en: &'static str,
    pub items: Vec<Contradiction>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DisputeAnswer {
    #[schema(format = Date)]
    pub day: String,
    pub carrier: String,
    pub cause: Cause,
    pub cause_vi: &'static str,
    pub cause_en: &'static str,
    pub text: String,
    pub entry: EntryRef,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DisputeCheck {
    #[schema(format = Date)]
    pub day: String,
    pub finding: DisputeFinding,
    pub text: String,
    pub entry: EntryRef,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DisputeEnd {
    #[schema(format = Date)]
    pub day: String,
    pub finding: Option<DisputeFinding>,
    pub reason: String,
    pub entry: EntryRef,
}

/// *Phản ánh* that an officer opened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Dispute {
    pub id: String,
    pub village: NamedVillage,
    pub commune: Option<Unit>,
    /// Null: about every carrier.
    pub carrier: Option<String>,
    /// `opened`, `answered`, `checked`, `closed`.
    pub stage: &'static str,
    pub stage_vi: &'static str,
    #[schema(format = Date)]
    pub raised: String,
    #[schema(format = Date)]
    pub opened: String,
    /// Days since it was raised, to the day or to its end.
    pub days: i32,
    /// Null: somebody of the public.
    pub by: Option<String>,
    pub text: String,
    pub answers: Vec<DisputeAnswer>,
    pub checks: Vec<DisputeCheck>,
    pub end: Option<DisputeEnd>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DisputeList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    pub items: Vec<Dispute>,
    pub next: Option<String>,
}

/// *Mất liên lạc*: beside the verdicts, never one of them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Outage {
    pub carrier: String,
    pub carrier_name: String,
    /// Code of the site, for those who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    pub villages: Vec<NamedVillage>,
    /// Communes of today that it touches.
    pub communes: Vec<Unit>,
    /// Empty: it names none.
    pub technologies: Vec<Technology>,
    #[schema(format = DateTime)]
    pub start: String,
    #[schema(format = DateTime)]
    pub end: Option<String>,
    /// `ongoing`, `stale` (quá hạn cập nhật), `ended`.
    pub state: &'static str,
    pub state_vi: &'static str,
    pub cause: Option<String>,
    #[schema(format = DateTime)]
    pub last_heard: String,
    pub entry: EntryRef,
}

/// One carrier in one commune, hour by hour of the local day.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutageHours {
    pub carrier: String,
    pub commune: Unit,
    /// 24 letters: `o` out, `s` stale, `-` nothing told.
    pub hours: String,
    /// Most outages in one hour.
    pub most: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OutageList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    /// Unrenewed for so long, an outage is stale.
    pub stale_hours: u32,
    pub note_vi: &'static str,
    pub note_en: &'static str,
    pub items: Vec<Outage>,
    pub next: Option<String>,
    /// Of all of them, whatever the page.
    pub hours: Vec<OutageHours>,
}

/// *Giấy chứng nhận kiểm định*.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Certificate {
    pub carrier: String,
    pub number: String,
    #[schema(format = Date)]
    pub issued: String,
    #[schema(format = Date)]
    pub expires: Option<String>,
    /// On the asked day.
    pub expired: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    pub technologies: Vec<Technology>,
    /// Who issued it.
    pub source: String,
    pub entry: EntryRef,
}
