//! Names behind opaque person ids. Entries in the ledger hold the id; only here is the name, and
//! here it can go. Not here: what a person may do, or did.

use std::fmt;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::{Vault, VaultError, to_micros};

/// Opaque and random (80 bits), so that it tells nothing about the person: `p` and 16 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(String);

impl PersonId {
    /// From ten random bytes.
    pub fn new(random: [u8; 10]) -> Self {
        Self(format!("p{}", data_encoding::BASE32_NOPAD.encode(&random).to_ascii_lowercase()))
    }

    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('p')?;
        let good = rest.len() == 16
            && rest.bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b));
        good.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Longest name, in characters.
pub const LONGEST_NAME: usize = 100;

impl Vault {
    /// The carrier or commune whose an account is by its keys and links; `None`: neither's.
    ///
    /// # Errors
    /// `NotFound` for an id that is unknown or was erased: it gets no further key.
    pub fn account_scope(&self, id: &PersonId) -> Result<Option<String>, VaultError> {
        self.person_name(id)?.ok_or(VaultError::NotFound)?;
        self.conn
            .query_row(
                "SELECT scope FROM api_key WHERE person = ?1
                 UNION ALL SELECT scope FROM sign_in WHERE person = ?1 LIMIT 1",
                [id.as_str()],
                |row| row.get(0),
            )
            .optional()
            .map(Option::flatten)
            .map_err(VaultError::Store)
    }

    /// # Errors
    /// `Taken` when the id exists, even if its person was erased: ids are not used twice.
    pub fn add_person(&self, now: Timestamp, id: &PersonId, name: &str) -> Result<(), VaultError> {
        let added = self
            .conn
            .execute(
                "INSERT INTO person (id, name, created) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                params![id.as_str(), name, to_micros(now)],
            )
            .map_err(VaultError::Store)?;
        if added == 1 { Ok(()) } else { Err(VaultError::Taken) }
    }

    /// `None` for an id that is unknown or was erased: a reader need not know which.
    pub fn person_name(&self, id: &PersonId) -> Result<Option<String>, VaultError> {
        self.conn
            .query_row("SELECT name FROM person WHERE id = ?1", [id.as_str()], |row| row.get(0))
            .optional()
            .map(Option::flatten)
            .map_err(VaultError::Store)
    }

    /// Forgets the name for good: database and write-ahead log hold no trace afterwards. Rewrites
    /// the whole vault file, which is small; not for a hot path. Doing it again is harmless.
    ///
    /// # Errors
    /// `ErasurePending` while another process reads the old pages: call again.
    pub fn erase_person(&self, now: Timestamp, id: &PersonId) -> Result<(), VaultError> {
        let found = self
            .conn
            .execute(
                "UPDATE person SET name = NULL, erased = coalesce(erased, ?2) WHERE id = ?1",
                params![id.as_str(), to_micros(now)],
            )
            .map_err(VaultError::Store)?;
        if found == 0 {
            return Err(VaultError::NotFound);
        }
        self.scrub()
    }
}
