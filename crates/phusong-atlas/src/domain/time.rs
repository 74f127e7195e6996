//! Civil days in Asia/Ho_Chi_Minh. Instants are [`jiff::Timestamp`]; only days enter verdicts.

use jiff::{Timestamp, civil::Date, tz};

/// A civil day in Asia/Ho_Chi_Minh (UTC+07:00, no daylight saving since 1975).
///
/// Held as days since 1970-01-01, so that it orders, subtracts and packs cheaply.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// Not a day of the calendar (31/02), or outside the years 1–9999.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{year:04}-{month:02}-{day:02} is not a day of the calendar")]
pub struct DayError {
    pub year: i16,
    pub month: i8,
    pub day: i8,
}

const EPOCH: Date = Date::constant(1970, 1, 1);

impl Day {
    /// Before every day a document can name: "since before our records".
    pub const EARLIEST: Self = Self(-719_162);
    /// After every day a document can name: "without end".
    pub const NEVER: Self = Self(2_932_896);

    /// # Errors
    /// [`DayError`] when the calendar has no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, DayError> {
        Date::new(year, month, day)
            .ok()
            .filter(|date| date.year() >= 1)
            .map(Self::from_date)
            .ok_or(DayError { year, month, day })
    }

    fn from_date(date: Date) -> Self {
        let days = date.since(EPOCH).map_or(0, |span| span.get_days());
        Self(days)
    }

    /// The calendar date.
    pub fn date(self) -> Date {
        EPOCH.saturating_add(jiff::Span::new().days(self.0))
    }

    /// Days since 1970-01-01.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// From days since 1970-01-01, clamped into the representable years.
    pub fn from_number(days: i32) -> Self {
        Self(days.clamp(Self::EARLIEST.0, Self::NEVER.0))
    }

    /// The local day on which `instant` falls in Asia/Ho_Chi_Minh.
    pub fn of(instant: Timestamp) -> Self {
        Self::from_date(tz::offset(7).to_datetime(instant).date())
    }

    /// The first instant of this local day.
    pub fn start(self) -> Timestamp {
        tz::offset(7).to_timestamp(self.date().at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)
    }

    /// `months` calendar months on; a day the month lacks becomes its last (29/2 → 28/2).
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        if self >= Self::NEVER {
            return Self::NEVER;
        }
        let span = jiff::Span::new().months(i64::from(months.min(12_000)));
        Self::from_date(self.date().saturating_add(span))
    }

    /// `days` days on (or back).
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self::from_number(self.0.saturating_add(days))
    }

    /// Full calendar months from `self` to `later`, 0 when `later` is not later.
    pub fn full_months_to(self, later: Self) -> u32 {
        if later <= self {
            return 0;
        }
        let (from, to) = (self.date(), later.date());
        let begun = (i32::from(to.year()) - i32::from(from.year())) * 12
            + (i32::from(to.month()) - i32::from(from.month()));
        // As [`Self::plus_months`] has it: a day that the month lacks is its last.
        let is_full = to.day() >= from.day().min(to.days_in_month());
        u32::try_from(begun - i32::from(!is_full)).unwrap_or(0)
    }
}

impl std::fmt::Display for Day {
    /// ISO 8601: `2023-06-07`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.date())
    }
}

impl std::fmt::Debug for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl std::str::FromStr for Day {
    type Err = DayError;

    /// ISO 8601 calendar dates only; people's spellings are intake's business.
    fn from_str(text: &str) -> Result<Self, DayError> {
        let mut parts = text.splitn(3, '-');
        let mut next = |digits: usize| {
            parts
                .next()
                .filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|part| part.parse::<i16>().ok())
        };
        match (next(4), next(2), next(2)) {
            (Some(year), Some(month), Some(day)) => {
                let narrow = |n: i16| i8::try_from(n).unwrap_or(0);
                Self::new(year, narrow(month), narrow(day))
            }
            _ => Err(DayError { year: 0, month: 0, day: 0 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn twelve_months_after_a_leap_day_is_the_28th() {
        assert_eq!(day("2024-02-29").plus_months(12), day("2025-02-28"));
        assert_eq!(day("2024-02-29").full_months_to(day("2025-02-27")), 11);
        assert_eq!(day("2024-02-29").full_months_to(day("2025-02-28")), 12);
        assert_eq!(day("2023-06-07").full_months_to(day("2023-06-06")), 0);
    }

    #[test]
    fn full_months_are_those_that_adding_months_does_not_pass() {
        for from in (0..800).map(|days| day("2023-01-01").plus_days(days)) {
            for later in (0..800).step_by(7).map(|days| from.plus_days(days)) {
                let months = from.full_months_to(later);
                assert!(from.plus_months(months) <= later, "{from} {later}");
                assert!(later < from.plus_months(months + 1), "{from} {later}");
            }
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_viet_nam() {
        let last_second_of_june_6: Timestamp = "2023-06-06T16:59:59Z".parse().unwrap();
        let midnight: Timestamp = "2023-06-06T17:00:00Z".parse().unwrap();
        assert_eq!(Day::of(last_second_of_june_6), day("2023-06-06"));
        assert_eq!(Day::of(midnight), day("2023-06-07"));
        assert_eq!(day("2023-06-07").start(), midnight);
    }

    #[test]
    fn the_bounds_are_calendar_days() {
        assert_eq!(Day::EARLIEST.to_string(), "0001-01-01");
        assert_eq!(Day::NEVER.to_string(), "9999-12-31");
        assert!("2023-02-31".parse::<Day>().is_err());
        assert!("2023-2-3".parse::<Day>().is_err());
    }
}
