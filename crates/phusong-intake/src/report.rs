//! A completion report (DOMAIN §6) from JSON, CSV, GeoJSON or GeoPackage: a draft with every
//! fault listed.

mod cells;
mod claim;
mod columns;
mod context;
mod cross;
mod csv;
mod decimals;
mod event;
mod feeds;
mod geo_file;
mod json;
mod named;
mod place;
mod row;
mod technologies;
mod understood;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::io;

use phusong_atlas::cores::in_pieces;
use phusong_atlas::domain::{Day, Fact, FiledRow, SiteCode, SiteEventKind};
use phusong_gis::GeoFile;
use serde_json::Value;

use super::Unreadable;
use super::against::{Against, Compared};
use super::finding::{Finding, Severity};
use super::reading::Names;
use super::reading::decided::read_by;
use super::table::PIECE_ROWS;
use super::twins::{conflicting, named, repeats};
pub use cells::{Cells, Drawn, OfTable, OneDay};
pub use columns::{Column, Heading, is_weak};
pub use context::{Context, EarlierRow, KnownSite};
pub use csv::table as csv_table;
pub use decimals::{Decimals, Proof};
pub use geo_file::{Declared, unreadable};
pub(crate) use geo_file::{place as place_of, system as system_of, systems as systems_of};
pub use json::{Body, read as read_json};
pub(super) use named::candidate;
pub(super) use place::bare_code;
pub(crate) use understood::area_km2;
pub use understood::understood;

/// More rows than this are split by the sender.
pub(crate) const MOST_ROWS: usize = 200_000;
/// Rows that are read before their findings are summarised.
const PART_ROWS: usize = 64 * PIECE_ROWS;
/// Findings of rows that are kept whole. Beyond them a row keeps its gravest, which names the
/// others by their codes: a note beside every row, whatever a million of them would weigh.
const MOST_FINDINGS: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Fileable,
    /// The same as an earlier row: counted once.
    Repeated,
    /// Refused, or waiting for an answer.
    Blocked,
    /// Not filed: its sender leaves it out, or it tells of nothing that happened.
    Aside,
}

#[derive(Debug, Clone)]
pub struct DraftRow {
    /// The sheet or layer, where a filing has several.
    pub table: Option<String>,
    /// As the sender counts, from 1.
    pub row: u32,
    /// What it says, as far as it was understood.
    pub filed: Option<FiledRow>,
    pub outcome: Outcome,
    /// What was understood, where the fact does not tell it in the columns of its form.
    told: Option<Value>,
    /// What it says beside the first fact: a village's succession, say.
    also: Vec<FiledRow>,
    /// How it stands against an earlier filing of the same document; `None`: against none.
    pub against: Option<Against>,
    /// What it tells of names of places, where it leaves one open or was read by a decision.
    pub names: Option<Box<Names>>,
    pub findings: Vec<Finding>,
}

impl DraftRow {
    /// A row that can be filed, or one of which nothing can.
    pub(super) fn of(
        row: u32,
        filed: Option<FiledRow>,
        told: Value,
        findings: Vec<Finding>,
    ) -> Self {
        let outcome = if filed.is_some() { Outcome::Fileable } else { Outcome::Blocked };
        Self {
            table: None,
            row,
            filed,
            outcome,
            told: Some(told),
            also: Vec::new(),
            against: None,
            names: None,
            findings,
        }
    }

    /// A row that says several things, all of them or none.
    pub(super) fn of_several(
        row: u32,
        filed: Vec<FiledRow>,
        told: Value,
        findings: Vec<Finding>,
    ) -> Self {
        let mut filed = filed.into_iter();
        let first = filed.next();
        Self { also: filed.collect(), ..Self::of(row, first, told, findings) }
    }

