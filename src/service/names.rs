//! Names of places that a sender alone uses: asked when a filing leaves them open, decided once
//! by an officer or by the sender itself, used the next time, revoked like any other entry.
//!
//! Seen by the sender and the department only; no verdict looks here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use phusong_atlas::domain::{
    CarrierId, DocumentRef, Fact, FiledRow, Filing, FilingKind, NameDecisionFact, NameQuestionFact,
    NameUseFact, NamedPlace, Party, PersonId, PlaceKind, ReportId, RowNumber, RowRef,
};
use phusong_atlas::gazetteer::{Candidate as Place, Gazetteer, Resolution, VillageQuery};
use phusong_atlas::history::{History, Row};

use super::accounts::filer;
use super::actor::{Action, Actor, Object, can};
use super::acts::ActError;
use super::decisions::{RulingError, said};
use super::drafts::Drafting;
use super::evidence::commune_of;
use super::open::{Service, now};
use super::writer::Written;
use crate::ledger::Receipt;
use phusong_intake::reading::{Beside, Decided, Names, Question, Reading, asks_name};
use phusong_intake::report::{Draft, DraftRow, Outcome};
use phusong_intake::{Candidate, Finding, Severity, told};

/// Longest word that is asked about or decided on, in characters.
const LONGEST_NAME: usize = 200;
/// Names that one filing asks about.
const MOST_ASKED: usize = 200;

/// A word that waits for a decision.
#[derive(Debug, Clone)]
pub struct AskedName {
    pub report: ReportId,
    pub row: RowNumber,
    pub recorded_at: Timestamp,
    pub fact: NameQuestionFact,
}

/// A decision that stands.
#[derive(Debug, Clone)]
pub struct DecidedName {
    pub report: ReportId,
    pub row: RowNumber,
    pub recorded_at: Timestamp,
    pub by: Party,
    /// Whose account it was, for those who may know.
    pub person: Option<PersonId>,
    pub fact: NameDecisionFact,
    /// The place, as people call it.
    pub name: String,
    /// Rows that were read by it.
    pub rests: Vec<(ReportId, RowNumber)>,
}

/// What is decided, by whom and why.
#[derive(Debug, Clone)]
pub struct NameRuling {
    /// Whose word it is: a carrier's id, `commune:CODE`, `department`; `None`: the actor's own.
    pub sender: Option<String>,
    pub kind: PlaceKind,
    pub text: String,
    pub beside: Option<String>,
    /// A village's id or a unit's code.
    pub means: String,
    pub reason: String,
}

/// A row with the decision that it is.
type RulingOn<'a> = (Row<'a>, &'a NameDecisionFact);

impl Service {
    /// Words that wait, as the actor may know them: an officer those of all, a sender its own.
    ///
    /// # Errors
    /// `NotAllowed` for those who file nothing and decide nothing.
    pub fn asked_names(&self, actor: &Actor) -> Result<Vec<AskedName>, RulingError> {
        let sender = whose(actor)?;
        Ok(self.with_history(|history| {
            let questions = history.name_questions(sender.as_ref());
            let asked = questions.into_iter().map(|(row, fact)| AskedName {
                report: row.report,
                row: row.at.number(),
                recorded_at: row.recorded_at,
                fact: fact.clone(),
            });
            asked.collect()
        }))
    }

    /// Which places a word may mean. Takes long, so never while the history is held.
    pub fn places_meant(&self, asked: &NameQuestionFact) -> Vec<Candidate> {
        candidates(&self.gazetteer(), asked)
    }

    /// Decisions that stand, as the actor may know them, latest first.
    ///
    /// # Errors
    /// `NotAllowed` as above.
    pub fn decided_names(&self, actor: &Actor) -> Result<Vec<DecidedName>, RulingError> {
        self.told_of(actor, History::name_decisions)
    }

    /// Decisions that were revoked while rows still rest on them, latest first.
    ///
    /// # Errors
    /// `NotAllowed` as above.
    pub fn revoked_names(&self, actor: &Actor) -> Result<Vec<DecidedName>, RulingError> {
        self.told_of(actor, History::revoked_names)
    }

