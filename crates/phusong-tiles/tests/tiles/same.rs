//! The same content is the same bytes, however the Atlas came about and whoever asks.

use std::sync::Arc;

use phusong_atlas::atlas::{Areas, Atlas};
use phusong_atlas::domain::{Entry, Fact, Party, Position, Scope};
use phusong_atlas::history::History;
use phusong_tiles::{Outlines, RowPool, TileId, TileView};
use proptest::prelude::*;

use crate::ledger::{
    at, atlas, carrier, entries, ground, layers, listed, on_air, today, unit, view, village,
};

/// Two communes, villages in both, and reports of two carriers.
fn ledger(places: &[(f64, f64, u8)]) -> (Vec<Entry>, Areas) {
    let centres = [(unit(101), at(108.3, 15.0)), (unit(102), at(108.7, 15.0))];
    let land = geo::Rect::new((107.0, 14.0), (110.0, 16.0)).to_polygon();
    let areas = Areas::computed(&centres, &geo::MultiPolygon::new(vec![land]), 0.4);
    let mut groups: Vec<(Party, Vec<Fact>)> = Vec::new();
    for (place, (lon, lat, what)) in places.iter().enumerate() {
        let (id, position) = (format!("v{place:02}"), at(*lon, *lat));
        let mut facts = vec![village(&id, position, Some(u32::from(*what)))];
        if what & 1 == 1 {
            facts.push(listed(&id));
        }
        groups.push((Party::Department, facts));
        if what & 2 == 2 {
            let of = if what & 4 == 4 { "viettel" } else { "vnpt" };
            let site = on_air(of, &format!("S{place}"), position, &[&id]);
            groups.push((Party::Carrier(carrier(of)), vec![site]));
        }
    }
    (entries(&[101, 102], groups), areas)
}

fn tiles(first: Position) -> Vec<TileId> {
    [0, 6, 8, 10, 12, 14].into_iter().map(|z| TileId::holding(first, z)).collect()
}

const ALL: &str = "communes,villages,gaps,clusters,sites";

proptest! {
    #[test]
    fn an_atlas_made_entry_by_entry_makes_the_tiles_of_one_made_at_once(
        places in proptest::collection::vec((108.0_f64..109.0, 14.7_f64..15.3, 0_u8..8), 1..12),
        turn in 0_usize..12,
    ) {
        let (ledger, areas) = ledger(&places);
        let ground = ground(areas);
        for scope in [Scope::Public, Scope::Officer, Scope::Carrier(carrier("viettel"))] {
            let whole = view(&atlas(&ledger, scope.clone(), &ground));
            // After the first entry, which names carriers and communes, order plays no part.
            let mut turned = ledger.clone();
            turned[1..].rotate_left(turn % (ledger.len() - 1));
            let seqs: Vec<_> = ledger.iter().map(|entry| entry.seq).collect();
            let mut history = History::default();
            let mut grown: Option<Atlas> = None;
            for (entry, seq) in turned.iter_mut().zip(seqs) {
                entry.seq = seq;
                let touched = history.apply(entry);
                grown = Some(match grown {
                    None => Atlas::build(&history, scope.clone(), &ground),
                    Some(before) => before.after(&history, &touched),
                });
            }
            let grown = view(&grown.unwrap());
            for tile in tiles(at(places[0].0, places[0].1)) {
                let layers = layers(ALL);
                prop_assert_eq!(whole.key(tile, layers), grown.key(tile, layers));
                let bytes = whole.encode(tile, layers).unwrap();
                prop_assert_eq!(&bytes, &grown.encode(tile, layers).unwrap());
                prop_assert_eq!(&bytes, &whole.encode(tile, layers).unwrap());
            }
        }
    }

    /// Two views whose keys agree have the same bytes: scopes may share them.
    #[test]
    fn equal_keys_are_equal_bytes_across_scopes(
        places in proptest::collection::vec((108.0_f64..109.0, 14.7_f64..15.3, 0_u8..8), 1..12),
    ) {
        let (ledger, areas) = ledger(&places);
        let ground = ground(areas);
        let scopes = [
            Scope::Public,
            Scope::Officer,
            Scope::Carrier(carrier("viettel")),
            Scope::Carrier(carrier("vnpt")),
        ];
        let views = scopes.map(|scope| view(&atlas(&ledger, scope, &ground)));
        for tile in tiles(at(places[0].0, places[0].1)) {
            for names in ["villages", "gaps", "clusters", "communes", ALL] {
                let made = views.each_ref().map(|view| {
                    (view.key(tile, layers(names)), view.encode(tile, layers(names)).unwrap())
                });
                for (key, bytes) in &made {
                    for (other_key, other) in &made {
                        prop_assert!(key != other_key || bytes == other);
                    }
                }
            }
        }
    }
}

#[test]
fn a_report_renames_only_the_tiles_it_touches() {
    let (mut ledger, areas) = ledger(&[(108.3, 15.0, 1), (108.7, 15.0, 1)]);
    let ground = ground(areas);
    let viettel = Scope::Carrier(carrier("viettel"));
    let before = view(&atlas(&ledger, viettel.clone(), &ground));
    let public_before = view(&atlas(&ledger, Scope::Public, &ground));
    let report = vec![on_air("viettel", "S", at(108.3, 15.0), &["v00"])];
    let more = entries(&[], vec![(Party::Carrier(carrier("viettel")), report)]).remove(1);
    ledger.push(Entry { seq: phusong_atlas::domain::EntrySeq(9), ..more });
    let after = view(&atlas(&ledger, viettel, &ground));
    let public_after = view(&atlas(&ledger, Scope::Public, &ground));
    let (near, far) = (TileId::holding(at(108.3, 15.0), 12), TileId::holding(at(108.7, 15.0), 12));
    for names in ["villages", "communes,villages", "sites"] {
        let names = layers(names);
        assert_ne!(before.key(near, names), after.key(near, names));
        assert_eq!(before.key(far, names), after.key(far, names));
        assert_eq!(public_before.key(near, names), public_after.key(near, names));
    }
}

#[test]
fn scopes_with_the_same_shard_share_its_rows() {
    let (ledger, areas) = ledger(&[(108.3, 15.0, 1), (108.7, 15.0, 7)]);
    let ground = ground(areas);
    let outlines = Arc::new(Outlines::new(Arc::clone(&ground.areas)));
    let pool = RowPool::default();
    let views = [Scope::Public, Scope::Carrier(carrier("vnpt")), Scope::Officer].map(|scope| {
        let atlas = atlas(&ledger, scope, &ground);
        TileView::of(&atlas, today(), Arc::clone(&outlines), &pool)
    });
    assert_eq!(pool.held(), 3, "two of the public and VNPT, one more of the department");
    drop(views);
    let atlas = atlas(&ledger, Scope::Public, &ground);
    let _one = TileView::of(&atlas, today(), outlines, &pool);
    assert_eq!(pool.held(), 2, "what no view holds is forgotten");
}
