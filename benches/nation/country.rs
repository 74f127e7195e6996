//! A nation to measure with: invented villages and sites in square communes between the real
//! corners of the country; always the same for the same seed.

use std::sync::Arc;

use super::dice::Dice;

use geo::{MultiPolygon, Rect};
use phusong_atlas::atlas::{Areas, CommuneArea, Ground};
use phusong_atlas::domain::{
    Area, CarrierFact, CarrierId, CarrierKind, ClaimBasis, Day, DocumentRef, DutyFact, DutyId,
    Entry, EntrySeq, Fact, FiledRow, Filing, FilingKind, Located, ObservationFact, ObservationKind,
    Party, Places, Position, PositionGrade, ReportId, Says, SiteCode, SiteEventFact, SiteEventKind,
    SiteId, TechSet, Technology, UnitCode, UnitFact, UnitId, UnitLevel, VillageFact, VillageId,
    VillageKind,
};
use phusong_intake::geodata::{self, Tables};

pub const VILLAGES: usize = 100_000;
pub const SITES: usize = 350_000;
/// Rows of an entry: a carrier's monthly inventory of a province, not of the country.
const ROWS: usize = 2_000;
pub const CARRIERS: [&str; 4] = ["viettel", "vnpt", "mobifone", "vietnamobile"];
/// Communes side by side and one above the other: 3,320, as many as there are since 2025.
const ACROSS: usize = 40;
const UP: usize = 83;
const SOUTH_WEST: (f64, f64) = (102.2, 8.5);
const STEP: (f64, f64) = (0.18, 0.178);
/// Squares of one old district; the first commune of each stands for it too.
const DISTRICT: usize = 5;

fn unit(number: usize, level: UnitLevel) -> UnitId {
    let base = if level == UnitLevel::District { 1 } else { 10_000 };
    UnitId { code: UnitCode(base + u32::try_from(number).expect("few")), valid_from: Day::EARLIEST }
}

pub fn district(number: usize) -> UnitId {
    unit(number, UnitLevel::District)
}

