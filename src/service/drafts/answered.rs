//! The answered file: the sender's own sheet with a note beside every row.

use std::collections::{HashMap, HashSet};

use phusong_gis::Limits;
use phusong_sheets::{
    Answers, BookLimits, Outcome as Became, RowAnswer, SheetAnswers, Total, answers_as_csv,
};

use super::in_words::Words;
use super::{DraftError, Drafting};
use crate::service::actor::Actor;
use crate::service::filing::FileError;
use crate::service::open::Service;
use crate::service::uploads::FILE_NAME;
use phusong_intake::catalogue::catalogue;
use phusong_intake::reading::TableReading;
use phusong_intake::report::{Column, DraftRow, Outcome, unreadable};
use phusong_intake::table::layout::{Mapped, RowKind};
use phusong_intake::template::Spec;
use phusong_intake::{Finding, Severity};

/// A file that goes back to its sender.
#[derive(Debug)]
pub struct AnsweredFile {
    pub name: String,
    pub bytes: Vec<u8>,
    pub is_xlsx: bool,
}

impl Service {
    /// The answered file of a draft: of the `at`th of its files (from 0). A workbook comes back as
    /// an XLSX, everything else as a CSV beside it.
    ///
    /// # Errors
    /// `NotFound` when there is no such draft or file.
    pub fn answered_file(
        &self,
        actor: &Actor,
        id: &str,
        at: usize,
    ) -> Result<AnsweredFile, DraftError> {
        let drafting = self.drafting(actor, id)?;
        let file = drafting.state.files.get(at).ok_or(DraftError::NotFound)?;
        let (atlas, gazetteer) = (self.atlas(&actor.scope()), self.gazetteer());
        let words = Words::of(&atlas, &gazetteer);
        let answers = answers_of(&drafting, &file.name, &words);
        let stem = file.name.rsplit_once('.').map_or(&*file.name, |(stem, _)| stem);
        let upload = self.lay_out(file.sha256)?;
        let folder = upload.folder().ok_or(DraftError::NotFound)?;
        let is_book = super::read::is_package(&upload).map_err(FileError::of_io)?;
        if is_book {
            let _turn = self.shared.readers.enter().ok_or(FileError::Busy)?;
            let (limits, book_limits) = (Limits::default(), BookLimits::default());
            let made = self.shared.geo_reader.answer_book(
                folder,
                FILE_NAME,
                &answers,
                &limits,
                &book_limits,
            );
            let made = made.map_err(|error| FileError::from(unreadable(&error)))?;
            return Ok(AnsweredFile {
                name: format!("{stem}-phan-hoi.xlsx"),
                bytes: made.bytes,
                is_xlsx: true,
            });
        }
        Ok(AnsweredFile {
            name: format!("{stem}-phan-hoi.csv"),
            bytes: answers_as_csv(&answers).into_bytes(),
            is_xlsx: false,
        })
    }
}

fn answers_of(drafting: &Drafting, file: &str, words: &Words<'_>) -> Answers {
    let reading = &drafting.reading;
    let tables = reading.tables.iter().filter(|table| table.file == file && table.layout.is_some());
    // Of this file: a filing may hold others.
    let ours: HashSet<&str> = names_of(reading.tables.iter().filter(|table| table.file == file));
    let is_ours =
        |table: Option<&str>| table.is_none_or(|table| table == file || ours.contains(table));
    let totals = reading.draft.codes_of(is_ours).into_iter().map(|(code, (severity, count))| {
        let example = reading.draft.all_findings().find(|finding| finding.code == code);
        let message = match example {
            Some(finding) => finding.message_vi.clone(),
            None => catalogue()
                .find(|entry| entry.code == code)
                .map_or_else(String::new, |entry| entry.message_vi.to_owned()),
        };
        Total {
            code: code.to_owned(),
            severity: severity_vi(severity).to_owned(),
            count: count as u64,
            message,
        }
    });
    let labels = names_of(tables.clone());
    let is_own = |row: &&DraftRow| labels.contains(row.table.as_deref().unwrap_or_default());
    let own: Vec<&DraftRow> = reading.draft.rows.iter().filter(is_own).collect();
    let counted = |outcome| own.iter().filter(|row| row.outcome == outcome).count();
    let framing: usize = tables.clone().map(|table| table.framing.len()).sum();
    let mut titles = vec![
        format!("Tệp: {file}"),
        format!(
            "{} dòng: {} gửi được, {} cần trả lời hoặc sửa, {} bỏ qua",
            own.len(),
            counted(Outcome::Fileable) + counted(Outcome::Repeated),
            counted(Outcome::Blocked),
            counted(Outcome::Aside),
        ),
    ];
    if framing > 0 {
        titles.push(format!(
            "Ngoài ra {framing} dòng là tiêu đề, nhóm, tổng hoặc chân bảng: cũng ghi “Bỏ qua” ở bảng dưới"
        ));
    }
    let whole = reading.draft.findings.iter().filter(|one| is_ours(one.sheet.as_deref()));
    Answers {
        titles,
        totals: totals.collect(),
        notes: whole.map(told).collect(),
        sheets: tables.map(|table| sheet_of(table, &reading.draft.rows, words)).collect(),
    }
}

