//! Does an area, or a site's reach, hold a whole place? (DOMAIN §4 step 2 b, c.)
//!
//! Edges are straight in longitude/latitude; distances are WGS 84 geodesics rounded to 1 m.

use geo::{BoundingRect, Contains, Coord, CoordsIter, Intersects, Line, LinesIter, MultiPolygon};

use crate::domain::{Area, Located, Position, Shape, distance_m};

/// A place as coverage sees it: where it is, widened by how little that is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    Disc { centre: Position, uncertainty_m: u32 },
    Outline { area: Area, uncertainty_m: u32 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Whole,
    Part,
    Apart,
}

impl Place {
    pub fn of(shape: &Shape) -> Self {
        match shape {
            Shape::Point(located) => Self::disc(*located),
            Shape::Outline { area, uncertainty_m } => {
                Self::Outline { area: area.clone(), uncertainty_m: *uncertainty_m }
            }
        }
    }

    pub const fn disc(located: Located) -> Self {
        Self::Disc { centre: located.position, uncertainty_m: located.uncertainty_m }
    }

    /// Degrees that surely hold the widened place: south-west and north-east corners.
    pub fn bounds(&self) -> Option<([f64; 2], [f64; 2])> {
        let (min, max, uncertainty_m) = match self {
            Self::Disc { centre, uncertainty_m } => {
                let at = [centre.lon_deg(), centre.lat_deg()];
                (at, at, *uncertainty_m)
            }
            Self::Outline { area, uncertainty_m } => {
                let rect = area.polygons().bounding_rect()?;
                (rect.min().into(), rect.max().into(), *uncertainty_m)
            }
        };
        // A degree of latitude is at least 110.5 km; of longitude, that times the cosine. Distances
        // are rounded: what lies not quite half a metre beyond touches still.
        let lat = (f64::from(uncertainty_m) + 0.5) / 110_000.0;
        let furthest_lat = min[1].abs().max(max[1].abs()) + lat;
        let lon = lat / furthest_lat.min(89.0).to_radians().cos();
        Some(([min[0] - lon, min[1] - lat], [max[0] + lon, max[1] + lat]))
    }

    /// How an area of coverage holds the place.
    pub fn fit_in(&self, coverage: &Area) -> Fit {
        let coverage = coverage.united();
        match self {
            Self::Disc { centre, uncertainty_m } => {
                // A point on the very edge is not held.
                let inside = coverage.contains(&centre.point());
                let edge_m = boundary_m(coverage, *centre);
                fit(inside, edge_m, *uncertainty_m, coverage.intersects(&centre.point()))
            }
            Self::Outline { area, uncertainty_m } => {
                let own = area.united();
                let inside = coverage.contains(own);
                let vertices = own.coords_iter().filter_map(position);
                let edges = coverage.coords_iter().filter_map(position);
                let edge_m = vertices
                    .map(|vertex| boundary_m(coverage, vertex))
                    .chain(edges.map(|vertex| boundary_m(own, vertex)))
                    .fold(f64::INFINITY, f64::min);
                fit(inside, edge_m, *uncertainty_m, coverage.intersects(own))
            }
        }
    }

    /// How a site's reach holds the place.
    pub fn fit_in_reach(&self, site: Position, reach_m: u32) -> Fit {
        let reach = f64::from(reach_m);
        let (near, far, uncertainty) = match self {
            Self::Disc { centre, uncertainty_m } => {
                let distance = distance_m(site, *centre);
                (distance, distance, f64::from(*uncertainty_m))
            }
            Self::Outline { area, uncertainty_m } => {
                let far = area
                    .polygons()
                    .coords_iter()
                    .filter_map(position)
                    .map(|vertex| distance_m(site, vertex))
                    .fold(0.0, f64::max);
                (self.distance_m(site), far, f64::from(*uncertainty_m))
            }
        };
        if far + uncertainty <= reach {
            Fit::Whole
        } else if near - uncertainty <= reach {
            Fit::Part
        } else {
            Fit::Apart
        }
    }

    /// From a point to the place, not widened; 0 inside an outline.
    pub fn distance_m(&self, from: Position) -> f64 {
        match self {
            Self::Disc { centre, .. } => distance_m(from, *centre),
            Self::Outline { area, .. } if area.polygons().intersects(&from.point()) => 0.0,
            Self::Outline { area, .. } => boundary_m(area.polygons(), from),
        }
    }

