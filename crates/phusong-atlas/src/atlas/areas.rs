//! Commune areas: cells computed from centres until real boundaries are filed, with an R-tree
//! to find the commune of a point.
//!
//! A cell is what lies nearer to this commune's centre than to any other's, on land. Cells carry
//! no legal meaning and never draw a national border: they end at a fixed distance.

use geo::{
    BooleanOps, BoundingRect, Coord, Intersects, LineString, LinesIter, MultiPolygon, Polygon, Rect,
};
use rstar::{
    AABB, PointDistance, RTree, RTreeObject,
    primitives::{GeomWithData, Rectangle},
};

use super::digest::{ContentHash, content_hash};
use crate::cores::side_by_side;
use crate::domain::{Area, Position, UnitId, distance_m, ecef_m};

/// A commune's area, as drawn.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct CommuneArea {
    pub unit: UnitId,
    pub centre: Position,
    pub area: Area,
    /// Computed, not surveyed: *Ranh giới gần đúng, không có giá trị pháp lý*.
    pub approximate: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Areas {
    all: Vec<CommuneArea>,
    hash: ContentHash,
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    /// In space: a chord is never longer than the way.
    centres: RTree<GeomWithData<[f64; 3], usize>>,
}

impl Areas {
    /// Cells around `centres`, clipped to `land`, ending `reach_deg` from their centre at most.
    pub fn computed(
        centres: &[(UnitId, Position)],
        land: &MultiPolygon<f64>,
        reach_deg: f64,
    ) -> Self {
        let land: Vec<_> =
            land.iter().filter_map(|polygon| Some((polygon.bounding_rect()?, polygon))).collect();
        Self::of(side_by_side(centres, |(unit, centre)| {
            let cell = cell(*centre, centres, reach_deg);
            let area = Area::new(on_land(cell, &land));
            CommuneArea { unit: *unit, centre: *centre, area, approximate: true }
        }))
    }

    pub fn of(areas: Vec<CommuneArea>) -> Self {
        let boxes = areas
            .iter()
            .enumerate()
            .filter_map(|(place, area)| {
                let rect = area.area.polygons().bounding_rect()?;
                let envelope = Rectangle::from_corners(rect.min().into(), rect.max().into());
                Some(GeomWithData::new(envelope, place))
            })
            .collect();
        let centres = areas
            .iter()
            .enumerate()
            .map(|(place, area)| GeomWithData::new(ecef_m(area.centre), place))
            .collect();
        Self {
            hash: content_hash(&areas),
            all: areas,
            boxes: RTree::bulk_load(boxes),
            centres: RTree::bulk_load(centres),
        }
    }

    /// Of every area, with its shape.
    pub const fn hash(&self) -> ContentHash {
        self.hash
    }

    /// The corners of the box that holds every area.
    pub fn bounds(&self) -> Option<([f64; 2], [f64; 2])> {
        let envelope = self.boxes.root().envelope();
        (self.boxes.size() > 0).then(|| (envelope.lower(), envelope.upper()))
    }

    pub fn all(&self) -> &[CommuneArea] {
        &self.all
    }

    pub fn get(&self, unit: UnitId) -> Option<&CommuneArea> {
        self.all.iter().find(|area| area.unit == unit)
    }

    /// Areas whose bounding box meets the window, in order.
    pub fn meeting(&self, south_west: [f64; 2], north_east: [f64; 2]) -> Vec<&CommuneArea> {
        let window = AABB::from_corners(south_west, north_east);
        let mut places: Vec<usize> =
            self.boxes.locate_in_envelope_intersecting(window).map(|found| found.data).collect();
        places.sort_unstable();
        places.into_iter().map(|place| &self.all[place]).collect()
    }

    /// The commune that holds the point; of two, the nearer centre.
    pub fn holding(&self, at: Position) -> Option<UnitId> {
        let corner = [at.lon_deg(), at.lat_deg()];
        self.meeting(corner, corner)
            .into_iter()
            .filter(|area| area.area.polygons().intersects(&at.point()))
            .min_by(|a, b| distance_m(a.centre, at).total_cmp(&distance_m(b.centre, at)))
            .map(|area| area.unit)
    }

