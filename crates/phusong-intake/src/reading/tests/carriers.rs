//! Confirmations with carriers and technologies across.

use phusong_atlas::domain::{Fact, ObservationFact, Party};

use super::beside::read_said;
use super::{Reading, Said, answered, asked, commune, csv, questions, rows, table};
use crate::report::Column;
use crate::table::{Merge, Table};
use crate::template::Kind;

/// As a commune sends it, with these answers.
fn sent(table: Table, answers: &[(Column, Option<&str>, &str)]) -> Reading {
    read_said(&[Kind::Confirmation, Kind::Villages], &commune(), vec![table], answered(answers))
}

fn filed(reading: &Reading) -> Vec<ObservationFact> {
    let facts = reading.draft.to_file().filter_map(|row| match &row.fact {
        // The words of the sender differ, and what they say does not.
        Fact::Observation(fact) => Some(ObservationFact { source_word: None, ..fact.clone() }),
        _ => None,
    });
    let mut facts: Vec<ObservationFact> = facts.collect();
    facts.sort_by_key(|fact| format!("{fact:?}"));
    facts
}

const DAY: (Column, Option<&str>, &str) = (Column::ObservedDay, None, "20/11/2026");

#[test]
fn carriers_across_are_the_observations_of_the_long_table() {
    let wide = table(&[
        (1, &["PHIẾU XÁC NHẬN SÓNG DI ĐỘNG (tính đến ngày 15/11/2026)"]),
        (3, &["STT", "Thôn", "Viettel", "VNPT", "MobiFone", "Vietnamobile", "Ghi chú"]),
        (4, &["1", "Kon Dóc", "có", "yếu", "không", "", "đồi che"]),
    ]);
    let read = sent(wide.clone(), &[]);
    // On which day is asked once, the title's day offered before the letter's.
    assert_eq!(asked(&read), ["list-observed"], "{:?}", rows(&read));
    let question = &questions(&read.draft)[0];
    let offered: Vec<&str> = question.finding.candidates.iter().map(|one| &*one.id).collect();
    assert_eq!((offered, question.rows.len()), (vec!["2026-11-15", "2026-11-20"], 3));
    let long = "Thôn;Nhà mạng;Có sóng;Ngày quan sát;Ghi chú\n\
                Kon Dóc;Viettel;có;20/11/2026;đồi che\nKon Dóc;VNPT;yếu;20/11/2026;đồi che\n\
                Kon Dóc;MobiFone;không;20/11/2026;đồi che\n";
    let (wide, long) = (sent(wide, &[DAY]), sent(csv(long), &[]));
    assert_eq!(filed(&wide), filed(&long), "{:?}", rows(&wide));
    assert_eq!((filed(&wide).len(), asked(&wide).len()), (3, 0));
    let places: Vec<&str> = wide.draft.rows.iter().filter_map(|row| row.table.as_deref()).collect();
    assert_eq!(places, ["Trạm › cột C", "Trạm › cột D", "Trạm › cột E"]);
    // The empty cell of Vietnamobile is no “no”.
    assert!(super::codes(&wide).contains(&"empty-cells"));
}

