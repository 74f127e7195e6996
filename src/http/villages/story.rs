//! Everything about a village that one view may tell.

use phusong_atlas::atlas::{
    self, Atlas, Carriers, ClusterCard, Question, Step, VillageCard, explain, letter_carriers,
    missing, next_grade, timeline, what_if, what_if_of,
};
use phusong_atlas::domain::{Day, RowNumber, SiteId, Technology, UnitId};

use crate::http::order::statements;
use crate::http::question::question_wire;
use crate::http::reports::party;
use crate::http::wire::codes::Flag;
use crate::http::wire::{
    ByTechnology, CarrierStates, Cluster, EntryRef, EntryRows, HistoryRow, MatrixRow, NearSite,
    NextGrade, Position, TechnologyState, Turn, VillagePage, WouldChange,
};
use crate::http::{causes, disputes, duties, nearest, outages, words};
use crate::service::Mention;

use super::past;

/// Nearest sites on the page.
const NEAREST: usize = 3;

pub fn story(
    mentions: Vec<Mention>,
    atlas: &Atlas,
    card: &VillageCard,
    question: &Question,
    known_at: Day,
) -> VillagePage {
    let common = &atlas.common;
    let summary = super::summary(atlas, card, question, card.verdict(question, common));
    VillagePage {
        summary: super::with_nearest_site(atlas, card, question.day, summary),
        as_of: question.day.to_string(),
        known_at: known_at.to_string(),
        version: atlas.version.to_string(),
        question: question_wire(atlas, question),
        rule_set: (&*atlas.common.rules).into(),
        clusters: card
            .clusters_on(question.day)
            .map(|found| cluster(atlas, card, found, question))
            .collect(),
        matrix: matrix(atlas, card, question),
        timeline: turns(atlas, card, question),
        missing: missing(card, question, common)
            .iter()
            .map(|one| words::missing(atlas, one))
            .collect(),
        what_if: what_if(card, question, common)
            .iter()
            .map(|what| past::what_if(atlas, what))
            .collect(),
        register: duties::lines_of(atlas, card, question.day),
        disputes: card
            .disputes
            .iter()
            .filter_map(|one| disputes::item(atlas, card, one, question.day))
            .collect(),
        outages: outages::of_village(atlas, card, question.day),
        certificates: atlas
            .certificates_of(card, question.day)
            .filter(|one| one.issued <= question.day)
            .map(|one| outages::certificate(one, question.day))
            .collect(),
        known: card.facts.iter().map(|fact| past::known(atlas, fact)).collect(),
        succession: past::successions(atlas, card),
        statements: statements(atlas),
        history: history(mentions),
        nearest_sites: atlas.sees_sites().then(|| near(atlas, card, question.day)),
    }
}

fn near(atlas: &Atlas, card: &VillageCard, day: Day) -> Vec<NearSite> {
    let from = card.position_on(day);
    from.map(|from| nearest::sites(atlas, from, day, None, None, NEAREST)).unwrap_or_default()
}

fn cluster(
    atlas: &Atlas,
    card: &VillageCard,
    cluster: &ClusterCard,
    question: &Question,
) -> Cluster {
    let common = &atlas.common;
    let found = cluster.verdict(question, common);
    let fact = cluster.fact_on(question.day);
    let commune = card.commune_on(common, question.day);
    let carriers = question.carriers_in(common).into_iter().map(|carrier| {
        let states = cluster.states(question, common, carrier);
        CarrierStates {
            carrier: atlas.carrier(carrier).id.to_string(),
            technologies: technologies(atlas, (cluster, commune), question, &states),
        }
    });
    Cluster {
        id: cluster.key.as_str().to_owned(),
        name: fact.map(|fact| fact.name.clone()),
        implied: fact.is_none(),
        centre: cluster.is_centre_on(question.day),
        households: fact.and_then(|fact| fact.households),
        position: cluster.located_on(question.day).map(|at| Position::of(at, None)),
        verdict: found.verdict.into(),
        flags: Flag::of(found.flags, false),
        carriers: carriers.collect(),
    }
}