/// How rows and findings call tables, of a wide one each of its parts.
fn names_of<'t>(tables: impl Iterator<Item = &'t TableReading>) -> HashSet<&'t str> {
    let names = tables.flat_map(|table| {
        let parts = table.parts.iter().map(|(label, _)| label.as_str());
        parts.chain([table.label.as_str()])
    });
    names.collect()
}

fn sheet_of(table: &TableReading, rows: &[DraftRow], words: &Words<'_>) -> SheetAnswers {
    let layout = table.layout.as_ref();
    let specs = layout.map(|layout| layout.kind.template().columns).unwrap_or_default();
    let shown: Vec<_> = specs.iter().filter(|spec| spec.column != Column::Ordinal).collect();
    let own = layout.map(|layout| &layout.columns[..]).unwrap_or_default();
    // Of a wide table each part has columns of its own.
    let parts = table.parts.iter().map(|(label, columns)| (&**label, &columns[..]));
    let parts: HashMap<&str, &[Mapped]> = parts.chain([(&*table.label, own)]).collect();
    let ours = rows.iter().filter_map(|row| {
        let label = row.table.as_deref().unwrap_or_default();
        Some((row, *parts.get(label)?))
    });
    let told_of = ours.map(|(row, columns)| {
        let understood = row.understood();
        let text = |spec: &Spec| {
            let value = understood.get(spec.column.as_str());
            value.map(|value| words.tell(row, value, spec)).unwrap_or_default()
        };
        let marked = row.findings.iter().filter_map(|finding| {
            let is_its = |mapped: &&Mapped| {
                mapped.means.is_some_and(|means| finding.column.as_deref() == Some(means.as_str()))
            };
            columns.iter().find(is_its).map(|mapped| mapped.at)
        });
        RowAnswer {
            row: row.row,
            outcome: outcome_of(row),
            findings: row.findings.iter().map(told).collect(),
            understood: shown.iter().map(|spec| text(spec)).collect(),
            marked: marked.collect(),
        }
    });
    let mut found: Vec<RowAnswer> = Vec::new();
    for answer in told_of {
        match found.last_mut().filter(|last| last.row == answer.row && !table.parts.is_empty()) {
            Some(last) => together(last, answer),
            None => found.push(answer),
        }
    }
    found.extend(table.framing.iter().map(|(row, kind)| RowAnswer {
        row: *row,
        outcome: Became::Ignored,
        findings: vec![framing_vi(kind).to_owned()],
        understood: Vec::new(),
        marked: Vec::new(),
    }));
    found.sort_by_key(|row| row.row);
    SheetAnswers {
        sheet: table.table.clone(),
        heading_row: layout.and_then(|layout| layout.heading_rows).map_or(1, |(_, last)| last),
        understood: shown.iter().map(|spec| format!("Hiểu là: {}", spec.heading_vi)).collect(),
        rows: found,
    }
}

/// Another part of one row: the gravest outcome, everything found once, and what was understood in
/// the order of its columns.
fn together(row: &mut RowAnswer, other: RowAnswer) {
    let grave = |outcome: Became| match outcome {
        Became::Refused => 0,
        Became::Asked => 1,
        Became::Taken => 2,
        Became::Ignored => 3,
    };
    if grave(other.outcome) < grave(row.outcome) {
        row.outcome = other.outcome;
    }
    for finding in other.findings {
        if !row.findings.contains(&finding) {
            row.findings.push(finding);
        }
    }
    for (own, other) in row.understood.iter_mut().zip(other.understood) {
        if *own != other {
            own.push_str(if own.is_empty() || other.is_empty() { "" } else { " | " });
            own.push_str(&other);
        }
    }
    row.marked.extend(other.marked);
    row.marked.sort_unstable();
    row.marked.dedup();
}

fn outcome_of(row: &DraftRow) -> Became {
    let refused = row.findings.iter().any(|finding| finding.severity == Severity::Refuse);
    match row.outcome {
        Outcome::Fileable | Outcome::Repeated => Became::Taken,
        Outcome::Blocked if refused => Became::Refused,
        Outcome::Blocked => Became::Asked,
        Outcome::Aside => Became::Ignored,
    }
}

const fn severity_vi(severity: Severity) -> &'static str {
    match severity {
        Severity::Refuse => "không nhận",
        Severity::Ask => "cần trả lời",
        Severity::Warn => "lưu ý",
        Severity::Note => "ghi chú",
    }
}

const fn framing_vi(kind: &RowKind) -> &'static str {
    match kind {
        RowKind::Numbering => "dòng đánh số cột",
        RowKind::Group(_) => "dòng nhóm: lấy làm địa bàn của các dòng dưới",
        RowKind::Total => "dòng tổng: không tính",
        RowKind::Footer => "chân bảng",
        RowKind::HeadingAgain => "tiêu đề lặp lại",
        RowKind::OtherTable => "thuộc bảng khác trên cùng trang: chưa đọc",
        RowKind::Data | RowKind::Blank => "",
    }
}

fn told(finding: &Finding) -> String {
    format!("{}: {} → {}", severity_vi(finding.severity), finding.message_vi, finding.remedy_vi)
}
