//! The coordinate doctor as a tool of its own: numbers in, what they may mean out. Files nothing
//! and reads nothing that anyone filed.

use phusong_atlas::atlas::Areas;
use phusong_atlas::domain::{Day, Fact};
use phusong_atlas::gazetteer::{Gazetteer, Resolution};
use phusong_intake::doctor::{
    Axes, Declared, Diagnosis, Ground, Point, RowReading, Said, every_reading, examine,
};

use super::geography::{self, GroundError};
use super::open::{Service, today};

/// Rows that are examined at once.
pub const MOST_POINTS: usize = 1_000;

/// A row as its sender wrote it.
#[derive(Debug, Clone, Default)]
pub struct WrittenPoint {
    pub row: u32,
    pub east: String,
    pub north: String,
    pub crs: Option<String>,
    pub commune: Option<String>,
    pub district: Option<String>,
}

/// A file of them.
#[derive(Debug, Clone, Default)]
pub struct WrittenPoints {
    /// What the file says of its system.
    pub crs: Option<String>,
    /// The columns are headed `X` and `Y` only.
    pub by_letters: bool,
    pub points: Vec<WrittenPoint>,
}

/// What is made of them.
#[derive(Debug, Clone)]
pub struct Examined {
    pub diagnosis: Diagnosis,
    /// Of each row, every reading.
    pub readings: Vec<Vec<RowReading>>,
}

/// Against these places on that day.
pub fn examine_points(
    asked: &WrittenPoints,
    (gazetteer, areas): (&Gazetteer, &Areas),
    day: Day,
) -> Examined {
    let ground = Ground {
        gazetteer,
        areas,
        land: Some(geography::land()),
        today: day,
        sites_at: &|_| Vec::new(),
    };
    let points: Vec<Point<'_>> = asked
        .points
        .iter()
        .map(|written| Point {
            row: written.row,
            east: &written.east,
            north: &written.north,
            row_crs: written.crs.as_deref(),
            claimed: written.commune.as_deref().and_then(|name| {
                match gazetteer.resolve_unit(name, written.district.as_deref(), Some(day)) {
                    Resolution::Found { id, .. } => Some(id),
                    _ => None,
                }
            }),
            ..Point::default()
        })
        .collect();
    let axes = if asked.by_letters { Axes::Letters } else { Axes::Words };
    let declared = Declared::of_text(asked.crs.as_deref().unwrap_or(""), Said::Parameter, axes);
    let readings = points.iter().map(|point| every_reading(point, &ground)).collect();
    Examined { diagnosis: examine(&points, &declared, &ground), readings }
}

impl Service {
    /// Against the communes of the service.
    pub fn examine_points(&self, asked: &WrittenPoints) -> Examined {
        let gazetteer = self.gazetteer();
        examine_points(
            asked,
            (&gazetteer, &self.atlas(&phusong_atlas::domain::Scope::Public).areas),
            today(),
        )
    }
}

/// Against what this release knows of the province, without any ledger.
///
/// # Errors
/// The packaged tables cannot be read.
pub fn examine_packaged(asked: &WrittenPoints) -> Result<Examined, GroundError> {
    let rows = phusong_intake::geodata::embedded().unwrap_or_default();
    let (mut units, mut successions) = (Vec::new(), Vec::new());
    for row in &rows {
        match &row.fact {
            Fact::Unit(fact) => units.push(fact.clone()),
            Fact::UnitSuccession(fact) => successions.push(fact.clone()),
            _ => {}
        }
    }
    let ground = geography::ground(&rows)?;
    let gazetteer = Gazetteer::new(&units, &successions, &[]);
    Ok(examine_points(asked, (&gazetteer, &ground.areas), today()))
}
