//! Which state of a draft its sender means to change: two people with one key, or two windows of
//! one, do not change a draft under each other.

use sha2::{Digest, Sha256};

use super::{DraftError, Stored};
use crate::service::actor::Actor;
use crate::service::filing::{Claimed, FileError, Filed};
use crate::service::open::Service;
use phusong_intake::report::Draft;

/// What a draft rests on: its files, its answers, what was said beside them, what of it was filed.
/// What is understood of it may change with what others file; that makes it no other draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision([u8; 16]);

impl Revision {
    pub(super) fn of(body: &[u8]) -> Self {
        let digest = Sha256::digest(body);
        Self(std::array::from_fn(|at| digest[at]))
    }

    pub fn hex(self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }
}

/// The states of a draft that its sender means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// Not said: nothing is changed.
    Unsaid,
    /// Whatever it is now.
    Any,
    /// One of these, as [`Revision::hex`] writes them.
    OneOf(Vec<String>),
}

impl Meant {
    fn check(&self, revision: Revision) -> Result<(), DraftError> {
        match self {
            Self::Unsaid => Err(DraftError::Unsaid),
            Self::OneOf(known) if !known.contains(&revision.hex()) => Err(DraftError::Changed),
            Self::Any | Self::OneOf(_) => Ok(()),
        }
    }
}

impl Service {
    /// The draft, if it is the one that is meant, for one request at a time.
    pub(super) fn meant(
        &self,
        actor: &Actor,
        id: &str,
        meant: &Meant,
    ) -> Result<(Stored, Claimed<'_>), DraftError> {
        let claim = (actor.label(), format!("draft:{id}"));
        let alone = self.shared.in_progress.claim(claim).ok_or(DraftError::InWork)?;
        let stored = self.stored(actor, id)?;
        meant.check(Revision::of(&stored.body))?;
        Ok((stored, alone))
    }

    /// What was filed of a draft under this key, by the same actor: for who did not hear of it.
    pub(super) fn filed_under(
        &self,
        actor: &Actor,
        key: Option<&str>,
    ) -> Result<Option<Filed>, DraftError> {
        let Some(key) = key else { return Ok(None) };
        let (label, key) = (actor.label(), format!("key:{key}"));
        let found = self.with_reader(|reader| reader.lookup_idempotency(&label, &key));
        let Some(record) = found.map_err(FileError::from)? else { return Ok(None) };
        let seq = phusong_atlas::domain::EntrySeq(record.seq);
        let id = self.with_history(|history| history.entry(seq).map(|head| head.id));
        let filed = id.and_then(|id| self.filed_as(actor, id));
        Ok(filed.map(|(written, receipt)| Filed { written, receipt, draft: Draft::default() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_draft_that_is_meant_is_changed() {
        let (one, other) = (Revision::of(b"{}"), Revision::of(b"{\"kind\":null}"));
        let told = |meant: &Meant| meant.check(one);
        assert!(matches!(told(&Meant::Unsaid), Err(DraftError::Unsaid)));
        assert!(matches!(told(&Meant::OneOf(Vec::new())), Err(DraftError::Changed)));
        assert!(matches!(told(&Meant::OneOf(vec![other.hex()])), Err(DraftError::Changed)));
        assert!(told(&Meant::OneOf(vec![other.hex(), one.hex()])).is_ok());
        assert!(told(&Meant::Any).is_ok());
    }
}
