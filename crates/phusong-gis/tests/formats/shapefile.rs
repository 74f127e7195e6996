//! Shapefiles in a ZIP: which parts may be missing, what the bytes of texts are, what is declared.

use gdal::spatial_ref::SpatialRef;
use geo::{Geometry, Point};
use phusong_gis::{Driver, GeometryFault, TextEncoding, Value, raw_bytes};

use super::make::{Sites, set, with, without, zip};
use super::{Test, notes, read, why};

pub const TESTS: &[Test] = &[
    ("a_shapefile_declares_its_system", a_shapefile_declares_its_system),
    ("systems_of_this_country_are_known_by_their_parameters", systems_are_known_by_parameters),
    ("parts_may_be_missing_or_not", parts_may_be_missing_or_not),
    ("bytes_of_texts_come_out_as_they_are", bytes_of_texts_come_out_as_they_are),
    ("utf8_is_read_as_utf8", utf8_is_read_as_utf8),
    ("two_shapefiles_are_two_layers", two_shapefiles_are_two_layers),
    ("parts_that_disagree_are_refused", parts_that_disagree_are_refused),
    ("deleted_records_are_left_out_and_told", deleted_records_are_left_out_and_told),
    ("numbers_that_are_none_are_faults_of_their_rows", numbers_that_are_none_are_faults),
];

type Set = Vec<(String, Vec<u8>)>;

pub fn sites(sites: &Sites<'_>) -> Set {
    set("ESRI Shapefile", "tram.shp", "tram", sites)
}

fn crs(definition: &str) -> SpatialRef {
    SpatialRef::from_definition(definition).expect("a system")
}

fn part<'s>(set: &'s Set, name: &str) -> &'s [u8] {
    &set.iter().find(|(found, _)| found == name).expect("a part").1
}

fn a_shapefile_declares_its_system() {
    let system = crs("EPSG:5898");
    let set = sites(&Sites { crs: Some(&system), ..Sites::default() });
    let file = read(&zip(&set)).expect("read");
    assert_eq!(file.driver, Driver::Shapefile);
    let [layer] = &file.layers[..] else { panic!("one layer") };
    assert_eq!(layer.name, "tram");
    assert_eq!(layer.declared_crs.as_ref().and_then(|crs| crs.epsg), Some(5898));
    assert_eq!(
        layer.features[0].geometry,
        Ok(Geometry::Point(Point::new(575_171.18, 1_631_395.08)))
    );
    assert_eq!(layer.features[1].attribute("ho"), Some(&Value::Integer(2)));
    assert_eq!(notes(&file), [""; 0]);
    let undeclared = read(&zip(&without(&set, &[".prj"]))).expect("read");
    assert_eq!(undeclared.layers[0].declared_crs, None);
}

/// ESRI's words have no codes: PROJCS, datum and parameters must do.
fn systems_are_known_by_parameters() {
    let set = without(&sites(&Sites::default()), &[".prj"]);
    let declared = |prj: &str| {
        let file = read(&zip(&with(&set, "tram.prj", prj.as_bytes()))).expect("read");
        file.layers[0].declared_crs.clone().expect("declared")
    };
    let tm = |datum: &str, meridian: &str, scale: &str| {
        format!(
            r#"PROJCS["tu dat",GEOGCS["GCS",DATUM["{datum}",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{meridian}],PARAMETER["Scale_Factor",{scale}],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#
        )
    };
    for (datum, meridian, scale, expected) in [
        ("D_Vietnam_2000", "108.0", "0.9999", Some(5898)),
        ("D_VN_2000", "107.75", "0.9999", Some(5899)),
        ("D_Vietnam_2000", "107.25", "0.9999", Some(9215)),
        ("D_Vietnam_2000", "107.5", "0.9999", Some(9216)),
        ("D_Vietnam_2000", "108.25", "0.9999", Some(9217)),
        ("D_Vietnam_2000", "108.5", "0.9999", Some(9218)),
        ("D_Vietnam_2000", "102.0", "0.9999", Some(5896)),
        ("D_Vietnam_2000", "105.0", "0.9999", Some(5897)),
        ("D_Vietnam_2000", "105.0", "0.9996", Some(3405)),
        ("D_WGS_1984", "105.0", "0.9996", Some(32_648)),
        ("D_WGS_1984", "111.0", "0.9996", Some(32_649)),
        // VN-2000's zone on WGS 84, a meridian of no zone: named, not taken for another.
        ("D_WGS_1984", "108.0", "0.9999", None),
        ("D_Vietnam_2000", "108.1", "0.9999", None),
        ("D_Indian_1960", "105.0", "0.9996", None),
    ] {
        let found = declared(&tm(datum, meridian, scale));
        assert_eq!(found.epsg, expected, "{datum} {meridian} {scale}");
        assert_eq!(found.wkt_name.as_deref(), Some("tu dat"));
    }
    let degrees = r#"GEOGCS["GCS_VN_2000",DATUM["D_Vietnam_2000",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    assert_eq!(declared(degrees).epsg, Some(4756));
    assert_eq!(declared(&degrees.replace("Vietnam_2000", "WGS_1984")).epsg, Some(4326));
}

