//! The second person (RELIABILITY, roles × actions: the cells marked 2).
//!
//! What the department files of villages, their clusters and succession, and of goals, and the mark
//! that restricts a site, needs two people as soon as there are two: from the second named account
//! of the filer's role on (for a carrier: of that carrier) such a row waits until another account
//! that may publish it does. Till then the department's row counts for the department alone, and a
//! restriction for nobody. A publication by the filer's own account, or by a key without a name,
//! does nothing to it, however it came into the ledger; the service refuses it before.
//!
//! The register (`geodata/`) is the operator's and is not bound. Accounts are learnt from facts of
//! their own and never unlearnt, so that the rule never loosens. An entry says who filed it and not
//! under which role: an account counts under every role that is known of it, and a row for which
//! nobody is named is bound as soon as any role is that may file it.
//!
//! Not here: what a role may do at all (`service::can`), and what a row that waits counts for
//! ([`super::visibility`]).

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{AccountFact, Fact, Filing, FilingKind, Party, PersonId, Role};

/// From so many accounts of a role on there is a second person.
const SECOND: usize = 2;

/// The named accounts that the ledger knows so far.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    by_role: BTreeMap<Role, BTreeSet<PersonId>>,
}

/// What needs a second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Matter {
    /// Villages, clusters, their succession; goals.
    Places,
    /// A site that only few may see.
    Restriction,
}

impl Matter {
    pub(super) fn of(filing: &Filing, fact: &Fact) -> Option<Self> {
        match (fact, &filing.filed_by) {
            (
                Fact::Village(_) | Fact::VillageSuccession(_) | Fact::Cluster(_) | Fact::Goal(_),
                Party::Department,
            ) if filing.kind != FilingKind::Register => Some(Self::Places),
            (Fact::RestrictSite { .. }, Party::Department) => Some(Self::Restriction),
            (Fact::RestrictSite { site }, Party::Carrier(own)) if *own == site.carrier => {
                Some(Self::Restriction)
            }
            _ => None,
        }
    }

    /// The roles that may file it for this party.
    fn filed_by(self, party: &Party) -> Vec<Role> {
        match (self, party) {
            (Self::Places, _) => vec![Role::Officer, Role::Approver],
            (Self::Restriction, Party::Carrier(own)) => vec![Role::CarrierManager(own.clone())],
            (Self::Restriction, _) => vec![Role::Approver],
        }
    }

    /// The roles that may publish what this party filed.
    fn published_by(self, party: &Party) -> Vec<Role> {
        match (self, party) {
            (Self::Places, _) => vec![Role::Officer, Role::Approver],
            (Self::Restriction, Party::Carrier(own)) => {
                vec![Role::CarrierManager(own.clone()), Role::Approver]
            }
            (Self::Restriction, _) => vec![Role::Approver],
        }
    }
}

impl Accounts {
    /// From the end of this entry on.
    pub(super) fn learn(&mut self, entry: &Filing, account: &AccountFact) {
        if entry.kind == FilingKind::Register && entry.filed_by == Party::Department {
            let of_role = self.by_role.entry(account.role.clone()).or_default();
            of_role.insert(account.person.clone());
        }
    }

    pub fn knows(&self, person: &PersonId, role: &Role) -> bool {
        self.by_role.get(role).is_some_and(|all| all.contains(person))
    }

    /// How many of a role.
    pub fn count(&self, role: &Role) -> usize {
        self.by_role.get(role).map_or(0, BTreeSet::len)
    }

    /// Would this row, filed now, wait for a second person?
    pub fn bind(&self, filing: &Filing, fact: &Fact) -> bool {
        let Some(matter) = Matter::of(filing, fact) else { return false };
        let roles = matter.filed_by(&filing.filed_by);
        let is_own =
            |role: &&Role| filing.person.as_ref().is_some_and(|person| self.knows(person, role));
        let has_second = |role: &Role| self.count(role) >= SECOND;
        if roles.iter().any(|role| is_own(&role)) {
            roles.iter().filter(is_own).any(has_second)
        } else {
            roles.iter().any(has_second)
        }
    }

    /// Does a publication filed so count for a row that waits?
    pub fn second(&self, filing: &Filing, fact: &Fact, publication: &Filing) -> bool {
        let (Some(matter), Some(person)) = (Matter::of(filing, fact), &publication.person) else {
            return false;
        };
        let by = |role: &Role| {
            role.party().as_ref() == Some(&publication.filed_by) && self.knows(person, role)
        };
        filing.person.as_ref() != Some(person)
            && matter.published_by(&filing.filed_by).iter().any(by)
    }
}

#[cfg(test)]
mod tests;
