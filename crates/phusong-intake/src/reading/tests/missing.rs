//! What a row needs and does not say is told as missing, by its column, and not as a word that
//! nobody knows: no row waits without a reason.

use phusong_atlas::domain::{Fact, Party};

use super::beside::reading;
use super::carrier;
use crate::finding::Severity;
use crate::report::tests::told;
use crate::report::{Draft, Outcome};
use crate::template::Kind;

#[test]
fn a_row_says_which_cell_it_lacks() {
    let department = Party::Department;
    let (outages, figures, duties, villages, said) = (
        "Mã trạm;Bắt đầu;Kết thúc",
        "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số",
        "Thôn;Mốc tiến độ;Ngày đạt;Nhà mạng",
        "Thôn;Xã;Số hộ;Kinh độ;Vĩ độ",
        "Thôn;Có sóng;Ngày quan sát;Công nghệ;Nhà mạng",
    );
    let cases = [
        (Kind::Outages, outages, "QNI001;;20/11/2026 09:30", "start-missing bat_dau"),
        (Kind::Statistics, figures, ";21520;10/2026;45;100", "indicator-missing chi_tieu"),
        (Kind::Statistics, figures, "hộ có cáp quang;;10/2026;45;100", "unit-missing don_vi"),
        (Kind::Duties, duties, ";khảo sát;20/10/2026;Viettel", "village-missing thon"),
        (Kind::Villages, villages, ";21520;45;;", "village-missing thon"),
        (Kind::Villages, villages, "Làng Xà Nu;;45;;", "commune-missing xa"),
        (Kind::Confirmation, said, "Kon Dóc;;20/10/2026;4G;Viettel", "word-missing co_song"),
        (Kind::Confirmation, said, "Kon Dóc;có;;4G;Viettel", "bad-day ngay_quan_sat"),
    ];
    for (kind, heading, row, expected) in cases {
        let owner = if kind == Kind::Outages { carrier() } else { department.clone() };
        let read = reading(kind, &owner, &format!("{heading}\n{row}\n"));
        let row =
            read.draft.rows.first().unwrap_or_else(|| panic!("{expected}: {:#?}", read.draft));
        assert_eq!(row.outcome, Outcome::Blocked, "{expected}: {row:#?}");
        let open = row.findings.iter().filter(|found| found.severity <= Severity::Ask);
        let told: Vec<String> = open
            .map(|found| format!("{} {}", found.code, found.column.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(told, [expected], "{row:#?}");
        let found = row.findings.iter().find(|found| found.severity <= Severity::Ask);
        let found = found.expect("a reason");
        assert_eq!(found.value, None, "nothing is there: {found:#?}");
        assert!(!found.remedy_vi.starts_with("sửa"), "nothing is there to mend: {found:#?}");
    }
}

/// A village of which no commune is named is of the commune around its place, *suy luận*; a known
/// one of another commune is asked, and goes nowhere.
#[test]
fn a_missing_commune_is_taken_from_the_place() {
    let heading = "Thôn;Xã;Số hộ;Kinh độ;Vĩ độ";
    let of = |row: &str| {
        reading(Kind::Villages, &Party::Department, &format!("{heading}\n{row}\n")).draft
    };
    let new = of("Làng Xà Nu;;45;108.8216;14.703");
    let told_of = told(&new, 0);
    let Some(Fact::Village(village)) = new.to_file().next().map(|filed| &filed.fact) else {
        panic!("taken: {told_of}")
    };
    assert_eq!(village.unit_inferred.as_deref(), Some("suy luận từ vị trí"));
    let codes = |draft: &Draft| -> Vec<&'static str> {
        draft.rows[0].findings.iter().map(|found| found.code).collect()
    };
    assert!(codes(&new).contains(&"commune-inferred"), "{told_of}");
    // Its own commune is known; the point lies in another one.
    let astray = of("Kon Dóc;;45;108.70;15.12");
    assert!(codes(&astray).contains(&"commune-missing"), "{}", told(&astray, 0));
    assert!(!codes(&astray).contains(&"village-moved"), "{}", told(&astray, 0));
    assert_eq!(astray.to_file().count(), 0);
    let named = of("Kon Dóc;;45;108.8216;14.703");
    assert_eq!(named.rows[0].outcome, Outcome::Fileable, "{}", told(&named, 0));
}

/// However many rows say one thing or its opposite of one place and day: none of them is filed.
#[test]
fn all_that_contradict_each_other_wait_alike() {
    let heading = "Thôn;Có sóng;Ngày quan sát;Công nghệ;Nhà mạng";
    let of = |says: &[&str]| -> Vec<String> {
        let rows = says.iter().map(|word| format!("Kon Dóc;{word};20/10/2026;4G;Viettel\n"));
        let csv = format!("{heading}\n{}", rows.collect::<String>());
        let read = reading(Kind::Confirmation, &Party::Department, &csv);
        (0..says.len()).map(|at| told(&read.draft, at)).collect()
    };
    let open = "✗ conflicting-rows?";
    assert_eq!(of(&["có", "không", "có"]), [open; 3]);
    assert_eq!(of(&["có", "không", "yếu"]), [open; 3]);
    assert_eq!(of(&["có", "có", "không", "không"]), [open; 4]);
    assert_eq!(of(&["có", "có", "có"]), ["✓", "= duplicate-row", "= duplicate-row"]);
}
