//! Who has to come second, and what stands until then.

use crate::domain::*;
use crate::history::History;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn viettel() -> CarrierId {
    CarrierId::new("viettel").expect("an id")
}

fn person(name: &str) -> PersonId {
    PersonId::new(name).expect("an id")
}

/// An entry by a person of a party; empty: by nobody named.
fn by(party: Party, name: &str, kind: FilingKind, facts: Vec<Fact>) -> (Filing, Vec<Fact>) {
    let filing = Filing {
        kind,
        owner: party.clone(),
        filed_by: party,
        person: (!name.is_empty()).then(|| person(name)),
        document: DocumentRef::default(),
        files: Vec::new(),
    };
    (filing, facts)
}

fn department(name: &str, facts: Vec<Fact>) -> (Filing, Vec<Fact>) {
    by(Party::Department, name, FilingKind::Places, facts)
}

fn manager(name: &str, facts: Vec<Fact>) -> (Filing, Vec<Fact>) {
    by(Party::Carrier(viettel()), name, FilingKind::Decision, facts)
}

/// The accounts that the register tells of.
fn accounts(all: &[(&str, Role)]) -> (Filing, Vec<Fact>) {
    let fact = |(name, role): &(&str, Role)| {
        Fact::Account(AccountFact { person: person(name), role: role.clone() })
    };
    by(Party::Department, "", FilingKind::Register, all.iter().map(fact).collect())
}

fn fold(acts: Vec<(Filing, Vec<Fact>)>) -> History {
    let entries: Vec<Entry> = (1_u64..)
        .zip(acts)
        .map(|(seq, (filing, facts))| Entry {
            seq: EntrySeq(seq),
            id: ReportId([u8::try_from(seq).expect("few"); 10]),
            recorded_at: day("2026-11-25").start(),
            filing,
            rows: facts
                .into_iter()
                .map(|fact| FiledRow { fact, replaces: None, note: None })
                .collect(),
        })
        .collect();
    History::fold(&entries)
}

fn village() -> Fact {
    Fact::Village(VillageFact {
        day: None,
        id: VillageId::new("kon-hai").expect("an id"),
        name: "Kon Hai".to_owned(),
        aliases: Vec::new(),
        kind: VillageKind::Thon,
        units: Vec::new(),
        unit_inferred: None,
        located: None,
        position_basis: None,
        households: None,
        people: None,
        grid_power: None,
        especially_hard: None,
        source: String::new(),
    })
}

fn restriction() -> Fact {
    let site = SiteId { carrier: viettel(), code: SiteCode::new("A").expect("a code") };
    Fact::RestrictSite { site }
}

fn published(entry: u64) -> Fact {
    Fact::Publish(Target { entry: EntrySeq(entry), rows: Vec::new() })
}

fn withdrawn(entry: u64) -> Fact {
    let target = Target { entry: EntrySeq(entry), rows: Vec::new() };
    Fact::Withdraw { target, reason: "nhầm".to_owned() }
}

const OFFICERS: [(&str, Role); 2] = [("a", Role::Officer), ("b", Role::Officer)];

/// For whom the first row of an entry counts: P public, C Viettel, O officers, A approvers.
fn counts(history: &History, entry: u64) -> String {
    let row = history.find(RowRef { entry: EntrySeq(entry), row: 0 }).expect("a row");
    let scopes = [
        ('P', Scope::Public),
        ('C', Scope::Carrier(viettel())),
        ('O', Scope::Officer),
        ('A', Scope::Approver),
    ];
    scopes.iter().filter(|(_, scope)| history.counts(row, scope)).map(|(name, _)| *name).collect()
}

#[test]
fn a_row_waits_from_the_second_account_of_its_filers_role_on() {
    let approver = || ("c", Role::Approver);
    let cases = [
        ("nobody named", vec![], "", "PCOA"),
        ("one officer", vec![("a", Role::Officer)], "a", "PCOA"),
        ("two officers", OFFICERS.to_vec(), "a", "OA"),
        ("two officers, nobody named", OFFICERS.to_vec(), "", "OA"),
        ("one of each", vec![("a", Role::Officer), approver()], "a", "PCOA"),
        ("two officers, the approver", [&OFFICERS[..], &[approver()]].concat(), "c", "PCOA"),
        ("both hats", [&OFFICERS[..], &[("a", Role::Approver)]].concat(), "a", "OA"),
        ("the same twice", vec![("a", Role::Officer), ("a", Role::Officer)], "a", "PCOA"),
        ("somebody unknown", OFFICERS.to_vec(), "z", "OA"),
    ];
    for (case, known, filer, expected) in cases {
        let history = fold(vec![accounts(&known), department(filer, vec![village()])]);
        assert_eq!(counts(&history, 2), expected, "{case}");
    }
    // What came before the second account stays as it was.
    let history = fold(vec![department("a", vec![village()]), accounts(&OFFICERS)]);
    assert_eq!(counts(&history, 1), "PCOA");
    // The register is the operator's.
    let register = by(Party::Department, "", FilingKind::Register, vec![village()]);
    assert_eq!(counts(&fold(vec![accounts(&OFFICERS), register]), 2), "PCOA");
    // Nobody but the register makes accounts.
    let facts = accounts(&OFFICERS).1;
    let own = by(Party::Carrier(viettel()), "", FilingKind::Register, facts);
    let history = fold(vec![own, department("a", vec![village()])]);
    assert_eq!(counts(&history, 2), "PCOA");
}

