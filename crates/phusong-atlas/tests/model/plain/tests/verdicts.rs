//! Steps 5 to 7 and the roll-up.

use super::check;

const CLUSTER: &str = "2020-01-02 dept: village @v1 at 108.5,14.8,300 ; cluster @k1 @v1 centre\n";

#[test]
fn an_authoritys_list_stands_until_something_answers_it() {
    let listed = format!("{CLUSTER} 2023-06-07 dept: list lacks @v1");
    check(
        &listed,
        "@v1 2023-06-06 → Insufficient
         @v1 2023-06-07 → NoSignal
         @v1 2024-06-06 → NoSignal
         @v1 2024-06-07 → NoSignal, recheck",
    );
    // An area claim of E2 does not: the list defeats a carrier's E1 or E2, whatever its day.
    check(
        &format!("{listed}\n 2024-01-10 viettel: claim 4G prediction area 108.5,14.8,2000"),
        "@k1 viettel state 4G 2024-01-10 → Not",
    );
    check(
        &format!("{listed}\n 2022-01-10 viettel: claim 4G log @k1"),
        "@k1 viettel state 4G 2022-06-01 → Covered
         @k1 viettel state 4G 2024-01-10 → Not",
    );
    // (a) an on_air row dated after it does.
    check(
        &format!("{listed}\n 2024-01-10 viettel: on_air S1 4G @k1"),
        "@k1 viettel state 4G 2024-01-09 → Not
         @k1 viettel state 4G 2024-01-10 → Covered, pending
         @k1 viettel state 2G 2024-01-10 → Not",
    );
    check(
        &format!("{listed}\n 2023-07-10 viettel: on_air S1 4G @k1 on 2023-06-07"),
        "@k1 viettel state 4G 2024-01-10 → Not",
    );
    // (b) a claim on a site that was not on air that day does.
    check(
        &format!(
            "{listed}\n 2024-01-10 viettel: on_air S1 4G on 2023-06-08
             2024-01-10 viettel: claim S1 4G @k1 on 2022-01-01"
        ),
        "@k1 viettel state 4G 2024-01-10 → Covered, pending",
    );
    check(
        &format!(
            "{listed}\n 2024-01-10 viettel: on_air S1 4G on 2023-06-07
             2024-01-10 viettel: claim S1 4G @k1 on 2022-01-01"
        ),
        "@k1 viettel state 4G 2024-01-10 → Not",
    );
    // (c) the commune does, later.
    check(
        &format!("{listed}\n 2024-01-10 xa: commune has viettel 4G @k1"),
        "@k1 viettel state 4G 2024-01-10 → Covered",
    );
    // The site goes, the list revives.
    check(
        &format!(
            "{listed}\n 2024-01-10 viettel: on_air S1 4G @k1 \n 2024-02-10 viettel: off_air S1"
        ),
        "@k1 viettel state 4G 2024-02-10 → Not",
    );
}

#[test]
fn higher_defeats_equal_contests_lower_does_nothing() {
    let yes = format!("{CLUSTER} 2024-01-10 xa: commune has viettel 4G @k1");
    check(
        &format!("{yes}\n 2024-02-10 dept: commune lacks viettel 4G @k1"),
        "@k1 viettel state 4G 2024-02-09 → Covered \n @k1 viettel state 4G 2024-02-10 → Open",
    );
    check(
        &format!("{yes}\n 2025-01-10 dept: commune lacks viettel 4G @k1"),
        "@k1 viettel state 4G 2025-01-10 → Not",
    );
    check(
        &format!("{yes}\n 2024-02-10 dept: list lacks viettel 4G @k1"),
        "@k1 viettel state 4G 2024-02-10 → Covered",
    );
    check(
        &format!(
            "{CLUSTER} 2024-01-10 viettel: claim 4G @k1 \n 2024-02-10 vnpt: says lacks viettel 4G @k1"
        ),
        "@k1 viettel state 4G 2024-02-10 → Open",
    );
}

