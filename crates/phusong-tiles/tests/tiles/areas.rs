//! Commune areas: cut like a slow cut of every feature, and valid whatever the grid does to them.

use geo::{Area as _, BooleanOps, Euclidean, Length, MultiPolygon, Polygon, Rect, Validation};
use phusong_atlas::atlas::{Areas, CommuneArea};
use phusong_atlas::domain::{Area, Scope};
use phusong_tiles::TileId;
use proptest::prelude::*;

use crate::ledger::{at, atlas, bytes, entries, ground, tile, unit, view};
use crate::mvt::{self, Feature, Geometry};

/// A simple polygon around a point: as many corners as radii, with a hole when `hollow`.
#[derive(Debug, Clone)]
struct Star {
    centre: (f64, f64),
    radii_deg: Vec<f64>,
    hollow: bool,
}

impl Star {
    fn ring(&self, scale: f64) -> Vec<(f64, f64)> {
        let corners = f64::from(u32::try_from(self.radii_deg.len()).expect("few"));
        let corner = |(place, radius): (u32, &f64)| {
            let angle = f64::from(place) / corners * std::f64::consts::TAU;
            let radius = radius * scale;
            (self.centre.0 + radius * angle.cos(), self.centre.1 + radius * angle.sin())
        };
        (0..).zip(&self.radii_deg).map(corner).collect()
    }

    fn polygon(&self) -> Polygon<f64> {
        let holes = if self.hollow { vec![self.ring(0.5).into()] } else { vec![] };
        Polygon::new(self.ring(1.0).into(), holes)
    }
}

fn star() -> impl Strategy<Value = Star> {
    let centre = (108.2_f64..108.8, 14.7_f64..15.3);
    let radii = proptest::collection::vec(0.002_f64..0.25, 3..90);
    (centre, radii, any::<bool>()).prop_map(|(centre, radii_deg, hollow)| Star {
        centre,
        radii_deg,
        hollow,
    })
}

fn areas(stars: &[Star]) -> Areas {
    let area = |(code, star): (u32, &Star)| CommuneArea {
        unit: unit(code),
        centre: at(star.centre.0, star.centre.1),
        area: Area::new(MultiPolygon::new(vec![star.polygon()])),
        approximate: code % 2 == 0,
    };
    Areas::of((1..).zip(stars).map(area).collect())
}

/// What a reader of the tile draws.
fn drawn(feature: &Feature) -> MultiPolygon<f64> {
    let Geometry::Polygons(polygons) = &feature.geometry else { panic!("a polygon") };
    #[expect(clippy::cast_precision_loss, reason = "a tile is small")]
    let ring = |ring: &Vec<[i64; 2]>| -> geo::LineString<f64> {
        ring.iter().map(|[x, y]| (*x as f64, *y as f64)).collect::<Vec<_>>().into()
    };
    let polygon = |rings: &Vec<Vec<[i64; 2]>>| {
        Polygon::new(ring(&rings[0]), rings[1..].iter().map(ring).collect())
    };
    MultiPolygon::new(polygons.iter().map(polygon).collect())
}

/// Full detail, in units from the tile's corner, cut by `geo` with the tile's window.
fn slowly(star: &Star, tile: TileId) -> MultiPolygon<f64> {
    use geo::MapCoords;
    let side = f64::from(1_u32 << tile.z()) * 4096.0;
    let local = |at: geo::Coord<f64>| {
        let north = (std::f64::consts::FRAC_PI_4 + at.y.to_radians() / 2.0).tan().ln();
        geo::Coord {
            x: (at.x + 180.0) / 360.0 * side - f64::from(tile.x()) * 4096.0,
            y: (1.0 - north / std::f64::consts::PI) / 2.0 * side - f64::from(tile.y()) * 4096.0,
        }
    };
    // Edges are straight in degrees: cut into so many pieces that it does not matter.
    let fine = |ring: &geo::LineString<f64>| -> geo::LineString<f64> {
        let points = ring.lines().flat_map(|line| {
            (0..50).map(move |step| line.start + line.delta() * (f64::from(step) / 50.0))
        });
        points.chain(ring.0.first().copied()).collect()
    };
    let polygon = star.polygon();
    let holes = polygon.interiors().iter().map(fine).collect();
    let polygon = Polygon::new(fine(polygon.exterior()), holes).map_coords(local);
    let window = Rect::new((-72.0, -72.0), (4168.0, 4168.0)).to_polygon();
    polygon.intersection(&window)
}