    fn told_of(
        &self,
        actor: &Actor,
        of: for<'a> fn(&'a History, Option<&Party>) -> Vec<RulingOn<'a>>,
    ) -> Result<Vec<DecidedName>, RulingError> {
        let (sender, scope) = (whose(actor)?, actor.scope());
        let gazetteer = self.gazetteer();
        Ok(self.with_history(|history| {
            let decided = of(history, sender.as_ref()).into_iter();
            let decided = decided.map(|(row, fact)| DecidedName {
                report: row.report,
                row: row.at.number(),
                recorded_at: row.recorded_at,
                by: row.filing.filed_by.clone(),
                person: filer(&scope, row.filing).cloned(),
                fact: fact.clone(),
                name: called(&gazetteer, &fact.means),
                rests: history
                    .resting_on(row.at)
                    .into_iter()
                    .map(|row| (row.report, row.at.number()))
                    .collect(),
            });
            decided.collect()
        }))
    }

    /// Decides what a word means, from here on; an earlier decision on it holds no more.
    ///
    /// # Errors
    /// `NotAllowed`; `Faulty` when the place is unknown, the word names another one for sure, or
    /// no reason is given.
    pub fn decide_name(
        &self,
        actor: &Actor,
        ruling: &NameRuling,
        key: Option<&str>,
    ) -> Result<(Written, Receipt), RulingError> {
        let own = actor.party().ok_or(RulingError::NotAllowed)?;
        let sender = match &ruling.sender {
            None => own.clone(),
            Some(text) => self.sender(text).ok_or(RulingError::NotAllowed)?,
        };
        may_decide(actor, &sender)?;
        let fact = self.name_fact(sender.clone(), ruling);
        let fact = fact.map_err(|finding| RulingError::Faulty(vec![*finding]))?;
        let filing = Filing {
            kind: FilingKind::Decision,
            owner: sender,
            filed_by: own,
            person: actor.person.clone(),
            document: DocumentRef::default(),
            files: Vec::new(),
        };
        let rows = vec![row(Fact::NameDecision(fact))];
        let key = key.map_or_else(|| now().to_string(), str::to_owned);
        Ok(self.act(actor, filing, rows, Some(&key)).map_err(ActError::from)?)
    }

    fn sender(&self, text: &str) -> Option<Party> {
        let atlas = self.atlas(&phusong_atlas::domain::Scope::Officer);
        if text == "department" {
            return Some(Party::Department);
        }
        if let Some(code) = text.strip_prefix("commune:") {
            let code = phusong_atlas::domain::UnitCode(code.parse().ok()?);
            return commune_of(&atlas, code).map(Party::Commune);
        }
        let id = CarrierId::new(text).ok()?;
        atlas.common.carrier(&id).is_some().then_some(Party::Carrier(id))
    }

    fn name_fact(
        &self,
        sender: Party,
        ruling: &NameRuling,
    ) -> Result<NameDecisionFact, Box<Finding>> {
        let (text, reason) = (ruling.text.trim(), ruling.reason.trim());
        let beside = ruling.beside.as_deref().map(str::trim).filter(|text| !text.is_empty());
        said("text", text)?;
        said("reason", reason)?;
        for (column, value) in [("text", text), ("beside", beside.unwrap_or_default())] {
            if value.chars().count() > LONGEST_NAME {
                let message = ("quá 200 ký tự", "over 200 characters");
                return Err(fault("too-long", column, message));
            }
        }
        let gazetteer = self.gazetteer();
        let means = place_of(&gazetteer, ruling.kind, ruling.means.trim()).ok_or_else(|| {
            fault("unknown-place", "means", ("không có địa danh này", "there is no such place"))
        })?;
        if let Some(other) = named_for_sure(&gazetteer, ruling.kind, text, beside)
            && other != means
        {
            let name = called(&gazetteer, &other);
            let message = (
                format!("“{text}” là tên của {name}: không thể quyết định là nơi khác"),
                format!("“{text}” is the name of {name}: it cannot be made another place's"),
            );
            return Err(fault("name-of-another", "text", (&message.0, &message.1)));
        }
        Ok(NameDecisionFact {
            sender,
            text: text.to_owned(),
            beside: beside.map(str::to_owned),
            means,
            reason: reason.to_owned(),
        })
    }

    /// What is used when this party's tables are read.
    pub(super) fn decided_for(&self, owner: &Party) -> Vec<Decided> {
        self.with_history(|history| {
            let decided = history.name_decisions(Some(owner)).into_iter();
            let decided = decided.map(|(row, fact)| Decided {
                kind: fact.means.kind(),
                text: fact.text.clone(),
                beside: fact.beside.clone(),
                means: told::means(&fact.means),
                decision: row.at,
            });
            decided.collect()
        })
    }

    /// What a filing tells of names beside its rows: which it leaves open, which it read by a
    /// decision.
    pub(super) fn names_of(&self, owner: &Party, reading: &Reading) -> Vec<FiledRow> {
        let rows = reading.draft.rows.iter().zip(&reading.beside).zip(&reading.steps);
        let told = rows.map(|((row, beside), steps)| {
            (row, beside, steps.iter().filter_map(|step| step.decision).collect())
        });
        self.names_told(owner, told.collect())
    }

    /// The same of rows that came by the API.
    pub(super) fn names_of_rows(&self, owner: &Party, draft: &Draft) -> Vec<FiledRow> {
        static NOTHING: Names =
            Names { beside: Beside { commune: None, district: None }, decided: Vec::new() };
        let told = draft.rows.iter().map(|row| {
            let names = row.names.as_deref().unwrap_or(&NOTHING);
            (row, &names.beside, names.decided.clone())
        });
        self.names_told(owner, told.collect())
    }

    fn names_told(&self, owner: &Party, rows: Vec<Told<'_>>) -> Vec<FiledRow> {
        let mut asked = asked_in(owner, &rows);
        self.with_history(|history| {
            let open = history.name_questions(Some(owner));
            asked.retain(|fact| !open.iter().any(|(_, known)| *known == fact));
        });
        let asked = asked.into_iter().map(Fact::NameQuestion);
        let mut used: BTreeMap<RowRef, BTreeSet<u32>> = BTreeMap::new();
        let mut next = 0;
        for (row, _, decisions) in rows {
            if row.outcome != Outcome::Fileable {
                continue;
            }
            let first = next;
            next += u32::try_from(row.facts().count()).unwrap_or(u32::MAX);
            for decision in decisions {
                used.entry(decision).or_default().extend(first..next);
            }
        }
        let used = used.into_iter();
        let used = used.map(|(decision, rows)| {
            Fact::NameUse(NameUseFact { decision, rows: rows.into_iter().collect() })
        });
        asked.chain(used).map(row).collect()
    }
}

