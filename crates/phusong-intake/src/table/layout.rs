//! Where a table's headings are and what each column means; which rows speak and which only
//! frame: titles, groups, totals, signatures. Nothing is dropped without being listed.

mod blocks;
mod boxes;
mod hours;
mod rows;
mod unknown;

use std::borrow::Cow;
use std::collections::BTreeMap;

use phusong_atlas::domain::{Technology, UnitLevel};
use phusong_atlas::gazetteer::fold_for_search;

use super::{Merge, Table, TableRow};
use crate::finding::Finding;
use crate::report::{Column, Heading, is_weak};
use crate::template::{Kind, Need, Template};
pub use blocks::{Block, blocks, title};
pub use boxes::{NAMES, Ticked, holds_counts};
pub use hours::{Part, is_of_power};
use rows::is_numbering;
pub use rows::{RowKind, below_signatures, kinds_of_rows, tables_above, unit_of_group};
pub use unknown::lay_out_unknown;

/// Headings stand within so many filled rows from the top.
const HEADING_ROWS: usize = 40;
/// A heading has so many lines at most.
const DEEPEST: u32 = 3;

/// One column of a table, as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    pub at: u16,
    /// As its sender names it (`C`), or the layer's field.
    pub name: String,
    /// What stands above it, outermost first, joined by ` › `.
    pub heading: String,
    pub means: Option<Column>,
    /// `X` and `Y` only: which is north is told by the numbers.
    pub axis_by_letter: bool,
}

/// What a heading means to a sender who confirmed it before: folded heading → column; `None`:
/// a column that is not read.
pub type Learnt = BTreeMap<String, Option<Column>>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub kind: Kind,
    /// First and last heading row; `None` when the headings are a layer's fields.
    pub heading_rows: Option<(u32, u32)>,
    pub columns: Vec<Mapped>,
    /// Two columns of one meaning: the second is not read.
    pub twins: Vec<(u16, u16)>,
    /// Needed columns that no heading stands for.
    pub missing: Vec<Column>,
    /// Headings that say in which system coordinates are.
    pub crs_text: Option<String>,
    /// Everything above the headings.
    pub title: Vec<String>,
    /// The technology of all its rows, where only its columns tell it.
    pub network: Option<Technology>,
    /// Headings whose letters were mended: column, as it stood, as it is read.
    pub mended: Vec<(u16, String, String)>,
    /// Of a part of a wide table: what its headings and its title say of every row.
    pub fixed: Vec<Fixed>,
    /// What no heading says and is asked once for all its rows.
    pub once: Vec<(Column, Finding)>,
    /// Of which level its units are, where the heading above them says so.
    pub unit_level: Option<UnitLevel>,
    /// Its title speaks of villages without signal: a tick may say that there is none.
    pub marks_are_open: bool,
    /// Columns that tell a part of an instant, beside the columns of the template.
    pub beside: Vec<(u16, Part)>,
    /// Columns of which the lower heading says what a tick means.
    pub boxes: Vec<Ticked>,
}

/// What a heading or a title says in place of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    pub column: Column,
    /// As its sender writes it.
    pub written: String,
    pub means: String,
}

impl Layout {
    /// Of these columns, and nothing else.
    pub const fn of(kind: Kind, heading_rows: Option<(u32, u32)>, columns: Vec<Mapped>) -> Self {
        Self {
            kind,
            heading_rows,
            columns,
            twins: Vec::new(),
            missing: Vec::new(),
            crs_text: None,
            title: Vec::new(),
            network: None,
            mended: Vec::new(),
            fixed: Vec::new(),
            once: Vec::new(),
            unit_level: None,
            marks_are_open: false,
            beside: Vec::new(),
            boxes: Vec::new(),
        }
    }

    pub fn column(&self, means: Column) -> Option<&Mapped> {
        self.columns.iter().find(|mapped| mapped.means == Some(means))
    }

