//! What the child says, checked and turned into what the caller sees: piece by piece, or whole.
//! The child keeps the limits too; here they hold even when it no longer obeys.

use std::sync::Arc;

use crate::error::{Measure, ReadError};
use crate::geofile::{Container, Driver, Feature, GeoFile, Layer, Limits};
use crate::note::Note;
use crate::raster::Raster;
use crate::wire::{Frame, WireGeometry, feature_cost_bytes};

/// A part of a file, in the order of reading.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// A layer begins; its features follow one by one, so this one has none.
    Layer(Layer),
    /// Of the layer that began last.
    Feature(Feature),
    Raster(Box<Raster>),
    /// Of the raster before, in columns and rows.
    Area {
        cells: u64,
        outline: geo::MultiPolygon<f64>,
        simplified_within_cells: Option<f64>,
    },
    Note(Note),
}

/// What is known once a file was read to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    pub driver: Driver,
    pub container: Container,
    /// What the library noted while reading, in its own (English) words; at most 20.
    pub warnings: Vec<String>,
}

/// More notes than that say nothing more.
const NOTES_MAX: usize = 200;

pub(crate) struct Checked<'l> {
    limits: &'l Limits,
    container: Container,
    /// Fields of the layer that began last.
    fields: Option<Vec<Arc<str>>>,
    layers: u32,
    rows: u32,
    rasters: u32,
    notes: usize,
}

impl<'l> Checked<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            container: Container::Plain,
            fields: None,
            layers: 0,
            rows: 0,
            rasters: 0,
            notes: 0,
        }
    }

    pub(crate) fn finish(&self, driver: Driver, warnings: Vec<String>) -> Outline {
        Outline { driver, container: self.container, warnings }
    }

    /// Pieces with what each would take up in memory, in bytes.
    pub(crate) fn pieces(&mut self, frame: Frame) -> Result<Vec<(Piece, u64)>, ReadError> {
        let lie_if = |is_too_much: bool| {
            if is_too_much { Err(ReadError::protocol()) } else { Ok(()) }
        };
        match frame {
            Frame::Container(container) => {
                self.container = container;
                Ok(Vec::new())
            }
            Frame::Notes(notes) => {
                self.notes += notes.len();
                lie_if(self.notes > NOTES_MAX)?;
                Ok(notes.into_iter().map(|note| (Piece::Note(note), 64)).collect())
            }
            Frame::Layer { name, declared_crs, encoding, fields } => {
                self.layers += 1;
                lie_if(self.layers > self.limits.layers)?;
                lie_if(fields.len() > usize::from(self.limits.fields))?;
                let fields: Vec<Arc<str>> = fields.into_iter().map(Into::into).collect();
                let bytes = 64 * (1 + fields.len() as u64);
                self.fields = Some(fields.clone());
                let features = Vec::new();
                let layer = Layer { name, declared_crs, encoding, fields, features };
                Ok(vec![(Piece::Layer(layer), bytes)])
            }
            Frame::Feature { row, geometry, cells } => {
                self.rows += 1;
                let vertices = geometry.as_ref().map_or(0, WireGeometry::vertices);
                lie_if(self.rows > self.limits.rows)?;
                lie_if(vertices > self.limits.vertices_per_feature as usize)?;
                let bytes = feature_cost_bytes(&geometry, &cells);
                let geometry = match geometry {
                    Ok(geometry) => Ok(geometry.rebuild().ok_or_else(ReadError::protocol)?),
                    Err(fault) => Err(fault),
                };
                let fields = self.fields.as_ref().ok_or_else(ReadError::protocol)?;
                let named = cells.into_iter().map(|(at, value)| {
                    fields.get(usize::from(at)).map(|name| (Arc::clone(name), value))
                });
                let attributes: Option<Vec<_>> = named.collect();
                let attributes = attributes.ok_or_else(ReadError::protocol)?;
                Ok(vec![(Piece::Feature(Feature { row, geometry, attributes }), bytes)])
            }
            Frame::Raster(raster) => {
                self.rasters += 1;
                lie_if(self.rasters > self.limits.layers)?;
                Ok(vec![(Piece::Raster(raster), 512)])
            }
            Frame::Area { cells, outline, simplified_within_cells } => {
                let vertices = outline.as_ref().map_or(0, WireGeometry::vertices);
                lie_if(vertices > self.limits.vertices_per_feature as usize)?;
                let outline = match outline.map(WireGeometry::rebuild) {
                    None => geo::MultiPolygon::new(Vec::new()),
                    Some(Some(geo::Geometry::MultiPolygon(outline))) => outline,
                    Some(_) => return Err(ReadError::protocol()),
                };
                let bytes = 16 * vertices as u64;
                Ok(vec![(Piece::Area { cells, outline, simplified_within_cells }, bytes)])
            }
            _ => Err(ReadError::protocol()),
        }
    }
}

/// Everything, as long as it fits.
pub(crate) struct Collected<'l> {
    limits: &'l Limits,
    layers: Vec<Layer>,
    rasters: Vec<Raster>,
    notes: Vec<Note>,
    bytes: u64,
}

impl<'l> Collected<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self { limits, layers: Vec::new(), rasters: Vec::new(), notes: Vec::new(), bytes: 0 }
    }

    pub(crate) fn take(&mut self, piece: Piece, bytes: u64) -> Result<(), ReadError> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.limits.contents_bytes {
            let max = self.limits.contents_bytes;
            return Err(ReadError::TooLarge { what: Measure::Contents, max });
        }
        match piece {
            Piece::Layer(layer) => self.layers.push(layer),
            Piece::Feature(feature) => {
                self.layers.last_mut().ok_or_else(ReadError::protocol)?.features.push(feature);
            }
            Piece::Raster(raster) => self.rasters.push(*raster),
            Piece::Note(note) => self.notes.push(note),
            Piece::Area { .. } => return Err(ReadError::protocol()),
        }
        Ok(())
    }

    pub(crate) fn finish(mut self, outline: Outline) -> GeoFile {
        self.layers.iter_mut().for_each(Layer::decode_if_utf8);
        let Outline { driver, container, warnings } = outline;
        let Self { layers, rasters, notes, .. } = self;
        GeoFile { driver, container, layers, rasters, notes, warnings }
    }
}
