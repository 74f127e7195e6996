//! Columns that say a part of what is told: whose, with what, where, and what a tick in them means.

use phusong_atlas::domain::{Environment, Fact, Party, Says, Service};

use super::beside::reading as beside;
use super::{
    Place, Reading, asked, carrier, commune, csv, drawn, questions, reading as of_report, rows,
};
use crate::reading::Said;
use crate::template::Kind;

/// A sheet with cells that are drawn as one.
fn sheet(list: &str, merges: &[Place]) -> Reading {
    let read = drawn(csv(list), merges);
    super::beside::read_table(Kind::Confirmation, &commune(), read)
}

/// What is filed, in short: whose, technologies, where, for what, and the word.
fn said(read: &Reading) -> Vec<String> {
    let facts = read.draft.to_file().filter_map(|row| match &row.fact {
        Fact::Observation(fact) => Some(fact),
        _ => None,
    });
    let said = facts.map(|fact| {
        let carrier = fact.carrier.as_ref().map_or("mọi mạng", |id| id.as_str());
        let technologies = fact.technologies.iter().map(|one| format!(" {one}"));
        let environment = match fact.environment {
            None => "",
            Some(Environment::Indoor) => " trong nhà",
            Some(Environment::Outdoor) => " ngoài trời",
        };
        let service = match fact.service {
            None => "",
            Some(Service::Voice) => " thoại",
            Some(Service::Data) => " dữ liệu",
        };
        let says = match fact.says {
            Says::Has => "có",
            Says::Lacks => "không",
            Says::Weak => "yếu",
        };
        format!("{carrier}{}{environment}{service}: {says}", technologies.collect::<String>())
    });
    said.collect()
}

/// A cross under *Không* is a no, wherever the carrier and the technology stand.
#[test]
fn a_tick_means_the_word_above_it() {
    let day = "20/11/2026";
    let cases: &[(&str, &[Place], &[&str])] = &[
        (
            "STT;Thôn;Viettel;;VNPT;;Ngày quan sát\n;;Có;Không;Có;Không;\n1;Kon Dóc;x;;;x;",
            &[((1, 1), (2, 3)), ((1, 1), (4, 5))],
            &["viettel: có", "vnpt: không"],
        ),
        (
            "Thôn;Viettel;;;Ngày quan sát\n;Có sóng;Sóng yếu;Không có sóng;\nKon Dóc;;x;;",
            &[((1, 1), (1, 3))],
            &["viettel: yếu"],
        ),
        (
            "Thôn;Viettel có sóng;Viettel không có sóng;VNPT có sóng;VNPT không có sóng;Ngày quan sát\n\
             Kon Dóc;x;;;x;",
            &[],
            &["viettel: có", "vnpt: không"],
        ),
        (
            "Thôn;Viettel;;;;Ngày quan sát\n;3G;;4G;;\n;Có;Không;Có;Không;\nKon Dóc;1;0;0;1;",
            &[((1, 1), (1, 4)), ((2, 2), (1, 2)), ((2, 2), (3, 4))],
            &["viettel 3G: có", "viettel 4G: không"],
        ),
        ("Thôn;Sóng 4G;;Ngày quan sát\n;Có;Không;\nKon Dóc;;x;", &[], &["mọi mạng 4G: không"]),
        (
            "Thôn;Không có sóng;;Ngày quan sát\n;Viettel;VNPT;\nKon Dóc;x;;",
            &[],
            &["viettel: không"],
        ),
        // Words of the heading's own mind; others are asked.
        ("Thôn;Viettel;;Ngày quan sát\n;Có;Không;\nKon Dóc;;không;", &[], &["viettel: không"]),
        (
            "Thôn;Viettel;;Ngày quan sát\n;Có sóng;Không có sóng;\nKon Dóc;có;;",
            &[],
            &["viettel: có"],
        ),
        ("Thôn;Viettel;;Ngày quan sát\n;Có;Không;\nKon Dóc;;có;", &[], &[]),
        ("Thôn;Viettel;;Ngày quan sát\n;Có;Không;\nKon Dóc;x;x;", &[], &[]),
        // Counts of households are no ticks.
        (
            "Thôn;Viettel;;Ngày quan sát\n;Có;Không;\nKon Dóc;1;0;20/11/2026\nKon Dóc;40;20;",
            &[],
            &[],
        ),
    ];
    for (list, merges, expected) in cases {
        let read = sheet(&format!("{list}{day}\n"), merges);
        assert_eq!(said(&read), *expected, "{list}: {:?}", rows(&read));
        let is_lost = expected.is_empty() && asked(&read).is_empty();
        assert!(!is_lost, "{list}: {:?}", rows(&read));
    }
}

