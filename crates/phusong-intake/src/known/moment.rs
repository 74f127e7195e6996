//! Instants and periods as people and instruments write them. Local time is +07:00.

use jiff::{Timestamp, tz};
use phusong_atlas::domain::{Day, Period};
use phusong_atlas::gazetteer::fold_for_search;

use crate::values::day::{DayHabit, day_of};
use crate::values::period::{Months, months};

/// Serial numbers of workbooks from 1990 to 2100.
const SERIALS: std::ops::RangeInclusive<f64> = 32_874.0..=73_050.0;
const SECONDS_A_DAY: f64 = 86_400.0;

/// An instant, and whether a time of day was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub at: Timestamp,
    pub has_time: bool,
}

/// RFC 3339; day and time in either order (`20/11/2026 06:30`, `6h30 ngày 20/11/2026`);
/// G-NetTrack's `2020.02.27_17.30.15`; a workbook's serial number; a day alone. Days as their file
/// writes them.
pub fn moment_of(text: &str, days: DayHabit) -> Option<Moment> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(Moment { at, has_time: true });
    }
    if let Some(serial) = text.parse::<f64>().ok().filter(|serial| SERIALS.contains(serial)) {
        return of_serial(serial);
    }
    if let Some((day, time)) = text.split_once('_') {
        return together(dotted(day)?, clock(&time.replace('.', ":"))?);
    }
    let (day, time) = day_and_clock(text, days)?;
    let day = day.and_then(|word| days.read(&word).day().or_else(|| dotted(&word)));
    match (day?, time.and_then(|word| clock(&word))) {
        (day, Some(time)) => together(day, time),
        (day, None) => Some(Moment { at: day.start(), has_time: false }),
    }
}

/// The day and the hour that a text writes, as it writes them; `None` where it says more, or neither.
pub fn day_and_clock(text: &str, days: DayHabit) -> Option<(Option<String>, Option<String>)> {
    let worded = hours_in_words(text);
    let text = worded.as_deref().unwrap_or(text);
    let halved = of_halves(text);
    let text = halved.as_deref().unwrap_or(text);
    let (mut day, mut time) = (None, None);
    for word in text.split([' ', 'T', ',']).filter(|word| !word.is_empty()) {
        if days.read(word).day().or_else(|| dotted(word)).is_some() {
            if day.replace(word.to_owned()).is_some() {
                return None;
            }
        } else if clock(word).is_some() {
            if time.replace(word.to_owned()).is_some() {
                return None;
            }
        } else if !["ngay", "luc", "vao", "hoi", "gio"].contains(&&*fold_for_search(word)) {
            return None;
        }
    }
    (day.is_some() || time.is_some()).then_some((day, time))
}

/// Which hours a word for a part of the day allows, and by how much each is later.
type Half = (&'static [&'static str], &'static [(std::ops::RangeInclusive<i8>, i8)]);

/// `6:30 PM`, `8:30 CH`, `2h chiều` as the clock counts; an hour that its word does not allow stays
/// as it stands, and is no instant. *12 giờ đêm* may be of two days.
fn of_halves(text: &str) -> Option<String> {
    const HALVES: [Half; 6] = [
        (&["am", "a.m.", "a.m", "sa"], &[(12..=12, -12), (1..=11, 0)]),
        (&["pm", "p.m.", "p.m", "ch"], &[(12..=23, 0), (1..=11, 12)]),
        (&["sáng"], &[(0..=11, 0)]),
        (&["trưa"], &[(10..=14, 0), (1..=2, 12)]),
        (&["chiều"], &[(12..=18, 0), (1..=6, 12)]),
        (&["tối", "đêm"], &[(18..=23, 0), (6..=11, 12)]),
    ];
    let half_of = |word: &str| HALVES.iter().find(|(names, _)| names.contains(&word));
    let later = |clock_word: &str, half: &Half| {
        let (hour, minute, second) = clock(clock_word)?;
        let (_, shift) = half.1.iter().find(|(hours, _)| hours.contains(&hour))?;
        Some(format!("{:02}:{minute:02}:{second:02}", hour + shift))
    };
    let (mut words, mut is_halved) = (Vec::<String>::new(), false);
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        let lower = word.to_lowercase();
        let alone = half_of(&lower).and_then(|half| later(words.last()?, half));
        // `8:30PM`: its letters are ASCII.
        let joined = || {
            let at = lower.find(|c: char| !c.is_ascii_digit() && !":.h".contains(c))?;
            let (own, name) = lower.split_at(at);
            later(own.trim_end_matches('.'), half_of(name)?)
        };
        if let Some(clock) = alone {
            words.pop();
            words.push(clock);
            is_halved = true;
        } else if let Some(clock) = joined() {
            words.push(clock);
            is_halved = true;
        } else {
            words.push(word.to_owned());
        }
    }
    is_halved.then(|| words.join(" "))
}

