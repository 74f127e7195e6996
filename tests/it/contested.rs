//! What is said against what was said, over HTTP: contradictions worst first, disputes from the
//! complaint to the close, outages that change no verdict.

use serde_json::{Value, json};

use crate::edge;
use crate::house::{House, cluster, located};

fn posted(house: &House, path: &str, key: &str, body: &Value, status: u16) -> Value {
    let (found, answer) = house.post(path, key, body);
    assert_eq!(found, status, "{path} {body}: {answer}");
    answer
}

/// Sent twice with one key it is one act with one answer; the key takes nothing else.
fn once(house: &House, path: &str, key: &str, body: &Value, (member, other): (&str, &str)) {
    let entries = || house.get("/api/v1/reports", &house.officer).1["items"].to_string();
    let named = format!("idempotency-key: once-{}\r\n", path.rsplit('/').next().unwrap_or(path));
    let send = |body: &Value| house.ask("POST", path, key, &named, &body.to_string());
    let first = send(body);
    let after_first = entries();
    let again = send(body);
    assert_eq!((first.status, again.status), (201, 200), "{path}: {}", again.text());
    assert_eq!(first.json()["report"], again.json()["report"], "{path}");
    assert_eq!(first.json()["receipt"], again.json()["receipt"], "{path}");
    let mut changed = body.clone();
    changed[member] = json!(other);
    assert_eq!(send(&changed).status, 422, "{path}: the key stands for other content");
    assert_eq!(entries(), after_first, "{path}: nothing new");
}

fn on_air(house: &House, key: &str, code: &str, village: &str, day: &str) -> String {
    let body = edge::on_air(code, village, day);
    let filed = posted(house, "/api/v1/reports", key, &body, 201);
    filed["report"].as_str().expect("an id").to_owned()
}

fn publish(house: &House, report: &str) {
    let path = format!("/api/v1/reports/{report}/publish");
    posted(house, &path, &house.officer, &json!({}), 200);
}

fn observe(house: &House, key: &str, says: &str, day: &str) -> Value {
    let body = json!({ "rows": [
        { "village": "kon-doc", "says": says, "day": day, "carrier": "viettel", "technology": "4G" },
    ] });
    posted(house, "/api/v1/observations", key, &body, 201)
}

fn contradictions(house: &House, key: &str, query: &str) -> Vec<Value> {
    let (status, list) = house.get(&format!("/api/v1/contradictions?{query}"), key);
    assert_eq!(status, 200, "{list}");
    list["items"].as_array().expect("items").clone()
}

#[test]
fn a_later_claim_against_the_list_waits_and_a_commune_against_a_claim_refutes_it() {
    let house = House::new();
    let report = on_air(&house, &house.viettel, "QNI1", "kon-doc", "2024-05-01");
    let found = contradictions(&house, &house.officer, "");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["against"], &found[0]["standing"]), (&json!("list"), &json!("awaiting")));
    assert_eq!(found[0]["claim"]["entry"]["report"], report.as_str());

    observe(&house, &house.commune, "lacks", "2024-06-01");
    let found = contradictions(&house, &house.officer, "");
    let order: Vec<&str> =
        found.iter().map(|one| one["against"].as_str().expect("a word")).collect();
    assert_eq!(order, ["commune", "list"], "worst first");
    assert_eq!(found[0]["standing"], "refuted");
    assert_eq!(found[0]["weight"], 9, "3 × 3, of households nobody knows the number");

    // Each sees what its own view holds: the commune's word is not published yet.
    assert_eq!(contradictions(&house, &house.viettel, "").len(), 1);
    assert_eq!(contradictions(&house, &house.vnpt, "").len(), 0);
    assert_eq!(contradictions(&house, "", "").len(), 0);
    publish(&house, &report);
    assert_eq!(contradictions(&house, "", "").len(), 1);
    assert_eq!(contradictions(&house, &house.vnpt, "").len(), 0, "its own claims only");
    assert_eq!(contradictions(&house, &house.officer, "against=commune").len(), 1);
    assert_eq!(contradictions(&house, &house.officer, "as_of=2024-05-15").len(), 1);
    let table = house.ask("GET", "/api/v1/contradictions?format=csv", &house.officer, "", "");
    assert_eq!(table.text().lines().count(), 3);
}

