//! Wide tables: what a long one says in columns of its own stands in the headings, the title or the
//! sheet's name. Each column of numbers or words, with the columns that name its row, is a table as
//! the rest of the way reads it: its headings say the same of every row, and its cells stay where
//! they are. What nothing says for sure is asked once for the table.

mod confirmations;
mod figures;
mod headings;
mod measures;
mod signal;
mod steps;
pub mod titles;

pub use figures::which_stock;
pub use headings::carriers_in;
pub use measures::{narrows, without_references};
use std::collections::BTreeSet;

use crate::finding::{Candidate, Finding, Severity};
use crate::report::{Cells, Column};
use crate::table::layout::{
    Block, Layout, Learnt, Mapped, NAMES, Repair, blocks, means_among, title,
};
use crate::table::{Table, TableRow};
use crate::template::Kind;
use crate::values::radio::radio;
use phusong_atlas::domain::CarrierFact;
use phusong_atlas::gazetteer::fold_for_search;

use super::kinds::Ground;
use super::{Said, notes};
use headings::Told;
use measures::Measures;

/// A wide table as several long ones.
#[derive(Debug)]
pub struct Wide {
    /// Of the whole table, with what each of its columns means.
    pub layout: Layout,
    pub parts: Vec<Layout>,
    pub findings: Vec<Finding>,
}

/// What a table is looked at with.
pub struct Looked<'a> {
    pub table: &'a Table,
    pub label: &'a str,
    pub read: &'a Repair<'a>,
    pub said: &'a Said,
    pub ground: &'a Ground<'a>,
}

/// What a column is, by the texts above it.
#[derive(Debug, Clone)]
enum Sense {
    /// It names the row.
    Names(Column),
    Tells(Told),
    /// The sender said what it is in the long form.
    Learnt(Column),
    Unread,
}

struct Headed {
    at: u16,
    heading: String,
    sense: Sense,
}

/// A column whose cells are told by what stands above it.
#[derive(Debug, Clone)]
struct Entry {
    at: u16,
    heading: String,
    told: Told,
}

/// `found`: what the table is as a long one.
pub fn of(looked: &Looked<'_>, kinds: &[Kind], found: Option<&Layout>) -> Option<Wide> {
    let is_whole = found.is_some_and(|layout| layout.missing.is_empty());
    let is = |kind| found.is_some_and(|layout| layout.kind == kind);
    let has = |column| found.is_some_and(|layout| layout.has(column));
    let counts = [Column::Households, Column::People, Column::Power].into_iter().any(has);
    // A list of villages that says nothing of them but names, beside columns that nobody read.
    let of_duties = [
        Column::Step,
        Column::StepDay,
        Column::PromisedDay,
        Column::Blocker,
        Column::Clause,
        Column::Carrier,
    ];
    let promises = of_duties.into_iter().any(has);
    let is_bare = is(Kind::Villages) && !counts || is(Kind::Duties) && !promises;
    let is_parted = found.is_some_and(|layout| parts_signal(layout, looked.ground.carriers()));
    if kinds.contains(&Kind::Confirmation) && (!is_whole || is_bare || is_parted) {
        let wide = confirmations::of(looked);
        if wide.is_some() {
            return wide;
        }
    }
    let lacks_steps = is(Kind::Duties) && (!has(Column::Step) || found.is_some_and(parts_steps));
    if kinds.contains(&Kind::Duties) && (!is_whole || is_bare || lacks_steps) {
        let wide = steps::of(looked);
        if wide.is_some() {
            return wide;
        }
    }
    let tells = has(Column::Numerator) || has(Column::Share);
    let may_be = !is_whole || is(Kind::Statistics) && !tells;
    if kinds.contains(&Kind::Statistics) && may_be { figures::of(looked) } else { None }
}

/// `Ngày đạt › Khảo sát | Xây dựng`: of each step another day.
fn parts_steps(layout: &Layout) -> bool {
    let of_step = |at: &u16| {
        let own = layout.columns.iter().find(|own| own.at == *at);
        own.is_some_and(|own| matches!(own.means, Some(Column::Step | Column::StepDay)))
    };
    layout.twins.iter().any(|(first, _)| of_step(first))
}

/// `Có sóng › Viettel | VNPT`, `Có sóng (4G)`: what stands below is no word on everybody's signal.
fn parts_signal(layout: &Layout, carriers: &[CarrierFact]) -> bool {
    let Some(says) = layout.column(Column::Says).filter(|_| layout.kind == Kind::Confirmation)
    else {
        return false;
    };
    let twins = layout.twins.iter().filter(|(first, _)| *first == says.at);
    let twins = twins.filter_map(|(_, at)| layout.columns.iter().find(|own| own.at == *at));
    let measures = Measures::of(&[], &[]);
    std::iter::once(says).chain(twins).any(|mapped| {
        let texts: Vec<String> = mapped.heading.split(" › ").map(str::to_owned).collect();
        let told = headings::told(&texts, &measures, carriers, &headings::OF_SIGNAL);
        told.is_some_and(|told| told.says() > 0)
    })
}

