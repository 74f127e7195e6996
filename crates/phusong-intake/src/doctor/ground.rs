//! How far a reading lies from what its row claims.

use std::collections::HashMap;

use geo::{BoundingRect, Intersects, MultiPolygon};
use phusong_atlas::atlas::CommuneArea;
use phusong_atlas::domain::{Position, UnitId, UnitLevel, distance_m};
use phusong_atlas::gazetteer::Now;

use super::{Ground, Point};

/// A computed cell is off its commune by so much at most. Measured: of 606 sites and 1,900 points
/// spread evenly over the real communes, all lie within 8.1 km of their commune's cell.
const CELL_ERROR_M: f64 = 10_000.0;
/// Beyond a real boundary, a site may still serve its commune.
pub const BOUNDARY_ERROR_M: f64 = 3_000.0;
/// A commune of which only the centre is known reaches no farther.
const COMMUNE_REACH_M: f64 = 12_000.0;
/// A site serves a village from no farther.
const VILLAGE_REACH_M: f64 = 15_000.0;
/// Farther than this from every commune's centre is another province. A site beyond the border
/// may serve villages inside.
pub const PROVINCE_MARGIN_M: f64 = 60_000.0;
/// A site on the spot where it was reported before.
pub const SAME_SITE_M: f64 = 200.0;

/// What a reading misses, and by how much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Miss {
    /// From the outline of what is claimed; 0 within.
    pub metres: f64,
    /// It lies where the row says, as far as our outlines can tell; or on the spot.
    pub fits: bool,
    /// As far as our outlines can tell, it lies in what is claimed.
    pub in_claim: bool,
    /// Where this very site was reported before.
    pub on_the_spot: bool,
}

impl Miss {
    /// Within the very outline of what is claimed, or on its edge.
    pub fn is_inside(self) -> bool {
        /// An outline of ours is no sharper.
        const EDGE_M: f64 = 100.0;
        self.metres <= EDGE_M
    }
}

/// A commune as rows claim it.
#[derive(Debug)]
struct Claim<'a> {
    centre: Option<Position>,
    /// Its area of today; several when it was divided.
    cells: Vec<(&'a CommuneArea, geo::Rect<f64>)>,
}

/// The ground, made ready for many points.
pub struct Ready<'a> {
    pub ground: &'a Ground<'a>,
    claims: HashMap<UnitId, Claim<'a>>,
    /// Centres of provinces of any time.
    pub province_centres: Vec<(UnitId, Position)>,
    approximate: bool,
}

impl<'a> Ready<'a> {
    pub fn new(ground: &'a Ground<'a>, points: &[Point<'_>]) -> Self {
        let mut claims = HashMap::new();
        for unit in points.iter().filter_map(|point| point.claimed) {
            claims.entry(unit).or_insert_with(|| claim(ground, unit));
        }
        let units = ground.gazetteer.units().iter();
        let province_centres = units
            .filter(|unit| unit.level == UnitLevel::Province)
            .filter_map(|unit| Some((unit.id, unit.centre?)))
            .collect();
        let approximate = ground.areas.any_approximate();
        Self { ground, claims, province_centres, approximate }
    }

    fn claim(&self, unit: Option<UnitId>) -> Option<&Claim<'a>> {
        let claim = self.claims.get(&unit?)?;
        (claim.centre.is_some() || !claim.cells.is_empty()).then_some(claim)
    }

    /// Does the row say anything that its place can be held against?
    pub fn is_anchored(&self, point: &Point<'_>) -> bool {
        point.before.is_some() || point.village.is_some() || self.claim(point.claimed).is_some()
    }

    pub fn names_commune(&self, point: &Point<'_>) -> bool {
        self.claim(point.claimed).is_some()
    }

    pub fn miss(&self, at: Position, point: &Point<'_>) -> Miss {
        let on_the_spot = point.before.is_some_and(|before| roughly_m(before, at) <= SAME_SITE_M);
        let metres = self.miss_m(at, point);
        let error = if self.approximate { CELL_ERROR_M } else { BOUNDARY_ERROR_M };
        let in_claim = metres <= error;
        Miss { metres, fits: on_the_spot || in_claim, in_claim, on_the_spot }
    }

    fn miss_m(&self, at: Position, point: &Point<'_>) -> f64 {
        if let Some(claim) = self.claim(point.claimed) {
            return off_claim_m(at, claim);
        }
        if let Some(village) = point.village {
            let near = VILLAGE_REACH_M + f64::from(village.uncertainty_m);
            return (roughly_m(village.position, at) - near).max(0.0);
        }
        if self.ground.areas.holding(at).is_some() {
            return 0.0;
        }
        self.nearest_cell_m(at)
    }

    /// From outside every commune to the nearest one's outline.
    fn nearest_cell_m(&self, at: Position) -> f64 {
        /// Cells farther off than this are nobody's.
        const AROUND_DEG: f64 = 0.12;
        let (west, south) = (at.lon_deg() - AROUND_DEG, at.lat_deg() - AROUND_DEG);
        let (east, north) = (at.lon_deg() + AROUND_DEG, at.lat_deg() + AROUND_DEG);
        let near = self.ground.areas.meeting([west, south], [east, north]);
        let outlines = near.into_iter().map(|cell| outline_m(cell.area.polygons(), at));
        outlines.min_by(f64::total_cmp).unwrap_or(f64::INFINITY)
    }

