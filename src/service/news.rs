//! Who listens for what has just changed: each scope on a channel of its own, so that not even how
//! much happens elsewhere can be heard.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use phusong_atlas::domain::Scope;
use tokio::sync::broadcast::{self, Receiver, Sender};

use super::events::Change;

/// A listener that is further behind is told to ask anew.
const BEHIND: usize = 256;

#[derive(Debug, Default)]
pub struct News {
    channels: Mutex<BTreeMap<Scope, Sender<Arc<Change>>>>,
    is_closed: AtomicBool,
}

impl News {
    pub fn listen(&self, scope: &Scope) -> Receiver<Arc<Change>> {
        let mut channels = self.channels();
        if self.is_closed.load(Ordering::Relaxed) {
            // Its sender is gone: there is nothing to wait for.
            return broadcast::channel(1).1;
        }
        // Those that everybody has left go.
        channels.retain(|known, channel| known == scope || channel.receiver_count() > 0);
        channels.entry(scope.clone()).or_insert_with(|| broadcast::channel(BEHIND).0).subscribe()
    }

    pub fn tell(&self, change: Change) {
        if let Some(channel) = self.channels().get(&change.scope) {
            let _nobody_listens = channel.send(Arc::new(change));
        }
    }

    /// Every listener gets to its end, and so does whoever comes later.
    pub fn close(&self) {
        let mut channels = self.channels();
        self.is_closed.store(true, Ordering::Relaxed);
        channels.clear();
    }

    pub fn listeners(&self) -> usize {
        self.channels().values().map(Sender::receiver_count).sum()
    }

    fn channels(&self) -> MutexGuard<'_, BTreeMap<Scope, Sender<Arc<Change>>>> {
        match self.channels.lock() {
            Ok(channels) => channels,
            Err(poisoned) => poisoned.into_inner(),
        }
    }
}
