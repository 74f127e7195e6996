//! Assembled rows to a draft, by the rules of what the filing says.

use phusong_atlas::domain::{Day, Fact, ObservationKind, SiteEventKind};
use phusong_atlas::gazetteer::fold_for_search;

use super::assemble::Assembled;
use super::{Said, Step, notes};
use crate::evidence::EvidenceContext;
use crate::finding::{Candidate, Finding, Severity};
use crate::known::Known;
use crate::observation::{self, SentObservation};
use crate::report::{self, Cells, Column, Context, Draft, DraftRow, Outcome};
use crate::template::{Kind, Need};
use crate::{drive_test, outage, progress, statistic, village_list};

/// What a filing is read against: what its sender may know, and may say.
#[expect(missing_debug_implementations, reason = "holds functions")]
pub struct Ground<'a> {
    /// What this sender may file, likeliest first.
    pub kinds: Vec<Kind>,
    pub report: Option<Context<'a>>,
    pub evidence: Option<EvidenceContext<'a>>,
    /// For tables beside reports; `None`: those are not taken.
    pub known: Option<Known<'a>>,
    /// Whose word an observation is.
    pub observation: ObservationKind,
}

/// Every row with its findings, and what changed on its way. In the order of the file.
pub fn draft_of(
    kind: Kind,
    rows: Vec<Assembled>,
    said: &Said,
    ground: &Ground<'_>,
) -> (Draft, Vec<Vec<Step>>) {
    let mut marks = Vec::with_capacity(rows.len());
    let mut steps = Vec::with_capacity(rows.len());
    let mut spoken = Vec::with_capacity(rows.len());
    for mut row in rows {
        mark_errors(kind, &mut row);
        let aside = aside(kind, &row);
        marks.push((row.table, aside.is_some()));
        steps.push(row.steps);
        match aside {
            Some(findings) => spoken.push(Spoken::Aside(row.cells.row, findings)),
            None => spoken.push(Spoken::Row(with_system(kind, row.cells, said))),
        }
    }
    let mut draft = match kind {
        // Naming a kind gives nobody the right to it.
        _ if !ground.kinds.contains(&kind) => Draft::refused(notes::not_filed_here(kind)),
        Kind::SiteReport | Kind::Coverage => reports(kind, &spoken, said, ground),
        Kind::Confirmation => confirmations(&spoken, ground),
        _ => match &ground.known {
            Some(known) => beside(kind, &spoken, said, known),
            None => Draft::refused(notes::not_filed_here(kind)),
        },
    };
    // A log is read as a whole: its rows are no rows of the draft.
    if kind == Kind::Measurement {
        let steps = vec![Vec::new(); draft.rows.len()];
        return (draft, steps);
    }
    weave(&mut draft, spoken, &marks);
    (draft, steps)
}

enum Spoken {
    Row(Cells),
    Aside(u32, Vec<Finding>),
}

/// Rows set aside stand where they stood in the file.
fn weave(draft: &mut Draft, spoken: Vec<Spoken>, marks: &[(String, bool)]) {
    let mut read = std::mem::take(&mut draft.rows).into_iter();
    for (row, (table, _)) in spoken.into_iter().zip(marks) {
        let row = match row {
            Spoken::Aside(number, findings) => Some(DraftRow::aside(number, findings)),
            Spoken::Row(_) => read.next(),
        };
        let Some(mut row) = row else { continue };
        if !table.is_empty() {
            for finding in &mut row.findings {
                finding.sheet = Some(table.clone());
            }
            row.table = Some(table.clone());
        }
        draft.rows.push(row);
    }
}

/// An error in event, day or place refuses the row; elsewhere the cell is empty and asked.
fn mark_errors(kind: Kind, row: &mut Assembled) {
    let template = kind.template();
    for (column, error) in std::mem::take(&mut row.errors) {
        let needed = template.spec(column).is_some_and(|spec| spec.need == Need::Always)
            || matches!(column, Column::Longitude | Column::Latitude);
        let severity = if needed { Severity::Refuse } else { Severity::Ask };
        let message = (
            format!("ô lỗi ({error}): không có giá trị"),
            format!("an error cell ({error}): there is no value"),
        );
        let remedy =
            ("sửa công thức hoặc ghi giá trị vào ô", "mend the formula or write the value");
        let finding = Finding::new("error-cell", severity, message, remedy);
        row.cells.find(finding, column.as_str(), &error);
    }
}

/// Why a row is not read at all.
fn aside(kind: Kind, row: &Assembled) -> Option<Vec<Finding>> {
    if row.left_out {
        let message = ("dòng này không gửi, theo ý người gửi", "left out by its sender");
        let finding = Finding::new(
            "left-out",
            Severity::Note,
            message,
            ("không cần làm gì", "nothing to do"),
        );
        return Some(vec![finding.at(row.cells.row, "", "")]);
    }
    // “Chưa triển khai” with no day tells of nothing that happened or is planned for a day.
    let status = fold_for_search(row.cells.text(Column::Event));
    let not_begun = ["chua trien khai", "chua thuc hien", "chua xay dung"].contains(&&*status);
    (kind == Kind::SiteReport && not_begun && !row.cells.has(Column::EventDay)).then(|| {
        let message = (
            "chưa triển khai và không có ngày: không phải sự kiện, không gửi",
            "not begun and without a day: no event, not filed",
        );
        let remedy =
            ("ghi ngày dự kiến nếu đã có kế hoạch", "write the planned day if there is one");
        let finding = Finding::new("no-event", Severity::Note, message, remedy);
        vec![finding.at(row.cells.row, Column::Event.as_str(), row.cells.text(Column::Event))]
    })
}

