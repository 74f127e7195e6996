//! Coordinates against reference vectors, control points and each other.

use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

/// Reference data kept beside the repository; tests that need it say so and pass without it.
fn reference(file: &str) -> Option<String> {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/vn2000").join(file);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: no reference data {file}");
    }
    text
}

fn distance_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// Metres between two near positions in degrees, good to a part in a thousand here.
fn apart_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    let east_m = (a.0 - b.0) * 111_320.0 * a.1.to_radians().cos();
    east_m.hypot((a.1 - b.1) * 110_650.0)
}

#[test]
fn check_values_of_the_field() {
    // DOMAIN.md §8.
    let cases = [
        (DatumShift::Epsg6960, 575_171.18, 1_631_395.08, "EPSG:6960"),
        (DatumShift::Epsg5194, 575_170.44, 1_631_395.04, "EPSG:5194"),
    ];
    for (shift, easting_m, northing_m, operation) in cases {
        let point = with_transformer(|t| t.from_wgs84(Crs::Vn2000Tm10800, shift, 108.7, 14.75));
        let point = point.expect("inside the grid");
        assert!(distance_m((point.first, point.second), (easting_m, northing_m)) < 0.01);
        assert_eq!(point.operation.name(), operation);
    }
}

#[test]
fn without_a_shift_the_place_is_226_m_off() {
    let t = Transformer::new();
    let with = t.from_wgs84(Crs::Vn2000Tm10800, DatumShift::Epsg6960, 108.7, 14.75).unwrap();
    let without = t.from_wgs84(Crs::Vn2000Tm10800, DatumShift::None, 108.7, 14.75).unwrap();
    let off_m = distance_m((with.first, with.second), (without.first, without.second));
    assert!((225.0..227.0).contains(&off_m), "{off_m}");
    assert_eq!(without.operation, Operation::NoShift);
}

#[test]
fn the_wrong_meridian_is_54_km_away() {
    let t = Transformer::new();
    let shift = DatumShift::default();
    let there = t.to_wgs84(Crs::Vn2000Tm10730, shift, 575_171.18, 1_631_395.08).unwrap();
    let off_m = apart_m((there.lon_deg, there.lat_deg), (108.7, 14.75));
    assert!((53_000.0..55_000.0).contains(&off_m), "{off_m}");
}

#[test]
fn the_grid_of_the_rules() {
    let point = with_transformer(|t| t.grid_5898(108.7, 14.75)).unwrap();
    assert_eq!((point.crs, point.operation), (Crs::Vn2000Tm10800, Operation::Epsg6960));
    assert!(distance_m((point.first, point.second), (575_171.184, 1_631_395.085)) < 0.001);
}

#[test]
fn what_is_no_position_is_refused() {
    let t = Transformer::new();
    let shift = DatumShift::default();
    for (first, second) in [(f64::NAN, 1.0), (1.0, f64::INFINITY), (f64::NEG_INFINITY, 1.0)] {
        for crs in Crs::ALL {
            assert!(matches!(
                t.to_wgs84(crs, shift, first, second),
                Err(GeodesyError::NotFinite { .. })
            ));
        }
    }
    let outside = [
        (Crs::Wgs84, 14.7, 108.7),
        (Crs::Wgs84, 181.0, 0.0),
        (Crs::Vn2000, 575_171.0, 1_631_395.0),
        (Crs::Vn2000Tm10800, 1e300, 1_631_395.0),
        (Crs::Vn2000Tm10800, 9e6, 9e6),
        (Crs::Vn2000Tm10800, 500_000.0, -1_600_000.0),
    ];
    for (crs, first, second) in outside {
        let refused = t.to_wgs84(crs, shift, first, second);
        assert!(matches!(refused, Err(GeodesyError::OutOfRange { .. })), "{crs} {refused:?}");
    }
    assert!(t.from_wgs84(Crs::Vn2000Tm10800, shift, -60.0, 14.0).is_err());
}

#[test]
fn every_pipeline_is_written_out() {
    for crs in Crs::ALL {
        for shift in [DatumShift::Epsg6960, DatumShift::Epsg5194, DatumShift::None] {
            for direction in [Direction::ToWgs84, Direction::FromWgs84] {
                let text = pipeline(crs, shift, direction);
                assert!(!text.contains("grid") && !text.contains("EPSG"), "{text}");
            }
        }
    }
}

#[test]
fn epsg_codes_both_ways() {
    for crs in Crs::ALL {
        assert_eq!(Crs::from_epsg(crs.epsg()), Some(crs));
    }
    assert_eq!(Crs::from_epsg(3857), None);
}

#[test]
fn words_that_name_one_system() {
    let cases = [
        ("WGS84", 4326),
        ("wgs 84", 4326),
        ("WGS-84", 4326),
        ("WGS84 (kinh độ, vĩ độ)", 4326),
        ("EPSG:4326", 4326),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("EPSG:5898", 5898),
        ("epsg 9216", 9216),
        ("5898", 5898),
        ("urn:ogc:def:crs:EPSG::9217", 9217),
        ("http://www.opengis.net/def/crs/EPSG/0/5898", 5898),
        ("VN-2000 108°00'", 5898),
        ("VN2000 KTT 108", 5898),
        ("VN2000 107°30'", 9216),
        ("VN 2000, kinh tuyến trục 107 độ 30 phút, múi 3", 9216),
        ("VN-2000 múi chiếu 3°, KTT 107.5", 9216),
        ("VN-2000 múi 3 KTT 107,75", 5899),
        ("VN2000 107-45", 5899),
        ("VN_2000 / TM-3 108-15", 9217),
        ("VN-2000 108°30’", 9218),
        ("VN-2000 / UTM zone 48N", 3405),
        ("VN2000 UTM 49", 3406),
        ("VN-2000 UTM KTT 111", 3406),
        ("WGS84 UTM 48N", 32648),
        ("WGS 84 / UTM zone 49N", 32649),
        ("VN-2000 địa lý", 4756),
        ("VN-2000 / TM-3 zone 491 EPSG:5898", 5898),
    ];
    for (text, epsg) in cases {
        assert_eq!(Crs::parse(text).map(Crs::epsg), Ok(epsg), "{text}");
    }
}

