//! The coordinate doctor: what two cells of coordinates can mean.
//!
//! It lists every reading (system × axis order × decimal mark) with its distance to the place
//! the row claims. Which reading is taken, asked or refused is decided by the caller; here
//! nothing is chosen.

use phusong_atlas::domain::Position;
use phusong_gis::{Crs, DatumShift, with_transformer};

/// Which axis a hemisphere letter names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    East,
    North,
}

/// How a number was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Written {
    /// `108.7922`, `108,7922`, degrees with minutes and seconds.
    Plainly,
    /// `575,171` taken for 575171.
    Grouped,
    /// `48575171` taken for zone 48, 575171.
    ZonePrefixed,
}

/// One reading of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    pub value: f64,
    pub written: Written,
    /// Degrees, minutes, seconds: never metres.
    pub sexagesimal: bool,
    pub axis: Option<Axis>,
}

impl Number {
    const fn plain(value: f64) -> Self {
        Self { value, written: Written::Plainly, sexagesimal: false, axis: None }
    }
}

/// Every reading of a cell, the plainest first; none when it is no number.
pub fn numbers(text: &str) -> Vec<Number> {
    let text = text.replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ");
    let text = text.trim();
    if let Some(number) = sexagesimal(text) {
        return vec![number];
    }
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
    let parse = |text: &str, written| {
        let value = text.parse().ok();
        value.map(|value| Number { written, ..Number::plain(value) })
    };
    let grouped = |mark: char| is_grouped(&squeezed, mark).then(|| squeezed.replace(mark, ""));
    let readings = match (dots, commas) {
        (0, 0) => vec![parse(&squeezed, Written::Plainly)],
        (1, 0) => vec![parse(&squeezed, Written::Plainly), grouping('.', &grouped, &parse)],
        (0, 1) => vec![
            parse(&squeezed.replace(',', "."), Written::Plainly),
            grouping(',', &grouped, &parse),
        ],
        // The mark that comes once and last is the decimal one.
        (1, _) if squeezed.rfind('.') > squeezed.rfind(',') => {
            vec![
                is_grouped(squeezed.split('.').next().unwrap_or_default(), ',')
                    .then(|| parse(&squeezed.replace(',', ""), Written::Plainly))
                    .flatten(),
            ]
        }
        (_, 1) => vec![
            is_grouped(squeezed.split(',').next().unwrap_or_default(), '.')
                .then(|| parse(&squeezed.replace('.', "").replace(',', "."), Written::Plainly))
                .flatten(),
        ],
        (0, _) => vec![grouping(',', &grouped, &parse)],
        (_, 0) => vec![grouping('.', &grouped, &parse)],
        _ => Vec::new(),
    };
    let mut found: Vec<Number> = readings.into_iter().flatten().collect();
    if let [Number { value, .. }, ..] = found[..]
        && (10_000_000.0..100_000_000.0).contains(&value)
    {
        let number = Number::plain(value % 1_000_000.0);
        found.push(Number { written: Written::ZonePrefixed, ..number });
    }
    found
}

fn grouping(
    mark: char,
    grouped: &dyn Fn(char) -> Option<String>,
    parse: &dyn Fn(&str, Written) -> Option<Number>,
) -> Option<Number> {
    parse(&grouped(mark)?, Written::Grouped)
}

/// `1.631.395`: one to three digits, then threes.
fn is_grouped(text: &str, mark: char) -> bool {
    let mut parts = text.trim_start_matches(['-', '+']).split(mark);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let first = parts.next().is_some_and(|part| (1..=3).contains(&part.len()) && digits(part));
    first && parts.all(|part| part.len() == 3 && digits(part))
}