    /// One row read several times, of each of whom it names: all of it or nothing.
    pub(super) fn together(rows: impl IntoIterator<Item = Self>) -> Self {
        let mut rows = rows.into_iter();
        let Some(mut first) = rows.next() else {
            return Self::of_several(0, Vec::new(), Value::Null, Vec::new());
        };
        for other in rows {
            let is_new =
                |found: &Finding| !first.findings.iter().any(|known| known.code == found.code);
            let new: Vec<Finding> =
                other.findings.iter().filter(|found| is_new(found)).cloned().collect();
            first.findings.extend(new);
            let is_whole = first.outcome == Outcome::Fileable && other.outcome == Outcome::Fileable;
            first.also.extend(other.filed.into_iter().chain(other.also));
            if !is_whole {
                first.withhold();
            }
        }
        first
    }

    /// Everything it says, the first thing first.
    pub fn facts(&self) -> impl Iterator<Item = &FiledRow> {
        self.filed.iter().chain(&self.also)
    }

    /// Something of it is asked without which it says nothing.
    pub fn withhold(&mut self) {
        self.told = Some(self.understood());
        self.filed = None;
        self.also.clear();
        if self.outcome == Outcome::Fileable {
            self.outcome = Outcome::Blocked;
        }
    }

    /// A row that is not filed, and why not.
    pub(super) fn aside(row: u32, findings: Vec<Finding>) -> Self {
        Self {
            table: None,
            row,
            filed: None,
            outcome: Outcome::Aside,
            told: None,
            also: Vec::new(),
            against: None,
            names: None,
            findings,
        }
    }

    /// What is left of it to file, in the light of what was filed before.
    pub(super) fn hold_against(&mut self, against: Against, filed: Vec<FiledRow>) {
        if against.is == Compared::Unchanged {
            if self.outcome == Outcome::Fileable {
                self.outcome = Outcome::Repeated;
            }
        } else {
            // What it tells stays that of its first fact, though only another one changed.
            self.told = Some(self.understood());
            let mut filed = filed.into_iter();
            self.filed = filed.next();
            self.also = filed.collect();
        }
        self.against = Some(against);
    }

    /// What was understood of it, in other words.
    pub(super) fn tell(&mut self, told: Value) {
        self.told = Some(told);
    }

    /// And more of it, under columns that tell nothing yet.
    pub(super) fn tell_also(&mut self, columns: impl IntoIterator<Item = (Column, Value)>) {
        let mut told = self.understood();
        if let Some(known) = told.as_object_mut() {
            for (column, value) in columns {
                known.entry(column.as_str()).or_insert(value);
            }
        }
        self.told = Some(told);
    }

    /// In the columns of the form.
    pub fn understood(&self) -> Value {
        match (&self.told, &self.filed) {
            (Some(told), _) => told.clone(),
            (None, Some(row)) => understood(&row.fact),
            (None, None) => Value::Object(serde_json::Map::new()),
        }
    }
}

/// Findings by weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub refuse: usize,
    pub ask: usize,
    pub warn: usize,
    pub note: usize,
}

impl Counts {
    pub const fn all(self) -> usize {
        self.refuse + self.ask + self.warn + self.note
    }

    const fn merge(&mut self, other: Self) {
        self.refuse += other.refuse;
        self.ask += other.ask;
        self.warn += other.warn;
        self.note += other.note;
    }

    fn add(&mut self, finding: &Finding) {
        *match finding.severity {
            Severity::Refuse => &mut self.refuse,
            Severity::Ask => &mut self.ask,
            Severity::Warn => &mut self.warn,
            Severity::Note => &mut self.note,
        } += 1;
    }
}

#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub rows: Vec<DraftRow>,
    /// On the filing as a whole.
    pub findings: Vec<Finding>,
    /// Findings of which a row tells the code only.
    named: Named,
}

/// Findings that are named by their codes.
#[derive(Debug, Clone, Default)]
pub struct Named {
    counts: Counts,
    /// By table, so that each file is told of its own.
    codes: HashMap<Option<String>, Codes>,
}

