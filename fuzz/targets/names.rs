//! Names to places: any name, in any commune and district, against the packaged tables.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use phusong_atlas::domain::Fact;
use phusong_atlas::gazetteer::{Gazetteer, Resolution, VillageQuery};
use phusong_intake::geodata;

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
    let (mut units, mut successions, mut villages) = (Vec::new(), Vec::new(), Vec::new());
    for row in geodata::embedded().expect("the shipped tables are whole") {
        match row.fact {
            Fact::Unit(fact) => units.push(fact),
            Fact::UnitSuccession(fact) => successions.push(fact),
            Fact::Village(fact) => villages.push(fact),
            _ => {}
        }
    }
    Gazetteer::new(&units, &successions, &villages)
});

fuzz_target!(|names: [&str; 3]| {
    let [name, commune, district] = names;
    let query =
        VillageQuery { name, commune: Some(commune), district: Some(district), day: None };
    if let Resolution::Found { id, .. } = GAZETTEER.resolve_village(&query) {
        assert!(GAZETTEER.village(&id).is_some(), "what is found is known");
    }
    let _ = GAZETTEER.resolve_unit(name, Some(district), None);
    assert!(GAZETTEER.search(name, 5).len() <= 5);
});
