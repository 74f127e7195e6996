//! The keys that open the house, as last read from the vault: one look-up without a lock for every
//! request, and when each was last used, written down now and then.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use phusong_atlas::domain::{AccountFact, CarrierId, Day, PersonId, Role, UnitCode, UnitId};

use super::actor::Actor;
use super::open::{Service, now};
use crate::vault::api_keys::{ApiKey, Holder, hash_token};
use crate::vault::{Vault, VaultError};

/// A presented key that opens nothing: unknown, expired or revoked, told apart to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key is unknown, expired or revoked")]
pub struct KeyError;

/// A key as its own holder is told of it.
#[derive(Debug, Clone)]
pub struct OwnKey {
    pub label: String,
    /// The first instant at which it no longer opens anything.
    pub expires: Option<Timestamp>,
}

#[derive(Debug)]
struct Known {
    key: ApiKey,
    id: Arc<str>,
    /// Unix seconds; 0: not since this process began.
    used_s: AtomicI64,
    /// What the vault has.
    noted_s: AtomicI64,
}

/// All keys, as last read from the vault.
#[derive(Debug, Default)]
pub struct KeyTable {
    keys: ArcSwap<HashMap<[u8; 32], Arc<Known>>>,
    /// Held from the reading to the storing: who read before a key was revoked must not store
    /// after who revoked it.
    reading: Mutex<()>,
}

impl KeyTable {
    /// Reads the table anew; keys made or revoked by other processes count from here on.
    pub fn refresh(&self, vault: &Vault) -> Result<(), VaultError> {
        let _alone = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.keys.load();
        let known = |(hash, key): ([u8; 32], ApiKey)| {
            let old = before.get(&hash);
            let carried = |of: fn(&Known) -> &AtomicI64| {
                AtomicI64::new(old.map_or(0, |old| of(old).load(Ordering::Relaxed)))
            };
            let known = Known {
                id: key.id.as_str().into(),
                key,
                used_s: carried(|known| &known.used_s),
                noted_s: carried(|known| &known.noted_s),
            };
            (hash, Arc::new(known))
        };
        let table = vault.api_key_table()?.into_iter().map(known).collect();
        self.keys.store(Arc::new(table));
        Ok(())
    }

    pub fn find(
        &self,
        token: &str,
        now: Timestamp,
        commune: impl Fn(UnitCode) -> Option<UnitId>,
    ) -> Result<Actor, KeyError> {
        let keys = self.keys.load();
        let known =
            keys.get(&hash_token(token)).filter(|known| known.key.is_valid(now)).ok_or(KeyError)?;
        known.used_s.store(now.as_second(), Ordering::Relaxed);
        let role = role(&known.key.holder, commune)?;
        Ok(Actor { role, key: Some(Arc::clone(&known.id)), person: person(&known.key) })
    }

    /// What the holder of a key is told of it, by its public name.
    pub fn own(&self, id: &str) -> Option<OwnKey> {
        let keys = self.keys.load();
        let known = keys.values().find(|known| &*known.id == id)?;
        Some(OwnKey { label: known.key.label.clone(), expires: known.key.expires })
    }

    /// The accounts that some key opens for now, each role of theirs once.
    pub fn accounts(
        &self,
        now: Timestamp,
        commune: impl Fn(UnitCode) -> Option<UnitId>,
    ) -> BTreeSet<AccountFact> {
        let keys = self.keys.load();
        let open = keys.values().filter(|known| known.key.is_valid(now));
        open.filter_map(|known| {
            let role = role(&known.key.holder, &commune).ok()?;
            Some(AccountFact { person: person(&known.key)?, role })
        })
        .collect()
    }

    /// Writes down the last uses that the vault does not know to the minute.
    fn note_uses(&self, vault: &Vault) -> Result<(), VaultError> {
        const APART_S: i64 = 60;
        for known in self.keys.load().values() {
            let used_s = known.used_s.load(Ordering::Relaxed);
            if used_s - known.noted_s.load(Ordering::Relaxed) >= APART_S {
                vault.note_api_key_use(&known.id, used_s)?;
                known.noted_s.store(used_s, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}

fn person(key: &ApiKey) -> Option<PersonId> {
    key.person.as_ref().and_then(|person| PersonId::new(person.as_str()).ok())
}

fn role(holder: &Holder, commune: impl Fn(UnitCode) -> Option<UnitId>) -> Result<Role, KeyError> {
    let carrier = |slug: &str| CarrierId::new(slug).map_err(|_not_an_id| KeyError);
    Ok(match holder {
        Holder::Carrier(slug) => Role::CarrierReporter(carrier(slug)?),
        Holder::CarrierManager(slug) => Role::CarrierManager(carrier(slug)?),
        Holder::Commune(code) => {
            let code: u32 = code.parse().map_err(|_not_a_code| KeyError)?;
            let code = UnitCode(code);
            Role::Commune(commune(code).unwrap_or(UnitId { code, valid_from: Day::EARLIEST }))
        }
        Holder::Officer => Role::Officer,
        Holder::Approver => Role::Approver,
        Holder::Auditor => Role::Auditor,
        Holder::Planner => Role::Planner,
        Holder::Admin => Role::Admin,
    })
}

/// Keys made or revoked by another process count within a second, and so do their accounts.
pub(super) fn watch(service: &Service, vault: Vault) -> std::io::Result<()> {
    const EVERY: std::time::Duration = std::time::Duration::from_millis(100);
    let shared = Arc::downgrade(&service.shared);
    // Who only watches does not keep the writer at work.
    let writer = Arc::downgrade(&service.writer);
    std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
        let mut seen = None;
        while let (Some(shared), Some(writer)) = (shared.upgrade(), writer.upgrade()) {
            let service = Service { shared, writer };
            if let Ok(version) = vault.data_version()
                && seen != Some(version)
                && service.shared.keys.refresh(&vault).is_ok()
            {
                seen = Some(version);
                service.learn_accounts();
            }
            if let Err(error) = service.shared.keys.note_uses(&vault) {
                tracing::warn!(%error, "the last use of a key was not written down");
            }
            drop(service);
            std::thread::park_timeout(EVERY);
        }
    })?;
    Ok(())
}

/// The instant after which a session made now opens nothing.
pub(super) fn in_hours(hours: i64) -> Timestamp {
    let span = jiff::SignedDuration::from_hours(hours);
    now().checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fresh_key;
    use crate::vault::api_keys::NewApiKey;

    /// A sign-out is told only when the key opens nothing any more: nobody may store a table that
    /// was read before it.
    #[test]
    fn the_table_is_read_by_one_at_a_time() {
        const LONG_ENOUGH_TO_READ: std::time::Duration = std::time::Duration::from_millis(200);
        let dir = tempfile::TempDir::new().unwrap();
        let vault = Vault::open(dir.path()).unwrap();
        let new = NewApiKey {
            holder: Holder::Officer,
            label: String::new(),
            expires: None,
            person: None,
            secret: fresh_key().unwrap(),
        };
        let (key, token) = vault.create_api_key(now(), &new).unwrap();
        let table = KeyTable::default();
        let opens = || table.find(token.reveal(), now(), |_| None).is_ok();
        table.refresh(&vault).unwrap();
        assert!(opens());
        std::thread::scope(|threads| {
            let another_reads = table.reading.lock().unwrap();
            threads.spawn(|| table.refresh(&Vault::open(dir.path()).unwrap()).unwrap());
            std::thread::park_timeout(LONG_ENOUGH_TO_READ);
            vault.revoke_api_key(now(), &key.id).unwrap();
            drop(another_reads);
        });
        assert!(!opens());
    }
}
