//! How an entry is written as bytes, by version. A version that was ever written stays readable;
//! only the newest is written.
//!
//! Not here: the leaf around the body (salt, time, format), and what an entry means.

mod v1;

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use phusong_atlas::domain::{Entry, EntrySeq, FiledRow, Filing, ReportId};

/// The version that is written.
pub const CURRENT: u8 = 1;

/// Why stored bytes are no entry of ours.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    #[error("entry {seq}: format {format} is not known to this release: use a newer one")]
    Unknown { seq: u64, format: u8 },
    /// The source says which row, what is wrong, and at which byte ("line 1 column …").
    #[error("entry {seq} cannot be read as format {format}")]
    Body { seq: u64, format: u8, source: serde_json::Error },
}

/// The body of a leaf, in the current format.
///
/// Deterministic: the same act gives the same bytes. Areas are written to 1e-7°, like positions;
/// all else reads back exactly as it was.
pub fn encode(filing: &Filing, rows: &[FiledRow]) -> Vec<u8> {
    v1::encode(filing, rows)
}

/// # Errors
/// [`FormatError`] for bytes that no release of ours wrote; never panics.
pub fn decode(
    format: u8,
    seq: EntrySeq,
    recorded_at: Timestamp,
    leaf_hash: &[u8; 32],
    body: &[u8],
) -> Result<Entry, FormatError> {
    if format != CURRENT {
        return Err(FormatError::Unknown { seq: seq.0, format });
    }
    let (filing, rows) =
        v1::decode(body).map_err(|source| FormatError::Body { seq: seq.0, format, source })?;
    Ok(Entry { seq, id: ReportId::of_leaf(leaf_hash), recorded_at, filing, rows })
}

/// So many ways of filing are kept in mind.
const KNOWN: usize = 4;

/// Decodes one entry after another: most are filed in the same way as one of the last few, and
/// that is read once.
#[derive(Debug, Default)]
pub struct Decoder {
    /// The latest last.
    known: VecDeque<v1::Beginning>,
}

impl Decoder {
    /// # Errors
    /// As [`decode`].
    pub fn decode(
        &mut self,
        format: u8,
        seq: EntrySeq,
        body: &[u8],
    ) -> Result<(Arc<Filing>, Vec<FiledRow>), FormatError> {
        if format != CURRENT {
            return Err(FormatError::Unknown { seq: seq.0, format });
        }
        let alike =
            self.known.iter().rev().find_map(|known| {
                known.rows_of(body).map(|rows| (Arc::clone(&known.filing), rows))
            });
        if let Some(found) = alike {
            return Ok(found);
        }
        let (filing, rows) =
            v1::decode(body).map_err(|source| FormatError::Body { seq: seq.0, format, source })?;
        let beginning = v1::Beginning::of(filing);
        let filing = Arc::clone(&beginning.filing);
        if self.known.len() == KNOWN {
            self.known.pop_front();
        }
        self.known.push_back(beginning);
        Ok((filing, rows))
    }
}

#[cfg(test)]
mod tests;
