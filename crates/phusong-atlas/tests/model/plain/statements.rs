//! Steps 2 and 3: which statements speak for (k, c, t) on D, and which against.

use phusong_atlas::domain::{
    Area, CarrierId, ClaimFact, Day, Environment, Fact, Grade, ObservationFact, ObservationKind,
    Party, Places, RowRef, Says, Service, SiteEventFact, SiteEventKind, SiteId, Technology,
};

use super::ground::{self, Lies};
use super::measurement::{self, SetSays};
use super::{ClusterKey, Counted, Question, View, places, sites};

/// The cell a statement is held against: a cluster, a carrier, a technology.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    pub key: &'a ClusterKey,
    pub carrier: &'a CarrierId,
    pub technology: Technology,
}

/// Does a support bind, or is it "only *possible*"?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    Possible,
    Binding,
}

/// What made a statement.
#[derive(Debug, Clone, Copy)]
pub enum Made<'a> {
    /// A site row, and whether it is an on_air or changed row that is no plan.
    Site(&'a SiteEventFact, Started),
    Claim(&'a ClaimFact),
    Observation(&'a ObservationFact),
    Measurement,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    Yes,
    No,
}

#[derive(Debug, Clone)]
pub struct Support<'a> {
    pub rows: Vec<RowRef>,
    pub source: &'a Party,
    pub from: Day,
    /// As stated; see [`super::meeting`] for ageing and pairs.
    pub grade: Grade,
    pub hold: Hold,
    pub made: Made<'a>,
}

#[derive(Debug, Clone)]
pub struct Opposition<'a> {
    pub rows: Vec<RowRef>,
    pub source: &'a Party,
    /// o, the day on which it was observed.
    pub day: Day,
    pub grade: Grade,
    /// [`Says::Lacks`] or [`Says::Weak`].
    pub says: Says,
    /// An authority's list.
    pub list: bool,
}

impl<'a> Support<'a> {
    /// "its named site, if any"
    pub fn site(&self) -> Option<&'a SiteId> {
        match self.made {
            Made::Site(event, _) => Some(&event.site),
            Made::Claim(claim) => claim.site.as_ref(),
            Made::Observation(_) | Made::Measurement => None,
        }
    }
}

/// *Support: any statement in V, whoever makes it, that c has t at k, with from ≤ D < to …*
pub fn supports<'a>(view: &View<'a>, cell: Cell, q: &Question) -> Vec<Support<'a>> {
    let mut all = claims(view, cell, q);
    all.extend(observed(view, cell, q));
    all
}

/// The supports by site rows and claims: "c's claims for t".
fn claims<'a>(view: &View<'a>, cell: Cell, q: &Question) -> Vec<Support<'a>> {
    if places::sunset(view, cell.key, cell.carrier, cell.technology, q.day) {
        return Vec::new();
    }
    view.rows
        .iter()
        .filter_map(|row| match row.fact {
            Fact::SiteEvent(event) => site_row(view, cell, q, row, event),
            Fact::Claim(claim) => claim_row(view, cell, q, row, claim),
            _ => None,
        })
        .collect()
}

/// Site rows on_air, changed, planned and built state "c has t there"; off_air and
/// decommissioned rows state nothing. *A site row that names neither village nor area supports
/// nothing.* A row dated after its recording is a plan, and *supports nothing until its site is
/// on air for t*, which is asked of every site row anyway.
fn site_row<'a>(
    view: &View<'a>,
    cell: Cell,
    q: &Question,
    row: &Counted<'a>,
    event: &'a SiteEventFact,
) -> Option<Support<'a>> {
    use SiteEventKind::{Built, Changed, Decommissioned, OffAir, OnAir, Planned};
    let started = match event.event {
        OffAir | Decommissioned => return None,
        OnAir | Changed if !sites::is_plan(row, event) => Started::Yes,
        OnAir | Changed | Planned | Built => Started::No,
    };
    let speaks = event.site.carrier == *cell.carrier
        && event.technologies.speaks_of(cell.technology)
        && yes_answers(event.environment, event.service, q);
    let places_it = !event.serves.is_empty() || event.area.is_some();
    let holds_on_d =
        event.day <= q.day && sites::operational(view, &event.site, cell.technology, q.day);
    if !(speaks && places_it && holds_on_d) {
        return None;
    }
    let basis = Basis { places: &event.serves, area: event.area.as_ref(), site: None };
    let mut hold = basis.binds(view, cell, event.day, q.day)?;
    if event.technologies.is_empty() {
        hold = Hold::Possible;
    }
    Some(Support {
        rows: vec![row.at],
        source: row.source,
        from: event.day,
        grade: event.basis.grade(),
        hold,
        made: Made::Site(event, started),
    })
}

