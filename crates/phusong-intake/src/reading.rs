//! One path for all files: tables in, a draft with findings and a trace of every change out.
//!
//! Pure: the same tables, answers and register give the same reading. Not here: bytes (the
//! sandboxed reader), rights and storing (service), rules of single rows (`report`, `observation`).

mod answers;
mod assemble;
pub(crate) mod confirmation;
pub(crate) mod decided;
mod groups;
mod kinds;
mod notes;
mod questions;
#[cfg(test)]
mod tests;
mod wide;

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use phusong_atlas::domain::{Day, RowRef, SiteCode};
use phusong_gis::Raster;

pub use answers::{Answer, Answers, Means};
pub use decided::{Beside, ByWord, Decided, Names, asks_name};
pub use kinds::Ground;
pub use questions::{Question, of as questions};

use groups::{Groups, Heads};

use crate::doctor::{BY_ROW, Habit};
use crate::finding::{Finding, Severity};
use crate::report::{Cells, Column, Context, Draft, Drawn, MOST_ROWS, system_of, systems_of};
use crate::table::layout::{
    Layout, Learnt, Mapped, Repair, RowKind, kinds_of_rows, lay_out, lay_out_unknown, tables_above,
};
use crate::table::{Drawing, Table};
use crate::template::Kind;

/// What a file gave, before anyone asks what it means.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The file's name as sent.
    pub name: String,
    pub tables: Vec<Table>,
    /// Bands of a raster, which become a table once it is clear what they say.
    pub rasters: Vec<Raster>,
    /// On the file as a whole, from its reader.
    pub findings: Vec<Finding>,
}

/// What the sender says beside the files.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub kind: Option<Kind>,
    /// In which system its coordinates are.
    pub crs: Option<String>,
    pub answers: Answers,
    /// What this sender's headings meant before.
    pub learnt: Learnt,
    /// What this sender's words for places mean, as it was decided.
    pub decided: Vec<Decided>,
    /// The day of the letter.
    pub document_day: Option<Day>,
}

/// What changed a cell on its way from the file to the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// Old fonts, composed letters, lookalikes: told by the text itself.
    Repaired(&'static str),
    /// A mark that says “the same as above”.
    Ditto,
    /// A cell merged with the one above it.
    Merged,
    /// A heading row in the midst of the table.
    Group,
    /// The heading of its column in a wide table, or the table's title.
    Heading,
    /// The sender's own answer.
    Answered,
    /// What was decided on this word of this sender before.
    Decided,
    /// A serial number, a word of a closed list, a day in another order.
    Understood(&'static str),
}

impl How {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Repaired(what) | Self::Understood(what) => what,
            Self::Ditto => "ditto",
            Self::Merged => "merged",
            Self::Group => "group-row",
            Self::Heading => "heading",
            Self::Answered => "answered",
            Self::Decided => "decided",
        }
    }
}

/// One change of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub column: Column,
    pub before: String,
    pub after: String,
    pub how: How,
    /// The decision that it rests on.
    pub decision: Option<RowRef>,
}

/// How often one kind of change was made in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The column as its sender names it (`C`).
    pub column: String,
    pub heading: String,
    pub how: How,
    pub cells: usize,
    /// The first one, before and after.
    pub sample: (String, String),
}

/// One table, as it was understood.
#[derive(Debug, Clone)]
pub struct TableReading {
    /// Of the file, and the sheet or layer in it.
    pub file: String,
    pub table: String,
    /// How its rows, questions and answers call it: its name, with the file's where several of the
    /// filing bear it.
    pub label: String,
    /// `None`: no headings were found and nothing was read.
    pub layout: Option<Layout>,
    pub changes: Vec<Change>,
    /// Rows that frame the table, with what they were taken for.
    pub framing: Vec<(u32, RowKind)>,
    pub rows: usize,
    /// Of a wide table: how the rows of each of its parts call theirs, and what its columns mean.
    pub parts: Vec<(String, Vec<Mapped>)>,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What the filing says; `None` when nothing was understood.
    pub kind: Option<Kind>,
    pub tables: Vec<TableReading>,
    pub draft: Draft,
    /// Changes of each row of the draft, in its order.
    pub steps: Vec<Vec<Step>>,
    /// What stood beside the names of each row, in the same order.
    pub beside: Vec<Beside>,
}