#[test]
fn only_another_account_that_may_publish_it_lets_it_count() {
    let known = [&OFFICERS[..], &[("c", Role::Approver), ("u", Role::Auditor)]].concat();
    let after = |publication| {
        let waits = department("a", vec![village()]);
        let history = fold(vec![accounts(&known), waits, publication]);
        counts(&history, 2)
    };
    let publish = |name: &str| department(name, vec![published(2)]);
    assert_eq!(after(publish("b")), "PCOA", "another officer");
    assert_eq!(after(publish("c")), "PCOA", "an approver");
    assert_eq!(after(publish("a")), "OA", "the same account, smuggled in");
    assert_eq!(after(publish("")), "OA", "nobody named");
    assert_eq!(after(publish("u")), "OA", "an auditor");
    assert_eq!(after(publish("z")), "OA", "an account that nobody knows");
    assert_eq!(after(manager("b", vec![published(2)])), "OA", "under another party's name");
}

#[test]
fn what_was_void_stays_void_and_what_is_taken_back_waits_again() {
    let mut acts = vec![
        accounts(&OFFICERS),
        department("a", vec![village()]),
        department("z", vec![published(2)]),
        accounts(&[("z", Role::Officer)]),
    ];
    assert_eq!(counts(&fold(acts.clone()), 2), "OA", "z was not known when it published");
    acts.push(department("z", vec![published(2)]));
    assert_eq!(counts(&fold(acts.clone()), 2), "PCOA");
    acts.push(department("b", vec![withdrawn(5)]));
    let history = fold(acts.clone());
    assert_eq!(counts(&history, 2), "OA", "the publication is withdrawn");
    let second = history.entries().nth(1).expect("an entry");
    assert!(history.rows_of(second).all(crate::history::Row::awaits_second));
    // Taking accounts back does not loosen the rule.
    acts.push(department("b", vec![withdrawn(1)]));
    acts.push(department("a", vec![village()]));
    assert_eq!(counts(&fold(acts), 8), "OA");
}

#[test]
fn a_restriction_that_waits_counts_for_nobody() {
    let managers = [("m", Role::CarrierManager(viettel())), ("n", Role::CarrierManager(viettel()))];
    let approvers = [("c", Role::Approver), ("d", Role::Approver)];
    let all = [&managers[..], &approvers[..], &OFFICERS[..]].concat();
    let after = |filed: (Filing, Vec<Fact>), publication: (Filing, Vec<Fact>)| {
        counts(&fold(vec![accounts(&all), filed, publication]), 2)
    };
    let own = || manager("m", vec![restriction()]);
    let theirs = || department("c", vec![restriction()]);
    assert_eq!(after(own(), manager("m", vec![published(2)])), "");
    assert_eq!(after(own(), department("b", vec![published(2)])), "", "no officer may");
    assert_eq!(after(own(), manager("n", vec![published(2)])), "PCOA");
    assert_eq!(after(own(), department("d", vec![published(2)])), "PCOA");
    assert_eq!(after(theirs(), department("c", vec![published(2)])), "");
    assert_eq!(
        after(theirs(), manager("n", vec![published(2)])),
        "",
        "not the carrier's to decide"
    );
    assert_eq!(after(theirs(), department("d", vec![published(2)])), "PCOA");
    // With one manager it counts at once, as any word of a carrier's does.
    let history = fold(vec![accounts(&managers[..1]), own()]);
    assert_eq!(counts(&history, 2), "COA");
}

#[test]
fn an_account_is_known_to_its_own_side_and_the_department_even_if_published() {
    let mut told = accounts(&[("m", Role::CarrierManager(viettel()))]);
    told.0.owner = Party::Carrier(viettel());
    let publication = department("", vec![published(1), published(2)]);
    let history = fold(vec![told, accounts(&OFFICERS), publication]);
    assert_eq!(counts(&history, 1), "COA");
    assert_eq!(counts(&history, 2), "OA");
}
