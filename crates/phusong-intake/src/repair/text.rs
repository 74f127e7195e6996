//! Vietnamese text as files hold it: old fonts, torn encodings, letters in pieces.
//!
//! Two passes. A [`Survey`] sees every cell and collects evidence by column; [`Survey::decide`]
//! makes a [`Habit`] of it; [`Habit::repair`] mends single cells by that habit. A cell that is
//! valid as it stands stays as it stands, unless its whole column shows that it is not what it
//! seems (`An Phó` in a column of TCVN3 is `An Phú`).

mod escape;
mod habit;
mod judged;
mod legacy;
mod letters;
mod lexicon;
mod survey;
mod syllable;
#[cfg(test)]
mod tests;
mod viqr;

use std::borrow::Cow;

use smallvec::SmallVec;

pub use habit::Habit;
pub use legacy::{Legacy, Script, View};
pub use lexicon::Lexicon;
pub use survey::{Evidence, Survey, is_sound};

/// What was done to a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fix {
    /// `&#7853;` → ậ.
    Entities,
    /// UTF-8 that had been read as Windows-1252, and how often.
    Utf8(u8),
    Legacy(Legacy),
    Viqr,
    /// ư of TCVN3 is a soft hyphen, which tools drop.
    SoftHyphen,
    /// TCVN3 has no capitals with a tone: they came out small.
    SmallCapitals,
    /// Letters put together (NFC).
    Composed,
    /// Ð → Đ.
    Stroke,
    /// Cyrillic or Greek → Latin.
    Lookalikes,
    FullWidth,
    Spaces,
    /// Signs without width taken out.
    Hidden,
    /// A known word that a scanner misread.
    Ocr,
}

impl Fix {
    /// For counting and for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Entities => "html-entities",
            Self::Utf8(1) => "utf8-read-twice",
            Self::Utf8(_) => "utf8-read-thrice",
            Self::Legacy(Legacy { script: Script::Tcvn3, .. }) => "tcvn3",
            Self::Legacy(Legacy { script: Script::Vni, .. }) => "vni",
            Self::Legacy(Legacy { script: Script::Windows1258, .. }) => "windows-1258",
            Self::Viqr => "viqr",
            Self::SoftHyphen => "soft-hyphen-lost",
            Self::SmallCapitals => "tcvn3-capitals",
            Self::Composed => "nfc",
            Self::Stroke => "d-stroke",
            Self::Lookalikes => "lookalikes",
            Self::FullWidth => "full-width",
            Self::Spaces => "spaces",
            Self::Hidden => "hidden-signs",
            Self::Ocr => "ocr",
        }
    }

    /// In a line like “cột C: TCVN3 → Unicode, 214 ô”.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Entities => "mã HTML → chữ",
            Self::Utf8(1) => "UTF-8 đọc sai một lần → Unicode",
            Self::Utf8(_) => "UTF-8 đọc sai nhiều lần → Unicode",
            Self::Legacy(Legacy { script: Script::Tcvn3, .. }) => "TCVN3 → Unicode",
            Self::Legacy(Legacy { script: Script::Vni, .. }) => "VNI → Unicode",
            Self::Legacy(Legacy { script: Script::Windows1258, .. }) => "Windows-1258 → Unicode",
            Self::Viqr => "VIQR → Unicode",
            Self::SoftHyphen => "thêm lại chữ ư bị mất (TCVN3)",
            Self::SmallCapitals => "chữ hoa có dấu thành chữ thường (TCVN3)",
            Self::Composed => "Unicode tổ hợp → dựng sẵn",
            Self::Stroke => "Ð → Đ",
            Self::Lookalikes => "chữ Kirin, Hy Lạp giống chữ Latinh → Latinh",
            Self::FullWidth => "chữ toàn khổ → thường",
            Self::Spaces => "dấu cách đặc biệt → dấu cách",
            Self::Hidden => "bỏ ký tự ẩn",
            Self::Ocr => "sửa lỗi quét trong từ đã biết",
        }
    }

    pub const fn en(self) -> &'static str {
        match self {
            Self::Entities => "HTML entities → letters",
            Self::Utf8(1) => "UTF-8 misread once → Unicode",
            Self::Utf8(_) => "UTF-8 misread several times → Unicode",
            Self::Legacy(Legacy { script: Script::Tcvn3, .. }) => "TCVN3 → Unicode",
            Self::Legacy(Legacy { script: Script::Vni, .. }) => "VNI → Unicode",
            Self::Legacy(Legacy { script: Script::Windows1258, .. }) => "Windows-1258 → Unicode",
            Self::Viqr => "VIQR → Unicode",
            Self::SoftHyphen => "lost ư put back (TCVN3)",
            Self::SmallCapitals => "capitals with tones came out small (TCVN3)",
            Self::Composed => "decomposed → composed letters",
            Self::Stroke => "Ð → Đ",
            Self::Lookalikes => "Cyrillic or Greek lookalikes → Latin",
            Self::FullWidth => "full-width → plain letters",
            Self::Spaces => "special spaces → spaces",
            Self::Hidden => "hidden signs taken out",
            Self::Ocr => "a scanner's error in a known word",
        }
    }
}

pub type Steps = SmallVec<[Fix; 2]>;

/// Why a cell is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unsure {
    /// Vietnamese as it stands, and as an old font.
    TwoReadings,
    /// No reading is better than another.
    UnknownEncoding,
    /// Letters are gone (`Qu?ng`, �).
    LettersLost,
}

impl Unsure {
    pub const fn code(self) -> &'static str {
        match self {
            Self::TwoReadings => "text-two-readings",
            Self::UnknownEncoding => "text-encoding-unknown",
            Self::LettersLost => "text-letters-lost",
        }
    }
}

/// What a cell may say, when that is not clear. The readings may be none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub why: Unsure,
    pub readings: Vec<String>,
}

/// A cell, mended as far as its text tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired<'t> {
    pub text: Cow<'t, str>,
    pub steps: Steps,
    /// To be asked: the text stands as it came.
    pub doubt: Option<Doubt>,
}

impl<'t> Repaired<'t> {
    fn untouched(text: &'t str) -> Self {
        Self { text: Cow::Borrowed(text), steps: Steps::new(), doubt: None }
    }

    pub fn is_untouched(&self) -> bool {
        self.steps.is_empty() && self.doubt.is_none()
    }

    /// A doubt that knowledge settles: exactly one of the readings is a name that is known.
    #[must_use]
    pub fn settle(mut self, is_known: impl Fn(&str) -> bool) -> Self {
        let Some(doubt) = &self.doubt else { return self };
        let mut known = doubt.readings.iter().filter(|reading| is_known(reading));
        if let (Some(one), None) = (known.next(), known.next()) {
            self.text = Cow::Owned(one.clone());
            self.doubt = None;
        }
        self
    }
}
