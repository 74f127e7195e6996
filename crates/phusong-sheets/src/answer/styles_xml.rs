//! The workbook's styles with ours added at their end, so that no number of the sender's changes.

use std::collections::HashSet;
use std::io::BufRead;

use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::{Reader, Writer};

use super::Outcome;
use super::sheet_xml::{StyleNumbers, declaration, without};
use crate::error::BookError;

const HEADING_COLOUR: u32 = 0x00DD_EBF7;

/// How many fills and cell formats there are, and the formats' own XML.
#[derive(Default)]
struct Found {
    fills: usize,
    formats: Vec<Vec<Event<'static>>>,
}

/// The new part, and the numbers of what was added. `marked`: (a sender's style, the outcome in
/// whose colour it is wanted).
pub(super) fn add(
    part: &str,
    styles: &[u8],
    marked: &[(usize, Outcome)],
) -> Result<(Vec<u8>, StyleNumbers), BookError> {
    let found = find(part, styles)?;
    let mut numbers = StyleNumbers::default();
    let mut next = found.formats.len();
    let mut take = || {
        next += 1;
        next - 1
    };
    numbers.heading = take();
    numbers.text = take();
    numbers.outcomes = Outcome::ALL.into_iter().map(|outcome| (outcome, take())).collect();
    let marked: Vec<(usize, Outcome)> =
        marked.iter().copied().filter(|(style, _)| *style < found.formats.len()).collect();
    numbers.marked = marked.iter().map(|key| (*key, take())).collect();

    let mut out = Writer::new(Vec::new());
    let (mut reader, mut buffer) = (Reader::from_reader(styles), Vec::new());
    let mut depth_of_formats = false;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let event = event.map_err(|error| BookError::broken(part, error))?;
        match event {
            Event::Eof => return Ok((out.into_inner(), numbers)),
            Event::Decl(_) => send(part, &mut out, declaration())?,
            Event::Start(start) if is_list(&start, "fills") => {
                let added = Outcome::ALL.len() + 1;
                send(part, &mut out, Event::Start(counted(&start, found.fills + added)))?;
            }
            Event::Start(start) if is_list(&start, "cellXfs") => {
                depth_of_formats = true;
                send(part, &mut out, Event::Start(counted(&start, next)))?;
            }
            Event::End(end) if end.local_name().as_ref() == "fills" => {
                let prefix = end.name().as_ref().strip_suffix("fills").unwrap_or("").to_owned();
                add_fills(part, &mut out, &prefix)?;
                send(part, &mut out, Event::End(end))?;
            }
            Event::End(end) if depth_of_formats && end.local_name().as_ref() == "cellXfs" => {
                depth_of_formats = false;
                let prefix = end.name().as_ref().strip_suffix("cellXfs").unwrap_or("").to_owned();
                add_formats(part, &mut out, &prefix, found.fills)?;
                for (style, outcome) in &marked {
                    let fill = found.fills + 1 + *outcome as usize;
                    for event in coloured(&found.formats[*style], fill) {
                        send(part, &mut out, event)?;
                    }
                }
                send(part, &mut out, Event::End(end))?;
            }
            event => send(part, &mut out, event)?,
        }
    }
}

fn is_list(start: &BytesStart<'_>, name: &str) -> bool {
    start.local_name().as_ref() == name
}

fn send(part: &str, out: &mut Writer<Vec<u8>>, event: Event<'_>) -> Result<(), BookError> {
    out.write_event(event).map_err(|error| BookError::broken(part, error))
}

