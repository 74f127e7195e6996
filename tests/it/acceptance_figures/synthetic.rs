//! Three years of invented figures against what was worked out beside them: every crossing found,
//! none invented, and every total of the province.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::HEADINGS;
use super::fixtures::{file, shared};
use super::told::{counts, series};
use crate::edge::House;

const INDICATORS: [(&str, usize); 2] = [("smartphone_share", 3), ("fibre_households", 5)];

/// `2023-01,522,Thành phố Quảng Ngãi,subscribers,smartphones,households,fibre`.
fn filed() -> Option<House> {
    let rows = shared("synthetic/stats_by_district_month.csv")?;
    let house = House::open();
    for (indicator, at) in INDICATORS {
        let mut csv = HEADINGS.to_owned();
        for row in &rows {
            let (month, district) = (&row[0], &row[2]);
            let (denominator, numerator) = (&row[at], &row[at + 1]);
            let _never_fails = writeln!(
                csv,
                "{indicator};{district};{month};{numerator};{denominator};;chính thức"
            );
        }
        file(&house, "officer", &csv);
    }
    Some(house)
}

fn all(house: &House, indicator: &str, by: &str) -> Vec<Value> {
    let path = format!("/api/v1/statistics?indicator={indicator}&by={by}&limit=1000");
    house.get(&path, "public").json()["items"].as_array().cloned().unwrap_or_default()
}

/// The first month whose counts are above 80 %: strictly.
fn crossing(points: &[Value]) -> String {
    let above = |point: &&Value| {
        let (part, whole) = (&point["now"]["numerator"], &point["now"]["denominator"]);
        part.as_u64().unwrap_or(0) * 100 > whole.as_u64().unwrap_or(0) * 80
    };
    let first = points.iter().find(above);
    first.map(|point| point["from"].as_str().unwrap_or("?")[..7].to_owned()).unwrap_or_default()
}

#[test]
fn every_crossing_is_found_every_total_agrees_and_any_cut_has_the_whole() {
    let Some(house) = filed() else { return };
    let expected = shared("synthetic/stats_expected_crossings.csv").expect("beside the figures");
    for ((indicator, _), column) in INDICATORS.iter().zip([2, 3]) {
        let items = all(&house, indicator, "district_old");
        assert_eq!(items.len(), 13);
        for row in &expected {
            let own =
                items.iter().find(|item| item["unit"]["code"].as_u64() == row[0].parse().ok());
            let points = own.expect("the district")["points"].as_array().expect("points");
            assert_eq!(points.len(), 36, "{indicator} {}", row[1]);
            assert_eq!(crossing(points), row[column], "{indicator} {}", row[1]);
        }
        let odd: Vec<&Value> =
            items.iter().filter_map(|item| item["findings"].as_array()).flatten().collect();
        assert_eq!(odd, [&Value::Null; 0], "nothing here is odd");
    }
    provinces(&house);
    cuts(&house);
}

/// `month,subscribers,smartphones,households,fibre,share,share,over,over`.
fn provinces(house: &House) {
    let expected = shared("synthetic/stats_expected_province.csv").expect("beside the figures");
    for ((indicator, _), at) in INDICATORS.iter().zip([1, 3]) {
        let points = series(house, indicator, "province_old", "public");
        assert_eq!(points.len(), expected.len());
        for (point, row) in points.iter().zip(&expected) {
            assert!(point["from"].as_str().is_some_and(|from| from.starts_with(&row[0])));
            let whole: Value = json!([
                row[at + 1].parse::<u64>().expect("a count"),
                row[at].parse::<u64>().expect("a count")
            ]);
            assert_eq!(counts(point), whole, "{indicator} {}", row[0]);
            let share = row[5 + (at - 1) / 2].parse::<f64>().expect("a share");
            let found = point["now"]["ratio"].as_f64().expect("a ratio");
            assert!((found - share * 100.0).abs() < 0.000_6, "{indicator} {}: {found}", row[0]);
            assert_eq!(
                (&point["now"]["complete"], &point["now"]["estimated"]),
                (&json!(true), &json!(false))
            );
        }
    }
    // The target of the order, judged on the due day and now.
    let path = "/api/v1/targets?as_of=2025-12-31";
    let list = house.get(path, "public").json();
    let items = list["items"].as_array().expect("a list");
    let of = |clause: &str| items.iter().find(|one| one["clause"] == clause).expect("the target");
    let over = |column: usize, month: &str| {
        let row = expected.iter().find(|row| row[0] == month).expect("the month");
        json!(row[column] == "yes")
    };
    for (clause, column) in [("II.4a", 7), ("II.4b", 8)] {
        let target = of(clause);
        assert_eq!(target["at_due"]["meets"], over(column, "2023-12"), "{target}");
        assert_eq!(target["judged"]["meets"], over(column, "2025-12"), "{target}");
        assert_eq!(target["series"].as_array().map(Vec::len), Some(36));
    }
}

/// Filed by old district; read by commune of today, by old commune and by province, a month after
/// the reform and one before it: nothing is lost, nothing is there twice.
fn cuts(house: &House) {
    for (to, households) in [(21_136, 300), (21_157, 194)] {
        let body = json!({"count_unit": {"code": 21_142, "day": "2025-07-01", "to": to,
            "households": households, "source": "thử nghiệm"}});
        assert_eq!(house.post("/api/v1/decisions", "officer", &body.to_string()).status, 201);
    }
    for (indicator, _) in INDICATORS {
        let sums = |by: &str| {
            let items = all(house, indicator, by);
            let at = |month: &str| {
                let points = items.iter().filter_map(|item| item["points"].as_array()).flatten();
                let own = points.filter(|point| point["from"] == format!("{month}-01"));
                own.fold((0, 0), |(part, whole), point| {
                    let count = |name: &str| point["now"][name].as_u64().unwrap_or(0);
                    (part + count("numerator"), whole + count("denominator"))
                })
            };
            [at("2024-05"), at("2025-09")]
        };
        let whole = sums("province_old");
        for by in ["district_old", "commune_old", "commune", "province"] {
            assert_eq!(sums(by), whole, "{indicator} {by}");
        }
    }
}

/// The old districts of which something never reached 80 %, as they were worked out.
#[test]
fn a_trend_is_told_from_six_complete_figures_on() {
    let Some(house) = filed() else { return };
    let pace = |as_of: &str| {
        let list = house.get(&format!("/api/v1/targets?as_of={as_of}"), "public").json();
        let items = list["items"].as_array().cloned().unwrap_or_default();
        let target = items.into_iter().find(|one| one["clause"] == "II.4b").expect("the target");
        target["trend"].clone()
    };
    assert_eq!(pace("2023-05-31"), Value::Null, "five figures say nothing");
    let trend = pace("2023-06-30");
    assert_eq!(trend["points"], 6);
    assert_eq!(trend["method"], "least-squares-95");
    let (early, month, late) = (&trend["earliest"], &trend["month"], &trend["latest"]);
    assert!(early.as_str() <= month.as_str() && month.as_str() <= late.as_str(), "{trend}");
    assert!(month.as_str() > Some("2023-06"), "{trend}");
}
