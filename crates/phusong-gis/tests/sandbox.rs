//! The reading child, for real: this executable starts itself again as the child. Files come
//! from this page; the probes of the walls are modes of this executable, not of the product.

mod books;
mod files;
mod formats;
mod probes;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use geo::Geometry;
use phusong_gis::{
    Driver, GeoFile, GeometryFault, Limits, ReadError, SandboxedReader, Value, sandbox_available,
};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("read-geo-child") => return phusong_gis::run_child(),
        Some("probe") => return probes::run(&arguments[1..]),
        // What a test runner asks of a binary without a harness.
        Some("--list") => return ExitCode::SUCCESS,
        _ => {}
    }
    let wanted = arguments.iter().find(|argument| !argument.starts_with("--"));
    let tests: &[(&str, fn())] = &[
        ("the_machine_can_shut_a_child_in", the_machine_can_shut_a_child_in),
        ("a_geojson_is_read", a_geojson_is_read),
        ("a_geopackage_is_read", a_geopackage_is_read),
        ("faults_of_features_keep_their_rows", faults_of_features_keep_their_rows),
        ("a_foreign_crs_is_told", a_foreign_crs_is_told),
        ("a_vrt_named_tif_is_refused", a_vrt_named_tif_is_refused),
        ("broken_files_are_named", broken_files_are_named),
        ("views_and_triggers_are_refused", views_and_triggers_are_refused),
        ("names_and_links_lead_nowhere", names_and_links_lead_nowhere),
        ("limits_hold", limits_hold),
        ("a_child_that_misbehaves_is_ended", a_child_that_misbehaves_is_ended),
        ("the_walls_hold", the_walls_hold),
        ("large_files_stay_within_bounds", large_files_stay_within_bounds),
        ("start_to_answer", start_to_answer),
    ];
    for (name, test) in tests.iter().chain(books::TESTS).chain(formats::tests()) {
        if wanted.is_none_or(|wanted| name.contains(wanted.as_str())) {
            test();
            println!("test {name} ... ok");
        }
    }
    ExitCode::SUCCESS
}

fn reader() -> SandboxedReader {
    SandboxedReader::new(std::env::current_exe().expect("own path"), ["read-geo-child"])
}

fn read_bytes(name: &str, bytes: &[u8]) -> Result<GeoFile, ReadError> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(name), bytes).expect("a file");
    reader().read(folder.path(), name, &Limits::default())
}

fn code(result: Result<GeoFile, ReadError>) -> &'static str {
    match result {
        Ok(_) => "read",
        Err(error) => {
            assert!(!error.message_vi().is_empty() && !error.to_string().is_empty());
            error.code()
        }
    }
}

fn the_machine_can_shut_a_child_in() {
    let here = sandbox_available().expect("walls on this machine");
    assert_eq!(reader().check().expect("walls around the child"), here);
    // The trial must leave this process free.
    assert!(std::fs::read("/proc/self/status").is_ok());
}