    /// The commune of today whose centre is nearest.
    pub fn nearest_commune(&self, at: Position) -> Option<(UnitId, f64)> {
        self.ground.gazetteer.units().nearest_commune(at, self.ground.today)
    }

    /// Not in another province, whatever our outlines are worth.
    pub fn is_near_province(&self, at: Position) -> bool {
        self.ground.areas.holding(at).is_some()
            || self.nearest_commune(at).is_none_or(|(_, metres)| metres <= PROVINCE_MARGIN_M)
    }

    /// What the row claims in words, with its distance from here: its commune, its village, or
    /// else the nearest commune.
    pub fn said(&self, at: Position, point: &Point<'_>) -> (String, f64) {
        let units = self.ground.gazetteer.units();
        if let (Some(unit), Some(claim)) = (point.claimed, self.claim(point.claimed)) {
            let centre = claim.centre.or_else(|| claim.cells.first().map(|(cell, _)| cell.centre));
            return (units.label(unit), centre.map_or(0.0, |centre| distance_m(centre, at)));
        }
        if let Some(village) = point.village {
            return ("thôn đã nêu".to_owned(), distance_m(village.position, at));
        }
        self.nearest_commune(at)
            .map_or_else(|| ("?".to_owned(), 0.0), |(unit, metres)| (units.label(unit), metres))
    }
}

/// From the outline of a commune; 0 within.
fn off_claim_m(at: Position, claim: &Claim<'_>) -> f64 {
    let corner = at.point();
    let within = |(cell, rect): &(&CommuneArea, geo::Rect<f64>)| {
        rect.intersects(&corner) && cell.area.polygons().intersects(&corner)
    };
    if claim.cells.iter().any(within) {
        return 0.0;
    }
    let outlines = claim.cells.iter().map(|(cell, _)| outline_m(cell.area.polygons(), at));
    outlines.min_by(f64::total_cmp).unwrap_or_else(|| {
        let centre = claim.centre.map_or(f64::INFINITY, |centre| roughly_m(centre, at));
        (centre - COMMUNE_REACH_M).max(0.0)
    })
}

fn claim<'a>(ground: &Ground<'a>, unit: UnitId) -> Claim<'a> {
    let units = ground.gazetteer.units();
    let Some(fact) = units.get(unit) else { return Claim { centre: None, cells: Vec::new() } };
    let now = match units.on_day(unit, ground.today) {
        Now::One(now) => vec![now],
        Now::Several(now) => now,
        Now::Unknown => Vec::new(),
    };
    let is_commune = fact.level == UnitLevel::Commune;
    let cells = now
        .into_iter()
        .filter(|_| is_commune)
        .filter_map(|unit| ground.areas.get(unit))
        .filter_map(|cell| Some((cell, cell.area.polygons().bounding_rect()?)))
        .collect();
    Claim { centre: fact.centre.filter(|_| is_commune), cells }
}

/// Metres between two places of one province, to a few in a thousand: for comparing readings.
pub fn roughly_m(a: Position, b: Position) -> f64 {
    let (x, y) = plane_m(a, b.lon_deg(), b.lat_deg());
    x.hypot(y)
}

/// Most are told by their latitudes.
pub fn is_within(a: Position, b: Position, metres: f64) -> bool {
    ((b.lat_deg() - a.lat_deg()) * LATITUDE_DEGREE_M).abs() <= metres && roughly_m(a, b) <= metres
}

const LATITUDE_DEGREE_M: f64 = 110_650.0;

/// Where a place lies from another, east and north in metres.
fn plane_m(from: Position, lon_deg: f64, lat_deg: f64) -> (f64, f64) {
    const DEGREE_M: f64 = 111_320.0;
    let scale = f64::midpoint(from.lat_deg(), lat_deg).to_radians().cos();
    ((lon_deg - from.lon_deg()) * DEGREE_M * scale, (lat_deg - from.lat_deg()) * LATITUDE_DEGREE_M)
}

/// From a point outside to the nearest edge.
pub fn outline_m(polygons: &MultiPolygon<f64>, at: Position) -> f64 {
    let rings = polygons.iter().map(geo::Polygon::exterior);
    let edges = rings.flat_map(geo::LineString::lines).map(|edge| {
        let (ax, ay) = plane_m(at, edge.start.x, edge.start.y);
        let (bx, by) = plane_m(at, edge.end.x, edge.end.y);
        let (dx, dy) = (bx - ax, by - ay);
        let length2 = dx * dx + dy * dy;
        let along =
            if length2 > 0.0 { (-(ax * dx + ay * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
        (ax + along * dx).hypot(ay + along * dy)
    });
    edges.min_by(f64::total_cmp).unwrap_or(f64::INFINITY)
}
