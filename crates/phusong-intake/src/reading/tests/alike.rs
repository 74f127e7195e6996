//! What every kind of file reads alike: technologies, carriers, days, rows side by side.

use std::fmt::Write as _;

use phusong_atlas::cores::alone;
use phusong_atlas::domain::{CarrierId, Fact, Party};

use super::beside::{read_said, reading};
use crate::reading::{Reading, Said};
use crate::report::csv_table;
use crate::table::Table;
use crate::template::Kind;

/// A table of each kind with the columns that it shares with others: heading, and a row of them.
const TABLES: [(Kind, &str, &str); 3] = [
    (Kind::Duties, "Thôn;Ngày cam kết;Công nghệ;Nhà mạng", "Kon Dóc;{day};{technology};{carrier}"),
    (
        Kind::Outages,
        "Thôn;Bắt đầu;Công nghệ;Nhà mạng",
        "Kon Dóc;20/11/2026 06:00;{technology};{carrier}",
    ),
    (
        Kind::Confirmation,
        "Thôn;Có sóng;Ngày quan sát;Công nghệ;Nhà mạng",
        "Kon Dóc;có sóng;{day};{technology};{carrier}",
    ),
];

fn read(kind: Kind, head: &str, row: &str, cells: [&str; 3]) -> Reading {
    let [day, technology, carrier] = cells;
    let row = row.replace("{day}", day).replace("{technology}", technology);
    let csv = format!("{head}\n{}\n", row.replace("{carrier}", carrier));
    reading(kind, &Party::Department, &csv)
}

/// Of the first row: its questions with their column and choices.
fn asked(reading: &Reading) -> Vec<String> {
    let open =
        reading.draft.rows[0].findings.iter().filter(|one| one.severity <= crate::Severity::Ask);
    let told = open.map(|one| {
        let ids: Vec<&str> = one.candidates.iter().map(|choice| choice.id.as_str()).collect();
        format!("{} {} {}", one.code, one.column.as_deref().unwrap_or(""), ids.join(","))
    });
    told.collect()
}

#[test]
fn a_technology_that_may_be_two_things_is_asked_with_both_in_every_kind() {
    for (kind, head, row) in TABLES {
        let day = if kind == Kind::Duties { "31/12/2026" } else { "20/11/2026" };
        let of = |technology: &str| asked(&read(kind, head, row, [day, technology, "Viettel"]));
        assert_eq!(of("4,5G"), ["technology-two-readings cong_nghe 4G,4G+5G"], "{kind:?}");
        for plain in ["4G", "4.5G", "4G+5G", "2/3/4G", "L1800", "4G/LTE"] {
            assert_eq!(of(plain), Vec::<String>::new(), "{kind:?} {plain}");
        }
        assert!(of("7G")[0].starts_with("unknown-technology cong_nghe"), "{kind:?} {:?}", of("7G"));
    }
}

#[test]
fn a_technology_of_a_log_that_may_be_two_things_is_asked_with_both() {
    let csv = "Timestamp,Longitude,Latitude,Operatorname,NetworkMode,RSRP\n\
        2026.11.20_08.00.10,108.8216,14.703,Viettel,\"4,5G\",-98\n";
    let read = reading(Kind::Measurement, &Party::Department, csv);
    let asked = read.draft.findings.iter().find(|one| one.code == "no-technology").expect("asked");
    let ids: Vec<&str> = asked.candidates.iter().map(|choice| choice.id.as_str()).collect();
    assert_eq!((asked.severity, ids), (crate::Severity::Ask, vec!["4G", "5G"]));
}

/// Of several technologies a promise keeps the least, and names all of them.
#[test]
fn a_promise_of_several_technologies_says_which_it_keeps() {
    let (kind, head, row) = TABLES[0];
    for (said, kept, told) in [
        ("4G", "4G", None),
        ("5G+4G", "4G", Some("cam kết nêu 4G, 5G: chỉ giữ được một công nghệ, ghi là 4G")),
        ("2/3/4G", "2G", Some("cam kết nêu 2G, 3G, 4G: chỉ giữ được một công nghệ, ghi là 2G")),
    ] {
        let read = read(kind, head, row, ["31/12/2026", said, "Viettel"]);
        let row = &read.draft.rows[0];
        let found = row.findings.iter().find(|one| one.code == "promise-technologies");
        assert_eq!(found.map(|one| one.message_vi.as_str()), told, "{said}");
        let filed = row.filed.as_ref().expect("fileable");
        let Fact::Commitment(fact) = &filed.fact else { panic!("{filed:?}") };
        assert_eq!(fact.technology.map(|one| one.to_string()).as_deref(), Some(kept), "{said}");
    }
}

