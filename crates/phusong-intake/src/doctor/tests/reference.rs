//! Against computed vectors, survey marks and planning zones. Skipped with a word where the shared
//! data does not lie beside the project.

use std::path::Path;

use phusong_atlas::domain::Position;
use phusong_gis::{Crs, DatumShift, with_transformer};

use super::super::{Axes, Declared, Point, State, Verdict, fitted};
use super::{diagnose, metres};

fn shared(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/vn2000").join(name);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        eprintln!("skipped: no shared data beside the project");
    }
    text
}

fn to_wgs84(crs: Crs, shift: DatumShift, east: f64, north: f64) -> (f64, f64) {
    let at = with_transformer(|to| to.to_wgs84(crs, shift, east, north)).expect("a place");
    (at.lon_deg, at.lat_deg)
}

fn apart_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    ((a.0 - b.0) * 111_320.0 * b.1.to_radians().cos()).hypot((a.1 - b.1) * 110_650.0)
}

fn columns(line: &str) -> Vec<&str> {
    line.trim_end().split(',').collect()
}

/// Easting, northing and the longitude and latitude given with them.
type Mark = (f64, f64, (f64, f64));

fn marks() -> Option<Vec<Mark>> {
    let text = shared("control_points.csv")?;
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let marks = text
        .lines()
        .skip(1)
        .map(columns)
        .map(|mark| (number(mark[3]), number(mark[2]), (number(mark[5]), number(mark[6]))));
    Some(marks.collect())
}

/// The figures of issue 4: ≤ 0.1 m by the operation they were made with, ≤ 1 m by the default.
/// The given places are rounded to 1e-6°, up to 0.08 m.
#[test]
fn control_points() {
    let Some(marks) = marks() else { return };
    assert_eq!(marks.len(), 57);
    let worst = |shift| {
        marks
            .iter()
            .map(|(east, north, known)| {
                apart_m(to_wgs84(Crs::Vn2000Tm10800, shift, *east, *north), *known)
            })
            .fold(0.0, f64::max)
    };
    let (own_m, default_m) = (worst(DatumShift::Epsg5194), worst(DatumShift::Epsg6960));
    assert!(own_m <= 0.1, "{own_m} m by EPSG:5194");
    assert!(default_m <= 1.0, "{default_m} m by EPSG:6960");
}

/// A file's own parameters are found from its known places, and named with every result.
#[test]
fn a_files_own_datum_is_fitted() {
    let Some(marks) = marks() else { return };
    let controls: Vec<(f64, f64, Position)> = marks
        .iter()
        .map(|(east, north, (lon, lat))| {
            (*east, *north, Position::new(*lon, *lat).expect("a place"))
        })
        .collect();
    let fit = |controls: &[_]| with_transformer(|to| fitted(Crs::Vn2000Tm10800, controls, to));
    let found = fit(&controls).expect("5194 explains them");
    assert_eq!((found.shift, found.rows), (DatumShift::Epsg5194, 57));
    assert!(found.median_m < 0.06, "{found:?}");
    assert_eq!(fit(&controls[..2]), None, "two marks tell too little");
    let by_default: Vec<(f64, f64, Position)> = controls
        .iter()
        .map(|(east, north, _)| {
            let (lon, lat) = to_wgs84(Crs::Vn2000Tm10800, DatumShift::Epsg6960, *east, *north);
            (*east, *north, Position::new(lon, lat).expect("a place"))
        })
        .collect();
    assert_eq!(fit(&by_default), None, "the default explains them already");

    let cells: Vec<(String, String)> =
        marks.iter().map(|(east, north, _)| (east.to_string(), north.to_string())).collect();
    let points: Vec<Point<'_>> = (1..)
        .zip(cells.iter().zip(&controls))
        .map(|(row, ((east, north), control))| Point {
            row,
            east,
            north,
            before: Some(control.2),
            ..Point::default()
        })
        .collect();
    let diagnosis = diagnose(&points, &Declared::default());
    for (row, (.., known)) in diagnosis.rows.iter().zip(&marks) {
        assert!(metres(row.position.expect("placed"), *known) <= 0.1, "{row:?}");
        assert_eq!(row.operation.as_deref(), Some("EPSG:5898 → WGS 84, EPSG:5194"));
    }
    assert!(diagnosis.findings.iter().any(|one| one.code == "datum-fitted"));
}

#[test]
fn reference_vectors() {
    let Some(text) = shared("reference_vectors.csv") else { return };
    let mut seen = 0;
    for line in text.lines().skip(1).map(columns) {
        let [lon, lat, east, north] =
            [0, 1, 4, 5].map(|at| line[at].parse::<f64>().expect("a number"));
        let code = line[2].split(&[':', ' '][..]).nth(1).expect("a code");
        let crs = Crs::from_epsg(code.parse().expect("digits")).expect("a system of ours");
        let shift = match line[3] {
            "EPSG:6960" => DatumShift::Epsg6960,
            "EPSG:5194" => DatumShift::Epsg5194,
            _ => DatumShift::None,
        };
        let off_m = apart_m(to_wgs84(crs, shift, east, north), (lon, lat));
        assert!(off_m < 0.01, "{line:?}: {off_m} m");
        seen += 1;
    }
    assert_eq!(seen, 90);
}

/// First vertex of every zone, in the order of their numbers.
fn vertices(text: &str) -> Vec<(f64, f64)> {
    let file: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let features = file["features"].as_array().expect("features").iter();
    let mut zones: Vec<(String, (f64, f64))> = features
        .map(|feature| {
            let vertex = &feature["geometry"]["coordinates"][0][0][0];
            let number = feature["properties"]["OBJECTID"].to_string().replace('"', "");
            (number, (vertex[0].as_f64().expect("east"), vertex[1].as_f64().expect("north")))
        })
        .collect();
    zones.sort_by(|a, b| a.0.cmp(&b.0));
    zones.into_iter().map(|(_, vertex)| vertex).collect()
}

/// Metres without a word, in zone 48 although the province lies in zone 49: both datums of that
/// zone are offered, with how far they are apart, and nothing is taken.
#[test]
fn zones_without_a_system_are_asked() {
    let (Some(zones), Some(twin)) =
        (shared("zones_undeclared_crs.geojson"), shared("zones_wgs84_twin.geojson"))
    else {
        return;
    };
    let cells: Vec<(String, String)> = vertices(&zones)
        .iter()
        .map(|(east, north)| (east.to_string(), north.to_string()))
        .collect();
    let points: Vec<Point<'_>> = (1..)
        .zip(&cells)
        .map(|(row, (east, north))| Point { row, east, north, ..Point::default() })
        .collect();
    let diagnosis = diagnose(&points, &Declared::default());
    assert_eq!(diagnosis.groups[0].verdict, Verdict::Asked);
    let offered: Vec<u32> =
        diagnosis.groups[0].candidates.iter().map(|one| one.habit.crs.epsg()).collect();
    assert_eq!(offered, [3405, 32648]);
    assert!(diagnosis.findings[0].message_vi.contains("226 m"), "{:?}", diagnosis.findings);
    assert!(diagnosis.rows.iter().all(|row| row.state == State::WaitsForFile));

    let said = Declared::of_crs(Crs::Vn2000Utm48, super::super::Said::Parameter, Axes::Nothing);
    let diagnosis = diagnose(&points, &said);
    let known = vertices(&twin);
    assert_eq!(diagnosis.rows.len(), known.len());
    for (row, known) in diagnosis.rows.iter().zip(known) {
        let off_m = metres(row.position.expect("placed"), known);
        assert!(off_m <= 0.15, "{off_m} m");
    }
}
