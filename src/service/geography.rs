//! The ground every Atlas stands on: commune cells from centres, clipped to the packaged
//! coastline, and the default rule set.

use std::sync::{Arc, LazyLock};

use geo::MultiPolygon;
use phusong_atlas::atlas::{Areas, Ground};
use phusong_atlas::domain::{Fact, FiledRow, Position, RuleSet, UnitId, UnitLevel};

const LAND: &str = include_str!("../../geodata/basemap/land.geojson");

/// No cell reaches further than this from its centre.
const CELL_REACH_DEG: f64 = 0.22;

#[derive(Debug, thiserror::Error)]
pub enum GroundError {
    #[error("the packaged coastline cannot be read")]
    Land(#[source] Box<geojson::Error>),
    #[error("geodata names no rule set called {0}")]
    NoRules(&'static str),
}

/// The rule set that holds until an officer adopts another.
const DEFAULT_RULES: &str = "mac-dinh";

/// From the rows of `geodata/`: pure, and the same for every scope.
pub fn ground(rows: &[FiledRow]) -> Result<Ground, GroundError> {
    let centres: Vec<(UnitId, Position)> = rows
        .iter()
        .filter_map(|row| match &row.fact {
            Fact::Unit(unit) if unit.level == UnitLevel::Commune && unit.valid_to.is_none() => {
                Some((unit.id, unit.centre?))
            }
            _ => None,
        })
        .collect();
    let rules: Arc<RuleSet> = rows
        .iter()
        .find_map(|row| match &row.fact {
            Fact::RuleSet(rules) if rules.id.id.as_str() == DEFAULT_RULES => {
                Some(Arc::new(rules.as_ref().clone()))
            }
            _ => None,
        })
        .ok_or(GroundError::NoRules(DEFAULT_RULES))?;
    let areas = Arc::new(Areas::computed(&centres, &packaged_land()?, CELL_REACH_DEG));
    Ok(Ground { areas, rules })
}

/// The packaged coastline. Empty if it cannot be read, and then [`ground`] has said so before.
pub fn land() -> &'static MultiPolygon<f64> {
    static LAND_POLYGONS: LazyLock<MultiPolygon<f64>> =
        LazyLock::new(|| packaged_land().unwrap_or_else(|_| MultiPolygon::new(Vec::new())));
    &LAND_POLYGONS
}

fn packaged_land() -> Result<MultiPolygon<f64>, GroundError> {
    let broken = |error| GroundError::Land(Box::new(error));
    let collection: geojson::FeatureCollection =
        LAND.parse::<geojson::GeoJson>().and_then(TryInto::try_into).map_err(broken)?;
    let mut polygons = Vec::new();
    for geometry in collection.features.into_iter().filter_map(|feature| feature.geometry) {
        match geo::Geometry::try_from(geometry).map_err(broken)? {
            geo::Geometry::Polygon(polygon) => polygons.push(polygon),
            geo::Geometry::MultiPolygon(several) => polygons.extend(several),
            _ => {}
        }
    }
    Ok(MultiPolygon::new(polygons))
}
