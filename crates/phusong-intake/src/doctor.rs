//! The coordinate doctor: what the coordinates of a whole file mean. One file has one habit
//! (system × axis order × form of numbers); rows that do not follow it are shown, with what they
//! may be.
//!
//! Nothing is guessed in silence: one plausible reading is proposed with its reason, several are
//! asked, none is refused with the nearest miss. Files nothing, reads no clock.

mod habit;

use std::collections::BTreeMap;

use geo::MultiPolygon;
use phusong_atlas::atlas::Areas;
use phusong_atlas::domain::{Day, Located, Position, SiteCode, UnitId};
use phusong_atlas::gazetteer::Gazetteer;
use phusong_gis::Crs;

use crate::finding::{Candidate, Finding};
pub use habit::{Form, Habit, Order};

/// A row with coordinates, as its sender wrote them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Point<'a> {
    /// As the sender counts.
    pub row: u32,
    /// The cell under longitude, Y or easting; both may stand in one cell.
    pub east: &'a str,
    /// The cell under latitude, X or northing.
    pub north: &'a str,
    /// A cell that says in which system (`he_toa_do`).
    pub row_crs: Option<&'a str>,
    /// The site: two of them on one point are told.
    pub code: Option<&'a str>,
    /// The commune that the row names.
    pub claimed: Option<UnitId>,
    /// A village that it names.
    pub village: Option<Located>,
    /// Where this site was reported last, or the same point from another source.
    pub before: Option<Position>,
}

/// Where a system is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    Heading,
    /// The file itself: `.prj`, a layer's system, a `crs` member.
    File,
    /// Beside the file: a parameter, or the sender's answer.
    Parameter,
}

/// What the headings say of the axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Axes {
    /// Longitude and latitude, or east and north, in words.
    #[default]
    Words,
    /// `X` and `Y` only. In Vietnamese papers X is north; the numbers tell.
    Letters,
    /// A drawn point, or one cell that holds both.
    Nothing,
}

/// What the file says of its coordinates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// None: nothing is said. One: it is declared. Several: any of these.
    pub systems: Vec<Crs>,
    pub said: Option<(Said, String)>,
    pub axes: Axes,
}

impl Declared {
    /// The systems that a text names; of a text that names none, nothing.
    pub fn of_text(text: &str, said: Said, axes: Axes) -> Self {
        let systems = match Crs::parse(text) {
            Ok(crs) => vec![crs],
            Err(error) => error.candidates().to_vec(),
        };
        let said = (!systems.is_empty()).then(|| (said, text.trim().to_owned()));
        Self { systems, said, axes }
    }

    pub fn of_crs(crs: Crs, said: Said, axes: Axes) -> Self {
        Self { systems: vec![crs], said: Some((said, crs.to_string())), axes }
    }
}

/// What coordinates are held against.
#[expect(missing_debug_implementations, reason = "holds a function")]
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub gazetteer: &'a Gazetteer,
    /// Communes of today: computed cells until real boundaries are filed.
    pub areas: &'a Areas,
    /// To tell the sea by; `None`: that is not told.
    pub land: Option<&'a MultiPolygon<f64>>,
    pub today: Day,
    /// The sender's own sites on exactly this point.
    pub sites_at: &'a dyn Fn(Position) -> Vec<SiteCode>,
}

/// What the sender answered to earlier questions. Ids are those of [`Habit::id`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// For the rows that declare the same: the text of their `he_toa_do`, or empty → habit.
    pub habits: BTreeMap<String, String>,
    /// Row → habit.
    pub rows: BTreeMap<u32, String>,
}

/// A habit with how well it fits.
#[derive(Debug, Clone, PartialEq)]
pub struct HabitCandidate {
    pub habit: Habit,
    /// Rows that lie where they say, of those that say something.
    pub fits: usize,
    pub of: usize,
    /// Of the distance to what the rows claim.
    pub median_m: f64,
    /// The first row in this habit.
    pub sample: Option<Position>,
}

/// How the rows of one declaration are read.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// As declared, or in the template's own system.
    Taken(Habit),
    /// The only plausible one, with a note.
    Proposed(Habit),
    /// By the sender's answer.
    Answered(Habit),
    /// One question for all its rows; the fitting reading first.
    Asked,
    /// No reading fits: each row is told for itself.
    Unknown,
}

impl Verdict {
    /// The habit by which rows are read; `None` while that is open.
    pub fn habit(&self) -> Option<Habit> {
        match self {
            Self::Taken(habit) | Self::Proposed(habit) | Self::Answered(habit) => Some(*habit),
            Self::Asked | Self::Unknown => None,
        }
    }
}

/// Rows that declare the same; most files have one such group.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Their `he_toa_do`, or empty: the key of [`Answers::habits`].
    pub key: String,
    pub rows: usize,
    pub verdict: Verdict,
    /// The fitting one first.
    pub candidates: Vec<HabitCandidate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Both cells are empty: nothing is said here, the caller knows whether that matters.
    Empty,
    /// It has a position (questions may stand beside it).
    Placed,
    /// The file's question must be answered first.
    WaitsForFile,
    /// A question of its own must be answered first.
    Asked,
    Refused,
}

#[derive(Debug, Clone)]
pub struct RowDiagnosis {
    pub row: u32,
    pub state: State,
    pub position: Option<Position>,
    /// How it came to WGS 84; `None` when it was WGS 84.
    pub operation: Option<String>,
    pub habit: Option<Habit>,
    /// Does not follow the file's habit.
    pub odd: bool,
    /// Place and value are filled in; columns are named as in the template.
    pub findings: Vec<Finding>,
    /// What it may be, the fitting reading first.
    pub candidates: Vec<Candidate>,
}

#[derive(Debug, Clone, Default)]
pub struct Diagnosis {
    pub groups: Vec<Group>,
    /// In the order of the points.
    pub rows: Vec<RowDiagnosis>,
    /// On the file.
    pub findings: Vec<Finding>,
}
