//! ZIPs that are built to overwhelm, and refused before they do.

use phusong_gis::{Bomb, Limits, ReadError};

use super::make::{RawMember, raw_zip, zip};
use super::{Test, read, read_within, why};

pub const TESTS: &[Test] = &[
    ("members_that_share_bytes_are_refused", members_that_share_bytes_are_refused),
    ("what_truly_comes_out_is_counted", what_truly_comes_out_is_counted),
    ("too_many_members_are_refused", too_many_members_are_refused),
    ("broken_zips_are_named", broken_zips_are_named),
    ("workbooks_are_told_apart", workbooks_are_told_apart),
];

fn members_that_share_bytes_are_refused() {
    let kml = super::kml::KML.as_bytes();
    let shared = RawMember { instead_of_own: Some(0), ..RawMember::new("b.kml", kml) };
    let bytes = raw_zip(&[RawMember::new("a.kml", kml), shared]);
    assert_eq!(read(&bytes).err(), Some(ReadError::ArchiveBomb { what: Bomb::Overlap }));
    let twice = raw_zip(&[RawMember::new("a.kml", kml), RawMember::new("a.kml", kml)]);
    assert!(why(read(&twice)).starts_with("broken-file"));
}

/// A table of zeros: a thousandth of its size in the ZIP.
fn what_truly_comes_out_is_counted() {
    let zeros = vec![0_u8; 600 << 20];
    let set = [("a.shp", &b"\x00\x00\x27\x0a"[..]), ("a.dbf", zeros.as_slice())];
    let bomb = zip(&set);
    assert!(bomb.len() < 2 << 20);
    let max = 384 << 20;
    let expected = Some(ReadError::ArchiveBomb { what: Bomb::Unpacked { max } });
    assert_eq!(read(&bomb).err(), expected);
    // A member that is not needed is not unpacked.
    let beside = zip(&[("a.kml", super::kml::KML.as_bytes()), ("a.bin", zeros.as_slice())]);
    assert_eq!(why(read(&beside)), "read");
    let limits = Limits { unpacked_bytes: 100, ..Limits::default() };
    let small = zip(&[("a.kml", super::kml::KML)]);
    assert!(why(read_within(&small, &limits)).starts_with("archive-bomb"));
}

fn too_many_members_are_refused() {
    let names: Vec<(String, &str)> =
        (0..1_001).map(|number| (format!("{number}.txt"), "x")).collect();
    let expected = Some(ReadError::ArchiveBomb { what: Bomb::Entries { max: 1_000 } });
    assert_eq!(read(&zip(&names)).err(), expected);
}

fn broken_zips_are_named() {
    let whole = zip(&[("doc.kml", super::kml::KML)]);
    for cut in [4, 30, whole.len() / 2, whole.len() - 1] {
        assert!(why(read(&whole[..cut])).starts_with("broken-file"), "{cut} bytes");
    }
    let mut scrambled = whole.clone();
    let middle = whole.len() / 3;
    scrambled[middle..middle + 40].fill(0xa5);
    assert!(why(read(&scrambled)).starts_with("broken-file"));
}

fn workbooks_are_told_apart() {
    for (name, expected) in [("[Content_Types].xml", "XLSX"), ("mimetype", "ODS")] {
        let answer = why(read(&zip(&[(name, "x")])));
        assert!(answer.contains(expected), "{answer}");
    }
}
