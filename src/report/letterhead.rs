//! Which agency a paper of the department goes out from, and who signs: dated data, no person.

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{Day, Scope};
use phusong_typeset::{Letterhead, Signature};

const TABLE: &str = include_str!("../../geodata/letterhead.csv");

/// Only what the department sees goes out under its name; others get an extract.
pub(super) fn is_official(atlas: &Atlas) -> bool {
    matches!(atlas.scope, Scope::Officer | Scope::Approver)
}

/// Head and signature of a paper made on a day.
pub(super) fn letterhead(atlas: &Atlas, day: Day) -> Option<(Letterhead, Signature)> {
    if !is_official(atlas) {
        return None;
    }
    let mut table = csv::Reader::from_reader(TABLE.as_bytes());
    let line = table.records().filter_map(Result::ok).find(|line| {
        let from = line.get(1).and_then(|day| day.parse().ok()).unwrap_or(Day::EARLIEST);
        let to = line.get(2).and_then(|day| day.parse().ok()).unwrap_or(Day::NEVER);
        from <= day && day < to
    })?;
    let cell = |place: usize| line.get(place).unwrap_or_default().to_owned();
    // An agency that the ledger does not know signs nothing.
    atlas.order.agencies.iter().find(|agency| agency.id.as_str() == cell(0))?;
    let head = Letterhead {
        agency: cell(3),
        parent: Some(cell(4)).filter(|name| !name.is_empty()),
        place: cell(6),
    };
    let recipients = cell(7).split('|').map(str::to_owned).collect();
    Some((head, Signature { recipients, title: cell(5) }))
}