#[test]
fn households_put_the_greater_first_and_a_cause_is_kept_and_seen_by_its_own() {
    let house = House::new();
    let report = on_air(&house, &house.viettel, "QNI1", "kon-doc", "2024-05-01");
    house.register(vec![
        cluster("kd-1", "kon-doc", located(108.822, 14.704, 50), true),
        cluster("kd-2", "kon-doc", located(108.83, 14.71, 50), false),
    ]);
    observe(&house, &house.commune, "lacks", "2024-06-01");
    let found = contradictions(&house, &house.officer, "against=commune");
    assert_eq!((&found[0]["households"], &found[0]["weight"]), (&json!(60), &json!(9 * 60)));

    let pair = &contradictions(&house, &house.viettel, "")[0];
    let cause = |carrier: Value, against: &Value| {
        json!({
            "claim": pair["claim"]["entry"], "against": against, "carrier": carrier,
            "cause": "terrain", "text": "núi che",
        })
    };
    let path = "/api/v1/contradictions/cause";
    let own = cause(Value::Null, &pair["opposition"]["entry"]);
    once(&house, path, &house.viettel, &own, ("text", "khác"));
    // VNPT has no such contradiction, and nobody one with a row that says nothing against it.
    posted(&house, path, &house.vnpt, &own, 422);
    let wrong = cause(Value::Null, &json!({ "report": report, "row": 1 }));
    posted(&house, path, &house.viettel, &wrong, 422);
    let seen = |key: &str| {
        let found = contradictions(&house, key, "against=list");
        found.first().map(|one| one["cause"]["cause"].clone())
    };
    assert_eq!(seen(&house.viettel), Some(json!("terrain")));
    assert_eq!(seen(&house.officer), Some(json!("terrain")));
    publish(&house, &report);
    assert_eq!(seen(""), Some(Value::Null), "not published");
}

#[test]
fn a_complaint_waits_for_an_officer_and_the_dispute_lives_until_it_is_closed() {
    let house = House::new();
    let complaint = json!({
        "village": "kon-doc", "carrier": "viettel", "text": "Nhà tôi không có sóng",
        "contact": "0900 000 000",
    });
    let waits = posted(&house, "/api/v1/disputes", "", &complaint, 202);
    let reference = waits["reference"].as_str().expect("a name").to_owned();
    // The same words again wait once; nobody but officers sees them, and nothing is flagged.
    let again = posted(&house, "/api/v1/disputes", "", &complaint, 202);
    assert_eq!(again["reference"], reference.as_str());
    assert_eq!(house.verdict("kon-doc", "").1, json!(["recheck"]));
    assert_eq!(house.get("/api/v1/disputes/waiting", &house.viettel).0, 403);
    let waiting = house.get("/api/v1/disputes/waiting", &house.officer).1;
    assert_eq!(waiting["items"][0]["contact"], "0900 000 000");

    let settle = format!("/api/v1/disputes/waiting/{reference}");
    // What a stranger wrote cannot be erased from the ledger: an officer has to say it anew.
    for unsaid in [json!({ "open": {} }), json!({ "open": { "text": " " } })] {
        posted(&house, &settle, &house.officer, &unsaid, 422);
    }
    let open = json!({ "open": { "text": "Người dân phản ánh không có sóng" } });
    let opened = posted(&house, &settle, &house.officer, &open, 201);
    posted(&house, &settle, &house.officer, &open, 404);
    assert_eq!(house.get("/api/v1/disputes/waiting", &house.officer).1["items"], json!([]));
    let id = opened["report"].as_str().expect("an id").to_owned();
    assert_eq!(house.verdict("kon-doc", "").1, json!(["recheck", "disputed"]));
    let seen = |key: &str| {
        let (_, list) = house.get("/api/v1/disputes?village=kon-doc", key);
        list["items"][0].clone()
    };
    let public = seen("");
    assert_eq!((&public["stage"], &public["by"]), (&json!("opened"), &Value::Null));
    assert!(!public.to_string().contains("0900"), "{public}");

    assert!(!public.to_string().contains("Nhà tôi"), "{public}");
    let answer = json!({ "cause": "planned_outage", "text": "bảo dưỡng" });
    posted(&house, &format!("/api/v1/disputes/{id}/answer"), &house.vnpt, &answer, 422);
    let viettel = house.viettel.clone();
    once(&house, &format!("/api/v1/disputes/{id}/answer"), &viettel, &answer, ("text", "khác"));
    assert_eq!(
        (seen("")["stage"].clone(), seen(&house.viettel)["stage"].clone()),
        (json!("opened"), json!("answered"))
    );
    let today = phusong::service::today().to_string();
    let check = json!({ "day": today, "finding": "upheld", "text": "đã đến đo" });
    posted(&house, &format!("/api/v1/disputes/{id}/check"), &house.viettel, &check, 403);
    let officer = house.officer.clone();
    once(&house, &format!("/api/v1/disputes/{id}/check"), &officer, &check, ("text", "khác"));
    let close = json!({ "finding": "upheld", "reason": "" });
    posted(&house, &format!("/api/v1/disputes/{id}/close"), &house.officer, &close, 422);
    let close = json!({ "finding": "upheld", "reason": "đã ghi nhận" });
    once(&house, &format!("/api/v1/disputes/{id}/close"), &officer, &close, ("reason", "khác"));
    posted(&house, &format!("/api/v1/disputes/{id}/close"), &house.officer, &close, 422);
    assert_eq!(seen("")["end"]["reason"], "đã ghi nhận");
    assert_eq!(house.verdict("kon-doc", "").1, json!(["recheck"]));
}

