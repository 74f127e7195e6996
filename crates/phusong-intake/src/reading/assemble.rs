//! A row of a table as the cells of a form: repaired, filled from what stands above, answered.
//! Every change is kept as a step.

mod boxes;
mod fill;
mod hours;
mod own;
mod scale;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use phusong_atlas::cores::in_pieces;
use phusong_atlas::domain::{CarrierFact, PlaceKind};
use phusong_atlas::gazetteer::{fold_for_search, normalise};

use self::boxes::are_added;
use self::hours::{tells_an_end, tells_hours};
use self::own::{Own, Seen, is_zero, says_nothing_other};
use self::scale::Scale;
use super::answers::TableAnswers;
use super::decided::{self, ByWord};
use super::groups::Heads;
use super::{Beside, Change, Decided, How, Said, Step, notes};
use crate::known::without_dong;
use crate::repair::text::{Evidence, Habit, Lexicon, Survey};
use crate::report::{Cells, Column, Decimals, OfTable};
use crate::table::layout::{Layout, Mapped, Part, Ticked};
use crate::table::{Cell, PIECE_ROWS, Table, TableRow};
use crate::template::{Holds, Kind, Template};
use crate::values::day::DayHabit;
use crate::values::words::is_ditto;

/// What the text of a table needs before it can be read.
#[derive(Debug, Default)]
pub struct Repairs {
    habit: Habit,
    days: DayHabit,
    words: Lexicon,
}

impl Repairs {
    /// Of every sheet: each by its own cells, and where they are too few to tell by those of the
    /// whole workbook.
    pub fn of(tables: &[Table]) -> Vec<Self> {
        let looked: Vec<(Survey, DayHabit)> = tables.iter().map(look).collect();
        let (mut letters, mut days) = (Evidence::default(), DayHabit::default());
        for (survey, own) in &looked {
            letters.add(&survey.evidence());
            days.add(*own);
        }
        let decided = looked.into_iter().map(|(survey, own)| Self {
            habit: survey.decide_within(&letters),
            days: own.or(days),
            words: Lexicon::of_the_field(),
        });
        decided.collect()
    }

    pub fn text<'t>(&self, column: u16, text: &'t str) -> Cow<'t, str> {
        self.habit.repair(column, text).text
    }
}

fn look(table: &Table) -> (Survey, DayHabit) {
    // Large ones: each looks at its own words anew.
    let pieces = table.rows.chunks(64 * PIECE_ROWS);
    let seen = in_pieces(
        pieces,
        || (),
        |(), rows| {
            let (mut survey, mut days) = (Survey::default(), DayHabit::default());
            for (at, cell) in rows.iter().flat_map(|row| &row.cells) {
                if let Cell::Text(text) = cell {
                    survey.see(*at, text);
                    days.see(text);
                }
            }
            (survey, days)
        },
    );
    let (mut survey, mut days) = (Survey::default(), DayHabit::default());
    for (own, written) in seen {
        survey.add(own);
        days.add(written);
    }
    (survey, days)
}

/// A row ready to be read by the rules of its kind.
#[derive(Debug)]
pub struct Assembled {
    pub cells: Cells,
    pub steps: Vec<Step>,
    pub beside: Beside,
    pub table: String,
    pub hidden: bool,
    /// The sender leaves it out in so many words.
    pub left_out: bool,
    /// Error cells, by column.
    pub errors: Vec<(Column, String)>,
}

fn words_of(template: &Template) -> BTreeMap<Column, Vec<(String, &'static str)>> {
    let closed = template.columns.iter().filter_map(|spec| match spec.holds {
        Holds::Word(words) => Some((spec.column, words)),
        _ => None,
    });
    let folded = |(stored, shown): &(&'static str, &'static str)| {
        [(fold_for_search(stored), *stored), (fold_for_search(shown), *stored)]
    };
    closed.map(|(column, words)| (column, words.iter().flat_map(folded).collect())).collect()
}

fn of_table(layout: &Layout, label: &str) -> OfTable {
    OfTable {
        once: layout.once.clone(),
        unit_level: layout.unit_level,
        share_heading: layout.column(Column::Share).map(|mapped| mapped.heading.clone()),
        marks_are_open: layout.marks_are_open,
        label: label.to_owned(),
    }
}

