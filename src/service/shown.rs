//! What of the ledger itself an actor is shown: reports, their rows, and what became of them.
//!
//! What *counts* is History's table (DOMAIN §4.1); this one is what is *shown* (§10). A row that a
//! scope may not know leaves no trace in it: no line, no count, no state, no event.

use jiff::Timestamp;
use phusong_atlas::domain::{
    DocumentRef, Fact, FilingKind, Party, PersonId, ReportId, RowNumber, RowRef, Scope, SiteId,
    Target, VillageId,
};
use phusong_atlas::history::{EntryHead, History, Row, RowIndex, Standing};

use super::accounts::{filer, may_know};
use super::actor::Actor;
use super::names::is_note_of_names;
use super::open::Service;

/// What has become of a row, as far as the scope may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    Filed,
    /// Filed, and others count it only once another account publishes it.
    AwaitsSecond,
    Published,
    Returned,
    Withdrawn,
    Replaced,
}

/// A report in a list.
#[derive(Debug, Clone)]
pub struct ReportLine {
    pub report: ReportId,
    pub kind: FilingKind,
    pub recorded_at: Timestamp,
    pub owner: Party,
    pub filed_by: Party,
    /// Whose account it was, for those who may know.
    pub person: Option<PersonId>,
    /// Of its first row.
    pub state: RowState,
    /// Those that are shown.
    pub rows: usize,
}

/// Which filings are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// What somebody stated: no register, no act on earlier rows.
    Statements,
    Of(FilingKind),
}

/// What an act was about.
#[derive(Debug, Clone)]
pub struct ActsOn {
    pub report: ReportId,
    /// Empty: all rows.
    pub rows: Vec<RowNumber>,
    pub villages: Vec<VillageId>,
}

/// An act on a whole filing may name thousands of villages.
const MOST_VILLAGES: usize = 50;

/// One row of a report, with as much of it as the actor may know.
#[derive(Debug, Clone)]
pub struct ShownRow {
    pub row: RowNumber,
    pub state: RowState,
    /// The site itself, its place and its technique may be told too.
    pub fact: Fact,
    pub tells_site: bool,
    /// Why an act was done, in somebody's own words, may be told too.
    pub tells_why: bool,
    /// Null where the actor is not shown what it was about.
    pub acts_on: Option<ActsOn>,
    /// Why it was returned or withdrawn: between its owner and the department.
    pub reason: Option<String>,
    /// The sender's note: between its owner and the department too.
    pub note: Option<String>,
    /// Whose account made it public, for those who may know.
    pub published_by: Option<PersonId>,
}

#[derive(Debug, Clone)]
pub struct ReportView {
    pub line: ReportLine,
    pub document: DocumentRef,
    pub rows: Vec<ShownRow>,
}

/// A filing that names a village.
#[derive(Debug, Clone)]
pub struct Mention {
    pub report: ReportId,
    pub row: RowNumber,
    pub kind: FilingKind,
    pub recorded_at: Timestamp,
    pub owner: Party,
    pub filed_by: Party,
    pub state: RowState,
}

impl Service {
    /// What carriers, communes and the department stated or decided, as far as this actor may
    /// know, newest first.
    pub fn report_lines(&self, actor: &Actor, which: Lines) -> Vec<ReportLine> {
        let scope = actor.scope();
        self.with_history(|history| {
            let entries = history.entries().rev();
            let filings = entries.filter(|head| match which {
                Lines::Statements => is_statement(head.filing.kind),
                Lines::Of(kind) => head.filing.kind == kind,
            });
            filings.filter_map(|head| line(history, head, &scope)).collect()
        })
    }

    /// A filing as this actor may see it; `None` is the same for what does not exist.
    pub fn report_view(&self, actor: &Actor, id: ReportId) -> Option<ReportView> {
        let scope = actor.scope();
        self.with_history(|history| {
            let head = history.entry_by_id(id)?;
            let line = line(history, head, &scope)?;
            let confides = is_between(&head.filing.owner, &scope);
            let rows = history.rows_of(head).filter(|row| shows_row(history, *row, &scope));
            let rows = rows.map(|row| {
                let fact = row.fact().into_fact();
                let Standing { returned, withdrawn, .. } = row.standing();
                let tells_site = sites_of(&fact).all(|site| sees(history, site, &scope));
                ShownRow {
                    row: row.at.number(),
                    state: row_state(history, row, &scope),
                    tells_site,
                    tells_why: tells_why(history, &fact, &scope),
                    acts_on: acts_on(history, &fact, &scope),
                    fact,
                    reason: withdrawn.or(returned).filter(|_| confides),
                    note: row.note().filter(|_| confides).map(str::to_owned),
                    published_by: history
                        .publication(row)
                        .and_then(|act| filer(&scope, act.filing))
                        .cloned(),
                }
            });
            let document = head.filing.document.clone();
            Some(ReportView { rows: rows.collect(), line, document })
        })
    }
}

