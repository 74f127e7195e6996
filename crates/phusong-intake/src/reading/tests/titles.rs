//! What stands over rows: titles, sheets' names and groups that say whose, with what and how much,
//! headings in two lines, and columns that are steps or technologies.

use phusong_atlas::domain::{Fact, Party};

use super::beside::{read_said, read_table, reading as beside};
use super::{Reading, Said, answered, asked, carrier, codes, commune, csv, questions, rows};
use crate::report::Column;
use crate::table::Table;
use crate::template::Kind;

/// Whose figures are filed, and their counts.
fn figures(read: &Reading) -> Vec<String> {
    let facts = read.draft.to_file().filter_map(|row| match &row.fact {
        Fact::Statistic(fact) => Some(fact),
        _ => None,
    });
    let told = facts.map(|fact| {
        let carrier = fact.carrier.as_ref().map_or("tất cả", |id| id.as_str());
        let number = fact.numerator.map_or(String::new(), |number| format!(" {number}"));
        let share = fact.stated_share_milli.map_or(String::new(), |share| format!(" {share}‰"));
        format!("{carrier} {}{number}{share}", fact.period.from)
    });
    told.collect()
}

const LONG: &str = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số\nHộ có cáp quang;21520;10/2026;45;100\n";

/// Whose the figures of a long table are, its title is asked; a sheet called as a carrier is its.
#[test]
fn a_carrier_over_a_long_table_is_not_lost() {
    for (title, party, expected) in [
        ("BÁO CÁO CỦA VNPT THÁNG 10/2026", Party::Department, "title-carrier"),
        ("BÁO CÁO CỦA VNPT THÁNG 10/2026", carrier(), "title-carrier"),
        ("BÁO CÁO CỦA VIETTEL THÁNG 10/2026", carrier(), ""),
        ("VIỄN THÔNG QUẢNG NGÃI", Party::Department, "title-carrier"),
        ("Số liệu của Viễn thông Quảng Ngãi", Party::Department, "title-carrier"),
        ("BÁO CÁO NGÀNH VIỄN THÔNG QUẢNG NGÃI", Party::Department, ""),
        ("Hạ tầng viễn thông Quảng Ngãi", Party::Department, ""),
        ("Hạ tầng Viễn thông Quảng Ngãi", Party::Department, ""),
        ("Số liệu viễn thông Quảng Ngãi", Party::Department, ""),
        ("SỞ THÔNG TIN VÀ TRUYỀN THÔNG QUẢNG NGÃI", Party::Department, ""),
        ("Số liệu của Viettel, VNPT và MobiFone", Party::Department, ""),
    ] {
        let read = beside(Kind::Statistics, &party, &format!("{title}\n{LONG}"));
        let expected: Vec<&str> =
            Some(expected).filter(|code| !code.is_empty()).into_iter().collect();
        assert_eq!(asked(&read), expected, "{title}: {:?}", rows(&read));
    }
    let titled = format!("BÁO CÁO CỦA VNPT\n{LONG}");
    for (answer, whose) in [("VNPT", "vnpt"), ("tất cả doanh nghiệp", "tất cả")] {
        let said = answered(&[(Column::Carrier, None, answer)]);
        let read = read_said(&[Kind::Statistics], &Party::Department, vec![csv(&titled)], said);
        assert_eq!(figures(&read), [format!("{whose} 2026-10-01 45")], "{:?}", rows(&read));
    }
    let sheet = Table { name: "MobiFone".to_owned(), ..csv(LONG) };
    let read = read_table(Kind::Statistics, &Party::Department, sheet);
    assert_eq!(figures(&read), ["mobifone 2026-10-01 45"], "{:?}", rows(&read));
    assert!(codes(&read).contains(&"from-title"));
    let outages = "BÁO CÁO MẤT LIÊN LẠC CỦA VNPT\nMã trạm;Bắt đầu;Kết thúc;Nguyên nhân\n\
                   QNI001;20/11/2026 06:00;20/11/2026 08:30;mất điện\n";
    for party in [Party::Department, carrier()] {
        let read = beside(Kind::Outages, &party, outages);
        assert_eq!(asked(&read), ["title-carrier"], "{:?}", rows(&read));
    }
}

