//! Days as offices write them. No day is invented: a month alone is asked, 31/02 is refused.

use std::borrow::Cow;

use phusong_atlas::domain::Day;
use phusong_atlas::gazetteer::fold_for_search;

/// Which of two numbers is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    DayFirst,
    MonthFirst,
}

/// How a file writes its days, told by the cells that leave no choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayHabit {
    day_first: u32,
    month_first: u32,
}

/// How a day was written, when that is worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// ISO, or day/month/year.
    Plainly,
    MonthFirst,
    TwoDigitYear,
    /// The serial number of a workbook, as text.
    Serial,
    InWords,
}

/// A span that is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    Month(i16, i8),
    Quarter(i16, i8),
    Year(i16),
    /// Before, after or about a day.
    About(Day),
    /// `15/11`: of which year?
    NoYear,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayReading {
    Is(Day, Written),
    /// Two days are possible: asked.
    Either(Vec<Day>),
    /// A month, quarter or year: the day is asked.
    Only(Span),
    /// The calendar has no such day.
    Impossible,
    Empty,
    Not,
}

impl DayReading {
    pub const fn day(&self) -> Option<Day> {
        if let Self::Is(day, _) = self { Some(*day) } else { None }
    }
}

/// Serial numbers that mean a day here: 1990 to 2099.
const SERIALS: std::ops::Range<i32> = 32_874..73_051;
/// Day 0 of the 1900 system as it counts after February 1900, in days since 1970.
const SERIAL_ZERO: i32 = -25_569;
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl DayHabit {
    pub fn see(&mut self, text: &str) {
        // Asked of every cell: three numbers have two marks between them.
        if text.bytes().filter(|byte| matches!(byte, b'/' | b'.' | b'-')).count() < 2 {
            return;
        }
        let text = without_time(text);
        let Some([first, second, _]) = three(&text).filter(|_| !starts_with_year(&text)) else {
            return;
        };
        match (first.0 > 12, second.0 > 12) {
            (true, false) => self.day_first += 1,
            (false, true) => self.month_first += 1,
            _ => {}
        }
    }

    /// A sheet that tells nothing follows its workbook.
    #[must_use]
    pub const fn or(self, workbook: Self) -> Self {
        if self.day_first == 0 && self.month_first == 0 { workbook } else { self }
    }

    pub const fn add(&mut self, other: Self) {
        self.day_first += other.day_first;
        self.month_first += other.month_first;
    }

    /// `None`: the file writes both.
    const fn order(self) -> Option<Order> {
        match (self.day_first, self.month_first) {
            (0, 1..) => Some(Order::MonthFirst),
            (_, 0) => Some(Order::DayFirst),
            _ => None,
        }
    }

    /// Reads a cell. Without other evidence the day comes first, as in Viet Nam.
    pub fn read(self, text: &str) -> DayReading {
        let text = without_time(text);
        self.bare(&text)
            .or_else(|| self.about(&text))
            .or_else(|| without_year(&text))
            .unwrap_or(DayReading::Not)
    }

    /// Without a word before it that makes it no day.
    fn bare(self, text: &str) -> Option<DayReading> {
        if text.is_empty() || matches!(text, "-" | "–" | "chưa có") {
            return Some(DayReading::Empty);
        }
        if let Ok(day) = text.parse() {
            return Some(DayReading::Is(day, Written::Plainly));
        }
        if let Some(found) = with_roman_month(text) {
            return Some(found);
        }
        if let Some(parts) = three(text) {
            return Some(self.of_three(parts, starts_with_year(text)));
        }
        serial(text).or_else(|| compact(text)).or_else(|| in_words(text)).or_else(|| span(text))
    }

    /// `trước 31/12/2026`, `dự kiến ngày 01/11/2026`: a day, and a word that makes it none.
    fn about(self, text: &str) -> Option<DayReading> {
        const WORDS: [&str; 10] = [
            "trước",
            "sau",
            "đến hết",
            "đến",
            "hết",
            "chậm nhất",
            "muộn nhất",
            "khoảng",
            "dự kiến",
            "từ",
        ];
        let lower = text.to_lowercase();
        let rest = WORDS.iter().find_map(|word| lower.strip_prefix(word))?;
        let own = rest.starts_with([' ', ':']).then(|| rest.trim_start_matches([' ', ':']))?;
        Some(DayReading::Only(Span::About(self.bare(&without_time(own))?.day()?)))
    }

    fn of_three(self, parts: [(i16, usize); 3], year_first: bool) -> DayReading {
        if year_first {
            return is(parts[0].0, parts[1].0, parts[2].0, Written::Plainly);
        }
        let [(first, _), (second, _), (year, digits)] = parts;
        let (year, short) = match digits {
            4 => (year, false),
            2 => (if year < 80 { 2000 + year } else { 1900 + year }, true),
            _ => return DayReading::Not,
        };
        let plainly = if short { Written::TwoDigitYear } else { Written::Plainly };
        let day_first = is(year, second, first, plainly);
        let month_first = is(year, first, second, Written::MonthFirst);
        match (day_first.day(), month_first.day(), self.order()) {
            (None, None, _) => DayReading::Impossible,
            (Some(_), _, Some(Order::DayFirst)) | (Some(_), None, None) => day_first,
            (_, Some(_), Some(Order::MonthFirst)) | (None, Some(_), None) => month_first,
            // The only such row of its file.
            (None, Some(day), Some(Order::DayFirst))
            | (Some(day), None, Some(Order::MonthFirst)) => DayReading::Either(vec![day]),
            (Some(a), Some(b), None) if a == b => day_first,
            (Some(a), Some(b), None) => DayReading::Either(vec![a, b]),
        }
    }
}

