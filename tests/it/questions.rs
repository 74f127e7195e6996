//! Questions out over HTTP: one query in three forms, sites for those who may see them, what
//! changed and which report did it, evidence and decisions with their consequences.

use std::collections::BTreeMap;

use phusong_atlas::domain::{Fact, VillageFact};
use serde_json::{Value, json};

use crate::edge::on_air;
use crate::house::{House, cluster, located, village};

fn file(house: &House, key: &str, body: &Value) -> Value {
    let (status, filed) = house.post("/api/v1/reports", key, body);
    assert_eq!(status, 201, "{filed}");
    filed
}

/// Nine villages more, that differ in everything a filter can ask.
fn with_neighbours(house: &House) {
    let facts = (0..9_u32).map(|number| {
        let at = (number != 4).then(|| located(108.5 + f64::from(number) / 20.0, 14.8, 200));
        let name = ["=HYPERLINK(\"x\")", "Thôn A, cũ", "@thôn", "Đăk Pao", "thôn \"B\""];
        Fact::Village(VillageFact {
            households: (number % 3 != 0).then_some(number * 10),
            grid_power: [None, Some(true), Some(false)][number as usize % 3],
            especially_hard: (number % 2 == 0).then_some(number % 4 == 0),
            ..village(&format!("thu-{number}"), name[number as usize % 5], at)
        })
    });
    house.register(facts.collect());
}

/// Rows of a CSV by column.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let text = text.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings = reader.headers().expect("headings").clone();
    let row = |record: csv::StringRecord| {
        let cells = headings.iter().zip(record.iter());
        cells.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

#[test]
fn json_geojson_and_csv_say_the_same_of_every_query() {
    let house = House::new();
    with_neighbours(&house);
    file(&house, &house.viettel, &on_air("Q1", "kon-doc", "2026-11-01"));
    let all = "verdict=covered,no_signal,partial_hole,not_as_asked,insufficient&limit=1000";
    let queries = [
        "",
        "&sort=name",
        "&sort=waiting",
        "&duty=overdue",
        "&duty=none",
        "&technology=4G&carrier=viettel&sort=name",
        "&carrier=each",
        "&grade=E2",
        "&unit=21520",
        "&district=535&sort=name",
        "&bbox=108.4,14.5,108.9,15.1",
        "&near=108.6,14.8&radius_m=9000",
        "&grid_power=yes",
        "&grid_power=unknown",
        "&especially_hard=no",
        "&as_of=2024-01-01",
        "&environment=indoor",
    ];
    for query in queries {
        for key in [&house.officer, &house.vnpt, &String::new()] {
            let path = format!("/api/v1/gaps?{all}{query}");
            let (status, list) = house.get(&path, key);
            assert_eq!(status, 200, "{path}: {list}");
            let items = list["items"].as_array().expect("items");
            let (_, map) = house.get(&format!("{path}&format=geojson"), key);
            let features = map["features"].as_array().expect("features");
            let table = rows(&house.ask("GET", &format!("{path}&format=csv"), key, "", "").text());
            assert_eq!((features.len(), table.len()), (items.len(), items.len()), "{path}");
            for ((item, feature), row) in items.iter().zip(features).zip(&table) {
                assert_eq!(feature["properties"], *item);
                assert_eq!(feature["geometry"]["coordinates"][0], item["position"]["lon"]);
                let text = |name: &str| item[name].as_str().unwrap_or("").to_owned();
                assert_eq!(row["id"], text("id"));
                assert_eq!(row["name"].trim_start_matches('\''), text("name"));
                assert_eq!(row["verdict"], text("verdict"));
                assert_eq!(row["verdict_vi"], text("verdict_vi"));
                let number =
                    |value: &Value| value.as_f64().map_or(String::new(), |n| n.to_string());
                assert_eq!(row["lon"], number(&item["position"]["lon"]));
                assert_eq!(row["households"], number(&item["households"]));
                assert!(!row["name"].starts_with(['=', '@', '+', '-']), "{row:?}");
            }
            let sum: i64 = list["totals"]
                .as_object()
                .expect("totals")
                .values()
                .map(|total| total["villages"].as_i64().expect("a count"))
                .sum();
            assert_eq!(sum, i64::try_from(items.len()).expect("few"), "{path}");
        }
    }
}

#[test]
fn the_pages_of_a_query_are_the_whole_and_a_cursor_fits_its_own_view_only() {
    let house = House::new();
    with_neighbours(&house);
    let query = "/api/v1/gaps?verdict=no_signal,insufficient&sort=name";
    let (_, whole) = house.get(&format!("{query}&limit=1000"), "");
    let ids = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().expect("items").iter();
        items.map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
    };
    let (mut paged, mut next, mut first) = (Vec::new(), String::new(), None);
    loop {
        let (status, page) = house.get(&format!("{query}&limit=4{next}"), "");
        assert_eq!(status, 200, "{page}");
        paged.extend(ids(&page));
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
        first.get_or_insert(next.clone());
    }
    assert_eq!(paged, ids(&whole));
    let first = first.expect("more than one page");
    for other in ["&duty=open", "&sort=waiting", "&as_of=2024-01-01"] {
        let path = format!("{query}{other}&limit=4{first}").replacen("&sort=name", "", 1);
        assert_eq!(house.get(&path, "").0, 400, "{path}");
    }
    // Another view of the same ledger is the same only while nothing sets them apart.
    file(&house, &house.viettel, &on_air("Q1", "kon-doc", "2026-11-01"));
    assert_eq!(house.get(&format!("{query}&limit=4{first}"), "").0, 200, "the public saw nothing");
    assert_eq!(house.get(&format!("{query}&limit=4{first}"), &house.viettel).0, 400);
}

