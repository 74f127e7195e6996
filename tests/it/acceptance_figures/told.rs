//! What the answers say, in short.

use serde_json::{Value, json};

use crate::edge::House;

/// All points of the first unit of a cut.
pub fn series(house: &House, indicator: &str, by: &str, role: &str) -> Vec<Value> {
    let path = format!("/api/v1/statistics?indicator={indicator}&by={by}");
    let list = house.get(&path, role).json();
    list["items"][0]["points"].as_array().cloned().unwrap_or_else(|| panic!("{list}"))
}

/// `[numerator, denominator]`.
pub fn counts(point: &Value) -> Value {
    json!([point["now"]["numerator"], point["now"]["denominator"]])
}

pub fn ratio(point: &Value) -> Value {
    point["now"]["ratio"].clone()
}
