//! Files as offices send them, from their cells to a draft.

mod alike;
mod beside;
mod carriers;
mod columns;
mod cores;
mod corrected;
mod figures;
mod forms;
mod hours;
mod missing;
mod mutants;
mod offices;
mod parted;
mod titles;
mod villages;

use phusong_atlas::domain::{
    CarrierId, ClaimBasis, Fact, ObservationKind, Party, SiteEventKind, UnitCode, UnitId,
};

use super::{Answer, Ground, How, Means, Reading, Said, Source, questions, read};
use crate::finding::Severity;
use crate::report::tests::{told, with_context};
use crate::report::{Column, Outcome, csv_table};
use crate::table::{Cell, Merge, Table, TableRow};
use crate::template::Kind;

const OFFICE: &[(u32, &[&str])] = &[
    (1, &["CHI NHÁNH QUẢNG NGÃI"]),
    (3, &["BÁO CÁO TIẾN ĐỘ HOÀN THÀNH TRẠM BTS THÁNG 10 NĂM 2026"]),
    (
        5,
        &[
            "STT",
            "Mã trạm",
            "Xã/phường",
            "Vĩ độ",
            "Kinh độ",
            "Công nghệ",
            "Ngày",
            "Tình trạng",
            "Thôn phục vụ",
            "Pin",
        ],
    ),
    (6, &["I", "HUYỆN BA TƠ"]),
    (
        7,
        &[
            "1",
            "QNI001",
            "Ba Trang",
            "14,704",
            "108,822",
            "4G",
            "01/11/2026",
            "Đã hoàn thành",
            "Kon Dóc",
            "x",
        ],
    ),
    (
        8,
        &[
            "2",
            "QNI002",
            "-nt-",
            "14,705",
            "108,823",
            "4G",
            "02/11/2026",
            "Đã hoàn thành",
            "Thôn Lạ",
            "",
        ],
    ),
    (9, &["4", "QNI003", "Ba Trang", "14,706", "108,824", "4G", "", "Chưa triển khai", "", ""]),
    (10, &["", "Tổng cộng", "", "", "", "", "3"]),
    (12, &["", "", "", "", "", "", "Quảng Ngãi, ngày 28"]),
];

fn table(rows: &[(u32, &[&str])]) -> Table {
    let row = |(number, texts): &(u32, &[&str])| TableRow {
        number: *number,
        cells: (0..)
            .zip(*texts)
            .filter(|(_, text)| !text.is_empty())
            .map(|(at, text)| (at, Cell::Text((*text).into())))
            .collect(),
        ..TableRow::default()
    };
    Table { name: "Trạm".to_owned(), rows: rows.iter().map(row).collect(), ..Table::default() }
}

fn reading(table: Table, said: &Said) -> Reading {
    let source =
        Source { name: "bao-cao.xlsx".to_owned(), tables: vec![table], ..Source::default() };
    with_context(|context| {
        let ground = Ground {
            kinds: vec![Kind::SiteReport, Kind::Coverage],
            report: Some(*context),
            evidence: None,
            known: None,
            observation: ObservationKind::CarrierStatement,
        };
        read(&[source], said, &ground)
    })
}

fn rows(reading: &Reading) -> Vec<String> {
    let draft = &reading.draft;
    (0..draft.rows.len()).map(|at| format!("{} {}", draft.rows[at].row, told(draft, at))).collect()
}

fn codes(reading: &Reading) -> Vec<&str> {
    reading.draft.findings.iter().map(|finding| finding.code).collect()
}

fn carrier() -> Party {
    Party::Carrier(CarrierId::new("viettel").expect("an id"))
}

fn commune() -> Party {
    let valid_from = "2025-07-01".parse().expect("a day");
    Party::Commune(UnitId { code: UnitCode(21_520), valid_from })
}

fn csv(text: &str) -> Table {
    csv_table(&|| Ok(text.as_bytes()), 1_000).expect("a table").0
}

/// First and last rows and columns of cells that are one.
type Place = ((u32, u32), (u16, u16));

fn drawn(mut table: Table, merges: &[Place]) -> Table {
    table.merges =
        merges.iter().map(|(rows, columns)| Merge { rows: *rows, columns: *columns }).collect();
    table
}

