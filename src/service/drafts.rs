//! Filings of files: kept as drafts that only their sender sees, read anew after each answer,
//! filed as one act.
//!
//! A draft is files, answers and what was said beside them; its rows are never stored.

mod answered;
mod bundles;
mod earlier;
mod in_words;
mod known;
mod photos;
mod rasters;
mod read;
mod revision;
mod state;

use phusong_atlas::domain::{CarrierFact, FiledRow, Filing, FilingKind, Party};

pub use answered::AnsweredFile;
pub use earlier::{Basis, FiledOn, Gone, Held};
pub use rasters::ShownArea;
pub(super) use rasters::{RasterAreas, raster_areas};
pub(super) use read::{Sources, sources};
pub use revision::{Meant, Revision};
pub use state::{FiledPart, SentFile, State};

use super::actor::{Action, Actor, Object, can};
use super::evidence::{Foreseen, commune_of, observed_as};
use super::filing::{FileError, Filed, Moved};
use super::open::{Service, fresh_bytes, now};
use super::uploads::{ContentHash, Upload};
use crate::vault::Vault;
use crate::vault::drafts::Draft as Stored;
use phusong_intake::Severity;
use phusong_intake::reading::{Answer, Reading};
use phusong_intake::report::{Column, Outcome};
use phusong_intake::template::Kind;

/// Files in one filing.
pub const MOST_FILES: usize = 20;
/// Answers to one draft.
const MOST_ANSWERS: usize = 20_000;

/// A draft with what is understood of it now.
#[derive(Debug)]
pub struct Drafting {
    pub id: String,
    pub created: jiff::Timestamp,
    pub updated: jiff::Timestamp,
    pub revision: Revision,
    pub state: State,
    pub reading: Reading,
    /// Beside what was filed before of the same document.
    pub held: Held,
    owner: Party,
}

impl Drafting {
    /// Every row that can be filed may be, though questions stay open: those count for nothing.
    /// A refused row has to be mended or left out first.
    pub fn can_file(&self) -> bool {
        let refused = |findings: &[phusong_intake::Finding]| {
            findings.iter().any(|finding| finding.severity == Severity::Refuse)
        };
        let draft = &self.reading.draft;
        let rows_refused =
            draft.rows.iter().any(|row| row.outcome == Outcome::Blocked && refused(&row.findings));
        let something = draft.to_file().next().is_some() || self.withdraws() || self.adds_files();
        !refused(&draft.findings) && !rows_refused && something
    }

    fn withdraws(&self) -> bool {
        self.held.gone.iter().any(|gone| gone.withdraw == Some(true))
    }

    /// All its rows were filed before, but not all that came beside them.
    fn adds_files(&self) -> bool {
        self.rows_are_known() && self.held.added > 0 && self.held.bearer.is_some()
    }

    /// What becomes an entry: rows, then what is taken back with them. Files alone are borne by a
    /// row that was filed before, said again: an entry without a row would be seen by nobody.
    fn to_file(&self) -> Vec<FiledRow> {
        let rows = self.reading.draft.to_file().cloned();
        let mut rows: Vec<FiledRow> = rows.chain(self.held.withdrawals(&self.state)).collect();
        if rows.is_empty() && self.adds_files() {
            rows.extend(self.held.bearer.clone());
        }
        rows
    }

    fn rows_are_known(&self) -> bool {
        let Held { new, changed, unchanged, .. } = self.held;
        new == 0 && changed == 0 && unchanged > 0 && self.open_rows() == 0
    }

    /// Everything in it was filed before, nothing else is in it, and of all that is gone its
    /// sender has said that it stays.
    pub fn is_filed(&self) -> bool {
        self.rows_are_known()
            && self.held.added == 0
            && self.held.gone.iter().all(|gone| gone.withdraw == Some(false))
    }

    /// Rows that wait for an answer.
    pub fn open_rows(&self) -> usize {
        let rows = self.reading.draft.rows.iter();
        rows.filter(|row| row.outcome == Outcome::Blocked).count()
    }
}

/// What the sender adds to a draft.
#[derive(Debug, Clone, Default)]
pub struct Addition {
    pub answers: Vec<Answer>,
    /// What a heading means: `None`, it is not read.
    pub headings: Vec<(String, Option<Column>)>,
    pub kind: Option<Kind>,
    pub crs: Option<String>,
    pub document: Option<phusong_atlas::domain::DocumentRef>,
    /// The filing that this one takes the place of, or `none`.
    pub compare_with: Option<String>,
    /// Rows filed before that are gone: withdrawn (`true`), or kept.
    pub gone: Vec<(String, bool)>,
    /// The same of all that are gone.
    pub all_gone: Option<bool>,
}