#[test]
fn a_carrier_does_not_dispute_its_own_village() {
    let house = House::new();
    let about = |carrier: Value| json!({ "village": "kon-doc", "text": "x", "carrier": carrier });
    for body in [about(Value::Null), about(json!("viettel"))] {
        let refused = posted(&house, "/api/v1/disputes", &house.viettel, &body, 422);
        assert_eq!(refused["errors"][0]["code"], "own-village");
    }
    // What another claims there it may; VNPT owes nothing there and claims nothing.
    posted(&house, "/api/v1/disputes", &house.viettel, &about(json!("vnpt")), 202);
    posted(&house, "/api/v1/disputes", &house.vnpt, &about(Value::Null), 202);
    on_air(&house, &house.vnpt, "VNP1", "kon-doc", "2024-05-01");
    posted(&house, "/api/v1/disputes", &house.vnpt, &about(Value::Null), 422);
    posted(&house, "/api/v1/disputes", "", &json!({ "village": "kon-doc", "text": " " }), 422);
    posted(&house, "/api/v1/disputes", "", &json!({ "village": "đâu đó", "text": "x" }), 422);
}

#[test]
fn an_outage_is_an_overlay_goes_stale_and_ends_only_when_told() {
    let house = House::new();
    let report = on_air(&house, &house.viettel, "QNI1", "kon-doc", "2024-05-01");
    publish(&house, &report);
    let before = house.verdict("kon-doc", &house.officer);
    let row = |more: Value| {
        let mut row = json!({ "village": "kon-doc", "start": "20/11/2024 06:00", "cause": "bão" });
        for (name, value) in more.as_object().expect("members") {
            row[name] = value.clone();
        }
        json!({ "rows": [row] })
    };
    let told = posted(&house, "/api/v1/outages", &house.viettel, &row(json!({})), 201);
    assert_eq!(house.verdict("kon-doc", &house.officer), before, "no verdict");
    let list = |key: &str, query: &str| house.get(&format!("/api/v1/outages?{query}"), key).1;
    let now = list(&house.officer, "");
    assert_eq!((&now["items"][0]["state"], &now["stale_hours"]), (&json!("ongoing"), &json!(24)));
    assert_eq!(list("", "")["items"], json!([]), "not published");
    let page = house.get("/api/v1/villages/kon-doc", &house.viettel).1;
    assert_eq!(page["outages"][0]["cause"], "bão");
    let then = list(&house.officer, "as_of=2024-11-20");
    assert_eq!(then["hours"][0]["hours"], format!("{}{}", "-".repeat(6), "o".repeat(18)));

    // Told again it is heard of again, as an act of its own.
    let renewed = posted(&house, "/api/v1/outages", &house.viettel, &row(json!({})), 201);
    assert_ne!(told["report"], renewed["report"]);
    let end = row(json!({ "end": "20/11/2024 09:30" }));
    posted(&house, "/api/v1/outages", &house.viettel, &end, 201);
    assert_eq!(list(&house.officer, "")["items"], json!([]));
    let ended = list(&house.officer, "as_of=2024-11-20&state=ended");
    assert_eq!(ended["items"][0]["end"], "2024-11-20T02:30:00Z");
    assert_eq!(
        ended["hours"][0]["hours"].as_str().map(|hours| hours.matches('o').count()),
        Some(4)
    );
    for (bad, code) in [
        (json!({ "start": "2099-01-01 06:00" }), "future-day"),
        (json!({ "end": "19/11/2024 06:00" }), "end-before-start"),
        (json!({ "carrier": "vnpt" }), "other-carrier"),
    ] {
        let refused = posted(&house, "/api/v1/outages", &house.viettel, &row(bad), 422);
        assert!(refused["errors"].to_string().contains(code), "{refused}");
    }
}

