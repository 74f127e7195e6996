//! Numbers as offices write them: decimal commas, thousands dots, units, bounds, ranges.

use std::ops::RangeInclusive;

/// What a cell says of a quantity. Bounds and ranges stay what they are: no middle is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quantity {
    Exactly(f64),
    /// `khoảng 120`, `~120`.
    About(f64),
    /// `≥ 120`, `120 trở lên`, `ít nhất 120`.
    AtLeast(f64),
    /// `> 120`, `trên 120`.
    MoreThan(f64),
    /// `≤ 120`, `không quá 120`.
    AtMost(f64),
    /// `< 120`, `dưới 120`.
    LessThan(f64),
    /// `100–120`, `từ 100 đến 120`.
    Between(f64, f64),
}

impl Quantity {
    /// The number, when it is one.
    pub const fn exactly(self) -> Option<f64> {
        if let Self::Exactly(value) = self { Some(value) } else { None }
    }
}

/// What a cell turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    Is(Quantity),
    /// Several are possible: asked.
    Either(Vec<Quantity>),
    /// `-`, `chưa có`, `không rõ`: the sender says that there is none.
    None,
    /// No number.
    Not,
}

/// The mark before the fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Comma,
    Dot,
}

/// Which decimal mark a column uses, told by the cells that leave no choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    commas: u32,
    dots: u32,
}

impl Marks {
    pub fn see(&mut self, text: &str) {
        let Some(plain) = digits_only(text) else { return };
        match &readings(&plain)[..] {
            [(_, Some(Mark::Comma))] => self.commas += 1,
            [(_, Some(Mark::Dot))] => self.dots += 1,
            _ => {}
        }
    }

    pub const fn add(&mut self, other: Self) {
        self.commas += other.commas;
        self.dots += other.dots;
    }

    /// `None` without evidence, or with evidence for both.
    pub const fn decimal(self) -> Option<Mark> {
        match (self.commas, self.dots) {
            (1.., 0) => Some(Mark::Comma),
            (0, 1..) => Some(Mark::Dot),
            _ => None,
        }
    }
}

/// What a column can hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    pub range: RangeInclusive<f64>,
    pub is_whole: bool,
    pub decimal: Option<Mark>,
    /// Words beside the number that the column says already. With another one it is another thing:
    /// `80%` is no count of households.
    pub units: &'static [&'static str],
}

impl Expected {
    /// Households or people.
    pub const fn count() -> Self {
        Self { range: 0.0..=10_000_000.0, is_whole: true, decimal: None, units: &COUNTED }
    }

    pub const fn households() -> Self {
        Self { units: &OF_HOUSEHOLDS, ..Self::count() }
    }

    pub const fn people() -> Self {
        Self { units: &OF_PEOPLE, ..Self::count() }
    }

    /// Metres above ground: no antenna hangs higher.
    pub const fn antenna_height() -> Self {
        Self { units: &OF_METRES, ..Self::measure(0.0..=500.0) }
    }

    pub const fn measure(range: RangeInclusive<f64>) -> Self {
        Self { range, is_whole: false, decimal: None, units: &UNITS }
    }
}

type Bound = fn(f64) -> Quantity;

/// Words and signs before a number, longer ones first.
const BEFORE: [(&str, Bound); 26] = [
    ("không dưới", Quantity::AtLeast),
    ("không quá", Quantity::AtMost),
    ("nhiều nhất", Quantity::AtMost),
    ("tối thiểu", Quantity::AtLeast),
    ("ít nhất", Quantity::AtLeast),
    ("xấp xỉ", Quantity::About),
    ("tối đa", Quantity::AtMost),
    ("khoảng", Quantity::About),
    ("ước chừng", Quantity::About),
    ("ước tính", Quantity::About),
    ("ước", Quantity::About),
    ("chừng", Quantity::About),
    ("trên", Quantity::MoreThan),
    ("hơn", Quantity::MoreThan),
    ("dưới", Quantity::LessThan),
    ("gần", Quantity::About),
    ("about", Quantity::About),
    (">=", Quantity::AtLeast),
    ("<=", Quantity::AtMost),
    ("≥", Quantity::AtLeast),
    ("≤", Quantity::AtMost),
    (">", Quantity::MoreThan),
    ("<", Quantity::LessThan),
    ("≈", Quantity::About),
    ("~", Quantity::About),
    ("±", Quantity::About),
];
const AFTER: [(&str, Bound); 3] =
    [("trở lên", Quantity::AtLeast), ("trở xuống", Quantity::AtMost), ("+", Quantity::AtLeast)];
