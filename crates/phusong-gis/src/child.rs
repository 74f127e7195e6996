//! The child's side: one file, read by GDAL inside the walls of [`crate::sandbox`], its features
//! written to standard output. The only module that names `gdal`.
//!
//! Order matters: GDAL's options → drivers → limits, Landlock, seccomp → the file.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use gdal::errors::CplErrType;
use gdal::vector::{Feature, Geometry, LayerAccess, OGRFieldType, OGRwkbGeometryType};
use gdal::{Dataset, DatasetOptions, DriverManager, GdalOpenFlags};

use crate::error::{Damage, Measure, ReadError, Refused, clip};
use crate::geofile::{DeclaredCrs, Driver, GeometryFault, Limits, Value};
use crate::wire::{Frame, Kind, Request, Shape, WireGeometry, Work, read_frame, write_frame};
use crate::{geojson_check, magic, sandbox, workbook};

/// The hidden subcommand's whole body: reads a request from standard input, answers on standard
/// output, ends. Call it first thing in `main`, before any thread is started.
pub fn run_child() -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let answered = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| answer(&mut out)));
    let last = match answered {
        Ok(Ok(done)) => done,
        Ok(Err(error)) => Frame::Failed(error),
        Err(_) => Frame::Failed(ReadError::protocol()),
    };
    let told = write_frame(&mut out, &last).and_then(|()| out.flush());
    if told.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn answer(out: &mut impl Write) -> Result<Frame, ReadError> {
    close_inherited()?;
    let request: Request = read_frame(&mut io::stdin().lock())
        .map_err(|error| ReadError::io(&error))?
        .ok_or_else(ReadError::protocol)?;
    let folder = PathBuf::from(std::ffi::OsStr::from_bytes(&request.folder));
    let limits = &request.limits;

    let nothing = Frame::Done { driver: None, warnings: Vec::new() };
    if let (Work::Book(work), Some(file_name)) = (&request.work, &request.file_name) {
        let status = sandbox::enter(&folder, limits)?;
        send(out, &Frame::Sandboxed(status))?;
        workbook::work(out, &folder, file_name, limits, work)?;
        return Ok(nothing);
    }
    let log = Log::default();
    prepare_gdal(&log)?;
    let status = sandbox::enter(&folder, limits)?;
    send(out, &Frame::Sandboxed(status))?;

    let Some(file_name) = &request.file_name else {
        return Ok(nothing);
    };
    let driver = read_file(out, &folder.join(file_name), limits, &log)?;
    Ok(Frame::Done { driver: Some(driver), warnings: log.warnings() })
}

pub(crate) fn send(out: &mut impl Write, frame: &Frame) -> Result<(), ReadError> {
    write_frame(out, frame).map_err(|error| ReadError::io(&error))
}

/// Whatever the parent forgot to mark close-on-exec.
#[expect(unsafe_code, reason = "std has no way to close descriptors it does not own")]
fn close_inherited() -> Result<(), ReadError> {
    // SAFETY: runs first thing in a process of one thread, in which nothing has opened a file
    // yet; 0, 1 and 2 stay.
    let closed = unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0) };
    match closed {
        0 => Ok(()),
        // Kernels before 5.9 have no Landlock either, and are refused there with a better word.
        _ => Err(ReadError::sandbox(io::Error::last_os_error().to_string())),
    }
}

/// What GDAL says while it reads.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<LogLines>>);

#[derive(Default)]
struct LogLines {
    failure: Option<String>,
    warnings: Vec<String>,
}

impl Log {
    fn lines(&self) -> std::sync::MutexGuard<'_, LogLines> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn add(&self, kind: CplErrType, message: &str) {
        const MOST: usize = 20;
        let mut lines = self.lines();
        match kind {
            CplErrType::Warning if lines.warnings.len() < MOST => {
                lines.warnings.push(clip(message.to_owned()));
            }
            CplErrType::None | CplErrType::Debug | CplErrType::Warning => {}
            CplErrType::Failure | CplErrType::Fatal => {
                lines.failure.get_or_insert_with(|| clip(message.to_owned()));
            }
        }
    }

    fn warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.lines().warnings)
    }

    /// GDAL ends an iteration early after an error, just as at the end: ask here which it was.
    fn check(&self) -> Result<(), ReadError> {
        self.lines().failure.take().map_or(Ok(()), |detail| Err(ReadError::library(detail)))
    }
}

