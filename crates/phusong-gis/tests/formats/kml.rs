//! KML, KMZ and GPX.

use geo::{Geometry, Point};
use phusong_gis::{Container, Driver, GeoFile, GeometryFault, Limits, Value};

use super::make::{RawMember, raw_zip, zip};
use super::{Test, notes, read, read_within, why};

pub const TESTS: &[Test] = &[
    ("a_kml_keeps_its_extended_data", a_kml_keeps_its_extended_data),
    ("any_single_kml_in_a_kmz_is_taken", any_single_kml_in_a_kmz_is_taken),
    ("a_layer_is_called_as_its_sender_calls_it", a_layer_is_called_as_its_sender_calls_it),
    ("network_links_are_not_followed", network_links_are_not_followed),
    ("entities_and_foreign_xml_are_refused", entities_and_foreign_xml_are_refused),
    ("a_kmz_that_leads_elsewhere_is_refused", a_kmz_that_leads_elsewhere_is_refused),
    ("no_day_is_made_up", no_day_is_made_up),
    (
        "a_ring_beyond_the_limit_is_a_fault_of_its_row",
        a_ring_beyond_the_limit_is_a_fault_of_its_row,
    ),
    ("a_gpx_gives_waypoints_and_tracks", a_gpx_gives_waypoints_and_tracks),
];

pub const KML: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Báo cáo</name>
<Schema name="tram" id="tram"><SimpleField name="cao_m" type="float"/></Schema>
<Folder><name>Trạm</name>
 <Placemark><name>QN-1</name><description>mái nhà</description>
  <ExtendedData><Data name="ma"><value>A1</value></Data></ExtendedData>
  <Point><coordinates>108.7,15.1,7</coordinates></Point></Placemark>
 <Placemark><name>QN-2</name>
  <ExtendedData><Data name="ma"><value>A2</value></Data>
   <Data name="cong_nghe"><value>4G</value></Data></ExtendedData>
  <Point><coordinates>108.8,15.1</coordinates></Point></Placemark>
 <Folder><name>Cũ</name><Placemark><name>QN-3</name>
  <ExtendedData><SchemaData schemaUrl="#tram"><SimpleData name="cao_m">42.5</SimpleData></SchemaData></ExtendedData>
  <Point><coordinates>108.9,15.1</coordinates></Point></Placemark></Folder>
</Folder>
<Placemark><name>Vùng</name><Polygon><outerBoundaryIs><LinearRing>
 <coordinates>108,15 108.1,15 108.1,15.1 108,15</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
</Document></kml>"##;

pub const GPX: &str = r#"<?xml version="1.0"?>
<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="15.1" lon="108.7"><ele>7</ele><time>2025-08-01T03:04:05Z</time><name>Trạm A</name></wpt>
<trk><name>Tuyến 1</name><trkseg><trkpt lat="15.1" lon="108.7"/><trkpt lat="15.2" lon="108.7"/></trkseg>
<trkseg><trkpt lat="15.3" lon="108.7"/><trkpt lat="15.4" lon="108.7"/></trkseg></trk></gpx>"#;

