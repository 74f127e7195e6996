//! Files in, located rows out; coordinate systems. The only crate that may name `gdal` or `proj`.
//!
//! [`crs`] turns coordinates of the province's systems into WGS 84 and back. [`SandboxedReader`]
//! reads an uploaded file in a child process behind walls ([`sandbox`]); the child's whole body
//! is [`run_child`]. What comes out are `geo` types in the file's own coordinates.
//!
//! # Reading
//! - [`SandboxedReader::read`]: a whole [`GeoFile`] (layers of [`Feature`]s, or [`Raster`]s, and
//!   [`Note`]s), or a [`ReadError`] that names the reason in both languages.
//! - [`SandboxedReader::read_area`]: of a raster, the cells that answer a [`CellQuestion`] (a
//!   level or classes), drawn as one area by the child.
//! - [`SandboxedReader::read_book`]: workbooks and documents, the grids of `phusong-sheets`.
//!
//! # Formats
//! GeoJSON, GeoPackage, KML and KMZ, GPX, ESRI shapefile (ZIP), MapInfo TAB and MIF (ZIP),
//! GeoTIFF, ASCII grid. Which of them a file is, its content says, never its name:
//! [`GeoFile::driver`] tells, [`GeoFile::fits_name`] compares it with the name. The library may
//! use those drivers and no other, and in a ZIP sees only the members that were chosen, in memory.
//! Several layers, or several sets in a ZIP, are several [`Layer`]s: choosing is the caller's.
//!
//! # What a file says of itself
//! [`Layer::declared_crs`]: an EPSG code where the parameters are those of a system of this
//! country, else the name; `None` means undeclared (also a MIF's `NonEarth`). [`Layer::encoding`]:
//! texts of a shapefile or MapInfo table that are not UTF-8 are handed out byte for byte with the
//! declared code page; [`Layer::decode_texts`] takes the caller's tables. [`Raster`]: unit and
//! "no data" as declared, else `None`.
//!
//! Not here: whether a place makes sense, names, anything about reports.

mod archive;
mod bundle;
pub mod checks;
mod child;
pub mod crs;
mod error;
mod geofile;
mod geojson_check;
mod grid_check;
mod json_words;
mod magic;
mod note;
mod pieces;
mod raster;
mod reader;
pub mod sandbox;
mod text;
mod wire;
mod workbook;
mod xml_check;

pub use bundle::Unpacked;
pub use child::run_child;
pub use crs::{
    Crs, CrsPoint, CrsTextError, DatumShift, GeodesyError, Operation, Transformer, Wgs84,
    with_transformer,
};
pub use error::{Bomb, CrashCause, Damage, Measure, ReadError, Refused};
pub use geofile::{
    Container, DeclaredCrs, Driver, Feature, GeoFile, GeometryFault, Layer, Limits, Value,
};
pub use json_words::json_syntax;
pub use note::Note;
pub use raster::{CellPick, CellQuestion, CellRange, CellStatistics, CoveredArea, Raster};
pub use reader::SandboxedReader;
pub use sandbox::{SandboxStatus, sandbox_available};
pub use text::{DeclaredEncoding, TextEncoding, raw_bytes};
