//! Reports in: preview, file, receipt.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use phusong_atlas::atlas::{Atlas, Question, SiteQuery, VillageVerdict};
use phusong_atlas::domain::{
    CarrierFact, DocumentRef, Entry, EntrySeq, Fact, FiledRow, Filing, FilingKind, Party, Position,
    ReportId, RowNumber, Scope, SiteCode, SiteEventKind, SiteId, UnitFact, VillageId,
};
use phusong_atlas::gazetteer::normalise;
use phusong_atlas::history::{EntryHead, History, Row, Touched};
use sha2::{Digest, Sha256};

use super::actor::{Action, Actor, Object, Refusal, can};
use super::evidence::{began, ended};
use super::geography;
use super::names::is_note_of_names;
use super::open::{NoRandomness, Service, today};
use super::publishing::own_filing;
use super::shown::may_see_entry;
use super::uploads::Upload;
use super::writer::{WriteError, Written};
use crate::ledger::{IdempotencyClaim, Receipt, format};
use crate::vault::VaultError;
use phusong_intake::evidence::NamedRow;
use phusong_intake::reading::ByWord;
use phusong_intake::report::{self, Context, Declared, Draft, EarlierRow, KnownSite};
use phusong_intake::{Candidate, Finding, Format, Unreadable, behalf};

/// A village whose verdict is another one now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub village: VillageId,
    pub name: String,
    /// Where it lies today: many villages are called the same.
    pub commune: Option<UnitFact>,
    pub from: VillageVerdict,
    pub to: VillageVerdict,
}

impl Moved {
    /// Among the villages touched; among all where rules, sunsets, units or carriers changed.
    pub(super) fn between(
        old: &Atlas,
        new: &Atlas,
        touched: &Touched,
        question: &Question,
    ) -> Vec<Self> {
        let of = |id| Self::of(old, new, id, question);
        if touched.is_anywhere() {
            new.village_ids().filter_map(of).collect()
        } else {
            touched.villages.iter().filter_map(of).collect()
        }
    }

    fn of(old: &Atlas, new: &Atlas, id: &VillageId, question: &Question) -> Option<Self> {
        let verdict = |atlas: &Atlas| {
            let (_, card) = atlas.village(id)?;
            let name = card.fact_on(question.day).map(|fact| fact.name.clone());
            Some((card.verdict(question, &atlas.common).verdict, name.unwrap_or_default()))
        };
        let ((from, _), (to, name)) = (verdict(old)?, verdict(new)?);
        let commune = || {
            let (_, card) = new.village(id)?;
            new.common.units.get(new.units_of(card, question.day).commune?).cloned()
        };
        (from != to).then(|| Self { village: id.clone(), name, commune: commune(), from, to })
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
    #[error("no carrier {asked:?} is known")]
    UnknownCarrier { asked: String, candidates: Vec<Candidate> },
    /// It needs a second person, and nobody is named as the first.
    #[error("this needs a key with a name")]
    Unnamed,
    /// On behalf of nobody we know.
    #[error("no commune or carrier {0:?} is known")]
    UnknownParty(String),
    /// An earlier request with this idempotency key has not ended yet.
    #[error("a request with this idempotency key is in progress")]
    InProgress,
    #[error("the report has rows that cannot be taken")]
    Refused(Box<Draft>),
    #[error("the body cannot be read")]
    Unreadable(Box<Unreadable>),
    #[error("the body is longer than {limit_bytes} bytes")]
    TooLarge { limit_bytes: u64 },
    #[error("too many files are being read: try again")]
    Busy,
    #[error("the disk is full: nothing was filed")]
    DiskFull,
    #[error("a file could not be written or read")]
    Io(#[source] std::io::Error),
    #[error("{0}")]
    Vault(#[source] VaultError),
    #[error(transparent)]
    Random(#[from] NoRandomness),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("the ledger could not be read")]
    Ledger(#[from] crate::ledger::LedgerError),
}

impl From<Unreadable> for FileError {
    fn from(why: Unreadable) -> Self {
        Self::Unreadable(Box::new(why))
    }
}

impl From<Refusal> for FileError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unnamed => Self::Unnamed,
            Refusal::Forbidden | Refusal::Invisible | Refusal::SamePerson => Self::NotAllowed,
        }
    }
}

/// What is said beside a body. A JSON body may say the first two itself.
#[derive(Debug, Clone, Default)]
pub struct Sending {
    pub on_behalf: Option<String>,
    pub document: DocumentRef,
    /// Coordinate system and layer of a file that does not tell them.
    pub declared: Declared,
    pub idempotency_key: Option<String>,
}

/// A body read against what its sender may know.
#[derive(Debug)]
pub struct Drafted {
    pub draft: Draft,
    pub carrier: CarrierFact,
    pub document: DocumentRef,
}

/// Idempotency keys, and drafts, whose first request has not ended, by actor.
#[derive(Debug, Default)]
pub(super) struct InProgress(Mutex<BTreeSet<(String, String)>>);

/// Ends with the request.
#[derive(Debug)]
pub(super) struct Claimed<'a> {
    all: &'a InProgress,
    claim: (String, String),
}

impl InProgress {
    fn claims(&self) -> MutexGuard<'_, BTreeSet<(String, String)>> {
        match self.0.lock() {
            Ok(claims) => claims,
            Err(poisoned) => poisoned.into_inner(),
        }
    }

