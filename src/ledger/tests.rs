//! The promises of the ledger as tests over a real file.

mod damage;

use jiff::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::vault::keys::{NewKey, SigningKey};

pub(super) fn key() -> SigningKey {
    SigningKey::new(&NewKey { secret: [7; 32] })
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

pub(super) fn entry(text: &str) -> NewEntry {
    NewEntry { format: 1, salt: [9; 16], body: text.as_bytes().to_vec(), idempotency: None }
}

pub(super) fn claimed(text: &str, key: &str) -> NewEntry {
    let claim = IdempotencyClaim {
        actor: "a".to_owned(),
        key: key.to_owned(),
        content: leaf_hash(text.as_bytes()),
    };
    NewEntry { idempotency: Some(claim), ..entry(text) }
}

/// A ledger of `entries` entries in a directory of its own.
pub(super) fn filled(entries: usize) -> (TempDir, [u8; 32]) {
    let dir = TempDir::new().unwrap();
    let mut ledger = Ledger::open(dir.path(), key(), at(0)).unwrap();
    for number in 0..entries {
        ledger.append_batch(at(1), vec![entry(&format!("entry {number}"))]).unwrap();
    }
    let root = ledger.reader().unwrap().checkpoint().unwrap().root;
    (dir, root)
}

pub(super) fn bodies(dir: &TempDir) -> Result<Vec<String>, LedgerError> {
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
    assert_eq!(ledger.reader().unwrap().checkpoint().unwrap().root, root);
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
pub(super) fn tamper(dir: &TempDir, sql: &str) {
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
    ledger.fails_next.set(Some(Fails::AfterCommit));
    assert_eq!(ledger.append_batch(at(3), vec![entry("x")]).unwrap_err().code(), "outcome-unknown");
    assert_eq!(ledger.append_batch(at(4), vec![entry("y")]).unwrap_err().code(), "ledger-stopped");
    assert!(ledger.is_stopped());
}

#[test]
fn reopened_it_holds_what_was_acknowledged_and_writes_again() {
    for (fails, stored) in [(Fails::BeforeCommit, 2), (Fails::AfterCommit, 3)] {
        let (dir, _) = filled(2);
        let mut ledger = Ledger::open(dir.path(), key(), at(2)).unwrap();
        ledger.fails_next.set(Some(fails));
        assert!(ledger.append_batch(at(3), vec![claimed("x", "k")]).is_err());
        ledger.reopen().unwrap();
        assert_eq!(ledger.size(), stored, "{fails:?}");
        let log = std::fs::metadata(dir.path().join("ledger.db-wal")).map_or(0, |log| log.len());
        assert_eq!(log, 0, "all of it was written into the database once more");
        let again = ledger.append_batch(at(4), vec![claimed("x", "k"), entry("y")]).unwrap();
        let is_repeated = matches!(again[0], Outcome::Repeated(_));
        assert_eq!(is_repeated, fails == Fails::AfterCommit);
        assert_eq!(bodies(&dir).unwrap(), ["entry 0", "entry 1", "x", "y"]);
    }
}

#[test]
fn reopened_without_what_was_acknowledged_it_stays_stopped() {
    let (dir, _) = filled(2);
    let mut ledger = Ledger::open(dir.path(), key(), at(2)).unwrap();
    let before = TempDir::new().unwrap();
    for file in [FILE, "ledger.db-wal"] {
        let _no_log_is_fine = std::fs::copy(dir.path().join(file), before.path().join(file));
    }
    ledger.append_batch(at(3), vec![entry("acknowledged")]).unwrap();
    ledger.fails_next.set(Some(Fails::BeforeCommit));
    assert!(ledger.append_batch(at(4), vec![entry("x")]).is_err());
    // The disk has lost the acknowledged entry.
    for file in [FILE, "ledger.db-wal", "ledger.db-shm"] {
        let _gone = std::fs::remove_file(dir.path().join(file));
        let _no_log_is_fine = std::fs::copy(before.path().join(file), dir.path().join(file));
    }
    assert_eq!(ledger.reopen().unwrap_err().code(), "ledger-damaged");
    assert_eq!(ledger.append_batch(at(5), vec![entry("y")]).unwrap_err().code(), "ledger-stopped");
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

#[test]
fn a_batch_that_was_not_committed_is_not_there_after_a_kill() {
    let (dir, root) = filled(2);
    let mut ledger = Ledger::open(dir.path(), key(), at(2)).unwrap();
    ledger.append_batch(at(3), vec![entry("kept")]).unwrap();
    let kept = ledger.reader().unwrap().checkpoint().unwrap();
    // The process dies within a transaction: its connection neither commits nor closes.
    ledger
        .connection()
        .execute_batch(
            "BEGIN IMMEDIATE; INSERT INTO entry SELECT 4, recorded_at, 1, leaf_hash, leaf
             FROM entry WHERE seq = 3",
        )
        .unwrap();
    let after = TempDir::new().unwrap();
    for file in [FILE, "ledger.db-wal"] {
        std::fs::copy(dir.path().join(file), after.path().join(file)).unwrap();
    }
    let reopened = Ledger::open(after.path(), key(), at(9)).unwrap();
    assert_eq!(reopened.reader().unwrap().checkpoint().unwrap(), kept);
    assert_ne!(kept.root, root);
    assert_eq!(bodies(&after).unwrap(), ["entry 0", "entry 1", "kept"]);
}

#[test]
fn a_write_ahead_log_cut_at_any_byte_gives_some_whole_number_of_batches() {
    let (dir, _) = filled(1);
    let mut ledger = Ledger::open(dir.path(), key(), at(2)).unwrap();
    for n in 0..4 {
        ledger.append_batch(at(3), vec![entry(&format!("a{n}")), entry(&format!("b{n}"))]).unwrap();
    }
    let (db, log) = (dir.path().join(FILE), dir.path().join("ledger.db-wal"));
    let (db, log) = (std::fs::read(db).unwrap(), std::fs::read(log).unwrap());
    let mut sizes = std::collections::BTreeSet::new();
    for cut in (0..log.len()).step_by(1009).chain([log.len()]) {
        let after = TempDir::new().unwrap();
        std::fs::write(after.path().join(FILE), &db).unwrap();
        std::fs::write(after.path().join("ledger.db-wal"), &log[..cut]).unwrap();
        let size = Ledger::open(after.path(), key(), at(9)).unwrap().size();
        assert_eq!(bodies(&after).unwrap().len() as u64, size, "cut at {cut}");
        sizes.insert(size);
    }
    assert_eq!(sizes.into_iter().collect::<Vec<_>>(), [1, 3, 5, 7, 9]);
}

#[test]
fn an_unknown_outcome_is_told_by_the_key_after_reopening() {
    let dir = TempDir::new().unwrap();
    let mut ledger = Ledger::open(dir.path(), key(), at(0)).unwrap();
    ledger.fails_next.set(Some(Fails::AfterCommit));
    let error = ledger.append_batch(at(1), vec![claimed("one", "k")]).unwrap_err();
    assert_eq!(error.code(), "outcome-unknown");
    drop(ledger);
    let mut ledger = Ledger::open(dir.path(), key(), at(2)).unwrap();
    assert_eq!(ledger.reader().unwrap().lookup_idempotency("a", "k").unwrap().unwrap().seq, 1);
    let again = ledger.append_batch(at(3), vec![claimed("one", "k")]).unwrap();
    assert!(matches!(again[0], Outcome::Repeated(same) if same.seq == 1));
}

#[test]
fn all_faults_are_listed_and_a_damaged_batch_does_not_hide_a_later_one() {
    let dir = TempDir::new().unwrap();
    let mut ledger = Ledger::open(dir.path(), key(), at(0)).unwrap();
    for n in 1..=8 {
        ledger.append_batch(at(n), vec![entry(&format!("entry {n}"))]).unwrap();
    }
    drop(ledger);
    tamper(
        &dir,
        "UPDATE entry SET leaf = CAST(leaf || x'00' AS BLOB) WHERE seq = 2;
         UPDATE entry SET (recorded_at, leaf, leaf_hash) =
             (SELECT recorded_at, leaf, leaf_hash FROM entry WHERE seq = 3) WHERE seq = 4;
         DELETE FROM entry WHERE seq = 6;",
    );
    let reader = LedgerReader::open(dir.path()).unwrap();
    let report = verify(&reader, &Held::default()).unwrap();
    let fault = |seq, what| Fault { seq, what };
    let expected = [
        fault(2, Damage::Changed),
        fault(4, Damage::Duplicated { of: 3 }),
        fault(6, Damage::Missing { to: 6 }),
    ];
    assert_eq!(report.faults, expected);
    assert_eq!(report.proven.unwrap().size, 1);
}

#[test]
fn swapped_entries_of_different_batches_are_both_named() {
    let dir = TempDir::new().unwrap();
    let mut ledger = Ledger::open(dir.path(), key(), at(0)).unwrap();
    for n in 1..=5 {
        ledger.append_batch(at(n), vec![entry(&format!("entry {n}"))]).unwrap();
    }
    drop(ledger);
    tamper(
        &dir,
        "UPDATE entry SET seq = 100 WHERE seq = 2; UPDATE entry SET seq = 2 WHERE seq = 4;
         UPDATE entry SET seq = 4 WHERE seq = 100;",
    );
    let reader = LedgerReader::open(dir.path()).unwrap();
    let named: Vec<_> = verify(&reader, &Held::default())
        .unwrap()
        .faults
        .into_iter()
        .map(|fault| (fault.seq, fault.what))
        .collect();
    assert_eq!(named, [(2, Damage::Reordered), (4, Damage::Reordered)]);
}

#[test]
fn an_entry_rewritten_with_its_hash_is_found_in_its_batch() {
    let (dir, _) = filled(5);
    let forged = leaf::encode(1, [9; 16], at(1), b"forged");
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    tamper(
        &dir,
        &format!(
            "UPDATE entry SET leaf = x'{}', leaf_hash = x'{}' WHERE seq = 3",
            hex(&forged),
            hex(&leaf_hash(&forged))
        ),
    );
    let error = bodies(&dir).unwrap_err();
    assert!(matches!(error, LedgerError::Damaged { seq: 3, what: Damage::Replaced { to: 3 } }));
}

#[test]
fn a_forged_or_missing_checkpoint_and_an_unsigned_entry_are_found() {
    let cases = [
        ("UPDATE checkpoint SET signature = zeroblob(64) WHERE size = 3", 3, Damage::Signature),
        ("UPDATE checkpoint SET root = zeroblob(32) WHERE size = 2", 2, Damage::Signature),
        ("UPDATE checkpoint SET frontier = zeroblob(64) WHERE size = 3", 3, Damage::Checkpoint),
        ("DELETE FROM checkpoint", 0, Damage::NoCheckpoint),
        ("DELETE FROM checkpoint WHERE size = 3", 3, Damage::Unsigned { signed: 2 }),
    ];
    for (sql, seq, what) in cases {
        let (dir, _) = filled(3);
        let drops = "DROP TRIGGER checkpoint_is_final; DROP TRIGGER checkpoint_stays;";
        tamper(&dir, &format!("{drops} {sql}"));
        let reader = LedgerReader::open(dir.path()).unwrap();
        let report = verify(&reader, &Held::default()).unwrap();
        assert!(report.faults.contains(&Fault { seq, what }), "{sql}: {:?}", report.faults);
    }
}

#[test]
fn a_ledger_rewritten_by_another_key_fails_the_key_and_checkpoint_held() {
    let (dir, _) = filled(3);
    let kept = LedgerReader::open(dir.path()).unwrap().checkpoint().unwrap();
    let insider = SigningKey::new(&NewKey { secret: [8; 32] });
    let forged = TempDir::new().unwrap();
    let mut ledger = Ledger::open(forged.path(), insider, at(0)).unwrap();
    for text in ["entry 0", "forged", "entry 2"] {
        ledger.append_batch(at(1), vec![entry(text)]).unwrap();
    }
    let reader = LedgerReader::open(forged.path()).unwrap();
    assert!(verify(&reader, &Held::default()).unwrap().is_sound());
    let by_key = Held { public_key: Some(key().public()), checkpoint: None };
    assert_eq!(verify(&reader, &by_key).unwrap().faults[0].what, Damage::Signature);
    let by_checkpoint = Held { checkpoint: Some(kept), public_key: None };
    assert_eq!(verify(&reader, &by_checkpoint).unwrap().faults[0].what, Damage::Forked);
}

#[test]
fn a_torn_page_is_named_and_the_prefix_before_it_saved() {
    let (dir, _) = filled(300);
    let raw = rusqlite::Connection::open(dir.path().join(FILE)).unwrap();
    raw.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(raw);
    let page: i64 = 4096;
    let mut bytes = std::fs::read(dir.path().join(FILE)).unwrap();
    // The page that holds entry 200's text.
    let at_byte = bytes.windows(9).position(|window| window == b"entry 199").unwrap();
    let start = at_byte / usize::try_from(page).unwrap() * usize::try_from(page).unwrap();
    bytes[start..start + 4096].fill(0xA5);
    std::fs::write(dir.path().join(FILE), bytes).unwrap();
    let reader = LedgerReader::open(dir.path()).unwrap();
    let report = verify(&reader, &Held::default()).unwrap();
    let Fault { seq, what } = report.faults[0].clone();
    assert!(seq <= 200 && matches!(what, Damage::Unreadable { .. }), "{seq}: {what}");
    assert_eq!(report.proven.unwrap().size, seq - 1);
    assert!(bodies(&dir).is_err());
}

#[test]
fn the_database_itself_refuses_changes_gaps_and_steps_back() {
    let (dir, _) = filled(3);
    let raw = rusqlite::Connection::open(dir.path().join(FILE)).unwrap();
    for sql in [
        "UPDATE entry SET format = 2",
        "DELETE FROM entry",
        "INSERT INTO entry SELECT 5, recorded_at, 1, leaf_hash, leaf FROM entry WHERE seq = 1",
        "INSERT INTO entry SELECT 4, recorded_at - 1, 1, leaf_hash, leaf FROM entry WHERE seq = 3",
        "INSERT OR REPLACE INTO entry SELECT 2, recorded_at, 1, leaf_hash, leaf FROM entry WHERE seq = 1",
        "UPDATE checkpoint SET size = 9",
        "DELETE FROM checkpoint",
        "DELETE FROM signer",
    ] {
        assert!(raw.execute_batch(sql).is_err(), "{sql}");
    }
}

#[test]
fn an_older_program_leaves_a_newer_ledger_untouched() {
    let (dir, _) = filled(2);
    let raw = rusqlite::Connection::open(dir.path().join(FILE)).unwrap();
    raw.execute_batch("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(raw);
    let before = std::fs::read(dir.path().join(FILE)).unwrap();
    let error = Ledger::open(dir.path(), key(), at(3)).unwrap_err();
    assert_eq!(error.code(), "ledger-format");
    assert_eq!(LedgerReader::open(dir.path()).unwrap_err().code(), "ledger-format");
    assert_eq!(std::fs::read(dir.path().join(FILE)).unwrap(), before);
}

#[test]
fn a_new_signing_key_goes_on_where_the_old_one_ended() {
    let (dir, _) = filled(2);
    let new = SigningKey::new(&NewKey { secret: [8; 32] });
    let mut ledger = Ledger::open(dir.path(), new.clone(), at(3)).unwrap();
    ledger.append_batch(at(4), vec![entry("under the new key")]).unwrap();
    let reader = LedgerReader::open(dir.path()).unwrap();
    assert!(reader.checkpoint().unwrap().is_signed_by(new.public()));
    let held = Held { public_key: Some(new.public()), checkpoint: None };
    assert!(verify(&reader, &held).unwrap().is_sound());
}
