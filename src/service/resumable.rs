//! Files that come in several requests: promised by hash and size, continued where they stopped
//! after a lost connection or a restart, then named in a filing by their hash.
//!
//! Everything here is its owner's alone. Whether these bytes are somebody else's too is never
//! asked, so that nobody learns it.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::actor::{Action, Actor, Object, can};
use super::drafts::DraftError;
use super::filing::FileError;
use super::open::{NoRandomness, Service, Shared, fresh_bytes, now};
use super::uploads::{ContentHash, Upload, with_blobs};
use crate::vault::VaultError;
use crate::vault::blobs::{BlobId, FreshBlob};
use crate::vault::keys::NewKey;
use crate::vault::partial::{Ends, PIECE, Partial};
use crate::vault::uploads::Upload as Promised;
use phusong_intake::Format;

/// Of one owner at a time: as many as a filing takes.
const MOST_OPEN: usize = super::drafts::MOST_FILES;
/// What an owner's may come to together, as promised.
const MOST_OPEN_BYTES: u64 = 500_000_000;
/// After so long without a piece they are dropped.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The content that will come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    pub sha256: ContentHash,
    pub size: u64,
    pub name: String,
}

/// A file on its way here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    pub id: String,
    pub promise: Promise,
    /// How many of its bytes are here.
    pub offset: u64,
    /// When it is dropped, unless more of it comes.
    pub expires: Timestamp,
}

impl Incoming {
    pub fn is_whole(&self) -> bool {
        self.offset == self.promise.size
    }
}

/// What becomes of a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Its owner sent this very content before: nothing has to come.
    Here,
    Known(Incoming),
    New(Incoming),
}

#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// Not there, or somebody else's: the same.
    #[error("there is no such upload")]
    NotFound,
    #[error("too much is on its way already: finish or discard some of it, or wait a day")]
    Full,
    #[error("the upload stands at byte {offset}")]
    Elsewhere { offset: u64 },
    #[error("more came than was promised")]
    TooLong,
    /// Its bytes were dropped.
    #[error("what came is not the content that was promised: send it again")]
    OtherContent,
    #[error(transparent)]
    File(#[from] FileError),
}

impl From<VaultError> for UploadError {
    fn from(error: VaultError) -> Self {
        FileError::of_vault(error).into()
    }
}

impl From<NoRandomness> for UploadError {
    fn from(error: NoRandomness) -> Self {
        FileError::from(error).into()
    }
}

/// Where each upload stands to which something was sent since the start. A newer request takes
/// over: the connection that was lost may not know yet that it is.
#[derive(Debug, Default)]
pub(super) struct Positions(Mutex<BTreeMap<String, Arc<Mutex<Position>>>>);

#[derive(Debug)]
struct Position {
    ends: Ends,
    /// Whose turn it is to write; any other has been overtaken.
    turn: u64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Positions {
    fn known(&self, id: &str) -> Option<Arc<Mutex<Position>>> {
        lock(&self.0).get(id).map(Arc::clone)
    }

    fn of(&self, id: &str, partial: &Partial) -> Result<Arc<Mutex<Position>>, VaultError> {
        let mut all = lock(&self.0);
        if let Some(known) = all.get(id) {
            return Ok(Arc::clone(known));
        }
        let position = Arc::new(Mutex::new(Position { ends: partial.ends()?, turn: 0 }));
        all.insert(id.to_owned(), Arc::clone(&position));
        Ok(position)
    }

    /// It is gone: whoever still writes is told so.
    fn forget(&self, id: &str) {
        let gone = lock(&self.0).remove(id);
        if let Some(position) = gone {
            lock(&position).turn += 1;
        }
    }
}

/// Drops those of which nothing came for a day.
pub(super) fn drop_expired(shared: &Shared) -> Result<(), VaultError> {
    let before = now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
    let expired = with_blobs(shared, |blobs| blobs.expire_uploads(before))?;
    expired.iter().try_for_each(|id| let_go(shared, id))
}

/// Of one whose row is gone already, so that nobody begins to write any more: whoever still writes
/// is stopped, then what came goes.
fn let_go(shared: &Shared, id: &str) -> Result<(), VaultError> {
    shared.positions.forget(id);
    with_blobs(shared, |blobs| blobs.remove_partial(id))
}

/// More of an upload, while it arrives.
#[derive(Debug)]
pub struct Continuing {
    service: Service,
    promised: Promised,
    partial: Partial,
    position: Arc<Mutex<Position>>,
    turn: u64,
}

impl Continuing {
    /// Adds bytes. What was added stays, whatever becomes of the rest.
    ///
    /// # Errors
    /// `Elsewhere` when a newer request has taken over; `TooLong`; a full disk.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), UploadError> {
        for piece in bytes.chunks(PIECE) {
            self.service.room_for_files()?;
            let nonce = fresh_bytes()?;
            let mut position = lock(&self.position);
            let Position { ends, turn } = *position;
            if turn != self.turn {
                return Err(UploadError::Elsewhere { offset: ends.plain });
            }
            if ends.plain + piece.len() as u64 > self.promised.size {
                return Err(UploadError::TooLong);
            }
            position.ends = self.partial.append(ends, piece, nonce)?;
        }
        Ok(())
    }

