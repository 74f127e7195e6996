//! A draft against what its sender filed before of the same document: new, changed, unchanged,
//! and what is gone. A changed row becomes a correction of the one it is about; an unchanged one
//! is not filed again; a gone one stays as it is until its sender says otherwise.
//!
//! Pure. Which earlier filing it is held against, the service says.

use std::collections::{HashMap, HashSet, VecDeque};

use phusong_atlas::domain::{Fact, FiledRow, Places, ReportId, RowNumber, RowRef, UnitId};
use serde_json::Value;

use crate::finding::{Finding, Severity};
use crate::reading::confirmation;
use crate::report::{self, Draft, DraftRow, Outcome};
use crate::{measurement, observation, told};

/// A row that was filed before and still stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    pub at: RowRef,
    pub report: ReportId,
    pub filed: FiledRow,
    /// Returned to be mended: what comes again goes in again, though nothing in it changed.
    pub returned: bool,
    /// From the very bytes that are read now: a day that they do not tell is no difference.
    pub same_file: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    New,
    Changed,
    Unchanged,
}

/// One value that is another one now, in the columns of the form.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub column: String,
    pub before: Value,
    pub after: Value,
}

/// How a row of a draft stands against what was filed before.
#[derive(Debug, Clone, PartialEq)]
pub struct Against {
    pub is: Compared,
    pub earlier: Option<(ReportId, RowNumber)>,
    pub differences: Vec<Difference>,
}

/// Marks every row of the draft, and gives the places in `earlier` of which no row speaks now.
pub fn compare(draft: &mut Draft, earlier: &[Earlier]) -> Vec<usize> {
    let facts: Vec<(usize, FiledRow)> = draft
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| matches!(row.outcome, Outcome::Fileable | Outcome::Blocked))
        .flat_map(|(at, row)| row.facts().map(move |fact| (at, fact.clone())))
        .collect();
    let met = meet(&facts, earlier);
    let mut of_rows: HashMap<usize, Vec<Option<usize>>> = HashMap::new();
    for ((row, _), found) in facts.iter().zip(&met) {
        of_rows.entry(*row).or_default().push(*found);
    }
    for (at, found) in &of_rows {
        mark(&mut draft.rows[*at], found, earlier);
    }
    let spoken_of: HashSet<usize> = met.into_iter().flatten().collect();
    (0..earlier.len()).filter(|at| !spoken_of.contains(at)).collect()
}

/// What share of the rows speaks of something that `earlier` speaks of too, in percent.
pub fn likeness_percent(draft: &Draft, earlier: &[Earlier]) -> usize {
    let known: HashSet<String> =
        earlier.iter().filter_map(|row| keys(&row.filed.fact).into_iter().next()).collect();
    let keys: Vec<String> = draft
        .rows
        .iter()
        .flat_map(DraftRow::facts)
        .filter_map(|filed| keys(&filed.fact).into_iter().next())
        .collect();
    let met = keys.iter().filter(|key| known.contains(*key)).count();
    100 * met / keys.len().max(1)
}

