//! The rules of rows as tables: what a cell says, and what becomes of its row.

mod files;
mod laws;

use std::sync::LazyLock;

use geo::MultiPolygon;
use phusong_atlas::atlas::Areas;
use phusong_atlas::domain::{
    Area, CarrierFact, Day, EntrySeq, Fact, Position, RowRef, SiteCode, UnitId, UnitLevel,
    VillageId,
};
use phusong_atlas::gazetteer::Gazetteer;
use serde_json::{Value, json};

use super::{Context, Draft, DraftRow, EarlierRow, KnownSite, Outcome, from_json, read_json};
use crate::Severity;
use crate::evidence::Began;
use crate::geodata;

/// What this release knows of the world, with commune cells that no coast clips.
struct World {
    gazetteer: Gazetteer,
    areas: Areas,
    viettel: CarrierFact,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let (mut units, mut successions, mut villages) = (Vec::new(), Vec::new(), Vec::new());
    let mut viettel = None;
    for row in geodata::embedded().expect("geodata reads") {
        match row.fact {
            Fact::Unit(fact) => units.push(fact),
            Fact::UnitSuccession(fact) => successions.push(fact),
            Fact::Village(fact) => villages.push(fact),
            Fact::Carrier(fact) if fact.id.as_str() == "viettel" => viettel = Some(fact),
            _ => {}
        }
    }
    let centres: Vec<(UnitId, Position)> = units
        .iter()
        .filter(|unit| unit.level == UnitLevel::Commune && unit.valid_to.is_none())
        .filter_map(|unit| Some((unit.id, unit.centre?)))
        .collect();
    World {
        gazetteer: Gazetteer::new(&units, &successions, &villages),
        areas: Areas::computed(&centres, &MultiPolygon::new(Vec::new()), 0.22),
        viettel: viettel.expect("the carrier of the order"),
    }
});

