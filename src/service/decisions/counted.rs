//! What an officer defines or counts: indicators, targets, and the units that were divided.

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{
    CarrierId, Comparator, Day, DenominatorOf, Fact, GoalFact, GoalId, GoalKind, IndicatorFact,
    IndicatorKind, Slug, UnitCode, UnitCountFact, UnitId,
};
use phusong_intake::Finding;

use super::{fault, said};
use crate::service::open::today;

/// An indicator of the department's own. Texts are (Vietnamese, English).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIndicator {
    pub id: String,
    pub names: (String, String),
    pub kind: IndicatorKind,
    pub denominator_of: DenominatorOf,
    pub numerator: (String, String),
    pub denominator: (String, String),
    pub carriers: Vec<String>,
    pub source: String,
}

/// A target of the department's own: a figure of a unit, against a bar.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTarget {
    pub id: String,
    pub clause: String,
    pub indicator: String,
    pub comparator: Comparator,
    /// In percent, or whatever the indicator counts in.
    pub threshold: f64,
    /// Code and first day of the unit that it is for.
    pub unit: (u32, Option<String>),
    pub due: Option<String>,
    pub owner: String,
    pub texts: (String, String),
    pub source: String,
}

/// The villages of a unit, or the households of it that went to a successor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitCounted {
    pub code: u32,
    pub valid_from: Option<String>,
    pub day: String,
    pub villages: Option<u32>,
    pub to: Option<u32>,
    pub households: Option<u32>,
    pub source: String,
}

/// A new one: who wants to change one withdraws its entry first.
pub fn indicator(atlas: &Atlas, new: &NewIndicator) -> Result<Fact, Box<Finding>> {
    let id = Slug::new(&new.id).map_err(|error| {
        let vi = "không phải là mã: 1–40 chữ cái ASCII, chữ số, '-', '_', '.'";
        fault("bad-id", "id", &new.id, vi, &error.to_string())
    })?;
    if atlas.order.indicator(id.as_str()).is_some() {
        let (vi, en) = ("đã có chỉ tiêu này", "there is such an indicator already");
        return Err(fault("indicator-exists", "id", &new.id, vi, en));
    }
    let carrier = |id: &String| {
        let known = CarrierId::new(id).ok().filter(|id| atlas.common.carrier(id).is_some());
        known.ok_or_else(|| {
            let (vi, en) = ("không có doanh nghiệp này", "there is no such carrier");
            fault("unknown-carrier", "carriers", id, vi, en)
        })
    };
    Ok(Fact::Indicator(Box::new(IndicatorFact {
        id,
        name_vi: said("name_vi", &new.names.0)?,
        name_en: said("name_en", &new.names.1)?,
        kind: new.kind,
        denominator_of: new.denominator_of,
        numerator_vi: said("numerator_vi", &new.numerator.0)?,
        numerator_en: said("numerator_en", &new.numerator.1)?,
        denominator_vi: said("denominator_vi", &new.denominator.0)?,
        denominator_en: said("denominator_en", &new.denominator.1)?,
        aliases: Vec::new(),
        carriers: new.carriers.iter().map(carrier).collect::<Result<_, _>>()?,
        source: said("source", &new.source)?,
        inferred: None,
    })))
}