#[test]
fn a_later_lacks_by_the_supports_own_source_defeats_it() {
    let yes = format!("{CLUSTER} 2024-01-10 viettel: claim 4G log @k1");
    check(
        &format!("{yes}\n 2024-02-10 viettel: says lacks viettel 4G @k1"),
        "@k1 viettel state 4G 2024-02-09 → Covered \n @k1 viettel state 4G 2024-02-10 → Not",
    );
    check(
        &format!("{yes}\n 2024-02-10 viettel: says lacks viettel 4G @k1 on 2024-01-10"),
        "@k1 viettel state 4G 2024-02-10 → Covered",
    );
    check(
        &format!("{yes}\n 2024-02-10 vnpt: says lacks viettel 4G @k1"),
        "@k1 viettel state 4G 2024-02-10 → Covered",
    );
    // Filed on behalf, it is the owner's word all the same.
    check(
        &format!("{yes}\n 2024-02-10 viettel via dept: says lacks viettel 4G @k1"),
        "@k1 viettel state 4G 2024-02-10 → Not",
    );
}

#[test]
fn a_weak_opposition_at_most_contests() {
    let weak = format!("{CLUSTER} 2024-02-10 xa: commune weak viettel 4G @k1");
    check(&weak, "@k1 viettel state 4G → Silent");
    check(
        &format!("{weak}\n 2024-01-10 viettel: claim 4G @k1"),
        "@k1 viettel state 4G 2024-02-09 → Covered \n @k1 viettel state 4G 2024-02-10 → Open",
    );
    check(
        &format!("{weak}\n 2024-03-10 dept: commune has viettel 4G @k1"),
        "@k1 viettel state 4G 2024-03-10 → Covered",
    );
}

#[test]
fn past_its_shelf_life_any_e3_answers() {
    // Two communes' noes are E5; one yes of E3 answers them only once they are old.
    let noes = format!(
        "{CLUSTER} 2024-01-10 dept: commune lacks viettel 4G @k1
         2024-01-10 viettel: commune lacks viettel 4G @k1"
    );
    check(
        &format!("{noes}\n 2024-06-10 xa: commune has viettel 4G @k1"),
        "@k1 viettel state 4G 2025-01-09 → Not
         @k1 viettel state 4G 2025-01-10 → Covered, pending",
    );
}

#[test]
fn possible_supports_open_unless_higher_speaks() {
    let possible = format!("{CLUSTER} 2024-01-10 viettel: on_air S1 @k1");
    check(&possible, "@k1 viettel state 4G → Open");
    check(
        &format!("{possible}\n 2024-02-10 xa: commune lacks viettel 4G @k1"),
        "@k1 viettel state 4G → Not",
    );
    // Even one that it answers.
    check(
        &format!("{possible}\n 2024-01-15 xa: commune lacks viettel 4G @k1 on 2023-06-07"),
        "@k1 viettel state 4G 2024-01-20 → Not",
    );
    check(
        &format!("{possible}\n 2024-02-10 vnpt: says lacks viettel 4G @k1"),
        "@k1 viettel state 4G → Open",
    );
}

#[test]
fn set_aside_for_a_carrier() {
    check(
        &format!(
            "{CLUSTER} 2024-01-10 xa: commune lacks @k1 4G
             2024-02-01 dept: set-aside 3.0 viettel"
        ),
        "@k1 viettel state 4G → Silent \n @k1 vnpt state 4G → Not",
    );
    let yes = format!(
        "{CLUSTER} 2024-01-10 viettel: claim 4G @k1 \n 2024-01-10 xa: commune lacks @k1 4G
         2024-02-01 dept: set-aside 4.0 viettel"
    );
    check(&yes, "@k1 viettel state 4G → Covered");
    check(&format!("{yes}\n 2024-03-01 dept: withdraw 5"), "@k1 viettel state 4G → Not");
}

#[test]
fn technologies_from_t_up() {
    let said = |rows: &str| format!("{CLUSTER} 2024-01-10 dept: {rows}");
    check(
        &said("commune has viettel 4G @k1"),
        "@k1 viettel 2G → Covered \n @k1 viettel 4G → Covered \n @k1 viettel 5G → Insufficient",
    );
    check(
        &said("commune lacks viettel 3G @k1"),
        "@k1 viettel 3G → NotCovered \n @k1 viettel 2G → Insufficient",
    );
    check(
        &said("commune lacks viettel 3G @k1 ; commune has 4G @k1"),
        "@k1 viettel 3G → Insufficient",
    );
    // The least without a sunset decides.
    check(
        &format!(
            "{} ; sunset 2G viettel on 2024-01-10 \n 2024-01-11 dept: confirm 3.1",
            said("commune lacks viettel 3G @k1")
        ),
        "@k1 viettel 2G 2024-01-09 → Insufficient
         @k1 viettel 2G 2024-01-10 → NotCovered",
    );
}