/// Reads everything. Kinds that the sender may not file are not looked for.
pub fn read(sources: &[impl Borrow<Source>], said: &Said, ground: &Ground<'_>) -> Reading {
    let kinds = match said.kind {
        Some(kind) => vec![kind],
        None => ground.kinds.clone(),
    };
    let mut reading = Reading::default();
    let mut taken: Vec<(Kind, Vec<assemble::Assembled>)> = Vec::new();
    let sources: Vec<&Source> = sources.iter().map(Borrow::borrow).collect();
    let mut labels = labels(&sources).into_iter();
    for source in &sources {
        let found = source.findings.iter().cloned();
        reading.draft.findings.extend(found.map(|one| of_file(one, source, sources.len())));
        let repairs = assemble::Repairs::of(&source.tables);
        for ((table, repairs), label) in source.tables.iter().zip(&repairs).zip(labels.by_ref()) {
            let looked = (table, repairs, &*label);
            let before = reading.draft.findings.len();
            let (seen, rows) = read_table(source, looked, &kinds, said, ground, &mut reading.draft);
            if label != table.name {
                let own = reading.draft.findings.iter_mut().skip(before);
                own.for_each(|finding| finding.sheet = Some(label.clone()));
            }
            if let Some(layout) = seen.layout.as_ref().filter(|_| !rows.is_empty()) {
                match taken.iter_mut().find(|(kind, _)| *kind == layout.kind) {
                    Some((_, all)) => all.extend(rows),
                    None => taken.push((layout.kind, rows)),
                }
            }
            reading.tables.push(seen);
        }
    }
    // One filing says one kind of thing: what most rows say.
    taken.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
    let mut taken = taken.into_iter();
    let Some((kind, rows)) = taken.next() else {
        let says_why =
            |found: &Finding| found.severity == Severity::Refuse || found.code == "missing-column";
        if !reading.draft.findings.iter().any(says_why) {
            reading.draft.findings.push(notes::nothing_to_read());
        }
        return reading;
    };
    for (other, rows) in taken {
        reading.draft.findings.push(notes::other_kind(kind, other, rows.len()));
    }
    let (draft, steps, beside) = kinds::draft_of(kind, rows, said, ground);
    let findings = std::mem::take(&mut reading.draft.findings);
    reading.draft = draft;
    reading.draft.findings.splice(0..0, findings);
    notes::photos_sent(&mut reading.draft.rows, sources.iter().map(|one| &*one.name));
    reading.steps = steps;
    reading.beside = beside;
    reading.kind = Some(kind);
    reading
}

/// What was found of a file as a whole; where a filing has several, it says of which one. A question
/// is of all: its answer is.
fn of_file(mut found: Finding, source: &Source, files: usize) -> Finding {
    if files > 1 && found.sheet.is_none() && found.severity != Severity::Ask {
        found.sheet = Some(source.name.clone());
    }
    found
}

/// What each table is called, in order: by its own name, and where another table of the filing
/// bears it too by its file's before it. One without a name is called as its file, where others
/// bring tables too.
fn labels(sources: &[&Source]) -> Vec<String> {
    let mut bear: BTreeMap<&str, usize> = BTreeMap::new();
    let tables = || sources.iter().flat_map(|source| source.tables.iter().map(|it| (*source, it)));
    for (_, table) in tables() {
        *bear.entry(&table.name).or_default() += 1;
    }
    let mut taken = BTreeSet::new();
    let several = sources.iter().filter(|source| !source.tables.is_empty()).count() > 1;
    let labelled = tables().map(|(source, table)| {
        let name = match (bear[&*table.name], &*table.name) {
            (1, name) if !name.is_empty() || !several => name.to_owned(),
            (_, "") => source.name.clone(),
            (_, name) => format!("{} › {name}", source.name),
        };
        // Two files of one name.
        let again = (2..).map(|number| format!("{name} ({number})"));
        let mut free = std::iter::once(name.clone()).chain(again);
        let label = free.find(|label| taken.insert(label.clone()));
        label.unwrap_or(name)
    });
    labelled.collect()
}

