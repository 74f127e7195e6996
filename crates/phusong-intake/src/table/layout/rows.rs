//! Which rows below the headings speak and which only frame: groups, totals, signatures. Nothing is
//! dropped without being listed.

use std::collections::{BTreeMap, HashSet};

use phusong_atlas::cores::in_pieces;
use phusong_atlas::gazetteer::fold_for_search;

use super::{Grid, Layout, Repair};
use crate::report::Column;
use crate::table::{Cell, PIECE_ROWS, Table, TableRow};
use crate::template::Holds;

/// What a row below the headings is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowKind {
    Data,
    Blank,
    /// `(1) (2) (3)` under the headings.
    Numbering,
    /// `I  HUYỆN BA TƠ`: of the rows below it.
    Group(String),
    /// `Tổng cộng`.
    Total,
    /// Below the last row of data: place and day, signatures.
    Footer,
    /// The headings once more, as on each printed page.
    HeadingAgain,
    /// Other headings, and all below them: another table on the same sheet.
    OtherTable,
}

/// What a row shows by itself, whatever stands above it.
struct Shows {
    is_blank: bool,
    /// Filled cells of columns that say something.
    speaks: usize,
    is_total: bool,
    /// Headings: this table's once more, or another's.
    heads: Option<Heads>,
}

impl Shows {
    fn of(
        row: &TableRow,
        speaking: &[u16],
        read: &Repair<'_>,
        heads: (&Headings<'_>, &Grid<'_>),
    ) -> Self {
        let filled = || row.cells.iter().filter(|(_, cell)| !cell.is_blank());
        Self {
            is_blank: row.is_blank(),
            speaks: filled().filter(|(column, _)| speaking.contains(column)).count(),
            is_total: filled().take(3).any(|(at, cell)| is_total(&read(*at, &cell.text()))),
            heads: heads.0.again(heads.1, row),
        }
    }
}

impl Layout {
    /// Columns that say something of their rows.
    fn speaking(&self) -> Vec<u16> {
        let says = |means| !matches!(means, Column::Ordinal | Column::Note);
        let speaking = self.columns.iter().filter(|mapped| mapped.means.is_some_and(says));
        speaking.map(|mapped| mapped.at).collect()
    }
}

/// Of every row below the headings, in order.
pub fn kinds_of_rows(table: &Table, layout: &Layout, read: &Repair<'_>) -> Vec<(usize, RowKind)> {
    let below = layout.heading_rows.map_or(0, |(_, last)| last);
    let speaking = layout.speaking();
    let mut found: Vec<(usize, RowKind)> = Vec::new();
    let (mut after_total, mut begun) = (false, false);
    let grid = Grid { table, read };
    let headings = Headings::of(layout);
    let mut is_other = false;
    let mut signed = Signed::default();
    let shows = in_pieces(
        table.rows.chunks(PIECE_ROWS),
        || (),
        |(), rows| {
            let rows = rows.iter().map(|row| Shows::of(row, &speaking, read, (&headings, &grid)));
            rows.collect::<Vec<Shows>>()
        },
    );
    let rows = table.rows.iter().zip(shows.into_iter().flatten()).enumerate();
    for (at, (row, shows)) in rows.filter(|(_, (row, _))| row.number > below) {
        let follows = matches!(found.last(), Some((_, RowKind::HeadingAgain)));
        let heads =
            if follows && headings.goes_on(&grid, row) { Some(Heads::Same) } else { shows.heads };
        if let Some(heads) = heads {
            // In other words, directly below: the same columns in another language.
            let again = heads == Heads::Same || heads == Heads::Open && found.is_empty();
            is_other = !again;
            begun = true;
            found.push((at, if again { RowKind::HeadingAgain } else { RowKind::OtherTable }));
            continue;
        }
        let kind = if shows.is_blank {
            RowKind::Blank
        } else if is_other {
            RowKind::OtherTable
        } else if row.drawn.is_some() {
            RowKind::Data
        } else if !begun && is_numbering(&grid.filled(row)) {
            RowKind::Numbering
        } else if shows.is_total {
            after_total = true;
            RowKind::Total
        } else if signed.goes_on(&grid.filled(row)) {
            after_total = true;
            RowKind::Footer
        } else if shows.speaks <= 1 && (speaking.len() > 2 || heads_units(&grid.filled(row))) {
            let alone = Alone { filled: grid.filled(row), after_total };
            let kind = alone.kind(table, row, layout);
            // Names stand below what is signed.
            after_total |= kind == RowKind::Footer;
            kind
        } else {
            after_total = false;
            RowKind::Data
        };
        begun |= kind != RowKind::Blank;
        found.push((at, kind));
    }
    // What follows the last row of data frames the table.
    let last = found.iter().rposition(|(_, kind)| *kind == RowKind::Data).map_or(0, |at| at + 1);
    for (_, kind) in found.iter_mut().skip(last) {
        if matches!(kind, RowKind::Group(_)) {
            *kind = RowKind::Footer;
        }
    }
    found
}

