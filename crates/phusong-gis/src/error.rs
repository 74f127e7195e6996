//! Why a file could not be read: data in the variants, an English sentence in `Display`, a
//! Vietnamese one in [`ReadError::message_vi`], a stable word in [`ReadError::code`]. Knows no
//! HTTP. Serialised only between the child and its parent.

use serde::{Deserialize, Serialize};

/// A file that gives no features, as a whole. Faults of single features are
/// [`crate::GeometryFault`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ReadError {
    #[error("the file is too large: more than {max} {}", what.english())]
    TooLarge { what: Measure, max: u64 },
    #[error("reading took longer than allowed ({limit_s} s)")]
    Timeout { limit_s: u64 },
    #[error("the reader stopped on this file ({cause})")]
    Crashed { cause: CrashCause },
    #[error("this content is not accepted: {}", what.english())]
    NotAllowed { what: Refused },
    #[error("the file is damaged: {}", what.english())]
    BrokenFile { what: Damage },
    #[error("reading is switched off, because the sandbox is not in force: {detail}")]
    SandboxMissing { detail: String },
    #[error("the file holds no features")]
    NoFeatures,
    #[error(transparent)]
    Workbook(#[from] phusong_sheets::BookError),
    #[error("the reader could not be started or reached: {detail}")]
    Io { detail: String },
}

/// Which limit of [`crate::Limits`] was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    Bytes,
    Rows,
    Layers,
    Fields,
    /// What the rows would take up in memory, in bytes.
    Contents,
}

/// How the child ended when it gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum CrashCause {
    #[error("signal {0}")]
    Signal(i32),
    #[error("exit code {0}")]
    Exit(i32),
    /// It answered, but not in the agreed form; or panicked.
    #[error("no understandable answer")]
    Protocol,
}

/// Content that is refused whatever it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// The name is not one plain file name inside the upload folder.
    Name,
    /// A link, folder, device or pipe.
    NotARegularFile,
    /// Neither GeoJSON nor GeoPackage by its first bytes; what it looks like instead.
    Content { looks_like: String },
    /// SQLite, but its application id is not a GeoPackage's.
    ApplicationId { found: u32 },
    /// A view in the GeoPackage.
    View { name: String },
    /// A trigger that no GeoPackage needs, or one that calls out.
    Trigger { name: String },
    /// A virtual table other than the spatial index.
    VirtualTable { name: String },
}

/// What is damaged, and where if known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Damage {
    /// JSON nested deeper than `max`.
    TooDeep {
        line: usize,
        max: u32,
    },
    DuplicateKey {
        key: String,
        line: usize,
    },
    /// Not JSON, or a number no computer holds; the parser's words, with line and column.
    Json {
        detail: String,
    },
    /// Fewer bytes than the file's own header promises.
    Truncated {
        expected_bytes: u64,
        found_bytes: u64,
    },
    /// The library's words.
    Library {
        detail: String,
    },
    /// Fewer features could be read than the file holds.
    RowsMissing {
        expected: u64,
        found: u64,
    },
}

impl ReadError {
    /// A stable word for logs, tests and `problem+json` types.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::Timeout { .. } => "timeout",
            Self::Crashed { .. } => "crashed",
            Self::NotAllowed { .. } => "not-allowed",
            Self::BrokenFile { .. } => "broken-file",
            Self::SandboxMissing { .. } => "sandbox-missing",
            Self::NoFeatures => "no-features",
            Self::Workbook(error) => error.code(),
            Self::Io { .. } => "io",
        }
    }

    /// The sentence for the officer, with what to do next.
    pub fn message_vi(&self) -> String {
        match self {
            Self::TooLarge { what, max } => {
                format!("Tệp quá lớn: vượt {max} {}. Hãy chia nhỏ tệp.", what.vietnamese())
            }
            Self::Timeout { limit_s } => {
                format!("Đọc tệp quá {limit_s} giây nên đã dừng. Hãy xuất lại tệp hoặc chia nhỏ.")
            }
            Self::Crashed { cause } => {
                format!(
                    "Không đọc được tệp: trình đọc dừng giữa chừng ({cause}). Hãy xuất lại tệp."
                )
            }
            Self::NotAllowed { what } => format!("Không nhận tệp này: {}.", what.vietnamese()),
            Self::BrokenFile { what } => format!("Tệp hỏng: {}.", what.vietnamese()),
            Self::SandboxMissing { .. } => {
                "Máy chủ chưa bật được vùng cách ly nên tạm ngừng nhận tệp. \
                 Hãy báo người quản trị."
                    .to_owned()
            }
            Self::NoFeatures => "Tệp không có đối tượng nào.".to_owned(),
            Self::Workbook(error) => error.message_vi(),
            Self::Io { .. } => {
                "Không khởi động được trình đọc tệp. Hãy thử lại, hoặc báo người quản trị."
                    .to_owned()
            }
        }
    }

    pub(crate) fn library(detail: impl Into<String>) -> Self {
        Self::BrokenFile { what: Damage::Library { detail: clip(detail.into()) } }
    }

    pub(crate) fn sandbox(detail: impl Into<String>) -> Self {
        Self::SandboxMissing { detail: clip(detail.into()) }
    }

    pub(crate) fn io(detail: &std::io::Error) -> Self {
        Self::Io { detail: clip(detail.to_string()) }
    }

    pub(crate) fn protocol() -> Self {
        Self::Crashed { cause: CrashCause::Protocol }
    }
}

