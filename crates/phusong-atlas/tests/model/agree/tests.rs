//! The harness itself, and the laws that the plain reading must keep.

use phusong_atlas::domain::{Fact, PersonId, Says, TechSet};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use super::*;
use crate::histories::{History, case, scopes};

/// The plain reading as its own production, after someone tampered with its input.
fn plain_of(entries: &[Entry], scope: &Scope, rules: &RuleSet, asks: &[Ask]) -> Vec<Answer> {
    let view = View::new(entries, scope, rules);
    asks.iter().map(|ask| answer(&view, ask)).collect()
}

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn whoever_reads_alike_agrees(case in case()) {
        compare(&case, &scopes(), plain_of)?;
    }

    /// What the sentences say of scopes: a restricted site counts all the same.
    #[test]
    fn officers_and_approvers_count_alike(case in case()) {
        compare(&case, &[Scope::Officer], |entries, _, rules, asks| {
            plain_of(entries, &Scope::Approver, rules, asks)
        })?;
    }

    /// "Arrival order plays no part": the same statements, all recorded on one day, backwards.
    #[test]
    fn arrival_order_plays_no_part(case in case()) {
        let case = Case { history: recorded_at_once(&case.history), known: usize::MAX, ..case };
        let case = Case { known: case.history.entries.len(), ..case };
        let backwards = reversed(&case.history.entries);
        compare(&case, &[Scope::Officer], |_, scope, rules, asks| {
            plain_of(&backwards, scope, rules, asks)
        })?;
    }
}

/// Without decisions and corrections, which name what came before them.
fn recorded_at_once(history: &History) -> History {
    let mut history = history.clone();
    let last = history.entries.last().map(|e| e.recorded_at);
    for entry in &mut history.entries {
        entry.recorded_at = last.unwrap_or(entry.recorded_at);
        for row in &mut entry.rows {
            row.replaces = None;
        }
        entry.rows.retain(|row| {
            !matches!(
                row.fact,
                Fact::Publish(_)
                    | Fact::Return { .. }
                    | Fact::Withdraw { .. }
                    | Fact::SetAside { .. }
                    | Fact::ConfirmSunset { .. }
                    | Fact::Account(_)
            )
        });
    }
    history.entries.retain(|entry| !entry.rows.is_empty());
    history
}

fn reversed(entries: &[Entry]) -> Vec<Entry> {
    let mut backwards: Vec<Entry> = entries.iter().rev().cloned().collect();
    for (entry, other) in backwards.iter_mut().zip(entries) {
        entry.seq = other.seq;
        entry.rows.reverse();
    }
    backwards
}

