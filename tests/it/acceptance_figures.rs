//! Acceptance of figures, targets, criteria and the change of units, each through HTTP.

mod commands;
mod criteria;
mod fixtures;
mod places;
mod synthetic;
mod told;

use serde_json::{Value, json};

use crate::edge::House;
use fixtures::publish;
pub use fixtures::{file, file_as};
use told::{counts, ratio, series};

const HEADINGS: &str = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số;Nhà mạng;Chính thức\n";

/// Rows `indicator;unit;period;numerator;denominator` of all carriers, final, filed by the
/// department: they count for all at once.
fn department(house: &House, rows: &str) {
    let row = |row: &str| format!("{};;chính thức\n", row.trim());
    let rows = rows.lines().map(row).collect::<Vec<_>>().concat();
    file(house, "officer", &format!("{HEADINGS}{rows}"));
}

fn target(house: &House, clause: &str) -> Value {
    let list = house.get("/api/v1/targets?as_of=2026-01-31", "public").json();
    let items = list["items"].as_array().cloned().unwrap_or_default();
    items.into_iter().find(|one| one["clause"] == clause).unwrap_or_else(|| panic!("{list}"))
}

/// Acceptance 5.
#[test]
fn exactly_80_is_not_above_80_and_exactly_76_has_reached_76() {
    let house = House::open();
    department(
        &house,
        "smartphone_share;Tỉnh Quảng Ngãi;12/2023;80;100
         internet_users;Huyện Minh Long;12/2023;76;100
         mobile_broadband_per_100;Huyện Trà Bồng;12/2023;90;100",
    );
    let verdict = |clause: &str| {
        let target = target(&house, clause);
        let judged = &target["judged"];
        (target["verdict"].clone(), judged["distance"].clone(), judged["lacking"].clone())
    };
    assert_eq!(verdict("II.4a"), (json!("not_met"), json!(0.0), json!(1)));
    assert_eq!(verdict("VI.9"), (json!("met"), json!(0.0), json!(0)));
    assert_eq!(verdict("VI.12"), (json!("met"), json!(0.0), json!(0)));
    // Nothing was filed of the others: neither met nor missed.
    let list = house.get("/api/v1/targets?as_of=2026-01-31", "public").json();
    assert_eq!(list["totals"], json!({"met": 2, "not_met": 1, "insufficient": 5}));
    assert_eq!(target(&house, "II.4a")["at_due"]["meets"], false);
}

/// Acceptance 6.
#[test]
fn a_province_ratio_is_of_sums_and_not_the_mean_of_its_districts() {
    let house = House::open();
    department(
        &house,
        "fibre_households;Huyện Ba Tơ;10/2025;90;100
         fibre_households;Huyện Minh Long;10/2025;100;1000",
    );
    let province = series(&house, "fibre_households", "province_old", "public");
    assert_eq!(counts(&province[0]), json!([190, 1_100]));
    assert_eq!(ratio(&province[0]), json!(17.273), "the mean of 90 and 10 is 50");
    let now = &province[0]["now"];
    assert_eq!(now["complete"], false, "eleven districts have filed nothing: {now}");
    assert_eq!(now["estimated"], false);
}

/// The old Trà Giang lies in today's Đông Trà Bồng; today's Trà Giang holds the old Nghĩa Lâm.
/// Acceptance 7, for figures.
#[test]
fn old_and_new_units_of_one_name_or_code_never_mix() {
    let house = House::open();
    department(
        &house,
        "fibre_households;21118;05/2025;11;100
         fibre_households;21025;05/2025;22;100
         fibre_households;21349;05/2025;33;100",
    );
    let of = |by: &str, code: u32| {
        let path = format!("/api/v1/statistics?indicator=fibre_households&by={by}&unit={code}");
        let list = house.get(&path, "public").json();
        let item = &list["items"][0];
        (item["unit"]["name"].clone(), counts(&item["points"][0]))
    };
    assert_eq!(of("commune_old", 21_118), (json!("Trà Giang"), json!([11, 100])));
    assert_eq!(of("commune_old", 21_025), (json!("Nguyễn Nghiêm"), json!([22, 100])));
    assert_eq!(of("commune_old", 21_349).1, json!([33, 100]));
    // Today's units of the same codes are other ground.
    let (name, own) = of("commune", 21_025);
    assert_eq!(name, "Cẩm Thành");
    assert_ne!(own, Value::Null);
    let today = house
        .get("/api/v1/statistics?indicator=fibre_households&by=commune&unit=21244", "public")
        .json();
    assert_eq!(
        today["items"],
        json!([]),
        "today's Trà Giang holds nothing of the old one: {today}"
    );
    let heir = house
        .get("/api/v1/statistics?indicator=fibre_households&by=commune&unit=21127", "public")
        .json();
    let (unit, point) = (&heir["items"][0]["unit"]["name"], &heir["items"][0]["points"][0]);
    assert_eq!((unit, counts(point)), (&json!("Đông Trà Bồng"), json!([11, 100])));
}

