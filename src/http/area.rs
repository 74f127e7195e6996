//! Where: a box, a circle, a polygon, read the same way for villages and sites.

use geo::{Area as _, BoundingRect, CoordsIter, Validation};
use phusong_atlas::domain::{Area, Position};
use serde_json::Value;

use super::params::Params;
use super::problem::Problem;

/// A polygon drawn by hand has hundreds of corners; a commune's boundary some thousands.
const MOST_CORNERS: usize = 100_000;

/// South-west and north-east corners.
pub type Bounds = ([f64; 2], [f64; 2]);

pub fn bounds(params: &Params) -> Result<Option<Bounds>, Problem> {
    match params.numbers::<4>("bbox")? {
        None => Ok(None),
        Some([west, south, east, north])
            if west < east
                && south < north
                && Position::new(west, south).is_ok()
                && Position::new(east, north).is_ok() =>
        {
            Ok(Some(([west, south], [east, north])))
        }
        Some(_) => Err(params.bad(
            "bbox",
            "cần west,south,east,north tăng dần (không qua kinh tuyến 180°)",
            "west,south,east,north in order are needed (not across the antimeridian)",
        )),
    }
}

/// Centre and metres.
pub fn near(params: &Params) -> Result<Option<(Position, f64)>, Problem> {
    match (params.numbers::<2>("near")?, params.numbers::<1>("radius_m")?) {
        (None, None) => Ok(None),
        (Some([lon, lat]), Some([radius_m])) if radius_m > 0.0 => {
            let centre = Position::new(lon, lat)
                .map_err(|_off| params.bad("near", "ngoài Trái Đất", "off the globe"))?;
            Ok(Some((centre, radius_m)))
        }
        _ => Err(params.bad("near", "near đi cùng radius_m > 0", "near goes with radius_m > 0")),
    }
}

/// A GeoJSON Polygon or MultiPolygon, or a Feature that holds one.
pub fn polygon(body: Value) -> Result<Area, Problem> {
    let bad = |vi: &str, en: &str| Problem::body(vi, en);
    let is_feature = body.get("type").and_then(Value::as_str) == Some("Feature");
    if body.get("crs").is_some_and(|crs| !crs.is_null()) {
        return Err(bad(
            "GeoJSON chỉ dùng kinh độ, vĩ độ WGS 84: bỏ thành phần crs",
            "GeoJSON is WGS 84 longitude, latitude: leave out crs",
        ));
    }
    let geometry = if is_feature { body["geometry"].clone() } else { body };
    let has_kind =
        matches!(geometry.get("type").and_then(Value::as_str), Some("Polygon" | "MultiPolygon"));
    let place = if has_kind { "/coordinates" } else { "/type" };
    let place = if is_feature { format!("/geometry{place}") } else { place.to_owned() };
    let needed = || {
        Problem::at(
            &place,
            "Cần một Polygon hoặc MultiPolygon GeoJSON, mỗi vòng khép kín ít nhất bốn điểm",
            "A GeoJSON Polygon or MultiPolygon is needed, each ring closed, of four positions or more",
        )
    };
    if !rings_are_closed(&geometry) {
        return Err(needed());
    }
    let geometry: geojson::Geometry =
        serde_json::from_value(geometry).map_err(|_no_geometry| needed())?;
    let polygons = match geo::Geometry::try_from(geometry) {
        Ok(geo::Geometry::Polygon(polygon)) => geo::MultiPolygon::new(vec![polygon]),
        Ok(geo::Geometry::MultiPolygon(polygons)) => polygons,
        _ => return Err(needed()),
    };
    if polygons.coords_count() > MOST_CORNERS {
        return Err(bad("Đa giác quá 100.000 điểm", "The polygon has over 100,000 positions"));
    }
    if !polygons.coords_iter().all(|at| Position::new(at.x, at.y).is_ok()) {
        return Err(bad("Có điểm ngoài Trái Đất", "A position is off the globe"));
    }
    let wide = polygons.bounding_rect().is_some_and(|rect| rect.width() > 180.0);
    if wide {
        return Err(bad(
            "Đa giác không được qua kinh tuyến 180°",
            "The polygon may not cross the antimeridian",
        ));
    }
    if polygons.unsigned_area() <= 0.0 {
        return Err(bad("Đa giác rỗng", "The polygon is empty"));
    }
    if !polygons.is_valid() {
        return Err(bad(
            "Đa giác tự cắt hoặc các phần chồng lên nhau",
            "The polygon crosses itself, or its parts overlap",
        ));
    }
    Ok(Area::new(polygons))
}

