//! Months and stretches of months as people write them: `tháng 11/2026`, `Quý I/2025`, `6 tháng đầu
//! năm 2025`, `T1-T3/2025`, `Năm 2024`. What they mean for a figure is its rules' to say.

use phusong_atlas::domain::{Day, Period};
use phusong_atlas::gazetteer::fold_for_search;

/// One month or several in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Months {
    /// `None`: the text names none.
    pub year: Option<i16>,
    /// From 1.
    pub first: i8,
    pub many: i8,
}

impl Months {
    const fn one(year: Option<i16>, month: i8) -> Self {
        Self { year, first: month, many: 1 }
    }

    /// The month in which the day lies.
    pub fn month_of(day: Day) -> Self {
        Self::one(Some(day.date().year()), day.date().month())
    }

    pub const fn is_one(self) -> bool {
        self.many == 1
    }

    #[must_use]
    pub fn in_year(self, year: i16) -> Self {
        Self { year: self.year.or(Some(year)), ..self }
    }

    /// Each month by itself, in order; none where no year is known.
    pub fn each(self) -> Vec<Self> {
        let Some(year) = self.year else { return Vec::new() };
        let months = (i16::from(self.first) - 1..).take(usize::try_from(self.many).unwrap_or(0));
        let of = |at: i16| Some(Self::one(Some(year + at / 12), i8::try_from(at % 12).ok()? + 1));
        months.filter_map(of).collect()
    }

    /// The days of it; `None` where no year is known.
    pub fn period(self) -> Option<Period> {
        let from = Day::new(self.year?, self.first, 1).ok()?;
        let mut to = from;
        for _ in 0..self.many {
            to = to.plus_months(1);
        }
        Some(Period { from, to })
    }

    /// Of whole calendar months, first day to last.
    pub fn of_days(from: Day, last: Day) -> Option<Self> {
        let (begin, end) = (from.date(), last.plus_days(1).date());
        let many = (i32::from(end.year()) - i32::from(begin.year())) * 12 + i32::from(end.month())
            - i32::from(begin.month());
        let many = i8::try_from(many).ok().filter(|many| *many > 0)?;
        let is_whole = begin.day() == 1 && end.day() == 1;
        is_whole.then(|| Self { year: Some(begin.year()), first: begin.month(), many })
    }

    /// As a cell says it in the fewest signs: `11/2026`, `01/2025 - 03/2025`.
    pub fn shown(self) -> String {
        let one = |month: Self| match month.year {
            Some(year) => format!("{:02}/{year}", month.first),
            None => format!("tháng {}", month.first),
        };
        if self.is_one() {
            return one(self);
        }
        let Some(year) = self.year else {
            return format!("tháng {} - tháng {}", self.first, self.first + self.many - 1);
        };
        let each = self.each();
        let is_year = self.first == 1 && self.many == 12;
        match each[..] {
            _ if is_year => format!("năm {year}"),
            [first, .., last] => format!("{} - {}", one(first), one(last)),
            _ => one(self),
        }
    }
}

/// What a text says that names months and nothing else.
pub fn months(text: &str) -> Option<Months> {
    const BEFORE: [&str; 8] = ["ky", "bao", "cao", "so", "lieu", "ca", "luy", "ke"];
    let words = words_of(text);
    let skipped = words.iter().take_while(|word| BEFORE.contains(&&***word)).count();
    let words = &words[skipped..];
    let (found, used) = stretch(words, 0, true)?;
    (used == words.len()).then_some(found)
}