/// With these answers of its sender: a column, the value there if it is of one, and what it means.
fn answered(answers: &[(Column, Option<&str>, &str)]) -> Said {
    let mut said = Said::default();
    for (column, value, means) in answers {
        said.answers.give(Answer {
            table: None,
            row: None,
            column: Some(*column),
            value: value.map(str::to_owned),
            means: Means::Text((*means).to_owned()),
        });
    }
    said
}

/// The codes of its questions.
fn asked(reading: &Reading) -> Vec<&str> {
    questions(&reading.draft).iter().map(|one| one.finding.code).collect()
}

#[test]
fn an_office_table_becomes_rows_and_nothing_is_dropped_unsaid() {
    let reading = reading(table(OFFICE), &Said::default());
    assert_eq!(reading.kind, Some(Kind::SiteReport));
    assert_eq!(
        rows(&reading),
        ["7 ✗ bare-complete?", "8 ✗ bare-complete? unknown-village?", "9 – no-event"]
    );
    assert_eq!(codes(&reading), ["columns-not-read", "ordinal-gap", "total-row"]);
    let framing: Vec<u32> = reading.tables[0].framing.iter().map(|(row, _)| *row).collect();
    assert_eq!(framing, [6, 10, 12]);
    // Ditto and the group row above are told step by step.
    let steps: Vec<(Column, &str, How)> =
        reading.steps[1].iter().map(|step| (step.column, &*step.after, step.how)).collect();
    assert!(steps.contains(&(Column::Commune, "Ba Trang", How::Ditto)), "{steps:?}");
    assert!(steps.contains(&(Column::District, "HUYỆN BA TƠ", How::Group)), "{steps:?}");
}

#[test]
fn one_answer_serves_every_row_that_asks_the_same() {
    let mut said = Said::default();
    said.answers.give(Answer {
        table: None,
        row: None,
        column: Some(Column::Event),
        value: Some("Đã hoàn thành".to_owned()),
        means: Means::Text("on_air".to_owned()),
    });
    let with_events = reading(table(OFFICE), &said);
    assert_eq!(rows(&with_events), ["7 ✓", "8 ✓ unknown-village?", "9 – no-event"]);
    said.answers.give(Answer {
        table: Some("Trạm".to_owned()),
        row: Some(8),
        column: Some(Column::Villages),
        value: Some("Thôn Lạ".to_owned()),
        means: Means::Text("kon-doc".to_owned()),
    });
    said.answers.give(Answer {
        table: None,
        row: Some(7),
        column: None,
        value: None,
        means: Means::LeaveOut,
    });
    let all = reading(table(OFFICE), &said);
    assert_eq!(rows(&all), ["7 – left-out", "8 ✓", "9 – no-event"]);
    assert!(all.draft.can_file());
    assert_eq!(all.draft.to_file().count(), 1);
}

