//! Forms as offices print them: columns to be ticked, titles that say what the rows do not, tables
//! side by side. What a reader of the paper would not take for another thing is no other thing here.

use phusong_atlas::domain::{Fact, Party};

use super::beside::{read_said, read_table, reading as beside};
use super::{
    Answer, Means, Reading, Said, answered, asked, carrier, codes, commune, csv, drawn, questions,
    reading, rows, table,
};
use crate::finding::Severity;
use crate::report::Column;
use crate::table::Table;
use crate::template::Kind;

/// What each row says in a column, by its understood form.
fn told(read: &Reading, column: &str) -> Vec<String> {
    let rows = read.draft.rows.iter();
    rows.map(|row| row.understood().get(column).map_or_else(String::new, ToString::to_string))
        .collect()
}

/// `Điện lưới | Không | Có`: a cross under *Không* says no, whichever of them stands first.
#[test]
fn a_tick_means_what_stands_above_it() {
    for (first, second) in [("Không", "Có"), ("Có", "Không"), ("Chưa có", "Có")] {
        let list = drawn(
            table(&[
                (1, &["DANH SÁCH THÔN"]),
                (2, &["TT", "Thôn", "Xã", "Điện lưới", ""]),
                (3, &["", "", "", first, second]),
                (4, &["1", "Kon Dóc", "21520", "", "x"]),
                (5, &["2", "Nước Giáp", "21520", "✓", "-"]),
            ]),
            &[((2, 2), (3, 4)), ((2, 3), (0, 0)), ((2, 3), (1, 1)), ((2, 3), (2, 2))],
        );
        let read = read_table(Kind::Villages, &Party::Department, list);
        let says = |word: &str| if word == "Có" { "true" } else { "false" };
        let expected = [says(second).to_owned(), says(first).to_owned()];
        assert_eq!(told(&read, "dien_luoi"), expected, "{first}: {:?}", rows(&read));
        assert!(codes(&read).contains(&"ticked-columns"), "{:?}", codes(&read));
        assert!(!codes(&read).contains(&"duplicate-column"), "{:?}", codes(&read));
    }
    // Both are ticked, or a word stands there that may be either's.
    for (one, other) in [("x", "x"), ("", "không"), ("có", "")] {
        let list = drawn(
            table(&[
                (2, &["Thôn", "Số hộ", "Điện lưới", ""]),
                (3, &["", "", "Không", "Có"]),
                (4, &["Kon Dóc", "60", one, other]),
            ]),
            &[((2, 2), (2, 3))],
        );
        let read = read_table(Kind::Villages, &commune(), list);
        assert!(read.draft.to_file().next().is_none(), "{one}|{other}: {:?}", rows(&read));
    }
}

#[test]
fn ticks_under_states_of_signal_are_read_by_their_headings() {
    let two_lines = drawn(
        table(&[
            (1, &["TT", "Thôn", "Ngày quan sát", "Tình trạng sóng"]),
            (2, &["", "", "", "Không có sóng", "Sóng yếu", "Có sóng"]),
            (3, &["1", "Kon Dóc", "20/11/2026", "x"]),
            (4, &["2", "Nước Giáp", "20/11/2026", "", "x"]),
            (5, &["3", "Cây Muối", "20/11/2026", "", "", "x"]),
        ]),
        &[((1, 1), (3, 5)), ((1, 2), (1, 1))],
    );
    let one_line = csv("TT;Thôn;Ngày quan sát;Có sóng;Sóng yếu;Không có sóng\n\
                        1;Kon Dóc;20/11/2026;;;x\n2;Nước Giáp;20/11/2026;;x;\n\
                        3;Cây Muối;20/11/2026;x;;\n");
    // What a tick means is said, also under a title of gaps.
    let mut titled = two_lines.clone();
    titled.name = "Thôn lõm sóng".to_owned();
    for list in [two_lines, one_line, titled] {
        let read =
            read_said(&[Kind::Confirmation], &Party::Department, vec![list], Said::default());
        let says = told(&read, "co_song");
        assert_eq!(says, ["\"lacks\"", "\"weak\"", "\"has\""], "{:?}", rows(&read));
    }
}

