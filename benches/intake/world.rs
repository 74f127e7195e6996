//! What files are read against: the packaged tables, communes as computed cells, one carrier.

use geo::MultiPolygon;
use phusong_atlas::atlas::Areas;
use phusong_atlas::domain::{
    CarrierFact, Day, Fact, ObservationKind, Position, SiteCode, UnitId, UnitLevel,
};
use phusong_atlas::gazetteer::Gazetteer;
use phusong_intake::geodata;
use phusong_intake::reading::Ground;
use phusong_intake::report::Context;
use phusong_intake::template::Kind;

const LAND: &str = include_str!("../../geodata/basemap/land.geojson");
/// As the service draws its cells.
const CELL_REACH_DEG: f64 = 0.22;

pub struct World {
    pub gazetteer: Gazetteer,
    pub areas: Areas,
    pub land: MultiPolygon<f64>,
    pub today: Day,
    /// Communes of today with their centres.
    pub communes: Vec<(UnitId, String, Position)>,
    carrier: CarrierFact,
}

impl World {
    pub fn packaged() -> Self {
        let (mut units, mut successions, mut villages) = (Vec::new(), Vec::new(), Vec::new());
        let mut carrier = None;
        for row in geodata::embedded().expect("the shipped tables are whole") {
            match row.fact {
                Fact::Unit(fact) => units.push(fact),
                Fact::UnitSuccession(fact) => successions.push(fact),
                Fact::Village(fact) => villages.push(fact),
                Fact::Carrier(fact) if fact.id.as_str() == "viettel" => carrier = Some(fact),
                _ => {}
            }
        }
        let communes: Vec<(UnitId, String, Position)> = units
            .iter()
            .filter(|unit| unit.level == UnitLevel::Commune && unit.valid_to.is_none())
            .filter_map(|unit| Some((unit.id, unit.name.clone(), unit.centre?)))
            .collect();
        let centres: Vec<_> = communes.iter().map(|(id, _, at)| (*id, *at)).collect();
        let land = land();
        Self {
            areas: Areas::computed(&centres, &land, CELL_REACH_DEG),
            gazetteer: Gazetteer::new(&units, &successions, &villages),
            land,
            today: "2026-11-26".parse().expect("a day"),
            communes,
            carrier: carrier.expect("a carrier"),
        }
    }

    /// The ground of a carrier's filing.
    pub fn on<T>(&self, read: impl FnOnce(&Ground<'_>) -> T) -> T {
        let (site, row_ref) = (|_: &SiteCode| None, |_: &str| None);
        let sites_at = |_| Vec::new();
        let places = (&self.gazetteer, &self.areas);
        let context = Context::new(places, &self.carrier, self.today, &site, &row_ref);
        read(&Ground {
            kinds: vec![Kind::SiteReport, Kind::Coverage],
            report: Some(context.among(&self.land, &sites_at)),
            evidence: None,
            known: None,
            observation: ObservationKind::CarrierStatement,
        })
    }
}

fn land() -> MultiPolygon<f64> {
    let file: geojson::FeatureCollection = LAND
        .parse::<geojson::GeoJson>()
        .and_then(TryInto::try_into)
        .expect("the packaged coastline");
    let shapes = file.features.into_iter().filter_map(|feature| feature.geometry);
    let polygons = shapes.flat_map(|shape| match geo::Geometry::try_from(shape) {
        Ok(geo::Geometry::Polygon(polygon)) => vec![polygon],
        Ok(geo::Geometry::MultiPolygon(several)) => several.0,
        _ => Vec::new(),
    });
    MultiPolygon::new(polygons.collect())
}
