//! Observations in: a commune's confirmation, or an authority's list, row by row.

use std::collections::{BTreeMap, BTreeSet};

use phusong_atlas::domain::{
    Environment, Fact, FiledRow, ObservationFact, ObservationKind, Says, Service, TechSet,
};
use serde_json::{Value, json};

use super::evidence::{EvidenceContext, RowReading};
use super::finding::{Finding, Severity};
use super::report::{Draft, DraftRow, Outcome};
use super::twins::{conflicting, named, repeats};
use super::values::day::DayHabit;

/// One row as sent; texts are read here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentObservation {
    pub village: Option<String>,
    pub cluster: Option<String>,
    /// Beside the village's name, old or new.
    pub commune: Option<String>,
    pub district: Option<String>,
    pub says: String,
    pub day: String,
    /// How its file writes days; a program writes them as the country does.
    pub days: DayHabit,
    pub carrier: Option<String>,
    pub technologies: Vec<String>,
    pub environment: Option<String>,
    pub service: Option<String>,
    /// The source's own word, kept beside ours.
    pub source_word: Option<String>,
    pub note: Option<String>,
    /// `REPORT/ROW` that this one corrects.
    pub replaces: Option<String>,
}

/// Every row with what was understood of it and every fault. `kind`: whose word it is.
pub fn read(
    rows: &[SentObservation],
    kind: ObservationKind,
    context: &EvidenceContext<'_>,
) -> Draft {
    let mut draft = Draft::default();
    if rows.is_empty() {
        draft.findings.push(no_rows());
    }
    for (sent, row) in rows.iter().zip(1_u32..) {
        draft.rows.push(read_row(sent, row, kind, context));
    }
    find_conflicts(&mut draft.rows);
    draft
}

/// One row, by itself.
pub(super) fn read_row(
    sent: &SentObservation,
    row: u32,
    kind: ObservationKind,
    context: &EvidenceContext<'_>,
) -> DraftRow {
    let mut reading = RowReading { row, context, days: sent.days, findings: Vec::new() };
    let fact = observation(&mut reading, sent, kind);
    let replaces = reading.replaces(sent.replaces.as_deref());
    let understood = fact.as_ref().map_or(json!({}), understood);
    let filed = fact.filter(|_| reading.is_clear()).map(|fact| FiledRow {
        fact: Fact::Observation(fact),
        replaces,
        note: sent.note.clone().filter(|note| !note.trim().is_empty()),
    });
    DraftRow::of(row, filed, understood, reading.findings)
}

pub(crate) fn no_rows() -> Finding {
    let message = ("không có dòng nào", "there are no rows");
    Finding::new("no-rows", Severity::Refuse, message, ("gửi ít nhất một dòng", "send a row"))
}

fn observation(
    reading: &mut RowReading<'_, '_>,
    sent: &SentObservation,
    kind: ObservationKind,
) -> Option<ObservationFact> {
    let says = [("has", Says::Has), ("lacks", Says::Lacks), ("weak", Says::Weak)];
    let says = word(reading, "says", Some(&sent.says), &says)?;
    let environments = [("outdoor", Environment::Outdoor), ("indoor", Environment::Indoor)];
    let environment = word(reading, "environment", sent.environment.as_deref(), &environments)?;
    let services = [("voice", Service::Voice), ("data", Service::Data)];
    let service = word(reading, "service", sent.service.as_deref(), &services)?;
    let within = (sent.commune.as_deref(), sent.district.as_deref());
    let places = reading.places(sent.village.as_deref(), sent.cluster.as_deref(), within);
    let carrier = reading.carrier(sent.carrier.as_deref());
    let technologies = reading.technologies(&sent.technologies);
    let day = reading.day("day", &sent.day);
    if let (Some(Says::Has), Some(Some(carrier)), Some(technologies), Some(places), Some(day)) =
        (says, &carrier, technologies, &places, day)
    {
        let of_cluster = places.clusters.first().and_then(|id| (reading.context.cluster)(id));
        let village = places.villages.first().cloned().or(of_cluster.map(|known| known.village));
        if let Some(village) = village {
            reading.warn_before_on_air(&village, carrier, technologies, day);
        }
    }
    if let (Some(places), Some(day)) = (&places, day)
        && let Some(village) = places.villages.first()
    {
        reading.check_life(village, sent.village.as_deref().unwrap_or_default(), day);
    }
    let silent = carrier == Some(None) || technologies == Some(TechSet::NONE);
    if says == Some(Says::Has) && silent {
        reading.find(
            Severity::Note,
            "has-unnamed",
            ("carrier", ""),
            (
                "“có sóng” không nêu nhà mạng hoặc công nghệ: chỉ tính là có thể phủ sóng",
                "a yes that names no carrier or technology counts as possible only",
            ),
            ("nêu nhà mạng và công nghệ nếu biết", "name carrier and technology if known"),
        );
    }
    Some(ObservationFact {
        kind,
        says: says?,
        source_word: sent.source_word.clone(),
        carrier: carrier?,
        technologies: technologies?,
        environment,
        service,
        places: places?,
        day: day?,
        source: String::new(),
    })
}

