//! What planners ask, over HTTP: every figure agrees with the lists it is made from.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use phusong::service::World;
use serde_json::{Value, json};

use crate::edge::House;

const ALL: &str = "covered,not_as_asked,no_signal,partial_hole,insufficient";

fn ok(house: &House, path: &str, role: &str) -> Value {
    let answer = house.get(&format!("/api/v1/{path}"), role);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no count"))
}

/// On air at a place, serving a village; published.
fn site(house: &House, whose: (&str, &str), village: &str, place: (f64, f64)) {
    site_on(house, whose, village, place, json!({}));
}

/// The same with what its row says beside.
fn site_on(
    house: &House,
    (carrier, code): (&str, &str),
    village: &str,
    (lon, lat): (f64, f64),
    beside: Value,
) {
    let mut row = json!({
        "ma_tram": code, "loai_su_kien": "on_air", "ngay_su_kien": "2026-11-01",
        "cong_nghe": "4G", "kinh_do": lon, "vi_do": lat, "cac_thon_phuc_vu": village,
    });
    let Value::Object(beside) = beside else { panic!("{beside} is no object") };
    row.as_object_mut().expect("a row").extend(beside);
    let body = json!({ "rows": [row] });
    let filed = house.post("/api/v1/reports", carrier, &body.to_string());
    assert_eq!(filed.status, 201, "{}", filed.text());
    let report = filed.json()["report"].as_str().expect("an id").to_owned();
    let published = house.post(&format!("/api/v1/reports/{report}/publish"), "officer", "{}");
    assert_eq!(published.status, 200, "{}", published.text());
}

const KON_DOC: (f64, f64) = (108.822, 14.704);

#[test]
fn clusters_side_by_side_and_series_agree_with_the_gaps() {
    let house = House::open();
    site(&house, ("viettel", "QNI1"), "kon-doc", KON_DOC);
    let gaps = ok(&house, &format!("gaps?verdict={ALL}&limit=1000"), "public");
    let clusters =
        ok(&house, "planning/clusters?verdict=not_covered,covered,insufficient", "public");
    let totals = &clusters["totals"];
    let items = clusters["items"].as_array().expect("items");
    for verdict in ["covered", "not_covered", "insufficient"] {
        let mine = items.iter().filter(|item| item["verdict"] == verdict).count() as u64;
        assert_eq!(number(&totals[verdict]["clusters"]), mine, "{verdict}");
        let parts: u64 = clusters["communes"]
            .as_array()
            .expect("communes")
            .iter()
            .map(|commune| number(&commune["totals"][verdict]["clusters"]))
            .sum();
        assert_eq!(parts, mine, "{verdict}: communes sum to the whole");
    }
    assert_eq!(number(&totals["covered"]["clusters"]), 1);

    let today = gaps["as_of"].as_str().expect("a day");
    let side = ok(&house, &format!("planning/side-by-side?days=2023-12-31,{today}"), "public");
    let rows = side["rows"].as_array().expect("rows");
    let row = |carrier: &str, technology: Value| {
        let row =
            rows.iter().find(|row| row["carrier"] == carrier && row["technology"] == technology);
        row.unwrap_or_else(|| panic!("{carrier} {technology}: {side}"))["cells"].clone()
    };
    assert_eq!(row("any", Value::Null)[1]["villages"], gaps["totals"]);
    assert_eq!(number(&row("any", Value::Null)[0]["villages"]["covered"]["villages"]), 0);
    assert_eq!(number(&row("viettel", json!("4G"))[1]["villages"]["covered"]["villages"]), 1);
    assert_eq!(number(&row("vnpt", json!("4G"))[1]["villages"]["covered"]["villages"]), 0);
    assert_eq!(number(&row("each", json!("4G"))[1]["villages"]["covered"]["villages"]), 0);
    assert!(!side["turnings"].as_array().expect("turnings").is_empty(), "sunset and base");

    let series = ok(&house, &format!("planning/series?from=2026-08-15&to={today}"), "public");
    let points = series["points"].as_array().expect("points");
    let days: Vec<&str> = points.iter().filter_map(|point| point["day"].as_str()).collect();
    let ends = ["2026-08-15", "2026-08-31", "2026-09-30", "2026-10-31", today];
    assert_eq!(days, ends);
    assert_eq!(points[4]["villages"], gaps["totals"]);
    assert_eq!(number(&points[3]["villages"]["covered"]["villages"]), 0, "on air on 1/11");
    let csv = house
        .get(&format!("/api/v1/planning/series?from=2026-08-15&to={today}&format=csv"), "public");
    assert_eq!(csv.text().lines().count(), 6);
    for bad in [
        "series",
        "series?from=2026-02-01&to=2026-01-01",
        "series?from=1900-01-01",
        "side-by-side?days=x",
        "side-by-side?days=2999-01-01",
        "clusters?verdict=x",
    ] {
        assert_eq!(house.get(&format!("/api/v1/planning/{bad}"), "public").status, 400, "{bad}");
    }
}

