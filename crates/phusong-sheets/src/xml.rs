//! Reading XML as a stream: no tree, no entity but the five of XML itself, names without their
//! prefix.

use std::io::{BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::error::BookError;

/// One part of a package, event by event. `<a/>` comes as a start and an end.
pub(crate) struct Xml<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    part: String,
}

impl<R: Read> Xml<BufReader<R>> {
    pub(crate) fn new(part: &str, from: R) -> Self {
        Self::over(part, BufReader::with_capacity(64 << 10, from))
    }
}

impl<R: BufRead> Xml<R> {
    pub(crate) fn over(part: &str, from: R) -> Self {
        let mut reader = Reader::from_reader(from);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_comments = false;
        Self { reader, buffer: Vec::new(), part: part.to_owned() }
    }

    pub(crate) fn next(&mut self) -> Result<Event<'_>, BookError> {
        self.buffer.clear();
        let part = &self.part;
        let read = self.reader.read_event_into(&mut self.buffer);
        match read.map_err(|error| BookError::broken(part, error))? {
            Event::DocType(_) => Err(BookError::refused(crate::error::RefusedBook::Entities)),
            event => Ok(event),
        }
    }

    /// All text up to the end of the element whose start was just read, nested elements' too.
    pub(crate) fn text(&mut self) -> Result<String, BookError> {
        let (mut text, mut depth) = (String::new(), 1_u32);
        let part = self.part.clone();
        loop {
            match self.next()? {
                Event::Start(_) => depth += 1,
                Event::End(_) => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(text);
                    }
                }
                Event::Eof => return Err(BookError::broken(part, "it ends too early")),
                event => push_text(&event, &mut text, &part)?,
            }
        }
    }

    /// Passes over the element whose start was just read.
    pub(crate) fn skip(&mut self) -> Result<(), BookError> {
        let mut depth = 1_u32;
        while depth > 0 {
            match self.next()? {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => {
                    return Err(BookError::broken(self.part.clone(), "it ends too early"));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Adds what an event says: text, CDATA, or one of XML's own references.
pub(crate) fn push_text(event: &Event<'_>, into: &mut String, part: &str) -> Result<(), BookError> {
    match event {
        Event::Text(text) => into.push_str(&text.xml10_content()),
        Event::CData(text) => into.push_str(&text.xml10_content()),
        Event::GeneralRef(reference) => {
            let character =
                reference.resolve_char_ref().map_err(|error| BookError::broken(part, error))?;
            let character = character.or_else(|| match reference.xml10_content().as_ref() {
                "lt" => Some('<'),
                "gt" => Some('>'),
                "amp" => Some('&'),
                "apos" => Some('\''),
                "quot" => Some('"'),
                _ => None,
            });
            let unknown = || BookError::broken(part, "an entity that XML does not know");
            into.push(character.ok_or_else(unknown)?);
        }
        _ => {}
    }
    Ok(())
}

/// The value of an attribute, by its name without prefix.
pub(crate) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    start.attributes().with_checks(false).flatten().find_map(|attribute| {
        (attribute.key.local_name().as_ref() == name)
            .then(|| attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).ok())
            .flatten()
            .map(std::borrow::Cow::into_owned)
    })
}

/// The attribute of exactly this name: no prefix before it.
pub(crate) fn plain_attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    start.attributes().with_checks(false).flatten().find_map(|attribute| {
        (attribute.key.as_ref() == name)
            .then(|| attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).ok())
            .flatten()
            .map(std::borrow::Cow::into_owned)
    })
}

/// Whether an attribute says yes in one of XML's ways.
pub(crate) fn is_set(start: &BytesStart<'_>, name: &str) -> bool {
    attribute(start, name).is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on"))
}