/// Every ring ends where it began, and every position is one. (The library would close the one
/// silently, and panics at the other.)
fn rings_are_closed(geometry: &Value) -> bool {
    let polygons: Vec<&Value> = match geometry.get("type").and_then(Value::as_str) {
        Some("Polygon") => vec![&geometry["coordinates"]],
        Some("MultiPolygon") => geometry["coordinates"].as_array().into_iter().flatten().collect(),
        _ => return false,
    };
    let is_position = |at: &Value| {
        at.as_array().is_some_and(|at| at.len() >= 2 && at.iter().all(Value::is_number))
    };
    let closed = |ring: &Value| {
        ring.as_array().is_some_and(|ring| {
            ring.len() >= 4 && ring.first() == ring.last() && ring.iter().all(is_position)
        })
    };
    !polygons.is_empty()
        && polygons
            .iter()
            .all(|rings| rings.as_array().is_some_and(|r| !r.is_empty() && r.iter().all(closed)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_sound_polygon_is_an_area() {
        let square =
            json!([[108.0, 14.0], [109.0, 14.0], [109.0, 15.0], [108.0, 15.0], [108.0, 14.0]]);
        let hole = json!([[108.2, 14.2], [108.4, 14.2], [108.4, 14.4], [108.2, 14.2]]);
        let of = |rings: Value| json!({ "type": "Polygon", "coordinates": rings });
        let good = [
            of(json!([square])),
            of(json!([square, hole])),
            json!({ "type": "MultiPolygon", "coordinates": [[square]] }),
            json!({ "type": "Feature", "properties": {}, "geometry": of(json!([square])) }),
        ];
        for body in good {
            assert!(polygon(body.clone()).is_ok(), "{body}");
        }
        let bow =
            json!([[108.0, 14.0], [109.0, 15.0], [109.0, 14.0], [108.0, 15.0], [108.0, 14.0]]);
        let flat = json!([[108.0, 14.0], [109.0, 14.0], [108.5, 14.0], [108.0, 14.0]]);
        let open = json!([[108.0, 14.0], [109.0, 14.0], [109.0, 15.0], [108.0, 15.0]]);
        let off = json!([[108.0, 14.0], [199.0, 14.0], [109.0, 15.0], [108.0, 14.0]]);
        let across = json!([[-179.0, 14.0], [179.0, 14.0], [179.0, 15.0], [-179.0, 14.0]]);
        let bad = [
            of(json!([bow])),
            of(json!([flat])),
            of(json!([open])),
            of(json!([off])),
            of(json!([across])),
            of(json!([])),
            of(json!([[]])),
            json!({ "type": "MultiPolygon", "coordinates": [] }),
            json!({ "type": "Point", "coordinates": [108.0, 14.0] }),
            json!({ "type": "Polygon", "coordinates": [square], "crs": { "type": "name" } }),
            json!({ "type": "Polygon" }),
            of(json!([[[108.0, 14.0], [109.0, 14.0], [], [108.0, 14.0]]])),
            of(json!([[[108.0, 14.0], [109.0], [109.0, 15.0], [108.0, 14.0]]])),
            of(json!([[[108.0, 14.0], [109.0, "14"], [109.0, 15.0], [108.0, 14.0]]])),
            of(json!([[[108.0, 14.0], 109.0, [109.0, 15.0], [108.0, 14.0]]])),
            json!({ "type": "MultiPolygon", "coordinates": [[[[], [], [], []]]] }),
            json!([]),
            json!(null),
        ];
        for body in bad {
            assert!(polygon(body.clone()).is_err(), "{body}");
        }
    }
}