/// No network, no plug-ins, no side files, no threads; and only the drivers of [`Driver`].
fn prepare_gdal(log: &Log) -> Result<(), ReadError> {
    const OPTIONS: [(&str, &str); 15] = [
        ("GDAL_DRIVER_PATH", "disable"),
        ("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR"),
        ("GDAL_PAM_ENABLED", "NO"),
        ("GDAL_NUM_THREADS", "1"),
        ("GDAL_CACHEMAX", "16"),
        ("CPL_VSIL_CURL_ALLOWED_EXTENSIONS", ".none"),
        ("CPL_VSIL_CURL_USE_HEAD", "NO"),
        ("GDAL_HTTP_TIMEOUT", "1"),
        ("PROJ_NETWORK", "OFF"),
        ("OGR_SQLITE_LOAD_EXTENSIONS", ""),
        ("OGR_SQLITE_LIST_VIRTUAL_OGR", "NO"),
        ("OGR_GPKG_INTEGRITY_CHECK", "NO"),
        ("OGR_GEOJSON_ARRAY_AS_STRING", "YES"),
        ("OGR_GEOJSON_DATE_AS_STRING", "YES"),
        // In megabytes; a feature of 10⁶ vertices is about 40.
        ("OGR_GEOJSON_MAX_OBJ_SIZE", "100"),
    ];
    let failed = |error: gdal::errors::GdalError| ReadError::Io { detail: error.to_string() };
    for (name, value) in OPTIONS {
        gdal::config::set_config_option(name, value).map_err(failed)?;
    }
    let heard = log.clone();
    gdal::config::set_error_handler(move |kind, _, message| heard.add(kind, message));

    DriverManager::register_all();
    for index in (0..DriverManager::count()).rev() {
        let driver = DriverManager::get_driver(index).map_err(failed)?;
        if ![Driver::GeoJson, Driver::GeoPackage].map(gdal_name).contains(&&*driver.short_name()) {
            DriverManager::deregister_driver(&driver);
        }
    }
    log.check()
}

fn gdal_name(driver: Driver) -> &'static str {
    match driver {
        Driver::GeoJson => "GeoJSON",
        Driver::GeoPackage => "GPKG",
    }
}

fn read_file(
    out: &mut impl Write,
    path: &Path,
    limits: &Limits,
    log: &Log,
) -> Result<Driver, ReadError> {
    let metadata = std::fs::symlink_metadata(path).map_err(|error| ReadError::io(&error))?;
    if !metadata.is_file() {
        return Err(ReadError::NotAllowed { what: Refused::NotARegularFile });
    }
    if metadata.len() > limits.file_bytes {
        return Err(ReadError::TooLarge { what: Measure::Bytes, max: limits.file_bytes });
    }
    let mut file = File::open(path).map_err(|error| ReadError::io(&error))?;
    let driver = magic::driver_of(&mut file, metadata.len())?;

    let summary = match driver {
        Driver::GeoJson => Some(geojson_summary(file)?),
        Driver::GeoPackage => None,
    };
    let dataset = open(path, driver, log)?;
    if driver == Driver::GeoPackage {
        check_geopackage(&dataset, log)?;
    }
    let rows = read_layers(out, &dataset, summary.as_ref(), limits, log)?;
    if let Some(expected) = summary.and_then(|summary| summary.features)
        && expected != rows
    {
        return Err(ReadError::BrokenFile { what: Damage::RowsMissing { expected, found: rows } });
    }
    if rows == 0 { Err(ReadError::NoFeatures) } else { Ok(driver) }
}