#[test]
fn a_village_hangs_on_one_site_until_there_is_a_second() {
    let house = House::open();
    let hangs = |role: &str| -> Vec<(String, String)> {
        let list = ok(&house, "planning/single-points", role);
        let items = list["items"].as_array().expect("items").clone();
        items
            .iter()
            .map(|item| {
                let site = item["clusters"][0]["site"]["code"].as_str().unwrap_or("?");
                (item["village"].as_str().unwrap_or("").to_owned(), site.to_owned())
            })
            .collect()
    };
    assert!(hangs("officer").is_empty(), "nothing is covered yet");
    site(&house, ("viettel", "QNI1"), "kon-doc", KON_DOC);
    let expected = vec![("kon-doc".to_owned(), "QNI1".to_owned())];
    assert_eq!(hangs("officer"), expected);
    assert_eq!(hangs("viettel"), expected);
    assert!(hangs("vnpt").is_empty(), "another's site is not told");
    for role in ["public", "planner", "commune"] {
        assert_eq!(house.get("/api/v1/planning/single-points", role).status, 404, "{role}");
    }
    site(&house, ("vnpt", "VNP1"), "kon-doc", (108.83, 14.71));
    assert!(hangs("officer").is_empty(), "a second stands behind");
    assert_eq!(hangs("viettel"), expected, "of its own signal it is still the only one");
}

#[test]
fn two_sites_hang_together_on_the_line_that_both_live_on_alone() {
    let house = House::open();
    let hangs = |role: &str, of: &str| -> Vec<String> {
        let list = ok(&house, &format!("planning/single-points{of}"), role);
        let clusters = |item: &Value| item["clusters"].as_array().expect("clusters").clone();
        let items = list["items"].as_array().expect("items").iter().flat_map(clusters);
        let told = |cluster: Value| {
            let sites = cluster["sites"].as_array().expect("sites").iter();
            let codes: Vec<_> = sites.filter_map(|site| site["code"].as_str()).collect();
            let on = cluster["site"]["code"].as_str().or(cluster["line"].as_str());
            format!(
                "{} {} {}",
                cluster["on"].as_str().unwrap_or("?"),
                on.unwrap_or("?"),
                codes.join("+")
            )
            .trim_end()
            .to_owned()
        };
        items.map(told).collect()
    };
    let near = |step: f64| (KON_DOC.0 + step, KON_DOC.1);
    let on = |backhaul: &str, power: &str| json!({ "truyen_dan": backhaul, "nguon_dien": power });
    site_on(&house, ("viettel", "V1"), "kon-doc", near(0.0), on("BTO-1", "471"));
    assert_eq!(hangs("officer", ""), ["site V1"]);
    site_on(&house, ("viettel", "V2"), "kon-doc", near(0.01), on("BTO-1", "471; 473"));
    assert_eq!(hangs("officer", ""), ["backhaul BTO-1 V1+V2"], "power has a spare at one");
    let list = ok(&house, "planning/single-points", "officer");
    assert_eq!(list["recorded"], json!({ "sites": 2, "backhaul": 2, "power": 2 }));
    site_on(&house, ("vnpt", "N1"), "kon-doc", near(0.02), json!({}));
    assert!(hangs("officer", "").is_empty(), "of the third nothing is on record");
    assert_eq!(hangs("viettel", ""), ["backhaul BTO-1 V1+V2"], "of its own signal");
    let list = ok(&house, "planning/single-points", "officer");
    assert_eq!(list["recorded"], json!({ "sites": 3, "backhaul": 2, "power": 2 }));
    site_on(&house, ("vnpt", "N1"), "kon-doc", near(0.02), on("BTO-1", "471"));
    assert!(hangs("officer", "").is_empty(), "backhauls of two carriers are two");
    assert_eq!(hangs("officer", "?carrier=viettel"), ["backhaul BTO-1 V1+V2"]);

    let own = ok(&house, "sites/viettel/V2", "viettel");
    assert_eq!(
        (&own["backhaul"], &own["power_feeds"]),
        (&json!(["BTO-1"]), &json!(["471", "473"]))
    );
    assert_eq!(house.get("/api/v1/sites/viettel/V2", "vnpt").status, 404);
}

