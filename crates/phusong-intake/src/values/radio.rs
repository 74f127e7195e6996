//! Technologies and bands as engineers write them: `4G/LTE`, `L1800`, `2G+3G`, `GSM900`, `NR`.

use std::sync::LazyLock;

use phusong_atlas::domain::{TechSet, Technology};

/// What a cell names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Radio {
    pub technologies: TechSet,
    /// In MHz, as named, in order, each once.
    pub bands_mhz: Vec<u32>,
    /// NB-IoT and its like: no telephone hears them, so they are no coverage.
    pub no_coverage: Vec<String>,
    pub unknown: Vec<String>,
    /// `4.5G`, `3,75G`: steps within a generation, taken for the generation.
    pub rounded: Vec<String>,
    /// `4,5G`: a step of 4G, or 4G and 5G. Neither is counted.
    pub either: Vec<Either>,
}

/// What a decimal comma before the G leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Either {
    pub text: String,
    pub rounded: Technology,
    pub listed: TechSet,
}

/// A band that its technology is not worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disagreement {
    pub technology: Technology,
    pub band_mhz: Option<u32>,
}

/// Where each technology is worked in the country, in MHz: what is named elsewhere is warned of,
/// never refused. 3GPP's bands 5, 8, 3, 1, 40, 41 and n28, n41, n78, n258.
const BANDS_MHZ: [(Technology, &[u32]); 4] = [
    (Technology::G2, &[900, 1800]),
    (Technology::G3, &[900, 2100]),
    (Technology::G4, &[700, 850, 900, 1800, 2100, 2300, 2500, 2600]),
    (Technology::G5, &[700, 2500, 2600, 3500, 3600, 3700, 3800, 26_000, 28_000]),
];
/// Letters before a band: `L1800`.
const LETTERS: [(&str, Technology); 11] = [
    ("GSM", Technology::G2),
    ("G", Technology::G2),
    ("UMTS", Technology::G3),
    ("WCDMA", Technology::G3),
    ("HSPA", Technology::G3),
    ("U", Technology::G3),
    ("LTE", Technology::G4),
    ("L", Technology::G4),
    ("NR", Technology::G5),
    ("2G", Technology::G2),
    ("3G", Technology::G3),
];
const MORE_LETTERS: [(&str, Technology); 2] = [("4G", Technology::G4), ("5G", Technology::G5)];
const NO_COVERAGE: [&str; 8] = ["NBIOT", "NB", "LTEM", "CATM", "CATM1", "EMTC", "LORA", "IOT"];

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
    if let Some(step) = step_at(word.trim(), 0)
        && step.end == word.trim().len()
        && step.listed.is_none()
    {
        return Some(step.rounded);
    }
    let word = squeezed(word);
    named(&word).or_else(|| with_band(&word).map(|(technology, _)| technology))
}

fn named(squeezed: &str) -> Option<Technology> {
    TECHNOLOGIES.iter().find(|(name, _)| name == squeezed).map(|(_, technology)| *technology)
}

/// `L1800`, `GSM900`, `NR3500`.
fn with_band(squeezed: &str) -> Option<(Technology, u32)> {
    let letters = || LETTERS.iter().chain(&MORE_LETTERS);
    letters().find_map(|(letters, technology)| {
        let band = squeezed.strip_prefix(letters)?;
        let band = band.strip_suffix("MHZ").unwrap_or(band).parse().ok()?;
        (450..=30_000).contains(&band).then_some((*technology, band))
    })
}

/// Every word of a cell: technologies, bands, and what is neither.
pub fn radio(text: &str) -> Radio {
    let mut found = Radio::default();
    let text = found.without_steps(&text.replace(" và ", "+"));
    for part in text.split(['/', '+', ',', ';', '|', '&', '\n']) {
        let part = part.trim();
        // A dash fills a cell that says nothing.
        if !part.is_empty() && !matches!(part, "-" | "–" | "—") {
            found.part(part);
        }
    }
    found.add_bare_digits(&text);
    found
}

/// `4.5G` in a text.
struct Step {
    end: usize,
    rounded: Technology,
    /// As a list it would say this.
    listed: Option<TechSet>,
}

/// A step within a generation that begins here: one digit, a mark, `5`, `75` or `9`, G.
fn step_at(text: &str, at: usize) -> Option<Step> {
    let bytes = text.as_bytes();
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric();
    let before = text[..at].trim_end_matches(['.', ',']);
    // `2,4,5G` is a list.
    if at > 0
        && (is_inner(bytes[at - 1])
            || before.len() < at && before.ends_with(|c: char| c.is_ascii_digit()))
    {
        return None;
    }
    let whole: Technology = format!("{}G", char::from(*bytes.get(at)?)).parse().ok()?;
    let mark = *bytes.get(at + 1).filter(|mark| matches!(mark, b'.' | b','))?;
    let rest = text.get(at + 2..)?;
    let fraction = ["75", "5", "9"].into_iter().find(|fraction| rest.starts_with(fraction))?;
    let after = rest[fraction.len()..].trim_start();
    if !after.starts_with(['G', 'g']) || after[1..].starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        return None;
    }
    let listed = (mark == b',' && fraction == "5" && whole != Technology::G5)
        .then(|| TechSet::NONE.with(whole).with(Technology::G5));
    Some(Step { end: text.len() - after.len() + 1, rounded: whole, listed })
}

