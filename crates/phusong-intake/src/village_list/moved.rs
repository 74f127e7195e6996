//! In which commune a village lies, from a day on.

use phusong_atlas::domain::{
    Day, Fact, Party, Position, UnitId, UnitLevel, VillageFact, VillageId,
};
use phusong_atlas::gazetteer::Now;

use crate::finding::{Candidate, Severity};
use crate::known::Asked;
use crate::report::Column;

/// The commune of a row, and whether it is *suy luận*: one that names none is of the sender's own
/// commune, else of the one around its place.
pub(super) fn commune(
    row: &mut Asked<'_, '_>,
    day: Option<Day>,
    at: Option<Position>,
) -> (Option<UnitId>, bool) {
    if row.cells.has(Column::Commune) {
        return (row.unit(Column::Commune, day.or(Some(row.known.today()))), false);
    }
    if let Party::Commune(own) = row.known.owner {
        let own = *own;
        let label = row.known.evidence.gazetteer.units().label(own);
        let vi = format!("chưa nêu xã: {label}, xã của người gửi");
        let en = format!("no commune is named: {label}, the sender's own");
        let remedy = ("không cần làm gì", "nothing to do");
        row.find(Severity::Note, "commune-own", Column::Commune, (&vi, &en), remedy);
        return (Some(own), false);
    }
    let around = at.and_then(|at| row.known.areas.holding(at));
    let Some(unit) = around else {
        row.needs(Column::Commune, "commune-missing", ("chưa nêu xã", "no commune is named"));
        return (None, false);
    };
    let label = row.known.evidence.gazetteer.units().label(unit);
    let vi = format!("chưa nêu xã: {label}, suy luận từ vị trí");
    let en = format!("no commune is named: {label}, inferred from the place");
    let remedy = ("ghi tên xã nếu khác", "write the commune if it is another one");
    row.find(Severity::Note, "commune-inferred", Column::Commune, (&vi, &en), remedy);
    (Some(unit), true)
}

/// Does a known village lie in the commune around the row's point? Else it is asked: one of that
/// name there, or the known one and another place?
pub(super) fn is_around(row: &mut Asked<'_, '_>, id: &VillageId, around: UnitId) -> bool {
    let Some(known) = (row.known.village)(id) else { return true };
    let units = row.known.evidence.gazetteer.units();
    let day = row.known.today();
    let own = known.units.iter().map(|unit| match units.on_day(*unit, day) {
        Now::One(now) => now,
        _ => *unit,
    });
    let own: Vec<UnitId> = own.collect();
    if own.contains(&around) {
        return true;
    }
    let choice = |unit: UnitId, (vi, en): (&str, &str), score| Candidate {
        id: unit.code.0.to_string(),
        name: units.label(unit),
        reason_vi: vi.to_owned(),
        reason_en: en.to_owned(),
        score,
    };
    let home =
        own.iter().map(|unit| choice(*unit, ("xã của thôn đã biết", "its known commune"), 60));
    let here = choice(around, ("xã chứa điểm", "the commune around the point"), 40);
    let candidates: Vec<Candidate> = home.chain([here]).collect();
    let message = (
        "chưa nêu xã, và điểm không nằm trong xã của thôn đã biết: thôn của xã nào?",
        "no commune is named, and the point is not in that of the known village: which one is it?",
    );
    let remedy = ("ghi tên xã", "write the commune");
    row.find(Severity::Ask, "commune-missing", Column::Commune, message, remedy).candidates =
        candidates;
    false
}

/// *Suy luận*, as the register tells it.
pub(super) fn mark_inferred(facts: &mut [Fact], is_inferred: bool) {
    for fact in facts.iter_mut().filter(|_| is_inferred) {
        if let Fact::Village(village) = fact {
            village.unit_inferred = Some("suy luận từ vị trí".to_owned());
        }
    }
}

/// From the fact's day on it lies in `unit`. Communes of another time stay beside it, one of the
/// same time was left: what it was before is in the facts before.
pub(super) fn belongs(row: &mut Asked<'_, '_>, fact: &mut VillageFact, unit: UnitId) {
    if fact.units.contains(&unit) {
        return;
    }
    let units = row.known.evidence.gazetteer.units();
    let day = fact.day.unwrap_or(row.known.today());
    let is_commune =
        |id: UnitId| units.get(id).is_some_and(|known| known.level == UnitLevel::Commune);
    let takes_over = is_commune(unit) && units.is_valid(unit, day);
    let was_left = |own: UnitId| takes_over && is_commune(own) && units.is_valid(own, day);
    let left: Vec<String> =
        fact.units.iter().filter(|own| was_left(**own)).map(|own| units.label(*own)).collect();
    let label = units.label(unit);
    fact.units.retain(|own| !was_left(*own));
    fact.units.push(unit);
    if left.is_empty() {
        return;
    }
    let old = left.join(", ");
    let (vi, en) = (
        format!("chuyển từ {old} sang {label} từ ngày {day}"),
        format!("moves from {old} to {label} on {day}"),
    );
    let remedy = ("kiểm tra xã và ngày nếu không đúng", "check the commune and the day if not");
    row.find(Severity::Warn, "village-moved", Column::Commune, (&vi, &en), remedy);
}