/// A *no* under a title of one carrier and one technology is not of all of them.
#[test]
fn a_title_over_words_on_signal_is_asked() {
    let list = |title: &str, head: &str| {
        format!("{title}\nThôn;{head};Ngày quan sát\nKon Dóc;không;20/11/2026\n")
    };
    for (title, head, expected) in [
        ("TÌNH TRẠNG SÓNG CỦA VIETTEL", "Có sóng", vec!["title-carrier"]),
        ("TÌNH TRẠNG SÓNG 4G", "Có sóng", vec!["title-technology"]),
        ("SÓNG 4G CỦA VIETTEL", "Có sóng", vec!["title-carrier", "title-technology"]),
        ("TÌNH TRẠNG SÓNG 4G", "Viettel", vec!["title-technology"]),
        ("SÓNG CỦA VIETTEL", "4G", vec!["title-carrier"]),
        ("SÓNG 4G CỦA VIETTEL", "Sóng 3G VNPT", vec![]),
        ("TÌNH TRẠNG SÓNG", "Có sóng", vec![]),
    ] {
        let read = beside(Kind::Confirmation, &commune(), &list(title, head));
        assert_eq!(asked(&read), expected, "{title} {head}: {:?}", rows(&read));
        assert_eq!(read.draft.to_file().count(), usize::from(expected.is_empty()), "{title}");
    }
    for (carrier, technology, expected) in [
        ("Viettel", "4G", (Some("viettel"), 1)),
        ("tất cả doanh nghiệp", "mọi công nghệ", (None, 0)),
    ] {
        let said =
            answered(&[(Column::Carrier, None, carrier), (Column::Technologies, None, technology)]);
        let text = list("SÓNG 4G CỦA VIETTEL", "Có sóng");
        let read = read_said(&[Kind::Confirmation], &commune(), vec![csv(&text)], said);
        let filed = read.draft.to_file().find_map(|row| match &row.fact {
            Fact::Observation(fact) => {
                let own = fact.carrier.as_ref().map(|id| id.as_str().to_owned());
                Some((own, fact.technologies.iter().count()))
            }
            _ => None,
        });
        let expected = (expected.0.map(str::to_owned), expected.1);
        assert_eq!(filed, Some(expected), "{:?}", rows(&read));
    }
}

/// What the heading of a group says of its rows holds for them: whose, when, or that they are no
/// stock.
#[test]
fn a_group_says_what_its_rows_are() {
    let wide = |title: &str, first: &str, second: &str| {
        format!(
            "{title}\nSTT;Xã;Thuê bao di động;Smartphone\nI;{first};;\n1;Ba Tơ;1000;800\n\
             II;{second};;\n1;Ba Vì;900;700\n"
        )
    };
    let month = "BÁO CÁO THÁNG 10/2026";
    for (title, first, second, filed, expected) in [
        (month, "VIETTEL", "VNPT", vec!["viettel 2026-10-01 800", "vnpt 2026-10-01 700"], vec![]),
        (month, "Số liệu của Viettel", "Số liệu VNPT", vec![], vec!["group-carrier"; 2]),
        (month, "PHÁT TRIỂN MỚI", "HỘ NGHÈO", vec![], vec!["title-narrows"; 2]),
        (
            "BÁO CÁO NĂM 2026",
            "Tháng 9/2026",
            "Tháng 10/2026",
            vec!["tất cả 2026-09-01 800", "tất cả 2026-10-01 700"],
            vec![],
        ),
    ] {
        let text = wide(title, first, second);
        let read = beside(Kind::Statistics, &Party::Department, &text);
        assert_eq!(figures(&read), filed, "{text}: {:?}", rows(&read));
        assert_eq!(asked(&read), expected, "{text}: {:?}", rows(&read));
    }
    let text = wide(month, "Số liệu của Viettel", "PHÁT TRIỂN MỚI");
    let said = answered(&[
        (Column::Carrier, Some("Số liệu của Viettel"), "Viettel"),
        (Column::Numerator, Some("PHÁT TRIỂN MỚI"), "có đến cuối kỳ"),
    ]);
    let read = read_said(&[Kind::Statistics], &Party::Department, vec![csv(&text)], said);
    let expected = ["viettel 2026-10-01 800", "tất cả 2026-10-01 700"];
    assert_eq!(figures(&read), expected, "{:?}", rows(&read));
    // In a long table too: its other rows stand.
    let long = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số\nHộ có cáp quang;21520;10/2026;45;100\n\
                I. Số lắp đặt mới;;;;\nHộ có cáp quang;21529;10/2026;45;100\n";
    let read = beside(Kind::Statistics, &Party::Department, long);
    assert_eq!(
        (figures(&read).len(), asked(&read)),
        (1, vec!["title-narrows"]),
        "{:?}",
        rows(&read)
    );
}

