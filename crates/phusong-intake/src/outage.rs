//! Outages in bulk: who is out of touch, where, from when to when. An overlay, never a verdict.

use phusong_atlas::domain::{Day, Fact, OutageFact, Places, SiteCode, SiteId, Timestamp};
use phusong_atlas::gazetteer::fold_for_search;

use crate::alike::open_day;
use crate::finding::{Candidate, Severity};
use crate::known::moment::moment_of;
use crate::known::{Asked, Known};
use crate::report::{Cells, Column, Draft, DraftRow};
use crate::twins;

/// Longer than this is rather a site taken down than an outage.
const LONG_DAYS: i64 = 30;

/// What stands in place of the end while there is none, folded.
const LASTS: [&str; 8] = [
    "chua",
    "chua co",
    "chua khoi phuc",
    "chua xu ly xong",
    "chua khac phuc",
    "dang xu ly",
    "dang khac phuc",
    "dang mat lien lac",
];

/// Rows that did not come as a file.
pub fn read(rows: Vec<Cells>, known: &Known<'_>) -> Draft {
    let mut draft = Draft::default();
    draft.rows = rows.into_iter().map(|row| read_row(row, known)).collect();
    find_repeats(&mut draft.rows);
    draft
}

pub fn read_row(cells: Cells, known: &Known<'_>) -> DraftRow {
    let mut row = Asked::new(cells, known);
    let fact = outage(&mut row);
    let replaces = row.replaces();
    row.done(fact.map(Fact::Outage).into_iter().collect(), replaces)
}

fn outage(row: &mut Asked<'_, '_>) -> Option<OutageFact> {
    let carrier = row.needed_carrier(Column::Carrier);
    row.needs(Column::OutageStart, "start-missing", ("thiếu lúc bắt đầu", "the start is missing"));
    let start = instant(row, Column::OutageStart);
    if row.cells.lacks_end && !row.cells.has(Column::OutageEnd) {
        ask_whether_it_lasts(row);
    }
    let end = instant(row, Column::OutageEnd);
    check_span(row, start, end);
    let site = site(row, carrier.as_ref());
    let village = row.village(Column::Village, None);
    let unit = if row.cells.has(Column::Village) || site.is_some() {
        None
    } else {
        row.unit(Column::Commune, Some(row.known.today()))
    };
    let names_place =
        [Column::SiteCode, Column::Village, Column::Commune].iter().any(|c| row.cells.has(*c));
    if !names_place {
        let message = ("chưa nêu trạm, thôn hoặc xã", "no site, village or commune is named");
        row.refuse("place-missing", Column::SiteCode, message);
    }
    let technologies = row.technologies();
    Some(OutageFact {
        carrier: carrier?,
        site,
        places: Places { villages: village.into_iter().collect(), clusters: Vec::new() },
        units: unit.into_iter().collect(),
        technologies,
        start: start?,
        end,
        cause: row.said(Column::Cause),
        source: String::new(),
    })
}

/// A list that tells ends in a column that nobody reads: that all of it lasts is not taken.
fn ask_whether_it_lasts(row: &mut Asked<'_, '_>) {
    let message = (
        "danh sách không có cột Kết thúc: các lần này còn kéo dài?",
        "the list has no column End: do they all last?",
    );
    let remedy = (
        "thêm cột Kết thúc; nếu còn kéo dài, trả lời một lần cho cả danh sách",
        "add the column End; where they last, answer once for the whole list",
    );
    let found = row.find(Severity::Ask, "outage-end", Column::OutageEnd, message, remedy);
    found.candidates.push(Candidate {
        id: "chưa khôi phục".to_owned(),
        name: "chưa khôi phục".to_owned(),
        reason_vi: "mọi dòng còn mất liên lạc".to_owned(),
        reason_en: "every one of them lasts".to_owned(),
        score: 50,
    });
}

