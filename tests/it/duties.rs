//! The register of duties over HTTP: what was ordered and promised, every slip kept, steps that
//! nobody told shown and not invented, states computed, nothing of another's seen.

use phusong_atlas::domain::{
    CarrierId, Day, DutyFact, DutyId, Fact, VillageId, VillageRelation, VillageSuccessionFact,
};
use serde_json::{Value, json};

use crate::house::{House, located, village};
use crate::mvt;
use crate::served::phusong;

const DUTY: &str = "/api/v1/duties/duty-iv16-kon-doc";

fn told(house: &House, key: &str, row: &Value) -> (u16, Value) {
    house.post("/api/v1/progress", key, &json!({ "rows": [row] }))
}

fn filed(house: &House, key: &str, row: &Value) -> String {
    let (status, answer) = told(house, key, row);
    assert_eq!(status, 201, "{answer}");
    answer["report"].as_str().expect("an id").to_owned()
}

fn step(house: &House, key: &str, step: &str, day: &str) -> String {
    let row = json!({
        "village": "kon-doc", "carrier": "viettel", "step": step, "step_day": day,
        "evidence": "BC 12/BC-VTQN",
    });
    filed(house, key, &row)
}

fn page(house: &House, key: &str) -> Value {
    let (status, page) = house.get(DUTY, key);
    assert_eq!(status, 200, "{page}");
    page
}

fn codes(page: &Value) -> Vec<&str> {
    let found = page["findings"].as_array().expect("findings").iter();
    found.map(|one| one["code"].as_str().expect("a code")).collect()
}

#[test]
fn the_order_stands_in_the_register_with_its_basis_and_nothing_invented() {
    let house = House::new();
    let (status, list) = house.get("/api/v1/duties", "");
    assert_eq!(status, 200);
    let items = list["items"].as_array().expect("items");
    assert_eq!(items.len(), 9);
    for item in items {
        assert_eq!((&item["state"], &item["stage"]), (&json!("overdue"), &json!("given")));
        assert_eq!((&item["due"], &item["due_inferred"]), (&json!("2023-12-31"), &json!(true)));
        assert!(item["technology"].is_null() && item["promised"].is_null(), "{item}");
        assert!(item["cite"].as_str().expect("a citation").contains("03/QĐ-BCĐ"), "{item}");
        assert_eq!(item["waits_for"], "carrier");
    }
    let of = |query: &str| {
        let (_, list) = house.get(&format!("/api/v1/duties?{query}"), "");
        list["items"].as_array().expect("items").len()
    };
    assert_eq!((of("carrier=vnpt"), of("carrier=viettel")), (2, 7));
    assert_eq!((of("state=open"), of("state=overdue,open")), (9, 9), "overdue is open still");
    assert_eq!((of("due_from=2024-01-01"), of("due_to=2023-12-31")), (0, 9));
    assert_eq!(of("as_of=2023-06-06&state=not_yet_given"), 9, "a day before it was given");
    assert_eq!(of("as_of=2023-12-31&state=open"), 9, "the due day itself is in time");
    assert_eq!(house.get("/api/v1/duties?carrier=nobody", "").0, 400);
    assert_eq!(house.get("/api/v1/duties/none", "").0, 404);
    let table = house.ask("GET", "/api/v1/duties?format=csv&headings=vi", "", "", "").text();
    assert_eq!(table.lines().count(), 10, "{table}");
    assert!(table.lines().next().expect("headings").contains("Hạn là suy luận vì"));
}

