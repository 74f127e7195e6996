//! What the house measures of itself. No carrier, village or person is named in it.

use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::open::Service;

/// Handles to what is counted; cheap to clone, one set for each open service.
#[derive(Debug, Clone)]
pub struct Meters {
    append: Histogram,
    entries: Counter,
    reopened: Counter,
    fold: Histogram,
    build: Histogram,
    /// Seconds from opening to ready.
    opening: Gauge<f64, AtomicU64>,
    age: Gauge<f64, AtomicU64>,
    listeners: Gauge,
    resident: Gauge,
    free: Gauge,
    size: Gauge,
    room: Gauge,
}

/// From a tenth of a millisecond to ten seconds.
const SECONDS: [f64; 11] = [1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

impl Default for Meters {
    fn default() -> Self {
        let seconds = || Histogram::new(SECONDS);
        Self {
            append: seconds(),
            entries: Counter::default(),
            reopened: Counter::default(),
            fold: seconds(),
            build: seconds(),
            opening: Gauge::default(),
            age: Gauge::default(),
            listeners: Gauge::default(),
            resident: Gauge::default(),
            free: Gauge::default(),
            size: Gauge::default(),
            room: Gauge::default(),
        }
    }
}

impl Meters {
    /// Enters every measure under its name.
    pub fn register(&self, registry: &mut Registry) {
        let second = || Unit::Seconds;
        registry.register_with_unit(
            "phusong_ledger_append",
            "A batch of entries made durable",
            second(),
            self.append.clone(),
        );
        registry.register(
            "phusong_ledger_entries",
            "Entries appended since the start",
            self.entries.clone(),
        );
        registry.register(
            "phusong_ledger_reopened",
            "Times the ledger was opened again after a failed write",
            self.reopened.clone(),
        );
        registry.register_with_unit(
            "phusong_fold",
            "Entries folded into history",
            second(),
            self.fold.clone(),
        );
        registry.register_with_unit(
            "phusong_atlas_build",
            "Atlases of all scopes made after a batch",
            second(),
            self.build.clone(),
        );
        registry.register_with_unit(
            "phusong_opening",
            "From opening the data directory to ready",
            second(),
            self.opening.clone(),
        );
        registry.register_with_unit(
            "phusong_atlas_age",
            "Since the Atlases were last swapped",
            second(),
            self.age.clone(),
        );
        let listeners = self.listeners.clone();
        registry.register("phusong_event_listeners", "Open streams of events", listeners);
        registry.register_with_unit(
            "phusong_process_resident",
            "Memory of this process",
            Unit::Bytes,
            self.resident.clone(),
        );
        registry.register_with_unit(
            "phusong_disk_free",
            "Free space beside the ledger",
            Unit::Bytes,
            self.free.clone(),
        );
        registry.register_with_unit(
            "phusong_disk_size",
            "Of the disk that holds the ledger",
            Unit::Bytes,
            self.size.clone(),
        );
        registry.register(
            "phusong_disk_room",
            "3 enough, 2 below 20 % free, 1 below 10 %: no files, 0 below 5 %: nothing is filed",
            self.room.clone(),
        );
    }

    pub(super) fn appended(&self, took: Duration, entries: u64) {
        self.append.observe(took.as_secs_f64());
        self.entries.inc_by(entries);
    }

    pub(super) fn reopened(&self) {
        self.reopened.inc();
    }

    pub(super) fn folded(&self, took: Duration) {
        self.fold.observe(took.as_secs_f64());
    }

    pub(super) fn built(&self, took: Duration) {
        self.build.observe(took.as_secs_f64());
    }

    pub(super) fn opened(&self, took: Duration) {
        self.opening.set(took.as_secs_f64());
    }
}

impl Service {
    pub fn meters(&self) -> &Meters {
        &self.shared.meters
    }

    /// Brings up to date what is looked at, not counted.
    pub fn take_measure(&self) {
        let meters = &self.shared.meters;
        let swapped: Instant = *self.shared.swapped.load_full();
        meters.age.set(swapped.elapsed().as_secs_f64());
        meters.listeners.set(i64::try_from(self.shared.news.listeners()).unwrap_or(i64::MAX));
        meters.resident.set(resident_bytes().unwrap_or(0));
        let look = self.look_at_disk();
        let bytes = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        meters.free.set(bytes(look.space.map_or(0, |space| space.free_bytes)));
        meters.size.set(bytes(look.space.map_or(0, |space| space.total_bytes)));
        meters.room.set(look.room as i64);
    }
}

/// As Linux tells it.
fn resident_bytes() -> Option<i64> {
    let text = std::fs::read_to_string(Path::new("/proc/self/statm")).ok()?;
    let pages: i64 = text.split(' ').nth(1)?.parse().ok()?;
    Some(pages.saturating_mul(i64::try_from(rustix::param::page_size()).ok()?))
}
