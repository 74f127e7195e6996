//! Is the house ready to serve, and if not, why?

use std::sync::atomic::Ordering;

use super::disk::Room;
use super::open::Service;
use crate::ledger::{LedgerError, LedgerReader};

/// One thing that must hold.
#[derive(Debug, Clone)]
pub struct Check {
    pub name: &'static str,
    pub is_good: bool,
    /// It holds, and somebody should look.
    pub warns: bool,
    /// In Vietnamese and English: what it looks at, or what is wrong.
    pub says: (String, String),
}

impl Service {
    /// Everything that serving needs. Reads the disk: off the async threads.
    pub fn checks(&self) -> Vec<Check> {
        vec![self.is_caught_up(), self.has_space(), self.can_write(), self.reads_files()]
    }

    fn is_caught_up(&self) -> Check {
        if let Some(fault) = self.shared.damage.get() {
            let error = LedgerError::from(fault.clone());
            let says = (error.message_vi(), error.to_string());
            return Check { name: "fold", is_good: false, warns: true, says };
        }
        let folded = self.with_history(|history| history.entries().last().map_or(0, |e| e.seq.0));
        let stored =
            LedgerReader::open(&self.shared.dir).and_then(|reader| Ok(reader.checkpoint()?.size));
        let (is_good, vi, en) = match stored {
            // What is being appended at this moment is durable before it is folded.
            Ok(size) if size > folded + super::writer::BATCH as u64 => {
                (false, "chưa tính hết sổ".to_owned(), "the fold lags behind".to_owned())
            }
            Ok(_) if self.shared.is_proven.load(Ordering::Relaxed) => {
                (true, "đã tính hết sổ".to_owned(), "the ledger is folded".to_owned())
            }
            Ok(_) => (
                true,
                "đã tính hết sổ; đang kiểm lại các mục của những lần chạy trước".to_owned(),
                "the ledger is folded; entries of earlier starts are being proven".to_owned(),
            ),
            Err(error) => (false, error.message_vi(), error.to_string()),
        };
        Check { name: "fold", is_good, warns: !is_good, says: (vi, en) }
    }

    fn has_space(&self) -> Check {
        let look = self.look_at_disk();
        let Some(percent) = look.percent() else {
            let says = ("không xem được đĩa".to_owned(), "the disk cannot be looked at".to_owned());
            return Check { name: "disk", is_good: false, warns: true, says };
        };
        let (vi, en) = look.room.says();
        let says = (
            format!("đĩa còn trống {percent} %{vi}"),
            format!("{percent} % of the disk is free{en}"),
        );
        let is_good = look.room > Room::Reading;
        Check { name: "disk", is_good, warns: look.room < Room::Enough, says }
    }

    fn can_write(&self) -> Check {
        if self.shared.is_stopped.load(Ordering::Relaxed) {
            let says = (
                "sổ đã dừng sau một lần ghi lỗi; lần gửi tới sẽ mở lại".to_owned(),
                "the ledger stopped after a failed write; the next filing opens it again"
                    .to_owned(),
            );
            return Check { name: "data", is_good: false, warns: true, says };
        }
        let path = self.shared.dir.join(".ready");
        let tried = std::fs::write(&path, b"").and_then(|()| std::fs::remove_file(&path));
        let says = match &tried {
            Ok(()) => ("ghi được".to_owned(), "the data directory can be written".to_owned()),
            Err(error) => (
                format!("không ghi được thư mục dữ liệu: {}", error.kind()),
                format!("the data directory cannot be written: {}", error.kind()),
            ),
        };
        Check { name: "data", is_good: tried.is_ok(), warns: tried.is_err(), says }
    }

    /// Files are read in a sandbox or not at all.
    fn reads_files(&self) -> Check {
        let program = self.shared.geo_reader.program();
        let missing = || {
            (
                "thiếu chương trình phusong-reader bên cạnh phusong: tắt nhận tệp".to_owned(),
                "the program phusong-reader is missing beside phusong: files are not taken"
                    .to_owned(),
            )
        };
        let found = phusong_gis::sandbox_available();
        let (is_good, says) = match &found {
            Ok(_) if !program.is_file() => (false, missing()),
            Ok(_) => {
                let says = ("có hộp cát để đọc tệp", "files are read in a sandbox");
                (true, (says.0.to_owned(), says.1.to_owned()))
            }
            Err(error) => {
                let vi = format!("không có hộp cát: tắt nhận tệp ({error})");
                (false, (vi, format!("no sandbox: files are not taken ({error})")))
            }
        };
        Check { name: "sandbox", is_good, warns: !is_good, says }
    }
}