#[test]
fn a_certificate_stands_beside_the_verdict_and_says_when_it_has_expired() {
    let house = House::new();
    let before = house.verdict("kon-doc", &house.officer);
    let certificate = json!({
        "number": "KĐ-12/2024", "issued": "2024-01-10", "expires": "2025-01-09",
        "villages": ["kon-doc"], "technologies": ["4G"], "source": "Trung tâm kiểm định",
    });
    posted(&house, "/api/v1/certificates", &house.viettel, &certificate, 201);
    posted(&house, "/api/v1/certificates", &house.viettel, &certificate, 200);
    let page =
        |day: &str| house.get(&format!("/api/v1/villages/kon-doc?as_of={day}"), &house.viettel).1;
    assert_eq!(page("2025-01-09")["certificates"][0]["expired"], false);
    assert_eq!(page("2025-01-10")["certificates"][0]["expired"], true);
    assert_eq!(page("2024-01-09")["certificates"], json!([]));
    assert_eq!(house.verdict("kon-doc", &house.officer), before);
    assert_eq!(house.get("/api/v1/villages/kon-doc", "").1["certificates"], json!([]));
    let bad = json!({ "number": "1", "issued": "2024-01-10", "expires": "2023-01-01",
        "villages": ["kon-doc"], "source": "x" });
    let refused = posted(&house, "/api/v1/certificates", &house.viettel, &bad, 422);
    assert_eq!(refused["errors"][0]["code"], "end-before-start");
}

#[test]
fn a_certificate_of_an_unknown_site_or_of_a_number_that_is_taken_says_so() {
    let house = House::new();
    on_air(&house, &house.viettel, "QNI1", "kon-doc", "2024-05-01");
    let certificate = |number: &str, site: &str, issued: &str| json!({ "number": number, "issued": issued, "site": site, "source": "Trung tâm kiểm định" });
    let codes = |key: &str, body: &Value, status: u16| {
        let filed = posted(&house, "/api/v1/certificates", key, body, status);
        let findings = filed["findings"].as_array().expect("findings");
        let told = |one: &Value| format!("{} {}", one["severity"], one["code"]).replace('"', "");
        findings.iter().map(told).collect::<Vec<_>>()
    };
    let first = certificate("12", "QNI1", "2024-06-01");
    let none: [&str; 0] = [];
    assert_eq!(codes(&house.viettel, &first, 201), none);
    assert_eq!(codes(&house.viettel, &first, 200), none, "the same one");
    assert_eq!(
        codes(&house.viettel, &certificate("13", "QNI2", "2024-06-01"), 201),
        ["warn unknown-site"]
    );
    let taken = certificate("12", "QNI1", "2025-06-01");
    assert_eq!(codes(&house.viettel, &taken, 201), ["warn certificate-number"]);
    // What another carrier keeps to itself is no finding.
    let own = json!({ "number": "12", "issued": "2024-06-01", "villages": ["thon-ca"], "source": "Trung tâm kiểm định" });
    assert_eq!(codes(&house.vnpt, &own, 201), none);
}

