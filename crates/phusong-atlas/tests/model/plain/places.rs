//! Villages and clusters over time: who belongs where, and on which ground they stand.

use phusong_atlas::domain::{
    CarrierId, ClusterFact, ClusterId, Day, Fact, Located, Places, Shape, Technology, UnitFact,
    UnitId, VillageFact, VillageId, VillageRelation, VillageSuccessionFact,
};

use super::{ClusterKey, View};

/// All clusters of a village on a day, implied ones included.
pub fn clusters_of(view: &View, village: &VillageId, day: Day) -> Vec<ClusterKey> {
    let known = known_clusters(view).into_iter().map(ClusterKey::Known);
    let implied = villages(view)
        .into_iter()
        .filter(|home| has_implied(view, home, day))
        .map(ClusterKey::Implied);
    let mut keys: Vec<_> = known
        .chain(implied)
        .filter(|key| village_of(view, key, day).as_ref() == Some(village))
        .collect();
    keys.sort();
    keys
}

/// *A cluster belongs to its first village from the start*, and is in it until a succession
/// moves it: Merged and Renamed move all, Part and Split the named ones.
///
/// Reading: of several successions of one day each acts at most once, one that names the
/// cluster before the rest, and a village that ends that day hands on what it received.
pub fn village_of(view: &View, key: &ClusterKey, day: Day) -> Option<VillageId> {
    let mut village = first_village(view, key)?;
    let mut left = successions(view);
    left.retain(|s| s.day <= day);
    let is_whole = |s: &VillageSuccessionFact| {
        matches!(s.relation, VillageRelation::Merged | VillageRelation::Renamed)
    };
    left.sort_by_key(|s| (s.day, is_whole(s), *s));
    let mut days: Vec<Day> = left.iter().map(|s| s.day).collect();
    days.dedup();
    for on in days {
        while let Some(next) =
            left.iter().position(|s| s.day == on && s.from == village && moves(s, key))
        {
            village = left.remove(next).to.clone();
        }
    }
    Some(village)
}

fn moves(succession: &VillageSuccessionFact, key: &ClusterKey) -> bool {
    match (succession.relation, key) {
        (VillageRelation::Merged | VillageRelation::Renamed, _) => true,
        (VillageRelation::Part | VillageRelation::Split, ClusterKey::Known(id)) => {
            succession.clusters.contains(id)
        }
        // Reading: the village's own id stands for it.
        (VillageRelation::Split, ClusterKey::Implied(village)) => {
            succession.clusters.iter().any(|id| id.as_str() == village.as_str())
        }
        (VillageRelation::Part, ClusterKey::Implied(_)) => false,
    }
}

/// Reading: of several facts that differ, the least (the earliest day) says the first village.
fn first_village(view: &View, key: &ClusterKey) -> Option<VillageId> {
    match key {
        ClusterKey::Known(id) => cluster_facts(view, id).first().map(|fact| fact.village.clone()),
        ClusterKey::Implied(village) => Some(village.clone()),
    }
}

/// *A village with no known cluster of its own on D has one implied …; it follows succession.*
///
/// Readings: "of its own on D" is being in it on D, wherever the cluster began. One that has
/// followed succession out of its village is as it was on its last day there. A village that
/// began by succession has none while it holds an implied one that came to it on that day, and
/// none before that day.
fn has_implied(view: &View, village: &VillageId, day: Day) -> bool {
    let own = ClusterKey::Implied(village.clone());
    let Some(day) = last_day_in(view, &own, village, day) else { return false };
    let began = first_day(view, village);
    if began.is_some_and(|began| day < began) {
        return false;
    }
    let is_in = |key: &ClusterKey| village_of(view, key, day).as_ref() == Some(village);
    let known = known_clusters(view).into_iter().map(ClusterKey::Known).any(|key| is_in(&key));
    let inherited = began.is_some_and(|began| {
        villages(view).into_iter().filter(|other| other != village).any(|other| {
            let key = ClusterKey::Implied(other.clone());
            came(view, &key, village, began)
                && is_in(&key)
                && has_implied(view, &other, began.plus_days(-1))
        })
    });
    !known && !inherited
}

/// The last day up to `day` on which the cluster was in the village.
fn last_day_in(view: &View, key: &ClusterKey, village: &VillageId, day: Day) -> Option<Day> {
    let mut days: Vec<Day> = successions(view).iter().map(|s| s.day.plus_days(-1)).collect();
    days.retain(|before| *before < day);
    days.push(day);
    days.sort();
    days.into_iter().rfind(|day| village_of(view, key, *day).as_ref() == Some(village))
}

/// The day a village began by a succession; `None` if it existed before all of these: "its
/// VillageFact has `day` None or `day` < the succession's day".
fn first_day(view: &View, village: &VillageId) -> Option<Day> {
    let began = successions(view).into_iter().filter(|s| s.to == *village).map(|s| s.day).min()?;
    let before =
        village_facts(view, village).iter().any(|fact| fact.day.is_none_or(|day| day < began));
    (!before).then_some(began)
}

/// The cluster moved into the village on this very day.
fn came(view: &View, key: &ClusterKey, village: &VillageId, on: Day) -> bool {
    village_of(view, key, on).as_ref() == Some(village)
        && village_of(view, key, on.plus_days(-1)).as_ref() != Some(village)
}

/// Where the cluster lies on a day: "position/shape by the greatest with day ≤ D; if none has
/// day ≤ D the least one". An implied one lies at its first village's position, if that has one.
pub fn shape(view: &View, key: &ClusterKey, day: Day) -> Option<Shape> {
    match key {
        ClusterKey::Known(id) => cluster_fact(view, id, day).map(|fact| fact.shape.clone()),
        ClusterKey::Implied(village) => {
            let located: Located = village_fact(view, village, day)?.located?;
            Some(Shape::Point(located))
        }
    }
}

