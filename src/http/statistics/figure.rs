//! The shapes of figures on the wire, and what is said of them in both languages.

use phusong_atlas::atlas::{Atlas, FigureFinding, Filed, Found, Point, RevisionState, Value};
use phusong_atlas::domain::{
    CarrierId, Day, DenominatorOf, FigureStanding, IndicatorFact, IndicatorKind, Period, UnitId,
};
use phusong_atlas::gazetteer::Units;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::wire::EntryRef;

/// A unit with its days: codes are reused.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitRef {
    pub code: u32,
    pub name: String,
    pub kind: String,
    /// As people say it: `xã Trà Giang, huyện Trà Bồng (cũ)`.
    pub label: String,
    /// Null: since before our records.
    #[schema(format = Date)]
    pub valid_from: Option<String>,
    /// First day it was no unit any more.
    #[schema(format = Date)]
    pub valid_to: Option<String>,
}

pub fn unit_ref(units: &Units, id: UnitId) -> UnitRef {
    let fact = units.get(id);
    UnitRef {
        code: id.code.0,
        name: fact.map(|fact| fact.name.clone()).unwrap_or_default(),
        kind: fact.map(|fact| fact.kind.clone()).unwrap_or_default(),
        label: units.label(id),
        valid_from: (id.valid_from > Day::EARLIEST).then(|| id.valid_from.to_string()),
        valid_to: fact.and_then(|fact| fact.valid_to).map(|day| day.to_string()),
    }
}

/// What figures count.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Indicator {
    pub id: String,
    pub name_vi: String,
    pub name_en: String,
    /// `share`: in percent; `per_hundred`: may exceed 100.
    pub kind: &'static str,
    /// `carrier`: summed over carriers; `place`: the same for every carrier.
    pub denominator_of: &'static str,
    pub numerator_vi: String,
    pub numerator_en: String,
    pub denominator_vi: String,
    pub denominator_en: String,
    /// Other names: of goals, of files.
    pub aliases: Vec<String>,
    /// Who is to file it; empty: every terrestrial network.
    pub carriers: Vec<String>,
    pub source: String,
    pub inferred: Option<String>,
}

impl From<&IndicatorFact> for Indicator {
    fn from(fact: &IndicatorFact) -> Self {
        Self {
            id: fact.id.as_str().to_owned(),
            name_vi: fact.name_vi.clone(),
            name_en: fact.name_en.clone(),
            kind: match fact.kind {
                IndicatorKind::Share => "share",
                IndicatorKind::PerHundred => "per_hundred",
            },
            denominator_of: match fact.denominator_of {
                DenominatorOf::Carrier => "carrier",
                DenominatorOf::Place => "place",
            },
            numerator_vi: fact.numerator_vi.clone(),
            numerator_en: fact.numerator_en.clone(),
            denominator_vi: fact.denominator_vi.clone(),
            denominator_en: fact.denominator_en.clone(),
            aliases: fact.aliases.clone(),
            carriers: fact.carriers.iter().map(ToString::to_string).collect(),
            source: fact.source.clone(),
            inferred: fact.inferred.clone(),
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CarrierCounts {
    /// Null: of all carriers together.
    pub carrier: Option<String>,
    pub numerator: u64,
    pub denominator: Option<u64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NotReported {
    pub carrier: String,
    pub units: Vec<UnitRef>,
}

/// One filing of a figure.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FigureRevision {
    pub entry: EntryRef,
    #[schema(format = Date)]
    pub recorded_on: String,
    pub standing: &'static str,
    pub numerator: Option<u64>,
    pub denominator: Option<u64>,
    /// `in_force`, `superseded`, `replaced`, `rival`.
    pub state: &'static str,
}

/// A figure that the answer rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FigureBehind {
    pub unit: UnitRef,
    pub carrier: Option<String>,
    pub entry: EntryRef,
    /// Everything that was filed of it, where that is more than one.
    pub revisions: Vec<FigureRevision>,
}

/// A figure of a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Figure {
    /// Null: all that was filed waits for what `asks` names.
    pub numerator: Option<u64>,
    pub denominator: Option<u64>,
    /// Percent, or for each hundred; of the counts, rounded to thousandths.
    pub ratio: Option<f64>,
    /// `provisional`, `final`: of the least certain part.
    pub standing: &'static str,
    pub standing_vi: &'static str,
    /// *Ước tính*: a part was divided by households.
    pub estimated: bool,
    /// Everybody who is to file has.
    pub complete: bool,
    /// Of the ground and the carriers, how much reported, in percent.
    pub reported: f64,
    pub carriers: Vec<CarrierCounts>,
    pub missing: Vec<NotReported>,
    /// *Cần làm rõ*: how these were divided, or how many households they had.
    pub asks: Vec<UnitRef>,
    pub behind: Vec<FigureBehind>,
}

impl Figure {
    pub fn of(atlas: &Atlas, value: &Value<'_>) -> Self {
        let units = &atlas.common.units;
        Self {
            numerator: value.numerator,
            denominator: value.denominator,
            ratio: value.ratio_milli().map(points),
            standing: standing(value.standing),
            standing_vi: standing_vi(value.standing),
            estimated: value.estimated,
            complete: value.is_complete(),
            reported: f64::from(value.reported_milli) / 1_000.0,
            carriers: value
                .carriers
                .iter()
                .map(|slot| CarrierCounts {
                    carrier: slot.carrier.as_ref().map(ToString::to_string),
                    numerator: slot.numerator,
                    denominator: slot.denominator,
                })
                .collect(),
            missing: missing(units, &value.missing),
            asks: value.asks.iter().map(|unit| unit_ref(units, *unit)).collect(),
            behind: value.behind.iter().map(|filed| behind(units, filed)).collect(),
        }
    }

