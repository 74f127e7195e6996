//! Is a rule set sound? Gaps and overlaps in its days, numbers outside what they can be, thresholds
//! in another unit: everything that is wrong, each with its key.

use phusong_atlas::domain::{Day, RuleSet};

use crate::amount::{En, Vi};
use crate::finding::{Finding, Severity};

/// Longest that a statement keeps its grade or its shelf: a century is a slip of the pen.
const MOST_MONTHS: u32 = 120;
/// An outage that nobody renews for a month is over, or forgotten.
const MOST_STALE_HOURS: u32 = 744;
/// What a handset can report, in dBm. Source: 3GPP TS 36.133, table 9.1.4-1.
const LEVELS_DBM: std::ops::RangeInclusive<f64> = -140.0..=-44.0;
/// No cell of a terrestrial network reaches further, in metres.
const REACH_M: std::ops::RangeInclusive<u32> = 50..=35_000;

/// Every fault of a rule set that could be read; empty: it can be filed.
pub fn faults(rules: &RuleSet) -> Vec<Finding> {
    let mut found = Vec::new();
    base(rules, &mut found);
    months(rules, &mut found);
    outages(rules, &mut found);
    measurement(rules, &mut found);
    for (technology, reach_m) in ["2G", "3G", "4G", "5G"].iter().zip(rules.reach_m) {
        if let Some(reach_m) = reach_m.filter(|reach_m| !REACH_M.contains(reach_m)) {
            let remedy = if reach_m < *REACH_M.start() { "km" } else { "cm" };
            let vi = format!(
                "tầm phủ {technology} = {} m ngoài 50–35.000 m (gõ theo {remedy}?)",
                Vi(reach_m.into())
            );
            let en = format!(
                "the reach of {technology}, {} m, is outside 50 to 35,000 m (typed in {remedy}?)",
                En(reach_m.into())
            );
            found.push(fault("rules-unit", "reach_m", &reach_m.to_string(), (&vi, &en)));
        }
    }
    if rules.title_vi.trim().is_empty() || rules.source.trim().is_empty() {
        let said = ("cần tên tiếng Việt và nguồn", "a Vietnamese title and a source are needed");
        found.push(fault("rules-nameless", "title_vi", "", said));
    }
    found
}

/// The first step holds from the start, each other from a later day, and none goes back.
fn base(rules: &RuleSet, found: &mut Vec<Finding>) {
    let Some((first, _)) = rules.base.first() else {
        let said = (
            "thiếu công nghệ tối thiểu: cần ít nhất một dòng base",
            "no base technology: at least one [[base]] is needed",
        );
        found.push(fault("rules-gap", "base", "", said));
        return;
    };
    if *first > Day::EARLIEST {
        let vi = format!("khoảng trống: trước {first} không có công nghệ tối thiểu nào");
        let en = format!("a gap: before {first} no base technology holds");
        found.push(fault("rules-gap", "base", &first.to_string(), (&vi, &en)));
    }
    for pair in rules.base.windows(2) {
        let ((day, technology), (next_day, next)) = (pair[0], pair[1]);
        if next_day <= day {
            let shown = |day: Day, first: &str| match day {
                Day::EARLIEST => first.to_owned(),
                day => day.to_string(),
            };
            let vi = format!(
                "chồng lấn: {} không sau {}",
                shown(next_day, "“từ đầu”"),
                shown(day, "“từ đầu”")
            );
            let en = format!(
                "an overlap: {} is not after {}",
                shown(next_day, "the start"),
                shown(day, "the start")
            );
            found.push(fault("rules-overlap", "base", &next_day.to_string(), (&vi, &en)));
        }
        if next <= technology {
            let vi = format!("từ {next_day} công nghệ tối thiểu {next} không cao hơn {technology}");
            let en = format!("from {next_day} the base {next} is no higher than {technology}");
            found.push(fault("rules-base-back", "base", next.as_str(), (&vi, &en)));
        }
    }
}

fn months(rules: &RuleSet, found: &mut Vec<Finding>) {
    for (key, months) in [
        ("shelf_life_months", rules.shelf_life_months),
        ("ageing_months", rules.ageing_months),
        ("pair_window_months", rules.pair_window_months),
    ] {
        if !(1..=MOST_MONTHS).contains(&months) {
            let vi = format!("{key} = {months}: cần 1–{MOST_MONTHS} tháng (gõ theo ngày?)");
            let en = format!("{key} = {months}: 1 to {MOST_MONTHS} months (typed in days?)");
            found.push(fault("rules-unit", key, &months.to_string(), (&vi, &en)));
        }
    }
}

