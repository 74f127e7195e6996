//! Rows are read side by side on every core, in pieces (of three rows, in tests): what comes out is
//! what one core makes of them one after another.

use phusong_atlas::cores::alone;
use phusong_atlas::domain::Party;

use super::super::{Answer, How, Means, Reading, Said};
use super::beside::{read_table, reading as beside};
use super::{reading, rows, table};
use crate::report::{Column, Drawn};
use crate::table::{Cell, Merge, Table};
use crate::template::Kind;

const ROWS: u32 = 400;
const HEADS: [&str; 13] = [
    "STT",
    "Mã trạm",
    "Tên trạm",
    "Tình trạng",
    "Ngày",
    "Công nghệ",
    "Băng tần",
    "Kinh độ",
    "Vĩ độ",
    "Xã/phường",
    "Huyện",
    "Thôn phục vụ",
    "Ghi chú",
];

/// The row of a site with something of its own at every turn: marks that repeat, words and letters
/// to mend, numbers in other forms, errors, twins and contradictions.
fn cells(number: u32) -> Vec<String> {
    // Every tenth row says again what the one before it said, or nearly.
    let site = if number.is_multiple_of(10) { number - 1 } else { number };
    let of = |choices: &[&str]| choices[site as usize % choices.len()].to_owned();
    let (lon, lat) = (108.82 + f64::from(site) * 1e-5, 14.70 + f64::from(site) * 1e-5);
    let (lon, lat) = match site % 9 {
        3 => (format!("{lat:.5}"), format!("{lon:.5}")),
        5 => ("588305.36".to_owned(), "1626337.87".to_owned()),
        7 => (format!("{lon:.5}").replace('.', ","), format!("{lat:.5}").replace('.', ",")),
        8 => (format!("{lon:.5}"), "x".to_owned()),
        _ => (format!("{lon:.5}"), format!("{lat:.5}")),
    };
    vec![
        number.to_string(),
        format!("Q{site}"),
        of(&["Trạm Ba To\u{302}", "Tram\u{a0}A", "&#7853; trạm", "Qu?ng Ngãi", "Trạm B"]),
        of(&["phát sóng", "đã phát sòng", "Đã hoàn thành", "on_air", "chưa triển khai", "-nt-"]),
        of(&["01/11/2026", "13/10/2026", "10/13/2026", "46310", "31/02/2026", "", "-nt-"]),
        if number.is_multiple_of(20) { "5G".to_owned() } else { of(&["4G", "4g", "LTE", "7G"]) },
        of(&["", "1800", "3500"]),
        lon,
        lat,
        of(&["\"", "Ba Trang", "-nt-", "\"", "như trên", "\"", "\"", "Ba Vì", "", "Nơi Lạ"]),
        of(&["Ba Tơ", "\"", "", "Ba Tơ"]),
        of(&["Kon Dóc", "Làng Mâm; Thôn Lạ", "toàn xã", "", "Con Dốc"]),
        of(&["", "đã đo kiểm", "-nt-"]),
    ]
}

fn long_table() -> Table {
    let all: Vec<(u32, Vec<String>)> = (1..=ROWS)
        .map(|number| match number {
            _ if number % 97 == 0 => (number + 1, vec![String::new(), "HUYỆN BA TƠ".to_owned()]),
            _ if number % 131 == 0 => (number + 1, vec![String::new(), "Tổng cộng".to_owned()]),
            _ => (number + 1, cells(number)),
        })
        .collect();
    let texts: Vec<(u32, Vec<&str>)> = std::iter::once((1, HEADS.to_vec()))
        .chain(all.iter().map(|(row, cells)| (*row, cells.iter().map(String::as_str).collect())))
        .collect();
    let rows: Vec<(u32, &[&str])> = texts.iter().map(|(row, cells)| (*row, &cells[..])).collect();
    let mut long = table(&rows);
    long.merges.push(Merge { rows: (20, 31), columns: (12, 12) });
    for (row, kind) in [(50, Cell::Error("#N/A".to_owned())), (77, Cell::NoValue)] {
        long.rows[row].cells[0].1 = kind.clone();
        if let Some(last) = long.rows[row + 1].cells.last_mut() {
            last.1 = kind;
        }
    }
    long.rows[60].hidden = true;
    long
}

