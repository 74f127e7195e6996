//! Tables of an Atlas as files: every column with its meaning, every cell with its type.
//!
//! One table, three forms: XLSX with a sheet of definitions and sources, GeoPackage, GeoJSON.

mod duties;
mod forms;
mod statistics;
mod villages;

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::Day;

pub use duties::duties;
pub use forms::{geojson, geopackage, xlsx};
pub use statistics::statistics;
pub use villages::villages;

use super::{Asked, words};

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Unknown,
    Text(String),
    Count(u64),
    Number(f64),
    Day(Day),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Unknown } else { Self::Text(text) }
    }

    pub(super) fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Unknown, Self::text)
    }

    pub(super) fn count(count: Option<u32>) -> Self {
        count.map_or(Self::Unknown, |count| Self::Count(count.into()))
    }

    pub(super) fn day(day: Option<Day>) -> Self {
        day.filter(|day| *day > Day::EARLIEST).map_or(Self::Unknown, Self::Day)
    }
}

/// The form of a column's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    Count,
    Number,
    Day,
}

/// A column: its word for programs, its heading for people, what it means.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub code: &'static str,
    pub heading: &'static str,
    pub form: Form,
    /// In letters.
    pub width: u16,
    pub meaning: &'static str,
}

pub(super) const fn column(
    code: &'static str,
    heading: &'static str,
    form: Form,
    width: u16,
    meaning: &'static str,
) -> Column {
    Column { code, heading, form, width, meaning }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Longitude and latitude, where there is a place.
    pub at: Option<[f64; 2]>,
    pub cells: Vec<Value>,
}

/// A table with what is needed to read it alone.
#[derive(Debug, Clone)]
pub struct Export {
    /// Its name in files: `villages`.
    pub name: &'static str,
    pub title: String,
    pub columns: Vec<Column>,
    pub lines: Vec<Line>,
    /// Has places: also for maps.
    pub spatial: bool,
    /// From what it was made: name and value.
    pub basis: Vec<(String, String)>,
    /// Documents and works that its cells rest on, each once, sorted.
    pub sources: Vec<String>,
    pub day: Day,
    pub demo: bool,
}

/// What every export says of itself.
fn basis(atlas: &Atlas, asked: &Asked) -> Vec<(String, String)> {
    let rules = &atlas.common.rules;
    let question = &asked.question;
    let carriers: Vec<&str> = question
        .carriers_in(&atlas.common)
        .into_iter()
        .map(|index| atlas.carrier(index).name.as_str())
        .collect();
    let boundaries = if atlas.areas.any_approximate() {
        "Ranh giới gần đúng, không có giá trị pháp lý"
    } else {
        "Ranh giới do cơ quan nhà nước cung cấp"
    };
    let mut basis = vec![
        ("Tính đến hết ngày".to_owned(), words::day(asked.day())),
        ("Theo dữ liệu nhận đến hết ngày".to_owned(), words::day(asked.known_at)),
        ("Phạm vi".to_owned(), words::scope(atlas)),
        ("Doanh nghiệp".to_owned(), carriers.join(", ")),
        ("Công nghệ tối thiểu".to_owned(), question.least_technology(&atlas.common).to_string()),
        ("Mức xác minh tối thiểu".to_owned(), question.grade.to_string()),
        ("Bộ tiêu chí".to_owned(), format!("{}, phiên bản {}", rules.title_vi, rules.id.version)),
        ("Ranh giới".to_owned(), boundaries.to_owned()),
        ("Trạng thái dữ liệu".to_owned(), atlas.version.to_string()),
    ];
    if let Some(mark) = asked.mark() {
        basis.insert(0, ("Lưu ý".to_owned(), mark));
    }
    basis
}
