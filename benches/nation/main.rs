//! A nation: 100,000 villages, 350,000 sites, 4 carriers, 4 technologies.
//!
//! `scripts/bench nation`: in this process, without a server: what a fold, an assessment, an
//! entry, a question and a tile cost, and what all scopes hold in memory.
//! `scripts/bench nation served [REPORTS]`: the same behind a real socket, after so many reports
//! of one row more (100,000).

#[path = "../service/client.rs"]
mod client;
mod country;
#[path = "../tiles/dice.rs"]
mod dice;
#[path = "../service/keys.rs"]
mod keys;
#[path = "../service/running.rs"]
mod running;
mod served;

use std::sync::Arc;
use std::time::{Duration, Instant};

use country::{CARRIERS, SITES, VILLAGES};
use dice::Dice;
use phusong_atlas::atlas::{
    AreaFilter, Atlas, Carriers, DutyFilter, GapQuery, Mode, Question, Sort, Tri, VillageVerdict,
};
use phusong_atlas::domain::{
    CarrierId, Day, Grade, Party, Position, Scope, SiteCode, SiteId, TechSet, Technology,
};
use phusong_atlas::history::History;
use phusong_tiles::{LayerSet, Outlines, RowPool, TileId, TileView};

const TURNS: usize = 200;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", data] => served::serve(data.as_ref()),
        ["served", ..] => {
            let reports = words.iter().find_map(|word| word.parse().ok());
            served::measure(reports.unwrap_or(100_000));
        }
        _ => in_process(),
    }
}

fn in_process() {
    let entries = country::entries();
    let rows: usize = entries.iter().map(|entry| entry.rows.len()).sum();
    println!("{VILLAGES} villages, {SITES} sites; {} entries, {rows} rows", entries.len());
    let ground = country::ground();
    println!("memory with the entries: {}", memory());

    let (mut history, took) = timed(|| {
        let mut history = History::default();
        for entry in entries {
            history.absorb(entry);
        }
        history
    });
    println!("fold: {took:?}; memory {}", memory());
    let (atlas, took) = timed(|| Atlas::build(&history, Scope::Officer, &ground));
    println!("assessed from scratch (2 s): {took:?}; memory {}", memory());

    let atlas = after_entries(&mut history, atlas);
    questions(&atlas);
    tiles(&atlas);

    let scopes = std::iter::once(Scope::Public)
        .chain(CARRIERS.map(|id| Scope::Carrier(CarrierId::new(id).expect("an id"))))
        .chain([Scope::Approver]);
    let mut held = vec![atlas];
    for scope in scopes {
        let name = format!("{scope:?}");
        let (other, took) = timed(|| {
            let own = Atlas::build(&history, scope, &ground);
            held.iter().fold(own, Atlas::sharing_cards)
        });
        held.push(other);
        println!("{name}, made and shared: {took:?}; memory {}", memory());
    }
    let gaps = held.iter().map(|atlas| atlas.gaps(&query(day(0))).rows.len());
    println!("gaps by scope: {:?}", gaps.collect::<Vec<_>>());
}

fn day(back: i32) -> Day {
    Day::new(2026, 11, 26).expect("a day").plus_days(-back)
}

fn timed<T>(make: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let made = make();
    (made, begun.elapsed())
}

/// Resident and most ever, of this process.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kb = line.and_then(|line| line.trim_start_matches(':').trim().split(' ').next());
        kb.and_then(|kb| kb.parse::<u64>().ok()).map_or(0, |kb| kb / 1_024)
    };
    format!("{} MB now, {} MB at most", of("VmRSS"), of("VmHWM"))
}

fn told(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    println!("{what}: p50 {:?}, p99 {:?}, worst {:?}", at(50), at(99), at(100));
}

/// Reports of one site each, for villages that had no signal.
fn after_entries(history: &mut History, atlas: Atlas) -> Atlas {
    let mut dice = Dice(7);
    let mut atlas = atlas;
    let (mut folded, mut assessed) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let village = 10 * dice.below(VILLAGES / 10);
        let id = country::village_id(village);
        let at = atlas.village(&id).and_then(|(_, card)| card.position_on(day(0)));
        let site = SiteId {
            carrier: country::carrier(turn),
            code: SiteCode::new(&format!("NEW{turn}")).expect("a code"),
        };
        let owner = Party::Carrier(site.carrier.clone());
        let four = TechSet::NONE.with(Technology::G4);
        let fact = country::site_event(site, at.expect("located"), four, vec![id], day(30));
        let seq = history.entries().len() as u64 + 1;
        let entry = country::entry(seq, &owner, vec![fact]);
        let (touched, took) = timed(|| history.apply(&entry));
        folded.push(took);
        let (after, took) = timed(|| atlas.after(history, &touched));
        assessed.push(took);
        atlas = after;
    }
    told("one entry, folded", folded);
    told("one entry, assessed (5 ms)", assessed);
    atlas
}

