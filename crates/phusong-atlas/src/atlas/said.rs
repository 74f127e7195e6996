//! One statement as it bears on one cluster: who says what of which carrier and technology, from
//! which day, how well founded, and whether it truly binds this place.

use std::hash::{Hash, Hasher};

use smol_str::SmolStr;

use crate::domain::{
    Day, Environment, Grade, Party, ReportId, Says, Service, SiteEventKind, TechSet, Technology,
};
use crate::history::{Row, SiteLife};

/// Dense index into the Atlas's table of carriers (sorted by id).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CarrierIndex(pub u8);

/// The row a statement rests on, by the name people may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    pub report: ReportId,
    /// As the ledger counts it, from 0.
    pub row: u32,
}

impl Evidence {
    /// Of a row about a site that the scope may not know of, told apart from others by its place
    /// in the fold: the report's name would tell when the site was touched. Never shown.
    pub const fn hidden(row: crate::history::RowIndex) -> Self {
        Self { report: Self::NOBODYS, row }
    }

    const NOBODYS: ReportId = ReportId([0; 10]);

    /// As far as the scope may know.
    fn shown(self) -> Option<Self> {
        (!self.is_hidden()).then_some(self)
    }

    pub const fn of(row: Row<'_>) -> Self {
        Self { report: row.report, row: row.at.row }
    }

    pub fn is_hidden(self) -> bool {
        self.report == Self::NOBODYS
    }
}

/// Rows of one report that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rows {
    pub report: ReportId,
    /// Both as the ledger counts them, from 0.
    pub first: u32,
    pub last: u32,
}

impl Rows {
    /// Every row once, in order, neighbours together.
    pub fn of(rows: impl IntoIterator<Item = Evidence>) -> Vec<Self> {
        Self::joined(rows.into_iter().map(Self::from))
    }

    pub fn joined(parts: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut parts: Vec<Self> = parts.into_iter().collect();
        parts.sort_unstable();
        parts.dedup_by(|next, known| {
            let joins = next.report == known.report && next.first <= known.last.saturating_add(1);
            if joins {
                known.last = known.last.max(next.last);
            }
            joins
        });
        parts
    }

    pub fn hold(&self, row: Evidence) -> bool {
        self.report == row.report && self.first <= row.row && row.row <= self.last
    }
}

impl From<Evidence> for Rows {
    fn from(row: Evidence) -> Self {
        Self { report: row.report, first: row.row, last: row.row }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SaidKind {
    /// A site event of a completion report.
    SiteRow(SiteEventKind),
    /// A coverage claim without a site event.
    Claim,
    /// A carrier's own word about its signal.
    CarrierWord,
    /// An authority's list.
    List,
    /// A commune's confirmation.
    Commune,
    /// A set of measurements.
    Measured,
}

impl SaidKind {
    /// A carrier's claim, as against an observation.
    pub const fn is_claim(self) -> bool {
        matches!(self, Self::SiteRow(_) | Self::Claim | Self::CarrierWord)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What it is known by; of a measurement set, the least of its rows.
    pub evidence: Evidence,
    /// Every row that it rests on; empty: on that one alone.
    pub behind: Box<[Rows]>,
    /// The row's place in the fold, to walk back to it; no part of what is shown.
    pub row: crate::history::RowIndex,
    pub source: Party,
    pub kind: SaidKind,
    pub says: Says,
    /// The source's own word for it (*lõm sóng*), kept beside ours.
    pub source_word: Option<SmolStr>,
    /// Before ageing and pairing.
    pub grade: Grade,
    /// `None`: names no carrier.
    pub carrier: Option<CarrierIndex>,
    /// Empty: names none.
    pub technologies: TechSet,
    pub environment: Option<Environment>,
    pub service: Option<Service>,
    pub from: Day,
    /// First day it no longer holds.
    pub to: Day,
    /// The days for which a question sees this form of it: a measurement set grows with its
    /// samples, and those after the asked day are left out.
    pub asked_from: Day,
    pub asked_to: Day,
    /// Dated after it was recorded.
    pub plan: bool,
    /// From a periodic inventory: flagged when not attested.
    pub inventory: bool,
    /// Index into [`super::world::World::lives`].
    pub site: Option<usize>,
    /// Binds the whole place, not perhaps a part of it.
    pub sure: bool,
    /// Oppositions: carriers for which an officer set it aside.
    pub set_aside: Vec<CarrierIndex>,
}

impl Hash for Said {
    /// What everyone who sees the statement may see; sites and the order of arrival are left out.
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.evidence.shown(), &self.source, self.kind, self.says, self.grade).hash(state);
        (self.carrier, self.technologies, self.environment, self.service).hash(state);
        (self.from, self.to, self.asked_from, self.asked_to, self.sure).hash(state);
        (self.inventory, &self.source_word, &self.behind).hash(state);
        self.set_aside.hash(state);
    }
}

/// Which signal is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal {
    pub environment: Environment,
    pub service: Service,
}

impl Signal {
    /// Outdoor × data.
    pub const DEFAULT: Self = Self { environment: Environment::Outdoor, service: Service::Data };
}

impl Said {
    /// Every row that it rests on, as far as the scope may know.
    pub fn rows(&self) -> Vec<Rows> {
        if self.evidence.is_hidden() {
            Vec::new()
        } else if self.behind.is_empty() {
            vec![self.evidence.into()]
        } else {
            self.behind.to_vec()
        }
    }

    /// Names the carrier, or none at all.
    pub fn speaks_of(&self, carrier: CarrierIndex, technology: Technology) -> bool {
        self.carrier.is_none_or(|named| named == carrier) && self.technologies.speaks_of(technology)
    }

    /// Names both the carrier and the technology.
    pub fn names_both(&self) -> bool {
        self.carrier.is_some() && !self.technologies.is_empty()
    }

    /// Silence means outdoor in a yes and everywhere in a no; indoor yes implies outdoor,
    /// outdoor no implies indoor; silent service is both.
    pub fn bears_on(&self, signal: Signal) -> bool {
        let environment = match (self.says, self.environment, signal.environment) {
            (Says::Has, None | Some(Environment::Outdoor), asked) => asked == Environment::Outdoor,
            (Says::Has, Some(Environment::Indoor), _)
            | (_, None | Some(Environment::Outdoor), _) => true,
            (_, Some(Environment::Indoor), asked) => asked == Environment::Indoor,
        };
        environment && self.service.is_none_or(|service| service == signal.service)
    }

    /// The form a question about `day` sees.
    pub fn seen_on(&self, day: Day) -> bool {
        self.asked_from <= day && day < self.asked_to
    }

    /// An opposition (or inventory) is past its shelf life from this day on.
    pub fn stale_from(&self, shelf_life_months: u32) -> Day {
        self.from.plus_months(shelf_life_months)
    }

    pub fn operational(&self, lives: &[SiteLife], technology: Technology, day: Day) -> bool {
        self.site.is_none_or(|site| lives[site].operational(technology, day))
    }
}
