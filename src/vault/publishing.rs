//! The operator's setting “publish at once”, by carrier. Not here: publishing itself, which is an
//! entry of the ledger.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::{Vault, VaultError, from_micros, to_micros};

impl Vault {
    /// From `now` on the carrier's own filings are published right after they are filed. Setting
    /// it again changes nothing.
    pub fn publish_at_once(&self, now: Timestamp, carrier: &str) -> Result<(), VaultError> {
        self.conn
            .execute(
                "INSERT INTO publishes_at_once VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![carrier, to_micros(now)],
            )
            .map(|_rows| ())
            .map_err(VaultError::Store)
    }

    /// From now on they wait for an officer again.
    pub fn publish_by_officer(&self, carrier: &str) -> Result<(), VaultError> {
        self.conn
            .execute("DELETE FROM publishes_at_once WHERE carrier = ?1", [carrier])
            .map(|_rows| ())
            .map_err(VaultError::Store)
    }

    /// Since when; `None` when an officer publishes.
    pub fn publishes_at_once(&self, carrier: &str) -> Result<Option<Timestamp>, VaultError> {
        let since: Option<i64> = self
            .conn
            .query_row("SELECT since FROM publishes_at_once WHERE carrier = ?1", [carrier], |row| {
                row.get(0)
            })
            .optional()
            .map_err(VaultError::Store)?;
        Ok(since.and_then(from_micros))
    }

    /// The carriers set so, by name.
    pub fn carriers_published_at_once(&self) -> Result<Vec<String>, VaultError> {
        self.conn
            .prepare("SELECT carrier FROM publishes_at_once ORDER BY carrier")
            .and_then(|mut found| found.query_map([], |row| row.get(0))?.collect())
            .map_err(VaultError::Store)
    }
}
