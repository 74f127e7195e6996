//! What the sender should hear of a reading that succeeded: something was left out, rebuilt or
//! not said by the file. Data in the variants, a sentence in both languages.

use serde::{Deserialize, Serialize};

/// Most names that one note lists.
pub(crate) const NAMES_MAX: usize = 20;

/// One thing to say about a file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum Note {
    #[error("{count} network links were not followed; the first leads to {first:?}")]
    NetworkLinks { count: u64, first: String },
    #[error("{layer:?} has no .shx: the index was rebuilt from the .shp")]
    IndexRebuilt { layer: String },
    #[error("{layer:?} is drawn without a coordinate system (NonEarth): it counts as undeclared")]
    NonEarth { layer: String },
    #[error("files in the ZIP that were not read: {}", names.join(", "))]
    FilesNotRead { names: Vec<String> },
    #[error("times without a day were left out: no day is made up")]
    TimesWithoutDay,
    #[error("{layer:?}: {count} records are marked as deleted and were left out")]
    DeletedRecords { layer: String, count: u64 },
    #[error("{count} numbers of the grid have a decimal comma: it is read as a point")]
    DecimalCommas { count: u64 },
    #[error("cells hidden by the raster's own mask count as no data")]
    Masked,
}

impl Note {
    /// A stable word for findings and tests.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NetworkLinks { .. } => "network-links-ignored",
            Self::IndexRebuilt { .. } => "index-rebuilt",
            Self::NonEarth { .. } => "non-earth",
            Self::FilesNotRead { .. } => "files-not-read",
            Self::TimesWithoutDay => "times-without-day",
            Self::DeletedRecords { .. } => "deleted-records",
            Self::DecimalCommas { .. } => "grid-commas",
            Self::Masked => "masked-cells",
        }
    }

    /// The same for a Vietnamese reader.
    pub fn message_vi(&self) -> String {
        match self {
            Self::NetworkLinks { count, first } => {
                format!("không mở {count} liên kết mạng (NetworkLink) trong tệp, ví dụ “{first}”")
            }
            Self::IndexRebuilt { layer } => {
                format!("“{layer}” thiếu tệp .shx: chỉ mục đã được dựng lại từ .shp")
            }
            Self::NonEarth { layer } => {
                format!("“{layer}” không khai hệ tọa độ (NonEarth): coi như chưa khai")
            }
            Self::FilesNotRead { names } => {
                format!("các tệp trong ZIP không đọc: {}", names.join(", "))
            }
            Self::TimesWithoutDay => {
                "thời gian không ghi ngày được bỏ qua, không tự đặt ngày".to_owned()
            }
            Self::DeletedRecords { layer, count } => {
                format!("“{layer}”: {count} bản ghi đã đánh dấu xóa, không đọc")
            }
            Self::DecimalCommas { count } => {
                format!("{count} số trong lưới dùng dấu phẩy thập phân: đọc như dấu chấm")
            }
            Self::Masked => "các ô bị mặt nạ của ảnh che được coi là không có số liệu".to_owned(),
        }
    }
}
