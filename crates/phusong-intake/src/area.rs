//! Outlines of coverage areas: from a file's coordinates to a valid area, or every fault with
//! its place. Nothing is mended here: a ring that crosses itself has no one meaning.

use geo::{Area as _, BoundingRect, Coord, Intersects, LineString, MultiPolygon, Polygon};
use phusong_atlas::domain::{Area, Position};
use rstar::primitives::{GeomWithData, Line};
use rstar::{RTree, RTreeObject};

/// Pairs of edges whose boxes meet, before an outline is called too complicated: an honest one
/// has a handful for each of its 10⁶ vertices, and more would keep the service busy.
const MOST_PAIRS: u64 = 20_000_000;

/// Rings as a file drew them, in its own coordinates.
pub type Outline = MultiPolygon<f64>;

/// Why an outline is no area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OutlineFault {
    /// Two edges cross here.
    Crosses {
        at: Coord<f64>,
    },
    /// A ring that encloses nothing.
    Flat,
    /// A hole that is not in its ring.
    HoleOutside {
        at: Coord<f64>,
    },
    /// A vertex that is no place on Earth, or lies far outside.
    Outside {
        at: Coord<f64>,
    },
    TooComplicated,
}

impl OutlineFault {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Crosses { .. } => "ring-crosses-itself",
            Self::Flat => "empty-ring",
            Self::HoleOutside { .. } => "hole-outside",
            Self::Outside { .. } => "outside-province",
            Self::TooComplicated => "outline-too-complicated",
        }
    }

    pub fn vi(self) -> String {
        match self {
            Self::Crosses { at } => {
                format!("đường biên tự cắt tại {:.6}; {:.6}", at.x, at.y)
            }
            Self::Flat => "đường biên không bao quanh diện tích nào".to_owned(),
            Self::HoleOutside { at } => {
                format!("lỗ tại {:.6}; {:.6} nằm ngoài đường biên", at.x, at.y)
            }
            Self::Outside { at } => format!("đỉnh {:.6}; {:.6} ở ngoài tỉnh", at.x, at.y),
            Self::TooComplicated => "đường biên quá phức tạp để kiểm tra".to_owned(),
        }
    }

    pub fn en(self) -> String {
        match self {
            Self::Crosses { at } => {
                format!("the outline crosses itself at {:.6}, {:.6}", at.x, at.y)
            }
            Self::Flat => "the outline encloses nothing".to_owned(),
            Self::HoleOutside { at } => {
                format!("the hole at {:.6}, {:.6} is not within its ring", at.x, at.y)
            }
            Self::Outside { at } => {
                format!("vertex {:.6}, {:.6} is outside the province", at.x, at.y)
            }
            Self::TooComplicated => "the outline is too complicated to be checked".to_owned(),
        }
    }
}

/// The area within the outline, its vertices brought to WGS 84 by `place` and held to 1e-7°.
///
/// # Errors
/// The first fault.
pub fn area_of(
    outline: &Outline,
    mut place: impl FnMut(Coord<f64>) -> Option<Position>,
    within: geo::Rect<f64>,
) -> Result<Area, OutlineFault> {
    let mut ring = |line: &LineString<f64>| -> Result<LineString<f64>, OutlineFault> {
        let mut points: Vec<Coord<f64>> = Vec::with_capacity(line.0.len());
        for vertex in &line.0 {
            let position = place(*vertex).ok_or(OutlineFault::Outside { at: *vertex })?;
            let at = Coord { x: position.lon_deg(), y: position.lat_deg() };
            let inside = (within.min().x..=within.max().x).contains(&at.x)
                && (within.min().y..=within.max().y).contains(&at.y);
            if !inside {
                return Err(OutlineFault::Outside { at });
            }
            if points.last() != Some(&at) {
                points.push(at);
            }
        }
        if points.len() < 4 { Err(OutlineFault::Flat) } else { Ok(LineString::new(points)) }
    };
    let polygons = outline
        .iter()
        .map(|polygon| {
            let outer = ring(polygon.exterior())?;
            let holes: Vec<_> =
                polygon.interiors().iter().map(&mut ring).collect::<Result<_, _>>()?;
            let outer = Polygon::new(outer, Vec::new());
            let astray =
                holes.iter().filter_map(|hole| hole.0.first()).find(|at| !outer.intersects(*at));
            match astray {
                Some(at) => Err(OutlineFault::HoleOutside { at: *at }),
                None => Ok(Polygon::new(outer.into_inner().0, holes)),
            }
        })
        .collect::<Result<Vec<_>, OutlineFault>>()?;
    let polygons = MultiPolygon::new(polygons);
    if polygons.bounding_rect().is_none() {
        return Err(OutlineFault::Flat);
    }
    match crossing(&polygons, MOST_PAIRS) {
        Ok(None) if polygons.iter().any(|polygon| polygon.unsigned_area() <= 0.0) => {
            Err(OutlineFault::Flat)
        }
        Ok(None) => Ok(Area::new(polygons)),
        Ok(Some(at)) => Err(OutlineFault::Crosses { at }),
        Err(TooComplicated) => Err(OutlineFault::TooComplicated),
    }
}

