//! In which system a file is drawn, asked and answered in place: the choice with its distances,
//! per layer, and the way back.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::served::{Served, key, zip};

struct Desk {
    served: Served,
    viettel: String,
    _data: TempDir,
}

impl Desk {
    fn open() -> Self {
        let data = TempDir::new().expect("a directory");
        let viettel = key(data.path(), &["carrier", "--carrier", "viettel"]);
        Self { served: Served::start(data.path()), viettel, _data: data }
    }

    fn begin(&self, name: &str, bytes: &[u8]) -> Value {
        let (status, draft) = self.served.send_file(&self.viettel, name, bytes);
        assert_eq!(status, 201, "{draft}");
        draft
    }

    fn answer(&self, draft: &Value, question: &Value, means: &str) -> Value {
        let at = format!("/api/v1/filings/{}/answers", draft["id"].as_str().expect("an id"));
        let mut answer = json!({ "column": question["column"], "means": means });
        for of in ["sheet", "value"] {
            if !question[of].is_null() {
                answer[of] = question[of].clone();
            }
        }
        let body = json!({ "answers": [answer] }).to_string();
        let (status, draft) = self.served.ask("POST", &at, &self.viettel, &body);
        assert_eq!(status, 200, "{draft}");
        draft
    }
}

/// A point of Ba Tơ in metres of 108°00', which the file does not say.
fn drawing(name: &str) -> [(String, Vec<u8>); 2] {
    let mif = "Version 300\nCharset \"Neutral\"\nDelimiter \",\"\n\
               CoordSys NonEarth Units \"m\" Bounds (0, 0) (1000000, 2000000)\n\
               Columns 4\n  ma_tram Char(20)\n  su_kien Char(20)\n  ngay Char(20)\n  \
               cong_nghe Char(20)\nData\n\nPoint 588305.36 1626337.87\n";
    let mid = format!("\"{name}\",\"on_air\",\"01/11/2026\",\"4G\"\n");
    [(format!("{name}.mif"), mif.into()), (format!("{name}.mid"), mid.into_bytes())]
}

fn packed(names: &[&str]) -> Vec<u8> {
    let parts: Vec<(String, Vec<u8>)> = names.iter().flat_map(|name| drawing(name)).collect();
    let members: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    zip(&members)
}

/// Questions on a system, which are answered where systems stand.
fn asked(draft: &Value) -> Vec<Value> {
    let questions = draft["questions"].as_array().expect("questions").iter();
    questions.filter(|one| one["column"] == "he_toa_do").cloned().collect()
}

fn longitudes(draft: &Value) -> Vec<Option<f64>> {
    let rows = draft["rows"].as_array().expect("rows").iter();
    rows.map(|row| row["understood"]["kinh_do"].as_f64()).collect()
}

fn lies_at(found: Option<f64>, expected: f64) -> bool {
    found.is_some_and(|found| (found - expected).abs() < 0.01)
}

