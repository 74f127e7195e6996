//! Habits of offices' tables: subtotals between groups, rows that say little, units in headings,
//! counts drawn as one, lists that leave out what their sender takes for known.

use phusong_atlas::domain::{Fact, Party};

use super::beside::{read_table, reading as beside};
use super::{Answer, Means, Reading, Said, carrier, commune, reading, rows, table};
use crate::report::{Column, Outcome};
use crate::table::Merge;
use crate::table::layout::RowKind;
use crate::template::Kind;

fn communes(reading: &Reading) -> Vec<String> {
    reading.beside.iter().map(|row| row.commune.clone().unwrap_or_default()).collect()
}

const HEADS: &[&str] = &["STT", "Mã trạm", "Tình trạng", "Ngày", "Kinh độ", "Vĩ độ", "Ghi chú"];

/// A subtotal ends a group, not the table: the next group's heading is a heading still.
#[test]
fn a_subtotal_between_groups_leaves_each_row_in_its_own_commune() {
    for sum in ["Cộng", "Cộng xã Ba Vì: 01 trạm", "Tổng số: 1", "Tổng (I)", "CỘNG XÃ BA VÌ"]
    {
        let read = reading(
            table(&[
                (1, HEADS),
                (2, &["I", "Xã Ba Vì"]),
                (3, &["1", "QNI001", "phát sóng", "01/11/2026", "108.822", "14.704"]),
                (4, &["", sum]),
                (5, &["II", "Xã Ba Tơ"]),
                (6, &["2", "QNI002", "phát sóng", "01/11/2026", "108.823", "14.705"]),
                (7, &["", sum]),
                (9, &["", "", "", "", "Quảng Ngãi, ngày 28 tháng 11 năm 2026"]),
            ]),
            &Said::default(),
        );
        assert_eq!(communes(&read), ["Xã Ba Vì", "Xã Ba Tơ"], "{sum}");
        let framing = &read.tables[0].framing;
        let totals = framing.iter().filter(|(_, kind)| *kind == RowKind::Total);
        assert_eq!(totals.map(|(row, _)| *row).collect::<Vec<_>>(), [4, 7], "{sum}: {framing:?}");
    }
}

/// Groups of carriers: rows of another one are no rows of the sender's, and a commune within a
/// carrier, or a carrier within a commune, leaves the other as it is.
#[test]
fn groups_of_carriers_say_whose_their_rows_are() {
    let list = "STT;Mã trạm;Bắt đầu;Kết thúc;Nguyên nhân\nI;VIETTEL;;;\n1;A1;20/11/2026 06:00;;\n\
                II;VNPT Quảng Ngãi;;;\n2;A2;20/11/2026 06:00;;\n";
    let read = beside(Kind::Outages, &carrier(), list);
    assert_eq!(rows(&read), ["3 ✓ unknown-site~", "5 ✗ other-carrier!"]);

    let list = "STT;Mã trạm;Bắt đầu;Kết thúc;Nguyên nhân\nI;HUYỆN BA TƠ;;;\n;Xã Ba Vì;;;\n\
                a;Nhà mạng Viettel;;;\n1;A1;20/11/2026 06:00;;\nb;MobiFone;;;\n\
                2;A2;20/11/2026 06:00;;\n;Xã Ba Tơ;;;\n3;A3;20/11/2026 06:00;;\n";
    let read = beside(Kind::Outages, &Party::Department, list);
    let told: Vec<(String, String)> = read
        .draft
        .rows
        .iter()
        .zip(communes(&read))
        .map(|(row, commune)| (row.understood()["nha_mang"].to_string(), commune))
        .collect();
    let of = |carrier: &str, commune: &str| (carrier.to_owned(), commune.to_owned());
    let ours = [of("\"viettel\"", "Xã Ba Vì"), of("\"mobifone\"", "Xã Ba Vì")];
    assert_eq!(told[..2], ours, "{:?}", rows(&read));
    // The next commune begins anew: whose its rows are is asked.
    assert_eq!((told[2].1.as_str(), &*rows(&read)[2]), ("Xã Ba Tơ", "9 ✗ carrier-missing?"));
}

