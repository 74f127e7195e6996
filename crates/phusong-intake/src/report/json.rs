//! A report as JSON, read where it lies: no tree of the whole body is built, a key that stands
//! twice is seen, and every wrong member is named with its place.

use std::borrow::Cow;
use std::fmt;

use phusong_atlas::domain::{Day, DocumentRef};
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::cells::Cells;
use super::columns::Column;
use super::{MOST_ROWS, whole};
use crate::Unreadable;
use crate::finding::{Finding, Severity};
use crate::shape::json_syntax;

/// What a body says of itself, and its rows.
#[derive(Debug, Default)]
pub struct Body {
    pub on_behalf_of: Option<String>,
    pub document: DocumentRef,
    pub rows: Vec<Cells>,
    /// On the filing as a whole.
    pub findings: Vec<Finding>,
}

/// # Errors
/// `Malformed` when it is no JSON, or a key stands twice.
pub fn read(bytes: &[u8]) -> Result<Body, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        malformed(line, 0, ("không phải UTF-8", "not UTF-8"))
    })?;
    let whole_text: &RawValue = parse(text, text)?;
    let mut body = Body::default();
    let mut rows_missing = Some(None);
    for (name, value) in members(text, whole_text)?.into_iter().flatten() {
        match &*name {
            "rows" => {
                rows_missing = Some(Some(shown(value)));
                if let Some(rows) = items(text, value)? {
                    rows_missing = None;
                    // One row more than may be: the reading tells that they are too many.
                    for (raw, number) in rows.into_iter().take(MOST_ROWS + 1).zip(1_u32..) {
                        body.rows.push(row(text, raw, number)?);
                    }
                }
            }
            "on_behalf_of" => match parse(text, value.get())? {
                Cell::Null => {}
                Cell::Text(text) => body.on_behalf_of = Some(text),
                _ => body.findings.push(wrong_member("on_behalf_of", value, TEXT)),
            },
            "document" => document(text, value, &mut body)?,
            _ => body.findings.push(unknown_member(&name, "on_behalf_of, document, rows")),
        }
    }
    if let Some(instead) = rows_missing {
        let message = ("thiếu danh sách \"rows\"", "the list \"rows\" is missing");
        let finding = whole("rows-missing", message).on("rows");
        body.findings.push(Finding { value: instead, ..finding });
    }
    Ok(body)
}

fn row(text: &str, raw: &RawValue, number: u32) -> Result<Cells, Unreadable> {
    let mut cells = Cells::new(number);
    let Some(members) = members(text, raw)? else {
        let message = ("mỗi dòng phải là một đối tượng { }", "every row has to be an object { }");
        cells.refuse("row-type", "", &shown(raw), message);
        return Ok(cells);
    };
    for (name, value) in members {
        let short = |name: &str| name.chars().take(80).collect::<String>();
        let Some(column) = Column::named(&name) else {
            let message = ("không có cột này trong mẫu", "the template has no such column");
            cells.refuse("unknown-column", &short(&name), "", message);
            continue;
        };
        match parse(text, value.get())? {
            Cell::Null => {}
            Cell::Text(text) => cells.push(column, &text),
            Cell::List(texts) if column.is_list() => {
                for text in &texts {
                    cells.push(column, text);
                }
            }
            Cell::List(_) | Cell::Wrong => {
                let message = if column.is_list() {
                    (
                        "giá trị phải là chữ, số hoặc danh sách chữ",
                        "the value has to be text, a number or a list of texts",
                    )
                } else {
                    ("giá trị phải là chữ hoặc số", "the value has to be text or a number")
                };
                cells.refuse("cell-type", &short(&name), &shown(value), message);
            }
        }
    }
    Ok(cells)
}

fn document(text: &str, raw: &RawValue, body: &mut Body) -> Result<(), Unreadable> {
    let Some(members) = members(text, raw)? else {
        if raw.get() != "null" {
            body.findings.push(wrong_member("document", raw, ("đối tượng { }", "an object { }")));
        }
        return Ok(());
    };
    for (name, raw) in members {
        let value = match parse(text, raw.get())? {
            Cell::Null => None,
            Cell::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => {
                body.findings.push(wrong_member(&format!("document.{name}"), raw, TEXT));
                continue;
            }
        };
        match (&*name, value) {
            ("number", value) => body.document.number = value,
            ("title", value) => body.document.title = value,
            ("day", value) => {
                if let Ok(day) = value.as_deref().map(str::parse::<Day>).transpose() {
                    body.document.day = day;
                } else {
                    let day = ("ngày YYYY-MM-DD có trong lịch", "a day YYYY-MM-DD of the calendar");
                    body.findings.push(wrong_member("document.day", raw, day));
                }
            }
            _ => {
                let name = format!("document.{name}");
                body.findings.push(unknown_member(&name, "number, day, title"));
            }
        }
    }
    Ok(())
}

const TEXT: (&str, &str) = ("chữ trong ngoặc kép", "text in quotes");