/// `Công nghệ | 3G | 4G`: every one that is ticked.
#[test]
fn technologies_are_ticked_one_by_one() {
    let list = drawn(
        table(&[
            (1, &["Mã trạm", "Công nghệ", "", "", "Bắt đầu", "Kết thúc"]),
            (2, &["", "2G", "3G", "4G"]),
            (3, &["QNI001", "", "x", "x", "20/11/2026 06:00", "20/11/2026 08:00"]),
            (4, &["QNI002", "0", "0", "1", "20/11/2026 06:00", "20/11/2026 08:00"]),
            (5, &["QNI003", "", "không", "", "20/11/2026 06:00", "20/11/2026 08:00"]),
        ]),
        &[((1, 1), (1, 3))],
    );
    let read = read_table(Kind::Outages, &carrier(), list);
    let told = told(&read, "cong_nghe");
    assert_eq!(told, ["[\"3G\",\"4G\"]", "[\"4G\"]", "[]"], "{:?}", rows(&read));
}

/// The row below the headings names no village: it goes on with them, and says what a mark means.
#[test]
fn headings_go_on_below_where_no_row_begins() {
    let list = "TT;Thôn;Viettel;VNPT;Ngày kiểm tra\n;;Sóng yếu;Mất sóng;\n\
                1;Kon Dóc;x;;20/11/2026\n2;Nước Giáp;;x;20/11/2026\n";
    let kinds = [Kind::Confirmation, Kind::Villages];
    let read = read_said(&kinds, &commune(), vec![csv(list)], Said::default());
    assert!(!rows(&read).concat().contains('✓'), "{:?}", rows(&read));
    // A row of the table is none, though its village is drawn over two rows.
    let list = "Thôn;Nhà mạng;Có sóng;Ngày quan sát\nKon Dóc;Viettel;có;20/11/2026\n";
    let read = beside(Kind::Confirmation, &commune(), list);
    assert_eq!(read.draft.rows.len(), 1, "{:?}", rows(&read));
}

/// Under a title, or in a group, of villages without signal a cross may say that there is none.
#[test]
fn marks_in_a_long_list_of_gaps_are_asked() {
    let row = "1;Kon Dóc;x;Viettel;20/11/2026\n";
    let heads = "TT;Thôn;Sóng di động;Nhà mạng;Ngày kiểm tra\n";
    for (above, group, is_asked) in [
        ("DANH SÁCH CÁC THÔN CHƯA CÓ SÓNG DI ĐỘNG;;;;\n", "", true),
        ("", "I;Các thôn chưa có sóng;;;\n", true),
        ("TÌNH HÌNH SÓNG DI ĐỘNG;;;;\n", "", false),
    ] {
        let read = beside(Kind::Confirmation, &commune(), &format!("{above}{heads}{group}{row}"));
        let expected = if is_asked { vec!["bad-word"] } else { vec![] };
        assert_eq!(asked(&read), expected, "{above}{group}: {:?}", rows(&read));
    }
}

/// A list of villages says nothing of their signal, whatever stands above it: that is told.
#[test]
fn a_title_of_gaps_over_a_list_of_villages_is_not_lost_unsaid() {
    for (title, is_told) in [
        ("DANH SÁCH CÁC THÔN CHƯA CÓ SÓNG DI ĐỘNG", true),
        ("Các thôn đề nghị phủ sóng", true),
        ("DANH SÁCH THÔN XÃ ĐẶNG THUỲ TRÂM", false),
        ("Thôn dọc sông Re, không có chợ", false),
    ] {
        let list = format!("{title};;\nThôn;Số hộ;Nhân khẩu\nKon Dóc;60;200\n");
        let read = beside(Kind::Villages, &commune(), &list);
        assert_eq!(codes(&read).contains(&"signal-in-title"), is_told, "{title}");
    }
}

