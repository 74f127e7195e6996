//! Workbooks and tables in documents: reading them into plain grids, and writing workbooks.
//!
//! [`Book`] is what a file holds once read, in the sender's own rows and columns; [`read_book`]
//! hands it out piece by piece. Whatever comes from outside is parsed only in the sandboxed child
//! of `phusong-gis`, which uses this crate.
//!
//! Not here: what a column means, repairs, names, coordinates, anything about reports; and no
//! geometry library.

mod answer;
mod book;
mod docx;
mod error;
mod export;
mod format;
mod limits;
mod ods;
mod out;
mod package;
mod picture;
mod read;
mod serial;
mod source;
mod template;
mod xls;
mod xlsx;
mod xml;

pub use answer::{
    Answered, Answers, Because, FINDINGS_HEADING, Made, OUTCOME_HEADING, Outcome, RowAnswer,
    SUMMARY_SHEET, SheetAnswers, Total, answer_book, answers_as_csv, book_beside, edit_book, inert,
};
pub use book::{
    Book, BookKind, BookNote, Cell, Comment, DateSystem, Day, Merge, Picture, Piece, Row, Sheet,
    column_letters,
};
pub use error::{Bomb, BookError, BookMeasure, RefusedBook};
pub use export::{ExportCell, ExportSheet, workbook};
pub use limits::BookLimits;
pub use out::Emit;
pub use read::{BookBuilder, read_book, read_picture};
pub use source::FileSource;
pub use template::{
    ColumnHolds, ColumnSpec, DATA_SHEET, EXAMPLE_SHEET, FORMER_SHEET, INSTRUCTIONS_SHEET,
    LISTS_SHEET, TemplateSpec, Within, WriteError,
};
