//! The inset: the East Sea with Quần đảo Hoàng Sa and Quần đảo Trường Sa, from the packaged land
//! and islands. No border is drawn.

use std::sync::LazyLock;

use geo::{BooleanOps, BoundingRect, Intersects, MultiPolygon, Rect, Simplify, coord};
use phusong_atlas::domain::Position;
use phusong_typeset::Shape;

use super::names::text_width_mm;
use super::{DOUBT, EDGE, INK, LAND, filled};

const LAND_TABLE: &str = include_str!("../../../geodata/basemap/land.geojson");
const ISLANDS_TABLE: &str = include_str!("../../../geodata/basemap/islands.csv");

pub(super) const WIDTH_MM: f64 = 32.0;
pub(super) const HEIGHT_MM: f64 = 30.5;
const WEST: f64 = 104.4;
const SOUTH: f64 = 7.2;
const EAST: f64 = 117.2;
const NORTH: f64 = 19.4;
const MM_PER_DEGREE: f64 = WIDTH_MM / (EAST - WEST);
/// A tenth of a millimetre.
const FINEST_DEGREES: f64 = 0.1 / MM_PER_DEGREE;
const DEGREE_KM: f64 = 111.2;
const SEA: &str = "#e3eef4";

struct Island {
    name: String,
    at: Position,
    /// Of an archipelago: how far its islands lie from the middle.
    radius_km: Option<f64>,
}

/// What stands in the table; a row that cannot be read is held by a test.
static ISLANDS: LazyLock<Vec<Island>> = LazyLock::new(|| {
    let mut table = csv::Reader::from_reader(ISLANDS_TABLE.as_bytes());
    table.records().filter_map(Result::ok).filter_map(|row| island(&row)).collect()
});

/// `id,name,name_en,kind,belongs_to,lon,lat,radius_km,source,inferred`.
fn island(row: &csv::StringRecord) -> Option<Island> {
    let [name, kind, lon, lat, radius] = [1, 3, 5, 6, 7].map(|place| row.get(place));
    let is_archipelago = kind? == "archipelago";
    Some(Island {
        name: name?.to_owned(),
        at: Position::new(lon?.parse().ok()?, lat?.parse().ok()?).ok()?,
        radius_km: if is_archipelago { Some(radius?.parse().ok()?) } else { None },
    })
}

/// The land within the frame, as coarse as its size shows.
static COAST: LazyLock<MultiPolygon<f64>> = LazyLock::new(|| {
    let frame = Rect::new(coord! { x: WEST, y: SOUTH }, coord! { x: EAST, y: NORTH });
    let read = LAND_TABLE.parse::<geojson::GeoJson>();
    let read: Option<geojson::FeatureCollection> = read.ok().and_then(|all| all.try_into().ok());
    let features = read.into_iter().flat_map(|all| all.features);
    let land: Vec<geo::Polygon<f64>> = features
        .filter_map(|feature| geo::Geometry::try_from(feature.geometry?).ok())
        .flat_map(|geometry| match geometry {
            geo::Geometry::Polygon(polygon) => vec![polygon],
            geo::Geometry::MultiPolygon(several) => several.0,
            _ => Vec::new(),
        })
        .filter(|polygon| polygon.bounding_rect().is_some_and(|bounds| bounds.intersects(&frame)))
        .collect();
    let coarse = MultiPolygon::new(land).simplify(FINEST_DEGREES);
    coarse.intersection(&frame.to_polygon())
});

/// The inset with its upper left corner at a place of the sheet; `middle` is what the map shows.
pub(super) fn inset(corner: [f64; 2], middle: Position) -> Vec<Shape> {
    let place = |lon: f64, lat: f64| {
        [corner[0] + (lon - WEST) * MM_PER_DEGREE, corner[1] + (NORTH - lat) * MM_PER_DEGREE]
    };
    let frame = || {
        let [[left, top], [right, low]] = [place(WEST, NORTH), place(EAST, SOUTH)];
        vec![vec![[left, top], [right, top], [right, low], [left, low]]]
    };
    let word = |at, text: &str, size_mm| Shape::Word {
        at,
        text: text.to_owned(),
        size_mm,
        strong: false,
        centred: true,
    };
    let mut shapes = vec![Shape::Area { rings: frame(), ink: filled(SEA, 1.0, SEA, 0.1) }];
    for polygon in COAST.iter() {
        let ring = polygon.exterior().coords().map(|at| place(at.x, at.y)).collect();
        shapes.push(Shape::Area { rings: vec![ring], ink: filled(LAND, 1.0, EDGE, 0.12) });
    }
    shapes.push(word(place(111.6, 12.1), "Biển Đông", 1.9));
    for island in ISLANDS.iter() {
        let (lon, lat) = (island.at.lon_deg(), island.at.lat_deg());
        let Some(radius_km) = island.radius_km else {
            let ink = filled(INK, 1.0, INK, 0.05);
            shapes.push(Shape::Disc { centre: place(lon, lat), radius_mm: 0.3, ink });
            continue;
        };
        // Above its islands: the name, and below it whose it is.
        let [x, y] = place(lon, lat + radius_km / DEGREE_KM);
        let (name, of) = island.name.split_once(" (").unwrap_or((&island.name, ""));
        let half = text_width_mm(name, 1.9) / 2.0 + 0.8;
        let x = x.min(corner[0] + WIDTH_MM - half);
        shapes.push(word([x, y - 2.2], name, 1.9));
        if !of.is_empty() {
            shapes.push(word([x, y - 0.2], &format!("({of}"), 1.7));
        }
    }
    let ink = filled(DOUBT, 1.0, "#ffffff", 0.2);
    let here = place(middle.lon_deg(), middle.lat_deg());
    shapes.push(Shape::Disc { centre: here, radius_mm: 0.8, ink });
    shapes.push(Shape::Area { rings: frame(), ink: super::outline(INK, 0.2, false) });
    shapes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read_and_all_islands_lie_within_the_frame() {
        let rows = ISLANDS_TABLE.lines().skip(1).filter(|line| !line.is_empty()).count();
        assert_eq!(ISLANDS.len(), rows);
        for island in ISLANDS.iter() {
            let (lon, lat) = (island.at.lon_deg(), island.at.lat_deg());
            assert!(
                (WEST..EAST).contains(&lon) && (SOUTH..NORTH).contains(&lat),
                "{}",
                island.name
            );
        }
        let named: Vec<_> =
            ISLANDS.iter().filter(|one| one.radius_km.is_some()).map(|one| &*one.name).collect();
        assert_eq!(
            named,
            ["Quần đảo Hoàng Sa (TP. Đà Nẵng)", "Quần đảo Trường Sa (tỉnh Khánh Hòa)"]
        );
        assert!(!COAST.0.is_empty(), "the land is read");
    }
}
