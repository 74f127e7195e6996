//! The portable file: whole, cut short, changed.

use std::ops::ControlFlow;
use std::path::PathBuf;

use tempfile::TempDir;

use super::super::tests::{at, bodies, claimed, entry, filled, key, tamper};
use super::super::{Ledger, LedgerReader, leaf_hash};
use super::*;

fn on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// A ledger of 7 entries in 4 batches, two with retry keys, and its export.
fn exported() -> (TempDir, PathBuf, Summary) {
    let dir = TempDir::new().unwrap();
    let mut ledger = Ledger::open(dir.path(), key(), at(0)).unwrap();
    ledger.append_batch(at(1), vec![entry("một"), claimed("hai", "k1")]).unwrap();
    ledger.append_batch(at(2), vec![entry("ba")]).unwrap();
    ledger.append_batch(at(2), vec![entry("bốn"), entry("năm"), entry("sáu")]).unwrap();
    ledger.append_batch(at(3), vec![claimed("bảy", "k2")]).unwrap();
    let file = dir.path().join("out.phusong");
    let summary = export(ledger.reader().unwrap(), &file, &mut on).unwrap(); // hot: the writer is open
    (dir, file, summary)
}

#[test]
fn what_was_exported_comes_back_with_the_same_root_and_retry_keys() {
    let (dir, file, summary) = exported();
    let root = LedgerReader::open(dir.path()).unwrap().checkpoint().unwrap().root;
    assert_eq!((summary.size, summary.root), (7, root));
    assert_eq!(summary.bytes, std::fs::metadata(&file).unwrap().len());

    let other = TempDir::new().unwrap();
    let restored = import(&file, other.path(), &Held::default(), &mut on).unwrap();
    assert_eq!(restored, summary);
    assert_eq!(bodies(&other).unwrap(), bodies(&dir).unwrap());
    let mut ledger = Ledger::open(other.path(), key(), at(9)).unwrap();
    let reader = LedgerReader::open(other.path()).unwrap();
    assert!(super::super::verify(&reader, &Held::default()).unwrap().is_sound());
    assert_eq!(reader.lookup_idempotency("a", "k2").unwrap().unwrap().seq, 7);
    assert_eq!(reader.find_by_content("a", &leaf_hash("hai".as_bytes())).unwrap(), Some(2));

    // The same ledger gives the same bytes, and the restored one goes on.
    let again = other.path().join("again.phusong");
    export(&reader, &again, &mut on).unwrap();
    assert_eq!(std::fs::read(&again).unwrap(), std::fs::read(&file).unwrap());
    ledger.append_batch(at(10), vec![entry("tám")]).unwrap();
    assert_eq!(bodies(&other).unwrap().len(), 8);
    let onto = import(&file, other.path(), &Held::default(), &mut on);
    assert_eq!(onto.unwrap_err().code(), "ledger-in-use");
    drop(ledger);
    let onto = import(&file, other.path(), &Held::default(), &mut on);
    assert_eq!(onto.unwrap_err().code(), "ledger-not-empty");
}

#[test]
fn an_export_damaged_anywhere_is_refused_and_leaves_nothing_behind() {
    let (_dir, file, _) = exported();
    let good = std::fs::read(&file).unwrap();
    let target = TempDir::new().unwrap();
    let refuse = |bytes: &[u8], what: &str| {
        std::fs::write(&file, bytes).unwrap();
        let answer = import(&file, target.path(), &Held::default(), &mut on);
        assert_eq!(answer.unwrap_err().code(), "bad-ledger-file", "{what}");
        assert!(LedgerReader::open(target.path()).is_err(), "{what}");
        let left: Vec<_> = std::fs::read_dir(target.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .filter(|name| name != "LOCK")
            .collect();
        assert!(left.is_empty(), "{what}: {left:?}");
    };
    for at in (0..good.len()).step_by(3) {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        refuse(&bad, &format!("byte {at} flipped"));
    }
    for length in (0..good.len()).step_by(41) {
        refuse(&good[..length], &format!("cut to {length}"));
    }
    refuse(&[&good[..], b"x"].concat(), "one byte more");
}

#[test]
fn an_import_is_held_against_key_and_checkpoint_from_elsewhere() {
    let (dir, file, _) = exported();
    let kept = LedgerReader::open(dir.path()).unwrap().checkpoint().unwrap();
    let other_key =
        crate::vault::keys::SigningKey::new(&crate::vault::keys::NewKey { secret: [8; 32] });
    let mut forked = kept.clone();
    forked.root[3] ^= 1;
    let mut longer = kept.clone();
    longer.size += 1;
    let held = |checkpoint, public_key| Held { checkpoint, public_key };
    for bad in
        [held(None, Some(other_key.public())), held(Some(forked), None), held(Some(longer), None)]
    {
        let target = TempDir::new().unwrap();
        let answer = import(&file, target.path(), &bad, &mut on);
        assert_eq!(answer.unwrap_err().code(), "bad-ledger-file");
    }
    let target = TempDir::new().unwrap();
    let good = held(Some(kept), Some(key().public()));
    import(&file, target.path(), &good, &mut on).unwrap();
}

#[test]
fn a_damaged_ledger_is_not_exported_over_the_last_good_export() {
    let (dir, file, _) = exported();
    let good = std::fs::read(&file).unwrap();
    tamper(&dir, "UPDATE entry SET leaf = CAST(leaf || x'00' AS BLOB) WHERE seq = 5");
    let reader = LedgerReader::open(dir.path()).unwrap();
    let error = export(&reader, &file, &mut on).unwrap_err();
    assert!(matches!(error, LedgerError::Damaged { seq: 5, what: Damage::Changed }), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), good);
}

#[test]
fn recovery_saves_the_longest_proven_prefix() {
    let (dir, file, _) = exported();
    tamper(&dir, "UPDATE entry SET leaf = CAST(leaf || x'00' AS BLOB) WHERE seq = 5");
    let reader = LedgerReader::open(dir.path()).unwrap();
    // Entry 5 lies in the batch 4–6; the checkpoint before it covers 3.
    let summary = recover(&reader, &file, &mut on).unwrap();
    assert_eq!(summary.size, 3);
    let target = TempDir::new().unwrap();
    import(&file, target.path(), &Held::default(), &mut on).unwrap();
    assert_eq!(bodies(&target).unwrap(), ["một", "hai", "ba"]);
}

#[test]
fn a_cancelled_export_or_import_changes_nothing() {
    let (dir, _) = filled(3);
    let file = dir.path().join("x.phusong");
    let mut stop = |_: Progress| ControlFlow::Break(());
    let reader = LedgerReader::open(dir.path()).unwrap();
    assert_eq!(export(&reader, &file, &mut stop).unwrap_err().code(), "cancelled");
    assert_eq!(
        std::fs::read_dir(dir.path())
            .unwrap()
            .filter(|entry| {
                entry.as_ref().unwrap().file_name().to_string_lossy().contains("phusong")
            })
            .count(),
        0
    );
}
