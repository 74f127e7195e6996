//! Laws that hold for every input.

use proptest::prelude::*;

use super::super::{from_csv, from_json, read_json};
use super::with_context;

proptest! {
    #[test]
    fn any_bytes_may_come_as_csv(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = with_context(|context| from_csv(&|| Ok(bytes.as_slice()), context));
    }
}

/// Damaged copies of good bodies: each is read or named, none panics. `PHUSONG_MUTANTS` sets how
/// many of each (a release takes 10,000).
#[test]
fn mutants_are_read_or_named() {
    let count: u32 =
        std::env::var("PHUSONG_MUTANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000);
    let json = super::row(&[("xa", "Ba Trang".into()), ("huyen", "Ba Tơ".into())]);
    let json =
        serde_json::json!({ "rows": [json], "document": { "number": "1/VTQN" } }).to_string();
    let csv = "ma_tram;loai_su_kien;ngay_su_kien;cong_nghe;kinh_do;vi_do;he_toa_do;xa;ghi_chu\n\
               Q1;on_air;01/11/2026;4G, 5G;588305,36;1626337,87;EPSG:5898;Ba Trang;\"một; hai\"\n";
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for good in [json.as_bytes(), csv.as_bytes()] {
        for _ in 0..count {
            let bytes = dice.mutant(good);
            with_context(|context| match read_json(&bytes) {
                Ok(body) => drop(from_json(body, context)),
                Err(why) => assert!(!why.findings.is_empty()),
            });
            with_context(|context| match from_csv(&|| Ok(bytes.as_slice()), context) {
                Ok(draft) => drop(draft),
                Err(why) => assert!(!why.findings.is_empty()),
            });
        }
    }
}

/// xorshift64: the same mutants every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 1).expect("63 bits") % sides
    }

    fn mutant(&mut self, good: &[u8]) -> Vec<u8> {
        let mut bytes = good.to_vec();
        for _ in 0..=self.roll(8) {
            if bytes.is_empty() {
                break;
            }
            let at = self.roll(bytes.len());
            match self.roll(4) {
                0 => bytes[at] = u8::try_from(self.roll(256)).expect("a byte"),
                1 => bytes[at] ^= 1 << self.roll(8),
                2 => drop(bytes.drain(at..(at + self.roll(32)).min(bytes.len()))),
                _ => bytes.insert(at, bytes[at]),
            }
        }
        bytes
    }
}