#[test]
fn a_list_of_sites_is_asked_once_how_they_stand_and_since_when() {
    let heads =
        ["STT", "Mã trạm gốc", "Địa điểm lắp đặt", "Kinh độ", "Vĩ độ", "Công nghệ", "Băng tần"];
    let row = |code| ["1", code, "Ba Trang", "108,822", "14,704", "4G", "L1800"];
    let list = table(&[(1, &heads), (2, &row("K1")), (3, &row("K2"))]);
    let mut said = Said::default();
    let asked = reading(list.clone(), &said);
    assert_eq!(asked.kind, Some(Kind::SiteReport));
    let open = "✗ event-missing? list-day? same-point~";
    assert_eq!(rows(&asked), ["2", "3"].map(|row| format!("{row} {open}")));
    let questions = questions(&asked.draft);
    let of = |code| questions.iter().find(|one| one.finding.code == code).expect("asked");
    assert_eq!((of("event-missing").rows.len(), of("list-day").rows.len()), (2, 2));
    for (column, means) in [(Column::Event, "on_air"), (Column::EventDay, "01/03/2024")] {
        said.answers.give(Answer {
            table: Some("Trạm".to_owned()),
            row: None,
            column: Some(column),
            value: None,
            means: Means::Text(means.to_owned()),
        });
    }
    let answered = reading(list, &said);
    assert!(answered.draft.can_file(), "{:?}", rows(&answered));
    for row in answered.draft.to_file() {
        let Fact::SiteEvent(event) = &row.fact else { panic!("{row:?}") };
        assert_eq!(
            (event.event, event.basis.clone()),
            (SiteEventKind::OnAir, ClaimBasis::Inventory)
        );
        assert_eq!(event.day.to_string(), "2024-03-01");
    }
    // Its own words for how a site stands.
    let heads = [
        "Mã trạm",
        "Trạng thái",
        "Ngày đưa vào khai thác",
        "Công nghệ",
        "Kinh độ",
        "Vĩ độ",
        "Thôn",
    ];
    for (word, expected) in [
        ("Đang hoạt động", Some((SiteEventKind::OnAir, ClaimBasis::Inventory))),
        ("ngừng hoạt động", Some((SiteEventKind::OffAir, ClaimBasis::Statement))),
        ("phát sóng", Some((SiteEventKind::OnAir, ClaimBasis::Statement))),
        ("tạm được", None),
    ] {
        let row = ["K1", word, "01/03/2024", "4G", "108,822", "14,704", "Kon Dóc"];
        let read = reading(table(&[(1, &heads), (2, &row)]), &Said::default());
        let event = read.draft.to_file().next().map(|row| match &row.fact {
            Fact::SiteEvent(event) => (event.event, event.basis.clone()),
            fact => panic!("{fact:?}"),
        });
        assert_eq!(event, expected, "{word}: {:?}", rows(&read));
    }
}

#[test]
fn a_claim_may_name_its_site_alone_and_then_counts_by_the_sites_reach() {
    let heads = ["Mã trạm", "Công nghệ", "Từ ngày", "Thôn phục vụ"];
    for (site, village, expected) in [
        ("CU", "", "2 ✓ site-reach"),
        ("CU", "Kon Dóc", "2 ✓"),
        // A village that is not known is no reach.
        ("CU", "Thôn Lạ", "2 ✗ unknown-village?"),
        ("", "", "2 ✗ place-missing!"),
    ] {
        let row = [site, "4G", "01/11/2026", village];
        let said = Said { kind: Some(Kind::Coverage), ..Said::default() };
        let read = reading(table(&[(1, &heads), (2, &row)]), &said);
        assert_eq!(rows(&read), [expected], "{site:?} {village:?}");
    }
}

#[test]
fn of_two_rows_that_contradict_each_other_the_one_that_stays_is_filed() {
    let mut said = Said::default();
    let heads = ["Mã trạm", "Loại sự kiện", "Ngày sự kiện", "Công nghệ", "Kinh độ", "Vĩ độ", "Xã"];
    let row =
        |technology| ["Q1", "on_air", "01/11/2026", technology, "108,822", "14,704", "Ba Trang"];
    let both = table(&[(1, &heads), (2, &row("4G")), (3, &row("5G"))]);
    let asked = reading(both.clone(), &said);
    assert!(rows(&asked).iter().all(|row| row.contains("conflicting-rows?")), "{asked:?}");
    assert_eq!((asked.draft.can_file(), asked.draft.to_file().count()), (false, 0));
    said.answers.give(Answer {
        table: None,
        row: Some(2),
        column: None,
        value: None,
        means: Means::LeaveOut,
    });
    let chosen = reading(both, &said);
    assert!(!rows(&chosen).concat().contains("conflicting-rows"), "{chosen:?}");
    assert_eq!((chosen.draft.can_file(), chosen.draft.to_file().count()), (true, 1));
}

#[test]
fn without_a_needed_column_nothing_is_read_and_the_candidates_are_named() {
    let reading = reading(
        table(&[
            (1, &["Số hiệu", "Tình trạng", "Vĩ độ", "Kinh độ", "Ngày"]),
            (2, &["A", "on_air", "14,7", "108,8", "1/1/2026"]),
        ]),
        &Said::default(),
    );
    assert_eq!(codes(&reading)[0], "missing-column");
    let candidates = &reading.draft.findings[0].candidates;
    assert_eq!(candidates[0].name, "A: Số hiệu");
    assert!(!reading.draft.can_file());
}