#[test]
fn a_drawn_polygon_asks_and_a_broken_one_is_refused() {
    let house = House::new();
    let around = json!({ "type": "Polygon", "coordinates": [[
        [108.81, 14.69], [108.83, 14.69], [108.83, 14.71], [108.81, 14.71], [108.81, 14.69],
    ]] });
    let (status, found) = house.post("/api/v1/gaps", "", &around);
    assert_eq!(status, 200, "{found}");
    assert_eq!(found["items"][0]["id"], "kon-doc");
    assert_eq!(found["items"].as_array().expect("items").len(), 1);
    let bow = json!({ "type": "Polygon", "coordinates": [[
        [108.0, 14.0], [109.0, 15.0], [109.0, 14.0], [108.0, 15.0], [108.0, 14.0],
    ]] });
    for bad in [bow, json!({ "type": "Polygon", "coordinates": [] }), json!({})] {
        assert_eq!(house.post("/api/v1/gaps", "", &bad).0, 422, "{bad}");
    }
}

#[test]
fn totals_by_commune_and_by_old_district_are_the_same_whole() {
    let house = House::new();
    with_neighbours(&house);
    let (_, list) = house.get("/api/v1/communes", "");
    assert_eq!(list["items"].as_array().expect("items").len(), 96);
    let add = |totals: Vec<&Value>| -> BTreeMap<String, i64> {
        let mut sum = BTreeMap::new();
        for total in totals {
            for (verdict, counts) in total.as_object().expect("totals") {
                for (name, count) in counts.as_object().expect("counts") {
                    let count = count.as_i64().expect("a count");
                    *sum.entry(format!("{verdict}.{name}")).or_insert(0) += count;
                }
            }
        }
        sum
    };
    let whole = add(vec![&list["totals"]]);
    assert_eq!(whole["no_signal.villages"] + whole["insufficient.villages"], 18);
    let items = list["items"].as_array().expect("items").iter().map(|item| &item["totals"]);
    assert_eq!(add(items.chain([&list["unplaced"]]).collect()), whole);
    let districts = list["districts_old"].as_array().expect("groups").iter();
    assert_eq!(add(districts.map(|group| &group["totals"]).collect()), whole);

    // Ba Vì of the order is named for the criterion; what it became is told so.
    let named: Vec<&Value> = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter(|item| item["criteria"].to_string().contains("Ba Vì"))
        .collect();
    assert!(!named.is_empty());
    let code = named[0]["code"].as_u64().expect("a code");
    let (status, page) = house.get(&format!("/api/v1/communes/{code}"), "");
    assert_eq!(status, 200);
    assert!(page["former"].to_string().contains("Ba Vì"), "{page}");
    assert_eq!(page["criteria"][0]["verdict"], "insufficient");
    assert_eq!(house.get("/api/v1/communes/99999", "").0, 404);
}