#[derive(Debug, PartialEq)]
struct TooComplicated;

type Point = [f64; 2];
type Edge = GeomWithData<Line<Point>, usize>;

/// Where two edges of the outline cross, if any do.
fn crossing(
    polygons: &MultiPolygon<f64>,
    most_pairs: u64,
) -> Result<Option<Coord<f64>>, TooComplicated> {
    let rings = polygons.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    let edges: Vec<Edge> = rings
        .flat_map(LineString::lines)
        .enumerate()
        .map(|(at, line)| Edge::new(Line::new(line.start.into(), line.end.into()), at))
        .collect();
    let tree = RTree::bulk_load(edges);
    let mut pairs = 0;
    for edge in &tree {
        for other in tree.locate_in_envelope_intersecting(edge.envelope()) {
            pairs += 1;
            if pairs > most_pairs {
                return Err(TooComplicated);
            }
            // Each pair once.
            if other.data > edge.data
                && let Some(at) = cross(edge.geom(), other.geom())
            {
                return Ok(Some(at));
            }
        }
    }
    Ok(None)
}

/// Where the two truly cross; meeting at an end is no crossing.
fn cross(a: &Line<Point>, b: &Line<Point>) -> Option<Coord<f64>> {
    let side = |p: Point, q: Point, r: Point| {
        (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
    };
    let apart = |one: f64, other: f64| one > 0.0 && other < 0.0 || one < 0.0 && other > 0.0;
    let (b_from, b_to) = (side(a.from, a.to, b.from), side(a.from, a.to, b.to));
    let (a_from, a_to) = (side(b.from, b.to, a.from), side(b.from, b.to, a.to));
    if !apart(b_from, b_to) || !apart(a_from, a_to) {
        return None;
    }
    let (from, to) = (Coord::from(a.from), Coord::from(a.to));
    Some(from + (to - from) * (a_from / (a_from - a_to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rings<'r> = &'r [&'r [(f64, f64)]];

    fn read(rings: Rings<'_>) -> Result<Area, OutlineFault> {
        let polygons = rings
            .iter()
            .map(|ring| Polygon::new(LineString::from(ring.to_vec()), Vec::new()))
            .collect();
        let within = geo::Rect::new((107.0, 13.0), (110.0, 16.0));
        area_of(
            &MultiPolygon::new(polygons),
            |vertex| Position::new(vertex.x, vertex.y).ok(),
            within,
        )
    }

    #[test]
    fn an_outline_is_an_area_or_says_where_it_is_none() {
        let square = [(108.0, 14.0), (108.2, 14.0), (108.2, 14.2), (108.0, 14.2)];
        let bow_tie = [(108.0, 14.0), (108.2, 14.2), (108.2, 14.0), (108.0, 14.2)];
        let spike = [(108.0, 14.0), (108.2, 14.0), (108.0, 14.0)];
        let far = [(108.0, 14.0), (108.2, 14.0), (179.0, 14.2)];
        let nowhere = [(108.0, 14.0), (108.2, 14.0), (108.0, 95.0)];
        let beside = [(108.3, 14.0), (108.4, 14.0), (108.4, 14.2)];
        let over = [(108.1, 14.1), (108.4, 14.1), (108.4, 14.3)];
        let cases: [(Rings<'_>, &str); 8] = [
            (&[&square], "area"),
            (&[&square, &beside], "area"),
            (&[&bow_tie], "ring-crosses-itself"),
            (&[&square, &over], "ring-crosses-itself"),
            (&[&spike], "empty-ring"),
            (&[], "empty-ring"),
            (&[&far], "outside-province"),
            (&[&nowhere], "outside-province"),
        ];
        for (rings, expected) in cases {
            let found = read(rings).map_or_else(OutlineFault::code, |_| "area");
            assert_eq!(found, expected, "{rings:?}");
        }
        let Err(OutlineFault::Crosses { at }) = read(&[&bow_tie]) else { panic!("no crossing") };
        assert!((at.x - 108.1).abs() < 1e-9 && (at.y - 14.1).abs() < 1e-9, "{at:?}");
    }

    #[test]
    fn a_zigzag_made_to_keep_the_service_busy_is_given_up() {
        // Slanted teeth: the box of each edge meets the boxes of all others.
        let tooth = |at: u32| {
            let (low, east) = (at.is_multiple_of(2), f64::from(at) * 1e-5);
            if low { (108.0 + east, 14.0) } else { (108.5 + east, 14.5) }
        };
        let mut ring: Vec<_> = (0..400).map(tooth).collect();
        ring.push((109.0, 13.9));
        ring.push((108.0, 13.9));
        let polygons = MultiPolygon::new(vec![Polygon::new(ring.into(), Vec::new())]);
        assert_eq!(crossing(&polygons, MOST_PAIRS), Ok(None));
        assert_eq!(crossing(&polygons, 100_000), Err(TooComplicated));
    }
}