/// For each fact the earlier row that it is about.
fn meet(facts: &[(usize, FiledRow)], earlier: &[Earlier]) -> Vec<Option<usize>> {
    let mut met: Vec<Option<usize>> = vec![None; facts.len()];
    let mut taken = vec![false; earlier.len()];
    let take = |met: &mut [Option<usize>], taken: &mut [bool], fact: usize, place: usize| {
        met[fact] = Some(place);
        taken[place] = true;
    };
    // What names an earlier row itself speaks of that one.
    let mut place_of: HashMap<RowRef, usize> = HashMap::new();
    for (place, known) in earlier.iter().enumerate() {
        place_of.entry(known.at).or_insert(place);
    }
    for (fact, (_, filed)) in facts.iter().enumerate() {
        let named = filed.replaces.and_then(|at| place_of.get(&at)).copied();
        if let Some(place) = named.filter(|place| !taken[*place]) {
            take(&mut met, &mut taken, fact, place);
        }
    }
    let keys_of: Vec<Vec<String>> = facts.iter().map(|(_, filed)| keys(&filed.fact)).collect();
    let known: Vec<Vec<String>> = earlier.iter().map(|known| keys(&known.filed.fact)).collect();
    let mut by_key: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, keys) in known.iter().enumerate() {
        for key in keys {
            by_key.entry(key).or_default().push(place);
        }
    }
    // By the narrowest key, those that nobody has taken yet: many samples share one key.
    let mut free: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (place, keys) in known.iter().enumerate().filter(|(place, _)| !taken[*place]) {
        if let Some(key) = keys.first() {
            free.entry(key).or_default().push_back(place);
        }
    }
    // Word for word the same; then the same thing, said otherwise.
    for same in [true, false] {
        for (fact, (_, filed)) in facts.iter().enumerate() {
            let Some(key) = keys_of[fact].first().filter(|_| met[fact].is_none()) else { continue };
            let Some(places) = free.get_mut(key.as_str()) else { continue };
            let suits = |place: &usize| !same || is_same(filed, &earlier[*place]);
            if let Some(place) = places.iter().position(suits).and_then(|at| places.remove(at)) {
                take(&mut met, &mut taken, fact, place);
            }
        }
    }
    // Its day was mended, say: only where one alone is left on either side.
    let most = keys_of.iter().map(Vec::len).max().unwrap_or(0);
    for level in 1..most {
        let mut asking: HashMap<&str, Vec<usize>> = HashMap::new();
        for (fact, keys) in keys_of.iter().enumerate() {
            if let Some(key) = keys.get(level).filter(|_| met[fact].is_none()) {
                asking.entry(key).or_default().push(fact);
            }
        }
        for (key, facts) in asking {
            let free: Vec<usize> = by_key.get(key).into_iter().flatten().copied().collect();
            let mut free = free.into_iter().filter(|place| !taken[*place]);
            if let ([fact], Some(place), None) = (facts.as_slice(), free.next(), free.next()) {
                take(&mut met, &mut taken, *fact, place);
            }
        }
    }
    met
}

/// The row in the light of the earlier rows that its facts are about.
fn mark(row: &mut DraftRow, found: &[Option<usize>], earlier: &[Earlier]) {
    let first = found.iter().flatten().next().map(|place| &earlier[*place]);
    let facts: Vec<FiledRow> = row.facts().cloned().collect();
    let mut differences = Vec::new();
    let mut filed = Vec::with_capacity(facts.len());
    for (mut fact, place) in facts.into_iter().zip(found) {
        let Some(known) = place.map(|place| &earlier[place]) else {
            filed.push(fact);
            continue;
        };
        if is_same(&fact, known) && !known.returned {
            continue;
        }
        differences.extend(differ(&known.filed, &fact));
        fact.replaces = fact.replaces.or(Some(known.at));
        filed.push(fact);
    }
    let is = match (first, filed.is_empty()) {
        (None, _) => Compared::New,
        (Some(_), true) => Compared::Unchanged,
        (Some(_), false) => Compared::Changed,
    };
    if is == Compared::Changed {
        row.findings.extend(first.map(|known| corrected(row, known, &differences)));
    }
    row.hold_against(
        Against { is, earlier: first.map(|known| (known.report, known.at.number())), differences },
        filed,
    );
}

fn corrected(row: &DraftRow, known: &Earlier, differences: &[Difference]) -> Finding {
    const MOST_NAMED: usize = 6;
    let plain = |value: &Value| match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let named: Vec<String> = differences
        .iter()
        .take(MOST_NAMED)
        .map(|one| format!("{}: {} → {}", one.column, plain(&one.before), plain(&one.after)))
        .collect();
    let (named, number) = (named.join("; "), known.at.number());
    let message = (
        format!("đính chính dòng {number} của lần gửi {} ({named})", known.report),
        format!("corrects row {number} of filing {} ({named})", known.report),
    );
    let remedy = ("không cần làm gì nếu đúng như vậy", "nothing to do if that is meant");
    let mut finding = Finding::new("row-corrected", Severity::Note, message, remedy);
    finding = finding.at(row.row, "", "");
    finding.sheet.clone_from(&row.table);
    finding
}

