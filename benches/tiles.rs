//! Tiles of a province: 96 communes of 215,172 points, 1,006 villages, 20,000 sites.
//!
//! `scripts/bench tiles [encode|cold|herd|warm]`. Servers run in processes of their own on one
//! core, where `taskset` is at hand, and are asked over loopback TCP from the other; every answer
//! is counted, and decoded where it is kept. Yardsticks run beside, in the same minutes.

#[path = "tiles/load.rs"]
mod load;
#[expect(dead_code, reason = "features are counted here, not looked at")]
#[path = "../crates/phusong-tiles/tests/tiles/mvt.rs"]
mod mvt;
#[path = "tiles/province.rs"]
mod province;
#[path = "tiles/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use load::{Bodies, Until};
use phusong::vault::Vault;
use phusong::vault::api_keys::{Holder, NewApiKey};
use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::Position;
use phusong_tiles::{LayerSet, Outlines, RowPool, TileId, TileView};
use server::Running;

const ALL: &str = "communes,villages,sites";
const POINTS: &str = "villages,sites";
/// Where pages look, and where the pyramid has most tiles.
const ZOOMS: RangeInclusive<u8> = 8..=14;

fn main() {
    let mut words: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if words.first().is_some_and(|word| word == server::FLAG) {
        server::run(&words.split_off(1));
        return;
    }
    if let Some(status) = server::pin_self() {
        assert!(status.success(), "{status}");
        return;
    }
    if !server::pinned() {
        println!("taskset is not at hand: server and asker share the cores");
    }
    let part = words.first().map(String::as_str);
    let asked = |name| part.is_none_or(|part| part == name);
    let (source, atlas) = province::atlas();
    println!(
        "{}: {} points; {} villages, {} sites",
        source.name,
        source.points,
        province::VILLAGES,
        province::SITES
    );
    let view = view(&atlas);
    if asked("encode") {
        outlines(&atlas);
        encode(&view);
    }
    if asked("cold") {
        for names in [ALL, POINTS] {
            cold(&view, names);
        }
    }
    if asked("herd") {
        herd();
    }
    if asked("warm") {
        warm(&view);
    }
}

fn layers(names: &str) -> LayerSet {
    LayerSet::parse(names).expect("layers")
}

fn view(atlas: &Atlas) -> TileView {
    let outlines = Arc::new(Outlines::new(Arc::clone(&atlas.ground.areas)));
    TileView::of(atlas, phusong::service::today(), outlines, &RowPool::default())
}

