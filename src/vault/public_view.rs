//! That the public view was opened, when and with which key. Not here: whether the operator keeps
//! it closed until then.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::{Vault, VaultError, from_micros, to_micros};

impl Vault {
    /// Opening it again changes nothing.
    pub fn open_public_view(&self, now: Timestamp, key: &str) -> Result<(), VaultError> {
        self.conn
            .execute(
                "INSERT INTO public_view VALUES (1, ?1, ?2) ON CONFLICT DO NOTHING",
                params![to_micros(now), key],
            )
            .map(|_rows| ())
            .map_err(VaultError::Store)
    }

    /// `None`: never.
    pub fn public_view_opened(&self) -> Result<Option<Timestamp>, VaultError> {
        let opened: Option<i64> = self
            .conn
            .query_row("SELECT opened_at FROM public_view", [], |row| row.get(0))
            .optional()
            .map_err(VaultError::Store)?;
        Ok(opened.and_then(from_micros))
    }
}
