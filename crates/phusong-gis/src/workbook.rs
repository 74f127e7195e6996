//! Workbooks through the sandboxed child: what the two sides say to each other, and both sides of
//! it. The formats themselves are the business of `phusong-sheets`.

use std::fs::File;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use phusong_sheets::{Book, BookBuilder, BookError, BookLimits, BookMeasure, FileSource, Piece};
use serde::{Deserialize, Serialize};

use crate::child::send;
use crate::error::ReadError;
use crate::geofile::Limits;
use crate::reader::{NextFrame, SandboxedReader, checked_folder};
use crate::wire::{Frame, Request, Work};

/// Parent → child.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum BookWork {
    Read(BookLimits),
    /// The bytes of a picture that an earlier reading named.
    Picture {
        name: String,
        limits: BookLimits,
    },
}

/// Child → parent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum BookFrame {
    Piece(Piece),
    /// The next bytes of a file.
    Bytes(Vec<u8>),
}

impl SandboxedReader {
    /// Reads a workbook or the tables of a document: XLSX, XLS, ODS, DOCX, by content. `folder`
    /// holds this upload and nothing else. Whole or not at all.
    ///
    /// # Errors
    /// See [`ReadError`]; of the workbook itself, [`ReadError::Workbook`].
    pub fn read_book(
        &self,
        folder: &Path,
        file_name: &str,
        limits: &Limits,
        book_limits: &BookLimits,
    ) -> Result<Book, ReadError> {
        let work = BookWork::Read(book_limits.clone());
        self.run_book(folder, file_name, limits, work, |next| {
            let mut book = BookBuilder::new(book_limits);
            loop {
                match next()? {
                    Frame::Book(BookFrame::Piece(piece)) => book.add(piece)?,
                    Frame::Done { .. } => return book.finish().ok_or_else(ReadError::protocol),
                    _ => return Err(ReadError::protocol()),
                }
            }
        })
    }

    /// The bytes of a picture in a workbook, by the name that [`Self::read_book`] gave.
    ///
    /// # Errors
    /// As for the book; `TooLarge` beyond [`BookLimits::kept_part_bytes`].
    pub fn read_picture(
        &self,
        folder: &Path,
        file_name: &str,
        picture: &str,
        limits: &Limits,
        book_limits: &BookLimits,
    ) -> Result<Vec<u8>, ReadError> {
        let work = BookWork::Picture { name: picture.to_owned(), limits: book_limits.clone() };
        self.run_book(folder, file_name, limits, work, |next| {
            collect_bytes(next, book_limits.kept_part_bytes)
        })
    }

    fn run_book<T>(
        &self,
        folder: &Path,
        file_name: &str,
        limits: &Limits,
        work: BookWork,
        listen: impl FnOnce(&mut NextFrame<'_>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let folder = checked_folder(folder, file_name, limits)?;
        let request = Request {
            folder: folder.as_os_str().as_bytes().to_vec(),
            file_name: Some(file_name.to_owned()),
            limits: limits.clone(),
            work: Work::Book(work),
        };
        self.run(&request, listen).map(|(_, answer)| answer)
    }
}

fn collect_bytes(next: &mut NextFrame<'_>, max: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    loop {
        match next()? {
            Frame::Book(BookFrame::Bytes(more)) => bytes.extend_from_slice(&more),
            Frame::Done { .. } => return Ok(bytes),
            _ => return Err(ReadError::protocol()),
        }
        if bytes.len() as u64 > max {
            return Err(BookError::TooLarge { what: BookMeasure::Bytes, max }.into());
        }
    }
}

/// The child's part, inside the walls.
pub(crate) fn work(
    out: &mut impl Write,
    folder: &Path,
    file_name: &str,
    limits: &Limits,
    work: &BookWork,
) -> Result<(), ReadError> {
    let folder = checked_folder(folder, file_name, limits)?;
    let file = File::open(folder.join(file_name)).map_err(|error| ReadError::io(&error))?;
    let source = FileSource::new(file).map_err(|error| ReadError::io(&error))?;
    match work {
        BookWork::Read(limits) => {
            let mut unsent = None;
            let mut emit = |piece| {
                send(out, &Frame::Book(BookFrame::Piece(piece))).map_err(|error| {
                    let detail = error.to_string();
                    unsent = Some(error);
                    BookError::Io { detail }
                })
            };
            let read = phusong_sheets::read_book(source, file_name, limits, &mut emit);
            unsent.map_or(Ok(()), Err)?;
            read?;
        }
        BookWork::Picture { name, limits } => {
            send_bytes(out, &phusong_sheets::read_picture(source, name, limits)?)?;
        }
    }
    Ok(())
}

fn send_bytes(out: &mut impl Write, bytes: &[u8]) -> Result<(), ReadError> {
    const STEP_BYTES: usize = 1 << 20;
    bytes
        .chunks(STEP_BYTES)
        .try_for_each(|chunk| send(out, &Frame::Book(BookFrame::Bytes(chunk.to_vec()))))
}
