//! The tile pyramid: Web Mercator, and whole-number positions on the grid of a zoom.
//!
//! Everything that decides whether something is in a tile is decided on these whole numbers, so
//! that two builds, two machines and two neighbouring tiles agree.

use i_overlay::i_float::int::point::IntPoint;
use phusong_atlas::domain::Position;

/// Units along one side of a tile.
pub const EXTENT: i32 = 4096;
/// How far a tile reaches beyond its own border, in units: nothing drawn there is seen, and no
/// line along a tile's border is.
pub const BUFFER: i32 = 64;
/// Areas are cut a little farther out: repairing a cut may bend it by a unit or two.
const AREA_BUFFER: i32 = BUFFER + 8;
pub const MAX_ZOOM: u8 = 14;

/// The latitude at which the square world of Web Mercator ends.
const MAX_LAT_DEG: f64 = 85.051_128_779_806_59;

/// A place on the grid of some zoom: the whole world is `2^zoom × EXTENT` units wide, y runs
/// south.
pub type GridPoint = IntPoint;

/// Zoom, column from the west, row from the north.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    z: u8,
    x: u32,
    y: u32,
}

impl TileId {
    /// `None` where the pyramid has no such tile.
    pub fn new(z: u64, x: u64, y: u64) -> Option<Self> {
        let z = u8::try_from(z).ok().filter(|z| *z <= MAX_ZOOM)?;
        let within = |n: u64| u32::try_from(n).ok().filter(|n| *n < 1 << z);
        Some(Self { z, x: within(x)?, y: within(y)? })
    }

    /// The tile of a zoom in which a position lies.
    pub fn holding(position: Position, z: u8) -> Self {
        let z = z.min(MAX_ZOOM);
        let at = snap(world(position), z);
        let cell = |n: i32| (n / EXTENT).clamp(0, (1 << z) - 1).cast_unsigned();
        Self { z, x: cell(at.x), y: cell(at.y) }
    }

    pub const fn z(self) -> u8 {
        self.z
    }

    pub const fn x(self) -> u32 {
        self.x
    }

    pub const fn y(self) -> u32 {
        self.y
    }

    /// The north-west corner on the grid of its zoom.
    pub fn origin(self) -> GridPoint {
        GridPoint::new(self.x.cast_signed() * EXTENT, self.y.cast_signed() * EXTENT)
    }

    /// Which points it holds: its square and the buffer around it.
    pub fn window(self) -> GridBox {
        self.square_and(BUFFER)
    }

    /// Where areas are cut.
    pub fn area_window(self) -> GridBox {
        self.square_and(AREA_BUFFER)
    }

    fn square_and(self, more: i32) -> GridBox {
        let GridPoint { x, y } = self.origin();
        GridBox {
            min: GridPoint::new(x - more, y - more),
            max: GridPoint::new(x + EXTENT + more, y + EXTENT + more),
        }
    }
}

/// A rectangle of the grid, borders included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GridBox {
    pub min: GridPoint,
    pub max: GridPoint,
}

impl GridBox {
    /// `None` for no points.
    pub fn of(points: impl IntoIterator<Item = GridPoint>) -> Option<Self> {
        let mut points = points.into_iter();
        let first = points.next()?;
        Some(points.fold(Self { min: first, max: first }, |all, at| Self {
            min: GridPoint::new(all.min.x.min(at.x), all.min.y.min(at.y)),
            max: GridPoint::new(all.max.x.max(at.x), all.max.y.max(at.y)),
        }))
    }

    pub const fn contains(&self, at: GridPoint) -> bool {
        self.min.x <= at.x && at.x <= self.max.x && self.min.y <= at.y && at.y <= self.max.y
    }

    pub const fn meets(&self, other: &Self) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }

    pub const fn holds(&self, other: &Self) -> bool {
        self.contains(other.min) && self.contains(other.max)
    }
}

/// A position in the unit square of Web Mercator (EPSG:3857 scaled), y running south.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct World {
    pub x: f64,
    pub y: f64,
}

pub fn world(position: Position) -> World {
    project(position.lon_deg(), position.lat_deg())
}

/// Shape: degrees → unit square. Latitudes beyond the square end at its border.
/// Source: EPSG Guidance Note 7-2, method 1024 (spherical formulas on WGS 84 latitudes).
pub fn project(lon_deg: f64, lat_deg: f64) -> World {
    use std::f64::consts::PI;
    let lat = lat_deg.clamp(-MAX_LAT_DEG, MAX_LAT_DEG).to_radians();
    World { x: (lon_deg + 180.0) / 360.0, y: 0.5 - lat.tan().asinh() / (2.0 * PI) }
}

/// The nearest place of a zoom's grid.
#[expect(clippy::cast_possible_truncation, reason = "the world is at most 2^26 units wide")]
pub fn snap(at: World, z: u8) -> GridPoint {
    let units = f64::from(EXTENT) * f64::from(1_u32 << z);
    GridPoint::new((at.x * units).round() as i32, (at.y * units).round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_pyramid_ends_where_it_should() {
        assert!(TileId::new(0, 0, 0).is_some());
        assert!(TileId::new(14, 16_383, 16_383).is_some());
        for (z, x, y) in [(15, 0, 0), (0, 1, 0), (8, 0, 256), (64, 0, 0), (8, u64::MAX, 0)] {
            assert_eq!(TileId::new(z, x, y), None, "{z}/{x}/{y}");
        }
    }

    /// Positions and tiles computed by hand from EPSG Guidance Note 7-2 (easting and northing
    /// over the radius 6,378,137 m).
    #[test]
    fn known_places_lie_in_known_tiles() {
        let at = |lon, lat| Position::new(lon, lat).unwrap();
        let corner = TileId::holding(at(-180.0, 85.06), 3);
        assert_eq!((corner.x(), corner.y()), (0, 0));
        let null_island = TileId::holding(at(0.0, 0.0), 1);
        assert_eq!((null_island.x(), null_island.y()), (1, 1));
        // Kon Dóc: easting 12,113,965.1 m, northing 1,654,995.5 m.
        let found = world(at(108.8216, 14.703));
        let half = std::f64::consts::PI * 6_378_137.0;
        let (easting, northing) = ((found.x - 0.5) * 2.0 * half, (0.5 - found.y) * 2.0 * half);
        assert!((easting - 12_113_965.1).abs() < 0.2, "{easting}");
        assert!((northing - 1_654_995.5).abs() < 0.2, "{northing}");
        let tile = TileId::holding(at(108.8216, 14.703), 8);
        assert_eq!((tile.x(), tile.y()), (205, 117));
    }

    proptest! {
        /// The tile that holds a position has it within its own square, on every zoom, and its
        /// parent is the tile that holds it one zoom above, save on the very border.
        #[test]
        fn a_position_lies_in_its_tile_on_every_zoom(
            lon in -180.0_f64..180.0,
            lat in -85.0_f64..85.0,
        ) {
            let position = Position::new(lon, lat).unwrap();
            for z in 0..=MAX_ZOOM {
                let tile = TileId::holding(position, z);
                let local = snap(world(position), z) - tile.origin();
                let inside = 0..=i64::from(EXTENT);
                prop_assert!(inside.contains(&local.x) && inside.contains(&local.y));
                prop_assert!(tile.window().contains(snap(world(position), z)));
            }
        }
    }
}
