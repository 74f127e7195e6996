//! The eight synthetic workbooks with their expected positions: every one right or asked with the
//! right reading first, none silently wrong.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use phusong_atlas::domain::{Day, Position};
use serde_json::Value;

use super::super::{Axes, Declared, Diagnosis, Habit, Point, Said, State, Verdict};
use super::{WORLD, commune, diagnose, metres};

fn folder() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/synthetic");
    if !path.is_dir() {
        eprintln!("skipped: no shared data beside the project");
        return None;
    }
    Some(path)
}

/// Cells of the first sheet: (row, column letter) → text. Just enough for files without shared
/// strings and without data descriptors that matter.
fn cells(path: &Path) -> BTreeMap<(u32, char), String> {
    let bytes = std::fs::read(path).expect("the workbook");
    let xml = entry(&bytes, "xl/worksheets/sheet1.xml");
    let mut cells = BTreeMap::new();
    for cell in xml.split("<c r=\"").skip(1) {
        let (name, rest) = cell.split_once('"').expect("a reference");
        let text = between(rest, "<v>", "</v>")
            .or_else(|| between(rest, "<t>", "</t>"))
            .or_else(|| between(rest, "<t xml:space=\"preserve\">", "</t>"));
        let letters = name.find(|c: char| c.is_ascii_digit()).expect("a row");
        if let (1, Some(text)) = (letters, text) {
            let column = name.chars().next().expect("a column");
            let text = text.replace("&quot;", "\"").replace("&amp;", "&");
            cells.insert((name[1..].parse().expect("a row"), column), text);
        }
    }
    cells
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let own = text.split("</c>").next()?;
    let (_, rest) = own.split_once(start)?;
    rest.split_once(end).map(|(inside, _)| inside)
}

/// One entry of a ZIP, by its central directory.
fn entry(zip: &[u8], name: &str) -> String {
    let u16_at = |at: usize| usize::from(u16::from_le_bytes([zip[at], zip[at + 1]]));
    let u32_at = |at: usize| u16_at(at) + (u16_at(at + 2) << 16);
    let end = zip.windows(4).rposition(|four| four == b"PK\x05\x06").expect("a ZIP");
    let mut at = u32_at(end + 16);
    while &zip[at..at + 4] == b"PK\x01\x02" {
        let (name_len, extra, comment) = (u16_at(at + 28), u16_at(at + 30), u16_at(at + 32));
        if &zip[at + 46..at + 46 + name_len] == name.as_bytes() {
            let (packed, local) = (u32_at(at + 20), u32_at(at + 42));
            let start = local + 30 + u16_at(local + 26) + u16_at(local + 28);
            let mut text = String::new();
            let mut reader = flate2::read::DeflateDecoder::new(&zip[start..start + packed]);
            reader.read_to_string(&mut text).expect("deflated text");
            return text;
        }
        at += 46 + name_len + extra + comment;
    }
    panic!("no {name}");
}

struct Book {
    expected: Value,
    cells: BTreeMap<(u32, char), String>,
    /// Of the month of the report: names are those of their time.
    day: Day,
}

impl Book {
    fn text(&self, row: u32, column: char) -> &str {
        self.cells.get(&(row, column)).map_or("", String::as_str)
    }

    fn rows(&self) -> &[Value] {
        self.expected["rows"].as_array().expect("rows")
    }

    /// As its headings say: `Kinh độ` or `Y (m)` is east.
    fn examine(&self) -> Diagnosis {
        let is_east = |column| {
            let heading = self.text(9, column);
            heading.contains("Kinh") || heading.starts_with('Y') || heading.contains("Kinh ®é")
        };
        let (east, north) = if is_east('F') { ('F', 'G') } else { ('G', 'F') };
        let letters = self.text(9, east).starts_with('Y');
        let axes = if letters { Axes::Letters } else { Axes::Words };
        let declared = Declared::of_text(self.text(8, 'F'), Said::Heading, axes);
        let points: Vec<Point<'_>> = self
            .rows()
            .iter()
            .map(|expected| {
                let row = u32::try_from(expected["row"].as_u64().expect("a row")).expect("small");
                let name = expected["text"]["commune"].as_str();
                let name = name.unwrap_or_else(|| self.text(row, 'D'));
                let district = expected["text"]["district"].as_str();
                let district = district.unwrap_or_else(|| self.text(row, 'E'));
                Point {
                    row,
                    east: self.text(row, east),
                    north: self.text(row, north),
                    code: Some(self.text(row, 'B')).filter(|code| !code.is_empty()),
                    claimed: commune(&format!("{name}, {district}"), Some(self.day))
                        .or_else(|| commune(name, Some(self.day))),
                    ..Point::default()
                }
            })
            .collect();
        diagnose(&points, &declared)
    }
}

fn book(name: &str) -> Option<Book> {
    let folder = folder()?;
    let text = std::fs::read_to_string(folder.join("reports_expected.json")).expect("expected");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let day = format!("{}-28", &name[7..14]).parse().expect("a day");
    Some(Book { expected: all["files"][name].clone(), cells: cells(&folder.join(name)), day })
}