/// A mistake that a production might make, made by changing what the plain reading is given.
type Mistake = (&'static str, fn(&mut [Entry], &mut RuleSet));

const MISTAKES: [Mistake; 21] = [
    ("withdrawals do nothing", |e, _| drop_rows(e, |f| matches!(f, Fact::Withdraw { .. }))),
    ("publications do nothing", |e, _| drop_rows(e, |f| matches!(f, Fact::Publish(_)))),
    ("nobody needs a second person", |e, _| drop_rows(e, |f| matches!(f, Fact::Account(_)))),
    ("whoever publishes is a second person", |e, _| {
        let publishes = |entry: &&mut Entry| matches!(entry.rows[0].fact, Fact::Publish(_));
        for entry in e.iter_mut().filter(publishes) {
            entry.filing.person = entry.filing.person.as_ref().map(|first| {
                PersonId::new(if first.as_str() == "p1" { "p2" } else { "p1" }).expect("an id")
            });
        }
    }),
    ("returns do nothing", |e, _| drop_rows(e, |f| matches!(f, Fact::Return { .. }))),
    ("set-asides do nothing", |e, _| drop_rows(e, |f| matches!(f, Fact::SetAside { .. }))),
    ("no sunset is confirmed", |e, _| drop_rows(e, |f| matches!(f, Fact::ConfirmSunset { .. }))),
    ("successions do nothing", |e, _| drop_rows(e, |f| matches!(f, Fact::VillageSuccession(_)))),
    ("samples do nothing", |e, _| drop_rows(e, |f| matches!(f, Fact::Sample(_)))),
    ("corrections add", |e, _| each_row(e, |row| row.replaces = None)),
    ("weak is a plain no", |e, _| {
        each_row(e, |row| {
            if let Fact::Observation(o) = &mut row.fact
                && o.says == Says::Weak
            {
                o.says = Says::Lacks;
            }
        });
    }),
    ("on behalf is the owner's", |e, _| {
        for entry in e {
            entry.filing.filed_by = entry.filing.owner.clone();
        }
    }),
    ("silence is indoors too", |e, _| {
        use phusong_atlas::domain::Environment::Indoor;
        each_row(e, |row| match &mut row.fact {
            Fact::SiteEvent(f) => f.environment = f.environment.or(Some(Indoor)),
            Fact::Claim(f) => f.environment = f.environment.or(Some(Indoor)),
            Fact::Observation(f) if f.says == Says::Has => {
                f.environment = f.environment.or(Some(Indoor));
            }
            _ => {}
        });
    }),
    ("no technology is every technology", |e, _| {
        each_row(e, |row| {
            if let Fact::SiteEvent(f) = &mut row.fact
                && f.technologies.is_empty()
            {
                f.technologies = Technology::ALL.into_iter().collect::<TechSet>();
            }
        });
    }),
    ("everything was recorded long ago", |e, _| {
        let last = e.last().map(|entry| entry.recorded_at);
        for entry in e {
            entry.recorded_at = last.unwrap_or(entry.recorded_at);
        }
    }),
    ("ageing takes a month longer", |_, r| r.ageing_months = 13),
    ("the shelf life is a month longer", |_, r| r.shelf_life_months = 13),
    ("pairs any time", |_, r| r.pair_window_months = 1_200),
    ("a set spans 32 days", |_, r| r.measurement.span_days = 32),
    ("no reach", |_, r| r.reach_m = [None; 4]),
    ("the base never changes", |_, r| r.base.truncate(1)),
];

fn drop_rows(entries: &mut [Entry], which: impl Fn(&Fact) -> bool) {
    // Replaced in place, so that the addresses of the others hold.
    let nothing =
        || Fact::OpenDispute { village: histories::villages()[0].clone(), text: String::new() };
    each_row(entries, |row| {
        if which(&row.fact) {
            row.fact = nothing();
        }
    });
}

fn each_row(entries: &mut [Entry], change: impl Fn(&mut phusong_atlas::domain::FiledRow)) {
    entries.iter_mut().flat_map(|entry| &mut entry.rows).for_each(change);
}

/// The generator is nasty enough: every one of these mistakes shows within so many cases.
#[test]
fn mistakes_are_found() {
    const CASES: u32 = 1_500;
    let missed: Vec<&str> = MISTAKES
        .iter()
        .filter(|(_, mistake)| {
            let config = Config { max_shrink_iters: 0, ..config(CASES) };
            let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            let found = TestRunner::new_with_rng(config, rng).run(&case(), |case| {
                let mut rules = case.history.rules.clone();
                let mut entries = case.entries().to_vec();
                mistake(&mut entries, &mut rules);
                if entries == case.entries() && rules == case.history.rules {
                    return Ok(());
                }
                compare(&case, &[Scope::Officer, Scope::Public], |_, scope, _, asks| {
                    plain_of(&entries, scope, &rules, asks)
                })
            });
            !matches!(found, Err(TestError::Fail(..)))
        })
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(missed, Vec::<&str>::new());
}

/// Nothing that can be answered is out of the generator's reach.
#[test]
fn every_answer_occurs() {
    let mut runner =
        TestRunner::new_with_rng(config(1), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..600 {
        let case = case().new_tree(&mut runner).expect("a case").current();
        let view = View::new(case.entries(), &Scope::Officer, &case.history.rules);
        for ask in asks(&view, &case.questions) {
            match answer(&view, &ask) {
                Answer::Clusters(keys) => {
                    *seen.entry(format!("{} clusters", keys.len())).or_default() += 1;
                }
                other => *seen.entry(format!("{other:?}")).or_default() += 1,
            }
        }
    }
    let flagged = |verdict: &str, flags: &[(bool, bool)]| -> Vec<String> {
        flags
            .iter()
            .map(|(pending, recheck)| {
                format!("{verdict}, {:?})", Flags { pending: *pending, recheck: *recheck })
            })
            .collect()
    };
    let (none, pending, recheck) = ((false, false), (true, false), (false, true));
    let expected = [
        vec!["0 clusters".to_owned(), "1 clusters".to_owned(), "4 clusters".to_owned()],
        flagged("State(Covered", &[none, pending, recheck]),
        flagged("State(Open", &[none]),
        flagged("State(Not", &[none, recheck]),
        flagged("State(Silent", &[none]),
        flagged("Cluster(Covered", &[none, pending, recheck]),
        flagged("Cluster(NotCovered", &[none, recheck]),
        flagged("Cluster(Insufficient", &[none]),
        flagged("Village(Covered", &[none, pending, recheck]),
        flagged("Village(NotAsAsked", &[none, pending, recheck]),
        flagged("Village(NoSignal", &[none, recheck]),
        flagged("Village(PartialHole", &[none, recheck]),
        flagged("Village(Insufficient", &[none]),
    ]
    .concat();
    let missing: Vec<String> =
        expected.into_iter().filter(|answer| !seen.contains_key(answer)).collect();
    assert!(missing.is_empty(), "never seen: {missing:#?}\nseen: {seen:#?}");
}
