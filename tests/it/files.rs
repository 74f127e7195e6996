//! Files through the whole service: CSV, GeoJSON and GeoPackage in, raw files kept and given back.

use serde_json::json;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::served::{Served, key, phusong};

const CSV: &str = "ma_tram;loai_su_kien;ngay_su_kien;cong_nghe;kinh_do;vi_do;cac_thon_phuc_vu\n\
                   QNI001;phát sóng;01/11/2026;4G;108,822;14,704;Kon Dóc\n";

fn geojson(geometry: &str, properties: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},"geometry":{geometry}}}]}}"#
    )
}

const SITE: &str = r#"{"Mã trạm":"QNI002","Sự kiện":"phát sóng","Ngày":"2026-11-01","Công nghệ":"4G","Thôn":"Làng Mâm","fid":7}"#;
const POINT: &str = r#"{"type":"Point","coordinates":[108.728,14.709]}"#;
const AREA: &str = r#"{"nha_mang":"Viettel","cong_nghe":"4G","tu_ngay":"2026-11-01","can_cu":"mô phỏng","tham_so":"P.1812, 800 MHz"}"#;
const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[108.79,14.68],[108.86,14.68],[108.86,14.73],[108.79,14.73],[108.79,14.68]]]}"#;
const BOW_TIE: &str = r#"{"type":"Polygon","coordinates":[[[108.79,14.68],[108.86,14.73],[108.86,14.68],[108.79,14.73],[108.79,14.68]]]}"#;

