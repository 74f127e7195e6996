//! What was understood of facts beside sites and observations, in the columns of their templates.

use phusong_atlas::domain::{
    BlockerFact, BlockerKind, CarrierId, CertificateFact, ClusterFact, ClusterId, CommitmentFact,
    Comparator, DutyId, Fact, FigureStanding, GoalFact, MilestoneStep, NamedPlace, OutageFact,
    Shape, Slug, StatisticFact, Technology, UnitId, VillageFact, VillageId, VillageKind,
    VillageRelation,
};
use serde_json::{Value, json};

use crate::report::{Column, area_km2};
use crate::template::Kind;

/// Empty for facts that other readers tell.
pub fn understood(fact: &Fact) -> Value {
    match fact {
        Fact::Village(fact) => village(fact),
        Fact::Cluster(fact) => cluster(fact),
        Fact::VillageSuccession(fact) => json!({
            "thon": fact.to.as_str(), "thon_cu": fact.from.as_str(), "tu_ngay": fact.day.to_string(),
            "quan_he": relation_word(fact.relation),
            "cum_nhan_ve": fact.clusters.iter().map(ClusterId::as_str).collect::<Vec<_>>(),
        }),
        Fact::Milestone(fact) => json!({
            "nhiem_vu": fact.duty.as_str(), "moc": step_word(fact.step),
            "ngay_dat": fact.day.to_string(),
        }),
        Fact::Commitment(fact) => commitment(fact),
        Fact::Blocker(fact) => blocker(fact),
        Fact::Funding(fact) => json!({
            "nhiem_vu": fact.duty.as_str(), "nguon_von": fact.funds,
            "khai_toan_vnd": fact.estimate_vnd,
        }),
        Fact::Outage(fact) => outage(fact),
        Fact::Certificate(fact) => certificate(fact),
        Fact::Structure(fact) => json!({
            "cac_tram": fact.sites.iter().map(|site| {
                json!({ "nha_mang": site.carrier.as_str(), "ma_tram": site.code.as_str() })
            }).collect::<Vec<_>>(),
            "nguon": fact.source,
        }),
        Fact::Indicator(fact) => json!({
            "ten_chi_tieu": fact.name_vi, "tu_so_dem": fact.numerator_vi,
            "mau_so_dem": fact.denominator_vi, "nguon": fact.source,
        }),
        Fact::UnitCount(fact) => json!({
            "don_vi": fact.unit.code.0, "ngay_dem": fact.day.to_string(),
            "so_thon": fact.villages, "don_vi_nhan": fact.to.map(|unit| unit.code.0),
            "uoc_so_ho": fact.households, "nguon": fact.source,
        }),
        Fact::Statistic(fact) => statistic(fact),
        Fact::VillageService(fact) => json!({
            "ma_thon": fact.village.as_str(), "dien_thoai_co_dinh": fact.fixed_telephone,
            "internet_co_dinh": fact.fixed_internet, "tu_ngay": fact.day.to_string(),
        }),
        Fact::Boundary(fact) => json!({
            "ma_don_vi": fact.unit.code.0, "don_vi": fact.unit.code.0, "tu_ngay": fact.from.to_string(),
            "dien_tich_km2": area_km2(&fact.area),
        }),
        Fact::Goal(fact) => goal(fact),
        Fact::RestrictSite { site } => json!({
            "nha_mang": site.carrier.as_str(), "ma_tram": site.code.as_str(),
        }),
        Fact::Account(fact) => json!({ "tai_khoan": fact.person.as_str() }),
        Fact::NameQuestion(fact) => json!({ "ten_ghi": fact.text, "ben_canh": fact.beside }),
        Fact::NameDecision(fact) => json!({
            "ten_ghi": fact.text, "ben_canh": fact.beside, "nghia_la": means(&fact.means),
            "ly_do": fact.reason,
        }),
        _ => json!({}),
    }
}

/// As it is written where the name stood.
pub fn means(place: &NamedPlace) -> String {
    match place {
        NamedPlace::Village(id) => id.to_string(),
        NamedPlace::Unit(unit) => unit.code.0.to_string(),
    }
}