/// A row of headings beside those of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heads {
    /// They mean the same.
    Same,
    /// Nothing says that they mean anything else.
    Open,
    Other,
}

/// What headings are called, in any template, and here.
struct Headings<'a> {
    known: HashSet<String>,
    own: BTreeMap<u16, (&'a str, Option<Column>)>,
    names: Vec<Column>,
}

impl<'a> Headings<'a> {
    fn of(layout: &'a Layout) -> Self {
        let own = layout.columns.iter().filter(|_| layout.heading_rows.is_some());
        Self {
            known: Column::all_names().collect(),
            own: own.map(|mapped| (mapped.at, (&*mapped.heading, mapped.means))).collect(),
            names: layout.kind.template().names(),
        }
    }

    /// Does the text stand above the column, in any of its lines?
    fn is_part(&self, at: u16, text: &str) -> bool {
        let folded = fold_for_search(text);
        let own = self.own.get(&at);
        own.is_some_and(|(own, _)| own.split(" › ").any(|part| fold_for_search(part) == folded))
    }

    /// The lower lines of headings that are printed once more.
    fn goes_on(&self, grid: &Grid<'_>, row: &TableRow) -> bool {
        let filled = grid.filled(row);
        !filled.is_empty() && filled.iter().all(|(at, text)| self.is_part(*at, text))
    }

    /// Whether a row of headings is that of this table; `None`: it is no row of headings.
    fn again(&self, grid: &Grid<'_>, row: &TableRow) -> Option<Heads> {
        if self.own.is_empty() {
            return None;
        }
        let filled = || row.cells.iter().filter(|(_, cell)| !cell.is_blank());
        let has_digit = |cell: &Cell| match cell {
            Cell::Text(text) => text.contains(|c: char| c.is_ascii_digit()),
            _ => true,
        };
        // Asked of every row: one of data shows numbers.
        let (many, numbers) = (filled().count(), filled().filter(|(_, c)| has_digit(c)).count());
        if many < 3 || numbers * 4 > many {
            return None;
        }
        let filled = grid.filled(row);
        let bare = |text: &str| fold_for_search(text.split('(').next().unwrap_or_default());
        let named = filled.iter().map(|(_, text)| bare(text));
        let named = named.filter(|word| word.len() > 1 && self.known.contains(word)).count();
        // No row of data is counted so.
        let counts = |at: u16| self.own.get(&at).is_some_and(|(_, m)| *m == Some(Column::Ordinal));
        let is_counted = filled
            .iter()
            .any(|(at, text)| counts(*at) && ["stt", "tt", "so tt"].contains(&&*bare(text)));
        if !is_counted && (named < 3 || named * 3 < many * 2) {
            return None;
        }
        // By what they mean, not by their words.
        let (mut same, mut other) = (0, 0);
        for (at, text) in &filled {
            let own = self.own.get(at).and_then(|(_, means)| *means);
            let means = Column::headed_among(text, &self.names).map(|heading| heading.column);
            if self.is_part(*at, text) || means.is_some() && means == own {
                same += 1;
            } else if means.is_some() {
                other += 1;
            }
        }
        Some(match (same * 5 >= many * 4, other) {
            (true, _) => Heads::Same,
            (false, 0) => Heads::Open,
            (false, _) => Heads::Other,
        })
    }
}

/// Rows above the headings that head a table of their own.
pub fn tables_above(table: &Table, layout: &Layout, read: &Repair<'_>) -> Vec<u32> {
    let Some((first, _)) = layout.heading_rows else { return Vec::new() };
    let (headings, grid) = (Headings::of(layout), Grid { table, read });
    let above = table.rows.iter().filter(|row| row.number + 1 < first);
    above.filter(|row| headings.again(&grid, row).is_some()).map(|row| row.number).collect()
}

/// A row with one cell that says something, or none.
struct Alone {
    filled: Vec<(u16, String)>,
    after_total: bool,
}

impl Alone {
    /// The heading of a group, a signature, or a row that says little.
    fn kind(&self, table: &Table, row: &TableRow, layout: &Layout) -> RowKind {
        let longest = self.filled.iter().max_by_key(|(_, text)| text.chars().count());
        let text = longest.map(|(_, text)| text.clone()).unwrap_or_default();
        if self.filled.iter().all(|(_, text)| is_ordinal(text)) {
            return RowKind::Blank; // Numbered, and left empty.
        }
        if is_signature(&text) {
            return RowKind::Footer;
        }
        if self.says_itself(table, row, layout) { RowKind::Data } else { RowKind::Group(text) }
    }

