//! Columns to be ticked (`Điện lưới › Có | Không`, `Công nghệ › 3G | 4G`): the lower line says what a
//! tick in it means. And headings that go on in the row below them.

use super::{Grid, Layout, Mapped, is_numbering};
use crate::reading::confirmation::is_said;
use crate::report::Column;
use crate::table::{Cell, Merge, Table, TableRow};
use crate::template::{Holds, Kind, Template};
use crate::values::radio::radio;
use crate::values::words::{EventWord, event_of, yes_no};
use phusong_atlas::gazetteer::fold_for_search;

/// A column below a heading that stands over several, with what its own line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticked {
    pub at: u16,
    pub column: Column,
    pub word: String,
    /// Its cells count something: `1` in them is no tick.
    pub counts: bool,
}

/// The column under these texts as one to be ticked, where it is.
pub fn of(texts: &[String], (at, column): (u16, Column), template: &Template) -> Option<Ticked> {
    let holds = template.spec(column).map(|spec| spec.holds);
    let is_ticked = matches!(holds, Some(Holds::Word(_))) || column == Column::Technologies;
    let word = word_of(texts, column, template).filter(|_| is_ticked)?;
    let counts = texts[..texts.len() - 1].iter().any(|text| names_a_count(text));
    Some(Ticked { at, column, word: word.to_owned(), counts })
}

/// `Công nghệ (số trạm)`: what stands below is counted.
fn names_a_count(text: &str) -> bool {
    const COUNTED: [&str; 9] = ["tram", "cell", "bts", "o", "ho", "nguoi", "cum", "luong", "thue"];
    let folded = fold_for_search(text);
    let words: Vec<&str> = folded.split(' ').collect();
    words.windows(2).any(|two| two[0] == "so" && COUNTED.contains(&two[1]))
}

/// Does a column hold a whole number above one?
pub fn holds_counts(table: &Table, below: u32, at: u16) -> bool {
    let rows = table.rows.iter().filter(|row| row.number > below);
    rows.filter_map(|row| row.cell(at)).any(|cell| match cell {
        Cell::Number(number) => *number >= 2.0,
        Cell::Text(text) => text.trim().replace('.', "").parse::<u64>().is_ok_and(|n| n >= 2),
        _ => false,
    })
}

/// What a tick under these texts means, where the innermost one is not what names the column.
/// One that may name the column too (`Có sóng`) is its word where the template has it.
fn word_of<'t>(texts: &'t [String], column: Column, template: &Template) -> Option<&'t str> {
    let [.., outer, inner] = texts else { return None };
    // `(đánh dấu x)` says how to fill it in.
    let bare = inner.split('(').next().unwrap_or_default().trim();
    let names = |text: &str| Column::headed_among(text, &[column]).is_some();
    let holds = template.spec(column).map(|spec| spec.holds);
    let is_word = matches!(holds, Some(Holds::Word(words)) if words
        .iter()
        .any(|(_, shown)| fold_for_search(shown) == fold_for_search(bare)));
    let is_said = names(outer) && (is_word || !names(bare) && is_value(bare, column));
    is_said.then_some(bare)
}

/// Would the word say something in a cell of the column? `Viettel`, `Sẽ có` or `Năm trước` below it
/// part the column, and tick nothing.
fn is_value(word: &str, column: Column) -> bool {
    match column {
        Column::Technologies => !radio(word).technologies.is_empty(),
        Column::Says => is_said(word),
        Column::Event => event_of(&fold_for_search(word)) != EventWord::Unknown,
        _ => yes_no(word).is_some(),
    }
}

impl Grid<'_> {
    /// `Ngày` over `quan sát`, `Thôn` over `(bản, làng)`: a remark, or the rest of a name of a column.
    fn continues(&self, (column, text): (u16, &str), above: &[TableRow]) -> bool {
        let text = text.trim();
        let is_remark =
            text.starts_with('(') && text.ends_with(')') && text.contains(char::is_alphabetic);
        let over = above.iter().map(|row| self.text_in(row, column, &[]));
        let over = over.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        let joined = fold_for_search(&format!("{over} {text}"));
        is_remark || !over.is_empty() && Column::all_names().any(|name| name == joined)
    }

    /// Do these headings go on in the row below? One of them is drawn over both, or the row below
    /// fills nothing but columns that stand under a heading drawn over several. `names`: columns that
    /// name the rows of the table; a row that fills none of them, has no number, and says something
    /// where nothing stands above it, is no row of it. Nor is one of a wide table that says more than
    /// yes and no.
    pub fn goes_on_below(
        &self,
        (at, depth, deepest): (usize, usize, u32),
        names: &[u16],
        is_wide: bool,
    ) -> bool {
        if depth >= deepest as usize {
            return false;
        }
        let rows = &self.table.rows;
        let (first, last) = (rows[at].number, rows[at + depth - 1].number);
        let Some(next) = rows.get(at + depth).filter(|next| next.number == last + 1) else {
            return false;
        };
        let filled = self.filled(next);
        if filled.is_empty() || is_numbering(&filled) {
            return false;
        }
        let heads = |merge: &&Merge| (first..=last).contains(&merge.rows.0);
        let over = |merge: &Merge| merge.rows.1 > last && merge.rows.1 < first + deepest;
        let is_text = |merge: &Merge| {
            let row = rows[at..at + depth].iter().find(|row| row.number == merge.rows.0);
            row.is_some_and(|row| row.cell(merge.columns.0).is_some_and(|cell| !cell.is_blank()))
        };
        let mut merges = self.table.merges.iter().filter(heads);
        if merges.any(|merge| over(merge) && is_text(merge)) {
            return true;
        }
        if filled.len() > 1
            && filled.iter().all(|(own, text)| self.continues((*own, text), &rows[at..at + depth]))
        {
            return true;
        }
        let says = |text: &str| {
            let folded = fold_for_search(text);
            let has_digit = folded.contains(|c: char| c.is_ascii_digit());
            let is_technology = ["2g", "3g", "4g", "5g"].contains(&&*folded);
            folded.contains(|c: char| c.is_alphabetic()) && (!has_digit || is_technology)
        };
        if filled.len() < 2 || !filled.iter().all(|(_, text)| says(text) && text.len() > 1) {
            return false;
        }
        let is_over = |at: u16| {
            self.table.merges.iter().any(|merge| {
                merge.rows.1 == last
                    && merge.columns.0 < merge.columns.1
                    && (merge.columns.0..=merge.columns.1).contains(&at)
            })
        };
        // `Thôn;Công nghệ;` over `;3G;4G`: the second stands below nothing.
        let stands_alone = |column: u16| {
            let above = &rows[at..at + depth];
            above.iter().all(|row| row.cell(column).is_none_or(Cell::is_blank))
        };
        filled.iter().all(|(at, _)| is_over(*at))
            || !names.is_empty()
                && filled.iter().all(|(at, _)| !names.contains(at))
                && (filled.iter().any(|(at, _)| stands_alone(*at))
                    || is_wide && filled.iter().all(|(_, text)| yes_no(text).is_none()))
    }
}

