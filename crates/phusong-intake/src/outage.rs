//! Outages in bulk: who is out of touch, where, from when to when. An overlay, never a verdict.

use jiff::SignedDuration;
use phusong_atlas::domain::{Day, Fact, OutageFact, Party, Places, SiteCode, SiteId, Timestamp};
use phusong_atlas::gazetteer::fold_for_search;

use crate::alike::open_day;
use crate::finding::{Candidate, Severity};
use crate::known::moment::moment_of;
use crate::known::several::of_each_carrier;
use crate::known::{Asked, Known};
use crate::observation::no_rows;
use crate::report::{Cells, Column, Draft, DraftRow, OneDay};
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
    if rows.is_empty() {
        draft.findings.push(no_rows());
    }
    draft.rows = rows.into_iter().map(|row| read_row(row, known)).collect();
    find_repeats(&mut draft.rows);
    draft
}

pub fn read_row(cells: Cells, known: &Known<'_>) -> DraftRow {
    // A site's code is one carrier's; a place is out of touch with each.
    let is_everybodys = *known.owner == Party::Department && !cells.has(Column::SiteCode);
    let each =
        if is_everybodys { of_each_carrier(cells, known.evidence.carriers) } else { vec![cells] };
    DraftRow::together(each.into_iter().map(|cells| read_one(cells, known)))
}

fn read_one(cells: Cells, known: &Known<'_>) -> DraftRow {
    let mut row = Asked::new(cells, known);
    let fact = outage(&mut row);
    let replaces = row.replaces();
    row.done(fact.map(Fact::Outage).into_iter().collect(), replaces)
}