/// Only where a number may be open: sums of money in milliards. Places are the doctor's.
fn decimals_of(table: &Table, layout: &Layout) -> Option<Arc<Decimals>> {
    if !layout.has(Column::EstimateVnd) {
        return None;
    }
    let template = layout.kind.template();
    let is_number = |column| {
        let holds = template.spec(column).map(|spec| spec.holds);
        matches!(holds, Some(Holds::Count | Holds::Number { .. } | Holds::Coordinate))
    };
    let columns = layout.columns.iter().filter_map(|mapped| Some((mapped.at, mapped.means?)));
    let columns: Vec<(u16, Column)> = columns.filter(|(_, column)| is_number(*column)).collect();
    let mut found = Decimals::default();
    for row in &table.rows {
        for (at, column) in &columns {
            if let Some(Cell::Text(text)) = row.cell(*at) {
                found.see(*column, row.number, without_dong(text));
            }
        }
    }
    Some(Arc::new(found))
}

fn names_a_place(column: Column) -> bool {
    matches!(column, Column::Village | Column::Commune | Column::District | Column::Unit)
}

/// A row of data, and how many group rows stand above it.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    pub row: &'a TableRow,
    pub groups: usize,
}

/// One column of the table that is read.
struct Reads<'a> {
    mapped: &'a Mapped,
    column: Column,
    holds: Option<Holds>,
    /// Its cells say the same again and again.
    repeats: bool,
    /// The unit that its heading states.
    scale: Option<Scale>,
    /// What a tick in it says.
    ticked: Option<&'a Ticked>,
}

/// Names that are known beside the table.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Is this a village or a unit that we know?
    pub is_place: &'a (dyn Fn(&str) -> bool + Sync),
    pub carriers: &'a [CarrierFact],
}

/// What the rows of a table are assembled with, the same for all of them.
pub struct Assembling<'a> {
    table: &'a Table,
    label: &'a str,
    layout: &'a Layout,
    template: Template,
    reads: Vec<Reads<'a>>,
    /// There is no column for the end of an outage, but one that nobody reads speaks of it.
    lacks_end: bool,
    /// Columns of hours that nobody reads.
    hours_unread: Vec<u16>,
    /// Second columns of one meaning.
    twins: Vec<Reads<'a>>,
    /// Columns of the template that one answer may fill: those that the table does not have.
    missing: Vec<Column>,
    /// What its group rows say, in order.
    groups: &'a [Heads],
    repairs: &'a Repairs,
    answers: TableAnswers<'a>,
    decided: ByWord<'a>,
    /// Words of closed lists, folded, with what is stored of them.
    words: BTreeMap<Column, Vec<(String, &'static str)>>,
    known: Names<'a>,
    decimals: Option<Arc<Decimals>>,
    /// What the headings say of the system of coordinates.
    crs_heading: Option<Arc<str>>,
    of_table: Arc<OfTable>,
}

type Changes = BTreeMap<(u16, How), Change>;