/// `108°47'32"Đ`, `108 47 32.5`, `15d07m N`. A decimal number with a hemisphere letter too.
fn sexagesimal(text: &str) -> Option<Number> {
    let (mut body, mut axis, mut negative) = (text, None, false);
    let end = text.chars().next_back()?;
    let start = text.chars().next()?;
    for (letter, trimmed) in [(end, text.strip_suffix(end)), (start, text.strip_prefix(start))] {
        // B: Bắc. Đ: Đông. In this country N is north also on Vietnamese maps.
        let named = match letter {
            'N' | 'B' => Some((Axis::North, false)),
            'S' => Some((Axis::North, true)),
            'E' | 'Đ' => Some((Axis::East, false)),
            'W' | 'T' => Some((Axis::East, true)),
            _ => None,
        };
        if axis.is_none()
            && let (Some((named, south_or_west)), Some(trimmed)) = (named, trimmed)
        {
            (body, axis, negative) = (trimmed, Some(named), south_or_west);
        }
    }
    let is_mark = |c: char| {
        matches!(
            c,
            '°' | 'º' | '˚' | '\'' | '’' | '′' | '"' | '”' | '″' | 'd' | 'm' | 's' | ':' | ' '
        )
    };
    let marked = body.contains(|c: char| is_mark(c) && c != ' ');
    let parts: Vec<&str> = body.split(is_mark).filter(|part| !part.is_empty()).collect();
    let spaced = !marked && (2..=3).contains(&parts.len()) && {
        // 108 47 32, but not 1 631 395.
        let short = |part: &&str| part.split(['.', ',']).next().is_some_and(|p| p.len() <= 2);
        parts[1..].iter().all(short)
    };
    if !(marked || spaced || axis.is_some() && parts.len() == 1) || parts.len() > 3 {
        return None;
    }
    let mut value = 0.0;
    let last = parts.len().checked_sub(1)?;
    for (at, part) in parts.iter().enumerate() {
        let number = part.replace(',', ".");
        let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number: f64 = number.parse().ok().filter(|_| plain)?;
        let whole = number.fract() == 0.0;
        if at > 0 && number >= 60.0 || at < last && !whole {
            return None;
        }
        value += number / [1.0, 60.0, 3600.0][at];
    }
    let value = if negative { -value } else { value };
    Some(Number { sexagesimal: true, axis, ..Number::plain(value) })
}

/// Two cells, or one that holds both (`105,34808/22,62924`).
pub fn pair(east: &str, north: &str) -> Result<(Vec<Number>, Vec<Number>), PairFault> {
    let one = match (east.is_empty(), north.is_empty()) {
        (false, true) => Some(east),
        (true, false) => Some(north),
        _ => None,
    };
    let halves = one.map(|text| text.split_once(['/', ';']).ok_or(PairFault::Half));
    let (east, north) = halves.transpose()?.unwrap_or((east, north));
    let (easts, norths) = (numbers(east), numbers(north));
    let finite = |numbers: &[Number]| numbers.iter().all(|number| number.value.is_finite());
    if easts.is_empty() || !finite(&easts) {
        return Err(PairFault::East);
    }
    if norths.is_empty() || !finite(&norths) {
        return Err(PairFault::North);
    }
    Ok((easts, norths))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairFault {
    /// One of the two is missing.
    Half,
    East,
    North,
}

/// One thing that a pair may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub crs: Crs,
    pub position: Position,
    /// How it came to WGS 84, as PROJ names it; `None` when it was WGS 84.
    pub operation: Option<String>,
    /// North was written where east should be.
    pub swapped: bool,
    /// The hemisphere letters say which is which.
    pub by_letters: bool,
    pub written: Written,
}

impl Reading {
    /// As written, without a second thought.
    pub fn is_plain(&self) -> bool {
        !self.swapped && self.written == Written::Plainly
    }
}

