//! Steps 6 and 7, and the village roll-up.

use phusong_atlas::domain::{
    CarrierFact, CarrierId, CarrierKind, Day, Environment, Fact, Service, Technology, VillageId,
};

use super::places::{clusters_of, is_centre, sunset};
use super::{ClusterKey, ClusterVerdict, CtState, Flags, Question, View, VillageVerdict, meeting};

/// One (c, t) at k, as far as step 6 asks.
#[derive(Debug, Clone, Copy)]
struct Part {
    state: CtState,
    flags: Flags,
    /// *has no sunset for c there*, turned round.
    sunset: bool,
}

/// The one flag or the other.
type Which = fn(Flags) -> bool;

/// Steps 6 and 7, with flags: *a result is flagged unless unflagged parts alone decide it.*
///
/// Each flag on its own: flagged unless the parts so flagged, taken as silent, leave the result.
pub fn cluster_verdict(
    view: &View,
    cluster: &ClusterKey,
    question: &Question,
) -> (ClusterVerdict, Flags) {
    let parts: Vec<Vec<Part>> = question
        .carriers
        .iter()
        .map(|carrier| parts_of(view, cluster, carrier, question))
        .collect();
    let result = carriers(&parts, question.each);
    let flagged = |which: Which| {
        let without: Vec<Vec<Part>> = parts
            .iter()
            .map(|of_carrier| of_carrier.iter().map(|part| silenced(*part, which)).collect())
            .collect();
        carriers(&without, question.each) != result
    };
    (result, Flags { pending: flagged(|f| f.pending), recheck: flagged(|f| f.recheck) })
}

/// c's technologies at k from T up, least first.
fn parts_of(view: &View, key: &ClusterKey, carrier: &CarrierId, q: &Question) -> Vec<Part> {
    Technology::ALL
        .into_iter()
        .filter(|t| *t >= q.technology)
        .map(|t| {
            let (state, flags) = meeting::state(view, key, carrier, t, q);
            Part { state, flags, sunset: sunset(view, key, carrier, t, q.day) }
        })
        .collect()
}

fn silenced(part: Part, which: Which) -> Part {
    if which(part.flags) { Part { state: CtState::Silent, ..part } } else { part }
}

/// *c at ≥ T: covered if some t is; else insufficient if some t is open; else not covered if the
/// least t ≥ T that has no sunset for c there is not; else insufficient.*
fn technologies(parts: &[Part]) -> ClusterVerdict {
    let some = |state: CtState| parts.iter().any(|part| part.state == state);
    let least = parts.iter().find(|part| !part.sunset);
    if some(CtState::Covered) {
        ClusterVerdict::Covered
    } else if some(CtState::Open) {
        ClusterVerdict::Insufficient
    } else if least.is_some_and(|part| part.state == CtState::Not) {
        ClusterVerdict::NotCovered
    } else {
        ClusterVerdict::Insufficient
    }
}

/// *any: covered if some carrier is, not covered if all are not. each: covered if all are, not
/// covered if some is not. Otherwise insufficient.* Of no carriers nothing is known.
fn carriers(parts: &[Vec<Part>], each: bool) -> ClusterVerdict {
    let verdicts: Vec<_> = parts.iter().map(|of_carrier| technologies(of_carrier)).collect();
    let some = |verdict| verdicts.contains(&verdict);
    let all = |verdict| !verdicts.is_empty() && verdicts.iter().all(|v| *v == verdict);
    let (covered, not) = if each {
        (all(ClusterVerdict::Covered), some(ClusterVerdict::NotCovered))
    } else {
        (some(ClusterVerdict::Covered), all(ClusterVerdict::NotCovered))
    };
    if covered {
        ClusterVerdict::Covered
    } else if not {
        ClusterVerdict::NotCovered
    } else {
        ClusterVerdict::Insufficient
    }
}

/// A cluster of the village: q and w with their flags.
#[derive(Debug, Clone, Copy)]
struct Member {
    centre: bool,
    q: (ClusterVerdict, Flags),
    w: (ClusterVerdict, Flags),
}

/// *Village roll-up; q = the question asked, w = the same grade, outdoor × data, any terrestrial
/// MNO valid that day, from R's base technology of that day.*
pub fn village_verdict(
    view: &View,
    village: &VillageId,
    question: &Question,
) -> (VillageVerdict, Flags) {
    let w = Question {
        technology: view.rules.base_on(question.day),
        carriers: terrestrial_mnos(view, question.day),
        each: false,
        environment: Environment::Outdoor,
        service: Service::Data,
        ..question.clone()
    };
    let members: Vec<Member> = clusters_of(view, village, question.day)
        .into_iter()
        .map(|key| Member {
            centre: is_centre(view, &key, question.day),
            q: cluster_verdict(view, &key, question),
            w: cluster_verdict(view, &key, &w),
        })
        .collect();
    let result = roll_up(&members);
    let flagged = |which: Which| {
        let unsure = |part: (ClusterVerdict, Flags)| {
            if which(part.1) { (ClusterVerdict::Insufficient, part.1) } else { part }
        };
        let without: Vec<Member> = members
            .iter()
            .map(|m| Member { centre: m.centre, q: unsure(m.q), w: unsure(m.w) })
            .collect();
        roll_up(&without) != result
    };
    (result, Flags { pending: flagged(|f| f.pending), recheck: flagged(|f| f.recheck) })
}

/// *All clusters q covered → đã phủ sóng; else all w covered → có sóng, chưa đáp ứng yêu cầu;
/// else the centre w not covered → trắng sóng; else some cluster w not covered → lõm sóng; else
/// chưa đủ dữ liệu. No marked centre, or two: all w not covered → trắng sóng, some → lõm sóng.*
///
/// Reading: of a village without any cluster (it has ended, or not begun) nothing is known.
fn roll_up(members: &[Member]) -> VillageVerdict {
    if members.is_empty() {
        return VillageVerdict::Insufficient;
    }
    let not = |m: &Member| m.w.0 == ClusterVerdict::NotCovered;
    let centres: Vec<&Member> = members.iter().filter(|m| m.centre).collect();
    let no_signal = match centres.as_slice() {
        [centre] => not(centre),
        _ => members.iter().all(not),
    };
    if members.iter().all(|m| m.q.0 == ClusterVerdict::Covered) {
        VillageVerdict::Covered
    } else if members.iter().all(|m| m.w.0 == ClusterVerdict::Covered) {
        VillageVerdict::NotAsAsked
    } else if no_signal {
        VillageVerdict::NoSignal
    } else if members.iter().any(not) {
        VillageVerdict::PartialHole
    } else {
        VillageVerdict::Insufficient
    }
}

/// *Only terrestrial MNOs close gaps by default*: those valid that day.
///
/// Reading: of several facts for one carrier, the greatest.
pub fn terrestrial_mnos(view: &View, day: Day) -> Vec<CarrierId> {
    let facts: Vec<&CarrierFact> = view
        .rows
        .iter()
        .filter_map(|row| match row.fact {
            Fact::Carrier(fact) => Some(fact),
            _ => None,
        })
        .collect();
    let mut ids: Vec<CarrierId> = facts
        .iter()
        .filter(|fact| facts.iter().all(|other| other.id != fact.id || *other <= **fact))
        .filter(|fact| {
            fact.kind == CarrierKind::Mno
                && fact.valid_from.is_none_or(|from| from <= day)
                && fact.valid_to.is_none_or(|to| day < to)
        })
        .map(|fact| fact.id.clone())
        .collect();
    ids.sort();
    ids.dedup();
    ids
}
