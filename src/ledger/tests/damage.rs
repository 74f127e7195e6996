//! A ledger's file damaged anywhere (R3, R12): what it says is what was filed, or it is refused;
//! what is recovered of it is a beginning of what was filed.

use std::ops::ControlFlow;

use super::*;
use crate::ledger::portable::{import, recover};

const PAGE_BYTES: usize = 4096;

/// Few in CI, many in `scripts/prove`.
fn damages() -> u64 {
    if std::env::var_os("PHUSONG_PROVE").is_some() { 10_000 } else { 120 }
}

/// Numbers that look thrown, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        // SplitMix64: https://prng.di.unimi.it/splitmix64.c
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }
}

/// The ways in which disks and people damage a file.
fn damaged(good: &[u8], dice: &mut Dice) -> (&'static str, Vec<u8>) {
    let mut bytes = good.to_vec();
    let pages = good.len() / PAGE_BYTES;
    let (one, other) = (dice.throw(pages) * PAGE_BYTES, dice.throw(pages) * PAGE_BYTES);
    let at = dice.throw(good.len());
    let what = match dice.throw(7) {
        0 | 1 => {
            bytes[at] ^= 1 << dice.throw(8);
            "a bit flipped"
        }
        2 => {
            bytes[one..one + PAGE_BYTES].fill(u8::try_from(dice.throw(256)).unwrap());
            "a page overwritten"
        }
        3 => {
            let half = one + PAGE_BYTES / 2;
            bytes.copy_within(other + PAGE_BYTES / 2..other + PAGE_BYTES, half);
            "a page torn"
        }
        4 => {
            let kept = bytes[one..one + PAGE_BYTES].to_vec();
            bytes.copy_within(other..other + PAGE_BYTES, one);
            bytes[other..other + PAGE_BYTES].copy_from_slice(&kept);
            "two pages swapped"
        }
        5 => {
            bytes.copy_within(other..other + PAGE_BYTES, one);
            "a page written twice"
        }
        _ => {
            bytes.truncate(at);
            "cut short"
        }
    };
    (what, bytes)
}

/// What a damaged ledger says: everything, proven; or nothing.
fn proven(dir: &TempDir) -> Option<Vec<String>> {
    let reader = LedgerReader::open(dir.path()).ok()?;
    let is_sound = verify(&reader, &Held::default()).ok()?.is_sound();
    let read = bodies(dir).ok();
    if is_sound { read } else { None }
}

#[test]
fn a_file_damaged_anywhere_says_what_was_filed_or_nothing() {
    let (dir, _) = filled(120);
    let raw = rusqlite::Connection::open(dir.path().join(FILE)).unwrap();
    raw.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(raw);
    let good = std::fs::read(dir.path().join(FILE)).unwrap();
    let filed = bodies(&dir).unwrap();
    let (mut dice, mut told, mut saved) = (Dice(12), 0, 0);
    for number in 0..damages() {
        let (what, bytes) = damaged(&good, &mut dice);
        if bytes == good {
            continue;
        }
        let after = TempDir::new().unwrap();
        std::fs::write(after.path().join(FILE), &bytes).unwrap();
        // Where nothing of it is read, or what is filed does not lie, damage does no harm.
        match proven(&after) {
            Some(said) => assert_eq!(said, filed, "{number}: {what}, and not told"),
            None => told += 1,
        }
        let saves = after.path().join("saved.phusong");
        let mut on = |_: crate::ledger::Progress| ControlFlow::Continue(());
        let Ok(reader) = LedgerReader::open(after.path()) else { continue };
        if recover(&reader, &saves, &mut on).is_ok() {
            let empty = TempDir::new().unwrap();
            import(&saves, empty.path(), &Held::default(), &mut on).unwrap();
            let said = bodies(&empty).unwrap();
            assert!(filed.starts_with(&said), "{number}: {what}: {said:?} was never filed so");
            saved += 1;
        }
    }
    let all = usize::try_from(damages()).unwrap();
    assert!(told > all / 3, "{told} of {all} did harm");
    assert!(saved > all / 10, "{saved} of {all} could be saved in part");
}
