//! Step 1.

use super::check;

const VILLAGE: &str = "2020-01-02 dept: village @v1 at 108.5,14.8,300\n";

#[test]
fn a_carriers_report_counts_for_others_from_its_publication() {
    let filed = format!("{VILLAGE} 2024-01-10 viettel: on_air S1 4G @v1");
    check(
        &filed,
        "@v1                → Covered
         @v1 for approver   → Covered
         @v1 for viettel    → Covered
         @v1 for vnpt       → Insufficient
         @v1 for xa         → Insufficient
         @v1 for public     → Insufficient",
    );
    check(
        &format!("{filed}\n 2024-02-01 dept: publish 3"),
        "@v1 for vnpt                → Covered
         @v1 for public              → Covered
         @v1 2024-01-10 for public   → Covered
         @v1 2024-01-09 for public   → Insufficient",
    );
}

#[test]
fn on_behalf_counts_as_the_departments() {
    check(
        &format!("{VILLAGE} 2024-01-10 viettel via dept: on_air S1 4G @v1"),
        "@v1 for vnpt   → Covered
         @v1 for public → Covered",
    );
}

#[test]
fn publishing_some_rows_publishes_those() {
    let two = format!(
        "{VILLAGE} 2020-01-03 dept: village @v2
         2024-01-10 viettel: on_air S1 4G @v1 ; on_air S2 4G @v2
         2024-02-01 dept: publish 4.1"
    );
    check(&two, "@v1 for public → Insufficient \n @v2 for public → Covered");
}

#[test]
fn returned_counts_for_nobody_until_published() {
    let returned = format!(
        "{VILLAGE} 2024-01-10 viettel: on_air S1 4G @v1
         2024-02-01 dept: publish 3
         2024-02-02 dept: return 3"
    );
    check(
        &returned,
        "@v1             → Insufficient
         @v1 for viettel → Insufficient
         @v1 for public  → Insufficient",
    );
    check(
        &format!("{returned}\n 2024-02-03 dept: publish 3"),
        "@v1             → Covered
         @v1 for vnpt    → Covered",
    );
}

#[test]
fn a_withdrawal_acts_wherever_the_original_was() {
    let withdrawn = format!(
        "{VILLAGE} 2024-01-10 viettel: on_air S1 4G @v1
         2024-02-01 dept: publish 3
         2024-02-02 viettel: withdraw 3"
    );
    check(&withdrawn, "@v1 → Insufficient \n @v1 for vnpt → Insufficient");
    check(
        &format!("{withdrawn}\n 2024-02-03 viettel: withdraw 5"),
        "@v1 → Covered \n @v1 for vnpt → Covered",
    );
}

#[test]
fn a_withdrawn_publication_publishes_nothing() {
    let undone = format!(
        "{VILLAGE} 2024-01-10 viettel: on_air S1 4G @v1
         2024-02-01 dept: publish 3
         2024-02-02 dept: withdraw 4"
    );
    check(&undone, "@v1 for viettel → Covered \n @v1 for public → Insufficient");
}

#[test]
fn an_unpublished_correction_leaves_the_old_claim_in_public_view() {
    let corrected = format!(
        "{VILLAGE} 2020-01-03 dept: village @v2
         2024-01-10 viettel: on_air S1 4G @v1
         2024-02-01 dept: publish 4
         2024-02-10 viettel: on_air S1 4G @v2 on 2024-01-10 replaces 4.0"
    );
    check(
        &corrected,
        "@v1            → Insufficient
         @v2            → Covered
         @v1 for public → Covered
         @v2 for public → Insufficient",
    );
    check(
        &format!("{corrected}\n 2024-02-11 viettel: withdraw 6"),
        "@v1            → Covered
         @v2            → Insufficient",
    );
    check(
        &format!("{corrected}\n 2024-02-11 dept: return 6"),
        "@v1            → Covered
         @v2            → Insufficient",
    );
}

#[test]
fn a_correction_replaces_what_the_row_it_names_replaced() {
    // 6 replaces 5, 5 replaces 4; 5 was withdrawn (or never published), the chain holds.
    let chain = format!(
        "{VILLAGE} 2020-01-03 dept: village @v2
         2024-01-10 viettel: on_air S1 4G @v1
         2024-01-11 viettel: built S1 4G @v1 replaces 4.0
         2024-01-12 viettel: on_air S1 4G @v2 on 2024-01-10 replaces 5.0"
    );
    check(&chain, "@v1 → Insufficient \n @v2 → Covered");
    check(
        &format!("{chain}\n 2024-02-01 viettel: withdraw 5"),
        "@v1 → Insufficient \n @v2 → Covered",
    );
    check(
        &format!("{chain}\n 2024-02-01 dept: publish 4 \n 2024-02-01 dept: publish 6"),
        "@v1 for public → Insufficient \n @v2 for public → Covered",
    );
    check(
        &format!("{chain}\n 2024-02-01 viettel: withdraw 6"),
        "@v1 → Insufficient \n @v2 → Insufficient",
    );
}
