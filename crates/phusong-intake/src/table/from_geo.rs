//! Layers of a vector file as tables: fields are headings, a feature is a row with its geometry.

use std::collections::HashMap;
use std::sync::Arc;

use phusong_gis::{Driver, Feature, GeoFile, Layer, Value};

use super::{Cell, Drawing, Table, TableRow};
use crate::report::place_of;

/// Every layer that holds something.
pub fn tables(file: GeoFile) -> Vec<Table> {
    let is_geojson = file.driver == Driver::GeoJson;
    let layers = file.layers.into_iter().filter(|layer| !layer.features.is_empty());
    layers.map(|layer| table(layer, is_geojson)).collect()
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
    TableRow { number: feature.row, hidden: false, cells, drawn, findings }
}

fn cell(value: Value) -> Cell {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "counts, not identities of 16 digits")]
        Value::Integer(number) if number.unsigned_abs() < 1 << 53 => Cell::Number(number as f64),
        Value::Integer(number) => Cell::Text(number.to_string()),
        Value::Real(number) => Cell::Number(number),
        // A list of a GeoJSON comes as its JSON text.
        Value::Text(text) if text.starts_with('[') => {
            let items = serde_json::from_str::<Vec<String>>(&text);
            Cell::Text(items.map_or(text, |items| items.join(";")))
        }
        Value::Text(text) => Cell::Text(text),
    }
}
