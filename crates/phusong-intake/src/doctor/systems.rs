//! Where drawn points would lie in each system there is: the choice of who has to name one.

use phusong_atlas::domain::Position;
use phusong_gis::Crs;

use super::ground::Ready;
use super::words::{km, km_vi};
use super::{Ground, Habit, Point, place_in};
use crate::finding::Candidate;

/// Every system in which the points have a place, those first in which most of them lie where
/// they say, or at least in the province, and then the nearer. Without a place in any, all.
pub fn systems(points: &[Point<'_>], ground: &Ground<'_>) -> Vec<Candidate> {
    let ready = Ready::new(ground, points);
    let placed = |crs: Crs| {
        let at = |point: &Point<'_>| {
            let (east, north) = (point.east.parse().ok()?, point.north.parse().ok()?);
            place_in(crs, east, north)
        };
        let places: Vec<(Position, &Point<'_>)> =
            points.iter().filter_map(|point| Some((at(point)?, point))).collect();
        Placed::of(crs, &places, &ready)
    };
    let mut found: Vec<Placed> = Crs::ALL.into_iter().filter_map(placed).collect();
    // What lies a few hundred metres apart is equally near: the likelier system stays first.
    let km = |one: &Placed| (one.metres / 1000.0).round();
    found.sort_by(|a, b| b.fits.cmp(&a.fits).then(km(a).total_cmp(&km(b))));
    if found.is_empty() { any() } else { found.iter().map(Placed::candidate).collect() }
}

/// All of them, of which nothing is known.
pub fn any() -> Vec<Candidate> {
    let candidate = |crs: Crs| Candidate {
        id: Habit::plain(crs).id(),
        name: crs.name().to_owned(),
        reason_vi: String::new(),
        reason_en: String::new(),
        score: 5,
    };
    Crs::ALL.into_iter().map(candidate).collect()
}

/// The points in one system.
struct Placed {
    crs: Crs,
    /// How many lie where they say, and of how many that may be said.
    fits: usize,
    of: usize,
    /// They name a commune or a village.
    anchored: bool,
    /// Of the distance to what they say, or to the nearest commune.
    metres: f64,
    from: String,
}

impl Placed {
    fn of(crs: Crs, places: &[(Position, &Point<'_>)], ready: &Ready<'_>) -> Option<Self> {
        let (first, point) = places.first()?;
        let mut metres: Vec<f64> =
            places.iter().map(|(at, point)| ready.said(*at, point).1).collect();
        metres.sort_by(f64::total_cmp);
        Some(Self {
            crs,
            fits: places.iter().filter(|(at, point)| ready.miss(*at, point).fits).count(),
            of: places.len(),
            anchored: places.iter().any(|(_, point)| ready.is_anchored(point)),
            metres: metres[metres.len() / 2],
            from: ready.said(*first, point).0,
        })
    }

    fn candidate(&self) -> Candidate {
        let Self { crs, fits, of, anchored, metres, from } = self;
        let (km_vi, km) = (km_vi(*metres), km(*metres));
        let (where_vi, where_en) = if *anchored {
            ("đúng nơi đã nêu", "where they say")
        } else {
            ("trong tỉnh", "in the province")
        };
        Candidate {
            id: Habit::plain(*crs).id(),
            name: crs.name().to_owned(),
            reason_vi: format!("{fits}/{of} đối tượng nằm {where_vi}; cách tâm {from} {km_vi} km"),
            reason_en: format!("{fits} of {of} features lie {where_en}; {km} km from {from}"),
            score: u8::try_from(fits * 90 / (*of).max(1)).unwrap_or(90) + 5,
        }
    }
}
