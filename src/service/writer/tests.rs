//! A disk that fails once: what was acknowledged stays, what was refused is not there or is told by
//! its key, and filing goes on without a restart.

use std::sync::Arc;

use phusong_atlas::atlas::Shard;
use phusong_atlas::domain::{CarrierId, Party, Scope};
use tempfile::TempDir;

use super::Command;
use crate::ledger::Fails;
use crate::service::actor::{Action, Actor};
use crate::service::{Challenge, Challenged, ContestError, Service, Written};
use phusong_atlas::domain::Role;

fn officer() -> Actor {
    let officer = Actor { role: Role::Officer, key: None, person: None };
    assert!(officer.may(Action::Decide) && officer.party() == Some(Party::Department));
    officer
}

fn dispute(service: &Service, text: &str, key: Option<&str>) -> Result<Written, ContestError> {
    let sent =
        Challenge { village: "kon-doc".to_owned(), text: text.to_owned(), ..Challenge::default() };
    match service.challenge(&officer(), &sent, key)? {
        Challenged::Opened(done) => Ok(done.0),
        Challenged::Waits(id) => panic!("an officer's own does not wait: {id}"),
    }
}

fn entries(service: &Service) -> usize {
    service.with_history(|history| history.entries().len())
}

#[test]
fn after_a_failed_write_the_next_filing_works_and_nothing_acknowledged_is_gone() {
    for (fails, kept) in [(Fails::BeforeCommit, 0), (Fails::AfterCommit, 1)] {
        let dir = TempDir::new().expect("a folder");
        let service = Service::open(dir.path()).expect("opens");
        let before = entries(&service);
        dispute(&service, "một", Some("one")).expect("filed");
        service.writer.send(Command::Fail(fails)).expect("a writer");
        let failed = dispute(&service, "hai", Some("two"));
        assert!(failed.is_err(), "{fails:?}");

        let written = dispute(&service, "ba", Some("three")).expect("filed");
        assert!(!written.repeated);
        assert_eq!(entries(&service), before + 2 + kept, "{fails:?}: the fold has what is stored");
        // Whoever was told nothing certain asks again with the same key.
        let again = dispute(&service, "hai", Some("two")).expect("filed");
        assert_eq!(again.repeated, fails == Fails::AfterCommit, "{fails:?}");
        assert_eq!(entries(&service), before + 3);
        assert!(service.checks().iter().all(|check| check.name != "data" || check.is_good));

        let atlas = service.atlas(&Scope::Public);
        let version = atlas.version;
        service.stop();
        drop((atlas, service));
        let service = Service::open(dir.path()).expect("opens");
        assert_eq!(service.atlas(&Scope::Public).version, version, "{fails:?}: the same fold");
    }
}

/// Memory grows by what differs, not by how many look at it.
#[test]
fn scopes_that_see_the_same_of_a_commune_share_it_after_every_entry() {
    let dir = TempDir::new().expect("a folder");
    let service = Service::open(dir.path()).expect("opens");
    let carrier = |id: &str| Scope::Carrier(CarrierId::new(id).expect("an id"));
    let scopes = [Scope::Public, Scope::Officer, carrier("viettel"), carrier("vnpt")];
    let shards = || -> Vec<Vec<Arc<Shard>>> {
        let atlases = scopes.iter().map(|scope| service.atlas(scope));
        atlases.map(|atlas| atlas.shards().cloned().collect()).collect()
    };
    let before = shards();
    dispute(&service, "một", None).expect("filed");
    let after = shards();
    for (scope, (before, after)) in scopes.iter().zip(before.iter().zip(&after)) {
        let anew = after.iter().filter(|shard| !before.iter().any(|old| Arc::ptr_eq(old, shard)));
        assert_eq!(anew.count(), 1, "{scope:?}");
    }
    let same = |(one, other): (&Arc<Shard>, &Arc<Shard>)| {
        assert!(
            one.inner != other.inner || Arc::ptr_eq(one, other),
            "{:?} is there twice",
            one.unit
        );
        one.inner == other.inner
    };
    let public = &after[0];
    for others in &after[1..] {
        assert_eq!(public.iter().zip(others).filter(|pair| same(*pair)).count(), public.len());
    }
}

#[test]
fn a_stopped_writer_refuses_and_does_not_hang() {
    let dir = TempDir::new().expect("a folder");
    let service = Service::open(dir.path()).expect("opens");
    service.stop();
    assert!(dispute(&service, "một", None).is_err());
    service.stop();
}
