//! Positions, areas and administrative units. All geometry is WGS 84 longitude/latitude.

use std::sync::{Arc, OnceLock};

use geo::orient::Direction;
use geo::{BoundingRect, CoordsIter, MapCoords, Orient};
use rstar::{RTree, RTreeObject, primitives::Rectangle};

use super::Day;

/// A number that no place on Earth (or no handset) can have.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{what} {value} is not within {min}..={max}")]
pub struct OutOfRange {
    pub what: &'static str,
    pub value: f64,
    pub min: f64,
    pub max: f64,
}

/// A WGS 84 position held to 1e-7° (about 1 cm).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    lon_e7: i32,
    lat_e7: i32,
}

impl Position {
    /// Degrees, rounded to 1e-7°.
    ///
    /// # Errors
    /// [`OutOfRange`] for NaN, infinities and anything off the globe.
    pub fn new(lon_deg: f64, lat_deg: f64) -> Result<Self, OutOfRange> {
        let check = |what, value: f64, max: f64| {
            if value.abs() <= max {
                Ok(value)
            } else {
                Err(OutOfRange { what, value, min: -max, max })
            }
        };
        let lon = check("longitude", lon_deg, 180.0)?;
        let lat = check("latitude", lat_deg, 90.0)?;
        Ok(Self { lon_e7: e7(lon), lat_e7: e7(lat) })
    }

    /// From the stored form; `None` off the globe.
    pub fn from_e7(lon_e7: i32, lat_e7: i32) -> Option<Self> {
        (lon_e7.unsigned_abs() <= 1_800_000_000 && lat_e7.unsigned_abs() <= 900_000_000)
            .then_some(Self { lon_e7, lat_e7 })
    }

    pub fn lon_deg(self) -> f64 {
        f64::from(self.lon_e7) / 1e7
    }

    pub fn lat_deg(self) -> f64 {
        f64::from(self.lat_e7) / 1e7
    }

    pub const fn lon_e7(self) -> i32 {
        self.lon_e7
    }

    pub const fn lat_e7(self) -> i32 {
        self.lat_e7
    }

    pub fn point(self) -> geo::Point<f64> {
        geo::Point::new(self.lon_deg(), self.lat_deg())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "|degrees| ≤ 180, so the product fits i32")]
fn e7(deg: f64) -> i32 {
    (deg * 1e7).round() as i32
}

/// How a position was come by, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PositionGrade {
    Surveyed,
    CommuneConfirmed,
    Gazetteer,
    CommuneCentre,
    Unknown,
}

/// A position with the radius within which the truth lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Located {
    pub position: Position,
    pub uncertainty_m: u32,
    pub grade: PositionGrade,
}

/// A multipolygon of which no two edges cross; its polygons may share edges, as the halves of one
/// do. Edges are straight in longitude/latitude.
#[derive(Debug, Clone)]
pub struct Area(Arc<Drawn>);

#[derive(Debug)]
struct Drawn {
    polygons: geo::MultiPolygon<f64>,
    /// Without the edges between polygons; `None` where there are none. Made when first asked for.
    united: OnceLock<Option<geo::MultiPolygon<f64>>>,
}

impl Area {
    /// The caller has checked validity (intake does, with findings).
    pub fn new(polygons: geo::MultiPolygon<f64>) -> Self {
        Self(Arc::new(Drawn { polygons, united: OnceLock::new() }))
    }

    /// As drawn: what the area is known and told by.
    pub fn polygons(&self) -> &geo::MultiPolygon<f64> {
        &self.0.polygons
    }

    /// The ground that it covers, bounded by where that ends: an edge that two of its polygons
    /// share bounds nothing.
    pub fn united(&self) -> &geo::MultiPolygon<f64> {
        self.0.united.get_or_init(|| unite(self.polygons())).as_ref().unwrap_or(self.polygons())
    }

    fn coordinates(&self) -> impl Iterator<Item = geo::Coord<f64>> {
        self.polygons().coords_iter()
    }
}

/// The union, where polygons become fewer by it.
fn unite(drawn: &geo::MultiPolygon<f64>) -> Option<geo::MultiPolygon<f64>> {
    if drawn.0.len() < 2 {
        return None;
    }
    let boxes = drawn.iter().filter_map(BoundingRect::bounding_rect);
    let boxes: Vec<_> =
        boxes.map(|rect| Rectangle::from_corners(rect.min().into(), rect.max().into())).collect();
    let boxes: RTree<Rectangle<[f64; 2]>> = RTree::bulk_load(boxes);
    let meets = |one: &Rectangle<[f64; 2]>| {
        boxes.locate_in_envelope_intersecting(one.envelope()).nth(1).is_some()
    };
    if !boxes.iter().any(meets) {
        return None;
    }
    let united = geo::unary_union(&drawn.orient(Direction::Default));
    if united.0.len() >= drawn.0.len() {
        return None;
    }
    // The union is computed on a grid of its own; its vertices are those drawn, to the bit.
    let drawn = RTree::bulk_load(drawn.coords_iter().map(|at| [at.x, at.y]).collect());
    Some(united.map_coords(|at| match drawn.nearest_neighbor([at.x, at.y]) {
        Some([x, y]) if (x - at.x).abs() < GRID_DEG && (y - at.y).abs() < GRID_DEG => {
            geo::Coord { x: *x, y: *y }
        }
        _ => at,
    }))
}

/// Vertices are held to 1e-7°; what lies nearer is the same one.
const GRID_DEG: f64 = 5e-8;

impl PartialEq for Area {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Area {}

impl std::hash::Hash for Area {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        for c in self.coordinates() {
            state.write_u64(c.x.to_bits());
            state.write_u64(c.y.to_bits());
        }
    }
}

impl PartialOrd for Area {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Area {
    /// By coordinates in order: a stable order of contents, with no meaning on the ground.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |c: geo::Coord<f64>| (c.x.to_bits(), c.y.to_bits());
        self.coordinates().map(key).cmp(other.coordinates().map(key))
    }
}

/// thôn, tổ dân phố, làng.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VillageKind {
    Thon,
    ToDanPho,
    Lang,
}

/// The number of the national code list. Codes are reused: never an identity alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitCode(pub u32);

/// An administrative unit is (code, valid_from).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId {
    pub code: UnitCode,
    /// [`Day::EARLIEST`] when it is older than our records.
    pub valid_from: Day,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitLevel {
    Province,
    District,
    Commune,
}