impl<'a> Assembling<'a> {
    pub fn new(
        (table, layout, labels): (&'a Table, &'a Layout, [&'a str; 2]),
        groups: &'a [Heads],
        repairs: &'a Repairs,
        said: &'a Said,
        known: Names<'a>,
    ) -> Self {
        let template = layout.kind.template();
        let reads = layout.columns.iter().filter_map(|mapped| {
            let column = mapped.means?;
            let holds = template.spec(column).map(|spec| spec.holds);
            let repeats = names_a_place(column)
                || column == Column::OperatorName
                || matches!(
                    holds,
                    Some(Holds::Word(_) | Holds::Day | Holds::List | Holds::Register)
                );
            let scale = Scale::of(mapped, column, layout);
            let ticked = layout.box_at(mapped.at);
            Some(Reads { mapped, column, holds, repeats, scale, ticked })
        });
        let missing = template.columns.iter().map(|spec| spec.column);
        let twins = layout.twins.iter().filter_map(|(first, second)| {
            let of = |at: u16| layout.columns.iter().find(|mapped| mapped.at == at);
            let (column, mapped) = (of(*first)?.means?, of(*second)?);
            if matches!(column, Column::Note | Column::Ordinal) {
                return None; // Two of them say two things, and neither is wrong.
            }
            let holds = template.spec(column).map(|spec| spec.holds);
            let scale = Scale::of(mapped, column, layout);
            let ticked = layout.box_at(mapped.at);
            Some(Reads { mapped, column, holds, repeats: false, scale, ticked })
        });
        Self {
            reads: reads.collect(),
            twins: twins.collect(),
            lacks_end: !layout.has(Column::OutageEnd)
                && layout.columns.iter().any(|mapped| {
                    tells_an_end(mapped) && !layout.beside.contains(&(mapped.at, Part::EndTime))
                }),
            hours_unread: layout
                .columns
                .iter()
                .filter(|mapped| tells_hours(mapped, layout))
                .map(|mapped| mapped.at)
                .collect(),
            // An empty cell is asked for itself, but in which system a file is, is one answer.
            missing: missing
                .filter(|column| !layout.has(*column) || *column == Column::Crs)
                .collect(),
            words: words_of(&template),
            table,
            label: labels[0],
            layout,
            template,
            groups,
            repairs,
            answers: said.answers.of_tables(&labels),
            decided: ByWord::of(&said.decided),
            known,
            decimals: decimals_of(table, layout),
            crs_heading: layout.crs_text.as_deref().map(Arc::from),
            of_table: Arc::new(of_table(layout, labels[0])),
        }
    }

    /// Every row, in order, and what was changed: by column, then by kind of change.
    pub fn rows(&self, lines: &[Line<'a>]) -> (Vec<Assembled>, Vec<Change>) {
        let made = in_pieces(self.pieces(lines).into_iter(), Seen::default, |seen, lines| {
            let mut piece =
                Piece { with: self, seen, above: Filled::default(), changes: Changes::new() };
            let rows: Vec<Assembled> = lines.iter().map(|line| piece.row(line)).collect();
            (rows, piece.changes)
        });
        let (mut rows, mut changes) = (Vec::with_capacity(lines.len()), Changes::new());
        for (own, changed) in made {
            rows.extend(own);
            for (place, change) in changed {
                match changes.entry(place) {
                    Entry::Vacant(free) => drop(free.insert(change)),
                    Entry::Occupied(mut known) => known.get_mut().cells += change.cells,
                }
            }
        }
        (rows, changes.into_values().collect())
    }

    /// Cut before rows that are read without the row above them.
    fn pieces<'l>(&self, lines: &'l [Line<'a>]) -> Vec<&'l [Line<'a>]> {
        let (mut pieces, mut rest, mut seen) = (Vec::new(), lines, Seen::default());
        while rest.len() > PIECE_ROWS {
            let mut places = PIECE_ROWS..rest.len();
            let cut = places.find(|at| !self.points_up(rest[*at].row, &mut seen));
            let (own, after) = rest.split_at(cut.unwrap_or(rest.len()));
            pieces.push(own);
            rest = after;
        }
        pieces.extend((!rest.is_empty()).then_some(rest));
        pieces
    }

    /// Does a cell of the row say “the same as above”?
    fn points_up(&self, row: &'a TableRow, seen: &mut Seen<'a>) -> bool {
        self.reads.iter().any(|reads| is_ditto(&self.own(row, reads, seen).text))
    }
}

/// What the cells of a row say, in the order of the columns.
#[derive(Debug, Clone, Default)]
struct Filled<'a>(Vec<(Column, Cow<'a, str>)>);

impl<'a> Filled<'a> {
    fn place(&self, column: Column) -> Result<usize, usize> {
        self.0.binary_search_by_key(&column, |(own, _)| *own)
    }

    fn get(&self, column: Column) -> Option<&Cow<'a, str>> {
        self.place(column).ok().map(|at| &self.0[at].1)
    }

    fn insert(&mut self, column: Column, text: Cow<'a, str>) {
        match self.place(column) {
            Ok(at) => self.0[at].1 = text,
            Err(at) => self.0.insert(at, (column, text)),
        }
    }
}

/// Rows that are read one after another.
struct Piece<'p, 'a> {
    with: &'p Assembling<'a>,
    seen: &'p mut Seen<'a>,
    /// Of the row above: for ditto marks.
    above: Filled<'a>,
    changes: Changes,
}

impl<'a> Piece<'_, 'a> {
    fn row(&mut self, line: &Line<'a>) -> Assembled {
        let (with, row) = (self.with, line.row);
        let mut found = Assembled {
            cells: Cells::new(row.number),
            steps: Vec::new(),
            beside: Beside::default(),
            table: with.label.to_owned(),
            hidden: row.hidden,
            left_out: with.answers.leaves_out(row.number),
            errors: Vec::new(),
        };
        found.cells.drawn.clone_from(&row.drawn);
        found.cells.waits = row.waits;
        found.cells.lists_sites = with.missing.contains(&Column::Event);
        found.cells.lacks_days = with.missing.contains(&Column::EventDay);
        found.cells.lacks_end = with.lacks_end;
        found.cells.of_table = Some(Arc::clone(&with.of_table));
        found.cells.days = with.repairs.days;
        found.cells.decimals.clone_from(&with.decimals);
        found.cells.findings.clone_from(&row.findings);
        let mut filled = Filled(Vec::with_capacity(with.reads.len()));
        for reads in &with.reads {
            found.cells.axes_by_letter |= reads.mapped.axis_by_letter;
            let text = self.cell(row, reads, &mut found);
            if !text.is_empty() {
                filled.insert(reads.column, text);
            }
        }
        found.cells.names_alone = with.reads.len() > 2 && filled.names_alone();
        self.fill_from_boxes(row, &mut filled, &mut found);
        self.ask_of_twins(row, &filled, &mut found);
        if self.with.template.kind == Kind::Outages {
            self.join_hours(row, &mut filled, &mut found);
        }
        match self.with.template.kind {
            Kind::Coverage => self.see_denied(row, &mut filled, &mut found),
            Kind::SiteReport => found.cells.denied = self.with.denied(row),
            _ => {}
        }
        self.fill_from_headings(line, &mut filled, &mut found);
        self.fill_from_group(line.groups, &mut filled, &mut found);
        self.answer_missing(row.number, &mut filled, &mut found);
        // What stands above is what its sender wrote, not what was decided on it.
        let above = (!with.decided.is_empty()).then(|| filled.clone());
        let beside = |column| {
            let text = filled.get(column).filter(|text| !text.is_empty());
            text.map(|text| text.clone().into_owned())
        };
        found.beside =
            Beside { commune: beside(Column::Commune), district: beside(Column::District) };
        self.decide(&mut filled, &mut found);
        let bytes = filled.0.iter().map(|(_, text)| text.len()).sum();
        found.cells.reserve(filled.0.len(), bytes);
        for (column, text) in &filled.0 {
            self.push(*column, text, &mut found);
        }
        self.answer_received(&mut found);
        if let Some(network) = with.layout.network {
            found.cells.push(Column::NetworkType, network.as_str());
        }
        self.above = above.unwrap_or(filled);
        found.cells.crs_heading.clone_from(&with.crs_heading);
        found.cells.crs_answered =
            found.steps.iter().any(|step| step.column == Column::Crs && step.how == How::Answered);
        found
    }