/// The same headings twice, side by side or below: the rows of the second are not lost unsaid.
#[test]
fn a_second_table_is_told_wherever_it_stands() {
    let villages = "TT;Thôn;Số hộ;TT;Thôn;Số hộ\n1;Kon Dóc;60;2;Nước Giáp;50\n";
    let read = beside(Kind::Villages, &commune(), villages);
    assert!(codes(&read).contains(&"side-by-side") && !read.draft.can_file());
    let figures = "Tháng 10/2026;;;\nTT;Xã;Hộ có cáp quang;Tổng số hộ\n1;Ba Tơ;1200;1500\n\
                   Thuê bao;;;\nTT;Xã;Smartphone;Thuê bao di động\n1;Ba Vì;2000;3000\n";
    let read = beside(Kind::Statistics, &Party::Department, figures);
    assert!(codes(&read).contains(&"other-table"), "{:?} {:?}", codes(&read), rows(&read));
    assert_eq!(told(&read, "tu_so"), ["1200"], "{:?}", rows(&read));
}

fn counts(read: &Reading) -> Vec<(Option<u64>, Option<u32>, Option<String>)> {
    let facts = read.draft.to_file().filter_map(|row| match &row.fact {
        Fact::Statistic(fact) => Some((
            fact.numerator,
            fact.stated_share_milli,
            fact.carrier.as_ref().map(ToString::to_string),
        )),
        _ => None,
    });
    facts.collect()
}

fn wide(title: &str) -> String {
    format!("{title};;\nXã;Hộ có cáp quang;Tổng số hộ\nBa Tơ;1200;1500\n")
}

/// What a title makes less than the stock is asked once, and either answer is followed.
#[test]
fn a_title_that_narrows_its_counts_is_asked() {
    let read_with = |text: &str, said: Said| {
        read_said(&[Kind::Statistics], &Party::Department, vec![csv(text)], said)
    };
    for title in [
        "PHÁT TRIỂN MỚI THÁNG 10/2026",
        "GIAO CHỈ TIÊU THÁNG 10/2026",
        "SỐ LIỆU KHU VỰC NÔNG THÔN THÁNG 10/2026",
    ] {
        let read = read_with(&wide(title), Said::default());
        assert_eq!(asked(&read), ["title-narrows"], "{title}: {:?}", rows(&read));
        let yes = answered(&[(Column::Numerator, Some(title), "có đến cuối kỳ")]);
        let read = read_with(&wide(title), yes);
        assert_eq!(counts(&read), [(Some(1_200), None, None)], "{title}: {:?}", rows(&read));
        // As the page answers: under the name that the question has for its part.
        let part = read_with(&wide(title), Said::default()).draft.rows[0].table.clone();
        let mut of_part = Said::default();
        of_part.answers.give(Answer {
            table: part,
            row: Some(3),
            column: Some(Column::Numerator),
            value: Some(title.to_owned()),
            means: Means::Text("có đến cuối kỳ".to_owned()),
        });
        let read = read_with(&wide(title), of_part);
        assert_eq!(counts(&read).len(), 1, "{title}: {:?}", rows(&read));
    }
}

/// Over a long table it is told.
#[test]
fn a_title_that_narrows_a_long_table_is_told() {
    for (title, is_told) in [("PHÁT TRIỂN MỚI THÁNG 10/2026", true), ("THÁNG 10/2026", false)]
    {
        let list = format!(
            "{title};;;;\nChỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số\n\
             hộ có cáp quang;Xã Ba Tơ;10/2026;1200;1500\n"
        );
        let read = beside(Kind::Statistics, &Party::Department, &list);
        assert_eq!(codes(&read).contains(&"title-narrows"), is_told, "{title}");
        assert_eq!(counts(&read).len(), 1, "{title}: {:?}", rows(&read));
    }
}

