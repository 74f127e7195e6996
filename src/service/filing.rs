//! Reports in: preview, file, receipt.

use jiff::Timestamp;
use phusong_atlas::atlas::{Atlas, Question, VillageVerdict};
use phusong_atlas::domain::{
    CarrierFact, CarrierId, DocumentRef, Entry, EntrySeq, FiledRow, Filing, FilingKind, Party,
    ReportId, Role, RowRef, Scope, SiteCode, SiteId, VillageId,
};
use phusong_atlas::history::Touched;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::actor::{Action, Actor};
use super::open::{Service, today};
use super::shown::may_see_entry;
use super::writer::{WriteError, Written};
use crate::intake::report::{self, Context, Draft, KnownSite};
use crate::ledger::{IdempotencyClaim, LedgerReader, Receipt, format};

/// A village whose verdict is another one now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub village: VillageId,
    pub name: String,
    pub from: VillageVerdict,
    pub to: VillageVerdict,
}

impl Moved {
    /// Among the villages touched.
    pub(super) fn between(
        old: &Atlas,
        new: &Atlas,
        touched: &Touched,
        question: &Question,
    ) -> Vec<Self> {
        touched.villages.iter().filter_map(|id| Self::of(old, new, id, question)).collect()
    }

    /// Among all villages: where rules, sunsets, units or carriers changed.
    pub(super) fn anywhere(old: &Atlas, new: &Atlas, question: &Question) -> Vec<Self> {
        new.village_ids().filter_map(|id| Self::of(old, new, id, question)).collect()
    }

    fn of(old: &Atlas, new: &Atlas, id: &VillageId, question: &Question) -> Option<Self> {
        let verdict = |atlas: &Atlas| {
            let (_, card) = atlas.village(id)?;
            let name = card.fact_on(question.day).map(|fact| fact.name.clone());
            Some((card.verdict(question, &atlas.common).verdict, name.unwrap_or_default()))
        };
        let ((from, _), (to, name)) = (verdict(old)?, verdict(new)?);
        (from != to).then(|| Self { village: id.clone(), name, from, to })
    }
}

/// What was filed, with the service's signature over it.
#[derive(Debug, Clone)]
pub struct Filed {
    pub written: Written,
    pub receipt: Receipt,
    pub draft: Draft,
}

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("this key may not file reports")]
    NotAllowed,
    #[error("no carrier {0:?} is known")]
    UnknownCarrier(String),
    /// On behalf of nobody we know.
    #[error("no commune or carrier {0:?} is known")]
    UnknownParty(String),
    #[error("the report has rows that cannot be taken")]
    Refused(Box<Draft>),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("the ledger could not be read")]
    Ledger(#[from] crate::ledger::LedgerError),
}

/// The body of a report as it came.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    Json(&'a Value),
    Csv(&'a [u8]),
}

impl Service {
    /// Whose report this actor files: its own, or on behalf.
    fn owner(&self, actor: &Actor, on_behalf: Option<&str>) -> Result<CarrierFact, FileError> {
        let id = match (&actor.role, on_behalf) {
            (Role::CarrierReporter(own) | Role::CarrierManager(own), asked) => {
                if asked.is_some_and(|asked| asked != own.as_str()) {
                    return Err(FileError::NotAllowed);
                }
                own.clone()
            }
            (_, Some(asked)) if actor.may(Action::FileOnBehalf) => CarrierId::new(asked)
                .map_err(|_no_id| FileError::UnknownCarrier(asked.to_owned()))?,
            _ => return Err(FileError::NotAllowed),
        };
        let atlas = self.atlas(&Scope::Officer);
        let known = atlas.common.carriers.iter().find(|carrier| carrier.id == id);
        known.cloned().ok_or_else(|| FileError::UnknownCarrier(id.to_string()))
    }

    /// What the report says, as understood; files nothing.
    pub fn preview_report(
        &self,
        actor: &Actor,
        on_behalf: Option<&str>,
        body: Body<'_>,
    ) -> Result<Draft, FileError> {
        let carrier = self.owner(actor, on_behalf)?;
        let gazetteer = self.gazetteer();
        // What the carrier may know of its own sites.
        let own = self.atlas(&Scope::Carrier(carrier.id.clone()));
        let site = |code: &SiteCode| {
            let id = SiteId { carrier: carrier.id.clone(), code: code.clone() };
            own.site(&id).map(|(_, card)| KnownSite { position: card.position })
        };
        let row_ref = |text: &str| self.own_row(&Party::Carrier(carrier.id.clone()), text);
        let context = Context {
            gazetteer: &gazetteer,
            carrier: &carrier,
            today: today(),
            site: &site,
            row_ref: &row_ref,
        };
        Ok(match body {
            Body::Json(value) => report::from_json(value, &context),
            Body::Csv(bytes) => report::from_csv(bytes, &context),
        })
    }