/// A row that names no system takes the filing's.
fn with_system(kind: Kind, mut cells: Cells, said: &Said) -> Cells {
    cells.is_claim = kind == Kind::Coverage;
    if !cells.has(Column::Crs)
        && (cells.has(Column::Longitude) || cells.has(Column::Latitude))
        && let Some(crs) = &said.crs
    {
        cells.push(Column::Crs, crs);
    }
    cells
}

fn rows_of(spoken: &[Spoken]) -> impl Iterator<Item = &Cells> {
    spoken.iter().filter_map(|row| match row {
        Spoken::Row(cells) => Some(cells),
        Spoken::Aside(..) => None,
    })
}

/// Villages, duties, figures, outages, logs: each by the rules of its kind.
fn beside(kind: Kind, spoken: &[Spoken], said: &Said, known: &Known<'_>) -> Draft {
    let cells = || rows_of(spoken).cloned();
    let mut draft = Draft::default();
    match kind {
        Kind::Duties => {
            let read = |row| progress::read_row(row, said.document_day, known);
            draft.rows = cells().map(read).collect();
        }
        Kind::Outages => {
            draft.rows = cells().map(|row| outage::read_row(row, known)).collect();
            outage::find_repeats(&mut draft.rows);
        }
        Kind::Statistics => {
            draft.rows = cells().map(|row| statistic::read_row(row, known)).collect();
            statistic::find_conflicts(&mut draft.rows, known);
        }
        Kind::Villages => {
            let crs = said.crs.as_deref();
            (draft.rows, draft.findings) = village_list::read(cells().collect(), crs, known);
        }
        Kind::Measurement => {
            let rows: Vec<Cells> = cells().collect();
            (draft.rows, draft.findings) = drive_test::read(&rows, known);
        }
        _ => return Draft::refused(notes::not_filed_here(kind)),
    }
    draft
}

fn reports(kind: Kind, spoken: &[Spoken], said: &Said, ground: &Ground<'_>) -> Draft {
    let Some(context) = &ground.report else {
        return Draft::refused(notes::not_filed_here(kind));
    };
    let mut draft = report::from_cells(rows_of(spoken).cloned(), context);
    if let Some(letter) = said.document_day {
        draft.rows.iter_mut().for_each(|row| ask_after_letter(row, letter));
    }
    draft
}

/// On air after the letter's own day is a plan, or one of the two days is wrong: asked, planned
/// offered first. Nothing counts until it is answered.
fn ask_after_letter(row: &mut DraftRow, letter: Day) {
    let Some(Fact::SiteEvent(event)) = row.filed.as_ref().map(|filed| &filed.fact) else { return };
    if event.event != SiteEventKind::OnAir || event.day <= letter {
        return;
    }
    let message = (
        format!("ngày phát sóng {} sau ngày văn bản {letter}", event.day),
        format!("on air on {}, after the letter's own day {letter}", event.day),
    );
    let remedy =
        ("chọn kế hoạch, hoặc sửa một trong hai ngày", "choose planned, or mend one of the days");
    let finding =
        Finding::new("on-air-after-letter", Severity::Ask, message, remedy).with([Candidate {
            id: SiteEventKind::Planned.as_str().to_owned(),
            name: "kế hoạch".to_owned(),
            reason_vi: "ngày sau ngày văn bản".to_owned(),
            reason_en: "the day is after the letter's".to_owned(),
            score: 100,
        }]);
    row.findings.push(finding.at(row.row, Column::Event.as_str(), event.event.as_str()));
    row.outcome = Outcome::Blocked;
}

fn confirmations(spoken: &[Spoken], ground: &Ground<'_>) -> Draft {
    let Some(context) = &ground.evidence else {
        return Draft::refused(notes::not_filed_here(Kind::Confirmation));
    };
    let text =
        |cells: &Cells, column| Some(cells.text(column).to_owned()).filter(|t| !t.is_empty());
    let mut draft = Draft::default();
    for cells in rows_of(spoken) {
        let sent = SentObservation {
            village: text(cells, Column::Village).filter(|_| !cells.has(Column::Cluster)),
            cluster: text(cells, Column::Cluster),
            commune: text(cells, Column::Commune),
            district: text(cells, Column::District),
            says: cells.text(Column::Says).to_owned(),
            day: cells.text(Column::ObservedDay).to_owned(),
            carrier: text(cells, Column::Carrier),
            technologies: cells.list(Column::Technologies, &[';', ',', '/', '+']),
            environment: text(cells, Column::Environment),
            service: text(cells, Column::Service),
            source_word: None,
            note: text(cells, Column::Note),
            replaces: text(cells, Column::Replaces),
        };
        let mut row = observation::read_row(&sent, cells.row, ground.observation, context);
        row.findings.splice(0..0, cells.findings.iter().cloned());
        draft.rows.push(row);
    }
    observation::find_conflicts(&mut draft.rows);
    draft
}
