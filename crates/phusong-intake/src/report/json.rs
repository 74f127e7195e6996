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
        malformed(line, 0, "not UTF-8")
    })?;
    let whole_text: &RawValue = parse(text, text)?;
    let mut body = Body::default();
    let mut rows_missing = true;
    for (name, value) in members(text, whole_text)?.into_iter().flatten() {
        match &*name {
            "rows" => {
                if let Some(rows) = items(text, value)? {
                    rows_missing = false;
                    // One row more than may be: the reading tells that they are too many.
                    for (raw, number) in rows.into_iter().take(MOST_ROWS + 1).zip(1_u32..) {
                        body.rows.push(row(text, raw, number)?);
                    }
                }
            }
            "on_behalf_of" => match parse(text, value.get())? {
                Cell::Null => {}
                Cell::Text(text) => body.on_behalf_of = Some(text),
                _ => body.findings.push(wrong_member("on_behalf_of", "a text")),
            },
            "document" => document(text, value, &mut body)?,
            _ => body.findings.push(wrong_member(&name, "known here")),
        }
    }
    if rows_missing {
        let message = ("thiếu danh sách \"rows\"", "the list \"rows\" is missing");
        body.findings.push(whole("rows-missing", message).on("rows"));
    }
    Ok(body)
}

fn row(text: &str, raw: &RawValue, number: u32) -> Result<Cells, Unreadable> {
    let mut cells = Cells::new(number);
    let Some(members) = members(text, raw)? else {
        let message = ("dòng không phải là một đối tượng JSON", "the row is no JSON object");
        cells.refuse("row-type", "", "", message);
        return Ok(cells);
    };
    for (name, value) in members {
        let shown = || name.chars().take(80).collect::<String>();
        let Some(column) = Column::named(&name) else {
            let message = ("không có cột này trong mẫu", "the template has no such column");
            cells.refuse("unknown-column", &shown(), "", message);
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
                let message =
                    ("giá trị không phải là chữ hay số", "the value is neither text nor number");
                cells.refuse("cell-type", &shown(), "", message);
            }
        }
    }
    Ok(cells)
}

fn document(text: &str, raw: &RawValue, body: &mut Body) -> Result<(), Unreadable> {
    let Some(members) = members(text, raw)? else {
        if raw.get() != "null" {
            body.findings.push(wrong_member("document", "an object"));
        }
        return Ok(());
    };
    for (name, value) in members {
        let value = match parse(text, value.get())? {
            Cell::Null => None,
            Cell::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => {
                body.findings.push(wrong_member(&format!("document.{name}"), "a text"));
                continue;
            }
        };
        match (&*name, value) {
            ("number", value) => body.document.number = value,
            ("title", value) => body.document.title = value,
            ("day", value) => match value.as_deref().map(str::parse::<Day>).transpose() {
                Ok(day) => body.document.day = day,
                Err(_) => body.findings.push(wrong_member("document.day", "a day, YYYY-MM-DD")),
            },
            _ => body.findings.push(wrong_member(&format!("document.{name}"), "known here")),
        }
    }
    Ok(())
}

fn wrong_member(name: &str, expected: &str) -> Finding {
    let shown: String = name.chars().take(80).collect();
    let message =
        (&*format!("mục “{shown}” sai hoặc không có"), &*format!("“{shown}” is not {expected}"));
    whole("bad-member", message).on(&shown)
}

fn malformed(line: usize, column: usize, why: &str) -> Unreadable {
    Unreadable::malformed(Finding::new(
        "bad-json",
        Severity::Refuse,
        (
            format!("nội dung không phải JSON hợp lệ: dòng {line}, cột {column}"),
            format!("the body is no valid JSON: line {line}, column {column}: {why}"),
        ),
        ("sửa chỗ đó rồi gửi lại", "mend that place and send again"),
    ))
}

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
        malformed(lines + error.line(), column, &error.to_string())
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
                    return Err(A::Error::custom(format_args!("key {shown:?} stands twice")));
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
