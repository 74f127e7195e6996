//! Files made by the library itself, and ZIPs honest and otherwise.

use std::io::{Cursor, Write};
use std::path::Path;

use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Feature, FieldDefn, Geometry, LayerAccess, LayerOptions, OGRFieldType};
use gdal::{Dataset, DriverManager};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Two sites; texts have one character for each byte that is to stand in the file.
pub struct Sites<'s> {
    pub crs: Option<&'s SpatialRef>,
    pub texts: [&'s str; 2],
    pub places: [&'s str; 2],
}

impl Default for Sites<'_> {
    fn default() -> Self {
        Self {
            crs: None,
            texts: ["QN-1", "QN-2"],
            places: ["POINT (575171.18 1631395.08)", "POINT (575272.5 1631400.25)"],
        }
    }
}

/// The set as the library writes it: names with their bytes.
pub fn set(
    driver: &str,
    file_name: &str,
    layer: &str,
    sites: &Sites<'_>,
) -> Vec<(String, Vec<u8>)> {
    let folder = tempfile::tempdir().expect("a folder");
    {
        let options: &[&str] = match driver {
            "ESRI Shapefile" => &["ENCODING=ISO-8859-1"],
            _ => &[],
        };
        let driver = DriverManager::get_driver_by_name(driver).expect("the driver");
        let mut dataset = driver.create_vector_only(folder.path().join(file_name)).expect("a set");
        add_layer(&mut dataset, layer, sites, options);
    }
    files_of(folder.path())
}

fn add_layer(dataset: &mut Dataset, name: &str, sites: &Sites<'_>, options: &[&str]) {
    let layer = dataset
        .create_layer(LayerOptions {
            name,
            srs: sites.crs,
            options: Some(options),
            ..Default::default()
        })
        .expect("a layer");
    for (name, kind) in [("ten", OGRFieldType::OFTString), ("ho", OGRFieldType::OFTInteger)] {
        FieldDefn::new(name, kind).and_then(|field| field.add_to_layer(&layer)).expect("a field");
    }
    for (number, (text, place)) in (1_i32..).zip(sites.texts.iter().zip(sites.places)) {
        let mut site = Feature::new(layer.defn()).expect("a feature");
        site.set_geometry(Geometry::from_wkt(place).expect("a place")).expect("placed");
        site.set_field_string(0, text).expect("named");
        site.set_field_integer(1, number).expect("counted");
        site.create(&layer).expect("kept");
    }
}

pub fn files_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        files.push((name, std::fs::read(&path).expect("a file")));
    }
    files.sort();
    files
}

/// An honest ZIP.
pub fn zip<N: AsRef<str>, B: AsRef<[u8]>>(members: &[(N, B)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(name.as_ref(), SimpleFileOptions::default()).expect("a member");
        zip.write_all(bytes.as_ref()).expect("written");
    }
    zip.finish().expect("closed").into_inner()
}

/// The set without the members of some endings.
pub fn without(set: &[(String, Vec<u8>)], endings: &[&str]) -> Vec<(String, Vec<u8>)> {
    let stays = |name: &str| !endings.iter().any(|ending| name.ends_with(ending));
    set.iter().filter(|(name, _)| stays(name)).cloned().collect()
}

/// The set with one member replaced or added.
pub fn with(set: &[(String, Vec<u8>)], name: &str, bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut set = without(set, &[name]);
    set.push((name.to_owned(), bytes.to_vec()));
    set
}

/// One member of a ZIP written by hand, so that it may lie.
pub struct RawMember<'m> {
    pub name: &'m str,
    pub bytes: &'m [u8],
    /// Unix mode; 0o120777 is a link.
    pub mode: u32,
    pub encrypted: bool,
    /// Points at the local header of this member instead of its own.
    pub instead_of_own: Option<usize>,
}

impl<'m> RawMember<'m> {
    pub fn new(name: &'m str, bytes: &'m [u8]) -> Self {
        Self { name, bytes, mode: 0o100_644, encrypted: false, instead_of_own: None }
    }
}

/// Stored members, with the central directory as told. Source: PKWARE APPNOTE 4.3.
pub fn raw_zip(members: &[RawMember<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut offsets = Vec::new();
    let common = |member: &RawMember<'_>| {
        let length = u32::try_from(member.bytes.len()).expect("short").to_le_bytes();
        let name_length = u16::try_from(member.name.len()).expect("short").to_le_bytes();
        let flags = if member.encrypted { 0x801_u16 } else { 0x800 };
        let mut bytes = flags.to_le_bytes().to_vec();
        bytes.extend_from_slice(&[0; 6]);
        bytes.extend_from_slice(&crc32(member.bytes).to_le_bytes());
        bytes.extend_from_slice(&length);
        bytes.extend_from_slice(&length);
        bytes.extend_from_slice(&name_length);
        bytes.extend_from_slice(&[0, 0]);
        bytes
    };
    for member in members {
        offsets.push(u32::try_from(out.len()).expect("short"));
        out.extend_from_slice(b"PK\x03\x04\x14\0");
        out.extend_from_slice(&common(member));
        out.extend_from_slice(member.name.as_bytes());
        out.extend_from_slice(member.bytes);
    }
    let directory = out.len();
    for (number, member) in members.iter().enumerate() {
        out.extend_from_slice(b"PK\x01\x02\x14\x03\x14\0");
        out.extend_from_slice(&common(member));
        out.extend_from_slice(&[0; 6]);
        out.extend_from_slice(&(member.mode << 16).to_le_bytes());
        let offset = offsets[member.instead_of_own.unwrap_or(number)];
        out.extend_from_slice(&offset.to_le_bytes());
        out.extend_from_slice(member.name.as_bytes());
    }
    let size = u32::try_from(out.len() - directory).expect("short");
    let count = u16::try_from(members.len()).expect("few").to_le_bytes();
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count);
    out.extend_from_slice(&count);
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&u32::try_from(directory).expect("short").to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    })
}