#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// Not there, or somebody else's: the same.
    #[error("there is no such draft")]
    NotFound,
    #[error("the draft has too many answers or files")]
    TooMany,
    #[error("no table of the draft has the heading {0:?}")]
    UnknownHeading(String),
    #[error("which state of the draft is meant was not said")]
    Unsaid,
    #[error("the draft was changed meanwhile")]
    Changed,
    /// Another request works on it.
    #[error("the draft is being changed or filed")]
    InWork,
    #[error(transparent)]
    File(#[from] FileError),
}

impl Service {
    /// Keeps the files and begins a draft of them.
    ///
    /// # Errors
    /// `NotAllowed` for those who may file nothing, or nothing for whom they name.
    pub fn begin_draft(
        &self,
        actor: &Actor,
        mut state: State,
        files: Vec<(String, Upload)>,
    ) -> Result<Drafting, DraftError> {
        self.draft_owner(actor, state.on_behalf.as_deref())?;
        if files.len() > MOST_FILES {
            return Err(DraftError::TooMany);
        }
        for (name, upload) in self.unpacked(files)? {
            let sha256 = self.keep(&upload)?;
            state.files.push(SentFile { name, sha256, bytes: upload.bytes });
        }
        let id = data_encoding::BASE32_NOPAD.encode(&fresh_bytes::<10>().map_err(FileError::from)?);
        let id = id.to_lowercase();
        self.put_draft(actor, &id, &state)?;
        self.drafting(actor, &id)
    }

    /// A draft of the actor, read with what is known today.
    pub fn drafting(&self, actor: &Actor, id: &str) -> Result<Drafting, DraftError> {
        self.drafting_of(actor, self.stored(actor, id)?)
    }

    fn stored(&self, actor: &Actor, id: &str) -> Result<Stored, DraftError> {
        let stored = self.with_vault(|vault| vault.draft(&actor.label(), id));
        stored.map_err(FileError::of_vault)?.ok_or(DraftError::NotFound)
    }

    fn drafting_of(&self, actor: &Actor, stored: Stored) -> Result<Drafting, DraftError> {
        let Stored { id, body, created, updated } = stored;
        let revision = Revision::of(&body);
        let state = State::read(&body).ok_or(DraftError::NotFound)?;
        let owner = self.draft_owner(actor, state.on_behalf.as_deref())?;
        let mut reading = self.read_draft(actor, &owner, &state)?;
        let held = self.hold(actor, &owner, &state, &mut reading);
        let owner = owner.party;
        Ok(Drafting { id, created, updated, revision, state, reading, held, owner })
    }

    /// The actor's drafts, last touched first.
    pub fn drafts(
        &self,
        actor: &Actor,
    ) -> Result<Vec<(String, jiff::Timestamp, State)>, DraftError> {
        const MOST_LISTED: u32 = 100;
        let label = actor.label();
        if actor.party().is_none() {
            return Err(FileError::NotAllowed.into());
        }
        let listed = self.with_vault(|vault| {
            let lines = vault.drafts(&label, 0, MOST_LISTED)?;
            lines
                .into_iter()
                .map(|line| vault.draft(&label, &line.id))
                .collect::<Result<Vec<_>, _>>()
        });
        let listed = listed.map_err(FileError::of_vault)?;
        let read = |draft: Stored| Some((draft.id, draft.updated, State::read(&draft.body)?));
        Ok(listed.into_iter().flatten().filter_map(read).collect())
    }

    /// Lays answers over a draft and reads it again.
    ///
    /// # Errors
    /// `Changed` when it is not the draft that is `meant`.
    pub fn answer_draft(
        &self,
        actor: &Actor,
        id: &str,
        meant: &Meant,
        addition: Addition,
    ) -> Result<Drafting, DraftError> {
        let (stored, _alone) = self.meant(actor, id, meant)?;
        let mut drafting = self.drafting_of(actor, stored)?;
        let asked = addition.headings.clone();
        let state = &mut drafting.state;
        for answer in addition.answers {
            state.answers.give(answer);
        }
        for (heading, means) in addition.headings {
            state.headings.insert(phusong_atlas::gazetteer::fold_for_search(&heading), means);
        }
        state.gone.extend(addition.gone);
        if let Some(withdraw) = addition.all_gone {
            state.gone.extend(drafting.held.gone.iter().map(|gone| (gone.name(), withdraw)));
        }
        state.compare_with = addition.compare_with.or_else(|| state.compare_with.take());
        if state.answers.0.len() > MOST_ANSWERS || state.gone.len() > MOST_ANSWERS {
            return Err(DraftError::TooMany);
        }
        state.kind = addition.kind.or(state.kind);
        state.crs = addition.crs.or_else(|| state.crs.take());
        if let Some(document) = addition.document {
            state.document = document;
        }
        let unknown = |reading: &Reading| {
            let mut asked = asked.iter().map(|(heading, _)| heading);
            asked.find(|heading| !has_heading(reading, heading)).cloned()
        };
        // A table whose headings were not found before may be found by these.
        if unknown(&drafting.reading).is_some() {
            let owner = self.draft_owner(actor, drafting.state.on_behalf.as_deref())?;
            let reading = self.read_draft(actor, &owner, &drafting.state)?;
            if let Some(heading) = unknown(&reading) {
                return Err(DraftError::UnknownHeading(heading));
            }
        }
        self.put_draft(actor, id, &drafting.state)?;
        self.drafting(actor, id)
    }