/// How many of each code, and the gravest weight of each.
pub type Codes = BTreeMap<&'static str, (Severity, usize)>;

fn count(codes: &mut Codes, code: &'static str, severity: Severity, more: usize) {
    let (gravest, count) = codes.entry(code).or_insert((severity, 0));
    *gravest = severity.min(*gravest);
    *count += more;
}

impl Named {
    fn add(&mut self, table: Option<&String>, finding: &Finding) {
        self.counts.add(finding);
        let codes = self.codes.entry(table.cloned()).or_default();
        count(codes, finding.code, finding.severity, 1);
    }

    fn merge(&mut self, other: Self) {
        self.counts.merge(other.counts);
        for (table, codes) in other.codes {
            let own = self.codes.entry(table).or_default();
            for (code, (severity, more)) in codes {
                count(own, code, severity, more);
            }
        }
    }
}

impl Draft {
    /// Nothing but the reason why.
    pub(super) fn refused(why: Finding) -> Self {
        Self { findings: vec![why], ..Self::default() }
    }

    /// Of all findings, also of those that are named only.
    pub fn counts(&self) -> Counts {
        let mut counts = self.named.counts;
        for finding in self.all_findings() {
            counts.add(finding);
        }
        counts
    }

    /// How many of each code, also of those that are named only.
    pub fn codes(&self) -> Codes {
        self.codes_of(|_table| true)
    }

    /// The same of some tables alone; what is found of the whole filing has none, and a table
    /// without a name is called so.
    pub fn codes_of(&self, is_own: impl Fn(Option<&str>) -> bool) -> Codes {
        let mut codes = Codes::new();
        let of = |table: &Option<String>| is_own(Some(table.as_deref().unwrap_or_default()));
        let named = self.named.codes.iter().filter(|(table, _)| of(table));
        for (code, (severity, more)) in named.flat_map(|(_, codes)| codes) {
            count(&mut codes, code, *severity, *more);
        }
        let whole = self.findings.iter().filter(|found| is_own(found.sheet.as_deref()));
        let rows = self.rows.iter().filter(|row| of(&row.table));
        for found in whole.chain(rows.flat_map(|row| &row.findings)) {
            count(&mut codes, found.code, found.severity, 1);
        }
        codes
    }

    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(self.rows.iter().flat_map(|row| &row.findings))
    }

    /// All findings, those first that keep the report from being filed.
    pub fn blocking_first(&self) -> Vec<Finding> {
        let blocked = self.rows.iter().filter(|row| row.outcome == Outcome::Blocked);
        let mut findings: Vec<Finding> =
            self.findings.iter().chain(blocked.flat_map(|row| &row.findings)).cloned().collect();
        findings.sort_by_key(|finding| finding.severity);
        let others = self.rows.iter().filter(|row| row.outcome != Outcome::Blocked);
        findings.extend(others.flat_map(|row| &row.findings).cloned());
        findings
    }

    /// All rows or none: nothing is refused and there is something to file.
    pub fn can_file(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Refuse)
            && self.rows.iter().all(|row| row.outcome != Outcome::Blocked)
            && self.to_file().next().is_some()
    }

    /// What becomes an entry, in order.
    pub fn to_file(&self) -> impl Iterator<Item = &FiledRow> {
        self.rows.iter().filter(|row| row.outcome == Outcome::Fileable).flat_map(DraftRow::facts)
    }

    /// Findings on the whole filing join those of its rows.
    fn with(mut self, findings: Vec<Finding>) -> Self {
        self.findings.extend(findings);
        self
    }
}

/// The rows of a JSON body, against what is known.
pub fn from_json(body: Body, context: &Context<'_>) -> Draft {
    let no_rows_is_all = !body.findings.is_empty() && body.rows.is_empty();
    let mut draft = from_cells(body.rows, context);
    if no_rows_is_all {
        draft = Draft::default();
    }
    let letter = body.document.day.filter(|day| *day > context.today).map(|_to_come| {
        let message = ("ngày văn bản ở tương lai", "the letter's day is in the future");
        whole("future-day", message).on("document.day")
    });
    draft.with(body.findings).with(letter.into_iter().collect())
}

