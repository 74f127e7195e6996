//! The sender's XLSX with our columns and the summary in it. The answered sheets, the styles and
//! the list of sheets are written anew, event by event; every other part is copied as it is
//! packed, so that nothing of it can be lost.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read, Seek, Write};

use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::sheet_xml::{self, SheetLook, StyleNumbers, declaration, without};
use super::summary::{self, Look};
use super::{Answers, Because, SUMMARY_SHEET, SheetAnswers, fit, styles_xml};
use crate::book::column_letters;
use crate::error::BookError;
use crate::limits::{BookLimits, COLUMNS};
use crate::package::Package;
use crate::xlsx::{Listed, workbook};
use crate::xml::attribute;

pub(super) enum NotEdited {
    Because(Because),
    Failed(BookError),
}

impl From<BookError> for NotEdited {
    fn from(error: BookError) -> Self {
        Self::Failed(error)
    }
}

/// Parts by name, as they will stand.
type NewParts = HashMap<String, Vec<u8>>;

const TYPES: &str = "[Content_Types].xml";
const SHEET_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";

pub(super) fn edit<R: Read + Seek + Clone>(
    source: R,
    answers: &Answers,
    limits: &BookLimits,
) -> Result<Vec<u8>, NotEdited> {
    let mut package = Package::open(source.clone(), limits)?;
    let own = package.relations("")?;
    if own.iter().any(|relation| relation.kind == "origin")
        || package.has("_xmlsignatures/origin.sigs")
    {
        return Err(NotEdited::Because(Because::Signed));
    }
    let main = own.into_iter().find(|relation| relation.kind == "officeDocument");
    let main = main.and_then(|relation| relation.target);
    let main = main.ok_or_else(|| BookError::broken(TYPES, "no workbook"))?;
    let (_, sheets) = workbook(&mut package, &main, limits)?;
    let relations = package.relations(&main)?;
    let styles = relations.iter().find(|relation| relation.kind == "styles");
    let styles = styles.and_then(|relation| relation.target.clone());
    let styles = styles.ok_or_else(|| BookError::broken(&main, "no styles"))?;

    let looks = look(&mut package, &sheets, answers)?;
    let marked: Vec<_> = looks.iter().flat_map(|(_, look)| look.marked.iter().copied()).collect();
    let (new_styles, numbers) =
        styles_xml::add(&styles, &package.bytes(&styles)?, &distinct(marked))?;
    let mut parts = NewParts::from([(styles, new_styles)]);
    for (sheet, look) in &looks {
        let answered = answered(answers, sheet);
        let ours = answered.map_or(0, |answered| answered.understood.len() as u64 + 2);
        // One column stays empty between.
        let first = look.width + 1;
        if u64::from(first) + ours > u64::from(COLUMNS) {
            return Err(NotEdited::Because(Because::NoRoom { sheet: sheet.name.clone() }));
        }
        let from = BufReader::new(package.part(&sheet.part)?);
        let written = sheet_xml::write(&sheet.part, from, answered, first, &numbers)?;
        parts.insert(sheet.part.clone(), written);
    }
    add_summary(&mut package, &main, &sheets, answers, &numbers, &mut parts)?;
    Ok(packed(source, parts)?)
}

fn answered<'a>(answers: &'a Answers, sheet: &Listed) -> Option<&'a SheetAnswers> {
    answers.sheets.iter().find(|answered| answered.sheet == sheet.name)
}

fn distinct<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort_unstable();
    all.dedup();
    all
}

/// The sheets that are written anew: those answered, and those that were the one in front.
fn look<'s, R: Read + Seek>(
    package: &mut Package<R>,
    sheets: &'s [Listed],
    answers: &Answers,
) -> Result<Vec<(&'s Listed, SheetLook)>, BookError> {
    let mut looks = Vec::new();
    for sheet in sheets {
        let from = BufReader::new(package.part(&sheet.part)?);
        let answered = answered(answers, sheet).filter(|_| sheet.kind == "worksheet");
        let look = sheet_xml::look(&sheet.part, from, answered)?;
        if answered.is_some() || look.is_selected {
            looks.push((sheet, look));
        }
    }
    Ok(looks)
}

