//! Bad drawings: KML, shapefile, MapInfo, raster and GeoJSON, rows 24 to 38 and 43 to 54.

use super::{Bad, refused, taken};
use crate::served::zip;

const SITE: &str = r#"{"Mã trạm":"QNI2","Sự kiện":"phát sóng","Ngày":"2026-11-01","Công nghệ":"4G","Thôn":"Kon Dóc"}"#;
const AREA: &str =
    r#"{"cong_nghe":"4G","tu_ngay":"2026-11-01","can_cu":"mô phỏng","tham_so":"P.1812"}"#;
const POINT: &str = r#"{"type":"Point","coordinates":[108.8223,14.7043]}"#;

fn geojson(geometry: &str, properties: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},"geometry":{geometry}}}]}}"#
    )
}

fn polygon(ring: &str) -> String {
    geojson(&format!(r#"{{"type":"Polygon","coordinates":[[{ring}]]}}"#), AREA)
}

pub fn good() -> Vec<u8> {
    geojson(POINT, SITE).into()
}

pub fn bad() -> Vec<Bad> {
    [kml(), shapefiles(), mapinfo(), geojsons()].into_iter().flatten().collect()
}

const KML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Tram</name><Placemark><name>Q</name>
<ExtendedData><Data name="ma_tram"><value>QNI3</value></Data>
<Data name="loai_su_kien"><value>on_air</value></Data>
<Data name="ngay_su_kien"><value>01/11/2026</value></Data>
<Data name="cong_nghe"><value>4G</value></Data>
<Data name="cac_thon_phuc_vu"><value>Kon Dóc</value></Data></ExtendedData>
<Point><coordinates>108.8224,14.7044</coordinates></Point></Placemark></Document></kml>"#;

fn kml() -> Vec<Bad> {
    let entities = KML.replacen(
        "<kml",
        "<!DOCTYPE kml [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><kml",
        1,
    );
    let links =
        "<NetworkLink><Link><href>file:///etc/passwd</href></Link></NetworkLink><Placemark>";
    let kml = KML.as_bytes();
    let kmz = zip(&[("doc.kml", kml)]);
    vec![
        refused(24, "thuc-the.kml", entities, "not-allowed"),
        taken(25, "lien-ket.kml", KML.replacen("<Placemark>", links, 1), "network-links-ignored"),
        refused(26, "ra-ngoai.kmz", zip(&[("../doc.kml", kml)]), "broken-file"),
        refused(27, "long-nhau.kmz", zip(&[("doc.kml", kml), ("trong.kmz", &kmz)]), "not-allowed"),
        refused(28, "khong-co.kmz", zip(&[("bieu-tuong.bin", b"x")]), ""),
        refused(29, "doi-truc.kml", KML.replace("108.8224,14.7044", "14.7044,108.8224"), "swapped"),
    ]
}

/// Name and width of each column.
const FIELDS: [(&[u8], u8); 4] =
    [(b"ma_tram", 10), (b"su_kien", 10), (b"ngay", 10), (b"cong_nghe", 10)];

/// A shapefile of points with the texts of one field, as bytes.
fn shapefile(points: &[[f64; 2]], code: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let little = |number: usize| u32::try_from(number).expect("small").to_le_bytes();
    let big = |number: usize| u32::try_from(number).expect("small").to_be_bytes();
    // Source: ESRI Shapefile Technical Description (1998). Lengths are in words of 16 bits.
    let head = |words: usize| {
        let mut head =
            [&big(9_994)[..], &[0; 20], &big(words), &little(1_000), &little(1)].concat();
        head.extend(
            [107.0, 14.0, 110.0, 16.0, 0.0, 0.0, 0.0, 0.0]
                .iter()
                .flat_map(|n: &f64| n.to_le_bytes()),
        );
        head
    };
    let (mut shp, mut shx) = (head(50 + 14 * points.len()), head(50 + 4 * points.len()));
    for (at, [x, y]) in points.iter().enumerate() {
        shx.extend([big(50 + 14 * at), big(10)].concat());
        shp.extend([big(at + 1), big(10), little(1)].concat());
        shp.extend([x.to_le_bytes(), y.to_le_bytes()].concat());
    }
    let record = 1 + FIELDS.iter().map(|(_, width)| usize::from(*width)).sum::<usize>();
    let mut dbf = vec![3, 126, 11, 26];
    dbf.extend(little(points.len()));
    let header = 32 + 32 * FIELDS.len() + 1;
    dbf.extend(u16::try_from(header).expect("small").to_le_bytes());
    dbf.extend(u16::try_from(record).expect("small").to_le_bytes());
    dbf.extend([0; 20]);
    for (name, width) in FIELDS {
        let mut field = [0_u8; 32];
        field[..name.len()].copy_from_slice(name);
        (field[11], field[16]) = (b'C', width);
        dbf.extend(field);
    }
    dbf.push(b'\r');
    for at in 0..points.len() {
        dbf.push(b' ');
        let number = format!("QNI4{at}");
        for text in [number.as_bytes(), code, b"01/11/2026", b"4G"] {
            dbf.extend(text.iter().chain([b' '; 10].iter()).take(10));
        }
    }
    dbf.push(0x1a);
    vec![("tram.shp", shp), ("tram.shx", shx), ("tram.dbf", dbf)]
}

const WGS_84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

fn packed(parts: &[(&'static str, Vec<u8>)], more: &[(&str, &[u8])]) -> Vec<u8> {
    let own = parts.iter().map(|(name, bytes)| (*name, bytes.as_slice()));
    zip(&own.chain(more.iter().copied()).collect::<Vec<_>>())
}

const HERE: [f64; 2] = [108.8225, 14.7045];

fn shapefiles() -> Vec<Bad> {
    let prj = ("tram.prj", WGS_84.as_bytes());
    let set = shapefile(&[HERE], b"on_air");
    let without = |ending: &str| -> Vec<(&'static str, Vec<u8>)> {
        set.iter().filter(|(name, _)| !name.ends_with(ending)).cloned().collect()
    };
    // 54 km away: the numbers of one meridian under another.
    let metres = shapefile(&[[588_305.36, 1_626_337.87]], b"on_air");
    let twice = packed(&set, &[("b.shp", &set[0].1), ("b.shx", &set[1].1), ("b.dbf", &set[2].1)]);
    let no_number = shapefile(&[[f64::NAN, 14.7]], b"on_air");
    let old = shapefile(&[HERE], b"ph\xe1t s\xf3ng");
    vec![
        taken(31, "khong-shx.zip", packed(&without(".shx"), &[prj]), "index-rebuilt"),
        refused(31, "khong-dbf.zip", packed(&without(".dbf"), &[prj]), ""),
        refused(32, "khong-prj.zip", packed(&metres, &[]), "crs-ambiguous"),
        refused(34, "ra-ngoai.zip", packed(&set, &[("/etc/tram.prj", WGS_84.as_bytes())]), ""),
        taken(36, "hai-lop.zip", twice, "crs-proposed"),
        taken(37, "cp1258.zip", packed(&old, &[prj]), ""),
        refused(38, "nan.zip", packed(&no_number, &[prj]), "empty-geometry"),
    ]
}

fn mapinfo() -> Vec<Bad> {
    let mif = "Version 300\nCharset \"Neutral\"\nDelimiter \",\"\nCoordSys NonEarth Units \"m\" Bounds (0, 0) (1000000, 2000000)\nColumns 1\n  ma_tram Char(20)\nData\n\nPoint 575171.18 1631395.08\n";
    let tab = "!table\n!version 300\n!charset Neutral\n\nDefinition Table\n  Type NATIVE Charset \"Neutral\"\n  Fields 1\n    ten Char (10) ;\n";
    let vrt = "<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"><VRTRasterBand band=\"1\"><SimpleSource><SourceFilename>/etc/passwd</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>";
    vec![
        refused(43, "mot-minh.zip", zip(&[("a.tab", tab.as_bytes())]), ""),
        refused(
            44,
            "lech.zip",
            zip(&[("a.mif", mif.as_bytes()), ("a.mid", b"\"Q1\"\n\"Q2\"\n")]),
            "",
        ),
        refused(
            45,
            "phi-dia-ly.zip",
            zip(&[("a.mif", mif.as_bytes()), ("a.mid", b"\"Q1\"\n")]),
            "non-earth",
        ),
        refused(47, "anh.tif", vrt, "not-allowed"),
    ]
}

fn geojsons() -> Vec<Bad> {
    let deep = format!("{{\"type\":\"Point\",\"x\":{}", "[".repeat(10_000));
    let named = |code: u32| {
        geojson(POINT, SITE).replacen(
            "\"features\"",
            &format!(r#""crs":{{"type":"name","properties":{{"name":"EPSG:{code}"}}}},"features""#),
            1,
        )
    };
    let bow_tie = "[108.79,14.68],[108.86,14.73],[108.86,14.68],[108.79,14.73],[108.79,14.68]";
    let open = "[108.79,14.68],[108.86,14.68],[108.86,14.73],[108.79,14.73]";
    let far = "[179.9,14.68],[-179.9,14.68],[-179.9,14.73],[179.9,14.73],[179.9,14.68]";
    let twice = geojson(POINT, SITE).replacen("\"type\"", "\"type\":\"x\",\"type\"", 1);
    vec![
        refused(48, "sau.geojson", deep, "broken-file"),
        refused(49, "he-la.geojson", named(3_857), "foreign-crs"),
        refused(50, "no.geojson", polygon(bow_tie), "ring-crosses-itself"),
        refused(50, "ho.geojson", polygon(open), "open-ring"),
        refused(51, "kinh-tuyen-180.geojson", polygon(far), "outside-province"),
        refused(
            52,
            "vo-cuc.geojson",
            geojson(r#"{"type":"Point","coordinates":[1e400,0]}"#, SITE),
            "broken-file",
        ),
        refused(53, "hai-khoa.geojson", twice, "broken-file"),
        refused(
            54,
            "rong.geojson",
            geojson(r#"{"type":"Polygon","coordinates":[]}"#, AREA),
            "place-missing",
        ),
    ]
}
