//! DOCX (ECMA-376 part 1 §17): each table of the body as a sheet, called by the line before it.
//! Text outside tables is not a value; a table inside a table is told and not read.

use std::collections::HashMap;
use std::io::{BufRead, Read, Seek};

use quick_xml::events::{BytesStart, Event};

use crate::book::{BookKind, BookNote, Cell, Comment, DateSystem, Merge, Picture, Piece, Row};
use crate::error::{BookError, BookMeasure, clip};
use crate::limits::{BookLimits, COLUMNS};
use crate::out::{Out, SheetTally};
use crate::package::Package;
use crate::picture::Weights;
use crate::xml::{Xml, attribute, push_text};

/// What lies beside the document's own text.
struct Beside {
    pictures: Weights,
    /// Part by relation.
    targets: HashMap<String, String>,
    /// Text by comment.
    comments: HashMap<String, String>,
}

pub(crate) fn read<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
    limits: &BookLimits,
    out: &mut Out<'_>,
) -> Result<(), BookError> {
    let beside = beside(package, part)?;
    out.send(Piece::Begin { kind: BookKind::Docx, date_system: DateSystem::From1900 })?;
    let mut tables = 0_u32;
    let mut line = String::new();
    let mut xml = package.xml(part)?;
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "p" => {
                    let paragraph = Paragraph::read(&mut xml, part)?;
                    if !paragraph.text.trim().is_empty() {
                        paragraph.text.trim().clone_into(&mut line);
                    }
                }
                "tbl" => {
                    tables += 1;
                    if tables > limits.sheets {
                        let (what, max) = (BookMeasure::Sheets, limits.sheets.into());
                        return Err(BookError::TooLarge { what, max });
                    }
                    let name = match std::mem::take(&mut line) {
                        line if line.is_empty() => format!("Bảng {tables}"),
                        line => clip(&line),
                    };
                    out.send(Piece::Sheet { name: name.clone(), hidden: false })?;
                    let mut table = Table::new(name, part, &beside);
                    table.read(&mut xml, out)?;
                    table.finish(out)?;
                }
                _ => {}
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn beside<R: Read + Seek>(package: &mut Package<R>, part: &str) -> Result<Beside, BookError> {
    let (mut targets, mut comments) = (HashMap::new(), HashMap::new());
    for relation in package.relations(part)? {
        let Some(target) = relation.target.filter(|target| package.has(target)) else { continue };
        if relation.kind == "comments" {
            comments = read_comments(&mut package.xml(&target)?, &target)?;
        } else {
            targets.insert(relation.id, target);
        }
    }
    Ok(Beside { pictures: package.pictures()?, targets, comments })
}

fn read_comments<R: BufRead>(
    xml: &mut Xml<R>,
    part: &str,
) -> Result<HashMap<String, String>, BookError> {
    let mut comments = HashMap::<String, String>::new();
    let mut own = String::new();
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "comment" => own = attribute(&start, "id").unwrap_or_default(),
                "p" => {
                    let text = Paragraph::read(xml, part)?.text;
                    let comment = comments.entry(own.clone()).or_default();
                    if !comment.is_empty() {
                        comment.push('\n');
                    }
                    comment.push_str(text.trim());
                }
                _ => {}
            },
            Event::Eof => return Ok(comments),
            _ => {}
        }
    }
}

/// A paragraph: its text as it is now (what was deleted under tracking left out), and what hangs
/// on it.
#[derive(Default)]
struct Paragraph {
    text: String,
    /// Relations of pictures.
    pictures: Vec<String>,
    comments: Vec<String>,
}

