//! A sheet's XML with our cells in it: everything passes through as it stands, event by event;
//! our columns follow the sender's last one.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use super::{Outcome, SheetAnswers, fit, our_cells, our_headings};
use crate::book::column_letters;
use crate::error::BookError;
use crate::limits::{COLUMNS, ROWS};
use crate::xlsx::place;
use crate::xml::attribute;

/// Styles that are in the workbook once ours were added.
#[derive(Debug, Default)]
pub(super) struct StyleNumbers {
    pub heading: usize,
    pub text: usize,
    pub outcomes: HashMap<Outcome, usize>,
    /// A sender's style in an outcome's colour.
    pub marked: HashMap<(usize, Outcome), usize>,
}

/// What is to be known of a sheet before its styles can be made.
#[derive(Debug, Default)]
pub(super) struct SheetLook {
    /// One more than the last column of any cell, filled or only formatted.
    pub width: u32,
    /// Styles of cells that will be marked.
    pub marked: Vec<(usize, Outcome)>,
    pub is_selected: bool,
}

/// What goes into a row.
#[derive(Debug, Default)]
struct Ours {
    cells: Vec<(String, usize)>,
    marked: BTreeMap<u16, Outcome>,
}

fn broken(part: &str) -> impl Fn(quick_xml::Error) -> BookError {
    move |error| BookError::broken(part, error)
}

/// Numbers of rows and columns as they go by, given or counted.
#[derive(Default)]
struct Place {
    row: u32,
    column: u32,
}

impl Place {
    fn begin_row(&mut self, start: &BytesStart<'_>) {
        let given = attribute(start, "r").and_then(|row| row.trim().parse().ok());
        self.row = given.filter(|row| (1..=ROWS).contains(row)).unwrap_or(self.row + 1);
        self.column = 0;
    }

    /// The column of a cell that begins, from 0.
    fn begin_cell(&mut self, start: &BytesStart<'_>) -> u32 {
        let given = attribute(start, "r").as_deref().and_then(place);
        let column = given.map_or(self.column, |(_, column)| column.into());
        self.column = column + 1;
        column
    }
}

fn style_of(start: &BytesStart<'_>) -> usize {
    attribute(start, "s").and_then(|style| style.parse().ok()).unwrap_or(0)
}

