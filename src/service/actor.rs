//! Who asks, and what they may do: one table, default deny.

use std::sync::Arc;

use phusong_atlas::domain::{Filing, FilingKind, Party, PersonId, Role, Scope};

/// Somebody at the door, with what the key says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub role: Role,
    /// The key's public name; nobody's for the public.
    pub key: Option<Arc<str>>,
    /// The account that it is a key of, where it has a name.
    pub person: Option<PersonId>,
}

/// What can be done; each use case asks [`can`] first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    FileOwnReport,
    FileOnBehalf,
    Publish,
    Return,
    Withdraw,
    Observe,
    /// File field measurements.
    Measure,
    Decide,
    /// Say that a verdict is wrong.
    Challenge,
    /// Mark a site so that only its owner, approvers and auditors see it.
    Restrict,
    /// Open the public view that the operator keeps closed.
    OpenPublic,
    SeeSites,
    SeeReports,
    /// Send files that are not filed yet.
    Prepare,
    /// Ask where more sites would serve most: the *what-if tower*.
    PlanSites,
}

impl Action {
    pub const ALL: [Self; 15] = [
        Self::FileOwnReport,
        Self::FileOnBehalf,
        Self::Publish,
        Self::Return,
        Self::Withdraw,
        Self::Observe,
        Self::Measure,
        Self::Decide,
        Self::Challenge,
        Self::Restrict,
        Self::OpenPublic,
        Self::SeeSites,
        Self::SeeReports,
        Self::Prepare,
        Self::PlanSites,
    ];

    /// The word in `GET /api/v1/me`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FileOwnReport => "report",
            Self::FileOnBehalf => "on_behalf",
            Self::Publish => "publish",
            Self::Return => "return",
            Self::Withdraw => "withdraw",
            Self::Observe => "observe",
            Self::Measure => "measure",
            Self::Decide => "decide",
            Self::Challenge => "challenge",
            Self::Restrict => "restrict",
            Self::OpenPublic => "open_public",
            Self::SeeSites => "see_sites",
            Self::SeeReports => "see_reports",
            Self::Prepare => "prepare",
            Self::PlanSites => "plan_sites",
        }
    }
}

/// Roles × actions of the house, default deny.
fn may(role: &Role, action: Action) -> bool {
    use Action::{
        Challenge, Decide, FileOnBehalf, FileOwnReport, Measure, Observe, OpenPublic, PlanSites,
        Prepare, Publish, Restrict, Return, SeeReports, SeeSites, Withdraw,
    };
    match role {
        Role::Admin => false,
        Role::Public => action == Challenge,
        Role::Planner => matches!(action, Challenge | PlanSites),
        Role::Commune(_) => {
            matches!(action, Observe | Withdraw | SeeReports | Challenge | Prepare)
        }
        Role::CarrierReporter(_) => {
            matches!(
                action,
                FileOwnReport | Withdraw | SeeReports | SeeSites | Challenge | Prepare | PlanSites
            )
        }
        Role::CarrierManager(own) => {
            action == Restrict || may(&Role::CarrierReporter(own.clone()), action)
        }
        Role::Officer => matches!(
            action,
            FileOnBehalf
                | Publish
                | Return
                | Withdraw
                | Observe
                | Measure
                | Decide
                | Challenge
                | SeeSites
                | SeeReports
                | Prepare
                | PlanSites
        ),
        Role::Approver => {
            matches!(action, Restrict | OpenPublic)
                || (action != FileOwnReport && may(&Role::Officer, action))
        }
        Role::Auditor => matches!(action, SeeSites | SeeReports),
    }
}

impl Actor {
    pub const PUBLIC: Self = Self { role: Role::Public, key: None, person: None };

    pub fn scope(&self) -> Scope {
        self.role.scope()
    }

    /// As far as the role alone decides: for menus. What is done is asked of [`can`].
    pub fn may(&self, action: Action) -> bool {
        may(&self.role, action)
    }

