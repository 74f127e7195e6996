//! JSON bodies that are wrong, sent to every operation that takes one: each fault is told by its
//! pointer, its value, what is needed and what to do, in words of our own in both languages.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::edge::{Answer, Ask, House};

/// Of the sentences that deserializers make; none may leave the house.
const SENTENCES: [&str; 18] = [
    "invalid type",
    "invalid value",
    "invalid length",
    "expected",
    "unknown field",
    "missing field",
    "unknown variant",
    "did not match",
    "untagged",
    "u32",
    "u64",
    "f64",
    "struct ",
    " at line ",
    "EOF",
    "recursion",
    "trailing",
    "control character",
];
const ROLES: [&str; 5] = ["viettel", "officer", "approver", "commune", "public"];

/// Operations with a JSON body that has members, and their schema.
fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let of = |(path, item): (&String, &Value)| {
        let schema = &item["post"]["requestBody"]["content"]["application/json"]["schema"];
        (!schema.is_null()).then(|| (path.clone(), schema.clone()))
    };
    paths.iter().filter_map(of).collect()
}

/// Bodies with every member filled, one for each variant; a shape without members gives none.
fn samples(document: &Value, schema: &Value) -> Vec<Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = document.pointer(reference.trim_start_matches('#')).expect("a schema");
        return samples(document, schema);
    }
    if let Some(variants) = schema["oneOf"].as_array() {
        return variants.iter().flat_map(|variant| samples(document, variant)).collect();
    }
    if let Some(word) = schema["enum"].get(0) {
        return vec![word.clone()];
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null").expect("a type"),
        kind => kind,
    };
    match kind.as_str() {
        Some("object") => {
            let mut bodies = vec![Map::new()];
            for (name, member) in schema["properties"].as_object().into_iter().flatten() {
                let variants = samples(document, member);
                let of = |body: &Map<String, Value>| {
                    let with = |value: &Value| {
                        let mut body = body.clone();
                        body.insert(name.clone(), value.clone());
                        body
                    };
                    variants.iter().map(with).collect::<Vec<_>>()
                };
                bodies = bodies.iter().flat_map(of).collect();
            }
            let free = &schema["additionalProperties"];
            if free.is_object() {
                let values = samples(document, free);
                return values.iter().map(|value| json!({ "tên": value })).collect();
            }
            bodies.into_iter().map(Value::Object).collect()
        }
        Some("array") => {
            let items = samples(document, &schema["items"]);
            items.into_iter().map(|item| json!([item])).collect()
        }
        Some("string") => vec![json!("x")],
        Some("integer" | "number") => vec![json!(1)],
        Some("boolean") => vec![json!(true)],
        _ => Vec::new(),
    }
}

/// The same body with one member wrong, with its pointer, what stands there, and what is wrong.
fn wrongs(whole: &Value, at: &str, into: &mut Vec<(Value, String, &'static str)>) {
    let here = whole.pointer(at).expect("a member");
    let wrong = if here.is_object() { json!(7) } else { json!({ "lạ": 1 }) };
    let with = |value: Value| {
        let mut body = whole.clone();
        *body.pointer_mut(at).expect("a member") = value;
        body
    };
    into.push((with(wrong), at.to_owned(), "type"));
    match here {
        Value::Object(members) => {
            let mut more = members.clone();
            more.insert("khong/co".to_owned(), json!(1));
            into.push((with(Value::Object(more)), format!("{at}/khong~1co"), "unknown"));
            for name in members.keys() {
                wrongs(whole, &format!("{at}/{name}"), into);
            }
        }
        Value::Array(items) if !items.is_empty() => wrongs(whole, &format!("{at}/0"), into),
        _ => {}
    }
}

/// By the first who may act there.
fn sent(house: &House, path: &str, body: &str, language: &str) -> Answer {
    let path = path.replace("{id}", "none").replace("{reference}", "none");
    let headers = [("content-type", "application/json"), ("accept-language", language)];
    let mut last = None;
    for role in ROLES {
        let ask = Ask { method: "POST", path: &path, body: body.as_bytes(), ..Ask::default() };
        let answer = house.ask(&ask.with(&headers).by(house.key(role)));
        if matches!(answer.status, 200 | 400 | 422) {
            return answer;
        }
        last = Some(answer);
    }
    last.expect("an answer")
}

fn sentence_in(text: &str) -> Option<&'static str> {
    SENTENCES.into_iter().find(|sentence| text.contains(sentence))
}

/// What is wrong with how a wrong member is told.
fn untold(answer: &Answer, pointer: &str, what: &str) -> Option<String> {
    let error = &answer.json()["errors"][0];
    let text = |member: &str| error[member].as_str().unwrap_or("").to_owned();
    if answer.status != 422 || error["pointer"].as_str().unwrap_or("") != pointer {
        return Some(format!("{} at {}", answer.status, error["pointer"]));
    }
    if let Some(sentence) = sentence_in(&answer.text()) {
        return Some(format!("holds {sentence:?}"));
    }
    if text("message_vi").is_empty() || text("message_vi") == text("message_en") {
        return Some("no message in both languages".to_owned());
    }
    if text("remedy_vi").is_empty() || text("remedy_vi") == "xem /docs" {
        return Some("does not say what to do".to_owned());
    }
    (what == "type" && text("value").is_empty()).then(|| "does not show the value".to_owned())
}

