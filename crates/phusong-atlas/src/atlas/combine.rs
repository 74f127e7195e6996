//! From carriers and technologies to a cluster, from clusters to a village: steps 6 and 7 and
//! the roll-up of DOMAIN §4.

use super::meet::{Flags, Judged, State};
use super::said::CarrierIndex;
use crate::domain::Technology;

/// A cluster's answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClusterVerdict {
    Covered,
    NotCovered,
    Insufficient,
}

/// A village's class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VillageVerdict {
    /// *Đã phủ sóng*.
    Covered,
    /// *Có sóng, chưa đáp ứng yêu cầu*.
    NotAsAsked,
    /// *Trắng sóng*.
    NoSignal,
    /// *Lõm sóng*.
    PartialHole,
    /// *Chưa đủ dữ liệu*.
    Insufficient,
}

impl VillageVerdict {
    pub const ALL: [Self; 5] =
        [Self::NoSignal, Self::PartialHole, Self::NotAsAsked, Self::Insufficient, Self::Covered];

    /// Without coverage as asked, for certain.
    pub const fn is_gap(self) -> bool {
        matches!(self, Self::NoSignal | Self::PartialHole | Self::NotAsAsked)
    }

    /// The code on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::NotAsAsked => "not_as_asked",
            Self::NoSignal => "no_signal",
            Self::PartialHole => "partial_hole",
            Self::Insufficient => "insufficient",
        }
    }

    /// One letter for the filter string of tiles.
    pub const fn letter(self) -> u8 {
        match self {
            Self::Covered => b'c',
            Self::NotAsAsked => b'a',
            Self::NoSignal => b'n',
            Self::PartialHole => b'p',
            Self::Insufficient => b'i',
        }
    }
}

/// A verdict with the flags beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flagged<V> {
    pub verdict: V,
    pub flags: Flags,
}

/// A result is flagged unless unflagged parts alone decide it: with the flagged parts put to
/// `neutral`, does the same result come out?
fn flagged<P: Copy, V: PartialEq>(
    parts: &[P],
    neutral: P,
    flags_of: impl Fn(&P) -> Flags,
    decide: impl Fn(&[P]) -> V,
) -> Flagged<V> {
    let verdict = decide(parts);
    let stands_without = |has_flag: &dyn Fn(Flags) -> bool| {
        if !parts.iter().any(|part| has_flag(flags_of(part))) {
            return true;
        }
        let without: Vec<P> = parts
            .iter()
            .map(|part| if has_flag(flags_of(part)) { neutral } else { *part })
            .collect();
        decide(&without) == verdict
    };
    let flags = Flags {
        pending: !stands_without(&|flags: Flags| flags.pending),
        recheck: !stands_without(&|flags: Flags| flags.recheck),
    };
    Flagged { verdict, flags }
}

/// Any of the carriers, or each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    Any,
    Each,
}

/// Step 6, for one carrier: `of` gives (technology) states; `ended` the technologies in sunset.
fn at_least(
    least: Technology,
    of: impl Fn(Technology) -> State,
    ended: impl Fn(Technology) -> bool,
) -> ClusterVerdict {
    let mut asked = Technology::ALL.into_iter().filter(|technology| *technology >= least);
    if asked.clone().any(|technology| of(technology) == State::Covered) {
        return ClusterVerdict::Covered;
    }
    if asked.clone().any(|technology| of(technology) == State::Open) {
        return ClusterVerdict::Insufficient;
    }
    match asked.find(|technology| !ended(*technology)) {
        Some(technology) if of(technology) == State::Not => ClusterVerdict::NotCovered,
        _ => ClusterVerdict::Insufficient,
    }
}

/// The states of one carrier, least technology first, with the technologies in sunset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarrierStates {
    pub carrier: CarrierIndex,
    pub judged: [Judged; 4],
    pub ended: [bool; 4],
}

/// Steps 6 and 7 for a set of carriers.
pub fn cluster(states: &[CarrierStates], mode: Mode, least: Technology) -> Flagged<ClusterVerdict> {
    let parts: Vec<Judged> = states.iter().flat_map(|carrier| carrier.judged).collect();
    let decide = |parts: &[Judged]| {
        let verdicts = parts.chunks_exact(4).zip(states).map(|(judged, carrier)| {
            at_least(least, |t| judged[t.index()].state, |t| carrier.ended[t.index()])
        });
        over_carriers(&verdicts, mode)
    };
    flagged(&parts, Judged::SILENT, |part| part.flags, decide)
}

