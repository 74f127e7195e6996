//! The words officers write for a coordinate system. A closed vocabulary: what it does not know
//! it says so, and what several systems answer to it returns as candidates.

use super::Crs;

/// Why the words name no single system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CrsTextError {
    #[error("{text:?} may be {}", list(candidates))]
    Ambiguous { text: String, candidates: Vec<Crs> },
    #[error("{text:?} names no coordinate system known here")]
    Unknown { text: String },
}

impl CrsTextError {
    /// The systems the words may mean; empty when they mean none of the set.
    pub fn candidates(&self) -> &[Crs] {
        match self {
            Self::Ambiguous { candidates, .. } => candidates,
            Self::Unknown { .. } => &[],
        }
    }

    /// The same sentence for a Vietnamese reader.
    pub fn message_vi(&self) -> String {
        match self {
            Self::Ambiguous { text, candidates } => {
                format!("“{text}” có thể là {}: hãy chọn một hệ tọa độ", list(candidates))
            }
            Self::Unknown { text } => format!("“{text}” không phải hệ tọa độ mà phần mềm biết"),
        }
    }
}

fn list(candidates: &[Crs]) -> String {
    candidates.iter().map(Crs::to_string).collect::<Vec<_>>().join(", ")
}

/// Texts longer than this are no name of a coordinate system.
const LONGEST_CHARS: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Zone {
    Utm48,
    Utm49,
    /// Central meridian in minutes of arc, so that 107.5 and 107°30' are the same number.
    Meridian(u32),
}

pub(super) fn parse(text: &str) -> Result<Crs, CrsTextError> {
    let shown: String = text.trim().chars().take(LONGEST_CHARS).collect();
    let unknown = || CrsTextError::Unknown { text: shown.clone() };
    let ambiguous =
        |candidates: Vec<Crs>| CrsTextError::Ambiguous { text: shown.clone(), candidates };
    if shown.is_empty() || text.trim().chars().count() > LONGEST_CHARS {
        return Err(unknown());
    }

    let words = shown.to_lowercase();
    if let Some(code) = epsg_code(&words) {
        return Crs::from_epsg(code).ok_or_else(unknown);
    }
    let squeezed: String =
        words.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '_' | '–' | '/')).collect();
    let names_vn2000 = squeezed.contains("vn2000") || squeezed.contains("vn2k");
    let names_wgs84 = squeezed.contains("wgs") || squeezed.contains("crs84");
    if names_vn2000 && names_wgs84 {
        return Err(ambiguous(vec![Crs::Wgs84, Crs::Vn2000Tm10800, Crs::Vn2000Tm10730]));
    }
    // The year is a number too: take it out before looking for a meridian.
    let rest = words.replace("2000", " ").replace("wgs 84", " ").replace("wgs84", " ");
    let zone = zone(&rest);

    match (names_vn2000, names_wgs84, zone) {
        (true, _, Some(Zone::Utm48)) => Ok(Crs::Vn2000Utm48),
        (true, _, Some(Zone::Utm49)) => Ok(Crs::Vn2000Utm49),
        (true, _, Some(Zone::Meridian(minutes))) => tm3(minutes).ok_or_else(unknown),
        (true, _, None) if names_degrees(&rest) => Ok(Crs::Vn2000),
        (true, _, None) => {
            Err(ambiguous(Crs::ALL.into_iter().filter(|crs| crs.is_vn2000()).collect()))
        }
        (_, true, Some(Zone::Utm48)) => Ok(Crs::Wgs84Utm48),
        (_, true, Some(Zone::Utm49)) => Ok(Crs::Wgs84Utm49),
        (_, true, None) if rest.contains("utm") => {
            Err(ambiguous(vec![Crs::Wgs84Utm49, Crs::Wgs84Utm48]))
        }
        (_, true, None) => Ok(Crs::Wgs84),
        (false, false, Some(Zone::Utm48)) => {
            Err(ambiguous(vec![Crs::Vn2000Utm48, Crs::Wgs84Utm48]))
        }
        (false, false, Some(Zone::Utm49)) => {
            Err(ambiguous(vec![Crs::Vn2000Utm49, Crs::Wgs84Utm49]))
        }
        (false, false, Some(Zone::Meridian(minutes))) => {
            Err(tm3(minutes).map_or_else(unknown, |crs| ambiguous(vec![crs])))
        }
        (_, true, Some(Zone::Meridian(_))) | (false, false, None) => Err(unknown()),
    }
}