const COUNTED: [&str; 5] = ["nhân khẩu", "hộ dân", "người", "khẩu", "hộ"];
const OF_HOUSEHOLDS: [&str; 2] = ["hộ dân", "hộ"];
const OF_PEOPLE: [&str; 3] = ["nhân khẩu", "người", "khẩu"];
const OF_METRES: [&str; 3] = ["mét", "met", "m"];
/// Of any column that measures, longer ones first.
const UNITS: [&str; 15] = [
    "nhân khẩu",
    "hộ dân",
    "người",
    "khẩu",
    "trạm",
    "thôn",
    "mét",
    "met",
    "dbm",
    "mhz",
    "hộ",
    "km",
    "m",
    "%",
    "ha",
];
const NONE: [&str; 13] = [
    "-",
    "–",
    "—",
    "--",
    "n/a",
    "na",
    "chưa có",
    "không có",
    "không rõ",
    "chưa rõ",
    "chưa thống kê",
    "null",
    "x",
];

/// Reads a cell.
pub fn quantity(text: &str, expected: &Expected) -> Reading {
    let lower = plain_digits(text).to_lowercase();
    let mut rest = lower.trim();
    if rest.is_empty() || NONE.contains(&rest) {
        return Reading::None;
    }
    let mut bound: Bound = Quantity::Exactly;
    if let Some((word, own)) = BEFORE.iter().find(|(word, _)| rest.starts_with(word)) {
        bound = *own;
        rest = rest[word.len()..].trim_start();
    }
    for (word, own) in AFTER {
        if let Some(before) = rest.strip_suffix(word) {
            bound = own;
            rest = before.trim_end();
        }
    }
    rest = without_unit(rest, expected.units);
    let found = match range(rest) {
        Some((from, to)) => between(from, to, expected),
        None => fitting(rest, expected).into_iter().map(bound).collect(),
    };
    match found[..] {
        [one] => Reading::Is(one),
        [] => Reading::Not,
        _ => Reading::Either(found),
    }
}

/// How one number was written, when it is not as we write it: its words for a step, and the number.
pub fn otherwise_written(text: &str, expected: &Expected) -> Option<(&'static str, String)> {
    let text = text.trim();
    let value = match quantity(text, expected) {
        Reading::Is(quantity) => quantity.exactly()?,
        _ => return None,
    };
    let bare = text.strip_prefix('-').unwrap_or(text);
    if bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.parse() == Ok(value) {
        return None;
    }
    let digits = without_unit(text, expected.units);
    let how = match readings(digits).into_iter().find(|(own, _)| (own - value).abs() < 1e-9) {
        Some((_, Some(Mark::Comma))) => "decimal-comma",
        Some((_, None)) if digits.contains(['.', ',', ' ', '\'']) => "thousands-marks",
        _ => "words-beside-number",
    };
    Some((how, value.to_string()))
}

fn between(from: &str, to: &str, expected: &Expected) -> Vec<Quantity> {
    let of = |text| fitting(without_unit(text, expected.units), expected);
    let (from, to) = (of(from), of(to));
    let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to)));
    pairs.filter(|(from, to)| from <= to).map(|(from, to)| Quantity::Between(from, to)).collect()
}

/// The readings that the column can hold, by its own decimal mark where it has one.
fn fitting(text: &str, expected: &Expected) -> Vec<f64> {
    let all = readings(text);
    let fits = |(value, mark): &(f64, Option<Mark>)| {
        expected.range.contains(value)
            && (!expected.is_whole || value.fract() == 0.0)
            // A count has no fraction: 1.200 is no 1,2 written long.
            && (!expected.is_whole || mark.is_none())
    };
    let mut found: Vec<(f64, Option<Mark>)> = all.into_iter().filter(fits).collect();
    if found.len() > 1
        && let Some(own) = expected.decimal
    {
        let by_habit = |mark: &Option<Mark>| mark.is_none_or(|mark| mark == own);
        let grouped = |(_, mark): &(f64, Option<Mark>)| match mark {
            Some(mark) => *mark == own,
            // Grouped by the other mark.
            None => !text.contains(sign(own)),
        };
        found.retain(|one| by_habit(&one.1) && grouped(one));
    }
    found.into_iter().map(|(value, _)| value).collect()
}