    /// `None` while another request has it.
    pub(super) fn claim(&self, claim: (String, String)) -> Option<Claimed<'_>> {
        let is_first = self.claims().insert(claim.clone());
        is_first.then(|| Claimed { all: self, claim })
    }
}

impl Drop for Claimed<'_> {
    fn drop(&mut self) {
        self.all.claims().remove(&self.claim);
    }
}

impl Service {
    /// Whose report this actor files: its own, or on behalf.
    pub(super) fn owner(
        &self,
        actor: &Actor,
        on_behalf: Option<&str>,
    ) -> Result<CarrierFact, FileError> {
        let atlas = self.atlas(&Scope::Officer);
        let carriers = &atlas.common.carriers;
        let asked = on_behalf.map(str::trim).filter(|asked| !asked.is_empty());
        let found = asked.map(|asked| resolve_carrier(carriers, asked));
        let own = match actor.party() {
            Some(Party::Carrier(own)) => Some(own),
            _ => None,
        };
        let (carrier, action) = if let Some(own) = own {
            let known = carriers.iter().find(|carrier| carrier.id == own);
            let known = known.ok_or_else(|| unknown_carrier(carriers, own.as_str()))?;
            let asked = found.unwrap_or(Some(known)).ok_or(FileError::NotAllowed)?;
            (asked, Action::FileOwnReport)
        } else {
            can(actor, Action::FileOnBehalf, Object::House)?;
            let unknown = || unknown_carrier(carriers, asked.unwrap_or_default());
            (found.flatten().ok_or_else(unknown)?, Action::FileOnBehalf)
        };
        can(actor, action, Object::Word { of: &Party::Carrier(carrier.id.clone()) })?;
        Ok(carrier.clone())
    }

    /// What the body says, as understood; files nothing.
    ///
    /// # Errors
    /// `NotAllowed`, `UnknownCarrier`; `Unreadable` when it gives no rows at all.
    pub fn draft(
        &self,
        actor: &Actor,
        sending: &Sending,
        upload: &Upload,
    ) -> Result<Drafted, FileError> {
        let mut on_behalf = sending.on_behalf.clone();
        let mut document = sending.document.clone();
        let mut body = None;
        if let Some(bytes) = upload.in_memory() {
            let json = report::read_json(bytes)?;
            on_behalf = json.on_behalf_of.clone().or(on_behalf);
            if json.document != DocumentRef::default() {
                document = json.document.clone();
            }
            body = Some(json);
        }
        let carrier = self.owner(actor, on_behalf.as_deref())?;
        let decided = self.decided_for(&Party::Carrier(carrier.id.clone()));
        let decided = ByWord::of(&decided);
        let draft = self.against_what_is_known(&carrier, |context| {
            let context = &context.naming(&decided);
            Ok(match (body, upload.format) {
                (Some(body), _) => report::from_json(body, context),
                (None, Format::Csv) => report::from_csv(&|| upload.open(), context)?,
                (None, _) => {
                    let file = self.read_geo_file(upload)?;
                    report::from_geo(file, &sending.declared, context)
                }
            })
        })?;
        let mut draft = draft;
        let owner = Party::Carrier(carrier.id.clone());
        draft.findings.extend(without_letter(actor, &owner, &document));
        Ok(Drafted { draft, carrier, document })
    }