    /// `viettel: Huyện Ba Tơ (cũ), …; vnpt: …`.
    pub fn missing_text(&self) -> String {
        let one = |lacking: &NotReported| {
            let units: Vec<&str> = lacking.units.iter().map(|unit| &*unit.label).collect();
            format!("{}: {}", lacking.carrier, units.join(", "))
        };
        self.missing.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

pub fn missing(units: &Units, missing: &[(CarrierId, Vec<UnitId>)]) -> Vec<NotReported> {
    let one = |(carrier, lacking): &(CarrierId, Vec<UnitId>)| NotReported {
        carrier: carrier.to_string(),
        units: lacking.iter().map(|unit| unit_ref(units, *unit)).collect(),
    };
    missing.iter().map(one).collect()
}

fn behind(units: &Units, filed: &Filed) -> FigureBehind {
    let now = filed.now();
    FigureBehind {
        unit: unit_ref(units, now.fact.unit),
        carrier: now.fact.carrier.as_ref().map(ToString::to_string),
        entry: EntryRef::from(&now.evidence),
        revisions: if filed.revisions.len() > 1 { revisions(filed) } else { Vec::new() },
    }
}

fn revisions(filed: &Filed) -> Vec<FigureRevision> {
    filed
        .revisions
        .iter()
        .map(|one| FigureRevision {
            entry: EntryRef::from(&one.evidence),
            recorded_on: one.recorded.to_string(),
            standing: standing(one.fact.standing),
            numerator: one.fact.numerator,
            denominator: one.fact.denominator,
            state: match one.state {
                RevisionState::InForce => "in_force",
                RevisionState::Superseded => "superseded",
                RevisionState::Replaced => "replaced",
                RevisionState::Rival => "rival",
            },
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "ratios in thousandths are far below 2^53")]
pub fn points(milli: i64) -> f64 {
    milli as f64 / 1_000.0
}

pub const fn standing(standing: FigureStanding) -> &'static str {
    match standing {
        FigureStanding::Provisional => "provisional",
        FigureStanding::Final => "final",
    }
}

pub const fn standing_vi(standing: FigureStanding) -> &'static str {
    match standing {
        FigureStanding::Provisional => "sơ bộ",
        FigureStanding::Final => "chính thức",
    }
}

/// What is computed now against what was known then.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FigureMoved {
    pub numerator: Option<i64>,
    pub denominator: Option<i64>,
    /// Of the ratio.
    pub points: Option<f64>,
    /// Rows that count now and did not then.
    pub by: Vec<EntryRef>,
}

/// One period of a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatisticPoint {
    #[schema(format = Date)]
    pub from: String,
    /// Its last day.
    #[schema(format = Date)]
    pub to: String,
    /// Null: nothing was filed.
    pub now: Option<Figure>,
    /// Points against the period before.
    pub from_previous: Option<f64>,
    /// Points against the same period of the year before (*so cùng kỳ*).
    pub from_last_year: Option<f64>,
    /// As it was known at `reported_at`.
    pub then: Option<Figure>,
    pub moved: Option<FigureMoved>,
}

