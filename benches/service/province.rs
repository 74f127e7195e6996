//! A province to measure with: invented villages and sites around the real centres of communes.

use std::path::Path;
use std::sync::LazyLock;

use phusong::ledger::{Ledger, NewEntry, Outcome, format};
use phusong::service::{fresh_key, now};
use phusong::vault::keys::SigningKey;
use phusong_atlas::domain::{
    CarrierId, ClaimBasis, Day, DocumentRef, EntrySeq, Fact, FiledRow, Filing, FilingKind, Located,
    Party, Places, Position, PositionGrade, SiteCode, SiteEventFact, SiteEventKind, SiteId, Target,
    TechSet, Technology, UnitFact, UnitLevel, VillageFact, VillageId, VillageKind,
};
use phusong_atlas::domain::{ObservationFact, ObservationKind, Says};
use phusong_intake::geodata;

const VILLAGES: usize = 1_006;
const SITES: u64 = 20_000;
/// So many sites serve villages, the even ones; the rest move the site axis only.
const SERVING: u64 = 3_000;
const CARRIERS: [&str; 3] = ["viettel", "vnpt", "mobifone"];
const BATCH: usize = 256;
const ZOOM: u32 = 11;

static COMMUNES: LazyLock<Vec<UnitFact>> = LazyLock::new(|| {
    let rows = geodata::embedded().expect("the shipped tables are whole");
    let commune = |row: FiledRow| match row.fact {
        Fact::Unit(unit) if unit.level == UnitLevel::Commune && unit.valid_to.is_none() => {
            unit.centre.map(|_| unit)
        }
        _ => None,
    };
    rows.into_iter().filter_map(commune).collect()
});

pub fn id(village: usize) -> String {
    format!("v-{village:04}")
}

/// Villages that no site of the long ledger serves: the odd ones.
pub fn uncovered(round: usize) -> usize {
    (round * 2 + 1) % VILLAGES
}

/// On a small spiral around its commune's centre.
fn place(number: usize) -> Position {
    let commune = &COMMUNES[number % COMMUNES.len()];
    let centre = commune.centre.expect("filtered");
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let turn = number as f64;
    let reach_deg = 0.000_3 * (turn % 97.0);
    let (lon, lat) = (reach_deg * turn.cos(), reach_deg * turn.sin());
    Position::new(centre.lon_deg() + lon, centre.lat_deg() + lat).expect("near the centre")
}

pub fn tile_of(village: usize) -> String {
    let at = place(village);
    let across = f64::from(1 << ZOOM);
    let lat = at.lat_deg().to_radians();
    let x = (at.lon_deg() + 180.0) / 360.0 * across;
    let y = (1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0 * across;
    format!("/tiles/villages,gaps/{ZOOM}/{}/{}.mvt", x.floor(), y.floor())
}

pub fn gaps_around(village: usize) -> String {
    let (at, reach) = (place(village), 0.0005);
    format!(
        "/api/v1/gaps?limit=1000&bbox={:.6},{:.6},{:.6},{:.6}",
        at.lon_deg() - reach,
        at.lat_deg() - reach,
        at.lon_deg() + reach,
        at.lat_deg() + reach
    )
}

/// A report that covers the village, as a carrier's system sends it.
pub fn report(round: usize, village: usize) -> String {
    let at = place(village);
    format!(
        r#"{{"rows":[{{"ma_tram":"BENCH-{round}","loai_su_kien":"on_air","ngay_su_kien":"2026-10-01",
        "cong_nghe":"4G","kinh_do":{:.6},"vi_do":{:.6},"cac_thon_phuc_vu":"{}"}}]}}"#,
        at.lon_deg(),
        at.lat_deg(),
        id(village)
    )
}

/// Writes so many entries and more than the first few thousand villages need; how many there are.
pub fn fill(data: &Path, entries: u64) -> u64 {
    let key = SigningKey::open_or_create(data, &fresh_key().expect("randomness")).expect("a key");
    let mut ledger = Ledger::open(data, key, now()).expect("a ledger");
    let mut waiting = vec![entry(&filing(FilingKind::Register, Party::Department), villages())];
    for number in 0..entries.saturating_sub(1) {
        waiting.push(report_entry(number));
        if waiting.len() == BATCH {
            append(&mut ledger, &mut waiting);
        }
    }
    append(&mut ledger, &mut waiting);
    ledger.size()
}

