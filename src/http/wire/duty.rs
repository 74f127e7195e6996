//! The register of duties: its lines, its board, one duty with all that was told of it.

use phusong_atlas::{atlas, domain};
use serde::Serialize;
use utoipa::ToSchema;

use super::codes::{DutyState, Flag, Technology, Verdict};
use super::{EntryRef, Total, Unit};

/// The steps of a duty, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DutyStep {
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

impl From<domain::MilestoneStep> for DutyStep {
    fn from(step: domain::MilestoneStep) -> Self {
        use domain::MilestoneStep as Step;
        match step {
            Step::Given => Self::Given,
            Step::Surveyed => Self::Surveyed,
            Step::PlaceChosen => Self::PlaceChosen,
            Step::UnderConstruction => Self::UnderConstruction,
            Step::Installed => Self::Installed,
            Step::AwaitingOnAir => Self::AwaitingOnAir,
            Step::OnAir => Self::OnAir,
            Step::AwaitingInspection => Self::AwaitingInspection,
            Step::Passed => Self::Passed,
            Step::Failed => Self::Failed,
            Step::ConfirmedComplete => Self::ConfirmedComplete,
            Step::Reopened => Self::Reopened,
        }
    }
}

/// Whose move it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// Something stands in the way that others have to clear.
    Agency,
    /// It is on air: somebody has to look.
    Department,
    Carrier,
    Nobody,
}

impl From<atlas::WaitsFor> for WaitsFor {
    fn from(waits: atlas::WaitsFor) -> Self {
        match waits {
            atlas::WaitsFor::Agency => Self::Agency,
            atlas::WaitsFor::Department => Self::Department,
            atlas::WaitsFor::Carrier => Self::Carrier,
            atlas::WaitsFor::Nobody => Self::Nobody,
        }
    }
}

impl WaitsFor {
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Agency => ("cơ quan gỡ vướng mắc", "an agency, to clear what blocks"),
            Self::Department => ("cơ quan quản lý kiểm tra", "the department, to inspect"),
            Self::Carrier => ("doanh nghiệp", "the carrier"),
            Self::Nobody => ("không", "nobody"),
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Department => "department",
            Self::Carrier => "carrier",
            Self::Nobody => "nobody",
        }
    }
}

/// A duty of an order, or promises that answer none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwedKind {
    Duty,
    Promise,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedVillage {
    pub id: String,
    pub name: String,
}

/// Something odd in what was told: said, never mended.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DutyFinding {
    /// `missing_step`, `backward_day`, `before_given`, `promise_broken`, `on_air_untold`.
    pub code: &'static str,
    pub text_vi: String,
    pub text_en: String,
}

/// An agency as of the day: what its duties became, where it is no more.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgencyThen {
    pub id: String,
    pub name_vi: String,
    pub name_en: String,
    /// Why it is *suy luận*.
    pub inferred: Option<String>,
}

/// *Vướng mắc*.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Blocker {
    /// `land`, `grid_power`, `road`, `backhaul`, `permit`, `other`.
    pub kind: &'static str,
    pub kind_vi: &'static str,
    pub text: String,
    #[schema(format = Date)]
    pub since: String,
    #[schema(format = Date)]
    pub lifted: Option<String>,
    /// Days it has stood, to the day or to its end.
    pub days: i32,
    /// As it was named.
    pub responsible: Option<String>,
    /// Those who have its duties on the day; several where they were divided.
    pub responsible_now: Vec<AgencyThen>,
    pub by: String,
    pub entry: EntryRef,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Funding {
    #[schema(format = Date)]
    pub day: String,
    pub funds: String,
    pub estimate_vnd: Option<u64>,
    pub by: String,
    pub entry: EntryRef,
}

