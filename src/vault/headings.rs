//! What a sender's headings mean, as it confirmed them. Every confirmation is kept; the newest
//! counts.

use jiff::Timestamp;
use rusqlite::params;

use super::{Vault, VaultError, to_micros};

impl Vault {
    /// Each heading of a sender with the column it means; `None`: it is not read.
    pub fn headings(&self, sender: &str) -> Result<Vec<(String, Option<String>)>, VaultError> {
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT heading, means FROM heading WHERE sender = ?1 ORDER BY heading, confirmed",
            )
            .map_err(VaultError::Store)?;
        let lines = statement
            .query_map([sender], |row| Ok((row.get(0)?, row.get(1)?)))
            .map_err(VaultError::Store)?;
        lines.collect::<Result<_, _>>().map_err(VaultError::Store)
    }

    /// Notes what a heading means from now on.
    pub fn keep_heading(
        &self,
        now: Timestamp,
        sender: &str,
        heading: &str,
        means: Option<&str>,
    ) -> Result<(), VaultError> {
        self.conn
            .prepare_cached("INSERT OR REPLACE INTO heading VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut insert| insert.execute(params![sender, heading, means, to_micros(now)]))
            .map(|_one| ())
            .map_err(VaultError::Store)
    }
}