/// A row of which one cell alone is filled is a row, unless it heads a group.
#[test]
fn a_row_that_says_little_is_told_and_not_lost() {
    let cases: [(&[&str], bool); 12] = [
        (&["7", "QNI007"], true),
        (&["", "QNI007"], true),
        (&["", "", "", "12/11/2026"], true),
        (&["", "", "", "", "108.82"], true),
        (&["7.", "Trạm xây mới"], true),
        (&["II", "Trạm xây mới"], false),
        (&["", "Trạm xây mới"], false),
        (&["Xã Ba Tơ"], false),
        (&["7", "Xã Ba Tơ"], false),
        (&["", "HUYỆN BA TƠ"], false),
        (&["7"], false),
        (&["", "", "", "", "", "", "xem trang sau"], false),
    ];
    let last: &[&str] = &["9", "QNI009", "phát sóng", "01/11/2026", "108.822", "14.704"];
    for (row, is_row) in cases {
        let read = reading(table(&[(1, HEADS), (2, row), (3, last)]), &Said::default());
        assert_eq!(read.draft.rows.len(), 1 + usize::from(is_row), "{row:?}: {:?}", rows(&read));
        if is_row {
            assert_eq!(read.draft.rows[0].outcome, Outcome::Blocked, "{row:?}");
            assert!(!read.draft.rows[0].findings.is_empty(), "{row:?}: a reason");
        }
    }
    // A village of which nothing more is known; Cộng Hòa is one, a sum is none.
    let list = "Thôn;Xã;Số hộ;Nhân khẩu\nKon Dóc;Ba Tơ;60;200\nNước Giáp;;;\nCộng Hòa;Ba Tơ;5;9\n\
                Cộng xã Ba Tơ;Ba Tơ;65;209\nTổng số hộ toàn xã;Ba Tơ;65;209\n";
    let read = beside(Kind::Villages, &Party::Department, list);
    let numbers: Vec<u32> = read.draft.rows.iter().map(|row| row.row).collect();
    assert_eq!(numbers, [2, 3, 4], "{:?}", rows(&read));
}

/// Names that begin like the word for a sum are names.
#[test]
fn a_name_that_begins_like_a_sum_is_no_sum() {
    for (text, is_total) in [
        ("Tống Sơn", false),
        ("Tòng Sơn 2", false),
        ("Tống Công Trứ", false),
        ("Tổng Công ty Viễn thông", false),
        ("Tổng số", true),
        ("Tong so", true),
        ("TONG CONG: 3", true),
        ("Tổng cộng 12 trạm", true),
        ("* Tổng số hộ toàn xã", true),
    ] {
        let list = format!("Thôn;Xã;Số hộ;Nhân khẩu\nKon Dóc;Ba Tơ;60;200\n{text};Ba Tơ;5;9\n");
        let read = beside(Kind::Villages, &Party::Department, &list);
        assert_eq!(read.draft.rows.len(), 2 - usize::from(is_total), "{text}");
    }
}