fn a_geojson_is_read() {
    let file = read_bytes("any.name", files::GEOJSON.as_bytes()).expect("read");
    assert_eq!(file.driver, Driver::GeoJson);
    let [layer] = &file.layers[..] else { panic!("one layer") };
    assert_eq!(layer.declared_crs, None);
    let features = &layer.features;
    assert_eq!(features.iter().map(|f| f.row).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(features[0].geometry, Ok(Geometry::Point(geo::Point::new(108.7, 14.75))));
    assert_eq!(features[0].attribute("ten"), Some(&Value::Text("Thôn Cà".to_owned())));
    assert_eq!(features[0].attribute("ho"), Some(&Value::Integer(120)));
    assert_eq!(features[1].attribute("ho"), None);
    let Ok(Geometry::Polygon(polygon)) = &features[1].geometry else { panic!("a polygon") };
    assert_eq!((polygon.exterior().0.len(), polygon.interiors().len()), (5, 1));
    let Ok(Geometry::GeometryCollection(members)) = &features[2].geometry else {
        panic!("a collection")
    };
    assert_eq!(members.len(), 2);
    let with_bom = format!("\u{feff}{}", files::GEOJSON);
    assert_eq!(code(read_bytes("bom.json", with_bom.as_bytes())), "read");
}

fn a_geopackage_is_read() {
    let file = read_bytes("x", &files::geopackage(&[])).expect("read");
    assert_eq!(file.driver, Driver::GeoPackage);
    let [layer] = &file.layers[..] else { panic!("one layer") };
    assert_eq!(layer.name, "tram");
    let crs = layer.declared_crs.as_ref().expect("declared");
    assert_eq!(crs.epsg, Some(5898));
    let first = &layer.features[0];
    assert_eq!(first.geometry, Ok(Geometry::Point(geo::Point::new(575_171.18, 1_631_395.08))));
    assert_eq!(first.attribute("ma"), Some(&Value::Text("QN-001".to_owned())));
    assert_eq!(first.attribute("cao_m"), Some(&Value::Real(42.5)));
    assert_eq!(layer.features[1].geometry, Err(GeometryFault::Missing));
}

fn faults_of_features_keep_their_rows() {
    let feature =
        |geometry: &str| format!(r#"{{"type":"Feature","properties":{{}},"geometry":{geometry}}}"#);
    let geometries = [
        "null",
        r#"{"type":"MultiPoint","coordinates":[]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#,
        r#"{"type":"LineString","coordinates":[[0,0]]}"#,
        r#"{"type":"Point","coordinates":[1,2]}"#,
    ];
    let features = geometries.map(feature).join(",");
    let text = format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
    let file = read_bytes("f", text.as_bytes()).expect("read");
    let found: Vec<_> =
        file.layers[0].features.iter().map(|f| f.geometry.as_ref().err().cloned()).collect();
    let expected = [
        Some(GeometryFault::Missing),
        Some(GeometryFault::Empty),
        Some(GeometryFault::OpenRing),
        Some(GeometryFault::TooFewPoints),
        None,
    ];
    assert_eq!(found, expected);
}

fn a_foreign_crs_is_told() {
    let crs = r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::9216"}},"#;
    let text = files::GEOJSON.replacen(r#""features""#, &format!(r#"{crs}"features""#), 1);
    let file = read_bytes("f", text.as_bytes()).expect("read");
    let declared = file.layers[0].declared_crs.as_ref().expect("declared");
    assert_eq!(declared.epsg, Some(9216));
}

fn a_vrt_named_tif_is_refused() {
    let vrt = br#"<OGRVRTDataSource><OGRVRTLayer name="passwd">
        <SrcDataSource>CSV:/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"#;
    for (name, bytes) in [
        ("x.tif", &vrt[..]),
        ("x.geojson", &vrt[..]),
        ("x.gpkg", b"\x89PNG not really"),
        ("empty.geojson", b""),
        ("x.json", b"{\"type\":\"Topology\",\"objects\":{}}"),
        ("x.json", b"{\"type\":\"Point\",\"coordinates\":[1,2]}\0"),
    ] {
        let answer = code(read_bytes(name, bytes));
        let expected = if bytes.ends_with(b"\0") { "broken-file" } else { "not-allowed" };
        assert_eq!(answer, expected, "{name}");
    }
    let mut plain_sqlite = files::geopackage(&[]);
    plain_sqlite[68..72].fill(0);
    assert_eq!(code(read_bytes("x.gpkg", &plain_sqlite)), "not-allowed");
}

fn broken_files_are_named() {
    let deep = format!(r#"{{"type":"Point","coordinates":{}"#, "[".repeat(10_000));
    let package = files::geopackage(&[]);
    let mut torn = package.clone();
    let last_page = torn.len() - 4_096;
    torn.truncate(last_page);
    let mut scrambled = package.clone();
    scrambled[4_096..].fill(0xa5);
    let cases: [(&str, &[u8]); 7] = [
        ("deep", deep.as_bytes()),
        ("infinite", br#"{"type":"Point","coordinates":[1e400,0]}"#),
        ("twice", br#"{"type":"Point","type":"Point","coordinates":[1,0]}"#),
        ("cut", &files::GEOJSON.as_bytes()[..200]),
        ("torn", &torn),
        ("half", &package[..package.len() / 2]),
        ("scrambled", &scrambled),
    ];
    for (name, bytes) in cases {
        assert_eq!(code(read_bytes(name, bytes)), "broken-file", "{name}");
    }
    let none = br#"{"type":"FeatureCollection","features":[]}"#;
    assert_eq!(code(read_bytes("none", none)), "no-features");
}

fn views_and_triggers_are_refused() {
    let statements = [
        "CREATE VIEW hidden AS SELECT * FROM tram",
        "CREATE TRIGGER harmless AFTER INSERT ON tram BEGIN DELETE FROM tram; END",
        "CREATE TRIGGER rtree_tram_x AFTER INSERT ON tram BEGIN SELECT load_extension('/x'); END",
    ];
    for statement in statements {
        let package = files::geopackage(&[statement]);
        assert_eq!(code(read_bytes("x.gpkg", &package)), "not-allowed", "{statement}");
    }
}

fn names_and_links_lead_nowhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let read = |name: &str| code(reader().read(folder.path(), name, &Limits::default()));
    for name in ["../x", "/etc/passwd", "a/b", ".", "..", "", "/vsicurl/http:", "x\0y"] {
        assert_eq!(read(name), "not-allowed", "{name:?}");
    }
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).expect("a link");
    assert_eq!(read("link"), "not-allowed");
    std::fs::create_dir(folder.path().join("folder")).expect("a folder");
    assert_eq!(read("folder"), "not-allowed");
    assert_eq!(read("missing"), "io");
}

fn limits_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("x"), files::GEOJSON).expect("a file");
    let read = |limits: Limits| reader().read(folder.path(), "x", &limits);
    let limits = Limits::default;
    assert_eq!(code(read(Limits { file_bytes: 10, ..limits() })), "too-large");
    assert_eq!(code(read(Limits { rows: 2, ..limits() })), "too-large");
    assert_eq!(code(read(Limits { fields: 1, ..limits() })), "too-large");
    assert_eq!(code(read(Limits { contents_bytes: 300, ..limits() })), "too-large");
    assert_eq!(code(read(Limits { wall: Duration::ZERO, ..limits() })), "timeout");
    assert_eq!(code(read(Limits { memory_bytes: 1 << 20, ..limits() })), "crashed");
    let file = read(Limits { vertices_per_feature: 4, ..limits() }).expect("read");
    let fault = GeometryFault::TooManyVertices { max: 4 };
    assert_eq!(file.layers[0].features[1].geometry, Err(fault));
}

fn a_child_that_misbehaves_is_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("x"), files::GEOJSON).expect("a file");
    let limits = Limits { wall: Duration::from_millis(400), cpu_s: 1, ..Limits::default() };
    let exe = std::env::current_exe().expect("own path");
    for (mode, expected) in [
        ("sleep", "timeout"),
        ("spin", "timeout"),
        ("silent", "crashed"),
        ("abort", "crashed"),
        ("babble", "crashed"),
        ("unsandboxed", "sandbox-missing"),
    ] {
        let start = Instant::now();
        let child = SandboxedReader::new(&exe, ["probe", mode]);
        assert_eq!(code(child.read(folder.path(), "x", &limits)), expected, "{mode}");
        assert!(start.elapsed() < Duration::from_secs(5), "{mode}");
    }
    let nowhere = SandboxedReader::new("/nonexistent", ["read-geo-child"]);
    assert_eq!(code(nowhere.read(folder.path(), "x", &limits)), "io");
}

