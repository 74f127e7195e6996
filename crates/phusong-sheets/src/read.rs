//! A file in, pieces of a book out: what it is by content, then the reader for that kind.

use std::io::{Read, Seek, SeekFrom};

use crate::book::{Book, BookKind, BookNote, Merge, Piece, Row, Sheet};
use crate::error::{BookError, BookMeasure, RefusedBook};
use crate::limits::BookLimits;
use crate::out::{Emit, Out};
use crate::package::Package;
use crate::{docx, ods, picture, xls, xlsx};

/// What a file is, and where its main part lies.
enum Found<R> {
    Xlsx(Package<R>, String),
    Docx(Package<R>, String),
    Ods(Package<R>),
    Xls,
}

/// Reads a whole book, handing pieces on as they come. `name` is only compared with the
/// content. Foreign files belong in the sandboxed child: this parses in the calling process.
///
/// # Errors
/// See [`BookError`]; an error of `emit` is handed through.
pub fn read_book<'e, R: Read + Seek + Clone>(
    source: R,
    name: &str,
    limits: &'e BookLimits,
    emit: &'e mut Emit<'e>,
) -> Result<BookKind, BookError> {
    let mut out = Out::new(emit, limits);
    let kind = match find(source.clone(), limits)? {
        Found::Xlsx(mut package, part) => {
            xlsx::read(source, &mut package, &part, limits, &mut out)?;
            BookKind::Xlsx
        }
        Found::Docx(mut package, part) => {
            docx::read(&mut package, &part, limits, &mut out)?;
            BookKind::Docx
        }
        Found::Ods(mut package) => {
            ods::read(&mut package, limits, &mut out)?;
            BookKind::Ods
        }
        Found::Xls => {
            xls::read(source, limits, &mut out)?;
            BookKind::Xls
        }
    };
    if let Some((_, ending)) = name.rsplit_once('.')
        && !ending.eq_ignore_ascii_case(kind.extension())
    {
        let named = ending.chars().take(10).collect();
        out.note(BookNote::WrongExtension { named, kind });
    }
    out.finish()?;
    Ok(kind)
}

/// The bytes of a picture that [`read_book`] named.
///
/// # Errors
/// As for the book; and if there is no such part, or it is larger than the limits allow.
pub fn read_picture<R: Read + Seek>(
    source: R,
    picture: &str,
    limits: &BookLimits,
) -> Result<Vec<u8>, BookError> {
    let mut package = Package::open(source, limits)?;
    if !picture::is_named_like_one(picture) {
        return Err(BookError::broken(picture, "it is no picture"));
    }
    package.bytes(picture)
}

fn find<R: Read + Seek + Clone>(mut source: R, limits: &BookLimits) -> Result<Found<R>, BookError> {
    const LOOK_BYTES: u64 = 1_024;
    let mut head = Vec::new();
    let read = source.seek(SeekFrom::Start(0));
    read.and_then(|_| source.by_ref().take(LOOK_BYTES).read_to_end(&mut head))
        .map_err(|error| BookError::io(&error))?;
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return xls::check(source).map(|()| Found::Xls);
    }
    if !head.starts_with(b"PK\x03\x04") {
        return Err(BookError::refused(looks_like(&head)));
    }
    in_zip(Package::open(source, limits)?)
}

fn in_zip<R: Read + Seek>(mut package: Package<R>) -> Result<Found<R>, BookError> {
    if package.has("[Content_Types].xml") {
        return in_office_package(package);
    }
    if !package.has("mimetype") {
        return Err(BookError::refused(RefusedBook::Zip));
    }
    match package.bytes("mimetype")?.trim_ascii() {
        b"application/vnd.oasis.opendocument.spreadsheet"
        | b"application/vnd.oasis.opendocument.spreadsheet-template" => Ok(Found::Ods(package)),
        kind if kind.starts_with(b"application/vnd.oasis.opendocument") => {
            Err(BookError::refused(RefusedBook::OpenDocument))
        }
        _ => Err(BookError::refused(RefusedBook::Zip)),
    }
}

/// Source: ECMA-376 part 2 (package relations, content types).
fn in_office_package<R: Read + Seek>(mut package: Package<R>) -> Result<Found<R>, BookError> {
    const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
    const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    let relations = package.relations("")?;
    let main = relations.into_iter().find(|relation| relation.kind == "officeDocument");
    let main = main.and_then(|relation| relation.target);
    let main = main.ok_or(BookError::Refused { what: RefusedBook::Zip })?;
    let types = package.bytes("[Content_Types].xml")?;
    let types = String::from_utf8_lossy(&types).to_lowercase();
    let is = |start: &str| types.contains(start);
    if is("sheet.binary") {
        Err(BookError::refused(RefusedBook::Xlsb))
    } else if is("macroenabled") || is("vbaproject") {
        Err(BookError::refused(RefusedBook::Macros))
    } else if is(&format!("{SHEET}sheet.main+xml")) || is(&format!("{SHEET}template.main+xml")) {
        Ok(Found::Xlsx(package, main))
    } else if is(&format!("{WORD}document.main+xml")) || is(&format!("{WORD}template.main+xml")) {
        Ok(Found::Docx(package, main))
    } else if is("presentationml") {
        Err(BookError::refused(RefusedBook::Ppt))
    } else {
        Err(BookError::refused(RefusedBook::Unknown))
    }
}