#[test]
fn evidence_of_a_day_before_the_site_was_on_air_is_taken_and_said() {
    let house = House::new();
    let report = on_air(&house, &house.viettel, "QNI1", "kon-doc", "2024-05-01");
    publish(&house, &report);
    for (day, expected) in [("2024-04-30", true), ("2024-05-01", false)] {
        let body = json!({ "rows": [
            { "village": "kon-doc", "says": "has", "day": day, "carrier": "viettel", "technology": "4G" },
        ] });
        let seen = posted(&house, "/api/v1/observations/preview", &house.commune, &body, 200);
        let codes = seen["rows"][0]["findings"].to_string();
        assert_eq!(codes.contains("before-on-air"), expected, "{day}: {codes}");
        assert_eq!(seen["can_file"], true);
    }
    let unknown = json!({ "rows": [
        { "cluster": "none", "says": "has", "day": "2024-05-02", "carrier": "viettel", "technology": "4G" },
    ] });
    let refused = posted(&house, "/api/v1/observations", &house.officer, &unknown, 422);
    assert_eq!(refused["errors"][0]["code"], "unknown-cluster");
}

#[test]
fn each_cluster_carrier_and_technology_says_what_the_next_grade_needs_and_when_it_falls() {
    let house = House::new();
    let state = |house: &House| {
        let page = house.get("/api/v1/villages/kon-doc?as_of=2024-07-01", &house.officer).1;
        let carriers = page["clusters"][0]["carriers"].as_array().expect("carriers").clone();
        let own = carriers.iter().find(|one| one["carrier"] == "viettel").expect("Viettel").clone();
        own["technologies"][2].clone()
    };
    let listed = state(&house);
    assert_eq!((&listed["state"], &listed["next"]["grade"]), (&json!("not"), &json!("E1")));
    let changes = listed["would_change"].as_array().expect("deeds").iter();
    let deeds: Vec<&Value> = changes.map(|one| &one["deed"]).collect();
    assert!(
        deeds.contains(&&json!("on_air")) && deeds.contains(&&json!("commune_has")),
        "{deeds:?}"
    );
    on_air(&house, &house.viettel, "QNI1", "kon-doc", "2024-05-01");
    let claimed = state(&house);
    assert_eq!((&claimed["grade"], &claimed["next"]["grade"]), (&json!("E1"), &json!("E2")));
    observe(&house, &house.commune, "has", "2024-06-01");
    let confirmed = state(&house);
    assert_eq!((&confirmed["grade"], &confirmed["next"]["grade"]), (&json!("E3"), &json!("E4")));
    assert_eq!(confirmed["next"]["falls_on"], "2025-06-01", "twelve months on");
    assert_eq!(confirmed["reasons"].as_array().map(Vec::len), Some(3), "{}", confirmed["reasons"]);
}

#[test]
fn the_confirmation_slip_names_every_cluster_and_carries_a_code_and_no_signal() {
    let house = House::new();
    let bare = house.ask("GET", "/api/v1/villages/kon-doc/slip", "", "", "");
    assert_eq!(bare.status, 200);
    assert!(bare.text().contains("Trung tâm thôn") && bare.text().contains("<svg"));
    let at = located(108.822, 14.704, 50);
    let mut facts = vec![cluster("kd-1", "kon-doc", at, true)];
    if let phusong_atlas::domain::Fact::Cluster(fact) = &mut facts[0] {
        fact.name = "Xóm <b>Đỉnh</b>".to_owned();
    }
    house.register(facts);
    let slip = house.ask("GET", "/api/v1/villages/kon-doc/slip", "", "", "").text();
    for said in
        ["Kon Dóc", "Xóm &lt;b&gt;Đỉnh&lt;/b&gt;", "Viettel", "VNPT", "☐ yếu", "/#thon=kon-doc"]
    {
        assert!(slip.contains(said), "{said}: {slip}");
    }
    assert!(!slip.contains("rắng sóng"), "it asks and does not tell");
    assert_eq!(house.ask("GET", "/api/v1/villages/none/slip", "", "", "").status, 404);
}

#[test]
fn disputes_come_in_pages_that_belong_to_one_view() {
    let house = House::new();
    let open = |text: &str| {
        let body = json!({ "village": "kon-doc", "text": text });
        posted(&house, "/api/v1/disputes", &house.officer, &body, 201)
    };
    let ids: Vec<Value> = ["a", "b", "c"].map(|text| open(text)["report"].clone()).into();
    let page = |query: &str| house.get(&format!("/api/v1/disputes?limit=2{query}"), "").1;
    let first = page("");
    let next = first["next"].as_str().expect("there is more").to_owned();
    let second = page(&format!("&cursor={next}"));
    assert_eq!(second["next"], Value::Null);
    let items = |page: &Value| page["items"].as_array().expect("items").clone();
    let shown: Vec<Value> =
        [items(&first), items(&second)].concat().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(shown.len(), 3);
    assert!(ids.iter().all(|id| shown.contains(id)), "{shown:?}");
    open("d");
    assert_eq!(page(&format!("&cursor={next}"))["code"], "bad-query", "of another view");
    assert_eq!(house.get("/api/v1/disputes?carrier=nobody", "").0, 400);
}

