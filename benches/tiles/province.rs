//! A province to measure with: 96 communes of today's real shape where the file is at hand, with
//! invented villages and sites; always the same for the same seed.

#[path = "dice.rs"]
mod dice;

use std::path::Path;
use std::sync::Arc;

use dice::Dice;

use geo::{BoundingRect, Contains, CoordsIter, MultiPolygon, Point, Polygon};
use phusong_atlas::atlas::{Areas, Atlas, CommuneArea, Ground};
use phusong_atlas::domain::{
    Area, CarrierFact, CarrierId, CarrierKind, ClaimBasis, Day, DocumentRef, Entry, EntrySeq, Fact,
    FiledRow, Filing, FilingKind, Located, ObservationFact, ObservationKind, Party, Places,
    Position, PositionGrade, ReportId, Says, Scope, SiteCode, SiteEventFact, SiteEventKind, SiteId,
    TechSet, Technology, UnitCode, UnitFact, UnitId, UnitLevel, VillageFact, VillageId,
    VillageKind,
};
use phusong_atlas::history::History;

pub const VILLAGES: usize = 1_006;
pub const SITES: usize = 20_000;
const VERTICES: usize = 215_172;
const COMMUNES: usize = 96;
const CARRIERS: [&str; 5] = ["viettel", "vnpt", "mobifone", "vietnamobile", "gmobile"];

/// Where the areas came from, and how many points they have.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: &'static str,
    pub points: usize,
}

fn unit(code: u32) -> UnitId {
    UnitId { code: UnitCode(code), valid_from: Day::EARLIEST }
}

/// The communes' areas by code and name.
fn shapes() -> (Source, Vec<(u32, String, MultiPolygon<f64>)>) {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/admin/qn_communes_2025.geojson");
    let (name, shapes) = match std::fs::read_to_string(file) {
        Ok(text) => ("the communes of 2025", real(&text)),
        Err(_) => ("generated stars: the communes' file is not at hand", stars()),
    };
    let points = shapes.iter().map(|(_, _, area)| area.coords_count()).sum();
    (Source { name, points }, shapes)
}

fn real(text: &str) -> Vec<(u32, String, MultiPolygon<f64>)> {
    let collection: geojson::FeatureCollection =
        text.parse::<geojson::GeoJson>().and_then(TryInto::try_into).expect("GeoJSON");
    let shape = |feature: geojson::Feature| {
        let text = |name: &str| {
            let value = feature.property(name).and_then(serde_json::Value::as_str);
            value.expect("a property").to_owned()
        };
        let (code, name) = (text("code").parse().expect("a code"), text("name"));
        let area = match geo::Geometry::try_from(feature.geometry.expect("a shape")) {
            Ok(geo::Geometry::Polygon(polygon)) => MultiPolygon::new(vec![polygon]),
            Ok(geo::Geometry::MultiPolygon(several)) => several,
            other => panic!("{other:?}"),
        };
        (code, name, area)
    };
    collection.features.into_iter().map(shape).collect()
}

/// As many communes with as many points, side by side.
fn stars() -> Vec<(u32, String, MultiPolygon<f64>)> {
    let mut dice = Dice(7);
    let corners = u32::try_from(VERTICES / COMMUNES).expect("few");
    let star = |place: u32| {
        let centre = (107.7 + 0.12 * f64::from(place % 12), 14.5 + 0.12 * f64::from(place / 12));
        let ring: Vec<(f64, f64)> = (0..corners)
            .map(|corner| {
                let angle = f64::from(corner) / f64::from(corners) * std::f64::consts::TAU;
                let reach = 0.055 + 0.003 * dice.share();
                (centre.0 + reach * angle.cos(), centre.1 + reach * angle.sin())
            })
            .collect();
        let area = MultiPolygon::new(vec![Polygon::new(ring.into(), vec![])]);
        (20_000 + place, format!("Xã {place}"), area)
    };
    (0..u32::try_from(COMMUNES).expect("few")).map(star).collect()
}

/// Somewhere inside.
fn inside(area: &MultiPolygon<f64>, dice: &mut Dice) -> Position {
    let bounds = area.bounding_rect().expect("a shape");
    loop {
        let lon = bounds.min().x + bounds.width() * dice.share();
        let lat = bounds.min().y + bounds.height() * dice.share();
        if area.contains(&Point::new(lon, lat)) {
            return Position::new(lon, lat).expect("on the globe");
        }
    }
}

