//! Steps 2 to 4: what supports, what opposes, how grades go.

use super::{check, check_by, rules};

const VILLAGE: &str = "2020-01-02 dept: village @v1 at 108.5,14.8,300\n";
const CLUSTER: &str = "2020-01-02 dept: village @v1 at 108.5,14.8,300 ; cluster @k1 @v1 centre\n";

#[test]
fn the_last_of_on_air_off_air_decommissioned_decides() {
    let story = |rows: &str| {
        format!("{CLUSTER} 2024-01-31 viettel: claim S1 2G 4G @k1 on 2023-01-01 ; {rows}")
    };
    check(
        &story("on_air S1 4G on 2024-01-10 ; off_air S1 on 2024-01-20"),
        "@k1 viettel state 4G 2024-01-09 → Silent
         @k1 viettel state 4G 2024-01-10 → Covered
         @k1 viettel state 2G 2024-01-10 → Silent
         @k1 viettel state 4G 2024-01-19 → Covered
         @k1 viettel state 4G 2024-01-20 → Silent",
    );
    check(
        &story("on_air S1 on 2024-01-10 ; off_air S1 4G on 2024-01-10"),
        "@k1 viettel state 4G 2024-01-10 → Covered",
    );
    check(
        &story("on_air S1 on 2024-01-10 ; decommissioned S1 4G on 2024-01-10"),
        "@k1 viettel state 4G 2024-01-10 → Silent
         @k1 viettel state 2G 2024-01-10 → Covered",
    );
    check(
        &story("on_air S1 2G on 2024-01-10 ; planned S1 4G on 2024-01-11 ; built S1 on 2024-01-12"),
        "@k1 viettel state 2G 2024-01-12 → Covered
         @k1 viettel state 4G 2024-01-12 → Silent",
    );
}

#[test]
fn changed_starts_a_technology_at_a_working_site_only() {
    let story = |rows: &str| {
        format!("{CLUSTER} 2024-01-31 viettel: claim S1 2G 4G @k1 on 2023-01-01 ; {rows}")
    };
    check(
        &story("on_air S1 2G on 2024-01-10 ; changed S1 4G on 2024-01-10"),
        "@k1 viettel state 4G 2024-01-10 → Covered",
    );
    check(
        &story("changed S1 4G on 2024-01-10 ; on_air S1 2G on 2024-01-11"),
        "@k1 viettel state 4G 2024-01-12 → Silent
         @k1 viettel state 2G 2024-01-12 → Covered",
    );
    check(
        &story("on_air S1 2G on 2024-01-10 ; changed S1 on 2024-01-11"),
        "@k1 viettel state 4G 2024-01-12 → Silent",
    );
    check(
        &story(
            "on_air S1 2G on 2024-01-10 ; decommissioned S1 on 2024-01-11 ; changed S1 4G on 2024-01-11",
        ),
        "@k1 viettel state 4G 2024-01-12 → Silent",
    );
    check(
        &story(
            "on_air S1 2G on 2024-01-10 ; off_air S1 on 2024-01-11 ; changed S1 4G on 2024-01-11",
        ),
        "@k1 viettel state 4G 2024-01-12 → Silent",
    );
}

#[test]
fn what_is_dated_after_its_recording_is_a_plan() {
    check(
        &format!("{CLUSTER} 2024-01-10 viettel: on_air S1 4G @k1 on 2024-01-11"),
        "@k1 viettel state 4G 2024-06-01 → Silent",
    );
    // … and supports once its site is on air for t by another row.
    check(
        &format!(
            "{CLUSTER} 2024-01-10 viettel: on_air S1 4G @k1 on 2024-02-11
             2024-03-01 viettel: on_air S1 4G on 2024-03-01"
        ),
        "@k1 viettel state 4G 2024-02-29 → Silent
         @k1 viettel state 4G 2024-03-01 → Covered",
    );
    check(
        &format!("{CLUSTER} 2024-01-10 viettel: off_air S1 on 2024-02-01 ; on_air S1 4G @k1"),
        "@k1 viettel state 4G 2024-01-31 → Covered
         @k1 viettel state 4G 2024-02-01 → Silent",
    );
    check(
        &format!("{CLUSTER} 2024-01-10 viettel: claim 4G @k1 from 2024-01-11"),
        "@k1 viettel state 4G 2024-06-01 → Silent",
    );
    check(
        &format!("{CLUSTER} 2024-01-10 viettel: claim 4G @k1 from 2024-01-10 to 2024-02-01"),
        "@k1 viettel state 4G 2024-01-31 → Covered
         @k1 viettel state 4G 2024-02-01 → Silent",
    );
}

