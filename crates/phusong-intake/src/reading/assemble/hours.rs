//! Instants of an outage whose parts stand in several columns, or both in one: put together, every
//! one shown as it was written and as it is read.

use jiff::SignedDuration;
use phusong_atlas::domain::Day;
use phusong_atlas::gazetteer::fold_for_search;

use super::{Assembled, Filled, How, Piece, Step};
use crate::finding::{Candidate, Finding, Severity};
use crate::known::moment::{Moment, day_and_clock, moment_of};
use crate::report::{Column, OneDay};
use crate::table::layout::{Layout, Mapped, Part, is_of_power};
use crate::table::{Cell, TableRow};
use crate::values::day::DayHabit;

/// How long, or until when: `Thời lượng (giờ)`, `Số phút mất liên lạc`.
pub(super) fn tells_an_end(mapped: &Mapped) -> bool {
    const WORDS: [&str; 8] = [
        "thoi luong",
        "so gio",
        "so phut",
        "thoi gian mat",
        "duration",
        "khoi phuc",
        "ket thuc",
        "co dien",
    ];
    let folded = fold_for_search(&mapped.heading);
    mapped.means.is_none() && WORDS.iter().any(|word| folded.contains(word))
}

/// `Vào lúc (giờ)`, which nobody reads.
pub(super) fn tells_hours(mapped: &Mapped, layout: &Layout) -> bool {
    let folded = fold_for_search(&mapped.heading);
    mapped.means.is_none()
        && layout.beside.iter().all(|(at, _)| *at != mapped.at)
        && !is_of_power(std::slice::from_ref(&mapped.heading))
        && folded.split(' ').any(|word| ["gio", "luc"].contains(&word))
}

/// A length that is rounded may differ from its ends by so much.
const ROUNDING_MINUTES: i64 = 5;

