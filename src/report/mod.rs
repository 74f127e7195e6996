//! Documents from an Atlas: what they say, and the state by which they are known again.
//!
//! Not here: rules, the clock, how a document is set (`phusong_typeset`). The same Atlas, days and
//! method give the same document, and that the same bytes.

mod bundle;
mod coverage;
mod dossier;
pub mod export;
mod letterhead;
mod map;
mod period;
mod sources;
mod state;
pub(crate) mod words;

use phusong_atlas::atlas::Question;
use phusong_atlas::domain::Day;

pub use bundle::{BundleOf, MOST_BOUND, bound, folder, members, summary};
pub use dossier::dossier;
pub use period::{Periods, Views, period_report};
pub use phusong_typeset::{
    Appended, Document, Seal, TypesetError, Unsealed, clear_desk, docx, state_word,
};
pub use sources::rows_in_words;
pub use state::State;

/// Of the wording and layout of all papers. Raised whenever the same Atlas would give other bytes.
pub const METHOD: u32 = 4;

/// What every paper is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub question: Question,
    /// *Theo dữ liệu nhận đến hết ngày*.
    pub known_at: Day,
    /// Invented data: said on every page.
    pub demo: bool,
}

impl Asked {
    pub const fn day(&self) -> Day {
        self.question.day
    }

    fn mark(&self) -> Option<String> {
        self.demo.then(|| "Dữ liệu minh hoạ, không phải số liệu thật".to_owned())
    }
}

/// The paper as PDF.
pub fn pdf(document: &Document) -> Result<Vec<u8>, TypesetError> {
    Ok(phusong_typeset::pdf(document)?.bytes)
}