#[test]
fn steps_are_shown_with_their_filings_missing_ones_said_and_backward_days_found() {
    let house = House::new();
    let surveyed = step(&house, &house.viettel, "surveyed", "2024-03-01");
    step(&house, &house.viettel, "installed", "2024-02-01");
    let mine = page(&house, &house.viettel);
    assert_eq!(mine["stage"], "surveyed", "the latest by day");
    assert_eq!(codes(&mine), ["missing_step", "missing_step", "backward_day"]);
    let steps = mine["steps"].as_array().expect("steps");
    let of = |name: &str| steps.iter().find(|one| one["step"] == name).expect("a step");
    assert_eq!(of("place_chosen")["missing"], true);
    assert_eq!(of("place_chosen")["told"], json!([]), "shown, never invented");
    assert_eq!(of("surveyed")["told"][0]["entry"]["report"], surveyed.as_str());
    assert_eq!(of("surveyed")["told"][0]["evidence"], "BC 12/BC-VTQN");
    assert_eq!(of("given")["told"][0]["day"], "2023-06-07");

    // Unpublished, it is the carrier's and the department's; then everybody's.
    for (key, stage) in
        [(&house.officer, "surveyed"), (&house.vnpt, "given"), (&String::new(), "given")]
    {
        assert_eq!(page(&house, key)["stage"], stage);
    }
    let (status, _) =
        house.post(&format!("/api/v1/reports/{surveyed}/publish"), &house.officer, &json!({}));
    assert_eq!(status, 200);
    assert_eq!(page(&house, "")["stage"], "surveyed");
}

#[test]
fn steps_in_the_future_of_another_or_of_the_authority_are_refused() {
    let house = House::new();
    let row =
        |step: &str, day: &str| json!({ "village": "kon-doc", "step": step, "step_day": day });
    for (key, body, code) in [
        (&house.viettel, row("surveyed", "2099-01-01"), "future-day"),
        (&house.viettel, row("confirmed_complete", "2024-01-01"), "not-own-step"),
        (&house.vnpt, row("surveyed", "2024-01-01"), "no-duty"),
        (&house.viettel, row("dreamt", "2024-01-01"), "unknown-step"),
    ] {
        let (status, answer) = told(&house, key, &body);
        assert_eq!(status, 422, "{body}: {answer}");
        assert!(answer["errors"].to_string().contains(code), "{body}: {answer}");
    }
    let other = json!({ "village": "kon-doc", "carrier": "vnpt", "promised": "2027-01-01" });
    assert!(told(&house, &house.viettel, &other).1["errors"].to_string().contains("other-carrier"));
    assert_eq!(told(&house, &house.commune, &row("surveyed", "2024-01-01")).0, 403);
    assert_eq!(told(&house, "", &row("surveyed", "2024-01-01")).0, 401);
}

#[test]
fn every_slip_of_a_promise_is_kept_and_a_broken_one_is_said() {
    let house = House::new();
    let promise = |said: &str, promised: &str| {
        let body = json!({
            "document": { "number": "45/CV", "day": said },
            "rows": [{ "village": "kon-doc", "promised": promised }],
        });
        let (status, answer) = house.post("/api/v1/progress", &house.viettel, &body);
        assert_eq!(status, 201, "{answer}");
    };
    promise("2024-01-10", "2024-06-30");
    promise("2024-06-15", "2024-12-31");
    let mine = page(&house, &house.viettel);
    let days: Vec<(&Value, &Value)> = mine["promises_told"]
        .as_array()
        .expect("promises")
        .iter()
        .map(|one| (&one["promised"], &one["slip_days"]))
        .collect();
    assert_eq!(days[0], (&json!("2024-06-30"), &Value::Null));
    assert_eq!(days[1], (&json!("2024-12-31"), &json!(184)));
    assert_eq!((&mine["promised"], &mine["slipped_days"]), (&json!("2024-12-31"), &json!(184)));
    assert_eq!(codes(&mine), ["promise_broken"]);
    let before = house.get(&format!("{DUTY}?as_of=2024-02-01"), &house.viettel).1;
    assert_eq!(
        (&before["promised"], before["findings"].as_array().map(Vec::len)),
        (&json!("2024-06-30"), Some(0))
    );
    assert!(house.get(DUTY, &house.vnpt).1["promised"].is_null());
}

