//! Where villages are told to lie, and how lists and turns of them are asked for.

use serde_json::{Value, json};

use crate::acceptance_figures::file_as;
use crate::edge::{Ask, COMMUNE, House, on_air};

/// A village of which only clusters are known: `(name, is centre, households, lon, lat)`.
fn clustered(house: &House, village: &str, clusters: &[(&str, &str, &str, f64, f64)]) -> String {
    let head = "Thôn;Loại thôn;Xã;Cụm dân cư;Trung tâm;Số hộ;Kinh độ;Vĩ độ;Hệ tọa độ;Sai số (m)\n";
    let rows = clusters.iter().map(|(name, centre, households, lon, lat)| {
        format!("{village};thôn;{COMMUNE};{name};{centre};{households};{lon};{lat};WGS84;50\n")
    });
    let table = rows.fold(head.to_owned(), |table, row| table + &row);
    file_as(house, "officer", "villages", &table);
    let found = house.get(&format!("/api/v1/villages?q={}", village.replace(' ', "+")), "public");
    found.json()["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{village}")).to_owned()
}

const JSON: (&str, &str) = ("content-type", "application/json");

fn ids(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().expect("items").iter();
    items.filter_map(|item| item["id"].as_str()).collect()
}

const A: (f64, f64) = (108.80, 14.70);
const B: (f64, f64) = (108.84, 14.73);

#[test]
fn a_village_known_by_its_clusters_lies_at_its_centre_else_at_the_largest() {
    let house = House::open();
    let far = ("Cụm A xa", "không", "5", A.0, A.1);
    let centre = ("Trung tâm", "có", "100", B.0, B.1);
    let largest = ("Bờ suối", "không", "70", B.0, B.1);
    for (village, clusters, basis) in [
        ("Thôn Lệch", [far, centre], "theo vị trí của cụm Trung tâm"),
        ("Thôn Không Tâm", [far, largest], "theo vị trí của cụm Bờ suối"),
    ] {
        let id = clustered(&house, village, &clusters);
        let page = house.get(&format!("/api/v1/villages/{id}"), "public").json();
        let at = json!({
            "lon": B.0, "lat": B.1, "uncertainty_m": 50, "grade": "gazetteer", "basis": basis,
        });
        let shown = &page["position"];
        for member in ["lon", "lat", "uncertainty_m", "grade", "basis"] {
            assert_eq!(shown[member], at[member], "{village}: {shown}");
        }
        let mut places: Vec<f64> = page["clusters"]
            .as_array()
            .expect("clusters")
            .iter()
            .filter_map(|cluster| cluster["position"]["lon"].as_f64())
            .collect();
        places.sort_by(f64::total_cmp);
        assert_eq!(places, [A.0, B.0]);
        let all = "verdict=insufficient,no_signal,partial_hole";
        let near = |(lon, lat): (f64, f64)| {
            let path = format!("/api/v1/gaps?{all}&near={lon},{lat}&radius_m=500");
            ids(&house.get(&path, "public").json()).contains(&&*id)
        };
        assert!(near(B) && !near(A), "{village}");
        let geojson = house.get(&format!("/api/v1/gaps?{all}&format=geojson"), "public").json();
        let features = geojson["features"].as_array().expect("features");
        let own = features.iter().find(|feature| feature["id"] == *id).expect("its feature");
        assert_eq!(own["geometry"]["coordinates"], json!([B.0, B.1]));
        assert!(!page["missing"].to_string().contains("± ?"), "{}", page["missing"]);
    }
}

#[test]
fn a_list_of_villages_is_turned_page_by_page_and_asked_by_unit() {
    let house = House::open();
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for page in 0.. {
        let list = house.get(&format!("/api/v1/villages?limit=2{cursor}"), "public").json();
        assert_eq!(list["count"], 9, "{list}");
        seen.extend(ids(&list).iter().map(|id| (*id).to_owned()));
        let Some(next) = list["next"].as_str() else { break };
        assert!(page < 9, "it ends");
        cursor = format!("&cursor={next}");
    }
    let whole = house.get("/api/v1/villages", "public").json();
    assert_eq!(seen, ids(&whole));
    assert_eq!((whole["next"].clone(), seen.len()), (Value::Null, 9));

    let district = |code: u32| {
        ids(&house.get(&format!("/api/v1/villages?district={code}"), "public").json()).len()
    };
    let gaps = house.get("/api/v1/gaps?district=535", "public").json();
    assert_eq!(district(535), ids(&gaps).len());
    assert!((1..9).contains(&district(535)));
    for bad in ["?district=1", "?unit=x", "?cursor=x", "?limit=0"] {
        assert_eq!(house.get(&format!("/api/v1/villages{bad}"), "public").status, 400, "{bad}");
    }
}

