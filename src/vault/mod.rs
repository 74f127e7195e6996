//! The vault: the one mutable, erasable store, in its own SQLite file `vault.db`.
//!
//! Here: the service's keys ([`keys`], plain files), API keys ([`api_keys`]), names of people
//! ([`people`]), drafts before they are filed ([`drafts`]), encrypted files ([`blobs`]) and files on
//! their way here ([`uploads`]).
//! Not here: anything the map is computed from. The fold never reads the vault, and losing all of
//! it changes no published figure. Who may do what is decided in `service`.
//!
//! Several processes may open it at once (`phusong key create` while the service runs). Time and
//! randomness come in as arguments.

pub mod api_keys;
pub mod blobs;
pub mod complaints;
pub mod drafts;
mod error;
mod headings;
pub mod keys;
pub mod migrate;
pub mod partial;
pub mod people;
mod public_view;
mod publishing;
mod sign_in;
mod time;
pub mod uploads;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

pub use error::VaultError;
pub(crate) use time::{from_micros, to_micros};

/// File name inside the data directory.
pub const FILE: &str = "vault.db";

/// Marks the file as ours (`PRAGMA application_id`): "PSVA".
const APPLICATION_ID: i32 = 0x5053_5641;

/// Numbered steps; a released one is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_vault.sql"),
    include_str!("migrations/0002_sign_in.sql"),
    include_str!("migrations/0003_headings.sql"),
    include_str!("migrations/0004_publishing.sql"),
    include_str!("migrations/0005_small_blobs.sql"),
    include_str!("migrations/0006_complaints.sql"),
    include_str!("migrations/0007_uploads.sql"),
    include_str!("migrations/0008_accounts.sql"),
    include_str!("migrations/0009_public_view.sql"),
];

/// How long a statement waits for another process before it gives up.
const BUSY: Duration = Duration::from_secs(5);

/// One open connection to the vault. `Send`, not `Sync`: one per thread, or behind a mutex.
#[derive(Debug)]
pub struct Vault {
    conn: Connection,
    dir: PathBuf,
}

impl Vault {
    /// Opens or creates `vault.db` in the data directory `dir` (made when missing, mode 0700).
    ///
    /// # Errors
    /// `Migrate` when the file belongs to a newer release or is not a vault (it is then left
    /// untouched); `Store` and `Io` when it cannot be read or written.
    pub fn open(dir: &Path) -> Result<Self, VaultError> {
        keys::private_dir(dir).map_err(|source| VaultError::Io { path: dir.into(), source })?;
        let path = dir.join(FILE);
        keys::private_file(&path)
            .map_err(|source| VaultError::Io { path: path.clone(), source })?;
        let mut conn = Connection::open(&path).map_err(VaultError::Store)?;
        conn.busy_timeout(BUSY).map_err(VaultError::Store)?;
        migrate::check(&conn, APPLICATION_ID, MIGRATIONS.len()).map_err(VaultError::Migrate)?;
        // secure_delete: what is erased is overwritten, not only unlinked from its page.
        conn.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;",
        )
        .map_err(VaultError::Store)?;
        migrate::run(&mut conn, APPLICATION_ID, MIGRATIONS).map_err(VaultError::Migrate)?;
        Ok(Self { conn, dir: dir.into() })
    }

    /// Rewrites the file and empties the write-ahead log, so that no page keeps what was erased.
    fn scrub(&self) -> Result<(), VaultError> {
        self.conn.execute_batch("VACUUM").map_err(VaultError::Store)?;
        let busy: i64 = self
            .conn
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(VaultError::Store)?;
        if busy == 0 { Ok(()) } else { Err(VaultError::ErasurePending) }
    }
}

/// No space, no quota, or a limit on the size of files: what waiting and tidying can mend.
pub(crate) fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

#[cfg(test)]
mod tests;
