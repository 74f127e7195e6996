//! Filings of several files: a ZIP of a letter, its annex and photos; outlines of communes; a
//! folder that is watched. In processes of their own: the child that reads files is the binary.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use sha2::Digest;
use tempfile::TempDir;

use crate::served::{Served, key, phusong, zip};

const ANNEX: &str = "Mã trạm,Loại sự kiện,Ngày sự kiện,Kinh độ,Vĩ độ,Công nghệ,Thôn phục vụ\n\
                     QNI801,on_air,01/11/2026,108.822,14.704,4G,Kon Dóc\n";

fn file(served: &Served, key: &str, draft: &Value) -> Value {
    let path = format!("/api/v1/filings/{}/file", draft["id"].as_str().expect("an id"));
    let (status, filed) = served.ask("POST", &path, key, "");
    assert_eq!(status, 201, "{filed}");
    filed
}

#[test]
fn a_zip_of_letter_annex_and_photos_is_one_filing() {
    let data = TempDir::new().expect("a directory");
    let key = key(data.path(), &["carrier", "--carrier", "viettel"]);
    let served = Served::start(data.path());
    let template = data.path().join("mau.xlsx");
    let out = template.to_str().expect("utf-8");
    assert_eq!(phusong(&["template", "site-report", "--out", out]).0, 0);
    let template = std::fs::read(&template).expect("a workbook");
    let packed = zip(&[
        ("Hồ sơ/Công văn 112.pdf", b"%PDF-1.7 signed"),
        ("Hồ sơ/Phụ lục.csv", ANNEX.as_bytes()),
        ("Hồ sơ/Mẫu.xlsx", &template),
        ("Hồ sơ/ảnh/QNI801.jpg", b"\xff\xd8\xff\xe0 a mast"),
    ]);
    let (status, draft) = served.send_file(&key, "Hồ sơ tháng 10.zip", &packed);
    assert_eq!(status, 201, "{draft}");
    let names: Vec<&str> = draft["files"]
        .as_array()
        .expect("files")
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(names, ["Công văn 112.pdf", "Phụ lục.csv", "Mẫu.xlsx", "QNI801.jpg"]);
    assert_eq!((&draft["kind"], &draft["fileable"]), (&json!("site-report"), &json!(1)), "{draft}");
    let filed = file(&served, &key, &draft);
    let report = filed["report"].as_str().expect("a report");
    let (_, page) = served.get(&format!("/api/v1/reports/{report}"), &key);
    assert_eq!(page["files"].as_array().map(Vec::len), Some(4), "{page}");

    // A ZIP in it, a member that leads out, a lock: the ZIP stays one file, and says why.
    for (members, said) in [
        ([("a.csv", ANNEX.as_bytes()), ("b.zip", &zip(&[("x.csv", b"x")])[..])], "nested-archive"),
        ([("a.csv", ANNEX.as_bytes()), ("../b.csv", b"x")], "member-name"),
    ] {
        let (status, draft) = served.send_file(&key, "x.zip", &zip(&members));
        assert_eq!((status, draft["files"].as_array().map(Vec::len)), (201, Some(1)), "{draft}");
        assert_eq!(draft["can_file"], false, "{said}: {draft}");
    }
    assert_eq!(served.get("/healthz", "").0, 200);
}

/// A square around a place in Ba Trang, so many metres to each side, about.
fn square(half_m: f64) -> Value {
    let (lon, lat) = (108.822, 14.704);
    let (east, north) = (half_m / 107_700.0, half_m / 110_650.0);
    let corner = |e: f64, n: f64| json!([lon + e * east, lat + n * north]);
    let ring = [(-1., -1.), (1., -1.), (1., 1.), (-1., 1.), (-1., -1.)];
    let ring: Vec<Value> = ring.iter().map(|(e, n)| corner(*e, *n)).collect();
    json!({ "type": "Polygon", "coordinates": [ring] })
}

fn layer(geometry: &Value, properties: &Value) -> String {
    let feature = json!({"type": "Feature", "properties": properties, "geometry": geometry});
    json!({"type": "FeatureCollection", "features": [feature]}).to_string()
}

