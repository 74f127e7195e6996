//! A row of a table as the cells of a form: repaired, filled from what stands above, answered.
//! Every change is kept as a step.

use std::collections::BTreeMap;
use std::sync::Arc;

use phusong_atlas::domain::PlaceKind;
use phusong_atlas::gazetteer::{fold_for_search, normalise};

use super::answers::TableAnswers;
use super::decided::{self, ByWord};
use super::{Beside, Change, Decided, How, Said, Step, notes};
use crate::known::without_dong;
use crate::repair::text::{Doubt, Evidence, Habit, Lexicon, Survey};
use crate::report::{Cells, Column, Decimals};
use crate::table::layout::{Layout, Mapped};
use crate::table::{Cell, Table, TableRow};
use crate::template::{Holds, Template};
use crate::values::day::{DayHabit, DayReading, Written, of_serial};
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

    pub fn text(&self, column: u16, text: &str) -> String {
        self.habit.repair(column, text).text.into_owned()
    }
}

fn look(table: &Table) -> (Survey, DayHabit) {
    let (mut survey, mut days) = (Survey::default(), DayHabit::default());
    for (at, cell) in table.rows.iter().flat_map(|row| &row.cells) {
        if let Cell::Text(text) = cell {
            survey.see(*at, text);
            days.see(text);
        }
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

pub struct Assembling<'a> {
    table: &'a Table,
    layout: &'a Layout,
    template: Template,
    repairs: &'a Repairs,
    answers: TableAnswers<'a>,
    decided: ByWord<'a>,
    /// Words of closed lists, folded, with what is stored of them.
    words: BTreeMap<Column, Vec<(String, &'static str)>>,
    /// Is this a village or a unit that we know?
    is_place: &'a dyn Fn(&str) -> bool,
    decimals: Option<Arc<Decimals>>,
    /// What the headings say of the system of coordinates.
    crs_heading: Option<Arc<str>>,
    /// Of the row above, by column: for ditto marks.
    above: BTreeMap<Column, String>,
    /// The unit that the last group row names.
    group: Option<(Column, String)>,
    changes: BTreeMap<(u16, How), Change>,
}

impl<'a> Assembling<'a> {
    pub fn new(
        table: &'a Table,
        layout: &'a Layout,
        repairs: &'a Repairs,
        said: &'a Said,
        is_place: &'a dyn Fn(&str) -> bool,
    ) -> Self {
        let template = layout.kind.template();
        Self {
            table,
            layout,
            words: words_of(&template),
            template,
            repairs,
            answers: said.answers.of_table(&table.name),
            decided: ByWord::of(&said.decided),
            is_place,
            decimals: decimals_of(table, layout),
            crs_heading: layout.crs_text.as_deref().map(Arc::from),
            above: BTreeMap::new(),
            group: None,
            changes: BTreeMap::new(),
        }
    }

    /// A group row names the unit of the rows below it, when it names one.
    pub fn group(&mut self, text: &str) {
        let folded = fold_for_search(text);
        let is_district = ["huyen ", "thi xa ", "thanh pho ", "tp "]
            .iter()
            .any(|start| folded.starts_with(start));
        let is_commune = ["xa ", "phuong ", "thi tran ", "dac khu "]
            .iter()
            .any(|start| folded.starts_with(start));
        self.group = match (is_district, is_commune) {
            (true, _) => Some((Column::District, text.to_owned())),
            (_, true) => Some((Column::Commune, text.to_owned())),
            _ => None,
        };
    }

    pub fn row(&mut self, row: &TableRow) -> Assembled {
        let name = &self.table.name;
        let mut found = Assembled {
            cells: Cells::new(row.number),
            steps: Vec::new(),
            beside: Beside::default(),
            table: name.clone(),
            hidden: row.hidden,
            left_out: self.answers.leaves_out(row.number),
            errors: Vec::new(),
        };
        found.cells.drawn.clone_from(&row.drawn);
        found.cells.waits = row.waits;
        found.cells.days = self.repairs.days;
        found.cells.decimals.clone_from(&self.decimals);
        found.cells.findings.clone_from(&row.findings);
        let mut filled = BTreeMap::new();
        for mapped in &self.layout.columns {
            let Some(column) = mapped.means else { continue };
            found.cells.axes_by_letter |= mapped.axis_by_letter;
            let text = self.cell(row, mapped, column, &mut found);
            if !text.is_empty() {
                filled.insert(column, text);
            }
        }
        self.fill_from_group(&mut filled, &mut found);
        self.answer_missing(row.number, &mut filled, &mut found);
        // What stands above is what its sender wrote, not what was decided on it.
        let above = (!self.decided.is_empty()).then(|| filled.clone());
        let beside = |column| filled.get(&column).cloned().filter(|text: &String| !text.is_empty());
        found.beside =
            Beside { commune: beside(Column::Commune), district: beside(Column::District) };
        self.decide(&mut filled, &mut found);
        for (column, text) in &filled {
            self.push(*column, text, &mut found);
        }
        self.above = above.unwrap_or(filled);
        found.cells.crs_heading.clone_from(&self.crs_heading);
        found.cells.crs_answered =
            found.steps.iter().any(|step| step.column == Column::Crs && step.how == How::Answered);
        found
    }

    /// One cell, through repair, ditto, merge, its kind and the sender's answer.
    fn cell(
        &mut self,
        row: &TableRow,
        mapped: &Mapped,
        column: Column,
        found: &mut Assembled,
    ) -> String {
        let own = row.cell(mapped.at).filter(|cell| !cell.is_blank());
        let (mut steps, mut doubts) = (Vec::new(), Vec::new());
        let mut text = match own {
            Some(Cell::Error(error)) => {
                found.errors.push((column, error.clone()));
                String::new()
            }
            Some(Cell::NoValue) => {
                found.errors.push((column, "=…".to_owned()));
                String::new()
            }
            Some(cell) => self.read(cell, mapped.at, column, &mut steps, &mut doubts),
            None => self.merged(row.number, mapped.at, &mut steps),
        };
        if is_ditto(&text)
            && let Some(above) = self.above.get(&column)
        {
            let mark = std::mem::replace(&mut text, above.clone());
            steps.push((mark, above.clone(), How::Ditto));
        }
        let answer = self.answers.cell(row.number, column, &text);
        if let Some(answer) = answer.filter(|answer| *answer != text) {
            let before = std::mem::replace(&mut text, answer.to_owned());
            steps.push((before, answer.to_owned(), How::Answered));
            doubts.clear();
        }
        for doubt in &doubts {
            found.cells.find(notes::doubtful_text(doubt), column.as_str(), &text);
        }
        for (before, after, how) in steps {
            self.note(mapped, how, (&before, &after));
            found.steps.push(Step { column, before, after, how, decision: None });
        }
        if text.trim().len() < text.len() {
            text = text.trim().to_owned();
        }
        text
    }

    /// What the cell says, by what its column holds.
    fn read(
        &self,
        cell: &Cell,
        at: u16,
        column: Column,
        steps: &mut Vec<(String, String, How)>,
        doubts: &mut Vec<Doubt>,
    ) -> String {
        let holds = self.template.spec(column).map(|spec| spec.holds);
        let mut text = match cell {
            Cell::Text(before) => {
                let mut repaired = self.repairs.habit.repair(at, before);
                if names_a_place(column) {
                    repaired = repaired.settle(self.is_place);
                }
                for fix in &repaired.steps {
                    let after = repaired.text.clone().into_owned();
                    steps.push((before.clone(), after, How::Repaired(fix.code())));
                }
                doubts.extend(repaired.doubt);
                repaired.text.into_owned()
            }
            cell => cell.text(),
        };
        if matches!(holds, Some(Holds::Word(_)))
            && let Some(mended) = self.repairs.words.mend(&text)
        {
            steps.push((text, mended.clone(), How::Repaired("misread")));
            text = mended;
        }
        match (holds, cell) {
            (Some(Holds::Day), Cell::Number(serial)) => {
                if let Some(day) = of_serial(*serial) {
                    steps.push((text, day.to_string(), How::Understood("serial-day")));
                    text = day.to_string();
                }
            }
            // A cell of the workbook's own kind, whatever it shows.
            (Some(Holds::Day), Cell::Day(day)) => {
                steps.push((day.to_string(), day.to_string(), How::Understood("day-cell")));
            }
            (Some(Holds::List), Cell::Text(_)) if column == Column::Technologies => {
                let upper = text.to_uppercase();
                if upper != text {
                    steps.push((text, upper.clone(), How::Understood("upper-case")));
                    text = upper;
                }
            }
            (Some(Holds::Day), Cell::Text(_)) => {
                let how = match self.repairs.days.read(&text) {
                    DayReading::Is(day, Written::MonthFirst) => Some((day, "month-first")),
                    DayReading::Is(day, Written::Serial) => Some((day, "serial-day")),
                    _ => None,
                };
                if let Some((day, how)) = how {
                    steps.push((text, day.to_string(), How::Understood(how)));
                    text = day.to_string();
                }
            }
            (Some(Holds::Word(_)), _) => {
                let folded = fold_for_search(&text);
                let mut words = self.words.get(&column).into_iter().flatten();
                if let Some((_, stored)) = words.find(|(word, _)| *word == folded) {
                    (*stored).clone_into(&mut text);
                }
            }
            _ => {}
        }
        text
    }

    /// The text of the cell that this one is merged with, further up.
    fn merged(&self, row: u32, at: u16, steps: &mut Vec<(String, String, How)>) -> String {
        let merge = self.table.merges.iter().find(|merge| {
            merge.rows.0 < row
                && (merge.rows.0..=merge.rows.1).contains(&row)
                && (merge.columns.0..=merge.columns.1).contains(&at)
        });
        let first = merge.and_then(|merge| {
            let rows = &self.table.rows;
            let own = rows.binary_search_by_key(&merge.rows.0, |own| own.number).ok()?;
            let own = &rows[own];
            Some(self.repairs.text(at, &own.text(merge.columns.0)))
        });
        let Some(text) = first.filter(|text| !text.trim().is_empty()) else { return String::new() };
        steps.push((String::new(), text.clone(), How::Merged));
        text
    }

    fn fill_from_group(&mut self, filled: &mut BTreeMap<Column, String>, found: &mut Assembled) {
        let Some((column, text)) = &self.group else { return };
        if self.template.spec(*column).is_none() || filled.contains_key(column) {
            return;
        }
        filled.insert(*column, text.clone());
        let step = Step {
            column: *column,
            before: String::new(),
            after: text.clone(),
            how: How::Group,
            decision: None,
        };
        found.steps.push(step);
    }

    /// Answers to cells that the file has no column for, or that stand empty.
    fn answer_missing(
        &self,
        row: u32,
        filled: &mut BTreeMap<Column, String>,
        found: &mut Assembled,
    ) {
        for spec in &self.template.columns {
            if filled.contains_key(&spec.column) || self.layout.has(spec.column) {
                continue;
            }
            let answers = &self.answers;
            let answer = answers.cell(row, spec.column, "").or_else(|| answers.column(spec.column));
            if let Some(answer) = answer {
                filled.insert(spec.column, answer.to_owned());
                found.steps.push(Step {
                    column: spec.column,
                    before: String::new(),
                    after: answer.to_owned(),
                    how: How::Answered,
                    decision: None,
                });
            }
        }
    }

    /// A list goes in as it stands, with what was answered of its items.
    fn push(&self, column: Column, text: &str, found: &mut Assembled) {
        found.cells.push(column, text);
        if column != Column::Villages {
            return;
        }
        let key = normalise(text);
        for (item, means) in self.answers.items(found.cells.row, column) {
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
    fn decide(&mut self, filled: &mut BTreeMap<Column, String>, found: &mut Assembled) {
        for (column, kind) in decided::COLUMNS {
            let Some(text) = filled.get(&column).cloned() else { continue };
            let is_answered = |step: &Step| step.column == column && step.how == How::Answered;
            if found.steps.iter().any(is_answered) {
                continue;
            }
            let beside = found.beside.of(kind);
            let Some(decided) = self.decided.find(kind, &text, beside) else { continue };
            filled.insert(column, decided.means.clone());
            self.note_decided(column, text, decided, found);
        }
        let Some(list) = filled.get(&Column::Villages).cloned() else { return };
        let items = list.split([';', ',', '\n']).map(str::trim).filter(|item| !item.is_empty());
        for item in items {
            let beside = found.beside.of(PlaceKind::Village);
            let mut answered = self.answers.items(found.cells.row, Column::Villages);
            let is_answered = answered.any(|(own, _)| normalise(own) == normalise(item));
            drop(answered);
            if is_answered {
                continue;
            }
            if let Some(one) = self.decided.find(PlaceKind::Village, item, beside) {
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
        let layout = self.layout;
        if let Some(mapped) = layout.columns.iter().find(|mapped| mapped.means == Some(column)) {
            self.note(mapped, How::Decided, (&before, &after));
        }
        let decision = Some(decided.decision);
        found.steps.push(Step { column, before, after, how: How::Decided, decision });
    }

    fn note(&mut self, mapped: &Mapped, how: How, (before, after): (&str, &str)) {
        let change = self.changes.entry((mapped.at, how)).or_insert_with(|| Change {
            column: self.table.column_name(mapped.at),
            heading: mapped.heading.clone(),
            how,
            cells: 0,
            sample: (notes::short(before), notes::short(after)),
        });
        change.cells += 1;
    }

    /// By column, then by kind of change.
    pub fn changes(self) -> Vec<Change> {
        self.changes.into_values().collect()
    }
}