fn outages(rules: &RuleSet, found: &mut Vec<Finding>) {
    let wrong = rules.outage_stale_hours.filter(|hours| !(1..=MOST_STALE_HOURS).contains(hours));
    if let Some(hours) = wrong {
        let vi = format!("outage_stale_hours = {hours}: cần 1–{MOST_STALE_HOURS} giờ");
        let en = format!("outage_stale_hours = {hours}: 1 to {MOST_STALE_HOURS} hours are needed");
        found.push(fault("rules-unit", "outage_stale_hours", &hours.to_string(), (&vi, &en)));
    }
}

fn measurement(rules: &RuleSet, found: &mut Vec<Finding>) {
    let rule = &rules.measurement;
    let numbers = [
        ("span_days", f64::from(rule.span_days), 0.0, 366.0, "ngày", "days"),
        ("radius_m", rule.radius_m, 10.0, 10_000.0, "mét", "metres"),
        ("cell_m", f64::from(rule.cell_m), 5.0, 1_000.0, "mét", "metres"),
        ("wilson_z", rule.wilson_z, 0.5, 4.0, "phân vị chuẩn", "a normal quantile"),
        (
            "good_share",
            rule.good_share,
            0.5,
            0.999,
            "tỷ lệ 0–1, không phải %",
            "a share, no per cent",
        ),
        (
            "oppose_p",
            rule.oppose_p,
            0.0001,
            0.5,
            "xác suất 0–1, không phải %",
            "a probability, no per cent",
        ),
        ("oppose_failures", f64::from(rule.oppose_failures), 1.0, 1_000.0, "lần", "times"),
        ("oppose_failure_days", f64::from(rule.oppose_failure_days), 1.0, 366.0, "ngày", "days"),
    ];
    for (key, value, least, most, unit, unit_en) in numbers {
        // Not a number is in no range.
        if !(least..=most).contains(&value) {
            let vi = format!("{key} = {value}: cần {least}–{most} ({unit})");
            let en = format!("{key} = {value}: {least} to {most} is needed ({unit_en})");
            found.push(fault("rules-unit", key, &value.to_string(), (&vi, &en)));
        }
    }
    if rule.oppose_failure_days > rule.oppose_failures {
        let said = (
            "oppose_failure_days lớn hơn oppose_failures: không bao giờ phản đối được",
            "oppose_failure_days exceeds oppose_failures: nothing could ever oppose",
        );
        let days = rule.oppose_failure_days.to_string();
        found.push(fault("rules-overlap", "oppose_failure_days", &days, said));
    }
    if rule.grid_epsg != 5898 {
        let said = (
            "mẫu đo được lưu theo lưới EPSG:5898; lưới khác không tính được",
            "samples are kept in EPSG:5898: no other grid can be counted",
        );
        found.push(fault("rules-unit", "grid_epsg", &rule.grid_epsg.to_string(), said));
    }
    for (technology, level) in ["2G", "3G", "4G", "5G"].iter().zip(rule.good_level_ddbm) {
        let Some(level) = level.map(|ddbm| f64::from(ddbm) / 10.0) else { continue };
        if !LEVELS_DBM.contains(&level) {
            let vi = format!(
                "ngưỡng {technology} = {level} ngoài −140…−44 dBm (thiếu dấu trừ, hay đơn vị khác?)"
            );
            let en = format!(
                "the threshold of {technology}, {level}, is outside -140 to -44 dBm (a lost sign, another unit?)"
            );
            found.push(fault("rules-unit", "good_level", &level.to_string(), (&vi, &en)));
        }
    }
}

pub(super) fn fault(code: &'static str, key: &str, value: &str, (vi, en): (&str, &str)) -> Finding {
    let remedy = ("sửa tệp bộ tiêu chí rồi gửi lại", "mend the rule set's file and send it again");
    let mut finding = Finding::new(code, Severity::Refuse, (vi, en), remedy).on(key);
    finding.value = (!value.is_empty()).then(|| value.to_owned());
    finding
}
