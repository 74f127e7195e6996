//! What is to be opened, by which driver, and what the library does not tell: decided from the
//! content of the file, or of the members of a ZIP, before the library sees a byte.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::{mapinfo, shapefile};
use crate::archive::{Archive, Member};
use crate::error::{Measure, ReadError, Refused, clip};
use crate::geofile::{Container, DeclaredCrs, Driver, Limits};
use crate::magic::{self, Magic};
use crate::note::{NAMES_MAX, Note};
use crate::text::TextEncoding;
use crate::{geojson_check, grid_check, xml_check};

/// One data set for the library.
#[derive(Debug)]
pub(super) struct Source {
    pub driver: Driver,
    /// On the disk, or in the library's memory.
    pub path: PathBuf,
    /// The layer's name, where the library would only see ours.
    pub title: Option<String>,
    /// What a layer is called that the library could only call by our name for the file: by the
    /// document's own name, or by its file's in a ZIP.
    pub own_name: String,
    pub encoding: TextEncoding,
    pub crs: SourceCrs,
    /// How many rows must come out, all layers together.
    pub expected_rows: Option<u64>,
    pub drops_times: bool,
    /// What a world file beside a raster says.
    pub geotransform: Option<[f64; 6]>,
}

impl Source {
    pub(super) fn new(driver: Driver, path: PathBuf) -> Self {
        Self {
            driver,
            path,
            title: None,
            own_name: String::new(),
            encoding: TextEncoding::Unicode,
            crs: SourceCrs::ByLibrary,
            expected_rows: None,
            drops_times: false,
            geotransform: None,
        }
    }
}

/// Who says in which system a source is drawn.
#[derive(Debug)]
pub(super) enum SourceCrs {
    ByLibrary,
    /// What the file declares, whatever the library makes of it.
    Told(Option<DeclaredCrs>),
}

impl SourceCrs {
    pub(super) fn or(
        &self,
        by_library: impl FnOnce() -> Option<DeclaredCrs>,
    ) -> Option<DeclaredCrs> {
        match self {
            Self::ByLibrary => by_library(),
            Self::Told(crs) => crs.clone(),
        }
    }
}

/// All of a file.
#[derive(Debug)]
pub(super) struct Plan {
    pub container: Container,
    pub sources: Vec<Source>,
    /// Members of a ZIP that the library reads from memory, under these names.
    pub files: Vec<(PathBuf, Vec<u8>)>,
    pub notes: Vec<Note>,
}

impl Plan {
    pub(super) fn of(path: &Path, limits: &Limits) -> Result<Self, ReadError> {
        let metadata = std::fs::symlink_metadata(path).map_err(|error| ReadError::io(&error))?;
        if !metadata.is_file() {
            return Err(ReadError::NotAllowed { what: Refused::NotARegularFile });
        }
        if metadata.len() > limits.file_bytes {
            return Err(ReadError::TooLarge { what: Measure::Bytes, max: limits.file_bytes });
        }
        let mut file = File::open(path).map_err(|error| ReadError::io(&error))?;
        let magic = magic::of_file(&mut file, metadata.len())?;
        let mut plan = Self {
            container: Container::Plain,
            sources: Vec::new(),
            files: Vec::new(),
            notes: Vec::new(),
        };
        let missing = |missing: &str| {
            // What the file is called only its sender's side knows.
            let (name, missing) = (String::new(), missing.to_owned());
            Err(ReadError::NotAllowed { what: Refused::Incomplete { name, missing } })
        };
        let driver = match magic {
            Magic::Zip => {
                plan.container = Container::Zip;
                plan.take_archive(Archive::open(file, limits)?, limits)?;
                return Ok(plan);
            }
            Magic::Shp => return missing(".dbf"),
            Magic::Tab => return missing(".map, .dat, .id"),
            Magic::Mif => return missing(".mid"),
            Magic::Xml => {
                let text = BufReader::with_capacity(256 << 10, file);
                plan.take_xml((path.to_owned(), String::new()), text, metadata.len(), limits)?;
                return Ok(plan);
            }
            Magic::GeoJson => Driver::GeoJson,
            Magic::GeoPackage => Driver::GeoPackage,
            Magic::Tiff => Driver::GeoTiff,
            Magic::AsciiGrid => Driver::AsciiGrid,
        };
        let mut source = Source::new(driver, path.to_owned());
        if driver == Driver::GeoJson {
            let summary = geojson_summary(file)?;
            source.crs = SourceCrs::Told(summary.crs_name.as_deref().map(geojson_crs));
            source.expected_rows = summary.features;
        }
        if driver == Driver::AsciiGrid {
            let file = File::open(path).map_err(|error| ReadError::io(&error))?;
            let seen = grid_check::check(BufReader::with_capacity(256 << 10, file))?;
            plan.tell_commas(&seen);
            if let Some(place) = seen.lettered {
                let text = std::fs::read(path).map_err(|error| ReadError::io(&error))?;
                source.path = plan.next_name("asc");
                let text = grid_check::set_apart(text, place);
                plan.files.push((source.path.clone(), text));
            }
        }
        plan.sources.push(source);
        Ok(plan)
    }