/// What a heading, or a line above the table, says of units holds for every number below it.
#[test]
fn the_unit_of_a_heading_is_the_unit_of_its_column() {
    let estimate = |title: &str, heading: &str, text: &str| -> Vec<Option<u64>> {
        let csv = format!("{title}Thôn;Nhà mạng;{heading};Nguồn vốn\nKon Dóc;Viettel;{text};VTF\n");
        let read = beside(Kind::Duties, &carrier(), &csv);
        let facts = read.draft.to_file().filter_map(|filed| match &filed.fact {
            Fact::Funding(fact) => Some(fact.estimate_vnd),
            _ => None,
        });
        facts.collect()
    };
    let cases = [
        ("", "Khái toán", "1250000000", vec![Some(1_250_000_000)]),
        ("", "Khái toán (triệu đồng)", "1250", vec![Some(1_250_000_000)]),
        ("", "Khái toán (tỷ đồng)", "1,25", vec![Some(1_250_000_000)]),
        ("", "Khái toán (nghìn đồng)", "1250000", vec![Some(1_250_000_000)]),
        ("", "Khái toán (triệu đồng)", "1,2 tỷ đồng", vec![Some(1_200_000_000)]),
        ("ĐVT: triệu đồng;;;\n", "Khái toán", "1250", vec![Some(1_250_000_000)]),
        ("Đơn vị tính: Triệu đồng;;;\n", "Khái toán", "1250", vec![Some(1_250_000_000)]),
        ("", "Khái toán (ngàn đồng)", "1250000", vec![Some(1_250_000_000)]),
        ("", "Khai toan (ngan dong)", "1250000", vec![Some(1_250_000_000)]),
        ("", "Khái toán (ngân sách tỉnh, ngàn)", "1250000", vec![Some(1_250_000_000)]),
        // Of whose purse, and no thousands.
        ("", "Khái toán (ngân sách tỉnh, đồng)", "1250000000", vec![Some(1_250_000_000)]),
        ("", "Khái toán (từ ngân sách)", "1250000000", vec![Some(1_250_000_000)]),
        ("", "Khai toan (ngan sach tinh)", "1250000000", vec![Some(1_250_000_000)]),
        // None of it is estimated: nothing is left to ask.
        ("", "Khái toán", "0", vec![Some(0)]),
        // A site for 2500 dong: its unit is missing.
        ("", "Khái toán", "2500", vec![]),
        // 1,25 or 1250 million: no one sum.
        ("", "Khái toán (triệu đồng)", "1.250", vec![]),
    ];
    for (title, heading, text, expected) in cases {
        assert_eq!(estimate(title, heading, text), expected, "{title}{heading}: {text}");
    }
    let counts = |heading: &str, text: &str| -> Vec<Option<u64>> {
        let csv = format!(
            "Chỉ tiêu;Đơn vị;Kỳ;{heading};Mẫu số\n\
                           hộ có cáp quang;21520;10/2026;{text};50000\n"
        );
        let read = beside(Kind::Statistics, &carrier(), &csv);
        let facts = read.draft.to_file().filter_map(|filed| match &filed.fact {
            Fact::Statistic(fact) => Some(fact.numerator),
            _ => None,
        });
        facts.collect()
    };
    assert_eq!(counts("Tử số", "45"), [Some(45)]);
    assert_eq!(counts("Tử số (nghìn hộ)", "45"), [Some(45_000)]);
    assert_eq!(counts("Tử số (nghìn hộ)", "12,5"), [Some(12_500)]);
    assert_eq!(counts("Tử số (nghìn hộ)", "1,234"), [], "1234 or 1.234 thousand: asked");
}

/// A number drawn over two rows is told once, not once for each.
#[test]
fn a_count_drawn_as_one_with_the_row_above_is_not_counted_twice() {
    let mut drawn = table(&[
        (1, &["Thôn", "Xã", "Số hộ", "Nhân khẩu"]),
        (2, &["Làng Xà Nu", "21520", "45", "200"]),
        (3, &["Làng Pơ Lang", "", "", "210"]),
    ]);
    drawn.merges.push(Merge { rows: (2, 3), columns: (1, 1) });
    drawn.merges.push(Merge { rows: (2, 3), columns: (2, 2) });
    let read = read_table(Kind::Villages, &Party::Department, drawn);
    let households: Vec<Option<u32>> = read
        .draft
        .to_file()
        .filter_map(|filed| match &filed.fact {
            Fact::Village(fact) => Some(fact.households),
            _ => None,
        })
        .collect();
    assert_eq!(households, [Some(45), None], "{:?}", rows(&read));
    assert!(rows(&read)[1].contains("merged-count~"), "{:?}", rows(&read));
}