#[test]
fn a_layer_of_no_system_is_asked_in_place_with_the_fitting_first_and_the_distances() {
    let desk = Desk::open();
    let draft = desk.begin("tram.zip", &packed(&["QNI901"]));
    let questions = asked(&draft);
    assert_eq!(questions.len(), 1, "{draft}");
    let question = &questions[0];
    assert_eq!(question["code"], "crs-ambiguous");
    assert!(!question["remedy_vi"].to_string().contains("crs="), "{question}");
    let choices = question["candidates"].as_array().expect("a choice");
    let ids: Vec<&str> = choices.iter().filter_map(|one| one["id"].as_str()).collect();
    assert!(ids.contains(&"EPSG:5898") && ids.contains(&"EPSG:9216"), "{ids:?}");
    for choice in choices {
        let told = choice["reason_vi"].as_str().expect("a reason");
        assert!(told.contains(" km"), "{choice}");
    }
    let fits = |choice: &Value| choice["score"].as_u64().expect("a score") > 50;
    let first_that_does_not = choices.iter().position(|one| !fits(one)).unwrap_or(choices.len());
    assert!(first_that_does_not > 0 && choices[first_that_does_not..].iter().all(|one| !fits(one)));
    assert_eq!(longitudes(&draft), [None], "no place is guessed");
    assert!(!draft.to_string().contains("place-missing"), "asked once, for the layer: {draft}");
    assert_eq!(draft["fileable"], 0, "{draft}");

    let answered = desk.answer(&draft, question, "EPSG:5898");
    assert!(asked(&answered).is_empty(), "{answered}");
    assert!(lies_at(longitudes(&answered)[0], 108.82), "{answered}");
    let other = desk.answer(&draft, question, "EPSG:9216");
    assert!(lies_at(longitudes(&other)[0], 108.32), "the last answer stands: {other}");
    let nonsense = desk.answer(&draft, question, "EPSG:1");
    assert_eq!((&asked(&nonsense)[0]["code"], longitudes(&nonsense)), (&json!("crs"), vec![None]));
    assert!(!asked(&nonsense)[0]["candidates"].as_array().expect("a choice").is_empty());
}

/// Surveyors write north before east: a layer made of such numbers is asked, and the answer holds.
#[test]
fn a_layer_with_its_axes_swapped_is_asked_and_read_so_when_that_is_the_answer() {
    let desk = Desk::open();
    let mif = "Version 300\nCharset \"Neutral\"\nDelimiter \",\"\n\
               CoordSys NonEarth Units \"m\" Bounds (0, 0) (2000000, 2000000)\n\
               Columns 5\n  ma_tram Char(20)\n  su_kien Char(20)\n  ngay Char(20)\n  \
               cong_nghe Char(20)\n  xa Char(20)\nData\n\nPoint 1626337.87 588305.36\n";
    let mid = "\"QNI904\",\"on_air\",\"01/11/2026\",\"4G\",\"21520\"\n";
    let draft =
        desk.begin("tram.zip", &zip(&[("t.mif", mif.as_bytes()), ("t.mid", mid.as_bytes())]));
    let questions = asked(&draft);
    assert_eq!(questions.len(), 1, "nothing waits for a question that nobody asks: {draft}");
    assert_eq!((&questions[0]["code"], &draft["open"]), (&json!("swapped"), &json!(1)));
    assert_eq!(questions[0]["candidates"][0]["id"], "EPSG:5898+swapped", "{draft}");
    let answered = desk.answer(&draft, &questions[0], "EPSG:5898+swapped");
    assert!(lies_at(longitudes(&answered)[0], 108.82), "{answered}");
    assert_eq!((&answered["fileable"], &answered["open"]), (&json!(1), &json!(0)), "{answered}");
}

#[test]
fn each_layer_has_its_own_system_and_a_foreign_one_is_answered_too() {
    let desk = Desk::open();
    let draft = desk.begin("hai.zip", &packed(&["QNI902", "QNI903"]));
    let questions = asked(&draft);
    assert_eq!(questions.len(), 2, "{draft}");
    let one = desk.answer(&draft, &questions[0], "EPSG:5898");
    assert_eq!(asked(&one).len(), 1, "the other layer is still asked: {one}");
    let both = desk.answer(&draft, &questions[1], "EPSG:9216");
    let mut found: Vec<f64> = longitudes(&both).into_iter().flatten().collect();
    found.sort_by(f64::total_cmp);
    assert!(lies_at(Some(found[0]), 108.32) && lies_at(Some(found[1]), 108.82), "{found:?}");

    let foreign = json!({
        "type": "FeatureCollection",
        "crs": { "type": "name", "properties": { "name": "EPSG:3857" } },
        "features": [{
            "type": "Feature", "geometry": { "type": "Point", "coordinates": [108.8225, 14.7045] },
            "properties": {
                "ma_tram": "QNI904", "loai_su_kien": "on_air", "ngay_su_kien": "2026-11-01",
                "cong_nghe": "4G",
            },
        }],
    });
    let draft = desk.begin("la.geojson", foreign.to_string().as_bytes());
    let questions = asked(&draft);
    assert_eq!(questions[0]["code"], "foreign-crs", "{draft}");
    assert!(!draft.to_string().contains("place-missing"), "{draft}");
    assert_eq!(questions[0]["candidates"][0]["id"], "EPSG:4326", "degrees fit nothing else");
    let answered = desk.answer(&draft, &questions[0], "EPSG:4326");
    assert!(lies_at(longitudes(&answered)[0], 108.82), "{answered}");
}