    fn take_xml(
        &mut self,
        (path, own_name): (PathBuf, String),
        text: impl std::io::BufRead,
        bytes: u64,
        limits: &Limits,
    ) -> Result<(), ReadError> {
        if bytes > limits.xml_bytes {
            return Err(ReadError::TooLarge { what: Measure::XmlBytes, max: limits.xml_bytes });
        }
        let summary = xml_check::check(text)?;
        let driver = summary.driver.filter(|_| summary.rows > 0).ok_or(ReadError::NoFeatures)?;
        let mut source = Source::new(driver, path);
        source.expected_rows = Some(summary.rows);
        source.own_name = Some(summary.title).filter(|title| !title.is_empty()).unwrap_or(own_name);
        source.drops_times = summary.has_times_without_day;
        if summary.has_times_without_day {
            self.notes.push(Note::TimesWithoutDay);
        }
        if summary.network_links > 0 {
            let (count, first) = (summary.network_links, summary.first_link);
            self.notes.push(Note::NetworkLinks { count, first });
        }
        self.sources.push(source);
        Ok(())
    }

    /// One format in a ZIP, any number of data sets of it.
    fn take_archive(&mut self, mut archive: Archive, limits: &Limits) -> Result<(), ReadError> {
        let mains = main_members(&archive)?;
        let mut read: Vec<usize> = Vec::new();
        for (member, kind) in mains {
            read.push(member.index);
            match kind {
                Kind::Xml => {
                    let bytes = archive.unpack(&member)?;
                    let path = self.next_name("kml");
                    let named = (path.clone(), member.title());
                    self.take_xml(named, bytes.as_slice(), bytes.len() as u64, limits)?;
                    self.files.push((path, bytes));
                }
                Kind::Shapefile => shapefile::take(self, &mut archive, &member, &mut read)?,
                Kind::Tab => mapinfo::take_tab(self, &mut archive, &member, &mut read)?,
                Kind::Mif => mapinfo::take_mif(self, &mut archive, &member, &mut read)?,
                Kind::Tiff | Kind::Grid => {
                    self.take_raster(&mut archive, &member, kind, &mut read)?;
                }
            }
        }
        let names = archive.members.iter().filter(|member| !read.contains(&member.index));
        let names: Vec<String> =
            names.take(NAMES_MAX).map(|member| clip(member.name.clone())).collect();
        if !names.is_empty() {
            self.notes.push(Note::FilesNotRead { names });
        }
        Ok(())
    }

    fn tell_commas(&mut self, seen: &grid_check::Seen) {
        if seen.commas > 0 {
            self.notes.push(Note::DecimalCommas { count: seen.commas });
        }
    }

    /// A name in the library's memory for the next data set.
    pub(super) fn next_name(&self, ending: &str) -> PathBuf {
        PathBuf::from(format!("/vsimem/phusong/{}.{ending}", self.sources.len()))
    }

