//! MapInfo's TAB and MIF.

use gdal::spatial_ref::SpatialRef;
use geo::{Geometry, Point};
use phusong_gis::{DatumShift, Driver, GeoFile, Limits, TextEncoding, Value};

use super::make::{Sites, set, with, without, zip};
use super::{Test, notes, read, read_within, why};

pub const TESTS: &[Test] = &[
    ("a_mif_with_its_own_datum_is_known", a_mif_with_its_own_datum_is_known),
    ("a_drawing_on_no_earth_is_undeclared", a_drawing_on_no_earth_is_undeclared),
    ("bytes_of_a_mapinfo_table_come_out_as_they_are", bytes_come_out_as_they_are),
    ("a_tab_needs_its_set", a_tab_needs_its_set),
    ("mif_and_mid_must_agree", mif_and_mid_must_agree),
    ("a_tab_that_leads_elsewhere_is_refused", a_tab_that_leads_elsewhere_is_refused),
    ("a_map_that_loops_ends_in_time", a_map_that_loops_ends_in_time),
];

type Set = Vec<(String, Vec<u8>)>;

const DATUM_6960: &str = "9999, 28, -191.90441429, -39.30318279, -111.45032835, -0.00928836, \
                          0.01975479, -0.00427372, 0.252906278, 0";

pub fn tab(sites: &Sites<'_>) -> Set {
    set("MapInfo File", "tram.tab", "tram", sites)
}

/// A set of two points; texts have one character for each byte.
pub fn mif(coordsys: &str, charset: &str, text: &str) -> Set {
    let bytes = |text: &str| -> Vec<u8> {
        text.chars().map(|c| u8::try_from(u32::from(c)).expect("a byte")).collect()
    };
    let charset =
        if charset.is_empty() { String::new() } else { format!("Charset \"{charset}\"\n") };
    let drawing = format!(
        "Version 300\n{charset}Delimiter \",\"\n{coordsys}Columns 2\n  ten Char(200)\n  ho Integer\nData\n\n\
         Point 575171.18 1631395.08\n    Symbol (35,0,12)\nPoint 575272.5 1631400.25\n    Symbol (35,0,12)\n"
    );
    let table = format!("\"{text}\",1\n\"QN-2\",2\n");
    vec![("Tram.MIF".to_owned(), bytes(&drawing)), ("tram.mid".to_owned(), bytes(&table))]
}

fn a_mif_with_its_own_datum_is_known() {
    let system = |datum: &str, meridian: &str, scale: &str| {
        let coordsys = format!(
            "CoordSys Earth Projection 8, {datum}, \"m\", {meridian}, 0, {scale}, 500000, 0\n"
        );
        let file = read(&zip(&mif(&coordsys, "WindowsLatin1", "QN-1"))).expect("read");
        file.layers[0].declared_crs.clone().expect("declared")
    };
    let found = system(DATUM_6960, "108", "0.9999");
    assert_eq!((found.epsg, found.shift), (Some(5898), Some(DatumShift::Epsg6960)));
    assert_eq!(system(DATUM_6960, "107.5", "0.9999").epsg, Some(9216));
    let older = "9999, 28, -192.873, -39.382, -111.202, 0.00205, 0.0005, -0.00335, 0.0188, 0";
    let found = system(older, "108", "0.9999");
    assert_eq!((found.epsg, found.shift), (Some(5898), Some(DatumShift::Epsg5194)));
    // Shifts of no published set, and WGS 84 itself: told by their parameters, not taken for ours.
    let other = system("9999, 28, -180, -40, -110, 0, 0, 0, 0, 0", "108", "0.9999");
    assert_eq!((other.epsg, other.shift), (None, None));
    assert!(other.wkt_name.is_some_and(|name| name.contains("lon_0=108")));
    assert_eq!(system("104", "108", "0.9999").epsg, None);
    assert_eq!(system("104", "111", "0.9996").epsg, Some(32_649));
}

fn a_drawing_on_no_earth_is_undeclared() {
    let coordsys = "CoordSys NonEarth Units \"m\" Bounds (0, 0) (1000000, 2000000)\n";
    let file = read(&zip(&mif(coordsys, "WindowsLatin1", "QN-1"))).expect("read");
    assert_eq!(file.driver, Driver::MapInfoMif);
    assert_eq!(file.layers[0].declared_crs, None);
    assert_eq!(notes(&file), ["non-earth"]);
    let place = Geometry::Point(Point::new(575_171.18, 1_631_395.08));
    assert_eq!(file.layers[0].features[0].geometry, Ok(place));
}

fn check_bytes(file: &GeoFile, high: &str, expected: (Option<&str>, Option<u16>)) {
    let layer = &file.layers[0];
    let text = layer.features[0].attribute("ten");
    assert_eq!(text, Some(&Value::Text(high.to_owned())));
    let TextEncoding::Bytes { declared } = &layer.encoding else { panic!("taken for UTF-8") };
    let declared = declared.as_ref();
    let words = declared.map(|found| found.words.as_str());
    assert_eq!((words, declared.and_then(|found| found.code_page)), expected);
}