/// Site `CU` was reported before, and row 0 of `0000000000000001` was its.
pub fn with_context<T>(read: impl FnOnce(&Context<'_>) -> T) -> T {
    let today: Day = "2026-11-25".parse().expect("a day");
    let site = |code: &SiteCode| {
        let known = KnownSite {
            position: Position::new(108.822, 14.704).ok(),
            built: "2026-10-20".parse().ok(),
            on_air: None,
        };
        (code.as_str() == "CU").then_some(known)
    };
    let row_ref = |text: &str| {
        let site = SiteCode::new("CU").ok();
        let row =
            ["0000000000000001/1", "0000000000000001/2"].iter().position(|own| *own == text)?;
        let at = RowRef { entry: EntrySeq(7), row: u32::try_from(row).ok()? };
        let square = geo::Rect::new((108.82, 14.70), (108.83, 14.71)).to_polygon();
        let area = (row == 1).then(|| Area::new(square.into()));
        Some(EarlierRow { at, site, area })
    };
    let world = &*WORLD;
    let places = (&world.gazetteer, &world.areas);
    let households = |village: &VillageId| (village.as_str() == "kon-doc").then_some(41);
    let context = Context::new(places, &world.viettel, today, &site, &row_ref);
    // Kon Dóc was made of two others, long ago.
    let id = |text: &str| VillageId::new(text).expect("an id");
    let began = |village: &VillageId| {
        (village.as_str() == "kon-doc").then(|| Began {
            since: "2020-01-01".parse().expect("a day"),
            from: vec![id("nuoc-giap"), id("cay-muoi")],
        })
    };
    let ended = |village: &VillageId| {
        let end = "2025-07-01".parse().expect("a day");
        (village.as_str() == "cay-muoi").then(|| (end, vec![id("nuoc-giap"), id("kon-doc")]))
    };
    read(&context.counting(&households).dating(&began, &ended))
}

fn draft(rows: &Value) -> Draft {
    let body = json!({ "rows": rows }).to_string();
    with_context(|context| from_json(read_json(body.as_bytes()).expect("JSON"), context))
}

/// The report of a tower that serves Kon Dóc, with these cells in place of its own.
fn row(cells: &[(&str, Value)]) -> Value {
    let mut row = json!({
        "ma_tram": "QNI001", "loai_su_kien": "on_air", "ngay_su_kien": "2026-11-01",
        "cong_nghe": "4G", "kinh_do": "108.822", "vi_do": "14.704",
        "cac_thon_phuc_vu": "Kon Dóc",
    });
    for (name, value) in cells {
        row[name] = value.clone();
    }
    row
}

/// `✓ crs-proposed?`: taken, with a question. `✗`: blocked. `=`: counted once.
pub fn told(draft: &Draft, at: usize) -> String {
    let row = &draft.rows[at];
    let mark = match row.outcome {
        Outcome::Fileable => "✓",
        Outcome::Blocked => "✗",
        Outcome::Repeated => "=",
        Outcome::Aside => "–",
    };
    // That a row names no commune is looked at by its own test.
    let findings = row.findings.iter().filter(|finding| finding.code != "commune-inferred");
    let findings = findings.map(|finding| {
        let weight = match finding.severity {
            Severity::Refuse => "!",
            Severity::Ask => "?",
            Severity::Warn => "~",
            Severity::Note => "",
        };
        format!(" {}{weight}", finding.code)
    });
    format!("{mark}{}", findings.collect::<String>())
}

fn check(cases: &[(&[(&str, Value)], &str)]) {
    for (cells, expected) in cases {
        let draft = draft(&json!([row(cells)]));
        assert_eq!(told(&draft, 0), *expected, "{cells:?}\n{:#?}", draft.rows[0].findings);
    }
}

#[test]
fn event_day_and_technology() {
    check(&[
        (&[], "✓"),
        (&[("loai_su_kien", json!("Phát sóng"))], "✓"),
        (&[("loai_su_kien", json!("phat song"))], "✓"),
        (&[("loai_su_kien", json!("tháo dỡ"))], "✓"),
        (&[("loai_su_kien", json!("Hoàn thành"))], "✗ bare-complete?"),
        (&[("loai_su_kien", json!("khánh thành"))], "✗ unknown-event!"),
        (&[("loai_su_kien", json!(null))], "✗ event-missing!"),
        (&[("loai_su_kien", json!(" "))], "✗ event-missing!"),
        (&[("ngay_su_kien", json!("31/02/2026"))], "✗ bad-day!"),
        (&[("ngay_su_kien", json!(""))], "✗ bad-day!"),
        (&[("ngay_su_kien", json!("1989-12-31"))], "✗ before-carrier!"),
        (&[("ngay_su_kien", json!("2026-11-25"))], "✓"),
        (&[("ngay_su_kien", json!("2026-12-24"))], "✓ future-on-air?"),
        (
            &[("ngay_su_kien", json!("2026-12-24")), ("loai_su_kien", json!("changed"))],
            "✗ future-event?",
        ),
        (
            &[("ngay_su_kien", json!("2026-12-24")), ("loai_su_kien", json!("built"))],
            "✗ future-event?",
        ),
        (
            &[("ngay_su_kien", json!("2026-12-24")), ("loai_su_kien", json!("off_air"))],
            "✗ future-end!",
        ),
        (
            &[("ngay_su_kien", json!("2026-12-24")), ("loai_su_kien", json!("decommissioned"))],
            "✗ future-end!",
        ),
        (&[("ngay_su_kien", json!("2026-12-24")), ("loai_su_kien", json!("planned"))], "✓"),
        (&[("cong_nghe", json!(["4G", "5G"]))], "✓"),
        (&[("cong_nghe", json!("3G/4G; NR"))], "✓"),
        (&[("cong_nghe", json!("7G"))], "✗ unknown-technology?"),
        (&[("cong_nghe", json!("4G, 7G"))], "✗ unknown-technology?"),
        (&[("cong_nghe", json!(null))], "✓ technology-missing?"),
        (&[("ma_tram", json!(""))], "✗ site-code?"),
        (&[("ma_tram", json!(12))], "✓"),
        (&[("ma_tram", json!("x".repeat(65)))], "✗ site-code!"),
        (&[("ma_tram", json!("=cmd|' /C calc'!A0"))], "✓"),
    ]);
}

/// As the name of a unit before its day: what is said is of the villages of that day.
#[test]
fn a_village_named_before_it_was_one_is_told_with_what_it_was() {
    for (day, is_told) in [("2019-12-31", true), ("2020-01-01", false), ("2026-11-01", false)] {
        let draft = draft(&json!([row(&[("ngay_su_kien", json!(day))])]));
        let findings = &draft.rows[0].findings;
        let found = findings.iter().find(|found| found.code == "village-not-yet");
        assert_eq!(found.is_some(), is_told, "{day}: {findings:?}");
        let offered = found
            .map(|found| found.candidates.iter().map(|one| one.id.as_str()).collect::<Vec<_>>());
        assert_eq!(offered, is_told.then(|| vec!["nuoc-giap", "cay-muoi"]));
        assert!(draft.can_file(), "{findings:?}");
    }
}

/// What was merged or divided is asked with what followed it, and binds nothing meanwhile.
#[test]
fn a_village_named_when_it_was_no_more_is_asked_with_what_followed_it() {
    for (day, is_asked) in [("2025-06-30", false), ("2025-07-01", true)] {
        let cells = [("ngay_su_kien", json!(day)), ("cac_thon_phuc_vu", json!("cay-muoi"))];
        let draft = draft(&json!([row(&cells)]));
        let findings = &draft.rows[0].findings;
        let found = findings.iter().find(|found| found.code == "village-ended");
        let offered = found
            .map(|found| found.candidates.iter().map(|one| one.id.as_str()).collect::<Vec<_>>());
        assert_eq!(offered, is_asked.then(|| vec!["nuoc-giap", "kon-doc"]), "{findings:?}");
        let filed = draft.rows[0].filed.as_ref().map(|filed| &filed.fact);
        let Some(Fact::SiteEvent(event)) = filed else { panic!("{draft:#?}") };
        assert_eq!(event.serves.villages.is_empty(), is_asked, "bound to none until answered");
    }
}

#[test]
fn a_future_on_air_is_offered_as_planned_and_a_bare_completion_as_built_or_on_air() {
    let offered = |cells: &[(&str, Value)]| {
        let draft = draft(&json!([row(cells)]));
        let candidates = &draft.rows[0].findings[0].candidates;
        candidates.iter().map(|candidate| candidate.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(offered(&[("ngay_su_kien", json!("2027-01-01"))]), ["planned"]);
    assert_eq!(offered(&[("loai_su_kien", json!("hoàn thành"))]), ["built", "on_air"]);
    assert_eq!(offered(&[("cong_nghe", json!("7G"))]), ["2G", "3G", "4G", "5G"]);
}

/// A name before its day is taken and said; an old name stays in use after its own.
#[test]
fn a_unit_named_before_its_day_is_taken_with_a_warning() {
    let with = |unit: &str, day: &str| {
        [("xa", json!(unit)), ("ngay_su_kien", json!(day)), ("cac_thon_phuc_vu", json!(null))]
    };
    for (unit, day, is_warned) in [
        ("Đặng Thuỳ Trâm", "2024-11-01", true),
        ("Sơn Mai", "2024-11-01", true),
        ("Đông Trà Bồng", "2024-11-01", true),
        ("Đặng Thuỳ Trâm", "2025-07-01", false),
        ("Ba Trang", "2026-11-01", false),
    ] {
        let draft = draft(&json!([row(&with(unit, day))]));
        let codes: Vec<&str> = draft.rows[0].findings.iter().map(|found| found.code).collect();
        assert_eq!(codes.contains(&"unit-not-of-day"), is_warned, "{unit} {day}: {codes:?}");
    }
}

#[test]
fn on_air_before_built_is_told_in_one_file_and_against_what_was_filed() {
    let event = |code: &str, event: &str, day: &str| {
        row(&[
            ("ma_tram", json!(code)),
            ("loai_su_kien", json!(event)),
            ("ngay_su_kien", json!(day)),
        ])
    };
    let warned = |rows: &[Value]| -> Vec<bool> {
        let draft = draft(&json!(rows));
        let has = |row: &DraftRow| row.findings.iter().any(|one| one.code == "on-air-before-built");
        draft.rows.iter().map(has).collect()
    };
    let (built, on_air) = (event("A", "built", "2026-10-05"), event("A", "on_air", "2026-10-01"));
    assert_eq!(warned(&[built.clone(), on_air]), [true, true]);
    assert_eq!(warned(&[built.clone(), event("A", "on_air", "2026-10-05")]), [false, false]);
    assert_eq!(warned(&[built, event("B", "on_air", "2026-10-01")]), [false, false]);
    // CU was built on 20 October, as filed before.
    assert_eq!(warned(&[event("CU", "on_air", "2026-10-19")]), [true]);
    assert_eq!(warned(&[event("CU", "on_air", "2026-10-20")]), [false]);
}

#[test]
fn households_far_from_what_is_known_are_told() {
    let with = |villages: &str, households: &str| {
        let cells = [("cac_thon_phuc_vu", json!(villages)), ("uoc_so_ho", json!(households))];
        let draft = draft(&json!([row(&cells)]));
        draft.rows[0].findings.iter().any(|one| one.code == "households-far")
    };
    for (villages, households, is_told) in [
        ("Kon Dóc", "41", false),
        ("Kon Dóc", "123", false),
        ("Kon Dóc", "124", true),
        ("Kon Dóc", "50000", true),
        ("Kon Dóc", "5", false),
        ("Làng Mâm", "2900", false),
        ("Làng Mâm", "50000", true),
    ] {
        assert_eq!(with(villages, households), is_told, "{villages} {households}");
    }
}

#[test]
fn a_commune_that_is_not_named_is_taken_from_the_place_and_marked() {
    let draft =
        draft(&json!([row(&[]), row(&[("ma_tram", json!("B")), ("xa", json!("Ba Trang"))])]));
    let unit = |at: usize| draft.rows[at].understood()["xa"].clone();
    assert!(unit(0).is_u64(), "{}", draft.rows[0].understood());
    let marks = |at: usize| {
        let found = draft.rows[at].findings.iter().find(|found| found.code == "commune-inferred");
        found.map(|found| (found.severity, found.message_vi.contains("suy luận")))
    };
    assert_eq!((marks(0), marks(1)), (Some((Severity::Note, true)), None));
}

#[test]
fn coordinates() {
    let at = |lon: &str, lat: &str, crs: &str| {
        [("kinh_do", json!(lon)), ("vi_do", json!(lat)), ("he_toa_do", json!(crs))]
    };
    let tm3 = ["588305.36", "1626337.87"];
    check(&[
        (&at("108,822", "14,704", ""), "✓"),
        (&at("108°49'19\"Đ", "14°42'14\"B", ""), "✓"),
        (&at("108.822/14.704", "", ""), "✓"),
        (&at("108.822", "14.704", "WGS 84"), "✓"),
        (&at(tm3[0], tm3[1], "VN-2000 KTT 108"), "✓"),
        (&at("588.305,36", "1.626.337,87", "EPSG:5898"), "✓"),
        (&at("588305", "1,626,337", "EPSG:5898"), "✓ number-form"),
        // Surveyors write X = north first.
        (&at(tm3[1], tm3[0], "EPSG:5898"), "✓ axis-order"),
        (&at("48588305.36", tm3[1], "EPSG:5898"), "✓ number-form"),
        (&at("14.704", "108.822", ""), "✗ swapped?"),
        (&at("14°42'14\"N", "108°49'19\"E", ""), "✓ axis-order"),
        (&at("0", "0", ""), "✗ bad-coordinates!"),
        (&at("108.822", "0", ""), "✗ bad-coordinates!"),
        (&at("NaN", "14.704", ""), "✗ bad-number!"),
        (&at("1e309", "14.704", ""), "✗ bad-number!"),
        (&at("108.822", "-inf", ""), "✗ bad-number!"),
        (&at("N/A", "14.704", ""), "✗ bad-number!"),
        (&at("108.822", "", ""), "✗ half-position!"),
        (&at("181", "14.704", "WGS84"), "✗ bad-coordinates!"),
        (&at("105.8", "21.0", ""), "✗ outside-province!"),
        (&at("108.822", "14.704", "Hà Nội 72"), "✗ crs!"),
        // No meridian: the village that it serves tells.
        (&at(tm3[0], tm3[1], ""), "✓ crs-proposed"),
        (&at(tm3[0], tm3[1], "VN-2000"), "✓ crs-proposed"),
        // Neither does a place: every zone of the province would do.
        (
            &[
                ("kinh_do", json!(tm3[0])),
                ("vi_do", json!(tm3[1])),
                ("cac_thon_phuc_vu", json!("")),
            ],
            "✗ crs-ambiguous? serves-none?",
        ),
    ]);
}

#[test]
fn a_system_that_is_not_stated_is_proposed_when_one_alone_fits_the_commune() {
    let cells = |commune: &str| {
        [
            ("kinh_do", json!("588305.36")),
            ("vi_do", json!("1626337.87")),
            ("xa", json!(commune)),
            ("huyen", json!("Ba Tơ")),
        ]
    };
    check(&[
        (&cells("Ba Trang"), "✓ crs-proposed"),
        // Its commune since 2025.
        (&cells("Đặng Thùy Trâm"), "✓ crs-proposed"),
        (&cells("Sơn Kỳ"), "✗ unit? crs-ambiguous? unknown-village?"),
    ]);
}

#[test]
fn the_wrong_meridian_is_asked_with_the_right_one_offered() {
    // The tower of Kon Dóc on 107°30′, under a heading that says 108°.
    let draft = draft(&json!([row(&[
        ("kinh_do", json!("642366.7")),
        ("vi_do", json!("1626706.3")),
        ("he_toa_do", json!("VN-2000 108°00'")),
        ("xa", json!("Ba Trang")),
        ("huyen", json!("Ba Tơ")),
    ])]));
    assert_eq!(told(&draft, 0), "✗ crs-contradicted?");
    let finding = &draft.rows[0].findings[0];
    assert_eq!(finding.candidates[0].id, "EPSG:9216", "{finding:#?}");
    assert!(finding.message_vi.contains("có thể dùng nhầm múi 107°30'"), "{finding:#?}");
}

/// One file, one habit: what a single row could not tell, the others do; the odd one is asked.
#[test]
fn a_file_is_read_as_a_whole() {
    let at = |east: &str, north: &str, code: usize| {
        row(&[
            ("ma_tram", json!(format!("QNI{code:03}"))),
            ("kinh_do", json!(east)),
            ("vi_do", json!(north)),
            ("xa", json!("Ba Trang")),
            ("huyen", json!("Ba Tơ")),
        ])
    };
    let mut rows: Vec<Value> =
        (0..5).map(|code| at(&format!("58830{code}.36"), "1626337.87", code)).collect();
    rows.push(at("108.822", "14.704", 5));
    let draft = draft(&json!(rows));
    assert_eq!(draft.findings.iter().map(|one| one.code).collect::<Vec<_>>(), ["crs-proposed"]);
    assert_eq!(told(&draft, 0), "✓");
    assert_eq!(told(&draft, 5), "✗ degrees-row?");
}

#[test]
fn the_operation_is_named_with_the_result() {
    let draft = draft(&json!([row(&[
        ("kinh_do", json!("575171.18")),
        ("vi_do", json!("1631395.08")),
        ("he_toa_do", json!("EPSG:5898")),
    ])]));
    let understood = draft.rows[0].understood();
    let operation = understood["phep_chuyen"].as_str().expect("named");
    assert!(operation.contains("EPSG:5898") && operation.contains("6960"), "{operation}");
    let near = |value: &Value, expected: f64| (value.as_f64().unwrap_or(0.0) - expected).abs();
    assert!(near(&understood["kinh_do"], 108.7) < 2e-7, "{understood}");
    assert!(near(&understood["vi_do"], 14.75) < 2e-7, "{understood}");
}

#[test]
fn places() {
    let nowhere = [("kinh_do", json!(null)), ("vi_do", json!(null))];
    let with = |more: &[(&'static str, Value)]| [&nowhere[..], more].concat();
    let cases: [(Vec<(&str, Value)>, &str); 17] = [
        // A place is coordinates: a new site has none without them, one filed before keeps its own.
        (with(&[]), "✗ place-missing!"),
        (with(&[("ma_tram", json!("CU"))]), "✓ position-missing?"),
        (with(&[("cac_thon_phuc_vu", json!(""))]), "✗ place-missing! serves-none?"),
        (
            with(&[("cac_thon_phuc_vu", json!("")), ("ma_tram", json!("CU"))]),
            "✓ position-missing? serves-none?",
        ),
        (
            with(&[
                ("cac_thon_phuc_vu", json!("")),
                ("xa", json!("Ba Vì")),
                ("huyen", json!("Ba Tơ")),
            ]),
            "✗ place-missing! serves-none?",
        ),
        (vec![("cac_thon_phuc_vu", json!(null))], "✓ serves-none?"),
        (vec![("cac_thon_phuc_vu", json!("kon-doc; Làng Mâm"))], "✓"),
        (vec![("cac_thon_phuc_vu", json!("thôn Con Dốc"))], "✓"),
        // 60 km from the one we know: a name may be another village's, an id is certain.
        (vec![("kinh_do", json!("108.35")), ("vi_do", json!("15.0"))], "✓ far-village?"),
        (
            vec![
                ("kinh_do", json!("108.35")),
                ("vi_do", json!("15.0")),
                ("cac_thon_phuc_vu", json!("kon-doc")),
            ],
            "✓ far-village~",
        ),
        (vec![("cac_thon_phuc_vu", json!("Kon Đốc"))], "✓ unknown-village?"),
        (
            vec![
                ("cac_thon_phuc_vu", json!("Kon Dóc")),
                ("xa", json!("Ba Trang")),
                ("huyen", json!("Ba Tơ")),
            ],
            "✓",
        ),
        (vec![("xa", json!("Nguyễn Nghiêm"))], "✓ outside-cell unknown-village?"),
        (vec![("xa", json!("Nowhere"))], "✓ unit? unknown-village?"),
        (vec![("kinh_do", json!("108.9")), ("ma_tram", json!("CU"))], "✓ moved~"),
        (vec![("kinh_do", json!("109.4"))], "✓ outside-every-commune~ far-village?"),
        (
            vec![("xa", json!("Ba Điền")), ("huyen", json!("Ba Tơ"))],
            // Which of the two is wrong is open: until then neither counts.
            "✗ far-from-commune? unknown-village?",
        ),
    ];
    for (cells, expected) in &cases {
        let draft = draft(&json!([row(cells)]));
        assert_eq!(told(&draft, 0), *expected, "{cells:?}\n{:#?}", draft.rows[0].findings);
    }
}

#[test]
fn what_a_row_says_beside() {
    check(&[
        (&[("do_cao_anten_m", json!("45,5 m"))], "✓"),
        (&[("do_cao_anten_m", json!(4500))], "✓ antenna-height~"),
        (&[("uoc_so_ho", json!("120 hộ"))], "✓"),
        (&[("uoc_so_ho", json!("khoảng trăm"))], "✓ households~"),
        (&[("anh", json!(["a.jpg", "b.jpg"]))], "✓ photos-named"),
        (&[("ghi_chu", json!("nhà ông Út"))], "✓"),
        (&[("thay_the", json!("0000000000000001/1")), ("ma_tram", json!("CU"))], "✓"),
        (&[("thay_the", json!("0000000000000001/1"))], "✓ replaces-other-site?"),
        (&[("thay_the", json!("0000000000000002/1"))], "✗ unknown-row!"),
        // What was drawn for the row that it corrects stays: a form has no field for it.
        (
            &[
                ("thay_the", json!("0000000000000001/2")),
                ("ma_tram", json!("CU")),
                ("cac_thon_phuc_vu", json!(null)),
            ],
            "✓ area-kept",
        ),
        (&[("la", json!(1))], "✗ unknown-column!"),
        (&[("ten_tram", json!(["a", "b"]))], "✗ cell-type!"),
        (&[("ten_tram", json!(true))], "✗ cell-type!"),
        (&[("cong_nghe", json!({"4G": true}))], "✗ cell-type! technology-missing?"),
    ]);
}

#[test]
fn a_row_names_the_lines_on_which_its_site_lives() {
    let lines = |told: &Value| {
        let cells = [("truyen_dan", told.clone()), ("nguon_dien", json!("471/E17"))];
        let draft = draft(&json!([row(&cells)]));
        let filed = draft.rows[0].filed.as_ref().expect("a row");
        let Fact::SiteEvent(event) = &filed.fact else { panic!("{filed:?}") };
        let feeds = event.feeds.clone().expect("a line");
        assert_eq!(feeds.power, ["471/E17"]);
        let is_told = draft.rows[0].findings.iter().any(|found| found.code == "line-unnamed");
        (feeds.backhaul, is_told)
    };
    for (told, names, is_told) in [
        (json!("BTO-01"), &["BTO-01"][..], false),
        (json!("BTO-02;  BTO  01 ; BTO-02"), &["BTO 01", "BTO-02"], false),
        (json!(["BTO-02", "BTO-01"]), &["BTO-01", "BTO-02"], false),
        (json!("cáp quang; BTO-01"), &["BTO-01"], true),
        (json!("Vi ba"), &[], true),
        (json!("không"), &[], false),
        (json!(""), &[], false),
    ] {
        assert_eq!(
            lines(&told),
            (names.iter().map(|&name| name.to_owned()).collect(), is_told),
            "{told}"
        );
    }
}

#[test]
fn the_same_row_twice_counts_once_and_another_value_waits_for_an_answer() {
    let rows = json!([
        row(&[]),
        row(&[]),
        row(&[("ten_tram", json!("Trạm Kon Dóc"))]),
        row(&[("ngay_su_kien", json!("2026-11-02"))]),
    ]);
    let draft = draft(&rows);
    let told: Vec<String> = (0..4).map(|at| told(&draft, at)).collect();
    let asked = "✗ conflicting-rows?";
    assert_eq!(told, [asked, "= duplicate-row", asked, "✓"]);
    assert!(!draft.can_file());
    assert_eq!(draft.to_file().count(), 1);
}

#[test]
fn one_blocked_row_keeps_the_whole_report_from_being_filed() {
    let draft = draft(&json!([row(&[]), row(&[("loai_su_kien", json!("hoàn thành"))])]));
    assert!(!draft.can_file());
    assert_eq!(draft.blocking_first()[0].code, "bare-complete");
}

#[test]
fn a_list_of_villages_is_taken_apart_only_where_every_name_exists() {
    let villages = |text: &str| [("cac_thon_phuc_vu", json!(text))];
    let told_of = |text: &str| told(&draft(&json!([row(&villages(text))])), 0);
    assert_eq!(told_of("Kon Dóc; Làng Mâm"), "✓");
    assert_eq!(told_of("Kon Dóc và Làng Mâm"), "✓");
    assert_eq!(told_of("toàn xã"), "✓ vague-villages?");
    assert_eq!(told_of("Kon Dóc, các thôn lân cận"), "✓ vague-villages?");
    assert_eq!(told_of("Làng Mâm 1, 2"), "✓ village-list?");
}