fn read_table(
    source: &Source,
    (table, repairs, label): (&Table, &assemble::Repairs, &str),
    kinds: &[Kind],
    said: &Said,
    ground: &Ground<'_>,
    draft: &mut Draft,
) -> (TableReading, Vec<assemble::Assembled>) {
    let read: &Repair<'_> = &|column, text| repairs.text(column, text);
    let mut seen = TableReading {
        file: source.name.clone(),
        table: table.name.clone(),
        label: label.to_owned(),
        layout: None,
        changes: Vec::new(),
        framing: Vec::new(),
        rows: 0,
        parts: Vec::new(),
    };
    if table.rows.iter().all(crate::table::TableRow::is_blank) {
        return (seen, Vec::new());
    }
    let fit: Vec<Kind> = kinds.iter().copied().filter(|kind| suits(*kind, table)).collect();
    let found = laid_out(table, &fit, said, read, ground);
    let looked = wide::Looked { table, label, read, said, ground };
    if let Some(wide) = wide::of(&looked, &fit, found.as_ref()) {
        let rows = read_wide(&looked, repairs, wide, &mut seen, draft);
        return (seen, rows);
    }
    if found.as_ref().is_none_or(|layout| !layout.missing.is_empty())
        && let Some(why) = not_taken(table, (kinds, &fit, found.as_ref()), said, read)
    {
        draft.findings.push(why.in_sheet(&table.name));
        return (seen, Vec::new());
    }
    let in_sheet = |found: Finding| found.in_sheet(&table.name);
    let Some(mut layout) = found else {
        draft.findings.push(notes::no_headings(&table.name));
        return (seen, Vec::new());
    };
    draft.findings.extend(leave_share_of_plan(table, &mut layout, said));
    notes::of_layout(table, &layout, &mut draft.findings);
    draft.findings.extend(notes::headings_changed(table, &layout, &said.learnt));
    if !layout.missing.is_empty() {
        seen.layout = Some(layout);
        return (seen, Vec::new());
    }
    let (lines, groups) = told_apart(table, &layout, read, ground, &mut seen.framing);
    let above = lines_above(table, &layout.title, &seen.framing);
    draft.findings.extend(by_lines_above(table, &mut layout, &above, ground));
    draft.findings.extend(wide::titles::of_long_table(&looked, &mut layout).map(in_sheet));
    let others = tables_above(table, &layout, read);
    draft.findings.extend(notes::other_tables(table, &others, &seen.framing));
    let is_place = |name: &str| ground.knows_place(name);
    let known = assemble::Names { is_place: &is_place, carriers: ground.carriers() };
    let of = (table, &layout, [label, label]);
    let assembling = assemble::Assembling::new(of, &groups, repairs, said, known);
    let (mut rows, changes) = assembling.rows(&lines);
    if let Some(drawing) = &table.layer {
        draw((label, drawing), &mut rows, said, ground, &mut draft.findings);
    }
    draft.findings.extend(notes::groups_by_state(table, &layout, &seen.framing));
    notes::of_rows(table, &layout, &seen.framing, &rows, &mut draft.findings);
    notes::below_signatures(table, &seen.framing, read, &mut draft.findings);
    seen.changes = changes;
    seen.rows = rows.len();
    seen.layout = Some(layout);
    (seen, rows)
}

/// A share that may be the plan's is not read.
fn leave_share_of_plan(table: &Table, layout: &mut Layout, said: &Said) -> Option<Finding> {
    let at = layout.column(Column::Share)?.at;
    if !layout.is_share_of_plan(at, &said.learnt) {
        return None;
    }
    layout.columns.iter_mut().filter(|own| own.at == at).for_each(|own| own.means = None);
    Some(notes::share_of_plan(&table.column_name(at)).in_sheet(&table.name))
}

/// What lines above rows leave open, or say that the rows do not.
fn by_lines_above(
    table: &Table,
    layout: &mut Layout,
    above: &[String],
    ground: &Ground<'_>,
) -> Vec<Finding> {
    layout.marks_are_open =
        layout.kind == Kind::Confirmation && confirmation::marks_are_open(table, above);
    layout.once.extend(notes::are_claims(layout, above).map(|found| (Column::Basis, found)));
    let names_signal = |heading: &str| wide::names_signal(heading, ground.carriers());
    let told = notes::signal_in_title(table, layout, above, &names_signal);
    // Of a group it is asked where its rows are.
    let titled = || lines_above(table, &layout.title, &[]);
    let narrowed = if layout.kind == Kind::Statistics { wide::narrowed(&titled()) } else { None };
    told.into_iter().chain(narrowed.map(|found| found.in_sheet(&table.name))).collect()
}

