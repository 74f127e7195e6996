//! Headings that part a column and tick nothing, rows that look like headings, and answers that speak
//! of more rows than the one they were given for.

use phusong_atlas::domain::{Fact, Party};

use super::beside::{read_said, reading as beside};
use super::{
    Reading, Said, answered, asked, carrier, commune, csv, drawn, questions, reading, rows, table,
};
use crate::report::Column;
use crate::template::Kind;

/// A row that names no village is a row that lacks one: the ticks below it stay what they are.
#[test]
fn a_first_row_without_its_village_is_no_heading() {
    for (kind, party, list) in [
        (
            Kind::Confirmation,
            commune(),
            "Thôn;Nhà mạng;Có sóng;Ngày quan sát\n;Viettel;không;\n\
             Kon Dóc;Viettel;x;20/11/2026\nNước Giáp;Viettel;x;20/11/2026\n",
        ),
        (
            Kind::Villages,
            Party::Department,
            "Thôn;Xã;Điện lưới;Ghi chú\n;;không;thôn mới tách\nKon Dóc;21520;có;\n",
        ),
    ] {
        let read = beside(kind, &party, list);
        let lacks = read.draft.to_file().any(|filed| match &filed.fact {
            Fact::Observation(fact) => fact.says != phusong_atlas::domain::Says::Has,
            Fact::Village(fact) => fact.grid_power == Some(false),
            _ => false,
        });
        assert!(read.draft.to_file().count() > 0 && !lacks, "{list}{:?}", rows(&read));
    }
}

/// `Công nghệ › Đã phủ | Chưa phủ`, `Đang có | Sẽ có`, `Viettel | VNPT`: what stands under both is
/// never one claim.
#[test]
fn technologies_under_words_that_are_none_are_not_added_up() {
    for (first, second) in
        [("Đã phủ", "Chưa phủ"), ("Đang có", "Sẽ có"), ("Hiện có", "Bổ sung"), ("Viettel", "VNPT")]
    {
        for (one, other) in [("3G", "4G"), ("", "4G")] {
            let heads: &[&str] = &["Thôn phục vụ", "Công nghệ", "", "Từ ngày"];
            let words: &[&str] = &["", first, second];
            let row: &[&str] = &["Kon Dóc", one, other, "01/11/2026"];
            let list = drawn(
                table(&[(1, heads), (2, words), (3, row)]),
                &[((1, 1), (1, 2)), ((1, 2), (0, 0)), ((1, 2), (3, 3))],
            );
            let kind = Said { kind: Some(Kind::Coverage), ..Said::default() };
            let read = reading(list, &kind);
            let claims = read.draft.to_file().filter_map(|filed| match &filed.fact {
                Fact::Claim(fact) => Some(fact.technologies.iter().count()),
                _ => None,
            });
            let claims: Vec<usize> = claims.collect();
            assert!(rows(&read).concat().contains("two-values?"), "{:?}", rows(&read));
            assert!(
                claims.is_empty(),
                "{first}|{second} {one}|{other}: {claims:?} {:?}",
                rows(&read)
            );
        }
    }
}

/// An open question counts for nothing, whatever the row says beside it.
#[test]
fn a_confirmation_that_says_two_things_waits() {
    let list = "Thôn;Có sóng;Sóng di động;Ngày quan sát\nKon Dóc;không;có;20/11/2026\n";
    let read = beside(Kind::Confirmation, &commune(), list);
    assert!(rows(&read).concat().contains("two-values?"), "{:?}", rows(&read));
    assert_eq!(read.draft.to_file().count(), 0, "{:?}", rows(&read));
}