pub(super) fn look(
    part: &str,
    from: impl BufRead,
    answers: Option<&SheetAnswers>,
) -> Result<SheetLook, BookError> {
    let marks: HashMap<(u32, u32), Outcome> = answers
        .into_iter()
        .flat_map(|answers| &answers.rows)
        .flat_map(|row| {
            row.marked.iter().map(|column| ((row.row, u32::from(*column)), row.outcome))
        })
        .collect();
    let mut look = SheetLook::default();
    // Cells that are not there are made with the plain style.
    look.marked.extend(Outcome::ALL.map(|outcome| (0, outcome)));
    let mut at = Place::default();
    let (mut reader, mut buffer) = (Reader::from_reader(from), Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(broken(part))? {
            Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                "row" => at.begin_row(&start),
                "c" => {
                    let column = at.begin_cell(&start);
                    look.width = look.width.max(column + 1);
                    let mark = marks.get(&(at.row, column));
                    look.marked.extend(mark.map(|outcome| (style_of(&start), *outcome)));
                }
                "sheetView" => {
                    let is = attribute(&start, "tabSelected");
                    look.is_selected |= is.is_some_and(|is| is == "1" || is == "true");
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    look.marked.sort_unstable();
    look.marked.dedup();
    Ok(look)
}

/// The sheet with our cells from `first_column` on. Without answers, only unselected.
pub(super) fn write(
    part: &str,
    from: impl BufRead,
    answers: Option<&SheetAnswers>,
    first_column: u32,
    styles: &StyleNumbers,
) -> Result<Vec<u8>, BookError> {
    let mut sheet = SheetWriter {
        part,
        out: Writer::new(Vec::new()),
        prefix: String::new(),
        rows: answers.map(|answers| ours(answers, styles)).unwrap_or_default(),
        columns: answers.map_or(0, |a| u32::try_from(a.understood.len()).unwrap_or(0) + 2),
        first_column,
        styles,
        at: Place::default(),
        row: None,
        within: Within::Other,
        has_columns: false,
    };
    let (mut reader, mut buffer) = (Reader::from_reader(from), Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(broken(part))? {
            Event::Eof => break,
            Event::DocType(_) => return Err(BookError::broken(part, "a document type")),
            event => sheet.event(event)?,
        }
    }
    if sheet.rows.is_empty() {
        return Ok(sheet.out.into_inner());
    }
    Err(BookError::broken(part, "no rows were found to answer"))
}

fn ours(answers: &SheetAnswers, styles: &StyleNumbers) -> BTreeMap<u32, Ours> {
    let mut rows = BTreeMap::new();
    let headings = our_headings(answers).into_iter().map(|text| (text, styles.heading)).collect();
    let heading = Ours { cells: headings, marked: BTreeMap::new() };
    rows.insert(answers.heading_row.clamp(1, ROWS), heading);
    for answer in &answers.rows {
        let texts = our_cells(answers, answer).into_iter().enumerate();
        let coloured = styles.outcomes.get(&answer.outcome).copied().unwrap_or(styles.text);
        let cells =
            texts.map(|(at, text)| (text, if at == 0 { coloured } else { styles.text })).collect();
        let marked = answer.marked.iter().map(|column| (*column, answer.outcome)).collect();
        // The heading's own row keeps the headings.
        let row = rows.entry(answer.row.clamp(1, ROWS)).or_insert_with(Ours::default);
        row.marked = marked;
        if row.cells.is_empty() {
            row.cells = cells;
        }
    }
    rows
}

struct SheetWriter<'w> {
    part: &'w str,
    out: Writer<Vec<u8>>,
    /// `x:` where the sheet's elements have one.
    prefix: String,
    rows: BTreeMap<u32, Ours>,
    columns: u32,
    first_column: u32,
    styles: &'w StyleNumbers,
    at: Place,
    /// What is still to be written into the row that is open.
    row: Option<Ours>,
    /// Rows, cells and columns have namesakes elsewhere (the anchors of controls).
    within: Within,
    has_columns: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Columns,
    Data,
    Other,
}

impl SheetWriter<'_> {
    fn send(&mut self, event: Event<'_>) -> Result<(), BookError> {
        let part = self.part;
        self.out.write_event(event).map_err(|error| BookError::broken(part, error))
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), BookError> {
        match event {
            Event::Decl(_) => self.send(declaration()),
            Event::Start(start) => self.start(&start, false),
            Event::Empty(start) => self.start(&start, true),
            Event::End(end) => {
                match (end.local_name().as_ref(), self.within) {
                    ("row", Within::Data) => self.finish_row()?,
                    ("sheetData", _) => {
                        self.missing_rows(u32::MAX)?;
                        self.within = Within::Other;
                    }
                    ("cols", _) => {
                        self.own_columns()?;
                        self.within = Within::Other;
                    }
                    // Its start went out as an empty element.
                    ("col", Within::Columns) if self.columns > 0 => return Ok(()),
                    _ => {}
                }
                self.send(Event::End(end))
            }
            other => self.send(other),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, is_empty: bool) -> Result<(), BookError> {
        let name = start.name().as_ref().to_owned();
        let event = |start| if is_empty { Event::Empty(start) } else { Event::Start(start) };
        match (start.local_name().as_ref(), self.within) {
            ("worksheet", _) => {
                name.strip_suffix("worksheet").unwrap_or("").clone_into(&mut self.prefix);
                self.send(event(start.borrow()))
            }
            // Optional, and no longer true.
            ("dimension", _) if is_empty => Ok(()),
            ("sheetView", _) => self.send(event(without(start, &["tabSelected"]))),
            ("cols", _) => {
                (self.within, self.has_columns) = (Within::Columns, true);
                self.send(event(start.borrow()))
            }
            ("col", Within::Columns) if self.columns > 0 => self.column(start),
            ("sheetData", _) => self.data(start, is_empty),
            ("row", Within::Data) => self.begin_row(start, is_empty),
            ("c", Within::Data) => self.cell(start, is_empty),
            _ => self.send(event(start.borrow())),
        }
    }

    fn data(&mut self, start: &BytesStart<'_>, is_empty: bool) -> Result<(), BookError> {
        if !self.has_columns && self.columns > 0 {
            let name = format!("{}cols", self.prefix);
            self.send(Event::Start(BytesStart::new(name.as_str())))?;
            self.own_columns()?;
            self.send(Event::End(BytesEnd::new(name)))?;
        }
        self.at = Place::default();
        self.send(Event::Start(start.borrow()))?;
        if is_empty {
            self.missing_rows(u32::MAX)?;
            return self.send(Event::End(start.to_end().into_owned()));
        }
        self.within = Within::Data;
        Ok(())
    }

    fn begin_row(&mut self, start: &BytesStart<'_>, is_empty: bool) -> Result<(), BookError> {
        let before = self.at.row;
        self.at.begin_row(start);
        if self.at.row <= before {
            return Err(BookError::broken(self.part, "rows out of order"));
        }
        self.missing_rows(self.at.row)?;
        self.row = self.rows.remove(&self.at.row);
        match (is_empty, self.row.is_some()) {
            (true, false) => self.send(Event::Empty(start.borrow())),
            (false, false) => self.send(Event::Start(start.borrow())),
            (false, true) => self.send(Event::Start(without(start, &["spans"]))),
            (true, true) => {
                self.send(Event::Start(without(start, &["spans"])))?;
                self.finish_row()?;
                self.send(Event::End(start.to_end().into_owned()))
            }
        }
    }

    fn cell(&mut self, start: &BytesStart<'_>, is_empty: bool) -> Result<(), BookError> {
        let column = self.at.begin_cell(start);
        self.marked_before(column)?;
        let row = self.row.as_mut();
        let mark = row.and_then(|row| row.marked.remove(&u16::try_from(column).ok()?));
        let style =
            mark.and_then(|outcome| self.styles.marked.get(&(style_of(start), outcome)).copied());
        let mut cell = start.borrow().into_owned();
        if let Some(style) = style {
            cell = without(start, &["s"]);
            cell.push_attribute(("s", style.to_string().as_str()));
        }
        self.send(if is_empty { Event::Empty(cell) } else { Event::Start(cell) })
    }

    /// Rows of ours that the sheet does not have, up to a row that it has.
    fn missing_rows(&mut self, before: u32) -> Result<(), BookError> {
        while let Some(entry) = self.rows.first_entry()
            && *entry.key() < before
        {
            let (number, ours) = entry.remove_entry();
            let kept = std::mem::replace(&mut self.at.row, number);
            self.row = Some(ours);
            let name = format!("{}row", self.prefix);
            let mut start = BytesStart::new(name.as_str());
            start.push_attribute(("r", number.to_string().as_str()));
            self.send(Event::Start(start))?;
            self.finish_row()?;
            self.send(Event::End(BytesEnd::new(name)))?;
            self.at.row = kept;
        }
        Ok(())
    }

    /// Cells that are marked and not there.
    fn marked_before(&mut self, column: u32) -> Result<(), BookError> {
        while let Some(row) = &mut self.row
            && let Some(entry) = row.marked.first_entry()
            && u32::from(*entry.key()) < column
        {
            let (column, outcome) = entry.remove_entry();
            let style = self.styles.marked.get(&(0, outcome)).copied().unwrap_or(0);
            let place = format!("{}{}", column_letters(column), self.at.row);
            let mut cell = BytesStart::new(format!("{}c", self.prefix));
            cell.push_attribute(("r", place.as_str()));
            cell.push_attribute(("s", style.to_string().as_str()));
            self.send(Event::Empty(cell))?;
        }
        Ok(())
    }

    fn finish_row(&mut self) -> Result<(), BookError> {
        self.marked_before(self.first_column)?;
        let Some(row) = self.row.take() else { return Ok(()) };
        for (column, (text, style)) in (self.first_column..).zip(row.cells) {
            let Ok(column) = u16::try_from(column) else { break };
            let place = format!("{}{}", column_letters(column), self.at.row);
            self.text_cell(&place, style, &text)?;
        }
        Ok(())
    }

    fn text_cell(&mut self, place: &str, style: usize, text: &str) -> Result<(), BookError> {
        let names = ["c", "is", "t"].map(|name| format!("{}{name}", self.prefix));
        let [cell, inline, run] = &names;
        let style = style.to_string();
        let start = BytesStart::new(cell.as_str()).with_attributes([
            ("r", place),
            ("s", style.as_str()),
            ("t", "inlineStr"),
        ]);
        self.send(Event::Start(start))?;
        self.send(Event::Start(BytesStart::new(inline.as_str())))?;
        let run_start = BytesStart::new(run.as_str()).with_attributes([("xml:space", "preserve")]);
        self.send(Event::Start(run_start))?;
        self.send(Event::Text(BytesText::new(&fit(text))))?;
        for name in [run, inline, cell] {
            self.send(Event::End(BytesEnd::new(name.as_str())))?;
        }
        Ok(())
    }

    /// A sender's column, cut off where ours begin; what lies beyond is given up, as ours have
    /// widths of their own.
    fn column(&mut self, start: &BytesStart<'_>) -> Result<(), BookError> {
        let number = |name| attribute(start, name).and_then(|text| text.parse::<u32>().ok());
        let (Some(first), Some(last)) = (number("min"), number("max")) else {
            return self.send(Event::Empty(start.borrow()));
        };
        if first > self.first_column {
            return Ok(());
        }
        let mut column = without(start, &["min", "max"]);
        let last = last.min(self.first_column).to_string();
        column.push_attribute(("min", first.to_string().as_str()));
        column.push_attribute(("max", last.as_str()));
        self.send(Event::Empty(column))
    }

    fn own_columns(&mut self) -> Result<(), BookError> {
        for at in 0..self.columns {
            let number = self.first_column + at + 1;
            if number > COLUMNS {
                break;
            }
            let (number, width) = (number.to_string(), if at == 1 { "60" } else { "20" });
            let column = BytesStart::new(format!("{}col", self.prefix)).with_attributes([
                ("min", number.as_str()),
                ("max", number.as_str()),
                ("width", width),
                ("customWidth", "1"),
            ]);
            self.send(Event::Empty(column))?;
        }
        Ok(())
    }
}

pub(super) fn declaration() -> Event<'static> {
    Event::Decl(quick_xml::events::BytesDecl::new("1.0", Some("UTF-8"), Some("yes")))
}

/// A start without some of its attributes; the others as they stand.
pub(super) fn without(start: &BytesStart<'_>, names: &[&str]) -> BytesStart<'static> {
    let mut kept = BytesStart::new(start.name().as_ref().to_owned());
    for attribute in start.attributes().with_checks(false).flatten() {
        if !names.contains(&attribute.key.as_ref()) {
            // It may have stood between apostrophes.
            let value = attribute.value.replace('"', "&quot;");
            kept.push_attribute(Attribute { key: attribute.key, value: value.into() });
        }
    }
    kept.into_owned()
}