fn instant(row: &mut Asked<'_, '_>, column: Column) -> Option<Timestamp> {
    let text = row.said(column)?;
    let is_dash = matches!(text.trim(), "-" | "–" | "—");
    let lasts = is_dash || LASTS.contains(&&*fold_for_search(&text));
    if column == Column::OutageEnd && lasts {
        let message = ("chưa khôi phục: còn mất liên lạc", "not restored: it lasts");
        let remedy = ("không cần làm gì", "nothing to do");
        row.find(Severity::Note, "outage-lasts", column, message, remedy);
        return None;
    }
    let days = row.cells.days;
    let Some(moment) = moment_of(&text, days) else {
        if let Some(mut open) = open_day(&days.read(&text)) {
            // What is chosen stands in place of the cell, with its time of day.
            if let Some(time) = text.split_whitespace().find(|word| word.contains(':')) {
                open.candidates.iter_mut().for_each(|day| day.id = format!("{} {time}", day.id));
            }
            row.tell(open, column);
            return None;
        }
        let message =
            ("không phải thời điểm; viết 20/11/2026 06:30", "no instant; write 20/11/2026 06:30");
        row.refuse("bad-instant", column, message);
        return None;
    };
    if !moment.has_time {
        let message = (
            "không nêu giờ: tính từ 00:00 của ngày này",
            "no time of day: counted from 00:00 of the day",
        );
        let remedy = ("ghi giờ nếu biết", "write the time if it is known");
        row.find(Severity::Note, "time-missing", column, message, remedy);
    }
    if Day::of(moment.at) > row.known.today() {
        let message = (
            "thời điểm ở tương lai; chưa khôi phục thì bỏ trống ô kết thúc",
            "in the future; while it lasts the end stays empty",
        );
        row.refuse("future-day", column, message);
        return None;
    }
    Some(moment.at)
}

fn check_span(row: &mut Asked<'_, '_>, start: Option<Timestamp>, end: Option<Timestamp>) {
    let (Some(start), Some(end)) = (start, end) else { return };
    if end < start {
        let message = ("kết thúc trước khi bắt đầu", "it ends before it starts");
        row.refuse("end-before-start", Column::OutageEnd, message);
    } else if end.duration_since(start).as_hours() > LONG_DAYS * 24 {
        let message = (
            "mất liên lạc quá 30 ngày: trạm có tạm ngừng không?",
            "out of touch for over 30 days: is the site off air?",
        );
        let remedy = ("báo cáo tạm ngừng nếu đúng vậy", "report it off air if it is");
        row.find(Severity::Warn, "long-outage", Column::OutageEnd, message, remedy);
    }
}

fn site(
    row: &mut Asked<'_, '_>,
    carrier: Option<&phusong_atlas::domain::CarrierId>,
) -> Option<SiteId> {
    let text = row.said(Column::SiteCode)?;
    let Ok(code) = SiteCode::new(&text) else {
        row.refuse("bad-site-code", Column::SiteCode, ("mã trạm không hợp lệ", "no site code"));
        return None;
    };
    let site = SiteId { carrier: carrier?.clone(), code };
    if !(row.known.has_site)(&site) {
        let message = ("chưa có báo cáo nào về trạm này", "nothing has been reported of this site");
        let remedy = ("kiểm tra mã trạm", "check the code");
        row.find(Severity::Warn, "unknown-site", Column::SiteCode, message, remedy);
    }
    Some(site)
}

/// The same outage twice counts once; with another end or cause both are asked.
pub fn find_repeats(rows: &mut [DraftRow]) {
    let key = |row: &DraftRow| match row.filed.as_ref().map(|filed| &filed.fact) {
        Some(Fact::Outage(fact)) => Some((
            fact.carrier.clone(),
            fact.site.clone(),
            fact.places.villages.clone(),
            fact.units.clone(),
            fact.start,
        )),
        _ => None,
    };
    let mut first = std::collections::BTreeMap::new();
    for at in 0..rows.len() {
        let Some(own) = key(&rows[at]) else { continue };
        let twin = *first.entry(own).or_insert(at);
        if twin != at {
            let is_same = rows[twin].filed == rows[at].filed;
            twins::settle(rows, (twin, at), is_same);
        }
    }
}
