//! Every entry reads back as it was written.

mod acts;

use std::error::Error as _;
use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;

use self::acts::{CONTESTED_AS, CONTESTED_FROM, Dice, KINDS};
use super::*;
use phusong_atlas::domain::{Area, Fact, Shape};
use phusong_intake::geodata;

/// One body for each kind of fact, and one filing of each kind of party. It only ever grows:
/// ledgers with these bytes are out in the world.
const V1: &str = include_str!("v1.jsonl");

fn read(body: &[u8]) -> Result<Entry, FormatError> {
    decode(CURRENT, EntrySeq(12), Timestamp::UNIX_EPOCH, &[5; 32], body)
}

/// What is wrong with these bytes, whole chain.
fn fault(body: &str) -> String {
    let error = read(body.as_bytes()).unwrap_err();
    format!("{error}: {}", error.source().unwrap())
}

fn picture(kind: u64) -> (Filing, Vec<FiledRow>) {
    let seed = if kind < CONTESTED_FROM { kind } else { kind - CONTESTED_AS };
    let mut dice = Dice::full(seed);
    (dice.filing(), vec![dice.row(kind)])
}

/// A new kind of fact adds a line (the message of the failure shows it); no line ever changes.
#[test]
fn the_form_is_for_ever() {
    let mut written = String::new();
    for kind in 0..KINDS {
        let (filing, rows) = picture(kind);
        writeln!(written, "{}", String::from_utf8(encode(&filing, &rows)).unwrap()).unwrap();
    }
    for (line, (now, stored)) in written.lines().zip(V1.lines()).enumerate() {
        assert_eq!(now, stored, "line {} of v1.jsonl", line + 1);
    }
    assert_eq!(written.lines().count(), V1.lines().count(), "{written}");
}

#[test]
fn what_was_ever_written_is_read() {
    for (kind, line) in (0..KINDS).zip(V1.lines()) {
        let (filing, rows) = picture(kind);
        let entry = read(line.as_bytes()).unwrap();
        assert_eq!((entry.filing, entry.rows), (filing, rows));
    }
}

/// What is known of the entry before changes nothing of what is read.
#[test]
fn one_after_another_reads_as_each_alone() {
    let mut decoder = Decoder::default();
    let mut held = |body: &[u8]| {
        let one = read(body).map(|entry| (entry.filing, entry.rows));
        let other = decoder.decode(CURRENT, EntrySeq(12), body);
        let other = other.map(|(filing, rows)| ((*filing).clone(), rows));
        let told = |error: &FormatError| format!("{error}: {:?}", error.source());
        assert_eq!(one.as_ref().map_err(told), other.as_ref().map_err(told));
        one.is_ok()
    };
    let lines: Vec<&str> = V1.lines().collect();
    for line in &lines {
        // Twice: the second time its filing is known.
        assert!(held(line.as_bytes()) && held(line.as_bytes()));
        for broken in [
            format!("{line} "),
            format!("{line}}}"),
            line[..line.len() - 1].to_owned(),
            line.replace("\"k\":", "\"kind\":"),
            line.replace("\"rows\":", "\"rows\":[],\"rows\":"),
        ] {
            held(broken.as_bytes());
        }
    }
    for number in 0..200 {
        assert!(held(lines[number * 7 % lines.len()].as_bytes()));
    }
}

