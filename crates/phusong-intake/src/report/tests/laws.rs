//! Laws that hold for every input.

use phusong_gis::{Crs, DatumShift, with_transformer};
use proptest::prelude::*;

use super::super::{from_csv, from_json, read_json};
use super::with_context;
use crate::coordinates::{numbers, pair, readings};

/// A place of the province, in degrees.
fn place() -> impl Strategy<Value = (f64, f64)> {
    (107.4..109.2, 13.9..15.5)
}

proptest! {
    /// There and back again, within a centimetre, in every system of ours.
    #[test]
    fn a_position_survives_the_way_through_vn_2000((lon, lat) in place(), which in 0..Crs::ALL.len()) {
        let crs = Crs::ALL[which];
        let there = with_transformer(|to| to.from_wgs84(crs, DatumShift::Epsg6960, lon, lat)).unwrap();
        let (east, north) = pair(&there.first.to_string(), &there.second.to_string()).unwrap();
        let found = readings(&east, &north, &[crs]);
        let back = found.iter().find(|reading| reading.is_plain()).unwrap().position;
        let metres = ((back.lon_deg() - lon).abs() * 107_500.0).hypot((back.lat_deg() - lat).abs() * 110_700.0);
        prop_assert!(metres <= 0.01, "{crs}: {metres} m");
    }

    /// Any text is a number, several, or none; never a panic, never NaN.
    #[test]
    fn any_text_may_stand_where_a_number_should(text in "[0-9.,°'\"NBEĐ +\\-eE/;a-z]{0,24}") {
        prop_assert!(numbers(&text).iter().all(|number| !number.value.is_nan()));
        let _ = pair(&text, &text);
    }

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
