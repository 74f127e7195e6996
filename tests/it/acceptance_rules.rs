//! Acceptance (15): a rule set change moves exactly the villages that the comparison foretold.
//! And loading one: what is wrong is told, what is on file is never changed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::edge::{Answer, Ask, House};

const STRICT: &str = include_str!("../../geodata/rules/strict-example.toml");

fn site(house: &House, code: &str, village: &str, technology: &str) {
    let body = json!({ "rows": [{
        "ma_tram": code, "loai_su_kien": "on_air", "ngay_su_kien": "2026-11-01",
        "cong_nghe": technology, "kinh_do": 108.822, "vi_do": 14.704, "cac_thon_phuc_vu": village,
    }] });
    let filed = house.post("/api/v1/reports", "viettel", &body.to_string());
    assert_eq!(filed.status, 201, "{}", filed.text());
    let report = filed.json()["report"].as_str().expect("an id").to_owned();
    let published = house.post(&format!("/api/v1/reports/{report}/publish"), "officer", "{}");
    assert_eq!(published.status, 200, "{}", published.text());
}

fn lacks(house: &House, village: &str, day: &str) {
    let body = json!({ "rows": [{ "village": village, "says": "lacks", "day": day }] });
    let filed = house.post("/api/v1/observations", "officer", &body.to_string());
    assert_eq!(filed.status, 201, "{}", filed.text());
}

type Held = (Value, Value);

/// Every village with its verdict and flags.
fn held(house: &House, role: &str) -> BTreeMap<String, Held> {
    let all = "covered,not_as_asked,no_signal,partial_hole,insufficient";
    let list = house.get(&format!("/api/v1/gaps?verdict={all}&limit=1000"), role).json();
    let items = list["items"].as_array().expect("items");
    let held = |item: &Value| (item["verdict"].clone(), item["flags"].clone());
    items.iter().map(|item| (item["id"].as_str().expect("an id").to_owned(), held(item))).collect()
}

fn foretold(house: &House, role: &str, query: &str) -> BTreeMap<String, (Held, Held)> {
    let answer = house.get(&format!("/api/v1/rules/diff?{query}"), role);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    let items = answer["items"].as_array().expect("items").iter();
    let found: BTreeMap<_, _> = items
        .map(|item| {
            assert!(!item["because"].as_array().expect("why").is_empty(), "{item}");
            let side = |verdict: &str, flags: &str| (item[verdict].clone(), item[flags].clone());
            let both = (side("under_a", "flags_a"), side("under_b", "flags_b"));
            (item["village"].as_str().expect("an id").to_owned(), both)
        })
        .collect();
    let moves = found.values().filter(|(a, b)| a.0 != b.0).count();
    assert_eq!(answer["moves"], moves);
    let counts = |unknown: bool| {
        let moved = answer["items"].as_array().expect("items").iter();
        moved
            .filter(|item| item["moves"] == true && item["households"].is_null() == unknown)
            .count()
    };
    assert_eq!(answer["villages_households_unknown"], counts(true), "{answer}");
    assert_eq!(answer["households"] == 0, counts(false) == 0, "{answer}");
    assert_eq!(answer["flags_only"], found.len() - moves);
    found
}

fn adopt(house: &House, id: &str) -> Answer {
    let body = json!({ "adopt_rule_set": { "id": id, "version": 1, "from": "2026-11-01" } });
    house.post("/api/v1/decisions", "officer", &body.to_string())
}