fn district_of(commune: usize) -> usize {
    commune / DISTRICT
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn corner(commune: usize) -> (f64, f64) {
    let (across, up) = (commune % ACROSS, commune / ACROSS);
    (SOUTH_WEST.0 + STEP.0 * across as f64, SOUTH_WEST.1 + STEP.1 * up as f64)
}

fn centre(commune: usize) -> Position {
    let (west, south) = corner(commune);
    Position::new(west + STEP.0 / 2.0, south + STEP.1 / 2.0).expect("a place")
}

fn inside(commune: usize, dice: &mut Dice) -> Position {
    let (west, south) = corner(commune);
    let at = |low: f64, step: f64, share: f64| low + step * (0.001 + 0.998 * share);
    let (lon, lat) = (at(west, STEP.0, dice.share()), at(south, STEP.1, dice.share()));
    Position::new(lon, lat).expect("on the globe")
}

pub fn village_id(number: usize) -> VillageId {
    VillageId::new(&format!("v-{number:06}")).expect("an id")
}

pub fn carrier(number: usize) -> CarrierId {
    CarrierId::new(CARRIERS[number % CARRIERS.len()]).expect("an id")
}

/// The ground: every commune a square.
pub fn ground() -> Ground {
    let area = |commune: usize| {
        let (west, south) = corner(commune);
        let square = Rect::new((west, south), (west + STEP.0, south + STEP.1)).to_polygon();
        CommuneArea {
            unit: unit(commune, UnitLevel::Commune),
            centre: centre(commune),
            area: Area::new(MultiPolygon::new(vec![square])),
            approximate: true,
        }
    };
    let rules = geodata::embedded()
        .expect("the shipped tables are whole")
        .into_iter()
        .find_map(|row| match row.fact {
            Fact::RuleSet(rules) => Some(Arc::from(rules)),
            _ => None,
        })
        .expect("a rule set");
    Ground { areas: Arc::new(Areas::of((0..ACROSS * UP).map(area).collect())), rules }
}

/// Carriers and units.
fn register() -> Vec<Fact> {
    let mut register: Vec<Fact> = CARRIERS.into_iter().map(operator).collect();
    for commune in 0..ACROSS * UP {
        if commune.is_multiple_of(DISTRICT) {
            let number = district_of(commune);
            register.push(place(district(number), UnitLevel::District, None, None));
        }
        let above = district(district_of(commune));
        let own = unit(commune, UnitLevel::Commune);
        register.push(place(own, UnitLevel::Commune, Some(above), Some(centre(commune))));
    }
    register
}

/// The same as tables that a service files for itself, with the rule sets that ship.
pub fn tables() -> Tables {
    let shipped = geodata::embedded().expect("the shipped tables are whole");
    let rules = shipped.into_iter().filter(|row| matches!(row.fact, Fact::RuleSet(_)));
    let row = |fact| FiledRow { fact, replaces: None, note: None };
    // By its title the next start knows that these have been filed.
    Tables {
        document: DocumentRef { title: Some(geodata::TITLE.to_owned()), ..DocumentRef::default() },
        rows: register().into_iter().map(row).chain(rules).collect(),
    }
}

/// The whole ledger: units, villages, lists, duties and reports of all carriers, two in three
/// of them published.
pub fn entries() -> Vec<Entry> {
    let mut dice = Dice(20_230_607);
    let mut entries = Vec::new();
    push(&mut entries, &Party::Department, register());
    let communes: Vec<usize> = (0..VILLAGES).map(|number| number % (ACROSS * UP)).collect();
    let mut villages = Vec::new();
    for (number, commune) in communes.iter().enumerate() {
        village(number, *commune, &mut dice, &mut villages);
        if villages.len() >= ROWS {
            push(&mut entries, &Party::Department, std::mem::take(&mut villages));
        }
    }
    push(&mut entries, &Party::Department, villages);
    for (own, name) in CARRIERS.iter().enumerate() {
        let owner = Party::Carrier(CarrierId::new(name).expect("an id"));
        let mut sites = Vec::new();
        for number in (own..SITES).step_by(CARRIERS.len()) {
            sites.push(site(number, number % VILLAGES, communes[number % VILLAGES], &mut dice));
            if sites.len() == ROWS {
                report(&mut entries, &owner, std::mem::take(&mut sites));
            }
        }
        report(&mut entries, &owner, sites);
    }
    entries
}

/// A report, and its publication for two in three.
fn report(entries: &mut Vec<Entry>, owner: &Party, facts: Vec<Fact>) {
    push(entries, owner, facts);
    let seq = entries.len() as u64;
    if !seq.is_multiple_of(3) {
        let target = phusong_atlas::domain::Target { entry: EntrySeq(seq), rows: Vec::new() };
        push(entries, &Party::Department, vec![Fact::Publish(target)]);
    }
}

fn push(entries: &mut Vec<Entry>, owner: &Party, facts: Vec<Fact>) {
    entries.push(entry(entries.len() as u64 + 1, owner, facts));
}

pub fn entry(seq: u64, owner: &Party, facts: Vec<Fact>) -> Entry {
    let row = |fact| FiledRow { fact, replaces: None, note: None };
    let mut id = [0; 10];
    id[2..].copy_from_slice(&seq.to_be_bytes());
    Entry {
        seq: EntrySeq(seq),
        id: ReportId(id),
        recorded_at: "2026-06-01T05:00:00Z".parse().expect("an instant"),
        filing: Filing {
            kind: FilingKind::Report,
            owner: owner.clone(),
            filed_by: owner.clone(),
            person: None,
            document: DocumentRef::default(),
            files: Vec::new(),
        },
        rows: facts.into_iter().map(row).collect(),
    }
}

fn operator(id: &str) -> Fact {
    Fact::Carrier(CarrierFact {
        id: CarrierId::new(id).expect("an id"),
        name: id.to_owned(),
        kind: CarrierKind::Mno,
        aliases: Vec::new(),
        valid_from: None,
        valid_to: None,
        source: String::new(),
    })
}

fn place(id: UnitId, level: UnitLevel, parent: Option<UnitId>, centre: Option<Position>) -> Fact {
    Fact::Unit(UnitFact {
        id,
        name: format!("Nơi {}", id.code.0),
        kind: String::new(),
        level,
        parent,
        // Districts ended with the reform.
        valid_to: (level == UnitLevel::District).then(|| Day::new(2025, 7, 1).expect("a day")),
        centre,
        households: None,
        people: None,
        source: String::new(),
        inferred: None,
    })
}

/// A village; one in ten on a list of those without signal, one in fifty with a duty.
fn village(number: usize, commune: usize, dice: &mut Dice, facts: &mut Vec<Fact>) {
    let position = inside(commune, dice);
    let located = Located { position, uncertainty_m: 700, grade: PositionGrade::Gazetteer };
    facts.push(Fact::Village(VillageFact {
        day: None,
        id: village_id(number),
        name: format!("Thôn {number}"),
        aliases: Vec::new(),
        kind: VillageKind::Thon,
        units: vec![unit(commune, UnitLevel::Commune)],
        unit_inferred: None,
        located: Some(located),
        position_basis: None,
        households: (!number.is_multiple_of(11))
            .then(|| 40 + u32::try_from(number % 300).expect("few")),
        people: None,
        grid_power: number.is_multiple_of(4).then_some(true),
        especially_hard: number.is_multiple_of(9).then_some(true),
        source: String::new(),
    }));
    if number.is_multiple_of(10) {
        facts.push(Fact::Observation(ObservationFact {
            kind: ObservationKind::AuthorityList,
            says: Says::Lacks,
            source_word: None,
            carrier: None,
            technologies: TechSet::NONE,
            environment: None,
            service: None,
            places: Places { villages: vec![village_id(number)], clusters: Vec::new() },
            day: Day::new(2025, 5, 1).expect("a day"),
            source: String::new(),
        }));
    }
    if number.is_multiple_of(50) {
        facts.push(Fact::Duty(DutyFact {
            id: DutyId::new(&format!("d-{number}")).expect("an id"),
            clause: "IV.16".to_owned(),
            cite: String::new(),
            village: village_id(number),
            carrier: carrier(number),
            technology: None,
            given: Day::new(2023, 6, 7).expect("a day"),
            due: Some(Day::new(2023, 12, 31).expect("a day")),
            due_inferred: None,
            source: String::new(),
        }));
    }
}

/// A site on air that serves its village: all but those that are on a list.
fn site(number: usize, village: usize, commune: usize, dice: &mut Dice) -> Fact {
    let technologies = [Technology::G2, Technology::G3, Technology::G4, Technology::G5];
    let least = dice.below(3);
    let serves = (!village.is_multiple_of(10)).then(|| village_id(village));
    site_event(
        SiteId {
            carrier: carrier(number),
            code: SiteCode::new(&format!("S{number:06}")).expect("a code"),
        },
        inside(commune, dice),
        technologies[least..].iter().copied().collect(),
        serves.into_iter().collect(),
        Day::new(2024, 1 + i8::try_from(number % 12).expect("small"), 1).expect("a day"),
    )
}

pub fn site_event(
    site: SiteId,
    at: Position,
    technologies: TechSet,
    villages: Vec<VillageId>,
    day: Day,
) -> Fact {
    Fact::SiteEvent(SiteEventFact {
        site,
        site_name: None,
        event: SiteEventKind::OnAir,
        day,
        technologies,
        bands: Vec::new(),
        position: Some(at),
        position_operation: None,
        unit: None,
        antenna_height_agl_m: Some(42.0),
        serves: Places { villages, clusters: Vec::new() },
        area: None,
        households_estimate: None,
        environment: None,
        service: None,
        feeds: None,
        basis: ClaimBasis::Statement,
    })
}
