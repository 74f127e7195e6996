//! The checks that texts pass before the library may see them, one by one: for those who try them
//! with bytes of their own. A reading makes them itself, in the child.

use crate::error::ReadError;
use crate::{geojson_check, grid_check, xml_check};

/// # Errors
/// The first fault, as a reading would name it.
pub fn geojson(text: &[u8]) -> Result<(), ReadError> {
    geojson_check::check(text).map(drop)
}

/// # Errors
/// The first fault, as a reading would name it.
pub fn kml_or_gpx(text: &[u8]) -> Result<(), ReadError> {
    xml_check::check(text).map(drop)
}

/// # Errors
/// The first fault, as a reading would name it.
pub fn ascii_grid(text: &[u8]) -> Result<(), ReadError> {
    grid_check::check(text).map(drop)
}