    /// The commune that holds the point, or else the one with the nearest centre.
    pub fn home_of(&self, at: Position) -> Option<UnitId> {
        self.holding(at).or_else(|| {
            let mut nearest: Option<(f64, usize)> = None;
            for (found, chord2) in self.centres.nearest_neighbor_iter_with_distance_2(ecef_m(at)) {
                if nearest.is_some_and(|(way_m, _)| chord2 > way_m * way_m) {
                    break;
                }
                let way_m = distance_m(self.all[found.data].centre, at);
                if nearest.is_none_or(|nearest| (way_m, found.data) < nearest) {
                    nearest = Some((way_m, found.data));
                }
            }
            nearest.map(|(_, place)| self.all[place].unit)
        })
    }

    pub fn any_approximate(&self) -> bool {
        self.all.iter().any(|area| area.approximate)
    }
}

/// The cell up to the coast. Where none passes, that is the whole cell: inland, and on an island
/// that the coastline lacks.
fn on_land(cell: Polygon<f64>, land: &[(Rect<f64>, &Polygon<f64>)]) -> MultiPolygon<f64> {
    let Some(window) = cell.bounding_rect() else { return MultiPolygon::new(Vec::new()) };
    let near =
        || land.iter().filter(|(rect, _)| rect.intersects(&window)).map(|(_, polygon)| *polygon);
    if near().any(|polygon| polygon.lines_iter().any(|coast| coast.intersects(&window))) {
        // A whole country would be cut for each; of it only what lies around the cell matters.
        let around = grown(window);
        let land: MultiPolygon<f64> = near().filter_map(|land| within(land, around)).collect();
        let cut = land.intersection(&cell);
        if !cut.0.is_empty() {
            return cut;
        }
    }
    MultiPolygon::new(vec![cell])
}

/// By a tenth of its size on each side, so that where [`within`] cuts is outside of what is in it.
fn grown(window: Rect<f64>) -> Rect<f64> {
    let (low, high) = (window.min(), window.max());
    let by = Coord { x: window.width() / 10.0, y: window.height() / 10.0 };
    Rect::new(low - by, high + by)
}

/// How far a place lies inwards of one side of a window.
type Inwards = fn(Coord<f64>, Rect<f64>) -> f64;

/// What of a polygon lies in a window, side by side with seams along the window's edge where it
/// would be in several parts: nothing inside the window changes by those.
fn within(polygon: &Polygon<f64>, window: Rect<f64>) -> Option<Polygon<f64>> {
    let ring = |ring: &LineString<f64>| {
        let mut kept: Vec<Coord<f64>> = ring.0.clone();
        let sides: [Inwards; 4] = [
            |at, window| at.x - window.min().x,
            |at, window| window.max().x - at.x,
            |at, window| at.y - window.min().y,
            |at, window| window.max().y - at.y,
        ];
        for inwards in sides {
            let side = |at: Coord<f64>| inwards(at, window);
            kept.pop();
            let ends = kept.iter().copied().cycle().skip(1);
            let mut cut = Vec::with_capacity(kept.len() + 1);
            for (here, there) in kept.iter().copied().zip(ends) {
                let (a, b) = (side(here), side(there));
                if a >= 0.0 {
                    cut.push(here);
                }
                if (a < 0.0 && b > 0.0) || (a > 0.0 && b < 0.0) {
                    cut.push(here + (there - here) * (a / (a - b)));
                }
            }
            cut.extend(cut.first().copied());
            kept = cut;
        }
        (kept.len() > 3).then(|| LineString::new(kept))
    };
    let holes = polygon.interiors().iter().filter_map(ring).collect();
    Some(Polygon::new(ring(polygon.exterior())?, holes))
}

