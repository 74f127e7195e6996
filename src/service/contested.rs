//! What is said against what was said: complaints that wait for an officer, disputes with their
//! life, causes that carriers name.
//!
//! A complaint waits in the vault, not in the ledger: anybody may write one, in words that may name
//! people, and it must be possible to erase it. The ledger holds what an officer opens.

use phusong_atlas::atlas::{
    Atlas, CarrierIndex, Carriers, DisputeCard, Question, Rows, VillageCard,
};
use phusong_atlas::domain::{
    CarrierId, Cause, Day, DisputeAnswerFact, DisputeCheckFact, DisputeEndFact, DisputeFact,
    DisputeFinding, DocumentRef, Fact, FiledRow, Filing, FilingKind, NamedCauseFact, Party,
    ReportId, RowNumber, RowRef, Scope, VillageId,
};
use phusong_intake::Finding;

use super::actor::{Action, Actor, Object, can};
use super::acts::ActError;
use super::decisions::{RulingError, fault, said};
use super::filing::FileError;
use super::open::{Service, fresh_bytes, now, today};
use super::writer::Written;
use crate::ledger::Receipt;
use crate::vault::complaints::{Complaint, Taken};

/// Somebody says that the verdict on a village is wrong.
#[derive(Debug, Clone, Default)]
pub struct Challenge {
    pub village: String,
    pub carrier: Option<String>,
    pub text: String,
    pub contact: Option<String>,
}

/// What became of it.
#[derive(Debug)]
pub enum Challenged {
    /// An officer's own: opened at once.
    Opened(Box<(Written, Receipt)>),
    /// Waits for an officer, under this name.
    Waits(String),
}