#[test]
fn a_site_row_that_names_neither_village_nor_area_supports_nothing() {
    let mut reaching = rules();
    reaching.reach_m = [Some(5_000); 4];
    let row = format!("{CLUSTER} 2024-01-10 viettel: on_air S1 4G at 108.5,14.8,0");
    check_by(&reaching, &row, "@k1 viettel state 4G → Silent");
    // A claim on the site may bind by its reach, if the rule set states one.
    let claim = format!("{row}\n 2024-01-10 viettel: claim S1 4G");
    check_by(&reaching, &claim, "@k1 viettel state 4G → Covered");
    check(&claim, "@k1 viettel state 4G → Silent");
}

#[test]
fn binding_is_by_the_first_stated_basis() {
    // The cluster lies at 108.5 14.8 ± 100 m.
    let claim = |words: &str| format!("{CLUSTER} 2024-01-10 viettel: claim 4G {words}");
    check(&claim("@v2 area 108.5,14.8,2000"), "@k1 viettel state 4G → Silent");
    check(&claim("area 108.5,14.8,2000"), "@k1 viettel state 4G → Covered");
    check(&claim("area 108.5,14.8,204"), "@k1 viettel state 4G → Covered");
    check(&claim("area 108.5,14.8,196"), "@k1 viettel state 4G → Open");
    check(&claim("area 108.51,14.8,2000"), "@k1 viettel state 4G → Open");
    check(&claim("area 108.52,14.8,2000"), "@k1 viettel state 4G → Silent");
    check(&claim("@v1"), "@k1 viettel state 4G → Covered");
    check(&claim("@v1 @k1"), "@k1 viettel state 4G → Covered");
    check(
        &format!(
            "{CLUSTER} 2020-01-03 dept: cluster @k2 @v1 \n 2024-01-10 viettel: claim 4G @v1 @k2"
        ),
        "@k1 viettel state 4G → Silent \n @k2 viettel state 4G → Covered",
    );
}

#[test]
fn a_yes_that_names_no_carrier_or_technology_is_possible() {
    check(
        &format!("{CLUSTER} 2024-01-10 xa: commune has @k1 4G"),
        "@k1 viettel state 4G → Open \n @k1 vnpt state 4G → Open \n @k1 vnpt state 3G → Silent",
    );
    check(
        &format!("{CLUSTER} 2024-01-10 xa: commune has viettel @k1"),
        "@k1 viettel state 2G → Open \n @k1 viettel state 5G → Open \n @k1 vnpt state 2G → Silent",
    );
    check(&format!("{CLUSTER} 2024-01-10 viettel: on_air S1 @k1"), "@k1 viettel state 2G → Open");
    check(
        &format!("{CLUSTER} 2024-01-10 xa: commune lacks @k1"),
        "@k1 viettel state 2G → Not \n @k1 vnpt state 5G → Not",
    );
}

#[test]
fn an_observation_whose_claims_have_gone_is_possible() {
    let seen = format!(
        "{CLUSTER} 2024-01-10 viettel: on_air S1 4G @k1
         2024-02-01 xa: commune has viettel 4G @k1"
    );
    check(&seen, "@k1 viettel state 4G E3 → Covered");
    check(
        &format!("{seen}\n 2024-03-01 viettel: off_air S1"),
        "@k1 viettel state 4G E3 2024-02-29 → Covered
         @k1 viettel state 4G E3 2024-03-01 → Open",
    );
    // A carrier's word is a claim of its own: it stands, and keeps others from being alone.
    check(
        &format!(
            "{CLUSTER} 2024-01-10 viettel: claim viettel 4G @k1 to 2024-03-01
             2024-02-01 viettel: says has viettel 4G @k1
             2024-02-01 xa: commune has viettel 4G @k1"
        ),
        "@k1 viettel state 4G 2024-03-01 → Covered
         @k1 viettel state 4G E3 2024-03-01 → Covered",
    );
    // No claim then: none can have gone.
    check(
        &format!("{CLUSTER} 2024-02-01 xa: commune has viettel 4G @k1"),
        "@k1 viettel state 4G E3 → Covered",
    );
}