/// The Voronoi cell of one centre, by cutting a regular polygon along every bisector.
///
/// In a plane scaled by the cosine of the latitude.
fn cell(centre: Position, centres: &[(UnitId, Position)], reach_deg: f64) -> Polygon<f64> {
    const CORNERS: u32 = 48;
    let scale = centre.lat_deg().to_radians().cos();
    let mut ring: Vec<[f64; 2]> = (0..CORNERS)
        .map(|corner| {
            let angle = f64::from(corner) / f64::from(CORNERS) * std::f64::consts::TAU;
            [angle.cos() * reach_deg, angle.sin() * reach_deg]
        })
        .collect();
    for (_, other) in centres {
        let dx = (other.lon_deg() - centre.lon_deg()) * scale;
        let dy = other.lat_deg() - centre.lat_deg();
        // A bisector further away than the polygon reaches cuts nothing off. Most are far either
        // way, and a nation asks ten million times.
        let far = 2.1 * reach_deg;
        if dx.abs() > far || dy.abs() > far || (dx == 0.0 && dy == 0.0) || dx.hypot(dy) > far {
            continue;
        }
        ring = cut(&ring, [dx, dy]);
    }
    let ring: Vec<(f64, f64)> = ring
        .into_iter()
        .map(|[x, y]| (centre.lon_deg() + x / scale, centre.lat_deg() + y))
        .collect();
    Polygon::new(ring.into(), Vec::new())
}

/// Keeps of a ring around the origin what is nearer to the origin than to `other`.
fn cut(ring: &[[f64; 2]], other: [f64; 2]) -> Vec<[f64; 2]> {
    let limit = f64::midpoint(other[0] * other[0], other[1] * other[1]);
    let side = |at: [f64; 2]| at[0] * other[0] + at[1] * other[1] - limit;
    let mut kept = Vec::with_capacity(ring.len() + 1);
    for (place, at) in ring.iter().enumerate() {
        let next = ring[(place + 1) % ring.len()];
        let (here, there) = (side(*at), side(next));
        if here <= 0.0 {
            kept.push(*at);
        }
        if (here < 0.0 && there > 0.0) || (here > 0.0 && there < 0.0) {
            let along = here / (here - there);
            kept.push([at[0] + along * (next[0] - at[0]), at[1] + along * (next[1] - at[1])]);
        }
    }
    kept
}

/// A point of the R-trees over villages, clusters and sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pin {
    pub at: Position,
    /// Index into the owner's list.
    pub place: u32,
}

impl RTreeObject for Pin {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_point([self.at.lon_deg(), self.at.lat_deg()])
    }
}

