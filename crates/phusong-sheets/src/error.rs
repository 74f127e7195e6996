//! Why a workbook could not be read: data in the variants, an English sentence in `Display`, a
//! Vietnamese one in [`BookError::message_vi`], what to do in [`BookError::remedy`], a stable word
//! in [`BookError::code`].

use serde::{Deserialize, Serialize};

/// A file that gives no book, as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum BookError {
    /// The packed file is small, what it holds is not; or its parts lie over each other.
    #[error("the file unpacks to more than allowed: {}", what.english())]
    Bomb { what: Bomb },
    #[error("the workbook is too large: more than {max} {}", what.english())]
    TooLarge { what: BookMeasure, max: u64 },
    /// A filled cell where no table reaches.
    #[error("sheet “{sheet}”, cell {cell}: it stands below row {max}")]
    FarCell { sheet: String, cell: String, max: u32 },
    #[error("this file is not accepted: {}", what.english())]
    Refused { what: RefusedBook },
    /// `detail` is a library's, for whoever looks into it; no sentence carries it.
    #[error("the file is damaged in its part {part}")]
    Broken { part: String, detail: String },
    #[error("no cell of the workbook is filled")]
    NoData,
    #[error("the file could not be reached: {detail}")]
    Io { detail: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bomb {
    /// All entries together, in bytes truly unpacked.
    Total {
        max: u64,
    },
    /// One entry.
    Entry {
        name: String,
        max: u64,
    },
    Entries {
        max: u64,
    },
    /// Entries that share bytes of the packed file.
    Overlap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BookMeasure {
    Rows,
    Sheets,
    Cells,
    Merges,
    /// Bytes of the file itself.
    Bytes,
    /// What the rows would take up in memory, in bytes.
    Contents,
}

/// Content that is refused whatever it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RefusedBook {
    /// Needs a password to open.
    Encrypted,
    /// XLSM, XLTM, XLAM, DOCM, or an XLS with macros.
    Macros,
    /// A document type or an entity is declared in its XML.
    Entities,
    Xlsb,
    Doc,
    Ppt,
    Rar,
    SevenZip,
    Pdf,
    Rtf,
    /// HTML or XML under a workbook's name, as some programs export it.
    WebPage,
    /// OpenDocument, but no spreadsheet.
    OpenDocument,
    /// Excel before 97, without the compound file around it.
    OldExcel,
    /// A ZIP that is neither workbook nor document.
    Zip,
    /// Nothing this reader knows.
    Unknown,
}

impl BookError {
    /// A stable word for logs, tests and `problem+json` types.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Bomb { .. } => "archive-bomb",
            Self::TooLarge { .. } => "too-large",
            Self::FarCell { .. } => "far-cell",
            Self::Refused { what } => what.code(),
            Self::Broken { .. } => "broken-file",
            Self::NoData => "no-data",
            Self::Io { .. } => "io",
        }
    }

    /// The sentence for the officer; what to do next is the [`Self::remedy`].
    pub fn message_vi(&self) -> String {
        match self {
            Self::Bomb { what } => format!("Tệp nén bất thường: {}.", what.vietnamese()),
            Self::TooLarge { what, max } => {
                format!("Bảng tính quá lớn: vượt {max} {}.", what.vietnamese())
            }
            Self::FarCell { sheet, cell, max } => {
                format!("Trang “{sheet}”, ô {cell}: có dữ liệu nằm dưới dòng {max}.")
            }
            Self::Refused { what } => format!("Không nhận tệp này: {}.", what.vietnamese()),
            Self::Broken { part, .. } => format!("Tệp hỏng ở phần {part}."),
            Self::NoData => "Tệp không có ô nào chứa dữ liệu.".to_owned(),
            Self::Io { .. } => "Không mở được tệp.".to_owned(),
        }
    }

    /// What to do next, in Vietnamese and English.
    pub fn remedy(&self) -> (&'static str, &'static str) {
        match self {
            Self::Bomb { .. } => (
                "gửi các tệp bên trong, không nén lồng nhau",
                "send the files in it, not packed in each other",
            ),
            Self::TooLarge { .. } => ("chia nhỏ tệp rồi gửi lại", "split it, send again"),
            Self::FarCell { .. } => {
                ("xóa ô đó, lưu lại rồi gửi lại", "delete that cell, save and send again")
            }
            Self::Refused { what } => what.remedy(),
            Self::Broken { .. } => (
                "mở tệp, lưu lại dạng XLSX rồi gửi lại",
                "open the file, save it as XLSX and send it anew",
            ),
            Self::NoData => (
                "điền số liệu vào tệp, hoặc gửi đúng tệp có số liệu",
                "fill the file in, or send the one that holds data",
            ),
            Self::Io { .. } => ("thử lại sau", "try again later"),
        }
    }

    pub(crate) fn broken(part: impl Into<String>, detail: impl std::fmt::Display) -> Self {
        Self::Broken { part: clip(&part.into()), detail: clip(&detail.to_string()) }
    }

    pub(crate) fn refused(what: RefusedBook) -> Self {
        Self::Refused { what }
    }

    pub(crate) fn io(error: &std::io::Error) -> Self {
        Self::Io { detail: clip(&error.to_string()) }
    }
}

/// Words from a library or a file, cut so that no message grows without end.
pub(crate) fn clip(text: &str) -> String {
    const LONGEST_CHARS: usize = 200;
    let mut chars = text.chars();
    let start: String = chars.by_ref().take(LONGEST_CHARS).collect();
    if chars.next().is_none() { start } else { start + "…" }
}