    /// Which villages the draft would move in the actor's view, were it filed now.
    pub fn draft_would_move(&self, actor: &Actor, drafting: &Drafting) -> Vec<Moved> {
        match filing_of(actor, drafting) {
            Ok(filing) => self.moved_by(actor, filing, drafting.to_file()),
            Err(_not_allowed) => Vec::new(),
        }
    }

    /// What the sets of samples in the draft will say, were it filed now.
    pub fn draft_sets(&self, actor: &Actor, drafting: &Drafting) -> Vec<Foreseen> {
        if drafting.reading.kind != Some(Kind::Measurement) {
            return Vec::new();
        }
        self.foreseen(actor, &drafting.owner, drafting.to_file().iter())
    }

    /// *Gửi*: every row that can be filed, in one entry. What has open questions stays in the
    /// draft; a draft without any is gone. A key that something of this draft was filed under
    /// before gives that receipt again.
    ///
    /// # Errors
    /// `Refused` with the draft when a row is refused or nothing is there to file; `Changed` when
    /// it is not the draft that is `meant`.
    pub fn file_draft(
        &self,
        actor: &Actor,
        id: &str,
        meant: &Meant,
        key: Option<&str>,
    ) -> Result<Filed, DraftError> {
        let key = key.map(|key| format!("{id}/{key}"));
        let (stored, _alone) = match self.meant(actor, id, meant) {
            Err(other @ (DraftError::NotFound | DraftError::Changed)) => {
                return self.filed_under(actor, key.as_deref())?.ok_or(other);
            }
            meant => meant?,
        };
        let drafting = self.drafting_of(actor, stored)?;
        if drafting.is_filed()
            && let Some(known) = drafting.held.filings.last()
            && let Some((written, receipt)) = self.filed_as(actor, known.report)
        {
            self.with_vault(|vault| vault.delete_draft(&actor.label(), id))
                .map_err(FileError::of_vault)?;
            return Ok(Filed { written, receipt, draft: drafting.reading.draft });
        }
        if !drafting.can_file() {
            return Err(FileError::Refused(Box::new(drafting.reading.draft)).into());
        }
        let mut filing = filing_of(actor, &drafting)?;
        filing.files.extend(self.pictures_of(&drafting)?);
        let draft = &drafting.reading.draft;
        let mut rows = drafting.to_file();
        rows.extend(self.names_of(&drafting.owner, &drafting.reading));
        let (written, receipt) = self.act(actor, filing, rows, key.as_deref())?;
        self.keep_headings(actor, &drafting)?;
        if drafting.open_rows() == 0 {
            self.with_vault(|vault| vault.delete_draft(&actor.label(), id))
                .map_err(FileError::of_vault)?;
        } else {
            let mut state = drafting.state.clone();
            let filed = draft.rows.iter().filter(|row| row.outcome == Outcome::Fileable);
            state.filed.push(FiledPart {
                report: written.id,
                rows: filed.map(|row| (row.table.clone().unwrap_or_default(), row.row)).collect(),
            });
            self.put_draft(actor, id, &state)?;
        }
        Ok(Filed { written, receipt, draft: drafting.reading.draft })
    }

    /// Throws a draft away, with those of its files that nothing filed names.
    ///
    /// # Errors
    /// `Changed` when it is not the draft that is `meant`.
    pub fn discard_draft(&self, actor: &Actor, id: &str, meant: &Meant) -> Result<(), DraftError> {
        let label = actor.label();
        let (stored, _alone) = self.meant(actor, id, meant)?;
        let files = State::read(&stored.body).map(|state| state.files).unwrap_or_default();
        self.with_vault(|vault| vault.delete_draft(&label, id)).map_err(FileError::of_vault)?;
        for file in files {
            if !self.is_named(&file.sha256)? {
                self.with_vault(|vault| {
                    vault.blobs(self.shared.blob_master.clone())?.destroy(now(), file.blob())
                })
                .map_err(FileError::of_vault)?;
            }
        }
        Ok(())
    }

