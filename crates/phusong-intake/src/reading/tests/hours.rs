//! Outages whose instants stand in pieces: days and hours apart, from … to … in one cell, lengths.

use phusong_atlas::domain::{CarrierId, Fact, OutageFact, Party};

use super::beside::reading as beside;
use super::{How, Reading, rows};
use crate::report::Column;
use crate::template::Kind;

fn sent(list: &str) -> Reading {
    beside(Kind::Outages, &Party::Carrier(CarrierId::new("viettel").expect("an id")), list)
}

fn filed(reading: &Reading) -> Vec<OutageFact> {
    let facts = reading.draft.to_file().filter_map(|row| match &row.fact {
        Fact::Outage(fact) => Some(fact.clone()),
        _ => None,
    });
    facts.collect()
}

const LONG: &str = "Mã trạm;Bắt đầu;Kết thúc;Nguyên nhân\n\
                    QNI001;20/11/2026 06:00;20/11/2026 08:30;mất điện\n";

/// However its instants are written, it is the outage of the long table.
#[test]
fn an_outage_in_pieces_is_the_one_of_the_long_table() {
    let long = filed(&sent(LONG));
    assert_eq!(long.len(), 1);
    for list in [
        "STT;Mã trạm;Ngày bắt đầu;Giờ bắt đầu;Ngày khôi phục;Giờ khôi phục;Nguyên nhân\n\
         1;QNI001;20/11/2026;6h;20/11/2026;8h30;mất điện\n",
        "Mã trạm;Giờ mất liên lạc;Ngày mất liên lạc;Giờ kết thúc;Ngày kết thúc;Nguyên nhân\n\
         QNI001;06:00;20/11/2026;08:30;20/11/2026;mất điện\n",
        // Two lines of headings; one day for both hours.
        "Mã trạm;Mất liên lạc;;Khôi phục;;Nguyên nhân\n;Ngày;Giờ;Ngày;Giờ;\n\
         QNI001;20/11/2026;6 giờ;20/11/2026;8 giờ 30 phút;mất điện\n",
        "Mã trạm;Thời gian mất liên lạc;;Thời gian khôi phục;;Tổng thời gian (giờ);Nguyên nhân\n\
         ;Ngày;Giờ;Ngày;Giờ;;\nQNI001;20/11/2026;6h;20/11/2026;8h30;2,5;mất điện\n",
        "Mã trạm;Ngày;Giờ bắt đầu;Giờ khôi phục;Nguyên nhân\n\
         QNI001;20/11/2026;06:00;08:30;mất điện\n",
        // From … to … in one cell.
        "Mã trạm;Thời gian mất liên lạc;Nguyên nhân\n\
         QNI001;từ 06:00 20/11/2026 đến 08:30 20/11/2026;mất điện\n",
        "Mã trạm;Thời gian (từ … đến …);Nguyên nhân\nQNI001;6h - 8h30 ngày 20/11/2026;mất điện\n",
        "Mã trạm;Thời gian;Nguyên nhân\nQNI001;từ 6h đến 8h30 ngày 20/11/2026;mất điện\n",
        "Mã trạm;Bắt đầu;Nguyên nhân\nQNI001;từ 6h đến 8h30 ngày 20/11/2026;mất điện\n",
        // How long.
        "Mã trạm;Bắt đầu;Thời lượng;Nguyên nhân\nQNI001;20/11/2026 06:00;2h30;mất điện\n",
        "Mã trạm;Ngày bắt đầu;Giờ bắt đầu;Thời gian mất liên lạc (phút);Nguyên nhân\n\
         QNI001;20/11/2026;06:00;150;mất điện\n",
        "Mã trạm;Bắt đầu;Số giờ mất liên lạc;Nguyên nhân\nQNI001;20/11/2026 06:00;2,5;mất điện\n",
    ] {
        let read = sent(list);
        assert_eq!(filed(&read), long, "{list}{:?} {:#?}", rows(&read), read.draft.findings);
        let is_shown = |column| {
            let mut steps = read.steps[0].iter().filter(|step| step.column == column);
            steps.any(|step| matches!(step.how, How::Understood(_)) && step.before != step.after)
        };
        assert!(is_shown(Column::OutageStart) || is_shown(Column::OutageEnd), "{list}");
    }
}

/// What does not say it all is asked or told, and no end is invented.
#[test]
fn what_its_pieces_leave_open_is_asked() {
    for (list, expected) in [
        // Which day did it end on?
        (
            "Mã trạm;Ngày bắt đầu;Giờ bắt đầu;Ngày khôi phục;Giờ khôi phục\n\
             QNI001;20/11/2026;22:00;;06:00\n",
            "2 ✗ end-day-missing?",
        ),
        // It lasts.
        (
            "Mã trạm;Ngày bắt đầu;Giờ bắt đầu;Ngày khôi phục;Giờ khôi phục\n\
             QNI001;20/11/2026;22:00;;\n",
            "2 ✓",
        ),
        ("Mã trạm;Bắt đầu;Thời lượng\nQNI001;20/11/2026 06:00;150\n", "2 ✗ outage-end?"),
        ("Mã trạm;Bắt đầu;Thời lượng\nQNI001;20/11/2026;2h30\n", "2 ✗ time-missing outage-end?"),
        (
            "Mã trạm;Bắt đầu;Kết thúc;Thời lượng\n\
             QNI001;20/11/2026 06:00;20/11/2026 08:30;25 giờ\n",
            "2 ✓ length-differs~",
        ),
        (
            "Mã trạm;Bắt đầu;Kết thúc;Thời lượng\n\
             QNI001;20/11/2026 06:00;20/11/2026 08:30;2,5 giờ\n",
            "2 ✓",
        ),
        (
            "Mã trạm;Ngày;Giờ bắt đầu;Giờ khôi phục\nQNI001;20/11/2026;22:00;06:00\n",
            "2 ✗ over-midnight?",
        ),
    ] {
        let read = sent(list);
        assert_eq!(rows(&read), [expected], "{list}{:#?}", read.draft);
    }
}