/// `6 giờ 30 phút` as `6h30`; `None` where no hour is told in words.
fn hours_in_words(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let folded: Vec<String> = words.iter().map(|word| fold_for_search(word)).collect();
    let is_number = |at: usize| {
        words.get(at).is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let at = folded.iter().position(|word| word == "gio").filter(|at| *at > 0)?;
    let hour = words[at - 1];
    let has_minutes = is_number(at + 1) && words[at + 1].len() <= 2;
    let minutes = if has_minutes { words[at + 1] } else { "" };
    let is_named = folded.get(at + 2).is_some_and(|word| has_minutes && word == "phut");
    let after = at + 1 + usize::from(has_minutes) + usize::from(is_named);
    let clock = format!("{hour}h{minutes}");
    let rest = words.get(after..).unwrap_or_default();
    let all = words[..at - 1].iter().copied().chain([&*clock]).chain(rest.iter().copied());
    is_number(at - 1).then(|| all.collect::<Vec<_>>().join(" "))
}

/// Year first, with dots: `2020.02.27`.
fn dotted(text: &str) -> Option<Day> {
    text.replace('.', "-").parse().ok()
}

/// `06:30`, `06:30:15`, `6h30`, `6h`, `06:30:15.250`.
fn clock(text: &str) -> Option<(i8, i8, i8)> {
    let whole = text.split('.').next().unwrap_or_default();
    let parts: Vec<&str> = whole.split([':', 'h', 'H']).collect();
    let number = |part: &&str, most: i8| match part.len() {
        1 | 2 => part.parse::<i8>().ok().filter(|number| (0..=most).contains(number)),
        _ => None,
    };
    match &parts[..] {
        ["24", "" | "00"] | ["24", "00", "00"] => Some((24, 0, 0)),
        [hour, ""] => Some((number(hour, 23)?, 0, 0)),
        [hour, minute] => Some((number(hour, 23)?, number(minute, 59)?, 0)),
        [hour, minute, second] => {
            Some((number(hour, 23)?, number(minute, 59)?, number(second, 59)?))
        }
        _ => None,
    }
}

fn together(day: Day, (hour, minute, second): (i8, i8, i8)) -> Option<Moment> {
    let (day, hour) = if hour == 24 { (day.plus_days(1), 0) } else { (day, hour) };
    let civil = day.date().at(hour, minute, second, 0);
    let at = tz::offset(7).to_timestamp(civil).ok()?;
    Some(Moment { at, has_time: true })
}

fn of_serial(serial: f64) -> Option<Moment> {
    let zero = Day::new(1899, 12, 30).ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "within SERIALS")]
    let (days, seconds) = (serial.trunc() as i32, (serial.fract() * SECONDS_A_DAY).round() as i64);
    let at = zero.plus_days(days).start().checked_add(jiff::SignedDuration::from_secs(seconds));
    Some(Moment { at: at.ok()?, has_time: seconds != 0 })
}

/// What a cell says of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodText {
    Period(Period),
    /// The first day of a month, as workbooks make of `11/2026`: the month is meant.
    Month(Period),
    /// A quarter, a year, several months; or months of a year that is not named.
    Open(Months),
    Unclear,
}

/// `11/2026`, `tháng 11/2026`, `2026-11`, `15/10/2026 - 14/11/2026`, `từ … đến …`; `quý I/2025`.
pub fn period_of(text: &str) -> PeriodText {
    let text = text.trim();
    let days: Vec<Day> = text
        .split([' ', '–', '—', ';'])
        .flat_map(|word| word.split(if word.contains('/') { '-' } else { ' ' }))
        .filter_map(|word| day_of(word).or_else(|| serial_day(word)))
        .collect();
    if let [from, last] = days[..] {
        let to = last.plus_days(1);
        return match Months::of_days(from, last) {
            Some(months) if !months.is_one() => PeriodText::Open(months),
            // No period of ours is longer than a month.
            _ if from < to && to.number() - from.number() <= 31 => {
                PeriodText::Period(Period { from, to })
            }
            _ => PeriodText::Unclear,
        };
    }
    if let [day] = days[..] {
        return match Months::month_of(day).period() {
            Some(period) if period.from == day => PeriodText::Month(period),
            _ => PeriodText::Unclear,
        };
    }
    match months(text) {
        Some(one) if one.is_one() => one.period().map_or(PeriodText::Open(one), PeriodText::Period),
        Some(several) => PeriodText::Open(several),
        None => PeriodText::Unclear,
    }
}

