//! Figures as statistics offices write them: periods that are no months, wide tables.

use phusong_atlas::domain::{Fact, Party, StatisticFact};

use super::beside::{read_said, reading as beside};
use super::{Answer, Means, Reading, Said, asked, csv, questions, rows, table};
use crate::report::Column;
use crate::report::tests::told;
use crate::table::{Merge, Table};
use crate::template::Kind;

fn figures(reading: &Reading) -> Vec<StatisticFact> {
    let facts = reading.draft.to_file().filter_map(|row| match &row.fact {
        Fact::Statistic(fact) => Some(fact.clone()),
        _ => None,
    });
    facts.collect()
}

fn answer(column: Column, value: Option<&str>, means: &str) -> Answer {
    let (value, means) = (value.map(str::to_owned), Means::Text(means.to_owned()));
    Answer { table: None, row: None, column: Some(column), value, means }
}

fn said(answers: &[Answer]) -> Said {
    let mut said = Said::default();
    for one in answers {
        said.answers.give(one.clone());
    }
    said
}

/// A count is of a month: of a quarter or a year it is asked once which month's end it tells, and
/// the last one is offered first.
#[test]
fn a_period_longer_than_a_month_is_asked_once_with_its_last_month_first() {
    let list = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số\n\
                hộ có cáp quang;Huyện Ba Tơ;{};4;10\nhộ có cáp quang;Huyện Sơn Tây;{};5;10\n";
    for (period, first, many) in [
        ("Quý I/2025", "03/2025", 3),
        ("6 tháng đầu năm 2025", "06/2025", 6),
        ("Năm 2024", "12/2024", 12),
        ("2024", "12/2024", 12),
        ("9 tháng năm 2024", "09/2024", 9),
        ("01/01/2025 - 31/03/2025", "03/2025", 3),
        // What is to come was not counted.
        ("Quý IV/2026", "11/2026", 2),
    ] {
        let list = list.replace("{}", period);
        let asked = beside(Kind::Statistics, &Party::Department, &list);
        assert!(figures(&asked).is_empty(), "{period}: {:?}", rows(&asked));
        let questions = questions(&asked.draft);
        let [one] = &questions[..] else { panic!("{period}: {questions:#?}") };
        assert_eq!((one.finding.code, one.rows.len()), ("period-longer", 2), "{period}");
        let offered = &one.finding.candidates;
        assert_eq!((&*offered[0].id, offered.len()), (first, many), "{period}");
        let said = said(&[answer(Column::Period, Some(period), first)]);
        let kinds = [Kind::Statistics];
        let told = read_said(&kinds, &Party::Department, vec![csv(&list)], said);
        assert_eq!(figures(&told).len(), 2, "{period}: {:?}", rows(&told));
    }
    let list = list.replace("{}", "Tháng 9");
    let asked = beside(Kind::Statistics, &Party::Department, &list);
    let questions = questions(&asked.draft);
    let offered: Vec<&str> = questions[0].finding.candidates.iter().map(|one| &*one.id).collect();
    assert_eq!((questions[0].finding.code, offered), ("period-year", vec!["09/2026", "09/2025"]));
}

fn department(tables: Vec<Table>, said: Said) -> Reading {
    let kinds = [Kind::Confirmation, Kind::Villages, Kind::Duties, Kind::Outages, Kind::Statistics];
    read_said(&kinds, &Party::Department, tables, said)
}

/// What is filed, in any order, and what the sender is asked.
fn filed(reading: &Reading) -> Vec<StatisticFact> {
    let mut facts = figures(reading);
    facts.sort_by_key(|fact| format!("{fact:?}"));
    facts
}

/// The wide table and the long one of the same numbers are the same facts.
fn same(wide: Vec<Table>, long: &str) -> Reading {
    let wide = department(wide, Said::default());
    let long = department(vec![csv(long)], Said::default());
    let told = rows(&wide);
    assert!(!figures(&long).is_empty(), "{:?}", rows(&long));
    assert_eq!(filed(&wide), filed(&long), "{told:#?}\n{:#?}", wide.draft.findings);
    assert_eq!(asked(&wide), Vec::<&str>::new(), "{told:?}");
    wide
}

type Rows = (u32, u32);
type Columns = (u16, u16);

fn merged(mut table: Table, merges: &[(Rows, Columns)]) -> Table {
    table.merges =
        merges.iter().map(|(rows, columns)| Merge { rows: *rows, columns: *columns }).collect();
    table
}

