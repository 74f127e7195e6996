//! DOMAIN.md §4 read a second time, slowly, and held against the production code.
//!
//! | module | what lives there |
//! | --- | --- |
//! | [`plain`] | the rules as pure functions over a ledger prefix, sentence by sentence |
//! | [`book`] | a ledger written as lines, for cases that read like the rules |
//! | [`histories`] | small, nasty, valid ledgers for proptest, printed as tables |
//! | [`questions`] | gap queries, changes and sites against a scan without indexes |
//! | [`what_if`] | what would change a verdict, and nothing else |
//! | [`planning`] | totals over partitions, two rule sets, what hangs on one site |
//! | [`agree`] | the comparison: any assessor of ledgers against the plain reading |
//!
//! Nothing here may be shared with `src/history` or `src/atlas`: two readings that lean on each
//! other prove nothing.

mod agree;
mod book;
mod histories;
mod plain;
mod planning;
mod production;
mod questions;
mod what_if;
