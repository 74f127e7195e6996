//! Geometry: *distances are WGS 84 geodesic, rounded to 1 m; polygon edges are straight in
//! longitude/latitude.*

use geo::{Coord, MultiPolygon};
use phusong_atlas::domain::{Position, Shape, distance_m};

/// How a shape, widened by its uncertainty, lies to an area or a reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    Within,
    Partly,
    Outside,
}

/// *(b) an area that contains k's whole uncertainty disc (a cluster drawn as an area is widened
/// by its uncertainty) … Partial overlap in (b) or (c) is only possible.*
pub fn against_area(shape: &Shape, area: &MultiPolygon<f64>) -> Lies {
    match shape {
        Shape::Point(located) => {
            let at = coord(located.position);
            let to_boundary = nearest(at, &ends(area));
            let uncertainty = f64::from(located.uncertainty_m);
            verdict(inside(at, area), inside(at, area), to_boundary, uncertainty)
        }
        Shape::Outline { area: outline, uncertainty_m } => {
            let outline = outline.polygons();
            let (ours, theirs) = (ends(outline), ends(area));
            let crossing = ours.iter().any(|a| theirs.iter().any(|b| cross(*a, *b)));
            // Touching from within is no way out, as a disc may touch: nothing of the outline may
            // lie outside the area, and no ring of the area (a hole, an island) inside it.
            let on = |p: Coord<f64>, lines: &[Edge]| lines.iter().any(|e| cross((p, p), *e));
            let whole = pieces(&ours, &theirs).all(|p| inside(p, area) || on(p, &theirs))
                && !pieces(&theirs, &ours).any(|p| inside(p, outline) && !on(p, &ours));
            let touches = crossing
                || ours.iter().any(|(p, _)| inside(*p, area))
                || theirs.iter().any(|(p, _)| inside(*p, outline));
            let between = |points: &[Edge], lines: &[Edge]| {
                points.iter().map(|(p, _)| nearest(*p, lines)).fold(f64::INFINITY, f64::min)
            };
            let gap =
                if crossing { 0.0 } else { between(&ours, &theirs).min(between(&theirs, &ours)) };
            verdict(whole, touches, gap, f64::from(*uncertainty_m))
        }
    }
}

/// `gap_m` is the least distance between the two boundaries.
fn verdict(whole: bool, touches: bool, gap_m: f64, uncertainty_m: f64) -> Lies {
    if whole && gap_m >= uncertainty_m {
        Lies::Within
    } else if touches || gap_m <= uncertainty_m {
        Lies::Partly
    } else {
        Lies::Outside
    }
}

/// *(c) the site's reach …: distance + uncertainty ≤ reach.*
pub fn against_reach(shape: &Shape, site: Position, reach_m: f64) -> Lies {
    let (farthest, nearest_m, uncertainty) = match shape {
        Shape::Point(located) => {
            let d = distance_m(located.position, site);
            (d, d, located.uncertainty_m)
        }
        Shape::Outline { area, uncertainty_m } => {
            let farthest = edges(area.polygons())
                .iter()
                .map(|(p, _)| distance_m(position(*p), site))
                .fold(0.0, f64::max);
            (farthest, distance_to(shape, site), *uncertainty_m)
        }
    };
    let uncertainty = f64::from(uncertainty);
    if farthest + uncertainty <= reach_m {
        Lies::Within
    } else if nearest_m - uncertainty <= reach_m {
        Lies::Partly
    } else {
        Lies::Outside
    }
}

/// *within R's radius (500 m) of k's uncertainty disc*
pub fn near(shape: &Shape, at: Position, radius_m: f64) -> bool {
    let uncertainty = match shape {
        Shape::Point(located) => located.uncertainty_m,
        Shape::Outline { uncertainty_m, .. } => *uncertainty_m,
    };
    distance_to(shape, at) <= radius_m + f64::from(uncertainty)
}

/// To the point, or to the outline (0 inside it).
fn distance_to(shape: &Shape, at: Position) -> f64 {
    match shape {
        Shape::Point(located) => distance_m(located.position, at),
        Shape::Outline { area, .. } if inside(coord(at), area.polygons()) => 0.0,
        Shape::Outline { area, .. } => nearest(coord(at), &edges(area.polygons())),
    }
}

type Edge = (Coord<f64>, Coord<f64>);

/// Every edge of every ring, holes too.
fn edges(polygons: &MultiPolygon<f64>) -> Vec<Edge> {
    polygons
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
        .flat_map(|ring| ring.0.windows(2).map(|pair| (pair[0], pair[1])))
        .collect()
}

/// Where the ground ends: of the edges of several polygons the pieces that do not have ground on
/// both sides, as the edge between two halves has.
fn ends(polygons: &MultiPolygon<f64>) -> Vec<Edge> {
    const BESIDE_DEG: f64 = 1e-9;
    let edges = edges(polygons);
    if polygons.0.len() < 2 {
        return edges;
    }
    let cut = edges.iter().flat_map(|edge| {
        let between = |pair: &[f64]| (along(*edge, pair[0]), along(*edge, pair[1]));
        cuts(*edge, &edges).windows(2).map(between).collect::<Vec<_>>()
    });
    let is_end = |(a, b): &Edge| {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = dx.hypot(dy);
        let middle = along((*a, *b), 0.5);
        let beside = |side: f64| Coord {
            x: middle.x - side * dy / length * BESIDE_DEG,
            y: middle.y + side * dx / length * BESIDE_DEG,
        };
        length > 0.0 && !(inside(beside(1.0), polygons) && inside(beside(-1.0), polygons))
    };
    cut.filter(is_end).collect()
}

