//! What is odd about figures: said, never mended.

use std::collections::BTreeMap;

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
    let mut of_carrier: BTreeMap<Option<&CarrierId>, Vec<&Filed>> = BTreeMap::new();
    let mut of_unit: BTreeMap<UnitId, Vec<&StatisticFact>> = BTreeMap::new();
    for filed in table.filed.iter().copied() {
        of_carrier.entry(filed.fact().carrier.as_ref()).or_default().push(filed);
        of_unit.entry(filed.fact().unit).or_default().push(filed.fact());
    }
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
        if let Some((total, sum)) =
            total_against_parts(table, filed, &of_carrier[&fact.carrier.as_ref()])
        {
            say(Found::TotalDiffers, number(total), number(sum));
        }
        if fact.carrier.is_none()
            && let Some((total, sum)) = all_against_each(table, fact, &of_unit[&fact.unit])
        {
            say(Found::CarriersDiffer, number(total), number(sum));
        }
        if table.indicator.denominator_of == DenominatorOf::Place
            && let Some((own, other)) = other_denominator(fact, &of_unit[&fact.unit])
        {
            say(Found::DenominatorsDiffer, number(own), number(other));
        }
    }
}

fn rival(filed: &Filed) -> Option<&StatisticFact> {
    let is_rival = |one: &&super::Revision| one.state == RevisionState::Rival;
    filed.revisions.iter().find(is_rival).map(|one| &one.fact)
}

/// Only where the parts are all there, undivided and final or provisional alike. `own`: the
/// figures of the same carrier.
fn total_against_parts<'a>(
    table: &Table<'a>,
    filed: &Filed,
    own: &[&'a Filed],
) -> Option<(u64, u64)> {
    let fact = filed.fact();
    let alike = Table { filed: own, expected: &[], ..*table };
    let parts = alike.value_without(fact.unit, Some(fact.unit))?;
    let whole = parts.is_complete() && !parts.estimated;
    let total = fact.numerator?;
    let sum = parts.numerator?;
    (whole && sum != total).then_some((total, sum))
}

/// `here`: the figures of the same unit.
fn all_against_each(
    table: &Table<'_>,
    fact: &StatisticFact,
    here: &[&StatisticFact],
) -> Option<(u64, u64)> {
    let each = || here.iter().filter(|other| other.carrier.is_some());
    let filed = |carrier: &CarrierId| each().any(|one| one.carrier.as_ref() == Some(carrier));
    let everybody = each().next().is_some() && table.expected.iter().all(filed);
    let sum: Option<u64> = each().map(|one| one.numerator).sum();
    let (total, sum) = (fact.numerator?, sum?);
    (everybody && total != sum).then_some((total, sum))
}

/// Said once of a pair: by the one of the later carrier. `here`: the figures of the same unit.
fn other_denominator(fact: &StatisticFact, here: &[&StatisticFact]) -> Option<(u64, u64)> {
    let own = fact.denominator?;
    let earlier = here.iter().filter(|one| one.carrier < fact.carrier);
    let other = earlier.filter_map(|one| one.denominator).find(|other| *other != own)?;
    Some((own, other))
}