#[test]
fn error_cells_refuse_only_where_the_row_cannot_do_without() {
    let mut table = table(OFFICE);
    table.rows[4].cells[5] = (5, Cell::Error("#N/A".to_owned()));
    table.rows[5].cells[4] = (4, Cell::NoValue);
    let reading = reading(table, &Said::default());
    let found = rows(&reading);
    assert!(found[0].contains("error-cell? bare-complete? technology-missing?"), "{found:?}");
    assert!(found[1].contains("error-cell!"), "{found:?}");
    assert_eq!(reading.draft.rows[1].outcome, Outcome::Blocked);
}

/// What its row misses there is not told beside it, and an answer takes its place.
#[test]
fn an_error_cell_in_a_day_or_event_is_one_finding() {
    let with_error = |at: usize, said: &Said| {
        let head: &[&str] = &["Mã trạm", "Vĩ độ", "Kinh độ", "Công nghệ", "Ngày", "Tình trạng"];
        let row: &[&str] = &["QNI001", "14,704", "108,822", "4G", "01/11/2026", "on_air"];
        let mut table = table(&[(1, head), (2, row)]);
        table.rows[1].cells[at].1 = Cell::Error("#N/A".to_owned());
        rows(&reading(table, said)).remove(0)
    };
    assert_eq!(with_error(4, &Said::default()), "2 ✗ error-cell! serves-none?");
    assert_eq!(with_error(5, &Said::default()), "2 ✗ error-cell!");
    for (column, at, means, value) in [
        (Column::EventDay, 4, "01/11/2026", Some("#N/A")),
        (Column::EventDay, 4, "01/11/2026", None),
        (Column::Event, 5, "on_air", Some("#N/A")),
    ] {
        let mut said = Said::default();
        let (value, means) = (value.map(str::to_owned), Means::Text(means.to_owned()));
        said.answers.give(Answer { table: None, row: Some(2), column: Some(column), value, means });
        assert_eq!(with_error(at, &said), "2 ✓ serves-none?", "{column:?}");
    }
}

#[test]
fn a_csv_is_a_table_like_any_other() {
    let text = "Báo cáo tháng 10\n\nmã trạm;sự kiện;ngày;kinh độ;vĩ độ;thôn\nQNI001;on_air;1/11/2026;108,822;14,704;Kon Dóc\n";
    let (table, notes) = csv_table(&|| Ok(text.as_bytes()), 100).expect("a table");
    assert_eq!(notes[0].code, "delimiter");
    let reading = reading(table, &Said::default());
    assert_eq!(rows(&reading), ["4 ✓ technology-missing?"]);
}

/// A KML has fields of its own whatever its sender filled in: of those that hold something it is said.
#[test]
fn fields_of_a_layer_that_stand_empty_are_not_told() {
    let head = ["Mã trạm", "Loại sự kiện", "Ngày sự kiện", "Công nghệ", "icon", "Mã dự án"];
    let row = &[(2, &["QNI001", "on_air", "01/11/2026", "4G", "", "DA-7"][..])];
    let layer = Table { fields: Some(head.map(str::to_owned).to_vec()), ..table(row) };
    let read = reading(layer, &Said::default());
    let told = read.draft.findings.iter().find(|one| one.code == "columns-not-read");
    let told = told.map(|one| one.message_vi.as_str()).unwrap_or_default();
    assert!(told.contains("Mã dự án") && !told.contains("icon"), "{told}");
}

#[test]
fn a_question_of_many_rows_is_asked_once() {
    let reading = reading(table(OFFICE), &Said::default());
    let asked: Vec<(&str, Vec<u32>)> = questions(&reading.draft)
        .iter()
        .map(|one| (one.finding.code, one.rows.iter().map(|(_, row)| *row).collect()))
        .collect();
    assert_eq!(asked, [("bare-complete", vec![7, 8]), ("unknown-village", vec![8])]);
}