#[test]
fn indicators_across_are_the_facts_of_the_long_table() {
    let wide = merged(
        table(&[
            (1, &["SỞ KHOA HỌC VÀ CÔNG NGHỆ"]),
            (2, &["BÁO CÁO SỐ LIỆU VIỄN THÔNG THÁNG 10 NĂM 2026"]),
            (4, &["STT", "Huyện", "Thuê bao di động", "", "", "Hộ gia đình", "", "Ghi chú"]),
            (5, &["", "", "Tổng số", "Smartphone", "Tỷ lệ smartphone (%)", "Tổng", "Có cáp quang"]),
            (6, &["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"]),
            (7, &["1", "Ba Tơ", "1.000", "800", "80", "500", "400"]),
            (8, &["2", "Sơn Tây", "2.000", "1.500", "75", "", "300"]),
            (9, &["", "Tổng cộng", "3.000", "2.300", "", "500", "700"]),
            (11, &["", "", "", "", "Quảng Ngãi, ngày 05 tháng 11 năm 2026"]),
        ]),
        &[((4, 5), (0, 0)), ((4, 5), (1, 1)), ((4, 4), (2, 4)), ((4, 4), (5, 6)), ((4, 5), (7, 7))],
    );
    let long = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số;Tỷ lệ\n\
                smartphone_share;Huyện Ba Tơ;10/2026;800;1000;80\n\
                smartphone_share;Huyện Sơn Tây;10/2026;1500;2000;75\n\
                fibre_households;Huyện Ba Tơ;10/2026;400;500;\n\
                fibre_households;Huyện Sơn Tây;10/2026;300;;\n";
    let read = same(vec![wide], long);
    // Each fact leads to its cell: the sheet, its row, its columns.
    let places: Vec<(&str, u32)> = read
        .draft
        .rows
        .iter()
        .map(|row| (row.table.as_deref().unwrap_or_default(), row.row))
        .collect();
    assert_eq!(
        places,
        [
            ("Trạm › cột D/E", 7),
            ("Trạm › cột G/F", 7),
            ("Trạm › cột D/E", 8),
            ("Trạm › cột G/F", 8)
        ]
    );
}

/// A CSV has no merged cells: a heading stands over its neighbours that have none.
#[test]
fn headings_of_two_lines_stand_over_their_neighbours() {
    let wide = "Xã/phường;Thuê bao di động;;Ghi chú\n;Tổng;smartphone;\nXã Ba Tơ;1000;800;\n";
    let said = said(&[answer(Column::Period, None, "10/2026")]);
    let read = department(vec![csv(wide)], said);
    let facts = figures(&read);
    let counts: Vec<_> = facts.iter().map(|fact| (fact.numerator, fact.denominator)).collect();
    assert_eq!(counts, [(Some(800), Some(1000))], "{:?}", rows(&read));
    // Without the answer it is asked once for the table.
    let read = department(vec![csv(wide)], Said::default());
    assert_eq!(asked(&read), ["list-period"]);
}

#[test]
fn months_across_are_the_facts_of_the_long_table() {
    let long = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số\n\
                fibre_households;Xã Ba Tơ;08/2026;40;\nfibre_households;Xã Ba Tơ;09/2026;45;\n\
                fibre_households;Xã Ba Tơ;10/2026;50;\n";
    for months in [
        ["Tháng 8", "Tháng 9", "Tháng 10"],
        ["T08/2026", "T09/2026", "T10/2026"],
        ["08/2026", "09/2026", "10/2026"],
        ["Tháng 8 năm 2026", "Tháng 9 năm 2026", "Tháng 10 năm 2026"],
    ] {
        let heads: Vec<&str> =
            ["STT", "Tên xã"].into_iter().chain(months).chain(["Cộng"]).collect();
        let wide = table(&[
            (1, &["SỐ HỘ CÓ CÁP QUANG NĂM 2026"]),
            (3, &heads),
            (4, &["1", "Ba Tơ", "40", "45", "50", "135"]),
        ]);
        let read = same(vec![wide], long);
        assert!(super::codes(&read).contains(&"sum-column"), "{:?}", super::codes(&read));
    }
    // Each month with its count and its whole.
    let wide = merged(
        table(&[
            (1, &["Địa phương", "Tháng 9/2026", "", "Tháng 10/2026", ""]),
            (2, &["", "Tổng số hộ", "Hộ có cáp quang", "Tổng số hộ", "Hộ có cáp quang"]),
            (3, &["Xã Ba Tơ", "100", "45", "100", "50"]),
        ]),
        &[((1, 2), (0, 0)), ((1, 1), (1, 2)), ((1, 1), (3, 4))],
    );
    let long = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số\nfibre_households;Xã Ba Tơ;09/2026;45;100\n\
                fibre_households;Xã Ba Tơ;10/2026;50;100\n";
    same(vec![wide], long);
}