#[test]
fn gaps_of_a_polygon_come_in_every_form_that_is_asked_for() {
    let house = House::open();
    let square = json!({ "type": "Polygon", "coordinates":
        [[[108.0, 14.0], [109.5, 14.0], [109.5, 16.0], [108.0, 16.0], [108.0, 14.0]]] });
    let body = square.to_string();
    for accept in ["application/json", "application/geo+json", "text/csv"] {
        let headers = [JSON, ("accept", accept)];
        let answer = house.ask(&Ask::json("POST", "/api/v1/gaps", &body).with(&headers));
        assert_eq!(answer.status, 200, "{accept}: {}", answer.text());
        let kind = answer.header("content-type");
        assert!(kind.starts_with(accept), "{kind}");
    }
    let headers = [JSON, ("accept", "image/png")];
    let answer = house.ask(&Ask::json("POST", "/api/v1/gaps", &body).with(&headers));
    assert_eq!(answer.status, 406);
    let broken =
        r#"{"type":"Polygon","coordinates":[[[108.7,14.6],[108.9,14.6],[],[108.7,14.6]]]}"#;
    let answer = house.ask(&Ask::json("POST", "/api/v1/gaps", broken).with(&[JSON]));
    assert_eq!(answer.status, 422, "{}", answer.text());
}

#[test]
fn a_history_begins_without_reasons_that_came_later() {
    let house = House::open();
    let body = on_air("QNI71", "kon-doc", "2026-11-01").to_string();
    assert_eq!(house.post("/api/v1/reports", "viettel", &body).status, 201);
    for village in ["kon-doc", "thon-ca"] {
        let page = house.get(&format!("/api/v1/villages/{village}"), "viettel").json();
        let first = &page["timeline"][0];
        assert_eq!((&first["from"], &first["because"]), (&Value::Null, &json!([])), "{first}");
        assert_ne!(page["timeline"][1]["because"], json!([]));
    }
}

#[test]
fn a_site_is_none_before_anything_was_done_or_announced() {
    let house = House::open();
    let body = on_air("QNI72", "kon-doc", "2026-11-01").to_string();
    assert_eq!(house.post("/api/v1/reports", "viettel", &body).status, 201);
    let status = |day: &str| {
        house.get(&format!("/api/v1/sites/viettel/QNI72?as_of={day}"), "viettel").status
    };
    assert_eq!((status("2026-10-31"), status("2026-11-01")), (404, 200));
}

#[test]
fn what_was_moved_by_a_day_stays_as_it_was_told() {
    let house = House::open();
    let eve = phusong::service::today().plus_days(-1);
    let path =
        format!("/api/v1/changes?known_from={}&known_to={eve}&as_of={eve}", eve.plus_days(-9));
    let told = || house.get(&path, "officer").body;
    let before = told();
    let body = on_air("QNI73", "kon-doc", "2026-11-01").to_string();
    assert_eq!(house.post("/api/v1/reports", "viettel", &body).status, 201);
    assert_eq!(told(), before);
}

#[test]
fn the_name_of_a_request_does_not_count_those_of_others() {
    let house = House::open();
    let id = || {
        let name = house.get("/healthz", "public").header("x-request-id").to_owned();
        assert_eq!(name.len(), 20);
        u64::from_str_radix(&name[12..], 16).expect("hex digits")
    };
    let ids = [id(), id(), id(), id()];
    assert!(ids.windows(2).all(|pair| pair[0].abs_diff(pair[1]) > 16), "{ids:?}");
}

