//! Assembled rows to a draft, by the rules of what the filing says.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use phusong_atlas::cores::in_pieces;
use phusong_atlas::domain::{CarrierFact, Day, Fact, ObservationKind, Party, SiteEventKind};
use phusong_atlas::gazetteer::{Gazetteer, Resolution, VillageQuery, fold_for_search};

use super::assemble::Assembled;
use super::{Beside, Said, Step, confirmation, notes};
use crate::evidence::EvidenceContext;
use crate::finding::{Candidate, Finding, Severity};
use crate::known::Known;
use crate::report::{self, Cells, Column, Context, Draft, DraftRow, Outcome};
use crate::table::PIECE_ROWS;
use crate::table::layout::Layout;
use crate::template::{Holds, Kind, Need};
use crate::{boundary, drive_test, outage, progress, statistic, village_list};

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

impl Ground<'_> {
    /// A list of villages need not name their communes where they are the sender's own, or are told
    /// by their places. One that says nothing of them beside their names is no list of villages.
    pub(super) fn knows_communes(&self, layout: &Layout) -> bool {
        const SAYS: [Column; 6] = [
            Column::Households,
            Column::People,
            Column::Power,
            Column::EspeciallyPoor,
            Column::Predecessor,
            Column::Cluster,
        ];
        let is_own = |known: &Known<'_>| matches!(known.owner, Party::Commune(_));
        // Both may stand in one column.
        let is_told = layout.has(Column::Longitude);
        let says = SAYS.iter().any(|column| layout.has(*column));
        layout.kind == Kind::Villages
            && (is_told || says && self.known.as_ref().is_some_and(is_own))
    }

    /// Is this a village or a unit that we know?
    pub(super) fn knows_place(&self, name: &str) -> bool {
        self.gazetteer().is_some_and(|known| is_place(name, known))
    }

    fn gazetteer(&self) -> Option<&Gazetteer> {
        let of_report = self.report.as_ref().map(|context| context.gazetteer);
        of_report.or(self.evidence.as_ref().map(|context| context.gazetteer))
    }
}

impl<'a> Ground<'a> {
    /// Whom a cell may name.
    pub(super) fn carriers(&self) -> &'a [CarrierFact] {
        let of_report = self.report.as_ref().map(|context| std::slice::from_ref(context.carrier));
        let of_evidence = self.evidence.as_ref().map(|context| context.carriers);
        let known = self.known.as_ref().map(|known| known.evidence.carriers);
        known.or(of_evidence).or(of_report).unwrap_or_default()
    }
}

/// Is this a village or a unit that we know, at whatever time?
fn is_place(name: &str, gazetteer: &Gazetteer) -> bool {
    let query = VillageQuery { name, ..VillageQuery::default() };
    !matches!(gazetteer.resolve_village(&query), Resolution::Unknown(_))
        || !matches!(gazetteer.resolve_unit(name, None, None), Resolution::Unknown(_))
}

/// Every row with its findings, and what changed on its way. In the order of the file.
pub fn draft_of(
    kind: Kind,
    rows: Vec<Assembled>,
    said: &Said,
    ground: &Ground<'_>,
) -> (Draft, Vec<Vec<Step>>, Vec<Beside>) {
    let mut marks = Vec::with_capacity(rows.len());
    let mut steps = Vec::with_capacity(rows.len());
    let mut beside_of = Vec::with_capacity(rows.len());
    let mut spoken = Vec::with_capacity(rows.len());
    for mut row in rows {
        mark_errors(kind, &mut row);
        marks.push((std::mem::take(&mut row.table), no_event(kind, &row).map(Finding::boxed)));
        spoken.push(match left_out(&row) {
            Some(finding) => Spoken::Aside(row.cells.row, vec![finding]),
            None => Spoken::Row(with_system(kind, row.cells, said)),
        });
        steps.push(row.steps);
        beside_of.push(row.beside);
    }
    let twins = twins(&spoken, &marks);
    let cells = cells_of(&mut spoken);
    let mut draft = match kind {
        // Naming a kind gives nobody the right to it.
        _ if !ground.kinds.contains(&kind) => Draft::refused(notes::not_filed_here(kind)),
        Kind::SiteReport | Kind::Coverage => reports(kind, cells, said, ground),
        Kind::Confirmation => confirmation::read(cells, ground),
        _ => match &ground.known {
            Some(known) => beside(kind, cells, said, known),
            None => Draft::refused(notes::not_filed_here(kind)),
        },
    };
    // A log is read as a whole: its rows are no rows of the draft.
    if kind == Kind::Measurement {
        let steps = vec![Vec::new(); draft.rows.len()];
        return (draft, steps, Vec::new());
    }
    weave(&mut draft, spoken, marks);
    draft.rows.iter_mut().for_each(|row| tell_errors_once(kind, row));
    for (row, first) in twins {
        let Some(known) = draft.rows.get(first).zip(draft.rows.get(row)) else { continue };
        let first = crate::twins::named(known.0, known.1);
        let row = &mut draft.rows[row];
        row.findings.push(crate::twins::repeats(row.row, &first, Column::SiteCode.as_str()));
    }
    (draft, steps, beside_of)
}