#[test]
fn sites_are_for_those_who_may_see_them() {
    let house = House::new();
    file(&house, &house.viettel, &on_air("QNI-1", "kon-doc", "2026-10-01"));
    file(&house, &house.vnpt, &on_air("VNP-1", "kon-doc", "2026-10-02"));
    let off = json!({ "rows": [{ "ma_tram": "QNI-1", "loai_su_kien": "off_air", "ngay_su_kien": "2026-11-01" }] });
    file(&house, &house.viettel, &off);
    let nothing = house.ask("GET", "/api/v1/sites/viettel/NONE", &house.viettel, "", "");
    for (path, key) in [
        ("/api/v1/sites", ""),
        ("/api/v1/sites", house.commune.as_str()),
        ("/api/v1/sites/viettel/QNI-1", ""),
        ("/api/v1/sites/viettel/QNI-1", house.vnpt.as_str()),
    ] {
        let reply = house.ask("GET", path, key, "", "");
        assert_eq!((reply.status, &reply.body), (404, &nothing.body), "{path}");
    }
    let codes = |path: &str, key: &str| -> Vec<String> {
        let (status, list) = house.get(path, key);
        assert_eq!(status, 200, "{list}");
        let items = list["items"].as_array().expect("items").iter();
        items.map(|item| item["code"].as_str().expect("a code").to_owned()).collect()
    };
    assert_eq!(codes("/api/v1/sites", &house.vnpt), ["VNP-1"]);
    assert_eq!(codes("/api/v1/sites", &house.officer), ["QNI-1", "VNP-1"]);
    assert_eq!(codes("/api/v1/sites?state=operational", &house.officer), ["VNP-1"]);
    assert_eq!(
        codes("/api/v1/sites?state=operational&as_of=2026-10-31", &house.officer),
        ["QNI-1", "VNP-1"]
    );
    assert_eq!(
        codes("/api/v1/sites?near=108.8,14.7&radius_m=5000&carrier=viettel", &house.officer),
        ["QNI-1"]
    );
    assert_eq!(codes("/api/v1/sites?bbox=107,14,108,15", &house.officer), Vec::<String>::new());

    let (_, page) = house.get("/api/v1/sites/viettel/QNI-1", &house.officer);
    let states: Vec<&str> = page["timeline"]
        .as_array()
        .expect("turns")
        .iter()
        .map(|turn| turn["state"].as_str().expect("a state"))
        .collect();
    assert_eq!(states, ["operational", "off_air"]);
    assert_eq!(page["timeline"][1]["entries"].as_array().expect("rows").len(), 1);

    let restrict = json!({ "restrict_site": { "carrier": "viettel", "code": "QNI-1" } });
    assert_eq!(house.post("/api/v1/decisions", &house.officer, &restrict).0, 403);
    let (status, act) = house.post("/api/v1/decisions", &house.approver, &restrict);
    assert_eq!(status, 201, "{act}");
    assert_eq!(codes("/api/v1/sites", &house.officer), ["VNP-1"]);
    assert_eq!(codes("/api/v1/sites", &house.viettel), ["QNI-1"]);
    assert_eq!(codes("/api/v1/sites", &house.approver), ["QNI-1", "VNP-1"]);
    let hidden = house.ask("GET", "/api/v1/sites/viettel/QNI-1", &house.officer, "", "");
    assert_eq!((hidden.status, &hidden.body), (404, &nothing.body));
    let undo = format!("/api/v1/reports/{}/withdraw", act["report"].as_str().expect("an id"));
    let reason = json!({ "reason": "nhầm trạm" });
    assert_eq!(house.post(&undo, &house.officer, &reason).0, 403, "an approver's act");
    assert_eq!(house.post(&undo, &house.approver, &reason).0, 200);
    assert_eq!(codes("/api/v1/sites", &house.officer), ["QNI-1", "VNP-1"]);
}