/// The department's Atlas of the province, which sees every site.
pub fn atlas() -> (Source, Atlas) {
    let (source, shapes) = shapes();
    let mut dice = Dice(20_230_607);
    let mut facts: Vec<Fact> = CARRIERS.into_iter().map(carrier).collect();
    facts.extend(shapes.iter().map(|(code, name, _)| commune(*code, name)));
    for number in 0..VILLAGES {
        let (code, _, area) = &shapes[number % shapes.len()];
        facts.extend(village(number, *code, inside(area, &mut dice)));
    }
    for number in 0..SITES {
        let (_, _, area) = &shapes[dice.below(shapes.len())];
        let at = inside(area, &mut dice);
        facts.push(site(number, at, &mut dice));
    }
    let areas = shapes
        .into_iter()
        .map(|(code, _, area)| {
            let middle = area.bounding_rect().expect("a shape").center();
            let centre = Position::new(middle.x, middle.y).expect("on the globe");
            CommuneArea { unit: unit(code), centre, area: Area::new(area), approximate: false }
        })
        .collect();
    let rules = phusong_intake::geodata::embedded()
        .expect("the shipped tables are whole")
        .into_iter()
        .find_map(|row| match row.fact {
            Fact::RuleSet(rules) => Some(Arc::from(rules)),
            _ => None,
        })
        .expect("a rule set");
    let ground = Ground { areas: Arc::new(Areas::of(areas)), rules };
    let atlas = Atlas::build(&History::fold(&[entry(facts)]), Scope::Officer, &ground);
    (source, atlas)
}

fn entry(facts: Vec<Fact>) -> Entry {
    let row = |fact| FiledRow { fact, replaces: None, note: None };
    Entry {
        seq: EntrySeq(1),
        id: ReportId([1; 10]),
        recorded_at: "2026-06-01T05:00:00Z".parse().expect("an instant"),
        filing: Filing {
            kind: FilingKind::Register,
            owner: Party::Department,
            filed_by: Party::Department,
            person: None,
            document: DocumentRef::default(),
            files: Vec::new(),
        },
        rows: facts.into_iter().map(row).collect(),
    }
}

fn carrier(id: &str) -> Fact {
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

fn commune(code: u32, name: &str) -> Fact {
    Fact::Unit(UnitFact {
        id: unit(code),
        name: name.to_owned(),
        kind: "xã".to_owned(),
        level: UnitLevel::Commune,
        parent: None,
        valid_to: None,
        centre: None,
        households: None,
        people: None,
        source: String::new(),
        inferred: None,
    })
}

/// A village; one in three is listed as without signal.
fn village(number: usize, code: u32, position: Position) -> Vec<Fact> {
    let id = VillageId::new(&format!("v-{number:04}")).expect("an id");
    let located = Located { position, uncertainty_m: 700, grade: PositionGrade::Gazetteer };
    let mut facts = vec![Fact::Village(VillageFact {
        day: None,
        id: id.clone(),
        name: format!("Thôn {number}"),
        aliases: Vec::new(),
        kind: VillageKind::Thon,
        units: vec![unit(code)],
        unit_inferred: None,
        located: Some(located),
        position_basis: None,
        households: u32::try_from(40 + number % 300).ok(),
        people: None,
        grid_power: None,
        especially_hard: None,
        source: String::new(),
    })];
    if number.is_multiple_of(3) {
        facts.push(Fact::Observation(ObservationFact {
            kind: ObservationKind::AuthorityList,
            says: Says::Lacks,
            source_word: None,
            carrier: None,
            technologies: TechSet::NONE,
            environment: None,
            service: None,
            places: Places { villages: vec![id], clusters: Vec::new() },
            day: Day::new(2026, 5, 1).expect("a day"),
            source: String::new(),
        }));
    }
    facts
}

/// A site on air; one in seven serves a village.
fn site(number: usize, at: Position, dice: &mut Dice) -> Fact {
    let carrier = CarrierId::new(CARRIERS[dice.below(CARRIERS.len())]).expect("an id");
    let serves = number
        .is_multiple_of(7)
        .then(|| VillageId::new(&format!("v-{:04}", dice.below(VILLAGES))).expect("an id"));
    Fact::SiteEvent(SiteEventFact {
        site: SiteId { carrier, code: SiteCode::new(&format!("QN{number:05}")).expect("a code") },
        site_name: Some(format!("Trạm {number}")),
        event: SiteEventKind::OnAir,
        day: Day::new(2026, 1, 1 + i8::try_from(number % 28).expect("small")).expect("a day"),
        technologies: [Technology::G2, Technology::G4].into_iter().collect(),
        bands: Vec::new(),
        position: Some(at),
        position_operation: None,
        unit: None,
        antenna_height_agl_m: Some(42.0),
        serves: Places { villages: serves.into_iter().collect(), clusters: Vec::new() },
        area: None,
        households_estimate: None,
        environment: None,
        service: None,
        feeds: None,
        basis: ClaimBasis::Statement,
    })
}
