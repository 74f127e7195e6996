//! The contract: what is served stands in it, what stands in it is served, in the shapes it says.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::edge::{Ask, House, report};

/// Files of the page; and nothing else may be served outside the contract.
const PAGE: [&str; 3] = ["/", "/favicon.svg", "/assets/{*name}"];

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn document(house: &House) -> Value {
    house.get("/openapi.json", "public").json()
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            METHODS.iter().filter_map(|method| {
                let operation = item.get(*method)?;
                Some((path.clone(), (*method).to_owned(), operation.clone()))
            })
        })
        .collect()
}

/// The paths that the router knows, from its own description of itself.
fn routed(house: &House) -> BTreeSet<String> {
    let text = format!("{:?}", phusong::http::router(house.service.clone()));
    let start = text.find("paths: {").expect("axum's Debug names its paths") + "paths: {".len();
    let end = start + text[start..].find('}').map_or(0, |_| closing(&text[start..]));
    text[start..end].split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Where the brace that is open at the start closes; braces inside quotes do not count.
fn closing(text: &str) -> usize {
    let mut quoted = false;
    for (at, sign) in text.char_indices() {
        match sign {
            '"' => quoted = !quoted,
            '}' if !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

#[test]
fn every_route_stands_in_the_contract_and_the_contract_names_no_other() {
    let house = House::open();
    let document = document(&house);
    let mut described: BTreeSet<String> =
        document["paths"].as_object().expect("paths").keys().cloned().collect();
    described.extend(PAGE.map(str::to_owned));
    assert_eq!(routed(&house), described);
    // And by method: what is not described is 405, what is described is not.
    for path in described.iter().filter(|path| !PAGE.contains(&path.as_str())) {
        let asked = path
            .replace("{id}", "kon-doc")
            .replace("{layers}", "villages")
            .replace("{file}", "villages.json")
            .replace("{z}/{x}/{y}", "0/0/0.mvt");
        if asked == "/events" {
            continue; // never ends; its test is elsewhere
        }
        for method in METHODS {
            let is_described = document["paths"][path].get(method).is_some();
            let method = method.to_ascii_uppercase();
            let answer = house.ask(&Ask { method: &method, path: &asked, ..Ask::default() });
            assert_eq!(answer.status != 405, is_described, "{method} {asked}: {}", answer.status);
        }
    }
}

#[test]
fn every_operation_says_in_both_languages_what_it_is_takes_and_answers() {
    let house = House::open();
    let document = document(&house);
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["components"]["securitySchemes"]["key"]["scheme"], "bearer");
    let mut faults = String::new();
    let mut fault = |what: &str, path: &str, method: &str| {
        let _never_fails = writeln!(faults, "{method} {path}: {what}");
    };
    for (path, method, operation) in operations(&document) {
        if !operation["summary"].as_str().is_some_and(|summary| summary.contains(" / ")) {
            fault("the summary is not in Vietnamese and English", &path, &method);
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["schema"].is_null() {
                fault(&format!("{} has no type", parameter["name"]), &path, &method);
            }
        }
        let responses = operation["responses"].as_object().expect("responses");
        for status in ["400", "401", "406", "414", "500"] {
            if !responses.contains_key(status) {
                fault(&format!("{status} is not said"), &path, &method);
            }
        }
        for (status, response) in
            responses.iter().filter(|(status, _)| status.starts_with(['4', '5']))
        {
            if response["content"]["application/problem+json"].is_null() {
                fault(&format!("{status} is no problem+json"), &path, &method);
            }
        }
        for reference in references(&operation) {
            if resolve(&document, &reference).is_null() {
                fault(&format!("{reference} leads nowhere"), &path, &method);
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, member)| match member {
                Value::String(text) if name == "$ref" => vec![text.clone()],
                other => references(other),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn resolve<'d>(document: &'d Value, reference: &str) -> &'d Value {
    document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null)
}

/// Does the value have the shape? The words of JSON Schema that our document uses.
fn misfit(document: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return misfit(document, resolve(document, reference), value, at);
    }
    for all in schema["allOf"].as_array().into_iter().flatten() {
        if let Some(misfit) = misfit(document, all, value, at) {
            return Some(misfit);
        }
    }
    if let Some(one_of) = schema["oneOf"].as_array() {
        let fits = one_of.iter().filter(|one| misfit(document, one, value, at).is_none()).count();
        if fits != 1 {
            return Some(format!("{at}: fits {fits} of {}", one_of.len()));
        }
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return Some(format!("{at}: {value} is none of {words:?}"));
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is_of(kind, value)) {
        return Some(format!("{at}: {value} is no {kinds:?}"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.is_object() && value.get(name).is_none() {
            return Some(format!("{at}: {name} is missing"));
        }
    }
    let members = schema["properties"].as_object().into_iter().flatten();
    for (name, member) in members.filter(|(name, _)| value.get(name.as_str()).is_some()) {
        let misfit = misfit(document, member, &value[name.as_str()], &format!("{at}/{name}"));
        if misfit.is_some() {
            return misfit;
        }
    }
    let items = value.as_array().filter(|_| !schema["items"].is_null());
    items.into_iter().flatten().enumerate().find_map(|(index, item)| {
        misfit(document, &schema["items"], item, &format!("{at}/{index}"))
    })
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

#[test]
fn answers_have_the_shapes_that_the_contract_says() {
    let house = House::open();
    let document = document(&house);
    let body = report("QNI001", "Kon Dóc", "2026-11-01");
    let filed = house.post("/api/v1/reports", "viettel", &body).json();
    let id = filed["report"].as_str().expect("an id").to_owned();
    let preview = report("QNI002", "Thôn Cà", "2026-13-01");
    let mut asked = 0;
    for (path, method, operation) in operations(&document) {
        let address = path
            .replace("{layers}/{z}", "villages/0")
            .replace("{file}", "villages.json")
            .replace("/reports/{id}", &format!("/reports/{id}"))
            .replace("{id}", "kon-doc");
        let address = match path.as_str() {
            "/api/v1/sites/nearest" => "/api/v1/sites/nearest?lon=108.8&lat=14.7".to_owned(),
            "/api/v1/templates/{file}" => "/api/v1/templates/none".to_owned(),
            "/docs/{file}" => "/docs/swagger-ui.css".to_owned(),
            "/api/v1/changes" => "/api/v1/changes?from=2023-01-01&to=2026-01-01".to_owned(),
            "/api/v1/planning/series" => format!("{path}?from=2026-01-01"),
            "/api/v1/planning/then-and-now" => format!("{path}?known_at=2026-01-01"),
            "/api/v1/planning/sites" => {
                format!("{path}?reach_m=3000&sites=2&demand=not_covered,insufficient")
            }
            "/api/v1/rules/diff" => format!("{path}?b=vi-du-nghiem:1"),
            _ => address,
        };
        for role in ["public", "viettel", "officer"] {
            let answer = match (method.as_str(), path.as_str()) {
                (_, "/events") | ("delete", _) => continue,
                ("get", _) => house.get(&address, role),
                (_, "/api/v1/reports") => house.post(&address, role, &body),
                (_, "/api/v1/reports/preview") => house.post(&address, role, &preview),
                ("patch", _) => house.ask(&Ask::json("PATCH", &address, "{}").by(house.key(role))),
                _ => house.post(&address, role, "{}"),
            };
            let content = answer.header("content-type").split(';').next().unwrap_or("");
            if !content.ends_with("json") {
                continue;
            }
            asked += 1;
            let response = &operation["responses"][answer.status.to_string()];
            let schema = &response["content"][content]["schema"];
            assert!(
                !schema.is_null(),
                "{method} {address} as {role}: {} {content} is not in the contract: {}",
                answer.status,
                answer.text()
            );
            let misfit = misfit(&document, schema, &answer.json(), "");
            assert_eq!(misfit, None, "{method} {address} as {role}: {}", answer.status);
        }
    }
    assert!(asked > 40, "only {asked} answers were looked at");
}

/// The whole document, as it was last read by people: `PHUSONG_BLESS=1` writes it anew.
#[test]
fn the_contract_is_the_one_that_was_read() {
    let house = House::open();
    let served = house.get("/openapi.json", "public").text();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    if std::env::var_os("PHUSONG_BLESS").is_some() {
        std::fs::write(&path, format!("{served}\n")).expect("written");
    }
    let read = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        read.trim_end() == served.trim_end(),
        "docs/openapi.json differs from what is served: look at the change, then run \
         PHUSONG_BLESS=1 cargo test --test it the_contract_is"
    );
}

fn extension(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, extension)| extension)
}

#[test]
fn the_page_to_try_it_needs_nothing_from_elsewhere() {
    let house = House::open();
    let moved = house.get("/docs", "public");
    assert_eq!((moved.status, moved.header("location")), (308, "/docs/"));
    let page = house.get("/docs/", "public");
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").to_owned();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("script-src 'self'"),
        "{policy}"
    );
    let text = page.text();
    let named: Vec<&str> = text
        .split(['"', '\''])
        .filter(|part| [Some("js"), Some("css"), Some("png")].contains(&extension(part)))
        .collect();
    assert!(named.len() >= 3, "{text}");
    for name in named {
        assert!(!name.contains("//"), "{name} would be fetched from elsewhere");
        let file = house.get(&format!("/docs/{}", name.trim_start_matches("./")), "public");
        assert_eq!(file.status, 200, "{name}");
    }
    // No script inside the page, which its policy would not run.
    assert!(!text.contains("<script>"), "{text}");
    assert!(house.get("/docs/swagger-initializer.js", "public").text().contains("/openapi.json"));
}
