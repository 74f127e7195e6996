//! The closed vocabularies of a report's cells: events, technologies, days, bases.

use std::sync::LazyLock;

use phusong_atlas::domain::{Day, SiteEventKind, Technology};

/// What happened, as people write it, without accents.
const EVENTS: [(SiteEventKind, &[&str]); 6] = [
    (
        SiteEventKind::Planned,
        &[
            "planned",
            "ke hoach",
            "theo ke hoach",
            "du kien",
            "dang trien khai",
            "chua trien khai",
            "dang xay dung",
            "dang thi cong",
        ],
    ),
    (SiteEventKind::Built, &["built", "xay xong", "da xay xong", "xay dung xong"]),
    (SiteEventKind::OnAir, &["on air", "onair", "phat song", "da phat song"]),
    (SiteEventKind::Changed, &["changed", "nang cap", "dieu chinh", "da nang cap"]),
    (SiteEventKind::OffAir, &["off air", "offair", "tam ngung", "tam dung", "ngung phat song"]),
    (SiteEventKind::Decommissioned, &["decommissioned", "thao do", "da thao do"]),
];

/// Words that do not tell whether it was built or on air.
const BARE_COMPLETE: [&str; 7] =
    ["hoan thanh", "da hoan thanh", "hoan tat", "da xong", "xong", "completed", "done"];

/// What `loai_su_kien` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventWord {
    Event(SiteEventKind),
    BareComplete,
    Unknown,
}

/// From a folded word.
pub fn event_of(folded: &str) -> EventWord {
    let found = EVENTS.iter().find(|(_, words)| words.contains(&folded));
    match found {
        Some((event, _)) => EventWord::Event(*event),
        None if BARE_COMPLETE.contains(&folded) => EventWord::BareComplete,
        None => EventWord::Unknown,
    }
}

/// The Vietnamese word for a choice.
pub const fn event_vi(event: SiteEventKind) -> &'static str {
    match event {
        SiteEventKind::Planned => "kế hoạch",
        SiteEventKind::Built => "xây xong",
        SiteEventKind::OnAir => "phát sóng",
        SiteEventKind::Changed => "nâng cấp, điều chỉnh",
        SiteEventKind::OffAir => "tạm ngừng",
        SiteEventKind::Decommissioned => "tháo dỡ",
    }
}

/// Names of technologies, squeezed, from `geodata/technologies.csv`.
static TECHNOLOGIES: LazyLock<Vec<(String, Technology)>> = LazyLock::new(|| {
    let mut names = Vec::new();
    let mut table =
        csv::Reader::from_reader(include_str!("../../../../geodata/technologies.csv").as_bytes());
    for record in table.records().flatten() {
        let Some(Ok(technology)) = record.get(0).map(str::parse::<Technology>) else { continue };
        let aliases = record.get(2).unwrap_or_default().split('|');
        names.extend(aliases.chain([technology.as_str()]).map(|name| (squeezed(name), technology)));
    }
    names
});

fn squeezed(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// `4G`, `LTE`, `L1800`, `NR` …
pub fn technology_of(word: &str) -> Option<Technology> {
    let word = squeezed(word);
    TECHNOLOGIES.iter().find(|(name, _)| *name == word).map(|(_, technology)| *technology)
}

/// ISO, or day/month/year as written in Viet Nam; a time of day after it plays no part.
pub fn day_of(text: &str) -> Option<Day> {
    let text = text.split(['T', ' ']).next().unwrap_or_default();
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
    let number = |part: &str, longest: usize| {
        let digits = !part.is_empty() && part.len() <= longest;
        let digits = digits && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i16>().ok()).flatten()
    };
    match parts[..] {
        [day, month, year] => {
            let year = number(year, 4).filter(|year| *year >= 1900)?;
            let narrow = |part| i8::try_from(number(part, 2)?).ok();
            Day::new(year, narrow(month)?, narrow(day)?).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_people_write_them() {
        let cases = [
            ("2026-11-20", "2026-11-20"),
            ("20/11/2026", "2026-11-20"),
            ("5.1.2026", "2026-01-05"),
            ("20-11-2026", "2026-11-20"),
            ("2026-11-20 00:00:00+00", "2026-11-20"),
            ("2026-11-20T07:00:00", "2026-11-20"),
            ("31/02/2026", "✗"),
            ("2026-02-31", "✗"),
            ("11/20/2026", "✗"),
            ("11/2026", "✗"),
            ("20/11/26", "✗"),
            ("46346", "✗"),
            ("hôm qua", "✗"),
            ("", "✗"),
        ];
        for (text, expected) in cases {
            let found = day_of(text).map_or("✗".to_owned(), |day| day.to_string());
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn technologies_by_their_many_names() {
        let cases = [
            ("4G", Some(Technology::G4)),
            ("lte-a", Some(Technology::G4)),
            ("L1800", Some(Technology::G4)),
            ("HSPA+", Some(Technology::G3)),
            ("5G NR", Some(Technology::G5)),
            ("gsm 900", Some(Technology::G2)),
            ("6G", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(technology_of(word), expected, "{word:?}");
        }
    }
}