/// What stands below a heading of signal is the statement of its own carrier, technology, place or
/// service.
#[test]
fn words_below_a_heading_of_signal_are_of_their_own_column() {
    for (heads, below, row, expected) in [
        ("Có sóng;", "Viettel;VNPT", "không;có", vec!["viettel: không", "vnpt: có"]),
        ("Có sóng;", "3G;4G", "có;yếu", vec!["mọi mạng 3G: có", "mọi mạng 4G: yếu"]),
        (
            "Có sóng;",
            "Trong nhà;Ngoài trời",
            "không;có",
            vec!["mọi mạng trong nhà: không", "mọi mạng ngoài trời: có"],
        ),
        (
            "Tình trạng sóng;",
            "Thoại;Dữ liệu",
            "tốt;yếu",
            vec!["mọi mạng thoại: có", "mọi mạng dữ liệu: yếu"],
        ),
        ("Chất lượng sóng;", "Viettel;VNPT", "tốt;yếu", vec!["viettel: có", "vnpt: yếu"]),
        ("Có sóng Viettel;Có sóng VNPT", ";", "có;không", vec!["viettel: có", "vnpt: không"]),
        ("Có sóng (4G);Ghi chú", ";", "không;", vec!["mọi mạng 4G: không"]),
        (
            "Viettel;",
            "Trong nhà;Ngoài trời",
            "không;có",
            vec!["viettel trong nhà: không", "viettel ngoài trời: có"],
        ),
    ] {
        let second = if below == ";" { String::new() } else { format!(";{below};\n") };
        let list = format!("Thôn;{heads};Ngày quan sát\n{second}Kon Dóc;{row};20/11/2026\n");
        let read = sheet(&list, &[]);
        assert_eq!(said(&read), expected, "{list}: {:?}", rows(&read));
    }
}

/// Numbers of stations or households under boxes are no ticks; a site works what it has cells of.
#[test]
fn counts_under_boxes_are_no_ticks() {
    let claims = |head: &str, cells: &str| {
        let list = format!("Thôn phục vụ;{head};;Từ ngày\n;3G;4G;\nKon Dóc;{cells};01/11/2026\n");
        let kind = Said { kind: Some(Kind::Coverage), ..Said::default() };
        let read = of_report(drawn(csv(&list), &[((1, 1), (1, 2))]), &kind);
        let asked = asked(&read).contains(&"unknown-technology");
        (read.draft.to_file().count(), asked)
    };
    for (head, cells, expected) in [
        ("Công nghệ", "1;1", (1, false)),
        ("Công nghệ", "1;2", (0, true)),
        ("Công nghệ (số trạm)", "1;1", (0, true)),
        ("Công nghệ (số trạm)", "0;1", (0, true)),
    ] {
        assert_eq!(claims(head, cells), expected, "{head} {cells}");
    }
    let list = "Thôn;Xã;Điện lưới;\n;;Có;Không\nKon Dóc;21520;1;0\nNước Giáp;21520;60;20\n";
    let read = beside(Kind::Villages, &Party::Department, list);
    assert_eq!(read.draft.to_file().count(), 0, "{:?}", rows(&read));
    let list = "Mã trạm;Tình trạng;Ngày;Kinh độ;Vĩ độ;Công nghệ (số cell);;\n;;;;;2G;3G;4G\n\
                Q1;phát sóng;01/11/2026;108.822;14.704;0;1;6\n";
    let merged = drawn(csv(list), &[((1, 1), (5, 7))]);
    let read = of_report(merged, &Said::default());
    let technologies = read.draft.to_file().find_map(|row| match &row.fact {
        Fact::SiteEvent(fact) => {
            Some(fact.technologies.iter().map(|one| one.to_string()).collect())
        }
        _ => None,
    });
    assert_eq!(technologies, Some(vec!["3G".to_owned(), "4G".to_owned()]), "{:?}", rows(&read));
}

