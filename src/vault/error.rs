//! What can go wrong in the vault, in English (`Display`) and Vietnamese (`message_vi`).

use std::io;
use std::path::PathBuf;

use super::keys::KeyError;
use super::migrate::MigrateError;

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the vault database could not be read or written")]
    Store(#[source] rusqlite::Error),
    #[error("{path}: could not be read or written")]
    Io { path: PathBuf, source: io::Error },
    #[error("the content to be stored could not be read")]
    Content(#[source] io::Error),
    #[error("vault.db: {0}")]
    Migrate(#[source] MigrateError),
    #[error("{0}")]
    Key(#[source] KeyError),
    /// Erased in the database, but another reader still holds the old pages: try again.
    #[error("erased, but traces stay on disk until another reader ends: repeat the command")]
    ErasurePending,
    #[error(
        "“{found}” is not a carrier slug or commune code (a–z, 0–9 and -, at most 40 characters)"
    )]
    BadScope { found: String },
    #[error("no such person, key, draft or file")]
    NotFound,
    #[error("this id is taken")]
    Taken,
    #[error("the content is longer than {limit_bytes} bytes")]
    TooLarge { limit_bytes: u64 },
    #[error("the key of this file was destroyed: its content is gone for good")]
    Destroyed,
    #[error("{path}: the stored file is damaged")]
    DamagedBlob { path: PathBuf },
    #[error(
        "keys/blobs.key is not the key under which the files were stored: restore the right one"
    )]
    WrongMasterKey,
}

impl VaultError {
    /// Whether it comes from want of space: nothing was kept, and later attempts may succeed.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Store(error) => error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull),
            Self::Io { source, .. } => super::is_full(source),
            _ => false,
        }
    }

    /// Stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            _ if self.is_disk_full() => "disk-full",
            Self::Store(_) => "vault-store",
            Self::Io { .. } => "vault-io",
            Self::Content(_) => "vault-content",
            Self::Migrate(_) => "vault-format",
            Self::Key(_) => "vault-key",
            Self::ErasurePending => "erasure-pending",
            Self::BadScope { .. } => "bad-scope",
            Self::NotFound => "not-found",
            Self::Taken => "taken",
            Self::TooLarge { .. } => "too-large",
            Self::Destroyed => "destroyed",
            Self::DamagedBlob { .. } => "damaged-file",
            Self::WrongMasterKey => "wrong-master-key",
        }
    }

    /// The same sentence in Vietnamese.
    pub fn message_vi(&self) -> String {
        match self {
            _ if self.is_disk_full() => {
                "đĩa đã đầy: chưa ghi gì; hãy giải phóng dung lượng rồi gửi lại".into()
            }
            Self::Store(_) => "không đọc hoặc ghi được cơ sở dữ liệu vault.db".into(),
            Self::Io { path, .. } => format!("{}: không đọc hoặc ghi được", path.display()),
            Self::Content(_) => "không đọc được nội dung cần lưu".into(),
            Self::Migrate(error) => format!("vault.db: {}", error.message_vi()),
            Self::Key(error) => error.message_vi(),
            Self::ErasurePending => {
                "đã xóa, nhưng dấu vết còn trên đĩa đến khi một tiến trình khác đọc xong: hãy chạy lại lệnh".into()
            }
            Self::BadScope { found } => format!(
                "“{found}” không phải mã doanh nghiệp hay mã xã (a–z, 0–9 và -, tối đa 40 ký tự)"
            ),
            Self::NotFound => "không có người, khóa, bản nháp hay tệp này".into(),
            Self::Taken => "mã này đã được dùng".into(),
            Self::TooLarge { limit_bytes } => format!("nội dung dài hơn {limit_bytes} byte"),
            Self::Destroyed => "khóa của tệp này đã bị hủy: nội dung đã mất vĩnh viễn".into(),
            Self::DamagedBlob { path } => format!("{}: tệp lưu trữ bị hỏng", path.display()),
            Self::WrongMasterKey => {
                "keys/blobs.key không phải khóa đã dùng để lưu các tệp: hãy khôi phục đúng khóa".into()
            }
        }
    }
}