/// `Viettel`, `Sóng 4G`, `Tình trạng sóng`: a heading of a table of signal.
pub fn names_signal(heading: &str, carriers: &[CarrierFact]) -> bool {
    let names_it = |part: &str| {
        let said = radio(part);
        !said.technologies.is_empty() && said.unknown.is_empty()
    };
    !headings::carriers_in(heading, carriers).is_empty()
        || heading.to_lowercase().contains("sóng")
        || heading.split([' ', '›', '/']).any(names_it)
}

/// Over a long table of figures: what its title makes of its counts is told.
pub fn narrowed(lines: &[String]) -> Option<Finding> {
    let line = lines.iter().find(|line| measures::narrows(line))?;
    Some(Finding { severity: Severity::Warn, ..figures::which_stock(line) })
}

impl Looked<'_> {
    /// The headings that say most, and what each column is.
    fn best(
        &self,
        kind: Kind,
        measures: &Measures,
        beside: &[&str],
    ) -> Option<(Block, Vec<Headed>)> {
        if self.table.fields.is_some() {
            return None;
        }
        let told = [Column::Numerator, Column::Denominator, Column::Share, Column::Says];
        let mut names = kind.template().names();
        names.retain(|column| !told.contains(column));
        if kind == Kind::Statistics {
            names.push(Column::Commune);
        }
        let mut best: Option<(i32, Block, Vec<Headed>)> = None;
        for block in blocks(self.table, self.read) {
            let columns: Vec<Headed> = (0_u16..)
                .zip(&block.headings)
                .filter(|(_, texts)| !texts.is_empty())
                .map(|(at, texts)| {
                    let sense = self.sense(texts, (kind, &names), measures, beside);
                    Headed { at, heading: texts.join(" › "), sense }
                })
                .collect();
            let is_name = |sense: &Sense| matches!(sense, Sense::Names(own) if NAMES.contains(own));
            let naming: Vec<u16> =
                columns.iter().filter(|one| is_name(&one.sense)).map(|one| one.at).collect();
            if block.goes_on(self.table, &naming, self.read) || swallows_a_row(&block, &columns) {
                continue;
            }
            let score = score(&columns);
            let depth = block.rows.1 - block.rows.0;
            let score = score - i32::try_from(depth).unwrap_or(0);
            let tells = columns.iter().any(|one| matches!(one.sense, Sense::Tells(_)));
            let names = columns.iter().any(|one| matches!(one.sense, Sense::Names(_)));
            if tells && names && best.as_ref().is_none_or(|(known, ..)| score > *known) {
                best = Some((score, block, columns));
            }
        }
        best.map(|(_, block, columns)| (block, columns))
    }

    fn sense(
        &self,
        texts: &[String],
        (kind, names): (Kind, &[Column]),
        measures: &Measures,
        beside: &[&str],
    ) -> Sense {
        match learnt(&self.said.learnt, texts) {
            Some(Some(column)) if names.contains(&column) => return Sense::Names(column),
            Some(Some(column)) => return Sense::Learnt(column),
            Some(None) => return Sense::Unread,
            None => {}
        }
        let told = headings::told(texts, measures, self.ground.carriers(), beside);
        let told = told.filter(|told| {
            told.is_clear && (kind == Kind::Confirmation || told.technologies.is_none())
        });
        if let Some(told) = told.as_ref().filter(|told| told.says() > 0) {
            return Sense::Tells(told.clone());
        }
        match (means_among(texts, names), told) {
            (Some(column), _) => Sense::Names(column),
            (None, Some(told)) => Sense::Tells(told),
            (None, None) => Sense::Unread,
        }
    }

    /// The layout of the whole table, before anything is told of its columns.
    fn layout(&self, kind: Kind, block: &Block, columns: &[Headed]) -> Layout {
        let named = |one: &Headed| match one.sense {
            Sense::Names(column) => Some(column),
            _ => None,
        };
        let mapped = columns.iter().map(|one| Mapped {
            at: one.at,
            name: self.table.column_name(one.at),
            heading: one.heading.clone(),
            means: named(one),
            axis_by_letter: false,
        });
        let mut layout = Layout::of(kind, Some(block.rows), mapped.collect());
        layout.title = title(self.table, block.rows, self.read);
        layout.name_units();
        layout
    }

    /// Lines that speak of the whole table: above it, and its own name.
    fn lines(&self, layout: &Layout) -> Vec<String> {
        let name = Some(self.table.name.clone()).filter(|name| !name.is_empty());
        layout.title.iter().cloned().chain(name).collect()
    }

    /// Filled cells of a column below the headings.
    fn cells<'t>(&'t self, layout: &Layout, at: u16) -> impl Iterator<Item = &'t TableRow> {
        let below = layout.heading_rows.map_or(0, |(_, last)| last);
        let rows = self.table.rows.iter().filter(move |row| row.number > below);
        rows.filter(move |row| row.cell(at).is_some_and(|cell| !cell.is_blank()))
    }
}

