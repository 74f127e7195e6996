//! Damaged copies of good files: each is read or refused with a reason that is the file's, in
//! time, and nothing is left behind.

use std::collections::BTreeMap;
use std::time::Duration;

use phusong_gis::{Limits, ReadError, checks};

use super::Test;
use super::make::{Sites, zip};

pub const TESTS: &[Test] = &[
    ("mutants_are_read_or_named", mutants_are_read_or_named),
    (
        "mutants_of_texts_pass_the_checks_or_are_named",
        mutants_of_texts_pass_the_checks_or_are_named,
    ),
];

fn wanted() -> Option<usize> {
    std::env::var("PHUSONG_MUTANTS").ok().and_then(|count| count.parse().ok())
}

/// Without a child for each: what stands between foreign texts and the library is our own.
fn mutants_of_texts_pass_the_checks_or_are_named() {
    type Check = fn(&[u8]) -> Result<(), ReadError>;
    let goods: [(&str, &str, Check); 4] = [
        ("GeoJSON", crate::files::GEOJSON, checks::geojson),
        ("KML", super::kml::KML, checks::kml_or_gpx),
        ("GPX", super::kml::GPX, checks::kml_or_gpx),
        ("ASCII grid", super::raster::GRID, checks::ascii_grid),
    ];
    for (format, good, check) in goods {
        assert_eq!(check(good.as_bytes()), Ok(()), "{format}");
        let mut roll = dice();
        let mut named = 0;
        for number in 0..wanted().unwrap_or(1_000) {
            if let Err(why) = check(&mutant(good.as_bytes(), &mut roll)) {
                assert!(!why.message_vi().is_empty(), "{format} {number}");
                named += 1;
            }
        }
        println!("  {format}: {named} named");
    }
}

/// `PHUSONG_MUTANTS` sets how many of each format (the release check takes more); each takes a
/// child of its own.
fn mutants_are_read_or_named() {
    let count: usize = wanted().unwrap_or(80);
    let shapefile = super::shapefile::sites(&Sites::default());
    let goods: Vec<(&str, Vec<u8>)> = vec![
        ("GeoJSON", crate::files::GEOJSON.as_bytes().to_vec()),
        ("GeoPackage", crate::files::geopackage(&[])),
        ("KML", super::kml::KML.as_bytes().to_vec()),
        ("KMZ", zip(&[("doc.kml", super::kml::KML)])),
        ("GPX", super::kml::GPX.as_bytes().to_vec()),
        ("shapefile", stored(&shapefile)),
        ("TAB", stored(&super::mapinfo::tab(&Sites::default()))),
        ("MIF", stored(&super::mapinfo::mif("", "Neutral", "QN-1"))),
        ("GeoTIFF", super::raster::geotiff(Some(5898), None)),
        ("ASCII grid", super::raster::GRID.as_bytes().to_vec()),
    ];
    // Two cores read; each format has its own dice, so the mutants are the same every time.
    std::thread::scope(|threads| {
        for half in 0..2 {
            let goods = &goods;
            threads.spawn(move || {
                for (format, good) in goods.iter().skip(half).step_by(2) {
                    println!("  {format}: {:?}", try_mutants(format, good, count));
                }
            });
        }
    });
}

/// Members as they are, with a checksum that holds after the damage: else the ZIP's own check
/// would be all that is ever tried.
fn stored(set: &[(String, Vec<u8>)]) -> Vec<u8> {
    use super::make::{RawMember, raw_zip};
    raw_zip(&set.iter().map(|(name, bytes)| RawMember::new(name, bytes)).collect::<Vec<_>>())
}

fn try_mutants(format: &str, good: &[u8], count: usize) -> BTreeMap<&'static str, u32> {
    let limits = Limits { wall: Duration::from_secs(20), cpu_s: 5, ..Limits::default() };
    let folder = tempfile::tempdir().expect("a folder");
    let mut roll = dice();
    let mut tally = BTreeMap::new();
    for number in 0..count {
        let bytes = mutant(good, &mut roll);
        std::fs::write(folder.path().join("mutant"), &bytes).expect("a file");
        let answer =
            super::super::code(super::super::reader().read(folder.path(), "mutant", &limits));
        let fine =
            ["read", "broken-file", "not-allowed", "no-features", "too-large", "archive-bomb"];
        if !fine.contains(&answer) {
            let kept = std::env::temp_dir().join(format!("phusong-mutant-{format}-{number}"));
            std::fs::write(&kept, &bytes).expect("kept");
            panic!("{format} mutant {number}: {answer}, kept in {}", kept.display());
        }
        *tally.entry(answer).or_insert(0) += 1;
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    tally
}

/// xorshift64: the same mutants every time.
fn dice() -> impl FnMut(usize) -> usize {
    let mut dice: u64 = 0x9e37_79b9_7f4a_7c15;
    move |sides: usize| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        usize::try_from(dice >> 1).expect("63 bits") % sides
    }
}

fn mutant(good: &[u8], roll: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..=roll(8) {
        let at = roll(bytes.len());
        match roll(4) {
            0 => bytes[at] = u8::try_from(roll(256)).expect("a byte"),
            1 => bytes[at] ^= 1 << roll(8),
            2 => drop(bytes.drain(at..(at + roll(32)).min(bytes.len()))),
            _ => bytes.insert(at, bytes[at]),
        }
    }
    bytes
}