/// All that a line names beside other words: a month by its word only, for `12/2026` may be the
/// number of a letter; and never that of a day.
pub fn months_in(text: &str) -> Vec<Months> {
    let words = words_of(text);
    let (mut found, mut at) = (Vec::new(), 0);
    while at < words.len() {
        if words[at] == "ngay" && number(&words, at + 1).is_some() {
            at = stretch(&words, at + 2, true).map_or(at + 2, |(_, used)| used);
        } else if let Some((months, used)) = stretch(&words, at, false) {
            found.push(months);
            at = used;
        } else {
            at += 1;
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Words, numbers and dashes, in order; other signs part them.
fn words_of(text: &str) -> Vec<String> {
    let dashes = text.replace(['–', '—'], "-");
    let mut words: Vec<String> = Vec::new();
    for (at, part) in dashes.split('-').enumerate() {
        if at > 0 {
            words.push("-".to_owned());
        }
        for word in fold_for_search(part).split(' ') {
            let mut rest = word;
            while let Some(first) = rest.chars().next() {
                let is_digit = first.is_ascii_digit();
                let end = rest.find(|c: char| c.is_ascii_digit() != is_digit);
                let (own, after) = rest.split_at(end.unwrap_or(rest.len()));
                words.push(own.to_owned());
                rest = after;
            }
        }
    }
    words
}

fn number(words: &[String], at: usize) -> Option<i16> {
    let word = words.get(at).filter(|word| word.len() <= 4)?;
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

fn month_at(words: &[String], at: usize) -> Option<i8> {
    let number = number(words, at).filter(|number| (1..=12).contains(number))?;
    words[at].len().le(&2).then(|| i8::try_from(number).ok()).flatten()
}

fn is(words: &[String], at: usize, any: &[&str]) -> bool {
    words.get(at).is_some_and(|word| any.contains(&&**word))
}

/// `2026`, `năm 2026`, `- 2026`; after the word for a month also `26`.
fn year_at(words: &[String], at: usize, may_be_short: bool) -> Option<(i16, usize)> {
    let begin = at + usize::from(is(words, at, &["nam", "-"]));
    let year = number(words, begin)?;
    match words[begin].len() {
        4 if (1990..=2100).contains(&year) => Some((year, begin + 1)),
        2 if may_be_short && begin == at && (20..=49).contains(&year) => {
            Some((2_000 + year, begin + 1))
        }
        _ => None,
    }
}

/// Months from this word on, and where they end. `bare`: also numbers without a word beside them.
fn stretch(words: &[String], at: usize, bare: bool) -> Option<(Months, usize)> {
    let (first, after) = piece(words, at, bare)?;
    if !first.is_one() || !is(words, after, &["-", "den", "toi"]) {
        return Some((first, after));
    }
    let follows = piece(words, after + 1, bare || first.year.is_some());
    // `tháng 1 - 3/2025`.
    let or_number = follows.or_else(|| {
        let month = month_at(words, after + 1)?;
        let (year, used) = year_at(words, after + 2, false)?;
        Some((Months::one(Some(year), month), used))
    });
    let Some((last, used)) = or_number.filter(|(last, _)| last.is_one()) else {
        return Some((first, after));
    };
    let begin = first.year.or(last.year);
    let count = |year: i16, month: i8| i32::from(year) * 12 + i32::from(month);
    let years = begin.zip(last.year.or(begin)).unwrap_or((0, 0));
    let many = count(years.1, last.first) - count(years.0, first.first) + 1;
    let many = i8::try_from(many).ok().filter(|many| (1..=36).contains(many))?;
    Some((Months { year: begin, many, ..first }, used))
}

fn piece(words: &[String], at: usize, bare: bool) -> Option<(Months, usize)> {
    const QUARTERS: [&[&str]; 4] = [&["i", "1"], &["ii", "2"], &["iii", "3"], &["iv", "4"]];
    let with_year = |first: i8, many: i8, after: usize, short: bool| {
        let (year, used) = match year_at(words, after, short) {
            Some((year, used)) => (Some(year), used),
            None => (None, after),
        };
        Some((Months { year, first, many }, used))
    };
    if is(words, at, &["thang", "t"]) {
        return with_year(month_at(words, at + 1)?, 1, at + 2, true);
    }
    if is(words, at, &["quy", "q"]) {
        let quarter = (0_i8..).zip(QUARTERS).find(|(_, names)| is(words, at + 1, names));
        return with_year(quarter?.0 * 3 + 1, 3, at + 2, false);
    }
    if is(words, at, &["nam"]) {
        let (year, used) = year_at(words, at, false)?;
        return Some((Months { year: Some(year), first: 1, many: 12 }, used));
    }
    let many = month_at(words, at);
    if let Some(many) = many.filter(|many| *many > 1 && is(words, at + 1, &["thang", "t"])) {
        if month_at(words, at + 2).is_some() {
            return None; // `05 tháng 12`: a day.
        }
        let is_late = is(words, at + 2, &["cuoi"]);
        let after = at + 2 + usize::from(is_late || is(words, at + 2, &["dau"]));
        let after =
            after + usize::from(is(words, after, &["nam"]) && number(words, after + 1).is_none());
        return with_year(if is_late { 13 - many } else { 1 }, many, after, false);
    }
    if !bare {
        return None;
    }
    let then = |at: usize| at + usize::from(is(words, at, &["-"]));
    if let Some(month) = many {
        let (year, used) = year_at(words, then(at + 1), false)?;
        return Some((Months::one(Some(year), month), used));
    }
    let (year, after) = year_at(words, at, false)?;
    match month_at(words, then(after)) {
        Some(month) => Some((Months::one(Some(year), month), then(after) + 1)),
        None => Some((Months { year: Some(year), first: 1, many: 12 }, after)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(found: Option<Months>) -> String {
        found.map_or_else(|| "✗".to_owned(), Months::shown)
    }

    #[test]
    fn months_and_stretches_as_people_write_them() {
        for (text, expected) in [
            ("Tháng 1", "tháng 1"),
            ("Tháng 01/2025", "01/2025"),
            ("T01/2025", "01/2025"),
            ("T1/25", "01/2025"),
            ("T.11-2026", "11/2026"),
            ("01/2025", "01/2025"),
            ("1.2025", "01/2025"),
            ("2025-01", "01/2025"),
            ("tháng 11 năm 2026", "11/2026"),
            ("Kỳ báo cáo tháng 11/2026", "11/2026"),
            ("Quý I/2025", "01/2025 - 03/2025"),
            ("QUÝ IV NĂM 2026", "10/2026 - 12/2026"),
            ("Q3/2025", "07/2025 - 09/2025"),
            ("Quý 2", "tháng 4 - tháng 6"),
            ("6 tháng đầu năm 2025", "01/2025 - 06/2025"),
            ("6T đầu năm 2025", "01/2025 - 06/2025"),
            ("6 tháng cuối năm 2025", "07/2025 - 12/2025"),
            ("9 tháng", "tháng 1 - tháng 9"),
            ("9 tháng đầu năm", "tháng 1 - tháng 9"),
            ("Lũy kế 9 tháng năm 2025", "01/2025 - 09/2025"),
            ("9T/2025", "01/2025 - 09/2025"),
            ("Năm 2024", "năm 2024"),
            ("cả năm 2024", "năm 2024"),
            ("2024", "năm 2024"),
            ("T1-T3/2025", "01/2025 - 03/2025"),
            ("tháng 1 - 3/2025", "01/2025 - 03/2025"),
            ("tháng 1 đến tháng 3 năm 2025", "01/2025 - 03/2025"),
            ("10/2024 - 03/2025", "10/2024 - 03/2025"),
            ("13/2025", "✗"),
            ("Tháng 13", "✗"),
            ("Quý V/2025", "✗"),
            ("20/11/2026", "✗"),
            ("Tháng trước", "✗"),
            ("Lũy kế đến tháng 9/2025", "✗"),
            ("Viettel", "✗"),
            ("", "✗"),
        ] {
            assert_eq!(shown(months(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn a_title_names_its_months_among_other_words() {
        for (text, expected) in [
            ("BÁO CÁO SỐ LIỆU VIỄN THÔNG THÁNG 11 NĂM 2026", &["11/2026"][..]),
            (
                "Biểu 02: Hộ có cáp quang quý I/2025 (kèm Công văn số 12/2026/CV)",
                &["01/2025 - 03/2025"],
            ),
            ("Quảng Ngãi, ngày 05 tháng 12 năm 2026", &[]),
            ("Số: 11/2026/BC-CNQN", &[]),
            ("So sánh tháng 10/2026 và tháng 11/2026", &["10/2026", "11/2026"]),
            ("Số liệu năm 2025", &["năm 2025"]),
            ("Danh sách 6 thôn", &[]),
        ] {
            let found: Vec<String> = months_in(text).into_iter().map(Months::shown).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