impl Mention {
    pub(super) fn of(row: Row<'_>, state: RowState) -> Self {
        Self {
            report: row.report,
            row: row.at.number(),
            kind: row.filing.kind,
            recorded_at: row.recorded_at,
            owner: row.filing.owner.clone(),
            filed_by: row.filing.filed_by.clone(),
            state,
        }
    }
}

/// The filings that name a village, as the scope may know them, oldest first.
pub fn mentions(history: &History, scope: &Scope, village: &VillageId) -> Vec<Mention> {
    mentioning(history, scope, village)
        .map(|at| history.row(at))
        .map(|row| Mention::of(row, row_state(history, row, scope)))
        .collect()
}

/// The rows that name a village and are shown.
pub(super) fn mentioning<'h>(
    history: &'h History,
    scope: &'h Scope,
    village: &VillageId,
) -> impl Iterator<Item = RowIndex> + 'h {
    let rows = history.index().naming_village.get(village).into_iter().flatten().copied();
    rows.filter(|row| shows_row(history, history.row(*row), scope))
}

fn line(history: &History, head: EntryHead<'_>, scope: &Scope) -> Option<ReportLine> {
    let mut shown = history.rows_of(head).filter(|row| shows_row(history, *row, scope));
    let first = shown.next()?;
    Some(ReportLine {
        report: head.id,
        kind: head.filing.kind,
        recorded_at: head.recorded_at,
        owner: head.filing.owner.clone(),
        filed_by: head.filing.filed_by.clone(),
        person: filer(scope, head.filing).cloned(),
        state: row_state(history, first, scope),
        rows: 1 + shown.count(),
    })
}

/// What somebody stated: no register, no act on earlier rows.
fn is_statement(kind: FilingKind) -> bool {
    !matches!(kind, FilingKind::Register | FilingKind::Decision)
}

/// Does the entry exist for this scope: is any row of it shown?
pub fn may_see_entry(history: &History, head: EntryHead<'_>, scope: &Scope) -> bool {
    history.rows_of(head).any(|row| shows_row(history, row, scope))
}

/// Between a party and the department: the two that know all of a filing.
fn is_between(owner: &Party, scope: &Scope) -> bool {
    *owner != Party::Department && scope.counts_unpublished_of(owner)
        || matches!(scope, Scope::Officer | Scope::Approver)
}

/// What an officer or an owner wrote of an act on a filing is between these two; so is why
/// something is set aside for a carrier.
fn tells_why(history: &History, fact: &Fact, scope: &Scope) -> bool {
    match fact {
        Fact::Return { target, .. } | Fact::Withdraw { target, .. } => {
            let head = history.entry(target.entry);
            head.is_some_and(|head| is_between(&head.filing.owner, scope))
        }
        Fact::SetAside { carrier, .. } => is_between(&Party::Carrier(carrier.clone()), scope),
        _ => true,
    }
}

/// Is the row shown to the scope at all?
pub fn shows_row(history: &History, row: Row<'_>, scope: &Scope) -> bool {
    let filing = row.filing;
    let fact = row.fact();
    if site_of(&fact).is_some_and(|site| is_restricted(history, site))
        && !site_of(&fact).is_some_and(|site| sees(history, site, scope))
    {
        return false;
    }
    if is_between(&filing.owner, scope) {
        return true;
    }
    match &*fact {
        // Acts on others' rows are told by what those rows have become.
        Fact::Publish(target) | Fact::Return { target, .. } | Fact::Withdraw { target, .. } => {
            shows_target(history, target, scope)
        }
        Fact::SetAside { opposition, .. } => {
            history.find(*opposition).is_some_and(|row| shows_row(history, history.row(row), scope))
        }
        Fact::RestrictSite { site } => sees(history, site, scope),
        Fact::Structure(fact) => fact.sites.iter().all(|site| sees(history, site, scope)),
        // What a carrier explains is between it and the department, and the public once published.
        Fact::NamedCause(fact) if matches!(scope, Scope::Carrier(own) if *own != fact.carrier) => {
            false
        }
        // Between its side and the department.
        Fact::Account(_) => row.is_told_to(scope),
        // Between a sender and the department, whoever filed it; a seal names the department's own
        // state.
        Fact::NameQuestion(_) | Fact::NameDecision(_) | Fact::NameUse(_) | Fact::SignedPaper(_) => {
            false
        }
        _ => row.is_told_to(scope) && !row.is_returned(),
    }
}