impl<'a> Piece<'_, 'a> {
    pub(super) fn join_hours(
        &self,
        row: &'a TableRow,
        filled: &mut Filled<'a>,
        found: &mut Assembled,
    ) {
        let layout = self.with.layout;
        if layout.beside.is_empty() && filled.get(Column::OutageStart).is_none() {
            return;
        }
        let unread = self.with.hours_unread.iter().filter_map(|at| clock_of(row.cell(*at)?));
        found.cells.hours_unread =
            unread.reduce(|all, text| format!("{all}; {text}")).map(Into::into);
        let text = |wanted: &dyn Fn(Part) -> bool| {
            let at = layout.beside.iter().find(|(_, part)| wanted(*part))?;
            let cell = row.cell(at.0)?;
            Some((clock_of(cell)?, at.1))
        };
        let told = layout.beside.iter().find(|(_, part)| matches!(part, Part::Told { .. }));
        let told = told.and_then(|(at, part)| {
            let text = row.cell(*at)?.text().trim().to_owned();
            (!text.is_empty()).then_some((text, *part))
        });
        let days = self.with.repairs.days;
        self.see_restored(row, filled, found);
        self.split_span(told.as_ref().map(|(text, _)| &**text), filled, found);
        if let Some((time, _)) = text(&|part| part == Part::StartTime)
            && let Some(day) = alone(filled, Column::OutageStart, days)
        {
            join(Column::OutageStart, (&day, &time), filled, found);
        }
        if let Some((time, _)) = text(&|part| part == Part::EndTime) {
            match alone(filled, Column::OutageEnd, days) {
                Some(day) => join(Column::OutageEnd, (&day, &time), filled, found),
                None if filled.get(Column::OutageEnd).is_none() => {
                    self.end_on_its_day(&time, filled, found);
                }
                None => {}
            }
        }
        if let Some((text, Part::Told { minutes })) = told {
            reckon(length(&text, minutes), &text, days, filled, found);
        }
    }

    /// `từ 06:00 20/11/2026 đến 08:30 20/11/2026`, in a column of its own or in that of the start.
    fn split_span(&self, told: Option<&str>, filled: &mut Filled<'a>, found: &mut Assembled) {
        let days = self.with.repairs.days;
        let start = filled.get(Column::OutageStart).map(|text| text.clone().into_owned());
        let in_start = start.filter(|text| moment_of(text, days).is_none());
        let has_start = filled.get(Column::OutageStart).is_some() && in_start.is_none();
        let Some(text) = in_start.as_deref().or(told.filter(|_| !has_start)) else { return };
        let Some(Span { from, to, has_one_day }) = span(text, days) else {
            // `Thời gian mất liên lạc: 22h 20/11/2026`: since when.
            if !has_start && in_start.is_none() && moment_of(text, days).is_some() {
                set(Column::OutageStart, text, text.to_owned(), "from-to", filled, found);
            }
            return;
        };
        set(Column::OutageStart, text, from, "from-to", filled, found);
        if filled.get(Column::OutageEnd).is_none() {
            found.cells.one_day = has_one_day.then_some(OneDay::OfEither);
            self.set_end(text, to, "from-to", filled, found);
        }
    }

    /// The end by what is written, or by the answer to it, which may tell from when to when.
    fn set_end(
        &self,
        written: &str,
        told: String,
        how: &'static str,
        filled: &mut Filled<'a>,
        found: &mut Assembled,
    ) {
        set(Column::OutageEnd, written, told.clone(), how, filled, found);
        let answers = &self.with.answers;
        let Some(answer) = answers.cell(found.cells.row, Column::OutageEnd, &told) else { return };
        let days = self.with.repairs.days;
        let own_start = span(answer, days).and_then(|span| {
            let start = filled.get(Column::OutageStart)?;
            start_by_answer((start, &told), (&span.from, &span.to), days)
        });
        let mut answered = |column, before: String, after: String| {
            let how = How::Answered;
            found.steps.push(Step { column, before, after: after.clone(), how, decision: None });
            filled.insert(column, after.into());
        };
        match span(answer, days) {
            Some(Span { from, to, .. }) => {
                let from = own_start.unwrap_or(from);
                answered(Column::OutageStart, written.to_owned(), from);
                answered(Column::OutageEnd, told, to);
            }
            None => answered(Column::OutageEnd, told, answer.to_owned()),
        }
    }

    /// `Trạng thái: Đã khôi phục` beside an empty end: it is over, and since when nobody says.
    fn see_restored(&self, row: &'a TableRow, filled: &Filled<'a>, found: &mut Assembled) {
        const NOT_YET: [&str; 4] = ["chua", "du kien", "khi nao", "neu "];
        const OVER: [&str; 7] = [
            "da khoi phuc",
            "da khac phuc",
            "da xu ly",
            "da co song",
            "da phat song",
            "da hoat dong",
            "hoat dong binh thuong",
        ];
        if filled.get(Column::OutageEnd).is_some() {
            return;
        }
        let layout = self.with.layout;
        let mut cells = row.cells.iter().filter(|(at, _)| {
            let own = layout.columns.iter().find(|mapped| mapped.at == *at);
            own.is_some_and(|own| matches!(own.means, None | Some(Column::Note)))
        });
        found.cells.denied = cells.find_map(|(_, cell)| {
            let text = cell.text();
            let folded = fold_for_search(&text);
            let has = |words: &[&str]| words.iter().any(|words| folded.contains(words));
            (has(&OVER) && !has(&NOT_YET)).then(|| text.into())
        });
    }

    /// An hour without a day: that of the start where the table has one day alone, else asked.
    fn end_on_its_day(&self, time: &str, filled: &mut Filled<'a>, found: &mut Assembled) {
        let days = self.with.repairs.days;
        let start = filled.get(Column::OutageStart).and_then(|text| moment_of(text, days));
        let Some(start) = start else { return };
        let day = Day::of(start.at);
        let told = format!("{day} {time}");
        if !self.with.layout.has(Column::OutageEnd) {
            // Under a bare *Ngày* it may be the day of either.
            let start = self.with.layout.column(Column::OutageStart);
            let is_bare = start.is_some_and(|own| fold_for_search(&own.heading) == "ngay");
            found.cells.one_day = Some(if is_bare { OneDay::OfEither } else { OneDay::OfStart });
            self.set_end(time, told, "day-of-start", filled, found);
            return;
        }
        let message = (
            "có giờ khôi phục mà không có ngày: ngày nào?",
            "it has the hour of its end and no day: which one?",
        );
        let remedy = ("chọn, hoặc ghi ngày", "choose, or write the day");
        let asked = Finding::new("end-day-missing", Severity::Ask, message, remedy);
        let choices = [0, 1].map(|later| {
            let instant = format!("{} {time}", day.plus_days(later));
            Candidate {
                id: instant.clone(),
                name: instant,
                reason_vi: if later == 0 { "cùng ngày bắt đầu" } else { "ngày hôm sau" }.to_owned(),
                reason_en: if later == 0 { "the day it began" } else { "the day after" }.to_owned(),
                score: 40,
            }
        });
        found.cells.find(asked.with(choices), Column::OutageEnd.as_str(), "");
    }
}