fn looks_like(head: &[u8]) -> RefusedBook {
    const KNOWN: [(&[u8], RefusedBook); 9] = [
        (b"Rar!\x1a\x07", RefusedBook::Rar),
        (b"7z\xbc\xaf\x27\x1c", RefusedBook::SevenZip),
        (b"%PDF", RefusedBook::Pdf),
        (b"{\\rtf", RefusedBook::Rtf),
        (b"PK\x05\x06", RefusedBook::Zip),
        // BIFF 2, 3, 4 and 5 without a compound file: their first record.
        (b"\x09\x00\x04\x00", RefusedBook::OldExcel),
        (b"\x09\x02\x06\x00", RefusedBook::OldExcel),
        (b"\x09\x04\x06\x00", RefusedBook::OldExcel),
        (b"\x09\x08\x08\x00", RefusedBook::OldExcel),
    ];
    let found = KNOWN.iter().find(|(start, _)| head.starts_with(start));
    if let Some((_, what)) = found {
        return *what;
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if text.starts_with(b"<") { RefusedBook::WebPage } else { RefusedBook::Unknown }
}

/// Puts pieces together again and counts what they take up.
#[derive(Debug)]
pub struct BookBuilder {
    book: Option<Book>,
    left_bytes: u64,
    max_bytes: u64,
    rows_left: u32,
}

impl BookBuilder {
    pub fn new(limits: &BookLimits) -> Self {
        let max_bytes = limits.contents_bytes;
        Self { book: None, left_bytes: max_bytes, max_bytes, rows_left: limits.rows }
    }

    /// Adds the next piece. Trusts none: they may come from a child that no longer obeys.
    ///
    /// # Errors
    /// `TooLarge` over the limits, `Broken` out of order.
    pub fn add(&mut self, piece: Piece) -> Result<(), BookError> {
        let too_large = |what, max| BookError::TooLarge { what, max };
        let left = self.left_bytes.checked_sub(cost_bytes(&piece));
        self.left_bytes = left.ok_or(too_large(BookMeasure::Contents, self.max_bytes))?;
        let order = || BookError::broken("book", "pieces out of order");
        let piece = match piece {
            Piece::Begin { kind, date_system } if self.book.is_none() => {
                let (sheets, warnings) = (Vec::new(), Vec::new());
                self.book = Some(Book { kind, date_system, sheets, warnings });
                return Ok(());
            }
            Piece::Begin { .. } => return Err(order()),
            piece => piece,
        };
        let book = self.book.as_mut().ok_or_else(order)?;
        match piece {
            Piece::Sheet { name, hidden } => {
                book.sheets.push(Sheet { name, hidden, ..Sheet::default() });
                return Ok(());
            }
            Piece::Note(note) => {
                book.warnings.push(note);
                return Ok(());
            }
            _ => {}
        }
        let sheet = book.sheets.last_mut().ok_or_else(order)?;
        match piece {
            Piece::Row(row) => {
                let max = u64::from(self.rows_left);
                self.rows_left =
                    self.rows_left.checked_sub(1).ok_or(too_large(BookMeasure::Rows, max))?;
                if !is_in_order(&row, sheet.rows.last()) {
                    return Err(order());
                }
                sheet.rows.push(row);
            }
            Piece::Merge(merge) => sheet.merges.push(merge),
            Piece::HiddenColumns { first, last } => sheet.hidden_columns.extend(first..=last),
            Piece::Comment(comment) => sheet.comments.push(comment),
            Piece::Picture(picture) => sheet.pictures.push(picture),
            Piece::Begin { .. } | Piece::Sheet { .. } | Piece::Note(_) => {}
        }
        Ok(())
    }

    /// The book, if it was begun.
    pub fn finish(self) -> Option<Book> {
        let mut book = self.book?;
        for sheet in &mut book.sheets {
            sheet.hidden_columns.sort_unstable();
            sheet.hidden_columns.dedup();
        }
        Some(book)
    }
}

fn is_in_order(row: &Row, before: Option<&Row>) -> bool {
    before.is_none_or(|before| before.number < row.number)
        && row.cells.is_sorted_by(|(left, _), (right, _)| left < right)
        && row.computed.is_sorted_by(|left, right| left < right)
}

/// What a piece takes up once kept, in bytes, roughly and rather too much.
fn cost_bytes(piece: &Piece) -> u64 {
    use crate::book::Cell;
    let length = match piece {
        Piece::Row(row) => {
            let text = |cell: &Cell| match cell {
                Cell::Text(text) | Cell::Error(text) => text.len(),
                _ => 0,
            };
            row.cells.iter().map(|(_, cell)| 48 + text(cell)).sum::<usize>()
                + 2 * row.computed.len()
                + 64
        }
        Piece::Sheet { name, .. } => name.len() + 256,
        Piece::Comment(comment) => comment.text.len() + 32,
        Piece::Picture(picture) => picture.name.len() + 80,
        Piece::HiddenColumns { first, last } => 2 * usize::from(last.saturating_sub(*first)) + 2,
        Piece::Merge(_) => size_of::<Merge>(),
        Piece::Begin { .. } => 256,
        Piece::Note(_) => 512,
    };
    length as u64
}