/// A new one: who wants to change one withdraws its entry first.
pub fn target(atlas: &Atlas, new: &NewTarget) -> Result<Fact, Box<Finding>> {
    /// No share, and no count per hundred, is near it.
    const MOST: f64 = 1_000_000.0;
    let id = GoalId::new(&new.id).map_err(|error| {
        let vi = "không phải là mã: 1–40 chữ cái ASCII, chữ số, '-', '_', '.'";
        fault("bad-id", "id", &new.id, vi, &error.to_string())
    })?;
    if atlas.order.goals.iter().any(|goal| goal.id == id) {
        let (vi, en) = ("đã có mục tiêu này", "there is such a target already");
        return Err(fault("target-exists", "id", &new.id, vi, en));
    }
    let indicator = atlas.order.indicator(&new.indicator).ok_or_else(|| {
        let (vi, en) = ("không có chỉ tiêu này", "there is no such indicator");
        fault("unknown-indicator", "indicator", &new.indicator, vi, en)
    })?;
    let (most, vi, en) = match indicator.kind {
        IndicatorKind::Share => {
            (100.0, "cần một tỷ lệ từ 0 đến 100 (%)", "a share from 0 to 100 (%) is needed")
        }
        IndicatorKind::PerHundred => {
            (MOST, "cần một số từ 0 đến 1.000.000", "a number from 0 to 1,000,000 is needed")
        }
    };
    if !(0.0..=most).contains(&new.threshold) {
        return Err(fault("bad-threshold", "threshold", &new.threshold.to_string(), vi, en));
    }
    let (code, valid_from) = (new.unit.0, first_day(new.unit.1.as_deref())?);
    let unit = UnitId { code: UnitCode(code), valid_from };
    atlas.common.units.get(unit).ok_or_else(|| unknown_unit("code", code))?;
    #[expect(clippy::cast_possible_truncation, reason = "checked against the most")]
    let threshold_milli = (new.threshold * 1000.0).round() as i64;
    Ok(Fact::Goal(Box::new(GoalFact {
        id,
        clause: said("clause", &new.clause)?,
        kind: GoalKind::Target,
        indicator: indicator.id.as_str().to_owned(),
        comparator: Some(new.comparator),
        threshold_milli: Some(threshold_milli),
        unit: (indicator.kind == IndicatorKind::Share).then(|| "%".to_owned()),
        scope: Some(unit),
        scope_name: atlas.common.units.label(unit),
        due: new.due.as_deref().map(|text| day_of("due", text)).transpose()?,
        due_inferred: None,
        owner: said("owner", &new.owner)?,
        text_vi: said("text_vi", &new.texts.0)?,
        text_en: said("text_en", &new.texts.1)?,
        source: said("source", &new.source)?,
        inferred: None,
    })))
}

fn first_day(text: Option<&str>) -> Result<Day, Box<Finding>> {
    text.map_or(Ok(Day::EARLIEST), |text| day_of("valid_from", text))
}

fn unknown_unit(column: &str, code: u32) -> Box<Finding> {
    let (vi, en) = ("không có đơn vị này", "there is no such unit");
    fault("unknown-unit", column, &code.to_string(), vi, en)
}

pub fn unit(atlas: &Atlas, counted: &UnitCounted) -> Result<Fact, Box<Finding>> {
    let units = &atlas.common.units;
    let day = day_of("day", &counted.day)?;
    if day > today() {
        let (vi, en) = ("ngày ở tương lai", "the day is in the future");
        return Err(fault("future-day", "day", &counted.day, vi, en));
    }
    let valid_from = first_day(counted.valid_from.as_deref())?;
    let id = UnitId { code: UnitCode(counted.code), valid_from };
    units.get(id).ok_or_else(|| unknown_unit("code", counted.code))?;
    let to = match counted.to {
        None => None,
        Some(code) => {
            let mut steps = units.successors(id).iter().map(|step| step.unit);
            let step = steps.find(|unit| unit.code == UnitCode(code));
            Some(step.ok_or_else(|| {
                let (vi, en) =
                    ("không phải đơn vị kế tiếp của đơn vị này", "it does not follow this unit");
                fault("not-a-successor", "to", &code.to_string(), vi, en)
            })?)
        }
    };
    if counted.villages.is_none() && (to.is_none() || counted.households.is_none()) {
        let vi = "cần số thôn, hoặc đơn vị kế tiếp và số hộ";
        let en = "the number of villages is needed, or a successor and its households";
        return Err(fault("nothing-counted", "count_unit", "", vi, en));
    }
    Ok(Fact::UnitCount(UnitCountFact {
        unit: id,
        day,
        villages: counted.villages,
        to,
        households: counted.households,
        source: said("source", &counted.source)?,
    }))
}

fn day_of(column: &str, text: &str) -> Result<Day, Box<Finding>> {
    text.parse().map_err(|_no_day| {
        fault("bad-day", column, text, "ngày không có trong lịch", "not a day of the calendar")
    })
}