/// One of the words; `Some(None)` when silent.
#[expect(clippy::option_option, reason = "refused, silent and named are three things")]
fn word<T: Copy>(
    reading: &mut RowReading<'_, '_>,
    column: &str,
    text: Option<&str>,
    words: &[(&str, T)],
) -> Option<Option<T>> {
    let Some(text) = text else { return Some(None) };
    if text.trim().is_empty() {
        let message = ("ô này chưa nêu gì", "nothing is said here");
        let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        let remedy = (format!("ghi một trong: {known}"), format!("write one of: {known}"));
        let cell = (column, text);
        reading.find(Severity::Refuse, "word-missing", cell, message, (&remedy.0, &remedy.1));
        return None;
    }
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    if found.is_none() {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let (vi, en) = (
            format!("phải là một trong: {}", known.join(", ")),
            format!("must be one of: {}", known.join(", ")),
        );
        reading.refuse("bad-word", (column, text), &vi, &en);
        return None;
    }
    Some(found)
}

/// What was understood, in the fields of the body.
pub fn understood(fact: &ObservationFact) -> Value {
    let technologies: Vec<&str> =
        fact.technologies.iter().map(phusong_atlas::domain::Technology::as_str).collect();
    json!({
        "village": fact.places.villages.first().map(phusong_atlas::domain::VillageId::as_str),
        "cluster": fact.places.clusters.first().map(phusong_atlas::domain::ClusterId::as_str),
        "says": match fact.says {
            Says::Has => "has",
            Says::Lacks => "lacks",
            Says::Weak => "weak",
        },
        "day": fact.day.to_string(),
        "carrier": fact.carrier.as_ref().map(phusong_atlas::domain::CarrierId::as_str),
        "technologies": technologies,
        "environment": fact.environment.map(|environment| match environment {
            Environment::Outdoor => "outdoor",
            Environment::Indoor => "indoor",
        }),
        "service": fact.service.map(|service| match service {
            Service::Voice => "voice",
            Service::Data => "data",
        }),
        "source_word": fact.source_word,
    })
}

