//! A rule set as its file states it. Every number of an assessment stands there, none in code;
//! what the file states and the software does not follow is a fault, never left out silently.

mod check;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use phusong_atlas::domain::{
    Day, Independence, MeasurementRule, RuleSet, RuleSetId, Slug, Technology,
};
use serde::Deserialize;

use crate::finding::{Finding, Severity};
use crate::shape::Fault;
use crate::statistic::JUMP_POINTS;
use check::fault;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesText {
    id: String,
    version: u32,
    valid_from: String,
    title_vi: String,
    title_en: String,
    default_grade: Option<String>,
    default_environment: Option<String>,
    default_service: Option<String>,
    gap_closing_kinds: Option<Vec<String>>,
    source: String,
    base: Vec<BaseText>,
    time: TimeText,
    #[serde(default)]
    reach_m: BTreeMap<String, toml::Value>,
    measurement: MeasurementText,
    #[serde(default)]
    good_level: Vec<GoodLevelText>,
    /// Read where figures are checked.
    #[serde(default)]
    findings: BTreeMap<String, toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BaseText {
    from: String,
    technology: String,
    #[serde(rename = "source")]
    _source: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TimeText {
    #[serde(rename = "shelf_life_months")]
    shelf_life: u32,
    #[serde(rename = "attestation_months")]
    attestation: Option<u32>,
    #[serde(rename = "ageing_months")]
    ageing: u32,
    ageing_floor: Option<String>,
    #[serde(rename = "pair_window_months")]
    pair_window: u32,
    outage_stale_hours: Option<u32>,
    /// `source`, or `source_and_kind`.
    independence: Option<String>,
    #[serde(rename = "source")]
    _source: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MeasurementText {
    span_days: i32,
    radius_m: f64,
    cell_m: u32,
    grid_epsg: u32,
    wilson_z: f64,
    good_share: f64,
    oppose_p: f64,
    oppose_failures: u32,
    oppose_failure_days: u32,
    #[serde(rename = "source")]
    _source: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GoodLevelText {
    technology: String,
    min_dbm: f64,
    quantity: Option<String>,
    environment: Option<String>,
    service: Option<String>,
    #[serde(rename = "verified")]
    _verified: Option<bool>,
    #[serde(rename = "source")]
    _source: Option<String>,
}

/// A rule set from its TOML.
///
/// # Errors
/// Every fault: of the syntax the first, of the content all.
pub fn read(text: &str) -> Result<RuleSet, Vec<Finding>> {
    let rules: RulesText = toml::from_str(text).map_err(|error| {
        let why = Fault::told(error.message()).map_or_else(
            || ("sai cú pháp TOML".to_owned(), "this is no TOML".to_owned()),
            |fault| fault.message(),
        );
        let line = error.span().map(|span| 1 + text[..span.start].matches('\n').count());
        let remedy = ("sửa tệp TOML rồi gửi lại", "mend the TOML and send it again");
        let mut finding = Finding::new("rules-toml", Severity::Refuse, why, remedy);
        finding.row = line.and_then(|line| u32::try_from(line).ok());
        vec![finding]
    })?;
    let mut found = Vec::new();
    not_followed(&rules, &mut found);
    let set = RuleSet {
        id: RuleSetId { id: slug(&rules.id, &mut found), version: rules.version },
        valid_from: day("valid_from", &rules.valid_from, &mut found),
        base: rules
            .base
            .iter()
            .map(|step| {
                let from = day("base", &step.from, &mut found);
                (from, technology("base", &step.technology, &mut found))
            })
            .collect(),
        shelf_life_months: rules.time.shelf_life,
        ageing_months: rules.time.ageing,
        pair_window_months: rules.time.pair_window,
        measurement: measurement(&rules, &mut found),
        reach_m: reach(&rules, &mut found),
        outage_stale_hours: rules.time.outage_stale_hours,
        independence: independence(&rules, &mut found),
        title_vi: rules.title_vi,
        title_en: rules.title_en,
        source: rules.source,
    };
    found.extend(check::faults(&set));
    if found.is_empty() { Ok(set) } else { Err(found) }
}

fn slug(text: &str, found: &mut Vec<Finding>) -> Slug {
    Slug::new(text).unwrap_or_else(|error| {
        let said = ("mã bộ tiêu chí chỉ gồm a–z, 0–9 và dấu gạch", &*error.to_string());
        found.push(fault("rules-id", "id", text, said));
        Slug::new("sai").unwrap_or_else(|_never| unreachable!("a literal"))
    })
}

/// ISO text; `""`: since before our records.
fn day(key: &str, text: &str, found: &mut Vec<Finding>) -> Day {
    if text.is_empty() {
        return Day::EARLIEST;
    }
    text.parse().unwrap_or_else(|_no_day| {
        let said = ("cần ngày YYYY-MM-DD có trong lịch", "a day YYYY-MM-DD of the calendar");
        found.push(fault("rules-day", key, text, said));
        Day::EARLIEST
    })
}

fn technology(key: &str, text: &str, found: &mut Vec<Finding>) -> Technology {
    text.parse().unwrap_or_else(|()| {
        let said = ("cần một trong 2G, 3G, 4G, 5G", "one of 2G, 3G, 4G, 5G is needed");
        found.push(fault("rules-technology", key, text, said));
        Technology::G2
    })
}

/// What makes two statements of one mind two.
fn independence(rules: &RulesText, found: &mut Vec<Finding>) -> Independence {
    match rules.time.independence.as_deref() {
        None | Some("source") => Independence::Source,
        Some("source_and_kind") => Independence::SourceAndKind,
        Some(other) => {
            let said = ("cần source hoặc source_and_kind", "source or source_and_kind is needed");
            found.push(fault("rules-independence", "independence", other, said));
            Independence::Source
        }
    }
}

/// What is stated and not assessed by.
fn not_followed(rules: &RulesText, found: &mut Vec<Finding>) {
    let mut only = |key: &str, stated: Option<&str>, followed: &str| {
        if let Some(stated) = stated.filter(|stated| *stated != followed) {
            let vi = format!("phần mềm chỉ tính theo {key} = {followed}");
            let en = format!("the software only follows {key} = {followed}");
            found.push(fault("rules-not-followed", key, stated, (&vi, &en)));
        }
    };
    only("default_grade", rules.default_grade.as_deref(), "E1");
    only("default_environment", rules.default_environment.as_deref(), "outdoor");
    only("default_service", rules.default_service.as_deref(), "data");
    let kinds = rules.gap_closing_kinds.as_ref().map(|kinds| kinds.join(","));
    only("gap_closing_kinds", kinds.as_deref(), "mno");
    only("ageing_floor", rules.time.ageing_floor.as_deref(), "E1");
    let shelf_life = rules.time.shelf_life.to_string();
    let attestation = rules.time.attestation.map(|months| months.to_string());
    only("attestation_months", attestation.as_deref(), &shelf_life);
    let jump = rules.findings.get("monthly_jump_points").map(ToString::to_string);
    let jump = jump.as_deref().map(|points| points.trim_end_matches(".0"));
    only("monthly_jump_points", jump, &JUMP_POINTS.to_string());
    for level in &rules.good_level {
        only("quantity", level.quantity.as_deref(), "rsrp");
        only("environment", level.environment.as_deref(), "outdoor");
        only("service", level.service.as_deref(), "data");
    }
    for key in rules
        .findings
        .keys()
        .filter(|key| !matches!(key.as_str(), "source" | "monthly_jump_points"))
    {
        found.push(fault(
            "rules-not-followed",
            "findings",
            key,
            ("không có khóa này", "no such key"),
        ));
    }
}

fn reach(rules: &RulesText, found: &mut Vec<Finding>) -> [Option<u32>; 4] {
    let mut reach_m = [None; 4];
    for (word, value) in rules.reach_m.iter().filter(|(word, _)| *word != "source") {
        let at = technology("reach_m", word, found);
        if let Some(metres) = value.as_integer().and_then(|metres| u32::try_from(metres).ok()) {
            reach_m[at.index()] = Some(metres);
        } else {
            let said = ("cần số mét nguyên, không âm", "whole metres, not negative");
            found.push(fault("rules-unit", "reach_m", &value.to_string(), said));
        }
    }
    reach_m
}

fn measurement(rules: &RulesText, found: &mut Vec<Finding>) -> MeasurementRule {
    let rule = &rules.measurement;
    let mut good_level_ddbm = [None; 4];
    for level in &rules.good_level {
        let at = technology("good_level", &level.technology, found);
        if good_level_ddbm[at.index()].is_some() {
            let vi = format!("chồng lấn: {at} có hai ngưỡng");
            let en = format!("an overlap: {at} has two thresholds");
            found.push(fault("rules-overlap", "good_level", at.as_str(), (&vi, &en)));
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "clamped; what lies outside is a fault"
        )]
        let ddbm = (level.min_dbm.clamp(-999.0, 999.0) * 10.0).round() as i16;
        good_level_ddbm[at.index()] = Some(ddbm);
    }
    MeasurementRule {
        span_days: rule.span_days,
        radius_m: rule.radius_m,
        cell_m: rule.cell_m,
        grid_epsg: rule.grid_epsg,
        wilson_z: rule.wilson_z,
        good_share: rule.good_share,
        oppose_p: rule.oppose_p,
        oppose_failures: rule.oppose_failures,
        oppose_failure_days: rule.oppose_failure_days,
        good_level_ddbm,
    }
}
