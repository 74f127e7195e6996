//! The nearest operational sites of a point, by WGS 84 geodesic, for scopes that may see sites.

use std::sync::Arc;

use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use super::shard::{Shard, SiteCard};
use super::{Atlas, Home};
use crate::domain::{CarrierId, Day, Position, Technology, distance_m};

/// A site with its distance from the asked point, rounded to 1 m.
#[derive(Debug, Clone)]
pub struct NearSite {
    pub shard: Arc<Shard>,
    pub place: usize,
    pub distance_m: f64,
}

impl NearSite {
    pub fn site(&self) -> &SiteCard {
        &self.shard.sites[self.place]
    }

    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let by_distance = self.distance_m.total_cmp(&other.distance_m);
        by_distance.then_with(|| self.site().id.cmp(&other.site().id))
    }
}

impl Atlas {
    /// Up to `limit` sites on air that day, nearest first; ties by site id.
    ///
    /// `None` for a carrier or technology means any.
    pub fn nearest_sites(
        &self,
        from: Position,
        day: Day,
        carrier: Option<&CarrierId>,
        technology: Option<Technology>,
        limit: usize,
    ) -> Vec<NearSite> {
        let suits = |site: &SiteCard| {
            carrier.is_none_or(|carrier| site.id.carrier == *carrier)
                && match technology {
                    Some(least) => Technology::ALL
                        .into_iter()
                        .any(|t| t >= least && site.life.operational(t, day)),
                    None => !site.life.technologies_on(day).is_empty(),
                }
        };
        // Shards by the least distance their box allows, so that far ones are never opened.
        let boxes = self.site_boxes.get_or_init(|| Arc::new(self.boxes_of_sites()));
        let shards =
            boxes.nearest_neighbor_iter_with_distance_2(metres([from.lon_deg(), from.lat_deg()]));
        let mut found: Vec<NearSite> = Vec::new();
        for (near, squared) in shards {
            let Some(shard) = self.shard(near.data) else { continue };
            let least_m = (squared.sqrt() - 1.0).max(0.0);
            if found.len() >= limit && found.last().is_some_and(|last| last.distance_m < least_m) {
                break;
            }
            // A cheap lower bound for each, so that few true distances are computed.
            let mut bounds: Vec<(f64, usize, Position)> = shard
                .sites
                .iter()
                .enumerate()
                .filter_map(|(place, site)| {
                    let at = site.position?;
                    let corner = [at.lon_deg(), at.lat_deg()];
                    Some((box_distance_m(from, (corner, corner)), place, at))
                })
                .collect();
            bounds.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (least_m, place, at) in bounds {
                if found.len() >= limit && found.last().is_some_and(|f| f.distance_m < least_m) {
                    break;
                }
                if !suits(&shard.sites[place]) {
                    continue;
                }
                let near =
                    NearSite { shard: Arc::clone(shard), place, distance_m: distance_m(from, at) };
                let after = found.partition_point(|other| other.order(&near).is_lt());
                found.insert(after, near);
                found.truncate(limit);
            }
        }
        found
    }
}

/// The box of every shard's sites, in the metres of [`metres`].
pub(super) type SiteBoxes = RTree<GeomWithData<Rectangle<[f64; 2]>, Home>>;

impl Atlas {
    fn boxes_of_sites(&self) -> SiteBoxes {
        let of = |shard: &Arc<Shard>| {
            let (low, high) = shard.site_bounds()?;
            Some(GeomWithData::new(Rectangle::from_corners(metres(low), metres(high)), shard.unit))
        };
        RTree::bulk_load(self.shards().filter_map(of).collect())
    }
}

/// Degrees are at least this long between 24° S and 24° N.
const LON_M: f64 = 101_000.0;
const LAT_M: f64 = 110_000.0;

/// A plane in which nothing is farther than on the ground.
fn metres([lon, lat]: [f64; 2]) -> [f64; 2] {
    [lon * LON_M, lat * LAT_M]
}

/// A lower bound of the distance to anything in the box, in metres.
fn box_distance_m(from: Position, (south_west, north_east): ([f64; 2], [f64; 2])) -> f64 {
    let outside = |at: f64, low: f64, high: f64| (low - at).max(at - high).max(0.0);
    let dx = outside(from.lon_deg(), south_west[0], north_east[0]) * LON_M;
    let dy = outside(from.lat_deg(), south_west[1], north_east[1]) * LAT_M;
    (dx.hypot(dy) - 1.0).max(0.0)
}
