//! The coordinate doctor: any texts in the two cells, any words about the system.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use phusong_atlas::atlas::Areas;
use phusong_atlas::gazetteer::Gazetteer;
use phusong_intake::doctor::{Axes, Declared, Ground, Point, Said, every_reading, examine};

static PLACES: LazyLock<(Gazetteer, Areas)> = LazyLock::new(Default::default);

fuzz_target!(|cells: [&str; 4]| {
    let [east, north, system, heading] = cells;
    let (gazetteer, areas) = &*PLACES;
    let ground = Ground {
        gazetteer,
        areas,
        land: None,
        today: "2026-11-26".parse().expect("a day"),
        sites_at: &|_| Vec::new(),
    };
    let point = Point { row: 1, east, north, row_crs: Some(system), ..Point::default() };
    let declared = Declared::of_text(heading, Said::Heading, Axes::Letters);
    let diagnosis = examine(&[point, Point { row_crs: None, ..point }], &declared, &ground);
    assert_eq!(diagnosis.rows.len(), 2);
    every_reading(&point, &ground);
});