    pub const fn uncertainty_m(&self) -> u32 {
        match self {
            Self::Disc { uncertainty_m, .. } | Self::Outline { uncertainty_m, .. } => {
                *uncertainty_m
            }
        }
    }

    /// A point to draw and to sort by.
    pub fn centre(&self) -> Option<Position> {
        match self {
            Self::Disc { centre, .. } => Some(*centre),
            Self::Outline { area, .. } => {
                let rect = area.polygons().bounding_rect()?;
                position(rect.center())
            }
        }
    }
}

fn fit(inside: bool, edge_m: f64, uncertainty_m: u32, touches: bool) -> Fit {
    let uncertainty = f64::from(uncertainty_m);
    if inside && edge_m >= uncertainty {
        Fit::Whole
    } else if touches || edge_m <= uncertainty {
        Fit::Part
    } else {
        Fit::Apart
    }
}

fn position(at: Coord<f64>) -> Option<Position> {
    Position::new(at.x, at.y).ok()
}

/// Least distance from a point to the boundary, rounded to 1 m; infinite when there is none.
fn boundary_m(polygons: &MultiPolygon<f64>, from: Position) -> f64 {
    let (lon, lat) = (from.lon_deg(), from.lat_deg());
    // Nearest in a plane whose axes are scaled as they are here; then the true distance to it.
    let scale = lon_scale(lat);
    let nearest = polygons
        .lines_iter()
        .map(|line| nearest_on(line, lon, lat, scale))
        .min_by(|a, b| a.0.total_cmp(&b.0));
    nearest.and_then(|(_, at)| position(at)).map_or(f64::INFINITY, |at| distance_m(from, at))
}

/// Metres in a degree of longitude over metres in one of latitude, on WGS 84.
fn lon_scale(lat_deg: f64) -> f64 {
    /// First eccentricity squared (EPSG:7030).
    const E2: f64 = 0.006_694_379_990_14;
    let (sin, cos) = lat_deg.to_radians().sin_cos();
    cos * (1.0 - E2 * sin * sin) / (1.0 - E2)
}