/// Rows of any table, read by the rules of a report.
pub fn from_cells(rows: impl IntoIterator<Item = Cells>, context: &Context<'_>) -> Draft {
    // One more than are read: so that too many are seen to be too many.
    let mut rows: Vec<Cells> = rows.into_iter().take(MOST_ROWS + 1).collect();
    if let Some(decided) = context.decided {
        for cells in &mut rows {
            read_by(cells, decided);
        }
    }
    let (mut places, findings) = place::diagnose(&rows, context);
    let mut reading = Reading::new(rows.len());
    // Part by part, because most findings of a long file are counted only.
    for (rows, places) in rows.chunks_mut(PART_ROWS).zip(places.chunks_mut(PART_ROWS)) {
        for (rows, counted) in read_rows(rows, places, reading.is_full(), context) {
            reading.named.merge(counted);
            for row in rows {
                if reading.take(row) == csv::Go::Enough {
                    return reading.finish().with(findings);
                }
            }
        }
    }
    cross::on_air_before_built(&mut reading.rows, context);
    cross::codes_alike(&mut reading.rows);
    reading.finish().with(findings)
}

/// Rows on every core, each by its own rules.
fn read_rows(
    rows: &mut [Cells],
    places: &mut [place::Diagnosed],
    summarised: bool,
    context: &Context<'_>,
) -> Vec<(Vec<DraftRow>, Named)> {
    let pieces = rows.chunks_mut(PIECE_ROWS).zip(places.chunks_mut(PIECE_ROWS));
    in_pieces(pieces, row::Radios::default, |radios, (rows, places)| {
        let mut named = Named::default();
        // The cells stay where they are: other cores made them, and wait when theirs are freed.
        let rows = rows.iter_mut().zip(places).map(|(cells, place)| {
            let table = cells.table();
            let mut row = row::read(cells, std::mem::take(place), radios, context);
            row.table = table;
            if summarised {
                summarise(&mut row, &mut named);
            }
            row
        });
        (rows.collect(), named)
    })
}

