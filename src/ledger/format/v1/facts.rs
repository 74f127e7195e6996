//! The forms of version 1: every struct that an entry can hold, field by field.
//!
//! Each form has two groups: what is always written, and what is left out when empty.

use phusong_atlas::domain::{
    AccountFact, AgencyFact, AgencySuccessionFact, Area, BlockerFact, BlockerKind, BoundaryFact,
    CarrierFact, CarrierId, CarrierKind, Cause, CertificateFact, ClaimBasis, ClaimFact,
    ClusterFact, ClusterId, CommitmentFact, Comparator, CriterionAsks, CriterionFact, Day,
    DenominatorOf, DisputeAnswerFact, DisputeCheckFact, DisputeEndFact, DisputeFact,
    DisputeFinding, DocumentRef, DutyFact, DutyId, EntrySeq, Environment, Feeds, FigureStanding,
    Filing, FilingKind, FundingFact, GoalFact, GoalId, GoalKind, Independence, IndicatorFact,
    IndicatorKind, Located, MeasurementRule, MilestoneFact, MilestoneStep, NameDecisionFact,
    NameQuestionFact, NameUseFact, NamedCauseFact, NamedPlace, ObservationFact, ObservationKind,
    OrderClauseFact, OutageFact, Party, Period, PersonId, PlaceKind, Places, Position,
    PositionGrade, PublicStatementFact, Role, RowRef, RuleSet, RuleSetId, Sample, SampleFact, Says,
    Service, Shape, SignedPaperFact, SiteCode, SiteEventFact, SiteEventKind, SiteId, Slug,
    StatisticFact, StructureFact, SunsetFact, Target, TechSet, Technology, Timestamp,
    UnitCountFact, UnitFact, UnitId, UnitLevel, UnitRelation, UnitSuccessionFact, VillageFact,
    VillageId, VillageKind, VillageRelation, VillageServiceFact, VillageSuccessionFact,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::wire::{self, Wire, text};

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

macro_rules! form {
    ($(
        $name:literal $form:ident = $domain:ident
        { $($field:ident: $type:ty),* $(,)? } { $($empty:ident: $maybe:ty),* $(,)? }
    )*) => {$(
        #[derive(Serialize, Deserialize)]
        #[serde(remote = $name, deny_unknown_fields)]
        struct $form {
            $(#[serde(with = "wire")] $field: $type,)*
            $(#[serde(with = "wire", default, skip_serializing_if = "is_default")] $empty: $maybe,)*
        }

        impl Wire for $domain {
            fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $form::serialize(self, to)
            }

            fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $form::deserialize(from)
            }
        }
    )*};
}

/// A word for each variant of a domain enum.
macro_rules! words {
    ($($domain:ident { $($variant:ident = $word:literal),* $(,)? })*) => {$(
        impl Wire for $domain {
            fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(match self { $(Self::$variant => $word,)* })
            }

            fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                text(from, stringify!($domain), |text| match text {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                })
            }
        }
    )*};
}