#[test]
fn blockers_say_since_when_and_whose_they_are_today() {
    let house = House::new();
    let row = json!({
        "village": "kon-doc", "blocker": "chờ giấy phép", "blocked_since": "2024-05-01",
        "responsible": "so-tttt", "funds": "quỹ VTCI", "estimate_vnd": 1_200_000_000_u64,
    });
    filed(&house, &house.viettel, &row);
    let mine = page(&house, &house.viettel);
    assert_eq!(mine["waits_for"], "agency");
    assert_eq!(mine["blockers"][0]["kind"], "permit");
    assert_eq!(mine["funding"]["estimate_vnd"], 1_200_000_000_u64);
    let names = |page: &Value| {
        let now = page["blockers"][0]["responsible_now"].as_array().expect("agencies").iter();
        now.map(|agency| agency["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    assert!(names(&mine).contains(&"so-khcn".to_owned()), "its duties went over in 2025: {mine}");
    let then = house.get(&format!("{DUTY}?as_of=2024-12-31"), &house.viettel).1;
    assert_eq!(names(&then), ["so-tttt"]);
    let lifted = json!({
        "village": "kon-doc", "blocker": "chờ giấy phép", "blocked_since": "2024-05-01",
        "lifted": "2025-01-10",
    });
    filed(&house, &house.viettel, &lifted);
    let mine = page(&house, &house.viettel);
    assert_eq!((&mine["blockers"], &mine["waits_for"]), (&json!([]), &json!("carrier")));
    assert_eq!(mine["blockers_told"][0]["lifted"], "2025-01-10");
}

#[test]
fn a_promise_without_an_order_is_owed_too_and_the_scenario_is_marked_assumed() {
    let house = House::new();
    let promise = |key: &str, promised: &str| {
        filed(&house, key, &json!({ "village": "kon-doc", "promised": promised }))
    };
    promise(&house.vnpt, "2027-03-31");
    let (_, list) = house.get("/api/v1/duties?carrier=vnpt", &house.vnpt);
    let own = list["items"].as_array().expect("items").iter().find(|one| one["kind"] == "promise");
    let own = own.expect("the promise");
    assert_eq!((&own["id"], &own["state"]), (&json!("cam-ket.vnpt.kon-doc"), &json!("open")));
    assert_eq!(house.get("/api/v1/duties/cam-ket.vnpt.kon-doc", &house.vnpt).0, 200);
    assert_eq!(house.get("/api/v1/duties/cam-ket.vnpt.kon-doc", &house.viettel).0, 404);
    let left = |on: &str, key: &str| {
        let (status, answer) = house.get(&format!("/api/v1/duties/scenario?on={on}"), key);
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["assumed"], true);
        assert!(answer["note_vi"].as_str().expect("a note").starts_with("Giả định"));
        answer["left"]["villages"].as_u64().expect("a count")
    };
    assert_eq!((left("2027-03-30", &house.officer), left("2027-03-31", &house.officer)), (9, 8));
    assert_eq!(left("2027-12-31", ""), 9, "nobody else knows of the promise");
    assert_eq!(house.get("/api/v1/duties/scenario?on=2020-01-01", "").0, 400);
    assert_eq!(house.get("/api/v1/duties/scenario", "").0, 400);
}

#[test]
fn the_board_counts_what_the_register_lists() {
    let house = House::new();
    step(&house, &house.viettel, "on_air", "2026-10-01");
    let (_, board) = house.get("/api/v1/duties/board", &house.officer);
    assert_eq!(board["whole"]["overdue"]["villages"], 9);
    assert_eq!(board["whole"]["waits_for_department"]["villages"], 1);
    assert_eq!(board["whole"]["waits_for_carrier"]["villages"], 8);
    let viettel = &board["carriers"].as_array().expect("carriers")[0];
    assert_eq!(
        (&viettel["carrier"], &viettel["periods"][0]["quarter"]),
        (&json!("viettel"), &json!(4))
    );
    assert_eq!(viettel["periods"][0]["counts"]["overdue"]["villages"], 7);
    assert_eq!(
        house.get("/api/v1/duties/board", "").1["whole"]["waits_for_department"]["villages"],
        0
    );
}

#[test]
fn a_promise_on_a_merged_village_is_asked_and_offers_what_followed_it() {
    let house = House::new();
    merge(&house);
    let row = json!({ "village": "lang-cu", "promised": "2027-01-01" });
    let (status, answer) = told(&house, &house.viettel, &row);
    assert_eq!(status, 422, "{answer}");
    assert_eq!(answer["errors"][0]["code"], "village-ended");
    assert_eq!(answer["errors"][0]["candidates"][0]["id"], "lang-moi");
}

#[test]
fn a_merged_village_says_what_it_became() {
    let house = House::new();
    merge(&house);
    for path in ["/api/v1/villages/lang-cu", "/api/v1/villages/lang-cu/dossier.pdf"] {
        let (status, answer) = house.get(path, "");
        assert_eq!(status, 404, "{path}: {answer}");
        let error = &answer["errors"][0];
        assert_eq!(
            (&error["code"], &error["candidates"][0]["id"]),
            (&json!("village-ended"), &json!("lang-moi"))
        );
        assert!(answer["detail"].to_string().contains("Làng Mới Thử"), "{path}: {answer}");
    }
    let (status, page) = house.get("/api/v1/villages/lang-cu?as_of=2025-12-31", "");
    assert_eq!((status, &page["name"]), (200, &json!("Làng Cũ Thử")));
    let (status, answer) = house.get("/api/v1/villages/lang-khong-co", "");
    assert_eq!((status, &answer["errors"]), (404, &json!([])), "{answer}");
}

/// Two invented villages, of which the older went into the younger with a duty open.
pub fn merge(house: &House) {
    let id = |text: &str| VillageId::new(text).expect("an id");
    let day = |text: &str| text.parse::<Day>().expect("a day");
    let at = located(108.7, 14.8, 200);
    house.register(vec![
        Fact::Village(village("lang-cu", "Làng Cũ Thử", Some(at))),
        Fact::Village(village("lang-moi", "Làng Mới Thử", Some(at))),
        Fact::Duty(DutyFact {
            id: DutyId::new("thu-1").expect("an id"),
            clause: "thử".to_owned(),
            cite: "văn bản thử nghiệm".to_owned(),
            village: id("lang-cu"),
            carrier: CarrierId::new("viettel").expect("an id"),
            technology: None,
            given: day("2024-01-01"),
            due: Some(day("2024-12-31")),
            due_inferred: None,
            source: "thử nghiệm".to_owned(),
        }),
        Fact::VillageSuccession(VillageSuccessionFact {
            from: id("lang-cu"),
            to: id("lang-moi"),
            day: day("2026-01-01"),
            relation: VillageRelation::Merged,
            clusters: Vec::new(),
            source: "thử nghiệm".to_owned(),
        }),
    ]);
}

#[test]
fn what_a_merged_village_was_owed_is_open_in_every_answer_about_what_it_became() {
    let house = House::new();
    merge(&house);
    let items = |query: &str| -> Vec<Value> {
        let (status, list) =
            house.get(&format!("/api/v1/gaps?verdict=insufficient&limit=1000&{query}"), "");
        assert_eq!(status, 200, "{list}");
        list["items"].as_array().expect("items").clone()
    };
    let listed =
        |query: &str, village: &str| items(query).into_iter().find(|item| item["id"] == village);
    let in_tile = |day: &str| {
        let tile = house.ask("GET", &format!("/tiles/villages/12/3284/1877.mvt{day}"), "", "", "");
        let mut layers = mvt::read(&tile.body);
        let villages = layers.remove("villages").expect("villages").features;
        let found = villages.into_iter().find(|village| village.text("id") == "lang-moi");
        found.expect("it is there").tags.get("duty").cloned()
    };
    let viettel = Some(mvt::Value::Text("viettel".to_owned()));

    let (_, page) = house.get("/api/v1/villages/lang-moi", "");
    let waits = &page["register"][0]["waiting_days"];
    assert!(waits.as_i64().is_some_and(|days| days > 700), "{waits}");
    assert_eq!(&page["waiting_days"], waits, "the page agrees with its own register");
    for query in ["duty=open", "duty=overdue", "duty=open&technology=4G"] {
        let item = listed(query, "lang-moi").unwrap_or_else(|| panic!("missing under {query}"));
        assert_eq!(&item["waiting_days"], waits, "{query}");
        assert_eq!(item["duties"][0]["former_village"]["id"], "lang-cu");
        assert_eq!(item["duties"][0]["former_village"]["name"], "Làng Cũ Thử");
    }
    assert!(listed("duty=none", "lang-moi").is_none());
    assert_eq!(items("sort=waiting")[0]["id"], "lang-moi");
    assert_eq!(in_tile(""), viettel);

    // On the day before, each stands for itself.
    assert!(listed("duty=open&as_of=2025-12-31", "lang-moi").is_none());
    assert!(listed("duty=none&as_of=2025-12-31", "lang-moi").is_some());
    assert!(listed("duty=overdue&as_of=2025-12-31", "lang-cu").is_some());
    assert_eq!(in_tile("?as_of=2025-12-31"), None);

    // What is told of the duty now names the village of now, and closes it everywhere.
    let row = json!({
        "village": "lang-moi", "carrier": "viettel", "step": "confirmed_complete",
        "step_day": "2026-10-01", "evidence": "BC thử nghiệm",
    });
    let promise = json!({ "village": "lang-moi", "promised": "2027-01-01" });
    filed(&house, &house.viettel, &promise);
    let (_, page) = house.get("/api/v1/villages/lang-moi", &house.viettel);
    let lines = page["register"].as_array().expect("lines");
    assert_eq!((lines.len(), &lines[0]["promised"]), (1, &json!("2027-01-01")), "{lines:?}");
    filed(&house, &house.officer, &row);
    assert!(listed("duty=none", "lang-moi").is_some_and(|item| item["waiting_days"].is_null()));
    assert!(listed("duty=open", "lang-moi").is_none());
    assert_eq!(in_tile(""), None);
}

#[test]
fn the_command_line_tells_the_same_register() {
    let dir = tempfile::TempDir::new().expect("a directory");
    drop(phusong::service::Service::open(dir.path()).expect("opens"));
    let data = dir.path().to_str().expect("UTF-8");
    let (code, out) = phusong(&["duties", "--data", data, "--carrier", "vnpt", "--json"]);
    let list: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, list["items"].as_array().map(Vec::len)), (0, Some(2)), "{list}");
    let (code, out) = phusong(&["duties", "--data", data, "--scope", "public"]);
    assert_eq!(code, 0);
    assert!(out.contains("Kon Dóc") && out.contains("(suy luận)"), "{out}");
    assert!(out.contains("9 dòng"), "{out}");
    assert_eq!(phusong(&["duties", "--data", data, "--state", "dreaming"]).0, 2);
    let (code, out) = phusong(&["contradictions", "--data", data, "--json"]);
    let list: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, list["items"].as_array().map(Vec::len)), (0, Some(0)));
    assert_eq!(phusong(&["contradictions", "--data", data, "--against", "nobody"]).0, 2);
}

