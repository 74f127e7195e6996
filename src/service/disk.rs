//! How much room the disk has left, and what is still taken while it shrinks: reading never ends.
//!
//! Looked at anew each time, so that it heals by itself once there is space again.

use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};

use super::filing::FileError;
use super::open::Service;
use super::writer::WriteError;

/// Free shares of the disk, in percent (RELIABILITY, “Running it”).
const WARN_PERCENT: u64 = 20;
const NO_FILES_PERCENT: u64 = 10;
const NO_APPENDS_PERCENT: u64 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    pub free_bytes: u64,
    pub total_bytes: u64,
}

/// Of the disk that holds `dir`, as far as this process may use it.
pub fn free_space(dir: &Path) -> Option<Space> {
    let stat = rustix::fs::statvfs(dir).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(stat.f_frsize);
    let used = stat.f_blocks.saturating_sub(stat.f_bfree);
    // What only root may fill is no part of it, as in `df`.
    Some(Space {
        free_bytes: bytes(stat.f_bavail),
        total_bytes: bytes(used.saturating_add(stat.f_bavail)),
    })
}

/// What there is room for, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// Below 5 % free.
    Reading = 0,
    /// Below 10 %: reports as JSON, acts and decisions; no files.
    Acts = 1,
    /// Below 20 %: everything, with a warning.
    Low = 2,
    Enough = 3,
}

impl Room {
    /// A disk that does not tell counts as enough: the write itself will say when it is full.
    pub(super) fn of(space: Option<Space>) -> Self {
        let Some(space) = space else { return Self::Enough };
        // Never rounded up: 4.99 % is below 5 %.
        let is_below =
            |percent| u128::from(space.free_bytes) * 100 < u128::from(space.total_bytes) * percent;
        match () {
            () if is_below(u128::from(NO_APPENDS_PERCENT)) => Self::Reading,
            () if is_below(u128::from(NO_FILES_PERCENT)) => Self::Acts,
            () if is_below(u128::from(WARN_PERCENT)) => Self::Low,
            () => Self::Enough,
        }
    }

    /// What follows from it, in Vietnamese and English.
    pub const fn says(self) -> (&'static str, &'static str) {
        match self {
            Self::Reading => (
                ": dưới 5 %, không nhận gì thêm; vẫn đọc được",
                ": below 5 %, nothing is filed; reading goes on",
            ),
            Self::Acts => (": dưới 10 %, không nhận tệp", ": below 10 %, files are not taken"),
            Self::Low => (": dưới 20 %, hãy giải phóng", ": below 20 %, free some"),
            Self::Enough => ("", ""),
        }
    }
}

/// The disk at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub space: Option<Space>,
    pub room: Room,
}

impl Look {
    /// Free, rounded down.
    pub fn percent(&self) -> Option<u64> {
        self.space.map(|space| space.free_bytes.saturating_mul(100) / space.total_bytes.max(1))
    }
}

/// What the disk had room for when it was last looked at, so that the log tells each turn once.
#[derive(Debug)]
pub struct Disk {
    last: AtomicU8,
}

impl Default for Disk {
    fn default() -> Self {
        Self { last: AtomicU8::new(Room::Enough as u8) }
    }
}

impl Service {
    pub fn look_at_disk(&self) -> Look {
        let space = self.shared.world.space(&self.shared.dir);
        let look = Look { space, room: Room::of(space) };
        if self.shared.disk.last.swap(look.room as u8, Ordering::Relaxed) != look.room as u8 {
            let (free_percent, says) = (look.percent().unwrap_or(100), look.room.says().1);
            if look.room == Room::Enough {
                tracing::info!(free_percent, "there is room on the disk again");
            } else {
                tracing::warn!(free_percent, "{free_percent} % of the disk is free{says}");
            }
        }
        look
    }

    /// # Errors
    /// `DiskLow` below 5 % free.
    pub(super) fn room_for_appends(&self) -> Result<(), WriteError> {
        let look = self.look_at_disk();
        if look.room > Room::Reading {
            Ok(())
        } else {
            Err(WriteError::DiskLow(NO_APPENDS_PERCENT))
        }
    }

    /// # Errors
    /// `DiskLow` below 10 % free.
    pub(super) fn room_for_files(&self) -> Result<(), FileError> {
        let look = self.look_at_disk();
        if look.room > Room::Acts {
            Ok(())
        } else {
            Err(WriteError::DiskLow(NO_FILES_PERCENT).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_is_room_for_by_the_free_share() {
        let room = |free_bytes| Room::of(Some(Space { free_bytes, total_bytes: 10_000 }));
        let cases = [
            (0, Room::Reading),
            (499, Room::Reading),
            (500, Room::Acts),
            (999, Room::Acts),
            (1_000, Room::Low),
            (1_999, Room::Low),
            (2_000, Room::Enough),
            (10_000, Room::Enough),
        ];
        for (free_bytes, expected) in cases {
            assert_eq!(room(free_bytes), expected, "{free_bytes}");
        }
        assert_eq!(Room::of(None), Room::Enough);
    }
}
