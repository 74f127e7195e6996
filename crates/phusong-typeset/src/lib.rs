//! Documents on paper: one neutral model, set as PDF or DOCX by the layout of NĐ 30/2020.
//!
//! Not here: what a document says. The same document gives the same bytes; nothing is fetched, no
//! clock is read.

mod document;
mod docx;
mod drawing;
mod pdf;
mod picture;
mod seal;

pub use document::{
    Align, Block, Cell, Column, Document, Items, Letterhead, Sentence, Signature, Table, Tone,
};
pub use docx::docx;
pub use drawing::{Drawing, Ink, Shape};
pub use pdf::{Pdf, clear_desk, pdf};
pub use seal::{Appended, Seal, Unsealed, state_word};

include!(concat!(env!("OUT_DIR"), "/faces.rs"));

#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    #[error("this build holds no document face: run scripts/setup, then build again")]
    NoFace,
    #[error("the document could not be set: {0}")]
    Layout(String),
    #[error("the document could not be written")]
    Write(#[source] Box<dyn std::error::Error + Send + Sync>),
}
