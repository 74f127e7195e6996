//! A coverage raster, from the file to a village's verdict: what is asked, what the area is, and
//! what files are refused.

use serde_json::{Value, json};

use crate::served::{Served, key};

const FORM: &str = "multipart/form-data; boundary=----x";

/// What a sender says beside a raster of levels.
const SAID: [(&str, &str); 4] = [
    ("cong_nghe", "4G"),
    ("tu_ngay", "2026-10-01"),
    ("don_vi_gia_tri", "dBm"),
    ("dich_vu", "dữ liệu"),
];

/// Levels over 0.4° × 0.2° of Ba Tơ, strong in the west half; −9999 where nothing was computed.
fn grid(header: &str) -> String {
    format!(
        "ncols 4\nnrows 2\nxllcorner 108.5\nyllcorner 14.6\ncellsize 0.1\n{header}\
         -90 -100 -120 -9999\n-95 -105 -125 -9999\n"
    )
}

struct Desk {
    served: Served,
    viettel: String,
    _data: tempfile::TempDir,
}

impl Desk {
    fn open() -> Self {
        let data = tempfile::TempDir::new().expect("a directory");
        let viettel = key(data.path(), &["carrier", "--carrier", "viettel"]);
        let officer = key(data.path(), &["officer"]);
        let served = Served::start(data.path());
        // A village of whose signal nobody spoke: 50 m about 108.6 E 14.7 N.
        let list = "Thôn;Xã;Kinh độ;Vĩ độ;Sai số (m);Số hộ\nThôn Thử;Ba Tơ;108,6;14,7;50;41\n";
        let body = form("thon.csv", list.as_bytes(), &[("kind", "villages")]);
        let (status, draft) = served.send("/api/v1/filings", &officer, FORM, &body);
        assert_eq!((status, &draft["can_file"]), (201, &json!(true)), "{draft}");
        let at = format!("/api/v1/filings/{}/file", draft["id"].as_str().expect("an id"));
        let (status, filed) = served.ask("POST", &at, &officer, "");
        assert_eq!(status, 201, "{filed}");
        Self { served, viettel, _data: data }
    }

    fn begin(&self, name: &str, content: &[u8], said: &[(&str, &str)]) -> (u16, Value) {
        let body = form(name, content, said);
        self.served.send("/api/v1/filings", &self.viettel, FORM, &body)
    }

    fn answer(&self, draft: &Value, answers: &Value) -> Value {
        let at = format!("/api/v1/filings/{}/answers", draft["id"].as_str().expect("an id"));
        let body = json!({ "answers": answers }).to_string();
        let (status, draft) = self.served.ask("POST", &at, &self.viettel, &body);
        assert_eq!(status, 200, "{draft}");
        draft
    }
}

