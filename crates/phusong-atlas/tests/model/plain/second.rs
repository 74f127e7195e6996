//! The cells marked 2 of RELIABILITY's roles × actions: *needs a second person*.

use phusong_atlas::domain::{Entry, Fact, Filing, FilingKind, Party, PersonId, Role, RowRef};

/// *2 = a different account … binding from the second named account of that role on.*
///
/// Reading: of an account with several roles each binds; a row that names nobody who may file it
/// is bound by any role that may.
pub fn needs_second(entries: &[Entry], at: RowRef) -> bool {
    let (filing, fact) = row(entries, at);
    let may_file = filers(filing, fact);
    let own: Vec<&Role> = may_file
        .iter()
        .filter(|role| {
            filing.person.as_ref().is_some_and(|person| named(entries, at, role).contains(&person))
        })
        .collect();
    let asked = if own.is_empty() { may_file.iter().collect() } else { own };
    asked.into_iter().any(|role| named(entries, at, role).len() >= 2)
}

/// *mark restricted*: nobody sees it as restricted before the second person.
pub fn counts_for_nobody_yet(entries: &[Entry], at: RowRef) -> bool {
    matches!(row(entries, at).1, Fact::RestrictSite { .. })
}

/// *A different account* that may publish it: the department's officers and approvers; a
/// restriction its approvers, and a carrier's own also the carrier's managers.
pub fn is_second_person(entries: &[Entry], publication: RowRef, at: RowRef) -> bool {
    let ((first, fact), (second, _)) = (row(entries, at), row(entries, publication));
    let Some(person) = &second.person else { return false };
    if first.person.as_ref() == Some(person) {
        return false;
    }
    let is = |role: Role| named(entries, publication, &role).contains(&person);
    match (&second.filed_by, fact, &first.filed_by) {
        (Party::Department, Fact::RestrictSite { .. }, _) => is(Role::Approver),
        (Party::Department, _, _) => is(Role::Officer) || is(Role::Approver),
        (Party::Carrier(own), Fact::RestrictSite { .. }, Party::Carrier(of)) if own == of => {
            is(Role::CarrierManager(own.clone()))
        }
        _ => false,
    }
}

fn row(entries: &[Entry], at: RowRef) -> (&Filing, &Fact) {
    let entry = entries.iter().find(|entry| entry.seq == at.entry).expect("an entry");
    (&entry.filing, &entry.rows[at.row as usize].fact)
}

/// *villages, targets: O and A; mark restricted: M and A.* The register is the operator's.
fn filers(filing: &Filing, fact: &Fact) -> Vec<Role> {
    let is_department = filing.filed_by == Party::Department;
    let is_register = filing.kind == FilingKind::Register;
    match fact {
        Fact::Village(_) | Fact::Cluster(_) | Fact::VillageSuccession(_) | Fact::Goal(_)
            if is_department && !is_register =>
        {
            vec![Role::Officer, Role::Approver]
        }
        Fact::RestrictSite { .. } if is_department => vec![Role::Approver],
        Fact::RestrictSite { site } if filing.filed_by == Party::Carrier(site.carrier.clone()) => {
            vec![Role::CarrierManager(site.carrier.clone())]
        }
        _ => Vec::new(),
    }
}

/// The named accounts of a role that earlier entries of the register tell of, each once.
fn named<'a>(entries: &'a [Entry], at: RowRef, role: &Role) -> Vec<&'a PersonId> {
    let mut found: Vec<&PersonId> = Vec::new();
    for entry in entries.iter().filter(|entry| entry.seq < at.entry) {
        let filing = &entry.filing;
        if filing.kind != FilingKind::Register || filing.filed_by != Party::Department {
            continue;
        }
        for row in &entry.rows {
            if let Fact::Account(account) = &row.fact
                && account.role == *role
                && !found.contains(&&account.person)
            {
                found.push(&account.person);
            }
        }
    }
    found
}
