//! Villages by name, as the page asks for them.

use serde_json::json;

use crate::edge::House;

#[test]
fn a_village_is_found_however_many_units_are_called_alike_and_without_any_accent() {
    let house = House::open();
    for (asked, found) in [
        ("son", "thon-son"),
        ("thon%20son", "thon-son"),
        ("kon%20doc", "kon-doc"),
        ("thon%20kon%20doc", "kon-doc"),
        ("lang%20kon%20doc", "kon-doc"),
        ("th%C3%B4n%20kon%20doc", "kon-doc"),
        ("thon%20go%20tranh", "go-tranh"),
        ("lang%20mam", "lang-mam"),
    ] {
        for limit in [1, 8, 30] {
            let path = format!("/api/v1/villages?q={asked}&limit={limit}");
            let list = house.get(&path, "public").json();
            assert_eq!(list["items"][0]["id"], found, "{path}: {list}");
        }
    }
    let none = house.get("/api/v1/villages?q=zzz&limit=8", "public").json();
    assert_eq!(none["items"], json!([]));
}