/// A row with what stood beside its names and the decisions that it was read by.
type Told<'a> = (&'a DraftRow, &'a Beside, Vec<RowRef>);

/// What was noted of names beside what a filing says.
pub(super) const fn is_note_of_names(fact: &Fact) -> bool {
    matches!(fact, Fact::NameQuestion(_) | Fact::NameUse(_))
}

const fn row(fact: Fact) -> FiledRow {
    FiledRow { fact, replaces: None, note: None }
}

/// Whose words the actor may know: `None`, those of all.
fn whose(actor: &Actor) -> Result<Option<Party>, RulingError> {
    can(actor, Action::SeeReports, Object::House).map_err(|_refusal| RulingError::NotAllowed)?;
    match actor.party() {
        Some(own @ (Party::Carrier(_) | Party::Commune(_))) => Ok(Some(own)),
        _ => Ok(None),
    }
}

fn may_decide(actor: &Actor, sender: &Party) -> Result<(), RulingError> {
    let own = Object::Word { of: sender };
    let is_own = actor.party().as_ref() == Some(sender)
        && (can(actor, Action::FileOwnReport, own).is_ok()
            || can(actor, Action::Observe, own).is_ok());
    if is_own || can(actor, Action::Decide, Object::House).is_ok() {
        Ok(())
    } else {
        Err(RulingError::NotAllowed)
    }
}