#[test]
fn another_name_of_a_carrier_is_a_named_repair_in_every_kind() {
    for (kind, head, row) in TABLES {
        let day = if kind == Kind::Duties { "31/12/2026" } else { "20/11/2026" };
        let steps = |carrier: &str| {
            let read = read(kind, head, row, [day, "4G", carrier]);
            let changes = read.tables[0].changes.iter().map(|change| change.how.code().to_owned());
            let steps = read.steps[0].iter();
            let told =
                steps.map(|one| format!("{} → {} ({})", one.before, one.after, one.how.code()));
            (told.collect::<Vec<_>>(), changes.collect::<Vec<_>>())
        };
        let (told, changes) = steps("VIETTEL QUẢNG NGÃI");
        assert_eq!(told, ["VIETTEL QUẢNG NGÃI → Viettel (carrier-name)"], "{kind:?}");
        assert_eq!(changes, ["carrier-name"], "{kind:?}");
        assert_eq!(steps("Viettel"), (Vec::new(), Vec::new()), "{kind:?}");
    }
}

/// No day is invented, and none guessed where a file writes both orders.
#[test]
fn a_day_that_is_open_is_asked_in_every_kind() {
    for (kind, head, row) in TABLES.into_iter().filter(|(kind, ..)| *kind != Kind::Outages) {
        let column = if kind == Kind::Duties { "ngay_cam_ket" } else { "ngay_quan_sat" };
        for month in ["10/2026", "tháng 10 năm 2026", "quý IV/2026"] {
            let asked = asked(&read(kind, head, row, [month, "4G", "Viettel"]));
            assert_eq!(asked, [format!("day-missing {column} ")], "{kind:?} {month}");
        }
        let both = |day: &str| row.replace("{day}", day).replace("{technology}", "4G");
        let rows = ["03/04/2026", "25/04/2026", "04/25/2026"].map(both).join("\n");
        let csv = format!("{head}\n{}\n", rows.replace("{carrier}", "Viettel"));
        let read = reading(kind, &Party::Department, &csv);
        let asked = asked(&read);
        let expected = format!("day-order {column} 2026-04-03,2026-03-04");
        assert!(asked.contains(&expected), "{kind:?}: {asked:?}");
    }
}

#[test]
fn an_outage_of_a_month_is_asked_for_its_day() {
    let csv = "Thôn;Bắt đầu;Nhà mạng\nKon Dóc;11/2026;Viettel\n";
    let read = reading(Kind::Outages, &Party::Department, csv);
    assert_eq!(asked(&read), ["day-missing bat_dau "]);
}

/// The time of day stays where the day is chosen.
#[test]
fn an_outage_reads_its_day_as_its_file_writes_them() {
    let starts = |days: [&str; 2]| {
        let csv = format!(
            "Thôn;Bắt đầu;Nhà mạng\nKon Dóc;{} 06:30;Viettel\nThôn Sơn;{} 07:00;Viettel\n",
            days[0], days[1]
        );
        reading(Kind::Outages, &Party::Department, &csv)
    };
    for (days, start) in [
        (["03/04/2026", "25/04/2026"], "2026-04-02T23:30:00Z"),
        (["03/04/2026", "04/25/2026"], "2026-03-03T23:30:00Z"),
    ] {
        let read = starts(days);
        let filed = read.draft.rows[0].filed.as_ref().expect("fileable");
        let Fact::Outage(fact) = &filed.fact else { panic!("{filed:?}") };
        assert_eq!(fact.start.to_string(), start, "{days:?}");
    }
    let csv = "Thôn;Bắt đầu;Nhà mạng\nKon Dóc;03/04/2026 06:30;Viettel\n\
        Thôn Sơn;25/04/2026 07:00;Viettel\nThôn Sơn;04/25/2026 07:00;VNPT\n";
    let read = reading(Kind::Outages, &Party::Department, csv);
    assert_eq!(asked(&read), ["day-order bat_dau 2026-04-03 06:30,2026-03-04 06:30"]);
}

/// A commune answers “Có sóng” as people do; its own word is kept beside ours.
#[test]
fn a_commune_says_in_its_own_words_whether_there_is_signal() {
    let head = "Thôn;Có sóng;Ngày quan sát;Công nghệ;Nhà mạng";
    for (word, says) in [
        ("có", "has"),
        ("Có sóng", "has"),
        ("x", "has"),
        ("không", "lacks"),
        ("chưa có", "lacks"),
        ("yếu", "weak"),
        ("sóng yếu", "weak"),
        ("chập chờn", "weak"),
    ] {
        let csv = format!("{head}\nKon Dóc;{word};20/11/2026;4G;Viettel\n");
        let read = reading(Kind::Confirmation, &Party::Department, &csv);
        let told = read.draft.rows[0].understood()["co_song"].clone();
        assert_eq!(told, says, "{word}: {:?}", read.draft.rows[0].findings);
        let filed = read.draft.rows[0].filed.as_ref().expect("fileable");
        let Fact::Observation(fact) = &filed.fact else { panic!("{filed:?}") };
        let own = fact.source_word.as_deref();
        assert_eq!(own.is_none(), ["Có sóng", "sóng yếu"].contains(&word), "{word}: {own:?}");
    }
    let csv = format!("{head}\nKon Dóc;lõm sóng;20/11/2026;4G;Viettel\n");
    let read = reading(Kind::Confirmation, &Party::Department, &csv);
    assert_eq!(asked(&read), ["bad-word co_song has,weak,lacks"]);
}

