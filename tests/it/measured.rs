//! A measured verdict names every row that it rests on: over HTTP, on the village's paper, and
//! where an officer or the carrier names one of them.

use phusong::report;
use phusong::service::today;
use phusong_atlas::atlas::Question;
use phusong_atlas::domain::{Scope, VillageId};
use serde_json::{Value, json};

use crate::edge;
use crate::house::{House, cluster, located};

/// A house in which Kon Dóc has one cluster.
fn house() -> House {
    let house = House::new();
    house.register(vec![cluster("kon-doc-1", "kon-doc", located(108.8222, 14.7036, 50), true)]);
    house
}

/// So many samples from place `first` on, each in a grid cell of its own.
fn row(carrier: &str, (first, many): (i32, i32), day: &str, dbm: f64) -> Value {
    let sample = |place: i32| {
        json!({
            "at": format!("{day}T08:{place:02}:00+07:00"),
            "lon": 108.8216 + f64::from(place % 8) * 0.000_56,
            "lat": 14.703 + f64::from(place / 8) * 0.000_56,
            "rsrp_dbm": dbm,
        })
    };
    json!({
        "cluster": "kon-doc-1", "carrier": carrier, "technology": "4G",
        "samples": (first..first + many).map(sample).collect::<Vec<_>>(),
    })
}

fn measured(house: &House, rows: &[Value]) -> String {
    let (status, filed) =
        house.post("/api/v1/measurements", &house.officer, &json!({ "rows": rows }));
    assert_eq!(status, 201, "{filed}");
    filed["report"].as_str().expect("an id").to_owned()
}

fn asked(house: &House, query: &str) -> Value {
    let (status, page) =
        house.get(&format!("/api/v1/villages/kon-doc?technology=4G{query}"), &house.officer);
    assert_eq!(status, 200, "{page}");
    page
}

/// The rows that the measured reasons of a page name, in order of report.
fn named(reasons: &Value) -> Vec<Value> {
    let of_measured = reasons.as_array().expect("reasons").iter();
    let mut rows: Vec<Value> = of_measured
        .filter(|reason| reason["source"] == "measured")
        .flat_map(|reason| reason["entries"].as_array().expect("entries").clone())
        .collect();
    rows.sort_by_key(|row| (row["report"].to_string(), row["row"].as_u64()));
    rows
}

fn in_order(mut rows: Vec<Value>) -> Vec<Value> {
    rows.sort_by_key(|row| (row["report"].to_string(), row["row"].as_u64()));
    rows
}

#[test]
fn a_measured_verdict_names_every_row_that_it_rests_on() {
    let house = house();
    let one = measured(
        &house,
        &[
            row("viettel", (0, 8), "2026-11-10", -95.0),
            row("vnpt", (0, 8), "2026-11-10", -95.0),
            row("viettel", (8, 8), "2026-11-10", -95.0),
            row("viettel", (16, 12), "2026-11-10", -95.0),
        ],
    );
    let two = measured(&house, &[row("viettel", (28, 8), "2026-11-11", -95.0)]);
    let page = asked(&house, "&grade=E4&carrier=viettel");
    assert_eq!(page["verdict"], "covered", "{}", page["reasons"]);
    let whole = in_order(vec![
        json!({ "report": one, "row": 1 }),
        json!({ "report": one, "row": 3, "to_row": 4 }),
        json!({ "report": two, "row": 1 }),
    ]);
    assert_eq!(named(&page["reasons"]), whole);
    let turn = page["timeline"].as_array().expect("turns").last().expect("a turn").clone();
    assert_eq!(named(&turn["because"]), whole, "and so does the turn that it brought: {turn}");

    let before = asked(&house, "&grade=E4&carrier=viettel&as_of=2026-11-10");
    assert_eq!(named(&before["reasons"]), whole_of(&whole, &one), "samples after it are left out");

    let atlas = house.service.atlas(&Scope::Officer);
    let (_, card) = atlas.village(&VillageId::new("kon-doc").expect("an id")).expect("there");
    let on =
        report::Asked { question: Question::default_on(today()), known_at: today(), demo: false };
    let paper = report::dossier(&atlas, card, &on).text();
    assert!(paper.contains(&format!("lần gửi {one}, dòng 1, 3–4")), "{paper}");
    assert!(paper.contains(&format!("lần gửi {two}, dòng 1")), "{paper}");
}

fn whole_of(rows: &[Value], report: &str) -> Vec<Value> {
    rows.iter().filter(|row| row["report"] == report).cloned().collect()
}

