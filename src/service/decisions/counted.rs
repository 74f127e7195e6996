//! What an officer defines or counts: indicators, and the units that were divided.

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{
    CarrierId, Day, DenominatorOf, Fact, IndicatorFact, IndicatorKind, Slug, UnitCode,
    UnitCountFact, UnitId,
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

pub fn unit(atlas: &Atlas, counted: &UnitCounted) -> Result<Fact, Box<Finding>> {
    let units = &atlas.common.units;
    let day = day_of("day", &counted.day)?;
    if day > today() {
        let (vi, en) = ("ngày ở tương lai", "the day is in the future");
        return Err(fault("future-day", "day", &counted.day, vi, en));
    }
    let valid_from = match &counted.valid_from {
        Some(text) => day_of("valid_from", text)?,
        None => Day::EARLIEST,
    };
    let id = UnitId { code: UnitCode(counted.code), valid_from };
    let unknown = |column: &str, code: u32| {
        let (vi, en) = ("không có đơn vị này", "there is no such unit");
        fault("unknown-unit", column, &code.to_string(), vi, en)
    };
    units.get(id).ok_or_else(|| unknown("code", counted.code))?;
    let to = match counted.to {
        None => None,
        Some(code) => {
            let mut steps = units.successors(id).iter().map(|step| step.unit);
            let step = steps.find(|unit| unit.code == UnitCode(code));
            Some(step.ok_or_else(|| unknown("to", code))?)
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