enum Spoken {
    Row(Cells),
    Aside(u32, Vec<Finding>),
}

/// The table of a row, and why it tells of no event.
type Marks = (String, Option<Box<Finding>>);

/// Rows set aside stand where they stood in the file.
fn weave(draft: &mut Draft, spoken: Vec<Spoken>, mut marks: Vec<Marks>) {
    if spoken.iter().any(|row| matches!(row, Spoken::Aside(..))) {
        let mut read = std::mem::take(&mut draft.rows).into_iter();
        let woven = spoken.into_iter().zip(marks).filter_map(|(row, marks)| match row {
            Spoken::Aside(number, findings) => Some((DraftRow::aside(number, findings), marks)),
            Spoken::Row(_) => Some((read.next()?, marks)),
        });
        (draft.rows, marks) = woven.unzip();
    }
    for (row, (table, no_event)) in draft.rows.iter_mut().zip(marks) {
        if let Some(finding) = no_event.filter(|_| row.outcome != Outcome::Aside) {
            set_aside(row, *finding);
        }
        if !table.is_empty() {
            for finding in &mut row.findings {
                finding.sheet = Some(table.clone());
            }
            row.table = Some(table);
        }
    }
}

/// An error in event, day or place refuses the row; elsewhere the cell is empty and asked.
fn mark_errors(kind: Kind, row: &mut Assembled) {
    if row.errors.is_empty() {
        return;
    }
    let template = kind.template();
    for (column, error) in std::mem::take(&mut row.errors) {
        let needed = template.spec(column).is_some_and(|spec| spec.need != Need::Free)
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

/// To the rules of its kind an error cell is an empty one: that a value is missing there, or a day,
/// its error says already.
fn tell_errors_once(kind: Kind, row: &mut DraftRow) {
    let broken = row.findings.iter().filter(|found| found.code == "error-cell");
    let broken: Vec<String> = broken.filter_map(|found| found.column.clone()).collect();
    if broken.is_empty() {
        return;
    }
    let template = kind.template();
    let is_day = |name: &str| {
        let mut columns = template.columns.iter();
        columns.any(|spec| spec.column.as_str() == name && matches!(spec.holds, Holds::Day))
    };
    row.findings.retain(|found| {
        let own = found.column.as_ref().filter(|name| broken.contains(name));
        let says_empty = found.value.is_none();
        !own.is_some_and(|name| says_empty && (found.severity == Severity::Refuse || is_day(name)))
    });
}

/// A row that its sender leaves out is not read.
fn left_out(row: &Assembled) -> Option<Finding> {
    if !row.left_out {
        return None;
    }
    let message = ("dòng này không gửi, theo ý người gửi", "left out by its sender");
    let remedy = ("không cần làm gì", "nothing to do");
    let finding = Finding::new("left-out", Severity::Note, message, remedy);
    Some(finding.at(row.cells.row, "", ""))
}

/// “Chưa triển khai” with no day tells of nothing that happened or is planned for a day.
fn no_event(kind: Kind, row: &Assembled) -> Option<Finding> {
    let text = row.cells.text(Column::Event);
    let not_begun = ["chua trien khai", "chua thuc hien", "chua xay dung"];
    let says_nothing = kind == Kind::SiteReport
        && !row.cells.has(Column::EventDay)
        && not_begun.contains(&&*fold_for_search(text));
    if !says_nothing {
        return None;
    }
    let message = (
        "chưa triển khai và không có ngày: không phải sự kiện, không gửi",
        "not begun and without a day: no event, not filed",
    );
    let remedy = ("ghi ngày dự kiến nếu đã có kế hoạch", "write the planned day if there is one");
    let finding = Finding::new("no-event", Severity::Note, message, remedy);
    Some(finding.at(row.cells.row, Column::Event.as_str(), text))
}

/// Rows without an event that say word for word what an earlier one says, with the place of that.
fn twins(spoken: &[Spoken], marks: &[Marks]) -> Vec<(usize, usize)> {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, (row, (_, no_event))) in spoken.iter().zip(marks).enumerate() {
        let (Spoken::Row(cells), Some(_)) = (row, no_event) else { continue };
        match first.entry(cells.words()) {
            Entry::Vacant(free) => {
                free.insert(at);
            }
            Entry::Occupied(known) => found.push((at, *known.get())),
        }
    }
    found
}

/// A row without an event is looked at like any other and filed like none. What only an event
/// needs is not asked of it.
fn set_aside(row: &mut DraftRow, why: Finding) {
    const OF_EVENTS: [&str; 3] = ["bad-day", "serves-none", "technology-missing"];
    row.findings.retain(|finding| !OF_EVENTS.contains(&finding.code));
    row.findings.push(why);
    row.outcome = Outcome::Aside;
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

/// Takes what is to be read; its places are kept.
fn cells_of(spoken: &mut [Spoken]) -> Vec<Cells> {
    let rows = spoken.iter_mut().filter_map(|row| match row {
        Spoken::Row(cells) => Some(std::mem::take(cells)),
        Spoken::Aside(..) => None,
    });
    rows.collect()
}

/// Rows that are read without the row above them, on every core, in their order.
pub(super) fn each(
    mut rows: Vec<Cells>,
    read: &(dyn Fn(Cells) -> DraftRow + Sync),
) -> Vec<DraftRow> {
    let of_piece = |(): &mut (), own: &mut [Cells]| -> Vec<DraftRow> {
        let of = |cells: &mut Cells| {
            let (table, is_open) = (cells.table(), cells.is_open);
            let mut row = read(std::mem::take(cells));
            row.table = table;
            if is_open {
                row.withhold();
            }
            row
        };
        own.iter_mut().map(of).collect()
    };
    in_pieces(rows.chunks_mut(PIECE_ROWS), || (), of_piece).into_iter().flatten().collect()
}

/// Villages, duties, figures, outages, logs: each by the rules of its kind.
fn beside(kind: Kind, rows: Vec<Cells>, said: &Said, known: &Known<'_>) -> Draft {
    let mut draft = Draft::default();
    match kind {
        Kind::Duties => {
            draft.rows = each(rows, &|row| progress::read_row(row, said.document_day, known));
        }
        Kind::Outages => {
            draft.rows = each(rows, &|row| outage::read_row(row, known));
            outage::find_repeats(&mut draft.rows);
        }
        Kind::Statistics => {
            draft.rows = each(rows, &|row| statistic::read_row(row, known));
            statistic::find_conflicts(&mut draft.rows, known);
        }
        Kind::Boundaries => {
            draft.rows = each(rows, &|row| boundary::read_row(row, known));
            boundary::ask_twins(&mut draft.rows);
        }
        // What follows is read as a whole: a village that several rows name is one.
        Kind::Villages => {
            let crs = said.crs.as_deref();
            (draft.rows, draft.findings) = village_list::read(rows, crs, known);
        }
        Kind::Measurement => (draft.rows, draft.findings) = drive_test::read(&rows, known),
        _ => return Draft::refused(notes::not_filed_here(kind)),
    }
    draft
}

fn reports(kind: Kind, rows: Vec<Cells>, said: &Said, ground: &Ground<'_>) -> Draft {
    let Some(context) = &ground.report else {
        return Draft::refused(notes::not_filed_here(kind));
    };
    let mut draft = report::from_cells(rows, context);
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