impl Paragraph {
    fn read<R: BufRead>(xml: &mut Xml<R>, part: &str) -> Result<Self, BookError> {
        let mut paragraph = Self::default();
        let (mut depth, mut text_depth) = (1_u32, None);
        loop {
            match xml.next()? {
                Event::Start(start) => {
                    match start.local_name().as_ref() {
                        // Deleted text; and the other half of a picture given in two ways.
                        "del" | "moveFrom" | "Fallback" | "pPr" => {
                            xml.skip()?;
                            continue;
                        }
                        "t" => text_depth = Some(depth),
                        "tab" => paragraph.text.push('\t'),
                        "br" | "cr" => paragraph.text.push('\n'),
                        "noBreakHyphen" => paragraph.text.push('-'),
                        "blip" => paragraph.pictures.extend(attribute(&start, "embed")),
                        "imagedata" => paragraph.pictures.extend(attribute(&start, "id")),
                        "commentReference" => paragraph.comments.extend(attribute(&start, "id")),
                        _ => {}
                    }
                    depth += 1;
                }
                Event::End(_) => {
                    depth -= 1;
                    if text_depth == Some(depth) {
                        text_depth = None;
                    }
                    if depth == 0 {
                        return Ok(paragraph);
                    }
                }
                Event::Eof => return Err(BookError::broken(part, "it ends too early")),
                event if text_depth.is_some() => push_text(&event, &mut paragraph.text, part)?,
                _ => {}
            }
        }
    }
}

/// One cell, with how far it reaches.
#[derive(Default)]
struct CellBody {
    text: String,
    columns: u32,
    /// `None`: not merged downwards; otherwise whether it begins the span.
    merged_down: Option<bool>,
    pictures: Vec<String>,
    comments: Vec<String>,
}

struct Table<'b> {
    name: String,
    part: &'b str,
    beside: &'b Beside,
    row: u32,
    merges: Vec<Merge>,
    /// Spans that may still grow downwards, by first column.
    open: HashMap<u32, Merge>,
    pictures: Vec<Picture>,
    comments: Vec<Comment>,
    inner_tables: u32,
    tally: SheetTally,
}

impl<'b> Table<'b> {
    fn new(name: String, part: &'b str, beside: &'b Beside) -> Self {
        Self {
            name,
            part,
            beside,
            row: 0,
            merges: Vec::new(),
            open: HashMap::new(),
            pictures: Vec::new(),
            comments: Vec::new(),
            inner_tables: 0,
            tally: SheetTally::default(),
        }
    }

    fn read<R: BufRead>(&mut self, xml: &mut Xml<R>, out: &mut Out<'_>) -> Result<(), BookError> {
        loop {
            match xml.next()? {
                Event::Start(start) if start.local_name().as_ref() == "tr" => {
                    self.one_row(xml, out)?;
                }
                Event::End(end) if end.local_name().as_ref() == "tbl" => return Ok(()),
                Event::Eof => return Err(BookError::broken(self.part, "it ends too early")),
                _ => {}
            }
        }
    }

    fn one_row<R: BufRead>(
        &mut self,
        xml: &mut Xml<R>,
        out: &mut Out<'_>,
    ) -> Result<(), BookError> {
        self.row = self.row.saturating_add(1);
        let mut row = Row { number: self.row, ..Row::default() };
        let mut column = 0_u32;
        loop {
            match xml.next()? {
                Event::Start(start) => match start.local_name().as_ref() {
                    "gridBefore" => column = column.saturating_add(number(&start)),
                    // A row that was deleted under tracking: `trPr/del`.
                    "del" => row.hidden = true,
                    "tc" => {
                        let body = self.cell_body(xml)?;
                        let columns = body.columns.max(1);
                        self.cell(body, column, &mut row)?;
                        column = column.saturating_add(columns);
                    }
                    _ => {}
                },
                Event::End(end) if end.local_name().as_ref() == "tr" => break,
                Event::Eof => return Err(BookError::broken(self.part, "it ends too early")),
                _ => {}
            }
        }
        out.row(row, &self.name, &mut self.tally)
    }

