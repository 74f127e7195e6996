//! A shard on one day: the default question's answers for every place in it, and what rests on
//! them. Kept with the shard; a place of which nothing turned since another day is taken over.

use std::sync::{Arc, OnceLock};

use rstar::RTree;

use super::VillageUnits;
use super::areas::Pin;
use super::combine::{self, ClusterVerdict, Flagged, Part, VillageVerdict};
use super::duty::OpenDuty;
use super::question::{Carriers, Question};
use super::said::CarrierIndex;
use super::shard::{Shard, pins, within};
use super::view::Common;
use crate::domain::{CarrierKind, Day, Grade, Position, Technology};

/// The default question's answers for one day, kept with the shard.
#[derive(Debug, Clone)]
pub struct ShardDay {
    pub day: Day,
    /// As [`Shard::villages`]; `None` for those that do not exist that day.
    pub villages: Vec<Option<VillageDay>>,
    /// In order of village, then of its clusters.
    pub clusters: Vec<ClusterDay>,
    /// Of its villages: only a window that cuts the shard asks for them.
    pins: OnceLock<RTree<Pin>>,
    /// Two dozen verdicts of each place: only tiles ask for them.
    letters: OnceLock<Arc<Letters>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct VillageDay {
    pub answer: Flagged<VillageVerdict>,
    pub disputed: bool,
    /// Boxed: of most villages nothing is owed.
    pub owed: Option<Box<OpenDuty>>,
    pub position: Option<Position>,
    pub households: Option<u32>,
    pub units: VillageUnits,
    /// Into the card's facts.
    pub fact: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterDay {
    /// Index into [`Shard::villages`].
    pub village: u32,
    /// Index into the card's clusters.
    pub cluster: u32,
    pub answer: Flagged<ClusterVerdict>,
    pub position: Option<Position>,
}

/// One letter for each carrier set × technology: see docs/api.md, *Tiles*.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Letters {
    /// As [`ShardDay::villages`]; empty for those that do not exist that day.
    pub villages: Vec<Vec<u8>>,
    /// As [`ShardDay::clusters`].
    pub clusters: Vec<Vec<u8>>,
}

impl ShardDay {
    /// `other`: the answers of the same shard for another day, if there are any.
    pub(super) fn of(shard: &Shard, day: Day, common: &Common, other: Option<&Self>) -> Self {
        let question = Question::default_on(day);
        let before = other.filter(|other| asks_alike(common, day, other.day));
        let mut clusters = Vec::with_capacity(other.map_or(0, |other| other.clusters.len()));
        let mut villages = Vec::with_capacity(shard.villages.len());
        for (place, card) in (0_u32..).zip(&shard.villages) {
            if !card.exists_on(day) {
                villages.push(None);
                continue;
            }
            let fact = card.place_of_fact_on(day);
            let then = other.and_then(|other| other.villages[place as usize].as_ref());
            // What is said of the village is what names its units.
            let units = match then.filter(|then| then.fact == fact) {
                Some(then) => then.units,
                None => VillageUnits::of(card, shard.unit, common, day),
            };
            let still = before.filter(|other| card.is_still_between(day, other.day));
            let answer = if let (Some(other), Some(then)) = (still, then) {
                clusters.extend_from_slice(other.clusters_of(place));
                then.answer
            } else {
                let parts: Vec<Part> =
                    card.parts(&question, common).into_iter().map(|(_, part)| part).collect();
                let own = (0_u32..).zip(&card.clusters);
                let own = own.filter(|(_, cluster)| cluster.is_in(&card.id, day));
                clusters.extend(own.zip(&parts).map(|((index, cluster), part)| ClusterDay {
                    village: place,
                    cluster: index,
                    answer: part.asked,
                    position: cluster.position_on(day),
                }));
                combine::village(&parts)
            };
            villages.push(Some(VillageDay {
                answer,
                households: card.households_on(day),
                units,
                fact,
                disputed: card.disputed_on(day),
                owed: card.open_duty(day).map(Box::new),
                position: card.position_on(day),
            }));
        }
        Self { day, villages, clusters, pins: OnceLock::new(), letters: OnceLock::new() }
    }

    fn clusters_of(&self, village: u32) -> &[ClusterDay] {
        let from = self.clusters.partition_point(|cluster| cluster.village < village);
        let count = self.clusters[from..].iter().take_while(|it| it.village == village).count();
        &self.clusters[from..from + count]
    }

    /// The letters of its places; `shard` is the one whose day it is.
    pub fn letters(&self, shard: &Shard, common: &Common) -> Arc<Letters> {
        Arc::clone(self.letters.get_or_init(|| Arc::new(self.spell(shard, common))))
    }

    fn spell(&self, shard: &Shard, common: &Common) -> Letters {
        let question = Question::default_on(self.day);
        let villages = shard.villages.iter().zip(&self.villages).map(|(card, there)| {
            let Some(_) = there else { return Vec::new() };
            letters(&question, common, |asked| card.verdict(asked, common).verdict.letter())
        });
        let clusters = self.clusters.iter().map(|there| {
            let card = &shard.villages[there.village as usize].clusters[there.cluster as usize];
            letters(&question, common, |asked| match card.verdict(asked, common).verdict {
                ClusterVerdict::Covered => b'c',
                ClusterVerdict::NotCovered => b'n',
                ClusterVerdict::Insufficient => b'i',
            })
        });
        Letters { villages: villages.collect(), clusters: clusters.collect() }
    }

    /// Places of [`Shard::villages`] within a window, in order.
    pub fn villages_within(&self, window: ([f64; 2], [f64; 2])) -> Vec<u32> {
        let positions = || self.villages.iter().map(|there| there.as_ref()?.position);
        within(self.pins.get_or_init(|| pins(positions())), window)
    }
}

/// Does the default question of both days ask the same operators from the same technology?
fn asks_alike(common: &Common, day: Day, other: Day) -> bool {
    common.rules.base_on(day) == common.rules.base_on(other)
        && common.operators_on(day).eq(common.operators_on(other))
}

/// The carrier sets of the filter string: any operator, then each carrier that runs a network.
pub fn letter_carriers(common: &Common) -> Vec<CarrierIndex> {
    (0_u8..)
        .zip(&common.carriers)
        .filter(|(_, carrier)| carrier.kind == CarrierKind::Mno)
        .map(|(place, _)| CarrierIndex(place))
        .collect()
}

fn letters(default: &Question, common: &Common, letter: impl Fn(&Question) -> u8) -> Vec<u8> {
    let named = letter_carriers(common).into_iter().map(|index| Carriers::Named(vec![index]));
    let mut letters = Vec::new();
    for carriers in std::iter::once(Carriers::Operators).chain(named) {
        for technology in Technology::ALL {
            letters.push(letter(&Question {
                carriers: carriers.clone(),
                technology: Some(technology),
                grade: Grade::E1,
                ..default.clone()
            }));
        }
    }
    letters
}