#[test]
fn a_measurement_is_set_aside_and_explained_by_any_of_its_rows() {
    let house = house();
    let body = edge::report("QNI001", "Kon Dóc", "2026-11-01");
    assert_eq!(house.ask("POST", "/api/v1/reports", &house.viettel, "", &body).status, 201);
    assert_eq!(asked(&house, "")["verdict"], "covered");
    let failing = measured(
        &house,
        &[
            row("viettel", (0, 8), "2026-11-10", -125.0),
            row("viettel", (8, 8), "2026-11-11", -125.0),
        ],
    );
    assert_ne!(asked(&house, "")["verdict"], "covered");
    let against = || {
        let (status, list) =
            house.get("/api/v1/contradictions?against=measurement", &house.officer);
        assert_eq!(status, 200, "{list}");
        list["items"][0].clone()
    };
    assert_eq!(
        against()["opposition"]["entries"],
        json!([{ "report": failing, "row": 1, "to_row": 2 }])
    );
    let second = json!({ "report": failing, "row": 2 });
    let cause = json!({
        "claim": against()["claim"]["entry"], "against": second,
        "cause": "load", "text": "quá tải giờ cao điểm",
    });
    let (status, answer) = house.post("/api/v1/contradictions/cause", &house.viettel, &cause);
    assert_eq!(status, 201, "{answer}");
    assert_eq!(against()["cause"]["cause"], "load");

    let aside = json!({ "set_aside": {
        "report": failing, "row": 2, "carrier": "viettel", "cause": "mất điện hôm đó",
    } });
    let (status, act) = house.post("/api/v1/decisions", &house.officer, &aside);
    assert_eq!(status, 201, "{act}");
    assert_eq!(asked(&house, "")["verdict"], "covered");
}

#[test]
fn samples_that_no_handset_could_have_taken_so_are_taken_and_said() {
    let house = house();
    let codes = |samples: Value| {
        let body = json!({ "rows": [{
            "cluster": "kon-doc-1", "carrier": "viettel", "technology": "4G", "samples": samples,
        }] });
        let (status, seen) = house.post("/api/v1/measurements/preview", &house.officer, &body);
        assert_eq!(status, 200, "{seen}");
        let found = seen["rows"][0]["findings"].as_array().expect("findings").iter();
        let codes: Vec<String> =
            found.map(|one| one["code"].as_str().expect("a code").to_owned()).collect();
        (codes, seen["can_file"].clone())
    };
    let walked = row("viettel", (0, 6), "2026-11-10", -95.0)["samples"].clone();
    assert_eq!(codes(walked.clone()), (vec![], json!(true)), "a walk is nothing odd");

    // All at one point: one cell however many there are.
    let mut still = walked.clone();
    for sample in still.as_array_mut().expect("samples") {
        (sample["lon"], sample["lat"]) = (json!(108.8222), json!(14.7036));
    }
    let (found, files) = codes(still);
    assert!(found.contains(&"one-point".to_owned()) && files == json!(true), "{found:?}");

    // From two devices: nobody goes 400 m in a second and back.
    let mut two = walked;
    for (second, sample) in two.as_array_mut().expect("samples").iter_mut().enumerate() {
        sample["at"] = json!(format!("2026-11-10T08:00:{second:02}+07:00"));
        let east = if second % 2 == 0 { 0.0 } else { 0.004 };
        sample["lon"] = json!(108.820 + east);
    }
    let (found, files) = codes(two);
    assert!(found.contains(&"impossible-speed".to_owned()) && files == json!(true), "{found:?}");
}

#[test]
fn what_was_seen_at_a_cluster_is_shown_with_its_name_and_village() {
    let house = house();
    let body = json!({ "rows": [
        { "cluster": "kon-doc-1", "says": "lacks", "day": "2026-11-01", "carrier": "viettel" },
        { "village": "kon-doc", "says": "lacks", "day": "2026-11-02", "carrier": "viettel" },
    ] });
    let (status, filed) = house.post("/api/v1/observations", &house.officer, &body);
    assert_eq!(status, 201, "{filed}");
    let path = format!("/api/v1/reports/{}", filed["report"].as_str().expect("an id"));
    let (_, page) = house.get(&path, &house.officer);
    let of = |row: usize| {
        let understood = &page["rows"][row]["understood"];
        ["cluster", "cluster_name", "cluster_village", "village"].map(|name| &understood[name])
    };
    assert_eq!(
        of(0),
        [&json!("kon-doc-1"), &json!("Cụm kon-doc-1"), &json!("kon-doc"), &json!(null)]
    );
    assert_eq!(of(1), [&json!(null), &json!(null), &json!(null), &json!("kon-doc")]);
}