/// One carrier alone in the title of figures that name none: whose they are is asked. A sheet that
/// is called as one is its.
#[test]
fn a_carrier_in_the_title_is_not_lost() {
    let titled = wide("SỐ LIỆU CÁP QUANG CỦA VNPT THÁNG 10/2026");
    let read_as = |owner: &Party, table: Table, said: Said| {
        read_said(&[Kind::Statistics], owner, vec![table], said)
    };
    let read = read_as(&Party::Department, csv(&titled), Said::default());
    assert_eq!(asked(&read), ["title-carrier"], "{:?}", rows(&read));
    for (answer, expected) in [("VNPT", Some("vnpt")), ("tất cả doanh nghiệp", None)] {
        let said = answered(&[(Column::Carrier, None, answer)]);
        let read = read_as(&Party::Department, csv(&titled), said);
        let expected = (Some(1_200), None, expected.map(str::to_owned));
        assert_eq!(counts(&read), [expected], "{answer}: {:?}", rows(&read));
    }
    // Another's figures are not the sender's.
    let read = read_as(&carrier(), csv(&titled), Said::default());
    assert_eq!(asked(&read), ["title-carrier"], "{:?}", rows(&read));
    let own = wide("SỐ LIỆU CÁP QUANG CỦA VIETTEL THÁNG 10/2026");
    let read = read_as(&carrier(), csv(&own), Said::default());
    assert_eq!(counts(&read).len(), 1, "{:?}", rows(&read));
    let sheet = Table { name: "MobiFone".to_owned(), ..csv(&wide("Tháng 10/2026")) };
    let read = read_as(&Party::Department, sheet, Said::default());
    let expected = (Some(1_200), None, Some("mobifone".to_owned()));
    assert_eq!(counts(&read), [expected], "{:?}", rows(&read));
}

/// A bare share beside a plan is of the plan, or not: it is not read, and that is said.
#[test]
fn a_share_beside_a_plan_is_not_the_indicators() {
    let long = |plan: &str, share: &str| {
        format!(
            "Chỉ tiêu;Đơn vị;Kỳ;{plan};Thực hiện;{share}\n\
             hộ có cáp quang;Xã Ba Tơ;10/2026;1400;1200;85,7\n"
        )
    };
    for (plan, share, is_read) in [
        ("Kế hoạch", "Tỷ lệ (%)", false),
        ("Chỉ tiêu giao", "Tỷ lệ", false),
        ("Năm trước", "Tỷ lệ (%)", true),
    ] {
        let read = beside(Kind::Statistics, &Party::Department, &long(plan, share));
        let share = is_read.then_some(85_700);
        assert_eq!(counts(&read), [(Some(1_200), share, None)], "{plan}: {:?}", rows(&read));
        assert_eq!(codes(&read).contains(&"share-of-plan"), !is_read, "{plan}");
    }
    let wide = drawn(
        table(&[
            (1, &["Tháng 10/2026"]),
            (2, &["Xã", "Hộ có cáp quang", "", ""]),
            (3, &["", "Kế hoạch", "Thực hiện", "Tỷ lệ (%)"]),
            (4, &["Ba Tơ", "1400", "1200", "85,7"]),
        ]),
        &[((2, 2), (1, 3)), ((2, 3), (0, 0))],
    );
    let read = read_table(Kind::Statistics, &Party::Department, wide);
    assert_eq!(counts(&read), [(Some(1_200), None, None)], "{:?}", rows(&read));
    assert!(codes(&read).contains(&"share-of-plan"), "{:?}", codes(&read));
}

/// One bare share beside two counts: of which it is, is one question for its column, and the counts
/// do not wait for it.
#[test]
fn a_bare_share_beside_two_counts_is_asked_once() {
    let list = "Tháng 10/2026;;;\nXã;Hộ có cáp quang;Thuê bao smartphone;Tỷ lệ (%)\n\
                Ba Tơ;1200;2000;80\nBa Vì;900;1500;70\n";
    let read_with =
        |said: Said| read_said(&[Kind::Statistics], &Party::Department, vec![csv(list)], said);
    let read = read_with(Said::default());
    assert_eq!((asked(&read), counts(&read).len()), (vec!["which-share"], 4), "{:?}", rows(&read));
    assert!(read.draft.can_file());
    for (answer, shares) in [("fibre_households", 2), ("không có", 0)] {
        let read = read_with(answered(&[(Column::Share, Some("Tỷ lệ (%)"), answer)]));
        let with = counts(&read).iter().filter(|(_, share, _)| share.is_some()).count();
        assert_eq!((asked(&read).len(), with), (0, shares), "{answer}: {:?}", rows(&read));
    }
}

