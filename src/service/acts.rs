//! Acts on what was filed: publish, return, withdraw; observations; the department's decisions.

use std::collections::BTreeSet;

use phusong_atlas::domain::{
    DocumentRef, Fact, FiledRow, Filing, FilingKind, ReportId, RowNumber, Target,
};
use phusong_atlas::history::{History, Row, Standing};

use super::actor::{Action, Actor, FiledThing, Object, Refusal, can};
use super::decisions::LONGEST;
use super::filing::FileError;
use super::names::is_note_of_names;
use super::open::Service;
use super::shown::may_see_entry;
use super::writer::Written;
use crate::ledger::Receipt;

#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("this key may not do that")]
    NotAllowed,
    #[error("there is no such report")]
    NotFound,
    #[error("this needs the publication of another account")]
    SamePerson,
    #[error("a reason is needed")]
    ReasonMissing,
    #[error("the reason is over {LONGEST} characters")]
    ReasonTooLong,
    #[error("no row is named")]
    NoRows,
    /// What was taken back cannot become public, nor be given back once more.
    #[error("it was withdrawn")]
    Withdrawn,
    #[error("another act made it so already")]
    AlreadySo,
    #[error(transparent)]
    File(#[from] FileError),
}

impl From<Refusal> for ActError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Forbidden => Self::NotAllowed,
            Refusal::Invisible => Self::NotFound,
            Refusal::SamePerson => Self::SamePerson,
            Refusal::Unnamed => Self::File(FileError::Unnamed),
        }
    }
}

/// What can be done to rows of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Publish,
    Return { reason: String },
    Withdraw { reason: String },
}

impl Decision {
    fn has_its_reason(&self) -> Result<(), ActError> {
        match self {
            Self::Return { reason } | Self::Withdraw { reason }
                if reason.chars().count() > LONGEST =>
            {
                Err(ActError::ReasonTooLong)
            }
            Self::Return { reason } if reason.trim().is_empty() => Err(ActError::ReasonMissing),
            _ => Ok(()),
        }
    }

    /// What it would find of a row.
    fn upon(&self, history: &History, row: Row<'_>) -> Stands {
        let Standing { published_at, returned, withdrawn } = row.standing();
        let by = |is_it: fn(&Fact) -> bool| history.act_on(row, is_it).map(|act| act.report);
        let done = match self {
            Self::Withdraw { reason } if withdrawn.as_ref() == Some(reason) => {
                by(|fact| matches!(fact, Fact::Withdraw { .. }))
            }
            _ if withdrawn.is_some() => return Stands::Withdrawn,
            Self::Publish if published_at.is_some() && returned.is_none() => {
                by(|fact| matches!(fact, Fact::Publish(_)))
            }
            // Another reason is another thing to say to its owner.
            Self::Return { reason } if returned.as_ref() == Some(reason) => {
                by(|fact| matches!(fact, Fact::Return { .. }))
            }
            _ => None,
        };
        done.map_or(Stands::Open, Stands::Done)
    }
}

/// What the meant rows have become, as far as a decision on them minds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// The decision would change something of it.
    Open,
    /// It is already so, by this act.
    Done(ReportId),
    Withdrawn,
}