fn append(ledger: &mut Ledger, waiting: &mut Vec<NewEntry>) {
    let outcomes = ledger.append_batch(now(), std::mem::take(waiting)).expect("appended");
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Appended(_))));
}

fn filing(kind: FilingKind, owner: Party) -> Filing {
    Filing {
        kind,
        filed_by: owner.clone(),
        owner,
        person: None,
        document: DocumentRef::default(),
        files: Vec::new(),
    }
}

fn entry(filing: &Filing, facts: Vec<Fact>) -> NewEntry {
    let row = |fact| FiledRow { fact, replaces: None, note: None };
    let rows: Vec<FiledRow> = facts.into_iter().map(row).collect();
    let body = format::encode(filing, &rows);
    NewEntry { format: format::CURRENT, salt: [7; 16], body, idempotency: None }
}

/// Every village, and the list that says that it lacks signal.
fn villages() -> Vec<Fact> {
    let day = Day::new(2023, 6, 7).expect("a day");
    (0..VILLAGES)
        .flat_map(|number| {
            let village = VillageId::new(&id(number)).expect("an id");
            let lists = Fact::Observation(ObservationFact {
                kind: ObservationKind::AuthorityList,
                says: Says::Lacks,
                source_word: None,
                carrier: None,
                technologies: TechSet::NONE,
                environment: None,
                service: None,
                places: Places { villages: vec![village.clone()], clusters: Vec::new() },
                day,
                source: "bench".to_owned(),
            });
            [Fact::Village(fact(number, village)), lists]
        })
        .collect()
}

fn fact(number: usize, id: VillageId) -> VillageFact {
    let grade = PositionGrade::Gazetteer;
    VillageFact {
        day: None,
        name: format!("Thôn đo {number:04}"),
        id,
        aliases: Vec::new(),
        kind: VillageKind::Thon,
        units: vec![COMMUNES[number % COMMUNES.len()].id],
        unit_inferred: None,
        located: Some(Located { position: place(number), uncertainty_m: 300, grade }),
        position_basis: None,
        households: u32::try_from(40 + number % 200).ok(),
        people: None,
        grid_power: None,
        especially_hard: None,
        source: "bench".to_owned(),
    }
}

/// The long ledger: every site on air, then published, then changed again and again.
fn report_entry(number: u64) -> NewEntry {
    let (site, turn) = (number % SITES, number / SITES);
    if turn == 1 {
        // Entries count from 1 and the villages are the first, so report `site` is `site + 2`.
        let publish = Fact::Publish(Target { entry: EntrySeq(site + 2), rows: Vec::new() });
        return entry(&filing(FilingKind::Decision, Party::Department), vec![publish]);
    }
    let carrier = CARRIERS[usize::try_from(site).expect("small") % CARRIERS.len()];
    let carrier = CarrierId::new(carrier).expect("an id");
    let village = usize::try_from(site).expect("small") * 2 % VILLAGES;
    let serves = (turn == 0 && site < SERVING)
        .then(|| VillageId::new(&id(village)).expect("an id"))
        .into_iter()
        .collect();
    let month = i8::try_from(turn + 1).expect("a few turns");
    let fact = Fact::SiteEvent(SiteEventFact {
        site: SiteId {
            carrier: carrier.clone(),
            code: SiteCode::new(&format!("S{site:05}")).expect("a code"),
        },
        site_name: None,
        event: if turn == 0 { SiteEventKind::OnAir } else { SiteEventKind::Changed },
        day: Day::new(2024, month.min(12), 1).expect("a day"),
        technologies: TechSet::NONE.with(Technology::G4),
        bands: Vec::new(),
        position: Some(place(usize::try_from(site).expect("small"))),
        position_operation: None,
        unit: None,
        antenna_height_agl_m: Some(42.0),
        serves: Places { villages: serves, clusters: Vec::new() },
        area: None,
        households_estimate: None,
        environment: None,
        service: None,
        feeds: None,
        basis: ClaimBasis::Statement,
    });
    entry(&filing(FilingKind::Report, Party::Carrier(carrier)), vec![fact])
}
