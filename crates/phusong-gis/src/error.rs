//! Why a file could not be read: data in the variants, an English sentence in `Display`, a
//! Vietnamese one in [`ReadError::message_vi`], what to do in [`ReadError::remedy`], a stable word
//! in [`ReadError::code`]. Knows no HTTP. Serialised only between the child and its parent.

use serde::{Deserialize, Serialize};

/// A file that gives no features, as a whole. Faults of single features are
/// [`crate::GeometryFault`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ReadError {
    #[error("the file is too large: more than {max} {}", what.english())]
    TooLarge { what: Measure, max: u64 },
    #[error("the ZIP is built to overwhelm: {}", what.english())]
    ArchiveBomb { what: Bomb },
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
    /// Bytes of KML or GPX.
    XmlBytes,
    /// Cells of a raster.
    Cells,
    /// Stretches of cells handed out.
    CellRuns,
    /// Bands of a raster.
    Bands,
    /// Of an area made of a raster's cells.
    Vertices,
}

/// What a ZIP does that no honest one does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bomb {
    /// More bytes come out than are allowed.
    Unpacked {
        max: u64,
    },
    Entries {
        max: u32,
    },
    /// Members share bytes.
    Overlap,
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
    /// None of the formats read here, by its first bytes; what it looks like instead.
    Content {
        looks_like: String,
    },
    /// SQLite, but its application id is not a GeoPackage's.
    ApplicationId {
        found: u32,
    },
    /// A view in the GeoPackage.
    View {
        name: String,
    },
    /// A trigger that no GeoPackage needs, or one that calls out.
    Trigger {
        name: String,
    },
    /// A virtual table other than the spatial index.
    VirtualTable {
        name: String,
    },
    /// A member of a ZIP whose name leads out of it.
    MemberName {
        name: String,
    },
    /// A link in a ZIP.
    MemberLink {
        name: String,
    },
    /// A ZIP in a ZIP.
    NestedArchive {
        name: String,
    },
    Encrypted {
        name: String,
    },
    /// Data of several formats in one ZIP.
    SeveralFormats {
        names: Vec<String>,
    },
    /// A part of a set without the part it needs.
    Incomplete {
        name: String,
        missing: String,
    },
    /// An XML file that defines its own entities.
    Doctype,
}

impl CrashCause {
    fn vietnamese(&self) -> String {
        match self {
            Self::Signal(number) => format!("tín hiệu {number}"),
            Self::Exit(code) => format!("mã thoát {code}"),
            Self::Protocol => "trả lời không hiểu được".to_owned(),
        }
    }
}

impl Refused {
    /// Whether the file is of a kind that is not read at all; otherwise it is one that is read,
    /// with something in it that is not.
    pub fn is_other_kind(&self) -> bool {
        matches!(self, Self::Content { .. } | Self::ApplicationId { .. } | Self::NotARegularFile)
    }
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
    /// Not JSON, or a number no computer holds.
    Json {
        line: usize,
        column: usize,
        why_vi: String,
        why_en: String,
    },
    /// Not XML, or nested too deep; the parser's words, which no sentence carries.
    Xml {
        detail: String,
    },
    /// Not a ZIP that holds together.
    Archive {
        detail: String,
    },
    /// A text where only a coordinate or a cell's number may stand; the line or row, from 1.
    NotANumber {
        place: u64,
        text: String,
    },
    /// Cells of an ASCII grid.
    GridCells {
        expected: u64,
        found: u64,
    },
    /// Shapes and rows of a set are not as many.
    PartsDisagree {
        shapes: u64,
        rows: u64,
    },
    /// Fewer bytes than the file's own header promises.
    Truncated {
        expected_bytes: u64,
        found_bytes: u64,
    },
    /// The library's words, which no sentence carries.
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
            Self::ArchiveBomb { .. } => "archive-bomb",
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

    /// The sentence for the officer; what to do next is the [`Self::remedy`].
    pub fn message_vi(&self) -> String {
        match self {
            Self::TooLarge { what, max } => {
                format!("Tệp quá lớn: vượt {max} {}.", what.vietnamese())
            }
            Self::ArchiveBomb { what } => format!("Tệp ZIP bất thường: {}.", what.vietnamese()),
            Self::Timeout { limit_s } => format!("Đọc tệp quá {limit_s} giây nên đã dừng."),
            Self::Crashed { cause } => {
                format!("Không đọc được tệp: trình đọc dừng giữa chừng ({}).", cause.vietnamese())
            }
            Self::NotAllowed { what } => format!("Không nhận tệp này: {}.", what.vietnamese()),
            Self::BrokenFile { what } => format!("Tệp hỏng: {}.", what.vietnamese()),
            Self::SandboxMissing { .. } => {
                "Máy chủ chưa bật được vùng cách ly nên tạm ngừng nhận tệp.".to_owned()
            }
            Self::NoFeatures => "Tệp không có đối tượng nào.".to_owned(),
            Self::Workbook(error) => error.message_vi(),
            Self::Io { .. } => "Không khởi động được trình đọc tệp.".to_owned(),
        }
    }