fn query(day: Day) -> GapQuery {
    GapQuery {
        question: Question::default_on(day),
        verdicts: VillageVerdict::ALL.into_iter().filter(|verdict| verdict.is_gap()).collect(),
        area: AreaFilter::default(),
        duty: None,
        grid_power: None,
        especially_hard: None,
        sort: Sort::Households,
    }
}

/// Each asked as of a day that nobody has asked for, then again.
fn questions(atlas: &Atlas) {
    let district = |turn: usize| AreaFilter {
        district_old: Some(country::district(turn * 3 % 600)),
        ..AreaFilter::default()
    };
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let region = |turn: usize| {
        let west = 102.5 + (turn % 20) as f64 * 0.2;
        AreaFilter { bounds: Some(([west, 12.0], [west + 2.0, 14.0])), ..AreaFilter::default() }
    };
    let everything = |turn: usize| AreaFilter { ..region(turn) };
    let viettel = atlas.common.carrier(&country::carrier(0)).expect("registered");
    let filtered = |turn: usize, back: i32| GapQuery {
        question: Question {
            carriers: Carriers::Named(vec![viettel]),
            mode: Mode::Each,
            technology: Some(Technology::G4),
            grade: Grade::E2,
            ..Question::default_on(day(back))
        },
        area: everything(turn),
        duty: Some(DutyFilter::Overdue),
        grid_power: Some(Tri::Unknown),
        especially_hard: Some(Tri::Unknown),
        sort: Sort::Distance,
        ..query(day(back))
    };
    let nation = |_turn: usize| AreaFilter::default();
    let areas: [(&str, &dyn Fn(usize) -> AreaFilter); 3] = [
        ("a district (2 ms)", &district),
        ("a region's box (10 ms)", &region),
        ("the nation", &nation),
    ];
    for (name, area) in areas {
        for (when, back) in [("today, first time", 0), ("today", 0), ("as of another day", 400)] {
            let turns = if name == "the nation" { 10 } else { TURNS };
            let mut rows = 0;
            let took = (0..turns).map(|turn| {
                let asked = GapQuery { area: area(turn), ..query(day(back)) };
                let (found, took) = timed(|| atlas.gaps(&asked));
                rows += found.rows.len();
                took
            });
            let took: Vec<Duration> = took.collect();
            told(&format!("gaps in {name}, {when}, {} rows", rows / turns), took);
        }
    }
    for back in [0, 400] {
        let took = (0..TURNS).map(|turn| timed(|| atlas.gaps(&filtered(turn, back))).1).collect();
        told(&format!("gaps with every filter on, {back} days back"), took);
    }
    let mut dice = Dice(9);
    let took = (0..TURNS).map(|_| {
        let (_, card) = atlas.village(&country::village_id(dice.below(VILLAGES))).expect("known");
        let at = card.position_on(day(0));
        timed(|| atlas.nearest_site_m(at, day(0))).1
    });
    told("nearest operational site (0.2 ms)", took.collect());
}

fn tiles(atlas: &Atlas) {
    let outlines = Arc::new(Outlines::new(Arc::clone(&atlas.ground.areas)));
    let (view, took) =
        timed(|| TileView::of(atlas, day(0), Arc::clone(&outlines), &RowPool::default()));
    println!("a view for tiles: {took:?}; memory {}", memory());
    let layers = LayerSet::parse("communes,villages,sites").expect("layers");
    for (z, turns, bar) in
        [(5, 8, "50 ms"), (8, 40, "24/s"), (10, 100, "100/s"), (12, 200, "475/s")]
    {
        let mut dice = Dice(z.into());
        let mut bytes = Vec::new();
        let took = (0..turns).map(|_| {
            let id = country::village_id(dice.below(VILLAGES));
            let (_, card) = atlas.village(&id).expect("known");
            let at: Position = card.position_on(day(0)).expect("located");
            let (made, took) =
                timed(|| view.encode(TileId::holding(at, z), layers).expect("written"));
            bytes.push(made.len());
            took
        });
        let took: Vec<Duration> = took.collect();
        bytes.sort_unstable();
        told(&format!("tile z{z} ({bar}), up to {} kB", bytes[bytes.len() - 1] / 1_000), took);
    }
}
