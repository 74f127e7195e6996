//! The promises of the ledger as tests over a real file.

use jiff::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::vault::keys::{NewKey, SigningKey};

fn key() -> SigningKey {
    SigningKey::new(&NewKey { secret: [7; 32] })
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn entry(text: &str) -> NewEntry {
    NewEntry { format: 1, salt: [9; 16], body: text.as_bytes().to_vec(), idempotency: None }
}

fn claimed(text: &str, key: &str) -> NewEntry {
    let claim = IdempotencyClaim {
        actor: "a".to_owned(),
        key: key.to_owned(),
        content: leaf_hash(text.as_bytes()),
    };
    NewEntry { idempotency: Some(claim), ..entry(text) }
}

/// A ledger of `entries` entries in a directory of its own.
fn filled(entries: usize) -> (TempDir, [u8; 32]) {
    let dir = TempDir::new().unwrap();
    let mut ledger = Ledger::open(dir.path(), key(), at(0)).unwrap();
    for number in 0..entries {
        ledger.append_batch(at(1), vec![entry(&format!("entry {number}"))]).unwrap();
    }
    let root = ledger.reader().checkpoint().unwrap().root;
    (dir, root)
}

fn bodies(dir: &TempDir) -> Result<Vec<String>, LedgerError> {
    let reader = LedgerReader::open(dir.path())?;
    reader
        .entries()?
        .map(|entry| entry.map(|entry| String::from_utf8_lossy(entry.body()).into_owned()))
        .collect()
}

#[test]
fn what_was_appended_is_there_after_reopening_with_the_same_root() {
    let (dir, root) = filled(5);
    let ledger = Ledger::open(dir.path(), key(), at(9)).unwrap();
    assert_eq!(ledger.size(), 5);
    assert_eq!(ledger.reader().checkpoint().unwrap().root, root);
    assert_eq!(bodies(&dir).unwrap()[4], "entry 4");
}

#[test]
fn a_second_process_is_refused() {
    let (dir, _) = filled(1);
    let _first = Ledger::open(dir.path(), key(), at(2)).unwrap();
    let second = Ledger::open(dir.path(), key(), at(3)).unwrap_err();
    assert_eq!(second.code(), "ledger-in-use");
}

#[test]
fn recorded_at_never_decreases_when_the_clock_does() {
    let dir = TempDir::new().unwrap();
    let mut ledger = Ledger::open(dir.path(), key(), at(0)).unwrap();
    for (clock, expected) in [(10, 10), (5, 10), (11, 11)] {
        let outcomes = ledger.append_batch(at(clock), vec![entry("x")]).unwrap();
        let Outcome::Appended(appended) = outcomes[0] else { panic!("not appended") };
        assert_eq!(appended.recorded_at, at(expected));
    }
}

#[test]
fn a_retry_is_recognised_and_a_reused_key_refused() {
    let dir = TempDir::new().unwrap();
    let mut ledger = Ledger::open(dir.path(), key(), at(0)).unwrap();
    let batch = vec![claimed("one", "k"), claimed("one", "k"), claimed("two", "k")];
    let outcomes = ledger.append_batch(at(1), batch).unwrap();
    assert!(matches!(outcomes[0], Outcome::Appended(_)));
    assert!(matches!(outcomes[1], Outcome::Repeated(same) if same.seq == 1));
    assert_eq!(outcomes[2], Outcome::KeyReused { seq: 1 });
    assert_eq!(ledger.size(), 1);
}

/// Opens the file past all triggers, as an insider or a bad disk would.
fn tamper(dir: &TempDir, sql: &str) {
    let conn = rusqlite::Connection::open(dir.path().join(FILE)).unwrap();
    conn.execute_batch(
        "DROP TRIGGER entry_is_final; DROP TRIGGER entry_stays; DROP TRIGGER entry_is_next;",
    )
    .unwrap();
    conn.execute_batch(sql).unwrap();
}

#[test]
fn every_way_of_tampering_is_found_and_named() {
    let cases = [
        ("UPDATE entry SET leaf = CAST(leaf || x'00' AS BLOB) WHERE seq = 3", 3),
        ("UPDATE entry SET recorded_at = recorded_at + 1 WHERE seq = 2", 2),
        ("DELETE FROM entry WHERE seq = 4", 4),
        ("DELETE FROM entry WHERE seq >= 5", 5),
        (
            "UPDATE entry SET seq = 100 WHERE seq = 2; UPDATE entry SET seq = 2 WHERE seq = 3; \
          UPDATE entry SET seq = 3 WHERE seq = 100",
            2,
        ),
        (
            "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE seq = 1), \
          leaf_hash = (SELECT leaf_hash FROM entry WHERE seq = 1) WHERE seq = 6",
            6,
        ),
    ];
    for (sql, seq) in cases {
        let (dir, _) = filled(6);
        tamper(&dir, sql);
        let reader = LedgerReader::open(dir.path()).unwrap();
        let report = verify(&reader, &Held::default()).unwrap();
        let named = report.faults.first().map(|fault| fault.seq);
        assert_eq!(named, Some(seq), "{sql}: {:?}", report.faults);
        assert!(bodies(&dir).is_err(), "{sql}");
    }
}

#[test]
fn two_hundred_flipped_bits_are_found_each_in_its_entry() {
    for flip in 0..200_usize {
        let (dir, _) = filled(3);
        let seq = flip % 3 + 1;
        let byte = flip * 7 % 34 + 1;
        tamper(
            &dir,
            &format!(
                "UPDATE entry SET leaf = CAST(substr(leaf, 1, {byte} - 1) || CASE WHEN substr(leaf, {byte}, 1) = x'00' THEN x'01' ELSE x'00' END || substr(leaf, {byte} + 1) AS BLOB) WHERE seq = {seq}"
            ),
        );
        let reader = LedgerReader::open(dir.path()).unwrap();
        let report = verify(&reader, &Held::default()).unwrap();
        let expected = u64::try_from(seq).unwrap();
        assert!(report.faults.iter().any(|fault| fault.seq == expected), "byte {byte} of {seq}");
    }
}

#[test]
fn a_tail_cut_with_its_checkpoints_shows_against_one_held_elsewhere() {
    let (dir, _) = filled(4);
    let kept = LedgerReader::open(dir.path()).unwrap().checkpoint().unwrap();
    tamper(
        &dir,
        "DROP TRIGGER checkpoint_stays; DELETE FROM entry WHERE seq = 4; \
                  DELETE FROM checkpoint WHERE size = 4",
    );
    let reader = LedgerReader::open(dir.path()).unwrap();
    assert!(verify(&reader, &Held::default()).unwrap().is_sound());
    let held = Held { checkpoint: Some(kept), public_key: Some(key().public()) };
    let report = verify(&reader, &held).unwrap();
    assert_eq!(report.faults[0].what, Damage::Truncated { signed: 4 });
}

#[test]
fn after_a_failed_fsync_the_ledger_writes_no_more_until_reopened() {
    let (dir, _) = filled(1);
    let mut ledger = Ledger::open(dir.path(), key(), at(2)).unwrap();
    ledger.fail_next_commit = true;
    assert_eq!(ledger.append_batch(at(3), vec![entry("x")]).unwrap_err().code(), "outcome-unknown");
    assert_eq!(ledger.append_batch(at(4), vec![entry("y")]).unwrap_err().code(), "ledger-stopped");
}

#[test]
fn a_full_disk_refuses_the_entry_and_goes_on_afterwards() {
    let (dir, _) = filled(1);
    let mut ledger = Ledger::open(dir.path(), key(), at(2)).unwrap();
    let pages: i64 =
        ledger.connection().query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    ledger.connection().execute_batch(&format!("PRAGMA max_page_count = {pages}")).unwrap();
    let big = entry(&"x".repeat(200_000));
    assert_eq!(ledger.append_batch(at(3), vec![big]).unwrap_err().code(), "disk-full");
    assert_eq!(bodies(&dir).unwrap().len(), 1);
    ledger.connection().execute_batch("PRAGMA max_page_count = 1000000").unwrap();
    ledger.append_batch(at(4), vec![entry("after")]).unwrap();
    assert_eq!(bodies(&dir).unwrap(), ["entry 0", "after"]);
}
