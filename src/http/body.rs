//! JSON bodies: of the right type, UTF-8, no key twice, not too deep, every member known; a fault
//! is told with its line or its JSON pointer.

use std::fmt;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::{Map, Number, Value};

mod by_name;

use self::by_name::ByName;
use super::App;
use super::problem::{Kind, Problem, token};
use super::wire::Finding;
use phusong_intake::shape::{Fault, json_syntax};

/// A small body (1 MiB at most) has come whole by then, over the slowest of lines.
const LONGEST_BODY: Duration = Duration::from_mins(1);

/// A body that has become `T`.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let Received(bytes) = Received::from_request(request, app).await?;
        json(&headers, &bytes).map(Self)
    }
}

/// A small body whole, or 408: who dribbles holds a place in the house.
#[derive(Debug)]
pub struct Received(pub Bytes);

impl FromRequest<App> for Received {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let whole = async { Bytes::from_request(request, app).await.map_err(refused) };
        in_time(LONGEST_BODY, whole).await?.map(Self)
    }
}

/// What comes next of a body, or 408.
pub async fn in_time<T>(longest: Duration, coming: impl Future<Output = T>) -> Result<T, Problem> {
    tokio::time::timeout(longest, coming).await.map_err(|_slow| {
        let seconds = longest.as_secs();
        Problem::new(Kind::TooSlow).because(
            format!("Chờ {seconds} giây mà nội dung chưa gửi tiếp"),
            format!("The rest of the body did not come within {seconds} seconds"),
        )
    })
}

/// The same, from bytes that a handler already has.
pub fn json<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Problem> {
    if !matches!(media_type(headers).as_str(), "application/json" | "application/geo+json") {
        return Err(Problem::new(Kind::ContentType)
            .because("Cần application/json", "application/json is needed"));
    }
    typed(&value(bytes)?)
}

/// The name under which a retry of the same act is known.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    match headers.get("idempotency-key").map(|value| value.to_str()) {
        None => Ok(None),
        Some(Ok(key)) if !key.is_empty() && key.len() <= 200 => Ok(Some(key.to_owned())),
        Some(_) => Err(Problem::body("Idempotency-Key sai", "A bad Idempotency-Key")),
    }
}

/// Why the bytes of a body did not come.
pub fn refused(rejection: axum::extract::rejection::BytesRejection) -> Problem {
    let status = axum::response::IntoResponse::into_response(rejection).status();
    Problem::new(Kind::of_status(status.as_u16()))
}

/// `Content-Type` without its parameters, in lower case; empty when there is none.
pub fn media_type(headers: &HeaderMap) -> String {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

/// JSON as it stands, or where it cannot be read.
pub fn value(bytes: &[u8]) -> Result<Value, Problem> {
    if let Err(error) = std::str::from_utf8(bytes) {
        let at = error.valid_up_to();
        return Err(Problem::new(Kind::BadJson)
            .because(format!("Byte {at} không phải UTF-8"), format!("Byte {at} is not UTF-8")));
    }
    let Strict(value) = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let (vi, en) = syntax(&error);
        let (vi, en) = (
            format!("Dòng {line}, cột {column}: {vi}"),
            format!("Line {line}, column {column}: {en}"),
        );
        let finding = Finding::refuse("bad-json", &vi, &en);
        let finding = finding.remedied("sửa chỗ đó rồi gửi lại", "mend that place and send again");
        Problem::new(Kind::BadJson).because(vi, en).naming([finding])
    })?;
    Ok(value)
}

fn syntax(error: &serde_json::Error) -> (String, String) {
    let sentence = error.to_string();
    let twice = sentence.strip_prefix(TWICE).and_then(|rest| rest.split_once(" at line "));
    if let Some((key, _)) = twice {
        let key = key.trim_start_matches(": ");
        return (format!("khóa {key} có hai lần"), format!("the key {key} stands twice"));
    }
    let (vi, en) = json_syntax(error);
    (vi.to_owned(), en.to_owned())
}

/// A value as `T`; a wrong type, an unknown or missing member is told with its pointer, its value,
/// what is needed and what to do.
pub fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(ByName(value)).map_err(|error| {
        let fault = Fault::read(&error.inner().to_string());
        let mut pointer = pointer(error.path());
        if let Fault::Missing { name } = &fault {
            pointer.extend(["/", &token(name)]);
        }
        let (vi, en) = fault.message();
        // A member under a wrong name may hold a secret: of that the name alone is told.
        let is_named = matches!(fault, Fault::Unknown { .. });
        let found = value.pointer(&pointer).filter(|_| !is_named).map(shown);
        let (vi, en) = match &found {
            Some((found_vi, found_en)) => {
                (format!("{vi}, không phải {found_vi}"), format!("{en}, not {found_en}"))
            }
            None => (vi, en),
        };
        let (remedy_vi, remedy_en) = fault.remedy();
        let finding = Finding::refuse("bad-member", &vi, &en).at_pointer(&pointer);
        let finding = finding.remedied(&remedy_vi, &remedy_en);
        let finding = Finding { value: found.map(|(vi, _)| vi), ..finding };
        let place = if pointer.is_empty() { "/" } else { &*pointer };
        Problem::new(Kind::BadBody)
            .because(format!("{place}: {vi}"), format!("{place}: {en}"))
            .naming([finding])
    })
}