/// Squared planar distance and the nearest point of an edge.
fn nearest_on(line: Line<f64>, lon: f64, lat: f64, scale: f64) -> (f64, Coord<f64>) {
    let (ax, ay) = ((line.start.x - lon) * scale, line.start.y - lat);
    let (bx, by) = ((line.end.x - lon) * scale, line.end.y - lat);
    let (dx, dy) = (bx - ax, by - ay);
    let length2 = dx * dx + dy * dy;
    let along = if length2 == 0.0 { 0.0 } else { (-(ax * dx + ay * dy) / length2).clamp(0.0, 1.0) };
    let (x, y) = (ax + along * dx, ay + along * dy);
    let at = Coord {
        x: line.start.x + along * (line.end.x - line.start.x),
        y: line.start.y + along * (line.end.y - line.start.y),
    };
    (x * x + y * y, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(west: f64, south: f64, side: f64) -> Area {
        let ring = geo::Rect::new((west, south), (west + side, south + side)).to_polygon();
        Area::new(MultiPolygon::new(vec![ring]))
    }

    fn disc(lon: f64, lat: f64, uncertainty_m: u32) -> Place {
        Place::Disc { centre: Position::new(lon, lat).unwrap(), uncertainty_m }
    }

    /// 0.1° of latitude at 14° N, rounded to 1 m (Karney).
    const TENTH_DEG_M: u32 = 11_064;

    #[test]
    fn an_area_holds_a_place_only_with_its_whole_disc() {
        let area = square(108.0, 14.0, 1.0);
        assert_eq!(disc(108.5, 14.1, TENTH_DEG_M).fit_in(&area), Fit::Whole);
        assert_eq!(disc(108.5, 14.1, TENTH_DEG_M + 1).fit_in(&area), Fit::Part);
        assert_eq!(disc(108.5, 13.9, TENTH_DEG_M - 10).fit_in(&area), Fit::Apart);
        assert_eq!(disc(108.5, 13.9, TENTH_DEG_M).fit_in(&area), Fit::Part);
    }

    /// Squares side by side, drawn either way around: with the very same edge between them, with a
    /// vertex in the middle of it, one in the other, or only near each other.
    #[test]
    fn halves_of_an_area_hold_what_crosses_the_edge_between_them() {
        let of = |squares: &[(f64, f64, f64)]| {
            let rings = squares.iter().zip(0_u8..).map(|((west, south, side), at)| {
                let mut ring = square(*west, *south, *side).polygons().0[0].exterior().clone();
                if at % 2 == 1 {
                    ring.0.reverse();
                }
                geo::Polygon::new(ring, Vec::new())
            });
            Area::new(rings.collect())
        };
        let cases = [
            ("the same edge", of(&[(108.0, 14.0, 1.0), (109.0, 14.0, 1.0)]), Fit::Whole),
            (
                "an edge in two pieces",
                of(&[(108.0, 14.0, 1.0), (109.0, 14.0, 0.5), (109.0, 14.5, 0.5)]),
                Fit::Whole,
            ),
            ("one within the other", of(&[(108.0, 14.0, 2.0), (108.9, 14.5, 0.1)]), Fit::Whole),
            ("a gap", of(&[(108.0, 14.0, 0.9999), (109.0, 14.0, 1.0)]), Fit::Part),
            ("a corner", of(&[(108.0, 14.0, 1.0), (109.0, 15.0, 1.0)]), Fit::Part),
        ];
        for (what, area, expected) in cases {
            for lon in [108.99, 109.0, 109.01] {
                assert_eq!(disc(lon, 14.5, 5_000).fit_in(&area), expected, "{what}: {lon}");
            }
            // Where all of it ends it still ends.
            assert_eq!(disc(109.0, 14.0, 100).fit_in(&area), Fit::Part, "{what}: the outer edge");
            let across = Place::Outline { area: square(108.95, 14.45, 0.1), uncertainty_m: 100 };
            assert_eq!(across.fit_in(&area), expected, "{what}: an outline");
        }
        // It touches the outer edge from within, and is drawn in halves itself.
        let halves = of(&[(108.0, 14.0, 1.0), (109.0, 14.0, 1.0)]);
        for own in [square(108.5, 14.0, 1.0), of(&[(108.0, 14.0, 1.0), (109.0, 14.0, 1.0)])] {
            let own = Place::Outline { area: own, uncertainty_m: 0 };
            assert_eq!(own.fit_in(&halves), Fit::Whole, "{own:?}");
        }
        let same = of(&[(108.0, 14.0, 1.0), (109.0, 14.0, 1.0)]);
        assert_eq!(halves, same, "an area is known by what was drawn");
        assert_eq!(halves.polygons().0.len(), 2);
    }

    /// DOMAIN §4: distances are rounded to 1 m, on every side alike.
    #[test]
    fn bounds_hold_whatever_rounds_to_the_edge_of_the_disc() {
        for uncertainty_m in [0, 1, 5, 10, 20, 50, 100, 700, 2_000] {
            let place = disc(108.9, 14.65, uncertainty_m);
            for beyond_m in [0.2, 0.45] {
                let north = (f64::from(uncertainty_m) + beyond_m) / 110_653.0;
                let area = square(108.8, 14.65 + north, 0.2);
                let edge_m = boundary_m(area.polygons(), Position::new(108.9, 14.65).unwrap());
                if edge_m > f64::from(uncertainty_m) {
                    continue;
                }
                assert_eq!(place.fit_in(&area), Fit::Part, "{uncertainty_m} + {beyond_m}");
                let (_, [_, top]) = place.bounds().expect("a place");
                assert!(top >= 14.65 + north, "{uncertainty_m} + {beyond_m}");
            }
        }
    }

    #[test]
    fn an_outline_is_widened_by_its_uncertainty() {
        let outline =
            |uncertainty_m| Place::Outline { area: square(108.4, 14.4, 0.2), uncertainty_m };
        let area = square(108.0, 14.0, 1.0);
        assert_eq!(outline(40_000).fit_in(&area), Fit::Whole);
        assert_eq!(outline(50_000).fit_in(&area), Fit::Part);
        assert_eq!(outline(0).fit_in(&square(108.5, 14.5, 1.0)), Fit::Part);
        assert_eq!(outline(100).fit_in(&square(109.5, 14.5, 1.0)), Fit::Apart);
    }

    #[test]
    fn reach_asks_for_the_far_side_of_the_disc() {
        let site = Position::new(108.5, 14.0).unwrap();
        let place = disc(108.5, 14.1, 500);
        assert_eq!(place.fit_in_reach(site, TENTH_DEG_M + 500), Fit::Whole);
        assert_eq!(place.fit_in_reach(site, TENTH_DEG_M + 499), Fit::Part);
        assert_eq!(place.fit_in_reach(site, TENTH_DEG_M - 500), Fit::Part);
        assert_eq!(place.fit_in_reach(site, TENTH_DEG_M - 501), Fit::Apart);
    }
}