/// Subscribers of a carrier beside its smartphones are its own, and may be the whole of them.
#[test]
fn a_bare_count_beside_another_of_its_carrier_may_be_its_whole() {
    let text = "BÁO CÁO SMARTPHONE THÁNG 10/2026\nXã;Viettel;;VNPT;\n\
                ;Thuê bao;Smartphone;Thuê bao;Smartphone\nBa Tơ;1000;800;900;700\n";
    let read = beside(Kind::Statistics, &Party::Department, text);
    let open = questions(&read.draft);
    let offered: Vec<Vec<&str>> = open
        .iter()
        .map(|one| one.finding.candidates.iter().map(|own| &*own.id).collect())
        .collect();
    assert_eq!(asked(&read), ["which-whole", "which-whole"], "{:?}", rows(&read));
    assert_eq!(offered, [["B", "không có"], ["D", "không có"]]);
}

/// `0,8` in a column of shares is asked once, and the answer is of all its cells.
#[test]
fn parts_of_one_are_asked_once_for_their_column() {
    let list = "Chỉ tiêu;Đơn vị;Kỳ;Tỷ lệ\nHộ có cáp quang;21520;10/2026;0,8\n\
                Hộ có cáp quang;21520;09/2026;0,75\nHộ có cáp quang;21520;08/2026;1\n";
    let read = beside(Kind::Statistics, &Party::Department, list);
    let open = questions(&read.draft);
    let [one] = &open[..] else { panic!("{:?}", rows(&read)) };
    assert_eq!((one.finding.code, one.rows.len()), ("share-fraction", 3));
    let value = one.finding.value.clone().expect("the heading");
    for (answer, expected) in [(0, ["80000‰", "75000‰", "100000‰"]), (1, ["800‰", "750‰", "1000‰"])]
    {
        let means = &one.finding.candidates[answer].id;
        let said = answered(&[(Column::Share, Some(&value), means)]);
        let read = read_said(&[Kind::Statistics], &Party::Department, vec![csv(list)], said);
        let filed = figures(&read);
        let shares: Vec<&str> = filed.iter().filter_map(|told| told.rsplit(' ').next()).collect();
        assert_eq!(shares, expected, "{means}: {:?}", rows(&read));
    }
}

/// A remark below a heading, or the rest of its name, is no row of the table.
#[test]
fn headings_in_two_lines_without_merged_cells_are_one() {
    for (kind, party, list) in [
        (
            Kind::Confirmation,
            commune(),
            "Thôn;Nhà mạng;Tình trạng sóng;Ngày\n(bản, làng);;(có/không);quan sát\n\
             Kon Dóc;Viettel;có;20/11/2026\n",
        ),
        (
            Kind::Villages,
            Party::Department,
            "TT;Thôn;Xã;Số hộ;Điện lưới\n;(tổ dân phố);(mã);(hộ);(có/không)\n1;Kon Dóc;21520;60;có\n",
        ),
        (
            Kind::Villages,
            Party::Department,
            "TT;Tên;Tên;Số;Nhân\n;thôn;xã;hộ;khẩu\n1;Kon Dóc;21520;60;200\n",
        ),
    ] {
        let read = beside(kind, &party, list);
        let numbers: Vec<u32> = read.draft.rows.iter().map(|row| row.row).collect();
        assert_eq!((numbers, asked(&read).len()), (vec![3], 0), "{list}: {:?}", rows(&read));
        assert_eq!(read.draft.to_file().count(), 1, "{list}: {:?}", rows(&read));
    }
}

