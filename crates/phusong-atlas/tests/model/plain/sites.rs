//! Axis 1 as far as step 2 needs it: is a site operational for a technology on a day?

use phusong_atlas::domain::{
    Day, Fact, Position, SiteEventFact, SiteEventKind, SiteId, Technology,
};

use super::{Counted, View};

/// *Operational is by site and technology: the last of on_air, off_air, decommissioned on or
/// before D that names t or no technology is on_air (one day: off_air < on_air <
/// decommissioned); planned, built and changed never end operation; changed naming t starts t
/// at a working site.*
///
/// Told as a story: the events up to D in order, each switching technologies on or off.
/// Reading: of one day, `changed` comes after `on_air`; a site works if any technology is on.
pub fn operational(view: &View, site: &SiteId, technology: Technology, day: Day) -> bool {
    let mut events: Vec<&SiteEventFact> = view
        .rows
        .iter()
        .filter_map(|row| match row.fact {
            Fact::SiteEvent(event) if event.site == *site && !is_plan(row, event) => Some(event),
            _ => None,
        })
        .filter(|event| event.day <= day)
        .collect();
    events.sort_by_key(|event| (event.day, place_in_the_day(event.event)));
    let mut on = [false; 4];
    for event in events {
        let works = on.contains(&true);
        for t in Technology::ALL {
            match event.event {
                SiteEventKind::OnAir if event.technologies.speaks_of(t) => on[t.index()] = true,
                SiteEventKind::Changed if event.technologies.contains(t) && works => {
                    on[t.index()] = true;
                }
                SiteEventKind::OffAir | SiteEventKind::Decommissioned
                    if event.technologies.speaks_of(t) =>
                {
                    on[t.index()] = false;
                }
                _ => {}
            }
        }
    }
    on[technology.index()]
}

/// *one day: off_air < on_air < decommissioned*
fn place_in_the_day(event: SiteEventKind) -> u8 {
    match event {
        SiteEventKind::OffAir => 0,
        SiteEventKind::OnAir => 1,
        SiteEventKind::Changed => 2,
        SiteEventKind::Decommissioned => 3,
        SiteEventKind::Planned | SiteEventKind::Built => 4,
    }
}

/// *An on_air dated after its recording is planned*: to the letter, no other event is.
pub fn is_plan(row: &Counted, event: &SiteEventFact) -> bool {
    event.event == SiteEventKind::OnAir && event.day > row.recorded
}

/// Where the site stands, for its reach.
///
/// Reading: as with clusters, the latest stated on or before D (of one day the greatest), else
/// the first stated.
pub fn position(view: &View, site: &SiteId, day: Day) -> Option<Position> {
    let mut stated: Vec<(Day, Position)> = view
        .rows
        .iter()
        .filter_map(|row| match row.fact {
            Fact::SiteEvent(event) if event.site == *site => Some((event.day, event.position?)),
            _ => None,
        })
        .collect();
    stated.sort();
    stated.iter().rfind(|(on, _)| *on <= day).or(stated.first()).map(|(_, position)| *position)
}
