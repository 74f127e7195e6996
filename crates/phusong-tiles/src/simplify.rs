//! Fewer points for lines that neighbours share: both sides get the same points.
//!
//! Rings are cut where three lines or more meet; each piece is thinned by itself (Douglas and
//! Peucker 1973), always walked in the same direction whoever owns the ring, so that a border
//! between two communes stays one line.

use crate::grid::GridPoint;

/// What may be left out lies within one unit of what stays: an eighth of a pixel.
const TOLERANCE: f64 = 1.0;

/// Places where the lines of all rings meet three at a time or more, sorted.
pub fn junctions<'a>(rings: impl IntoIterator<Item = &'a [GridPoint]>) -> Vec<GridPoint> {
    let mut edges: Vec<(GridPoint, GridPoint)> = Vec::new();
    for ring in rings {
        for (place, at) in ring.iter().enumerate() {
            let next = ring[(place + 1) % ring.len()];
            edges.extend([(*at, next), (next, *at)]);
        }
    }
    edges.sort_unstable_by_key(|(from, to)| (from.x, from.y, to.x, to.y));
    edges.dedup();
    edges.chunk_by(|a, b| a.0 == b.0).filter(|star| star.len() > 2).map(|star| star[0].0).collect()
}

/// The ring with fewer points; fewer than three when it collapses.
///
/// `ring` is open (its last point is not its first) and has no point twice in a row.
pub fn thin(ring: &[GridPoint], junctions: &[GridPoint]) -> Vec<GridPoint> {
    let is_junction =
        |at: &GridPoint| junctions.binary_search_by_key(&(at.x, at.y), |j| (j.x, j.y)).is_ok();
    let start = ring.iter().position(is_junction).or_else(|| {
        // An island starts at its least point, wherever its source began.
        (0..ring.len()).min_by_key(|place| (ring[*place].x, ring[*place].y))
    });
    let Some(start) = start else { return Vec::new() };
    let mut walk: Vec<GridPoint> = ring[start..].iter().chain(&ring[..start]).copied().collect();
    walk.push(ring[start]);
    let mut thinned = Vec::new();
    let mut from = 0;
    for to in 1..walk.len() {
        if to + 1 == walk.len() || is_junction(&walk[to]) {
            thin_piece(&walk[from..=to], &mut thinned);
            from = to;
        }
    }
    thinned
}

/// Appends the piece without its last point.
fn thin_piece(piece: &[GridPoint], out: &mut Vec<GridPoint>) {
    let key = |at: &GridPoint| (at.x, at.y);
    if piece.iter().map(key).le(piece.iter().rev().map(key)) {
        let kept = keep(piece);
        out.extend(piece.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(at, _)| *at));
    } else {
        let turned: Vec<GridPoint> = piece.iter().rev().copied().collect();
        let kept = keep(&turned);
        out.extend(turned.iter().zip(&kept).rev().filter(|(_, kept)| **kept).map(|(at, _)| *at));
    }
    out.pop();
}

/// Which points of the piece stay; its ends always do.
fn keep(piece: &[GridPoint]) -> Vec<bool> {
    let mut kept = vec![false; piece.len()];
    let mut spans = Vec::new();
    if let Some(last) = piece.len().checked_sub(1) {
        (kept[0], kept[last]) = (true, true);
        spans.push((0, last));
    }
    while let Some((from, to)) = spans.pop() {
        let mut farthest = (TOLERANCE * TOLERANCE, from);
        for place in from + 1..to {
            let distance_2 = distance_2(piece[place], piece[from], piece[to]);
            if distance_2 > farthest.0 {
                farthest = (distance_2, place);
            }
        }
        if farthest.1 > from {
            kept[farthest.1] = true;
            spans.extend([(from, farthest.1), (farthest.1, to)]);
        }
    }
    kept
}

/// Squared distance of a point from a segment, in units.
fn distance_2(at: GridPoint, from: GridPoint, to: GridPoint) -> f64 {
    let apart = |a: i32, b: i32| f64::from(a) - f64::from(b);
    let (dx, dy) = (apart(to.x, from.x), apart(to.y, from.y));
    let (px, py) = (apart(at.x, from.x), apart(at.y, from.y));
    let length_2 = dx * dx + dy * dy;
    let along = if length_2 > 0.0 { ((px * dx + py * dy) / length_2).clamp(0.0, 1.0) } else { 0.0 };
    let (ex, ey) = (px - along * dx, py - along * dy);
    ex * ex + ey * ey
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(pairs: &[(i32, i32)]) -> Vec<GridPoint> {
        pairs.iter().map(|(x, y)| GridPoint::new(*x, *y)).collect()
    }

    #[test]
    fn two_neighbours_keep_one_border() {
        // A wavy border from (10, 0) to (10, 40), walked down by the left and up by the right.
        let wave = [(10, 0), (11, 7), (10, 14), (16, 20), (10, 26), (9, 33), (10, 40)];
        let left = points(&[&[(0, 0)], &wave[..], &[(0, 40)]].concat());
        let mut up = wave;
        up.reverse();
        let right = points(&[&up[..], &[(30, 0), (30, 40)]].concat());
        let junctions = junctions([&left[..], &right[..]]);
        assert_eq!(junctions, points(&[(10, 0), (10, 40)]));
        let on_border = |ring: Vec<GridPoint>| {
            let mut shared: Vec<_> =
                ring.into_iter().filter(|at| (8..20).contains(&at.x)).collect();
            shared.sort_unstable_by_key(|at| at.y);
            shared
        };
        let kept = points(&[(10, 0), (10, 14), (16, 20), (10, 26), (10, 40)]);
        assert_eq!(on_border(thin(&left, &junctions)), kept);
        assert_eq!(on_border(thin(&right, &junctions)), kept);
    }

    proptest! {
        /// What goes is never farther than the tolerance from what stays, and nothing is added.
        #[test]
        fn what_is_left_out_is_near_what_stays(
            pairs in proptest::collection::vec((0..200_i32, 0..200_i32), 3..60),
        ) {
            let mut ring = points(&pairs);
            ring.dedup();
            while ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            let thinned = thin(&ring, &junctions([&ring[..]]));
            prop_assert!(thinned.iter().all(|at| ring.contains(at)));
            for at in &ring {
                let near = (0..thinned.len()).any(|place| {
                    let next = thinned[(place + 1) % thinned.len()];
                    distance_2(*at, thinned[place], next) <= TOLERANCE * TOLERANCE
                });
                prop_assert!(near, "{at:?}");
            }
        }

        /// Where a ring begins and which way it runs is its source's affair.
        #[test]
        fn the_same_ring_from_another_start_or_backwards_keeps_the_same_points(
            pairs in proptest::collection::vec((0..60_i32, 0..60_i32), 3..40),
            turn in 0..40_usize,
        ) {
            let distinct: std::collections::BTreeMap<_, _> =
                pairs.iter().enumerate().map(|(place, pair)| (*pair, place)).collect();
            let mut pairs: Vec<_> = distinct.into_iter().collect();
            pairs.sort_unstable_by_key(|(_, place)| *place);
            let ring: Vec<_> = pairs.iter().map(|((x, y), _)| GridPoint::new(*x, *y)).collect();
            let mut other = ring.clone();
            other.rotate_left(turn % ring.len());
            other.reverse();
            let sorted = |ring: &[GridPoint]| {
                let mut kept = thin(ring, &junctions([ring]));
                kept.sort_unstable_by_key(|at| (at.x, at.y));
                kept
            };
            prop_assert_eq!(sorted(&ring), sorted(&other));
        }
    }
}