#[test]
fn what_changed_is_told_by_days_with_causes_and_by_reports() {
    let house = House::new();
    let filed = file(&house, &house.viettel, &on_air("QNI-1", "kon-doc", "2026-10-01"));
    let report = filed["report"].as_str().expect("an id");
    let days = "/api/v1/changes?from=2023-01-01&to=2026-11-01";
    let of = |path: &str, key: &str| {
        let (status, list) = house.get(path, key);
        assert_eq!(status, 200, "{list}");
        let items = list["items"].as_array().expect("items").clone();
        items.into_iter().filter(|item| item["village"] == "kon-doc").collect::<Vec<_>>()
    };
    let seen = of(days, &house.viettel);
    let last = seen.last().expect("a change");
    assert_eq!(
        (&last["day"], &last["from"], &last["to"]),
        (&json!("2026-10-01"), &json!("no_signal"), &json!("covered"))
    );
    assert_eq!(last["because"][0]["entries"][0]["report"], report);
    assert_eq!(last["reports"], json!([report]));
    assert_eq!(
        of(days, "").last().expect("the list")["day"],
        "2023-06-07",
        "the public saw the list alone"
    );
    assert!(of("/api/v1/changes?from=2026-10-01&to=2026-11-01", &house.viettel).is_empty());

    let (_, page) = house.get("/api/v1/villages/kon-doc", &house.officer);
    let today = page["as_of"].as_str().expect("a day").to_owned();
    let known = format!("/api/v1/changes?known_from=2026-11-20&known_to={today}");
    let moved = of(&known, &house.officer);
    let by_report: Vec<_> =
        moved.iter().filter(|item| item["reports"] == json!([report])).collect();
    assert_eq!(by_report.len(), 1, "{moved:?}");
    assert_eq!(
        (&by_report[0]["from"], &by_report[0]["to"]),
        (&json!("no_signal"), &json!("covered"))
    );
    assert!(
        of(&known, &house.vnpt).iter().all(|item| !item["reports"].to_string().contains(report))
    );

    let publish = format!("/api/v1/reports/{report}/publish");
    assert_eq!(house.post(&publish, &house.officer, &json!({})).0, 200);
    let public = of(&known, "");
    let last = public.last().expect("published");
    assert_eq!(last["to"], "covered");
    assert!(last["reports"].to_string().contains(report), "{last}");

    let table = house.ask("GET", &format!("{days}&format=csv&headings=vi"), "", "", "").text();
    assert!(table.starts_with("\u{feff}Mã thôn,Thôn,Xã,Từ ngày"), "{table}");
    for bad in [
        "",
        "?to=2026-01-01",
        "?from=2026-02-01&to=2026-01-01",
        "?from=2026-01-01&known_from=2026-01-01",
        "?known_from=2020-01-01",
        "?from=2999-01-01",
    ] {
        assert_eq!(house.get(&format!("/api/v1/changes{bad}"), "").0, 400, "{bad}");
    }
}