fn counted(start: &BytesStart<'_>, count: usize) -> BytesStart<'static> {
    let mut start = without(start, &["count"]);
    start.push_attribute(("count", count.to_string().as_str()));
    start
}

fn find(part: &str, styles: impl BufRead) -> Result<Found, BookError> {
    let mut found = Found::default();
    let (mut is_in_fills, mut is_in_formats) = (false, false);
    let mut lists = HashSet::new();
    let (mut reader, mut buffer) = (Reader::from_reader(styles), Vec::new());
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let event = event.map_err(|error| BookError::broken(part, error))?;
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                let is_empty = matches!(event, Event::Empty(_));
                match start.local_name().as_ref() {
                    "fills" => is_in_fills = !is_empty,
                    "fill" if is_in_fills => found.fills += 1,
                    "cellXfs" => is_in_formats = !is_empty,
                    "xf" if is_in_formats => found.formats.push(Vec::new()),
                    _ => {}
                }
            }
            Event::End(end) => {
                if let name @ ("fills" | "cellXfs") = end.local_name().as_ref() {
                    is_in_fills &= name != "fills";
                    is_in_formats &= name != "cellXfs";
                    lists.insert(name.to_owned());
                }
            }
            Event::Eof if lists.len() == 2 => return Ok(found),
            Event::Eof => return Err(BookError::broken(part, "no fills or no cell formats")),
            Event::DocType(_) => return Err(BookError::broken(part, "a document type")),
            _ => {}
        }
        if is_in_formats && let Some(format) = found.formats.last_mut() {
            format.push(event.into_owned());
        }
    }
}

fn add_fills(part: &str, out: &mut Writer<Vec<u8>>, prefix: &str) -> Result<(), BookError> {
    let names = ["fill", "patternFill", "fgColor", "bgColor"].map(|name| format!("{prefix}{name}"));
    let [fill, pattern, front, back] = &names;
    let colours = [HEADING_COLOUR].into_iter().chain(Outcome::ALL.map(Outcome::colour));
    for colour in colours {
        let rgb = format!("FF{colour:06X}");
        let solid = BytesStart::new(pattern.as_str()).with_attributes([("patternType", "solid")]);
        let front = BytesStart::new(front.as_str()).with_attributes([("rgb", rgb.as_str())]);
        let back = BytesStart::new(back.as_str()).with_attributes([("indexed", "64")]);
        for event in [
            Event::Start(BytesStart::new(fill.as_str())),
            Event::Start(solid),
            Event::Empty(front),
            Event::Empty(back),
            Event::End(BytesEnd::new(pattern.as_str())),
            Event::End(BytesEnd::new(fill.as_str())),
        ] {
            send(part, out, event)?;
        }
    }
    Ok(())
}

/// Heading, text, and one for each outcome: text cells (format 49), marked as quoted so that
/// typing into one makes no formula of it.
fn add_formats(
    part: &str,
    out: &mut Writer<Vec<u8>>,
    prefix: &str,
    fills: usize,
) -> Result<(), BookError> {
    let (name, alignment) = (format!("{prefix}xf"), format!("{prefix}alignment"));
    let own =
        [Some(fills), None].into_iter().chain((1..=Outcome::ALL.len()).map(|at| Some(fills + at)));
    for fill in own {
        let number = fill.unwrap_or(0).to_string();
        let format = BytesStart::new(name.as_str()).with_attributes([
            ("numFmtId", "49"),
            ("fontId", "0"),
            ("fillId", number.as_str()),
            ("borderId", "0"),
            ("xfId", "0"),
            ("quotePrefix", "1"),
            ("applyNumberFormat", "1"),
            ("applyFill", "1"),
            ("applyAlignment", "1"),
        ]);
        let top = BytesStart::new(alignment.as_str())
            .with_attributes([("vertical", "top"), ("wrapText", "1")]);
        for event in
            [Event::Start(format), Event::Empty(top), Event::End(BytesEnd::new(name.as_str()))]
        {
            send(part, out, event)?;
        }
    }
    Ok(())
}

/// A sender's format with another fill.
fn coloured(format: &[Event<'static>], fill: usize) -> Vec<Event<'static>> {
    let filled = |start: &BytesStart<'_>| {
        let mut start = without(start, &["fillId", "applyFill"]);
        start.push_attribute(("fillId", fill.to_string().as_str()));
        start.push_attribute(("applyFill", "1"));
        start
    };
    format
        .iter()
        .enumerate()
        .map(|(at, event)| match event {
            Event::Start(start) if at == 0 => Event::Start(filled(start)),
            Event::Empty(start) if at == 0 => Event::Empty(filled(start)),
            event => event.clone(),
        })
        .collect()
}