    /// One cell, with what stands above it and the sender's answer.
    fn cell(
        &mut self,
        row: &'a TableRow,
        reads: &Reads<'_>,
        found: &mut Assembled,
    ) -> Cow<'a, str> {
        let column = reads.column;
        let Own { mut text, mut steps, mut doubts, error } = self.with.own(row, reads, self.seen);
        if text.is_empty() && self.with.counts_together(row.number, reads) {
            found.cells.find(notes::counts_together(), column.as_str(), "");
        }
        if is_ditto(&text)
            && let Some(above) = self.above.get(column)
        {
            let mark = std::mem::replace(&mut text, above.clone());
            steps.push((mark.into_owned(), above.clone().into_owned(), How::Ditto));
        }
        let shown = error.as_deref().unwrap_or(&text);
        let answer = self.with.answers.cell(row.number, column, shown);
        if let Some(answer) = answer.filter(|answer| *answer != text) {
            steps.push((shown.to_owned(), answer.to_owned(), How::Answered));
            text = Cow::Borrowed(answer);
            doubts.clear();
        } else {
            found.errors.extend(error.map(|error| (column, error)));
        }
        for doubt in &doubts {
            found.cells.find(notes::doubtful_text(doubt), column.as_str(), &text);
        }
        for (before, after, how) in steps {
            self.note(reads.mapped, how, (&before, &after));
            found.steps.push(Step { column, before, after, how, decision: None });
        }
        match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) if text.trim().len() < text.len() => {
                Cow::Owned(text.trim().to_owned())
            }
            text @ Cow::Owned(_) => text,
        }
    }

    /// Two columns of one meaning that say different things: which is meant is asked.
    fn ask_of_twins(&mut self, row: &'a TableRow, filled: &Filled<'a>, found: &mut Assembled) {
        let (mut east, mut north) = (None, None);
        let is_added = |reads: &&Reads<'_>| reads.ticked.is_some() && are_added(reads.column);
        for reads in self.with.twins.iter().filter(|reads| !is_added(reads)) {
            let mut other = self.with.own(row, reads, self.seen).text;
            if says_nothing_other(&other) {
                other = Cow::Borrowed("");
            }
            // In two systems the numbers differ and the places do not: those are compared.
            let axis = match reads.column {
                Column::Longitude => Some(&mut east),
                Column::Latitude => Some(&mut north),
                _ => None,
            };
            if let Some(axis) = axis {
                *axis = Some(other.trim().to_owned()).filter(|text| !text.is_empty());
                continue;
            }
            let first = filled.get(reads.column).map(|text| text.trim()).unwrap_or_default();
            // By another value, or by the first one itself.
            let is_answered = self.with.answers.cell(row.number, reads.column, first).is_some()
                || found
                    .steps
                    .iter()
                    .any(|step| step.column == reads.column && step.how == How::Answered);
            if other.trim().is_empty() || normalise(&other) == normalise(first) || is_answered {
                continue;
            }
            let heading = self.with.layout.column(reads.column).map(|mapped| &*mapped.heading);
            let both = [(heading.unwrap_or(""), first), (&*reads.mapped.heading, other.trim())];
            found.cells.find(notes::two_values(&both), reads.column.as_str(), first);
            found.cells.is_open = true;
        }
        let is_told = |(east, north): &(String, String)| !is_zero(east) || !is_zero(north);
        found.cells.second_place = east.zip(north).filter(is_told).map(Box::new);
    }

    /// A list goes in as it stands, with what was answered of its items.
    fn push(&self, column: Column, text: &str, found: &mut Assembled) {
        found.cells.push(column, text);
        if column != Column::Villages {
            return;
        }
        let key = normalise(text);
        for (item, means) in self.with.answers.items(found.cells.row, column) {
            if key.contains(&normalise(item)) {
                let (before, after) = (item.to_owned(), means.to_owned());
                found.cells.meant.push((before.clone(), after.clone()));
                found.steps.push(Step {
                    column,
                    before,
                    after,
                    how: How::Answered,
                    decision: None,
                });
            }
        }
    }

    /// Names that were decided on before, where the sender has not answered them here.
    fn decide(&mut self, filled: &mut Filled<'a>, found: &mut Assembled) {
        let with = self.with;
        if with.decided.is_empty() {
            return;
        }
        for (column, kind) in decided::COLUMNS {
            let Some(text) = filled.get(column).cloned() else { continue };
            let is_answered = |step: &Step| step.column == column && step.how == How::Answered;
            if found.steps.iter().any(is_answered) {
                continue;
            }
            let beside = found.beside.of(kind);
            let Some(decided) = with.decided.find(kind, &text, beside) else { continue };
            filled.insert(column, Cow::Borrowed(&decided.means));
            self.note_decided(column, text.into_owned(), decided, found);
        }
        let Some(list) = filled.get(Column::Villages).cloned() else { return };
        let items = list.split([';', ',', '\n']).map(str::trim).filter(|item| !item.is_empty());
        for item in items {
            let beside = found.beside.of(PlaceKind::Village);
            let mut answered = with.answers.items(found.cells.row, Column::Villages);
            if answered.any(|(own, _)| normalise(own) == normalise(item)) {
                continue;
            }
            if let Some(one) = with.decided.find(PlaceKind::Village, item, beside) {
                found.cells.meant.push((item.to_owned(), one.means.clone()));
                self.note_decided(Column::Villages, item.to_owned(), one, found);
            }
        }
    }

    fn note_decided(
        &mut self,
        column: Column,
        before: String,
        decided: &Decided,
        found: &mut Assembled,
    ) {
        let after = decided.means.clone();
        let layout = self.with.layout;
        if let Some(mapped) = layout.columns.iter().find(|mapped| mapped.means == Some(column)) {
            self.note(mapped, How::Decided, (&before, &after));
        }
        let decision = Some(decided.decision);
        found.steps.push(Step { column, before, after, how: How::Decided, decision });
    }

    fn note(&mut self, mapped: &Mapped, how: How, (before, after): (&str, &str)) {
        let change = self.changes.entry((mapped.at, how)).or_insert_with(|| Change {
            column: self.with.table.column_name(mapped.at),
            heading: mapped.heading.clone(),
            how,
            cells: 0,
            sample: (notes::short(before), notes::short(after)),
        });
        change.cells += 1;
    }
}