fn walk(cluster: &str, count: i32, dbm: f64) -> Value {
    let sample = |step: i32| {
        json!({
            "at": format!("2026-11-10T08:{:02}:00+07:00", step % 60),
            // A step of 60 m: each sample in a cell of its own.
            "lon": 108.8216 + f64::from(step % 8) * 0.000_56,
            "lat": 14.703 + f64::from(step / 8) * 0.000_56,
            "rsrp_dbm": dbm,
        })
    };
    json!({ "rows": [{
        "cluster": cluster, "carrier": "viettel", "technology": "4G",
        "samples": (0..count).map(sample).collect::<Vec<_>>(),
    }] })
}

#[test]
fn a_measurement_confirms_a_cluster_at_e4_and_can_be_taken_back() {
    let house = House::new();
    house.register(vec![cluster("kon-doc-1", "kon-doc", located(108.8222, 14.7036, 50), true)]);
    let body = walk("kon-doc-1", 36, -95.0);
    assert_eq!(house.post("/api/v1/measurements", &house.viettel, &body).0, 403);
    let (status, preview) = house.post("/api/v1/measurements/preview", &house.officer, &body);
    assert_eq!((status, &preview["can_file"]), (200, &json!(true)), "{preview}");
    assert_eq!(preview["would_move"][0]["to"], "covered");
    assert_eq!(house.verdict("kon-doc", &house.officer).0, "no_signal", "a preview files nothing");

    let (status, filed) = house.post("/api/v1/measurements", &house.officer, &body);
    assert_eq!(status, 201, "{filed}");
    assert_eq!(filed["moved"][0]["village"], "kon-doc");
    let count = &filed["counts"][0];
    assert_eq!(
        (&count["cells"], &count["good"], &count["reading"]),
        (&json!(36), &json!(36), &json!("confirms"))
    );
    let (again, same) = house.post("/api/v1/measurements", &house.officer, &body);
    assert_eq!((again, &same["receipt"]), (200, &filed["receipt"]));
    let (_, page) = house.get("/api/v1/villages/kon-doc?grade=E4&technology=4G", &house.officer);
    assert_eq!(page["verdict"], "covered");

    let undo = format!("/api/v1/reports/{}/withdraw", filed["report"].as_str().expect("an id"));
    assert_eq!(house.post(&undo, &house.officer, &json!({ "reason": "máy đo lỗi" })).0, 200);
    assert_eq!(house.verdict("kon-doc", &house.officer).0, "no_signal");

    let unlisted = walk("Thôn Cà", 3, -95.0);
    let (status, problem) = house.post("/api/v1/measurements", &house.officer, &unlisted);
    assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("clusters-unlisted")));
    let mut swapped = walk("kon-doc-1", 3, -95.0);
    swapped["rows"][0]["samples"][0]["lon"] = json!(14.7);
    swapped["rows"][0]["samples"][0]["lat"] = json!(108.8);
    let (status, preview) = house.post("/api/v1/measurements/preview", &house.officer, &swapped);
    assert_eq!((status, &preview["rows"][0]["findings"][0]["code"]), (200, &json!("swapped")));
    assert_eq!(preview["can_file"], false);
}