/// A share is no count, and 0,8 may be 80 %.
#[test]
fn per_cent_in_a_count_and_parts_of_one_are_asked() {
    let long = |count: &str, whole: &str, share: &str| {
        let list = format!(
            "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số;Tỷ lệ\n\
             hộ có cáp quang;Xã Ba Tơ;10/2026;{count};{whole};{share}\n"
        );
        let read = beside(Kind::Statistics, &Party::Department, &list);
        let not_refused = asked(&read).into_iter().find(|code| *code != "no-figure");
        (counts(&read).len(), not_refused.map(str::to_owned))
    };
    for (count, whole, share, filed, code) in [
        ("80%", "1500", "", 0, Some("not-a-count")),
        ("1.200 hộ", "1500", "", 1, None),
        ("1200", "", "0,8", 0, Some("share-fraction")),
        ("1200", "", "0,8%", 1, None),
        ("1200", "", "80", 1, None),
        // Its counts tell, and the difference is said.
        ("1200", "1500", "0,8", 1, None),
    ] {
        let expected = (filed, code.map(str::to_owned));
        assert_eq!(long(count, whole, share), expected, "{count} {whole} {share}");
    }
    let list = "Thôn;Xã;Số hộ;Nhân khẩu\nKon Dóc;21520;200 khẩu;200 khẩu\n\
                Nước Giáp;21520;100%;50 người\n";
    let read = beside(Kind::Villages, &Party::Department, list);
    let households = read.draft.to_file().filter_map(|filed| match &filed.fact {
        Fact::Village(fact) => Some(fact.households),
        _ => None,
    });
    assert_eq!(households.collect::<Vec<_>>(), [None, None], "{:?}", rows(&read));
}

/// `từ 22h đến 6h ngày …`: over midnight, and of which hour the day is nobody guesses.
#[test]
fn an_outage_over_midnight_is_asked_whose_its_day_is() {
    let cell = "Mã trạm;Thời gian (từ … đến …);Nguyên nhân\n\
                QNI001;từ 22h đến 6h ngày 20/11/2026;mất điện\n";
    // A bare day may be that of either hour.
    let columns = "Mã trạm;Ngày;Giờ mất;Giờ khôi phục;Nguyên nhân\n\
                   QNI001;20/11/2026;22:00;06:00;mất điện\n";
    let next = "20/11/2026 22:00 - 21/11/2026 06:00";
    let before = "19/11/2026 22:00 - 20/11/2026 06:00";
    for (list, offered) in [(cell, vec![next, before]), (columns, vec![next, before])] {
        let open = beside(Kind::Outages, &carrier(), list);
        let questions = questions(&open.draft);
        let [one] = &questions[..] else { panic!("{list}{:?}", rows(&open)) };
        let ids: Vec<&str> = one.finding.candidates.iter().map(|one| &*one.id).collect();
        assert_eq!((one.finding.code, &ids), ("over-midnight", &offered), "{list}");
        let value = one.finding.value.clone().expect("its words");
        for answer in offered {
            let said = answered(&[(Column::OutageEnd, Some(&value), answer)]);
            let read = read_said(&[Kind::Outages], &carrier(), vec![csv(list)], said);
            let filed = read.draft.to_file().find_map(|row| match &row.fact {
                Fact::Outage(fact) => Some(format!("{} {}", fact.start, fact.end?)),
                _ => None,
            });
            let expected = if answer == next {
                "2026-11-20T15:00:00Z 2026-11-20T23:00:00Z"
            } else {
                "2026-11-19T15:00:00Z 2026-11-19T23:00:00Z"
            };
            assert_eq!(filed.as_deref(), Some(expected), "{list}{answer}: {:?}", rows(&read));
        }
    }
    // Both days are written: one of them is wrong.
    let list = "Mã trạm;Bắt đầu;Kết thúc\nQNI001;20/11/2026 22:00;20/11/2026 06:00\n";
    assert_eq!(rows(&beside(Kind::Outages, &carrier(), list)), ["2 ✗ end-before-start!"]);
}

