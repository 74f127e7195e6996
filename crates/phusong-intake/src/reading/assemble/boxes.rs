//! Columns to be ticked: a tick says what stands above it, and of several columns of one meaning the
//! one that is ticked tells.

use std::borrow::Cow;

use phusong_atlas::gazetteer::fold_for_search;

use super::own::Own;
use super::{Assembled, Assembling, Filled, How, Piece, Step};
use crate::reading::confirmation;
use crate::report::Column;
use crate::table::TableRow;
use crate::table::layout::Ticked;
use crate::template::Kind;
use crate::values::radio::radio;
use crate::values::words::{EventWord, event_of, yes_no};

const TICKS: [&str; 4] = ["x", "v", "1", "true"];
const UNTICKED: [&str; 2] = ["0", "false"];

fn is_tick(text: &str, folded: &str, column: Column) -> bool {
    TICKS.contains(&folded)
        || confirmation::TICKS.contains(&text.trim_end_matches('\u{fe0f}'))
        || column == Column::Technologies && ["co", "yes"].contains(&folded)
}

fn is_unticked(text: &str, folded: &str, column: Column) -> bool {
    UNTICKED.contains(&folded)
        || text.trim_matches(['-', '–', '—', ' ']).is_empty()
        || column == Column::Technologies && ["khong", "chua", "chua co"].contains(&folded)
}

/// Of these several may hold at once.
pub(super) const fn are_added(column: Column) -> bool {
    matches!(column, Column::Technologies | Column::Environment | Column::Service)
}

/// A whole number, as a cell of counts has it.
fn whole_number(text: &str) -> Option<u64> {
    text.replace(['.', ' '], "").parse().ok()
}

impl Assembling<'_> {
    /// A word in a column to be ticked stands only where it is that of its heading; what else it may
    /// mean there is asked.
    pub(super) fn tick(&self, ticked: &Ticked, own: &mut Own<'_>) {
        let (text, column) = (own.text.trim().to_owned(), ticked.column);
        let folded = fold_for_search(&text);
        if text.is_empty() || folded == fold_for_search(&ticked.word) {
            return;
        }
        let number = whole_number(&text);
        // A site with three cells of a technology works it.
        let works_it = self.template.kind == Kind::SiteReport && column == Column::Technologies;
        if number.is_some_and(|number| number > 0) && (ticked.counts || works_it) {
            if works_it && number.is_some_and(|band| (450..=30_000).contains(&band)) {
                own.change(format!("{} {text}", ticked.word), How::Heading);
            } else if works_it {
                own.change(ticked.word.clone(), How::Heading);
            } else {
                // Of what they are counts nobody says: no tick, and no word of the list.
                own.change(format!("{}: {text} (số đếm)", ticked.word), How::Heading);
            }
            return;
        }
        // `L1800` under *4G* says it again.
        if column == Column::Technologies {
            let (over, cell) = (radio(&ticked.word), radio(&text));
            let is_clear = cell.unknown.is_empty() && cell.either.is_empty();
            if is_clear && cell.technologies == over.technologies {
                return;
            }
        }
        let said = |folded: &str| confirmation::said_by(folded).filter(|_| column == Column::Says);
        let (word, cell) = (said(&fold_for_search(&ticked.word)), said(&folded));
        // *Có* under *Có sóng* says what stands above it, and so it does under *Sóng yếu*; *không*
        // under *Không có sóng* may be either.
        if cell == Some("has") && word == Some("has") {
            return;
        }
        let is_yes = word == Some("weak") && ["co", "yes"].contains(&&*folded);
        if is_yes || is_tick(&text, &folded, column) {
            own.change(ticked.word.clone(), How::Heading);
            self.settle_word(own, column);
        } else if is_unticked(&text, &folded, column) {
            own.change(String::new(), How::Heading);
        } else if self.is_word_of(&ticked.word, column) {
            // *Không: có* would be a word of the list.
            own.change(format!("{}: ghi {text}", ticked.word), How::Heading);
        }
    }

    /// Does the word say something in this column?
    fn is_word_of(&self, word: &str, column: Column) -> bool {
        let folded = fold_for_search(word);
        let mut words = self.words.get(&column).into_iter().flatten();
        words.any(|(own, _)| *own == folded)
            || match column {
                Column::Says => confirmation::is_said(word),
                Column::Event => event_of(&folded) != EventWord::Unknown,
                Column::Technologies => !radio(word).technologies.is_empty(),
                _ => yes_no(word).is_some(),
            }
    }
}

impl<'a> Piece<'_, 'a> {
    /// The one that is ticked where the first is not; of technologies all that are.
    pub(super) fn fill_from_boxes(
        &mut self,
        row: &'a TableRow,
        filled: &mut Filled<'a>,
        found: &mut Assembled,
    ) {
        let with = self.with;
        for reads in with.twins.iter().filter(|reads| reads.ticked.is_some()) {
            let Own { text, steps, .. } = with.own(row, reads, self.seen);
            if text.trim().is_empty() {
                continue;
            }
            let column = reads.column;
            let told: Cow<'a, str> = match filled.get(column) {
                None => text,
                Some(first) if are_added(column) => Cow::Owned(format!("{first}; {text}")),
                Some(_) => continue,
            };
            for (before, after, how) in steps {
                self.note(reads.mapped, how, (&before, &after));
                found.steps.push(Step { column, before, after, how, decision: None });
            }
            filled.insert(column, told);
        }
    }
}