/// A commune's own list need not say whose it is; others' may be told by their places.
#[test]
fn a_list_without_a_column_of_communes_is_of_its_sender() {
    let list = "Thôn;Số hộ;Nhân khẩu\nKon Dóc;60;200\nLàng Xà Nu;45;180\n";
    let read = beside(Kind::Villages, &commune(), list);
    let ids: Vec<String> = read
        .draft
        .to_file()
        .filter_map(|filed| match &filed.fact {
            Fact::Village(fact) => Some(format!("{} {}", fact.name, fact.units[0].code.0)),
            _ => None,
        })
        .collect();
    assert_eq!(ids, ["Kon Dóc 21520", "Làng Xà Nu 21520"], "{:?}", rows(&read));
    assert!(rows(&read).iter().all(|row| row.contains("commune-own")), "{:?}", rows(&read));
    // Another's: by the places of its villages, or not at all.
    let read = beside(Kind::Villages, &Party::Department, list);
    let codes: Vec<&str> = read.draft.findings.iter().map(|found| found.code).collect();
    assert!(codes.contains(&"missing-column"), "{codes:?}");
    let placed = "Thôn;Số hộ;Kinh độ;Vĩ độ\nLàng Xà Nu;45;108.8216;14.703\nLàng Pơ Lang;9;;\n";
    let read = beside(Kind::Villages, &Party::Department, placed);
    assert_eq!(read.draft.to_file().count(), 1, "{:?}", rows(&read));
    assert!(rows(&read)[1].contains("commune-missing!"), "{:?}", rows(&read));
}

/// Both coordinates under one heading.
#[test]
fn one_column_of_coordinates_is_read() {
    for text in ["14.704, 108.822", "108,822/14,704", "14°42'14.4\"N 108°49'19.2\"E"] {
        let heads = &["STT", "Mã trạm", "Tình trạng", "Ngày", "Tọa độ", "Chiều cao (m)"];
        let row = &["1", "QNI001", "phát sóng", "01/11/2026", text, "45"];
        let read = reading(table(&[(1, heads), (2, row)]), &Said::default());
        let told = read.draft.rows[0].understood();
        let lon = told["kinh_do"].as_f64().unwrap_or_default();
        assert!((lon - 108.822).abs() < 1e-6, "{text}: {told} {:?}", rows(&read));
        assert_eq!(told["do_cao_anten_m"], 45.0, "{told}");
    }
}

/// What stands in place of the end while there is none.
#[test]
fn an_outage_that_lasts_has_no_end() {
    let heading = "Mã trạm;Bắt đầu;Kết thúc;Nguyên nhân";
    for (end, expected) in [
        ("", "2 ✓"),
        ("chưa khôi phục", "2 ✓ outage-lasts"),
        ("Đang xử lý", "2 ✓ outage-lasts"),
        ("-", "2 ✓ outage-lasts"),
        ("?", "2 ✗ bad-instant!"),
        ("không rõ", "2 ✗ bad-instant!"),
    ] {
        let csv = format!("{heading}\nQNI001;20/11/2026 06:00;{end};mất điện\n");
        assert_eq!(rows(&beside(Kind::Outages, &carrier(), &csv)), [expected], "{end}");
    }
}

/// The headings of each printed page are no rows; those of another table end this one, and say so.
#[test]
fn headings_in_the_midst_of_a_table_are_no_rows() {
    let row = |code: &'static str| ["1", code, "phát sóng", "01/11/2026", "108.822", "14.704"];
    let other: &[&str] = &["STT", "Mã trạm", "Ngày", "Tình trạng", "Vĩ độ", "Kinh độ"];
    let turned: &[&str] = &["1", "QNI003", "01/11/2026", "phát sóng", "14.704", "108.824"];
    let (one, two) = (row("QNI001"), row("QNI002"));
    let again = reading(table(&[(1, HEADS), (2, &one), (3, HEADS), (4, &two)]), &Said::default());
    let numbers =
        |read: &Reading| -> Vec<u32> { read.draft.rows.iter().map(|row| row.row).collect() };
    assert_eq!(numbers(&again), [2, 4], "{:?}", rows(&again));
    assert!(again.tables[0].framing.contains(&(3, RowKind::HeadingAgain)));
    let below = reading(
        table(&[(1, HEADS), (2, &one), (4, &["Bảng 2"]), (5, other), (6, turned)]),
        &Said::default(),
    );
    assert_eq!(numbers(&below), [2], "{:?}", rows(&below));
    assert!(!below.draft.can_file());
    let found = below.draft.findings.iter().find(|found| found.code == "other-table");
    assert!(found.is_some_and(|found| found.message_vi.contains("dòng 5")), "{found:?}");
    // The better headings stand below: the table above them is not lost unsaid.
    let above = reading(
        table(&[
            (1, &["Mã trạm", "Tên trạm", "Ghi chú"]),
            (2, &["QNI009", "Trạm A", "đã xong"]),
            (4, HEADS),
            (5, &two),
        ]),
        &Said::default(),
    );
    let found = above.draft.findings.iter().find(|found| found.code == "other-table");
    assert!(found.is_some_and(|found| found.message_vi.contains("dòng 1")), "{found:?}");
}

