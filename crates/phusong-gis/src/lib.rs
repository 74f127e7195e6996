//! Files in, located rows out; coordinate systems. The only crate that may name `gdal` or `proj`.
//!
//! [`crs`] turns coordinates of the province's systems into WGS 84 and back. [`SandboxedReader`]
//! reads an uploaded vector file in a child process behind walls ([`sandbox`]); the child's whole
//! body is [`run_child`]. What comes out are `geo` types in the file's own coordinates.
//!
//! Workbooks and documents go through the same child: [`SandboxedReader::read_book`] gives the
//! plain grids of `phusong-sheets`.
//!
//! Not here: whether a place makes sense, names, anything about reports.

mod child;
pub mod crs;
mod error;
mod geofile;
mod geojson_check;
mod magic;
mod reader;
pub mod sandbox;
mod wire;
mod workbook;

pub use child::run_child;
pub use crs::{
    Crs, CrsPoint, CrsTextError, DatumShift, GeodesyError, Operation, Transformer, Wgs84,
    with_transformer,
};
pub use error::{CrashCause, Damage, Measure, ReadError, Refused};
pub use geofile::{DeclaredCrs, Driver, Feature, GeoFile, GeometryFault, Layer, Limits, Value};
pub use reader::SandboxedReader;
pub use sandbox::{SandboxStatus, sandbox_available};