/// A day that leaves no question, by the custom of the country.
pub fn day_of(text: &str) -> Option<Day> {
    DayHabit::default().read(text).day()
}

fn is(year: i16, month: i16, day: i16, written: Written) -> DayReading {
    let narrow = |number: i16| i8::try_from(number).unwrap_or(0);
    let plausible = (1900..=2200).contains(&year);
    match Day::new(year, narrow(month), narrow(day)) {
        Ok(day) if plausible => DayReading::Is(day, written),
        _ => DayReading::Impossible,
    }
}

/// Without a time of day, before or after, without a zone, and without the word *ngày* before
/// numbers.
fn without_time(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let text = ["ngày", "Ngày", "NGÀY"]
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .map(|rest| rest.trim_start_matches([' ', ':']))
        .filter(|rest| three(rest.split(' ').next().unwrap_or_default()).is_some())
        .unwrap_or(text);
    if let Some((day, time)) = text.split_once('T')
        && day.len() == 10
        && time.starts_with(|c: char| c.is_ascii_digit())
    {
        return Cow::Borrowed(day);
    }
    if !text.contains(':') {
        return Cow::Borrowed(text);
    }
    let is_time = |word: &&str| !word.contains(':') && !matches!(*word, "AM" | "PM" | "SA" | "CH");
    Cow::Owned(text.split_whitespace().filter(is_time).collect::<Vec<_>>().join(" "))
}

fn number(part: &str, longest: usize) -> Option<i16> {
    let digits = !part.is_empty() && part.len() <= longest;
    let digits = digits && part.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| part.parse().ok()).flatten()
}

/// Three numbers, each with how many digits it has.
fn three(text: &str) -> Option<[(i16, usize); 3]> {
    let mut parts = text.split(['/', '.', '-']).map(str::trim);
    let mut next = || {
        let part = parts.next()?;
        Some((number(part, 4)?, part.len()))
    };
    let found = [next()?, next()?, next()?];
    parts.next().is_none().then_some(found)
}

/// `15/11`, `ngày 15 tháng 11`: no year is invented.
fn without_year(text: &str) -> Option<DayReading> {
    const LEAP: i16 = 2024;
    let folded = fold_for_search(text).replace(" thang ", " ");
    let bare = folded.strip_prefix("ngay ").unwrap_or(&folded);
    let (first, second) = bare.split_once(' ')?;
    let (first, second) = (number(first, 2)?, number(second, 2)?);
    let is_day = |month, day| is(LEAP, month, day, Written::Plainly).day().is_some();
    let one_is = is_day(second, first) || is_day(first, second);
    one_is.then_some(DayReading::Only(Span::NoYear))
}

/// `12/X/2026`: the month in Roman numbers leaves no choice.
fn with_roman_month(text: &str) -> Option<DayReading> {
    const ROMAN: [&str; 12] =
        ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
    let mut parts = text.split(['/', '.', '-']).map(str::trim);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = ROMAN.iter().position(|roman| roman.eq_ignore_ascii_case(month))?;
    let year = number(year, 4).filter(|_| year.len() == 4 && parts.next().is_none())?;
    Some(is(year, i16::try_from(month + 1).ok()?, number(day, 2)?, Written::InWords))
}

fn starts_with_year(text: &str) -> bool {
    text.bytes().take_while(u8::is_ascii_digit).count() == 4
}