/// Headings are compared by what they mean: in English, by machine names, in two lines.
#[test]
fn headings_in_other_words_head_the_same_table() {
    let row = |code: &'static str| ["1", code, "phát sóng", "01/11/2026", "108.822", "14.704"];
    let (one, two) = (row("QNI001"), row("QNI002"));
    let english: &[&str] = &["No.", "Site code", "Event", "Event date", "Longitude", "Latitude"];
    let names: &[&str] = &["stt", "ma_tram", "su_kien", "ngay_su_kien", "kinh_do", "vi_do"];
    let unknown: &[&str] = &["No.", "Site code", "Event", "Done on", "Longitude", "How far up"];
    let turned: &[&str] = &["No.", "Site code", "Event", "Event date", "Latitude", "Longitude"];
    let numbers =
        |read: &Reading| -> Vec<u32> { read.draft.rows.iter().map(|row| row.row).collect() };
    for (second, expected) in
        [(english, vec![3, 4]), (names, vec![3, 4]), (unknown, vec![3, 4]), (turned, vec![])]
    {
        let read =
            reading(table(&[(1, HEADS), (2, second), (3, &one), (4, &two)]), &Said::default());
        assert_eq!(numbers(&read), expected, "{second:?}: {:?}", read.tables[0].framing);
    }
    let outer: &[&str] = &["STT", "Mã trạm", "Sự kiện", "Ngày", "Tọa độ"];
    let inner: &[&str] = &["", "", "", "", "Kinh độ", "Vĩ độ"];
    let mut drawn = table(&[(1, outer), (2, inner), (3, &one), (4, outer), (5, inner), (6, &two)]);
    for first in [1, 4] {
        drawn.merges.push(Merge { rows: (first, first), columns: (4, 5) });
    }
    let read = reading(drawn, &Said::default());
    assert_eq!(numbers(&read), [3, 6], "{:?} {:?}", rows(&read), read.tables[0].framing);
}

/// What is signed below a list, and titles within it, are no villages.
#[test]
fn a_signature_or_a_title_in_the_column_of_villages_is_no_village() {
    let read = |between: &str, below: &str| {
        let list = format!(
            "STT;Thôn;Xã;Số hộ\n1;Kon Dóc;21520;60\n{between}2;Nước Giáp;21520;50\n{below}"
        );
        beside(Kind::Villages, &Party::Department, &list)
    };
    for (between, below) in [
        ("", ";Người tổng hợp: Phạm Văn Sáu;;\n"),
        ("", ";Người lập biểu;;\n;Phạm Văn Sáu;;\n"),
        ("", ";CÁN BỘ VĂN HÓA;;\n;(Ký, ghi rõ họ tên);;\n;Phạm Văn Sáu;;\n"),
        ("", ";TM. ỦY BAN NHÂN DÂN;;\n;KT. CHỦ TỊCH;;\n;Phạm Văn Sáu;;\n"),
        (";Các thôn khu vực III;;\n", ""),
        (";II. Vùng cao;;\n", ""),
        (";I. Xã Ba Tơ;;\n", ""),
        (";1. Xã Ba Tơ;;\n", ""),
    ] {
        let read = read(between, below);
        let told = rows(&read);
        assert_eq!(read.draft.rows.len(), 2, "{between}{below}{told:?}");
        assert_eq!(read.draft.to_file().count(), 2, "{between}{below}{told:?}");
    }
    // A name that nobody knows, and nothing beside it: asked, not filed.
    let alone = read(";Làng Xà Nu;;\n", "");
    let told = rows(&alone);
    assert!(told.len() == 3 && !alone.draft.rows[1].findings.is_empty(), "{told:?}");
    assert_eq!(alone.draft.to_file().count(), 2, "{told:?}");
    let own = beside(
        Kind::Villages,
        &commune(),
        "STT;Thôn;Số hộ;Ghi chú\n1;Kon Dóc;60;\n2;Làng Xà Nu;;\n;Làng Pơ Lang;;\n",
    );
    let told = rows(&own);
    assert!(told[1].contains("name-alone?") && told[2].contains("name-alone?"), "{told:?}");
    // The group of a commune counts its heading, and names it all the same.
    let list = "STT;Thôn;Xã;Số hộ\n;I. Xã Ba Tơ;;\n1;Kon Dóc;;60\n";
    let grouped = beside(Kind::Villages, &Party::Department, list);
    assert_eq!(communes(&grouped), ["Xã Ba Tơ"], "{:?}", rows(&grouped));
}

