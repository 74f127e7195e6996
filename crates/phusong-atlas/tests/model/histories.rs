//! Small, nasty ledgers for proptest: few places, few days, every kind of fact of DOMAIN §4.
//!
//! A history is generated as acts made of small numbers, then *settled*: put in the order of
//! recording, and every "which earlier row?" resolved among the rows that are there. So any act
//! may be dropped while shrinking, and what is left is still a valid ledger.

mod acts;
mod print;
mod settle;

use phusong_atlas::domain::{
    CarrierId, Day, Entry, Environment, Grade, RuleSet, Scope, Service, Technology, VillageId,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::book::{carrier, day, rules, unit, village};
use crate::plain::Question;

/// A ledger and the rule set to judge it by. `Debug` prints it as a table.
#[derive(Clone)]
pub struct History {
    pub entries: Vec<Entry>,
    pub rules: RuleSet,
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&print::table(self))
    }
}

/// A history, how much of it is known (a prefix), and what is asked of it.
#[derive(Clone)]
pub struct Case {
    pub history: History,
    pub known: usize,
    pub questions: Vec<Question>,
}

impl Case {
    /// The ledger prefix E.
    pub fn entries(&self) -> &[Entry] {
        &self.history.entries[..self.known]
    }
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "\n{}known: the first {} entries", print::table(&self.history), self.known)?;
        self.questions.iter().try_for_each(|q| writeln!(f, "asked: {}", print::question(q)))
    }
}

/// Days that lie 12 months, 31 days or nothing apart.
const FOCI: [&str; 8] = [
    "2023-06-07",
    "2024-02-29",
    "2024-06-07",
    "2024-10-16",
    "2025-02-28",
    "2025-06-07",
    "2025-07-01",
    "2025-10-16",
];

/// A day at, or one day beside, or a measurement's span after a focus.
pub fn near_focus() -> impl Strategy<Value = Day> {
    (select(&FOCI[..]), select(&[0, 0, 0, 0, -1, 1, 31, 32][..]))
        .prop_map(|(focus, days)| day(focus).plus_days(days))
}

/// Mostly late, when much has been said.
fn asked_day() -> impl Strategy<Value = Day> {
    prop_oneof![
        1 => near_focus(),
        2 => (select(&FOCI[2..]), select(&[0, 0, 0, -1, 1, 31, 32][..]))
            .prop_map(|(focus, days)| day(focus).plus_days(days)),
    ]
}

pub const CARRIERS: [&str; 3] = ["viettel", "vnpt", "mobi"];
pub const VILLAGES: [&str; 3] = ["v1", "v2", "v3"];
pub const CLUSTERS: [&str; 4] = ["k1", "k2", "k3", "k4"];
/// The old commune, the one that took its place on 2025-07-01, and its neighbour.
pub const COMMUNES: [u32; 3] = [2, 3, 4];

pub fn villages() -> Vec<VillageId> {
    VILLAGES.iter().map(|id| village(id)).collect()
}

pub fn carriers() -> Vec<CarrierId> {
    CARRIERS.iter().map(|id| carrier(id)).collect()
}

/// Every scope that can differ.
pub fn scopes() -> Vec<Scope> {
    let mut scopes = vec![Scope::Officer, Scope::Approver, Scope::Public];
    scopes.extend(carriers().into_iter().map(Scope::Carrier));
    scopes.push(Scope::Commune(unit(COMMUNES[0])));
    scopes
}

pub fn history() -> impl Strategy<Value = History> {
    (settle::beginning(), vec(acts::act(), 0..20), rule_set()).prop_map(
        |(beginning, acts, rules)| History { entries: settle::ledger(&beginning, acts), rules },
    )
}

pub fn case() -> impl Strategy<Value = Case> {
    (history(), vec(question(), 1..4), 0..4_usize).prop_map(|(history, questions, forgotten)| {
        let known = history.entries.len().saturating_sub(forgotten).max(1);
        Case { history, known, questions }
    })
}

/// The default; with smaller numbers, so that few samples decide; with reach and an early base.
fn rule_set() -> impl Strategy<Value = RuleSet> {
    select(&[0_u8, 1, 1, 2][..]).prop_map(|variant| {
        let mut set = rules();
        if variant > 0 {
            set.measurement.wilson_z = 1.0;
            set.measurement.good_share = 0.5;
            set.measurement.oppose_p = 0.3;
            set.measurement.oppose_failures = 2;
            set.measurement.good_level_ddbm = [None, Some(-950), Some(-1100), None];
        }
        if variant > 1 {
            set.reach_m = [Some(2_000), Some(1_000), Some(700), None];
            set.base = vec![(Day::EARLIEST, Technology::G2), (day("2024-10-16"), Technology::G3)];
        }
        set
    })
}

pub fn question() -> impl Strategy<Value = Question> {
    (
        select(
            &[Technology::G2, Technology::G3, Technology::G4, Technology::G4, Technology::G5][..],
        ),
        select(&[1_u8, 1, 1, 2, 3, 3, 4, 7][..]),
        any::<bool>(),
        asked_day(),
        prop_oneof![3 => Just(Grade::E1), 2 => select(&Grade::ASKABLE[1..])],
        select(&[Environment::Outdoor, Environment::Outdoor, Environment::Indoor][..]),
        select(&[Service::Data, Service::Data, Service::Voice][..]),
    )
        .prop_map(|(technology, mask, each, day, grade, environment, service)| Question {
            technology,
            carriers: masked(&carriers(), mask),
            each,
            day,
            grade,
            environment,
            service,
        })
}

/// The elements whose bit is set.
fn masked<T: Clone>(all: &[T], mask: u8) -> Vec<T> {
    (0..).zip(all).filter(|(bit, _)| mask >> bit & 1 == 1).map(|(_, item)| item.clone()).collect()
}
