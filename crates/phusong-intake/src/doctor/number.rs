//! What a cell of coordinates says as numbers: every way to read it, the plainest first.

use smallvec::{SmallVec, smallvec};

use super::habit::Form;

/// Which axis a hemisphere letter names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    East,
    North,
}

/// One reading of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    pub value: f64,
    pub form: Form,
    /// Degrees, minutes, seconds: never metres.
    pub sexagesimal: bool,
    pub axis: Option<Axis>,
    /// Both stood in one cell: no heading says which comes first.
    pub free: bool,
}

impl Number {
    const fn plain(value: f64) -> Self {
        Self { value, form: Form::Plain, sexagesimal: false, axis: None, free: false }
    }
}

/// Every reading of a cell; hardly ever more than two.
pub type Numbers = SmallVec<[Number; 2]>;

/// Every reading of a cell, the plainest first; none when it is no number.
pub fn numbers(text: &str) -> Numbers {
    if let Some(number) = simple(text) {
        return with_zone(smallvec![number]);
    }
    let text = text.replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ");
    let (text, axis) = unlabelled(text.trim());
    let mut found = sexagesimal(text).map_or_else(|| decimal(text), |number| smallvec![number]);
    for number in &mut found {
        number.axis = number.axis.or(axis);
    }
    with_zone(found)
}

/// Digits with one mark at most, the common case.
fn simple(text: &str) -> Option<Number> {
    let text = text.trim();
    let mut marks = 0;
    let plain = text.bytes().enumerate().all(|(at, byte)| {
        marks += usize::from(byte == b'.');
        byte.is_ascii_digit() || byte == b'.' || at == 0 && byte == b'-'
    });
    // `575.171` may be grouped.
    let grouped = marks == 1 && is_grouped(text, '.');
    let one = plain && marks <= 1 && !grouped && !text.is_empty();
    one.then(|| text.parse().ok().map(Number::plain)).flatten()
}

/// `48575171`: zone 48, then metres.
fn with_zone(mut found: Numbers) -> Numbers {
    /// Zones of UTM over the country.
    const ZONES: std::ops::Range<f64> = 48e6..50e6;
    if let [number, ..] = found[..]
        && ZONES.contains(&number.value)
    {
        let value = number.value % 1_000_000.0;
        found.push(Number { value, form: Form::ZonePrefixed, ..number });
    }
    found
}

/// Without what people write around a number: `X = 1631395.08`, `575171 m`, `48P 904487`.
fn unlabelled(text: &str) -> (&str, Option<Axis>) {
    let mut text = text;
    if let Some((label, rest)) = text.split_once(['=', ':'])
        && label.trim().chars().count() <= 12
        && label.chars().any(char::is_alphabetic)
        && !label.contains(['°', 'd'])
    {
        text = rest.trim();
    }
    for zone in ["48P", "49P", "48N", "49N"] {
        if let Some(rest) = text.strip_prefix(zone)
            && rest.starts_with([' ', '\t'])
        {
            text = rest.trim_start();
        }
    }
    let metres = [("mE", Some(Axis::East)), ("mN", Some(Axis::North)), ("m", None)];
    for (unit, axis) in metres {
        let bare = text.strip_suffix(unit).map(str::trim_end);
        if let Some(bare) = bare
            && bare.ends_with(|c: char| c.is_ascii_digit())
            && bare.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b' ' | b'-'))
        {
            return (bare, axis);
        }
    }
    (text, None)
}