    /// What to do next, in Vietnamese and English.
    pub fn remedy(&self) -> (&'static str, &'static str) {
        match self {
            Self::TooLarge { .. } => ("chia nhỏ tệp rồi gửi lại", "split it, send again"),
            Self::ArchiveBomb { .. } => (
                "gửi các tệp bên trong, không nén lồng nhau",
                "send the files in it, not packed in each other",
            ),
            Self::Timeout { .. } => (
                "xuất lại tệp hoặc chia nhỏ rồi gửi lại",
                "export the file again or split it, send it anew",
            ),
            Self::NotAllowed { what: Refused::Incomplete { .. } } => {
                ("gửi cả bộ trong một ZIP", "send the whole set in one ZIP")
            }
            Self::NotAllowed { what: Refused::Encrypted { .. } } => {
                ("gỡ mật khẩu rồi gửi lại", "take the password off, send again")
            }
            Self::Crashed { .. }
            | Self::NotAllowed { .. }
            | Self::BrokenFile { .. }
            | Self::NoFeatures => (
                "xuất lại tệp từ phần mềm bản đồ rồi gửi lại",
                "export the file again and send it anew",
            ),
            Self::SandboxMissing { .. } | Self::Io { .. } => {
                ("thử lại, hoặc báo người quản trị", "try again, or tell the administrator")
            }
            Self::Workbook(error) => error.remedy(),
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
            Self::XmlBytes => "bytes of KML or GPX",
            Self::Cells => "cells",
            Self::CellRuns => "stretches of cells",
            Self::Bands => "bands",
            Self::Vertices => "vertices of the area",
        }
    }

    fn vietnamese(self) -> &'static str {
        match self {
            Self::Bytes => "byte",
            Self::Rows => "dòng",
            Self::Layers => "lớp",
            Self::Fields => "cột",
            Self::Contents => "byte nội dung",
            Self::XmlBytes => "byte KML hoặc GPX",
            Self::Cells => "ô lưới",
            Self::CellRuns => "đoạn ô lưới",
            Self::Bands => "kênh ảnh",
            Self::Vertices => "đỉnh của vùng",
        }
    }
}

impl Bomb {
    fn english(&self) -> String {
        match self {
            Self::Unpacked { max } => format!("it unpacks to more than {max} bytes"),
            Self::Entries { max } => format!("it has more than {max} members"),
            Self::Overlap => "its members share bytes".to_owned(),
        }
    }

    fn vietnamese(&self) -> String {
        match self {
            Self::Unpacked { max } => format!("giải nén ra quá {max} byte"),
            Self::Entries { max } => format!("có quá {max} tệp bên trong"),
            Self::Overlap => "các tệp bên trong chồng lên nhau".to_owned(),
        }
    }
}

impl Refused {
    fn english(&self) -> String {
        match self {
            Self::Name => "the name is not a plain file name".to_owned(),
            Self::NotARegularFile => "it is a link, a folder or a device, not a file".to_owned(),
            Self::Content { looks_like } => {
                format!("none of the formats that are read here (it looks like {looks_like})")
            }
            Self::ApplicationId { found } => {
                format!("an SQLite database that is no GeoPackage (application id {found:#010x})")
            }
            Self::View { name } => format!("the GeoPackage holds a view, {name:?}"),
            Self::Trigger { name } => format!("the GeoPackage holds a trigger, {name:?}"),
            Self::VirtualTable { name } => {
                format!("the GeoPackage holds a virtual table, {name:?}")
            }
            Self::MemberName { name } => format!("a name in the ZIP leads out of it, {name:?}"),
            Self::MemberLink { name } => format!("the ZIP holds a link, {name:?}"),
            Self::NestedArchive { name } => format!("the ZIP holds an archive, {name:?}"),
            Self::Encrypted { name } => format!("the ZIP is locked by a password, {name:?}"),
            Self::SeveralFormats { names } => {
                format!("the ZIP holds data of several formats: {}", names.join(", "))
            }
            Self::Incomplete { name, missing } if name.is_empty() => {
                format!("the file comes without its {missing}")
            }
            Self::Incomplete { name, missing } => {
                format!("{name:?} comes without its {missing}")
            }
            Self::Doctype => "the XML has a DOCTYPE, and so may define entities".to_owned(),
        }
    }

