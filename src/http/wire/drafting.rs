//! A filing of files while it is a draft: tables, columns, questions, rows.

use geo::{CoordsIter, Simplify};
use serde::Serialize;
use utoipa::ToSchema;

use super::Finding;
use super::measured::SampleSet;
use super::report::{Moved, PreviewRow, SeverityCounts};
use crate::service;
use phusong_intake::reading::{self, How, TableReading};
use phusong_intake::table::layout::RowKind;

/// A file as it was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftFile {
    pub name: String,
    /// Hex.
    pub sha256: String,
    pub bytes: u64,
}

/// A column of a table, as it was understood.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftColumn {
    /// As its sender names it (`C`).
    pub at: String,
    pub heading: String,
    /// A column of the template; null: not read.
    pub means: Option<&'static str>,
}

/// One kind of change, made in a column.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftChange {
    pub column: String,
    pub heading: String,
    /// `nfc`, `tcvn3`, `ditto`, `merged`, `answered` …
    pub how: &'static str,
    /// How many cells.
    pub cells: usize,
    pub before: String,
    pub after: String,
}

/// A row that frames the table.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftFraming {
    pub row: u32,
    /// `numbering`, `group`, `total`, `footer`, `heading`, `other-table`.
    pub what: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DraftTable {
    pub file: String,
    /// The sheet or layer, with its file's name where several of the filing are called so; empty
    /// for a CSV alone.
    pub sheet: String,
    /// What it says; null when it has no headings that we know.
    pub kind: Option<&'static str>,
    /// First and last, from 1.
    pub heading_rows: Option<[u32; 2]>,
    pub columns: Vec<DraftColumn>,
    pub changes: Vec<DraftChange>,
    pub framing: Vec<DraftFraming>,
    pub rows: usize,
}

/// A question, once however many rows ask it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftQuestion {
    #[serde(flatten)]
    pub finding: Finding,
    /// The first rows that ask it.
    pub rows: Vec<u32>,
    /// The sheet or layer of each of them, where it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheets: Option<Vec<String>>,
    pub rows_total: usize,
    /// A name of a place: what a decision on it (`/api/v1/names/decisions`) has to say, where all
    /// rows that ask write it beside the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<DraftName>,
}

/// A word for a place, as its sender writes it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftName {
    /// `village`, `unit`.
    pub of: &'static str,
    pub text: String,
    /// The commune (of a village) or district (of a unit) beside it.
    pub beside: Option<String>,
}

/// How often a finding of one code stands in the draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeCount {
    pub code: &'static str,
    pub count: usize,
}

/// The letter that a filing comes with.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftLetter {
    pub number: Option<String>,
    #[schema(format = Date)]
    pub day: Option<String>,
    pub title: Option<String>,
}

/// A draft in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftLine {
    pub id: String,
    #[schema(format = DateTime)]
    pub updated: String,
    pub files: Vec<DraftFile>,
    pub document: DraftLetter,
    /// Entries that parts of it were filed as.
    pub filed: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DraftList {
    pub drafts: Vec<DraftLine>,
}

/// An earlier filing.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftFiledOn {
    pub report: String,
    #[schema(format = DateTime)]
    pub recorded_at: String,
}

/// A row filed before that is not in the files any more. It stays as it is until its sender says
/// otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftGone {
    /// `REPORT/ROW`.
    pub row: String,
    #[schema(value_type = Object)]
    pub understood: serde_json::Value,
    /// `keep` or `withdraw`; null: not said yet.
    pub becomes: Option<&'static str>,
}

/// The draft beside what was filed before of the same document.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftHeld {
    /// `same_file`, `same_document`, `chosen`; null: held against nothing.
    pub basis: Option<&'static str>,
    pub filings: Vec<DraftFiledOn>,
    pub new: usize,
    /// Filed as corrections of the rows they are about.
    pub changed: usize,
    /// Not filed again.
    pub unchanged: usize,
    /// The first 200.
    pub gone: Vec<DraftGone>,
    pub gone_total: usize,
    /// Filings that it may take the place of: to be answered by `compare_with`.
    pub likely: Vec<DraftFiledOn>,
}

impl From<&service::FiledOn> for DraftFiledOn {
    fn from(filing: &service::FiledOn) -> Self {
        Self { report: filing.report.to_string(), recorded_at: filing.recorded_at.to_string() }
    }
}

impl From<&service::Held> for DraftHeld {
    fn from(held: &service::Held) -> Self {
        const SHOWN: usize = 200;
        Self {
            basis: held.basis.map(|basis| match basis {
                service::Basis::SameFile => "same_file",
                service::Basis::SameDocument => "same_document",
                service::Basis::Chosen => "chosen",
            }),
            filings: held.filings.iter().map(Into::into).collect(),
            new: held.new,
            changed: held.changed,
            unchanged: held.unchanged,
            gone: held
                .gone
                .iter()
                .take(SHOWN)
                .map(|gone| DraftGone {
                    row: gone.name(),
                    understood: gone.understood.clone(),
                    becomes: gone.withdraw.map(|yes| if yes { "withdraw" } else { "keep" }),
                })
                .collect(),
            gone_total: held.gone.len(),
            likely: held.likely.iter().map(Into::into).collect(),
        }
    }
}