#[test]
fn a_tables_question_is_answered_for_its_column_and_for_a_word_in_it() {
    let desk = Desk::open();
    let csv = |crs: &str| {
        let rows = (0..3)
            .map(|n| format!("QNI91{n};on_air;01/11/2026;4G;58{n}305,36;1626337,87;{crs};;\n"));
        format!(
            "ma_tram;loai_su_kien;ngay_su_kien;cong_nghe;kinh_do;vi_do;he_toa_do;xa;ghi_chu\n{}",
            rows.collect::<String>()
        )
    };
    // Cells that are empty, and cells that leave two readings.
    for (word, answered) in [("", "EPSG:5898"), ("VN-2000", "EPSG:5898")] {
        let draft = desk.begin("tram.csv", csv(word).as_bytes());
        let questions = asked(&draft);
        assert_eq!(questions.len(), 1, "{word}: {draft}");
        let told = desk.answer(&draft, &questions[0], answered);
        assert!(asked(&told).is_empty(), "{word}: {told}");
        assert!(longitudes(&told).iter().all(Option::is_some), "{word}: {told}");
    }
}

/// A bow-tie is refused for what it is, not for a place that it would lack.
#[test]
fn a_geometry_that_is_refused_lacks_no_place_and_a_known_crs_member_is_told() {
    let desk = Desk::open();
    let feature = |code: &str, geometry: Value| {
        json!({
            "type": "Feature", "geometry": geometry,
            "properties": {
                "ma_tram": code, "loai_su_kien": "on_air", "ngay_su_kien": "2026-11-01",
                "cong_nghe": "4G",
            },
        })
    };
    let tie = json!([[
        [108.80, 14.70],
        [108.84, 14.74],
        [108.84, 14.70],
        [108.80, 14.74],
        [108.80, 14.70]
    ]]);
    let ties = json!({
        "type": "FeatureCollection",
        "features": [feature("QNI905", json!({ "type": "Polygon", "coordinates": tie }))],
    });
    let draft = desk.begin("no.geojson", ties.to_string().as_bytes());
    assert!(!draft.to_string().contains("place-missing"), "{draft}");
    let codes = |draft: &Value| -> Vec<String> {
        let findings = draft["findings"].as_array().expect("findings").iter();
        findings.map(|one| one["code"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let (metres, degrees) = (json!([588_305.36, 1_626_337.87]), json!([108.82, 14.704]));
    for (at, (name, place)) in [
        (Some("urn:ogc:def:crs:EPSG::5898"), &metres),
        (Some("EPSG:5898"), &metres),
        (Some("urn:ogc:def:crs:OGC:1.3:CRS84"), &degrees),
        (None, &degrees),
    ]
    .into_iter()
    .enumerate()
    {
        let point =
            feature(&format!("QNI91{at}"), json!({ "type": "Point", "coordinates": place }));
        let mut file = json!({ "type": "FeatureCollection", "features": [point] });
        if let Some(name) = name {
            file["crs"] = json!({ "type": "name", "properties": { "name": name } });
        }
        let draft = desk.begin(&format!("he-{at}.geojson"), file.to_string().as_bytes());
        assert!(lies_at(longitudes(&draft)[0], 108.82), "{name:?}: {draft}");
        assert_eq!(codes(&draft).contains(&"crs-member".to_owned()), name.is_some(), "{draft}");
    }
}

#[test]
fn a_table_of_text_under_another_ending_is_read_and_said() {
    let desk = Desk::open();
    let csv = "ma_tram,loai_su_kien,ngay_su_kien,cong_nghe,kinh_do,vi_do,cac_thon_phuc_vu\n\
               QNI920,on_air,2026-11-01,4G,108.822,14.704,Kon Dóc\n";
    for (name, is_warned) in [
        ("a.csv", false),
        ("a.txt", false),
        ("a", false),
        ("a.xlsx", true),
        ("a.KML", true),
        ("a.pdf", true),
    ] {
        let draft = desk.begin(name, csv.as_bytes());
        assert_eq!(draft["fileable"], 1, "{name}: {draft}");
        assert_eq!(
            draft["findings"].to_string().contains("wrong-extension"),
            is_warned,
            "{name}: {draft}"
        );
    }
}

/// Bytes that are neither what their name says nor text are told so, not advised to become a CSV.
#[test]
fn a_damaged_workbook_is_told_as_what_its_name_says() {
    let desk = Desk::open();
    for (name, code) in [("hong.xlsx", "file-damaged"), ("hong.csv", "nul")] {
        let draft = desk.begin(name, b"\x8f\0\x01\xfe\0rubbish\0");
        let told = &draft["questions"][0];
        assert_eq!((&told["code"], &draft["can_file"]), (&json!(code), &json!(false)), "{draft}");
    }
}

/// Outlines of a unit in metres that name no system.
fn outlines_of(code: &str) -> Vec<u8> {
    let mif = "Version 300\nCharset \"Neutral\"\nDelimiter \",\"\n\
               CoordSys NonEarth Units \"m\" Bounds (0, 0) (1000000, 2000000)\n\
               Columns 2\n  ma_don_vi Char(20)\n  tu_ngay Char(20)\nData\n\n\
               Region 1\n  5\n585305.36 1623337.87\n591305.36 1623337.87\n\
               591305.36 1629337.87\n585305.36 1629337.87\n585305.36 1623337.87\n";
    let mid = format!("\"{code}\",\"01/07/2025\"\n");
    zip(&[("ranh-gioi.mif", mif.as_bytes()), ("ranh-gioi.mid", mid.as_bytes())])
}

/// The unit that an outline says it is of tells the system as a commune's name does: one reading
/// alone lies there. Without it every meridian is possible, and none is taken.
#[test]
fn an_outline_of_no_system_is_read_by_the_unit_that_it_is_said_to_be() {
    let data = TempDir::new().expect("a directory");
    let officer = key(data.path(), &["officer"]);
    let served = Served::start(data.path());
    let (_, village) = served.get("/api/v1/villages/kon-doc", "");
    let code = village["commune"]["code"].to_string();
    let far = "23294";
    for (written, expected) in [
        (code.clone(), "crs-proposed"),
        (format!("{code}.0"), "crs-proposed"),
        (format!(" {code} "), "crs-proposed"),
        (String::new(), "crs-ambiguous"),
    ] {
        let (status, draft) = served.send_file(&officer, "ranh-gioi.zip", &outlines_of(&written));
        assert_eq!(status, 201, "{draft}");
        let codes: Vec<&str> = draft["codes"]
            .as_array()
            .expect("codes")
            .iter()
            .filter_map(|one| one["code"].as_str())
            .filter(|code| code.starts_with("crs"))
            .collect();
        assert_eq!(codes, [expected], "{written:?}: {draft}");
    }
    let (_, draft) = served.send_file(&officer, "ranh-gioi.zip", &outlines_of(far));
    assert_eq!(draft["fileable"], 0, "not taken for a unit that lies elsewhere: {draft}");
}