    pub fn has(&self, means: Column) -> bool {
        self.column(means).is_some()
    }

    /// A bare *Tỷ lệ* beside a column of the plan is the share of either: not the indicator's for
    /// sure. What its sender has confirmed is.
    pub fn is_share_of_plan(&self, at: u16, learnt: &Learnt) -> bool {
        const BARE: [&str; 8] = ["ty", "ti", "le", "dat", "phan", "tram", "thuc", "hien"];
        let own = self.columns.iter().find(|mapped| mapped.at == at);
        let is_bare = own.is_some_and(|own| {
            let inner = fold_for_search(own.heading.rsplit(" › ").next().unwrap_or_default());
            !learnt.contains_key(&fold_for_search(&own.heading))
                && inner.split(' ').all(|word| word.is_empty() || BARE.contains(&word))
        });
        let plans = |mapped: &Mapped| {
            let folded = fold_for_search(&mapped.heading);
            mapped.means.is_none()
                && ["ke hoach", "chi tieu giao"].iter().any(|words| folded.contains(words))
        };
        is_bare && self.columns.iter().any(plans)
    }

    /// Columns that name its rows.
    fn naming(&self) -> Vec<u16> {
        let names = |mapped: &&Mapped| mapped.means.is_some_and(|means| NAMES.contains(&means));
        self.columns.iter().filter(names).map(|mapped| mapped.at).collect()
    }

    /// What a tick in a column means.
    pub fn box_at(&self, at: u16) -> Option<&Ticked> {
        self.boxes.iter().find(|own| own.at == at)
    }

    /// Figures of a table without another column for its units are of its communes or districts; and
    /// a heading that names a level says it of every cell.
    pub fn name_units(&mut self) {
        if self.kind != Kind::Statistics {
            return;
        }
        for column in [Column::Commune, Column::District] {
            let is_named = self.has(Column::Unit);
            let mut own = self.columns.iter_mut().filter(|own| own.means == Some(column));
            if let Some(own) = own.next().filter(|_| !is_named) {
                own.means = Some(Column::Unit);
            } else if column == Column::Commune {
                own.for_each(|own| own.means = None);
            }
        }
        let heading = self.column(Column::Unit).map(|mapped| mapped.heading.clone());
        let heading = heading.as_deref().and_then(|heading| heading.split(" › ").last());
        let is =
            |column| heading.is_some_and(|text| Column::headed_among(text, &[column]).is_some());
        self.unit_level = match (is(Column::Commune), is(Column::District)) {
            (true, _) => Some(UnitLevel::Commune),
            (false, true) => Some(UnitLevel::District),
            (false, false) => None,
        };
    }
}