#[test]
fn carriers_across_are_the_facts_of_the_long_table() {
    let long = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số;Nhà mạng\n\
                fibre_households;Xã Ba Tơ;10/2026;40;100;Viettel\n\
                fibre_households;Xã Ba Tơ;10/2026;45;100;VNPT\n";
    let wide = table(&[
        (1, &["Số hộ gia đình có cáp quang theo doanh nghiệp, tháng 10/2026"]),
        (3, &["TT", "Xã", "Tổng số hộ", "Viettel", "VNPT", "Tổng"]),
        (4, &["1", "Ba Tơ", "100", "40", "45", "85"]),
    ]);
    same(vec![wide], long);
    let wide = merged(
        table(&[
            (1, &["Xã", "Hộ có cáp quang tháng 10/2026", "", "", "Tổng số hộ"]),
            (2, &["", "Viettel", "VNPT", "Cộng"]),
            (3, &["Ba Tơ", "40", "45", "85", "100"]),
        ]),
        &[((1, 2), (0, 0)), ((1, 1), (1, 3)), ((1, 2), (4, 4))],
    );
    same(vec![wide], long);
}

/// What nothing tells for sure is asked once, and its answer is all that is needed.
#[test]
fn what_a_wide_table_leaves_open_is_asked_once() {
    let of = |rows: &[(u32, &[&str])]| vec![table(rows)];
    // Which year.
    let years = of(&[
        (1, &["Hộ có cáp quang"]),
        (2, &["Xã", "Tháng 8", "Tháng 9"]),
        (3, &["Ba Tơ", "40", "45"]),
        (4, &["Ba Vì", "50", "55"]),
    ]);
    let read = department(years.clone(), Said::default());
    assert_eq!(asked(&read), ["list-year"], "{:?}", rows(&read));
    let read = department(years, said(&[answer(Column::Period, None, "2026")]));
    let months: Vec<String> =
        figures(&read).iter().map(|fact| fact.period.from.to_string()).collect();
    assert_eq!(months, ["2026-08-01", "2026-09-01", "2026-08-01", "2026-09-01"]);
    // Which indicator.
    let open = of(&[
        (1, &["Biểu 3, tháng 10/2026"]),
        (2, &["Xã", "Viettel", "VNPT"]),
        (3, &["Ba Tơ", "40", "45"]),
    ]);
    let read = department(open.clone(), Said::default());
    assert_eq!(asked(&read), ["list-indicator"], "{:?}", rows(&read));
    let told = said(&[answer(Column::Indicator, None, "fibre_households")]);
    assert_eq!(figures(&department(open, told)).len(), 2);
    // Of which whole.
    let open = of(&[
        (1, &["Số liệu tháng 10/2026"]),
        (2, &["Xã", "Tổng", "Hộ có cáp quang", "Tổng trạm"]),
        (3, &["Ba Tơ", "100", "40", "7"]),
        (4, &["Ba Vì", "100", "50", "7"]),
    ]);
    let read = department(open.clone(), Said::default());
    assert_eq!(asked(&read), ["which-whole"], "{:?}", rows(&read));
    for (means, whole) in [("B", Some(100)), ("không có", None)] {
        let told = said(&[answer(Column::Denominator, Some("Hộ có cáp quang"), means)]);
        let read = department(open.clone(), told);
        let wholes: Vec<_> = figures(&read).iter().map(|fact| fact.denominator).collect();
        assert_eq!(wholes, [whole, whole], "{means}: {:?}", rows(&read));
    }
    // What the month brought, beside the cumulative count: which one is the figure is asked.
    let brought = of(&[
        (1, &["Số hộ có cáp quang tháng 10/2026"]),
        (2, &["Xã", "Tổng số hộ", "Kế hoạch", "Thực hiện", "Lũy kế"]),
        (3, &["Ba Tơ", "1000", "900", "50", "850"]),
        (4, &["Ba Vì", "500", "400", "20", "300"]),
    ]);
    let read = department(brought.clone(), Said::default());
    assert_eq!(asked(&read), ["which-count"], "{:?}", rows(&read));
    assert!(figures(&read).is_empty());
    let of_question = questions(&read.draft)[0].finding.value.clone().expect("a heading");
    for (means, counts) in [("E", [850, 300]), ("D", [50, 20])] {
        let told = said(&[answer(Column::Numerator, Some(&of_question), means)]);
        let read = department(brought.clone(), told);
        let found: Vec<_> = figures(&read).iter().map(|fact| fact.numerator).collect();
        assert_eq!(found, counts.map(Some), "{means}: {:?}", rows(&read));
    }
    // A month with which it compares, or of the plan on which it rests, is not its own.
    for title in [
        "Số hộ có cáp quang (so với tháng 10/2026)",
        "Thực hiện Kế hoạch tháng 3/2026: số hộ có cáp quang",
    ] {
        let compared = of(&[(1, &[title]), (2, &["Xã", "Hộ có cáp quang"]), (3, &["Ba Tơ", "40"])]);
        let read = department(compared, Said::default());
        assert_eq!(asked(&read), ["list-period"], "{title}: {:?}", rows(&read));
    }
    // A quarter above a column is asked like one in a cell.
    let quarters = of(&[
        (1, &["Hộ có cáp quang năm 2025"]),
        (2, &["Xã", "Quý I", "Quý II"]),
        (3, &["Ba Tơ", "40", "45"]),
    ]);
    let read = department(quarters, Said::default());
    assert_eq!(asked(&read), ["period-longer", "period-longer"], "{:?}", rows(&read));
}