fn bytes_come_out_as_they_are() {
    let high: String = ('\u{80}'..='\u{ff}').collect();
    for (charset, expected) in [
        ("WindowsVietnamese", (Some("WindowsVietnamese"), Some(1258))),
        ("WindowsLatin1", (Some("WindowsLatin1"), Some(1252))),
        ("Neutral", (Some("Neutral"), None)),
        ("", (None, None)),
    ] {
        let file = read(&zip(&mif("", charset, &high))).expect("read");
        check_bytes(&file, &high, expected);
    }
    let made = mif("", "ISO8859_1", "QN-1");
    let tab = tab(&Sites { texts: ["#", "QN-2"], ..Sites::default() });
    assert_eq!(read(&zip(&made)).expect("read").layers[0].encoding, TextEncoding::Unicode);
    // Bytes put into the table itself, for the library writes only what it can encode.
    let high = "\u{80}\u{b5}\u{d2}\u{ec}\u{fd}";
    let dat = &tab.iter().find(|(name, _)| name == "tram.dat").expect("a table").1;
    let at = dat.iter().position(|byte| *byte == b'#').expect("the text");
    let mut dat = dat.clone();
    dat[at..at + 5].copy_from_slice(b"\x80\xb5\xd2\xec\xfd");
    let text = &tab.iter().find(|(name, _)| name == "tram.tab").expect("a head").1;
    let text = String::from_utf8_lossy(text);
    let text = text.replacen("!charset Neutral", "!charset WindowsVietnamese", 1);
    let set = with(&with(&tab, "tram.dat", &dat), "tram.tab", text.as_bytes());
    let file = read(&zip(&set)).expect("read");
    assert_eq!(file.driver, Driver::MapInfoTab);
    check_bytes(&file, high, (Some("WindowsVietnamese"), Some(1258)));
}

fn a_tab_needs_its_set() {
    let system = SpatialRef::from_definition("EPSG:32649").expect("a system");
    let set = tab(&Sites { crs: Some(&system), ..Sites::default() });
    let file = read(&zip(&set)).expect("read");
    let layer = &file.layers[0];
    assert_eq!((layer.name.as_str(), layer.features.len()), ("tram", 2));
    assert_eq!(layer.declared_crs.as_ref().and_then(|crs| crs.epsg), Some(32_649));
    assert_eq!(layer.features[1].attribute("ho"), Some(&Value::Integer(2)));
    for part in [".map", ".dat", ".id"] {
        let answer = why(read(&zip(&without(&set, &[part]))));
        assert!(answer.contains(part), "{answer}");
    }
    let head = &set.iter().find(|(name, _)| name == "tram.tab").expect("a head").1;
    assert!(why(read(head)).contains(".map, .dat, .id"), "a .tab alone");
}

fn mif_and_mid_must_agree() {
    let set = mif("", "WindowsLatin1", "QN-1");
    let more = with(&set, "tram.mid", b"\"QN-1\",1\n\"QN-2\",2\n\"QN-3\",3\n");
    assert!(why(read(&zip(&more))).contains("2 shapes, but 3 rows"));
    let fewer = with(&set, "tram.mid", b"\"QN-1\",1\n");
    assert!(why(read(&zip(&fewer))).contains("2 shapes, but 1 rows"));
    assert!(why(read(&zip(&without(&set, &[".mid"])))).contains(".mid"));
    assert!(why(read(&set[0].1)).contains(".mid"), "a .mif alone");
}

fn a_tab_that_leads_elsewhere_is_refused() {
    let set = tab(&Sites::default());
    for kind in ["DBF", "XLS", "LINKED", "RASTER", "ACCESS"] {
        let head = format!(
            "!table\n!version 300\n!charset Neutral\n\nDefinition Table\n  File \"/etc/passwd\"\n  Type {kind}\n"
        );
        let answer = why(read(&zip(&with(&set, "tram.tab", head.as_bytes()))));
        assert!(answer.starts_with("not-allowed"), "{kind}: {answer}");
    }
}

/// Every block of the .map that names a next one names itself.
fn a_map_that_loops_ends_in_time() {
    const BLOCK_BYTES: usize = 512;
    let set = tab(&Sites::default());
    let map = &set.iter().find(|(name, _)| name == "tram.map").expect("a map").1;
    let limits = Limits { cpu_s: 3, wall: std::time::Duration::from_secs(15), ..Limits::default() };
    for start in 0..map.len() / BLOCK_BYTES {
        for place in (0..64).step_by(4) {
            let mut map = map.clone();
            let at = start * BLOCK_BYTES;
            let own = u32::try_from(at).expect("short").to_le_bytes();
            map[at + place..at + place + 4].copy_from_slice(&own);
            let answer = why(read_within(&zip(&with(&set, "tram.map", &map)), &limits));
            let code = answer.split(':').next().unwrap_or_default();
            let fine = ["read", "broken-file", "no-features", "timeout"];
            assert!(fine.contains(&code), "block {start}, byte {place}: {answer}");
        }
    }
}