    fn vietnamese(&self) -> String {
        match self {
            Self::Name => "tên tệp không hợp lệ".to_owned(),
            Self::NotARegularFile => "đây là liên kết hoặc thư mục, không phải tệp".to_owned(),
            Self::Content { looks_like } => {
                let looks_like = content_vi(looks_like);
                format!("không thuộc các định dạng được đọc (có vẻ là {looks_like})")
            }
            Self::ApplicationId { .. } => {
                "đây là cơ sở dữ liệu SQLite nhưng không phải GeoPackage".to_owned()
            }
            Self::View { name } => format!("GeoPackage có khung nhìn (view) “{name}”"),
            Self::Trigger { name } => format!("GeoPackage có trigger “{name}”"),
            Self::VirtualTable { name } => format!("GeoPackage có bảng ảo “{name}”"),
            Self::MemberName { name } => format!("tên “{name}” trong ZIP dẫn ra ngoài"),
            Self::MemberLink { name } => format!("ZIP có liên kết “{name}”"),
            Self::NestedArchive { name } => format!("ZIP có tệp nén bên trong “{name}”"),
            Self::Encrypted { name } => format!("ZIP đặt mật khẩu (“{name}”)"),
            Self::SeveralFormats { names } => {
                format!("ZIP có dữ liệu nhiều định dạng: {}", names.join(", "))
            }
            Self::Incomplete { name, missing } if name.is_empty() => {
                format!("thiếu tệp {missing} đi kèm")
            }
            Self::Incomplete { name, missing } => {
                format!("“{name}” thiếu tệp {missing} đi kèm")
            }
            Self::Doctype => "XML có DOCTYPE (có thể định nghĩa thực thể)".to_owned(),
        }
    }
}

/// The names of contents that are words; those of formats are the same in both languages.
fn content_vi(looks_like: &str) -> &str {
    match looks_like {
        "a ZIP with a VRT in it" => "ZIP có VRT bên trong",
        "JSON without a GeoJSON type" => "JSON nhưng không phải GeoJSON",
        "a raster of complex numbers" => "ảnh raster số phức",
        "an empty ZIP" => "ZIP rỗng",
        "text in UTF-16" => "văn bản UTF-16",
        "an empty file" => "tệp rỗng",
        "something else" => "loại khác",
        other if other.starts_with("a MapInfo table of type") => "bảng MapInfo dẫn tới nơi khác",
        other => other,
    }
}

impl Damage {
    fn english(&self) -> String {
        match self {
            Self::TooDeep { line, max } => {
                format!("line {line}: nested deeper than {max} levels")
            }
            Self::DuplicateKey { key, line } => format!("line {line}: key {key:?} stands twice"),
            Self::Json { line, column, why_en, .. } => {
                format!("not valid JSON: line {line}, column {column}: {why_en}")
            }
            Self::Xml { .. } => "not valid XML".to_owned(),
            Self::Archive { .. } => "not a ZIP that can be opened: cut off or damaged".to_owned(),
            Self::NotANumber { place, text } => format!("{place}: {text:?} is not a number"),
            Self::GridCells { expected, found } => {
                format!("{found} cells, where the header says {expected}")
            }
            Self::PartsDisagree { shapes, rows } => {
                format!("{shapes} shapes, but {rows} rows of attributes")
            }
            Self::Truncated { expected_bytes, found_bytes } => {
                format!("cut off, {found_bytes} of {expected_bytes} bytes are there")
            }
            Self::Library { .. } => "its contents cannot be read".to_owned(),
            Self::RowsMissing { expected, found } => {
                format!("only {found} of {expected} features could be read")
            }
        }
    }

    fn vietnamese(&self) -> String {
        match self {
            Self::TooDeep { line, max } => format!("dòng {line}: lồng nhau quá {max} cấp"),
            Self::DuplicateKey { key, line } => format!("dòng {line}: khóa “{key}” lặp lại"),
            Self::Json { line, column, why_vi, .. } => {
                format!("không phải JSON hợp lệ: dòng {line}, cột {column}: {why_vi}")
            }
            Self::Xml { .. } => "không phải XML hợp lệ".to_owned(),
            Self::Archive { .. } => "không mở được ZIP: tệp bị cắt hoặc hỏng".to_owned(),
            Self::NotANumber { place, text } => {
                format!("dòng {place}: “{text}” không phải số hay tọa độ")
            }
            Self::GridCells { expected, found } => {
                format!("có {found} ô, trong khi phần đầu ghi {expected}")
            }
            Self::PartsDisagree { shapes, rows } => {
                format!("có {shapes} hình nhưng {rows} dòng thuộc tính")
            }
            Self::Truncated { expected_bytes, found_bytes } => {
                format!("tệp bị cắt, chỉ còn {found_bytes} trong {expected_bytes} byte")
            }
            Self::Library { .. } => "không đọc được nội dung".to_owned(),
            Self::RowsMissing { expected, found } => {
                format!("chỉ đọc được {found} trong {expected} đối tượng")
            }
        }
    }
}
