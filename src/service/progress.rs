//! How duties go on, filed without a file: steps, promises, blockers, funding; and outages. The
//! same reading as of a table, the same walk as a report.

use phusong_atlas::domain::{DocumentRef, Filing, FilingKind, Party};
use phusong_intake::known::Known;
use phusong_intake::report::{Cells, Draft};
use phusong_intake::{outage, progress};

use super::actor::{Action, Actor, Object, can};
use super::filing::{FileError, Filed};
use super::open::{Service, now};

/// What was sent.
#[derive(Debug, Clone)]
pub enum Going {
    Duties(Vec<Cells>),
    Outages(Vec<Cells>),
}

impl Service {
    /// Whose word it is: a carrier's own, on a carrier's behalf, or the department's.
    fn going_owner(&self, actor: &Actor, on_behalf: Option<&str>) -> Result<Party, FileError> {
        match (actor.party(), on_behalf) {
            (Some(Party::Department), None) => {
                can(actor, Action::Decide, Object::House)?;
                Ok(Party::Department)
            }
            (Some(Party::Department | Party::Carrier(_)), _) => {
                Ok(Party::Carrier(self.owner(actor, on_behalf)?.id))
            }
            _ => Err(FileError::NotAllowed),
        }
    }

    /// What was understood, with every fault; files nothing.
    pub fn preview_going(
        &self,
        actor: &Actor,
        on_behalf: Option<&str>,
        document: &DocumentRef,
        sent: Going,
    ) -> Result<Draft, FileError> {
        let owner = self.going_owner(actor, on_behalf)?;
        Ok(self.read_going(actor, &owner, document, sent))
    }

    fn read_going(
        &self,
        actor: &Actor,
        owner: &Party,
        document: &DocumentRef,
        sent: Going,
    ) -> Draft {
        self.with_known(actor, owner, |known: &Known<'_>| match sent {
            Going::Duties(rows) => progress::read(rows, document.day, known),
            Going::Outages(rows) => outage::read(rows, known),
        })
    }

    /// All rows or none, one entry, a receipt. An outage that is told again is heard of again: it
    /// is an act of its own. Else the same content again is the same act.
    pub fn file_going(
        &self,
        actor: &Actor,
        on_behalf: Option<&str>,
        document: DocumentRef,
        key: Option<&str>,
        sent: Going,
    ) -> Result<Filed, FileError> {
        let owner = self.going_owner(actor, on_behalf)?;
        let renews = matches!(sent, Going::Outages(_));
        let draft = self.read_going(actor, &owner, &document, sent);
        if !draft.can_file() {
            return Err(FileError::Refused(Box::new(draft)));
        }
        let filing = Filing {
            kind: FilingKind::Progress,
            owner,
            filed_by: actor.party().ok_or(FileError::NotAllowed)?,
            person: actor.person.clone(),
            document,
            files: Vec::new(),
        };
        let rows = draft.to_file().cloned().collect();
        let told_now = renews.then(|| now().to_string());
        let (written, receipt) = self.act(actor, filing, rows, key.or(told_now.as_deref()))?;
        Ok(Filed { written, receipt, draft })
    }
}
