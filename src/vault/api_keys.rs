//! API keys: `ps_<carrier or role>_<52 characters>`, 256 bits of secret.
//!
//! Only the SHA-256 of the whole key is kept; the key itself is shown once, when it is made. What
//! a role may do is `service`'s table, not here.

use std::fmt;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::error::VaultError;
use super::keys::NewKey;
use super::people::PersonId;
use super::time;
use super::{Vault, to_micros};

/// Whom a key speaks for. Carriers are named by slug, communes by their official code.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Holder {
    Carrier(String),
    CarrierManager(String),
    Officer,
    Approver,
    Auditor,
    Planner,
    Commune(String),
    Admin,
}

impl Holder {
    /// The role as stored and shown.
    pub fn role(&self) -> &'static str {
        match self {
            Self::Carrier(_) => "carrier",
            Self::CarrierManager(_) => "carrier-manager",
            Self::Officer => "officer",
            Self::Approver => "approver",
            Self::Auditor => "auditor",
            Self::Planner => "planner",
            Self::Commune(_) => "commune",
            Self::Admin => "admin",
        }
    }

    /// Carrier slug or commune code, for the roles that have one.
    pub fn scope(&self) -> Option<&str> {
        match self {
            Self::Carrier(scope) | Self::CarrierManager(scope) | Self::Commune(scope) => {
                Some(scope)
            }
            _ => None,
        }
    }

    /// # Errors
    /// `BadScope` when the carrier slug or commune code holds anything but a–z, 0–9 and `-`.
    pub(super) fn check(&self) -> Result<(), VaultError> {
        match self.scope().filter(|scope| !is_slug(scope)) {
            Some(scope) => Err(VaultError::BadScope { found: scope.to_owned() }),
            None => Ok(()),
        }
    }

    /// `None` when the word is no role, or the scope is missing or too many.
    pub fn parse(role: &str, scope: Option<&str>) -> Option<Self> {
        Some(match (role, scope.map(str::to_owned)) {
            ("carrier", Some(scope)) => Self::Carrier(scope),
            ("carrier-manager", Some(scope)) => Self::CarrierManager(scope),
            ("commune", Some(scope)) => Self::Commune(scope),
            ("officer", None) => Self::Officer,
            ("approver", None) => Self::Approver,
            ("auditor", None) => Self::Auditor,
            ("planner", None) => Self::Planner,
            ("admin", None) => Self::Admin,
            _ => return None,
        })
    }
}

/// The whole key, shown once. `Debug` does not tell it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    /// The text for the `Authorization: Bearer` header.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(ps_…)")
    }
}

/// How a presented key is looked up: SHA-256 of its bytes.
pub fn hash_token(presented: &str) -> [u8; 32] {
    Sha256::digest(presented.as_bytes()).into()
}

/// A key as the vault knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Public name of the key, for lists, logs and `revoke`: `k` and ten characters.
    pub id: String,
    pub holder: Holder,
    pub label: String,
    pub created: Timestamp,
    /// The first instant at which it no longer opens anything.
    pub expires: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
    /// To the minute.
    pub used: Option<Timestamp>,
    /// The account that it is a key of, where it has a name.
    pub person: Option<PersonId>,
}

impl ApiKey {
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|end| now < end)
    }
}

/// What is asked for when a key is made.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    pub holder: Holder,
    pub label: String,
    pub expires: Option<Timestamp>,
    /// The account that it is to be a key of.
    pub person: Option<PersonId>,
    pub secret: NewKey,
}

const COLUMNS: &str = "id, role, scope, label, created, expires, revoked,
    (SELECT used_s FROM api_key_use WHERE api_key_use.id = api_key.id), person";