#[test]
fn on_air_after_the_letters_own_day_is_asked_with_planned_first() {
    let mut said = Said { document_day: "2026-11-01".parse().ok(), ..Said::default() };
    said.answers.give(Answer {
        table: None,
        row: None,
        column: Some(Column::Event),
        value: Some("Đã hoàn thành".to_owned()),
        means: Means::Text("on_air".to_owned()),
    });
    let on_air = reading(table(OFFICE), &said);
    assert_eq!(rows(&on_air)[..2], ["7 ✓", "8 ✗ unknown-village? on-air-after-letter?"]);
    assert_eq!(on_air.draft.rows[1].findings[1].candidates[0].id, "planned");
}

#[test]
fn a_misread_word_of_the_field_is_mended_and_said() {
    let rows_of = |status: &str| {
        let head: &[&str] = &["Mã trạm", "Vĩ độ", "Kinh độ", "Công nghệ", "Ngày", "Tình trạng"];
        let row: &[&str] = &["QNI001", "14,704", "108,822", "4G", "01/11/2026", status];
        reading(table(&[(1, head), (2, row)]), &Said::default())
    };
    let mended = rows_of("đã phát sòng");
    assert_eq!(rows(&mended), ["2 ✓ serves-none?"]);
    let steps: Vec<(&str, How)> =
        mended.steps[0].iter().map(|step| (step.after.as_str(), step.how)).collect();
    assert!(steps.contains(&("đã phát sóng", How::Repaired("misread"))), "{steps:?}");
    assert_eq!(rows(&rows_of("khánh thành")), ["2 ✗ unknown-event!"]);
}

/// “Kon Dóc” in an old font is one word that may be Unicode as well; the other sheet of the workbook
/// leaves no doubt how its office types.
#[test]
fn a_sheet_with_few_letters_follows_its_workbook() {
    let rows = |places: &[&str]| {
        let mut rows: Vec<(u32, Vec<String>)> = vec![(
            1,
            ["Mã trạm", "Loại sự kiện", "Ngày sự kiện", "Công nghệ", "Xã", "Ghi chú"]
                .map(str::to_owned)
                .to_vec(),
        )];
        for (number, place) in (2..).zip(places) {
            let cells = ["Q", "on_air", "01/11/2026", "4G", place, ""];
            rows.push((number, cells.map(str::to_owned).to_vec()));
        }
        let table = TableRow::default();
        let row = |(number, cells): (u32, Vec<String>)| TableRow {
            number,
            cells: (0..).zip(cells).map(|(at, text)| (at, Cell::Text(text.into()))).collect(),
            ..table.clone()
        };
        rows.into_iter().map(row).collect::<Vec<_>>()
    };
    let abc = |text: &str| crate::repair::dirt::western(&crate::repair::dirt::tcvn3(text));
    let sheet = |name: &str, places: &[&str]| Table {
        name: name.to_owned(),
        rows: rows(places),
        ..Table::default()
    };
    let few = abc("Hà");
    let many: Vec<String> = ["Ba Động", "Sơn Hạ", "Trà Bồng", "Nghĩa Hành"].map(abc).to_vec();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let repaired = |tables: Vec<Table>| {
        let at = tables.len() - 1;
        let repairs = super::assemble::Repairs::of(&tables);
        repairs[at].text(4, &few)
    };
    assert_ne!(few, "Hà");
    assert_eq!(repaired(vec![sheet("Hai", &[&few])]), few, "alone it proves nothing");
    assert_eq!(repaired(vec![sheet("Một", &many), sheet("Hai", &[&few])]), "Hà");
}

