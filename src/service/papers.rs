//! Papers that leave the house: sealed with the service's key, so that they are known again.

use std::path::Path;

use data_encoding::HEXLOWER as HEX;
use phusong_atlas::domain::{
    DocumentRef, Fact, FiledRow, Filing, FilingKind, ReportId, Scope, SignedPaperFact, Timestamp,
};

use super::actor::{Action, Actor, Object, Refusal, can};
use super::filing::FileError;
use super::grounds::{Grounds, grounds};
use super::open::{OpenError, Service, fresh_key};
use super::uploads::ContentHash;
use super::writer::Written;
use crate::ledger::{LedgerError, Receipt};
use crate::report::{Appended, Seal, Unsealed};
use crate::vault::keys::{PublicKey, SigningKey};

/// What a PDF says of itself, and whether it is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// `phusong paper=… as_of=…`.
    pub seal: Seal,
    pub trust: PaperTrust,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperTrust {
    /// Whole, and signed by a key that the checker brought along.
    Pinned,
    /// Whole by the key that the paper itself names, which anyone may have made: proves nothing.
    SelfNamed,
    /// Signed by another key than those brought along.
    OtherKey,
    /// Changed since it was sealed, or never ours.
    Broken,
}

/// A paper of ours that came back signed, as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedPaper {
    pub report: ReportId,
    pub recorded_at: Timestamp,
    pub document: DocumentRef,
    pub fact: SignedPaperFact,
    pub file: Option<ContentHash>,
}

/// Why a signed paper was not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    #[error("this key may not do that")]
    NotAllowed,
    /// No seal, another service's, or changed since.
    #[error("no paper of this service, or changed since it was made")]
    NotOurs,
    #[error("nobody has signed it, or not all that was appended")]
    NotSigned,
    #[error(transparent)]
    File(#[from] FileError),
}

impl From<Refusal> for KeepError {
    fn from(_refused: Refusal) -> Self {
        Self::NotAllowed
    }
}

impl From<LedgerError> for KeepError {
    fn from(error: LedgerError) -> Self {
        Self::File(error.into())
    }
}

impl Service {
    /// Whose paper it is, held against every key that the ledger names. `None`: no seal.
    pub fn check_paper(&self, file: &[u8]) -> Result<Option<Sealed>, LedgerError> {
        let keys: Vec<PublicKey> =
            self.with_reader(|reader| Ok(reader.signers()?.iter().collect()))?;
        Ok(check_paper(file, &keys))
    }

    /// Whether what one of our papers rests on still counts; for those who see all that is filed.
    /// Folds the ledger anew.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn grounds_of(&self, actor: &Actor, seal: &Seal) -> Result<Option<Grounds>, OpenError> {
        let sees_all = matches!(actor.scope(), Scope::Officer | Scope::Approver);
        sees_all.then(|| grounds(&self.shared.dir, seal)).transpose()
    }

    /// Keeps a paper of ours that came back signed: the file in the vault, the act in the ledger.
    /// The same file again is the same act.
    pub fn keep_signed(
        &self,
        actor: &Actor,
        file: &[u8],
        document: DocumentRef,
    ) -> Result<(Sealed, Written, Receipt), KeepError> {
        can(actor, Action::Decide, Object::House)?;
        let paper = self.check_paper(file)?.filter(|paper| paper.trust == PaperTrust::Pinned);
        let paper = paper.ok_or(KeepError::NotOurs)?;
        let Appended::Signature { bytes } = paper.seal.appended else {
            return Err(KeepError::NotSigned);
        };
        let upload = self.laid_out(file, FileError::of_io)?;
        let party = actor.party().ok_or(KeepError::NotAllowed)?;
        let filing = Filing {
            kind: FilingKind::Decision,
            owner: party.clone(),
            filed_by: party,
            person: actor.person.clone(),
            document,
            files: vec![self.keep(&upload)?],
        };
        let fact = Fact::SignedPaper(SignedPaperFact {
            state: paper.seal.state.clone(),
            appended_bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
        });
        let rows = vec![FiledRow { fact, replaces: None, note: None }];
        let (written, receipt) = self.act(actor, filing, rows, None)?;
        Ok((paper, written, receipt))
    }

    /// Signed papers that nobody took back, the latest first; for the department.
    ///
    /// # Errors
    /// `NotAllowed` for everybody else.
    pub fn signed_papers(&self, actor: &Actor) -> Result<Vec<SignedPaper>, KeepError> {
        let scope = actor.scope();
        if !matches!(scope, Scope::Officer | Scope::Approver) {
            return Err(KeepError::NotAllowed);
        }
        Ok(self.with_history(|history| {
            let rows = history.index().signed_papers.iter().rev();
            let kept = rows.filter(|row| history.counts(**row, &scope)).filter_map(|row| {
                let row = history.row(*row);
                let Some(Fact::SignedPaper(fact)) = row.kept() else { return None };
                Some(SignedPaper {
                    report: row.report,
                    recorded_at: row.recorded_at,
                    document: row.filing.document.clone(),
                    fact: fact.clone(),
                    file: row.filing.files.first().copied(),
                })
            });
            kept.collect()
        }))
    }

    /// The PDF with the service's seal. One that cannot be sealed comes back as it is: a paper
    /// that nobody can know again is still a paper.
    pub fn seal(&self, pdf: Vec<u8>) -> Vec<u8> {
        sealed(&self.shared.signing, pdf)
    }
}

/// Seals with the key of a data directory, beside a running service.
#[derive(Debug)]
pub struct Sealer(SigningKey);

impl Sealer {
    /// # Errors
    /// When the directory's key cannot be read.
    pub fn of(dir: &Path) -> Result<Self, OpenError> {
        SigningKey::open_or_create(dir, &fresh_key()?).map(Self).map_err(OpenError::Key)
    }

    pub fn seal(&self, pdf: Vec<u8>) -> Vec<u8> {
        sealed(&self.0, pdf)
    }
}

fn sealed(key: &SigningKey, pdf: Vec<u8>) -> Vec<u8> {
    let name = HEX.encode(&key.public().to_bytes());
    let Some(unsealed) = Unsealed::of(pdf.clone(), &name) else {
        tracing::error!("a paper went out without the seal: it has no place for one");
        return pdf;
    };
    let signature = key.sign(&paper_message(unsealed.message()));
    unsealed.sealed(&HEX.encode(&signature)).unwrap_or(pdf)
}

/// Set apart from what else the key signs.
fn paper_message(bytes: &[u8]) -> Vec<u8> {
    [b"phusong paper 1\0".as_slice(), bytes].concat()
}

/// `None`: the file carries no seal of ours.
pub fn check_paper(file: &[u8], trusted: &[PublicKey]) -> Option<Sealed> {
    let seal = Seal::read(file)?;
    let trust = trust(&seal, trusted);
    Some(Sealed { seal, trust })
}

fn trust(seal: &Seal, trusted: &[PublicKey]) -> PaperTrust {
    let signature: Option<[u8; 64]> =
        HEX.decode(seal.signature_hex.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    let (Some(key), Some(signature)) = (PublicKey::from_hex(&seal.key_hex), signature) else {
        return PaperTrust::Broken;
    };
    if !key.verifies(&paper_message(&seal.message), &signature) {
        return PaperTrust::Broken;
    }
    let same = |one: &PublicKey| one.to_bytes() == key.to_bytes();
    match trusted {
        [] => PaperTrust::SelfNamed,
        known if known.iter().any(same) => PaperTrust::Pinned,
        _ => PaperTrust::OtherKey,
    }
}