/// A figure of a divided commune is asked about, then divided so that nothing is lost.
/// Acceptance 8, for figures.
#[test]
fn dividing_tra_bui_keeps_every_household() {
    let house = House::open();
    department(&house, "fibre_households;21142;05/2025;101;494");
    let of = |by: &str, code: u32| {
        let path = format!("/api/v1/statistics?indicator=fibre_households&by={by}&unit={code}");
        house.get(&path, "public").json()["items"][0]["points"][0].clone()
    };
    // Nobody has said how it was divided: neither part gets anything, and the question stands.
    for heir in [21_136, 21_157] {
        let point = of("commune", heir);
        assert_eq!(counts(&point), json!([null, null]), "{point}");
        let asks = point["now"]["asks"].as_array().expect("a list");
        assert!(asks.iter().any(|unit| unit["code"] == 21_142), "{point}");
    }
    assert_eq!(counts(&of("commune_old", 21_142)), json!([101, 494]));
    for (to, households) in [(21_136, 300), (21_157, 194)] {
        let body = json!({"count_unit": {"code": 21_142, "day": "2025-07-01", "to": to,
            "households": households, "source": "thử nghiệm"}});
        let act = house.post("/api/v1/decisions", "officer", &body.to_string());
        assert_eq!(act.status, 201, "{}", act.text());
    }
    let parts: Vec<Value> = [21_136, 21_157].map(|heir| of("commune", heir)).to_vec();
    // 101 × 300 / 494 = 61.3; 494 divides as it was counted.
    assert_eq!(parts.iter().map(counts).collect::<Vec<_>>(), [json!([61, 300]), json!([40, 194])]);
    assert!(parts.iter().all(|part| part["now"]["estimated"] == true), "{parts:?}");
    assert_eq!(counts(&of("district_old", 525)), json!([101, 494]));
    assert_eq!(of("district_old", 525)["now"]["estimated"], false);
}

/// "As of D" is what D could know: no period that is still running, whatever was filed of it.
#[test]
fn a_target_as_of_a_day_within_a_period_is_judged_by_the_one_before() {
    let house = House::open();
    department(
        &house,
        "smartphone_share;Tỉnh Quảng Ngãi;09/2025;70;100
         smartphone_share;Tỉnh Quảng Ngãi;10/2025;81;100",
    );
    let verdict = |as_of: &str| {
        let list = house.get(&format!("/api/v1/targets?as_of={as_of}"), "public").json();
        let items = list["items"].as_array().cloned().unwrap_or_default();
        let own = items.into_iter().find(|one| one["clause"] == "II.4a").expect("the target");
        (own["verdict"].clone(), own["judged"]["to"].clone())
    };
    assert_eq!(verdict("2025-09-29"), (json!("insufficient"), Value::Null));
    assert_eq!(verdict("2025-09-30"), (json!("not_met"), json!("2025-09-30")));
    assert_eq!(verdict("2025-10-15"), (json!("not_met"), json!("2025-09-30")));
    assert_eq!(verdict("2025-10-31"), (json!("met"), json!("2025-10-31")));
}