impl PointDistance for Pin {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        let (dx, dy) = (self.at.lon_deg() - point[0], self.at.lat_deg() - point[1]);
        dx * dx + dy * dy
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Day, UnitCode};
    use proptest::prelude::*;

    fn unit(code: u32) -> UnitId {
        UnitId { code: UnitCode(code), valid_from: Day::EARLIEST }
    }

    fn everywhere() -> MultiPolygon<f64> {
        let world = geo::Rect::new((100.0, 5.0), (115.0, 25.0)).to_polygon();
        MultiPolygon::new(vec![world])
    }

    proptest! {
        /// Jagged land, in and out of the window many times over.
        #[test]
        fn what_is_cut_to_a_window_is_the_same_in_it(
            reaches in prop::collection::vec(0.05..1.0_f64, 3..60),
            hole in 0.01..0.04_f64,
            (lon, lat, size) in (107.0..109.0_f64, 14.0..16.0_f64, 0.05..0.6_f64),
        ) {
            use geo::Area as _;
            let around = |reach: &dyn Fn(usize) -> f64, corners: usize| -> LineString<f64> {
                #[expect(clippy::cast_precision_loss, reason = "few")]
                let angle = |at: usize| at as f64 / corners as f64 * std::f64::consts::TAU;
                let at = |at: usize| Coord {
                    x: 108.0 + reach(at) * angle(at).cos(),
                    y: 15.0 + reach(at) * angle(at).sin(),
                };
                (0..corners).map(at).collect()
            };
            let shore = around(&|at| reaches[at], reaches.len());
            let lake = if reaches.len() > 8 { vec![around(&|_| hole, 8)] } else { Vec::new() };
            let land = Polygon::new(shore, lake);
            let cell = Rect::new((lon, lat), (lon + size, lat + size / 2.0)).to_polygon();
            let window = cell.bounding_rect().expect("a box");
            let whole = MultiPolygon::new(vec![land.clone()]).intersection(&cell);
            let cut: MultiPolygon<f64> = within(&land, grown(window)).into_iter().collect();
            let cut = cut.intersection(&cell);
            let apart = whole.xor(&cut).unsigned_area();
            prop_assert!(apart < 1e-7, "{apart} of {}", whole.unsigned_area());
        }
    }

    /// One land to the north of 15°, with a lake; centres in it, by its coast, off it.
    #[test]
    fn a_cell_ends_at_the_coast_and_is_whole_where_none_passes() {
        use geo::Area as _;
        let ring = |west: f64, south: f64, east: f64, north: f64| {
            geo::Rect::new((west, south), (east, north)).to_polygon().exterior().clone()
        };
        let lake = ring(108.48, 15.48, 108.52, 15.52);
        let land = Polygon::new(ring(107.0, 15.0, 110.0, 17.0), vec![lake.clone()]);
        let land = MultiPolygon::new(vec![land]);
        let whole =
            |lat: f64| 24.0 * (std::f64::consts::TAU / 48.0).sin() * 0.01 / lat.to_radians().cos();
        let lake_deg2 = Polygon::new(lake, Vec::new()).unsigned_area();
        for (what, lon, lat, expected) in [
            ("inland", 109.0, 16.0, whole(16.0)),
            ("half in the sea", 109.0, 15.0, whole(15.0) / 2.0),
            ("an island that the coastline lacks", 109.0, 14.5, whole(14.5)),
            ("around a lake", 108.53, 15.5, whole(15.5) - lake_deg2),
        ] {
            let centre = Position::new(lon, lat).unwrap();
            let areas = Areas::computed(&[(unit(1), centre)], &land, 0.1);
            let area = areas.all()[0].area.polygons().unsigned_area();
            assert!((area / expected - 1.0).abs() < 0.01, "{what}: {area} of {expected}");
        }
    }

    proptest! {
        /// Where no cell reaches, home is the commune whose centre is the nearest of all.
        #[test]
        fn who_lies_in_no_cell_is_at_home_with_the_nearest_centre(
            centres in proptest::collection::vec((107.5_f64..109.0, 14.5_f64..15.5), 1..30),
            lon in 105.0_f64..112.0,
            lat in 12.0_f64..18.0,
        ) {
            let centres: Vec<_> = centres
                .into_iter()
                .zip(1..)
                .map(|((lon, lat), code)| (unit(code), Position::new(lon, lat).unwrap()))
                .collect();
            let areas = Areas::computed(&centres, &everywhere(), 0.05);
            let at = Position::new(lon, lat).unwrap();
            let nearest = centres
                .iter()
                .min_by(|a, b| distance_m(a.1, at).total_cmp(&distance_m(b.1, at)))
                .unwrap();
            let expected = areas.holding(at).unwrap_or(nearest.0);
            prop_assert_eq!(areas.home_of(at), Some(expected));
        }

        /// A cell holds exactly the points that are nearest to its centre.
        #[test]
        fn every_point_lies_in_the_cell_of_its_nearest_centre(
            centres in proptest::collection::vec((107.5_f64..109.0, 14.5_f64..15.5), 2..30),
            lon in 107.6_f64..108.9,
            lat in 14.6_f64..15.4,
        ) {
            let centres: Vec<_> = centres
                .into_iter()
                .zip(1..)
                .map(|((lon, lat), code)| (unit(code), Position::new(lon, lat).unwrap()))
                .collect();
            let areas = Areas::computed(&centres, &everywhere(), 3.0);
            let at = Position::new(lon, lat).unwrap();
            let mut by_distance: Vec<_> =
                centres.iter().map(|(unit, centre)| (distance_m(*centre, at), *unit)).collect();
            by_distance.sort_by(|a, b| a.0.total_cmp(&b.0));
            // Scaling by one latitude's cosine is not geodesic: near ties may fall either way.
            prop_assume!(by_distance[1].0 - by_distance[0].0 > 2_000.0);
            prop_assert_eq!(areas.holding(at), Some(by_distance[0].1));
        }
    }
}