/// One answer speaks of all rows that end alike: each begins at its own hour, on its own day or the
/// day before, as the answer says of the row it was given for.
fn start_by_answer(
    (start, end): (&str, &str),
    (from, to): (&str, &str),
    days: DayHabit,
) -> Option<String> {
    const DAY: SignedDuration = SignedDuration::from_hours(24);
    let at = |text| moment_of(text, days).map(|moment| moment.at);
    let (start, end, from, to) = (at(start)?, at(end)?, at(from)?, at(to)?);
    let is_before = match to.duration_since(end) {
        apart if apart == DAY => false,
        apart if apart.is_zero() => true,
        _ => return None,
    };
    let is_own = from.duration_since(start).as_secs() % DAY.as_secs() == 0;
    let start = if is_before { start.checked_sub(DAY).ok()? } else { start };
    let told = jiff::tz::offset(7).to_datetime(start).strftime("%Y-%m-%d %H:%M").to_string();
    (!is_own).then_some(told)
}

/// The end by the length, or both held against each other.
fn reckon(
    length: Option<SignedDuration>,
    written: &str,
    days: DayHabit,
    filled: &mut Filled<'_>,
    found: &mut Assembled,
) {
    let moment = |column| {
        filled.get(column).and_then(|text: &std::borrow::Cow<'_, str>| moment_of(text, days))
    };
    let start: Option<Moment> = moment(Column::OutageStart).filter(|start| start.has_time);
    let (Some(start), Some(length)) = (start, length) else { return };
    if filled.get(Column::OutageEnd).is_none() {
        let Ok(end) = start.at.checked_add(length) else { return };
        let end = jiff::tz::offset(7).to_datetime(end);
        let end = end.strftime("%Y-%m-%d %H:%M").to_string();
        let message = (
            format!("kết thúc tính từ thời lượng “{written}”: {end}"),
            format!("its end is reckoned from its length {written:?}: {end}"),
        );
        let remedy = ("không cần làm gì nếu đúng", "nothing to do if that is right");
        let note = Finding::new("end-computed", Severity::Note, message, remedy);
        found.cells.find(note, Column::OutageEnd.as_str(), written);
        set(Column::OutageEnd, written, end, "end-by-length", filled, found);
        return;
    }
    let Some(end) = moment(Column::OutageEnd).filter(|end| end.has_time) else { return };
    let apart = (end.at.duration_since(start.at) - length).abs();
    if apart > SignedDuration::from_mins(ROUNDING_MINUTES) {
        let message = (
            format!("thời lượng “{written}” khác khoảng từ bắt đầu đến kết thúc: lấy hai mốc giờ"),
            format!("the length {written:?} differs from start and end: those hold"),
        );
        let remedy = ("kiểm tra giờ và thời lượng", "check the hours and the length");
        let warning = Finding::new("length-differs", Severity::Warn, message, remedy);
        found.cells.find(warning, Column::OutageEnd.as_str(), written);
    }
}

/// Text of a cell; a part of a day as a workbook counts it is its clock.
#[expect(clippy::cast_possible_truncation, reason = "less than a day")]
fn clock_of(cell: &Cell) -> Option<String> {
    let text = match cell {
        Cell::Number(part) if *part > 0.0 && *part < 1.0 => {
            let minutes = (part * 1_440.0).round() as i32;
            format!("{:02}:{:02}", minutes / 60, minutes % 60)
        }
        other => other.text().trim().to_owned(),
    };
    (!text.is_empty()).then_some(text)
}

/// A day without its hour.
fn alone(filled: &Filled<'_>, column: Column, days: DayHabit) -> Option<String> {
    let text = filled.get(column)?;
    let has_clock = |text: &str| matches!(day_and_clock(text, days), Some((_, Some(_))));
    (!has_clock(text)).then(|| text.clone().into_owned())
}

fn join(column: Column, (day, time): (&str, &str), filled: &mut Filled<'_>, found: &mut Assembled) {
    set(column, day, format!("{day} {time}"), "day-and-hour", filled, found);
}

fn set(
    column: Column,
    before: &str,
    after: String,
    how: &'static str,
    filled: &mut Filled<'_>,
    found: &mut Assembled,
) {
    let (before, how) = (before.to_owned(), How::Understood(how));
    found.steps.push(Step { column, before, after: after.clone(), how, decision: None });
    filled.insert(column, after.into());
}

/// What stands between two instants.
const BETWEEN: [&str; 9] = [" đến ", " tới ", " Đến ", "→", " - ", " – ", "~", "–", "-"];

/// Two instants with their words take less, in bytes.
const LONGEST_SPAN: usize = 160;
/// Two days with dashes, and one between them.
const MOST_MARKS: usize = 5;

/// From when to when, each with its day.
struct Span {
    from: String,
    to: String,
    /// One day alone is that of both.
    has_one_day: bool,
}

fn span(text: &str, days: DayHabit) -> Option<Span> {
    let text = text.trim();
    let lower = text.to_lowercase();
    let begin = if lower.starts_with("từ ") { "từ ".len() } else { 0 };
    let text = text.get(begin..)?;
    if text.len() > LONGEST_SPAN {
        return None;
    }
    BETWEEN.iter().find_map(|mark| {
        // A dash within a day is none between two instants: every place is tried.
        text.match_indices(mark).take(MOST_MARKS).find_map(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + mark.len()..]);
            let before = before.trim().trim_end_matches(',');
            let (from, to) = (day_and_clock(before, days)?, day_and_clock(after.trim(), days)?);
            let has_one_day = from.0.is_some() != to.0.is_some();
            let (first, last) = (from.0.clone().or(to.0.clone())?, to.0.or(from.0)?);
            let told = |day: String, clock: Option<String>| match clock {
                Some(clock) => format!("{day} {clock}"),
                None => day,
            };
            Some(Span { from: told(first, from.1), to: told(last, to.1), has_one_day })
        })
    })
}