fn decimal(text: &str) -> Numbers {
    let squeezed: String = text.chars().filter(|c| *c != ' ').collect();
    let allowed =
        squeezed.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+'));
    if !allowed {
        // 1e5, and the words that only a machine takes for numbers, are told apart by `parse`.
        let plain =
            squeezed.parse().ok().filter(|_| squeezed.contains(|c: char| c.is_ascii_digit()));
        return plain.map(Number::plain).into_iter().collect();
    }
    let (dots, commas) = (squeezed.matches('.').count(), squeezed.matches(',').count());
    let parse = |text: &str, form| {
        let value = text.parse().ok();
        value.map(|value| Number { form, ..Number::plain(value) })
    };
    let grouped = |mark: char| {
        let text = is_grouped(&squeezed, mark).then(|| squeezed.replace(mark, ""))?;
        parse(&text, Form::Grouped)
    };
    let whole_is_grouped = |mark: char, decimal: char| {
        is_grouped(squeezed.split(decimal).next().unwrap_or_default(), mark)
    };
    let readings = match (dots, commas) {
        (0, 0) => [parse(&squeezed, Form::Plain), None],
        (1, 0) => [parse(&squeezed, Form::Plain), grouped('.')],
        (0, 1) => [parse(&squeezed.replace(',', "."), Form::Plain), grouped(',')],
        // The mark that comes once and last is the decimal one.
        (1, _) if squeezed.rfind('.') > squeezed.rfind(',') => {
            let text = whole_is_grouped(',', '.').then(|| squeezed.replace(',', ""));
            [text.and_then(|text| parse(&text, Form::Plain)), None]
        }
        (_, 1) => {
            let text =
                whole_is_grouped('.', ',').then(|| squeezed.replace('.', "").replace(',', "."));
            [text.and_then(|text| parse(&text, Form::Plain)), None]
        }
        (0, _) => [grouped(','), None],
        (_, 0) => [grouped('.'), None],
        _ => [None, None],
    };
    readings.into_iter().flatten().collect()
}

/// `1.631.395`: one to three digits, then threes.
fn is_grouped(text: &str, mark: char) -> bool {
    let mut parts = text.trim_start_matches(['-', '+']).split(mark);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let first = parts.next().is_some_and(|part| (1..=3).contains(&part.len()) && digits(part));
    first && parts.all(|part| part.len() == 3 && digits(part))
}

/// The letter of a hemisphere: its axis, and whether it is south or west. B: Bắc. Đ: Đông. In
/// this country N is north also on Vietnamese maps.
fn hemisphere(letter: char) -> Option<(Axis, bool)> {
    match letter {
        'N' | 'B' => Some((Axis::North, false)),
        'S' => Some((Axis::North, true)),
        'E' | 'Đ' => Some((Axis::East, false)),
        'W' | 'T' => Some((Axis::East, true)),
        _ => None,
    }
}

/// `108°47'32"Đ`, `108 47 32.5`, `15d07m N`, `108.47.32,5`, `108 độ 47 phút`. A decimal number
/// with a hemisphere letter too.
fn sexagesimal(text: &str) -> Option<Number> {
    let (mut body, mut axis, mut negative) = (text, None, false);
    let end = text.chars().next_back()?;
    let start = text.chars().next()?;
    for (letter, trimmed) in [(end, text.strip_suffix(end)), (start, text.strip_prefix(start))] {
        if axis.is_none()
            && let (Some((named, south_or_west)), Some(trimmed)) = (hemisphere(letter), trimmed)
        {
            (body, axis, negative) = (trimmed, Some(named), south_or_west);
        }
    }
    let worded;
    if body.contains(|c: char| c.is_alphabetic()) {
        let mut plain = body.to_lowercase();
        for word in ["độ", "phút", "giây", "deg", "min", "sec"] {
            plain = plain.replace(word, "°");
        }
        // A small letter o set high, which a plain cell sets low.
        let mut digit = false;
        let raised = plain.chars().map(|c| {
            let sign = if digit && matches!(c, 'o' | 'ᵒ' | 'º') { '°' } else { c };
            digit = c.is_ascii_digit() || digit && c == ' ';
            sign
        });
        plain = raised.collect();
        worded = plain;
        body = &worded;
    }
    let (parts, marked) = parts(body.trim());
    let spaced = !marked && (2..=3).contains(&parts.len()) && {
        // 108 47 32, but not 1 631 395.
        let short = |part: &&str| part.split(['.', ',']).next().is_some_and(|p| p.len() <= 2);
        parts[1..].iter().all(short)
    };
    let lettered = axis.is_some() && parts.len() == 1;
    if !(marked || spaced || lettered) || parts.len() > 3 {
        return None;
    }
    if let (true, false, [one]) = (lettered, marked, &parts[..]) {
        // Metres may carry a letter too.
        let mut number = decimal(one).into_iter().next()?;
        number.value = if negative { -number.value } else { number.value };
        return Some(Number { axis, ..number });
    }
    let value = degrees(&parts)?;
    let value = if negative { -value } else { value };
    Some(Number { sexagesimal: true, axis, ..Number::plain(value) })
}

