//! ODS (OpenDocument 1.2, part 1 §9): one pass over `content.xml`. Own, because calamine unpacks
//! repeated cells into a full grid before anything can be counted, and tells nothing of hidden
//! rows, comments and pictures.

use std::collections::HashSet;
use std::io::{BufRead, Read, Seek};

use quick_xml::events::{BytesStart, Event};

use crate::book::{BookKind, Cell, Comment, DateSystem, Merge, Picture, Piece, Row};
use crate::error::{BookError, BookMeasure, RefusedBook};
use crate::limits::{BookLimits, COLUMNS, ROWS};
use crate::out::{Out, SheetTally};
use crate::package::Package;
use crate::picture::Weights;
use crate::serial;
use crate::xml::{Xml, attribute, push_text};

const CONTENT: &str = "content.xml";

pub(crate) fn read<R: Read + Seek>(
    package: &mut Package<R>,
    limits: &BookLimits,
    out: &mut Out<'_>,
) -> Result<(), BookError> {
    refuse_encrypted(package)?;
    out.send(Piece::Begin { kind: BookKind::Ods, date_system: DateSystem::From1900 })?;
    let pictures = package.pictures()?;
    let mut sheets = 0;
    let mut hidden_styles = HashSet::new();
    let mut style = None;
    let mut xml = package.xml(CONTENT)?;
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "style" => style = attribute(&start, "name"),
                "table-properties"
                    if attribute(&start, "display").is_some_and(|display| display == "false") =>
                {
                    hidden_styles.extend(style.take());
                }
                "tracked-changes" => xml.skip()?,
                "table" => {
                    sheets += 1;
                    if sheets > limits.sheets {
                        let (what, max) = (BookMeasure::Sheets, limits.sheets.into());
                        return Err(BookError::TooLarge { what, max });
                    }
                    let name = attribute(&start, "name").unwrap_or_default();
                    let own = attribute(&start, "style-name");
                    let hidden = own.is_some_and(|own| hidden_styles.contains(&own));
                    out.send(Piece::Sheet { name: name.clone(), hidden })?;
                    let mut table = Table { name, ..Table::default() };
                    table.read(&mut xml, out)?;
                    table.finish(hidden, &pictures, out)?;
                }
                _ => {}
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn refuse_encrypted<R: Read + Seek>(package: &mut Package<R>) -> Result<(), BookError> {
    const MANIFEST: &str = "META-INF/manifest.xml";
    if !package.has(MANIFEST) {
        return Ok(());
    }
    let mut xml = package.xml(MANIFEST)?;
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == "encryption-data" => {
                return Err(BookError::refused(RefusedBook::Encrypted));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

struct Pasted {
    row: u32,
    column: u16,
    name: String,
}

#[derive(Default)]
struct Table {
    name: String,
    /// The number of the row being read; columns likewise, from 0.
    row: u32,
    columns: u32,
    hidden_columns: Vec<(u32, u32)>,
    pictures: Vec<Pasted>,
    comments: Vec<Comment>,
    merges: Vec<Merge>,
    tally: SheetTally,
}

impl Table {
    fn read<R: BufRead>(&mut self, xml: &mut Xml<R>, out: &mut Out<'_>) -> Result<(), BookError> {
        loop {
            match xml.next()? {
                Event::Start(start) => match start.local_name().as_ref() {
                    "table-column" => self.column(&start),
                    "table-row" => {
                        let times = repeated(&start, "number-rows-repeated");
                        let hidden = is_hidden(&start);
                        self.one_row(xml, times, hidden, out)?;
                    }
                    // Groups and headings around rows and columns.
                    "table-row-group"
                    | "table-rows"
                    | "table-header-rows"
                    | "table-columns"
                    | "table-column-group"
                    | "table-header-columns" => {}
                    _ => xml.skip()?,
                },
                Event::End(end) if end.local_name().as_ref() == "table" => return Ok(()),
                Event::Eof => return Err(BookError::broken(CONTENT, "it ends too early")),
                _ => {}
            }
        }
    }

    fn column(&mut self, start: &BytesStart<'_>) {
        let times = repeated(start, "number-columns-repeated");
        if is_hidden(start) {
            self.hidden_columns.push((self.columns, self.columns.saturating_add(times)));
        }
        self.columns = self.columns.saturating_add(times);
    }

    /// A row that stands `times` times.
    fn one_row<R: BufRead>(
        &mut self,
        xml: &mut Xml<R>,
        times: u32,
        hidden: bool,
        out: &mut Out<'_>,
    ) -> Result<(), BookError> {
        let first = self.row.saturating_add(1);
        let mut row = Row { number: first, hidden, ..Row::default() };
        let mut column = 0_u32;
        loop {
            match xml.next()? {
                Event::Start(start)
                    if matches!(
                        start.local_name().as_ref(),
                        "table-cell" | "covered-table-cell"
                    ) =>
                {
                    let head = CellHead::of(&start);
                    let body = CellBody::read(xml)?;
                    self.cell(&head, body, column, &mut row)?;
                    column = column.saturating_add(head.times);
                }
                Event::End(end) if end.local_name().as_ref() == "table-row" => break,
                Event::Eof => return Err(BookError::broken(CONTENT, "it ends too early")),
                _ => {}
            }
        }
        self.row = self.row.saturating_add(times);
        if row.cells.is_empty() {
            return Ok(());
        }
        // Each copy counts as a row of its own, so that repeating makes no bomb.
        for number in first..=self.row {
            out.row(Row { number, ..row.clone() }, &self.name, &mut self.tally)?;
        }
        Ok(())
    }

    fn cell(
        &mut self,
        head: &CellHead,
        body: CellBody,
        column: u32,
        row: &mut Row,
    ) -> Result<(), BookError> {
        let at = u16::try_from(column).ok().filter(|&at| u32::from(at) < COLUMNS);
        let is_filled = body.comment.is_some() || !body.pictures.is_empty();
        let cell = head.value(&body.text);
        if cell.is_none() && !is_filled && head.spanned == (1, 1) {
            return Ok(());
        }
        let at = at.ok_or_else(|| BookError::broken(CONTENT, "a cell right of XFD"))?;
        self.comments.extend(body.comment.map(|text| Comment {
            row: row.number,
            column: at,
            text,
        }));
        let pasted = body.pictures.into_iter();
        self.pictures.extend(pasted.map(|name| Pasted { row: row.number, column: at, name }));
        let (rows, columns) = head.spanned;
        if rows > 1 || columns > 1 {
            let last_row = row.number.saturating_add(rows - 1).min(ROWS);
            let last = (column + columns - 1).min(COLUMNS - 1);
            let last_column = u16::try_from(last).unwrap_or(u16::MAX);
            let (first_row, first_column) = (row.number, at);
            self.merges.push(Merge { first_row, last_row, first_column, last_column });
        }
        let Some(cell) = cell else { return Ok(()) };
        let last = column.saturating_add(head.times);
        if last > COLUMNS {
            return Err(BookError::broken(CONTENT, "a cell right of XFD"));
        }
        for column in column..last {
            let column = u16::try_from(column).unwrap_or(u16::MAX);
            if head.is_computed {
                row.computed.push(column);
            }
            row.cells.push((column, cell.clone()));
        }
        Ok(())
    }

    fn finish(
        &mut self,
        hidden: bool,
        pictures: &Weights,
        out: &mut Out<'_>,
    ) -> Result<(), BookError> {
        for Pasted { row, column, name } in std::mem::take(&mut self.pictures) {
            if let Some(&(length, sha256)) = pictures.get(&name) {
                out.send(Piece::Picture(Picture { row, column, name, length, sha256 }))?;
            }
        }
        for merge in std::mem::take(&mut self.merges) {
            out.send(Piece::Merge(merge))?;
        }
        for comment in std::mem::take(&mut self.comments) {
            self.tally.comments += 1;
            out.send(Piece::Comment(comment))?;
        }
        for (first, after) in std::mem::take(&mut self.hidden_columns) {
            let after = after.min(self.tally.width.into());
            let numbers = (u16::try_from(first), u16::try_from(after.saturating_sub(1)));
            if let ((Ok(first), Ok(last)), true) = (numbers, first < after) {
                self.tally.hidden_columns += after - u32::from(first);
                out.send(Piece::HiddenColumns { first, last })?;
            }
        }
        self.tally.tell(&self.name, hidden, out);
        Ok(())
    }
}

fn repeated(start: &BytesStart<'_>, name: &str) -> u32 {
    attribute(start, name).and_then(|times| times.parse().ok()).unwrap_or(1).max(1)
}

fn is_hidden(start: &BytesStart<'_>) -> bool {
    attribute(start, "visibility").is_some_and(|is| is == "collapse" || is == "filter")
}

/// What a cell says of itself.
struct CellHead {
    kind: String,
    value: Option<String>,
    is_computed: bool,
    /// `calcext:value-type="error"`.
    is_error: bool,
    times: u32,
    spanned: (u32, u32),
}

impl CellHead {
    fn of(start: &BytesStart<'_>) -> Self {
        let mut head = Self {
            kind: String::new(),
            value: None,
            is_computed: false,
            is_error: false,
            times: repeated(start, "number-columns-repeated"),
            spanned: (
                repeated(start, "number-rows-spanned").min(ROWS),
                repeated(start, "number-columns-spanned").min(COLUMNS),
            ),
        };
        for attribute in start.attributes().with_checks(false).flatten() {
            let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0);
            let Ok(value) = value else { continue };
            match attribute.key.as_ref() {
                "office:value-type" => head.kind = value.into_owned(),
                "calcext:value-type" => head.is_error = value == "error",
                "table:formula" => head.is_computed = true,
                "office:value"
                | "office:date-value"
                | "office:time-value"
                | "office:boolean-value"
                | "office:string-value" => {
                    head.value = Some(value.into_owned());
                }
                _ => {}
            }
        }
        head
    }

    /// `None` for a cell with nothing in it.
    fn value(&self, shown: &str) -> Option<Cell> {
        let text = |text: &str| (!text.trim().is_empty()).then(|| Cell::Text(text.to_owned()));
        if self.is_error {
            return Some(Cell::Error(shown.trim().to_owned()));
        }
        let value = self.value.as_deref();
        let number = || value.and_then(|value| value.parse::<f64>().ok());
        let read = match self.kind.as_str() {
            "float" | "currency" => number().map(Cell::Number),
            "percentage" => number().map(Cell::Percent),
            "boolean" => value.map(|value| Cell::Bool(value == "true")),
            "date" => value.and_then(serial::iso_day),
            "time" => value.and_then(serial::iso_length),
            "string" => return text(value.unwrap_or(shown)),
            _ => None,
        };
        read.or_else(|| text(shown)).or(self.is_computed.then_some(Cell::FormulaWithoutValue))
    }
}

/// What stands inside a cell.
#[derive(Default)]
struct CellBody {
    text: String,
    comment: Option<String>,
    pictures: Vec<String>,
}

impl CellBody {
    fn read<R: BufRead>(xml: &mut Xml<R>) -> Result<Self, BookError> {
        let mut body = Self::default();
        let mut depth = 1_u32;
        loop {
            match xml.next()? {
                Event::Start(start) => match start.local_name().as_ref() {
                    "annotation" => {
                        let comment = annotation(xml)?;
                        body.comment = Some(comment);
                    }
                    "p" | "h" => {
                        if !body.text.is_empty() {
                            body.text.push('\n');
                        }
                        paragraph(xml, &mut body.text)?;
                    }
                    "image" => {
                        let href = attribute(&start, "href");
                        body.pictures.extend(href.filter(|href| !href.contains("://")));
                        depth += 1;
                    }
                    // A table within a table.
                    "table" => xml.skip()?,
                    _ => depth += 1,
                },
                Event::End(_) => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(body);
                    }
                }
                Event::Eof => return Err(BookError::broken(CONTENT, "it ends too early")),
                _ => {}
            }
        }
    }
}

