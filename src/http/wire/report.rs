//! Reports: previewed, filed, acted upon, listed.

use serde::Serialize;
use utoipa::ToSchema;

use super::Finding;
use super::codes::{FilingKind, RowState, Verdict};
use super::village::Unit;
use crate::ledger;
use crate::service;

/// A village whose verdict is another one now, in the asker's own view.
#[derive(Debug, Serialize, ToSchema)]
pub struct Moved {
    pub village: String,
    pub name: String,
    /// Where it lies today: many villages are called the same.
    pub commune: Option<Unit>,
    pub from: Verdict,
    pub to: Verdict,
}

impl From<&service::Moved> for Moved {
    fn from(moved: &service::Moved) -> Self {
        Self {
            village: moved.village.to_string(),
            name: moved.name.clone(),
            commune: moved.commune.as_ref().map(|unit| Unit {
                code: unit.id.code.0,
                name: unit.name.clone(),
                kind: unit.kind.clone(),
            }),
            from: moved.from.into(),
            to: moved.to.into(),
        }
    }
}

/// The service's signature over what was filed and when: `phusong receipt verify` checks it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Receipt {
    pub version: u32,
    pub report: String,
    /// SHA-256 of the filed content, hex.
    pub content_sha256: String,
    /// Whose act it was.
    pub actor: String,
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// Ed25519, hex.
    pub public_key: String,
    /// Ed25519, hex.
    pub signature: String,
}

impl From<&ledger::Receipt> for Receipt {
    fn from(receipt: &ledger::Receipt) -> Self {
        Self {
            version: receipt.version,
            report: receipt.report.clone(),
            content_sha256: receipt.content_sha256.clone(),
            actor: receipt.actor.clone(),
            recorded_at: receipt.recorded_at.to_string(),
            public_key: receipt.public_key.clone(),
            signature: receipt.signature.clone(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewRow {
    /// The sheet or layer, where a filing has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// As in the sender's file, from 1.
    pub row: u32,
    /// `fileable`; `repeated`: as an earlier row, counted once; `blocked`: refused, or hanging on
    /// a question; `aside`: not filed, left out by its sender or telling of no event.
    pub outcome: &'static str,
    /// The columns of the form as they were understood.
    #[schema(value_type = Object)]
    pub understood: serde_json::Value,
    /// Beside an earlier filing of the same document, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<RowAgainst>,
    pub findings: Vec<Finding>,
}

/// How a row stands against what was filed before.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowAgainst {
    /// `new`, `changed`, `unchanged`.
    pub is: &'static str,
    /// The row it is about: `REPORT/ROW`.
    pub earlier: Option<String>,
    pub differences: Vec<RowDifference>,
}

/// A value that is another one now.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowDifference {
    pub column: String,
    #[schema(value_type = Object)]
    pub before: serde_json::Value,
    #[schema(value_type = Object)]
    pub after: serde_json::Value,
}

impl From<&phusong_intake::against::Against> for RowAgainst {
    fn from(against: &phusong_intake::against::Against) -> Self {
        use phusong_intake::against::Compared;
        let differences = against.differences.iter().cloned();
        Self {
            is: match against.is {
                Compared::New => "new",
                Compared::Changed => "changed",
                Compared::Unchanged => "unchanged",
            },
            earlier: against.earlier.map(|(report, row)| format!("{report}/{row}")),
            differences: differences
                .map(|one| RowDifference {
                    column: one.column,
                    before: one.before,
                    after: one.after,
                })
                .collect(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SeverityCounts {
    pub refuse: usize,
    pub ask: usize,
    pub warn: usize,
    pub note: usize,
}

/// *Kiểm tra thử*: nothing is filed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    /// Under which the draft is kept, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
    /// At most 1,000, those with questions first; in the file's order.
    pub rows: Vec<PreviewRow>,
    pub rows_total: usize,
    /// On the filing as a whole.
    pub findings: Vec<Finding>,
    /// Of all findings, also of those that are not listed.
    pub counts: SeverityCounts,
    pub would_move: Vec<Moved>,
    pub can_file: bool,
}

/// An account of the asker's own side, or of any for the department.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Person {
    /// Opaque; it stays when the name is erased.
    pub account: String,
    /// Null: erased.
    pub name: Option<String>,
}

impl From<service::Who> for Person {
    fn from(who: service::Who) -> Self {
        Self { account: who.account.to_string(), name: who.name }
    }
}

/// What an act did, with its receipt.
#[derive(Debug, Serialize, ToSchema)]
pub struct Acted {
    pub report: String,
    #[schema(format = DateTime)]
    pub recorded_at: String,
    pub moved: Vec<Moved>,
    /// *Chờ người thứ hai*: others count it only once another account publishes it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub awaits_second: bool,
    pub receipt: Receipt,
    /// Hash of everything this actor sees after it.
    pub version: String,
}

/// *Biên nhận* of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct Filed {
    #[serde(flatten)]
    pub acted: Acted,
    pub state: RowState,
    /// How many rows were filed.
    pub rows: usize,
    pub findings: Vec<Finding>,
}

/// A report in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportSummary {
    pub report: String,
    pub kind: FilingKind,
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// A carrier's id, `department` or `commune:CODE`.
    pub owner: String,
    pub filed_by: String,
    /// Who it was, for those who may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Person>,
    pub on_behalf: bool,
    pub state: RowState,
    pub rows: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReportList {
    pub items: Vec<ReportSummary>,
    pub next: Option<String>,
}

/// The letter that a filing came with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportDocument {
    pub number: Option<String>,
    #[schema(format = Date)]
    pub day: Option<String>,
    pub title: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ActsOn {
    pub report: String,
    /// Empty: all of them.
    pub rows: Vec<u32>,
    /// The villages that those rows name: at most 50.
    pub villages: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReportRow {
    /// From 1, as reasons, `thay_the` and the page name it.
    pub row: u32,
    pub state: RowState,
    #[schema(value_type = Object)]
    pub understood: serde_json::Value,
    /// What the row did, where it is an act: `publish`, `adopt_rule_set`, `open_dispute` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<&'static str>,
    /// The rows that it acted on, as far as they are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acts_on: Option<ActsOn>,
    /// Why it was returned or withdrawn.
    pub reason: Option<String>,
    /// As the sender wrote it; its owner's and the department's.
    pub note: Option<String>,
    /// Who made it public, for those who may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_by: Option<Person>,
}

/// A body as it was sent, kept under its hash: `GET /api/v1/reports/{id}/files/{sha256}`.
#[derive(Debug, Serialize, ToSchema)]
pub struct RawFile {
    pub sha256: String,
    /// Null once its key was destroyed.
    pub bytes: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReportPage {
    pub report: String,
    pub kind: FilingKind,
    #[schema(format = DateTime)]
    pub recorded_at: String,
    pub owner: String,
    pub filed_by: String,
    /// Who it was, for those who may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Person>,
    pub on_behalf: bool,
    pub document: ReportDocument,
    pub rows: Vec<ReportRow>,
    /// The body as it was sent: its owner's and the department's.
    pub files: Vec<RawFile>,
}
