//! Named accounts: the ledger learns that they are there, and whoever may know is told a name.
//!
//! A name stands in the vault, where it can be erased; the ledger holds opaque ids. Not here: what
//! needs a second account (`phusong_atlas::history`, its `second`), and keys.

use jiff::Timestamp;
use phusong_atlas::domain::{
    AccountFact, DocumentRef, EntrySeq, Fact, FiledRow, Filing, FilingKind, Party, PersonId,
    ReportId, Scope,
};
use phusong_atlas::history::Row;

use super::actor::{Action, Actor, FiledThing, Object, can};
use super::filing::{FileError, content_of};
use super::open::{NoRandomness, OpenError, Service, fresh_bytes, now, today};
use super::publishing::SYSTEM;
use super::writer::WriteError;
use crate::ledger::IdempotencyClaim;
use crate::vault::people;

/// Somebody of a side, as those who may know are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub account: PersonId,
    /// `None`: it was erased.
    pub name: Option<String>,
}

/// What a second person is waited for with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Awaited {
    Villages,
    Goal,
    Restriction,
}

/// An entry that waits for a second person.
#[derive(Debug, Clone)]
pub struct Awaiting {
    pub report: ReportId,
    pub recorded_at: Timestamp,
    pub owner: Party,
    pub filed_by: Party,
    /// `None`: nobody was named.
    pub person: Option<PersonId>,
    pub what: Awaited,
    /// Those that wait.
    pub rows: usize,
    /// This actor may be the second.
    pub is_mine_to_publish: bool,
}

/// An id for a new account.
pub fn fresh_person() -> Result<people::PersonId, OpenError> {
    let random = fresh_bytes().map_err(|NoRandomness| OpenError::Random)?;
    Ok(people::PersonId::new(random))
}

/// May this scope know who filed it? The department may of all, another side of its own people.
pub(super) fn may_know(scope: &Scope, filing: &Filing) -> bool {
    match (scope, &filing.filed_by) {
        (Scope::Officer | Scope::Approver, _) => true,
        (Scope::Carrier(own), Party::Carrier(by)) => own == by,
        (Scope::Commune(own), Party::Commune(by)) => own == by,
        _ => false,
    }
}

/// Who filed it, where the scope may know.
pub(super) fn filer<'a>(scope: &Scope, filing: &'a Filing) -> Option<&'a PersonId> {
    filing.person.as_ref().filter(|_| may_know(scope, filing))
}

impl Service {
    /// The name behind an id that the actor was given: to be asked once it is known that the actor
    /// may know.
    pub fn who(&self, account: &PersonId) -> Result<Who, FileError> {
        let id = people::PersonId::parse(account.as_str());
        let name = match id {
            Some(id) => self.with_vault(|vault| vault.person_name(&id)),
            None => Ok(None),
        };
        Ok(Who { account: account.clone(), name: name.map_err(FileError::of_vault)? })
    }

    /// What waits for a second person, oldest first: the department's is the department's to know, a
    /// restriction its approvers' and the carrier's own.
    pub fn awaiting_second(&self, actor: &Actor) -> Vec<Awaiting> {
        let scope = actor.scope();
        self.with_history(|history| {
            let mut found: Vec<Awaiting> = Vec::new();
            for row in history.awaiting_second() {
                let filing = row.filing;
                let what = awaited(&row.fact());
                let is_hidden = what == Awaited::Restriction && scope == Scope::Officer;
                if is_hidden || !may_know(&scope, filing) {
                    continue;
                }
                if let Some(last) = found.last_mut().filter(|last| last.report == row.report) {
                    last.rows += 1;
                    continue;
                }
                let thing = FiledThing {
                    filing,
                    is_shown: true,
                    restricts: what == Awaited::Restriction,
                    needs_second: true,
                };
                found.push(Awaiting {
                    report: row.report,
                    recorded_at: row.recorded_at,
                    owner: filing.owner.clone(),
                    filed_by: filing.filed_by.clone(),
                    person: filing.person.clone(),
                    what,
                    rows: 1,
                    is_mine_to_publish: can(actor, Action::Publish, Object::Filed(&thing)).is_ok(),
                });
            }
            found
        })
    }

    /// Every account that a key opens for and the ledger does not know becomes an entry.
    pub(super) fn learn_accounts(&self) {
        let gazetteer = self.gazetteer();
        let commune = |code| gazetteer.units().at(code, today()).map(|unit| unit.id);
        for account in self.shared.keys.accounts(now(), commune) {
            let person = account.person.clone();
            if let Err(error) = self.learn_account(account) {
                // Its first act tries again.
                tracing::warn!(%person, %error, "the account {person} is not in the ledger yet");
            }
        }
    }

    fn learn_account(&self, account: AccountFact) -> Result<(), WriteError> {
        if self.with_history(|history| history.accounts().knows(&account.person, &account.role)) {
            return Ok(());
        }
        let filing = Filing {
            kind: FilingKind::Register,
            owner: account.role.party().unwrap_or(Party::Department),
            filed_by: Party::Department,
            person: None,
            document: DocumentRef::default(),
            files: Vec::new(),
        };
        let rows = vec![FiledRow { fact: Fact::Account(account), replaces: None, note: None }];
        // Once, however often it is tried.
        let content = content_of(&filing, &rows);
        let key = format!("account:{}", data_encoding::HEXLOWER.encode(&content));
        let claim = IdempotencyClaim { actor: SYSTEM.to_owned(), key, content };
        self.write(filing, rows, Some(claim), Scope::Officer).map(|_written| ())
    }

    /// Before an act of a named account: the ledger knows it, and what needs a second person is
    /// not filed by nobody.
    pub(super) fn is_named_enough(
        &self,
        actor: &Actor,
        filing: &Filing,
        rows: &[FiledRow],
    ) -> Result<(), FileError> {
        if let Some(person) = &actor.person {
            let account = AccountFact { person: person.clone(), role: actor.role.clone() };
            return Ok(self.learn_account(account)?);
        }
        let waits = self.with_history(|history| {
            rows.iter().any(|row| history.accounts().bind(filing, &row.fact))
        });
        if waits { Err(FileError::Unnamed) } else { Ok(()) }
    }

    /// Does anything of this entry wait for a second person?
    pub(super) fn awaits_second(&self, entry: EntrySeq) -> bool {
        self.with_history(|history| {
            let head = history.entry(entry);
            head.is_some_and(|head| history.rows_of(head).any(Row::awaits_second))
        })
    }
}

fn awaited(fact: &Fact) -> Awaited {
    match fact {
        Fact::RestrictSite { .. } => Awaited::Restriction,
        Fact::Goal(_) => Awaited::Goal,
        _ => Awaited::Villages,
    }
}