    /// Does an entry or another draft rest on this content?
    fn is_named(&self, sha256: &ContentHash) -> Result<bool, DraftError> {
        if self.with_history(|history| history.entries_with_file(sha256).next().is_some()) {
            return Ok(true);
        }
        let bodies = self.with_vault(Vault::all_draft_bodies);
        let bodies = bodies.map_err(FileError::of_vault)?;
        Ok(bodies
            .iter()
            .filter_map(|body| State::read(body))
            .any(|state| state.files.iter().any(|file| file.sha256 == *sha256)))
    }

    fn put_draft(&self, actor: &Actor, id: &str, state: &State) -> Result<(), DraftError> {
        let body = state.write();
        self.with_vault(|vault| vault.put_draft(now(), &actor.label(), id, &body))
            .map_err(|error| FileError::of_vault(error).into())
    }

    /// Whose word the draft will be.
    fn draft_owner(&self, actor: &Actor, on_behalf: Option<&str>) -> Result<Owner, FileError> {
        let own = actor.party().ok_or(FileError::NotAllowed)?;
        let commune = on_behalf
            .and_then(|text| text.strip_prefix("commune:"))
            .map(|code| code.parse().map(phusong_atlas::domain::UnitCode));
        match (&own, on_behalf, commune) {
            (Party::Department | Party::Commune(_), None, _) => {
                Ok(Owner { party: own, carrier: None })
            }
            (_, Some(text), Some(code)) => {
                let unknown = || FileError::UnknownParty(text.to_owned());
                let atlas = self.atlas(&actor.scope());
                let unit =
                    code.ok().and_then(|code| commune_of(&atlas, code)).ok_or_else(unknown)?;
                let party = Party::Commune(unit);
                can(actor, Action::Observe, Object::Word { of: &party })?;
                Ok(Owner { party, carrier: None })
            }
            _ => {
                let carrier = self.owner(actor, on_behalf)?;
                Ok(Owner { party: Party::Carrier(carrier.id.clone()), carrier: Some(carrier) })
            }
        }
    }
}

fn filing_of(actor: &Actor, drafting: &Drafting) -> Result<Filing, FileError> {
    let kind = match drafting.reading.kind {
        Some(Kind::Confirmation) => FilingKind::Observation,
        Some(Kind::Measurement) => FilingKind::Measurement,
        Some(Kind::Villages | Kind::Boundaries) => FilingKind::Places,
        Some(Kind::Duties | Kind::Outages) => FilingKind::Progress,
        Some(Kind::Statistics) => FilingKind::Figures,
        Some(Kind::SiteReport | Kind::Coverage) | None => FilingKind::Report,
    };
    Ok(Filing {
        kind,
        owner: drafting.owner.clone(),
        filed_by: actor.party().ok_or(FileError::NotAllowed)?,
        person: actor.person.clone(),
        document: drafting.state.document.clone(),
        files: drafting.state.files.iter().map(|file| file.sha256).collect(),
    })
}

/// Whose word a draft is.
#[derive(Debug, Clone)]
struct Owner {
    party: Party,
    carrier: Option<CarrierFact>,
}

/// Does a table of the draft have this heading?
fn has_heading(reading: &Reading, heading: &str) -> bool {
    let folded = phusong_atlas::gazetteer::fold_for_search(heading);
    let layouts = reading.tables.iter().filter_map(|table| table.layout.as_ref());
    let mut columns = layouts.flat_map(|layout| &layout.columns);
    columns.any(|column| phusong_atlas::gazetteer::fold_for_search(&column.heading) == folded)
}

impl Owner {
    /// What this owner's files may say, likeliest first. Field evidence is the department's to
    /// file, also on a carrier's behalf: nobody grades its own signal (RELIABILITY, roles).
    fn kinds(&self, actor: &Actor) -> Vec<Kind> {
        match self.party {
            Party::Carrier(_) => {
                let mut kinds = vec![
                    Kind::SiteReport,
                    Kind::Coverage,
                    Kind::Duties,
                    Kind::Outages,
                    Kind::Statistics,
                ];
                if actor.may(Action::Measure) {
                    kinds.push(Kind::Measurement);
                }
                kinds
            }
            Party::Commune(_) => vec![Kind::Confirmation, Kind::Villages],
            Party::Department => vec![
                Kind::Confirmation,
                Kind::Villages,
                Kind::Statistics,
                Kind::Duties,
                Kind::Outages,
                Kind::Measurement,
                Kind::Boundaries,
            ],
        }
    }

    fn observation(&self) -> phusong_atlas::domain::ObservationKind {
        observed_as(&self.party)
    }
}
