//! A filing of files, from the first look to its receipt: questions, answers, what stays open,
//! and what nobody else sees.

use serde_json::{Value, json};

use crate::edge::{Ask, House};

/// As an office writes it: a title, two sorts of questions, a total.
const CSV: &str = "BÁO CÁO TIẾN ĐỘ TRẠM BTS THÁNG 10 NĂM 2026\n\
    STT;Mã trạm;Xã/phường;Huyện;Vĩ độ;Kinh độ;Công nghệ;Ngày;Tình trạng;Thôn phục vụ\n\
    1;QNI001;Ba Trang;Ba Tơ;14,704;108,822;4G;01/10/2026;Đã hoàn thành;Kon Dóc\n\
    2;QNI002;-nt-;Ba Tơ;14,705;108,823;4G;02/10/2026;Đã hoàn thành;Thôn Lạ\n\
    3;QNI003;Ba Trang;Ba Tơ;14,706;108,824;4G;30/02/2026;phát sóng;Kon Dóc\n\
    ;Tổng cộng;;;;;;3;;\n";

const FORM: &[(&str, &str)] = &[("content-type", "multipart/form-data; boundary=----x")];

/// A part of a form: its name, its file's name, its content.
pub type Part<'a> = (&'a str, Option<&'a str>, &'a str);

fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = String::new();
    for (name, file, content) in parts {
        body.extend(["------x\r\ncontent-disposition: form-data; name=\"", name, "\""]);
        if let Some(file) = file {
            body.extend(["; filename=\"", file, "\""]);
        }
        body.extend(["\r\n\r\n", content, "\r\n"]);
    }
    body.push_str("------x--\r\n");
    body.into_bytes()
}

