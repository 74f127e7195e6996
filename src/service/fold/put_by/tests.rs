//! A start goes on where the fold was put by, and where the file is not whole, another ledger's or
//! gone, it begins at the first entry; damage under it is found behind the start.

use std::time::{Duration, Instant};

use phusong_atlas::domain::{Role, Scope};
use tempfile::TempDir;

use super::super::{Folded, fold};
use super::*;
use crate::service::{Actor, Challenge, Challenged, Service};

fn officer() -> Actor {
    Actor { role: Role::Officer, key: None, person: None }
}

fn dispute(service: &Service, text: &str) -> bool {
    let sent =
        Challenge { village: "kon-doc".to_owned(), text: text.to_owned(), ..Challenge::default() };
    matches!(service.challenge(&officer(), &sent, None), Ok(Challenged::Opened(_)))
}

/// A directory with the register and a few acts, its fold put by, and how many entries that is.
fn put_by_directory() -> (TempDir, u64) {
    let dir = TempDir::new().expect("a folder");
    let service = Service::open(dir.path()).expect("opens");
    for text in ["một", "hai", "ba"] {
        assert!(dispute(&service, text));
    }
    service.stop();
    assert!(put_by(dir.path(), &service.shared.history).expect("written"));
    let size = service.with_history(|history| history.entries().len()) as u64;
    (dir, size)
}

fn folded(dir: &Path) -> Folded {
    fold(dir, &LedgerReader::open(dir).expect("a ledger")).expect("a fold")
}

fn said(history: &History) -> Vec<String> {
    let said = |row: phusong_atlas::history::Row<'_>| {
        format!("{:?} {:?} {:?}", row.at, row.as_filed(), row.standing())
    };
    history.rows().map(said).collect()
}

/// Opens the directory, as soon as the last service has let go of it.
fn opened(dir: &Path) -> Service {
    let begun = Instant::now();
    loop {
        match Service::open(dir) {
            Err(error) if begun.elapsed() > Duration::from_secs(30) => panic!("{error}"),
            Err(_held) => std::thread::yield_now(),
            Ok(service) => return service,
        }
    }
}

#[test]
fn a_start_goes_on_where_the_fold_was_put_by() {
    let (dir, size) = put_by_directory();
    assert_eq!(folded(dir.path()).put_by, size);

    let service = opened(dir.path());
    let before = service.atlas(&Scope::Public).version;
    assert!(dispute(&service, "bốn"), "and takes more");
    assert_ne!(service.atlas(&Scope::Public).version, before);
    let (after, rows) = (service.atlas(&Scope::Public).version, service.with_history(said));
    service.stop();
    drop(service);

    let on = folded(dir.path());
    assert_eq!((on.put_by, on.history.entries().len() as u64), (size, size + 1));
    assert_eq!(said(&on.history), rows);
    std::fs::remove_file(dir.path().join(FILE)).expect("it may go at any time");
    let anew = folded(dir.path());
    assert_eq!((anew.put_by, said(&anew.history)), (0, rows));
    assert_eq!(opened(dir.path()).atlas(&Scope::Public).version, after);
}

#[test]
fn a_file_that_is_not_whole_is_left_alone() {
    let (dir, size) = put_by_directory();
    let path = dir.path().join(FILE);
    let whole = std::fs::read(&path).expect("written");
    let rows = said(&folded(dir.path()).history);
    let mut broken: Vec<Vec<u8>> = [0, 1, 50, 87, 88, 95, whole.len() / 2, whole.len() - 1]
        .map(|length| whole[..length].to_vec())
        .into();
    // One byte of the beginning, of a length, of a head, in the middle, of the hash.
    for place in [0, 9, 41, 73, 81, 88, 89, 96, 98, 110, whole.len() / 2, whole.len() - 1] {
        let mut other = whole.clone();
        other[place] ^= 0x41;
        broken.push(other);
    }
    for (number, bytes) in broken.into_iter().enumerate() {
        std::fs::write(&path, bytes).expect("written");
        let anew = folded(dir.path());
        assert_eq!(anew.put_by, 0, "{number}");
        assert_eq!(said(&anew.history), rows, "{number}");
    }
    std::fs::write(&path, whole).expect("written");
    assert_eq!(folded(dir.path()).put_by, size);
}

#[test]
fn another_ledgers_fold_is_none_of_this_one() {
    let (one, _) = put_by_directory();
    let (other, size) = put_by_directory();
    std::fs::copy(one.path().join(FILE), other.path().join(FILE)).expect("copied");
    let anew = folded(other.path());
    assert_eq!((anew.put_by, anew.history.entries().len() as u64), (0, size));
}

/// The start reads no old leaf; the proof behind it does, and then nothing more is filed.
#[test]
fn damage_under_the_fold_is_found_behind_the_start() {
    let (dir, _) = put_by_directory();
    let path = dir.path().join("ledger.db");
    let mut bytes = std::fs::read(&path).expect("a ledger");
    let told = br#""text":"hai""#;
    let place = bytes.windows(told.len()).position(|at| at == told);
    bytes[place.expect("the second dispute") + 9] ^= 1;
    std::fs::write(&path, bytes).expect("written");

    let service = opened(dir.path());
    let begun = Instant::now();
    while service.shared.damage.get().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(30), "found");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(service.shared.damage.get().map(|fault| fault.seq), Some(3), "and named");
    assert!(!dispute(&service, "bốn"), "nothing more is filed");
    let fold = service.checks().into_iter().find(|check| check.name == "fold").expect("told");
    assert!(!fold.is_good && fold.says.0.contains('3'), "{}", fold.says.0);
    // What was put by is sound: it is read on.
    assert!(service.atlas(&Scope::Public).village_ids().count() > 8);
}