fn geojson_summary(file: File) -> Result<geojson_check::Summary, ReadError> {
    let mut text = BufReader::with_capacity(256 << 10, file);
    let mut start = [0; 3];
    let length = text.read(&mut start).map_err(|error| ReadError::io(&error))?;
    let start = if start == *b"\xef\xbb\xbf" { &[][..] } else { &start[..length] };
    geojson_check::check(start.chain(text))
}

fn open(path: &Path, driver: Driver, log: &Log) -> Result<Dataset, ReadError> {
    let open_options: &[&str] = match driver {
        Driver::GeoJson => &[],
        // Immutable: no lock, no journal, no -wal beside it is looked for.
        Driver::GeoPackage => &["IMMUTABLE=YES", "LIST_ALL_TABLES=NO"],
    };
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
        allowed_drivers: Some(&[gdal_name(driver)]),
        open_options: Some(open_options),
        sibling_files: Some(&[]),
    };
    let opened = Dataset::open_ex(path, options);
    log.check()?;
    opened.map_err(|error| ReadError::library(error.to_string()))
}

/// No views, no triggers but those every GeoPackage writer makes, no virtual tables but the
/// spatial index. Nothing here ever fires or calls out when read, but a file that carries such
/// things is not what a carrier's survey tool writes.
fn check_geopackage(dataset: &Dataset, log: &Log) -> Result<(), ReadError> {
    const QUERY: &str = "SELECT type, name, sql FROM sqlite_master \
                         WHERE type IN ('view', 'trigger') OR sql LIKE 'CREATE VIRTUAL%'";
    let library = |error: gdal::errors::GdalError| ReadError::library(error.to_string());
    let result = dataset.execute_sql(QUERY, None, gdal::vector::sql::Dialect::DEFAULT);
    log.check()?;
    let Some(mut found) = result.map_err(library)? else { return Ok(()) };
    for row in found.features() {
        let cell = |at: usize| row.field_as_string(at).ok().flatten().unwrap_or_default();
        let (kind, name, sql) = (cell(0), clip(cell(1)), cell(2).to_lowercase());
        let what = match kind.as_str() {
            "view" => Refused::View { name },
            "trigger" if !is_usual_trigger(&name, &sql) => Refused::Trigger { name },
            "table" if !(name.starts_with("rtree_") && sql.contains("using rtree")) => {
                Refused::VirtualTable { name }
            }
            _ => continue,
        };
        return Err(ReadError::NotAllowed { what });
    }
    log.check()
}

/// The triggers of OGC 12-128 (spatial index, tiles, metadata) and of GDAL (feature counts).
fn is_usual_trigger(name: &str, sql_lowercase: &str) -> bool {
    const USUAL: [&str; 5] = [
        "rtree_",
        "trigger_insert_feature_count_",
        "trigger_delete_feature_count_",
        "gpkg_",
        "tile_",
    ];
    const CALLS_OUT: [&str; 6] =
        ["load_extension", "readfile", "writefile", "fts3_tokenizer", "attach", "spatialite"];
    USUAL.iter().any(|start| name.starts_with(start))
        && !CALLS_OUT.iter().any(|word| sql_lowercase.contains(word))
}

fn read_layers(
    out: &mut impl Write,
    dataset: &Dataset,
    summary: Option<&geojson_check::Summary>,
    limits: &Limits,
    log: &Log,
) -> Result<u64, ReadError> {
    let layers = dataset.layer_count();
    if layers > limits.layers as usize {
        return Err(ReadError::TooLarge { what: Measure::Layers, max: limits.layers.into() });
    }
    let mut rows = 0;
    for index in 0..layers {
        let mut layer =
            dataset.layer(index).map_err(|error| ReadError::library(error.to_string()))?;
        let columns: Vec<(String, OGRFieldType::Type)> =
            layer.defn().fields().map(|field| (field.name(), field.field_type())).collect();
        if columns.len() > usize::from(limits.fields) {
            return Err(ReadError::TooLarge { what: Measure::Fields, max: limits.fields.into() });
        }
        let has_geometry = layer.defn().geom_fields().next().is_some();
        let declared_crs = match summary {
            Some(summary) => summary.crs_name.as_deref().map(geojson_crs),
            None => declared_crs(&layer),
        };
        let fields = columns.iter().map(|(name, _)| clip(name.clone())).collect();
        send(out, &Frame::Layer { name: clip(layer.name()), declared_crs, fields })?;

        let expected = layer.try_feature_count();
        let mut row: u32 = 0;
        for feature in layer.features() {
            row += 1;
            rows += 1;
            if rows > u64::from(limits.rows) {
                return Err(ReadError::TooLarge { what: Measure::Rows, max: limits.rows.into() });
            }
            let geometry = geometry_of(&feature, has_geometry, limits);
            send(out, &Frame::Feature { row, geometry, cells: cells_of(&feature, &columns) })?;
        }
        log.check()?;
        if let Some(expected) = expected
            && expected != u64::from(row)
        {
            let what = Damage::RowsMissing { expected, found: row.into() };
            return Err(ReadError::BrokenFile { what });
        }
    }
    Ok(rows)
}

