//! Version 1: compact JSON, one tag for each kind of fact, nothing written that is empty.
//!
//! Never change a name or meaning here: a new form is a new version beside this one.

use phusong_atlas::domain::{
    AgencyFact, AgencySuccessionFact, CarrierFact, CarrierKind, ClaimBasis, ClaimFact, ClusterFact,
    Comparator, DocumentRef, DutyFact, EntrySeq, Environment, Fact, FiledRow, Filing, FilingKind,
    GoalFact, GoalKind, Located, MeasurementRule, MilestoneFact, MilestoneStep, ObservationFact,
    ObservationKind, OrderClauseFact, Party, Places, PositionGrade, PublicStatementFact, RowRef,
    RuleSet, RuleSetId, Sample, SampleFact, Says, Service, Shape, SiteEventFact, SiteEventKind,
    SiteId, SunsetFact, Target, UnitFact, UnitLevel, UnitRelation, UnitSuccessionFact, VillageFact,
    VillageKind, VillageRelation, VillageSuccessionFact,
};
use serde::{Deserialize, Serialize};

use super::place::Form;

pub fn encode(filing: &Filing, rows: &[FiledRow]) -> Vec<u8> {
    let body =
        Body { filing: FilingForm::write(filing), rows: rows.iter().map(RowForm::write).collect() };
    // Only a map with keys that are no text, or an I/O error, could fail here: there is neither.
    serde_json::to_vec(&body).unwrap_or_default()
}