/// The numbers of degrees, minutes and seconds, and whether marks stand between them.
fn parts(body: &str) -> (Vec<&str>, bool) {
    let is_mark = |c: char| {
        matches!(
            c,
            '°' | 'º'
                | '˚'
                | '⁰'
                | '∘'
                | '\''
                | '’'
                | '′'
                | '"'
                | '”'
                | '″'
                | '´'
                | '`'
                | '‘'
                | 'd'
                | 'm'
                | 's'
                | ':'
                | ' '
        )
    };
    let dotted: Vec<&str> = body.split(['.', '-']).collect();
    let bare = |part: &&str| {
        (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if let [first, minutes, seconds] = dotted[..]
        && first.len() <= 3
        && bare(&minutes)
        && seconds.split(',').next().is_some_and(|whole| bare(&whole))
    {
        return (dotted, true);
    }
    let marked = body.contains(|c: char| is_mark(c) && c != ' ');
    (body.split(is_mark).filter(|part| !part.is_empty()).collect(), marked)
}

fn degrees(parts: &[&str]) -> Option<f64> {
    let last = parts.len().checked_sub(1)?;
    let mut value = 0.0;
    for (at, part) in parts.iter().enumerate() {
        let number = part.replace(',', ".");
        let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number: f64 = number.parse().ok().filter(|_| plain)?;
        if at > 0 && number >= 60.0 || at < last && number.fract() != 0.0 {
            return None;
        }
        value += number / [1.0, 60.0, 3600.0][at];
    }
    Some(value)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairFault {
    /// Both cells are empty.
    Nothing,
    /// One of the two is missing.
    East,
    North,
    /// Not a number.
    BadEast,
    BadNorth,
    /// A zero: nobody stands there.
    Impossible,
}

/// The numbers of two cells, or of one that holds both (`105,34808/22,62924`).
pub fn pair(east: &str, north: &str) -> Result<[Numbers; 2], PairFault> {
    let (east, north) = (east.trim(), north.trim());
    let free = is_silent(east) || is_silent(north);
    let (east, north) = match (is_silent(east), is_silent(north)) {
        (true, true) if east.is_empty() && north.is_empty() => return Err(PairFault::Nothing),
        (true, true) => return Err(PairFault::BadEast),
        (false, false) => (east, north),
        (true, false) if numbers(north).is_empty() && halves(north).is_none() => {
            return Err(PairFault::BadNorth);
        }
        (false, true) if numbers(east).is_empty() && halves(east).is_none() => {
            return Err(PairFault::BadEast);
        }
        (true, false) => halves(north).ok_or(PairFault::East)?,
        (false, true) => halves(east).ok_or(PairFault::North)?,
    };
    let (mut easts, mut norths) = (numbers(east), numbers(north));
    if easts.is_empty() {
        return Err(PairFault::BadEast);
    }
    if norths.is_empty() {
        return Err(PairFault::BadNorth);
    }
    let finite = |numbers: &[Number]| numbers.iter().all(|number| number.value.is_finite());
    match (finite(&easts), finite(&norths)) {
        (false, _) => return Err(PairFault::BadEast),
        (_, false) => return Err(PairFault::BadNorth),
        _ => {}
    }
    let impossible = |number: &Number| number.value.abs() < f64::MIN_POSITIVE;
    if easts.iter().chain(&norths).any(impossible) {
        return Err(PairFault::Impossible);
    }
    for number in easts.iter_mut().chain(&mut norths) {
        number.free = free;
    }
    Ok([easts, norths])
}

/// How a cell of coordinates was written, when it is not as we write numbers: its words for a step,
/// and the number as it is read. Between metres and degrees its magnitude tells.
pub fn otherwise_written(text: &str) -> Option<(&'static str, String)> {
    /// No reading in degrees lies outside these.
    const DEGREES: std::ops::Range<f64> = 5.0..120.0;
    let shown = |number: f64| {
        let text = format!("{number:.7}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let text = text.trim();
    if let Some((one, other)) = halves(text)
        && let ([one, ..], [other, ..]) = (&numbers(one)[..], &numbers(other)[..])
    {
        return Some((
            "coordinates-in-one-cell",
            format!("{} {}", shown(one.value), shown(other.value)),
        ));
    }
    let read = numbers(text);
    let first = read.first()?;
    if first.sexagesimal {
        return Some(("degrees-minutes-seconds", shown(first.value)));
    }
    let grouped = || read.iter().find(|number| number.form == Form::Grouped);
    if let Some(grouped) = grouped().filter(|_| !DEGREES.contains(&first.value.abs())) {
        return Some(("thousands-marks", shown(grouped.value)));
    }
    let bare = text.strip_prefix('-').unwrap_or(text);
    let is_plain = bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match (is_plain, bare.rfind(','), bare.rfind('.')) {
        (true, ..) => None,
        (_, Some(comma), dot) if dot.is_none_or(|dot| dot < comma) => {
            Some(("decimal-comma", shown(first.value)))
        }
        (_, Some(_), _) => Some(("thousands-marks", shown(first.value))),
        _ => Some(("words-beside-number", shown(first.value))),
    }
}

fn is_silent(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | '?' | ' '))
}

/// Both numbers of one cell.
fn halves(text: &str) -> Option<(&str, &str)> {
    let parted = text.split_once(['/', ';', '|', '\n', '\t']);
    parted.or_else(|| text.split_once(", ")).or_else(|| {
        // `15.12 108.81`, `15.12,108.81`: one gap, and both sides are decimals.
        let mut gaps = text.match_indices([' ', ',']).filter(|(at, gap)| {
            let (left, right) = (&text[..*at], &text[at + gap.len()..]);
            left.contains('.') && right.contains('.')
        });
        let (at, gap) = gaps.next().filter(|_| text.matches('.').count() == 2)?;
        Some((&text[..at], &text[at + gap.len()..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        let cases: [(&str, &[f64]); 45] = [
            ("108.7922", &[108.7922]),
            ("108,7922 ", &[108.7922]),
            ("108°47'32\"Đ", &[108.792_222_222]),
            ("108° 47’ 32,5” E", &[108.792_361_111]),
            ("108.47.32", &[108.792_222_222]),
            ("108.47.32,5", &[108.792_361_111]),
            ("108-47-32", &[108.792_222_222]),
            ("108 độ 47 phút 32 giây", &[108.792_222_222]),
            ("108o47'32''", &[108.792_222_222]),
            ("108O47’32”", &[108.792_222_222]),
            ("108 o 47' 32\" E", &[108.792_222_222]),
            ("108ᵒ47´32´´", &[108.792_222_222]),
            ("15⁰07'30\"", &[15.125]),
            ("15 07 30", &[15.125]),
            ("15d07m30s", &[15.125]),
            ("15:07:30", &[15.125]),
            ("N15°07.5'", &[15.125]),
            ("15,125 B", &[15.125]),
            ("15.125S", &[-15.125]),
            ("108.816E ", &[108.816]),
            ("Kinh độ: 108,5", &[108.5]),
            ("X = 1631395.08", &[1_631_395.08]),
            ("575171.18", &[575_171.18]),
            ("575171.18 m", &[575_171.18]),
            ("575171mE", &[575_171.0]),
            ("E 575171", &[575_171.0]),
            ("48P 904487.63", &[904_487.63]),
            ("1 631 395,08", &[1_631_395.08]),
            ("1\u{a0}631\u{a0}395,08", &[1_631_395.08]),
            ("1.631.395,08", &[1_631_395.08]),
            ("1,631,395.08", &[1_631_395.08]),
            ("1.631.395", &[1_631_395.0]),
            ("575,171", &[575.171, 575_171.0]),
            ("575.171", &[575.171, 575_171.0]),
            ("48575171", &[48_575_171.0, 575_171.0]),
            ("57517118", &[57_517_118.0]),
            ("-108.5", &[-108.5]),
            ("1e309", &[f64::INFINITY]),
            ("NaN", &[]),
            ("inf", &[]),
            ("N/A", &[]),
            ("", &[]),
            ("15°75'", &[]),
            ("1,63,1", &[]),
            ("1.2.3,4,5", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<f64> = numbers(text).iter().map(|number| number.value).collect();
            let same = found.len() == expected.len()
                && found
                    .iter()
                    .zip(expected)
                    .all(|(a, b)| (a - b).abs() < 1e-8 || a.is_infinite() && b.is_infinite());
            assert!(same, "{text:?}: {found:?}, not {expected:?}");
        }
    }

    #[test]
    fn what_is_written_otherwise_is_named() {
        let cases = [
            ("108.82", None),
            ("-108.5", None),
            ("575171.18", None),
            ("108.822", None),
            ("", None),
            ("chưa có", None),
            ("108,82", Some(("decimal-comma", "108.82"))),
            ("108,8601", Some(("decimal-comma", "108.8601"))),
            ("108,822", Some(("decimal-comma", "108.822"))),
            ("575,171", Some(("thousands-marks", "575171"))),
            ("575.171", Some(("thousands-marks", "575171"))),
            ("1.631.395,08", Some(("decimal-comma", "1631395.08"))),
            ("1,631,395.08", Some(("thousands-marks", "1631395.08"))),
            ("108,8216/14,703", Some(("coordinates-in-one-cell", "108.8216 14.703"))),
            ("15°07'30\"B", Some(("degrees-minutes-seconds", "15.125"))),
            ("575171 m", Some(("words-beside-number", "575171"))),
        ];
        for (text, expected) in cases {
            let found = otherwise_written(text);
            let found = found.as_ref().map(|(how, read)| (*how, read.as_str()));
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn a_pair_may_stand_in_one_cell() {
        let value = |[east, north]: [Numbers; 2]| (east[0].value, north[0].value);
        assert_eq!(pair("105,34808/22,62924", "").map(value), Ok((105.348_08, 22.629_24)));
        assert_eq!(pair("", "14.7; 108.8").map(value), Ok((14.7, 108.8)));
        assert_eq!(pair("14.7, 108.8", "").map(value), Ok((14.7, 108.8)));
        assert_eq!(pair("14.7 108.8", "").map(value), Ok((14.7, 108.8)));
        assert_eq!(pair("14.7,108.8", "").map(value), Ok((14.7, 108.8)));
        assert_eq!(pair("105.3", "").map(value), Err(PairFault::North));
        assert_eq!(pair("105.3", "-").map(value), Err(PairFault::North));
        assert_eq!(pair("105.3", "x").map(value), Err(PairFault::BadNorth));
        assert_eq!(pair("chưa có", "-").map(value), Err(PairFault::BadEast));
        assert_eq!(pair("", " ").map(value), Err(PairFault::Nothing));
        assert_eq!(pair("-", "-").map(value), Err(PairFault::BadEast));
        assert_eq!(pair("1e309", "14").map(value), Err(PairFault::BadEast));
        for impossible in ["0", "0,000"] {
            assert_eq!(pair(impossible, "14").map(value), Err(PairFault::Impossible));
        }
    }
}
