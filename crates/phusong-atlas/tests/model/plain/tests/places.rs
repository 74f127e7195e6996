//! Villages and clusters over time.

use super::check;

#[test]
fn an_old_list_binds_clusters_surveyed_later() {
    check(
        "2020-01-02 dept: village @v1 at 108.5,14.8,300
         2023-06-07 dept: list lacks @v1
         2024-01-10 dept: cluster @k1 @v1 on 2024-01-10",
        "@v1 2023-06-07 clusters → k1
         @k1 2023-06-07 → NotCovered
         @v1 2023-06-07 → NoSignal",
    );
}

#[test]
fn a_village_without_clusters_has_one_implied_at_its_position() {
    let bare = "2020-01-02 dept: village @v1 at 108.5,14.8,300 ; village @v2\n";
    check(bare, "@v1 clusters → ~v1 \n @v2 clusters → ~v2 \n @v1 → Insufficient");
    check(
        &format!("{bare} 2024-01-10 viettel: claim 4G area 108.5,14.8,700"),
        "@v1 → Covered \n @v2 → Insufficient",
    );
    check(
        &format!("{bare} 2024-01-10 viettel: claim 4G @v1 @v2"),
        "@v1 → Covered \n @v2 → Covered",
    );
}

#[test]
fn merged_villages() {
    let merged = "2020-01-02 dept: village @v1 ; village @v2 ; cluster @k2 @v2 centre
         2025-07-01 dept: merge @v1 @v2";
    check(
        merged,
        "@v1 2025-06-30 clusters → ~v1
         @v2 2025-06-30 clusters → k2
         @v1 2025-07-01 clusters → -
         @v2 2025-07-01 clusters → k2 ~v1
         @v1 2025-07-01 → Insufficient",
    );
    // Evidence follows the clusters: by the village's name as on the statement's own day.
    check(
        &format!("{merged}\n 2025-07-02 xa: commune has viettel 4G @v2 on 2025-06-30"),
        "@k2 4G 2025-07-02 → Covered
         @~v1 4G 2025-07-02 → Insufficient
         @v2 4G 2025-07-02 → Insufficient",
    );
    check(
        &format!("{merged}\n 2025-07-02 xa: commune has viettel 4G @v2"),
        "@k2 4G 2025-07-02 → Covered \n @~v1 4G 2025-07-02 → Covered \n @v2 2025-07-02 → Covered",
    );
    check(&format!("{merged}\n 2025-06-07 dept: list lacks @v1"), "@v2 2025-07-01 → PartialHole");
}

#[test]
fn a_part_goes_over() {
    let split = "2020-01-02 dept: village @v1 ; village @v2 ; cluster @k1 @v1 ; cluster @k2 @v1
         2025-07-01 dept: part @v1 @v2 @k2";
    check(
        split,
        "@v1 2025-06-30 clusters → k1 k2
         @v2 2025-06-30 clusters → ~v2
         @v1 2025-07-01 clusters → k1
         @v2 2025-07-01 clusters → k2",
    );
}

#[test]
fn a_village_that_began_by_succession() {
    // The implied one follows, and stays the only one.
    check(
        "2020-01-02 dept: village @v1 at 108.5,14.8,300
         2025-07-01 dept: village @v2 on 2025-07-01 ; rename @v1 @v2",
        "@v1 2025-06-30 clusters → ~v1
         @v2 2025-06-30 clusters → -
         @v2 2025-07-01 clusters → ~v1",
    );
    // Several merge into a new one: each brings where its people live.
    check(
        "2020-01-02 dept: village @v1 ; village @v2
         2025-07-01 dept: village @v3 on 2025-07-01 ; merge @v1 @v3 ; merge @v2 @v3",
        "@v3 2025-07-01 clusters → ~v1 ~v2",
    );
    // A surveyed village renamed needs none.
    check(
        "2020-01-02 dept: village @v1 ; cluster @k1 @v1 centre
         2024-01-10 xa: commune has viettel 4G @v1
         2025-07-01 dept: village @v2 on 2025-07-01 ; rename @v1 @v2",
        "@v2 2025-07-01 clusters → k1
         @v1 2025-06-30          → Covered
         @v2 2025-07-01          → Covered",
    );
    check(
        "2020-01-02 dept: village @v1 ; cluster @k1 @v1 ; cluster @k2 @v1
         2025-07-01 dept: village @v2 on 2025-07-01 ; part @v1 @v2 @k2",
        "@v2 2025-07-01 clusters → k2",
    );
}

/// The implied one goes where it was said to go, with all that was ever said of it; the other half
/// has one of its own, of which nothing was said.
#[test]
fn a_village_is_divided() {
    let old = "2020-01-02 dept: village @v1
         2023-06-07 dept: list lacks @v1";
    let new = "2025-07-02 dept: village @v2 on 2025-07-02 ; village @v3 on 2025-07-02";
    check(
        &format!("{old}\n {new}\n 2025-07-02 dept: split @v1 @v2 ; split @v1 @v3 centre"),
        "@v1 2025-07-01 clusters → ~v1
         @v1 2025-07-02 clusters → -
         @v2 2025-07-02 clusters → ~v2
         @v3 2025-07-02 clusters → ~v1
         @v2 2025-07-02 → Insufficient
         @v3 2025-07-02 → NoSignal, recheck",
    );
    check(
        &format!(
            "{old}\n 2024-01-10 dept: cluster @k1 @v1 ; cluster @k2 @v1 centre
             {new}\n 2025-07-02 dept: split @v1 @v2 @k1 ; split @v1 @v3 @k2"
        ),
        "@v2 2025-07-02 clusters → k1
         @v3 2025-07-02 clusters → k2
         @v2 2025-07-02 → NoSignal, recheck
         @v3 2025-07-02 → NoSignal, recheck",
    );
}

#[test]
fn clusters_that_leave_and_come() {
    // Emptied, it has one again; the other, which got one, has none on that day.
    check(
        "2020-01-02 dept: village @v1 ; village @v2 ; cluster @k1 @v1
         2025-07-01 dept: part @v1 @v2 @k1",
        "@v1 2025-06-30 clusters → k1
         @v2 2025-06-30 clusters → ~v2
         @v1 2025-07-01 clusters → ~v1
         @v2 2025-07-01 clusters → k1",
    );
    // An unsurveyed village merged into a surveyed one brings its own.
    check(
        "2020-01-02 dept: village @v1 ; village @v2 ; cluster @k1 @v2
         2025-07-01 dept: merge @v1 @v2",
        "@v2 2025-07-01 clusters → k1 ~v1",
    );
}
