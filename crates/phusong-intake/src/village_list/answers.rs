//! Cells that answer yes or no, and what they say of fixed service.

use phusong_atlas::domain::{Day, Fact, VillageId, VillageServiceFact};

use super::of_clusters::untaken;
use crate::finding::Severity;
use crate::known::Asked;
use crate::report::Column;
use crate::values::words;

/// `unknown` takes nothing back; an empty cell says nothing.
pub(super) fn yes_no(row: &mut Asked<'_, '_>, column: Column, known: Option<bool>) -> Option<bool> {
    let text = row.cells.text(column);
    if text.is_empty() {
        return known;
    }
    if let Some(said) = words::yes_no(text) {
        return said.known();
    }
    let message = ("ghi có, không hoặc chưa rõ", "write yes, no or unknown");
    row.find(Severity::Ask, "yes-or-no", column, message, ("sửa ô này", "mend the cell"));
    known
}

/// Beside coverage, and only where the row says something of it.
pub(super) fn fixed_service(
    row: &mut Asked<'_, '_>,
    village: &VillageId,
    day: Day,
) -> Option<Fact> {
    let fixed_telephone = yes_no(row, Column::FixedTelephone, None);
    let fixed_internet = yes_no(row, Column::FixedInternet, None);
    (fixed_telephone.is_some() || fixed_internet.is_some()).then(|| {
        Fact::VillageService(VillageServiceFact {
            day,
            village: village.clone(),
            fixed_telephone,
            fixed_internet,
            source: String::new(),
        })
    })
}

/// What a cluster's row says of its village is not taken from there, and said; empty cells are not.
pub(super) fn of_village_alone(row: &mut Asked<'_, '_>) {
    const OF_VILLAGE: [Column; 4] =
        [Column::OtherNames, Column::Predecessor, Column::FixedTelephone, Column::FixedInternet];
    for column in OF_VILLAGE {
        if row.cells.has(column) {
            let message = (
                "ô này nói về cả thôn: dòng của cụm không lấy",
                "the cell speaks of the whole village: not taken from a cluster's row",
            );
            untaken(row, column, message);
        }
    }
}
