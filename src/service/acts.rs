//! Acts on what was filed: publish, return, withdraw; observations; the department's decisions.

use phusong_atlas::domain::{
    DocumentRef, Fact, FiledRow, Filing, FilingKind, ReportId, RowNumber, Target,
};
use phusong_atlas::history::Row;

use super::actor::{Action, Actor, FiledThing, Object, Refusal, can};
use super::decisions::LONGEST;
use super::filing::FileError;
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

impl Service {
    /// Publish, return or withdraw rows (none named: all) of a report.
    pub fn decide(
        &self,
        actor: &Actor,
        report: ReportId,
        rows: Vec<RowNumber>,
        decision: Decision,
    ) -> Result<(Written, Receipt), ActError> {
        let action = match &decision {
            Decision::Publish => Action::Publish,
            Decision::Return { .. } => Action::Return,
            Decision::Withdraw { .. } => Action::Withdraw,
        };
        let scope = actor.scope();
        let rows: Vec<u32> = rows.into_iter().map(RowNumber::index).collect();
        let (seq, count) = self
            .with_history(|history| {
                let head = history.entry_by_id(report)?;
                let all = history.rows_of(head);
                let is_meant = |row: &&Row| rows.is_empty() || rows.contains(&row.at.row);
                let restricts = |row: &Row| matches!(row.fact(), Fact::RestrictSite { .. });
                let thing = FiledThing {
                    filing: &head.filing,
                    is_shown: may_see_entry(history, head, &scope),
                    restricts: all.iter().any(restricts),
                    needs_second: all.iter().filter(is_meant).any(Row::needs_second),
                };
                let right = can(actor, action, Object::Filed(&thing));
                Some(right.map(|()| (head.seq, head.row_count)))
            })
            .ok_or(ActError::NotFound)??;
        if rows.iter().any(|row| *row >= count) {
            return Err(ActError::NotFound);
        }
        if let Decision::Return { reason } | Decision::Withdraw { reason } = &decision
            && reason.chars().count() > LONGEST
        {
            return Err(ActError::ReasonTooLong);
        }
        let target = Target { entry: seq, rows };
        let fact = match decision {
            Decision::Publish => Fact::Publish(target),
            Decision::Return { reason } if reason.trim().is_empty() => {
                return Err(ActError::ReasonMissing);
            }
            Decision::Return { reason } => Fact::Return { target, reason },
            Decision::Withdraw { reason } => Fact::Withdraw { target, reason },
        };
        self.decision(actor, vec![fact], None)
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
