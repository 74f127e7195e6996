//! What can be filed, as small numbers; [`super::settle`] makes facts of them.

use phusong_atlas::domain::{
    ClaimBasis, Day, Environment, ObservationKind, Says, Service, SiteEventKind, VillageRelation,
};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use super::near_focus;

/// One entry to be.
#[derive(Debug, Clone)]
pub enum Act {
    Statements {
        recorded: Day,
        who: Who,
        rows: Vec<Row>,
    },
    /// By an officer, or (withdrawals) by whoever filed the target; a restriction also by the
    /// site's carrier.
    Decision {
        recorded: Day,
        person: u8,
        what: Decision,
    },
    /// The register tells of a named account.
    Account {
        recorded: Day,
        person: u8,
        role: u8,
    },
}

impl Act {
    pub fn recorded(&self) -> Day {
        match self {
            Self::Statements { recorded, .. }
            | Self::Decision { recorded, .. }
            | Self::Account { recorded, .. } => *recorded,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Who {
    /// 0–2 the carriers, 3 and 4 the communes, else the department.
    pub owner: u8,
    pub on_behalf: bool,
    /// 1–3: one of three people; 0: nobody named.
    pub person: u8,
}

#[derive(Debug, Clone)]
pub struct Row {
    pub says: Statement,
    /// Which earlier row of its kind it corrects, counted back, if there is one.
    pub corrects: Option<u8>,
    /// May its day lie after its recording? If not, the day of recording stands in.
    pub tense: Tense,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tense {
    Past,
    Any,
}

/// Villages by number, clusters by mask: at most what a row can name.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    pub villages: u8,
    pub clusters: u8,
}

/// A square, an L or a frame about a spot.
#[derive(Debug, Clone, Copy)]
pub struct Patch {
    pub spot: u8,
    pub side_m: u32,
    pub form: u8,
}

#[derive(Debug, Clone, Copy)]
pub struct Said {
    pub environment: Option<Environment>,
    pub service: Option<Service>,
}

#[derive(Debug, Clone)]
pub enum Statement {
    Village {
        village: u8,
        day: Option<Day>,
        spot: Option<u8>,
        uncertainty_m: u32,
        units: u8,
    },
    Cluster {
        cluster: u8,
        day: Option<Day>,
        patch: Patch,
        uncertainty_m: u32,
        kind: u8,
    },
    Succession {
        from: u8,
        to: u8,
        day: Day,
        relation: VillageRelation,
        clusters: u8,
    },
    Site {
        site: u8,
        event: SiteEventKind,
        day: Day,
        technologies: u8,
        named: Named,
        patch: Option<Patch>,
        position: Option<u8>,
        said: Said,
        basis: ClaimBasis,
    },
    Claim {
        carrier: u8,
        site: Option<u8>,
        from: Day,
        to: Option<Day>,
        technologies: u8,
        named: Named,
        patch: Option<Patch>,
        said: Said,
        basis: ClaimBasis,
    },
    Observation {
        kind: ObservationKind,
        says: Says,
        carrier: Option<u8>,
        technologies: u8,
        named: Named,
        day: Day,
        said: Said,
    },
    Samples {
        cluster: u8,
        carrier: u8,
        technology: u8,
        good: u8,
        bad: u8,
        day: Day,
        later_days: i32,
        spot: u8,
        /// Two samples in each cell: the mean of the middle two.
        doubled: bool,
    },
    Sunset {
        carrier: Option<u8>,
        technology: u8,
        units: u8,
        except: u8,
        day: Day,
    },
}

#[derive(Debug, Clone, Copy)]
pub enum Decision {
    Publish(Pick),
    Return(Pick),
    Withdraw(Pick),
    SetAside {
        opposition: u8,
        carrier: u8,
    },
    ConfirmSunset(u8),
    /// Which site, and whether by its carrier.
    RestrictSite(u8, bool),
    OpenDispute(u8),
}

/// An earlier entry, counted back, and one of its rows or all.
#[derive(Debug, Clone, Copy)]
pub struct Pick {
    pub entry: u8,
    pub row: Option<u8>,
}

pub fn act() -> impl Strategy<Value = Act> {
    let rows = |statement: BoxedStrategy<Statement>| {
        let tense = select(&[Tense::Past, Tense::Past, Tense::Past, Tense::Any][..]);
        let row = (statement, weighted(0.15, 0..3_u8), tense)
            .prop_map(|(says, corrects, tense)| Row { says, corrects, tense });
        vec(row, 1..4)
    };
    let filed = |who: BoxedStrategy<Who>, statement: BoxedStrategy<Statement>| {
        (near_focus(), who, rows(statement)).prop_map(|(recorded, who, rows)| Act::Statements {
            recorded,
            who,
            rows,
        })
    };
    let anyone = (0..7_u8, prop::bool::weighted(0.2), 0..4_u8)
        .prop_map(|(owner, on_behalf, person)| Who { owner, on_behalf, person })
        .boxed();
    let registrar = (select(&[9_u8, 9, 9, 9, 3][..]), 0..4_u8)
        .prop_map(|(owner, person)| Who { owner, on_behalf: false, person })
        .boxed();
    prop_oneof![
        6 => filed(anyone, spoken().boxed()),
        2 => filed(registrar, register().boxed()),
        4 => (near_focus(), 0..4_u8, decision())
            .prop_map(|(recorded, person, what)| Act::Decision { recorded, person, what }),
        // Early, so that much is bound by them.
        2 => (select(&super::FOCI[..3]), 1..4_u8, 0..4_u8).prop_map(|(focus, person, role)| {
            Act::Account { recorded: crate::book::day(focus), person, role }
        }),
    ]
}

fn decision() -> impl Strategy<Value = Decision> {
    let pick = || (0..8_u8, weighted(0.3, 0..3_u8)).prop_map(|(entry, row)| Pick { entry, row });
    prop_oneof![
        6 => pick().prop_map(Decision::Publish),
        2 => pick().prop_map(Decision::Return),
        3 => pick().prop_map(Decision::Withdraw),
        3 => (0..4_u8, 0..3_u8)
            .prop_map(|(opposition, carrier)| Decision::SetAside { opposition, carrier }),
        3 => (0..3_u8).prop_map(Decision::ConfirmSunset),
        1 => (0..4_u8, any::<bool>()).prop_map(|(n, own)| Decision::RestrictSite(n, own)),
        1 => (0..3_u8).prop_map(Decision::OpenDispute),
    ]
}

fn register() -> impl Strategy<Value = Statement> {
    prop_oneof![
        1 => (
            0..3_u8,
            weighted(0.7, near_focus()),
            weighted(0.8, 0..4_u8),
            uncertainty(),
            // Among them that it moves to the neighbour and back.
            select(&[0_u8, 1, 2, 3, 8, 9][..]),
        )
            .prop_map(|(village, day, spot, uncertainty_m, units)| {
                Statement::Village { village, day, spot, uncertainty_m, units }
            }),
        3 => (0..4_u8, weighted(0.6, near_focus()), patch(), uncertainty(), 0..6_u8)
            .prop_map(|(cluster, day, patch, uncertainty_m, kind)| {
                Statement::Cluster { cluster, day, patch, uncertainty_m, kind }
            }),
        2 => (0..3_u8, 0..3_u8, near_focus(), relation(), 0..32_u8)
            .prop_map(|(from, to, day, relation, clusters)| {
                Statement::Succession { from, to, day, relation, clusters }
            }),
        2 => (weighted(0.5, a_carrier()), 0..4_u8, 0..8_u8, 0..8_u8, near_focus())
            .prop_map(|(carrier, technology, units, except, day)| {
                // Mostly everywhere, mostly without exceptions.
                let rare = |mask: u8| if mask < 4 { 0 } else { mask - 3 };
                let (units, except) = (rare(units), if except < 6 { 0 } else { except - 5 });
                Statement::Sunset { carrier, technology, units, except, day }
            }),
    ]
}

fn relation() -> impl Strategy<Value = VillageRelation> {
    use VillageRelation::{Merged, Part, Renamed, Split};
    select(&[Merged, Part, Renamed, Split][..])
}

fn spoken() -> impl Strategy<Value = Statement> {
    prop_oneof![5 => site(), 3 => claim(), 5 => observation(), 3 => samples()]
}

fn site() -> impl Strategy<Value = Statement> {
    (
        a_site(),
        select(
            &[
                SiteEventKind::OnAir,
                SiteEventKind::OnAir,
                SiteEventKind::OnAir,
                SiteEventKind::Changed,
                SiteEventKind::Changed,
                SiteEventKind::Changed,
                SiteEventKind::OffAir,
                SiteEventKind::Decommissioned,
                SiteEventKind::Planned,
                SiteEventKind::Built,
            ][..],
        ),
        near_focus(),
        technologies(),
        named(),
        weighted(0.3, patch()),
        weighted(0.7, 0..4_u8),
        said(),
        basis(),
    )
        .prop_map(|(site, event, day, technologies, named, patch, position, said, basis)| {
            Statement::Site { site, event, day, technologies, named, patch, position, said, basis }
        })
}

fn claim() -> impl Strategy<Value = Statement> {
    (
        a_carrier(),
        weighted(0.5, a_site()),
        near_focus(),
        weighted(0.3, near_focus()),
        technologies(),
        // Half of them stand on their area or their site's reach alone.
        prop_oneof![named(), Just(Named { villages: 0, clusters: 0 })],
        weighted(0.4, patch()),
        said(),
        basis(),
    )
        .prop_map(|(carrier, site, from, to, technologies, named, patch, said, basis)| {
            Statement::Claim { carrier, site, from, to, technologies, named, patch, said, basis }
        })
}

fn observation() -> impl Strategy<Value = Statement> {
    (
        select(
            &[
                ObservationKind::AuthorityList,
                ObservationKind::CommuneConfirmation,
                ObservationKind::CommuneConfirmation,
                ObservationKind::CarrierStatement,
            ][..],
        ),
        select(&[Says::Has, Says::Has, Says::Lacks, Says::Lacks, Says::Weak][..]),
        weighted(0.5, a_carrier()),
        prop_oneof![3 => technologies(), 1 => Just(0)],
        named(),
        near_focus(),
        said(),
    )
        .prop_map(|(kind, says, carrier, technologies, named, day, said)| {
            Statement::Observation { kind, says, carrier, technologies, named, day, said }
        })
}

fn samples() -> impl Strategy<Value = Statement> {
    (
        select(&[0_u8, 0, 1, 2, 3][..]),
        a_carrier(),
        select(&[1_u8, 2, 2, 2][..]),
        select(&[0_u8, 1, 2, 3, 4, 20, 34, 35][..]),
        select(&[0_u8, 0, 1, 2, 3, 5, 10][..]),
        near_focus(),
        select(&[0, 1, 31, 32][..]),
        0..4_u8,
        any::<bool>(),
    )
        .prop_map(
            |(cluster, carrier, technology, good, bad, day, later_days, spot, doubled)| {
                Statement::Samples {
                    cluster,
                    carrier,
                    technology,
                    good,
                    bad,
                    day,
                    later_days,
                    spot,
                    doubled,
                }
            },
        )
}

/// Mostly the first, so that what is said meets.
fn a_carrier() -> impl Strategy<Value = u8> {
    select(&[0_u8, 0, 0, 1, 1, 2][..])
}

fn a_site() -> impl Strategy<Value = u8> {
    select(&[0_u8, 0, 0, 0, 1, 2, 2, 3][..])
}

/// Masks over 2G … 5G, mostly with 4G; none, now and then.
fn technologies() -> impl Strategy<Value = u8> {
    select(&[4_u8, 4, 4, 4, 5, 5, 12, 15, 15, 0, 1, 2][..])
}

/// Mostly the first village or all of them.
fn named() -> impl Strategy<Value = Named> {
    const NAMED: [(u8, u8); 12] = [
        (1, 0),
        (1, 0),
        (1, 0),
        (7, 0),
        (7, 0),
        (0, 1),
        (0, 3),
        (2, 0),
        (4, 0),
        (3, 1),
        (0, 6),
        (0, 0),
    ];
    select(&NAMED[..]).prop_map(|(villages, clusters)| Named { villages, clusters })
}

fn patch() -> impl Strategy<Value = Patch> {
    (0..4_u8, select(&[150_u32, 700, 1_500, 3_000][..]), select(&[0_u8, 0, 0, 1, 2, 3, 4][..]))
        .prop_map(|(spot, side_m, form)| Patch { spot, side_m, form })
}

fn uncertainty() -> impl Strategy<Value = u32> {
    select(&[0_u32, 50, 100, 300][..])
}

fn said() -> impl Strategy<Value = Said> {
    let environment = weighted(0.3, select(&[Environment::Outdoor, Environment::Indoor][..]));
    let service = weighted(0.2, select(&[Service::Voice, Service::Data][..]));
    (environment, service).prop_map(|(environment, service)| Said { environment, service })
}

fn basis() -> impl Strategy<Value = ClaimBasis> {
    select(vec![
        ClaimBasis::Statement,
        ClaimBasis::Inventory,
        ClaimBasis::OnAirLog,
        ClaimBasis::Prediction { parameters: String::new() },
    ])
}