#[test]
fn a_feeder_of_the_grid_is_one_whoever_lives_on_it() {
    let house = House::open();
    let on = json!({ "truyen_dan": "BTO-1", "nguon_dien": "471" });
    site_on(&house, ("viettel", "V1"), "kon-doc", KON_DOC, on.clone());
    site_on(&house, ("vnpt", "N1"), "kon-doc", (108.83, 14.71), on);
    let list = ok(&house, "planning/single-points", "officer");
    let clusters = list["items"][0]["clusters"].as_array().expect("clusters");
    let told: Vec<_> = clusters.iter().map(|one| (&one["on"], &one["line"])).collect();
    assert_eq!(told, [(&json!("power"), &json!("471"))], "{list}");
}

#[test]
fn a_ranking_says_what_every_point_is_for() {
    let house = House::open();
    let ranking = ok(&house, "planning/ranking", "public");
    let items = ranking["items"].as_array().expect("items");
    assert_eq!(items.len(), 9);
    let score = |item: &Value| item["score"].as_f64().expect("a score");
    assert!(items.windows(2).all(|pair| score(&pair[0]) >= score(&pair[1])));
    for item in items {
        let parts = item["parts"].as_array().expect("parts");
        let sum: f64 = parts.iter().filter_map(|part| part["points"].as_f64()).sum();
        assert!((sum - score(item)).abs() < 0.05, "{item}");
    }
    assert_eq!(ranking["weights"].as_array().map(Vec::len), Some(9), "all of them are shown");
    // Only the duty counts: every one of the nine is overdue, so all are worth the whole.
    let one = ok(&house, "planning/ranking?weights=overdue:1", "public");
    assert!(
        one["items"].as_array().expect("items").iter().all(|item| score(item) > 99.99),
        "{one}"
    );
    for bad in ["x:1", "households", "households:-1", "households:NaN", "households:0"] {
        let path = format!("/api/v1/planning/ranking?weights={bad}");
        assert_eq!(house.get(&path, "public").status, 400, "{bad}");
    }
}