fn serial_day(text: &str) -> Option<Day> {
    let serial = text.parse::<f64>().ok().filter(|serial| SERIALS.contains(serial))?;
    of_serial(serial).map(|moment| Day::of(moment.at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_as_people_and_instruments_write_them() {
        let cases = [
            ("20/11/2026 06:30", "2026-11-19T23:30:00Z"),
            ("6h30 ngày 20/11/2026", "2026-11-19T23:30:00Z"),
            ("2026-11-20T06:30:00+07:00", "2026-11-19T23:30:00Z"),
            ("2026-11-20 06:30:15", "2026-11-19T23:30:15Z"),
            ("2020.02.27_17.30.15", "2020-02-27T10:30:15Z"),
            ("46346.25", "2026-11-19T23:00:00Z"),
            ("20/11/2026", "2026-11-19T17:00:00Z day"),
            ("20/11/2026 6 giờ 30 phút", "2026-11-19T23:30:00Z"),
            ("6 giờ 30 ngày 20/11/2026", "2026-11-19T23:30:00Z"),
            ("6 giờ ngày 20/11/2026", "2026-11-19T23:00:00Z"),
            ("lúc 06:30 ngày 20/11/2026", "2026-11-19T23:30:00Z"),
            // The end of a day is the beginning of the next.
            ("19/11/2026 24:00", "2026-11-19T17:00:00Z"),
            ("24h00 ngày 19/11/2026", "2026-11-19T17:00:00Z"),
            ("19/11/2026 24:01", "✗"),
            ("20/11/2026 giờ 30", "✗"),
            ("20/11/2026 25:00", "✗"),
            ("20/11/2026 6:30 AM", "2026-11-19T23:30:00Z"),
            ("20/11/2026 6:30:15 PM", "2026-11-20T11:30:15Z"),
            ("20/11/2026 6:30 SA", "2026-11-19T23:30:00Z"),
            ("20/11/2026 6:30 CH", "2026-11-20T11:30:00Z"),
            ("20/11/2026 8:30PM", "2026-11-20T13:30:00Z"),
            ("20/11/2026 12:30 AM", "2026-11-19T17:30:00Z"),
            ("20/11/2026 12:30 PM", "2026-11-20T05:30:00Z"),
            ("20/11/2026 18:30 PM", "2026-11-20T11:30:00Z"),
            ("2 giờ chiều ngày 20/11/2026", "2026-11-20T07:00:00Z"),
            ("6h30 sáng 20/11/2026", "2026-11-19T23:30:00Z"),
            ("9h tối ngày 20/11/2026", "2026-11-20T14:00:00Z"),
            // No such hour, or one of two days.
            ("20/11/2026 18:30 AM", "✗"),
            ("20/11/2026 0:30 PM", "✗"),
            ("12 giờ đêm ngày 20/11/2026", "✗"),
            ("9h chiều ngày 20/11/2026", "✗"),
            ("20/11/2026 PM", "✗"),
            // Which of the two it is nobody says.
            ("20/11/2026 21/11/2026", "✗"),
            ("20/11/2026 06:30 21/11/2026", "✗"),
            ("20/11/2026 06:00 08:30", "✗"),
            ("06:00, 08:30 ngày 20/11/2026", "✗"),
            ("hôm qua", "✗"),
            ("", "✗"),
        ];
        for (text, expected) in cases {
            let found = moment_of(text, DayHabit::default()).map_or("✗".to_owned(), |moment| {
                format!("{}{}", moment.at, if moment.has_time { "" } else { " day" })
            });
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn periods_as_people_write_them() {
        let cases = [
            ("11/2026", "2026-11-01 2026-12-01"),
            ("Tháng 11/2026", "2026-11-01 2026-12-01"),
            ("T11/2026", "2026-11-01 2026-12-01"),
            ("tháng 11 năm 2026", "2026-11-01 2026-12-01"),
            ("2026-11", "2026-11-01 2026-12-01"),
            ("01/11/2026", "2026-11-01 2026-12-01 month"),
            ("46327", "2026-11-01 2026-12-01 month"),
            ("15/10/2026 - 14/11/2026", "2026-10-15 2026-11-15"),
            ("từ 15/10/2026 đến 14/11/2026", "2026-10-15 2026-11-15"),
            ("15/10/2026-14/11/2026", "2026-10-15 2026-11-15"),
            ("14/11/2026 - 15/10/2026", "✗"),
            // Longer than any month, and no months.
            ("15/07/2026 - 14/10/2026", "✗"),
            ("01/10/2026 - 01/11/2026", "✗"),
            ("01/01/2000 - 31/12/2025", "✗"),
            ("20/11/2026", "✗"),
            ("13/2026", "✗"),
            ("quý IV/2026", "10/2026 - 12/2026 ?"),
            ("01/01/2025 - 31/03/2025", "01/2025 - 03/2025 ?"),
            ("từ 01/11/2026 đến 30/11/2026", "2026-11-01 2026-12-01"),
            ("Năm 2024", "năm 2024 ?"),
            ("Tháng 11", "tháng 11 ?"),
            ("", "✗"),
        ];
        for (text, expected) in cases {
            let found = match period_of(text) {
                PeriodText::Period(period) => format!("{} {}", period.from, period.to),
                PeriodText::Month(period) => format!("{} {} month", period.from, period.to),
                PeriodText::Open(months) => format!("{} ?", months.shown()),
                PeriodText::Unclear => "✗".to_owned(),
            };
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