words! {
    FilingKind {
        Register = "register", Report = "report", Observation = "observation",
        Measurement = "measurement", Decision = "decision", Places = "places",
        Progress = "progress", Figures = "figures",
    }
    CarrierKind { Mno = "mno", Mvno = "mvno", TowerOwner = "tower_owner", Satellite = "satellite" }
    SiteEventKind {
        Planned = "planned", Built = "built", OnAir = "on_air", Changed = "changed",
        OffAir = "off_air", Decommissioned = "decommissioned",
    }
    Environment { Outdoor = "outdoor", Indoor = "indoor" }
    Service { Voice = "voice", Data = "data" }
    UnitLevel { Province = "province", District = "district", Commune = "commune" }
    UnitRelation { Whole = "whole", Part = "part", Renamed = "renamed" }
    VillageKind { Thon = "thon", ToDanPho = "to_dan_pho", Lang = "lang" }
    VillageRelation { Merged = "merged", Part = "part", Renamed = "renamed", Split = "split" }
    PositionGrade {
        Surveyed = "surveyed", CommuneConfirmed = "commune_confirmed", Gazetteer = "gazetteer",
        CommuneCentre = "commune_centre", Unknown = "unknown",
    }
    Says { Has = "has", Lacks = "lacks", Weak = "weak" }
    ObservationKind {
        AuthorityList = "authority_list", CommuneConfirmation = "commune_confirmation",
        CarrierStatement = "carrier_statement",
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

words! {
    BlockerKind {
        Land = "land", GridPower = "grid_power", Road = "road", Backhaul = "backhaul",
        Permit = "permit", Other = "other",
    }
    FigureStanding { Provisional = "provisional", Final = "final" }
    IndicatorKind { Share = "share", PerHundred = "per_hundred" }
    DenominatorOf { Carrier = "carrier", Place = "place" }
    PlaceKind { Village = "village", Unit = "unit" }
    CriterionAsks {
        FixedOrMobileInEveryVillage = "fixed_or_mobile_in_every_village", NotHeld = "not_held",
        NotLoaded = "not_loaded",
    }
    Cause {
        PlannedOutage = "planned_outage", Fault = "fault", NotYetOnMap = "not_yet_on_map",
        Load = "load", Terrain = "terrain", WrongMap = "wrong_map",
    }
    DisputeFinding { Upheld = "upheld", NotUpheld = "not_upheld", Unclear = "unclear" }
    Independence { Source = "source", SourceAndKind = "source_and_kind" }
}

/// `"department"`, `{"carrier":"viettel"}`, `{"commune":{"code":21520,"from":"2025-07-01"}}`.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Party", rename_all = "snake_case")]
enum PartyForm {
    Department,
    Carrier(#[serde(with = "wire")] CarrierId),
    Commune(#[serde(with = "wire")] UnitId),
}

/// `"officer"`, `{"carrier_manager":"viettel"}`, `{"commune":{"code":21520,"from":"2025-07-01"}}`.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Role", rename_all = "snake_case")]
enum RoleForm {
    Public,
    Planner,
    Commune(#[serde(with = "wire")] UnitId),
    CarrierReporter(#[serde(with = "wire")] CarrierId),
    CarrierManager(#[serde(with = "wire")] CarrierId),
    Officer,
    Approver,
    Auditor,
    Admin,
}

/// `{"village":"kon-doc"}`, `{"unit":{"code":21520,"from":"2025-07-01"}}`.
#[derive(Serialize, Deserialize)]
#[serde(remote = "NamedPlace", rename_all = "snake_case")]
enum NamedPlaceForm {
    Village(#[serde(with = "wire")] VillageId),
    Unit(#[serde(with = "wire")] UnitId),
}

/// `"statement"` …, `{"prediction":{"parameters":"…"}}`.
#[derive(Serialize, Deserialize)]
#[serde(remote = "ClaimBasis", rename_all = "snake_case", deny_unknown_fields)]
enum ClaimBasisForm {
    Statement,
    Inventory,
    OnAirLog,
    Prediction { parameters: String },
}

/// `{"point":{…}}`, `{"outline":{"area":[…],"uncertainty_m":50}}`.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Shape", rename_all = "snake_case", deny_unknown_fields)]
enum ShapeForm {
    Point(#[serde(with = "wire")] Located),
    Outline {
        #[serde(with = "wire")]
        area: Area,
        uncertainty_m: u32,
    },
}

macro_rules! by_form {
    ($($form:ident = $domain:ident),*) => {$(
        impl Wire for $domain {
            fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $form::serialize(self, to)
            }

            fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $form::deserialize(from)
            }
        }
    )*};
}

by_form!(NamedPlaceForm = NamedPlace, RoleForm = Role);
by_form!(PartyForm = Party, ClaimBasisForm = ClaimBasis, ShapeForm = Shape);

form! {
    "Filing" FilingForm = Filing
        { kind: FilingKind, owner: Party, filed_by: Party }
        { person: Option<PersonId>, document: DocumentRef, files: Vec<[u8; 32]> }
    "DocumentRef" DocumentForm = DocumentRef
        {}
        { number: Option<String>, day: Option<Day>, title: Option<String> }

    "Located" LocatedForm = Located
        { position: Position, uncertainty_m: u32, grade: PositionGrade }
        {}
    "Places" PlacesForm = Places
        {}
        { villages: Vec<VillageId>, clusters: Vec<ClusterId> }
    "SiteId" SiteForm = SiteId { carrier: CarrierId, code: SiteCode } {}
    "Target" TargetForm = Target { entry: EntrySeq } { rows: Vec<u32> }
    "RuleSetId" RuleSetIdForm = RuleSetId { id: Slug, version: u32 } {}

    "CarrierFact" CarrierForm = CarrierFact
        { id: CarrierId, name: String, kind: CarrierKind, source: String }
        { aliases: Vec<String>, valid_from: Option<Day>, valid_to: Option<Day> }
    "UnitFact" UnitForm = UnitFact
        { id: UnitId, name: String, kind: String, level: UnitLevel, source: String }
        {
            parent: Option<UnitId>, valid_to: Option<Day>, centre: Option<Position>,
            households: Option<u32>, people: Option<u32>, inferred: Option<String>,
        }
    "UnitSuccessionFact" UnitSuccessionForm = UnitSuccessionFact
        { from: UnitId, to: UnitId, day: Day, relation: UnitRelation, source: String }
        {}
    "VillageFact" VillageForm = VillageFact
        { id: VillageId, name: String, kind: VillageKind, source: String }
        {
            day: Option<Day>, aliases: Vec<String>, units: Vec<UnitId>,
            unit_inferred: Option<String>, located: Option<Located>,
            position_basis: Option<String>, households: Option<u32>, people: Option<u32>,
            grid_power: Option<bool>, especially_hard: Option<bool>,
        }
    "VillageSuccessionFact" VillageSuccessionForm = VillageSuccessionFact
        { from: VillageId, to: VillageId, day: Day, relation: VillageRelation, source: String }
        { clusters: Vec<ClusterId> }
    "ClusterFact" ClusterForm = ClusterFact
        { id: ClusterId, village: VillageId, name: String, shape: Shape, source: String }
        { day: Option<Day>, households: Option<u32>, centre: bool }

    "SiteEventFact" SiteEventForm = SiteEventFact
        { site: SiteId, event: SiteEventKind, day: Day, basis: ClaimBasis }
        {
            site_name: Option<String>, technologies: TechSet, bands: Vec<String>,
            position: Option<Position>, position_operation: Option<String>,
            unit: Option<UnitId>, antenna_height_agl_m: Option<f64>, serves: Places,
            area: Option<Area>, households_estimate: Option<u32>,
            environment: Option<Environment>, service: Option<Service>,
            feeds: Option<Box<Feeds>>,
        }
    "Feeds" FeedsForm = Feeds {} { backhaul: Vec<String>, power: Vec<String> }
    "ClaimFact" ClaimForm = ClaimFact
        { carrier: CarrierId, from: Day, basis: ClaimBasis }
        {
            to: Option<Day>, technologies: TechSet, environment: Option<Environment>,
            service: Option<Service>, site: Option<SiteId>, serves: Places, area: Option<Area>,
        }
    "ObservationFact" ObservationForm = ObservationFact
        { kind: ObservationKind, says: Says, day: Day, source: String }
        {
            source_word: Option<String>, carrier: Option<CarrierId>, technologies: TechSet,
            environment: Option<Environment>, service: Option<Service>, places: Places,
        }
    "SampleFact" SamplesForm = SampleFact
        { cluster: ClusterId, carrier: CarrierId, technology: Technology, samples: Vec<Sample> }
        {}
    "Sample" SampleForm = Sample
        {
            day: Day, position: Position, easting_cm: i32, northing_cm: i32, level_ddbm: i16,
        }
        {}

    "DutyFact" DutyForm = DutyFact
        {
            id: DutyId, clause: String, cite: String, village: VillageId, carrier: CarrierId,
            given: Day, source: String,
        }
        { technology: Option<Technology>, due: Option<Day>, due_inferred: Option<String> }
    "MilestoneFact" MilestoneForm = MilestoneFact
        { duty: DutyId, day: Day, step: MilestoneStep, source: String }
        {}
    "GoalFact" GoalForm = GoalFact
        {
            id: GoalId, clause: String, kind: GoalKind, indicator: String, scope_name: String,
            owner: String, text_vi: String, text_en: String, source: String,
        }
        {
            comparator: Option<Comparator>, threshold_milli: Option<i64>, unit: Option<String>,
            scope: Option<UnitId>, due: Option<Day>, due_inferred: Option<String>,
            inferred: Option<String>,
        }
    "OrderClauseFact" OrderClauseForm = OrderClauseFact
        { clause: String, text_vi: String, text_en: String, who: String, source: String }
        {}
    "PublicStatementFact" PublicStatementForm = PublicStatementFact
        {
            id: Slug, publication: String, said_when: String, text_vi: String, text_en: String,
            source: String,
        }
        { title: Option<String>, names: Option<String> }
    "AgencyFact" AgencyForm = AgencyFact
        { id: Slug, name_vi: String, name_en: String, source: String }
        {
            aliases: Vec<String>, valid_from: Option<Day>, valid_to: Option<Day>,
            inferred: Option<String>,
        }
    "AgencySuccessionFact" AgencySuccessionForm = AgencySuccessionFact
        { from: Slug, to: Slug, day: Day, source: String }
        { part: Option<String>, inferred: Option<String> }

    "CommitmentFact" CommitmentForm = CommitmentFact
        { village: VillageId, carrier: CarrierId, said: Day, promised: Day, source: String }
        { duty: Option<DutyId>, technology: Option<Technology> }
    "BlockerFact" BlockerForm = BlockerFact
        {
            village: VillageId, carrier: CarrierId, kind: BlockerKind, since: Day, text: String,
            source: String,
        }
        { lifted: Option<Day>, duty: Option<DutyId>, responsible: Option<Slug> }
    "FundingFact" FundingForm = FundingFact
        { duty: DutyId, day: Day, funds: String, source: String }
        { estimate_vnd: Option<u64> }
    "CertificateFact" CertificateForm = CertificateFact
        { carrier: CarrierId, number: String, issued: Day, source: String }
        { expires: Option<Day>, site: Option<SiteId>, places: Places, technologies: TechSet }
    "StructureFact" StructureForm = StructureFact { sites: Vec<SiteId>, source: String } {}
    "NamedCauseFact" NamedCauseForm = NamedCauseFact
        { claim: RowRef, against: RowRef, carrier: CarrierId, cause: Cause, text: String }
        {}
    "DisputeFact" DisputeForm = DisputeFact
        { village: VillageId, raised: Day, text: String }
        { by: Option<Party>, carrier: Option<CarrierId> }
    "DisputeAnswerFact" DisputeAnswerForm = DisputeAnswerFact
        { dispute: RowRef, carrier: CarrierId, cause: Cause, text: String }
        {}
    "DisputeCheckFact" DisputeCheckForm = DisputeCheckFact
        { dispute: RowRef, day: Day, finding: DisputeFinding, text: String }
        {}
    "DisputeEndFact" DisputeEndForm = DisputeEndFact
        { dispute: RowRef, finding: DisputeFinding, reason: String }
        {}
    "OutageFact" OutageForm = OutageFact
        { carrier: CarrierId, start: Timestamp, source: String }
        {
            site: Option<SiteId>, places: Places, units: Vec<UnitId>, technologies: TechSet,
            end: Option<Timestamp>, cause: Option<String>,
        }
    "Period" PeriodForm = Period { from: Day, to: Day } {}
    "StatisticFact" StatisticForm = StatisticFact
        {
            indicator: Slug, unit: UnitId, period: Period, standing: FigureStanding,
            source: String,
        }
        {
            carrier: Option<CarrierId>, numerator: Option<u64>, denominator: Option<u64>,
            stated_share_milli: Option<u32>,
        }
    "IndicatorFact" IndicatorForm = IndicatorFact
        {
            id: Slug, name_vi: String, name_en: String, kind: IndicatorKind,
            denominator_of: DenominatorOf, numerator_vi: String, numerator_en: String,
            denominator_vi: String, denominator_en: String, source: String,
        }
        { aliases: Vec<String>, carriers: Vec<CarrierId>, inferred: Option<String> }
    "UnitCountFact" UnitCountForm = UnitCountFact
        { unit: UnitId, day: Day, source: String }
        { villages: Option<u32>, to: Option<UnitId>, households: Option<u32> }
    "VillageServiceFact" VillageServiceForm = VillageServiceFact
        { day: Day, village: VillageId, source: String }
        { fixed_telephone: Option<bool>, fixed_internet: Option<bool> }
    "CriterionFact" CriterionForm = CriterionFact
        {
            indicator: String, edition: String, content: String, valid_from: Day,
            asks: CriterionAsks, text_vi: String, text_en: String, source: String,
        }
        { valid_to: Option<Day>, inferred: Option<String> }
    "BoundaryFact" BoundaryForm = BoundaryFact
        { unit: UnitId, from: Day, area: Area, source: String }
        {}

    "NameQuestionFact" NameQuestionForm = NameQuestionFact
        { sender: Party, kind: PlaceKind, text: String }
        { beside: Option<String> }
    "NameDecisionFact" NameDecisionForm = NameDecisionFact
        { sender: Party, text: String, means: NamedPlace, reason: String }
        { beside: Option<String> }
    "AccountFact" AccountForm = AccountFact { person: PersonId, role: Role } {}
    "NameUseFact" NameUseForm = NameUseFact { decision: RowRef, rows: Vec<u32> } {}
    "SignedPaperFact" SignedPaperForm = SignedPaperFact { state: String, appended_bytes: u32 } {}

    "SunsetFact" SunsetForm = SunsetFact
        { technology: Technology, first_day_without: Day, source: String }
        { carrier: Option<CarrierId>, units: Vec<UnitId>, except: Vec<UnitId> }
    "RuleSet" RuleSetForm = RuleSet
        {
            id: RuleSetId, title_vi: String, title_en: String, valid_from: Day,
            base: Vec<(Day, Technology)>, shelf_life_months: u32, ageing_months: u32,
            pair_window_months: u32, measurement: MeasurementRule, source: String,
        }
        {
            reach_m: [Option<u32>; 4], outage_stale_hours: Option<u32>,
            independence: Independence,
        }
    "MeasurementRule" MeasurementForm = MeasurementRule
        {
            span_days: i32, radius_m: f64, cell_m: u32, grid_epsg: u32, wilson_z: f64,
            good_share: f64, oppose_p: f64, oppose_failures: u32, oppose_failure_days: u32,
        }
        { good_level_ddbm: [Option<i16>; 4] }
}
