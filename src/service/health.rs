//! Is the house ready to serve, and if not, why?

use std::path::Path;

use super::open::Service;
use crate::ledger::LedgerReader;

/// Below this share of the disk nothing is filed any more.
pub const LEAST_FREE_PERCENT: u64 = 5;

/// One thing that must hold.
#[derive(Debug, Clone)]
pub struct Check {
    pub name: &'static str,
    pub is_good: bool,
    /// In Vietnamese and English: what it looks at, or what is wrong.
    pub says: (String, String),
}

#[derive(Debug, Clone, Copy)]
pub struct Space {
    pub free_bytes: u64,
    pub total_bytes: u64,
}

/// Of the disk that holds `dir`, as far as this process may use it.
pub fn free_space(dir: &Path) -> Option<Space> {
    let stat = rustix::fs::statvfs(dir).ok()?;
    Some(Space {
        free_bytes: stat.f_bavail.saturating_mul(stat.f_frsize),
        total_bytes: stat.f_blocks.saturating_mul(stat.f_frsize),
    })
}

impl Service {
    /// Everything that serving needs. Reads the disk: off the async threads.
    pub fn checks(&self) -> Vec<Check> {
        vec![self.is_caught_up(), self.has_space(), self.can_write(), reads_files()]
    }

    fn is_caught_up(&self) -> Check {
        let folded = self.with_history(|history| history.entries().last().map_or(0, |e| e.seq.0));
        let stored =
            LedgerReader::open(&self.shared.dir).and_then(|reader| Ok(reader.checkpoint()?.size));
        let (is_good, vi, en) = match stored {
            // What is being appended at this moment is durable before it is folded.
            Ok(size) if size <= folded + super::writer::BATCH as u64 => {
                (true, "đã tính hết sổ".to_owned(), "the ledger is folded".to_owned())
            }
            Ok(_) => (false, "chưa tính hết sổ".to_owned(), "the fold lags behind".to_owned()),
            Err(error) => (false, error.message_vi(), error.to_string()),
        };
        Check { name: "fold", is_good, says: (vi, en) }
    }

    fn has_space(&self) -> Check {
        let percent = free_space(&self.shared.dir)
            .map(|space| space.free_bytes.saturating_mul(100) / space.total_bytes.max(1));
        let is_good = percent.is_some_and(|percent| percent >= LEAST_FREE_PERCENT);
        let says = match percent {
            Some(percent) => {
                (format!("đĩa còn trống {percent} %"), format!("{percent} % of the disk is free"))
            }
            None => ("không xem được đĩa".to_owned(), "the disk cannot be looked at".to_owned()),
        };
        Check { name: "disk", is_good, says }
    }

    fn can_write(&self) -> Check {
        let path = self.shared.dir.join(".ready");
        let tried = std::fs::write(&path, b"").and_then(|()| std::fs::remove_file(&path));
        let says = match &tried {
            Ok(()) => ("ghi được".to_owned(), "the data directory can be written".to_owned()),
            Err(error) => (
                format!("không ghi được thư mục dữ liệu: {}", error.kind()),
                format!("the data directory cannot be written: {}", error.kind()),
            ),
        };
        Check { name: "data", is_good: tried.is_ok(), says }
    }
}

/// Files are read in a sandbox or not at all.
fn reads_files() -> Check {
    let found = phusong_gis::sandbox_available();
    let says = match &found {
        Ok(_) => ("có hộp cát để đọc tệp".to_owned(), "files are read in a sandbox".to_owned()),
        Err(error) => (
            format!("không có hộp cát: tắt nhận tệp ({error})"),
            format!("no sandbox: files are not taken ({error})"),
        ),
    };
    Check { name: "sandbox", is_good: found.is_ok(), says }
}
