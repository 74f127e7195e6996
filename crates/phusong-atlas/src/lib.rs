//! The pure heart of Phủ Sóng: no I/O, no clock, no randomness, no async, no serde.
//!
//! | module | what lives there |
//! | --- | --- |
//! | [`domain`] | ids, days, places, technologies, the kinds of fact an entry can hold |
//! | [`gazetteer`] | names and units over time; a name in, candidates with reasons out |
//! | [`history`] | the fold of the ledger: every entity with its timeline, what each scope may count |
//! | [`atlas`] | a history assessed for a scope: verdicts over days, R-trees, gap queries |
//! | [`cores`] | much of the same kind done side by side on every core, in order |
//!
//! Arrows point up this list only: `atlas` → `history` → `gazetteer` → `domain`; `cores` knows none
//! of them.

pub mod atlas;
pub mod cores;
pub mod domain;
pub mod gazetteer;
pub mod history;