#[derive(Debug, thiserror::Error)]
pub enum ContestError {
    #[error("this key may not do that")]
    NotAllowed,
    #[error("there is no such dispute")]
    NotFound,
    #[error("too many complaints wait already")]
    Full,
    /// Nothing was filed.
    #[error("something is missing or wrong")]
    Faulty(Vec<Finding>),
    #[error(transparent)]
    Ruling(#[from] RulingError),
    #[error(transparent)]
    File(#[from] FileError),
}

impl From<Box<Finding>> for ContestError {
    fn from(finding: Box<Finding>) -> Self {
        Self::Faulty(vec![*finding])
    }
}

impl From<ActError> for ContestError {
    fn from(error: ActError) -> Self {
        Self::Ruling(error.into())
    }
}

pub(super) type Act = (Written, Receipt);

/// A cause that a carrier names for a pair of rows.
#[derive(Debug, Clone)]
pub struct Explained {
    pub claim: (String, RowNumber),
    pub against: (String, RowNumber),
    pub carrier: Option<String>,
    pub cause: Cause,
    pub text: String,
}

impl Service {
    /// Anybody who may challenge. An officer opens at once; all others wait for one.
    pub fn challenge(
        &self,
        actor: &Actor,
        challenge: &Challenge,
        key: Option<&str>,
    ) -> Result<Challenged, ContestError> {
        can(actor, Action::Challenge, Object::House)
            .map_err(|_refusal| ContestError::NotAllowed)?;
        let text = said("text", &challenge.text)?;
        let village = self.village_of(&challenge.village)?;
        let atlas = self.atlas(&actor.scope());
        let carrier = known_carrier(&atlas, challenge.carrier.as_deref())?;
        if let Some(Party::Carrier(own)) = actor.party() {
            self.refuse_own(&own, &village, carrier.as_ref())?;
        }
        if actor.may(Action::Decide) {
            let by = Some(Party::Department);
            let fact = DisputeFact { village, raised: today(), text, by, carrier };
            let done = self.decision(actor, vec![Fact::Dispute(fact)], key)?;
            return Ok(Challenged::Opened(Box::new(done)));
        }
        let id = fresh_bytes::<10>().map_err(FileError::from)?;
        let complaint = Complaint {
            id: ReportId(id).to_string(),
            received: now(),
            sender: actor.label(),
            village: village.to_string(),
            carrier: carrier.map(|id| id.to_string()),
            text,
            contact: challenge
                .contact
                .as_deref()
                .map(str::trim)
                .filter(|c| !c.is_empty())
                .map(|contact| contact.chars().take(200).collect()),
        };
        match self.with_vault(|vault| vault.take_complaint(&complaint)).map_err(of_vault)? {
            Taken::Waits(id) => Ok(Challenged::Waits(id)),
            Taken::Full => Err(ContestError::Full),
        }
    }

    /// A carrier corrects its own statements; it does not dispute them.
    fn refuse_own(
        &self,
        own: &CarrierId,
        village: &VillageId,
        named: Option<&CarrierId>,
    ) -> Result<(), Box<Finding>> {
        let atlas = self.atlas(&Scope::Carrier(own.clone()));
        let is_own = named.map_or_else(
            || atlas.village(village).is_some_and(|(_, card)| speaks_there(&atlas, card, own)),
            |named| named == own,
        );
        if !is_own {
            return Ok(());
        }
        let vi = "doanh nghiệp không phản ánh thôn của chính mình: hãy đính chính báo cáo";
        let en = "a carrier does not dispute its own village: correct your report instead";
        Err(fault("own-village", "village", village.as_str(), vi, en))
    }

    /// What waits for an officer.
    pub fn waiting_complaints(&self, actor: &Actor) -> Result<Vec<Complaint>, ContestError> {
        can(actor, Action::Decide, Object::House).map_err(|_refusal| ContestError::NotAllowed)?;
        self.with_vault(crate::vault::Vault::complaints).map_err(of_vault)
    }

    /// An officer opens what waits, in the officer's own words: the sender's never enter the
    /// ledger, where nothing can be erased, and are gone from the vault once this is filed.
    pub fn open_complaint(&self, actor: &Actor, id: &str, text: &str) -> Result<Act, ContestError> {
        can(actor, Action::Decide, Object::House).map_err(|_refusal| ContestError::NotAllowed)?;
        let waiting = self.with_vault(|vault| vault.complaint(id)).map_err(of_vault)?;
        let waiting = waiting.ok_or(ContestError::NotFound)?;
        let text = said("text", text)?;
        let village = self.village_of(&waiting.village)?;
        let carrier = waiting.carrier.as_deref().and_then(|id| CarrierId::new(id).ok());
        let raised = Day::of(waiting.received);
        let by = sender(&waiting.sender, &self.atlas(&Scope::Officer));
        let fact = DisputeFact { village, raised, text, by, carrier };
        // However often it is tried, it is opened once.
        let key = format!("complaint:{id}");
        let done = self.decision(actor, vec![Fact::Dispute(fact)], Some(&key))?;
        self.with_vault(|vault| vault.erase_complaint(id)).map_err(of_vault)?;
        Ok(done)
    }

    /// Nothing comes of it; it is erased.
    pub fn dismiss_complaint(&self, actor: &Actor, id: &str) -> Result<(), ContestError> {
        can(actor, Action::Decide, Object::House).map_err(|_refusal| ContestError::NotAllowed)?;
        let waiting = self.with_vault(|vault| vault.complaint(id)).map_err(of_vault)?;
        waiting.ok_or(ContestError::NotFound)?;
        self.with_vault(|vault| vault.erase_complaint(id)).map_err(of_vault)
    }

    /// The carrier answers with a cause; an officer may on its behalf.
    pub fn answer_dispute(
        &self,
        actor: &Actor,
        id: &str,
        (carrier, cause, text): (Option<&str>, Cause, &str),
        key: Option<&str>,
    ) -> Result<Act, ContestError> {
        let (dispute, card) = self.open_dispute(actor, id, key)?;
        let carrier = self.owner(actor, carrier)?.id;
        if card.carrier.as_ref().is_some_and(|named| *named != carrier) {
            let (vi, en) =
                ("phản ánh về doanh nghiệp khác", "the dispute is about another carrier");
            return Err(fault("other-carrier", "carrier", carrier.as_str(), vi, en).into());
        }
        let text = said("text", text)?;
        let owner = Party::Carrier(carrier.clone());
        let fact = Fact::DisputeAnswer(DisputeAnswerFact { dispute, carrier, cause, text });
        self.as_word(actor, owner, fact, key)
    }

    pub fn check_dispute(
        &self,
        actor: &Actor,
        id: &str,
        (day, finding, text): (&str, DisputeFinding, &str),
        key: Option<&str>,
    ) -> Result<Act, ContestError> {
        can(actor, Action::Decide, Object::House).map_err(|_refusal| ContestError::NotAllowed)?;
        let (dispute, card) = self.open_dispute(actor, id, key)?;
        let day = past_day("day", day)?;
        if day < card.raised {
            let (vi, en) = ("trước ngày có phản ánh", "before the dispute was raised");
            return Err(fault("bad-day", "day", &day.to_string(), vi, en).into());
        }
        let text = said("text", text)?;
        let fact = Fact::DisputeCheck(DisputeCheckFact { dispute, day, finding, text });
        Ok(self.decision(actor, vec![fact], key)?)
    }

    pub fn close_dispute(
        &self,
        actor: &Actor,
        id: &str,
        (finding, reason): (DisputeFinding, &str),
        key: Option<&str>,
    ) -> Result<Act, ContestError> {
        can(actor, Action::Decide, Object::House).map_err(|_refusal| ContestError::NotAllowed)?;
        let (dispute, _) = self.open_dispute(actor, id, key)?;
        let reason = said("reason", reason)?;
        let fact = Fact::DisputeEnd(DisputeEndFact { dispute, finding, reason });
        Ok(self.decision(actor, vec![fact], key)?)
    }

    /// The row of a dispute that this actor knows and nobody has closed; a closed one too for an
    /// act that may have been filed already: its key tells.
    fn open_dispute(
        &self,
        actor: &Actor,
        id: &str,
        key: Option<&str>,
    ) -> Result<(RowRef, DisputeCard), ContestError> {
        let report: ReportId = id.parse().map_err(|_no_id| ContestError::NotFound)?;
        let atlas = self.atlas(&actor.scope());
        let villages = atlas.shards().flat_map(|shard| &shard.villages);
        let mut all = villages.flat_map(|card| &card.disputes);
        let card = all.find(|card| card.evidence.report == report).cloned();
        let card = card.ok_or(ContestError::NotFound)?;
        if !card.is_open_on(today()) && !self.knows_key(actor, key)? {
            let (vi, en) = ("phản ánh đã đóng", "the dispute is closed");
            return Err(fault("closed", "id", id, vi, en).into());
        }
        let row = RowNumber::of_index(card.evidence.row);
        let at = self.row_at(id, row).ok_or(ContestError::NotFound)?;
        Ok((at, card))
    }

    fn row_at(&self, report: &str, row: RowNumber) -> Option<RowRef> {
        let id: ReportId = report.parse().ok()?;
        self.with_history(|history| {
            let head = history.entry_by_id(id)?;
            (row.index() < head.row_count).then_some(RowRef { entry: head.seq, row: row.index() })
        })
    }

    /// The carrier names why its claim and what speaks against it differ.
    pub fn name_cause(
        &self,
        actor: &Actor,
        sent: &Explained,
        key: Option<&str>,
    ) -> Result<Act, ContestError> {
        let carrier = self.owner(actor, sent.carrier.as_deref())?.id;
        let own = self.atlas(&Scope::Carrier(carrier.clone()));
        let named = |rows: &[Rows], (report, row): &(String, RowNumber)| {
            rows.iter().any(|rows| {
                rows.report.to_string() == *report
                    && (rows.first..=rows.last).contains(&row.index())
            })
        };
        let is_one = own.contradictions(today()).iter().any(|one| {
            named(&one.claim.rows, &sent.claim) && named(&one.opposition.rows, &sent.against)
        });
        let at = |(report, row): &(String, RowNumber)| self.row_at(report, *row);
        let (Some(claim), Some(against), true) = (at(&sent.claim), at(&sent.against), is_one)
        else {
            let value = format!("{}/{}", sent.claim.0, sent.claim.1);
            let vi = "không có mâu thuẫn như vậy về khai báo của doanh nghiệp này";
            let en = "there is no such contradiction about this carrier's claims";
            return Err(fault("no-such-contradiction", "claim", &value, vi, en).into());
        };
        let text = said("text", &sent.text)?;
        let owner = Party::Carrier(carrier.clone());
        let cause = sent.cause;
        let fact = Fact::NamedCause(NamedCauseFact { claim, against, carrier, cause, text });
        self.as_word(actor, owner, fact, key)
    }

    /// One fact as somebody's word. Without a key it is filed now: said twice, it is said twice.
    fn as_word(
        &self,
        actor: &Actor,
        owner: Party,
        fact: Fact,
        key: Option<&str>,
    ) -> Result<Act, ContestError> {
        let filing = word_of(actor, owner)?;
        let rows = vec![FiledRow { fact, replaces: None, note: None }];
        let key = key.map_or_else(|| now().to_string(), str::to_owned);
        Ok(self.act(actor, filing, rows, Some(&key))?)
    }
}

pub(super) fn word_of(actor: &Actor, owner: Party) -> Result<Filing, ContestError> {
    Ok(Filing {
        kind: FilingKind::Progress,
        owner,
        filed_by: actor.party().ok_or(ContestError::NotAllowed)?,
        person: actor.person.clone(),
        document: DocumentRef::default(),
        files: Vec::new(),
    })
}

/// Does the carrier owe the village, or claim signal there?
fn speaks_there(atlas: &Atlas, card: &VillageCard, own: &CarrierId) -> bool {
    let owes = card.owed_on(today()).any(|(_, duty)| duty.fact.carrier == *own);
    let index: Vec<CarrierIndex> = atlas.common.carrier(own).into_iter().collect();
    let question =
        Question { carriers: Carriers::Named(index.clone()), ..Question::default_on(today()) };
    let claims = card.clusters_on(question.day).any(|cluster| {
        cluster.world.said.iter().any(|said| {
            said.kind.is_claim() && said.carrier.is_some_and(|carrier| index.contains(&carrier))
        })
    });
    owes || claims
}

fn sender(label: &str, atlas: &Atlas) -> Option<Party> {
    if let Some(carrier) = label.strip_prefix("carrier:") {
        return CarrierId::new(carrier).ok().map(Party::Carrier);
    }
    let code = label.strip_prefix("commune:")?.parse().ok().map(phusong_atlas::domain::UnitCode)?;
    atlas.common.units.at(code, today()).map(|unit| Party::Commune(unit.id))
}

fn known_carrier(atlas: &Atlas, text: Option<&str>) -> Result<Option<CarrierId>, Box<Finding>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let known = CarrierId::new(text).ok().filter(|id| atlas.common.carrier(id).is_some());
    known.map(Some).ok_or_else(|| {
        let (vi, en) = ("không có doanh nghiệp này", "there is no such carrier");
        fault("unknown-carrier", "carrier", text, vi, en)
    })
}

pub(super) fn day_of(column: &str, text: &str) -> Result<Day, Box<Finding>> {
    text.parse().map_err(|_no_day| {
        let (vi, en) = ("cần một ngày YYYY-MM-DD", "a day YYYY-MM-DD is needed");
        fault("bad-day", column, text, vi, en)
    })
}

pub(super) fn past_day(column: &str, text: &str) -> Result<Day, Box<Finding>> {
    let day = day_of(column, text)?;
    if day > today() {
        return Err(fault("future-day", column, text, "ngày ở tương lai", "a day in the future"));
    }
    Ok(day)
}

fn of_vault(error: crate::vault::VaultError) -> ContestError {
    ContestError::File(FileError::of_vault(error))
}
