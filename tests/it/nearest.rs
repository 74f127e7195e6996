//! The nearest site on air, told of every village in every order, also when the site lies in
//! another commune; and to nobody who sees no sites.

use serde_json::{Value, json};

use crate::edge::House;

fn told(house: &House, path: &str, role: &str) -> Value {
    let list = house.get(path, role).json();
    let items = list["items"].as_array().expect("items");
    let item = items.iter().find(|item| item["id"] == "kon-doc").expect("Kon Dóc");
    item.get("nearest_site_m").cloned().unwrap_or(json!("absent"))
}

fn on_air(house: &House, code: &str, lon: f64, lat: f64) {
    let body = json!({ "rows": [{
        "ma_tram": code, "loai_su_kien": "on_air", "ngay_su_kien": "2026-11-01", "cong_nghe": "4G",
        "kinh_do": lon, "vi_do": lat,
    }] });
    let filed = house.post("/api/v1/reports", "viettel", &body.to_string());
    assert_eq!(filed.status, 201, "{}", filed.text());
}

#[test]
fn every_order_tells_the_nearest_site_and_a_new_one_elsewhere_counts_at_once() {
    let house = House::open();
    let lists = [
        "/api/v1/gaps?sort=households",
        "/api/v1/gaps?sort=name",
        "/api/v1/gaps?sort=distance",
        "/api/v1/villages?limit=1000",
    ];
    let by_distance = "/api/v1/gaps?sort=distance";
    assert_ne!(house.get(by_distance, "public").status, 200, "a distance to a site is not public");
    let is_public = |path: &&&str| **path != by_distance;
    for path in lists {
        assert_eq!(told(&house, path, "viettel"), Value::Null, "{path}: there is no site yet");
    }
    for path in lists.iter().filter(is_public) {
        assert_eq!(told(&house, path, "public"), json!("absent"), "{path}");
    }
    // Far away in another commune, then nearer: the village's own commune is the same each time.
    let mut before = f64::INFINITY;
    for (code, lon, lat) in [("XA", 108.95, 15.2), ("GAN", 108.85, 14.75)] {
        on_air(&house, code, lon, lat);
        let page = house.get("/api/v1/villages/kon-doc", "viettel").json();
        let expected = page["nearest_sites"][0]["distance_m"].clone();
        assert_eq!(page["nearest_sites"][0]["code"], code);
        assert_eq!(page["nearest_site_m"], expected);
        for path in lists {
            assert_eq!(told(&house, path, "viettel"), expected, "{path}");
            assert_eq!(told(&house, path, "officer"), expected, "{path}");
            assert_eq!(told(&house, path, "vnpt"), Value::Null, "{path}: another's sites");
        }
        for path in lists.iter().filter(is_public) {
            assert_eq!(told(&house, path, "public"), json!("absent"), "{path}");
        }
        let near = expected.as_f64().expect("metres");
        assert!(near < before);
        before = near;
    }
}
