//! What is shipped is sound, and every fault is found with its key.

use super::*;

const DEFAULT: &str = include_str!("../../../../geodata/rules/default.toml");
const STRICT: &str = include_str!("../../../../geodata/rules/strict-example.toml");

#[test]
fn what_is_shipped_is_sound() {
    for text in [DEFAULT, STRICT] {
        assert!(read(text).is_ok(), "{:?}", read(text));
    }
}

/// (what is changed in the default set, into what, code, key)
const FAULTS: &[(&str, &str, &str, &str)] = &[
    // Gaps and overlaps of the days.
    ("[[base]]\nfrom = \"\"", "[[base]]\nfrom = \"2020-01-01\"", "rules-gap", "base"),
    ("from = \"2026-09-16\"", "from = \"\"", "rules-overlap", "base"),
    ("technology = \"3G\"", "technology = \"2G\"", "rules-base-back", "base"),
    ("technology = \"3G\"", "technology = \"6G\"", "rules-technology", "base"),
    ("from = \"2026-09-16\"", "from = \"2026-09-31\"", "rules-day", "base"),
    // Another unit.
    ("min_dbm = -110", "min_dbm = 110", "rules-unit", "good_level"),
    ("min_dbm = -110", "min_dbm = -1100", "rules-unit", "good_level"),
    ("good_share = 0.9 ", "good_share = 90.0", "rules-unit", "good_share"),
    ("oppose_p = 0.05 ", "oppose_p = 5.0", "rules-unit", "oppose_p"),
    ("radius_m = 500 ", "radius_m = 0.5", "rules-unit", "radius_m"),
    ("cell_m = 50 ", "cell_m = 50000", "rules-unit", "cell_m"),
    ("shelf_life_months = 12 ", "shelf_life_months = 365", "rules-unit", "shelf_life_months"),
    ("ageing_months = 12 ", "ageing_months = 0", "rules-unit", "ageing_months"),
    ("grid_epsg = 5898 ", "grid_epsg = 9216", "rules-unit", "grid_epsg"),
    ("[reach_m]", "[reach_m]\n4G = 5", "rules-unit", "reach_m"),
    ("[reach_m]", "[reach_m]\n4G = -5", "rules-unit", "reach_m"),
    ("[reach_m]", "[reach_m]\nLTE = 5000", "rules-technology", "reach_m"),
    // What nothing could ever meet, and what is not followed.
    ("oppose_failure_days = 2", "oppose_failure_days = 6", "rules-overlap", "oppose_failure_days"),
    ("default_grade = \"E1\"", "default_grade = \"E3\"", "rules-not-followed", "default_grade"),
    (
        "attestation_months = 12 ",
        "attestation_months = 6",
        "rules-not-followed",
        "attestation_months",
    ),
    (
        "monthly_jump_points = 25 ",
        "monthly_jump_points = 0.25 ",
        "rules-not-followed",
        "monthly_jump_points",
    ),
    (
        "environment = \"outdoor\"\nmin",
        "environment = \"indoor\"\nmin",
        "rules-not-followed",
        "environment",
    ),
    ("id = \"mac-dinh\"", "id = \"Mặc định\"", "rules-id", "id"),
    ("title_vi = \"Mặc định của phần mềm\"", "title_vi = \" \"", "rules-nameless", "title_vi"),
];

#[test]
fn every_fault_is_found_with_its_key() {
    for (from, to, code, key) in FAULTS {
        assert!(DEFAULT.contains(from), "{from}");
        let found = read(&DEFAULT.replacen(from, to, 1)).expect_err(to);
        let named =
            |finding: &Finding| finding.code == *code && finding.column.as_deref() == Some(key);
        assert!(found.iter().any(named), "{to}: {found:?}");
        assert!(found.iter().all(|f| !f.message_vi.is_empty() && !f.message_en.is_empty()));
    }
}

#[test]
fn two_thresholds_for_one_technology_overlap() {
    let twice = format!("{DEFAULT}\n[[good_level]]\ntechnology = \"4G\"\nmin_dbm = -100\n");
    let found = read(&twice).expect_err("two thresholds");
    assert_eq!(found[0].code, "rules-overlap");
}

#[test]
fn broken_text_is_told_with_its_line() {
    let broken = DEFAULT.replacen("version = 1", "version = one", 1);
    let found = read(&broken).expect_err("no number");
    let line = (1..).zip(DEFAULT.lines()).find(|(_, line)| *line == "version = 1");
    assert_eq!((found[0].code, found[0].row), ("rules-toml", line.map(|(at, _)| at)));
    let unknown = DEFAULT.replacen("version = 1", "version = 1\nthreshold = 3", 1);
    assert!(read(&unknown).expect_err("an unknown key")[0].message_en.contains("threshold"));
    // In words of our own: the parser's are English, and made for programmers.
    let words = [
        ("version = 1", "version = \"one\"", "sai kiểu; cần số nguyên từ 0"),
        ("version = 1", "version = one", "sai cú pháp TOML"),
        ("version = 1\n", "", "thiếu trường “version”"),
    ];
    for (from, to, expected) in words {
        let found = read(&DEFAULT.replacen(from, to, 1)).expect_err(to);
        assert_eq!(found[0].message_vi, expected, "{to}");
    }
}