#[test]
fn a_role_is_written_with_whose_it_is() {
    use phusong_atlas::domain::{AccountFact, CarrierId, Day, PersonId, Role, UnitCode, UnitId};
    let viettel = || CarrierId::new("viettel").unwrap();
    let unit = UnitId { code: UnitCode(21_520), valid_from: Day::new(2025, 7, 1).unwrap() };
    let cases = [
        (Role::CarrierManager(viettel()), r#"{"carrier_manager":"viettel"}"#),
        (Role::CarrierReporter(viettel()), r#"{"carrier_reporter":"viettel"}"#),
        (Role::Commune(unit), r#"{"commune":{"code":21520,"from":"2025-07-01"}}"#),
        (Role::Approver, r#""approver""#),
        (Role::Auditor, r#""auditor""#),
        (Role::Planner, r#""planner""#),
        (Role::Admin, r#""admin""#),
    ];
    for (role, text) in cases {
        let fact = Fact::Account(AccountFact { person: PersonId::new("p1").unwrap(), role });
        let row = FiledRow { fact, replaces: None, note: None };
        let written = String::from_utf8(encode(&Dice::full(0).filing(), &[row])).unwrap();
        let expected = format!(r#"{{"k":"account","person":"p1","role":{text}}}"#);
        assert!(written.contains(&expected), "{written}");
    }
}

#[test]
fn every_row_of_geodata_reads_back_as_it_was_written() {
    let (filing, rows) = (Dice::full(0).filing(), geodata::embedded().unwrap());
    let entry = read(&encode(&filing, &rows)).unwrap();
    assert_eq!(entry.filing, filing);
    assert_eq!(entry.rows, rows);
}

#[test]
fn a_fault_says_which_entry_which_row_and_where() {
    let body = |fact: &str| {
        let fine = r#"{"fact":{"k":"publish","entry":7}}"#;
        let filing = r#"{"kind":"decision","owner":"department","filed_by":"department"}"#;
        format!(r#"{{"filing":{filing},"rows":[{fine},{{"fact":{fact}}}]}}"#)
    };
    let cases = [
        (r#"{"k":"publish"}"#, "row 1: missing field `entry`"),
        (r#"{"k":"publish","entry":-1}"#, "row 1: invalid value: integer `-1`, expected u64"),
        (r#"{"k":"publish","entry":7,"x":1}"#, "row 1: unknown field `x`"),
        (r#"{"k":"publish","entry":7,"entry":7}"#, "row 1: duplicate field `entry`"),
        (
            r#"{"entry":7,"k":"publish"}"#,
            "row 1: invalid value: string \"entry\", expected the kind",
        ),
        (
            r#"{"k":"praise","entry":7}"#,
            "row 1: invalid value: string \"praise\", expected a kind of",
        ),
        ("{}", "row 1: missing field `k`"),
        (r#"{"k":"open_dispute","village":"Kon Dóc","text":""}"#, "expected a village"),
        (
            r#"{"k":"adopt_rule_set","rule_set":{"id":"a","version":1},"from":"2023-02-31"}"#,
            "a day",
        ),
        (r#"{"k":"restrict_site","site":{"carrier":"vnpt","code":""}}"#, "expected a site code"),
    ];
    for (fact, expected) in cases {
        let found = fault(&body(fact));
        assert!(found.starts_with("entry 12 cannot be read as format 1: row 1: "), "{found}");
        assert!(found.contains(expected) && found.contains(" at line 1 column "), "{found}");
    }
    let newer = decode(2, EntrySeq(12), Timestamp::UNIX_EPOCH, &[5; 32], b"").unwrap_err();
    assert_eq!(
        newer.to_string(),
        "entry 12: format 2 is not known to this release: use a newer one"
    );
}

/// Areas lose what is finer than 1e-7°, once; after that they stay.
#[test]
fn areas_come_to_lie_on_the_grid_of_positions() {
    let ring = [(108.123_456_74, 15.0), (108.2, 15.0), (200.0, f64::NAN)];
    let polygon = geo::Polygon::new(ring.to_vec().into(), Vec::new());
    let mut dice = Dice::full(5);
    let mut row = dice.row(5);
    let Fact::Cluster(cluster) = &mut row.fact else { unreachable!() };
    let area = Area::new(geo::MultiPolygon::new(vec![polygon]));
    cluster.shape = Shape::Outline { area, uncertainty_m: 0 };
    let once = encode(&dice.filing(), &[row]);
    let text = String::from_utf8(once.clone()).unwrap();
    assert!(text.contains("[[[[1081234567,150000000],[1082000000,150000000],[1800000000,0],"));
    let entry = read(&once).unwrap();
    assert_eq!(encode(&entry.filing, &entry.rows), once);
}

fn body() -> impl Strategy<Value = (Filing, Vec<FiledRow>)> {
    let rows = vec((any::<u64>(), 0..KINDS), 0..5);
    (any::<u64>(), rows).prop_map(|(seed, rows)| {
        let row = |(seed, kind)| Dice::new(seed).row(kind);
        (Dice::new(seed).filing(), rows.into_iter().map(row).collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_reads_back_the_same((filing, rows) in body()) {
        let bytes = encode(&filing, &rows);
        let entry = read(&bytes).unwrap();
        prop_assert_eq!(entry.id, ReportId::of_leaf(&[5; 32]));
        // Areas compare by coordinates; the bytes hold their rings too.
        prop_assert_eq!(encode(&entry.filing, &entry.rows), bytes);
        prop_assert_eq!((entry.filing, entry.rows), (filing, rows));
    }

    #[test]
    fn bytes_that_are_no_entry_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        prop_assert!(read(&bytes).is_err());
    }

    /// Near misses reach deeper than noise.
    #[test]
    fn damaged_entries_never_panic(
        (filing, rows) in body(),
        hits in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = encode(&filing, &rows);
        prop_assert!(read(&bytes[..cut.index(bytes.len())]).is_err());
        for (at, byte) in hits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _either_way = read(&bytes);
    }
}
