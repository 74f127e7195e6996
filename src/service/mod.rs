//! The use cases. The only room with the clock, the locks, randomness, authorisation and
//! transactions; everything else below is computed from what it hands down.
//!
//! Not here: HTTP, command lines, how bytes are stored, how a verdict comes about.

mod accounts;
mod actor;
mod acts;
mod bare;
mod certificates;
mod contested;
pub mod coordinates;
mod decisions;
mod demo;
mod disk;
mod drafts;
mod events;
mod evidence;
mod filing;
mod fold;
mod geography;
mod grounds;
mod health;
mod keys;
mod known;
mod memory;
mod meters;
mod moves;
mod names;
mod news;
mod open;
mod papers;
mod planning;
mod progress;
mod public_view;
mod publishing;
mod register;
mod resumable;
mod rules;
mod shown;
mod sign_in;
mod templates;
mod uploads;
mod world;
mod writer;

pub use accounts::{Awaited, Awaiting, Who, fresh_person};
pub use actor::{Action, Actor, FiledThing, Object, Refusal, can};
pub use acts::{ActError, Decision};
pub use certificates::Certified;
pub use contested::{Challenge, Challenged, ContestError, Explained};
pub use decisions::{
    Docket, KnownRules, KnownSunset, NewIndicator, NewTarget, Ruling, RulingError, UnitCounted,
};
pub use demo::Data;
pub use disk::{Room, Space};
pub use drafts::{
    Addition, AnsweredFile, Basis, DraftError, Drafting, FiledOn, Gone, Held, MOST_FILES, Meant,
    Revision, SentFile, ShownArea, State,
};
pub use events::Change;
pub use evidence::{Counted, Foreseen, Sent};
pub use filing::{Drafted, FileError, Filed, Moved, Sending};
pub use grounds::{Grounds, grounds};
pub use health::Check;
pub use keys::{KeyError, OwnKey};
pub use known::KnownError;
pub use memory::give_back_memory;
pub use meters::Meters;
pub use moves::{EntryMoves, moves_beside};
pub use names::{AskedName, DecidedName, NameRuling};
pub use open::{OpenError, Service, fresh_key, gazetteer_of, now, today};
pub use papers::{KeepError, PaperTrust, Sealed, Sealer, SignedPaper, check_paper};
pub use planning::{
    Answered, Proposed, ProposedSite, SitesError, ThenAndNow, VillageMoved, propose,
    then_and_now_in,
};
pub use progress::Going;
pub use public_view::OpeningError;
pub use resumable::{Begun, Continuing, Incoming, Promise, UploadError};
pub use rules::{check_rules_file, rule_sets_of};
pub use shown::{Lines, Mention, ReportLine, ReportView, RowState, ShownRow, mentions};
pub use sign_in::{Session, SignInError, sign_in_token};
pub use templates::{Offered, template_xlsx};
pub use uploads::{ContentHash, GivenFile, RawFileError, Receiving, Upload};
pub use world::World;
pub use writer::{WriteError, Written};
