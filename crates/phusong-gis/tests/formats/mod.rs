//! The formats read in the child, each by files that the library or this page makes here.

mod archives;
mod bulk;
mod kml;
mod make;
mod mapinfo;
mod mutants;
mod raster;
mod shapefile;

pub use bulk::measure;

use phusong_gis::{GeoFile, Limits, ReadError};

type Test = (&'static str, fn());

pub fn tests() -> impl Iterator<Item = &'static Test> {
    [
        kml::TESTS,
        shapefile::TESTS,
        mapinfo::TESTS,
        raster::TESTS,
        archives::TESTS,
        mutants::TESTS,
        bulk::TESTS,
    ]
    .into_iter()
    .flatten()
}

/// Reads a file whose name says nothing.
fn read(bytes: &[u8]) -> Result<GeoFile, ReadError> {
    read_within(bytes, &Limits::default())
}

fn read_within(bytes: &[u8], limits: &Limits) -> Result<GeoFile, ReadError> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("body"), bytes).expect("a file");
    let answer = super::reader().read(folder.path(), "body", limits);
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "the child left something behind");
    answer
}

/// Codes of the notes, in order.
fn notes(file: &GeoFile) -> Vec<&'static str> {
    let said = file.notes.iter().map(|note| {
        assert!(!note.message_vi().is_empty() && !note.to_string().is_empty());
        note.code()
    });
    said.collect()
}

/// The sentence of an error, after its code.
fn why(answer: Result<GeoFile, ReadError>) -> String {
    match answer {
        Ok(_) => "read".to_owned(),
        Err(error) => {
            assert!(!error.message_vi().is_empty());
            format!("{}: {error}", error.code())
        }
    }
}