/// A share without its counts is kept and enters no ratio; empty cells are no zeros; what the
/// headings do not say in known words is not read, and said.
#[test]
fn shares_and_empty_cells_of_a_wide_table_are_what_they_are() {
    let wide = table(&[
        (1, &["Số liệu tháng 10/2026"]),
        (2, &["Xã", "Hộ có cáp quang", "Tỷ lệ hộ có cáp quang", "Tỷ lệ smartphone", "Số trạm"]),
        (3, &["Ba Tơ", "40", "40%", "80%", "3"]),
        (4, &["Ba Vì", "", "", "75%", "2"]),
    ]);
    let read = department(vec![wide], Said::default());
    let facts = figures(&read);
    let told: Vec<_> = facts
        .iter()
        .map(|fact| (fact.indicator.as_str(), fact.numerator, fact.stated_share_milli))
        .collect();
    assert_eq!(
        told,
        [
            ("smartphone_share", None, Some(80_000)),
            ("fibre_households", Some(40), Some(40_000)),
            ("smartphone_share", None, Some(75_000)),
        ],
        "{:?}",
        rows(&read)
    );
    assert!(facts.iter().all(|fact| fact.counts().is_none()));
    assert_eq!(
        super::codes(&read),
        ["wide-table", "from-title", "columns-not-read", "empty-cells"]
    );
}

/// However its columns multiply them, a wide table has no more rows than any file.
#[test]
fn a_wide_table_beyond_the_most_rows_is_refused_and_one_within_is_read() {
    use crate::table::{Cell, TableRow};
    let months = 100_u16;
    let month = |at: u16| format!("Tháng {}/{}", at % 12 + 1, 2015 + at / 12);
    let of = |many: u32| {
        let mut wide = table(&[(1, &["HỘ CÓ CÁP QUANG"]), (2, &["Xã"])]);
        let heads = (0..months).map(|at| (at + 1, Cell::Text(month(at).into())));
        wide.rows[1].cells.extend(heads);
        wide.rows.extend((0..many).map(|at| TableRow {
            number: at + 3,
            // Most cells stand empty: what is looked at counts, not what is filled.
            cells: vec![(0, Cell::Text("Ba Tơ".into())), (1, Cell::Text("5".into()))],
            ..TableRow::default()
        }));
        department(vec![wide], Said::default())
    };
    let over = of(2_001);
    assert!(super::codes(&over).contains(&"too-many-rows"), "{:?}", super::codes(&over));
    assert!(over.draft.rows.is_empty() && !over.draft.can_file());
    let within = of(3);
    assert!(!super::codes(&within).contains(&"too-many-rows"));
    assert_eq!(within.draft.rows.len(), 3, "{:?}", rows(&within));
}