/// A cell's text, repaired.
pub type Repair<'r> = dyn for<'t> Fn(u16, &'t str) -> Cow<'t, str> + Sync + 'r;

/// The layout that fits best among these kinds; `None` when no row looks like headings at all.
pub fn lay_out(
    table: &Table,
    kinds: &[Kind],
    learnt: &Learnt,
    read: &Repair<'_>,
) -> Option<Layout> {
    let mut found = find(table, kinds, learnt, read)?;
    for mapped in &mut found.columns {
        mapped.name = table.column_name(mapped.at);
    }
    Some(found)
}

fn find(table: &Table, kinds: &[Kind], learnt: &Learnt, read: &Repair<'_>) -> Option<Layout> {
    let grid = Grid { table, read };
    if let Some(fields) = &table.fields {
        let headings = fields.iter().map(|field| vec![field.clone()]).collect();
        let found = kinds
            .iter()
            .map(|kind| match_columns(&kind.template(), (&headings, Column::of_field), learnt));
        let (_, best) = found.max_by_key(|(score, _)| *score)?;
        return Some(best);
    }
    let mut best: Option<(i32, Layout)> = None;
    for (at, first) in table.rows.iter().enumerate().take(HEADING_ROWS) {
        if first.is_blank() {
            continue;
        }
        for depth in 1..=(DEEPEST as usize).min(table.rows.len() - at) {
            let last = &table.rows[at + depth - 1];
            if last.number != first.number + u32::try_from(depth).unwrap_or(1) - 1 {
                break;
            }
            if depth > 1 && is_numbering(&grid.filled(last)) {
                break;
            }
            let headings = grid.spread(at, depth);
            for kind in kinds {
                let (score, mut layout) =
                    match_columns(&kind.template(), (&headings, Column::headed_among), learnt);
                let named = layout.columns.iter().filter(|mapped| mapped.means.is_some()).count();
                // One word may stand in any title.
                if named < 2 && !(named == 1 && layout.columns.len() == 1) {
                    continue;
                }
                let below = (at, depth, DEEPEST);
                if grid.goes_on_below(below, &layout.naming(), false) {
                    continue;
                }
                // Deeper only when it names more; higher up before lower down.
                let score = score - i32::try_from(depth).unwrap_or(0);
                if best.as_ref().is_none_or(|(known, _)| score > *known) {
                    layout.heading_rows = Some((first.number, last.number));
                    best = Some((score, layout));
                }
            }
        }
    }
    let (_, mut layout) = best?;
    layout.see_counts(table);
    layout.title = grid.title(layout.heading_rows);
    layout.mended = grid.mended(layout.heading_rows);
    layout.crs_text =
        layout.crs_text.or_else(|| layout.title.iter().find(|line| says_system(line)).cloned());
    Some(layout)
}

struct Grid<'a> {
    table: &'a Table,
    read: &'a Repair<'a>,
}

