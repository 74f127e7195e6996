//! Production held against the plain reading: folded at once, and entry by entry.

use std::sync::Arc;

use phusong_atlas::atlas::{
    Areas, Atlas, Carriers, ClusterCard, Flags as TheirFlags, Ground, Mode, Question as Asked,
    Signal, State,
};
use phusong_atlas::domain::{Entry, RowRef, RuleSet, Scope};
use phusong_atlas::history::{ClusterKey as TheirKey, History, Restoring};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::agree::{Answer, Ask, compare};
use crate::histories::{case, scopes};
use crate::plain::{ClusterKey, ClusterVerdict, CtState, Flags, Question, VillageVerdict};

pub fn ground(rules: &RuleSet) -> Ground {
    Ground { areas: Arc::new(Areas::default()), rules: Arc::new(rules.clone()) }
}

pub fn question(atlas: &Atlas, question: &Question) -> Asked {
    let mut named: Vec<_> = question
        .carriers
        .iter()
        .map(|id| atlas.common.carrier(id).expect("the ledger registers its carriers"))
        .collect();
    named.sort_unstable();
    Asked {
        carriers: Carriers::Named(named),
        mode: if question.each { Mode::Each } else { Mode::Any },
        technology: Some(question.technology),
        signal: Signal { environment: question.environment, service: question.service },
        grade: question.grade,
        day: question.day,
    }
}

fn key(key: &TheirKey) -> ClusterKey {
    match key {
        TheirKey::Known(id) => ClusterKey::Known(id.clone()),
        TheirKey::Implied(village) => ClusterKey::Implied(village.clone()),
    }
}

fn flags(flags: TheirFlags) -> Flags {
    Flags { pending: flags.pending, recheck: flags.recheck }
}

fn card<'a>(atlas: &'a Atlas, wanted: &ClusterKey) -> Option<&'a ClusterCard> {
    atlas
        .shards()
        .flat_map(|shard| &shard.villages)
        .flat_map(|village| &village.clusters)
        .find(|card| key(&card.key) == *wanted)
}

fn answer(atlas: &Atlas, ask: &Ask) -> Answer {
    use phusong_atlas::atlas::{ClusterVerdict as C, VillageVerdict as V};
    match ask {
        Ask::Clusters { village, day } => {
            let mut keys: Vec<_> = atlas
                .village(village)
                .map(|(_, card)| card.clusters_on(*day).map(|c| key(&c.key)).collect())
                .unwrap_or_default();
            keys.sort();
            Answer::Clusters(keys)
        }
        Ask::State { cluster, carrier, technology, question: asked } => {
            let carrier = atlas.common.carrier(carrier).expect("registered");
            let Some(card) = card(atlas, cluster) else { return Answer::Clusters(vec![]) };
            let states = card.states(&question(atlas, asked), &atlas.common, carrier);
            let judged = states.judged[technology.index()];
            let state = match judged.state {
                State::Covered => CtState::Covered,
                State::Open => CtState::Open,
                State::Not => CtState::Not,
                State::Silent => CtState::Silent,
            };
            Answer::State(state, flags(judged.flags))
        }
        Ask::Cluster { cluster, question: asked } => {
            let Some(card) = card(atlas, cluster) else { return Answer::Clusters(vec![]) };
            let found = card.verdict(&question(atlas, asked), &atlas.common);
            let verdict = match found.verdict {
                C::Covered => ClusterVerdict::Covered,
                C::NotCovered => ClusterVerdict::NotCovered,
                C::Insufficient => ClusterVerdict::Insufficient,
            };
            Answer::Cluster(verdict, flags(found.flags))
        }
        Ask::Village { village, question: asked } => {
            let Some((_, card)) = atlas.village(village) else {
                return Answer::Village(VillageVerdict::Insufficient, Flags::default());
            };
            let found = card.verdict(&question(atlas, asked), &atlas.common);
            let verdict = match found.verdict {
                V::Covered => VillageVerdict::Covered,
                V::NotAsAsked => VillageVerdict::NotAsAsked,
                V::NoSignal => VillageVerdict::NoSignal,
                V::PartialHole => VillageVerdict::PartialHole,
                V::Insufficient => VillageVerdict::Insufficient,
            };
            Answer::Village(verdict, flags(found.flags))
        }
    }
}

