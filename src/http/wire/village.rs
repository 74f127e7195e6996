//! Villages: as lists show them, and their own page.

use phusong_atlas::domain::Located;
use serde::Serialize;
use utoipa::ToSchema;

use super::codes::{
    self, Boundaries, ClusterVerdict, DutyState, Environment, FilingKind, Flag, Grade, Mode,
    PositionGrade, RowState, Service, Source, State, Technology, Verdict, VillageKind,
};
use super::duty::NamedVillage;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Unit {
    pub code: u32,
    pub name: String,
    /// As written: xã, phường, huyện …
    pub kind: String,
}

/// The commune of today; all null when it is not known.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommuneOf {
    pub code: Option<u32>,
    pub name: Option<String>,
    pub kind: Option<String>,
    /// Why it is *suy luận*.
    pub inferred: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Position {
    pub lon: f64,
    pub lat: f64,
    pub uncertainty_m: u32,
    pub grade: PositionGrade,
    pub basis: Option<String>,
}

impl Position {
    pub fn of(at: Located, basis: Option<String>) -> Self {
        Self {
            lon: at.position.lon_deg(),
            lat: at.position.lat_deg(),
            uncertainty_m: at.uncertainty_m,
            grade: at.grade.into(),
            basis,
        }
    }
}

/// *Nhiệm vụ được giao*.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Duty {
    pub id: String,
    /// The village that it was given for, where that one has gone into this one.
    pub former_village: Option<NamedVillage>,
    pub clause: String,
    pub cite: String,
    pub carrier: String,
    pub technology: Option<Technology>,
    #[schema(format = Date)]
    pub given: String,
    #[schema(format = Date)]
    pub due: Option<String>,
    pub due_inferred: bool,
    pub due_inferred_why: Option<String>,
    pub state: DutyState,
}

/// A row of the ledger that something rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntryRef {
    pub report: String,
    /// From 1.
    pub row: u32,
}

/// Rows of one report that something rests on, each of them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntryRows {
    pub report: String,
    /// From 1; the first, where there are several.
    pub row: u32,
    /// The last, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_row: Option<u32>,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonRole {
    Support,
    Opposition,
    Missing,
    /// No statement: a rule, a sunset, a succession.
    Note,
}

/// Why, in words, and the entries behind it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Reason {
    pub text_vi: String,
    pub text_en: String,
    pub role: ReasonRole,
    /// Whose word it is; absent for notes and for what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    pub entries: Vec<EntryRows>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    pub day: Option<String>,
    /// Code of the site it names, for those who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
}

/// A village as lists show it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VillageSummary {
    pub id: String,
    pub name: Option<String>,
    pub aliases: Vec<String>,
    pub kind: Option<VillageKind>,
    pub commune: CommuneOf,
    pub commune_old: Option<Unit>,
    pub district_old: Option<Unit>,
    pub position: Option<Position>,
    pub verdict: Verdict,
    pub verdict_vi: &'static str,
    pub verdict_en: &'static str,
    pub flags: Vec<Flag>,
    /// The best grade behind the verdict; null where the verdict is that data lack.
    pub grade: Option<Grade>,
    /// The authority's own word, kept beside ours.
    pub source_word: Option<String>,
    pub households: Option<u32>,
    pub people: Option<u32>,
    pub grid_power: codes::Known,
    pub especially_hard: codes::Known,
    pub duties: Vec<Duty>,
    /// Since the oldest open duty was given.
    pub waiting_days: Option<i32>,
    /// Metres to the nearest operational site; absent for those who see no sites.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub nearest_site_m: Option<Option<f64>>,
    pub reasons: Vec<Reason>,
}

/// What was asked, with every default filled in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Question {
    pub carriers: Vec<String>,
    pub mode: Mode,
    pub technology: Technology,
    pub grade: Grade,
    pub environment: Environment,
    pub service: Service,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Total {
    pub villages: u32,
    pub households: u64,
    pub villages_households_unknown: u32,
}