/// A target of which not everybody filed is neither met nor missed. Acceptance 9, for figures.
#[test]
fn a_partial_figure_is_neither_met_nor_missed_and_says_whose_is_lacking() {
    let house = House::open();
    let row = "internet_users;Huyện Minh Long;12/2023;80;100;;chính thức\n";
    let filed = file(&house, "viettel", &format!("{HEADINGS}{row}"));
    publish(&house, &filed);
    let target = target(&house, "VI.9");
    assert_eq!(target["verdict"], "insufficient", "{target}");
    let latest = &target["latest"];
    assert_eq!((&latest["meets"], &latest["complete"]), (&json!(true), &json!(false)));
    let missing: Vec<&Value> =
        latest["missing"].as_array().expect("a list").iter().map(|one| &one["carrier"]).collect();
    assert_eq!(missing, ["gmobile", "mobifone", "vietnamobile", "vnpt"]);
    let path =
        "/api/v1/statistics/missing?indicator=internet_users&from=2023-12-01&as_of=2023-12-31";
    let list = house.get(path, "public").json();
    assert_eq!(list["count"], 4, "{list}");
    assert_eq!(list["items"][0]["unit"]["code"], 531);
}

/// What was known then, what is computed now, what moved; and nobody sees unpublished figures.
#[test]
fn what_was_reported_then_what_is_computed_now_and_what_moved() {
    let house = House::open();
    department(&house, "fibre_households;Huyện Ba Tơ;10/2025;45;100");
    let unpublished = "fibre_households;Huyện Minh Long;10/2025;10;100;;sơ bộ\n";
    file(&house, "viettel", &format!("{HEADINGS}{unpublished}"));
    let today = phusong::service::today().to_string();
    let path = format!(
        "/api/v1/statistics?indicator=fibre_households&by=district_old&unit=535&reported_at={today}"
    );
    let point = house.get(&path, "public").json()["items"][0]["points"][0].clone();
    assert_eq!(point["then"]["ratio"], json!(45.0), "{point}");
    assert_eq!(point["moved"]["points"], json!(0.0));
    assert_eq!(point["moved"]["by"], json!([]));
    let before = path.replace(&today, "2024-01-01");
    let point = house.get(&before, "public").json()["items"][0]["points"][0].clone();
    assert_eq!((&point["then"], &point["now"]["ratio"]), (&Value::Null, &json!(45.0)));
    let seen = |role: &str| {
        let path = "/api/v1/statistics?indicator=fibre_households&by=district_old";
        house.get(path, role).json()["items"].as_array().map_or(0, Vec::len)
    };
    assert_eq!((seen("public"), seen("vnpt")), (1, 1));
    assert_eq!((seen("viettel"), seen("officer")), (2, 2));
}

/// What a carrier has filed and nobody has published leaves no trace in anybody else's answers.
#[test]
fn unpublished_figures_change_no_byte_of_others() {
    let house = House::open();
    department(&house, "fibre_households;Huyện Ba Tơ;10/2025;45;100");
    let paths = [
        "/api/v1/statistics?indicator=fibre_households&by=district_old",
        "/api/v1/statistics/missing?from=2025-10-01&as_of=2025-10-31",
        "/api/v1/targets",
        "/api/v1/criteria",
        "/api/v1/gaps",
        "/tiles/communes,villages/6/51/29.mvt",
    ];
    let all = || {
        let roles = ["public", "vnpt", "planner"];
        let asked = roles.iter().flat_map(|role| paths.map(|path| (role, path)));
        asked.map(|(role, path)| house.get(path, role).lasting()).collect::<Vec<_>>()
    };
    let before = all();
    let row = "fibre_households;Huyện Ba Tơ;10/2025;10;100;;chính thức\n";
    file(&house, "viettel", &format!("{HEADINGS}{row}"));
    assert_eq!(all(), before);
    // Its own view knows, and so do its tags; its tiles show no figure and stay as they are.
    let own = |path: &str| house.get(path, "viettel");
    let tile = own(paths[5]).header("etag").to_owned();
    let list = own(paths[0]).header("etag").to_owned();
    file(&house, "viettel", &format!("{HEADINGS}{}", row.replace("10/2025", "11/2025")));
    assert_eq!(own(paths[5]).header("etag"), tile);
    assert_ne!(own(paths[0]).header("etag"), list);
}

