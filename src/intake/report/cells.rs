//! The cells of a row as text, whether they came as JSON or CSV.

use std::collections::BTreeMap;

use serde_json::Value;

use super::COLUMNS;
use crate::intake::finding::{Finding, Severity};

#[derive(Debug, Clone, Default)]
pub struct Cells {
    pub row: u32,
    /// Column → the texts in it (several for a list).
    values: BTreeMap<&'static str, Vec<String>>,
    pub findings: Vec<Finding>,
}

impl Cells {
    pub fn from_json(row: &Value, number: u32) -> Self {
        let mut cells = Self { row: number, ..Self::default() };
        let Some(members) = row.as_object() else {
            cells.refuse(
                "row-type",
                "",
                "dòng không phải là một đối tượng JSON",
                "the row is no JSON object",
            );
            return cells;
        };
        for (name, value) in members {
            let Some(column) = COLUMNS.into_iter().find(|column| column == name) else {
                cells.refuse(
                    "unknown-column",
                    name,
                    "không có cột này trong mẫu",
                    "the template has no such column",
                );
                continue;
            };
            let texts = match value {
                Value::Array(items) => items.iter().map(text_of).collect(),
                other => text_of(other).map(|text| vec![text]),
            };
            match texts {
                Some(texts) => {
                    cells.values.insert(column, texts);
                }
                None => cells.refuse(
                    "cell-type",
                    name,
                    "giá trị không phải là chữ hay số",
                    "the value is neither text nor number",
                ),
            }
        }
        cells
    }

    fn refuse(&mut self, code: &'static str, column: &str, vi: &str, en: &str) {
        let remedy = ("sửa theo mẫu báo cáo", "follow the report template");
        let finding = Finding::new(code, Severity::Refuse, (vi, en), remedy);
        self.findings.push(finding.at(self.row, column, ""));
    }

    /// Trimmed; empty when the cell is.
    pub fn text(&self, column: &'static str) -> &str {
        self.values.get(column).and_then(|texts| texts.first()).map_or("", |text| text.trim())
    }

    /// Every text of a list cell, split at the separators.
    pub fn list(&self, column: &'static str, separators: &[char]) -> Vec<String> {
        let texts = self.values.get(column).map_or(&[][..], Vec::as_slice);
        texts
            .iter()
            .flat_map(|text| text.split(separators))
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Rows by their header; or every fault of the file.
pub fn from_csv(bytes: &[u8]) -> Result<(Vec<Cells>, Vec<Finding>), Vec<Finding>> {
    let fail = |code, vi: String, en: String| {
        let remedy = (
            "lưu lại tệp dạng CSV UTF-8 theo mẫu",
            "save the file again as CSV UTF-8 by the template",
        );
        vec![Finding::new(code, Severity::Refuse, (vi, en), remedy)]
    };
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        fail(
            "not-utf8",
            format!("dòng {at}: tệp không phải UTF-8"),
            format!("line {at}: not UTF-8"),
        )
    })?;
    let text = text.trim_start_matches('\u{feff}');
    if text.contains('\0') {
        return Err(fail("nul", "tệp có ký tự NUL".into(), "the file holds a NUL".into()));
    }
    if text.matches('"').count() % 2 == 1 {
        let line = text.lines().zip(1..).filter(|(line, _)| line.matches('"').count() % 2 == 1);
        let at = line.last().map_or(1, |(_, number)| number);
        return Err(fail(
            "open-quote",
            format!("dòng {at}: dấu ngoặc kép không đóng"),
            format!("line {at}: a quote is never closed"),
        ));
    }
    let header = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|mark| header.bytes().filter(|byte| byte == mark).count())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let columns = columns(reader.headers().map_err(|error| {
        fail("csv", format!("không đọc được tiêu đề: {error}"), format!("header: {error}"))
    })?)?;
    let mut rows = Vec::new();
    for (record, row) in reader.records().zip(1_u32..) {
        let record = record.map_err(|error| {
            let (vi, en) =
                (format!("dòng {row}: số cột không khớp"), format!("row {row}: {error}"));
            fail("row-length", vi, en)
        })?;
        let values = columns
            .iter()
            .zip(&record)
            .map(|(column, value)| (*column, vec![value.to_owned()]))
            .collect();
        rows.push(Cells { row, values, findings: Vec::new() });
    }
    let mut notes = Vec::new();
    if delimiter != b',' {
        let mark = char::from(delimiter);
        notes.push(Finding::new(
            "delimiter",
            Severity::Note,
            (format!("dấu phân cách là {mark:?}"), format!("the delimiter is {mark:?}")),
            ("không cần làm gì", "nothing to do"),
        ));
    }
    Ok((rows, notes))
}

/// The order is free; unknown, repeated and missing columns are named, all of them.
fn columns(header: &csv::StringRecord) -> Result<Vec<&'static str>, Vec<Finding>> {
    let mut found = Vec::new();
    let mut faults = Vec::new();
    let mut fault = |code, column: &str, vi: &str, en: &str| {
        let remedy = ("dùng đúng tên cột của mẫu", "use the template's column names");
        faults.push(Finding::new(code, Severity::Refuse, (vi, en), remedy).at(0, column, column));
    };
    for name in header {
        match COLUMNS.into_iter().find(|column| *column == name.trim()) {
            None => fault(
                "unknown-column",
                name,
                "không có cột này trong mẫu",
                "the template has no such column",
            ),
            Some(column) if found.contains(&column) => {
                fault("duplicate-column", name, "cột này có hai lần", "this column stands twice");
            }
            Some(column) => found.push(column),
        }
    }
    for column in ["ma_tram", "loai_su_kien", "ngay_su_kien"] {
        if !found.contains(&column) {
            fault("missing-column", column, "thiếu cột này", "this column is missing");
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}