#[test]
fn words_that_must_be_asked() {
    let cases: [(&str, &[u32]); 6] = [
        ("VN-2000", &[5898, 9216, 9217, 5899, 9218, 3406, 3405, 4756]),
        ("vn2000 múi 3", &[5898, 9216, 9217, 5899, 9218, 3406, 3405, 4756]),
        ("UTM 48N", &[3405, 32648]),
        ("WGS84 UTM", &[32649, 32648]),
        ("107°30'", &[9216]),
        ("WGS84/VN2000", &[4326, 5898, 9216]),
    ];
    for (text, epsgs) in cases {
        let error = Crs::parse(text).expect_err(text);
        let found: Vec<u32> = error.candidates().iter().map(|crs| crs.epsg()).collect();
        assert_eq!(found, epsgs, "{text}");
    }
}

#[test]
fn words_that_name_nothing_known() {
    let long = "a".repeat(10_000);
    for text in
        ["", "   ", "HN-72", "EPSG:3857", "EPSG:99999999999", "VN-2000 105°45'", "N/A", &long]
    {
        assert!(matches!(Crs::parse(text), Err(CrsTextError::Unknown { .. })), "{text:.20}");
    }
}

#[test]
fn agrees_with_the_reference_vectors() {
    let Some(text) = reference("reference_vectors.csv") else { return };
    let t = Transformer::new();
    let mut rows = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |at: usize| cells[at].parse::<f64>().expect("a number");
        let epsg = cells[2].trim_start_matches("EPSG:").split(' ').next().expect("a code");
        let crs = Crs::from_epsg(epsg.parse().expect("digits")).expect("in the set");
        let shift = match cells[3] {
            "EPSG:6960" => DatumShift::Epsg6960,
            "EPSG:5194" => DatumShift::Epsg5194,
            _ => DatumShift::None,
        };
        let point = t.from_wgs84(crs, shift, number(0), number(1)).expect("inside");
        let off_m = distance_m((point.first, point.second), (number(4), number(5)));
        assert!(off_m < 0.002, "{line}: {off_m} m");
        rows += 1;
    }
    assert_eq!(rows, 90);
}

#[test]
fn agrees_with_the_control_points() {
    let Some(text) = reference("control_points.csv") else { return };
    let t = Transformer::new();
    let mut rows = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |at: usize| cells[at].parse::<f64>().expect("a number");
        for (shift, limit_m) in [(DatumShift::Epsg5194, 0.1), (DatumShift::Epsg6960, 1.0)] {
            let here = t.to_wgs84(Crs::Vn2000Tm10800, shift, number(3), number(2)).expect("inside");
            let off_m = apart_m((here.lon_deg, here.lat_deg), (number(5), number(6)));
            assert!(off_m <= limit_m, "{line}: {off_m} m by {}", here.operation);
        }
        rows += 1;
    }
    assert_eq!(rows, 57);
}

proptest! {
    /// There and back again: at most 1e-8 degrees and 1 mm, in every system, by every shift.
    #[test]
    fn round_trips(lon_deg in 107.2..109.3, lat_deg in 14.2..15.9) {
        with_transformer(|t| {
            for crs in Crs::ALL {
                for shift in [DatumShift::Epsg6960, DatumShift::Epsg5194, DatumShift::None] {
                    let out = t.from_wgs84(crs, shift, lon_deg, lat_deg).expect("inside");
                    let back = t.to_wgs84(crs, shift, out.first, out.second).expect("inside");
                    prop_assert!((back.lon_deg - lon_deg).abs() <= 1e-8, "{} {}", crs, back.lon_deg - lon_deg);
                    prop_assert!((back.lat_deg - lat_deg).abs() <= 1e-8, "{} {}", crs, back.lat_deg - lat_deg);
                    let again = t.from_wgs84(crs, shift, back.lon_deg, back.lat_deg).expect("inside");
                    let off = distance_m((out.first, out.second), (again.first, again.second));
                    prop_assert!(off <= 0.001, "{} {}", crs, off);
                }
            }
            Ok(())
        })?;
    }

    /// No text makes the parser panic.
    #[test]
    fn any_text_is_answered(text in "\\PC{0,60}") {
        let _ = Crs::parse(&text);
    }

    /// Any pair of numbers gets a finite answer or an error.
    #[test]
    fn any_numbers_are_answered(first in proptest::num::f64::ANY, second in proptest::num::f64::ANY) {
        with_transformer(|t| {
            for crs in Crs::ALL {
                if let Ok(here) = t.to_wgs84(crs, DatumShift::Epsg6960, first, second) {
                    prop_assert!(here.lon_deg.is_finite() && here.lat_deg.is_finite());
                }
            }
            Ok(())
        })?;
    }
}

/// Not a test: `cargo test -p phusong-gis --release -- --ignored --nocapture how_fast`.
#[test]
#[ignore = "a measurement, not a test"]
fn how_fast() {
    let t = Transformer::new();
    let start = std::time::Instant::now();
    let _ = t.grid_5898(108.0, 14.5);
    println!("first: {:?}", start.elapsed());
    let start = std::time::Instant::now();
    for i in 0..1_000_000 {
        let _ = std::hint::black_box(t.grid_5898(107.2 + f64::from(i) * 2e-6, 14.5));
    }
    println!("1,000,000 points: {:?}", start.elapsed());
}