/// One answer to *over midnight* says of every such row on which day it began, at its own hour.
#[test]
fn an_answer_to_a_night_leaves_each_row_its_hour() {
    let list = "Mã trạm;Thời gian (từ … đến …);Nguyên nhân\n\
                QNI001;từ 22h đến 6h ngày 20/11/2026;mất điện\n\
                QNI002;từ 23h30 đến 6h ngày 20/11/2026;mất điện\n";
    let open = beside(Kind::Outages, &carrier(), list);
    let asked = questions(&open.draft);
    let value = asked[0].finding.value.clone().expect("its words");
    for (answer, starts) in [
        (0, ["2026-11-20T15:00:00Z", "2026-11-20T16:30:00Z"]),
        (1, ["2026-11-19T15:00:00Z", "2026-11-19T16:30:00Z"]),
    ] {
        let id = asked[0].finding.candidates[answer].id.clone();
        let said = answered(&[(Column::OutageEnd, Some(&value), &id)]);
        let read = read_said(&[Kind::Outages], &carrier(), vec![csv(list)], said);
        let filed = read.draft.to_file().filter_map(|row| match &row.fact {
            Fact::Outage(fact) => Some(fact.start.to_string()),
            _ => None,
        });
        assert_eq!(filed.collect::<Vec<_>>(), starts, "{id}: {:?}", rows(&read));
    }
}

fn claims(states: &[&str], said: Said) -> Reading {
    let mut lines: Vec<(u32, Vec<&str>)> =
        vec![(1, vec!["Thôn phục vụ", "Công nghệ", "Từ ngày", "Trạng thái"])];
    let named = ["Kon Dóc", "Nước Giáp", "Cây Muối"];
    for (number, (village, state)) in (2..).zip(named.into_iter().zip(states)) {
        lines.push((number, vec![village, "4G", "01/11/2026", state]));
    }
    let lines: Vec<(u32, &[&str])> =
        lines.iter().map(|(number, cells)| (*number, &cells[..])).collect();
    reading(table(&lines), &Said { kind: Some(Kind::Coverage), ..said })
}

/// What rows say against their claim is asked word by word; *no* is no yes.
#[test]
fn each_word_against_a_claim_is_a_question_of_its_own() {
    let states = ["chưa phủ sóng", "dự kiến quý I/2027", "sóng yếu, chập chờn"];
    let denied =
        |read: &Reading| asked(read).iter().filter(|code| **code == "claim-denied").count();
    assert_eq!(denied(&claims(&states, Said::default())), 3);
    let one = || answered(&[(Column::Basis, Some("dự kiến quý I/2027"), "statement")]);
    let read = claims(&states, one());
    assert_eq!(denied(&read), 2, "{:?}", rows(&read));
    assert_eq!(read.draft.to_file().count(), 1);
    let no = answered(&[(Column::Basis, Some("chưa phủ sóng"), "không, chưa có")]);
    assert_eq!(claims(&states[..1], no).draft.to_file().count(), 0);
    for plain in ["Đang hoạt động", "đang phát sóng", "không vướng mắc", "nay đã hết lõm sóng"]
    {
        let read = claims(&[plain], Said::default());
        assert_eq!(asked(&read), [""; 0], "{plain}: {:?}", rows(&read));
    }
}

/// Papers and offices that a title names plan nothing; what it plans itself is no result.
#[test]
fn a_title_is_told_from_what_it_cites() {
    for (title, is_asked) in [
        ("VÙNG PHỦ SÓNG (mục IV.16 Kế hoạch ban hành kèm theo Quyết định 03)", false),
        ("SỞ KẾ HOẠCH VÀ ĐẦU TƯ: VÙNG PHỦ SÓNG", false),
        ("VÙNG PHỦ SÓNG (KHÔNG BAO GỒM 5G)", false),
        ("KẾT QUẢ KHẢO SÁT CÁC THÔN CHƯA CÓ SÓNG", true),
        ("KẾ HOẠCH HOÀN THÀNH PHỦ SÓNG CÁC THÔN", true),
    ] {
        let heads: &[&str] = &["Thôn phục vụ", "Công nghệ", "Từ ngày"];
        let row: &[&str] = &["Kon Dóc", "4G", "01/11/2026"];
        let kind = Said { kind: Some(Kind::Coverage), ..Said::default() };
        let read = reading(table(&[(1, &[title]), (2, heads), (3, row)]), &kind);
        let expected = if is_asked { vec!["are-claims"] } else { vec![] };
        assert_eq!(asked(&read), expected, "{title}: {:?}", rows(&read));
    }
}