/// *One may be marked centre*; an implied one is "its centre".
pub fn is_centre(view: &View, key: &ClusterKey, day: Day) -> bool {
    match key {
        ClusterKey::Known(id) => cluster_fact(view, id, day).is_some_and(|fact| fact.centre),
        ClusterKey::Implied(_) => true,
    }
}

/// *names: k, or k's village (as on the statement's own day) naming none of its clusters.*
pub fn names(view: &View, places: &Places, key: &ClusterKey, own_day: Day) -> bool {
    if let ClusterKey::Known(id) = key
        && places.clusters.contains(id)
    {
        return true;
    }
    let Some(village) = village_of(view, key, own_day) else { return false };
    let names_one_of_its_clusters = places.clusters.iter().any(|id| {
        village_of(view, &ClusterKey::Known(id.clone()), own_day).as_ref() == Some(&village)
    });
    places.villages.contains(&village) && !names_one_of_its_clusters
}

/// *(c, t, place) … sunset on D*: *a sunset (carrier, technology, set of units, first day
/// without, source) counts once an officer confirms it.*
pub fn sunset(
    view: &View,
    key: &ClusterKey,
    carrier: &CarrierId,
    technology: Technology,
    day: Day,
) -> bool {
    view.rows.iter().any(|row| {
        let Fact::Sunset(fact) = row.fact else { return false };
        let confirmed = view
            .rows
            .iter()
            .any(|other| matches!(other.fact, Fact::ConfirmSunset { sunset } if *sunset == row.at));
        let within = |units: &[UnitId]| units.iter().any(|unit| lies_in(view, key, *unit, day));
        confirmed
            && fact.carrier.as_ref().is_none_or(|named| named == carrier)
            && fact.technology == technology
            && fact.first_day_without <= day
            && (fact.units.is_empty() || within(&fact.units))
            && !within(&fact.except)
    })
}

/// Reading: a sunset names a territory, so a unit holds the cluster on D if what is said of the
/// cluster's village for D names the unit or one below it, whenever that was a unit.
fn lies_in(view: &View, key: &ClusterKey, unit: UnitId, day: Day) -> bool {
    let Some(village) = village_of(view, key, day) else { return false };
    let Some(fact) = village_fact(view, &village, day) else { return false };
    fact.units.iter().any(|listed| with_ancestors(view, *listed).contains(&unit))
}

fn with_ancestors(view: &View, unit: UnitId) -> Vec<UnitId> {
    let mut line = vec![unit];
    while let Some(parent) = line.last().and_then(|u| unit_fact(view, *u)).and_then(|f| f.parent) {
        if line.contains(&parent) {
            break;
        }
        line.push(parent);
    }
    line
}

/// Reading: of several facts for one unit, the greatest.
fn unit_fact<'a>(view: &View<'a>, id: UnitId) -> Option<&'a UnitFact> {
    view.rows
        .iter()
        .filter_map(|row| match row.fact {
            Fact::Unit(fact) if fact.id == id => Some(fact),
            _ => None,
        })
        .max()
}

/// "the greatest by derived Ord (day first, then content) with day ≤ D or None"; before the first
/// of them, the least: a village does not lose its place before the day of the list it is from.
fn village_fact<'a>(view: &View<'a>, id: &VillageId, day: Day) -> Option<&'a VillageFact> {
    let facts = village_facts(view, id);
    facts
        .iter()
        .copied()
        .rfind(|fact| fact.day.is_none_or(|on| on <= day))
        .or_else(|| facts.first().copied())
}

/// "the greatest with day ≤ D; if none has day ≤ D the least one".
fn cluster_fact<'a>(view: &View<'a>, id: &ClusterId, day: Day) -> Option<&'a ClusterFact> {
    let facts = cluster_facts(view, id);
    facts
        .iter()
        .copied()
        .rfind(|fact| fact.day.is_none_or(|on| on <= day))
        .or_else(|| facts.first().copied())
}

fn village_facts<'a>(view: &View<'a>, id: &VillageId) -> Vec<&'a VillageFact> {
    let mut facts: Vec<_> = view
        .rows
        .iter()
        .filter_map(|row| match row.fact {
            Fact::Village(fact) if fact.id == *id => Some(fact),
            _ => None,
        })
        .collect();
    facts.sort();
    facts
}

fn cluster_facts<'a>(view: &View<'a>, id: &ClusterId) -> Vec<&'a ClusterFact> {
    let mut facts: Vec<_> = view
        .rows
        .iter()
        .filter_map(|row| match row.fact {
            Fact::Cluster(fact) if fact.id == *id => Some(fact),
            _ => None,
        })
        .collect();
    facts.sort();
    facts
}

fn successions<'a>(view: &View<'a>) -> Vec<&'a VillageSuccessionFact> {
    view.rows
        .iter()
        .filter_map(|row| match row.fact {
            Fact::VillageSuccession(fact) => Some(fact),
            _ => None,
        })
        .collect()
}

fn known_clusters(view: &View) -> Vec<ClusterId> {
    let mut ids: Vec<_> = view
        .rows
        .iter()
        .filter_map(|row| match row.fact {
            Fact::Cluster(fact) => Some(fact.id.clone()),
            _ => None,
        })
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Reading: a village is known once a VillageFact of it counts.
fn villages(view: &View) -> Vec<VillageId> {
    let mut ids: Vec<_> = view
        .rows
        .iter()
        .filter_map(|row| match row.fact {
            Fact::Village(fact) => Some(fact.id.clone()),
            _ => None,
        })
        .collect();
    ids.sort();
    ids.dedup();
    ids
}
