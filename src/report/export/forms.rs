//! A table as XLSX, GeoPackage and GeoJSON.

use phusong_atlas::domain::Day;
use phusong_geopackage::{Cell, Feature, GeoPackageError, Holds, Layer};
use phusong_sheets::{ExportCell, ExportSheet, WriteError, workbook};
use serde_json::{Map, Value as Json};

use super::{Export, Form, Line, Value};

fn civil(day: Day) -> (u16, u8, u8) {
    let date = day.date();
    let narrow = |n: i8| u8::try_from(n).unwrap_or(1);
    (u16::try_from(date.year()).unwrap_or(1), narrow(date.month()), narrow(date.day()))
}

/// The table, and a sheet that says what it means and where it comes from.
pub fn xlsx(export: &Export) -> Result<Vec<u8>, WriteError> {
    let cell = |value: &Value| match value {
        Value::Unknown => ExportCell::Empty,
        Value::Text(text) => ExportCell::Text(text.clone()),
        #[expect(clippy::cast_precision_loss, reason = "counts of people and villages")]
        Value::Count(count) => ExportCell::Number(*count as f64),
        Value::Number(number) => ExportCell::Number(*number),
        Value::Day(day) => {
            let (year, month, day) = civil(*day);
            ExportCell::Day(year, month, day)
        }
    };
    let data = ExportSheet {
        name: "Dữ liệu".to_owned(),
        headings: export.columns.iter().map(|column| column.heading.to_owned()).collect(),
        rows: export.lines.iter().map(|line| line.cells.iter().map(cell).collect()).collect(),
        widths: export.columns.iter().map(|column| column.width).collect(),
    };
    let text = |text: &str| ExportCell::Text(text.to_owned());
    let row = |name: &str, code: &str, meaning: &str| vec![text(name), text(code), text(meaning)];
    let mut rows = vec![row(&export.title, "", "")];
    rows.extend(export.basis.iter().map(|(name, value)| row(name, "", value)));
    rows.extend(export.columns.iter().map(|one| row(one.heading, one.code, one.meaning)));
    rows.extend(export.sources.iter().map(|source| row("Nguồn", "", source)));
    let about = ExportSheet {
        name: "Định nghĩa và nguồn".to_owned(),
        headings: ["Mục", "Mã cột", "Nội dung"].map(str::to_owned).into(),
        rows,
        widths: vec![30, 18, 90],
    };
    workbook(&export.title, civil(export.day), &[data, about])
}

/// The layer, and a table of definitions and sources beside it.
pub fn geopackage(export: &Export) -> Result<Vec<u8>, GeoPackageError> {
    let columns = export.columns.iter().map(|column| {
        let holds = match column.form {
            Form::Text => Holds::Text,
            Form::Count => Holds::Integer,
            Form::Number => Holds::Real,
            Form::Day => Holds::Day,
        };
        (column.code.to_owned(), holds)
    });
    let cell = |value: &Value| match value {
        Value::Unknown => Cell::Empty,
        Value::Text(text) => Cell::Text(text.clone()),
        Value::Count(count) => Cell::Integer(i64::try_from(*count).unwrap_or(i64::MAX)),
        Value::Number(number) => Cell::Real(*number),
        Value::Day(day) => Cell::Text(day.to_string()),
    };
    let features = export
        .lines
        .iter()
        .map(|line| Feature { at: line.at, cells: line.cells.iter().map(cell).collect() });
    let basis: Vec<String> =
        export.basis.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let layer = Layer {
        name: export.name,
        title: export.title.clone(),
        description: basis.join("; "),
        columns: columns.collect(),
        spatial: export.spatial,
        features: features.collect(),
    };
    let about = |name: &str, meaning: &str| Feature {
        at: None,
        cells: vec![Cell::Text(name.to_owned()), Cell::Text(meaning.to_owned())],
    };
    let told = export.basis.iter().map(|(name, value)| about(name, value));
    let told = told.chain(
        export
            .columns
            .iter()
            .map(|column| about(column.code, &format!("{}: {}", column.heading, column.meaning))),
    );
    let told = told.chain(export.sources.iter().map(|source| about("Nguồn", source)));
    let definitions = Layer {
        name: "definitions",
        title: "Định nghĩa và nguồn".to_owned(),
        description: String::new(),
        columns: vec![("muc".to_owned(), Holds::Text), ("noi_dung".to_owned(), Holds::Text)],
        spatial: false,
        features: told.collect(),
    };
    phusong_geopackage::geopackage(&[layer, definitions], &export.day.to_string())
}

/// RFC 7946, with the basis as a foreign member.
pub fn geojson(export: &Export) -> Result<Vec<u8>, serde_json::Error> {
    let feature = |line: &Line| {
        let geometry = line.at.map_or(Json::Null, |at| {
            let mut geometry = Map::new();
            geometry.insert("type".to_owned(), "Point".into());
            geometry.insert("coordinates".to_owned(), at.to_vec().into());
            Json::Object(geometry)
        });
        let cells = export.columns.iter().zip(&line.cells).map(|(column, value)| {
            let value = match value {
                Value::Unknown => Json::Null,
                Value::Text(text) => text.as_str().into(),
                Value::Count(count) => (*count).into(),
                Value::Number(number) => (*number).into(),
                Value::Day(day) => day.to_string().into(),
            };
            (column.code.to_owned(), value)
        });
        let mut feature = Map::new();
        feature.insert("type".to_owned(), "Feature".into());
        feature.insert("geometry".to_owned(), geometry);
        feature.insert("properties".to_owned(), Json::Object(cells.collect()));
        Json::Object(feature)
    };
    let basis = export.basis.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
    let mut collection = Map::new();
    collection.insert("type".to_owned(), "FeatureCollection".into());
    collection.insert("basis".to_owned(), Json::Object(basis.collect()));
    collection.insert("features".to_owned(), export.lines.iter().map(feature).collect());
    serde_json::to_vec(&Json::Object(collection))
}