    /// No more comes for now. On return what came is on the disk; the whole is held against its
    /// promise.
    ///
    /// # Errors
    /// `OtherContent`: nothing of it is kept.
    pub fn end(self) -> Result<Incoming, UploadError> {
        let shared = &self.service.shared;
        let ends = lock(&self.position).ends;
        if ends.plain > 0 {
            self.partial.sync()?;
        }
        let updated = now();
        if !with_blobs(shared, |blobs| blobs.touch_upload(updated, &self.promised.id))? {
            return Err(UploadError::NotFound);
        }
        let incoming = incoming(Promised { updated, ..self.promised }, ends);
        if incoming.is_whole() && hash_of(&self.partial)? != incoming.promise.sha256 {
            self.service.forget_upload(&incoming.id)?;
            return Err(UploadError::OtherContent);
        }
        Ok(incoming)
    }
}

fn incoming(promised: Promised, ends: Ends) -> Incoming {
    let Promised { id, sha256, size, name, updated, .. } = promised;
    let expires = updated.checked_add(KEPT).unwrap_or(Timestamp::MAX);
    Incoming { id, promise: Promise { sha256, size, name }, offset: ends.plain, expires }
}

/// Damage on the disk is other content too.
fn hash_of(partial: &Partial) -> Result<ContentHash, UploadError> {
    let (mut content, mut hash) = (partial.read()?, Sha256::new());
    let mut piece = vec![0; PIECE];
    loop {
        match content.read(&mut piece) {
            Ok(0) => return Ok(hash.finalize().into()),
            Ok(many) => hash.update(&piece[..many]),
            Err(error) => return Err(unreadable(error)),
        }
    }
}

fn unreadable(error: io::Error) -> UploadError {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => UploadError::OtherContent,
        _ => FileError::of_io(error).into(),
    }
}

