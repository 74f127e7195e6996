//! What a row says though its own cells do not: the headings of a wide table, groups above it, and
//! its sender's answers.

use std::borrow::Cow;

use super::{Assembled, Filled, How, Piece, Step};
use crate::report::Column;
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
        row: u32,
        filled: &mut Filled<'a>,
        found: &mut Assembled,
    ) {
        for fixed in &self.with.layout.fixed {
            if filled.get(fixed.column).is_some() {
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
        let told = self.with.groups[..groups].last().into_iter().flatten();
        for (column, text) in told {
            // A report has no column of carriers: whose it is is known, and a row of another is not.
            let is_read = self.with.template.spec(*column).is_some()
                || *column == Column::Carrier
                    && matches!(self.with.template.kind, Kind::SiteReport | Kind::Coverage);
            if !is_read || filled.get(*column).is_some() {
                continue;
            }
            fill(*column, text, How::Group, filled, found);
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