const fn sign(mark: Mark) -> char {
    match mark {
        Mark::Comma => ',',
        Mark::Dot => '.',
    }
}

fn without_unit<'t>(text: &'t str, units: &[&str]) -> &'t str {
    let text = text.trim();
    let unit = units.iter().find(|unit| {
        text.strip_suffix(**unit)
            .is_some_and(|rest| rest.trim_end().ends_with(|c: char| c.is_ascii_digit()))
    });
    unit.map_or(text, |unit| text[..text.len() - unit.len()].trim_end())
}

/// `100–120`, `100 - 120`, `từ 100 đến 120`.
fn range(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix("từ ").unwrap_or(text);
    let parted = text.split_once(" đến ").or_else(|| text.split_once('÷'));
    let parted = parted.or_else(|| text.split_once(['–', '—', '~']));
    let (from, to) = parted.or_else(|| {
        let at = text.char_indices().skip(1).find(|(_, c)| *c == '-')?.0;
        Some((&text[..at], &text[at + 1..]))
    })?;
    let holds = |part: &str| part.contains(|c: char| c.is_ascii_digit());
    (holds(from) && holds(to)).then_some((from.trim(), to.trim()))
}

/// Arabic and full-width digits, and the minus sign of typesetters.
fn plain_digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{660}'..='\u{669}' => digit(c, 0x660),
            '\u{6f0}'..='\u{6f9}' => digit(c, 0x6f0),
            '\u{ff10}'..='\u{ff19}' => digit(c, 0xff10),
            '\u{ff0c}' | '\u{66b}' => ',',
            '\u{ff0e}' => '.',
            '\u{2212}' => '-',
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' => ' ',
            other => other,
        })
        .collect()
}

fn digit(c: char, zero: u32) -> char {
    char::from_digit(u32::from(c) - zero, 10).unwrap_or(c)
}

fn digits_only(text: &str) -> Option<String> {
    let plain = plain_digits(text);
    let bare = without_unit(plain.trim(), &UNITS).to_owned();
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '-' | '+' | '\'');
    (bare.chars().all(allowed) && bare.contains(|c: char| c.is_ascii_digit())).then_some(bare)
}

/// Every value that digits and marks may mean, with the decimal mark that was used.
fn readings(text: &str) -> Vec<(f64, Option<Mark>)> {
    let text = text.trim();
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut found: Vec<(f64, Option<Mark>)> = Vec::new();
    let mut add = |text: &str, mark| {
        if let Ok(value) = text.parse::<f64>() {
            let value = if negative { -value } else { value };
            if value.is_finite() && !found.contains(&(value, mark)) {
                found.push((value, mark));
            }
        }
    };
    if digits(body) {
        add(body, None);
        return found;
    }
    for (decimal, groups) in [(Mark::Comma, ['.', ' ', '\'']), (Mark::Dot, [',', ' ', '\''])] {
        let mark = sign(decimal);
        if let Some((whole, fraction)) = body.split_once(mark)
            && digits(fraction)
        {
            let plain = groups.into_iter().find_map(|group| ungrouped(whole, group));
            if let Some(whole) = plain {
                add(&format!("{whole}.{fraction}"), Some(decimal));
            }
        }
    }
    for group in ['.', ',', ' ', '\''] {
        if body.contains(group)
            && let Some(whole) = ungrouped(body, group)
        {
            add(&whole, None);
        }
    }
    found
}