pub fn begin(house: &House, role: &str, parts: &[Part<'_>]) -> (u16, Value) {
    let body = form(parts);
    let ask = Ask { method: "POST", path: "/api/v1/filings", body: &body, ..Ask::default() };
    let answer = house.ask(&ask.with(FORM).by(house.key(role)));
    (answer.status, answer.json())
}

fn codes(list: &Value) -> Vec<(String, u64)> {
    let line = |one: &Value| {
        (one["code"].as_str().unwrap_or("?").to_owned(), one["rows_total"].as_u64().unwrap_or(0))
    };
    list.as_array().map(|list| list.iter().map(line).collect()).unwrap_or_default()
}

#[test]
fn a_file_is_understood_asked_answered_and_filed_as_one_act() {
    let house = House::open();
    let (status, draft) = begin(
        &house,
        "viettel",
        &[("file", Some("bao-cao.csv"), CSV), ("document_number", None, "112/BC")],
    );
    assert_eq!(status, 201, "{draft}");
    let at = format!("/api/v1/filings/{}", draft["id"].as_str().expect("an id"));
    assert_eq!(draft["kind"], "site-report");
    assert_eq!(draft["tables"][0]["heading_rows"], json!([2, 2]));
    assert_eq!(draft["document"]["number"], "112/BC");
    let asked = codes(&draft["questions"]);
    let expected = [("bad-day", 1), ("bare-complete", 2), ("unknown-village", 1)];
    assert_eq!(asked, expected.map(|(code, rows)| (code.to_owned(), rows)));
    assert_eq!((&draft["can_file"], &draft["fileable"]), (&json!(false), &json!(0)));
    let gaps = || house.get("/api/v1/villages/kon-doc", "viettel").json()["verdict"].clone();
    let before = gaps();

    // A refused row keeps all from being filed, and says so.
    let refused = house.post(&format!("{at}/file"), "viettel", "");
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert_eq!(gaps(), before, "nothing counts before it is filed");

    let answers = json!({"answers": [
        {"column": "loai_su_kien", "value": "Đã hoàn thành", "row": 3, "means": "on_air"},
        {"row": 5, "leave_out": true},
    ]});
    let draft = house.post(&format!("{at}/answers"), "viettel", &answers.to_string()).json();
    assert_eq!((&draft["can_file"], &draft["fileable"]), (&json!(true), &json!(1)), "{draft}");
    assert_eq!(draft["open"], 1);
    assert_eq!(draft["would_move"][0]["village"], "kon-doc");

    let filed = house.post(&format!("{at}/file"), "viettel", "");
    assert_eq!(filed.status, 201, "{}", filed.text());
    assert_eq!(filed.json()["moved"][0]["village"], "kon-doc");
    assert_ne!(gaps(), before);

    // What has a question waits; answered, it is a second entry of the same filing.
    let draft = house.get(&at, "viettel").json();
    assert_eq!(draft["filed"], json!([filed.json()["report"]]));
    assert_eq!((&draft["open"], &draft["fileable"]), (&json!(1), &json!(0)));
    let answers = json!({"answers": [
        {"column": "loai_su_kien", "value": "Đã hoàn thành", "means": "built"},
        {"column": "cac_thon_phuc_vu", "value": "Thôn Lạ", "means": "lang-mam"},
    ]});
    let draft = house.post(&format!("{at}/answers"), "viettel", &answers.to_string()).json();
    assert_eq!(draft["fileable"], 1, "{draft}");
    let second = house.post(&format!("{at}/file"), "viettel", "");
    assert_eq!(second.status, 201, "{}", second.text());
    assert_ne!(second.json()["report"], filed.json()["report"]);
    assert_eq!(house.get(&at, "viettel").status, 404, "nothing is open: the draft is gone");
}

#[test]
fn a_draft_is_its_senders_alone() {
    let house = House::open();
    let (_, draft) = begin(&house, "viettel", &[("file", Some("x.csv"), CSV)]);
    let at = format!("/api/v1/filings/{}", draft["id"].as_str().expect("an id"));
    for role in ["vnpt", "officer", "approver", "auditor", "commune", "public", "admin"] {
        for (method, end, body) in [
            ("GET", "", ""),
            ("GET", "/rows", ""),
            ("POST", "/answers", "{}"),
            ("POST", "/file", "{}"),
            ("DELETE", "", ""),
        ] {
            let path = format!("{at}{end}");
            let answer = house.ask(&Ask::json(method, &path, body).by(house.key(role)));
            assert_eq!(answer.status, 404, "{role} {method} {end}");
        }
    }
    let listed = house.get("/api/v1/filings", "viettel").json();
    assert_eq!(listed["drafts"].as_array().map(Vec::len), Some(1));
    assert_eq!(house.get("/api/v1/filings", "vnpt").json()["drafts"], json!([]));
    let gone = Ask { method: "DELETE", path: &at, ..Ask::default() }.with(&[("if-match", "*")]);
    let gone = house.ask(&gone.by(house.key("viettel")));
    assert_eq!(gone.status, 204);
    assert_eq!(house.get(&at, "viettel").status, 404);
}

#[test]
fn what_is_no_filing_is_told_so() {
    let house = House::open();
    let cases: [(&[Part<'_>], &str); 4] = [
        (&[], "thiếu tệp"),
        (&[("file", Some("x.csv"), CSV), ("color", None, "red")], "không có trường này"),
        (&[("file", Some("x.csv"), CSV), ("document_day", None, "31/02/2026")], "ngày"),
        (&[("file", Some("x.csv"), CSV), ("kind", None, "song")], "site-report"),
    ];
    for (parts, said) in cases {
        let (status, problem) = begin(&house, "viettel", parts);
        assert_eq!(status, 422, "{problem}");
        assert!(problem.to_string().contains(said), "{problem}");
    }
    // A file that cannot be read is a draft that says why.
    let (status, draft) = begin(&house, "viettel", &[("file", Some("x.csv"), "a,\"b\n")]);
    assert_eq!((status, &draft["questions"][0]["code"]), (201, &json!("open-quote")), "{draft}");
    assert_eq!(draft["can_file"], json!(false));
}

/// A field that comes twice says two things: none is taken silently.
#[test]
fn a_field_that_comes_twice_is_refused_with_both_its_values() {
    let house = House::open();
    for (name, first, second) in [
        ("kind", "site-report", "coverage"),
        ("crs", "EPSG:5898", "EPSG:9216"),
        ("document_number", "112/BC", "113/BC"),
        ("document_day", "2026-10-01", "2026-10-02"),
        ("cong_nghe", "4G", "5G"),
        ("on_behalf_of", "viettel", "vnpt"),
        ("on_behalf_of", "viettel", "viettel"),
    ] {
        let parts = [("file", Some("a.csv"), CSV), (name, None, first), (name, None, second)];
        let (status, problem) = begin(&house, "officer", &parts);
        let error = &problem["errors"][0];
        assert_eq!((status, &error["code"]), (422, &json!("field-twice")), "{problem}");
        assert_eq!(error["pointer"], json!(format!("/{name}")));
        let told = error["message_vi"].as_str().expect("words");
        assert!(told.contains(first) && told.contains(second), "{told}");
        assert!(error["remedy_vi"].as_str().expect("words").starts_with("chỉ gửi một lần"));
    }
    // A field left empty says nothing.
    let parts = [("file", Some("a.csv"), CSV), ("crs", None, ""), ("crs", None, "EPSG:5898")];
    assert_eq!(begin(&house, "viettel", &parts).0, 201);
}

#[test]
fn a_commune_confirms_its_villages_by_file() {
    let house = House::open();
    let csv = "Thôn,Có sóng,Ngày quan sát,Nhà mạng,Công nghệ\nKon Dóc,không có sóng,01/11/2026,Viettel,4G\nThôn Cà,có sóng,01/11/2026,Viettel,4G\n";
    let (status, draft) = begin(&house, "commune", &[("file", Some("phieu.csv"), csv)]);
    assert_eq!((status, &draft["kind"]), (201, &json!("confirmation")), "{draft}");
    assert_eq!(codes(&draft["questions"]), [("not-own-village".to_owned(), 1)]);
    let at = format!("/api/v1/filings/{}", draft["id"].as_str().expect("an id"));
    let leave = json!({"answers": [{"row": 3, "leave_out": true}]}).to_string();
    assert_eq!(house.post(&format!("{at}/answers"), "commune", &leave).status, 200);
    let filed = house.post(&format!("{at}/file"), "commune", "");
    assert_eq!(filed.status, 201, "{}", filed.text());
}

#[test]
fn headings_confirmed_once_are_known_the_next_time() {
    let house = House::open();
    let csv = |code: &str| {
        format!(
            "Trạm số,Việc,Lúc,kinh độ,vĩ độ,công nghệ,thôn\n{code},on_air,1/11/2026,108.822,14.704,4G,Kon Dóc\n"
        )
    };
    let (_, draft) = begin(&house, "viettel", &[("file", Some("a.csv"), &csv("QNI001"))]);
    assert!(codes(&draft["questions"]).iter().all(|(code, _)| code == "missing-column"), "{draft}");
    let at = format!("/api/v1/filings/{}", draft["id"].as_str().expect("an id"));
    let named =
        json!({"headings": {"Trạm số": "ma_tram", "Việc": "loai_su_kien", "Lúc": "ngay_su_kien"}});
    let draft = house.post(&format!("{at}/answers"), "viettel", &named.to_string()).json();
    assert_eq!(draft["fileable"], 1, "{draft}");
    assert_eq!(house.post(&format!("{at}/file"), "viettel", "").status, 201);
    let (_, next) = begin(&house, "viettel", &[("file", Some("b.csv"), &csv("QNI002"))]);
    assert_eq!(next["fileable"], 1, "{next}");
    let (_, others) = begin(&house, "vnpt", &[("file", Some("b.csv"), &csv("QNI002"))]);
    assert_eq!(others["fileable"], 0, "a sender's own habit is its own");
}

/// Abbreviations with Đ are Unicode as they stand, in names and in headings; a heading that is
/// named and is not there is an error, not silence.
#[test]
fn abbreviations_with_a_stroke_stay_and_a_heading_that_is_not_there_is_told() {
    let house = House::open();
    let csv = "ma_tram,ten_tram,loai_su_kien,ngay_su_kien,KĐ,VĐ,CĐ,cong_nghe,cac_thon_phuc_vu\n\
        A1,BĐVHX Ba Tơ,on_air,1/11/2026,108.822,14.704,30,4G,Kon Dóc\n\
        A2,Trạm TĐ Đăk Đrinh,on_air,1/11/2026,108.823,14.704,30,4G,Kon Dóc\n\
        A3,HĐND xã Ba Vì,on_air,1/11/2026,108.824,14.704,30,4G,Kon Dóc\n\
        A4,TĐ Ba Tơ,on_air,1/11/2026,108.825,14.704,30,4G,Kon Dóc\n";
    let (_, draft) = begin(&house, "viettel", &[("file", Some("a.csv"), csv)]);
    assert_eq!(draft["fileable"], 4, "{draft}");
    let understood = |member: &str| -> Vec<String> {
        let rows = draft["rows"].as_array().expect("rows");
        rows.iter().map(|row| row["understood"][member].as_str().unwrap_or("").to_owned()).collect()
    };
    let names = ["BĐVHX Ba Tơ", "Trạm TĐ Đăk Đrinh", "HĐND xã Ba Vì", "TĐ Ba Tơ"];
    assert_eq!(understood("ten_tram"), names);
    assert_eq!(draft["tables"][0]["columns"][6]["heading"], "CĐ", "{draft}");
    let at = format!("/api/v1/filings/{}/answers", draft["id"].as_str().expect("an id"));
    let answered =
        house.post(&at, "viettel", &json!({"headings": {"CĐ": "do_cao_anten_m"}}).to_string());
    assert_eq!(answered.status, 200, "{}", answered.text());
    let answered = house.post(&at, "viettel", &json!({"headings": {"Ké": "kinh_do"}}).to_string());
    assert_eq!(answered.status, 422, "{}", answered.text());
    assert!(answered.text().contains("Ké"), "{}", answered.text());
}

#[test]
fn every_template_is_a_workbook_that_is_read_back_as_its_own_kind() {
    let house = House::open();
    let listed = house.get("/api/v1/templates", "public").json();
    let kinds = listed["templates"].as_array().expect("templates").len();
    assert_eq!(kinds, 9);
    let answer = house.get("/api/v1/templates/site-report.xlsx", "public");
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-disposition").contains("site-report.xlsx"));
    assert!(answer.body.starts_with(b"PK"), "a workbook");
    assert_eq!(house.get("/api/v1/templates/nothing.xlsx", "public").status, 404);
}

/// What was understood is told in words, and no English stands in a Vietnamese sentence.
#[test]
fn messages_and_the_answered_file_speak_in_words() {
    let house = House::open();
    let csv = "ma_tram\tloai_su_kien\tngay_su_kien\tcong_nghe\tkinh_do\tvi_do\tcac_thon_phuc_vu\n\
        A1\ton_air\t1/11/2026\t4G\t108.822\t14.704\tKon Dóc\n";
    let (_, draft) = begin(&house, "viettel", &[("file", Some("a.csv"), csv)]);
    assert!(draft["findings"].to_string().contains("dấu phân cách là dấu tab"), "{draft}");
    let at = format!("/api/v1/filings/{}/answered", draft["id"].as_str().expect("an id"));
    let text = house.get(&at, "viettel").text();
    let row = text.lines().find(|line| line.contains("A1")).expect("the row");
    let words = ["phát sóng", "Đặng Thuỳ Trâm", "Kon Dóc"];
    assert!(words.iter().all(|word| row.contains(word)), "{row}");
    assert!(!row.contains("kon-doc") && !row.contains("21520"), "{row}");
    // A track has places and times, and is no list of outages.
    let gpx = "<?xml version=\"1.0\"?><gpx version=\"1.1\" creator=\"x\" \
        xmlns=\"http://www.topografix.com/GPX/1/1\"><wpt lat=\"14.7\" lon=\"108.8\">\
        <time>2026-11-01T00:00:00Z</time><name>A</name></wpt></gpx>";
    let (_, draft) = begin(&house, "viettel", &[("file", Some("a.gpx"), gpx)]);
    assert_ne!(draft["kind"], "outages", "{draft}");
}

#[test]
fn the_answered_file_has_a_note_beside_every_row() {
    let house = House::open();
    let (_, draft) = begin(&house, "viettel", &[("file", Some("bao-cao.csv"), CSV)]);
    let at = format!("/api/v1/filings/{}/answered", draft["id"].as_str().expect("an id"));
    let answer = house.get(&at, "viettel");
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"));
    let text = answer.text();
    assert!(text.contains("Cần trả lời") && text.contains("Không nhận"), "{text}");
    assert_eq!(house.get(&at, "vnpt").status, 404);
    assert_eq!(house.get(&format!("{at}?file=1"), "viettel").status, 404);
}

/// A draft of Viettel's, begun in a process of its own: the child that reads files is the real
/// binary.
fn begun_by_the_binary(name: &str, content: &[u8]) -> Value {
    let data = tempfile::TempDir::new().expect("a directory");
    let key = crate::served::key(data.path(), &["carrier", "--carrier", "viettel"]);
    let served = crate::served::Served::start(data.path());
    let head = format!(
        "------x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    let body = [head.as_bytes(), content, b"\r\n------x--\r\n"].concat();
    let kind = "multipart/form-data; boundary=----x";
    let (status, draft) = served.send("/api/v1/filings", &key, kind, &body);
    assert_eq!(status, 201, "{draft}");
    draft
}

const KML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>Trạm</name><Placemark>
<ExtendedData><Data name="ma_tram"><value>QNI777</value></Data>
<Data name="loai_su_kien"><value>on_air</value></Data>
<Data name="ngay_su_kien"><value>2026-11-01</value></Data>
<Data name="cong_nghe"><value>4G</value></Data><Data name="thon"><value>Làng Mâm</value></Data>
</ExtendedData><Point><coordinates>108.728,14.709</coordinates></Point>
</Placemark></Folder></Document></kml>"#;

#[test]
fn layers_and_grids_come_in_by_the_same_path() {
    let draft = begun_by_the_binary("tram.kml", KML.as_bytes());
    assert_eq!((&draft["kind"], &draft["fileable"]), (&json!("site-report"), &json!(1)), "{draft}");
    let named_otherwise = begun_by_the_binary("tram.xlsx", KML.as_bytes());
    assert_eq!(named_otherwise["fileable"], 1);
    assert!(named_otherwise["findings"].to_string().contains("wrong-extension"));
    // A grid is kept and asked for; its numbers are no coverage by themselves.
    let grid = "ncols 2\nnrows 1\nxllcorner 108.7\nyllcorner 14.7\ncellsize 0.01\n-90 -120\n";
    let grid = begun_by_the_binary("dbm.asc", grid.as_bytes());
    assert!(grid["questions"].to_string().contains("raster-unit"), "{grid}");
    assert_eq!(grid["can_file"], false);
}

/// What `reports_expected.json` says of each row, in our words.
const EXPECTED: &[(u64, &str)] = &[
    (12, "place-missing"),
    (18, "outside-province"),
    (20, "swapped"),
    (22, "bad-number"),
    (24, "point-lost"),
    (26, "projected-row"),
    (28, "unit"),
    (31, "bad-day"),
    (32, "site-code"),
    (34, "antenna-height"),
    (37, "bare-complete"),
    (40, "duplicate-row"),
    (41, "two-places"),
    (42, "same-point"),
];

#[test]
fn every_fault_of_the_bad_workbook_is_found_and_none_on_a_good_row() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/data/synthetic/report_2024-08_bad_rows.xlsx"
    );
    let Ok(bytes) = std::fs::read(path) else {
        eprintln!("SKIPPED: ../shared/data/synthetic is not here: nothing was compared");
        return;
    };
    let draft = begun_by_the_binary("8.xlsx", &bytes);
    let rows = draft["rows"].as_array().expect("rows");
    let codes = |row: u64| -> Vec<&str> {
        let found = rows.iter().find(|one| one["row"] == row).map(|one| &one["findings"]);
        let list = found.and_then(Value::as_array).into_iter().flatten();
        list.filter_map(|finding| finding["code"].as_str()).collect()
    };
    for (row, code) in EXPECTED {
        assert!(codes(*row).contains(code), "row {row}: {code} is not in {:?}", codes(*row));
    }
    // What every row of this form lacks, whatever else it says.
    let usual = ["serves-none", "no-event", "bare-complete", "outside-cell"];
    let faulty = [10, 11, 13, 14, 16, 30, 36];
    for row in rows {
        let number = row["row"].as_u64().expect("a number");
        let is_expected =
            EXPECTED.iter().any(|(row, _)| *row == number) || faulty.contains(&number);
        let invented: Vec<&str> =
            codes(number).into_iter().filter(|code| !usual.contains(code)).collect();
        assert!(is_expected || invented.is_empty(), "row {number}: {invented:?}");
    }
    let changes = draft["tables"][0]["changes"].as_array().expect("changes");
    let how: Vec<&str> = changes.iter().filter_map(|change| change["how"].as_str()).collect();
    // By column: latitude, longitude, technology, day. What is written otherwise is always named.
    let numbers = ["decimal-comma", "degrees-minutes-seconds", "words-beside-number"];
    let expected = [&numbers[..], &numbers[..], &["upper-case", "day-cell"][..]].concat();
    assert_eq!(how, expected, "{changes:?}");
}