    /// Whose statements this actor's own are.
    pub fn party(&self) -> Option<Party> {
        self.role.party()
    }

    /// The name under which retries are recognised.
    pub fn label(&self) -> String {
        match &self.role {
            Role::CarrierReporter(carrier) | Role::CarrierManager(carrier) => {
                format!("carrier:{carrier}")
            }
            Role::Commune(unit) => format!("commune:{}", unit.code.0),
            Role::Officer | Role::Approver => "department".to_owned(),
            _ => "public".to_owned(),
        }
    }
}

/// What an action is done to.
#[derive(Debug, Clone, Copy)]
pub enum Object<'a> {
    /// The house as a whole: nobody's in particular.
    House,
    /// What is about to be said, and whose word it will be.
    Word { of: &'a Party },
    /// What was filed before.
    Filed(&'a FiledThing<'a>),
    /// What somebody prepares, named by [`Actor::label`]: for everybody else there is no such thing.
    Prepared { by: &'a str },
}

/// A filing as rights look at it.
#[derive(Debug, Clone, Copy)]
pub struct FiledThing<'a> {
    pub filing: &'a Filing,
    /// Does it exist for the actor at all?
    pub is_shown: bool,
    /// It restricts a site.
    pub restricts: bool,
    /// It counts for others only once another account publishes it.
    pub needs_second: bool,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The actor may know of it, and may not do that.
    Forbidden,
    /// For the actor there is no such thing.
    Invisible,
    /// It needs a second person, and this is the first.
    SamePerson,
    /// It needs a second person, and this key has no name.
    Unnamed,
}

/// The one question of rights: may this actor do this to that?
pub fn can(actor: &Actor, action: Action, object: Object<'_>) -> Result<(), Refusal> {
    if matches!(object, Object::Filed(thing) if !thing.is_shown) {
        return Err(Refusal::Invisible);
    }
    if matches!(object, Object::Prepared { by } if by != actor.label()) {
        return Err(Refusal::Invisible);
    }
    let party = actor.party();
    let own = |party_of: &Party| party.as_ref() == Some(party_of);
    let suits = match object {
        Object::House | Object::Prepared { .. } => true,
        Object::Word { of } => match action {
            Action::FileOwnReport => own(of),
            Action::FileOnBehalf => !own(of),
            // A commune for its own villages, a carrier its own; an officer also on behalf.
            _ => own(of) || actor.may(Action::FileOnBehalf),
        },
        Object::Filed(FiledThing { filing, restricts, .. }) => {
            let theirs = own(&filing.owner) || own(&filing.filed_by);
            let withdraws = action == Action::Withdraw;
            (!withdraws || (theirs && filing.kind != FilingKind::Register))
                && (!restricts || actor.may(Action::Restrict))
        }
    };
    if !suits || !(actor.may(action) || is_own_second(actor, action, object)) {
        return Err(Refusal::Forbidden);
    }
    match (action, object) {
        (Action::Publish, Object::Filed(thing)) if thing.needs_second => as_second(actor, thing),
        _ => Ok(()),
    }
}

/// Only officers publish, but the second person for a restriction by a carrier's manager may be
/// another manager of that carrier.
fn is_own_second(actor: &Actor, action: Action, object: Object<'_>) -> bool {
    let Object::Filed(thing) = object else { return false };
    action == Action::Publish
        && thing.needs_second
        && thing.restricts
        && matches!(actor.role, Role::CarrierManager(_))
        && actor.party().as_ref() == Some(&thing.filing.filed_by)
}