fn parts_may_be_missing_or_not() {
    let set = sites(&Sites::default());
    let rebuilt = read(&zip(&without(&set, &[".shx"]))).expect("read");
    assert_eq!(notes(&rebuilt), ["index-rebuilt"]);
    assert_eq!(rebuilt.layers[0].features.len(), 2);
    for missing in [&[".dbf"][..], &[".dbf", ".shx"]] {
        let answer = why(read(&zip(&without(&set, missing))));
        assert!(answer.contains(".dbf"), "{answer}");
    }
    assert!(why(read(&zip(&without(&set, &[".shp"])))).starts_with("not-allowed"));
    assert!(why(read(part(&set, "tram.shp"))).contains(".dbf"), "a .shp alone");
    // Names as old programs write them, in a folder.
    let shouting: Set = set
        .iter()
        .map(|(name, bytes)| (format!("BTS/{}", name.to_uppercase()), bytes.clone()))
        .collect();
    assert_eq!(read(&zip(&shouting)).expect("read").layers[0].name, "TRAM");
}

fn bytes_of_texts_come_out_as_they_are() {
    let low: String = ('\u{21}'..='\u{7e}').collect();
    let high: String = ('\u{80}'..='\u{ff}').collect();
    let set = sites(&Sites { texts: [&low, &high], ..Sites::default() });
    let raw = |set: &Set| {
        let file = read(&zip(set)).expect("read");
        let layer = &file.layers[0];
        let texts: Vec<_> = layer.features.iter().map(|f| f.attribute("ten").cloned()).collect();
        assert_eq!(texts, [Some(Value::Text(low.clone())), Some(Value::Text(high.clone()))]);
        let bytes = raw_bytes(&high).expect("bytes");
        assert_eq!(bytes, (0x80..=0xff).collect::<Vec<u8>>());
        match layer.encoding.clone() {
            TextEncoding::Bytes { declared } => declared.and_then(|found| found.code_page),
            TextEncoding::Unicode => panic!("taken for UTF-8"),
        }
    };
    let bare = without(&set, &[".cpg"]);
    let language = |id: u8| {
        let mut dbf = part(&bare, "tram.dbf").to_vec();
        dbf[29] = id;
        raw(&with(&bare, "tram.dbf", &dbf))
    };
    assert_eq!((language(0x57), language(0x03), language(0)), (None, Some(1252), None));
    assert_eq!(raw(&with(&bare, "tram.cpg", b"1258")), Some(1258));
    assert_eq!(raw(&with(&bare, "tram.cpg", b"UTF-8")), Some(65_001), "a .cpg that lies");
}

fn utf8_is_read_as_utf8() {
    let as_bytes = |text: &str| -> String { text.bytes().map(char::from).collect() };
    let (first, second) = (as_bytes("Sơn Tây Thượng"), as_bytes("Trà Bồng"));
    let set = sites(&Sites { texts: [&first, &second], ..Sites::default() });
    for set in [without(&set, &[".cpg"]), with(&set, "tram.cpg", b"UTF-8")] {
        let file = read(&zip(&set)).expect("read");
        assert_eq!(file.layers[0].encoding, TextEncoding::Unicode);
        let name = file.layers[0].features[0].attribute("ten");
        assert_eq!(name, Some(&Value::Text("Sơn Tây Thượng".to_owned())));
    }
}

fn two_shapefiles_are_two_layers() {
    let mut set = sites(&Sites::default());
    let more: Set =
        set.iter().map(|(name, bytes)| (name.replace("tram", "Vùng phủ"), bytes.clone())).collect();
    set.extend(more);
    let file = read(&zip(&set)).expect("read");
    let names: Vec<_> = file.layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["tram", "Vùng phủ"]);
    set.push(("doc.kml".to_owned(), super::kml::KML.as_bytes().to_vec()));
    assert!(why(read(&zip(&set))).contains("several formats"));
}

fn parts_that_disagree_are_refused() {
    let set = sites(&Sites::default());
    let mut fewer = part(&set, "tram.dbf").to_vec();
    fewer[4] = 1;
    for set in [set.clone(), without(&set, &[".shx"])] {
        let answer = why(read(&zip(&with(&set, "tram.dbf", &fewer))));
        assert!(answer.contains("2 shapes, but 1 rows"), "{answer}");
    }
    for (name, cut) in [("tram.shp", 20), ("tram.dbf", 10), ("tram.dbf", 200)] {
        let whole = part(&set, name);
        let set = with(&set, name, &whole[..whole.len() - cut]);
        assert!(why(read(&zip(&set))).starts_with("broken-file"), "{name} less {cut}");
        let set = without(&set, &[".shx"]);
        assert!(why(read(&zip(&set))).starts_with("broken-file"), "{name} less {cut}, no .shx");
    }
}

fn deleted_records_are_left_out_and_told() {
    let set = sites(&Sites::default());
    let mut dbf = part(&set, "tram.dbf").to_vec();
    let header = usize::from(u16::from_le_bytes([dbf[8], dbf[9]]));
    dbf[header] = b'*';
    let file = read(&zip(&with(&set, "tram.dbf", &dbf))).expect("read");
    assert_eq!(notes(&file), ["deleted-records"]);
    let [left] = &file.layers[0].features[..] else { panic!("one is left") };
    assert_eq!(left.attribute("ten"), Some(&Value::Text("QN-2".to_owned())));
}

fn numbers_that_are_none_are_faults() {
    let set = sites(&Sites::default());
    let mut shp = part(&set, "tram.shp").to_vec();
    // The first record: 8 bytes of header, 4 of type, then x.
    shp[112..120].copy_from_slice(&f64::NAN.to_le_bytes());
    let file = read(&zip(&with(&set, "tram.shp", &shp))).expect("read");
    let fault = file.layers[0].features[0].geometry.clone();
    assert!(matches!(fault, Err(GeometryFault::NotFinite | GeometryFault::Empty)), "{fault:?}");
    assert!(file.layers[0].features[1].geometry.is_ok());
}