impl StatisticPoint {
    /// `before`: what there was then, where that is asked.
    pub fn of(atlas: &Atlas, point: &Point<'_>, before: Option<&Value<'_>>) -> Self {
        let (from, to) = days(point.period);
        Self {
            from,
            to,
            now: point.value.as_ref().map(|value| Figure::of(atlas, value)),
            from_previous: point.from_previous_milli.map(points),
            from_last_year: point.from_last_year_milli.map(points),
            then: before.map(|value| Figure::of(atlas, value)),
            moved: before.zip(point.value.as_ref()).map(|(then, now)| moved(then, now)),
        }
    }
}

/// First and last day.
pub fn days(period: Period) -> (String, String) {
    (period.from.to_string(), period.to.plus_days(-1).to_string())
}

fn moved(then: &Value<'_>, now: &Value<'_>) -> FigureMoved {
    let less = |now: u64, then: u64| now.cast_signed().wrapping_sub(then.cast_signed());
    let before: Vec<_> = then.behind.iter().map(|filed| filed.now().evidence).collect();
    let rows = now.behind.iter().map(|filed| filed.now().evidence);
    FigureMoved {
        numerator: now.numerator.zip(then.numerator).map(|(now, then)| less(now, then)),
        denominator: now.denominator.zip(then.denominator).map(|(now, then)| less(now, then)),
        points: now.ratio_milli().zip(then.ratio_milli()).map(|(now, then)| points(now - then)),
        by: rows.filter(|row| !before.contains(row)).map(|row| EntryRef::from(&row)).collect(),
    }
}

/// What is odd, in words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FigureNote {
    /// `above-denominator`, `jump`, `total-differs`, `carriers-differ`, `denominators-differ`,
    /// `two-finals`, `share-only`, `missing-period`, `split-unknown`.
    pub code: &'static str,
    #[schema(format = Date)]
    pub from: String,
    #[schema(format = Date)]
    pub to: String,
    pub unit: UnitRef,
    pub carrier: Option<String>,
    pub text_vi: String,
    pub text_en: String,
}

pub fn notes(atlas: &Atlas, findings: &[FigureFinding]) -> Vec<FigureNote> {
    findings
        .iter()
        .map(|one| {
            let (from, to) = days(one.period);
            let (code, text_vi, text_en) = words(one);
            FigureNote {
                code,
                from,
                to,
                unit: unit_ref(&atlas.common.units, one.unit),
                carrier: one.carrier.as_ref().map(ToString::to_string),
                text_vi,
                text_en,
            }
        })
        .collect()
}

fn words(one: &FigureFinding) -> (&'static str, String, String) {
    let (a, b) = (one.first.unwrap_or(0), one.second.unwrap_or(0));
    match one.found {
        Found::AboveDenominator => (
            "above-denominator",
            format!("tử số {a} lớn hơn mẫu số {b}"),
            format!("the numerator {a} is above the denominator {b}"),
        ),
        Found::Jump => (
            "jump",
            format!("từ {} lên/xuống {}: quá 25 điểm một tháng", points(a), points(b)),
            format!("from {} to {}: over 25 points a month", points(a), points(b)),
        ),
        Found::TotalDiffers => (
            "total-differs",
            format!("tổng {a} khác tổng {b} của các đơn vị trong đó"),
            format!("the total {a} differs from {b}, the sum of its parts"),
        ),
        Found::CarriersDiffer => (
            "carriers-differ",
            format!("số chung {a} khác tổng {b} của các doanh nghiệp"),
            format!("the figure of all, {a}, differs from {b}, the sum of the carriers"),
        ),
        Found::DenominatorsDiffer => (
            "denominators-differ",
            format!("mẫu số của cùng một nơi là {a} và {b}"),
            format!("the denominator of one place is {a} and {b}"),
        ),
        Found::TwoFinals => (
            "two-finals",
            format!("hai số chính thức: {a} (được tính, gửi sau) và {b}"),
            format!("two final figures: {a} (counts, filed later) and {b}"),
        ),
        Found::ShareOnly => (
            "share-only",
            format!("chỉ có tỷ lệ {} %, không có số đếm: không tính", points(a)),
            format!("a share of {} % without counts: it enters no ratio", points(a)),
        ),
        Found::MissingPeriod => {
            ("missing-period", "chưa có số liệu của kỳ này".into(), "nothing was filed".into())
        }
        Found::SplitUnknown => (
            "split-unknown",
            "cần làm rõ: số hộ, hay cách chia đơn vị này".into(),
            "to be asked: its households, or how it was divided".into(),
        ),
    }
}
