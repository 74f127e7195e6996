//! What was understood of a row, as people read it: words of closed lists, names of units,
//! villages, clusters and carriers, days as they are written here.

use std::collections::BTreeMap;

use jiff::civil;
use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{Fact, UnitCode, UnitId, VillageId};
use phusong_atlas::gazetteer::Gazetteer;
use phusong_atlas::history::ClusterKey;
use phusong_intake::report::{Column, DraftRow};
use phusong_intake::template::{Holds, Spec};
use phusong_intake::told;
use serde_json::Value;

use crate::report::words;

/// What names are told by.
pub(super) struct Words<'a> {
    gazetteer: &'a Gazetteer,
    /// Names of carriers, clusters and agencies by their ids.
    names: BTreeMap<&'a str, &'a str>,
}

impl<'a> Words<'a> {
    /// In the view of whoever gets the file.
    pub fn of(atlas: &'a Atlas, gazetteer: &'a Gazetteer) -> Self {
        let mut names = BTreeMap::new();
        for village in atlas.shards().flat_map(|shard| &shard.villages) {
            for card in &village.clusters {
                if let (ClusterKey::Known(id), Some(fact)) = (&card.key, card.facts.last()) {
                    names.insert(id.as_str(), fact.name.as_str());
                }
            }
        }
        let agencies = atlas.order.agencies.iter();
        names.extend(agencies.map(|one| (one.id.as_str(), one.name_vi.as_str())));
        let carriers = atlas.common.carriers.iter();
        names.extend(carriers.map(|one| (one.id.as_str(), one.name.as_str())));
        Self { gazetteer, names }
    }

    /// A value of a row under the heading of its column.
    pub fn tell(&self, row: &DraftRow, value: &Value, spec: &Spec) -> String {
        // A code alone names several units over time: those that the row means, each once.
        let mut own: Vec<UnitId> = row.facts().flat_map(|filed| units_of(&filed.fact)).collect();
        let mut one = |value: &Value| self.one(&mut own, value, spec);
        match (value, spec.column) {
            // A period is one thing: from, to.
            (Value::Array(days), Column::Period) => {
                days.iter().map(one).collect::<Vec<_>>().join(" – ")
            }
            (Value::Array(items), _) => items.iter().map(one).collect::<Vec<_>>().join("; "),
            (value, _) => one(value),
        }
    }

    fn one(&self, own: &mut Vec<UnitId>, value: &Value, spec: &Spec) -> String {
        let text = match value {
            Value::Null => return String::new(),
            Value::Bool(is) => {
                let word = if *is { "yes" } else { "no" };
                let own = if *is { "có" } else { "không" };
                return spec.holds.shown(word).unwrap_or(own).to_owned();
            }
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if let Some(shown) = spec.holds.shown(&text) {
            return shown.to_owned();
        }
        let known = match spec.column {
            Column::Commune | Column::District | Column::Unit => self.unit(own, &text),
            Column::Village | Column::Villages | Column::Predecessor => {
                let village = VillageId::new(&text).ok().and_then(|id| self.gazetteer.village(&id));
                village.map(|village| village.name.clone())
            }
            Column::Carrier | Column::OperatorName | Column::Cluster | Column::Responsible => {
                self.names.get(text.as_str()).map(|name| (*name).to_owned())
            }
            Column::Blocker => {
                told::blocker_of(&text).map(|kind| words::blocker(kind).0.to_owned())
            }
            _ if matches!(spec.holds, Holds::Day) || spec.column == Column::Period => {
                text.parse().ok().map(words::day)
            }
            _ if matches!(spec.holds, Holds::Moment) => moment(&text),
            _ => None,
        };
        known.unwrap_or(text)
    }

    /// The one that the row means, or the only one that ever bore the code.
    fn unit(&self, own: &mut Vec<UnitId>, code: &str) -> Option<String> {
        let code = UnitCode(code.parse().ok()?);
        let units = self.gazetteer.units();
        let meant = own.iter().position(|unit| unit.code == code).map(|at| own.remove(at));
        let mut all = units.with_code(code).map(|fact| fact.id);
        let only = all.next().filter(|_| all.next().is_none());
        meant.or(only).map(|unit| units.label(unit))
    }
}

fn units_of(fact: &Fact) -> Vec<UnitId> {
    match fact {
        Fact::SiteEvent(fact) => fact.unit.into_iter().collect(),
        Fact::Village(fact) => fact.units.clone(),
        Fact::Outage(fact) => fact.units.clone(),
        Fact::Statistic(fact) => vec![fact.unit],
        Fact::Boundary(fact) => vec![fact.unit],
        _ => Vec::new(),
    }
}

/// `20/11/2026 06:30`, local time.
fn moment(text: &str) -> Option<String> {
    let instant: jiff::Timestamp = text.parse().ok()?;
    let local: civil::DateTime = jiff::tz::offset(7).to_datetime(instant);
    Some(local.strftime("%d/%m/%Y %H:%M").to_string())
}
