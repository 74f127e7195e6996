//! What an officer or clerk is told about a row: what, where, why, and what to do.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Refuse,
    Ask,
    Warn,
    Note,
}

/// A place that a name may have meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    pub id: String,
    pub name: String,
    pub reason_vi: String,
    pub reason_en: String,
    /// 0 to 100.
    pub score: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub code: &'static str,
    pub severity: Severity,
    /// The sheet or layer, where a filing has several.
    pub sheet: Option<String>,
    /// As in the sender's file, from 1; `None` for the whole filing.
    pub row: Option<u32>,
    pub column: Option<String>,
    pub value: Option<String>,
    pub message_vi: String,
    pub message_en: String,
    pub remedy_vi: String,
    pub remedy_en: String,
    pub candidates: Vec<Candidate>,
}

impl Finding {
    /// Message and remedy as (Vietnamese, English).
    pub fn new(
        code: &'static str,
        severity: Severity,
        message: (impl Into<String>, impl Into<String>),
        remedy: (impl Into<String>, impl Into<String>),
    ) -> Self {
        Self {
            code,
            severity,
            sheet: None,
            row: None,
            column: None,
            value: None,
            message_vi: message.0.into(),
            message_en: message.1.into(),
            remedy_vi: remedy.0.into(),
            remedy_en: remedy.1.into(),
            candidates: Vec::new(),
        }
    }

    /// A member or column of the filing, no row.
    #[must_use]
    pub fn on(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// Of this sheet; nothing when the table has no name.
    #[must_use]
    pub fn in_sheet(mut self, name: &str) -> Self {
        self.sheet = (!name.is_empty()).then(|| name.to_owned());
        self
    }

    /// For answers that are rarely a finding.
    #[must_use]
    pub fn boxed(self) -> Box<Self> {
        Box::new(self)
    }

    #[must_use]
    pub fn with(mut self, candidates: impl IntoIterator<Item = Candidate>) -> Self {
        self.candidates.extend(candidates);
        self
    }

    #[must_use]
    pub fn at(mut self, row: u32, column: &str, value: &str) -> Self {
        self.row = Some(row);
        self.column = (!column.is_empty()).then(|| column.to_owned());
        self.value = (!value.is_empty()).then(|| value.chars().take(200).collect());
        self
    }
}