/// What is wrong with the answer to a body with one wrong member.
fn fault_of(
    house: &House,
    path: &str,
    body: &Value,
    pointer: &str,
    what: &str,
    language: &str,
) -> Option<String> {
    let is_report = path.starts_with("/api/v1/reports") && !path.contains("{id}");
    if !is_report {
        let answer = sent(house, path, &body.to_string(), language);
        // What may be of several shapes is told as a whole: one act of several, a text or a list.
        let is_choice =
            ["v1/decisions", "/waiting/{reference}"].iter().any(|end| path.ends_with(end));
        let pointer = match pointer {
            "/khong~1co" if is_choice => "",
            _ => pointer
                .strip_suffix("/technology/0")
                .map_or(pointer, |_| pointer.trim_end_matches("/0")),
        };
        let fault = untold(&answer, pointer, what)?;
        return Some(format!("{fault}: {}", answer.text()));
    }
    // A report tells all of its faults: it is sent with this one alone.
    let mut body = body.clone();
    if let Some(members) = body.as_object_mut() {
        members.retain(|name, _| {
            name == "rows" || pointer.starts_with(&format!("/{name}")) || name == "khong/co"
        });
        if let Some(document) = members.get_mut("document").and_then(Value::as_object_mut) {
            document.retain(|name, value| name != "day" || value != "x");
        }
    }
    let answer = sent(house, path, &body.to_string(), language);
    let fault = if path.ends_with("/preview") {
        // Its findings stand in the draft.
        let is_told = answer.status == 200 && answer.text().contains("message_vi");
        sentence_in(&answer.text()).map(str::to_owned).or((!is_told).then(|| "untold".to_owned()))
    } else {
        // One that is no object is a report without its rows.
        untold(
            &answer,
            if pointer.is_empty() { "/rows" } else { pointer },
            if pointer.is_empty() { "" } else { what },
        )
    };
    Some(format!("{}: {}", fault?, answer.text()))
}

#[test]
fn every_wrong_member_of_every_body_is_told_in_words_of_our_own() {
    let house = House::open();
    let document = house.get("/openapi.json", "public").json();
    let (mut tried, mut taking, mut faults) = (0, 0, String::new());
    for (path, schema) in operations(&document) {
        let mut bodies = samples(&document, &schema);
        bodies.retain(|body| body.as_object().is_some_and(|body| !body.is_empty()));
        let mut cases = Vec::new();
        for body in &bodies {
            wrongs(body, "", &mut cases);
        }
        taking += usize::from(!bodies.is_empty());
        cases.sort_by_key(|(body, at, _)| (at.clone(), body.to_string()));
        cases.dedup();
        for (body, pointer, what) in cases {
            tried += 1;
            for language in ["vi", "en"] {
                if let Some(fault) = fault_of(&house, &path, &body, &pointer, what, language) {
                    writeln!(faults, "{path} {pointer} {body}: {fault}").expect("told");
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
    assert!(taking > 20 && tried > 150, "only {tried} bodies of {taking} operations were tried");
}

#[test]
fn what_is_no_json_is_told_with_its_line_in_words_of_our_own() {
    let house = House::open();
    let document = house.get("/openapi.json", "public").json();
    let broken = [
        "{",
        "{\"a\":1,\n\"a\":2}",
        "{\"a\" 1}",
        "{\"a\":[1,]}",
        "{a:1}",
        "{} x",
        "{\"a\":NaN}",
        "{\"a\":1e400}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\q\"}",
        "{\"a\":01}",
        "{\"a\":tru}",
    ];
    let mut faults = String::new();
    for (path, _schema) in operations(&document) {
        for body in broken {
            // A report is read where it lies: a number that is no number yet is a wrong cell there.
            let answers = ["vi", "en"].map(|language| sent(&house, &path, body, language));
            let detail =
                |answer: &Answer| answer.json()["detail"].as_str().unwrap_or("").to_owned();
            let sentence = answers.iter().find_map(|answer| sentence_in(&answer.text()));
            let is_told = answers.iter().all(|answer| answer.status == 400)
                && answers[0].json()["errors"][0]["remedy_vi"] == "sửa chỗ đó rồi gửi lại"
                && detail(&answers[0]).to_lowercase().contains("dòng ")
                && detail(&answers[1]).to_lowercase().contains("line ");
            let lies_where_read = body.contains("1e400") && path.ends_with("/reports")
                || body.contains("1e400") && path.ends_with("/reports/preview");
            if sentence.is_some() || !is_told && !lies_where_read {
                let text = answers[0].text();
                writeln!(faults, "{path} {body:?}: {sentence:?} {text}").expect("told");
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// A GeoJSON is told with its place too, and in no parser's words.
#[test]
fn a_geojson_that_is_no_json_is_told_with_its_line() {
    let house = House::open();
    let ask = Ask {
        method: "POST",
        path: "/api/v1/reports",
        body: b"{\"type\":\n\"Feature",
        ..Ask::default()
    };
    let headers = [("content-type", "application/geo+json")];
    let answer = house.ask(&ask.with(&headers).by(house.key("viettel")));
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert_eq!(sentence_in(&answer.text()), None, "{}", answer.text());
    let told = answer.json()["errors"][0]["message_vi"].as_str().unwrap_or("").to_owned();
    assert!(told.contains("dòng 2, cột 8"), "{told}");
}