/// A value as it stands in the body, of a long one its beginning; what holds others is not spread
/// out, because any of them may be a secret.
fn shown(raw: &RawValue) -> String {
    match raw.get().as_bytes().first() {
        Some(b'{') => "{…}".to_owned(),
        Some(b'[') => "[…]".to_owned(),
        _ => raw.get().chars().take(60).collect(),
    }
}

fn wrong_member(name: &str, value: &RawValue, (vi, en): (&str, &str)) -> Finding {
    let shown = shown(value);
    let message = (
        format!("mục “{name}” phải là {vi}, không phải {shown}"),
        format!("“{name}” has to be {en}, not {shown}"),
    );
    let remedy = ("sửa giá trị này rồi gửi lại", "mend this value and send again");
    let finding = Finding::new("bad-member", Severity::Refuse, message, remedy).on(name);
    Finding { value: Some(shown), ..finding }
}

fn unknown_member(name: &str, known: &str) -> Finding {
    let name: String = name.chars().take(80).collect();
    let message = (
        format!("không có mục “{name}”; có: {known}"),
        format!("there is no “{name}”; there are: {known}"),
    );
    let remedy = ("bỏ mục này hoặc viết đúng tên", "leave it out or mend its name");
    Finding::new("bad-member", Severity::Refuse, message, remedy).on(&name)
}

fn malformed(line: usize, column: usize, (vi, en): (&str, &str)) -> Unreadable {
    Unreadable::malformed(Finding::new(
        "bad-json",
        Severity::Refuse,
        (
            format!("nội dung không phải JSON hợp lệ: dòng {line}, cột {column}: {vi}"),
            format!("the body is no valid JSON: line {line}, column {column}: {en}"),
        ),
        ("sửa chỗ đó rồi gửi lại", "mend that place and send again"),
    ))
}

const TWICE: &str = "twice: ";

/// Reads a part of the body; a fault is told by its place in the whole.
fn parse<'t, T: Deserialize<'t>>(body: &'t str, part: &'t str) -> Result<T, Unreadable> {
    serde_json::from_str(part).map_err(|error| {
        let before = &body[..part.as_ptr() as usize - body.as_ptr() as usize];
        let lines = before.matches('\n').count();
        let column = if error.line() == 1 {
            before.len() - before.rfind('\n').map_or(0, |at| at + 1) + error.column()
        } else {
            error.column()
        };
        let sentence = error.to_string();
        let Some((_, key)) = sentence.split_once(TWICE) else {
            return malformed(lines + error.line(), column, json_syntax(&error));
        };
        let key = key.split(" at line ").next().unwrap_or("");
        let (vi, en) = (format!("khóa {key} có hai lần"), format!("the key {key} stands twice"));
        malformed(lines + error.line(), column, (&vi, &en))
    })
}

type Members<'t> = Vec<(Cow<'t, str>, &'t RawValue)>;

/// The members of an object; `None` when it is none.
fn members<'t>(body: &'t str, raw: &'t RawValue) -> Result<Option<Members<'t>>, Unreadable> {
    struct Object<'t>(Members<'t>);

    impl<'t> Deserialize<'t> for Object<'t> {
        fn deserialize<D: Deserializer<'t>>(from: D) -> Result<Self, D::Error> {
            from.deserialize_map(Reader)
        }
    }

    struct Reader;

    impl<'t> Visitor<'t> for Reader {
        type Value = Object<'t>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Object<'t>, A::Error> {
            let mut members = Members::new();
            while let Some((name, value)) = map.next_entry::<Cow<'t, str>, &RawValue>()? {
                if members.iter().any(|(known, _)| *known == name) {
                    let shown: String = name.chars().take(80).collect();
                    return Err(A::Error::custom(format_args!("{TWICE}{shown:?}")));
                }
                // More members than any row has: the rest is named by the first of them.
                if members.len() < 200 {
                    members.push((name, value));
                }
            }
            Ok(Object(members))
        }
    }

    if !raw.get().starts_with('{') {
        return Ok(None);
    }
    parse::<Object<'t>>(body, raw.get()).map(|object| Some(object.0))
}

fn items<'t>(body: &'t str, raw: &'t RawValue) -> Result<Option<Vec<&'t RawValue>>, Unreadable> {
    if !raw.get().starts_with('[') {
        return Ok(None);
    }
    parse(body, raw.get()).map(Some)
}

/// A value of a row, as text.
enum Cell {
    Null,
    Text(String),
    List(Vec<String>),
    /// An object, a boolean, a list of lists.
    Wrong,
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(CellReader)
    }
}

struct CellReader;

impl<'de> Visitor<'de> for CellReader {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Cell, E> {
        Ok(Cell::Wrong)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Cell, E> {
        Ok(Cell::Text(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Cell, E> {
        Ok(Cell::Text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Cell, E> {
        Ok(Cell::Text(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Cell, A::Error> {
        let mut texts = Vec::new();
        let mut fits = true;
        while let Some(item) = items.next_element::<Cell>()? {
            match item {
                Cell::Null => {}
                Cell::Text(text) => texts.push(text),
                Cell::List(_) | Cell::Wrong => fits = false,
            }
        }
        Ok(if fits { Cell::List(texts) } else { Cell::Wrong })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Cell, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Cell::Wrong)
    }
}