#[test]
fn a_commune_confirms_its_own_villages_and_the_department_keeps_lists() {
    let house = House::new();
    let says = |village: &str, says: &str, day: &str| json!({ "rows": [{ "village": village, "says": says, "day": day, "carrier": "vnpt", "technology": "4G" }] });
    let mut first = says("Kon Dóc", "has", "2026-11-02");
    first["rows"][0]["note"] = json!("trưởng thôn gọi thử");
    let (status, filed) = house.post("/api/v1/observations", &house.commune, &first);
    assert_eq!(status, 201, "{filed}");
    assert_eq!(filed["moved"][0]["to"], "covered");
    assert_eq!(house.verdict("kon-doc", &house.officer).0, "covered", "E3 after a stale list");
    assert_eq!(house.verdict("kon-doc", "").0, "no_signal", "until it is published");
    let (_, page) = house.get("/api/v1/villages/kon-doc?grade=E3", &house.officer);
    assert_eq!(page["verdict"], "covered");

    let said = page["reasons"].as_array().expect("reasons").iter();
    let sources: Vec<&Value> = said.map(|reason| &reason["source"]).collect();
    assert!(sources.contains(&&json!("commune")), "whose word it is: {sources:?}");
    assert_eq!(
        page["history"].as_array().and_then(|rows| rows.last()).expect("a row")["kind"],
        "observation"
    );

    // The officer who is to publish it finds it, and the public does not.
    let (_, list) = house.get("/api/v1/reports?state=filed", &house.officer);
    let line = &list["items"][0];
    assert_eq!((&line["kind"], &line["owner"]), (&json!("observation"), &json!("commune:21520")));
    let address = format!("/api/v1/reports/{}", filed["report"].as_str().expect("an id"));
    let (_, shown) = house.get(&address, &house.officer);
    assert_eq!(shown["rows"][0]["understood"]["says"], "has");
    assert_eq!(shown["rows"][0]["note"], "trưởng thôn gọi thử");
    assert_eq!(house.get("/api/v1/reports", "").1["items"], json!([]));
    assert_eq!(house.get(&address, &house.vnpt).0, 404);
    assert_eq!(house.post(&format!("{address}/publish"), &house.officer, &json!({})).0, 200);
    assert_eq!(house.verdict("kon-doc", "").0, "covered");
    let (_, shown) = house.get(&address, &house.vnpt);
    assert_eq!(shown["rows"][0]["note"], Value::Null, "the note is the department's to read");

    let refused = [
        (says("Đăk Pao", "has", "2026-11-02"), "not-own-village"),
        (says("Kon Doc", "has", "2026-11-02"), "unknown-village"),
        (says("kon-doc", "has", "2999-01-01"), "future-day"),
        (says("kon-doc", "maybe", "2026-11-02"), "bad-word"),
        (says("kon-doc", "has", "31/02/2026"), "bad-day"),
    ];
    for (body, code) in refused {
        let (status, problem) = house.post("/api/v1/observations", &house.commune, &body);
        assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!(code)), "{problem}");
    }
    let (_, problem) =
        house.post("/api/v1/observations", &house.commune, &says("Kon Doc", "has", "2026-11-02"));
    assert_eq!(
        problem["errors"][0]["candidates"][0]["id"], "kon-doc",
        "with what it may have meant"
    );
    assert_eq!(
        house.post("/api/v1/observations", &house.viettel, &says("kon-doc", "has", "2026-11-02")).0,
        403
    );

    let mut behalf = says("kon-doc", "lacks", "2026-11-03");
    behalf["on_behalf_of"] = json!(21_520);
    behalf["rows"][0]["replaces"] =
        json!(format!("{}/1", filed["report"].as_str().expect("an id")));
    let (status, corrected) = house.post("/api/v1/observations", &house.officer, &behalf);
    assert_eq!(status, 201, "{corrected}");
    assert_eq!(
        house.verdict("kon-doc", &house.commune).0,
        "no_signal",
        "on behalf counts as the department's"
    );
    behalf["on_behalf_of"] = json!(99_999);
    assert_eq!(house.post("/api/v1/observations", &house.officer, &behalf).0, 422);
}