/// Words from a library or a file, cut so that no message grows without end.
pub(crate) fn clip(text: String) -> String {
    const LONGEST_CHARS: usize = 300;
    if text.chars().count() <= LONGEST_CHARS {
        return text;
    }
    text.chars().take(LONGEST_CHARS).chain(['…']).collect()
}

impl Measure {
    fn english(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Rows => "rows",
            Self::Layers => "layers",
            Self::Fields => "columns",
            Self::Contents => "bytes of contents",
        }
    }

    fn vietnamese(self) -> &'static str {
        match self {
            Self::Bytes => "byte",
            Self::Rows => "dòng",
            Self::Layers => "lớp",
            Self::Fields => "cột",
            Self::Contents => "byte nội dung",
        }
    }
}

impl Refused {
    fn english(&self) -> String {
        match self {
            Self::Name => "the name is not a plain file name".to_owned(),
            Self::NotARegularFile => "it is a link, a folder or a device, not a file".to_owned(),
            Self::Content { looks_like } => {
                format!("neither GeoJSON nor GeoPackage (it looks like {looks_like})")
            }
            Self::ApplicationId { found } => {
                format!("an SQLite database that is no GeoPackage (application id {found:#010x})")
            }
            Self::View { name } => format!("the GeoPackage holds a view, {name:?}"),
            Self::Trigger { name } => format!("the GeoPackage holds a trigger, {name:?}"),
            Self::VirtualTable { name } => {
                format!("the GeoPackage holds a virtual table, {name:?}")
            }
        }
    }

    fn vietnamese(&self) -> String {
        match self {
            Self::Name => "tên tệp không hợp lệ".to_owned(),
            Self::NotARegularFile => "đây là liên kết hoặc thư mục, không phải tệp".to_owned(),
            Self::Content { looks_like } => {
                format!("không phải GeoJSON hay GeoPackage (có vẻ là {looks_like})")
            }
            Self::ApplicationId { .. } => {
                "đây là cơ sở dữ liệu SQLite nhưng không phải GeoPackage".to_owned()
            }
            Self::View { name } => format!("GeoPackage có khung nhìn (view) “{name}”"),
            Self::Trigger { name } => format!("GeoPackage có trigger “{name}”"),
            Self::VirtualTable { name } => format!("GeoPackage có bảng ảo “{name}”"),
        }
    }
}

impl Damage {
    fn english(&self) -> String {
        match self {
            Self::TooDeep { line, max } => {
                format!("line {line}: nested deeper than {max} levels")
            }
            Self::DuplicateKey { key, line } => format!("line {line}: key {key:?} stands twice"),
            Self::Json { detail } => format!("not valid JSON: {detail}"),
            Self::Truncated { expected_bytes, found_bytes } => {
                format!("cut off, {found_bytes} of {expected_bytes} bytes are there")
            }
            Self::Library { detail } => detail.clone(),
            Self::RowsMissing { expected, found } => {
                format!("only {found} of {expected} features could be read")
            }
        }
    }

    fn vietnamese(&self) -> String {
        match self {
            Self::TooDeep { line, max } => format!("dòng {line}: lồng nhau quá {max} cấp"),
            Self::DuplicateKey { key, line } => format!("dòng {line}: khóa “{key}” lặp lại"),
            Self::Json { detail } => format!("không phải JSON hợp lệ ({detail})"),
            Self::Truncated { expected_bytes, found_bytes } => {
                format!("tệp bị cắt, chỉ còn {found_bytes} trong {expected_bytes} byte")
            }
            Self::Library { detail } => format!("không đọc được nội dung ({detail})"),
            Self::RowsMissing { expected, found } => {
                format!("chỉ đọc được {found} trong {expected} đối tượng")
            }
        }
    }
}
