//! Workbooks and tables in documents: reading them into plain grids, and writing workbooks.
//!
//! [`Book`] is what a file holds once read, in the sender's own rows and columns. Whatever comes
//! from outside is parsed only in the sandboxed child of `phusong-gis`, which uses this crate.
//!
//! Not here: what a column means, repairs, names, coordinates, anything about reports; and no
//! geometry library.

mod book;

pub use book::{
    Book, BookKind, BookNote, Cell, Comment, DateSystem, Day, Merge, Picture, Piece, Row, Sheet,
    column_letters,
};