fn through_bytes(history: &History) -> Option<History> {
    let still = history.still();
    let mut restoring = Restoring::with_room(still.entries, still.rows);
    let middle = still.entries / 2;
    restoring.heads(&history.heads(0..middle)?)?;
    restoring.heads(&history.heads(middle..still.entries)?)?;
    restoring.slots(&still.slots)?;
    for piece in still.packed {
        restoring.packed(piece);
    }
    let mut by_id: Vec<_> = history.ids(0..still.entries)?.zip(0..).collect();
    by_id.sort_unstable();
    let by_id = by_id.into_iter().map(|(_, place)| place).collect();
    restoring.finish((&still.more, &still.lists), by_id, still.kept, still.filings)
}

/// Every row with its address, as filed, its standing and what corrects it; what waits for a
/// second person.
fn said_of_rows(history: &History) -> (Vec<String>, Vec<RowRef>) {
    let said = history.rows().map(|row| {
        let beside = (row.report, row.recorded_at, row.recorded_day, row.filing);
        let acts = (row.standing(), row.corrected_by(), row.needs_second());
        format!("{:?} {beside:?} {:?} {acts:?}", row.at, row.as_filed())
    });
    (said.collect(), history.awaiting_second().map(|row| row.at).collect())
}

fn production(entries: &[Entry], scope: &Scope, rules: &RuleSet, asks: &[Ask]) -> Vec<Answer> {
    let atlas = Atlas::build(&History::fold(entries), scope.clone(), &ground(rules));
    asks.iter().map(|ask| answer(&atlas, ask)).collect()
}

/// Cases per run; `PROPTEST_CASES` raises it for the longer proofs.
pub fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    Config { cases: cases.unwrap_or(256), failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn production_reads_the_rules_as_the_plain_model_does(case in case()) {
        compare(&case, &scopes(), production)?;
    }

    #[test]
    fn an_atlas_made_entry_by_entry_is_the_one_made_at_once(case in case()) {
        let ground = ground(&case.history.rules);
        for scope in scopes() {
            let mut history = History::default();
            let mut atlas = Atlas::build(&history, scope.clone(), &ground);
            for entry in case.entries() {
                let touched = history.apply(entry);
                atlas = atlas.after(&history, &touched);
            }
            let whole = Atlas::build(&history, scope.clone(), &ground);
            prop_assert_eq!(atlas.version, whole.version, "{:?}", scope);
            let inner = |atlas: &Atlas| atlas.shards().map(|shard| shard.inner).collect::<Vec<_>>();
            prop_assert_eq!(inner(&atlas), inner(&whole), "{:?}", scope);
        }
    }

    /// As if it had never been bytes: what is said of every row, and what comes of every entry
    /// that follows.
    #[test]
    fn a_fold_taken_out_of_its_bytes_goes_on(case in case(), cut in any::<prop::sample::Index>()) {
        let entries = case.entries();
        let cut = cut.index(entries.len() + 1);
        let mut one = History::fold(&entries[..cut]);
        let mut other = through_bytes(&one).expect("whole");
        prop_assert_eq!(said_of_rows(&one), said_of_rows(&other));
        for entry in &entries[cut..] {
            prop_assert_eq!(one.apply(entry), other.apply(entry));
        }
        prop_assert_eq!(said_of_rows(&one), said_of_rows(&other));
        for entry in entries {
            let found = other.entry_by_id(entry.id).map(|head| head.seq);
            prop_assert_eq!(found, Some(entry.seq));
        }
        let ground = ground(&case.history.rules);
        for scope in scopes() {
            let (one, other) = (
                Atlas::build(&one, scope.clone(), &ground),
                Atlas::build(&other, scope.clone(), &ground),
            );
            prop_assert_eq!((one.version, one.inner), (other.version, other.inner), "{:?}", scope);
        }
    }

    #[test]
    fn what_turns_between_two_days_is_told(case in case()) {
        let ground = ground(&case.history.rules);
        let atlas = Atlas::build(&History::fold(case.entries()), Scope::Officer, &ground);
        let days: Vec<_> = case.questions.iter().map(|question| question.day).collect();
        for (one, other) in days.iter().zip(days.iter().skip(1)) {
            let turned = atlas.turned(*one, *other);
            prop_assert!(atlas.turned(*one, *one).is_empty());
            for id in atlas.village_ids() {
                let (_, card) = atlas.village(id).expect("listed");
                let on = |day| card.exists_on(day).then(|| {
                    card.verdict(&Asked::default_on(day), &atlas.common)
                });
                if on(*one) != on(*other) {
                    prop_assert!(turned.contains(id), "{} from {} to {}", id, one, other);
                }
            }
        }
    }
}