/// A title of shares makes shares of small numbers, unless it also tells counts, or its per cent is
/// of a plan; what may be thousands is none.
#[test]
fn a_title_of_shares_makes_no_counts_of_them_nor_shares_of_counts() {
    for (title, number, expected) in [
        ("TỶ LỆ HỘ CÓ CÁP QUANG THÁNG 10/2026 (%)", "45,5", Some((None, Some(45_500)))),
        ("TỶ LỆ HỘ CÓ CÁP QUANG THÁNG 10/2026", "45,5", Some((None, Some(45_500)))),
        ("TỶ LỆ VÀ SỐ HỘ CÓ CÁP QUANG THÁNG 10/2026", "45", Some((Some(45), None))),
        ("HỘ CÓ CÁP QUANG THÁNG 10/2026 (ĐẠT 80 %)", "45", Some((Some(45), None))),
        ("TỶ LỆ HỘ CÓ CÁP QUANG THÁNG 10/2026 (%)", "1.234", Some((Some(1_234), None))),
    ] {
        let wide = table(&[(1, &[title]), (3, &["Xã", "Viettel"]), (4, &["Ba Tơ", number])]);
        let read = department(vec![wide], Said::default());
        let told: Vec<_> =
            figures(&read).iter().map(|one| (one.numerator, one.stated_share_milli)).collect();
        assert_eq!(told.first().copied(), expected, "{title} {number}: {:?}", rows(&read));
    }
}

/// Under *Huyện* a bare name is a district, though only a commune bears it today; and said so.
#[test]
fn a_heading_that_names_a_level_says_it_of_every_name() {
    for (heading, name, expected) in [
        ("Huyện", "Ba Tơ", "0001-01-01 ✓ unit-not-of-day~"),
        ("Xã", "Ba Tơ", "2025-07-01 ✓"),
        ("Xã, phường", "Ba Tơ", "2025-07-01 ✓"),
        ("Huyện", "Xã Ba Tơ", "2025-07-01 ✓"),
    ] {
        let long =
            format!("Chỉ tiêu;{heading};Kỳ;Tử số;Mẫu số\nhộ có cáp quang;{name};10/2026;4;10\n");
        let read = department(vec![csv(&long)], Said::default());
        let from = figures(&read).first().map(|fact| fact.unit.valid_from.to_string());
        let told = format!("{} {}", from.unwrap_or_default(), told(&read.draft, 0));
        assert_eq!(told, expected, "{heading}: {name}");
    }
}

/// Kon Tum is a phường of today, a former city and a former province: its heading decides, and that
/// is said; without one it is asked, also of days since it is a phường.
#[test]
fn a_name_of_a_phuong_a_city_and_a_province_is_not_taken_unsaid() {
    for (heading, name, expected) in [
        ("Đơn vị", "Kon Tum", "✗ unit?"),
        ("Đơn vị", "Phường Kon Tum", "✓"),
        ("Xã, phường", "Kon Tum", "✓ unit-by-heading"),
        ("Đơn vị", "Ba Vì", "✓"),
        // A district too, of which people go on counting: its count is not its commune's.
        ("Đơn vị", "Ba Tơ", "✓ unit-namesake~"),
        ("Đơn vị", "Xã Ba Tơ", "✓"),
        ("Đơn vị", "21484", "✓"),
        ("Xã", "Ba Tơ", "✓"),
    ] {
        let long =
            format!("Chỉ tiêu;{heading};Kỳ;Tử số;Mẫu số\nhộ có cáp quang;{name};10/2026;4;10\n");
        let read = department(vec![csv(&long)], Said::default());
        assert_eq!(told(&read.draft, 0), expected, "{heading}: {name}");
    }
}