/// An area covers it only where it holds the outline widened by its uncertainty (DOMAIN §4).
#[test]
fn a_cluster_may_be_drawn_as_an_area_and_is_widened_by_its_uncertainty() {
    let data = TempDir::new().expect("a directory");
    let officer = key(data.path(), &["officer"]);
    let carrier = key(data.path(), &["carrier", "--carrier", "viettel"]);
    let served = Served::start(data.path());
    let told = json!({
        "thon": "Làng Xà Nu", "xa": "Đặng Thuỳ Trâm", "cum_dan_cu": "Cụm Suối", "trung_tam": "có",
        "sai_so_m": 30, "uoc_so_ho": 40,
    });
    let (_, draft) =
        served.send_file(&officer, "cum.geojson", layer(&square(100.0), &told).as_bytes());
    assert_eq!((&draft["kind"], &draft["fileable"]), (&json!("villages"), &json!(1)), "{draft}");
    let filed = file(&served, &officer, &draft);
    let report = filed["report"].as_str().expect("a report");
    let (_, rows) = served.get(&format!("/api/v1/reports/{report}"), &officer);
    let rows = rows["rows"].as_array().expect("rows").iter();
    let told_of: Vec<&Value> = rows.map(|row| &row["understood"]).collect();
    let cluster = told_of.iter().find(|one| one["ma_cum"].is_string()).expect("the cluster");
    assert_eq!(cluster["sai_so_m"], 30, "{cluster}");
    let path = format!("/api/v1/villages/{}", cluster["thon"].as_str().expect("a village"));
    let state = || {
        let (_, page) = served.get(&path, &carrier);
        assert_eq!(page["clusters"].as_array().map(Vec::len), Some(1), "{page}");
        assert!(page["clusters"][0]["position"]["lon"].is_number(), "its middle: {page}");
        let carriers = page["clusters"][0]["carriers"].as_array().expect("carriers").clone();
        let own = carriers.into_iter().find(|one| one["carrier"] == "viettel").expect("viettel");
        own["technologies"][2]["state"].as_str().expect("a state").to_owned()
    };
    let mut seen = Vec::new();
    for half_m in [125.0, 135.0] {
        let claim = json!({"cong_nghe": "4G", "tu_ngay": "2025-08-01", "can_cu": "khai báo"});
        let name = format!("vung-{half_m}.geojson");
        let claim = layer(&square(half_m), &claim);
        let (_, draft) = served.send_file(&carrier, &name, claim.as_bytes());
        let filed = file(&served, &carrier, &draft);
        seen.push(state());
        let path = format!("/api/v1/reports/{}/withdraw", filed["report"].as_str().expect("an id"));
        assert_eq!(served.ask("POST", &path, &carrier, r#"{"reason": "nhầm"}"#).0, 200);
    }
    assert_eq!(seen, ["open", "covered"], "not all of the widened outline, then all of it");
    // An outline that crosses itself is refused, and one that lies elsewhere is asked.
    let tie = json!({"type": "Polygon", "coordinates": [[
        [108.82, 14.70], [108.83, 14.71], [108.83, 14.70], [108.82, 14.71], [108.82, 14.70],
    ]]});
    let mut other = told;
    other["cum_dan_cu"] = json!("Cụm Đồi");
    let (_, draft) = served.send_file(&officer, "no.geojson", layer(&tie, &other).as_bytes());
    assert!(draft["questions"].to_string().contains("ring-crosses-itself"), "{draft}");
    let far = json!({"type": "Polygon", "coordinates": [[
        [108.30, 15.20], [108.31, 15.20], [108.31, 15.21], [108.30, 15.20],
    ]]});
    let (_, draft) = served.send_file(&officer, "xa.geojson", layer(&far, &other).as_bytes());
    assert!(draft["questions"].to_string().contains("outline-far"), "{draft}");
}

fn outlines(code: u32) -> String {
    json!({"type": "FeatureCollection", "features": [{
        "type": "Feature",
        "properties": {"ma_don_vi": code, "tu_ngay": "2025-07-01"},
        "geometry": {"type": "Polygon", "coordinates": [[
            [108.70, 14.62], [108.95, 14.62], [108.95, 14.80], [108.70, 14.80], [108.70, 14.62],
        ]]},
    }]})
    .to_string()
}

#[test]
fn filed_outlines_take_the_place_of_computed_cells_until_they_are_withdrawn() {
    let data = TempDir::new().expect("a directory");
    let officer = key(data.path(), &["officer"]);
    let served = Served::start(data.path());
    let code =
        served.get("/api/v1/villages/kon-doc", "").1["commune"]["code"].as_u64().expect("a code");
    let code = u32::try_from(code).expect("a code");
    let boundary = |key: &str| {
        let (_, page) = served.get(&format!("/api/v1/communes/{code}"), key);
        page["boundary"].as_str().unwrap_or("?").to_owned()
    };
    assert_eq!(boundary(""), "approximate");
    let (status, draft) =
        served.send_file(&officer, "ranh-gioi.geojson", outlines(code).as_bytes());
    assert_eq!(
        (status, &draft["kind"], &draft["fileable"]),
        (201, &json!("boundaries"), &json!(1)),
        "{draft}"
    );
    let filed = file(&served, &officer, &draft);
    assert_eq!((boundary(""), boundary(&officer)), ("official".to_owned(), "official".to_owned()));
    // The others are computed still, and the whole says so.
    let (_, list) = served.get("/api/v1/communes", "");
    assert_eq!(list["boundaries"], "approximate");
    // It holds over a restart, and goes with its entry.
    let path = format!("/api/v1/reports/{}/withdraw", filed["report"].as_str().expect("an id"));
    let (status, _) = served.ask("POST", &path, &officer, r#"{"reason": "nhầm tệp"}"#);
    assert_eq!((status, boundary("")), (200, "approximate".to_owned()));
    // A code that is nobody's, and an outline that is elsewhere.
    let (_, draft) = served.send_file(&officer, "x.geojson", outlines(99_999).as_bytes());
    assert_eq!(draft["can_file"], false, "{draft}");
    let carrier = key(data.path(), &["carrier", "--carrier", "viettel"]);
    let (_, draft) = served.send_file(&carrier, "x.geojson", outlines(code).as_bytes());
    assert_ne!(draft["kind"], "boundaries", "outlines are the department's");
}

#[test]
fn outlines_come_in_at_the_command_line_and_hold_from_the_next_start() {
    let data = TempDir::new().expect("a directory");
    let dir = data.path().to_str().expect("utf-8");
    let code = {
        let served = Served::start(data.path());
        served.get("/api/v1/villages/kon-doc", "").1["commune"]["code"].as_u64().expect("a code")
    };
    let code = u32::try_from(code).expect("a code");
    let path = data.path().join("ranh-gioi.geojson");
    std::fs::write(&path, outlines(code)).expect("written");
    let path = path.to_str().expect("utf-8");
    let (exit, out) = phusong(&["import", "boundaries", path, "--data", dir]);
    assert_eq!(exit, 0, "{out}");
    let served = Served::start(data.path());
    assert_eq!(served.get(&format!("/api/v1/communes/{code}"), "").1["boundary"], "official");
}

/// `phusong import FOLDER --watch --json …` until it has told of so many files.
fn watched(folder: &Path, more: &[&str], files: usize) -> Vec<Value> {
    let lines = watched_lines(folder, &[&["--json"], more].concat(), files);
    lines.iter().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn watched_lines(folder: &Path, more: &[&str], lines: usize) -> Vec<String> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_phusong"))
        .arg("import")
        .arg(folder)
        .arg("--watch")
        .args(more)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let told = BufReader::new(child.stdout.take().expect("piped")).lines();
    let told: Vec<String> = told.take(lines).map(|line| line.expect("a line")).collect();
    let _gone_already = child.kill();
    let _reaped = child.wait();
    told
}

#[test]
fn a_watched_folder_takes_each_file_once_over_restarts_too() {
    let (data, folder) = (TempDir::new().expect("a directory"), TempDir::new().expect("a folder"));
    let dir = data.path().to_str().expect("utf-8");
    let put = |name: &str, text: &str| {
        std::fs::File::create(folder.path().join(name))
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .expect("written");
    };
    put("mot.csv", ANNEX);
    put("~$mot.xlsx", "a lock");
    let here = ["--data", dir, "--carrier", "viettel"];
    let told = watched(folder.path(), &here, 1);
    assert_eq!(told[0]["file"], "mot.csv", "{told:?}");
    let report = told[0]["report"].as_str().expect("filed").to_owned();
    let result = folder.path().join("mot.csv.ket-qua.json");
    let result: Value =
        serde_json::from_slice(&std::fs::read(result).expect("a result")).expect("JSON");
    assert_eq!(result["report"], report);
    let answered =
        std::fs::read_to_string(folder.path().join("mot.csv-phan-hoi.csv")).expect("a file");
    assert!(answered.contains("QNI801"), "{answered}");

    // Started again, only what is new is taken: its name comes after the first one's. Files of one
    // base name are answered apart.
    put("so-hai.csv", &ANNEX.replace("QNI801", "QNI802"));
    put("so-hai.txt", &ANNEX.replace("QNI801", "QNI803"));
    let told = watched(folder.path(), &here, 2);
    assert_eq!(told[0]["file"], "so-hai.csv", "{told:?}");
    for (name, code) in [("so-hai.csv", "QNI802"), ("so-hai.txt", "QNI803")] {
        let answered = folder.path().join(format!("{name}-phan-hoi.csv"));
        assert!(std::fs::read_to_string(answered).expect("a file").contains(code), "{name}");
    }

    // Over HTTP to a service that runs: the same content is recognised there.
    let key = key(data.path(), &["officer"]);
    let served = Served::start(data.path());
    let to = format!("http://{}", served.address());
    let other = TempDir::new().expect("a folder");
    std::fs::write(other.path().join("ba.csv"), ANNEX).expect("written");
    let told = watched(other.path(), &["--to", &to, "--key", &key, "--carrier", "viettel"], 1);
    assert_eq!(told[0]["report"], report, "{told:?}");

    // A large one in pieces; a letter beside no rows files nothing.
    let mut letter = b"%PDF-1.7\n".to_vec();
    letter.resize(9_000_000, b'x');
    std::fs::write(other.path().join("cong-van.pdf"), &letter).expect("written");
    let told = watched(other.path(), &["--to", &to, "--key", &key, "--carrier", "viettel"], 1);
    let hash = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(&letter));
    assert_eq!((&told[0]["file"], &told[0]["sha256"]), (&json!("cong-van.pdf"), &json!(hash)));
    let at = format!("/api/v1/filings/{}", told[0]["draft"].as_str().expect("a draft"));
    assert_eq!(served.get(&at, &key).1["files"][0]["bytes"], 9_000_000);
}

#[test]
fn a_file_whose_clear_rows_are_filed_tells_its_open_questions_again() {
    let (data, folder) = (TempDir::new().expect("a directory"), TempDir::new().expect("a folder"));
    let dir = data.path().to_str().expect("utf-8");
    let half = format!("{ANNEX}QNI809,hoàn thành,01/11/2026,108.823,14.705,4G,Kon Dóc\n");
    std::fs::write(folder.path().join("nua.csv"), &half).expect("written");
    let here = ["--data", dir, "--carrier", "viettel"];
    let first = &watched(folder.path(), &here, 1)[0];
    assert!(first["report"].is_string(), "{first}");
    assert_eq!(first["open"], 1, "{first}");
    // Who takes the result away asks again: the clear row is known, the question still open.
    std::fs::remove_file(folder.path().join("nua.csv.ket-qua.json")).expect("a result");
    let again = &watched(folder.path(), &here, 1)[0];
    assert_eq!((&again["open"], &again["report"]), (&json!(1), &json!(null)), "{again}");
    assert!(again["questions"].as_array().is_some_and(|list| !list.is_empty()), "{again}");
    assert_eq!(again["sha256"], first["sha256"]);

    // For people: a line for the file, one for what waits, one for each question.
    std::fs::remove_file(folder.path().join("nua.csv.ket-qua.json")).expect("a result");
    let told = watched_lines(folder.path(), &here, 4);
    assert!(told[0].ends_with("nua.csv: 2 dòng / rows"), "{told:?}");
    assert!(told[1].starts_with("  1 dòng chờ trả lời / rows wait"), "{told:?}");
    assert!(told[2].contains("loai_su_kien") && told[2].ends_with("(bare-complete)"), "{told:?}");
    assert!(told[3].ends_with("nua.csv-phan-hoi.csv"), "{told:?}");
}
