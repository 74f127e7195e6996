//! The use cases. The only room with the clock, the locks, randomness, authorisation and
//! transactions; everything else below is computed from what it hands down.
//!
//! Not here: HTTP, command lines, how bytes are stored, how a verdict comes about.

mod actor;
mod acts;
mod decisions;
mod demo;
mod events;
mod evidence;
mod filing;
mod geography;
mod known;
mod moves;
mod open;
mod register;
mod shown;
mod uploads;
mod writer;

pub use actor::{Action, Actor, KeyError, may};
pub use acts::{ActError, Decision};
pub use decisions::{Docket, KnownRules, KnownSunset, Ruling, RulingError};
pub use demo::Data;
pub use events::Change;
pub use evidence::{Counted, Sent};
pub use filing::{Drafted, FileError, Filed, Moved, Sending};
pub use known::KnownError;
pub use moves::EntryMoves;
pub use open::{OpenError, READER_COMMAND, Service, fresh_key, gazetteer_of, now, today};
pub use shown::{Mention, ReportLine, ReportView, RowState, ShownRow, mentions};
pub use uploads::{ContentHash, RawFileError, Receiving, Upload};
pub use writer::{WriteError, Written};