impl Service {
    /// Publish, return or withdraw rows (none named: all) of a report. The same act again is the
    /// same act; one that would change nothing is none.
    pub fn decide(
        &self,
        actor: &Actor,
        report: ReportId,
        rows: Option<Vec<RowNumber>>,
        decision: Decision,
        key: Option<&str>,
    ) -> Result<(Written, Receipt), ActError> {
        let action = match &decision {
            Decision::Publish => Action::Publish,
            Decision::Return { .. } => Action::Return,
            Decision::Withdraw { .. } => Action::Withdraw,
        };
        let scope = actor.scope();
        let names_all = rows.is_none();
        let rows: Vec<u32> = rows.into_iter().flatten().map(RowNumber::index).collect();
        let is_meant = |row: &Row<'_>| names_all || rows.contains(&row.at.row);
        let (seq, count) = self
            .with_history(|history| {
                let head = history.entry_by_id(report)?;
                let all = history.rows_of(head);
                let restricts = |row: Row<'_>| matches!(*row.fact(), Fact::RestrictSite { .. });
                let thing = FiledThing {
                    filing: head.filing,
                    is_shown: may_see_entry(history, head, &scope),
                    restricts: all.clone().any(restricts),
                    needs_second: all.filter(is_meant).any(Row::needs_second),
                };
                let right = can(actor, action, Object::Filed(&thing));
                Some(right.map(|()| (head.seq, head.row_count)))
            })
            .ok_or(ActError::NotFound)??;
        // In the target of an act no row stands for all of them.
        if !names_all && rows.is_empty() {
            return Err(ActError::NoRows);
        }
        if rows.iter().any(|row| *row >= count) {
            return Err(ActError::NotFound);
        }
        decision.has_its_reason()?;
        // Two at once would both find it undone.
        let one_at_a_time = ("decision".to_owned(), report.to_string());
        let _in_progress =
            self.shared.in_progress.claim(one_at_a_time).ok_or(FileError::InProgress)?;
        if !self.knows_key(actor, key)?
            && let Some(done) = self.already(actor, report, is_meant, &decision)?
        {
            return Ok(done);
        }
        let target = Target { entry: seq, rows };
        let fact = match decision {
            Decision::Publish => Fact::Publish(target),
            Decision::Return { reason } => Fact::Return { target, reason },
            Decision::Withdraw { reason } => Fact::Withdraw { target, reason },
        };
        self.decision(actor, vec![fact], key)
    }

    /// The earlier act that a decision would only repeat; `None` when it changes something.
    fn already(
        &self,
        actor: &Actor,
        report: ReportId,
        is_meant: impl Fn(&Row<'_>) -> bool,
        decision: &Decision,
    ) -> Result<Option<(Written, Receipt)>, ActError> {
        let stands: Vec<Stands> = self.with_history(|history| {
            let rows = history.entry_by_id(report).map(|head| history.rows_of(head));
            let meant = rows.into_iter().flatten().filter(is_meant);
            // Nobody publishes what was noted of names.
            let meant = meant.filter(|row| !is_note_of_names(&row.fact()));
            meant.map(|row| decision.upon(history, row)).collect()
        });
        if stands.contains(&Stands::Open) {
            return Ok(None);
        }
        let mut acts = BTreeSet::new();
        for stands in stands {
            match stands {
                Stands::Done(act) => acts.insert(act),
                Stands::Withdrawn if matches!(decision, Decision::Withdraw { .. }) => {
                    return Err(ActError::AlreadySo);
                }
                Stands::Open | Stands::Withdrawn => return Err(ActError::Withdrawn),
            };
        }
        // Whoever did not do it has no receipt for it.
        let act = acts.pop_first().filter(|act| acts.is_empty() && self.did(actor, *act));
        act.and_then(|act| self.filed_as(actor, act)).map(Some).ok_or(ActError::AlreadySo)
    }

    fn did(&self, actor: &Actor, act: ReportId) -> bool {
        self.with_history(|history| {
            history.entry_by_id(act).is_some_and(|head| {
                actor.party().is_some_and(|party| party == head.filing.filed_by)
                    && head.filing.person == actor.person
            })
        })
    }

    /// Files facts as the actor's own decision.
    pub fn decision(
        &self,
        actor: &Actor,
        facts: Vec<Fact>,
        key: Option<&str>,
    ) -> Result<(Written, Receipt), ActError> {
        let party = actor.party().ok_or(ActError::NotAllowed)?;
        let filing = Filing {
            kind: FilingKind::Decision,
            owner: party.clone(),
            filed_by: party,
            person: actor.person.clone(),
            document: DocumentRef::default(),
            files: Vec::new(),
        };
        let rows =
            facts.into_iter().map(|fact| FiledRow { fact, replaces: None, note: None }).collect();
        // A decision may be taken, undone and taken again: each is an act of its own.
        let key = key.map_or_else(|| super::open::now().to_string(), str::to_owned);
        Ok(self.act(actor, filing, rows, Some(&key))?)
    }
}