    /// A group's heading is a unit, or runs over several columns, or is counted by a letter or a
    /// Roman number. What is counted like the rows, or names a village, a site, a day or a place
    /// where those stand, is a row of its own, though nothing else is filled in.
    fn says_itself(&self, table: &Table, row: &TableRow, layout: &Layout) -> bool {
        let means = |at: u16| {
            let mapped = layout.columns.iter().find(|mapped| mapped.at == at);
            mapped.and_then(|mapped| mapped.means)
        };
        let of = |ordinal: bool| {
            self.filled.iter().find(|(at, _)| match means(*at) {
                Some(Column::Ordinal) => ordinal,
                Some(Column::Note) | None => false,
                Some(_) => !ordinal,
            })
        };
        let Some((at, text)) = of(false) else { return false };
        let runs_over = table.merges.iter().any(|merge| {
            merge.rows.0 == row.number && merge.columns.0 == *at && merge.columns.1 > *at
        });
        if runs_over || unit_of_group(text).is_some() {
            return false;
        }
        if let Some((_, number)) = of(true) {
            return is_ordinal(number);
        }
        let column = means(*at);
        let template = layout.kind.template();
        let holds = column.and_then(|column| template.spec(column)).map(|spec| spec.holds);
        let has_digit = text.contains(|c: char| c.is_ascii_digit());
        match holds {
            _ if self.after_total => false,
            Some(Holds::Day | Holds::Moment | Holds::Coordinate) => has_digit,
            Some(Holds::Code) => has_digit && !text.trim().contains(' '),
            _ => column == Some(Column::Village) && !is_title(text),
        }
    }
}

/// `7`, `7.`, `(7)`: as rows are counted.
fn is_ordinal(text: &str) -> bool {
    let digits = text.trim().trim_matches(['(', ')', '.', ' ']);
    !digits.is_empty() && digits.len() <= 5 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Nothing but the name of a unit, counted or not.
fn heads_units(filled: &[(u16, String)]) -> bool {
    let mut named = filled.iter().filter(|(_, text)| !is_ordinal(text) && !is_roman(text.trim()));
    named.next().is_some_and(|(_, text)| unit_of_group(text).is_some()) && named.next().is_none()
}

pub(super) fn is_numbering(filled: &[(u16, String)]) -> bool {
    // `A | B | 1 | 2`: columns of words by letters.
    let letters = (b'A'..=b'E')
        .zip(filled)
        .take_while(|(own, (_, text))| text.trim_matches(['(', ')', ' ']).as_bytes() == [*own]);
    let letters = letters.count();
    if letters >= 3 && letters == filled.len() {
        return true;
    }
    let filled = if letters < filled.len() { &filled[letters..] } else { filled };
    let least = 3_usize.saturating_sub(letters).max(1);
    // `(5)=(4)/(3)` says how it is reckoned.
    let number = |text: &str| {
        let first = text.split('=').next().unwrap_or_default();
        first.trim_matches(['(', ')', '[', ']', ' ']).parse::<u32>().ok()
    };
    let numbers: Vec<u32> = filled.iter().filter_map(|(_, text)| number(text)).collect();
    numbers.len() == filled.len()
        && numbers.len() >= least
        && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1)
        && numbers[0] <= 1
}

fn is_total(text: &str) -> bool {
    // Asked of every row: most are told by their first letters.
    let letters = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut start = letters.chars().take(2);
    let may_be = |first: Option<char>, lower: &[char]| {
        first.is_some_and(|c| !c.is_ascii() || lower.contains(&c.to_ascii_lowercase()))
    };
    if !may_be(start.next(), &['t', 'c']) || !may_be(start.next(), &['o']) {
        return false;
    }
    let folded = fold_for_search(text);
    ["tong cong", "tong so", "cong", "tong", "total", "cong toan tinh"].contains(&&*folded)
        || is_sum_with_more(&text.to_lowercase(), &folded)
        || is_sum_of(&text.to_lowercase(), &folded)
}

/// `Tổng số hộ toàn xã`, `Tong cong: 3`; but Tòng Sơn is a village, and Tống Công Trứ a name.
fn is_sum_with_more(lower: &str, folded: &str) -> bool {
    let lower = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    (lower.starts_with("tổng") || lower.is_ascii())
        && ["tong cong ", "tong so "].iter().any(|start| folded.starts_with(start))
        && !lower.starts_with("tổng công ty")
}

