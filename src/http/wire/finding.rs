//! What is told about a row, a parameter or a member.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Cannot be taken.
    Refuse,
    /// Counts for nothing until answered.
    Ask,
    Warn,
    Note,
}

/// A place that a name may have meant.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Candidate {
    pub id: String,
    pub name: String,
    pub reason_vi: String,
    pub reason_en: String,
    /// 0 to 100.
    pub score: u8,
}

/// A fault or remark, with its place and what to do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Finding {
    /// Stable word for programs.
    pub code: &'static str,
    pub severity: Severity,
    /// The sheet or layer, where a filing has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// As in the sender's file, from 1; null for the whole filing.
    pub row: Option<u32>,
    /// Column of the row, or name of the parameter.
    pub column: Option<String>,
    pub value: Option<String>,
    /// Place in a JSON body (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    pub message_vi: String,
    pub message_en: String,
    pub remedy_vi: String,
    pub remedy_en: String,
    pub candidates: Vec<Candidate>,
}

impl Finding {
    pub fn refuse(code: &'static str, vi: &str, en: &str) -> Self {
        Self {
            code,
            severity: Severity::Refuse,
            sheet: None,
            row: None,
            column: None,
            value: None,
            pointer: None,
            message_vi: vi.to_owned(),
            message_en: en.to_owned(),
            remedy_vi: "xem /docs".to_owned(),
            remedy_en: "see /docs".to_owned(),
            candidates: Vec::new(),
        }
    }

    #[must_use]
    pub fn of_column(self, column: &str) -> Self {
        Self { column: Some(column.chars().take(100).collect()), ..self }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedied(self, vi: &str, en: &str) -> Self {
        Self { remedy_vi: vi.to_owned(), remedy_en: en.to_owned(), ..self }
    }

    #[must_use]
    pub fn at_pointer(self, pointer: &str) -> Self {
        Self { pointer: Some(pointer.to_owned()), ..self }
    }
}

impl From<phusong_intake::Finding> for Finding {
    fn from(finding: phusong_intake::Finding) -> Self {
        Self {
            code: finding.code,
            severity: match finding.severity {
                phusong_intake::Severity::Refuse => Severity::Refuse,
                phusong_intake::Severity::Ask => Severity::Ask,
                phusong_intake::Severity::Warn => Severity::Warn,
                phusong_intake::Severity::Note => Severity::Note,
            },
            sheet: finding.sheet,
            row: finding.row,
            column: finding.column,
            value: finding.value,
            pointer: None,
            message_vi: finding.message_vi,
            message_en: finding.message_en,
            remedy_vi: finding.remedy_vi,
            remedy_en: finding.remedy_en,
            candidates: finding.candidates.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<phusong_intake::Candidate> for Candidate {
    fn from(candidate: phusong_intake::Candidate) -> Self {
        Self {
            id: candidate.id,
            name: candidate.name,
            reason_vi: candidate.reason_vi,
            reason_en: candidate.reason_en,
            score: candidate.score,
        }
    }
}