/// *from ≤ D < to …; its named site, if any, operational for t on D; … from not after the day
/// it was recorded (else it is a plan, and supports nothing until its site is on air for t).*
/// A plan that names no site therefore never supports.
fn claim_row<'a>(
    view: &View<'a>,
    cell: Cell,
    q: &Question,
    row: &Counted<'a>,
    claim: &'a ClaimFact,
) -> Option<Support<'a>> {
    let speaks = claim.carrier == *cell.carrier
        && claim.technologies.speaks_of(cell.technology)
        && yes_answers(claim.environment, claim.service, q);
    let runs = claim.from <= q.day && claim.to.is_none_or(|to| q.day < to);
    let stands = match &claim.site {
        Some(site) => sites::operational(view, site, cell.technology, q.day),
        None => claim.from <= row.recorded,
    };
    if !(speaks && runs && stands) {
        return None;
    }
    let basis =
        Basis { places: &claim.serves, area: claim.area.as_ref(), site: claim.site.as_ref() };
    let mut hold = basis.binds(view, cell, claim.from, q.day)?;
    if claim.technologies.is_empty() {
        hold = Hold::Possible;
    }
    Some(Support {
        rows: vec![row.at],
        source: row.source,
        from: claim.from,
        grade: claim.basis.grade(),
        hold,
        made: Made::Claim(claim),
    })
}

/// The supports by what somebody told of a place: *an observation runs from its day without
/// end*; one dated after its recording is a plan without a site, so it supports nothing.
fn told<'a>(view: &View<'a>, cell: Cell, q: &Question) -> Vec<Support<'a>> {
    let mut found = Vec::new();
    if places::sunset(view, cell.key, cell.carrier, cell.technology, q.day) {
        return found;
    }
    for row in &view.rows {
        let Fact::Observation(fact) = row.fact else { continue };
        let speaks = fact.says == Says::Has
            && fact.carrier.as_ref().is_none_or(|named| named == cell.carrier)
            && fact.technologies.speaks_of(cell.technology)
            && yes_answers(fact.environment, fact.service, q)
            && places::names(view, &fact.places, cell.key, fact.day);
        if speaks && fact.day <= q.day && fact.day <= row.recorded {
            let open = fact.carrier.is_none() || fact.technologies.is_empty();
            found.push(Support {
                rows: vec![row.at],
                source: row.source,
                from: fact.day,
                grade: fact.kind.grade(),
                hold: if open { Hold::Possible } else { Hold::Binding },
                made: Made::Observation(fact),
            });
        }
    }
    found
}

/// The supports by observations and measurements.
fn observed<'a>(view: &View<'a>, cell: Cell, q: &Question) -> Vec<Support<'a>> {
    let mut found = told(view, cell, q);
    if places::sunset(view, cell.key, cell.carrier, cell.technology, q.day) {
        return found;
    }
    for set in measurement::sets(view, cell.key, cell.carrier, cell.technology, q.day) {
        let hold = match measurement::says(view, &set, cell.key, cell.technology, q.day) {
            SetSays::Has => Hold::Binding,
            SetSays::Possible => Hold::Possible,
            SetSays::Lacks | SetSays::Nothing => continue,
        };
        if set.day() <= set.recorded && yes_answers(Some(Environment::Outdoor), None, q) {
            found.push(Support {
                from: set.day(),
                rows: set.rows,
                source: set.source,
                grade: Grade::E4,
                hold,
                made: Made::Measurement,
            });
        }
    }
    for support in found.iter_mut().filter(|support| !is_carriers_word(support)) {
        if claims_have_gone(view, cell, q, support.from) {
            support.hold = Hold::Possible;
        }
    }
    found
}

/// *an observation on whose day c's claims for t bound k while none does on D* is only possible.
///
/// Reading: both days are asked with the question's environment and service, and a claim that
/// is below the asked grade is a claim all the same. What a carrier says of a place is its claim
/// (§3: *a carrier's statement*), not an observation (step 5: *commune, measurement*).
fn claims_have_gone(view: &View, cell: Cell, q: &Question, observed: Day) -> bool {
    let bind_on = |day: Day| {
        let then = Question { day, ..q.clone() };
        let words = told(view, cell, &then).into_iter().filter(is_carriers_word);
        claims(view, cell, &then).into_iter().chain(words).any(|claim| claim.hold == Hold::Binding)
    };
    bind_on(observed) && !bind_on(q.day)
}