fn form(name: &str, content: &[u8], said: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (member, value) in said {
        let part = format!(
            "------x\r\ncontent-disposition: form-data; name=\"{member}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "------x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n------x--\r\n");
    body
}

/// Codes of the open questions, in order of the alphabet.
fn asked(draft: &Value) -> Vec<&str> {
    let questions = draft["questions"].as_array().into_iter().flatten();
    let mut codes: Vec<&str> = questions.filter_map(|one| one["code"].as_str()).collect();
    codes.sort_unstable();
    codes
}

#[test]
fn a_raster_is_asked_drawn_filed_and_covers_a_village() {
    let desk = Desk::open();
    let (status, draft) = desk.begin("phu-song.asc", grid("").as_bytes(), &[]);
    assert_eq!((status, &draft["can_file"], &draft["fileable"]), (201, &json!(false), &json!(0)));
    let all = ["raster-day", "raster-nodata", "raster-technology", "raster-unit"];
    assert_eq!(asked(&draft), all, "{draft}");
    assert_eq!(draft["areas"], json!([]));
    let draft = desk.answer(
        &draft,
        &json!([
            { "row": 1, "column": "cong_nghe", "means": "4G" },
            { "row": 1, "column": "tu_ngay", "means": "2026-10-01" },
            { "row": 1, "column": "don_vi_gia_tri", "means": "dBm" },
            { "row": 1, "column": "gia_tri_trong", "means": "-9999" },
        ]),
    );
    // The rules' good level of 4G, shown with its reason; four cells of it.
    let row = &draft["rows"][0];
    let told = row["findings"].to_string();
    for part in ["-110 dBm: mức tốt của 4G", "4 trong 6 ô", "raster-service"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(row["understood"]["can_cu"], "prediction");
    assert_eq!(row["understood"]["tu_ngay"], "2026-10-01");
    // Degrees without a word are read as WGS 84, and said.
    assert!(draft["findings"].to_string().contains("crs-proposed"), "{draft}");
    let ring = draft["areas"][0]["polygons"][0][0].as_array().expect("a ring");
    let lon = ring.iter().filter_map(|at| at[0].as_f64());
    assert!((lon.fold(f64::MIN, f64::max) - 108.7).abs() < 1e-9, "{ring:?}");
    let moved = draft["would_move"].as_array().expect("villages").clone();
    let village = moved.iter().find(|one| one.to_string().contains("Thôn Thử"));
    let village = village.unwrap_or_else(|| panic!("{moved:?}"));
    let id = village["id"].as_str().or_else(|| village["village"].as_str()).expect("an id");
    let page = format!("/api/v1/villages/{id}");
    let verdict = || desk.served.ask("GET", &page, &desk.viettel, "").1["verdict"].clone();
    let before = verdict();
    let at = format!("/api/v1/filings/{}/file", draft["id"].as_str().expect("an id"));
    let (status, filed) = desk.served.ask("POST", &at, &desk.viettel, "");
    assert_eq!(status, 201, "{filed}");
    let after = verdict();
    assert_ne!(before, after);
    assert!(after.to_string().contains("covered"), "{after}");
    // The same raster with the same words says nothing new.
    let said = [
        ("cong_nghe", "4G"),
        ("tu_ngay", "2026-10-01"),
        ("don_vi_gia_tri", "dBm"),
        ("gia_tri_trong", "-9999"),
    ];
    let (_, again) = desk.begin("phu-song.asc", grid("").as_bytes(), &said);
    assert_eq!(again["fileable"], 0, "{again}");
}

#[test]
fn classes_and_thresholds_are_the_senders_to_say() {
    let desk = Desk::open();
    let said = [
        ("cong_nghe", "4G"),
        ("tu_ngay", "2026-10-01"),
        ("dich_vu", "dữ liệu"),
        ("don_vi_gia_tri", "lớp"),
    ];
    let declared = grid("NODATA_value -9999\n");
    let (_, draft) = desk.begin("lop.asc", declared.as_bytes(), &said);
    assert_eq!(asked(&draft), ["raster-classes"], "{draft}");
    let draft =
        desk.answer(&draft, &json!([{ "row": 1, "column": "lop_phu_song", "means": "-90; -95" }]));
    assert_eq!((asked(&draft), &draft["fileable"]), (vec![], &json!(1)), "{draft}");
    // The rules say nothing of 3G: its level is asked, that of 4G is not.
    let said = [("cong_nghe", "3G/4G"), ("tu_ngay", "2026-10-01"), ("don_vi_gia_tri", "dBm")];
    let (_, both) = desk.begin("hai.asc", declared.as_bytes(), &said);
    assert_eq!((asked(&both).contains(&"raster-threshold"), &both["fileable"]), (true, &json!(1)));
    let level = json!([{ "row": 1, "column": "nguong_dbm", "means": "-100" }]);
    let both = desk.answer(&both, &level);
    assert_eq!((&both["fileable"], &both["open"]), (&json!(2), &json!(0)), "{both}");
    let (sizes, rows) = (|at: usize| both["rows"][at]["understood"]["dien_tich_km2"].as_f64(), 2);
    assert_eq!(both["rows"].as_array().map(Vec::len), Some(rows));
    assert!(sizes(0) < sizes(1), "3G from −100, 4G from −110 dBm: {both}");
}

/// East 575,171 north 1,631,395 of EPSG:5898 is 108.7 E 14.75 N.
fn assert_is_where_metres_put_it(draft: &Value) {
    let at = draft["areas"][0]["polygons"][0][0][0].as_array().expect("a corner");
    let (lon, lat) = (at[0].as_f64().expect("lon"), at[1].as_f64().expect("lat"));
    assert!((lon - 108.7).abs() < 0.01 && (lat - 14.75).abs() < 0.01, "{at:?}");
}

#[test]
fn metres_without_a_word_are_proposed_or_asked_and_rasters_of_nothing_are_refused() {
    let desk = Desk::open();
    let metres = "ncols 2\nnrows 1\nxllcorner 575000\nyllcorner 1631000\ncellsize 500\n\
                  NODATA_value -9999\n-90 -120\n";
    let (_, draft) = desk.begin("met.asc", metres.as_bytes(), &SAID);
    let told = format!("{}{}", draft["findings"], draft["questions"]);
    assert!(told.contains("crs"), "{draft}");
    let (_, named) = {
        let all = [&SAID[..], &[("crs", "EPSG:5898")]].concat();
        desk.begin("met.asc", metres.as_bytes(), &all)
    };
    assert_eq!(named["fileable"], 1, "{named}");
    assert_is_where_metres_put_it(&named);

    let empty = "ncols 2\nnrows 1\nxllcorner 108.5\nyllcorner 14.6\ncellsize 0.1\n\
                 NODATA_value -9999\n-9999 -9999\n";
    let (_, empty) = desk.begin("trong.asc", empty.as_bytes(), &SAID);
    assert!(asked(&empty).contains(&"raster-empty"), "{empty}");
    let vrt = b"<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"><VRTRasterBand band=\"1\">\
        <SimpleSource><SourceFilename>/etc/passwd</SourceFilename></SimpleSource>\
        </VRTRasterBand></VRTDataset>";
    let (_, vrt) = desk.begin("vung.tif", vrt, &SAID);
    assert_eq!((&vrt["can_file"], &vrt["fileable"]), (&json!(false), &json!(0)), "{vrt}");
    assert_eq!(vrt["questions"][0]["code"], "not-allowed", "{vrt}");
    let (status, _) = desk.served.ask("GET", "/healthz", "", "");
    assert_eq!(status, 200);
}

/// Of `tests/files/rasters`: made by GDAL's own tools.
const TIFFS: [(&str, &[u8]); 4] = [
    ("khai-du.tif", include_bytes!("../files/rasters/khai-du.tif")),
    ("khong-khai.tif", include_bytes!("../files/rasters/khong-khai.tif")),
    ("met-5898.tif", include_bytes!("../files/rasters/met-5898.tif")),
    ("met-khong-khai.tif", include_bytes!("../files/rasters/met-khong-khai.tif")),
];

#[test]
fn a_geotiff_is_asked_for_just_what_it_does_not_declare() {
    let desk = Desk::open();
    let drafts: Vec<Value> =
        TIFFS.iter().map(|(name, bytes)| desk.begin(name, bytes, &SAID).1).collect();
    let [whole, silent, metres, silent_metres] = &drafts[..] else { panic!("four") };
    let told = |draft: &Value, code: &str| draft.to_string().contains(&format!("\"{code}\""));

    // System and "no data" declared: nothing is asked, nothing proposed.
    assert_eq!((asked(whole), &whole["fileable"]), (vec![], &json!(1)), "{whole}");
    assert!(!told(whole, "crs-proposed"), "{whole}");
    // Neither: "no data" is asked; degrees are read as WGS 84, and said.
    assert_eq!((asked(silent), &silent["fileable"]), (vec!["raster-nodata"], &json!(0)));
    let none = json!([{ "row": 1, "column": "gia_tri_trong", "means": "-9999" }]);
    let silent = desk.answer(silent, &none);
    assert_eq!((asked(&silent), &silent["fileable"]), (vec![], &json!(1)), "{silent}");
    assert!(told(&silent, "crs-proposed"), "{silent}");
    let ground = |draft: &Value| draft["areas"][0]["polygons"].clone();
    assert_eq!(ground(&silent), ground(whole), "the same ground, whoever says so");

    // Metres of a declared system; metres of none are never guessed in silence.
    assert_eq!((asked(metres), &metres["fileable"]), (vec![], &json!(1)), "{metres}");
    assert_is_where_metres_put_it(metres);
    let silent_metres = desk.answer(silent_metres, &none);
    let about = format!("{}{}", silent_metres["findings"], silent_metres["questions"]);
    assert!(about.contains("\"code\":\"crs"), "{about}");

    // Cut short in the middle it is told why, and the service goes on.
    let (name, bytes) = TIFFS[0];
    let (status, cut) = desk.begin(name, &bytes[..bytes.len() / 2], &SAID);
    assert_eq!((status, &cut["can_file"], &cut["fileable"]), (201, &json!(false), &json!(0)));
    assert!(cut["questions"].as_array().is_some_and(|asked| !asked.is_empty()), "{cut}");
    assert_eq!(desk.served.ask("GET", "/healthz", "", "").0, 200);

    // Filed, it covers the village, and the file is kept as it was sent.
    let at = format!("/api/v1/filings/{}/file", whole["id"].as_str().expect("an id"));
    let (status, filed) = desk.served.ask("POST", &at, &desk.viettel, "");
    assert_eq!(status, 201, "{filed}");
    assert!(filed["moved"].to_string().contains("Thôn Thử"), "{filed}");
    let page = format!("/api/v1/reports/{}", filed["report"].as_str().expect("an id"));
    let hash = desk.served.get(&page, &desk.viettel).1["files"][0]["sha256"].clone();
    let raw = format!("{page}/files/{}", hash.as_str().expect("a hash"));
    assert_eq!(desk.served.fetch(&raw, &desk.viettel).as_deref(), Some(bytes));
}
