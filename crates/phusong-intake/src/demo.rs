//! Invented villages, sites and reports for `--demo`: pure, and the same for the same seed.
//!
//! Every name begins with *Minh hoạ*, every id with `minh-hoa`, every site code with `MH-`: nobody
//! can take them for real. They stand near the centres of today's communes, and no invented
//! village carries a duty: duties are the order's.

use phusong_atlas::domain::{
    CarrierFact, CarrierId, CarrierKind, ClaimBasis, ClusterFact, ClusterId, Day, Fact, FilingKind,
    Located, ObservationFact, ObservationKind, Party, Places, Position, PositionGrade,
    PublicStatementFact, Says, Shape, SiteCode, SiteEventFact, SiteEventKind, SiteId, Slug,
    TechSet, Technology, UnitFact, UnitLevel, VillageFact, VillageId, VillageKind,
};

/// What every filing of the demo is called; its first entry tells a demo ledger from a real one.
pub const TITLE: &str = "dữ liệu minh hoạ";

const SEED: u64 = 20_230_607;
const VILLAGES: usize = 72;
const SOURCE: &str = "dữ liệu minh hoạ, không có thật / invented, not real";

/// An act of the demo, to be filed as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    pub kind: FilingKind,
    pub owner: Party,
    pub number: String,
    /// Filed, and published by an officer at once.
    pub published: bool,
    pub facts: Vec<Fact>,
}

/// The first entry of a demo ledger.
pub fn marker() -> Option<Fact> {
    Some(Fact::PublicStatement(PublicStatementFact {
        id: Slug::new("minh-hoa").ok()?,
        publication: "Phủ Sóng".to_owned(),
        title: Some(TITLE.to_owned()),
        said_when: String::new(),
        text_vi: "Sổ này là dữ liệu minh hoạ: mọi thôn, trạm và báo cáo mang tên Minh hoạ đều \
                  không có thật"
            .to_owned(),
        text_en: "This ledger is a demonstration: every village, site and report named Minh hoạ \
                  is invented"
            .to_owned(),
        names: None,
        source: SOURCE.to_owned(),
    }))
}

/// Everything invented, from the units and carriers on file.
pub fn acts(facts: &[&Fact]) -> Vec<Act> {
    let mut dice = Dice(SEED);
    let communes: Vec<(&UnitFact, Position)> = facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Unit(unit) if unit.level == UnitLevel::Commune && unit.valid_to.is_none() => {
                Some((unit, unit.centre?))
            }
            _ => None,
        })
        .collect();
    let carriers: Vec<&CarrierFact> = facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Carrier(carrier) if carrier.kind == CarrierKind::Mno => Some(carrier),
            _ => None,
        })
        .take(4)
        .collect();
    if communes.is_empty() {
        return Vec::new();
    }
    let villages: Vec<Invented> = (1..=VILLAGES)
        .filter_map(|number| {
            let (unit, centre) = communes[dice.below(communes.len())];
            village(number, unit, centre, &mut dice)
        })
        .collect();

    let mut acts = vec![register(&villages), authority_list(&villages, &mut dice)];
    for (place, carrier) in carriers.iter().enumerate() {
        acts.extend(reports(&carrier.id, place, &villages, &mut dice));
    }
    acts.extend(confirmations(&villages, &mut dice));
    acts.retain(|act| !act.facts.is_empty());
    acts
}

/// A village of the demo with its clusters, the centre first.
struct Invented {
    village: VillageFact,
    clusters: Vec<ClusterFact>,
    centre: Position,
}