    /// Reads with what the carrier may know of its own sites and rows.
    pub(super) fn against_what_is_known<T>(
        &self,
        carrier: &CarrierFact,
        read: impl FnOnce(&Context<'_>) -> Result<T, FileError>,
    ) -> Result<T, FileError> {
        let gazetteer = self.gazetteer();
        let own = self.atlas(&Scope::Carrier(carrier.id.clone()));
        let site = |code: &SiteCode| {
            let id = SiteId { carrier: carrier.id.clone(), code: code.clone() };
            own.site(&id).map(|(_, card)| {
                let first = |kind: SiteEventKind| {
                    let told = card.events.iter().filter(|event| event.kind == kind);
                    told.filter(|event| !event.planned).map(|event| event.day).min()
                };
                KnownSite {
                    position: card.position,
                    built: first(SiteEventKind::Built),
                    on_air: first(SiteEventKind::OnAir),
                }
            })
        };
        let row_ref = |text: &str| self.own_row(&Party::Carrier(carrier.id.clone()), text);
        let areas = Arc::clone(&own.areas);
        let sites_at = |at: Position| {
            let corner = [at.lon_deg(), at.lat_deg()];
            let query = SiteQuery {
                day: today(),
                carrier: Some(carrier.id.clone()),
                state: None,
                technology: None,
                bounds: Some((corner, corner)),
                near: None,
            };
            own.sites(&query).iter().map(|row| row.card().id.code.clone()).collect()
        };
        let context = Context::new((&gazetteer, &areas), carrier, today(), &site, &row_ref);
        let households = |village: &VillageId| {
            let (_, card) = own.village(village)?;
            card.households_on(today())
        };
        let began = |village: &VillageId| began(&own, village);
        let context = context.among(geography::land(), &sites_at);
        let ended = |village: &VillageId| ended(&own, village);
        read(&context.counting(&households).dating(&began, &ended))
    }

    /// Which villages the draft would move in this actor's view, were it filed now.
    pub fn would_move(&self, actor: &Actor, drafted: &Drafted) -> Vec<Moved> {
        let Some(filed_by) = actor.party() else { return Vec::new() };
        let filing = Filing {
            kind: FilingKind::Report,
            owner: Party::Carrier(drafted.carrier.id.clone()),
            filed_by,
            person: actor.person.clone(),
            document: DocumentRef::default(),
            files: Vec::new(),
        };
        self.moved_by(actor, filing, drafted.draft.to_file().cloned().collect())
    }

    /// What an entry with these rows would move in the actor's view.
    pub(super) fn moved_by(
        &self,
        actor: &Actor,
        filing: Filing,
        rows: Vec<FiledRow>,
    ) -> Vec<Moved> {
        let before = self.atlas(&actor.scope());
        // One looks ahead at a time: each needs a copy of all rows.
        let _turn = self.shared.looking_ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let mut history = self.with_history(Clone::clone);
        let next = history.entries().last().map_or(1, |last| last.seq.0 + 1);
        let entry = Entry {
            seq: EntrySeq(next),
            id: ReportId([0; 10]),
            recorded_at: super::open::now(),
            filing,
            rows,
        };
        let touched = history.apply(&entry);
        let after = before.after(&history, &touched);
        Moved::between(&before, &after, &touched, &Question::default_on(today()))
    }

    /// What a carrier's form keeps of a row that it corrects.
    fn own_row(&self, owner: &Party, text: &str) -> Option<EarlierRow> {
        let NamedRow { at, says } = self.named_row(owner, text)?;
        let (site, area) = match says {
            Fact::SiteEvent(event) => (Some(event.site.code), event.area),
            Fact::Claim(claim) => (None, claim.area),
            _ => (None, None),
        };
        Some(EarlierRow { at, site, area })
    }

    /// `REPORT/ROW` (rows from 1) of an entry that this party owns.
    pub(super) fn named_row(&self, owner: &Party, text: &str) -> Option<NamedRow> {
        let (report, row) = text.split_once('/')?;
        let (report, row): (ReportId, RowNumber) = (report.parse().ok()?, row.parse().ok()?);
        self.with_history(|history| {
            let head = history.entry_by_id(report)?;
            let earlier = history.rows_of(head).nth(row.index() as usize)?;
            let named = || NamedRow { at: earlier.at, says: earlier.fact().into_fact() };
            (head.filing.owner == *owner).then(named)
        })
    }

    /// *Gửi*: all rows or none, one entry, a receipt; the body itself is kept before the entry
    /// that names it. The same content again is the same act.
    pub fn file_report(
        &self,
        actor: &Actor,
        sending: &Sending,
        upload: &Upload,
    ) -> Result<Filed, FileError> {
        let Drafted { draft, carrier, document } = self.draft(actor, sending, upload)?;
        let filed_by = actor.party().ok_or(FileError::NotAllowed)?;
        let owner = Party::Carrier(carrier.id);
        let key = sending.idempotency_key.as_deref();
        if let Some((written, receipt)) =
            self.filed_before(actor, &owner, &filed_by, key, upload)?
        {
            return Ok(Filed { written, receipt, draft });
        }
        if !draft.can_file() {
            return Err(FileError::Refused(Box::new(draft)));
        }
        let files = vec![self.keep(upload)?];
        let filing = Filing {
            kind: FilingKind::Report,
            owner,
            filed_by,
            person: actor.person.clone(),
            document,
            files,
        };
        let mut rows: Vec<FiledRow> = draft.to_file().cloned().collect();
        rows.extend(self.names_of_rows(&filing.owner, &draft));
        let (written, receipt) = self.act(actor, filing, rows, key)?;
        Ok(Filed { written, receipt, draft })
    }

    /// The entry in which these very bytes were filed, unless all of it was withdrawn since. A
    /// key that stands for something else is left to the ledger to refuse.
    fn filed_before(
        &self,
        actor: &Actor,
        owner: &Party,
        filed_by: &Party,
        key: Option<&str>,
        upload: &Upload,
    ) -> Result<Option<(Written, Receipt)>, FileError> {
        if self.knows_key(actor, key)? {
            return Ok(None);
        }
        let found = self.with_history(|history| {
            let head = history.entries_with_file(&upload.sha256).rev().find(|head| {
                let same = head.filing.owner == *owner && head.filing.filed_by == *filed_by;
                same && !is_gone(history, *head)
            })?;
            Some(head.id)
        });
        Ok(found.and_then(|id| self.filed_as(actor, id)))
    }

    /// Does the key stand for an act of this actor that is filed? Whether this is the same one, the
    /// ledger tells.
    pub(super) fn knows_key(&self, actor: &Actor, key: Option<&str>) -> Result<bool, FileError> {
        let Some(key) = key else { return Ok(false) };
        let (label, key) = (actor.label(), format!("key:{key}"));
        let found = self.with_reader(|reader| reader.lookup_idempotency(&label, &key))?;
        Ok(found.is_some())
    }

    /// The receipt of an entry of the actor's own, once more.
    pub(super) fn filed_as(&self, actor: &Actor, id: ReportId) -> Option<(Written, Receipt)> {
        let (seq, recorded_at, content) = self.with_history(|history| {
            let head = history.entry_by_id(id)?;
            let rows: Vec<FiledRow> = history.rows_of(head).map(Row::as_filed).collect();
            Some((head.seq, head.recorded_at, content_of(head.filing, &rows)))
        })?;
        let version = self.atlas(&actor.scope()).version;
        let receipt = self.receipt(id, &content, actor.label(), recorded_at);
        let written = Written {
            seq,
            id,
            recorded_at,
            repeated: true,
            moved: Vec::new(),
            awaits_second: self.awaits_second(seq),
            version,
        };
        Some((written, receipt))
    }

    /// Files any act of an actor and signs for it.
    pub(super) fn act(
        &self,
        actor: &Actor,
        filing: Filing,
        rows: Vec<FiledRow>,
        key: Option<&str>,
    ) -> Result<(Written, Receipt), FileError> {
        self.is_named_enough(actor, &filing, &rows)?;
        // What an act moves is told in the actor's own view: it has to be there before.
        self.atlas(&actor.scope());
        let content = content_of(&filing, &rows);
        let label = actor.label();
        // While the first is in progress, the same key waits outside.
        let _in_progress = match key {
            None => None,
            Some(key) => {
                let claim = (label.clone(), key.to_owned());
                Some(self.shared.in_progress.claim(claim).ok_or(FileError::InProgress)?)
            }
        };
        let key = match key {
            Some(key) => format!("key:{key}"),
            None => self.content_key(&label, &content)?,
        };
        let claim = IdempotencyClaim { actor: label.clone(), key, content };
        let is_own = own_filing(&filing).is_some();
        let mut written = self.write(filing, rows, Some(claim), actor.scope())?;
        written.awaits_second = self.awaits_second(written.seq);
        if is_own {
            self.publish_if_set(written.id);
        }
        let receipt = self.receipt(written.id, &content, label, written.recorded_at);
        Ok((written, receipt))
    }

    /// Without a key of its own, content is its key; content that was withdrawn may come again.
    fn content_key(&self, actor: &str, content: &[u8; 32]) -> Result<String, FileError> {
        let plain = format!("content:{}", data_encoding::HEXLOWER.encode(content));
        let found = self.with_reader(|reader| reader.find_by_content(actor, content))?;
        let Some(seq) = found else { return Ok(plain) };
        let gone = self.with_history(|history| {
            let head = history.entry(phusong_atlas::domain::EntrySeq(seq));
            head.is_some_and(|head| is_gone(history, head))
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

/// Another's word, with nothing of that other's hand beside it: taken, and said.
pub(super) fn without_letter(
    actor: &Actor,
    owner: &Party,
    document: &DocumentRef,
) -> Option<Finding> {
    let is_on_behalf = actor.party().is_some_and(|party| party != *owner);
    (is_on_behalf && document.number.is_none()).then(behalf::without_letter)
}

/// Was all that it said withdrawn?
fn is_gone(history: &History, head: EntryHead<'_>) -> bool {
    let mut said = history.rows_of(head).filter(|row| !is_note_of_names(&row.fact()));
    said.all(Row::is_withdrawn)
}

/// SHA-256 of what was filed, however its file was written and whoever of the side sent it: raw
/// files and people play no part, nor what was noted beside it of names: the same report again
/// asks about none of them anew.
pub(super) fn content_of(filing: &Filing, rows: &[FiledRow]) -> [u8; 32] {
    let filing = Filing { files: Vec::new(), person: None, ..filing.clone() };
    if rows.iter().any(|row| is_note_of_names(&row.fact)) {
        let said = rows.iter().filter(|row| !is_note_of_names(&row.fact));
        let said: Vec<FiledRow> = said.cloned().collect();
        return Sha256::digest(format::encode(&filing, &said)).into();
    }
    Sha256::digest(format::encode(&filing, rows)).into()
}

/// By id, name or another name.
fn resolve_carrier<'a>(carriers: &'a [CarrierFact], asked: &str) -> Option<&'a CarrierFact> {
    let key = normalise(asked);
    carriers.iter().find(|carrier| carrier.id.as_str() == asked).or_else(|| {
        let mut named = carriers.iter().filter(|carrier| {
            std::iter::once(&carrier.name)
                .chain(&carrier.aliases)
                .any(|name| normalise(name) == key)
        });
        named.next().filter(|_| named.next().is_none())
    })
}

fn unknown_carrier(carriers: &[CarrierFact], asked: &str) -> FileError {
    let candidates = carriers
        .iter()
        .map(|carrier| Candidate {
            id: carrier.id.to_string(),
            name: carrier.name.clone(),
            reason_vi: carrier.aliases.join(", "),
            reason_en: carrier.aliases.join(", "),
            score: 10,
        })
        .collect();
    FileError::UnknownCarrier { asked: asked.chars().take(80).collect(), candidates }
}