fn answered() -> Said {
    let mut said = Said { document_day: "2026-11-02".parse().ok(), ..Said::default() };
    let text = |text: &str| Means::Text(text.to_owned());
    let all = [
        (None, Some(Column::Event), Some("Đã hoàn thành"), text("on_air")),
        (None, Some(Column::Villages), Some("Thôn Lạ"), text("kon-doc")),
        (Some(33), Some(Column::EventDay), None, text("1/10/2026")),
        (Some(34), None, None, Means::LeaveOut),
        (None, Some(Column::AntennaHeight), None, text("45 m")),
    ];
    for (row, column, value, means) in all {
        let value = value.map(str::to_owned);
        said.answers.give(Answer { table: None, row, column, value, means });
    }
    said
}

/// All of it, to the letter: rows, findings, steps and what stood beside, in their order.
fn all_of(reading: &Reading) -> Vec<String> {
    let rows = reading.draft.rows.iter().map(|row| format!("{row:#?}"));
    let beside = std::iter::zip(&reading.steps, &reading.beside).map(|both| format!("{both:#?}"));
    let file = format!("{:#?}{:#?}", reading.tables, reading.draft.findings);
    std::iter::once(file).chain(rows).chain(beside).collect()
}

#[test]
fn every_core_together_reads_what_one_alone_reads() {
    for said in [Said::default(), answered()] {
        let together = reading(long_table(), &said);
        let by_one = alone(|| reading(long_table(), &said));
        assert!(together.draft.rows.len() > 390, "{}", together.draft.rows.len());
        for (own, one) in all_of(&together).iter().zip(&all_of(&by_one)) {
            assert_eq!(own, one);
        }
        assert_eq!(all_of(&together).len(), all_of(&by_one).len());
        assert_eq!(together.draft.counts(), by_one.draft.counts());
        // The table has some of everything.
        let codes: Vec<String> = rows(&together);
        let one_of = ["conflicting-rows", "duplicate-row", "bad-number", "unknown-technology"];
        for code in one_of.iter().filter(|_| said.answers.0.is_empty()) {
            assert!(codes.iter().any(|row| row.contains(code)), "{code}: {codes:#?}");
        }
    }
}

/// However the rows are cut: a mark that repeats finds its word, a mark upon a mark as well.
#[test]
fn a_mark_that_repeats_reaches_over_every_cut() {
    let communes = |reading: &Reading| -> Vec<String> {
        reading.beside.iter().map(|row| row.commune.clone().unwrap_or_default()).collect()
    };
    let mut said = String::new();
    let written: Vec<(u32, Vec<String>)> = (1..=60)
        .filter(|number| number % 97 != 0)
        .map(|number| (number + 1, cells(number)))
        .collect();
    let expected: Vec<String> = written
        .iter()
        .map(|(_, cells)| {
            if !matches!(&*cells[9], "\"" | "-nt-" | "như trên") {
                said.clone_from(&cells[9]);
            }
            said.clone()
        })
        .collect();
    let found = reading(long_table(), &Said::default());
    assert_eq!(communes(&found)[..60], expected);
    let dittos = found.tables[0].changes.iter().filter(|change| change.how == How::Ditto);
    let of_commune = dittos.filter(|change| change.column == "J").map(|change| change.cells);
    let marks = |number: &u32| matches!(&*cells(*number)[9], "\"" | "-nt-" | "như trên");
    let own = (1..=ROWS).filter(|number| number % 97 != 0 && number % 131 != 0);
    assert_eq!(of_commune.collect::<Vec<_>>(), [own.filter(marks).count()]);
}

/// A list of villages with something of its own at every turn: known ones, new ones that several
/// rows name, clusters, near names, former villages, no commune, points that swap.
fn villages() -> String {
    let rows = (1..=120_u32).map(|number| {
        let of = |choices: &[&str]| choices[number as usize % choices.len()].to_owned();
        let name = of(&["Kon Dóc", "Làng Xà Nu", "Con Dốc", "Làng Mới", "", "Thôn Cà", "Làng Mâm"]);
        let commune = of(&["21520", "Ba Tơ", "", "Đặng Thùy Trâm", "Nơi Lạ"]);
        let cluster = of(&["", "Nóc ông Út", "", "Nóc mới", ""]);
        let (id, former) = (of(&["", "", "", "", "", "", "new"]), of(&["", "", "", "Kon Dóc"]));
        let at = of(&["108.8216;14.703", "14.703;108.8216", ";", "588305.36;1626337.87"]);
        let people = of(&["430", "khoảng 200", "", "-3"]);
        format!("{name};{id};{commune};{cluster};{former};01/10/2026;{people};{people};{at}\n")
    });
    let head = "Thôn;Mã thôn;Xã;Cụm dân cư;Thôn cũ;Từ ngày;Số hộ;Nhân khẩu;Kinh độ;Vĩ độ\n";
    head.to_owned() + &rows.collect::<String>()
}

