//! Whether what a paper rests on still counts. The state that its seal names is found again in the
//! ledger, and every row behind its verdicts, its duties, what it prints beside them and its figures
//! is asked for today.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use phusong_atlas::atlas::{Atlas, Evidence, Rows, Said, VillageCard};
use phusong_atlas::domain::{
    CarrierId, ClusterId, Day, DutyId, Entry, Fact, Places, ReportId, Scope, UnitCode, VillageId,
};
use phusong_atlas::history::{EntryHead, History, Row};

use super::open::{OpenError, Service};
use super::papers::SignedPaper;
use crate::report::{Seal, state_word};

/// So many signed papers are looked at anew for one list: each folds the ledger.
const MOST_FOLDED: usize = 20;

/// What became of signed papers, each with how much had been taken back by then.
pub type KeptGrounds = Mutex<BTreeMap<ReportId, (usize, Grounds)>>;

impl Service {
    /// Whether what signed papers rest on still counts, in their order. A paper since whose day
    /// nothing was taken back stands; `None`: not looked at yet, more are when asked again.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn grounds_of_kept(&self, kept: &[SignedPaper]) -> Result<Vec<Option<Grounds>>, OpenError> {
        let taken_back: Vec<Day> = self.with_history(|history| {
            let acts = history.rows().filter(|row| takes_back(*row));
            acts.map(|row| row.recorded_day).collect()
        });
        let mut folded = 0;
        let mut of = |paper: &SignedPaper| {
            let word = |name: &str| state_word(&paper.fact.state, name);
            let made: Option<Day> = word("known_at").and_then(|day| day.parse().ok());
            if made.is_some_and(|made| taken_back.iter().all(|day| *day < made)) {
                return Ok(Some(Grounds::Stand));
            }
            let known = self.kept_grounds().get(&paper.report).cloned();
            if let Some((_, grounds)) = known.filter(|(by, _)| *by == taken_back.len()) {
                return Ok(Some(grounds));
            }
            if folded == MOST_FOLDED {
                return Ok(None);
            }
            folded += 1;
            let grounds = grounds_by(&self.shared.dir, word)?;
            let now = (taken_back.len(), grounds.clone());
            self.kept_grounds().insert(paper.report, now);
            Ok(Some(grounds))
        };
        kept.iter().map(&mut of).collect()
    }

    /// Held for a look or a note, never while the ledger is folded.
    fn kept_grounds(&self) -> MutexGuard<'_, BTreeMap<ReportId, (usize, Grounds)>> {
        self.shared.kept_grounds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Is it an act after which a row may count no longer?
fn takes_back(row: Row<'_>) -> bool {
    row.replaces().is_some()
        || matches!(row.kept(), Some(Fact::Withdraw { .. } | Fact::Return { .. }))
}

/// What became of what a paper rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grounds {
    Stand,
    /// Withdrawn, returned or corrected since: the paper is superseded.
    TakenBack(Vec<Rows>),
    /// Its state is not that of this ledger under this release: nobody can tell.
    Unknown,
}

/// What a seal says of the paper's state.
struct Sealed<'s> {
    scope: &'s str,
    as_of: Day,
    known_at: Day,
    atlas: &'s str,
    /// One village; `None`: all of them.
    village: Option<&'s str>,
    is_period: bool,
}

impl<'s> Sealed<'s> {
    fn of(word: impl Fn(&str) -> Option<&'s str>) -> Option<Self> {
        let day = |name| word(name)?.parse().ok();
        Some(Self {
            scope: word("scope")?,
            as_of: day("as_of")?,
            known_at: day("known_at")?,
            atlas: word("atlas")?,
            village: word("subject").filter(|_| word("paper") == Some("dossier")),
            is_period: word("paper") == Some("period"),
        })
    }

    fn is(&self, atlas: &Atlas) -> bool {
        atlas.version.to_string() == self.atlas
    }
}

/// Of a paper that is ours, read beside a running service.
///
/// # Errors
/// When the ledger cannot be read.
pub fn grounds(dir: &Path, seal: &Seal) -> Result<Grounds, OpenError> {
    grounds_by(dir, |name| seal.word(name))
}