/// By how much repairing may bend a cut.
const BENT: f64 = 4.0;

fn assert_valid(polygons: &MultiPolygon<f64>) -> Result<(), TestCaseError> {
    let faults = polygons.validation_errors();
    prop_assert!(faults.is_empty(), "{faults:?} in {polygons:?}");
    for ring in polygons.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
        let mut points: Vec<_> =
            ring.0[1..].iter().map(|at| (at.x.to_bits(), at.y.to_bits())).collect();
        points.sort_unstable();
        let all = points.len();
        points.dedup();
        prop_assert_eq!(points.len(), all, "a ring touches itself: {:?}", ring);
        let inside = ring
            .0
            .iter()
            .flat_map(|at| [at.x, at.y])
            .all(|unit| (-72.0 - BENT..=4168.0 + BENT).contains(&unit));
        prop_assert!(inside, "beyond the buffer: {:?}", ring);
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_tile_draws_what_a_slow_cut_of_every_feature_draws_and_validly(
        stars in proptest::collection::vec(star(), 1..5),
        z in 0_u8..=14,
        aside in (-0.2_f64..0.2, -0.2_f64..0.2),
    ) {
        let ground = ground(areas(&stars));
        let codes: Vec<u32> = (1..).take(stars.len()).collect();
        let view = view(&atlas(&entries(&codes, vec![]), Scope::Public, &ground));
        let (lon, lat) = stars[0].centre;
        let tile = TileId::holding(at(lon + aside.0, lat + aside.1), z);
        let layer = mvt::read(&bytes(&view, "communes", tile)).remove("communes");
        let features = layer.map(|layer| layer.features).unwrap_or_default();
        for (code, star) in (1_u32..).zip(&stars) {
            let feature = features.iter().find(|it| it.number("code").total_cmp(&code.into()).is_eq());
            let found = feature.map_or_else(|| MultiPolygon::new(vec![]), drawn);
            assert_valid(&found)?;
            let truth = slowly(star, tile);
            // Thinning moves a line by one unit at most, snapping by less than one.
            let edges: f64 =
                truth.iter().chain(&found).map(|p| {
                    Euclidean.length(p.exterior())
                        + p.interiors().iter().map(|hole| Euclidean.length(hole)).sum::<f64>()
                }).sum();
            let apart = truth.xor(&found).unsigned_area();
            prop_assert!(apart <= 2.0 * edges + 4.0, "{apart} units² apart along {edges}");
        }
    }
}

#[test]
fn a_commune_around_the_whole_tile_fills_it_and_one_elsewhere_is_not_there() {
    let wide = Star { centre: (108.5, 15.0), radii_deg: vec![0.6; 12], hollow: false };
    let ground = ground(areas(&[wide]));
    let view = view(&atlas(&entries(&[1], vec![]), Scope::Public, &ground));
    let read = mvt::read(&bytes(&view, "communes", TileId::holding(at(108.5, 15.0), 12)));
    let feature = &read["communes"].features[0];
    let square = [[-72, -72], [4168, -72], [4168, 4168], [-72, 4168]];
    let Geometry::Polygons(polygons) = &feature.geometry else { panic!("a polygon") };
    let mut ring = polygons[0][0].clone();
    ring.sort_unstable();
    let mut expected = square.to_vec();
    expected.sort_unstable();
    assert_eq!((polygons.len(), polygons[0].len(), ring), (1, 1, expected));
    assert_eq!(feature.text("kind"), "xã");
    assert!(feature.number("villages").abs() < 0.5);
    assert!(bytes(&view, "communes", tile(12, 0, 0)).is_empty());
}

#[test]
fn a_commune_smaller_than_the_grid_is_left_out() {
    let small = Star { centre: (108.5, 15.0), radii_deg: vec![0.001; 8], hollow: true };
    let ground = ground(areas(&[small]));
    let view = view(&atlas(&entries(&[1], vec![]), Scope::Public, &ground));
    assert!(bytes(&view, "communes", tile(0, 0, 0)).is_empty());
    assert!(!bytes(&view, "communes", TileId::holding(at(108.5, 15.0), 14)).is_empty());
}