/// Every tile of a zoom in which any of the layers has something.
fn tiles(view: &TileView, names: &str, z: u8) -> Vec<(TileId, Vec<u8>)> {
    let holding = |lon, lat| TileId::holding(Position::new(lon, lat).expect("a place"), z);
    let (first, last) = (holding(106.5, 16.0), holding(110.0, 13.5));
    let mut tiles = Vec::new();
    for x in first.x()..=last.x() {
        for y in first.y()..=last.y() {
            let tile = TileId::new(z.into(), x.into(), y.into()).expect("a tile");
            let bytes = view.encode(tile, layers(names)).expect("written");
            if !bytes.is_empty() {
                tiles.push((tile, bytes));
            }
        }
    }
    tiles
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

fn outlines(atlas: &Atlas) {
    println!("\nareas made ready, once a zoom");
    println!("{:>4} {:>9} {:>9}", "zoom", "ms", "points");
    for z in 6..=14 {
        let outlines = Outlines::new(Arc::clone(&atlas.ground.areas));
        let began = Instant::now();
        let made = outlines.on(z);
        let ms = began.elapsed().as_secs_f64() * 1e3;
        let rings = made.iter().flat_map(|outline| &outline.shapes).flatten();
        println!("{z:>4} {ms:>9.1} {:>9}", rings.map(Vec::len).sum::<usize>());
    }
}

/// One thread, no server: from the view to the bytes.
fn encode(view: &TileView) {
    const ROUND: usize = 3_000;
    println!("\nencoded, one thread");
    println!(
        "{:<24} {:>4} {:>6} {:>10} {:>12} {:>9} {:>10}",
        "layers", "zoom", "tiles", "ms a tile", "µs a feature", "features", "B a tile"
    );
    for (names, zooms) in
        [("communes", 6..=14), ("villages", 8..=8), ("sites", 8..=8), (ALL, 8..=14)]
    {
        for z in zooms {
            let tiles = tiles(view, names, z);
            let features: usize = tiles.iter().map(|(_, bytes)| features(bytes)).sum();
            let rounds = (ROUND / tiles.len()).clamp(1, 400);
            let began = Instant::now();
            for (tile, _) in std::iter::repeat_n(&tiles, rounds).flatten() {
                std::hint::black_box(view.encode(*tile, layers(names)).expect("written"));
            }
            let us = began.elapsed().as_secs_f64() * 1e6 / ratio(rounds * tiles.len(), 1);
            let bytes: usize = tiles.iter().map(|(_, bytes)| bytes.len()).sum();
            println!(
                "{names:<24} {z:>4} {:>6} {:>10.3} {:>12.3} {features:>9} {:>10.0}",
                tiles.len(),
                us / 1e3,
                us * ratio(tiles.len(), features),
                ratio(bytes, tiles.len()),
            );
        }
    }
}

/// How many features a reader finds.
fn features(bytes: &[u8]) -> usize {
    mvt::read(bytes).values().map(|layer| layer.features.len()).sum()
}

fn question(path: &str, more: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{more}\r\n").into_bytes()
}

fn path(names: &str, tile: TileId) -> String {
    format!("/tiles/{names}/{}/{}/{}.mvt", tile.z(), tile.x(), tile.y())
}

/// Every tile of the pyramid once, over 16 connections, none of them asked for before.
fn cold(view: &TileView, names: &str) {
    println!("\ncold: {names}, each tile once, 16 connections");
    println!(
        "{:>8} {:>6} {:>9} {:>8} {:>8} {:>9} {:>9}",
        "zoom", "tiles", "a second", "p50 ms", "p99 ms", "features", "B a tile"
    );
    let pyramid: BTreeMap<u8, Vec<_>> = ZOOMS.map(|z| (z, tiles(view, names, z))).collect();
    let mut all: Vec<(TileId, Vec<u8>)> = Vec::new();
    for (z, tiles) in &pyramid {
        cold_run(names, &z.to_string(), tiles);
        all.extend(tiles.iter().cloned());
    }
    // Shuffled the same way each time.
    all.sort_by_cached_key(|(tile, _)| phusong_atlas::atlas::content_hash(tile));
    let least = format!("{}–{}", ZOOMS.start(), ZOOMS.end());
    cold_run(names, &least, &all);
    let deep: Vec<_> = all.into_iter().filter(|(tile, _)| tile.z() >= 10).collect();
    cold_run(names, &format!("10–{}", ZOOMS.end()), &deep);
}

fn cold_run(names: &str, zooms: &str, tiles: &[(TileId, Vec<u8>)]) {
    let server = Running::start(&["province"]);
    // Areas are made ready once a zoom in a service's life: here, by tiles of another layer set.
    let ready: Vec<Vec<u8>> =
        ZOOMS.map(|z| question(&path("communes,gaps", self::tiles_of_centre(z)), "")).collect();
    load::ask(&server.address, 1, &ready, Until::Asked, Bodies::Counted);
    let questions: Vec<Vec<u8>> =
        tiles.iter().map(|(tile, _)| question(&path(names, *tile), "")).collect();
    let mut outcome = load::ask(&server.address, 16, &questions, Until::Asked, Bodies::Kept);
    assert_eq!(outcome.failed, 0);
    let mut found = 0;
    for (place, body) in &outcome.bodies {
        assert_eq!(*body, tiles[*place].1, "the tile that was asked for");
        found += features(body);
    }
    let bytes: usize = outcome.bodies.iter().map(|(_, body)| body.len()).sum();
    println!(
        "{zooms:>8} {:>6} {:>9.0} {:>8.2} {:>8.2} {found:>9} {:>9.0}",
        tiles.len(),
        outcome.per_second(),
        outcome.quantile_ms(0.5),
        outcome.quantile_ms(0.99),
        ratio(bytes, tiles.len()),
    );
}

fn tiles_of_centre(z: u8) -> TileId {
    TileId::holding(Position::new(108.5, 15.0).expect("a place"), z)
}

/// 200 clients at once for the heaviest tile, of which nothing has been made.
fn herd() {
    println!("\n200 clients, one cold tile of zoom 8 with everything");
    let heavy = question(&path(ALL, tiles_of_centre(8)), "");
    for ready in [false, true] {
        let server = Running::start(&["province"]);
        if ready {
            let other = question(&path("communes", tiles_of_centre(8)), "");
            load::ask(&server.address, 1, &[other], Until::Asked, Bodies::Counted);
        }
        let before = builds(&server.address);
        let questions = vec![heavy.clone(); 200];
        let mut outcome = load::ask(&server.address, 200, &questions, Until::Asked, Bodies::Kept);
        let same = outcome.bodies.iter().all(|(_, body)| *body == outcome.bodies[0].1);
        println!(
            "{}: {} build(s), {} failures, {} B each, worst {:.0} ms",
            if ready { "areas ready" } else { "nothing ready" },
            builds(&server.address) - before,
            outcome.failed + usize::from(!same),
            outcome.bodies[0].1.len(),
            outcome.quantile_ms(1.0),
        );
    }
}

fn builds(address: &str) -> u64 {
    let questions = [question("/builds", "")];
    let outcome = load::ask(address, 1, &questions, Until::Asked, Bodies::Kept);
    String::from_utf8_lossy(&outcome.bodies[0].1).parse().expect("a number")
}

/// The whole service with a kept tile against an axum handler that sends the same bytes.
fn warm(view: &TileView) {
    const TIME: Duration = Duration::from_secs(3);
    const ROUNDS: usize = 5;
    let data = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let key = key(data.path());
    let service = Running::start(&["service", data.path().to_str().expect("UTF-8")]);
    let chosen = near_5_kb(&service.address, view);
    let tile = load::ask(&service.address, 1, &[question(&chosen, "")], Until::Asked, Bodies::Kept);
    let bytes = &tile.bodies[0].1;
    let file = data.path().join("tile");
    std::fs::write(&file, bytes).expect("written");
    let bare = Running::start(&["bare", file.to_str().expect("UTF-8")]);
    let bearer = format!("authorization: Bearer {key}\r\n");
    let known = "if-none-match: *\r\n";
    let asked = [
        ("bare axum handler", &bare, question("/tile", "")),
        ("tile, public", &service, question(&chosen, "")),
        ("tile, a carrier's key", &service, question(&chosen, &bearer)),
        ("tile, gzip", &service, question(&chosen, "accept-encoding: gzip\r\n")),
        ("tile unchanged (304)", &service, question(&chosen, known)),
    ];
    println!(
        "\nwarm: {chosen}, {} B, {ROUNDS} rounds of {} s, median",
        bytes.len(),
        TIME.as_secs()
    );
    for connections in [16, 200] {
        let mut rates: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        let mut worst: BTreeMap<usize, f64> = BTreeMap::new();
        for _ in 0..ROUNDS {
            for (place, (_, server, question)) in asked.iter().enumerate() {
                let questions = std::slice::from_ref(question);
                let until = Until::Time(TIME);
                let mut outcome =
                    load::ask(&server.address, connections, questions, until, Bodies::Counted);
                rates.entry(place).or_default().push(outcome.per_second());
                let p99 = worst.entry(place).or_default();
                *p99 = p99.max(outcome.quantile_ms(0.99));
            }
        }
        let mut first = None;
        for (place, mut rates) in rates {
            rates.sort_by(f64::total_cmp);
            let median = rates[rates.len() / 2];
            let bare = *first.get_or_insert(median);
            println!(
                "{connections:>4} connections  {:<22} {median:>9.0}/s  {:>5.2} of bare  p99 ≤ {:.2} ms",
                asked[place].0,
                median / bare,
                worst[&place],
            );
        }
    }
}

/// A carrier's key, made before the service starts.
fn key(data: &Path) -> String {
    let holder = Holder::parse("carrier", Some("viettel")).expect("a role");
    let secret = phusong::service::fresh_key().expect("randomness");
    let new = NewApiKey { holder, label: "bench".to_owned(), expires: None, person: None, secret };
    let vault = Vault::open(data).expect("opens");
    let (_, token) = vault.create_api_key(phusong::service::now(), &new).expect("made");
    token.reveal().to_owned()
}

/// The tile of the service's own first map that comes nearest to 5 kB.
fn near_5_kb(address: &str, view: &TileView) -> String {
    let paths: Vec<String> = (6..=10)
        .flat_map(|z| tiles(view, "communes", z))
        .map(|(tile, _)| path("communes,villages", tile))
        .collect();
    let questions: Vec<Vec<u8>> = paths.iter().map(|path| question(path, "")).collect();
    let outcome = load::ask(address, 4, &questions, Until::Asked, Bodies::Kept);
    let (place, _) = outcome
        .bodies
        .iter()
        .min_by_key(|(place, body)| (body.len().abs_diff(5_000), *place))
        .expect("tiles");
    paths[*place].clone()
}
