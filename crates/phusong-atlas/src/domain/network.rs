//! Carriers' kinds, technologies, environments, services and what can happen to a site.

/// Radio generations, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Technology {
    G2,
    G3,
    G4,
    G5,
}

impl Technology {
    pub const ALL: [Self; 4] = [Self::G2, Self::G3, Self::G4, Self::G5];

    pub const fn index(self) -> usize {
        self as usize
    }

    /// `2G` … `5G`.
    pub const fn as_str(self) -> &'static str {
        ["2G", "3G", "4G", "5G"][self as usize]
    }
}

impl std::fmt::Display for Technology {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Technology {
    type Err = ();

    /// Our own spelling only; `LTE`, `L1800` and the like are intake's business.
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|t| t.as_str() == text).ok_or(())
    }
}

/// A set of technologies. The empty set means "names none".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TechSet(u8);

impl TechSet {
    pub const NONE: Self = Self(0);

    #[must_use]
    pub const fn with(self, technology: Technology) -> Self {
        Self(self.0 | 1 << technology as u8)
    }

    pub const fn contains(self, technology: Technology) -> bool {
        self.0 & (1 << technology as u8) != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Names `technology`, or names none at all.
    pub const fn speaks_of(self, technology: Technology) -> bool {
        self.is_empty() || self.contains(technology)
    }

    pub fn iter(self) -> impl Iterator<Item = Technology> {
        Technology::ALL.into_iter().filter(move |t| self.contains(*t))
    }
}

impl FromIterator<Technology> for TechSet {
    fn from_iter<I: IntoIterator<Item = Technology>>(technologies: I) -> Self {
        technologies.into_iter().fold(Self::NONE, Self::with)
    }
}

/// Where the handset is. A statement may be silent about it (`None`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Environment {
    Outdoor,
    Indoor,
}

/// What the handset does. A statement may be silent about it (`None`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    Voice,
    Data,
}

/// Only terrestrial mobile network operators close gaps by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CarrierKind {
    Mno,
    Mvno,
    TowerOwner,
    Satellite,
}

/// `loai_su_kien` of a completion report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SiteEventKind {
    Planned,
    Built,
    OnAir,
    Changed,
    OffAir,
    Decommissioned,
}

impl SiteEventKind {
    pub const ALL: [Self; 6] = [
        Self::Planned,
        Self::Built,
        Self::OnAir,
        Self::Changed,
        Self::OffAir,
        Self::Decommissioned,
    ];

    /// The code in files and answers: `on_air`, …
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Built => "built",
            Self::OnAir => "on_air",
            Self::Changed => "changed",
            Self::OffAir => "off_air",
            Self::Decommissioned => "decommissioned",
        }
    }
}