#[test]
fn carriers_any_and_each() {
    let said = |rows: &str| format!("{CLUSTER} 2024-01-10 dept: {rows}");
    check(
        &said("commune has viettel 4G @k1"),
        "@k1 viettel vnpt 4G → Covered \n @k1 viettel vnpt 4G each → Insufficient",
    );
    check(
        &said("commune has viettel 4G @k1 ; commune lacks vnpt 4G @k1"),
        "@k1 viettel vnpt 4G → Covered \n @k1 viettel vnpt 4G each → NotCovered",
    );
    check(
        &said("commune lacks vnpt 4G @k1"),
        "@k1 viettel vnpt 4G → Insufficient \n @k1 viettel vnpt 4G each → NotCovered",
    );
    check(
        &said("commune lacks 4G @k1"),
        "@k1 viettel vnpt 4G → NotCovered \n @k1 viettel vnpt 4G each → NotCovered",
    );
    check(&said("commune has sao 4G @k1"), "@k1 4G → Insufficient \n @k1 sao 4G → Covered");
}

#[test]
fn a_result_is_flagged_unless_unflagged_parts_alone_decide_it() {
    let listed = format!(
        "{CLUSTER} 2023-06-07 dept: list lacks @v1 \n 2024-01-10 viettel: on_air S1 4G @k1"
    );
    check(&listed, "@k1 4G 2024-02-01 → Covered, pending");
    check(
        &format!("{listed}\n 2024-01-20 xa: commune has vnpt 4G @k1"),
        "@k1 4G 2024-02-01 → Covered
         @k1 4G 2024-02-01 each → Covered, pending",
    );
    // An inventory nobody attested for twelve months.
    let inventory = format!("{CLUSTER} 2024-01-10 viettel: claim 4G inventory @k1");
    check(
        &inventory,
        "@k1 4G 2025-01-09 → Covered
         @k1 4G 2025-01-10 → Covered, recheck
         @v1 4G 2025-01-10 → Covered, recheck",
    );
    check(
        &format!("{inventory}\n 2024-06-10 viettel: claim 4G inventory @k1"),
        "@k1 4G 2025-01-10 → Covered",
    );
}

#[test]
fn the_village_roll_up() {
    let three = "2020-01-02 dept: village @v1 ; cluster @k1 @v1 centre ; cluster @k2 @v1 ; cluster @k3 @v1\n";
    let said = |rows: &str| format!("{three} 2024-01-10 dept: {rows}");
    for (rows, verdict) in [
        ("commune has viettel 4G @v1", "Covered"),
        ("commune has viettel 3G @v1", "NotAsAsked"),
        ("commune lacks @v1", "NoSignal"),
        ("commune lacks @k1 ; commune has viettel 4G @k2 @k3", "NoSignal"),
        ("commune lacks @k3 ; commune has viettel 4G @k1 @k2", "PartialHole"),
        ("commune lacks @k3", "PartialHole"),
        ("commune has viettel 4G @k1 @k2", "Insufficient"),
    ] {
        check(&said(rows), &format!("@v1 4G → {verdict}"));
    }
    let two_centres =
        "2020-01-02 dept: village @v1 ; cluster @k1 @v1 centre ; cluster @k2 @v1 centre\n";
    for (rows, verdict) in [("commune lacks @v1", "NoSignal"), ("commune lacks @k1", "PartialHole")]
    {
        check(&format!("{two_centres} 2024-01-10 dept: {rows}"), &format!("@v1 → {verdict}"));
    }
    // w is from the base technology of the day: 2G is enough until 16/9/2026.
    check(
        &said("commune has viettel 2G @v1"),
        "@v1 4G 2026-09-15 → NotAsAsked
         @v1 4G 2026-09-16 → Insufficient
         @v1 2G 2026-09-16 → Covered",
    );
    // w takes any MNO valid that day, outdoors, for data.
    check(
        &said("commune has vnpt 4G @v1"),
        "@v1 4G viettel → NotAsAsked \n @v1 4G indoor → NotAsAsked \n @v1 sao → NotAsAsked",
    );
}