impl Radio {
    /// Steps within a generation are taken out of the text and kept.
    fn without_steps(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let Some(step) = step_at(text, at) else {
                out.push(c);
                at += c.len_utf8();
                continue;
            };
            let said = text[at..step.end].to_owned();
            if let Some(listed) = step.listed {
                self.either.push(Either { text: said, rounded: step.rounded, listed });
            } else {
                self.technologies = self.technologies.with(step.rounded);
                self.rounded.push(said);
            }
            out.push(';');
            at = step.end;
        }
        out
    }

    /// What a clear cell says in the house's own words; `None` where something is open or said so.
    pub fn canonical(&self, text: &str) -> Option<String> {
        let is_open = !self.unknown.is_empty() || !self.either.is_empty();
        if is_open || self.technologies.is_empty() {
            return None;
        }
        let words = text.split([';', ',', '+', '/', ' ', '&']).filter(|word| !word.is_empty());
        let plain = words.map(|word| word.parse::<Technology>().ok()).collect::<Option<Vec<_>>>();
        if plain.is_some() {
            return None;
        }
        let names: Vec<&str> = self.technologies.iter().map(Technology::as_str).collect();
        let bands: Vec<String> = self.bands_mhz.iter().map(|band| format!(" {band} MHz")).collect();
        Some(format!("{}{}", names.join("+"), bands.join(",")))
    }

    fn part(&mut self, part: &str) {
        let word = squeezed(part);
        if self.word(&word) {
            return;
        }
        // Several words without a mark between them: `2G 3G`, `2G-3G`, `4G LTE 1800`.
        let words: Vec<String> = part
            .split([' ', '-', '(', ')'])
            .map(squeezed)
            .filter(|word| !word.is_empty())
            .collect();
        let mut trial = self.clone();
        if words.len() > 1 && words.iter().all(|word| trial.word(word)) {
            *self = trial;
        } else if !self.run_together(&word) {
            self.unknown.push(part.to_owned());
        }
    }

    fn word(&mut self, word: &str) -> bool {
        if NO_COVERAGE.contains(&word) {
            self.no_coverage.push(word.to_owned());
        } else if let Some((technology, band)) = with_band(word) {
            self.technologies = self.technologies.with(technology);
            self.band(band);
        } else if let Some(technology) = named(word) {
            self.technologies = self.technologies.with(technology);
        } else if let Some(band) = band_of(word) {
            self.band(band);
        } else if !matches!(word, "2" | "3" | "4" | "5" | "MHZ") {
            return false;
        }
        true
    }

    fn band(&mut self, band: u32) {
        if !self.bands_mhz.contains(&band) {
            self.bands_mhz.push(band);
        }
    }

    /// `2G3G4G`.
    fn run_together(&mut self, word: &str) -> bool {
        let parts: Vec<&str> = word.split_inclusive('G').collect();
        let all: Option<Vec<Technology>> = parts.iter().map(|part| part.parse().ok()).collect();
        let Some(all) = all.filter(|all| all.len() > 1) else { return false };
        self.technologies = all.into_iter().fold(self.technologies, TechSet::with);
        true
    }

    /// `2/3/4G`: bare digits count when a word with its G ends the row.
    fn add_bare_digits(&mut self, text: &str) {
        let parts: Vec<String> = text.split(['/', '+', ',', '-']).map(squeezed).collect();
        let bare = parts.iter().filter(|part| matches!(part.as_str(), "2" | "3" | "4" | "5"));
        let ends_well = parts.last().is_some_and(|last| last.parse::<Technology>().is_ok());
        for part in bare {
            match format!("{part}G").parse() {
                Ok(technology) if ends_well => {
                    self.technologies = self.technologies.with(technology);
                }
                _ => self.unknown.push(part.clone()),
            }
        }
    }
}

/// `1800`, `1800MHz`, `900 MHz`.
fn band_of(squeezed: &str) -> Option<u32> {
    let digits = squeezed.strip_suffix("MHZ").unwrap_or(squeezed);
    let band = digits.parse().ok().filter(|_| (3..=5).contains(&digits.len()))?;
    (450..=30_000).contains(&band).then_some(band)
}

