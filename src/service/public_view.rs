//! The public view, which the operator may keep closed until an approver opens it. Whoever has a
//! key never notices.

use std::sync::atomic::Ordering;

use jiff::Timestamp;

use super::actor::{Action, Actor, Object, Refusal, can};
use super::open::{Service, now};
use crate::vault::{Vault, VaultError};

/// Why it was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpeningError {
    #[error("this key may not do that")]
    NotAllowed,
    #[error("{0}")]
    Vault(#[source] VaultError),
}

impl From<Refusal> for OpeningError {
    fn from(_refused: Refusal) -> Self {
        Self::NotAllowed
    }
}

impl Service {
    /// Nobody without a key is told anything from now on, unless an approver has opened it before.
    pub fn keep_public_closed(&self) -> Result<(), VaultError> {
        let opened = self.with_vault(Vault::public_view_opened)?;
        self.shared.is_public_closed.store(opened.is_none(), Ordering::Relaxed);
        Ok(())
    }

    pub fn is_public_closed(&self) -> bool {
        self.shared.is_public_closed.load(Ordering::Relaxed)
    }

    /// Opens it for good; since when it is open.
    pub fn open_public(&self, actor: &Actor) -> Result<Timestamp, OpeningError> {
        can(actor, Action::OpenPublic, Object::House)?;
        let key = actor.key.as_deref().unwrap_or_default();
        let now = now();
        self.with_vault(|vault| vault.open_public_view(now, key)).map_err(OpeningError::Vault)?;
        let opened = self.with_vault(Vault::public_view_opened).map_err(OpeningError::Vault)?;
        self.shared.is_public_closed.store(false, Ordering::Relaxed);
        Ok(opened.unwrap_or(now))
    }
}