/// `1.631.395` without its dots; a number without marks as it is.
fn ungrouped(text: &str, mark: char) -> Option<String> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !text.is_empty() && digits(text) {
        return Some(text.to_owned());
    }
    let mut parts = text.split(mark);
    let first = parts.next().filter(|part| (1..=3).contains(&part.len()) && digits(part))?;
    let rest: Vec<&str> = parts.collect();
    let threes = !rest.is_empty() && rest.iter().all(|part| part.len() == 3 && digits(part));
    // 0.123 is no grouping.
    (threes && first != "0").then(|| format!("{first}{}", rest.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Quantity::{About, AtLeast, AtMost, Between, Exactly, LessThan, MoreThan};

    #[test]
    fn quantities_of_a_count() {
        let cases = [
            ("120", Reading::Is(Exactly(120.0))),
            ("1.234", Reading::Is(Exactly(1234.0))),
            ("1 234 hộ", Reading::Is(Exactly(1234.0))),
            ("1,234", Reading::Is(Exactly(1234.0))),
            ("≥ 120", Reading::Is(AtLeast(120.0))),
            ("120+", Reading::Is(AtLeast(120.0))),
            ("120 hộ trở lên", Reading::Is(AtLeast(120.0))),
            ("trên 120 hộ", Reading::Is(MoreThan(120.0))),
            ("< 50", Reading::Is(LessThan(50.0))),
            ("không quá 50", Reading::Is(AtMost(50.0))),
            ("khoảng 120", Reading::Is(About(120.0))),
            ("~120 hộ", Reading::Is(About(120.0))),
            ("100–120", Reading::Is(Between(100.0, 120.0))),
            ("từ 100 đến 120 hộ", Reading::Is(Between(100.0, 120.0))),
            ("100-120", Reading::Is(Between(100.0, 120.0))),
            ("١٢٠", Reading::Is(Exactly(120.0))),
            ("１２０", Reading::Is(Exactly(120.0))),
            ("12,5", Reading::Not),
            ("4 2", Reading::Not),
            ("120-100", Reading::Not),
            ("-", Reading::None),
            ("chưa có", Reading::None),
            ("", Reading::None),
            ("nhiều", Reading::Not),
            ("1e999", Reading::Not),
            // Another thing than is counted.
            ("80%", Reading::Not),
            ("80 %", Reading::Not),
            ("từ 80% đến 90%", Reading::Not),
            ("5 km", Reading::Not),
            ("3 thôn", Reading::Not),
            ("2 trạm", Reading::Not),
            ("12 ha", Reading::Not),
        ];
        for (text, expected) in cases {
            assert_eq!(quantity(text, &Expected::count()), expected, "{text:?}");
        }
        for (text, of_households, of_people) in
            [("60 hộ", true, false), ("200 khẩu", false, true), ("200 người", false, true)]
        {
            let is = |expected: &Expected| quantity(text, expected) != Reading::Not;
            let found = (is(&Expected::households()), is(&Expected::people()));
            assert_eq!(found, (of_households, of_people), "{text}");
        }
        assert_eq!(quantity("45 km", &Expected::antenna_height()), Reading::Not);
        assert_eq!(quantity("45 mét", &Expected::antenna_height()), Reading::Is(Exactly(45.0)));
    }

    #[test]
    fn what_is_written_otherwise_is_named() {
        let (count, height) = (Expected::count(), Expected::measure(0.0..=500.0));
        let cases = [
            ("120", &count, None),
            ("45.5", &height, None),
            ("1.200", &count, Some(("thousands-marks", "1200"))),
            ("1,200", &count, Some(("thousands-marks", "1200"))),
            ("1 200", &count, Some(("thousands-marks", "1200"))),
            ("1.200 hộ", &count, Some(("thousands-marks", "1200"))),
            ("45,5", &height, Some(("decimal-comma", "45.5"))),
            ("45 m", &height, Some(("words-beside-number", "45"))),
            ("khoảng 120", &count, None),
            ("12,5", &count, None),
            ("", &count, None),
        ];
        for (text, expected, named) in cases {
            let found = otherwise_written(text, expected);
            let found = found.as_ref().map(|(how, read)| (*how, read.as_str()));
            assert_eq!(found, named, "{text:?}");
        }
    }

    #[test]
    fn a_decimal_mark_is_asked_only_where_both_readings_are_possible() {
        let wide = Expected::measure(0.0..=100_000.0);
        let height = Expected::measure(0.0..=500.0);
        assert_eq!(quantity("15,12", &wide), Reading::Is(Exactly(15.12)));
        assert_eq!(quantity("1.234,5", &wide), Reading::Is(Exactly(1234.5)));
        assert_eq!(quantity("1,234.5", &wide), Reading::Is(Exactly(1234.5)));
        let either = Reading::Either(vec![Exactly(15.123), Exactly(15_123.0)]);
        assert_eq!(quantity("15,123", &wide), either);
        assert_eq!(quantity("15,123", &height), Reading::Is(Exactly(15.123)));
        assert_eq!(quantity("45,5 m", &height), Reading::Is(Exactly(45.5)));
        let mut marks = Marks::default();
        marks.see("12,5");
        marks.see("15,123");
        let comma = Expected { decimal: marks.decimal(), ..wide.clone() };
        assert_eq!(quantity("15,123", &comma), Reading::Is(Exactly(15.123)));
        assert_eq!(quantity("15.123", &comma), Reading::Is(Exactly(15_123.0)));
        marks.see("12.5");
        assert_eq!(marks.decimal(), None);
    }
}