/// Step 7.
fn over_carriers(
    verdicts: &(impl Iterator<Item = ClusterVerdict> + Clone),
    mode: Mode,
) -> ClusterVerdict {
    let all = |wanted| {
        let mut verdicts = verdicts.clone().peekable();
        verdicts.peek().is_some() && verdicts.all(|verdict| verdict == wanted)
    };
    let some = |wanted| verdicts.clone().any(|verdict| verdict == wanted);
    match mode {
        Mode::Any if some(ClusterVerdict::Covered) => ClusterVerdict::Covered,
        Mode::Any if all(ClusterVerdict::NotCovered) => ClusterVerdict::NotCovered,
        Mode::Each if all(ClusterVerdict::Covered) => ClusterVerdict::Covered,
        Mode::Each if some(ClusterVerdict::NotCovered) => ClusterVerdict::NotCovered,
        _ => ClusterVerdict::Insufficient,
    }
}

/// A cluster's part in its village's roll-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub centre: bool,
    /// The question asked.
    pub asked: Flagged<ClusterVerdict>,
    /// Any mobile from the base technology of the day, same grade, outdoor × data.
    pub base: Flagged<ClusterVerdict>,
}

/// *Village roll-up*.
pub fn village(parts: &[Part]) -> Flagged<VillageVerdict> {
    // The asked and the base verdicts are parts of their own, since flags may differ.
    let verdicts: Vec<Flagged<ClusterVerdict>> =
        parts.iter().flat_map(|part| [part.asked, part.base]).collect();
    let neutral = Flagged { verdict: ClusterVerdict::Insufficient, flags: Flags::default() };
    let decide = |verdicts: &[Flagged<ClusterVerdict>]| {
        roll_up(
            &parts
                .iter()
                .zip(verdicts.chunks_exact(2))
                .map(|(part, verdict)| (part.centre, verdict[0].verdict, verdict[1].verdict)),
        )
    };
    flagged(&verdicts, neutral, |verdict| verdict.flags, decide)
}

fn roll_up(
    parts: &(impl Iterator<Item = (bool, ClusterVerdict, ClusterVerdict)> + Clone),
) -> VillageVerdict {
    use ClusterVerdict::{Covered, NotCovered};
    if parts.clone().next().is_none() {
        return VillageVerdict::Insufficient;
    }
    if parts.clone().all(|(_, asked, _)| asked == Covered) {
        return VillageVerdict::Covered;
    }
    if parts.clone().all(|(.., base)| base == Covered) {
        return VillageVerdict::NotAsAsked;
    }
    let mut centres = parts.clone().filter(|(centre, ..)| *centre);
    let only_centre = match (centres.next(), centres.next()) {
        (Some((.., base)), None) => Some(base),
        _ => None,
    };
    let no_signal = match only_centre {
        Some(base) => base == NotCovered,
        None => parts.clone().all(|(.., base)| base == NotCovered),
    };
    if no_signal {
        VillageVerdict::NoSignal
    } else if parts.clone().any(|(.., base)| base == NotCovered) {
        VillageVerdict::PartialHole
    } else {
        VillageVerdict::Insufficient
    }
}

#[cfg(test)]
mod tests {
    use super::ClusterVerdict::{Covered, Insufficient, NotCovered};
    use super::*;

    fn rolled(parts: &[(bool, ClusterVerdict, ClusterVerdict)]) -> VillageVerdict {
        roll_up(&parts.iter().copied())
    }

    #[test]
    fn the_centre_decides_between_trang_and_lom() {
        let cases = [
            (
                vec![(true, NotCovered, NotCovered), (false, Covered, Covered)],
                VillageVerdict::NoSignal,
            ),
            (
                vec![(true, Covered, Covered), (false, NotCovered, NotCovered)],
                VillageVerdict::PartialHole,
            ),
            (
                vec![(false, NotCovered, NotCovered), (false, Covered, Covered)],
                VillageVerdict::PartialHole,
            ),
            (
                vec![(true, NotCovered, NotCovered), (true, NotCovered, NotCovered)],
                VillageVerdict::NoSignal,
            ),
            (
                vec![(true, NotCovered, NotCovered), (true, Covered, Covered)],
                VillageVerdict::PartialHole,
            ),
            (
                vec![(true, Insufficient, Insufficient), (false, Covered, Covered)],
                VillageVerdict::Insufficient,
            ),
            (
                vec![(true, NotCovered, Covered), (false, Covered, Covered)],
                VillageVerdict::NotAsAsked,
            ),
            (vec![(true, Covered, Covered), (false, Covered, Covered)], VillageVerdict::Covered),
            (vec![], VillageVerdict::Insufficient),
        ];
        for (parts, expected) in cases {
            assert_eq!(rolled(&parts), expected, "{parts:?}");
        }
    }

    #[test]
    fn a_technology_in_sunset_leaves_its_place_to_the_next() {
        let not_only_2g = |t| if t == Technology::G2 { State::Not } else { State::Silent };
        assert_eq!(at_least(Technology::G2, not_only_2g, |_| false), NotCovered);
        assert_eq!(at_least(Technology::G2, not_only_2g, |t| t == Technology::G2), Insufficient);
        let listed = |_| State::Not;
        assert_eq!(at_least(Technology::G2, listed, |t| t == Technology::G2), NotCovered);
    }
}