/// Below the heading of a column that names rows stands what is none: a row of the table.
fn swallows_a_row(block: &Block, columns: &[Headed]) -> bool {
    let naming = columns.iter().filter(|one| match one.sense {
        Sense::Names(column) => NAMES.contains(&column),
        _ => false,
    });
    naming.into_iter().any(|one| {
        let texts = &block.headings[usize::from(one.at)];
        texts.iter().skip(1).any(|text| {
            let bare = fold_for_search(text.split('(').next().unwrap_or_default());
            !bare.is_empty() && !["ten", "so tt"].contains(&&*bare) && !is_heading(text)
        })
    })
}

fn is_heading(text: &str) -> bool {
    let bare = fold_for_search(text.split('(').next().unwrap_or_default());
    Column::all_names().any(|name| name == bare) || Column::headed(text).is_some()
}

/// How much headings say; two that say the same say less than they may.
fn score(columns: &[Headed]) -> i32 {
    let mut said = BTreeSet::new();
    let mut all = 0;
    for column in columns {
        all += match &column.sense {
            Sense::Names(Column::Ordinal | Column::Note) => 1,
            Sense::Names(_) | Sense::Learnt(_) => 3,
            Sense::Tells(told) if said.insert(told.signature()) => {
                1 + 2 * i32::try_from(told.says()).unwrap_or(0)
            }
            // One heading over several columns: the line below tells them apart.
            Sense::Tells(_) => -4,
            Sense::Unread => -1,
        };
    }
    all
}

#[expect(clippy::option_option, reason = "unsaid, not read and named are three things")]
fn learnt(learnt: &Learnt, texts: &[String]) -> Option<Option<Column>> {
    learnt.get(&fold_for_search(&texts.join(" › "))).copied()
}

/// A part of a table: columns that name its rows, and these.
fn part(whole: &Layout, own: &[(u16, Column)]) -> Layout {
    let mut part = whole.clone();
    let is_own = |at: u16| own.iter().find(|(own, _)| *own == at).map(|(_, means)| *means);
    let told = [Column::Numerator, Column::Denominator, Column::Share, Column::Says];
    part.columns.retain_mut(|mapped| {
        if let Some(means) = is_own(mapped.at) {
            mapped.means = Some(means);
            return true;
        }
        mapped.means.is_some_and(|means| !told.contains(&means))
    });
    part
}

/// `D/E`: the columns of a part as its sender names them.
pub fn named(part: &Layout) -> String {
    let told = [
        Column::Says,
        Column::Numerator,
        Column::Share,
        Column::Denominator,
        Column::StepDay,
        Column::PromisedDay,
        Column::Blocker,
        Column::Funds,
        Column::EstimateVnd,
    ];
    let columns = told.into_iter().filter_map(|column| part.column(column));
    let names: Vec<&str> = columns.map(|mapped| &*mapped.name).take(2).collect();
    names.join("/")
}

/// Does the row of a part say nothing at all?
pub fn is_silent(cells: &Cells) -> bool {
    let told = [
        Column::Numerator,
        Column::Share,
        Column::Says,
        Column::StepDay,
        Column::PromisedDay,
        Column::Blocker,
        Column::Funds,
        Column::EstimateVnd,
    ];
    cells.findings.is_empty()
        && told.into_iter().all(|column| !cells.has(column))
        && !cells.is_asked_once(Column::Numerator)
}

/// Cells that stand empty in a wide table: they are no zero and no “no”.
pub fn silent(many: usize) -> Finding {
    let message = (
        format!("{many} ô trống của bảng ngang: không nêu gì, không tính là 0 hay “không”"),
        format!("{many} empty cells of the wide table say nothing: no zero and no “no”"),
    );
    let remedy = ("điền vào ô nếu có số liệu", "fill them in where there is something to say");
    Finding::new("empty-cells", Severity::Note, message, remedy)
}

fn sums(names: &str) -> Finding {
    let message = (
        format!("cột {names} là cột tổng của các cột khác: không tính"),
        format!("column {names} adds up others: not counted"),
    );
    let remedy = ("không cần làm gì nếu đúng", "nothing to do if that is right");
    Finding::new("sum-column", Severity::Note, message, remedy)
}

/// How the columns were read, for whoever sent them to look at.
fn as_long(parts: &[Layout], shown: &dyn Fn(&Layout) -> String) -> Finding {
    let named: Vec<String> = parts
        .iter()
        .take(notes::MOST_NAMED)
        .map(|part| format!("{}: {}", named(part), shown(part)))
        .collect();
    let more = if parts.len() > named.len() { "; …" } else { "" };
    let shown = named.join("; ");
    let message = (
        format!("bảng ngang, đọc theo từng cột: {shown}{more}"),
        format!("a wide table, read column by column: {shown}{more}"),
    );
    let remedy = ("xem lại các cột đã ghép", "look at the columns as they are read");
    Finding::new("wide-table", Severity::Note, message, remedy)
}

fn choice(id: &str, name: &str, (vi, en): (&str, &str), score: u8) -> Candidate {
    let (reason_vi, reason_en) = (vi.to_owned(), en.to_owned());
    Candidate { id: id.to_owned(), name: name.to_owned(), reason_vi, reason_en, score }
}