/// What was understood of a row that says several facts: of its cluster before its village, else
/// in their order. Who speaks first of a column has it.
pub fn together(facts: &[Fact]) -> Value {
    let is_cluster = |fact: &&Fact| matches!(fact, Fact::Cluster(_));
    let (clusters, others): (Vec<&Fact>, Vec<&Fact>) = facts.iter().partition(is_cluster);
    let mut columns = serde_json::Map::new();
    for fact in clusters.into_iter().chain(others) {
        if let Value::Object(told) = understood(fact) {
            for (column, value) in told {
                columns.entry(column).or_insert(value);
            }
        }
    }
    Value::Object(columns)
}

fn codes(units: &[UnitId]) -> Vec<u32> {
    units.iter().map(|unit| unit.code.0).collect()
}

fn village(fact: &VillageFact) -> Value {
    json!({
        "ma_thon": fact.id.as_str(),
        "thon": fact.name,
        "loai_thon": match fact.kind {
            VillageKind::Thon => "thon",
            VillageKind::ToDanPho => "to_dan_pho",
            VillageKind::Lang => "lang",
        },
        "ten_khac": fact.aliases,
        "xa": codes(&fact.units),
        "kinh_do": fact.located.map(|at| at.position.lon_deg()),
        "vi_do": fact.located.map(|at| at.position.lat_deg()),
        "sai_so_m": fact.located.map(|at| at.uncertainty_m),
        "uoc_so_ho": fact.households,
        "nhan_khau": fact.people,
        "dien_luoi": fact.grid_power,
        "dac_biet_kho_khan": fact.especially_hard,
        "tu_ngay": fact.day.map(|day| day.to_string()),
    })
}

fn cluster(fact: &ClusterFact) -> Value {
    let (at, drawn) = match &fact.shape {
        Shape::Point(at) => (Some(at.position), None),
        Shape::Outline { area, uncertainty_m } => (None, Some((area_km2(area), uncertainty_m))),
    };
    let mut told = json!({
        "ma_cum": fact.id.as_str(),
        "cum_dan_cu": fact.name,
        "thon": fact.village.as_str(),
        "trung_tam": fact.centre,
        "kinh_do": at.map(phusong_atlas::domain::Position::lon_deg),
        "vi_do": at.map(phusong_atlas::domain::Position::lat_deg),
        "uoc_so_ho": fact.households,
        "tu_ngay": fact.day.map(|day| day.to_string()),
    });
    if let Some((area_km2, uncertainty_m)) = drawn {
        told["dien_tich_km2"] = json!(area_km2);
        told["sai_so_m"] = json!(uncertainty_m);
    }
    told
}

fn commitment(fact: &CommitmentFact) -> Value {
    json!({
        "thon": fact.village.as_str(),
        "nha_mang": fact.carrier.as_str(),
        "nhiem_vu": fact.duty.as_ref().map(DutyId::as_str),
        "ngay_cam_ket": fact.promised.to_string(),
        "ngay_noi": fact.said.to_string(),
        "cong_nghe": fact.technology.map(Technology::as_str),
    })
}

fn blocker(fact: &BlockerFact) -> Value {
    json!({
        "thon": fact.village.as_str(),
        "nha_mang": fact.carrier.as_str(),
        "nhiem_vu": fact.duty.as_ref().map(DutyId::as_str),
        "vuong_mac": blocker_word(fact.kind),
        "vuong_mac_tu": fact.since.to_string(),
        "go_vuong_mac": fact.lifted.map(|day| day.to_string()),
        "co_quan_giai_quyet": fact.responsible.as_ref().map(Slug::as_str),
        "nguyen_van": fact.text,
    })
}

/// The word of the template for what a village is to a former one.
const fn relation_word(relation: VillageRelation) -> &'static str {
    match relation {
        VillageRelation::Merged => "merged",
        VillageRelation::Part => "part",
        VillageRelation::Renamed => "renamed",
        VillageRelation::Split => "split",
    }
}

/// By the word of the template; `moved` is no succession.
pub fn relation_of(word: &str) -> Option<VillageRelation> {
    use VillageRelation::{Merged, Part, Renamed, Split};
    [Merged, Part, Renamed, Split].into_iter().find(|own| relation_word(*own) == word)
}

const BLOCKERS: [(BlockerKind, &str); 6] = [
    (BlockerKind::Land, "land"),
    (BlockerKind::GridPower, "grid_power"),
    (BlockerKind::Road, "road"),
    (BlockerKind::Backhaul, "backhaul"),
    (BlockerKind::Permit, "permit"),
    (BlockerKind::Other, "other"),
];