/// What its other columns say of an outage is not passed over.
#[test]
fn hours_and_ends_in_other_columns_are_asked() {
    for (list, expected) in [
        (
            "Mã trạm;Bắt đầu;Kết thúc;Trạng thái\nQNI001;20/11/2026 06:00;;Đã khôi phục\n",
            "2 ✗ restored-when?",
        ),
        (
            "Mã trạm;Bắt đầu;Kết thúc;Ghi chú\nQNI001;20/11/2026 06:00;;đã xử lý xong 8h\n",
            "2 ✗ restored-when?",
        ),
        ("Mã trạm;Bắt đầu;Kết thúc;Trạng thái\nQNI001;20/11/2026 06:00;;Chưa khôi phục\n", "2 ✓"),
        ("Mã trạm;Ngày bắt đầu;Vào giờ\nQNI001;20/11/2026;06:00\n", "2 ✗ hour-unread?"),
        (
            "Mã trạm;Thời gian mất liên lạc;Thời gian khôi phục\n\
             QNI001;22h 20/11/2026;06h 21/11/2026\n",
            "2 ✓",
        ),
    ] {
        let read = beside(Kind::Outages, &carrier(), list);
        assert_eq!(rows(&read), [expected], "{list}");
    }
}

/// A list of places without signal is no claim that there is one.
#[test]
fn claims_under_a_title_of_gaps_are_asked() {
    let heads: &[&str] = &["TT", "Thôn phục vụ", "Công nghệ", "Từ ngày", "Tỷ lệ phủ sóng (%)"];
    let plain: &[&str] = &["TT", "Thôn phục vụ", "Công nghệ", "Từ ngày", "Nguồn"];
    let row: &[&str] = &["1", "Kon Dóc", "4G", "01/11/2026", "0"];
    for (title, heads, is_asked) in [
        ("DANH SÁCH CÁC THÔN CHƯA CÓ SÓNG 4G", plain, true),
        ("KẾ HOẠCH PHỦ SÓNG CÁC THÔN", plain, true),
        ("KẾT QUẢ PHỦ SÓNG CÁC THÔN LÕM SÓNG", plain, false),
        ("VÙNG PHỦ SÓNG", plain, false),
        ("VÙNG PHỦ SÓNG", heads, true),
    ] {
        let list = table(&[(1, &[title]), (2, heads), (3, row)]);
        let claims = |said: Said| reading(list.clone(), &said);
        let kind = || Said { kind: Some(Kind::Coverage), ..Said::default() };
        let read = claims(kind());
        let expected = if is_asked { vec!["are-claims"] } else { vec![] };
        assert_eq!(asked(&read), expected, "{title}: {:?}", rows(&read));
        let yes = answered(&[(Column::Basis, None, "statement")]);
        let read = claims(Said { kind: Some(Kind::Coverage), ..yes });
        assert_eq!(read.draft.to_file().count(), 1, "{title}: {:?}", rows(&read));
    }
}

/// Nor is a row of which another column says that there is none, or not yet.
#[test]
fn a_claim_that_its_own_row_denies_is_asked() {
    for (heading, text, is_asked) in [
        ("Trạng thái", "chưa phủ sóng", true),
        ("Trạng thái", "dự kiến", true),
        ("Ghi chú", "vùng lõm sóng", true),
        ("Trạng thái", "đã phủ sóng", false),
        ("Ghi chú", "không có điện", false),
    ] {
        let heads: &[&str] = &["Thôn phục vụ", "Công nghệ", "Từ ngày", heading];
        let row: &[&str] = &["Kon Dóc", "4G", "01/11/2026", text];
        let said = Said { kind: Some(Kind::Coverage), ..Said::default() };
        let read = reading(table(&[(1, heads), (2, row)]), &said);
        let expected = if is_asked { vec!["claim-denied"] } else { vec![] };
        assert_eq!(asked(&read), expected, "{text}: {:?}", rows(&read));
    }
}

