//! Who asks, and what they may do: one table, default deny.

use std::collections::HashMap;
use std::sync::RwLock;

use jiff::Timestamp;
use phusong_atlas::domain::{CarrierId, Day, Party, Role, Scope, UnitCode, UnitId};

use crate::vault::Vault;
use crate::vault::api_keys::{ApiKey, Holder, hash_token};

/// Somebody at the door, with what the key says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub role: Role,
    /// The key's public name; nobody's for the public.
    pub key: Option<String>,
}

/// What can be done; each use case asks [`may`] first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    FileOwnReport,
    FileOnBehalf,
    Publish,
    Return,
    Withdraw,
    Observe,
    /// File field measurements.
    Measure,
    Decide,
    /// Mark a site so that only its owner, approvers and auditors see it.
    Restrict,
    SeeSites,
    SeeReports,
}

impl Action {
    pub const ALL: [Self; 11] = [
        Self::FileOwnReport,
        Self::FileOnBehalf,
        Self::Publish,
        Self::Return,
        Self::Withdraw,
        Self::Observe,
        Self::Measure,
        Self::Decide,
        Self::Restrict,
        Self::SeeSites,
        Self::SeeReports,
    ];

    /// The word in `GET /api/v1/me`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FileOwnReport => "report",
            Self::FileOnBehalf => "on_behalf",
            Self::Publish => "publish",
            Self::Return => "return",
            Self::Withdraw => "withdraw",
            Self::Observe => "observe",
            Self::Measure => "measure",
            Self::Decide => "decide",
            Self::Restrict => "restrict",
            Self::SeeSites => "see_sites",
            Self::SeeReports => "see_reports",
        }
    }
}

/// Roles × actions of the house, default deny.
pub fn may(role: &Role, action: Action) -> bool {
    use Action::{
        Decide, FileOnBehalf, FileOwnReport, Measure, Observe, Publish, Restrict, Return,
        SeeReports, SeeSites, Withdraw,
    };
    match role {
        Role::Public | Role::Planner | Role::Admin => false,
        Role::Commune(_) => matches!(action, Observe | Withdraw | SeeReports),
        Role::CarrierReporter(_) | Role::CarrierManager(_) => {
            matches!(action, FileOwnReport | Withdraw | SeeReports | SeeSites)
        }
        Role::Officer => matches!(
            action,
            FileOnBehalf
                | Publish
                | Return
                | Withdraw
                | Observe
                | Measure
                | Decide
                | SeeSites
                | SeeReports
        ),
        Role::Approver => {
            action == Restrict || (action != FileOwnReport && may(&Role::Officer, action))
        }
        Role::Auditor => matches!(action, SeeSites | SeeReports),
    }
}

impl Actor {
    pub const PUBLIC: Self = Self { role: Role::Public, key: None };

    pub fn scope(&self) -> Scope {
        self.role.scope()
    }

    pub fn may(&self, action: Action) -> bool {
        may(&self.role, action)
    }

    /// Whose statements this actor's own are.
    pub fn party(&self) -> Option<Party> {
        match &self.role {
            Role::CarrierReporter(carrier) | Role::CarrierManager(carrier) => {
                Some(Party::Carrier(carrier.clone()))
            }
            Role::Commune(unit) => Some(Party::Commune(*unit)),
            Role::Officer | Role::Approver => Some(Party::Department),
            _ => None,
        }
    }

    /// The name under which retries are recognised.
    pub fn label(&self) -> String {
        match &self.role {
            Role::CarrierReporter(carrier) | Role::CarrierManager(carrier) => {
                format!("carrier:{carrier}")
            }
            Role::Commune(unit) => format!("commune:{}", unit.code.0),
            Role::Officer | Role::Approver => "department".to_owned(),
            _ => "public".to_owned(),
        }
    }
}

/// A presented key that opens nothing: unknown, expired or revoked, told apart to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key is unknown, expired or revoked")]
pub struct KeyError;

/// All keys, as last read from the vault.
#[derive(Debug, Default)]
pub struct KeyTable {
    keys: RwLock<HashMap<[u8; 32], ApiKey>>,
}

impl KeyTable {
    /// Reads the table anew; keys made or revoked by other processes count from here on.
    pub fn refresh(&self, vault: &Vault) -> Result<(), crate::vault::VaultError> {
        let table = vault.api_key_table()?.into_iter().collect();
        if let Ok(mut keys) = self.keys.write() {
            *keys = table;
        }
        Ok(())
    }

    pub fn find(
        &self,
        token: &str,
        now: Timestamp,
        commune: impl Fn(UnitCode) -> Option<UnitId>,
    ) -> Result<Actor, KeyError> {
        let keys = self.keys.read().map_err(|_poisoned| KeyError)?;
        let key = keys.get(&hash_token(token)).filter(|key| key.is_valid(now)).ok_or(KeyError)?;
        let carrier = |slug: &str| CarrierId::new(slug).map_err(|_not_an_id| KeyError);
        let role = match &key.holder {
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
        };
        Ok(Actor { role, key: Some(key.id.clone()) })
    }
}
