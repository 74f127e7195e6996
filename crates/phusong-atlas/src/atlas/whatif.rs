//! What would change a verdict: something that could be filed on the asked day, put beside what
//! is there, and judged by the same rules.

use super::card::{ClusterCard, VillageCard};
use super::combine::{self, CarrierStates, Flagged, Mode, Part, VillageVerdict};
use super::meet::Judged;
use super::question::Question;
use super::said::{CarrierIndex, Evidence, Said, SaidKind};
use super::view::Common;
use super::world::World;
use crate::domain::{
    CarrierId, Day, Grade, Party, ReportId, Says, SiteEventKind, TechSet, Technology, UnitCode,
    UnitId,
};

/// Something that could be filed, of the whole village.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// A site that serves it goes on air.
    OnAir,
    /// The commune confirms that there is signal.
    CommuneHas,
    /// A field measurement confirms that there is signal.
    MeasuredHas,
    /// The commune says that there is none.
    CommuneLacks,
    /// An officer sets aside what opposes.
    SetAside,
}

impl Deed {
    pub const ALL: [Self; 5] =
        [Self::OnAir, Self::CommuneHas, Self::MeasuredHas, Self::CommuneLacks, Self::SetAside];
}

/// What the village would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    pub deed: Deed,
    /// Of these carriers.
    pub carriers: Vec<CarrierIndex>,
    pub technology: Technology,
    pub answer: Flagged<VillageVerdict>,
}

/// The deeds that would change the answer to the question, each by itself.
pub fn what_if(card: &VillageCard, question: &Question, common: &Common) -> Vec<WhatIf> {
    let now = card.verdict(question, common);
    let technology = least_living(card, question, common);
    let carriers = actors(card, question, common);
    let mut found = Vec::new();
    for deed in Deed::ALL {
        let (day, commune) = (question.day, card.commune_on(common, question.day));
        let filed = Filed { deed, carriers: &carriers, technology, day, commune };
        let answer = filed.answer(card, question, common);
        if answer != now {
            found.push(WhatIf { deed, carriers: carriers.clone(), technology, answer });
        }
    }
    found
}

/// What one deed would make of one carrier and technology at one cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turned {
    pub deed: Deed,
    pub judged: Judged,
}

/// The deeds that would change what is known of (cluster, carrier, technology), each by itself;
/// `commune`: the one that would confirm.
pub fn what_if_of(
    card: &ClusterCard,
    question: &Question,
    common: &Common,
    (carrier, technology): (CarrierIndex, Technology),
    commune: Option<UnitId>,
) -> Vec<Turned> {
    let asked = card.asked(question, common, carrier, technology);
    let now = asked.meet().judged;
    let judge = |deed| {
        let day = question.day;
        let filed = Filed { deed, carriers: &[carrier], technology, day, commune };
        let world = filed.beside(&card.world);
        super::meet::Asked { world: &world, ..asked }.meet().judged
    };
    let all = Deed::ALL.into_iter().map(|deed| Turned { deed, judged: judge(deed) });
    all.filter(|turned| turned.judged != now).collect()
}

/// The least technology asked that has not ended here.
fn least_living(card: &VillageCard, question: &Question, common: &Common) -> Technology {
    let least = question.least_technology(common);
    let ended = |technology| {
        card.clusters_on(question.day).any(|cluster| {
            common
                .operators_on(question.day)
                .all(|carrier| cluster.world.sunset(carrier, technology, question.day))
        })
    };
    let mut asked = Technology::ALL.into_iter().filter(|technology| *technology >= least);
    asked.find(|technology| !ended(*technology)).unwrap_or(least)
}

/// Who would act: whoever owes the village, else the first asked; each, where each is asked.
fn actors(card: &VillageCard, question: &Question, common: &Common) -> Vec<CarrierIndex> {
    let asked = question.carriers_in(common);
    if question.mode == Mode::Each {
        return asked;
    }
    let owing = card
        .owed_on(question.day)
        .map(|(_, duty)| duty)
        .filter(|duty| duty.state_on(question.day).is_open())
        .filter_map(|duty| common.carrier(&duty.fact.carrier))
        .find(|carrier| asked.contains(carrier));
    owing.or_else(|| asked.first().copied()).into_iter().collect()
}

