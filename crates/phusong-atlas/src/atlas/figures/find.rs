//! What is odd about figures: said, never mended.

use super::cover::Table;
use super::{Filed, RevisionState};
use crate::domain::{CarrierId, DenominatorOf, IndicatorKind, Period, StatisticFact, UnitId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// A part greater than its whole.
    AboveDenominator,
    /// More than 25 points in a month.
    Jump,
    /// A unit's own figure is not the sum of its parts'.
    TotalDiffers,
    /// The figure of all carriers is not the sum of theirs.
    CarriersDiffer,
    /// Carriers do not agree on the households (people) of a place.
    DenominatorsDiffer,
    TwoFinals,
    /// A share without its counts: kept, never counted.
    ShareOnly,
    MissingPeriod,
    /// How a unit was divided, or how many households it had, is to be asked.
    SplitUnknown,
}

/// A finding with the two numbers that show it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureFinding {
    pub period: Period,
    pub found: Found,
    pub unit: UnitId,
    pub carrier: Option<CarrierId>,
    pub first: Option<i64>,
    pub second: Option<i64>,
}

fn number(count: u64) -> Option<i64> {
    i64::try_from(count).ok()
}

/// Of the figures as they were filed, on the ground of one unit.
pub fn of_filed(table: &Table<'_>, unit: UnitId, found: &mut Vec<FigureFinding>) {
    for filed in table.filed {
        let fact = filed.fact();
        if !table.territory.overlap(unit, fact.unit) {
            continue;
        }
        let mut say = |what, first, second| {
            found.push(FigureFinding {
                period: fact.period,
                found: what,
                unit: fact.unit,
                carrier: fact.carrier.clone(),
                first,
                second,
            });
        };
        if let Some((numerator, denominator)) = fact.counts()
            && numerator > denominator
            && table.indicator.kind == IndicatorKind::Share
        {
            say(Found::AboveDenominator, number(numerator), number(denominator));
        }
        if fact.numerator.is_none() && fact.stated_share_milli.is_some() {
            say(Found::ShareOnly, fact.stated_share_milli.map(i64::from), None);
        }
        if let Some(rival) = rival(filed) {
            say(
                Found::TwoFinals,
                fact.numerator.and_then(number),
                rival.numerator.and_then(number),
            );
        }
        if let Some((total, sum)) = total_against_parts(table, filed) {
            say(Found::TotalDiffers, number(total), number(sum));
        }
        if fact.carrier.is_none()
            && let Some((total, sum)) = all_against_each(table, fact)
        {
            say(Found::CarriersDiffer, number(total), number(sum));
        }
        if table.indicator.denominator_of == DenominatorOf::Place
            && let Some((own, other)) = other_denominator(table, fact)
        {
            say(Found::DenominatorsDiffer, number(own), number(other));
        }
    }
}

fn rival(filed: &Filed) -> Option<&StatisticFact> {
    let is_rival = |one: &&super::Revision| one.state == RevisionState::Rival;
    filed.revisions.iter().find(is_rival).map(|one| &one.fact)
}

/// Only where the parts are all there, undivided and final or provisional alike.
fn total_against_parts(table: &Table<'_>, filed: &Filed) -> Option<(u64, u64)> {
    let fact = filed.fact();
    let own: Vec<&Filed> =
        table.filed.iter().copied().filter(|other| other.fact().carrier == fact.carrier).collect();
    let alike = Table { filed: &own, expected: &[], ..*table };
    let parts = alike.value_without(fact.unit, Some(fact.unit))?;
    let whole = parts.is_complete() && !parts.estimated;
    let total = fact.numerator?;
    (whole && parts.numerator != total).then_some((total, parts.numerator))
}

fn all_against_each(table: &Table<'_>, fact: &StatisticFact) -> Option<(u64, u64)> {
    let own: Vec<&StatisticFact> = table
        .filed
        .iter()
        .map(|filed| filed.fact())
        .filter(|other| other.unit == fact.unit && other.carrier.is_some())
        .collect();
    let filed = |carrier: &CarrierId| own.iter().any(|one| one.carrier.as_ref() == Some(carrier));
    let everybody = !own.is_empty() && table.expected.iter().all(filed);
    let sum: Option<u64> = own.iter().map(|one| one.numerator).sum();
    let (total, sum) = (fact.numerator?, sum?);
    (everybody && total != sum).then_some((total, sum))
}

/// Said once of a pair: by the one of the later carrier.
fn other_denominator(table: &Table<'_>, fact: &StatisticFact) -> Option<(u64, u64)> {
    let own = fact.denominator?;
    let others = table.filed.iter().map(|filed| filed.fact());
    let earlier = others.filter(|one| one.unit == fact.unit && one.carrier < fact.carrier);
    let other = earlier.filter_map(|one| one.denominator).find(|other| *other != own)?;
    Some((own, other))
}