fn annotation<R: BufRead>(xml: &mut Xml<R>) -> Result<String, BookError> {
    let (mut text, mut depth) = (String::new(), 1_u32);
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "creator" | "date" | "date-string" => xml.skip()?,
                "p" => {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    paragraph(xml, &mut text)?;
                }
                _ => depth += 1,
            },
            Event::End(_) => {
                depth -= 1;
                if depth == 0 {
                    return Ok(text);
                }
            }
            Event::Eof => return Err(BookError::broken(CONTENT, "it ends too early")),
            _ => {}
        }
    }
}

/// Source: OpenDocument 1.2 part 1 §6.1: spaces, tabs and breaks are elements.
fn paragraph<R: BufRead>(xml: &mut Xml<R>, text: &mut String) -> Result<(), BookError> {
    let mut depth = 1_u32;
    loop {
        match xml.next()? {
            Event::Start(start) => {
                match start.local_name().as_ref() {
                    "s" => {
                        let count = repeated(&start, "c").min(1_000);
                        text.extend(std::iter::repeat_n(' ', count as usize));
                    }
                    "tab" => text.push('\t'),
                    "line-break" => text.push('\n'),
                    _ => {}
                }
                depth += 1;
            }
            Event::End(_) => {
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
            }
            Event::Eof => return Err(BookError::broken(CONTENT, "it ends too early")),
            event => push_text(&event, text, CONTENT)?,
        }
    }
}
