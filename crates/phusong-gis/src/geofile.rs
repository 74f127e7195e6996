//! What a file holds, once read: layers of features, or rasters, in the file's own coordinates.
//! Only `geo` types; nothing here knows GDAL, and nothing judges whether a place makes sense.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::crs::DatumShift;
use crate::note::Note;
use crate::raster::Raster;
use crate::text::TextEncoding;

/// A whole file, read to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct GeoFile {
    pub driver: Driver,
    pub container: Container,
    pub layers: Vec<Layer>,
    /// One for each band of a GeoTIFF or ASCII grid; their cells by
    /// [`crate::SandboxedReader::read_area`].
    pub rasters: Vec<Raster>,
    /// What the sender should hear of the reading itself.
    pub notes: Vec<Note>,
    /// What the library noted while reading, in its own (English) words; at most 20.
    pub warnings: Vec<String>,
}

/// Which reader the file's content asked for. Names and endings play no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Driver {
    GeoJson,
    GeoPackage,
    Kml,
    Gpx,
    /// ESRI's set of .shp, .dbf …, in a ZIP.
    Shapefile,
    /// MapInfo's set of .tab, .dat, .map, .id, in a ZIP.
    MapInfoTab,
    /// MapInfo's exchange set of .mif and .mid, in a ZIP.
    MapInfoMif,
    GeoTiff,
    AsciiGrid,
}

/// Whether the data stood by itself or in a ZIP (a KMZ is one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Container {
    Plain,
    Zip,
}

impl Driver {
    /// A name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::GeoJson => "GeoJSON",
            Self::GeoPackage => "GeoPackage",
            Self::Kml => "KML",
            Self::Gpx => "GPX",
            Self::Shapefile => "ESRI shapefile",
            Self::MapInfoTab => "MapInfo TAB",
            Self::MapInfoMif => "MapInfo MIF",
            Self::GeoTiff => "GeoTIFF",
            Self::AsciiGrid => "ASCII grid",
        }
    }

    /// The endings that a file of this content usually has, the usual one first.
    pub fn endings(self, container: Container) -> &'static [&'static str] {
        match (self, container) {
            (Self::Kml, Container::Zip) => &["kmz", "zip"],
            (_, Container::Zip) => &["zip"],
            (Self::GeoJson, _) => &["geojson", "json"],
            (Self::GeoPackage, _) => &["gpkg"],
            (Self::Kml, _) => &["kml"],
            (Self::Gpx, _) => &["gpx"],
            (Self::Shapefile, _) => &["shp"],
            (Self::MapInfoTab, _) => &["tab"],
            (Self::MapInfoMif, _) => &["mif"],
            (Self::GeoTiff, _) => &["tif", "tiff"],
            (Self::AsciiGrid, _) => &["asc", "grd", "txt"],
        }
    }
}

impl GeoFile {
    /// Whether the sender's name for the file says what its content is. A name without an ending
    /// says nothing wrong.
    pub fn fits_name(&self, name: &str) -> bool {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
        ending.is_none_or(|ending| self.driver.endings(self.container).contains(&&*ending))
    }
}

/// One layer (a table of a GeoPackage, the whole of a GeoJSON).
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    pub name: String,
    /// What the file itself says. `None` for a GeoJSON without a `crs` member: RFC 7946 then
    /// means WGS 84, but files in metres without a word are seen.
    pub declared_crs: Option<DeclaredCrs>,
    /// What the texts of this layer are: Unicode, or the file's own bytes.
    pub encoding: TextEncoding,
    pub fields: Vec<Arc<str>>,
    pub features: Vec<Feature>,
}

/// A coordinate system as named by the file; whether it is one of ours is `Crs::from_epsg`'s to
/// say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredCrs {
    /// The EPSG code, if the file names one, or its parameters are those of a system known here.
    pub epsg: Option<u32>,
    /// The name in its WKT, the text of a GeoJSON `crs` member, or, where it has no name, its
    /// parameters in PROJ's form.
    pub wkt_name: Option<String>,
    /// The way to WGS 84 that the file itself gives, if it is one of the two published ones.
    pub shift: Option<DatumShift>,
}