/// Every number and word that is not read as it stands says before and after, cell by cell and for
/// its column; canonical ones say nothing.
#[test]
fn numbers_and_technologies_written_otherwise_are_named_with_before_and_after() {
    let head: &[&str] = &[
        "Mã trạm",
        "Kinh độ",
        "Vĩ độ",
        "Công nghệ",
        "Ngày",
        "Tình trạng",
        "Thôn phục vụ",
        "Số hộ",
    ];
    let plain: &[&str] =
        &["A1", "108.8231", "14.7041", "4G", "2026-11-01", "on_air", "Kon Dóc", "60"];
    let otherwise: &[&str] =
        &["A2", "108,8241", "14°42'14.4\"N", "L1800", "2026-11-01", "on_air", "Kon Dóc", "1.200"];
    let pair: &[&str] =
        &["A3", "108,8251/14,703", "", "4.5G", "2026-11-01", "on_air", "Kon Dóc", "60"];
    let unclear: &[&str] =
        &["A4", "108.8261", "14.7041", "4,5G", "2026-11-01", "on_air", "Kon Dóc", "60"];
    let rows_of = [(1, head), (2, plain), (3, otherwise), (4, pair), (5, unclear)];
    let read = reading(table(&rows_of), &Said::default());
    let named = |row: usize| -> Vec<String> {
        let steps = read.steps[row].iter();
        steps
            .map(|step| format!("{} → {} ({})", step.before, step.after, step.how.code()))
            .collect()
    };
    assert_eq!(named(0), Vec::<String>::new());
    assert_eq!(
        named(1),
        [
            "108,8241 → 108.8241 (decimal-comma)",
            "14°42'14.4\"N → 14.704 (degrees-minutes-seconds)",
            "L1800 → 4G 1800 MHz (technology-words)",
            "1.200 → 1200 (thousands-marks)",
        ]
    );
    assert_eq!(
        named(2),
        [
            "108,8251/14,703 → 108.8251 14.703 (coordinates-in-one-cell)",
            "4.5G → 4G (technology-words)",
        ]
    );
    let changes: Vec<(&str, &str, usize)> = read.tables[0]
        .changes
        .iter()
        .map(|change| (&*change.column, change.how.code(), change.cells))
        .collect();
    assert!(changes.contains(&("D", "technology-words", 2)), "{changes:?}");
    assert!(rows(&read)[3].contains("technology-two-readings?"), "{:?}", rows(&read));
    let asked = read.draft.rows[3].findings.iter().find(|one| one.severity == Severity::Ask);
    let ids: Vec<&str> =
        asked.iter().flat_map(|one| &one.candidates).map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["4G", "4G+5G"]);
}

/// What a sender confirmed is looked for: a column that came under another name is noticed.
#[test]
fn a_heading_that_was_learnt_and_is_gone_is_noticed() {
    let rows: &[&str] = &["QNI001", "14,704", "108,822", "4G", "01/11/2026", "on_air", "Kon Dóc"];
    let with = |technology: &str| {
        let head: &[&str] =
            &["Mã trạm", "Vĩ độ", "Kinh độ", technology, "Ngày", "Tình trạng", "Thôn phục vụ"];
        let mut said = Said::default();
        said.learnt.insert("cn".to_owned(), Some(Column::Technologies));
        reading(table(&[(1, head), (2, rows)]), &said)
    };
    assert!(!codes(&with("CN")).contains(&"headings-changed"));
    assert!(!codes(&with("Công nghệ")).contains(&"headings-changed"));
    let changed = with("Kiểu máy phát");
    let found = changed.draft.findings.iter().find(|one| one.code == "headings-changed");
    let ids: Vec<&str> =
        found.iter().flat_map(|one| &one.candidates).map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["Kiểu máy phát"], "{:?}", codes(&changed));
}

#[test]
fn a_photo_that_is_sent_is_not_only_named() {
    let head: &[&str] =
        &["Mã trạm", "Vĩ độ", "Kinh độ", "Công nghệ", "Ngày", "Tình trạng", "Thôn phục vụ", "Ảnh"];
    let row = |photos: &'static str| -> Vec<&'static str> {
        vec!["QNI001", "14,704", "108,822", "4G", "01/11/2026", "on_air", "Kon Dóc", photos]
    };
    let told_of = |photos: &'static str| {
        let own = Source {
            name: "bao-cao.xlsx".to_owned(),
            tables: vec![table(&[(1, head), (2, &row(photos))])],
            ..Source::default()
        };
        let photo = Source { name: "Cot-1.JPG".to_owned(), ..Source::default() };
        let reading = with_context(|context| {
            let ground = Ground {
                kinds: vec![Kind::SiteReport],
                report: Some(*context),
                evidence: None,
                known: None,
                observation: ObservationKind::CarrierStatement,
            };
            read(&[own, photo], &Said::default(), &ground)
        });
        rows(&reading)[0].clone()
    };
    assert_eq!(told_of("cot-1.jpg"), "2 ✓");
    assert_eq!(told_of("cot-1.jpg; cot-2.jpg"), "2 ✓ photos-named");
}
