//! One-time links: who holds the token becomes the holder it names, once and for a while; of an
//! account, where it has one.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::api_keys::{Holder, Token, base32, hash_token};
use super::keys::NewKey;
use super::people::PersonId;
use super::{Vault, VaultError, to_micros};

impl Vault {
    /// Makes a token that is good until `expires`. It is returned this once.
    pub fn create_sign_in(
        &self,
        now: Timestamp,
        expires: Timestamp,
        holder: &Holder,
        person: Option<&PersonId>,
        secret: &NewKey,
    ) -> Result<Token, VaultError> {
        holder.check()?;
        let token = Token::new(base32(&secret.secret));
        self.conn
            .execute(
                "INSERT INTO sign_in (hash, role, scope, created, expires, person)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    hash_token(token.reveal()),
                    holder.role(),
                    holder.scope(),
                    to_micros(now),
                    to_micros(expires),
                    person.map(PersonId::as_str)
                ],
            )
            .map_err(VaultError::Store)?;
        Ok(token)
    }

    /// Uses a token up. `None` when it is unknown, too old, or was used: told apart to nobody.
    pub fn use_sign_in(
        &self,
        now: Timestamp,
        presented: &str,
    ) -> Result<Option<(Holder, Option<PersonId>)>, VaultError> {
        let found: Option<(String, Option<String>, Option<String>)> = self
            .conn
            .query_row(
                "UPDATE sign_in SET used = ?2
                 WHERE hash = ?1 AND used IS NULL AND expires > ?2
                 RETURNING role, scope, person",
                params![hash_token(presented), to_micros(now)],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()
            .map_err(VaultError::Store)?;
        Ok(found.and_then(|(role, scope, person)| {
            let holder = Holder::parse(&role, scope.as_deref())?;
            Some((holder, person.as_deref().and_then(PersonId::parse)))
        }))
    }
}