#[test]
fn proposed_sites_serve_what_they_say_within_their_reach() {
    let house = House::open();
    let plan = ok(
        &house,
        "planning/sites?reach_m=3000&sites=3&demand=not_covered,insufficient",
        "planner",
    );
    assert_eq!(plan["note_vi"], "Chỉ xét hình học, chưa xét địa hình.");
    let sites = plan["sites"].as_array().expect("sites");
    assert!(!sites.is_empty() && sites.len() <= 3, "{plan}");
    let (weight, bound) = (number(&plan["weight"]), number(&plan["weight_bound"]));
    assert!(0 < weight && weight <= bound, "{plan}");
    let mut served = std::collections::BTreeSet::new();
    for site in sites {
        assert_eq!(site["existing"], Value::Null, "a planner sees no mast");
        let at = |value: &Value| {
            let degrees = |name: &str| value[name].as_f64().expect("degrees");
            phusong_atlas::domain::Position::new(degrees("lon"), degrees("lat")).expect("on Earth")
        };
        let clusters = site["clusters"].as_array().expect("clusters");
        assert_eq!(number(&site["adds_clusters"]), clusters.len() as u64);
        for cluster in clusters {
            let away = phusong_atlas::domain::distance_m(at(site), at(&cluster["position"]));
            assert!(away <= 3_000.0, "{away} m: {cluster}");
            assert!(served.insert(cluster["id"].to_string()), "each is added once");
        }
    }
    assert_eq!(number(&plan["clusters"]), served.len() as u64);
    let demand = &plan["demand"];
    assert!(served.len() as u64 <= number(&demand["clusters"]));
    // Where a mast stands within reach, whoever may see it is told of it.
    let village = ok(&house, "villages/kon-doc", "public");
    let place = &village["position"];
    let near = (place["lon"].as_f64().expect("lon") + 0.001, place["lat"].as_f64().expect("lat"));
    let body = json!({ "rows": [{
        "ma_tram": "MAST", "loai_su_kien": "built", "ngay_su_kien": "2026-11-01",
        "kinh_do": near.0, "vi_do": near.1,
    }] });
    assert_eq!(house.post("/api/v1/reports", "viettel", &body.to_string()).status, 201);
    let masts = |role: &str| {
        let plan = ok(&house, "planning/sites?reach_m=400&sites=9", role);
        plan.to_string().contains("MAST")
    };
    assert!(masts("officer") && masts("viettel"));
    assert!(!masts("planner") && !masts("vnpt"));
    for bad in [
        "",
        "?reach_m=5",
        "?reach_m=50000",
        "?reach_m=3000&sites=0",
        "?reach_m=3000&sites=201",
        "?reach_m=3000&step_m=1",
        "?reach_m=3000&demand=x",
    ] {
        assert_eq!(
            house.get(&format!("/api/v1/planning/sites{bad}"), "planner").status,
            400,
            "{bad}"
        );
    }
}

#[test]
fn what_was_reported_then_what_is_computed_now_and_what_moved() {
    let clock = Arc::new(AtomicI64::new(seconds("2026-10-01T03:00:00Z")));
    let reading = Arc::clone(&clock);
    let world = World::of(
        move || Timestamp::from_second(reading.load(Ordering::Relaxed)).expect("a time"),
        |_body| Some([7; 16]),
    );
    let house = House::open_in(world);
    clock.store(seconds("2026-11-10T03:00:00Z"), Ordering::Relaxed);
    site(&house, ("viettel", "QNI1"), "kon-doc", KON_DOC);
    // Of 5 November as we knew it that evening, and as we know it now: the report came on the 10th.
    let path = "planning/then-and-now?known_at=2026-11-05";
    let compared = ok(&house, path, "public");
    assert_eq!(
        (&compared["as_of"], &compared["known_at"]),
        (&json!("2026-11-05"), &json!("2026-11-05"))
    );
    assert_eq!(number(&compared["then"]["covered"]["villages"]), 0);
    assert_eq!(number(&compared["now"]["covered"]["villages"]), 1);
    assert_eq!(compared["count"], 1);
    let moved = &compared["moved"][0];
    assert_eq!(
        (&moved["village"], &moved["then"], &moved["now"]),
        (&json!("kon-doc"), &json!("no_signal"), &json!("covered"))
    );
    assert_eq!(moved["commune"]["code"], 21520, "many villages are called the same");
    let by = moved["moved_by"].as_array().expect("what moved it");
    assert_eq!(by.len(), 1, "the public learnt of it by the publication alone: {moved}");
    assert!(
        by[0]["recorded_at"].as_str().is_some_and(|at| at.starts_with("2026-11-10")),
        "{moved}"
    );
    assert!(!by[0]["reports"].as_array().expect("reports").is_empty());
    let then = ok(&house, "gaps?as_of=2026-11-05&known_at=2026-11-05", "public");
    assert_eq!(compared["then"], then["totals"], "what was reported is what the list of then says");
    // Of a day before the event nothing is other than it was.
    let before = ok(&house, "planning/then-and-now?known_at=2026-11-05&as_of=2026-10-20", "public");
    assert_eq!((&before["count"], &before["then"]), (&json!(0), &before["now"]));
    assert_eq!(house.get("/api/v1/planning/then-and-now", "public").status, 400);
}

fn seconds(text: &str) -> i64 {
    text.parse::<Timestamp>().expect("a time").as_second()
}