/// Rows of every kind are read on every core: what comes out is what one makes of them alone.
#[test]
fn rows_of_every_kind_are_read_side_by_side_in_their_order() {
    for (kind, head, row) in TABLES {
        let mut csv = format!("{head}\n");
        for number in 0..60_usize {
            let of = |choices: [&'static str; 5]| choices[number % choices.len()];
            let row = row
                .replace("{day}", of(["31/12/2026", "20/11/2026", "10/2026", "x", ""]))
                .replace("{technology}", of(["4G", "4,5G", "", "7G", "NR"]))
                .replace("{carrier}", of(["Viettel", "Vinaphone", "Sao Hỏa", "", "VNPT"]));
            writeln!(csv, "{row}").expect("written");
        }
        let own = Party::Carrier(CarrierId::new("viettel").expect("an id"));
        for owner in [Party::Department, own] {
            let together = reading(kind, &owner, &csv);
            let by_one = alone(|| reading(kind, &owner, &csv));
            assert_eq!(together.draft.rows.len(), 60);
            let all = |read: &Reading| format!("{:#?}{:#?}", read.draft.rows, read.steps);
            assert!(all(&together) == all(&by_one), "{kind:?}");
        }
    }
}

/// A confirmation in a file speaks in the columns of its template, in what is asked and understood.
#[test]
fn a_confirmation_is_asked_and_told_in_its_own_columns() {
    let head = "Thôn;Có sóng;Ngày quan sát;Công nghệ;Nhà mạng";
    let of =
        |row: &str| reading(Kind::Confirmation, &Party::Department, &format!("{head}\n{row}\n"));
    for (row, expected) in [
        ("Thôn Lạ;có sóng;20/11/2026;4G;Viettel", "unknown-village thon "),
        ("Kon Dóc;có sóng;20/11/2026;4G;Sao Hỏa", "unknown-carrier nha_mang "),
        ("Kon Dóc;có sóng;31/02/2026;4G;Viettel", "bad-day ngay_quan_sat "),
    ] {
        let asked = asked(&of(row));
        assert!(asked.len() == 1 && asked[0].starts_with(expected), "{row}: {asked:?}");
    }
    let read = of("Kon Dóc;có sóng;20/11/2026;4G;Vinaphone");
    let told = read.draft.rows[0].understood();
    let columns = ["thon", "co_song", "ngay_quan_sat", "nha_mang", "cong_nghe"];
    let told = columns.map(|column| told[column].to_string().replace('"', ""));
    assert_eq!(told, ["kon-doc", "has", "2026-11-20", "vnpt", "[4G]"]);
}

/// Rows of two sheets have the same numbers: what is said of one names its sheet.
#[test]
fn rows_of_another_sheet_are_named_with_it() {
    let heads = "Thôn;Có sóng;Ngày quan sát;Công nghệ;Nhà mạng";
    let of = |name: &str, says: &str| {
        let text = format!("{heads}\nKon Dóc;{says};20/11/2026;4G;Viettel\n");
        Table { name: name.to_owned(), ..csv_table(&|| Ok(text.as_bytes()), 9).expect("a table").0 }
    };
    let told = |first: Table, second: Table, kind: Kind| {
        let tables = vec![first, second];
        let read = read_said(&[kind], &Party::Department, tables, Said::default());
        let found = read.draft.rows.iter().flat_map(|row| &row.findings);
        let found = found.filter(|one| matches!(one.code, "conflicting-rows" | "duplicate-row"));
        found.map(|one| one.message_vi.clone()).collect::<Vec<String>>()
    };
    let kind = Kind::Confirmation;
    assert_eq!(
        told(of("Biểu 1", "có"), of("Biểu 2", "không"), kind),
        [
            "trái với dòng 2 (“Biểu 2”) về cùng nơi, cùng ngày",
            "trái với dòng 2 (“Biểu 1”) về cùng nơi, cùng ngày"
        ]
    );
    assert_eq!(
        told(of("Biểu 1", "có"), of("Biểu 2", "có"), kind),
        ["trùng với dòng 2 (“Biểu 1”): chỉ tính một lần"]
    );
    let figures = |name: &str, count: &str| {
        let heads = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số";
        let text = format!("{heads}\nhộ có cáp quang;Xã Ba Tơ;10/2026;{count};100\n");
        Table { name: name.to_owned(), ..csv_table(&|| Ok(text.as_bytes()), 9).expect("a table").0 }
    };
    assert_eq!(
        told(figures("A", "40"), figures("B", "41"), Kind::Statistics),
        [
            "cùng nội dung với dòng 2 (“B”) nhưng số liệu khác",
            "cùng nội dung với dòng 2 (“A”) nhưng số liệu khác"
        ]
    );
}
