//! Villages and sites: in a tile exactly when in its window, with what the schema says of them.

use phusong_atlas::domain::{Party, Position, Scope};
use proptest::prelude::*;

use crate::ledger::{
    at, atlas, bytes, carrier, confirmed, entries, ground, layers, listed, on_air, tile, view,
    village,
};
use crate::mvt::{self, Geometry, Value};
use phusong_atlas::atlas::Areas;
use phusong_tiles::{FAR, MOST_FAR, THINNED, TileId};

/// Where a position falls in a tile, by the textbook formula, in units from its corner.
fn local(position: Position, tile: TileId) -> [f64; 2] {
    let side = f64::from(1_u32 << tile.z()) * 4096.0;
    let lat = position.lat_deg().to_radians();
    let north = (std::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln();
    let x = (position.lon_deg() + 180.0) / 360.0 * side;
    let y = (1.0 - north / std::f64::consts::PI) / 2.0 * side;
    [x - f64::from(tile.x()) * 4096.0, y - f64::from(tile.y()) * 4096.0]
}

proptest! {
    /// The tile holds a point exactly when its window does, at the nearest unit; in order of id.
    #[test]
    fn a_point_is_in_a_tile_exactly_when_it_is_in_the_window(
        places in proptest::collection::vec((107.9_f64..108.9, 14.5_f64..15.5), 1..40),
        z in 6_u64..=14,
        (dx, dy) in (0_u64..3, 0_u64..3),
    ) {
        let positions: Vec<Position> = places.iter().map(|(lon, lat)| at(*lon, *lat)).collect();
        let facts = positions
            .iter()
            .enumerate()
            .map(|(place, position)| village(&format!("v{place:02}"), *position, None))
            .collect();
        let ledger = entries(&[], vec![(Party::Department, facts)]);
        let view = view(&atlas(&ledger, Scope::Public, &ground(Areas::default())));
        let near = TileId::holding(positions[0], u8::try_from(z).unwrap());
        // The tile of the first point, or one beside it: points near borders lie in several.
        let chosen = tile(z, u64::from(near.x()) + dx - 1, u64::from(near.y()) + dy - 1);
        let found: Vec<(String, [i64; 2])> = mvt::read(&bytes(&view, "villages", chosen))
            .remove("villages")
            .map(|layer| layer.features)
            .unwrap_or_default()
            .into_iter()
            .map(|feature| match feature.geometry {
                Geometry::Points(ref points) => (feature.text("id").to_owned(), points[0]),
                ref other => panic!("{other:?}"),
            })
            .collect();
        #[expect(clippy::cast_possible_truncation, reason = "a tile is small")]
        let expected: Vec<(String, [i64; 2])> = positions
            .iter()
            .enumerate()
            .map(|(place, position)| {
                (format!("v{place:02}"), local(*position, chosen).map(|unit| unit.round() as i64))
            })
            .filter(|(_, local)| local.iter().all(|unit| (-64..=4096 + 64).contains(unit)))
            .collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_village_carries_what_the_schema_says() {
    let facts = vec![
        village("kon-doc", at(108.82, 14.70), Some(120)),
        village("moi", at(108.80, 14.72), None),
        listed("kon-doc"),
    ];
    let ledger = entries(&[], vec![(Party::Department, facts)]);
    let view = view(&atlas(&ledger, Scope::Public, &ground(Areas::default())));
    let tile = TileId::holding(at(108.82, 14.70), 9);
    let read = mvt::read(&bytes(&view, "villages,gaps,clusters", tile));
    let villages = &read["villages"].features;
    assert_eq!(villages.len(), 2);
    let text = |text: &str| Value::Text(text.to_owned());
    let expected = [
        ("id", text("kon-doc")),
        ("name", text("Thôn kon-doc")),
        ("verdict", text("no_signal")),
        ("flags", text("")),
        ("grade", text("E2")),
        ("households", Value::Number(120.0)),
        ("uncertainty_m", Value::Number(300.0)),
        ("inferred", Value::Bool(false)),
        ("q", text("nnnnnnnnnnnn")),
    ];
    let expected = expected.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    assert_eq!(villages[0].tags, expected);
    assert_eq!(villages[1].text("verdict"), "insufficient");
    assert_eq!(villages[1].tags.get("grade"), None, "nothing stands behind a lack of data");
    assert_eq!(villages[1].tags.get("households"), None, "absent means unknown");
    let gaps: Vec<&str> = read["gaps"].features.iter().map(|gap| gap.text("id")).collect();
    assert_eq!(gaps, ["kon-doc"]);
    let cluster = &read["clusters"].features[0];
    assert_eq!((cluster.text("village"), cluster.text("verdict")), ("kon-doc", "not_covered"));
    assert_eq!(cluster.tags["centre"], Value::Bool(true));
}

/// The highest grade that can be asked for with the same answer.
#[test]
fn the_grade_is_the_best_behind_the_verdict() {
    let here = at(108.82, 14.70);
    let viettel = || Party::Carrier(carrier("viettel"));
    let mut facts = vec![];
    for id in ["said", "listed", "seen", "both", "nothing"] {
        facts.push(village(id, here, None));
    }
    facts.extend([listed("listed"), listed("both"), confirmed("seen"), confirmed("both")]);
    let sites = vec![on_air("viettel", "S", here, &["said", "seen"])];
    let ledger = entries(&[], vec![(Party::Department, facts), (viettel(), sites)]);
    let view = view(&atlas(&ledger, Scope::Officer, &ground(Areas::default())));
    let read = mvt::read(&bytes(&view, "villages", TileId::holding(here, 12)));
    let found: Vec<(&str, &str, Option<&Value>)> = read["villages"]
        .features
        .iter()
        .map(|it| (it.text("id"), it.text("verdict"), it.tags.get("grade")))
        .collect();
    let grade = |text: &str| Value::Text(text.to_owned());
    let (e1, e2, e3) = (grade("E1"), grade("E2"), grade("E3"));
    let expected = [
        ("both", "covered", Some(&e3)),
        ("listed", "no_signal", Some(&e2)),
        ("nothing", "insufficient", None),
        ("said", "covered", Some(&e1)),
        ("seen", "covered", Some(&e3)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn sites_are_in_the_tiles_of_those_who_may_see_them() {
    let here = at(108.82, 14.70);
    let ledger = entries(
        &[],
        vec![
            (Party::Department, vec![village("kon-doc", here, None), listed("kon-doc")]),
            (
                Party::Carrier(carrier("viettel")),
                vec![on_air("viettel", "QNI001", here, &["kon-doc"])],
            ),
        ],
    );
    let tile = TileId::holding(here, 12);
    let read = |scope| {
        let view = view(&atlas(&ledger, scope, &ground(Areas::default())));
        mvt::read(&bytes(&view, "villages,sites", tile))
    };
    let own = read(Scope::Carrier(carrier("viettel")));
    let site = &own["sites"].features[0];
    assert_eq!((site.text("carrier"), site.text("code")), ("viettel", "QNI001"));
    assert_eq!((site.text("state"), site.text("technologies")), ("operational", "4G"));
    let village = &own["villages"].features[0];
    assert_eq!((village.text("verdict"), village.text("flags")), ("covered", "pending"));
    assert_eq!(village.text("q"), "cccacccaaaaa", "any, viettel, vnpt by 2G 3G 4G 5G");
    let others = [Scope::Public, Scope::Carrier(carrier("vnpt"))];
    for scope in others {
        let read = read(scope);
        assert_eq!(read.get("sites"), None);
        assert_eq!(read["villages"].features[0].text("verdict"), "no_signal");
    }
    let department = read(Scope::Officer);
    assert_eq!(department["sites"].features.len(), 1);
}

#[test]
fn nothing_in_the_window_is_no_bytes() {
    let ledger = entries(&[], vec![(Party::Department, vec![village("v", at(108.0, 15.0), None)])]);
    let view = view(&atlas(&ledger, Scope::Public, &ground(Areas::default())));
    for names in ["villages", "communes,gaps,sites"] {
        assert_eq!(bytes(&view, names, tile(8, 0, 0)), Vec::<u8>::new());
    }
    let whole = layers("communes,villages,gaps,clusters,sites");
    assert!(!view.encode(tile(0, 0, 0), whole).unwrap().is_empty());
}

/// A far tile holds the foremost points, in the order of all, and says what it leaves out; from
/// zoom 8 on nothing is left out.
#[test]
fn a_far_tile_is_thinned_by_rank_and_says_so() {
    let all = MOST_FAR + 300;
    let id = |number: usize| format!("v-{number:05}");
    let facts = (0..all).flat_map(|number| {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let place = at(108.5 + number as f64 * 1e-5, 14.9);
        let households = u32::try_from(number % 500).expect("few");
        // The last hundred are on the list of those without signal.
        let lacks = (number >= all - 100).then(|| listed(&id(number)));
        std::iter::once(village(&id(number), place, Some(households))).chain(lacks)
    });
    let entries = entries(&[], vec![(Party::Department, facts.collect())]);
    let view = view(&atlas(&entries, Scope::Public, &ground(Areas::default())));
    let holding = |z| TileId::holding(at(108.5, 14.9), z);
    let far = mvt::read(&bytes(&view, "villages,gaps", holding(FAR)));
    let shown = &far["villages"].features;
    assert_eq!(shown.len(), MOST_FAR);
    let ids: Vec<&str> = shown.iter().map(|feature| feature.text("id")).collect();
    assert!(ids.is_sorted(), "in the order of all");
    assert!((all - 100..all).all(|number| ids.contains(&&*id(number))), "who lacks stays");
    assert!(ids.contains(&"v-00499") && !ids.contains(&"v-00000"), "most households first");
    let [note] = &far[THINNED].features[..] else { panic!("one layer is thinned") };
    assert_eq!(note.text("layer"), "villages");
    assert_eq!((note.number("shown"), note.number("of")), (2_000.0, 2_300.0));
    assert_eq!(far["gaps"].features.len(), 100, "few enough: whole");

    let near = mvt::read(&bytes(&view, "villages", holding(FAR + 1)));
    assert_eq!(near["villages"].features.len(), all);
    assert!(!near.contains_key(THINNED));
}