fn names(file: &GeoFile) -> Vec<(&str, usize)> {
    file.layers.iter().map(|layer| (layer.name.as_str(), layer.features.len())).collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn a_kml_keeps_its_extended_data() {
    let file = read(KML.as_bytes()).expect("read");
    assert_eq!((file.driver, file.container), (Driver::Kml, Container::Plain));
    assert_eq!(names(&file), [("Báo cáo", 1), ("Trạm", 2), ("Cũ", 1)]);
    let sites = &file.layers[1];
    assert_eq!(sites.declared_crs.as_ref().and_then(|crs| crs.epsg), Some(4326));
    assert_eq!(sites.features[0].geometry, Ok(Geometry::Point(Point::new(108.7, 15.1))));
    assert_eq!(sites.features[0].attribute("Name"), Some(&text("QN-1")));
    assert_eq!(sites.features[0].attribute("description"), Some(&text("mái nhà")));
    assert_eq!(sites.features[0].attribute("ma"), Some(&text("A1")));
    assert_eq!(sites.features[1].attribute("cong_nghe"), Some(&text("4G")));
    assert_eq!(file.layers[2].features[0].attribute("cao_m"), Some(&Value::Real(42.5)));
    let look = ["tessellate", "visibility", "extrude", "altitudeMode"];
    assert!(sites.fields.iter().all(|field| !look.contains(&&**field)), "{:?}", sites.fields);
    assert!(notes(&file).is_empty(), "{:?}", file.notes);
    assert!(file.fits_name("báo cáo.KML") && !file.fits_name("báo cáo.xlsx"));
}

/// Never by the name under which the file lies here: by its folder, its document, its file in a ZIP.
fn a_layer_is_called_as_its_sender_calls_it() {
    let place = "<Placemark><Point><coordinates>108.7,15.1</coordinates></Point></Placemark>";
    let kml =
        |inside: &str| format!("<kml xmlns=\"http://www.opengis.net/kml/2.2\">{inside}</kml>");
    let bare = kml(&format!("<Document>{place}</Document>"));
    let titled = kml(&format!("<Document><name>Trạm Ba Tơ</name>{place}</Document>"));
    let folder =
        kml(&format!("<Document><Folder><name>Xã Ba Vì</name>{place}</Folder></Document>"));
    let alone = kml(place);
    let called = |bytes: &[u8]| {
        let file = read(bytes).expect("read");
        file.layers.iter().map(|layer| layer.name.clone()).collect::<Vec<_>>()
    };
    for (kml, name, in_zip) in [
        (&bare, "", "Trạm mới"),
        (&titled, "Trạm Ba Tơ", "Trạm Ba Tơ"),
        (&folder, "Xã Ba Vì", "Xã Ba Vì"),
        (&alone, "", "Trạm mới"),
    ] {
        assert_eq!(called(kml.as_bytes()), [name], "{kml}");
        assert_eq!(called(&zip(&[("kml/Trạm mới.kml", kml.as_bytes())])), [in_zip], "{kml}");
    }
    let two =
        kml(&format!("<Document><Folder>{place}</Folder><Folder>{place}</Folder></Document>"));
    assert_eq!(called(two.as_bytes()), ["#1", "#2"]);
    let zipped = zip(&[("Trạm mới.kml", two.as_bytes())]);
    assert_eq!(called(&zipped), ["Trạm mới (1)", "Trạm mới (2)"]);
    let geojson = br#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[108.7,15.1]}}]}"#;
    assert_eq!(called(geojson), [""]);
    let mif = read(b"Version 300\nCharset \"Neutral\"\nColumns 1\n  a Integer\nData\n")
        .expect_err("half a set");
    assert!(!mif.to_string().contains("body"), "{mif}");
}

fn any_single_kml_in_a_kmz_is_taken() {
    for name in ["doc.kml", "Trạm/Báo cáo.KML", "x"] {
        let kmz = zip(&[(name, KML.as_bytes()), ("files/icon.png", b"\x89PNG")]);
        let file = read(&kmz).expect("read");
        assert_eq!((file.driver, file.container), (Driver::Kml, Container::Zip), "{name}");
        assert_eq!(file.layers.len(), 3);
        assert_eq!(notes(&file), ["files-not-read"]);
        assert!(file.fits_name("a.kmz") && !file.fits_name("a.kml"));
    }
    let two = zip(&[("a.kml", KML), ("b.kml", KML)]);
    assert_eq!(read(&two).expect("read").layers.len(), 6);
    let none = zip(&[("icon.png", b"\x89PNG")]);
    assert!(why(read(&none)).starts_with("not-allowed"));
}

fn network_links_are_not_followed() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a canary");
    let port = listener.local_addr().expect("its address").port();
    let links = format!(
        "<NetworkLink><Link><href>file:///etc/passwd</href></Link></NetworkLink>
         <NetworkLink><Link><href>http://127.0.0.1:{port}/doc.kml</href></Link></NetworkLink>
         <NetworkLink><Link><href>other.kml</href></Link></NetworkLink>"
    );
    let linked = KML.replacen("<Folder>", &format!("{links}<Folder>"), 1);
    for bytes in [linked.clone().into_bytes(), zip(&[("doc.kml", &linked)])] {
        let file = read(&bytes).expect("read");
        assert_eq!(file.layers.len(), 3);
        assert_eq!(notes(&file), ["network-links-ignored"]);
        assert!(file.notes[0].to_string().contains("3 network links"), "{}", file.notes[0]);
        assert!(file.notes[0].message_vi().contains("file:///etc/passwd"));
    }
    listener.set_nonblocking(true).expect("a switch");
    assert!(listener.accept().is_err(), "the canary heard something");
}