#[test]
fn decisions_name_what_is_there_and_are_undone_by_withdrawing_them() {
    let house = House::new();
    let (_, page) = house.get("/api/v1/villages/thon-ca", &house.officer);
    let listing = page["reasons"][0]["entries"][0].clone();
    let set_aside = |row: &Value| {
        json!({ "set_aside": {
            "report": row["report"], "row": row["row"], "carrier": "vnpt", "cause": "mất điện hôm đó",
        } })
    };
    assert_eq!(house.post("/api/v1/decisions", &house.vnpt, &set_aside(&listing)).0, 403);
    assert_eq!(house.post("/api/v1/decisions", "", &set_aside(&listing)).0, 401);
    let (status, act) = house.post("/api/v1/decisions", &house.officer, &set_aside(&listing));
    assert_eq!(status, 201, "{act}");
    assert_eq!(act["moved"][0]["village"], "thon-ca", "one carrier is silent now: not all are not");
    assert_eq!(house.verdict("thon-ca", "").0, "insufficient");
    let undo = format!("/api/v1/reports/{}/withdraw", act["report"].as_str().expect("an id"));
    assert_eq!(house.post(&undo, &house.officer, &json!({ "reason": "xem lại" })).0, 200);
    assert_eq!(house.verdict("thon-ca", "").0, "no_signal");

    let nowhere = json!({ "report": "0000000000000000", "row": 1 });
    let faulty = [
        (set_aside(&nowhere), "no-such-row"),
        // A dispute has one way of its own: /disputes.
        (json!({ "open_dispute": { "village": "kon-doc", "text": "x" } }), "bad-member"),
        (json!({ "confirm_sunset": { "report": listing["report"], "row": 1 } }), "no-such-row"),
        (
            json!({ "adopt_rule_set": { "id": "khong-co", "version": 1, "from": "2026-01-01" } }),
            "unknown-rule-set",
        ),
        (
            json!({ "adopt_rule_set": { "id": "mac-dinh", "version": 1, "from": "2999-01-01" } }),
            "future-day",
        ),
    ];
    for (body, code) in faulty {
        let (status, problem) = house.post("/api/v1/decisions", &house.officer, &body);
        assert_eq!(
            (status, &problem["errors"][0]["code"]),
            (422, &json!(code)),
            "{body}: {problem}"
        );
    }
    let keyed = |body: &Value| {
        house
            .ask(
                "POST",
                "/api/v1/decisions",
                &house.officer,
                "idempotency-key: k1\r\n",
                &body.to_string(),
            )
            .status
    };
    let mut other = set_aside(&listing);
    assert_eq!([keyed(&other), keyed(&other)], [201, 200], "one act, one key");
    other["set_aside"]["cause"] = json!("khác");
    assert_eq!(keyed(&other), 422, "the key stands for other content");
}

#[test]
fn a_confirmed_sunset_leaves_a_2g_village_unknown_and_revives_a_list() {
    let house = House::new();
    house.register(vec![Fact::Village(village(
        "thu-2g",
        "Thử 2G",
        Some(located(108.6, 14.9, 100)),
    ))]);
    let mut body = on_air("QNI-2", "thu-2g", "2024-01-10");
    body["rows"][0]["cong_nghe"] = json!("2G");
    file(&house, &house.viettel, &body);
    body["rows"][0]["cac_thon_phuc_vu"] = json!("kon-doc");
    body["rows"][0]["ma_tram"] = json!("QNI-3");
    file(&house, &house.viettel, &body);
    let on = |village: &str, day: &str, more: &str| {
        let path = format!("/api/v1/villages/{village}?as_of={day}{more}");
        let (status, page) = house.get(&path, &house.officer);
        assert_eq!(status, 200, "{page}");
        (
            page["verdict"].as_str().expect("a verdict").to_owned(),
            page["question"]["technology"].clone(),
        )
    };
    let covered = ("covered".to_owned(), json!("2G"));
    assert_eq!(on("thu-2g", "2024-10-16", ""), covered, "announced is not confirmed");
    assert_eq!(on("thu-2g", "2026-09-15", ""), covered);
    assert_eq!(
        on("thu-2g", "2026-09-16", ""),
        ("insufficient".to_owned(), json!("3G")),
        "the base of the day"
    );
    assert_eq!(on("kon-doc", "2026-09-16", ""), ("no_signal".to_owned(), json!("3G")));

    let (_, docket) = house.get("/api/v1/decisions", &house.officer);
    let sunsets = docket["sunsets"].as_array().expect("sunsets");
    let of = |day: &str| {
        sunsets.iter().find(|sunset| sunset["first_day_without"] == day).expect("announced").clone()
    };
    let (first, second) = (of("2024-10-16"), of("2026-09-16"));
    assert_eq!(first["confirmed"], false);
    let confirm = |sunset: &Value| {
        let body = json!({ "confirm_sunset": sunset["entry"] });
        let (status, act) = house.post("/api/v1/decisions", &house.officer, &body);
        assert_eq!(status, 201, "{act}");
    };
    confirm(&second);
    assert_eq!(
        on("thu-2g", "2026-11-01", "&technology=2G"),
        ("insufficient".to_owned(), json!("2G"))
    );
    assert_eq!(on("thu-2g", "2024-10-16", ""), covered);
    confirm(&first);
    assert_eq!(on("thu-2g", "2024-10-15", ""), covered);
    assert_eq!(on("thu-2g", "2024-10-16", ""), ("insufficient".to_owned(), json!("2G")));
    assert_eq!(on("kon-doc", "2024-10-15", ""), covered);
    assert_eq!(
        on("kon-doc", "2024-10-16", ""),
        ("no_signal".to_owned(), json!("2G")),
        "the list revives"
    );
    let (_, page) = house.get("/api/v1/villages/kon-doc", &house.officer);
    let turn = page["timeline"]
        .as_array()
        .expect("turns")
        .iter()
        .find(|turn| turn["from"] == "2024-10-16");
    assert!(turn.expect("a turn")["because"].to_string().contains("ngừng 2G"), "{page}");
}

