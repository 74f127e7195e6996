//! Instants as the stores keep them: whole microseconds since 1970-01-01T00:00:00Z.

use jiff::Timestamp;

/// Rounds towards zero: a store keeps nothing finer than a microsecond.
pub(crate) fn to_micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// `None` when the number is outside what a calendar can name (years −9999 to 9999).
pub(crate) fn from_micros(micros: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros).ok()
}

/// Reads a column of microseconds.
pub(super) fn column(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Timestamp> {
    let micros: i64 = row.get(at)?;
    from_micros(micros).ok_or(rusqlite::Error::IntegralValueOutOfRange(at, micros))
}

/// The same for a column that may be empty.
pub(super) fn optional(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Option<Timestamp>> {
    match row.get_ref(at)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => column(row, at).map(Some),
    }
}