impl Vault {
    /// Makes a key. The token is returned this once and cannot be had again.
    ///
    /// # Errors
    /// `BadScope` when the carrier slug or commune code holds anything but a–z, 0–9 and `-`.
    pub fn create_api_key(
        &self,
        now: Timestamp,
        new: &NewApiKey,
    ) -> Result<(ApiKey, Token), VaultError> {
        new.holder.check()?;
        let scope = new.holder.scope();
        let secret = base32(&new.secret.secret);
        let token = Token(format!("ps_{}_{secret}", scope.unwrap_or(new.holder.role())));
        let hash = hash_token(token.reveal());
        let id = format!("k{}", &base32(&hash)[..10]);
        self.conn
            .execute(
                "INSERT INTO api_key (id, hash, role, scope, label, created, expires, person)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    id,
                    hash,
                    new.holder.role(),
                    scope,
                    new.label,
                    to_micros(now),
                    new.expires.map(to_micros),
                    new.person.as_ref().map(PersonId::as_str)
                ],
            )
            .map_err(VaultError::Store)?;
        let key = self.api_key(&id)?.ok_or(VaultError::NotFound)?;
        Ok((key, token))
    }

    /// Ends a key at once. Revoking it again changes nothing and keeps the first time.
    pub fn revoke_api_key(&self, now: Timestamp, id: &str) -> Result<ApiKey, VaultError> {
        self.conn
            .execute(
                "UPDATE api_key SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL",
                params![id, to_micros(now)],
            )
            .map_err(VaultError::Store)?;
        self.api_key(id)?.ok_or(VaultError::NotFound)
    }

    /// Every key ever made, oldest first; also the revoked ones.
    pub fn api_keys(&self) -> Result<Vec<ApiKey>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM api_key ORDER BY created, id");
        let mut statement = self.conn.prepare_cached(&sql).map_err(VaultError::Store)?;
        let keys = statement.query_map([], read).map_err(VaultError::Store)?;
        keys.collect::<Result<_, _>>().map_err(VaultError::Store)
    }

    /// The key with this hash ([`hash_token`]), valid or not: the caller asks `is_valid`.
    pub fn api_key_by_hash(&self, hash: &[u8; 32]) -> Result<Option<ApiKey>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM api_key WHERE hash = ?1");
        let mut statement = self.conn.prepare_cached(&sql).map_err(VaultError::Store)?;
        statement.query_row(params![hash], read).optional().map_err(VaultError::Store)
    }

    /// Every key with the hash it is found by, for a server that keeps them in memory and looks
    /// again when [`Vault::data_version`] has moved.
    pub fn api_key_table(&self) -> Result<Vec<([u8; 32], ApiKey)>, VaultError> {
        let sql = format!("SELECT {COLUMNS}, hash FROM api_key ORDER BY created, id");
        let mut statement = self.conn.prepare_cached(&sql).map_err(VaultError::Store)?;
        let keys = statement
            .query_map([], |row| Ok((row.get::<_, [u8; 32]>(9)?, read(row)?)))
            .map_err(VaultError::Store)?;
        keys.collect::<Result<_, _>>().map_err(VaultError::Store)
    }

    /// Moves whenever any process makes, changes or revokes an API key. One row: ask it often.
    pub fn data_version(&self) -> Result<i64, VaultError> {
        self.conn
            .prepare_cached("SELECT version FROM api_key_version")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(VaultError::Store)
    }

    /// Remembers when a key was last used, in Unix seconds; a key that is gone is passed over.
    pub fn note_api_key_use(&self, id: &str, used_s: i64) -> Result<(), VaultError> {
        self.conn
            .prepare_cached(
                "INSERT INTO api_key_use (id, used_s) SELECT id, ?2 FROM api_key WHERE id = ?1
                 ON CONFLICT (id) DO UPDATE SET used_s = max(used_s, excluded.used_s)",
            )
            .and_then(|mut statement| statement.execute(params![id, used_s]))
            .map(|_noted| ())
            .map_err(VaultError::Store)
    }

    fn api_key(&self, id: &str) -> Result<Option<ApiKey>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM api_key WHERE id = ?1");
        self.conn.query_row(&sql, [id], read).optional().map_err(VaultError::Store)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<ApiKey> {
    let role: String = row.get(1)?;
    let scope: Option<String> = row.get(2)?;
    Ok(ApiKey {
        id: row.get(0)?,
        holder: Holder::parse(&role, scope.as_deref()).ok_or(rusqlite::Error::InvalidQuery)?,
        label: row.get(3)?,
        created: time::column(row, 4)?,
        expires: time::optional(row, 5)?,
        revoked: time::optional(row, 6)?,
        used: row
            .get::<_, Option<i64>>(7)?
            .and_then(|seconds| Timestamp::from_second(seconds).ok()),
        person: row.get::<_, Option<String>>(8)?.as_deref().and_then(PersonId::parse),
    })
}

fn is_slug(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// RFC 4648 letters, lower case, no padding: 52 characters for 32 bytes, free of `_`.
pub(super) fn base32(bytes: &[u8]) -> String {
    data_encoding::BASE32_NOPAD.encode(bytes).to_ascii_lowercase()
}