fn the_walls_hold() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a canary");
    let port = listener.local_addr().expect("its address").port().to_string();
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("inside"), "x").expect("a file");
    let inside = folder.path().to_str().expect("a plain path");
    for probe in probes::NAMES {
        let ended = std::process::Command::new(std::env::current_exe().expect("own path"))
            .args(["probe", "walls", probe, inside, &port])
            .status()
            .expect("a child");
        assert!(ended.success(), "the walls let {probe} through: {ended}");
        // The one thing a probe puts there, before it is shut in.
        let _ = std::fs::remove_file(folder.path().join("link"));
    }
    listener.set_nonblocking(true).expect("a switch");
    assert!(listener.accept().is_err(), "the canary heard something");
    assert_eq!(std::fs::read_dir(Path::new(inside)).expect("a folder").count(), 1);
}

/// A ring of a million points, a file of 50,000 rows: read; more than the limits: refused.
fn large_files_stay_within_bounds() {
    use std::fmt::Write;
    let ring = |points: u32| {
        let mut text = String::from(r#"{"type":"Polygon","coordinates":[["#);
        for at in 0..points - 1 {
            let angle = f64::from(at) / f64::from(points) * std::f64::consts::TAU;
            let _ = write!(text, "[{:.7},{:.7}],", 108.5 + angle.cos(), 14.5 + angle.sin());
        }
        text + "[109.5,14.5]]]}"
    };
    let rows = |count: u32| {
        let row = |at: u32| {
            format!(
                r#"{{"type":"Feature","properties":{{"ma":"QN-{at}","ten":"Trạm {at}","ho":{at}}},"geometry":{{"type":"Point","coordinates":[108.5,14.5]}}}}"#
            )
        };
        let rows: Vec<String> = (0..count).map(row).collect();
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, rows.join(","))
    };
    let timed = |text: &str| {
        let start = Instant::now();
        let file = read_bytes("large", text.as_bytes());
        println!("  {} MB: {:?}", text.len() >> 20, start.elapsed());
        file
    };
    let million = timed(&ring(1_000_000)).expect("read");
    assert!(million.layers[0].features[0].geometry.is_ok());
    let more = timed(&ring(1_000_001)).expect("read");
    let fault = GeometryFault::TooManyVertices { max: 1_000_000 };
    assert_eq!(more.layers[0].features[0].geometry, Err(fault));
    let many = timed(&rows(50_000)).expect("read");
    assert_eq!(many.layers[0].features.len(), 50_000);
    assert_eq!(code(timed(&rows(200_001))), "too-large");
}

fn start_to_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("json"), files::GEOJSON).expect("a file");
    std::fs::write(folder.path().join("gpkg"), files::geopackage(&[])).expect("a file");
    for name in ["json", "gpkg"] {
        let start = Instant::now();
        for _ in 0..10 {
            assert_eq!(code(reader().read(folder.path(), name, &Limits::default())), "read");
        }
        println!("  {name}: {:?} from start to answer", start.elapsed() / 10);
    }
}