fn as_second(actor: &Actor, thing: &FiledThing<'_>) -> Result<(), Refusal> {
    match &actor.person {
        None => Err(Refusal::Unnamed),
        Some(person) if thing.filing.person.as_ref() == Some(person) => Err(Refusal::SamePerson),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use phusong_atlas::domain::{CarrierId, Day, DocumentRef, UnitCode, UnitId};

    use super::*;

    fn roles() -> Vec<Role> {
        let viettel = || CarrierId::new("viettel").expect("an id");
        let unit = UnitId { code: UnitCode(21_520), valid_from: Day::EARLIEST };
        vec![
            Role::Public,
            Role::Planner,
            Role::Commune(unit),
            Role::CarrierReporter(viettel()),
            Role::CarrierManager(viettel()),
            Role::Officer,
            Role::Approver,
            Role::Auditor,
            Role::Admin,
        ]
    }

    fn plain(filing: &Filing) -> FiledThing<'_> {
        FiledThing { filing, is_shown: true, restricts: false, needs_second: false }
    }

    fn cell(role: &Role, action: Action, of: &Party, filed_by: &Party) -> char {
        let by = match of {
            Party::Carrier(carrier) => format!("carrier:{carrier}"),
            Party::Commune(unit) => format!("commune:{}", unit.code.0),
            Party::Department => "department".to_owned(),
        };
        let actor = Actor { role: role.clone(), key: None, person: None };
        let filing = Filing {
            kind: FilingKind::Report,
            owner: of.clone(),
            filed_by: filed_by.clone(),
            person: None,
            document: DocumentRef::default(),
            files: Vec::new(),
        };
        let thing = plain(&filing);
        let object = match action {
            Action::Publish | Action::Return | Action::Withdraw => Object::Filed(&thing),
            Action::FileOwnReport
            | Action::FileOnBehalf
            | Action::Observe
            | Action::Measure
            | Action::Restrict => Object::Word { of },
            Action::Prepare => Object::Prepared { by: &by },
            _ => Object::House,
        };
        match can(&actor, action, object) {
            Ok(()) => '●',
            Err(_) => '–',
        }
    }

    /// The house's table of roles and actions: for Viettel's things, another carrier's, and the
    /// commune's. Widening a line is a decision.
    #[test]
    fn roles_and_actions() {
        let carrier = |id: &str| Party::Carrier(CarrierId::new(id).expect("an id"));
        let commune = Party::Commune(UnitId { code: UnitCode(21_520), valid_from: Day::EARLIEST });
        let mut table = String::from("whose, action     P L C R M O A U D\n");
        for (whose, of) in
            [("own", carrier("viettel")), ("rival", carrier("vnpt")), ("xa", commune)]
        {
            for action in Action::ALL {
                let line: Vec<String> =
                    roles().iter().map(|role| cell(role, action, &of, &of).to_string()).collect();
                let name = format!("{whose} {}", action.as_str());
                let _never_fails = writeln!(table, "{name:<17} {}", line.join(" "));
            }
        }
        assert_eq!(table, TABLE, "{table}");
    }

    const TABLE: &str = "\
whose, action     P L C R M O A U D
own report        – – – ● ● – – – –
own on_behalf     – – – – – ● ● – –
own publish       – – – – – ● ● – –
own return        – – – – – ● ● – –
own withdraw      – – – ● ● – – – –
own observe       – – – – – ● ● – –
own measure       – – – – – ● ● – –
own decide        – – – – – ● ● – –
own challenge     ● ● ● ● ● ● ● – –
own restrict      – – – – ● – ● – –
own open_public   – – – – – – ● – –
own see_sites     – – – ● ● ● ● ● –
own see_reports   – – ● ● ● ● ● ● –
own prepare       – – – ● ● – – – –
own plan_sites    – ● – ● ● ● ● – –
rival report      – – – – – – – – –
rival on_behalf   – – – – – ● ● – –
rival publish     – – – – – ● ● – –
rival return      – – – – – ● ● – –
rival withdraw    – – – – – – – – –
rival observe     – – – – – ● ● – –
rival measure     – – – – – ● ● – –
rival decide      – – – – – ● ● – –
rival challenge   ● ● ● ● ● ● ● – –
rival restrict    – – – – – – ● – –
rival open_public – – – – – – ● – –
rival see_sites   – – – ● ● ● ● ● –
rival see_reports – – ● ● ● ● ● ● –
rival prepare     – – – – – – – – –
rival plan_sites  – ● – ● ● ● ● – –
xa report         – – – – – – – – –
xa on_behalf      – – – – – ● ● – –
xa publish        – – – – – ● ● – –
xa return         – – – – – ● ● – –
xa withdraw       – – ● – – – – – –
xa observe        – – ● – – ● ● – –
xa measure        – – – – – ● ● – –
xa decide         – – – – – ● ● – –
xa challenge      ● ● ● ● ● ● ● – –
xa restrict       – – – – – – ● – –
xa open_public    – – – – – – ● – –
xa see_sites      – – – ● ● ● ● ● –
xa see_reports    – – ● ● ● ● ● ● –
xa prepare        – – ● – – – – – –
xa plan_sites     – ● – ● ● ● ● – –
";

    #[test]
    fn what_is_not_shown_is_not_there_whoever_asks() {
        let of = Party::Department;
        let filing = Filing {
            kind: FilingKind::Report,
            owner: of.clone(),
            filed_by: of,
            person: None,
            document: DocumentRef::default(),
            files: Vec::new(),
        };
        let thing = FiledThing { is_shown: false, ..plain(&filing) };
        for role in roles() {
            for action in Action::ALL {
                let actor = Actor { role: role.clone(), key: None, person: None };
                assert_eq!(can(&actor, action, Object::Filed(&thing)), Err(Refusal::Invisible));
            }
        }
    }

    /// What waits for a second person, published by the first, by another account of the role,
    /// and by a key without a name.
    #[test]
    fn roles_and_accounts() {
        let viettel = Party::Carrier(CarrierId::new("viettel").expect("an id"));
        let person = |name: &str| Some(PersonId::new(name).expect("an id"));
        let filed = |of: &Party| Filing {
            kind: FilingKind::Decision,
            owner: of.clone(),
            filed_by: of.clone(),
            person: person("first"),
            document: DocumentRef::default(),
            files: Vec::new(),
        };
        let (department, carrier) = (filed(&Party::Department), filed(&viettel));
        let places = FiledThing { needs_second: true, ..plain(&department) };
        let things = [
            ("villages", places),
            ("restriction", FiledThing { restricts: true, ..places }),
            ("carrier's", FiledThing { filing: &carrier, restricts: true, ..places }),
        ];
        let mut table = String::from("what, who          P L C R M O A U D\n");
        for (what, thing) in things {
            for (who, person) in
                [("first", person("first")), ("other", person("other")), ("unnamed", None)]
            {
                let cells = roles().into_iter().map(|role| {
                    let actor = Actor { role, key: None, person: person.clone() };
                    match can(&actor, Action::Publish, Object::Filed(&thing)) {
                        Ok(()) => "●",
                        Err(Refusal::SamePerson) => "2",
                        Err(Refusal::Unnamed) => "?",
                        Err(_) => "–",
                    }
                });
                let line: Vec<&str> = cells.collect();
                let name = format!("{what} {who}");
                let _never_fails = writeln!(table, "{name:<19} {}", line.join(" "));
            }
        }
        assert_eq!(table, SECOND, "{table}");
    }

    /// 2: it takes another account; ?: it takes a name.
    const SECOND: &str = "\
what, who          P L C R M O A U D
villages first      – – – – – 2 2 – –
villages other      – – – – – ● ● – –
villages unnamed    – – – – – ? ? – –
restriction first   – – – – – – 2 – –
restriction other   – – – – – – ● – –
restriction unnamed – – – – – – ? – –
carrier's first     – – – – 2 – 2 – –
carrier's other     – – – – ● – ● – –
carrier's unnamed   – – – – ? – ? – –
";
}