/// Everything the filters leave, before the filter on verdicts.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Totals {
    pub covered: Total,
    pub not_as_asked: Total,
    pub no_signal: Total,
    pub partial_hole: Total,
    pub insufficient: Total,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GapList {
    pub version: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub question: Question,
    pub boundaries: Boundaries,
    pub totals: Totals,
    pub items: Vec<VillageSummary>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct VillageList {
    pub version: String,
    /// Over all pages.
    pub count: usize,
    pub items: Vec<VillageSummary>,
    pub next: Option<String>,
}

/// GeoJSON (RFC 7946).
#[derive(Debug, Serialize, ToSchema)]
pub struct VillageFeatures {
    #[serde(rename = "type")]
    #[schema(example = "FeatureCollection")]
    pub kind: &'static str,
    pub version: String,
    pub features: Vec<VillageFeature>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct VillageFeature {
    #[serde(rename = "type")]
    #[schema(example = "Feature")]
    pub kind: &'static str,
    pub id: String,
    pub geometry: Option<Point>,
    pub properties: VillageSummary,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Point {
    #[serde(rename = "type")]
    #[schema(example = "Point")]
    pub kind: &'static str,
    pub coordinates: [f64; 2],
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TechnologyState {
    pub technology: Technology,
    pub state: State,
    pub grade: Option<Grade>,
    pub flags: Vec<Flag>,
    /// The chain of entries for and against.
    pub reasons: Vec<Reason>,
    /// What is missing to reach the next grade; null at the highest.
    pub next: Option<NextGrade>,
    /// What would change it, each by itself, by the same rules.
    pub would_change: Vec<WouldChange>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NextGrade {
    pub grade: Grade,
    /// Any one of these brings it there.
    pub missing: Vec<Reason>,
    /// The present grade holds up to the day before this one, if nothing is filed until then.
    #[schema(format = Date)]
    pub falls_on: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WouldChange {
    /// `on_air`, `commune_has`, `measured_has`, `commune_lacks`, `set_aside`.
    pub deed: &'static str,
    pub state: State,
    pub flags: Vec<Flag>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CarrierStates {
    pub carrier: String,
    pub technologies: Vec<TechnologyState>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Cluster {
    pub id: String,
    pub name: Option<String>,
    /// No cluster of its own is known: the village's centre stands for it.
    pub implied: bool,
    pub centre: bool,
    pub households: Option<u32>,
    /// Of an outline, its middle.
    pub position: Option<Position>,
    pub verdict: ClusterVerdict,
    pub flags: Vec<Flag>,
    pub carriers: Vec<CarrierStates>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ByTechnology {
    #[serde(rename = "2G")]
    pub g2: Verdict,
    #[serde(rename = "3G")]
    pub g3: Verdict,
    #[serde(rename = "4G")]
    pub g4: Verdict,
    #[serde(rename = "5G")]
    pub g5: Verdict,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MatrixRow {
    /// `any`, or a carrier's id.
    pub carrier: String,
    pub technologies: ByTechnology,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Turn {
    /// Null: since before our records.
    #[schema(format = Date)]
    pub from: Option<String>,
    pub verdict: Verdict,
    pub flags: Vec<Flag>,
    /// Statements whose day it is, and what is no statement: a sunset, a rule, a succession.
    pub because: Vec<Reason>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RuleSet {
    pub id: String,
    pub version: u32,
    pub title_vi: String,
    pub title_en: String,
}

impl From<&phusong_atlas::domain::RuleSet> for RuleSet {
    fn from(rules: &phusong_atlas::domain::RuleSet) -> Self {
        Self {
            id: rules.id.id.as_str().to_owned(),
            version: rules.id.version,
            title_vi: rules.title_vi.clone(),
            title_en: rules.title_en.clone(),
        }
    }
}

/// What was said in public: never a measurement.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statement {
    pub id: String,
    pub publication: String,
    pub title: Option<String>,
    /// As written: a year, or a day.
    pub when: String,
    pub text_vi: String,
    pub text_en: String,
    /// Villages it names, as text.
    pub names: Option<String>,
    pub source: String,
}

/// A filing that names the village.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryRow {
    pub report: String,
    /// From 1.
    pub row: u32,
    pub kind: FilingKind,
    pub recorded_at: String,
    pub filed_by: String,
    pub on_behalf_of: Option<String>,
    pub state: RowState,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NearSite {
    pub carrier: String,
    pub code: String,
    pub name: Option<String>,
    pub distance_m: f64,
    pub state: String,
    pub technologies: Vec<Technology>,
}

/// What a source says of the village from a day on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnownFact)]
pub struct Known {
    /// Null: since before our records.
    #[schema(format = Date)]
    pub from: Option<String>,
    pub name: String,
    pub aliases: Vec<String>,
    /// Every unit known to hold it, at whatever time: old commune, old district, today's.
    pub units: Vec<UnitThen>,
    pub households: Option<u32>,
    pub people: Option<u32>,
    pub position: Option<Position>,
    pub source: String,
}

/// A unit with the days it was one.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitThen {
    #[serde(flatten)]
    pub unit: Unit,
    #[schema(format = Date)]
    pub valid_from: Option<String>,
    /// First day it was no more.
    #[schema(format = Date)]
    pub valid_to: Option<String>,
    /// As people say it: with its district, and *(cũ)*.
    pub label: String,
}

/// A village that this one came from, or went into.
#[derive(Debug, Serialize, ToSchema)]
pub struct Succession {
    /// `from` or `to`.
    pub direction: &'static str,
    pub village: String,
    pub name: String,
    #[schema(format = Date)]
    pub day: String,
    /// `merged`, `part` (the old village goes on), `renamed` or `split` (it ended, divided).
    pub relation: &'static str,
    pub clusters: Vec<String>,
    pub source: String,
}

/// Something that could be filed today, and what the village would be then.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhatIf {
    /// `on_air`, `commune_has`, `measured_has`, `commune_lacks`, `set_aside`.
    pub deed: &'static str,
    pub carriers: Vec<String>,
    pub technology: Technology,
    pub verdict: Verdict,
    pub flags: Vec<Flag>,
    pub text_vi: String,
    pub text_en: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct VillagePage {
    #[serde(flatten)]
    pub summary: VillageSummary,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: String,
    pub version: String,
    pub question: Question,
    pub rule_set: RuleSet,
    pub clusters: Vec<Cluster>,
    pub matrix: Vec<MatrixRow>,
    pub timeline: Vec<Turn>,
    /// What would bring it further.
    pub missing: Vec<Reason>,
    /// What would change the verdict, each by itself, by the same rules.
    pub what_if: Vec<WhatIf>,
    /// Everything owed to it, and to the villages that went into it.
    pub register: Vec<super::duty::DutyLine>,
    /// Those that an officer has opened, newest last.
    pub disputes: Vec<super::contested::Dispute>,
    /// Beside the verdict: those that have not ended.
    pub outages: Vec<super::contested::Outage>,
    pub certificates: Vec<super::contested::Certificate>,
    /// Names, units and positions over time.
    pub known: Vec<Known>,
    pub succession: Vec<Succession>,
    pub statements: Vec<Statement>,
    pub history: Vec<HistoryRow>,
    /// Absent for those who see no sites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest_sites: Option<Vec<NearSite>>,
}