/// `Cộng xã Ba Tơ`, `Tổng (I+II)`, `Cộng: 3 trạm`; but Cộng Hòa and Công Lương are villages.
fn is_sum_of(lower: &str, folded: &str) -> bool {
    const OF: [&str; 14] = [
        "xa", "phuong", "thi", "huyen", "tinh", "tp", "thanh", "toan", "trang", "muc", "phan",
        "nhom", "theo", "khu",
    ];
    let lower = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let Some(rest) = ["cộng", "tổng"].iter().find_map(|word| lower.strip_prefix(word)) else {
        return false;
    };
    let next = folded.split(' ').nth(1).unwrap_or_default();
    rest.trim_start().starts_with(['(', ':', '-', '='])
        || rest.starts_with(' ')
            && (OF.contains(&next) || next.starts_with(|c: char| c.is_ascii_digit()))
}

/// `Các thôn khu vực III`, `II. Vùng cao`, `Ghi chú: …`: where villages stand, and none.
fn is_title(text: &str) -> bool {
    const STARTS: [&str; 6] =
        ["cac thon ", "cac xa ", "cac khu ", "cac lang ", "danh sach ", "ghi chu"];
    let folded = fold_for_search(text);
    let is_counted = |(before, _): (&str, &str)| is_roman(before) || is_letter(before);
    text.contains(':')
        || STARTS.iter().any(|start| folded.starts_with(start))
        || text.trim().split_once(['.', ')']).is_some_and(is_counted)
}

fn is_roman(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| b"IVX".contains(&byte))
}

/// `a`, as sections are counted; `T.` and `L.` are short for thôn and làng.
fn is_letter(text: &str) -> bool {
    matches!(text.as_bytes(), [b'a'..=b'e' | b'A'..=b'E'])
}

/// Several who sign side by side (`Người lập biểu | Thủ trưởng đơn vị`), and their names below.
#[derive(Debug, Default)]
struct Signed {
    /// Columns of what was signed.
    columns: Vec<u16>,
    /// Rows of names that may still stand below: no table goes on there without an end.
    names: usize,
}

impl Signed {
    const MOST_NAMES: usize = 2;

    /// A row of the table has numbers, or stands in other columns.
    fn goes_on(&mut self, filled: &[(u16, String)]) -> bool {
        let has_digit = |text: &str| text.contains(|c: char| c.is_ascii_digit());
        if filled.len() > 1 && filled.iter().all(|(_, text)| is_signature(text)) {
            self.columns = filled.iter().map(|(at, _)| *at).collect();
            self.names = Self::MOST_NAMES;
            return true;
        }
        let is_below = !filled.is_empty()
            && self.names > 0
            && filled.iter().all(|(at, text)| self.columns.contains(at) && !has_digit(text));
        self.names = if is_below { self.names - 1 } else { 0 };
        is_below
    }
}

/// Rows that were taken for names of those who signed, and fill several columns: they may be rows
/// of the table.
pub fn below_signatures(table: &Table, framing: &[(u32, RowKind)], read: &Repair<'_>) -> Vec<u32> {
    let grid = Grid { table, read };
    let footers = framing.iter().filter(|(_, kind)| *kind == RowKind::Footer);
    let rows = footers.filter_map(|(number, _)| {
        let at = table.rows.binary_search_by_key(number, |row| row.number).ok()?;
        let filled = grid.filled(&table.rows[at]);
        (filled.len() > 1 && !filled.iter().any(|(_, text)| is_signature(text))).then_some(*number)
    });
    rows.collect()
}

fn is_signature(text: &str) -> bool {
    let folded = fold_for_search(text);
    let starts = [
        "giam doc",
        "nguoi lap",
        "nguoi tong hop",
        "nguoi kiem tra",
        "nguoi bao cao",
        "can bo ",
        "pho chu tich",
        "thu truong",
        "noi nhan",
        "ke toan",
        "chu tich",
        "lanh dao",
        "dai dien",
        "truong phong",
        "xac nhan cua",
        "cong chuc",
        "ky ten",
        "ky ghi ro",
        "ky ho ten",
        "kt ",
        "tm ",
        "tl ",
    ];
    starts.iter().any(|start| folded.starts_with(start))
        || folded.contains(" ngay ")
            && (folded.contains(" thang ") || folded.split(' ').count() < 6)
}

/// The unit that a group row names for the rows below it, when it names one.
pub fn unit_of_group(text: &str) -> Option<(Column, String)> {
    // `I. Xã Ba Tơ`, `1) Xã Ba Tơ`.
    let counted = text
        .trim()
        .split_once(['.', ')'])
        .filter(|(number, _)| is_roman(number) || is_letter(number) || is_ordinal(number));
    let text = counted.map_or(text, |(_, rest)| rest.trim());
    let folded = fold_for_search(text);
    let begins = |words: &[&str]| words.iter().any(|word| folded.starts_with(word));
    if begins(&["huyen ", "thi xa ", "thanh pho ", "tp "]) {
        Some((Column::District, text.to_owned()))
    } else if begins(&["xa ", "phuong ", "thi tran ", "dac khu "]) {
        Some((Column::Commune, text.to_owned()))
    } else {
        None
    }
}