/// *Bản nháp*: seen by its sender only.
#[derive(Debug, Serialize, ToSchema)]
pub struct FilingDraft {
    #[serde(flatten)]
    pub line: DraftLine,
    #[schema(format = DateTime)]
    pub created: String,
    pub on_behalf_of: Option<String>,
    /// What the filing says: a template's name.
    pub kind: Option<&'static str>,
    pub crs: Option<String>,
    pub tables: Vec<DraftTable>,
    /// Refusals and questions, those of the filing first.
    pub questions: Vec<DraftQuestion>,
    pub questions_total: usize,
    /// Warnings and notes on the filing as a whole.
    pub findings: Vec<Finding>,
    pub counts: SeverityCounts,
    pub codes: Vec<CodeCount>,
    /// The first 1,000, those with questions first; the rest by `rows`.
    pub rows: Vec<PreviewRow>,
    pub rows_total: usize,
    /// Rows that would be filed now.
    pub fileable: usize,
    /// Rows that wait for an answer.
    pub open: usize,
    pub can_file: bool,
    /// All of it was filed before: filing it again gives the first receipt.
    pub is_filed: bool,
    pub would_move: Vec<Moved>,
    /// Of a log of measurements: what its sets will say. At most 200.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub sets: Vec<SampleSet>,
    /// Areas of the first rows that have one, drawn coarsely: for the map.
    pub areas: Vec<DraftArea>,
    /// Beside what was filed before of the same document.
    pub held: DraftHeld,
}

/// An area as it was understood: polygons of rings of [longitude, latitude], outer ring first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftArea {
    pub sheet: Option<String>,
    pub row: u32,
    pub polygons: Vec<Vec<Vec<[f64; 2]>>>,
}

impl From<service::ShownArea> for DraftArea {
    fn from(shown: service::ShownArea) -> Self {
        Self { sheet: shown.table, row: shown.row, polygons: coarse(&shown.area) }
    }
}

/// Few enough vertices for a page: ever coarser until they are.
fn coarse(area: &geo::MultiPolygon<f64>) -> Vec<Vec<Vec<[f64; 2]>>> {
    const MOST_VERTICES: usize = 5_000;
    /// About 5 m, doubled until it does.
    const FINEST_DEG: f64 = 0.000_05;
    const COARSEST_DEG: f64 = 0.1;
    let mut shown = area.clone();
    let mut within_deg = FINEST_DEG;
    while shown.coords_count() > MOST_VERTICES && within_deg < COARSEST_DEG {
        shown = area.simplify(within_deg);
        within_deg *= 2.0;
    }
    let ring = |line: &geo::LineString<f64>| line.0.iter().map(|at| [at.x, at.y]).collect();
    let polygons = shown.0.iter().take(MOST_VERTICES / 4).map(|polygon| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
    });
    polygons.collect()
}

/// One change of one cell.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftStep {
    pub column: &'static str,
    pub before: String,
    pub after: String,
    pub how: &'static str,
}

/// A row with its way from the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftRowPage {
    pub rows: Vec<DraftRow>,
    pub rows_total: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DraftRow {
    #[serde(flatten)]
    pub row: PreviewRow,
    pub steps: Vec<DraftStep>,
}

impl From<&service::SentFile> for DraftFile {
    fn from(file: &service::SentFile) -> Self {
        Self {
            name: file.name.clone(),
            sha256: data_encoding::HEXLOWER.encode(&file.sha256),
            bytes: file.bytes,
        }
    }
}

impl From<&TableReading> for DraftTable {
    fn from(table: &TableReading) -> Self {
        let layout = table.layout.as_ref();
        let columns = layout.map_or(&[][..], |layout| &layout.columns);
        Self {
            file: table.file.clone(),
            sheet: table.label.clone(),
            kind: layout.map(|layout| layout.kind.as_str()),
            heading_rows: layout.and_then(|layout| layout.heading_rows).map(|(a, b)| [a, b]),
            columns: columns
                .iter()
                .map(|mapped| DraftColumn {
                    at: mapped.name.clone(),
                    heading: mapped.heading.clone(),
                    means: mapped.means.map(phusong_intake::report::Column::as_str),
                })
                .collect(),
            changes: table.changes.iter().map(DraftChange::from).collect(),
            framing: table
                .framing
                .iter()
                .map(|(row, kind)| DraftFraming { row: *row, what: framing(kind) })
                .collect(),
            rows: table.rows,
        }
    }
}

const fn framing(kind: &RowKind) -> &'static str {
    match kind {
        RowKind::Numbering => "numbering",
        RowKind::Group(_) => "group",
        RowKind::Total => "total",
        RowKind::Footer => "footer",
        RowKind::HeadingAgain => "heading",
        RowKind::OtherTable => "other-table",
        RowKind::Data => "data",
        RowKind::Blank => "blank",
    }
}

impl From<&reading::Change> for DraftChange {
    fn from(change: &reading::Change) -> Self {
        Self {
            column: change.column.clone(),
            heading: change.heading.clone(),
            how: change.how.code(),
            cells: change.cells,
            before: change.sample.0.clone(),
            after: change.sample.1.clone(),
        }
    }
}

impl From<&reading::Step> for DraftStep {
    fn from(step: &reading::Step) -> Self {
        Self {
            column: step.column.as_str(),
            before: step.before.clone(),
            after: step.after.clone(),
            how: How::code(step.how),
        }
    }
}

fn sheets_of<'q>(rows: impl Iterator<Item = &'q (Option<String>, u32)>) -> Option<Vec<String>> {
    let named: Vec<String> = rows.map(|(sheet, _)| sheet.clone().unwrap_or_default()).collect();
    named.iter().any(|sheet| !sheet.is_empty()).then_some(named)
}

impl From<&reading::Question> for DraftQuestion {
    fn from(question: &reading::Question) -> Self {
        const SHOWN: usize = 50;
        Self {
            finding: question.finding.clone().into(),
            rows: question.rows.iter().take(SHOWN).map(|(_, row)| *row).collect(),
            sheets: sheets_of(question.rows.iter().take(SHOWN)),
            rows_total: question.rows.len(),
            name: None,
        }
    }
}