/// The same word twice counts once; the opposite word of the same thing and day is asked, of every
/// row that says any of them.
pub(super) fn find_conflicts(rows: &mut [DraftRow]) {
    let about = |fact: &ObservationFact| {
        let places = (fact.places.villages.clone(), fact.places.clusters.clone());
        let service = (fact.environment, fact.service);
        (places, fact.carrier.clone(), fact.technologies, service, fact.day)
    };
    let mut alike: BTreeMap<_, Vec<(usize, Says)>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        for fact in observations_of(row) {
            alike.entry(about(fact)).or_default().push((at, fact.says));
        }
    }
    let mut again: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for told in alike.into_values().filter(|told| told.len() > 1) {
        let (first, says) = told[0];
        if told.iter().all(|(_, other)| *other == says) {
            told[1..].iter().for_each(|(at, _)| again.entry(*at).or_default().push(first));
            continue;
        }
        // Once for each word and sheet: rows of one village may be many.
        let tables: BTreeSet<Option<String>> =
            told.iter().map(|(at, _)| rows[*at].table.clone()).collect();
        let words = [Says::Has, Says::Lacks, Says::Weak];
        let asking = tables.iter().flat_map(|table| words.map(|says| (table.clone(), says)));
        let against: Vec<_> = asking
            .map(|(table, says)| {
                let others = told.iter().filter(|(_, other)| *other != says);
                let own = |at: usize| match &rows[at].table {
                    Some(name) if table.as_ref() != Some(name) => {
                        format!("{} (“{name}”)", rows[at].row)
                    }
                    _ => rows[at].row.to_string(),
                };
                let named = rows_named(others.map(|(other, _)| own(*other)));
                ((table, says), named)
            })
            .collect();
        for (at, says) in &told {
            let own = (rows[*at].table.clone(), *says);
            let others = against.iter().find(|(asking, _)| *asking == own);
            let others = others.map_or("", |(_, others)| others);
            let row = &mut rows[*at];
            row.withhold();
            let message = (
                format!("trái với dòng {others} về cùng nơi, cùng ngày"),
                format!("contradicts row {others} on the same place and day"),
            );
            row.findings.push(conflicting(message).at(row.row, "says", ""));
        }
    }
    // One that says more than what was said before is read for the rest.
    for (at, firsts) in again {
        if rows[at].outcome == Outcome::Fileable && rows[at].facts().count() == firsts.len() {
            let earlier = named(&rows[firsts[0]], &rows[at]);
            let row = &mut rows[at];
            row.withhold();
            row.outcome = Outcome::Repeated;
            row.findings.push(repeats(row.row, &earlier, "village"));
        }
    }
}

/// `2, 5, 9`; of many the first ones.
fn rows_named(rows: impl Iterator<Item = String>) -> String {
    const MOST: usize = 5;
    let rows: Vec<String> = rows.take(MOST + 1).collect();
    let shown = rows[..rows.len().min(MOST)].join(", ");
    if rows.len() > MOST { format!("{shown}, …") } else { shown }
}

fn observations_of(row: &DraftRow) -> impl Iterator<Item = &ObservationFact> {
    row.facts().filter_map(|filed| match &filed.fact {
        Fact::Observation(fact) => Some(fact),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use phusong_atlas::domain::{Places, VillageId};

    use super::*;

    /// Sixty thousand rows of one village: looked at once, for pairs of them would take minutes.
    #[test]
    fn many_rows_that_contradict_each_other_name_the_first_ones() {
        let of = |(row, says): (u32, Says)| {
            let fact = ObservationFact {
                kind: ObservationKind::CommuneConfirmation,
                says,
                source_word: None,
                carrier: None,
                technologies: TechSet::NONE,
                environment: None,
                service: None,
                places: Places {
                    villages: vec![VillageId::new("kon-doc").expect("an id")],
                    ..Places::default()
                },
                day: "2026-11-20".parse().expect("a day"),
                source: String::new(),
            };
            let filed = FiledRow { fact: Fact::Observation(fact), replaces: None, note: None };
            DraftRow::of(row, Some(filed), json!({}), Vec::new())
        };
        let said = [Says::Has, Says::Lacks].into_iter().cycle();
        let mut rows: Vec<DraftRow> = (2..60_002).zip(said).map(of).collect();
        find_conflicts(&mut rows);
        assert!(rows.iter().all(|row| row.outcome == Outcome::Blocked));
        for (at, others) in [(0, "3, 5, 7, 9, 11, …"), (59_999, "2, 4, 6, 8, 10, …")] {
            let told = &rows[at].findings[0].message_vi;
            assert_eq!(*told, format!("trái với dòng {others} về cùng nơi, cùng ngày"));
        }
    }
}