/// Every reading of the pair in these systems that is a place on Earth.
pub fn readings(easts: &[Number], norths: &[Number], systems: &[Crs]) -> Vec<Reading> {
    let mut found: Vec<Reading> = Vec::new();
    for crs in systems {
        for (east, north, swapped) in easts.iter().flat_map(|east| {
            norths.iter().flat_map(move |north| [(east, north, false), (north, east, true)])
        }) {
            let letters = (east.axis, north.axis);
            if matches!(letters, (Some(Axis::North), _) | (_, Some(Axis::East)))
                || crs.is_projected() && (east.sexagesimal || north.sexagesimal)
            {
                continue;
            }
            let Some(reading) = reading(*crs, east.value, north.value) else { continue };
            let reading = Reading {
                swapped,
                by_letters: letters != (None, None),
                written: east.written.max(north.written),
                ..reading
            };
            found.push(reading);
        }
    }
    found
}

/// One pair of numbers, east first, in one system.
pub fn reading(crs: Crs, east: f64, north: f64) -> Option<Reading> {
    let at = with_transformer(|transformer| {
        transformer.to_wgs84(crs, DatumShift::Epsg6960, east, north)
    })
    .ok()?;
    let operation = (crs != Crs::Wgs84)
        .then(|| format!("EPSG:{} → WGS 84, {}", crs.epsg(), at.operation.name()));
    Some(Reading {
        crs,
        position: Position::new(at.lon_deg, at.lat_deg).ok()?,
        operation,
        swapped: false,
        by_letters: false,
        written: Written::Plainly,
    })
}

/// The systems that numbers without a word about theirs may be in.
pub fn undeclared_systems(easts: &[Number], norths: &[Number]) -> Vec<Crs> {
    let degrees = |numbers: &[Number]| {
        numbers
            .iter()
            .any(|number| number.written == Written::Plainly && number.value.abs() <= 180.0)
    };
    if degrees(easts) && degrees(norths) {
        // The template's own system.
        vec![Crs::Wgs84]
    } else {
        Crs::ALL.into_iter().filter(|crs| crs.is_projected()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        let cases: [(&str, &[f64]); 27] = [
            ("108.7922", &[108.7922]),
            ("108,7922 ", &[108.7922]),
            ("108°47'32\"Đ", &[108.792_222_222]),
            ("108° 47’ 32,5” E", &[108.792_361_111]),
            ("15 07 30", &[15.125]),
            ("15d07m30s", &[15.125]),
            ("N15°07.5'", &[15.125]),
            ("15,125 B", &[15.125]),
            ("15.125S", &[-15.125]),
            ("575171.18", &[575_171.18]),
            ("1 631 395,08", &[1_631_395.08]),
            ("1\u{a0}631\u{a0}395,08", &[1_631_395.08]),
            ("1.631.395,08", &[1_631_395.08]),
            ("1,631,395.08", &[1_631_395.08]),
            ("1.631.395", &[1_631_395.0]),
            ("575,171", &[575.171, 575_171.0]),
            ("575.171", &[575.171, 575_171.0]),
            ("48575171", &[48_575_171.0, 575_171.0]),
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
    fn a_pair_may_stand_in_one_cell() {
        let value = |(east, north): (Vec<Number>, Vec<Number>)| (east[0].value, north[0].value);
        assert_eq!(pair("105,34808/22,62924", "").map(value), Ok((105.348_08, 22.629_24)));
        assert_eq!(pair("", "14.7; 108.8").map(value), Ok((14.7, 108.8)));
        assert_eq!(pair("105.3", "").map(value), Err(PairFault::Half));
        assert_eq!(pair("105.3", "x").map(value), Err(PairFault::North));
        assert_eq!(pair("1e309", "14").map(value), Err(PairFault::East));
    }

    #[test]
    fn letters_overrule_the_order_of_cells() {
        let (east, north) = pair("14°42'N", "108°49'E").unwrap();
        let found = readings(&east, &north, &[Crs::Wgs84]);
        assert_eq!(found.len(), 1);
        assert!(found[0].swapped && found[0].by_letters);
        assert!((found[0].position.lon_deg() - 108.816_666_7).abs() < 1e-9);
    }
}