/// Each band must be worked by one of the technologies, and each technology on one of the bands.
/// Nothing is said where either is not named.
pub fn disagreements(technologies: TechSet, bands_mhz: &[u32]) -> Vec<Disagreement> {
    if technologies.is_empty() || bands_mhz.is_empty() {
        return Vec::new();
    }
    let worked = |technology: Technology| {
        let own = BANDS_MHZ.iter().find(|(own, _)| *own == technology);
        own.map_or(&[][..], |(_, bands)| *bands)
    };
    let lost_band = bands_mhz
        .iter()
        .filter(|band| !technologies.iter().any(|technology| worked(technology).contains(band)));
    let first = technologies.iter().next().unwrap_or(Technology::G2);
    let lost_technology = technologies
        .iter()
        .filter(|technology| !bands_mhz.iter().any(|band| worked(*technology).contains(band)));
    lost_band
        .map(|band| Disagreement { technology: first, band_mhz: Some(*band) })
        .chain(lost_technology.map(|technology| Disagreement { technology, band_mhz: None }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let found = radio(text);
        let names: Vec<&str> = found.technologies.iter().map(Technology::as_str).collect();
        let bands = found.bands_mhz.iter().map(|band| format!(" {band}"));
        let silent = found.no_coverage.iter().map(|word| format!(" ∅{word}"));
        let unknown = found.unknown.iter().map(|word| format!(" ?{word}"));
        let rounded = found.rounded.iter().map(|word| format!(" ~{word}"));
        let either = found.either.iter().map(|one| {
            let listed: Vec<&str> = one.listed.iter().map(Technology::as_str).collect();
            format!(" {}: {}|{}", one.text, one.rounded, listed.join("+"))
        });
        let parts = std::iter::once(names.join("+")).chain(bands).chain(silent).chain(unknown);
        parts.chain(rounded).chain(either).collect()
    }

    /// No technology is made of a decimal mark.
    #[test]
    fn a_step_within_a_generation_is_that_generation_or_asked() {
        let cases = [
            ("4.5G", "4G ~4.5G"),
            ("3,75G", "3G ~3,75G"),
            ("3.75g", "3G ~3.75g"),
            ("2.75 G", "2G ~2.75 G"),
            ("5,5G", "5G ~5,5G"),
            ("2G/4.5G", "2G+4G ~4.5G"),
            ("4.5G 1800", "4G 1800 ~4.5G"),
            ("4,5G", " 4,5G: 4G|4G+5G"),
            ("3G; 3,5G", "3G 3,5G: 3G|3G+5G"),
            ("4, 5G", "4G+5G"),
            ("2,3,4,5G", "2G+3G+4G+5G"),
            ("3,4G", "3G+4G"),
            ("4G,5G", "4G+5G"),
            ("-", ""),
            ("–; 4G", "4G"),
            ("14.5G", " ?14.5G"),
            ("4.5GHz", " ?4.5GHz"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text:?}");
        }
        assert_eq!(technology_of("4.5G"), Some(Technology::G4));
        assert_eq!(technology_of("4,5G"), None);
    }

    #[test]
    fn what_is_written_otherwise_is_told_in_the_houses_words() {
        let cases = [
            ("4G", None),
            ("2G+4G", None),
            ("2G, 3G; 4G", None),
            ("L1800", Some("4G 1800 MHz")),
            ("NR", Some("5G")),
            ("4G/LTE", Some("4G")),
            ("2/3/4G", Some("2G+3G+4G")),
            ("4.5G", Some("4G")),
            ("4,5G", None),
            ("6G", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(radio(text).canonical(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn technologies_and_bands_of_a_cell() {
        let cases = [
            ("4G/LTE", "4G"),
            ("L1800", "4G 1800"),
            ("4g", "4G"),
            ("NR", "5G"),
            ("2G+3G", "2G+3G"),
            ("GSM900", "2G 900"),
            ("GSM 900", "2G 900"),
            ("UMTS", "3G"),
            ("3G/4G", "3G+4G"),
            ("2G,3G;4G", "2G+3G+4G"),
            ("2/3/4G", "2G+3G+4G"),
            ("2G3G4G", "2G+3G+4G"),
            ("2G-3G", "2G+3G"),
            ("2G và 4G", "2G+4G"),
            ("4G LTE 1800", "4G 1800"),
            ("LTE1800/LTE2100", "4G 1800 2100"),
            ("NR3500", "5G 3500"),
            ("5G NSA", "5G"),
            ("VoLTE", "4G"),
            ("HSPA+", "3G"),
            ("NB-IoT", " ∅NBIOT"),
            ("4G+NB-IoT", "4G ∅NBIOT"),
            ("900MHz", " 900"),
            ("6G", " ?6G"),
            ("2/3", " ?2 ?3"),
            ("Wifi", " ?Wifi"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text:?}");
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

    #[test]
    fn a_band_that_nobody_works_a_technology_on_is_told() {
        let told = |text: &str| {
            let found = radio(text);
            disagreements(found.technologies, &found.bands_mhz).len()
        };
        assert_eq!(told("L1800"), 0);
        assert_eq!(told("2G+4G, 900, 1800"), 0);
        assert_eq!(told("2G 2100"), 2);
        assert_eq!(told("4G 3500"), 2);
        assert_eq!(told("4G"), 0);
    }
}