/// What is known of each technology of one carrier at one cluster, and why.
fn technologies(
    atlas: &Atlas,
    (cluster, commune): (&ClusterCard, Option<UnitId>),
    question: &Question,
    states: &atlas::CarrierStates,
) -> Vec<TechnologyState> {
    let own = Question { carriers: Carriers::Named(vec![states.carrier]), ..question.clone() };
    let common = &atlas.common;
    let sees = |site: &SiteId| atlas.site(site).is_some();
    let reasons = explain(cluster, &own, &atlas.common, Technology::G2, sees);
    Technology::ALL
        .into_iter()
        .map(|technology| {
            let judged = states.judged[technology.index()];
            let bearing: Vec<_> =
                reasons.iter().filter(|reason| reason.is_met_for(technology)).collect();
            let grade = bearing
                .iter()
                .filter(|reason| matches!(reason.step, Step::Covers | Step::CoversAwaiting))
                .map(|reason| reason.grade)
                .max();
            let said = !bearing.is_empty();
            TechnologyState {
                technology: technology.into(),
                state: judged.state.into(),
                grade: grade.map(Into::into),
                flags: Flag::of(judged.flags, false),
                reasons: bearing.into_iter().map(|reason| words::reason(atlas, reason)).collect(),
                next: next(atlas, cluster, &own, (states.carrier, technology)),
                // Where nothing is said, whatever is said first decides.
                would_change: if said {
                    what_if_of(cluster, &own, common, (states.carrier, technology), commune)
                        .into_iter()
                        .map(|turned| WouldChange {
                            deed: past::deed(turned.deed),
                            state: turned.judged.state.into(),
                            flags: Flag::of(turned.judged.flags, false),
                        })
                        .collect()
                } else {
                    Vec::new()
                },
            }
        })
        .collect()
}

fn next(
    atlas: &Atlas,
    cluster: &ClusterCard,
    question: &Question,
    of: (atlas::CarrierIndex, Technology),
) -> Option<NextGrade> {
    let next = next_grade(cluster, question, &atlas.common, of)?;
    Some(NextGrade {
        grade: next.grade.into(),
        missing: next.missing.iter().map(|one| words::missing(atlas, one)).collect(),
        falls_on: next.falls_on.map(|day| day.to_string()),
    })
}

/// The same question for every carrier and technology, and for any carrier.
fn matrix(atlas: &Atlas, card: &VillageCard, question: &Question) -> Vec<MatrixRow> {
    let any = std::iter::once(("any".to_owned(), Carriers::Operators));
    let each = letter_carriers(&atlas.common)
        .into_iter()
        .map(|index| (atlas.carrier(index).id.to_string(), Carriers::Named(vec![index])));
    any.chain(each)
        .map(|(carrier, carriers)| {
            let of = |technology| {
                let asked = Question {
                    carriers: carriers.clone(),
                    technology: Some(technology),
                    ..question.clone()
                };
                card.verdict(&asked, &atlas.common).verdict.into()
            };
            let technologies = ByTechnology {
                g2: of(Technology::G2),
                g3: of(Technology::G3),
                g4: of(Technology::G4),
                g5: of(Technology::G5),
            };
            MatrixRow { carrier, technologies }
        })
        .collect()
}

/// The history of the verdict, with what brought each turn about.
fn turns(atlas: &Atlas, card: &VillageCard, question: &Question) -> Vec<Turn> {
    timeline(card, question, &atlas.common, question.day)
        .into_iter()
        .map(|turn| Turn {
            from: (turn.from > Day::EARLIEST).then(|| turn.from.to_string()),
            verdict: turn.answer.verdict.into(),
            flags: Flag::of(turn.answer.flags, false),
            because: causes::reasons(atlas, &card.id, &turn.causes, turn.from),
        })
        .collect()
}

impl From<&atlas::Evidence> for EntryRef {
    fn from(evidence: &atlas::Evidence) -> Self {
        Self { report: evidence.report.to_string(), row: RowNumber::of_index(evidence.row).get() }
    }
}

impl From<&atlas::Rows> for EntryRows {
    fn from(rows: &atlas::Rows) -> Self {
        let number = |row| RowNumber::of_index(row).get();
        Self {
            report: rows.report.to_string(),
            row: number(rows.first),
            to_row: (rows.first < rows.last).then(|| number(rows.last)),
        }
    }
}

/// The filings that name this village, as far as this actor may see them.
fn history(mentions: Vec<Mention>) -> Vec<HistoryRow> {
    mentions
        .into_iter()
        .map(|mention| HistoryRow {
            report: mention.report.to_string(),
            row: mention.row.get(),
            kind: mention.kind.into(),
            recorded_at: mention.recorded_at.to_string(),
            filed_by: party(&mention.filed_by),
            on_behalf_of: (mention.owner != mention.filed_by).then(|| party(&mention.owner)),
            state: mention.state.into(),
        })
        .collect()
}