#[test]
fn what_is_filed_for_good_is_no_longer_than_can_be_read() {
    let house = House::new();
    let long = "x".repeat(2_001);
    let count = json!({ "count_unit": {
        "code": 21520, "valid_from": "2025-07-01", "day": "2026-01-01", "villages": 9,
        "source": long,
    } });
    let ruling = |text: &str, reason: &str| json!({ "of": "village", "text": text, "means": "kon-doc", "reason": reason });
    for (path, body) in [
        ("/api/v1/decisions", count),
        ("/api/v1/names/decisions", ruling("Thôn Lạ", &long)),
        ("/api/v1/names/decisions", ruling(&long[..201], "theo xã")),
        ("/api/v1/disputes", json!({ "village": "kon-doc", "text": long })),
    ] {
        let refused = posted(&house, path, &house.officer, &body, 422);
        assert_eq!(refused["errors"][0]["code"], "too-long", "{path}: {refused}");
    }
    let report = on_air(&house, &house.viettel, "QNI1", "kon-doc", "2024-05-01");
    for (act, by) in [("return", &house.officer), ("withdraw", &house.viettel)] {
        let path = format!("/api/v1/reports/{report}/{act}");
        let refused = posted(&house, &path, by, &json!({ "reason": long }), 422);
        assert_eq!(refused["errors"][0]["pointer"], "/reason", "{path}: {refused}");
    }
}

/// A carrier may think again, also on the same day: the later word is the one that is shown.
#[test]
fn of_the_causes_of_one_day_the_last_is_shown() {
    let house = House::new();
    on_air(&house, &house.viettel, "QNI1", "kon-doc", "2024-05-01");
    let shown = || contradictions(&house, &house.viettel, "")[0].clone();
    let pair = shown();
    for number in 0..6 {
        let text = format!("lần {number}");
        let body = json!({
            "claim": pair["claim"]["entry"], "against": pair["opposition"]["entry"],
            "cause": "terrain", "text": text,
        });
        posted(&house, "/api/v1/contradictions/cause", &house.viettel, &body, 201);
        assert_eq!(shown()["cause"]["text"], text.as_str());
    }
    let body = json!({ "village": "kon-doc", "carrier": "viettel", "text": "mất sóng" });
    let dispute = posted(&house, "/api/v1/disputes", &house.officer, &body, 201);
    let path = format!("/api/v1/disputes/{}/answer", dispute["report"].as_str().expect("an id"));
    let texts: Vec<String> = (0..6).map(|number| format!("lần {number}")).collect();
    for text in &texts {
        let answer = json!({ "cause": "fault", "text": text });
        posted(&house, &path, &house.viettel, &answer, 201);
    }
    let list = house.get("/api/v1/disputes", &house.viettel).1;
    let answers = list["items"][0]["answers"].as_array().expect("answers").clone();
    let told: Vec<&str> = answers.iter().filter_map(|one| one["text"].as_str()).collect();
    assert_eq!(told, texts, "in the order in which they were told");
}

#[test]
fn what_a_certificate_lacks_is_called_by_its_name() {
    let house = House::new();
    let body = |number: &str, carrier: Value| {
        json!({
            "number": number, "issued": "2025-01-10", "villages": ["kon-doc"], "source": "Cục",
            "carrier": carrier,
        })
    };
    let path = "/api/v1/certificates";
    let refused = posted(&house, path, &house.viettel, &body("", Value::Null), 422);
    let told = &refused["errors"][0];
    assert_eq!(
        (&told["column"], &told["message_vi"]),
        (&json!("number"), &json!("không được để trống"))
    );
    let unnamed = posted(&house, path, &house.officer, &body("1", Value::Null), 422);
    assert_eq!(unnamed["errors"][0]["message_vi"], "Chưa nêu doanh nghiệp", "{unnamed}");
}