#[test]
fn technologies_of_each_carrier_stand_below_it() {
    let long = "Thôn;Nhà mạng;Công nghệ;Có sóng;Ngày quan sát\n\
                Kon Dóc;Viettel;3G;có;20/11/2026\nKon Dóc;Viettel;4G;yếu;20/11/2026\n\
                Kon Dóc;VNPT;3G;không;20/11/2026\nKon Dóc;VNPT;4G;không;20/11/2026\n";
    let heads = (1, &["Thôn", "Viettel", "", "VNPT", "", "Ngày kiểm tra"][..]);
    let below = (2, &["", "3G", "4G", "3G", "4G"][..]);
    let row = (3, &["Kon Dóc", "x", "chập chờn", "không", "chưa có", "20/11/2026"][..]);
    let mut wide = table(&[heads, below, row]);
    let of = |rows, columns| Merge { rows, columns };
    wide.merges =
        vec![of((1, 2), (0, 0)), of((1, 1), (1, 2)), of((1, 1), (3, 4)), of((1, 2), (5, 5))];
    let long = sent(csv(long), &[]);
    let read = sent(wide, &[]);
    assert_eq!(filed(&read), filed(&long), "{:?}", rows(&read));
    assert_eq!(filed(&read).len(), 4);
    // In one line, and as a CSV without merged cells.
    for text in [
        "Thôn;Viettel 3G;Viettel 4G;VNPT (3G);VNPT (4G);Ngày quan sát\n\
         Kon Dóc;✓;yếu;không;không;20/11/2026\n",
        "Thôn;Viettel;;VNPT;;Ngày quan sát\n;3G;4G;3G;4G;\nKon Dóc;có;yếu;không;không;20/11/2026\n",
    ] {
        let read = sent(csv(text), &[]);
        assert_eq!(filed(&read), filed(&long), "{text}: {:?}", rows(&read));
    }
}

/// A dash may be a “no” or nothing; a tick in a list of villages without signal may be either.
#[test]
fn a_mark_that_may_be_either_is_asked() {
    let dash = "Thôn;Viettel;VNPT;Ngày quan sát\nKon Dóc;có;-;20/11/2026\n";
    let read = sent(csv(dash), &[]);
    assert_eq!((filed(&read).len(), asked(&read)), (1, vec!["bad-word"]), "{:?}", rows(&read));
    let read = sent(csv(dash), &[(Column::Says, Some("-"), "lacks")]);
    assert_eq!(filed(&read).len(), 2);
    let ticks = |title: &str| {
        table(&[
            (1, &[title]),
            (3, &["Thôn", "Viettel", "VNPT", "Ngày quan sát"]),
            (4, &["Kon Dóc", "x", "", "20/11/2026"]),
        ])
    };
    for title in [
        "Danh sách thôn lõm sóng, chưa có sóng",
        "DANH SÁCH THÔN MẤT SÓNG",
        "Danh sách các thôn sóng yếu",
        "Đề nghị phủ sóng di động",
        "KẾ HOẠCH PHỦ SÓNG NĂM 2027",
    ] {
        let read = sent(ticks(title), &[]);
        let told = (filed(&read).len(), asked(&read));
        assert_eq!(told, (0, vec!["bad-word"]), "{title}: {:?}", rows(&read));
    }
    // What a footnote says of the marks holds for them.
    let mut noted = ticks("Tình hình phủ sóng di động");
    noted.rows.extend(table(&[(6, &["Ghi chú: đánh dấu x vào thôn chưa có sóng"])]).rows);
    let read = sent(noted, &[]);
    assert_eq!((filed(&read).len(), asked(&read)), (0, vec!["bad-word"]), "{:?}", rows(&read));
    let read = sent(ticks("Tình hình phủ sóng di động"), &[]);
    assert_eq!(filed(&read).len(), 1, "{:?}", rows(&read));
}

/// A list of villages with its households is one, whoever else stands across.
#[test]
fn a_list_of_villages_stays_one() {
    let list = "Thôn;Số hộ;Nhân khẩu;Viettel\nKon Dóc;60;200;có\n";
    assert_eq!(sent(csv(list), &[]).kind, Some(Kind::Villages));
    // A list of duties that says none is none either.
    let marked = "STT;Thôn;Viettel;VNPT\n1;Kon Dóc;có;không\n";
    let kinds = [Kind::Confirmation, Kind::Duties];
    let read = read_said(&kinds, &Party::Department, vec![csv(marked)], Said::default());
    assert_eq!(read.kind, Some(Kind::Confirmation));
    let words = "Thôn;Xã;Viettel;VNPT\nKon Dóc;Ba Tơ;có;không\n";
    assert_eq!(sent(csv(words), &[]).kind, Some(Kind::Confirmation));
}
