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
    // Every row that cannot be read is a finding of the check of `geodata/`.
    let mut table = csv::Reader::from_reader(TABLE.as_bytes());
    let bound = |text: Option<&str>, open: Day| match text {
        None | Some("") => Some(open),
        Some(day) => day.parse().ok(),
    };
    let line = table.records().filter_map(Result::ok).find(|line| {
        let span = bound(line.get(1), Day::EARLIEST).zip(bound(line.get(2), Day::NEVER));
        span.is_some_and(|(from, to)| from <= day && day < to)
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