/// Steps across are each a step with its day; under a title of plans that is asked.
#[test]
fn steps_across_are_those_of_the_long_table() {
    let steps = |list: &str, said: Said| {
        let read = read_said(&[Kind::Duties], &carrier(), vec![csv(list)], said);
        let told = read.draft.to_file().map(|row| match &row.fact {
            Fact::Milestone(fact) => format!("{:?} {}", fact.step, fact.day),
            Fact::Commitment(fact) => format!("promised {}", fact.promised),
            other => format!("{other:?}"),
        });
        let mut told: Vec<String> = told.collect();
        told.sort();
        (told, asked(&read).into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let both = ["Surveyed 2026-10-20", "UnderConstruction 2026-11-01"].map(str::to_owned).to_vec();
    let row = "Kon Dóc;20/10/2026;01/11/2026;\n";
    for heads in [
        "Thôn;Khảo sát;Xây dựng;Phát sóng\n",
        "Thôn;Ngày đạt;;\n;Khảo sát;Xây dựng;Phát sóng\n",
        "Thôn;Ngày khảo sát;Ngày khởi công;Ngày phát sóng\n",
    ] {
        assert_eq!(
            steps(&format!("{heads}{row}"), Said::default()),
            (both.clone(), vec![]),
            "{heads}"
        );
    }
    // What else a row says is said once.
    let list = "Thôn;Khảo sát;Xây dựng;Ngày cam kết\nKon Dóc;20/10/2026;01/11/2026;31/12/2026\n";
    let mut all = both.clone();
    all.push("promised 2026-12-31".to_owned());
    assert_eq!(steps(list, Said::default()), (all, vec![]));
    let plan = format!("KẾ HOẠCH TRIỂN KHAI\nThôn;Khảo sát;Xây dựng;Phát sóng\n{row}");
    assert_eq!(steps(&plan, Said::default()), (vec![], vec!["are-reached".to_owned()]));
    let said = answered(&[(Column::Basis, None, "đã đạt")]);
    assert_eq!(steps(&plan, said), (both, vec![]));
}

/// Technologies across a list of claims are ticked one by one; what parts them otherwise is not read.
#[test]
fn technologies_across_claims_are_ticked() {
    for (heads, cells, expected) in [
        ("2G;3G;4G", "x;x;", vec!["2G", "3G"]),
        ("2G;3G;4G", "có;không;có", vec!["2G", "4G"]),
        ("3G;4G;5G", "x;L1800;", vec!["3G", "4G"]),
        // Days and counts are no ticks.
        ("2G;3G;4G", "01/11/2020;;", vec![]),
        ("2G;3G;4G", "1;2;", vec![]),
    ] {
        let list = format!("Thôn phục vụ;{heads};Từ ngày\nKon Dóc;{cells};01/11/2026\n");
        let kind = Said { kind: Some(Kind::Coverage), ..Said::default() };
        let read = super::reading(csv(&list), &kind);
        let claims = read.draft.to_file().flat_map(|row| match &row.fact {
            Fact::Claim(fact) => fact.technologies.iter().map(|one| one.to_string()).collect(),
            _ => Vec::new(),
        });
        assert_eq!(claims.collect::<Vec<_>>(), expected, "{list}: {:?}", rows(&read));
        let is_lost = expected.is_empty() && asked(&read).is_empty();
        assert!(!is_lost, "{list}");
    }
}

/// Plans beside results, lines that go on below, and days to come are no steps reached.
#[test]
fn steps_that_may_be_planned_are_not_taken() {
    for (list, filed, expected) in [
        (
            "Thôn;Khảo sát (KH);Khảo sát (TH);Phát sóng (KH);Phát sóng (TH)\n\
             Kon Dóc;20/10/2026;01/11/2026;15/11/2026;\n",
            1,
            vec![],
        ),
        (
            "Thôn;Khảo sát;;Phát sóng;\n;Kế hoạch;Thực hiện;Kế hoạch;Thực hiện\n\
             Kon Dóc;20/10/2026;01/11/2026;15/11/2026;\n",
            0,
            vec!["no-table"],
        ),
        (
            "Thôn;Khảo sát;Phát sóng\nKon Dóc;20/10/2026;30/12/2026\n",
            0,
            vec!["are-reached", "future-day"],
        ),
    ] {
        let read = beside(Kind::Duties, &carrier(), list);
        let mut found: Vec<&str> = asked(&read);
        found.retain(|code| *code != "future-day" || expected.contains(code));
        found.sort_unstable();
        found.dedup();
        if filed == 0 {
            assert_eq!(read.draft.to_file().count(), 0, "{list}: {:?}", rows(&read));
            assert!(!found.is_empty(), "{list}: {:?}", rows(&read));
        } else {
            assert_eq!((read.draft.to_file().count(), found), (filed, expected), "{list}");
        }
    }
}

/// A sheet and its title that name two carriers, and a group of two, are asked.
#[test]
fn carriers_against_each_other_are_asked() {
    let list = "BÁO CÁO CỦA VNPT THÁNG 10/2026\nXã;Tổng số hộ;Hộ có cáp quang\nBa Tơ;1000;800\n";
    for list in [list.to_owned(), format!("BÁO CÁO CỦA VNPT\n{LONG}")] {
        let sheet = Table { name: "Viettel".to_owned(), ..csv(&list) };
        let read = read_table(Kind::Statistics, &Party::Department, sheet);
        assert_eq!(asked(&read), ["title-carrier"], "{list}: {:?}", rows(&read));
    }
    let group = "THÁNG 10/2026\nSTT;Xã;Tổng số hộ;Hộ có cáp quang\nI;Viettel và VNPT;;\n\
                 1;Ba Tơ;1000;800\n";
    let read = beside(Kind::Statistics, &Party::Department, group);
    assert_eq!(asked(&read), ["group-carrier"], "{:?}", rows(&read));
    let words = "Thôn;Có sóng;Có sóng Viettel;Ngày quan sát\nKon Dóc;không;có;20/11/2026\n";
    let read = beside(Kind::Confirmation, &commune(), words);
    assert_eq!(asked(&read), ["two-values"], "{:?}", rows(&read));
}

/// Bands under a technology stay with it; *Mất 4G* is what an outage took.
#[test]
fn technologies_across_sites_and_outages_keep_what_is_written() {
    let sites = "Mã trạm;Tình trạng;Ngày;Kinh độ;Vĩ độ;2G;4G\n\
                 Q1;phát sóng;01/11/2026;108.822;14.704;;1800\n";
    let read = super::reading(csv(sites), &Said::default());
    let told = read.draft.to_file().find_map(|row| match &row.fact {
        Fact::SiteEvent(fact) => Some(fact.technologies.iter().count()),
        _ => None,
    });
    assert_eq!(told, Some(1), "{:?}", rows(&read));
    assert!(read.steps[0].iter().any(|step| step.after == "4G 1800"), "{:?}", read.steps[0]);
    let heads = "Mã trạm;Bắt đầu;Kết thúc;Nguyên nhân";
    let row = "QNI001;20/11/2026 05:00;20/11/2026 06:00;mất điện";
    for (columns, cells, many) in [("Mất 2G;Mất 4G", ";x", 1), ("2G;4G", "không;có", 0)] {
        let read =
            beside(Kind::Outages, &carrier(), &format!("{heads};{columns}\n{row};{cells}\n"));
        let told = read.draft.to_file().find_map(|row| match &row.fact {
            Fact::Outage(fact) => Some(fact.technologies.iter().count()),
            _ => None,
        });
        assert_eq!(told, Some(many), "{columns}: {:?}", rows(&read));
    }
    let power = "Mã trạm;Giờ mất AC;Giờ mất sóng;Giờ có sóng;Ngày;Nguyên nhân\n\
                 Q1;05:00;06:00;08:00;20/11/2026;mất điện\n";
    let read = beside(Kind::Outages, &carrier(), power);
    let start = read.draft.to_file().find_map(|row| match &row.fact {
        Fact::Outage(fact) => Some(fact.start.to_string()),
        _ => None,
    });
    assert_eq!(start.as_deref(), Some("2026-11-19T23:00:00Z"), "{:?}", rows(&read));
}