impl Layout {
    /// `Có sóng | Sóng yếu | Không có sóng` side by side: each heading is a word of the column that
    /// the first one names.
    pub(super) fn tick_words_of(&mut self, column: Column, template: &Template) {
        let Some(Holds::Word(words)) = template.spec(column).map(|spec| spec.holds) else { return };
        let is_word = |heading: &str| {
            let folded = fold_for_search(heading.split('(').next().unwrap_or_default());
            words.iter().any(|(_, shown)| fold_for_search(shown) == folded)
        };
        let Some(first) = self.column(column) else { return };
        let (own, heading) = (first.at, first.heading.clone());
        let others = self.columns.iter().filter(|mapped| mapped.means.is_none());
        let others: Vec<(u16, String)> = others
            .filter(|mapped| is_word(&mapped.heading))
            .map(|mapped| (mapped.at, mapped.heading.clone()))
            .collect();
        if others.is_empty() || !is_word(&heading) {
            return;
        }
        self.twins.extend(others.iter().map(|(at, _)| (own, *at)));
        for (at, heading) in [(own, heading)].into_iter().chain(others) {
            let word = heading.split('(').next().unwrap_or_default().trim().to_owned();
            self.boxes.push(Ticked { at, column, word, counts: false });
        }
    }

    /// `2G | 3G | 4G` side by side in a table that has no column of technologies: each is one to be
    /// ticked. What stands over them names neither carrier nor time nor plan.
    pub(super) fn tick_technologies(&mut self, template: &Template) {
        const OVER: [&str; 9] = [
            "cong nghe",
            "vung phu",
            "vung phu song",
            "phu song",
            "song",
            "loai song",
            "mang",
            "loai mang",
            "cong nghe phu song",
        ];
        // *Có* under *4G* of an outage may be that it is left; *Mất 4G* is not.
        let lost = if template.kind == Kind::Outages { "Mất " } else { "" };
        let takes = match template.kind {
            Kind::Coverage | Kind::SiteReport | Kind::Outages => true,
            // Beside its word: without one they are its statements.
            Kind::Confirmation => self.has(Column::Says),
            _ => false,
        };
        if !takes || self.has(Column::Technologies) {
            return;
        }
        let is_one = |mapped: &&Mapped| {
            let (over, own) = mapped.heading.rsplit_once(" › ").unwrap_or(("", &mapped.heading));
            let Some(own) = own.strip_prefix(lost) else { return false };
            let said = radio(own);
            let is_plain = said.unknown.is_empty() && said.either.is_empty();
            let is_named = own.contains(char::is_alphabetic) && said.bands_mhz.is_empty();
            mapped.means.is_none()
                && (over.is_empty() || OVER.contains(&&*fold_for_search(over)))
                && is_plain
                && is_named
                && said.technologies.iter().count() == 1
        };
        let all: Vec<(u16, String)> = self
            .columns
            .iter()
            .filter(is_one)
            .map(|own| {
                let inner = own.heading.rsplit(" › ").next().unwrap_or_default();
                (own.at, inner.strip_prefix(lost).unwrap_or(inner).to_owned())
            })
            .collect();
        let Some((first, _)) = all.first() else { return };
        self.twins.extend(all.iter().skip(1).map(|(at, _)| (*first, *at)));
        if let Some(own) = self.columns.iter_mut().find(|own| own.at == *first) {
            own.means = Some(Column::Technologies);
        }
        let ticked = |(at, word)| Ticked { at, column: Column::Technologies, word, counts: false };
        self.boxes.extend(all.into_iter().map(ticked));
    }

    /// Where one column of a meaning holds counts, the others of it do too.
    pub(super) fn see_counts(&mut self, table: &Table) {
        let below = self.heading_rows.map_or(0, |(_, last)| last);
        let counted: Vec<Column> = self
            .boxes
            .iter()
            .filter(|own| own.counts || holds_counts(table, below, own.at))
            .map(|own| own.column)
            .collect();
        self.boxes.iter_mut().for_each(|own| own.counts = counted.contains(&own.column));
    }
}

/// Columns that name the rows of a table.
pub const NAMES: [Column; 10] = [
    Column::Ordinal,
    Column::Village,
    Column::Villages,
    Column::Cluster,
    Column::SiteCode,
    Column::SiteName,
    Column::Commune,
    Column::Unit,
    Column::UnitCode,
    Column::Indicator,
];
