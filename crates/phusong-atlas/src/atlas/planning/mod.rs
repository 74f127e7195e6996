//! What planners ask next: by clusters, over time, side by side, ranked, what hangs on one site
//! alone, where one more would serve most, and what another rule set would move.

mod clusters;
mod hanging;
mod ranking;
mod rule_moves;
mod series;
mod siting;

pub use clusters::{ClusterCount, ClusterGaps, ClusterRow, ClusterTotals};
pub use hanging::{HangingCluster, HangingVillage, HangsOn, RecordedLines};
pub use ranking::{Factor, RankWeights, Ranked, Score, Shares};
pub use rule_moves::{Part as RulePart, RuleMove, Standing as RuleStanding, rule_moves};
pub use series::{Counted, DayPoint};
pub use siting::{Candidate, SiteDemand, SiteSearch, TooManyCandidates};

use std::sync::Arc;

use super::gaps::GapQuery;
use super::shard::Shard;
use super::{Atlas, VillageUnits};

impl Atlas {
    /// Every village that the filters leave, by shard and id, without the answers that a shard
    /// keeps for a day: for questions about many days.
    fn left_by<'a>(
        &'a self,
        query: &'a GapQuery,
    ) -> impl Iterator<Item = (&'a Arc<Shard>, usize, Option<VillageUnits>)> {
        let day = query.question.day;
        let area = &query.area;
        let named = [area.commune, area.commune_old, area.district_old];
        let by_unit = named.iter().any(Option::is_some);
        self.shards()
            .filter(move |shard| named.into_iter().flatten().all(|unit| shard.may_hold(unit)))
            .flat_map(move |shard| {
                shard.villages.iter().enumerate().filter_map(move |(place, card)| {
                    if !card.exists_on(day) {
                        return None;
                    }
                    let units =
                        by_unit.then(|| VillageUnits::of(card, shard.unit, &self.common, day));
                    query
                        .suits(
                            card,
                            &units.unwrap_or_default(),
                            || card.open_duty(day),
                            || card.position_on(day),
                        )
                        .then_some((shard, place, units))
                })
            })
    }
}