fn blocker_word(kind: BlockerKind) -> &'static str {
    BLOCKERS.iter().find(|(own, _)| *own == kind).map_or("other", |(_, word)| word)
}

/// By the word under which it is told.
pub fn blocker_of(word: &str) -> Option<BlockerKind> {
    BLOCKERS.iter().find(|(_, own)| *own == word).map(|(kind, _)| *kind)
}

fn outage(fact: &OutageFact) -> Value {
    let technologies: Vec<&str> = fact.technologies.iter().map(Technology::as_str).collect();
    let villages: Vec<&str> = fact.places.villages.iter().map(VillageId::as_str).collect();
    json!({
        "nha_mang": fact.carrier.as_str(),
        "ma_tram": fact.site.as_ref().map(|site| site.code.as_str()),
        "thon": villages,
        "xa": codes(&fact.units),
        "cong_nghe": technologies,
        "bat_dau": fact.start.to_string(),
        "ket_thuc": fact.end.map(|end| end.to_string()),
        "nguyen_nhan": fact.cause,
    })
}

fn certificate(fact: &CertificateFact) -> Value {
    let technologies: Vec<&str> = fact.technologies.iter().map(Technology::as_str).collect();
    let villages: Vec<&str> = fact.places.villages.iter().map(VillageId::as_str).collect();
    json!({
        "so_giay": fact.number,
        "nha_mang": fact.carrier.as_str(),
        "ngay_cap": fact.issued.to_string(),
        "het_han": fact.expires.map(|day| day.to_string()),
        "ma_tram": fact.site.as_ref().map(|site| site.code.as_str()),
        "cac_thon_phuc_vu": villages,
        "cong_nghe": technologies,
        "nguon": fact.source,
    })
}

fn statistic(fact: &StatisticFact) -> Value {
    json!({
        "chi_tieu": fact.indicator.as_str(),
        "don_vi": fact.unit.code.0,
        "ky": [fact.period.from.to_string(), fact.period.to.plus_days(-1).to_string()],
        "tu_so": fact.numerator,
        "mau_so": fact.denominator,
        "ty_le": fact.stated_share_milli.map(|milli| f64::from(milli) / 1_000.0),
        "nha_mang": fact.carrier.as_ref().map(CarrierId::as_str),
        "chinh_thuc": match fact.standing {
            FigureStanding::Provisional => "provisional",
            FigureStanding::Final => "final",
        },
    })
}

/// A threshold as it is read aloud: above 80 is not 80.
#[expect(clippy::cast_precision_loss, reason = "thresholds in thousandths are far below 2^53")]
fn goal(fact: &GoalFact) -> Value {
    json!({
        "chi_tieu": fact.indicator,
        "noi_dung": fact.text_vi,
        "so_sanh": fact.comparator.map(|comparator| match comparator {
            Comparator::Above => ">",
            Comparator::AtLeast => "≥",
        }),
        "nguong": fact.threshold_milli.map(|milli| milli as f64 / 1_000.0),
        "don_vi_tinh": fact.unit,
        "pham_vi": fact.scope_name,
        "don_vi": fact.scope.map(|unit| unit.code.0),
        "han": fact.due.map(|day| day.to_string()),
        "chu_tri": fact.owner,
        "can_cu": fact.clause,
        "nguon": fact.source,
    })
}

/// As the template shows it.
pub fn step_vi(step: MilestoneStep) -> &'static str {
    let word = step_word(step);
    let template = Kind::Duties.template();
    let shown = template.spec(Column::Step).and_then(|spec| spec.holds.shown(word));
    shown.unwrap_or(word)
}

/// The word of the template for a step.
pub const fn step_word(step: MilestoneStep) -> &'static str {
    match step {
        MilestoneStep::Given => "given",
        MilestoneStep::Surveyed => "surveyed",
        MilestoneStep::PlaceChosen => "place_chosen",
        MilestoneStep::UnderConstruction => "under_construction",
        MilestoneStep::Installed => "installed",
        MilestoneStep::AwaitingOnAir => "awaiting_on_air",
        MilestoneStep::OnAir => "on_air",
        MilestoneStep::AwaitingInspection => "awaiting_inspection",
        MilestoneStep::Passed => "passed",
        MilestoneStep::Failed => "failed",
        MilestoneStep::ConfirmedComplete => "confirmed_complete",
        MilestoneStep::Reopened => "reopened",
    }
}
