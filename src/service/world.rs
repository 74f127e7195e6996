//! Where the writer's time, chance and room come from: the machine, or a test that wants the same
//! ledger twice or a disk that fills up.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::disk::{Space, free_space};
use super::open::now;

/// The instant at which something is recorded.
type Clock = dyn Fn() -> Timestamp + Send + Sync;
/// The salt of a leaf, for the bytes that will lie in it; `None` when there is no chance to be had.
type Salt = dyn Fn(&[u8]) -> Option<[u8; 16]> + Send + Sync;
/// How much of the disk that holds a directory is free; `None` when it does not tell.
type DiskSpace = dyn Fn(&Path) -> Option<Space> + Send + Sync;

#[derive(Clone)]
pub struct World {
    clock: Arc<Clock>,
    salt: Arc<Salt>,
    disk: Arc<DiskSpace>,
}

impl World {
    /// The machine's clock and randomness.
    pub fn real() -> Self {
        Self::of(now, |_body| {
            let mut salt = [0; 16];
            getrandom::fill(&mut salt).ok().map(|()| salt)
        })
    }

    pub fn of(
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
        salt: impl Fn(&[u8]) -> Option<[u8; 16]> + Send + Sync + 'static,
    ) -> Self {
        Self { clock: Arc::new(clock), salt: Arc::new(salt), disk: Arc::new(free_space) }
    }

    /// The same on a disk of the caller's making.
    #[must_use]
    pub fn on_disk(self, disk: impl Fn(&Path) -> Option<Space> + Send + Sync + 'static) -> Self {
        Self { disk: Arc::new(disk), ..self }
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(super) fn space(&self, dir: &Path) -> Option<Space> {
        (self.disk)(dir)
    }

    pub(super) fn salt(&self, body: &[u8]) -> Option<[u8; 16]> {
        (self.salt)(body)
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}