/// A yes that names no carrier and no technology speaks of all; refuted for one of them it is told so
/// there alone, and each technology shows one outcome of it.
#[test]
fn a_statement_of_all_is_told_refuted_only_where_it_is() {
    let house = house();
    let yes = json!({ "rows": [{ "cluster": "kon-doc-1", "says": "has", "day": "2026-11-01" }] });
    let (status, said) = house.post("/api/v1/observations", &house.officer, &yes);
    assert_eq!(status, 201, "{said}");
    let bad = [(0, 8, "2026-11-10"), (8, 8, "2026-11-12")];
    measured(&house, &bad.map(|(first, many, day)| row("viettel", (first, many), day, -125.0)));
    let page = asked(&house, "&carrier=viettel");
    let technologies = page["clusters"][0]["carriers"][0]["technologies"].clone();
    for one in technologies.as_array().expect("technologies") {
        let of_yes = one["reasons"].as_array().expect("reasons").iter();
        let of_yes = of_yes.filter(|reason| reason["entries"][0]["report"] == said["report"]);
        let told: Vec<&str> = of_yes.filter_map(|reason| reason["text_vi"].as_str()).collect();
        let is_refuted = one["technology"] == "4G";
        assert_eq!(told.len(), 1, "{}: {told:?}", one["technology"]);
        assert_eq!(told[0].contains("bác bỏ"), is_refuted, "{told:?}");
        assert_eq!(told[0].contains("(Viettel; 4G)"), is_refuted, "{told:?}");
    }
    // There was a measurement; what is missing is one that confirms.
    let missing = page["missing"].to_string();
    assert!(missing.contains("Chưa có đo kiểm đạt (E4)."), "{missing}");
}

#[test]
fn a_step_too_fast_is_told_in_local_time() {
    let house = house();
    let mut fast = row("viettel", (0, 3), "2026-11-10", -95.0);
    fast["samples"][1]["lon"] = json!(108.9);
    let body = json!({ "rows": [fast] });
    let (status, told) = house.post("/api/v1/measurements/preview", &house.officer, &body);
    assert_eq!(status, 200, "{told}");
    let found = told["rows"][0]["findings"].as_array().expect("findings").iter();
    let mut speed = found.filter(|one| one["code"] == "impossible-speed");
    let message = speed.next().and_then(|one| one["message_vi"].as_str()).expect("told");
    assert!(message.contains("08:00:00 10/11/2026"), "{message}");
}

#[test]
fn a_preview_tells_what_the_set_will_say_cell_by_cell_and_with_its_limits() {
    let house = house();
    let preview = |rows: &[Value]| {
        let body = json!({ "rows": rows });
        let (status, told) = house.post("/api/v1/measurements/preview", &house.officer, &body);
        assert_eq!(status, 200, "{told}");
        told
    };
    // Two rows of one carrier are one set, another carrier's is its own.
    let rows = [
        row("viettel", (0, 20), "2026-11-10", -95.0),
        row("viettel", (20, 14), "2026-11-11", -95.0),
        row("vnpt", (0, 1), "2026-11-10", -120.0),
    ];
    let told = preview(&rows);
    let sets = told["sets"].as_array().expect("sets");
    assert_eq!(sets.len(), 2, "{told}");
    let of = |set: &Value| {
        let numbers = ["samples", "on_file", "cells", "good", "failures"];
        (numbers.map(|name| set[name].as_u64().expect("a number")), set["reading"].clone())
    };
    assert_eq!(of(&sets[0]), ([34, 0, 34, 34, 0], json!("possible")), "34 of 34 is too few");
    assert_eq!(of(&sets[1]), ([1, 0, 1, 0, 1], json!("nothing")));
    // Wilson (1927), z = 1.959964, 34 of 34: the lower limit is n / (n + z²).
    let lower = sets[0]["wilson_lower"].as_f64().expect("a limit");
    assert!((lower - 34.0 / (34.0 + 1.959_964_f64.powi(2))).abs() < 1e-9, "{lower}");
    assert_eq!(sets[0]["wilson_upper"].as_f64().map(|upper| upper > 0.999_999), Some(true));
    assert_eq!(sets[0]["village"], "kon-doc", "and where that is: {}", sets[0]);
    let failed = &sets[1]["each_cell"][0];
    assert_eq!((&failed["median_dbm"], &failed["good"]), (&json!(-120.0), &json!(false)));
    assert_eq!(sets[0]["each_cell"].as_array().map(Vec::len), Some(34));

    // What is on file of the same source counts with it; a site that starts between parts the two.
    measured(&house, &rows[..1]);
    let second = [row("viettel", (20, 16), "2026-11-11", -95.0)];
    let told = preview(&second);
    assert_eq!(of(&told["sets"][0]), ([36, 20, 36, 36, 0], json!("confirms")), "{told}");
    let body = edge::report("QNI001", "Kon Dóc", "2026-11-11");
    assert_eq!(house.ask("POST", "/api/v1/reports", &house.viettel, "", &body).status, 201);
    let told = preview(&second);
    assert_eq!(of(&told["sets"][0]), ([16, 0, 16, 16, 0], json!("possible")), "{told}");
}