/// The same by the words of a state, as a seal writes them.
fn grounds_by<'s>(
    dir: &Path,
    word: impl Fn(&str) -> Option<&'s str>,
) -> Result<Grounds, OpenError> {
    let Some(sealed) = Sealed::of(word) else { return Ok(Grounds::Unknown) };
    let (public, now) = Service::read_past(dir, Scope::Public, None)?;
    let Some(scope) = scope_of(&sealed, &public) else { return Ok(Grounds::Unknown) };
    // It was made on some moment of that day: what was recorded before is in it whole.
    let eve = Some(sealed.known_at.plus_days(-1));
    let (mut atlas, mut history) = Service::read_past(dir, scope.clone(), eve)?;
    let told = history.entries().len();
    let mut later = now.entries().skip(told).map(|head| entry(&now, head));
    while !sealed.is(&atlas) {
        let Some(next) = later.next().filter(|next| next.recorded_day() <= sealed.known_at) else {
            return Ok(Grounds::Unknown);
        };
        let touched = history.apply(&next);
        atlas = atlas.after(&history, &touched);
    }
    let cards = atlas.shards().flat_map(|shard| &shard.villages);
    let ours = cards.filter(|card| sealed.village.is_none_or(|id| card.id.as_str() == id));
    let behind = ours.flat_map(|card| rows_behind(card, sealed.as_of));
    let printed = (0..).zip(history.rows()).filter(|(index, row)| {
        sealed.prints(&history, &row.fact()) && history.counts(*index, &scope)
    });
    let behind = behind.chain(printed.map(|(_, row)| Evidence::of(row).into()));
    let fallen: Vec<Rows> = Rows::joined(behind)
        .into_iter()
        .flat_map(|rows| Rows::of(each(rows).filter(|row| !counts(&now, *row, &scope))))
        .collect();
    Ok(if fallen.is_empty() { Grounds::Stand } else { Grounds::TakenBack(fallen) })
}

impl Sealed<'_> {
    /// Is it of what such a paper prints beside verdicts and duties, on its day?
    fn prints(&self, history: &History, fact: &Fact) -> bool {
        let (since, by_village) = match fact {
            Fact::Commitment(fact) => (fact.said, self.is_of(&fact.village)),
            Fact::Blocker(fact) => (fact.since, self.is_of(&fact.village)),
            Fact::VillageService(fact) => (fact.day, self.is_of(&fact.village)),
            Fact::Dispute(fact) => (fact.raised, self.is_of(&fact.village)),
            Fact::Funding(fact) => (fact.day, self.owes(history, &fact.duty)),
            Fact::Certificate(fact) => (fact.issued, self.names(history, &fact.places)),
            Fact::Outage(fact) => (Day::of(fact.start), self.names(history, &fact.places)),
            // A report of a period alone holds figures.
            Fact::Statistic(fact) => (fact.period.to.plus_days(-1), self.is_period),
            Fact::UnitCount(fact) => (fact.day, self.is_period),
            Fact::Goal(_) | Fact::Indicator(_) => (Day::EARLIEST, self.is_period),
            _ => return false,
        };
        by_village && since <= self.as_of
    }

    fn is_of(&self, village: &VillageId) -> bool {
        self.village.is_none_or(|own| village.as_str() == own)
    }

    fn owes(&self, history: &History, duty: &DutyId) -> bool {
        history.index().duty_village.get(duty).is_some_and(|village| self.is_of(village))
    }

    fn names(&self, history: &History, places: &Places) -> bool {
        let first = |cluster: &ClusterId| {
            let of = &history.index().clusters_by_first_village;
            of.iter().any(|(village, all)| self.is_of(village) && all.contains(cluster))
        };
        places.villages.iter().any(|village| self.is_of(village))
            || places.clusters.iter().any(first)
    }
}

/// The department's, the public's, a carrier's or a commune's.
fn scope_of(sealed: &Sealed<'_>, atlas: &Atlas) -> Option<Scope> {
    match sealed.scope.split_once('.') {
        None if sealed.scope == "public" => Some(Scope::Public),
        None if sealed.scope == "officer" => Some(Scope::Officer),
        None if sealed.scope == "approver" => Some(Scope::Approver),
        Some(("carrier", id)) => CarrierId::new(id).ok().map(Scope::Carrier),
        Some(("commune", code)) => {
            let code = UnitCode(code.parse().ok()?);
            atlas.common.units.at(code, sealed.known_at).map(|unit| Scope::Commune(unit.id))
        }
        _ => None,
    }
}

fn entry(history: &History, head: EntryHead<'_>) -> Entry {
    let rows = history.rows_of(head).map(Row::as_filed);
    Entry {
        seq: head.seq,
        id: head.id,
        recorded_at: head.recorded_at,
        filing: head.filing.clone(),
        rows: rows.collect(),
    }
}

/// What a village's verdicts and duties rest on, on a day.
fn rows_behind(card: &VillageCard, day: Day) -> Vec<Rows> {
    let said = card
        .clusters_on(day)
        .flat_map(|cluster| &cluster.world.said)
        .filter(|said| said.seen_on(day) && said.from <= day)
        .flat_map(Said::rows);
    let owed = card.owed_on(day).flat_map(|(_, duty)| {
        let steps = duty.steps.iter().filter(|told| told.fact.day <= day);
        std::iter::once(duty.evidence).chain(steps.map(|told| told.evidence))
    });
    said.chain(owed.map(Rows::from)).collect()
}

fn each(rows: Rows) -> impl Iterator<Item = Evidence> {
    (rows.first..=rows.last).map(move |row| Evidence { report: rows.report, row })
}

fn counts(history: &History, row: Evidence, scope: &Scope) -> bool {
    let head = history.entry_by_id(row.report);
    head.is_some_and(|head| history.counts(head.first_row + row.row, scope))
}