/// The same said of the same; how a position was computed plays no part.
fn is_same(one: &FiledRow, known: &Earlier) -> bool {
    let plain = |fact: &Fact| plain(fact, known.same_file);
    one.note == known.filed.note && plain(&one.fact) == plain(&known.filed.fact)
}

fn plain(fact: &Fact, without_day: bool) -> Fact {
    let mut fact = fact.clone();
    match &mut fact {
        Fact::SiteEvent(event) => event.position_operation = None,
        Fact::Village(village) if without_day => village.day = None,
        Fact::Cluster(cluster) if without_day => cluster.day = None,
        _ => {}
    }
    fact
}

fn differ(before: &FiledRow, after: &FiledRow) -> Vec<Difference> {
    let mut found = Vec::new();
    let (old, new) = (told_of(&before.fact), told_of(&after.fact));
    if let (Value::Object(old), Value::Object(new)) = (old, new) {
        for (column, after) in new {
            let before = old.get(&column).cloned().unwrap_or(Value::Null);
            if before != after && column != "phep_chuyen" {
                found.push(Difference { column, before, after });
            }
        }
    }
    if before.note != after.note {
        let value = |note: &Option<String>| note.clone().map_or(Value::Null, Value::String);
        let (before, after) = (value(&before.note), value(&after.note));
        found.push(Difference { column: "ghi_chu".to_owned(), before, after });
    }
    found
}

/// A fact in the columns of its form.
pub fn told_of(fact: &Fact) -> Value {
    match fact {
        Fact::SiteEvent(_) | Fact::Claim(_) => report::understood(fact),
        Fact::Observation(fact) => confirmation::in_columns(observation::understood(fact)),
        Fact::Sample(fact) => measurement::understood(fact),
        other => told::understood(other),
    }
}

fn key(kind: &str, parts: &[String]) -> String {
    format!("{kind}\u{1f}{}", parts.join("\u{1f}"))
}

/// What a row is about: first to the day, then in wider words.
fn keys(fact: &Fact) -> Vec<String> {
    match fact {
        Fact::SiteEvent(fact) => {
            let site = fact.site.code.as_str().to_owned();
            let wide = [site, fact.event.as_str().to_owned()];
            vec![
                key("event", &[&wide[..], &[fact.day.to_string()]].concat()),
                key("event of", &wide),
            ]
        }
        Fact::Claim(fact) => {
            let site =
                fact.site.as_ref().map_or(String::new(), |site| site.code.as_str().to_owned());
            let wide = [site, places(&fact.serves), format!("{:?}", fact.technologies)];
            vec![
                key("claim", &[&wide[..], &[fact.from.to_string()]].concat()),
                key("claim of", &wide),
                key("claim at", &wide[..2]),
            ]
        }
        Fact::Observation(fact) => {
            let carrier = fact.carrier.as_ref().map_or("", |carrier| carrier.as_str()).to_owned();
            let wide = [places(&fact.places), carrier];
            let technologies = format!("{:?}", fact.technologies);
            vec![
                key("seen", &[&wide[..], &[fact.day.to_string(), technologies]].concat()),
                key("seen on", &[&wide[..], &[fact.day.to_string()]].concat()),
                key("seen at", &wide),
            ]
        }
        Fact::Sample(fact) => {
            let technology = fact.technology.as_str().to_owned();
            vec![key("sample", &[fact.cluster.to_string(), fact.carrier.to_string(), technology])]
        }
        other => keys_beside(other),
    }
}

