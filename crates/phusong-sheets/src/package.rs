//! The ZIP around XLSX, ODS and DOCX. Opening it walks through every entry once and counts the
//! bytes that truly come out; only what passed is looked into.

use std::collections::HashMap;
use std::io::{BufReader, Read, Seek};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use crate::error::{Bomb, BookError, RefusedBook};
use crate::limits::BookLimits;
use crate::picture::{self, Weights};
use crate::xml::{Xml, attribute};

/// A ZIP whose entries were all unpacked once, within the limits.
pub(crate) struct Package<R> {
    zip: ZipArchive<R>,
    /// Names in lower case with plain slashes, as some programs do not keep their own spelling.
    places: HashMap<String, usize>,
    kept_part_bytes: u64,
}

/// A part, as a stream of events.
pub(crate) type PartXml<'a, R> = Xml<BufReader<ZipFile<'a, R>>>;

/// One line of a `.rels` part.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub id: String,
    /// The last word of its type: `worksheet`, `image`, `comments` …
    pub kind: String,
    /// The part it leads to; `None` if it leads out of the package.
    pub target: Option<String>,
}

impl<R: Read + Seek> Package<R> {
    pub(crate) fn open(source: R, limits: &BookLimits) -> Result<Self, BookError> {
        let broken = |error: ZipError| BookError::broken("ZIP", error);
        let mut zip = ZipArchive::new(source).map_err(broken)?;
        if zip.len() as u64 > limits.entries {
            return Err(bomb(Bomb::Entries { max: limits.entries }));
        }
        if zip.has_duplicate_names() {
            return Err(BookError::broken("ZIP", "a name stands twice"));
        }
        if zip.has_overlapping_entries().map_err(broken)? {
            return Err(bomb(Bomb::Overlap));
        }
        let mut places = HashMap::new();
        let mut left = limits.unpacked_bytes;
        for index in 0..zip.len() {
            let mut entry = zip.by_index(index).map_err(|error| match error {
                ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
                    BookError::refused(RefusedBook::Encrypted)
                }
                error => broken(error),
            })?;
            let name = entry.name().map_err(broken)?.replace('\\', "/").to_lowercase();
            let is_outside = name.starts_with('/') || name.split('/').any(|step| step == "..");
            if is_outside || entry.is_symlink() {
                return Err(BookError::broken("ZIP", "a name leads out of the archive"));
            }
            walk(&mut entry, &name, &mut left, limits)?;
            if places.insert(name, index).is_some() {
                return Err(BookError::broken("ZIP", "a name stands twice"));
            }
        }
        Ok(Self { zip, places, kept_part_bytes: limits.kept_part_bytes })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.places.contains_key(&name.to_lowercase())
    }

    fn place(&self, name: &str) -> Result<usize, BookError> {
        let place = self.places.get(&name.to_lowercase());
        place.copied().ok_or_else(|| BookError::broken(name, "it is not there"))
    }

    /// A part's bytes as a stream.
    pub(crate) fn part(&mut self, name: &str) -> Result<ZipFile<'_, R>, BookError> {
        let place = self.place(name)?;
        self.zip.by_index(place).map_err(|error| BookError::broken(name, error))
    }

    pub(crate) fn xml(&mut self, name: &str) -> Result<PartXml<'_, R>, BookError> {
        self.part(name).map(|part| Xml::new(name, part))
    }

    /// A part of modest size, whole.
    pub(crate) fn bytes(&mut self, name: &str) -> Result<Vec<u8>, BookError> {
        let max = self.kept_part_bytes;
        let mut bytes = Vec::new();
        let read = self.part(name)?.take(max + 1).read_to_end(&mut bytes);
        read.map_err(|error| BookError::broken(name, error))?;
        if bytes.len() as u64 > max {
            return Err(bomb(Bomb::Entry { name: name.to_owned(), max }));
        }
        Ok(bytes)
    }

    /// All pictures, weighed: for formats in which they are met while another part is open.
    pub(crate) fn pictures(&mut self) -> Result<Weights, BookError> {
        let names: Vec<String> = { self.zip.file_names().flatten() }
            .filter(|name| picture::is_named_like_one(name))
            .map(std::borrow::Cow::into_owned)
            .collect();
        let weigh = |name: String| {
            let weight = picture::weigh(self.part(&name)?, &name)?;
            Ok((name, weight))
        };
        names.into_iter().map(weigh).collect()
    }

    /// What a part leads to; nothing if it has no relations. The package's own: `""`.
    pub(crate) fn relations(&mut self, of: &str) -> Result<Vec<Relation>, BookError> {
        let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
        let name = match folder {
            "" => format!("_rels/{file}.rels"),
            folder => format!("{folder}/_rels/{file}.rels"),
        };
        if !self.has(&name) {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        let mut xml = self.xml(&name)?;
        loop {
            use quick_xml::events::Event;
            match xml.next()? {
                Event::Start(start) if start.local_name().as_ref() == "Relationship" => {
                    let outside = attribute(&start, "TargetMode").is_some_and(|m| m == "External");
                    let target = attribute(&start, "Target").unwrap_or_default();
                    let kind = attribute(&start, "Type").unwrap_or_default();
                    found.push(Relation {
                        id: attribute(&start, "Id").unwrap_or_default(),
                        kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                        target: if outside { None } else { resolve(folder, &target) },
                    });
                }
                Event::Eof => return Ok(found),
                _ => {}
            }
        }
    }
}