#[test]
fn sites_and_areas_come_as_files_and_the_raw_file_is_given_back_to_its_owner_alone() {
    let data = TempDir::new().unwrap();
    let viettel = key(data.path(), &["carrier", "--carrier", "viettel"]);
    let vnpt = key(data.path(), &["carrier", "--carrier", "vnpt"]);
    let officer = key(data.path(), &["officer"]);
    let served = Served::start(data.path());
    let send = |path: &str, kind: &str, body: &[u8]| served.send(path, &viettel, kind, body);

    // The child that reads GeoJSON runs beside SQLite in one executable.
    let site = geojson(POINT, SITE);
    let (status, preview) =
        send("/api/v1/reports/preview", "application/geo+json", site.as_bytes());
    assert_eq!((status, &preview["can_file"]), (200, &json!(true)), "{preview}");
    assert_eq!(preview["rows"][0]["understood"]["ma_tram"], "QNI002");
    assert_eq!(preview["rows"][0]["understood"]["kinh_do"], json!(108.728));
    assert_eq!(preview["findings"][0]["code"], "columns-not-read");

    let bodies = [
        ("text/csv", CSV.to_owned()),
        ("application/geo+json", site),
        ("application/geo+json", geojson(SQUARE, AREA)),
    ];
    for (kind, body) in &bodies {
        let (status, filed) = send("/api/v1/reports", kind, body.as_bytes());
        assert_eq!(status, 201, "{filed}");
        let (again, same) = send("/api/v1/reports", kind, body.as_bytes());
        assert_eq!((again, &same["receipt"]), (200, &filed["receipt"]), "the same file again");

        let page = format!("/api/v1/reports/{}", filed["report"].as_str().unwrap());
        let (_, shown) = served.get(&page, &viettel);
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(body.as_bytes()));
        assert_eq!(shown["files"][0]["sha256"], json!(hash), "{shown}");
        let raw = format!("{page}/files/{hash}");
        for owner in [&viettel, &officer] {
            assert_eq!(served.fetch(&raw, owner).unwrap(), body.as_bytes());
        }
        let nothing = served.get("/api/v1/reports/0000000000000000", &vnpt);
        for other in [vnpt.as_str(), ""] {
            assert_eq!(served.get(&raw, other).0, nothing.0);
        }
    }
    assert_eq!(std::fs::read_dir(data.path().join("uploads")).unwrap().count(), 0);
    let (_, page) = served.get("/api/v1/villages/lang-mam", &viettel);
    assert_eq!(page["verdict"], "covered");
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_the_service_goes_on() {
    let data = TempDir::new().unwrap();
    let viettel = key(data.path(), &["carrier", "--carrier", "viettel"]);
    let officer = key(data.path(), &["officer"]);
    let served = Served::start(data.path());
    let (geo, package) = ("application/geo+json", "application/geopackage+sqlite3");
    let deep = format!("{{\"type\":\"Point\",\"x\":{}", "[".repeat(10_000));
    let foreign = geojson(POINT, SITE).replace(
        "\"type\":\"FeatureCollection\"",
        r#""type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:3857"}}"#,
    );
    let metres = geojson(r#"{"type":"Point","coordinates":[588305.36,1626337.87]}"#, SITE);
    let cases: [(&str, Vec<u8>, u16, &str); 13] = [
        (geo, deep.into(), 400, "bad-json"),
        (geo, b"{".to_vec(), 400, "bad-json"),
        (geo, geojson(r#"{"type":"Point","coordinates":[1e400,0]}"#, SITE).into(), 400, "bad-json"),
        (geo, b"PK\x03\x04".to_vec(), 422, "unreadable-file"),
        (
            geo,
            geojson("null", "{}").replace("[{", "[").replace("}]}", "]}").into(),
            400,
            "bad-json",
        ),
        (geo, geojson(BOW_TIE, AREA).into(), 422, "refused"),
        (geo, foreign.into(), 422, "refused"),
        (geo, metres.into(), 422, "refused"),
        (
            geo,
            geojson(r#"{"type":"Point","coordinates":[14.709,108.728]}"#, SITE).into(),
            422,
            "refused",
        ),
        (package, b"SQLite format 3\0".to_vec(), 415, "content-type"),
        (package, CSV.into(), 415, "content-type"),
        ("text/csv", b"ma_tram\0".to_vec(), 422, "unreadable-file"),
        ("text/plain", CSV.into(), 415, "content-type"),
    ];
    for (kind, body, status, code) in cases {
        let (found, problem) = served.send("/api/v1/reports", &viettel, kind, &body);
        let shown = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
        assert_eq!((found, &problem["code"]), (status, &json!(code)), "{shown}\n{problem}");
    }
    let (status, problem) =
        served.send("/api/v1/reports?on_behalf_of=vinafon", &officer, "text/csv", CSV.as_bytes());
    assert_eq!((status, &problem["code"]), (422, &json!("unknown-carrier")), "{problem}");
    assert!(problem["errors"][0]["candidates"].as_array().is_some_and(|list| !list.is_empty()));
    assert_eq!(served.get("/api/v1/reports", &viettel).1["items"], json!([]));
    let large = served.announce("/api/v1/reports", &viettel, "text/csv", 1_000_000_000);
    assert_eq!(large, 413);
    let behalf = "/api/v1/reports?on_behalf_of=VinaPhone&document_number=12/VTQN";
    assert_eq!(served.send(behalf, &officer, "text/csv", CSV.as_bytes()).0, 201);
}

#[test]
fn files_are_imported_into_a_directory_at_rest_and_a_running_service_says_how_to_send_them() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let (good, bad) = (folder.path().join("good.csv"), folder.path().join("bad.csv"));
    std::fs::write(&good, CSV).unwrap();
    std::fs::write(&bad, CSV.replace("phát sóng", "hoàn thành")).unwrap();
    let import = |file: &std::path::Path, more: &[&str]| {
        let (file, data) = (file.to_str().unwrap(), data.to_str().unwrap());
        phusong(&[&["import", file, "--data", data, "--carrier", "Viettel"], more].concat())
    };
    let (code, out) = import(&good, &["--dry-run", "--json"]);
    let line: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &line["report"], &line["can_file"]), (0, &json!(null), &json!(true)));
    let (code, out) = import(&bad, &[]);
    assert!(code == 65 && out.contains("bare-complete"), "{out}");
    let (code, out) = import(&good, &["--json"]);
    let line: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(code == 0 && line["report"].is_string(), "{out}");

    let officer = key(&data, &["officer"]);
    let served = Served::start(&data);
    let (_, list) = served.get("/api/v1/reports", &officer);
    assert_eq!(list["items"][0]["report"], line["report"]);
    assert_eq!(list["items"][0]["on_behalf"], json!(true));
    assert_eq!(import(&good, &[]).0, 75, "the service runs");
}

/// A GeoPackage in EPSG:5898 as a survey tool writes it, with one site.
pub fn geopackage(at: &std::path::Path) -> Vec<u8> {
    let db = rusqlite::Connection::open(at).expect("a package");
    db.execute_batch(
        "PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;
         CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
           organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
           definition TEXT NOT NULL, description TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES ('VN-2000 / TM-3 108-00', 5898, 'EPSG', 5898,
           'PROJCS[\"VN-2000 / TM-3 108-00\",GEOGCS[\"VN-2000\",DATUM[\"Vietnam_2000\",SPHEROID[\"WGS 84\",6378137,298.257223563]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433],AUTHORITY[\"EPSG\",\"4756\"]],PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"latitude_of_origin\",0],PARAMETER[\"central_meridian\",108],PARAMETER[\"scale_factor\",0.9999],PARAMETER[\"false_easting\",500000],PARAMETER[\"false_northing\",0],UNIT[\"metre\",1],AUTHORITY[\"EPSG\",\"5898\"]]', '');
         CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL,
           identifier TEXT, description TEXT, last_change TEXT NOT NULL DEFAULT '2026-11-01T00:00:00.000Z',
           min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
         INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
           VALUES ('tram', 'features', 'tram', 5898);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,
           geometry_type_name TEXT, srs_id INTEGER, z TINYINT, m TINYINT);
         INSERT INTO gpkg_geometry_columns VALUES ('tram', 'geom', 'POINT', 5898, 0, 0);
         CREATE TABLE tram (fid INTEGER PRIMARY KEY, geom BLOB, ma_tram TEXT, loai_su_kien TEXT,
           ngay_su_kien DATE, cong_nghe TEXT, cac_thon_phuc_vu TEXT);",
    )
    .expect("a package");
    // OGC 12-128: magic, version, flags (little-endian, no envelope), system; then a WKB point.
    let mut geometry = b"GP\0\x01".to_vec();
    geometry.extend(5898_i32.to_le_bytes());
    geometry.extend([1, 1, 0, 0, 0]);
    geometry.extend(575_171.18_f64.to_le_bytes());
    geometry.extend(1_631_395.08_f64.to_le_bytes());
    db.execute(
        "INSERT INTO tram VALUES (1, ?1, 'QNI003', 'on_air', '2026-11-01', '4G', 'Kon Dóc')",
        [geometry],
    )
    .expect("a package");
    db.close().expect("a package");
    std::fs::read(at).expect("a package")
}