/// The same of what tables beside reports say.
fn keys_beside(fact: &Fact) -> Vec<String> {
    let unit = |unit: &UnitId| format!("{}@{}", unit.code.0, unit.valid_from);
    match fact {
        Fact::Village(fact) => vec![key("village", &[fact.id.to_string()])],
        Fact::Cluster(fact) => vec![key("cluster", &[fact.id.to_string()])],
        Fact::VillageSuccession(fact) => {
            vec![key("follows", &[fact.from.to_string(), fact.to.to_string()])]
        }
        Fact::Milestone(fact) => {
            let step = told::step_word(fact.step).to_owned();
            let wide = [fact.duty.to_string(), step];
            vec![key("step", &[&wide[..], &[fact.day.to_string()]].concat()), key("step of", &wide)]
        }
        Fact::Commitment(fact) => {
            let duty = fact.duty.as_ref().map_or(String::new(), ToString::to_string);
            let wide = [fact.village.to_string(), fact.carrier.to_string(), duty];
            vec![
                key("promise", &[&wide[..], &[fact.said.to_string()]].concat()),
                key("promise of", &wide),
            ]
        }
        Fact::Blocker(fact) => {
            let kind = format!("{:?}", fact.kind);
            let wide = [fact.village.to_string(), fact.carrier.to_string(), kind];
            vec![
                key("blocker", &[&wide[..], &[fact.since.to_string()]].concat()),
                key("blocker of", &wide),
            ]
        }
        Fact::Outage(fact) => {
            let site =
                fact.site.as_ref().map_or(String::new(), |site| site.code.as_str().to_owned());
            let units: Vec<String> = fact.units.iter().map(unit).collect();
            let wide = [fact.carrier.to_string(), site, places(&fact.places), units.join(",")];
            vec![key("outage", &[&wide[..], &[fact.start.to_string()]].concat())]
        }
        Fact::Statistic(fact) => {
            let carrier = fact.carrier.as_ref().map_or("", |carrier| carrier.as_str()).to_owned();
            let period = format!("{}..{}", fact.period.from, fact.period.to);
            vec![key(
                "figure",
                &[fact.indicator.as_str().to_owned(), unit(&fact.unit), period, carrier],
            )]
        }
        Fact::Boundary(fact) => {
            let of = unit(&fact.unit);
            vec![key("outline", &[of.clone(), fact.from.to_string()]), key("outline of", &[of])]
        }
        _ => Vec::new(),
    }
}

fn places(places: &Places) -> String {
    let villages = places.villages.iter().map(ToString::to_string);
    let mut named: Vec<String> =
        villages.chain(places.clusters.iter().map(ToString::to_string)).collect();
    named.sort_unstable();
    named.join(",")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use phusong_atlas::domain::{Day, EntrySeq, VillageId, VillageRelation, VillageSuccessionFact};

    use super::*;

    /// All of one key, as thousands of samples of one cluster are.
    fn filed(replaces: Option<RowRef>) -> FiledRow {
        let id = |text: &str| VillageId::new(text).expect("an id");
        let fact = VillageSuccessionFact {
            from: id("a"),
            to: id("b"),
            day: Day::EARLIEST,
            relation: VillageRelation::Merged,
            clusters: Vec::new(),
            source: String::new(),
        };
        FiledRow { fact: Fact::VillageSuccession(fact), replaces, note: None }
    }

    fn at(row: u32) -> RowRef {
        RowRef { entry: EntrySeq(1), row }
    }

    /// Sixty thousand rows against as many: a second or so here, minutes if each looked at each.
    #[test]
    fn a_long_file_sent_again_is_met_row_by_row_in_linear_time() {
        const ROWS: u32 = 60_000;
        let report = ReportId([0; 10]);
        let known = |row| Earlier {
            at: at(row),
            report,
            filed: filed(None),
            returned: false,
            same_file: false,
        };
        let earlier: Vec<Earlier> = (0..ROWS).map(known).collect();
        let begun = Instant::now();
        for names in [true, false] {
            let facts: Vec<(usize, FiledRow)> =
                (0..ROWS).map(|row| (row as usize, filed(names.then(|| at(row))))).collect();
            let met = meet(&facts, &earlier);
            assert!(met.iter().enumerate().all(|(fact, place)| *place == Some(fact)));
        }
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    }
}
