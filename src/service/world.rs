//! Where the writer's time and chance come from: the machine, or a test that wants the same
//! ledger twice.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::open::now;

/// The instant at which something is recorded.
type Clock = dyn Fn() -> Timestamp + Send + Sync;
/// The salt of a leaf, for the bytes that will lie in it; `None` when there is no chance to be had.
type Salt = dyn Fn(&[u8]) -> Option<[u8; 16]> + Send + Sync;

#[derive(Clone)]
pub struct World {
    clock: Arc<Clock>,
    salt: Arc<Salt>,
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
        Self { clock: Arc::new(clock), salt: Arc::new(salt) }
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
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