    fn take_raster(
        &mut self,
        archive: &mut Archive,
        member: &Member,
        kind: Kind,
        read: &mut Vec<usize>,
    ) -> Result<(), ReadError> {
        let (driver, ending, world) = match kind {
            Kind::Grid => (Driver::AsciiGrid, "asc", &[][..]),
            _ => (Driver::GeoTiff, "tif", &["tfw", "tifw", "wld"][..]),
        };
        let path = self.next_name(ending);
        let mut source = Source::new(driver, path.clone());
        let mut bytes = archive.unpack(member)?;
        if driver == Driver::AsciiGrid {
            let seen = grid_check::check(bytes.as_slice())?;
            self.tell_commas(&seen);
            if let Some(place) = seen.lettered {
                bytes = grid_check::set_apart(bytes, place);
            }
        }
        self.files.push((path.clone(), bytes));
        let prj = archive.beside(member, "prj");
        if let Some(prj) = prj {
            read.push(prj.index);
            let text = archive.unpack(&prj)?;
            match driver {
                Driver::AsciiGrid => self.files.push((path.with_extension("prj"), text)),
                _ => source.crs = SourceCrs::Told(super::raster::crs_of_prj(&text)),
            }
        }
        let world = world.iter().find_map(|ending| archive.beside(member, ending));
        if let Some(world) = world {
            read.push(world.index);
            source.geotransform = world_file(&archive.unpack(&world)?);
        }
        self.sources.push(source);
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Xml,
    Shapefile,
    Tab,
    Mif,
    Tiff,
    Grid,
}

/// The members that are data by their content, if all are of one format. Pictures beside a KML
/// or a vector set are decoration.
fn main_members(archive: &Archive) -> Result<Vec<(Member, Kind)>, ReadError> {
    let mut mains: Vec<(Member, Kind)> = Vec::new();
    for member in &archive.members {
        let kind = match magic::of_head(&member.head) {
            Some(Magic::Shp) if member.ending == "shp" => Kind::Shapefile,
            Some(Magic::Tab) => Kind::Tab,
            Some(Magic::Mif) if member.ending == "mif" => Kind::Mif,
            Some(Magic::Tiff) => Kind::Tiff,
            Some(Magic::AsciiGrid) => Kind::Grid,
            Some(Magic::Xml) if is_map_xml(&member.head) => Kind::Xml,
            None if magic::is_foreign_xml(&member.head) => {
                return Err(content("a ZIP with a VRT in it"));
            }
            _ => continue,
        };
        mains.push((member.clone(), kind));
    }
    let is_vector = |kind: Kind| !matches!(kind, Kind::Tiff | Kind::Grid);
    if mains.iter().any(|(_, kind)| is_vector(*kind)) {
        mains.retain(|(_, kind)| is_vector(*kind));
    }
    let Some((_, first)) = mains.first() else {
        return Err(content(what_zip(archive)));
    };
    if mains.iter().any(|(_, kind)| kind != first) {
        let names = mains.iter().take(NAMES_MAX).map(|(member, _)| clip(member.name.clone()));
        let what = Refused::SeveralFormats { names: names.collect() };
        return Err(ReadError::NotAllowed { what });
    }
    Ok(mains)
}

fn what_zip(archive: &Archive) -> &'static str {
    let has = |name: &str| archive.members.iter().any(|member| member.name == name);
    if has("[Content_Types].xml") {
        "XLSX, DOCX"
    } else if has("mimetype") {
        "ODS, ODT"
    } else {
        "a ZIP without KML, shapefile, MapInfo or raster"
    }
}

/// Metadata beside a shapefile is XML too.
fn is_map_xml(head: &[u8]) -> bool {
    ["<kml", ":kml", "<gpx", ":gpx"].iter().any(|root| {
        head.windows(root.len()).any(|window| window.eq_ignore_ascii_case(root.as_bytes()))
    })
}

fn content(looks_like: &str) -> ReadError {
    ReadError::NotAllowed { what: Refused::Content { looks_like: looks_like.to_owned() } }
}

/// Six numbers, a line each: the step along a row in x and y, along a column in x and y, and the
/// middle of the first cell.
fn world_file(text: &[u8]) -> Option<[f64; 6]> {
    let text = std::str::from_utf8(text).ok()?;
    let numbers: Vec<f64> = text
        .split_ascii_whitespace()
        .map(|number| number.replace(',', ".").parse().ok())
        .collect::<Option<_>>()?;
    let [x_column, y_column, x_row, y_row, x, y] = numbers.try_into().ok()?;
    let corner = |at: f64, column: f64, row: f64| at - f64::midpoint(column, row);
    Some([corner(x, x_column, x_row), x_column, x_row, corner(y, y_column, y_row), y_column, y_row])
}

fn geojson_summary(file: File) -> Result<geojson_check::Summary, ReadError> {
    let mut text = BufReader::with_capacity(256 << 10, file);
    let mut start = [0; 3];
    let length = text.read(&mut start).map_err(|error| ReadError::io(&error))?;
    let start = if start == *b"\xef\xbb\xbf" { &[][..] } else { &start[..length] };
    geojson_check::check(start.chain(text))
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
    DeclaredCrs { epsg, wkt_name: Some(name.to_owned()), shift: None }
}
