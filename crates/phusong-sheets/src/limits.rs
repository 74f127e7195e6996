//! What one reading of a workbook may use. The defaults are RELIABILITY's.

use serde::{Deserialize, Serialize};

/// Counted on what is truly there, never on what a header promises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookLimits {
    /// All entries of a ZIP together, unpacked.
    pub unpacked_bytes: u64,
    /// One part of XML that is read as a stream.
    pub part_bytes: u64,
    /// The parts that are kept in memory while reading: shared texts, styles, an ODS' or DOCX's
    /// own styles.
    pub kept_part_bytes: u64,
    /// Entries of a ZIP.
    pub entries: u64,
    pub sheets: u32,
    /// Filled rows of all sheets together; and no filled cell stands below this row.
    pub rows: u32,
    /// Filled cells of all sheets together.
    pub cells: u64,
    /// Merged spans, comments and pictures: each kind, of all sheets together.
    pub parts: u32,
    /// What the answer may take up in the parent's memory, in bytes.
    pub contents_bytes: u64,
}

/// Excel's own, and everyone's: A to XFD.
pub(crate) const COLUMNS: u32 = 16_384;
/// Excel's own last row.
pub(crate) const ROWS: u32 = 1_048_576;

impl Default for BookLimits {
    fn default() -> Self {
        Self {
            unpacked_bytes: 512 << 20,
            part_bytes: 256 << 20,
            kept_part_bytes: 64 << 20,
            entries: 1_000,
            sheets: 200,
            rows: 200_000,
            cells: 5_000_000,
            parts: 100_000,
            contents_bytes: 256 << 20,
        }
    }
}