/// Both boxes are both statements: *có* indoors is one outdoors too, *không* in both is everywhere.
#[test]
fn both_environments_and_both_services_are_read_as_both() {
    for (word, expected) in [("có", "viettel 4G trong nhà: có"), ("không", "viettel 4G: không")]
    {
        for (heads, below, cells) in [
            ("Môi trường;", ";;;;Trong nhà;Ngoài trời;\n", "x;x"),
            ("Môi trường;Dịch vụ", "", "trong nhà, ngoài trời;thoại và dữ liệu"),
            ("Môi trường;Dịch vụ", "", "cả hai;cả hai"),
        ] {
            let list = format!(
                "Thôn;Nhà mạng;Công nghệ;Có sóng;{heads};Ngày quan sát\n{below}\
                 Kon Dóc;Viettel;4G;{word};{cells};20/11/2026\n"
            );
            let read = sheet(&list, &[]);
            assert_eq!(said(&read), [expected], "{list}: {:?}", rows(&read));
        }
        let list = format!(
            "Thôn;Nhà mạng;Có sóng;Dịch vụ;;Ngày quan sát\n;;;Thoại;Dữ liệu;\n\
             Kon Dóc;Viettel;{word};x;x;20/11/2026\n"
        );
        assert_eq!(said(&sheet(&list, &[])), [format!("viettel: {word}")], "{list}");
    }
}

/// Several carriers in a cell: what is seen of them is seen of each, a carrier reads its own part of
/// what it shares, and a count of them all is asked.
#[test]
fn several_carriers_in_a_cell_are_each_of_them() {
    for (cell, expected) in [
        ("Viettel, VNPT", vec!["viettel: không", "vnpt: không"]),
        ("Viettel và VNPT", vec!["viettel: không", "vnpt: không"]),
        ("Tổng công ty Viettel", vec!["viettel: không"]),
        ("Viettel, ngành viễn thông Quảng Ngãi", vec![]),
    ] {
        let list =
            format!("Thôn;Có sóng;Nhà mạng;Ngày quan sát\nKon Dóc;không;{cell};20/11/2026\n");
        let read = sheet(&list, &[]);
        assert_eq!(said(&read), expected, "{cell}: {:?}", rows(&read));
        assert_eq!(asked(&read).is_empty(), !expected.is_empty(), "{cell}");
    }
    // Against each other they are asked, and once more they count once.
    let rows_of = |second: &str| {
        let list = format!(
            "Thôn;Có sóng;Nhà mạng;Ngày quan sát\nKon Dóc;không;Viettel, VNPT;20/11/2026\n\
             Kon Dóc;{second};20/11/2026\n"
        );
        let read = sheet(&list, &[]);
        (said(&read).len(), asked(&read).len())
    };
    assert_eq!(rows_of("có;VNPT"), (0, 1));
    assert_eq!(rows_of("không;VNPT, Viettel"), (2, 0));
    assert_eq!(rows_of("không;VNPT, MobiFone"), (4, 0));
    for (party, column, expected) in [
        (Party::Department, "Thôn", "✓"),
        (Party::Department, "Mã trạm", "✗ several-carriers?"),
        (carrier(), "Thôn", "✓ carriers-shared~"),
        (carrier(), "Mã trạm", "✓ carriers-shared~"),
    ] {
        let place = if column == "Thôn" { "Kon Dóc" } else { "QNI001" };
        let list = format!(
            "{column};Bắt đầu;Kết thúc;Nguyên nhân;Doanh nghiệp\n\
             {place};20/11/2026 06:00;20/11/2026 08:30;mất điện;Viettel, VNPT\n"
        );
        let read = beside(Kind::Outages, &party, &list);
        assert_eq!(rows(&read), [format!("2 {expected}")], "{column}");
        let several = party == Party::Department && column == "Thôn";
        let filed = if expected.starts_with('✗') { 0 } else { 1 + usize::from(several) };
        assert_eq!(read.draft.to_file().count(), filed, "{column}");
    }
    let list = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số;Nhà mạng\n\
                Hộ có cáp quang;21520;10/2026;45;100;Viettel, VNPT\n";
    for party in [Party::Department, carrier()] {
        let read = beside(Kind::Statistics, &party, list);
        assert_eq!(asked(&read), ["several-carriers"], "{:?}", rows(&read));
    }
}

