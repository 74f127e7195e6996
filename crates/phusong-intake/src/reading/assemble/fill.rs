//! What a row says though its own cells do not: the headings of a wide table, groups above it, and
//! its sender's answers.

use std::borrow::Cow;

use phusong_atlas::gazetteer::fold_for_search;

use super::{Assembled, Filled, Heads, How, Line, Piece, Step};
use crate::reading::{notes, wide};
use crate::report::Column;
use crate::table::layout::Fixed;
use crate::template::Kind;

/// Puts into an empty cell what stands elsewhere, and says so.
fn fill<'a>(
    column: Column,
    text: &'a str,
    how: How,
    filled: &mut Filled<'a>,
    found: &mut Assembled,
) {
    filled.insert(column, Cow::Borrowed(text));
    let (before, after) = (String::new(), text.to_owned());
    found.steps.push(Step { column, before, after, how, decision: None });
}

impl<'a> Piece<'_, 'a> {
    /// What stands above the columns of a wide table, with the sender's answer to such a word.
    pub(super) fn fill_from_headings(
        &self,
        line: &Line<'a>,
        filled: &mut Filled<'a>,
        found: &mut Assembled,
    ) {
        let (row, group) = (line.row.number, self.with.groups[..line.groups].last());
        // A group stands nearer to its rows than the title does.
        let by_group = |fixed: &Fixed| {
            let told = group.is_some_and(|own| own.told.iter().any(|(of, _)| *of == fixed.column));
            told && fixed.written.is_empty()
        };
        for fixed in &self.with.layout.fixed {
            if filled.get(fixed.column).is_some() || by_group(fixed) {
                continue;
            }
            let answer = self.with.answers.cell(row, fixed.column, &fixed.means);
            let (text, how) = match answer {
                Some(answer) => (answer, How::Answered),
                None => (&*fixed.means, How::Heading),
            };
            filled.insert(fixed.column, Cow::Borrowed(text));
            let (before, after) = (fixed.written.clone(), text.to_owned());
            found.steps.push(Step { column: fixed.column, before, after, how, decision: None });
        }
    }

    pub(super) fn fill_from_group(
        &self,
        groups: usize,
        filled: &mut Filled<'a>,
        found: &mut Assembled,
    ) {
        let Some(heads) = self.with.groups[..groups].last() else { return };
        for (column, text) in &heads.told {
            // A report has no column of carriers: whose it is is known, and a row of another is not.
            let is_read = self.with.template.spec(*column).is_some()
                || *column == Column::Carrier
                    && matches!(self.with.template.kind, Kind::SiteReport | Kind::Coverage);
            if !is_read || filled.get(*column).is_some() {
                continue;
            }
            fill(*column, text, How::Group, filled, found);
        }
        self.ask_of_group(heads, filled, found);
    }

    /// Whose the rows of a group are that names a carrier among other words, and whether its counts
    /// are the stock, is asked once for the group.
    fn ask_of_group(&self, heads: &'a Heads, filled: &mut Filled<'a>, found: &mut Assembled) {
        let (answers, kind) = (&self.with.answers, self.with.template.kind);
        let is_carriers = !matches!(kind, Kind::Villages | Kind::Boundaries | Kind::Measurement);
        if let Some(name) = heads.names.as_ref().filter(|_| is_carriers)
            && filled.get(Column::Carrier).is_none()
        {
            if let Some(answer) = answers.word(Column::Carrier, &heads.text) {
                fill(Column::Carrier, answer, How::Answered, filled, found);
            } else {
                let asked = notes::group_names(name);
                found.cells.find(asked, Column::Carrier.as_str(), &heads.text);
                found.cells.is_open = true;
            }
        }
        if heads.narrows && kind == Kind::Statistics {
            let answer = answers.word(Column::Numerator, &heads.text).map(fold_for_search);
            let is_stock =
                |answer: &String| !answer.starts_with("khong") && !answer.starts_with("chua");
            if !answer.as_ref().is_some_and(is_stock) {
                let asked = wide::which_stock(&heads.text);
                found.cells.find(asked, Column::Numerator.as_str(), &heads.text);
                found.cells.is_open = true;
            }
        }
    }

    /// Answers to cells that the file has no column for, or that stand empty.
    pub(super) fn answer_missing(&self, row: u32, filled: &mut Filled<'a>, found: &mut Assembled) {
        let answers = &self.with.answers;
        for column in &self.with.missing {
            if filled.get(*column).is_some() {
                continue;
            }
            let answer = answers.cell(row, *column, "").or_else(|| answers.column(*column));
            if let Some(answer) = answer {
                fill(*column, answer, How::Answered, filled, found);
            }
        }
    }

    /// To which village the clusters of a former one belong: answered one by one, whether or not the
    /// file has a column for it.
    pub(super) fn answer_received(&self, found: &mut Assembled) {
        let column = Column::Received;
        if self.with.template.spec(column).is_none() {
            return;
        }
        for (cluster, village) in self.with.answers.items(found.cells.row, column) {
            let (before, after) = (cluster.to_owned(), village.to_owned());
            found.cells.meant.push((before.clone(), after.clone()));
            found.steps.push(Step { column, before, after, how: How::Answered, decision: None });
        }
    }
}
