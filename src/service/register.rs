//! `geodata/` enters as a filing of the department: what is new, what corrects, what is gone.

use std::collections::BTreeMap;
use std::path::Path;

use phusong_atlas::domain::{DocumentRef, Fact, Filing, FilingKind, Party, RowRef, Scope};
use phusong_atlas::history::History;

use super::fold::{FoldError, fold_proven};
use super::open::{OpenError, Service};
use super::writer::WriteError;
use crate::ledger::LedgerReader;
use phusong_intake::geodata::{self, Difference, OnFile, Tables};

/// What the filings of earlier tables say by now.
///
/// Only those filings are read: an officer's correction or withdrawal of such a row is the
/// officer's act, and the same tables at the next start must not undo it.
pub(super) fn on_file(history: &History) -> Vec<OnFile<'_>> {
    let mut said: BTreeMap<RowRef, &Fact> = BTreeMap::new();
    for head in history.entries().filter(|head| is_register(head.filing)) {
        for row in history.rows_of(head) {
            // What the register says is never packed.
            let Some(fact) = row.kept() else { continue };
            if let Fact::Withdraw { target, .. } = fact {
                said.retain(|at, _| !target.names(*at));
                continue;
            }
            if let Some(corrected) = row.replaces() {
                said.remove(&corrected);
            }
            said.insert(row.at, fact);
        }
    }
    said.into_iter().map(|(at, fact)| OnFile { at, fact }).collect()
}

fn is_register(filing: &Filing) -> bool {
    filing.kind == FilingKind::Register
        && filing.filed_by == Party::Department
        && filing.document.title.as_deref() == Some(geodata::TITLE)
}

impl Service {
    /// Files the difference as one act, or nothing when there is none.
    pub(super) fn register(
        &self,
        document: DocumentRef,
        difference: Difference,
    ) -> Result<(), WriteError> {
        if difference.is_empty() {
            return Ok(());
        }
        let (new, changed) = (difference.new.len(), difference.changed.len());
        let gone = difference.gone_count();
        let filing = Filing {
            kind: FilingKind::Register,
            owner: Party::Department,
            filed_by: Party::Department,
            person: None,
            document,
            files: Vec::new(),
        };
        self.write(filing, difference.into_rows(), None, Scope::Officer)?;
        tracing::info!(
            new,
            changed,
            gone,
            "geodata filed: {new} new, {changed} changed, {gone} gone"
        );
        Ok(())
    }

    /// What these tables would change in a data directory; files nothing, takes no lock.
    pub fn geodata_difference(dir: &Path, tables: Tables) -> Result<Difference, OpenError> {
        let reader = LedgerReader::open(dir).map_err(OpenError::Ledger)?;
        let history = fold_proven(&reader).map_err(FoldError::into_open)?;
        Ok(geodata::difference(&on_file(&history), tables.rows))
    }
}

#[cfg(test)]
mod tests {
    use phusong_atlas::atlas::{AreaFilter, GapQuery, Question, Sort, VillageVerdict};
    use phusong_atlas::domain::{Role, VillageFact, VillageId};
    use tempfile::TempDir;

    use super::super::{Actor, Data, Decision};
    use super::*;

    fn shipped() -> Tables {
        Tables::embedded().expect("the shipped tables are whole")
    }

