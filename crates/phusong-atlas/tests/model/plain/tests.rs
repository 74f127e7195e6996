//! The rules as tables: a ledger, questions, and the answers an official could check.

mod places;
mod statements;
mod verdicts;
mod visibility;

use phusong_atlas::domain::{
    Entry, Environment, Grade, RuleSet, Scope, Service, Technology, UnitId,
};

use super::{
    ClusterKey, Flags, Question, View, cluster_verdict, clusters_of, state, terrestrial_mnos,
    village_verdict,
};
use crate::book::{book, carrier, cluster, day, grade, rules, technology, unit, village};

/// Holds each line `question → answer` against one ledger.
///
/// A question is words: `@v1`, `@k1` or `@~v1` (its implied cluster); a day; a carrier (else all
/// terrestrial MNOs); a technology; a grade; `each`, `indoor`, `voice`; `state` for (c, t) alone;
/// `clusters` for who belongs there; `for public`, `for viettel` ….
#[track_caller]
fn check(lines: &str, table: &str) {
    check_by(&rules(), lines, table);
}

#[track_caller]
fn check_by(rules: &RuleSet, lines: &str, table: &str) {
    let entries = book(lines);
    let rows = || {
        table
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(|line| line.split_once(" → ").expect("`question → answer`"))
    };
    let expected: Vec<String> =
        rows().map(|(question, answer)| format!("{} → {answer}", question.trim())).collect();
    let found: Vec<String> = rows()
        .map(|(question, _)| {
            format!("{} → {}", question.trim(), answer(rules, &entries, question.trim()))
        })
        .collect();
    assert_eq!(found, expected, "found is left, expected right");
}

fn answer(rules: &RuleSet, entries: &[Entry], question: &str) -> String {
    let words: Vec<&str> = question.split_whitespace().collect();
    let has = |word: &str| words.contains(&word);
    let view = View::new(entries, &scope(&words), rules);
    let on = words.iter().find_map(|w| w.parse().ok()).unwrap_or(day("2024-06-01"));
    let carriers: Vec<_> = words
        .iter()
        .zip(std::iter::once(&"").chain(&words))
        .filter(|(w, before)| **before != "for" && ["viettel", "vnpt", "sao"].contains(w))
        .map(|(w, _)| carrier(w))
        .collect();
    let q = Question {
        technology: words.iter().find_map(|w| technology(w)).unwrap_or(Technology::G2),
        carriers: if carriers.is_empty() { terrestrial_mnos(&view, on) } else { carriers },
        each: has("each"),
        day: on,
        grade: words.iter().find_map(|w| grade(w)).unwrap_or(Grade::E1),
        environment: if has("indoor") { Environment::Indoor } else { Environment::Outdoor },
        service: if has("voice") { Service::Voice } else { Service::Data },
    };
    let place = words[0].trim_start_matches('@');
    let key = match place.strip_prefix('~') {
        Some(id) => ClusterKey::Implied(village(id)),
        None => ClusterKey::Known(cluster(place)),
    };
    if has("clusters") {
        let keys = clusters_of(&view, &village(place), on);
        let named: Vec<_> = keys.iter().map(key_text).collect();
        return if named.is_empty() { "-".to_owned() } else { named.join(" ") };
    }
    if has("state") {
        let (outcome, flags) = state(&view, &key, &q.carriers[0], q.technology, &q);
        return format!("{outcome:?}{}", flag_text(flags));
    }
    if place.starts_with('v') {
        let (verdict, flags) = village_verdict(&view, &village(place), &q);
        return format!("{verdict:?}{}", flag_text(flags));
    }
    let (verdict, flags) = cluster_verdict(&view, &key, &q);
    format!("{verdict:?}{}", flag_text(flags))
}

fn scope(words: &[&str]) -> Scope {
    let Some(at) = words.iter().position(|w| *w == "for") else { return Scope::Officer };
    let commune: UnitId = unit(2);
    match words[at + 1] {
        "public" => Scope::Public,
        "xa" => Scope::Commune(commune),
        "approver" => Scope::Approver,
        other => Scope::Carrier(carrier(other)),
    }
}

fn key_text(key: &ClusterKey) -> String {
    match key {
        ClusterKey::Known(id) => id.to_string(),
        ClusterKey::Implied(village) => format!("~{village}"),
    }
}

fn flag_text(flags: Flags) -> String {
    let pending = if flags.pending { ", pending" } else { "" };
    let recheck = if flags.recheck { ", recheck" } else { "" };
    format!("{pending}{recheck}")
}