/// The summary's part, and its place in the list of sheets, relations and content types.
fn add_summary<R: Read + Seek>(
    package: &mut Package<R>,
    main: &str,
    sheets: &[Listed],
    answers: &Answers,
    styles: &StyleNumbers,
    parts: &mut NewParts,
) -> Result<(), BookError> {
    let (folder, file) = main.rsplit_once('/').unwrap_or(("", main));
    let slash = if folder.is_empty() { "" } else { "/" };
    let place = (1..).map(|number| format!("{folder}{slash}worksheets/phu-song-{number}.xml"));
    let place = place.into_iter().find(|place| !package.has(place)).unwrap_or_default();
    let is_taken = |name: &str| sheets.iter().any(|sheet| sheet.name == name);
    let mut name = SUMMARY_SHEET.to_owned();
    for number in 2_u32.. {
        if !is_taken(&name) {
            break;
        }
        name = format!("{SUMMARY_SHEET} {number}");
    }
    let list = package.bytes(main)?;
    let edition = Edition::of(&list);
    parts.insert(place.clone(), summary_part(answers, styles, edition)?);
    parts.insert(main.to_owned(), with_sheet(main, &list, &name, edition)?);
    let relations = format!("{folder}{slash}_rels/{file}.rels");
    let kind = format!("{}/worksheet", edition.relations());
    let target = format!("/{place}");
    let old = package.bytes(&relations)?;
    let entry = [("Id", RELATION), ("Type", kind.as_str()), ("Target", target.as_str())];
    parts.insert(relations.clone(), with_entry(&relations, &old, "Relationship", &entry)?);
    let old = package.bytes(TYPES)?;
    let entry = [("PartName", target.as_str()), ("ContentType", SHEET_TYPE)];
    parts.insert(TYPES.to_owned(), with_entry(TYPES, &old, "Override", &entry)?);
    Ok(())
}

const RELATION: &str = "rIdPhuSong";

/// The standard has two editions, with other names for the same.
#[derive(Clone, Copy)]
enum Edition {
    Transitional,
    Strict,
}

impl Edition {
    fn of(workbook: &[u8]) -> Self {
        let text = String::from_utf8_lossy(workbook);
        if text.contains(Self::Strict.sheets()) { Self::Strict } else { Self::Transitional }
    }

    fn sheets(self) -> &'static str {
        match self {
            Self::Transitional => "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            Self::Strict => "http://purl.oclc.org/ooxml/spreadsheetml/main",
        }
    }

    fn relations(self) -> &'static str {
        match self {
            Self::Transitional => {
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
            }
            Self::Strict => "http://purl.oclc.org/ooxml/officeDocument/relationships",
        }
    }
}

/// Passes a part through `change`, which may write more than the event it was given.
fn passed(
    part: &str,
    from: &[u8],
    mut change: impl FnMut(Event<'_>, &mut Writer<Vec<u8>>) -> std::io::Result<()>,
) -> Result<Vec<u8>, BookError> {
    let mut out = Writer::new(Vec::new());
    let (mut reader, mut buffer) = (Reader::from_reader(from), Vec::new());
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let written = match event.map_err(|error| BookError::broken(part, error))? {
            Event::Eof => return Ok(out.into_inner()),
            Event::DocType(_) => return Err(BookError::broken(part, "a document type")),
            Event::Decl(_) => out.write_event(declaration()),
            event => change(event, &mut out),
        };
        written.map_err(|error| BookError::broken(part, error))?;
    }
}

/// One more element before the end of the root.
fn with_entry(
    part: &str,
    from: &[u8],
    element: &str,
    attributes: &[(&str, &str)],
) -> Result<Vec<u8>, BookError> {
    let mut depth = 0_u32;
    passed(part, from, |event, out| {
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(end) => {
                depth -= 1;
                if depth == 0 {
                    let name = end.name().as_ref().to_owned();
                    let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
                    let colon = if prefix.is_empty() { "" } else { ":" };
                    let entry = BytesStart::new(format!("{prefix}{colon}{element}"));
                    let attributes = attributes.iter().copied();
                    out.write_event(Event::Empty(entry.with_attributes(attributes)))?;
                }
            }
            _ => {}
        }
        out.write_event(event)
    })
}

/// The workbook with one more sheet, the first, in front. Names that belong to one sheet count
/// sheets by their place.
fn with_sheet(part: &str, from: &[u8], name: &str, edition: Edition) -> Result<Vec<u8>, BookError> {
    let mut highest = None;
    passed(part, from, |event, out| {
        if let Event::Start(start) | Event::Empty(start) = &event
            && start.local_name().as_ref() == "sheet"
        {
            let id = attribute(start, "sheetId").and_then(|id| id.parse::<u32>().ok());
            highest = highest.max(id);
        }
        out.write_event(event)
    })?;
    let highest = highest.ok_or_else(|| BookError::broken(part, "no sheets"))?;
    passed(part, from, |event, out| {
        let is_empty = matches!(event, Event::Empty(_));
        let (Event::Start(start) | Event::Empty(start)) = &event else {
            return out.write_event(event);
        };
        let own = start.name().as_ref().to_owned();
        let changed = match start.local_name().as_ref() {
            "sheets" if !is_empty => {
                let prefix = own.strip_suffix("sheets").unwrap_or("");
                let id = highest.saturating_add(1).to_string();
                let ours = BytesStart::new(format!("{prefix}sheet")).with_attributes([
                    ("name", name),
                    ("sheetId", id.as_str()),
                    // Some programs bind their own prefix at each sheet.
                    ("xmlns:psr", edition.relations()),
                    ("psr:id", RELATION),
                ]);
                out.write_event(event.borrow())?;
                return out.write_event(Event::Empty(ours));
            }
            "workbookView" => {
                let mut view = without(start, &["activeTab", "firstSheet"]);
                view.push_attribute(("activeTab", "0"));
                view
            }
            "definedName" => {
                match attribute(start, "localSheetId").and_then(|id| id.parse::<u32>().ok()) {
                    Some(place) => {
                        let mut moved = without(start, &["localSheetId"]);
                        let place = place.saturating_add(1).to_string();
                        moved.push_attribute(("localSheetId", place.as_str()));
                        moved
                    }
                    None => return out.write_event(event),
                }
            }
            _ => return out.write_event(event),
        };
        out.write_event(if is_empty { Event::Empty(changed) } else { Event::Start(changed) })
    })
}