#[test]
fn a_past_view_is_kept_for_its_own_scope_only() {
    let house = House::new();
    file(&house, &house.viettel, &on_air("QNI-1", "kon-doc", "2026-10-01"));
    let past = "/api/v1/gaps?known_at=2020-01-01&verdict=no_signal,insufficient,covered";
    for key in ["", &house.viettel, &house.officer, ""] {
        let (status, list) = house.get(past, key);
        assert_eq!(
            (status, &list["items"], &list["known_at"]),
            (200, &json!([]), &json!("2020-01-01"))
        );
    }
    // Today's own day is known up to now.
    let (_, page) = house.get("/api/v1/villages/kon-doc", &house.viettel);
    let now =
        format!("/api/v1/villages/kon-doc?known_at={}", page["as_of"].as_str().expect("a day"));
    assert_eq!(house.get(&now, &house.viettel).1["verdict"], "covered");
    assert_eq!(house.get(&now, &house.vnpt).1["verdict"], "no_signal");
}

/// What is missing is a report after the last word against the carrier that owes it, weak or not:
/// the reports that stand above it in the same paper are no lie.
#[test]
fn what_is_missing_comes_after_the_last_word_against_it() {
    let house = House::new();
    file(&house, &house.viettel, &on_air("QNI-1", "kon-doc", "2026-10-01"));
    let missing = || {
        let (_, page) = house.get("/api/v1/villages/kon-doc", &house.officer);
        page["missing"].as_array().and_then(|all| all.first()).map(ToString::to_string)
    };
    assert!(!missing().unwrap_or_default().contains("phát sóng"), "covered: {:?}", missing());
    let said = |says: &str, carrier: &str, day: &str| {
        let body =
            json!({"rows": [{"village": "kon-doc", "says": says, "carrier": carrier, "day": day}]});
        let (status, filed) = house.post("/api/v1/observations", &house.officer, &body);
        assert_eq!(status, 201, "{filed}");
    };
    said("lacks", "viettel", "2026-11-05");
    let told = missing().expect("something is missing");
    assert!(told.contains("Viettel sau ngày 2026-11-05"), "{told}");
    said("weak", "viettel", "2026-11-20");
    said("lacks", "vnpt", "2026-11-22");
    let told = missing().expect("something is missing");
    assert!(told.contains("Viettel sau ngày 2026-11-20"), "{told}");
}