/// Each part as a long table of its own; what frames them is the table's.
fn read_wide(
    looked: &wide::Looked<'_>,
    repairs: &assemble::Repairs,
    mut wide: wide::Wide,
    seen: &mut TableReading,
    draft: &mut Draft,
) -> Vec<assemble::Assembled> {
    let wide::Looked { table, label, read, said, ground } = *looked;
    let layout = wide.layout;
    let in_sheet = |found: Finding| found.in_sheet(&table.name);
    draft.findings.extend(wide.findings.into_iter().map(in_sheet));
    notes::of_layout(table, &layout, &mut draft.findings);
    let (lines, groups) = told_apart(table, &layout, read, ground, &mut seen.framing);
    let above = lines_above(table, &layout.title, &seen.framing);
    let marks_are_open = confirmation::marks_are_open(table, &above);
    wide.parts.iter_mut().for_each(|part| part.marks_are_open |= marks_are_open);
    let others = tables_above(table, &layout, read);
    draft.findings.extend(notes::other_tables(table, &others, &seen.framing));
    let is_place = |name: &str| ground.knows_place(name);
    let known = assemble::Names { is_place: &is_place, carriers: ground.carriers() };
    notes::below_signatures(table, &seen.framing, read, &mut draft.findings);
    let (mut all, mut silent) = (Vec::new(), 0);
    // As many rows as a file may have, however its columns multiply them: also those that stand
    // empty are looked at.
    if lines.len().saturating_mul(wide.parts.len()) > MOST_ROWS {
        draft.findings.push(in_sheet(notes::too_many_rows()));
        wide.parts.clear();
    }
    for (at, part) in wide.parts.iter().enumerate() {
        let columns = format!("cột {}", wide::named(part));
        let own = if label.is_empty() { columns } else { format!("{label} › {columns}") };
        let of = (table, part, [&*own, label]);
        let assembling = assemble::Assembling::new(of, &groups, repairs, said, known);
        let (mut rows, changes) = assembling.rows(&lines);
        if at == 0 {
            notes::of_rows(table, &layout, &seen.framing, &rows, &mut draft.findings);
        }
        let many = rows.len();
        rows.retain(|row| !row.errors.is_empty() || !wide::is_silent(&row.cells));
        silent += many - rows.len();
        // What is changed in a column that names rows is changed once.
        let is_new = |change: &Change| !seen.changes.iter().any(|known| known == change);
        let changes: Vec<Change> = changes.into_iter().filter(is_new).collect();
        seen.changes.extend(changes);
        all.extend(rows);
        seen.parts.push((own, part.columns.clone()));
    }
    all.sort_by_key(|row| row.cells.row);
    if silent > 0 {
        draft.findings.push(in_sheet(wide::silent(silent)));
    }
    seen.rows = all.len();
    seen.layout = Some(layout);
    all
}

/// Lines that stand over rows: titles, the sheet's own name, headings of groups.
fn lines_above(table: &Table, title: &[String], framing: &[(u32, RowKind)]) -> Vec<String> {
    let groups = framing.iter().filter_map(|(_, kind)| match kind {
        RowKind::Group(text) => Some(text.clone()),
        _ => None,
    });
    title.iter().cloned().chain([table.name.clone()]).chain(groups).collect()
}

/// Rows that speak, each with how many groups stand above it, and what those say.
fn told_apart<'t>(
    table: &'t Table,
    layout: &Layout,
    read: &Repair<'_>,
    ground: &Ground<'_>,
    framing: &mut Vec<(u32, RowKind)>,
) -> (Vec<assemble::Line<'t>>, Vec<Heads>) {
    let (mut lines, mut groups) = (Vec::with_capacity(table.rows.len()), Vec::new());
    let mut headings = Groups::new(ground.carriers());
    for (at, kind) in kinds_of_rows(table, layout, read) {
        let row = &table.rows[at];
        match kind {
            RowKind::Data => lines.push(assemble::Line { row, groups: groups.len() }),
            RowKind::Blank => {}
            RowKind::Group(text) => {
                groups.push(headings.under(&text));
                framing.push((row.number, RowKind::Group(text)));
            }
            other => framing.push((row.number, other)),
        }
    }
    (lines, groups)
}

/// Why nothing is read of a table that is plainly of one kind.
fn not_taken(
    table: &Table,
    (offered, fit, found): (&[Kind], &[Kind], Option<&Layout>),
    said: &Said,
    read: &Repair<'_>,
) -> Option<Finding> {
    if is_of_outlines(table, (offered, found), read) {
        return Some(notes::outlines_are_drawn());
    }
    of_another_sender(table, fit, said, read).map(notes::not_filed_here)
}

/// What a table is that lacks nothing of a kind that its sender may not file.
fn of_another_sender(table: &Table, own: &[Kind], said: &Said, read: &Repair<'_>) -> Option<Kind> {
    let others = Kind::ALL.into_iter().filter(|kind| said.kind.is_none() && !own.contains(kind));
    let others: Vec<Kind> = others.filter(|kind| suits(*kind, table)).collect();
    let layout = lay_out(table, &others, &Learnt::new(), read)?;
    layout.missing.is_empty().then_some(layout.kind)
}