/// One line of the register.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DutyLine {
    pub id: String,
    pub kind: OwedKind,
    pub village: NamedVillage,
    /// What the village has become, where it is no more.
    pub village_now: Vec<NamedVillage>,
    pub commune: Option<Unit>,
    pub commune_old: Option<Unit>,
    pub district_old: Option<Unit>,
    pub carrier: String,
    pub carrier_name: String,
    pub clause: Option<String>,
    pub cite: Option<String>,
    /// Null: the order states none.
    pub technology: Option<Technology>,
    #[schema(format = Date)]
    pub given: String,
    #[schema(format = Date)]
    pub due: Option<String>,
    /// The due day is *suy luận*.
    pub due_inferred: bool,
    pub due_inferred_why: Option<String>,
    /// The last promised day.
    #[schema(format = Date)]
    pub promised: Option<String>,
    pub promises: usize,
    /// Between the first promised day and the last.
    pub slipped_days: Option<i32>,
    /// Computed, never set.
    pub state: DutyState,
    pub state_vi: &'static str,
    pub state_en: &'static str,
    pub stage: DutyStep,
    pub stage_vi: &'static str,
    pub stage_en: &'static str,
    pub waits_for: WaitsFor,
    pub waits_for_vi: &'static str,
    pub waits_for_en: &'static str,
    pub waiting_days: Option<i32>,
    pub late_days: Option<i32>,
    pub reopened: usize,
    /// Those that stand on the day.
    pub blockers: Vec<Blocker>,
    pub funding: Option<Funding>,
    pub households: Option<u32>,
    /// The carrier's own signal there: another carrier's closes no duty.
    pub own_signal: Verdict,
    pub own_signal_flags: Vec<Flag>,
    pub findings: Vec<DutyFinding>,
    /// The row that gave it.
    pub entry: Option<EntryRef>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub items: Vec<DutyLine>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// What was told of a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepTold {
    #[schema(format = Date)]
    pub day: String,
    /// In the sender's words.
    pub evidence: String,
    pub by: String,
    pub entry: EntryRef,
    /// It was told before the duty was last reopened.
    pub earlier_round: bool,
}

/// One step; `told` is empty for one that nobody told: shown, never invented.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepLine {
    pub step: DutyStep,
    pub step_vi: &'static str,
    pub step_en: &'static str,
    pub told: Vec<StepTold>,
    /// Later steps were told, this one never.
    pub missing: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PromiseTold {
    #[schema(format = Date)]
    pub said: String,
    #[schema(format = Date)]
    pub promised: String,
    /// Against the promise before.
    pub slip_days: Option<i32>,
    pub technology: Option<Technology>,
    pub source: String,
    pub by: String,
    pub entry: EntryRef,
}

/// A report of the carrier that a site serving the village went on air.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnAirTold {
    #[schema(format = Date)]
    pub day: String,
    pub entry: EntryRef,
}

/// A duty with all that was told of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyPage {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[serde(flatten)]
    pub line: DutyLine,
    pub steps: Vec<StepLine>,
    pub promises_told: Vec<PromiseTold>,
    /// Every one, lifted or not.
    pub blockers_told: Vec<Blocker>,
    pub funding_told: Vec<Funding>,
    pub reports_on_air: Vec<OnAirTold>,
}

/// Counts of one part of the board: villages and households.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardCounts {
    pub overdue: Total,
    pub open: Total,
    pub not_yet_given: Total,
    pub confirmed: Total,
    pub waits_for_carrier: Total,
    pub waits_for_agency: Total,
    pub waits_for_department: Total,
    /// Open, and the last promised day has passed.
    pub promise_broken: Total,
}

/// What is due in a quarter; `year` is null where no day was ever named.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardPeriod {
    pub year: Option<i16>,
    pub quarter: Option<i8>,
    pub counts: BoardCounts,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BoardCarrier {
    pub carrier: String,
    pub carrier_name: String,
    pub periods: Vec<BoardPeriod>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DutyBoard {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub whole: BoardCounts,
    pub carriers: Vec<BoardCarrier>,
}

/// A village with a gap today, and what it would be.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssumedVillage {
    pub village: NamedVillage,
    pub commune: Option<Unit>,
    pub households: Option<u32>,
    pub verdict_today: Verdict,
    pub verdict_then: Verdict,
    pub verdict_then_vi: &'static str,
    /// The promises that are taken as kept.
    pub kept: Vec<PromiseKept>,
    /// The next one after the day; null: nobody promised more.
    #[schema(format = Date)]
    pub next_promise: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PromiseKept {
    pub carrier: String,
    #[schema(format = Date)]
    pub day: String,
}

/// *Giả định*: if every promise were kept on its day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Scenario {
    pub version: String,
    /// Always true: nothing here is a statement of what is.
    pub assumed: bool,
    pub note_vi: &'static str,
    pub note_en: &'static str,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub on: String,
    pub gaps_today: Total,
    pub left: Total,
    /// Those left come first.
    pub items: Vec<AssumedVillage>,
}
