//! Small ledgers of villages, clusters and sites, and the Atlases made of them.

use std::sync::Arc;

use phusong_atlas::atlas::{Areas, Atlas, Ground};
use phusong_atlas::domain::{
    CarrierFact, CarrierId, CarrierKind, ClaimBasis, Day, DocumentRef, Entry, EntrySeq, Fact,
    FiledRow, Filing, FilingKind, Independence, Located, MeasurementRule, ObservationFact,
    ObservationKind, Party, Places, Position, PositionGrade, ReportId, RuleSet, RuleSetId, Says,
    Scope, SiteCode, SiteEventFact, SiteEventKind, SiteId, Slug, TechSet, Technology, UnitCode,
    UnitFact, UnitId, UnitLevel, VillageFact, VillageId, VillageKind,
};
use phusong_atlas::history::History;
use phusong_tiles::{LayerSet, Outlines, RowPool, TileId, TileView};

pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// The day on which the tiles of these tests are looked at.
pub fn today() -> Day {
    day("2026-03-01")
}

pub fn rules() -> RuleSet {
    RuleSet {
        id: RuleSetId { id: Slug::new("mac-dinh").expect("a slug"), version: 1 },
        title_vi: String::new(),
        title_en: String::new(),
        valid_from: Day::EARLIEST,
        base: vec![(Day::EARLIEST, Technology::G2)],
        shelf_life_months: 12,
        ageing_months: 12,
        pair_window_months: 12,
        measurement: MeasurementRule {
            span_days: 31,
            radius_m: 500.0,
            cell_m: 50,
            grid_epsg: 5898,
            wilson_z: 1.959_964,
            good_share: 0.9,
            oppose_p: 0.05,
            oppose_failures: 5,
            oppose_failure_days: 2,
            good_level_ddbm: [None, None, Some(-1100), None],
        },
        reach_m: [None; 4],
        outage_stale_hours: None,
        independence: Independence::Source,
        source: String::new(),
    }
}

pub fn carrier(name: &str) -> CarrierId {
    CarrierId::new(name).expect("an id")
}

pub fn unit(code: u32) -> UnitId {
    UnitId { code: UnitCode(code), valid_from: Day::EARLIEST }
}

pub fn at(lon: f64, lat: f64) -> Position {
    Position::new(lon, lat).expect("on the globe")
}

fn commune(code: u32) -> Fact {
    Fact::Unit(UnitFact {
        id: unit(code),
        name: format!("Xã {code}"),
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

fn operator(name: &str) -> Fact {
    Fact::Carrier(CarrierFact {
        id: carrier(name),
        name: name.to_owned(),
        kind: CarrierKind::Mno,
        aliases: vec![],
        valid_from: None,
        valid_to: None,
        source: String::new(),
    })
}

pub fn village(id: &str, position: Position, households: Option<u32>) -> Fact {
    Fact::Village(VillageFact {
        day: None,
        id: VillageId::new(id).expect("an id"),
        name: format!("Thôn {id}"),
        aliases: vec![],
        kind: VillageKind::Thon,
        units: vec![],
        unit_inferred: None,
        located: Some(Located { position, uncertainty_m: 300, grade: PositionGrade::Gazetteer }),
        position_basis: None,
        households,
        people: None,
        grid_power: None,
        especially_hard: None,
        source: String::new(),
    })
}

/// The department lists the village as without signal.
pub fn listed(id: &str) -> Fact {
    observed(id, ObservationKind::AuthorityList, Says::Lacks, "2025-06-07")
}

/// Its commune confirms that Viettel has 4G there.
pub fn confirmed(id: &str) -> Fact {
    let Fact::Observation(seen) =
        observed(id, ObservationKind::CommuneConfirmation, Says::Has, "2026-01-20")
    else {
        unreachable!("an observation")
    };
    let technologies = TechSet::NONE.with(Technology::G4);
    Fact::Observation(ObservationFact { carrier: Some(carrier("viettel")), technologies, ..seen })
}

fn observed(id: &str, kind: ObservationKind, says: Says, on: &str) -> Fact {
    Fact::Observation(ObservationFact {
        kind,
        says,
        source_word: None,
        carrier: None,
        technologies: TechSet::NONE,
        environment: None,
        service: None,
        places: Places { villages: vec![VillageId::new(id).expect("an id")], clusters: vec![] },
        day: day(on),
        source: String::new(),
    })
}

/// A site on air since the start of 2026, serving these villages.
pub fn on_air(of: &str, code: &str, position: Position, serves: &[&str]) -> Fact {
    let serves = serves.iter().map(|id| VillageId::new(id).expect("an id")).collect();
    Fact::SiteEvent(SiteEventFact {
        site: SiteId { carrier: carrier(of), code: SiteCode::new(code).expect("a code") },
        site_name: None,
        event: SiteEventKind::OnAir,
        day: day("2026-01-05"),
        technologies: TechSet::NONE.with(Technology::G4),
        bands: vec![],
        position: Some(position),
        position_operation: None,
        unit: None,
        antenna_height_agl_m: None,
        serves: Places { villages: serves, clusters: vec![] },
        area: None,
        households_estimate: None,
        environment: None,
        service: None,
        feeds: None,
        basis: ClaimBasis::Statement,
    })
}

/// One entry for each group of facts, the first naming two operators and these communes.
pub fn entries(communes: &[u32], groups: Vec<(Party, Vec<Fact>)>) -> Vec<Entry> {
    let mut first = vec![operator("viettel"), operator("vnpt")];
    first.extend(communes.iter().map(|code| commune(*code)));
    let groups = std::iter::once((Party::Department, first)).chain(groups);
    groups
        .zip(1_u64..)
        .map(|((owner, facts), seq)| {
            let mut id = [0; 10];
            id[..8].copy_from_slice(&seq.to_be_bytes());
            let filing = Filing {
                kind: FilingKind::Report,
                filed_by: owner.clone(),
                owner,
                person: None,
                document: DocumentRef::default(),
                files: vec![],
            };
            let row = |fact| FiledRow { fact, replaces: None, note: None };
            Entry {
                seq: EntrySeq(seq),
                id: ReportId(id),
                recorded_at: "2026-02-01T05:00:00Z".parse().expect("an instant"),
                filing,
                rows: facts.into_iter().map(row).collect(),
            }
        })
        .collect()
}

pub fn ground(areas: Areas) -> Ground {
    Ground { areas: Arc::new(areas), rules: Arc::new(rules()) }
}

pub fn atlas(entries: &[Entry], scope: Scope, ground: &Ground) -> Atlas {
    Atlas::build(&History::fold(entries), scope, ground)
}

pub fn view(atlas: &Atlas) -> TileView {
    let outlines = Arc::new(Outlines::new(Arc::clone(&atlas.ground.areas)));
    TileView::of(atlas, today(), outlines, &RowPool::default())
}

pub fn layers(names: &str) -> LayerSet {
    LayerSet::parse(names).expect("layers")
}

pub fn tile(z: u64, x: u64, y: u64) -> TileId {
    TileId::new(z, x, y).expect("a tile")
}

pub fn bytes(view: &TileView, names: &str, tile: TileId) -> Vec<u8> {
    view.encode(tile, layers(names)).expect("a tile can be written")
}
