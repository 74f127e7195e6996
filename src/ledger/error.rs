//! What can go wrong in the ledger, in English (`Display`) and Vietnamese (`message_vi`), and
//! what to do about it.

use std::io;
use std::path::PathBuf;

use crate::vault::migrate::MigrateError;

#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error(
        "{dir}: another process (pid {holder}) writes this ledger: stop it first, or use a command that only reads"
    )]
    InUse { dir: PathBuf, holder: String },
    #[error("{dir}: there is no ledger here")]
    Absent { dir: PathBuf },
    #[error("{dir}: there is a ledger here already; import into an empty directory")]
    NotEmpty { dir: PathBuf },
    #[error("ledger.db: {0}")]
    Migrate(#[source] MigrateError),
    #[error("{path}: could not be read or written")]
    Io { path: PathBuf, source: io::Error },
    #[error("the ledger database could not be read")]
    Read(#[source] rusqlite::Error),
    /// Nothing was written. Later appends may succeed.
    #[error("the disk is full: nothing was filed; free some space and file again")]
    Full,
    /// Nothing was written. Try again.
    #[error("the ledger is busy: nothing was filed; try again")]
    Busy,
    #[error("the entry is {found} bytes long; at most {limit} are allowed: nothing was filed")]
    TooLarge { found: usize, limit: usize },
    /// Writing failed before the commit: nothing was filed, and the ledger takes no more.
    #[error("writing failed, nothing was filed; the ledger stopped and must be opened again")]
    Failed(#[source] rusqlite::Error),
    /// The commit failed: the entries may or may not be stored. The idempotency key tells after
    /// the ledger was opened again.
    #[error(
        "the outcome is unknown: the disk failed while the entries were being made durable; open the ledger again and ask by the idempotency key"
    )]
    Unknown(#[source] rusqlite::Error),
    /// An earlier failure stopped the ledger.
    #[error("the ledger stopped after a failed write and must be opened again")]
    Stopped,
    #[error(
        "entry {seq}: {what}. To see everything that is wrong: phusong ledger verify. To go on: restore the newest export (phusong ledger import), or save what is proven (phusong ledger recover --to FILE)"
    )]
    Damaged { seq: u64, what: Damage },
    #[error("there is no entry {seq} in a ledger of {size} entries")]
    NoSuchEntry { seq: u64, size: u64 },
    #[error("{path}, byte {at}: {what}; nothing was imported")]
    BadFile { path: PathBuf, at: u64, what: &'static str },
    #[error("cancelled; nothing was changed")]
    Cancelled,
}

/// A fault and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The first entry concerned; for a checkpoint, the last entry that it vouches for.
    pub seq: u64,
    pub what: Damage,
}

/// How a ledger differs from what was written and signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    #[error("its bytes were changed")]
    Changed,
    #[error("it is missing (up to entry {to})")]
    Missing { to: u64 },
    #[error("it does not belong here: the order was changed")]
    Reordered,
    #[error("it is a copy of entry {of}")]
    Duplicated { of: u64 },
    #[error(
        "one or more of the entries up to {to} were replaced: they do not give the signed root"
    )]
    Replaced { to: u64 },
    #[error("the ledger was cut off here: {signed} entries were signed")]
    Truncated { signed: u64 },
    #[error("it stands behind the last checkpoint ({signed} entries): nobody signed for it")]
    Unsigned { signed: u64 },
    #[error("the checkpoint over it is not signed by a known key of the service")]
    Signature,
    #[error("the checkpoint over it contradicts itself")]
    Checkpoint,
    #[error("there is no checkpoint at all")]
    NoCheckpoint,
    #[error("the ledger does not continue the checkpoint held elsewhere: it was rewritten")]
    Forked,
    #[error("the disk does not give it back ({detail})")]
    Unreadable { detail: String },
}

