//! Layers and their rows, from the library to the wire.

use std::io::Write;

use gdal::Dataset;
use gdal::vector::{Feature, LayerAccess, OGRFieldType};

use super::declared::declared;
use super::geometry::geometry_of;
use super::plan::Source;
use super::{Log, send};
use crate::error::{Damage, Measure, ReadError, clip};
use crate::geofile::{Driver, Limits, Value};
use crate::note::Note;
use crate::text::TextEncoding;
use crate::wire::Frame;

/// What all data sets of a file have used up together.
#[derive(Debug, Default)]
pub(super) struct Used {
    pub layers: u32,
    pub rows: u32,
}

/// A field, where it stands in the library's order.
struct Column {
    at: usize,
    name: String,
    kind: OGRFieldType::Type,
}

pub(super) fn read_layers(
    out: &mut impl Write,
    dataset: &Dataset,
    source: &Source,
    (limits, log): (&Limits, &Log),
    used: &mut Used,
) -> Result<(), ReadError> {
    let rows_before = used.rows;
    let layers = dataset.layer_count();
    for index in 0..layers {
        let mut layer =
            dataset.layer(index).map_err(|error| ReadError::library(error.to_string()))?;
        // The points of routes and tracks once more, one by one.
        if source.driver == Driver::Gpx && layer.name().ends_with("_points") {
            continue;
        }
        used.layers += 1;
        if used.layers > limits.layers {
            return Err(ReadError::TooLarge { what: Measure::Layers, max: limits.layers.into() });
        }
        let columns = columns(&layer, source);
        if columns.len() > usize::from(limits.fields) {
            return Err(ReadError::TooLarge { what: Measure::Fields, max: limits.fields.into() });
        }
        let has_geometry = layer.defn().geom_fields().next().is_some();
        let name =
            source.title.clone().unwrap_or_else(|| called(&layer.name(), (index, layers), source));
        let crs = layer.spatial_ref();
        if crs.as_ref().is_some_and(gdal::spatial_ref::SpatialRef::is_local) {
            send(out, &Frame::Notes(vec![Note::NonEarth { layer: name.clone() }]))?;
        }
        let declared_crs = source.crs.or(|| crs.as_ref().and_then(declared));
        let fields = columns.iter().map(|column| clip(column.name.clone())).collect();
        let encoding = source.encoding.clone();
        send(out, &Frame::Layer { name, declared_crs, encoding, fields })?;

        let expected = match source.encoding {
            // Counts deleted records too.
            TextEncoding::Bytes { .. } => None,
            TextEncoding::Unicode => layer.try_feature_count(),
        };
        let mut row: u32 = 0;
        for feature in layer.features() {
            row += 1;
            used.rows += 1;
            if used.rows > limits.rows {
                return Err(ReadError::TooLarge { what: Measure::Rows, max: limits.rows.into() });
            }
            let geometry = geometry_of(&feature, has_geometry, limits);
            send(out, &Frame::Feature { row, geometry, cells: cells_of(&feature, &columns) })?;
        }
        log.check()?;
        missing_rows(expected, row)?;
    }
    missing_rows(source.expected_rows, used.rows - rows_before)
}

/// As its sender calls it. A layer without a name of its own gets that of the file, or of its
/// document; the library would make one up, or use ours for the file.
fn called(name: &str, (at, layers): (usize, usize), source: &Source) -> String {
    let ours = source.path.file_stem().and_then(std::ffi::OsStr::to_str);
    let is_numbered =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let made_up = source.driver == Driver::Kml
        && name
            .strip_prefix("Layer")
            .is_some_and(|rest| is_numbered(rest.trim_start_matches([' ', '#'])));
    if Some(name) != ours && !name.is_empty() && !made_up {
        return clip(name.to_owned());
    }
    match (source.own_name.as_str(), at + 1) {
        (own, _) if layers == 1 => own.to_owned(),
        ("", number) => format!("#{number}"),
        (own, number) => format!("{own} ({number})"),
    }
}

fn missing_rows(expected: Option<u64>, found: u32) -> Result<(), ReadError> {
    match expected {
        Some(expected) if expected != u64::from(found) => {
            let what = Damage::RowsMissing { expected, found: found.into() };
            Err(ReadError::BrokenFile { what })
        }
        _ => Ok(()),
    }
}

/// A KML's look is not data, and a day that nobody wrote is not one.
fn columns(layer: &gdal::vector::Layer<'_>, source: &Source) -> Vec<Column> {
    const LOOK: [&str; 7] =
        ["altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet"];
    const TIMES: [&str; 3] = ["timestamp", "begin", "end"];
    let is_kml = source.driver == Driver::Kml;
    let all = layer.defn().fields().enumerate().map(|(at, field)| Column {
        at,
        name: field.name(),
        kind: field.field_type(),
    });
    all.filter(|column| {
        let name = column.name.as_str();
        !(is_kml && (LOOK.contains(&name) || source.drops_times && TIMES.contains(&name)))
    })
    .collect()
}

fn cells_of(feature: &Feature<'_>, columns: &[Column]) -> Vec<(u16, Value)> {
    let filled = (0_u16..).zip(columns).filter_map(|(place, column)| {
        let at = column.at;
        let value = match column.kind {
            OGRFieldType::OFTInteger | OGRFieldType::OFTInteger64 => {
                Value::Integer(feature.field_as_integer64(at).ok()??)
            }
            OGRFieldType::OFTReal => Value::Real(feature.field_as_double(at).ok()??),
            OGRFieldType::OFTDate | OGRFieldType::OFTDateTime => {
                Value::Text(feature.field_as_string(at).ok()??.replace('/', "-"))
            }
            // Pictures in cells are not for us.
            OGRFieldType::OFTBinary => return None,
            _ => Value::Text(feature.field_as_string(at).ok()??),
        };
        Some((place, value))
    });
    filled.collect()
}