#[test]
fn silence_means_outdoor_in_a_yes_and_everywhere_in_a_no() {
    let said = |words: &str| format!("{CLUSTER} 2024-01-10 xa: commune {words} viettel 4G @k1");
    check(
        &said("has"),
        "@k1 viettel state 4G → Covered \n @k1 viettel state 4G indoor → Silent
         @k1 viettel state 4G voice → Covered",
    );
    check(
        &said("has indoor"),
        "@k1 viettel state 4G → Covered \n @k1 viettel state 4G indoor → Covered",
    );
    check(
        &said("has voice"),
        "@k1 viettel state 4G → Silent \n @k1 viettel state 4G voice → Covered",
    );
    check(&said("lacks"), "@k1 viettel state 4G → Not \n @k1 viettel state 4G indoor → Not");
    check(
        &said("lacks outdoor"),
        "@k1 viettel state 4G → Not \n @k1 viettel state 4G indoor → Not",
    );
    check(
        &said("lacks indoor data"),
        "@k1 viettel state 4G → Silent \n @k1 viettel state 4G indoor → Not
         @k1 viettel state 4G indoor voice → Silent",
    );
}

#[test]
fn only_supports_age_one_grade_for_each_full_12_months() {
    let seen = format!("{CLUSTER} 2024-02-29 xa: commune has viettel 4G @k1");
    check(
        &seen,
        "@k1 viettel state 4G E3 2025-02-27 → Covered
         @k1 viettel state 4G E3 2025-02-28 → Silent
         @k1 viettel state 4G E2 2026-02-27 → Covered
         @k1 viettel state 4G E2 2026-02-28 → Silent
         @k1 viettel state 4G E1 2036-01-01 → Covered",
    );
    check(
        &format!("{CLUSTER} 2024-02-29 xa: commune lacks viettel 4G @k1"),
        "@k1 viettel state 4G E3 2025-02-27 → Not
         @k1 viettel state 4G E3 2025-02-28 → Not, recheck
         @k1 viettel state 4G E3 2036-01-01 → Not, recheck
         @k1 viettel state 4G E4 2024-03-01 → Silent",
    );
    check(
        &format!("{CLUSTER} 2024-01-10 viettel: claim 4G log @k1"),
        "@k1 viettel state 4G E2 2036-01-01 → Covered",
    );
}

#[test]
fn two_of_one_mind_from_different_sources_are_e5() {
    let one = format!("{CLUSTER} 2024-01-10 xa: commune has viettel 4G @k1");
    let two = |who: &str, on: &str| format!("{one}\n {on} {who}: commune has viettel 4G @k1");
    check(&two("xa", "2024-02-01"), "@k1 viettel state 4G E5 2024-02-01 → Silent");
    check(
        &two("dept", "2024-02-01"),
        "@k1 viettel state 4G E5 2024-01-31 → Silent
         @k1 viettel state 4G E5 2024-02-01 → Covered
         @k1 viettel state 4G E5 2025-01-09 → Covered
         @k1 viettel state 4G E5 2025-01-10 → Silent",
    );
    // Two noes, only within 12 months of each other.
    let no = |on: &str| {
        format!(
            "{CLUSTER} 2024-02-29 xa: commune lacks viettel 4G @k1
             {on} dept: commune lacks viettel 4G @k1"
        )
    };
    check(&no("2025-02-28"), "@k1 viettel state 4G E5 2025-03-01 → Not");
    check(&no("2025-03-01"), "@k1 viettel state 4G E5 2025-03-02 → Silent");
    // A possible yes makes no pair.
    check(
        &format!("{one}\n 2024-02-01 dept: commune has 4G @k1"),
        "@k1 viettel state 4G E5 2024-02-01 → Silent",
    );
}