impl Damage {
    /// The same words in Vietnamese.
    pub fn message_vi(&self) -> String {
        match self {
            Self::Changed => "nội dung đã bị thay đổi".into(),
            Self::Missing { to } => format!("bị thiếu (đến mục {to})"),
            Self::Reordered => "không thuộc vị trí này: thứ tự đã bị đổi".into(),
            Self::Duplicated { of } => format!("là bản sao của mục {of}"),
            Self::Replaced { to } => {
                format!("một hoặc nhiều mục đến mục {to} đã bị thay: không cho ra mã gốc đã ký")
            }
            Self::Truncated { signed } => format!("sổ bị cắt từ đây: đã ký {signed} mục"),
            Self::Unsigned { signed } => {
                format!("nằm sau mốc ký cuối cùng ({signed} mục): chưa ai ký cho mục này")
            }
            Self::Signature => "mốc ký không do khóa nào đã biết của hệ thống ký".into(),
            Self::Checkpoint => "mốc ký tự mâu thuẫn".into(),
            Self::NoCheckpoint => "không có mốc ký nào".into(),
            Self::Forked => "sổ không nối tiếp mốc ký được giữ ở nơi khác: đã bị viết lại".into(),
            Self::Unreadable { detail } => format!("đĩa không trả lại được ({detail})"),
        }
    }
}

impl LedgerError {
    /// Stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InUse { .. } => "ledger-in-use",
            Self::Absent { .. } => "ledger-absent",
            Self::NotEmpty { .. } => "ledger-not-empty",
            Self::Migrate(_) => "ledger-format",
            Self::Io { .. } => "ledger-io",
            Self::Read(_) => "ledger-read",
            Self::Full => "disk-full",
            Self::Busy => "ledger-busy",
            Self::TooLarge { .. } => "entry-too-large",
            Self::Failed(_) => "ledger-failed",
            Self::Unknown(_) => "outcome-unknown",
            Self::Stopped => "ledger-stopped",
            Self::Damaged { .. } => "ledger-damaged",
            Self::NoSuchEntry { .. } => "no-such-entry",
            Self::BadFile { .. } => "bad-ledger-file",
            Self::Cancelled => "cancelled",
        }
    }

    /// The same sentence in Vietnamese.
    pub fn message_vi(&self) -> String {
        match self {
            Self::InUse { dir, holder } => format!(
                "{}: một tiến trình khác (pid {holder}) đang ghi sổ này: hãy dừng nó trước, hoặc dùng lệnh chỉ đọc",
                dir.display()
            ),
            Self::Absent { dir } => format!("{}: không có sổ nào ở đây", dir.display()),
            Self::NotEmpty { dir } => {
                format!("{}: ở đây đã có sổ; hãy nhập vào thư mục trống", dir.display())
            }
            Self::Migrate(error) => format!("ledger.db: {}", error.message_vi()),
            Self::Io { path, .. } => format!("{}: không đọc hoặc ghi được", path.display()),
            Self::Read(_) => "không đọc được cơ sở dữ liệu của sổ".into(),
            Self::Full => "đĩa đã đầy: chưa ghi gì; hãy giải phóng dung lượng rồi gửi lại".into(),
            Self::Busy => "sổ đang bận: chưa ghi gì; hãy thử lại".into(),
            Self::TooLarge { found, limit } => {
                format!("mục dài {found} byte, tối đa {limit}: chưa ghi gì")
            }
            Self::Failed(_) => "ghi không được, chưa có gì được lưu; sổ đã dừng và phải mở lại".into(),
            Self::Unknown(_) => {
                "chưa rõ kết quả: đĩa lỗi đúng lúc đang lưu; hãy mở lại sổ rồi hỏi bằng mã chống gửi trùng".into()
            }
            Self::Stopped => "sổ đã dừng sau một lần ghi lỗi và phải mở lại".into(),
            Self::Damaged { seq, what } => format!(
                "mục {seq}: {}. Xem mọi chỗ hỏng: phusong ledger verify. Để tiếp tục: khôi phục bản xuất mới nhất (phusong ledger import), hoặc cứu phần đã được chứng minh (phusong ledger recover --to TỆP)",
                what.message_vi()
            ),
            Self::NoSuchEntry { seq, size } => format!("không có mục {seq} trong sổ gồm {size} mục"),
            Self::BadFile { path, at, .. } => format!(
                "{}, byte {at}: tệp sổ không đọc được hoặc đã bị thay đổi; chưa nhập gì",
                path.display()
            ),
            Self::Cancelled => "đã hủy; chưa thay đổi gì".into(),
        }
    }
}

impl From<Fault> for LedgerError {
    fn from(fault: Fault) -> Self {
        Self::Damaged { seq: fault.seq, what: fault.what }
    }
}
