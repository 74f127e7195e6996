//! Damaged copies of good files, the same every time: each is read or refused by name, in time,
//! with no panic of ours. (calamine's own panics on a broken XLS end the child and are told; here
//! they are counted, so that a rise is seen.)
//!
//! `PHUSONG_MUTANTS` sets how many of each format: the release check takes 10,000.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use phusong_sheets::BookLimits;

use crate::{make, read_named};

/// xorshift64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 1).expect("63 bits") % sides.max(1)
    }

    fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.roll(6) {
            let at = self.roll(bytes.len());
            match self.roll(5) {
                _ if bytes.is_empty() => return,
                0 => bytes[at] = u8::try_from(self.roll(256)).expect("a byte"),
                1 => bytes[at] ^= 1 << self.roll(8),
                2 => drop(bytes.drain(at..(at + self.roll(32)).min(bytes.len()))),
                3 => bytes.insert(at, bytes[at]),
                _ => {
                    let piece = bytes[at..(at + 40).min(bytes.len())].to_vec();
                    let to = self.roll(bytes.len());
                    bytes.splice(to..to, piece);
                }
            }
        }
    }

    /// Damage to the file; or, in a ZIP, to one part of it, so that it gets as far as a parser.
    fn mutant(&mut self, good: &[u8], parts: Option<&[(String, Vec<u8>)]>) -> Vec<u8> {
        let Some(parts) = parts.filter(|_| self.roll(5) > 0) else {
            let mut bytes = good.to_vec();
            self.damage(&mut bytes);
            return bytes;
        };
        let (name, part) = &parts[self.roll(parts.len())];
        let mut part = part.clone();
        self.damage(&mut part);
        make::replaced(good, &[(name, &part)])
    }
}

#[test]
fn mutants_are_read_or_refused() {
    const FINE: [&str; 10] = [
        "read",
        "broken-file",
        "no-data",
        "archive-bomb",
        "too-large",
        "far-cell",
        "not-a-workbook",
        "entities",
        "encrypted",
        "macros",
    ];
    let count = std::env::var("PHUSONG_MUTANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_500);
    let xls = make::xls(
        &[],
        &[("Báo cáo", 0, vec![make::xls_text(4, 0, "QNI"), make::xls_number(4, 2, 1, 45_443.0)])],
    );
    let goods = [
        ("b.xlsx", make::office_report(), true),
        ("b.ods", make::ods(crate::other_kinds::ODS_REPORT), true),
        ("b.docx", make::docx(crate::other_kinds::DOCX_TABLE), true),
        ("b.xls", xls, false),
    ];
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut unexpected = Vec::new();
    for (name, good, is_zip) in &goods {
        let parts = is_zip.then(|| make::parts(good));
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let mut tally = BTreeMap::new();
        for number in 0..count {
            let bytes = dice.mutant(good, parts.as_deref());
            let start = Instant::now();
            let limits = BookLimits::default();
            let answer = match catch_unwind(AssertUnwindSafe(|| read_named(name, &bytes, &limits)))
            {
                Ok(Ok(_)) => "read",
                Ok(Err(error)) => error.code(),
                Err(_) => "panic",
            };
            let is_fine = FINE.contains(&answer) || answer == "panic" && !is_zip;
            if !is_fine || start.elapsed() > Duration::from_secs(10) {
                unexpected.push(format!("{name} {number}: {answer} in {:?}", start.elapsed()));
            }
            *tally.entry(answer).or_insert(0) += 1;
        }
        println!("{name}: {tally:?}");
    }
    std::panic::set_hook(hook);
    assert!(unexpected.is_empty(), "{unexpected:#?}");
}