impl Bomb {
    fn english(&self) -> String {
        match self {
            Self::Total { max } => format!("over {max} bytes"),
            Self::Entry { name, max } => format!("{name} alone over {max} bytes"),
            Self::Entries { max } => format!("over {max} entries"),
            Self::Overlap => "its entries overlap".to_owned(),
        }
    }

    fn vietnamese(&self) -> String {
        match self {
            Self::Total { max } => format!("bung ra quá {max} byte"),
            Self::Entry { name, max } => format!("riêng phần {name} bung ra quá {max} byte"),
            Self::Entries { max } => format!("có hơn {max} phần"),
            Self::Overlap => "các phần nằm chồng lên nhau".to_owned(),
        }
    }
}

impl BookMeasure {
    fn english(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Sheets => "sheets",
            Self::Cells => "cells",
            Self::Merges => "merged spans",
            Self::Bytes => "bytes",
            Self::Contents => "bytes of contents",
        }
    }

    fn vietnamese(self) -> &'static str {
        match self {
            Self::Rows => "dòng",
            Self::Sheets => "trang tính",
            Self::Cells => "ô",
            Self::Merges => "vùng ô gộp",
            Self::Bytes => "byte",
            Self::Contents => "byte nội dung",
        }
    }
}

impl RefusedBook {
    fn code(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Macros => "macros",
            Self::Entities => "entities",
            _ => "not-a-workbook",
        }
    }

    fn english(self) -> &'static str {
        match self {
            Self::Encrypted => "it is protected by a password",
            Self::Macros => "it carries macros",
            Self::Entities => {
                "its XML declares a document type or an entity, which no workbook needs"
            }
            Self::Xlsb => "it is a binary workbook (.xlsb)",
            Self::Doc => "it is a Word document of the old kind (.doc)",
            Self::Ppt => "it is a presentation",
            Self::Rar => "it is a RAR archive",
            Self::SevenZip => "it is a 7-Zip archive",
            Self::Pdf => "it is a PDF, which is kept as a document but has no table to read",
            Self::Rtf => "it is an RTF document",
            Self::WebPage => "it is a web page or XML under a workbook's name",
            Self::OpenDocument => "it is an OpenDocument text",
            Self::OldExcel => "it is from Excel before 97",
            Self::Zip => "it is a ZIP archive without a workbook in it",
            Self::Unknown => "it is neither XLSX, XLS, ODS nor DOCX",
        }
    }

    fn vietnamese(self) -> &'static str {
        match self {
            Self::Encrypted => "tệp có mật khẩu",
            Self::Macros => "tệp có macro",
            Self::Entities => {
                "XML trong tệp khai báo kiểu tài liệu hoặc thực thể, điều không bảng tính nào cần"
            }
            Self::Xlsb => "đây là bảng tính nhị phân (.xlsb)",
            Self::Doc => "đây là tệp Word kiểu cũ (.doc)",
            Self::Ppt => "đây là tệp trình chiếu",
            Self::Rar => "đây là tệp nén RAR",
            Self::SevenZip => "đây là tệp nén 7-Zip",
            Self::Pdf => "đây là PDF: giữ được làm văn bản kèm theo, nhưng không có bảng để đọc",
            Self::Rtf => "đây là tệp RTF",
            Self::WebPage => "đây là trang web hoặc XML mang tên bảng tính",
            Self::OpenDocument => "đây là văn bản OpenDocument",
            Self::OldExcel => "đây là tệp Excel trước bản 97",
            Self::Zip => "đây là tệp ZIP không có bảng tính bên trong",
            Self::Unknown => "không phải XLSX, XLS, ODS hay DOCX",
        }
    }

    fn remedy(self) -> (&'static str, &'static str) {
        match self {
            Self::Encrypted => (
                "gỡ mật khẩu (Tệp → Thông tin → Bảo vệ), lưu lại rồi gửi lại",
                "take the password off (File → Info → Protect), save and send again",
            ),
            Self::Macros => (
                "lưu thành .xlsx (hoặc .docx) không macro rồi gửi lại",
                "save it as .xlsx (or .docx) without macros, send again",
            ),
            Self::Entities | Self::WebPage => (
                "mở bằng Excel hoặc LibreOffice, lưu thành .xlsx rồi gửi lại",
                "open it in Excel or LibreOffice, save it as .xlsx, send again",
            ),
            Self::Doc | Self::Rtf => {
                ("lưu thành .docx rồi gửi lại", "save it as .docx, send again")
            }
            Self::Ppt => ("đưa bảng vào tệp .xlsx rồi gửi", "put the table into an .xlsx, send it"),
            Self::Rar | Self::SevenZip | Self::Zip => (
                "giải nén rồi gửi từng tệp, hoặc nén lại thành ZIP",
                "unpack it and send the files, or pack them as ZIP",
            ),
            Self::Pdf => {
                ("gửi kèm bảng số liệu dạng XLSX hoặc CSV", "send its table along as XLSX or CSV")
            }
            Self::OpenDocument => {
                ("lưu thành .docx hoặc .ods rồi gửi lại", "save it as .docx or .ods, send again")
            }
            Self::Xlsb | Self::OldExcel | Self::Unknown => {
                ("lưu thành .xlsx rồi gửi lại", "save it as .xlsx, send again")
            }
        }
    }
}