    fn village<'a>(tables: &'a mut Tables, id: &str) -> &'a mut VillageFact {
        let mut villages = tables.rows.iter_mut().filter_map(|row| match &mut row.fact {
            Fact::Village(village) => Some(village),
            _ => None,
        });
        villages.find(|village| village.id.as_str() == id).expect("one of the nine")
    }

    fn without(tables: &mut Tables, id: &str) {
        tables.rows.retain(|row| match &row.fact {
            Fact::Village(village) => village.id.as_str() != id,
            Fact::Observation(listing) => listing.places.villages[0].as_str() != id,
            Fact::Duty(duty) => duty.village.as_str() != id,
            _ => true,
        });
    }

    /// Households as told now; -1: not told, `None`: no such village.
    fn households(service: &Service, scope: &Scope, id: &str) -> Option<i64> {
        let id = VillageId::new(id).expect("an id");
        let atlas = service.atlas(scope);
        let (_, card) = atlas.village(&id)?;
        let fact = card.fact_on(super::super::today())?;
        Some(fact.households.map_or(-1, i64::from))
    }

    fn gaps(service: &Service, scope: &Scope) -> usize {
        let query = GapQuery {
            question: Question::default_on(super::super::today()),
            verdicts: vec![VillageVerdict::NoSignal],
            area: AreaFilter::default(),
            duty: None,
            grid_power: None,
            especially_hard: None,
            sort: Sort::Name,
        };
        service.atlas(scope).gaps(&query).rows.len()
    }

    fn entries(service: &Service) -> usize {
        service.with_history(|history| history.entries().len())
    }

    /// Stopped is when the writer has let go of the lock.
    fn reopen(dir: &TempDir, service: Service, tables: &Tables) -> Service {
        drop(service);
        loop {
            match Service::open_with(dir.path(), tables.clone(), Data::Real) {
                Err(OpenError::Ledger(error)) if error.code() == "ledger-in-use" => {
                    std::thread::yield_now();
                }
                opened => return opened.expect("opens"),
            }
        }
    }

    #[test]
    fn a_newer_geodata_is_one_more_filing_and_the_views_follow_it() {
        let dir = TempDir::new().expect("a folder");
        let service = Service::open_with(dir.path(), shipped(), Data::Real).expect("opens");
        assert_eq!(entries(&service), 1);
        assert_eq!(households(&service, &Scope::Public, "kon-doc"), Some(-1));

        let service = reopen(&dir, service, &shipped());
        assert_eq!(entries(&service), 1, "the same tables file nothing");

        let mut newer = shipped();
        village(&mut newer, "kon-doc").households = Some(41);
        without(&mut newer, "thon-ca");
        let told = Service::geodata_difference(dir.path(), newer.clone()).expect("reads");
        assert_eq!((told.new.len(), told.changed.len(), told.gone_count()), (0, 1, 3));

        let service = reopen(&dir, service, &newer);
        assert_eq!(entries(&service), 2);
        for scope in [Scope::Public, Scope::Officer] {
            assert_eq!(households(&service, &scope, "kon-doc"), Some(41));
            assert_eq!(households(&service, &scope, "thon-ca"), None, "nothing is silently kept");
            assert_eq!(gaps(&service, &scope), 8);
        }
        let service = reopen(&dir, service, &newer);
        assert_eq!(entries(&service), 2, "filed once");

        let service = reopen(&dir, service, &shipped());
        assert_eq!(entries(&service), 3, "and the way back is a filing too");
        assert_eq!(households(&service, &Scope::Public, "kon-doc"), Some(-1));
        assert_eq!(households(&service, &Scope::Public, "thon-ca"), Some(-1));
    }

    /// A named account of a commune is of the commune of today, and filed once.
    #[test]
    fn a_start_files_an_account_once_under_the_commune_of_today() {
        use crate::vault::Vault;
        use crate::vault::api_keys::{Holder, NewApiKey};
        let dir = TempDir::new().expect("a folder");
        let service = Service::open_with(dir.path(), shipped(), Data::Real).expect("opens");
        let atlas = service.atlas(&Scope::Public);
        let unit = atlas.areas.all().first().expect("a commune").unit;
        let vault = Vault::open(dir.path()).expect("a vault");
        let person = crate::vault::people::PersonId::new([7; 10]);
        vault.add_person(crate::service::now(), &person, "kiểm thử").expect("a person");
        let new = NewApiKey {
            holder: Holder::parse("commune", Some(&format!("{:05}", unit.code.0))).expect("a role"),
            label: String::new(),
            expires: None,
            person: Some(person),
            secret: crate::service::fresh_key().expect("randomness"),
        };
        vault.create_api_key(crate::service::now(), &new).expect("a key");
        drop((vault, atlas));
        let told = |service: &Service| {
            service.with_history(|history| {
                let facts = history.rows().filter_map(|row| row.kept().cloned());
                let accounts = facts.filter_map(|fact| match fact {
                    Fact::Account(account) => Some(account.role),
                    _ => None,
                });
                accounts.collect::<Vec<Role>>()
            })
        };
        let mut service = service;
        for start in 1..4 {
            service.stop();
            service = reopen(&dir, service, &shipped());
            assert_eq!(told(&service), [Role::Commune(unit)], "start {start}");
        }
    }

    #[test]
    fn what_an_officer_returned_stays_returned() {
        let dir = TempDir::new().expect("a folder");
        let service = Service::open_with(dir.path(), shipped(), Data::Real).expect("opens");
        let (report, row) = service.with_history(|history| {
            let head = history.entries().next().expect("an entry");
            let mut rows = history.rows_of(head);
            let listing = |row: &phusong_atlas::history::Row<'_>| match &*row.fact() {
                Fact::Observation(fact) => fact.places.villages[0].as_str() == "kon-doc",
                _ => false,
            };
            (head.id, rows.find(listing).expect("listed").at.number())
        });
        let officer = Actor { role: Role::Officer, key: None, person: None };
        let reason = "danh sách cũ".to_owned();
        service
            .decide(&officer, report, Some(vec![row]), Decision::Return { reason }, None)
            .expect("an officer may return a row");
        let service = reopen(&dir, service, &shipped());
        assert_eq!(entries(&service), 2, "the tables do not file it again");
    }
}