/// A bare number counts from the same day as the cells of its workbook that are drawn as days.
#[test]
fn a_number_of_a_workbook_of_1904_counts_from_1904() {
    let of = |from_1904: bool| {
        let mut drawn =
            table(&[(1, HEADS), (2, &["1", "QNI001", "phát sóng", "x", "108.822", "14.704"])]);
        drawn.from_1904 = from_1904;
        drawn.rows[1].cells[3].1 = crate::table::Cell::Number(44_845.0);
        reading(drawn, &Said::default()).draft.rows[0].understood()["ngay_su_kien"].clone()
    };
    assert_eq!((of(false), of(true)), ("2022-10-11".into(), "2026-10-12".into()));
}

/// Ticks under the names of carriers are no coordinates, and a matrix of them no list of villages.
#[test]
fn a_matrix_of_ticks_is_asked_and_not_taken_for_a_list() {
    let matrix = "TT;Thôn;Viettel;VNPT;MobiFone\n1;Kon Dóc;x;;x\n2;Nước Giáp;;x;\n";
    for kind in [Kind::Villages, Kind::Confirmation] {
        let read = beside(kind, &commune(), matrix);
        assert_eq!(read.draft.to_file().count(), 0, "{:?}", rows(&read));
        assert!(!read.draft.can_file() && !read.draft.findings.is_empty(), "{:?}", rows(&read));
    }
}

/// The day of the first column is not the event's because it stands first.
#[test]
fn two_columns_of_one_meaning_that_differ_are_asked_row_by_row() {
    let heads = &["Mã trạm", "Tình trạng", "Ngày hoàn thành", "Ngày phát sóng", "Kinh độ", "Vĩ độ"];
    let drawn = || {
        table(&[
            (1, heads),
            (2, &["QNI001", "phát sóng", "01/09/2026", "12/10/2026", "108.822", "14.704"]),
            (3, &["QNI002", "xây xong", "02/09/2026", "", "108.823", "14.705"]),
            (4, &["QNI003", "phát sóng", "03/09/2026", "03/09/2026", "108.824", "14.706"]),
            (5, &["QNI004", "phát sóng", "", "04/10/2026", "108.825", "14.707"]),
        ])
    };
    let open = |read: &Reading| -> Vec<bool> {
        rows(read).iter().map(|row| row.contains("✗") && row.contains("two-values?")).collect()
    };
    let read = reading(drawn(), &Said::default());
    assert_eq!(open(&read), [true, false, false, true], "{:?}", rows(&read));
    let found = read.draft.rows[0].findings.iter().find(|found| found.code == "two-values");
    let choices = found.expect("asked").candidates.iter().map(|one| one.id.as_str());
    assert_eq!(choices.collect::<Vec<_>>(), ["01/09/2026", "12/10/2026"]);
    for (means, expected) in [("12/10/2026", "2026-10-12"), ("01/09/2026", "2026-09-01")] {
        let mut said = Said::default();
        said.answers.give(Answer {
            table: None,
            row: Some(2),
            column: Some(Column::EventDay),
            value: None,
            means: Means::Text(means.to_owned()),
        });
        let answered = reading(drawn(), &said);
        assert!(!open(&answered)[0], "{:?}", rows(&answered));
        assert_eq!(answered.draft.rows[0].understood()["ngay_su_kien"], expected);
    }
}

