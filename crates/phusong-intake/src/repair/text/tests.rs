//! What is repaired, what is asked and what is left alone, as tables of cases.

use std::path::PathBuf;

use phusong_atlas::gazetteer::normalise;
use unicode_normalization::UnicodeNormalization;

use super::*;

/// A table of the shared data; tests that need it skip, with a word, where it is not.
fn shared(name: &str) -> Option<csv::Reader<std::fs::File>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    let found = csv::Reader::from_path(&path).ok();
    if found.is_none() {
        eprintln!("skipped: no {}", path.display());
    }
    found
}

struct Name {
    text: String,
    tcvn3: Vec<u8>,
    loses_case: bool,
    vni: Vec<u8>,
    windows1258: Vec<u8>,
}

fn names() -> Vec<Name> {
    let Some(mut table) = shared("encodings/names_legacy_encodings.csv") else { return Vec::new() };
    let bytes = |hex: &str| -> Vec<u8> {
        let pair = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(pair).collect()
    };
    let of = |row: csv::StringRecord| Name {
        text: row[0].to_owned(),
        tcvn3: bytes(&row[3]),
        loses_case: &row[5] == "yes",
        vni: bytes(&row[6]),
        windows1258: bytes(&row[8]),
    };
    table.records().map(|row| of(row.unwrap())).collect()
}

fn western(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn vietnamese(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1258.decode(bytes).0.into_owned()
}

fn misread_utf8(text: &str) -> String {
    encoding_rs::WINDOWS_1252.decode(text.as_bytes()).0.into_owned()
}

/// The whole list as one column.
fn column(cells: &[String]) -> Vec<Repaired<'_>> {
    let mut survey = Survey::default();
    for cell in cells {
        survey.see(2, cell);
    }
    let habit = survey.decide();
    cells.iter().map(|cell| habit.repair(2, cell)).collect()
}

type Dirt = (&'static str, fn(&Name) -> String);

const DIRTS: [Dirt; 8] = [
    ("tcvn3", |name| western(&name.tcvn3)),
    ("vni", |name| western(&name.vni)),
    ("windows-1258", |name| misread(&name.windows1258)),
    ("tcvn3 through 1258", |name| vietnamese(&name.tcvn3)),
    ("vni through 1258", |name| vietnamese(&name.vni)),
    ("nfd", |name| name.text.nfd().collect()),
    ("utf-8 read once", |name| misread_utf8(&name.text)),
    ("utf-8 read twice", |name| misread_utf8(&misread_utf8(&name.text))),
];

fn misread(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned()
}

#[test]
fn every_name_comes_back_from_every_encoding_in_a_column_of_its_like() {
    let names = names();
    for (dirt, make) in DIRTS {
        let cells: Vec<String> = names.iter().map(make).collect();
        let mut asked = 0;
        for (name, repaired) in names.iter().zip(column(&cells)) {
            let lower_is_same = repaired.text.to_lowercase() == name.text.to_lowercase();
            let same = repaired.text == name.text || name.loses_case && lower_is_same;
            match &repaired.doubt {
                Some(doubt) => {
                    assert!(doubt.readings.contains(&name.text), "{dirt}: {doubt:?}");
                    asked += 1;
                }
                None => assert!(same, "{dirt}: {} → {repaired:?}", name.text),
            }
        }
        // Two names of the list read well both ways once Windows-1258 stood between.
        assert!(asked <= if dirt.ends_with("through 1258") { 2 } else { 0 }, "{dirt}: {asked}");
    }
}

#[test]
fn a_name_alone_is_restored_or_asked_or_reads_well_as_it_stands() {
    for (dirt, make) in DIRTS {
        let mut stays = Vec::new();
        for name in names() {
            let cell = make(&name);
            let repaired = column(std::slice::from_ref(&cell)).remove(0);
            if repaired.doubt.is_some() || normalise(&repaired.text) == normalise(&name.text) {
                continue;
            }
            assert!(repaired.is_untouched(), "{dirt}: {} → {repaired:?}", name.text);
            stays.push(cell);
        }
        // No trace: every word is a syllable as it stands.
        for cell in &stays {
            let sound = survey::pieces(cell)
                .filter(|(is_word, _)| *is_word)
                .all(|(_, word)| survey::class_as_it_stands(word) > syllable::Class::Broken);
            assert!(sound, "{dirt}: {cell}");
        }
        assert!(stays.len() <= 2, "{dirt}: {stays:?}");
    }
}

#[test]
fn names_of_the_highlands_are_not_touched() {
    let cells =
        ["Đăk Pao", "Kon Dóc", "Cà Xen", "Ca Xen", "Mô Níc", "K'Bang", "Đắk PXi", "Ngọk Réo"];
    let cells: Vec<String> = cells.map(str::to_owned).to_vec();
    assert!(column(&cells).iter().all(Repaired::is_untouched));
}

/// One row per pair of `name_pairs.csv`: repaired, then compared by the gazetteer.
#[test]
fn pairs_of_names_stay_what_they_are() {
    let Some(mut table) = shared("encodings/name_pairs.csv") else { return };
    for row in table.records().map(Result::unwrap) {
        let bare = |text: &str| text.split(" (").next().unwrap_or_default().to_owned();
        let (a, b) = (bare(&row[0]), bare(&row[1]));
        let [a, b] = [a, b].map(|cell| column(&[cell]).remove(0).text.into_owned());
        let same = normalise(&a) == normalise(&b);
        match &row[2] {
            "same" => assert!(same, "{a} {b}"),
            // The same name of two places is told apart by its code or kind, not by its letters.
            "different" => assert!(!same || row[0].contains('('), "{a} {b}"),
            _ => {}
        }
    }
}

#[test]
fn a_scanner_errs_in_known_words_only() {
    let lexicon = Lexicon::of_the_field();
    let cases = [
        ("thôn lờm sóng", Some("thôn lõm sóng")),
        ("Đang triền khai", Some("Đang triển khai")),
        ("PHÁT SỐNG", Some("PHÁT SÓNG")),
        ("phủ sóng", None),
        ("Sơn Tinh", None),
        ("Ba Tô", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(lexicon.mend(text).as_deref(), expected, "{text}");
    }
}