fn bomb(what: Bomb) -> BookError {
    BookError::Bomb { what }
}

/// `../media/image1.png` seen from `xl/drawings`.
fn resolve(folder: &str, target: &str) -> Option<String> {
    if let Some(absolute) = target.strip_prefix('/') {
        return Some(absolute.to_owned());
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

/// Unpacks one entry to nowhere, counting; and looks into XML for declarations that have no
/// place in a workbook.
fn walk<R: Read>(
    entry: &mut ZipFile<'_, R>,
    name: &str,
    left: &mut u64,
    limits: &BookLimits,
) -> Result<(), BookError> {
    const KEPT_WHILE_READING: [&str; 3] = ["sharedstrings", "/styles", "styles.xml"];
    // Excel's own data queries keep parts in UTF-16 there, which nobody reads.
    let is_read = !name.starts_with("customxml/");
    let is_xml = is_read && matches!(name.rsplit('.').next(), Some("xml" | "rels"));
    let is_kept = is_xml && KEPT_WHILE_READING.iter().any(|word| name.contains(word));
    let max = if is_kept { limits.kept_part_bytes } else { limits.part_bytes };
    let (mut buffer, mut found, mut total) = (vec![0; 64 << 10], Declarations::default(), 0_u64);
    loop {
        let count = entry.read(&mut buffer).map_err(|error| BookError::broken(name, error))?;
        if count == 0 {
            return Ok(());
        }
        total += count as u64;
        *left = left
            .checked_sub(count as u64)
            .ok_or_else(|| bomb(Bomb::Total { max: limits.unpacked_bytes }))?;
        if total > max {
            return Err(bomb(Bomb::Entry { name: name.to_owned(), max }));
        }
        if is_xml && found.add(&buffer[..count]) {
            return Err(BookError::refused(RefusedBook::Entities));
        }
    }
}

/// Looks for `<!DOCTYPE` and `<!ENTITY` over the borders of chunks, and for XML in UTF-16, in
/// which they could hide.
#[derive(Default)]
struct Declarations {
    tail: Vec<u8>,
    begun: bool,
}

impl Declarations {
    fn add(&mut self, chunk: &[u8]) -> bool {
        const WORDS: [&[u8]; 2] = [b"<!DOCTYPE", b"<!ENTITY"];
        const LONGEST: usize = 9;
        if !std::mem::replace(&mut self.begun, true) {
            let head = &chunk[..chunk.len().min(4)];
            if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || head.contains(&0) {
                return true;
            }
        }
        let is_in = |bytes: &[u8]| {
            let mut marks = (0..bytes.len().saturating_sub(1)).filter(|&at| bytes[at] == b'<');
            marks.any(|at| WORDS.iter().any(|word| bytes[at..].starts_with(word)))
        };
        self.tail.extend_from_slice(&chunk[..chunk.len().min(LONGEST)]);
        if is_in(&self.tail) || is_in(chunk) {
            return true;
        }
        match chunk.len().checked_sub(LONGEST) {
            Some(keep) => self.tail = chunk[keep..].to_vec(),
            None => drop(self.tail.drain(..self.tail.len().saturating_sub(LONGEST))),
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_is_found_wherever_the_chunks_break() {
        let text = b"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]>";
        for size in 1..text.len() {
            let mut found = Declarations::default();
            assert!(text.chunks(size).any(|chunk| found.add(chunk)), "chunks of {size}");
        }
        let mut found = Declarations::default();
        assert!(!b"<?xml version=\"1.0\"?><a>!DOCTYPE</a>".chunks(3).any(|chunk| found.add(chunk)));
    }

    #[test]
    fn targets_are_resolved_from_their_part() {
        let cases = [
            ("xl/drawings", "../media/image1.png", Some("xl/media/image1.png")),
            ("xl", "worksheets/sheet1.xml", Some("xl/worksheets/sheet1.xml")),
            ("xl", "/xl/styles.xml", Some("xl/styles.xml")),
            ("", "../outside", None),
        ];
        for (folder, target, expected) in cases {
            assert_eq!(resolve(folder, target).as_deref(), expected);
        }
    }
}
