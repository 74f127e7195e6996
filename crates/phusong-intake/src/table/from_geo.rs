//! Layers of a vector file as tables: fields are headings, a feature is a row with its geometry.

use std::collections::HashMap;
use std::sync::Arc;

use phusong_gis::{Driver, Feature, GeoFile, Layer, Note, Raster, Value};
use smol_str::ToSmolStr;

use super::{Cell, Drawing, Table, TableRow};
use crate::finding::{Finding, Severity};
use crate::report::place_of;

/// Every layer that holds something, with what its reader noted. Texts that are bytes stay so:
/// the table's own repair tells their letters. Rasters are no tables yet ([`crate::raster`]).
pub fn tables(file: GeoFile) -> (Vec<Table>, Vec<Finding>, Vec<Raster>) {
    let is_geojson = file.driver == Driver::GeoJson;
    let findings: Vec<Finding> = file.notes.iter().map(noted).collect();
    let layers = file.layers.into_iter().filter(|layer| !layer.features.is_empty());
    let tables = layers.map(|layer| table(layer, is_geojson)).collect();
    (tables, findings, file.rasters)
}

fn noted(note: &Note) -> Finding {
    let remedy = ("xem lại trong tệp gốc", "look at the original file");
    Finding::new(note.code(), Severity::Warn, (note.message_vi(), note.to_string()), remedy)
}

fn table(layer: Layer, is_geojson: bool) -> Table {
    let places: HashMap<Arc<str>, u16> = layer.fields.iter().cloned().zip(0_u16..).collect();
    Table {
        name: layer.name,
        rows: layer.features.into_iter().map(|feature| row(feature, &places)).collect(),
        fields: Some(layer.fields.iter().map(ToString::to_string).collect()),
        layer: Some(Drawing { declared: layer.declared_crs, is_geojson }),
        ..Table::default()
    }
}

fn row(feature: Feature, places: &HashMap<Arc<str>, u16>) -> TableRow {
    let (drawn, findings) = match place_of(feature.geometry, feature.row) {
        Ok(drawn) => (drawn, Vec::new()),
        Err(fault) => (None, vec![*fault]),
    };
    let cells = feature.attributes.into_iter().filter_map(|(field, value)| {
        let at = *places.get(&field)?;
        Some((at, cell(value)))
    });
    let mut cells: Vec<(u16, Cell)> = cells.collect();
    cells.sort_by_key(|(at, _)| *at);
    TableRow { number: feature.row, hidden: false, cells, drawn, waits: false, findings }
}

fn cell(value: Value) -> Cell {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "counts, not identities of 16 digits")]
        Value::Integer(number) if number.unsigned_abs() < 1 << 53 => Cell::Number(number as f64),
        Value::Integer(number) => Cell::Text(number.to_smolstr()),
        Value::Real(number) => Cell::Number(number),
        // A list of a GeoJSON comes as its JSON text.
        Value::Text(text) if text.starts_with('[') => {
            let items = serde_json::from_str::<Vec<String>>(&text);
            Cell::Text(items.map_or(text, |items| items.join(";")).into())
        }
        Value::Text(text) => Cell::Text(text.into()),
    }
}
