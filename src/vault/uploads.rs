//! Files on their way here in several requests: what was promised of each, and the key under which
//! its pieces lie ([`super::partial`]). Whose it is stands beside it; who may ask is decided in
//! `service`.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::blobs::{Blobs, FreshBlob};
use super::partial::{self, Partial};
use super::{VaultError, time, to_micros};

/// What its sender promised to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub id: String,
    pub owner: String,
    pub sha256: [u8; 32],
    /// Plain bytes.
    pub size: u64,
    pub name: String,
    /// When a piece came last.
    pub updated: Timestamp,
}

const COLUMNS: &str = "id, owner, sha256, size, name, updated";

impl Blobs<'_> {
    /// Notes what will come.
    ///
    /// # Errors
    /// `Taken` when this owner has begun to send this content already.
    pub fn begin_upload(&self, new: &Upload, fresh: &FreshBlob) -> Result<(), VaultError> {
        let damaged = || VaultError::DamagedBlob { path: self.vault.dir.join(super::FILE) };
        let wrapped = self.master.wrap(new.id.as_bytes(), &fresh.key, fresh.wrap_nonce);
        let done = self
            .vault
            .conn
            .execute(
                "INSERT INTO upload (id, owner, sha256, size, name, wrapped_key, updated)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
                params![
                    new.id,
                    new.owner,
                    new.sha256,
                    new.size,
                    new.name,
                    wrapped.ok_or_else(damaged)?,
                    to_micros(new.updated)
                ],
            )
            .map_err(VaultError::Store)?;
        if done == 1 { Ok(()) } else { Err(VaultError::Taken) }
    }

    pub fn upload(&self, id: &str) -> Result<Option<Upload>, VaultError> {
        let found = format!("SELECT {COLUMNS} FROM upload WHERE id = ?1");
        let conn = &self.vault.conn;
        conn.query_row(&found, [id], read).optional().map_err(VaultError::Store)
    }

    pub fn upload_of(&self, owner: &str, hash: &[u8; 32]) -> Result<Option<Upload>, VaultError> {
        let found = format!("SELECT {COLUMNS} FROM upload WHERE owner = ?1 AND sha256 = ?2");
        let conn = &self.vault.conn;
        conn.query_row(&found, params![owner, hash], read).optional().map_err(VaultError::Store)
    }

    /// The owner's, last touched first.
    pub fn uploads(&self, owner: &str) -> Result<Vec<Upload>, VaultError> {
        let found =
            format!("SELECT {COLUMNS} FROM upload WHERE owner = ?1 ORDER BY updated DESC, id");
        self.vault
            .conn
            .prepare_cached(&found)
            .and_then(|mut found| found.query_map([owner], read)?.collect())
            .map_err(VaultError::Store)
    }

    /// What has come of it, to be read or continued; `None` when it has gone meanwhile.
    pub fn partial(&self, id: &str) -> Result<Option<Partial>, VaultError> {
        let wrapped: Option<Vec<u8>> = self
            .vault
            .conn
            .query_row("SELECT wrapped_key FROM upload WHERE id = ?1", [id], |row| row.get(0))
            .optional()
            .map_err(VaultError::Store)?;
        let Some(wrapped) = wrapped else { return Ok(None) };
        let damaged = || VaultError::DamagedBlob { path: self.vault.dir.join(super::FILE) };
        let key = self.master.unwrap(id.as_bytes(), &wrapped).ok_or_else(damaged)?;
        Ok(Some(Partial::new(&self.vault.dir, id, key)))
    }

    /// A piece came now. `false` when the upload is gone.
    pub fn touch_upload(&self, now: Timestamp, id: &str) -> Result<bool, VaultError> {
        self.vault
            .conn
            .execute("UPDATE upload SET updated = ?2 WHERE id = ?1", params![id, to_micros(now)])
            .map(|touched| touched == 1)
            .map_err(VaultError::Store)
    }

    /// Drops its key, which makes every copy of what came unreadable; the file goes by
    /// [`Self::remove_partial`], once nobody writes to it.
    pub fn drop_upload(&self, id: &str) -> Result<(), VaultError> {
        self.vault
            .conn
            .execute("DELETE FROM upload WHERE id = ?1", [id])
            .map(|_there_or_not| ())
            .map_err(VaultError::Store)
    }

    /// Drops those of which nothing came since `before`, and gives their names: as
    /// [`Self::drop_upload`].
    pub fn expire_uploads(&self, before: Timestamp) -> Result<Vec<String>, VaultError> {
        self.vault
            .conn
            .prepare_cached("DELETE FROM upload WHERE updated < ?1 RETURNING id")
            .and_then(|mut old| old.query_map([to_micros(before)], |row| row.get(0))?.collect())
            .map_err(VaultError::Store)
    }

    /// Removes what came of an upload that was dropped.
    pub fn remove_partial(&self, id: &str) -> Result<(), VaultError> {
        partial::remove(&self.vault.dir, id)
    }

    /// Removes files without a row. Only while no other process takes files.
    pub fn sweep_uploads(&self) -> Result<(), VaultError> {
        let known: Vec<String> = self
            .vault
            .conn
            .prepare_cached("SELECT id FROM upload")
            .and_then(|mut all| all.query_map([], |row| row.get(0))?.collect())
            .map_err(VaultError::Store)?;
        partial::sweep(&self.vault.dir, &known)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Upload> {
    Ok(Upload {
        id: row.get(0)?,
        owner: row.get(1)?,
        sha256: row.get(2)?,
        size: row.get(3)?,
        name: row.get(4)?,
        updated: time::column(row, 5)?,
    })
}
