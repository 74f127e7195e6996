//! The new-countryside criterion: by content, by edition, and by the village that decides it.

use serde_json::{Value, json};

use super::fixtures::file_as;
use crate::edge::{COMMUNE, House, report};

fn content(house: &House, query: &str, content: &str) -> Value {
    let list = house.get(&format!("/api/v1/criteria?set=ntm&{query}"), "officer").json();
    let contents = list["items"][0]["contents"].as_array().cloned().unwrap_or_default();
    contents.into_iter().find(|one| one["content"] == content).unwrap_or_else(|| panic!("{list}"))
}

const IN_2025: &str = "unit=21520&as_of=2025-12-30";

#[test]
fn unknown_fixed_service_is_insufficient_and_never_a_failure() {
    let house = House::open();
    // Kon Dóc is listed without signal; of fixed service nobody has said a word.
    let open = content(&house, IN_2025, "8.2");
    assert_eq!(
        (&open["verdict"], &open["villages_stated"]),
        (&json!("insufficient"), &Value::Null)
    );
    assert_eq!(open["open"], json!(["villages", "list_not_whole"]), "{open}");
    assert_eq!(content(&house, IN_2025, "8.1")["open"], json!(["not_held"]));
    let list = house.get("/api/v1/criteria?as_of=2025-12-30", "public").json();
    let totals = &list["totals"];
    let items = list["items"].as_array().map_or(0, Vec::len);
    assert_eq!((&totals["passes"], &totals["fails"]), (&json!(0), &json!(0)), "{totals}");
    assert_eq!(totals["insufficient"], json!(items));
}

/// One village without either decides; with fixed service it no longer does; and the count of the
/// commune's villages says whether the list is whole.
#[test]
fn the_village_that_decides_is_named() {
    let house = House::open();
    let villages = |fixed: &str, from: &str| {
        format!(
            "Thôn;Xã;Từ ngày;Điện thoại cố định;Internet cố định\nKon Dóc;{COMMUNE};{from};{fixed};{fixed}\nCây Muối;{COMMUNE};{from};có;có\nNước Giáp;{COMMUNE};{from};có;có\n"
        )
    };
    file_as(&house, "commune", "villages", &villages("không", "01/10/2025"));
    let failed = content(&house, IN_2025, "8.2");
    assert_eq!(failed["verdict"], "fails", "{failed}");
    let deciding = &failed["deciding"];
    assert_eq!(
        (deciding.as_array().map(Vec::len), &deciding[0]["id"]),
        (Some(1), &json!("kon-doc"))
    );
    assert_eq!(deciding[0]["internet"]["answer"], json!(false));
    // Others know nothing of it until an officer publishes the list.
    let seen = house.get(&format!("/api/v1/criteria?set=ntm&{IN_2025}"), "public").json();
    assert_eq!(seen["items"][0]["verdict"], "insufficient");

    file_as(&house, "commune", "villages", &villages("có", "01/11/2025"));
    let open = content(&house, IN_2025, "8.2");
    assert_eq!(
        (&open["verdict"], &open["open"]),
        (&json!("insufficient"), &json!(["list_not_whole"]))
    );
    let before = content(&house, "unit=21520&as_of=2025-10-15", "8.2");
    assert_eq!(before["verdict"], "fails", "it was so then");
    let whole = json!({"count_unit": {"code": 21_520, "valid_from": "2025-07-01",
        "day": "2025-11-01", "villages": 3, "source": "thử nghiệm"}});
    assert_eq!(house.post("/api/v1/decisions", "officer", &whole.to_string()).status, 201);
    assert_eq!(content(&house, IN_2025, "8.2")["verdict"], "passes");
    // One content passes; of the others nothing is held: the criterion stays open.
    let list = house.get(&format!("/api/v1/criteria?set=ntm&{IN_2025}"), "officer").json();
    assert_eq!(list["items"][0]["verdict"], "insufficient");
}

/// Fixed or mobile: a signal is enough for both.
#[test]
fn a_mobile_signal_serves_where_nothing_is_fixed() {
    let house = House::open();
    let csv = format!(
        "Thôn;Xã;Từ ngày;Điện thoại cố định;Internet cố định\nKon Dóc;{COMMUNE};01/10/2025;không;không\n"
    );
    file_as(&house, "officer", "villages", &csv);
    let deciding = |content: &Value| content["deciding"][0]["id"].clone();
    assert_eq!(deciding(&content(&house, IN_2025, "8.2")), "kon-doc");
    let filed = house.post("/api/v1/reports", "viettel", &report("X1", "kon-doc", "2025-10-10"));
    assert_eq!(filed.status, 201, "{}", filed.text());
    let after = content(&house, IN_2025, "8.2");
    assert_ne!(after["verdict"], "fails", "{after}");
}

#[test]
fn the_edition_is_that_of_the_day_and_what_is_not_loaded_says_so() {
    let house = House::open();
    let edition = |day: &str| {
        let path = format!("/api/v1/criteria?set=ntm&unit=21520&as_of={day}");
        house.get(&path, "public").json()["items"][0]["edition"].clone()
    };
    assert_eq!(edition("2025-12-31"), "2021–2025");
    assert_eq!(edition("2026-01-01"), "2026–2030");
    assert_eq!(edition("2020-12-31"), Value::Null);
    assert_eq!(content(&house, "unit=21520&as_of=2026-01-01", "8")["open"], json!(["not_loaded"]));
    for bad in ["unit=1", "commune_old=99999", "unit=21520&commune_old=21118", "set=x&unit=21520"] {
        assert_eq!(house.get(&format!("/api/v1/criteria?{bad}"), "public").status, 400, "{bad}");
    }
}

/// The order's Trà Giang is part of today's Đông Trà Bồng; its Nghĩa Lâm, of today's Trà Giang.
#[test]
fn communes_named_in_2023_are_judged_on_their_own_ground() {
    let house = House::open();
    let list = house.get("/api/v1/criteria?as_of=2025-12-30", "public").json();
    let items = list["items"].as_array().expect("a list");
    let today = |code: u64| {
        let own = items.iter().find(|item| item["unit"]["code"] == code).expect("named");
        let names: Vec<&str> = own["today"]
            .as_array()
            .expect("units")
            .iter()
            .filter_map(|u| u["name"].as_str())
            .collect();
        (own["unit"]["name"].clone(), names.join("+"))
    };
    assert_eq!(today(21_118), (json!("Trà Giang"), "Đông Trà Bồng".to_owned()));
    assert_eq!(today(21_241), (json!("Nghĩa Lâm"), "Trà Giang".to_owned()));
    // A whole district is judged by each of its communes.
    let of_mo_duc = items.iter().filter(|item| item["goal"] == "goal-vi-ntm-mo-duc").count();
    assert!(of_mo_duc > 5, "{of_mo_duc}");
}