impl Service {
    /// Makes room for a file that will come, or says where it stands.
    ///
    /// # Errors
    /// `NotAllowed` for those who may file nothing; `TooLarge`, `Full`, a disk that is nearly full.
    pub fn begin_upload(&self, actor: &Actor, promise: &Promise) -> Result<Begun, UploadError> {
        can(actor, Action::Prepare, Object::House).map_err(FileError::from)?;
        let limit_bytes = Format::Any.limit_bytes();
        if promise.size > limit_bytes {
            return Err(FileError::TooLarge { limit_bytes }.into());
        }
        drop_expired(&self.shared)?;
        let owner = actor.label();
        let known = with_blobs(&self.shared, |blobs| blobs.upload_of(&owner, &promise.sha256))?;
        match known {
            Some(known) if known.size == promise.size => {
                return self.standing(known).map(Begun::Known);
            }
            // The same content is as long as ever: one of both promises was wrong.
            Some(wrong) => self.forget_upload(&wrong.id)?,
            None => {}
        }
        if self.is_here(actor, &promise.sha256)? {
            return Ok(Begun::Here);
        }
        self.room_for_files()?;
        let Promise { sha256, size, name } = promise.clone();
        let id = BASE32_NOPAD.encode(&fresh_bytes::<10>()?).to_lowercase();
        let new = Promised { id, owner: owner.clone(), sha256, size, name, updated: now() };
        let fresh =
            FreshBlob { key: NewKey { secret: fresh_bytes()? }, wrap_nonce: fresh_bytes()? };
        // Counted and begun in one turn at the vault: many at once get no more room than one.
        let begun = with_blobs(&self.shared, |blobs| {
            let open = blobs.uploads(&owner)?;
            let open_bytes: u64 = open.iter().map(|one| one.size).sum();
            if open.len() >= MOST_OPEN || open_bytes + size > MOST_OPEN_BYTES {
                return Ok(false);
            }
            blobs.begin_upload(&new, &fresh).map(|()| true)
        });
        match begun {
            Ok(true) => Ok(Begun::New(incoming(new, Ends::default()))),
            Ok(false) => Err(UploadError::Full),
            // Begun by another request just now.
            Err(VaultError::Taken) => {
                let known = with_blobs(&self.shared, |blobs| blobs.upload_of(&owner, &sha256))?;
                self.standing(known.ok_or(UploadError::NotFound)?).map(Begun::Known)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The actor's own, last touched first.
    ///
    /// # Errors
    /// `NotAllowed` for those who may file nothing.
    pub fn uploads(&self, actor: &Actor) -> Result<Vec<Incoming>, UploadError> {
        can(actor, Action::Prepare, Object::House).map_err(FileError::from)?;
        drop_expired(&self.shared)?;
        let own = with_blobs(&self.shared, |blobs| blobs.uploads(&actor.label()))?;
        own.into_iter().map(|promised| self.standing(promised)).collect()
    }

    /// # Errors
    /// `NotFound` also for somebody else's.
    pub fn upload(&self, actor: &Actor, id: &str) -> Result<Incoming, UploadError> {
        self.standing(self.promised(actor, id)?)
    }

    /// More of it comes, from this byte on. Whoever was sending it before is overtaken.
    ///
    /// # Errors
    /// `NotFound`; `Elsewhere` when it does not stand at that byte.
    pub fn continue_upload(
        &self,
        actor: &Actor,
        id: &str,
        offset: u64,
    ) -> Result<Continuing, UploadError> {
        let promised = self.promised(actor, id)?;
        let partial = self.partial(id)?;
        let position = self.shared.positions.of(id, &partial)?;
        // Dropped since: its row goes before its position, so that one of both is seen to be gone.
        if let Err(gone) = self.promised(actor, id) {
            self.shared.positions.forget(id);
            return Err(gone);
        }
        let turn = {
            let mut position = lock(&position);
            if position.ends.plain != offset {
                return Err(UploadError::Elsewhere { offset: position.ends.plain });
            }
            position.turn += 1;
            position.turn
        };
        Ok(Continuing { service: self.clone(), promised, partial, position, turn })
    }

    pub fn discard_upload(&self, actor: &Actor, id: &str) -> Result<(), UploadError> {
        let promised = self.promised(actor, id)?;
        self.forget_upload(&promised.id)
    }

    /// A file that the actor has sent whole, laid out for its readers, with the name it came under
    /// when that is known.
    ///
    /// # Errors
    /// `NotFound` when it was never sent, or by somebody else; `Elsewhere` when some of it is
    /// still to come.
    pub fn sent_file(
        &self,
        actor: &Actor,
        sha256: &ContentHash,
    ) -> Result<(Option<String>, Upload), UploadError> {
        can(actor, Action::Prepare, Object::House).map_err(FileError::from)?;
        let promised = with_blobs(&self.shared, |blobs| blobs.upload_of(&actor.label(), sha256))?;
        let Some(promised) = promised else {
            if self.is_here(actor, sha256)? {
                return Ok((None, self.lay_out(*sha256)?));
            }
            return Err(UploadError::NotFound);
        };
        let standing = self.standing(promised)?;
        if !standing.is_whole() {
            return Err(UploadError::Elsewhere { offset: standing.offset });
        }
        let laid_out = self.lay_out_sent(&standing);
        if matches!(laid_out, Err(UploadError::OtherContent)) {
            self.forget_upload(&standing.id)?;
        }
        Ok((Some(standing.promise.name), laid_out?))
    }

    fn lay_out_sent(&self, whole: &Incoming) -> Result<Upload, UploadError> {
        let upload = self.laid_out(self.partial(&whole.id)?.read()?, unreadable)?;
        let is_as_promised = upload.sha256 == whole.promise.sha256;
        if is_as_promised { Ok(upload) } else { Err(UploadError::OtherContent) }
    }

    /// They are part of a draft now, and kept as its files.
    pub fn uploads_taken(&self, actor: &Actor, taken: &[ContentHash]) -> Result<(), UploadError> {
        for sha256 in taken {
            let own = with_blobs(&self.shared, |blobs| blobs.upload_of(&actor.label(), sha256))?;
            if let Some(own) = own {
                self.forget_upload(&own.id)?;
            }
        }
        Ok(())
    }

    fn promised(&self, actor: &Actor, id: &str) -> Result<Promised, UploadError> {
        let found = with_blobs(&self.shared, |blobs| blobs.upload(id))?;
        let found = found.ok_or(UploadError::NotFound)?;
        can(actor, Action::Prepare, Object::Prepared { by: &found.owner })
            .map_err(|_whatever_it_is| UploadError::NotFound)?;
        Ok(found)
    }

    fn partial(&self, id: &str) -> Result<Partial, UploadError> {
        with_blobs(&self.shared, |blobs| blobs.partial(id))?.ok_or(UploadError::NotFound)
    }

    fn standing(&self, promised: Promised) -> Result<Incoming, UploadError> {
        let ends = match self.shared.positions.known(&promised.id) {
            Some(position) => lock(&position).ends,
            None => self.partial(&promised.id)?.ends()?,
        };
        Ok(incoming(promised, ends))
    }

    fn forget_upload(&self, id: &str) -> Result<(), UploadError> {
        with_blobs(&self.shared, |blobs| blobs.drop_upload(id))?;
        Ok(let_go(&self.shared, id)?)
    }

    /// Did this actor's side send these bytes before, and are they kept? What others sent does not
    /// count, though the same bytes may be kept for them.
    fn is_here(&self, actor: &Actor, sha256: &ContentHash) -> Result<bool, UploadError> {
        let Some(own) = actor.party() else { return Ok(false) };
        let filed = self.with_history(|history| {
            history
                .entries_with_file(sha256)
                .any(|head| head.filing.owner == own || head.filing.filed_by == own)
        });
        let is_own = filed || {
            let drafts = self.drafts(actor).map_err(|error| match error {
                DraftError::File(error) => UploadError::File(error),
                _ => UploadError::NotFound,
            })?;
            let mut files = drafts.iter().flat_map(|(_, _, state)| &state.files);
            files.any(|file| file.sha256 == *sha256)
        };
        let kept = with_blobs(&self.shared, |blobs| blobs.size(BlobId(*sha256)))?;
        Ok(is_own && kept.is_some())
    }
}