impl Grid<'_> {
    /// A cell's own text, or that of the cell it is merged with.
    fn text_in(&self, row: &TableRow, column: u16, merges: &[&Merge]) -> String {
        let within = merges.iter().find(|merge| {
            (merge.rows.0..=merge.rows.1).contains(&row.number)
                && (merge.columns.0..=merge.columns.1).contains(&column)
        });
        let text = match within {
            Some(merge) => {
                let first = self.table.rows.iter().find(|own| own.number == merge.rows.0);
                first.map(|first| first.text(merge.columns.0)).unwrap_or_default()
            }
            None => row.text(column),
        };
        let text = (self.read)(column, &text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn filled(&self, row: &TableRow) -> Vec<(u16, String)> {
        let filled = row.cells.iter().filter(|(_, cell)| !cell.is_blank());
        filled
            .map(|(column, cell)| (*column, (self.read)(*column, &cell.text()).into_owned()))
            .collect()
    }

    /// Cells of the headings whose letters are not read as they stand.
    fn mended(&self, heading_rows: Option<(u32, u32)>) -> Vec<(u16, String, String)> {
        let Some((first, last)) = heading_rows else { return Vec::new() };
        let rows = self.table.rows.iter().filter(|row| (first..=last).contains(&row.number));
        let cells = rows.flat_map(|row| &row.cells);
        cells
            .filter_map(|(column, cell)| {
                let was = cell.text();
                let read = (self.read)(*column, &was);
                (read != was).then(|| (*column, was.clone().into_owned(), read.into_owned()))
            })
            .collect()
    }

    fn title(&self, heading_rows: Option<(u32, u32)>) -> Vec<String> {
        let Some((first, _)) = heading_rows else { return Vec::new() };
        let above = self.table.rows.iter().take_while(|row| row.number < first);
        above
            .flat_map(|row| {
                row.cells
                    .iter()
                    .map(|(column, cell)| (self.read)(*column, &cell.text()).into_owned())
            })
            .filter(|text| !text.trim().is_empty())
            .collect()
    }
}

/// What a heading stands for among these columns.
type Named = fn(&str, &[Column]) -> Option<Heading>;

/// What the columns of its tables may be.
fn names_of(template: &Template) -> Vec<Column> {
    let mut names = template.names();
    names.extend(match template.kind {
        Kind::Statistics => Some(Column::Commune),
        // A report is of its sender: a row of another one is none, and says so in this column.
        Kind::SiteReport => Some(Column::Carrier),
        _ => None,
    });
    names
}

fn match_columns(
    template: &Template,
    (headings, named): (&Vec<Vec<String>>, Named),
    learnt: &Learnt,
) -> (i32, Layout) {
    let names = names_of(template);
    let mut layout = Layout::of(template.kind, None, Vec::new());
    let is_outage = template.kind == Kind::Outages;
    let means = |texts: &Vec<String>| match learnt.get(&fold_for_search(&texts.join(" › "))) {
        Some(column) => column.map(|column| (column, false)),
        None => meaning(texts, &names, named)
            .filter(|(column, _)| !hours::is_instant(*column) || !hours::is_of_power(texts))
            .or_else(|| Some((hours::day_of(texts).filter(|_| is_outage)?, false))),
    };
    let is_weak = |texts: &Vec<String>| matches!(&texts[..], [one] if is_weak(one));
    let strong: Vec<Column> = headings
        .iter()
        .filter(|texts| !texts.is_empty() && !is_weak(texts))
        .filter_map(|texts| Some(means(texts)?.0))
        .collect();
    let mut score = 0;
    for (at, texts) in (0_u16..).zip(headings) {
        if texts.is_empty() {
            continue;
        }
        let heading = texts.join(" › ");
        let part = hours::part_of(texts).filter(|_| is_outage);
        layout.beside.extend(part.map(|part| (at, part)));
        let found = if part.is_some() { None } else { means(texts) };
        let found = found.filter(|(column, _)| !is_weak(texts) || !strong.contains(column));
        let twin = found.and_then(|(column, _)| layout.column(column).map(|known| known.at));
        if let Some(first) = twin {
            layout.twins.push((first, at));
        }
        let ticked = found.and_then(|(column, _)| boxes::of(texts, (at, column), template));
        layout.boxes.extend(ticked);
        let found = found.filter(|_| twin.is_none());
        score += match found {
            Some((Column::Ordinal | Column::Note, _)) => 2,
            Some((column, _)) if template.spec(column).is_some_and(|s| s.need != Need::Free) => 12,
            Some(_) => 6,
            None if part.is_some() => 6,
            None => -1,
        };
        if found.is_some_and(|(column, _)| matches!(column, Column::Longitude | Column::Latitude)) {
            let said = texts.iter().find(|text| says_system(text));
            layout.crs_text = layout.crs_text.or_else(|| said.cloned());
        }
        layout.columns.push(Mapped {
            at,
            name: String::new(),
            heading,
            means: found.map(|(column, _)| column),
            axis_by_letter: found.is_some_and(|(_, by_letter)| by_letter),
        });
    }
    score -= drop_lone_letter(&mut layout);
    layout.tick_words_of(Column::Says, template);
    layout.tick_technologies(template);
    layout.name_units();
    if template.kind == Kind::Measurement && !layout.has(Column::NetworkType) {
        layout.network = network_of(&layout.columns);
    }
    let needed = template.columns.iter().filter(|spec| spec.need == Need::Always);
    layout.missing = needed.map(|spec| spec.column).filter(|column| !layout.has(*column)).collect();
    layout.complete_hours();
    score -= 4 * i32::try_from(layout.missing.len()).unwrap_or(0);
    (score, layout)
}

/// An `x` without its `y` is a tick and no axis. What that takes from the score.
fn drop_lone_letter(layout: &mut Layout) -> i32 {
    let axes = [(Column::Latitude, Column::Longitude), (Column::Longitude, Column::Latitude)];
    let is_lone = |(own, other): &(Column, Column)| {
        layout.column(*own).is_some_and(|mapped| mapped.axis_by_letter) && !layout.has(*other)
    };
    let Some((lone, _)) = axes.into_iter().find(is_lone) else { return 0 };
    for mapped in layout.columns.iter_mut().filter(|mapped| mapped.means == Some(lone)) {
        (mapped.means, mapped.axis_by_letter) = (None, false);
        let at = mapped.at;
        layout.twins.retain(|(first, _)| *first != at);
    }
    7
}

/// Which of these columns the texts above one stand for.
pub fn means_among(texts: &[String], among: &[Column]) -> Option<Column> {
    meaning(texts, among, Column::headed_among).map(|(column, _)| column)
}

/// The innermost words decide; then all of them; then the outermost.
fn meaning(texts: &[String], names: &[Column], named: Named) -> Option<(Column, bool)> {
    let whole = texts.join(" ");
    let tries = texts.iter().rev().map(String::as_str).chain([whole.as_str()]);
    tries
        .filter_map(|text| named(text, names))
        .map(|heading| (heading.column, heading.axis_by_letter))
        .next()
}

/// Instruments that keep a file for each technology name it by their columns alone.
fn network_of(columns: &[Mapped]) -> Option<Technology> {
    const BY_COLUMN: [(&str, Technology); 8] = [
        ("ssrsrp", Technology::G5),
        ("nci", Technology::G5),
        ("eci", Technology::G4),
        ("earfcn", Technology::G4),
        ("uarfcn", Technology::G3),
        ("rscp", Technology::G3),
        ("arfcn", Technology::G2),
        ("bsic", Technology::G2),
    ];
    let headings: Vec<String> =
        columns.iter().map(|mapped| fold_for_search(&mapped.heading)).collect();
    let told = BY_COLUMN.iter().filter(|(name, _)| headings.iter().any(|own| own == name));
    let mut told: Vec<Technology> = told.map(|(_, technology)| *technology).collect();
    told.dedup();
    if let [one] = told[..] { Some(one) } else { None }
}

fn says_system(text: &str) -> bool {
    let folded = fold_for_search(text);
    let words =
        ["wgs", "vn 2000", "vn2000", "ktt", "kinh tuyen truc", "epsg", "utm", "mui 3", "mui 6"];
    words.iter().any(|word| folded.contains(word))
}

#[cfg(test)]
mod tests {
    use super::super::Cell;
    use super::*;

    fn table(rows: &[(u32, &[(u16, &str)])], merges: &[(u32, u32, u16, u16)]) -> Table {
        let row = |(number, cells): &(u32, &[(u16, &str)])| TableRow {
            number: *number,
            cells: cells.iter().map(|(at, text)| (*at, Cell::Text((*text).into()))).collect(),
            ..TableRow::default()
        };
        Table {
            rows: rows.iter().map(row).collect(),
            merges: merges
                .iter()
                .map(|(a, b, c, d)| Merge { rows: (*a, *b), columns: (*c, *d) })
                .collect(),
            ..Table::default()
        }
    }

    fn plain(_: u16, text: &str) -> Cow<'_, str> {
        Cow::Borrowed(text)
    }

    fn office() -> Table {
        table(
            &[
                (1, &[(0, "CHI NHÁNH"), (5, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")]),
                (3, &[(0, "Số: 112/BC-CNQN")]),
                (5, &[(0, "BÁO CÁO TIẾN ĐỘ HOÀN THÀNH TRẠM BTS")]),
                (
                    8,
                    &[
                        (0, "STT"),
                        (1, "Mã trạm"),
                        (2, "Địa bàn"),
                        (4, "Tọa độ VN-2000, KTT 108°00'"),
                        (6, "Ngày hoàn thành"),
                        (7, "Tình trạng"),
                    ],
                ),
                (9, &[(2, "Xã/phường"), (3, "Huyện/TX/TP"), (4, "X (m)"), (5, "Y (m)")]),
                (10, &[(0, "(1)"), (1, "(2)"), (2, "(3)"), (3, "(4)")]),
                (11, &[(0, "I"), (1, "HUYỆN BA TƠ")]),
                (
                    12,
                    &[
                        (0, "1"),
                        (1, "VTL-1"),
                        (2, "Ba Tơ"),
                        (3, "Ba Tơ"),
                        (4, "1"),
                        (5, "2"),
                        (6, "1/1/2024"),
                        (7, "phát sóng"),
                    ],
                ),
                (13, &[(1, "* Tổng cộng:"), (6, "1")]),
                (15, &[(6, "Quảng Ngãi, ngày 28")]),
                (16, &[(6, "GIÁM ĐỐC")]),
            ],
            &[
                (8, 9, 0, 0),
                (8, 9, 1, 1),
                (8, 8, 2, 3),
                (8, 8, 4, 5),
                (8, 9, 6, 6),
                (8, 9, 7, 7),
                (11, 11, 1, 7),
            ],
        )
    }

    #[test]
    fn two_rows_of_merged_headings_are_one() {
        let layout = lay_out(&office(), &Kind::ALL, &Learnt::new(), &plain).expect("headings");
        assert_eq!((layout.kind, layout.heading_rows), (Kind::SiteReport, Some((8, 9))));
        let means: Vec<Option<Column>> = layout.columns.iter().map(|mapped| mapped.means).collect();
        let expected = [
            Column::Ordinal,
            Column::SiteCode,
            Column::Commune,
            Column::District,
            Column::Latitude,
            Column::Longitude,
            Column::EventDay,
            Column::Event,
        ];
        assert_eq!(means, expected.map(Some));
        assert_eq!(layout.crs_text.as_deref(), Some("Tọa độ VN-2000, KTT 108°00'"));
        assert!(layout.columns[4].axis_by_letter && layout.missing.is_empty());
        assert_eq!(layout.title.len(), 4);
    }

    #[test]
    fn rows_that_frame_are_told_from_rows_that_speak() {
        let table = office();
        let layout = lay_out(&table, &Kind::ALL, &Learnt::new(), &plain).expect("headings");
        let kinds: Vec<RowKind> =
            kinds_of_rows(&table, &layout, &plain).into_iter().map(|(_, kind)| kind).collect();
        let expected = [
            RowKind::Numbering,
            RowKind::Group("HUYỆN BA TƠ".to_owned()),
            RowKind::Data,
            RowKind::Total,
            RowKind::Footer,
            RowKind::Footer,
        ];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn what_a_sender_confirmed_goes_before_what_we_would_guess() {
        let learnt = Learnt::from([
            ("tinh trang".to_owned(), None),
            ("ma tram".to_owned(), Some(Column::SiteName)),
        ]);
        let layout = lay_out(&office(), &[Kind::SiteReport], &learnt, &plain).expect("headings");
        assert_eq!(layout.columns[1].means, Some(Column::SiteName));
        assert_eq!(layout.missing, [Column::SiteCode]);
    }

    #[test]
    fn a_table_of_another_kind_is_told_by_its_headings() {
        let heads: [(&[&str], Kind); 4] = [
            (&["STT", "Thôn", "Xã", "Số hộ", "Nhân khẩu", "Điện lưới"], Kind::Villages),
            (&["Chỉ tiêu", "Đơn vị", "Kỳ", "Tử số", "Mẫu số"], Kind::Statistics),
            (&["Thôn", "Xã", "Có sóng", "Ngày quan sát", "Nhà mạng"], Kind::Confirmation),
            (&["Timestamp", "Longitude", "Latitude", "Level", "NetworkTech"], Kind::Measurement),
        ];
        for (head, kind) in heads {
            let cells: Vec<(u16, &str)> = (0..).zip(head.iter().copied()).collect();
            let table = table(&[(1, &cells)], &[]);
            let layout = lay_out(&table, &Kind::ALL, &Learnt::new(), &plain).expect("headings");
            assert_eq!(layout.kind, kind, "{head:?}");
            assert!(layout.missing.is_empty(), "{head:?}: {:?}", layout.missing);
        }
    }
}