/// As which kind a table is read, and where its columns stand.
fn laid_out(
    table: &Table,
    kinds: &[Kind],
    said: &Said,
    read: &Repair<'_>,
    ground: &Ground<'_>,
) -> Option<Layout> {
    let stated = || match kinds {
        [kind] if said.kind == Some(*kind) => lay_out_unknown(table, *kind, &said.learnt, read),
        _ => None,
    };
    let mut found = lay_out(table, kinds, &said.learnt, read).or_else(stated);
    if let Some(layout) = found.as_mut().filter(|layout| ground.knows_communes(layout)) {
        layout.missing.retain(|column| *column != Column::Commune);
    }
    found
}

/// Has a table that draws nothing the columns of outlines, more of them than of what else it could be?
fn is_of_outlines(
    table: &Table,
    (offered, found): (&[Kind], Option<&Layout>),
    read: &Repair<'_>,
) -> bool {
    if !offered.contains(&Kind::Boundaries) || suits(Kind::Boundaries, table) {
        return false;
    }
    let known = |layout: &Layout| layout.columns.iter().filter(|own| own.means.is_some()).count();
    lay_out(table, &[Kind::Boundaries], &Learnt::new(), read)
        .filter(|layout| layout.missing.is_empty())
        .is_some_and(|layout| found.is_none_or(|other| known(&layout) > known(other)))
}

/// Outlines of units are areas of a layer; other layers of areas are no list of units. What is drawn
/// speaks of places, not of outages, figures or duties.
fn suits(kind: Kind, table: &Table) -> bool {
    let draws_areas = || table.rows.iter().any(|row| matches!(row.drawn, Some(Drawn::Area(_))));
    let draws = || table.rows.iter().any(|row| row.drawn.is_some());
    match kind {
        Kind::Boundaries => draws_areas(),
        // Points of a track have a time; they are no outages.
        Kind::Outages | Kind::Statistics | Kind::Duties => !draws(),
        _ => true,
    }
}

/// In which system a layer is drawn: one answer for all its rows, or none for any.
fn draw(
    (name, drawing): (&str, &Drawing),
    rows: &mut [assemble::Assembled],
    said: &Said,
    ground: &Ground<'_>,
    findings: &mut Vec<Finding>,
) {
    // Who reports no sites still knows where communes lie.
    let (no_site, no_row) = (|_: &SiteCode| None, |_: &str| None);
    let known = ground.known.as_ref().and_then(|known| {
        let evidence = known.evidence;
        let carrier = evidence.carriers.first()?;
        let places = (evidence.gazetteer, known.areas);
        Some(Context::new(places, carrier, evidence.today, &no_site, &no_row))
    });
    let context = ground.report.as_ref().or(known.as_ref());
    if context.is_none() && ground.known.is_none() {
        return;
    }
    let cells: Vec<&Cells> = rows.iter().map(|row| &row.cells).collect();
    let answers = said.answers.of_table(name);
    let answered = answers.column(Column::Crs).and_then(system_named);
    let asked = answered.as_deref().or(said.crs.as_deref());
    let (told, before) = ((asked, drawing.declared.as_ref(), drawing.is_geojson), findings.len());
    let found = system_of(&cells, told, context, findings);
    for note in findings.iter_mut().skip(before).filter(|note| note.code == "crs-proposed") {
        *note = answerable(note.clone(), name);
        note.candidates = systems_of(&cells, context);
    }
    match found {
        Ok(crs) => {
            for row in rows {
                row.cells.drawn_crs = Some(crs);
            }
        }
        Err(fault) => {
            // Where the rows lie hangs on this one question: no row is asked for its place again.
            findings.push(answerable(*fault, name));
            for row in rows {
                let drawn = row.cells.drawn.take();
                row.cells.place_waits = drawn.is_some();
                row.cells.is_claim |=
                    matches!(drawn, Some(Drawn::Area(_))) && !row.cells.has(Column::Event);
            }
        }
    }
}

/// The system of an answer: a candidate's id says more of points, and that is theirs to read.
fn system_named(answer: &str) -> Option<String> {
    if answer == BY_ROW {
        return None;
    }
    let id = Habit::of_id(answer).map(|habit| Habit::plain(habit.crs).id());
    Some(id.unwrap_or_else(|| answer.to_owned()))
}

/// A finding on the system of a layer, which is answered like that of any other table.
fn answerable(finding: Finding, table: &str) -> Finding {
    Finding {
        remedy_vi: "chọn hệ tọa độ của lớp này".to_owned(),
        remedy_en: "choose the system of this layer".to_owned(),
        ..finding.on(Column::Crs.as_str()).in_sheet(table)
    }
}