/// `45084`, `45084.5`.
fn serial(text: &str) -> Option<DayReading> {
    let is_serial = text.split(['.', ',']).next().is_some_and(|whole| whole.len() == 5);
    let number = text.replace(',', ".");
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let day = of_serial(number.parse().ok().filter(|_| is_serial && plain)?)?;
    Some(DayReading::Is(day, Written::Serial))
}

/// The day that a workbook counts by this number (1900 system); `None` before 1990 and after 2099.
pub fn of_serial(serial: f64) -> Option<Day> {
    #[expect(clippy::cast_possible_truncation, reason = "clamped, then held against the range")]
    let whole = serial.clamp(0.0, 1e6).trunc() as i32;
    SERIALS.contains(&whole).then(|| Day::from_number(whole + SERIAL_ZERO))
}

/// `20230607`.
fn compact(text: &str) -> Option<DayReading> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year =
        number(text.get(..4).filter(|_| digits)?, 4).filter(|year| (1980..2100).contains(year))?;
    let found = is(year, number(&text[4..6], 2)?, number(&text[6..], 2)?, Written::Plainly);
    Some(found)
}

/// `ngày 7 tháng 6 năm 2023`, `7 June 2023`, `Jun 7, 2023`, `07-Jun-23`.
fn in_words(text: &str) -> Option<DayReading> {
    let folded = fold_for_search(text);
    let words: Vec<&str> = folded.split(' ').collect();
    let after = |word: &str, longest: usize| {
        let at = words.iter().position(|own| *own == word)?;
        number(words.get(at + 1)?, longest)
    };
    if let Some(month) = after("thang", 2) {
        let at = words.iter().position(|own| *own == "thang")?;
        let year = after("nam", 4)
            .or_else(|| number(words.get(at + 2)?, 4))
            .filter(|year| *year >= 1900)?;
        let before = at.checked_sub(1).and_then(|at| number(words[at], 2));
        return Some(match after("ngay", 2).or(before) {
            Some(day) => is(year, month, day, Written::InWords),
            None => month_only(year, month),
        });
    }
    let at = words.iter().position(|word| month_named(word).is_some())?;
    let month = month_named(words[at])?;
    let numbers: Vec<(i16, usize)> = words
        .iter()
        .filter_map(|word| {
            let bare = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            Some((number(bare, 4)?, bare.len()))
        })
        .collect();
    Some(match numbers[..] {
        [(day, 1 | 2), (year, 4)] | [(year, 4), (day, 1 | 2)] => {
            is(year, month, day, Written::InWords)
        }
        [(day, 1 | 2), (year, 2)] => is(2000 + year, month, day, Written::InWords),
        [(year, 4)] => month_only(year, month),
        _ => return None,
    })
}

fn month_named(word: &str) -> Option<i16> {
    let letters = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let at = MONTHS.iter().position(|month| letters && word.starts_with(month))?;
    i16::try_from(at + 1).ok()
}

fn month_only(year: i16, month: i16) -> DayReading {
    match i8::try_from(month) {
        Ok(month @ 1..=12) => DayReading::Only(Span::Month(year, month)),
        _ => DayReading::Impossible,
    }
}