/// Biểu mẫu of offices: levels in many words, how a column is reckoned below the headings, shares
/// under their wholes, plans beside what was done, sums, months as names of sheets.
#[test]
fn forms_of_offices_are_read() {
    let long = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số;Tỷ lệ\n\
                smartphone_share;Xã Ba Tơ;10/2026;4300;5200;82,7\n\
                fibre_households;Xã Ba Tơ;10/2026;1200;1500;80\n";
    let wide = merged(
        table(&[
            (1, &["BIỂU 01: HẠ TẦNG VIỄN THÔNG THÁNG 10 NĂM 2026"]),
            (2, &["(Kèm theo Báo cáo số 125/BC-SKHCN ngày 05/11/2026)"]),
            (
                4,
                &[
                    "TT",
                    "Xã, phường, đặc khu",
                    "Thuê bao điện thoại di động",
                    "",
                    "",
                    "Hộ gia đình",
                ],
            ),
            (
                5,
                &[
                    "",
                    "",
                    "Tổng số",
                    "Trong đó: smartphone",
                    "Tỷ lệ (%)",
                    "Tổng số hộ",
                    "Số hộ có cáp quang",
                    "Tỷ lệ (%)",
                ],
            ),
            (6, &["(1)", "(2)", "(3)", "(4)", "(5)=(4)/(3)", "(6)", "(7)", "(8)=(7)/(6)"]),
            (7, &["1", "Ba Tơ", "5200", "4300", "82,7", "1500", "1200", "80"]),
        ]),
        &[((4, 5), (0, 0)), ((4, 5), (1, 1)), ((4, 4), (2, 4)), ((4, 4), (5, 7))],
    );
    same(vec![wide], long);
    let plan = merged(
        table(&[
            (1, &["Biểu 3. Kết quả thực hiện tháng 10/2026"]),
            (3, &["STT", "Xã/phường", "Hộ có cáp quang", "", "", "", "Tổng số hộ"]),
            (4, &["", "", "Kế hoạch năm", "Thực hiện tháng", "Lũy kế", "% kế hoạch", ""]),
            (5, &["1", "Ba Tơ", "1400", "1200", "1210", "85,7%", "1500"]),
        ]),
        &[((3, 4), (0, 0)), ((3, 4), (1, 1)), ((3, 3), (2, 5)), ((3, 4), (6, 6))],
    );
    // The count of the month's end, or what the month brought? Asked, and then either is read.
    let open = department(vec![plan.clone()], Said::default());
    assert_eq!(asked(&open), ["which-count"], "{:?}", rows(&open));
    let heading = questions(&open.draft)[0].finding.value.clone().expect("a heading");
    for (column, count) in [("D", 1_200), ("E", 1_210)] {
        let told = said(&[answer(Column::Numerator, Some(&heading), column)]);
        let read = figures(&department(vec![plan.clone()], told));
        let counts: Vec<_> = read.iter().map(|one| (one.numerator, one.denominator)).collect();
        assert_eq!(counts, [(Some(count), Some(1_500))], "{column}");
    }
    // A sheet for each month, without its year.
    let sheet = |name: &str| Table {
        name: name.to_owned(),
        ..table(&[
            (1, &["Đơn vị", "Hộ có cáp quang", "Tổng số hộ"]),
            (2, &["Xã Ba Tơ", "40", "100"]),
        ])
    };
    let sheets = vec![sheet("T9"), sheet("T10")];
    assert_eq!(asked(&department(sheets.clone(), Said::default())), ["list-year"]);
    let told = department(sheets, said(&[answer(Column::Period, None, "2026")]));
    let from: Vec<String> = figures(&told).iter().map(|one| one.period.from.to_string()).collect();
    assert_eq!(from, ["2026-09-01", "2026-10-01"], "{:?}", rows(&told));
}

/// Rows may be the indicators of one unit, which the title names: it is offered, and asked once.
#[test]
fn a_table_of_one_unit_is_asked_whose_it_is() {
    let one = || {
        vec![table(&[
            (1, &["CHỈ TIÊU VIỄN THÔNG XÃ BA TƠ NĂM 2026"]),
            (3, &["TT", "Chỉ tiêu", "Đơn vị tính", "Tháng 9", "Tháng 10"]),
            (4, &["1", "Hộ có cáp quang", "hộ", "1100", "1200"]),
        ])]
    };
    let read = department(one(), Said::default());
    assert_eq!(asked(&read), ["list-unit"], "{:?}", rows(&read));
    let offered = &questions(&read.draft)[0].finding.candidates;
    assert_eq!(offered.iter().map(|one| &*one.id).collect::<Vec<_>>(), ["21484"]);
    let told = department(one(), said(&[answer(Column::Unit, None, "21484")]));
    let counts: Vec<_> = figures(&told).iter().map(|fact| fact.numerator).collect();
    assert_eq!(counts, [Some(1100), Some(1200)], "{:?}", rows(&told));
}