/// A log with samples of two places, neighbours, and rows that say nothing.
fn log() -> String {
    let rows = (0..200_u32).map(|number| {
        let of = |choices: &[&str]| choices[number as usize % choices.len()].to_owned();
        let (lon, level) =
            (of(&["108.8216", "108.90", "x", "14.703"]), of(&["-98", "-", "-101", "98"]));
        let (operator, network) = (of(&["Viettel", "VNPT", "B"]), of(&["LTE", "NR", "-", "4,5G"]));
        let (minute, second) = (number / 60, number % 60);
        let at = format!("2026.11.20_08.{minute:02}.{second:02}");
        format!("{at},{lon},14.703,5,{operator},{number},{network},{level}\n")
    });
    let head = "Timestamp,Longitude,Latitude,Speed,Operatorname,CellID,NetworkMode,RSRP\n";
    head.to_owned() + &rows.collect::<String>()
}

/// Outlines of units, some of them twice, one elsewhere, one of no unit.
fn outlines() -> Table {
    let texts: Vec<(u32, Vec<String>)> = (1..=40_u32)
        .map(|number| {
            let of = |choices: &[&str]| choices[number as usize % choices.len()].to_owned();
            let code = of(&["21520", "21502", "99999", "x", ""]);
            (number, vec![code, of(&["", "Ba Tơ"]), of(&["01/07/2025", "31/02/2025", ""])])
        })
        .collect();
    let mut rows = vec![(1, vec!["Mã đơn vị", "Đơn vị", "Từ ngày"])];
    rows.extend(texts.iter().map(|(at, row)| (at + 1, row.iter().map(String::as_str).collect())));
    let rows: Vec<(u32, &[&str])> = rows.iter().map(|(row, cells)| (*row, &cells[..])).collect();
    let mut drawn = table(&rows);
    for (at, row) in drawn.rows.iter_mut().skip(1).enumerate() {
        let west = if at % 7 == 0 { 105.0 } else { 108.70 };
        let ring = [(0.0, 14.62), (0.25, 14.62), (0.25, 14.80), (0.0, 14.80), (0.0, 14.62)];
        let ring: Vec<(f64, f64)> = ring.iter().map(|(east, lat)| (west + east, *lat)).collect();
        let outline = geo::Polygon::new(geo::LineString::from(ring), Vec::new());
        row.drawn = Some(Drawn::area(geo::MultiPolygon::new(vec![outline])));
    }
    drawn
}

#[test]
fn of_lists_logs_and_outlines_every_core_together_reads_what_one_alone_reads() {
    type Ask<'a> = (&'a dyn Fn() -> Reading, usize, &'a [&'a str]);
    let department = Party::Department;
    let asked: [Ask<'_>; 3] = [
        (
            &|| beside(Kind::Villages, &department, &villages()),
            110,
            &[
                "new-village",
                "commune-missing",
                "commune-inferred",
                "village-missing",
                "near-village",
            ],
        ),
        (&|| beside(Kind::Measurement, &department, &log()), 1, &["no-level", "unknown-operator"]),
        (
            &|| read_table(Kind::Boundaries, &department, outlines()),
            40,
            &["conflicting-rows", "unit", "bad-day"],
        ),
    ];
    for (ask, many, some) in asked {
        let (together, by_one) = (ask(), alone(ask));
        assert!(together.draft.rows.len() >= many, "{}", together.draft.rows.len());
        for (own, one) in all_of(&together).iter().zip(&all_of(&by_one)) {
            assert_eq!(own, one);
        }
        assert_eq!(all_of(&together).len(), all_of(&by_one).len());
        let codes = together.draft.codes();
        for code in some {
            assert!(codes.contains_key(code), "{code}: {codes:?}");
        }
    }
}