fn village(number: usize, unit: &UnitFact, at: Position, dice: &mut Dice) -> Option<Invented> {
    let id = VillageId::new(&format!("minh-hoa-{number:02}")).ok()?;
    let centre = near(at, 0.03, dice)?;
    let located = |position, uncertainty_m| Located {
        position,
        uncertainty_m,
        grade: PositionGrade::CommuneConfirmed,
    };
    let count = 1 + dice.below(3);
    let mut clusters = Vec::new();
    for cluster in 0..count {
        let name = if cluster == 0 { "trung tâm".to_owned() } else { format!("xóm {cluster}") };
        clusters.push(ClusterFact {
            day: None,
            id: ClusterId::new(&format!("{id}.{cluster}")).ok()?,
            village: id.clone(),
            name,
            shape: Shape::Point(located(
                if cluster == 0 { centre } else { near(centre, 0.012, dice)? },
                150,
            )),
            households: Some(15 + u32::try_from(dice.below(90)).ok()?),
            centre: cluster == 0,
            source: SOURCE.to_owned(),
        });
    }
    let households = clusters.iter().filter_map(|cluster| cluster.households).sum();
    let village = VillageFact {
        day: None,
        id,
        name: format!("Minh hoạ {number:02}"),
        aliases: Vec::new(),
        kind: VillageKind::Thon,
        units: vec![unit.id],
        unit_inferred: None,
        located: Some(located(centre, 800)),
        position_basis: Some(SOURCE.to_owned()),
        households: Some(households),
        people: Some(households * 4),
        grid_power: [Some(true), Some(true), Some(false), None][dice.below(4)],
        especially_hard: [Some(true), Some(false), None][dice.below(3)],
        source: SOURCE.to_owned(),
    };
    Some(Invented { village, clusters, centre })
}

fn act(kind: FilingKind, owner: Party, number: String, facts: Vec<Fact>) -> Act {
    Act { kind, owner, number, published: true, facts }
}

fn register(villages: &[Invented]) -> Act {
    let mut facts = Vec::new();
    for invented in villages {
        facts.push(Fact::Village(invented.village.clone()));
        facts.extend(invented.clusters.iter().cloned().map(Fact::Cluster));
    }
    act(FilingKind::Register, Party::Department, "MH-01".to_owned(), facts)
}

/// A third of the villages stand on an authority's list, some of it long out of date.
fn authority_list(villages: &[Invented], dice: &mut Dice) -> Act {
    let mut facts = Vec::new();
    for invented in villages {
        if dice.below(3) != 0 {
            continue;
        }
        let year = [2024, 2025, 2026][dice.below(3)];
        // Most lists name the village; some only an outlying cluster.
        let outlying = invented.clusters.get(1).filter(|_| dice.below(2) == 0);
        let places = match outlying {
            Some(cluster) => Places { villages: Vec::new(), clusters: vec![cluster.id.clone()] },
            None => Places { villages: vec![invented.village.id.clone()], clusters: Vec::new() },
        };
        facts.extend(observation(ObservationKind::AuthorityList, Says::Lacks, places, (year, 3)));
    }
    act(FilingKind::Observation, Party::Department, "MH-02".to_owned(), facts)
}

fn observation(
    kind: ObservationKind,
    says: Says,
    places: Places,
    (year, month): (i16, i8),
) -> Option<Fact> {
    Some(Fact::Observation(ObservationFact {
        kind,
        says,
        source_word: (says == Says::Lacks).then(|| "chưa có sóng".to_owned()),
        carrier: None,
        technologies: TechSet::NONE,
        environment: None,
        service: None,
        places,
        day: Day::new(year, month, 15).ok()?,
        source: SOURCE.to_owned(),
    }))
}

/// Two reports of each carrier: one published, one that waits for an officer.
fn reports(carrier: &CarrierId, place: usize, villages: &[Invented], dice: &mut Dice) -> Vec<Act> {
    let (mut published, mut waiting) = (Vec::new(), Vec::new());
    for (number, invented) in villages.iter().enumerate() {
        // The first carrier serves two villages of three, the last one of five.
        if dice.below(3 + place) > 1 {
            continue;
        }
        let waits = dice.below(5) == 0;
        let facts = if waits { &mut waiting } else { &mut published };
        facts.extend(site(carrier, number + 1, invented, dice).into_iter().flatten());
    }
    let party = || Party::Carrier(carrier.clone());
    let mut acts = vec![
        act(FilingKind::Report, party(), format!("MH-{carrier}-1"), published),
        act(FilingKind::Report, party(), format!("MH-{carrier}-2"), waiting),
    ];
    acts[1].published = false;
    acts
}