/// A unit alone in its row heads those below it, however few columns there are; letters and numbers
/// under the headings are none of the table's rows.
#[test]
fn rows_that_frame_a_small_list_are_told() {
    let list = "TT;Thôn;Số hộ\nA;B;1\n;Xã Ba Vì;\n1;Làng Xà Nu;50\n";
    let read = beside(Kind::Villages, &commune(), list);
    let communes: Vec<&str> =
        read.beside.iter().filter_map(|beside| beside.commune.as_deref()).collect();
    assert_eq!(communes, ["Xã Ba Vì"], "{:?}", rows(&read));
    assert_eq!(read.draft.rows.len(), 1, "{:?}", rows(&read));
}

/// A longer name that holds a known one is asked; a new village is called as its name says.
#[test]
fn a_name_around_a_known_one_is_no_new_village_unasked() {
    for name in ["THÔN KON DÓC (CŨ)", "Đội 4 - thôn Kon Dóc", "Kon Dóc mới", "Kon Dóc (60 hộ)"]
    {
        let list = format!("Thôn;Xã;Số hộ\n{name};21520;20\n");
        let read = beside(Kind::Villages, &commune(), &list);
        assert_eq!(asked(&read), ["near-village"], "{name}: {:?}", rows(&read));
    }
    for (name, kind) in [("TDP 3", "to_dan_pho"), ("Làng Xà Nu", "lang"), ("Đồng Xoài", "thon")]
    {
        let list = format!("Thôn;Xã;Số hộ\n{name};21520;20\n");
        let read = beside(Kind::Villages, &commune(), &list);
        let expected = format!("\"{kind}\"");
        assert_eq!(told(&read, "loai_thon"), [expected], "{name}: {:?}", rows(&read));
    }
}

/// A heading that may mean something else is read, and how it is read is told.
#[test]
fn headings_of_two_meanings_are_told() {
    let row: &[&str] = &["QNI001", "phát sóng", "01/11/2026", "108.822", "14.704", "Kon Dóc"];
    for (heading, is_told) in [("Thôn", true), ("Thôn phục vụ", false)] {
        let heads: &[&str] = &["Mã trạm", "Tình trạng", "Ngày", "Kinh độ", "Vĩ độ", heading];
        let read = reading(table(&[(1, heads), (2, row)]), &Said::default());
        assert_eq!(codes(&read).contains(&"heading-meaning"), is_told, "{heading}");
    }
    for (heading, is_told) in [("Dự kiến hoàn thành", true), ("Ngày cam kết", false)] {
        let list = format!("Thôn;{heading};Vướng mắc\nKon Dóc;31/12/2026;\n");
        let read = beside(Kind::Duties, &carrier(), &list);
        assert_eq!(codes(&read).contains(&"heading-meaning"), is_told, "{heading}");
    }
}

/// A column of carriers in a report: another's site is not the sender's.
#[test]
fn a_row_of_another_carrier_is_not_the_senders() {
    let heads: &[&str] =
        &["Mã trạm", "Nhà mạng", "Tình trạng", "Ngày", "Công nghệ", "Kinh độ", "Vĩ độ"];
    for (name, is_taken) in
        [("Viettel", true), ("", true), ("VNPT", false), ("Viettel, VNPT dùng chung", false)]
    {
        let row: &[&str] = &["Q1", name, "phát sóng", "01/11/2026", "4G", "108.822", "14.704"];
        let read = reading(table(&[(1, heads), (2, row)]), &Said::default());
        let told = rows(&read);
        assert_eq!(told[0].contains("other-carrier!"), !is_taken, "{name}: {told:?}");
        assert_eq!(told[0].starts_with("2 ✓"), is_taken, "{name}: {told:?}");
    }
}

