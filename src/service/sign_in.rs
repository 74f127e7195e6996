//! Signing in with a link that was shown at the terminal: once, within the hour, for a day.
//!
//! The link's token is not a key: it is exchanged for one. The vault keeps only its hash.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Mutex;

use jiff::Timestamp;

use super::keys::in_hours;
use super::open::{OpenError, Service, fresh_key, now};
use crate::vault::api_keys::{Holder, NewApiKey, Token};
use crate::vault::people::PersonId;
use crate::vault::{Vault, VaultError};

/// Within which a link is to be used.
const LINK_HOURS: i64 = 1;
/// For which the key that it gives holds.
const SESSION_HOURS: i64 = 24;

/// Wrong tries from one address within [`WINDOW_S`] seconds before it has to wait.
const TRIES: usize = 5;
const WINDOW_S: i64 = 60;
/// Addresses remembered; the oldest goes first.
const ADDRESSES: usize = 10_000;

/// A key for a day.
#[derive(Debug)]
pub struct Session {
    pub token: Token,
    pub expires: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("this link is unknown, was used, or is older than an hour")]
    Wrong,
    #[error("too many wrong tries")]
    TooMany,
    #[error("no session could be made")]
    Random(#[source] OpenError),
    #[error("no session could be made")]
    Vault(#[from] VaultError),
}

/// Makes a link's token for a holder, of an account where it has a name; beside a running service or by it.
pub fn sign_in_token(
    dir: &Path,
    holder: &Holder,
    person: Option<&PersonId>,
) -> Result<Token, SignInError> {
    let secret = fresh_key().map_err(SignInError::Random)?;
    Ok(Vault::open(dir)?.create_sign_in(now(), in_hours(LINK_HOURS), holder, person, &secret)?)
}

/// Wrong tries, by address: for a minute the sixth is not even looked at.
#[derive(Debug, Default)]
pub struct Tries {
    wrong: Mutex<VecDeque<(IpAddr, Timestamp)>>,
}

impl Tries {
    fn are_too_many(&self, from: IpAddr, now: Timestamp) -> bool {
        let Ok(mut wrong) = self.wrong.lock() else { return true };
        while wrong.front().is_some_and(|(_, at)| now.as_second() - at.as_second() >= WINDOW_S) {
            wrong.pop_front();
        }
        wrong.iter().filter(|(address, _)| *address == from).count() >= TRIES
    }

    fn add(&self, from: IpAddr, now: Timestamp) {
        if let Ok(mut wrong) = self.wrong.lock() {
            if wrong.len() == ADDRESSES {
                wrong.pop_front();
            }
            wrong.push_back((from, now));
        }
    }
}

impl Service {
    /// Exchanges the token of a link for a key. Blocks: the vault is written.
    pub fn sign_in(&self, presented: &str, from: IpAddr) -> Result<Session, SignInError> {
        let tries = &self.shared.tries;
        if tries.are_too_many(from, now()) {
            return Err(SignInError::TooMany);
        }
        let vault = Vault::open(&self.shared.dir)?;
        let Some((holder, person)) = vault.use_sign_in(now(), presented)? else {
            tries.add(from, now());
            return Err(SignInError::Wrong);
        };
        let (expires, secret) =
            (in_hours(SESSION_HOURS), fresh_key().map_err(SignInError::Random)?);
        let label = "session".to_owned();
        let new = NewApiKey { holder, label, expires: Some(expires), person, secret };
        let (_, token) = vault.create_api_key(now(), &new)?;
        // Counts at once, not when the table is next looked at.
        self.shared.keys.refresh(&vault)?;
        Ok(Session { token, expires })
    }

    /// Ends the key that this actor came with.
    pub fn sign_out(&self, actor: &super::Actor) -> Result<(), SignInError> {
        let Some(key) = &actor.key else { return Ok(()) };
        let vault = Vault::open(&self.shared.dir)?;
        vault.revoke_api_key(now(), key)?;
        Ok(self.shared.keys.refresh(&vault)?)
    }
}