fn outage(row: &mut Asked<'_, '_>) -> Option<OutageFact> {
    let carrier = row.needed_carrier(Column::Carrier);
    row.needs(Column::OutageStart, "start-missing", ("thiếu lúc bắt đầu", "the start is missing"));
    let start = instant(row, Column::OutageStart);
    ask_since_when_over(row);
    if row.cells.lacks_end && !row.cells.has(Column::OutageEnd) {
        ask_whether_it_lasts(row);
    }
    let end = instant(row, Column::OutageEnd);
    let (start, end) = check_span(row, start, end);
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

/// The row says that it is over, and not since when: that it lasts is not taken.
fn ask_since_when_over(row: &mut Asked<'_, '_>) {
    let Some(text) = row.cells.denied.take() else { return };
    if row.cells.has(Column::OutageEnd) {
        return;
    }
    // Whose start differs was not over at the same hour.
    let start = row.cells.text(Column::OutageStart).to_owned();
    let (vi, en) = (
        format!("bắt đầu {start}, ghi “{text}” mà không có lúc kết thúc: khôi phục lúc nào?"),
        format!("it began {start}, with {text:?} and without an end: when was it over?"),
    );
    let remedy = (
        "ghi lúc kết thúc; nếu còn kéo dài, trả lời “chưa khôi phục”",
        "write its end; answer “chưa khôi phục” where it lasts",
    );
    row.find(Severity::Ask, "restored-when", Column::OutageEnd, (&vi, &en), remedy);
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
    let unread = row.cells.hours_unread.clone().filter(|_| column == Column::OutageStart);
    if let Some(hours) = unread.filter(|_| !moment.has_time) {
        let message = (
            format!("không nêu giờ, cột giờ ghi “{hours}” chưa được đọc: lúc mấy giờ?"),
            format!("no time of day, and {hours:?} in a column of hours not read: at what time?"),
        );
        let offered = format!("{text} {hours}");
        let is_one = moment_of(&offered, days).is_some_and(|moment| moment.has_time);
        let remedy = (
            "chỉ ra cột giờ, hoặc ghi như 20/11/2026 06:30",
            "tell which column holds the hour, or write 20/11/2026 06:30",
        );
        let message = (&*message.0, &*message.1);
        let found = row.find(Severity::Ask, "hour-unread", column, message, remedy);
        found.candidates.extend(is_one.then(|| Candidate {
            id: offered.clone(),
            name: offered,
            reason_vi: "giờ ghi ở cột chưa đọc".to_owned(),
            reason_en: "the hour of the column not read".to_owned(),
            score: 50,
        }));
    } else if !moment.has_time {
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

/// Both as they are read: over midnight with one day, by the one reading that is left.
fn check_span(
    row: &mut Asked<'_, '_>,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let (Some(from), read) = (start, (start, end)) else { return (start, end) };
    // One that lasts is counted to the end of today: below that no clock goes.
    let lasts = end.is_none() && !row.cells.has(Column::OutageEnd);
    let Some(to) = end.or_else(|| lasts.then(|| row.known.today().plus_days(1).start())) else {
        return read;
    };
    if to < from && row.cells.one_day.is_some() {
        let one = over_midnight(row, from, to);
        return one.map_or(read, |(start, end)| (Some(start), Some(end)));
    }
    let (start, end) = (from, to);
    if end < start {
        let message = ("kết thúc trước khi bắt đầu", "it ends before it starts");
        row.refuse("end-before-start", Column::OutageEnd, message);
    } else if end.duration_since(start).as_hours() > LONG_DAYS * 24 {
        let message = (
            "mất liên lạc quá 30 ngày: trạm có tạm ngừng không?",
            "out of touch for over 30 days: is the site off air?",
        );
        let remedy = ("báo cáo tạm ngừng nếu đúng vậy", "report it off air if it is");
        let of = if lasts { Column::OutageStart } else { Column::OutageEnd };
        row.find(Severity::Warn, "long-outage", of, message, remedy);
    }
    read
}

/// `từ 22h đến 6h ngày 20/11`: over midnight, and whose the day is is asked where it may be either.
fn over_midnight(
    row: &mut Asked<'_, '_>,
    start: Timestamp,
    end: Timestamp,
) -> Option<(Timestamp, Timestamp)> {
    let message = (
        "giờ kết thúc trước giờ bắt đầu: qua đêm, ngày ghi là của giờ nào?",
        "it ends at an earlier hour than it began: over midnight, of which one is the day?",
    );
    let remedy = ("chọn, hoặc ghi ngày của cả hai giờ", "choose, or write the day of both");
    let today = row.known.today();
    let day_long = SignedDuration::from_hours(24);
    let next = end.checked_add(day_long).ok().map(|end| (start, end));
    let before = start.checked_sub(day_long).ok().map(|start| (start, end));
    let is_either = row.cells.one_day == Some(OneDay::OfEither);
    let spans = [next, before.filter(|_| is_either)].into_iter().flatten();
    let spans: Vec<(Timestamp, Timestamp)> =
        spans.filter(|(_, end)| Day::of(*end) <= today).collect();
    let shown =
        |at: Timestamp| jiff::tz::offset(7).to_datetime(at).strftime("%d/%m/%Y %H:%M").to_string();
    if let [(start, end)] = spans[..] {
        let told = format!("{} - {}", shown(start), shown(end));
        let (vi, en) = (
            format!("giờ kết thúc trước giờ bắt đầu: qua đêm, {told}"),
            format!("it ends at an earlier hour than it began: over midnight, {told}"),
        );
        let remedy = ("kiểm tra hai mốc giờ", "check both hours");
        row.find(Severity::Warn, "night-read", Column::OutageEnd, (&vi, &en), remedy);
        return Some((start, end));
    }
    let choices = spans.into_iter().map(|span| {
        let is_next = span.0 == start;
        let told = format!("{} - {}", shown(span.0), shown(span.1));
        Candidate {
            id: told.clone(),
            name: told,
            reason_vi: if is_next {
                "kết thúc ngày hôm sau"
            } else {
                "bắt đầu ngày hôm trước"
            }
            .to_owned(),
            reason_en: if is_next { "it ended the day after" } else { "it began the day before" }
                .to_owned(),
            score: if is_next { 50 } else { 40 },
        }
    });
    let choices: Vec<Candidate> = choices.collect();
    row.find(Severity::Ask, "over-midnight", Column::OutageEnd, message, remedy).candidates =
        choices;
    None
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