const BOOKS: [&str; 8] = [
    "report_2024-03_wgs84.xlsx",
    "report_2024-04_vn2000.xlsx",
    "report_2024-05_vn2000_undeclared.xlsx",
    "report_2024-06_swapped.xlsx",
    "report_2024-07_tcvn3.xlsx",
    "report_2024-08_bad_rows.xlsx",
    "report_2025-08_vn2000_kontum_part.xlsx",
    "report_2025-09_vn2000_wrong_meridian.xlsx",
];

/// The place that the first candidate of a question names.
fn first_candidate(name: &str) -> Option<Position> {
    let (_, place) = name.rsplit_once(": ")?;
    let (lon, lat) = place.split_once("; ")?;
    Position::new(lon.parse().ok()?, lat.parse().ok()?).ok()
}

#[test]
fn every_expected_position_is_taken_or_asked_with_the_right_reading_first() {
    let _ = &*WORLD;
    let mut silently_wrong = Vec::new();
    for name in BOOKS {
        let Some(book) = book(name) else { return };
        let diagnosis = book.examine();
        let tolerance_m = if name.contains("vn2000") { 1.5 } else { 0.2 };
        let habit = match diagnosis.groups[0].verdict {
            Verdict::Asked => diagnosis.groups[0].candidates.first().map(|one| one.habit),
            _ => None,
        };
        for (expected, row) in book.rows().iter().zip(&diagnosis.rows) {
            let truth = (
                expected["lon"].as_f64().expect("a longitude"),
                expected["lat"].as_f64().expect("a latitude"),
            );
            let tolerance_m = expected["tolerance_m"].as_f64().unwrap_or(tolerance_m);
            let at = match row.state {
                State::Placed => row.position,
                State::Asked => row.candidates.first().and_then(|one| first_candidate(&one.name)),
                State::WaitsForFile => continue,
                State::Refused | State::Empty => {
                    if expected["reject"] != true {
                        silently_wrong.push(format!("{name} {}: refused", row.row));
                    }
                    continue;
                }
            };
            // Candidates are written to six decimals, 0.1 m.
            let off_m = at.map_or(f64::INFINITY, |at| metres(at, truth));
            if off_m > tolerance_m + 0.1 || expected["reject"] == true {
                silently_wrong.push(format!("{name} {}: {off_m} m off, {row:?}", row.row));
            }
        }
        let waits = diagnosis.rows.iter().any(|row| row.state == State::WaitsForFile);
        let right = match name {
            "report_2024-06_swapped.xlsx" => Some("EPSG:4326+swapped"),
            "report_2025-09_vn2000_wrong_meridian.xlsx" => Some("EPSG:9216"),
            _ => None,
        };
        assert_eq!(habit.map(Habit::id).as_deref(), right, "{name}: {:#?}", diagnosis.groups);
        assert_eq!(waits, right.is_some(), "{name}");
    }
    assert!(silently_wrong.is_empty(), "{silently_wrong:#?}");
}

fn codes(diagnosis: &Diagnosis) -> Vec<(Option<u32>, &'static str)> {
    let rows = diagnosis.rows.iter().flat_map(|row| &row.findings);
    let all = diagnosis.findings.iter().chain(rows);
    all.filter(|one| one.code != "outside-cell").map(|one| (one.row, one.code)).collect()
}

#[test]
fn what_each_workbook_is_told() {
    let told = |name: &str| book(name).map(|book| codes(&book.examine()));
    let Some(clean) = told(BOOKS[0]) else { return };
    assert_eq!(clean, []);
    assert_eq!(told(BOOKS[1]), Some(vec![]));
    assert_eq!(told(BOOKS[2]), Some(vec![(None, "crs-proposed")]));
    assert_eq!(told(BOOKS[3]), Some(vec![(None, "swapped")]));
    assert_eq!(told(BOOKS[4]), Some(vec![]));
    let bad_rows = vec![
        (Some(18), "outside-province"),
        (Some(20), "swapped"),
        (Some(22), "bad-number"),
        (Some(24), "point-lost"),
        (Some(26), "projected-row"),
        (Some(28), "far-from-commune"),
        (Some(41), "two-places"),
    ];
    let found = told(BOOKS[5]).expect("the folder is there");
    for one in &bad_rows {
        assert!(found.contains(one), "{one:?} is not in {found:?}");
    }
    for row in [13, 42] {
        assert!(found.contains(&(Some(row), "same-point")), "{found:?}");
    }
    assert_eq!(found.len(), bad_rows.len() + 2, "invented: {found:?}");
    assert_eq!(told(BOOKS[6]), Some(vec![]));
    assert_eq!(told(BOOKS[7]), Some(vec![(None, "crs-contradicted")]));
}

#[test]
fn the_wrong_meridian_is_told_as_surveyors_say_it() {
    let Some(book) = book(BOOKS[7]) else { return };
    let diagnosis = book.examine();
    let message = &diagnosis.findings[0].message_vi;
    assert!(message.contains("có thể dùng nhầm múi 107°30'"), "{message}");
    assert!(message.contains("cách xã khai báo"), "{message}");
}
