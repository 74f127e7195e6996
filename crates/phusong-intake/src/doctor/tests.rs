//! The doctor on the province as this release knows it.

mod cases;
mod laws;
mod reference;
mod workbooks;

use std::sync::LazyLock;

use geo::MultiPolygon;
use phusong_atlas::atlas::Areas;
use phusong_atlas::domain::{Day, Fact, Position, SiteCode, UnitId, UnitLevel};
use phusong_atlas::gazetteer::{Gazetteer, Resolution};
use phusong_gis::{Crs, DatumShift, with_transformer};

use super::{Declared, Diagnosis, Ground, Point, State, examine};
use crate::finding::Severity;
use crate::geodata;

struct World {
    gazetteer: Gazetteer,
    areas: Areas,
    land: MultiPolygon<f64>,
    today: Day,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let (mut units, mut successions) = (Vec::new(), Vec::new());
    for row in geodata::embedded().expect("geodata reads") {
        match row.fact {
            Fact::Unit(fact) => units.push(fact),
            Fact::UnitSuccession(fact) => successions.push(fact),
            _ => {}
        }
    }
    let centres: Vec<(UnitId, Position)> = units
        .iter()
        .filter(|unit| unit.level == UnitLevel::Commune && unit.valid_to.is_none())
        .filter_map(|unit| Some((unit.id, unit.centre?)))
        .collect();
    let land = land();
    World {
        gazetteer: Gazetteer::new(&units, &successions, &[]),
        areas: Areas::computed(&centres, &land, 0.22),
        land,
        today: "2026-11-25".parse().expect("a day"),
    }
});

/// The packaged coastline.
fn land() -> MultiPolygon<f64> {
    let text = include_str!("../../../../geodata/basemap/land.geojson");
    let parsed: geojson::GeoJson = text.parse().expect("the coastline reads");
    let collection = geojson::FeatureCollection::try_from(parsed).expect("features");
    let shapes = collection.features.into_iter().filter_map(|feature| feature.geometry);
    let polygons = shapes.flat_map(|shape| match geo::Geometry::try_from(shape) {
        Ok(geo::Geometry::Polygon(polygon)) => vec![polygon],
        Ok(geo::Geometry::MultiPolygon(several)) => several.0,
        _ => Vec::new(),
    });
    MultiPolygon::new(polygons.collect())
}

fn with_ground<T>(ask: impl FnOnce(&Ground<'_>) -> T) -> T {
    let world = &*WORLD;
    let sites_at = |at: Position| -> Vec<SiteCode> {
        let filed = Position::new(108.9, 14.9).expect("a place");
        (at == filed).then(|| SiteCode::new("CU").expect("a code")).into_iter().collect()
    };
    ask(&Ground {
        gazetteer: &world.gazetteer,
        areas: &world.areas,
        land: Some(&world.land),
        today: world.today,
        sites_at: &sites_at,
    })
}

fn diagnose(points: &[Point<'_>], declared: &Declared) -> Diagnosis {
    with_ground(|ground| examine(points, declared, ground))
}

/// The commune of this name on the day; `Ba Trang, Ba Tơ` of that district.
fn commune(name: &str, day: Option<Day>) -> Option<UnitId> {
    let (name, district) = match name.split_once(", ") {
        Some((name, district)) => (name, Some(district)),
        None => (name, None),
    };
    match WORLD.gazetteer.resolve_unit(name, district, day) {
        Resolution::Found { id, .. } => Some(id),
        _ => None,
    }
}

/// A place in the numbers of a system, east first.
fn in_system(crs: Crs, shift: DatumShift, (lon, lat): (f64, f64)) -> (f64, f64) {
    let at = with_transformer(|to| to.from_wgs84(crs, shift, lon, lat)).expect("a place");
    (at.first, at.second)
}

fn metres(at: Position, (lon, lat): (f64, f64)) -> f64 {
    let scale = lat.to_radians().cos();
    ((at.lon_deg() - lon) * 111_320.0 * scale).hypot((at.lat_deg() - lat) * 110_650.0)
}

/// `✓ moved~`: placed, with a warning. `?`: asked. `…`: waits for the file. `✗`: refused.
fn told(diagnosis: &Diagnosis) -> String {
    let weight = |severity| match severity {
        Severity::Refuse => "!",
        Severity::Ask => "?",
        Severity::Warn => "~",
        Severity::Note => "",
    };
    let codes = |findings: &[crate::Finding]| -> String {
        let codes = findings.iter().map(|one| format!("{}{}", one.code, weight(one.severity)));
        codes.map(|code| format!(" {code}")).collect::<Vec<_>>().concat()
    };
    let rows = diagnosis.rows.iter().map(|row| {
        let mark = match row.state {
            State::Empty => "-",
            State::Placed => "✓",
            State::WaitsForFile => "…",
            State::Asked => "?",
            State::Refused => "✗",
        };
        format!("{mark}{}", codes(&row.findings))
    });
    let mut told = rows.collect::<Vec<_>>().join(" | ");
    if !diagnosis.findings.is_empty() {
        told = format!("{told} ⟨{}⟩", codes(&diagnosis.findings).trim_start());
    }
    told
}