pub fn decode(body: &[u8]) -> Result<(Filing, Vec<FiledRow>), serde_json::Error> {
    use serde::de::Error;
    let body: Body = serde_json::from_slice(body)?;
    let filing = body.filing.read().map_err(serde_json::Error::custom)?;
    let rows = body.rows.into_iter().map(RowForm::read).collect::<Result<_, _>>();
    Ok((filing, rows.map_err(serde_json::Error::custom)?))
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    filing: FilingForm,
    rows: Vec<RowForm>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A written struct that stands for a domain struct, field by field; what is empty is left out.
macro_rules! form {
    ($($form:ident = $domain:ident { $($field:ident: $written:ty),* $(,)? })*) => {$(
        #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        struct $form {
            $(#[serde(skip_serializing_if = "is_default")] $field: $written,)*
        }

        impl Form<$domain> for $form {
            fn write(value: &$domain) -> Self {
                Self { $($field: Form::write(&value.$field),)* }
            }

            fn read(self) -> Result<$domain, String> {
                Ok($domain { $($field: self.$field.read()?,)* })
            }
        }
    )*};
}

/// A word for each variant of a domain enum.
macro_rules! words {
    ($($domain:ident { $($variant:ident = $word:literal),* $(,)? })*) => {$(
        impl Form<$domain> for String {
            fn write(value: &$domain) -> Self {
                match value { $($domain::$variant => $word,)* }.to_owned()
            }

            fn read(self) -> Result<$domain, String> {
                match self.as_str() {
                    $($word => Ok($domain::$variant),)*
                    _ => Err(format!("{self:?} is no {}", stringify!($domain))),
                }
            }
        }
    )*};
}

words! {
    FilingKind {
        Register = "register", Report = "report", Observation = "observation",
        Measurement = "measurement", Decision = "decision",
    }
    CarrierKind { Mno = "mno", Mvno = "mvno", TowerOwner = "tower", Satellite = "satellite" }
    SiteEventKind {
        Planned = "planned", Built = "built", OnAir = "on_air", Changed = "changed",
        OffAir = "off_air", Decommissioned = "decommissioned",
    }
    Environment { Outdoor = "outdoor", Indoor = "indoor" }
    Service { Voice = "voice", Data = "data" }
    UnitLevel { Province = "province", District = "district", Commune = "commune" }
    UnitRelation { Whole = "whole", Part = "part", Renamed = "renamed" }
    VillageKind { Thon = "thon", ToDanPho = "to_dan_pho", Lang = "lang" }
    VillageRelation { Merged = "merged", Part = "part", Renamed = "renamed" }
    PositionGrade {
        Surveyed = "surveyed", CommuneConfirmed = "commune_confirmed", Gazetteer = "gazetteer",
        CommuneCentre = "commune_centre", Unknown = "unknown",
    }
    Says { Has = "has", Lacks = "lacks", Weak = "weak" }
    ObservationKind {
        AuthorityList = "list", CommuneConfirmation = "commune", CarrierStatement = "carrier",
    }
    GoalKind { Target = "target", CommuneCriterion = "commune_criterion" }
    Comparator { Above = "above", AtLeast = "at_least" }
    MilestoneStep {
        Given = "given", Surveyed = "surveyed", PlaceChosen = "place_chosen",
        UnderConstruction = "under_construction", Installed = "installed",
        AwaitingOnAir = "awaiting_on_air", OnAir = "on_air",
        AwaitingInspection = "awaiting_inspection", Passed = "passed", Failed = "failed",
        ConfirmedComplete = "confirmed_complete", Reopened = "reopened",
    }
}

/// `department`, `carrier:viettel`, `commune:21520@2025-07-01`.
impl Form<Party> for String {
    fn write(value: &Party) -> Self {
        match value {
            Party::Department => "department".to_owned(),
            Party::Carrier(carrier) => format!("carrier:{carrier}"),
            Party::Commune(unit) => format!("commune:{}", <String as Form<_>>::write(unit)),
        }
    }

    fn read(self) -> Result<Party, String> {
        match self.split_once(':') {
            None if self == "department" => Ok(Party::Department),
            Some(("carrier", id)) => Form::read(id.to_owned()).map(Party::Carrier),
            Some(("commune", unit)) => Form::read(unit.to_owned()).map(Party::Commune),
            _ => Err(format!("{self:?} is no party")),
        }
    }
}

impl Form<RowRef> for (u64, u32) {
    fn write(value: &RowRef) -> Self {
        (value.entry.0, value.row)
    }

    fn read(self) -> Result<RowRef, String> {
        Ok(RowRef { entry: EntrySeq(self.0), row: self.1 })
    }
}

impl Form<EntrySeq> for u64 {
    fn write(value: &EntrySeq) -> Self {
        value.0
    }

    fn read(self) -> Result<EntrySeq, String> {
        Ok(EntrySeq(self))
    }
}

/// Empty for a plain statement; `prediction:` is followed by its parameters.
impl Form<ClaimBasis> for String {
    fn write(value: &ClaimBasis) -> Self {
        match value {
            ClaimBasis::Statement => String::new(),
            ClaimBasis::Inventory => "inventory".to_owned(),
            ClaimBasis::OnAirLog => "on_air_log".to_owned(),
            ClaimBasis::Prediction { parameters } => format!("prediction:{parameters}"),
        }
    }

    fn read(self) -> Result<ClaimBasis, String> {
        match self.as_str() {
            "" => Ok(ClaimBasis::Statement),
            "inventory" => Ok(ClaimBasis::Inventory),
            "on_air_log" => Ok(ClaimBasis::OnAirLog),
            other => match other.strip_prefix("prediction:") {
                Some(parameters) => {
                    Ok(ClaimBasis::Prediction { parameters: parameters.to_owned() })
                }
                None => Err(format!("{other:?} is no basis")),
            },
        }
    }
}

/// One value for each technology, least first.
impl<D: Copy, W: Form<D> + Default> Form<[Option<D>; 4]> for Vec<Option<W>> {
    fn write(value: &[Option<D>; 4]) -> Self {
        if value.iter().all(Option::is_none) {
            return Vec::new();
        }
        value.iter().map(Form::write).collect()
    }

    fn read(self) -> Result<[Option<D>; 4], String> {
        if self.is_empty() {
            return Ok([None; 4]);
        }
        let values: Vec<Option<D>> = self.read()?;
        values.try_into().map_err(|_other| "four technologies are needed".to_owned())
    }
}

type Base = Vec<(String, String)>;

impl Form<(phusong_atlas::domain::Day, phusong_atlas::domain::Technology)> for (String, String) {
    fn write(value: &(phusong_atlas::domain::Day, phusong_atlas::domain::Technology)) -> Self {
        (Form::write(&value.0), Form::write(&value.1))
    }

    fn read(
        self,
    ) -> Result<(phusong_atlas::domain::Day, phusong_atlas::domain::Technology), String> {
        Ok((self.0.read()?, self.1.read()?))
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ShapeForm {
    Point(LocatedForm),
    Outline { area: Vec<Vec<Vec<[f64; 2]>>>, uncertainty_m: u32 },
}

impl Default for ShapeForm {
    /// Read as an error: a shape is never left out.
    fn default() -> Self {
        Self::Point(LocatedForm::default())
    }
}

impl Form<Shape> for ShapeForm {
    fn write(value: &Shape) -> Self {
        match value {
            Shape::Point(located) => Self::Point(Form::write(located)),
            Shape::Outline { area, uncertainty_m } => {
                Self::Outline { area: Form::write(area), uncertainty_m: *uncertainty_m }
            }
        }
    }

    fn read(self) -> Result<Shape, String> {
        Ok(match self {
            Self::Point(located) => Shape::Point(located.read()?),
            Self::Outline { area, uncertainty_m } => {
                Shape::Outline { area: area.read()?, uncertainty_m }
            }
        })
    }
}

form! {
    FilingForm = Filing {
        kind: String, owner: String, filed_by: String, person: Option<String>,
        document: DocumentForm, files: Vec<String>,
    }
    DocumentForm = DocumentRef { number: Option<String>, day: Option<String>, title: Option<String> }
    LocatedForm = Located { position: Vec<i32>, uncertainty_m: u32, grade: String }
    PlacesForm = Places { villages: Vec<String>, clusters: Vec<String> }
    SiteForm = SiteId { carrier: String, code: String }
    TargetForm = Target { entry: u64, rows: Vec<u32> }
    RuleSetIdForm = RuleSetId { id: String, version: u32 }
    CarrierForm = CarrierFact {
        id: String, name: String, kind: String, aliases: Vec<String>, valid_from: Option<String>,
        valid_to: Option<String>, source: String,
    }
    UnitForm = UnitFact {
        id: String, name: String, kind: String, level: String, parent: Option<String>,
        valid_to: Option<String>, centre: Option<Vec<i32>>, households: Option<u32>,
        people: Option<u32>, source: String, inferred: Option<String>,
    }
    UnitSuccessionForm = UnitSuccessionFact {
        from: String, to: String, day: String, relation: String, source: String,
    }
    VillageForm = VillageFact {
        day: Option<String>, id: String, name: String, aliases: Vec<String>, kind: String,
        units: Vec<String>, unit_inferred: Option<String>, located: Option<LocatedForm>,
        position_basis: Option<String>, households: Option<u32>, people: Option<u32>,
        grid_power: Option<bool>, especially_hard: Option<bool>, source: String,
    }
    VillageSuccessionForm = VillageSuccessionFact {
        from: String, to: String, day: String, relation: String, clusters: Vec<String>,
        source: String,
    }
    ClusterForm = ClusterFact {
        day: Option<String>, id: String, village: String, name: String, shape: ShapeForm,
        households: Option<u32>, centre: bool, source: String,
    }
    SiteEventForm = SiteEventFact {
        site: SiteForm, site_name: Option<String>, event: String, day: String,
        technologies: Vec<String>, bands: Vec<String>, position: Option<Vec<i32>>,
        position_operation: Option<String>, unit: Option<String>,
        antenna_height_agl_m: Option<f64>, serves: PlacesForm,
        area: Option<Vec<Vec<Vec<[f64; 2]>>>>, households_estimate: Option<u32>,
        environment: Option<String>, service: Option<String>, basis: String,
    }
    ClaimForm = ClaimFact {
        carrier: String, technologies: Vec<String>, environment: Option<String>,
        service: Option<String>, from: String, to: Option<String>, basis: String,
        site: Option<SiteForm>, serves: PlacesForm, area: Option<Vec<Vec<Vec<[f64; 2]>>>>,
    }
    ObservationForm = ObservationFact {
        kind: String, says: String, source_word: Option<String>, carrier: Option<String>,
        technologies: Vec<String>, environment: Option<String>, service: Option<String>,
        places: PlacesForm, day: String, source: String,
    }
    SampleForm = Sample {
        day: String, position: Vec<i32>, easting_cm: i32, northing_cm: i32, level_ddbm: i16,
    }
    SamplesForm = SampleFact {
        cluster: String, carrier: String, technology: String, samples: Vec<SampleForm>,
    }
    DutyForm = DutyFact {
        id: String, clause: String, cite: String, village: String, carrier: String,
        technology: Option<String>, given: String, due: Option<String>,
        due_inferred: Option<String>, source: String,
    }
    MilestoneForm = MilestoneFact { day: String, duty: String, step: String, source: String }
    GoalForm = GoalFact {
        id: String, clause: String, kind: String, indicator: String, comparator: Option<String>,
        threshold_milli: Option<i64>, unit: Option<String>, scope: Option<String>,
        scope_name: String, due: Option<String>, due_inferred: Option<String>, owner: String,
        text_vi: String, text_en: String, source: String, inferred: Option<String>,
    }
    OrderClauseForm = OrderClauseFact {
        clause: String, text_vi: String, text_en: String, who: String, source: String,
    }
    PublicStatementForm = PublicStatementFact {
        id: String, publication: String, title: Option<String>, said_when: String,
        text_vi: String, text_en: String, names: Option<String>, source: String,
    }
    AgencyForm = AgencyFact {
        id: String, name_vi: String, name_en: String, valid_from: Option<String>,
        valid_to: Option<String>, source: String, inferred: Option<String>,
    }
    AgencySuccessionForm = AgencySuccessionFact {
        from: String, to: String, day: String, part: Option<String>, source: String,
        inferred: Option<String>,
    }
    SunsetForm = SunsetFact {
        carrier: Option<String>, technology: String, units: Vec<String>, except: Vec<String>,
        first_day_without: String, source: String,
    }
    RuleSetForm = RuleSet {
        id: RuleSetIdForm, title_vi: String, title_en: String, valid_from: String, base: Base,
        shelf_life_months: u32, ageing_months: u32, pair_window_months: u32,
        measurement: MeasurementForm, reach_m: Vec<Option<u32>>, source: String,
    }
    MeasurementForm = MeasurementRule {
        span_days: i32, radius_m: f64, cell_m: u32, grid_epsg: u32, wilson_z: f64,
        good_share: f64, oppose_p: f64, oppose_failures: u32, oppose_failure_days: u32,
        good_level_ddbm: Vec<Option<i16>>,
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowForm {
    fact: FactForm,
    #[serde(default, skip_serializing_if = "is_default")]
    replaces: Option<(u64, u32)>,
    #[serde(default, skip_serializing_if = "is_default")]
    note: Option<String>,
}

impl Form<FiledRow> for RowForm {
    fn write(row: &FiledRow) -> Self {
        Self {
            fact: Form::write(&row.fact),
            replaces: Form::write(&row.replaces),
            note: row.note.clone(),
        }
    }

    fn read(self) -> Result<FiledRow, String> {
        Ok(FiledRow { fact: self.fact.read()?, replaces: self.replaces.read()?, note: self.note })
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum FactForm {
    Carrier(CarrierForm),
    Unit(UnitForm),
    UnitSuccession(UnitSuccessionForm),
    Village(VillageForm),
    VillageSuccession(VillageSuccessionForm),
    Cluster(ClusterForm),
    SiteEvent(SiteEventForm),
    Claim(ClaimForm),
    Observation(ObservationForm),
    Samples(SamplesForm),
    Duty(DutyForm),
    Milestone(MilestoneForm),
    Goal(GoalForm),
    OrderClause(OrderClauseForm),
    PublicStatement(PublicStatementForm),
    Agency(AgencyForm),
    AgencySuccession(AgencySuccessionForm),
    Sunset(SunsetForm),
    RuleSet(RuleSetForm),
    Publish(TargetForm),
    Return { target: TargetForm, reason: String },
    Withdraw { target: TargetForm, reason: String },
    SetAside { opposition: (u64, u32), carrier: String, cause: String },
    ConfirmSunset { sunset: (u64, u32) },
    AdoptRuleSet { rule_set: RuleSetIdForm, from: String },
    RestrictSite { site: SiteForm },
    OpenDispute { village: String, text: String },
    CloseDispute { village: String, reason: String },
}

impl Form<Fact> for FactForm {
    fn write(fact: &Fact) -> Self {
        match fact {
            Fact::Carrier(fact) => Self::Carrier(Form::write(fact)),
            Fact::Unit(fact) => Self::Unit(Form::write(fact)),
            Fact::UnitSuccession(fact) => Self::UnitSuccession(Form::write(fact)),
            Fact::Village(fact) => Self::Village(Form::write(fact)),
            Fact::VillageSuccession(fact) => Self::VillageSuccession(Form::write(fact)),
            Fact::Cluster(fact) => Self::Cluster(Form::write(fact)),
            Fact::SiteEvent(fact) => Self::SiteEvent(Form::write(fact)),
            Fact::Claim(fact) => Self::Claim(Form::write(fact)),
            Fact::Observation(fact) => Self::Observation(Form::write(fact)),
            Fact::Sample(fact) => Self::Samples(Form::write(fact)),
            Fact::Duty(fact) => Self::Duty(Form::write(fact)),
            Fact::Milestone(fact) => Self::Milestone(Form::write(fact)),
            Fact::Goal(fact) => Self::Goal(Form::write(fact)),
            Fact::OrderClause(fact) => Self::OrderClause(Form::write(fact)),
            Fact::PublicStatement(fact) => Self::PublicStatement(Form::write(fact)),
            Fact::Agency(fact) => Self::Agency(Form::write(fact)),
            Fact::AgencySuccession(fact) => Self::AgencySuccession(Form::write(fact)),
            Fact::Sunset(fact) => Self::Sunset(Form::write(fact)),
            Fact::RuleSet(fact) => Self::RuleSet(Form::write(fact.as_ref())),
            Fact::Publish(target) => Self::Publish(Form::write(target)),
            Fact::Return { target, reason } => {
                Self::Return { target: Form::write(target), reason: reason.clone() }
            }
            Fact::Withdraw { target, reason } => {
                Self::Withdraw { target: Form::write(target), reason: reason.clone() }
            }
            Fact::SetAside { opposition, carrier, cause } => Self::SetAside {
                opposition: Form::write(opposition),
                carrier: Form::write(carrier),
                cause: cause.clone(),
            },
            Fact::ConfirmSunset { sunset } => Self::ConfirmSunset { sunset: Form::write(sunset) },
            Fact::AdoptRuleSet { rule_set, from } => {
                Self::AdoptRuleSet { rule_set: Form::write(rule_set), from: Form::write(from) }
            }
            Fact::RestrictSite { site } => Self::RestrictSite { site: Form::write(site) },
            Fact::OpenDispute { village, text } => {
                Self::OpenDispute { village: Form::write(village), text: text.clone() }
            }
            Fact::CloseDispute { village, reason } => {
                Self::CloseDispute { village: Form::write(village), reason: reason.clone() }
            }
        }
    }

    fn read(self) -> Result<Fact, String> {
        Ok(match self {
            Self::Carrier(fact) => Fact::Carrier(fact.read()?),
            Self::Unit(fact) => Fact::Unit(fact.read()?),
            Self::UnitSuccession(fact) => Fact::UnitSuccession(fact.read()?),
            Self::Village(fact) => Fact::Village(fact.read()?),
            Self::VillageSuccession(fact) => Fact::VillageSuccession(fact.read()?),
            Self::Cluster(fact) => Fact::Cluster(fact.read()?),
            Self::SiteEvent(fact) => Fact::SiteEvent(fact.read()?),
            Self::Claim(fact) => Fact::Claim(fact.read()?),
            Self::Observation(fact) => Fact::Observation(fact.read()?),
            Self::Samples(fact) => Fact::Sample(fact.read()?),
            Self::Duty(fact) => Fact::Duty(fact.read()?),
            Self::Milestone(fact) => Fact::Milestone(fact.read()?),
            Self::Goal(fact) => Fact::Goal(fact.read()?),
            Self::OrderClause(fact) => Fact::OrderClause(fact.read()?),
            Self::PublicStatement(fact) => Fact::PublicStatement(fact.read()?),
            Self::Agency(fact) => Fact::Agency(fact.read()?),
            Self::AgencySuccession(fact) => Fact::AgencySuccession(fact.read()?),
            Self::Sunset(fact) => Fact::Sunset(fact.read()?),
            Self::RuleSet(fact) => Fact::RuleSet(Box::new(fact.read()?)),
            Self::Publish(target) => Fact::Publish(target.read()?),
            Self::Return { target, reason } => Fact::Return { target: target.read()?, reason },
            Self::Withdraw { target, reason } => Fact::Withdraw { target: target.read()?, reason },
            Self::SetAside { opposition, carrier, cause } => {
                Fact::SetAside { opposition: opposition.read()?, carrier: carrier.read()?, cause }
            }
            Self::ConfirmSunset { sunset } => Fact::ConfirmSunset { sunset: sunset.read()? },
            Self::AdoptRuleSet { rule_set, from } => {
                Fact::AdoptRuleSet { rule_set: rule_set.read()?, from: from.read()? }
            }
            Self::RestrictSite { site } => Fact::RestrictSite { site: site.read()? },
            Self::OpenDispute { village, text } => {
                Fact::OpenDispute { village: village.read()?, text }
            }
            Self::CloseDispute { village, reason } => {
                Fact::CloseDispute { village: village.read()?, reason }
            }
        })
    }
}
