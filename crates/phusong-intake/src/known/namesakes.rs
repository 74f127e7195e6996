//! Bare names of units that say more than one thing.

use phusong_atlas::domain::{UnitId, UnitLevel};
use phusong_atlas::gazetteer::{Candidate as Place, Gazetteer, Resolution};

use crate::finding::{Finding, Severity};
use crate::table::layout::unit_of_group;

/// A name says more than one thing, even under a heading of communes, where it is that of a former
/// city and of a former province as well (Kon Tum).
pub(crate) const BY_HEADING: &[UnitLevel] = &[UnitLevel::Province, UnitLevel::District];

/// All that a bare name may be, where the commune that it was taken for bears the name of units of
/// each of these levels too: people go on speaking, and counting, by districts that are no more, and
/// a district's count is not its commune's.
pub(crate) fn namesakes(
    gazetteer: &Gazetteer,
    name: &str,
    commune: UnitId,
    levels: &[UnitLevel],
) -> Option<Vec<Place<UnitId>>> {
    let units = gazetteer.units();
    let own = units.get(commune).filter(|unit| unit.level == UnitLevel::Commune)?;
    let bears = |level| units.iter().any(|unit| unit.level == level && unit.name == own.name);
    // A code is of one unit on a day, whatever its unit is called.
    if name.trim().bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Asked of every row: most names are told by the first look.
    if !levels.iter().all(|level| bears(*level)) || unit_of_group(name).is_some() {
        return None;
    }
    match gazetteer.resolve_unit_of_any_level(name, None, None) {
        Resolution::Ambiguous(places) => Some(places),
        Resolution::Found { .. } | Resolution::Unknown(_) => None,
    }
}

/// Under a heading of communes it is the commune, and that is said.
pub(crate) fn by_its_heading(gazetteer: &Gazetteer, name: &str, commune: UnitId) -> Finding {
    let label = gazetteer.units().label(commune);
    let message = (
        format!("“{name}” cũng là tên thành phố và tỉnh cũ: theo tiêu đề cột, hiểu là {label}"),
        format!("{name:?} was a city and a province too: as its heading says, {label} is meant"),
    );
    let remedy = (
        "ghi thêm “thành phố” hay “tỉnh” nếu là nơi khác",
        "write “thành phố” or “tỉnh” if another is meant",
    );
    Finding::new("unit-by-heading", Severity::Note, message, remedy)
}

/// On its day only the commune is called so: that is taken, and said, since a district's count is no
/// commune's.
pub(super) fn by_its_day(gazetteer: &Gazetteer, name: &str, commune: UnitId) -> Finding {
    let label = gazetteer.units().label(commune);
    let message = (
        format!("“{name}” cũng là tên huyện cũ: theo ngày của số liệu, hiểu là {label}"),
        format!("{name:?} was a district too: on the day of the figures, {label} is meant"),
    );
    let remedy = (
        "ghi “huyện” trước tên nếu số liệu là của cả huyện cũ",
        "write “huyện” before it if the figures are of the former district",
    );
    Finding::new("unit-namesake", Severity::Warn, message, remedy)
}