/// RELIABILITY R5.
#[test]
fn a_restricted_site_that_is_moved_and_renamed_shows_nowhere() {
    let house = House::open();
    let file = |row: Value| {
        let body = json!({ "rows": [row] }).to_string();
        let filed = house.post("/api/v1/reports", "viettel", &body);
        assert_eq!(filed.status, 201, "{}", filed.text());
        filed.json()["report"].as_str().expect("an id").to_owned()
    };
    let publish = |report: &str| {
        let path = format!("/api/v1/reports/{report}/publish");
        assert_eq!(house.post(&path, "approver", "{}").status, 200);
    };
    let row = json!({
        "ma_tram": "RST1", "loai_su_kien": "on_air", "ngay_su_kien": "2026-10-01",
        "cong_nghe": "4G", "kinh_do": 108.687, "vi_do": 14.997, "cac_thon_phuc_vu": "go-tranh",
    });
    let first = file(row.clone());
    publish(&first);
    let restrict = json!({ "restrict_site": { "carrier": "viettel", "code": "RST1" } });
    let marked = house.post("/api/v1/decisions", "approver", &restrict.to_string());
    assert_eq!(marked.status, 201, "{}", marked.text());

    let paths = [
        "/api/v1/me",
        "/api/v1/villages/go-tranh",
        "/api/v1/gaps",
        "/api/v1/communes",
        "/api/v1/reports",
        "/api/v1/contradictions",
        "/api/v1/changes?from=2026-01-01",
        "/tiles/villages,gaps,clusters/8/205/117.mvt",
    ];
    let told = || {
        let of = |role: &str| paths.map(|path| house.get(path, role).body);
        ["public", "vnpt", "officer"].map(of)
    };
    let before = told();
    let page = house.get("/api/v1/villages/go-tranh", "public").json();
    assert_eq!(page["verdict"], "covered", "its cover is known");
    assert!(!page.to_string().contains(&first), "the report is not: {page}");
    for role in ["public", "vnpt", "officer"] {
        let page = house.get("/api/v1/villages/go-tranh", role).json();
        let reasons = page["reasons"].as_array().expect("reasons");
        let entries: Vec<_> = reasons
            .iter()
            .filter(|one| one["source"] == "site")
            .map(|one| one["entries"].clone())
            .collect();
        assert_eq!(entries, [json!([])], "{role}: {reasons:?}");
    }
    let mut moved = row;
    let changed =
        json!({ "ten_tram": "Đổi tên", "kinh_do": 108.70, "thay_the": format!("{first}/1") });
    moved.as_object_mut().expect("a row").extend(changed.as_object().expect("cells").clone());
    let second = file(moved);
    assert_eq!(told(), before, "filed");
    publish(&second);
    assert_eq!(told(), before, "published");
    let own = house.get("/api/v1/sites/viettel/RST1", "viettel").json();
    assert_eq!(own["name"], "Đổi tên", "its owner sees it");
}

/// What several of them say is told as so many statements, each with its own day and technology.
#[test]
fn what_restricted_sites_say_stays_apart() {
    let house = House::open();
    for (carrier, code, technology, day) in [
        ("viettel", "RST1", "4G", "2026-10-01"),
        ("vnpt", "RST2", "4G", "2026-10-05"),
        ("viettel", "RST3", "3G", "2026-10-10"),
    ] {
        let body = json!({ "rows": [{
            "ma_tram": code, "loai_su_kien": "on_air", "ngay_su_kien": day, "cong_nghe": technology,
            "kinh_do": 108.687, "vi_do": 14.997, "cac_thon_phuc_vu": "go-tranh",
        }] });
        let filed = house.post("/api/v1/reports", carrier, &body.to_string());
        let report = filed.json()["report"].as_str().expect("an id").to_owned();
        let publish = format!("/api/v1/reports/{report}/publish");
        assert_eq!(house.post(&publish, "approver", "{}").status, 200);
        let restrict = json!({ "restrict_site": { "carrier": carrier, "code": code } });
        let marked = house.post("/api/v1/decisions", "approver", &restrict.to_string());
        assert_eq!(marked.status, 201, "{}", marked.text());
    }
    let said = |role: &str| -> Vec<String> {
        let page = house.get("/api/v1/villages/go-tranh?technology=3G", role).json();
        let reasons = page["reasons"].as_array().expect("reasons").clone();
        let of_sites = reasons.into_iter().filter(|one| one["source"] == "site");
        of_sites.map(|one| one["day"].as_str().unwrap_or("?").to_owned()).collect()
    };
    let mut days = said("public");
    days.sort_unstable();
    assert_eq!(days, ["2026-10-01", "2026-10-05", "2026-10-10"]);
    assert_eq!(said("public").len(), said("approver").len());
}