/// Rows that say different things beside one value are different questions.
#[test]
fn rows_of_different_hours_are_different_questions() {
    for (list, expected) in [
        (
            "Mã trạm;Ngày mất liên lạc;Vào lúc (giờ);Nguyên nhân\nQ1;20/11/2026;6h;\n\
             Q2;20/11/2026;7h;\nQ3;20/11/2026;7h;\n",
            vec![("hour-unread", 2), ("hour-unread", 1)],
        ),
        (
            "Mã trạm;Bắt đầu;Kết thúc;Trạng thái\nQ1;20/11/2026 06:00;;Đã khôi phục\n\
             Q2;20/11/2026 06:00;;Đã khôi phục\nQ3;21/11/2026 08:00;;Đã khôi phục\n",
            vec![("restored-when", 2), ("restored-when", 1)],
        ),
        (
            "Mã trạm;Ngày mất sóng;Giờ mất sóng;Ngày khôi phục;Giờ khôi phục\n\
             Q1;20/11/2026;6h;;8h\nQ2;21/11/2026;6h;;8h\nQ3;20/11/2026;6h;20/11/2026;7h\n",
            vec![("end-day-missing", 1), ("end-day-missing", 1)],
        ),
    ] {
        let read = beside(Kind::Outages, &carrier(), list);
        let asked = questions(&read.draft);
        let asked: Vec<(&str, usize)> =
            asked.iter().map(|one| (one.finding.code, one.rows.len())).collect();
        assert_eq!(asked, expected, "{list}: {:?}", rows(&read));
    }
}

/// Power goes before signal does: when it went is not since when a site was out of touch.
#[test]
fn an_outage_of_power_is_no_loss_of_signal() {
    for list in [
        "Mã trạm;Giờ mất điện;Giờ mất sóng;Giờ có điện lại;Giờ khôi phục;Ngày;Nguyên nhân\n\
         Q1;05:00;06:00;07:00;08:00;20/11/2026;mất điện\n",
        "Mã trạm;Mất điện;;Mất sóng;;Nguyên nhân\n;Bắt đầu;Kết thúc;Bắt đầu;Kết thúc;\n\
         Q1;20/11/2026 05:00;20/11/2026 07:00;20/11/2026 06:00;20/11/2026 08:00;mất điện\n",
        "Mã trạm;Thời gian mất điện;Thời gian mất liên lạc;Nguyên nhân\n\
         Q1;từ 5h đến 7h ngày 20/11/2026;từ 6h đến 8h ngày 20/11/2026;mất điện\n",
    ] {
        let read = beside(Kind::Outages, &carrier(), list);
        let filed = read.draft.to_file().find_map(|row| match &row.fact {
            Fact::Outage(fact) => Some(format!("{} {}", fact.start, fact.end?)),
            _ => None,
        });
        let expected = "2026-11-19T23:00:00Z 2026-11-20T01:00:00Z";
        assert_eq!(filed.as_deref(), Some(expected), "{list}: {:?}", rows(&read));
    }
}

/// Over midnight with one day, where one reading is left, is read so, and told.
#[test]
fn a_night_of_one_reading_is_read() {
    for (list, expected) in [
        // The day stands beside the hour at which it began.
        (
            "Mã trạm;Ngày mất sóng;Giờ mất sóng;Giờ có sóng lại;Nguyên nhân\n\
             Q1;20/11/2026;22h;6h;mất điện\n",
            Some("2026-11-20T15:00:00Z 2026-11-20T23:00:00Z"),
        ),
        // Today is 25 November: tomorrow's morning has not been.
        (
            "Mã trạm;Thời gian (từ … đến …);Nguyên nhân\nQ1;từ 22h đến 6h ngày 25/11/2026;mất điện\n",
            Some("2026-11-24T15:00:00Z 2026-11-24T23:00:00Z"),
        ),
        (
            "Mã trạm;Thời gian (từ … đến …);Nguyên nhân\nQ1;từ 22h đến 6h ngày 20/11/2026;mất điện\n",
            None,
        ),
    ] {
        let read = beside(Kind::Outages, &carrier(), list);
        let filed = read.draft.to_file().find_map(|row| match &row.fact {
            Fact::Outage(fact) => Some(format!("{} {}", fact.start, fact.end?)),
            _ => None,
        });
        assert_eq!(filed.as_deref(), expected, "{list}: {:?}", rows(&read));
        let code = if expected.is_some() { "night-read~" } else { "over-midnight?" };
        assert!(rows(&read).concat().contains(code), "{list}: {:?}", rows(&read));
    }
}