#[test]
fn an_officer_defines_an_indicator_and_it_is_filed_like_any_other() {
    let house = House::open();
    let new = |id: &str| {
        json!({"define_indicator": {
            "id": id, "name_vi": "hộ dùng thanh toán số", "name_en": "households paying digitally",
            "kind": "share", "denominator_of": "place", "numerator_vi": "hộ", "numerator_en": "households",
            "denominator_vi": "hộ gia đình", "denominator_en": "households", "source": "thử nghiệm",
        }})
        .to_string()
    };
    let act = |role: &str, id: &str| house.post("/api/v1/decisions", role, &new(id)).status;
    assert_eq!(act("viettel", "digital_pay"), 403);
    assert_eq!(act("officer", "digital_pay"), 201);
    assert_eq!(act("officer", "digital_pay"), 422, "there is one already");
    assert_eq!(act("officer", "có dấu"), 422);
    department(&house, "hộ dùng thanh toán số;Huyện Ba Tơ;10/2025;4;10");
    let found = series(&house, "digital_pay", "district_old", "public");
    assert_eq!(counts(&found[0]), json!([4, 10]));
}

#[test]
fn bad_questions_and_bad_counts_are_refused() {
    let house = House::open();
    for bad in [
        "statistics",
        "statistics?indicator=none",
        "statistics?indicator=fibre_households&by=village",
        "statistics?indicator=fibre_households&unit=99999",
        "statistics?indicator=fibre_households&period_day=31",
        "statistics?indicator=fibre_households&carrier=none",
        "statistics?indicator=fibre_households&reported_at=2999-01-01",
        "statistics/missing?unit=525",
        "targets?period=year",
    ] {
        assert_eq!(house.get(&format!("/api/v1/{bad}"), "public").status, 400, "{bad}");
    }
    let count = |body: Value| {
        let body = json!({ "count_unit": body }).to_string();
        house.post("/api/v1/decisions", "officer", &body).status
    };
    let unit = json!({"code": 21_142, "day": "2025-07-01", "source": "x"});
    let with = |name: &str, value: Value| {
        let mut body = unit.clone();
        body[name] = value;
        body
    };
    assert_eq!(count(unit.clone()), 422, "nothing is counted");
    assert_eq!(count(with("to", json!(21_136))), 422, "no households");
    assert_eq!(count(with("villages", json!(-1))), 422);
    let mut wrong = with("to", json!(21_124));
    wrong["households"] = json!(5);
    assert_eq!(count(wrong), 422, "it did not go there");
    assert_eq!(count(with("villages", json!(9))), 201);
}

/// Statistics above their denominator, negative, of no period, twice final: asked or refused.
#[test]
fn bad_figures_are_asked_or_refused_row_by_row() {
    let house = House::open();
    let row = |numerator: &str, period: &str| {
        format!("{HEADINGS}hộ có cáp quang;Huyện Ba Tơ;{period};{numerator};100;;chính thức\n")
    };
    let codes = |csv: &str| {
        let draft = fixtures::begin(&house, "officer", csv);
        let all = ["questions", "refused", "warnings", "notes"];
        let lists =
            all.iter().flat_map(|list| draft[*list].as_array().cloned().unwrap_or_default());
        let mut codes: Vec<String> =
            lists.map(|one| one["code"].as_str().unwrap_or("?").to_owned()).collect();
        codes.sort();
        (codes.join(" "), draft["fileable"].as_u64())
    };
    let found = |csv: &str, code: &str| {
        let (codes, fileable) = codes(csv);
        assert!(codes.contains(code), "{code}: {codes}");
        assert_eq!(fileable, Some(0), "{code}: {codes}");
    };
    found(&row("120", "10/2025"), "above-denominator");
    found(&row("-5", "10/2025"), "negative");
    found(&row("45", ""), "period");
    found(&row("45", "13/2025"), "bad-period");
    file(&house, "officer", &row("45", "10/2025"));
    found(&row("46", "10/2025"), "two-finals");
}
