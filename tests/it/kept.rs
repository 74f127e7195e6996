//! What is kept of lists is found by its content alone: a change beside the village's own shard
//! is seen as soon as one in it.

use phusong::service::{Actor, Ruling};
use phusong_atlas::domain::Role;
use serde_json::json;

use crate::house::House;

const ALL: &str =
    "/api/v1/gaps?verdict=covered,no_signal,partial_hole,not_as_asked,insufficient&limit=1000";

/// Codes of the sites that the reasons of a village name, in one view.
fn sites_named(house: &House, path: &str, key: &str, village: &str) -> Vec<String> {
    let (status, list) = house.get(path, key);
    assert_eq!(status, 200, "{list}");
    let items = list["items"].as_array().expect("a list");
    let item = items.iter().find(|item| item["id"] == village).expect("the village");
    let reasons = item["reasons"].as_array().expect("reasons").iter();
    reasons.filter_map(|reason| reason["site"].as_str().map(str::to_owned)).collect()
}

/// A site in another commune than the village it serves, then marked as restricted.
#[test]
fn a_site_that_becomes_restricted_is_named_no_more_in_lists_that_were_asked_before() {
    let house = House::new();
    let body = json!({ "rows": [{
        "ma_tram": "XA-LAC", "loai_su_kien": "on_air", "ngay_su_kien": "2026-11-01",
        "cong_nghe": "4G", "kinh_do": 108.80, "vi_do": 15.12, "cac_thon_phuc_vu": "kon-doc",
    }] });
    let (status, filed) = house.post("/api/v1/reports", &house.viettel, &body);
    assert_eq!(status, 201, "{filed}");
    let report = filed["report"].as_str().expect("an id");
    let (status, done) =
        house.post(&format!("/api/v1/reports/{report}/publish"), &house.officer, &json!({}));
    assert_eq!(status, 200, "{done}");

    let named = |path: &str, key: &str| sites_named(&house, path, key, "kon-doc");
    for path in [ALL, "/api/v1/villages?limit=1000"] {
        for _again in 0..2 {
            assert_eq!(named(path, &house.officer), ["XA-LAC"], "{path}");
            assert_eq!(named(path, &house.approver), ["XA-LAC"], "{path}");
            assert_eq!(named(path, ""), [""; 0], "{path}: the public sees no site");
            assert_eq!(named(path, &house.vnpt), [""; 0], "{path}: nor another carrier");
        }
    }

    let approver = Actor { role: Role::Approver, key: None, person: None };
    let ruling = Ruling::RestrictSite { carrier: "viettel".to_owned(), code: "XA-LAC".to_owned() };
    house.service.rule(&approver, &ruling, None).expect("ruled");
    for path in [ALL, "/api/v1/villages?limit=1000"] {
        assert_eq!(named(path, &house.officer), [""; 0], "{path}: a restricted site");
        assert_eq!(named(path, &house.approver), ["XA-LAC"], "{path}");
        assert_eq!(named(path, &house.viettel), ["XA-LAC"], "{path}: its own");
    }
}