/// "EPSG:5898", "urn:ogc:def:crs:EPSG::5898", "http://www.opengis.net/def/crs/EPSG/0/5898", or
/// nothing but the digits.
fn epsg_code(words: &str) -> Option<u32> {
    let digits = match words.split_once("epsg") {
        Some((_, tail)) => tail.rsplit(|c: char| !c.is_ascii_digit()).find(|d| !d.is_empty())?,
        None if words.len() >= 4 && words.bytes().all(|b| b.is_ascii_digit()) => words,
        None => return None,
    };
    // An unreadable code is still a code: 0 is in no register, so it comes out as unknown.
    Some(digits.parse().unwrap_or(0))
}

fn zone(rest: &str) -> Option<Zone> {
    let groups = digit_groups(rest);
    let has_letter_n = |number: &str| rest.contains(&format!("{number}n"));
    let utm = rest.contains("utm");
    if has_letter_n("48") || utm && groups.iter().any(|g| g.digits == "48") {
        return Some(Zone::Utm48);
    }
    if has_letter_n("49") || utm && groups.iter().any(|g| g.digits == "49") {
        return Some(Zone::Utm49);
    }
    let at = groups.iter().position(|g| matches!(g.digits, "105" | "107" | "108" | "111"))?;
    let degrees: u32 = groups[at].digits.parse().ok()?;
    let minutes = match groups.get(at + 1) {
        Some(next) if matches!(groups[at].then, "." | ",") => decimal_minutes(next.digits)?,
        Some(next) if groups[at].joins_next() => next.digits.parse().ok()?,
        _ => 0,
    };
    match (utm, degrees, minutes) {
        (true, 105, 0) => Some(Zone::Utm48),
        (true, 111, 0) => Some(Zone::Utm49),
        (true, ..) => None,
        (false, ..) => Some(Zone::Meridian(degrees * 60 + minutes)),
    }
}

/// The fraction of a degree in whole minutes: ".5" → 30, ".25" → 15, ".750" → 45.
fn decimal_minutes(fraction: &str) -> Option<u32> {
    match fraction.trim_end_matches('0') {
        "" => Some(0),
        "25" => Some(15),
        "5" => Some(30),
        "75" => Some(45),
        _ => None,
    }
}

struct Group<'a> {
    digits: &'a str,
    /// What stands between these digits and the next.
    then: &'a str,
}

impl Group<'_> {
    /// "107°30", "107 30", "107-30", "107d30", "107 độ 30": the second number is minutes.
    fn joins_next(&self) -> bool {
        matches!(self.then.trim(), "" | "°" | "º" | "˚" | "o" | "d" | "-" | "–" | "độ" | "do")
    }
}

fn digit_groups(text: &str) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let tail = &rest[start..];
        let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        let after = &tail[end..];
        let gap = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        groups.push(Group { digits: &tail[..end], then: &after[..gap] });
        rest = after;
    }
    groups
}

fn tm3(minutes: u32) -> Option<Crs> {
    Crs::ALL.into_iter().find(|crs| {
        let grid = crs.grid().filter(|grid| grid.scale > 0.9998);
        // Whole minutes by construction, so the comparison is exact.
        grid.is_some_and(|grid| (grid.central_meridian_deg * 60.0 - f64::from(minutes)).abs() < 0.5)
    })
}

fn names_degrees(rest: &str) -> bool {
    const WORDS: [&str; 7] =
        ["địa lý", "địa lí", "dia ly", "geographic", "lat", "kinh độ", "kinh vĩ"];
    WORDS.iter().any(|word| rest.contains(word))
}
