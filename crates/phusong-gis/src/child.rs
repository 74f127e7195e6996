//! The child's side: one file, read by GDAL inside the walls of [`crate::sandbox`], what it holds
//! written to standard output. The only module that names `gdal`.
//!
//! Order matters: GDAL's options → drivers → limits, Landlock, seccomp → the file. What the file
//! is and which driver may have it, [`plan`] decides from its bytes, before the library does.

mod declared;
mod geometry;
mod geopackage;
mod mapinfo;
mod plan;
mod raster;
mod shapefile;
mod vector;

use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use gdal::errors::CplErrType;
use gdal::{Dataset, DatasetOptions, DriverManager, GdalOpenFlags};

use self::plan::{Plan, Source};
use self::vector::Used;
use crate::error::{ReadError, clip};
use crate::geofile::{Driver, Limits};
use crate::raster::CellQuestion;
use crate::wire::{Frame, Request, Work, read_frame, write_frame};
use crate::{sandbox, workbook};

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
    let question = match &request.work {
        Work::Area(question) => Some(question),
        Work::Features | Work::Book(_) => None,
    };
    let driver = read_file(out, &folder.join(file_name), limits, question, &log)?;
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
    const OPTIONS: [(&str, &str); 20] = [
        ("GDAL_DRIVER_PATH", "disable"),
        ("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR"),
        ("GDAL_PAM_ENABLED", "NO"),
        ("GDAL_NUM_THREADS", "1"),
        ("GDAL_CACHEMAX", "64"),
        ("GDAL_GEOREF_SOURCES", "INTERNAL"),
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
        // A picture laid on the ground is no row.
        ("LIBKML_READ_GROUND_OVERLAY", "NO"),
        ("LIBKML_RESOLVE_STYLE", "NO"),
        // Into the library's memory, where our sets are.
        ("SHAPE_RESTORE_SHX", "YES"),
        ("OGR_ENABLE_PARTIAL_REPROJECTION", "NO"),
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
        if !DRIVERS.map(gdal_name).contains(&&*driver.short_name()) {
            DriverManager::deregister_driver(&driver);
        }
    }
    log.check()
}

const DRIVERS: [Driver; 9] = [
    Driver::GeoJson,
    Driver::GeoPackage,
    Driver::Kml,
    Driver::Gpx,
    Driver::Shapefile,
    Driver::MapInfoTab,
    Driver::MapInfoMif,
    Driver::GeoTiff,
    Driver::AsciiGrid,
];

fn gdal_name(driver: Driver) -> &'static str {
    match driver {
        Driver::GeoJson => "GeoJSON",
        Driver::GeoPackage => "GPKG",
        // The driver called KML loses ExtendedData.
        Driver::Kml => "LIBKML",
        Driver::Gpx => "GPX",
        Driver::Shapefile => "ESRI Shapefile",
        Driver::MapInfoTab | Driver::MapInfoMif => "MapInfo File",
        Driver::GeoTiff => "GTiff",
        Driver::AsciiGrid => "AAIGrid",
    }
}

fn is_raster(driver: Driver) -> bool {
    matches!(driver, Driver::GeoTiff | Driver::AsciiGrid)
}

fn read_file(
    out: &mut impl Write,
    path: &Path,
    limits: &Limits,
    question: Option<&CellQuestion>,
    log: &Log,
) -> Result<Driver, ReadError> {
    let mut plan = Plan::of(path, limits)?;
    send(out, &Frame::Container(plan.container))?;
    if !plan.notes.is_empty() {
        send(out, &Frame::Notes(std::mem::take(&mut plan.notes)))?;
    }
    let driver = plan.sources.first().ok_or(ReadError::NoFeatures)?.driver;
    let library = |error: gdal::errors::GdalError| ReadError::library(error.to_string());
    let mut held = Vec::with_capacity(plan.files.len());
    for (name, bytes) in &mut plan.files {
        held.push(gdal::vsi::create_mem_file_from_ref(&*name, bytes).map_err(library)?);
    }
    let (mut used, mut rasters) = (Used::default(), 0);
    for source in &plan.sources {
        let dataset = open(source, log)?;
        if driver == Driver::GeoPackage {
            geopackage::check(&dataset, log)?;
        }
        if is_raster(driver) {
            rasters += raster::read_bands(out, &dataset, source, limits, (question, rasters))?;
            log.check()?;
        } else if question.is_none() {
            vector::read_layers(out, &dataset, source, (limits, log), &mut used)?;
        }
    }
    drop(held);
    if used.rows == 0 && !is_raster(driver) { Err(ReadError::NoFeatures) } else { Ok(driver) }
}

fn open(source: &Source, log: &Log) -> Result<Dataset, ReadError> {
    let open_options: &[&str] = match source.driver {
        // Immutable: no lock, no journal, no -wal beside it is looked for.
        Driver::GeoPackage => &["IMMUTABLE=YES", "LIST_ALL_TABLES=NO"],
        // Byte for byte; TCVN and the like lose letters here.
        Driver::Shapefile => &["ENCODING=ISO-8859-1"],
        _ => &[],
    };
    let kind = if is_raster(source.driver) {
        GdalOpenFlags::GDAL_OF_RASTER
    } else {
        GdalOpenFlags::GDAL_OF_VECTOR
    };
    let options = DatasetOptions {
        open_flags: kind | GdalOpenFlags::GDAL_OF_READONLY,
        allowed_drivers: Some(&[gdal_name(source.driver)]),
        open_options: Some(open_options),
        sibling_files: Some(&[]),
    };
    let opened = Dataset::open_ex(&source.path, options);
    log.check()?;
    opened.map_err(|error| ReadError::library(error.to_string()))
}