    fn cell_body<R: BufRead>(&mut self, xml: &mut Xml<R>) -> Result<CellBody, BookError> {
        let mut body = CellBody::default();
        loop {
            match xml.next()? {
                Event::Start(start) => match start.local_name().as_ref() {
                    "gridSpan" => body.columns = number(&start),
                    "vMerge" => {
                        let begins = attribute(&start, "val").is_some_and(|val| val == "restart");
                        body.merged_down = Some(begins);
                    }
                    "p" => {
                        let paragraph = Paragraph::read(xml, self.part)?;
                        let text = paragraph.text.trim();
                        if !body.text.is_empty() && !text.is_empty() {
                            body.text.push('\n');
                        }
                        body.text.push_str(text);
                        body.pictures.extend(paragraph.pictures);
                        body.comments.extend(paragraph.comments);
                    }
                    "tbl" => {
                        self.inner_tables += 1;
                        xml.skip()?;
                    }
                    _ => {}
                },
                Event::End(end) if end.local_name().as_ref() == "tc" => return Ok(body),
                Event::Eof => return Err(BookError::broken(self.part, "it ends too early")),
                _ => {}
            }
        }
    }

    fn cell(&mut self, body: CellBody, column: u32, row: &mut Row) -> Result<(), BookError> {
        let columns = body.columns.max(1);
        let last = column.saturating_add(columns - 1);
        if last >= COLUMNS {
            return Err(BookError::broken(self.part, "a table wider than XFD"));
        }
        let at = |column: u32| u16::try_from(column).unwrap_or(u16::MAX);
        let span = Merge {
            first_row: row.number,
            last_row: row.number,
            first_column: at(column),
            last_column: at(last),
        };
        let mut is_continued = false;
        match (body.merged_down, self.open.get_mut(&column)) {
            (Some(false), Some(open)) => {
                open.last_row = row.number;
                is_continued = true;
            }
            (begins, _) => {
                let before = self.open.remove(&column);
                self.merges.extend(before.filter(is_span));
                if begins == Some(true) {
                    self.open.insert(column, span);
                } else if is_span(&span) {
                    self.merges.push(span);
                }
            }
        }
        for id in body.comments {
            let text = self.beside.comments.get(&id).cloned();
            let comment = |text| Comment { row: row.number, column: at(column), text };
            self.comments.extend(text.map(comment));
        }
        for id in body.pictures {
            let Some(name) = self.beside.targets.get(&id) else { continue };
            let Some(&(length, sha256)) = self.beside.pictures.get(name) else { continue };
            let (row, column, name) = (row.number, at(column), name.clone());
            self.pictures.push(Picture { row, column, name, length, sha256 });
        }
        // A cell that only continues the one above has no value of its own.
        if !body.text.is_empty() && !is_continued {
            row.cells.push((at(column), Cell::Text(body.text)));
        }
        Ok(())
    }

    fn finish(mut self, out: &mut Out<'_>) -> Result<(), BookError> {
        self.merges.extend(self.open.into_values().filter(is_span));
        self.merges.sort_by_key(|merge| (merge.first_row, merge.first_column));
        for merge in self.merges {
            out.send(Piece::Merge(merge))?;
        }
        for comment in self.comments {
            self.tally.comments += 1;
            out.send(Piece::Comment(comment))?;
        }
        for picture in self.pictures {
            out.send(Piece::Picture(picture))?;
        }
        if self.inner_tables > 0 {
            let what = format!("{} bảng lồng trong ô", self.inner_tables);
            out.note(BookNote::NotRead { sheet: self.name.clone(), what });
        }
        self.tally.tell(&self.name, false, out);
        Ok(())
    }
}

fn is_span(merge: &Merge) -> bool {
    merge.last_row > merge.first_row || merge.last_column > merge.first_column
}

fn number(start: &BytesStart<'_>) -> u32 {
    attribute(start, "val").and_then(|val| val.parse().ok()).unwrap_or(0).min(COLUMNS)
}
