//! Serial numbers of spreadsheets to civil days and times, and ISO texts of OpenDocument.

use jiff::civil::{Date, date};

use crate::book::{Cell, DateSystem, Day};

const SECONDS_PER_DAY: f64 = 86_400.0;

/// A number whose format shows a day or a time, as what it shows; a number that no day has stays
/// a number.
pub(crate) fn day_or_time(serial: f64, system: DateSystem) -> Cell {
    if !serial.is_finite() || !(0.0..3_000_000.0).contains(&serial) {
        return Cell::Number(serial);
    }
    let total = (serial * SECONDS_PER_DAY).round();
    let days = (total / SECONDS_PER_DAY).floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 ≤ days < 3,000,000 and 0 ≤ seconds < 86,400"
    )]
    let (days, seconds) = (days as i32, (total - days * SECONDS_PER_DAY) as u32);
    if serial < 1.0 && days < 1 {
        return Cell::Time { seconds };
    }
    match date_of(days, system) {
        Some(date) => Cell::Day(Day {
            year: date.year(),
            month: date.month(),
            day: date.day(),
            seconds,
            serial: Some(serial),
        }),
        None => Cell::Number(serial),
    }
}

/// Source: ECMA-376 part 1 §18.17.4.1. The 1900 system counts a 29 February 1900 (serial 60),
/// which is no day.
fn date_of(days: i32, system: DateSystem) -> Option<Date> {
    let first = match system {
        DateSystem::From1904 => date(1904, 1, 1),
        DateSystem::From1900 if days == 60 => return None,
        DateSystem::From1900 if days < 60 => date(1899, 12, 31),
        DateSystem::From1900 => date(1899, 12, 30),
    };
    first.checked_add(jiff::Span::new().days(days)).ok()
}

/// A length of time as a spreadsheet counts it, in days.
pub(crate) fn length_of_time(days: f64) -> Cell {
    let seconds = (days * SECONDS_PER_DAY).round();
    if !(0.0..f64::from(u32::MAX)).contains(&seconds) {
        return Cell::Number(days);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    let seconds = seconds as u32;
    Cell::Time { seconds }
}

/// `2024-05-31`, `2024-05-31T08:30:00`, with fractions cut off.
pub(crate) fn iso_day(text: &str) -> Option<Cell> {
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let date: Date = date.parse().ok()?;
    let seconds = match time {
        Some(time) => {
            let time: jiff::civil::Time = time.trim_end_matches('Z').parse().ok()?;
            let (hour, minute, second) = (time.hour(), time.minute(), time.second());
            u32::try_from(i32::from(hour) * 3_600 + i32::from(minute) * 60 + i32::from(second))
                .ok()?
        }
        None => 0,
    };
    let (year, month, day) = (date.year(), date.month(), date.day());
    Some(Cell::Day(Day { year, month, day, seconds, serial: None }))
}

/// `PT08H30M00S`.
pub(crate) fn iso_length(text: &str) -> Option<Cell> {
    let rest = text.strip_prefix("PT")?;
    let (mut seconds, mut number) = (0_f64, String::new());
    for character in rest.chars() {
        let unit = match character {
            'H' => 3_600.0,
            'M' => 60.0,
            'S' => 1.0,
            digit => {
                number.push(if digit == ',' { '.' } else { digit });
                continue;
            }
        };
        seconds += unit * std::mem::take(&mut number).parse::<f64>().ok()?;
    }
    number.is_empty().then(|| length_of_time(seconds / SECONDS_PER_DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cell: &Cell) -> String {
        match cell {
            Cell::Day(day) => {
                format!("{}-{:02}-{:02}+{}", day.year, day.month, day.day, day.seconds)
            }
            Cell::Time { seconds } => format!("+{seconds}"),
            Cell::Number(number) => format!("{number}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn serials_are_the_days_that_excel_shows() {
        use DateSystem::{From1900, From1904};
        let cases = [
            (1.0, From1900, "1900-01-01+0"),
            (59.0, From1900, "1900-02-28+0"),
            (60.0, From1900, "60"),
            (61.0, From1900, "1900-03-01+0"),
            (45_443.0, From1900, "2024-05-31+0"),
            (45_443.354_166_666_664, From1900, "2024-05-31+30600"),
            (45_443.999_999_9, From1900, "2024-06-01+0"),
            (43_981.0, From1904, "2024-05-31+0"),
            (0.5, From1900, "+43200"),
            (-1.0, From1900, "-1"),
            (9e9, From1900, "9000000000"),
            (2_999_999.0, From1900, "2999999"),
        ];
        for (serial, system, expected) in cases {
            assert_eq!(shown(&day_or_time(serial, system)), expected, "{serial} {system:?}");
        }
    }

    #[test]
    fn iso_texts_are_read_and_others_are_not() {
        assert_eq!(iso_day("2024-05-31").as_ref().map(shown).as_deref(), Some("2024-05-31+0"));
        let with_time = iso_day("2024-05-31T08:30:00.000");
        assert_eq!(with_time.as_ref().map(shown).as_deref(), Some("2024-05-31+30600"));
        assert_eq!(iso_day("31/05/2024"), None);
        assert_eq!(iso_day("2024-02-30"), None);
        assert_eq!(iso_length("PT08H30M00S"), Some(Cell::Time { seconds: 30_600 }));
        assert_eq!(iso_length("PT36H"), Some(Cell::Time { seconds: 129_600 }));
        assert_eq!(iso_length("PT8"), None);
    }
}