const HOURS_A_YEAR: i64 = 8_784;

/// `2,5`, `150`; `None` where three digits follow the mark, which may then divide thousands, and for
/// a part of a unit under one, which may be a clock as a workbook counts it.
fn plain_number(text: &str) -> Option<f64> {
    let mut parts = text.split([',', '.']);
    let (whole, after) = (parts.next()?, parts.next());
    let is_open = parts.next().is_some() || after.is_some_and(|after| after.len() == 3);
    if is_open || after.is_some() && whole.parse() == Ok(0_u32) {
        return None;
    }
    text.replace(',', ".").parse().ok()
}

/// `2h30`, `2 giờ 30 phút`, `150 phút`, `2,5 giờ`, `02:30:00`, `1 ngày 2 giờ`; a bare number where its
/// heading says of what it is.
pub fn length(text: &str, bare_minutes: Option<i64>) -> Option<SignedDuration> {
    let text = text.trim().to_lowercase();
    if text.contains(':') {
        let parts: Option<Vec<i64>> =
            text.split(':').map(|part| part.trim().parse().ok()).collect();
        return match parts?[..] {
            // Under a heading of minutes it may be minutes and seconds.
            [hours, minutes] | [hours, minutes, _]
                if (0..60).contains(&minutes)
                    && (0..=HOURS_A_YEAR).contains(&hours)
                    && bare_minutes != Some(1) =>
            {
                Some(SignedDuration::from_mins(hours * 60 + minutes))
            }
            _ => None,
        };
    }
    let (mut seconds, mut rest, mut last) = (0.0_f64, &*text, None);
    while !rest.trim().is_empty() {
        rest = rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.');
        let (number, after) = rest.split_at(end.unwrap_or(rest.len()));
        let number = plain_number(number)?;
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_alphabetic() && c != '\'');
        let (unit, after) = after.split_at(end.unwrap_or(after.len()));
        let (unit_minutes, is_hour) = match (unit, last) {
            ("ngày" | "d", _) => (1_440.0, false),
            ("giờ" | "h" | "g" | "tiếng", _) => (60.0, true),
            ("phút" | "p" | "ph" | "'" | "m", _) | ("", Some(true)) => (1.0, false),
            #[expect(clippy::cast_precision_loss, reason = "1 or 60")]
            ("", None) => (bare_minutes? as f64, false),
            _ => return None,
        };
        seconds += number * unit_minutes * 60.0;
        last = Some(is_hour);
        rest = after;
    }
    last?;
    #[expect(clippy::cast_possible_truncation, reason = "a year at most")]
    let whole = (0.0..=31_622_400.0).contains(&seconds).then_some(seconds.round() as i64);
    whole.map(SignedDuration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_as_people_write_them() {
        for (text, bare, minutes) in [
            ("2h30", None, Some(150)),
            ("2h", None, Some(120)),
            ("2 giờ 30 phút", None, Some(150)),
            ("2g30p", None, Some(150)),
            ("150 phút", None, Some(150)),
            ("45'", None, Some(45)),
            ("2,5 giờ", None, Some(150)),
            ("2.5h", None, Some(150)),
            ("02:30", None, Some(150)),
            ("02:30:00", None, Some(150)),
            ("1 ngày 2 giờ", None, Some(1_560)),
            ("150", Some(1), Some(150)),
            ("2,5", Some(60), Some(150)),
            ("150", None, None),
            ("02:30", Some(60), Some(150)),
            // It may be minutes and seconds, thousands, or a clock as a workbook counts it.
            ("45:30", Some(1), None),
            ("1.440", Some(1), None),
            ("0.5", Some(60), None),
            ("1.234,5", Some(1), None),
            ("9223372036854775807:00", None, None),
            ("8785:00", None, None),
            ("khoảng 2 giờ", None, None),
            ("hai giờ", None, None),
            ("", Some(1), None),
        ] {
            let found = length(text, bare).map(|length| length.as_mins());
            assert_eq!(found, minutes, "{text:?}");
        }
    }

    #[test]
    fn from_when_to_when_in_one_cell() {
        for (text, expected) in [
            (
                "từ 06:00 20/11/2026 đến 08:30 20/11/2026",
                Some(("20/11/2026 06:00", "20/11/2026 08:30")),
            ),
            (
                "Từ 6h ngày 20/11/2026 đến 8h30 ngày 21/11/2026",
                Some(("20/11/2026 6h", "21/11/2026 8h30")),
            ),
            ("từ 6h đến 8h30 ngày 20/11/2026", Some(("20/11/2026 6h", "20/11/2026 8h30"))),
            ("06:00 - 08:30 20/11/2026", Some(("20/11/2026 06:00", "20/11/2026 08:30"))),
            ("6h00-8h30, 20/11/2026", Some(("20/11/2026 6h00", "20/11/2026 8h30"))),
            ("20/11/2026 06:00 – 21/11/2026 07:00", Some(("20/11/2026 06:00", "21/11/2026 07:00"))),
            ("20-11-2026 06:00 - 21-11-2026 07:00", Some(("20-11-2026 06:00", "21-11-2026 07:00"))),
            ("từ 20/11/2026 đến 21/11/2026", Some(("20/11/2026", "21/11/2026"))),
            ("từ 6h đến 8h30", None),
            // Of dashes alone, or long: no span, and soon told.
            (&*"-".repeat(100_000), None),
            (&*format!("20/11/2026 06:00 {}- 08:30", "- ".repeat(60)), None),
            ("1-2-3-4-5-6-7 - 06:00 20/11/2026 - 08:30", None),
            ("20/11/2026 06:00", None),
            ("20-11-2026", None),
            ("mất điện", None),
        ] {
            let found = span(text, DayHabit::default());
            let found = found.as_ref().map(|span| (&*span.from, &*span.to));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