/// The code in "urn:ogc:def:crs:EPSG::5898" or "EPSG:5898".
fn geojson_crs(name: &str) -> DeclaredCrs {
    let upper = name.to_uppercase();
    let epsg = if upper.contains("CRS84") {
        Some(4326)
    } else {
        upper.split_once("EPSG").and_then(|(_, tail)| {
            { tail.rsplit(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty()) }
                .and_then(|digits| digits.parse().ok())
        })
    };
    DeclaredCrs { epsg, wkt_name: Some(name.to_owned()) }
}

fn declared_crs(layer: &gdal::vector::Layer<'_>) -> Option<DeclaredCrs> {
    let crs = layer.spatial_ref()?;
    let name = crs.name();
    let epsg = match crs.auth_name().as_deref() {
        Some("EPSG") => crs.auth_code().ok().and_then(|code| u32::try_from(code).ok()),
        _ => None,
    };
    // The GeoPackage's own words for "not known" (srs_id -1 and 0).
    let undefined = name.as_deref().is_some_and(|name| name.starts_with("Undefined"));
    if epsg.is_none() && undefined {
        return None;
    }
    Some(DeclaredCrs { epsg, wkt_name: name.map(clip) })
}

fn cells_of(feature: &Feature<'_>, columns: &[(String, OGRFieldType::Type)]) -> Vec<(u16, Value)> {
    let filled = columns.iter().enumerate().filter_map(|(at, (_, kind))| {
        let value = match *kind {
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
        Some((u16::try_from(at).ok()?, value))
    });
    filled.collect()
}

fn geometry_of(
    feature: &Feature<'_>,
    has_geometry: bool,
    limits: &Limits,
) -> Result<WireGeometry, GeometryFault> {
    // An error here is an empty cell: by index, because `geometry()` wraps its null pointer.
    let geometry = has_geometry.then(|| feature.geometry_by_index(0).ok()).flatten();
    let geometry = geometry.ok_or(GeometryFault::Missing)?;
    if geometry.is_empty() {
        return Err(GeometryFault::Empty);
    }
    let mut shapes = Shapes { left: limits.vertices_per_feature, max: limits.vertices_per_feature };
    match kind_of(geometry) {
        Some(kind) => shapes.read(kind, geometry).map(WireGeometry::One),
        None if flat(geometry) == OGRwkbGeometryType::wkbGeometryCollection => {
            let mut members = Vec::new();
            shapes.read_collection(geometry, &mut members)?;
            Ok(WireGeometry::Collection(members))
        }
        None => Err(GeometryFault::Unsupported { kind: clip(geometry.geometry_name()) }),
    }
}

fn flat(geometry: &Geometry) -> OGRwkbGeometryType::Type {
    gdal::vector::geometry_type_flatten(geometry.geometry_type())
}

fn kind_of(geometry: &Geometry) -> Option<Kind> {
    match flat(geometry) {
        OGRwkbGeometryType::wkbPoint => Some(Kind::Point),
        OGRwkbGeometryType::wkbLineString | OGRwkbGeometryType::wkbLinearRing => {
            Some(Kind::LineString)
        }
        OGRwkbGeometryType::wkbPolygon => Some(Kind::Polygon),
        OGRwkbGeometryType::wkbMultiPoint => Some(Kind::MultiPoint),
        OGRwkbGeometryType::wkbMultiLineString => Some(Kind::MultiLineString),
        OGRwkbGeometryType::wkbMultiPolygon => Some(Kind::MultiPolygon),
        _ => None,
    }
}

/// Lays geometries flat, with one allowance of vertices for a whole feature.
struct Shapes {
    left: u32,
    max: u32,
}

impl Shapes {
    fn read(&mut self, kind: Kind, geometry: &Geometry) -> Result<Shape, GeometryFault> {
        let mut shape = Shape::new(kind);
        let parts = || (0..geometry.geometry_count()).map(|at| geometry.get_geometry(at));
        match kind {
            Kind::Point => self.points(geometry, &mut shape)?,
            Kind::MultiPoint => {
                for part in parts() {
                    self.points(&part, &mut shape)?;
                }
            }
            Kind::LineString => self.line(geometry, &mut shape)?,
            Kind::MultiLineString => {
                for part in parts() {
                    self.line(&part, &mut shape)?;
                }
            }
            Kind::Polygon => self.polygon(geometry, &mut shape)?,
            Kind::MultiPolygon => {
                for part in parts() {
                    self.polygon(&part, &mut shape)?;
                }
            }
        }
        Ok(shape)
    }

    fn read_collection(
        &mut self,
        geometry: &Geometry,
        into: &mut Vec<Shape>,
    ) -> Result<(), GeometryFault> {
        for at in 0..geometry.geometry_count() {
            let part = geometry.get_geometry(at);
            match kind_of(&part) {
                _ if part.is_empty() => {}
                Some(kind) => into.push(self.read(kind, &part)?),
                // GDAL itself stops at 32 levels.
                None if flat(&part) == OGRwkbGeometryType::wkbGeometryCollection => {
                    self.read_collection(&part, into)?;
                }
                None => {
                    return Err(GeometryFault::Unsupported { kind: clip(part.geometry_name()) });
                }
            }
        }
        Ok(())
    }

    /// Appends the points of a point, line or ring; how many.
    fn points(&mut self, geometry: &Geometry, shape: &mut Shape) -> Result<(), GeometryFault> {
        if geometry.is_empty() {
            return Err(GeometryFault::Empty);
        }
        let count = u32::try_from(geometry.point_count()).unwrap_or(u32::MAX);
        self.left =
            self.left.checked_sub(count).ok_or(GeometryFault::TooManyVertices { max: self.max })?;
        for at in 0..count.cast_signed() {
            let (x, y, _) = geometry.get_point(at);
            if !x.is_finite() || !y.is_finite() {
                return Err(GeometryFault::NotFinite);
            }
            shape.coords.push((x, y));
        }
        Ok(())
    }

    fn line(&mut self, geometry: &Geometry, shape: &mut Shape) -> Result<(), GeometryFault> {
        let before = shape.coords.len();
        self.points(geometry, shape)?;
        let count = shape.coords.len() - before;
        if count < 2 {
            return Err(GeometryFault::TooFewPoints);
        }
        shape.lines.push(u32::try_from(count).unwrap_or(u32::MAX));
        Ok(())
    }

    fn polygon(&mut self, geometry: &Geometry, shape: &mut Shape) -> Result<(), GeometryFault> {
        let rings = geometry.geometry_count();
        if rings == 0 {
            return Err(GeometryFault::Empty);
        }
        for at in 0..rings {
            let before = shape.coords.len();
            self.line(&geometry.get_geometry(at), shape)?;
            let ring = &shape.coords[before..];
            if ring.first() != ring.last() {
                return Err(GeometryFault::OpenRing);
            }
            if ring.len() < 4 {
                return Err(GeometryFault::TooFewPoints);
            }
        }
        shape.polygons.push(u32::try_from(rings).unwrap_or(u32::MAX));
        Ok(())
    }
}
