//! Drafts: what a sender prepares before filing it. Seen by its owner only: every question here
//! takes the owner, and someone else's draft is the same as none. Bytes of JSON, not looked into.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::{Vault, VaultError, time, to_micros};

/// A draft as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub id: String,
    pub body: Vec<u8>,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// A line of the owner's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftLine {
    pub id: String,
    /// Bytes.
    pub size: u64,
    pub created: Timestamp,
    pub updated: Timestamp,
}

impl Vault {
    /// Saves a draft under an id of the caller's choosing: new, or over the owner's own.
    ///
    /// # Errors
    /// `Taken` when somebody else's draft has this id.
    pub fn put_draft(
        &self,
        now: Timestamp,
        owner: &str,
        id: &str,
        body: &[u8],
    ) -> Result<(), VaultError> {
        let saved = self
            .conn
            .prepare_cached(
                "INSERT INTO draft (id, owner, body, created, updated) VALUES (?1, ?2, ?3, ?4, ?4)
                 ON CONFLICT (id) DO UPDATE SET body = excluded.body, updated = excluded.updated
                 WHERE owner = excluded.owner",
            )
            .and_then(|mut statement| statement.execute(params![id, owner, body, to_micros(now)]))
            .map_err(VaultError::Store)?;
        if saved == 1 { Ok(()) } else { Err(VaultError::Taken) }
    }

    pub fn draft(&self, owner: &str, id: &str) -> Result<Option<Draft>, VaultError> {
        self.conn
            .prepare_cached(
                "SELECT id, created, updated, body FROM draft WHERE id = ?1 AND owner = ?2",
            )
            .and_then(|mut statement| statement.query_row([id, owner], read).optional())
            .map_err(VaultError::Store)
    }

    /// The owner's drafts, last touched first; a page of `limit` after skipping `offset`.
    pub fn drafts(
        &self,
        owner: &str,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<DraftLine>, VaultError> {
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT id, created, updated, length(body) FROM draft WHERE owner = ?1
                 ORDER BY updated DESC, id LIMIT ?3 OFFSET ?2",
            )
            .map_err(VaultError::Store)?;
        let lines = statement
            .query_map(params![owner, offset, limit], |row| {
                Ok(DraftLine {
                    id: row.get(0)?,
                    created: time::column(row, 1)?,
                    updated: time::column(row, 2)?,
                    size: row.get(3)?,
                })
            })
            .map_err(VaultError::Store)?;
        lines.collect::<Result<_, _>>().map_err(VaultError::Store)
    }

    /// The bodies of all drafts, whoever's: to see which files they rest on, never to be shown.
    pub fn all_draft_bodies(&self) -> Result<Vec<Vec<u8>>, VaultError> {
        let mut statement =
            self.conn.prepare_cached("SELECT body FROM draft").map_err(VaultError::Store)?;
        let bodies = statement.query_map([], |row| row.get(0)).map_err(VaultError::Store)?;
        bodies.collect::<Result<_, _>>().map_err(VaultError::Store)
    }

    /// Whether there was one to delete.
    pub fn delete_draft(&self, owner: &str, id: &str) -> Result<bool, VaultError> {
        self.conn
            .execute("DELETE FROM draft WHERE id = ?1 AND owner = ?2", [id, owner])
            .map(|gone| gone == 1)
            .map_err(VaultError::Store)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Draft> {
    Ok(Draft {
        id: row.get(0)?,
        created: time::column(row, 1)?,
        updated: time::column(row, 2)?,
        body: row.get(3)?,
    })
}
