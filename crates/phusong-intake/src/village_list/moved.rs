//! In which commune a village lies, from a day on.

use phusong_atlas::domain::{UnitId, UnitLevel, VillageFact};

use crate::finding::Severity;
use crate::known::Asked;
use crate::report::Column;

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