/// Two columns of notes say two things; a dash or a mark for the row above says nothing other.
#[test]
fn a_second_column_that_says_nothing_is_not_asked() {
    let heads = &[
        "Mã trạm",
        "Tình trạng",
        "Ngày hoàn thành",
        "Ngày phát sóng",
        "Kinh độ",
        "Vĩ độ",
        "Ghi chú",
        "Ghi chú",
    ];
    for (second, is_open) in
        [("-", false), ("—", false), ("nt", false), ("\"", false), ("02/09/2026", true)]
    {
        let row =
            ["QNI001", "phát sóng", "01/09/2026", second, "108.822", "14.704", "đã đo", "ảnh sau"];
        let read = reading(table(&[(1, heads), (2, &row)]), &Said::default());
        assert_eq!(rows(&read)[0].contains("two-values?"), is_open, "{second}: {:?}", rows(&read));
    }
}

/// One place may be told in two systems; two places are asked.
#[test]
fn a_second_pair_of_coordinates_is_the_same_place_or_asked() {
    let heads = &[
        "Mã trạm",
        "Tình trạng",
        "Ngày",
        "X (VN2000)",
        "Y (VN2000)",
        "Kinh độ",
        "Vĩ độ",
        "Xã",
        "Huyện",
    ];
    let site = |code: &'static str, lon: &'static str, lat: &'static str| {
        let metres = ("1626337.87", "588305.36");
        [code, "phát sóng", "01/11/2026", metres.0, metres.1, lon, lat, "Ba Trang", "Ba Tơ"]
    };
    let cases = [
        ("108.8218", "14.7039", false),
        ("14.7039", "108.8218", false),
        ("108°49'18.5\"", "14°42'14\"", false),
        ("", "", false),
        ("-", "–", false),
        ("0", "0", false),
        ("0.0", "0,000", false),
        ("108.70", "14.90", true),
        ("108.8218", "14.7139", true),
    ];
    for (lon, lat, is_open) in cases {
        let row = site("QNI001", lon, lat);
        let read = reading(table(&[(1, heads), (2, &row)]), &Said::default());
        let found = rows(&read)[0].contains("two-positions?");
        assert_eq!(found, is_open, "{lon} {lat}: {:?}", rows(&read));
        assert_eq!(read.draft.to_file().count(), usize::from(!is_open), "{:?}", rows(&read));
    }
}

/// That every outage of a list lasts is not taken for granted.
#[test]
fn a_list_of_outages_without_ends_is_asked_once() {
    let list =
        "Mã trạm;Bắt đầu;Thời lượng (giờ);Nguyên nhân\nQNI001;20/11/2026 06:00;gần hai;mất điện\n";
    let read = beside(Kind::Outages, &carrier(), list);
    assert_eq!(rows(&read), ["2 ✗ outage-end?"]);
    let found = &read.draft.rows[0].findings[0];
    assert_eq!(
        (found.column.as_deref(), &*found.candidates[0].id),
        (Some("ket_thuc"), "chưa khôi phục")
    );
}

/// A code in other capitals is another code, and that is said.
#[test]
fn codes_that_differ_by_capitals_alone_are_told() {
    let read = reading(
        table(&[
            (1, HEADS),
            (2, &["1", "QNI001", "phát sóng", "01/11/2026", "108.822", "14.704"]),
            (3, &["2", "qni-001", "phát sóng", "02/11/2026", "108.832", "14.704"]),
            (4, &["3", "QNI002", "phát sóng", "02/11/2026", "108.842", "14.704"]),
        ]),
        &Said::default(),
    );
    let told: Vec<bool> = rows(&read).iter().map(|row| row.contains("code-alike~")).collect();
    assert_eq!(told, [false, true, false], "{:?}", rows(&read));
}