/// The canary: the child's own SQLite and GDAL's stand in one executable.
#[test]
fn a_geopackage_in_vn_2000_is_read_by_the_child_and_its_operation_named() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let viettel = key(&data, &["carrier", "--carrier", "viettel"]);
    let served = Served::start(&data);
    let package = geopackage(&folder.path().join("tram.gpkg"));
    let kind = "application/geopackage+sqlite3";
    let (status, preview) = served.send("/api/v1/reports/preview", &viettel, kind, &package);
    assert_eq!(status, 200, "{preview}");
    let understood = &preview["rows"][0]["understood"];
    assert!(understood["phep_chuyen"].as_str().is_some_and(|op| op.contains("6960")), "{preview}");
    assert!((understood["kinh_do"].as_f64().unwrap() - 108.7).abs() < 2e-7, "{preview}");
    assert_eq!(served.send("/api/v1/reports", &viettel, kind, &package).0, 201);
    let cut = &package[..package.len() / 2];
    let (status, problem) = served.send("/api/v1/reports", &viettel, kind, cut);
    assert_eq!((status, &problem["code"]), (422, &json!("unreadable-file")), "{problem}");
    // What read the file was never in the process that holds the keys.
    let maps = std::fs::read_to_string(format!("/proc/{}/maps", served.pid())).expect("Linux");
    assert!(maps.contains("libproj") && !maps.contains("libgdal"), "{maps}");
}

/// Installed without its reader, the service says which program is missing, and takes no file.
#[test]
fn without_its_reader_the_service_says_so_and_reads_no_file() {
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let alone = folder.path().join("bin/phusong");
    std::fs::create_dir(folder.path().join("bin")).unwrap();
    std::fs::hard_link(env!("CARGO_BIN_EXE_phusong"), &alone).unwrap();
    let data = folder.path().join("data");
    let viettel = key(&data, &["carrier", "--carrier", "viettel"]);
    let served = Served::start_program(&alone, &data, &[]);
    let (status, ready) = served.get("/readyz", "");
    assert_eq!(status, 503, "{ready}");
    assert!(ready.to_string().contains("phusong-reader"), "{ready}");
    let package = geopackage(&folder.path().join("tram.gpkg"));
    let kind = "application/geopackage+sqlite3";
    let (status, problem) = served.send("/api/v1/reports", &viettel, kind, &package);
    assert!(status >= 400, "{status} {problem}");
    let (status, _) = served.get("/api/v1/villages/kon-doc", "");
    assert_eq!(status, 200, "everything else goes on");
}
