//! Answers as CSV that a spreadsheet opens as it is: UTF-8 with its mark, no formulas, the
//! columns' codes or their Vietnamese names as headings.

use axum::Json;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::blocking;
use super::front::quality;
use super::params::{Params, doc};
use super::problem::Problem;

/// One column: its code, its name on screen, its cell of a row.
pub struct Column<T> {
    pub code: &'static str,
    pub vi: &'static str,
    pub cell: fn(&T) -> String,
}

pub const fn column<T>(code: &'static str, vi: &'static str, cell: fn(&T) -> String) -> Column<T> {
    Column { code, vi, cell }
}

/// What stands above the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Headings {
    /// For programs: they never change.
    #[default]
    Code,
    Vi,
}

const HEADINGS: [(&str, Headings); 2] = [("code", Headings::Code), ("vi", Headings::Vi)];

impl Headings {
    pub fn parameter() -> Parameter {
        let about = "CSV: tên cột là mã, hay tiếng Việt / column codes, or Vietnamese names";
        doc::word("headings", &HEADINGS, about)
    }

    pub fn of(params: &Params) -> Result<Self, Problem> {
        Ok(params.word("headings", &HEADINGS)?.unwrap_or_default())
    }
}

/// The forms of an answer that is a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Json,
    Csv,
}

pub const FORMATS: [(&str, Form); 2] = [("json", Form::Json), ("csv", Form::Csv)];

/// The parameters of a list that is a table too.
#[derive(Debug)]
pub struct Tabled;

impl IntoParams for Tabled {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            doc::word("format", &FORMATS, "thay cho Accept / instead of Accept"),
            Headings::parameter(),
        ]
    }
}

/// Named outright, or what `Accept` wants more than JSON.
pub fn wants_csv(params: &Params, headers: &HeaderMap) -> Result<bool, Problem> {
    let named = params.word("format", &FORMATS)?;
    Ok(named.map_or_else(
        || quality(headers, "text/csv") > quality(headers, "application/json"),
        |form| form == Form::Csv,
    ))
}

/// The mark by which spreadsheets know UTF-8.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// The whole table as bytes.
pub fn csv<T>(
    columns: &[Column<T>],
    headings: Headings,
    rows: impl IntoIterator<Item = T>,
) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(UTF8_MARK.to_vec());
    let heading = |column: &Column<T>| match headings {
        Headings::Code => column.code,
        Headings::Vi => column.vi,
    };
    let mut written = writer.write_record(columns.iter().map(heading));
    for row in rows {
        let cells = columns.iter().map(|column| plain((column.cell)(&row)));
        written = written.and_then(|()| writer.write_record(cells));
    }
    // Writing to memory does not fail.
    written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default()
}

pub const CSV: &str = "text/csv; charset=utf-8";

/// The columns of a list, its rows, and the cursor of the page behind them.
pub type Table<L, T> = (&'static [Column<T>], fn(L) -> (Vec<T>, Option<String>));

/// A list as JSON, or its rows as a table where one is asked for; made off the async threads.
pub async fn listed<L: Serialize + Send + 'static, T: 'static>(
    params: Params,
    headers: &HeaderMap,
    (columns, rows): Table<L, T>,
    make: impl FnOnce(&Params) -> Result<L, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let headings = wants_csv(&params, headers)?.then(|| Headings::of(&params)).transpose()?;
    blocking(move || {
        let list = make(&params)?;
        Ok(match headings {
            Some(headings) => {
                let (rows, next) = rows(list);
                page(&params, csv(columns, headings, rows), next.as_deref())
            }
            None => Json(list).into_response(),
        })
    })
    .await
}

/// A page of a table; where another follows, its address stands in `Link`, as no row could say it.
pub fn page(params: &Params, bytes: Vec<u8>, next: Option<&str>) -> Response {
    linked(params, response(bytes), next)
}

pub fn linked(params: &Params, mut response: Response, next: Option<&str>) -> Response {
    if let Some(link) = next.and_then(|cursor| params.link_to(cursor)) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

pub fn response(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, CSV)], bytes).into_response()
}

/// A cell that a spreadsheet would take for a formula gets a quote before it; a number stays one.
fn plain(text: String) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && text.parse::<f64>().is_err() { format!("'{text}") } else { text }
}

/// Several in one cell.
pub fn joined<T: AsRef<str>>(parts: impl Iterator<Item = T>) -> String {
    let mut all = String::new();
    for part in parts {
        if !all.is_empty() {
            all.push_str("; ");
        }
        all.push_str(part.as_ref());
    }
    all
}

/// A cell that may be empty.
pub fn maybe<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_text_and_a_negative_number_is_a_number() {
        let columns = [column("a", "A", |cell: &&str| (*cell).to_owned())];
        let cells = ["=1+1", "+84", "-3.5", "-cmd|' /C calc'!A0", "@x", "\tx", "Đăk Pao, \"cũ\""];
        let bytes = csv(&columns, Headings::Code, cells);
        assert!(bytes.starts_with(UTF8_MARK));
        let text = String::from_utf8(bytes[3..].to_vec()).expect("UTF-8");
        let expected =
            "a\n'=1+1\n+84\n-3.5\n'-cmd|' /C calc'!A0\n'@x\n'\tx\n\"Đăk Pao, \"\"cũ\"\"\"\n";
        assert_eq!(text, expected);
    }
}
