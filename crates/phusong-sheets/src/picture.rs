//! Pictures inside workbooks: found and weighed while reading, fetched one by one when wanted.

use std::collections::HashMap;
use std::io::Read;

use sha2::{Digest, Sha256};

use crate::error::BookError;

/// Length in bytes and SHA-256 of each picture in a package, by its name.
pub(crate) type Weights = HashMap<String, (u64, [u8; 32])>;

/// Length and SHA-256 of a stream.
pub(crate) fn weigh(mut from: impl Read, name: &str) -> Result<(u64, [u8; 32]), BookError> {
    let mut hash = Sha256::new();
    let length = std::io::copy(&mut from, &mut hash);
    let length = length.map_err(|error| BookError::broken(name, error))?;
    Ok((length, hash.finalize().into()))
}

/// Whether a part may be handed out as a picture: by the ending of its name, which says nothing
/// of its content.
pub(crate) fn is_named_like_one(part: &str) -> bool {
    const ENDINGS: [&str; 10] =
        ["png", "jpg", "jpeg", "jpe", "gif", "bmp", "tif", "tiff", "webp", "heic"];
    let ending = part.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}
