//! Workbooks through the sandboxed child: what the two sides say to each other, and both sides of
//! it. The formats themselves are the business of `phusong-sheets`.

use std::fs::File;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use phusong_sheets::{
    Answered, Answers, Book, BookBuilder, BookError, BookLimits, BookMeasure, FileSource, Made,
    Piece, RowAnswer, SheetAnswers,
};
use serde::{Deserialize, Serialize};

use crate::child::send;
use crate::error::ReadError;
use crate::geofile::Limits;
use crate::reader::{NextFrame, SandboxedReader, checked_folder};
use crate::wire::{Frame, Request, Work, read_frame, write_frame};

/// Parent → child.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum BookWork {
    Read(BookLimits),
    /// The bytes of a picture that an earlier reading named.
    Picture {
        name: String,
        limits: BookLimits,
    },
    /// The members of a ZIP of documents.
    Unpack,
    /// The answered file. The answers' rows follow in frames of their own: [`AnsweredRows`].
    Answer {
        answers: Answers,
        limits: BookLimits,
    },
}

/// Parent → child: more rows of one answered sheet, by its place in the answers.
type AnsweredRows = (u32, Vec<RowAnswer>);

/// Child → parent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum BookFrame {
    Piece(Piece),
    /// What follows is this member of a ZIP.
    Member(String),
    /// The next bytes of a file.
    Bytes(Vec<u8>),
    /// How the answered file was made, its bytes came before; or why it could not be edited.
    Made(Made),
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

    /// The answered file: the sender's workbook with our columns, or a new one beside it. Always
    /// an XLSX.
    ///
    /// # Errors
    /// As for reading it; `TooLarge` beyond [`BookLimits::unpacked_bytes`].
    pub fn answer_book(
        &self,
        folder: &Path,
        file_name: &str,
        answers: &Answers,
        limits: &Limits,
        book_limits: &BookLimits,
    ) -> Result<Answered, ReadError> {
        let folder = checked_folder(folder, file_name, limits)?;
        let without_rows = |sheet: &SheetAnswers| SheetAnswers {
            sheet: sheet.sheet.clone(),
            heading_row: sheet.heading_row,
            understood: sheet.understood.clone(),
            rows: Vec::new(),
        };
        let head = Answers {
            titles: answers.titles.clone(),
            totals: answers.totals.clone(),
            notes: answers.notes.clone(),
            sheets: answers.sheets.iter().map(without_rows).collect(),
        };
        let work = BookWork::Answer { answers: head, limits: book_limits.clone() };
        let request = request(&folder, file_name, limits, work);
        let max = book_limits.unpacked_bytes;
        let more = |input: &mut dyn Write| send_rows(input, &answers.sheets);
        let (_, (bytes, made)) = self.run_with(&request, more, |next| {
            let mut bytes = Vec::new();
            loop {
                match next()? {
                    Frame::Book(BookFrame::Bytes(more)) => add_bytes(&mut bytes, &more, max)?,
                    Frame::Book(BookFrame::Made(made)) => return Ok((bytes, made)),
                    _ => return Err(ReadError::protocol()),
                }
            }
        })?;
        match made {
            Made::Edited => Ok(Answered { bytes, made }),
            // Its cells come through a child again; written anew they are here.
            Made::Beside { because } => {
                let book = self.read_book(&folder, file_name, limits, book_limits)?;
                Ok(phusong_sheets::book_beside(&book, answers, because)?)
            }
        }
    }

    pub(crate) fn run_book<T>(
        &self,
        folder: &Path,
        file_name: &str,
        limits: &Limits,
        work: BookWork,
        listen: impl FnOnce(&mut NextFrame<'_>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let folder = checked_folder(folder, file_name, limits)?;
        let request = request(&folder, file_name, limits, work);
        self.run(&request, listen).map(|(_, answer)| answer)
    }
}

fn request(folder: &Path, file_name: &str, limits: &Limits, work: BookWork) -> Request {
    Request {
        folder: folder.as_os_str().as_bytes().to_vec(),
        file_name: Some(file_name.to_owned()),
        limits: limits.clone(),
        work: Work::Book(work),
    }
}

fn send_rows(mut input: &mut dyn Write, sheets: &[SheetAnswers]) -> std::io::Result<()> {
    const ROWS_AT_ONCE: usize = 500;
    for (sheet, answers) in (0_u32..).zip(sheets) {
        for rows in answers.rows.chunks(ROWS_AT_ONCE) {
            write_frame(&mut input, &(sheet, rows))?;
        }
    }
    Ok(())
}

/// The child hears everything before it opens the file.
fn receive_rows(answers: &Answers) -> Result<Answers, ReadError> {
    let mut whole = answers.clone();
    let mut input = std::io::stdin().lock();
    while let Some((sheet, rows)) =
        read_frame::<AnsweredRows>(&mut input).map_err(|error| ReadError::io(&error))?
    {
        let sheet = whole.sheets.get_mut(sheet as usize).ok_or_else(ReadError::protocol)?;
        sheet.rows.extend(rows);
    }
    Ok(whole)
}

fn add_bytes(bytes: &mut Vec<u8>, more: &[u8], max: u64) -> Result<(), ReadError> {
    bytes.extend_from_slice(more);
    if bytes.len() as u64 > max {
        return Err(BookError::TooLarge { what: BookMeasure::Bytes, max }.into());
    }
    Ok(())
}

fn collect_bytes(next: &mut NextFrame<'_>, max: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    loop {
        match next()? {
            Frame::Book(BookFrame::Bytes(more)) => add_bytes(&mut bytes, &more, max)?,
            Frame::Done { .. } => return Ok(bytes),
            _ => return Err(ReadError::protocol()),
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
    let open = || -> Result<FileSource, ReadError> {
        let folder = checked_folder(folder, file_name, limits)?;
        let file = File::open(folder.join(file_name)).map_err(|error| ReadError::io(&error))?;
        FileSource::new(file).map_err(|error| ReadError::io(&error))
    };
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
            let read = phusong_sheets::read_book(open()?, file_name, limits, &mut emit);
            unsent.map_or(Ok(()), Err)?;
            read?;
        }
        BookWork::Picture { name, limits } => {
            send_bytes(out, &phusong_sheets::read_picture(open()?, name, limits)?)?;
        }
        BookWork::Unpack => crate::bundle::work(out, folder, file_name, limits)?,
        BookWork::Answer { answers, limits } => {
            let answers = receive_rows(answers)?;
            let made = match phusong_sheets::edit_book(open()?, file_name, &answers, limits)? {
                Ok(bytes) => {
                    send_bytes(out, &bytes)?;
                    Made::Edited
                }
                Err(because) => Made::Beside { because },
            };
            send(out, &Frame::Book(BookFrame::Made(made)))?;
        }
    }
    Ok(())
}

pub(crate) fn send_bytes(out: &mut impl Write, bytes: &[u8]) -> Result<(), ReadError> {
    const STEP_BYTES: usize = 1 << 20;
    bytes
        .chunks(STEP_BYTES)
        .try_for_each(|chunk| send(out, &Frame::Book(BookFrame::Bytes(chunk.to_vec()))))
}