#[test]
fn a_rule_set_change_moves_exactly_the_villages_that_the_comparison_foretold() {
    let house = House::open();
    // 3G is enough by the default since September 2026, and not by the stricter example.
    site(&house, "QNI3", "kon-doc", "3G");
    site(&house, "QNI4", "dak-pao", "4G");
    // Seven months old: fresh by the default, stale by the example. The list of 2023 is neither.
    lacks(&house, "thon-ca", "2026-04-20");
    for role in ["officer", "public", "viettel"] {
        let told = foretold(&house, role, "b=vi-du-nghiem:1");
        assert_eq!(told.len(), 2, "{role}: {told:?}");
        let (a, b) = &told["kon-doc"];
        assert_eq!((&a.0, &b.0), (&json!("covered"), &json!("no_signal")));
        let (a, b) = &told["thon-ca"];
        assert_eq!((&a.0, &a.1), (&b.0, &json!([])), "only the flag");
        assert_eq!(b.1, json!(["recheck"]));
    }
    let roles = ["officer", "public", "viettel", "approver"];
    let before: Vec<_> = roles.iter().map(|role| held(&house, role)).collect();
    let told: Vec<_> =
        roles.iter().map(|role| foretold(&house, role, "b=vi-du-nghiem:1")).collect();
    let adopted = adopt(&house, "vi-du-nghiem");
    assert_eq!(adopted.status, 201, "{}", adopted.text());
    for ((role, before), told) in roles.iter().zip(&before).zip(&told) {
        let after = held(&house, role);
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
        let moved: BTreeMap<_, _> = before
            .iter()
            .filter(|(id, held)| after[*id] != **held)
            .map(|(id, held)| (id.clone(), (held.clone(), after[id].clone())))
            .collect();
        assert_eq!(moved, *told, "{role}");
        // The same two sets compared afterwards say the same; the one in force against itself, nothing.
        assert_eq!(foretold(&house, role, "a=mac-dinh:1&b=vi-du-nghiem:1"), *told);
        assert!(foretold(&house, role, "b=vi-du-nghiem:1").is_empty());
    }
    let page = house.get("/api/v1/villages/kon-doc", "public").json();
    assert_eq!(page["rule_set"]["id"], "vi-du-nghiem", "every verdict names its set");
    // Withdrawing the adoption takes it back, village by village.
    let report = adopted.json()["report"].as_str().expect("an id").to_owned();
    let undo = format!("/api/v1/reports/{report}/withdraw");
    assert_eq!(house.post(&undo, "officer", r#"{"reason":"thử"}"#).status, 200);
    for (role, before) in roles.iter().zip(&before) {
        assert_eq!(held(&house, role), *before, "{role}");
    }
}

fn toml(house: &House, path: &str, role: &str, text: &str) -> Answer {
    let headers = [("content-type", "application/toml")];
    let ask = Ask { method: "POST", path, body: text.as_bytes(), ..Ask::default() };
    house.ask(&ask.by(house.key(role)).with(&headers))
}

#[test]
fn a_rule_set_is_loaded_compared_and_never_changed() {
    let house = House::open();
    let sets = house.get("/api/v1/rules", "public").json();
    let ids = |sets: &Value| -> Vec<String> {
        let items = sets["items"].as_array().expect("items");
        items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
    };
    assert_eq!(ids(&sets), ["mac-dinh", "vi-du-nghiem"]);
    assert_eq!(sets["items"][0]["in_force"], true);
    assert_eq!(sets["items"][1]["in_force"], false);

    let own = STRICT.replace("id = \"vi-du-nghiem\"", "id = \"tinh\"");
    let faulty = own
        .replace("good_share = 0.95", "good_share = 95.0")
        .replace("from = \"2026-09-16\"", "from = \"\"");
    let told = toml(&house, "/api/v1/rules/preview", "officer", &faulty).json();
    let codes: Vec<&str> = told["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|f| f["code"].as_str())
        .collect();
    assert!(codes.contains(&"rules-unit") && codes.contains(&"rules-overlap"), "{told}");
    assert_eq!(told["rule_set"], Value::Null);
    assert_eq!(toml(&house, "/api/v1/rules", "officer", &faulty).status, 422);
    // Days of which no base technology is said.
    let gap = own.replacen("[[base]]\nfrom = \"\"", "[[base]]\nfrom = \"2020-01-01\"", 1);
    let told = toml(&house, "/api/v1/rules", "officer", &gap);
    assert_eq!(told.status, 422, "{}", told.text());
    assert!(told.text().contains("rules-gap"), "{}", told.text());
    assert_eq!(ids(&house.get("/api/v1/rules", "public").json()).len(), 2, "nothing was filed");

    assert_eq!(house.get("/api/v1/rules/diff?b=tinh:1", "officer").status, 404);
    let good = toml(&house, "/api/v1/rules/preview", "officer", &own).json();
    assert_eq!(good["rule_set"]["id"], "tinh");
    let filed = toml(&house, "/api/v1/rules", "officer", &own);
    assert_eq!(filed.status, 201, "{}", filed.text());
    assert_eq!(filed.json()["moved"], json!([]), "nothing follows it yet");
    let again = toml(&house, "/api/v1/rules", "officer", &own.replace("= 0.95", "= 0.9"));
    assert_eq!(again.status, 422);
    assert_eq!(again.json()["errors"][0]["code"], "rules-version-taken");
    let same = house.get("/api/v1/rules/diff?a=vi-du-nghiem:1&b=tinh:1", "officer").json();
    assert_eq!((&same["settings"], &same["moves"]), (&json!([]), &json!(0)));
    let other = house.get("/api/v1/rules/diff?a=mac-dinh:1&b=tinh:1", "officer").json();
    let keys: Vec<&str> = other["settings"]
        .as_array()
        .expect("settings")
        .iter()
        .filter_map(|setting| setting["key"].as_str())
        .collect();
    for key in ["base", "shelf_life_months", "ageing_months", "good_share", "good_level.4G"] {
        assert!(keys.contains(&key), "{key}: {other}");
    }
    assert!(!keys.contains(&"cell_m"), "what is the same is no difference");

    for (query, status) in
        [("b=x", 400), ("b=x:1", 404), ("", 400), ("b=tinh:1&known_at=2026-01-01", 400)]
    {
        let answer = house.get(&format!("/api/v1/rules/diff?{query}"), "public");
        assert_eq!(answer.status, status, "{query}: {}", answer.text());
    }
    let text = Ask { method: "POST", path: "/api/v1/rules", body: b"x", ..Ask::default() };
    let plain = [("content-type", "text/plain")];
    assert_eq!(house.ask(&text.by(house.key("officer")).with(&plain)).status, 415);
}