/// The roll-up with something put beside what each cluster's world holds.
fn answered(
    card: &VillageCard,
    question: &Question,
    common: &Common,
    beside: impl Fn(&World) -> World,
) -> Flagged<VillageVerdict> {
    let base = question.base();
    let parts: Vec<Part> = card
        .clusters_on(question.day)
        .map(|cluster| {
            let world = beside(&cluster.world);
            let asked = judged(cluster, &world, question, common);
            Part {
                centre: cluster.is_centre_on(question.day),
                asked,
                base: if *question == base {
                    asked
                } else {
                    judged(cluster, &world, &base, common)
                },
            }
        })
        .collect();
    combine::village(&parts)
}

/// Promises as if each had been kept on its day, by a site that serves the whole village.
pub(super) struct Kept<'a> {
    pub promises: &'a [(CarrierId, Day, Option<Technology>)],
}

impl Kept<'_> {
    pub fn answer(
        &self,
        card: &VillageCard,
        question: &Question,
        common: &Common,
    ) -> Flagged<VillageVerdict> {
        let unsaid = least_living(card, question, common);
        answered(card, question, common, |world| {
            let mut world = world.clone();
            for (carrier, day, technology) in self.promises {
                let Some(carrier) = common.carrier(carrier) else { continue };
                let technology = technology.unwrap_or(unsaid);
                let (deed, day) = (Deed::OnAir, *day);
                let filed = Filed { deed, carriers: &[], technology, day, commune: None };
                world.said.push(filed.said(Some(carrier)));
            }
            world
        })
    }
}

struct Filed<'a> {
    deed: Deed,
    carriers: &'a [CarrierIndex],
    technology: Technology,
    day: Day,
    /// Whose word a confirmation would be: of one source with what it said before.
    commune: Option<UnitId>,
}

impl Filed<'_> {
    fn answer(
        &self,
        card: &VillageCard,
        question: &Question,
        common: &Common,
    ) -> Flagged<VillageVerdict> {
        answered(card, question, common, |world| self.beside(world))
    }

    /// The world with the deed in it.
    fn beside(&self, world: &World) -> World {
        let mut world = world.clone();
        if self.deed == Deed::SetAside {
            for said in world.said.iter_mut().filter(|said| said.says != Says::Has) {
                said.set_aside.extend(self.carriers);
            }
            return world;
        }
        if self.deed == Deed::CommuneLacks {
            world.said.push(self.said(None));
        } else {
            world.said.extend(self.carriers.iter().map(|carrier| self.said(Some(*carrier))));
        }
        world
    }

    fn said(&self, carrier: Option<CarrierIndex>) -> Said {
        let (kind, says, grade) = match self.deed {
            Deed::OnAir | Deed::SetAside => {
                (SaidKind::SiteRow(SiteEventKind::OnAir), Says::Has, Grade::E1)
            }
            Deed::CommuneHas => (SaidKind::Commune, Says::Has, Grade::E3),
            Deed::MeasuredHas => (SaidKind::Measured, Says::Has, Grade::E4),
            Deed::CommuneLacks => (SaidKind::Commune, Says::Lacks, Grade::E3),
        };
        // Nobody's: no statement there is can be of the same source.
        let nobody = UnitId { code: UnitCode(u32::MAX), valid_from: Day::NEVER };
        let source = match kind {
            SaidKind::Commune => self.commune.unwrap_or(nobody),
            _ => nobody,
        };
        let technologies = match carrier {
            Some(_) => TechSet::NONE.with(self.technology),
            None => TechSet::NONE,
        };
        Said {
            evidence: Evidence { report: ReportId([0xff; 10]), row: 0 },
            behind: Box::default(),
            row: 0,
            source: Party::Commune(source),
            kind,
            says,
            source_word: None,
            grade,
            carrier,
            technologies,
            environment: None,
            service: None,
            from: self.day,
            to: Day::NEVER,
            asked_from: Day::EARLIEST,
            asked_to: Day::NEVER,
            plan: false,
            inventory: false,
            site: None,
            sure: true,
            set_aside: Vec::new(),
        }
    }
}

/// A cluster's verdict in another world than its own; slow, without the step functions.
fn judged(
    card: &ClusterCard,
    world: &World,
    question: &Question,
    common: &Common,
) -> Flagged<combine::ClusterVerdict> {
    let states: Vec<CarrierStates> = question
        .carriers_in(common)
        .into_iter()
        .map(|carrier| {
            let judged = Technology::ALL.map(|technology| {
                let asked = card.asked(question, common, carrier, technology);
                super::meet::Asked { world, ..asked }.meet().judged
            });
            let ended =
                Technology::ALL.map(|technology| world.sunset(carrier, technology, question.day));
            CarrierStates { carrier, judged, ended }
        })
        .collect();
    combine::cluster(&states, question.mode, question.least_technology(common))
}
