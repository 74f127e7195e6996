use proptest::prelude::*;

use super::*;
use crate::intake::geodata;
use phusong_atlas::domain::{DocumentRef, Fact, FilingKind, Party, RowRef, Target};

fn filing() -> Filing {
    Filing {
        kind: FilingKind::Register,
        owner: Party::Department,
        filed_by: Party::Department,
        person: None,
        document: DocumentRef::default(),
        files: vec![[3; 32]],
    }
}

fn again(rows: &[FiledRow]) -> Entry {
    let body = encode(&filing(), rows);
    decode(CURRENT, EntrySeq(1), Timestamp::UNIX_EPOCH, &[5; 32], &body).unwrap()
}

#[test]
fn every_row_of_geodata_reads_back_as_it_was_written() {
    let rows = geodata::embedded().unwrap();
    let entry = again(&rows);
    assert_eq!(entry.filing, filing());
    assert_eq!(entry.rows, rows);
}

#[test]
fn acts_have_this_form_for_ever() {
    let target = Target { entry: EntrySeq(7), rows: vec![1] };
    let at = RowRef { entry: EntrySeq(7), row: 1 };
    let rows = vec![FiledRow {
        fact: Fact::Return { target, reason: "thiếu ảnh".to_owned() },
        replaces: Some(at),
        note: None,
    }];
    let body = String::from_utf8(encode(&filing(), &rows)).unwrap();
    let files = "03".repeat(32);
    let expected = [
        r#"{"filing":{"kind":"register","owner":"department","filed_by":"department","files":[""#,
        &files,
        r#""]},"rows":[{"fact":{"return":{"target":{"entry":7,"rows":[1]},"#,
        r#""reason":"thiếu ảnh"}},"replaces":[7,1]}]}"#,
    ];
    assert_eq!(body, expected.concat());
    assert_eq!(again(&rows).rows, rows);
}

proptest! {
    #[test]
    fn bytes_that_are_no_entry_never_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let read = decode(CURRENT, EntrySeq(1), Timestamp::UNIX_EPOCH, &[0; 32], &body);
        prop_assert!(read.is_err());
    }
}