/// `06/2023`, `T6/2023`, `2023-06`, `Q2/2024`, `quý II năm 2024`, `2024`.
fn span(text: &str) -> Option<DayReading> {
    let folded = fold_for_search(text);
    let words: Vec<&str> = folded.split(' ').filter(|word| *word != "nam").collect();
    let year =
        |word: &str| number(word, 4).filter(|year| word.len() == 4 && (1900..2200).contains(year));
    let quarter = |word: &str| match word {
        "1" | "i" | "q1" => Some(1),
        "2" | "ii" | "q2" => Some(2),
        "3" | "iii" | "q3" => Some(3),
        "4" | "iv" | "q4" => Some(4),
        _ => None,
    };
    match words[..] {
        [one] => year(one).map(|year| DayReading::Only(Span::Year(year))),
        ["quy" | "q", number, last] => {
            Some(DayReading::Only(Span::Quarter(year(last)?, quarter(number)?)))
        }
        [first, last] if first.starts_with('q') => {
            Some(DayReading::Only(Span::Quarter(year(last)?, quarter(first)?)))
        }
        [first, last] => {
            let month = |word: &str| number(word.strip_prefix('t').unwrap_or(word), 2);
            let (year, month) = match (year(first), year(last)) {
                (Some(year), None) => (year, month(last)?),
                (None, Some(year)) => (year, month(first)?),
                _ => return None,
            };
            Some(month_only(year, month))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(reading: &DayReading) -> String {
        match reading {
            DayReading::Is(day, Written::Plainly) => day.to_string(),
            DayReading::Is(day, written) => format!("{day} {written:?}"),
            DayReading::Either(days) => format!("? {days:?}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn words_without_end_before_a_day_are_no_day_and_no_fall() {
        for text in ["sau".repeat(100_000), "sau ".repeat(100_000), "trước sau 31/12/2026".into()]
        {
            assert_eq!(DayHabit::default().read(&text), DayReading::Not);
        }
    }

    #[test]
    fn days_as_people_write_them() {
        let cases = [
            ("2026-11-20", "2026-11-20"),
            ("20/11/2026", "2026-11-20"),
            ("5.1.2026", "2026-01-05"),
            ("20-11-2026", "2026-11-20"),
            ("2026/11/20", "2026-11-20"),
            ("20261120", "2026-11-20"),
            ("2026-11-20 00:00:00+00", "2026-11-20"),
            ("2026-11-20T07:00:00", "2026-11-20"),
            ("08:30 20/11/2026", "2026-11-20"),
            ("20/11/26", "2026-11-20 TwoDigitYear"),
            ("5-1-26", "2026-01-05 TwoDigitYear"),
            ("45084", "2023-06-07 Serial"),
            ("45084.5", "2023-06-07 Serial"),
            ("ngày 7 tháng 6 năm 2023", "2023-06-07 InWords"),
            ("Quảng Ngãi, ngày 07 tháng 06 năm 2023", "2023-06-07 InWords"),
            ("ngày 12/10/2026", "2026-10-12"),
            ("Ngày: 12-10-2026", "2026-10-12"),
            ("ngày 31/02/2026", "Impossible"),
            ("12/X/2026", "2026-10-12 InWords"),
            ("1-iv-2026", "2026-04-01 InWords"),
            ("31/II/2026", "Impossible"),
            ("12/XIII/2026", "Not"),
            ("7 tháng 6, 2023", "2023-06-07 InWords"),
            ("07-Jun-23", "2023-06-07 InWords"),
            ("June 7, 2023", "2023-06-07 InWords"),
            ("31/02/2026", "Impossible"),
            ("2026-02-31", "Impossible"),
            ("ngày 31 tháng 2 năm 2026", "Impossible"),
            ("31/9/2024", "Impossible"),
            ("11/20/2026", "? [2026-11-20]"),
            ("11/2026", "Only(Month(2026, 11))"),
            ("T11/2026", "Only(Month(2026, 11))"),
            ("tháng 11 năm 2026", "Only(Month(2026, 11))"),
            ("tháng 11/2026", "Only(Month(2026, 11))"),
            ("13/2026", "Impossible"),
            ("Q2/2024", "Only(Quarter(2024, 2))"),
            ("quý II năm 2024", "Only(Quarter(2024, 2))"),
            ("2024", "Only(Year(2024))"),
            ("trước 31/12/2026", "Only(About(2026-12-31))"),
            ("Trước ngày 31/12/2026", "Only(About(2026-12-31))"),
            ("dự kiến 01/11/2026", "Only(About(2026-11-01))"),
            ("đến hết ngày 30/11/2026", "Only(About(2026-11-30))"),
            ("15/11", "Only(NoYear)"),
            ("ngày 15 tháng 11", "Only(NoYear)"),
            ("29/02", "Only(NoYear)"),
            ("31/02", "Not"),
            ("0,5", "Not"),
            ("trước Tết", "Not"),
            ("hôm qua", "Not"),
            ("12345", "Not"),
            ("", "Empty"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(&DayHabit::default().read(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn the_file_tells_which_number_is_the_day() {
        let habit = |cells: &[&str]| {
            let mut habit = DayHabit::default();
            for cell in cells {
                habit.see(cell);
            }
            habit
        };
        let month_first = habit(&["11/20/2026", "05/06/2026"]);
        assert_eq!(shown(&month_first.read("05/06/2026")), "2026-05-06 MonthFirst");
        assert_eq!(shown(&month_first.read("11/20/2026")), "2026-11-20 MonthFirst");
        let both = habit(&["11/20/2026", "20/11/2026"]);
        assert_eq!(shown(&both.read("05/06/2026")), "? [2026-06-05, 2026-05-06]");
        assert_eq!(shown(&both.read("20/11/2026")), "2026-11-20");
        assert_eq!(shown(&both.read("05/05/2026")), "2026-05-05");
        let day_first = habit(&["20/11/2026"]);
        assert_eq!(shown(&day_first.read("05/06/2026")), "2026-06-05");
    }
}