#[test]
fn what_is_odd_in_a_step_is_told_in_words_and_nothing_is_refused_without_a_reason() {
    let house = House::new();
    step(&house, &house.viettel, "xây dựng", "2024-05-10");
    let found = |row: &Value, key: &str| {
        let (_, answer) = told(&house, key, row);
        let list = ["findings", "errors"].map(|member| answer[member].as_array().cloned());
        list.into_iter().flatten().flatten().collect::<Vec<Value>>()
    };
    let chosen = json!({
        "village": "kon-doc", "carrier": "viettel", "step": "chọn vị trí", "step_day": "2024-06-10",
    });
    let backwards = found(&chosen, &house.viettel);
    let backwards = backwards.iter().find(|one| one["code"] == "backward-day").expect("told");
    let message = backwards["message_vi"].as_str().expect("words");
    assert!(message.contains("“xây dựng”") && !message.contains('_'), "{message}");

    let reopened = json!({
        "village": "kon-doc", "carrier": "viettel", "step": "mở lại", "step_day": "2024-07-01",
    });
    let codes = |found: Vec<Value>| found.into_iter().map(|one| one["code"].clone()).collect();
    let open: Vec<Value> = codes(found(&reopened, &house.officer));
    assert!(open.contains(&"reopened-open".into()), "{open:?}");
    step(&house, &house.officer, "xác nhận hoàn thành", "2024-08-01");
    let again = json!({
        "village": "kon-doc", "carrier": "viettel", "step": "mở lại", "step_day": "2024-09-01",
    });
    let closed: Vec<Value> = codes(found(&again, &house.officer));
    assert!(!closed.contains(&"reopened-open".into()), "{closed:?}");

    for path in ["/api/v1/progress", "/api/v1/outages"] {
        let (status, answer) = house.post(path, &house.viettel, &json!({ "rows": [] }));
        assert_eq!((status, &answer["errors"][0]["code"]), (422, &json!("no-rows")), "{path}");
    }
}
