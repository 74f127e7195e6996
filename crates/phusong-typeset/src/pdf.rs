//! The document as PDF, set by typst after `layout.typ`.

use std::sync::LazyLock;

use typst::comemo;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandards};

use crate::{Document, FACES, TypesetError, seal};

/// A PDF whose seal is still blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    pub bytes: Vec<u8>,
    pub pages: usize,
}

/// What all papers share: the layout, the faces, the library.
struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    faces: Vec<Font>,
    layout: Source,
    content: FileId,
}

static DESK: LazyLock<Desk> = LazyLock::new(|| {
    let faces: Vec<Font> = FACES.iter().flat_map(|face| Font::iter(Bytes::new(*face))).collect();
    Desk {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&faces)),
        faces,
        layout: Source::new(file_id("layout.typ"), include_str!("layout.typ").to_owned()),
        content: file_id("document.json"),
    }
});

#[expect(clippy::expect_used, reason = "two names that stand in this file")]
fn file_id(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a plain name");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// One paper on the desk.
struct Paper {
    content: Bytes,
}

impl World for Paper {
    fn library(&self) -> &LazyHash<Library> {
        &DESK.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &DESK.book
    }

    fn main(&self) -> FileId {
        DESK.layout.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == DESK.layout.id() { Ok(DESK.layout.clone()) } else { Err(missing(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == DESK.content { Ok(self.content.clone()) } else { Err(missing(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        DESK.faces.get(index).cloned()
    }

    /// No clock: the days on a paper are part of it.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}

/// The document as PDF: faces embedded, tagged, no day of making.
pub fn pdf(document: &Document) -> Result<Pdf, TypesetError> {
    if DESK.faces.is_empty() {
        return Err(TypesetError::NoFace);
    }
    let sealable =
        Document { state: format!("{} {}", document.state, seal::blank()), ..document.clone() };
    let content =
        serde_json::to_vec(&sealable).map_err(|error| TypesetError::Write(Box::new(error)))?;
    let paper = Paper { content: Bytes::new(content) };
    let set = typst::compile::<PagedDocument>(&paper).output;
    let written = set.and_then(|pages| {
        let options = PdfOptions {
            ident: Smart::Custom(document.ident.clone()),
            creator: Smart::Custom(Some("Phủ Sóng".to_owned())),
            timestamp: None,
            page_ranges: None,
            standards: PdfStandards::default(),
            tagged: true,
            pretty: false,
        };
        Ok((typst_pdf::pdf(&pages, &options)?, pages.pages().len()))
    });
    // What the layout remembered of this paper is of no use for the next, but others may be on
    // the desk at this moment.
    comemo::evict(4);
    match written {
        Ok((bytes, pages)) => Ok(Pdf { bytes, pages }),
        Err(faults) => Err(TypesetError::Layout(first(&paper, &faults))),
    }
}

/// Clears the desk of everything that the layout remembers: after many papers, tens of megabytes.
pub fn clear_desk() {
    comemo::evict(0);
}

/// The first fault, with its line of the layout.
fn first(paper: &Paper, faults: &[SourceDiagnostic]) -> String {
    let Some(fault) = faults.first() else { return String::new() };
    let start = paper.range(fault.span).map_or(0, |range| range.start);
    let line = DESK.layout.text().bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
    format!("layout.typ, line {line}: {}", fault.message)
}
