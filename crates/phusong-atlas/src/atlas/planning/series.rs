//! The same question on many days, and many questions on the same: totals of villages and of
//! clusters from the step functions, nothing folded again.

use super::super::Atlas;
use super::super::gaps::{GapQuery, Totals};
use super::super::question::Question;
use super::ClusterTotals;
use crate::domain::Day;

/// What the filters leave, counted by village and by cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    pub villages: Totals,
    pub clusters: ClusterTotals,
}

/// One day of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayPoint {
    pub day: Day,
    pub counted: Counted,
}

impl Atlas {
    /// Villages and clusters that the filters leave, by their answers to the query's question.
    pub fn counted(&self, query: &GapQuery) -> Counted {
        let day = query.question.day;
        let mut counted = Counted::default();
        for (shard, place, _) in self.left_by(query) {
            let card = &shard.villages[place];
            let households = card.households_on(day);
            let parts = card.parts(&query.question, &self.common);
            for (cluster, part) in &parts {
                let of = cluster.households_on(card, day);
                counted.clusters.add(part.asked.verdict, of);
            }
            let answer = super::super::combine::village(
                &parts.into_iter().map(|(_, part)| part).collect::<Vec<_>>(),
            );
            counted.villages.add(answer.verdict, households);
        }
        counted
    }

    /// The question put to each of the days; the filters too are those of the day.
    pub fn series(&self, query: &GapQuery, days: &[Day]) -> Vec<DayPoint> {
        let on = |day: &Day| {
            let question = Question { day: *day, ..query.question.clone() };
            let counted = self.counted(&GapQuery { question, ..query.clone() });
            DayPoint { day: *day, counted }
        };
        days.iter().map(on).collect()
    }
}