/// The gravest finding of a row, which names the others by their codes.
fn summarise(row: &mut DraftRow, named: &mut Named) {
    let gravest = (0..row.findings.len()).min_by_key(|at| row.findings[*at].severity);
    let Some(at) = gravest.filter(|_| row.findings.len() > 1) else { return };
    let mut kept = row.findings.swap_remove(at);
    let mut codes: Vec<&str> = row.findings.iter().map(|other| other.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let codes = codes.join(", ");
    kept.message_vi = format!("{} (còn: {codes})", kept.message_vi);
    kept.message_en = format!("{} (also: {codes})", kept.message_en);
    row.findings.iter().for_each(|other| named.add(row.table.as_ref(), other));
    row.findings = vec![kept];
}

/// A header line and rows. `open` gives the file from its beginning, as often as it is asked.
///
/// # Errors
/// What keeps the file from being read as a whole.
pub fn from_csv<R: io::Read>(
    open: &dyn Fn() -> io::Result<R>,
    context: &Context<'_>,
) -> Result<Draft, Unreadable> {
    let mut rows = Vec::new();
    let notes = csv::read(open, &mut |cells| {
        rows.push(cells);
        if rows.len() > MOST_ROWS { csv::Go::Enough } else { csv::Go::On }
    })?;
    Ok(from_cells(rows, context).with(notes))
}

/// Sites (points) and coverage areas (polygons), as the sandboxed reader gave them.
pub fn from_geo(file: GeoFile, declared: &Declared, context: &Context<'_>) -> Draft {
    let (rows, crs, findings) = match geo_file::rows(file, declared, context) {
        Ok(read) => read,
        Err(findings) => return Draft::default().with(findings),
    };
    let context = Context { drawn_crs: crs, ..*context };
    from_cells(rows, &context).with(findings)
}

fn whole(code: &'static str, message: (&str, &str)) -> Finding {
    let remedy = (
        "dùng mẫu báo cáo có các cột ghi trong tài liệu API",
        "use the report template with the columns named in the API reference",
    );
    Finding::new(code, Severity::Refuse, message, remedy)
}

/// Rows on their way into a draft.
struct Reading {
    rows: Vec<DraftRow>,
    /// The first row of a site, event and day.
    first: HashMap<(SiteCode, SiteEventKind, Day), usize>,
    kept: usize,
    named: Named,
    too_many: bool,
}

impl Reading {
    fn new(many: usize) -> Self {
        Self {
            rows: Vec::with_capacity(many),
            first: HashMap::with_capacity(many),
            kept: 0,
            named: Named::default(),
            too_many: false,
        }
    }

    fn take(&mut self, mut row: DraftRow) -> csv::Go {
        if self.rows.len() == MOST_ROWS {
            self.too_many = true;
            return csv::Go::Enough;
        }
        self.find_repeat(&mut row);
        if self.is_full() {
            summarise(&mut row, &mut self.named);
        }
        self.kept += row.findings.len();
        self.rows.push(row);
        csv::Go::On
    }

    /// Rows from here on are summarised.
    const fn is_full(&self) -> bool {
        self.kept >= MOST_FINDINGS
    }

    /// The same site, event and day twice: identical rows count once, others are both asked and
    /// neither is filed before one is left out.
    fn find_repeat(&mut self, this: &mut DraftRow) {
        let Some(Fact::SiteEvent(event)) = this.filed.as_ref().map(|filed| &filed.fact) else {
            return;
        };
        let key = (event.site.code.clone(), event.event, event.day);
        let at = match self.first.entry(key) {
            Entry::Vacant(free) => {
                free.insert(self.rows.len());
                return;
            }
            Entry::Occupied(known) => *known.get(),
        };
        let (first, second) = (named(&self.rows[at], this), named(this, &self.rows[at]));
        if self.rows[at].filed == this.filed {
            if this.outcome == Outcome::Fileable {
                this.outcome = Outcome::Repeated;
            }
            this.findings.push(repeats(this.row, &first, "ma_tram"));
            return;
        }
        let ask = |row: u32, other: &str| {
            let message = (
                format!("cùng trạm, sự kiện và ngày với dòng {other} nhưng số liệu khác"),
                format!("same site, event and day as row {other}, with other values"),
            );
            conflicting(message).at(row, "ma_tram", "")
        };
        let row = self.rows[at].row;
        self.rows[at].findings.push(ask(row, &second));
        self.rows[at].outcome = Outcome::Blocked;
        this.findings.push(ask(this.row, &first));
        this.outcome = Outcome::Blocked;
    }

    fn finish(self) -> Draft {
        if self.rows.is_empty() {
            let message = ("không có dòng nào", "there are no rows");
            return Draft::default().with(vec![whole("no-rows", message)]);
        }
        if self.too_many {
            let message = ("quá 200.000 dòng", "over 200,000 rows");
            return Draft::default().with(vec![whole("too-many-rows", message)]);
        }
        let named = self.named.counts.all();
        let draft = Draft { rows: self.rows, findings: Vec::new(), named: self.named };
        if named == 0 {
            return draft;
        }
        let message = (
            format!("có {named} ghi chú chỉ nêu mã, bên ghi chú nặng nhất của dòng"),
            format!("{named} findings are told by their code, beside the row's gravest"),
        );
        let remedy = (
            "mở tệp trả lời để xem từng dòng; xử lý các ghi chú đầu rồi đọc lại",
            "the answered file has every row; mend the first ones, then read again",
        );
        draft.with(vec![Finding::new("more-findings", Severity::Note, message, remedy)])
    }
}

#[cfg(test)]
pub(crate) mod tests;
