//! What a search for sites works on: clusters without coverage, places where a site could stand,
//! and which cluster each would reach. Geometry only: no terrain, no land, no power.

use std::collections::BTreeSet;

use rstar::{AABB, RTree};

use super::super::Atlas;
use super::super::areas::Pin;
use super::super::combine::ClusterVerdict;
use super::super::gaps::GapQuery;
use super::super::shard::SiteState;
use super::ClusterRow;
use crate::domain::{Position, SiteId, distance_m};

#[derive(Debug, Clone)]
pub struct SiteSearch {
    /// Whose signal, where, on which day. Its verdicts and order, which are of villages, play no
    /// part.
    pub query: GapQuery,
    /// Clusters with these verdicts want a site.
    pub wanted: Vec<ClusterVerdict>,
    /// A site serves clusters whose centre lies within this distance, to the metre.
    pub reach_m: f64,
    /// Distance between the points of the grid.
    pub step_m: f64,
}

/// Where a site could stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub position: Position,
    /// A site that stands there already (its mast could carry another), for scopes that see it.
    pub existing: Option<SiteId>,
}

/// The grid is too fine for so wide an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {limit} places to look at")]
pub struct TooManyCandidates {
    pub limit: usize,
}

#[derive(Debug, Clone)]
pub struct SiteDemand {
    /// Clusters of a known place.
    pub clusters: Vec<ClusterRow>,
    /// Clusters that want a site and are nowhere known: no search can serve them.
    pub unplaced: u32,
    /// Those of `clusters` whose place is known worse than the reach.
    pub uncertain: u32,
    pub candidates: Vec<Candidate>,
    /// For each candidate, indexes into `clusters`; never empty.
    pub serves: Vec<Vec<u32>>,
}

/// Most candidates of one search.
pub const MOST_CANDIDATES: usize = 20_000;

impl Atlas {
    /// # Errors
    /// [`TooManyCandidates`] when the grid is too fine for so many clusters.
    pub fn site_demand(&self, search: &SiteSearch) -> Result<SiteDemand, TooManyCandidates> {
        let rows = self.cluster_gaps(&search.query, &search.wanted).rows;
        let (clusters, unplaced): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| row.position.is_some());
        let day = search.query.question.day;
        let uncertain = clusters.iter().filter(|row| {
            let place = row.card().place_on(day);
            place.is_some_and(|place| f64::from(place.uncertainty_m()) > search.reach_m)
        });
        let uncertain = count(uncertain.count());
        let pins = (0_u32..)
            .zip(&clusters)
            .filter_map(|(place, row)| Some(Pin { at: row.position?, place }));
        let tree = RTree::bulk_load(pins.collect());
        let mut demand = SiteDemand {
            unplaced: count(unplaced.len()),
            uncertain,
            candidates: Vec::new(),
            serves: Vec::new(),
            clusters: Vec::new(),
        };
        let grid = grid(&clusters, search)?;
        let grid = grid.into_iter().map(|position| Candidate { position, existing: None });
        // A mast that stands is named before the bare ground beside it.
        for candidate in self.standing(search).into_iter().chain(grid) {
            let serves = within(&tree, candidate.position, search.reach_m);
            if !serves.is_empty() {
                demand.candidates.push(candidate);
                demand.serves.push(serves);
            }
            if demand.candidates.len() > MOST_CANDIDATES {
                return Err(TooManyCandidates { limit: MOST_CANDIDATES });
            }
        }
        demand.clusters = clusters;
        Ok(demand)
    }

    /// Places of sites that are built, in order.
    fn standing(&self, search: &SiteSearch) -> Vec<Candidate> {
        let day = search.query.question.day;
        let stands =
            |state| matches!(state, SiteState::Built | SiteState::Operational | SiteState::OffAir);
        let sites = self.shards().flat_map(|shard| &shard.sites);
        sites
            .filter(|site| stands(site.state_on(day)))
            .filter_map(|site| {
                Some(Candidate { position: site.position?, existing: Some(site.id.clone()) })
            })
            .collect()
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A degree of latitude is at least this long, a degree of longitude at the equator at most so.
const LAT_M: f64 = 110_574.0;
const LON_M: f64 = 111_320.0;

/// Points of one grid over all the world, those within reach of some cluster: the same area gives
/// the same points, whatever else is asked.
#[expect(clippy::cast_possible_truncation, reason = "degrees over a step of metres fit")]
fn grid(clusters: &[ClusterRow], search: &SiteSearch) -> Result<Vec<Position>, TooManyCandidates> {
    let mut points: BTreeSet<(i64, i64)> = BTreeSet::new();
    let lat_step = search.step_m / LAT_M;
    for at in clusters.iter().filter_map(|row| row.position) {
        // Rows of one latitude share their step of longitude, so that the grid is one.
        let reach_lat = search.reach_m / LAT_M;
        let low = ((at.lat_deg() - reach_lat) / lat_step).ceil() as i64;
        let high = ((at.lat_deg() + reach_lat) / lat_step).floor() as i64;
        for row in low..=high {
            let lat = degrees(row, lat_step);
            let lon_step = lon_step(lat, search.step_m);
            let left = (search.reach_m.powi(2) - ((lat - at.lat_deg()) * LAT_M).powi(2)).max(0.0);
            let reach_lon = left.sqrt() / (LON_M * lat.to_radians().cos());
            let west = ((at.lon_deg() - reach_lon) / lon_step).ceil() as i64;
            let east = ((at.lon_deg() + reach_lon) / lon_step).floor() as i64;
            points.extend((west..=east).map(|column| (row, column)));
        }
        if points.len() > MOST_CANDIDATES {
            return Err(TooManyCandidates { limit: MOST_CANDIDATES });
        }
    }
    let position = |(row, column): (i64, i64)| {
        let lat = degrees(row, lat_step);
        Position::new(degrees(column, lon_step(lat, search.step_m)), lat).ok()
    };
    Ok(points.into_iter().filter_map(position).collect())
}

#[expect(clippy::cast_precision_loss, reason = "a row of the grid is a small number")]
fn degrees(at: i64, step: f64) -> f64 {
    at as f64 * step
}

fn lon_step(lat: f64, step_m: f64) -> f64 {
    step_m / (LON_M * lat.to_radians().cos().max(0.01))
}

/// Clusters within reach, by geodesic, in order.
fn within(tree: &RTree<Pin>, from: Position, reach_m: f64) -> Vec<u32> {
    let lat = reach_m / 110_000.0;
    let lon = lat / (from.lat_deg().abs() + lat).min(89.0).to_radians().cos();
    let window = AABB::from_corners(
        [from.lon_deg() - lon, from.lat_deg() - lat],
        [from.lon_deg() + lon, from.lat_deg() + lat],
    );
    let near = tree.locate_in_envelope(window).filter(|pin| distance_m(from, pin.at) <= reach_m);
    let mut places: Vec<u32> = near.map(|pin| pin.place).collect();
    places.sort_unstable();
    places
}