fn entities_and_foreign_xml_are_refused() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
        <kml><Placemark><name>&b;</name></Placemark></kml>"#;
    let outside = r#"<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx><wpt lat="1" lon="2"><name>&x;</name></wpt></gpx>"#;
    let include = r#"<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:xi="http://www.w3.org/2001/XInclude"><Placemark><name><xi:include href="file:///etc/passwd" parse="text"/></name></Placemark></kml>"#;
    for text in [bomb, outside] {
        assert!(why(read(text.as_bytes())).contains("DOCTYPE"), "{text}");
        assert!(why(read(&zip(&[("doc.kml", text)]))).contains("DOCTYPE"), "{text}");
    }
    let file = read(include.as_bytes()).expect("read");
    let shown = format!("{:?}", file.layers);
    assert!(!shown.contains("root:"), "{shown}");
    for (text, expected) in [
        ("<kml><Placemark><name>a</Placemark></kml>", "broken-file"),
        ("<kml><Placemark>", "broken-file"),
        ("<html><body/></html>", "not-allowed"),
        ("<kml></kml>", "no-features"),
    ] {
        assert!(why(read(text.as_bytes())).starts_with(expected), "{text}");
    }
}

fn a_kmz_that_leads_elsewhere_is_refused() {
    let kml = KML.as_bytes();
    let link = RawMember { mode: 0o120_777, ..RawMember::new("doc.kml", b"/etc/passwd") };
    let locked = RawMember { encrypted: true, ..RawMember::new("doc.kml", kml) };
    let kmz = zip(&[("doc.kml", kml)]);
    for (members, expected) in [
        (vec![RawMember::new("../doc.kml", kml)], "leads out"),
        (vec![RawMember::new("a/../../doc.kml", kml)], "leads out"),
        (vec![RawMember::new("/etc/doc.kml", kml)], "leads out"),
        (vec![RawMember::new("C:\\doc.kml", kml)], "leads out"),
        (vec![RawMember::new("..\\doc.kml", kml)], "leads out"),
        (vec![link], "a link"),
        (vec![locked], "password"),
        (vec![RawMember::new("doc.kml", kml), RawMember::new("in.kmz", &kmz)], "an archive"),
        (vec![RawMember::new("doc.kml", &kmz)], "an archive"),
    ] {
        let answer = why(read(&raw_zip(&members)));
        assert!(answer.contains(expected), "{}: {answer}", members[0].name);
    }
    assert_eq!(read(&raw_zip(&[RawMember::new("doc.kml", kml)])).expect("read").layers.len(), 3);
}

fn no_day_is_made_up() {
    let stamp = |when: &str| {
        let stamp = format!("<TimeStamp><when>{when}</when></TimeStamp><ExtendedData>");
        read(KML.replacen("<ExtendedData>", &stamp, 1).as_bytes()).expect("read")
    };
    let whole = stamp("2025-08-17");
    let shown = whole.layers[1].features[0].attribute("timestamp").cloned();
    assert!(matches!(shown, Some(Value::Text(text)) if text.starts_with("2025-08-17")));
    let month = stamp("2025-08");
    assert_eq!(month.layers[1].features[0].attribute("timestamp"), None);
    assert_eq!(notes(&month), ["times-without-day"]);
}

fn a_ring_beyond_the_limit_is_a_fault_of_its_row() {
    let limits = Limits { vertices_per_feature: 3, ..Limits::default() };
    let file = read_within(KML.as_bytes(), &limits).expect("read");
    let fault = GeometryFault::TooManyVertices { max: 3 };
    assert_eq!(file.layers[0].features[0].geometry, Err(fault));
    let limits = Limits { xml_bytes: 100, ..Limits::default() };
    assert!(why(read_within(KML.as_bytes(), &limits)).starts_with("too-large"));
}

fn a_gpx_gives_waypoints_and_tracks() {
    let file = read(GPX.as_bytes()).expect("read");
    assert_eq!(file.driver, Driver::Gpx);
    assert_eq!(names(&file), [("waypoints", 1), ("routes", 0), ("tracks", 1)]);
    let place = &file.layers[0].features[0];
    assert_eq!(place.geometry, Ok(Geometry::Point(Point::new(108.7, 15.1))));
    assert_eq!(place.attribute("name"), Some(&text("Trạm A")));
    assert_eq!(place.attribute("time"), Some(&text("2025-08-01 03:04:05+00")));
    let Ok(Geometry::MultiLineString(track)) = &file.layers[2].features[0].geometry else {
        panic!("a track")
    };
    assert_eq!(track.0.len(), 2);
}
