//! The plain reading of DOMAIN.md §4: slow, without memory, one function per sentence.
//!
//! Each function quotes the sentence that it implements. Where the text leaves two readings
//! the comment says *Reading:* and which one was taken.

mod counted;
mod ground;
mod measurement;
mod meeting;
mod places;
mod second;
mod sites;
mod statements;
mod verdicts;

mod tests;

use phusong_atlas::domain::{
    CarrierId, ClusterId, Day, Entry, Environment, Fact, Grade, Party, RowRef, RuleSet, Scope,
    Service, Technology, VillageId,
};

pub use counted::counted_rows;
pub use meeting::{explain, state};
pub use places::clusters_of;
pub use verdicts::{cluster_verdict, terrestrial_mnos, village_verdict};

/// A cluster that a row describes, or the one that a village without any is taken to have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClusterKey {
    Known(ClusterId),
    Implied(VillageId),
}

/// Step 5's four outcomes for one carrier and technology.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CtState {
    Covered,
    Open,
    Not,
    Silent,
}

/// *Chờ xác nhận* and *cần xác nhận lại*, beside a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Flags {
    pub pending: bool,
    pub recheck: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClusterVerdict {
    Covered,
    NotCovered,
    Insufficient,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VillageVerdict {
    Covered,
    NotAsAsked,
    NoSignal,
    PartialHole,
    Insufficient,
}

/// "covered(E, scope, R, k, T, S, mode, D, grade) … Also by environment × service".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// T, the least technology.
    pub technology: Technology,
    /// S, "a non-empty set of carriers".
    pub carriers: Vec<CarrierId>,
    /// "with mode *any* or *each*".
    pub each: bool,
    /// D.
    pub day: Day,
    pub grade: Grade,
    pub environment: Environment,
    pub service: Service,
}

/// A row that counts, with what its entry says of it.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    pub at: RowRef,
    pub fact: &'a Fact,
    /// Whose statement it is.
    pub source: &'a Party,
    /// The local day on which it was recorded.
    pub recorded: Day,
}

/// E, scope and R, with V written out.
#[derive(Debug, Clone)]
pub struct View<'a> {
    pub rules: &'a RuleSet,
    /// V.
    pub rows: Vec<Counted<'a>>,
}

impl<'a> View<'a> {
    pub fn new(entries: &'a [Entry], scope: &Scope, rules: &'a RuleSet) -> Self {
        Self { rules, rows: counted_rows(entries, scope) }
    }
}
