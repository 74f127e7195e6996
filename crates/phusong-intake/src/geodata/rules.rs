//! A rule set as its file states it. Every number of an assessment stands there, none in code.

use std::collections::HashMap;

use phusong_atlas::domain::{
    Day, Independence, MeasurementRule, RuleSet, RuleSetId, Slug, Technology,
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct RulesText {
    id: String,
    version: u32,
    valid_from: String,
    title_vi: String,
    title_en: String,
    source: String,
    base: Vec<BaseText>,
    time: TimeText,
    #[serde(default)]
    reach_m: HashMap<String, toml::Value>,
    measurement: MeasurementText,
    #[serde(default)]
    good_level: Vec<GoodLevelText>,
}

#[derive(Debug, Deserialize)]
struct BaseText {
    from: String,
    technology: String,
}

#[derive(Debug, Deserialize)]
struct TimeText {
    #[serde(rename = "shelf_life_months")]
    shelf_life: u32,
    #[serde(rename = "ageing_months")]
    ageing: u32,
    #[serde(rename = "pair_window_months")]
    pair_window: u32,
    outage_stale_hours: Option<u32>,
    /// `source`, or `source_and_kind`.
    independence: Option<String>,
}

#[derive(Debug, Deserialize)]
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
}

#[derive(Debug, Deserialize)]
struct GoodLevelText {
    technology: String,
    min_dbm: f64,
}

/// # Errors
/// What is wrong, in the words of the TOML reader or ours.
pub fn rule_set(text: &str) -> Result<RuleSet, String> {
    let rules: RulesText = toml::from_str(text).map_err(|error| error.to_string())?;
    let day = |text: &str| {
        if text.is_empty() {
            Ok(Day::EARLIEST)
        } else {
            text.parse().map_err(|_wrong| text.to_owned())
        }
    };
    let technology =
        |text: &str| text.parse::<Technology>().map_err(|()| format!("{text:?} is no technology"));
    let mut base = Vec::new();
    for step in &rules.base {
        base.push((day(&step.from)?, technology(&step.technology)?));
    }
    let mut reach_m = [None; 4];
    let mut good_level_ddbm = [None; 4];
    for (word, value) in &rules.reach_m {
        if let (Ok(at), Some(metres)) = (technology(word), value.as_integer()) {
            reach_m[at.index()] = u32::try_from(metres).ok();
        }
    }
    for level in &rules.good_level {
        #[expect(clippy::cast_possible_truncation, reason = "a level is within -200..0 dBm")]
        let ddbm = (level.min_dbm.clamp(-200.0, 0.0) * 10.0).round() as i16;
        good_level_ddbm[technology(&level.technology)?.index()] = Some(ddbm);
    }
    let independence = match rules.time.independence.as_deref() {
        None | Some("source") => Independence::Source,
        Some("source_and_kind") => Independence::SourceAndKind,
        Some(other) => return Err(format!("{other:?}: independence is source or source_and_kind")),
    };
    let rule = rules.measurement;
    Ok(RuleSet {
        id: RuleSetId {
            id: Slug::new(&rules.id).map_err(|error| error.to_string())?,
            version: rules.version,
        },
        title_vi: rules.title_vi,
        title_en: rules.title_en,
        valid_from: day(&rules.valid_from)?,
        base,
        shelf_life_months: rules.time.shelf_life,
        ageing_months: rules.time.ageing,
        pair_window_months: rules.time.pair_window,
        measurement: MeasurementRule {
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
        },
        reach_m,
        outage_stale_hours: rules.time.outage_stale_hours,
        independence,
        source: rules.source,
    })
}