/// Names that rows leave open.
fn asked_in(owner: &Party, rows: &[Told<'_>]) -> Vec<NameQuestionFact> {
    let mut found: Vec<NameQuestionFact> = Vec::new();
    for (row, beside, _) in rows {
        if !matches!(row.outcome, Outcome::Fileable | Outcome::Blocked) {
            continue;
        }
        for finding in &row.findings {
            let Some(kind) = asks_name(finding.code) else { continue };
            let Some(text) = finding.value.clone() else { continue };
            let beside = beside.of(kind).map(str::to_owned);
            // What is so long is no name, and what is asked stays for good.
            let is_long = |text: &String| text.chars().count() > LONGEST_NAME;
            if is_long(&text) || beside.as_ref().is_some_and(is_long) {
                continue;
            }
            let fact = NameQuestionFact { sender: owner.clone(), kind, text, beside };
            if found.len() < MOST_ASKED && !found.contains(&fact) {
                found.push(fact);
            }
        }
    }
    found
}

impl Drafting {
    /// The word that a question asks about, when it stands beside the same in all its rows.
    pub fn name_asked(&self, question: &Question) -> Option<(PlaceKind, String, Option<String>)> {
        let kind = asks_name(question.finding.code)?;
        let text = question.finding.value.clone()?;
        let rows = self.reading.draft.rows.iter().zip(&self.reading.beside);
        let asks = |row: &DraftRow| {
            row.findings
                .iter()
                .any(|one| one.code == question.finding.code && one.value == question.finding.value)
        };
        let mut beside = rows.filter(|(row, _)| asks(row)).map(|(_, beside)| beside.of(kind));
        let first = beside.next()?;
        beside.all(|other| other == first).then(|| (kind, text, first.map(str::to_owned)))
    }
}

fn place_of(gazetteer: &Gazetteer, kind: PlaceKind, text: &str) -> Option<NamedPlace> {
    match kind {
        PlaceKind::Village => {
            let id = phusong_atlas::domain::VillageId::new(text).ok()?;
            gazetteer.village(&id).map(|village| NamedPlace::Village(village.id.clone()))
        }
        PlaceKind::Unit => {
            text.parse::<u32>().ok()?;
            match gazetteer.resolve_unit(text, None, Some(super::open::today())) {
                Resolution::Found { id, .. } => Some(NamedPlace::Unit(id)),
                _ => None,
            }
        }
    }
}

/// The place that a word names without anybody's decision.
fn named_for_sure(
    gazetteer: &Gazetteer,
    kind: PlaceKind,
    text: &str,
    beside: Option<&str>,
) -> Option<NamedPlace> {
    match kind {
        PlaceKind::Village => {
            let query = VillageQuery { name: text, commune: beside, ..VillageQuery::default() };
            match gazetteer.resolve_village(&query) {
                Resolution::Found { id, .. } => Some(NamedPlace::Village(id)),
                _ => None,
            }
        }
        PlaceKind::Unit => match gazetteer.resolve_unit_of_any_level(text, beside, None) {
            Resolution::Found { id, .. } => Some(NamedPlace::Unit(id)),
            _ => None,
        },
    }
}

fn candidates(gazetteer: &Gazetteer, fact: &NameQuestionFact) -> Vec<Candidate> {
    let beside = fact.beside.as_deref();
    match fact.kind {
        PlaceKind::Village => {
            let query =
                VillageQuery { name: &fact.text, commune: beside, ..VillageQuery::default() };
            match gazetteer.resolve_village(&query) {
                Resolution::Found { .. } => Vec::new(),
                Resolution::Ambiguous(places) | Resolution::Unknown(places) => {
                    places.iter().map(|place| offer(place, place.id.to_string())).collect()
                }
            }
        }
        PlaceKind::Unit => match gazetteer.resolve_unit_of_any_level(&fact.text, beside, None) {
            Resolution::Found { .. } => Vec::new(),
            Resolution::Ambiguous(places) | Resolution::Unknown(places) => {
                places.iter().map(|place| offer(place, place.id.code.0.to_string())).collect()
            }
        },
    }
}

fn offer<Id>(place: &Place<Id>, id: String) -> Candidate {
    let units = place.units.join(", ");
    let name = &place.name;
    Candidate {
        id,
        name: if units.is_empty() { name.clone() } else { format!("{name} ({units})") },
        reason_vi: place.reason.vi(),
        reason_en: place.reason.en(),
        score: place.score,
    }
}

fn called(gazetteer: &Gazetteer, place: &NamedPlace) -> String {
    match place {
        NamedPlace::Village(id) => {
            gazetteer.village(id).map_or_else(|| id.to_string(), |village| village.name.clone())
        }
        NamedPlace::Unit(unit) => gazetteer.units().label(*unit),
    }
}

fn fault(code: &'static str, column: &str, message: (&str, &str)) -> Box<Finding> {
    let remedy = ("sửa rồi gửi lại", "mend it and send again");
    Finding::new(code, Severity::Refuse, message, remedy).on(column).boxed()
}