#[test]
fn samples_confirm_oppose_or_leave_open() {
    let samples = |words: &str| {
        format!("{CLUSTER} 2024-02-01 dept: samples @k1 viettel 4G {words} on 2024-01-10")
    };
    for (words, outcome) in [
        ("good 35 bad 0", "Covered"),
        ("good 34 bad 0", "Open"),
        ("good 34 bad 1", "Open"),
        ("good 18 bad 2", "Open"),
        ("good 17 bad 2", "Silent"),
        // P(X ≤ 25 | 30, 0.9) = 0.175; P(X ≤ 20 | 30) = 0.00045.
        ("good 25 bad 5 and 2024-01-11", "Silent"),
        ("good 20 bad 10 and 2024-01-11", "Not"),
        ("good 20 bad 10", "Silent"),
        // P(X ≤ 15 | 20) = 0.043, P(X ≤ 16 | 20) = 0.133.
        ("good 15 bad 5 and 2024-01-11", "Not"),
        ("good 16 bad 4 and 2024-01-11", "Silent"),
        ("good 0 bad 4 and 2024-01-11", "Silent"),
        ("good 35 bad 0 at 108.505,14.8,0", "Covered"),
        ("good 35 bad 0 at 108.506,14.8,0", "Silent"),
    ] {
        check(&samples(words), &format!("@k1 viettel state 4G E4 → {outcome}"));
    }
    // "a technology without a threshold gets no measured verdict"
    check(
        &format!("{CLUSTER} 2024-02-01 dept: samples @k1 viettel 3G good 40"),
        "@k1 viettel state 3G → Silent",
    );
}

#[test]
fn a_set_is_31_days_of_one_source_with_no_event_between() {
    let halves = |who: &str, second: &str| {
        format!(
            "{CLUSTER} 2024-01-10 dept: samples @k1 viettel 4G good 20
             {second} {who}: samples @k1 viettel 4G good 15"
        )
    };
    // Different days, so different cells: 20 + 15 of 35.
    check(
        &halves("dept", "2024-02-10"),
        "@k1 viettel state 4G E4 2024-02-09 → Open
         @k1 viettel state 4G E4 2024-02-10 → Covered
         @k1 viettel state 4G E4 2025-02-09 → Covered
         @k1 viettel state 4G E4 2025-02-10 → Silent",
    );
    check(&halves("dept", "2024-02-11"), "@k1 viettel state 4G E4 2024-06-01 → Open");
    check(&halves("xa", "2024-02-10"), "@k1 viettel state 4G E4 2024-06-01 → Open");
    check(
        &format!(
            "{}\n 2024-03-01 viettel: on_air S9 4G on 2024-02-10",
            halves("dept", "2024-02-10")
        ),
        "@k1 viettel state 4G E4 2024-06-01 → Open",
    );
    check(
        &format!(
            "{}\n 2024-03-01 viettel: on_air S9 4G on 2024-01-10",
            halves("dept", "2024-02-10")
        ),
        "@k1 viettel state 4G E4 2024-06-01 → Covered",
    );
    check(
        &format!(
            "{}\n 2024-03-01 viettel: on_air S9 2G on 2024-02-01",
            halves("dept", "2024-02-10")
        ),
        "@k1 viettel state 4G E4 2024-06-01 → Covered",
    );
}

#[test]
fn a_2g_only_village_after_the_sunset() {
    let village = format!("{VILLAGE} 2023-01-10 viettel: on_air S1 2G @v1");
    let ended = format!("{village}\n 2024-09-01 dept: sunset 2G on 2024-10-16");
    check(&ended, "@v1 2024-10-16 → Covered");
    let confirmed = format!("{ended}\n 2024-09-02 dept: confirm 4.0");
    check(
        &confirmed,
        "@v1 2024-10-15 → Covered
         @v1 2024-10-16 → Insufficient",
    );
    check(
        &format!(
            "{VILLAGE} 2023-06-07 dept: list lacks @v1 \n 2023-07-01 viettel: on_air S1 2G @v1
             2024-09-01 dept: sunset 2G on 2024-10-16 \n 2024-09-02 dept: confirm 5.0"
        ),
        "@v1 2023-06-30 → NoSignal
         @v1 2024-10-15 → Covered, pending
         @v1 2024-10-16 → NoSignal, recheck",
    );
    // Of one carrier, in a unit, out of a unit.
    let only = |words: &str| {
        format!(
            "{village}\n 2024-09-01 dept: sunset 2G {words} on 2024-10-16 \n 2024-09-02 dept: confirm 4.0"
        )
    };
    check(&only("vnpt"), "@v1 2024-10-16 → Covered");
    check(&only("viettel in 2"), "@v1 2024-10-16 → Insufficient");
    check(&only("in 1"), "@v1 2024-10-16 → Insufficient");
    check(&only("in 3"), "@v1 2024-10-16 → Covered");
    check(&only("in 1 except 2"), "@v1 2024-10-16 → Covered");
    check(&only("except 1"), "@v1 2024-10-16 → Covered");
}