    /// Which villages the draft would move in this actor's view, were it filed now.
    pub fn would_move(&self, actor: &Actor, on_behalf: Option<&str>, draft: &Draft) -> Vec<Moved> {
        let (Ok(carrier), Some(filed_by)) = (self.owner(actor, on_behalf), actor.party()) else {
            return Vec::new();
        };
        let filing = Filing {
            kind: FilingKind::Report,
            owner: Party::Carrier(carrier.id),
            filed_by,
            person: None,
            document: DocumentRef::default(),
            files: Vec::new(),
        };
        self.moved_by(actor, filing, draft)
    }

    /// What an entry with the draft's rows would move in the actor's view.
    pub(super) fn moved_by(&self, actor: &Actor, filing: Filing, draft: &Draft) -> Vec<Moved> {
        let before = self.atlas(&actor.scope());
        let mut history = self.with_history(Clone::clone);
        let next = history.entries().last().map_or(1, |last| last.seq.0 + 1);
        let entry = Entry {
            seq: EntrySeq(next),
            id: ReportId([0; 10]),
            recorded_at: super::open::now(),
            filing,
            rows: draft.rows.iter().filter_map(|row| row.filed.clone()).collect(),
        };
        let touched = history.apply(&entry);
        let after = before.after(&history, &touched);
        Moved::between(&before, &after, &touched, &Question::default_on(today()))
    }

    /// `REPORT/ROW` (rows from 0) of an entry that this party owns.
    pub fn own_row(&self, owner: &Party, text: &str) -> Option<RowRef> {
        let (report, row) = text.split_once('/')?;
        let (report, row): (ReportId, u32) = (report.parse().ok()?, row.parse().ok()?);
        self.with_history(|history| {
            let head = history.entry_by_id(report)?;
            let known = head.filing.owner == *owner && row < head.row_count;
            known.then_some(RowRef { entry: head.seq, row })
        })
    }

    /// *Gửi*: all rows or none, one entry, a receipt. The same content again is the same act.
    pub fn file_report(
        &self,
        actor: &Actor,
        on_behalf: Option<&str>,
        document: DocumentRef,
        key: Option<&str>,
        body: Body<'_>,
    ) -> Result<Filed, FileError> {
        let draft = self.preview_report(actor, on_behalf, body)?;
        if !draft.can_file() {
            return Err(FileError::Refused(Box::new(draft)));
        }
        let carrier = self.owner(actor, on_behalf)?;
        let filing = Filing {
            kind: FilingKind::Report,
            owner: Party::Carrier(carrier.id),
            filed_by: actor.party().ok_or(FileError::NotAllowed)?,
            person: None,
            document,
            files: Vec::new(),
        };
        let rows: Vec<FiledRow> = draft.rows.iter().filter_map(|row| row.filed.clone()).collect();
        let (written, receipt) = self.act(actor, filing, rows, key)?;
        Ok(Filed { written, receipt, draft })
    }

    /// Files any act of an actor and signs for it.
    pub(super) fn act(
        &self,
        actor: &Actor,
        filing: Filing,
        rows: Vec<FiledRow>,
        key: Option<&str>,
    ) -> Result<(Written, Receipt), FileError> {
        let content: [u8; 32] = Sha256::digest(format::encode(&filing, &rows)).into();
        let label = actor.label();
        let key = match key {
            Some(key) => format!("key:{key}"),
            None => self.content_key(&label, &content)?,
        };
        let claim = IdempotencyClaim { actor: label.clone(), key, content };
        let written = self.write(filing, rows, Some(claim), actor.scope())?;
        let receipt = self.receipt(written.id, &content, label, written.recorded_at);
        Ok((written, receipt))
    }

    /// Without a key of its own, content is its key; content that was withdrawn may come again.
    fn content_key(&self, actor: &str, content: &[u8; 32]) -> Result<String, FileError> {
        let reader = LedgerReader::open(&self.shared.dir)?;
        let plain = format!("content:{}", data_encoding::HEXLOWER.encode(content));
        let Some(seq) = reader.find_by_content(actor, content)? else { return Ok(plain) };
        let gone = self.with_history(|history| {
            let head = history.entry(phusong_atlas::domain::EntrySeq(seq));
            head.is_some_and(|head| {
                history.rows_of(head).iter().all(|row| row.standing.withdrawn.is_some())
            })
        });
        Ok(if gone { format!("{plain}:after:{seq}") } else { plain })
    }

    pub(super) fn receipt(
        &self,
        report: ReportId,
        content: &[u8; 32],
        actor: String,
        recorded_at: Timestamp,
    ) -> Receipt {
        Receipt::sign(&self.shared.signing, report.to_string(), content, actor, recorded_at)
    }

    /// May this actor know of the entry at all?
    pub fn may_see_report(&self, actor: &Actor, id: ReportId) -> bool {
        self.with_history(|history| {
            history.entry_by_id(id).is_some_and(|head| may_see_entry(history, head, &actor.scope()))
        })
    }
}
