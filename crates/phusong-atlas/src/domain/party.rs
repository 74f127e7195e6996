//! Who speaks, and who looks.

use super::{CarrierId, PersonId, UnitId};

/// Whose statement something is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// The provincial ICT department, and the order it keeps.
    Department,
    Carrier(CarrierId),
    Commune(UnitId),
}

/// For whom an Atlas is made. Rights are compiled in, not filtered afterwards.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    Public,
    Carrier(CarrierId),
    /// A commune sees what the public sees, and its own statements.
    Commune(UnitId),
    /// The department's officers: everything but restricted sites.
    Officer,
    /// Approvers and auditors: everything.
    Approver,
}

impl Scope {
    /// May this scope count what `party` filed and nobody has published?
    pub fn counts_unpublished_of(&self, party: &Party) -> bool {
        match (self, party) {
            (Self::Officer | Self::Approver, _) | (_, Party::Department) => true,
            (Self::Carrier(own), Party::Carrier(other)) => own == other,
            (Self::Commune(own), Party::Commune(other)) => own == other,
            _ => false,
        }
    }
}

/// What a key or session lets its bearer do; `service::can` decides by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Public,
    Planner,
    Commune(UnitId),
    CarrierReporter(CarrierId),
    CarrierManager(CarrierId),
    Officer,
    Approver,
    Auditor,
    Admin,
}

/// A named account: there is one, and this is what its keys may do. Its name stands in the vault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountFact {
    pub person: PersonId,
    pub role: Role,
}

impl Role {
    /// Whose statements those of this role are; `None`: it files nothing.
    pub fn party(&self) -> Option<Party> {
        match self {
            Self::CarrierReporter(carrier) | Self::CarrierManager(carrier) => {
                Some(Party::Carrier(carrier.clone()))
            }
            Self::Commune(unit) => Some(Party::Commune(*unit)),
            Self::Officer | Self::Approver => Some(Party::Department),
            Self::Public | Self::Planner | Self::Auditor | Self::Admin => None,
        }
    }

    /// The scope whose Atlas this role sees.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Public | Self::Planner | Self::Admin => Scope::Public,
            Self::Commune(unit) => Scope::Commune(*unit),
            Self::CarrierReporter(c) | Self::CarrierManager(c) => Scope::Carrier(c.clone()),
            Self::Officer => Scope::Officer,
            Self::Approver | Self::Auditor => Scope::Approver,
        }
    }
}
