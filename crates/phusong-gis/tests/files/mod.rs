//! Files for the tests, made here: nothing binary is kept.

use gdal::spatial_ref::SpatialRef;
use gdal::vector::{FieldDefn, Geometry, LayerAccess, LayerOptions, OGRFieldType};
use gdal::{Dataset, DatasetOptions, DriverManager, GdalOpenFlags};

pub const GEOJSON: &str = r#"{"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"ten":"Thôn Cà","ho":120},
  "geometry":{"type":"Point","coordinates":[108.7,14.75]}},
 {"type":"Feature","properties":{"ten":"Vùng","ho":null},
  "geometry":{"type":"Polygon","coordinates":[
   [[108.1,14.1],[108.2,14.1],[108.2,14.2],[108.1,14.2],[108.1,14.1]],
   [[108.12,14.12],[108.14,14.12],[108.14,14.14],[108.12,14.12]]]}},
 {"type":"Feature","properties":{"ten":"Cụm","ho":3},
  "geometry":{"type":"GeometryCollection","geometries":[
   {"type":"Point","coordinates":[108.5,14.5]},
   {"type":"LineString","coordinates":[[108.5,14.5],[108.6,14.6]]}]}}
]}"#;

/// A GeoPackage in EPSG:5898 with two sites (the second without a place) and a spatial index;
/// then the given statements.
pub fn geopackage(statements: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("made.gpkg");
    {
        let driver = DriverManager::get_driver_by_name("GPKG").expect("the driver");
        let mut dataset = driver.create_vector_only(&path).expect("a package");
        let crs = SpatialRef::from_epsg(5898).expect("known to PROJ");
        let layer = dataset
            .create_layer(LayerOptions { name: "tram", srs: Some(&crs), ..Default::default() })
            .expect("a layer");
        for (name, kind) in [("ma", OGRFieldType::OFTString), ("cao_m", OGRFieldType::OFTReal)] {
            FieldDefn::new(name, kind).and_then(|f| f.add_to_layer(&layer)).expect("a field");
        }
        let mut site = gdal::vector::Feature::new(layer.defn()).expect("a feature");
        let place = Geometry::from_wkt("POINT (575171.18 1631395.08)").expect("a point");
        site.set_geometry(place).expect("placed");
        site.set_field_string(0, "QN-001").expect("named");
        site.set_field_double(1, 42.5).expect("measured");
        site.create(&layer).expect("kept");
        let mut nowhere = gdal::vector::Feature::new(layer.defn()).expect("a feature");
        nowhere.set_field_string(0, "QN-002").expect("named");
        nowhere.create(&layer).expect("kept");
    }
    if !statements.is_empty() {
        let options = DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_UPDATE,
            ..Default::default()
        };
        let dataset = Dataset::open_ex(&path, options).expect("opened again");
        for statement in statements {
            dataset
                .execute_sql(statement, None, gdal::vector::sql::Dialect::DEFAULT)
                .expect("done");
        }
    }
    std::fs::read(&path).expect("written")
}