/// A note that says otherwise than the event is told; so are groups by how sites stand.
#[test]
fn what_stands_beside_an_event_or_over_it_is_told() {
    let heads: &[&str] =
        &["Mã trạm", "Tình trạng", "Ngày", "Công nghệ", "Kinh độ", "Vĩ độ", "Ghi chú"];
    for (event, note, is_told) in [
        ("phát sóng", "chưa phát sóng", true),
        ("phát sóng", "đã tháo dỡ 11/2026", true),
        ("phát sóng", "phủ vùng lõm sóng", false),
        ("kế hoạch", "dự kiến 12/2026", false),
    ] {
        let row: &[&str] = &["Q1", event, "01/11/2026", "4G", "108.822", "14.704", note];
        let read = reading(table(&[(1, heads), (2, row)]), &Said::default());
        assert_eq!(rows(&read)[0].contains("note-differs~"), is_told, "{note}: {:?}", rows(&read));
    }
    let heads: &[&str] = &["TT", "Mã trạm", "Ngày", "Công nghệ", "Kinh độ", "Vĩ độ"];
    let row: &[&str] = &["1", "Q1", "01/11/2026", "4G", "108.822", "14.704"];
    for (group, is_told) in [("TRẠM THÁO DỠ", true), ("HUYỆN BA TƠ", false)] {
        let list = table(&[(1, heads), (2, &["I", group]), (3, row)]);
        let read = reading(list, &Said::default());
        assert_eq!(codes(&read).contains(&"groups-by-state"), is_told, "{group}");
    }
}

/// Bands alone name no technology.
#[test]
fn bands_without_a_technology_are_asked() {
    let heads: &[&str] = &["Mã trạm", "Tình trạng", "Ngày", "Công nghệ", "Kinh độ", "Vĩ độ"];
    let row: &[&str] = &["Q1", "phát sóng", "01/11/2026", "900/1800", "108.822", "14.704"];
    let read = reading(table(&[(1, heads), (2, row)]), &Said::default());
    assert!(rows(&read)[0].contains("technology-missing?"), "{:?}", rows(&read));
}

/// Technologies in the cells below carriers are no second line of headings.
#[test]
fn the_first_row_of_a_wide_table_is_no_heading() {
    let list = "TT;Thôn;Viettel;VNPT\n1;Kon Dóc;4G;2G\n2;Nước Giáp;có;không\n";
    let read = read_said(&[Kind::Confirmation], &commune(), vec![csv(list)], Said::default());
    let numbers: Vec<u32> = read.draft.rows.iter().map(|row| row.row).collect();
    assert!(numbers.contains(&2) || numbers.is_empty(), "{:?}", rows(&read));
}

/// Signal in columns of a list of villages is told, and a day in one of sites weighs more.
#[test]
fn what_columns_beside_a_list_say_is_told() {
    for (heading, is_told) in
        [("Viettel", true), ("Sóng 4G", true), ("Tình trạng sóng", true), ("Chợ", false)]
    {
        let list = format!("Thôn;Số hộ;{heading}\nKon Dóc;60;có\n");
        let read = beside(Kind::Villages, &commune(), &list);
        assert_eq!(codes(&read).contains(&"signal-in-title"), is_told, "{heading}");
    }
    for (heading, severity) in [("Ngày tắt", Severity::Warn), ("Loại nguồn", Severity::Note)]
    {
        let heads: &[&str] = &["Mã trạm", "Tình trạng", "Ngày", "Kinh độ", "Vĩ độ", heading];
        let row: &[&str] = &["Q1", "phát sóng", "01/11/2026", "108.822", "14.704", "x"];
        let read = reading(table(&[(1, heads), (2, row)]), &Said::default());
        let found = read.draft.findings.iter().find(|found| found.code == "columns-not-read");
        assert_eq!(found.map(|found| found.severity), Some(severity), "{heading}");
    }
}

/// Nothing in the way is no blocker.
#[test]
fn a_blocker_that_is_none_is_none() {
    for (text, is_one) in
        [("Không", false), ("không có vướng mắc", false), ("-", false), ("Không có điện", true)]
    {
        let list = format!(
            "Thôn;Ngày cam kết;Vướng mắc;Vướng mắc từ\nKon Dóc;31/12/2026;{text};01/10/2026\n"
        );
        let read = beside(Kind::Duties, &carrier(), &list);
        let blockers = read.draft.to_file().filter(|row| matches!(row.fact, Fact::Blocker(_)));
        assert_eq!(blockers.count(), usize::from(is_one), "{text}: {:?}", rows(&read));
    }
}