/// Two who sign side by side are no row, nor are their names below.
#[test]
fn who_signs_side_by_side_is_no_row() {
    let read = |below: &str| {
        let list = format!(
            "STT;Thôn;Có sóng;Ngày quan sát;Công nghệ;Người quan sát\n\
             1;Kon Dóc;có;20/11/2026;4G;Trưởng thôn\n{below}"
        );
        beside(Kind::Confirmation, &commune(), &list)
    };
    for below in [
        ";NGƯỜI LẬP BIỂU;;;;THỦ TRƯỞNG ĐƠN VỊ\n;Phạm Văn Sáu;;;;Đinh Văn Năm\n",
        ";Người lập biểu;;;TM. UBND XÃ;\n;(Ký, ghi rõ họ tên);;;(Ký tên, đóng dấu);\n\
         ;;;;;\n;Phạm Văn Sáu;;;Đinh Văn Năm;\n",
        ";Cán bộ tổng hợp;Kế toán;;CHỦ TỊCH;\n",
    ] {
        let read = read(below);
        assert_eq!(read.draft.rows.len(), 1, "{below}{:?}", rows(&read));
    }
    // A row of the table is one, also below them: it is counted, or stands elsewhere.
    for below in [
        ";Người lập biểu;;;;THỦ TRƯỞNG\n2;Nước Giáp;có;20/11/2026;4G;\n",
        ";Người lập biểu;;;;THỦ TRƯỞNG\n;Nước Giáp;có;;;\n",
    ] {
        assert_eq!(read(below).draft.rows.len(), 2, "{below}{:?}", rows(&read(below)));
    }
}

/// Two rows at most are names of who signed; what fills several columns there is told by its row,
/// and what stands further down is the table's.
#[test]
fn rows_below_a_signature_are_told_and_the_third_is_a_row() {
    let list = "Thôn;Viettel;VNPT\nKon Dóc;có;không\n\
                Người lập;Đại diện UBND xã;Đại diện Viettel\n\
                Nước Giáp;có;không\nLàng Mâm;có;có\nCây Muối;không;có\n";
    let read = beside(Kind::Confirmation, &commune(), list);
    let told: Vec<u32> = read.draft.rows.iter().map(|row| row.row).collect();
    assert_eq!(told, [2, 2, 6, 6], "{:?}", rows(&read));
    let below = |read: &Reading| {
        let found = read.draft.findings.iter().find(|found| found.code == "below-signature");
        found.map(|found| found.message_vi.clone())
    };
    assert!(below(&read).is_some_and(|told| told.starts_with("dòng 4, 5 ")), "{:?}", below(&read));
    // A name alone is one.
    let signed = "Thôn;Viettel;VNPT\nKon Dóc;có;không\nNgười lập;;Trưởng thôn ký tên\n";
    let signed = signed.replace("Trưởng thôn ký tên", "Ký tên, đóng dấu");
    let read = beside(Kind::Confirmation, &commune(), &format!("{signed};;Đinh Văn Năm\n"));
    assert_eq!((read.draft.rows.len(), below(&read)), (2, None), "{:?}", rows(&read));
}

/// A new village that rows above speak of, named once more and alone: a title over them, say.
#[test]
fn a_name_alone_that_stands_above_too_is_asked() {
    let list = "STT;Thôn;Cụm dân cư;Số hộ;Kinh độ;Vĩ độ\n;Xã Ba Tơ;;;;\n\
                1;Làng Xà Nu;Nóc 1;20;108.8216;14.703\n;Làng Xà Nu;;;;\n\
                2;Làng Xà Nu;Nóc 2;30;108.8226;14.704\n";
    let read = beside(Kind::Villages, &Party::Department, list);
    let told = rows(&read);
    assert!(told.len() == 3 && told[1].contains("name-alone?"), "{told:?}");
}