fn summary_part(
    answers: &Answers,
    styles: &StyleNumbers,
    edition: Edition,
) -> Result<Vec<u8>, BookError> {
    let written = (|| {
        let mut out = Writer::new(Vec::new());
        out.write_event(declaration())?;
        let element = |name: &'static str| BytesStart::new(name);
        out.write_event(Event::Start(
            element("worksheet").with_attributes([("xmlns", edition.sheets())]),
        ))?;
        out.write_event(Event::Start(element("sheetViews")))?;
        let view = [("tabSelected", "1"), ("workbookViewId", "0")];
        out.write_event(Event::Empty(element("sheetView").with_attributes(view)))?;
        out.write_event(Event::End(BytesEnd::new("sheetViews")))?;
        out.write_event(Event::Start(element("cols")))?;
        for (number, width) in (1_u32..).zip(summary::WIDTHS) {
            let (number, width) = (number.to_string(), width.to_string());
            let column = element("col").with_attributes([
                ("min", number.as_str()),
                ("max", number.as_str()),
                ("width", width.as_str()),
                ("customWidth", "1"),
            ]);
            out.write_event(Event::Empty(column))?;
        }
        out.write_event(Event::End(BytesEnd::new("cols")))?;
        out.write_event(Event::Start(element("sheetData")))?;
        for (number, line) in (1_u32..).zip(summary::lines(answers, None)) {
            let row = number.to_string();
            out.write_event(Event::Start(element("row").with_attributes([("r", row.as_str())])))?;
            let style = match line.look {
                Look::Title | Look::Plain => 0,
                Look::Heading => styles.heading,
                Look::Outcome(outcome) => styles.outcomes.get(&outcome).copied().unwrap_or(0),
            };
            for (column, text) in (0_u16..).zip(&line.cells) {
                let (place, style) =
                    (format!("{}{row}", column_letters(column)), style.to_string());
                let cell = [("r", place.as_str()), ("s", style.as_str()), ("t", "inlineStr")];
                out.write_event(Event::Start(element("c").with_attributes(cell)))?;
                out.write_event(Event::Start(element("is")))?;
                let preserved = [("xml:space", "preserve")];
                out.write_event(Event::Start(element("t").with_attributes(preserved)))?;
                out.write_event(Event::Text(BytesText::new(&fit(text))))?;
                for name in ["t", "is", "c"] {
                    out.write_event(Event::End(BytesEnd::new(name)))?;
                }
            }
            out.write_event(Event::End(BytesEnd::new("row")))?;
        }
        out.write_event(Event::End(BytesEnd::new("sheetData")))?;
        out.write_event(Event::End(BytesEnd::new("worksheet")))?;
        Ok::<_, std::io::Error>(out.into_inner())
    })();
    written.map_err(|error| BookError::broken("summary", error))
}

/// The package with some parts new; the others as they lie in it, packed bytes and all.
fn packed<R: Read + Seek>(source: R, mut parts: NewParts) -> Result<Vec<u8>, BookError> {
    let broken = |error: zip::result::ZipError| BookError::broken("ZIP", error);
    let mut old = ZipArchive::new(source).map_err(broken)?;
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    for index in 0..old.len() {
        let entry = old.by_index_raw(index).map_err(broken)?;
        let name = entry.name().map_err(broken)?.into_owned();
        let plain = name.replace('\\', "/");
        let key = parts.keys().find(|key| key.eq_ignore_ascii_case(&plain)).cloned();
        match key.and_then(|key| parts.remove(&key)) {
            Some(bytes) => {
                drop(entry);
                new.start_file(name, options).map_err(broken)?;
                new.write_all(&bytes).map_err(|error| BookError::io(&error))?;
            }
            None => new.raw_copy_file(entry).map_err(broken)?,
        }
    }
    let mut added: Vec<_> = parts.into_iter().collect();
    added.sort();
    for (name, bytes) in added {
        new.start_file(name, options).map_err(broken)?;
        new.write_all(&bytes).map_err(|error| BookError::io(&error))?;
    }
    Ok(new.finish().map_err(broken)?.into_inner())
}