fn is_carriers_word(support: &Support<'_>) -> bool {
    matches!(support.made, Made::Observation(fact) if fact.kind == ObservationKind::CarrierStatement)
}

/// *It binds k by its first stated basis only.*
#[derive(Debug, Clone, Copy)]
struct Basis<'a> {
    places: &'a Places,
    area: Option<&'a Area>,
    site: Option<&'a SiteId>,
}

impl Basis<'_> {
    /// *(a) names …; (b) an area that contains k's whole uncertainty disc …; (c) the site's
    /// reach, only if R states reach(t).*
    fn binds(self, view: &View, cell: Cell, own_day: Day, day: Day) -> Option<Hold> {
        if !self.places.is_empty() {
            return places::names(view, self.places, cell.key, own_day).then_some(Hold::Binding);
        }
        let shape = places::shape(view, cell.key, day)?;
        let lies = if let Some(area) = self.area {
            ground::against_area(&shape, area.polygons())
        } else {
            let reach_m = view.rules.reach_m[cell.technology.index()]?;
            let at = sites::position(view, self.site?, day)?;
            ground::against_reach(&shape, at, f64::from(reach_m))
        };
        match lies {
            Lies::Within => Some(Hold::Binding),
            Lies::Partly => Some(Hold::Possible),
            Lies::Outside => None,
        }
    }
}

/// *Opposition: a statement in V that k, or k's village (as on day o) naming none of its
/// clusters, lacks (c, t), observed on day o ≤ D; naming no carrier or technology means all. …
/// An officer may set one aside for a carrier …: it is then answered, and does not stand for
/// that carrier.*
pub fn oppositions<'a>(view: &View<'a>, cell: Cell, q: &Question) -> Vec<Opposition<'a>> {
    let mut found = Vec::new();
    for row in &view.rows {
        let Fact::Observation(fact) = row.fact else { continue };
        let speaks = fact.says != Says::Has
            && fact.carrier.as_ref().is_none_or(|named| named == cell.carrier)
            && fact.technologies.speaks_of(cell.technology)
            && no_answers(fact.environment, fact.service, q)
            && places::names(view, &fact.places, cell.key, fact.day);
        if speaks && fact.day <= q.day {
            found.push(Opposition {
                rows: vec![row.at],
                source: row.source,
                day: fact.day,
                grade: fact.kind.grade(),
                says: fact.says,
                list: fact.kind == ObservationKind::AuthorityList,
            });
        }
    }
    for set in measurement::sets(view, cell.key, cell.carrier, cell.technology, q.day) {
        let says = measurement::says(view, &set, cell.key, cell.technology, q.day);
        if says == SetSays::Lacks && no_answers(Some(Environment::Outdoor), None, q) {
            found.push(Opposition {
                day: set.day(),
                rows: set.rows,
                source: set.source,
                grade: Grade::E4,
                says: Says::Lacks,
                list: false,
            });
        }
    }
    found.retain(|opposition| !set_aside(view, opposition, cell.carrier));
    found
}

/// Reading: a measurement is set aside when one of its rows is.
fn set_aside(view: &View, opposition: &Opposition, carrier: &CarrierId) -> bool {
    view.rows.iter().any(|row| match row.fact {
        Fact::SetAside { opposition: named, carrier: of, .. } => {
            opposition.rows.contains(named) && of == carrier
        }
        _ => false,
    })
}

/// *silence means outdoor in a yes …; indoor yes implies outdoor; … silent service is both.*
fn yes_answers(environment: Option<Environment>, service: Option<Service>, q: &Question) -> bool {
    let said = environment.unwrap_or(Environment::Outdoor);
    (said == q.environment || said == Environment::Indoor)
        && service.is_none_or(|service| service == q.service)
}

/// *silence means … everywhere in a no; … outdoor no implies indoor; silent service is both.*
fn no_answers(environment: Option<Environment>, service: Option<Service>, q: &Question) -> bool {
    environment.is_none_or(|said| said == q.environment || said == Environment::Outdoor)
        && service.is_none_or(|service| service == q.service)
}