/// A site near the village: planned, on air, on air and off again, or put up and taken down.
fn site(
    carrier: &CarrierId,
    number: usize,
    invented: &Invented,
    dice: &mut Dice,
) -> Option<Vec<Fact>> {
    let code = SiteCode::new(&format!("MH-{carrier}-{number:03}")).ok()?;
    let position = near(invented.centre, 0.02, dice)?;
    let technologies = match dice.below(4) {
        0 => TechSet::NONE.with(Technology::G2),
        1 => TechSet::NONE.with(Technology::G2).with(Technology::G3),
        _ => TechSet::NONE.with(Technology::G4),
    };
    // Every cluster, or the centre alone.
    let all = dice.below(3) != 0;
    let serves = Places {
        villages: if all { vec![invented.village.id.clone()] } else { Vec::new() },
        clusters: if all { Vec::new() } else { vec![invented.clusters.first()?.id.clone()] },
    };
    let year = 2021 + i16::try_from(dice.below(5)).ok()?;
    let month = 1 + i8::try_from(dice.below(12)).ok()?;
    let event = |event, day| {
        Fact::SiteEvent(SiteEventFact {
            site: SiteId { carrier: carrier.clone(), code: code.clone() },
            site_name: Some(format!("Trạm minh hoạ {number:03}")),
            event,
            day,
            technologies,
            bands: Vec::new(),
            position: Some(position),
            position_operation: None,
            unit: invented.village.units.first().copied(),
            antenna_height_agl_m: Some(42.0),
            serves: serves.clone(),
            area: None,
            households_estimate: invented.village.households,
            environment: None,
            service: None,
            feeds: None,
            basis: ClaimBasis::Statement,
        })
    };
    let on = Day::new(year, month, 10).ok()?;
    let ended = Day::new(2026, month.min(9), 20).ok()?;
    Some(match dice.below(12) {
        0 => vec![event(SiteEventKind::Planned, Day::new(2026, 6, 30).ok()?)],
        1 => vec![event(SiteEventKind::OnAir, on), event(SiteEventKind::OffAir, ended)],
        2 => vec![event(SiteEventKind::OnAir, on), event(SiteEventKind::Decommissioned, ended)],
        _ => vec![event(SiteEventKind::OnAir, on)],
    })
}

/// Some communes have confirmed what there is, some deny what was claimed.
fn confirmations(villages: &[Invented], dice: &mut Dice) -> Vec<Act> {
    let mut acts = Vec::new();
    for (number, invented) in villages.iter().enumerate() {
        if dice.below(4) != 0 {
            continue;
        }
        let Some(commune) = invented.village.units.first() else { continue };
        let says = if dice.below(3) == 0 { Says::Lacks } else { Says::Has };
        let places = Places { villages: vec![invented.village.id.clone()], clusters: Vec::new() };
        let kind = ObservationKind::CommuneConfirmation;
        let facts = observation(kind, says, places, (2026, 8)).into_iter().collect();
        let owner = Party::Commune(*commune);
        acts.push(act(FilingKind::Observation, owner, format!("MH-XN-{number:02}"), facts));
    }
    acts
}

fn near(at: Position, spread_deg: f64, dice: &mut Dice) -> Option<Position> {
    let lon = at.lon_deg() + spread_deg * (dice.share() - 0.5);
    let lat = at.lat_deg() + spread_deg * (dice.share() - 0.5);
    Position::new(lon, lat).ok()
}

/// `SplitMix64` (Steele, Lea, Flood 2014): the same rolls for the same seed, on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.roll() % end).unwrap_or(0)
    }

    /// 0 to 1, in steps of 2⁻³².
    fn share(&mut self) -> f64 {
        f64::from(u32::try_from(self.roll() >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodata;

    #[test]
    fn the_same_seed_invents_the_same_and_every_name_says_so() {
        let rows = geodata::embedded().unwrap();
        let facts: Vec<&Fact> = rows.iter().map(|row| &row.fact).collect();
        let invented = acts(&facts);
        assert_eq!(invented, acts(&facts));
        let mut villages = 0;
        for fact in invented.iter().flat_map(|act| &act.facts) {
            match fact {
                Fact::Village(village) => {
                    villages += 1;
                    assert!(village.name.starts_with("Minh hoạ "), "{}", village.name);
                    assert!(village.id.as_str().starts_with("minh-hoa-"));
                }
                Fact::SiteEvent(event) => assert!(event.site.code.as_str().starts_with("MH-")),
                Fact::Cluster(_) | Fact::Observation(_) => {}
                other => panic!("the demo invents no {other:?}"),
            }
        }
        assert_eq!(villages, VILLAGES);
        let shipped =
            |fact: &&Fact| matches!(fact, Fact::Village(v) if v.name.contains("Minh hoạ"));
        assert_eq!(facts.iter().filter(|fact| shipped(fact)).count(), 0);
    }
}
