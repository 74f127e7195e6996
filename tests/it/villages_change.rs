//! Villages that are divided and villages that move, from the list that says so to every answer
//! about them.

use serde_json::{Value, json};

use crate::edge::{Ask, COMMUNE, House, report};
use crate::mvt;

/// Holds the whole province.
const PROVINCE: &str = "8/205/117.mvt";

const FORM: &[(&str, &str)] = &[("content-type", "multipart/form-data; boundary=----x")];

/// A draft of a list of villages, as an officer sends it.
fn begin(house: &House, csv: &str) -> Value {
    let part = |head: &str, text: &str| {
        format!("------x\r\ncontent-disposition: form-data; {head}\r\n\r\n{text}\r\n")
    };
    let body = [
        part("name=\"file\"; filename=\"thon.csv\"", csv),
        part("name=\"kind\"", "villages"),
        "------x--\r\n".to_owned(),
    ];
    let body = body.concat();
    let ask =
        Ask { method: "POST", path: "/api/v1/filings", body: body.as_bytes(), ..Ask::default() };
    let answer = house.ask(&ask.with(FORM).by(house.key("officer")));
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn file(house: &House, draft: &Value) {
    assert_eq!(draft["can_file"], json!(true), "{draft}");
    let at = format!("/api/v1/filings/{}/file", draft["id"].as_str().expect("an id"));
    let filed = house.post(&at, "officer", "");
    assert_eq!(filed.status, 201, "{}", filed.text());
}

fn answer(house: &House, draft: &Value, answers: &Value) -> Value {
    let at = format!("/api/v1/filings/{}/answers", draft["id"].as_str().expect("an id"));
    let told = house.post(&at, "officer", &json!({ "answers": answers }).to_string());
    assert_eq!(told.status, 200, "{}", told.text());
    told.json()
}

fn get(house: &House, path: &str) -> Value {
    let answer = house.get(path, "officer");
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

/// (villages, households, villages whose households nobody knows), of all verdicts together.
fn counted(house: &House, filter: &str) -> (u64, u64, u64) {
    let list = get(house, &format!("/api/v1/gaps?{filter}"));
    let totals = list["totals"].as_object().expect("totals");
    let sum = |member: &str| totals.values().filter_map(|total| total[member].as_u64()).sum();
    (sum("villages"), sum("households"), sum("villages_households_unknown"))
}

fn split_list(first: &str, second: &str) -> String {
    format!(
        "Thôn;Xã;Số hộ;Thôn cũ;Quan hệ với thôn cũ;Từ ngày;Kinh độ;Vĩ độ;Sai số (m)\n\
         Làng Xà Nu;{COMMUNE};{first};kon-doc;chia tách;01/10/2025;108,8216;14,7030;100\n\
         Làng Pơ Lang;{COMMUNE};{second};kon-doc;chia tách;01/10/2025;108,8316;14,7130;100\n"
    )
}

/// Both halves wait for one question; whichever is chosen has the cluster, with all that was ever
/// said of it, and the duty stays in sight on both.
#[test]
fn a_village_that_is_divided_is_asked_where_its_centre_went() {
    for chosen in [0, 1] {
        let house = House::open();
        let list = format!("Thôn;Xã;Số hộ;Từ ngày\nKon Dóc;{COMMUNE};90;01/09/2025\n");
        file(&house, &begin(&house, &list));
        let before = counted(&house, "as_of=2025-09-30");
        let verdict_before = get(&house, "/api/v1/villages/kon-doc")["verdict"].clone();

        let draft = begin(&house, &split_list("50", "40"));
        let questions = draft["questions"].as_array().expect("questions").clone();
        assert_eq!(questions.len(), 1, "{draft}");
        let asked = &questions[0];
        assert_eq!(
            (&asked["code"], &asked["column"], &asked["value"], &asked["rows"]),
            (&json!("split-cluster"), &json!("cum_nhan_ve"), &json!("kon-doc"), &json!([2, 3]))
        );
        let halves: Vec<String> = asked["candidates"]
            .as_array()
            .expect("candidates")
            .iter()
            .map(|one| one["id"].as_str().expect("an id").to_owned())
            .collect();
        assert_eq!(halves.len(), 2, "{asked}");
        assert_eq!((&draft["can_file"], &draft["fileable"]), (&json!(false), &json!(0)));
        assert_eq!(house.get("/api/v1/villages/kon-doc", "officer").status, 200);

        let own = json!([{"column": "cum_nhan_ve", "value": "kon-doc", "means": halves[chosen]}]);
        file(&house, &answer(&house, &draft, &own));
        let ended = house.get("/api/v1/villages/kon-doc", "officer");
        let heirs = ended.json()["errors"][0]["candidates"].clone();
        let heirs = heirs.as_array().expect("candidates").iter();
        let mut heirs: Vec<String> =
            heirs.map(|one| one["id"].as_str().expect("an id").to_owned()).collect();
        heirs.sort();
        let mut expected = halves.clone();
        expected.sort();
        assert_eq!((ended.status, heirs), (404, expected));

        // A report of a later day that names it is asked; one of an earlier day is of it.
        for (day, is_asked) in [("2025-10-01", true), ("2025-09-30", false)] {
            let body = report("QNI009", "kon-doc", day);
            let preview = house.post("/api/v1/reports/preview", "viettel", &body);
            assert_eq!(preview.text().contains("village-ended"), is_asked, "{}", preview.text());
        }

        for (at, half) in halves.iter().enumerate() {
            let page = get(&house, &format!("/api/v1/villages/{half}"));
            let step = &page["succession"][0];
            let clusters = if at == chosen { json!(["kon-doc"]) } else { json!([]) };
            assert_eq!((&step["relation"], &step["clusters"]), (&json!("split"), &clusters));
            assert_eq!(page["register"][0]["id"], "duty-iv16-kon-doc", "{page}");
            let verdict = if at == chosen { verdict_before.clone() } else { json!("insufficient") };
            assert_eq!(page["verdict"], verdict, "half {at} of {chosen}");
        }
        let duties = get(&house, "/api/v1/duties");
        assert_eq!(duties["items"].as_array().map(Vec::len), Some(9), "none is lost or doubled");
        let open = counted(&house, "duty=open&as_of=2025-10-01");
        assert_eq!(open.0, counted(&house, "duty=open&as_of=2025-09-30").0 + 1);

        // To the household, on the day before and on the day.
        assert_eq!(counted(&house, "as_of=2025-09-30"), before);
        let after = counted(&house, "as_of=2025-10-01");
        assert_eq!(after, (before.0 + 1, before.1, before.2));
    }
}

#[test]
fn households_of_the_parts_that_differ_from_the_whole_are_told() {
    let house = House::open();
    let list = format!("Thôn;Xã;Số hộ;Từ ngày\nKon Dóc;{COMMUNE};90;01/09/2025\n");
    file(&house, &begin(&house, &list));
    for (first, second, is_told) in [("50", "40", false), ("50", "41", true), ("50", "", true)] {
        let draft = begin(&house, &split_list(first, second));
        let rows = draft["rows"].as_array().expect("rows");
        let mut codes = rows.iter().flat_map(|row| row["findings"].as_array().expect("findings"));
        let told = codes.any(|one| one["code"] == "split-households");
        assert_eq!(told, is_told, "{first} + {second}: {draft}");
    }
}

/// One goes into another that goes on: its households come along, though nobody counted anew.
#[test]
fn households_follow_the_clusters_of_a_village_that_was_merged() {
    let house = House::open();
    let list = format!(
        "Thôn;Xã;Số hộ;Từ ngày;Kinh độ;Vĩ độ\nKon Dóc;{COMMUNE};90;01/09/2025;;\n\
         Làng Xà Nu;{COMMUNE};30;01/09/2025;108,8216;14,7030\n"
    );
    file(&house, &begin(&house, &list));
    let before = counted(&house, "as_of=2025-09-30");
    let merged = format!("Thôn;Xã;Thôn cũ;Từ ngày\nLàng Xà Nu;{COMMUNE};kon-doc;01/10/2025\n");
    file(&house, &begin(&house, &merged));
    let after = counted(&house, "as_of=2025-10-01");
    assert_eq!((after.0, after.1, after.2), (before.0 - 1, before.1, before.2));
    assert_eq!(counted(&house, "as_of=2025-09-30"), before);
    // Neither had a cluster of its own: two are there now, told apart by the villages they stood for.
    let items = get(&house, "/api/v1/villages?q=L%C3%A0ng%20X%C3%A0%20Nu")["items"].clone();
    let heir = items[0]["id"].as_str().expect("an id").to_owned();
    let page = get(&house, &format!("/api/v1/villages/{heir}?as_of=2025-10-01"));
    let own = page["clusters"].as_array().expect("clusters").iter();
    let mut shown: Vec<&str> = own.map(|one| one["id"].as_str().expect("an id")).collect();
    shown.sort_unstable();
    assert_eq!(shown, ["kon-doc", heir.as_str()], "{page}");
    let clusters = get(&house, "/api/v1/planning/clusters?as_of=2025-10-01");
    let sum: u64 = clusters["totals"]
        .as_object()
        .expect("totals")
        .values()
        .filter_map(|total| total["households"].as_u64())
        .sum();
    assert_eq!(sum, after.1, "by clusters as by villages: {clusters}");
}

/// Before the move it counts under the commune that it left, after it under the new one.
#[test]
fn a_village_that_moved_counts_where_it_lay_on_the_day() {
    let house = House::open();
    let row = |commune: &str, from: &str| {
        format!("Mã thôn;Thôn;Xã;Số hộ;Từ ngày\nlang-mam;Làng Mâm;{commune};70;{from}\n")
    };
    file(&house, &begin(&house, &row("xã Ba Tơ", "01/09/2025")));
    file(&house, &begin(&house, &row("xã Đặng Thùy Trâm", "01/10/2025")));
    let commune = |as_of: &str| {
        get(&house, &format!("/api/v1/villages/lang-mam?as_of={as_of}"))["commune"]["code"]
            .as_u64()
            .expect("a code")
    };
    let (old, new) = (commune("2025-09-30"), commune("2025-10-01"));
    assert_ne!(old, new);
    let is_in = |code: u64, as_of: &str| {
        let page = get(&house, &format!("/api/v1/communes/{code}?as_of={as_of}"));
        let items = page["items"].as_array().expect("items");
        items.iter().any(|item| item["id"] == "lang-mam")
    };
    for (as_of, own, other) in [("2025-09-30", old, new), ("2025-10-01", new, old)] {
        assert!(is_in(own, as_of) && !is_in(other, as_of), "{as_of}");
        let tile =
            house.get(&format!("/tiles/communes,villages/{PROVINCE}?as_of={as_of}"), "public");
        let layers = mvt::read(&tile.body);
        let shown = layers["villages"].features.iter().find(|it| it.text("id") == "lang-mam");
        let shown = shown.map(|village| village.number("commune"));
        assert_eq!(shown, Some(f64::from(u32::try_from(own).expect("a code"))), "{as_of}");
        // Every grouping comes to the whole.
        let whole = counted(&house, &format!("as_of={as_of}"));
        let communes = get(&house, &format!("/api/v1/communes?as_of={as_of}"));
        let items = communes["items"].as_array().expect("communes");
        let of = |code: u64| {
            let card = items.iter().find(|card| card["code"] == json!(code));
            let card = card.unwrap_or_else(|| panic!("{code}: {communes}"));
            card["villages"].as_u64().expect("a count")
        };
        assert_eq!(of(own), counted(&house, &format!("unit={own}&as_of={as_of}")).0);
        assert_eq!(of(other), counted(&house, &format!("unit={other}&as_of={as_of}")).0);
        let placed: u64 = items.iter().filter_map(|card| card["villages"].as_u64()).sum();
        assert!(placed <= whole.0, "{placed} of {}", whole.0);
    }
    let moved = |as_of: &str| {
        let communes = get(&house, &format!("/api/v1/communes?as_of={as_of}"));
        let items = communes["items"].as_array().expect("communes").clone();
        items.iter().filter_map(|card| card["villages"].as_u64()).sum::<u64>()
    };
    assert_eq!(moved("2025-09-30"), moved("2025-10-01"), "none is lost on the way");
}