/// One feature: its place, or why it has none, and its filled cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Place in the layer, counted from 1.
    pub row: u32,
    /// In the layer's own coordinates, east (x) first. Finite, rings closed; not otherwise
    /// validated: a bow-tie comes through. A nested collection is flattened.
    pub geometry: Result<geo::Geometry<f64>, GeometryFault>,
    /// Filled cells only, in the order of [`Layer::fields`]; an empty cell is left out.
    pub attributes: Vec<(Arc<str>, Value)>,
}

impl Feature {
    /// The value of a field, if its cell is filled.
    pub fn attribute(&self, field: &str) -> Option<&Value> {
        self.attributes.iter().find(|(name, _)| &**name == field).map(|(_, value)| value)
    }
}

/// A cell. Dates come as text in ISO order; lists and objects as their JSON text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    Integer(i64),
    Real(f64),
    Text(String),
}

/// Why a feature has no usable geometry. The feature is still given, so that the intake can
/// name its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum GeometryFault {
    #[error("no geometry")]
    Missing,
    #[error("an empty geometry")]
    Empty,
    #[error("a coordinate that is not a finite number")]
    NotFinite,
    #[error("a ring whose last point is not its first")]
    OpenRing,
    #[error("a line of fewer than 2 or a ring of fewer than 4 points")]
    TooFewPoints,
    #[error("more than {max} vertices")]
    TooManyVertices { max: u32 },
    #[error("a kind of geometry that is not read here: {kind}")]
    Unsupported { kind: String },
}

impl GeometryFault {
    /// The same for a Vietnamese reader.
    pub fn message_vi(&self) -> String {
        match self {
            Self::Missing => "không có hình học".to_owned(),
            Self::Empty => "hình học rỗng".to_owned(),
            Self::NotFinite => "tọa độ không phải số hữu hạn".to_owned(),
            Self::OpenRing => "vòng biên chưa khép kín".to_owned(),
            Self::TooFewPoints => "đường có ít hơn 2 điểm hoặc vòng có ít hơn 4 điểm".to_owned(),
            Self::TooManyVertices { max } => format!("quá {max} đỉnh"),
            Self::Unsupported { kind } => format!("kiểu hình học chưa hỗ trợ: {kind}"),
        }
    }
}

/// What one reading may use. The defaults are RELIABILITY's (R9 and "Running it").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Start to answer, by the parent's clock.
    pub wall: Duration,
    /// Processor time of the child, in seconds.
    pub cpu_s: u64,
    /// Memory the child may take up for itself (`RLIMIT_DATA`), in bytes.
    pub memory_bytes: u64,
    /// Size of the file.
    pub file_bytes: u64,
    /// What the answer may take up in the parent's memory, in bytes: 100 MB of outlines.
    pub contents_bytes: u64,
    /// Features of all layers together.
    pub rows: u32,
    pub vertices_per_feature: u32,
    pub layers: u32,
    /// Columns of one layer.
    pub fields: u16,
    /// What is truly taken out of a ZIP, in bytes. The child keeps it in memory, so three
    /// quarters of `memory_bytes` are the end as well.
    pub unpacked_bytes: u64,
    /// Members of a ZIP.
    pub entries: u32,
    /// Bytes of an XML file (KML, GPX): its tree takes up many times that.
    pub xml_bytes: u64,
    /// Cells of one band.
    pub cells: u64,
    /// Stretches of picked cells in one area.
    pub cell_runs: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(30),
            cpu_s: 20,
            memory_bytes: 512 << 20,
            file_bytes: 200_000_000,
            contents_bytes: 128 << 20,
            rows: 200_000,
            vertices_per_feature: 1_000_000,
            layers: 100,
            fields: 1_000,
            unpacked_bytes: 512 << 20,
            entries: 1_000,
            xml_bytes: 64_000_000,
            cells: 100_000_000,
            cell_runs: 1_000_000,
        }
    }
}
