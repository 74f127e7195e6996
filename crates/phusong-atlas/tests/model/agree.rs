//! The comparison: whoever assesses ledgers is held against the plain reading.
//!
//! To plug production in, write a closure `(entries, scope, rules, asks) → answers` and hand it
//! to [`compare`] in a proptest over [`crate::histories::case`].

use std::fmt::Write as _;

use phusong_atlas::domain::{CarrierId, Day, Entry, RuleSet, Scope, Technology, VillageId};
use proptest::test_runner::TestCaseError;

use crate::histories::{self, Case};
use crate::plain::{
    self, ClusterKey, ClusterVerdict, CtState, Flags, Question, View, VillageVerdict,
};

/// One thing asked of one ledger prefix, scope and rule set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    Clusters { village: VillageId, day: Day },
    State { cluster: ClusterKey, carrier: CarrierId, technology: Technology, question: Question },
    Cluster { cluster: ClusterKey, question: Question },
    Village { village: VillageId, question: Question },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// In the order of [`ClusterKey`].
    Clusters(Vec<ClusterKey>),
    State(CtState, Flags),
    Cluster(ClusterVerdict, Flags),
    Village(VillageVerdict, Flags),
}

/// Everything worth asking, the small before the large, so that the first difference found is
/// the nearest to its cause. Clusters are asked of only while they are in some village.
pub fn asks(view: &View, questions: &[Question]) -> Vec<Ask> {
    let mut asks = Vec::new();
    for question in questions {
        let villages = histories::villages();
        let clusters: Vec<ClusterKey> =
            villages.iter().flat_map(|v| plain::clusters_of(view, v, question.day)).collect();
        asks.extend(
            villages.iter().map(|v| Ask::Clusters { village: v.clone(), day: question.day }),
        );
        for cluster in &clusters {
            for carrier in histories::carriers() {
                asks.extend(Technology::ALL.map(|technology| Ask::State {
                    cluster: cluster.clone(),
                    carrier: carrier.clone(),
                    technology,
                    question: question.clone(),
                }));
            }
        }
        asks.extend(
            clusters
                .into_iter()
                .map(|cluster| Ask::Cluster { cluster, question: question.clone() }),
        );
        asks.extend(
            villages
                .into_iter()
                .map(|village| Ask::Village { village, question: question.clone() }),
        );
    }
    asks
}

/// What the plain reading answers.
pub fn answer(view: &View, ask: &Ask) -> Answer {
    match ask {
        Ask::Clusters { village, day } => Answer::Clusters(plain::clusters_of(view, village, *day)),
        Ask::State { cluster, carrier, technology, question } => {
            let (state, flags) = plain::state(view, cluster, carrier, *technology, question);
            Answer::State(state, flags)
        }
        Ask::Cluster { cluster, question } => {
            let (verdict, flags) = plain::cluster_verdict(view, cluster, question);
            Answer::Cluster(verdict, flags)
        }
        Ask::Village { village, question } => {
            let (verdict, flags) = plain::village_verdict(view, village, question);
            Answer::Village(verdict, flags)
        }
    }
}

/// Asks both for each scope; the first difference fails with the whole story.
///
/// `production` gets one ledger prefix, scope and rule set with all that is asked of them, so
/// that it may fold once, and answers in the order of the asks.
///
/// # Errors
/// [`TestCaseError`] with the ledger as a table, the question, both answers and the statements
/// that the plain reading weighed.
pub fn compare<P>(case: &Case, scopes: &[Scope], production: P) -> Result<(), TestCaseError>
where
    P: Fn(&[Entry], &Scope, &RuleSet, &[Ask]) -> Vec<Answer>,
{
    for scope in scopes {
        let view = View::new(case.entries(), scope, &case.history.rules);
        let asks = asks(&view, &case.questions);
        let answers = production(case.entries(), scope, &case.history.rules, &asks);
        if answers.len() != asks.len() {
            let (n, m) = (asks.len(), answers.len());
            return Err(TestCaseError::fail(format!("{n} asked, {m} answered")));
        }
        for (ask, theirs) in asks.iter().zip(answers) {
            let ours = answer(&view, ask);
            if ours != theirs {
                return Err(TestCaseError::fail(difference(
                    case, scope, &view, ask, &ours, &theirs,
                )));
            }
        }
    }
    Ok(())
}

fn difference(
    case: &Case,
    scope: &Scope,
    view: &View,
    ask: &Ask,
    ours: &Answer,
    theirs: &Answer,
) -> String {
    let mut text =
        format!("{case:?}for {scope:?}\nask:    {ask:?}\nplain:  {ours:?}\nother:  {theirs:?}\n");
    let cells: Vec<(ClusterKey, CarrierId, Technology, &Question)> = match ask {
        Ask::Clusters { .. } => vec![],
        Ask::State { cluster, carrier, technology, question } => {
            vec![(cluster.clone(), carrier.clone(), *technology, question)]
        }
        Ask::Cluster { cluster, question } => cells(std::slice::from_ref(cluster), question),
        Ask::Village { village, question } => {
            cells(&plain::clusters_of(view, village, question.day), question)
        }
    };
    for (cluster, carrier, technology, question) in cells {
        let state = plain::state(view, &cluster, &carrier, technology, question);
        let said = plain::explain(view, &cluster, &carrier, technology, question);
        let _ = writeln!(text, "{cluster:?} {carrier} {technology}: {state:?}\n{said}");
    }
    text
}

fn cells<'q>(
    clusters: &[ClusterKey],
    question: &'q Question,
) -> Vec<(ClusterKey, CarrierId, Technology, &'q Question)> {
    clusters
        .iter()
        .flat_map(|cluster| {
            histories::carriers().into_iter().flat_map(move |carrier| {
                Technology::ALL
                    .map(|technology| (cluster.clone(), carrier.clone(), technology, question))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
