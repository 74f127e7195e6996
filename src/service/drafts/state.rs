//! What the vault keeps of a draft: files by content, answers, what was said beside them.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use phusong_atlas::domain::{DocumentRef, ReportId};
use serde::{Deserialize, Serialize};

use crate::service::uploads::ContentHash;
use crate::vault::blobs::BlobId;
use phusong_intake::reading::{Answer, Answers, Means};
use phusong_intake::report::Column;
use phusong_intake::template::Kind;

/// A file of a filing, as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentFile {
    pub name: String,
    pub sha256: ContentHash,
    pub bytes: u64,
}

impl SentFile {
    pub(super) fn blob(&self) -> BlobId {
        BlobId(self.sha256)
    }
}

/// Rows that were filed already: the entry, and (table, row) of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledPart {
    pub report: ReportId,
    pub rows: Vec<(String, u32)>,
}

/// A draft without its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    pub kind: Option<Kind>,
    pub on_behalf: Option<String>,
    pub document: DocumentRef,
    pub crs: Option<String>,
    pub files: Vec<SentFile>,
    pub answers: Answers,
    /// Folded heading → column; `None`: not read.
    pub headings: BTreeMap<String, Option<Column>>,
    pub filed: Vec<FiledPart>,
    /// The filing that this one takes the place of, or `none`, when its sender said so.
    pub compare_with: Option<String>,
    /// `REPORT/ROW` filed before and gone → is it withdrawn?
    pub gone: BTreeMap<String, bool>,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    kind: Option<String>,
    on_behalf: Option<String>,
    document: [Option<String>; 3],
    crs: Option<String>,
    files: Vec<(String, String, u64)>,
    answers: Vec<WireAnswer>,
    headings: BTreeMap<String, Option<String>>,
    filed: Vec<(String, Vec<(String, u32)>)>,
    #[serde(default)]
    compare_with: Option<String>,
    #[serde(default)]
    gone: BTreeMap<String, bool>,
}

#[derive(Serialize, Deserialize)]
struct WireAnswer {
    table: Option<String>,
    row: Option<u32>,
    column: Option<String>,
    value: Option<String>,
    /// `None`: the row is left out.
    means: Option<String>,
}

impl State {
    /// `None` when it is no draft of ours.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let wire: Wire = serde_json::from_slice(body).ok()?;
        let [number, day, title] = wire.document;
        let answer = |answer: WireAnswer| Answer {
            table: answer.table,
            row: answer.row,
            column: answer.column.as_deref().and_then(Column::of_any),
            value: answer.value,
            means: answer.means.map_or(Means::LeaveOut, Means::Text),
        };
        let file = |(name, sha256, bytes): (String, String, u64)| {
            let sha256 = HEXLOWER.decode(sha256.as_bytes()).ok()?.try_into().ok()?;
            Some(SentFile { name, sha256, bytes })
        };
        let part = |(report, rows): (String, Vec<(String, u32)>)| {
            Some(FiledPart { report: report.parse().ok()?, rows })
        };
        Some(Self {
            kind: wire.kind.as_deref().and_then(Kind::named),
            on_behalf: wire.on_behalf,
            document: DocumentRef { number, day: day.and_then(|day| day.parse().ok()), title },
            crs: wire.crs,
            files: wire.files.into_iter().map(file).collect::<Option<_>>()?,
            answers: Answers(wire.answers.into_iter().map(answer).collect()),
            headings: wire
                .headings
                .into_iter()
                .map(|(heading, column)| (heading, column.as_deref().and_then(Column::of_any)))
                .collect(),
            filed: wire.filed.into_iter().map(part).collect::<Option<_>>()?,
            compare_with: wire.compare_with,
            gone: wire.gone,
        })
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let answer = |answer: &Answer| WireAnswer {
            table: answer.table.clone(),
            row: answer.row,
            column: answer.column.map(|column| column.as_str().to_owned()),
            value: answer.value.clone(),
            means: match &answer.means {
                Means::Text(text) => Some(text.clone()),
                Means::LeaveOut => None,
            },
        };
        let document = &self.document;
        let wire = Wire {
            kind: self.kind.map(|kind| kind.as_str().to_owned()),
            on_behalf: self.on_behalf.clone(),
            document: [
                document.number.clone(),
                document.day.map(|day| day.to_string()),
                document.title.clone(),
            ],
            crs: self.crs.clone(),
            files: self
                .files
                .iter()
                .map(|file| (file.name.clone(), HEXLOWER.encode(&file.sha256), file.bytes))
                .collect(),
            answers: self.answers.0.iter().map(answer).collect(),
            headings: self
                .headings
                .iter()
                .map(|(heading, column)| {
                    (heading.clone(), column.map(|column| column.as_str().to_owned()))
                })
                .collect(),
            filed: self
                .filed
                .iter()
                .map(|part| (part.report.to_string(), part.rows.clone()))
                .collect(),
            compare_with: self.compare_with.clone(),
            gone: self.gone.clone(),
        };
        // Strings and numbers: there is nothing that could fail.
        serde_json::to_vec(&wire).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_comes_back_as_it_was_kept() {
        let mut state = State {
            kind: Some(Kind::SiteReport),
            on_behalf: Some("viettel".to_owned()),
            crs: Some("EPSG:5898".to_owned()),
            files: vec![SentFile { name: "Báo cáo.xlsx".to_owned(), sha256: [7; 32], bytes: 12 }],
            headings: BTreeMap::from([
                ("pin".to_owned(), None),
                ("lúc".to_owned(), Some(Column::EventDay)),
            ]),
            filed: vec![FiledPart { report: ReportId([1; 10]), rows: vec![("T1".to_owned(), 9)] }],
            compare_with: Some("none".to_owned()),
            gone: BTreeMap::from([("0123456789abcdef/3".to_owned(), true)]),
            ..State::default()
        };
        state.document.day = "2026-11-01".parse().ok();
        state.answers.give(Answer {
            table: None,
            row: Some(7),
            column: None,
            value: None,
            means: Means::LeaveOut,
        });
        assert_eq!(State::read(&state.write()), Some(state));
        assert_eq!(State::read(b"{}"), None);
    }
}