/// An act is shown where all that it acted upon is.
fn shows_target(history: &History, target: &Target, scope: &Scope) -> bool {
    let Some(head) = history.entry(target.entry) else { return false };
    let named = || history.rows_of(head).filter(|row| target.names(row.at));
    // What was noted of names beside a report hides no act on the report.
    let mut rows = named().filter(|row| !is_note_of_names(&row.fact())).peekable();
    if rows.peek().is_none() {
        return named().all(|row| shows_row(history, row, scope));
    }
    rows.all(|row| shows_row(history, row, scope))
}

/// What became of a row: a correction replaces it only where the correction counts.
pub fn row_state(history: &History, row: Row<'_>, scope: &Scope) -> RowState {
    if row.is_withdrawn() {
        RowState::Withdrawn
    } else if row.is_returned() {
        RowState::Returned
    } else if history.is_replaced(row, scope) {
        RowState::Replaced
    } else if row.published_at().is_some() {
        RowState::Published
    } else if row.awaits_second() && may_know(scope, row.filing) {
        RowState::AwaitsSecond
    } else {
        RowState::Filed
    }
}

/// The rows that an act names, as far as they are shown.
fn acts_on(history: &History, fact: &Fact, scope: &Scope) -> Option<ActsOn> {
    let one = |at: RowRef| Target { entry: at.entry, rows: vec![at.row] };
    let target = match fact {
        Fact::Publish(target) | Fact::Return { target, .. } | Fact::Withdraw { target, .. } => {
            target.clone()
        }
        Fact::SetAside { opposition, .. } => one(*opposition),
        Fact::ConfirmSunset { sunset } => one(*sunset),
        Fact::NamedCause(fact) => one(fact.against),
        Fact::DisputeAnswer(fact) => one(fact.dispute),
        Fact::DisputeCheck(fact) => one(fact.dispute),
        Fact::DisputeEnd(fact) => one(fact.dispute),
        Fact::NameUse(fact) => one(fact.decision),
        _ => return None,
    };
    let head = history.entry(target.entry)?;
    let rows = history.rows_of(head).filter(|row| target.names(row.at));
    let shown: Vec<Row<'_>> = rows.filter(|row| shows_row(history, *row, scope)).collect();
    let mut villages: Vec<VillageId> = Vec::new();
    for fact in shown.iter().map(|row| row.fact()) {
        if !sites_of(&fact).all(|site| sees(history, site, scope)) {
            continue;
        }
        for village in villages_of(&fact) {
            if villages.len() < MOST_VILLAGES && !villages.contains(village) {
                villages.push(village.clone());
            }
        }
    }
    let numbers = shown.iter().map(|row| row.at.number());
    let rows = if target.rows.is_empty() { Vec::new() } else { numbers.collect() };
    (!shown.is_empty()).then_some(ActsOn { report: head.id, rows, villages })
}

/// The villages that a row names outright.
fn villages_of(fact: &Fact) -> &[VillageId] {
    match fact {
        Fact::SiteEvent(fact) => &fact.serves.villages,
        Fact::Claim(fact) => &fact.serves.villages,
        Fact::Observation(fact) => &fact.places.villages,
        Fact::Village(fact) => std::slice::from_ref(&fact.id),
        Fact::Dispute(fact) => std::slice::from_ref(&fact.village),
        Fact::OpenDispute { village, .. } => std::slice::from_ref(village),
        _ => &[],
    }
}

fn site_of(fact: &Fact) -> Option<&SiteId> {
    match fact {
        Fact::SiteEvent(event) => Some(&event.site),
        Fact::Claim(claim) => claim.site.as_ref(),
        Fact::Outage(outage) => outage.site.as_ref(),
        Fact::Certificate(certificate) => certificate.site.as_ref(),
        _ => None,
    }
}

/// The same where there may be several.
fn sites_of(fact: &Fact) -> impl Iterator<Item = &SiteId> {
    let shared = match fact {
        Fact::Structure(structure) => structure.sites.as_slice(),
        _ => &[],
    };
    site_of(fact).into_iter().chain(shared)
}

/// May the scope know of the site itself (DOMAIN §10)?
fn sees(history: &History, site: &SiteId, scope: &Scope) -> bool {
    match scope {
        Scope::Approver => true,
        Scope::Carrier(own) => *own == site.carrier,
        Scope::Officer => !is_restricted(history, site),
        Scope::Public | Scope::Commune(_) => false,
    }
}

fn is_restricted(history: &History, site: &SiteId) -> bool {
    let acts = history.index().restrictions.get(site);
    acts.is_some_and(|acts| acts.iter().any(|act| history.counts(*act, &Scope::Approver)))
}
