//! The document as DOCX: Office Open XML (ECMA-376), written part by part.
//!
//! By hand, because the library for it numbers headers and pictures by counters of the process, so
//! that no two papers are the same bytes, and cannot repeat a table's heading row
//! (docs/decisions). The face is named *Times New Roman*: every office has it, and Tinos has its
//! measures.

mod body;
mod parts;

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::{Document, TypesetError};

/// The same document gives the same bytes: no day of making, no counters.
pub fn docx(document: &Document) -> Result<Vec<u8>, TypesetError> {
    let body = body::body(document)?;
    let mut parts = parts::parts(document, &body);
    parts.extend(body.pictures);
    let write = |error: zip::result::ZipError| TypesetError::Write(Box::new(error));
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    // The zip format's first instant.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, bytes) in &parts {
        packed.start_file(name.as_str(), options).map_err(write)?;
        packed.write_all(bytes).map_err(|error| TypesetError::Write(Box::new(error)))?;
    }
    Ok(packed.finish().map_err(write)?.into_inner())
}