/// In one of the polygons.
fn inside(at: Coord<f64>, polygons: &MultiPolygon<f64>) -> bool {
    polygons.iter().any(|polygon| inside_one(at, &MultiPolygon::new(vec![polygon.clone()])))
}

/// Inside by the even-odd rule: a ray to the east crosses the rings an odd number of times.
fn inside_one(at: Coord<f64>, polygons: &MultiPolygon<f64>) -> bool {
    let crossed = edges(polygons)
        .into_iter()
        .filter(|(a, b)| (a.y > at.y) != (b.y > at.y))
        .filter(|(a, b)| at.x < a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x))
        .count();
    crossed % 2 == 1
}

/// The middle of every piece of these edges, cut where the others meet them.
fn pieces<'a>(edges: &'a [Edge], others: &'a [Edge]) -> impl Iterator<Item = Coord<f64>> + 'a {
    edges.iter().flat_map(move |edge| {
        let middle = |pair: &[f64]| along(*edge, f64::midpoint(pair[0], pair[1]));
        cuts(*edge, others).windows(2).map(middle).collect::<Vec<_>>()
    })
}

fn along((a, b): Edge, t: f64) -> Coord<f64> {
    Coord { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) }
}

/// How far along the edge others meet it, its ends too, in order.
fn cuts((a, b): Edge, others: &[Edge]) -> Vec<f64> {
    let mut cuts = vec![0.0, 1.0];
    for (c, d) in others {
        let (ux, uy, vx, vy) = (b.x - a.x, b.y - a.y, d.x - c.x, d.y - c.y);
        let turn = ux * vy - uy * vx;
        if turn == 0.0 {
            let along =
                |p: &Coord<f64>| ((p.x - a.x) * ux + (p.y - a.y) * uy) / (ux * ux + uy * uy);
            cuts.extend([along(c), along(d)]);
        } else {
            cuts.push(((c.x - a.x) * vy - (c.y - a.y) * vx) / turn);
        }
    }
    cuts.retain(|t| (0.0..=1.0).contains(t));
    cuts.sort_by(f64::total_cmp);
    cuts
}

/// Do two edges share a point?
fn cross((a, b): Edge, (c, d): Edge) -> bool {
    let side = |p: Coord<f64>, q: Coord<f64>, r: Coord<f64>| {
        let turn = (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
        if turn > 0.0 {
            1
        } else if turn < 0.0 {
            -1
        } else {
            0
        }
    };
    let between = |p: Coord<f64>, q: Coord<f64>, r: Coord<f64>| {
        r.x >= p.x.min(q.x) && r.x <= p.x.max(q.x) && r.y >= p.y.min(q.y) && r.y <= p.y.max(q.y)
    };
    let (abc, abd, cda, cdb) = (side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b));
    (abc * abd < 0 && cda * cdb < 0)
        || (abc == 0 && between(a, b, c))
        || (abd == 0 && between(a, b, d))
        || (cda == 0 && between(c, d, a))
        || (cdb == 0 && between(c, d, b))
}

/// Geodesic metres from a point to the nearest of these edges, rounded to 1 m.
fn nearest(at: Coord<f64>, edges: &[Edge]) -> f64 {
    edges
        .iter()
        .map(|edge| distance_m(position(at), position(foot(at, *edge))))
        .fold(f64::INFINITY, f64::min)
}

/// The point of the edge nearest to `at`, found in a plane that has true scale at `at`: within
/// a few kilometres its error is far below the rounding.
fn foot(at: Coord<f64>, (a, b): Edge) -> Coord<f64> {
    const E2: f64 = 0.006_694_379_990_14;
    let lat = at.y.to_radians();
    let w2 = 1.0 - E2 * lat.sin().powi(2);
    // Metres per degree over a common factor: the prime vertical's and the meridian's radius.
    let (x_scale, y_scale) = (lat.cos() / w2.sqrt(), (1.0 - E2) / w2.powf(1.5));
    let (ux, uy) = ((b.x - a.x) * x_scale, (b.y - a.y) * y_scale);
    let (vx, vy) = ((at.x - a.x) * x_scale, (at.y - a.y) * y_scale);
    let length2 = ux * ux + uy * uy;
    let along = if length2 > 0.0 { ((ux * vx + uy * vy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    Coord { x: a.x + along * (b.x - a.x), y: a.y + along * (b.y - a.y) }
}

fn coord(position: Position) -> Coord<f64> {
    Coord { x: position.lon_deg(), y: position.lat_deg() }
}

fn position(at: Coord<f64>) -> Position {
    Position::new(at.x, at.y).expect("a point of an area is on the globe")
}