/// A value as its sender wrote it, of a long one its beginning; of one that holds others what it
/// is, because any of them may be a secret.
fn shown(value: &Value) -> (String, String) {
    const MOST_SIGNS: usize = 60;
    match value {
        Value::Object(_) => ("đối tượng { }".to_owned(), "an object { }".to_owned()),
        Value::Array(_) => ("danh sách [ ]".to_owned(), "a list [ ]".to_owned()),
        _ => {
            let text = value.to_string();
            let text = match text.char_indices().nth(MOST_SIGNS) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text,
            };
            (text.clone(), text)
        }
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut text = String::new();
    for segment in path {
        text.push('/');
        match segment {
            Segment::Seq { index } => text.push_str(&index.to_string()),
            Segment::Map { key } => text.push_str(&token(key)),
            Segment::Enum { variant } => text.push_str(variant),
            Segment::Unknown => text.push('?'),
        }
    }
    text
}

const TWICE: &str = "this key stands twice";

/// [`Value`], but no key twice in an object: serde_json would keep the last one silently.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((key, Strict(member))) = map.next_entry::<String, Strict>()? {
            if members.contains_key(&key) {
                return Err(A::Error::custom(format!("{TWICE}: {key:?}")));
            }
            members.insert(key, member);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::Language;

    fn told(bytes: &[u8]) -> String {
        match value(bytes) {
            Ok(value) => value.to_string(),
            Err(problem) => problem.render(Language::En, None).detail.unwrap_or_default(),
        }
    }

    #[test]
    fn json_that_cannot_be_read_is_told_with_its_place() {
        let deep = "[".repeat(10_000);
        let cases: [(&[u8], &str); 7] = [
            (b"{", "Line 1, column 1: it stops before everything is closed"),
            (b"{\"a\":1,\n\"a\":2}", "Line 2, column 6: the key \"a\" stands twice"),
            (b"[1e400]", "Line 1, column 6: the number is too large"),
            (b"{\"a\" 1}", "Line 1, column 6: the colon after the member's name is missing"),
            (b"\"\xff\"", "Byte 1 is not UTF-8"),
            (deep.as_bytes(), "Line 1, column 128: it is nested too deep"),
            (b"{\"a\":[1,-2,0.5,null,true,\"x\"]}", "{\"a\":[1,-2,0.5,null,true,\"x\"]}"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(told(bytes), expected);
        }
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_408() {
        let never = std::future::pending::<()>();
        let problem = in_time(Duration::from_millis(1), never).await.unwrap_err();
        assert_eq!(problem.status().as_u16(), 408);
        let come = in_time(LONGEST_BODY, async { 7 }).await;
        assert_eq!(come.unwrap(), 7);
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[serde(rename = "rows")]
        _rows: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[serde(rename = "day")]
        _day: u32,
        #[serde(rename = "on", default)]
        _on: Option<Place>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Place {
        Site(#[expect(dead_code, reason = "only its shape is read")] Site),
    }

    #[derive(Debug, Deserialize)]
    struct Site {
        #[serde(rename = "code")]
        _code: String,
    }

    #[test]
    fn a_wrong_member_is_told_with_its_pointer() {
        let cases = [
            (r#"{"rows":[{"day":1},{"day":"x"}]}"#, "/rows/1/day"),
            (r#"{"rows":[{"dya":1}]}"#, "/rows/0/dya"),
            (r#"{"rows":7}"#, "/rows"),
        ];
        for (body, expected) in cases {
            let problem = typed::<Outer>(&value(body.as_bytes()).unwrap()).unwrap_err();
            let rendered = problem.render(Language::En, None);
            assert_eq!(rendered.errors[0].pointer.as_deref(), Some(expected), "{body}");
            assert_eq!(rendered.status, 422);
        }
    }

    /// Members are told by their names: a list of their values is no object.
    #[test]
    fn a_list_in_place_of_an_object_is_of_another_type() {
        let cases = [
            (r#"[[{"day":1}]]"#, ""),
            (r#"{"rows":[[1]]}"#, "/rows/0"),
            (r#"{"rows":[{"day":1,"on":{"site":["QNI001"]}}]}"#, "/rows/0/on/site"),
            (r#"{"rows":[{"day":1,"on":["site"]}]}"#, "/rows/0/on"),
        ];
        for (body, expected) in cases {
            let problem = typed::<Outer>(&value(body.as_bytes()).unwrap()).expect_err(body);
            let rendered = problem.render(Language::Vi, None);
            assert_eq!(rendered.errors[0].pointer.as_deref(), Some(expected), "{body}");
            let message = &rendered.errors[0].message_vi;
            assert!(message.starts_with("sai kiểu; cần đối tượng { }"), "{body}: {message}");
            assert!(message.ends_with("không phải danh sách [ ]"), "{body}: {message}");
        }
        let whole = r#"{"rows":[{"day":1,"on":{"site":{"code":"QNI001"}}},{"day":2,"on":null}]}"#;
        typed::<Outer>(&value(whole.as_bytes()).unwrap()).expect("an object everywhere");
        for several in ["{}", r#"{"site":{"code":"A"},"other":1}"#] {
            let body = format!("{{\"rows\":[{{\"day\":1,\"on\":{several}}}]}}");
            typed::<Outer>(&value(body.as_bytes()).unwrap()).expect_err(&body);
        }
    }
}
